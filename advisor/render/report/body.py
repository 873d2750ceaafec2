"""Turns a brief into the sections of its two pages: short, and the bottom line first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from advisor.answers.recommendation import Effect, Line, OpenAdvice
from advisor.brief.packages import PIVOTS
from advisor.brief.result import Brief, SinceBrief, ToldLine
from advisor.futures.result import AdvicePiece, Assumption
from advisor.model import english
from advisor.model.records import KnowledgeBase
from advisor.render.report import checks, outlook, packages, pictures
from advisor.render.report.document import (
    Block,
    Bullets,
    HeatMap,
    Paragraph,
    Section,
    Shade,
    Strong,
    Text,
    joined,
    text,
)
from advisor.render.report.references import References
from advisor.render.report.words import (
    CREDIBILITY,
    RELIABILITY,
    capital,
    counted,
    day,
    inner,
    number,
    numbers,
    spans,
)
from advisor.render.terminal.misses import nearest

_INTERESTS: Final = 12
_SOURCES: Final = 3
_OTHERWISE: Final = 3  # pieces of advice that are new, gone or changed
_NOTES: Final = 2


def body(brief: Brief, base: KnowledgeBase, references: References) -> Iterator[Section]:
    """What a reader without time reads."""
    yield _bottom_line(brief, references)
    yield from packages.advice(brief, references)
    yield from _changes(brief, references)
    yield from _options(brief)
    if argument := tuple(pictures.argument(brief, base)):
        yield Section("argument", "Why the first recommendation", argument)
    yield from _watch(brief, references)
    yield from _what_ifs(brief, references)
    if references.sourced and (brief.lines or brief.disputes):
        yield _sources(brief, references)
    if brief.since is not None:
        yield _since(brief.since, references)


# ------------------------------------------------------------------ the bottom line


def _bottom_line(brief: Brief, references: References) -> Section:
    if brief.lines:
        lead = brief.lines[0].says
        rest = [_standing(brief.lines), _load(brief, references)]
    else:
        lead = f"The facts support no advice to {brief.client_name}."
        rest = [f"By default: {piece.says}" for piece in brief.by_default]
        rest += [_waiting(brief.open)] if brief.open else []
        rest += [nearest(brief.nearest)] if brief.nearest is not None else []
    blocks = [Paragraph(text(Strong(lead)), "lead")]
    blocks += [Paragraph(text(" ".join(rest)))] if rest else []
    return Section("bottom-line", "Bottom line", tuple(blocks))


def _waiting(pieces: Sequence[OpenAdvice]) -> str:
    """How much advice waits for facts."""
    waits = "piece of advice waits" if len(pieces) == 1 else "pieces of advice wait"
    return f"{capital(number(len(pieces)))} {waits} for facts that are not known yet."


def _standing(lines: Sequence[Line]) -> str:
    """How much advice there is, how much of it to do, and how firm it is."""
    strengths = Counter(line.strength for line in lines)
    levels = Counter(line.confidence for line in lines)
    if len(lines) == 1:
        what = "done" if strengths["do"] else "considered"
        how = f"with {lines[0].confidence} confidence"
        return f"This is the only advice; it is to be {what}, {how}."
    total, *counts = numbers([len(lines), strengths["do"], strengths["consider"], *levels.values()])
    kinds = ((strengths["do"], "to do"), (strengths["consider"], "to consider"))
    parts = [f"{n} {kind}" for n, (many, kind) in zip(counts, kinds, strict=False) if many]
    firm = [f"{n} with {level}" for n, level in zip(counts[2:], levels, strict=True)]
    how = f"all with {lines[0].confidence}" if len(levels) == 1 else english.listing(firm)
    what = f"all {parts[0].split(' ', 1)[1]}" if len(parts) == 1 else " and ".join(parts)
    return f"This is the first of {total} lines of advice: {what}, {how} confidence."


def _load(brief: Brief, references: References) -> str:
    """The assumption that most of the advice hangs on, or each of several; or that there is none.

    Advice hangs on what it is not given without, whether it is then withheld or open.
    """
    total = len(brief.recommendations)
    falls = [references.known(_fallen(assumption)) for assumption in brief.assumptions]
    most = max(falls, key=len, default=[])
    if 2 * len(most) <= total:
        unsure = "What it hangs on was not worked out."
        return unsure if brief.cut_short else "No single assumption carries most of it."
    some, all_ = numbers([len(most), total])
    share = f"Most of it ({some} of its {all_} recommendations)"
    if len(most) == total:
        share = "It" if total == 1 else "All of it"
    says = inner(brief.assumptions[falls.index(most)].says)
    alike = sum(len(each) == len(most) for each in falls)
    if alike == 1:
        return f"{share} hangs on one assumption: {says}"
    each = f"each of {number(alike)} assumptions"
    return f"{share} hangs on {each}, the least sound of them this: {says}"


def _fallen(assumption: Assumption) -> tuple[AdvicePiece, ...]:
    return assumption.if_wrong.lost + assumption.if_wrong.unsettled


# ------------------------------------------------------------------ options


def _options(brief: Brief) -> Iterator[Section]:
    """The packages and doing nothing, against the interests of the client."""
    effects = [e for e in brief.tradeoffs if e.advanced_by or e.strained_by]
    if not (effects and brief.lines):
        return
    effects.sort(key=lambda e: (e.priority is None, e.priority))
    shown = effects[:_INTERESTS]
    told = brief.packages[: packages.SHOWN]
    own = [_instances(brief.lines, package.lines) for package in told]
    options = [set(), *own]
    if len(brief.packages) > 1:
        options.append(_instances(brief.lines, [line.number for line in brief.lines]))
    heads = [("Nothing", "doing nothing")]
    heads += [(spans(package.lines), package.says or "further advice") for package in told]
    heads += [("All", "all of the advice")] if len(brief.packages) > 1 else []
    rows = tuple(
        (text(_interest(effect)), tuple(_shade(effect, option) for option in options))
        for effect in shown
    )
    table = HeatMap(
        "options-table",
        "What each option does: + advances an interest, − strains it, ± does both, · does neither",
        "Interest, with its priority" if any(e.priority for e in shown) else "Interest",
        tuple(heads),
        rows,
    )
    yield Section(
        "options", "The options", (table, Paragraph(text(" ".join(_price(brief, effects)))))
    )


def _instances(lines: Iterable[Line], wanted: Iterable[int]) -> set[str]:
    numbers = {*wanted}
    return {m.instance for line in lines if line.number in numbers for m in line.members}


def _interest(effect: Effect) -> str:
    rank = f" ({effect.priority})" if effect.priority is not None else ""
    return capital(effect.says) + rank


def _shade(effect: Effect, option: set[str]) -> Shade:
    sides = (effect.advanced_by, effect.strained_by)
    gives, takes = (not option.isdisjoint(side) for side in sides)
    if gives and takes:
        return Shade("±", 0, "both", 2)
    if gives:
        return Shade("+", 1, "gives", 2)
    return Shade("−", -1, "takes", 2) if takes else Shade("·", 0, "plain", 0)


def _price(brief: Brief, effects: Sequence[Effect]) -> Iterator[str]:
    """What doing nothing comes to, and what acting costs most."""
    yield "Doing nothing strains no interest, and advances none."
    most = max(effects, key=lambda effect: len(effect.strained_by))
    if not most.strained_by:
        yield "The advice strains none of these interests."
        return
    total = len(brief.recommendations)
    some, all_ = numbers([len(most.strained_by), total])
    share = f"{some} of {all_} recommendations {'strains' if some == 'one' else 'strain'}"
    if len(most.strained_by) == total:
        share = "it strains" if total == 1 else "every recommendation strains"
    answers = Counter(
        caveat.says.removeprefix("and ")
        for argument in brief.recommendations
        if argument.claim.instance in most.strained_by
        for caveat in argument.claim.caveats
        if most.interest in caveat.advances
    )
    why = ""
    if answers:
        [(answer, _)] = answers.most_common(1)
        why = f", which is why the condition is “{answer}”"
    yield f"The price of acting: {share} {most.says}{why}."


# ------------------------------------------------------------------ what to look out for


def _changes(brief: Brief, references: References) -> Iterator[Section]:
    if not brief.lines:
        return
    items = []
    for pivot in brief.pivots[:PIVOTS]:
        falls = _falls(pivot.lost, references)
        today = outlook.today(pivot.turn.now, pivot.turn.holds)
        now = f" Today {today[:1].lower()}{today[1:]}"
        items.append(text(Strong(english.sentence(pivot.turn.says)), " ", falls, now))
    says = "No single change of a given fact takes any advice away."
    unsought = [a.turning.reason for a in brief.recommendations if not a.turning.sought]
    if unsought:
        says = f"The changes that would take advice away are not known: {unsought[0]}."
    blocks = (Bullets(tuple(items)) if items else Paragraph(text(says)),)
    yield Section("changes", "What would change our mind", blocks)


def _falls(lost: Sequence[str], references: References) -> Text:
    if references.everything(lost):
        return ("All of the advice falls.",)
    named = references.recommendations(lost)
    if len(named) == 1:
        return text("Recommendation ", named, " falls.")
    return text("Recommendations ", named, " fall.")


def _watch(brief: Brief, references: References) -> Iterator[Section]:
    if not (brief.lines or brief.watch):
        return
    items = tuple(
        text(Strong(post.says), " ", outlook.consequences(post.then, references))
        for post in brief.watch
    )
    says = "Nothing that is uncertain and can be observed would, by itself, change the advice."
    if brief.cut_short and not items:
        says = "What to watch was not worked out."
    yield Section("watch", "What to watch", (Bullets(items) if items else Paragraph(text(says)),))


def _what_ifs(brief: Brief, references: References) -> Iterator[Section]:
    """What each what-if would do, in a few sentences."""
    items = []
    for comparison in brief.comparisons:
        parts: list[Text] = [text(Strong(english.sentence(comparison.title)))]
        gained = [s for s in comparison.shifts if s.kind == "gained"]
        lost = [s.instance for s in comparison.shifts if s.kind in {"lost", "unsettled"}]
        kinds = {"strengthened", "weakened", "re-caveated"}
        other = [s.instance for s in comparison.shifts if s.kind in kinds]
        if gained:
            says = english.listing(f"“{shift.says.rstrip('.')}”" for shift in gained[:_OTHERWISE])
            more = len(gained) - _OTHERWISE
            rest = f", and {number(more)} more" if more > 0 else ""
            parts.append(text(f"New advice: {says}{rest}."))
        if references.recommendations(lost):
            parts.append(_falls(lost, references))
        if named := references.recommendations(other):
            one = len(named) == 1
            lead, verb = ("Recommendation ", " is") if one else ("Recommendations ", " are")
            parts.append(text(lead, named, f"{verb} made otherwise."))
        items.append(joined(parts if len(parts) > 1 else [*parts, text("No advice changes.")]))
    if items:
        yield Section("what-ifs", "If it were otherwise", (Bullets(tuple(items)),))


# ------------------------------------------------------------------ sources


def _sources(brief: Brief, references: References) -> Section:
    """What the advice rests on, and what rests on one source alone."""
    blocks: list[Block] = [Paragraph(text(dispute)) for dispute in brief.disputes[:_NOTES]]
    total = len({ground.instance for a in brief.recommendations for ground in a.grounds})
    items = []
    for source in brief.quality[:_SOURCES]:
        grade = (
            f" ({source.reliability}{source.credibility}: {RELIABILITY[source.reliability]}, "
            f"{CREDIBILITY[source.credibility]}). "
        )
        items.append(text(Strong(source.title), grade, checks.alone(source, brief, total)))
    if items:
        blocks.append(Bullets(tuple(items)))
    else:
        blocks.append(Paragraph(text("The advice rests on no source.")))
    if brief.unsourced:
        verb = "cites" if brief.unsourced == 1 else "cite"
        says = f"{counted(brief.unsourced, 'fact')} under the advice {verb} no source"
        blocks.append(Paragraph(text(english.sentence(says))))
    more = len(brief.quality) - _SOURCES
    if more > 0:
        word = "source is" if more == 1 else "sources are"
        blocks.append(Paragraph(text(f"{capital(number(more))} more {word} in the annex.")))
    return Section("sources", "What this rests on", tuple(blocks))


# ------------------------------------------------------------------ the last brief


def _since(since: SinceBrief, references: References) -> Section:
    """What is otherwise than in the last brief."""
    lead = f"The last brief is “{since.title}”, from the base of {day(since.date)}."
    items = [
        *_said("New", since.gained, references),
        *_said("No longer advised", since.lost, references),
    ]
    for changed in since.changed[:_OTHERWISE]:
        what = f": {english.listing(changed.what)}."
        items.append(
            text(Strong("Changed:"), " ", references.recommendations(changed.instances), what)
        )
    more = len(since.changed) - _OTHERWISE
    if more > 0:
        items.append(text(f"{capital(number(more))} more {'is' if more == 1 else 'are'} changed."))
    same = "and so are the facts" if since.same_facts else "and the facts are not"
    if not items:
        base = (
            f"The rules are the same, {same}." if since.same_base else "The rules are not the same."
        )
        lead += f" The advice is the same. {base}"
    blocks: list[Block] = [Paragraph(text(lead))]
    blocks += [Bullets(tuple(items))] if items else []
    return Section("since", "What is new since the last brief", tuple(blocks))


def _said(label: str, pieces: Sequence[ToldLine], references: References) -> Iterator[Text]:
    """Pieces of advice, the first few, with their handles where they have one."""
    if not pieces:
        return
    told: list[Text] = []
    for piece in pieces[:_OTHERWISE]:
        named = references.recommendations(piece.instances)
        told.append(text(*named, ": " if named else "", piece.says.rstrip(".")))
    more = len(pieces) - len(told)
    rest = f"; and {number(more)} more." if more else "."
    yield text(Strong(f"{label}:"), " ", joined(told, "; "), rest)
