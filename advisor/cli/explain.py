"""`advisor explain` and `advisor why-not`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import click

import advisor
from advisor.cli.options import CLIENT, load, with_output
from advisor.cli.output import Destination, Formats, later
from advisor.model.budget import DEPTH, MAX_DEPTH

explanation_view = later("advisor.render.terminal.explanation:explanation")

FORMATS: Final[Formats] = {
    "terminal": lambda console, found, case, **how: explanation_view(
        console, found, case.scenario.base, **how
    ),
    "json": lambda found, *_, **__: found.to_json(),
}


def _command(
    name: str, about: str, answer: Callable[..., advisor.Explanation], every: str, **depth: Any
) -> click.Command:
    """A command that explains WHAT in a case; `every` says what --all does."""

    @click.command(name, help=about)
    @click.argument("what")
    @click.argument("facts", required=False)
    @CLIENT
    @click.option("--all", "every", is_flag=True, help=every)
    @click.option("--depth", help="How many steps down to go.", **depth)
    @click.option("--long", is_flag=True, help="Each step with its reasons, grades and ids.")
    @click.option("--ids", is_flag=True, help="Add the ids of facts to the outline.")
    @with_output(FORMATS)
    def command(
        what: str,
        facts: str | None,
        base: str | None,
        long: bool,
        ids: bool,
        to: Destination,
        **named: Any,
    ) -> None:
        case = load(facts, base, after=what)
        to.put(answer(case, what, **named), case, long=long or named["every"], ids=ids)

    return command


explain = _command(
    "explain",
    "Show how WHAT was reached: a template, or an instance as in 'use-forum(a, b, c, d)'.",
    lambda case, what, **how: advisor.explain(case, what, **how),  # noqa: PLW0108 - loaded late
    "Show every derivation, not the best alone.",
    type=click.IntRange(0, MAX_DEPTH),
    default=MAX_DEPTH,
)
why_not = _command(
    "why-not",
    "Show why WHAT does not hold, nearest miss first, and what by itself would change that.",
    lambda case, what, **how: advisor.why_not(case, what, **how),  # noqa: PLW0108 - loaded late
    "Show every rule, and more of its misses.",
    type=click.IntRange(1, MAX_DEPTH),
    default=DEPTH,
    show_default=True,
)
