"""`advisor facts`, `rules`, `templates`, `sources` and `scenarios`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

import click

import advisor
from advisor.cli.options import load, standard_input, with_output
from advisor.cli.output import Destination, Formats, later
from advisor.render.exchange.lines import lines

catalogue_view = later("advisor.render.terminal.catalogue:catalogue")

FORMATS: Final[Formats] = {
    "terminal": catalogue_view,
    "json": lambda _name, entries, *_, **__: entries.to_json(),
    "lines": lines("facts"),
}

LONG: Final = click.option("--long", is_flag=True, help="All that is known of each.")

Entries = Callable[[Any, Sequence[str]], Sequence[Any]]


def _of_base(name: str, summary: str, entries: Entries) -> click.Command:
    """A command that lists the entries of a base in which all WORDS occur."""

    @with_output(FORMATS)
    @LONG
    def command(words: tuple[str, ...], long: bool, base: str | None, to: Destination) -> None:
        loaded = advisor.load_base(base)
        to.put(name, entries(loaded, words), loaded, long=long)

    return _command(name, summary, command)


def _of_scenario(name: str, summary: str, entries: Entries) -> click.Command:
    """A command that lists the entries of a scenario in which all WORDS occur."""

    @with_output(FORMATS)
    @click.option("--from", "named", metavar="FACTS", help="Of this scenario, not the default.")
    @LONG
    def command(
        words: tuple[str, ...], named: str | None, long: bool, base: str | None, to: Destination
    ) -> None:
        stdin = standard_input(named == "-")
        scenario = advisor.load_scenario(advisor.load_base(base), named, stdin=stdin)
        to.put(name, entries(scenario, words), scenario.base, long=long)

    return _command(name, summary, command)


def _command(name: str, summary: str, command: Callable[..., Any]) -> click.Command:
    with_words = click.argument("words", nargs=-1)(command)
    return click.command(name, help=f"{summary}, where all WORDS occur.")(with_words)


@with_output(FORMATS)
@click.option("--from", "named", metavar="FACTS", help="Of this scenario, not the default.")
@click.option("--claims", metavar="SOURCE", help="What SOURCE says, beside what others say of it.")
@click.option("--unused", is_flag=True, help="Those that no advice rests on, and what they lack.")
@click.option("--for", "client", metavar="CLIENT", help="With --unused: of advice to CLIENT.")
@LONG
def _facts(
    words: tuple[str, ...],
    named: str | None,
    long: bool,
    claims: str | None,
    unused: bool,
    client: str | None,
    base: str | None,
    to: Destination,
) -> None:
    if client is not None and not unused:
        raise click.UsageError("--for goes with --unused: facts are the same for every client")
    if claims is not None and unused:
        raise click.UsageError("--claims and --unused exclude each other")
    if not unused:
        stdin = standard_input(named == "-")
        scenario = advisor.load_scenario(advisor.load_base(base), named, stdin=stdin)
        if claims is None:
            to.put("facts", advisor.facts(scenario, words), scenario.base, long=long)
        else:
            found = advisor.claims(scenario, claims, words)
            to.put("claims", found, scenario.base, long=long)
        return
    case = load(named, base)
    leading = advisor.unused(case, client, words=words)
    to.put("unused", leading, case.scenario.base, long=long)


facts = _command("facts", "List what a scenario says", _facts)
rules = _of_base("rules", "List the rules as sentences", advisor.rules)
templates = _of_base("templates", "List what can be said, with legal values", advisor.templates)
sources = _of_scenario("sources", "List each source's places and what cites them", advisor.sources)
scenarios = _of_base("scenarios", "List the scenarios", advisor.scenarios)
