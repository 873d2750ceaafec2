"""Puts given advice in order and into lines: what agrees but for one slot is one line.

The order is lexicographic: what a source recommends to this client; the highest priority among the
interests that the advice advances; confidence, then grade; strains that no caveat answers; and what
comes before other advice before what follows it. What is equal in all of that shares its rank and
stands in the order of its English. Strength is another thing than confidence, as in GRADE (Guyatt
et al. 2008): whether to *do* it, or to *consider* it and what for.
"""

from __future__ import annotations

import graphlib
import string
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, TypeVar

from advisor.answers.confidence import ORDER
from advisor.answers.recommendation import Heading, Line, Member, Recommendation, Strength
from advisor.model import english, several
from advisor.model.records import Instance, KnowledgeBase
from advisor.model.values import Value
from advisor.reasoning.graph import JustificationGraph

T = TypeVar("T")

NAMED = 5  # members of a line that a short view names, unless there is but one more
LAST = 1_000_000  # the priority of an interest that is given none, after all that are


class Weighed(NamedTuple):
    """A piece of advice with all that decides its place."""

    piece: Recommendation
    instance: Instance
    key: tuple[int, ...]  # the order
    alike: tuple[object, ...]  # what pieces of one line agree in
    topic: str | None
    lacking: tuple[str, ...]


class LineWeights(NamedTuple):
    """What the order and the strength of advice to a client are weighed by."""

    base: KnowledgeBase
    graph: JustificationGraph
    priorities: Mapping[str, int]  # of the interests that the client holds
    opposed: Mapping[str, Sequence[str]]  # given advice -> clauses of what opposes it
    level: Mapping[str, int]  # given advice -> how much other advice comes before it, in a row
    recommends: bool  # whether the scenario says of any advice that a source recommends it

    def priority(self, interest: str) -> int:
        """The priority of an interest, 1 the highest."""
        return self.priorities.get(interest, LAST)

    def highest(self) -> int:
        """The highest priority that the client gives."""
        return min(self.priorities.values(), default=LAST)


def lines(
    weights: LineWeights, given: Iterable[tuple[Instance, Recommendation]]
) -> tuple[Line, ...]:
    """The lines in the order in which they are shown: *do* first, by topic, the best first."""
    weighed = [_weighed(weights, *one) for one in given]
    grouped = list(_merged(weights.base, weighed))
    keys = sorted(map(_key, grouped))
    best: dict[tuple[bool, str | None], tuple[int, ...]] = {}
    for group in grouped:
        under = _under(group[0])
        best[under] = min(best.get(under, _key(group)), _key(group))
    order = [*weights.base.interests, None]

    def place(group: Sequence[Weighed]) -> tuple[object, ...]:
        considered, topic = under = _under(group[0])
        return (considered, best[under], order.index(topic), _key(group))

    shown = sorted(grouped, key=place)
    return tuple(
        _line(weights, number, keys.index(_key(group)) + 1, group)
        for number, group in enumerate(shown, 1)
    )


def topics(base: KnowledgeBase, found: Iterable[Line]) -> tuple[Heading, ...]:
    """The lines by strength and topic, in their order."""
    numbers: dict[tuple[Strength, str | None], list[int]] = {}
    for line in found:
        numbers.setdefault((line.strength, line.topic), []).append(line.number)
    return tuple(
        Heading(
            strength=strength,
            interest=interest,
            says="" if interest is None else base.interests[interest].says,
            lines=tuple(some),
        )
        for (strength, interest), some in numbers.items()
    )


def _key(group: Iterable[Weighed]) -> tuple[int, ...]:
    """The place of a line: that of the best of its pieces."""
    return min(weighed.key for weighed in group)


def _under(one: Weighed) -> tuple[bool, str | None]:
    return bool(one.lacking), one.topic


def _weighed(weights: LineWeights, instance: Instance, piece: Recommendation) -> Weighed:
    topic = min(piece.advances, key=weights.priority, default=None)
    priority = LAST + 1 if topic is None else weights.priority(topic)
    unanswered = _unanswered(piece)
    key = (
        0 if piece.recommended else 1,
        priority,
        ORDER.index(piece.confidence),
        -piece.grade,
        len(unanswered),
        weights.level[piece.instance],
    )
    rules = frozenset(way.rule for way in piece.how.derivations if way.lower == piece.grade)
    caveats = frozenset(caveat.says for caveat in piece.caveats)
    lacking = tuple(_lacking(weights, piece, priority, unanswered))
    agreed = (piece.confidence, caveats, piece.advances, piece.strains, rules, lacking)
    alike = (piece.id, bool(piece.recommended), *agreed)
    return Weighed(piece, instance, key, alike, topic, lacking)


def _unanswered(piece: Recommendation) -> list[str]:
    """The interests that it strains and no caveat of it looks after."""
    answered = {interest for caveat in piece.caveats for interest in caveat.advances}
    return [interest for interest in piece.strains if interest not in answered]


def _lacking(
    weights: LineWeights, piece: Recommendation, priority: int, unanswered: Iterable[str]
) -> Iterator[str]:
    """What keeps a piece of advice from being one to do, as clauses."""
    if not piece.recommended and priority > weights.highest():
        if weights.base.interests:
            yield "advances no interest of the highest priority"
        elif weights.recommends:
            yield "is recommended by no source"
    for interest in unanswered:
        yield f"strains {weights.base.interests[interest].says}"
    for clause in weights.opposed.get(piece.instance, ()):
        yield f"is opposed by the advice to {clause}"


def _merged(base: KnowledgeBase, weighed: Iterable[Weighed]) -> Iterator[list[Weighed]]:
    """The pieces by line."""
    return merged(base, weighed, lambda one: one.instance, lambda one: one.alike)


def merged(
    base: KnowledgeBase,
    items: Iterable[T],
    instance: Callable[[T], Instance],
    alike: Callable[[T], Hashable],
) -> Iterator[list[T]]:
    """What can be said as one: alike in all but one slot, that which leaves the fewest groups."""
    found: dict[Hashable, list[T]] = {}
    for one in items:
        found.setdefault((instance(one).template, alike(one)), []).append(one)
    for some in found.values():
        template = base.templates[instance(some[0]).template]
        ways = (_by_all_but(some, instance, gap) for gap in range(len(template.slots)))
        yield from min(ways, key=len, default=[some])


def _by_all_but(some: Iterable[T], instance: Callable[[T], Instance], gap: int) -> list[list[T]]:
    found: dict[tuple[Value, ...], list[T]] = {}
    for one in some:
        values = instance(one).values
        found.setdefault((*values[:gap], *values[gap + 1 :]), []).append(one)
    return list(found.values())


def _caveats(weights: LineWeights, one: Weighed) -> tuple[str, ...]:
    """What qualifies a piece; caveats that differ in one slot are said as one."""
    graph = weights.graph
    places = {caveat.instance: place for place, caveat in enumerate(one.piece.caveats)}
    own = {graph.instances[caveat] for caveat, _ in graph.caveats[graph.number[one.instance]]}
    found = sorted(
        (caveat for caveat in own if str(caveat) in places), key=lambda c: places[str(c)]
    )
    groups = merged(weights.base, found, lambda caveat: caveat, lambda _: None)
    return tuple(several.says_of(weights.base, group) for group in groups)


def _line(weights: LineWeights, number: int, rank: int, group: Sequence[Weighed]) -> Line:
    first, base = group[0], weights.base
    instances = [weighed.instance for weighed in group]
    clause = several.says_of(base, instances)
    caveats = _caveats(weights, first) if first.piece.caveats else ()
    names = several.told_apart(base, [weighed.instance for weighed in group])
    many = len(group) > 1
    return Line(
        number=number,
        rank=rank,
        id=first.piece.id,
        says=english.qualified(clause, caveats),
        clause=clause,
        shortly=several.says_of(base, instances, NAMED),
        caveats=caveats,
        strength="consider" if first.lacking else "do",
        lacking=first.lacking,
        topic=first.topic,
        confidence=first.piece.confidence,
        members=tuple(
            Member(
                handle=f"{number}{_letter(place)}" if many else str(number),
                instance=one.piece.instance,
                says=name,
            )
            for place, (one, name) in enumerate(zip(group, names, strict=True))
        ),
    )


def _letter(place: int) -> str:
    """a, b, ... z, aa, ab, ..."""
    rest, last = divmod(place, len(string.ascii_lowercase))
    return (_letter(rest - 1) if rest else "") + string.ascii_lowercase[last]


def levels(before: Mapping[int, Iterable[int]]) -> dict[int, int]:
    """How long the longest row of given advice is that comes before each piece."""
    found: dict[int, int] = {}
    for one in graphlib.TopologicalSorter(before).static_order():
        found[one] = max((found[first] + 1 for first in before.get(one, ())), default=0)
    return found
