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

import advisor
from advisor.cli.options import with_output
from advisor.cli.output import CUT_SHORT, Destination, Formats, deliver, make_folder
from advisor.model.errors import AdvisorError, Location, Problem, show_path
from advisor.render.exchange import junit
from advisor.render.exchange.lines import lines
from advisor.render.terminal import coverage as coverage_view
from advisor.render.terminal import tests as tests_view

FAILED: Final = 1
_PERCENT: Final = re.compile(r"\d{1,3}(\.\d+)?")


class TestRun(msgspec.Struct, frozen=True, kw_only=True):
    """All that the command has to tell."""

    tested: advisor.Tested
    wanted: Fraction | None  # share that is to be covered
    files: Sequence[str]  # that the suggestions were written to

    @property
    def failed(self) -> bool:
        """Whether anything is not as it should be."""
        return self.tested.failed > 0 or self.missed

    @property
    def missed(self) -> bool:
        """Whether less is covered than is to be."""
        return self.wanted is not None and not self.tested.coverage.reaches(self.wanted)


def _view(console: Console, result: TestRun, *, every: bool, long: bool) -> None:
    tested = result.tested
    tests_view.verdict(console, tested.reports)
    coverage_view.coverage(console, tested.coverage, result.wanted)
    coverage_view.unsaid(console, tested.coverage)
    tests_view.tests(console, tested.reports, tested.base, long=long)
    coverage_view.uncovered(console, tested.coverage, every=every or result.missed)
    if tested.suggested is not None:
        coverage_view.suggestions(console, tested.suggested, result.files, long=long)


def _junit(result: TestRun, **_options: bool) -> str:
    tested = result.tested
    return junit.tests(tested.reports, tested.coverage, result.wanted, day=tested.base.date)


FORMATS: Final[Formats] = {
    "terminal": _view,
    "json": lambda result, **_: result.tested.to_json(),
    "junit": _junit,
    "lines": lines("test"),
}


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
    "suggest_to",
    metavar="PATH",
    help="Write scenarios that cover the rest into this folder, or the one that covers most of it "
    "into this .yaml file.",
)
@click.option(
    "--long",
    is_flag=True,
    help="Every scenario and suggestion; each failure with its whole reasons.",
)
@with_output(FORMATS)
def test(
    paths: tuple[str, ...],
    every: bool,
    wanted: Fraction | None,
    suggest_to: str | None,
    long: bool,
    base: str | None,
    to: Destination,
) -> int:
    """Run the expectations of scenarios: PATHS are names, files or folders (default: all).

    What they put to the test is counted: each rule fired by one and withheld by another; each
    premise, count, exception and comparison once the only one that fails, each bound with what lies
    next to it; advice given, caveats shown and spared, interests moved, clients expected about. A
    scenario that expects nothing covers nothing.
    """
    tested = advisor.test(advisor.load_base(base), paths)
    files: Sequence[str] = ()
    if suggest_to is not None:
        tested, files = _suggested(tested, suggest_to)
    result = TestRun(tested=tested, wanted=wanted, files=files)
    to.put(result, every=every, long=long)
    if tested.suggested is not None and tested.suggested.cut_short:
        return CUT_SHORT
    return FAILED if result.failed else 0


def _suggested(tested: advisor.Tested, path: str) -> tuple[advisor.Tested, list[str]]:
    """The test with scenarios that would cover the rest, and the files they were written to."""
    single = Path(path).suffix in {".yaml", ".yml"}
    _refuse_existing([Path(path)] if single else [])
    result = advisor.suggest(tested)
    scenarios = result.scenarios
    files = [Path(path) / f"{scenario.name}.yaml" for scenario in scenarios]
    if single:
        scenarios = tuple(sorted(scenarios, key=lambda scenario: -scenario.covers)[:1])
        result = msgspec.structs.replace(result, scenarios=scenarios)
        files = [Path(path)] * len(scenarios)
    _refuse_existing(files)
    for scenario, file in zip(scenarios, files, strict=True):
        make_folder(file.parent, file)
        deliver(scenario.text, str(file))
    return msgspec.structs.replace(tested, suggested=result), [str(file) for file in files]


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
