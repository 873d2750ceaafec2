"""Turns the checks of a brief into sections: assumptions, information, trade-offs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from advisor.answers.recommendation import Effect
from advisor.brief.result import Brief, SourceQuality
from advisor.futures.result import SOUNDNESS, Assumption, Consequences, changes
from advisor.model import english
from advisor.render.report.document import Block, Cell, Paragraph, Section, Table, text
from advisor.render.report.outlook import consequences
from advisor.render.report.references import References
from advisor.render.report.words import CREDIBILITY, RELIABILITY, age, counted, day, number

_SOLID: Final = (
    " An assumption is solid if it is rated almost certain or certain, and sources of different "
    "origin support it, one of them graded A to C."
)
WITHOUT: Final = "No advice changes: other arguments for it do without this."

# ------------------------------------------------------------------ assumptions


def assumptions(brief: Brief, references: References) -> Section:
    """The Key Assumptions Check, facts and silences first, then rules."""
    blocks: tuple[Block, ...]
    if not brief.assumptions:
        blocks = (Paragraph(text("No recommendation is given, so nothing is assumed for one.")),)
    else:
        lead = "The advice takes these for granted, the least sound first."
        lead += _SOLID if references.sourced else ""
        rows = tuple(_assumption(assumption, references) for assumption in brief.assumptions)
        heads = ("Assumption", "How sound", "Used in the arguments for", "If it is wrong")
        table = Table("assumption-table", "Key assumptions", heads, rows)
        blocks = (Paragraph(text(lead)), table)
    return Section("assumptions", "What is assumed", (*blocks, *_inferences(brief, references)))


def _inferences(brief: Brief, references: References) -> Iterator[Block]:
    """The rules that are less than certain, the boldest first."""
    if not brief.inferences:
        return
    lead = (
        "These rules are assumptions as well: what they conclude is no better supported than they "
        "are rated. The boldest come first."
    )
    yield Paragraph(text(lead))
    rows = tuple(
        (
            Cell(text(english.sentence(inference.title))),
            Cell(
                text(
                    f"It is rated {inference.stated}. ",
                    references.read(inference.sources, inference.reading),
                )
            ),
            Cell(references.recommendations(inference.carries), len(inference.carries)),
        )
        for inference in brief.inferences
    )
    yield Table("inference-table", "Bold inferences", ("Rule", "How bold", "Used for"), rows)


def _assumption(assumption: Assumption, references: References) -> tuple[Cell, ...]:
    carries = references.known(assumption.carries)
    return (
        Cell(text(assumption.says)),
        Cell(
            text(f"{english.sentence(assumption.status)} {english.sentence(assumption.reason)}"),
            SOUNDNESS.index(assumption.status),
        ),
        Cell(references.recommendations(carries), len(carries)),
        Cell(
            text(WITHOUT)
            if assumption.if_wrong == Consequences()
            else consequences(assumption.if_wrong, references),
            changes(assumption.if_wrong),
        ),
    )


# ------------------------------------------------------------------ sources


def quality(brief: Brief) -> Section:
    """The Quality of Information Check."""
    total = len({ground.instance for a in brief.recommendations for ground in a.grounds})
    blocks = [Paragraph(text(_lead(brief, total)))]
    if brief.unsourced:
        verb = "cites" if brief.unsourced == 1 else "cite"
        says = f"{counted(brief.unsourced, 'fact')} under the advice {verb} no source at all."
        blocks.append(Paragraph(text(english.sentence(says))))
    blocks += [Paragraph(text(dispute)) for dispute in brief.disputes]
    parts = tuple(_source(n, source, brief, total) for n, source in enumerate(brief.quality, 1))
    return Section("information", "How good the information is", tuple(blocks), parts)


def _lead(brief: Brief, total: int) -> str:
    if not brief.quality:
        return "The advice rests on no source."
    facts = counted(total, "given fact")
    return f"The advice rests on {facts} and on {counted(len(brief.quality), 'source')}."


def _source(place: int, source: SourceQuality, brief: Brief, total: int) -> Section:
    author = f"It is by {source.author}. " if source.author else "It names no author. "
    reliability, credibility = source.reliability, source.credibility
    grade = (
        f"It is graded {reliability}{credibility}: {RELIABILITY[reliability]}, and "
        f"{CREDIBILITY[credibility]}."
    )
    note = f" {english.sentence(source.note)}" if source.note else ""
    blocks = [
        Paragraph(text(author + _age(source, brief))),
        Paragraph(text(grade + _review(source) + note)),
        Paragraph(text(alone(source, brief, total))),
    ]
    return Section(f"source-{place}", source.title, tuple(blocks))


def _age(source: SourceQuality, brief: Brief) -> str:
    if source.days is not None and source.dated:
        on = day(brief.base.date)
        return f"It is dated {day(source.dated)}, and so was {age(source.days)} old on {on}."
    if source.dated:
        return f"Its date is given as “{source.dated}”, from which no exact age follows."
    return "It bears no date, so its age cannot be told."


def _review(source: SourceQuality) -> str:
    if source.review is None:
        return ""
    if source.overdue:
        return f" The grade was due for review by {day(source.review)} and is overdue."
    return f" The grade is due for review by {day(source.review)}."


def alone(source: SourceQuality, brief: Brief, total: int) -> str:
    """What rests on a source, and what on it alone."""
    if not source.facts:
        or_for = " or for interests" if brief.tradeoffs else ""
        return f"No given fact rests on it; it is cited by rules{or_for}."
    advice = len(source.advice_alone)
    every = advice == len(brief.recommendations)
    carried = "every recommendation" if every else counted(advice, "recommendation")
    of = f"of the {counted(total, 'given fact')} under the advice"
    if source.facts_alone == source.facts == total > 1:
        says = f"All {counted(total, 'given fact')} under the advice rest on it alone."
        return f"{says} They carry {carried}."
    rests = f"{number(source.facts)} {of} {_s(source.facts, 'rest')} on it"
    if not source.facts_alone:
        return english.sentence(f"{rests}, none of them on it alone")
    pronoun = "It carries" if source.facts_alone == 1 else "They carry"
    alone = "and" if source.facts_alone == source.facts else number(source.facts_alone)
    rests += f", {alone} on it alone"
    return f"{english.sentence(rests)} {pronoun} {carried}."


def _s(count: int, verb: str) -> str:
    return f"{verb}s" if count == 1 else verb


# ------------------------------------------------------------------ trade-offs


def tradeoffs(brief: Brief, references: References) -> Section:
    """The table of interests, with the recommendations that advance and strain each."""
    lead = (
        f"These are the interests that {brief.client_name} holds, with the recommendations that "
        "advance or strain each."
    )
    both = [t.says for t in brief.tradeoffs if t.advanced_by and t.strained_by]
    if both:
        lead += f" The advice pulls both ways on {english.listing(both)}."
    heads = ("Interest", "Advanced by", "Strained by")
    rows = tuple(_tradeoff(effect, references) for effect in brief.tradeoffs)
    table = Table("tradeoff-table", "Trade-offs by interest", heads, rows)
    return Section("tradeoffs", "Interests in full", (Paragraph(text(lead)), table))


def _tradeoff(effect: Effect, references: References) -> tuple[Cell, ...]:
    cited = references.cite(effect.sources)
    name = text(effect.says[:1].upper() + effect.says[1:], " " if cited else "", cited)
    sides = (effect.advanced_by, effect.strained_by)
    cells = (Cell(references.recommendations(side) or text("none"), len(side)) for side in sides)
    return (Cell(name), *cells)
