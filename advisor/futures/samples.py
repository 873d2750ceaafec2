"""Estimates from random futures, where there are too many to visit them all."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

import numpy as np

from advisor.futures.choices import Choice, futures
from advisor.futures.estimates import Estimate, wilson
from advisor.futures.machine import Machine, Plane, Program
from advisor.futures.planes import BITS, is_moved, random_planes
from advisor.model.budget import Late, OnProgress

SAMPLES: Final = 1 << 16  # unless told


class _Sample(NamedTuple):
    """Hits among random futures: drawn evenly, and drawn by their probability."""

    draws: int
    even: int
    likely: int
    moves: Mapping[int, tuple[int, ...]]

    def plus(self, other: _Sample) -> _Sample:
        """Both together."""
        moves = {
            number: tuple(a + b for a, b in zip(each, other.moves[number], strict=True))
            for number, each in self.moves.items()
        }
        return _Sample(
            self.draws + other.draws,
            self.even + other.even,
            self.likely + other.likely,
            moves or other.moves,
        )


def sampled(
    code: Program,
    own: Mapping[int, Choice],
    seed: int,
    samples: int,
    progress: OnProgress | None,
) -> Estimate:
    """An estimate from random futures."""
    words = min(1 << (BITS - 6), -(-samples // 64))
    blocks = -(-samples // (64 * words))
    machine = Machine(code, words)
    total = _Sample(0, 0, 0, {})
    finished = False
    with contextlib.suppress(KeyboardInterrupt, Late):
        for block in range(blocks):
            total = total.plus(_sample(machine, own, np.random.default_rng([seed, block])))
            if progress is not None:
                progress((block + 1) / blocks)
        finished = True
    draws = total.draws or 1
    return Estimate(
        method="sampled" if finished else "partial",
        futures=futures(own.values()),
        examined=total.draws,
        given=total.even,
        share=total.even / draws,
        interval=wilson(total.even, total.draws),
        probability=total.likely / draws,
        likely=wilson(total.likely, total.draws),
        moves={n: tuple(hits / draws for hits in each) for n, each in total.moves.items()},
    )


def _sample(machine: Machine, own: Mapping[int, Choice], generator: np.random.Generator) -> _Sample:
    """What one block of random futures gives."""
    _draw(machine, own, generator, even=True)
    even = _count(machine.run())
    planes = _draw(machine, own, generator, even=False)
    likely = _count(machine.run())
    moves = {}
    for number in filter(lambda number: is_moved(own[number]), own):
        choice, sides = own[number], []
        for option in range(len(choice.options)):
            machine.take({number: option})
            sides.append(machine.run().copy())
        moves[number] = tuple(
            _count(to & ~of) for a, of in enumerate(sides) for b, to in enumerate(sides) if a != b
        )
        _fill(machine, number, planes[number])
    return _Sample(64 * machine.words, even, likely, moves)


def _draw(
    machine: Machine,
    own: Mapping[int, Choice],
    generator: np.random.Generator,
    *,
    even: bool,
) -> dict[int, list[Plane]]:
    """Random outcomes of every choice, as the machine's inputs."""
    found = {}
    for number, choice in own.items():
        size = len(choice.options)
        weights = [1 / size if even else option.weight for option in choice.options]
        found[number] = random_planes(generator, weights, machine.words)
        _fill(machine, number, found[number])
    return found


def _fill(machine: Machine, number: int, planes: Sequence[Plane]) -> None:
    for source, plane in machine.inputs.items():
        if source.choice == number:
            plane[:] = planes[source.option]


def _count(plane: Plane) -> int:
    return int(np.bitwise_count(plane).sum(dtype=np.int64))
