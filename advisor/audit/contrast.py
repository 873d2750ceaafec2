"""Shows that something changes nothing: a fact file with it and one without, of the same advice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from advisor.audit import witness
from advisor.audit.example import Example, client
from advisor.audit.finding import ScenarioWitness, Witness
from advisor.audit.subject import Subject
from advisor.audit.witness import Draft
from advisor.model.changes import key_of
from advisor.model.records import Instance, Rule
from advisor.model.scenarios import Scenario
from advisor.model.values import Value


def without_rule(subject: Subject, example: Example, rule: Rule) -> ScenarioWitness | None:
    """Facts on which a rule fires, and the same with the rule withdrawn; None if that differs."""
    shows = f"'{rule.id}' concludes {example.concluded}, and the advice is as without the rule"
    other = Draft(client=example.client, facts=example.facts, withdrawn=[rule.id])
    return witness.held(
        subject.stage,
        shows,
        example.draft,
        lambda case: witness.fired(case, rule.id, example.concluded),
        (f"the same without '{rule.id}'", other),
    )


def without_fact(subject: Subject, facts: Sequence[Instance]) -> Witness:
    """The first of some facts that is stated, or could be; and the same without it.

    It is seen in the scenario that states it, else in the base's own, where that says nothing of
    it, and else alone.
    """
    for fact, one, other in _pairs(subject, facts):
        same = (f"the same without {fact}", other)
        seen = witness.held(subject.stage, f"the advice is as without {fact}", one, same=same)
        if seen is not None:
            return seen
    rules = witness.within(subject.base, "rule", [rule.where for rule in subject.base.rules])
    return witness.evidence(f"no condition matches {facts[0]}", f"looked through: {rules}")


def _pairs(subject: Subject, facts: Sequence[Instance]) -> Iterator[tuple[Instance, Draft, Draft]]:
    """A fact, with what a fact file says that has it and one that has not; likeliest first."""
    wanted = set(facts)
    for scenario in subject.scenarios:
        for said in scenario.facts.values():
            if said.instance in wanted and said.standing == "stated":
                extending = Draft(client=_client(subject, scenario), extends=scenario.name)
                without = Draft(
                    client=extending.client, denied=[said.instance], extends=scenario.name
                )
                yield said.instance, extending, without
                return
    own = next((s for s in subject.scenarios if s.name == subject.base.scenario), None)
    fresh = [f for f in facts if own and not _key_taken(subject, own, f)]
    places = [(own, fresh[0])] if fresh else []
    for extended, fact in (*places, (None, facts[0])):
        of, extends = _client(subject, extended), extended.name if extended else None
        with_it = Draft(client=of, facts=[fact], extends=extends)
        yield fact, with_it, Draft(client=of, extends=extends)


def _client(subject: Subject, scenario: Scenario | None) -> Value | None:
    return (scenario and scenario.client) or client(subject.base)


def _key_taken(subject: Subject, scenario: Scenario, fact: Instance) -> bool:
    """Whether a scenario says something else of what the fact is about."""
    template = subject.base.templates[fact.template]
    key = key_of(template, fact)
    same = (other for other in scenario.facts if other.template == fact.template)
    return any(other == fact or (key and key_of(template, other) == key) for other in same)
