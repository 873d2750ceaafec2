"""Turns the packages of a brief into a section: what is advised, why, and how to go about it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from advisor.answers.recommendation import Line
from advisor.brief.result import Brief, Package
from advisor.model import english
from advisor.render.report import pictures
from advisor.render.report.document import (
    Block,
    Paragraph,
    Section,
    Strong,
    Terms,
    Text,
    joined,
    text,
)
from advisor.render.report.references import References
from advisor.render.report.words import capital, number, spans

SHOWN: Final = 6
_LINES: Final = 16  # of advice, in all packages
_OPEN: Final = 2
_CONFLICTS: Final = 2


def advice(brief: Brief, references: References) -> Iterator[Section]:
    """The packages, each with its lines, why, and how to go about it."""
    if not brief.lines:
        return
    shown = brief.packages[:SHOWN]
    room = _LINES
    parts: list[Section] = []
    for package in shown:
        kept = package.lines[: max(room - (len(shown) - len(parts) - 1), 1)]
        parts.append(_package(brief, package, kept, references))
        room -= len(kept)
    told = {n for package in shown for n in package.lines}
    left = [line.number for line in brief.lines if line.number not in told]
    blocks: list[Block] = []
    if left:
        which = references.line_numbers(left)
        says = text("The annex has ", which, ".")
        parts.append(Section("further", "Further advice", (Paragraph(says),)))
    blocks += [Paragraph(text(conflict.says)) for conflict in brief.conflicts[:_CONFLICTS]]
    if brief.open:
        parts.append(Section("open", "Open until more is known", tuple(_open(brief))))
    yield Section("packages", "What we advise", tuple(blocks), tuple(parts))
    if steps := tuple(pictures.order(brief)):
        yield Section("order", "In what order", steps)


def _package(
    brief: Brief, package: Package, kept: Sequence[int], references: References
) -> Section:
    lines = {line.number: line for line in brief.lines}
    pairs = [(_handles(lines[n]), (_line(lines[n], package),)) for n in kept]
    more = len(package.lines) - len(kept)
    if more:
        pairs.append(("…", (text(f"and {number(more)} more, in the annex."),)))
    about = joined(
        [
            text(Strong("Why:"), " ", english.sentence(package.because)),
            *_conditions(package, lines),
            *_begin(package, references),
        ]
    )
    blocks = (Terms(tuple(pairs)), Paragraph(about, "aside"))
    return Section(f"package-{package.lines[0]}", _title(brief, package), blocks)


def _title(brief: Brief, package: Package) -> str:
    """The topic, with how strong and how firm its advice is."""
    topic = capital(package.says)
    if not topic:
        topic = "Further advice" if len(brief.packages) > 1 else "The advice"
    what = "to do" if package.strength == "do" else "to consider"
    return f"{topic}: {what}, with {package.confidence} confidence"


def _line(line: Line, package: Package) -> Text:
    """A line of advice without its conditions; what differs from the rest of its package."""
    marks = []
    if line.strength != package.strength:
        marks.append(f"to {line.strength}")
    if line.confidence != package.confidence:
        marks.append(f"{line.confidence} confidence")
    says = english.sentence(line.clause)
    return text(says, f" ({'; '.join(marks)})" if marks else "")


def _conditions(package: Package, lines: dict[int, Line]) -> Iterator[Text]:
    """The caveats, each once, with the lines that it is for where it is not for all."""
    if not package.caveats:
        return
    told = []
    for caveat in package.caveats:
        of = [n for n in package.lines if caveat in lines[n].caveats]
        which = "" if len(of) == len(package.lines) else f" ({spans(of)})"
        told.append(f"{caveat.removeprefix('and ')}{which}")
    label = "Condition:" if len(told) == 1 else "Conditions:"
    yield text(Strong(label), " ", english.sentence("; ".join(told)))


def _begin(package: Package, references: References) -> Iterator[Text]:
    """Where to begin, if that is more than to do the only thing there is."""
    after = references.line_numbers(package.after)
    if len(package.lines) > 1 or after:
        first = references.line_numbers([package.begin])
        yield text(Strong("First step:"), " ", first, *((", after ", *after) if after else ()), ".")


def _handles(line: Line) -> str:
    """How a line is named: "5", or of several pieces "5a–c"."""
    first, last = line.members[0].handle, line.members[-1].handle
    return first if first == last else f"{first}–{last.removeprefix(str(line.number))}"


def _open(brief: Brief) -> Iterator[Block]:
    """What is open, the first few, with what would decide it."""
    for piece in brief.open[:_OPEN]:
        waits = english.listing(dict.fromkeys(fact.says for fact in piece.unknown[:_OPEN]))
        says = f" {english.sentence(waits)}" if waits else ""
        yield Paragraph(text(piece.says, says))
    more = len(brief.open) - _OPEN
    if more > 0:
        waits = "piece of advice waits" if more == 1 else "pieces of advice wait"
        yield Paragraph(text(f"{capital(number(more))} more {waits} for facts not known yet."))
