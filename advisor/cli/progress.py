"""Says on a terminal's stderr that something is worked at, and how far along it is, if it is long.

There is one line for that, which is taken away before anything else is written.
"""

from __future__ import annotations

import contextlib
import os
import sys
import time
from typing import Final

_QUIET: Final = 1.0  # seconds before any progress is shown
_PAUSE: Final = 0.2  # and between two showings
_ROOM: Final = 40  # columns


class _Line:
    """The line, on a terminal alone."""

    def __init__(self) -> None:
        self.shown = 0.0  # when; 0 if it is not there
        self.shares = 0  # of how many pieces of work the share that is done is being told

    def show(self, text: str) -> None:
        """Write it, unless that was a moment ago."""
        now = time.monotonic()
        if now - self.shown > _PAUSE and sys.stderr is not None and sys.stderr.isatty():
            self.shown = now
            self._write(f"\r{text:<{_ROOM - 1}}")

    def clear(self) -> None:
        """Take it away."""
        if self.shown:
            self.shown = 0.0
            self._write("\r" + " " * _ROOM + "\r")

    def _write(self, text: str) -> None:
        with contextlib.suppress(OSError):  # nobody looks any more
            os.write(sys.stderr.fileno(), text.encode())  # in one piece, in a signal handler too


_LINE: Final = _Line()
clear = _LINE.clear


def working(seconds: float) -> None:
    """Say that something is worked at, and since when, unless a share of it is told."""
    if seconds > _QUIET and not _LINE.shares:
        _LINE.show(f"working, {seconds:.0f} s so far")


class ProgressLine:
    """The line for work of which the share that is done is known, until it is closed."""

    def __init__(self) -> None:
        self.started = time.monotonic()
        self.told = False

    def show(self, share: float) -> None:
        """Say how much is done, and about how long the rest will take."""
        now = time.monotonic()
        if now - self.started > _QUIET:
            if not self.told:
                self.told = True
                _LINE.shares += 1
            left = (now - self.started) * (1 - share) / share if share else 0.0
            _LINE.show(f"{100 * share:3.0f}% done, about {left:.0f} s left")

    def close(self) -> None:
        """Take the line away."""
        if self.told:
            _LINE.shares -= 1
        clear()
