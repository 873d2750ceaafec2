"""Runs a circuit over planes: arrays of bits, 64 futures to a word.

A plane has one bit for each future of a block. Every gate is one numpy operation over a plane that
stays cached, so that a future costs a fraction of a nanosecond.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from advisor.futures.circuit import Circuit, InputSource
from advisor.model.relations import closure

WORD: Final = 6  # bits of a position that lie within a word
NONE: Final = np.uint64(0)
ALL: Final = np.uint64(2**64 - 1)

Plane = npt.NDArray[np.uint64]
Instruction = tuple[Callable[..., Any], tuple[Any, ...]]


class Program(NamedTuple):
    """The part of a circuit that one literal rests on, as plain data."""

    inputs: tuple[tuple[int, InputSource], ...]  # by node
    gates: tuple[tuple[int, int, int], ...]  # node, and the two literals of which it is the and
    output: int  # literal

    def senses(self) -> dict[int, set[int]]:
        """How the inputs of each choice bear on the output: 0 for it, 1 against it, or both."""
        gates = {node: (left, other) for node, left, other in self.gates}
        sources = dict(self.inputs)
        found: dict[int, set[int]] = {}

        def below(literal: int) -> list[int]:
            return [child ^ literal & 1 for child in gates.get(literal >> 1, ())]

        for literal in closure([self.output], below):
            if literal >> 1 in sources:
                found.setdefault(sources[literal >> 1].choice, set()).add(literal & 1)
        return found


def program(circuit: Circuit, literal: int) -> Program:
    """The program of a literal that is no constant."""
    nodes = circuit.reached([literal])
    return Program(
        tuple((node, circuit.sources[node]) for node in nodes if node in circuit.sources),
        tuple((node, *circuit.gates[node]) for node in nodes if node not in circuit.sources),
        literal,
    )


_NOTHING: Final[Mapping[InputSource, Plane]] = {}


class Machine:
    """A program laid out over planes that are used again for every block."""

    def __init__(
        self, program: Program, words: int, fixed: Mapping[InputSource, Plane] = _NOTHING
    ) -> None:
        self.words = words
        self.inputs: dict[InputSource, Plane] = {}  # those to fill before a run
        self.steps: list[Instruction] = []
        self._free: list[Plane] = []
        self._stored: dict[int, Plane] = {}  # literal -> plane
        for node, source in program.inputs:
            if source in fixed:
                self._stored[2 * node] = fixed[source]
            else:
                self._stored[2 * node] = self.inputs[source] = self._fresh()
        self._schedule(program)
        self.output = self._in_polarity(program.output)

    def take(self, taken: Mapping[int, int]) -> None:
        """Have choices come out in these options throughout."""
        for source, plane in self.inputs.items():
            if source.choice in taken:
                plane.fill(ALL if taken[source.choice] == source.option else NONE)

    def run(self) -> Plane:
        """The positions at which the output is true; good until the next run."""
        for operation, operands in self.steps:
            operation(*operands)
        return self.output

    def _schedule(self, program: Program) -> None:
        last: dict[int, int] = {}
        for position, (_, *literals) in enumerate(program.gates):
            last.update((literal >> 1, position) for literal in literals)
        last[program.output >> 1] = len(program.gates)
        ending: dict[int, list[int]] = {}
        for node, position in last.items():
            ending.setdefault(position, []).append(node)
        kept = {node for node, _ in program.inputs}
        for position, (node, left, other) in enumerate(program.gates):
            self._gate(node, left, other)
            for done in ending.get(position, ()):
                self._release(done, inverse_only=done in kept)

    def _gate(self, node: int, left: int, other: int) -> None:
        """One step for a gate: itself by an and, or what it negates by an or."""
        negated = [literal ^ 1 in self._stored for literal in (left, other)]
        direct = [literal in self._stored for literal in (left, other)]
        as_or = all(negated) and not all(direct)
        flip = 1 if as_or else 0
        planes = [self._in_polarity(literal ^ flip) for literal in (left, other)]
        out = self._fresh()
        operation = np.bitwise_or if as_or else np.bitwise_and
        self.steps.append((operation, (*planes, out)))
        self._stored[2 * node + flip] = out

    def _in_polarity(self, literal: int) -> Plane:
        if literal not in self._stored:
            plane = self._fresh()
            self.steps.append((np.invert, (self._stored[literal ^ 1], plane)))
            self._stored[literal] = plane
        return self._stored[literal]

    def _release(self, node: int, *, inverse_only: bool) -> None:
        for literal in (2 * node, 2 * node + 1):
            if literal in self._stored and not (inverse_only and literal == 2 * node):
                self._free.append(self._stored.pop(literal))

    def _fresh(self) -> Plane:
        return self._free.pop() if self._free else np.empty(self.words, np.uint64)
