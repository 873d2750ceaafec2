"""`advisor audit`."""

from __future__ import annotations

import contextlib
import datetime
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import click

from advisor import loader
from advisor.audit import check as checks
from advisor.audit.check import Check
from advisor.audit.finding import SEVERITIES, Severity
from advisor.audit.report import report
from advisor.audit.run import Audit
from advisor.audit.run import audit as run_audit
from advisor.audit.subject import Subject
from advisor.cli.options import with_output
from advisor.cli.output import deliver, show
from advisor.cli.progress import Progress
from advisor.render.exchange import json, sarif
from advisor.render.report import audit_document, html, markdown_audit
from advisor.render.terminal.audit import audit as audit_view
from advisor.render.terminal.audit import check as check_view

FOUND: Final = 1


@click.command()
@click.argument("scenarios", nargs=-1)
@click.option("--explain", metavar="CHECK", help="Say what a check looks for, and why.")
@click.option("--only", multiple=True, metavar="CHECK", help="Run this check, not all of them.")
@click.option(
    "--fail-on",
    type=click.Choice(list(SEVERITIES)),
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
@click.option("--all", "every", is_flag=True, help="Add the findings that the base allows.")
@with_output(("terminal", "markdown", "json", "sarif", "html"))
def audit(
    scenarios: tuple[str, ...],
    explain: str | None,
    only: tuple[str, ...],
    fail_on: Severity,
    as_of: datetime.datetime | None,
    every: bool,
    base: str | None,
    output: str | None,
    form: str,
) -> int:
    """Report what is wrong, untested, uncited or contradictory in a base, each with a witness.

    SCENARIOS are the names, files or folders of those to run (default: all of the base).
    """
    if explain is not None:
        _explain(explain, output, form)
        return 0
    loaded = loader.load_base(Path(base) if base else None)
    named = loader.load_with_parents(loaded, scenarios) if scenarios else None
    cases = loader.load_with_parents(loaded)
    subject = Subject(loaded, cases, named, as_of.date() if as_of else None)
    wanted = checks.named(only)
    result = _result(subject, wanted)
    if form == "html":
        deliver(_html(subject, result, wanted, explicit=named is not None), output)
    elif form == "json":
        deliver(json.document("audit/1", result), output)
    elif form == "markdown":
        deliver(markdown_audit.audit(result, every=every), output)
    elif form == "sarif":
        deliver(sarif.audit(result, checks.named(result.checks), loaded.folder), output)
    else:
        show(audit_view, output, result, every=every)
    return FOUND if result.failing(fail_on) else 0


def _result(subject: Subject, wanted: Sequence[Check]) -> Audit:
    with contextlib.closing(Progress()) as progress:
        return run_audit(subject, wanted, progress.show)


def _html(subject: Subject, result: Audit, wanted: Sequence[Check], *, explicit: bool) -> str:
    """The report with everything that there is in the base; it shows what is accepted anyway."""
    default = subject.base.scenario
    examined = [one for one, _ in subject.wanted if explicit or one.name == default]
    with contextlib.closing(Progress()) as progress:
        found = report(subject, result, wanted, examined, progress.show)
    return html.document(audit_document.document(found), "audit")


def _explain(name: str, output: str | None, form: str) -> None:
    """Say what a check is: on a terminal as text, else as the page that docs/checks/ holds."""
    (found,) = checks.named([name])
    if form == "terminal":
        show(check_view, output, found)
    elif form == "markdown":
        deliver(markdown_audit.check(found), output)
    else:
        raise click.UsageError(f"--explain has no format '{form}': terminal or markdown")
