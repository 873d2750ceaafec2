"""Turns what a check says of itself into text for a terminal or a pipe."""

from __future__ import annotations

from rich.console import Console

from advisor.audit.check import FAMILIES, Check
from advisor.render.terminal.page import Page


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
