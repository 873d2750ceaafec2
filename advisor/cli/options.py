"""The arguments and options that commands share, and the scenario that they name."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final, TypeVar

import click
import msgspec

import advisor
from advisor.api.files import allowing
from advisor.cli.output import Destination, Formats, in_quotes, plainly
from advisor.model import budget, english
from advisor.model.errors import AdvisorError, Problem

_LONG: Final = 45  # names of formats that a line of help has room for
F = TypeVar("F", bound=Callable[..., Any])


def _allow_paths(context: click.Context, _option: click.Parameter, paths: Sequence[str]) -> None:
    context.with_resource(allowing(paths))


def BASE(command: F) -> F:  # noqa: N802 - an option like the others
    """The options of every command that reads a base: which one, and what its files may reach."""
    command = click.option(
        "--allow-path",
        multiple=True,
        type=click.Path(),
        metavar="DIR",
        envvar="ADVISOR_ALLOW_PATH",
        expose_value=False,
        callback=_allow_paths,
        help="A folder that files may reach too, beside the base and their own (repeatable).",
    )(command)
    return click.option(
        "--base",
        metavar="DIR",
        envvar="ADVISOR_BASE",
        help="Another base than the shipped one: a folder with rules/ and facts/.",
    )(command)


def _plain(context: click.Context, _option: click.Parameter, plain: bool) -> None:
    if plain:
        context.with_resource(plainly())


def _max_firings(_context: click.Context, _option: click.Parameter, most: int | None) -> None:
    if most is not None:
        budget.allow(budget.allowed().with_firings(most))


def _time_limit(_context: click.Context, _option: click.Parameter, seconds: float | None) -> None:
    if seconds is not None:
        budget.allow(msgspec.structs.replace(budget.allowed(), seconds=seconds))


def _engine(
    _context: click.Context, _option: click.Parameter, engine: budget.EngineName | None
) -> None:
    if engine is not None:
        budget.allow(msgspec.structs.replace(budget.allowed(), engine=engine))


def _with_limits(command: F) -> F:
    """The options of every command whose work could be endless: how much of it, and by what."""
    command = click.option(
        "--engine",
        type=click.Choice(budget.ENGINES),
        expose_value=False,
        callback=_engine,
        help="What fires the rules; the results are the same (default: experta, or seminaive "
        "where there is much to match).",
    )(command)
    command = click.option(
        "--max-firings",
        type=click.IntRange(1),
        metavar="N",
        expose_value=False,
        callback=_max_firings,
        help=f"Let rules fire so often, and no more (default: {budget.Budget().firings}).",
    )(command)
    return click.option(
        "--time-limit",
        type=click.FloatRange(0, min_open=True),
        metavar="SECONDS",
        expose_value=False,
        callback=_time_limit,
        help=f"Stop after so much processor time (default: {budget.TIME} for each 100 KB read).",
    )(command)


def with_output(formats: Formats) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """The options of every command with a result, which is written in one of some formats.

    By default it is the format that the name of the file says, or else the first.

    The command is given `to`, the destination of its result, and `base`.
    """

    def decorate(command: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(command)
        def called(*, form: str | None, output: str | None, **named: Any) -> Any:
            to = Destination(formats=formats, form=form or _form(formats, output), path=output)
            return command(to=to, **named)

        named = "|".join(formats)
        many = f": {english.listing(formats, 'or')}" if len(named) > _LONG else ""
        with_format = click.option(
            "--format",
            "form",
            type=click.Choice(tuple(formats)),
            metavar="FORM" if many else None,
            help=f"What to write{many} (default: as FILE ends, else {next(iter(formats))}).",
        )(called)
        with_file = click.option(
            "-o", "--output", metavar="FILE", help="Write to FILE, whole or not at all."
        )(with_format)
        with_plain = click.option(
            "--plain",
            is_flag=True,
            expose_value=False,
            callback=_plain,
            help="As in a pipe: a line for each item, nothing drawn or wrapped.",
        )(with_file)
        return _with_limits(BASE(with_plain))

    return decorate


_ENDINGS: Final = {  # of a file, with the format that it stands for
    ".html": "html",
    ".md": "markdown",
    ".json": "json",
    ".csv": "csv",
    ".sarif": "sarif",
    ".docx": "docx",
}


def _form(formats: Formats, output: str | None) -> str:
    """The format that a file's name ends in; the first of all for any other name."""
    ending = Path(output or "").suffix.lower()
    form = _ENDINGS.get(ending, "")
    return form if form in formats else next(iter(formats))


CLIENT = click.option(
    "--for", "client", metavar="CLIENT", help="Whom to advise (default: the scenario's client)."
)

SEED = click.option("--seed", type=click.IntRange(0), default=0, help="Of what is drawn at random.")


def load(facts: str | None, base: str | None, *, after: str | None = None) -> advisor.Outcome:
    """The scenario that the arguments name, with all that follows from it.

    `after` is the argument that came before: the beginning, perhaps, of an instance without quotes.
    """
    try:
        return advisor.load(facts, base=base, stdin=standard_input(facts == "-"))
    except AdvisorError as error:
        (problem, *others) = error.problems
        if after is None or facts is None or problem.message != f"there is no scenario '{facts}'":
            raise
        if facts.strip(" ,()") not in advisor.load_base(base).entities:
            raise
        problem = msgspec.structs.replace(problem, hint=in_quotes(after, facts))
        raise AdvisorError(problem, *others) from None


def standard_input(wanted: bool) -> bytes | None:
    """The bytes of standard input, one more than allowed at most, if they are wanted."""
    if not wanted:
        return None
    if sys.stdin is None:
        raise AdvisorError(Problem(message="standard input is closed"))
    try:
        return sys.stdin.buffer.read(budget.MAX_BYTES + 1)
    except OSError as error:
        problem = Problem(message=f"standard input cannot be read: {error.strerror}")
        raise AdvisorError(problem) from None
