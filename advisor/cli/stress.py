"""`advisor stress`."""

from __future__ import annotations

import contextlib
from typing import Any, Final

import click

import advisor
from advisor.cli.options import CLIENT, SEED, load, with_output
from advisor.cli.output import CUT_SHORT, Destination, Formats
from advisor.cli.progress import ProgressLine
from advisor.render.exchange import json
from advisor.render.exchange.lines import lines
from advisor.render.terminal.stress import stress as stress_view

FORMATS: Final[Formats] = {
    "terminal": stress_view,
    "json": lambda result: json.document("stress/1", result),
    "lines": lines("stress"),
}


@click.command()
@click.argument("facts", required=False)
@CLIENT
@click.option("--vary", multiple=True, metavar="INSTANCE", help="Take this given fact for open.")
@click.option("--samples", type=click.IntRange(1), help="Draw so many futures, not all.")
@SEED
@click.option(
    "--cluster",
    metavar="ADDRESS",
    help="Share the work: among a Dask cluster at tcp:// or tls://HOST:PORT; 'local': every core.",
)
@with_output(FORMATS)
def stress(facts: str | None, base: str | None, to: Destination, **named: Any) -> int:
    """Test the advice over every future of the facts that are uncertain.

    In each future every uncertain, unknown or disputed fact either holds or does not. Ctrl-C, or a
    time limit, ends the test with what is known so far.
    """
    case = load(facts, base)
    with contextlib.closing(ProgressLine()) as progress:
        result = advisor.stress(case, progress=progress.show, **named)
    to.put(result)
    return CUT_SHORT if result.partial else 0
