"""A dialogue on a terminal: a screen at a time, and the prompt once more after a pause."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
from collections.abc import Iterator
from types import FrameType
from typing import Any, Final

from advisor.cli.output import prompted

_FEWEST: Final = 5  # lines of a screen
_KEPT: Final = 3  # lines of a screen for what is asked below
_ENOUGH: Final = frozenset({"q", "quit", "n", "no", "exit"})


def height(stream: Any) -> int | None:
    """How many lines of output go on a terminal at a time; None where none is bounded."""
    try:
        return max(os.get_terminal_size(stream.fileno()).lines, _FEWEST) - _KEPT
    except (OSError, ValueError, AttributeError):
        return None


def goes_on(left: int) -> bool:
    """Whether to show the lines that are left."""
    lines = "1 more line" if left == 1 else f"{left} more lines"
    try:
        said = typed(f"{lines}: Enter, or q to skip: ")
    except EOFError:
        return False
    return said.strip().casefold() not in _ENOUGH


def typed(prompt: str) -> str:
    """The line that somebody types after a prompt, which is there again when work goes on."""
    with _again(prompt):
        return input(prompt)


@contextlib.contextmanager
def interruptible() -> Iterator[None]:
    """Let Ctrl-C end what is shown, and nothing else."""
    before = signal.getsignal(signal.SIGINT)
    try:
        yield
    except KeyboardInterrupt:
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGINT, before)
        prompted(sys.stdout, "\n")


@contextlib.contextmanager
def _again(prompt: str) -> Iterator[None]:
    """Write the prompt again, with what was typed, when the process is brought back (`fg`)."""
    resumed = getattr(signal, "SIGCONT", None)
    if resumed is None or threading.current_thread() is not threading.main_thread():
        yield
        return

    def redraw(_number: int, _frame: FrameType | None) -> None:
        editor = sys.modules.get("readline")
        begun = editor.get_line_buffer() if editor is not None else ""
        prompted(sys.stdout, f"\r{prompt}{begun}")

    before = signal.signal(resumed, redraw)
    try:
        yield
    finally:
        signal.signal(resumed, before)
