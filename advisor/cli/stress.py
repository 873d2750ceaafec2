"""`advisor stress`."""

from __future__ import annotations

import contextlib
import re
from typing import Any, Final

import click

import advisor
from advisor.cli.options import CLIENT, SEED, load, with_output
from advisor.cli.output import CUT_SHORT, TERMINAL, Destination, Formats
from advisor.cli.progress import ProgressLine
from advisor.model.errors import AdvisorError
from advisor.render.exchange.lines import lines
from advisor.render.terminal.stress import stress as stress_view

_ADVICE: Final = re.compile(r"\d+[a-z]*|.*\(.*", re.DOTALL)  # a number, or an instance
_MOST: Final = 2  # names

FORMATS: Final[Formats] = {
    "terminal": lambda console, result, shown, case, **how: stress_view(
        console, result, shown, case.scenario.base, **how
    ),
    "json": lambda result, *_, **__: result.to_json(),
    "lines": lines("stress"),
}


@click.command()
@click.argument("names", nargs=-1, metavar="[ADVICE] [FACTS]")
@CLIENT
@click.option("--long", is_flag=True, help="All of it: influences, sets, assumptions, signposts.")
@click.option("--vary", multiple=True, metavar="INSTANCE", help="Take this given fact for open.")
@click.option("--samples", type=click.IntRange(1), help="Draw so many futures, not all.")
@SEED
@with_output(FORMATS)
def stress(
    names: tuple[str, ...],
    client: str | None,
    long: bool,
    base: str | None,
    to: Destination,
    **named: Any,
) -> int:
    """Test the advice over every future of the facts that are uncertain.

    In each future every uncertain, unknown or disputed fact either holds or does not. ADVICE, a
    template, an instance or a number of advise, has that alone tested, and told at length. Ctrl-C,
    or a time limit, ends the test with what is known so far.
    """
    what, case = _asked(names, base)
    brief = to.form == TERMINAL and what is None and not long
    shown = advisor.advise(case, client).lines if brief else ()
    with contextlib.closing(ProgressLine()) as progress:
        result = advisor.stress(case, what, client=client, progress=progress.show, **named)
    to.put(result, shown, case, long=long, zoomed=what is not None)
    return CUT_SHORT if result.partial else 0


def _asked(names: tuple[str, ...], base: str | None) -> tuple[str | None, advisor.Outcome]:
    """What the test is about, and the case; a single name is a scenario's, if there is such."""
    if len(names) > _MOST:
        raise click.UsageError("name one piece of advice and one scenario at most")
    if len(names) == _MOST:
        return names[0], load(names[1], base)
    if not names or _ADVICE.fullmatch(names[0]):
        return (names[0] if names else None), load(None, base)
    try:
        return None, load(names[0], base)
    except AdvisorError:
        case = load(None, base)
        template = case.scenario.base.templates.get(names[0])
        if template is None or not template.advice:
            raise
        return names[0], case
