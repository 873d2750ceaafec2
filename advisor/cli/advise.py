"""`advisor advise`."""

from __future__ import annotations

from typing import Final

import click

import advisor
from advisor.cli.options import CLIENT, load, with_output
from advisor.cli.output import Destination, Formats, later
from advisor.render.exchange import json
from advisor.render.exchange.lines import lines

asked_for = later("advisor.render.terminal.advice:Invocation")
advice_view = later("advisor.render.terminal.advice:advice")


def as_json(
    result: advisor.Advice, _base: advisor.KnowledgeBase, *, long: bool, **_: object
) -> str:
    """The advice as a JSON document."""
    return json.document("advice/2", result, left_out=() if long else ("considered",))


FORMATS: Final[Formats] = {"terminal": advice_view, "json": as_json, "lines": lines("advise")}


@click.command()
@click.argument("facts", required=False)
@CLIENT
@click.option("--long", is_flag=True, help="All of it, with what was considered and withheld.")
@click.option("--table", is_flag=True, help="What it means for each interest, as a table.")
@with_output(FORMATS)
def advise(
    facts: str | None,
    client: str | None,
    long: bool,
    table: bool,
    base: str | None,
    to: Destination,
) -> None:
    """Recommend what follows from FACTS (default: the base's own scenario)."""
    case = load(facts, base)
    asked = None if facts == "-" else asked_for(facts, client, base)
    result = advisor.advise(case, client)
    to.put(result, case.scenario.base, asked=asked, long=long, table=table)
