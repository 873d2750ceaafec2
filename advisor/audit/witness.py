"""Writes witnesses: fact files that `advisor advise --base DIR FILE` runs, and evidence."""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Final

from advisor import english
from advisor.audit.finding import EvidenceWitness, ScenarioWitness
from advisor.errors import Location
from advisor.grades import CERTAIN, TERMS
from advisor.model import Fact, Instance, KnowledgeBase, Value

Stated = tuple[Instance, int]  # with its grade

_SHOWN: Final = 3  # files that are named; of more, how many there are


def scenario(
    shows: str,
    client: Value | None,
    facts: Iterable[Stated],
    *,
    denied: Iterable[Instance] = (),
    withdrawn: Iterable[str] = (),
    interests: Iterable[str] = (),
    extends: str | None = None,
) -> ScenarioWitness:
    """A witness that states some facts, and denies others; `extends` names a scenario.

    The `interests` are those that the client holds.
    """
    lines = [f"title: {json.dumps(shows, ensure_ascii=False)}"]
    lines += [f"extends: {json.dumps(extends)}"] if extends else []
    lines += [f"client: {client}"] if client is not None else []
    held = ", ".join(interests)
    lines += [f"interests: {{{client}: [{held}]}}"] if held else []
    lines += _listed("assume" if extends else "facts", (_line(*one) for one in sorted(facts)))
    lines += _listed("denied", map(str, sorted(denied)))
    lines += _listed("withdraw", sorted(withdrawn))
    return ScenarioWitness(shows=shows, text="\n".join(lines) + "\n")


def stated(facts: Iterable[Fact]) -> list[Stated]:
    """Facts as a scenario states them; those that it leaves open are left out."""
    return [(f.instance, f.grade) for f in facts if f.standing == "stated" and f.grade]


def _line(instance: Instance, grade: int) -> str:
    return f"{instance}" if grade == CERTAIN else f"{instance}={TERMS[grade]}"


def _listed(key: str, items: Iterable[str]) -> list[str]:
    lines = [f"  - {item}" for item in items]
    return [f"{key}:", *lines] if lines else []


def evidence(shows: str, *seen: str) -> EvidenceWitness:
    """A witness that quotes lines, and says what was looked through."""
    return EvidenceWitness(shows=shows, seen=seen)


def many(number: int, word: str) -> str:
    """A number of things: "no rules", "1 rule", "2 rules"."""
    return f"{number or 'no'} {word if number == 1 else english.plural(word)}"


def within(base: KnowledgeBase, word: str, places: Collection[Location]) -> str:
    """A number of things, and the files that they stand in."""
    files = sorted({_path(base, place) for place in places})
    more = len(files) - _SHOWN
    names = [*files[:_SHOWN], f"{more} more"] if more > 0 else files
    return many(len(places), word) + (f" in {english.listing(names)}" if files else "")


def _path(base: KnowledgeBase, place: Location) -> str:
    """A file as it is called within the base."""
    return Path(os.path.relpath(place.file, base.folder)).as_posix()
