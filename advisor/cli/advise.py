"""`advisor advise`."""

from __future__ import annotations

from typing import Final

import click

import advisor
from advisor.cli.options import CLIENT, load, with_output
from advisor.cli.output import Destination, Formats
from advisor.render.exchange import json
from advisor.render.terminal.advice import advice as advice_view


def as_json(result: advisor.Advice, _base: advisor.KnowledgeBase, *, every: bool) -> str:
    """The advice as a JSON document."""
    return json.document("advice/2", result, left_out=() if every else ("considered",))


FORMATS: Final[Formats] = {"terminal": advice_view, "json": as_json}


@click.command()
@click.argument("facts", required=False)
@CLIENT
@click.option("--all", "every", is_flag=True, help="Add what was considered and withheld.")
@with_output(FORMATS)
def advise(
    facts: str | None, client: str | None, every: bool, base: str | None, to: Destination
) -> None:
    """Recommend what follows from FACTS (default: the base's own scenario)."""
    case = load(facts, base)
    to.put(advisor.advise(case, client), case.scenario.base, every=every)
