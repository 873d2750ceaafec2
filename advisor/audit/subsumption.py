"""Decides what one rule says of another: theta-subsumption (Plotkin 1970), with all a rule has.

To see whether a rule is covered by others, its variables are frozen into constants that nobody else
knows: its premises become facts, over which the others are matched. A gap in a pattern becomes a
constant too, and a list of values one that stands for any of them.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from advisor.audit.comparisons import Claim, Constant, conflict, constant, entails
from advisor.audit.linear import resolved
from advisor.audit.unsearched import leave
from advisor.model import english
from advisor.model.english import variable_types
from advisor.model.records import (
    AnyOf,
    AtLeast,
    Comparison,
    KnowledgeBase,
    Pattern,
    Rule,
    Term,
    Var,
    swapped,
)
from advisor.reasoning.unification import unified

STEPS: Final = 20_000  # of one search; a rule for which it takes more counts as not covered


class Frozen(NamedTuple):
    """A variable of a rule, taken for a thing."""

    name: str

    def __str__(self) -> str:
        return f"${self.name}"


class Anything(NamedTuple):
    """What stands in a gap of a pattern, or for a list of values: one of these if listed."""

    pattern: int
    slot: int
    values: tuple[object, ...] | None

    def __str__(self) -> str:
        return "anything" if self.values is None else " or ".join(map(str, self.values))


Thing = Frozen | Anything | Constant
Things = Mapping[str, Thing]  # what the variables of a rule stand for


class FrozenFact(NamedTuple):
    """A premise with its variables frozen."""

    template: str
    things: tuple[Thing, ...]


class FrozenRule:
    """A rule as facts: its premises, what it counts, excepts and compares."""

    def __init__(self, base: KnowledgeBase, rule: Rule) -> None:
        self.base = base
        self.rule = rule
        self.facts = [frozen(pattern, n) for n, pattern in enumerate(rule.patterns())]
        self.facts += _there(base, rule)
        self.counts = [(c.count, frozen(c.of, -1 - n)) for n, c in enumerate(rule.counts())]
        self.tests = [test_of(comparison) for comparison in rule.comparisons]
        self.goals = [frozen(pattern, 0) for pattern in rule.conclusions]

    def excepts(self, exception: Pattern, things: Things) -> bool:
        """Whether the rule itself gives way to whatever an exception of another matches."""
        given = FrozenFact(exception.template, tuple(_put(exception, things)))
        own = {name: Frozen(name) for p in self.rule.exceptions for name in p.variables()}
        return any(
            next(matches(self.base, mine, given, own), None) is not None
            for mine in self.rule.exceptions
        )

    def counted(self, premise: AtLeast, things: Things, facts: Iterable[FrozenFact]) -> bool:
        """Whether as many facts match as another rule counts."""
        enough = [fact for least, fact in self.counts if least >= premise.count]
        enough += facts if premise.count == 1 else []
        return any(
            next(matches(self.base, premise.of, fact, things), None) is not None for fact in enough
        )

    def compared(self, rule: Rule, things: Things) -> bool:
        """Whether the comparisons of another rule follow from its own."""
        return all(
            entails(self.tests, Claim(_side(t.left, things), t.operator, _side(t.right, things)))
            for t in rule.comparisons
        )

    def applies(self, other: Rule, facts: Mapping[str, Sequence[FrozenFact]]) -> Iterator[Things]:
        """What another rule's variables stand for where it fires on the facts if this one does."""
        listed = [fact for some in facts.values() for fact in some]
        if other.lets:  # what it computes is compared with nothing
            return
        for things in matched(self.base, other.patterns(), facts):
            if (
                self.compared(other, things)
                and all(self.counted(count, things, listed) for count in other.counts())
                and all(self.excepts(exception, things) for exception in other.exceptions)
            ):
                yield things


def _there(base: KnowledgeBase, rule: Rule) -> Iterator[FrozenFact]:
    """That what its variables stand for is of their types, where some rule asks for that."""
    for name, kind in variable_types(base, rule).items():
        (of, *others) = kind.types or ("",)
        template = base.templates.get(of)
        if template is not None and template.helper and not others:
            yield FrozenFact(of, (Frozen(name),))


def concludes(base: KnowledgeBase, conclusion: Pattern, things: Things) -> FrozenFact:
    """What a conclusion comes to."""
    return canonical(base, FrozenFact(conclusion.template, tuple(_put(conclusion, things))))


def canonical(base: KnowledgeBase, stated: FrozenFact) -> FrozenFact:
    """The fact with the two things of a symmetric template in one order."""
    symmetric = base.templates[stated.template].symmetric
    if symmetric is None:
        return stated
    i, j = symmetric
    if repr(stated.things[j]) < repr(stated.things[i]):
        return FrozenFact(stated.template, swapped(stated.things, i, j))
    return stated


def frozen(pattern: Pattern, number: int) -> FrozenFact:
    """A pattern with its variables frozen; `number` tells its gaps from those of others."""
    things = [_freeze(term, number, slot) for slot, term in enumerate(pattern.terms)]
    return FrozenFact(pattern.template, tuple(things))


def _freeze(term: Term, number: int, slot: int) -> Thing:
    if isinstance(term, Var):
        return Frozen(term.name)
    if term is None:
        return Anything(number, slot, None)
    if isinstance(term, AnyOf):
        return Anything(number, slot, term.values)
    return constant(term)


def _put(pattern: Pattern, things: Things) -> Iterator[Thing]:
    """The things that a pattern's terms stand for; an unbound variable stands for anything."""
    for slot, term in enumerate(pattern.terms):
        bound = things.get(term.name) if isinstance(term, Var) else None
        yield bound if bound is not None else _freeze(term, 0, slot)


def test_of(comparison: Comparison) -> Claim:
    """A comparison of a rule, its variables frozen."""
    return Claim(_side(comparison.left), comparison.operator, _side(comparison.right))


def contradiction(base: KnowledgeBase, rule: Rule) -> list[int] | None:
    """The places of the rule's comparisons that cannot hold together; None if all can."""
    legal: dict[Hashable, list[Constant]] = {}
    for name, kind in variable_types(base, rule).items():
        if kind.kind == "values":
            legal[Frozen(name)] = [constant(value) for value in kind.values]
        elif kind.kind == "boolean":
            legal[Frozen(name)] = [constant(True), constant(False)]
    return conflict([test_of(comparison) for comparison in resolved(rule)], legal)


def _side(side: Term, things: Things | None = None) -> Thing:
    if isinstance(side, Var):
        return Frozen(side.name) if things is None else things[side.name]
    return constant(side)


def by_template(facts: Iterable[FrozenFact]) -> dict[str, list[FrozenFact]]:
    """Facts by their template."""
    found: dict[str, list[FrozenFact]] = {}
    for fact in facts:
        found.setdefault(fact.template, []).append(fact)
    return found


def matched(
    base: KnowledgeBase, patterns: Sequence[Pattern], facts: Mapping[str, Sequence[FrozenFact]]
) -> Iterator[Things]:
    """Every way to match all the patterns, until the steps run out."""
    if any(pattern.template not in facts for pattern in patterns):
        return
    steps = STEPS
    waiting: list[tuple[int, Things]] = [(0, {})]
    while waiting and steps:
        place, things = waiting.pop()
        if place == len(patterns):
            yield things
            continue
        for fact in facts[patterns[place].template]:
            steps = max(steps - 1, 0)
            found = matches(base, patterns[place], fact, things)
            waiting += [(place + 1, bound) for bound in found]
    if not steps:
        leave(
            "rules that another rule covers",
            f"a search was given up after {STEPS:,} steps",
            english.listing(sorted({pattern.template for pattern in patterns})),
        )


def matches(
    base: KnowledgeBase, pattern: Pattern, fact: FrozenFact, things: Things
) -> Iterator[Things]:
    """The ways in which a pattern matches a fact, either way round if that is symmetric."""
    if pattern.template == fact.template:
        template = base.templates[pattern.template]
        yield from unified(template, pattern.terms, fact.things, things, _among)


def _among(thing: Thing, term: Term) -> bool:
    """Whether a thing is for certain the value of a term, or one of its values."""
    legal = term.values if isinstance(term, AnyOf) else (term,)
    if isinstance(thing, Constant):
        return thing in [constant(value) for value in legal]
    listed = thing.values if isinstance(thing, Anything) else None
    return listed is not None and set(listed) <= {*legal}
