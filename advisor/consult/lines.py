"""Turns the records of a journal into its lines, and lines back into what is whole in them."""

from __future__ import annotations

import contextlib
import re
import zlib
from collections.abc import Iterator
from typing import Final, Literal

import msgspec

from advisor.consult.scope import Scope
from advisor.model.scenarios import Standing

SCHEMA: Final = "consultation/2"
EARLIER: Final = "consultation/1"  # without numbers, checksums, and what was said of each fact
LOST: Final = ""  # what a head is about cannot be told any more
_FORM: Final = re.compile(r"consultation/[0-9]{1,9}")  # of what any version is called
_SUM: Final = re.compile(rb'(.*),"sum":"([0-9a-f]{8})"\}', re.DOTALL)

Did = Literal["answer", "change", "back", "skip", "settled"]


class _Version(msgspec.Struct):
    """What every version writes first."""

    schema: str


class JournalHead(msgspec.Struct, frozen=True, kw_only=True):
    """What a journal is about."""

    schema: str
    id: str
    number: int = 0  # one more than the last begun before it; 0 in the earlier version
    base: str  # its folder
    facts: str | None  # the scenario that it started from, by name or by whole path
    client: str
    fingerprint: str  # of the base
    started: str
    scope: Scope | None = None  # what was asked for; all was to be settled without one

    @property
    def is_lost(self) -> bool:
        """Whether nothing is known, or known any more, of what the journal is about."""
        return self.schema == LOST or self.is_foreign

    @property
    def is_foreign(self) -> bool:
        """Whether another version of advisor wrote the journal."""
        return self.schema not in {SCHEMA, EARLIER, LOST}


class SaidOfFact(msgspec.Struct, frozen=True, kw_only=True):
    """What an answer says of one fact."""

    fact: str
    standing: Standing
    grade: int | None = None


class JournalStep(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that happened."""

    n: int = 0  # its number, from 1; 0 in the earlier version
    do: Did
    about: str = ""  # the topic
    facts: tuple[str, ...] = ()  # that were asked about
    text: str = ""  # as typed
    said: tuple[SaidOfFact, ...] | None = None  # not by numbers of options; None if not known
    note: str | None = None  # where the answer is from
    at: str = ""
    base: str = ""  # the fingerprint of the base over which all was settled


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """What is whole in a journal."""

    head: JournalHead
    steps: tuple[JournalStep, ...]
    damage: tuple[str, ...]  # what is not, and why, in clauses
    size: int  # bytes up to the end of the last whole line

    @property
    def answers(self) -> int:
        """How many answers it holds, those taken back not counted."""
        return sum({"answer": 1, "back": -1}.get(step.do, 0) for step in self.steps)

    @property
    def finished(self) -> bool:
        """Whether everything was settled in the end."""
        return bool(self.steps) and self.steps[-1].do == "settled"

    @property
    def settled_over(self) -> str:
        """The fingerprint of the base over which everything was settled."""
        return (self.steps[-1].base if self.steps else "") or self.head.fingerprint


def line_of(record: JournalHead | JournalStep) -> bytes:
    """A record as its line."""
    body = msgspec.json.encode(record)
    return body[:-1] + b',"sum":"%08x"}\n' % zlib.crc32(body)


def is_whole(line: bytes) -> bool:
    """Whether a line is as it was written, by its checksum."""
    found = _SUM.fullmatch(line)
    return found is not None and zlib.crc32(found[1] + b"}") == int(found[2], 16)


def head_of(name: str, line: bytes) -> JournalHead:
    """What a journal is about; a lost head if its first line is too damaged to tell."""
    schema = LOST
    with contextlib.suppress(msgspec.DecodeError, UnicodeDecodeError):
        schema = msgspec.json.decode(line, type=_Version).schema
        if schema in {SCHEMA, EARLIER}:
            return msgspec.json.decode(line, type=JournalHead)
    other = _FORM.fullmatch(schema) and schema not in {SCHEMA, EARLIER}
    return JournalHead(
        schema=schema if other else LOST,
        id=name,
        base="",
        facts=None,
        client="",
        fingerprint="",
        started="",
    )


def take(steps: list[JournalStep], line: bytes, place: str, *, checked: bool) -> Iterator[str]:
    """Add the step of a line; yields what is wrong with it or before it."""
    if checked and not is_whole(line):
        yield f"{place} is damaged: its checksum does not fit"
        return
    try:
        step = msgspec.json.decode(line, type=JournalStep)
    except (msgspec.DecodeError, UnicodeDecodeError):
        yield f"{place} is damaged: it is no step of a consultation"
        return
    if step.n and step in steps:
        yield f"{place} is there twice"
        return
    steps.append(step)
