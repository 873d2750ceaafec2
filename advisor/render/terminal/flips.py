"""Turns flips into text for a terminal or a pipe: each smallest set, with what else it does."""

from __future__ import annotations

from rich.console import Console

from advisor.answers.flips import AtOnce, Flips, FlipSet
from advisor.answers.whatif import ORDER
from advisor.loader import parse_instance
from advisor.model import english, several
from advisor.model.records import KnowledgeBase
from advisor.render.terminal.page import Page
from advisor.render.terminal.whatif import HEADINGS

_SHOWN = 20
_CHANGES = 6  # on a screen, of all sets together


def flips(console: Console, result: Flips, base: KnowledgeBase, *, long: bool = True) -> None:
    """The smallest sets of changes, or why there is none; a screen of them, unless `long`."""
    page = Page(console.width)
    page.line(f"To have {_what(result, base)} {result.to}", "bold")
    page.line(f"As the facts are, it is {result.standing}.")
    if result.size is None:
        no = "None found" if result.unasked or result.unsearched else "Impossible"
        page.line(f"{no}: {result.reason}.")
    elif result.size == 0:
        page.line("Nothing has to change.")
    elif result.cut_short:
        few = "one change is" if result.at_least == 1 else f"{result.at_least} changes are"
        page.line(f"Partial: {result.cut_short}.", "bold")
        sets = "A set" if result.total == 1 else f"{result.total:,} sets"
        page.line(f"{sets} of {result.size} changes found; at least {few} needed.")
    else:
        changes = "one change is" if result.size == 1 else f"{result.size} changes are"
        sets = "one set" if result.total == 1 else f"{result.total:,} sets"
        sets = f"more than {sets}" if result.more else sets
        page.line(f"At least {changes} needed; {sets} of that size, and none smaller.")
    if result.unsearched:
        page.line(unsearched(result) + ".")
    if result.unasked:
        page.line(unasked(result) + ".")
    for limit in result.at_once:
        page.line(at_once(limit) + ".")
    shown = _SHOWN if long else max(_CHANGES // (result.size or 1), 1)
    for number, flip_set in enumerate(result.sets[:shown] if result.size else (), 1):
        _flip_set(page, number, flip_set, result.targets, long=long)
    if result.total > shown:
        left = f"{result.total - shown} more"
        left = f"more; {left} of them" if result.more else left
        page.line(f"and {left} (--format json has them)")
    if result.size and not long:
        page.line("What else each set changes, in full: --long", "dim")
    page.print(console)


def unsearched(result: Flips) -> str:
    """What was not tried, as a sentence without its full stop."""
    named = english.listing(result.unsearched)
    return f"Not searched: other numbers and dates for {named}, as rules compute with them"


def unasked(result: Flips) -> str:
    """What was not tried, as nobody is asked about it, as a sentence without its full stop."""
    named = english.listing(result.unasked)
    return f"Not searched: facts of {named} that are not stated, as nobody is asked about them"


def at_once(limit: AtOnce) -> str:
    """How many changes at once were tried, as a sentence without its full stop."""
    changes = english.counted(limit.most, "change") + " at once" if limit.most else "any change"
    more = f"more than {changes}" if limit.most else changes
    facts = english.counted(limit.facts, "fact")
    return f"Not searched: {more} of the {facts} of {limit.template}, as rules add up all"


def _what(result: Flips, base: KnowledgeBase) -> str:
    """What is to flip as it was named; the advice itself where that was a number."""
    if not result.what[:1].isdigit():
        return result.what
    named = [parse_instance(target, base)[0] for target in result.targets]
    return f"{result.what} ({several.says_of(base, named)})"


def _flip_set(
    page: Page, number: int, flip_set: FlipSet, targets: tuple[str, ...], *, long: bool
) -> None:
    if long:
        page.line()
    label = f"{number}. "
    for position, change in enumerate(flip_set.changes):
        becomes = english.sentence(change.then)
        page.row("" if position else label, becomes, len(label))
        lead = "for example " if change.example else ""
        said = f"{lead}{change.instance}: {change.before} -> {change.after}"
        page.item("", said, len(label), "dim")
    also = [shift for shift in flip_set.comparison.shifts if shift.instance not in targets]
    moved = {kind: [one.says for one in also if one.kind == kind] for kind in ORDER[:-1]}
    if long:
        for kind, says in moved.items():
            if says:
                page.item(f"Also {HEADINGS[kind].lower()}: ", " ".join(says), len(label))
        return
    counts = [f"{len(says):,} {HEADINGS[kind].lower()}" for kind, says in moved.items() if says]
    said = f"Of the other advice: {english.listing(counts)}." if counts else ""
    page.item("", said or "No other advice changes.", len(label))
