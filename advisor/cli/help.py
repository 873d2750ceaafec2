"""`advisor help`."""

from __future__ import annotations

import click


@click.command("help")
@click.argument("command", required=False)
@click.pass_context
def _help(context: click.Context, command: str | None) -> None:
    """Show what COMMAND does, with its options and examples; without COMMAND, what there is."""
    shown = context.find_root()
    if command is not None and isinstance(shown.command, click.Group):
        name, found, _ = shown.command.resolve_command(shown, [command])
        if found is not None:
            shown = click.Context(found, info_name=name, parent=shown)
    click.echo(shown.get_help())


help = _help  # noqa: A001 - the name of the command
