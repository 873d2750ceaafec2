"""What is excluded by what was said is entailed; only the rest of silence is an assumption."""

from __future__ import annotations

import pytest
from strategies import base_of, fact, pattern, rule, scenario_of, template

from advisor import api
from advisor.evaluate import outcome
from advisor.graph import build
from advisor.model import Instance

NEED = template("need", "A", asks=("?",))
EATS = template("eats", "A", "B", key=(0,), asks=("?",))
SEES = template("sees", "A", "A", distinct=(0, 1), asks=("?",))
ATTACK = template("attack", "A", asks=("?",))
RAID = template("raid", "A", "A", asks=("?",))
HOSTILE = template("hostile", "A")
FAR = template("far", "A")
GO = template("go", "A", first="client", advice=True)
TEMPLATES = [NEED, EATS, SEES, ATTACK, RAID, HOSTILE, FAR, GO]
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
