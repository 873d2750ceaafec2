"""The reference of the commands, and their completion in the shell."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from advisor import cli
from advisor.cli.formats import page
from advisor.cli.reference import reference

DOCS = Path(__file__).parent.parent / "docs"
ADVISOR = Path(sys.executable).parent / "advisor"


def completed(words: str, shell: str = "bash") -> list[str]:
    """What the Tab key offers after these words, the last of which is completed."""
    done = asked(shell, "complete", COMP_WORDS=words, COMP_CWORD=str(len(words.split(" ")) - 1))
    return [line.split(",")[1] for line in done.stdout.splitlines() if line]


def asked(shell: str, what: str, **more: str) -> subprocess.CompletedProcess[str]:
    """What the program tells a shell that completes."""
    env = {**os.environ, "_ADVISOR_COMPLETE": f"{shell}_{what}", **more}
    command = [str(ADVISOR)] if ADVISOR.exists() else [sys.executable, "-m", "advisor"]
    return subprocess.run(command, capture_output=True, text=True, env=env, timeout=60, check=False)


def test_the_reference_is_current():
    """docs/commands.md is what `python -m advisor.cli.reference` writes today."""
    assert (DOCS / "commands.md").read_text() == reference()


def test_the_page_on_json_is_current():
    """docs/json.md is what `python -m advisor.cli.formats` writes today."""
    assert (DOCS / "json.md").read_text() == page()


def test_the_reference_has_every_command_and_option():
    """Each command has a section, and each of its options a row there."""
    sections = re.split(r"^## advisor ", reference(), flags=re.MULTILINE)[1:]
    found = {section.split("\n")[0]: section for section in sections}
    assert found.keys() == cli.commands().keys()
    for name, command in cli.commands().items():
        for one in command.params:
            assert one.opts[-1] in found[name] or one.param_type_name == "argument"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_gets_its_script(shell):
    """The line that the reference gives for a shell prints a script, and nothing else."""
    if shell == "bash" and shutil.which("bash") is None:
        pytest.skip("click asks bash for its version")
    assert f"_ADVISOR_COMPLETE={shell}_source advisor" in reference()
    done = asked(shell, "source")
    assert (done.returncode, done.stderr) == (0, "")
    assert f"_ADVISOR_COMPLETE={shell}_complete" in done.stdout


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("advisor con", ["consult"]),
        ("advisor wh", ["what-if", "why-not"]),
        ("advisor advise --fo", ["--for", "--format"]),
        ("advisor advise --format t", ["terminal"]),
        ("advisor xyz", []),
    ],
)
def test_words_are_completed(words, offered):
    """Commands, options and legal values are offered by how they begin."""
    assert completed(words) == offered
