"""`advisor stress`."""

from __future__ import annotations

import contextlib

import click

from advisor import api
from advisor.cli.options import CLIENT, load, with_output
from advisor.cli.output import CUT_SHORT, deliver, show
from advisor.cli.progress import Progress
from advisor.render.exchange import json
from advisor.render.terminal.stress import stress as stress_view


@click.command()
@click.argument("facts", required=False)
@CLIENT
@click.option("--vary", multiple=True, metavar="INSTANCE", help="Take this given fact for open.")
@click.option("--samples", type=click.IntRange(1), help="Draw so many futures, not all.")
@click.option("--seed", type=click.IntRange(0), default=0, help="Of what is drawn at random.")
@click.option(
    "--cluster",
    metavar="ADDRESS",
    help="Share the work: among a Dask cluster at tcp:// or tls://HOST:PORT; 'local': every core.",
)
@with_output(("terminal", "json"))
def stress(
    facts: str | None,
    client: str | None,
    vary: tuple[str, ...],
    samples: int | None,
    seed: int,
    cluster: str | None,
    base: str | None,
    output: str | None,
    form: str,
) -> int:
    """Test the advice over every future of the facts that are uncertain.

    In each future every uncertain, unknown or disputed fact either holds or does not. Ctrl-C, or a
    time limit, ends the test with what is known so far.
    """
    case = load(facts, base)
    with contextlib.closing(Progress()) as progress:
        result = api.stress(
            case,
            client=client,
            vary=vary,
            samples=samples,
            seed=seed,
            cluster=cluster,
            progress=progress.show,
        )
    if form == "json":
        deliver(json.document("stress/1", result), output)
    else:
        show(stress_view, output, result)
    return CUT_SHORT if result.partial else 0
