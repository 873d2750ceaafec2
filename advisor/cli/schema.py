"""`advisor schema`."""

from __future__ import annotations

from pathlib import Path

import click

from advisor import loader
from advisor.authoring import schema as schemas_of
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
    loaded = loader.load_base(Path(base) if base else None)
    found = schemas_of.schemas(loaded)
    files = {f"{name}.schema.json": one for name, one in found.items()}
    if output is None or output == "-":
        deliver(schemas_of.written(files), None)
        return
    make_folder(output)
    for name, one in files.items():
        deliver(schemas_of.written(one), str(Path(output) / name))
