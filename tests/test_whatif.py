"""What-if: what changes in the advice, because of which change and by which path."""

from __future__ import annotations

import functools
import io
import itertools
import json
import re
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

import jsonschema_rs
import msgspec
import pytest
from hypothesis import HealthCheck, assume, event, given, settings
from markdown_it import MarkdownIt
from strategies import (
    Features,
    base_of,
    cases,
    fact,
    pattern,
    rule,
    scenario_of,
    template,
    what_ifs,
)
from strategies import st as draws

import advisor
from advisor import api, cli, loader
from advisor.answers.advice import caveats_on
from advisor.answers.confidence import confidence
from advisor.answers.recommendation import Advice
from advisor.answers.trail import PathStep
from advisor.answers.whatif import Cause, Shift, WhatIf, compare
from advisor.answers.widening import widened
from advisor.model.changes import Changes, fold
from advisor.model.errors import AdvisorError
from advisor.model.grades import TERMS
from advisor.model.records import Instance
from advisor.model.scenarios import Scenario
from advisor.model.sources import Citation
from advisor.reasoning import engine
from advisor.reasoning.askable import askable
from advisor.reasoning.building import build, outcomes
from advisor.reasoning.evaluate import Outcome, evaluate, given_grades, outcome, standing
from advisor.render.report import markdown

TESTS = Path(__file__).parent
SMALL = TESTS / "bases" / "small"
SCHEMA = json.loads((TESTS.parent / "docs" / "schemas" / "what-if-1.schema.json").read_text())
WHAT_IFS = sorted(path.stem for path in (TESTS.parent / "facts" / "what-if").glob("*.yaml"))
FEATURES = Features(keys=True, groups=True, advised=True)
DRAWN = settings(suppress_health_check=list(HealthCheck))
CLIENT = "a1"


@functools.cache
def shipped() -> Outcome:
    """The shipped base with its default scenario."""
    return advisor.load()


@functools.cache
def shipped_what_ifs(client: str) -> dict[str, WhatIf]:
    """The shipped what-ifs by name, compared for a client."""
    return {one.name: one for one in api.what_if(shipped(), WHAT_IFS, client=client)}


def shipped_what_if(name: str, client: str) -> WhatIf:
    """One of the shipped what-ifs, compared for a client."""
    return shipped_what_ifs(client)[name]


@functools.cache
def shipped_advice(client: str) -> Advice:
    """What the default scenario advises."""
    return advisor.advise(shipped(), client)


CLIENTS = ("pakistan", "russia", "united-states", "india")


class Pair(NamedTuple):
    """A scenario and what some changes make of it, over one graph."""

    before: Outcome
    after: Outcome

    @property
    def comparison(self) -> WhatIf:
        """What becomes of the advice."""
        return compare(self.before, self.after, CLIENT)


def pair_of(scenario: Scenario, changes: Changes) -> Pair | None:
    """The scenario and the changed one, or nothing where it cannot be changed so.

    Where one of them is incomplete, what could be asked about is possible, as in `api.what_if`.
    """
    overriding = tuple(msgspec.structs.replace(one, origin="assumed") for one in changes.facts)
    changed, problems = fold(scenario, msgspec.structs.replace(changes, facts=overriding))
    if problems:
        return None
    pair = Pair(*outcomes([scenario, msgspec.structs.replace(changed, name="changed")]))
    if scenario.complete:
        return pair
    graph = pair.before.graph.extended(askable(scenario.base, CLIENT))
    return Pair(*(outcome(one.scenario, graph) for one in pair))


@draws.composite
def pairs(draw) -> Pair:
    """A random scenario, and what some changes make of it."""
    case, changes = draw(what_ifs(FEATURES))
    pair = pair_of(case.scenario, changes)
    assume(pair is not None)
    return pair


def afresh(scenario: Scenario, other: Scenario) -> Advice:
    """The advice on a scenario in a graph of its own.

    Where a scenario leaves open what nobody mentions, what the other mentions is possible too.
    """
    extra = () if scenario.complete else other.facts
    return advisor.advise(outcome(scenario, build(scenario, extra)), CLIENT)


# ------------------------------------------------------------------ what shifts


@DRAWN
@given(cases(FEATURES))
def test_an_empty_what_if_changes_nothing(case):
    """Without changes all advice is unchanged, and nothing is a cause."""
    result = pair_of(case.scenario, Changes()).comparison
    assert result.changes == ()
    assert {shift.kind for shift in result.shifts} <= {"unchanged"}
    assert all(shift.before == shift.after and shift.causes == () for shift in result.shifts)


def check_against_advice(result: WhatIf, before: Advice, after: Advice) -> None:
    """The shifts are exactly what two pieces of advice, worked out apart, differ in."""
    shifts = {shift.instance: shift for shift in result.shifts}
    assert len(shifts) == len(result.shifts)
    for advice, attribute in ((before, "before"), (after, "after")):
        found = {
            name: word
            for name, shift in shifts.items()
            if (word := getattr(shift, attribute)) != "withheld"
        }
        expected = {
            r.instance: f"given, {r.confidence} confidence" if r.confidence else "given by default"
            for r in (*advice.recommendations, *advice.by_default)
        }
        expected |= {one.instance: "open" for one in advice.open}
        assert found == expected
    was = {r.instance: r for r in (*before.recommendations, *before.by_default)}
    now = {r.instance: r for r in (*after.recommendations, *after.by_default)}
    for name, shift in shifts.items():
        if name in now or name in was:
            assert shift.says == (now.get(name) or was[name]).says
        caveats = [{c.says for c in r[name].caveats} if name in r else set() for r in (was, now)]
        if name in was and name in now:
            assert set(shift.caveats_gained) == caveats[1] - caveats[0]
            assert set(shift.caveats_lost) == caveats[0] - caveats[1]
        else:
            assert (shift.caveats_gained, shift.caveats_lost) == ((), ())


CONFIDENCE = {"given by default": -1} | {
    f"given, {level} confidence": n for n, level in enumerate(("low", "moderate", "high"))
}


KINDS = {
    ("withheld", "given"): "gained",
    ("open", "given"): "gained",
    ("given", "withheld"): "lost",
    ("given", "open"): "unsettled",
    ("withheld", "open"): "opened",
    ("open", "withheld"): "closed",
}


def expected_kind(shift: Shift, grades: tuple[int, int]) -> str:
    """What kind of shift follows from how the advice stands before and after."""
    was, now = (
        text.split(",")[0].removesuffix(" by default") for text in (shift.before, shift.after)
    )
    level, other = (CONFIDENCE.get(text) for text in (shift.before, shift.after))
    if was != now:
        return KINDS[was, now]
    if was == "given":
        if level != other:
            return "strengthened" if other > level else "weakened"
        if grades[0] != grades[1]:
            return "strengthened" if grades[1] > grades[0] else "weakened"
        if shift.caveats_gained or shift.caveats_lost:
            return "re-caveated"
    return "unchanged"


@DRAWN
@given(pairs())
def test_a_what_if_equals_advice_on_the_changed_scenario(pair):
    """What is given and open before and after is what `advise` says in graphs of their own."""
    one, other = pair.before.scenario, pair.after.scenario
    check_against_advice(pair.comparison, afresh(one, other), afresh(other, one))


@DRAWN
@given(pairs())
def test_every_kind_follows_from_before_and_after(pair):
    """Gained, lost, strengthened, re-caveated and so on: each kind means what it says."""
    result = pair.comparison
    number = {str(one): n for one, n in pair.before.graph.number.items()}
    for shift in result.shifts:
        fact_number = number[shift.instance]
        grades = tuple(one.grades.lower[fact_number] for one in pair)
        assert shift.kind == expected_kind(shift, grades)
        event(f"shift: {shift.kind}")
    left_out = {number[name] for name in map(str, number)} - {
        number[shift.instance] for shift in result.shifts
    }
    for n in left_out & set(pair.before.graph.advice_to(CLIENT)):
        assert all(standing(*one.bounds(n)) == "withheld" for one in pair)


@pytest.mark.parametrize("name", WHAT_IFS)
def test_a_shipped_what_if_equals_advise_on_its_file(name):
    """Each shipped what-if shifts what `advise` on its file and on what it extends differ in."""
    after = advisor.load(name, base=shipped().scenario.base)
    for client in CLIENTS:
        advice = (shipped_advice(client), advisor.advise(after, client))
        check_against_advice(shipped_what_if(name, client), *advice)


def test_the_changed_file_may_be_written_out_in_full():
    """A what-if equals the scenario in which its changes are written where they belong."""
    base = shipped().scenario.base
    text = (TESTS.parent / "facts" / "pakistan-russia.yaml").read_text(encoding="utf-8")
    written = text.replace("standing: strained}", "standing: broken}")
    assert written != text
    scenario = loader.load_scenario(base, "-", written.encode())
    after = advisor.advise(outcome(scenario, build(scenario)))
    result = shipped_what_if("us-pakistan-ties-break", "pakistan")
    check_against_advice(result, advisor.advise(shipped()), after)


# ------------------------------------------------------------------ because of what


class Setting(NamedTuple):
    """What goes into an evaluation."""

    given: dict[int, tuple[int, int]]
    withdrawn: frozenset[str]


def settings_of(pair: Pair) -> tuple[Setting, Setting]:
    """What goes into both evaluations."""
    before, after = (
        Setting(given_grades(one.graph, one.scenario), one.scenario.withdrawn) for one in pair
    )
    return before, after


def mixed(pair: Pair, changes: set[str]) -> tuple[object, frozenset[str]]:
    """The grades with only some of the changes, and the rules that are withdrawn then."""
    before, after = settings_of(pair)
    facts = {n for one, n in pair.before.graph.number.items() if str(one) in changes}
    given = {n: bounds for n, bounds in before.given.items() if n not in facts}
    given |= {n: after.given[n] for n in facts if n in after.given}
    rules = frozenset(name for name in changes if "(" not in name)
    withdrawn = before.withdrawn ^ rules
    return evaluate(pair.before.graph, given, withdrawn), withdrawn


def state(pair: Pair, changes: set[str], fact_number: int) -> tuple[object, ...]:
    """What the advice comes to with only some of the changes: grades, caveats, confidence."""
    grades, withdrawn = mixed(pair, changes)
    caveats = caveats_on(pair.before.graph, fact_number, grades, withdrawn)
    bounds = grades.lower[fact_number], grades.upper[fact_number]
    facts = dict(pair.before.scenario.facts)
    for one in pair.before.graph.instances:
        if str(one) in changes:
            facts.pop(one, None)
            if one in pair.after.scenario.facts:
                facts[one] = pair.after.scenario.facts[one]
    scenario = msgspec.structs.replace(pair.before.scenario, facts=facts, withdrawn=withdrawn)
    given = confidence(Outcome(scenario, pair.before.graph, grades), fact_number)
    return *bounds, frozenset(caveat for caveat, _ in caveats), given


def moved(result: WhatIf) -> Iterator[Shift]:
    """The shifts that have causes."""
    return (shift for shift in result.shifts if shift.kind != "unchanged")


def check_causes(pair: Pair, result: WhatIf) -> None:
    """The causes of each shift bring it about, and none of them can be left out."""
    number = {str(one): n for one, n in pair.before.graph.number.items()}
    whole = {str(one) for one in differing(pair)}
    for shift in moved(result):
        n = number[shift.instance]
        causes = {cause.change for cause in shift.causes}
        assert causes
        assert causes <= whole
        assert len(causes) == len(shift.causes)
        wanted = state(pair, whole, n)
        assert state(pair, causes, n) == wanted
        for one in causes:
            assert state(pair, causes - {one}, n) != wanted, one


def corroborated(case: Outcome, fact_number: int) -> bool:
    """Whether two sources of different origin are cited for what a scenario says."""
    stated = case.scenario.facts.get(case.graph.instances[fact_number])
    sources = case.scenario.base.sources
    return stated is not None and len({sources[c.source].origin for c in stated.citations}) > 1


def differing(pair: Pair) -> set[object]:
    """Every change: given facts and rules that the two scenarios treat differently."""
    before, after = settings_of(pair)
    facts = {
        pair.before.graph.instances[n]
        for n in before.given.keys() | after.given.keys()
        if before.given.get(n, (0, 0)) != after.given.get(n, (0, 0))
        or corroborated(pair.before, n) != corroborated(pair.after, n)
    }
    return facts | (before.withdrawn ^ after.withdrawn)


@DRAWN
@given(pairs())
def test_causes_are_enough_and_none_is_too_many(pair):
    """With its causes alone advice goes where it goes; without any one of them it does not."""
    result = pair.comparison
    check_causes(pair, result)
    event(f"causes: {max([len(shift.causes) for shift in moved(result)], default=0)}")


@pytest.mark.parametrize("name", WHAT_IFS)
def test_causes_of_shipped_shifts_are_needed_and_enough(name):
    """The same holds of every shipped what-if, and paths of it can be walked."""
    pair = Pair(*outcomes([shipped().scenario, loader.load_what_if(shipped().scenario, name)]))
    for client in CLIENTS:
        result = shipped_what_if(name, client)
        check_causes(pair, result)
        check_paths(pair, result)


class Link(NamedTuple):
    """One fact bearing on another by a rule."""

    below: str
    rule: str
    fact: str
    how: str


def links(pair: Pair) -> set[Link]:
    """Every way in which one fact bears on another, by a firing of the graph."""
    graph = pair.before.graph
    found = set()
    for firing in graph.firings:
        supporting = {*firing.premises, *(n for count in firing.counts for n in count.facts)}
        against = {n for group in firing.blockers for n in group}
        for below, how in [(n, "supports") for n in supporting] + [
            (n, "stands against") for n in against
        ]:
            names = [below] if graph.is_fact(below) else graph.behind(below)
            for one, other in itertools.product(names, firing.conclusions):
                ends = (str(graph.instances[one]), str(graph.instances[other]))
                found.add(Link(ends[0], firing.rule.id, ends[1], how))
    return found


def check_paths(pair: Pair, result: WhatIf) -> None:
    """Each path leads from its change to the advice or a caveat on it, over what changed."""
    graph = pair.before.graph
    known = links(pair)
    number = {str(one): n for one, n in graph.number.items()}
    for shift in moved(result):
        advice = number[shift.instance]
        caveats = {str(graph.instances[n]) for n, _ in graph.caveats.get(advice, ())}
        causes = {cause.change for cause in shift.causes}
        for cause in shift.causes:
            if not cause.path:
                check_pathless(pair, advice, cause, causes)
                continue
            check_start(pair, cause)
            end = cause.path[-1]
            assert end.instance in {shift.instance, *caveats}
            assert end.caveat == (end.instance != shift.instance)
            for one, other in itertools.pairwise(cause.path):
                assert Link(one.instance, other.rule, other.instance, other.how) in known
            for step in cause.path:
                check_step(pair, step, cause, causes)


def check_pathless(pair: Pair, advice: int, cause: Cause, causes: set[str]) -> None:
    """A cause has no path only if nothing but the confidence would be another without it."""
    *others, one = state(pair, causes - {cause.change}, advice)
    *same, other = state(pair, causes, advice)
    assert others == same
    assert one != other
    event("a cause of confidence alone")


def check_start(pair: Pair, cause: Cause) -> None:
    """A path starts at the change itself; that of a rule at what the rule concludes."""
    first = cause.path[0]
    assert first.how == "change"
    if "(" in cause.change:
        assert (first.instance, first.rule) == (cause.change, None)
    else:
        assert first.rule == cause.change
        concluded = {
            str(pair.before.graph.instances[n])
            for firing in pair.before.graph.firings
            if firing.rule.id == cause.change
            for n in firing.conclusions
        }
        assert first.instance in concluded


def check_step(pair: Pair, step: PathStep, cause: Cause, causes: set[str]) -> None:
    """A step changed its grade: from before to after or, if others made up for it, by this."""
    assert step.before != step.after
    assert set(re.split(" to ", f"{step.before} to {step.after}")) <= set(TERMS)
    if step.caveat:
        return  # its grade is that on this advice
    n = next(n for one, n in pair.before.graph.number.items() if str(one) == step.instance)
    worlds = [(one.grades.lower[n], one.grades.upper[n]) for one in pair]
    template = pair.before.graph.template(n)
    if template.advice and worlds[0] == worlds[1]:  # another rule makes up for it: other advice
        client = template.slot_values(pair.before.graph.instances[n])["client"]
        n = pair.before.graph.other_advice(client) or n
        worlds = [(one.grades.lower[n], one.grades.upper[n]) for one in pair]
    if worlds[0] == worlds[1] or (worded(worlds[0]), worded(worlds[1])) != (
        step.before,
        step.after,
    ):
        grades = [mixed(pair, some)[0] for some in (causes - {cause.change}, causes)]
        worlds = [(one.lower[n], one.upper[n]) for one in grades]
    assert (worded(worlds[0]), worded(worlds[1])) == (step.before, step.after)
    assert step.rises == (worlds[1] > worlds[0])


def worded(bounds: tuple[int, int]) -> str:
    """Bounds as terms."""
    lower, upper = bounds
    return TERMS[lower] if lower == upper else f"{TERMS[lower]} to {TERMS[upper]}"


@DRAWN
@given(pairs())
def test_paths_lead_from_the_change_to_the_advice(pair):
    """A cause of more than confidence has a path of firings, over facts whose grades changed."""
    check_paths(pair, pair.comparison)


# ------------------------------------------------------------------ by hand


def of(name: str, *values) -> Instance:
    """An instance."""
    return Instance(name, values)


TEMPLATES = (
    template("old", "A"),
    template("new", "A"),
    template("held", "A"),
    template("bad", "A"),
    template("able", "A"),
    template("go", "A", first="client", advice=True),
    template("care", "A", first="client", caveat=True),
)
RULES = (
    rule("from-old", [pattern("old", "$x")], [pattern("able", "$x")]),
    rule("from-new", [pattern("new", "$x")], [pattern("able", "$x")]),
    rule(
        "go",
        [pattern("able", "$x"), pattern("held", "$x")],
        [pattern("go", "$x")],
        exceptions=[pattern("bad", "$x")],
    ),
    rule("care", [pattern("go", "$x"), pattern("new", "$x")], [pattern("care", "$x")]),
)
OLD, NEW, HELD, BAD = (of(name, "a1") for name in ("old", "new", "held", "bad"))
BOTH = (Citation("paper"), Citation("study"))  # of different origin
BACKED, BOTH_HELD = (fact(one, citations=BOTH) for one in (OLD, HELD))


def shifted(facts, changed, rules=RULES, withdraw=(), withdrawn=frozenset(), drop=()) -> Shift:
    """What becomes of the one piece of advice in a small example."""
    scenario = scenario_of(base_of(TEMPLATES, rules), facts, withdrawn=withdrawn)
    changes = Changes(
        facts=tuple(changed),
        withdrawn_facts=tuple(fact(one) for one in drop),
        withdrawn_rules=tuple(withdraw),
    )
    [shift] = pair_of(scenario, changes).comparison.shifts
    return shift


def ways(shift: Shift) -> dict[str, list[str]]:
    """For each cause, the facts on its path."""
    return {cause.change: [step.instance for step in cause.path] for cause in shift.causes}


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        ([], [fact(NEW), fact(HELD)], "gained"),
        ([fact(OLD), fact(HELD)], [fact(BAD)], "lost"),
        ([fact(OLD)], [fact(HELD, standing="unknown")], "opened"),
        ([fact(OLD), fact(HELD, standing="unknown")], [fact(HELD, standing="denied")], "closed"),
        ([fact(OLD), fact(HELD, 5)], [fact(HELD, 7)], "strengthened"),
        ([fact(OLD), fact(HELD, 7)], [fact(BAD, 2)], "weakened"),
        ([fact(OLD), fact(HELD)], [fact(NEW)], "re-caveated"),
        ([BACKED, fact(HELD)], [fact(OLD, citations=BOTH[:1])], "unchanged"),
        ([BACKED, fact(HELD, citations=BOTH[:1])], [BOTH_HELD], "strengthened"),
        ([BACKED, BOTH_HELD], [fact(HELD, 7)], "weakened"),
        ([BACKED, fact(HELD, 6)], [fact(HELD, 7)], "strengthened"),
        ([BACKED, fact(HELD, 6, citations=BOTH)], [fact(HELD, 7)], "weakened"),
        ([fact(OLD), fact(HELD)], [fact(BAD, standing="denied")], "unchanged"),
        ([fact(OLD), fact(HELD, standing="unknown")], [fact(HELD)], "gained"),
        ([fact(OLD), fact(HELD)], [fact(HELD, standing="unknown")], "unsettled"),
    ],
)
def test_each_kind_of_shift(before, after, kind):
    """One example of each kind."""
    assert shifted(before, after).kind == kind


def test_what_is_given_before_and_open_now_is_not_lost(run):
    """It stands in a list of its own, in its own words: in text, Markdown and JSON, and so beside
    another what-if."""
    given_ = ["what-if", "--base", str(SMALL), "--unknown", "stores(brook, grain)"]
    _, out, _ = run(*given_)
    assert "Given before, open now (1)" in out
    assert "-? Buy grain from Brook" in out
    assert "Lost" not in out
    _, written, _ = run(*given_, "--format", "markdown")
    assert "### Given before, open now" in written
    _, data, _ = run(*given_, "--format", "json")
    [comparison] = json.loads(data)["comparisons"]
    moved = [one["kind"] for one in comparison["shifts"] if one["kind"] != "unchanged"]
    assert moved == ["unsettled", "opened"]
    both = markdown.what_if("plain", [pair_unsettled()] * 2, every=False)
    assert "| given before, open now | given before, open now |" in both


def pair_unsettled() -> WhatIf:
    """A what-if that leaves open what was given."""
    start = scenario_of(base_of(TEMPLATES, RULES), [fact(OLD), fact(HELD)])
    return pair_of(start, Changes(facts=(fact(HELD, standing="unknown"),))).comparison


def test_sources_alone_can_strengthen_advice():
    """A second source that brings high confidence is a change, a cause, and told as what it is."""
    one = fact(HELD, citations=BOTH[:1])
    scenario = scenario_of(base_of(TEMPLATES, RULES), [BACKED, one])
    result = pair_of(scenario, Changes(facts=(BOTH_HELD,))).comparison
    [shift] = result.shifts
    assert (shift.before, shift.after) == ("given, moderate confidence", "given, high confidence")
    assert (shift.kind, ways(shift)) == ("strengthened", {"held(a1)": []})
    said = [" ".join(one.split()) for one in result.changes]
    assert said == ["It is now corroborated that held of A1."]
    back = pair_of(
        scenario_of(base_of(TEMPLATES, RULES), [BACKED, BOTH_HELD]), Changes(facts=(one,))
    )
    [shift] = back.comparison.shifts
    assert shift.kind == "weakened"
    said = [" ".join(cause.says.split()) for cause in shift.causes]
    assert said == ["It is no longer corroborated that held of A1."]


def test_causes_that_make_up_for_each_other_are_left_out():
    """Where one change undoes what another does, neither is a cause of something else."""
    shift = shifted([fact(OLD)], [fact(OLD, standing="denied"), fact(NEW, 8), fact(HELD)])
    assert shift.kind == "gained"
    assert "held(a1)" in ways(shift)
    without_caveat = [one for one in RULES if one.id != "care"]
    shift = shifted(
        [fact(OLD)], [fact(OLD, standing="denied"), fact(NEW), fact(HELD)], without_caveat
    )
    assert ways(shift) == {"held(a1)": ["held(a1)", "go(a1)"]}


def test_a_change_that_makes_up_for_another_still_has_a_path():
    """A cause that hides behind another is shown by what it makes of the other causes."""
    blocked = rule(
        "go",
        [pattern("able", "$x")],
        [pattern("go", "$x")],
        exceptions=[pattern("old", "$x")],
    )
    rules = [*RULES[:2], blocked]
    shift = shifted([fact(OLD)], [fact(OLD, standing="denied"), fact(NEW)], rules)
    assert ways(shift) == {
        "new(a1)": ["new(a1)", "able(a1)", "go(a1)"],
        "old(a1)": ["old(a1)", "go(a1)"],
    }
    able = next(c.path[1] for c in shift.causes if c.change == "new(a1)")
    assert (able.before, able.after, able.rises) == ("no support", "certain", True)


def test_the_path_of_a_lost_piece_of_advice_ends_at_the_advice():
    """Though a shorter path may lead to its caveat, what is lost is the advice."""
    shift = shifted([fact(NEW), fact(HELD)], [fact(NEW, standing="denied")])
    assert (shift.kind, shift.caveats_lost) == ("lost", ())
    assert ways(shift) == {"new(a1)": ["new(a1)", "able(a1)", "go(a1)"]}


def test_the_path_of_a_caveat_ends_at_the_caveat():
    """Where only a caveat changes, its path does not end at the unchanged advice."""
    shift = shifted([fact(OLD), fact(HELD)], [fact(NEW)])
    assert (shift.kind, len(shift.caveats_gained)) == ("re-caveated", 1)
    assert ways(shift) == {"new(a1)": ["new(a1)", "care(a1)"]}
    assert [step.caveat for step in shift.causes[0].path] == [False, True]


def test_a_caveat_has_the_grade_that_it_has_on_this_advice():
    """A caveat that qualifies other advice all along is shown as new where it is new."""
    templates = (
        template("old", "A"),
        template("new", "A"),
        template("go", "A", first="client", advice=True),
        template("come", "A", first="client", advice=True),
        template("care", "A", first="client", caveat=True),
    )
    rules = (
        rule("go", [pattern("old", "$x")], [pattern("go", "$x")]),
        rule("come", [pattern("old", "$x")], [pattern("come", "$x")]),
        rule("care-1", [pattern("go", "$x")], [pattern("care", "$x")]),
        rule("care-2", [pattern("come", "$x"), pattern("new", "$x")], [pattern("care", "$x")]),
    )
    scenario = scenario_of(base_of(templates, rules), [fact(OLD)])
    pair = pair_of(scenario, Changes(facts=(fact(NEW),)))
    shift = next(one for one in pair.comparison.shifts if one.id == "come")
    last = shift.causes[0].path[-1]
    assert (last.instance, last.before, last.after, last.rises) == (
        *("care(a1)", "no support", "certain"),
        True,
    )


def test_a_withdrawn_rule_is_a_cause():
    """A rule taken away is a change; its path starts at what it no longer concludes."""
    shift = shifted([fact(OLD), fact(HELD)], [], withdraw=["from-old"])
    [cause] = shift.causes
    assert (shift.kind, cause.change) == ("lost", "from-old")
    assert cause.says == "The rule from-old is withdrawn."
    assert [(step.instance, step.rule, step.how) for step in cause.path] == [
        ("able(a1)", "from-old", "change"),
        ("go(a1)", "go", "supports"),
    ]
    assert [step.rises for step in cause.path] == [False, False]


def test_a_rule_that_already_was_withdrawn_is_on_no_path():
    """A path uses no firing of a rule that is out of force before and after."""
    either = [*RULES, rule("short", [pattern("old", "$x")], [pattern("go", "$x")])]
    shift = shifted([fact(HELD)], [fact(OLD)], either, withdrawn=frozenset({"short"}))
    assert ways(shift) == {"old(a1)": ["old(a1)", "able(a1)", "go(a1)"]}


def test_a_path_only_goes_where_the_change_works():
    """What rises makes what it supports rise, and what it stands against fall."""
    templates = (template("a", "A"), template("b", "A"), template("mid", "A"), TEMPLATES[5])
    rules = (
        rule("near", [pattern("a", "$x"), pattern("b", "$x")], [pattern("go", "$x")]),
        rule("mid", [pattern("a", "$x")], [pattern("mid", "$x")]),
        rule("go", [pattern("b", "$x")], [pattern("go", "$x")], exceptions=[pattern("mid", "$x")]),
    )
    scenario = scenario_of(base_of(templates, rules), [fact(of("b", "a1"))])
    pair = pair_of(scenario, Changes(facts=(fact(of("a", "a1"), 5),)))
    [shift] = pair.comparison.shifts
    assert shift.kind == "weakened"
    assert ways(shift) == {"a(a1)": ["a(a1)", "mid(a1)", "go(a1)"]}


@pytest.mark.parametrize(
    ("facts", "changed", "drop", "says"),
    [
        ([], [fact(HELD)], [], ["Held of A1."]),
        ([], [fact(HELD, 5)], [], ["Held of A1 (likely)."]),
        ([fact(HELD)], [], [HELD], ["Nobody says any more that held of A1."]),
        (
            [fact(HELD)],
            [fact(HELD, standing="unknown")],
            [],
            ["It is not known whether held of A1."],
        ),
    ],
)
def test_changes_are_said_in_sentences(facts, changed, drop, says):
    """What is changed is said as the changed scenario says it."""
    scenario = scenario_of(base_of(TEMPLATES, RULES), facts)
    withdrawn = tuple(fact(one) for one in drop)
    pair = pair_of(scenario, Changes(facts=tuple(changed), withdrawn_facts=withdrawn))
    assert [" ".join(one.split()) for one in pair.comparison.changes] == says


# ------------------------------------------------------------------ the command


def what_if(run, *args: str) -> list[dict]:
    """The comparisons that a command gives as JSON."""
    code, out, err = run("what-if", *args, "--format", "json")
    assert (code, err) == (0, "")
    document = json.loads(out)
    jsonschema_rs.validate(SCHEMA, document)
    return document["comparisons"]


def kinds(comparison: dict) -> dict[str, str]:
    """The kind of each shift that is one."""
    return {s["instance"]: s["kind"] for s in comparison["shifts"] if s["kind"] != "unchanged"}


def small(*args: str) -> tuple[str, ...]:
    """Arguments over the small base."""
    return (*args, "--base", str(SMALL))


BUY = "buy(ashby, brook, grain)"


@pytest.mark.parametrize(
    ("args", "kind", "cause"),
    [
        (("--deny", "stores(brook, grain)"), "lost", "stores(brook, grain)"),
        (("--unknown", "stores(brook, grain)"), "unsettled", "stores(brook, grain)"),
        (("--withdraw", "stores(brook, grain)"), "lost", "stores(brook, grain)"),
        (("--withdraw", "partner-with-a-store"), "lost", "partner-with-a-store"),
        (("--assume", "stores(brook, grain)"), "strengthened", "stores(brook, grain)"),
        (("--assume", "stores(brook, grain)=unlikely"), "lost", "stores(brook, grain)"),
        (("--assume", "weather(brook, calm)"), "re-caveated", "weather(brook, rough)"),
        (("--assume", "weather(brook, frozen)"), "lost", "weather(brook, frozen)"),
    ],
)
def test_changes_on_the_command_line(run, args, kind, cause):
    """Facts can be assumed, denied, left unknown and withdrawn, and rules withdrawn."""
    [comparison] = what_if(run, *small(*args))
    assert comparison["name"] == "<command line>"
    assert kinds(comparison)[BUY] == kind
    [shift] = [s for s in comparison["shifts"] if s["instance"] == BUY]
    assert [one["change"] for one in shift["causes"]] == [cause]


def test_options_are_one_what_if_together(run):
    """All changes given as options are made at once; files are compared one by one."""
    [both] = what_if(
        run, *small("--deny", "stores(brook, grain)", "--assume", "stores(cliff, grain)")
    )
    assert len(both["changes"]) == 2
    [one, other] = what_if(run, "groundwork-done", "--withdraw", "visit-after-groundwork")
    assert (one["name"], other["name"]) == ("groundwork-done", "<command line>")
    assert "invite-visit(pakistan, russia)" in kinds(one)
    assert kinds(other) == {}


def test_several_files_stand_side_by_side(run):
    """Several what-ifs are each compared with the same scenario, and told one after another."""
    names = ("groundwork-done", "us-pakistan-ties-break", "sco-not-available")
    found = what_if(run, *names)
    assert [one["name"] for one in found] == list(names)
    assert found == [what_if(run, name)[0] for name in names]
    code, out, _ = run("what-if", *names, "--long")
    assert code == 0
    told = out.splitlines()
    assert [line[0] for line in told if re.match(r"\d What if ", line)] == ["1", "2", "3"]
    assert "1.1 Gained: Invite Russia's top leadership" in out


def test_another_scenario_can_be_changed(run, tmp_path):
    """--from names what is changed; the what-if's changes are made to that."""
    [comparison] = what_if(run, "us-pakistan-ties-break", "--from", "groundwork-done")
    assert "defer-visit(pakistan, russia)" not in kinds(comparison)
    merged = tmp_path / "both.yaml"
    merged.write_text(
        "extends: groundwork-done\ntitle: both\nassume: ['ties(pakistan, united-states, broken)']\n"
    )
    before = advisor.advise(advisor.load("groundwork-done"))
    after = advisor.advise(advisor.load(merged))
    [result] = api.what_if(advisor.load("groundwork-done"), ["us-pakistan-ties-break"])
    check_against_advice(result, before, after)
    code, out, _ = run("what-if", "us-pakistan-ties-break", "--from", "groundwork-done")
    assert code == 0
    assert "us-pakistan-ties-break, compared with groundwork-done" in out


def test_a_what_if_starts_from_what_it_extends(run, tmp_path):
    """Without --from, what is changed is the scenario that the first file extends."""
    second = tmp_path / "second.yaml"
    second.write_text(
        "extends: groundwork-done\ntitle: And no hope\nwithdraw: [visit-after-groundwork]\n"
    )
    code, out, _ = run("what-if", str(second), "--format", "json")
    document = json.loads(out)
    assert (code, document["scenario"]) == (0, "groundwork-done")
    assert kinds(document["comparisons"][0]) == {"invite-visit(pakistan, russia)": "lost"}


@pytest.fixture
def chained(tmp_path) -> tuple[Path, Path]:
    """A what-if of a what-if, each extending by a path from where it stands."""
    (tmp_path / "deep").mkdir()
    first, second = tmp_path / "deep" / "first.yaml", tmp_path / "second.yaml"
    first.write_text("extends: plain\ntitle: Calm\nassume: ['weather(brook, calm)']\n")
    second.write_text("extends: deep/first.yaml\ntitle: Empty\ndeny: ['stores(brook, grain)']\n")
    return first, second


def test_a_what_if_may_extend_by_path_what_extends_another(run, chained):
    """What is changed is the file that a path names, with all that it extends in its turn."""
    _, second = chained
    [comparison] = what_if(run, *small(str(second)))
    assert comparison["changes"] == ["It is not the case that Brook stores grain."]
    code, out, _ = run("what-if", *small(str(second)))
    assert code == 0
    assert "second, compared with first" in " ".join(out.split())


def test_a_what_if_on_standard_input_starts_from_what_it_extends(run, chained, monkeypatch):
    """The same of `-`, whose paths go from here."""
    first, second = chained
    text = second.read_text().replace("deep/first.yaml", str(first))
    monkeypatch.chdir(second.parent)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    [comparison] = what_if(run, *small("-"))
    assert comparison["name"] == "stdin"
    assert comparison["changes"] == ["It is not the case that Brook stores grain."]


def test_a_file_named_like_what_it_extends_is_changed_by_its_own_changes(run, tmp_path):
    """Files are told apart by where they are: two of one name in a chain are both there."""
    copy = tmp_path / "plain.yaml"
    copy.write_text("extends: plain\ntitle: Calm\nassume: ['weather(brook, calm)']\n")
    second = tmp_path / "second.yaml"
    second.write_text("extends: ./plain.yaml\ntitle: Rough\nwithdraw: ['weather(brook, calm)']\n")
    [comparison] = what_if(run, *small(str(second)))
    assert len(comparison["changes"]) == 1
    assert kinds(comparison) == {}


def test_every_problem_of_a_chain_is_said_at_once(run, chained):
    """What is wrong in a what-if does not wait for what is wrong in the file that it extends."""
    first, second = chained
    first.write_text(first.read_text().replace("weather", "whether"))
    second.write_text(second.read_text().replace("stores", "storrs"))
    code, out, err = run("what-if", *small(str(second)))
    assert (code, out, err.count("error: ")) == (2, "", 2)


def test_the_advice_may_be_to_somebody_else(run):
    """--for compares the advice to another client."""
    [comparison] = what_if(run, "russia-joins-cpec", "--for", "russia")
    assert kinds(comparison) == {"weigh-joining(russia, cpec)": "lost"}


def test_a_scenario_without_changes_is_said_to_change_nothing(run):
    """A what-if that changes nothing says so."""
    code, out, err = run("what-if", "pakistan-russia")
    assert (code, err) == (0, "")
    assert "Nothing is changed." in out


def test_a_template_without_slots_is_stated_by_its_name(run):
    """There is nothing that could stand between the brackets."""
    bare, bracketed = (
        run("what-if", *small("--assume", f"{text} = likely"))
        for text in ("market-day", "market-day()")
    )
    assert bare == bracketed and bare[0] == 0
    assert "It is market day (likely)." in bare[1]


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("--assume", "storrs(brook, grain)"), "there is no template 'storrs'"),
        (("--assume", "stores(brooks, grain)"), "there is no Town 'brooks'"),
        (("--assume", "stores(brook)"), "'stores' has 2 slots"),
        (("--assume", "stores"), "'stores' has 2 slots, and 0 are filled"),
        (("--assume", "stores(brook, grain)=maybe"), "'maybe' is no likelihood"),
        (("--assume", BUY), "'buy' is advice, which only rules conclude"),
        (("--deny", BUY), "'buy' is advice, which only rules conclude"),
        (("--assume", "by-daylight(ashby, brook)"), "is a caveat, which only rules conclude"),
        (("--deny", "trusted(brook)"), "'trusted' is derived here, so it cannot be denied"),
        (("--unknown", "trusted(brook)"), "'trusted' is derived here, so it cannot be unknown"),
        (("--deny", "stores(brook, grain)=likely"), "a fact that is denied has no likelihood"),
        (("--withdraw", "buy-from-suplier"), "there is no rule 'buy-from-suplier'"),
        (("--withdraw", "buy-from-suplier"), "hint: did you mean 'buy-from-supplier'?"),
        (("--withdraw", "stores(cliff, grain)"), "is not stated, so it cannot be withdrawn"),
        (("--withdraw", "backs(cliff, brook)"), "is an alternative of a one-of group"),
        (
            ("--assume", "stores(brook, grain)", "--deny", "stores(brook, grain)"),
            "is stated and denied",
        ),
        (
            ("--assume", "weather(brook, calm)", "--assume", "weather(brook, frozen)"),
            "second value",
        ),
        (("--assume", "backs(cliff, brook)=almost certain"), "does not fit its one-of group"),
        ((), "nothing is changed"),
        (("nowhere",), "there is no scenario 'nowhere'"),
        (("plain", "--from", "nowhere"), "there is no scenario 'nowhere'"),
        (("plain", "--for", "grain"), "nobody can advise 'grain'"),
        (("--assume", "stores(brook, \N{GRINNING FACE})"), "error: "),
        (("--assume", "stores(\x1b[31m, grain)"), "error: "),
        (("--assume", "stores(\udcff, grain)"), "error: "),
        (("--assume", 'stores("brook", grain)\n- x'), "error: "),
    ],
)
def test_what_cannot_be_changed_exits_2(run, args, words):
    """Whatever cannot be changed so is refused with a message that says what is wrong."""
    code, out, err = run("what-if", *small(*args))
    assert (code, out) == (2, "")
    assert err.startswith("error: ")
    assert words in err
    assert "\x1b" not in err


def test_every_problem_of_the_options_is_said_at_once(run):
    """A wrong assumption does not hide a wrong withdrawal."""
    code, _, err = run(
        "what-if", *small("--assume", BUY, "--deny", "trusted(brook)", "--withdraw", "nothing")
    )
    assert (code, err.count("error: ")) == (2, 3)


def test_a_what_if_may_leave_everything_open(run, tmp_path):
    """An incomplete what-if opens advice, says what it takes as unknown, and ends in time."""
    path = tmp_path / "open.yaml"
    path.write_text("extends: plain\ntitle: Who knows\ncomplete: false\n")
    [comparison] = what_if(run, *small(str(path)))
    assert set(kinds(comparison).values()) == {"opened"}
    [said] = comparison["changes"]
    assert said.startswith("What nobody mentions is taken to be unknown: ")
    causes = [one["says"] for shift in comparison["shifts"] for one in shift["causes"]]
    assert all(one.startswith("It is not known whether ") for one in causes)
    back = tmp_path / "back.yaml"
    back.write_text(f"extends: {path}\ntitle: Known again\ncomplete: true\n")
    [comparison] = what_if(run, *small(str(back), "--from", str(path)))
    assert set(kinds(comparison).values()) == {"closed"}
    [said] = comparison["changes"]
    assert said.startswith("What nobody mentions is taken as absent: ")


def test_rules_are_matched_once_for_all_what_ifs(monkeypatch):
    """However many what-ifs are compared, they are evaluations of one graph."""
    case = advisor.load()
    built = engines(monkeypatch)
    found = api.what_if(
        case, WHAT_IFS, assume=["groundwork(pakistan, russia, north-south-pipeline)"]
    )
    assert len(found) == len(WHAT_IFS) + 1
    assert len(built) == 1
    assert found == api.what_if(
        case.scenario, WHAT_IFS, assume=["groundwork(pakistan, russia, north-south-pipeline)"]
    )


def engines(monkeypatch) -> list[engine.Engine]:
    """The engines built from here on."""
    built = []
    original = engine.Engine.__init__

    def counted(self, *args, **options):
        built.append(self)
        original(self, *args, **options)

    monkeypatch.setattr(engine.Engine, "__init__", counted)
    return built


def test_what_needs_nothing_new_is_an_evaluation_of_the_graph_at_hand(monkeypatch):
    """Changes to facts that a loaded case knows match no rule again, and come to the same."""
    case = advisor.load()
    built = engines(monkeypatch)
    known = [str(one) for one in case.scenario.facts if one not in grouped(case.scenario)]
    found = [api.what_if(case, withdraw=[one]) for one in known]
    assert built == []
    assert found == [api.what_if(case.scenario, withdraw=[one]) for one in known]
    assert len(built) == len(known)


def grouped(scenario: Scenario) -> set[Instance]:
    """The alternatives of a scenario's groups."""
    return {one for group in scenario.groups for one in group.alternatives}


OWN = """
extends: plain
title: A fifth town
entities: {Town: {eller: {name: Eller}}}
sources: {letter: {title: A letter, origin: eller}}
assume:
  - stores: {town: eller, cargo: grain}
    sources: [letter]
  - linked(ashby, eller)
"""


@pytest.mark.parametrize(
    "text",
    [
        "extends: plain\ntitle: Nothing new\ndeny: ['stores(brook, grain)']",
        "extends: plain\ntitle: New\nassume: ['stores(cliff, grain)']",
        "extends: plain\ntitle: Open\ncomplete: false",
        OWN,
    ],
)
def test_the_command_matches_the_rules_once(run, tmp_path, monkeypatch, text):
    """One run of the engine for a whole command, whatever the what-if adds to the base."""
    path = tmp_path / "changed.yaml"
    path.write_text(text)
    built = engines(monkeypatch)
    found = what_if(run, *small(str(path)))
    assert len(built) == 1
    case = advisor.load(base=SMALL)
    assert found == json.loads(msgspec.json.encode(api.what_if(case, [path])))
    again = advisor.load(path, base=SMALL)
    if again.scenario.complete:
        [result] = api.what_if(case, [path])
        check_against_advice(result, advisor.advise(case), advisor.advise(again))


# ------------------------------------------------------------------ what is printed


def test_the_terminal_shows_the_change_and_its_path(run):
    """Each shift has its change in words, and every step of the path with its grades."""
    code, out, err = run("what-if", "groundwork-done", "--long")
    text = " ".join(out.split())
    assert (code, err) == (0, "")
    assert "Change: Pakistan and Russia have laid substantial commercial groundwork for gas" in text
    assert "Gained (1) + Invite Russia's top leadership" in text
    assert (
        "so no longer: A visit to Pakistan by Russia's top leadership would be premature. "
        "(very likely -> no support; rule visit-before-groundwork)" in text
    )
    assert 'the caveat no longer: "once the commercial case is prepared"' in text
    assert re.search(r"Unchanged: \d+ \(--all lists them\)\n$", out)


def test_a_screen_has_every_shift_once_and_the_way_to_it():
    """What is said in short holds each shift once, as often as there are, and what lies between."""
    for name in ("groundwork-done", "ties-with-russia-break", "us-drawdown-continues"):
        comparison = shipped_what_if(name, "pakistan")
        short = comparison.in_short
        moved = [one.instance for one in comparison.shifts if one.kind != "unchanged"]
        told = [instance for one in short.shifts for instance in one.instances]
        assert sorted(told) == sorted(moved)
        kinds = {one.instance: one.kind for one in comparison.shifts}
        assert all(kinds[i] == one.kind for one in short.shifts for i in one.instances)
        said = [(one.says, one.effect) for one in short.by_way_of]
        assert len(said) == len(set(said))
        assert {i for one in short.by_way_of for i in one.shifts} <= set(moved)
    [change] = shipped_what_if("us-drawdown-continues", "pakistan").in_short.changes
    assert change == "US forces in Afghanistan are being reduced.", "the rest follows from the key"


def test_changes_are_saved_as_a_what_if_that_loads_again(run, tmp_path, monkeypatch):
    """What --save writes gives the same again; it may be saved over, and nothing else may."""
    monkeypatch.chdir(tmp_path)
    start = tmp_path / "start.yaml"
    start.write_text("extends: plain\ntitle: A start\nassume: ['stores(cliff, grain)']\n")
    options = ["--withdraw", "partner-with-a-store", "--unknown", "weather(brook, rough)"]
    for more in ([], ["--from", "start.yaml"], ["plain", "--from", "start.yaml"]):
        args = [*options, *more]
        code, shown, err = run("what-if", *small(*args, "--save", "mine.yaml"))
        assert code == 0
        assert err.startswith("Saved. To see it again: advisor what-if mine.yaml")
        assert shown == run("what-if", *small(*args))[1]
        wanted, [found] = what_if(run, *small(*args))[-1], what_if(run, *small("mine.yaml"))
        assert {**found, "name": "", "title": ""} == {**wanted, "name": "", "title": ""}
    other = tmp_path / "other.yaml"
    other.write_text("title: Somebody's\n")
    for target, words in (
        ("other.yaml", "is there already, and it is no what-if of this command"),
        ("/dev/null", "it is no file"),
        ("nowhere/mine.yaml", "cannot write to nowhere/mine.yaml"),
    ):
        code, out, err = run("what-if", *small(*options, "--save", target))
        assert (code, out, words in err) == (2, "", True), err
    assert other.read_text() == "title: Somebody's\n"
    code, _, err = run("what-if", *small("plain", "--save", "new.yaml"))
    assert (code, "nothing is to be saved" in err) == (2, True)
    assert not (tmp_path / "new.yaml").exists()


def test_no_file_extends_standard_input(run, tmp_path, monkeypatch):
    """What came from standard input can be named by no file."""
    text = b"extends: plain\ntitle: From here\n"
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text)))
    target = str(tmp_path / "mine.yaml")
    args = small("--from", "-", "--deny", "stores(brook, grain)", "--save", target)
    code, out, err = run("what-if", *args)
    assert (code, out, "no file can extend <stdin>" in err) == (2, "", True)


@pytest.mark.parametrize("option", ["--assume", "--deny", "--unknown", "--withdraw"])
def test_a_number_of_advise_is_no_fact(run, option):
    """Advice follows from facts; its number is met with the command that says which."""
    code, out, err = run("what-if", option, "3")
    assert (code, out) == (2, "")
    assert "3 is the number of a piece of advice, and only facts can be changed" in err
    assert "advisor flip 3" in err


def test_all_lists_what_does_not_change(run):
    """--all adds the unchanged advice, in the terminal and in Markdown."""
    brief = run("what-if", "groundwork-done")[1]
    every = run("what-if", "groundwork-done", "--all")[1]
    assert "use-forum" not in brief
    assert "use-forum(pakistan, russia, sco, terrorism)" in every
    brief, every = (
        run("what-if", "groundwork-done", "--format", "markdown", *more)[1]
        for more in ((), ("--all",))
    )
    assert "### Unchanged" not in brief
    assert "### Unchanged" in every


def test_markdown_has_the_shifts_and_their_causes(run):
    """Markdown says what the terminal says: changes, shifts, causes and paths."""
    code, out, err = run("what-if", "groundwork-done", "sco-not-available", "--format", "markdown")
    assert (code, err) == (0, "")
    assert out.startswith("# What if\n\nCompared with pakistan-russia.\n\n| advice |")
    tokens = MarkdownIt().enable("table").parse(out)
    headings = [
        tokens[n + 1].content for n, token in enumerate(tokens) if token.type == "heading_open"
    ]
    assert headings[:2] == ["What if", "What if the commercial groundwork were laid?"]
    assert "Gained" in headings
    assert "- **Invite Russia's top leadership, without estranging the United States.**" in out
    assert "    - so no longer: " in out


HOSTILE = (
    "- *item* _x_ | cell",
    "1. `code` <b>bold</b>",
    "2) [link](http://example.org) ![image](x)",
    "+ &amp; &#42; ~~gone~~",
    "# heading \\*",
    "> quote",
    "=== ---",
    "--- ===",
    "``` fence",
    "<!-- comment",
)


@pytest.mark.parametrize("text", HOSTILE)
def test_text_from_a_base_is_no_markdown(text):
    """Whatever stands in a base comes out of Markdown as it is, and adds no markup."""
    result = comparison_saying(text)
    found, harmless = (
        MarkdownIt("gfm-like", {"linkify": False}).parse(
            markdown.what_if(one.name, [one, one], every=True)
        )
        for one in (result, comparison_saying("harmless"))
    )
    flat = [
        [child.type for token in one for child in (token, *(token.children or ()))]
        for one in (found, harmless)
    ]
    assert [t for t in flat[0] if t != "text_special"] == flat[1]
    texts = {"".join(c.content for c in t.children or ()) for t in found if t.type == "inline"}
    assert text in texts
    assert any(f"rule r → {text}" in one or text in one for one in texts)


def comparison_saying(text: str) -> WhatIf:
    """A comparison in which every text of a base is this one."""
    step = PathStep(
        instance=text,
        says=text,
        caveat=True,
        rises=True,
        before="no support",
        after="certain",
        rule="r",
        how="supports",
    )
    shift = Shift(
        id="go",
        instance=text,
        kind="gained",
        says=text,
        before="withheld",
        after="given, low confidence",
        caveats_gained=(text,),
        caveats_lost=(text,),
        causes=(Cause(change=text, says=text, path=(step, step)),),
    )
    return WhatIf(
        name=text,
        title=text,
        about=text,
        changes=(text,),
        shifts=(shift, msgspec.structs.replace(shift, kind="unchanged", causes=())),
    )


def test_json_follows_its_schema(run):
    """What `--format json` writes is what docs/schemas/what-if-1.schema.json describes."""
    found = what_if(run, *WHAT_IFS)
    assert [one["name"] for one in found] == WHAT_IFS
    for comparison in found:
        assert comparison["changes"]
        assert comparison["shifts"]


def test_shifts_are_in_order():
    """Shifts come by kind, then as the base declares the advice, unchanged advice last."""
    order = ["gained", "lost", "unsettled", "opened", "closed"]
    order += ["strengthened", "weakened", "re-caveated"]
    for name in WHAT_IFS:
        shifts = shipped_what_if(name, "pakistan").shifts
        base = shipped().scenario.base
        advice = [base.order(loader.parse_instance(s.instance, base)[0]) for s in shifts]
        kinds = [[*order, "unchanged"].index(s.kind) for s in shifts]
        places = list(zip(kinds, advice, strict=True))
        assert places == sorted(places)


# ------------------------------------------------------------------ several statements on one key

LEVEL = template("level", "A", "number", key=(0,), asks=("?",))
SAID_AS = {"assume": "stated", "denied": "denied", "unknown": "unknown"}


def level(value: int) -> Instance:
    """A value of the key."""
    return LEVEL.instance("a1", Decimal(value))


def leveled() -> Scenario:
    """A key of which one of three values holds, in a scenario that leaves the rest open."""
    rules = [rule("r", [pattern("level", "$x", "$n")], [pattern("go", "$x")])]
    go = template("go", "A", first="client", advice=True)
    start = scenario_of(base_of([LEVEL, go], rules), [], complete=False)
    group = {"title": "G", "alternatives": [f"level(a1, {n})" for n in (1, 2, 3)]}
    return loader.change(start, json.dumps({"title": "T", "one-of": [group]}), "group")


@given(draws.lists(draws.tuples(draws.sampled_from(sorted(SAID_AS)), draws.integers(1, 5))))
def test_what_one_layer_says_of_a_key_stands_as_said_or_is_refused(said):
    """Beside a group of values of the key, and with values that are none of it, in any number."""
    listed = {word: [f"level(a1, {n})" for one, n in said if one == word] for word in SAID_AS}
    text = json.dumps({"title": "T", **{word: some for word, some in listed.items() if some}})
    try:
        changed = loader.change(leveled(), text, "layer")
    except AdvisorError as error:
        event("refused")
        assert str(error)
        return
    for word, value in said:
        assert changed.facts[level(value)].standing == SAID_AS[word]


@pytest.mark.parametrize("value", [1, 3])
def test_two_values_of_a_key_are_refused_beside_its_group(value):
    """One of the group and one that is not: the second value is what is wrong."""
    text = json.dumps({"title": "T", "assume": [f"level(a1, {value})", "level(a1, 7)"]})
    with pytest.raises(AdvisorError, match=r"level\(a1, 7\) gives a second value"):
        loader.change(leveled(), text, "layer")


def test_a_value_that_another_takes_the_place_of_is_not_said_to_be_gone(capfd):
    """A key has one value: the new one says that the old one is none any more."""
    changed = ("what-if", "--base", str(SMALL), "--assume", "weather(brook, calm)", "--long")
    assert cli.run(changed) == 0
    out = capfd.readouterr().out
    assert out.count("Change: ") == 1
    assert "Nobody says" not in out
    assert "calm" in out


@pytest.mark.parametrize("strong", ["a", "z"])
def test_a_way_names_the_rule_that_carried_the_grade(strong):
    """What was certain by one rule and likely by another did not fall by the weaker one."""
    weak = "z" if strong == "a" else "a"
    given_ = [pattern("seen", "$x")]
    rules = [
        rule(strong, given_, [pattern("warm", "$x")]),
        rule(weak, given_, [pattern("warm", "$x")], strength=5),
        rule("m", [pattern("warm", "$x")], [pattern("go", "$x")]),
    ]
    templates = [template("seen", "A", asks=("?",)), template("warm", "A")]
    templates.append(template("go", "A", first="client", advice=True))
    seen = Instance("seen", ("a1",))
    start = scenario_of(base_of(templates, rules), [fact(seen)])
    found = pair_of(start, Changes(facts=(fact(seen, standing="denied"),)))
    [shift] = compare(found.before, found.after, "a1").shifts
    assert [step.rule for step in shift.causes[0].path] == [None, strong, "m"]


def test_of_what_nobody_mentions_the_changes_are_counted_where_it_is_taken_as_before():
    """Without a group its line is open; nothing is said to be taken otherwise than before."""
    start = leveled()
    changed = scenario_of(start.base, [], complete=False)
    graph = widened(outcome(changed, build(changed, [*start.facts])), "a1").graph
    pair = [outcome(one, graph) for one in (start, changed)]
    [forth] = [one for one in compare(*pair).changes if "mentions" in one]
    assert re.fullmatch(r"Of what nobody mentions, \d+ more facts? (is|are) open\.", forth)
    [back] = [one for one in compare(*pair[::-1]).changes if "mentions" in one]
    assert back == forth.replace("more ", "").replace("open", "no longer open")
