"""Turns the findings of an audit into sections: by severity, each with its witness."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from advisor.audit.check import Check
from advisor.audit.finding import (
    SEVERITIES,
    CycleWitness,
    EvidenceWitness,
    Finding,
    Place,
    RulesWitness,
    ScenarioWitness,
    Witness,
)
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


def numbered(report: Report) -> dict[str, list[int]]:
    """The numbers of the findings about each rule, those that are accepted after the others."""
    found: dict[str, list[int]] = {}
    for number, one in enumerate((*report.audit.findings, *report.audit.allowed), 1):
        for rule in one.rules:
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
    audit = report.audit
    rules = {rule.id for rule in report.rules}
    parts: list[Section] = []
    for severity, meaning in SEVERITIES.items():
        found = [(n, one) for n, one in enumerate(audit.findings, 1) if one.severity == severity]
        parts += _part(f"{severity}s", f"{severity.capitalize()}s", meaning, found, rules)
    allowed = list(enumerate(audit.allowed, 1 + len(audit.findings)))
    meaning = "The author has looked at these and lets them stand, each for the reason given."
    parts += _part("accepted", "Accepted", meaning, allowed, rules)
    blocks = () if audit.findings else (Paragraph(text("Nothing was found that is not accepted.")),)
    return Section("findings", "Findings", blocks, tuple(parts))


def _part(
    anchor: str,
    title: str,
    meaning: str,
    found: Sequence[tuple[int, Finding]],
    rules: Iterable[str],
) -> Iterator[Section]:
    if found:
        parts = tuple(_finding(number, one, rules) for number, one in found)
        blocks = (Paragraph(text(meaning), "aside"),)
        yield Section(anchor, f"{title} ({len(found)})", blocks, parts)


def _finding(number: int, one: Finding, rules: Iterable[str]) -> Section:
    pairs: list[tuple[str, tuple[Text, ...]]] = []
    if one.allowed is not None:
        pairs.append(("Accepted", (text(one.allowed),)))
    pairs.append(("At", tuple(_place(place, rules) for place in one.places)))
    pairs.append(("See", tuple(_place(place, rules) for place in one.related)))
    pairs.append(("Check", (text(Link(one.check, check_anchor(one.check))),)))
    blocks = (
        Paragraph(text(Strong(english.sentence(one.message)))),
        Terms(tuple((label, texts) for label, texts in pairs if texts)),
        *_witness(one.witness),
    )
    return Section(finding_anchor(number), f"{number}. {one.check}", blocks)


def _place(place: Place, rules: Iterable[str]) -> Text:
    name: Inline = place.name
    if place.kind == "rule" and place.name in rules:
        name = Link(place.name, rule_anchor(place.name))
    return text(f"{place.kind} ", name, f", {place.where}")


def _witness(witness: Witness) -> Iterator[Block]:
    yield Paragraph(text(Strong("Witness. "), english.sentence(witness.shows)))
    match witness:
        case ScenarioWitness():
            yield Code(witness.text, "The fact file of the witness")
            if witness.same_as is not None:
                yield Paragraph(text("The same advice as in:"), "plain")
                yield Code(witness.same_as, "The fact file with the same advice")
        case RulesWitness(substitution=found) if found:
            says = (f"{one.variable} stands for {one.stands_for}" for one in found)
            yield Bullets(tuple(map(text, says)))
        case CycleWitness(steps=lines) | EvidenceWitness(seen=lines) if lines:
            yield Bullets(tuple(map(text, lines)))


def checks(report: Report) -> Section:
    """The checks that were run, with how much each found."""
    found = _counts(report.audit.findings)
    allowed = _counts(report.audit.allowed)
    rows = tuple(_check(one, found, allowed) for one in report.checks)
    heads = ("Check", "What it looks for", "Severity", "Found", "Accepted")
    says = (
        f"{counted(len(rows), 'check').capitalize()} ran. `advisor audit --explain CHECK` "
        "tells of one what it does, why it matters, and what to do."
    )
    anchors = tuple(check_anchor(one.id) for one in report.checks)
    table = Table("check-table", "The checks, and what they found", heads, rows, anchors)
    return Section("checks", "What was looked for", (Paragraph(text(says), "aside"), table))


def _check(one: Check, found: Mapping[str, int], allowed: Mapping[str, int]) -> tuple[Cell, ...]:
    counts = (found.get(one.id, 0), allowed.get(one.id, 0))
    return (
        Cell(text(one.id)),
        Cell(text(one.title.replace("`", ""))),
        Cell(text(one.severity), float(list(SEVERITIES).index(one.severity))),
        *(Cell(text(str(count)), float(count)) for count in counts),
    )


def _counts(findings: Iterable[Finding]) -> dict[str, int]:
    found: dict[str, int] = {}
    for one in findings:
        found[one.check] = found.get(one.check, 0) + 1
    return found


def listed(numbers: Iterable[int]) -> Text:
    """Links to findings by their numbers."""
    links = (text(Link(str(n), finding_anchor(n), f"Finding {n}")) for n in numbers)
    return joined(links, ", ")
