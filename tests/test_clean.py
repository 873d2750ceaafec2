"""Nothing that disturbs a terminal is put out, whatever got in: a second wall behind the first.

Files with such characters are refused (tests/test_broken_input.py); here they are let in.
"""

from __future__ import annotations

import json
import re
import sys
import unicodedata

import pytest
from test_broken_input import written

from advisor import cli
from advisor.loader import yamlfile
from advisor.model.errors import cleaned, unprintable

UNCLEAN = "\x1b[31m\x1b[2J\x1b]0;t\x07\x7f\x9b2J\u202e\u2066\u2028\U000e0001"
QUOTED = "".join(f"\\U{ord(char):08x}" for char in UNCLEAN)
FORMATS = {
    "audit": ("terminal", "json", "markdown", "html", "sarif", "junit"),
    "brief": ("terminal", "html", "markdown", "json"),
    "diff": ("terminal", "json", "markdown"),
    "what-if": ("terminal", "json", "markdown"),
    "test": ("terminal", "json", "junit"),
}
WITH = {
    "compare": ["ashby", "brook"],
    "explain": ["buy", "--all"],
    "why-not": ["buy(brook, brook)"],
    "what-if": ["--deny", "weather(ashby, calm)"],
    "flip": ["buy"],
    "advise": ["--long"],
    "brief": ["--annex"],
    "diff": ["BASE"],
    "consult": ["--no-input"],
    "test": ["--suggest", "BASE/more"],
}
COMMANDS = [
    (command, form)
    for command in sorted({*cli.commands()} - {"new", "fmt", "schema", "help", "completion"})
    for form in FORMATS.get(command, ("terminal", "json"))
]


@pytest.fixture
def unguarded(monkeypatch, tmp_path):
    """A base with unclean characters in every text, which is let in."""
    written(tmp_path, lambda field: f'"{field} {QUOTED}"')
    monkeypatch.setattr(yamlfile, "unprintable", lambda _text: None)
    monkeypatch.setenv("ADVISOR_BASE", str(tmp_path))
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    return tmp_path


def unclean(text: str) -> set[str]:
    """The characters of a text that could disturb a terminal."""
    return {c for c in text if unicodedata.category(c) in {"Cc", "Cf", "Zl"} and c != "\n"}


@pytest.mark.parametrize(("command", "form"), COMMANDS)
def test_a_pipe_gets_nothing_unclean(unguarded, capfd, command, form):
    """No control, no direction, in any command and any format; JSON holds the same text."""
    args = [one.replace("BASE", str(unguarded)) for one in WITH.get(command, [])]
    code = cli.run([command, *args, *(["--format", form] if form != "terminal" else [])])
    out, err = capfd.readouterr()
    assert code in {0, 1, 2}
    assert code != 2 or command == "consult"
    assert not unclean(out + err)
    if form in {"json", "sarif"} and command not in {"flip", "consult", "test", "diff"}:
        assert UNCLEAN.strip() in str(json.loads(out)) or "\\x1b" in str(json.loads(out))


@pytest.mark.parametrize("command", sorted({one for one, form in COMMANDS if form == "terminal"}))
def test_a_terminal_gets_our_own_colours_alone(unguarded, capfd, monkeypatch, command):
    """Colours that stand in a text are spelled out, and the page's own stay."""
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    args = [one.replace("BASE", str(unguarded)) for one in WITH.get(command, [])]
    cli.run([command, *args])
    out, err = capfd.readouterr()
    assert "\x1b[31m" not in out.replace("\x1b[31m\\", "")
    own = "\x1b\\[[0-9;]*m|\x1b\\]8;;[^\x1b]*\x1b\\\\"  # colours, and links to places
    assert not unclean(re.sub(own, "", out) + err)
    if command in {"advise", "explain", "rules", "audit"}:
        assert "\x1b[" in out
        assert "\\x1b[2J" in out


@pytest.mark.parametrize(
    "text", ["a\nb\tc", "a\r\nb", "می\u200cخواهم", "👩\u200d🚀", "é\u00a0x", ""]
)
def test_what_files_may_hold_is_put_out_as_it_is(text):
    """Ends of line, and what words and pictures are spelled with."""
    assert cleaned(text) == text


def test_a_return_alone_is_spelled_out():
    """It would write over the line; at an end of line, as some systems have it, it is harmless."""
    assert cleaned("a\rb\r\nc\r") == "a\\rb\r\nc\r"


def test_an_end_of_line_within_an_argument_is_no_blank(capfd):
    """A blank of another kind inside an instance is refused, not silently dropped."""
    for char in ("\x85", "\u2028", "\x1c", "\x0b", "\u202e"):
        assert cli.run(["explain", f"drawing-closer(pakistan,{char}russia)"]) == 2
        assert "no instance" in capfd.readouterr().err
    assert unprintable("a\x85b") == 1
