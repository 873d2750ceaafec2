"""Turns coverage into text for a terminal or a pipe: a line always, what is left on request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Final

from rich.console import Console

from advisor.model import english
from advisor.render.terminal.page import Page
from advisor.testing.coverage import Coverage
from advisor.testing.goals import CoverageGoal, MarkKind, Suggestions, Unfound

_COUNTED: Final[Mapping[str, Mapping[str, tuple[MarkKind, ...]]]] = {
    "rules": {"fired": ("fired",), "withheld": ("withheld",)},
    "conditions": {"decisive": ("decisive",)},
    "bounds": {"met": ("bound",), "just missed": ("beside",)},
    "advice": {"given": ("reached",)},
    "caveats": {"shown": ("qualifying",), "spared": ("sparing",)},
    "interests": {"advanced": ("advanced",), "strained": ("strained",)},
    "clients": {"expected about": ("advised",)},
}
_SHOWN: Final = 12  # suggestions, and goals without any, on a screen
_ALWAYS: Final = ("rules", "conditions", "advice")


def coverage(console: Console, found: Coverage, wanted: Fraction | None = None) -> None:
    """How much is covered, and how much was wanted."""
    page = Page(console.width)
    page.line(summary(found))
    if wanted is not None and not found.reaches(wanted):
        page.line(f"That is below {percentage(wanted)}.", "bold red")
    page.print(console)


def unsaid(console: Console, found: Coverage) -> None:
    """What covers nothing, and what was not looked at."""
    page = Page(console.width)
    for line in unseen(found):
        page.line(line, "yellow")
    page.print(console)


def unseen(found: Coverage) -> list[str]:
    """Which scenarios cover nothing, and of which rules not all was looked at."""
    lines = []
    if found.silent:
        number = len(found.silent)
        what = "scenario expects" if number == 1 else "scenarios expect"
        covers = "covers" if number == 1 else "cover"
        names = english.listing(found.silent)
        lines.append(f"{number} {what} nothing, and so {covers} nothing: {names}.")
    if found.unsearched:
        rules = english.listing(found.unsearched)
        lines.append(f"Not every comparison was looked at, as there is too much to join: {rules}.")
    return lines


def uncovered(console: Console, found: Coverage, *, every: bool) -> None:
    """What is not covered, by place, or how to have it listed."""
    page = Page(console.width)
    if found.uncovered and every:
        _listed(page, "Not covered", found.uncovered)
    elif found.uncovered:
        page.line("--coverage lists what is not covered.", "dim")
    page.print(console)


def summary(found: Coverage) -> str:
    """Coverage in a sentence."""
    parts = []
    for of, counted in _COUNTED.items():
        counts = [(says, *found.counts(*kinds)) for says, kinds in counted.items()]
        told = [f"{says} {done:,} of {n}" for says, done, n in counts if n or of in _ALWAYS]
        parts += [f"{of} {', '.join(told)}"] if told else []
    return f"Coverage {found.percent}%: {'; '.join(parts)}."


def percentage(wanted: Fraction | None) -> str:
    """A percentage as it was asked for."""
    return f"{float(wanted or 0):g}%"


def suggestions(
    console: Console, found: Suggestions, files: Sequence[str], *, long: bool = False
) -> None:
    """Which files were written, and what none of them covers: the first of each, or all."""
    page = Page(console.width)
    page.line()
    page.line(f"Scenarios written: {len(files):,}", "bold")
    written = [*zip(files, found.scenarios, strict=False)]
    for file, scenario in written if long else written[:_SHOWN]:
        page.item("", f"{file}: covers {scenario.covers} more", 2)
    _more(page, len(written), long=long)
    if found.cut_short:
        page.line()
        page.line(f"The search was cut short: {found.cut_short}.", "yellow")
        left = english.counted(len(found.unsearched), "goal")
        verb = "was" if len(found.unsearched) == 1 else "were"
        page.line(f"{left} {verb} not searched. Once what was found is expected, search again.")
    _listed_with(page, "Nothing could cover", found.never, long=long)
    _listed_with(page, "No scenario was found for", found.unfound, long=long)
    page.print(console)


def _listed_with(page: Page, title: str, goals: Sequence[Unfound], *, long: bool) -> None:
    """Goals with why nothing is suggested for them."""
    if goals:
        page.line()
        page.line(f"{title} ({len(goals):,})", "bold")
    for each in goals if long else goals[:_SHOWN]:
        page.finding(each.goal.where, "", f"{each.goal.says}: {each.why}", quote=False)
    _more(page, len(goals), long=long)


def _more(page: Page, count: int, *, long: bool) -> None:
    """How many of a list are not shown."""
    if not long and count > _SHOWN:
        page.item("", f"and {count - _SHOWN} more (--long)", 2)


def _listed(page: Page, title: str, goals: Sequence[CoverageGoal]) -> None:
    page.line()
    page.line(f"{title} ({len(goals):,})", "bold")
    for goal in goals:
        page.finding(goal.where, "", goal.says, quote=False)
