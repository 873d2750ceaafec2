"""Puts a text where a path says: a file whole or not at all, and into anything else as a stream.

A link is followed, and what a file is besides its content stays: its mode, its owner, its other
names. What is no file of its own is written into where it is, and never put aside: a device, a
pipe, a descriptor of this process such as /dev/stdout, which goes on where it stands.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import select
import stat
from pathlib import Path
from typing import Final

_LINKS: Final = 40  # followed in a row, as many as Linux does
_DESCRIPTORS: Final = re.compile(r"/proc/(\w+(?:-\w+)?)(?:/task/\d+)?/fd|/dev/fd")
_BINARY: Final = getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)


def put(path: str | Path, text: str | bytes) -> None:
    """Write a text to where a path leads; raises OSError, and then a file is as it was."""
    data = text.encode("utf-8", errors="backslashreplace") if isinstance(text, str) else text
    target = os.fspath(path)
    if not target:
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), target)
    descriptor = _descriptor(target)
    if descriptor is not None:
        pour(descriptor, data)
        return
    before = _state(target)
    if before is None or stat.S_ISREG(before.st_mode):
        _put_file(target, before, data)
        return
    opened = os.open(target, os.O_WRONLY | _BINARY)
    try:
        pour(opened, data)
    finally:
        os.close(opened)


def is_stream(path: str | Path) -> bool:
    """Whether what is there is no file of its own, so that nothing can be kept in it."""
    target = os.fspath(path)
    if _descriptor(target) is not None:
        return True
    before = _state(target)
    return before is not None and not stat.S_ISREG(before.st_mode)


def refuse_read_only(path: str | Path) -> None:
    """Raise PermissionError for a file that may not be written; root is no exception."""
    before = _state(os.fspath(path))
    if before is not None and stat.S_ISREG(before.st_mode):
        _refuse_read_only(os.fspath(path), before)


def pour(descriptor: int, data: bytes) -> None:
    """Write all of it; where the other end asks for patience, wait."""
    view = memoryview(data)
    while view:
        try:
            view = view[os.write(descriptor, view) :]
        except BlockingIOError:  # somebody shares it, and has told it not to wait
            select.select([], [descriptor], [])


def _state(path: str) -> os.stat_result | None:
    """What there is at the end of the links; None if it is still to be made."""
    try:
        return os.stat(path)  # noqa: PTH116 - a path may be empty, which Path takes for here
    except FileNotFoundError:
        return None


def _descriptor(path: str) -> int | None:
    """The open descriptor of this process that a path stands for, by any number of links."""
    for _ in range(_LINKS):
        folder, name = os.path.split(os.path.abspath(path))  # noqa: PTH100 - no link is resolved
        folder = os.path.realpath(folder)
        found = _DESCRIPTORS.fullmatch(folder)
        if found and name.isdecimal() and len(name) < 8 and found[1] in {None, str(os.getpid())}:
            return int(name)
        path = os.path.join(folder, name)  # noqa: PTH118
        try:
            path = os.path.join(folder, os.readlink(path))  # noqa: PTH115, PTH118
        except OSError:
            return None  # no link: the end
    return None


def _refuse_read_only(path: str, before: os.stat_result) -> None:
    """A new file in the place of a read-only one would be written past its mode."""
    if not before.st_mode & stat.S_IWUSR or not os.access(path, os.W_OK):
        raise PermissionError(errno.EACCES, "it is read-only", path)


def _put_file(path: str, before: os.stat_result | None, data: bytes) -> None:
    real = Path(os.path.realpath(path))
    if before is None:
        if path.endswith(os.sep):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), path)
        _replace(real, None, data)
        return
    _refuse_read_only(path, before)
    if before.st_nlink > 1 or _DESCRIPTORS.fullmatch(os.path.split(path)[0]):
        _overwrite(path, data)  # a new file would leave the other names with the old text
        return
    try:
        _replace(real, before, data)
    except PermissionError:  # its folder takes no new file, or cannot give this one its owner
        _overwrite(path, data)
    except OSError as error:
        if error.errno not in {errno.EBUSY, errno.EXDEV, errno.EROFS}:
            raise
        _overwrite(path, data)  # a file that something is mounted on


def _replace(real: Path, before: os.stat_result | None, data: bytes) -> None:
    """Write a new file beside the old one, with its mode and owner, and let it take the place."""
    part = real.with_name(f".advisor-{os.urandom(6).hex()}.part")
    mode = 0o666 if before is None else stat.S_IMODE(before.st_mode) & 0o777
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY, mode)
    try:
        try:
            if before is not None:
                _liken(descriptor, before)
            pour(descriptor, data)
        finally:
            os.close(descriptor)
        part.replace(real)
    except BaseException:
        with contextlib.suppress(OSError):
            part.unlink()
        raise


def _liken(descriptor: int, before: os.stat_result) -> None:
    """Give a new file the owner and the mode of the old one, in this order."""
    if not hasattr(os, "fchown"):
        return
    mine = os.fstat(descriptor)
    if (mine.st_uid, mine.st_gid) != (before.st_uid, before.st_gid):
        os.fchown(descriptor, before.st_uid, before.st_gid)
    os.fchmod(descriptor, stat.S_IMODE(before.st_mode))


def _overwrite(path: str, data: bytes) -> None:
    """Write into the file itself; where that fails, put the old text back."""
    descriptor = os.open(path, os.O_RDWR | _BINARY)
    try:
        with os.fdopen(os.dup(descriptor), "rb") as stream:
            old = stream.read()
        try:
            _fill(descriptor, data)
        except BaseException:
            with contextlib.suppress(OSError):
                _fill(descriptor, old)
            raise
    finally:
        os.close(descriptor)


def _fill(descriptor: int, data: bytes) -> None:
    os.lseek(descriptor, 0, os.SEEK_SET)
    pour(descriptor, data)
    os.ftruncate(descriptor, len(data))
