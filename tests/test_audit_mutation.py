"""Mutants: each comes out as if all were matched anew, and what is said of them holds."""

from __future__ import annotations

import html
import re
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from strategies import Features, cases
from test_audit import audited, written

from advisor import loader
from advisor.audit import mutation
from advisor.audit.check import named
from advisor.audit.equivalence import Equivalence
from advisor.audit.finding import ScenarioWitness
from advisor.audit.killing import Cases, seen
from advisor.audit.mutants import OPERATORS, PASSED, applied, changed_base, drawn, mutants
from advisor.audit.mutation import TriedMutant, World
from advisor.audit.operators import OF_RULES
from advisor.audit.witness import Stage
from advisor.model import english
from advisor.model.budget import Budget, Late, grant, left, limited
from advisor.model.records import Rule
from advisor.reasoning.building import build
from advisor.reasoning.evaluate import outcome
from advisor.reasoning.seminaive import SemiNaive
from advisor.testing import expectations
from advisor.testing.coverage import coverage

DOCS = Path(__file__).parent.parent / "docs" / "mutation.md"


def world_of(case) -> World:
    """A random scenario that leaves nothing open, by itself."""
    scenario = msgspec.structs.replace(case.scenario, complete=True)
    return World(outcome(scenario, build(scenario)), SemiNaive(scenario.base))


def supported(case) -> dict[str, tuple[int, int]]:
    """The bounds of whatever has any support."""
    bounds = zip(case.graph.instances, case.grades.lower, case.grades.upper, strict=False)
    return {str(instance): (low, high) for instance, low, high in bounds if high > 0}


@settings(max_examples=20)
@given(cases(Features(advised=True)))
def test_a_mutant_is_what_it_would_be_if_all_were_matched_anew(case):
    """One rule is matched anew over what is possible, and that comes to the same."""
    world = world_of(case)
    for mutant in drawn(list(mutants(world.base, [world.case.scenario])), 12):
        attempt = TriedMutant(mutant)
        found = attempt.outcome(world)
        if mutant.operator != PASSED:
            base = changed_base(world.base, mutant.now) if mutant.now else world.base
            changed = msgspec.structs.replace(applied(world.case.scenario, mutant), base=base)
            assert supported(found) == supported(outcome(changed, build(changed))), mutant.says
        if not attempt.touches(world):
            assert supported(found) == supported(world.case), mutant.says


@settings(max_examples=20)
@given(cases(Features(advised=True)))
def test_what_is_proved_to_change_nothing_changes_nothing(case):
    """The advice of a mutant that is taken for an equivalent is that of the base."""
    world = world_of(case)
    equivalence = Equivalence(world.base)
    for mutant in mutants(world.base):
        if equivalence.proved(mutant):
            assert seen(TriedMutant(mutant).outcome(world)) == seen(world.case), mutant.says


@settings(max_examples=20)
@given(cases(Features(advised=True)))
def test_no_mutant_is_what_it_is_made_from(case):
    """Each operator changes the record, in place: the id, the order and the rest stay."""
    base = case.scenario.base
    rules = {rule.id: rule for rule in base.rules}
    for rule in base.rules:
        for vary in OF_RULES.values():
            for variation in vary(base, rule):
                assert variation.now != rule
                assert (variation.now.id, variation.now.title) == (rule.id, rule.title)
    for mutant in mutants(base):
        assert mutant.operator in OPERATORS
        assert mutant.rule is None or mutant.rule in rules


def test_a_survivor_comes_with_a_scenario_that_shows_it(tmp_path):
    """What the fact file leads to is other with the mutant than without, when it is loaded."""
    folder = written("clean/bakery", tmp_path / "base")
    base = loader.load_base(folder)
    shown = 0
    cases_of = Cases(Stage(base))
    for mutant in mutants(base):
        witness = cases_of.witness(mutant)
        if witness is None:
            continue
        shown += 1
        scenario = loader.load_scenario(base, "-", witness.text.encode())
        case = outcome(scenario, build(scenario))
        world = World(case, SemiNaive(scenario.base))
        assert seen(TriedMutant(mutant).outcome(world)) != seen(case), mutant.says
    assert shown >= 5


def test_each_row_of_a_table_of_cases_is_tried_by_itself(tmp_path):
    """What the last of them alone can notice is noticed, though they stand in one file."""
    folder = written("clean/cases-that-hold-what-is", tmp_path / "base")
    for name in ("quiet", "full", "strike"):
        (folder / "facts" / f"{name}.yaml").unlink()
    base = loader.load_base(folder)
    outcomes = expectations.evaluated(loader.load_with_parents(base))
    sites = mutation.sites_of(outcomes)
    assert len({site.world.case.scenario.where for site in sites}) == len(sites) == 4
    passed = (m for m in mutants(base) if m.operator == PASSED and m.rule == "queue-is-demand")
    assert mutation.noticed(next(m for m in passed if m.part == 0), sites)


def test_the_score_says_what_was_not_tried(tmp_path, run):
    """Of more mutants than are asked for some are drawn, always the same, and the rest is said."""
    folder = written("clean/bakery", tmp_path / "base")
    first, again = (audited(folder, named(["surviving-mutant"])) for _ in range(2))
    assert first == again
    tried = first.mutation.mutants + first.mutation.equivalent
    assert (
        tried
        == first.mutation.made
        == sum(each.killed + each.equivalent + each.survived for each in first.mutation.operators)
    )
    _, few, _ = run("audit", "--only", "surviving-mutant", "--mutants", "3", "--base", str(folder))
    assert f"mutants drawn from {tried} are noticed" in " ".join(few.split())
    _, long, _ = run(
        "audit", "--only", "surviving-mutant", "--mutants", "3", "--long", "--base", str(folder)
    )
    assert f"{tried - 3} more were not tried (--mutants all)" in " ".join(long.split())
    code, _, wrong = run("audit", "--mutants", "some", "--base", str(folder))
    assert code == 2
    assert "'some' is neither a number nor 'all'" in wrong


def test_survivors_are_told_where_they_are_read(tmp_path, run):
    """A line each of the first on a screen; at length each once, with a scenario that shows it."""
    folder = written("clean/bakery", tmp_path / "base")
    asked = ("audit", "--only", "surviving-mutant", "--base", str(folder))
    score = audited(folder, named(["surviving-mutant"])).mutation
    _, screen, _ = run(*asked)
    assert f"Unnoticed changes ({len(score.survivors)})" in screen
    assert f"- and {len(score.survivors) - 3} more" in screen
    assert "shop-1" not in screen
    _, long, _ = run(*asked, "--long")
    page = html.unescape(run(*asked, "--format", "html")[1])
    for one in score.survivors:
        says = english.sentence(one.says)
        assert long.count(says) == 1
        assert page.count(says) == 1
        assert all(line.strip() in long for line in one.scenario.splitlines())


def test_a_survivor_that_is_a_finding_is_told_once(tmp_path, run):
    """A finding has the scenario for its witness, and is not listed again among the survivors."""
    folder = written("surviving-mutant/two-ways", tmp_path / "base")
    found = audited(folder, named(["surviving-mutant"]))
    told = [one for one in found.findings if isinstance(one.witness, ScenarioWitness)]
    assert told
    texts = {one.scenario for one in found.mutation.survivors}
    assert {one.witness.text for one in told} <= texts
    _, long, _ = run("audit", "--only", "surviving-mutant", "--long", "--base", str(folder))
    for one in found.findings:
        assert " ".join(long.split()).count(one.message.removeprefix("no ")) == 1


def test_mutants_that_there_is_no_time_for_are_said(tmp_path, run, monkeypatch):
    """Where time is up the rest is reported, with how many mutants were left and what to do."""
    folder = written("clean/bakery", tmp_path / "base")
    tried = []

    def tires(mutant, sites):
        if len(tried) == 4:
            raise Late("time")
        tried.append(mutant)
        return False

    monkeypatch.setattr(mutation, "noticed", tires)
    monkeypatch.setattr(mutation, "conclude", lambda: "time is up; allow more with --time-limit")
    code, out, _ = run("audit", "--mutants", "all", "--base", str(folder), "--long")
    said = " ".join(out.split())
    assert code == 0
    assert "0 of 4 mutants are noticed by an expectation" in said
    assert "more were not tried (there was no time)" in said
    assert "Mutants that nothing notices: time is up; allow more with --time-limit: 1" in said
    assert "fit with reservations" in said


def test_more_mutants_are_given_more_time():
    """The time that is given by default grows with the mutants asked for; a limit set stays."""
    with limited(Budget()):
        before = left()
        grant(100)
        assert left() > before + 50
    with limited(Budget(seconds=10)):
        grant(100)
        assert left() <= 10


@pytest.fixture(scope="module")
def shipped():
    """The shipped base with the outcomes of its scenarios."""
    base = loader.load_base()
    return base, expectations.evaluated(loader.load_with_parents(base))


def test_the_shipped_base_is_covered(shipped):
    """Every rule fires and is withheld, every condition decides, all advice is given somewhere."""
    base, evaluated = shipped
    found = coverage(base, [case for case, _ in evaluated])
    assert not found.uncovered


def test_the_mutation_score_of_the_shipped_base(shipped):
    """At least nineteen in twenty of a sample are noticed; docs/mutation.md has all mutants."""
    result = mutation.trial(*shipped, 120)
    assert 20 * result.killed >= 19 * result.total
    killed, of = map(int, re.search(r"(\d+) of (\d+) are noticed", DOCS.read_text()).groups())
    assert 20 * killed >= 19 * of


def test_a_swapped_variable_that_estranges_the_partner_is_noticed(shipped):
    """That the rival is the one whose goodwill is at stake is not left to the reader to see."""
    base, evaluated = shipped
    swapped = [
        mutant
        for mutant in mutants(base)
        if mutant.operator == "variables swapped" and mutant.rule == "balance-the-rival"
    ]
    assert any("'partner' and 'rival' exchanged" in mutant.says for mutant in swapped)
    sites = [site for site in mutation.sites_of(evaluated) if site.expected]
    assert all(isinstance(mutant.now, Rule) for mutant in swapped)
    assert all(mutation.noticed(mutant, sites) for mutant in swapped)
