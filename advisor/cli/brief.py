"""`advisor brief`."""

from __future__ import annotations

import click

from advisor import api
from advisor.brief import brief as composed
from advisor.cli.options import CLIENT, standard_input, with_output
from advisor.cli.output import CUT_SHORT, deliver
from advisor.loader.digests import digests
from advisor.render.exchange import json
from advisor.render.report import html, markdown_document
from advisor.render.report.brief import document


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
@with_output(("html", "markdown", "json"))
def brief(
    facts: str | None,
    client: str | None,
    changes: tuple[str, ...],
    base: str | None,
    output: str | None,
    form: str,
) -> int:
    """Write the brief on FACTS that is handed upward: advice with its whole argument.

    The HTML is one file that needs no network: for a browser, a phone, or paper.
    """
    stdin = standard_input("-" in (facts, *changes))
    case = api.load(facts, base=base, stdin=stdin)
    comparisons = api.what_if(case, changes, client=client, stdin=stdin) if changes else []
    read = digests(case.scenario.base, (facts, *changes), stdin)
    result = composed(case, client, comparisons, read)
    code = CUT_SHORT if result.cut_short else 0
    if form == "json":
        deliver(json.document("brief/1", result), output)
        return code
    writer = html.document if form == "html" else markdown_document.document
    deliver(writer(document(result, case.scenario.base)), output)
    return code
