"""Turns the findings of an audit into sections: by severity, each with its witness."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Final

from advisor.audit.check import Check
from advisor.audit.finding import SEVERITIES, Finding, Place, Witness
from advisor.audit.report import Report
from advisor.audit.run import Audit
from advisor.audit.score import Survivor, unnoticed
from advisor.model import english
from advisor.model.errors import Location
from advisor.render.report.audit_words import FindingGroup, files, groups
from advisor.render.report.document import (
    Block,
    Bullets,
    Cell,
    Code,
    Inline,
    Link,
    Notice,
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

_SHOWN: Final = 3  # findings of a check, on a screen
_LINES: Final = 60  # findings in all, there
WITNESSED: Final = 100  # findings of a check, on a page, that are told with their witnesses
_SURVIVORS: Final = 3  # mutants that nothing notices, there
_BESIDE: Final = {  # what is counted apart: the anchor, and what it is
    "allowed": (
        "accepted",
        "The author has looked at these and lets them stand, each for the reason given.",
    ),
    "elsewhere": (
        "elsewhere",
        "These are about what the scenarios that were named neither say nor reach.",
    ),
}


def numbered(report: Report) -> dict[str, list[int]]:
    """The numbers of the findings about each rule."""
    found: dict[str, list[int]] = {}
    for number, finding in enumerate(report.audit.listed(every=True), 1):
        for rule in finding.rules:
            found.setdefault(rule, []).append(number)
    return found


def finding_anchor(number: int) -> str:
    """Where a finding stands in the document."""
    return f"finding-{number}"


def check_anchor(check: str) -> str:
    """Where a check stands in the table of checks."""
    return f"check-{check}"


At = Callable[[Location], Location] | None  # how a place is called; as it is, if None


def first(result: Audit, *, every: bool, at: At) -> Iterator[Section]:
    """How many of each check, then each finding in a line: a few of a check, new ones first."""
    checks: dict[tuple[str, str], list[tuple[int, Finding]]] = {}
    for group in groups(result, every=every):
        for number, finding in group.findings:
            checks.setdefault((group.name, finding.check), []).append((number, finding))
    counts = tuple((_counted(key[0], len(of)), (text(key[1]),)) for key, of in checks.items())
    blocks: list[Block] = [Terms(counts)] if counts else []
    room = _LINES
    for (kind, check), found in checks.items():
        found.sort(key=lambda numbered: not result.is_new(numbered[1]))
        shown = found[: min(_SHOWN, room)]
        room -= len(shown)
        for number, finding in shown:
            blocks.append(_notice(number, finding, kind, at, result, more=()))
        if len(found) > len(shown):
            says = f"and {len(found) - len(shown)} more of {check}"
            blocks.append(Paragraph(text(says if shown else f"{kind}[{check}] {says}"), "aside"))
    if blocks:
        yield Section("findings", "Findings", tuple(blocks))


def groups_of(
    result: Audit, *, every: bool, at: At, rules: Collection[str] = ()
) -> Iterator[Section]:
    """What was found, gravest first, each with its witness; `rules` are those to link to."""
    for group in groups(result, every=every):
        anchor, meaning = _BESIDE.get(group.name, (f"{group.name}s", group.meaning))
        opened = _opened(group) if rules else {number for number, _ in group.findings}
        if len(opened) < len(group.findings):
            meaning += f" Of a check the first {WITNESSED} are told with their witnesses here; "
            meaning += "--only CHECK --long has those of all."
        notices = tuple(
            _notice(
                number,
                finding,
                group.name,
                at,
                result,
                more=tuple(_more(finding, at, rules)) if number in opened else (),
            )
            for number, finding in group.findings
        )
        yield Section(anchor, group.title, (Paragraph(text(meaning), "aside"), *notices))


def _opened(group: FindingGroup) -> set[int]:
    """The numbers of the first findings of each check."""
    count: Counter[str] = Counter()
    found = set()
    for number, finding in group.findings:
        count[finding.check] += 1
        found |= {number} if count[finding.check] <= WITNESSED else set()
    return found


def survivors(result: Audit, *, at: At, long: bool) -> Iterator[Section]:
    """The mutants that no expectation notices and that are no findings: a few, or all of them.

    At length each has the scenario that would show it, where one was found.
    """
    told = {finding.message for finding in result.listed(every=True)}
    tried = result.mutation.survivors if result.mutation else ()
    found = [survivor for survivor in tried if unnoticed(survivor.says) not in told]
    if not found:
        return
    which = "this change" if len(found) == 1 else "each of these changes"
    lead = f"With {which} alone, every expectation is met as before."
    blocks: list[Block] = [Paragraph(text(lead), "aside")]
    if long:
        blocks += [_survivor(survivor, at) for survivor in found]
    else:
        lines = [text(english.sentence(survivor.says)) for survivor in found[:_SURVIVORS]]
        if len(found) > len(lines):
            lines.append(text(f"and {len(found) - len(lines)} more"))
        blocks.append(Bullets(tuple(lines)))
    yield Section("survivors", f"Unnoticed changes ({len(found):,})", tuple(blocks))


def _survivor(one: Survivor, at: At) -> Notice:
    where = at(one.place.where) if at else one.place.where
    lead = Paragraph(text("A scenario that shows it:"))
    more = (lead, Code(one.scenario, "The fact file")) if one.scenario else ()
    return Notice("", where, "unnoticed", "note", text(english.sentence(one.says)), more)


def section(report: Report) -> Section:
    """What was found, gravest first, and then what the base accepts."""
    rules = {rule.id for rule in report.rules}
    parts = tuple(groups_of(report.audit, every=True, at=report.at, rules=rules))
    nothing = Paragraph(text("Nothing was found that is not accepted."))
    return Section("findings", "Findings", () if report.audit.findings else (nothing,), parts)


def _counted(kind: str, count: int) -> str:
    return f"{count} {kind}" if kind in _BESIDE else english.counted(count, kind)


def _notice(
    number: int, finding: Finding, kind: str, at: At, result: Audit, more: tuple[Block, ...]
) -> Notice:
    """A finding in a line, at its first place."""
    where = finding.places[0].where
    said = english.sentence(finding.message)
    said += f" Allowed: {english.sentence(finding.allowed)}" if finding.allowed else ""
    return Notice(
        anchor=finding_anchor(number),
        where=at(where) if at else where,
        label=f"{kind}[{finding.check}]",
        kind=kind,
        text=text(*((Strong("New."), " ") if result.is_new(finding) else ()), said),
        more=more,
    )


def _more(finding: Finding, at: At, rules: Collection[str]) -> Iterator[Block]:
    """Where else to look, and the witness."""
    for place in finding.places[1:]:
        yield _see(place, "also", at, rules)
    for place in finding.related:
        yield _see(place, "see", at, rules)
    if rules:
        pairs = [("Check", (text(Link(finding.check, check_anchor(finding.check))),))]
        pairs += [("Rules", (_rules(finding, rules),))] if finding.rules else []
        yield Terms(tuple(pairs))
    yield from _witness(finding.witness)


def _rules(finding: Finding, rules: Collection[str]) -> Text:
    named: list[Inline] = [
        Link(rule, rule_anchor(rule)) if rule in rules else rule for rule in finding.rules
    ]
    return joined((text(name) for name in named), ", ")


def _see(place: Place, label: str, at: At, rules: Collection[str]) -> Notice:
    """Where else to look."""
    linked = place.kind == "rule" and place.name in rules
    name: Inline = Link(place.name, rule_anchor(place.name)) if linked else place.name
    where = at(place.where) if at else place.where
    return Notice("", where, label, "see", text(f"{place.kind} ", name))


def _witness(witness: Witness) -> Iterator[Block]:
    yield Paragraph(text(Strong("Witness."), " ", english.sentence(witness.shows)))
    for lead, file in files(witness):
        if lead:
            yield Paragraph(text(lead))
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
        f"{counted(len(rows), 'check').capitalize()} ran. advisor audit --explain CHECK "
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
