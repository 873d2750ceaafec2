"""Which comparisons can hold together: held to trying every value of a short line."""

from __future__ import annotations

import itertools
import operator
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import base_of, compare, pattern, rule, template

from advisor.audit import comparisons
from advisor.audit.comparisons import Claim, consistent, constant, entails
from advisor.audit.subsumption import contradiction
from advisor.testing.coverage import coverage
from advisor.testing.suggestion import suggestions

HOLDS = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
VARIABLES = ("x", "y", "z")
DAY = timedelta(days=1)
MIDDLE = date(2026, 1, 1)
LEAST = Decimal(1).scaleb(-30)
LINES = {  # what constants are taken from, and what variables may be
    "days": ([MIDDLE + n * DAY for n in range(3)], [MIDDLE + n * DAY for n in range(-4, 7)]),
    "first days": ([date.min + n * DAY for n in range(3)], [date.min + n * DAY for n in range(7)]),
    "last days": ([date.max - n * DAY for n in range(3)], [date.max - n * DAY for n in range(7)]),
    "least numbers": ([n * LEAST for n in range(3)], [n * LEAST for n in range(-4, 7)]),
}
CLAIMS = st.lists(
    st.tuples(st.integers(0, 5), st.sampled_from(sorted(HOLDS)), st.integers(0, 5)),
    min_size=1,
    max_size=6,
)


@given(st.sampled_from(sorted(LINES)), CLAIMS)
def test_comparisons_hold_together_where_values_are_found_for_them(line, drawn):
    """Neighbouring days have nothing between them, nor have numbers; the calendar has two ends."""
    named, every = LINES[line]
    terms = [*VARIABLES, *named]
    written = [(terms[left], relation, terms[right]) for left, relation, right in drawn]
    claims = [Claim(_term(left), relation, _term(right)) for left, relation, right in written]
    if all(left in VARIABLES and right in VARIABLES for left, _, right in written):
        return  # of which line they are is not said
    found = any(
        all(HOLDS[r](held.get(one, one), held.get(other, other)) for one, r, other in written)
        for held in (
            dict(zip(VARIABLES, values, strict=True))
            for values in itertools.product(every, repeat=len(VARIABLES))
        )
    )
    assert consistent(claims) == found


@given(st.sampled_from(sorted(LINES)), CLAIMS)
def test_one_term_between_constants_is_no_special_case(line, drawn):
    """What is told at a glance of one term alone is what the distances of all terms tell."""
    named, _ = LINES[line]
    claims = []
    for left, relation, right in drawn:
        bound = constant(named[right % 3])
        one, other = ("x", bound) if left % 2 else (bound, "x")
        claims.append(Claim(one, relation, other))
    told = comparisons._between(claims)
    assert told in {
        None,
        comparisons._dense(claims) and all(map(comparisons._has_room, comparisons._lines(claims))),
    }
    assert (told is None) == any(claim.operator == "!=" for claim in claims)


def _term(side):
    return side if side in VARIABLES else constant(side)


@pytest.mark.parametrize(
    ("low", "high", "room"),
    [
        (date(2026, 1, 1), date(2026, 1, 2), False),
        (date(2026, 1, 1), date(2026, 1, 3), True),
        (date(2026, 2, 28), date(2026, 3, 1), False),
        (date(2028, 2, 28), date(2028, 3, 1), True),
        (Decimal("0.3"), Decimal("0.5"), True),
        (0, LEAST, False),
        (0, 1, True),
    ],
)
def test_a_rule_between_neighbours_never_fires(low, high, room):
    """The audit says so of days and numbers alike, and a suggestion is made where there is room."""
    kind = "date" if isinstance(low, date) else "number"
    given_ = template("given", kind, asks=("asked",))
    advice = template("do", "A", first="client", advice=True)
    tests = (compare(low, "<", "$n"), compare("$n", "<", high))
    between = rule("between", [pattern("given", "$n")], [pattern("do", "a1")], comparisons=tests)
    base = base_of([given_, advice], [between])
    assert (contradiction(base, between) is None) == room
    found = suggestions(base, [], coverage(base, []).of("fired"))
    assert bool(found.scenarios) == room


def test_a_day_after_one_and_before_the_next_but_one_is_that_day():
    """What leaves one day entails it."""
    held = [Claim("x", ">", constant(MIDDLE)), Claim("x", "<", constant(MIDDLE + 2 * DAY))]
    assert entails(held, Claim("x", "=", constant(MIDDLE + DAY)))
    assert not entails(held[:1], Claim("x", "=", constant(MIDDLE + DAY)))


def test_many_days_that_must_differ_take_no_time():
    """Twelve variables in eleven days, all different: not decided, and soon."""
    names = [f"v{n}" for n in range(12)]
    end = MIDDLE + 10 * DAY
    claims = [Claim(one, "!=", other) for one, other in itertools.combinations(names, 2)]
    claims += [Claim(one, ">=", constant(MIDDLE)) for one in names]
    claims += [Claim(one, "<=", constant(end)) for one in names]
    assert consistent(claims) in {True, False}
