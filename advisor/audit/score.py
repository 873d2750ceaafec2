"""Turns what became of mutants into a score, and survivors into what would show them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import msgspec

from advisor.audit.finding import Place, ScenarioWitness
from advisor.audit.mutants import OPERATORS
from advisor.audit.mutation import Trial


class OperatorTally(msgspec.Struct, frozen=True, kw_only=True):
    """What became of the mutants of one operator."""

    operator: str
    killed: int
    equivalent: int
    survived: int


class Survivor(msgspec.Struct, frozen=True, kw_only=True):
    """A mutant that no expectation notices, with a scenario that would show it."""

    says: str
    place: Place
    scenario: str | None  # the text of a fact file; None if none was found


class Score(msgspec.Struct, frozen=True, kw_only=True):
    """How many of the mutants of a base some expectation notices."""

    killed: int
    mutants: int  # that were tried and change something
    equivalent: int = 0  # that were tried, and are proved to change nothing
    made: int = 0  # that there are, tried or not
    operators: tuple[OperatorTally, ...] = ()
    survivors: tuple[Survivor, ...] = ()  # the first of them with their scenarios
    cut_short: str | None = None  # why fewer were tried than were asked for

    @property
    def percent(self) -> int:
        """The mutation score, never rounded up; 100 if there are no mutants."""
        return 100 * self.killed // self.mutants if self.mutants else 100

    @property
    def untried(self) -> int:
        """How many were not tried."""
        return max(0, self.made - self.mutants - self.equivalent)


def unnoticed(says: str) -> str:
    """What is found where a mutant survives."""
    return f"no expectation notices if {says}"


def score_of(found: Trial, shown: Mapping[tuple[str, Place], ScenarioWitness]) -> Score:
    """The score of a trial, with the scenarios that show survivors."""
    tried, same, left = (
        Counter(mutant.operator for mutant in mutants)
        for mutants in (found.tried, found.equivalent, found.survivors)
    )
    return Score(
        killed=found.killed,
        mutants=found.total,
        equivalent=len(found.equivalent),
        made=found.made,
        operators=tuple(
            OperatorTally(
                operator=each,
                killed=tried[each] - same[each] - left[each],
                equivalent=same[each],
                survived=left[each],
            )
            for each in OPERATORS
            if tried[each]
        ),
        survivors=tuple(
            Survivor(
                says=mutant.says,
                place=mutant.place,
                scenario=witness.text if witness else None,
            )
            for mutant in found.survivors
            for witness in (shown.get(mutant.identity),)
        ),
        cut_short=found.cut_short,
    )
