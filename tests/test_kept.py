"""What was read is kept beside all that it was read from, and only told again while that holds."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import advisor
from advisor import loader
from advisor.api.files import allowing, keeping, users_folder
from advisor.loader import kept, yamlfile
from advisor.model.scenarios import Scenario

TESTS = Path(__file__).parent
BASES = [*sorted((TESTS / "bases").iterdir()), *sorted((TESTS / "public").iterdir())]
SMALL = TESTS / "bases" / "small"


def folders() -> list[Path]:
    """The shipped base and all others of the tests."""
    return [loader.shipped_folder(), *(base for base in BASES if (base / "rules").is_dir())]


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A folder to keep in."""
    return tmp_path / "kept"


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """A base of its own, whose scenario extends another, which has a table."""
    folder = tmp_path / "base"
    shutil.copytree(SMALL, folder)
    (folder / "facts" / "rows.csv").write_text("town,cargo\nashby,grain\n")
    (folder / "facts" / "first.yaml").write_text(
        "title: First\nto-extend: true\ntables: {lacks: rows.csv}\n"
    )
    (folder / "facts" / "second.yaml").write_text("title: Second\nextends: first\n")
    return folder


def reads(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """What is read from now on, as it is read."""
    seen: list[object] = []
    parse = yamlfile.parse

    def counted(data: bytes, file: str) -> object:
        seen.append(file)
        return parse(data, file)

    monkeypatch.setattr(yamlfile, "parse", counted)
    return seen


def asked(base: Path, store: Path, facts: str | None = "second") -> Scenario:
    """A scenario, kept or read."""
    with keeping(store):
        return advisor.load(facts, base=base).scenario


@pytest.mark.parametrize("folder", folders(), ids=lambda folder: folder.name)
def test_what_is_kept_is_what_was_read(
    folder: Path, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Kept, bases and scenarios are those that were read, in the same order, and none is parsed."""
    fresh = advisor.load_base(folder)
    names = [None] if fresh.scenario else sorted(loader.own_scenarios(fresh))[:1]
    with keeping(store):
        read = [advisor.load_base(folder), *(advisor.load(n, base=folder).scenario for n in names)]
        parsed = reads(monkeypatch)
        again = [advisor.load_base(folder), *(advisor.load(n, base=folder).scenario for n in names)]
    assert not parsed
    assert again == read
    assert [*again[0].entities] == [*fresh.entities]
    assert [*again[0].templates] == [*fresh.templates]
    for one, other in zip(again[1:], read[1:], strict=True):
        assert [*one.facts] == [*other.facts]


def edit(path: str, text: str) -> Callable[[Path], None]:
    """The change that a file says something else."""

    def change(base: Path) -> None:
        (base / path).write_text(text)

    return change


def linked(base: Path) -> None:
    """A rule file becomes a link that leads out of the base, to the same text."""
    path = base / "rules" / "templates.yaml"
    elsewhere = base.parent / "elsewhere.yaml"
    path.rename(elsewhere)
    path.symlink_to(elsewhere)


CHANGES = {
    "the scenario": edit("facts/second.yaml", "title: Changed\nextends: first\n"),
    "what it extends": edit(
        "facts/first.yaml", 'title: First\nto-extend: true\nfacts: ["lacks(brook, grain)"]\n'
    ),
    "a table": edit("facts/rows.csv", "town,cargo\nbrook,grain\n"),
    "a new rule file": edit("rules/zz.yaml", "nonsense: true\n"),
    "a new scenario of the same name": edit("facts/deeper/second.yaml", "title: Another\n"),
    "a file that is gone": lambda base: (base / "facts" / "first.yaml").unlink(),
    "a link out of the base": linked,
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_whatever_changes_is_read_anew(
    change: Callable[[Path], None], base: Path, store: Path
) -> None:
    """After a change of any file or folder the answer is that of reading, errors included."""
    asked(base, store)
    (base / "facts" / "deeper").mkdir()
    asked(base, store)
    change(base)

    def answer(load: Callable[[], Scenario]) -> object:
        try:
            return load()
        except advisor.AdvisorError as error:
            return error.problems

    fresh = answer(lambda: advisor.load("second", base=base).scenario)
    assert answer(lambda: asked(base, store)) == fresh


def test_what_may_be_reached_is_part_of_it(base: Path, store: Path) -> None:
    """What one command was allowed to reach, the next is not without being allowed to."""
    outside = base.parent / "outside"
    outside.mkdir()
    (outside / "theirs.yaml").write_text('title: Theirs\nfacts: ["lacks(brook, grain)"]\n')
    (base / "facts" / "second.yaml").write_text(f"title: Second\nextends: {outside}/theirs.yaml\n")
    with allowing([outside]):
        asked(base, store)
    with pytest.raises(advisor.AdvisorError, match="lies outside"):
        asked(base, store)


def test_paths_are_those_of_where_it_is_run(
    base: Path, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From another folder the places of facts are shown as they are from there."""
    asked(base, store)
    monkeypatch.chdir(base)
    assert asked(base, store).where.file == os.path.join("facts", "second.yaml")  # noqa: PTH118


def test_where_the_folder_is_gone_it_is_read_as_ever(
    base: Path, store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From a folder that somebody has deleted, what is named by its whole path is read and kept."""
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    assert asked(base, store) == asked(base, store) == advisor.load("second", base=base).scenario


def test_another_program_reads_anew(
    base: Path, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What another version of the program read is not told again."""
    asked(base, store)
    monkeypatch.setattr(advisor, "__version__", "9.9")
    parsed = reads(monkeypatch)
    asked(base, store)
    assert parsed


def damage(path: Path) -> None:
    """Cut its end off."""
    path.write_bytes(path.read_bytes()[:-7])


def turn(path: Path) -> None:
    """Change a bit in its middle."""
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def empty(path: Path) -> None:
    """Leave nothing in it."""
    path.write_bytes(b"")


def open_up(path: Path) -> None:
    """Let everybody write it."""
    path.chmod(0o666)


@pytest.mark.parametrize("harm", [damage, turn, empty, open_up])
def test_what_is_damaged_or_may_be_anothers_is_not_used(
    harm: Callable[[Path], None], base: Path, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that is cut short, has a wrong bit or that others may write: all is read, and well."""
    whole = asked(base, store)
    for path in store.iterdir():
        harm(path)
    parsed = reads(monkeypatch)
    assert asked(base, store) == whole
    assert parsed


def test_where_nothing_can_be_kept_all_is_read(base: Path, tmp_path: Path) -> None:
    """A folder that cannot be made is no error."""
    (tmp_path / "file").write_text("")
    assert asked(base, tmp_path / "file" / "kept").title == "Second"


def test_it_is_the_users_own_and_stays_small(base: Path, store: Path) -> None:
    """The folder and its files are its owner's alone, and of many only the newest stay."""
    for number in range(kept.MOST + 3):
        (base / "facts" / f"n{number}.yaml").write_text("title: One of many\n")
        asked(base, store, f"n{number}")
    assert store.stat().st_mode & 0o077 == 0
    files = [*store.iterdir()]
    assert len(files) == kept.MOST
    assert all(file.stat().st_mode & 0o077 == 0 for file in files)


def test_the_library_keeps_nothing_by_itself(base: Path, tmp_path: Path, monkeypatch) -> None:
    """Only within `keeping` is anything written."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    advisor.load("second", base=base)
    assert not (tmp_path / "cache").exists()


@pytest.mark.parametrize("off", [False, True])
def test_the_command_keeps_unless_told_not_to(base: Path, tmp_path: Path, off: bool) -> None:
    """The command writes the same both times, and to XDG_CACHE_HOME unless ADVISOR_NO_CACHE is."""
    cache = tmp_path / "cache"
    environment = {**os.environ, "XDG_CACHE_HOME": str(cache)}
    environment |= {"ADVISOR_NO_CACHE": "1"} if off else {}
    command = [sys.executable, "-m", "advisor", "explain", "lacks", "second", "--base", str(base)]
    first, second = (
        subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
        for _ in range(2)
    )
    assert (first.returncode, first.stdout, first.stderr) == (
        second.returncode,
        second.stdout,
        second.stderr,
    )
    assert first.returncode == 0, first.stderr
    assert cache.exists() is not off


@pytest.mark.parametrize("view", [["advise"], ["explain", "1"], ["why-not", "lacks(brook, grain)"]])
def test_what_is_kept_is_told_without_what_reads_files(base: Path, store: Path, view) -> None:
    """A view of what is kept loads neither YAML nor what reads it."""
    environment = {**os.environ, "XDG_CACHE_HOME": str(store)}
    command = [sys.executable, "-X", "importtime", "-m", "advisor", *view, "--base", str(base)]
    for _ in range(2):
        done = subprocess.run(command, capture_output=True, text=True, env=environment, check=True)
    loaded = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert "advisor.loader.kept" in loaded
    assert not {"yaml", "advisor.loader.reader"} & loaded


@pytest.mark.parametrize(
    ("variables", "folder"),
    [
        ({"XDG_CACHE_HOME": "/some/where", "HOME": "/home/ann"}, Path("/some/where/advisor")),
        ({"XDG_CACHE_HOME": "here", "HOME": "/home/ann"}, Path("/home/ann/.cache/advisor")),
        ({"HOME": "/home/ann"}, Path("/home/ann/.cache/advisor")),
        ({"HOME": "/home/ann", "ADVISOR_NO_CACHE": "1"}, None),
    ],
)
def test_where_it_is_kept(
    variables: dict[str, str], folder: Path | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As the XDG specification says: an absolute XDG_CACHE_HOME, or else .cache at home."""
    for name in ("XDG_CACHE_HOME", "ADVISOR_NO_CACHE"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert users_folder() == folder
