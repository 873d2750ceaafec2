"""What a question is worth: how much advice comes out otherwise with what it is about."""

from __future__ import annotations

from consult_strategies import CLIENT, interviews
from hypothesis import given, settings
from hypothesis import strategies as st

from advisor.consult.interview import Interview, begin
from advisor.consult.planes import ALL, Planes


def anew(planes: Planes, differences: dict[int, int]) -> list[int]:
    """What each gate comes to if open facts come out otherwise, every gate worked out again."""
    plane = [*planes.plane]
    for node in planes.net.live:
        source = planes.net.circuit.sources.get(node)
        if source is not None:
            plane[node] ^= differences.get(source.choice, 0)
            continue
        left, other = planes.net.circuit.gates[node]
        plane[node] = (plane[left >> 1] ^ -(left & 1) & ALL) & (
            plane[other >> 1] ^ -(other & 1) & ALL
        )
    return plane


def hold_to(interview: Interview, facts: list[int]) -> None:
    """What moves with each fact, and with all of them, is what working everything out gives."""
    planes = interview.stakes.planes
    for some in (*([fact] for fact in facts), facts):
        differences = {fact: ALL if len(some) == 1 else ALL >> fact for fact in some}
        moved, _ = planes.moved(differences)
        now = anew(planes, differences)
        for gate in planes.watched & planes.within:
            assert moved.get(gate, 0) == now[gate] ^ planes.plane[gate]


@given(interviews(), st.data())
@settings(max_examples=30)
def test_what_moves_with_a_fact_is_as_if_all_was_worked_out_anew(case, data):
    """Whatever was looked at before, and whatever has been answered since."""
    interview = begin(case.scenario, CLIENT)
    for _ in range(3):
        facts = sorted(interview.measure.live)
        if not facts:
            return
        hold_to(interview, data.draw(st.lists(st.sampled_from(facts), min_size=1, unique=True)))
        asked = interview.question()
        if asked is None:
            return
        interview = interview.answer(asked, "unknown")
