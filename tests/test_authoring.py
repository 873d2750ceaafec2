"""docs/authoring.md keeps its promise: every file is written, every command run, in order.

A block of YAML under a line with a file's name is that file, or what is added to it; a console
block holds commands after "$ ", each with all that it printed. After a deliberate change
REWRITE_AUTHORING=1 writes the outputs anew: read the difference before you commit it.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

PAGE = Path(__file__).parent.parent / "docs" / "authoring.md"
FILE = re.compile(r"^\*\*`(?P<name>[^`]+)`\*\*(?P<more> continued)?\n\n```yaml\n(?P<text>.*?)^```$")
CONSOLE = re.compile(r"^```console\n(?P<text>.*?)^```$")
BLOCK = re.compile(f"{FILE.pattern}|{CONSOLE.pattern.replace('text', 'typed')}", re.M | re.S)
REWRITE = os.environ.get("REWRITE_AUTHORING") == "1"


class Desk:
    """A folder to work in, with what a shell remembers."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        state = str(folder / "state")
        self.env = {**os.environ, "PATH": path, "COLUMNS": "80", "XDG_STATE_HOME": state}
        self.env.pop("ADVISOR_BASE", None)
        self.codes: list[int] = []

    def write(self, name: str, text: str, *, more: bool) -> None:
        """A file as the page has it."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text((path.read_text() if more else "") + text)

    def run(self, command: str) -> str:
        """What a command prints to both streams."""
        if command.startswith("export "):
            name, value = command.removeprefix("export ").split("=")
            self.env[name] = value
            return ""
        done = subprocess.run(
            ["bash", "-c", command.replace("advisor ", f"{sys.executable} -m advisor ", 1)],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=self.folder,
            env=self.env,
            timeout=120,
            check=False,
        )
        assert "Traceback" not in done.stdout
        self.codes.append(done.returncode)
        return done.stdout


def played(block: re.Match[str], desk: Desk) -> str:
    """A block as the page should have it, once what it asks for is done."""
    if block["name"]:
        desk.write(block["name"], block["text"], more=bool(block["more"]))
        return block[0]
    commands = re.findall(r"^\$ (.*)$", block["typed"], re.MULTILINE)
    shown = "".join(f"$ {command}\n{desk.run(command)}" for command in commands)
    return f"```console\n{shown}```"


def test_the_page_is_true(tmp_path):
    """Followed to the letter, the page leads to what it shows."""
    page = PAGE.read_text(encoding="utf-8")
    desk = Desk(tmp_path)
    again = BLOCK.sub(lambda block: played(block, desk), page)
    if REWRITE:
        PAGE.write_text(again, encoding="utf-8")
    assert again == page or REWRITE
    assert sorted(set(desk.codes)) == [0, 1, 2]  # a failing test and a mistake among the rest


def test_every_block_is_played():
    """No block of files or commands escapes, but for how to install, which stands in the README."""
    page = PAGE.read_text(encoding="utf-8")
    [install] = re.findall(r"^```sh\n(.*?)^```$", page, re.M | re.S)
    assert page.count("```") == 2 * len(BLOCK.findall(page)) + 2
    readme = (PAGE.parent.parent / "README.md").read_text(encoding="utf-8")
    first, _, last = install.splitlines()
    assert first in readme
    assert last in readme


def files() -> dict[str, list[tuple[str, bool]]]:
    """What the page has of each file, in its order, with whether it is to be added to the last."""
    found: dict[str, list[tuple[str, bool]]] = {}
    for one in BLOCK.finditer(PAGE.read_text(encoding="utf-8")):
        if one["name"]:
            found.setdefault(one["name"], []).append((one["text"], bool(one["more"])))
    return found


def test_what_is_new_in_a_file_is_marked():
    """In a file that is shown again, the lines that were not there are marked, and no others."""
    for name, versions in files().items():
        before = None
        for text, more in versions:
            if more:
                continue
            if before is not None:
                known = {line.rstrip() for line in before.splitlines()}
                whole = False  # a block that is new as a whole
                for line in text.splitlines():
                    whole = line == "# new" or (whole and bool(line))
                    told, mark, _ = line.partition("  # new")
                    new = told.rstrip() not in known and bool(told)
                    assert whole or bool(mark) == new, f"{name}: {line}"
            else:
                assert "# new" not in text
            before = text


def test_the_page_takes_as_long_as_it_says():
    """At 200 words a minute to read, half of one for a file and a quarter for a command."""
    page = PAGE.read_text(encoding="utf-8")
    prose = BLOCK.sub("", page)
    written = [text for versions in files().values() for text, _ in versions]
    commands = re.findall(r"^\$ ", page, re.MULTILINE)
    reading = (len(prose.split()) + sum(len(text.split()) for text in written)) / 200
    copied = reading + 0.5 * len(written) + 0.25 * len(commands)
    says = "Half an hour if you copy the files from here, an hour and a quarter if you type them"
    assert says in page
    assert 20 < copied <= 30, copied
    typed = copied + sum(map(len, written)) / 150
    assert 50 < typed <= 75, typed
