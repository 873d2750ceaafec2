"""Other people's expert systems: the bases of the tests, each of another domain, work as meant."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

import advisor
from advisor import cli
from advisor.loader import load_base, load_with_parents
from advisor.model.records import AtLeast, KnowledgeBase, Var
from advisor.model.strata import dependencies
from advisor.testing.expectations import run

TESTS = Path(__file__).parent
FOLDERS = {path.name: path for path in sorted((TESTS / "bases").iterdir())}
FOLDERS["starter"] = TESTS.parent / "advisor" / "authoring" / "starter" / "base"


def kinds(base: KnowledgeBase) -> set[str]:
    """The kinds of slot that can be asked about."""
    asked = [template for template in base.templates.values() if template.asks]
    return {slot.kind for template in asked for slot in template.slots.values()}


@pytest.mark.parametrize("name", FOLDERS)
def test_the_expectations_hold(name):
    """Each scenario of each base leads to the advice that its author expects of it."""
    reports = run(load_with_parents(load_base(FOLDERS[name])))
    assert not [report.scenario for report in reports if report.failed]
    assert name == "small" or any(report.results for report in reports)


def test_a_diagnosis_has_a_path_of_questions():
    """The bicycle: one of several complaints, yes or no, numbers; symptom, part, repair."""
    base = load_base(FOLDERS["bicycle"])
    assert kinds(base) >= {"values", "number", "entity"}
    assert any(not t.slots and t.asks for t in base.templates.values())
    rules = {rule.id: rule for rule in base.rules}
    assert rules["patch-the-hole"].premises[0].template in base.derived


def test_an_act_has_exceptions_to_exceptions():
    """The allowance: an exception rests on another, and that on a third; dates and numbers too."""
    base = load_base(FOLDERS["heating-allowance"])
    assert kinds(base) >= {"number", "date"}
    through = {
        (rule.conclusions[0].template, exception.template)
        for rule in base.rules
        for exception in rule.exceptions
    }
    chain = ["claim", "barred-by-savings", "savings-disregarded", "large-savings", "set-aside"]
    assert set(itertools.pairwise(chain)) <= through
    compared = [c for rule in base.rules for c in rule.comparisons]
    assert any(isinstance(c.left, Var) and isinstance(c.right, Var) for c in compared)


def test_a_choice_has_grades_counts_and_routes():
    """The weekend: graded likings, two of them counted, and towns reached over any changes."""
    base = load_base(FOLDERS["weekend"])
    assert any(
        isinstance(p, AtLeast) and p.count == 2 for rule in base.rules for p in rule.premises
    )
    edges = dependencies(base.rules, base.templates)
    assert "reachable" in {step.premise for step in edges if step.conclusion == "reachable"}
    scenario, _ = load_with_parents(base, ["the-two-of-them"])[0]
    grades = {fact.grade for fact in scenario.facts.values() if fact.instance.template == "likes"}
    assert len(grades) == 4


@pytest.mark.parametrize("name", ["bicycle", "heating-allowance", "town-grants", "weekend"])
def test_the_audit_is_clean(name, capfd):
    """Nothing is found in a base of another domain, and what it accepts has its reason."""
    assert cli.run(["audit", "--fail-on", "note", "--base", str(FOLDERS[name])]) == 0
    assert "0 errors, 0 warnings and 0 notes" in capfd.readouterr().out


def test_the_audit_of_a_new_base_is_clean(tmp_path, capfd):
    """So is what `advisor new` makes."""
    assert cli.run(["new", str(tmp_path / "mine")]) == 0
    assert cli.run(["audit", "--fail-on", "note", "--base", str(tmp_path / "mine")]) == 0
    assert "0 errors, 0 warnings and 0 notes" in capfd.readouterr().out


@pytest.mark.parametrize("name", ["bicycle", "heating-allowance", "town-grants", "weekend"])
def test_a_person_has_been_advised(name):
    """A transcript of a consultation to the end is there for each of these bases."""
    commands = [path.read_text() for path in (TESTS / "transcripts").glob("*.txt")]
    said = [text for text in commands if f"--base {name} " in text.split("\n")[0]]
    assert any("Everything is settled" in text for text in said)


WAYS = {  # what holds of the car, and the repairs that it comes to; of the rest nothing is so
    ("starts", "runs-well"): ["drive-on"],
    ("starts", "sluggish"): ["fuel-line"],
    ("starts", "misfires"): ["gap"],
    ("starts", "knocks"): ["timing"],
    ("starts", "weak", "smooth"): ["go-easy"],
    ("starts", "weak", "burned"): ["go-easy", "new-points"],
    ("starts", "weak", "dirty"): ["go-easy", "clean-points"],
    ("starts",): [],
    ("turns",): ["refuel"],
    ("turns", "fuel", "smooth"): [],
    ("turns", "fuel", "burned"): ["new-points"],
    ("turns", "fuel", "dirty"): ["clean-points"],
    (): ["charge"],
    ("charged", "coil-conducts"): ["lead"],
    ("charged",): ["new-coil"],
}


def test_a_diagnosis_asks_no_more_than_it_needs():
    """Each of the fifteen ways through the car ends at its repair, after 67 questions in all."""
    base = load_base(FOLDERS["car"])
    asked = 0
    for holds, repairs in WAYS.items():
        talk = advisor.interview(base, scope=advisor.Scope())
        while talk.question is not None:
            asked += 1
            about = str(talk.question.about).partition("(")[0]
            looks = next((look for look in ("burned", "dirty") if look in holds), "smooth")
            talk.answer(looks if about == "points" else "yes" if about in holds else "no")
        given = [one.slots.get("what", one.id) for one in talk.advice().recommendations]
        assert sorted(given) == sorted(repairs), holds
    assert asked <= 67


def test_days_are_before_and_after_one_another(capfd):
    """A comparison of days is not spoken of as one of numbers."""
    folder = str(FOLDERS["heating-allowance"])
    assert cli.run(["explain", "claim", "--base", folder]) == 0
    assert "20 January 2026 is not after 31 January 2026" in capfd.readouterr().out
