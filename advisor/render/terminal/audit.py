"""Turns an audit into text for a terminal or a pipe: gravest first, each finding with its witness.

Nothing is cut: a long place or name is folded, so that it reads in 60 columns as well.
"""

from __future__ import annotations

import itertools

from rich.console import Console

from advisor.audit.check import FAMILIES, Check
from advisor.audit.finding import (
    SEVERITIES,
    CycleWitness,
    EvidenceWitness,
    Finding,
    RulesWitness,
    ScenarioWitness,
    Witness,
)
from advisor.audit.run import Audit, Score
from advisor.model import english
from advisor.render.terminal.page import Page

_STYLES = {"error": "bold red", "warning": "bold yellow", "note": "bold"}


def audit(console: Console, result: Audit, *, every: bool) -> None:
    """The whole audit; `every` adds the findings that the base allows."""
    page = Page(console.width)
    page.line(f"Audit of {result.title}", "bold")
    word = "check" if len(result.checks) == 1 else "checks"
    page.line(f"{len(result.checks)} {word}, as of {result.as_of}", "dim")
    for severity, meaning in SEVERITIES.items():
        found = [one for one in result.findings if one.severity == severity]
        if found:
            page.line()
            page.line(f"{severity.capitalize()}s ({len(found)})", _STYLES[severity])
            page.line(meaning, "dim")
        _findings(page, found)
    if every and result.allowed:
        page.heading(f"Allowed ({len(result.allowed)})")
        _findings(page, result.allowed)
    page.line()
    page.line(f"{summary(result)}.", "bold")
    if result.mutation is not None:
        page.line(f"{score(result.mutation)}.", "dim")
    page.print(console)


def summary(result: Audit) -> str:
    """How many findings there are, in words."""
    counts = [counted(result.count(severity), severity) for severity in SEVERITIES]
    allowed = f"; {len(result.allowed)} allowed" if result.allowed else ""
    return english.listing(counts) + allowed


def score(mutation: Score) -> str:
    """The mutation score in words."""
    of = f"{mutation.killed} of {mutation.mutants} mutants are noticed by an expectation"
    return f"Mutation score {mutation.percent}%: {of}"


def counted(number: int, word: str) -> str:
    """A number of things: "1 note", "2 notes"."""
    return f"{number} {word if number == 1 else english.plural(word)}"


def _findings(page: Page, found: list[Finding] | tuple[Finding, ...]) -> None:
    for check, group in itertools.groupby(found, key=lambda one: one.check):
        page.line()
        page.line(check, "bold")
        for one in group:
            _finding(page, one)


def _finding(page: Page, one: Finding) -> None:
    page.item("- ", english.sentence(one.message), 0)
    for place in one.places:
        page.place("At: ", f"{place.where}", 2, "dim")
    for place in one.related:
        page.place("See: ", str(place.where), 2, "dim", more=f" ({place.kind} {place.name})")
    _witness(page, one.witness)
    if one.allowed is not None:
        page.item("Allowed: ", one.allowed, 2)


def _witness(page: Page, witness: Witness) -> None:
    page.item("Witness: ", english.sentence(witness.shows), 2)
    match witness:
        case ScenarioWitness():
            _file(page, witness.text)
            if witness.same_as is not None:
                page.item("", "The same advice as in:", 2)
                _file(page, witness.same_as)
        case RulesWitness():
            for binding in witness.substitution:
                page.item("", f"{binding.variable} stands for {binding.stands_for}", 4)
        case CycleWitness():
            for step in witness.steps:
                page.item("", step, 4)
        case EvidenceWitness():
            for line in witness.seen:
                page.item("", line, 4)


def _file(page: Page, text: str) -> None:
    for line in text.rstrip("\n").split("\n"):
        page.code(line, 4)


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
