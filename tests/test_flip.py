"""Flip: the smallest changes that give or take advice, against brute force, and as a command."""

from __future__ import annotations

import itertools
import json
import math
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

import jsonschema_rs
import msgspec
import pytest
from hypothesis import HealthCheck, assume, event, given, settings
from oracle import Oracle
from strategies import (
    ENTITIES,
    VALUES,
    WHERE,
    Case,
    Choices,
    Features,
    base_of,
    cases,
    fact,
    pattern,
    rule,
    scenario_of,
    template,
)
from strategies import st as draws

import advisor
from advisor import api, loader
from advisor.answers.alike import alike
from advisor.answers.flipping import flips
from advisor.answers.flips import Flips, FlipSet
from advisor.model import budget
from advisor.model.changes import Changes, fold, key_of
from advisor.model.errors import AdvisorError, Problem
from advisor.model.grades import GRADE_OF, HOLDS, with_band
from advisor.model.records import Instance
from advisor.model.scenarios import OneOf, Scenario
from advisor.reasoning import answersets
from advisor.reasoning.building import build
from advisor.reasoning.evaluate import Outcome, evaluate, given_grades, outcome, standing

TESTS = Path(__file__).parent
SMALL = TESTS / "bases" / "small"
SCHEMA = json.loads((TESTS.parent / "docs" / "schemas" / "flips-1.schema.json").read_text())
GRADES = {with_band(grade): grade for grade in range(9)}
CLASS_OF = ("low",) * 4 + ("mid",) + ("high",) * 4
MILDEST = {"low": 3, "mid": 4, "high": 5}
MOST = 3  # changes that brute force tries
FEATURES = Features(keys=True, groups=True, advised=True, exactly=True)
DRAWN = settings(suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="module")
def shipped() -> Outcome:
    """The shipped base with its default scenario."""
    return advisor.load()


# ------------------------------------------------------------------ brute force


class Move(NamedTuple):
    """A fact set to a grade, or several values of a key denied, and what becomes of all said."""

    unit: int
    facts: tuple[Instance, ...]
    classes: tuple[object, ...]  # of all facts of the unit
    said: dict[Instance, tuple[int, int]]  # the bounds of the unit's facts


def cut(bounds: tuple[int, int]) -> tuple[str, str]:
    """The class of both bounds."""
    return CLASS_OF[bounds[0]], CLASS_OF[bounds[1]]


def cone(case: Outcome, targets: list[int]) -> set[int]:
    """Everything that the targets may rest on, by raising until nothing is missing."""
    found = set(targets)
    while True:
        more = set(found)
        for firing in case.graph.firings:
            if found & set(firing.raises):
                more |= set(firing.premises)
                more |= {one for count in firing.counts for one in count.facts}
                more |= {one for group in firing.blockers for one in group}
        if more == found:
            return found
        found = more


def units(case: Outcome, targets: list[int]) -> list[set[Instance]]:
    """What one change may set: given facts, all alternatives of a group or a key together."""
    scenario, base = case.scenario, case.scenario.base
    instances = {case.graph.instances[n] for n in cone(case, targets) if case.graph.is_fact(n)}
    changeable = {one for one in instances if one.template not in base.derived}
    own = {name for name, one in base.templates.items() if one.advice or one.helper}
    changeable = {one for one in changeable if one.template not in own}
    together = [{one} for one in changeable]
    groups = [
        {*group.alternatives, *group.ruled_out} for group in (*scenario.groups, *scenario.decided)
    ]
    together += [group for group in groups if changeable & group]
    everything = set().union(*together)
    keys = {one: key_of(base.templates[one.template], one) for one in everything}
    for key in set(keys.values()) - {None}:
        together.append({one for one in everything if keys[one] == key})
    merged: list[set[Instance]] = []
    for some in together:
        touching = [one for one in merged if one & some]
        merged = [one for one in merged if not one & some] + [some.union(*touching)]
    return sorted(merged, key=sorted)


def change(scenario: Scenario, *grades: tuple[Instance, int]) -> tuple[Scenario, list[Problem]]:
    """The scenario with facts stated anew, and why that cannot be."""
    said = tuple(fact(one, grade, origin="assumed") for one, grade in grades)
    return fold(scenario, Changes(facts=said))


def set_to(scenario: Scenario, *grades: tuple[Instance, int]) -> Scenario:
    """The scenario with facts stated anew."""
    changed, problems = change(scenario, *grades)
    assert problems == []
    return changed


def moves(case: Outcome, targets: list[int]) -> list[list[Move]]:
    """For each unit, every way to set it to other classes, each way once."""
    groups = (*case.scenario.groups, *case.scenario.decided)
    alternatives = {one for group in groups for one in (*group.alternatives, *group.ruled_out)}
    found = []
    for number, members in enumerate(units(case, targets)):
        ordered = sorted(members)
        numbers = [case.graph.number[one] for one in ordered]
        by_classes: dict[tuple[object, ...], Move] = {}
        now = [given_grades(case.graph, case.scenario).get(n, (0, 0)) for n in numbers]
        tried = {one: (8,) if one in alternatives else (3, 4, 5, 8) for one in ordered}
        ways = [[(one, g)] for one in ordered for g in tried[one]]
        if alternatives.isdisjoint(members):  # values of one key: several of them may be denied
            for size in range(2, MOST + 1):
                denied = (
                    [(one, 3) for one in some] for some in itertools.combinations(ordered, size)
                )
                ways += denied
        for way in ways:
            changed, problems = change(case.scenario, *way)
            if problems:
                continue
            given = given_grades(case.graph, changed)
            said = [given.get(n, (0, 0)) for n in numbers]
            classes = tuple(map(cut, said))
            if classes != tuple(map(cut, now)):
                said_of = dict(zip(ordered, said, strict=True))
                facts = tuple(one for one, _ in way)
                by_classes.setdefault(classes, Move(number, facts, classes, said_of))
        found.append(list(by_classes.values()))
    return found


def reaches(case: Outcome, targets: list[int], to: str, chosen: tuple[Move, ...]) -> bool:
    """Whether the changes bring the advice to where it should go."""
    given = dict(given_grades(case.graph, case.scenario))
    for move in chosen:
        given |= {case.graph.number[one]: bounds for one, bounds in move.said.items()}
    grades = evaluate(case.graph, given, case.scenario.withdrawn)
    if to == "given":
        return any(grades.lower[n] >= HOLDS for n in targets)
    return all(grades.upper[n] < HOLDS for n in targets)


def brute(
    case: Outcome, targets: list[int], to: str, ways: list[list[Move]]
) -> Iterator[tuple[Move, ...]]:
    """All smallest sets of at most MOST changes that reach the goal; none where none does."""
    for size in range(MOST + 1):
        found = False
        for some in (some for n in range(size + 1) for some in itertools.combinations(ways, n)):
            for chosen in itertools.product(*some):
                if sum(len(move.facts) for move in chosen) != size:
                    continue
                if reaches(case, targets, to, chosen):
                    found = True
                    yield chosen
        if found:
            return


def family(chosen) -> dict[frozenset[object], set[frozenset[tuple[object, ...]]]]:
    """For each set of facts changed, the ways to change them: what each unit is set to."""
    found: dict[frozenset[object], set[frozenset[tuple[object, ...]]]] = {}
    for one in chosen:
        way = frozenset((move.unit, move.classes) for move in one)
        found.setdefault(frozenset(f for move in one for f in move.facts), set()).add(way)
    return found


def reported(case: Outcome, one: FlipSet, ways: list[list[Move]]) -> frozenset[tuple[object, ...]]:
    """A reported set as its units with the classes that they are set to."""
    unit_of = {fact: some[0].unit for some in ways if some for fact in some[0].said}
    by_text = {str(instance): instance for instance in case.graph.instances}
    by_unit: dict[int, list[tuple[Instance, int]]] = {}
    for change in one.changes:
        instance = by_text[change.instance]
        by_unit.setdefault(unit_of[instance], []).append((instance, GRADES[change.after]))
    found = []
    for unit, changes in by_unit.items():
        given = given_grades(case.graph, set_to(case.scenario, *changes))
        members = sorted(ways[unit][0].said)
        bounds = [given.get(case.graph.number[one], (0, 0)) for one in members]
        found.append((unit, tuple(map(cut, bounds))))
    return frozenset(found)


class Question(NamedTuple):
    """A case, and where some advice in it should go."""

    case: Outcome
    targets: list[int]
    to: str

    def __repr__(self) -> str:
        """The question as one would write it down."""
        instances = self.case.graph.instances
        targets = [str(instances[n]) for n in self.targets]
        groups = [[str(one) for one in g.alternatives] for g in self.case.scenario.groups]
        case = Case(self.case.scenario, frozenset(instances))
        return f"{case}\n  groups: {groups}\n  {targets} to be {self.to}"


@draws.composite
def flippable(draw, features: Features = FEATURES) -> Question:
    """A random case with some possible advice to one client, and where it should go."""
    choices = Choices(draw)
    case = draw(cases(features))
    graph = build(case.scenario, case.extra)
    scenario = case.scenario
    groups = (*scenario.groups, *scenario.decided)
    grouped = {one for group in groups for one in (*group.alternatives, *group.ruled_out)}
    dropped = [one for one in scenario.facts if one not in grouped and choices.chance(60)]
    if choices.chance(60):  # so that there is more to be changed
        said = {one: fact for one, fact in scenario.facts.items() if one not in dropped}
        scenario = msgspec.structs.replace(scenario, facts=said)
    if any(has_a_line(scenario, one) for one in graph.instances if one not in scenario.facts):
        # an open number stands for others too: see what flip and what-if say of it, below
        scenario = msgspec.structs.replace(scenario, complete=True)
    result = outcome(scenario, graph)
    found = [n for n in range(len(graph.instances)) if graph.template(n).advice]
    assume(found)
    first = choices.pick(found)
    targets = [first]
    if choices.chance(30):
        name = graph.instances[first].template
        targets = [n for n in graph.of_template[name] if n in found]
    given = any(result.grades.lower[n] >= HOLDS for n in targets)
    to = "withheld" if given else "given"
    if choices.chance(15):
        to = "given" if given else "withheld"
    return Question(result, targets, to)


def test_a_value_of_which_one_always_holds_may_be_certain():
    """Where anything less leaves the other values open, of a key that nobody speaks of."""
    templates = [
        template("mood", "A", "values", key=(0,), exactly=True, asks=("asked",)),
        template("do", "A", first="client", advice=True),
    ]
    calm, ready = pattern("mood", "$x", "high"), pattern("mood", "$x", "mid")
    rules = [rule("ready", [ready], [pattern("do", "$x")], exceptions=(calm,))]
    scenario = scenario_of(base_of(templates, rules), [])
    case = outcome(scenario, build(scenario))
    result = api.flip(case, "do", client="a1")
    assert [[(c.instance, c.after) for c in one.changes] for one in result.sets] == [
        [("mood(a1, mid)", "certain")]
    ]
    [shift] = api.what_if(case, assume=["mood(a1, mid)"], client="a1")[0].shifts
    assert (shift.instance, shift.kind) == ("do(a1)", "gained")


@DRAWN
@given(flippable())
def test_flips_are_all_smallest_sets_that_brute_force_finds(drawn):
    """The size and the whole family of sets are those of trying every set, so none is smaller."""
    case, targets, to = drawn
    ways = moves(case, targets)
    assume(sum(map(len, ways)) <= 45)
    result = flips(case, "advice", targets, to)
    expected = list(brute(case, targets, to, ways))
    event(f"size: {result.size}, brute force: {len(expected[0]) if expected else None}")
    if not expected:
        assert result.size is None or result.size > MOST
        return
    assert result.size == sum(len(move.facts) for move in expected[0])
    wanted = family(expected)
    assert (result.total, result.more) == (len(wanted), False)
    by_text = {str(instance): instance for instance in case.graph.instances}
    told = [frozenset(by_text[change.instance] for change in one.changes) for one in result.sets]
    assert len(set(told)) == len(told)
    assert set(told) == wanted.keys()
    for facts, one in zip(told, result.sets, strict=True):
        assert reported(case, one, ways) in wanted[facts]


def check_each_set(case: Outcome, result: Flips, targets: list[int], to: str) -> None:
    """By the oracle, each set that is found takes the targets where they are to go."""
    wanted = [case.graph.instances[n] for n in targets]
    read = [
        [(c.then, c.after, c.example or c.instance) for c in one.changes] for one in result.sets
    ]
    assert all(read.count(one) == 1 for one in read)  # no two of them read the same
    for one in result.sets[:10]:
        naive = Oracle(changed_by(case, one), extra=case.graph.instances)
        if to == "given":
            assert any(naive.lower[advice] >= HOLDS for advice in wanted)
        else:
            assert all(naive.upper[advice] < HOLDS for advice in wanted)


@DRAWN
@given(flippable())
def test_a_flip_carried_out_flips_the_advice(drawn):
    """Each set, folded in and worked out anew by a naive evaluator, reaches the goal."""
    case, targets, to = drawn
    result = flips(case, "advice", targets, to)
    check_each_set(case, result, targets, to)
    if result.size is None:
        assert result.reason
        assert result.sets == ()


@DRAWN
@given(flippable())
def test_each_change_uses_the_mildest_grade_of_its_class(drawn):
    """A fact goes to unlikely, roughly even chance or likely; an alternative to certain."""
    case, targets, to = drawn
    alternatives = {str(one) for group in case.scenario.groups for one in group.alternatives}
    for one in flips(case, "advice", targets, to).sets:
        assert len({change.instance for change in one.changes}) == len(one.changes)
        for change in one.changes:
            grade = GRADES[change.after]
            if change.instance in alternatives:
                assert grade == 8
            else:
                assert grade in MILDEST.values()


@DRAWN
@given(flippable())
def test_a_limit_below_the_size_says_how_many_are_needed(drawn):
    """--max-changes refuses larger sets and says how large the smallest are."""
    case, targets, to = drawn
    result = flips(case, "advice", targets, to, consequences=False)
    assume(result.size)
    allowed = flips(case, "advice", targets, to, limit=result.size, consequences=False)
    assert (allowed.size, allowed.total) == (result.size, result.total)
    if result.size > 1:
        less = flips(case, "advice", targets, to, limit=result.size - 1, consequences=False)
        assert (less.size, less.total, less.sets) == (None, 0, ())
        assert f"the smallest sets take {result.size} changes" in less.reason


@DRAWN
@given(flippable())
def test_only_changes_facts_of_the_templates_named(drawn):
    """--only finds the smallest of the sets that change nothing but facts of these templates."""
    case, targets, to = drawn
    ways = moves(case, targets)
    assume(sum(map(len, ways)) <= 45)
    allowed = "g0"
    result = flips(case, "advice", targets, to, only=[allowed])
    for one in result.sets:
        assert all(change.instance.startswith(f"{allowed}(") for change in one.changes)
    if any(len({one.template for move in some for one in move.facts}) > 1 for some in ways):
        return  # a group over several templates: what may be set in it is tested by hand
    left = [[m for m in some if m.facts[0].template == allowed] for some in ways]
    expected = list(brute(case, targets, to, left))
    if expected:
        assert (result.size, result.total) == (len(expected[0]), len(family(expected)))
    else:
        assert result.size is None or result.size > MOST


def has_a_line(scenario: Scenario, one: Instance) -> bool:
    """Whether an instance can be asked for and has a slot for a number or a date."""
    template = scenario.base.templates[one.template]
    return bool(template.asks) and any(s.kind in BETWEEN for s in template.slots.values())


BETWEEN = {  # numbers and dates that no rule names, on every side of those that some may name
    "number": (-2, -1, Decimal("0.5"), Decimal("0.7"), 2, Decimal("2.2"), 3, 4),
    "date": tuple(date(year, month, 1) for year in (2025, 2026, 2028) for month in (3, 4)),
}


def on_the_line(scenario: Scenario, facts: list[Instance]) -> list[Instance]:
    """The facts, and such with other numbers and dates, which nobody mentions."""
    found = dict.fromkeys(facts, True)
    for one in facts:
        template = scenario.base.templates[one.template]
        kinds = [slot.kind for slot in template.slots.values()]
        for at, kind in enumerate(kinds):
            for value in BETWEEN.get(kind, ()) if template.asks else ():
                values = [*one.values[:at], value, *one.values[at + 1 :]]
                found[template.instance(*values)] = True
    return sorted(found)


def every_fact(scenario: Scenario) -> list[Instance]:
    """The given facts that a person could be asked about, or that the scenario mentions."""
    base = scenario.base
    found = {one: True for one in scenario.facts if one.template not in base.derived}
    for one in base.templates.values():
        sorts = [slot.types or (slot.kind,) for slot in one.slots.values()]
        values = [[value for sort in some for value in VALUES[sort]] for some in sorts]
        for some in itertools.product(*values) if one.asks else ():
            i, j = one.symmetric or (None, None)
            if not one.repeats(some) and (i is None or some[i] != some[j]):
                found[one.instance(*some)] = True
    return sorted(found)


def what_ifs(scenario: Scenario, facts: list[Instance], size: int) -> Iterator[Scenario]:
    """Every what-if that sets so many of the facts, each below, at or above an even chance."""
    alternatives = {one for group in scenario.groups for one in group.alternatives}
    ways = [[(one, g) for g in ((8,) if one in alternatives else (3, 4, 5))] for one in facts]
    for some in itertools.combinations(ways, size):
        for grades in itertools.product(*some):
            said = tuple(fact(one, grade, origin="assumed") for one, grade in grades)
            changed, problems = fold(scenario, Changes(facts=said))
            if not problems:
                yield changed


@draws.composite
def asked(draw) -> Asked:
    """A random scenario with some advice that might follow."""
    scenario = draw(cases(FEATURES)).scenario
    facts = every_fact(scenario)
    assume(len(facts) <= 25)
    possible = [one for one in build(scenario, facts).instances if is_advice(scenario, one)]
    assume(possible)
    return Asked(scenario, facts, Choices(draw).pick(possible))


def is_advice(scenario: Scenario, one: Instance) -> bool:
    """Whether an instance is advice, to somebody who can be advised."""
    template = scenario.base.templates[one.template]
    pairs = zip(one.values, template.slots.values(), strict=True)
    return template.advice and all(ENTITIES[value].type in slot.types for value, slot in pairs)


class Asked(NamedTuple):
    """A scenario, every fact that might be said, and some advice that might follow."""

    scenario: Scenario
    facts: list[Instance]
    what: Instance

    def __repr__(self) -> str:
        """The question as one would write it down."""
        groups = [[str(one) for one in g.alternatives] for g in self.scenario.groups]
        return f"{Case(self.scenario, frozenset())}\n  groups: {groups}\n  {self.what}"


@DRAWN
@given(asked())
def test_flip_and_what_if_never_contradict_each_other(drawn):
    """Every set, carried out, does what is promised, and no smaller what-if over any facts does.

    Where flip says that it is impossible, no what-if of up to two changes does it. In an incomplete
    scenario there are always numbers and dates that no change has named.
    """
    scenario, facts, what = drawn
    result = api.flip(outcome(scenario, build(scenario)), str(what))
    every = facts if scenario.complete else on_the_line(scenario, facts)
    wide = outcome(scenario, build(scenario, every))
    assert result.standing == standing(*wide.bounds(wide.graph.number[what]))
    for one in result.sets[:5]:
        changed = changed_by(outcome(scenario, build(scenario, named(scenario, one))), one)
        after = outcome(changed, build(changed, every))
        assert standing(*after.bounds(after.graph.number[what])) == result.to
        numbers = {str(one): number for one, number in after.graph.number.items()}
        for shift in one.comparison.shifts:
            number = numbers[shift.instance]
            assert re.split(r"[, ]", shift.after)[0] == standing(*after.bounds(number))
    sizes = range(3 if result.size is None else result.size)
    event(f"size: {result.size}")
    for size in sizes if len(facts) <= 8 else sizes[:2]:
        for changed in what_ifs(scenario, facts, size):
            grades = evaluate(wide.graph, given_grades(wide.graph, changed), changed.withdrawn)
            number = wide.graph.number[what]
            now = standing(grades.lower[number], grades.upper[number])
            assert now != result.to, changed.facts


def parsed(scenario: Scenario, text: str) -> Instance:
    """The instance that a text writes."""
    return loader.parse_instance(text, scenario.base)[0]


def named(scenario: Scenario, one: FlipSet) -> list[Instance]:
    """The facts that a set changes."""
    return [parsed(scenario, change.instance) for change in one.changes]


def changed_by(case: Outcome, one: FlipSet) -> Scenario:
    """The scenario with the changes of a set folded in, as they are reported."""
    by_text = {str(instance): instance for instance in case.graph.instances}
    grades = [(by_text[c.instance], GRADES[c.after]) for c in one.changes]
    return set_to(case.scenario, *grades)


# ------------------------------------------------------------------ what one change is


def of(name: str, *values) -> Instance:
    """An instance."""
    return Instance(name, values)


TEMPLATES = (
    template("has", "A", asks=("asked",)),
    template("big", "A", "B", key=(0,), asks=("asked",)),
    template("bad", "A"),
    template("fit", "A"),
    template("go", "A", first="client", advice=True),
    template("stay", "A", first="client", advice=True),
)
RULES = (
    rule("fit", [pattern("has", "$x"), pattern("big", "$x", "b1")], [pattern("fit", "$x")]),
    rule("go", [pattern("fit", "$x")], [pattern("go", "$x")], exceptions=[pattern("bad", "$x")]),
)


def flipped(facts, what="go(a1)", rules=RULES, groups=(), complete=True, **options) -> Flips:
    """The flips of advice in a small example."""
    scenario = scenario_of(base_of(TEMPLATES, rules), facts, groups=groups, complete=complete)
    case = outcome(scenario, build(scenario))
    return api.flip(case, what, **options)


def sets(result: Flips) -> list[list[tuple[str, str, str]]]:
    """The changes of each set: what, from where, to where."""
    return [
        [(c.instance, c.before.split(" (")[0], c.after.split(" (")[0]) for c in one.changes]
        for one in result.sets
    ]


def test_facts_that_nobody_mentions_may_change_where_they_can_be_asked():
    """To give advice, facts may be stated that the scenario says nothing of."""
    result = flipped([])
    assert (result.standing, result.to, result.size) == ("withheld", "given", 2)
    for one in sets(result):
        assert [(name, was) for name, was, _ in one] == [
            ("has(a1)", "not mentioned"),
            ("big(a1, b1)", "not mentioned"),
        ]
    assert [[after for *_, after in one] for one in sets(result)] == [["roughly even chance"] * 2]


def test_a_keyed_fact_changes_together_with_its_rivals():
    """Another value of a key is one change, not the loss of one and the gain of another."""
    result = flipped([fact(of("has", "a1")), fact(of("big", "a1", "b2"))])
    assert sets(result) == [
        [("big(a1, b1)", "another value is stated", "roughly even chance")],
    ]
    back = flipped([fact(of("has", "a1")), fact(of("big", "a1", "b1"))])
    assert (back.to, back.size) == ("withheld", 1)
    assert [("big(a1, b1)", "certain", "unlikely")] in sets(back)


@pytest.mark.parametrize("complete", [True, False])
def test_a_key_loses_its_values_one_by_one(complete):
    """That no value of a key holds takes as many changes as there are values, each denied."""
    facts = [fact(of("has", "a1"))]
    if complete:
        facts += [fact(of("big", "a1", name), standing="unknown") for name in ("b1", "b2")]
    either = (
        rule("one", [pattern("has", "$x"), pattern("big", "$x", "b1")], [pattern("go", "$x")]),
        rule("two", [pattern("has", "$x"), pattern("big", "$x", "b2")], [pattern("go", "$x")]),
    )
    result = flipped(facts, rules=either, to="withheld", only=["big"], complete=complete)
    assert (result.standing, result.size, result.total) == ("open", 2, 1)
    assert [one.instance for one in result.sets[0].changes] == ["big(a1, b1)", "big(a1, b2)"]


ALTERNATIVES = OneOf(title="which", alternatives=(of("bad", "a1"), of("has", "a1")), where=WHERE)


def test_a_group_is_set_to_one_alternative():
    """Of a one-of group one alternative becomes certain, which is one change."""
    facts = [
        fact(of("big", "a1", "b1")),
        fact(of("bad", "a1"), 5),
        fact(of("has", "a1"), 3),
    ]
    result = flipped(facts, groups=[ALTERNATIVES])
    assert sets(result) == [[("has(a1)", "unlikely", "certain")]]


def test_only_one_side_of_a_group_may_be_set():
    """--only with one template of a group sets the group to alternatives of that template."""
    facts = [
        fact(of("big", "a1", "b1")),
        fact(of("bad", "a1"), 5),
        fact(of("has", "a1"), 3),
    ]
    assert flipped(facts, groups=[ALTERNATIVES], only=["has"]).size == 1
    impossible = flipped(facts, groups=[ALTERNATIVES], only=["bad"])
    assert impossible.reason == "it rests on no given fact that may change"


def test_a_value_beside_a_group_replaces_the_group():
    """A value of a key outside a group takes the group's place, all in one change."""
    group = OneOf(
        title="which", alternatives=(of("big", "a1", "b1"), of("big", "a2", "b1")), where=WHERE
    )
    facts = [
        fact(of("big", "a1", "b1"), 5),
        fact(of("big", "a2", "b1"), 3),
        fact(of("has", "a1")),
    ]
    rules = (
        rule(
            "go",
            [pattern("has", "$x"), pattern("big", "$x", "b2")],
            [pattern("go", "$x")],
            exceptions=[pattern("big", "$x", "b1")],
        ),
    )
    result = flipped(facts, rules=rules, groups=[group])
    assert result.size == 1
    assert sets(result)[0] == [("big(a1, b2)", "another value is stated", "roughly even chance")]


def test_unknown_facts_can_be_settled_by_a_change():
    """An unknown fact that leaves advice open flips it either way, by one change."""
    facts = [fact(of("has", "a1"), standing="unknown"), fact(of("big", "a1", "b1"))]
    to_given = flipped(facts)
    assert (to_given.standing, to_given.to) == ("open", "given")
    assert [("has(a1)", "unknown", "roughly even chance")] in sets(to_given)
    to_withheld = flipped(facts, to="withheld")
    assert [("has(a1)", "unknown", "unlikely")] in sets(to_withheld)


def test_an_incomplete_scenario_has_unknown_facts():
    """Where nobody mentions an askable fact and the scenario is incomplete, it is unknown."""
    result = flipped([fact(of("big", "a1", "b1"))], complete=False)
    assert result.standing == "open"
    assert sets(result)[0] == [("has(a1)", "unknown", "roughly even chance")]


def test_a_disputed_fact_can_be_settled_by_a_change():
    """A disputed fact is none of the three classes, so all of them are open to it."""
    facts = [fact(of("has", "a1"), 6, "disputed"), fact(of("big", "a1", "b1"))]
    assert ("has(a1)", "disputed", "roughly even chance") in sets(flipped(facts))[0]


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"what": "stay(a1)"}, "no change of what was searched is enough"),
        ({"only": ["bad"]}, "no change of these facts alone is enough: bad"),
        ({"limit": 1}, "the smallest sets take 2 changes, which is over the limit"),
        (
            {"rules": [rule("go", [pattern("has", "$x")], [pattern("go", "$x")], strength=3)]},
            "whatever the given facts, every rule for it is too weak or is held back",
        ),
    ],
)
def test_what_is_impossible_says_why(options, reason):
    """Impossible is an answer, with the reason."""
    if options.get("only") == ["bad"]:
        options = {**options, "facts": [fact(of("bad", "a1"))]}
    result = flipped(**{"facts": [], **options})
    assert (result.size, result.total, result.sets) == (None, 0, ())
    assert result.reason == reason


def test_advice_that_no_fact_takes_away_says_so():
    """Advice from a rule that needs nothing that could change cannot be taken away."""
    two = [fact(of("fit", "a1"))]
    result = flipped(
        two, rules=[RULES[1], rule("fit", [pattern("fit", "$x")], [pattern("fit", "$x")])]
    )
    assert (result.to, result.size) == ("withheld", None if result.reason else 1)


@pytest.mark.parametrize("only", [(), ("has",), ("bad",)])
def test_what_is_already_so_needs_no_change(only):
    """Advice that stands as wanted takes no change, whatever may change."""
    facts = [fact(of("has", "a1")), fact(of("big", "a1", "b1"))]
    result = flipped(facts, to="given", only=only)
    assert (result.size, result.total, result.reason) == (0, 1, None)
    assert [one.changes for one in result.sets] == [()]
    assert flipped([], to="withheld", only=only).size == 0


def test_a_withdrawn_rule_gives_nothing():
    """A rule that the scenario withdraws is no way to flip advice."""
    scenario = scenario_of(base_of(TEMPLATES, RULES), [], withdrawn=frozenset({"go"}))
    case = outcome(scenario, build(scenario))
    assert api.flip(case, "go(a1)").size is None


def test_a_derived_fact_is_never_changed():
    """Only given facts are set, though a scenario may state derived ones."""
    result = flipped([fact(of("fit", "a1"))])
    assert result.to == "withheld"
    names = {name for one in sets(result) for name, *_ in one}
    assert not any(name.startswith("fit(") for name in names)


# ------------------------------------------------------------------ what defaults yield to

WEATHER = (
    template("rain", "A", asks=("asked",)),
    template("umbrella", "A", first="client", advice=True),
    template("walk", "A", first="client", advice=True),
)
WET = rule("wet", [pattern("rain", "$x")], [pattern("umbrella", "$x")])
DRY = rule("dry", [], [pattern("walk", "a1")], otherwise=True)


@pytest.mark.parametrize("complete", [True, False])
def test_what_a_default_yields_to_may_change(complete):
    """Other advice takes a default away, so what that advice rests on is looked at too."""
    scenario = scenario_of(base_of(WEATHER, [WET, DRY]), [], complete=complete)
    case = outcome(scenario, build(scenario))
    result = api.flip(case, "walk(a1)", to="withheld")
    assert result.standing == ("given" if complete else "open")
    was = "not mentioned" if complete else "unknown"
    assert sets(result) == [[("rain(a1)", was, "likely")]]


@pytest.mark.parametrize("what", ["umbrella(a2)", "rain(a2)"])
def test_another_client_than_the_scenarios_own_is_seen_whole(what):
    """Whoever is asked about, an incomplete scenario leaves open what that rests on."""
    scenario = scenario_of(base_of(WEATHER, [WET, DRY]), [], complete=False)
    case = outcome(scenario, build(scenario))
    for found in (api.why_not(case, what), api.explain(case, what)):
        [miss] = found.misses
        assert miss.standing == "open"
        assert [change.instance for change in miss.changes] == ["rain(a2)"]
    if what == "umbrella(a2)":
        assert api.flip(case, what).standing == "open"
        [compared] = api.what_if(case, assume=["rain(a2)"], client="a2")
        assert [(one.instance, one.kind) for one in compared.shifts] == [(what, "gained")]


# ------------------------------------------------------------------ the shipped base


def advice_of(case: Outcome) -> list[str]:
    """Every possible advice of the shipped scenario to its client."""
    return [str(case.graph.instances[n]) for n in case.graph.advice_to(case.scenario.client)]


def said_to(advice: advisor.Advice) -> set[str]:
    """What is recommended, and what is said by default."""
    return {piece.instance for piece in (*advice.recommendations, *advice.by_default)}


def test_every_shipped_flip_works_end_to_end(shipped):
    """Each set for each piece of advice, as a what-if of its own in a fresh graph, flips it."""
    checked = 0
    was = said_to(advisor.advise(shipped))
    for what in advice_of(shipped):
        result = api.flip(shipped, what)
        before = standing(*shipped.bounds(shipped.graph.number[loader_instance(shipped, what)]))
        assert (result.standing, result.targets) == (before, (what,))
        assert result.to == ("withheld" if before == "given" else "given")
        assert result.size or result.reason, what
        for one in result.sets[:2]:
            changed = written(shipped.scenario, one)
            after = advisor.advise(outcome(changed, build(changed)))
            now = said_to(after)
            assert (what in now) == (result.to == "given"), (what, one.changes)
            if result.to == "withheld":
                assert what not in {o.instance for o in after.open}
            shifts = {s.instance: s.kind for s in one.comparison.shifts}
            gained = {name for name, kind in shifts.items() if kind == "gained"}
            lost = {name for name, kind in shifts.items() if kind == "lost"}
            assert now == (was | gained) - lost
            checked += 1
    assert checked > 40


def loader_instance(case: Outcome, text: str) -> Instance:
    """The instance that a text writes."""
    return loader.parse_instance(text, case.scenario.base)[0]


def written(scenario: Scenario, one: FlipSet) -> Scenario:
    """The scenario changed by a fact file that says what a set of changes says."""
    lines = [f'  - "{c.instance}={c.after.split(" (")[0]}"' for c in one.changes]
    return loader.change(scenario, "\n".join(["title: flipped", "assume:", *lines]), "flipped")


def test_shipped_flips_are_smallest_by_brute_force(shipped):
    """No single change, and for pairs no change alone, flips where more are said to be needed."""
    for what in advice_of(shipped)[::4]:
        result = api.flip(shipped, what)
        graph = shipped.graph
        case = outcome(shipped.scenario, graph)
        targets = [graph.number[loader_instance(shipped, what)]]
        singles = [(m,) for some in moves(case, targets) for m in some if len(m.facts) == 1]
        works = [one for one in singles if reaches(case, targets, result.to, one)]
        if result.size == 1:
            found = {change.instance for one in result.sets for change in one.changes}
            assert {str(fact) for (one,) in works for fact in one.facts} <= found
        else:
            assert works == []


def test_a_template_stands_for_all_of_its_advice(shipped):
    """A template's id is flipped as a whole: given if some of it is, withheld if none is."""
    result = api.flip(shipped, "use-forum")
    assert len(result.targets) >= 2
    assert (result.standing, result.to) == ("given", "withheld")
    for one in result.sets:
        kinds = {s.instance: s.kind for s in one.comparison.shifts}
        assert all(kinds.get(name, "unchanged") in {"lost", "unchanged"} for name in result.targets)


def test_a_flip_says_what_else_it_changes(shipped):
    """Each set comes with everything that it changes in the advice."""
    result = api.flip(shipped, "use-forum", only=["takes-part"])
    [first, *_] = result.sets
    kinds = {(s.id, s.kind) for s in first.comparison.shifts if s.kind != "unchanged"}
    assert ("use-forum", "lost") in kinds
    assert ("open-channel", "gained") in kinds


def test_another_client_may_be_meant(shipped):
    """An instance speaks of its own client, a template of the one named."""
    one = api.flip(shipped, "weigh-joining(russia, cpec)")
    named = api.flip(shipped, "weigh-joining", client="russia")
    assert one.to == named.to == "withheld"
    assert sets(one) == sets(named)
    moved = {s.instance for s in named.sets[0].comparison.shifts if s.kind == "lost"}
    assert "weigh-joining(russia, cpec)" in moved


def things(
    folder: Path, number: int, least: int, *, through: bool = False, both: bool = False
) -> Outcome:
    """So many likely facts, of which advice needs some, as they are or by a rule for each.

    That rule may need both the fact and another one.
    """
    through = through or both
    names = [f"t{n}" for n in range(number)]
    (folder / "rules").mkdir()
    (folder / "facts").mkdir()
    rules = f"""
- {{id: go, title: Go, if: [{{at-least: {{count: {least}, of: {"ready" if through else "has"}}}}}],
   then: [{{buy: {{client: firm}}}}]}}
- {{id: ready, title: R, if: [{{has: {{what: $x}}}}{", {paid: {what: $x}}" if both else ""}],
   then: [{{ready: {{what: $x}}}}]}}
"""
    templates = """
paid: {slots: {what: Thing}, says: "{what} is paid for"}
has: {slots: {what: Thing}, says: "{what} is there", asks: "Is {what} there?"}
ready: {slots: {what: Thing}, says: "{what} is ready"}
buy: {advice: true, slots: {client: Firm}, says: buy}
"""
    texts = {
        "rules/base.yaml": "{title: T, date: 2026-01-01, scenario: now, client: firm}",
        "rules/entities.yaml": "Firm: {firm: {name: F}}\nThing:\n"
        + "".join(f"  {name}: {{name: thing {name}}}\n" for name in names),
        "rules/templates.yaml": templates,
        "rules/main.yaml": rules,
        "facts/now.yaml": "title: N\nfacts:\n"
        + "".join(f"  - has({name})=likely\n" for name in names)
        + "".join(f"  - paid({name})=likely\n" for name in names if both),
    }
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    return advisor.load(base=folder)


@pytest.mark.parametrize("through", [False, True])
@pytest.mark.parametrize("to", ["withheld", "given"])
def test_of_more_sets_than_are_shown_it_is_said_that_there_are_more(tmp_path, to, through):
    """Half of twenty facts can be taken in 167,960 ways: 200 are listed, and no more looked for."""
    case = things(tmp_path, 20, 10, through=through)
    if to == "given":
        case = outcome(
            set_to(case.scenario, *((one, 3) for one in case.scenario.facts)), case.graph
        )
    result = api.flip(case, "buy", to=to)
    assert (result.size, result.total, result.more) == (11 if to == "withheld" else 10, 200, True)
    assert len({tuple(change.instance for change in one.changes) for one in result.sets}) == 200
    for one in result.sets[:5]:
        after = outcome(changed_by(case, one), case.graph)
        assert standing(*after.bounds(case.graph.number[of("buy", "firm")])) == to


def test_as_many_sets_as_are_wanted_are_listed(tmp_path):
    """Whether there are others is known exactly: six of six ways to take one, five of them."""
    case = things(tmp_path, 6, 6)
    for most, found, more in ((5, 5, True), (6, 6, False), (7, 6, False)):
        result = api.flip(case, "buy", most=most)
        assert (result.size, result.total, result.more) == (1, found, more)


def test_equal_facts_are_no_work(tmp_path):
    """That 21 of 40 facts which are all alike must change is proved within the budget's steps."""
    case = things(tmp_path, 40, 20)
    assert api.flip(case, "buy", most=3, consequences=False).size == 21


@pytest.mark.parametrize("through", [False, True])
@pytest.mark.parametrize("to", ["withheld", "given"])
def test_facts_that_may_be_swapped_are_told_apart_only_when_listed(tmp_path, to, through):
    """Half of 120 facts, in any of 10^34 ways: the proof takes next to none of the budget.

    So it does where what is counted follows from each of them.
    """
    case = things(tmp_path, 120, 60, through=through)
    if to == "given":
        case = outcome(
            set_to(case.scenario, *((one, 3) for one in case.scenario.facts)), case.graph
        )
    with budget.limited(budget.Budget(steps=20_000)):
        result = api.flip(case, "buy", to=to, most=20, consequences=False)
    assert (result.size, result.at_least) == ((61, 61) if to == "withheld" else (60, 60))
    assert (result.total, result.more, result.cut_short) == (20, True, None)


def test_facts_with_another_part_elsewhere_are_not_swapped(tmp_path):
    """Of six things any three of which are enough, the last alone is an exception as well."""
    case = things(tmp_path, 6, 3)
    base = case.scenario.base
    go = next(one for one in base.rules if one.id == "go")
    held = msgspec.structs.replace(go, exceptions=(pattern("has", "t5"),))
    rules = msgspec.structs.replace(base, rules=(held,))
    said = set_to(case.scenario, (of("has", "t5"), 3))
    said = msgspec.structs.replace(said, base=rules)
    result = api.flip(outcome(said, build(said)), "buy")
    assert [[change.instance for change in one.changes] for one in result.sets] == [["has(t5)"]]


SWAPS = """
a: {slots: {what: Thing}, says: "a {what}", asks: "a {what}?"}
d: {slots: {what: Thing}, says: "d {what}"}
e: {slots: {what: Thing}, says: "e {what}"}
buy: {advice: true, slots: {client: Firm}, says: buy}
"""


PASSED = "- {id: p, title: P, if: [a: {what: $x}], then: [d: {what: $x}]}\n"
GIVEN = "- {id: g, title: G, if: [d], then: [buy: {client: firm}]}\n"


@pytest.mark.parametrize(
    ("more", "swapped"),
    [
        (GIVEN, ["a(t0)", "a(t1)", "a(t2)"]),
        (f"{GIVEN}- {{id: h, title: H, if: [e], then: [buy: {{client: firm}}]}}\n"
         "- {id: q, title: Q, if: [d: {what: $x}], then: [e: {what: $x}]}\n",
         ["a(t0)", "a(t1)", "a(t2)"]),
        # what two rules conclude, the one about one of the facts alone
        (f"{GIVEN}- {{id: q, title: Q, if: [a: {{what: t1}}], then: [d: {{what: t1}}]}}\n",
         ["a(t0)", "a(t2)"]),
        # what follows from two of the facts
        (f"{GIVEN}- {{id: q, title: Q, if: [a: {{what: t0}}], then: [d: {{what: t1}}]}}\n", []),
        # a rule about what follows from one of them
        ("- {id: q, title: Q, if: [d: {what: t2}], then: [e: {what: t2}]}\n"
         "- {id: h, title: H, if: [e, {d: {what: t1}}], then: [buy: {client: firm}]}\n"
         f"{GIVEN}", []),
        # an exception, in whose firings the others are not told to be alike
        ("- {id: g, title: G, if: [d], unless: [d: {what: t0}], then: [buy: {client: firm}]}\n",
         []),
    ],
)  # fmt: skip
def test_what_follows_from_one_fact_alone_is_swapped_with_it(tmp_path, more, swapped):
    """Facts are alike with what follows from them, unless something tells the two apart."""
    things(tmp_path, 3, 1)
    (tmp_path / "rules" / "templates.yaml").write_text(SWAPS)
    (tmp_path / "rules" / "main.yaml").write_text(PASSED + more)
    (tmp_path / "facts" / "now.yaml").write_text('title: N\nfacts: ["a(t0)", "a(t1)", "a(t2)"]\n')
    case = advisor.load(base=tmp_path)
    graph = case.graph
    goal = graph.number[of("buy", "firm")]
    found = alike(graph, cone(case, [goal]), dict.fromkeys(graph.of_template["a"], "a"), [goal])
    assert [str(graph.instances[one]) for some in found for one in some] == swapped


def test_a_search_that_takes_too_long_says_how_far_it_came(tmp_path):
    """Where the budget does not do for a proof, nothing is claimed but what was proved."""
    case = things(tmp_path, 40, 20, both=True)
    with budget.limited(budget.Budget(steps=20_000)):
        result = api.flip(case, "buy")
    assert result.cut_short == "no smallest answer was proved within 2000 dead ends of the search"
    assert 1 <= result.at_least <= 21 <= result.size <= 40
    assert result.at_least < result.size
    for one in result.sets[:3]:
        assert len(one.changes) == result.size
        after = outcome(changed_by(case, one), case.graph)
        assert standing(*after.bounds(case.graph.number[of("buy", "firm")])) == "withheld"


def test_sums_are_spelled_out_within_the_budget_alone(tmp_path, monkeypatch):
    """A proof that counts more facts and changes than there are steps for is not begun."""
    case = things(tmp_path, 40, 20, both=True)
    programs: list[str] = []
    control = answersets._control

    def recorded(program: str, *options: str, tries: int | None = None):
        programs.append(program)
        return control(program, *options, tries=tries)

    monkeypatch.setattr(answersets, "_control", recorded)
    for steps, counted in ((4_000, False), (40_000, True)):
        programs.clear()
        with budget.limited(budget.Budget(steps=steps)):
            result = api.flip(case, "buy")
        assert (result.cut_short is None) == counted
        assert 1 <= result.at_least <= 21 <= result.size
        assert any(answersets._COUNTERS in one for one in programs) == counted


def test_many_facts_that_must_all_change_get_their_grades_in_a_moment(tmp_path):
    """Of 60 facts each of which stands against the advice, each has its mildest grade."""
    things(tmp_path, 60, 1)
    rules = tmp_path / "rules" / "main.yaml"
    rules.write_text(
        "- {id: go, title: Go, if: [], unless: [has],\n   then: [{buy: {client: firm}}]}\n"
    )
    facts = tmp_path / "facts" / "now.yaml"
    facts.write_text(facts.read_text().replace("=likely", "").replace("facts:", "unknown:"))
    result = api.flip(advisor.load(base=tmp_path), "buy")
    assert (result.size, result.total, result.cut_short) == (60, 1, None)
    assert {change.after for change in result.sets[0].changes} == {"roughly even chance (45-55%)"}


def test_a_search_that_is_given_up_is_printed_as_partial(tmp_path, run):
    """The command says that it is partial, what is enough, what is needed at least; exit 130."""
    things(tmp_path, 40, 20, both=True)
    code, out, err = run("flip", "buy", "--base", str(tmp_path), "--max-firings", "1000")
    assert (code, err) == (130, "")
    text = " ".join(out.split())
    assert "Partial: no smallest answer was proved within 1000 dead ends of the search." in text
    assert re.search(r"(A set|\d+ sets) of \d+ changes found; at least \w+ changes? (is|are)", text)
    code, out, _ = run(
        *("flip", "buy", "--base", str(tmp_path), "--max-firings", "1000", "--format", "json")
    )
    assert code == 130
    assert json.loads(out)["cut_short"]


# ------------------------------------------------------------------ the command


def small(*args: str) -> tuple[str, ...]:
    """The arguments of a flip over the small base."""
    return ("flip", *args, "--base", str(SMALL))


def test_the_sets_are_printed_with_what_else_they_change(run):
    """The terminal says the size, that none is smaller, each change, and what else moves."""
    code, out, err = run("flip", "use-forum", "--only", "takes-part", "--long")
    text = " ".join(out.split())
    assert (code, err) == (0, "")
    assert text.startswith("To have use-forum withheld As the facts are, it is given.")
    assert "At least one change is needed; 2 sets of that size, and none smaller." in text
    assert "takes-part(pakistan, sco): certain -> unlikely (20-45%)" in text
    assert "Also gained:" in text
    short = " ".join(run("flip", "use-forum", "--only", "takes-part")[1].split())
    assert "Of the other advice: 2 gained." in short


def test_a_number_of_advise_is_said_in_words(run):
    """What is named by its number is named by what it says too; a wrong number by what there is."""
    _, out, _ = run("flip", "2a")
    assert " ".join(out.split()).startswith("To have 2a (prepare the commercial case")
    code, _, err = run("flip", "99")
    assert (code, "no advice has the number '99'" in err) == (2, True)


def test_impossible_is_printed_with_its_reason(run):
    """The terminal says that nothing flips it, and why; that is an answer, so exit 0."""
    code, out, _ = run(*small("buy", "--only", "mayor"))
    assert code == 0
    assert "Impossible: it rests on no given fact that may change." in " ".join(out.split())
    code, out, _ = run(
        "flip", "use-forum", "--max-changes", "1", "--to", "withheld", "--only", "fears"
    )
    assert code == 0
    assert "Impossible" in out


def test_what_nobody_is_asked_about_is_not_called_impossible(run, tmp_path):
    """A fact without a question may still be stated: it is said that this was not searched."""
    base = tmp_path / "base"
    shutil.copytree(TESTS / "bases" / "small", base)
    templates = base / "rules" / "templates.yaml"
    kept = re.sub(r"(?m)^  asks: .*\n", "", templates.read_text())
    templates.write_text(kept)
    (base / "facts" / "bare.yaml").write_text("title: Nothing is known\nclient: ashby\n")
    code, out, err = run("flip", "buy", "bare", "--base", str(base), "--to", "given")
    assert (code, err) == (0, "")
    said = " ".join(out.split())
    assert "Impossible" not in said
    assert "None found: no change of what was searched is enough." in said
    assert re.search(r"Not searched: facts of .*\blacks\b.* as nobody is asked about them", said)


def test_nothing_to_change_is_printed(run):
    """Where the advice stands as wanted, the terminal says so."""
    code, out, _ = run(*small("buy", "--to", "given", "--only", "mayor"))
    assert code == 0
    assert out.splitlines()[-1] == "Nothing has to change."


@pytest.mark.parametrize(
    "args",
    [
        ("seek-investment",),
        ("invite-visit", "groundwork-done"),
        ("use-forum", "--max-changes", "1", "--only", "fears"),
        ("use-forum", "--to", "given"),
        ("weigh-joining", "--for", "russia"),
    ],
)
def test_json_follows_its_schema(run, args):
    """What `--format json` writes is what docs/schemas/flips-1.schema.json describes."""
    code, out, err = run("flip", *args, "--format", "json")
    assert (code, err) == (0, "")
    document = json.loads(out)
    jsonschema_rs.validate(SCHEMA, document)
    assert document["schema"] == "advisor.flips/1"
    assert document["what"] == args[0]
    assert len(document["sets"]) <= document["total"]
    assert (document["size"] is None) == (document["reason"] is not None)


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("buyy",), "there is no template 'buyy'"),
        (("lacks",), "'lacks' is no advice"),
        (("buy(ashby, brook)",), "'buy' has 3 slots"),
        (("buy(ashby, brook, gold)",), "there is no Cargo 'gold'"),
        (("buy", "--only", "lakcs"), "there is no template 'lakcs'"),
        (("buy", "--to", "open"), "'open'"),
        (("buy", "--max-changes", "0"), "0 is not in the range"),
        (("buy", "--for", "grain"), "nobody can advise 'grain'"),
        (("buy", "nowhere"), "there is no scenario 'nowhere'"),
    ],
)
def test_what_cannot_be_flipped_exits_2(run, args, words):
    """Unusable input is refused with a message that says what is wrong."""
    code, out, err = run(*small(*args))
    assert (code, out) == (2, "")
    assert err.startswith("error: ")
    assert words in err


def test_the_api_refuses_what_is_no_advice(shipped):
    """Only advice can be flipped; the library says so too."""
    with pytest.raises(AdvisorError, match="is no advice"):
        api.flip(shipped, "groundwork(pakistan, russia, north-south-pipeline)")


# ------------------------------------------------------------------ clingo


def modules_after(*args: str) -> set[str]:
    """The third parties loaded after a command."""
    program = (
        "import sys; from advisor import cli; "
        f"code = cli.run({list(args)!r}); "
        "print(code, *sorted(m.split('.')[0] for m in sys.modules), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )
    code, *modules = done.stderr.split()
    assert code == "0"
    return set(modules)


@pytest.mark.parametrize(
    "args",
    [
        ("advise",),
        ("what-if", "groundwork-done"),
        ("test", "groundwork-done"),
        ("why-not", "invite-visit"),
    ],
)
def test_clingo_is_not_loaded_by_other_commands(args):
    """Only `flip` pays for clingo."""
    assert "clingo" not in modules_after(*args)


def test_flip_loads_clingo():
    """`flip` does load clingo, so that the test above can fail."""
    assert "clingo" in modules_after("flip", "defer-visit")


def test_the_solver_alone_imports_clingo():
    """No other module of the package names clingo in an import."""
    package = Path(advisor.__file__).parent
    importing = [
        path.relative_to(package).as_posix()
        for path in package.rglob("*.py")
        if any(
            line.split()[:2] in (["import", "clingo"], ["from", "clingo"])
            for line in path.read_text(encoding="utf-8").splitlines()
        )
    ]
    assert importing == ["reasoning/answersets.py"]


def test_terms_read_here_are_the_grades_written():
    """The table by which these tests read a grade back is one to one."""
    assert {text.split(" (")[0]: grade for text, grade in GRADES.items()} == GRADE_OF
    assert math.prod(MILDEST.values()) == 60
