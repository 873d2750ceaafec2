"""Opposed advice: what the audit finds is real, smallest, and all that brute force finds."""

from __future__ import annotations

import itertools
import json

import msgspec
import pytest
from hypothesis import event, given, note
from hypothesis import strategies as st
from strategies import (
    Choices,
    base_of,
    compare,
    fact,
    pattern,
    rule,
    rule_text,
    scenario_of,
    template,
)
from test_audit import CASES, audited, written

from advisor import api, cli, loader
from advisor.audit.check import named
from advisor.audit.opposition import between_rules, through_chains
from advisor.model.changes import key_of
from advisor.model.records import Instance, Relation
from advisor.reasoning.building import build, graph_of
from advisor.reasoning.engine import Engine
from advisor.reasoning.evaluate import evaluate, outcome

GIVEN = {"g0": ("A",), "g1": ("A", "A"), "g2": ("A", "B")}
MOST = 3  # facts of a set that brute force tries


def opposed_templates():
    """Given templates, one of them with a key; derived ones; and two pieces of opposed advice."""
    found = [template(name, *sorts, asks=("asked",)) for name, sorts in GIVEN.items()]
    found[2] = template("g2", "A", "B", asks=("asked",), key=(0,))
    found += [template("l0", "A"), template("l1", "A")]
    against = Relation(other=pattern("dont", "$client"))
    found.append(template("do", "A", first="client", advice=True, opposes=(against,)))
    found.append(template("dont", "A", first="client", advice=True))
    return found


def premise(choices, names):
    """A pattern whose first term is the rule's variable."""
    name = choices.pick(names)
    first = "$x" if choices.chance(90) else "a1"
    if name == "g1":
        return pattern(name, *choices.pick([(first, "$y"), ("$y", first), (first, "a1")]))
    if name == "g2":
        return pattern(name, first, choices.pick(["b1", "b2", "$u", None]))
    return pattern(name, first)


def some_rule(choices, name, conclusion, names):
    """A rule for a conclusion about its variable, with an exception and a comparison at times."""
    patterns = [premise(choices, names) for _ in range(1 + choices.upto(1))]
    bound = {v for one in patterns for v in one.variables()}
    if "x" not in bound:
        patterns.append(pattern("g0", "$x"))
    unless = [pattern(choices.pick(["g0", *names[3:]]), "$x")] if choices.chance(30) else []
    tests = [compare("$x", "!=", "$y")] if "y" in bound and choices.chance(50) else []
    strength = choices.pick([8, 8, 8, 5, 4, 3])
    return rule(
        name,
        patterns,
        [pattern(conclusion, "$x")],
        exceptions=tuple(unless),
        comparisons=tuple(tests),
        strength=strength,
    )


@st.composite
def contradictions(draw):
    """A small base that may give opposed advice, with a one-of group at times."""
    choices = Choices(draw)
    rules = []
    for number in range(1 + choices.upto(1)):
        rules.append(some_rule(choices, f"a{number}", "l0", [*GIVEN]))
    for number in range(1 + choices.upto(1)):
        rules.append(some_rule(choices, f"b{number}", "l1", [*GIVEN, "l0"]))
    for advice in ("do", "dont"):
        for number in range(1 + choices.upto(1)):
            below = [*GIVEN, "l0", "l1"]
            rules.append(some_rule(choices, f"{advice}{number}", advice, below))
    groups = []
    if choices.chance(30):
        groups = [(Instance("g0", ("a1",)), Instance("g2", ("a1", choices.pick(["b1", "b2"]))))]
    base = msgspec.structs.replace(base_of(opposed_templates(), rules), client="a1")
    return base, groups


def all_facts(base):
    """Every given fact that relates no thing to itself."""
    things = {"A": ("a1", "a2", "a3"), "B": ("b1", "b2")}
    return [
        Instance(name, values)
        for name, sorts in GIVEN.items()
        for values in itertools.product(*(things[sort] for sort in sorts))
        if len(set(values)) == len(values)
    ]


def admissible(base, groups, facts):
    """Whether no two of the facts are of one key or of one group."""
    keys = [key for one in facts if (key := key_of(base.templates[one.template], one))]
    return len(set(keys)) == len(keys) and all(len({*facts} & {*some}) < 2 for some in groups)


def smallest(base, groups):
    """The size of a smallest set from which opposed advice follows, by trying all; None if more."""
    graph = graph_of(Engine(base), all_facts(base))
    for size in range(MOST + 1):
        for facts in itertools.combinations(all_facts(base), size):
            if admissible(base, groups, facts):
                grades = evaluate(graph, {graph.number[one]: (8, 8) for one in facts}).lower
                held = {one for n, one in enumerate(graph.instances) if grades[n] >= 4}
                done = {one.values for one in held if one.template == "do"}
                if done & {one.values for one in held if one.template == "dont"}:
                    return size
    return None


def concluding(base):
    """The rules by what they conclude."""
    names = ("do", "dont")
    return {n: tuple(r for r in base.rules if r.conclusions[0].template == n) for n in names}


@given(contradictions())
def test_a_smallest_set_is_found_where_there_is_one(case):
    """The set is admissible, `advise` shows its conflict, and brute force knows none smaller."""
    base, groups = case
    note("\n".join(map(rule_text, base.rules)))
    found = list(through_chains(base, concluding(base), groups))
    expected = smallest(base, groups)
    event(f"smallest: {expected}")
    if not found:
        assert expected is None
        return
    ((_, clash),) = found
    assert len(clash.facts) == expected or (expected is None and len(clash.facts) > MOST)
    assert admissible(base, groups, clash.facts)
    scenario = scenario_of(base, [fact(one) for one in clash.facts])
    advice = api.advise(outcome(scenario, build(scenario)), str(clash.client))
    assert {str(one) for one in clash.advice} in [{c.one, c.other} for c in advice.conflicts]


@given(contradictions())
def test_two_rules_that_conflict_are_a_conflict_of_chains_too(case):
    """What is found between two rules is real, and no smaller than what chains need."""
    base, groups = case
    direct = between_rules(base, concluding(base), groups)
    found = dict(through_chains(base, concluding(base), groups))
    for name, clashes in direct.items():
        for clash in clashes:
            assert len(found[name].facts) <= len(clash.facts)
            scenario = scenario_of(base, [fact(one) for one in clash.facts])
            assert api.advise(outcome(scenario, build(scenario)), str(clash.client)).conflicts


WITNESSED = [c for c in CASES if c.startswith(("conflicting", "uncovered"))]


@pytest.mark.parametrize("case", WITNESSED)
def test_advise_reproduces_a_witness(case, tmp_path, capfd):
    """The fact file of a witness, given to `advisor advise`, shows what the finding says."""
    folder = written(case, tmp_path / "base")
    (found,) = audited(folder, named([case.split("/")[0]])).findings
    path = tmp_path / "witness.yaml"
    path.write_text(found.witness.text)
    capfd.readouterr()
    assert cli.run(["advise", "--base", str(folder), str(path), "--format", "json"]) == 0
    advice = json.loads(capfd.readouterr().out)
    if case.startswith("uncovered"):
        assert advice["recommendations"] == []
    else:
        assert len(advice["conflicts"]) == 1


def test_the_shipped_base_never_contradicts_itself():
    """Of the opposed advice that is shipped, no certain facts give both sides."""
    base = loader.load_base()
    rules = {}
    for one in base.rules:
        for conclusion in one.conclusions:
            rules.setdefault(conclusion.template, []).append(one)
    assert not list(through_chains(base, rules, []))
