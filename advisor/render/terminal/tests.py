"""Turns test reports into text for a terminal or a pipe: failures in full, the rest counted."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console

from advisor.model.records import KnowledgeBase
from advisor.render.terminal.explanation import explain_on
from advisor.render.terminal.page import Page
from advisor.testing.expectations import Report, Result


def tests(console: Console, reports: Sequence[Report], base: KnowledgeBase) -> None:
    """Every scenario on a line, with its failures and their reasons, then the totals."""
    page = Page(console.width)
    for report in reports:
        _report(page, report, base)
    total = sum(len(report.results) for report in reports)
    failed = sum(report.failed for report in reports)
    page.line()
    if total:
        style = "bold red" if failed else "bold green"
        page.line(f"{total - failed} expectations met, {failed} failed", style)
    else:
        page.line("no expectations: nothing was tested", "bold")
    page.print(console)


def _report(page: Page, report: Report, base: KnowledgeBase) -> None:
    verdict = "FAILED" if report.failed else "ok" if report.results else "-"
    met = len(report.results) - report.failed
    count = f"{met} of {len(report.results)}" if report.results else "no expectations"
    page.item(f"{verdict:6} ", f"{report.scenario}: {count}", 0)
    for result in report.results:
        if not result.ok:
            _failure(page, result, base)


def _failure(page: Page, result: Result, base: KnowledgeBase) -> None:
    page.line()
    page.item("Expected: ", f"{result.says}.", 2, "bold")
    page.item("Found: ", f"{result.found}.", 2, "bold red")
    page.place("At: ", str(result.where), 2, "dim")
    if result.explanation is not None:
        explain_on(page, result.explanation, base, 4)
    page.line()
