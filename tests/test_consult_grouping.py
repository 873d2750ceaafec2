"""What is asked together: facts that differ in one entity, or in two as a grid."""

from __future__ import annotations

import itertools

from hypothesis import given, settings
from hypothesis import strategies as st

import advisor
from advisor.consult.grouping import MOST_CELLS, OpenFacts, differing
from advisor.consult.session import known
from advisor.futures.choices import choices
from advisor.model.records import Instance
from advisor.reasoning.building import build
from advisor.reasoning.evaluate import outcome

NOTHING, _ = known(advisor.load_base(), None, "pakistan")
STATES = ("pakistan", "russia", "china", "india", "afghanistan")
GROUPS = ("isis", "taliban")
COUNTED = [Instance("counts-on", some) for some in itertools.permutations(STATES, 3)]
STANDINGS = ("close", "good", "strained", "broken")
TIES = [Instance("ties", (*pair, standing))
        for pair in itertools.permutations(STATES, 2) for standing in STANDINGS]  # fmt: skip
FOUGHT = [Instance("fights", some) for some in itertools.product(STATES, GROUPS, STATES)]


def open_facts(facts: list[Instance]) -> OpenFacts:
    """Facts that nobody has spoken of, in the piles in which they are asked about."""
    case = outcome(NOTHING, build(NOTHING, facts, client="pakistan"))
    listed = choices(case, {case.graph.number[fact]: 0.5 for fact in facts})
    return OpenFacts(case, listed, "pakistan")


def piles(facts: list[Instance]) -> list[list[Instance]]:
    """What is asked together of those that hold or do not."""
    return open_facts(facts).together


@given(st.sets(st.sampled_from([*COUNTED, *FOUGHT]), min_size=1))
@settings(max_examples=20)
def test_each_fact_is_asked_about_once(facts):
    """In a question in which at most two slots are open, and that can be read."""
    found = piles(sorted(facts, key=str))
    assert sorted(map(str, itertools.chain(*found))) == sorted(map(str, facts))
    for pile in found:
        assert len(differing(pile)) <= 2
        assert len(differing(pile)) < 2 or len(pile) <= MOST_CELLS


@given(st.sets(st.sampled_from(TIES), min_size=1))
@settings(max_examples=20)
def test_each_key_is_asked_about_once(facts):
    """With keys that differ in one entity, as long as the values of all of them can be read."""
    among = open_facts(sorted(facts, key=str))
    rows = [[[*row] for row in together] for together in among.valued_together]
    rows += [[row] for row in among.valued]
    assert {one for together in rows for row in together for one in row} == facts
    keys = [row[0].values[:2] for together in rows for row in together]
    assert len(keys) == len({*keys})
    for together in rows:
        firsts = [Instance("ties", (*row[0].values[:2], "close")) for row in together]
        assert len(differing(firsts)) == (len(together) > 1)
        assert len(together) * len(STANDINGS) <= MOST_CELLS


def test_a_state_on_either_side_makes_two_grids():
    """On whom it counts against whom, and who counts on it: no question for each other state."""
    facts = [one for one in COUNTED if "pakistan" in one.values[:2]]
    assert len(piles(facts)) == 2


def test_what_makes_sense_in_few_places_is_asked_place_by_place():
    """Who fights whom, of each place where there may be war, and not of each group everywhere."""
    found = piles(FOUGHT)
    assert [{one.values[2] for one in pile} for pile in found] == [{one} for one in sorted(STATES)]
