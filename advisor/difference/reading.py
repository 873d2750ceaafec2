"""Turns a scenario of two bases into what a reader of the advice sees differ, where it is given.

Each base advises by itself, as `advise` would: its wording, the interests that advice advances and
strains, whether it is to be done or considered, and the order of it all.
"""

from __future__ import annotations

import bisect
import functools
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from advisor.answers.advice import Adviser
from advisor.answers.recommendation import Advice, Recommendation
from advisor.answers.widening import widened
from advisor.difference.result import Facet, FacetChange
from advisor.model import english
from advisor.model.records import Instance, KnowledgeBase
from advisor.model.scenarios import Scenario
from advisor.reasoning.building import build
from advisor.reasoning.evaluate import Outcome, outcome

_MOVED: Final[tuple[Facet, ...]] = ("advances", "strains")
_NONE: Final = "none"


class Read(NamedTuple):
    """What one base says to a client."""

    base: KnowledgeBase
    advice: Advice
    instances: Mapping[str, Instance]
    pieces: Mapping[str, Recommendation]


class AdviceReader:
    """Reads what either base advises in a scenario; each is worked out once for all clients."""

    def __init__(self, old: Scenario, new: Scenario) -> None:
        self.scenarios = (old, new)

    @functools.cached_property
    def _cases(self) -> tuple[Outcome, Outcome]:
        old, new = (outcome(s, build(s)) for s in self.scenarios)
        return old, new

    def seen(self, client: str) -> dict[str, tuple[FacetChange, ...]]:
        """What differs in the advice that both bases give to a client, by instance."""
        before, after = (_read(case, client) for case in self._cases)
        places = _places(before, after)
        found = {}
        for name in after.pieces:
            if name in before.pieces:
                found[name] = (*_facets(name, before, after), *places.get(name, ()))
        return {name: facets for name, facets in found.items() if facets}


def _read(case: Outcome, client: str) -> Read:
    case = widened(case, client)
    advice = Adviser(case, client).advice()
    instances = (case.graph.instances[fact] for fact in case.graph.advice_to(client))
    pieces = (*advice.recommendations, *advice.by_default)
    return Read(
        case.scenario.base,
        advice,
        {str(instance): instance for instance in instances},
        {piece.instance: piece for piece in pieces},
    )


def _facets(name: str, before: Read, after: Read) -> Iterator[FacetChange]:
    """What differs in one piece of advice."""
    wording = [english.says(side.base, side.instances[name]) for side in (before, after)]
    yield from _differing("wording", *wording)
    caveats = [
        {caveat.instance: caveat.says for caveat in side.pieces[name].caveats}
        for side in (before, after)
    ]
    for caveat in caveats[1]:
        if caveat in caveats[0]:
            yield from _differing("caveat", caveats[0][caveat], caveats[1][caveat])
    for what in _MOVED:
        yield from _differing(what, *(_interests(side, name, what) for side in (before, after)))
    yield from _differing("strength", *(_strength(side, name) for side in (before, after)))


def _differing(what: Facet, was: str, now: str) -> Iterator[FacetChange]:
    if was != now:
        yield FacetChange(what=what, was=was, now=now)


def _interests(side: Read, name: str, field: str) -> str:
    """The interests that a piece of advice moves, in words."""
    moved = getattr(side.pieces[name], field)
    return english.listing(side.base.interests[one].says for one in moved) or _NONE


def _strength(side: Read, name: str) -> str:
    """Whether advice is to be done or considered, and what keeps it from being one to do."""
    for line in side.advice.lines:
        if any(member.instance == name for member in line.members):
            lacking = f" ({english.listing(line.lacking)})" if line.lacking else ""
            return f"to {line.strength}{lacking}"
    return "by default"


def _places(before: Read, after: Read) -> dict[str, tuple[FacetChange, ...]]:
    """What stands at another place among what both bases recommend, none that need not have moved.

    Those that keep their order are as many as possible (a longest run that does not fall).
    """
    ranks = [
        {member.instance: line.rank for line in side.advice.lines for member in line.members}
        for side in (before, after)
    ]
    both = [name for name in ranks[1] if name in ranks[0]]
    places = [
        {name: 1 + sum(rank[other] < rank[name] for other in both) for name in both}
        for rank in ranks
    ]
    was, now = places
    listed = sorted(both, key=lambda name: (now[name], was[name]))
    kept = _longest([was[name] for name in listed])
    moved = [name for place, name in enumerate(listed) if place not in kept]
    return {
        name: tuple(_differing("place", *(f"{of[name]} of {len(both)}" for of in places)))
        for name in moved
    }


def _longest(numbers: Sequence[int]) -> set[int]:
    """The positions of a longest run of numbers that does not fall (patience sorting)."""
    ends: list[int] = []  # the position that ends the best run of each length
    before: dict[int, int | None] = {}
    for place, number in enumerate(numbers):
        at = bisect.bisect_right([numbers[end] for end in ends], number)
        before[place] = ends[at - 1] if at else None
        ends[at : at + 1] = [place]
    found: set[int] = set()
    last = ends[-1] if ends else None
    while last is not None:
        found.add(last)
        last = before[last]
    return found
