"""Keeps every step of a consultation in a file of its own before the next question is asked.

A journal is lines of JSON, each written whole and flushed to the disk; the first says what is
consulted. A last line that was cut off when the process died is left out. Journals lie in the
user's state folder (XDG Base Directory Specification), readable by nobody else.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import secrets
import time
from pathlib import Path
from typing import Final, Literal

import msgspec

from advisor.errors import AdvisorError, Problem

SCHEMA: Final = "consultation/1"

Did = Literal["answer", "change", "back", "skip", "settled"]


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """What a journal is about."""

    schema: str
    id: str
    base: str  # its folder
    facts: str | None  # the scenario that it started from, by name or by whole path
    client: str
    fingerprint: str  # of the base
    started: str


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that happened."""

    do: Did
    about: str = ""  # the topic
    facts: tuple[str, ...] = ()  # that were asked about
    text: str = ""  # as typed
    at: str = ""


class Journal:
    """A consultation's journal, held by one process at a time."""

    def __init__(self, path: Path, descriptor: int, head: Head) -> None:
        self.path = path
        self.descriptor = descriptor
        self.head = head

    def write(self, record: Head | Step) -> None:
        """Add a line, and see it on the disk before going on; raises AdvisorError."""
        line = msgspec.json.encode(record) + b"\n"
        try:
            view = memoryview(line)
            while view:
                view = view[os.write(self.descriptor, view) :]
            os.fsync(self.descriptor)
        except OSError as error:
            raise _unusable(self.path, error) from None

    def discard(self) -> None:
        """Take it away: nothing was answered."""
        with contextlib.suppress(OSError):
            self.path.unlink()

    def close(self) -> None:
        """Let others have it."""
        os.close(self.descriptor)


def folder() -> Path:
    """Where journals lie, made if it is not there; raises AdvisorError."""
    state = os.environ.get("XDG_STATE_HOME", "")
    root = Path(state) if os.path.isabs(state) else Path.home() / ".local" / "state"  # noqa: PTH117
    path = root / "advisor" / "consultations"
    try:
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise _unusable(path, error) from None
    return path


def begin(head: Head) -> Journal:
    """A new journal; the head's id is left to this. Raises AdvisorError."""
    while True:
        name = f"{time.strftime('%Y%m%d-%H%M%S')}-{secrets.token_hex(2)}"
        path = folder() / f"{name}.jsonl"
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
        try:
            descriptor = os.open(path, flags, 0o600)
        except FileExistsError:
            continue
        except OSError as error:
            raise _unusable(path, error) from None
        head = msgspec.structs.replace(head, schema=SCHEMA, id=name)
        journal = Journal(path, descriptor, head)
        _hold(journal)
        journal.write(head)
        return journal


def resume(named: str | None) -> tuple[Journal, list[Step]]:
    """A journal with its steps: of an id, or the latest that is not finished.

    Raises AdvisorError if there is none, if it cannot be read, and if another process holds it.
    """
    path = _found(named)
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CLOEXEC)
    except OSError as error:
        raise _unusable(path, error) from None
    head, steps, whole = _read(path)
    journal = Journal(path, descriptor, head)
    _hold(journal)
    os.ftruncate(descriptor, whole)  # a line that was cut off
    return journal, steps


def _found(named: str | None) -> Path:
    """The journal that is meant."""
    paths = {path.stem: path for path in sorted(folder().glob("*.jsonl"))}
    if named is not None:
        if named not in paths:
            hint = f"there are: {', '.join(sorted(paths)[-10:]) or 'none'}"
            raise AdvisorError(Problem(message=f"there is no consultation '{named}'", hint=hint))
        return paths[named]
    for name in sorted(paths, reverse=True):
        with contextlib.suppress(AdvisorError):  # a broken one is not the one that is meant
            _, steps, _ = _read(paths[name])
            if not (steps and steps[-1].do == "settled"):
                return paths[name]
    hint = "start one with advisor consult"
    raise AdvisorError(Problem(message="there is no unfinished consultation", hint=hint))


def _read(path: Path) -> tuple[Head, list[Step], int]:
    """A journal's head and steps, and how many bytes of it are whole lines."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise _unusable(path, error) from None
    whole = data.rfind(b"\n") + 1
    first, *rest = data[:whole].splitlines() or [b""]
    try:
        head = msgspec.json.decode(first, type=Head)
        steps = [msgspec.json.decode(line, type=Step) for line in rest]
    except (msgspec.DecodeError, UnicodeDecodeError):
        message = f"'{path}' is not the journal of a consultation"
        hint = "it is damaged, or of another version; start anew with advisor consult"
        raise AdvisorError(Problem(message=message, hint=hint)) from None
    return head, steps, whole


def _hold(journal: Journal) -> None:
    """See to it that no other process goes on with this consultation at the same time."""
    try:
        fcntl.flock(journal.descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno not in {errno.EWOULDBLOCK, errno.EACCES}:
            return  # a file system without locks
        os.close(journal.descriptor)
        message = f"the consultation {journal.path.stem} is open in another terminal"
        raise AdvisorError(Problem(message=message, hint="end it there first")) from None


def _unusable(path: Path, error: OSError) -> AdvisorError:
    reason = error.strerror or str(error)
    hint = "set XDG_STATE_HOME to a folder that can be written to"
    return AdvisorError(Problem(message=f"'{path}' cannot be used: {reason}", hint=hint))
