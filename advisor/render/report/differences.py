"""Turns the comparisons and the notes of a brief into sections."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from advisor.answers.trail import PathStep
from advisor.answers.whatif import Cause, Shift, WhatIf
from advisor.brief.result import Brief, Note
from advisor.model import english
from advisor.render.report.document import (
    Block,
    Bullets,
    Cell,
    Paragraph,
    Section,
    Strong,
    Table,
    joined,
    text,
)
from advisor.render.report.references import References, note_anchor
from advisor.render.report.words import number
from advisor.render.terminal.whatif import following


def differences(brief: Brief, references: References) -> Section:
    """What the what-ifs that were given would change in the advice."""
    title = "What other facts would make of it"
    if not brief.comparisons:
        says = "No other scenario was compared with this one."
        return Section("differences", title, (Paragraph(text(says)),))
    parts = tuple(_difference(place, c, references) for place, c in enumerate(brief.comparisons, 1))
    return Section("differences", title, (), parts)


def _difference(place: int, comparison: WhatIf, references: References) -> Section:
    blocks: list[Block] = [Paragraph(text(comparison.about))] if comparison.about else []
    if comparison.changes:
        points = len(comparison.changes)
        word = "Changed" if points == 1 else f"Changed, in {number(points)} points"
        blocks.append(Paragraph(text(Strong(f"{word}:"), " ", " ".join(comparison.changes))))
    moved = [shift for shift in comparison.shifts if shift.kind != "unchanged"]
    same = len(comparison.shifts) - len(moved)
    if moved:
        rows = tuple(_shift(shift, comparison, references) for shift in moved)
        heads = ("Advice", "As it is", "What if", "Why")
        blocks.append(Table(f"what-if-{place}-table", "Advice that changes", heads, rows))
    if same or not moved:
        blocks.append(Paragraph(text(_stays(same, bool(moved)))))
    return Section(f"what-if-{place}", comparison.title, tuple(blocks))


def _stays(same: int, moved: bool) -> str:
    if not moved:
        return "No advice changes."
    if same == 1:
        return "The one other piece of advice stays as it is."
    return f"The {number(same)} other pieces of advice stay as they are."


def _shift(shift: Shift, of: WhatIf, references: References) -> tuple[Cell, ...]:
    known = references.recommendations([shift.instance])
    numbered = text(" (", known, ")") if known else ()
    parts = [text(_causes(shift.causes, of))]
    for verb, named in (("gains", shift.caveats_gained), ("loses", shift.caveats_lost)):
        if named:
            word = "the caveat" if len(named) == 1 else "the caveats"
            quoted = english.listing(f"“{clause}”" for clause in named)
            parts.append(text(f"It {verb} {word} {quoted}."))
    return (
        Cell(text(shift.says, numbered)),
        Cell(text(english.sentence(shift.before))),
        Cell(text(english.sentence(shift.after))),
        Cell(joined(parts)),
    )


def _causes(causes: Sequence[Cause], of: WhatIf) -> str:
    """Why advice changes: the changes, unless there is only one, and what follows from them."""
    steps = [_step(step) for cause in causes for step in following(cause)[:-1] if not step.caveat]
    lead = [] if len(of.changes) == 1 and steps else [cause.says for cause in causes]
    return " ".join(dict.fromkeys([*lead, *steps]))


def _step(step: PathStep) -> str:
    """What changes on the way from a change to advice."""
    clause = step.says
    return english.sentence(f"then {clause}" if step.rises else f"it no longer holds that {clause}")


def notes(brief: Brief, words: Mapping[str, str]) -> Section:
    """The places that are cited, by source, in the base's own words.

    `words` says what the locators of each source count: sentences, pages.
    """
    if not brief.notes:
        return Section("notes", "Source notes", (Paragraph(text("Nothing is cited.")),))
    parts = []
    for place, source in enumerate(brief.quality, 1):
        found = [note for note in brief.notes if note.source == source.id]
        items = tuple(text(_note(note, words[note.source])) for note in found)
        anchors = tuple(note_anchor(note.number) for note in found)
        by = f"By {source.author}. " if source.author else ""
        described = f"{by}Date: {source.dated}." if source.dated else by.strip()
        lead = (Paragraph(text(described), "aside"),) if described else ()
        blocks: tuple[Block, ...] = (*lead, Bullets(items, found[0].number, anchors))
        parts.append(Section(f"notes-{place}", source.title, blocks))
    intro = Paragraph(text("The words are the base's own, not those of the sources."), "aside")
    return Section("notes", "Source notes", (intro,), tuple(parts))


def _note(note: Note, word: str) -> str:
    where = f"{word.capitalize()} {note.locator}" if note.locator else "The source as a whole"
    hedge = f", hedged with “{note.hedge}”" if note.hedge else ""
    kind = f" ({note.kind}{hedge})" if note.kind else ""
    return f"{where}{kind}: {note.says}" if note.says else f"{where}{kind}."
