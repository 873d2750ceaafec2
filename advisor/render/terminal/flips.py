"""Turns flips into text for a terminal or a pipe: each smallest set, with what else it does."""

from __future__ import annotations

from rich.console import Console

from advisor.answers.flips import Flips, FlipSet
from advisor.answers.whatif import ORDER
from advisor.model import english
from advisor.render.terminal.page import Page
from advisor.render.terminal.whatif import HEADINGS

_SHOWN = 20


def flips(console: Console, result: Flips) -> None:
    """The smallest sets of changes, or why there is none."""
    page = Page(console.width)
    page.line(f"To have {result.what} {result.to}", "bold")
    page.line(f"As the facts are, it is {result.standing}.")
    if result.size is None:
        page.line(f"Impossible: {result.reason}.")
    elif result.size == 0:
        page.line("Nothing has to change.")
    elif result.cut_short:
        few = "one change is" if result.at_least == 1 else f"{result.at_least} changes are"
        page.line(f"Partial: {result.cut_short}.", "bold")
        sets = "A set" if result.total == 1 else f"{result.total} sets"
        page.line(f"{sets} of {result.size} changes found; at least {few} needed.")
    else:
        changes = "one change is" if result.size == 1 else f"{result.size} changes are"
        sets = "one set" if result.total == 1 else f"{result.total} sets"
        sets = f"more than {sets}" if result.more else sets
        page.line(f"At least {changes} needed; {sets} of that size, and none smaller.")
    for number, flip_set in enumerate(result.sets[:_SHOWN] if result.size else (), 1):
        _flip_set(page, number, flip_set, result.targets)
    if result.total > _SHOWN:
        page.line()
        left = f"{result.total - _SHOWN} more"
        left = f"more; {left} of them" if result.more else left
        page.line(f"and {left} (--format json has them)")
    page.print(console)


def _flip_set(page: Page, number: int, flip_set: FlipSet, targets: tuple[str, ...]) -> None:
    page.line()
    for position, change in enumerate(flip_set.changes):
        becomes = english.sentence(change.then)
        page.item("" if position else f"{number}. ", becomes, 3 if position else 0)
        lead = "for example " if change.example else ""
        page.item("", f"{lead}{change.instance}: {change.before} -> {change.after}", 3, "dim")
    also = [shift for shift in flip_set.comparison.shifts if shift.instance not in targets]
    for kind in ORDER:
        moved = [shift.says for shift in also if shift.kind == kind and kind != "unchanged"]
        if moved:
            page.item(f"Also {HEADINGS[kind].lower()}: ", " ".join(moved), 3)
