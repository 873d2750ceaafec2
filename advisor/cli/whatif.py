"""`advisor what-if` and `advisor flip`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, Final, Literal

import click

import advisor
from advisor.cli.options import CLIENT, load, standard_input, with_output
from advisor.cli.output import CUT_SHORT, Destination, Formats, deliver, file_to_save, later, say
from advisor.model import english
from advisor.render.exchange.lines import lines

asked_for = later("advisor.render.terminal.advice:Invocation")
as_markdown = later("advisor.render.report.markdown:what_if")
flips_view = later("advisor.render.terminal.flips:flips")
saved_view = later("advisor.render.terminal.whatif:saved")
what_if_view = later("advisor.render.terminal.whatif:what_if")

_TITLE: Final = "What if: "  # of what is saved

COMPARED: Final[Formats] = {
    "terminal": what_if_view,
    "markdown": lambda scenario, comparisons, every, **_: as_markdown(
        scenario, comparisons, every=every
    ),
    "json": lambda _scenario, comparisons, **_: comparisons.to_json(),
    "lines": lines("what-if"),
}
FLIPPED: Final[Formats] = {
    "terminal": lambda console, result, case, long: flips_view(
        console, result, case.scenario.base, long=long
    ),
    "json": lambda result, *_, **__: result.to_json(),
    "lines": lines("flip"),
}


@click.command("what-if")
@click.argument("changes", nargs=-1)
@click.option("--from", "facts", metavar="FACTS", help="Change this scenario.")
@click.option("--assume", multiple=True, metavar="INSTANCE", help="Take this for a fact.")
@click.option("--deny", multiple=True, metavar="INSTANCE", help="Take this for false.")
@click.option("--unknown", multiple=True, metavar="INSTANCE", help="Take this for unknown.")
@click.option("--withdraw", multiple=True, metavar="WHAT", help="Take this fact or rule away.")
@CLIENT
@click.option(
    "--all", "every", is_flag=True, help="All of it, with the advice that does not change."
)
@click.option("--long", is_flag=True, help="Each piece of advice with its reasons.")
@click.option("--save", metavar="FILE", help="Keep the changes given as options as a what-if.")
@with_output(COMPARED)
def what_if(
    changes: tuple[str, ...],
    facts: str | None,
    client: str | None,
    every: bool,
    long: bool,
    save: str | None,
    base: str | None,
    to: Destination,
    **listed: tuple[str, ...],
) -> None:
    """Show what CHANGES would change in the advice, and because of what.

    CHANGES are scenarios, by name or path; several are compared side by side. The changes given as
    options are one more what-if together. Without --from, what is changed is the scenario that the
    first of CHANGES extends, or else the base's own. A scenario that extends no other is compared
    as it stands.
    """
    if not changes and not any(listed.values()):
        raise click.UsageError(
            "nothing is changed: name a what-if, or say what changes by --assume or --deny"
        )
    if save is not None and not any(listed.values()):
        raise click.UsageError(
            "nothing is to be saved: say what changes by --assume, --deny or --withdraw"
        )
    target = None if save is None else file_to_save(save, _is_saved, "no what-if of this command")
    stdin = standard_input("-" in (*changes, facts))
    loaded = advisor.load_base(base)
    scenario = advisor.load_scenario(loaded, facts, what_ifs=changes, stdin=stdin)
    result = advisor.what_if(scenario, changes, client=client, stdin=stdin, **listed)
    if target is not None:
        said = result[-1].changes
        more = f", and {english.counted(len(said) - 1, 'more change')}" if len(said) > 1 else ""
        title = f"{_TITLE}{said[0].rstrip('.')}{more}"
        deliver(advisor.what_if_file(scenario, title, **listed), str(target))
    to.put(scenario.name, result, every=every, long=long or every)
    if target is not None:
        again = asked_for(str(target), client, base).again("what-if")
        say(saved_view, sys.stderr, again)


def _is_saved(path: Path) -> bool:
    """Whether a file is one that --save has written."""
    try:
        return path.read_text(encoding="utf-8").startswith(f'title: "{_TITLE}')
    except (OSError, ValueError):
        return False


@click.command()
@click.argument("advice")
@click.argument("facts", required=False)
@CLIENT
@click.option(
    "--to", "goal", type=click.Choice(("given", "withheld")), help="Default: what it is not."
)
@click.option("--max-changes", "limit", type=click.IntRange(1), help="Allow no larger sets.")
@click.option("--only", multiple=True, metavar="TEMPLATE", help="Change facts of these alone.")
@click.option("--long", is_flag=True, help="Each set with all else that it changes.")
@with_output(FLIPPED)
def flip(
    advice: str,
    facts: str | None,
    goal: Literal["given", "withheld"] | None,
    long: bool,
    base: str | None,
    to: Destination,
    **named: Any,
) -> int:
    """Show the smallest changes to the facts that give ADVICE or take it away.

    ADVICE is a template, then all of its advice to the client is meant, or an instance.
    """
    case = load(facts, base, after=advice)
    result = advisor.flip(case, advice, to=goal, **named)
    to.put(result, case, long=long)
    return CUT_SHORT if result.cut_short else 0
