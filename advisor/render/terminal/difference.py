"""Turns what differs between two bases into text for a terminal or a pipe, and into Markdown."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from rich.console import Console

from advisor.difference.result import (
    AdviceChange,
    Change,
    Difference,
    FacetChange,
    FieldChange,
    FutureChange,
    NeededChange,
    ScenarioDifference,
)
from advisor.model import english
from advisor.render.terminal.page import Page
from advisor.render.terminal.whatif import HEADINGS, SIGNS

_CHANGES = 5  # what a screen has of each
_FIELDS = 2  # of a change
_GROUPS = 3  # of scenarios that differ alike
_SHIFTS = 3
_CAUSES = 2
_STYLES = {
    "added": "bold green",
    "removed": "bold red",
    "changed": "bold yellow",
    "renamed": "bold cyan",
}
_QUOTED = frozenset({"wording", "caveat"})
_FACETS = 2  # of a piece of advice
_SIGNS = {"added": "+", "removed": "-", "changed": "~", "renamed": "~"}


class LeveledLine(NamedTuple):
    """A line of either view: 0 is a heading, 1 a subject, 2 what is said of it, 3 why."""

    level: int
    label: str
    text: str


def difference(console: Console, found: Difference, *, long: bool = True) -> None:
    """What differs in the bases, then in the advice of each scenario; a screen, unless `long`."""
    page = Page(console.width)
    if not long and not found.same:
        _on_a_screen(page, found)
        page.print(console)
        return
    if not found.same:
        _headline(page, found)
    _changes(page, found.changes)
    for line in lines(found) if found.same else _advice(found):
        if line.level == 0:
            page.heading(line.text)
        else:
            page.item(line.label, line.text, 2 * (line.level - 1))
    page.print(console)


def _headline(page: Page, found: Difference) -> None:
    changes = english.counted(len(found.changes), "change")
    of = english.counted(found.compared, "scenario")
    differing = found.differing
    page.line(f"{changes} to the base; the advice differs in {differing} of {of}", "bold")


def _changes(page: Page, changes: Iterable[Change], fields: int | None = None) -> None:
    """Each change as a finding where it is; of what is removed, that is in the old base."""
    for change in changes:
        label = f"{change.how}[{change.kind}]"
        page.finding(change.where, label, _subject(change), _STYLES[change.how])
        for line in itertools.islice(_fields(change), fields):
            page.item(line.label, line.text, 2 * (line.level - 1))


def _on_a_screen(page: Page, found: Difference) -> None:
    """How much differs, the first of the changes, and the advice that shifts most often."""
    _headline(page, found)
    kinds = Counter((change.kind, change.how) for change in found.changes)
    told = [f"{english.counted(count, kind)} {how}" for (kind, how), count in kinds.items()]
    if len(found.changes) > _CHANGES:
        page.item("", f"{english.listing(told)}.", 0)
    _changes(page, found.changes[:_CHANGES], _FIELDS)
    _more(page, len(found.changes) - _CHANGES)
    for group in _alike(found.scenarios)[:_GROUPS]:
        _briefly(page, group)
    _more(page, len(_alike(found.scenarios)) - _GROUPS)
    page.line("Each change, and each scenario with its causes: --long", "dim")


def _briefly(page: Page, group: Sequence[ScenarioDifference]) -> None:
    """Scenarios that differ alike: which, what shifts in each, and because of what, once."""
    first, *others = group
    likewise = f", and likewise {english.counted(len(others), 'other')}" if others else ""
    advised = f", advice to {first.client}" if first.client else ""
    page.line(f"{first.title} ({first.name}{advised}{likewise})", "cyan")
    for advice in first.advice[:_SHIFTS]:
        _item(page, _headed(advice))
        for facet in advice.seen[:_FACETS]:
            _item(page, _facet(facet))
    _more(page, len(first.advice) - _SHIFTS)
    for note in first.notes:
        page.item("! ", note, 0)
    if first.futures:
        page.line(f"% in other futures: {english.counted(len(first.futures), 'piece')} of advice")
    causes = [cause.says for advice in first.advice for cause in advice.causes]
    for cause in list(dict.fromkeys(causes))[:_CAUSES]:
        page.item("Because: ", cause, 2)


def _item(page: Page, line: LeveledLine) -> None:
    page.item(line.label, line.text, 2 * (line.level - 1))


def _headed(advice: AdviceChange) -> LeveledLine:
    """What becomes of a piece of advice."""
    kind = advice.shift.kind
    sign, heading = (SIGNS[kind], HEADINGS[kind]) if kind != "unchanged" else ("~", "Given still")
    return LeveledLine(1, f"{sign} ", f"{heading}: {advice.shift.says}")


def _facet(facet: FacetChange) -> LeveledLine:
    """What a reader sees differ in a piece of advice."""
    was, now = (f"“{said}”" if facet.what in _QUOTED else said for said in (facet.was, facet.now))
    return LeveledLine(2, f"{facet.what.capitalize()}: ", f"was {was}, is {now}")


def _more(page: Page, count: int) -> None:
    if count > 0:
        page.line(f"and {count:,} more", "dim")


def lines(found: Difference) -> Iterator[LeveledLine]:
    """What is said, line by line, in either form."""
    if found.same:
        yield LeveledLine(
            1, "", f"No difference; {english.counted(found.compared, 'scenario')} compared."
        )
        return
    if found.changes:
        yield LeveledLine(0, "", f"The base: {english.counted(len(found.changes), 'change')}")
    for change in found.changes:
        subject = f"{change.kind} {_subject(change)} {change.how} ({change.where})"
        if change.was:
            subject = f"{change.kind} {change.was} renamed {change.name} ({change.where})"
        yield LeveledLine(1, f"{_SIGNS[change.how]} ", subject)
        yield from _fields(change)
    of = english.counted(found.compared, "scenario")
    yield LeveledLine(0, "", f"The advice differs in {found.differing} of {of}")
    yield from _advice(found)


def _advice(found: Difference) -> Iterator[LeveledLine]:
    """What differs in the advice, scenario by scenario."""
    for group in _alike(found.scenarios):
        yield from _scenario(group[0], group[1:])


def _subject(change: Change) -> str:
    """What is changed, by name."""
    within = f" of the scenario {change.scenario}" if change.scenario else ""
    was = f", which was {change.was}" if change.was else ""
    return f"{change.name}{within}{was}"


def _fields(change: Change) -> Iterator[LeveledLine]:
    """What has changed in it, field by field."""
    for field in change.fields:
        if not field.removed and not field.added:
            yield LeveledLine(2, f"{field.field}: ", "in another order")
        elif len(field.removed) == 1 == len(field.added):
            yield LeveledLine(2, f"{field.field}: ", f"was {field.removed[0]}, is {field.added[0]}")
        else:
            yield from (LeveledLine(2, f"{field.field}: ", text) for text in _told(field))
        yield from (LeveledLine(2, "so ", text) for text in field.means)


def _told(field: FieldChange) -> Iterator[str]:
    """Line by line what changed in a field; two lines about one thing as one."""
    before, after = (
        {text.partition(": ")[0]: text.partition(": ")[2] for text in texts}
        for texts in (field.removed, field.added)
    )
    both = [name for name in before if before[name] and after.get(name)]
    yield from (f"{name}: was {before[name]}, is {after[name]}" for name in both)
    for texts, word in ((field.removed, "no longer"), (field.added, "now also")):
        yield from (f"{word} {text}" for text in texts if text.partition(": ")[0] not in both)


def _alike(scenarios: Iterable[ScenarioDifference]) -> list[list[ScenarioDifference]]:
    """Scenarios with the same differences together, in order of the first."""
    groups: dict[object, list[ScenarioDifference]] = {}
    for scenario in scenarios:
        groups.setdefault(
            (scenario.client, scenario.advice, scenario.futures, scenario.notes), []
        ).append(scenario)
    return list(groups.values())


def _scenario(
    scenario: ScenarioDifference, others: Sequence[ScenarioDifference]
) -> Iterator[LeveledLine]:
    advised = f", advice to {scenario.client}" if scenario.client else ""
    yield LeveledLine(0, "", f"{scenario.title} ({scenario.name}{advised})")
    if others:
        yield LeveledLine(1, "And likewise in: ", ", ".join(other.name for other in others))
    yield from (LeveledLine(1, "! ", note) for note in scenario.notes)
    for advice in scenario.advice:
        shift = advice.shift
        yield _headed(advice)
        yield LeveledLine(2, "Id: ", shift.instance)
        if shift.before != shift.after:
            yield LeveledLine(2, "Was: ", f"{shift.before}. Is: {shift.after}.")
        yield from (LeveledLine(2, "Caveat gained: ", text) for text in shift.caveats_gained)
        yield from (LeveledLine(2, "Caveat lost: ", text) for text in shift.caveats_lost)
        yield from map(_facet, advice.seen)
        yield from _causes(advice.causes)
    for future in scenario.futures:
        yield from _future(future)


def _future(change: FutureChange) -> Iterator[LeveledLine]:
    """In which share of futures advice is gained and lost."""
    yield LeveledLine(1, "% ", f"In other futures: {change.says}")
    yield LeveledLine(2, "Id: ", change.instance)
    of = (
        f"all {change.futures:,}"
        if change.exact
        else f"a sample of {change.examined:,} of {change.futures:,}"
    )
    shares = [("gained", change.gained), ("lost", change.lost)]
    told = " and ".join(f"{word} in {_share(share)}" for word, share in shares if share)
    yield LeveledLine(2, "Futures: ", f"{told} ({of})")
    yield from _causes(change.causes)


def _share(share: float) -> str:
    """A share in percent; none but all is 100%."""
    percent = 100 * share
    if percent > 99.9 and share < 1:
        return "over 99.9%"
    return f"{percent:.1f}%" if percent >= 0.1 else "under 0.1%"


def _causes(causes: tuple[NeededChange, ...]) -> Iterator[LeveledLine]:
    yield from (LeveledLine(2, "Because: ", cause.says) for cause in causes)
