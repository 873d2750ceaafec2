"""Turns comparisons into text for a terminal or a pipe: what shifts, then why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Console

from advisor.answers.trail import PathStep
from advisor.answers.whatif import ORDER, Cause, Comparison, Kind, Shift
from advisor.model import english
from advisor.render.terminal.page import Page

HEADINGS: dict[Kind, str] = {
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
SIGNS: dict[Kind, str] = {
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
_NAME_WIDTH = 4
_LEAST_NAME = 20  # columns that a name needs beside its signs


def what_if(
    console: Console, scenario: str, comparisons: Sequence[Comparison], *, every: bool
) -> None:
    """Several comparisons side by side, then each by itself."""
    page = Page(console.width)
    if len(comparisons) > 1:
        _side_by_side(page, comparisons)
    for number, comparison in enumerate(comparisons, 1):
        if len(comparisons) > 1:
            page.line()
        _comparison(page, number if len(comparisons) > 1 else 0, scenario, comparison, every=every)
    page.print(console)


def _side_by_side(page: Page, comparisons: Sequence[Comparison]) -> None:
    """One line for each piece of advice that shifts anywhere, one column for each what-if."""
    rows = side_by_side(comparisons)
    page.line("Side by side", "bold")
    for number, comparison in enumerate(comparisons, 1):
        page.item(f"{number}: ", comparison.title, 0)
    page.line()
    fits = _NAME_WIDTH * len(comparisons) + _LEAST_NAME <= page.width
    if fits:
        heads = "".join(f"{n:>{_NAME_WIDTH}}" for n in range(1, len(comparisons) + 1))
        page.text.append(heads + "\n", "dim")
    for name, kinds in rows.items():
        signs = [SIGNS[kind] for kind in kinds]
        if fits:
            page.item("".join(f"{sign:>{_NAME_WIDTH}}" for sign in signs) + "  ", name, 0)
        else:
            each_sign = (sign for sign in SIGNS.values() if sign in signs and sign != ".")
            page.item(f"{name}: ", "; ".join(_numbered(signs, sign) for sign in each_sign), 0)
    page.line(
        "+ gained, - lost, -? given before and open now, ? now open, ! no longer open, "
        "> strengthened, < weakened, ~ other caveats, . unchanged",
        "dim",
    )


def side_by_side(comparisons: Sequence[Comparison]) -> dict[str, list[Kind]]:
    """Each piece of advice that shifts anywhere, with how it does in each what-if."""
    kinds = [{shift.instance: shift.kind for shift in c.shifts} for c in comparisons]
    moved = sorted({name for each in kinds for name, kind in each.items() if kind != "unchanged"})
    return {name: [each.get(name, "unchanged") for each in kinds] for name in moved}


def by_kind(comparison: Comparison, *, every: bool) -> Iterator[tuple[Kind, list[Shift]]]:
    """The shifts of each kind that there are; what is unchanged only if `every` shift counts."""
    for kind in ORDER:
        shifts = [shift for shift in comparison.shifts if shift.kind == kind]
        if shifts and (every or kind != "unchanged"):
            yield kind, shifts


def _numbered(signs: Sequence[str], sign: str) -> str:
    """The what-ifs that one sign stands for: "+ 1, 3"."""
    return f"{sign} {', '.join(str(n) for n, other in enumerate(signs, 1) if other == sign)}"


def _comparison(
    page: Page, number: int, scenario: str, comparison: Comparison, *, every: bool
) -> None:
    page.item(f"{number}: " if number else "", comparison.title, 0, "bold")
    page.line(f"{comparison.name}, compared with {scenario}", "dim")
    if comparison.about:
        page.line(comparison.about)
    if not comparison.changes:
        page.line("Nothing is changed.")
    for change in comparison.changes:
        page.item("Change: ", change, 0)
    for kind, shifts in by_kind(comparison, every=every):
        page.heading(f"{HEADINGS[kind]} ({len(shifts)})")
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
