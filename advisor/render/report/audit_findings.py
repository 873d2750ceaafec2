"""Turns the findings of an audit into sections: by severity, each with its witness."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from advisor.audit.check import Check
from advisor.audit.finding import SEVERITIES, Finding, Place, Witness
from advisor.audit.report import Report
from advisor.model import english
from advisor.render.report.document import (
    Block,
    Bullets,
    Cell,
    Code,
    Inline,
    Link,
    Paragraph,
    Section,
    Strong,
    Table,
    Terms,
    Text,
    joined,
    text,
)
from advisor.render.report.rule_picture import rule_anchor
from advisor.render.report.words import counted
from advisor.render.terminal.audit import Group, files, groups


def numbered(report: Report) -> dict[str, list[int]]:
    """The numbers of the findings about each rule, those that are accepted after the others."""
    found: dict[str, list[int]] = {}
    for number, finding in enumerate((*report.audit.findings, *report.audit.allowed), 1):
        for rule in finding.rules:
            found.setdefault(rule, []).append(number)
    return found


def finding_anchor(number: int) -> str:
    """Where a finding stands in the document."""
    return f"finding-{number}"


def check_anchor(check: str) -> str:
    """Where a check stands in the table of checks."""
    return f"check-{check}"


def section(report: Report) -> Section:
    """What was found, gravest first, and then what the base accepts."""
    rules = {rule.id for rule in report.rules}
    parts = tuple(_part(group, rules) for group in groups(report.audit, every=True))
    nothing = Paragraph(text("Nothing was found that is not accepted."))
    return Section("findings", "Findings", () if report.audit.findings else (nothing,), parts)


def _part(group: Group, rules: Iterable[str]) -> Section:
    anchor, title, meaning = f"{group.name}s", group.title, group.meaning
    if group.name == "allowed":
        anchor, title = "accepted", f"Accepted ({len(group.findings)})"
        meaning = "The author has looked at these and lets them stand, each for the reason given."
    parts = tuple(_finding(number, finding, rules) for number, finding in group.findings)
    return Section(anchor, title, (Paragraph(text(meaning), "aside"),), parts)


def _finding(number: int, finding: Finding, rules: Iterable[str]) -> Section:
    pairs: list[tuple[str, tuple[Text, ...]]] = []
    if finding.allowed is not None:
        pairs.append(("Accepted", (text(finding.allowed),)))
    pairs.append(("At", tuple(_place(place, rules) for place in finding.places)))
    pairs.append(("See", tuple(_place(place, rules) for place in finding.related)))
    pairs.append(("Check", (text(Link(finding.check, check_anchor(finding.check))),)))
    blocks = (
        Paragraph(text(Strong(english.sentence(finding.message)))),
        Terms(tuple((label, texts) for label, texts in pairs if texts)),
        *_witness(finding.witness),
    )
    return Section(finding_anchor(number), f"{number}. {finding.check}", blocks)


def _place(place: Place, rules: Iterable[str]) -> Text:
    name: Inline = place.name
    if place.kind == "rule" and place.name in rules:
        name = Link(place.name, rule_anchor(place.name))
    return text(f"{place.kind} ", name, f", {place.where}")


def _witness(witness: Witness) -> Iterator[Block]:
    yield Paragraph(text(Strong("Witness. "), english.sentence(witness.shows)))
    for lead, file in files(witness):
        if lead:
            yield Paragraph(text(lead), "plain")
        yield Code(file, f"The fact file {'with the same advice' if lead else 'of the witness'}")
    if witness.lines:
        yield Bullets(tuple(map(text, witness.lines)))


def checks(report: Report) -> Section:
    """The checks that were run, with how much each found."""
    found = _counts(report.audit.findings)
    allowed = _counts(report.audit.allowed)
    rows = tuple(_check(check, found, allowed) for check in report.checks)
    heads = ("Check", "What it looks for", "Severity", "Found", "Accepted")
    says = (
        f"{counted(len(rows), 'check').capitalize()} ran. `advisor audit --explain CHECK` "
        "tells of one what it does, why it matters, and what to do."
    )
    anchors = tuple(check_anchor(check.id) for check in report.checks)
    table = Table("check-table", "The checks, and what they found", heads, rows, anchors)
    return Section("checks", "What was looked for", (Paragraph(text(says), "aside"), table))


def _check(check: Check, found: Mapping[str, int], allowed: Mapping[str, int]) -> tuple[Cell, ...]:
    counts = (found.get(check.id, 0), allowed.get(check.id, 0))
    return (
        Cell(text(check.id)),
        Cell(text(check.title.replace("`", ""))),
        Cell(text(check.severity), float(list(SEVERITIES).index(check.severity))),
        *(Cell(text(str(count)), float(count)) for count in counts),
    )


def _counts(findings: Iterable[Finding]) -> dict[str, int]:
    found: dict[str, int] = {}
    for finding in findings:
        found[finding.check] = found.get(finding.check, 0) + 1
    return found


def listed(numbers: Iterable[int]) -> Text:
    """Links to findings by their numbers."""
    links = (text(Link(str(n), finding_anchor(n), f"Finding {n}")) for n in numbers)
    return joined(links, ", ")
