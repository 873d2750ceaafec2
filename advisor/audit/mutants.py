"""Turns a base with its scenarios into mutants: each is all of it with one thing changed.

(DeMillo, Lipton and Sayward 1978, of programs.) A mutant is carried out on scenarios: each says
which, and what becomes of them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

import msgspec

from advisor.audit.finding import Place
from advisor.audit.operators import OF_RULES, OF_TEMPLATES, WEAKENED
from advisor.model.authored import is_helper, is_mark, marked
from advisor.model.errors import Location
from advisor.model.grades import CERTAIN
from advisor.model.records import KnowledgeBase, Pattern, Rule, Template
from advisor.model.scenarios import Scenario
from advisor.reasoning.firings import Firing
from advisor.testing.goals import conditions

Operator = str  # "rule withdrawn", "condition passed", or one of the registries'
WITHDRAWN: Final = "rule withdrawn"
PASSED: Final = "condition passed"
REVERSED: Final = "denial reversed"
UNRECOMMENDED: Final = "recommendation dropped"
TOLD: Final = frozenset({WITHDRAWN, PASSED, WEAKENED})  # survivors of these are findings
OPERATORS: Final = (WITHDRAWN, PASSED, *OF_RULES, *OF_TEMPLATES, REVERSED, UNRECOMMENDED)


class Mutant(NamedTuple):
    """One change to one rule, template or statement."""

    operator: Operator
    says: str  # as in "premise 2 (shortage) of the rule x counts as passed"
    place: Place  # of what is changed
    now: Rule | Template | None = None  # what stands in its place; None where that is no record
    part: int = -1  # of a condition that is passed: its place among those of its rule

    @property
    def identity(self) -> tuple[str, Place]:
        """What tells it from all others."""
        return self.says, self.place

    @property
    def rule(self) -> str | None:
        """The rule that is changed, by id."""
        return self.place.name if self.place.kind == "rule" else None


def mutants(base: KnowledgeBase, scenarios: Iterable[Scenario] = ()) -> Iterator[Mutant]:
    """Every mutant, in order of rule, then of template, then of statement.

    Of what no author writes nothing is changed: that a rule matches, the strength of a helper fact.
    """
    for rule in base.rules:
        if not is_mark(rule.id):
            yield from _of_rule(base, rule)
    for template in base.templates.values():
        for operator, vary in OF_TEMPLATES.items():
            for variation in vary(template):
                place = Place(where=variation.where, kind="template", name=template.id)
                says = f"the template {template.id} {variation.says}"
                yield Mutant(operator, says, place, variation.now)
    yield from _of_statements(scenarios)


def _of_rule(base: KnowledgeBase, rule: Rule) -> Iterator[Mutant]:
    def place(where: Location) -> Place:
        return Place(where=where, kind="rule", name=rule.id)

    if not is_helper(rule.id):
        yield Mutant(WITHDRAWN, f"the rule {rule.id} is withdrawn", place(rule.where))
    for part, condition in enumerate(conditions(rule)):
        if not _qualified(base, rule, part):
            says = f"{condition.says} of the rule {rule.id} counts as passed"
            yield Mutant(PASSED, says, place(condition.where), part=part)
    for operator, vary in OF_RULES.items():
        for variation in vary(base, rule):
            says = (
                f"the rule {rule.id} is weakened to roughly even chance"
                if operator == WEAKENED
                else f"in the rule {rule.id} {variation.says}"
            )
            yield Mutant(operator, says, place(variation.where), variation.now)


def _qualified(base: KnowledgeBase, rule: Rule, part: int) -> bool:
    """Whether a condition is the advice that a rule's caveat qualifies."""
    premise = rule.premises[part] if part < len(rule.premises) else None
    if not isinstance(premise, Pattern):
        return False
    template = base.templates[premise.template]
    return template.advice or template.kind


def _of_statements(scenarios: Iterable[Scenario]) -> Iterator[Mutant]:
    """A denial that is reversed, a recommendation that is dropped: wherever each is inherited."""
    seen: set[tuple[str, Location]] = set()
    for scenario in scenarios:
        denied = ((i, f.where) for i, f in scenario.facts.items() if f.standing == "denied")
        said = ((i, r.where) for i, r in scenario.recommends.items())
        for operator, found in ((REVERSED, denied), (UNRECOMMENDED, said)):
            for instance, where in found:
                if (str(instance), where) not in seen:
                    seen.add((str(instance), where))
                    place = Place(where=where, kind="fact", name=str(instance))
                    what, changed = operator.split()
                    yield Mutant(operator, f"the {what} of {instance} is {changed}", place)


def drawn(found: Sequence[Mutant], most: int | None) -> list[Mutant]:
    """So many of the mutants, in their order; drawn by what they say, so always the same."""
    if most is None or len(found) <= most:
        return list(found)

    def place(number: int) -> bytes:
        return hashlib.sha256(found[number].says.encode()).digest()

    return [found[number] for number in sorted(sorted(range(len(found)), key=place)[:most])]


def applied(scenario: Scenario, mutant: Mutant) -> Scenario:
    """A scenario with what is changed; as it is where nothing in it is, or in its firings alone."""
    if mutant.operator == WITHDRAWN:
        withdrawn = scenario.withdrawn | marked(scenario.base, [mutant.place.name])
        return msgspec.structs.replace(scenario, withdrawn=withdrawn)
    if mutant.operator == REVERSED:
        facts = {
            instance: msgspec.structs.replace(fact, standing="stated", grade=CERTAIN)
            if (str(instance), fact.where) == (mutant.place.name, mutant.place.where)
            else fact
            for instance, fact in scenario.facts.items()
        }
        return msgspec.structs.replace(scenario, facts=facts)
    if mutant.operator == UNRECOMMENDED:
        said = {
            instance: recommended
            for instance, recommended in scenario.recommends.items()
            if (str(instance), recommended.where) != (mutant.place.name, mutant.place.where)
        }
        return msgspec.structs.replace(scenario, recommends=said)
    return scenario


def changed_base(base: KnowledgeBase, now: Rule | Template) -> KnowledgeBase:
    """A base with a rule or a template in the place of that of its id."""
    if isinstance(now, Rule):
        rules = tuple(now if rule.id == now.id else rule for rule in base.rules)
        return msgspec.structs.replace(base, rules=rules)
    return msgspec.structs.replace(base, templates={**base.templates, now.id: now})


def passed(firing: Firing, part: int) -> Firing:
    """A firing of which one condition is left out, by its place among those of its rule."""
    if part < len(firing.rule.premises):
        return _without_premise(firing, part)
    return _without_exception(firing, part - len(firing.rule.premises))


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
