"""Turns what would change the advice into a section: single changes, signposts, all futures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from advisor.brief.result import Brief
from advisor.futures.result import Consequences, Prospect, Signpost, firmness
from advisor.futures.result import changes as changed
from advisor.model import english
from advisor.model.grades import CERTAIN, TERMS
from advisor.render.report.document import (
    Bar,
    Block,
    Cell,
    Chart,
    Paragraph,
    Section,
    Table,
    Text,
    joined,
    text,
)
from advisor.render.report.references import References
from advisor.render.report.words import numbers
from advisor.render.terminal.prospects import percent

_UNSAID: Final = {
    "unknown": "It is not known.",
    "disputed": "It is disputed.",
    "not mentioned": "Nobody says so.",
    "another value is stated": "Another value is stated.",
}


def changes(brief: Brief, references: References) -> Section:
    """Single changes that take advice away, events to watch for, and all futures at once."""
    blocks: list[Block] = [*_turns(brief, references)]
    parts = [*_signposts(brief.signposts, references), *_futures(brief)]
    if not blocks:
        says = "No single change of a given fact takes any advice away."
        blocks.append(Paragraph(text(says if brief.recommendations else "No advice is given yet.")))
    return Section("flips", "What would change the advice", tuple(blocks), tuple(parts))


def _turns(brief: Brief, references: References) -> Iterator[Block]:
    """The single changes, those that take away most first."""
    if not brief.pivots:
        return
    yield Paragraph(
        text(
            "Any one of these changes is enough, by itself, to take away the recommendations "
            "beside it."
        )
    )
    yield Table(
        "single-changes",
        "Single changes that take advice away",
        ("If", "Today", "Takes away"),
        tuple(
            (
                Cell(text(english.sentence(pivot.turn.says))),
                Cell(text(today(pivot.turn.now, pivot.turn.holds))),
                Cell(references.recommendations(pivot.lost), len(pivot.lost)),
            )
            for pivot in brief.pivots
        ),
    )


def _signposts(signposts: Sequence[Signpost], references: References) -> Iterator[Section]:
    if not signposts:
        return
    lead = (
        "Each of these events would change which advice is given. They concern the facts that are "
        "uncertain or unknown today."
    )
    rows = tuple(
        (
            Cell(text(signpost.says)),
            Cell(text(today(signpost.stated, signpost.holds))),
            Cell(consequences(signpost.then, references), changed(signpost.then)),
        )
        for signpost in sorted(signposts, key=lambda s: (-changed(s.then), s.says))
    )
    table = Table("signpost-table", "Signposts", ("Watch for", "Today", "Then"), rows)
    yield Section("signposts", "Signposts", (Paragraph(text(lead)), table))


def today(stated: str, holds: bool) -> str:
    """What the scenario says today of an event, given what it says of the fact."""
    if stated in _UNSAID:
        return _UNSAID[stated]
    if stated in {"denied", "no support"}:
        return "The facts deny it." if holds else "The facts say the same."
    if stated == TERMS[CERTAIN]:
        return "The facts say the same." if holds else "The facts say otherwise."
    return f"The facts rate {'this' if holds else 'the opposite'} {stated}."


def consequences(then: Consequences, references: References) -> Text:
    """What follows for the advice, as sentences."""
    parts: list[Text] = []
    for some, single, several in (
        (then.lost, " falls.", " fall."),
        (then.unsettled, " is left open.", " are left open."),
    ):
        if known := references.known(some):
            named = references.recommendations(known)
            one = len(named) == 1
            word, verb = ("Recommendation ", single) if one else ("Recommendations ", several)
            parts.append(text(word, named, verb))
    told = (
        ("New advice", then.gained),
        ("Open then", then.opened),
        ("No longer open", then.closed),
    )
    for lead, pieces in told:
        if pieces:
            says = english.listing(f"“{piece.says.rstrip('.')}”" for piece in pieces)
            parts.append(text(f"{lead}: {says}."))
    return joined(parts) or text("No advice changes.")


def _futures(brief: Brief) -> Iterator[Section]:
    """The chart of how many futures give each recommendation."""
    every = [(argument.handle, argument.prospect) for argument in brief.recommendations]
    shares = [(handle, prospect) for handle, prospect in every if prospect.share is not None]
    if all(prospect.share == 1 for _, prospect in shares):
        return
    lead = (
        "In each future every fact that is uncertain or unknown today either holds or does not. "
        "The bars show how probable it is that advice is given, if these facts are independent of "
        "one another; they are no forecast."
    )
    bars = tuple(Bar(handle, firmness(p)[0], percent(firmness(p)[0])) for handle, p in shares)
    chart = Chart(
        "futures-chart",
        "How probable it is that each recommendation is given",
        _shares(shares),
        bars,
    )
    yield Section("futures", "How firm the advice is", (Paragraph(text(lead)), chart))


def _shares(shares: Sequence[tuple[str, Prospect]]) -> str:
    """What the chart shows, in words."""
    least, low = min(shares, key=lambda each: firmness(each[1]))
    probable = percent(firmness(low)[0])
    if len(shares) == 1:
        return f"The one recommendation is given with {probable} probability."
    always = sum(prospect.share == 1 for _, prospect in shares)
    some, of = numbers([always, len(shares)])
    verb = "are" if always > 1 else "is"
    told = f"{some if always else 'none'} of the {of} recommendations {verb} given in every future"
    return (
        f"{english.sentence(told)} The least firm is recommendation {least}, which is given with "
        f"{probable} probability."
    )
