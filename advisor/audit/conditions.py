"""Tells apart the conditions of rules that no scenario has decide, and those that never could."""

from __future__ import annotations

from collections.abc import Iterator

from advisor.audit.discrimination import undiscriminating
from advisor.audit.finding import Place
from advisor.audit.subject import Subject
from advisor.testing.coverage import Condition, Mark, conditions


def undecided(subject: Subject, *, ever: bool) -> Iterator[tuple[Mark, Condition]]:
    """The conditions that decide in no scenario as it stands, of rules both fired and withheld.

    `ever` gives those that decide in some future of one, else those that decide in none.
    """
    parts = {
        Mark("decisive", rule.id, part): condition
        for rule in subject.base.rules
        if {Mark("fired", rule.id), Mark("withheld", rule.id)} <= subject.covered
        for part, condition in enumerate(conditions(rule))
    }
    left = [mark for mark in parts if mark not in subject.covered]
    never = undiscriminating((case for case, _ in subject.evaluated), left)
    yield from ((mark, parts[mark]) for mark in left if (mark not in never) is ever)


def place(mark: Mark, condition: Condition) -> Place:
    """The place of a condition, allowed by the name of its rule."""
    return Place(where=condition.where, kind="rule", name=mark.name)
