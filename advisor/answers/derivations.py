"""Turns a fact of an outcome into its derivations: all that reach its grade, and none that circle.

A derivation *reaches the grade* of a fact if everything in it has that grade or a better one. There
may be many, over shared parts: they are an AND-OR graph, in which each fact has its firings, and is
looked at once. No fact of a derivation stands below itself: in a recursive component a firing is
shown if there is a way down to it on which all else that is needed has the grade without the facts
above. Such a way is looked for where none goes straight down the order in which they get it.
"""

from __future__ import annotations

import heapq
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from advisor.model import english
from advisor.model.relations import closure
from advisor.reasoning.evaluate import Outcome, firing_grade
from advisor.reasoning.firings import Count, Firing

LOOKS: Final = 500_000  # at firings of a component, in search of ways; then what is left is shown


class ProofNode(NamedTuple):
    """A fact of a proof, with a firing that it rests on there; None where it is stated."""

    fact: int
    firing: Firing | None


class _Within(NamedTuple):
    """What reaches a grade in a recursive component, and by what in it."""

    needs: list[tuple[int, tuple[int, ...]]]  # conclusion and premises of each firing
    ending: dict[int, list[int]]  # those of them that conclude a fact
    users: dict[int, list[int]]  # and those that need one
    stated: list[int]


class _Known(NamedTuple):
    """What is known of the derivations that reach one grade, whatever fact is asked for."""

    firings: dict[int, list[Firing]]  # that reach it, by fact
    within: dict[int, _Within]  # by component
    order: dict[int, dict[int, int]]  # in which its facts are reached
    apart: dict[int, dict[int, int]]  # what is reached without a fact
    counted: dict[tuple[int, ...], list[int]]  # those of some facts that a count may count


class Derivations:
    """The derivations that reach the grade of a fact: its lower one, or of an open fact its upper.

    Of a fact without any grade, the best attempt. Where only some of what supports it `counted`,
    the grade is that of those. What reaches a grade is worked out once for all facts of an outcome
    that have it.
    """

    def __init__(self, outcome: Outcome, fact: int, counted: tuple[int, int] | None = None) -> None:
        self.outcome, self.graph = outcome, outcome.graph
        bounds = counted or outcome.bounds(fact)
        self.side = 0 if bounds[0] else 1
        self.least = bounds[self.side]
        key = (Derivations, self.side, self.least)
        self.known: _Known = outcome.worked_out.setdefault(key, _Known({}, {}, {}, {}, {}))

    def stated(self, fact: int) -> bool:
        """Whether a statement reaches the grade."""
        said = self.outcome.scenario.facts.get(self.graph.instances[fact])
        return bool(said and self.least and said.bounds[self.side] >= self.least)

    def firings(self, fact: int) -> list[Firing]:
        """The firings for a fact that reach the grade, strongest first."""
        if fact not in self.known.firings:
            self.known.firings[fact] = self._reaching(fact)
        return self.known.firings[fact]

    def ahead(self, fact: int, found: list[Firing], above: Iterable[int]) -> list[Firing]:
        """Of firings for a fact, those by which it can stand below others in a derivation."""
        number = self.graph.component_of[fact]
        over = [one for one in above if self.graph.component_of[one] == number]
        if not over or not self.least:
            return [firing for firing in found if set(over).isdisjoint(firing.premises)]
        order = self._order(number)
        if all(one in order and order[one] > order[fact] for one in over) and all(
            order[p] < order[fact] for firing in found for p in self._inside(firing, number)
        ):
            return found
        derived = _reached(self._within(number), {*over, fact})
        return [firing for firing in found if derived.keys() >= set(self._inside(firing, number))]

    def shown(self, fact: int) -> dict[int, list[Firing]]:
        """The firings of all derivations of a fact, by what they conclude."""
        entered = {self.graph.component_of[fact]: {fact: None}}
        waiting = [-number for number in entered]
        found: dict[int, list[Firing]] = {}
        while waiting:
            number = -heapq.heappop(waiting)
            here = self._entered(number, entered[number])
            found |= here
            for below in {o: None for fs in here.values() for f in fs for o in self.rests_on(f)}:
                lower = self.graph.component_of[below]
                if lower != number and lower not in entered:
                    heapq.heappush(waiting, -lower)
                if lower != number:
                    entered.setdefault(lower, {})[below] = None
        return found

    def _entered(self, number: int, entries: Iterable[int]) -> dict[int, list[Firing]]:
        """The firings of a component in the derivations of some of its facts."""

        def below(fact: int) -> Iterator[int]:
            for firing in found[fact]:
                yield from self._inside(firing, number)

        found = {fact: self.firings(fact) for fact in self.graph.components[number].facts}
        if self.graph.components[number].recursive and self.least:
            reached = list(closure(entries, below))
            told = {(one, self._inside(f, number)) for one in reached for f in found[one]}
            cut = _unreached(self._within(number), self._order(number), entries, told)
            for one in reached:
                found[one] = [f for f in found[one] if (one, self._inside(f, number)) not in cut]
        return {fact: found[fact] for fact in closure(entries, below)}

    def _inside(self, firing: Firing, number: int) -> tuple[int, ...]:
        """The premises of a firing that lie in a component."""
        component = self.graph.component_of
        return tuple({premise: None for premise in firing.premises if component[premise] == number})

    def _reaching(self, fact: int) -> list[Firing]:
        found = ranked(self.outcome, fact)
        if not self.least:
            lower = self.outcome.grades.lower[fact]  # none, or more where something is stated
            return [f for f in found[:1] if firing_grade(f, self.outcome.grades)[0] == lower]
        reaching = [f for f in found if self._grade(f) >= self.least]
        return [f for f in reaching if not self._circular(fact, f)]

    def rests_on(self, firing: Firing) -> list[int]:
        """The facts that a firing rests on: its premises, and whatever it may count."""
        found = list(firing.premises)
        for count in firing.counts:
            found += self.counted(count)
        return list(dict.fromkeys(found))

    def counted(self, count: Count) -> list[int]:
        """The facts that a count may count, best first."""
        if count.facts not in self.known.counted:
            self.known.counted[count.facts] = self._counted(count.facts)
        return self.known.counted[count.facts]

    def _counted(self, facts: Iterable[int]) -> list[int]:
        least = max(self.least, 1)
        side = self.side if self.least else 1
        found = (fact for fact in facts if self.outcome.bounds(fact)[side] >= least)
        return sorted(found, key=lambda fact: -self.outcome.grades.lower[fact])

    def _grade(self, firing: Firing) -> int:
        return int(firing_grade(firing, self.outcome.grades)[self.side])

    def _circular(self, fact: int, firing: Firing) -> bool:
        """Whether what a firing rests on does not reach the grade without what it concludes."""
        number = self.graph.component_of[fact]
        if not self.graph.components[number].recursive:
            return False
        inside, order = self._inside(firing, number), self._order(number)
        if all(order[one] < order[fact] for one in inside):
            return False
        apart = self.known.apart
        if fact not in apart:
            apart[fact] = _reached(self._within(number), {fact})
        return not apart[fact].keys() >= set(inside)

    def _order(self, number: int) -> dict[int, int]:
        if number not in self.known.order:
            self.known.order[number] = _reached(self._within(number), ())
        return self.known.order[number]

    def _within(self, number: int) -> _Within:
        if number not in self.known.within:
            self.known.within[number] = self._look_within(number)
        return self.known.within[number]

    def _look_within(self, number: int) -> _Within:
        within = _Within([], {}, {}, [])
        for fact in self.graph.components[number].facts:
            if self.graph.is_fact(fact) and self.stated(fact):
                within.stated.append(fact)
            for firing in _live(self.outcome, fact):
                if self._grade(firing) >= self.least:
                    inside = self._inside(firing, number)
                    for one in inside:
                        within.users.setdefault(one, []).append(len(within.needs))
                    within.ending.setdefault(fact, []).append(len(within.needs))
                    within.needs.append((fact, inside))
        return within


def _reached(within: _Within, missing: Collection[int]) -> dict[int, int]:
    """The facts of a component that reach the grade without some of them, numbered in order.

    Each firing is looked at once for each of its premises (Dowling and Gallier 1984).
    """
    left = [len(inside) for _, inside in within.needs]
    free = [fact for (fact, inside) in within.needs if not inside]
    queue = [fact for fact in dict.fromkeys([*within.stated, *free]) if fact not in missing]
    found = dict.fromkeys(queue, 0)
    for fact in queue:
        for number in within.users.get(fact, ()):
            left[number] -= 1
            concluded = within.needs[number][0]
            if not left[number] and concluded not in missing and concluded not in found:
                found[concluded] = found[fact] + 1
                queue.append(concluded)
    return found


CircleNeed = tuple[int, tuple[int, ...]]


def _unreached(
    within: _Within, order: Mapping[int, int], entries: Iterable[int], told: set[CircleNeed]
) -> set[CircleNeed]:
    """Those of some firings that stand in no derivation of the entries, as far as that is found.

    What goes down the order of the facts from an entry does. For the rest ways down are tried, the
    shortest first; from a fact with more above it there is no way that there is not with less.
    """
    left = told - _straight(within, order, entries)
    queue = [(fact, frozenset[int]()) for fact in entries]
    tried: dict[int, list[frozenset[int]]] = {}
    looks = 0
    for fact, above in queue if left else ():
        here, looks = above | {fact}, looks + len(within.needs)
        if not left or looks > LOOKS:
            return set()
        derived = _reached(within, here).keys()
        for number in within.ending.get(fact, ()):
            _, inside = within.needs[number]
            if derived >= set(inside):
                left.discard(within.needs[number])
                for one in inside:
                    if not any(less <= here for less in tried.setdefault(one, [])):
                        tried[one].append(here)
                        queue.append((one, here))
    return left


def _straight(within: _Within, order: Mapping[int, int], entries: Iterable[int]) -> set[CircleNeed]:
    """The firings on the ways from some facts that go down an order in all their premises."""

    def below(fact: int) -> Iterator[int]:
        needs = (within.needs[number] for number in within.ending.get(fact, ()))
        for need in needs:
            if all(order[one] < order[fact] for one in need[1]):
                found.add(need)
                yield from need[1]

    found = set[CircleNeed]()
    set(closure(entries, below))
    return found


def ranked(outcome: Outcome, fact: int) -> list[Firing]:
    """The firings that conclude a fact, strongest first, those of withdrawn rules left out."""
    known: dict[int, list[Firing]] = outcome.worked_out.setdefault(ranked, {})
    if fact not in known:
        known[fact] = _ranked(outcome, fact)
    return known[fact]


def _ranked(outcome: Outcome, fact: int) -> list[Firing]:
    graded = [(firing_grade(f, outcome.grades), f) for f in _live(outcome, fact)]
    return [firing for _, firing in sorted(graded, key=lambda one: one[0], reverse=True)]


def _live(outcome: Outcome, fact: int) -> Iterable[Firing]:
    firings = (outcome.graph.firings[number] for number in outcome.graph.supports[fact])
    return (f for f in firings if f.rule.id not in outcome.scenario.withdrawn)


def best(outcome: Outcome, fact: int) -> Firing | None:
    """A firing that a fact's grade rests on; None if a statement has it, or there is none.

    The first of those that reach the grade.
    """
    ways = Derivations(outcome, fact)
    return None if ways.stated(fact) else next(iter(ways.firings(fact)), None)


def proof(outcome: Outcome, fact: int) -> list[ProofNode]:
    """All derivations that reach the grade of a fact, each of their links once, from the top."""
    ways = Derivations(outcome, fact)
    shown = ways.shown(fact)

    def below(current: int) -> Iterator[int]:
        for firing in shown[current]:
            yield from ways.rests_on(firing)

    links = []
    for current in closure([fact], below):
        firings = shown[current]
        if ways.stated(current) or not firings:
            links.append(ProofNode(current, None))
        links += [ProofNode(current, firing) for firing in firings]
    return links


def reasons(outcome: Outcome, firings: Iterable[Firing | None]) -> str:
    """The reasons of firings that are equally strong, each once."""
    base = outcome.scenario.base
    told = {(f.rule.id, *f.bindings.items()): f for f in firings if f is not None}
    said = (english.reason(base, f.rule, f.bindings) for f in told.values())
    return "; also because ".join(dict.fromkeys(said))
