"""`advisor stress`."""

from __future__ import annotations

import contextlib
import sys
import time
from typing import Final

import click

from advisor import api
from advisor.cli.options import CLIENT, load, with_output
from advisor.cli.output import deliver, show
from advisor.render import json
from advisor.render.stress import stress as stress_view

INTERRUPTED: Final = 130
_QUIET: Final = 1.0  # seconds before any progress is shown
_PAUSE: Final = 0.2  # and between two showings


@click.command()
@click.argument("facts", required=False)
@CLIENT
@click.option("--vary", multiple=True, metavar="INSTANCE", help="Take this given fact for open.")
@click.option("--samples", type=click.IntRange(1), help="Draw so many futures, not all.")
@click.option("--seed", type=click.IntRange(0), default=0, help="Of what is drawn at random.")
@click.option(
    "--cluster",
    metavar="ADDRESS",
    help="Share the work among a Dask cluster: tcp://HOST:PORT, or 'local' to start one here.",
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

    In each future every uncertain, unknown or disputed fact either holds or does not. Ctrl-C ends
    the test with what is known so far.
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
        deliver(json.document("stress/1", **json.fields(result)), output)
    else:
        show(stress_view, output, result)
    return INTERRUPTED if result.partial else 0


class Progress:
    """A line on a terminal's stderr, once something takes long, until it is closed."""

    def __init__(self) -> None:
        self.terminal = sys.stderr is not None and sys.stderr.isatty()
        self.started = time.monotonic()
        self.shown = 0.0  # when

    def show(self, share: float) -> None:
        """Say how much is done, and about how long the rest will take."""
        now = time.monotonic()
        if self.terminal and now - self.started > _QUIET and now - self.shown > _PAUSE:
            self.shown = now
            left = (now - self.started) * (1 - share) / share if share else 0.0
            self._write(f"\r{100 * share:3.0f}% done, about {left:.0f} s left   ")

    def close(self) -> None:
        """Take the line away."""
        if self.shown:
            self._write("\r" + " " * 40 + "\r")

    def _write(self, text: str) -> None:
        with contextlib.suppress(OSError):  # nobody looks any more
            sys.stderr.write(text)
            sys.stderr.flush()
