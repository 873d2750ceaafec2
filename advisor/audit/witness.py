"""Writes witnesses: fact files that `advisor advise --base DIR FILE` runs, and evidence."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Final

from advisor import loader
from advisor.audit.finding import EvidenceWitness, ScenarioWitness
from advisor.model import english, plurals
from advisor.model.errors import Location
from advisor.model.grades import CERTAIN
from advisor.model.records import Instance, KnowledgeBase
from advisor.model.scenarios import Fact, Holding, Origin
from advisor.model.values import Value

_HERE: Final = Location("<witness>")
_SHOWN: Final = 3  # files that are named; of more, how many there are


def scenario(
    shows: str,
    client: Value | None,
    facts: Iterable[Instance],
    *,
    denied: Iterable[Instance] = (),
    withdrawn: Iterable[str] = (),
    interests: Iterable[str] = (),
    extends: str | None = None,
) -> ScenarioWitness:
    """A witness that states some facts as certain, and denies others; `extends` names a scenario.

    The `interests` are those that the client holds.
    """
    origin: Origin = "assumed" if extends else "given"
    said = [
        *(
            Fact(instance=i, standing="stated", grade=CERTAIN, origin=origin, where=_HERE)
            for i in facts
        ),
        *(
            Fact(instance=i, standing="denied", grade=None, origin=origin, where=_HERE)
            for i in denied
        ),
    ]
    held = {str(client): [Holding(interest=interest) for interest in interests]}
    says = loader.FactFile(
        title=shows,
        extends=extends,
        client=None if client is None else str(client),
        interests=held if any(held.values()) else {},
        facts=said,
        withdrawn=list(withdrawn),
    )
    return ScenarioWitness(shows=shows, text=loader.fact_file(says))


def evidence(shows: str, *seen: str) -> EvidenceWitness:
    """A witness that quotes lines, and says what was looked through."""
    return EvidenceWitness(shows=shows, seen=seen)


def many(number: int, word: str) -> str:
    """A number of things: "no rules", "1 rule", "2 rules"."""
    return english.counted(number, word) if number else f"no {plurals.plural(word)}"


def within(base: KnowledgeBase, word: str, places: Collection[Location]) -> str:
    """A number of things, and the files that they stand in."""
    files = sorted({called(base, place) for place in places})
    more = len(files) - _SHOWN
    names = [*files[:_SHOWN], f"{more} more"] if more > 0 else files
    return many(len(places), word) + (f" in {english.listing(names)}" if files else "")


def called(base: KnowledgeBase, place: Location) -> str:
    """A file as it is called within the base."""
    return Path(os.path.relpath(place.file, base.folder)).as_posix()
