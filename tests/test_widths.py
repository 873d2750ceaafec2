"""What is written for a terminal keeps to its width, but for paths: in parts they lead nowhere.

Of each command without options tests/test_cli.py says the same, and that it says all at any width.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest
from rich.cells import cell_len

from advisor import cli

BASES = Path(__file__).parent / "bases"
WHAT_IFS = [path.stem for path in Path(cli.__file__).parents[2].glob("facts/what-if/*.yaml")]
COMMANDS = (
    ("advise", "--long"),
    ("explain", "invite-visit", "--all"),
    ("why-not", "invite-visit", "--all"),
    ("what-if", "--deny", "groundwork(pakistan, russia, north-south-pipeline)", "--all"),
    ("what-if", *sorted(WHAT_IFS), *sorted(WHAT_IFS)),
    ("flip", "invite-visit"),
    ("flip", "invite-visit", "--long"),
    ("stress", "--long"),
    ("audit", "--all", "--mutants", "3"),
    ("test",),
    ("diff", str(BASES / "weekend")),
    ("rules",),
    ("consult",),
    ("consult", "--list"),
)


def too_wide(text: str, width: int) -> list[str]:
    """The lines beyond a width, those left out that a path is in."""
    return [line for line in text.split("\n") if cell_len(line) > width and "/" not in line]


@pytest.mark.parametrize(
    ("command", "width"), [*((one, 60) for one in COMMANDS), (COMMANDS[0], 24), (COMMANDS[4], 24)]
)
def test_no_line_is_wider_than_the_terminal(command, width, capfd, monkeypatch):
    """Every view of every command, without colour and in a pipe."""
    monkeypatch.setenv("COLUMNS", str(width))
    monkeypatch.delenv("ADVISOR_BASE", raising=False)
    typed = b"?\nhelp\nwhy\nwhy\nadvice\nfacts\nsave /dev/null\nwhat-if yes\nyes\nback\nquit\n"
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(typed)))
    assert cli.run(command) in {0, 1}
    out, _ = capfd.readouterr()
    assert out
    assert not too_wide(out, width)


@pytest.mark.parametrize("name", [None, *sorted(cli.commands())])
def test_help_keeps_to_the_width(name, capfd, monkeypatch):
    """The help of every command in sixty columns."""
    monkeypatch.setenv("COLUMNS", "60")
    assert cli.run([*([name] if name else []), "--help"]) == 0
    assert not too_wide(capfd.readouterr().out, 60)
