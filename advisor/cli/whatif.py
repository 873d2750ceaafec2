"""`advisor what-if` and `advisor flip`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import click

from advisor import api, loader
from advisor.cli.options import CLIENT, load, standard_input, with_output
from advisor.cli.output import CUT_SHORT, deliver, show
from advisor.model.records import KnowledgeBase, Scenario
from advisor.render.exchange import json
from advisor.render.report import markdown
from advisor.render.terminal.flips import flips as flips_view
from advisor.render.terminal.whatif import what_if as what_if_view


@click.command("what-if")
@click.argument("changes", nargs=-1)
@click.option("--from", "facts", metavar="FACTS", help="Change this scenario.")
@click.option("--assume", multiple=True, metavar="INSTANCE", help="Take this for a fact.")
@click.option("--deny", multiple=True, metavar="INSTANCE", help="Take this for false.")
@click.option("--unknown", multiple=True, metavar="INSTANCE", help="Take this for unknown.")
@click.option("--withdraw", multiple=True, metavar="WHAT", help="Take this fact or rule away.")
@CLIENT
@click.option("--all", "every", is_flag=True, help="Add the advice that does not change.")
@with_output(("terminal", "markdown", "json"))
def what_if(
    changes: tuple[str, ...],
    facts: str | None,
    client: str | None,
    every: bool,
    base: str | None,
    output: str | None,
    form: str,
    **listed: tuple[str, ...],
) -> None:
    """Show what CHANGES would change in the advice, and because of what.

    CHANGES are scenarios, by name or path; several are compared side by side. The changes given as
    options are one more what-if together. Without --from, what is changed is the scenario that the
    first of CHANGES extends, or else the base's own. A scenario that extends no other is compared
    as it stands.
    """
    if not changes and not any(listed.values()):
        raise click.UsageError("nothing is changed: name a what-if, or use --assume, --deny ...")
    stdin = standard_input("-" in (*changes, facts))
    loaded = loader.load_base(Path(base) if base else None)
    scenario = _started_from(loaded, facts, changes, stdin)
    result = api.what_if(scenario, changes, client=client, stdin=stdin, **listed)
    if form == "json":
        deliver(json.document("what-if/1", scenario=scenario.name, comparisons=result), output)
    elif form == "markdown":
        deliver(markdown.what_if(scenario.name, result, every=every), output)
    else:
        show(what_if_view, output, scenario.name, result, every=every)


def _started_from(
    base: KnowledgeBase, facts: str | None, changes: Sequence[str], stdin: bytes | None
) -> Scenario:
    """The scenario that is named, or that the first of some what-ifs extends, or the base's own."""
    parent = None
    if not facts and changes:
        _, parent = loader.load_with_parent(base, changes[0], stdin)
    return parent or loader.load_scenario(base, facts, stdin)


@click.command()
@click.argument("advice")
@click.argument("facts", required=False)
@CLIENT
@click.option("--to", type=click.Choice(("given", "withheld")), help="Default: what it is not.")
@click.option("--max-changes", "limit", type=click.IntRange(1), help="Allow no larger sets.")
@click.option("--only", multiple=True, metavar="TEMPLATE", help="Change facts of these alone.")
@with_output(("terminal", "json"))
def flip(
    advice: str,
    facts: str | None,
    client: str | None,
    to: Literal["given", "withheld"] | None,
    limit: int | None,
    only: tuple[str, ...],
    base: str | None,
    output: str | None,
    form: str,
) -> int:
    """Show the smallest changes to the facts that give ADVICE or take it away.

    ADVICE is a template, then all of its advice to the client is meant, or an instance.
    """
    case = load(facts, base)
    result = api.flip(case, advice, to=to, only=only, limit=limit, client=client)
    if form == "json":
        deliver(json.document("flips/1", result, scenario=case.scenario.name), output)
    else:
        show(flips_view, output, result)
    return CUT_SHORT if result.cut_short else 0
