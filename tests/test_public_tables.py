"""Published decision tables, written anew, give what their publishers say they give."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from advisor import loader
from advisor.api import testing
from advisor.audit.checks import table_gap, table_overlap
from advisor.audit.subject import Subject

PUBLIC = Path(__file__).parent / "public"
PAGE = Path(__file__).parent.parent / "docs" / "tables.md"


@pytest.mark.parametrize(
    ("name", "cases"),
    [
        ("dmn", 14 * 3 + 1 + 9 + 4 * 3),
        ("ssvc", 72),
        ("early-warning", 63),
        ("stroke-score", 28),
    ],
)
def test_published_results_are_met(name, cases):
    """Each case of each file is run, expects something, and has its published result."""
    found = testing.test(loader.load_base(PUBLIC / name))
    rows = [report for report in found.reports if "/" in report.scenario]
    assert len(rows) == cases
    assert all(report.results for report in rows)
    assert found.failed == 0


def test_the_page_tells_of_every_model():
    """docs/tables.md lists each model under tests/public/dmn, and no other."""
    told = re.findall(r"^\| (\d{4})-", PAGE.read_text(), re.MULTILINE)
    base = loader.load_base(PUBLIC / "dmn")
    models = {one.locators[0] for rule in base.rules for one in rule.citations}
    assert told == [f"{model:04}" for model in sorted(models)]


def test_a_short_table_covers_what_a_long_one_does():
    """The tables of the deployer and of a score leave nothing out; unique ones do not overlap."""
    named = ("ssvc", "dmn", "early-warning", "stroke-score")
    ssvc, dmn, score, stroke = (Subject(loader.load_base(PUBLIC / name)) for name in named)
    assert list(table_gap.find(ssvc)) == []
    assert list(table_overlap.find(dmn)) == []
    assert [*table_gap.find(score), *table_overlap.find(score)] == []
    assert [*table_gap.find(stroke), *table_overlap.find(stroke)] == []
