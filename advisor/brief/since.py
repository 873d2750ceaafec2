"""Turns an earlier brief, as JSON, into what is otherwise in the advice of today."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

import msgspec

from advisor.answers.confidence import Confidence
from advisor.answers.recommendation import Advice, Line
from advisor.brief.result import BaseDigest, Changed, Since, Told
from advisor.loader.digests import FileDigest
from advisor.loader.yamlfile import bytes_of
from advisor.model.errors import AdvisorError, Location, Problem, show_path

SCHEMA: Final = "brief/3"
_HINT: Final = "name a file that 'advisor brief --format json' has written"


class _Caveat(msgspec.Struct, frozen=True, kw_only=True):
    says: str


class _Claim(msgspec.Struct, frozen=True, kw_only=True):
    instance: str
    says: str
    confidence: Confidence | None
    caveats: tuple[_Caveat, ...]


class _Argument(msgspec.Struct, frozen=True, kw_only=True):
    claim: _Claim


class Earlier(msgspec.Struct, frozen=True, kw_only=True):
    """What is read of an earlier brief."""

    schema: str
    title: str
    client: str
    client_name: str
    lines: tuple[Line, ...]
    recommendations: tuple[_Argument, ...]
    base: BaseDigest
    files: tuple[FileDigest, ...]


class _Head(msgspec.Struct, frozen=True, kw_only=True):
    schema: str = ""


def earlier(path: str | Path) -> Earlier:
    """An earlier brief from its JSON; raises AdvisorError where that is none."""
    name = show_path(Path(path))
    where = Location(name)
    data = bytes_of(Path(path), name, "the JSON of a brief")
    try:
        schema = msgspec.json.decode(data, type=_Head).schema
        if schema == f"advisor.{SCHEMA}":
            return _whole(msgspec.json.decode(data, type=Earlier))
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise AdvisorError(
            Problem(message=f"this is no brief: {error}", where=where, hint=_HINT)
        ) from None
    message = f"this is no brief of today's form, but {schema or 'JSON of some other kind'}"
    raise AdvisorError(Problem(message=message, where=where, hint=_HINT))


def _whole(brief: Earlier) -> Earlier:
    """The brief, of which each recommendation stands in a line; ValidationError if one does not."""
    told = {member.instance for line in brief.lines for member in line.members}
    for argument in brief.recommendations:
        if argument.claim.instance not in told:
            raise msgspec.ValidationError(f"'{argument.claim.instance}' stands in no line of it")
    return brief


def since(before: Earlier, now: Advice, base: BaseDigest, files: Sequence[FileDigest]) -> Since:
    """What is otherwise than in an earlier brief; AdvisorError if that is to another client."""
    if before.client != now.client:
        message = f"the earlier brief is to {before.client_name}, not to {now.client_name}"
        raise AdvisorError(Problem(message=message, hint="compare briefs to the same client"))
    was = {one.claim.instance: one.claim for one in before.recommendations}
    is_now = {one.instance: one for one in now.recommendations}
    return Since(
        title=before.title,
        date=before.base.date,
        same_base=before.base.sha256 == base.sha256,
        same_facts=before.files == tuple(files),
        gained=tuple(_told(now.lines, {n: one.says for n, one in is_now.items() if n not in was})),
        lost=tuple(_told(before.lines, {n: one.says for n, one in was.items() if n not in is_now})),
        changed=tuple(_changed(before, was, now)),
    )


def _told(lines: Sequence[Line], pieces: Mapping[str, str]) -> Iterator[Told]:
    """Pieces of advice in their sentences, a line of which they are all as one."""
    for line in lines:
        own = [member.instance for member in line.members if member.instance in pieces]
        if len(own) == len(line.members):
            yield Told(instances=tuple(own), says=line.says)
        else:
            yield from (Told(instances=(one,), says=pieces[one]) for one in own)


def _changed(before: Earlier, was: Mapping[str, _Claim], now: Advice) -> Iterator[Changed]:
    """The advice of both, where its confidence, strength or caveats are otherwise."""
    lines = {member.instance: line for line in before.lines for member in line.members}
    own = {member.instance: line for line in now.lines for member in line.members}
    found: dict[tuple[str, ...], list[str]] = {}
    for one in now.recommendations:
        if one.instance not in was:
            continue
        old = was[one.instance]
        caveats, former = ([caveat.says for caveat in each.caveats] for each in (one, old))
        what = (
            *_otherwise("confidence", *(each.confidence or "by default" for each in (old, one))),
            *_otherwise("strength", *(at[one.instance].strength for at in (lines, own))),
            *(f"the condition “{says}” is new" for says in caveats if says not in former),
            *(f"the condition “{says}” is gone" for says in former if says not in caveats),
        )
        if what:
            found.setdefault(what, []).append(one.instance)
    for what, instances in found.items():
        yield Changed(instances=tuple(instances), what=what)


def _otherwise(what: str, before: str, after: str) -> Iterator[str]:
    if before != after:
        yield f"its {what} is “{after}” and was “{before}”"
