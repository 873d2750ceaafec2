"""Turns what an audit looked at, what its advice leans on and what is new into sections."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from advisor import __version__
from advisor.audit.basis import AuditScope, Leap, Pillar
from advisor.audit.run import Audit
from advisor.audit.since import AuditCount, Gone, SinceAudit
from advisor.model import english
from advisor.render.report.audit_words import score
from advisor.render.report.document import (
    Block,
    Bullets,
    Paragraph,
    Section,
    Strong,
    Terms,
    Text,
    text,
)
from advisor.render.report.words import day, share

_LEAPS: Final = 5
_PILLARS: Final = 5
_CLIENTS: Final = 12
_GONE: Final = 5
_TREND: Final = 6
_READINGS: Final = {
    "stated": "stated by its sources",
    "inferred": "inferred from its sources",
    "ours": "the base's own, cited to nobody",
}


def looked_at(result: Audit) -> str:
    """What there was to look at, in a sentence."""
    return f"Looked at: {english.listing(_sizes(result.scope))}."


def _sizes(of: AuditScope) -> list[str]:
    return [
        english.counted(of.rules, "rule"),
        english.counted(of.templates, "template"),
        *([english.counted(of.sources, "source")] if of.sources else []),
        english.counted(len(of.scenarios), "scenario"),
        english.counted(len(of.clients), "client"),
    ]


def examined(result: Audit) -> Section:
    """What was examined, and how well it is tested."""
    pairs = [
        ("Base", f"{result.title}; SHA-256 of its rules: {result.sha256}"),
        ("As of", day(result.as_of)),
        ("Program", f"advisor {__version__}"),
        ("Scope", english.sentence(english.listing(_sizes(result.scope)))),
        ("Clients", _few(result.scope.clients)),
        ("Checks", _checks(result)),
        ("Expectations", _expectations(result)),
        ("Coverage", _coverage(result)),
        ("Mutation", _mutation(result)),
        ("Allowances", _allowances(result)),
    ]
    terms = Terms(tuple((label, (text(says),)) for label, says in pairs if says))
    return Section("examined", "What was examined", (terms,))


def _few(clients: tuple[str, ...]) -> str:
    more = len(clients) - _CLIENTS
    named = [*clients[:_CLIENTS], f"{more} more"] if more > 0 else clients
    return english.sentence(english.listing(named)) if clients else ""


def _checks(result: Audit) -> str:
    not_run = sum(len(run.checks) for run in result.not_run)
    rest = f"; {not_run} not run" if not_run else ", which are all that there are"
    return f"{english.counted(len(result.checks), 'check')} run{rest}."


def _expectations(result: Audit) -> str:
    if result.tested is None:
        return ""
    met, failed = result.tested.met, result.tested.failed
    return f"{met:,} met, {failed:,} failed." if met or failed else "No scenario has any."


def _coverage(result: Audit) -> str:
    if result.tested is None:
        return ""
    of = result.tested
    return f"{of.percent}%: the scenarios cover {of.covered:,} of {of.goals:,} goals."


def _mutation(result: Audit) -> str:
    return "" if result.mutation is None else f"{score(result.mutation)}."


def _allowances(result: Audit) -> str:
    count = len(result.allowed)
    if not count:
        return "No finding is accepted."
    verb = "is" if count == 1 else "are"
    return f"{english.counted(count, 'finding')} {verb} accepted, with reasons."


# ------------------------------------------------------------------ what it leans on


def leans(result: Audit) -> Iterator[Section]:
    """The boldest inferences, and the sources that carry the most, where there are any."""
    basis = result.basis
    if basis is None or not (basis.leaps or basis.pillars):
        return
    total = basis.advice
    lead = (
        f"The scenarios lead to {english.counted(total, 'piece')} of advice. "
        "Whoever signs vouches for this first."
    )
    blocks: list[Block] = [Paragraph(text(lead))]
    sourced = bool(result.scope.sources)
    leaps = tuple(_leap(leap, total, sourced=sourced) for leap in basis.leaps[:_LEAPS])
    if leaps:
        blocks += [Paragraph(text("The boldest inferences:"), "plain"), Bullets(leaps)]
    pillars = tuple(_pillar(pillar, total) for pillar in basis.pillars[:_PILLARS])
    if pillars:
        blocks += [Paragraph(text("The sources that carry the most:"), "plain"), Bullets(pillars)]
    yield Section("leans", "What the advice leans on", tuple(blocks))


def _leap(leap: Leap, total: int, *, sourced: bool) -> Text:
    reading = f"; {_READINGS[leap.reading]}" if sourced else ""
    says = f" ({leap.rule}): {leap.strength}{reading}; "
    return text(Strong(leap.title), says, f"carries {share(leap.carries, total)}.")


def _pillar(pillar: Pillar, total: int) -> Text:
    says = f" ({pillar.source}, {pillar.grade}): carries {share(pillar.carries, total)}."
    return text(Strong(pillar.title), says)


# ------------------------------------------------------------------ since last time


def since(result: Audit) -> Iterator[Section]:
    """What is new, gone and still there, and how the counts went."""
    if result.since is not None:
        yield Section("since", "Since last time", tuple(_since(result.since)))


def _since(found: SinceAudit) -> Iterator[Block]:
    base = "The base is the same" if found.same_base else "The base has changed since"
    accepted = sum(one.accepted for one in found.gone)
    gone = f"{len(found.gone) - accepted:,} gone"
    parts = [f"{len(found.new):,} new", gone, f"{found.persisting:,} still there"]
    parts += [f"{accepted} accepted since"] if accepted else []
    yield Paragraph(text(f"{base}: {english.listing(parts)}. (Last time: {day(found.as_of)}.)"))
    more = len(found.gone) - _GONE
    items = [_gone(one) for one in found.gone[:_GONE]]
    if items:
        yield Bullets((*items, text(f"and {more} more")) if more > 0 else tuple(items))
    yield Paragraph(text("How the counts went, the latest last:"), "plain")
    yield Bullets(tuple(map(_count, found.trend[-_TREND:])))


def _gone(one: Gone) -> Text:
    how = "Accepted since" if one.accepted else "Gone"
    return text(f"{how}: {one.severity}[{one.check}] {english.sentence(one.message)}")


def _count(of: AuditCount) -> Text:
    counts = ((of.errors, "error"), (of.warnings, "warning"), (of.notes, "note"))
    found = english.listing(english.counted(count, noun) for count, noun in counts)
    allowed = f"; {of.allowed} allowed" if of.allowed else ""
    return text(f"As of {day(of.as_of)}, by advisor {of.version}: {found}{allowed}")
