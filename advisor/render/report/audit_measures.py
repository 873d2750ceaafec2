"""Turns coverage and futures into tables: what is tested, and which facts decide the advice."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from advisor.audit.report import Report
from advisor.futures.result import Influence, OpenFact, Prospect, Stress
from advisor.model import english
from advisor.render.report.document import (
    Block,
    Bullets,
    Cell,
    HeatMap,
    Link,
    Paragraph,
    Section,
    Shade,
    Table,
    text,
)
from advisor.render.report.rule_picture import rule_anchor
from advisor.render.report.words import counted
from advisor.render.terminal import coverage as coverage_view
from advisor.render.terminal.prospects import percent
from advisor.testing.goals import KINDS, OF_RULES, CoverageGoal, MarkKind

_GOALS: Final[Mapping[MarkKind, str]] = {
    "fired": "Rules, but those for caveats, that fire in some scenario",
    "withheld": "Rules, but those for caveats, that some scenario keeps from firing",
    "decisive": "Conditions that alone keep their rule from firing in some scenario",
    "bound": "Comparisons that some scenario puts to their very bound",
    "beside": "Comparisons that some scenario puts to what just misses their bound",
    "reached": "Kinds of advice that some scenario is given",
    "qualifying": "Rules for caveats that qualify advice in some scenario",
    "sparing": "Rules for caveats without which some scenario gives advice that they could qualify",
    "advanced": "Interests that advice advances in some scenario",
    "strained": "Interests that advice strains in some scenario",
    "advised": "Clients about whose advice some scenario expects something",
}
_PARTS: Final[tuple[MarkKind, ...]] = ("decisive", "bound", "beside")  # of rules: conditions
_LISTS: Final[Sequence[tuple[Sequence[MarkKind], str, Sequence[str]]]] = (
    (("reached",), "Coverage by advice", ("Advice", "Given in")),
    (("advanced", "strained"), "Coverage by interest", ("Interest", "Advanced in", "Strained in")),
    (("advised",), "Coverage by client", ("Client", "Expected about in")),
)
ROWS: Final = 500  # of a table; the catalogue of the rules has the same of each rule
_STEPS: Final = (0.0, 0.05, 0.15, 0.3, 0.5)  # above each, a deeper colour


def coverage(report: Report) -> Section:
    """How much of the base the scenarios put to the test."""
    found = report.coverage
    run = counted(len(report.scenarios), "scenario")
    lead = " ".join(
        [coverage_view.summary(found), f"{run.capitalize()} ran.", *coverage_view.unseen(found)]
    )
    blocks: list[Block] = [Paragraph(text(lead)), _kinds(report)]
    if report.rules:
        blocks += [_rules(report), _conditions(report)]
    for kinds, caption, heads in _LISTS:
        if found.of(*kinds):
            blocks.append(_list(report, kinds, caption, heads))
    return Section("coverage", "What the scenarios put to the test", tuple(blocks))


def _kinds(report: Report) -> Table:
    rows = []
    for kind in KINDS:
        covered, total = report.coverage.counts(kind)
        if not total:
            continue
        cells = (Cell(text(_GOALS[kind])), _number(covered), _number(total))
        rows.append((*cells, _percent(covered, total)))
    heads = ("Goals", "Covered", "Of", "Percent")
    return Table("coverage-kinds", "Coverage by kind of goal", heads, tuple(rows))


def _rules(report: Report) -> Table:
    by_rule: dict[str, dict[MarkKind, list[CoverageGoal]]] = {}
    for goal in report.coverage.of(*OF_RULES):
        by_rule.setdefault(goal.name, {}).setdefault(goal.kind, []).append(goal)
    heads = ("Rule", "Fired in", "Withheld in", "Conditions that decide", "Percent")
    rows = tuple(_rule(name, goals) for name, goals in itertools.islice(by_rule.items(), ROWS))
    more = len(by_rule) - len(rows)
    caption = "Coverage by rule" + (f": the first {ROWS:,}, and {more:,} more" if more else "")
    return Table("coverage-rules", caption, heads, rows)


def _rule(name: str, goals: Mapping[MarkKind, list[CoverageGoal]]) -> tuple[Cell, ...]:
    decisive = [goal for kind in _PARTS for goal in goals.get(kind, [])]
    decided = sum(goal.covered_by is not None for goal in decisive)
    every = [goal for some in goals.values() for goal in some]
    covered = sum(goal.covered_by is not None for goal in every)
    return (
        Cell(text(Link(name, rule_anchor(name)))),
        _by(*goals.get("fired", []), *goals.get("qualifying", [])),
        _by(*goals.get("withheld", []), *goals.get("sparing", [])),
        Cell(text(f"{decided:,} of {len(decisive):,}"), decided / max(1, len(decisive))),
        _percent(covered, len(every)),
    )


def _conditions(report: Report) -> Table:
    """Every condition; of very many the first that no scenario puts to the test."""
    goals, caption = report.coverage.of(*_PARTS), "Coverage by condition"
    if len(goals) > ROWS:
        left = [goal for goal in goals if goal.covered_by is None]
        caption += f": of {len(goals):,}, {len(left):,} are put to the test in no scenario"
        caption += f"; the first {ROWS:,} of these" if len(left) > ROWS else ""
        goals = left[:ROWS]
    rows = tuple(
        (
            Cell(text(_condition(goal))),
            Cell(text(Link(goal.name, rule_anchor(goal.name)))),
            _by(goal),
            Cell(text(str(report.at(goal.where)))),
        )
        for goal in goals
    )
    heads = ("Condition", "Of the rule", "Put to the test in", "At")
    return Table("coverage-conditions", caption, heads, rows)


def _condition(goal: CoverageGoal) -> str:
    """A condition by its place in its rule: "premise 2 (shortage)"."""
    return goal.says.split(" alone keeps ", maxsplit=1)[0].replace(f" of the rule {goal.name}", "")


def _list(report: Report, kinds: Sequence[MarkKind], caption: str, heads: Sequence[str]) -> Table:
    """What is neither a rule nor a part of one, with where it is put to the test."""
    names: dict[str, list[Cell]] = {}
    for kind in kinds:
        for goal in report.coverage.of(kind):
            names.setdefault(goal.name, [_by()] * len(kinds))
            names[goal.name][kinds.index(kind)] = _by(goal)
    rows = tuple((Cell(text(name)), *cells) for name, cells in names.items())
    return Table(f"coverage-{kinds[0]}", caption, tuple(heads), rows)


def _by(*goals: CoverageGoal) -> Cell:
    """Where the first of some goals is covered; a dash where there is none."""
    covers = [goal.covered_by or "no scenario" for goal in goals]
    return Cell(text(covers[0] if covers else "-"))


def _number(count: int) -> Cell:
    return Cell(text(str(count)), float(count))


def _percent(covered: int, total: int) -> Cell:
    """A share in whole percent, never rounded up."""
    whole = 100 * covered // total if total else 100
    return Cell(text(f"{whole}%"), float(whole))


# ------------------------------------------------------------------ futures


def futures(report: Report) -> Section:
    """Which uncertain fact decides which recommendation, for each scenario examined."""
    if not report.futures:
        says = "No scenario that advises anybody was examined: name one, or give a default."
        return Section("futures", "Futures", (Paragraph(text(says)),))
    parts = tuple(_stress(number, stress) for number, stress in enumerate(report.futures, 1))
    says = (
        "In each future every uncertain fact either holds or does not. A cell says how likely it "
        "is that a fact, when it comes to hold, changes a recommendation, in percent: + where that "
        "gives the recommendation, − where it takes it away, ± where it may do either."
    )
    return Section("futures", "Futures", (Paragraph(text(says), "aside"),), parts)


def _stress(number: int, stress: Stress) -> Section:
    title = f"{stress.title}: advice to {stress.client_name}"
    return Section(f"futures-{number}", title, tuple(_blocks(number, stress)))


def _blocks(number: int, stress: Stress) -> Iterator[Block]:
    if stress.partial:
        yield Paragraph(text(f"This is partial: {stress.cut_short}."))
    moved = [prospect for prospect in stress.advice if prospect.influences]
    if moved:
        yield _heat(number, stress, moved)
        yield Paragraph(text("The facts, by the numbers of their columns:"), "plain")
        facts = (f"{english.sentence(f.says)} Stated: {f.stated}." for f in _facts(stress).values())
        yield Bullets(tuple(map(text, facts)), start=1)
    for given, says in (("all", "Given in every future"), ("none", "Given in none")):
        still = [prospect.says for prospect in stress.advice if prospect.given_in == given]
        if still:
            yield Paragraph(text(f"{says}:"), "plain")
            yield Bullets(tuple(map(text, still)))
    if not stress.advice:
        yield Paragraph(text("There is no advice to look at."))


def _facts(stress: Stress) -> dict[str, OpenFact]:
    """The facts that decide something, the most decisive first."""
    found = {fact.instance: fact for fact in stress.facts}
    return {each.instance: found[each.instance] for each in stress.decisive}


def _heat(number: int, stress: Stress, moved: list[Prospect]) -> HeatMap:
    facts = _facts(stress)
    columns = [(str(n), english.sentence(fact.says)) for n, fact in enumerate(facts.values(), 1)]
    return HeatMap(
        anchor=f"heat-{number}",
        caption="How much each uncertain fact decides each recommendation, in percent",
        corner="Recommendation",
        columns=(("Given", "How likely it is given"), *columns),
        rows=tuple((text(each.says), tuple(_shades(each, facts))) for each in moved),
    )


def _shades(prospect: Prospect, facts: Mapping[str, object]) -> Iterator[Shade]:
    about = "" if prospect.method == "exact" else "~"
    if prospect.probability is None:
        yield Shade("no measure", 0.0, "plain", 0)
    else:
        yield Shade(f"{about}{percent(prospect.probability)}", prospect.probability, "plain", 0)
    influences = {each.instance: each for each in prospect.influences}
    for fact in facts:
        yield _shade(influences.get(fact))


def _shade(influence: Influence | None) -> Shade:
    if influence is None:
        return Shade("0", 0.0, "plain", 0)
    decides = influence.gives + influence.takes
    hue, sign = ("both", "±") if influence.gives and influence.takes else ("gives", "+")
    if not influence.gives:
        hue, sign = "takes", "−"
    return Shade(sign + _whole(decides), decides, hue, sum(decides > step for step in _STEPS))


def _whole(share: float) -> str:
    """A share in whole percent; what is not quite nothing or all is not rounded to it."""
    rounded = round(100 * share)
    if not rounded:
        return "<1"
    return ">99" if rounded == 100 and share < 1 - 1e-9 else str(rounded)
