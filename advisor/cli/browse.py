"""`advisor facts`, `rules`, `templates`, `sources` and `scenarios`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click

from advisor import loader
from advisor.authoring import browse
from advisor.cli.options import standard_input, with_output
from advisor.cli.output import deliver, show
from advisor.render.exchange import json
from advisor.render.terminal.catalogue import catalogue as catalogue_view


def _command(
    name: str, summary: str, entries: Callable[[Any], Sequence[Any]], *, of_scenario: bool
) -> click.Command:
    """A command that lists the entries of one catalogue in which all WORDS occur."""

    def command(
        words: tuple[str, ...],
        base: str | None,
        output: str | None,
        form: str,
        scenario: str | None = None,
    ) -> None:
        loaded = loader.load_base(Path(base) if base else None)
        subject: Any = loaded
        if of_scenario:
            subject = loader.load_scenario(loaded, scenario, standard_input(scenario == "-"))
            loaded = subject.base
        result = browse.found(entries(subject), words)
        if form == "json":
            deliver(json.document("catalogue/1", **{name: result}), output)
        else:
            show(catalogue_view, output, name, result, loaded)

    if of_scenario:
        help_text = "Of this scenario, not the default."
        command = click.option("--from", "scenario", metavar="FACTS", help=help_text)(command)
    command = click.argument("words", nargs=-1)(with_output(("terminal", "json"))(command))
    return click.command(name, help=f"{summary}, where all WORDS occur.")(command)


facts = _command("facts", "List what a scenario says", browse.facts, of_scenario=True)
rules = _command("rules", "List the rules as sentences", browse.rules, of_scenario=False)
templates = _command(
    "templates", "List what can be said, with legal values", browse.templates, of_scenario=False
)
sources = _command(
    "sources", "List each source's places and what cites them", browse.sources, of_scenario=True
)
scenarios = _command("scenarios", "List the scenarios", browse.scenarios, of_scenario=False)
