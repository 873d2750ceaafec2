"""The world base: its script makes what is shipped, and what is shipped can be relied on."""

from __future__ import annotations

import collections
import csv
import datetime
import functools
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

import advisor
from advisor.audit.checks import flooding_rule
from advisor.loader import load_base, load_scenario, own_scenarios, scenario_heads
from advisor.model.grades import GRADE_OF
from advisor.model.scenarios import Scenario
from advisor.reasoning import engines

ROOT = Path(__file__).parent.parent
WORLD = ROOT / "facts" / "world"
SAMPLE = ROOT / "tests" / "world"  # of both editions as they are packed: six states, some fields
BODIES = ROOT / "docs" / "world" / "bodies.csv"
BASE = load_base()
EURASIAN = ("armenia", "belarus", "kazakhstan", "kyrgyzstan", "russia")
Rows = list[dict[str, str]]


def table(path: Path) -> Rows:
    """The rows of a CSV file."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@functools.cache
def world(name: str) -> Scenario:
    """A fact file of the world."""
    return load_scenario(BASE, name)


def test_the_page_tells_what_was_changed():
    """docs/world.md has each change with its authority, as docs/world/reviewed.csv has them."""
    names = {row["body"]: row["name"].removeprefix("the ") for row in table(BODIES)}
    page = (ROOT / "docs" / "world.md").read_text(encoding="utf-8")
    for row in table(ROOT / "docs" / "world" / "reviewed.csv"):
        told = f"| {row['change']} | {row['since']} | {row['authority']} |"
        assert re.search(
            rf"^\| {row['edition']} \| {names[row['body']]} \| .* {re.escape(told)}$", page, re.M
        )
    counts = {
        name: str(len(table(WORLD / f"{name}.csv")))
        for name in ("places/landlocked", "places/has-coast", "places/neighbours")
    }
    for count in counts.values():
        assert count in page


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """What the script makes of the sample, twice."""
    folders = [tmp_path_factory.mktemp("world") for _ in range(2)]
    for out in folders:
        command = [sys.executable, "docs/world", SAMPLE / "2026", SAMPLE / "2015", out]
        subprocess.run(command, cwd=ROOT, check=True)
    return folders


def test_the_script_makes_what_is_shipped(made):
    """Of the states of the sample it writes the rows that are shipped, and the same again."""
    files = {path.relative_to(made[0]) for path in made[0].rglob("*") if path.is_file()}
    shipped = {path.relative_to(WORLD) for path in WORLD.rglob("*") if path.is_file()}
    assert files == shipped
    for name in files:
        assert (made[0] / name).read_bytes() == (made[1] / name).read_bytes()
        if name.suffix == ".csv" and name.stem != "market-share":  # a share of all that is exported
            rows = table(made[0] / name)
            assert [row for row in rows if row not in table(WORLD / name)] == []
    counts = {name.stem: len(table(made[0] / name)) for name in files if name.parent.name == "2026"}
    assert counts["takes-part"] == 30
    assert counts["net-imports"] == 12


def test_each_number_can_be_looked_up():
    """What is shipped of the sample's states names a place that is there, and its text."""
    for year, source in (("2026", "factbook-2026"), ("2015", "factbook-2015")):
        found = 0
        for path in (WORLD / year).glob("*.csv"):
            for row in table(path):
                file, _, pointer = row["locator"].partition("#/")
                if row["source"] != source or not (SAMPLE / year / file).exists():
                    continue
                here = json.loads((SAMPLE / year / file).read_text(encoding="utf-8"))
                for name in pointer.split("/"):
                    here = here[name.replace("~1", "/").replace("~0", "~")]
                assert here
                found += 1
        assert found > 80


@pytest.mark.parametrize("year", ["2015", "2026"])
def test_each_body_has_the_members_that_its_own_list_has(year):
    """So many states take part in each body as its list has; corrections name an authority."""
    counts = collections.Counter(row["forum"] for row in table(WORLD / year / "takes-part.csv"))
    bodies = table(BODIES)
    assert counts == {row["body"]: n for row in bodies if (n := int(row[f"in_{year}"]))}
    assert len(counts) >= 25
    states = {row["state"] for row in table(ROOT / "docs" / "world" / "states.csv")}
    for row in table(ROOT / "docs" / "world" / "reviewed.csv"):
        assert row["edition"] in {"2015", "2026"}
        assert row["body"] in {one["body"] for one in bodies}
        assert row["state"] in states
        assert len(row["authority"].split()) >= 4


@pytest.mark.parametrize(
    ("instance", "standing"),
    [
        ("takes-part(india, sco)", "stated"),
        ("takes-part(iran, sco)", "stated"),
        ("takes-part(belarus, sco)", "stated"),
        ("takes-part(qatar, opec)", "denied"),
        ("takes-part(ecuador, opec)", "denied"),
        ("takes-part(angola, opec)", "denied"),
        ("takes-part(united-kingdom, eu)", "denied"),
        ("takes-part(india, oecd)", "denied"),
        ("takes-part(chile, oecd)", "stated"),
        ("takes-part(sweden, nato)", "stated"),
        ("takes-part(mali, ecowas)", "denied"),
        ("takes-part(armenia, csto)", "denied"),
        ("takes-part(timor-leste, asean)", "stated"),
        ("takes-part(indonesia, brics)", "stated"),
    ],
)
def test_bodies_are_as_they_are_now(instance, standing):
    """What the edition has wrong of the bodies is put right, and what it has right stays."""
    facts = {str(one): fact for one, fact in world("world-2026").facts.items()}
    assert facts[instance].standing == standing
    assert facts[instance].citations


def test_bodies_were_then_as_they_were():
    """What the older edition has wrong of its own day is put right there, and nowhere else."""
    then, now = (
        {str(one): fact.standing for one, fact in world(name).facts.items()}
        for name in ("world-2015", "world-2026")
    )
    for instance, before, since in (
        ("takes-part(syria, arab-league)", "denied", "stated"),  # back since 2023
        ("takes-part(guinea-bissau, african-union)", "stated", "denied"),
        ("takes-part(uzbekistan, csto)", "denied", None),
        ("takes-part(india, oecd)", "denied", "denied"),
        ("takes-part(chile, oecd)", "stated", "stated"),
        ("takes-part(south-sudan, igad)", "stated", "stated"),
        ("takes-part(armenia, eaeu)", "stated", "stated"),
        ("takes-part(qatar, opec)", "stated", "denied"),
    ):
        assert (then.get(instance), now.get(instance)) == (before, since)


def test_every_state_is_there_once():
    """Each has a code of its own, a region, a coast or none, and a name that is no other's."""
    states = [one for one in world("world-2026").base.entities.values() if one.type == "State"]
    assert len({one.code for one in states}) == len(states) == 196
    assert len({one.name for one in states}) == len(states)
    told = collections.Counter(
        one.values[0]
        for one in world("world-2026").facts
        if one.template in {"landlocked", "has-coast"}
    )
    placed = [one.values[0] for one in world("world-2026").facts if one.template == "lies-in"]
    ids = {one.id for one in states}
    assert told == collections.Counter(placed) == collections.Counter(ids)


@pytest.mark.parametrize(
    ("name", "date"),
    [("world-2026", datetime.date(2026, 2, 4)), ("world-2015", datetime.date(2015, 11, 1))],
)
def test_age_costs_grade(name, date):
    """A number three years old is likely at most, one six years old has an even chance."""
    seen = set()
    for instance, fact in world(name).facts.items():
        if fact.as_of is None or instance.template in {"takes-part", "allied"}:
            continue
        age = date.year - int(fact.as_of) - 1
        bound = GRADE_OF[
            "almost certain" if age < 3 else "likely" if age < 6 else "roughly even chance"
        ]
        assert fact.grade is not None
        assert fact.grade <= bound, str(instance)
        seen.add(bound)
    assert len(seen) >= 2


def test_editions_that_differ_are_in_dispute():
    """Two values of one number are; and no number is corroborated, as both are of one origin."""
    scenario = world("world-editions")
    facts = {str(one): fact for one, fact in scenario.facts.items()}
    for instance in (
        "net-imports(pakistan, natural-gas, 0)",
        "net-imports(pakistan, natural-gas, 24.4)",
        "takes-part(united-kingdom, eu)",
        "takes-part(guinea, ecowas)",  # unclear now: an old list is no second source for it
        "takes-part(sudan, igad)",
    ):
        assert facts[instance].standing == "disputed"
    stated = [one for one in facts if facts[one].standing == "stated"]
    assert {one for one in stated if scenario.corroborates(facts[one])} == {
        *(f"takes-part({state}, eaeu)" for state in EURASIAN),  # from its own list for 2015 alone
        "takes-part(gabon, african-union)",  # which both lists have, the reviewed one again
        "takes-part(moldova, cis)",  # still a member by treaty
        "takes-part(south-sudan, igad)",
        "takes-part(taiwan, apec)",
    }


def test_what_is_there_to_extend_is_no_scenario_by_itself():
    """`test`, `audit` and `diff` pass it over, and the list of scenarios says so."""
    ready = {head.name for head in scenario_heads(BASE) if head.to_extend}
    world_ = {"world", "world-2015", "world-2026", "world-editions"}
    assert ready == {*world_, "pakistan-russia-data"}
    assert not ready & set(own_scenarios(BASE))


def test_no_rule_floods_a_state_of_the_world(tmp_path):
    """What all states have in common gives none of them more advice than can be acted on."""
    everybody = [row["state"] for row in table(ROOT / "docs" / "world" / "states.csv")]
    common = "".join(f"  - combats({state}, terrorism)\n" for state in everybody)
    file = tmp_path / "everybody.yaml"
    file.write_text(f"extends: world-2026\ntitle: Everybody\nfacts:\n{common}", encoding="utf-8")
    with engines.often():
        given = flooding_rule.given(advisor.load(str(file)))
    assert len({client for _, client in given}) >= 15
    assert {pair: pieces for pair, pieces in given.items() if pieces > flooding_rule.MOST} == {}


def test_it_is_small():
    """All of it is under two megabytes, as it lies in the wheel before packing."""
    assert sum(path.stat().st_size for path in WORLD.rglob("*") if path.is_file()) < 2_000_000


TABLED = {"factbook-2015", "factbook-2026", "m49"}  # the sources of the tables


def test_the_claims_of_the_article_are_looked_up_in_the_data():
    """docs/claims.md names claims that the scenario makes and rows that are there, and judges each
    as the checked scenario does: by the sources of the tables alone, and by all of them."""
    page = (ROOT / "docs" / "claims.md").read_text(encoding="utf-8")
    rows = [line.strip("| ").split(" | ") for line in page.splitlines() if line.startswith("| `")]
    claims = {
        one.fact.instance: one
        for one in advisor.claims(world("pakistan-russia-checked"), "article")
    }
    there = {str(one) for one in world("world-2015").facts}
    for claim, data, by_tables, by_all in rows:
        one = claims[claim.strip("`")]
        named = re.findall(r"`([^`]+)`", data)
        assert {*named} <= there
        assert one.verdict == by_all
        tabled = TABLED & {source.source for source in one.others}
        assert by_tables == (one.verdict if tabled else "not in the data")
        assert named or by_tables == "not in the data"
    assert {row[2] for row in rows} == {"corroborated", "contradicted", "not in the data"}
    counts = collections.Counter(one.verdict for one in claims.values())
    assert (
        f"{len(claims)} claims: {counts['contradicted']} contradicted, {counts['corroborated']}"
        f" corroborated and {counts['alone']} in no other source"
    ) in page


def test_rows_of_tables_stand_beside_the_claims_that_are_read_from_them():
    """What the case takes of the tables are rows of `world-2015` about its own states, unchanged,
    and a claim that is cited to such a place has the rows of that place with it."""
    data, shipped = world("pakistan-russia-data"), world("world-2015")
    taken = {one: fact for one, fact in data.facts.items() if fact.where.file.endswith(".csv")}
    assert len(taken) > 50
    for instance, fact in taken.items():
        same = shipped.facts[instance]
        assert {one.source for one in same.citations} <= {one.source for one in fact.citations}
        assert not {*instance.values} & {"germany", "opec"}
    found = advisor.claims(world("pakistan-russia-checked"), "article", ["growth-tied"])
    assert [one.data for one in found] == [
        (
            "Russia's exports to China are worth 2.1% of its output",
            "7.5% of Russia's exports go to China",
        )
    ]
