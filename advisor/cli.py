"""Turns arguments into calls, results into output, and problems into messages; exit codes."""

from __future__ import annotations

import contextlib
import errno
import io
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final, Literal, TypeVar

import click
from rich.console import Console

from advisor import __version__, api, browse, loader, testing, yamlfile
from advisor.errors import AdvisorError, Location, Problem, printable
from advisor.evaluate import Outcome
from advisor.explanation import MAX_DEPTH
from advisor.render import json, junit, markdown
from advisor.render.advice import advice as advice_view
from advisor.render.catalogue import catalogue as catalogue_view
from advisor.render.explanation import explanation as explanation_view
from advisor.render.flips import flips as flips_view
from advisor.render.tests import tests as tests_view
from advisor.render.whatif import what_if as what_if_view

FAILED: Final = 1
UNUSABLE: Final = 2
PRINTED_PROBLEMS: Final = 100
WIDEST: Final = 100

F = TypeVar("F", bound=Callable[..., Any])


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code; never lets a traceback through.

    Raises KeyboardInterrupt where the user interrupts.
    """
    try:
        result = advisor.main(
            list(arguments) or ["--help"], prog_name="advisor", standalone_mode=False
        )
    except AdvisorError as error:
        _report(error.problems)
    except click.ClickException as error:
        hint = _usage_hint(error)
        _report([Problem(message=error.format_message().rstrip("."), hint=hint)])
    except click.Abort:
        raise KeyboardInterrupt from None
    except _OutputError as error:
        _report([Problem(message=str(error))])
    except SystemExit:  # click leaves so when nobody reads its help
        _report([Problem(message=_CLOSED)])
    except OSError as error:  # only click's own help is written elsewhere than in _deliver
        _report([Problem(message=f"cannot write to the output: {error.strerror}")])
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
        lines.append(printable(_shortened(f"error: {where}{problem.message}")))
        if problem.quoted is not None and problem.where:
            lines += _quoted(problem.quoted, problem.where)
        if problem.hint:
            lines.append(printable(_shortened(f"  hint: {problem.hint}")))
    more = len(problems) - PRINTED_PROBLEMS
    if more > 0:
        beyond = "at least " if len(problems) >= loader.MAX_PROBLEMS else ""
        lines.append(f"error: and {beyond}{more} more problems")
    with contextlib.suppress(OSError):
        _write(sys.stderr, "\n".join(lines) + "\n")


_LONGEST: Final = 2_000


def _shortened(line: str) -> str:
    """A line of a message, its middle left out if a name in it goes on and on."""
    if len(line) <= _LONGEST:
        return line
    return f"{line[: _LONGEST // 2]} ... {line[-_LONGEST // 2 :]}"


_QUOTED_WIDTH: Final = 96


def _quoted(line: str, where: Location) -> list[str]:
    """The line that a problem points into, cut to fit around the place, with a mark under it."""
    column = max(where.column - 1, 0)
    start = max(0, column - _QUOTED_WIDTH // 2) if len(line) > _QUOTED_WIDTH else 0
    shown = printable(line[start : start + _QUOTED_WIDTH].replace("\t", " "))
    mark = len(printable(line[start:column].replace("\t", " ")))
    return [f"  | {shown}", f"  | {' ' * mark}^"]


_CLOSED: Final = "the output was closed before all of it was written"


class _OutputError(Exception):
    """The result could not be written."""


def _write(stream: Any, text: str) -> None:
    """Write the text in the stream's own encoding; what that lacks is spelled out."""
    if stream is None:  # closed before the program began
        raise OSError(errno.EBADF, os.strerror(errno.EBADF))
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
        raise _OutputError(_CLOSED) from None
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
    terminal = sys.stdout is not None and sys.stdout.isatty()
    colour = terminal and not to_file and os.environ.get("TERM") != "dumb"
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


def _load(facts: str | None, base: str | None) -> Outcome:
    """The scenario that the arguments name, with all that follows from it."""
    return api.load(facts, base=base, stdin=_standard_input(facts == "-"))


def _standard_input(wanted: bool) -> bytes | None:
    if not wanted:
        return None
    if sys.stdin is None:
        raise AdvisorError(Problem(message="standard input is closed"))
    try:
        return sys.stdin.buffer.read(yamlfile.MAX_BYTES + 1)
    except OSError as error:
        problem = Problem(message=f"standard input cannot be read: {error.strerror}")
        raise AdvisorError(problem) from None


def _show(view: Callable[..., None], output: str | None, *arguments: Any, **options: Any) -> None:
    """Deliver a terminal view."""
    console = _console(output)
    view(console, *arguments, **options)
    _deliver(_printed(console), output)


_CLIENT = click.option(
    "--for", "client", metavar="CLIENT", help="Whom to advise (default: the scenario's client)."
)


@advisor.command()
@click.argument("facts", required=False)
@_CLIENT
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
    case = _load(facts, base)
    result = api.advise(case, client)
    if form == "json":
        _deliver(json.advice(result, every=every), output)
    else:
        _show(advice_view, output, result, case.scenario.base, every=every)


@advisor.command()
@click.argument("what")
@click.argument("facts", required=False)
@_CLIENT
@click.option("--all", "every", is_flag=True, help="Show every derivation, not the best alone.")
@click.option(
    "--depth",
    type=click.IntRange(0, MAX_DEPTH),
    default=MAX_DEPTH,
    help="How many steps down to go.",
)
@_with_output(("terminal", "json"))
def explain(
    what: str,
    facts: str | None,
    client: str | None,
    every: bool,
    depth: int,
    base: str | None,
    output: str | None,
    form: str,
) -> None:
    """Show how WHAT was reached: a template, or an instance as in 'use-forum(a, b, c, d)'."""
    case = _load(facts, base)
    result = api.explain(case, what, client=client, every=every, depth=depth)
    _show_explanation(case, result, output, form)


@advisor.command("why-not")
@click.argument("what")
@click.argument("facts", required=False)
@_CLIENT
@click.option("--all", "every", is_flag=True, help="Show every rule, and more of its misses.")
@click.option(
    "--depth",
    type=click.IntRange(1, MAX_DEPTH),
    default=api.DEPTH,
    show_default=True,
    help="How many steps down to go.",
)
@_with_output(("terminal", "json"))
def why_not(
    what: str,
    facts: str | None,
    client: str | None,
    every: bool,
    depth: int,
    base: str | None,
    output: str | None,
    form: str,
) -> None:
    """Show why WHAT does not hold, nearest miss first, and what by itself would change that."""
    case = _load(facts, base)
    result = api.why_not(case, what, client=client, every=every, depth=depth)
    _show_explanation(case, result, output, form)


def _show_explanation(
    case: Outcome, result: api.Explanation, output: str | None, form: str
) -> None:
    if form == "json":
        _deliver(json.explanation(case.scenario.name, result), output)
    else:
        _show(explanation_view, output, result, case.scenario.base)


@advisor.command("what-if")
@click.argument("changes", nargs=-1)
@click.option("--from", "facts", metavar="FACTS", help="Change this scenario.")
@click.option("--assume", multiple=True, metavar="INSTANCE", help="Take this for a fact.")
@click.option("--deny", multiple=True, metavar="INSTANCE", help="Take this for false.")
@click.option("--unknown", multiple=True, metavar="INSTANCE", help="Take this for unknown.")
@click.option("--withdraw", multiple=True, metavar="WHAT", help="Take this fact or rule away.")
@_CLIENT
@click.option("--all", "every", is_flag=True, help="Add the advice that does not change.")
@_with_output(("terminal", "markdown", "json"))
def what_if(
    changes: tuple[str, ...],
    facts: str | None,
    client: str | None,
    every: bool,
    base: str | None,
    output: str | None,
    form: str,
    **listed: tuple[str, ...],
) -> None:
    """Show what CHANGES would change in the advice, and because of what.

    CHANGES are scenarios, by name or path; several are compared side by side. The changes given as
    options are one more what-if together. Without --from, what is changed is the scenario that the
    first of CHANGES extends, or else the base's own.
    """
    if not changes and not any(listed.values()):
        raise click.UsageError("nothing is changed: name a what-if, or use --assume, --deny ...")
    stdin = _standard_input("-" in (*changes, facts))
    case = api.load(facts or _started_from(changes, base, stdin), base=base, stdin=stdin)
    result = api.what_if(case, changes, client=client, stdin=stdin, **listed)
    if form == "json":
        _deliver(json.what_if(case.scenario.name, result), output)
    elif form == "markdown":
        _deliver(markdown.what_if(case.scenario.name, result, every=every), output)
    else:
        _show(what_if_view, output, case.scenario.name, result, every=every)


def _started_from(changes: Sequence[str], base: str | None, stdin: bytes | None) -> str | None:
    """What the first of some what-ifs extends."""
    if not changes:
        return None
    loaded = loader.load_base(Path(base) if base else None)
    return loader.load_scenario(loaded, changes[0], stdin).extends


@advisor.command()
@click.argument("advice")
@click.argument("facts", required=False)
@_CLIENT
@click.option("--to", type=click.Choice(("given", "withheld")), help="Default: what it is not.")
@click.option("--max-changes", "limit", type=click.IntRange(1), help="Allow no larger sets.")
@click.option("--only", multiple=True, metavar="TEMPLATE", help="Change facts of these alone.")
@_with_output(("terminal", "json"))
def flip(
    advice: str,
    facts: str | None,
    client: str | None,
    to: Literal["given", "withheld"] | None,
    limit: int | None,
    only: tuple[str, ...],
    base: str | None,
    output: str | None,
    form: str,
) -> None:
    """Show the smallest changes to the facts that give ADVICE or take it away.

    ADVICE is a template, then all of its advice to the client is meant, or an instance.
    """
    case = _load(facts, base)
    result = api.flip(case, advice, to=to, only=only, limit=limit, client=client)
    if form == "json":
        _deliver(json.flips(case.scenario.name, result), output)
    else:
        _show(flips_view, output, result)


@advisor.command("test")
@click.argument("paths", nargs=-1)
@_with_output(("terminal", "json", "junit"))
def test(paths: tuple[str, ...], base: str | None, output: str | None, form: str) -> int:
    """Run the expectations of scenarios: PATHS are names, files or folders (default: all)."""
    loaded = loader.load_base(Path(base) if base else None)
    reports = testing.run(loader.load_with_parents(loaded, paths))
    if form == "json":
        _deliver(json.tests(reports), output)
    elif form == "junit":
        _deliver(junit.tests(reports), output)
    else:
        _show(tests_view, output, reports, loaded)
    return FAILED if any(report.failed for report in reports) else 0


def _browser(
    name: str, summary: str, *, of_scenario: bool
) -> Callable[[Callable[[Any], Sequence[Any]]], click.Command]:
    """A browsing command: lists the entries of one catalogue in which all WORDS occur."""

    def decorate(entries: Callable[[Any], Sequence[Any]]) -> click.Command:
        def command(
            words: tuple[str, ...],
            base: str | None,
            output: str | None,
            form: str,
            scenario: str | None = None,
        ) -> None:
            loaded = loader.load_base(Path(base) if base else None)
            subject: Any = loaded
            if of_scenario:
                stdin = _standard_input(scenario == "-")
                subject = loader.load_scenario(loaded, scenario, stdin)
                loaded = subject.base
            result = browse.found(entries(subject), words)
            if form == "json":
                _deliver(json.catalogue(name, result), output)
            else:
                _show(catalogue_view, output, name, result, loaded)

        if of_scenario:
            command = click.option(
                "--from", "scenario", metavar="FACTS", help="Of this scenario, not the default."
            )(command)
        command = click.argument("words", nargs=-1)(_with_output(("terminal", "json"))(command))
        return advisor.command(name, help=summary)(command)

    return decorate


_browser("facts", "List what a scenario says, where all WORDS occur.", of_scenario=True)(
    browse.facts
)
_browser("rules", "List the rules as sentences, where all WORDS occur.", of_scenario=False)(
    browse.rules
)
_browser(
    "templates",
    "List what can be said, with legal values, where all WORDS occur.",
    of_scenario=False,
)(browse.templates)
_browser(
    "sources",
    "List each source's places with what cites them, where all WORDS occur.",
    of_scenario=True,
)(browse.sources)
_browser("scenarios", "List the scenarios, where all WORDS occur.", of_scenario=False)(
    browse.scenarios
)
