"""Tables of test cases: a CSV file whose rows are what-ifs, each with what it expects."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from advisor import loader

SMALL = Path(__file__).parent / "bases" / "small"
PARENT = """title: Harbours
client: ashby
facts: ['opened(ashby, 1990-01-01)']
cases: harbours.csv
"""
HEAD = (
    'case,"depth(ashby, ?)","weather(ashby, ?)",market-day(),'
    'dredge(ashby),"buy(ashby, brook, ?)",note'
)
CASES = f"""{HEAD}
shallow,3,calm=likely,-,yes,none,
deep,7.5,rough,yes,no,-,too deep
wrong,3,calm,unknown,no,grain,fails twice
,-,frozen,likely,no,-,
"""


@pytest.fixture
def folder(tmp_path) -> Path:
    """The small base with a table of cases."""
    base = Path(shutil.copytree(SMALL, tmp_path / "base"))
    (base / "facts" / "harbours.yaml").write_text(PARENT)
    (base / "facts" / "harbours.csv").write_text(CASES)
    return base


def test_a_cell_may_name_all_that_is_given(run, tmp_path):
    """Several values of advice in a cell are given, and no other: ties have a cell of their own."""
    wine = shutil.copytree(Path(__file__).parent / "bases" / "wine", tmp_path / "wine")
    cases = wine / "facts" / "dinners.csv"
    tied = 'turkey,tomato,strong,red,-,sweet,"gamay, riesling"'
    head, *rows = cases.read_text().splitlines()
    assert any(row.endswith(tied) for row in rows)
    short = tied.replace('"gamay, riesling"', "gamay")
    cases.write_text(f"{head}\ntied,{tied}\nshort,{short}\n")
    code, out, _ = run("test", "dinners", "--base", str(wine))
    assert code == 1 and out.startswith("1 of 3 expectations failed")
    assert "there is also: serve(guest, riesling)" in " ".join(out.split())


def test_a_row_is_a_what_if_with_what_it_expects(folder, run):
    """Rows are run with the scenario, count for coverage, and fail at their cells by name."""
    code, out, _ = run("test", "harbours", "--base", str(folder), "--format", "json")
    reports = {one["scenario"]: one["results"] for one in json.loads(out)["reports"]}
    assert code == 1
    assert list(reports) == [
        "harbours",
        "harbours/shallow",
        "harbours/deep",
        "harbours/wrong",
        "harbours/4",
    ]
    failed = [
        (name, r["where"]["line"], r["where"]["column"])
        for name in reports
        for r in reports[name]
        if not r["ok"]
    ]
    assert sorted(failed) == [("harbours/wrong", 4, 22), ("harbours/wrong", 4, 25)]
    told = run("test", "harbours", "--base", str(folder))[1]
    assert "harbours.csv:4:22: failed[withheld]" in told
    assert (
        "the rule shallow-harbour fires"
        not in run("test", "harbours", "--coverage", "--base", str(folder))[1]
    )


def test_a_case_is_a_scenario_by_its_name(folder, run):
    """A case is advised on and explained as any what-if; one that is not there is told."""
    base = loader.load_base(folder)
    case = loader.load_scenario(base, "harbours/shallow")
    assert {str(one): fact.grade for one, fact in case.facts.items()} == {
        "depth(ashby, 3)": 8,
        "opened(ashby, 1990-01-01)": 8,
        "weather(ashby, calm)": 5,
    }
    assert "edge the harbour" in run("advise", "harbours/shallow", "--base", str(folder))[1]
    code, _, err = run("advise", "harbours/shalow", "--base", str(folder))
    assert code == 2
    assert "did you mean 'harbours/shallow'?" in err


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ('"depth(ashby, ?)"\n3\n', "harbours.yaml:4:8", "names no advice"),
        ("dredge(ashby),depht(ashby)\n", "harbours.csv:1:15", "'depht(ashby)' names no fact"),
        ("dredge(ashby)\nperhaps\n", "harbours.csv:2:1", "'perhaps' is no yes, no or open"),
        ("case,dredge(ashby)\na,yes\na,no\n", "harbours.csv:3:1", "there are two cases 'a'"),
        ('dredge(ashby),"depth(ashby, ?)"\nyes,deep\n', "harbours.csv:2:5", "takes a number"),
        ('"buy(ashby, brook, ?)"\ngrian\n', "harbours.csv:2:1", "did you mean 'grain'?"),
        ("dredge(ashby)\nyes,no\n", "harbours.csv:2:5", "the row has 2 cells"),
    ],
)
def test_a_mistake_in_a_table_of_cases_is_told_at_its_cell(folder, run, text, place, words):
    """Every message has its place: in the file of cases, or where a fact file names that."""
    (folder / "facts" / "harbours.csv").write_text(text)
    code, _, err = run("test", "harbours", "--base", str(folder))
    assert code == 2
    assert place in err
    assert words in " ".join(err.split())
