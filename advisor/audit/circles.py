"""Finds the conclusions that rules draw from each other, and that nothing else uses."""

from __future__ import annotations

from collections.abc import Collection

from advisor.audit.subject import Subject
from advisor.model.ranks import ranks
from advisor.model.relations import components


def idle(subject: Subject) -> list[tuple[str, ...]]:
    """The circles of conclusions that come about and lead to nothing but themselves, in order."""
    used_for = {name: _users(subject, name) for name in subject.base.concluding}
    found = {
        tuple(in_order(subject, members))
        for members in components(used_for)
        if used_for[members[0]] and _closed(subject, members, used_for)
    }
    places = ranks(subject.base.templates)
    return sorted(found, key=lambda members: [places[name] for name in members])


def in_order(subject: Subject, names: Collection[str]) -> list[str]:
    """Templates in the order of the base."""
    return [name for name in subject.base.templates if name in names]


def _users(subject: Subject, name: str) -> list[str]:
    """The templates that rules conclude from one."""
    rules = subject.base.requiring.get(name, ())
    return in_order(subject, {c.template for rule in rules for c in rule.conclusions})


def _closed(subject: Subject, members: list[str], used_for: dict[str, list[str]]) -> bool:
    """Whether templates that come about lead to no others, no advice and no question."""
    templates = [subject.base.templates[name] for name in members]
    return (
        subject.reached.issuperset(members)
        and subject.base.sensed.isdisjoint(members)
        and not any(template.advice or template.caveat for template in templates)
        and all(set(used_for[name]) <= set(members) for name in members)
    )
