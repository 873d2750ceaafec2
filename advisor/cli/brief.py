"""`advisor brief`."""

from __future__ import annotations

from typing import Final

import click

import advisor
from advisor.cli.options import CLIENT, standard_input, with_output
from advisor.cli.output import CUT_SHORT, Destination, Formats
from advisor.render.exchange import json
from advisor.render.report import html, markdown_document
from advisor.render.report.brief import document

FORMATS: Final[Formats] = {
    "html": lambda result, base: html.document(document(result, base)),
    "markdown": lambda result, base: markdown_document.document(document(result, base)),
    "json": lambda result, _: json.document("brief/2", result),
}


@click.command()
@click.argument("facts", required=False)
@CLIENT
@click.option(
    "--what-if",
    "changes",
    multiple=True,
    metavar="CHANGES",
    help="Compare with this scenario; may be given more than once.",
)
@with_output(FORMATS)
def brief(
    facts: str | None,
    client: str | None,
    changes: tuple[str, ...],
    base: str | None,
    to: Destination,
) -> int:
    """Write the brief on FACTS that is handed upward: advice with its whole argument.

    The HTML is one file that needs no network: for a browser, a phone, or paper.
    """
    stdin = standard_input("-" in (facts, *changes))
    case = advisor.load(facts, base=base, stdin=stdin)
    result = advisor.brief(case, changes, client=client, facts=facts, stdin=stdin)
    to.put(result, case.scenario.base)
    return CUT_SHORT if result.cut_short else 0
