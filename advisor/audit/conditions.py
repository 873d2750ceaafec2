"""Tells apart the conditions of rules that no scenario has decide, and those that never could."""

from __future__ import annotations

from collections.abc import Iterator

from advisor.audit import witness
from advisor.audit.finding import Fault, Place
from advisor.audit.subject import Subject


def undecided(subject: Subject, *, ever: bool, within: str, decides: str) -> Iterator[Fault]:
    """The conditions that decide in no scenario as it stands, of rules both fired and withheld.

    `ever` gives those that decide in some future of one, else those that decide in none. `within`
    and `decides` say where that was looked at, and what was found, in the words of the check.
    """
    parts, never = subject.undecided
    scenarios = [case.where for case, _ in subject.wanted]
    ran = witness.evidence(
        f"{within} its rule comes out the same without it",
        f"ran: {witness.within(subject.base, 'scenario', scenarios)}",
    )
    for mark in parts:
        if (mark not in never) is ever:
            place = Place(where=parts[mark].where, kind="rule", name=mark.name)
            message = f"{parts[mark].says} of rule '{mark.name}' {decides}"
            yield Fault(message=message, places=(place,), witness=ran)
