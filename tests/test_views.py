"""Every view of a case fits a screen, and is what `views/` holds: in a terminal and in a pipe.

Each file of `views/` has commands with what they print, over the shipped base or one of `bases/`:
at 60, 80 and 140 columns of a terminal, and in a pipe. After a deliberate change, REWRITE_VIEWS=1
writes them anew: read the difference before you commit it. To add one, write down its command.
"""

from __future__ import annotations

import functools
import os
import re
import shlex
import subprocess
import sys
import threading
from pathlib import Path

import pytest

import advisor
from advisor import cli

VIEWS = sorted((Path(__file__).parent / "views").glob("*.txt"))
REWRITE = os.environ.get("REWRITE_VIEWS") == "1"
STYLES = re.compile("\x1b\\[[0-9;]*m|\x1b\\]8;[^\x1b]*\x1b\\\\")  # and links
BUDGETS = {  # lines at 80 columns on the shipped base
    "advise": (40, [[]]),
    "explain": (25, [[str(number)] for number in range(1, 15)]),
    "why-not": (25, [[name] for name in ("invite-visit", "open-channel", "plan-corridor")]),
    "what-if": (
        25,
        [
            ["groundwork-done"],
            ["ties-with-russia-break"],
            ["us-no-superpower"],
            ["energy-from-a-sanctioned-supplier"],
            ["--deny", "shortage(pakistan, energy)"],
        ],
    ),
    "stress": (45, [[], ["2"], ["groundwork-done"], ["14"]]),
    "flip": (30, [*([str(number)] for number in range(1, 15)), ["invite-visit"]]),
}


@pytest.fixture(scope="module")
def shared():
    """`advisor.load` that loads and matches each case once for all commands here."""
    return functools.cache(advisor.load)


@pytest.fixture
def run(shared, monkeypatch, capfd):
    """Runs a command over the shared case in a pipe, of so many columns; gives what it printed."""
    monkeypatch.setattr(advisor, "load", shared)
    for name in ("ADVISOR_BASE", "FORCE_COLOR", "TERM", "ACCESSIBLE", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)

    def run_(columns: int | None, *args: str) -> str:
        monkeypatch.delenv("COLUMNS", raising=False)
        if columns is not None:
            monkeypatch.setenv("COLUMNS", str(columns))
        assert cli.run(list(args)) in {0, 1}
        out, err = capfd.readouterr()
        assert not err
        return out

    return run_


def on_a_terminal(columns: int, *args: str) -> str:
    """What a command prints on a terminal of so many columns, without its colours."""
    ours, its = os.openpty()
    parts: list[bytes] = []

    def read() -> None:
        while True:
            try:
                part = os.read(ours, 4096)
            except OSError:  # as nobody has the other end any more
                return
            if not part:
                return
            parts.append(part)

    reader = threading.Thread(target=read)
    reader.start()
    stdout, environ = sys.stdout, dict(os.environ)
    os.environ.update(TERM="xterm", COLUMNS=str(columns), PAGER="cat", ADVISOR_PAGER="cat")
    try:
        with open(its, "w", encoding="utf-8") as sys.stdout:  # noqa: PTH123 - a descriptor
            assert cli.run(list(args)) in {0, 1}
    finally:
        sys.stdout = stdout
        os.environ.clear()
        os.environ.update(environ)
        reader.join(30)
        os.close(ours)
    return STYLES.sub("", b"".join(parts).decode().replace("\r\n", "\n"))


def played(command: str, run) -> str:
    """What a line of a view's file prints: "COLUMNS=60 advisor ..." or "advisor ... | cat".

    Any other is of a shell, and makes what those after it are run on.
    """
    if "advisor" not in command:
        subprocess.run(["sh", "-c", command], check=True)
        return ""
    columns, name = command.partition("advisor")[::2]
    words = shlex.split(name.removesuffix(" | cat"))
    if command.endswith(" | cat"):
        return run(None, *words)
    return on_a_terminal(int(columns.removeprefix("COLUMNS=")), *words)


@pytest.mark.parametrize("path", VIEWS, ids=lambda path: path.stem)
def test_a_view_is_the_same_to_the_byte(path, run, monkeypatch, tmp_path):
    """What each command prints is what its file says, and no line of it is wider than it may be."""
    (tmp_path / "bases").symlink_to(Path(__file__).parent / "bases")
    monkeypatch.chdir(tmp_path)
    text = path.read_text(encoding="utf-8")
    again = []
    for command in re.findall(r"^\$ (.*)$", text, re.MULTILINE):
        shown = played(command, run)
        assert "Traceback" not in shown
        again.append(f"$ {command}\n{shown}")
    if REWRITE:
        path.write_text("\n".join(again), encoding="utf-8")
    assert "\n".join(again) == text or REWRITE


@pytest.mark.parametrize(
    ("command", "args", "most"),
    [(name, args, most) for name, (most, all_args) in BUDGETS.items() for args in all_args],
    ids=lambda value: " ".join(value) if isinstance(value, list) else str(value),
)
def test_a_view_fits_its_budget(command, args, most, run):
    """On 80 columns, each view of the shipped base takes no more lines than a screen has."""
    assert len(run(80, command, *args).splitlines()) <= most
