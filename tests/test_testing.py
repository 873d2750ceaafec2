"""Tests of a base: what scenarios expect, how it fared, and why where it failed."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import jsonschema_rs
import pytest
from junit_form import check_counts, suites

from advisor import loader
from advisor.api import Explanation
from advisor.model.errors import Location
from advisor.render.exchange import junit
from advisor.testing import expectations
from advisor.testing.expectations import ExpectationResult, ScenarioReport

TESTS = Path(__file__).parent
SMALL = TESTS / "bases" / "small"
SHIPPED = TESTS.parent / "facts"
SCHEMA = json.loads((TESTS.parent / "docs" / "schemas" / "test-1.schema.json").read_text())


def result_of(tmp_path: Path, expect: str, head: str = "extends: plain") -> ExpectationResult:
    """How the one expectation of a scenario over the small base fares."""
    path = tmp_path / "case.yaml"
    path.write_text(f"{head}\ntitle: A case\nexpect:\n  {expect}\n", encoding="utf-8")
    base = loader.load_base(SMALL)
    [report] = expectations.run(loader.load_with_parents(base, [str(path)]))
    [result] = report.results
    assert report.failed == (0 if result.ok else 1)
    return result


BUY = '"buy(ashby, brook, grain)"'
ROUGH = '"by-daylight(ashby, brook)"'
FROZEN = "extends: plain\nassume: [{weather: {town: brook, now: frozen}}]"
CALM = "extends: plain\nassume: [{weather: {town: brook, now: calm}}]"
OPEN = "extends: plain\nunknown: [{stores: {town: brook, cargo: grain}}]"
SECOND = 'extends: plain\nassume: ["stores(downs, grain)", "linked(ashby, downs)"]'
BOTH = SECOND.replace("]", ', "weather(downs, frozen)"]')
CLIFF = 'extends: plain\nassume: ["lacks(cliff, grain)", "linked(brook, cliff)"]'
DREDGE = 'extends: plain\nassume: ["opened(ashby, 1990-01-01)", "weather(ashby, rough)"]'
GRAIN = "{client: ashby, partner: brook, cargo: grain}"
SAID = f"extends: plain\nrecommends: [{{buy: {GRAIN}, sources: {{ledger: 1}}}}]"
OTHER = '"buy(cliff, brook, grain)"'

MET = [
    (f"exactly: [{BUY}]", "extends: plain"),
    ("given: [buy]", "extends: plain"),
    (f"given: [{BUY}]", "extends: plain"),
    ("given: [wait]", FROZEN),
    ("withheld: [buy]", FROZEN),
    (f"withheld: [{BUY}]", FROZEN),
    ("withheld: [dredge]", "extends: plain"),
    ("withheld: [wait]", "extends: plain"),
    ("withheld: ['dredge(downs)']", "extends: plain"),
    ("open: [buy]", OPEN),
    (f"open: [{BUY}]", OPEN),
    ("gains: [wait]", FROZEN),
    ("gains: ['wait(ashby)']", FROZEN),
    ("gains: [buy]", SECOND),
    ("loses: [buy]", FROZEN),
    (f"loses: [{BUY}]", FROZEN),
    ("loses: [buy]", OPEN),
    ("caveats: {buy: [by-daylight]}", "extends: plain"),
    (f"caveats: {{buy: [{ROUGH}]}}", "extends: plain"),
    (f"caveats: {{{BUY}: [by-daylight]}}", "extends: plain"),
    ("caveats: {buy: []}", CALM),
    ("confidence: {buy: moderate}", "extends: plain"),
    (f"confidence: {{{BUY}: moderate}}", "extends: plain"),
    ("sources: {buy: {ledger: 1}}", "extends: plain"),
    ("sources: {buy: {ledger: [1, 2]}}", "extends: plain"),
    ("sources: {buy: [ledger]}", "extends: plain"),
    ("grade: {buy: likely}", "extends: plain"),
    ("says: {buy: 'Buy grain from Brook, and cross to Brook by daylight only'}", "extends: plain"),
    ("recommended: {buy: {ledger: 1}}", SAID),
    ("advances: {buy: [supply]}", "extends: plain"),
    ("strains: {dredge: []}", DREDGE),
    ("after: {buy: [dredge]}", DREDGE),
    ("opposed: {dredge: []}", DREDGE),
    ("order: [dredge, buy]", DREDGE),
    ("rules: [buy-from-supplier]", "extends: plain"),
    ("rules: [wait-for-better]", FROZEN),
    ("rules: [rough-water-by-day]", "extends: plain"),
    (f"given: [{OTHER}]", CLIFF),
    (f"gains: [{OTHER}]", CLIFF),
    (f"withheld: [{OTHER}]", "extends: plain"),
    (f"caveats: {{{OTHER}: [by-daylight]}}", CLIFF),
    (f"confidence: {{{OTHER}: moderate}}", CLIFF),
    (f"open: [{OTHER}]", CLIFF + "\nunknown: [{stores: {town: brook, cargo: grain}}]"),
    ("open: ['buy(cliff, downs, timber)']", "extends: plain\ncomplete: false"),
]

FAILED = [
    ("given: [dredge]", "extends: plain", "it is not given", "misses"),
    (f"given: [{BUY}]", FROZEN, "it is not given", "misses"),
    ("given: [buy]", OPEN, "it is not given", "misses"),
    ("exactly: [dredge]", "extends: plain", "it is not given", "misses"),
    ('exactly: ["buy(ashby, cliff, grain)"]', "extends: plain", f"instead: {BUY[1:-1]}", "misses"),
    ("withheld: [buy]", "extends: plain", "it is given: Buy grain from Brook", "held"),
    ("withheld: [buy]", OPEN, "it is open", "misses"),
    ("open: [buy]", "extends: plain", "it is not open", "held"),
    ("open: [dredge]", "extends: plain", "it is not open", "misses"),
    ("gains: [buy]", "extends: plain", "it was given before and is given", "held"),
    ("gains: [wait]", "extends: plain", "it was not given before and is not given", "misses"),
    ("loses: [buy]", "extends: plain", "it was given before and is given", "held"),
    ("loses: [wait]", FROZEN, "it was not given before and is given", "held"),
    ("caveats: {buy: []}", "extends: plain", f"{BUY[1:-1]} has: by-daylight", "held"),
    ("caveats: {buy: [by-daylight]}", CALM, f"{BUY[1:-1]} has: none", "held"),
    (
        'caveats: {buy: ["by-daylight(ashby, cliff)"]}',
        "extends: plain",
        f"{BUY[1:-1]} has: by-daylight",
        "held",
    ),
    ("caveats: {dredge: []}", "extends: plain", "it is not given", "misses"),
    ("confidence: {buy: high}", "extends: plain", f"{BUY[1:-1]} has moderate confidence", "held"),
    ("confidence: {dredge: low}", "extends: plain", "it is not given", "misses"),
    ("sources: {buy: {ledger: [1, 3a]}}", "extends: plain", "it does not rest on", "held"),
    ("sources: {buy: [almanac]}", "extends: plain", "it does not rest on", "held"),
    ("sources: {dredge: {ledger: 1}}", "extends: plain", "it does not rest on", "misses"),
    ("grade: {buy: certain}", "extends: plain", "has the grade 'likely'", "held"),
    ("says: {buy: Buy grain}", "extends: plain", "it reads: Buy grain from Brook, and", "held"),
    ("recommended: {buy: {ledger: 2}}", SAID, "is not recommended in ledger, page 2", "held"),
    ("advances: {buy: []}", "extends: plain", f"{BUY[1:-1]} advances: supply", "held"),
    ("strains: {buy: []}", "extends: plain", f"{BUY[1:-1]} strains: safety", "held"),
    ("after: {buy: []}", DREDGE, f"{BUY[1:-1]} comes after: dredge(ashby)", "held"),
    ("opposed: {dredge: [buy]}", DREDGE, "dredge(ashby) is opposed by: none", "held"),
    ("order: [buy, dredge]", DREDGE, "buy does not stand above dredge", "held"),
    ("order: [dredge, buy]", "extends: plain", "dredge is not given", "misses"),
    ("rules: [shallow-harbour]", "extends: plain", "it does not fire", "misses"),
    ("rules: [wait-for-better]", "extends: plain", "it does not fire", "misses"),
    (f"given: [{OTHER}]", "extends: plain", "it is not given", "misses"),
    (f"withheld: [{OTHER}]", CLIFF, "it is given: Buy grain from Brook", "held"),
]


# ------------------------------------------------------------------ expectations


@pytest.mark.parametrize(("expect", "head"), MET)
def test_an_expectation_that_is_met(tmp_path, expect, head):
    """Each kind of expectation, of a template and of an instance, holds where it should."""
    result = result_of(tmp_path, expect, head)
    assert result.found is None
    assert (result.ok, result.explanation) == (True, None)
    assert result.kind == expect.split(":")[0]


@pytest.mark.parametrize(("expect", "head", "found", "shown"), FAILED)
def test_an_expectation_that_fails(tmp_path, expect, head, found, shown):
    """Each kind fails where it should, saying what is there, and how or why not at once."""
    result = result_of(tmp_path, expect, head)
    assert not result.ok
    assert found in result.found
    assert isinstance(result.explanation, Explanation)
    assert getattr(result.explanation, shown)
    assert result.where.line == len(head.splitlines()) + 3


def test_every_kind_is_tried_both_ways():
    """The two tables above leave out no kind of expectation but `only`, tried below."""
    kinds = set(expectations._CHECKS) - {"only"}
    assert {expect.split(":")[0] for expect, _ in MET} == kinds
    assert {expect.split(":")[0] for expect, *_ in FAILED} == kinds


def test_a_scenario_that_extends_none_gains_nothing(tmp_path):
    """Gains and losses need something to compare with; without it they fail and say so."""
    shutil.copytree(SMALL, tmp_path / "base")
    plain = tmp_path / "base" / "facts" / "plain.yaml"
    plain.write_text(plain.read_text().replace("given: [buy]", "gains: [buy]\n  loses: [wait]"))
    base = loader.load_base(tmp_path / "base")
    [report] = expectations.run(loader.load_with_parents(base))
    found = [one.found for one in report.results if not one.ok]
    assert found == ["the scenario extends no other, so it gains and loses nothing"] * 2


def test_expectations_are_said_in_words(tmp_path):
    """What is expected reads as a sentence."""
    says = {
        expect: result_of(tmp_path, expect, head).says
        for expect, head in MET
        if head == "extends: plain"
    }
    assert says["given: [buy]"] == "buy is given"
    assert says["withheld: [dredge]"] == "dredge is withheld"
    assert says["caveats: {buy: [by-daylight]}"] == "buy has the caveats: by-daylight"
    assert says["confidence: {buy: moderate}"] == "buy has moderate confidence"
    assert says["rules: [buy-from-supplier]"] == "the rule buy-from-supplier fires"
    assert says["sources: {buy: {ledger: [1, 2]}}"].startswith("buy rests on ")
    assert result_of(tmp_path, "gains: [wait]", FROZEN).says == "wait is gained"
    assert result_of(tmp_path, "loses: [buy]", FROZEN).says == "buy is lost"


def test_a_rule_fires_only_where_its_firing_reaches_the_threshold(tmp_path):
    """A rule whose firing is too weak, or that is withdrawn, has not fired."""
    weak = 'extends: plain\nassume: ["stores(brook, grain)=unlikely"]'
    assert not result_of(tmp_path, "rules: [partner-with-a-store]", weak).ok
    out = "extends: plain\nwithdraw: [partner-with-a-store]"
    assert not result_of(tmp_path, "rules: [partner-with-a-store]", out).ok
    assert result_of(tmp_path, "rules: [partner-with-a-store]").ok


def test_every_given_piece_of_a_template_is_held_to_its_expectations(tmp_path):
    """Of a template, caveats and confidence speak of every piece that is given."""
    both = "caveats: {buy: [by-daylight]}"
    assert result_of(tmp_path, both).ok
    mixed = result_of(tmp_path, both, SECOND)
    assert mixed.found == "buy(ashby, downs, grain) has: none"
    assert result_of(tmp_path, both, BOTH).ok


# ------------------------------------------------------------------ the command


def spoilt(tmp_path: Path, *expect: str) -> Path:
    """A scenario over the small base with expectations."""
    path = tmp_path / "spoilt.yaml"
    lines = "".join(f"  {one}\n" for one in expect)
    path.write_text(f"extends: plain\ntitle: Spoilt\nexpect:\n{lines}")
    return path


def tried() -> list[str]:
    """The names of the shipped scenarios: all fact files but those that are there to extend."""
    return [p.stem for p in SHIPPED.rglob("*.yaml") if "\nto-extend: true\n" not in p.read_text()]


@pytest.mark.usefixtures("once")
def test_everything_shipped_passes(run):
    """`advisor test` runs every shipped scenario, and all pass; so say JSON and JUnit."""
    code, out, err = run("test", "--long")
    assert (code, err) == (0, "")
    total, covered, *lines = out.splitlines()
    names = tried()
    assert sorted(names) == sorted(re.match(r"ok +([\w-]+):", line)[1] for line in lines)
    met = sum(int(re.search(r": (\d+) of \1$", line)[1]) for line in lines)
    assert total == f"{met:,} expectations of {len(names)} scenarios, all met"
    assert run("test")[1].splitlines() == [total, covered]
    code, out, err = run("test", "--format", "json")
    assert (code, err) == (0, "")
    jsonschema_rs.validate(SCHEMA, json.loads(out))
    code, out, _ = run("test", "--format", "junit")
    found = suites(out)
    check_counts(found)
    assert code == 0
    assert sorted(suite.get("name") for suite in found) == sorted(names)
    assert all(suite.get("failures") == "0" for suite in found)


TURNS = {  # what the article raises, and what the file about it is called by
    "the groundwork gets done": "groundwork-done",
    "Russia joins CPEC": "russia-joins-cpec",
    "the US drawdown goes on after all": "us-drawdown-continues",
    "US-Pakistan ties recover": "us-pakistan-ties-recover",
    "US-Pakistan ties break": "us-pakistan-ties-break",
    "Pakistan's energy shortage ends": "pakistan-energy-shortage-ends",
    "the SCO platform is not to be had": "sco-not-available",
    "ISIS is beaten in Afghanistan": "isis-beaten-in-afghanistan",
    "India drops its reservations": "india-has-no-reservations",
    "China's growth stalls": "china-growth-stalls",
    "the Taliban join the political process": "taliban-join-politics",
}


def test_there_is_a_what_if_for_each_question_of_the_article():
    """At least ten what-ifs are shipped, each with its expectations, one for each question."""
    base = loader.load_base()
    names = {path.stem for path in (SHIPPED / "what-if").glob("*.yaml")}
    assert len(names) >= 10
    for question, name in TURNS.items():
        assert name in names, question
        scenario = loader.load_scenario(base, name)
        assert scenario.extends == base.scenario, question
        assert {one.kind for one in scenario.expectations} & {"gains", "loses", "caveats"}, question
        assert scenario.title.startswith("What if "), question


def test_a_failure_exits_1_and_is_explained(run, tmp_path):
    """A failed expectation gives exit 1, and is shown with where it stands and the reasons."""
    path = spoilt(tmp_path, "given: [dredge, buy]", "withheld: [buy]")
    code, out, err = run("test", str(path), "--base", str(SMALL), "--long")
    text = " ".join(out.split())
    assert (code, err) == (1, "")
    assert "FAILED spoilt: 1 of 3" in text
    assert "Expected: dredge is given. Found: it is not given." in text
    assert f"{path}:4:11" in re.sub(r"\s", "", out)
    assert "By rule shallow-harbour" in text
    assert "Expected: buy is withheld. Found: it is given: Buy grain from Brook" in text
    assert "rule buy-from-supplier" in text
    assert "2 of 3 expectations failed, in 1 of 1 scenario Coverage " in text
    found = run("test", str(path), "--base", str(SMALL))[1]
    text = " ".join(found.split())
    assert text.startswith("2 of 3 expectations failed, in 1 of 1 scenario ")
    assert "spoilt.yaml:4:11: failed[given] Expected: dredge is given. Found: it is not" in text
    assert "nearest rule shallow-harbour: it lacks that " in text
    assert "by rule buy-from-supplier, because " in text


def test_scenarios_are_named_by_name_file_and_folder(run, tmp_path):
    """PATHS are scenarios' names, files, and folders with files; without any, all are run."""

    def ran(*paths: str) -> list[str]:
        code, out, _ = run("test", *paths, "--long")
        assert code == 0
        return re.findall(r"^ok +([\w-]+):", out, re.MULTILINE)

    folder = SHIPPED / "what-if"
    assert ran("groundwork-done") == ["groundwork-done"]
    assert ran(str(folder / "sco-not-available.yaml")) == ["sco-not-available"]
    assert ran(str(folder)) == sorted(path.stem for path in folder.glob("*.yaml"))
    assert ran("pakistan-russia", str(folder / "groundwork-done.yaml")) == [
        "pakistan-russia",
        "groundwork-done",
    ]
    deep = tmp_path / "one" / "two"
    deep.mkdir(parents=True)
    shutil.copy(folder / "groundwork-done.yaml", deep / "deep.yaml")
    assert ran(str(tmp_path)) == ["deep"]


@pytest.mark.parametrize(
    ("expect", "words"),
    [
        ("given: [bye]", "there is no advice 'bye'"),
        ("given: [lacks]", "there is no advice 'lacks'"),
        ('given: ["buy(ashby)"]', "'buy' has 3 slots"),
        ("caveats: {buy: [by-night]}", "there is no caveat 'by-night'"),
        ("confidence: {buy: certain}", "'certain' is no confidence"),
        ("rules: [buy]", "there is no rule 'buy'"),
        ("sources: {buy: {ledger: 9}}", "9"),
        ("wants: [buy]", "has no key 'wants'"),
    ],
)
def test_an_expectation_that_makes_no_sense_exits_2(run, tmp_path, expect, words):
    """A misspelt expectation is an error of the file, and no failed test."""
    code, out, err = run("test", str(spoilt(tmp_path, expect)), "--base", str(SMALL))
    assert (code, out) == (2, "")
    assert words in err
    assert "spoilt.yaml:4:" in err


def test_what_is_not_there_exits_2_with_every_problem(run, tmp_path):
    """A name or a file that is not there is said, each one of them."""
    code, out, err = run("test", "nowhere", str(tmp_path / "nothing.yaml"), "groundwork-done")
    assert (code, out) == (2, "")
    assert "there is no scenario 'nowhere'" in err
    assert "nothing.yaml: there is no such file" in err


@pytest.mark.parametrize("name", ["a" * 5000, "a\0b", "\udcff"])
def test_no_name_makes_it_fall_over(run, name):
    """A name that no file can have is a name that is not there."""
    code, out, err = run("test", name)
    assert (code, out) == (2, "")
    assert err.startswith("error: there is no scenario '")


@pytest.mark.parametrize("bad", [False, True])
def test_json_follows_its_schema(run, tmp_path, bad):
    """What `--format json` writes is what docs/schemas/test-1.schema.json describes."""
    paths = [str(spoilt(tmp_path, "given: [dredge, buy]"))] if bad else []
    code, out, err = run("test", *paths, "--base", str(SMALL), "--format", "json")
    assert (code, err) == (int(bad), "")
    document = json.loads(out)
    jsonschema_rs.validate(SCHEMA, document)
    assert document["failed"] == int(bad)
    failures = [r for one in document["reports"] for r in one["results"] if not r["ok"]]
    assert len(failures) == int(bad)
    assert all(one["found"] and one["explanation"]["misses"] for one in failures)


def test_an_incomplete_scenario_may_speak_of_another_client(tmp_path):
    """What another client's advice may rest on is open too where the scenario is incomplete."""
    head = "extends: plain\ncomplete: false"
    assert (
        result_of(tmp_path, "withheld: ['buy(cliff, downs, timber)']", head).found == "it is open"
    )
    assert result_of(tmp_path, "open: [buy]", head).ok


def test_a_result_does_not_depend_on_what_else_is_run(tmp_path):
    """What another scenario mentions is not left open by one that is incomplete."""
    one, other = tmp_path / "one.yaml", tmp_path / "other.yaml"
    one.write_text(
        "extends: plain\ntitle: One\ncomplete: false\n"
        "deny: ['lacks(ashby, grain)', 'lacks(ashby, timber)', 'lacks(ashby, bricks)']\n"
        "expect: {withheld: [buy], open: [dredge]}\n"
    )
    other.write_text(
        "extends: plain\ntitle: Other\nentities: {Cargo: {salt: {name: salt}}}\n"
        "assume: ['lacks(ashby, salt)', 'stores(brook, salt)']\n"
        "expect: {given: ['buy(ashby, brook, salt)']}\n"
    )
    base = loader.load_base(SMALL)
    for paths in ([one], [one, other], [other, one]):
        reports = expectations.run(loader.load_with_parents(base, list(map(str, paths))))
        assert [report.failed for report in reports] == [0] * len(paths), paths


def test_a_folder_without_scenarios_is_refused(run, tmp_path):
    """A folder that holds no fact file is an error, said together with every other one."""
    empty = tmp_path / "empty"
    empty.mkdir()
    (empty / "notes.txt").write_text("no facts")
    code, out, err = run("test", str(empty), "nowhere", "groundwork-done")
    assert (code, out) == (2, "")
    assert "empty: this folder has no fact file" in "".join(err.split("\n"))
    assert "there is no scenario 'nowhere'" in err


def test_what_expects_nothing_is_said_to(run, tmp_path):
    """Scenarios without expectations pass, and the summary says that nothing was tested."""
    (tmp_path / "quiet.yaml").write_text("extends: plain\ntitle: Quiet\n")
    code, out, err = run("test", str(tmp_path), "--base", str(SMALL), "--long")
    assert (code, err) == (0, "")
    first, *rest = out.splitlines()
    assert first == "no expectations: nothing was tested"
    assert any(re.fullmatch(r"- +quiet: no expectations", line) for line in rest)
    code, out, _ = run("test", "plain", str(tmp_path), "--base", str(SMALL), "--long")
    assert code == 0
    assert "quiet: no expectations" in out
    assert "all met\nCoverage " in out


def test_a_base_without_scenarios_has_nothing_to_test(run, tmp_path):
    """Without any fact file in the base there is nothing to test, and that is said."""
    shutil.copytree(SMALL / "rules", tmp_path / "rules")
    path = tmp_path / "rules" / "base.yaml"
    path.write_text(path.read_text().replace("scenario: plain\n", ""))
    code, out, err = run("test", "--base", str(tmp_path))
    first = out.strip().splitlines()[0]
    assert (code, first, err) == (0, "no expectations: nothing was tested", "")


# ------------------------------------------------------------------ JUnit XML


def test_junit_has_a_case_for_each_expectation(run, tmp_path):
    """A suite for each scenario, a case for each expectation with its place; failures are said."""
    path = spoilt(tmp_path, "given: [dredge, buy]", "withheld: [buy]")
    code, out, err = run("test", "plain", str(path), "--base", str(SMALL), "--format", "junit")
    assert (code, err) == (1, "")
    found = suites(out)
    check_counts(found)
    assert [suite.get("name") for suite in found] == ["plain", "spoilt"]
    case, _, other = found[1].findall("testcase")
    assert case.get("name") == "dredge is given"
    assert "spoilt.yaml:4:" in case.find("failure").text
    assert case.find("failure").get("message") == "it is not given"
    assert "expected that dredge is given; it is not given" in case.find("failure").text
    assert "spoilt.yaml:5:" in other.find("failure").text


HOSTILE = "</testsuite> <![CDATA[ & \" ' ]]> <!-- \N{SNOWMAN} \N{GRINNING FACE} é"


def test_hostile_names_are_escaped_in_junit():
    """Markup, quotes and characters beyond ASCII come back as they went in."""
    result = ExpectationResult(
        kind="given",
        what=HOSTILE,
        says=HOSTILE,
        ok=False,
        found=HOSTILE,
        where=Location(HOSTILE, 3, 1),
    )
    [suite] = suites(
        junit.tests([ScenarioReport(scenario=HOSTILE, title=HOSTILE, results=(result,))])
    )
    check_counts([suite])
    [case] = suite.findall("testcase")
    assert suite.get("name") == case.get("classname") == HOSTILE
    assert case.get("name") == case.find("failure").get("message") == HOSTILE
    assert HOSTILE in case.find("failure").text


def test_a_hostile_file_name_does_not_break_junit(run, tmp_path):
    """A file may be called anything; its name is no markup and no escape sequence."""
    path = tmp_path / 'a<b>&"c\x1b[31m\u2028.yaml'
    path.write_text("extends: plain\ntitle: Spoilt\nexpect:\n  given: [dredge]\n")
    code, out, err = run("test", str(path), "--base", str(SMALL), "--format", "junit")
    assert (code, err) == (1, "")
    [suite] = suites(out)
    check_counts([suite])
    assert suite.get("name").startswith('a<b>&"c')
    assert "\x1b" not in out
    code, out, _ = run("test", str(path), "--base", str(SMALL))
    assert code == 1
    assert "\x1b" not in out


@pytest.mark.parametrize("locale", ["C", "C.UTF-8"])
@pytest.mark.parametrize("to_file", [False, True])
def test_junit_is_well_formed_in_every_locale(tmp_path, locale, to_file):
    """The encoding that the document declares is the one it is written in."""
    base = tmp_path / "base"
    shutil.copytree(SMALL, base)
    entities = base / "rules" / "entities.yaml"
    text = entities.read_text(encoding="utf-8").replace("name: Brook", "name: Bröök \N{SNOWMAN}")
    entities.write_text(text, encoding="utf-8")
    (base / "facts" / "case.yaml").write_text(
        "extends: plain\ntitle: t\nexpect: {withheld: [buy]}\n"
    )
    target = tmp_path / "out.xml"
    command = [sys.executable, "-m", "advisor", "test", "case", "--format", "junit"]
    command += ["--base", str(base), *(["-o", str(target)] if to_file else [])]
    env = {**os.environ, "LC_ALL": locale, "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    env.pop("PYTHONIOENCODING", None)
    done = subprocess.run(command, capture_output=True, env=env, check=False, timeout=60)
    assert (done.returncode, done.stderr) == (1, b"")
    written = target.read_bytes() if to_file else done.stdout
    root = ElementTree.fromstring(written)
    failure = root.find("testsuite/testcase/failure")
    assert "Buy grain from Bröök \N{SNOWMAN}" in failure.get("message")


@pytest.mark.parametrize(
    ("expect", "found"),
    [
        ("{given: [buy], only: true}", None),
        ("{given: ['buy(ashby, brook, grain)'], only: true}", None),
        ("{only: true}", "there is also: buy(ashby, brook, grain)"),
        ("{given: [dredge], only: true}", "there is also: buy(ashby, brook, grain)"),
    ],
)
def test_only_what_is_named_is_given(tmp_path, expect, found):
    """`only` holds a scenario to exactly the advice that `given` lists; to none without it."""
    path = tmp_path / "case.yaml"
    path.write_text(f"extends: plain\ntitle: T\nexpect: {expect}\n")
    [report] = expectations.run(loader.load_with_parents(loader.load_base(SMALL), [str(path)]))
    only = report.results[-1]
    assert (only.kind, only.found, only.ok) == ("only", found, found is None)
    assert (only.explanation is None) == only.ok
