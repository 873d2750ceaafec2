"""What differs between two bases as Markdown: the lines that a terminal gets."""

from __future__ import annotations

from advisor.difference.result import Difference
from advisor.render.report.markdown import plain
from advisor.render.terminal.difference import lines


def difference_markdown(found: Difference) -> str:
    """The same as Markdown."""
    written = [f"# Difference of {plain(found.old)} and {plain(found.new)}"]
    for line in lines(found):
        text = plain(line.label + line.text if line.level else line.text)
        if line.level == 0:
            written += ["", f"## {text}", ""]
        else:
            written.append(f"{'  ' * (line.level - 1)}- {text}")
    return "\n".join(written) + "\n"
