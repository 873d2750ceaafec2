"""Turns an audit into text for a terminal or a pipe: gravest first, each finding with its witness.

Nothing is cut: a long place or name is folded, so that it reads in 60 columns as well.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Final, Literal, NamedTuple

from rich.console import Console

from advisor.audit.check import FAMILIES, Check
from advisor.audit.finding import (
    SEVERITIES,
    Finding,
    ScenarioWitness,
    Severity,
    Witness,
)
from advisor.audit.run import Audit, Score
from advisor.model import english
from advisor.render.terminal.page import Page

LEFT: Final = "Not checked, and why"
_SHOWN: Final = 3  # rules and the like that a bound was reached at
_FINDINGS: Final = 3  # of a check, on a screen
_STYLES = {"error": "bold red", "warning": "bold yellow", "note": "bold"}


class Group(NamedTuple):
    """Findings under one heading, numbered through the whole audit."""

    name: Severity | Literal["allowed"]
    meaning: str
    findings: tuple[tuple[int, Finding], ...]

    @property
    def title(self) -> str:
        """The heading: "Errors (2)"."""
        plural = "" if self.name == "allowed" else "s"
        return f"{self.name.capitalize()}{plural} ({len(self.findings)})"


def groups(result: Audit, *, every: bool) -> Iterator[Group]:
    """What was found, gravest first; `every` adds the findings that the base allows."""
    numbered = list(enumerate((*result.findings, *result.allowed), 1))
    allowed = len(result.findings)
    for severity, meaning in SEVERITIES.items():
        found = tuple(pair for pair in numbered[:allowed] if pair[1].severity == severity)
        if found:
            yield Group(severity, meaning, found)
    if every and result.allowed:
        yield Group("allowed", "", tuple(numbered[allowed:]))


def files(witness: Witness) -> Iterator[tuple[str, str]]:
    """The fact files of a witness, each with what leads to it."""
    if isinstance(witness, ScenarioWitness):
        yield "", witness.text
        if witness.same_as is not None:
            yield "The same advice as in:", witness.same_as


def audit(console: Console, result: Audit, *, every: bool, long: bool = True) -> None:
    """The verdict, then what was found; `long`, with witnesses; `every`, what is allowed too."""
    page = Page(console.width)
    if long:
        _at_length(page, result, every=every)
    else:
        _on_a_screen(page, result, every=every)
    page.print(console)


def _at_length(page: Page, result: Audit, *, every: bool) -> None:
    page.line(f"Audit of {result.title}", "bold")
    page.line(ran(result), "dim")
    for group in groups(result, every=every):
        page.line()
        page.line(group.title, _STYLES.get(group.name, "bold"))
        if group.meaning:
            page.line(group.meaning, "dim")
        _findings(page, group.findings)
    if result.unsearched:
        page.line()
        page.line(LEFT, "bold")
        for line in left(result):
            page.item("- ", line, 0)
    page.line()
    page.line(f"{summary(result)}.", "bold")
    if result.mutation is not None:
        page.line(f"{score(result.mutation)}.", "dim")


def _on_a_screen(page: Page, result: Audit, *, every: bool) -> None:
    """How many of each check; then each finding where it is, the first few of a check."""
    page.line(f"Audit of {result.title}: {summary(result)}", "bold")
    page.line(f"{ran(result)}. {_mutated(result)}".rstrip(), "dim")
    checks: dict[tuple[str, str], list[Finding]] = {}
    for group in groups(result, every=every):
        for _, finding in group.findings:
            checks.setdefault((group.name, finding.check), []).append(finding)
    counts = {key: _counted(key[0], len(found)) for key, found in checks.items()}
    width = max(map(len, counts.values()), default=0) + 1
    for (severity, check), count in counts.items():
        page.row(f"{count:<{width}}", check, width, _STYLES.get(severity, "bold"))
    for (severity, check), found in checks.items():
        for finding in found[:_FINDINGS]:
            place = finding.places[0].where
            said = english.sentence(finding.message)
            said += f" Allowed: {english.sentence(finding.allowed)}" if finding.allowed else ""
            page.finding(place, f"{severity}[{check}]", said, _STYLES.get(severity, "bold"))
        if len(found) > _FINDINGS:
            page.line(f"and {len(found) - _FINDINGS} more of {check}", "dim")
    if result.unsearched:
        page.line(LEFT, "bold")
    for line in left(result):
        page.item("- ", line, 0)
    if checks:
        page.line("Witnesses, and all of it: --long   A check: --explain CHECK", "dim")


def _counted(severity: str, count: int) -> str:
    return f"{count} allowed" if severity == "allowed" else english.counted(count, severity)


def _mutated(result: Audit) -> str:
    return "" if result.mutation is None else f"{score(result.mutation)}."


def ran(result: Audit) -> str:
    """How many checks ran, and for when."""
    return f"{english.counted(len(result.checks), 'check')}, as of {result.as_of}"


def summary(result: Audit) -> str:
    """How many findings there are, in words."""
    counts = [english.counted(result.count(severity), severity) for severity in SEVERITIES]
    allowed = f"; {len(result.allowed)} allowed" if result.allowed else ""
    cut = english.counted(len(result.unsearched), "search")
    left_out = f"; {cut} cut short" if result.unsearched else ""
    return english.listing(counts) + allowed + left_out


def left(result: Audit) -> Iterator[str]:
    """What was not searched, and why, a line for each bound that a search reached."""
    for one in result.unsearched:
        more = len(one.about) - _SHOWN
        about = [*one.about[:_SHOWN], f"{more} more"] if more > 0 else one.about
        yield english.sentence(f"{one.search}: {one.why}: {'; '.join(about)}")


def score(mutation: Score) -> str:
    """The mutation score in words."""
    of = f"{mutation.killed} of {mutation.mutants} mutants are noticed by an expectation"
    return f"Mutation score {mutation.percent}%: {of}"


def _findings(page: Page, findings: tuple[tuple[int, Finding], ...]) -> None:
    for check, found in itertools.groupby(findings, key=lambda numbered: numbered[1].check):
        page.line()
        page.line(check, "bold")
        for _, finding in found:
            _finding(page, finding)


def _finding(page: Page, finding: Finding) -> None:
    page.item("- ", english.sentence(finding.message), 0)
    for place in finding.places:
        page.place("At: ", f"{place.where}", 2, "dim")
    for place in finding.related:
        page.place("See: ", str(place.where), 2, "dim", more=f" ({place.kind} {place.name})")
    _witness(page, finding.witness)
    if finding.allowed is not None:
        page.item("Allowed: ", finding.allowed, 2)


def _witness(page: Page, witness: Witness) -> None:
    page.item("Witness: ", english.sentence(witness.shows), 2)
    for lead, text in files(witness):
        if lead:
            page.item("", lead, 2)
        for line in text.rstrip("\n").split("\n"):
            page.code(line, 4)
    for line in witness.lines:
        page.item("", line, 4)


def check(console: Console, of: Check) -> None:
    """What a check looks for, and why."""
    page = Page(console.width)
    page.line(f"{of.id}: {of.title}", "bold")
    page.line(f"{of.severity}, {of.family}: {FAMILIES[of.family]}", "dim")
    for heading, text in of.sections.items():
        page.heading(heading)
        _markdown(page, text)
    page.print(console)


def _markdown(page: Page, text: str) -> None:
    """Paragraphs wrapped anew, and code as it stands."""
    code = False
    for block in text.split("\n\n"):
        if code or block.startswith("```"):
            for line in block.split("\n"):
                if line.startswith("```"):
                    code = not code
                else:
                    page.code(line, 4)
            continue
        page.line(" ".join(block.split()))
