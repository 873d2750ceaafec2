"""`advisor consult`."""

from __future__ import annotations

from typing import Any, Final

import click

from advisor.cli import advise as advice
from advisor.cli.options import CLIENT, with_output
from advisor.cli.output import Formats, later

LATEST: Final = "the latest"
TWELVE: Final = 12  # questions that a person is asked, unless told

hold = later("advisor.cli.consulting:consult")
FORMATS: Final[Formats] = {**advice.FORMATS, "jsonl": advice.as_json}  # its dialogue is so as well


@click.command()
@click.argument("facts", required=False)
@CLIENT
@click.option(
    "--resume",
    metavar="ID",
    is_flag=False,
    flag_value=LATEST,
    help="Go on with an earlier consultation; without ID, the latest that was not finished.",
)
@click.option("--list", "listed", is_flag=True, help="List the consultations that can be resumed.")
@click.option("--save", metavar="FILE", help="Where a finished consultation is saved.")
@click.option(
    "--about",
    metavar="TOPIC",
    multiple=True,
    help="An interest to get advice on; may be repeated. Without it, all.",
)
@click.option(
    "--involving",
    metavar="NAME",
    multiple=True,
    help="Somebody to ask about beside those known of; may be repeated. Others are left out.",
)
@click.option(
    "--questions",
    type=click.IntRange(min=1),
    metavar="N",
    help=f"Ask so many at most. On a terminal {TWELVE}, unless told.",
)
@click.option(
    "--exhaustive",
    is_flag=True,
    help="Ask until no answer can change the advice; about all there are, or as --involving says.",
)
@click.option("--no-input", is_flag=True, help="Fail at the first question, naming it.")
@with_output(FORMATS)
def consult(**asked: Any) -> Any:
    """Ask what can change most of the advice, and give the advice.

    With FACTS, what they say is reviewed; without, nothing is known to begin with. Typed alone at a
    terminal, menus ask what to begin with, and about which topics. Every answer is kept as it is
    given: --resume goes on where a consultation ended, however it did. Kept are the latest 20 that
    are finished or hold no answer, and the latest 200 others; a new one begun takes the rest away.
    What --save and -o have written stays.
    """
    return hold(**asked)
