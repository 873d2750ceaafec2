"""Turns two evaluations of a graph into the way from a change to the advice, over what changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

import msgspec

from advisor.answers.advice import caveats_on
from advisor.model import english
from advisor.model.grades import TERMS
from advisor.reasoning.evaluate import Bounds, Outcome, firing_grade
from advisor.reasoning.firings import Firing

TrailChange = int | str  # a given fact, or a rule


class PathStep(msgspec.Struct, frozen=True, kw_only=True):
    """A fact whose grade changed on the way from a change to the advice."""

    instance: str
    says: str
    caveat: bool  # then `says` is what follows the advice, and no sentence
    rises: bool
    before: str  # its grades as terms
    after: str
    rule: str | None  # by which it follows from the step before; None for the change itself
    how: Literal["change", "supports", "stands against"]  # what the step before does to it


TrailLink = tuple[int, Firing, bool]  # toward a fact, by a firing, which it supports or defeats


class Trail:
    """What changed between two evaluations, on the way to a piece of advice."""

    def __init__(self, before: Outcome, after: Outcome, fact: int) -> None:
        self.graph, self.worlds = before.graph, (before, after)
        own = {number for _, number in self.graph.caveats.get(fact, ())}
        self.ends: dict[int, list[int]] = {}  # the advice, its caveats; the firings toward each
        if before.bounds(fact) != after.bounds(fact):
            self.ends[fact] = self.graph.supports[fact]
        for caveat in sorted(held(before, fact) ^ held(after, fact)):
            self.ends[caveat] = [n for n in self.graph.supports[caveat] if n in own]

    def path(self, change: TrailChange) -> tuple[PathStep, ...]:
        """A shortest way from a change to the advice or, if there is none, to a caveat on it."""
        for end in self.ends:
            toward: dict[int, TrailLink | None] = {end: None}
            queue = [end]
            for fact in queue:
                if fact == change:
                    return tuple(self._walk(fact, toward, None))
                for firing in self._changed_firings(fact):
                    if firing.rule.id == change:
                        return tuple(self._walk(fact, toward, firing))
                    for below, supports in firing.inputs():
                        if below not in toward and self._leads(below, supports, fact):
                            toward[below] = (fact, firing, supports)
                            queue.append(below)
        return ()

    def _leads(self, below: int, supports: bool, fact: int) -> bool:
        """Whether what changed in one fact can have changed another, the one way or the other."""
        low, high = self._moves(below)
        moved = (low, high) if supports else (-high, -low)
        return any(one == other != 0 for one, other in zip(moved, self._moves(fact), strict=True))

    def _moves(self, fact: int) -> tuple[int, int]:
        """Whether the lower and the upper grade rose (1), fell (-1) or stayed."""
        before, after = (self._bounds(world, fact) for world in self.worlds)
        low, high = ((b > a) - (b < a) for a, b in zip(before, after, strict=True))
        return low, high

    def _changed_firings(self, fact: int) -> list[Firing]:
        """The firings toward a fact that changed, first those that carried it the highest."""
        before, after = self.worlds
        found: list[tuple[Bounds, Firing]] = []
        for number in self.ends.get(fact, self.graph.supports[fact]):
            firing = self.graph.firings[number]
            was, now = _fired(before, firing), _fired(after, firing)
            if was != now:
                found.append((max(was, now), firing))
        found.sort(key=lambda one: one[0], reverse=True)
        return [firing for _, firing in found]

    def _bounds(self, world: Outcome, fact: int) -> tuple[int, int]:
        """The grades of a fact; of a caveat, those by which it qualifies this advice."""
        if not self.graph.is_fact(fact) or not self.graph.template(fact).caveat:
            return world.bounds(fact)
        found = [_fired(world, self.graph.firings[number]) for number in self.ends[fact]]
        return max(low for low, _ in found), max(high for _, high in found)

    def _turn(self, shown: int, fact: int) -> list[Bounds]:
        """The grades before and after of a fact; those of its node if its own are the same."""
        found = [self._bounds(world, shown) for world in self.worlds]
        same = found[0] == found[1]
        return [self._bounds(world, fact) for world in self.worlds] if same else found

    def _walk(
        self, start: int, toward: Mapping[int, TrailLink | None], by: Firing | None
    ) -> Iterator[PathStep]:
        """The steps of a path from where it starts to its end."""
        how: Literal["change", "supports", "stands against"] = "change"
        fact: int | None = start
        while fact is not None:
            shown = fact if by is None else self.graph.named(fact, by)[0]
            before, after = self._turn(shown, fact)
            yield PathStep(
                instance=str(self.graph.instances[shown]),
                says=english.told(self.worlds[1].scenario, self.graph.instances[shown]),
                caveat=self.graph.template(shown).caveat,
                rises=after > before,
                before=_terms(before),
                after=_terms(after),
                rule=by.rule.id if by is not None else None,
                how=how,
            )
            link = toward[fact]
            fact = None
            if link is not None:
                fact, by, supports = link
                how = "supports" if supports else "stands against"


def held(world: Outcome, fact: int) -> frozenset[int]:
    """The caveats that hold on a piece of advice."""
    found = caveats_on(world.graph, fact, world.grades, world.scenario.withdrawn)
    return frozenset(caveat for caveat, _ in found)


def _fired(world: Outcome, firing: Firing) -> Bounds:
    """A firing's lower and upper grade."""
    withdrawn = firing.rule.id in world.scenario.withdrawn
    return (0, 0) if withdrawn else firing_grade(firing, world.grades)


def _terms(bounds: tuple[int, int]) -> str:
    lower, upper = bounds
    return TERMS[lower] if lower == upper else f"{TERMS[lower]} to {TERMS[upper]}"
