"""Coverage: what scenarios put to the test, and scenarios that are suggested for the rest."""

from __future__ import annotations

import io
import itertools
import json
import re
import shutil
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from xml.etree import ElementTree

import msgspec
import pytest
from hypothesis import assume, given, reject
from hypothesis import strategies as st
from oracle import COMPARE, Oracle, nth
from rich.console import Console
from strategies import (
    WHERE,
    Case,
    Features,
    base_of,
    cases,
    compare,
    fact,
    pattern,
    rule,
    scenario_of,
    template,
)

import advisor
from advisor import loader
from advisor.audit.example import Examples
from advisor.audit.subject import Subject
from advisor.model.budget import Late
from advisor.model.errors import AdvisorError, Location
from advisor.model.records import AtLeast, Var
from advisor.model.scenarios import Expectation, OneOf
from advisor.reasoning.building import build
from advisor.reasoning.evaluate import outcome
from advisor.reasoning.stateable import Stateable
from advisor.render.exchange import junit
from advisor.render.terminal.coverage import suggestions as suggestions_view
from advisor.render.terminal.coverage import summary
from advisor.testing import expectations, suggestion
from advisor.testing.coverage import Coverage, coverage, covered, exercised
from advisor.testing.goals import (
    KINDS,
    CoverageGoal,
    Mark,
    Suggestion,
    Suggestions,
    Unfound,
    conditions,
)
from advisor.testing.suggestion import suggestions

TESTS = Path(__file__).parent
SMALL = TESTS / "bases" / "small"
RICH = Features(keys=True, groups=True)
PLAIN = Features(open_facts=False, withdrawn=False, keys=True)


@pytest.fixture
def small(tmp_path) -> Path:
    """A copy of the small base, to write into."""
    return Path(shutil.copytree(SMALL, tmp_path / "base"))


# ------------------------------------------------------------------ brute force


def parts_of(oracle: Oracle, ground) -> list[tuple[int, int]]:
    """What each condition of a ground rule comes to, in the order in which they are written."""
    found = []
    facts, counted = iter(ground.premises), iter(oracle.parts[ground].counts)
    for premise in oracle.rules[ground.rule].premises:
        if isinstance(premise, AtLeast):
            least, matching = next(counted)
            sides = (oracle.lower, oracle.upper)
            found.append(tuple(nth(least, [side[one] for one in matching]) for side in sides))
        else:
            one = next(facts)
            found.append((oracle.lower[one], oracle.upper[one]))
    for matching in oracle.parts[ground].against:
        low = max([0, *(oracle.lower[one] for one in matching)])
        high = max([0, *(oracle.upper[one] for one in matching)])
        found.append((8 - high, 8 - low))
    if oracle.rules[ground.rule].otherwise:
        low, high = oracle.strongest(oracle.parts[ground].others)
        found.append((8 - high, 8 - low))
    return found


def told_apart(oracle: Oracle) -> list:
    """The ground rules, the first of those that differ in nothing but which premise met which."""
    found = {}
    for ground in sorted(oracle.matches):
        parts = oracle.parts[ground]
        counts = [(least, frozenset(matching)) for least, matching in parts.counts]
        against = [frozenset(matching) for matching in parts.against]
        key = (ground.rule, frozenset(ground.premises), *counts, *against, *parts.conclusions)
        found.setdefault(key, ground)
    return list(found.values())


def by_brute_force(case: Case) -> set[Mark]:
    """What a scenario covers: every condition of every ground rule changed by itself."""
    oracle = Oracle(case.scenario, case.extra)
    able = set()
    found = set()
    for ground in told_apart(oracle):
        if ground.rule in case.scenario.withdrawn:
            continue
        strength = oracle.rules[ground.rule].strength
        parts = parts_of(oracle, ground)
        low = min([strength, *(part[0] for part in parts)])
        high = min([strength, *(part[1] for part in parts)])
        if low >= 4:
            found.add(Mark("fired", ground.rule))
        if high >= 4:
            able.add(ground.rule)
        for place in range(len(parts)):
            changed = [(8, 8) if n == place else part for n, part in enumerate(parts)]
            if high < 4 <= min([strength, *(part[0] for part in changed)]):
                found.add(Mark("decisive", ground.rule, place))
    found |= {
        Mark("withheld", one)
        for one in oracle.rules
        if one not in able and one not in case.scenario.withdrawn
    }
    advice = {t.id for t in oracle.base.templates.values() if t.advice}
    given = {one for one, low in oracle.lower.items() if one.template in advice and low >= 4}
    found |= {Mark("reached", one.template) for one in given}
    found |= {Mark("advised", client_of(oracle, one)) for one in given}
    return found | set(marks_of_caveats(oracle, given)) | set(marks_of_comparisons(case))


def client_of(oracle: Oracle, advice) -> str:
    """Whom a piece of advice is for."""
    return oracle.base.templates[advice.template].slot_values(advice)["client"]


def marks_of_caveats(oracle: Oracle, given):
    """The rules for caveats that fire, and those that leave given advice alone."""
    for one in oracle.base.rules:
        if one.id in oracle.scenario.withdrawn or not any(
            oracle.base.templates[c.template].caveat for c in one.conclusions
        ):
            continue
        firings = [ground for ground in oracle.matches if ground.rule == one.id]
        if any(oracle.bounds(ground)[0] >= 4 for ground in firings):
            yield Mark("qualifying", one.id)
        carry = {f for each in firings if oracle.bounds(each)[1] >= 4 for f in each.premises}
        [about] = [
            p
            for p in one.patterns()
            if oracle.base.templates[p.template].advice or oracle.base.templates[p.template].kind
        ]
        if any(oracle.unify(about, each, {}) for each in given - carry):
            yield Mark("sparing", one.id)


def marks_of_comparisons(case: Case):
    """What each comparison shows, from a base with a copy of its rule that does without it.

    Defaults are left out: what they yield to would be another thing for the copy.
    """
    base = case.scenario.base
    probe = template("probe", "A")
    for one in base.rules:
        for place, test in enumerate(one.comparisons):
            if one.otherwise or one.id in case.scenario.withdrawn or one.strength < 4:
                continue
            others = (*one.comparisons[:place], *one.comparisons[place + 1 :])
            copy = msgspec.structs.replace(
                one, id="copy", conclusions=(pattern("probe", "a1"),), comparisons=others
            )
            wider = base_of([*base.templates.values(), probe], [*base.rules, copy])
            oracle = Oracle(msgspec.structs.replace(case.scenario, base=wider), case.extra)
            for ground in oracle.matches:
                parts = parts_of(oracle, ground) if ground.rule == "copy" else [(0, 0)]
                if all(low >= 4 for low, _ in parts):
                    part = len(conditions(one)) + place
                    kinds = shown_by(test, dict(ground.bindings))
                    yield from (Mark(kind, one.id, part) for kind in kinds)


def shown_by(test, bindings):
    """What a comparison shows by the values that it is put to."""
    left, right = (
        bindings[side.name] if isinstance(side, Var) else side for side in (test.left, test.right)
    )
    if not COMPARE[test.operator](left, right):
        yield "decisive"
    if test.operator not in {"<", "<=", ">", ">="}:
        return
    if left == right:
        yield "bound"
    elif not isinstance(test.right, Var):
        step = timedelta(1) if isinstance(right, date) else 1
        if isinstance(right, Decimal):
            step = Decimal(1).scaleb(min(0, right.as_tuple().exponent))
        if abs(left - right) <= step and (left < right) == (test.operator in {"<", ">="}):
            yield "beside"


@given(cases(RICH))
def test_coverage_is_what_brute_force_finds(case):
    """On random bases, with open facts, counts, defaults and recursion, both find the same."""
    found = exercised(outcome(case.scenario, build(case.scenario, case.extra)))
    defaults = {one.id: len(conditions(one)) for one in case.scenario.base.rules if one.otherwise}
    assert {m for m in found if m.part < defaults.get(m.name, 99)} == by_brute_force(case)


@given(cases(RICH))
def test_only_what_is_spoken_of_is_covered(case):
    """Nothing, where nothing is expected; of advice, that to the clients who are spoken of."""
    result = outcome(case.scenario, build(case.scenario))
    assert covered(result) == set()
    base = case.scenario.base
    advice = [t for t in base.templates.values() if t.advice]
    assume(advice)
    clients = [*base.entities]
    for some in (clients, clients[:1]):
        names = ["a1" if slot.types == ("A",) else "b1" for slot in advice[0].slots.values()]
        texts = [str(advice[0].instance(one, *names[1:])) for one in some]
        expects = tuple(Expectation(kind="given", what=text, where=WHERE) for text in texts)
        scenario = msgspec.structs.replace(case.scenario, expectations=expects)
        found, all_ = covered(outcome(scenario, result.graph)), exercised(result)
        assert found == all_ if some == clients else found <= all_
        assert {m.name for m in found if m.kind == "advised"} == {
            m.name for m in all_ if m.kind == "advised" and m.name in some
        }


@given(st.lists(cases(), min_size=1, max_size=1).map(lambda found: found[0]))
def test_every_goal_is_marked_once_and_all_that_is_covered_is_a_goal(case):
    """The goals of a base are all that can be covered, each with a mark of its own and a place.

    Rules for caveats qualify and spare, and others fire and do not.
    """
    fired = [one.id for one in case.scenario.base.rules]
    expects = tuple(Expectation(kind="rules", what=one, where=WHERE) for one in fired)
    scenario = msgspec.structs.replace(case.scenario, expectations=expects)
    result = outcome(scenario, build(scenario))
    found = coverage(scenario.base, [result])
    marks = [goal.mark for goal in found.goals]
    assert len(set(marks)) == len(marks)
    reached = {goal.mark for goal in found.goals if goal.covered_by}
    assert reached <= covered(result)
    qualifying = {mark.name for mark in marks if mark.kind == "qualifying"}
    assert all(
        mark.kind in {"fired", "withheld", "sparing"} and mark.name in qualifying
        for mark in covered(result) - reached
    )
    assert all(goal.where.line for goal in found.goals)


# ------------------------------------------------------------------ suggestions


def known_to(base, text: str):
    """The outcome of a fact file over a base."""
    scenario = loader.load_scenario(base, "-", text.encode())
    return outcome(scenario, build(scenario))


@given(cases(PLAIN))
def test_a_suggested_scenario_covers_what_it_promises(case):
    """Each loads, covers its goal, meets its own expectations; the rest is told to be left."""
    base = case.scenario.base
    goals = coverage(base, []).uncovered[::4][:3]
    try:
        found = suggestions(base, [case.scenario], goals)
    except AdvisorError as error:  # a search that is given up, with the rule to look at
        assert "no smallest answer was proved" in str(error)
        reject()
    wanted = {goal.mark for goal in goals}
    done = set()
    for one in found.scenarios:
        result = known_to(base, one.text)
        marks = covered(result)
        assert one.goal.mark in marks - done
        assert one.covers == len((marks - done) & wanted)
        done |= marks
        report = expectations.report(result, None)
        assert report.results and not report.failed
    left = [*found.never, *found.unfound]
    assert {one.goal.mark for one in left} == wanted - done
    assert all(one.why for one in left)


GIVEN = template("g", "A", asks=("asked",))
OTHER = template("o", "A", asks=("asked",))
KEYED = template("k", "A", "B", key=(0,), asks=("asked",))
SIZE = template("size", "A", "number", key=(0,), asks=("asked",))
DAY = template("day", "A", "date", asks=("asked",))
MIDDLE = template("m", "A")
ADVICE = template("advice", "A", first="client", advice=True)
SECOND = template("second", "A", first="client", advice=True)
TEMPLATES = (GIVEN, OTHER, KEYED, SIZE, DAY, MIDDLE, ADVICE, SECOND)


def suggested(rules, scenarios=(), kind=None):
    """The suggestions for all goals of some rules, or for those of one kind."""
    base = base_of(TEMPLATES, rules)
    goals = coverage(base, []).of(*([kind] if kind else []))
    goals = [goal for goal in goals if goal.kind != "reached" or goal.name == "advice"]
    return base, suggestions(base, scenarios, goals)


def test_that_entities_are_there_is_stated_by_no_suggestion():
    """It holds of each from the start; a rule that asks for no more is never withheld, and a goal
    that it is would be one that nothing covers.
    """
    base = advisor.base_of(
        rules={
            "base": {"title": "T", "date": "2026-01-01", "client": "ann"},
            "entities": {"Person": {"ann": {"name": "Ann"}, "bob": {"name": "Bob"}}},
            "templates": {
                "has": {"slots": {"of": "Person"}, "says": "{of} has one", "asks": "Has {of}?"},
                "owns": {"slots": {"of": "Person", "n": "Number"}, "says": "{of} has {n}"},
                "go": {"advice": True, "slots": {"client": "Person"}, "says": "go"},
            },
            "r": """
- {id: a, title: A, if: [every Person $x], let: {$n: {count: {has: {of: $x}}}},
   then: [owns: {of: $x, n: $n}]}
- {id: b, title: B, if: [every Person $client, owns: {of: $client, n: $n}], where: $n > 0,
   then: [go: {client: $client}]}
""",
        },
        facts={"s": "title: S\nclient: ann\n"},
    )
    tested = advisor.test(base)
    assert [one.name for one in tested.coverage.of("withheld")] == ["b"]
    found = advisor.suggest(tested)
    assert not any("no legal file" in one.why for one in (*found.never, *found.unfound))
    assert any("has(" in one.text or "has:" in one.text for one in found.scenarios)


@given(cases(PLAIN))
def test_no_smaller_set_of_facts_would_do(case):
    """No fewer stated facts, of those that could be stated, make a rule fire."""
    base = case.scenario.base
    goals = coverage(base, []).of("fired")[:1]
    found = suggestions(base, [], goals)
    stateable = Stateable(base, [])
    for one in found.scenarios:
        stated = known_to(base, one.text).scenario.facts.values()
        size = sum(each.standing == "stated" for each in stated)
        target = next(each for each in base.rules if each.id == one.goal.name)
        rules = stateable.rules_below([c.template for c in target.conclusions])
        could = stateable.instances(rules)
        for fewer in range(min(size, 2)):
            for chosen in itertools.combinations(could[:12], fewer):
                scenario = scenario_of(base, [fact(each) for each in chosen])
                assert one.goal.mark not in covered(outcome(scenario, build(scenario)))


def test_values_of_one_key_are_never_stated_together():
    """What takes two values of one key at once is left, with nothing suggested."""
    both = rule("r", [pattern("k", "$x", "b1"), pattern("k", "$x", "b2")], [pattern("m", "$x")])
    _, found = suggested([both], kind="fired")
    assert not found.scenarios
    assert [one.goal.name for one in found.never] == ["r"]


def test_alternatives_of_one_group_are_never_stated_together():
    """What takes two alternatives of a scenario's group is suggested for other facts, or left."""
    both = rule("r", [pattern("g", "a1"), pattern("o", "a1")], [pattern("m", "a1")])
    base = base_of(TEMPLATES, [both])
    names = (GIVEN.instance("a1"), OTHER.instance("a1"))
    scenario = scenario_of(
        base,
        [fact(one, standing="unknown") for one in names],
        groups=(OneOf(title="either", alternatives=names, where=WHERE),),
    )
    goals = coverage(base, []).of("fired")
    found = suggestions(base, [scenario], goals)
    assert (found.scenarios, found.never, len(found.unfound)) == ((), (), 1)
    assert suggestions(base, [], goals).scenarios


def test_what_scenarios_mention_is_drawn_upon_first():
    """A suggestion speaks of whom the scenarios speak of."""
    one = rule("r", [pattern("g", "$x")], [pattern("m", "$x")])
    base = base_of(TEMPLATES, [one])
    scenario = scenario_of(base, [fact(GIVEN.instance("a3"))])
    [found] = suggestions(base, [scenario], coverage(base, []).of("fired")).scenarios
    assert "g(a3)" in found.text


@pytest.mark.parametrize(
    ("comparison", "premise"),
    [
        (compare("$n", ">", 20), pattern("size", "$x", "$n")),
        (compare("$n", "<", 20), pattern("size", "$x", "$n")),
        (compare("$n", "!=", 20), pattern("size", "$x", "$n")),
        (compare("$d", ">=", date(2027, 1, 1)), pattern("day", "$x", "$d")),
    ],
)
def test_numbers_and_dates_are_tried_around_what_rules_name(comparison, premise):
    """A comparison with a constant is met by the constant or a value beside it."""
    one = rule("r", [premise], [pattern("m", "$x")], comparisons=(comparison,))
    _, found = suggested([one], kind="fired")
    assert len(found.scenarios) == 1


@pytest.mark.parametrize(
    ("tests", "premise"),
    [
        ([compare("$n", ">", Decimal("0.3")), compare("$n", "<", Decimal("0.5"))], "size"),
        ([compare("$n", ">", Decimal("0.3")), compare("$n", "<", Decimal("0.31"))], "size"),
        ([compare("$n", ">", 20), compare("$n", "<", 21)], "size"),
        ([compare("$n", "=", date.max)], "day"),
        ([compare("$n", ">=", date.min)], "day"),
        ([compare("$n", ">", date(2026, 1, 1)), compare("$n", "<", date(2026, 1, 3))], "day"),
    ],
)
def test_what_lies_between_two_values_is_tried_and_the_ends_of_the_calendar_are(tests, premise):
    """Between any two numbers lies another, and no day lies beyond the first and the last.

    The audit finds an example in the same place.
    """
    if_ = [pattern(premise, "$x", "$n")]
    one = rule("r", if_, [pattern("m", "$x")], comparisons=tuple(tests))
    base, found = suggested([one], kind="fired")
    assert len(found.scenarios) == 1
    assert Examples(Subject(base, [])).of(one) is not None


def test_two_numbers_can_differ():
    """Rules that compare one number with another are given two to compare."""
    sizes = [pattern("size", "$x", "$n"), pattern("size", "$y", "$p")]
    one = rule("r", sizes, [pattern("m", "$x")], comparisons=(compare("$n", "<", "$p"),))
    _, found = suggested([one], kind="fired")
    assert len(found.scenarios) == 1


def test_a_fact_of_even_chance_can_be_both_premise_and_exception():
    """Where only a grade of 4 will do, a roughly even chance is suggested."""
    one = rule("r", [pattern("g", "$x")], [pattern("m", "$x")], exceptions=(pattern("g", "$x"),))
    _, found = suggested([one], kind="fired")
    assert "=roughly even chance" in found.scenarios[0].text


def test_a_count_takes_as_many_facts_as_it_counts():
    """At least three of a kind: three are stated, and two for want of one."""
    three = AtLeast(count=3, of=pattern("g", "$x"))
    one = rule("r", [pattern("o", "$y"), three], [pattern("m", "$y")])
    base, found = suggested([one])
    fires = next(s for s in found.scenarios if s.goal.kind == "fired")
    assert fires.text.count("- g(") == 3
    assert {one.goal.name for one in (*found.never, *found.unfound)} <= {"advice"}
    assert {m.kind for s in found.scenarios for m in covered(known_to(base, s.text))} >= {
        "fired",
        "withheld",
        "decisive",
    }


def test_a_default_is_covered_by_other_advice_and_by_none():
    """The `otherwise` of a default rule is a condition like any other."""
    first = rule("first", [pattern("g", "$x")], [pattern("advice", "$x")])
    default = rule("last", [pattern("o", "$x")], [pattern("second", "$x")], otherwise=True)
    assert [one.says for one in conditions(default)] == ["premise 1 (o)", "its 'otherwise'"]
    _, found = suggested([first, default])
    assert not found.never
    assert {one.goal.kind for one in found.unfound} <= {"sparing"}


def test_a_rule_that_can_never_fire_is_left():
    """A rule weaker than the threshold is no use to suggest anything for."""
    weak = rule("weak", [pattern("g", "$x")], [pattern("m", "$x")], strength=3)
    _, found = suggested([weak])
    assert {one.goal.kind for one in found.never} == {"fired", "decisive"}
    assert {one.why for one in found.never} == {
        "its strength is 'unlikely', and with that it never fires"
    }


# ------------------------------------------------------------------ percentages


def coverage_of(done: int, total: int) -> Coverage:
    """Coverage of so many goals out of so many."""
    base = base_of([template(f"t{n}", "A", first="client", advice=True) for n in range(total)], [])
    found = coverage(base, [])
    goals = [
        msgspec.structs.replace(goal, covered_by="case" if n < done else None)
        for n, goal in enumerate(found.goals)
    ]
    percent = 100 * done // total if total else 100
    return Coverage(percent=percent, goals=tuple(goals))


@given(st.integers(0, 60), st.integers(0, 60), st.integers(0, 1000))
def test_percentages_are_never_rounded_up(done, rest, tenths):
    """100% is said of all alone, and the threshold is compared exactly."""
    found = coverage_of(done, done + rest)
    assert (found.percent == 100) == (rest == 0)
    wanted = Fraction(tenths, 10)
    assert found.reaches(wanted) == (
        rest + done == 0 or Fraction(100 * done, done + rest) >= wanted
    )


def test_the_percentage_of_a_base_is_rounded_down(small):
    """`coverage` itself rounds down, and gives 100 only where nothing is left."""
    base = loader.load_base(small)
    cases_ = [case for case, _ in expectations.evaluated(loader.load_with_parents(base))]
    found = coverage(base, cases_)
    done, total = found.counts()
    assert found.percent <= 100 * done / total < found.percent + 1
    assert coverage(base_of([], []), []).percent == 100


# ------------------------------------------------------------------ on the command line


def test_coverage_is_told_in_a_line_and_listed_on_request(run):
    """The share and the four counts always; what is left with --coverage, each with its place."""
    code, out, _ = run("test", "--base", str(SMALL))
    assert code == 0
    told = " ".join(out.split())
    assert re.search(r"Coverage \d+%: rules fired \d of 6, withheld \d of 6; conditions", told)
    assert "--coverage lists what is not covered" in told
    code, out, _ = run("test", "--base", str(SMALL), "--coverage")
    assert code == 0
    told = " ".join(out.split())
    assert "trade.yaml:25:7: exception 1 (weather) alone keeps the rule buy-from-supplier" in told
    assert re.search(r"harbours.yaml:\d+:\d+: the rule shallow-harbour fires", told)


@pytest.mark.parametrize(("wanted", "code"), [("0", 0), ("20", 0), ("99.5", 1), ("100", 1)])
def test_cover_at_least_decides_the_exit_code(run, wanted, code):
    """Below the percentage the exit code is 1, and what is not covered is listed."""
    found, out, _ = run("test", "--base", str(SMALL), "--cover-at-least", wanted)
    assert found == code
    assert ("That is below" in out) == bool(code)
    assert ("Not covered" in out) == bool(code)


@pytest.mark.parametrize("wanted", ["-1", "101", "100.1", "nan", "1/2", "much", "1e1"])
def test_what_is_no_percentage_is_refused(run, wanted):
    """Anything but a plain number from 0 to 100 is a usage error."""
    code, _, err = run("test", "--base", str(SMALL), f"--cover-at-least={wanted}")
    assert code == 2
    assert f"'{wanted}' is no percentage from 0 to 100" in err


def test_json_and_junit_carry_coverage(run):
    """JSON has every goal with what covers it; JUnit a suite that fails below the percentage."""
    code, out, _ = run("test", "--base", str(SMALL), "--format", "json")
    assert code == 0
    found = json.loads(out)["coverage"]
    assert {goal["kind"] for goal in found["goals"]} == set(KINDS)
    assert any(goal["covered_by"] == "plain" for goal in found["goals"])
    code, out, _ = run("test", "--base", str(SMALL), "--format", "junit", "--cover-at-least", "99")
    assert code == 1
    [suite] = ElementTree.fromstring(out).findall("testsuite[@name='coverage']")
    assert (suite.get("tests"), suite.get("failures")) == ("1", "1")
    assert "buy-from-supplier" in suite.find("testcase/failure").text
    assert {p.get("name") for p in suite.iter("property")} == {"percent", *KINDS}


def test_junit_without_a_threshold_fails_nothing():
    """The counts are there, and there is nothing to fail."""
    goal = CoverageGoal(
        kind="fired", name="r", part=None, says="it", where=Location("r.yaml", 1), covered_by=None
    )
    found = Coverage(percent=0, goals=(goal,))
    [suite] = ElementTree.fromstring(junit.tests([], found)).findall("testsuite")
    assert (suite.get("tests"), suite.get("failures")) == ("0", "0")
    assert "r.yaml:1" in suite.findtext("system-out")
    assert "Coverage 0%" in summary(found)


def test_suggestions_complete_the_coverage_of_the_small_base(run, small, tmp_path):
    """What is written loads, passes, and covers all but what nothing stated can."""
    into = tmp_path / "new" / "folder"
    code, out, _ = run("test", "--base", str(small), "--suggest", str(into))
    assert code == 0
    written = sorted(into.glob("*.yaml"))
    assert f"Scenarios written: {len(written)}" in out
    assert len(written) > 5
    code, out, _ = run(
        "test", "--base", str(small), str(small / "facts"), str(into), "--cover-at-least", "100"
    )
    assert (code, "Coverage 100%" in out) == (0, True)


def test_one_file_gets_the_scenario_that_covers_most(run, small, tmp_path):
    """A path that ends in .yaml is one scenario; none of the others would cover more."""
    one, into = tmp_path / "one.yaml", tmp_path / "all"
    run("test", "--base", str(small), "--suggest", str(into))
    code, out, _ = run("test", "--base", str(small), "--suggest", str(one))
    assert code == 0
    assert "Scenarios written: 1" in out
    assert one.read_text() in {path.read_text() for path in into.glob("*.yaml")}


def test_suggestions_never_overwrite(run, small, tmp_path):
    """A file that is there is an error that names it; in a folder, before anything is written."""
    one = tmp_path / "mine.yaml"
    one.write_text("mine")
    code, _, err = run("test", "--base", str(small), "--suggest", str(one))
    assert code == 2
    assert "there is such a file already" in err
    assert "--suggest never overwrites a file: name another folder or file" in err
    assert one.read_text() == "mine"
    into = tmp_path / "all"
    run("test", "--base", str(small), "--suggest", str(into))
    kept = sorted(into.glob("*.yaml"))
    for path in kept[1:]:
        path.unlink()
    code, _, err = run("test", "--base", str(small), "--suggest", str(into))
    assert (code, sorted(into.glob("*.yaml"))) == (2, kept[:1])
    assert kept[0].name in err


def test_suggestions_that_cannot_be_written(run, small, tmp_path):
    """A folder that cannot be made is an error, not a traceback."""
    (tmp_path / "file").write_text("")
    code, _, err = run("test", "--base", str(small), "--suggest", str(tmp_path / "file" / "in"))
    assert code == 2
    assert "cannot write to" in err


def test_what_nothing_covers_is_listed(run, small, tmp_path):
    """A rule too weak to fire is listed as left, by its place."""
    rules = small / "rules" / "harbours.yaml"
    text = rules.read_text().replace("advances: [safety]", "strength: unlikely")
    rules.write_text(text)
    code, out, _ = run("test", "--base", str(small), "--suggest", str(tmp_path / "all"))
    assert code == 0
    told = " ".join(out.split())
    never = told.split("Nothing could cover")[1]
    assert "the rule shallow-harbour fires: its strength is 'unlikely', and with that" in never


def test_suggestions_for_which_there_was_no_time(run, small, tmp_path, monkeypatch):
    """What was found until then is written and listed, and how many goals were not come to."""
    search = suggestion._GoalSearch.draft
    done = []

    def tires(self, goal):
        if len(done) == 2:
            raise Late("time")
        done.append(goal)
        return search(self, goal)

    monkeypatch.setattr(suggestion._GoalSearch, "draft", tires)
    monkeypatch.setattr(suggestion, "conclude", lambda: "time is up")
    into = tmp_path / "suggested"
    code, out, _ = run("test", "--base", str(small), "--suggest", str(into))
    assert code == 130
    written = list(into.glob("*.yaml"))
    assert written
    assert f"Scenarios written: {len(written)}" in out
    assert "The search was cut short: time is up." in out
    assert re.search(r"\d+ goals were not searched", out)


def test_a_screen_has_the_first_of_many_suggestions():
    """The rest is counted, and listed with --long."""
    goal = CoverageGoal(
        kind="fired", name="x", part=None, says="x fires", where=Location("x"), covered_by=None
    )
    one = Suggestion(name="x", goal=goal, covers=1, text="")
    found = Suggestions(
        scenarios=(one,) * 30, never=(), unfound=(Unfound(goal=goal, why="none was found"),) * 30
    )
    files = [f"{number}.yaml" for number in range(30)]
    for long, listed in ((False, 12), (True, 30)):
        console = Console(file=io.StringIO(), width=80)
        suggestions_view(console, found, files, long=long)
        text = console.file.getvalue()
        assert text.count("covers 1 more") == text.count("none was found") == listed
        assert text.count("and 18 more (--long)") == (0 if long else 2)
