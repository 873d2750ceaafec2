"""`advisor diff`."""

from __future__ import annotations

import contextlib
from typing import Final

import click

import advisor
from advisor.cli.options import CLIENT, SEED, with_output
from advisor.cli.output import Destination, Formats
from advisor.cli.progress import ProgressLine
from advisor.render.exchange.lines import lines
from advisor.render.report.markdown_difference import difference_markdown
from advisor.render.terminal.difference import difference as difference_view

DIFFERENT: Final = 1

FORMATS: Final[Formats] = {
    "terminal": difference_view,
    "markdown": lambda found, **_: difference_markdown(found),
    "json": lambda found, **_: found.to_json(),
    "lines": lines("diff"),
}


@click.command()
@click.argument("old")
@click.argument("new", required=False)
@CLIENT
@SEED
@click.option("--long", is_flag=True, help="Each change, and each scenario with its causes.")
@with_output(FORMATS)
def diff(
    old: str,
    new: str | None,
    client: str | None,
    seed: int,
    long: bool,
    base: str | None,
    to: Destination,
) -> int:
    """Compare two bases, and what they advise in the scenarios that both have.

    OLD and NEW are folders with rules/ and facts/; NEW is the base of --base if it is left out. OLD
    may also be a commit, a tag or a branch of the git repository that NEW is in. Says what was
    added, removed, renamed and changed, and which advice, to whom, that changes: as the facts
    stand, then in which futures, and because of which rule. The exit code is 0 without a
    difference, 1 with one, 2 for trouble.
    """
    with contextlib.closing(ProgressLine()) as progress:
        found = advisor.diff(old, new or base, client=client, seed=seed, progress=progress.show)
    to.put(found, long=long)
    return 0 if found.same else DIFFERENT
