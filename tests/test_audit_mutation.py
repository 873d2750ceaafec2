"""Mutants: evaluated on a part of the graph they come out as on all of it, and the score holds."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from strategies import Features, cases

from advisor import loader
from advisor.audit import mutation
from advisor.audit.mutants import applied, mutants
from advisor.model.records import AtLeast
from advisor.reasoning.evaluate import evaluate, given_grades, outcome
from advisor.reasoning.graph import JustificationGraph, build
from advisor.testing import expectations
from advisor.testing.coverage import coverage

DOCS = Path(__file__).parent.parent / "docs" / "mutation.md"


@given(cases(Features(advised=True)))
def test_a_mutant_is_what_it_would_be_if_all_were_evaluated(case):
    """Only what is downstream of the rule is derived anew, and it comes to the same grades."""
    graph = build(case.scenario, case.extra)
    world = mutation._World(outcome(case.scenario, graph))
    for mutant in mutants(case.scenario.base):
        attempt = mutation._Attempt(mutant)
        found = attempt.outcome(world)
        whole = applied(graph, mutant)
        whole = JustificationGraph(whole._facts, whole.firings, whole._matcher)
        wanted = evaluate(whole, given_grades(whole, case.scenario), found.scenario.withdrawn)
        assert (found.grades.lower, found.grades.upper) == (wanted.lower, wanted.upper)
        if not attempt.touches(world):
            assert found.grades.lower == world.case.grades.lower
            assert found.grades.upper == world.case.grades.upper


@given(cases(Features(advised=True, exceptions=False, defaults=False)))
def test_a_condition_that_counts_as_passed_only_adds(case):
    """Without exceptions, a rule with one condition fewer supports no fact less."""
    graph = build(case.scenario, case.extra)
    world = mutation._World(outcome(case.scenario, graph))
    for mutant in mutants(case.scenario.base):
        if mutant.kind == "passed":
            after = mutation._Attempt(mutant).outcome(world).grades.lower
            pairs = zip(after, world.case.grades.lower, strict=True)
            assert all(now >= before for now, before in pairs)


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
    """At least nine in ten mutants are noticed; docs/mutation.md has the numbers and survivors."""
    result = mutation.trial(*shipped)
    assert 10 * result.killed >= 9 * result.total
    text = DOCS.read_text()
    assert f"{result.killed} of {result.total}" in text
    listed = re.findall(r"^\| ((?:.+? of )?the rule .+?) \|", text, re.MULTILINE)
    assert listed == [one.says for one in result.survivors]


def of_kinds(base):
    """The mutants of a base as rule, kind and part."""
    return [(one.rule, one.kind, one.part) for one in mutants(base)]


def test_every_rule_and_condition_has_its_mutants(shipped):
    """A rule is withdrawn once; each condition is passed once, but for what a caveat qualifies."""
    base, _ = shipped
    found = of_kinds(base)
    assert len(set(found)) == len(found)
    assert {one for one, kind, _ in found if kind == "withdrawn"} == {r.id for r in base.rules}
    counts = sum(isinstance(one, AtLeast) for r in base.rules for one in r.premises)
    assert counts
    assert ("closer-through-shared-causes", "passed", 1) in found
    assert ("reassure-the-unsettled", "passed", 0) not in found
    assert ("reassure-the-unsettled", "passed", 1) in found
    assert ("watch-by-default", "passed", 1) in found


def test_what_cannot_show_is_no_mutant(shipped):
    """No rule is weakened where its grade is no higher anyway, or leads to caveats alone."""
    weakened = {one for one, kind, _ in of_kinds(shipped[0]) if kind == "weakened"}
    assert "growth-pulls-into-corridor" not in weakened
    assert "reassure-the-unsettled" not in weakened
    assert "signal-unsettles-the-reserved" not in weakened
    assert "surplus-meets-shortage" in weakened
