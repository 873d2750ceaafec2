"""Turns arguments into calls, results into output, and problems into messages; exit codes.

A command's module is loaded when the command is called: nobody pays for the others.
"""

from __future__ import annotations

import contextlib
import functools
import importlib
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final

import click

from advisor import __version__
from advisor.cli import progress
from advisor.cli.commands import COMMANDS, COMPLETION, FIRST, GROUPS
from advisor.cli.output import OutputError, ReaderLeft, in_quotes, report
from advisor.model import budget
from advisor.model.errors import AdvisorError, Problem, nearest

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

UNUSABLE: Final = 2
WIDEST_HELP: Final = 100
READER_LEFT: Final = 141  # as a shell counts a process that SIGPIPE ended

_COMPLETING: Final = "advisor.cli.completion"  # which nobody else pays for

Callback = Callable[[click.Context, click.Parameter, Any], Any]


def commands() -> dict[str, click.Command]:
    """All commands by name."""
    return {name: _command(name) for name in COMMANDS}


@functools.cache
def _command(name: str) -> click.Command:
    module = importlib.import_module(f"advisor.cli.{COMMANDS[name].module}")
    command: click.Command = getattr(module, name.replace("-", "_"))
    for param in command.params:
        param.callback = _not_empty(param.callback)
    if COMPLETION in os.environ:
        importlib.import_module(_COMPLETING).complete(name, command)
    command.epilog = _listed("Examples:", COMMANDS[name].examples)
    return command


def _listed(heading: str, lines: Iterable[tuple[str, str]]) -> str:
    """A paragraph of lines that help leaves as they are: what is typed, and what that does."""
    shown = "".join(f"\n  {typed}\n      {does}" for typed, does in lines)
    return f"\b\n{heading}{shown}"


def _not_empty(then: Callback | None) -> Callback:
    """A callback that refuses an empty text, such as an unset variable of a script leaves."""

    def check(context: click.Context, param: click.Parameter, value: object) -> object:
        if value == "" or (isinstance(value, tuple) and "" in value):
            name = param.opts[-1] if isinstance(param, click.Option) else param.human_readable_name
            hint = "give it a value, or leave it out"
            message = f"{name} is empty"
            raise AdvisorError(Problem(message=message, hint=hint))
        return then(context, param, value) if then is not None else value

    return check


class _Commands(click.Group):
    """The commands, each loaded when it is needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Their names."""
        return sorted(COMMANDS)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem[str]]:
        """The commands and options that begin so; no command is loaded for that."""
        from click.shell_completion import CompletionItem  # noqa: PLC0415 - nobody else needs it

        found = [
            CompletionItem(name, help=entry.does)
            for name, entry in COMMANDS.items()
            if name.startswith(incomplete)
        ]
        return [*found, *click.Command.shell_complete(self, ctx, incomplete)]

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """What the program is, what to type first, and the commands by what a person wants."""
        formatter.write_text(
            f"advisor {__version__} gives policy advice from facts and rules, each piece with "
            "its whole reasoning."
        )
        formatter.write(_table("Begin with", FIRST, 34))
        for wish, entries in GROUPS.items():
            rows = ((name, entry.does) for name, entry in entries.items())
            formatter.write(_table(wish, rows, 12))
        formatter.write_paragraph()
        formatter.write_text(
            "Options and examples: advisor COMMAND --help, or -h. Version: advisor -V. FACTS is a "
            "scenario's name, the path of a fact file, or - for standard input."
        )

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of a name, if there is one."""
        return _command(cmd_name) if cmd_name in COMMANDS else None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that the arguments begin with; a misspelt one is named with the nearest."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            hint = nearest(args[0], COMMANDS) or "see advisor --help"
            raise AdvisorError(Problem(message=f"there is no command '{args[0]}'", hint=hint))
        return super().resolve_command(ctx, args)


def _table(heading: str, rows: Iterable[tuple[str, str]], width: int) -> str:
    """Lines of at most sixty columns, so that no terminal cuts them."""
    return f"\n{heading}\n" + "".join(f"  {name:<{width}}{does}\n" for name, does in rows)


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code; never lets a traceback through.

    Raises KeyboardInterrupt where the user interrupts.
    """
    if COMPLETION in os.environ and not importlib.import_module(_COMPLETING).legible():
        return UNUSABLE
    try:
        with budget.limited(budget.Budget(), progress.working):
            with contextlib.suppress(MemoryError):  # what held the memory is gone when this is left
                return _run(arguments)
            report([budget.out_of_memory()])
    except AdvisorError as error:  # time or memory ran out
        report(error.problems)
    finally:
        progress.clear()
    return UNUSABLE


def _run(arguments: Sequence[str]) -> int:
    try:
        result = advisor.main(
            list(arguments) or ["--help"], prog_name="advisor", standalone_mode=False
        )
    except AdvisorError as error:
        report(error.problems)
    except click.ClickException as error:
        hint = _usage_hint(error)
        report([Problem(message=error.format_message().rstrip("."), hint=hint)])
    except click.Abort:
        raise KeyboardInterrupt from None
    except ReaderLeft:
        return READER_LEFT
    except OutputError as error:
        report([Problem(message=str(error))])
    except SystemExit as left:  # click leaves so after completing, or when nobody reads its help
        if COMPLETION in os.environ:
            return _completed(left)
        return READER_LEFT
    except OSError as error:
        report([_unforeseen(error)])
    else:
        return result if isinstance(result, int) else 0
    return UNUSABLE


def _unforeseen(error: OSError) -> Problem:
    """The problem of a file that cannot even be looked at, or of help, which has no name."""
    what = "write to the output" if error.filename is None else f"use '{error.filename}'"
    return Problem(message=f"cannot {what}: {error.strerror or error}")


def _completed(left: SystemExit) -> int:
    """The exit code of a completion, with what was completed written to the shell."""
    try:
        sys.stdout.flush()
    except OSError:
        return UNUSABLE
    return int(left.code or 0)


def _usage_hint(error: click.ClickException) -> str | None:
    context = getattr(error, "ctx", None)
    if context is None:
        return None
    given = context.params
    what = given.get("what") or given.get("advice")
    if what and given.get("facts") and "unexpected extra argument" in str(error):
        return in_quotes(what, f"{given['facts']} {str(error).partition('(')[2]}")
    return f"see {context.command_path} --help"


@click.group(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": WIDEST_HELP},
)
@click.version_option(__version__, "-V", "--version", message="%(prog)s %(version)s")
def advisor() -> None:
    """Give policy advice from facts and rules, each piece with its whole reasoning."""
