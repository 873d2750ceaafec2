"""Says which patterns and facts can meet: what uses a conclusion, what a premise matches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from advisor.model.records import AnyOf, Pattern, Rule, Template, Term, Var
from advisor.model.values import Value
from advisor.reasoning.unification import ways


def meet(template: Template, terms: Sequence[Term], other: Sequence[Term]) -> bool:
    """Whether some fact of a template has both these terms, either way round if symmetric.

    Where it is hard to tell, as with a variable that occurs twice, they meet.
    """
    return any(all(map(_compatible, terms, way)) for way in ways(template, tuple(other)))


class Filed:
    """Patterns and facts of one template, filed by what stands in each slot."""

    def __init__(self, template: Template, listed: Iterable[Sequence[Term]]) -> None:
        self.template = template
        self.terms = [tuple(terms) for terms in listed]
        self.with_value: list[dict[Value, list[int]]] = [{} for _ in template.slots]
        self.with_any: list[list[int]] = [[] for _ in template.slots]
        for number, terms in enumerate(self.terms):
            for place, term in enumerate(terms):
                if _open(term):
                    self.with_any[place].append(number)
                for value in dict.fromkeys(values_of(term)):
                    self.with_value[place].setdefault(value, []).append(number)

    def meets(self, terms: Sequence[Term]) -> bool:
        """Whether any of them meets these terms."""
        return any(meet(self.template, terms, self.terms[number]) for number in self.near(terms))

    def near(self, terms: Sequence[Term]) -> Iterator[int]:
        """The numbers of those that agree with these terms in the slot that most disagree in."""
        for way in ways(self.template, tuple(terms)):
            shares = [self._with(*each) for each in enumerate(way) if not _open(each[1])]
            fewest = min(shares, key=lambda lists: sum(map(len, lists)), default=None)
            yield from range(len(self.terms)) if fewest is None else chain.from_iterable(fewest)

    def _with(self, place: int, term: Term) -> list[list[int]]:
        """Those that have one of the values of a term in a slot, or anything."""
        filed = self.with_value[place]
        return [filed[value] for value in values_of(term) if value in filed] + [
            self.with_any[place]
        ]


def _compatible(term: Term, other: Term) -> bool:
    return (
        _open(term) or _open(other) or any(value in values_of(other) for value in values_of(term))
    )


def _open(term: Term) -> bool:
    return term is None or isinstance(term, Var)


def values_of(term: Term) -> tuple[Value, ...]:
    """The values that a term stands for; none where it stands for any."""
    if isinstance(term, AnyOf):
        return term.values
    return () if term is None or isinstance(term, Var) else (term,)


def over(patterns: Iterable[Pattern], template: str) -> list[Pattern]:
    """The patterns over a template."""
    return [pattern for pattern in patterns if pattern.template == template]


def needed(rule: Rule) -> list[Pattern]:
    """The patterns that a rule has in its premises, those that it counts last."""
    return [*rule.patterns(), *(count.of for count in rule.counts())]


def needs_of(rule: Rule) -> set[str]:
    """The templates that a rule has in a premise or counts."""
    return {pattern.template for pattern in needed(rule)}
