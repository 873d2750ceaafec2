"""Turns the checks of a brief into sections: assumptions, information, trade-offs."""

from __future__ import annotations

from typing import Final

from advisor.answers.recommendation import Effect
from advisor.brief.result import Brief, SourceQuality
from advisor.futures.result import Assumption
from advisor.model import english
from advisor.render.report.document import Block, Cell, Paragraph, Section, Table, text
from advisor.render.report.outlook import consequences, moved
from advisor.render.report.references import References
from advisor.render.report.words import CREDIBILITY, RELIABILITY, age, counted, day, number

_SOUND: Final = ("unsupported", "with caveats", "solid")


# ------------------------------------------------------------------ assumptions


def assumptions(brief: Brief, references: References) -> Section:
    """The Key Assumptions Check."""
    blocks: tuple[Block, ...]
    if not brief.assumptions:
        blocks = (Paragraph(text("No recommendation is given, so nothing is assumed for one.")),)
    else:
        lead = (
            "The advice takes these for granted, the least sound first. An assumption is solid if "
            "it is rated almost certain or certain and rests on a source graded A to C."
        )
        rows = tuple(_assumption(one, references) for one in brief.assumptions)
        heads = ("Assumption", "How sound", "Carries", "If it is wrong")
        table = Table("assumption-table", "Key assumptions", heads, rows)
        blocks = (Paragraph(text(lead)), table)
    return Section("assumptions", "Key Assumptions Check", blocks)


def _assumption(one: Assumption, references: References) -> tuple[Cell, ...]:
    carries = references.known(one.carries)
    return (
        Cell(text(one.says)),
        Cell(
            text(f"{english.sentence(one.status)} {english.sentence(one.reason)}"),
            _SOUND.index(one.status),
        ),
        Cell(references.recommendations(carries), len(carries)),
        Cell(consequences(one.if_wrong, references), moved(one.if_wrong)),
    )


# ------------------------------------------------------------------ sources


def quality(brief: Brief) -> Section:
    """The Quality of Information Check."""
    total = len({ground.instance for one in brief.recommendations for ground in one.grounds})
    blocks = [Paragraph(text(_lead(brief, total)))]
    if brief.unsourced:
        verb = "cites" if brief.unsourced == 1 else "cite"
        says = f"{counted(brief.unsourced, 'fact')} under the advice {verb} no source at all."
        blocks.append(Paragraph(text(english.sentence(says))))
    blocks += [Paragraph(text(one)) for one in brief.disputes]
    parts = tuple(_source(n, one, brief, total) for n, one in enumerate(brief.quality, 1))
    return Section("sources", "Quality of Information Check", tuple(blocks), parts)


def _lead(brief: Brief, total: int) -> str:
    if not brief.quality:
        return "The advice rests on no source."
    facts = counted(total, "given fact")
    return f"The advice rests on {facts} and on {counted(len(brief.quality), 'source')}."


def _source(place: int, one: SourceQuality, brief: Brief, total: int) -> Section:
    author = f"It is by {one.author}. " if one.author else "It names no author. "
    grade = (
        f"It is graded {one.reliability}{one.credibility}: {RELIABILITY[one.reliability]}, and "
        f"{CREDIBILITY[one.credibility]}."
    )
    blocks = [
        Paragraph(text(author + _age(one, brief))),
        Paragraph(
            text(f"{grade}{_review(one)}{f' {english.sentence(one.note)}' if one.note else ''}")
        ),
        Paragraph(text(_alone(one, brief, total))),
    ]
    return Section(f"source-{place}", one.title, tuple(blocks))


def _age(one: SourceQuality, brief: Brief) -> str:
    if one.days is not None and one.dated:
        on = day(brief.base.date)
        return f"It is dated {day(one.dated)}, and so was {age(one.days)} old on {on}."
    if one.dated:
        return f"Its date is given as “{one.dated}”, from which no exact age follows."
    return "It bears no date, so its age cannot be told."


def _review(one: SourceQuality) -> str:
    if one.review is None:
        return ""
    if one.overdue:
        return f" The grade was due for review by {day(one.review)} and is overdue."
    return f" The grade is due for review by {day(one.review)}."


def _alone(one: SourceQuality, brief: Brief, total: int) -> str:
    """What rests on a source, and what on it alone."""
    if not one.facts:
        return "No given fact rests on it; it is cited by rules or for interests."
    advice = len(one.advice_alone)
    every = advice == len(brief.recommendations)
    carried = "every recommendation" if every else counted(advice, "recommendation")
    of = f"of the {counted(total, 'given fact')} under the advice"
    if one.facts_alone == one.facts == total > 1:
        says = f"All {counted(total, 'given fact')} under the advice rest on it alone."
        return f"{says} They carry {carried}."
    rests = f"{number(one.facts)} {of} {_s(one.facts, 'rest')} on it"
    if not one.facts_alone:
        return english.sentence(f"{rests}, none of them on it alone")
    pronoun = "It carries" if one.facts_alone == 1 else "They carry"
    alone = "and" if one.facts_alone == one.facts else number(one.facts_alone)
    rests += f", {alone} on it alone"
    return f"{english.sentence(rests)} {pronoun} {carried}."


def _s(count: int, verb: str) -> str:
    return f"{verb}s" if count == 1 else verb


# ------------------------------------------------------------------ trade-offs


def tradeoffs(brief: Brief, references: References) -> Section:
    """The table of interests, with the recommendations that advance and strain each."""
    if not (brief.tradeoffs and brief.recommendations):
        says = "The advice touches no interest that the base names."
        return Section("tradeoffs", "Trade-offs", (Paragraph(text(says)),))
    lead = (
        f"These are the interests that {brief.client_name} holds, with the recommendations that "
        "advance or strain each."
    )
    both = [one.says for one in brief.tradeoffs if one.advanced_by and one.strained_by]
    if both:
        lead += f" The advice pulls both ways on {english.listing(both)}."
    heads = ("Interest", "Advanced by", "Strained by")
    rows = tuple(_tradeoff(effect, references) for effect in brief.tradeoffs)
    table = Table("tradeoff-table", "Trade-offs by interest", heads, rows)
    return Section("tradeoffs", "Trade-offs", (Paragraph(text(lead)), table))


def _tradeoff(effect: Effect, references: References) -> tuple[Cell, ...]:
    cited = references.cite(effect.sources)
    name = text(effect.says[:1].upper() + effect.says[1:], " " if cited else "", cited)
    sides = [
        [references.numbers[one] for one in side]
        for side in (effect.advanced_by, effect.strained_by)
    ]
    cells = (Cell(references.recommendations(side) or text("none"), len(side)) for side in sides)
    return (Cell(name), *cells)
