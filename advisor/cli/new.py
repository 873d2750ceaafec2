"""`advisor new`."""

from __future__ import annotations

from pathlib import Path

import click

import advisor
from advisor.cli.output import deliver, failed
from advisor.model.errors import in_shell, show_path


@click.command("new")
@click.argument("folder", metavar="DIR")
def new(folder: str) -> None:
    """Make a small working base in DIR, a folder that is new or empty.

    It holds rules, facts, a few what-ifs with expectations that pass, schemas for your editor, and
    a README that says what is where. Change it bit by bit into what you know about.
    """
    try:
        number = advisor.new(folder)
    except OSError as error:
        raise failed(folder, error) from None
    shown = show_path(Path(folder))
    command = f"advisor test --base {in_shell(folder)}"
    told = f"{number} files are in {shown}.\nTo go on: {command}\n"
    deliver(told, None)
