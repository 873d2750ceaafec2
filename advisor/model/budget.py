"""How much work may be done before it is refused, and by what: a budget that every stage honours.

Small files can ask for endless work: joins of everything with everything, all ways to choose ten of
twenty. Whatever counts what it makes asks `allowed()` how much there may be, so that the same input
is refused at the same place everywhere. `limited` sets another budget for a block of work, and
watches what cannot be counted beforehand: processor time (not the time that a person takes to
answer) and memory. The rule that fires most is noted as the one to look at first.
"""

from __future__ import annotations

import contextlib
import math
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from pathlib import Path
from typing import Final, Literal, get_args

import msgspec

from advisor.model.errors import AdvisorError, Location, Problem

MUTANTS: Final = 300  # of a base, that an audit tries unless it is asked for more
OnProgress = Callable[[float], None]  # told the share of some work that is done
Beat = Callable[[float], None]  # told the seconds of processor time that some work has taken

TIME: Final = 12  # seconds of processor time for each piece of input begun
PIECE: Final = 100_000  # bytes
MAX_BYTES: Final = 5_000_000  # of a file
MAX_DEPTH: Final = 100  # steps that an explanation goes down
DEPTH: Final = 3  # and that a why-not does, unless told
MEGABYTES: Final = 900
EngineName = Literal["experta", "seminaive"]  # that can fire rules
ENGINES: Final[tuple[EngineName, ...]] = get_args(EngineName)
EXPERTA, SEMINAIVE = ENGINES
GRACE: Final = 4  # seconds of processor time to put down what is known when time is up


class Budget(msgspec.Struct, frozen=True, kw_only=True):
    """The most of each kind of work, for one graph or one question."""

    firings: int = 100_000  # of the rules over one set of possible facts
    steps: int = 1_000_000  # partial matches joined on the way to these, or nodes of a search
    facts: int = 50_000  # that may be asked about at once
    seconds: float | None = None  # of processor time; None: by the size of what was read
    megabytes: int = MEGABYTES  # of memory
    engine: EngineName | None = None  # that fires the rules; None: the one that suits the work

    def with_firings(self, most: int) -> Budget:
        """The budget with so many firings, and what these need of steps and memory."""
        return msgspec.structs.replace(
            self,
            firings=most,
            steps=most * self.steps // self.firings,
            megabytes=max(self.megabytes, most * self.megabytes // self.firings),
        )


class Suspect(msgspec.Struct, frozen=True, kw_only=True):
    """The rule that makes most work, and its largest premise."""

    rule: str
    premise: str  # its template; empty if the rule has none
    facts: int  # that match it
    where: Location
    others: int = 0  # rules that it is compared with, where that is the work

    def told(self) -> str:
        """Which rule to look at, in a clause."""
        if self.others:
            return f"rule '{self.rule}' makes most of the work, compared with {self.others} others"
        if not self.premise:
            return f"rule '{self.rule}' makes most of the work"
        facts = "1 fact" if self.facts == 1 else f"{self.facts} facts"
        premise = f"its premise '{self.premise}' has {facts} to match"
        return f"rule '{self.rule}' makes most of the work, and {premise}"


class _Account:
    """What is spent of a budget."""

    def __init__(self, budget: Budget) -> None:
        self.budget = budget
        self.read: dict[str, int] = {}  # the bytes of each input
        self.granted = 0.0  # seconds for what was asked for beside that
        self.work = 0  # of the rule that made most
        self.suspect: Callable[[], Suspect] | None = None  # that rule
        self.began = spent()
        self.timed = False  # whether its time is looked at
        self.held = 0.0  # megabytes that were in memory before it
        self.beat: Beat | None = None
        self.engines: dict[
            EngineName, None
        ] = {}  # that fired rules, in the order of their first turn

    @property
    def seconds(self) -> float:
        """How long the work may take."""
        if self.budget.seconds is not None:
            return self.budget.seconds
        return TIME * (1 + sum(self.read.values()) // PIECE) + self.granted


def spent() -> float:
    """The seconds of processor time that this process has taken."""
    return time.process_time()


_account: ContextVar[_Account] = ContextVar("account", default=_Account(Budget()))  # noqa: B039


class Exhausted(BaseException):
    """Memory, or time, ran out; not caught on the way, as what was being done is half done."""


class Late(Exhausted):
    """Time ran out; caught only where what is known by then can be said: see `conclude`."""


def allowed() -> Budget:
    """The budget of the work at hand."""
    return _account.get().budget


def allow(budget: Budget) -> None:
    """Go on with another budget, until the block of work is done."""
    _account.get().budget = budget


def has_read(name: str, size: int) -> None:
    """Take note of so many bytes of an input: more of it may take longer, read once or often."""
    _account.get().read[name] = size


def grant(seconds: float) -> None:
    """Allow more time for much that was asked for, unless somebody set a limit."""
    _account.get().granted += seconds


def suspected(work: int, suspect: Callable[[], Suspect]) -> None:
    """Take note of a rule that makes so much work, if it is the worst yet."""
    account = _account.get()
    if work > account.work:
        account.work, account.suspect = work, suspect


def worked(engine: EngineName) -> None:
    """Take note of what fired rules."""
    _account.get().engines[engine] = None


def engines() -> tuple[EngineName, ...]:
    """What fired the rules of the work at hand so far, by name."""
    return tuple(_account.get().engines)


def conclude() -> str | None:
    """Why time is up, as a clause, if it is; then there are seconds left to say what is known."""
    account = _account.get()
    if not account.timed or spent() - account.began <= account.seconds:
        return None
    account.began = spent() - account.seconds + GRACE  # first: a clock may be about to strike
    problem = _late()
    place = f"{problem.where}: " if problem.where else ""
    return f"{place}{problem.message}; {problem.hint}"


def left() -> float:
    """The seconds of processor time that are left."""
    account = _account.get()
    return account.seconds - spent() + account.began if account.timed else math.inf


def charge(seconds: float) -> None:
    """Take note of processor time that another process took for this work.

    Raises Late if there is no more, as nobody looks at the time of a process that waits.
    """
    account = _account.get()
    account.began -= seconds
    if left() <= 0:
        account.began -= 1  # no clock may be so coarse as to find it in time after all
        raise Late("time")


def renew() -> None:
    """Begin to count the time anew: a dialogue may take as long for each answer."""
    _account.get().began = spent()


@contextlib.contextmanager
def limited(budget: Budget, beat: Beat | None = None) -> Iterator[None]:
    """Do a block of work within a budget; AdvisorError where time or memory runs out.

    What the process holds already, as a notebook may, does not count. Ten times in a second of
    work `beat` is told how long that has taken by now.
    """
    account = _Account(budget)
    account.beat = beat
    account.held = _megabytes()
    account.timed = True
    before = _account.set(account)
    try:
        with _watched(account):
            yield
    except Exhausted as exhausted:
        what = {"time": _late, "memory": out_of_memory}[str(exhausted)]
        raise AdvisorError(what()) from None
    finally:
        _account.reset(before)


_EVERY: Final = 0.1  # seconds of processor time between two looks
_AGAIN: Final = 2.0  # and after the one that found too much spent, should nobody have heeded it


@contextlib.contextmanager
def _watched(account: _Account) -> Iterator[None]:
    """Look at time and memory now and then, where the system has a timer for that."""
    here = threading.current_thread() is threading.main_thread()
    if not here or not hasattr(signal, "setitimer"):
        yield
        return

    def look(*_: object) -> None:
        late = spent() - account.began > account.seconds
        if late or _megabytes() - account.held > account.budget.megabytes:
            signal.setitimer(signal.ITIMER_PROF, _AGAIN, _AGAIN)
            raise Late("time") if late else Exhausted("memory")
        if account.beat is not None:
            account.beat(spent() - account.began)

    before = signal.signal(signal.SIGPROF, look)
    signal.setitimer(signal.ITIMER_PROF, _EVERY, _EVERY)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def _megabytes() -> float:
    """The memory in use; 0 where the system does not say."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except OSError:
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE") / 1_000_000


def _late() -> Problem:
    message = f"this takes more than {_account.get().seconds:.3g} seconds of processor time"
    return blamed(message, "ask about less, or allow more with --time-limit SECONDS")


def out_of_memory() -> Problem:
    """The problem of work that takes more memory than there is, or than it may."""
    message = f"this takes more memory than there is, or over {allowed().megabytes} MB"
    return blamed(message, "ask about less")


def blamed(message: str, hint: str) -> Problem:
    """A problem of too much work, with the rule to look at first."""
    suspect = _account.get().suspect
    if suspect is None:
        return Problem(message=message, hint=hint)
    found = suspect()
    hint = f"bind more of the rule's variables, {hint}"
    return Problem(message=f"{message}; {found.told()}", where=found.where, hint=hint)
