"""Turns coverage into text for a terminal or a pipe: a line always, what is left on request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Final

from rich.console import Console

from advisor.model import english
from advisor.render.terminal.page import Page
from advisor.testing.coverage import Coverage
from advisor.testing.goals import Goal, MarkKind, Suggestions, Unfound

_COUNTED: Final[Mapping[str, Mapping[str, tuple[MarkKind, ...]]]] = {
    "rules": {"fired": ("fired",), "withheld": ("withheld",)},
    "conditions": {"decisive": ("decisive",)},
    "bounds": {"met": ("bound",), "just missed": ("beside",)},
    "advice": {"given": ("reached",)},
    "caveats": {"shown": ("qualifying",), "spared": ("sparing",)},
    "interests": {"advanced": ("advanced",), "strained": ("strained",)},
    "clients": {"expected about": ("advised",)},
}
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
        told = [f"{says} {done} of {n}" for says, done, n in counts if n or of in _ALWAYS]
        parts += [f"{of} {', '.join(told)}"] if told else []
    return f"Coverage {found.percent}%: {'; '.join(parts)}."


def percentage(wanted: Fraction | None) -> str:
    """A percentage as it was asked for."""
    return f"{float(wanted or 0):g}%"


def suggestions(console: Console, found: Suggestions, files: Sequence[str]) -> None:
    """Which files were written, and what none of them covers."""
    page = Page(console.width)
    covers = {scenario.name: scenario.covers for scenario in found.scenarios}
    page.line()
    page.line(f"Scenarios written: {len(files)}", "bold")
    for file, scenario in zip(files, found.scenarios, strict=False):
        page.item("", f"{file}: covers {covers[scenario.name]} more", 2)
    if found.cut_short:
        page.line()
        page.line(f"The search was cut short: {found.cut_short}.", "yellow")
    _listed_with(page, "Nothing could cover", found.never)
    _listed_with(page, "No scenario was found for", found.unfound)
    page.print(console)


def _listed_with(page: Page, title: str, goals: Sequence[Unfound]) -> None:
    """Goals with why nothing is suggested for them."""
    if goals:
        page.line()
        page.line(f"{title} ({len(goals)})", "bold")
    for each in goals:
        page.finding(each.goal.where, "", f"{each.goal.says}: {each.why}", quote=False)


def _listed(page: Page, title: str, goals: Sequence[Goal]) -> None:
    page.line()
    page.line(f"{title} ({len(goals)})", "bold")
    for goal in goals:
        page.finding(goal.where, "", goal.says, quote=False)
