"""Says on a terminal's stderr how far along something is that takes long."""

from __future__ import annotations

import contextlib
import sys
import time
from typing import Final

_QUIET: Final = 1.0  # seconds before any progress is shown
_PAUSE: Final = 0.2  # and between two showings


class ProgressLine:
    """A line on a terminal's stderr, once something takes long, until it is closed."""

    def __init__(self) -> None:
        self.terminal = sys.stderr is not None and sys.stderr.isatty()
        self.started = time.monotonic()
        self.shown = 0.0  # when

    def show(self, share: float) -> None:
        """Say how much is done, and about how long the rest will take."""
        now = time.monotonic()
        if self.terminal and now - self.started > _QUIET and now - self.shown > _PAUSE:
            self.shown = now
            left = (now - self.started) * (1 - share) / share if share else 0.0
            self._write(f"\r{100 * share:3.0f}% done, about {left:.0f} s left   ")

    def close(self) -> None:
        """Take the line away."""
        if self.shown:
            self._write("\r" + " " * 40 + "\r")

    def _write(self, text: str) -> None:
        with contextlib.suppress(OSError):  # nobody looks any more
            sys.stderr.write(text)
            sys.stderr.flush()
