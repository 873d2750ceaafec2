"""Turns a scenario and a changed one into what that changes in the advice, and because of what.

Both are evaluations of one graph. The changes that caused a shift are a part of all changes that
brings it about by itself, and of which none can be left out.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final, Literal, NamedTuple, TypeVar

import msgspec

from advisor.answers.advice import Adviser
from advisor.answers.confidence import ORDER as CONFIDENCE
from advisor.answers.confidence import Confidence, confidence
from advisor.answers.differing import Differing
from advisor.answers.registers import citing, sources_of_both
from advisor.answers.trail import PathStep, Trail, TrailChange, held
from advisor.model import english
from advisor.model.authored import marked
from advisor.model.grades import NO_SUPPORT
from advisor.model.records import Instance, KnowledgeBase
from advisor.model.result import Shown
from advisor.reasoning.cone import cone, parts, rules_within
from advisor.reasoning.evaluate import Outcome, evaluate, outcome, standing

ShiftKind = Literal[
    "gained",
    "lost",
    "unsettled",  # given before, open now
    "opened",
    "closed",
    "strengthened",
    "weakened",
    "re-caveated",
    "unchanged",
]
ORDER: tuple[ShiftKind, ...] = (
    *("gained", "lost", "unsettled", "opened", "closed"),
    *("strengthened", "weakened", "re-caveated", "unchanged"),
)


class Cause(msgspec.Struct, frozen=True, kw_only=True):
    """A change that a shift could not do without."""

    change: str  # an instance, or a rule's id
    says: str
    path: tuple[PathStep, ...]  # from the change to the advice; none if no grade changes on the way


class Shift(msgspec.Struct, frozen=True, kw_only=True):
    """What becomes of one piece of advice."""

    id: str
    instance: str
    kind: ShiftKind
    says: str  # the sentence as it is afterwards; if the advice is given no more, as it was
    before: str  # given with a confidence, open or withheld
    after: str
    caveats_gained: tuple[str, ...] = ()
    caveats_lost: tuple[str, ...] = ()
    causes: tuple[Cause, ...] = ()


class Together(msgspec.Struct, frozen=True, kw_only=True):
    """Shifts that are alike but for one slot of the advice, said as one."""

    kind: ShiftKind
    says: str  # a sentence; with its caveats where it is gained or given otherwise than before
    instances: tuple[str, ...]
    before: str
    after: str
    caveats_gained: tuple[str, ...]
    caveats_lost: tuple[str, ...]


PassedEffect = Literal["given", "open", "withheld", "stronger", "weaker"]


class Passed(msgspec.Struct, frozen=True, kw_only=True):
    """What changes on the way to some shifts: facts alike but for one slot, said as one."""

    says: str  # a sentence
    effect: PassedEffect  # how it stands then, or what becomes of what stood so before
    shifts: tuple[str, ...]  # the advice that it shifts, by instance


class WhatIfInShort(msgspec.Struct, frozen=True, kw_only=True):
    """A comparison as a screen has it."""

    changes: tuple[str, ...]
    shifts: tuple[Together, ...]  # by kind, as advise has them; unchanged advice is left out
    by_way_of: tuple[Passed, ...]  # each once, what shifts most first


class WhatIf(msgspec.Struct, Shown, frozen=True, kw_only=True, omit_defaults=True):
    """What one what-if changes."""

    name: str
    title: str
    about: str | None
    changes: tuple[str, ...]  # every change as a sentence
    shifts: tuple[Shift, ...]  # by kind, unchanged advice last
    in_short: WhatIfInShort | None = None  # where somebody is to look at it


class AdviceState(NamedTuple):
    """What a piece of advice comes to."""

    lower: int
    upper: int
    caveats: frozenset[Instance]
    confidence: Confidence | None  # None if it is not given, or by default alone


_NOTHING: Final = AdviceState(NO_SUPPORT, NO_SUPPORT, frozenset(), None)  # of what is not possible


def compare(
    before: Outcome,
    after: Outcome,
    client: str | None = None,
    *,
    causes: bool = True,
    among: Collection[int] | None = None,
) -> WhatIf:
    """What becomes of the advice to a client, or of some of it; both outcomes must be of one graph.

    Without `causes`, nobody looks for what brought each shift about. Raises AdvisorError if
    nobody is named, or nobody whom the base can advise.
    """
    assert before.graph is after.graph, "both are evaluations of one graph"
    return _Comparer(before, after, client, causes).comparison(among)


class _Comparer:
    """A comparison while it is put together."""

    def __init__(self, before: Outcome, after: Outcome, client: str | None, causes: bool) -> None:
        self.with_causes = causes
        self.before, self.after = self.worlds = before, after
        self.graph = self.elsewhere = before.graph
        self.base: KnowledgeBase = after.scenario.base
        self.client = Adviser(before, client).client
        self.advisers = (Adviser(before, self.client), Adviser(after, self.client))
        self.said = Differing(before, after)
        self.given = self.said.given

    def comparison(self, among: Collection[int] | None) -> WhatIf:
        """The whole, or what there is to some of the advice."""
        advice = self.graph.advice_to(self.client)
        shifts = [self._shift(fact) for fact in advice if among is None or fact in among]
        relevant = [s for s in shifts if s.kind != "unchanged" or s.after != "withheld"]
        relevant.sort(key=lambda shift: ORDER.index(shift.kind))
        scenario = self.after.scenario
        return WhatIf(
            name=scenario.name,
            title=scenario.title,
            about=scenario.about,
            changes=tuple(self.said.sentences(self.client)),
            shifts=tuple(relevant),
        )

    def _shift(self, fact: int) -> Shift:
        instance = self.graph.instances[fact]
        states = [
            _state(adviser.outcome, fact, adviser.confidences.get(fact))
            for adviser in self.advisers
        ]
        given = [adviser.in_short(fact) for adviser in self.advisers]
        kind = _kind(*states)
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
            before=_words(states[0]),
            after=_words(states[1]),
            caveats_gained=self._named(gained),
            caveats_lost=self._named(lost),
            causes=tuple(self._causes(fact, states)) if sought else (),
        )

    def _named(self, facts: Iterable[Instance]) -> tuple[str, ...]:
        return tuple(english.says(self.base, one) for one in self.base.ordered(facts))

    def _causes(self, fact: int, states: Sequence[AdviceState]) -> list[Cause]:
        """Changes that bring the advice where it goes, none too many, with their paths."""
        needed = self._needed(fact, states[1])
        return [
            Cause(
                change=self._id(change),
                says=self.said.says(change),
                path=self._path(change, needed, fact),
            )
            for change in needed
        ]

    def _needed(self, fact: int, wanted: AdviceState) -> list[TrailChange]:
        """Changes that bring the advice to this state, of which none can be left out.

        Leaves out ever smaller stretches of them (Zeller and Hildebrandt 2002), in the end one at
        a time until each is needed.
        """
        below = self._below(fact)
        rules = rules_within(self.graph, below)
        needed = [change for change in self.said.changes if change in below or change in rules]
        size = len(needed)
        while len(needed) > 1:
            before, start, size = len(needed), 0, (size + 1) // 2
            while start < len(needed):
                places = range(start, len(needed), size)
                rests = [needed[:at] + needed[at + size :] for at in places]
                if self._leads(rests, below, fact, wanted):
                    needed = rests[0]
                else:
                    start += size
            if size == 1 and len(needed) == before:
                break
        return needed

    def _leads(
        self,
        changes: Sequence[Sequence[TrailChange]],
        below: Collection[int],
        fact: int,
        wanted: AdviceState,
    ) -> bool:
        """Whether the first of some sets of changes brings a piece of advice to a state.

        Where the graph has not what rules compute over facts as they are then, another one has,
        which is made for the other sets as well.
        """
        world = self._world(changes[0], below)
        if (self.graph.slack(world.scenario) or 0) < 0:
            if (self.elsewhere.slack(world.scenario) or 0) < 0:
                others = (self._world(some, ()).scenario for some in changes[1:])
                self.elsewhere = self.graph.suiting(world.scenario, *others, alone=True)
            world = outcome(world.scenario, self.elsewhere)
            there = world.graph.number.get(self.graph.instances[fact])
            if there is None:
                return wanted == _NOTHING
            fact = there
        return _state(world, fact, confidence(world, fact)) == wanted

    def _below(self, fact: int) -> dict[int, None]:
        """Every fact that a piece of advice and the caveats on it may rest on."""
        return cone(self.graph, [fact, *(n for n, _ in self.graph.caveats.get(fact, ()))])

    def _world(self, changes: Sequence[TrailChange], below: Collection[int]) -> Outcome:
        """What there is in a cone with only these of the changes."""
        before, after = self.before.scenario, self.after.scenario
        sources, renamed = sources_of_both(before.base.sources, after.base.sources)
        facts, given = dict(before.facts), dict(self.given[0])
        later = {one: citing(fact, renamed) for one, fact in after.facts.items()}
        withdrawn = before.withdrawn
        for change in changes:
            if isinstance(change, str):
                withdrawn ^= marked(self.graph.base, [change])
            else:
                _take(given, self.given[1], change)
                _take(facts, later, self.graph.instances[change])
        base = msgspec.structs.replace(before.base, sources=sources)
        scenario = msgspec.structs.replace(before, base=base, facts=facts, withdrawn=withdrawn)
        grades = evaluate(self.graph, given, withdrawn, components=parts(self.graph, below))
        return Outcome(scenario, self.graph, grades)

    def _path(
        self, change: TrailChange, needed: Sequence[TrailChange], fact: int
    ) -> tuple[PathStep, ...]:
        """A shortest way from a change to the advice or to a caveat on it, over what changed.

        Where another change makes up for this one on the way, so that nothing changed there: over
        what this change makes of the rest of the causes.
        """
        path = Trail(*self.worlds, fact).path(change)
        if path:
            return path
        below = self._below(fact)
        without = self._world([one for one in needed if one != change], below)
        return Trail(without, self._world(needed, below), fact).path(change)

    def _id(self, change: TrailChange) -> str:
        return change if isinstance(change, str) else str(self.graph.instances[change])


K = TypeVar("K")
V = TypeVar("V")


def _take(into: dict[K, V], of: Mapping[K, V], key: K) -> None:
    """Give a key the value that it has elsewhere, or none."""
    if key in of:
        into[key] = of[key]
    else:
        into.pop(key, None)


def _state(world: Outcome, fact: int, confidence: Confidence | None) -> AdviceState:
    caveats = frozenset(world.graph.instances[one] for one in held(world, fact))
    return AdviceState(*world.bounds(fact), caveats, confidence)


def _words(state: AdviceState) -> str:
    stands = standing(state.lower, state.upper)
    if stands != "given":
        return stands
    return (
        "given by default" if state.confidence is None else f"given, {state.confidence} confidence"
    )


def _kind(before: AdviceState, after: AdviceState) -> ShiftKind:
    stood, stands = (standing(state.lower, state.upper) for state in (before, after))
    return _moved(before, after) if stood == stands == "given" else moved(stood, stands)


def moved(before: str, after: str) -> ShiftKind:
    """What becomes of advice that goes from one standing to another."""
    if before == after:
        return "unchanged"
    if after == "given":
        return "gained"
    if before == "given":
        return "lost" if after == "withheld" else "unsettled"
    return "opened" if after == "open" else "closed"


def _moved(before: AdviceState, after: AdviceState) -> ShiftKind:
    """What becomes of advice that stays given: stronger or weaker by confidence, then by grade."""
    one, other = ((-CONFIDENCE.index(state.confidence), state.lower) for state in (before, after))
    if one != other:
        return "strengthened" if other > one else "weakened"
    return "unchanged" if before.caveats == after.caveats else "re-caveated"
