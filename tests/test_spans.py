"""What stands for a piece of the line is told as that piece, and shown as an example to try."""

from __future__ import annotations

from datetime import date

import pytest
from strategies import base_of, compare, fact, pattern, rule, scenario_of, template

from advisor import api
from advisor.answers.spans import Spans
from advisor.model.records import Instance
from advisor.reasoning.evaluate import outcome
from advisor.reasoning.graph import build

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


def test_what_is_said_and_what_is_set_against_another_stands_for_itself():
    """A stated number is that number; so is one that rules compare with another one."""
    instance = Instance("deep", ("a1", 3))
    stated = scenario_of(base(compare("$n", "<", 18)), [fact(instance, 3)])
    assert not Spans(stated).is_example(instance)
    two = [pattern("deep", "$x", "$n"), pattern("deep", "$y", "$m")]
    tied = rule("r", two, [pattern("go", "a1")], comparisons=(compare("$n", "<", "$m"),))
    assert not Spans(scenario_of(base_of([DEEP, GO], [tied]), [])).is_example(instance)


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
