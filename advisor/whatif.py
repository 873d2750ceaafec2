"""Turns a scenario and a changed one into what that changes in the advice, and because of what.

Both are evaluations of one graph. The changes that caused a shift are a part of all changes that
brings it about by itself, and of which none can be left out.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

import msgspec

from advisor import english
from advisor.advice import Adviser, Brief, caveats_on
from advisor.evaluate import (
    Bounds,
    Grades,
    Outcome,
    evaluate,
    firing_grade,
    given_grades,
    standing,
)
from advisor.grades import TERMS
from advisor.graph import Firing, JustificationGraph
from advisor.model import KnowledgeBase

Kind = Literal[
    "gained", "lost", "opened", "closed", "strengthened", "weakened", "re-caveated", "unchanged"
]
Goal = Literal["given", "withheld"]
ORDER: tuple[Kind, ...] = (
    *("gained", "lost", "opened", "closed", "strengthened", "weakened", "re-caveated"),
    "unchanged",
)


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


class Cause(msgspec.Struct, frozen=True, kw_only=True):
    """A change that a shift could not do without."""

    change: str  # an instance, or a rule's id
    says: str
    path: tuple[PathStep, ...]  # from the change to the advice


class Shift(msgspec.Struct, frozen=True, kw_only=True):
    """What becomes of one piece of advice."""

    id: str
    instance: str
    kind: Kind
    says: str  # the sentence as it is afterwards; if the advice is lost, as it was
    before: str  # given with a confidence, open or withheld
    after: str
    caveats_gained: tuple[str, ...] = ()
    caveats_lost: tuple[str, ...] = ()
    causes: tuple[Cause, ...] = ()


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """What one what-if changes."""

    name: str
    title: str
    about: str | None
    changes: tuple[str, ...]  # every change as a sentence
    shifts: tuple[Shift, ...]  # by kind, then instance; unchanged advice last


class Adjustment(msgspec.Struct, frozen=True, kw_only=True):
    """One given fact, or one group of alternatives, set to another value."""

    instance: str
    says: str
    before: str
    after: str


class FlipSet(msgspec.Struct, frozen=True, kw_only=True):
    """A smallest set of changes that flips the advice, with what else it does."""

    changes: tuple[Adjustment, ...]
    comparison: Comparison  # everything that the set changes in the advice


class Flips(msgspec.Struct, frozen=True, kw_only=True):
    """All smallest sets of changes that flip a piece of advice."""

    what: str  # an instance, or a template's id
    targets: tuple[str, ...]  # the instances that it stands for
    to: Goal
    standing: str  # as it is
    size: int | None  # of each set; None where no set flips it
    total: int  # sets there are
    sets: tuple[FlipSet, ...]  # the first of them, in order of their changes
    reason: str | None  # why no set flips it


class State(NamedTuple):
    """What a piece of advice comes to."""

    lower: int
    upper: int
    caveats: frozenset[int]


class Setting(NamedTuple):
    """What goes into an evaluation."""

    given: Mapping[int, Bounds]
    withdrawn: Collection[str]


class World(NamedTuple):
    """What comes out of one."""

    grades: Grades
    withdrawn: Collection[str]  # rules

    def bounds(self, fact: int) -> Bounds:
        """A fact's lower and upper grade."""
        return self.grades.lower[fact], self.grades.upper[fact]

    def firing(self, firing: Firing) -> Bounds:
        """A firing's lower and upper grade."""
        return (0, 0) if firing.rule.id in self.withdrawn else firing_grade(firing, self.grades)


Change = int | str  # a given fact, or a rule


def compare(
    before: Outcome, after: Outcome, client: str | None = None, *, causes: bool = True
) -> Comparison:
    """What becomes of the advice to a client; both outcomes must be of one graph.

    Without `causes`, nobody looks for what brought each shift about. Raises AdvisorError if
    nobody is named, or nobody whom the base can advise.
    """
    assert before.graph is after.graph, "both are evaluations of one graph"
    return _Comparer(before, after, client, causes).comparison()


class _Comparer:
    """A comparison while it is put together."""

    def __init__(self, before: Outcome, after: Outcome, client: str | None, causes: bool) -> None:
        self.with_causes = causes
        self.before, self.after = before, after
        self.graph = before.graph
        self.base: KnowledgeBase = before.graph.base
        self.client = Adviser(before, client).client
        self.advisers = (Adviser(before, self.client), Adviser(after, self.client))
        self.settings = tuple(
            Setting(given_grades(self.graph, o.scenario), o.scenario.withdrawn)
            for o in (before, after)
        )
        self.worlds = (
            World(before.grades, before.scenario.withdrawn),
            World(after.grades, after.scenario.withdrawn),
        )
        self.changes = self._changes()

    def _changes(self) -> list[Change]:
        """The given facts and rules that the two scenarios treat differently."""
        one, other = self.settings
        facts = sorted(one.given.keys() | other.given.keys())
        nothing = (0, 0)
        differing: list[Change] = [
            fact for fact in facts if one.given.get(fact, nothing) != other.given.get(fact, nothing)
        ]
        return differing + sorted(set(one.withdrawn) ^ set(other.withdrawn))

    def comparison(self) -> Comparison:
        """The whole."""
        shifts = [self._shift(fact) for fact in self.graph.advice_to(self.client)]
        relevant = [s for s in shifts if s.kind != "unchanged" or s.after != "withheld"]
        relevant.sort(key=lambda shift: (ORDER.index(shift.kind), shift.instance))
        scenario = self.after.scenario
        return Comparison(
            name=scenario.name,
            title=scenario.title,
            about=scenario.about,
            changes=tuple(self._all_said()),
            shifts=tuple(relevant),
        )

    def _shift(self, fact: int) -> Shift:
        instance = self.graph.instances[fact]
        states = [_state(self.graph, world, fact) for world in self.worlds]
        given = [adviser.brief(fact) for adviser in self.advisers]
        words = [_words(state, one) for state, one in zip(states, given, strict=True)]
        kind = _kind(states, given)
        shown = given[1] or given[0]
        gained, lost = states[1].caveats - states[0].caveats, states[0].caveats - states[1].caveats
        if not (given[0] and given[1]):
            gained, lost = frozenset(), frozenset()
        sought = self.with_causes and kind != "unchanged"
        return Shift(
            id=instance.template,
            instance=str(instance),
            kind=kind,
            says=shown.says if shown else english.advice(self.base, instance),
            before=words[0],
            after=words[1],
            caveats_gained=self._named(gained),
            caveats_lost=self._named(lost),
            causes=tuple(self._causes(fact, states)) if sought else (),
        )

    def _named(self, facts: Iterable[int]) -> tuple[str, ...]:
        return tuple(english.says(self.base, self.graph.instances[fact]) for fact in sorted(facts))

    def _causes(self, fact: int, states: Sequence[State]) -> list[Cause]:
        """Changes that bring the advice where it goes, none too many, with their paths."""
        needed = self._needed(fact, states[1])
        return [
            Cause(
                change=self._id(change),
                says=self._said(change),
                path=self._path(change, needed, fact),
            )
            for change in needed
        ]

    def _needed(self, fact: int, wanted: State) -> list[Change]:
        """Changes that bring the advice to this state, of which none can be left out.

        Leaves out ever smaller stretches of them (Zeller and Hildebrandt 2002), in the end one at
        a time until each is needed.
        """
        below = self._below(fact)
        rules = {self.graph.firings[n].rule.id for one in below for n in self.graph.supports[one]}
        needed = [change for change in self.changes if change in below or change in rules]
        size = len(needed)
        while len(needed) > 1:
            before, start, size = len(needed), 0, (size + 1) // 2
            while start < len(needed):
                rest = needed[:start] + needed[start + size :]
                if _state(self.graph, self._world(rest, below), fact) == wanted:
                    needed = rest
                else:
                    start += size
            if size == 1 and len(needed) == before:
                break
        return needed

    def _below(self, fact: int) -> dict[int, None]:
        """Every fact that a piece of advice and the caveats on it may rest on."""
        return cone(self.graph, [fact, *(n for n, _ in self.graph.caveats.get(fact, ()))])

    def _world(self, changes: Sequence[Change], below: Collection[int]) -> World:
        """What there is in a cone with only these of the changes."""
        before, after = self.settings
        given = dict(before.given)
        withdrawn = set(before.withdrawn)
        for change in changes:
            if isinstance(change, str):
                withdrawn ^= {change}
            elif change in after.given:
                given[change] = after.given[change]
            else:
                given.pop(change, None)
        numbers = sorted({self.graph.component_of[fact] for fact in below})
        components = [self.graph.components[number] for number in numbers]
        return World(evaluate(self.graph, given, withdrawn, components=components), withdrawn)

    def _path(self, change: Change, needed: Sequence[Change], fact: int) -> tuple[PathStep, ...]:
        """A shortest way from a change to the advice or to a caveat on it, over what changed.

        Where another change makes up for this one on the way, so that nothing changed there: over
        what this change makes of the rest of the causes.
        """
        path = _Trail(self.graph, *self.worlds, fact).path(change)
        if path:
            return path
        below = self._below(fact)
        without = self._world([one for one in needed if one != change], below)
        return _Trail(self.graph, without, self._world(needed, below), fact).path(change)

    def _id(self, change: Change) -> str:
        return change if isinstance(change, str) else str(self.graph.instances[change])

    def _said(self, change: Change) -> str:
        """A change as a sentence: what the changed scenario says."""
        if isinstance(change, str):
            verb = "withdrawn" if change in self.after.scenario.withdrawn else "back in force"
            return f"The rule {change} is {verb}."
        instance = self.graph.instances[change]
        stated = self.after.scenario.facts.get(instance)
        if stated is None:
            return english.sentence(f"{self._silence(change)} {english.says(self.base, instance)}")
        term = ""
        if stated.standing == "stated" and stated.grade not in {None, 8}:
            term = f" ({TERMS[stated.grade or 0]})"
        return english.sentence(english.states(self.base, stated) + term)

    def _silence(self, fact: int) -> str:
        """What it means that the changed scenario does not mention a fact."""
        if self.graph.instances[fact] in self.before.scenario.facts:
            return "nobody says any more that"
        left_open = fact in self.settings[1].given
        return "it is not known whether" if left_open else "it is no longer left open whether"

    def _all_said(self) -> Iterator[str]:
        """Every change as a sentence; what neither scenario mentions in one for all of it."""
        mentioned = self.before.scenario.facts.keys() | self.after.scenario.facts.keys()
        unsaid = 0
        for change in self.changes:
            if isinstance(change, str) or self.graph.instances[change] in mentioned:
                yield self._said(change)
            else:
                unsaid += 1
        if unsaid:
            taken = "as absent" if self.after.scenario.complete else "to be unknown"
            yield f"What nobody mentions is taken {taken}: {unsaid} facts that can be asked about."


Link = tuple[int, Firing, bool]  # toward a fact, by a firing, which it supports or stands against


class _Trail:
    """What changed between two evaluations, on the way to a piece of advice."""

    def __init__(self, graph: JustificationGraph, before: World, after: World, fact: int) -> None:
        self.graph, self.worlds = graph, (before, after)
        one, other = (_state(graph, world, fact) for world in self.worlds)
        own = {number for _, number in graph.caveats.get(fact, ())}
        self.ends: dict[int, list[int]] = {}  # the advice, its caveats; the firings toward each
        if one[:2] != other[:2]:
            self.ends[fact] = graph.supports[fact]
        for caveat in sorted(one.caveats ^ other.caveats):
            self.ends[caveat] = [n for n in graph.supports[caveat] if n in own]

    def path(self, change: Change) -> tuple[PathStep, ...]:
        """A shortest way from a change to the advice or, if there is none, to a caveat on it."""
        for end in self.ends:
            toward: dict[int, Link | None] = {end: None}
            queue = [end]
            for fact in queue:
                if fact == change:
                    return tuple(self._walk(fact, toward, None))
                for firing in self._changed_firings(fact):
                    if firing.rule.id == change:
                        return tuple(self._walk(fact, toward, firing))
                    for below, supports in inputs(firing):
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

    def _changed_firings(self, fact: int) -> Iterator[Firing]:
        before, after = self.worlds
        for number in self.ends.get(fact, self.graph.supports[fact]):
            firing = self.graph.firings[number]
            if before.firing(firing) != after.firing(firing):
                yield firing

    def _bounds(self, world: World, fact: int) -> tuple[int, int]:
        """The grades of a fact; of a caveat, those by which it qualifies this advice."""
        if not self.graph.template(fact).caveat:
            return world.bounds(fact)
        found = [world.firing(self.graph.firings[number]) for number in self.ends[fact]]
        return max(low for low, _ in found), max(high for _, high in found)

    def _walk(
        self, start: int, toward: Mapping[int, Link | None], by: Firing | None
    ) -> Iterator[PathStep]:
        """The steps of a path from where it starts to its end."""
        how: Literal["change", "supports", "stands against"] = "change"
        rule = by.rule.id if by is not None else None
        fact: int | None = start
        while fact is not None:
            instance = self.graph.instances[fact]
            before, after = (self._bounds(world, fact) for world in self.worlds)
            yield PathStep(
                instance=str(instance),
                says=english.says(self.graph.base, instance),
                caveat=self.graph.template(fact).caveat,
                rises=after > before,
                before=_terms(before),
                after=_terms(after),
                rule=rule,
                how=how,
            )
            link = toward[fact]
            fact = None
            if link is not None:
                fact, firing, supports = link
                rule, how = firing.rule.id, "supports" if supports else "stands against"


def cone(graph: JustificationGraph, targets: Iterable[int]) -> dict[int, None]:
    """Every fact that the targets may rest on, themselves included."""
    found = dict.fromkeys(targets)
    queue = list(found)
    for fact in queue:
        for number in graph.supports[fact]:
            for below, _ in inputs(graph.firings[number]):
                if below not in found:
                    found[below] = None
                    queue.append(below)
    return found


def inputs(firing: Firing) -> Iterator[tuple[int, bool]]:
    """What a firing depends on; whether it speaks for the firing or against it."""
    for fact in firing.premises:
        yield fact, True
    for count in firing.counts:
        for fact in count.facts:
            yield fact, True
    for group in firing.blockers:
        for fact in group:
            yield fact, False


def _state(graph: JustificationGraph, world: World, fact: int) -> State:
    held = caveats_on(graph, fact, world.grades, world.withdrawn)
    return State(*world.bounds(fact), frozenset(caveat for caveat, _ in held))


def _words(state: State, given: Brief | None) -> str:
    if given is not None:
        return f"given, {given.confidence} confidence"
    return standing(state.lower, state.upper)


def _kind(states: Sequence[State], given: Sequence[Brief | None]) -> Kind:
    before, after = states
    was, now = given
    if was and now:
        if before.lower != after.lower:
            return "strengthened" if after.lower > before.lower else "weakened"
        if before.caveats != after.caveats:
            return "re-caveated"
        return "unchanged"
    if was or now:
        return "gained" if now else "lost"
    stood, stands = (standing(state.lower, state.upper) for state in (before, after))
    if stood == stands:
        return "unchanged"
    return "opened" if stands == "open" else "closed"


def _terms(bounds: tuple[int, int]) -> str:
    lower, upper = bounds
    return TERMS[lower] if lower == upper else f"{TERMS[lower]} to {TERMS[upper]}"
