"""`advisor advise`."""

from __future__ import annotations

import click

from advisor import api
from advisor.cli.options import CLIENT, load, with_output
from advisor.cli.output import deliver, show
from advisor.render.exchange import json
from advisor.render.terminal.advice import advice as advice_view


@click.command()
@click.argument("facts", required=False)
@CLIENT
@click.option("--all", "every", is_flag=True, help="Add what was considered and withheld.")
@with_output(("terminal", "json"))
def advise(
    facts: str | None,
    client: str | None,
    every: bool,
    base: str | None,
    output: str | None,
    form: str,
) -> None:
    """Recommend what follows from FACTS (default: the base's own scenario)."""
    case = load(facts, base)
    result = api.advise(case, client)
    if form == "json":
        left_out = () if every else ("considered",)
        deliver(json.document("advice/1", result, left_out=left_out), output)
    else:
        show(advice_view, output, result, case.scenario.base, every=every)
