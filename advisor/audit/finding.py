"""What an audit finds: faults, each with where it is and a witness that shows it happen.

A check yields faults; the audit makes findings of them, with the check's id and severity.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable
from typing import Final, Literal

import msgspec

from advisor.model.allowances import Severity
from advisor.model.errors import Location

SEVERITIES: Final[dict[Severity, str]] = {  # gravest first
    "error": "Advice is wrong or missing, or the base contradicts itself.",
    "warning": "Something does nothing, or not what it seems to: a mistake, or soon to be one.",
    "note": "Legal and perhaps meant, but worth a look.",
}

PlaceKind = Literal[
    "rule",
    "table",
    "fact",
    "template",
    "entity",
    "interest",
    "source",
    "passage",
    "scenario",
    "allowance",
]


class Place(msgspec.Struct, frozen=True, order=True, kw_only=True):
    """Something that an author wrote, and where."""

    where: Location
    kind: PlaceKind
    name: str  # as it is accepted by in `audit: {allow: ...}`


class Binding(msgspec.Struct, frozen=True, order=True, kw_only=True):
    """What a variable of one rule stands for in the other."""

    variable: str
    stands_for: str


class ScenarioWitness(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="scenario"):
    """A fact file in which it happens: `advisor advise --base DIR FILE` reproduces it."""

    shows: str  # what to look for there, one sentence
    text: str
    same_as: str | None = None  # another fact file, which leads to the same advice

    @property
    def lines(self) -> tuple[str, ...]:
        """What it says beside its files."""
        return ()


class RulesWitness(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="rules"):
    """Rules of which the first says what the others say, under a substitution."""

    shows: str
    rules: tuple[str, ...]
    substitution: tuple[Binding, ...] = ()  # from the variables of the second rule to the first's

    @property
    def lines(self) -> tuple[str, ...]:
        """What each variable stands for."""
        return tuple(f"{b.variable} stands for {b.stands_for}" for b in self.substitution)


class CycleWitness(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="cycle"):
    """Steps that lead back to where they begin."""

    shows: str
    steps: tuple[str, ...]

    @property
    def lines(self) -> tuple[str, ...]:
        """Its steps."""
        return self.steps


class EvidenceWitness(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="evidence"):
    """What stands written, and what was looked through, so that nobody has to believe it."""

    shows: str
    seen: tuple[str, ...]  # lines as they stand, and places with how much was found there

    @property
    def lines(self) -> tuple[str, ...]:
        """What was seen."""
        return self.seen


Witness = ScenarioWitness | RulesWitness | CycleWitness | EvidenceWitness


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """One fault, as its check reports it."""

    message: str  # one sentence
    places: tuple[Place, ...]  # what it is about: who accepts it names them all; at least one
    related: tuple[Place, ...] = ()  # what else to look at
    witness: Witness


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One fault, as it is reported to the author."""

    check: str
    severity: Severity
    message: str
    places: tuple[Place, ...]
    related: tuple[Place, ...] = ()
    rules: tuple[str, ...] = ()  # ids of those among its places
    witness: Witness
    fingerprint: str  # stays as long as the fault does, wherever it moves
    allowed: str | None = None  # why the author accepts it


def finding_of(check: str, severity: Severity, fault: Fault) -> Finding:
    """The finding that a check makes of a fault, known by what it names and says.

    Numbers in what it says do not count: how many others there are is no matter of this fault.
    """
    named = [f"{place.kind} {place.name}" for place in (*fault.places, *fault.related)]
    identity = "\n".join([check, *named, re.sub(r"\d+", "#", fault.message)])
    rules = [place.name for place in (*fault.places, *fault.related) if place.kind == "rule"]
    return Finding(
        check=check,
        severity=severity,
        message=fault.message,
        places=fault.places,
        related=fault.related,
        rules=tuple(dict.fromkeys(rules)),
        witness=fault.witness,
        fingerprint=_hashed(identity),
    )


def belongs(name: str, about: str) -> bool:
    """Whether something is named, or is of what is: a row of a table, whose name begins so."""
    return name == about or name.startswith(f"{about}/")


def named_in(finding: Finding) -> set[str]:
    """All that a finding is about, by name: what has it, and the other rules that make it."""
    return {*(place.name for place in finding.places), *finding.rules}


def told_apart(findings: Iterable[Finding]) -> list[Finding]:
    """The findings, those that name and say the same numbered in their order."""
    seen: Counter[str] = Counter()
    found = []
    for finding in findings:
        number = seen[finding.fingerprint]
        seen[finding.fingerprint] += 1
        own = _hashed(f"{finding.fingerprint} {number}") if number else finding.fingerprint
        found.append(msgspec.structs.replace(finding, fingerprint=own))
    return found


def _hashed(identity: str) -> str:
    return hashlib.sha256(identity.encode()).hexdigest()[:16]
