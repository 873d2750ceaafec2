"""Turns what became of mutants into a score, and survivors into what would show them."""

from __future__ import annotations

from collections import Counter
from typing import Final

import msgspec

from advisor.audit.finding import Place
from advisor.audit.killing import Cases
from advisor.audit.mutants import OPERATORS
from advisor.audit.mutation import Trial
from advisor.audit.witness import Stage

_SHOWN: Final = 20  # survivors for which a scenario is looked for


class Tally(msgspec.Struct, frozen=True, kw_only=True):
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
    operators: tuple[Tally, ...] = ()
    survivors: tuple[Survivor, ...] = ()  # the first of them with their scenarios

    @property
    def percent(self) -> int:
        """The mutation score, never rounded up; 100 if there are no mutants."""
        return 100 * self.killed // self.mutants if self.mutants else 100

    @property
    def untried(self) -> int:
        """How many were not tried."""
        return max(0, self.made - self.mutants - self.equivalent)


def score_of(stage: Stage, found: Trial) -> Score:
    """The score of a trial."""
    tried, same, left = (
        Counter(mutant.operator for mutant in mutants)
        for mutants in (found.tried, found.equivalent, found.survivors)
    )
    cases = Cases(stage)
    return Score(
        killed=found.killed,
        mutants=found.total,
        equivalent=len(found.equivalent),
        made=found.made,
        operators=tuple(
            Tally(
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
                scenario=cases.text(mutant) if number < _SHOWN else None,
            )
            for number, mutant in enumerate(found.survivors)
        ),
    )
