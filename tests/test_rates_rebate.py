"""A benefit law with amounts: every published value that `tests/public/rates-rebate` holds.

What was published stands there as data: single cases, and a table of rates by income that gives
whole dollars. All of them are one scenario, a household each.
"""

from __future__ import annotations

import csv
import shutil
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

import pytest

import advisor
from advisor import load

LAW = Path(__file__).parent / "public" / "rates-rebate"


class Published(NamedTuple):
    """A value that was published: what follows for a household."""

    year: str
    income: str
    dependants: int
    rates: str
    what: str
    amount: Decimal
    margin: Decimal


def published() -> list[Published]:
    """All of them, the single cases first."""
    with (LAW / "published.csv").open() as file:
        found = [
            Published(
                year=row["year"],
                income=row["income"] or "0",
                dependants=int(row["dependants"]),
                rates=row["rates"],
                what=row["what"],
                amount=Decimal(row["amount"]),
                margin=Decimal(row["margin"]),
            )
            for row in csv.DictReader(file)
        ]
    with (LAW / "published-2018.csv").open() as file:
        for row in csv.DictReader(file):
            rates = row.pop("rates")
            for income, amount in row.items():
                case = ("2018", income, 0, rates, "claim-rebate", Decimal(amount), Decimal(1))
                found.append(Published(*case))
    return found


CASES = published()


@pytest.fixture(scope="module")
def law(tmp_path_factory) -> Path:
    """The law with a household for each case."""
    folder = tmp_path_factory.mktemp("law") / "base"
    shutil.copytree(LAW, folder)
    for suffix in ("", "-2018"):
        (folder / f"published{suffix}.csv").unlink()
    homes, people, facts = ["entities:", "  Home:"], ["  Person:"], ["facts:"]
    for number, case in enumerate(CASES):
        homes.append(f"    home-{number}: {{name: Home {number}}}")
        people.append(f"    owner-{number}: {{name: Owner {number}}}")
        facts += [
            f"  - rates(home-{number}, year-{case.year}, {case.rates})",
            f"  - lives-in(owner-{number}, home-{number})",
            f"  - income(owner-{number}, {case.income})",
        ]
        for child in range(case.dependants):
            people.append(f"    child-{number}-{child}: {{name: Child {number} {child}}}")
            facts.append(f"  - dependant(child-{number}-{child}, home-{number})")
    head = ["extends: terms", "title: Published values", "client: home-0"]
    lines = [*head, *homes, *people, *facts]
    (folder / "facts" / "published.yaml").write_text("\n".join(lines) + "\n")
    return folder


def test_every_published_value_is_met(law):
    """Each of the 599 values, within the margin that it was published with."""
    case = load("published", base=law)
    graph = case.graph
    found: dict[tuple[str, str], list[Decimal]] = {}
    for number, instance in enumerate(graph.instances):
        if instance.template in {one.what for one in CASES} and case.bounds(number) == (8, 8):
            home, _, amount = instance.values
            found.setdefault((instance.template, home), []).append(Decimal(amount))
    missed = []
    for number, one in enumerate(CASES):
        amounts = found.get((one.what, f"home-{number}"), [])
        amount = amounts[0] if amounts else Decimal(0)
        if len(amounts) > 1 or abs(amount - one.amount) > one.margin:
            missed.append((one, amounts))
    assert not missed
    assert len(CASES) == 599


def test_the_law_is_tested_and_sound(run):
    """Its own scenario comes out as expected, and the audit finds no error and no crash."""
    code, out, _ = run("test", "--base", str(LAW))
    assert code == 0, out
    code, out, _ = run("audit", "--base", str(LAW))
    assert "0 errors" in out


def test_withheld_amounts_of_one_kind_are_a_line(tmp_path, run):
    """Where they are more than a few: how many there are, and an id that `explain` reads."""
    shutil.copytree(LAW, tmp_path, dirs_exist_ok=True)
    perhaps = "\n".join(f"  - dependant({name}, example)=likely" for name in ("anna", "ben"))
    (tmp_path / "facts" / "more.yaml").write_text(
        f"extends: two-earners\ntitle: M\nfacts:\n{perhaps}\n  - income(cleo, 700)\n"
        "  - lives-in(cleo, example)=likely\n"
    )
    told = run("advise", "more", "--long", "--base", str(tmp_path))[1]
    case = advisor.load("more", base=tmp_path)
    number = len(advisor.advise(case).considered)
    assert number > 3
    assert f"- Claim a rebate of however many dollars for 2019/2020 ({number} of these).\n" in told
    assert told.count("Id: ") == 2
    assert "Id: claim-rebate(example, year-2020, ?)" in told
    advisor.explain(case, "claim-rebate(example, year-2020, ?)")


def test_a_brief_tells_of_numbers_apart_from_facts(run):
    """What an argument works out is no fact that it rests on; all of it is told."""
    told = run("brief", "--base", str(LAW))[1]
    assert (
        "and the most 640 dollars”, as excess = max(33500.5 - 26160, 0) = 7340.5; taken = "
        "round-down(7340.5 / 8, 1) = 917; rebate = round(min(1493.333333... - 917, 640), 0.01) = "
        "576.33; 576.33 is more than 0."
    ) in told
    assert "Anna earns some other number of dollars a year. All of the advice falls. Today" in told
