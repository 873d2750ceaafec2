"""Turns the rules of a base into plans: the joins that find a rule's matches, premise by premise.

Joins look rows up by the values that are bound by then. A row of a template holds its values and
its fact. A rule has a plan for each of its premises, made when it is first followed.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from advisor.model.records import AnyOf, KnowledgeBase, Pattern, Rule, Template, Term, Var
from advisor.model.values import is_answered
from advisor.reasoning.computing import computed_over, early
from advisor.reasoning.matcher import Match
from advisor.reasoning.rows import Compared, Row, RowTest, compared, picker, tagged, untagged

_BEFORE: Final = (True, False)  # whether a step takes what was known before, and what is new
_NEW: Final = (False, True)
_BOTH: Final = (True, True)


class JoinStep(NamedTuple):
    """The join of what is there with one premise."""

    template: str
    stores: tuple[bool, bool]  # one of the three above
    places: tuple[int, ...]  # of its rows, whose values are known by then
    known: Callable[[Row], Row]  # from what is there to these values
    admits: RowTest | None  # whether a row passes the premise's further tests
    taken: Callable[[Row], Row]  # from a row to what is added: values of variables, and its fact
    tests: tuple[RowTest, ...]  # the comparisons that can be made then


class PlannedConclusion(NamedTuple):
    """What a rule concludes."""

    template: Template
    values: Callable[[Row], Row]  # from where the joins end


class Plan(NamedTuple):
    """The joins that find a rule's matches with something new to one premise, in order."""

    rule: Rule
    constants: Row  # where they begin
    steps: tuple[JoinStep, ...]
    values: Callable[[Row], Row]  # from where they end to the values of the variables
    names: tuple[str, ...]  # of the variables, in the order in which the premises name them
    plain: bool  # whether none of these values is tagged
    facts: Callable[[Row], Row]  # and to the facts, one for each premise
    heads: tuple[PlannedConclusion, ...]  # none where something is computed first

    def match(self, row: Row) -> Match:
        """The match that a row stands for."""
        values = self.values(row)
        values = values if self.plain else tuple(map(untagged, values))
        return Match(self.rule.id, tuple(zip(self.names, values, strict=True)), self.facts(row))


class Plans:
    """The plans of a base's rules, each made when it is first followed."""

    def __init__(self, base: KnowledgeBase) -> None:
        self._base = base
        self._made: dict[tuple[int, int], Plan] = {}
        self._premises: dict[str, list[tuple[int, int]]] = {}  # of each template: rule, place
        self._rules = [(rule, [p.template for p in rule.patterns()]) for rule in base.variants]
        self.ranks = base.rule_ranks
        self.computed_over = tuple(computed_over(base))
        for number, (_, templates) in enumerate(self._rules):
            for place, template in enumerate(templates):
                self._premises.setdefault(template, []).append((number, place))

    def following(
        self, template: str, known: Container[str], new: Container[str]
    ) -> Iterator[Plan]:
        """Those that may find something where facts of a template, among others, are new."""
        for number, place in self._premises.get(template, ()):
            _, templates = self._rules[number]
            if all(before in known for before in templates[:place]) and all(
                after in known or after in new for after in templates[place + 1 :]
            ):
                yield self._at(number, place)

    def whole(self, there: Container[str]) -> Iterator[Plan]:
        """For each rule with premises, that which finds all matches where all facts are new.

        Of rules of which facts of all templates are there.
        """
        for number, (_, templates) in enumerate(self._rules):
            if templates and all(template in there for template in templates):
                yield self._at(number, 0)

    def _at(self, number: int, place: int) -> Plan:
        if (number, place) not in self._made:
            self._made[number, place] = plan(self._base, self._rules[number][0], place)
        return self._made[number, place]

    @functools.cached_property
    def unconditional(self) -> tuple[Plan, ...]:
        """Those of the rules without premises that fire on nothing."""
        return tuple(
            plan(self._base, rule, 0)
            for rule, templates in self._rules
            if not templates and all(test.holds({}) for test in early(rule))
        )

    def but(self, base: KnowledgeBase, rule: str) -> Plans:
        """Those of a base that differs in one rule alone."""
        found = Plans(base)
        if len(found._rules) == len(self._rules):
            found._made = {
                (number, place): made
                for (number, place), made in self._made.items()
                if made.rule.id != rule
            }
        return found


def needed(base: KnowledgeBase, rule: Rule) -> set[str]:
    """The templates of which a rule matches nothing without a fact; kinds of advice are none."""
    return {p.template for p in rule.patterns() if not base.templates[p.template].kind}


def plan(base: KnowledgeBase, rule: Rule, number: int) -> Plan:
    """How to find the matches of a rule in which something new meets one of its premises."""
    patterns = rule.patterns()
    concluded = () if rule.lets else rule.conclusions
    terms = [term for p in (*patterns, *concluded) for term in p.terms]
    constants = dict.fromkeys(_constant(term) for term in terms if _is_constant(term))
    columns: dict[object, int] = {constant: place for place, constant in enumerate(constants)}
    width = len(columns)
    names = tuple(dict.fromkeys(name for p in patterns for name in p.variables()))
    tests = [compared(c, {name: name for name in names}) for c in early(rule)]
    facts: dict[int, int] = {}
    steps = []
    for place in _in_order(patterns, number):
        stores = _NEW if place == number else _BEFORE if place < number else _BOTH
        step, fresh = _step(patterns[place], stores, columns)
        columns |= {Var(name): width + n for n, name in enumerate(fresh)}
        facts[place] = width + len(fresh)
        width += len(fresh) + 1
        ready = [test for test in tests if all(Var(name) in columns for name, _ in test.names)]
        tests = [test for test in tests if test not in ready]
        steps.append(step._replace(tests=tuple(_tested(test, columns) for test in ready)))
    return Plan(
        rule=rule,
        constants=tuple(value for _, value in constants),
        steps=tuple(steps),
        values=picker([columns[Var(name)] for name in names]),
        names=names,
        plain=all(_is_plain(base, pattern) for pattern in patterns),
        facts=picker([facts[place] for place in range(len(patterns))]),
        heads=tuple(_head(base, conclusion, columns) for conclusion in concluded),
    )


def _is_plain(base: KnowledgeBase, pattern: Pattern) -> bool:
    """Whether a variable of a premise stands for names alone, which are never tagged."""
    slots = base.templates[pattern.template].slots.values()
    pairs = zip(slots, pattern.terms, strict=True)
    return all(slot.kind in {"entity", "values"} for slot, term in pairs if isinstance(term, Var))


def _tested(test: Compared, columns: Mapping[object, int]) -> RowTest:
    """Whether a comparison holds of a row; two variables are equal if their tagged values are."""
    if test.comparison.operator in {"=", "!="} and len(test.names) == 2:
        equal = test.comparison.operator == "="
        first, second = (columns[Var(name)] for name, _ in test.names)
        return lambda row: (
            (row[first] == row[second]) is equal
            or not (is_answered(untagged(row[first])) and is_answered(untagged(row[second])))
        )
    return test.of_rows([columns[Var(name)] for name, _ in test.names])


def _head(
    base: KnowledgeBase, conclusion: Pattern, columns: Mapping[object, int]
) -> PlannedConclusion:
    """A conclusion, whose variables are all bound."""
    terms = [_constant(t) if _is_constant(t) else t for t in conclusion.terms]
    return PlannedConclusion(
        base.templates[conclusion.template], picker([columns[term] for term in terms])
    )


def _step(
    pattern: Pattern, stores: tuple[bool, bool], columns: Mapping[object, int]
) -> tuple[JoinStep, list[str]]:
    """The join with a premise, and the variables that it is the first to bind."""
    terms = [_constant(t) if _is_constant(t) else t for t in pattern.terms]
    bound = [place for place, term in enumerate(terms) if term in columns]
    free: dict[str, int] = {}
    same = []
    for place, term in enumerate(terms):
        if isinstance(term, Var) and place not in bound:
            first = free.setdefault(term.name, place)
            same += [(first, place)] if first != place else []
    among = [
        (place, frozenset(map(tagged, term.values)))
        for place, term in enumerate(terms)
        if isinstance(term, AnyOf)
    ]
    step = JoinStep(
        template=pattern.template,
        stores=stores,
        places=tuple(bound),
        known=picker([columns[terms[place]] for place in bound]),
        admits=functools.partial(_passes, among, same) if among or same else None,
        taken=picker([*free.values(), len(terms)]),
        tests=(),
    )
    return step, list(free)


def _passes(
    among: Sequence[tuple[int, frozenset[Any]]], same: Sequence[tuple[int, int]], row: Row
) -> bool:
    """Whether a row has listed values where they are listed, and the same for one variable."""
    return all(row[place] in values for place, values in among) and all(
        row[first] == row[other] for first, other in same
    )


def _is_constant(term: Term) -> bool:
    return term is not None and not isinstance(term, AnyOf | Var)


def _constant(term: Any) -> tuple[str, Any]:
    """A value, as what stands for it among the columns: no variable is equal to it."""
    return "constant", tagged(term)


def _in_order(patterns: Sequence[Pattern], first: int) -> Iterator[int]:
    """The places of premises: the first, then each of which most is known, and least free.

    Of equals one over a template that is not joined yet: of a template with itself, as all who
    share a forum, much comes that the next premise does not let through.
    """
    left, bound, joined = list(range(len(patterns))), set[str](), set[str]()

    def worth(place: int) -> tuple[tuple[int, int], bool]:
        return _known(patterns[place], bound), patterns[place].template not in joined

    place = first
    while left:
        left.remove(place)
        yield place
        bound.update(patterns[place].variables())
        joined.add(patterns[place].template)
        place = max(left, key=worth, default=first)


def _known(pattern: Pattern, bound: set[str]) -> tuple[int, int]:
    """How many of a premise's slots are known where these variables are, and how few are not."""
    free = set(pattern.variables()) - bound
    known = sum(term is not None for term in pattern.terms) - len(free)
    return known, -len(free)
