"""Stress on a Dask cluster: a real scheduler and real workers, each a process on loopback."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import distributed
import pytest
from large import write_large

import advisor
from advisor import cli
from advisor.futures import cluster
from advisor.model.errors import AdvisorError
from advisor.reasoning.evaluate import Outcome

START = 30  # seconds for a process to start, on a busy machine


class Cluster:
    """A scheduler in a process of its own, and workers as they are asked for."""

    def __init__(self, folder: Path, preload: str = "", options: Sequence[str] = ()) -> None:
        self.folder = folder
        self.options = options
        self.security = None
        (folder / "scheduler.py").write_text(preload)
        self.workers: list[subprocess.Popen[bytes]] = []
        told = folder / "scheduler.json"
        self.scheduler = self._start(
            "scheduler", "--port", "0", "--dashboard-address", "127.0.0.1:0", "--no-dashboard",
            "--scheduler-file", str(told), "--preload", str(folder / "scheduler.py"),
        )  # fmt: skip
        self._until(lambda: told.exists() and told.stat().st_size)
        self.address = json.loads(told.read_text())["address"]

    def join(self, number: int = 1, preload: str | None = None) -> None:
        """Start so many workers, each of which may run some code first; wait until they joined."""
        more = []
        if preload is not None:
            path = self.folder / "preload.py"
            path.write_text(preload)
            more = ["--preload", str(path)]
        there = self._joined()
        for _ in range(number):
            started = self._start(
                "worker", self.address, "--no-nanny", "--nthreads", "1", "--no-dashboard",
                "--local-directory", str(self.folder), "--death-timeout", "60", *more,
            )  # fmt: skip
            self.workers.append(started)
        self._until(lambda: self._joined() == there + number)

    def close(self) -> None:
        """End every process."""
        for process in (*self.workers, self.scheduler):
            process.kill()
            process.wait()

    def _start(self, command: str, *args: str) -> subprocess.Popen[bytes]:
        call = [sys.executable, "-m", "dask", command, "--host", "127.0.0.1", *self.options, *args]
        return subprocess.Popen(call, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def _joined(self) -> int:
        options = {"set_as_default": False, "security": self.security}
        with distributed.Client(self.address, **options) as client:
            return len(client.nthreads())

    @staticmethod
    def _until(ready: Callable[[], object]) -> None:
        end = time.monotonic() + START
        while not ready():
            assert time.monotonic() < end
            time.sleep(0.05)


@pytest.fixture
def empty(tmp_path_factory) -> Iterator[Cluster]:
    """A cluster without workers."""
    with contextlib.closing(Cluster(tmp_path_factory.mktemp("empty"))) as found:
        yield found


@pytest.fixture(scope="module")
def pair(tmp_path_factory) -> Iterator[Cluster]:
    """A cluster of two workers; no test harms it."""
    with contextlib.closing(Cluster(tmp_path_factory.mktemp("pair"))) as found:
        found.join(2)
        yield found


@pytest.fixture(scope="module")
def large(tmp_path_factory) -> Outcome:
    """A case with advice over 2^27 futures: a second or two."""
    return advisor.load(base=write_large(tmp_path_factory.mktemp("large") / "base", 27))


@pytest.fixture
def handed(monkeypatch) -> list[int]:
    """The sizes of the jobs, in chunks, that are handed to a cluster."""
    found = []
    tallies = cluster._Run.tallies

    def counted(run, chunks):
        found.append(len(chunks))
        return tallies(run, chunks)

    monkeypatch.setattr(cluster._Run, "tallies", counted)
    return found


def stressed(*args: str) -> subprocess.CompletedProcess[bytes]:
    """`advisor stress` in a process of its own."""
    command = [sys.executable, "-m", "advisor", "stress", "--format", "json", *args]
    return subprocess.run(command, capture_output=True, timeout=60, check=False)


def varied(case: Outcome) -> list[str]:
    """Facts of the shipped scenario that, open, give advice too many futures to visit."""
    given = [str(i) for i in case.scenario.facts if i.template not in case.scenario.base.derived]
    return given[:VARIED]


VARIED = 22


# ------------------------------------------------------------------ the same results


@pytest.mark.parametrize("more", [0, VARIED])
def test_the_shipped_scenario_gives_the_same_bytes(pair, more):
    """On a cluster the command prints what it prints without, and nothing else."""
    facts = varied(advisor.load())[:more]
    args = [word for one in facts for word in ("--vary", one)]
    alone, shared = stressed(*args), stressed(*args, "--cluster", pair.address)
    assert (shared.returncode, shared.stderr) == (0, b"")
    assert shared.stdout == alone.stdout


@pytest.mark.quick
def test_large_jobs_go_to_the_cluster(pair, large, handed):
    """Every job of more than one chunk of blocks is done by the workers, bit for bit the same."""
    result = advisor.stress(large, cluster=pair.address)
    assert handed == [64, 64], "a pass for the first facts and one for the rest"
    assert result == advisor.stress(large)


def test_a_cluster_started_here_gives_the_same(tmp_path):
    """`--cluster local` works where nothing can be written, leaves nothing behind, says nothing."""
    base = str(write_large(tmp_path / "base", 24))
    (tmp_path / "there").mkdir(mode=0o500)
    (tmp_path / "scratch").mkdir()
    command = [sys.executable, "-m", "advisor", "stress", "--base", base, "--format", "json"]
    done = subprocess.run(
        [*command, "--cluster", "local"],
        cwd=tmp_path / "there",
        env={**os.environ, "TMPDIR": str(tmp_path / "scratch")},
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout == stressed("--base", base).stdout
    assert not list((tmp_path / "scratch").iterdir())
    assert not list((tmp_path / "there").iterdir())


def test_a_worker_killed_in_the_middle_loses_nothing(empty, large):
    """With one of two workers killed while both work, the result is the same to the last bit."""
    empty.join(2)
    shares = []

    def kill(share: float) -> None:
        shares.append(share)
        if len(shares) == 2:
            empty.workers[0].kill()

    result = advisor.stress(large, cluster=empty.address, progress=kill)
    assert empty.workers[0].wait(1) == -signal.SIGKILL
    assert shares[1] < 0.2, "most was still to do"
    assert shares == sorted(set(shares)), "nothing counts twice"
    assert result == advisor.stress(large)


def test_a_task_blamed_for_lost_workers_is_done_here(pair, large, monkeypatch):
    """A scheduler gives a task up after a few lost workers: this process does it then."""
    whole = advisor.stress(large)
    submit = distributed.Client.submit

    def lost(client, function, *args, key, **options):
        if key.endswith("-8"):
            function, args = killed, ()
        return submit(client, function, *args, key=key, **options)

    monkeypatch.setattr(distributed.Client, "submit", lost)
    monkeypatch.setattr(cluster, "KilledWorker", ZeroDivisionError)
    assert advisor.stress(large, cluster=pair.address) == whole


def killed() -> None:
    """Fail as a test can recognise."""
    raise ZeroDivisionError


killed.__module__ = "__main__"  # sent as code: the workers know no tests


# ------------------------------------------------------------------ interrupted


def test_interrupting_keeps_what_is_known(tmp_path):
    """Ctrl-C, in a terminal sent to every process here, ends with a partial result."""
    base = write_large(tmp_path / "base")
    command = [sys.executable, "-m", "advisor", "stress", "--base", str(base), "--cluster", "local"]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    )
    time.sleep(5)  # of about fifteen
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, err) == (130, b"")
    assert b"Partial: interrupted" in out


def listening(session: int) -> list[str]:
    """The sockets that the processes of a session wait on for others to connect."""
    waiting = {}  # by inode
    for table in ("tcp", "tcp6"):
        rows = [line.split() for line in Path("/proc/net", table).read_text().splitlines()[1:]]
        waiting.update({row[9]: f"{table} {row[1]}" for row in rows if row[3] == "0A"})
    for row in (line.split() for line in Path("/proc/net/unix").read_text().splitlines()[1:]):
        if int(row[3], 16) & 0x10000:
            waiting[row[6]] = " ".join(["unix", *row[7:]])
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if int((process / "stat").read_text().rpartition(")")[2].split()[3]) == session:
                links = [str(fd.readlink()) for fd in (process / "fd").iterdir()]
                found += [one for one in links if one.startswith("socket:[")]
    return [waiting[one[8:-1]] for one in found if one[8:-1] in waiting]


@pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="needs Linux")
@pytest.mark.quick
def test_a_cluster_started_here_opens_no_port(tmp_path):
    """Nobody else on the machine can reach what `--cluster local` starts."""
    base = write_large(tmp_path / "base")
    command = [sys.executable, "-m", "advisor", "stress", "--base", str(base), "--cluster", "local"]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    )
    try:
        for _ in range(60):
            time.sleep(0.1)
            assert listening(process.pid) == []
        assert process.poll() is None, "it was looked at while it worked"
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate(timeout=30)


# ------------------------------------------------------------------ encrypted


@pytest.fixture(scope="module")
def certificates(tmp_path_factory) -> list[str]:
    """An authority's certificate, and one with its key for everybody."""
    if shutil.which("openssl") is None:
        pytest.skip("needs openssl")
    folder = tmp_path_factory.mktemp("tls")
    made = [str(folder / name) for name in ("own.pem", "own.pem", "own.key")]
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    options = ["-subj", "/CN=advisor", "-out", made[1], "-keyout", made[2]]
    subprocess.run([*command, *options], check=True, capture_output=True)
    return made


@pytest.mark.quick
def test_a_cluster_may_ask_for_certificates(tmp_path, certificates, monkeypatch):
    """Over tls:// the bytes are the same, with the certificates of Dask's own configuration."""
    flags = ("--tls-ca-file", "--tls-cert", "--tls-key")
    options = [word for pair in zip(flags, certificates, strict=True) for word in pair]
    names = ("CA_FILE", "CLIENT__CERT", "CLIENT__KEY")
    base = str(write_large(tmp_path / "base", 24))
    folder = tmp_path / "dask"
    folder.mkdir()
    with contextlib.closing(Cluster(folder, options=["--protocol", "tls", *options])) as one:
        assert one.address.startswith("tls://")
        bare = stressed("--base", base, "--cluster", one.address)
        assert (bare.returncode, bare.stdout) == (2, b"")
        assert b"error: tls:// needs certificates that can be used" in bare.stderr
        assert b"comm.tls" in bare.stderr
        for name, path in zip(names, certificates, strict=True):
            monkeypatch.setenv(f"DASK_DISTRIBUTED__COMM__TLS__{name}", path)
        one.security = distributed.Security(
            require_encryption=True,
            **dict(
                zip(("tls_ca_file", "tls_client_cert", "tls_client_key"), certificates, strict=True)
            ),
        )
        one.join()
        shared = stressed("--base", base, "--cluster", one.address)
        plain = stressed("--base", base, "--cluster", one.address.replace("tls", "tcp"))
    assert (shared.returncode, shared.stderr) == (0, b"")
    assert shared.stdout == stressed("--base", base).stdout
    assert (plain.returncode, plain.stdout) == (2, b"")
    assert b"error: " in plain.stderr
    assert b"Traceback" not in plain.stderr


# ------------------------------------------------------------------ what cannot be used


@pytest.mark.parametrize(
    "address", ["foo", "http://x:1", "tcp://x", "tcp://x:y", "tls://x:99999", "tcp://x:1/y"]
)
def test_a_malformed_address_is_a_message(address):
    """Whatever is no tcp://HOST:PORT is refused at once, with the form that is wanted."""
    done = stressed("--cluster", address)
    assert (done.returncode, done.stdout) == (2, b"")
    assert f"'{address}' is no address of a cluster".encode() in done.stderr
    assert b"tcp://HOST:PORT" in done.stderr


def test_an_unreachable_scheduler_is_a_message():
    """Where nothing listens, and where something does that is no scheduler: said in seconds."""
    with socket.socket() as free, socket.socket() as silent:
        free.bind(("127.0.0.1", 0))
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        for one in (free, silent):
            address = f"tcp://127.0.0.1:{one.getsockname()[1]}"
            done = stressed("--cluster", address)
            assert (done.returncode, done.stdout) == (2, b"")
            assert f"error: no scheduler answers at {address} within 5 s".encode() in done.stderr
            assert b"Traceback" not in done.stderr


def test_no_workers_is_a_message(empty, monkeypatch, capfd):
    """A scheduler that nobody works for is said to be one, after a stated wait."""
    monkeypatch.setattr(cluster, "JOIN", 1)
    assert cli.run(["stress", "--cluster", empty.address]) == 2
    out, err = capfd.readouterr()
    assert not out
    assert err.startswith(f"error: the scheduler at {empty.address} has no worker, after 1 s\n")


VERSION = """
import distributed.versions
told = distributed.versions._version_cached
distributed.versions._version_cached = (
    lambda name, told=told: {version!r} if name in ("advisor", "policy-advisor-cli") else told(name)
)
"""


@pytest.mark.parametrize(
    ("version", "words"),
    [("0.0.9", f"has advisor 0.0.9, not {advisor.__version__}"), (None, "has no advisor")],
)
def test_a_worker_of_another_version_is_a_message(empty, large, capfd, version, words):
    """A worker whose advisor is another, or missing, is named; one that comes later too."""
    empty.join(preload=VERSION.format(version=version))
    assert cli.run(["stress", "--cluster", empty.address]) == 2
    out, err = capfd.readouterr()
    assert not out
    assert "error: the worker tcp://127.0.0.1:" in err
    assert words in err
    wanted = cluster.Versions.here()
    with pytest.raises(RuntimeError, match="it has numpy"):
        cluster._tallied(None, "run", wanted._replace(numpy="1.0"), [])


def test_a_scheduler_of_another_version_is_a_message(tmp_path, large, capfd):
    """A scheduler reads what it hands on, so that it needs the same program too."""
    with contextlib.closing(Cluster(tmp_path, VERSION.format(version="0.0.9"))) as one:
        one.join()
        assert cli.run(["stress", "--cluster", one.address]) == 2
    assert "error: the scheduler tcp://127.0.0.1:" in (err := capfd.readouterr().err)
    assert f"has advisor 0.0.9, not {advisor.__version__}" in err


@pytest.mark.quick
def test_a_task_that_fails_is_a_message(pair, large, monkeypatch):
    """What goes wrong on a worker is said here: no traceback, no result that lacks something."""
    monkeypatch.setattr(cluster.Versions, "here", lambda: OTHER)
    monkeypatch.setattr(cluster, "_checked", lambda client, address: OTHER)
    with pytest.raises(AdvisorError, match="a worker of the cluster failed: it has advisor"):
        advisor.stress(large, cluster=pair.address)


OTHER = cluster.Versions("9.9", "9.9", "9.9", "9.9", "abacus")


@pytest.mark.parametrize("ended", ["workers", "scheduler"])
def test_a_cluster_that_ends_is_a_message(empty, large, monkeypatch, ended):
    """With every worker gone, or the scheduler, a run ends with an error in a stated time."""
    monkeypatch.setattr(cluster, "GONE", 2)
    monkeypatch.setattr(cluster, "CONNECT", 1)
    empty.join()
    words = "has had no worker for 2 s" if ended == "workers" else "scheduler was lost"

    def end(_: float) -> None:
        for process in empty.workers if ended == "workers" else [empty.scheduler]:
            process.kill()

    with pytest.raises(AdvisorError, match=words):
        advisor.stress(large, cluster=empty.address, progress=end)


def test_without_the_extra_there_is_a_message(tmp_path):
    """Where distributed is not installed, the message says how to install it."""
    code = (
        "import sys; sys.modules['distributed'] = None\n"
        "from advisor import cli; sys.exit(cli.run(['stress', '--cluster', 'tcp://x:1']))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert done.returncode == 2
    assert b"error: a cluster needs the package distributed" in done.stderr
    assert (
        b"hint: install this program with its extra 'cluster', as its README tells" in done.stderr
    )
    assert b"pip install" not in done.stderr, "the index has another 'advisor'"
