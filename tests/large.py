"""A base whose advice has so many futures that a test can interrupt, or kill, what visits them."""

from __future__ import annotations

import random
from pathlib import Path

EVENTS = 30


def write_large(folder: Path, unknown: int = EVENTS) -> Path:
    """Write a base with one piece of advice that rests on so many unknown events; its folder."""
    pick = random.Random(1)
    events = [f"event: {{of: n{n}}}" for n in range(EVENTS)]
    stages = [f"stage: {{of: n{n}}}" for n in range(20)]
    rules = []
    for number in range(90):
        below, heads = (events, stages) if number < 75 else (stages, ["act: {client: n0}"])
        one, other, against = pick.sample(below, 3)
        rules.append(
            f"- {{id: r{number}, title: t, if: [{one}, {other}], unless: [{against}], "
            f"then: [{heads[number % len(heads)]}]}}\n"
        )
    nodes = "".join(f"  n{n}: {{name: n{n}}}\n" for n in range(EVENTS))
    files = {
        "rules/base.yaml": "title: t\ndate: 2026-01-01\nscenario: s\nclient: n0\n",
        "rules/entities.yaml": "Node:\n" + nodes,
        "rules/templates.yaml": 'event: {slots: {of: Node}, says: "{of} happens"}\n'
        'stage: {slots: {of: Node}, says: "{of} is ready"}\n'
        'act: {advice: true, slots: {client: Node}, says: "act"}\n',
        "rules/rules.yaml": "".join(rules),
        "facts/s.yaml": "title: s\nunknown:\n"
        + "".join(f"  - event(n{n})\n" for n in range(unknown)),
    }
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder
