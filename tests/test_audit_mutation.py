"""Mutants: each comes out as if all were matched anew, and what is said of them holds."""

from __future__ import annotations

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
from advisor.audit.killing import Cases, seen
from advisor.audit.mutants import OPERATORS, PASSED, applied, changed_base, drawn, mutants
from advisor.audit.mutation import Attempt, World
from advisor.audit.operators import OF_RULES
from advisor.audit.witness import Stage
from advisor.model.records import Rule
from advisor.reasoning.evaluate import outcome
from advisor.reasoning.graph import build
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
        attempt = Attempt(mutant)
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
            assert seen(Attempt(mutant).outcome(world)) == seen(world.case), mutant.says


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
        text = cases_of.text(mutant)
        if text is None:
            continue
        shown += 1
        scenario = loader.load_scenario(base, "-", text.encode())
        case = outcome(scenario, build(scenario))
        world = World(case, SemiNaive(scenario.base))
        assert seen(Attempt(mutant).outcome(world)) != seen(case), mutant.says
    assert shown >= 5


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
    assert 100 * killed >= 94 * of


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
