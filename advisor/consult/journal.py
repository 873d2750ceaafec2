"""Keeps every step of a consultation in a file of its own before the next question is asked.

A journal is lines of JSON, each written whole and flushed to the disk before anything rests on it;
the first says what is consulted, the others are numbered, and each ends with a checksum of itself.
So whatever happens to the file, all that is whole can be told from the rest, and the rest is named.
Journals lie in the user's state folder (XDG Base Directory Specification), readable by nobody else,
and are numbered in the order in which they were begun: the time in their names is for people, and a
clock may be wrong.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import msgspec

from advisor.consult.lines import (
    EARLIER,
    SCHEMA,
    Found,
    JournalHead,
    JournalStep,
    head_of,
    is_whole,
    line_of,
    take,
)
from advisor.consult.locks import hold
from advisor.consult.places import folder, unusable
from advisor.model.errors import AdvisorError, Problem
from advisor.model.writing import pour

_KEPT_DONE: Final = 20  # journals with nothing to lose: finished, or without an answer
_KEPT: Final = 200  # others

_LARGEST: Final = 2**26  # bytes; a thousand times what a long consultation takes
_FLAGS: Final = os.O_APPEND | sum(
    getattr(os, name, 0) for name in ("O_CLOEXEC", "O_BINARY", "O_NONBLOCK")
)


class Unkept(AdvisorError):
    """A step could not be written, and nothing of it was."""


class Journal:
    """A consultation's journal, held by one process at a time."""

    def __init__(self, path: Path, descriptor: int, head: JournalHead) -> None:
        self.path = path
        self.descriptor = descriptor
        self.head = head
        self.steps = 0  # the number of the last
        self.damage: tuple[str, ...] = ()  # what was not whole in it when it was opened, in clauses

    def write(self, record: JournalHead | JournalStep) -> None:
        """Add a line, and see it on the disk before going on; raises Unkept, and adds nothing."""
        number = self.steps + 1 if isinstance(record, JournalStep) else self.steps
        if isinstance(record, JournalStep):
            record = msgspec.structs.replace(record, n=number)
        before = os.fstat(self.descriptor).st_size
        try:
            pour(self.descriptor, line_of(record))
            os.fsync(self.descriptor)
        except OSError as error:
            self._cut(before)
            raise Unkept(unusable(self.path, error)) from None
        except BaseException:
            self._cut(before)
            raise
        self.steps = number

    def _cut(self, size: int) -> None:
        """Cut off what was begun, so that the next line never continues it."""
        with contextlib.suppress(OSError):
            os.ftruncate(self.descriptor, size)

    def discard(self) -> None:
        """Take it away: nothing was answered."""
        with contextlib.suppress(OSError):
            self.path.unlink()

    def close(self) -> None:
        """Let others have it."""
        os.close(self.descriptor)


def now() -> str:
    """The time of day, in UTC, to the second."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def begin(head: JournalHead) -> Journal:
    """A new journal; the head's id and number are left to this. Raises AdvisorError."""
    where = folder()
    others = journals()
    _tidy(where, others)
    number = 1 + max((_number(found) for _, found in others), default=0)
    while True:
        name = f"{time.strftime('%Y%m%d-%H%M%S')}-{secrets.token_hex(2)}"
        path = where / f"{name}.jsonl"
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | _FLAGS, 0o600)
        except FileExistsError:
            continue
        except OSError as error:
            raise AdvisorError(unusable(path, error)) from None
        if hold(descriptor) != "taken" and os.fstat(descriptor).st_nlink:
            break
        os.close(descriptor)  # somebody who tidies up was faster
    head = msgspec.structs.replace(head, schema=SCHEMA, id=name, number=number)
    journal = Journal(path, descriptor, head)
    try:
        journal.write(head)
        _flush(where)
    except AdvisorError:
        journal.discard()
        journal.close()
        raise
    return journal


def resume(named: str | None, base: str | None = None) -> tuple[Journal, list[JournalStep]]:
    """A journal with the steps that are whole in it: of an id, or the latest to go on from.

    That is one with answers, not finished, and of this base if one is named. What is not whole at
    its end is cut off. Raises AdvisorError if there is none, if it cannot be read, and if another
    process holds it.
    """
    path = _meant(named, base)
    try:
        descriptor = os.open(path, os.O_RDWR | _FLAGS)
    except OSError as error:
        raise AdvisorError(unusable(path, error)) from None
    try:
        if hold(descriptor) == "taken":
            message = f"the consultation {path.stem} is open in another terminal"
            raise AdvisorError(Problem(message=message, hint="end it there first"))
        found = _read(path, descriptor)  # only now, so that no answer can come in between
        if found.head.is_foreign:
            message = f"'{path}' is of another version: {found.head.schema}"
            hint = "go on with the version of advisor that wrote it"
            raise AdvisorError(Problem(message=message, hint=hint))
        os.ftruncate(descriptor, found.size)
    except OSError as error:
        os.close(descriptor)
        raise AdvisorError(unusable(path, error)) from None
    except AdvisorError:
        os.close(descriptor)
        raise
    journal = Journal(path, descriptor, found.head)
    journal.steps = max((step.n for step in found.steps), default=0)
    journal.damage = found.damage
    return journal, list(found.steps)


def journals() -> list[tuple[str, Found | None]]:
    """All journals by id, in the order in which they were begun; None for one without a head."""
    found: dict[str, Found | None] = {}
    for path in folder().glob("*.jsonl"):
        found[path.stem] = None
        with contextlib.suppress(AdvisorError):
            found[path.stem] = _read(path)
    return sorted(found.items(), key=lambda item: (_number(item[1]), item[0]))


def _number(found: Found | None) -> int:
    return 0 if found is None else found.head.number


def _meant(named: str | None, base: str | None) -> Path:
    """The journal that is meant."""
    listed = journals()
    names = [name for name, _ in listed]
    if named is not None:
        if named not in names:
            hint = f"there are: {', '.join(names[-10:]) or 'none'}"
            raise AdvisorError(Problem(message=f"there is no consultation '{named}'", hint=hint))
        return folder() / f"{named}.jsonl"
    for name, found in reversed(listed):
        if found is None or found.finished or found.head.is_lost or not found.answers:
            continue
        if base is None or found.head.base == base:
            return folder() / f"{name}.jsonl"
    which = "unfinished consultation" + (f" of the base {base}" if base else "")
    hint = "start one with advisor consult, or see advisor consult --list"
    raise AdvisorError(Problem(message=f"there is no {which}", hint=hint))


def _tidy(where: Path, listed: Sequence[tuple[str, Found | None]]) -> None:
    """Take away old journals: first those with nothing to lose, all but the latest few.

    Counted, and not by their age, for which a clock would have to be right.
    """
    done: list[str] = []
    others: list[str] = []
    for name, found in listed:
        idle = found is not None and (found.finished or not found.answers)
        (done if idle else others).append(name)
    for name in (*done[:-_KEPT_DONE], *others[:-_KEPT]):
        path = where / f"{name}.jsonl"
        with contextlib.suppress(OSError):
            descriptor = os.open(path, os.O_RDWR | _FLAGS)
            try:
                if hold(descriptor) == "held":  # and nobody is at it
                    path.unlink()
            finally:
                os.close(descriptor)


def _flush(where: Path) -> None:
    """See a new name on the disk, where a folder can be flushed."""
    with contextlib.suppress(OSError):
        descriptor = os.open(where, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _read(path: Path, descriptor: int | None = None) -> Found:
    """What is whole in a journal; raises AdvisorError if what it is about is not."""
    try:
        opened = os.open(path, os.O_RDONLY | _FLAGS) if descriptor is None else os.dup(descriptor)
        data = _content(path, opened)
    except OSError as error:
        raise AdvisorError(unusable(path, error)) from None
    *lines, tail = data.split(b"\n")
    head = head_of(path.stem, lines[0] if lines else b"")
    if head.is_foreign:
        return Found(head=head, steps=(), damage=(), size=len(data))
    checked = head.schema != EARLIER
    whole = bool(lines) and is_whole(lines[0])
    damage = [] if whole or not checked else ["line 1 was altered"]
    if head.is_lost:
        damage = ["line 1, which says what is consulted, and for whom"]
    steps: list[JournalStep] = []
    for number, line in enumerate(lines, 1):
        if line and (number > 1 or (head.is_lost and whole)):  # then it is no head at all
            damage += take(steps, line, f"line {number}", checked=checked)
    if head.is_lost and not steps:
        raise AdvisorError(_no_journal(path))
    if tail:  # its end is what is written last
        damage.append("the last line was cut off as it was written")
    size = len(data) - len(tail)
    return Found(head=head, steps=tuple(steps), damage=tuple(damage), size=size)


def _content(path: Path, descriptor: int) -> bytes:
    """All of a journal; whatever else lies there is neither waited for nor read without end."""
    with os.fdopen(descriptor, "rb") as stream:
        state = os.fstat(descriptor)
        if not stat.S_ISREG(state.st_mode) or state.st_size > _LARGEST:
            raise AdvisorError(_no_journal(path))
        stream.seek(0)
        return stream.read(_LARGEST)


def _no_journal(path: Path) -> Problem:
    message = f"'{path}' is not the journal of a consultation"
    hint = "nothing in it is whole; start anew with advisor consult"
    return Problem(message=message, hint=hint)
