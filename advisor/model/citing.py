"""Turns citations into words: which places of which sources, and whose reading of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from advisor.model.english import listing
from advisor.model.plurals import plural
from advisor.model.records import KnowledgeBase
from advisor.model.sources import Citations, Reading


def cite(base: KnowledgeBase, citations: Citations, *, dated: bool = False) -> str:
    """Citations as they are printed: "article, sentences 34 and 36".

    With when each source speaks of: "article (as of 2016/2017), sentences 34 and 36".
    """
    parts = []
    for citation in citations:
        part = source(base, citation.source) if dated else citation.source
        if citation.locators:
            word = base.sources[citation.source].locator
            word = plural(word) if len(citation.locators) > 1 else word
            part += f", {word} {listing(_runs(citation.locators))}"
        parts.append(part)
    return "; ".join(parts)


def source(base: KnowledgeBase, name: str) -> str:
    """A source with the day, year or period that it speaks of, if it says so."""
    as_of = base.sources[name].as_of
    return f"{name} (as of {as_of})" if as_of else name


def read_from(base: KnowledgeBase, citations: Citations, reading: Reading) -> str:
    """Where one thing comes from: "article, sentence 16", or "our reading of" that, or our own.

    Nothing, of a base without sources: all of it is its own.
    """
    if not citations:
        return "our own, cited to nobody" if reading == "ours" and base.sources else ""
    return ("our reading of " if reading == "inferred" else "") + cite(base, citations)


def origins(
    base: KnowledgeBase, what: str, citations: Citations, readings: Collection[Reading]
) -> str:
    """Where several things come from together: "facts from article, sentence 16"; "" if unsaid."""
    if not citations:
        return f"{what} our own, cited to nobody" if "ours" in readings and base.sources else ""
    lead = "our reading of " if "inferred" in readings and "stated" not in readings else ""
    partly = ["in part our reading"] if "inferred" in readings and not lead else []
    partly += ["in part our own"] if "ours" in readings else []
    more = f" ({listing(partly)})" if partly else ""
    return f"{what} from {lead}{cite(base, citations, dated=what == 'facts')}{more}"


def _runs(locators: Iterable[int | str]) -> list[str]:
    """The locators, three or more numbers in a row as one range."""
    rows: list[list[int | str]] = []
    for locator in locators:
        last = rows[-1][-1] if rows else None
        if isinstance(locator, int) and isinstance(last, int) and locator == last + 1:
            rows[-1].append(locator)
        else:
            rows.append([locator])
    return [
        part
        for row in rows
        for part in ([f"{row[0]}-{row[-1]}"] if len(row) > 2 else map(str, row))
    ]
