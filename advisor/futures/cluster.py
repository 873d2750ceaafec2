"""Hands chunks of futures to the workers of a Dask cluster.

A task is pure: the same chunks give the same tallies wherever it runs, so the scheduler may repeat
what a lost worker owed. Each task has one place in the sum, so that nothing counts twice.
"""

from __future__ import annotations

import contextlib
import functools
import logging
import re
import socket
import ssl
import threading
import time
import uuid
import warnings
from collections import deque
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

from advisor import __distribution__
from advisor.futures.processes import here
from advisor.futures.tallies import Chunks, Job, Runner, Tally, Worker
from advisor.model.errors import AdvisorError, Problem, in_shell

try:
    import distributed
    from distributed.client import ClosedClientError
    from distributed.scheduler import KilledWorker
    from distributed.versions import get_versions
except ImportError as missing:
    raise AdvisorError(
        Problem(
            message=f"a cluster needs the package distributed: {missing}",
            hint="install this program with its extra 'cluster', as its README tells",
        )
    ) from None

CONNECT: Final = 5  # seconds until a scheduler must answer
JOIN: Final = 10  # and until it must have a worker
GONE: Final = 30  # seconds without any worker after which a run is given up
_POLL: Final = 1.0  # seconds between two looks at whether there are workers
_MOST: Final = 8  # chunks to a task at most: about a quarter of a second
_EACH: Final = 8  # tasks to a thread at least, as long as there are chunks
_AHEAD: Final = 3  # tasks for each thread that are handed out before their turn to be summed
_ADDRESS: Final = re.compile(
    r"(tcp|tls)://(?:[\w.-]+|\[[\da-fA-F:.]+\]):(?P<port>\d{1,5})", re.ASCII
)
_ASKED: Final = [__distribution__, "advisor"]  # a version is told by package, once was by module
_SAME: Final = "install the same Python, and this program with its extra 'cluster', everywhere"
_NOISY: Final = {"asyncio", "distributed", "tornado"}  # loggers
_SILENT: Final = logging.CRITICAL + 1


class Versions(NamedTuple):
    """What must be the same everywhere for the results to be the same bit for bit."""

    advisor: str | None
    distributed: str | None
    numpy: str | None
    python: str
    machine: str

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Versions:
        """Those in an answer of distributed's `get_versions`."""
        packages, machine = told["packages"], told["host"]["machine"]
        python = ".".join(packages["python"].split(".")[:2])
        own = packages.get(__distribution__) or packages.get("advisor")
        return cls(own, packages.get("distributed"), packages.get("numpy"), python, machine)

    @classmethod
    def here(cls) -> Versions:
        """Those of this process."""
        return cls.of(get_versions(_ASKED))

    def missing(self, wanted: Versions) -> str | None:
        """How they differ from those wanted, as in "has numpy 1.26, not 2.0"; None if not."""
        pairs = zip(self._fields, self, wanted, strict=True)
        differing = [(name, own, its) for name, own, its in pairs if own != its]
        told = (f"{name} {own}, not {its}" if own else f"no {name}" for name, own, its in differing)
        return f"has {'; '.join(told)}" if differing else None


@contextlib.contextmanager
def connected(named: str) -> Iterator[Runner]:
    """A runner that shares jobs among the workers of the scheduler at an address.

    Raises AdvisorError if it cannot be reached, has no workers, or workers of other versions.
    """
    with _quiet(), _client(_address(named)) as client:
        yield functools.partial(_shared, client, _checked(client, named))


# ------------------------------------------------------------------ connecting


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """No word of Dask's own on stderr: what matters becomes a message of this program."""
    names = [name for name in logging.root.manager.loggerDict if name.split(".")[0] in _NOISY]
    loggers = [logging.getLogger(name) for name in (*names, "asyncio")]
    levels = [logger.level for logger in loggers]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for logger in loggers:
            logger.setLevel(_SILENT)
        try:
            yield
        finally:
            for logger, level in zip(loggers, levels, strict=True):
                logger.setLevel(level)


def _address(named: str) -> str:
    """The address of a scheduler; AdvisorError for what is none."""
    found = _ADDRESS.fullmatch(named)
    if found is None or int(found["port"]) > 0xFFFF:
        hint = "an address is tcp://HOST:PORT or tls://HOST:PORT; or 'local' uses every core here"
        raise AdvisorError(Problem(message=f"'{named}' is no address of a cluster", hint=hint))
    return named


def _security(address: str) -> distributed.Security | None:
    """The certificates for a scheduler that asks for some, as Dask's own configuration names them.

    Raises AdvisorError where one is missing or is no certificate.
    """
    if not address.startswith("tls://"):
        return None
    try:
        security = distributed.Security(require_encryption=True)
        security.get_connection_args("client")
    except (OSError, ValueError) as error:
        raise AdvisorError(_no_certificates(str(error))) from None
    if not (security.tls_ca_file and security.tls_client_cert):
        raise AdvisorError(_no_certificates("there are none"))
    return security


def _no_certificates(why: str) -> Problem:
    hint = (
        "name them in Dask's configuration: distributed.comm.tls.ca-file, .client.cert, .client.key"
    )
    return Problem(message=f"tls:// needs certificates that can be used: {why}", hint=hint)


@contextlib.contextmanager
def _client(address: str) -> Iterator[distributed.Client]:
    """A client of a scheduler that answers."""
    security = _security(address)
    try:
        _greeted(address, security)
        client = distributed.Client(
            address, timeout=CONNECT, set_as_default=False, security=security
        )
    except ssl.SSLError as error:
        raise AdvisorError(_no_certificates(f"{address} refuses: {error.reason}")) from None
    except (OSError, ValueError):
        message = f"no scheduler answers at {address} within {CONNECT} s"
        hint = "start one with: dask scheduler; then: dask worker ADDRESS"
        raise AdvisorError(Problem(message=message, hint=hint)) from None
    with client:
        yield client


def _greeted(address: str, security: distributed.Security | None) -> None:
    """Wait for the first byte of a scheduler's greeting, which Dask would wait for without end."""
    parts = urlsplit(address)
    with contextlib.ExitStack() as stack:
        plain = socket.create_connection((parts.hostname, parts.port), CONNECT)
        connection = stack.enter_context(plain)
        if security is not None:
            context = security.get_connection_args("client")["ssl_context"]
            connection = stack.enter_context(context.wrap_socket(connection))
        if not connection.recv(1):
            raise ConnectionResetError


def _checked(client: distributed.Client, address: str) -> Versions:
    """The versions here; AdvisorError if there is no worker, or if one has others."""
    try:
        client.wait_for_workers(1, timeout=JOIN)
        told = client.get_versions(packages=_ASKED)
    except TimeoutError:
        message = f"the scheduler at {address} has no worker, after {JOIN} s"
        hint = f"start one with: dask worker {in_shell(address)}"
        raise AdvisorError(Problem(message=message, hint=hint)) from None
    except OSError:
        raise AdvisorError(_lost()) from None
    wanted = Versions.here()
    found = {worker: Versions.of(raw).missing(wanted) for worker, raw in told["workers"].items()}
    wrong = [f"the worker {worker} {differs}" for worker, differs in found.items() if differs]
    master = Versions.of(told["scheduler"])._replace(machine=wanted.machine)
    if differs := master.missing(wanted):  # it reads what is handed on
        wrong.insert(0, f"the scheduler {address} {differs}")
    if wrong:
        raise AdvisorError(*(Problem(message=message, hint=_SAME) for message in wrong))
    return wanted


def _lost() -> Problem:
    hint = "see that the scheduler runs, and start again"
    return Problem(message="the connection to the cluster's scheduler was lost", hint=hint)


# ------------------------------------------------------------------ running


@contextlib.contextmanager
def _shared(
    client: distributed.Client, versions: Versions, job: Job, chunks: Chunks
) -> Iterator[Iterator[Tally]]:
    """The tallies of chunks in their order; a single chunk cannot be shared and is done here."""
    if len(chunks) == 1:
        with here(1)(job, chunks) as tallies:
            yield tallies
        return
    run = _Run(client, versions, job)
    try:
        yield run.tallies(chunks)
    finally:
        run.end()


class _Run:
    """A job while a cluster works on it."""

    def __init__(self, client: distributed.Client, versions: Versions, job: Job) -> None:
        self.client, self.versions, self.job = client, versions, job
        self.name = f"advisor-{uuid.uuid4().hex}"
        self.sent: deque[tuple[Chunks, distributed.Future]] = deque()
        self.last_seen = time.monotonic()  # a worker
        # a task and no scattered data: the scheduler can repeat it when its worker is lost
        self.source = client.submit(_same, job, key=f"{self.name}-job")

    def tallies(self, chunks: Chunks) -> Iterator[Tally]:
        """The tallies of chunks in their order, a few tasks ahead of the sum at any time."""
        try:
            threads = sum(self.client.nthreads().values()) or 1
            size = max(1, min(_MOST, len(chunks) // (_EACH * threads)))
            for at in range(0, len(chunks), size):
                self._send(at, chunks[at : at + size])
                if len(self.sent) > _AHEAD * threads:
                    yield from self._next()
            while self.sent:
                yield from self._next()
        except (OSError, ClosedClientError, distributed.CancelledError):
            raise AdvisorError(_lost()) from None

    def end(self) -> None:
        """Tell the scheduler to forget what is still to do."""
        for _, task in self.sent:
            task.release()
        self.source.release()

    def _send(self, number: int, chunks: Chunks) -> None:
        key = f"{self.name}-{number}"
        task = self.client.submit(_tallied, self.source, self.name, self.versions, chunks, key=key)
        self.sent.append((chunks, task))

    def _next(self) -> list[Tally]:
        """What the task that was sent first gives, in order of its chunks."""
        found = None
        while found is None:
            found = self._asked(*self.sent[0])
        self.last_seen = time.monotonic()
        self.sent.popleft()
        return found

    def _asked(self, chunks: Chunks, task: distributed.Future) -> list[Tally] | None:
        """What a task gives, if it does so in a moment; its result may be lost even when done."""
        try:
            with self.client.as_current():
                distributed.wait([task], timeout=_POLL)
            if task.status == "error":
                return self._failed(chunks, task.exception())
            return list(task.result(timeout=GONE))
        except KilledWorker as error:
            return self._failed(chunks, error)
        except TimeoutError:
            self._look_for_workers()
            return None

    def _look_for_workers(self) -> None:
        """AdvisorError if there have been none for long."""
        now = time.monotonic()
        if self.client.nthreads():
            self.last_seen = now
        elif now - self.last_seen > GONE:
            message = f"the cluster has had no worker for {GONE} s"
            hint = "see why its workers ended, and start again"
            raise AdvisorError(Problem(message=message, hint=hint))

    def _failed(self, chunks: Chunks, error: BaseException | None) -> list[Tally]:
        """What a task would have given that lost too many workers, and is blamed for it."""
        if not isinstance(error, KilledWorker):
            message = f"a worker of the cluster failed: {error}"
            raise AdvisorError(Problem(message=message, hint=_SAME))
        return _tallied(self.job, self.name, self.versions, chunks)


# ------------------------------------------------------------------ on a worker

_kept = threading.local()  # a thread's worker, for the run that it is in


def _same(job: Job) -> Job:
    return job


def _tallied(job: Job, run: str, wanted: Versions, chunks: Chunks) -> list[Tally]:
    """The task: the tally of each chunk. RuntimeError if this worker is of other versions."""
    differs = Versions.here().missing(wanted)
    if differs:  # it came after the others were asked
        raise RuntimeError(f"it {differs}")
    if getattr(_kept, "run", None) != run:
        _kept.run, _kept.worker = run, Worker(job)
    worker: Worker = _kept.worker
    return [worker.tally(chunk) for chunk in chunks]
