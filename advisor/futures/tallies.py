"""Turns a job, a program over all blocks of a layout, into tallies of chunks of its blocks.

A chunk is tallied by one worker, and tallies are added in the order of the chunks, so that the sums
are the same to the last bit whoever does the work.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from advisor.futures.choices import Choice
from advisor.futures.machine import Machine, Program
from advisor.futures.planes import Layout, Meter

MoveWeights = tuple[tuple[float, ...], ...]  # by choice: how likely each change takes a future in


class Tally(NamedTuple):
    """What is known of some of the blocks."""

    blocks: int = 0
    given: int = 0  # futures in which the advice is given
    weight: float = 0.0  # the probability of those
    mass: float = 0.0  # the probability of all futures of the blocks
    moves: MoveWeights = ()

    def plus(self, other: Tally) -> Tally:
        """Both together."""
        mine = self.moves or tuple((0.0,) * len(each) for each in other.moves)
        pairs = zip(mine, other.moves, strict=True)
        return Tally(
            self.blocks + other.blocks,
            self.given + other.given,
            self.weight + other.weight,
            self.mass + other.mass,
            tuple(tuple(a + b for a, b in zip(*pair, strict=True)) for pair in pairs),
        )


class Job(NamedTuple):
    """A program to be run over every block of a layout."""

    program: Program
    choices: Mapping[int, Choice]
    low: tuple[int, ...]  # the choices wanted low, in order of preference
    weighed: bool = True  # whether probabilities are asked for, or counts alone


class Worker:
    """Runs a job's program over the blocks it is handed."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.layout = Layout(job.choices, job.low)
        self.machine = Machine(job.program, self.layout.words, self.layout.planes(job.program))
        self.meter = Meter(self.layout)
        self.senses = job.program.senses()

    def tally(self, blocks: Sequence[int]) -> Tally:
        """What is to be known of these blocks."""
        total = Tally()
        for block in blocks:
            total = total.plus(self._block(block))
        return total

    def _block(self, block: int) -> Tally:
        taken = self.layout.options(block)
        self.machine.take(taken)
        plane = self.machine.run()
        given = self.meter.count(plane)
        if not self.job.weighed:
            return Tally(1, given)
        mass = math.prod(self.job.choices[n].options[option].weight for n, option in taken.items())
        moves = tuple(
            tuple(mass * share for share in self.meter.moves(plane, number, self.senses[number]))
            for number in self.layout.moved
        )
        return Tally(1, given, mass * self.meter.weigh(plane), mass, moves)


Chunks = Sequence[Sequence[int]]  # blocks, as many as are handed out at a time
