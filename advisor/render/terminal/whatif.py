"""Turns comparisons into text for a terminal or a pipe: what shifts, then why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from rich.console import Console

from advisor.answers.trail import PathStep
from advisor.answers.whatif import (
    ORDER,
    Cause,
    PassedEffect,
    Shift,
    ShiftKind,
    Together,
    WhatIf,
    WhatIfInShort,
)
from advisor.model import english
from advisor.render.terminal.page import Page

HEADINGS: dict[ShiftKind, str] = {
    "gained": "Gained",
    "lost": "Lost",
    "unsettled": "Given before, open now",
    "opened": "Now open",
    "closed": "No longer open",
    "strengthened": "Strengthened",
    "weakened": "Weakened",
    "re-caveated": "With other caveats",
    "unchanged": "Unchanged",
}
SIGNS: dict[ShiftKind, str] = {
    "gained": "+",
    "lost": "-",
    "unsettled": "-?",
    "opened": "?",
    "closed": "!",
    "strengthened": ">",
    "weakened": "<",
    "re-caveated": "~",
    "unchanged": ".",
}
_STYLES: dict[ShiftKind, str] = {"gained": "bold green", "lost": "bold red"}
_EFFECTS: dict[PassedEffect, str] = {
    "given": "It brings about:",
    "open": "It leaves open:",
    "withheld": "It undoes:",
    "stronger": "It strengthens:",
    "weaker": "It weakens:",
}
_CHANGES = 3  # what a screen has of each
_SHIFTS = 6
_STEPS = 2
_NAME_WIDTH = 4
_LEAST_NAME = 20  # columns that a name needs beside its signs


def what_if(
    console: Console,
    scenario: str,
    comparisons: Sequence[WhatIf],
    *,
    every: bool,
    long: bool = True,
) -> None:
    """Several comparisons side by side, then each by itself; one on a screen, unless `long`."""
    page = Page(console.width)
    if len(comparisons) > 1 and page.plain:
        _outline(page, comparisons)
    elif len(comparisons) > 1:
        _side_by_side(page, comparisons)
    alone = len(comparisons) == 1
    for number, comparison in enumerate(comparisons if long or alone else (), 1):
        if not alone:
            page.line()
        if long:
            _comparison(page, 0 if alone else number, scenario, comparison, every=every)
        elif comparison.in_short is not None:
            _on_a_screen(page, scenario, comparison, comparison.in_short)
    if not long:
        page.line("Each with its reasons: --long", "dim")
    page.print(console)


def saved(console: Console, again: str) -> None:
    """That the changes are saved, and the command that shows the same again."""
    page = Page(console.width)
    page.item("", f"Saved. To see it again: {again}", 0)
    page.print(console)


def _on_a_screen(page: Page, scenario: str, comparison: WhatIf, short: WhatIfInShort) -> None:
    """What shifts, the first of each kind; then what changed on the way, each thing once."""
    page.line(comparison.title, "bold")
    page.line(f"{comparison.name}, compared with {scenario}", "dim")
    for change in short.changes[:_CHANGES] or ("Nothing is changed.",):
        page.item("Change: " if short.changes else "", change, 0)
    _more(page, len(short.changes) - _CHANGES, "change")
    for step in short.by_way_of[:_STEPS]:
        page.item(f"{_EFFECTS[step.effect]} ", step.says, 0)
    _more(page, len(short.by_way_of) - _STEPS, "effect")
    kinds = {
        kind: [together for together in short.shifts if together.kind == kind] for kind in ORDER
    }
    shown = _shares({kind: len(some) for kind, some in kinds.items()}, _SHIFTS)
    for kind, some in kinds.items():
        if some:
            pieces = sum(len(together.instances) for together in some)
            page.line(f"{HEADINGS[kind]} ({pieces})", _STYLES.get(kind, "bold yellow"))
        for together in some[: shown[kind]]:
            page.item(f"{SIGNS[together.kind]} ", _told(together), 0)
        _more(page, sum(len(together.instances) for together in some[shown[kind] :]))
    unchanged = sum(shift.kind == "unchanged" for shift in comparison.shifts)
    if unchanged:
        page.line(f"Unchanged ({unchanged})", "dim")


def _shares(counts: Mapping[ShiftKind, int], total: int) -> dict[ShiftKind, int]:
    """How many of each kind are shown: in turns, until there are so many in all or no more."""
    shares = dict.fromkeys(counts, 0)
    while sum(shares.values()) < total and shares != counts:
        for kind, count in counts.items():
            if shares[kind] < count and sum(shares.values()) < total:
                shares[kind] += 1
    return shares


def _outline(page: Page, comparisons: Sequence[WhatIf]) -> None:
    """What shifts in one what-if after the other, numbered: a record is a line."""
    for number, comparison in enumerate(comparisons, 1):
        page.line(f"{number} {comparison.title}")
        shifts = comparison.in_short.shifts if comparison.in_short else ()
        same = sum(shift.kind == "unchanged" for shift in comparison.shifts)
        told = [f"{HEADINGS[together.kind]}: {_told(together)}" for together in shifts]
        for place, text in enumerate([*told, f"{HEADINGS['unchanged']}: {same}."], 1):
            page.line(f"{number}.{place} {text}")


def _told(one: Together) -> str:
    """Shifts that are alike, with what is new in how the advice is given."""
    more = []
    confidence = one.after.removeprefix("given, ")
    if one.kind == "gained":
        more.append(confidence)
    elif one.kind in {"strengthened", "weakened"}:
        same = one.before == one.after
        before = one.before.removeprefix("given, ").removesuffix(" confidence")
        more.append(f"still of {confidence}" if same else f"{before} -> {confidence}")
    if one.kind != "gained":
        more += [f"now {caveat}" for caveat in one.caveats_gained]
        more += [f'no longer "{caveat}"' for caveat in one.caveats_lost]
    return f"{one.says} ({'; '.join(more)})" if more else one.says


def _more(page: Page, count: int, noun: str = "") -> None:
    if count > 0:
        more = english.counted(count, f"more {noun}") if noun else f"{count:,} more"
        page.item("  ", f"and {more}", 0, "dim")


def _side_by_side(page: Page, comparisons: Sequence[WhatIf]) -> None:
    """One line for each piece of advice that shifts anywhere, one column for each what-if."""
    rows = side_by_side(comparisons)
    page.line("Side by side", "bold")
    for number, comparison in enumerate(comparisons, 1):
        page.item(f"{number}: ", comparison.title, 0)
    page.line()
    if not rows:
        page.line("None of them changes any advice.")
        return
    fits = _NAME_WIDTH * len(comparisons) + _LEAST_NAME <= page.width
    if fits:
        heads = "".join(f"{n:>{_NAME_WIDTH}}" for n in range(1, len(comparisons) + 1))
        page.text.append(heads + "\n", "dim")
    for name, kinds in rows.items():
        signs = [SIGNS[kind] for kind in kinds]
        if fits:
            label = "".join(f"{sign:>{_NAME_WIDTH}}" for sign in signs) + "  "
            page.row(label, name, len(label))
        else:
            each_sign = (sign for sign in SIGNS.values() if sign in signs and sign != ".")
            page.item(f"{name}: ", "; ".join(_numbered(signs, sign) for sign in each_sign), 0)
    met = {kind for kinds in rows.values() for kind in kinds}
    told = [f"{sign} {HEADINGS[kind].lower()}" for kind, sign in SIGNS.items() if kind in met]
    page.line("; ".join(told), "dim")


def side_by_side(comparisons: Sequence[WhatIf]) -> dict[str, list[ShiftKind]]:
    """Each piece of advice that shifts anywhere, with how it does in each what-if."""
    kinds = [{shift.instance: shift.kind for shift in c.shifts} for c in comparisons]
    moved = {
        shift.instance: shift.says
        for comparison in comparisons
        for shift in comparison.shifts
        if shift.kind != "unchanged"
    }
    return {says: [each.get(name, "unchanged") for each in kinds] for name, says in moved.items()}


def by_kind(comparison: WhatIf, *, every: bool) -> Iterator[tuple[ShiftKind, list[Shift]]]:
    """The shifts of each kind that there are; what is unchanged only if `every` shift counts."""
    for kind in ORDER:
        shifts = [shift for shift in comparison.shifts if shift.kind == kind]
        if shifts and (every or kind != "unchanged"):
            yield kind, shifts


def _numbered(signs: Sequence[str], sign: str) -> str:
    """The what-ifs that one sign stands for: "+ 1, 3"."""
    return f"{sign} {', '.join(str(n) for n, other in enumerate(signs, 1) if other == sign)}"


def _comparison(page: Page, number: int, scenario: str, comparison: WhatIf, *, every: bool) -> None:
    page.item(f"{number}: " if number else "", comparison.title, 0, "bold")
    page.line(f"{comparison.name}, compared with {scenario}", "dim")
    if comparison.about:
        page.line(comparison.about)
    if not comparison.changes:
        page.line("Nothing is changed.")
    for change in comparison.changes:
        page.item("Change: ", change, 0)
    for kind, shifts in by_kind(comparison, every=every):
        page.heading(f"{HEADINGS[kind]} ({len(shifts):,})")
        for shift in shifts:
            _shift(page, shift)
    unchanged = sum(shift.kind == "unchanged" for shift in comparison.shifts)
    if not every and unchanged:
        page.heading(f"Unchanged: {unchanged} (--all lists them)")


def _shift(page: Page, shift: Shift) -> None:
    page.item(f"{SIGNS[shift.kind]} ", shift.says, 0)
    if shift.kind != "unchanged":
        page.item("Before: ", f"{shift.before}. After: {shift.after}.", 2)
    if shift.caveats_gained:
        page.item("Caveat gained: ", "; ".join(shift.caveats_gained) + ".", 2)
    if shift.caveats_lost:
        page.item("Caveat lost: ", "; ".join(shift.caveats_lost) + ".", 2)
    for cause in shift.causes:
        _cause(page, cause)
    page.item("Id: ", shift.instance, 2, "dim")


def _cause(page: Page, cause: Cause) -> None:
    page.item("Because of the change: ", cause.says, 2)
    for step in following(cause):
        grades = f"{step.before} -> {step.after}; rule {step.rule}"
        page.item(f"{lead(step)}: ", f"{says(step)} ({grades})", 4)


def following(cause: Cause) -> list[PathStep]:
    """The steps of a path after the change itself."""
    return [step for step in cause.path if step.rule is not None]


def lead(step: PathStep) -> str:
    """What a step does, before it is said."""
    what = "the caveat" if step.caveat else "so"
    if not step.rises:
        return f"{what} no longer"
    return what if step.caveat else "so now"


def says(step: PathStep) -> str:
    """A step's fact as a sentence, a caveat in quotes."""
    return f'"{step.says}"' if step.caveat else english.sentence(step.says)
