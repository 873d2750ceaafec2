"""Writes the fact file of a witness: `advisor advise --base DIR FILE` shows what a finding says."""

from __future__ import annotations

import json
from collections.abc import Iterable

from advisor.audit.finding import ScenarioWitness
from advisor.grades import CERTAIN, TERMS
from advisor.model import Fact, Instance, Value

Stated = tuple[Instance, int]  # with its grade


def scenario(
    shows: str,
    client: Value | None,
    facts: Iterable[Stated],
    *,
    denied: Iterable[Instance] = (),
    extends: str | None = None,
) -> ScenarioWitness:
    """A witness that states some facts, and denies others; `extends` names a scenario."""
    lines = [f"title: {json.dumps(shows, ensure_ascii=False)}"]
    lines += [f"extends: {json.dumps(extends)}"] if extends else []
    lines += [f"client: {client}"] if client is not None else []
    lines += _listed("assume" if extends else "facts", (_line(*one) for one in sorted(facts)))
    lines += _listed("denied", map(str, sorted(denied)))
    return ScenarioWitness(shows=shows, text="\n".join(lines) + "\n")


def stated(facts: Iterable[Fact]) -> list[Stated]:
    """Facts as a scenario states them; those that it leaves open are left out."""
    return [(f.instance, f.grade) for f in facts if f.standing == "stated" and f.grade]


def _line(instance: Instance, grade: int) -> str:
    return f"{instance}" if grade == CERTAIN else f"{instance}={TERMS[grade]}"


def _listed(key: str, items: Iterable[str]) -> list[str]:
    lines = [f"  - {item}" for item in items]
    return [f"{key}:", *lines] if lines else []
