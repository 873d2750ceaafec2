"""`advisor new`: a base that works from the first minute, written whole or not at all."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from advisor import cli, loader
from advisor.authoring import starter
from advisor.authoring.layout import lay_out
from advisor.authoring.schema import schemas


@pytest.fixture
def run(capfd, monkeypatch, tmp_path):
    """Runs a command in this process, in a folder of its own; gives exit code and streams."""
    monkeypatch.delenv("ADVISOR_BASE", raising=False)
    monkeypatch.chdir(tmp_path)

    def call(*args: str) -> tuple[int, str, str]:
        capfd.readouterr()
        code = cli.run(args)
        return code, *capfd.readouterr()

    return call


def test_the_base_works(run):
    """It loads, its expectations pass, it gives advice with a caveat, and it needs no fmt."""
    code, out, err = run("new", "mine")
    assert (code, err) == (0, "")
    assert out == "22 files are in mine.\nTo go on: advisor test --base mine\n"
    code, out, _ = run("test", "--base", "mine")
    assert (code, "32 expectations of 8 scenarios, all met" in out.splitlines()) == (0, True)
    assert "watering tomatoes every day" in run("advise", "--base", "mine")[1]
    assert not [one for one in lay_out(["mine"], None) if one.changes]


def test_the_schemas_are_those_of_the_base(run):
    """The schemas that its files point to are there, as `advisor schema` would write them."""
    run("new", "mine")
    for name, one in schemas(loader.load_base(Path("mine"))).items():
        assert json.loads(Path(f"mine/schemas/{name}.schema.json").read_text()) == one
    for path in Path("mine/rules").glob("*.yaml"):
        first = path.read_text().split("\n")[0]
        assert (path.parent / first.split("=")[1]).exists()


def test_every_rule_says_why_and_whence():
    """Each rule has a reason and a source, each declared name is used: what an audit asks for."""
    base = loader.load_base(Path(starter.__file__).parent / "base")
    assert all(rule.because and rule.citations for rule in base.rules)
    used = {p.template for rule in base.rules for p in [*rule.conditions(), *rule.conclusions]}
    assert used == set(base.templates)
    cited = {citation.source for rule in base.rules for citation in rule.citations}
    assert cited == set(base.sources)


def test_a_folder_with_something_in_it_is_refused(run, tmp_path):
    """A folder that is not empty stays as it is, and so does a file."""
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "file").write_text("kept")
    for name, words in [("taken", "this folder is not empty"), ("taken/file", "this is no folder")]:
        code, out, err = run("new", name)
        assert (code, out) == (2, "")
        assert f"error: {name}: {words}" in err
        assert "hint:" in err
    assert [path.name for path in tmp_path.rglob("*")] == ["taken", "file"]


@pytest.mark.parametrize("name", ["empty", ".", "a/b/c"])
def test_an_empty_or_a_new_folder_will_do(run, tmp_path, monkeypatch, name):
    """An empty folder is filled, be it the working folder; one that is not there is made."""
    (tmp_path / "desk" / "empty").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "desk" if name != "." else tmp_path / "desk" / "empty")
    assert run("new", name)[0] == 0
    assert sorted(path.name for path in Path(name).iterdir()) == [
        "README.md",
        "facts",
        "rules",
        "schemas",
    ]
    assert not list(tmp_path.rglob("*.part"))


@pytest.mark.parametrize("there", [False, True])
def test_what_fails_half_way_leaves_nothing(run, tmp_path, monkeypatch, there):
    """When the disk is full, the folder is as it was, and no part of the base is left."""
    if there:
        (tmp_path / "mine").mkdir()
    before = sorted(tmp_path.rglob("*"))
    rename = Path.rename

    def full(self: Path, target: Path) -> Path:
        if self.name in {"rules"} or self.name.endswith(".part"):
            raise OSError(28, "No space left on device")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", full)
    code, out, err = run("new", "mine")
    assert (code, out, err) == (2, "", "error: cannot write to mine: No space left on device\n")
    assert sorted(tmp_path.rglob("*")) == before


def test_nothing_is_copied_that_does_not_belong():
    """The base that is copied holds YAML and its README, nothing else."""
    folder = Path(starter.__file__).parent / "base"
    assert {path.suffix for path in folder.rglob("*") if path.is_file()} == {".yaml", ".md"}
