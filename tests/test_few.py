"""What no screen would hold: a few lines of each kind, and how much is left of it."""

from __future__ import annotations

import msgspec
from hypothesis import given
from hypothesis import strategies as st

import advisor
from advisor.answers.recommendation import Advice, Heading, Line
from advisor.render.terminal.few import few, like_these, most_of_a_kind

CASE = advisor.load()
SHIPPED: Advice = advisor.advise(CASE)
KINDS = ("seek-investment", "build-ties", "use-forum", "defer-visit")
PIECES = {piece.id: piece for piece in SHIPPED.recommendations}


def advice(counts: dict[tuple[str, str], int]) -> Advice:
    """So many lines of each kind under each topic, a kind after the other."""
    lines: list[Line] = []
    topics = []
    for topic in dict.fromkeys(topic for topic, _ in counts):
        first = len(lines) + 1
        for kind in [kind for one, kind in counts if one == topic]:
            like = next(line for line in SHIPPED.lines if line.id == kind)
            for _ in range(counts[topic, kind]):
                number = len(lines) + 1
                lines.append(msgspec.structs.replace(like, number=number, topic=topic))
        numbers = tuple(range(first, len(lines) + 1))
        topics.append(Heading(strength="do", interest=topic, says=topic, lines=numbers))
    return msgspec.structs.replace(SHIPPED, lines=tuple(lines), topics=tuple(topics))


COUNTS = st.dictionaries(
    st.tuples(st.sampled_from(["growth", "energy-security"]), st.sampled_from(KINDS)),
    st.integers(1, 40),
    min_size=1,
)


@given(COUNTS)
def test_a_few_of_each_kind_fit_a_screen_and_the_rest_is_counted(counts):
    """Every line is shown or counted, none twice; up to a screenful all are shown."""
    result = advice(counts)
    pieces = {piece.instance: piece for piece in result.recommendations}
    numbers = {line.number: line for line in result.lines}
    most = most_of_a_kind(result, pieces)
    shown: list[Line] = []
    left: list[Line] = []
    for topic in result.topics:
        some, folded = few(topic, numbers, pieces, most)
        shown += some
        for group in folded:
            left += group
            count = sum(len(line.members) for line in group)
            assert like_these(CASE.scenario.base, pieces, group).startswith(f"and {count} more")
    assert sorted(line.number for line in (*shown, *left)) == [*numbers]
    assert len(shown) <= 24
    assert bool(left) == (len(result.lines) > 24)
    for topic_kind, count in counts.items():
        of_it = [line for line in shown if (line.topic, line.id) == topic_kind]
        assert len(of_it) == min(count, most)


def test_caveats_of_one_kind_are_said_as_one():
    """Two states not to be estranged are named in one phrase, in the line and on the screen."""
    more = ["wary-of(russia, china)", "superpower(china)", "rivals(russia, china)"]
    text = f"extends: pakistan-russia\ntitle: T\nassume: {more}\n"
    case = advisor.load("-", stdin=text.encode())
    [line] = [line for line in advisor.advise(case).lines if line.id == "build-ties"]
    assert line.caveats == ("without estranging China and the United States",)
    assert line.says.endswith("Russia, without estranging China and the United States.")
