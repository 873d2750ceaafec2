"""`advisor audit`."""

from __future__ import annotations

import contextlib
import datetime
import functools
from typing import Any, Final

import click
import msgspec

import advisor
from advisor.api.names import SEVERITIES, Severity
from advisor.cli.options import with_output
from advisor.cli.output import Destination, Formats, later
from advisor.cli.progress import ProgressLine
from advisor.model.budget import MUTANTS, OnProgress
from advisor.render.exchange.lines import lines

FOUND: Final = 1

audit_report = later("advisor.api.audits:audit_report")
checks = later("advisor.api.audits:checks")
as_sarif = later("advisor.render.exchange.sarif:audit")
on_github = later("advisor.render.exchange.github:audit")
as_junit = later("advisor.render.exchange.junit_audit:audit")
composed = later("advisor.render.report.audit_document:composed")
on_terminal = later("advisor.render.report.terminal_document:document")
as_markdown = later("advisor.render.report.markdown_document:document")
as_html = later("advisor.render.report.html:document")
check_on_terminal = later("advisor.render.terminal.check:check")
check_as_markdown = later("advisor.render.report.markdown_check:check")
as_docx = later("advisor.render.report.docx_document:document")  # an extra

FORMATS: Final[Formats] = {  # HTML and Word are of a whole report, the others are of an audit
    "terminal": lambda console, result, *_, **how: on_terminal(console, composed(result, **how)),
    "markdown": lambda result, *_, **how: as_markdown(composed(result, **how)),
    "json": lambda result, *_, **__: result.to_json(),
    "sarif": lambda result, base, *_, **__: as_sarif(result, checks(result.checks), base.folder),
    "github": lambda result, base, *_, **__: on_github(result, base.folder),
    "junit": lambda result, base, fails, **_: as_junit(
        result, checks(result.checks), base.folder, fails
    ),
    "html": lambda report, *_, **how: as_html(
        composed(report, **how), "pictures.css", "audit.css", "pictures.js"
    ),
    "docx": lambda report, *_, **how: as_docx(composed(report, **how)),
    "lines": lines("audit"),
}
WHOLE: Final = {"html", "docx"}
PAGES: Final[Formats] = {  # on a check
    "terminal": lambda console, found: check_on_terminal(console, *found),
    "markdown": lambda found: check_as_markdown(*found),
    "json": lambda found: found.to_json(),
}


def _most(_context: click.Context, _option: click.Parameter, value: str) -> int | None:
    """A number, or None for "all"."""
    if value == "all":
        return None
    if not (value.isascii() and value.isdigit()):
        raise click.BadParameter(f"'{value}' is neither a number nor 'all'")
    return int(value)


@click.command()
@click.argument("scenarios", nargs=-1)
@click.option("--explain", metavar="CHECK", help="Say what a check looks for, and why.")
@click.option("--only", multiple=True, metavar="CHECK", help="Run this check, not all of them.")
@click.option(
    "--fail-on",
    type=click.Choice(SEVERITIES),
    default="warning",
    show_default=True,
    help="Exit with 1 for findings as grave as this.",
)
@click.option(
    "--as-of",
    type=click.DateTime(("%Y-%m-%d",)),
    metavar="DATE",
    help="Take this for today (default: the base's own date).",
)
@click.option("--since", metavar="FILE", help="Say what is new since another audit: its JSON.")
@click.option("--baseline", metavar="FILE", help="As --since; --fail-on looks at what is new.")
@click.option(
    "--mutants",
    callback=_most,
    default=str(MUTANTS),
    show_default=True,
    metavar="N",
    help="Try so many mutants of the base, or 'all'.",
)
@click.option(
    "--all",
    "every",
    is_flag=True,
    help="Add what the base allows, and what is elsewhere.",
)
@click.option("--long", is_flag=True, help="Every finding, with its witness.")
@click.option("--short", is_flag=True, help="HTML for paper: six pages at most, to be signed.")
@with_output(FORMATS)
def audit(
    scenarios: tuple[str, ...],
    explain: str | None,
    only: tuple[str, ...],
    fail_on: Severity,
    as_of: datetime.datetime | None,
    since: str | None,
    baseline: str | None,
    mutants: int | None,
    every: bool,
    long: bool,
    short: bool,
    base: str | None,
    to: Destination,
) -> int:
    """Report what is wrong, untested, uncited or contradictory in a base, each with a witness.

    SCENARIOS are the names, files or folders of those to run (default: all of the base).
    """
    if explain is not None:
        _explain(explain, to)
        return 0
    if since is not None and baseline is not None:
        raise click.UsageError("--since and --baseline both name an earlier audit: give one")
    loaded = advisor.load_base(base)
    day, earlier = as_of.date() if as_of else None, since or baseline
    asked: dict[str, Any] = {"only": only, "as_of": day, "since": earlier, "mutants": mutants}
    with contextlib.ExitStack() as shown:

        def progress() -> OnProgress:
            return shown.enter_context(contextlib.closing(ProgressLine())).show

        if to.form in WHOLE:
            shows = audit_report(loaded, scenarios, **asked, progress=progress)
        else:
            shows = advisor.audit(loaded, scenarios, **asked, progress=progress())
    result = shows.audit if to.form in WHOLE else shows
    fails = functools.partial(result.fails, severity=fail_on, new=baseline is not None)
    to.put(shows, loaded, fails, every=every, long=long, short=short)
    return FOUND if any(map(fails, result.findings)) else 0


def _explain(name: str, to: Destination) -> None:
    """Say what a check is: on a terminal as text, else as the page that docs/checks/ holds."""
    if to.form not in PAGES:
        raise click.UsageError(f"--explain has no format '{to.form}': {' or '.join(PAGES)}")
    msgspec.structs.replace(to, formats=PAGES).put(checks([name]))
