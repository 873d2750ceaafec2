"""Turns a comparison into what a screen has of it: alike shifts said as one, each cause once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

import msgspec

from advisor.answers.advice import Adviser
from advisor.answers.differing import Differing
from advisor.answers.lines import merged
from advisor.answers.trail import PathStep
from advisor.answers.whatif import (
    ORDER,
    Passed,
    PassedEffect,
    Shift,
    ShiftKind,
    Together,
    WhatIf,
    WhatIfInShort,
)
from advisor.model import english, several
from advisor.model.records import Instance, KnowledgeBase
from advisor.reasoning.evaluate import Outcome, standing

_AFTERWARDS: Final[frozenset[ShiftKind]] = frozenset({"gained", "strengthened", "weakened"})


def in_short(comparison: WhatIf, before: Outcome, after: Outcome, client: str | None) -> WhatIf:
    """The comparison of two outcomes with what a screen has of it."""
    return msgspec.structs.replace(
        comparison, in_short=_Summary(comparison, before, after, client).made()
    )


class _Moved(NamedTuple):
    """A shift with what it is told by."""

    shift: Shift
    instance: Instance
    caveats: tuple[str, ...]  # that are on it afterwards


class _Summary:
    """A summary while it is put together."""

    def __init__(
        self, comparison: WhatIf, before: Outcome, after: Outcome, client: str | None
    ) -> None:
        self.comparison = comparison
        self.worlds = (before, after)
        self.base: KnowledgeBase = after.scenario.base
        self.named = {str(instance): instance for instance in before.graph.instances}
        self.advisers = tuple(Adviser(world, client) for world in self.worlds)

    def made(self) -> WhatIfInShort:
        """The whole."""
        client = self.advisers[0].client
        return WhatIfInShort(
            changes=tuple(Differing(*self.worlds).in_short(client)),
            shifts=tuple(self._shifts()),
            by_way_of=tuple(self._passed()),
        )

    def _shifts(self) -> Iterator[Together]:
        """The shifts by kind; those of a kind as `advise` has them, before or else afterwards."""
        places = self._places()
        moved = [self._moved(one) for one in self.comparison.shifts if one.kind != "unchanged"]
        moved.sort(key=lambda one: (ORDER.index(one.shift.kind), places[one.shift.instance]))
        for group in merged(self.base, moved, lambda one: one.instance, _alike):
            shift = group[0].shift
            clause = several.says_of(self.base, [one.instance for one in group])
            yield Together(
                kind=shift.kind,
                says=english.qualified(clause, group[0].caveats),
                instances=tuple(one.shift.instance for one in group),
                before=shift.before,
                after=shift.after,
                caveats_gained=shift.caveats_gained,
                caveats_lost=shift.caveats_lost,
            )

    def _places(self) -> dict[str, int]:
        """The place of each shift: as `advise` has it before, or else afterwards."""
        moved = [shift for shift in self.comparison.shifts if shift.kind != "unchanged"]
        lost = [one for one in moved if one.before.startswith("given")]
        gained = [one for one in moved if not one.before.startswith("given")]
        order = [
            member.instance
            for adviser, some in zip(self.advisers, (lost, gained), strict=True)
            for line in (adviser.advice().lines if len(some) > 1 else ())
            for member in line.members
        ]
        listed = dict.fromkeys([*order, *(one.instance for one in moved)])
        return {instance: place for place, instance in enumerate(listed)}

    def _moved(self, shift: Shift) -> _Moved:
        instance = self.named[shift.instance]
        if shift.kind not in _AFTERWARDS:
            return _Moved(shift, instance, ())
        caveats = self.advisers[1].caveats(self.worlds[1].graph.number[instance])
        return _Moved(shift, instance, tuple(caveat.says for _, caveat in caveats))

    def _passed(self) -> Iterator[Passed]:
        """What changes between the changes and the advice, what shifts most first."""
        found: dict[tuple[Instance, PassedEffect], dict[str, None]] = {}
        for shift in self.comparison.shifts:
            for step in (step for cause in shift.causes for step in cause.path):
                if step.rule is not None and not step.caveat and step.instance != shift.instance:
                    key = (self.named[step.instance], self._effect(step))
                    found.setdefault(key, {})[shift.instance] = None
        groups = merged(self.base, found, lambda key: key[0], lambda key: key[1])
        passed = [
            Passed(
                says=english.sentence(several.says_of(self.base, [one for one, _ in group])),
                effect=group[0][1],
                shifts=tuple(dict.fromkeys(name for key in group for name in found[key])),
            )
            for group in groups
        ]
        yield from sorted(passed, key=lambda one: -len(one.shifts))

    def _effect(self, step: PathStep) -> PassedEffect:
        fact = self.worlds[0].graph.number[self.named[step.instance]]
        stood, stands = (standing(*world.bounds(fact)) for world in self.worlds)
        if stood == stands:
            return "stronger" if step.rises else "weaker"
        return stands


def _alike(one: _Moved) -> tuple[object, ...]:
    shift = one.shift
    stands = (shift.kind, shift.before, shift.after)
    return (*stands, one.caveats, shift.caveats_gained, shift.caveats_lost)
