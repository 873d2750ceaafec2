"""Covers the futures of one piece of advice: all of them block by block, or a sample.

Blocks are visited in a seeded random order, so that what is known when a run is interrupted is a
fair sample of them. Who runs them, this process or many, changes no bit of the sums.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from advisor.futures.choices import Choice, futures
from advisor.futures.circuit import Circuit
from advisor.futures.estimates import ConfidenceInterval, Estimate, serfling
from advisor.futures.machine import Program, program
from advisor.futures.planes import Layout, is_moved
from advisor.futures.processes import dealt
from advisor.futures.samples import SAMPLES, sampled
from advisor.futures.tallies import Job, Tally
from advisor.model.budget import Late, OnProgress

MOST: Final = 1 << 30  # futures that are covered one and all; of more, a sample
_CHUNK: Final = 8  # blocks that a worker is handed at a time


def cover(
    job: Job, seed: int, processes: int | None = None, progress: OnProgress | None = None
) -> tuple[Tally, Layout]:
    """The tally of all blocks; of fewer, if the user interrupts before the last or time is up."""
    layout = Layout(job.choices, job.low)
    order = np.random.default_rng(seed).permutation(layout.blocks())
    chunks = [order[at : at + _CHUNK].tolist() for at in range(0, len(order), _CHUNK)]
    total = Tally()
    try:
        with dealt(job, chunks, processes) as tallies:
            for tally in tallies:
                total = total.plus(tally)
                if progress is not None:
                    progress(total.blocks / len(order))
    except (KeyboardInterrupt, Late):
        if total.blocks == len(order):
            raise  # it is complete: let the caller know that the rest is not wanted
    return total, layout


def estimate(
    circuit: Circuit,
    literal: int,
    choices: Sequence[Choice],
    *,
    seed: int = 0,
    samples: int | None = None,
    processes: int | None = None,
    progress: OnProgress | None = None,
) -> Estimate:
    """In how many futures of its own cone a literal is true.

    Counts every future, up to 2^30 of them; of more, or if `samples` says how many, a sample.
    """
    if literal < 2:
        return Estimate.constant(literal)
    own = {number: choices[number] for number in circuit.support(literal)}
    code = program(circuit, literal)
    if samples is not None or futures(own.values()) > MOST:
        return sampled(code, own, seed, samples or SAMPLES, progress)
    return _counted(code, own, seed, processes, progress)


def _counted(
    code: Program,
    own: Mapping[int, Choice],
    seed: int,
    processes: int | None,
    progress: OnProgress | None,
) -> Estimate:
    """An estimate from all futures: one pass for as many choices as are low at a time."""
    passes = _passes(own)
    moves: dict[int, tuple[float, ...]] = {}
    first: Tally | None = None
    for number, low in enumerate(passes):
        job = Job(code, own, low)
        told = _part(progress, number, len(passes))
        tally, layout = cover(job, seed, processes, told)
        scale = 1 / tally.mass if tally.mass else 0.0
        for choice, each in zip(layout.moved, tally.moves, strict=False):
            moves.setdefault(choice, tuple(scale * share for share in each))
        if first is None:
            first, blocks = tally, layout.blocks()
        if tally.blocks < layout.blocks():
            break
    assert first is not None, "there is at least one pass"
    return _of_blocks(first, blocks, futures(own.values()), moves)


def _passes(own: Mapping[int, Choice]) -> list[tuple[int, ...]]:
    """Orders of choices such that each whose changes are weighed is low in one of the passes."""
    left = [number for number, choice in own.items() if is_moved(choice)]
    found = []
    while left:
        order = (*left, *(number for number in own if number not in left))
        found.append(order)
        low = Layout(own, order).digits
        if low.keys().isdisjoint(left):
            break  # a choice of thousands of options, too many for a block
        left = [number for number in left if number not in low]
    return found or [tuple(own)]


def _part(progress: OnProgress | None, number: int, of: int) -> OnProgress | None:
    """Progress within one of several equal parts."""
    if progress is None:
        return None
    return lambda share: progress((number + share) / of)


def _of_blocks(
    tally: Tally, blocks: int, total: int, moves: Mapping[int, tuple[float, ...]]
) -> Estimate:
    """The estimate from a tally of some of the blocks, or all."""
    if tally.blocks == blocks:
        share, weight = tally.given / total, min(tally.weight, 1.0)
        exactly = ConfidenceInterval(share, share), ConfidenceInterval(weight, weight)
        return Estimate(
            "exact", total, total, tally.given, share, exactly[0], weight, exactly[1], moves
        )
    examined = total // blocks * tally.blocks
    share = tally.given / examined if examined else 0.0
    missing = total - examined
    margin = serfling(tally.blocks, blocks)
    within = ConfidenceInterval(
        max(tally.given / total, share - margin),
        min((tally.given + missing) / total, share + margin),
    )
    likely = ConfidenceInterval(tally.weight, min(1.0, tally.weight + 1 - tally.mass))
    weight = tally.weight / tally.mass if tally.mass else 0.0
    return Estimate("partial", total, examined, tally.given, share, within, weight, likely, moves)
