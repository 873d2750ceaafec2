"""README.md and docs/ keep their promises: what is shown is printed, and links lead somewhere.

A console block of the README holds commands after "$ ", each with what it printed; a line "..."
stands for lines left out. Lines after "> " are typed, ">" alone is Enter. All blocks are played in
one folder, in order, as a reader would, with the bases of the tests beside it.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
CODE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
UNWANTED = {"ADVISOR_BASE", "FORCE_COLOR", "PYTHONIOENCODING", "TERM"}


def blocks(language: str) -> list[str]:
    """The code blocks of the README in a language."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def commands() -> list[tuple[str, list[str]]]:
    """Each command of the README with the lines shown after it."""
    parts = [part for block in blocks("console") for part in re.split(r"^\$ ", block, flags=re.M)]
    split = [part.splitlines() for part in parts if part]
    return [(command, shown) for command, *shown in split]


def play(command: str, typed: list[str], folder: Path) -> list[str]:
    """The lines that a command prints in a folder; a mistake is an error."""
    kept = {name: value for name, value in os.environ.items() if name not in UNWANTED}
    path = f"{Path(sys.executable).parent}{os.pathsep}{kept['PATH']}"
    state = str(folder / "state")
    done = subprocess.run(
        ["bash", "-c", re.sub(r"^advisor ", f"{sys.executable} -m advisor ", command)],
        input="".join(f"{line}\n" for line in typed),
        capture_output=True,
        encoding="utf-8",
        cwd=folder,
        env={**kept, "PATH": path, "COLUMNS": "80", "XDG_STATE_HOME": state, "NO_COLOR": "1"},
        timeout=120,
        check=False,
    )
    assert done.stderr == "", command
    assert done.returncode in {0, 1}, command
    return [line.rstrip() for line in done.stdout.splitlines()]  # a prompt ends in a blank


def pieces(shown: list[str]) -> list[list[str]]:
    """The runs of lines between those left out."""
    found: list[list[str]] = [[]]
    for line in shown:
        if line == "...":
            found.append([])
        else:
            found[-1].append(line)
    return found


def matches(shown: list[str], true: list[str]) -> bool:
    """Whether the lines shown are the true ones, in order, with something at each gap."""
    first, *rest = pieces(shown)
    if true[: len(first)] != first or (not rest and len(true) != len(first)):
        return False
    at = len(first)
    for number, piece in enumerate(rest, start=1):
        last = number == len(rest)
        starts = range(at + 1, len(true) - len(piece) + 1)
        if last and piece:
            starts = range(max(at + 1, len(true) - len(piece)), len(true) - len(piece) + 1)
        start = next((n for n in starts if true[n : n + len(piece)] == piece), None)
        if start is None:
            return False
        at = start + len(piece)
    return True


def test_what_is_shown_is_printed(tmp_path):
    """Each command of the README prints what stands under it, but for what it says is left out."""
    for name in ("tests", "docs"):
        (tmp_path / name).symlink_to(ROOT / name)
    for command, shown in commands():
        typed = [line[2:] for line in shown if f"{line} ".startswith("> ")]
        true = play(command, typed, tmp_path)
        assert matches(shown, true), "\n".join([f"$ {command}", *true])


@pytest.mark.parametrize(
    ("shown", "true", "same"),
    [
        (["a", "b"], ["a", "b"], True),
        (["a"], ["a", "b"], False),
        (["a", "..."], ["a", "b", "c"], True),
        (["a", "..."], ["a"], False),
        (["...", "c"], ["a", "b", "c"], True),
        (["...", "b"], ["a", "b", "c"], False),
        (["a", "...", "c", "...", "e"], ["a", "b", "c", "d", "e"], True),
        (["a", "...", "d", "...", "c", "..."], ["a", "b", "c", "d", "e"], False),
    ],
)
def test_lines_left_out_are_marked(shown, true, same):
    """A gap stands for one line or more, and what is shown keeps its order."""
    assert matches(shown, true) is same


def test_every_use_has_its_example():
    """There is an example with its output of each use, and one without of what writes a file."""
    shown = {command.split()[1] for command, _ in commands() if command.startswith("advisor ")}
    uses = {"advise", "explain", "why-not", "what-if", "flip", "stress", "consult", "test", "audit"}
    assert shown >= uses | {"diff", "new", "fmt", "schema"}
    assert "advisor brief" in "".join(blocks("sh"))


def test_the_library_works_as_shown(capfd):
    """The lines of Python run, and print advice."""
    (code,) = blocks("python")
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
    assert "with Pakistan to keep ISIS from taking hold" in capfd.readouterr().out


def anchors(text: str) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    heads = re.findall(r"^#+ (.*)$", CODE.sub("", text), re.MULTILINE)
    words = (re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads)
    return set(words)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page):
    """Each relative link of a page leads to a file, and each anchor to a heading."""
    text = CODE.sub("", page.read_text(encoding="utf-8"))
    links = re.findall(r"\]\(([^)\s]+)\)", text) + re.findall(r"^\[[^\]]+\]: (\S+)$", text, re.M)
    for link in links:
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), link
        assert not anchor or anchor in anchors(target.read_text(encoding="utf-8")), link
    for name in re.findall(r"\[[^\]]+\]\[([^\]]+)\]", text):
        assert f"\n[{name}]: " in text, name
