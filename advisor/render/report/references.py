"""Turns citations and recommendations into the handles and links by which a document names them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from advisor.brief.result import Brief, Note
from advisor.futures.result import AdvicePiece
from advisor.model.sources import Citations, Reading
from advisor.render.report.document import Inline, Link, Text
from advisor.render.report.words import ranges


def recommendation_anchor(handle: str) -> str:
    """Where a recommendation, or a line of them, stands in the document."""
    return f"recommendation-{handle}"


def note_anchor(number: int) -> str:
    """Where a note stands in the document."""
    return f"note-{number}"


class References:
    """The names by which a brief refers to its recommendations and notes.

    They are links where the document has an annex to lead to.
    """

    def __init__(self, brief: Brief, *, sourced: bool = True, annex: bool = True) -> None:
        self.sourced = sourced  # whether there is any source; else all is the base's own
        self.annex = annex
        self.notes: Mapping[tuple[str, str | None], Note] = {
            (note.source, note.locator): note for note in brief.notes
        }
        self.lines = brief.lines
        self.handles = {m.instance: m.handle for line in brief.lines for m in line.members}

    def cite(self, citations: Citations) -> Text:
        """Links to the notes of citations: "[3]–[5], [9]"."""
        places = [
            (citation.source, None if locator is None else str(locator))
            for citation in citations
            for locator in (citation.locators or (None,))
        ]
        found = [self.notes[place].number for place in places if place in self.notes]
        runs = [[(n, str(n)) for n in range(first, last + 1)] for first, last in ranges(found)]
        return _listed(runs, lambda n: Link(f"[{n}]", note_anchor(int(n)), f"Note {n}"), ", ")

    def read(self, citations: Citations, *readings: Reading) -> Text:
        """Links to the notes of what something comes from, and how it comes from there."""
        if not citations:
            ours = "ours" in readings and self.sourced
            return ("This is our own, cited to nobody.",) if ours else ()
        cited = self.cite(citations)
        if "inferred" in readings:
            lead = "In part our reading of " if "stated" in readings else "Our reading of "
            cited = (lead, *cited, ".")
        return (*cited, " In part our own.") if "ours" in readings else cited

    def recommendations(self, instances: Iterable[str]) -> Text:
        """Recommendations by their handles: "1–3, 4a and 5"; a line of which all are, as one."""
        wanted = {*instances}
        runs: list[list[tuple[int, str]]] = []
        for line in self.lines:
            own = [member for member in line.members if member.instance in wanted]
            if own and len(own) == len(line.members):
                if runs and runs[-1][-1][0] == line.number - 1:
                    runs[-1].append((line.number, str(line.number)))
                else:
                    runs.append([(line.number, str(line.number))])
            else:
                runs += [[(0, member.handle)] for member in own]
        return _listed(runs, self._named, " and ")

    def line_numbers(self, numbers: Iterable[int]) -> Text:
        """Lines by their numbers."""
        wanted = {*numbers}
        return self.recommendations(
            member.instance
            for line in self.lines
            if line.number in wanted
            for member in line.members
        )

    def _named(self, handle: str) -> Inline:
        if not self.annex:
            return handle
        return Link(handle, recommendation_anchor(handle), f"Recommendation {handle}")

    def known(self, pieces: Sequence[AdvicePiece]) -> list[str]:
        """Those pieces of advice that are recommendations, by instance."""
        return [piece.instance for piece in pieces if piece.instance in self.handles]

    def everything(self, instances: Iterable[str]) -> bool:
        """Whether these are all the recommendations there are."""
        return {*instances} >= self.handles.keys()


def _listed(
    runs: Sequence[Sequence[tuple[int, str]]],
    link: Callable[[str], Inline],
    before_last: str,
) -> Text:
    """Names one by one, three or more in a row as the first and the last of them."""
    parts: list[list[Inline]] = []
    for run in runs:
        if len(run) > 2:
            parts.append([link(run[0][1]), "–", link(run[-1][1])])
        else:
            parts += [[link(name)] for _, name in run]
    found: list[Inline] = []
    for place, part in enumerate(parts):
        if place:
            found.append(before_last if place == len(parts) - 1 else ", ")
        found += part
    return tuple(found)
