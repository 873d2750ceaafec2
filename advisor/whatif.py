"""Turns a scenario and a changed one into what that changes in the advice, and because of what.

Both are evaluations of one graph. The facts that caused a shift are a smallest part of the changes
that brings it about (none can be left out), found by leaving them out one after the other.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Literal, NamedTuple

import msgspec

from advisor import english
from advisor.advice import Adviser, Brief, caveats_on
from advisor.evaluate import Bounds, Grades, Outcome, evaluate, given_grades, standing
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
            changes=tuple(self._said(change) for change in self.changes),
            shifts=tuple(relevant),
        )

    def _shift(self, fact: int) -> Shift:
        instance = self.graph.instances[fact]
        states = [_state(self.graph, o.grades, o.scenario.withdrawn, fact) for o in self.outcomes]
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

    @property
    def outcomes(self) -> tuple[Outcome, Outcome]:
        """Before and after."""
        return self.before, self.after

    def _named(self, facts: Iterable[int]) -> tuple[str, ...]:
        return tuple(english.says(self.base, self.graph.instances[fact]) for fact in sorted(facts))

    def _causes(self, fact: int, states: Sequence[State]) -> list[Cause]:
        """A smallest set of the changes that brings the advice where it goes, with their paths."""
        needed = list(self.changes)
        for change in self.changes:
            rest = [one for one in needed if one != change]
            if self._state_after(rest, fact) == states[1]:
                needed = rest
        caveats = states[0].caveats ^ states[1].caveats
        own = {number for _, number in self.graph.caveats.get(fact, ())}
        routes = {fact: self.graph.supports[fact]}
        for caveat in sorted(caveats):
            routes[caveat] = [n for n in self.graph.supports[caveat] if n in own]
        return [
            Cause(change=self._id(change), says=self._said(change), path=self._path(change, routes))
            for change in needed
        ]

    def _state_after(self, changes: Sequence[Change], fact: int) -> State:
        """What a piece of advice comes to with only these of the changes."""
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
        return _state(self.graph, evaluate(self.graph, given, withdrawn), withdrawn, fact)

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
            return f"Nobody says any more that {english.says(self.base, instance)}."
        term = ""
        if stated.standing == "stated" and stated.grade not in {None, 8}:
            term = f" ({TERMS[stated.grade or 0]})"
        return english.sentence(english.states(self.base, stated) + term)

    def _path(self, change: Change, routes: Mapping[int, Sequence[int]]) -> tuple[PathStep, ...]:
        """A shortest way from a change to the advice or its caveat, over facts that changed.

        Breadth first, backward from the targets: the keys of `routes`, with the firings by which
        each may be reached.
        """
        toward: dict[int, tuple[int, Firing, bool] | None] = dict.fromkeys(routes)
        queue = list(routes)
        for fact in queue:
            if fact == change:
                return tuple(self._walk(fact, toward, None))
            for number in routes.get(fact, self.graph.supports[fact]):
                firing = self.graph.firings[number]
                if firing.rule.id == change:
                    return tuple(self._walk(fact, toward, firing))
                for below, supports in _inputs(firing):
                    if below not in toward and self._changed(below):
                        toward[below] = (fact, firing, supports)
                        queue.append(below)
        return ()

    def _changed(self, fact: int) -> bool:
        return self.before.bounds(fact) != self.after.bounds(fact)

    def _walk(
        self,
        start: int,
        toward: Mapping[int, tuple[int, Firing, bool] | None],
        by: Firing | None,
    ) -> Iterable[PathStep]:
        """The steps of a path from where it starts to its target."""
        how: Literal["change", "supports", "stands against"] = "change"
        rule = by.rule.id if by is not None else None
        fact: int | None = start
        while fact is not None:
            instance = self.graph.instances[fact]
            yield PathStep(
                instance=str(instance),
                says=english.says(self.base, instance),
                caveat=self.graph.template(fact).caveat,
                rises=self.after.bounds(fact) > self.before.bounds(fact),
                before=_terms(self.before.bounds(fact)),
                after=_terms(self.after.bounds(fact)),
                rule=rule,
                how=how,
            )
            link = toward[fact]
            fact = None
            if link is not None:
                fact, firing, supports = link
                rule, how = firing.rule.id, "supports" if supports else "stands against"


def _inputs(firing: Firing) -> Iterable[tuple[int, bool]]:
    """What a firing depends on; whether it speaks for the firing or against it."""
    for fact in firing.premises:
        yield fact, True
    for count in firing.counts:
        for fact in count.facts:
            yield fact, True
    for group in firing.blockers:
        for fact in group:
            yield fact, False


def _state(
    graph: JustificationGraph, grades: Grades, withdrawn: Collection[str], fact: int
) -> State:
    caveats = frozenset(caveat for caveat, _ in caveats_on(graph, fact, grades, withdrawn))
    return State(grades.lower[fact], grades.upper[fact], caveats)


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
