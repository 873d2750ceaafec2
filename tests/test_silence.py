"""What is excluded by what was said is entailed; only the rest of silence is an assumption."""

from __future__ import annotations

import io

import msgspec
import pytest
from rich.console import Console
from strategies import WHERE, base_of, compare, fact, pattern, rule, scenario_of, template

from advisor import api
from advisor.model.changes import Changes, fold
from advisor.model.records import Instance
from advisor.model.scenarios import OneOf
from advisor.reasoning.building import build
from advisor.reasoning.evaluate import outcome
from advisor.render.terminal.explanation import explanation

NEED = template("need", "A", asks=("?",))
EATS = template("eats", "A", "B", key=(0,), asks=("?",))
SEES = template("sees", "A", "A", distinct=(0, 1), asks=("?",))
ATTACK = template("attack", "A", asks=("?",))
RAID = template("raid", "A", "A", asks=("?",))
HOSTILE = template("hostile", "A")
FAR = template("far", "A")
GO = template("go", "A", first="client", advice=True)
TEMPLATES = [NEED, EATS, SEES, ATTACK, RAID, HOSTILE, FAR, GO]
AGE = template("age", "A", "number", key=(0,), asks=("?",))
YOUNG = template("young", "A")
TEMPLATES += [AGE, YOUNG]
BELOW_TWO = [
    rule(
        "y",
        [pattern("age", "$x", "$n")],
        [pattern("young", "$x")],
        comparisons=(compare("$n", "<", 2),),
    )
]
NEEDED = fact(Instance("need", ("a1",)))
CHAIN = [
    rule("h", [pattern("attack", "$x")], [pattern("hostile", "$x")]),
    rule("f", [pattern("hostile", "$x")], [pattern("far", "$x")]),
    rule("c", [pattern("far", "$x")], [pattern("hostile", "$x")]),
]
RAIDS = [rule("r", [pattern("raid", "$y", "$x")], [pattern("hostile", "$x")])]


def case(exception, facts, rules=(), **fields):
    """The outcome of advice that is given unless something is so."""
    go = rule("go", [pattern("need", "$x")], [pattern("go", "$x")], exceptions=(exception,))
    scenario = scenario_of(base_of(TEMPLATES, [go, *rules]), [NEEDED, *facts], **fields)
    return outcome(scenario, build(scenario))


def denied(name, *values):
    """A fact that a scenario denies."""
    return fact(Instance(name, values), standing="denied")


@pytest.mark.parametrize(
    ("exception", "facts", "rules", "assumed"),
    [
        (pattern("attack", "$x"), [], [], True),
        (pattern("attack", "$x"), [denied("attack", "a1")], [], False),
        (pattern("eats", "$x", "b1"), [], [], True),
        (pattern("eats", "$x", "b1"), [fact(Instance("eats", ("a1", "b2")))], [], False),
        (pattern("eats", "$x", "b1"), [fact(Instance("eats", ("a1", "b2")), 3)], [], True),
        (pattern("eats", "$x", "b1"), [fact(Instance("eats", ("a2", "b2")))], [], True),
        (pattern("sees", "$x", "$x"), [], [], False),
        (pattern("hostile", "$x"), [], CHAIN, True),
        (pattern("hostile", "$x"), [denied("attack", "a1")], CHAIN, False),
        (pattern("far", "$x"), [denied("attack", "a1")], CHAIN, False),
        (pattern("far", "$x"), [denied("attack", "a2")], CHAIN, True),
        (pattern("hostile", "$x"), [denied("raid", "a2", "a1")], RAIDS, True),
        (
            pattern("hostile", "$x"),
            [denied("raid", one, "a1") for one in ("a1", "a2", "a3")],
            RAIDS,
            False,
        ),
        (pattern("eats", "$x", None), [denied("eats", "a1", "b1")], [], True),
        (
            pattern("eats", "$x", None),
            [denied("eats", "a1", "b1"), denied("eats", "a1", "b2")],
            [],
            False,
        ),
        (pattern("young", "$x"), [], BELOW_TWO, True),
        (pattern("young", "$x"), [fact(Instance("age", ("a1", 5)))], BELOW_TWO, False),
        (pattern("young", "$x"), [fact(Instance("age", ("a1", 5)), 3)], BELOW_TWO, True),
    ],
)
def test_only_what_nothing_excludes_is_assumed(exception, facts, rules, assumed):
    """Advice, how tree, stress test and brief say the same of it."""
    result = case(exception, facts, rules)
    [one] = api.advise(result).recommendations
    assert bool(one.assumptions) == assumed
    [exempted] = one.how.derivations[0].exceptions
    assert exempted.silent == assumed
    unsaid = [
        a for a in api.stress(result).assumptions if a.reason == "nobody has said anything about it"
    ]
    assert bool(unsaid) == assumed


def test_a_withdrawn_rule_supports_nothing():
    """What only a withdrawn rule could conclude is excluded."""
    result = case(pattern("hostile", "$x"), [], CHAIN[:1], withdrawn=frozenset({"h"}))
    assert api.advise(result).recommendations[0].assumptions == ()


OTHERWISE_FED = fact(Instance("eats", ("a1", "b2")))


@pytest.mark.parametrize(
    ("exception", "facts", "ruled_out"),
    [
        (pattern("eats", "$x", "b1"), [], False),
        (pattern("eats", "$x", "b1"), [OTHERWISE_FED], True),
        (pattern("hostile", "$x"), [], False),
        (pattern("hostile", "$x"), [denied("attack", "a1")], True),
        (pattern("sees", "$x", "$x"), [], True),
    ],
)
def test_why_not_calls_entailed_what_explain_calls_entailed(exception, facts, ruled_out):
    """An exception that what is stated excludes is ruled out, and not a lack of evidence."""
    result = case(exception, facts, CHAIN)
    [told], [exempted] = exceptions_of(result)
    assert (told.status, told.ruled_out, exempted.silent) == ("held", ruled_out, not ruled_out)


def without_need(result):
    """The scenario where the need is assumed away."""
    need = msgspec.structs.replace(denied("need", "a1"), origin="assumed")
    return fold(result.scenario, Changes(facts=(need,)))[0]


def exceptions_of(result):
    """What why-not says of an exception where the need is denied, and explain where it is not."""
    [one] = api.advise(result).recommendations
    lacking = without_need(result)
    [miss] = api.why_not(outcome(lacking, result.graph), "go(a1)").misses
    told = [each for each in miss.misses[0].conditions if each.kind == "exception"]
    return told, one.how.derivations[0].exceptions


@pytest.mark.parametrize(("value", "decided"), [("a3", False), ("a1", True)])
def test_what_a_one_of_group_leaves_no_room_for_is_ruled_out(value, decided):
    """One of two values of a key holds, so that a third does not; and neither does the other one
    once one is certain."""
    owns = template("owns", "A", "A", key=(0,), asks=("?",))
    two = tuple(Instance("owns", ("a1", one)) for one in ("a1", "a2"))
    go = rule(
        "go",
        [pattern("need", "$x")],
        [pattern("go", "$x")],
        exceptions=(pattern("owns", "$x", value),),
    )
    said = [NEEDED, *(fact(one, standing="unknown") for one in two)]
    group = OneOf(title="what it owns", alternatives=two, where=WHERE)
    scenario = scenario_of(base_of([NEED, owns, GO], [go]), said, groups=(group,))
    if decided:
        scenario, _ = fold(scenario, Changes(facts=(fact(two[1]),)))
    result = outcome(scenario, build(scenario))
    [told], [exempted] = exceptions_of(result)
    assert api.advise(result).recommendations[0].assumptions == ()
    assert (told.status, told.ruled_out, exempted.silent) == ("held", True, False)


def test_a_weak_exception_is_no_lack_of_evidence():
    """What has some support is shown with it, and neither ruled out nor called silent."""
    result = case(pattern("attack", "$x"), [fact(Instance("attack", ("a1",)), 2)])
    [told], [exempted] = exceptions_of(result)
    assert (told.status, told.facts, told.ruled_out) == ("held", ("attack(a1)",), False)
    assert not exempted.silent


def test_why_not_says_what_is_stated_rules_out():
    """In words: of an exception, of a premise, and of a fact that is asked about."""
    excepted = case(pattern("eats", "$x", "b1"), [OTHERWISE_FED])
    lacking = without_need(excepted)
    found = api.why_not(outcome(lacking, excepted.graph), "go(a1)")
    assert "not in the way: what is stated rules out that eats of A1 B1" in said(found, excepted)
    eaten = rule("go", [pattern("eats", "$x", "b1")], [pattern("go", "$x")])
    scenario = scenario_of(base_of(TEMPLATES, [eaten]), [OTHERWISE_FED])
    result = outcome(scenario, build(scenario))
    words = said(api.why_not(result, "go(a1)"), result)
    assert "ruled out by what is stated: eats of A1 B1" in words
    words = said(api.why_not(result, "eats(a1, b1)"), result)
    assert "what is stated rules it out" in words


def said(found, result) -> str:
    """A why-not as a terminal shows it, on one line."""
    console = Console(width=200, record=True, file=io.StringIO())
    explanation(console, found, result.scenario.base)
    return " ".join(console.export_text().split())
