"""How work grows with what is asked: counted in calls of functions, never by the clock."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import advisor
from advisor.answers.silence import Silence
from advisor.brief import brief
from advisor.model.scenarios import Scenario
from advisor.reasoning.evaluate import Outcome

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


def load(base: Path) -> Outcome:
    """The case of a base."""
    return advisor.load(base=base)


def calls(work: Callable[[], object]) -> int:
    """How many functions of Python a piece of work calls, when it is done for the second time.

    The first time modules are loaded on the way.
    """
    work()
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


def test_that_stops_rest_on_one_another_multiplies_no_work(tmp_path):
    """Advice on a road both ways takes little more than on one that goes one way, and so a brief.

    A recursive component is looked through once for all that is asked of it, not for each piece.
    """
    one, two = (roads(tmp_path / str(way), 12, two_way=way) for way in (False, True))
    for work in (advisor.advise, brief):
        assert calls(lambda: work(load(two))) < 1.5 * calls(lambda: work(load(one)))  # noqa: B023


def test_advice_costs_as_much_beside_much_other_advice(tmp_path):
    """So advice on twice as many stops, and by default on each, takes about twice the work."""
    for stops in (20, 40):
        base = roads(tmp_path / str(stops), stops, two_way=False)
        starts = "".join(f"  - start(p{n})\n" for n in range(stops))
        (base / "facts/now.yaml").write_text(f"title: Now\nfacts:\n{starts}")
        with (base / "rules/templates.yaml").open("a") as more:
            more.write(
                'ask: {advice: true, slots: {client: Firm, at: Place}, says: "ask at {at}"}\n'
            )
        with (base / "rules/rules.yaml").open("a") as more:
            every = "if: [every Firm $f, every Place $p], then: [ask: {client: $f, at: $p}]"
            more.write(f"- {{id: ask, title: t, otherwise: true, {every}}}\n")
    few, many = (load(tmp_path / str(stops)) for stops in (20, 40))
    assert len(many.graph.advice_to("firm")) == 80
    work = [calls(lambda c=case: advisor.advise(Outcome(*c))) for case in (few, many)]
    assert work[1] < 2.3 * work[0]


def test_what_a_scenario_leaves_open_is_worked_out_once(tmp_path, monkeypatch):
    """However many pieces of advice look at it, and at their signposts."""
    made = []
    begin = Silence.__init__

    def count(silence: Silence, scenario: Scenario) -> None:
        made.append(scenario)
        begin(silence, scenario)

    monkeypatch.setattr(Silence, "__init__", count)
    advisor.advise(load(roads(tmp_path, 12, two_way=False)))
    assert len(made) == 1


def test_a_brief_works_out_nothing_that_it_does_not_say(tmp_path):
    """What takes each piece of advice away is told in a brief; what else that does is not."""
    base = roads(tmp_path, 12, two_way=True)
    assert calls(lambda: brief(load(base))) < 15 * calls(lambda: advisor.advise(load(base)))
