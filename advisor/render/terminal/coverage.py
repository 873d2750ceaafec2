"""Turns coverage into text for a terminal or a pipe: a line always, what is left on request."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from rich.console import Console

from advisor.render.terminal.page import Page
from advisor.testing.coverage import KINDS, Coverage, Goal, Suggestions


def coverage(console: Console, found: Coverage, wanted: Fraction | None = None) -> None:
    """How much is covered, and how much was wanted."""
    page = Page(console.width)
    page.line(summary(found))
    if wanted is not None and not found.reaches(wanted):
        page.line(f"That is below {percentage(wanted)}.", "bold red")
    page.print(console)


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
    fired, withheld, decisive, reached = ("{} of {}".format(*found.counts(k)) for k in KINDS)
    return (
        f"Coverage {found.percent}%: rules fired {fired}, withheld {withheld}; "
        f"conditions decisive {decisive}; advice given {reached}."
    )


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
    if found.left:
        _listed(page, "Nothing that could be stated covers", found.left)
    page.print(console)


def _listed(page: Page, title: str, goals: Sequence[Goal]) -> None:
    page.line()
    page.line(f"{title} ({len(goals)})", "bold")
    for goal in goals:
        page.finding(goal.where, "", goal.says, quote=False)
