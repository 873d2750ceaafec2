"""Shares of futures over an unanswered number: pieces that advice cannot tell apart count once."""

from __future__ import annotations

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import base_of, compare, pattern, rule, scenario_of, template

from advisor.answers.widening import widened
from advisor.futures.report import stress
from advisor.reasoning.building import build
from advisor.reasoning.evaluate import outcome

TEMPLATES = [
    template("level", "A", "number", key=(0,), asks=("asked",)),
    template("day", "A", "date", key=(0,), asks=("asked",)),
    template("boat", "A", first="client", advice=True),
    template("jot", "A", first="client", advice=True),
]
TESTS = ("<", "<=", "=", "!=", ">=", ">")
DAYS = [date(2026, 1, day) for day in (1, 2, 3, 9)]


def advises(name: str, advice: str, asked: str, *tests):
    """A rule for some advice, by comparisons of a number or a date."""
    comparisons = tuple(compare("$n", operator, value) for operator, value in tests)
    return rule(
        name, [pattern(asked, "a1", "$n")], [pattern(advice, "a1")], comparisons=comparisons
    )


def shares(*rules) -> dict[str, tuple]:
    """Futures, those that give the advice, and its probability, by advice; nothing is known."""
    start = scenario_of(base_of(TEMPLATES, rules), [], complete=False)
    found = stress(widened(outcome(start, build(start)), "a1"), "a1").advice
    return {one.id: (one.given, one.futures, round(one.probability, 9)) for one in found}


def test_a_rule_about_other_advice_changes_no_share():
    """No level, 20 or less, or above: one future in three, whatever is noted besides."""
    deep = advises("deep", "boat", "level", (">", 20))
    assert shares(deep)["boat"] == (1, 3, round(1 / 3, 9))
    other = advises("other", "jot", "level", (">", 3), ("!=", 5), ("!=", 7))
    assert shares(deep, other)["boat"] == (1, 3, round(1 / 3, 9))


def test_a_rule_that_adds_nothing_changes_no_share():
    """Above 30 is above 20 as well."""
    deep = advises("deep", "boat", "level", (">", 20))
    deeper = advises("deeper", "boat", "level", (">", 30))
    assert shares(deep, deeper)["boat"] == shares(deep)["boat"]


@settings(max_examples=settings().max_examples // 2)
@given(
    st.sampled_from(["level", "day"]),
    st.lists(st.tuples(st.sampled_from(TESTS), st.integers(0, 3)), min_size=1, max_size=2),
    st.lists(st.tuples(st.sampled_from(TESTS), st.integers(0, 3)), min_size=1, max_size=3),
)
def test_no_rule_about_other_advice_changes_a_share(asked, own, others):
    """Wherever the other rule cuts the line, of numbers or of days."""
    values = DAYS if asked == "day" else [0, 1, 2, 3]
    one = advises("one", "boat", asked, *((operator, values[at]) for operator, at in own))
    other = advises("other", "jot", asked, *((operator, values[at]) for operator, at in others))
    assert shares(one, other).get("boat") == shares(one).get("boat")


def test_a_share_that_means_nothing_is_not_given():
    """Of two unanswered numbers set against each other, or of one that may be several, none is."""
    pair = [pattern("level", "a1", "$n"), pattern("level", "a2", "$m")]
    higher = rule("r", pair, [pattern("boat", "a1")], comparisons=(compare("$n", ">", "$m"),))
    several = rule(
        "s", [pattern("mark", "$n")], [pattern("jot", "a1")], comparisons=(compare("$n", ">", 3),)
    )
    deep = advises("deep", "jot", "level", (">", 20))
    for rules, name, word in (
        ([higher, deep], "boat", "compare"),
        ([higher, deep], "jot", None),
        ([several], "jot", "several"),
    ):
        templates = [*TEMPLATES, template("mark", "number", asks=("asked",))]
        start = scenario_of(base_of(templates, rules), [], complete=False)
        found = stress(widened(outcome(start, build(start)), "a1"), "a1").advice
        one = next(each for each in found if each.id == name)
        assert (word is None) == (one.unmeasured is None)
        assert word is None or word in one.unmeasured
        assert (one.share is None) == (one.probability is None) == (word is not None)
        assert (not one.influences) == (word is not None)
        assert one.given_in == "some"
