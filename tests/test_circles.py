"""What facts of a recursive component rest on by derivations in which none stands below itself."""

from __future__ import annotations

import itertools
import operator

from hypothesis import event, given
from hypothesis import strategies as st

from advisor.answers import circles
from advisor.answers.circles import CircleStep, resting
from advisor.model.grades import INTS, cut_algebra

GRADES = st.sampled_from((0, 4, 5, 8))


@st.composite
def components(draw, most):
    """A few facts, with firings for them and what of them is stated."""
    facts = range(draw(st.integers(2, most)))
    inside = st.lists(st.sampled_from(facts), max_size=3, unique=True).map(tuple)
    step = st.builds(
        CircleStep,
        fact=st.sampled_from(facts),
        inside=inside,
        grade=GRADES,
        rests=st.sampled_from((0, 0, 0, 5, 8)),
        counts=st.sampled_from((True, True, True, False)),
    )
    steps = draw(st.lists(step, min_size=3, max_size=14))
    bare = [one._replace(rests=0) for one in steps if not one.counts]
    steps = [one for one in steps if one.counts] + bare
    return facts, steps, draw(st.dictionaries(st.sampled_from(facts), GRADES, max_size=1))


def listed(fact, above, steps, stated):
    """Of each derivation of a fact, without those above it, its grade and how far it rests."""
    found = {(stated[fact], stated[fact])} if stated.get(fact) else set()
    for step in steps if fact not in above else ():
        if step.fact == fact:
            ways = {(step.grade, step.rests)}
            for one in step.inside:
                below = listed(one, above | {fact}, steps, stated) if one not in above else set()
                ways = {(min(a, c), max(b, d)) for a, b in ways for c, d in below}
            found |= {(grade, rests if step.counts else 0) for grade, rests in ways}
    return found


def graded(facts, steps, stated):
    """The steps with the grades that they have with all their premises."""
    best = {
        fact: max((a for a, _ in listed(fact, frozenset(), steps, stated)), default=0)
        for fact in facts
    }
    return [s._replace(grade=min([s.grade, *(best[one] for one in s.inside)])) for s in steps]


def naive(fact, steps, stated):
    """The best grade by which any derivation of a fact rests on something, all listed."""
    ways = listed(fact, frozenset(), steps, stated)
    return max((min(grade, rests) for grade, rests in ways), default=0)


@given(components(5))
def test_facts_rest_on_what_some_derivation_without_circles_does(component):
    """It is the best over all derivations, listed one by one."""
    facts, steps, stated = component
    found = resting(facts, graded(facts, steps, stated), stated, INTS)
    for fact in facts:
        expected = naive(fact, steps, stated)
        event(f"rests: {expected}")
        assert found[fact] == expected


@given(components(6))
def test_at_a_cut_few_facts_rest_on_the_same_and_more_on_no_less(component):
    """At cuts, as for what is asked about, all circles of up to four facts are told."""
    facts, steps, stated = component
    steps = graded(facts, steps, stated)
    algebra = cut_algebra(operator.and_, operator.or_, operator.not_, False, True, operator.eq)
    exact = resting(facts, steps, stated, INTS)
    found = resting(facts, steps, stated, algebra)
    for fact in facts:
        pair = algebra.join(found[fact], 0)
        expected = (exact[fact] >= 4, exact[fact] >= 5)
        assert pair == expected or (len(facts) > 4 and pair >= expected)


def test_long_circles_are_told_in_a_moment():
    """A road of 400 stops, silent at one end and spoken for in the middle: only on from there."""
    facts = range(400)
    steps = [CircleStep(0, (), 8, 0, counts=True)]
    for one, other in itertools.pairwise(facts):
        rests = 8 if one == 200 else 0
        steps += [
            CircleStep(other, (one,), 8, rests, counts=True),
            CircleStep(one, (other,), 8, rests, counts=True),
        ]
    found = resting(facts, steps, {}, INTS)
    assert [fact for fact in facts if found[fact]] == list(facts[201:])


def test_a_search_that_takes_too_long_finds_nothing(monkeypatch):
    """What is not found within the limit is not claimed."""
    steps = [
        CircleStep(0, (), 8, 0, counts=True),
        CircleStep(1, (), 8, 0, counts=True),
        CircleStep(0, (1,), 8, 8, counts=True),
        CircleStep(1, (0,), 8, 8, counts=True),
    ]
    assert resting(range(2), steps, {}, INTS) == {0: 8, 1: 8}
    monkeypatch.setattr(circles, "LOOKS", 0)
    assert sorted(resting(range(2), steps, {}, INTS).values()) == [0, 8]
