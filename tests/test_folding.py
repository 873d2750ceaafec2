"""A later statement takes the place of an earlier one, and nothing unknown becomes false by it.

The laws hold over random layers of statements about values of a key and alternatives of groups.
"""

from __future__ import annotations

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import WHERE, base_of, fact, scenario_of, template

from advisor import loader
from advisor.futures.choices import choices
from advisor.model.changes import Changes, fold
from advisor.model.errors import AdvisorError
from advisor.model.records import Instance, OneOf, Scenario
from advisor.reasoning.evaluate import outcome
from advisor.reasoning.graph import build

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
        facts.setdefault(one, fact(one, draw(st.sampled_from([8, 8, 5, 3])), standing))
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


def test_an_unlikely_value_leaves_open_what_was_said_to_hold():
    """The value before is neither kept as it was nor denied; a third one replaces both."""
    scenario = scenario_of(BASE, [fact(KEYED[0])])
    unlikely, problems = fold(scenario, Changes(facts=(fact(KEYED[1], 3),)))
    assert problems == []
    assert [unlikely.facts[one].bounds for one in KEYED[:2]] == [(0, 8), (3, 3)]
    both, problems = fold(scenario, Changes(facts=(fact(KEYED[0], 2), fact(KEYED[1], 3))))
    assert problems == []
    assert [both.facts[one].bounds for one in KEYED[:2]] == [(2, 2), (3, 3)]
    third, problems = fold(both, Changes(facts=(fact(KEYED[2], 4),)))
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
    denied = 'denied: ["backs(cliff, brook)"]'
    assert shown(decided, denied) == {**BACKERS, **OPEN, "cliff": "denied"}
    other = 'assume: ["backs(downs, brook)"]'
    assert shown(decided, other) == shown(other)


def test_a_last_alternative_left_open_opens_those_that_were_denied() -> None:
    """Exactly one holds: if it need not be the last one, it may be another one."""
    one = 'denied: ["backs(cliff, brook)"]'
    two = 'denied: ["backs(downs, brook)"]'
    last = shown(one, two)
    assert last == {**BACKERS, "cliff": "denied", "downs": "denied", "millers": "stated 8"}
    assert shown(one, two, 'unknown: ["backs(millers, brook)"]') == {**BACKERS, **OPEN}
    assert "every other alternative" in shown(one, two, 'denied: ["backs(millers, brook)"]')


def test_a_denied_alternative_said_to_hold_excludes_the_others() -> None:
    """An alternative stays one after it was denied."""
    one = 'denied: ["backs(cliff, brook)"]'
    again = 'assume: ["backs(cliff, brook)"]'
    assert shown(one, again) == shown(again)
    assert shown(one, 'unknown: ["backs(cliff, brook)"]') == {**BACKERS, "cliff": "unknown"}
