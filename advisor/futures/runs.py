"""Covers the futures of one piece of advice: all of them block by block, or a sample.

Blocks are visited in a seeded random order, so that what is known when a run is interrupted is a
fair sample of them. Large runs are shared among processes; the sums are those of one process.
"""

from __future__ import annotations

import contextlib
import math
import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator, Mapping, Sequence
from multiprocessing.connection import Connection
from typing import Final, NamedTuple

import numpy as np

from advisor.futures.choices import Choice, futures
from advisor.futures.circuit import Circuit
from advisor.futures.estimates import Estimate, Interval, serfling
from advisor.futures.machine import Machine, Program, program
from advisor.futures.planes import Layout, Meter
from advisor.futures.samples import SAMPLES, Progress, sampled

MOST: Final = 1 << 30  # futures that are covered one and all; of more, a sample
_CHUNK: Final = 8  # blocks that a worker is handed at a time
_LARGE: Final = 3_000_000  # gates times blocks, from where a second process pays for its start

Moves = tuple[tuple[float, ...], ...]  # by choice: how likely each change takes a future in


class Tally(NamedTuple):
    """What is known of some of the blocks."""

    blocks: int = 0
    given: int = 0  # futures in which the advice is given
    weight: float = 0.0  # the probability of those
    mass: float = 0.0  # the probability of all futures of the blocks
    moves: Moves = ()

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
            for number in self.layout.digits
        )
        return Tally(1, given, mass * self.meter.weigh(plane), mass, moves)


def _serve(job: Job, chunks: Sequence[Sequence[int]], pipe: Connection) -> None:
    """The life of a worker process: the tally of each chunk, in order, into a pipe."""
    worker = Worker(job)
    with contextlib.suppress(BrokenPipeError):  # nobody waits any more
        for chunk in chunks:
            pipe.send(worker.tally(chunk))


def cover(
    job: Job, seed: int, processes: int, progress: Progress | None = None
) -> tuple[Tally, Layout]:
    """The tally of all blocks; of fewer, if the user interrupts before the last."""
    layout = Layout(job.choices, job.low)
    order = np.random.default_rng(seed).permutation(layout.blocks())
    chunks = [order[at : at + _CHUNK].tolist() for at in range(0, len(order), _CHUNK)]
    total = Tally()
    try:
        with _tallies(job, chunks, processes) as tallies:
            for tally in tallies:
                total = total.plus(tally)
                if progress is not None:
                    progress(total.blocks / len(order))
    except KeyboardInterrupt:
        if total.blocks == len(order):
            raise  # it is complete: let the caller know that the rest is not wanted
    return total, layout


@contextlib.contextmanager
def _tallies(
    job: Job, chunks: Sequence[Sequence[int]], processes: int
) -> Iterator[Iterator[Tally]]:
    """The tallies of chunks of blocks in their order, dealt to so many processes."""
    if processes == 1:
        yield map(Worker(job).tally, chunks)
        return
    context = multiprocessing.get_context("spawn")
    pipes = []
    workers = []
    with _uninterrupted():
        for number in range(processes):
            mine, theirs = context.Pipe(duplex=False)
            hand = (job, chunks[number::processes], theirs)
            worker = context.Process(target=_serve, args=hand, daemon=True)
            worker.start()
            theirs.close()
            pipes.append(mine)
            workers.append(worker)
    try:
        yield _received(job, chunks, pipes)
    finally:
        for worker in workers:
            worker.kill()
            worker.join()


def _received(
    job: Job, chunks: Sequence[Sequence[int]], pipes: Sequence[Connection]
) -> Iterator[Tally]:
    """The tallies from each pipe in turn; what a process that died owes is done here."""
    own: Worker | None = None
    for number, chunk in enumerate(chunks):
        try:
            yield pipes[number % len(pipes)].recv()
        except (EOFError, OSError):
            own = own or Worker(job)
            yield own.tally(chunk)


@contextlib.contextmanager
def _uninterrupted() -> Iterator[None]:
    """Processes started here ignore Ctrl-C from their first moment: the parent ends them."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def processes_for(job: Job) -> int:
    """How many processes a job is worth."""
    blocks = Layout(job.choices, job.low).blocks()
    large = blocks * (len(job.program.gates) + 40 * len(job.low) * job.weighed) > _LARGE
    return min(2, os.cpu_count() or 1) if large else 1


def estimate(
    circuit: Circuit,
    literal: int,
    choices: Sequence[Choice],
    *,
    seed: int = 0,
    samples: int | None = None,
    processes: int | None = None,
    progress: Progress | None = None,
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
    progress: Progress | None,
) -> Estimate:
    """An estimate from all futures: one pass for as many choices as are low at a time."""
    passes = _passes(own)
    moves: dict[int, tuple[float, ...]] = {}
    first: Tally | None = None
    for number, low in enumerate(passes):
        job = Job(code, own, low)
        told = _part(progress, number, len(passes))
        tally, layout = cover(job, seed, processes or processes_for(job), told)
        scale = 1 / tally.mass if tally.mass else 0.0
        for choice, each in zip(layout.digits, tally.moves, strict=False):
            moves.setdefault(choice, tuple(scale * share for share in each))
        if first is None:
            first, blocks = tally, layout.blocks()
        if tally.blocks < layout.blocks():
            break
    assert first is not None, "there is at least one pass"
    return _of_blocks(first, blocks, futures(own.values()), moves)


def _passes(own: Mapping[int, Choice]) -> list[tuple[int, ...]]:
    """Orders of choices such that each is low in one of the passes."""
    left = list(own)
    found = []
    while left:
        order = (*left, *(number for number in own if number not in left))
        found.append(order)
        low = Layout(own, order).digits
        if low.keys().isdisjoint(left):
            break  # a choice of thousands of options, too many for a block
        left = [number for number in left if number not in low]
    return found


def _part(progress: Progress | None, number: int, of: int) -> Progress | None:
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
        exactly = Interval(share, share), Interval(weight, weight)
        return Estimate(
            "exact", total, total, tally.given, share, exactly[0], weight, exactly[1], moves
        )
    examined = total // blocks * tally.blocks
    share = tally.given / examined if examined else 0.0
    missing = total - examined
    margin = serfling(tally.blocks, blocks)
    within = Interval(
        max(tally.given / total, share - margin),
        min((tally.given + missing) / total, share + margin),
    )
    likely = Interval(tally.weight, min(1.0, tally.weight + 1 - tally.mass))
    weight = tally.weight / tally.mass if tally.mass else 0.0
    return Estimate("partial", total, examined, tally.given, share, within, weight, likely, moves)
