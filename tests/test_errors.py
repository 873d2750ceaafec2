"""Malformed input: one mistake, one message, at the right place, and every message has its test.

Each file under `errors/` holds one mistake; its first comment lines say where the file goes and
what the message must hold:

    # file: rules/extra.yaml           it replaces or adds this file of a copy of `bases/small`
    # append to: rules/sources.yaml    or its text is added to the end of that file
    # with: rules/extra.yaml           and the indented comment lines below this are another file
    # error: 7:12: there is no ...     LINE:COLUMN in the file as it stands here, and the words;
    #                                  one line for each problem, with FILE:LINE:COLUMN elsewhere
    # hint: did you mean 'shortage'?   words of the hint of the error above

A file under `errors/scenarios` is a fact file, loaded over `bases/small` as it is.
"""

from __future__ import annotations

import ast
import functools
import os
import re
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from advisor import cli, yamlfile
from advisor.errors import AdvisorError, Problem
from advisor.loader import load_base, load_scenario, parse_instance

TESTS = Path(__file__).parent
SMALL = TESTS / "bases" / "small"
ERRORS = TESTS / "errors"
CASES = sorted(path.relative_to(ERRORS).as_posix() for path in ERRORS.glob("*/*.yaml"))
ADVISOR = Path(yamlfile.__file__).parent
READING = [ADVISOR / "yamlfile.py", *sorted((ADVISOR / "loader").glob("*.py"))]

HEADER = re.compile(r"# (file|append to|with|error|hint): ?(.*)|#   ?(.*)")
ERROR = re.compile(r"(?:(?P<file>\S+\.yaml):)?(?:(?P<line>\d+|\?):(?:(?P<column>\d+): )?)? ?(?P<words>.*)")


# ------------------------------------------------------------------ the corpus


class Header:
    """What the first comment lines of a file of the corpus say."""

    def __init__(self, case: str) -> None:
        self.path = ERRORS / case
        self.file: str | None = None
        self.appended: str | None = None
        self.beside: dict[str, str] = {}
        self.errors: list[re.Match[str]] = []
        self.hints: dict[int, str] = {}
        beside = ""
        for line in self.path.read_text(encoding="utf-8").split("\n"):
            match = HEADER.fullmatch(line.rstrip("\r"))
            if match is None:
                return
            key, value, more = match.groups()
            if key is None:
                self.beside[beside] += more + "\n"
            elif key == "with":
                beside = value
                self.beside[beside] = ""
            elif key == "file":
                self.file = value
            elif key == "append to":
                self.appended = value
            elif key == "hint":
                self.hints[len(self.errors) - 1] = value
            else:
                self.errors.append(ERROR.fullmatch(value))  # type: ignore[arg-type]

    @property
    def target(self) -> str:
        """The file of the base that this one becomes or is appended to."""
        return self.file or self.appended or self.path.name


def placed(header: Header, folder: Path) -> int:
    """Copy the small base with the file in its place; returns the lines that stand above it."""
    shutil.copytree(SMALL, folder)
    for name, text in header.beside.items():
        (folder / name).write_text(text)
    target = folder / header.target
    before = target.read_bytes() if header.appended else b""
    target.write_bytes(before + header.path.read_bytes())
    return before.count(b"\n")


def raised(call: Callable[[], object]) -> tuple[Problem, ...]:
    """The problems of the AdvisorError that a call ends in."""
    with pytest.raises(AdvisorError) as caught:
        call()
    return caught.value.problems


@functools.cache
def reported(case: str) -> tuple[tuple[Problem, ...], int]:
    """What loading a file of the corpus reports, and how many lines were put above its own."""
    header = Header(case)
    if case.startswith("scenarios/"):
        base = load_base(SMALL)
        return raised(lambda: load_scenario(base, str(header.path))), 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name, "base")
        above = placed(header, folder)
        return raised(lambda: load_base(folder)), above


@pytest.mark.parametrize("case", CASES)
def test_one_mistake_is_one_problem_with_its_place_and_words(case):
    """A mistake is reported once, with file, line and column, the words promised and a hint."""
    header = Header(case)
    problems, above = reported(case)
    shown = "\n".join(f"{problem.where}: {problem.message} ({problem.hint})" for problem in problems)
    assert len(problems) == len(header.errors), shown
    for number, (problem, expected) in enumerate(zip(problems, header.errors, strict=True)):
        assert expected["words"] in problem.message, shown
        assert header.hints.get(number, "") in (problem.hint or ""), shown
        assert problem.where is not None, shown
        assert problem.where.file.endswith(expected["file"] or header.target), shown
        if expected["line"]:
            assert problem.where.line - (0 if expected["file"] else above) == int(expected["line"])
            assert problem.where.column == int(expected["column"]), shown
            assert problem.quoted is not None, shown


def test_the_small_base_is_sound():
    """What the corpus spoils has nothing wrong with it."""
    base = load_base(SMALL)
    assert load_scenario(base).name == "plain"
