"""Turns a brief into a document: complete sentences, the bottom line first."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from advisor import __version__
from advisor.answers.recommendation import OpenAdvice
from advisor.brief.result import Argument, Brief, CaseAgainst
from advisor.futures.result import Assumption
from advisor.model import english
from advisor.model.records import KnowledgeBase
from advisor.render.report import argument, checks, differences, outlook
from advisor.render.report.document import (
    Block,
    Bullets,
    Document,
    Link,
    Paragraph,
    Section,
    Strong,
    Terms,
    Text,
    joined,
    text,
)
from advisor.render.report.references import References, recommendation_anchor
from advisor.render.report.words import counted, day, number, numbers

_HELD: Final = {  # how recommendations are made, by their confidence
    "high": "with high confidence",
    "moderate": "with moderate confidence",
    "low": "with low confidence",
    None: "by default",
}


def document(brief: Brief, base: KnowledgeBase) -> Document:
    """The brief as a document, for the writers of Markdown and HTML."""
    references = References(brief)
    interests = {effect.interest: effect.says for effect in brief.tradeoffs}
    words = {source.id: source.locator for source in base.sources.values()}
    recommended = tuple(argument.section(a, interests, references) for a in brief.recommendations)
    sections = [
        _bottom_line(brief, references),
        Section("recommendations", "Recommendations", tuple(_reading(brief)), recommended),
        *_open(brief),
        outlook.changes(brief, references),
        _against(brief, references),
        checks.assumptions(brief, references),
        checks.quality(brief),
        checks.tradeoffs(brief, references),
        differences.differences(brief, references),
        differences.notes(brief, words),
        _origin(brief),
    ]
    opening = (Paragraph(text(brief.about), "aside"),) if brief.about else ()
    if brief.cut_short:
        partial = f"This brief is partial: {brief.cut_short}."
        opening = (Paragraph(text(Strong(partial))), *opening)
    return Document(
        title=f"Advice for {brief.client_name}",
        subtitle=brief.title,
        opening=opening,
        sections=tuple(sections),
        colophon=f"Made by advisor {__version__} from the base “{brief.base.title}” of "
        f"{day(brief.base.date)}.",
    )


# ------------------------------------------------------------------ the bottom line


def _bottom_line(brief: Brief, references: References) -> Section:
    blocks: list[Block] = []
    if not brief.recommendations:
        says = f"The facts support no advice to {brief.client_name}."
        blocks.append(Paragraph(text(Strong(says)), "lead"))
    else:
        top = brief.recommendations[0]
        blocks.append(Paragraph(text(Strong(top.claim.says)), "lead"))
        blocks.append(Paragraph(text(" ".join(_standing(brief, top)))))
        blocks += _load(brief, references)
    blocks += _unsettled(brief)
    blocks += _glance(brief)
    return Section("bottom-line", "Bottom line", tuple(blocks))


def _standing(brief: Brief, top: Argument) -> Iterator[str]:
    """How many recommendations there are, and how firm."""
    all_ = brief.recommendations
    if len(all_) == 1:
        yield f"This is the only recommendation to {brief.client_name}."
    else:
        yield f"This is the first of {number(len(all_))} recommendations to {brief.client_name}."
    held = {level: sum(a.claim.confidence == level for a in all_) for level in _HELD}
    shares = [(n, level) for level, n in held.items() if n]
    if len(shares) == 1:
        made = "It is made" if len(all_) == 1 else "All are made"
        yield f"{made} {_HELD[shares[0][1]]}."
    else:
        counts = numbers([n for n, _ in shares])
        hows = [_HELD[level] for _, level in shares]
        verb = "is made" if shares[0][0] == 1 else "are made"
        hows[0] = f"{verb} {hows[0]}"
        parts = [f"{n} {how}" for n, how in zip(counts, hows, strict=True)]
        yield f"Of these, {english.listing(parts)}."
    if not held["high"] and top.claim.limited_by:
        yield _ceiling(top, len(all_))


def _ceiling(top: Argument, total: int) -> str:
    """Why no confidence is high, by what holds the first recommendation back."""
    lone = all(limit.kind in {"single-source", "silence"} for limit in top.claim.limited_by)
    subject = "Confidence" if lone else "It"
    lead = "" if lone or total == 1 else "None reaches high confidence. "
    return lead + argument.held_back(top.claim.limited_by, subject)


def _load(brief: Brief, references: References) -> Iterator[Block]:
    """The one judgment that most of the advice hangs on, if there is one."""
    total = len(brief.recommendations)
    ranked = sorted(brief.assumptions, key=lambda assumption: -len(assumption.if_wrong.lost))
    lost = references.known(ranked[0].if_wrong.lost) if ranked else []
    if total < 2 or 2 * len(lost) <= total:
        return
    some, all_ = numbers([len(lost), total])
    share = f"all {all_}" if len(lost) == total else f"{some} of the {all_}"
    says = ranked[0].says
    yield Paragraph(
        text(
            "Most of this hangs on one judgment: ",
            f"{_inner(says)} If that is wrong, {share} recommendations fall.",
        )
    )


def _inner(sentence: str) -> str:
    """A sentence after a colon: "There is no ..." begins small, a name does not."""
    return sentence[:1].lower() + sentence[1:] if sentence.startswith("There ") else sentence


def _unsettled(brief: Brief) -> Iterator[Block]:
    """Conflicts, and how much is open."""
    for conflict in brief.conflicts:
        yield Paragraph(text("Two recommendations conflict: ", conflict.says))
    if brief.open:
        further = "further " if brief.recommendations else ""
        pieces = counted(len(brief.open), f"{further}piece")
        verb = "waits" if len(brief.open) == 1 else "wait"
        says = english.sentence(f"{pieces} of advice {verb} for facts that are not known yet")
        yield Paragraph(text(says[:-1], " (", Link("see below", "open"), ")."))


def _glance(brief: Brief) -> Iterator[Block]:
    """The recommendations by confidence, each with a link to its argument."""
    for level, how in _HELD.items():
        found = [a for a in brief.recommendations if a.claim.confidence == level]
        if found and len(brief.recommendations) > 1:
            yield Paragraph(text(Strong(how.capitalize())), "plain")
            links = ((a.number, Link(a.claim.says, recommendation_anchor(a.number))) for a in found)
            yield Bullets(tuple(text(f"{number_}. ", link) for number_, link in links))


# ------------------------------------------------------------------ in between


def _reading(brief: Brief) -> Iterator[Block]:
    if not brief.recommendations:
        yield Paragraph(text("There are none."))
        return
    yield Paragraph(
        text(
            "Confidence is about the argument: how strong its weakest link is, and whether "
            "independent sources support its facts. Likelihoods are those that the base states of "
            "single facts and rules. Numbers in brackets lead to the source notes."
        ),
        "aside",
    )


def _open(brief: Brief) -> Iterator[Section]:
    """Advice that waits for facts, each with what it waits for."""
    if not brief.open:
        return
    items = [text(Strong(advice.says), f" {_waits(advice)}") for advice in brief.open]
    lead = "This advice may be given or not, depending on facts that nobody knows yet."
    yield Section(
        "open", "Open until more is known", (Paragraph(text(lead)), Bullets(tuple(items)))
    )


def _waits(advice: OpenAdvice) -> str:
    """What open advice waits for: the first few facts, and a count of the rest."""
    clauses = [fact.says for fact in advice.unknown[:_WAITS]]
    unknown = [says.removeprefix(_UNKNOWN) for says in clauses if says.startswith(_UNKNOWN)]
    others = [english.sentence(says) for says in clauses if not says.startswith(_UNKNOWN)]
    told = [english.sentence(_UNKNOWN + english.listing(unknown))] if unknown else []
    more = len(advice.unknown) - len(clauses)
    if more > 0:
        verb = "is" if more == 1 else "are"
        others.append(english.sentence(f"{counted(more, 'more fact')} {verb} open"))
    return " ".join([*told, *others])


_WAITS: Final = 4
_UNKNOWN: Final = "it is not known "


# ------------------------------------------------------------------ the case against


def _against(brief: Brief, references: References) -> Section:
    title = "The case against the first recommendation"
    if brief.against is None:
        says = "There is no recommendation to argue against."
        return Section("against", title, (Paragraph(text(says)),))
    top = brief.recommendations[0]
    blocks: list[Block] = [
        Paragraph(text("The recommendation is: ", Strong(top.claim.says))),
        *_objections(brief.against, top, references),
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
    others = [n for n in references.known(assumption.if_wrong.lost) if n != top.number]
    own = top.claim.instance in {piece.instance for piece in assumption.if_wrong.lost}
    lead = f"If this is wrong, the recommendation {'falls' if own else 'is left open'}"
    falls: Text = text(f"{lead}.")
    if others:
        word = "does recommendation" if len(others) == 1 else "do recommendations"
        fall = "falls" if len(others) == 1 else "fall"
        more = f"so {word} " if own else f"{word.split()[1]} "
        listed = references.recommendations(others)
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
