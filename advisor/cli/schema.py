"""`advisor schema`."""

from __future__ import annotations

from pathlib import Path

import click

import advisor
from advisor.api.authoring import written
from advisor.cli.options import BASE
from advisor.cli.output import deliver, make_folder


@click.command("schema")
@BASE
@click.option(
    "-o",
    "--output",
    metavar="DIR",
    help="Write each schema to a file in DIR (default: all of them to standard output).",
)
def schema(base: str | None, output: str | None) -> None:
    """Write JSON Schemas of a base's files, so that editors complete and check them.

    They hold the templates, slots, legal values and entities of the base, so write them anew when
    these change. A comment in a file tells the editor which one it is held to, as in
    "# yaml-language-server: $schema=../schemas/rules.schema.json".
    """
    files = advisor.schema(advisor.load_base(base))
    if output is None or output == "-":
        deliver(written(files), None)
        return
    make_folder(Path(output))
    for name, found in files.items():
        deliver(written(found), str(Path(output) / name))
