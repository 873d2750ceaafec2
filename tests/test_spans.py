"""What stands for a piece of the line is told as that piece, and shown as an example to try."""

from __future__ import annotations

from datetime import date

import pytest
from strategies import base_of, compare, fact, pattern, rule, scenario_of, template

from advisor import api
from advisor.answers.spans import Spans
from advisor.consult.interview import begin
from advisor.model.records import Instance
from advisor.reasoning.building import build
from advisor.reasoning.evaluate import outcome

DEEP = template("deep", "A", "number", key=(0,), asks=("how deep?",))
DUE = template("due", "date", asks=("when?",))
GO = template("go", "A", first="client", advice=True)
STAY = template("stay", "A", first="client", advice=True)
MAY, JUNE = date(2026, 5, 1), date(2026, 6, 1)


def base(*tests, of=pattern("deep", "$x", "$n")):  # noqa: B008
    """A base with advice under each of some tests."""
    rules = [
        rule(f"r{number}", [of], [pattern("go", "a1")], comparisons=(one,))
        for number, one in enumerate(tests)
    ]
    return base_of([DEEP, DUE, GO, STAY], rules)


@pytest.mark.parametrize(
    ("tests", "value", "words"),
    [
        ((("$n", "<", 18),), 0, "less than 18"),
        ((("$n", "<", 18),), 18, "at least 18"),
        ((("$n", "<=", 18),), 3, "at most 18"),
        ((("$n", "<=", 18),), 19, "more than 18"),
        (((18, "<", "$n"), ("$n", ">=", 65)), 20, "more than 18 and less than 65"),
        ((("$n", "=", 18),), 18, "18"),
        ((("$n", "!=", 18),), 20, "more than 18"),
        ((("$x", "!=", "a2"),), 0, "however many"),
    ],
)
def test_a_number_is_told_as_its_piece_of_the_line(tests, value, words):
    """In words between the numbers that rules compare it with; a piece of one value is that."""
    told = Spans(scenario_of(base(*(compare(*one) for one in tests)), []))
    instance = Instance("deep", ("a1", value))
    assert told.says(instance).split() == f"deep of A1 {words}".split()
    assert told.is_example(instance) == (words != "18")


@pytest.mark.parametrize(
    ("tests", "value", "words"),
    [
        ((("$d", "<", MAY),), date(2026, 1, 1), "a day before 1 May 2026"),
        ((("$d", "<", MAY),), MAY, "a day from 1 May 2026 on"),
        ((("$d", ">", MAY),), JUNE, "a day after 1 May 2026"),
        ((("$d", "<=", MAY),), MAY, "a day up to 1 May 2026"),
        (
            (("$d", ">=", MAY), ("$d", "<", JUNE)),
            MAY,
            "a day from 1 May 2026 on and before 1 June 2026",
        ),
    ],
)
def test_a_date_is_told_as_its_piece_of_the_calendar(tests, value, words):
    """Days are named as they are read elsewhere."""
    of = pattern("due", "$d")
    told = Spans(scenario_of(base(*(compare(*one) for one in tests), of=of), []))
    assert told.says(Instance("due", (value,))).split() == f"due of {words}".split()


def test_what_is_said_stands_for_itself_and_what_is_set_against_another_is_an_example():
    """A stated number is that number; one that rules compare with another is said to be one."""
    instance = Instance("deep", ("a1", 3))
    stated = scenario_of(base(compare("$n", "<", 18)), [fact(instance, 3)])
    assert not Spans(stated).is_example(instance)
    two = [pattern("deep", "$x", "$n"), pattern("deep", "$y", "$m")]
    tied = rule("r", two, [pattern("go", "a1")], comparisons=(compare("$n", "<", "$m"),))
    told = Spans(scenario_of(base_of([DEEP, GO], [tied]), []))
    assert told.is_example(instance)
    assert told.says(instance).split() == ["deep", "of", "A1", "3", ",", "for", "example"]


@pytest.mark.parametrize("complete", [True, False])
def test_flip_says_how_deep_and_gives_an_example_that_does_it(complete):
    """The set says the piece; the instance that it shows is one that a what-if takes."""
    scenario = scenario_of(base(compare("$n", ">=", 18)), [], complete=complete)
    case = outcome(scenario, build(scenario))
    first = api.flip(case, "go(a1)").sets[0].changes[0]
    assert first.then.split() == ["deep", "of", "A1", "at", "least", "18"]
    assert (first.example, first.instance) == (True, "deep(a1, 18)")
    [tried] = api.what_if(case, assume=[first.instance])
    assert [(one.instance, one.kind) for one in tried.shifts] == [("go(a1)", "gained")]


def test_stress_and_its_signposts_say_how_deep():
    """No fact of an unanswered number is named by a value that nobody gave."""
    deep = base(compare("$n", ">=", 18), of=pattern("deep", "a1", "$n"))
    scenario = scenario_of(deep, [], complete=False)
    result = api.stress(outcome(scenario, build(scenario)))
    told = [one.says for one in (*result.facts, *result.signposts)]
    told += [one.says for each in result.advice for one in each.influences]
    assert any("at least 18" in one for one in told)
    assert all(
        "18" not in one.replace("at least 18", "").replace("less than 18", "") for one in told
    )
    assert not any(" 0" in one for one in told)


# Numbers that nobody can be asked for by a value of their own

OFFER = template("offer", "A", "number", "date", key=(0, 1), asks=("what is offered?",))
PRICE = template("price", "number", key=(), asks=("what does it cost?",))
AGE = template("age", "A", "number", key=(0,), asks=("how old?",))
AGES = [pattern("age", "a1", "$m"), pattern("age", "a2", "$n")]
OLDER = rule("older", AGES, [pattern("go", "a1")], comparisons=(compare("$m", ">", "$n"),))
LATE = compare("$d", ">=", MAY)
FREE = rule(
    "free",
    [pattern("offer", "a1", "$n", "$d")],
    [pattern("go", "a1")],
    comparisons=(compare("$n", ">=", 900), LATE),
)
JOINED = rule(
    "joined",
    [pattern("price", "$n"), pattern("offer", "a1", "$n", "$d")],
    [pattern("go", "a1")],
    comparisons=(LATE,),
)
NAMED = rule(
    "named", [pattern("offer", "a1", 900, "$d")], [pattern("go", "a1")], comparisons=(LATE,)
)


def opened(*rules, facts=()):
    """An incomplete scenario over these rules."""
    return scenario_of(base_of([OFFER, PRICE, AGE, GO], list(rules)), facts, complete=False)


def asked_in(scenario):
    """What an interview would ask about to begin with."""
    interview = begin(scenario, "a1")
    return [topic.about for topic, _ in interview.relevant()]


@pytest.mark.parametrize(
    ("of", "asked"),
    [
        (FREE, ["offer(a1, *, *)"]),
        (JOINED, ["price(*)"]),
        (NAMED, ["offer(a1, 900, *)"]),
    ],
)
def test_no_question_is_about_a_key_that_nobody_named(of, asked):
    """What no rule binds is asked for with the rest; what one joins, once its value is known."""
    assert asked_in(opened(of)) == asked


def test_what_is_joined_is_asked_once_its_number_is_known():
    """The price is 900: now it can be asked until when 900 are offered, and nothing of others."""
    interview = begin(opened(JOINED), "a1")
    interview = interview.answer(interview.question(), "850")
    assert interview.question().about == "offer(a1, 850, *)"
    interview = interview.change(interview.asked(interview.answers[0]), "unknown")
    assert interview.question() is None


@pytest.mark.parametrize(
    ("of", "form"),
    [
        (FREE, {"offer(a1, <s1>, <s2>)"}),
        (JOINED, {"price(<s>)", "offer(a1, <s1>, <s2>)"}),
        (NAMED, {"offer(a1, 900, <s2>)"}),
        (OLDER, {"age(a1, <s1>)", "age(a2, <s1>)"}),
    ],
)
def test_open_advice_names_no_number_that_nobody_gave(of, form):
    """Each thing is told once, as the question that it is, with how one would state it."""
    scenario = opened(of)
    [one] = api.advise(outcome(scenario, build(scenario))).open
    assert {unknown.form for unknown in one.unknown} == form
    assert len(one.unknown) == len(form)


def test_values_that_count_by_their_place_are_no_cut_and_no_signpost():
    """That A1 is not 1 year old keeps nothing back: A1 may be 50. A pair of ages is an example."""
    scenario = opened(OLDER)
    result = api.stress(outcome(scenario, build(scenario)))
    [prospect] = result.advice
    assert result.signposts == ()
    assert prospect.cut_sets.sets == ()
    assert prospect.cut_sets.left_out
    assert prospect.cut_sets.missing
    [path] = prospect.path_sets.sets
    assert [one.says.endswith(", for example") for one in path] == [True, True]
    assert len({one.form for one in result.facts}) == 2


def test_pieces_that_advice_cannot_tell_apart_are_told_as_one():
    """From 18 on, whatever another threshold for the same advice is."""
    scenario = scenario_of(
        base(compare("$n", ">=", 18), compare("$n", ">=", 65), of=pattern("deep", "a1", "$n")),
        [],
        complete=False,
    )
    [prospect] = api.stress(outcome(scenario, build(scenario))).advice
    [[given]] = prospect.path_sets.sets
    assert given.says.split() == ["deep", "of", "A1", "at", "least", "18"]
    assert prospect.futures == 3


def test_a_near_miss_asks_for_the_number_and_compares_nothing_with_an_invented_one():
    """Nobody said how deep it is, so nothing is compared."""
    scenario = scenario_of(base(compare("$n", ">=", 18)), [], complete=False)
    [why] = api.why_not(outcome(scenario, build(scenario)), "go(a1)").misses
    says = [one.says for miss in why.misses for one in miss.conditions]
    assert says
    assert not any("0" in one or "19" in one for one in says)
    compared = [one for miss in why.misses for one in miss.conditions if one.kind == "comparison"]
    assert {one.status for one in compared} == {"open"}
    assert all("at least 18" in change.says for change in why.changes)
