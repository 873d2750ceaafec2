"""`advisor survey` and `advisor compare`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import click

import advisor
from advisor.cli.options import load, with_output
from advisor.cli.output import Destination, Formats, later
from advisor.render.exchange.lines import as_csv, lines
from advisor.render.terminal.width import ENDLESS

screen = later("advisor.render.report.survey:screen")
side_by_side = later("advisor.render.report.beside:composed")
on_terminal = later("advisor.render.report.terminal_document:document")
as_markdown = later("advisor.render.report.markdown_document:document")
survey_page = later("advisor.render.report.notebook:survey")
compare_page = later("advisor.render.report.notebook:beside")


def _on_screen(console: Any, result: advisor.Survey, *, long: bool) -> None:
    width = console.width if console.width < ENDLESS else None
    on_terminal(console, screen(result, width, long=long))


SURVEY: Final[Formats] = {
    "terminal": _on_screen,
    "html": lambda result, **_: survey_page(result),
    "markdown": lambda result, **how: as_markdown(screen(result, None, **how)),
    "json": lambda result, **_: result.to_json(),
    "csv": as_csv("survey"),
    "lines": lines("survey"),
}
COMPARE: Final[Formats] = {
    "terminal": lambda console, result, **how: on_terminal(console, side_by_side(result, **how)),
    "html": lambda result, **_: compare_page(result),
    "markdown": lambda result, **how: as_markdown(side_by_side(result, **how)),
    "json": lambda result, **_: result.to_json(),
    "csv": as_csv("compare"),
    "lines": lines("compare"),
}


@click.command()
@click.argument("facts", required=False)
@click.option("--advice", multiple=True, metavar="ADVICE", help="Of this kind alone (repeatable).")
@click.option(
    "--clients", metavar="CLIENTS", help="Of these alone, with commas between (default: of all)."
)
@click.option("--long", is_flag=True, help="Every client, with all that each is given.")
@with_output(SURVEY)
def survey(
    facts: str | None,
    base: str | None,
    advice: Sequence[str],
    clients: str | None,
    long: bool,
    to: Destination,
) -> None:
    """Show what FACTS recommend to each client, what is unusual for one like it first."""
    named = [one.strip() for one in (clients or "").split(",") if one.strip()]
    to.put(advisor.survey(load(facts, base), named, advice), long=long)


@click.command()
@click.argument("one")
@click.argument("other")
@click.argument("facts", required=False)
@click.option("--long", is_flag=True, help="All that each is given, and every reason.")
@with_output(COMPARE)
def compare(
    one: str, other: str, facts: str | None, base: str | None, long: bool, to: Destination
) -> None:
    """Show what FACTS recommend to both ONE and OTHER, and to each of them alone."""
    to.put(advisor.compare(load(facts, base), one, other), long=long)
