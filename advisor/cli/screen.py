"""A dialogue on a terminal: a screen at a time, and the prompt once more after a pause."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from types import FrameType
from typing import Any, Final

import advisor
from advisor.api.interviews import Suggested
from advisor.cli.output import prompted, rendered, say
from advisor.cli.prompt import Terminated
from advisor.model import budget
from advisor.model.errors import AdvisorError, Problem, printable
from advisor.render.terminal.consult import told

_FEWEST: Final = 5  # lines of a screen
_KEPT: Final = 3  # lines of a screen for what is asked below
_LONGEST: Final = 10_000  # characters of a line
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
    """The line that somebody types after a prompt, which is there again when work goes on.

    Of signals that come at once the first that ends the line counts: Python handles the others
    while its exception is on its way out of `input()`, and calls that a fault of the system.
    """
    with _again(prompt):
        try:
            return input(prompt)
        except SystemError as error:
            if error.__cause__ is None:
                raise
            raise error.__cause__ from None


def is_on_screen(stream: Any) -> bool:
    """Whether somebody types, and reads what is written to a stream."""
    read = sys.stdin is not None and sys.stdin.isatty()
    return read and stream is not None and stream.isatty()


def _cut(lines: list[str], most: int) -> list[str]:
    """No more than so many lines, the last of which says how many are left out."""
    if len(lines) <= most:
        return lines
    kept = max(most - 1, 0)
    return [*lines[:kept], f"... and {len(lines) - kept} more lines, by the command below\n"]


@contextlib.contextmanager
def interruptible() -> Iterator[None]:
    """Let Ctrl-C end what is shown, or worked out to be shown, and nothing else."""
    before = signal.getsignal(signal.SIGINT)
    try:
        yield
    except KeyboardInterrupt:
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGINT, before)
        prompted(sys.stdout, "\n")


@contextlib.contextmanager
def _again(prompt: str) -> Iterator[None]:
    """Write the prompt again, with what was typed, when the process is brought back (`fg`).

    The shell that Ctrl-Z leads to has the terminal as it was, and the line is edited on after that.
    """
    resumed = getattr(signal, "SIGCONT", None)
    if resumed is None or threading.current_thread() is not threading.main_thread():
        yield
        return
    plain = _modes()

    def redraw(_number: int, _frame: FrameType | None) -> None:
        editor = sys.modules.get("readline")
        begun = editor.get_line_buffer() if editor is not None else ""
        prompted(sys.stdout, f"{prompt}{begun}")

    def pause(number: int, _frame: FrameType | None) -> None:
        editing = _modes()
        _set_modes(plain)
        signal.signal(number, signal.SIG_DFL)
        signal.raise_signal(number)  # here it stops, until it is brought back
        signal.signal(number, pause)
        _set_modes(editing)

    before = {resumed: signal.signal(resumed, redraw)}
    if signal.getsignal(signal.SIGTSTP) is signal.SIG_DFL:
        before[signal.SIGTSTP] = signal.signal(signal.SIGTSTP, pause)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _modes() -> list[Any] | None:
    """How the terminal that is typed on is set; None where there is none."""
    with contextlib.suppress(ImportError, OSError, ValueError, AttributeError):
        import termios  # noqa: PLC0415 - there is none on every system

        with contextlib.suppress(termios.error):
            return termios.tcgetattr(sys.stdin.fileno())
    return None


def _set_modes(modes: list[Any] | None) -> None:
    if modes is not None:
        import termios  # noqa: PLC0415 - there is none on every system

        with contextlib.suppress(termios.error):
            termios.tcsetattr(sys.stdin.fileno(), termios.TCSADRAIN, modes)


class Terminal:
    """Where a dialogue is read and written; `aside` from standard output if that has a result."""

    def __init__(self, base: advisor.KnowledgeBase, *, aside: bool) -> None:
        self.base = base
        self.stream = sys.stderr if aside else sys.stdout
        self.typed = sys.stdin is not None and sys.stdin.isatty()
        self.on_screen = not aside and is_on_screen(self.stream)

    def tell(self, what: object) -> None:
        """Write what there is to say: to who types a screen at a time, which Ctrl-C ends."""
        if not self.on_screen:
            say(told, self.stream, what, self.base)
            return
        with interruptible():
            say(told, self.stream, what, self.base, most=height(self.stream), goes_on=goes_on)

    def end(self, result: object, told: Sequence[object]) -> None:
        """Write what a consultation ends with on one screen, the commands to go on with last.

        Of the result first, and then of the rest, what does not fit is behind these commands.
        """
        commands = [suggested for suggested in told if isinstance(suggested, Suggested)]
        last = [line for command in commands for line in self._lines(command)]
        rest = [line for one in told if one not in commands for line in self._lines(one)]
        room = (height(self.stream) or 0) - len(last)
        lines = self._lines(result)
        rest = _cut(rest, max(room // 2, room - len(lines)))
        lines = _cut(lines, room - len(rest))
        with interruptible():
            prompted(self.stream, "".join(["\n", *lines, *rest, *last]), coloured=True)

    def _lines(self, what: object) -> list[str]:
        return rendered(told, self.stream, what, self.base)

    def ask(self, prompt: str) -> str | None:
        """The next line; echoed where nobody types it."""
        line = self._asked(prompt)
        budget.renew()
        return line

    def _asked(self, prompt: str) -> str | None:
        if self.on_screen:
            try:
                return typed(prompt)
            except EOFError:
                self.tell("")
                return None
            except (KeyboardInterrupt, Terminated):  # what is said of it begins a line
                prompted(self.stream, "\n")
                raise
        prompted(self.stream, prompt)  # before it waits, as a program may wait for that
        line = self._line() if sys.stdin is not None else None
        if line is None or not self.typed:
            prompted(self.stream, f"{printable(line or '')}\n")
        return line

    def _line(self) -> str | None:
        try:
            data = sys.stdin.buffer.readline(_LONGEST)
        except OSError as error:
            message = f"standard input cannot be read: {error.strerror}"
            raise AdvisorError(Problem(message=message)) from None
        return data.decode("utf-8", errors="replace").rstrip("\r\n") if data else None
