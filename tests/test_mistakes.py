"""Mistakes of an author: each is caught, and the table of docs/auditing.md says by what."""

from __future__ import annotations

import os
import re

import pytest
from mistakes import MISTAKES, PAGE, START, caught, copied, found

NIGHTLY = os.environ.get("HYPOTHESIS_PROFILE") == "nightly"
SAMPLE = ("the caveat names the partner as its own rival", "a template is misspelt")
TRIED = [m for m in MISTAKES if NIGHTLY or m.says in SAMPLE]


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    """A copy of the shipped base, and what the audit finds there without any mistake."""
    folder = copied(tmp_path_factory.mktemp("mistakes"))
    return folder, found(folder) if NIGHTLY else frozenset()


def told() -> dict[str, str]:
    """What the page says catches each mistake."""
    table = PAGE.read_text(encoding="utf-8").partition(START)[2]
    return dict(re.findall(r"^\| (.+?) \| (load|test|audit|diff|nothing) \|$", table, re.MULTILINE))


@pytest.mark.parametrize("mistake", TRIED, ids=lambda mistake: mistake.says)
def test_a_mistake_is_caught(base, mistake):
    """By what the page says: all in the nightly run, in the ordinary one the famous and a slip."""
    folder, known = base
    assert caught(mistake, folder, known) == told()[mistake.says]


def test_every_mistake_is_in_the_table_and_caught():
    """Thirty at least; all are caught, and at least 27 before anybody compares two versions."""
    by = told()
    assert list(by) == [mistake.says for mistake in MISTAKES]
    assert len(by) >= 30
    assert "nothing" not in by.values()
    assert sum(name != "diff" for name in by.values()) >= 27
