"""Turns test reports into text for a terminal or a pipe: the verdict, then each failure."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console

from advisor.model import english
from advisor.model.records import KnowledgeBase
from advisor.render.terminal.explanation import explain_on
from advisor.render.terminal.misses import lacks
from advisor.render.terminal.page import Page
from advisor.testing.expectations import ExpectationResult, ScenarioReport


def verdict(console: Console, reports: Sequence[ScenarioReport]) -> None:
    """How many expectations are met."""
    page = Page(console.width)
    _verdict(page, reports)
    page.print(console)


def tests(
    console: Console, reports: Sequence[ScenarioReport], base: KnowledgeBase, *, long: bool = False
) -> None:
    """Each expectation that is not met; `long`, every scenario and reason."""
    page = Page(console.width)
    for report in reports if long else ():
        _report(page, report, base)
    for report in reports if not long else ():
        for result in report.results:
            if not result.ok:
                _failed(page, result)
                _nearest(page, result)
    page.print(console)


def _verdict(page: Page, reports: Sequence[ScenarioReport]) -> None:
    total = sum(len(report.results) for report in reports)
    failed = sum(report.failed for report in reports)
    of = english.counted(len(reports), "scenario")
    if not total:
        page.line("no expectations: nothing was tested", "bold")
    elif not failed:
        are = "expectation of" if total == 1 else "expectations of"
        page.line(f"{total:,} {are} {of}, all met", "bold green")
    else:
        within = sum(report.failed > 0 for report in reports)
        page.line(
            f"{failed:,} of {english.counted(total, 'expectation')} failed, in {within:,} of {of}",
            "bold red",
        )


def _failed(page: Page, result: ExpectationResult) -> None:
    """A failure as a finding."""
    found = (result.found or "").rstrip(".")
    said = f"Expected: {result.says}. Found: {found}."
    page.finding(result.where, f"failed[{result.kind}]", said, "bold red")


def _nearest(page: Page, result: ExpectationResult) -> None:
    """The nearest reason for a failure."""
    if result.explanation is None:
        return
    for tree in result.explanation.misses[:1]:
        for miss in tree.misses[:1]:
            page.item("nearest rule ", f"{miss.rule}: {lacks(miss)}", 2, "dim")
    for step in result.explanation.held[:1]:
        for way in step.derivations[:1]:
            page.item("by rule ", f"{way.rule}, because {way.because}.", 2, "dim")


def _report(page: Page, report: ScenarioReport, base: KnowledgeBase) -> None:
    verdict = "FAILED" if report.failed else "ok" if report.results else "-"
    met = len(report.results) - report.failed
    count = f"{met:,} of {len(report.results):,}" if report.results else "no expectations"
    page.item(f"{verdict:6} ", f"{report.scenario}: {count}", 0)
    for result in report.results:
        if not result.ok:
            page.line()
            _failed(page, result)
            if result.explanation is not None:
                explain_on(page, result.explanation, base, 4)
