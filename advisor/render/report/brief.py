"""Turns a brief into a document: two pages, and the annex that they stand on."""

from __future__ import annotations

from collections.abc import Iterator

from advisor import __version__
from advisor.brief.result import Argument, Brief, CaseAgainst
from advisor.futures.result import Assumption
from advisor.model import english
from advisor.model.records import KnowledgeBase
from advisor.render.report import argument, checks, differences, outlook
from advisor.render.report.body import body
from advisor.render.report.document import (
    Block,
    Bullets,
    Document,
    Paragraph,
    Section,
    Strong,
    Terms,
    Text,
    joined,
    text,
)
from advisor.render.report.references import References
from advisor.render.report.words import day


def document(brief: Brief, base: KnowledgeBase, *, annex: bool = False) -> Document:
    """The brief as a document, for all writers."""
    references = References(brief, sourced=bool(base.sources), annex=annex)
    made = f"Made by advisor {__version__} from the base “{brief.base.title}” of "
    more = "" if annex or not brief.lines else _MORE
    return Document(
        title=f"Advice for {brief.client_name}",
        subtitle=brief.title,
        opening=tuple(_opening(brief)),
        sections=tuple(body(brief, base, references)),
        colophon=f"{made}{day(brief.base.date)}.{more}",
        annex=tuple(_annex(brief, base, references)) if annex else (),
        contents=annex,
    )


def _opening(brief: Brief) -> Iterator[Block]:
    """To whom, from whom, as of when, and on which question; that it is partial, if it is."""
    if brief.cut_short:
        yield Paragraph(text(Strong(f"This brief is partial: {brief.cut_short}.")))
    address = brief.address
    pairs = (
        ("To", address.to),
        ("From", address.author),
        ("Client", brief.client_name),
        ("As of", day(brief.base.date)),
        ("Question", address.question or f"What should {brief.client_name} do?"),
    )
    yield Terms(tuple((label, (text(says),)) for label, says in pairs if says))


def _annex(brief: Brief, base: KnowledgeBase, references: References) -> Iterator[Section]:
    """What the two pages stand on."""
    interests = {effect.interest: effect.says for effect in brief.tradeoffs}
    words = {source.id: source.locator for source in base.sources.values()}
    if brief.about:
        about = (Paragraph(text(brief.about)),)
        yield Section("about", "What this is about", about)
    if brief.lines:
        by_line: dict[int, list[Argument]] = {}
        for recommendation in brief.recommendations:
            by_line.setdefault(recommendation.line, []).append(recommendation)
        parts = tuple(argument.section(own, interests, references) for own in by_line.values())
        reading = Paragraph(text(_READING if references.sourced else _UNSOURCED), "aside")
        yield Section("recommendations", "The arguments", (reading,), parts)
        yield _against(brief, references)
        yield checks.assumptions(brief, references)
        if references.sourced:
            yield checks.quality(brief)
        yield outlook.changes(brief, references)
    if brief.tradeoffs and brief.lines:
        yield checks.tradeoffs(brief, references)
    if brief.comparisons:
        yield differences.differences(brief, references)
    if brief.notes:
        yield differences.notes(brief, words)
    yield _origin(brief)


_MORE = " The annex has the arguments in full: advisor brief --annex."
_READING = (
    "Confidence is about the argument: how strong its weakest link is, and whether independent "
    "sources support its facts. Likelihoods are those that the base states of single facts and "
    "rules. Numbers in brackets lead to the source notes."
)
_UNSOURCED = (
    "Confidence is about the argument: how strong its weakest link is. Likelihoods are those that "
    "the base states of single facts and rules."
)


# ------------------------------------------------------------------ the case against


def _against(brief: Brief, references: References) -> Section:
    title = "The case against the first recommendation"
    top = brief.recommendations[0]
    against = brief.against or CaseAgainst(handle=top.handle, rebuttals=(), assumptions=())
    blocks: list[Block] = [
        Paragraph(text("The recommendation is: ", Strong(top.claim.says))),
        *_objections(against, top, references),
        Paragraph(text(argument.future(top))),
        *_weakness(top),
    ]
    if top.claim.strains:
        interests = {effect.interest: effect.says for effect in brief.tradeoffs}
        strained = english.listing(interests[interest] for interest in top.claim.strains)
        blocks.append(Paragraph(text(f"Following it also strains {strained}.")))
    return Section("against", title, tuple(blocks))


def _weakness(top: Argument) -> Iterator[Block]:
    if top.claim.limited_by:
        subject = "Confidence in it"
        yield Paragraph(text(argument.held_back(top.claim.limited_by, subject)))


def _objections(case: CaseAgainst, top: Argument, references: References) -> Iterator[Block]:
    """What speaks against it, the strongest first."""
    found = [argument.rebuttal(rebuttal, references) for rebuttal in case.rebuttals]
    found += [_objection(assumption, top, references) for assumption in case.assumptions]
    if not found:
        says = "Nothing that the facts hold speaks against it, and no single error overturns it."
        yield Paragraph(text(says))
        return
    if case.rebuttals:
        yield Paragraph(text("The strongest objection: ", found[0]))
    else:
        says = "No fact speaks against it outright, so the objections go to what it assumes. "
        yield Paragraph(text(says, "The strongest comes first."))
    rest = found[1:] if case.rebuttals else found
    if rest:
        yield Bullets(tuple(rest))


def _objection(assumption: Assumption, top: Argument, references: References) -> Text:
    """What the recommendation assumes, how sound that is, and what falls with it."""
    others = [n for n in references.known(assumption.if_wrong.lost) if n != top.claim.instance]
    own = top.claim.instance in {piece.instance for piece in assumption.if_wrong.lost}
    lead = f"If this is wrong, the recommendation {'falls' if own else 'is left open'}"
    falls: Text = text(f"{lead}.")
    if others:
        listed = references.recommendations(others)
        word = "does recommendation" if len(listed) == 1 else "do recommendations"
        fall = "falls" if len(listed) == 1 else "fall"
        more = f"so {word} " if own else f"{word.split()[1]} "
        falls = text(f"{lead}, and {more}", listed, "." if own else f" {fall}.")
    return joined([text(Strong(assumption.says)), text(english.sentence(assumption.reason)), falls])


# ------------------------------------------------------------------ where it comes from


def _origin(brief: Brief) -> Section:
    files = tuple(text(f"{file.name}: SHA-256 {file.sha256}") for file in brief.files)
    base = f"{brief.base.title}, {day(brief.base.date)}: SHA-256 {brief.base.sha256}"
    pairs = [
        ("Scenario", (text(f"{brief.title} ({brief.scenario})"),)),
        ("Base", (text(base),)),
        ("Fact files", files),
        ("Program", (text(f"advisor {__version__}"),)),
    ]
    lead = "The same base, fact files and program give this same document, byte for byte."
    terms = Terms(tuple((label, texts) for label, texts in pairs if texts))
    return Section("origin", "What this was made from", (Paragraph(text(lead), "aside"), terms))
