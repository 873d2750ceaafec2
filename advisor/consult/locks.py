"""Holds a file for one process at a time, as far as the system and the file system can."""

from __future__ import annotations

import errno
import os
from types import ModuleType
from typing import Any, Final, Literal

fcntl: Any
msvcrt: Any
try:
    import fcntl
except ImportError:  # as on Windows
    fcntl = None
try:
    import msvcrt
except ImportError:  # as anywhere else
    msvcrt = None

Held = Literal["held", "taken", "impossible"]
_TAKEN: Final = {errno.EWOULDBLOCK, errno.EACCES, errno.EDEADLK}
_FAR: Final = 2**31 - 2  # a byte that no journal reaches: Windows lets nobody read what is locked


def hold(descriptor: int) -> Held:
    """Hold an open file until it is closed; "taken" if another process has it."""
    try:
        if fcntl is not None:
            _flock(fcntl, descriptor)
        elif msvcrt is not None:
            _locking(msvcrt, descriptor)
        else:
            return "impossible"
    except OSError as error:
        return "taken" if error.errno in _TAKEN else "impossible"  # a file system without locks
    return "held"


def _flock(module: ModuleType, descriptor: int) -> None:
    module.flock(descriptor, module.LOCK_EX | module.LOCK_NB)


def _locking(module: ModuleType, descriptor: int) -> None:
    before = os.lseek(descriptor, 0, os.SEEK_CUR)
    os.lseek(descriptor, _FAR, os.SEEK_SET)
    try:
        module.locking(descriptor, module.LK_NBLCK, 1)
    finally:
        os.lseek(descriptor, before, os.SEEK_SET)
