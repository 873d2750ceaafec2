"""Runs a job on this machine: in this process, or shared among a few of its own."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from typing import Final

import msgspec

from advisor.futures.planes import Layout
from advisor.futures.tallies import Chunks, Job, Tally, Worker
from advisor.model import budget
from advisor.model.errors import AdvisorError

_LATE: Final = 3  # how a process ends that has spent its share of the time
_LARGE: Final = 3_000_000  # gates times blocks, for which another process pays for its start


@contextlib.contextmanager
def dealt(job: Job, chunks: Chunks, processes: int | None = None) -> Iterator[Iterator[Tally]]:
    """The tallies of chunks of blocks in their order, dealt to as many processes as are worth it,
    or to so many."""
    processes = min(processes or _worth(job), len(chunks))
    if processes <= 1:
        yield map(Worker(job).tally, chunks)
        return
    context = multiprocessing.get_context("spawn")
    share = msgspec.structs.replace(budget.allowed(), seconds=budget.left() / processes)
    if hasattr(signal, "pthread_sigmask"):
        resource_tracker.ensure_running()  # as it starts, it lets signals through again
    pipes: list[Connection] = []
    workers: list[SpawnProcess] = []
    try:
        with _uninterrupted():
            for number in range(processes):
                mine, theirs = context.Pipe(duplex=False)
                hand = (job, chunks[number::processes], theirs, share)
                worker = context.Process(target=_serve, args=hand, daemon=True)
                worker.start()
                theirs.close()
                pipes.append(mine)
                workers.append(worker)
        yield _received(job, chunks, pipes, workers)
    finally:
        for worker in workers:
            worker.kill()
            worker.join()


def _received(
    job: Job, chunks: Chunks, pipes: Sequence[Connection], workers: Sequence[SpawnProcess]
) -> Iterator[Tally]:
    """The tallies from each pipe in turn; what a process that died owes is done here.

    Raises Late when one has spent its share of the time, or all of them what there is.
    """
    own: Worker | None = None
    for number, chunk in enumerate(chunks):
        at = number % len(pipes)
        try:
            tally, seconds = pipes[at].recv()
        except (EOFError, OSError):
            workers[at].join()
            if workers[at].exitcode == _LATE:
                budget.charge(budget.left())
            own = own or Worker(job)
            yield own.tally(chunk)
        else:
            budget.charge(seconds)
            yield tally


@contextlib.contextmanager
def _uninterrupted() -> Iterator[None]:
    """Processes started here get no Ctrl-C from their first moment: the parent ends them.

    One that comes meanwhile waits, and interrupts the parent at the end; where no signal can wait,
    as on Windows, it is lost.
    """
    if hasattr(signal, "pthread_sigmask"):
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            yield
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
    elif threading.current_thread() is threading.main_thread():
        handler = signal.signal(signal.SIGINT, signal.SIG_IGN)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, handler)
    else:
        yield


def _worth(job: Job) -> int:
    """How many processes a job is worth."""
    blocks = Layout(job.choices, job.low).blocks()
    work = blocks * (len(job.program.gates) + 40 * len(job.low) * job.weighed)
    return min(1 + work // _LARGE, os.cpu_count() or 1)


def _serve(job: Job, chunks: Chunks, pipe: Connection, share: budget.Budget) -> None:
    """The life of a worker process: the tally of each chunk, in order, into a pipe.

    Each with the seconds that it took. A process ends that runs out of its share.
    """
    before = 0.0
    try:
        with contextlib.suppress(BrokenPipeError), budget.limited(share):  # nobody waits any more
            worker = Worker(job)
            for chunk in chunks:
                tally, now = worker.tally(chunk), budget.spent()
                pipe.send((tally, now - before))
                before = now
    except AdvisorError:
        sys.exit(_LATE if budget.spent() > (share.seconds or 0) else 1)
