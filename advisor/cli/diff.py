"""`advisor diff`."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Final

import click

from advisor.cli.options import CLIENT, with_output
from advisor.cli.output import deliver, show
from advisor.cli.progress import Progress
from advisor.difference.report import difference
from advisor.loader import shipped_folder
from advisor.render.exchange import json
from advisor.render.report.markdown_difference import difference_markdown
from advisor.render.terminal.difference import difference as difference_view

DIFFERENT: Final = 1


@click.command()
@click.argument("old")
@click.argument("new", required=False)
@CLIENT
@click.option("--seed", type=click.IntRange(0), default=0, help="Of what is drawn at random.")
@with_output(("terminal", "markdown", "json"))
def diff(
    old: str,
    new: str | None,
    client: str | None,
    seed: int,
    base: str | None,
    output: str | None,
    form: str,
) -> int:
    """Compare two bases, and what they advise in the scenarios that both have.

    OLD and NEW are folders with rules/ and facts/; NEW is the base of --base if it is left out.
    Says what was added, removed and changed, which advice that changes, now and in which futures,
    and because of which rule. The exit code is 0 without a difference, 1 with one, 2 for trouble.
    """
    named = new or base
    other = Path(named) if named else shipped_folder()
    with contextlib.closing(Progress()) as progress:
        found = difference(Path(old), other, client, seed=seed, progress=progress.show)
    if form == "json":
        deliver(json.document("diff/1", found, same=found.same), output)
    elif form == "markdown":
        deliver(difference_markdown(found), output)
    else:
        show(difference_view, output, found)
    return 0 if found.same else DIFFERENT
