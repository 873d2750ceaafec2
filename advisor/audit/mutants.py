"""Turns a base into mutants: each is the base with one thing in one rule changed for the worse.

A rule is withdrawn, or weakened to the least strength that holds; one condition of it counts as
passed, whatever the facts. (DeMillo, Lipton and Sayward 1978, of programs.) A mutant is carried out
on the recorded firings: what could be matched stays as it is.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Literal, NamedTuple

import msgspec

from advisor.model.errors import Location
from advisor.model.grades import CERTAIN, HOLDS
from advisor.model.records import KnowledgeBase, Pattern, Rule
from advisor.model.relations import closure
from advisor.reasoning.firings import Firing
from advisor.reasoning.graph import JustificationGraph
from advisor.testing.coverage import conditions

Mutation = Literal["withdrawn", "weakened", "passed"]


class Mutant(NamedTuple):
    """One change to one rule."""

    rule: str
    kind: Mutation
    part: int  # of "passed": the condition's place among those of its rule; else -1
    says: str  # as in "premise 2 (shortage) of the rule x counts as met"
    where: Location


def mutants(base: KnowledgeBase) -> Iterator[Mutant]:
    """Every mutant of a base but those that can be seen to change nothing, in order of rule."""
    caps, graded = _caps(base), _graded(base)
    for rule in base.rules:
        yield Mutant(rule.id, "withdrawn", -1, f"the rule {rule.id} is withdrawn", rule.where)
        if _shows(base, rule, graded) and _cap(rule, caps) > HOLDS:
            says = f"the rule {rule.id} is weakened to roughly even chance"
            yield Mutant(rule.id, "weakened", -1, says, rule.where)
        for part, condition in enumerate(conditions(rule)):
            if not _qualified(base, rule, part):
                says = f"{condition.says} of the rule {rule.id} counts as passed"
                yield Mutant(rule.id, "passed", part, says, condition.where)


def _caps(base: KnowledgeBase) -> dict[str, int]:
    """The highest grade that facts of each template can have."""
    caps = {name: 0 if name in base.derived else CERTAIN for name in base.templates}
    before: dict[str, int] = {}
    while caps != before:
        before = dict(caps)
        for rule in base.rules:
            for conclusion in rule.conclusions:
                name = conclusion.template
                caps[name] = max(caps[name], min(rule.strength, _cap(rule, caps)))
    return caps


def _cap(rule: Rule, caps: Mapping[str, int]) -> int:
    """The highest grade that a rule can give; a derived fact can also be stated."""
    needed = [p.template for p in rule.patterns()] + [c.of.template for c in rule.counts()]
    return min([rule.strength, *(caps[name] for name in needed)])


def _graded(base: KnowledgeBase) -> set[str]:
    """The templates whose grade can show: advice, and what its grade may rest on.

    A caveat, and what default rules alone conclude, is shown or not, at whatever grade.
    """
    ruled = {c.template for rule in base.rules if not rule.otherwise for c in rule.conclusions}
    found = {name for name in ruled if base.templates[name].advice}
    found |= {p.template for rule in base.rules for p in rule.exceptions}
    found |= {count.of.template for rule in base.rules for count in rule.counts()}

    def below(name: str) -> Iterator[str]:
        for rule in base.concluding.get(name, ()):
            yield from (pattern.template for pattern in rule.patterns())

    return set(closure(found, below))


def _shows(base: KnowledgeBase, rule: Rule, graded: Collection[str]) -> bool:
    """Whether a rule's strength can show: advice from nothing has low confidence at any."""
    concluded = {conclusion.template for conclusion in rule.conclusions}
    if not rule.premises:
        concluded = {name for name in concluded if not base.templates[name].advice}
    return not concluded.isdisjoint(graded)


def _qualified(base: KnowledgeBase, rule: Rule, part: int) -> bool:
    """Whether a condition is the advice that a rule's caveat qualifies."""
    premise = rule.premises[part] if part < len(rule.premises) else None
    if not isinstance(premise, Pattern):
        return False
    template = base.templates[premise.template]
    return template.advice or template.kind


def applied(graph: JustificationGraph, mutant: Mutant) -> JustificationGraph:
    """The graph in which the firings of the mutant's rule are changed as it says."""
    if mutant.kind == "withdrawn":
        return graph
    numbers = graph.of_rule.get(mutant.rule, ())
    return graph.replaced({n: changed(graph.firings[n], mutant) for n in numbers})


def changed(firing: Firing, mutant: Mutant) -> Firing:
    """A firing of the mutant's rule, weakened, or with one condition left out."""
    rule = firing.rule
    if mutant.kind == "weakened":
        weaker = msgspec.structs.replace(rule, strength=HOLDS)
        return msgspec.structs.replace(firing, rule=weaker)
    if mutant.part < len(rule.premises):
        return _without_premise(firing, mutant.part)
    return _without_exception(firing, mutant.part - len(rule.premises))


def _without_premise(firing: Firing, part: int) -> Firing:
    premises = firing.rule.premises
    before = premises[:part]
    place = sum(isinstance(p, Pattern) is isinstance(premises[part], Pattern) for p in before)
    rule = msgspec.structs.replace(firing.rule, premises=before + premises[part + 1 :])
    if isinstance(premises[part], Pattern):
        kept = firing.premises[:place] + firing.premises[place + 1 :]
        return msgspec.structs.replace(firing, rule=rule, premises=kept)
    counts = firing.counts[:place] + firing.counts[place + 1 :]
    return msgspec.structs.replace(firing, rule=rule, counts=counts)


def _without_exception(firing: Firing, place: int) -> Firing:
    """The firing without an exception; the one after the last is that of a default rule."""
    blockers = firing.blockers[:place] + firing.blockers[place + 1 :]
    if place == len(firing.exceptions):
        rule = msgspec.structs.replace(firing.rule, otherwise=False)
        return msgspec.structs.replace(firing, rule=rule, default=None, blockers=blockers)
    exceptions = firing.rule.exceptions
    rule = msgspec.structs.replace(
        firing.rule, exceptions=exceptions[:place] + exceptions[place + 1 :]
    )
    kept = firing.exceptions[:place] + firing.exceptions[place + 1 :]
    return msgspec.structs.replace(firing, rule=rule, exceptions=kept, blockers=blockers)
