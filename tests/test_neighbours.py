"""What a scenario declares is its own: nothing that another scenario says changes its answers."""

from __future__ import annotations

from pathlib import Path

import pytest

import advisor
from advisor import loader
from advisor.answers.advice import Adviser
from advisor.audit.check import named
from advisor.audit.run import audit
from advisor.audit.subject import Subject
from advisor.reasoning.building import outcomes
from advisor.testing import expectations

BASES = Path(__file__).parent / "bases"
NEIGHBOURS = BASES / "neighbours"
FOLDERS = {path.name: path for path in sorted(BASES.iterdir())}


@pytest.mark.parametrize("name", FOLDERS)
def test_a_test_goes_alone_as_it_goes_among_all(name: str) -> None:
    """The verdict on a scenario, with all that is told of it, is the same whoever is beside it."""
    base = loader.load_base(FOLDERS[name])
    pairs = loader.load_with_parents(base)
    together = expectations.run(pairs)
    assert together == [report for pair in pairs for report in expectations.run([pair])]
    assert expectations.run(pairs[::-1]) == together[::-1]


def test_what_fails_is_explained_alone_as_among_all(tmp_path: Path) -> None:
    """Near misses of a failed expectation are made of what the scenario itself mentions."""
    base = loader.load_base(NEIGHBOURS)
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text('title: W\nextends: plain\nexpect: {given: ["visit(ann, ann)"]}\n')
    [alone] = expectations.run(loader.load_with_parents(base, [str(wrong)]))
    among = expectations.run(
        loader.load_with_parents(base, [str(NEIGHBOURS / "facts"), str(wrong)])
    )
    assert among[-1] == alone
    assert alone.failed == 1


def test_what_ifs_go_alone_as_they_go_side_by_side() -> None:
    """Each of several what-ifs tells of its own entities in its own words."""
    base = loader.load_base(NEIGHBOURS)
    plain = loader.load_scenario(base, "plain")
    names = ["bob-of-the-hill", "open-about-cid", "bob-of-the-dale"]
    together = advisor.what_if(plain, names)
    assert [*together] == [one for name in names for one in advisor.what_if(plain, [name])]
    hill = together[0].shifts[0]
    assert (hill.instance, hill.says) == ("visit(ann, bob)", "Visit Bob of the hill.")
    assert {shift.instance for shift in together[1].shifts} == {
        "visit(ann, ann)",
        "visit(ann, cid)",
    }


def test_a_loaded_case_is_compared_as_its_scenario_is() -> None:
    """A case's own graph serves what-ifs that declare things only where it can."""
    base = loader.load_base(NEIGHBOURS)
    names = ["bob-of-the-hill", "open-about-cid"]
    case = advisor.load("plain", base=NEIGHBOURS)
    assert advisor.what_if(case, names) == advisor.what_if(
        loader.load_scenario(base, "plain"), names
    )


def test_one_name_of_two_scenarios_is_two_entities() -> None:
    """Outcomes of several scenarios say each thing as its own scenario calls it."""
    base = loader.load_base(NEIGHBOURS)
    names = ["bob-of-the-hill", "bob-of-the-dale"]
    cases = outcomes([loader.load_scenario(base, name) for name in names])
    advice = [Adviser(case, "ann").advice() for case in cases]
    assert [one.says for one in advice[0].recommendations] == ["Visit Bob of the hill."]
    assert [one.says for one in advice[1].considered] == ["Visit Bob of the dale."]


def test_the_origin_of_a_source_is_that_of_the_scenario_that_cites_it() -> None:
    """Advice with two origins in one scenario rests on no single source."""
    base = loader.load_base(NEIGHBOURS)
    pairs = loader.load_with_parents(base)
    for some in (pairs, pairs[::-1]):
        assert not audit(Subject(base, some), named(["single-source"])).findings


def test_a_what_if_that_extends_nothing_is_compared_as_it_stands(tmp_path: Path) -> None:
    """A whole scenario means the same to `advise` and to `what-if`."""
    bare = tmp_path / "bare.yaml"
    bare.write_text("title: Nothing is so\ndenied: [rested(ann)]\n")
    [found] = advisor.what_if(advisor.load("bob-of-the-hill", base=NEIGHBOURS), [bare])
    assert [(one.instance, one.kind) for one in found.shifts] == [("visit(ann, bob)", "lost")]
    assert "Nobody says any more that Bob of the hill is ill." in found.changes
    own = tmp_path / "own.yaml"
    own.write_text(
        "title: Another Bob\nentities: {Person: {bob: {name: Bob of the lake}}}\n"
        'facts: ["rested(ann)", "ill(bob)"]\n'
    )
    [found] = advisor.what_if(advisor.load("bob-of-the-dale", base=NEIGHBOURS), [own])
    assert [(one.says, one.kind) for one in found.shifts] == [("Visit Bob of the lake.", "gained")]


def test_a_what_if_tells_of_interests_and_of_another_client(tmp_path: Path) -> None:
    """Changes that bear on no advice's standing are said all the same."""
    path = tmp_path / "later.yaml"
    path.write_text("title: T\nextends: plain\nclient: brook\ninterests: {ashby: [supply]}\n")
    [found] = advisor.what_if(advisor.load(base=BASES / "small"), [path])
    assert found.changes == (
        "Safe crossings is no longer an interest of Ashby.",
        "Its own client is Brook; this is the advice to Ashby.",
    )


def test_a_scenario_may_say_that_nothing_is_so(tmp_path: Path) -> None:
    """An empty list of facts states nothing, and what was advised before is lost."""
    bare = tmp_path / "bare.yaml"
    bare.write_text("title: Nothing is so\nfacts: []\nexpect: {only: true}\n")
    assert not advisor.advise(advisor.load(bare, base=NEIGHBOURS), "ann").recommendations
    [found] = advisor.what_if(advisor.load("bob-of-the-hill", base=NEIGHBOURS), [bare])
    assert [one.kind for one in found.shifts] == ["lost"]


@pytest.mark.parametrize("start", ["letter-of-the-paper", "plain"])
def test_letters_of_one_name_stay_two(start: str) -> None:
    """Why a what-if changes the advice is found with each scenario's own letter, of each origin."""
    facts = advisor.load(start, base=NEIGHBOURS)
    [found] = advisor.what_if(facts, ["letter-from-afar"])
    [shift] = found.shifts
    assert (shift.kind, shift.after) == {
        "letter-of-the-paper": ("strengthened", "given, high confidence"),
        "plain": ("gained", "given, high confidence"),
    }[start]
    assert shift.causes
