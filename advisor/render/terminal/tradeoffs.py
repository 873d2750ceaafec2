"""Turns advice into a table of what its lines mean for each interest of the client."""

from __future__ import annotations

from collections.abc import Set

from advisor.answers.recommendation import Advice
from advisor.render.terminal.page import Page, wrapped

_LABEL = 40
_CELL = 3


def tradeoffs(page: Page, result: Advice, which: str) -> None:
    """The table of lines and interests, in at most two blocks, or else a list."""
    if not result.tradeoffs:
        page.line(f"No interests of {result.client_name} are named.")
        return
    numbers = [line.number for line in result.lines]
    of = numbers_of(result)
    rows = [
        (
            effect.says,
            {of[one] for one in effect.advanced_by},
            {of[one] for one in effect.strained_by},
        )
        for effect in result.tradeoffs
    ]
    label = min(max((len(says) for says, _, _ in rows), default=0) + 1, _LABEL)
    columns = (page.width - label) // _CELL
    if page.plain or 2 * columns < len(numbers):
        for says, advanced, strained in rows:
            page.item(f"{says}: ", _sides(advanced, strained), 0)
        page.line(f"+ advanced by, - strained by; numbers {which}", "dim")
        return
    half = len(numbers) if len(numbers) <= columns else (len(numbers) + 1) // 2
    for block in filter(None, (numbers[:half], numbers[half:])):
        page.text.append(f"{'':<{label}}{''.join(f'{one:>{_CELL}}' for one in block)}\n", "dim")
        for says, advanced, strained in rows:
            *above, last = wrapped(says, label - 1, label - 1)
            for part in above:
                page.line(part)
            cells = "".join(f"{_sign(one in advanced, one in strained):>3}" for one in block)
            page.text.append(f"{last:<{label}}{cells}\n")
    page.line(f"+ advances, - strains; numbers {which}", "dim")


def _sides(advanced: Set[int], strained: Set[int]) -> str:
    """The numbers of the lines that advance an interest, and of those that strain it."""
    signed = (("+", advanced), ("-", strained))
    parts = [f"{sign} {', '.join(map(str, sorted(some)))}" for sign, some in signed if some]
    return "; ".join(parts) or "not touched"


def _sign(advanced: bool, strained: bool) -> str:
    return "+-" if advanced and strained else "+" if advanced else "-" if strained else "."


def numbers_of(result: Advice) -> dict[str, int]:
    """The number of the line that each piece of advice is in."""
    return {member.instance: line.number for line in result.lines for member in line.members}
