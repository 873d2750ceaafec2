"""Turns results into Markdown; text from a base is data, so its markup is spelled out."""

from __future__ import annotations

import re
from collections.abc import Sequence

from advisor.answers.whatif import Shift, WhatIf
from advisor.render.terminal.whatif import HEADINGS, by_kind, following, lead, says, side_by_side

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~&!]|^[-+=])")
_NUMBERED = re.compile(r"^(\d+)([.)])")
_ADDRESS = re.compile(r":(?=//)|(?<=www)\.|@", re.IGNORECASE)  # GitHub makes links of these


def plain(text: str) -> str:
    """Text that reads in Markdown as it is, on one line."""
    escaped = _SPECIAL.sub(r"\\\1", " ".join(text.split()))
    return _ADDRESS.sub(r"\\\g<0>", _NUMBERED.sub(r"\1\\\2", escaped))


def what_if(scenario: str, comparisons: Sequence[WhatIf], *, every: bool) -> str:
    """Comparisons as Markdown: several side by side in a table, then each by itself."""
    lines = ["# What if", "", f"Compared with {plain(scenario)}.", ""]
    if len(comparisons) > 1:
        lines += [*_table(comparisons), ""]
    for comparison in comparisons:
        lines += _comparison(comparison, every=every)
    return "\n".join(lines).rstrip() + "\n"


def _table(comparisons: Sequence[WhatIf]) -> list[str]:
    lines = ["| advice | " + " | ".join(plain(c.title) for c in comparisons) + " |"]
    lines.append("|---" * (len(comparisons) + 1) + "|")
    for name, kinds in side_by_side(comparisons).items():
        cells = " | ".join(HEADINGS[kind].lower() for kind in kinds)
        lines.append(f"| {plain(name)} | {cells} |")
    return lines


def _comparison(comparison: WhatIf, *, every: bool) -> list[str]:
    lines = [f"## {plain(comparison.title)}", ""]
    if comparison.about:
        lines += [plain(comparison.about), ""]
    lines += [*(f"- Change: {plain(change)}" for change in comparison.changes), ""]
    for kind, shifts in by_kind(comparison, every=every):
        lines += [f"### {HEADINGS[kind]}", ""]
        for shift in shifts:
            lines += _shift(shift)
        lines.append("")
    return lines


def _shift(shift: Shift) -> list[str]:
    lines = [f"- **{plain(shift.says)}** ({plain(shift.before)} → {plain(shift.after)})"]
    lines += [f"  - caveat gained: {plain(caveat)}" for caveat in shift.caveats_gained]
    lines += [f"  - caveat lost: {plain(caveat)}" for caveat in shift.caveats_lost]
    for cause in shift.causes:
        lines.append(f"  - because of the change: {plain(cause.says)}")
        for step in following(cause):
            grades = f"{step.before} → {step.after}; rule {step.rule}"
            lines.append(f"    - {lead(step)}: {plain(says(step))} ({grades})")
    return lines
