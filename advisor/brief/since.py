"""Turns an earlier brief, as JSON, into what is otherwise in the advice of today."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

import msgspec

from advisor.answers.confidence import Confidence
from advisor.answers.recommendation import Advice, Line
from advisor.brief.result import BaseDigest, Changed, SinceBrief, ToldLine
from advisor.loader.digests import FileDigest
from advisor.loader.earlier import earlier as written_before
from advisor.model.errors import AdvisorError, Problem

SCHEMA: Final = "brief/3"


class _Caveat(msgspec.Struct, frozen=True, kw_only=True):
    says: str


class _Claim(msgspec.Struct, frozen=True, kw_only=True):
    instance: str
    says: str
    confidence: Confidence | None
    caveats: tuple[_Caveat, ...]


class _Argument(msgspec.Struct, frozen=True, kw_only=True):
    claim: _Claim


class EarlierBrief(msgspec.Struct, frozen=True, kw_only=True):
    """What is read of an earlier brief."""

    schema: str
    title: str
    client: str
    client_name: str
    lines: tuple[Line, ...]
    recommendations: tuple[_Argument, ...]
    base: BaseDigest
    files: tuple[FileDigest, ...]

    def __post_init__(self) -> None:
        """Each recommendation stands in a line; one that does not makes this no brief."""
        told = {member.instance for line in self.lines for member in line.members}
        for argument in self.recommendations:
            if argument.claim.instance not in told:
                raise ValueError(f"'{argument.claim.instance}' stands in no line of it")


def earlier(path: str | Path) -> EarlierBrief:
    """An earlier brief from its JSON; raises AdvisorError where that is none."""
    return written_before(path, "a brief", SCHEMA, EarlierBrief)


def since(
    before: EarlierBrief, now: Advice, base: BaseDigest, files: Sequence[FileDigest]
) -> SinceBrief:
    """What is otherwise than in an earlier brief; AdvisorError if that is to another client."""
    if before.client != now.client:
        message = f"the earlier brief is to {before.client_name}, not to {now.client_name}"
        raise AdvisorError(Problem(message=message, hint="compare briefs to the same client"))
    was = {
        recommendation.claim.instance: recommendation.claim
        for recommendation in before.recommendations
    }
    is_now = {recommendation.instance: recommendation for recommendation in now.recommendations}
    return SinceBrief(
        title=before.title,
        date=before.base.date,
        same_base=before.base.sha256 == base.sha256,
        same_facts=before.files == tuple(files),
        gained=tuple(_told(now.lines, {n: one.says for n, one in is_now.items() if n not in was})),
        lost=tuple(_told(before.lines, {n: one.says for n, one in was.items() if n not in is_now})),
        changed=tuple(_changed(before, was, now)),
    )


def _told(lines: Sequence[Line], pieces: Mapping[str, str]) -> Iterator[ToldLine]:
    """Pieces of advice in their sentences, a line of which they are all as one."""
    for line in lines:
        own = [member.instance for member in line.members if member.instance in pieces]
        if len(own) == len(line.members):
            yield ToldLine(instances=tuple(own), says=line.says)
        else:
            yield from (ToldLine(instances=(one,), says=pieces[one]) for one in own)


def _changed(before: EarlierBrief, was: Mapping[str, _Claim], now: Advice) -> Iterator[Changed]:
    """The advice of both, where its confidence, strength or caveats are otherwise."""
    lines = {member.instance: line for line in before.lines for member in line.members}
    own = {member.instance: line for line in now.lines for member in line.members}
    found: dict[tuple[str, ...], list[str]] = {}
    for recommendation in now.recommendations:
        if recommendation.instance not in was:
            continue
        old = was[recommendation.instance]
        caveats, former = (
            [caveat.says for caveat in each.caveats] for each in (recommendation, old)
        )
        what = (
            *_otherwise(
                "confidence", *(each.confidence or "by default" for each in (old, recommendation))
            ),
            *_otherwise("strength", *(at[recommendation.instance].strength for at in (lines, own))),
            *(f"the condition “{says}” is new" for says in caveats if says not in former),
            *(f"the condition “{says}” is gone" for says in former if says not in caveats),
        )
        if what:
            found.setdefault(what, []).append(recommendation.instance)
    for what, instances in found.items():
        yield Changed(instances=tuple(instances), what=what)


def _otherwise(what: str, before: str, after: str) -> Iterator[str]:
    if before != after:
        yield f"its {what} is “{after}” and was “{before}”"
