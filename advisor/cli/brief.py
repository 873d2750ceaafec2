"""`advisor brief`."""

from __future__ import annotations

from typing import Any, Final

import click

import advisor
from advisor.cli.options import CLIENT, standard_input, with_output
from advisor.cli.output import CUT_SHORT, Destination, Formats, later

document = later("advisor.render.report.brief:document")
as_html = later("advisor.render.report.notebook:brief")
as_markdown = later("advisor.render.report.markdown_document:document")
on_terminal = later("advisor.render.report.terminal_document:document")
as_docx = later("advisor.render.report.docx_document:document")  # an extra

FORMATS: Final[Formats] = {
    "terminal": lambda console, result, base, **how: on_terminal(
        console, document(result, base, **how)
    ),
    "html": lambda result, _, **how: as_html(result, **how),
    "markdown": lambda result, base, **how: as_markdown(document(result, base, **how)),
    "docx": lambda result, base, **how: as_docx(document(result, base, **how)),
    "json": lambda result, _, **_how: result.to_json(),
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
@click.option("--question", metavar="TEXT", help="The question that the brief answers.")
@click.option("--to", "addressee", metavar="NAME", help="To whom the brief goes.")
@click.option("--from", "author", metavar="NAME", help="Who signs it.")
@click.option("--since", metavar="FILE", help="Say what is new since another brief: its JSON.")
@click.option("--annex", is_flag=True, help="With the arguments in full, assumptions and sources.")
@with_output(FORMATS)
def brief(
    facts: str | None,
    changes: tuple[str, ...],
    base: str | None,
    to: Destination,
    annex: bool,
    **named: Any,
) -> int:
    """Write a brief of two pages on FACTS: what is advised, why, and what would change it.

    The form is that of the file's name: brief.html is one file that needs no network, for a
    browser, a phone, or paper. JSON holds all of it, annex included.
    """
    stdin = standard_input("-" in (facts, *changes))
    case = advisor.load(facts, base=base, stdin=stdin)
    result = advisor.brief(case, changes, facts=facts, stdin=stdin, **named)
    to.put(result, case.scenario.base, annex=annex)
    return CUT_SHORT if result.cut_short else 0
