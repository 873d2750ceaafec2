"""Whole dialogues, found by folder: each file of `transcripts/` is played again and must be equal.

A transcript holds one command after the other, each with all that it printed:

    $ COLUMNS=40 advisor consult the-funds --base town-grants
    (what stands on standard output, the echo of each answer after "> ")
    [stderr]
    (what stands there, if anything does)
    [exit 0]

The answers after "> " are what is fed to standard input; ">" alone is Enter, and as the last prompt
of a command the end of the input. The bases of `bases/` lie in the working folder. What differs
from run to run is masked by MASKS. After a deliberate change, REWRITE_TRANSCRIPTS=1 writes the
transcripts anew: read the difference before you commit it. To add one, write down the commands and
the answers, and have the rest written.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from advisor.consult.dialogue import COMMANDS

TESTS = Path(__file__).parent
TRANSCRIPTS = sorted((TESTS / "transcripts").glob("*.txt"))
BASES = ("bicycle", "heating-allowance", "offers", "tiny-interview", "town-grants", "weekend")
REWRITE = os.environ.get("REWRITE_TRANSCRIPTS") == "1"
MASKS = (  # each as wide as what it masks
    (r"\b20\d{6}-\d{6}-[0-9a-f]{4}\b", "20260501-120000-abcd"),
    (r"begun 20\d\d-\d\d-\d\d", "begun 2026-05-01"),
)
UNWANTED = {"ADVISOR_BASE", "COLUMNS", "FORCE_COLOR", "PYTHONIOENCODING", "TERM"}


class Played(NamedTuple):
    """A command with the lines that are typed after it."""

    command: str
    answers: list[str]


def played(text: str) -> list[Played]:
    """The commands of a transcript."""
    found = []
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        command, *lines = part.splitlines()
        answers = [line[1:].removeprefix(" ") for line in lines if re.match(r">( |$)", line)]
        if answers and not answers[-1]:
            answers.pop()
        found.append(Played(command, answers))
    return found


def masked(text: str) -> str:
    """The text without what differs from run to run."""
    for what, mask in MASKS:
        text = re.sub(what, mask, text)
    return text


def play(one: Played, folder: Path) -> str:
    """What a command prints, as a transcript has it."""
    words = shlex.split(one.command)
    at = words.index("advisor")
    changed = dict(word.split("=", 1) for word in words[:at])
    kept = {name: value for name, value in os.environ.items() if name not in UNWANTED}
    state = {"XDG_STATE_HOME": str(folder.parent / "state"), "NO_COLOR": "1", "COLUMNS": "80"}
    done = subprocess.run(
        [sys.executable, "-m", "advisor", *words[at + 1 :]],
        input="".join(f"{line}\n" for line in one.answers),
        capture_output=True,
        encoding="utf-8",
        cwd=folder,
        env={**kept, **state, **changed},
        timeout=120,
        check=False,
    )
    errors = f"[stderr]\n{done.stderr}" if done.stderr else ""
    return f"$ {one.command}\n{masked(done.stdout)}{masked(errors)}[exit {done.returncode}]\n"


@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: path.stem)
def test_the_dialogue_is_the_same_to_the_byte(path, tmp_path):
    """The commands and answers of a transcript bring what the transcript says, byte for byte."""
    folder = tmp_path / "desk"
    folder.mkdir()
    for base in BASES:
        shutil.copytree(TESTS / "bases" / base, folder / base)
    text = path.read_text(encoding="utf-8")
    again = "\n".join(play(one, folder) for one in played(text))
    if REWRITE:
        path.write_text(again, encoding="utf-8")
    assert again == text or REWRITE
    assert "Traceback" not in again
    assert "\x1b" not in again


def test_transcripts_hold_every_command():
    """Whatever can be typed at a prompt is typed in some transcript."""
    typed = [
        answer for path in TRANSCRIPTS for one in played(path.read_text()) for answer in one[1]
    ]
    words = {answer.split(" ")[0] for answer in typed}
    assert {name.split(" ")[0] for name in COMMANDS} <= words


@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: path.stem)
def test_lines_keep_to_the_window(path):
    """No line of a dialogue is wider than the window, a single long word aside."""
    width = 80
    for line in path.read_text().splitlines():
        if line.startswith("$ "):
            found = re.search(r"COLUMNS=(\d+)", line)
            width = int(found[1]) if found else 80
        elif len(line) > width and not line.startswith(("> ", "  | ", "  hint: ", "error: ")):
            assert " " not in line.strip(), line
