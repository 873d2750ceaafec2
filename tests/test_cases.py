"""The cases beside the shipped scenario: other states and topics, by the same rules."""

from __future__ import annotations

import functools
import re
from pathlib import Path

import pytest

from advisor import api
from advisor.loader import load_base, load_scenario, load_with_parents, scenario_names
from advisor.model.grades import HOLDS
from advisor.reasoning.building import build
from advisor.reasoning.evaluate import Outcome, firing_grade, outcome
from advisor.testing import expectations

ROOT = Path(__file__).parent.parent
BASE = load_base()
BESIDE = [name for name, path in scenario_names(BASE).items() if path.parent.name == "cases"]
CASES = [name for name in BESIDE if load_scenario(BASE, name).extends is None]
CHECKS = ["among-disputes", "among-powers", "among-traders"]


@functools.cache
def settled(name: str) -> Outcome:
    """A scenario with all that follows from it."""
    scenario = load_scenario(BASE, name)
    return outcome(scenario, build(scenario))


def clients(result: Outcome) -> set[str]:
    """Everybody to whom a scenario could give advice."""
    templates = result.scenario.base.templates
    return {str(one.values[0]) for one in result.graph.instances if templates[one.template].advice}


def test_there_are_cases_enough():
    """Six cases and more, each with a what-if of its own."""
    assert len(CASES) >= 6
    extended = {load_scenario(BASE, name).extends for name in BESIDE}
    assert set(CASES) <= extended


def test_a_dispute_is_told_to_those_whose_advice_may_turn_on_it():
    """Whether Sweden supports a group decides advice to Turkey, and none to Sweden."""
    told = {
        client: [
            note for note in api.advise(settled("nato-entry"), client).notes if "disputed" in note
        ]
        for client in ("sweden", "turkey")
    }
    assert told["sweden"] == []
    [note] = told["turkey"]
    assert note.startswith("It is disputed whether Sweden supports the PKK: ")


@pytest.mark.parametrize("name", CASES)
def test_a_case_is_sourced(name):
    """Fifteen to forty facts; what no source of the case says is marked as ours."""
    scenario = load_scenario(BASE, name)
    own = set(scenario.base.sources) - set(BASE.sources)
    assert 15 <= len(scenario.facts) <= 40
    assert len(own) >= 5
    for each in own:
        source = scenario.base.sources[each]
        assert source.title
        assert source.author
        assert source.dated
        assert source.reliability
        assert source.passages
    for fact in scenario.facts.values():
        assert fact.reading == "ours" or fact.citations or fact.against, fact.instance
        assert {one.source for one in fact.citations} <= own


@pytest.mark.parametrize("name", CASES)
def test_a_case_knows_what_its_client_wants(name):
    """The client has interests, and which come first is said and cited."""
    scenario = load_scenario(BASE, name)
    held = scenario.interests[scenario.client]
    first = [one for one in held if one.priority == 1]
    assert first
    assert all(one.citations for one in first)


@pytest.mark.parametrize("name", BESIDE)
def test_a_case_gives_advice_and_does_not_flood(name):
    """Three pieces of advice to the client of a case, and twenty at most to anybody."""
    result = settled(name)
    counts = {one: len(api.advise(result, one).recommendations) for one in clients(result)}
    assert counts[result.scenario.client] >= (3 if name in CASES else 1)
    assert max(counts.values()) <= 20


@pytest.mark.parametrize("name", BESIDE)
def test_a_case_is_said_in_english(name):
    """No sentence has a gap, a doubled word, or braces left in it."""
    result = settled(name)
    for client in clients(result):
        for one in api.advise(result, client).recommendations:
            for said in (one.says, one.because, *(caveat.because for caveat in one.caveats)):
                assert not re.search(r"[{}]|  | [,.]|\b(\w+) \1\b", said), said


def test_no_rule_is_for_one_case_alone():
    """A rule that holds in a case also holds in another one, in a check, or in a shipped one."""
    found: dict[str, set[str]] = {}
    for result, _ in expectations.evaluated(load_with_parents(BASE)):
        family = result.scenario.name
        while (above := load_scenario(BASE, family).extends) is not None:
            family = above
        for firing in result.graph.firings:
            if firing_grade(firing, result.grades)[0] >= HOLDS:
                found.setdefault(firing.rule.id, set()).add(family)
    assert [rule for rule, where in found.items() if len(where) < 2 and where & set(CASES)] == []


@pytest.mark.parametrize("name", CHECKS)
def test_the_invented_states_say_what_holds_and_what_does_not(name):
    """A check among invented states expects every piece of advice, given or withheld."""
    result = settled(name)
    named = {one.what for one in result.scenario.expectations if one.kind in {"given", "withheld"}}
    assert {
        str(one) for one in result.graph.instances if BASE.templates[one.template].advice
    } <= named
