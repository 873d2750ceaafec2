"""How work grows with what is asked: counted in calls of functions, never by the clock."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import advisor
from advisor.brief import brief

TEMPLATES = """
road: {slots: {one: Place, other: Place}, SYMMETRIC says: "a road leads from {one} to {other}"}
start: {slots: {at: Place}, says: "the depot is at {at}", asks: "Is the depot at {at}?"}
reached: {slots: {at: Place}, says: "{at} can be reached"}
serve: {advice: true, slots: {client: Firm, at: Place}, says: "serve {at}"}
"""
RULES = """
- {id: begin, title: t, if: [start: {at: $a}], then: [reached: {at: $a}]}
- id: onward
  title: t
  if: [reached: {at: $a}, road: {one: $a, other: $b}]
  then: [reached: {at: $b}]
- {id: serve, title: t, if: [reached: {at: $a}], then: [serve: {client: firm, at: $a}]}
"""


def roads(folder: Path, stops: int, *, two_way: bool) -> Path:
    """Write a base about what can be reached from a depot along a row of stops; its folder."""
    symmetric = "symmetric: [one, other]," if two_way else ""
    places = "".join(f"  p{n}: {{name: stop {n}}}\n" for n in range(stops))
    links = "".join(f"  - road(p{n}, p{n + 1})\n" for n in range(stops - 1))
    files = {
        "rules/base.yaml": "title: Route\ndate: 2026-01-01\nscenario: now\nclient: firm\n",
        "rules/entities.yaml": f"Place:\n{places}Firm:\n  firm: {{name: the firm}}\n",
        "rules/templates.yaml": TEMPLATES.replace("SYMMETRIC", symmetric),
        "rules/rules.yaml": RULES,
        "facts/now.yaml": f"title: Now\nfacts:\n  - start(p0)\n{links}",
    }
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def calls(work: Callable[[], object]) -> int:
    """How many functions of Python a piece of work calls."""
    counted = 0

    def count(_: object, event: str, __: object) -> None:
        nonlocal counted
        counted += event == "call"

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(before)
    return counted


@pytest.mark.parametrize("two_way", [False, True])
def test_advice_on_a_road_grows_with_what_is_told(tmp_path, two_way):
    """Twice as many stops are four times as much to tell, and not eight times as much work."""
    cases = [
        advisor.load(base=roads(tmp_path / str(n), n, two_way=two_way)) for n in (12, 24, 48)
    ]
    few, more, most = (calls(lambda: advisor.advise(case)) for case in cases)
    assert more < 4.2 * few
    assert most < 4.2 * more


def test_a_brief_on_a_two_way_road_costs_a_few_times_one_on_a_one_way_road(tmp_path):
    """That all stops rest on one another multiplies no work: not by the stops, nor by the sets."""
    one, two = (
        advisor.load(base=roads(tmp_path / str(way), 12, two_way=way)) for way in (False, True)
    )
    assert calls(lambda: brief(two)) < 3 * calls(lambda: brief(one))
