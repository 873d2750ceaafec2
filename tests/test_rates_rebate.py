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
