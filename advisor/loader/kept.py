"""Keeps what was read beside all that it was read from, so that it need not be read again.

As Python keeps byte code, and ccache the objects of a manifest: a file of the user's own has each
look at the disk by which something was read, with what that look saw, and then what was read. While
every look sees the same, under the same program, from the same folder, what was read is the same.
"""

from __future__ import annotations

import contextlib
import functools
import io
import os
import sys
import zlib
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from pathlib import Path
from typing import Any, Final, ParamSpec, TypeVar

import msgspec

import advisor
from advisor.model.errors import AdvisorError

P = ParamSpec("P")
R = TypeVar("R")
Looks = dict[tuple[Callable[..., Any], tuple[Any, ...]], Any]  # what looked at what, and saw

MOST: Final = 32  # files, the newest
_LARGEST: Final = 16_000_000  # bytes of one
_CHECK: Final = 4  # bytes at the head of a file: the CRC of all that follows them
_READING: Final = ("loader", "model")  # the folders of the program that say what a text means

_folder: ContextVar[Path | None] = ContextVar("folder", default=None)
_looks: ContextVar[Looks | None] = ContextVar("looks", default=None)


@contextlib.contextmanager
def keeping(folder: str | Path | None) -> Iterator[None]:
    """Let what is read in a block of work be kept in a folder, and not read again while it holds.

    The folder is made if it is not there, for its owner alone. Where it cannot be used, and of what
    somebody else may have written, everything is read as without it. None keeps nothing.
    """
    before = _folder.set(None if folder is None else Path(folder))
    try:
        yield
    finally:
        _folder.reset(before)


def users_folder() -> Path | None:
    """Where a user's programs keep what they can do without; None where they shall keep nothing."""
    root = os.environ.get("XDG_CACHE_HOME", "")
    if not os.path.isabs(root):  # noqa: PTH117
        root = os.path.expanduser("~/.cache")  # noqa: PTH111 - of nobody, it stays as it is
    if os.environ.get("ADVISOR_NO_CACHE") or not os.path.isabs(root):  # noqa: PTH117
        return None
    return Path(root, "advisor")


def look(function: Callable[P, R]) -> Callable[P, R]:
    """The function, which looks at the disk, and whose looks are told to what is being kept."""

    @functools.wraps(function)
    def looking(*args: P.args, **named: P.kwargs) -> R:
        seen = function(*args, **named)
        looks = _looks.get()
        if looks is not None:
            looks[looking, args] = seen
        return seen

    return looking


def kept(read: Callable[..., R], *arguments: Path | str | None) -> R:
    """What a function reads, given these; as it was kept, if that holds."""
    folder = _folder.get()
    if folder is None:
        return read(*arguments)
    asked = repr((read.__qualname__, arguments, _program()))
    path = folder / f"{zlib.crc32(asked.encode()):08x}"
    with contextlib.suppress(OSError, ValueError, AdvisorError):
        return _found(path, asked)  # type: ignore[no-any-return]
    looks: Looks = {}
    before = _looks.set(looks)
    try:
        result = read(*arguments)
    finally:
        _looks.reset(before)
    with contextlib.suppress(OSError):
        _keep(path, (asked, looks, result))
    return result


def _program() -> tuple[object, ...]:
    """What reads: this program, as it is installed, and Python; and where it is run."""
    root = Path(advisor.__file__).parent
    modules = [
        (entry.path, entry.stat().st_size, entry.stat().st_mtime_ns)
        for folder in _READING
        for entry in os.scandir(root / folder)
        if entry.name.endswith(".py")
    ]
    here = None
    with contextlib.suppress(OSError):  # the working folder may be gone
        here = os.getcwd()  # noqa: PTH109
    return advisor.__version__, msgspec.__version__, sys.version, here, sorted(modules)


def _found(path: Path, asked: str) -> Any:
    """What a file keeps; raises OSError, ValueError or AdvisorError if it does not hold."""
    import pickle  # noqa: PLC0415 - help keeps nothing

    with path.open("rb") as stream:
        _refuse_foreign(os.fstat(stream.fileno()))
        check, data = stream.read(_CHECK), stream.read()
    if check != _check(data):
        raise ValueError("damaged")
    parts = io.BytesIO(data)
    if pickle.load(parts) != asked:
        raise ValueError("another's")
    for (function, arguments), seen in pickle.load(parts).items():
        if function(*arguments) != seen:
            raise ValueError("changed")
    return pickle.load(parts)


def _check(data: bytes) -> bytes:
    return zlib.crc32(data).to_bytes(_CHECK, "big")


def _refuse_foreign(found: os.stat_result) -> None:
    """Raise PermissionError for what somebody else owns or may write."""
    if hasattr(os, "geteuid") and (found.st_uid != os.geteuid() or found.st_mode & 0o022):
        raise PermissionError


def _keep(path: Path, parts: tuple[object, ...]) -> None:
    """Write a file, whole or not at all, and take the oldest away where there are many."""
    import pickle  # noqa: PLC0415
    import tempfile  # noqa: PLC0415

    data = b"".join(map(pickle.dumps, parts))
    if len(data) > _LARGEST:
        return
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    _refuse_foreign(path.parent.stat())
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as stream:
        stream.write(_check(data) + data)
    Path(stream.name).replace(path)
    files = sorted(path.parent.iterdir(), key=lambda file: file.stat().st_mtime_ns)
    for file in files[:-MOST]:
        file.unlink()
