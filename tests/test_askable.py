"""What can be asked, and the few numbers and dates that stand for all."""

from __future__ import annotations

import itertools
from datetime import date, timedelta
from decimal import Decimal, localcontext
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as draws
from strategies import Choices, base_of, compare, fact, pattern, rule, scenario_of, template

from advisor import loader
from advisor.model import budget
from advisor.model.budget import Budget
from advisor.model.changes import key_of
from advisor.model.errors import AdvisorError
from advisor.model.records import AtLeast, Instance, KnowledgeBase
from advisor.model.values import DIGITS, Value
from advisor.reasoning import askable as module
from advisor.reasoning.askable import askable, askable_for
from advisor.reasoning.building import build
from advisor.reasoning.evaluate import outcome
from advisor.reasoning.orders import Orders
from advisor.testing import expectations

GRANTS = Path(__file__).parent / "bases" / "town-grants"
WALK = Path(__file__).parent / "bases" / "tiny-interview"


def of(name: str, *values: Value) -> Instance:
    """An instance of a template without symmetric slots."""
    return Instance(name, values)


# ------------------------------------------------------------------ cuts, and pieces between them


def numbers(*rules, known=(), at=("size", 1)) -> list[Value]:
    """The representatives of a size, in a base with these rules."""
    templates = [
        template("size", "A", "number", asks=("?",)),
        template("limit", "A", "number", asks=("?",)),
        template("near", "number", "number", symmetric=(0, 1), asks=("?",)),
        template("day", "A", "date", asks=("?",)),
        template("grade", "A", "number"),
        template("do", "A", first="client", advice=True),
    ]
    return Orders(base_of(templates, rules), known).values(*at)


DO = [pattern("do", "$x")]
SIZE, LIMIT = pattern("size", "$x", "$n"), pattern("limit", "$x", "$m")


def test_a_number_no_rule_looks_at_has_one_case():
    """Without a cut, one value stands for all."""
    assert numbers(rule("r", [SIZE], DO)) == [0]


@pytest.mark.parametrize(
    ("tests", "found"),
    [
        ([("$n", ">=", 20)], [0, 20]),
        ([("$n", "<", 20)], [0, 20]),
        ([("$n", "<=", 20)], [20, 21]),
        ([("$n", ">", 20)], [20, 21]),
        ([(20, "<=", "$n")], [0, 20]),
        ([(20, ">", "$n")], [0, 20]),
        ([(20, ">=", "$n")], [20, 21]),
        ([(20, "<", "$n")], [20, 21]),
        ([("$n", "=", 20)], [0, 20, 21]),
        ([(20, "!=", "$n")], [0, 20, 21]),
        ([("$n", "<", 20), ("$n", "<=", 30)], [0, 20, 31]),
        ([("$n", "<=", 20), ("$n", ">=", 30)], [20, 25, 30]),
        ([("$n", ">", 20), ("$n", ">", 30)], [20, 30, 31]),
        ([("$n", "<", 20), ("$n", "<=", 20)], [0, 20, 21]),
        ([("$n", ">=", 20), (35, ">", "$n")], [0, 20, 35]),
    ],
)
def test_a_comparison_cuts_on_its_own_side(tests, found):
    """There is one case for each piece that comparisons leave, and named values are preferred."""
    rules = [
        rule(f"r{at}", [SIZE], DO, comparisons=(compare(*test),)) for at, test in enumerate(tests)
    ]
    assert numbers(*rules) == found
    together = tuple(compare(*test) for test in tests)
    assert numbers(rule("r", [SIZE], DO, comparisons=together)) == found


def test_constants_of_patterns_stand_alone():
    """Premises, exceptions, counts, lists and conclusions name values that a number can meet."""
    rules = [
        rule("a", [pattern("size", "$x", 1)], DO),
        rule("b", [pattern("size", "$x", [2, 4])], DO, exceptions=(pattern("size", "$x", 7),)),
        rule("c", [AtLeast(count=1, of=pattern("size", None, 10))], [pattern("do", "a1")]),
    ]
    assert numbers(*rules) == [0, 1, 1.5, 2, 3, 4, 5, 7, 8, 10, 11]
    concluded = rule("d", [SIZE], [pattern("grade", "$x", "$n")])
    constant = rule("e", [LIMIT], [pattern("grade", "$x", 3)])
    assert 3 in numbers(concluded, constant)


def test_known_values_stand_alone_where_they_are_met():
    """What known facts have is a case of its own where rules join or count it, else it is not."""
    known = [of("size", "a2", 6), of("limit", "a1", 50), of("day", "a1", date(2026, 1, 1))]
    plain = rule("r", [SIZE], DO, comparisons=(compare("$n", ">=", 3),))
    assert numbers(plain, known=known) == [1, 3]
    counted = rule("c", [AtLeast(count=1, of=pattern("size", "a1", None))], [pattern("do", "a1")])
    assert numbers(plain, counted, known=known) == [1, 3, 6, 7]


def test_compared_slots_share_their_cuts():
    """Where rules compare two slots, each meets the values of both, and two fit a piece."""
    bounded = rule("b", [LIMIT], DO, comparisons=(compare("$m", "<", 10),))
    compared = rule("c", [SIZE, LIMIT], DO, comparisons=(compare("$n", "<=", "$m"),))
    known = [of("limit", "a1", 50)]
    found = numbers(bounded, compared, known=known)
    assert found == numbers(bounded, compared, known=known, at=("limit", 1))
    assert found == [2, 6, 10, 30, 50, 51, 52]
    assert numbers(bounded, known=known) == [0]


def test_a_variable_in_two_places_joins_them():
    """Two numbers under one variable are equal or not, which takes two values an interval."""
    joined = rule("r", [SIZE, pattern("limit", "$x", "$n")], DO)
    assert numbers(joined) == [0, 1]
    assert numbers(joined, known=[of("limit", "a1", 5)]) == [1, 3, 5, 6, 7]


def test_comparisons_reach_through_conclusions():
    """A number that a conclusion carries on meets what later rules compare it with."""
    carried = rule("r", [SIZE], [pattern("grade", "$x", "$n")])
    later = rule("s", [pattern("grade", "$x", "$n")], DO, comparisons=(compare("$n", ">", 3),))
    assert numbers(carried, later) == [3, 4]


def test_slots_that_may_be_swapped_share_a_class():
    """A cut of one slot of a symmetric template is one of the other."""
    named = rule("r", [pattern("near", 5, "$n"), SIZE], DO)
    assert 5 in numbers(named, at=("near", 0))
    assert 5 in numbers(named, at=("near", 1))


@pytest.mark.parametrize("fields", [{"symmetric": (0, 1)}, {"distinct": (0, 1)}])
def test_slots_that_never_hold_the_same_have_two_values_a_piece(fields):
    """Both numbers of one fact may be on the same side of a cut, though they are not the same."""
    templates = [
        template("span", "number", "number", asks=("?",), **fields),
        template("do", "A", first="client", advice=True),
    ]
    tests = (compare("$n", ">=", 20),)
    spans = rule("r", [pattern("span", "$n", "$m")], [pattern("do", "a1")], comparisons=tests)
    sides = {
        tuple(value >= 20 for value in one.values)
        for one in askable(base_of(templates, [spans]), "a1")
    }
    assert {(False, False), (False, True), (True, True)} <= sides


def test_a_count_of_several_needs_as_many_values():
    """Where so many numbers are counted, an interval has so many."""
    counted = rule("r", [AtLeast(count=3, of=pattern("size", "a1", None))], [pattern("do", "a1")])
    assert numbers(counted) == [0, 1, 2]


def test_days_have_neighbours():
    """No day lies between two neighbouring ones, and none outside the calendar."""
    premise = pattern("day", "$x", "$d")
    tests = (compare("$d", "<", date(2026, 3, 1)), compare("$d", "!=", date(2026, 3, 2)))
    found = numbers(rule("r", [premise], DO, comparisons=tests), at=("day", 1))
    assert found == [date(2026, 2, 28), date(2026, 3, 1), date(2026, 3, 2), date(2026, 3, 3)]
    tests = (compare("$d", "=", date.max), compare("$d", ">", date.min))
    found = numbers(rule("r", [premise], DO, comparisons=tests), at=("day", 1))
    assert [found[0], found[-1], len(found)] == [date.min, date.max, 3]
    tests = (compare("$d", "<=", date(2026, 3, 1)), compare("$d", "<", date(2026, 3, 2)))
    found = numbers(rule("r", [premise], DO, comparisons=tests), at=("day", 1))
    assert found == [date(2026, 3, 1), date(2026, 3, 2)]
    tests = (compare("$d", "<", date.min), compare("$d", ">", date.max))
    found = numbers(rule("r", [premise], DO, comparisons=tests), at=("day", 1))
    assert found == [date.min]
    assert numbers(rule("r", [premise], DO), at=("day", 1)) == [date(2026, 11, 22)]


def test_neighbours_among_numbers_are_left_alone():
    """Numbers have an end of their digits: nothing is listed between neighbours."""
    low = Decimal("0.5")
    with localcontext(prec=2 * DIGITS):
        next_to_it = low + Decimal(10) ** -DIGITS
    tests = (compare("$n", "!=", low), compare("$n", "!=", next_to_it))
    assert numbers(rule("r", [SIZE], DO, comparisons=tests)) == [0, low, next_to_it, 1]


def test_beyond_the_greatest_number_is_nothing():
    """No value stands for what cannot be written."""
    with localcontext(prec=2 * DIGITS):
        most = 10**DIGITS - Decimal(10) ** -DIGITS
        least = -most
    tests = (compare("$n", "!=", least), compare("$n", "!=", most))
    assert numbers(rule("r", [SIZE], DO, comparisons=tests)) == [least, 0, most]


@given(
    draws.lists(draws.decimals(-99, 99, places=2), max_size=5),
    draws.integers(1, 4),
)
def test_every_interval_has_its_values(constants, width):
    """Whatever the constants, the list ascends, and each interval has as many as it needs."""
    marks = sorted({int(one) if one == int(one) else one for one in constants})
    premises = [pattern("size", None, f"$n{number}") for number in range(width)]
    chain = itertools.pairwise(range(width))
    order = tuple(compare(f"$n{one}", "<", f"$n{other}") for one, other in chain)
    named = tuple(compare("$n0", "!=", mark) for mark in marks)
    found = numbers(rule("r", premises, [pattern("do", "a1")], comparisons=(*order, *named)))
    assert found == sorted(set(found))
    assert set(marks) <= set(found)
    if not marks:
        assert len(found) == width
        return
    for low, high in itertools.pairwise([float("-inf"), *marks, float("inf")]):
        assert sum(low < one < high for one in found) == width


# ------------------------------------------------------------------ they stand for all

MOMENTS = [date(2026, 1, 1) + timedelta(days=days) for days in range(8)]
AMOUNTS = [-2, -0.5, 0, 0.25, 1, 1.5, 2, 2.5, 3, 7]


@draws.composite
def ordered_bases(draw) -> tuple[Choices, KnowledgeBase, list[Value]]:
    """A small base of rules over numbers, or over dates, with the values that may turn up."""
    choices = Choices(draw)
    sort = choices.pick(("number", "date"))
    values: list[Value] = [*(AMOUNTS if sort == "number" else MOMENTS)]
    templates = [
        template("one", "A", sort, asks=("?",)),
        template("two", sort, asks=("?",)),
        template("both", sort, sort, symmetric=(0, 1) if choices.chance(50) else None),
        template("derived", sort),
        template("do", "A", first="client", advice=True),
    ]
    rules = [_rule(choices, f"r{number}", values) for number in range(1 + choices.upto(3))]
    if choices.chance(50):
        tests = (compare("$n", choices.pick(("<", ">=", "!=")), "$m"),)
        both = [pattern("one", "$x", "$n"), pattern("two", "$m")]
        rules.append(rule("tied", both, DO, comparisons=tests))
    return choices, base_of(templates, rules), values


def _rule(choices: Choices, name: str, values: list[Value]):
    """A rule of one or two premises, with comparisons, an exception or a count now and then."""
    pool = ("$n", "$n", "$m", "$m", None, choices.pick(values), [*values[1:3], values[5]])

    def some(*variables):
        kind = choices.pick(("one", "two", "both", "derived"))
        terms = [choices.pick(variables or pool) for _ in range(2 if kind == "both" else 1)]
        return pattern(kind, "$x", *terms) if kind == "one" else pattern(kind, *terms)

    premises = [pattern("one", "$x", "$n")]
    premises += [some() for _ in range(choices.upto(2))]
    bound = sorted({name for one in premises for name in one.variables()} - {"x"})
    fixed = (*(f"${one}" for one in bound), choices.pick(values))
    tests = [
        compare(
            f"${choices.pick(bound)}", choices.pick(("<", "<=", "=", "!=")), choices.pick(fixed)
        )
        for _ in range(choices.upto(2))
    ]
    counted = pattern("two", choices.pick((None, "$local", *fixed)))
    counts = [AtLeast(count=1 + choices.upto(1), of=counted)] if choices.chance(30) else []
    exceptions = (pattern("both", *(choices.pick(fixed) for _ in "ab")),)
    then = choices.pick((pattern("derived", choices.pick(fixed)), pattern("do", "$x")))
    return rule(
        name,
        [*premises, *counts],
        [then],
        comparisons=tuple(tests),
        exceptions=exceptions if choices.chance(40) else (),
    )


def _instances(choices: Choices, values: list[Value]) -> list[Instance]:
    """A few known facts."""
    found = [of("one", choices.pick(("a1", "a2")), choices.pick(values))]
    found += [of("two", choices.pick(values)) for _ in range(choices.upto(1))]
    pair = sorted((choices.pick(values), choices.pick(values)), key=str)
    found += [of("both", *pair)] if choices.chance(60) else []
    return found[choices.upto(1) :]


Names = set[tuple[Value, Value]]  # what a value is called instead
Told = list[tuple[str, tuple[int, ...], list[frozenset[Instance]]]]


def firings(base: KnowledgeBase, facts: list[Instance]) -> Told:
    """Everything that fires on these facts: rules, what they count, and facts by their part."""
    graph = build(scenario_of(base, map(fact, facts)))
    found = []
    for firing in graph.firings:
        counts = [count.facts for count in firing.counts]
        parts = [*((n,) for n in firing.premises), *counts, *firing.exceptions, firing.conclusions]
        told = [frozenset(graph.instances[number] for number in part) for part in parts]
        found.append((firing.rule.id, tuple(map(len, told)), told))
    return found


def alike(one: Told, other: Told, names: Names) -> bool:
    """Whether the same fires, but for the names of values."""
    back = {(new, old) for old, new in names}
    return _within(one, other, names) and _within(other, one, back)


def _within(one: Told, other: Told, names: Names) -> bool:
    return all(
        any(
            rule_id == same
            and all(_renamed(a, b, names) for a, b in zip(parts, those, strict=True))
            for same, _, those in other
        )
        for rule_id, _, parts in one
    )


def _renamed(one: frozenset[Instance], other: frozenset[Instance], names: Names) -> bool:
    return all(any(_same(a, b, names) for b in other) for a in one) and all(
        any(_same(a, b, names) for a in one) for b in other
    )


def _same(one: Instance, other: Instance, names: Names) -> bool:
    ways = [other.values, other.values[::-1]] if one.template == "both" else [other.values]
    return one.template == other.template and any(
        all(a == b or (a, b) in names for a, b in zip(one.values, way, strict=True)) for way in ways
    )


def answer(kind: str, value: Value) -> Instance:
    """The answer to the question about a number or a date."""
    return of("one", "a3", value) if kind == "one" else of("two", value)


@given(ordered_bases())
def test_a_representative_stands_for_any_value(drawn):
    """Whatever an unanswered number or date is, a listed value fires the same rules."""
    choices, base, values = drawn
    known = _instances(choices, values)
    kind = choices.pick(("one", "two"))
    listed = Orders(base, known).values(kind, 1 if kind == "one" else 0)
    fired = [(one, firings(base, [*known, answer(kind, one)])) for one in listed]
    for value in values:
        wanted = firings(base, [*known, answer(kind, value)])
        assert any(alike(wanted, those, {(value, one)}) for one, those in fired), value


@given(ordered_bases())
def test_two_representatives_stand_for_any_two_values(drawn):
    """So do two for two unanswered facts, whichever of them is the greater."""
    choices, base, values = drawn
    known = _instances(choices, values)
    one, two = choices.pick(values), choices.pick(values)
    wanted = firings(base, [*known, *answers(one, two)])
    listed = (Orders(base, known).values(*slot) for slot in (("one", 1), ("two", 0)))
    assert any(
        alike(
            wanted,
            firings(base, [*known, *answers(a, b)]),
            {(one, a), (two, b)},
        )
        for a, b in itertools.product(*listed)
    )


@pytest.mark.parametrize("relation", ["<", ">=", "!="])
@pytest.mark.parametrize("sort", ["number", "date"])
def test_two_in_one_interval_stand_in_any_order(relation, sort):
    """Two unanswered values between the same neighbours may stand either way, or be the same."""
    values = AMOUNTS[:5] if sort == "number" else MOMENTS[:5]
    templates = [
        template("one", "A", sort, asks=("?",)),
        template("two", sort, asks=("?",)),
        template("do", "A", first="client", advice=True),
    ]
    premises = [pattern("one", "$x", "$n"), pattern("two", "$m")]
    tied = rule("tied", premises, DO, comparisons=(compare("$n", relation, "$m"),))
    base = base_of(templates, [tied])
    mark = values[3]
    known = [of("one", "a1", mark), of("two", mark)]
    listed = (Orders(base, known).values(*slot) for slot in (("one", 1), ("two", 0)))
    fired = {pair: firings(base, [*known, *answers(*pair)]) for pair in itertools.product(*listed)}
    for one, two in itertools.product(values, values):
        wanted = firings(base, [*known, *answers(one, two)])
        assert any(
            len({one, two, mark}) == len({a, b, mark})
            and alike(wanted, those, {(one, a), (two, b)})
            for (a, b), those in fired.items()
        ), (one, two)


def answers(one: Value, two: Value) -> list[Instance]:
    """The answers to both questions."""
    return [answer("one", one), answer("two", two)]


THROUGHOUT: dict[str, list[Value]] = {  # some of every piece between any of the values above
    "number": [eighth // 8 if eighth % 8 == 0 else eighth / 8 for eighth in range(-32, 80)],
    "date": [MOMENTS[0] + timedelta(days=days) for days in range(-4, 12)],
}


@draws.composite
def plain_bases(draw) -> tuple[Choices, KnowledgeBase, str, bool]:
    """A base whose rules each hold one number, or one date, against a constant of their own.

    With whether they only ask for the greater and the less.
    """
    choices = Choices(draw)
    sort = choices.pick(("number", "date"))
    templates = [
        template("one", "A", sort, asks=("?",)),
        template("do", "A", first="client", advice=True),
    ]
    operators = choices.pick((("<", "<=", ">", ">="), ("<", "<=", ">", ">=", "=", "!=", "in")))
    rules = []
    for number in range(1 + choices.upto(4)):
        operator, value = (
            choices.pick(operators),
            choices.pick((MOMENTS, AMOUNTS)[sort == "number"]),
        )
        sides = ("$n", operator, value) if choices.chance(50) else (value, operator, "$n")
        named = operator == "in"
        premise = pattern("one", "$x", value if named else "$n")
        tests = () if named else (compare(*sides),)
        rules.append(rule(f"r{number}", [premise], DO, comparisons=tests))
    return choices, base_of(templates, rules), sort, not {"=", "!=", "in"} & {*operators}


@given(plain_bases())
def test_neighbouring_representatives_are_told_apart(drawn):
    """There is one value for each stretch of the line on which the same rules fire, and no more.

    Where rules ask for the greater and the less alone, no two listed values fire the same rules.
    """
    choices, base, sort, monotone = drawn
    known = [of("one", "a1", choices.pick(THROUGHOUT[sort]))][choices.upto(1) :]
    listed = Orders(base, known).values("one", 1)
    facts = {answer("one", value) for value in (*THROUGHOUT[sort], *listed)}
    fired: dict[Value, set[str]] = {one.values[1]: set() for one in facts}
    for name, _, (premise, *_) in firings(base, sorted(facts)):
        (one,) = premise
        fired[one.values[1]].add(name)
    patterns = [fired[value] for value in listed]
    assert patterns == [same for same, _ in itertools.groupby(fired[one] for one in sorted(fired))]
    assert not monotone or all(patterns.count(one) == 1 for one in patterns)


# ------------------------------------------------------------------ what is listed


def test_a_free_number_is_asked_about():
    """An askable number is listed once for each of its cases."""
    templates = [
        template("size", "A", "number", key=(0,), asks=("?",)),
        template("do", "A", first="client", advice=True),
    ]
    tests = (compare("$n", ">=", 20),)
    base = base_of(templates, [rule("r", [SIZE], DO, comparisons=tests)])
    wanted = [of("size", "a1", value) for value in (0, 20)]
    assert askable(base, "a1") == wanted
    assert askable_for(base, pattern("do", "a1")) == wanted
    assert askable(base, "a1", [of("size", "a2", 25)]) == wanted


@pytest.mark.parametrize("sort", ["number", "date"])
def test_what_is_said_of_one_value_leaves_the_others_open(sort):
    """Where a fact is known that would have stood for others, another one stands for them."""
    low, mark, high = (20, 21, 22) if sort == "number" else MOMENTS[:3]
    templates = [
        template("size", "A", sort, key=(0,), asks=("?",)),
        template("do", "A", first="client", advice=True),
    ]
    tests = (compare("$n", ">=", mark),)
    base = base_of(templates, [rule("r", [SIZE], DO, comparisons=tests)])
    plain = askable(base, "a1")
    assert of("size", "a1", mark) in plain
    found = askable(base, "a1", [of("size", "a1", mark), of("size", "a2", low)])
    assert found == sorted({*plain, of("size", "a1", high)})
    tests = (compare("$n", "=", mark),)
    base = base_of(templates, [rule("r", [SIZE], DO, comparisons=tests)])
    assert askable(base, "a1", [of("size", "a1", mark)]) == askable(base, "a1")


def test_values_of_a_target_stand_alone():
    """What is asked about a piece of advice meets the numbers that are in it."""
    templates = [
        template("size", "A", "number", asks=("?",)),
        template("cap", "number", asks=("?",)),
        template("limit-to", "A", "number", first="client", advice=True),
    ]
    premises, tests = [SIZE, pattern("cap", "$m")], (compare("$n", "<", "$m"),)
    limit = rule("r", premises, [pattern("limit-to", "$x", "$m")], comparisons=tests)
    found = askable_for(base_of(templates, [limit]), pattern("limit-to", "a1", 7))
    assert of("cap", 7) in found
    assert {one.values[1] < 7 for one in found if one.template == "size"} == {True, False}


def test_too_many_cases_name_the_rule(monkeypatch):
    """A rule with more facts to ask about than the limit is named, numbers counted too."""
    monkeypatch.setattr(module, "LIMIT", 5)
    templates = [
        template("size", "A", "number", asks=("?",)),
        template("do", "A", first="client", advice=True),
    ]
    tests = (compare("$n", ">=", 20),)
    large = rule("large", [pattern("size", None, "$n")], [pattern("do", "a1")], comparisons=tests)
    with pytest.raises(AdvisorError) as caught:
        askable(base_of(templates, [large]), "a1")
    (problem,) = caught.value.problems
    assert problem.message == "rule 'large' would ask about 6 facts of 'size'"


def test_too_many_facts_of_all_rules_together_name_the_worst():
    """Each premise alone is within its limit; all together are not, and the largest is named."""
    templates = [
        template("size", "A", "number", asks=("?",)),
        template("cap", "A", asks=("?",)),
        template("do", "A", first="client", advice=True),
    ]
    do, tests = [pattern("do", "a1")], (compare("$n", ">=", 20),)
    large = rule("large", [pattern("size", None, "$n")], do, comparisons=tests)
    small = rule("small", [pattern("cap", None)], do)
    base = base_of(templates, [large, small])
    with budget.limited(Budget(facts=9)):
        assert len(askable(base, "a1")) == 9
    with budget.limited(Budget(facts=8)), pytest.raises(AdvisorError) as caught:
        askable(base, "a1")
    (problem,) = caught.value.problems
    said = "the rules would ask about more than 8 facts; rule 'large' asks about 6 facts of 'size'"
    assert problem.message == said


# ------------------------------------------------------------------ the bases that tests ask about


def questions(base: KnowledgeBase, found: list[Instance]) -> set[object]:
    """The questions behind instances: one for all values of a key."""
    return {key_of(base.templates[one.template], one) or one for one in found}


@pytest.mark.parametrize("folder", [GRANTS, WALK], ids=lambda folder: folder.name)
def test_expectations_of_the_bases_are_met(folder):
    """Each scenario of the bases meets what it expects."""
    reports = expectations.run(loader.load_with_parents(loader.load_base(folder)))
    assert all(report.results for report in reports)
    assert not [result for report in reports for result in report.results if not result.ok]


def test_a_consultation_has_a_dozen_questions():
    """The base of grants has thirteen questions for its client, over slots of every type."""
    base = loader.load_base(GRANTS)
    found = askable(base, "orchard-club", loader.load_scenario(base).facts)
    assert len(questions(base, found)) == 13
    kinds = {slot.kind for one in found for slot in base.templates[one.template].slots.values()}
    assert kinds == {"entity", "values", "number", "date", "boolean"}
    assert {2500, 6500, 8000} <= {one.values[1] for one in found if one.template == "cost"}


def test_the_smallest_base_asks_yes_or_no():
    """The base of the walk has five facts to ask about, each of which holds or not."""
    found = askable(loader.load_base(WALK), "walkers")
    names = ["guide(walkers)", "dry()", "path-open()", "storm-warning()", "meets(walkers)"]
    assert [str(one) for one in found] == names


def test_other_cases_of_an_answered_number_are_not_open():
    """Where nobody answers, each case of a key may hold; once one is stated, no other does."""
    base = loader.load_base(GRANTS)
    unanswered = loader.load_scenario(base, "first-visit")
    answered = loader.change(
        unanswered, "title: t\nassume: ['members(orchard-club, 34)']", "<test>"
    )
    for scenario, upper in ((unanswered, 8), (answered, 0)):
        extra = askable(base, "orchard-club", scenario.facts)
        case = outcome(scenario, build(scenario, extra))
        others = [one for one in extra if one.template == "members" and one.values[1] != 34]
        assert len(others) == 2
        assert {case.bounds(case.graph.number[one]) for one in others} == {(0, upper)}
