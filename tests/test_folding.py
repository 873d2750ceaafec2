"""Evidence gathers; an assumption takes the place of what was said; nothing unknown becomes false.

The laws hold over random layers of statements about values of a key and alternatives of groups.
"""

from __future__ import annotations

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import VALUES, WHERE, base_of, fact, scenario_of, template

from advisor import loader
from advisor.futures.choices import choices
from advisor.model.changes import Changes, fold
from advisor.model.errors import AdvisorError
from advisor.model.exactly import as_said
from advisor.model.records import Instance
from advisor.model.scenarios import Fact, OneOf, Scenario
from advisor.model.sources import Citation
from advisor.model.values import UNANSWERED
from advisor.reasoning.building import build
from advisor.reasoning.evaluate import outcome

SMALL = Path(__file__).parent / "bases" / "small"
KEYED = [Instance("k", ("a1", value)) for value in (0, 1, 2.5)]
FREE = [Instance("f", (value,)) for value in ("a1", "a2", "a3")]
BASE = base_of(
    [template("k", "A", "number", key=(0,), asks=("?",)), template("f", "A", asks=("?",))], []
)


@st.composite
def layers(draw) -> list[Changes]:
    """A few layers: groups first, then what is stated, denied, left unknown or disputed."""
    return [_layer(draw, number) for number in range(draw(st.integers(1, 4)))]


def _layer(draw, number: int) -> Changes:
    groups, facts = [], {}
    if draw(st.booleans()):
        alternatives = draw(st.lists(st.sampled_from(KEYED + FREE), min_size=2, unique=True))
        groups = [OneOf(title=f"g{number}", alternatives=tuple(alternatives), where=WHERE)]
        facts = {one: fact(one, standing="unknown") for one in alternatives}
    for one in draw(st.lists(st.sampled_from(KEYED + FREE), max_size=3, unique=True)):
        standing = draw(st.sampled_from(["stated", "denied", "unknown", "disputed"]))
        grade = draw(st.sampled_from([8, 8, 5, 3]))
        facts.setdefault(one, fact(one, grade, standing, origin="assumed"))
    return Changes(facts=tuple(facts.values()), groups=tuple(groups))


def folded(of: list[Changes], complete: bool = True) -> list[tuple[Changes, Scenario, Scenario]]:
    """The layers with the scenarios before and after each, as far as they can be folded."""
    found = []
    scenario = scenario_of(BASE, [], complete=complete)
    for changes in of:
        after, problems = fold(scenario, changes)
        if problems:
            break
        found.append((changes, scenario, after))
        scenario = after
    return found


@given(layers())
def test_what_is_said_last_is_so(case: list[Changes]) -> None:
    """Whatever a layer says holds as it says, or it is refused."""
    for changes, _, after in folded(case):
        assert [after.facts[one.instance] for one in changes.facts] == list(changes.facts)


@given(layers())
def test_one_alternative_of_each_group_can_hold(case: list[Changes]) -> None:
    """Open groups keep two possible alternatives or more, decided ones have one that is certain."""
    for _, _, after in folded(case):
        for group in after.groups:
            bounds = [after.facts[one].bounds for one in group.alternatives]
            assert len(bounds) > 1
            assert all(upper > 0 for _, upper in bounds)
            assert (8, 8) not in bounds
        for group in after.decided:
            bounds = [after.facts[one].bounds for one in group.alternatives]
            assert sorted(bounds) == [(0, 0)] * (len(bounds) - 1) + [(8, 8)]
        for group in (*after.groups, *after.decided):
            assert {after.facts[one].bounds for one in group.ruled_out} <= {(0, 0)}


@given(layers())
def test_unknown_is_never_silently_false(case: list[Changes]) -> None:
    """Where one value is only possible, no other one becomes false without being spoken of.

    One that is less likely than not is no more than possible.
    """
    for changes, before, after in folded(case):
        said = {one.instance for one in changes.facts}
        if any(one.bounds[0] >= 4 or one.grade == 0 for one in changes.facts):
            continue  # something is said to hold, which may well exclude something else
        if changes.groups or any(one.standing == "denied" for one in changes.facts):
            continue
        for instance, earlier in before.facts.items():
            if instance not in said and earlier.bounds[1] > 0:
                assert after.facts[instance].bounds[1] > 0, instance


@settings(max_examples=200)
@given(layers(), st.booleans())
def test_futures_are_what_is_open(case: list[Changes], complete: bool) -> None:
    """What is certain holds in every future, what is excluded in none, what is open in some."""
    for _, _, after in folded(case, complete):
        graph = build(after, KEYED + FREE)
        now = outcome(after, graph)
        ways: dict[int, set[int]] = {}
        for choice in choices(now):
            for option in choice.options:
                for number, grade in option.grades.items():
                    ways.setdefault(number, set()).add(grade)
        for number in range(len(graph.instances)):
            lower, upper = now.bounds(number)
            seen = {grade >= 4 for grade in ways.get(number, {lower})}
            if lower == 8 or upper == 0:
                assert seen == {lower == 8}, graph.instances[number]
            elif (lower, upper) == (0, 8):
                assert seen == {True, False}, graph.instances[number]


@given(st.data())
def test_what_is_said_of_a_key_is_the_same_whether_or_not_one_value_always_holds(data) -> None:
    """Evidence and changes take effect alike; what follows is added to what is said, and is no
    statement for the next layer to override."""
    of, values = "e", [Instance("e", ("a1", value)) for value in VALUES["values"]]
    plain, exact = (
        scenario_of(base_of([template(of, "A", "values", key=(0,), **more)], []), [])
        for more in ({}, {"exactly": True})
    )
    for _ in range(data.draw(st.integers(1, 4))):
        said = []
        for one in data.draw(st.lists(st.sampled_from(values), max_size=3, unique=True)):
            standing = data.draw(st.sampled_from(["stated", "stated", "denied", "unknown"]))
            source = Citation(data.draw(st.sampled_from(["paper", "study"])))
            origin = data.draw(st.sampled_from(["given", "given", "assumed"]))
            grade = data.draw(st.sampled_from([8, 8, 5, 3]))
            said.append(fact(one, grade, standing, citations=(source,), origin=origin))
        changes = Changes(facts=tuple(said))
        (plain, wrong), (exact, more) = fold(plain, changes), fold(exact, changes)
        if wrong or more:
            return
        facts, groups, decided = as_said(exact)
        assert (groups, decided) == ([], [])
        opened = plain.facts.keys() - facts.keys()  # as a last value is left open
        assert facts == {one: fact for one, fact in plain.facts.items() if one not in opened}
        assert all(plain.facts[one].standing == "denied" for one in opened)
        assert not opened or any(o.standing == "unknown" or 0 < o.grade < 8 for o in said)
        plain = scenario_of(plain.base, list(facts.values()))
        for group in (*exact.groups, *exact.decided):
            bounds = [exact.facts[one].bounds for one in (*group.alternatives, *group.ruled_out)]
            assert len(bounds) == len(values)
            assert ((8, 8) in bounds) == (group in exact.decided)
            assert any(upper > 0 for _, upper in bounds)


def assumed(instance: Instance, grade: int) -> Fact:
    """An assumption, which overrides what is said."""
    return fact(instance, grade, origin="assumed")


def test_an_unlikely_value_leaves_open_what_was_said_to_hold():
    """The value before is neither kept as it was nor denied; a third one replaces both."""
    scenario = scenario_of(BASE, [fact(KEYED[0])])
    unlikely, problems = fold(scenario, Changes(facts=(assumed(KEYED[1], 3),)))
    assert problems == []
    assert [unlikely.facts[one].bounds for one in KEYED[:2]] == [(0, 8), (3, 3)]
    both, problems = fold(scenario, Changes(facts=(assumed(KEYED[0], 2), assumed(KEYED[1], 3))))
    assert problems == []
    assert [both.facts[one].bounds for one in KEYED[:2]] == [(2, 2), (3, 3)]
    third, problems = fold(both, Changes(facts=(assumed(KEYED[2], 4),)))
    assert problems == []
    assert third.facts.keys() == {KEYED[2]}


def shown(*texts: str) -> dict[str, str] | str:
    """What each fact about backing Brook and its water is after layers over `plain`."""
    base = loader.load_base(SMALL)
    scenario = loader.load_scenario(base)
    try:
        for text in texts:
            scenario = loader.change(scenario, f"title: T\n{text}\n", "case.yaml")
    except AdvisorError as error:
        return error.problems[0].message
    return {
        f"{one.values[0] if one.template == 'backs' else one.values[1]}": (
            said.standing if said.grade is None else f"{said.standing} {said.grade}"
        )
        for one, said in scenario.facts.items()
        if one.template in {"backs", "weather"}
    }


BACKERS = {"cliff": "stated 5", "downs": "unknown", "millers": "stated 3", "rough": "stated 8"}
OPEN = dict.fromkeys(("cliff", "downs", "millers"), "unknown")


def test_a_value_left_open_opens_the_one_before() -> None:
    """If it is not known whether the water is calm, it is not known whether it is rough."""
    calm = 'unknown: ["weather(brook, calm)"]'
    assert shown(calm) == {**BACKERS, "calm": "unknown", "rough": "unknown"}
    frozen = 'unknown: ["weather(brook, frozen)"]'
    assert shown(calm, frozen) == {**shown(calm), "frozen": "unknown"}
    said = 'assume: ["weather(brook, frozen)"]'
    assert shown(calm, said) == shown(said)
    assert "rough" not in shown(said)


def test_a_number_that_may_be_any_takes_the_place_of_the_values_before() -> None:
    """Whatever was said of single values of its key, one open number is left."""
    whatever = fact(Instance("k", ("a1", UNANSWERED)), standing="unknown", origin="assumed")
    said = [Changes(facts=(fact(one, 8),)) for one in KEYED]
    for before in (said[:1], said[1:2], []):
        *_, (_, _, after) = folded([*before, Changes(facts=(whatever,))])
        assert list(after.facts.values()) == [whatever]
        *_, (_, _, again) = folded([*before, Changes(facts=(whatever,)), said[2]])
        assert list(again.facts) == [KEYED[2]]


def test_an_alternative_left_open_opens_the_group_that_another_one_decided() -> None:
    """What is no longer certain gives way to what it excluded."""
    decided = 'assume: ["backs(cliff, brook)"]'
    assert shown(decided) == {
        **BACKERS,
        "cliff": "stated 8",
        "downs": "denied",
        "millers": "denied",
    }
    for again in ("downs", "cliff"):
        text = f'unknown: ["backs({again}, brook)"]'
        assert shown(decided, text) == {**BACKERS, **OPEN}
    denied = 'deny: ["backs(cliff, brook)"]'
    assert shown(decided, denied) == {**BACKERS, **OPEN, "cliff": "denied"}
    other = 'assume: ["backs(downs, brook)"]'
    assert shown(decided, other) == shown(other)


def test_a_value_left_open_joins_the_group_over_its_key() -> None:
    """Exactly one still holds of the alternatives, and it may be the one that was left out."""
    group = OneOf(title="g", alternatives=tuple(KEYED[:2]), where=WHERE)
    likely = [fact(KEYED[0], 5), fact(KEYED[1], standing="unknown")]
    start, _ = fold(scenario_of(BASE, []), Changes(facts=tuple(likely), groups=(group,)))
    left_open = fact(KEYED[2], standing="unknown", origin="assumed")
    for again, was in ((left_open, (5, 5)), (assumed(KEYED[2], 3), (5, 5))):
        after, problems = fold(start, Changes(facts=(again,)))
        assert problems == []
        assert [one.alternatives for one in after.groups] == [tuple(KEYED)]
        assert [after.facts[one].bounds for one in KEYED] == [was, (0, 8), again.bounds]
    decided, _ = fold(start, Changes(facts=(assumed(KEYED[0], 8),)))
    after, problems = fold(decided, Changes(facts=(left_open,)))
    assert problems == []
    assert not after.decided
    assert {*after.groups[0].alternatives} == {*KEYED}
    assert {after.facts[one].bounds for one in KEYED} == {(0, 8)}


def test_a_last_alternative_left_open_opens_those_that_were_denied() -> None:
    """Exactly one holds: if it need not be the last one, it may be another one."""
    one = 'deny: ["backs(cliff, brook)"]'
    two = 'deny: ["backs(downs, brook)"]'
    last = shown(one, two)
    assert last == {**BACKERS, "cliff": "denied", "downs": "denied", "millers": "stated 8"}
    assert shown(one, two, 'unknown: ["backs(millers, brook)"]') == {**BACKERS, **OPEN}
    assert "every other alternative" in shown(one, two, 'deny: ["backs(millers, brook)"]')


def test_a_denied_alternative_said_to_hold_excludes_the_others() -> None:
    """An alternative stays one after it was denied."""
    one = 'deny: ["backs(cliff, brook)"]'
    again = 'assume: ["backs(cliff, brook)"]'
    assert shown(one, again) == shown(again)
    assert shown(one, 'unknown: ["backs(cliff, brook)"]') == {**BACKERS, "cliff": "unknown"}


@st.composite
def evidence(draw) -> list[Fact]:
    """What some sources state and deny of values of a key and of other facts."""
    found = []
    for one in draw(st.lists(st.sampled_from(KEYED[:2] + FREE[:2]), min_size=1, max_size=5)):
        source = draw(st.sampled_from(["paper", "study"]))
        places = tuple(draw(st.sets(st.integers(1, 3), min_size=1)))
        standing = draw(st.sampled_from(["stated", "stated", "denied"]))
        grade = draw(st.sampled_from([8, 6, 4]))
        cited = (Citation(source, tuple(sorted(places))),)
        found.append(fact(one, grade, standing, citations=cited))
    return found


@given(evidence(), st.randoms(use_true_random=False))
def test_evidence_is_the_same_in_whatever_order_it_comes(said: list[Fact], random) -> None:
    """Each in a file of its own: sources, grades and disputes gather, whoever comes first."""
    turned = random.sample(said, len(said))
    one, other = (folded([Changes(facts=(each,)) for each in order]) for order in (said, turned))
    assert (len(one), len(other)) == (len(said), len(said))
    both = [
        {
            name: (got.bounds, {c: set(c.locators) for c in got.citations}, set(got.against))
            for name, got in found[-1][2].facts.items()
            if got.standing != "denied"
        }
        for found in (one, other)
    ]
    assert both[0] == both[1]


@given(evidence())
def test_evidence_is_never_lost(said: list[Fact]) -> None:
    """Whatever a source states or denies, the fact cites that source, on the one side or the other.

    What one source states and another denies is disputed.
    """
    after = folded([Changes(facts=(each,)) for each in said])[-1][2]
    for each in said:
        got = after.facts[each.instance]
        cited = got.against if each.standing == "denied" and got.standing != "denied" else None
        sources = {c.source: set(c.locators) for c in (got.citations if cited is None else cited)}
        for citation in each.citations:
            assert set(citation.locators) <= sources[citation.source]
        sides = {one.standing for one in said if one.instance == each.instance}
        if len(sides) == 2:
            assert got.standing == "disputed"


def test_an_assumption_overrides_all_evidence() -> None:
    """Two sources state a fact, and a what-if denies it."""
    scenario = scenario_of(BASE, [fact(FREE[0], citations=(Citation("paper"),))])
    both, _ = fold(scenario, Changes(facts=(fact(FREE[0], 6, citations=(Citation("study"),)),)))
    assert both.facts[FREE[0]].bounds == (8, 8)
    assert [c.source for c in both.facts[FREE[0]].citations] == ["paper", "study"]
    denied = fact(FREE[0], standing="denied", origin="assumed")
    after, problems = fold(both, Changes(facts=(denied,)))
    assert (problems, after.facts[FREE[0]]) == ([], denied)


def test_two_values_of_a_key_from_two_sources_are_disputed() -> None:
    """Each by the other's source; without sources on both sides that is an error."""
    one, other = (
        fact(each, 7, citations=(Citation(source),))
        for each, source in zip(KEYED, ("paper", "study"), strict=False)
    )
    after, problems = fold(scenario_of(BASE, [one]), Changes(facts=(other,)))
    assert problems == []
    assert [after.facts[each].bounds for each in KEYED[:2]] == [(0, 7), (0, 7)]
    assert [after.facts[each].against[0].source for each in KEYED[:2]] == ["study", "paper"]
    _, problems = fold(scenario_of(BASE, [one]), Changes(facts=(fact(KEYED[1]),)))
    assert "is another value of what k(a1, 0) says, not both with sources" in problems[0].message
    assert "assume" in (problems[0].hint or "")


def test_what_is_stated_and_denied_without_sources_is_refused() -> None:
    """Nobody would know who disputes it."""
    denied = fact(FREE[0], standing="denied", citations=(Citation("study"),))
    _, problems = fold(scenario_of(BASE, [fact(FREE[0])]), Changes(facts=(denied,)))
    assert "stated in one place and denied in the other, not both" in problems[0].message
    assert "'deny'" in (problems[0].hint or "")


def test_an_unlikely_value_stands_beside_a_disputed_one():
    """What is less likely than not is no second value: the disputed one stays in dispute."""
    disputed, unlikely = (Instance("k", ("a1", value)) for value in (0, 1))
    case = scenario_of(BASE, [fact(disputed, standing="disputed")])
    told = fact(unlikely, grade=3, origin="assumed")
    folded, problems = fold(case, Changes(facts=(told,)))
    assert not problems
    assert [folded.facts[one].standing for one in (disputed, unlikely)] == ["disputed", "stated"]
