"""`advisor explain` and `advisor why-not`."""

from __future__ import annotations

import click

from advisor import api
from advisor.answers.explanation import MAX_DEPTH
from advisor.cli.options import CLIENT, load, with_output
from advisor.cli.output import deliver, show
from advisor.reasoning.evaluate import Outcome
from advisor.render.exchange import json
from advisor.render.terminal.explanation import explanation as explanation_view


@click.command()
@click.argument("what")
@click.argument("facts", required=False)
@CLIENT
@click.option("--all", "every", is_flag=True, help="Show every derivation, not the best alone.")
@click.option(
    "--depth",
    type=click.IntRange(0, MAX_DEPTH),
    default=MAX_DEPTH,
    help="How many steps down to go.",
)
@with_output(("terminal", "json"))
def explain(
    what: str,
    facts: str | None,
    client: str | None,
    every: bool,
    depth: int,
    base: str | None,
    output: str | None,
    form: str,
) -> None:
    """Show how WHAT was reached: a template, or an instance as in 'use-forum(a, b, c, d)'."""
    case = load(facts, base)
    result = api.explain(case, what, client=client, every=every, depth=depth)
    _show_explanation(case, result, output, form)


@click.command("why-not")
@click.argument("what")
@click.argument("facts", required=False)
@CLIENT
@click.option("--all", "every", is_flag=True, help="Show every rule, and more of its misses.")
@click.option(
    "--depth",
    type=click.IntRange(1, MAX_DEPTH),
    default=api.DEPTH,
    show_default=True,
    help="How many steps down to go.",
)
@with_output(("terminal", "json"))
def why_not(
    what: str,
    facts: str | None,
    client: str | None,
    every: bool,
    depth: int,
    base: str | None,
    output: str | None,
    form: str,
) -> None:
    """Show why WHAT does not hold, nearest miss first, and what by itself would change that."""
    case = load(facts, base)
    result = api.why_not(case, what, client=client, every=every, depth=depth)
    _show_explanation(case, result, output, form)


def _show_explanation(
    case: Outcome, result: api.Explanation, output: str | None, form: str
) -> None:
    if form == "json":
        deliver(json.document("explanation/1", result, scenario=case.scenario.name), output)
    else:
        show(explanation_view, output, result, case.scenario.base)
