"""A whole working day of an analyst who never opens the installed package.

Everything goes through the command line, in a folder of the analyst's own. Names are taken from
what the program prints, never from its files.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest


class Desk:
    """The analyst's folder, and the command line in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        kept = {k: v for k, v in os.environ.items() if k not in {"ADVISOR_BASE", "PYTHONPATH"}}
        self.environment = {**kept, "COLUMNS": "100"}

    def write(self, name: str, text: str) -> None:
        """Save a file."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def run(self, *args: str, stdin: str = "", **environment: str):
        """Call the program."""
        return subprocess.run(
            [sys.executable, "-m", "advisor", *args],
            input=stdin,
            capture_output=True,
            text=True,
            cwd=self.folder,
            env={**self.environment, **environment},
            timeout=60,
            check=False,
        )

    def ask(self, *args: str, stdin: str = "", **environment: str) -> str:
        """What the program answers, its lines joined."""
        done = self.run(*args, stdin=stdin, **environment)
        assert (done.returncode, done.stderr) == (0, ""), done.stderr
        return " ".join(done.stdout.split())

    def data(self, *args: str, stdin: str = "", **environment: str) -> dict:
        """What the program answers, as JSON."""
        done = self.run(*args, "--format", "json", stdin=stdin, **environment)
        assert (done.returncode, done.stderr) == (0, ""), done.stderr
        return json.loads(done.stdout)

    def advice(self, *args: str, stdin: str = "", **environment: str) -> list[str]:
        """The instances of the advice that is given."""
        document = self.data("advise", *args, stdin=stdin, **environment)
        return [one["instance"] for one in document["recommendations"]]


@pytest.fixture
def desk(tmp_path) -> Desk:
    """An empty folder to work in."""
    return Desk(tmp_path)


def test_morning_what_is_there_and_what_can_be_said(desk):
    """The scenarios, the facts of one, and what could be stated are found by searching."""
    listed = desk.data("scenarios")["scenarios"]
    assert "pakistan-russia (the default)" in desk.ask("scenarios")
    [default] = [one for one in listed if one["name"] == "pakistan-russia"]
    denied = desk.data("facts", "groundwork", "--from", default["name"])["facts"]
    assert {one["standing"] for one in denied} == {"denied"}
    [template] = [t for t in desk.data("templates", "groundwork")["templates"] if t["asks"]]
    assert template["form"] == "groundwork(one, other, project)"
    assert {"pakistan", "russia"} <= set(template["slots"][0]["legal"])
    assert template["kind"] == "given"
    assert "it can be stated in a fact file" in desk.ask("templates", "groundwork")


WHAT_IF = """
extends: {name}
title: If Russia took part
assume:
  - {change}
"""


def test_forenoon_a_what_if_of_one_s_own(desk):
    """From why-not to a what-if that extends a shipped scenario by name, and back by explain."""
    default = "pakistan-russia"
    before = desk.advice()
    assert not any(one.startswith("plan-corridor") for one in before)
    [miss] = desk.data("why-not", "plan-corridor(pakistan, russia, cpec)")["misses"]
    [change] = miss["changes"]
    assert change["do"] == "assume"

    desk.write("mine/visit.yaml", WHAT_IF.format(name=default, change=change["instance"]))
    after = desk.advice("mine/visit.yaml")
    assert miss["what"] in after
    lost = [one for one in before if one not in after]
    assert any(one.startswith("welcome-into-corridor") for one in lost)

    how = desk.ask("explain", miss["what"], "mine/visit.yaml", "--long")
    assert f"{change['instance']} | assumed as certain" in how
    assert "rule plan-with-new-member" in how
    assert "article, sentence" in how
    why = desk.ask("why-not", lost[0], "mine/visit.yaml")
    assert why.startswith("Not advised: ")
    assert "stands against it: Russia takes part in the China-Pakistan Economic Corridor" in why
    assert f"Enough by itself: Deny {change['instance']}" in why


def test_noon_the_same_on_standard_input(desk):
    """A scenario that is piped in gives what the file gives, to every command that takes one."""
    text = WHAT_IF.format(name="pakistan-russia", change="takes-part(russia, cpec)")
    desk.write("visit.yaml", text)
    assert desk.advice("-", stdin=text) == desk.advice("visit.yaml")
    by_file = desk.data("explain", "plan-corridor", "visit.yaml")
    piped = desk.data("explain", "plan-corridor", "-", stdin=text)
    assert by_file["scenario"] == "visit"
    assert piped["scenario"] == "stdin"
    assert json.dumps(piped["held"]).replace("<stdin>", "visit.yaml") == json.dumps(by_file["held"])
    whys = [desk.data("why-not", "welcome-into-corridor", "visit.yaml")["misses"]]
    whys.append(desk.data("why-not", "welcome-into-corridor", "-", stdin=text)["misses"])
    assert whys[0] == whys[1]
    listed = desk.data("facts", "takes-part", "--from", "-", stdin=text)["facts"]
    [assumed] = [one for one in listed if one["origin"] == "assumed"]
    assert assumed["where"]["file"] == "<stdin>"


ALONE = """
title: India and Russia
client: india
entities:
  Project:
    chabahar-line: {name: a line by way of Chabahar}
sources:
  memo: {title: A memo of today, origin: our desk}
interests:
  india: [energy-security]
facts:
  - shortage: {state: india, resource: energy}
    sources: [memo]
  - abundance(russia, energy)=very likely
  - would-supply(chabahar-line, energy, india)
  - rapprochement(india, russia)
  - brought-together(rise-of-china, india, russia)
  - brought-together(terrorism, india, russia)
"""


def test_afternoon_a_scenario_that_stands_alone(desk):
    """Facts of one's own, with a project and a source of one's own, bring advice with reasons."""
    known = {one["form"] for one in desk.data("templates")["templates"]}
    assert {"shortage(state, resource)", "would-supply(project, resource, state)"} <= known
    desk.write("india.yaml", ALONE)
    wanted = "seek-investment(india, russia, chabahar-line)"
    assert wanted in desk.advice("india.yaml")
    shown = desk.ask("advise", "india.yaml")
    assert "Advice for India" in shown
    assert "seek Russian investment in a line by way of Chabahar" in shown
    how = desk.ask("explain", wanted, "india.yaml", "--long")
    assert "given as certain" in how
    assert "memo" in how
    assert "given as very likely (80-95%)" in how
    assert "A memo of today" in desk.ask("sources", "memo", "--from", "india.yaml")
    assert "shortage(india, energy)" in desk.ask("sources", "memo", "--from", "india.yaml")

    desk.write(
        "deeper/worse.yaml",
        "extends: ../india.yaml\ntitle: T\ndeny: [{said}]\n".format(
            said='"rapprochement(india, russia)"'
        ),
    )
    assert desk.run("advise", "deeper/worse.yaml").returncode == 2, "it may reach no other folder"
    assert wanted not in desk.advice("deeper/worse.yaml", "--allow-path", ".")
    closer = "drawing-closer(india, russia)"
    why = desk.ask("why-not", closer, "deeper/worse.yaml", "--allow-path", ".")
    assert "Enough by itself: Assume rapprochement(india, russia)" in why
    assert "denied: India and Russia are mending their ties" in why


def test_a_slip_is_found_and_mended(desk):
    """A misspelt entity is shown with its place and the right spelling; mended, the file works."""
    desk.write("slip.yaml", ALONE.replace("abundance(russia", "abundance(rusia"))
    done = desk.run("advise", "slip.yaml")
    assert (done.returncode, done.stdout) == (2, "")
    line = 1 + ALONE.split("\n").index("  - abundance(russia, energy)=very likely")
    assert done.stderr.startswith(f"error: slip.yaml:{line}:5: there is no State 'rusia'\n")
    assert "did you mean 'russia'?" in done.stderr
    desk.write("slip.yaml", ALONE)
    assert desk.advice("slip.yaml")


def test_several_slips_are_found_at_once(desk):
    """All that is wrong with a file is said in one go."""
    slips = ALONE.replace("(rise-of-china,", "(rise-of-chna,").replace("client:", "klient:")
    desk.write("slips.yaml", slips.replace("sources: [memo]", "sources: [meno]"))
    done = desk.run("advise", "slips.yaml")
    assert done.returncode == 2
    assert done.stderr.count("error: slips.yaml:") == 3
    for hint in ("'rise-of-china'", "'client'", "'memo'"):
        assert f"did you mean {hint}?" in done.stderr


OWN_BASE = {
    "rules/base.yaml": "title: Gardens\ndate: 2026-06-01\nscenario: spring\nclient: anna\n",
    "rules/entities.yaml": "Gardener:\n  anna: {name: Anna}\n  ben: {name: Ben}\n",
    "rules/templates.yaml": """
dry: {slots: {owner: Gardener}, says: "the garden of {owner} is dry"}
water:
  advice: true
  slots: {client: Gardener}
  says: water the garden today
""",
    "rules/watering.yaml": """
- id: water-what-is-dry
  title: A dry garden needs water
  if: [{dry: {owner: $who}}]
  then: [{water: {client: $who}}]
""",
    "facts/spring.yaml": "title: Spring\nfacts: [dry(anna)]\n",
}


def test_evening_another_base(desk):
    """The same commands work on a base of one's own, named by --base or by ADVISOR_BASE."""
    for name, text in OWN_BASE.items():
        desk.write(f"gardens/{name}", text)
    folder = str(desk.folder / "gardens")
    assert desk.advice("--base", "gardens") == ["water(anna)"]
    assert desk.advice(ADVISOR_BASE=folder) == ["water(anna)"]
    assert "Water the garden today" in desk.ask("advise", "--base", "gardens")
    for args in (
        ["explain", "water"],
        ["why-not", "water", "--for", "ben"],
        ["why-not", "water(ben)"],
        *(["facts"], ["rules"], ["templates"], ["scenarios"]),
    ):
        by_option = desk.ask(*args, "--base", "gardens")
        assert by_option == desk.ask(*args, ADVISOR_BASE="gardens")
        assert "arden" in by_option or "Spring" in by_option
    desk.write("summer.yaml", "extends: spring\ntitle: Summer\nassume: [dry(ben)]\n")
    assert desk.advice("summer.yaml", "--for", "ben", "--base", "gardens") == ["water(ben)"]
    stated = "title: T\nfacts: [dry(ben)]\n"
    assert desk.advice("-", "--for", "ben", stdin=stated, ADVISOR_BASE=folder) == ["water(ben)"]

    assert "gardens" not in desk.ask("scenarios")
    nowhere = desk.run("advise", ADVISOR_BASE="nowhere")
    assert (nowhere.returncode, nowhere.stdout) == (2, "")
    assert desk.advice("--base", "gardens", ADVISOR_BASE="nowhere") == ["water(anna)"]


def test_before_leaving_results_are_kept_in_files(desk):
    """Advice and reasons go into files of one's own, the same as on the screen."""
    desk.write("india.yaml", ALONE)
    for args in (["advise", "india.yaml"], ["explain", "drawing-closer", "india.yaml"]):
        shown = desk.run(*args, "--format", "json")
        assert desk.run(*args, "--format", "json", "-o", "result.json").stdout == ""
        assert (desk.folder / "result.json").read_text(encoding="utf-8") == shown.stdout
    left = sorted(path.name for path in desk.folder.iterdir())
    assert left == ["india.yaml", "result.json"]
