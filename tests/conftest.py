"""Settings for every test: how hard hypothesis looks, by HYPOTHESIS_PROFILE.

The ordinary profile draws the same examples each time, so that a commit gets one verdict; the
nightly one draws many more, and others each time, and the fresh one as many, but others.
"""

import gc
import os
import signal
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings

import advisor
from advisor import cli
from advisor.model import budget

Command = Callable[..., tuple[int, str, str]]
WORDS = {str, int, tuple, list, type(None)}  # of arguments; the rest is what they are about

settings.register_profile(
    "ci",
    max_examples=100,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    phases=[Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink],
)
settings.register_profile(
    "nightly", settings.get_profile("ci"), max_examples=3000, derandomize=False
)
settings.register_profile("fresh", settings.get_profile("ci"), derandomize=False, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))

gc.set_threshold(200_000, 20, 50)  # bases are read by the thousand: a sixteenth of the time


QUICK = {  # what tries each dependency, in a few minutes
    "test_brief.py",
    "test_cli.py",
    "test_consult_transcripts.py",
    "test_engine.py",
    "test_fmt.py",
    "test_loader.py",
    "test_packaging.py",
    "test_strangers.py",
    "test_testing.py",
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the quick part: what runs against the lowest and the newest versions admitted too."""
    for item in items:
        if item.path.name in QUICK:
            item.add_marker("quick")


@pytest.fixture(scope="session", autouse=True)
def _state_folder(tmp_path_factory: pytest.TempPathFactory) -> None:
    """What tests keep is kept in folders of theirs, never in the user's own."""
    os.environ["XDG_STATE_HOME"] = str(tmp_path_factory.mktemp("state"))
    os.environ["XDG_CACHE_HOME"] = str(tmp_path_factory.mktemp("cache"))


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    """Runs a command in this process; gives its exit code and what it wrote to both streams."""
    for name in ("ADVISOR_BASE", "COLUMNS", "NO_COLOR", "FORCE_COLOR", "PYTHONIOENCODING"):
        monkeypatch.delenv(name, raising=False)

    def call(*args: str) -> tuple[int, str, str]:
        capfd.readouterr()
        code = cli.run(args)
        out, err = capfd.readouterr()
        assert "Traceback" not in out + err
        return code, out, err

    return call


@pytest.fixture
def once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Has a command that a test runs in several forms work out what it shows in the first alone.

    What is shown is the library's answer to the same words about the same files: no test may
    change these between its runs.
    """

    def remembering(name: str) -> Callable[..., object]:
        work, known = getattr(advisor, name), {}

        def answer(*args: object, **options: object) -> object:
            words = [one if type(one) in WORDS else type(one) for one in args]
            asked = repr((words, sorted(options.items())))
            if asked not in known:
                known[asked] = work(*args, **options)
                assert not isinstance(known[asked], Iterator)  # which could be read once
            return known[asked]

        return answer

    for name in (
        "audit",
        "brief",
        "compare",
        "diff",
        "explain",
        "flip",
        "stress",
        "survey",
        "test",
    ):
        monkeypatch.setattr(advisor, name, remembering(name))


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Work of so many seconds on a clock of our own; then the budget looks at it, as it does."""
    now = 0.0

    def take(seconds: float) -> None:
        nonlocal now
        now += seconds
        signal.raise_signal(signal.SIGPROF)

    monkeypatch.setattr(budget, "spent", lambda: now)
    return take


@pytest.fixture
def public() -> Iterator[Path]:
    """A folder that everybody can reach, as those of pytest are not."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)
