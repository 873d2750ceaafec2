"""Turns citations and numbers of recommendations into links within a document."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from advisor.brief.result import Brief, Note
from advisor.futures.result import Piece
from advisor.model.sources import Citations, Reading
from advisor.render.report.document import Inline, Link, Text
from advisor.render.report.words import ranges


def recommendation_anchor(number: int) -> str:
    """Where a recommendation stands in the document."""
    return f"recommendation-{number}"


def note_anchor(number: int) -> str:
    """Where a note stands in the document."""
    return f"note-{number}"


class References:
    """The numbers by which a brief refers to its recommendations and notes."""

    def __init__(self, brief: Brief) -> None:
        self.notes: Mapping[tuple[str, str | None], Note] = {
            (note.source, note.locator): note for note in brief.notes
        }
        self.numbers = {a.claim.instance: a.number for a in brief.recommendations}

    def cite(self, citations: Citations) -> Text:
        """Links to the notes of citations: "[3]–[5], [9]"."""
        places = [
            (citation.source, None if locator is None else str(locator))
            for citation in citations
            for locator in (citation.locators or (None,))
        ]
        found = [self.notes[place].number for place in places if place in self.notes]
        return _linked(found, lambda n: Link(f"[{n}]", note_anchor(n), f"Note {n}"), ", ")

    def read(self, citations: Citations, *readings: Reading) -> Text:
        """Links to the notes of what something comes from, and how it comes from there."""
        if not citations:
            return ("This is our own, cited to nobody.",) if "ours" in readings else ()
        cited = self.cite(citations)
        if "inferred" in readings:
            lead = "In part our reading of " if "stated" in readings else "Our reading of "
            cited = (lead, *cited, ".")
        return (*cited, " In part our own.") if "ours" in readings else cited

    def recommendations(self, numbers: Iterable[int]) -> Text:
        """Links to recommendations by their numbers: "1–3, 5 and 7"."""
        return _linked(
            numbers,
            lambda n: Link(str(n), recommendation_anchor(n), f"Recommendation {n}"),
            " and ",
        )

    def known(self, pieces: Sequence[Piece]) -> list[int]:
        """The numbers of those pieces of advice that are recommendations."""
        return [self.numbers[piece.instance] for piece in pieces if piece.instance in self.numbers]


def _linked(numbers: Iterable[int], link: Callable[[int], Link], before_last: str) -> Text:
    """Links to numbers, three or more in a row as the first and the last of them."""
    parts: list[list[Inline]] = []
    for first, last in ranges(numbers):
        if last > first + 1:
            parts.append([link(first), "–", link(last)])
        else:
            parts += [[link(n)] for n in range(first, last + 1)]
    found: list[Inline] = []
    for place, part in enumerate(parts):
        if place:
            found.append(before_last if place == len(parts) - 1 else ", ")
        found += part
    return tuple(found)
