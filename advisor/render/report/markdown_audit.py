"""Turns audits, and what their checks say of themselves, into Markdown."""

from __future__ import annotations

from advisor.audit.check import FAMILIES, Check
from advisor.audit.finding import Finding, Witness
from advisor.audit.run import Audit
from advisor.model import english
from advisor.render.report.markdown import plain
from advisor.render.terminal.audit import LEFT, files, groups, left, ran, score, summary


def audit(result: Audit, *, every: bool) -> str:
    """An audit; `every` adds the findings that the base allows."""
    lines = [f"# Audit of {plain(result.title)}", ""]
    lines += [f"{summary(result)}; {ran(result)}.", ""]
    if result.mutation is not None:
        lines += [f"{score(result.mutation)}.", ""]
    for group in groups(result, every=every):
        lines += [f"## {group.title}", "", *([group.meaning, ""] if group.meaning else ())]
        for _, finding in group.findings:
            lines += _finding(finding)
    if result.unsearched:
        lines += [f"## {LEFT}", "", *(f"- {plain(line)}" for line in left(result)), ""]
    return "\n".join(lines).rstrip() + "\n"


def _finding(finding: Finding) -> list[str]:
    lines = [f"- **{finding.check}**: {plain(english.sentence(finding.message))}"]
    lines += [f"  - at {plain(str(place.where))}" for place in finding.places]
    lines += [
        f"  - see {plain(str(place.where))} ({place.kind} {plain(place.name)})"
        for place in finding.related
    ]
    lines += _witness(finding.witness)
    if finding.allowed is not None:
        lines.append(f"  - allowed: {plain(finding.allowed)}")
    return [*lines, ""]


def _witness(witness: Witness) -> list[str]:
    lines = [f"  - witness: {plain(english.sentence(witness.shows))}"]
    for lead, text in files(witness):
        lines += [*(["", f"    {lead}"] if lead else ()), *_file(text)]
    return lines + [f"    - {plain(line)}" for line in witness.lines]


def _file(text: str) -> list[str]:
    fence = "`" * max(3, _longest_run(text) + 1)
    lines = [f"{fence}yaml", *text.rstrip("\n").split("\n"), fence]
    return ["", *(f"    {line}" for line in lines)]


def _longest_run(text: str) -> int:
    """The length of the longest run of backticks in a text."""
    longest = run = 0
    for char in text:
        run = run + 1 if char == "`" else 0
        longest = max(longest, run)
    return longest


def check(of: Check) -> str:
    """What a check says of itself: its page in docs/checks/."""
    lines = [f"# {of.id}", "", of.title, ""]
    lines += [f"Severity: {of.severity}. Family: {of.family} ({FAMILIES[of.family]}).", ""]
    for heading, text in of.sections.items():
        lines += [f"## {heading}", "", text, ""]
    return "\n".join(lines).rstrip() + "\n"
