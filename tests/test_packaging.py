"""What wraps the program: its name, licence, bounds, constraints, and what it exports."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
import tomllib
import warnings
from pathlib import Path

import pytest
from hypothesis import settings

import advisor

ROOT = Path(__file__).parent.parent
SMALL = shlex.quote(str(ROOT / "tests" / "bases" / "small"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
NAME = re.compile(r"[\w.-]+")


def normal(name: str) -> str:
    """A distribution's name as an index compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def numbers(version: str) -> tuple[int, ...]:
    """A release as numbers."""
    return tuple(int(part) for part in re.findall(r"\d+", version))


def constrained() -> dict[str, list[str]]:
    """The releases in constraints.txt, by name."""
    found: dict[str, list[str]] = {}
    for line in (ROOT / "constraints.txt").read_text().splitlines():
        if not line.startswith("#"):
            name, version = line.split(";")[0].strip().split("==")
            found.setdefault(normal(name), []).append(version)
    return found


def lowest() -> dict[str, str]:
    """What .ci/lowest.py writes: the lowest release of each dependency, by name."""
    command = [sys.executable, str(ROOT / ".ci" / "lowest.py")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return dict(line.split("==") for line in done.stdout.splitlines())


def test_dir_lists_the_api():
    """`dir(advisor)` has every public name before any is loaded, and each can be had."""
    code = (
        "import sys, advisor\n"
        "assert set(advisor.__all__) <= set(dir(advisor)), dir(advisor)\n"
        "assert 'advisor.api' not in sys.modules\n"
        "assert all(getattr(advisor, name) for name in dir(advisor) if name in advisor.__all__)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_types_and_licence_are_there():
    """Whoever uses the package may, and a type checker believes its annotations."""
    assert (Path(advisor.__file__).parent / "py.typed").is_file()
    assert PROJECT["license"] == "MIT"
    for name in PROJECT["license-files"]:
        assert "the advisor authors" in (ROOT / name).read_text()
    assert "Typing :: Typed" in PROJECT["classifiers"]


def test_the_name_is_ours():
    """The distribution has a name of its own, and no hint names another project's."""
    assert PROJECT["name"] == advisor.__distribution__ != "advisor"
    sources = [*ROOT.glob("advisor/**/*.py"), *ROOT.glob("docs/**/*.md"), ROOT / "README.md"]
    for path in sources:
        found = re.search(
            r"pip3? install (-\S+ )*['\"]?advisor\b", path.read_text(encoding="utf-8")
        )
        assert not found, path


@pytest.mark.parametrize("name", sorted(lowest()))
def test_bounds_and_constraints_agree(name):
    """Each dependency has a lowest release, and the constraints one that is no lower."""
    for version in constrained()[normal(name)]:
        assert numbers(version) >= numbers(lowest()[name])


def test_every_extra_is_constrained():
    """constraints.txt has a release of whatever an extra wants, so that no run drifts."""
    wanted = {
        NAME.match(one)[0] for extra in PROJECT["optional-dependencies"].values() for one in extra
    }
    assert {normal(one) for one in wanted} - {advisor.__distribution__} <= set(constrained())


def test_known_holes_are_out_of_bounds():
    """The lowest releases admitted are past those with known holes."""
    found = lowest()
    assert numbers(found["jinja2"]) >= (3, 1, 6), "sandbox escapes"
    assert numbers(found["msgspec"]) > (0, 19)
    assert numbers(found["pyyaml"]) >= (5, 4), "arbitrary code from the full loader"


def test_commands_of_the_readme_are_constrained():
    """The README's commands install what the tests ran with."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    for marker in ("run command", "test command"):
        command = text.split(f"<!-- {marker} -->")[1].split("```")[1]
        assert " -c constraints.txt " in command


def test_the_pythons_that_are_tried_are_those_that_are_claimed():
    """The checks go through the versions that the classifiers name, and the page says so."""
    claimed = [
        one.rsplit(" ", 1)[1] for one in PROJECT["classifiers"] if re.search(r":: 3\.\d", one)
    ]
    assert f"for version in {' '.join(claimed)}; do" in (ROOT / ".ci" / "run").read_text()
    page = (ROOT / "docs" / "platforms.md").read_text()
    assert all(version in page for version in claimed)


def test_random_tests_are_the_same_each_time_unless_asked():
    """The ordinary profile draws the same examples each time, the fresh one others."""
    assert settings.get_profile("ci").derandomize
    assert not settings.get_profile("fresh").derandomize


def test_no_source_gives_a_warning():
    """Compiling our own code gives no warning, under whichever Python."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for path in sorted(ROOT.glob("advisor/**/*.py")):
            compile(path.read_text(encoding="utf-8"), str(path), "exec")


OURS = """
import sys, warnings
warnings.filterwarnings("error", module=r"advisor(\\.|$)")
from advisor import cli
sys.exit(cli.run(sys.argv[1:]))
"""


@pytest.mark.parametrize(
    "command",
    [
        "advise",
        f"audit --mutants 3 --format html --base {SMALL}",
        "stress",
        "brief --format html --annex",
        "scenarios",
        "explain 1",
        f"test --base {SMALL}",
        "--help",
    ],
)
def test_our_own_code_gives_no_warning(command):
    """No command gives a warning from a line of ours, from its first import on.

    What takes long over the shipped base is run over a small one: the other tests run it over the
    shipped one, and to them a warning of ours is an error as well (pyproject.toml).
    """
    args = [sys.executable, "-c", OURS, *shlex.split(command)]
    done = subprocess.run(args, capture_output=True, text=True, timeout=120, check=False)
    assert "Warning" not in done.stderr
    assert "Traceback" not in done.stderr
