"""What becomes of the process while somebody is asked: lines are edited, and its end is told."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from types import FrameType
from typing import Final

_ENDING: Final = ("SIGTERM", "SIGHUP")
_PATIENCE: Final = 0.1  # seconds


class Terminated(BaseException):
    """The process was told to end, by a signal."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.code = 128 + number


@contextlib.contextmanager
def terminable() -> Iterator[None]:
    """Told to end, as when the machine or its window closes, it still says how to go on."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    heeded: list[int] = []  # no lock: a handler may be left anywhere

    def end(number: int, _frame: FrameType | None) -> None:
        if heeded:
            return
        heeded.append(number)
        raise Terminated(number)

    numbers = [getattr(signal, name) for name in _ENDING if hasattr(signal, name)]
    before = {n: signal.getsignal(n) for n in numbers if signal.getsignal(n) != signal.SIG_IGN}
    for number in before:
        signal.signal(number, end)
    try:
        with _repeated(before, heeded):
            yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextlib.contextmanager
def _repeated(numbers: Collection[int], heeded: list[int]) -> Iterator[None]:
    """Send a signal once more until one is heeded.

    One that arrives just before a line is waited for is noted, and would be heeded with the next
    key only: what waits is a library that nobody tells.
    """
    if not hasattr(signal, "pthread_kill"):
        yield
        return
    read, write = os.pipe()
    os.set_blocking(write, False)
    main = threading.main_thread().ident

    def watch() -> None:
        signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())  # they are for the other
        while arrived := os.read(read, 1):
            while arrived[0] in numbers and main is not None and not heeded:
                time.sleep(_PATIENCE)
                if not heeded:
                    signal.pthread_kill(main, arrived[0])
        os.close(read)

    before = signal.set_wakeup_fd(write, warn_on_full_buffer=False)
    threading.Thread(target=watch, daemon=True).start()
    try:
        yield
    finally:
        heeded.append(0)
        signal.set_wakeup_fd(before)
        os.close(write)


@contextlib.contextmanager
def editing(completions: Callable[[str], Sequence[str]]) -> Iterator[None]:
    """Lines that can be edited, recalled and completed, where somebody types them."""
    typed = sys.stdin is not None and sys.stdin.isatty() and sys.stdout.isatty()
    if not typed or os.environ.get("TERM") == "dumb":
        yield
        return
    sys.stdin.reconfigure(errors="replace")  # type: ignore[union-attr]
    try:
        import readline  # noqa: PLC0415 - it changes how input() reads
    except ImportError:  # as on Windows
        yield
        return

    def complete(text: str, state: int) -> str | None:
        begun = completions(text)
        return begun[state] if state < len(begun) else None

    readline.set_completer_delims("")  # what is completed is the line
    readline.set_completer(complete)
    readline.parse_and_bind("tab: complete")
    try:
        yield
    finally:
        readline.set_completer(None)
