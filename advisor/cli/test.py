"""`advisor test`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Final

import click
import msgspec
from rich.console import Console

from advisor import loader
from advisor.cli.options import with_output
from advisor.cli.output import OutputError, deliver, show
from advisor.loader.files import show_path
from advisor.model.errors import AdvisorError, Location, Problem
from advisor.model.records import KnowledgeBase
from advisor.reasoning.evaluate import Outcome
from advisor.render.exchange import json, junit
from advisor.render.terminal import coverage as coverage_view
from advisor.render.terminal.tests import tests as tests_view
from advisor.testing import expectations
from advisor.testing.coverage import Coverage, Suggestions, coverage

FAILED: Final = 1
_PERCENT: Final = re.compile(r"\d{1,3}(\.\d+)?")


def _percent(_ctx: click.Context, _param: click.Parameter, value: str | None) -> Fraction | None:
    """A number from 0 to 100, kept as it is written."""
    if value is not None and (not _PERCENT.fullmatch(value) or Fraction(value) > 100):
        raise click.BadParameter(f"'{value}' is no percentage from 0 to 100")
    return None if value is None else Fraction(value)


@click.command("test")
@click.argument("paths", nargs=-1)
@click.option("--coverage", "every", is_flag=True, help="List what no scenario covers.")
@click.option(
    "--cover-at-least",
    "wanted",
    callback=_percent,
    metavar="PERCENT",
    help="Exit with 1 if less is covered.",
)
@click.option(
    "--suggest",
    metavar="PATH",
    help="Write scenarios that cover the rest into this folder, or the one that covers most of it "
    "into this .yaml file.",
)
@with_output(("terminal", "json", "junit"))
def test(
    paths: tuple[str, ...],
    every: bool,
    wanted: Fraction | None,
    suggest: str | None,
    base: str | None,
    output: str | None,
    form: str,
) -> int:
    """Run the expectations of scenarios: PATHS are names, files or folders (default: all).

    What the scenarios put to the test is counted: each rule fired by one and withheld by another,
    each premise, count and exception once the only one that fails, each piece of advice given.
    """
    loaded = loader.load_base(Path(base) if base else None)
    evaluated = expectations.evaluated(loader.load_with_parents(loaded, paths))
    reports = [expectations.report(case, parent) for case, parent in evaluated]
    found = coverage(loaded, (case for case, _ in evaluated))
    suggested = _suggested(loaded, [case for case, _ in evaluated], found, suggest)
    failed = sum(report.failed for report in reports)
    if form == "json":
        deliver(json.document("test/1", failed=failed, reports=reports, coverage=found), output)
    elif form == "junit":
        deliver(junit.tests(reports, found, wanted), output)
    else:

        def view(console: Console) -> None:
            tests_view(console, reports, loaded)
            coverage_view.coverage(console, found, wanted, every=every)
            if suggested is not None:
                coverage_view.suggestions(console, *suggested)

        show(view, output)
    return FAILED if failed or (wanted is not None and not found.reaches(wanted)) else 0


def _suggested(
    base: KnowledgeBase, cases: Sequence[Outcome], found: Coverage, path: str | None
) -> tuple[Suggestions, list[str]] | None:
    """The scenarios that would cover the rest, and the files that they were written to."""
    if path is None:
        return None
    from advisor.testing.suggestion import suggestions  # noqa: PLC0415 - loads clingo

    single = Path(path).suffix in {".yaml", ".yml"}
    _refuse_existing([Path(path)] if single else [])
    result = suggestions(base, [case.scenario for case in cases], found.uncovered)
    scenarios = result.scenarios
    files = [Path(path) / f"{one.name}.yaml" for one in scenarios]
    if single:
        scenarios = tuple(sorted(scenarios, key=lambda one: -one.covers)[:1])
        result = msgspec.structs.replace(result, scenarios=scenarios)
        files = [Path(path)] * len(scenarios)
    _refuse_existing(files)
    for one, file in zip(scenarios, files, strict=True):
        _write(file, one.text)
    return result, [str(file) for file in files]


def _write(file: Path, text: str) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"cannot write to {file}: {error.strerror or error}") from None
    deliver(text, str(file))


def _refuse_existing(files: Sequence[Path]) -> None:
    """Raise AdvisorError with every file that is there already."""
    problems = [
        Problem(
            message="there is such a file already",
            where=Location(show_path(file)),
            hint="--suggest never overwrites a file: name another folder or file",
        )
        for file in files
        if file.exists()
    ]
    if problems:
        raise AdvisorError(*problems)
