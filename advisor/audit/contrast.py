"""Shows that something changes nothing: a fact file with it and one without, of the same advice."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from advisor.audit import witness
from advisor.audit.example import Example, client
from advisor.audit.finding import ScenarioWitness
from advisor.audit.subject import Subject
from advisor.model.changes import key_of
from advisor.model.records import Instance, Rule
from advisor.model.scenarios import Scenario


def without_rule(example: Example, rule: Rule) -> ScenarioWitness:
    """Facts on which a rule fires, and the same with the rule withdrawn."""
    shows = f"'{rule.id}' concludes {example.concluded}, and the advice is as without the rule"
    title = f"the same without '{rule.id}'"
    other = witness.scenario(title, example.client, example.facts, withdrawn=[rule.id])
    return _same(witness.scenario(shows, example.client, example.facts), other)


def without_fact(subject: Subject, facts: Sequence[Instance]) -> ScenarioWitness:
    """The first of some facts that is stated, or could be; and the same without it.

    It is seen in the scenario that states it, else in the base's own, where that says nothing of
    it, and else alone.
    """
    wanted = set(facts)
    for scenario in subject.scenarios:
        for fact in scenario.facts.values():
            if fact.instance in wanted and fact.standing == "stated":
                return _told(subject, scenario, fact.instance)
    own = next((s for s in subject.scenarios if s.name == subject.base.scenario), None)
    fresh = [f for f in facts if own and not _key_taken(subject, own, f)]
    return _added(subject, own, fresh[0]) if fresh else _added(subject, None, facts[0])


def _told(subject: Subject, scenario: Scenario, fact: Instance) -> ScenarioWitness:
    of = scenario.client or client(subject.base)
    shows = f"the advice is as without {fact}"
    title = f"the same without {fact}"
    other = witness.scenario(title, of, (), denied=[fact], extends=scenario.name)
    return _same(witness.scenario(shows, of, (), extends=scenario.name), other)


def _added(subject: Subject, scenario: Scenario | None, fact: Instance) -> ScenarioWitness:
    of = (scenario and scenario.client) or client(subject.base)
    extends = scenario.name if scenario else None
    shows = f"the advice is as without {fact}"
    with_it = witness.scenario(shows, of, [fact], extends=extends)
    return _same(with_it, witness.scenario(f"the same without {fact}", of, (), extends=extends))


def _key_taken(subject: Subject, scenario: Scenario, fact: Instance) -> bool:
    """Whether a scenario says something else of what the fact is about."""
    template = subject.base.templates[fact.template]
    key = key_of(template, fact)
    same = (other for other in scenario.facts if other.template == fact.template)
    return any(other == fact or (key and key_of(template, other) == key) for other in same)


def _same(shown: ScenarioWitness, other: ScenarioWitness) -> ScenarioWitness:
    return msgspec.structs.replace(shown, same_as=other.text)
