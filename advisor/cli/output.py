"""Writes results where they belong and messages to stderr; whole, or not at all."""

from __future__ import annotations

import contextlib
import errno
import importlib
import io
import os
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextvars import ContextVar
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import msgspec

from advisor.cli import pager, progress
from advisor.model import writing
from advisor.model.errors import MAX_PROBLEMS, AdvisorError, Problem, cleaned, printable
from advisor.render.terminal import width
from advisor.render.terminal.quoted import quoted

if TYPE_CHECKING:
    from rich.console import Console

PRINTED_PROBLEMS: Final = 100
CUT_SHORT: Final = 130  # the exit code of a result that says it is partial, as of an interrupt


def report(problems: Sequence[Problem]) -> None:
    """Print problems to stderr, each with its place, its line and what to do."""
    lines = []
    for problem in problems[:PRINTED_PROBLEMS]:
        where = f"{problem.where}: " if problem.where else ""
        lines.append(printable(_shortened(f"error: {where}{problem.message}")))
        if problem.quoted is not None and problem.where:
            lines += quoted(problem.quoted, problem.where)
        if problem.hint:
            lines.append(printable(_shortened(f"  hint: {problem.hint}")))
    more = len(problems) - PRINTED_PROBLEMS
    if more > 0:
        beyond = "at least " if len(problems) >= MAX_PROBLEMS else ""
        lines.append(f"error: and {beyond}{more} more problems")
    with contextlib.suppress(OSError):
        _write(sys.stderr, "\n".join(lines) + "\n")


_LONGEST: Final = 2_000


def _shortened(line: str) -> str:
    """A line of a message, its middle left out if a name in it goes on and on."""
    if len(line) <= _LONGEST:
        return line
    return f"{line[: _LONGEST // 2]} ... {line[-_LONGEST // 2 :]}"


def in_quotes(what: str, more: str) -> str:
    """A hint that an instance, whose parts came as arguments of their own, is one in quotes."""
    name, *slots = re.findall(r"[\w-]+", f"{what} {more}") or [what]
    return f"put an instance in quotes, as one word: '{name}({', '.join([*slots, '...'])})'"


class OutputError(Exception):
    """The result could not be written."""


class ReaderLeft(OutputError):
    """Nobody reads the rest; as with other programs in a pipe, that is no fault and no news."""


_COLOUR: Final = re.compile("(\x1b\\[[0-9;]*m|\x1b\\]8;[^\x1b]*\x1b\\\\)")  # and links
_NUMBERED_LINK: Final = re.compile(r"(?<=\x1b\]8;)id=[^;]*")  # at random, by rich


def _clean(text: str, *, coloured: bool) -> str:
    """The text with nothing that could disturb a terminal but our own colours and links."""
    if not coloured:
        return cleaned(text)
    parts = _COLOUR.split(text)  # every other one is ours
    return "".join(part if place % 2 else cleaned(part) for place, part in enumerate(parts))


def _write(stream: Any, text: str, *, coloured: bool = False) -> None:
    """Write the text in the stream's own encoding; what that lacks is spelled out."""
    progress.clear()
    text = _clean(text, coloured=coloured)
    if stream is None:  # closed before the program began
        raise OSError(errno.EBADF, os.strerror(errno.EBADF))
    encoding = stream.encoding or "utf-8"
    data = text.encode(encoding, errors="backslashreplace")
    stream.flush()
    writing.pour(stream.fileno(), data)


def deliver(text: str | bytes, output: str | None, *, coloured: bool = False) -> None:
    """Put a result where it belongs: on stdout, or whole into a file."""
    try:
        if output is not None and output != "-":
            writing.put(output, cleaned(text) if isinstance(text, str) else text)
        elif isinstance(text, str):
            _write(sys.stdout, text, coloured=coloured)
        else:
            _pour(text)
    except OSError as error:
        raise failed(output or "the output", error) from None


def _pour(data: bytes) -> None:
    """Write what is no text to stdout; a terminal would show rubbish."""
    if sys.stdout is None:
        raise OSError(errno.EBADF, os.strerror(errno.EBADF))
    if sys.stdout.isatty():
        hint = "name a file with -o"
        raise AdvisorError(Problem(message="this is no text for a terminal", hint=hint))
    sys.stdout.flush()
    writing.pour(sys.stdout.fileno(), data)


def make_folder(path: Path, needed_by: Path | None = None) -> None:
    """Make a folder, with those above it, unless it is there; errors name what is to be in it."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise failed(str(needed_by or path), error) from None


def failed(target: str, error: OSError) -> OutputError:
    """The error for something that could not be written."""
    if isinstance(error, BrokenPipeError | ConnectionResetError):
        return ReaderLeft("nobody reads the output any more")
    return OutputError(f"cannot write to {target}: {error.strerror or error}")


def file_to_save(path: str, is_ours: Callable[[Path], bool], otherwise: str) -> Path:
    """The file that a path names, ~ and all, refused where nothing can be kept in it.

    One that is there already has to be ours; `otherwise` says what it is not. Raises AdvisorError
    or OutputError, before anything is written.
    """
    try:
        target = Path(path).expanduser()
    except RuntimeError:
        user = path.split("/", 1)[0]
        raise OutputError(f"cannot write to {path}: '{user}' has no home folder here") from None
    try:
        if writing.is_stream(target):
            raise OutputError(f"cannot write to {path}: it is no file")
        writing.refuse_read_only(target)
        if target.exists() and not is_ours(target):
            message = f"{path} is there already, and it is {otherwise}"
            raise AdvisorError(Problem(message=message, hint="save in another file"))
    except OSError as error:
        raise failed(path, error) from None
    return target


_PLAIN: Final[ContextVar[bool]] = ContextVar("plain", default=False)


@contextlib.contextmanager
def plainly() -> Iterator[None]:
    """Write all views as for a screen reader or a pipe."""
    token = _PLAIN.set(True)
    try:
        yield
    finally:
        _PLAIN.reset(token)


def _is_plain(*, terminal: bool) -> bool:
    """Whether a text is wanted as plain as it can be: nothing drawn, and nothing wrapped."""
    asked = _PLAIN.get() or os.environ.get("ACCESSIBLE", "0") not in {"", "0"}
    return asked or (terminal and os.environ.get("TERM") == "dumb")


def _width(*, terminal: bool) -> int:
    """How wide a line may be: as COLUMNS says, if that is a width; else as wide as a terminal is.

    What is no terminal has no width of its own.
    """
    named = os.environ.get("COLUMNS", "")
    columns = int(named) if named.isascii() and named.isdecimal() and len(named) < 8 else 0
    if not columns and not terminal:
        return width.ENDLESS
    for descriptor in range(3):
        if columns > 0:
            break
        with contextlib.suppress(OSError):
            columns = os.get_terminal_size(descriptor).columns
    return min(max(columns or width.USUAL, width.NARROWEST), width.WIDEST)


def _console(output: str | None, stream: Any = None) -> Console:
    """A console of the width and colour of where the text will go; writes nowhere itself."""
    from rich.console import Console  # noqa: PLC0415 - neither help nor completion needs it

    stream = stream or sys.stdout
    terminal = output in {None, "-"} and stream is not None and stream.isatty()
    plain = _is_plain(terminal=terminal)
    colour = terminal and not plain
    return Console(
        file=io.StringIO(),
        force_terminal=colour,
        color_system="auto" if colour else None,
        no_color=not colour or None,
        width=width.ENDLESS if plain else _width(terminal=terminal),
        height=25,  # unused, and no reason to read LINES
        highlight=False,
        markup=False,
        emoji=False,
        legacy_windows=False,
    )


def _printed(console: Console) -> str:
    """What was printed to the console, without blanks at the end of lines."""
    text = _NUMBERED_LINK.sub("", console.file.getvalue())  # type: ignore[attr-defined]
    return "\n".join(line.rstrip() for line in text.split("\n"))


Formats = Mapping[str, Callable[..., Any]]  # name -> what writes a result so


def later(named: str) -> Callable[..., Any]:
    """The function that "module:name" names, loaded when it is called: help need not pay for it."""

    def called(*arguments: Any, **options: Any) -> Any:
        module, _, name = named.partition(":")
        return getattr(importlib.import_module(module), name)(*arguments, **options)

    return called


_SCREEN: Final = 45  # lines that a view has at most, unless it lists or is asked for all
TERMINAL: Final = "terminal"  # its writer prints to a console; the others give the text


class Destination(msgspec.Struct, frozen=True, kw_only=True):
    """Where the result of a command belongs, and in which of its formats."""

    formats: Formats
    form: str
    path: str | None  # None for standard output

    def put(self, *result: Any, **options: Any) -> None:
        """Write the result, which every writer of the command is given alike."""
        writer = self.formats[self.form]
        if self.form == TERMINAL:
            show(writer, self.path, *result, **options)
        else:
            deliver(writer(*result, **options), self.path)


def say(
    view: Callable[..., None],
    stream: Any,
    *arguments: Any,
    most: int | None = None,
    goes_on: Callable[[int], bool] | None = None,
) -> None:
    """Write a view at once, as part of a dialogue; raises OutputError if nobody reads it.

    Where there are more lines than `most`, it is asked of those left whether it `goes_on`.
    """
    lines = rendered(view, stream, *arguments)
    step = len(lines) if most is None or len(lines) <= most + 1 else most
    for start in range(0, len(lines), step or 1):
        if start and goes_on is not None and not goes_on(len(lines) - start):
            return
        prompted(stream, "".join(lines[start : start + step]), coloured=stream.isatty())


def rendered(view: Callable[..., None], stream: Any, *arguments: Any, **options: Any) -> list[str]:
    """The lines of a view, as they are written to a stream."""
    console = _console(None, stream)
    view(console, *arguments, **options)
    return _printed(console).splitlines(keepends=True)


def prompted(stream: Any, text: str, *, coloured: bool = False) -> None:
    """Write what may end without a line break, at once; raises OutputError if nobody reads it."""
    try:
        _write(stream, text, coloured=coloured)
    except OSError as error:
        raise failed("the output", error) from None


def show(view: Callable[..., None], output: str | None, *arguments: Any, **options: Any) -> None:
    """Deliver a terminal view; a list, and all of something, may be more than a terminal shows."""
    console = _console(output)
    view(console, *arguments, **options)
    text = _printed(console)
    much = options.get("long") or text.count("\n") > _SCREEN
    if much and console.is_terminal and pager.is_wanted(text):
        progress.clear()
        try:
            pager.put(_clean(text, coloured=True))
        except OSError as error:
            raise failed("the pager", error) from None
        return
    deliver(text, output, coloured=console.is_terminal)
