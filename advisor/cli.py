"""Turns arguments into calls, results into output, and problems into messages; exit codes."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final, TypeVar

import click
from rich.console import Console

from advisor import __version__, loader, yamlfile
from advisor import advise as advising
from advisor import explain as explaining
from advisor.errors import AdvisorError, Location, Problem, nearest, printable
from advisor.evaluate import Outcome, outcome
from advisor.graph import build
from advisor.model import Scenario
from advisor.render import json, terminal

UNUSABLE: Final = 2
PRINTED_PROBLEMS: Final = 100
WIDEST: Final = 100

F = TypeVar("F", bound=Callable[..., Any])


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code; never lets a traceback through."""
    try:
        result = advisor.main(list(arguments), prog_name="advisor", standalone_mode=False)
    except AdvisorError as error:
        _report(error.problems)
    except click.ClickException as error:
        hint = _usage_hint(error)
        _report([Problem(message=error.format_message().rstrip("."), hint=hint)])
    except _OutputError as error:
        _report([Problem(message=str(error))])
    else:
        return result if isinstance(result, int) else 0
    return UNUSABLE


def _usage_hint(error: click.ClickException) -> str | None:
    context = getattr(error, "ctx", None)
    return f"see {context.command_path} --help" if context is not None else None


def _report(problems: Sequence[Problem]) -> None:
    lines = []
    for problem in problems[:PRINTED_PROBLEMS]:
        where = f"{problem.where}: " if problem.where else ""
        lines.append(printable(f"error: {where}{problem.message}"))
        if problem.quoted is not None and problem.where:
            lines += _quoted(problem.quoted, problem.where)
        if problem.hint:
            lines.append(printable(f"  hint: {problem.hint}"))
    more = len(problems) - PRINTED_PROBLEMS
    if more > 0:
        lines.append(f"error: and {more} more problems")
    with contextlib.suppress(OSError):
        _write(sys.stderr, "\n".join(lines) + "\n")


_QUOTED_WIDTH: Final = 96


def _quoted(line: str, where: Location) -> list[str]:
    """The line that a problem points into, cut to fit around the place, with a mark under it."""
    column = max(where.column - 1, 0)
    start = max(0, column - _QUOTED_WIDTH // 2) if len(line) > _QUOTED_WIDTH else 0
    shown = printable(line[start : start + _QUOTED_WIDTH].replace("\t", " "))
    mark = len(printable(line[start:column].replace("\t", " ")))
    return [f"  | {shown}", f"  | {' ' * mark}^"]


class _OutputError(Exception):
    """The result could not be written."""


def _write(stream: Any, text: str) -> None:
    """Write the text in the stream's own encoding; what that lacks is spelled out."""
    encoding = stream.encoding or "utf-8"
    data = text.encode(encoding, errors="backslashreplace")
    stream.flush()
    descriptor = stream.fileno()
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


def _deliver(text: str, output: str | None) -> None:
    """Put a result where it belongs: on stdout, or whole into a file."""
    try:
        if output is None or output == "-":
            _write(sys.stdout, text)
        else:
            _replace(Path(output), text)
    except BrokenPipeError:
        raise _OutputError("the output was closed before all of it was written") from None
    except OSError as error:
        target = output or "the output"
        raise _OutputError(f"cannot write to {target}: {error.strerror or error}") from None


def _replace(path: Path, text: str) -> None:
    """Write a file whole or not at all."""
    if path.exists() and not path.is_file():
        path.write_text(text, encoding="utf-8")  # a device or a pipe: nothing to replace
        return
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with part.open("x", encoding="utf-8") as stream:
            stream.write(text)
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def _console(output: str | None) -> Console:
    """A console of the width and colour of where the text will go; writes nowhere itself."""
    to_file = output not in {None, "-"}
    colour = sys.stdout.isatty() and not to_file and os.environ.get("TERM") != "dumb"
    probe = Console(file=sys.stdout)
    return Console(
        file=io.StringIO(),
        force_terminal=colour,
        color_system="auto" if colour else None,
        no_color=not colour or None,
        width=min(probe.width, WIDEST) if not to_file else WIDEST,
        highlight=False,
        markup=False,
        emoji=False,
        legacy_windows=False,
    )


def _printed(console: Console) -> str:
    """What was printed to the console, without blanks at the end of lines."""
    text = console.file.getvalue()  # type: ignore[attr-defined]
    return "\n".join(line.rstrip() for line in text.split("\n"))


def _with_output(formats: Sequence[str]) -> Callable[[F], F]:
    """The options of every command with a result."""

    def decorate(command: F) -> F:
        command = click.option(
            "--format",
            "form",
            type=click.Choice(formats),
            default=formats[0],
            show_default=True,
            help="What to write.",
        )(command)
        command = click.option(
            "-o", "--output", metavar="FILE", help="Write to FILE, whole or not at all."
        )(command)
        return click.option(
            "--base",
            metavar="DIR",
            envvar="ADVISOR_BASE",
            help="Another base than the shipped one: a folder with rules/ and facts/.",
        )(command)

    return decorate


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": WIDEST})
@click.version_option(__version__, message="%(prog)s %(version)s")
def advisor() -> None:
    """Give policy advice from facts and rules, each piece with its whole reasoning.

    FACTS is the name of a scenario, the path of a fact file, or - for one on standard input.
    """


def _scenario(base: str | None, facts: str | None) -> Scenario:
    stdin = sys.stdin.buffer.read(yamlfile.MAX_BYTES + 1) if facts == "-" else None
    return loader.load_scenario(loader.load_base(Path(base) if base else None), facts, stdin)


def _outcome(scenario: Scenario) -> Outcome:
    return outcome(scenario, build(scenario))


@advisor.command()
@click.argument("facts", required=False)
@click.option("--for", "client", metavar="CLIENT", help="Whom to advise (default: the scenario's).")
@click.option("--all", "every", is_flag=True, help="Add what was considered and withheld.")
@_with_output(("terminal", "json"))
def advise(
    facts: str | None,
    client: str | None,
    every: bool,
    base: str | None,
    output: str | None,
    form: str,
) -> None:
    """Recommend what follows from FACTS (default: the base's own scenario)."""
    scenario = _scenario(base, facts)
    result = advising.advise(_outcome(scenario), client)
    if form == "json":
        _deliver(json.advice(result, every=every), output)
        return
    console = _console(output)
    terminal.advice(console, result, scenario.base, every=every)
    _deliver(_printed(console), output)


@advisor.command()
@click.argument("what")
@click.argument("facts", required=False)
@click.option("--all", "every", is_flag=True, help="Show every derivation, not the best alone.")
@click.option(
    "--depth",
    type=click.IntRange(0, explaining.MAX_DEPTH),
    default=explaining.MAX_DEPTH,
    help="How many steps down to go.",
)
@_with_output(("terminal", "json"))
def explain(
    what: str,
    facts: str | None,
    every: bool,
    depth: int,
    base: str | None,
    output: str | None,
    form: str,
) -> None:
    """Show how WHAT was reached: a template id, or an instance as in 'use-forum(a, b, c, d)'."""
    scenario = _scenario(base, facts)
    result = _outcome(scenario)
    steps = tuple(
        explaining.how(result, fact, every=every, depth=depth) for fact in _named(result, what)
    )
    if form == "json":
        _deliver(json.explanation(scenario.name, steps), output)
        return
    console = _console(output)
    terminal.explanation(console, steps, scenario.base)
    _deliver(_printed(console), output)


def _named(result: Outcome, what: str) -> list[int]:
    """The facts that WHAT names; advice by its template alone is that to the scenario's client."""
    base, graph = result.scenario.base, result.graph
    if "(" in what:
        instance, _ = loader.parse_instance(what, base)
        if instance not in graph.number:
            message = f"nothing is said of {instance}, and no rule concludes it"
            raise AdvisorError(Problem(message=message))
        return [graph.number[instance]]
    template = base.templates.get(what)
    if template is None:
        hint = nearest(what, base.templates)
        raise AdvisorError(Problem(message=f"there is no template '{what}'", hint=hint))
    found = graph.of_template.get(what, [])
    if template.advice and result.scenario.client:
        to_client = set(graph.advice_to(result.scenario.client))
        found = [fact for fact in found if fact in to_client] or found
    if not found:
        raise AdvisorError(
            Problem(message=f"nothing is said of '{what}', and no rule concludes it")
        )
    return found
