"""Finds the conclusions that rules draw from each other, and that nothing else uses."""

from __future__ import annotations

from advisor.audit.subject import Subject
from advisor.strata import components


def idle(subject: Subject) -> list[tuple[str, ...]]:
    """The circles of conclusions that come about and lead to nothing but themselves, in order."""
    used_for = {name: _users(subject, name) for name in sorted(subject.concluding)}
    return sorted(
        tuple(sorted(members))
        for members in components(used_for)
        if used_for[members[0]] and _closed(subject, members, used_for)
    )


def _users(subject: Subject, name: str) -> list[str]:
    """The templates that rules conclude from one."""
    rules = subject.requiring.get(name, ())
    return sorted({one.template for rule in rules for one in rule.conclusions})


def _closed(subject: Subject, members: list[str], used_for: dict[str, list[str]]) -> bool:
    """Whether templates that come about lead to no others, and are no advice."""
    templates = [subject.base.templates[name] for name in members]
    return (
        subject.reached.issuperset(members)
        and not any(one.advice or one.caveat for one in templates)
        and all(set(used_for[name]) <= set(members) for name in members)
    )
