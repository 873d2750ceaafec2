"""Turns what a check says of itself into Markdown: its page in docs/checks/."""

from __future__ import annotations

from advisor.audit.check import FAMILIES, Check


def check(of: Check) -> str:
    """What a check says of itself: its page in docs/checks/."""
    lines = [f"# {of.id}", "", of.title, ""]
    lines += [f"Severity: {of.severity}. Family: {of.family} ({FAMILIES[of.family]}).", ""]
    for heading, text in of.sections.items():
        lines += [f"## {heading}", "", text, ""]
    return "\n".join(lines).rstrip() + "\n"
