"""A working day of an analyst who never opens the installed package."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from advisor import cli, loader

MINE = """\
extends: pakistan-russia
title: What if the groundwork were done, and Iran had energy to offer?
entities:
  State:
    iran: {name: Iran, adjective: Iranian, code: IRN}
sources:
  desk-note: {title: My own note, origin: desk, date: 2026-11-20, grade: B2}
assume:
  - groundwork(pakistan, russia)
  - abundance: {state: iran, resource: energy}
    sources: [desk-note]
"""
ALONE = """\
title: Two facts and nothing else
client: india
facts:
  - rapprochement(india, russia)
  - shortage(india, energy)=likely
"""


@pytest.fixture
def day(tmp_path, monkeypatch, capfd):
    """A folder with nothing in it, and a way to run commands there."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ADVISOR_BASE", raising=False)

    def run(*arguments: str) -> str:
        capfd.readouterr()
        assert cli.run(arguments) == 0, capfd.readouterr().err
        out = capfd.readouterr().out
        return out if "json" in arguments else " ".join(out.split())

    return run


def test_from_what_can_be_stated_to_why_not(day, tmp_path):
    """Find what can be stated, write a scenario, get advice, ask why and why not."""
    assert "groundwork(one, other)" in day("templates", "groundwork")
    assert "groundwork(pakistan, russia)" in day("facts", "groundwork")
    (tmp_path / "mine.yaml").write_text(MINE)
    advice = day("advise", "mine.yaml")
    assert "Invite Russia's top leadership" in advice
    assert "groundwork(pakistan, russia)" in day("explain", "invite-visit", "mine.yaml")
    reasons = day("why-not", "defer-visit", "mine.yaml")
    assert "have done the commercial groundwork" in reasons
    assert "Enough by itself: Deny groundwork(pakistan, russia)" in reasons
    assert "Iran has energy in abundance." in day("facts", "iran", "--from", "mine.yaml")
    assert "Gained" in day("what-if", "mine.yaml")


def test_a_scenario_extends_a_shipped_one_by_name_from_any_folder(day, tmp_path):
    """A file in a folder of its own extends a shipped scenario, and another file extends that."""
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "mine.yaml").write_text(MINE)
    (tmp_path / "more.yaml").write_text("extends: sub/mine.yaml\ntitle: More\n")
    first = json.loads(day("advise", "sub/mine.yaml", "--format", "json"))
    second = json.loads(day("advise", "more.yaml", "--format", "json"))
    given = [[one["instance"] for one in each["recommendations"]] for each in (first, second)]
    assert given[0] == given[1]
    assert "invite-visit(pakistan, russia)" in given[0]


def test_a_scenario_that_stands_alone(day, tmp_path):
    """A scenario of one's own needs no shipped one; what nobody says does not hold."""
    (tmp_path / "alone.yaml").write_text(ALONE)
    document = json.loads(day("advise", "alone.yaml", "--format", "json", "--all"))
    assert document["client"] == "india"
    assert [one["id"] for one in document["recommendations"]] in ([], ["watch-and-wait"])
    assert "Not advised" in day("why-not", "seek-investment", "alone.yaml")


def test_a_scenario_comes_on_standard_input(day, tmp_path, monkeypatch):
    """`-` reads a scenario from standard input, with the same result as from a file."""
    (tmp_path / "mine.yaml").write_text(MINE)
    from_file = json.loads(day("advise", "mine.yaml", "--format", "json"))
    with (tmp_path / "mine.yaml").open() as stream:
        monkeypatch.setattr("sys.stdin", stream)
        from_input = json.loads(day("advise", "-", "--format", "json"))
    assert from_input["scenario"] == "stdin"
    assert [one["instance"] for one in from_input["recommendations"]] == [
        one["instance"] for one in from_file["recommendations"]
    ]


@pytest.mark.parametrize("by", ["option", "environment"])
def test_another_base_on_every_command(day, tmp_path, monkeypatch, by):
    """--base DIR and ADVISOR_BASE take another base on every command."""
    shipped = loader.shipped_folder()
    for name in ("rules", "facts"):
        shutil.copytree(Path(shipped) / name, tmp_path / "base" / name)
    base = tmp_path / "base" / "rules" / "entities.yaml"
    base.write_text(base.read_text().replace("name: Russia,", "name: Ruritania,"))
    more = ("--base", str(tmp_path / "base")) if by == "option" else ()
    if by == "environment":
        monkeypatch.setenv("ADVISOR_BASE", str(tmp_path / "base"))
    for command in (
        ["advise"],
        ["explain", "defer-visit"],
        ["why-not", "invite-visit"],
        ["what-if", "groundwork-done"],
        ["flip", "defer-visit"],
        ["facts"],
    ):
        assert "Ruritania" in day(*command, *more), command
    for command in (["test"], ["rules"], ["templates"], ["sources"], ["scenarios"]):
        assert day(*command, *more), command
