"""Where facts and reasoning come from, who recommends, and how much a client's interest counts."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from advisor import cli, loader
from advisor.answers.views import advise, explain
from advisor.model import english
from advisor.reasoning.building import build
from advisor.reasoning.evaluate import outcome

SMALL = Path(__file__).parent / "bases" / "small"
BUY = "buy(ashby, brook, grain)"
WET = "dredge(ashby)"


def scenario(text: str, base: Path = SMALL):
    """The small base's scenario with what this text adds to it."""
    loaded = loader.load_base(base)
    return loader.load_scenario(loaded, "-", f"title: T\n{text}".encode())


def advice(text: str, base: Path = SMALL):
    """What is advised under what this text adds."""
    said = scenario(text, base)
    return advise(outcome(said, build(said)))


def terminal(run_, tmp_path: Path, text: str, *more: str) -> str:
    """What the command line prints for this text, on one line."""
    path = tmp_path / "case.yaml"
    path.write_text(f"title: T\n{text}")
    _, out, _ = run_(*more[:1], "--base", str(SMALL), str(path), *more[1:])
    return " ".join(out.split())


@pytest.fixture
def run(capfd, monkeypatch):
    """Run the command line: its exit code, what it writes, and its errors."""
    for name in ("ADVISOR_BASE", "COLUMNS", "NO_COLOR", "FORCE_COLOR", "PYTHONIOENCODING"):
        monkeypatch.delenv(name, raising=False)

    def call(*arguments: str) -> tuple[int, str, str]:
        capfd.readouterr()
        return (cli.run(arguments), *capfd.readouterr())

    return call


RECOMMENDED = """extends: plain
recommends:
  - buy: {client: ashby, partner: brook, cargo: grain}
    sources: {almanac: 7}
  - by-daylight: {client: ashby, partner: brook}
    sources: [almanac]
"""


def test_who_recommends_is_said_and_nothing_else_changes(run, tmp_path):
    """A recommendation and a caveat are labelled; grade, confidence and sources stay."""
    [plain], [said] = advice("extends: plain").recommendations, advice(RECOMMENDED).recommendations
    assert plain.recommended == ()
    assert [str(c.source) for c in said.recommended] == ["almanac"]
    assert [c.source for c in said.caveats[0].recommended] == ["almanac"]
    for field in ("grade", "confidence", "limited_by", "facts_from", "reasoning_from", "because"):
        assert getattr(plain, field) == getattr(said, field)
    text = terminal(run, tmp_path, RECOMMENDED, "advise", "--long")
    assert "Recommended in almanac, passage 7." in text
    assert "(our own, cited to nobody" not in text
    assert "(reasoning our own, cited to nobody; recommended in almanac)" in text


def test_what_is_recommended_supports_nothing_and_is_missed():
    """Advice that no rule reaches is no advice; a note says who recommends it."""
    found = advice(RECOMMENDED + "  - dredge: {client: ashby}\n    sources: {ledger: 2}\n")
    assert [one.instance for one in found.recommendations] == [BUY]
    note = "Recommended in ledger, page 2, and the rules do not reach it: dredge the harbour."
    assert note in found.notes
    of_others = (
        "extends: plain\nrecommends:\n  - dredge: {client: brook}\n    sources: {ledger: 2}\n"
    )
    assert not any("dredge" in one for one in advice(of_others).notes)


def test_recommendations_of_several_files_gather(tmp_path):
    """What an extended file's sources recommend is inherited; sources of the same gather."""
    base = tmp_path / "base"
    shutil.copytree(SMALL, base)
    (base / "facts" / "one.yaml").write_text(f"title: One\n{RECOMMENDED}")
    more = "recommends:\n  - buy: {client: ashby, partner: brook, cargo: grain}\n"
    found = scenario(f"extends: one\n{more}    sources: {{almanac: 8, ledger: 1}}\n", base)
    [said] = [one for name, one in found.recommends.items() if str(name) == BUY]
    assert {c.source: c.locators for c in said.citations} == {"almanac": (7, 8), "ledger": (1,)}
    assert len(found.recommends) == 2


def test_facts_and_reasoning_are_never_mixed():
    """The sources of facts stand apart from those of rules, each with how it comes from them."""
    [one] = advice("extends: plain").recommendations
    assert [(c.source, c.locators) for c in one.facts_from] == [("ledger", (1,))]
    assert [(c.source, c.locators) for c in one.reasoning_from] == [("ledger", (1, 2))]
    assert one.facts_reading == ("stated",)
    assert one.reasoning_reading == ("stated", "ours")  # one of its rules cites nobody


READ = """client: ashby
facts:
  - lacks: {town: ashby, cargo: grain}
    sources: {ledger: 1}
  - stores: {town: brook, cargo: grain}
    likelihood: likely
    sources: {ledger: 2}
    reading: inferred
  - linked: {one: ashby, other: brook}
    reading: ours
"""


def test_our_reading_and_our_own_are_said_so(run, tmp_path):
    """In short with the advice, and at each leaf of an explanation."""
    [one] = advice(READ).recommendations
    assert one.facts_reading == ("stated", "inferred", "ours")
    assert one.facts_from[0].locators == (1, 2)
    text = terminal(run, tmp_path, READ, "advise", "--long")
    assert "Facts from ledger, pages 1 and 2 (in part our reading and in part our own)." in text
    assert "Reasoning from ledger, pages 1 and 2 (in part our own)." in text
    path = str(tmp_path / "case.yaml")
    _, out, _ = run("explain", "--long", "--base", str(SMALL), BUY, path)
    shown = " ".join(out.split())
    assert "our reading of ledger, page 2" in shown
    assert "linked(ashby, brook) | given as certain | our own, cited to nobody" in shown
    assert "| support: likely | our own, cited to nobody" in shown
    _, out, _ = run("facts", "--base", str(SMALL), "--from", path)
    assert "Sources: our reading of ledger, page 2." in out


def test_a_rule_is_read_as_it_says(tmp_path):
    """A rule without sources is ours; with them it is stated there, or our reading of them."""
    base = tmp_path / "base"
    shutil.copytree(SMALL, base)
    rules = base / "rules" / "trade.yaml"
    cited = "  sources: {ledger: [1, 2]}"
    rules.write_text(rules.read_text().replace(cited, f"{cited}\n  reading: inferred"))
    loaded = {rule.id: rule.reading for rule in loader.load_base(base).rules}
    assert loaded["buy-from-supplier"] == "inferred"
    assert loaded["ferry-makes-partners"] == "stated"
    assert loaded["partner-with-a-store"] == "ours"
    said = loader.load_scenario(loader.load_base(base), "plain")
    found = explain(outcome(said, build(said)), BUY)
    assert found.held[0].derivations[0].reading == "inferred"


def test_an_interest_has_a_priority(run, tmp_path):
    """As it is said of the client; nothing if it is not."""
    held = "extends: plain\ninterests:\n  ashby: [{safety: {priority: 1}}, supply]\n"
    found = {one.interest: one.priority for one in advice(held).tradeoffs}
    assert found == {"safety": 1, "supply": None}
    path = tmp_path / "case.yaml"
    path.write_text(f"title: T\n{held}")
    _, out, _ = run("advise", "--base", str(SMALL), str(path), "--format", "json")
    document = json.loads(out)
    assert {one["interest"]: one["priority"] for one in document["tradeoffs"]} == found


FIRST = """title: The ledger's word
client: ashby
facts:
  - lacks: {town: ashby, cargo: grain}
    sources: {ledger: 1}
  - stores: {town: brook, cargo: grain}
    likelihood: likely
    sources: {ledger: 1}
  - linked: {one: ashby, other: brook}
    sources: {ledger: 2}
"""
SECOND = """extends: first
facts:
  - lacks: {town: ashby, cargo: grain}
    sources: {almanac: 3}
  - stores: {town: brook, cargo: grain}
    likelihood: very likely
    sources: {almanac: 4}
  - linked: {one: ashby, other: brook}
    sources: {almanac: 5}
"""


def test_a_second_source_brings_high_confidence_within_reach(tmp_path):
    """Evidence of another origin in a file of its own corroborates; the stronger grade counts."""
    base = tmp_path / "base"
    shutil.copytree(SMALL, base)
    (base / "facts" / "first.yaml").write_text(FIRST)
    [alone] = advice("extends: first", base).recommendations
    [both] = advice(SECOND, base).recommendations
    assert (alone.confidence, alone.grade) == ("moderate", 5)
    assert (both.confidence, both.grade, both.limited_by) == ("high", 6, ())
    assert [c.source for c in both.facts_from] == ["almanac", "ledger"]


PARTLY = SECOND.rpartition("  - linked")[0]


def test_facts_that_one_origin_alone_states_are_told_apart(run, tmp_path):
    """Where some facts are corroborated a note counts them, and `facts` marks each."""
    base = tmp_path / "base"
    shutil.copytree(SMALL, base)
    (base / "facts" / "first.yaml").write_text(FIRST)
    alone, both = advice("extends: first", base), advice(SECOND, base)
    assert not any("corroborated" in note for result in (alone, both) for note in result.notes)
    (base / "facts" / "partly.yaml").write_text(f"title: Partly\n{PARTLY}")
    partly = advice("extends: partly", base)
    counted = (
        "2 of the 3 facts that advice may rest on are corroborated, by sources of different origin"
    )
    assert any(note.startswith(counted) for note in partly.notes)
    [limit] = partly.recommendations[0].limited_by
    assert limit.says.startswith("some of the facts rest on one source alone")
    [limit] = alone.recommendations[0].limited_by
    assert limit.says == "it is rated no better than likely (55-80%) that Brook stores grain"
    listed = run("facts", "--base", str(base), "--from", "partly")[1]
    assert [line for line in listed.splitlines() if "corroborated" in line] == [
        "  lacks(ashby, grain) | certain | corroborated",
        "  stores(brook, grain) | very likely (80-95%) | corroborated",
    ]


def test_who_denies_is_listed_apart(run, tmp_path):
    """A disputed fact is listed with who states it, and then who denies it."""
    base = tmp_path / "base"
    shutil.copytree(SMALL, base)
    (base / "facts" / "first.yaml").write_text(FIRST)
    no = "denied:\n  - linked: {one: ashby, other: brook}\n    sources: {almanac: 9}\n"
    (base / "facts" / "second.yaml").write_text(f"extends: first\ntitle: Second\n{no}")
    listed = run("facts", "--base", str(base), "--from", "second", "linked")[1]
    assert "  Sources: ledger, page 2.\n  Denied by: almanac, passage 9.\n" in listed


def test_a_second_source_that_denies_disputes(tmp_path):
    """The advice is open then, and a note says who says what; a denial by assumption ends it."""
    base = tmp_path / "base"
    shutil.copytree(SMALL, base)
    (base / "facts" / "first.yaml").write_text(FIRST)
    no = "  - stores: {town: brook, cargo: grain}\n    sources: {almanac: 9}\n"
    found = advice(f"extends: first\ndenied:\n{no}", base)
    assert BUY in {one.instance for one in found.open}
    stated = "stated as likely by ledger, page 1, and denied by almanac, passage 9"
    assert any(stated in note for note in found.notes)
    denied = advice(f"extends: first\ndeny:\n{no}", base)
    assert BUY in {one.instance for one in denied.considered}
    assert not denied.open


def test_what_is_foretold_is_said_as_expected(run, tmp_path):
    """A fact that cites forecasts alone is no fact yet; its source says as of when it speaks."""
    base = tmp_path / "base"
    shutil.copytree(SMALL, base)
    sources = base / "rules" / "sources.yaml"
    text = sources.read_text()
    case = (
        "client: ashby\nfacts:\n  - lacks: {town: ashby, cargo: grain}\n    sources: {ledger: 2}\n"
    )
    path = tmp_path / "case.yaml"
    path.write_text(f"title: T\n{case}")

    def told() -> str:
        _, out, _ = run("facts", "--base", str(base), "--from", str(path))
        return out.splitlines()[0]

    assert told() == "Ashby lacks grain."
    sources.write_text(text.replace("  grade: B2", "  as-of: 2016/2017\n  grade: B2"))
    assert told() == "Ashby lacks grain."  # certain, so it is what is taken for granted
    likely = case.replace("    sources", "    likelihood: likely\n    sources")
    path.write_text(f"title: T\n{likely}")
    assert told() == "Expected, as of 2016/2017: Ashby lacks grain."
    path.write_text(f"title: T\n{case}")
    assert "As of: 2016/2017." in run("sources", "--base", str(base))[1]
    sources.write_text(text.replace("hedge: might", "hedge: might, expected: 2017"))
    assert told() == "Expected in 2017: Ashby lacks grain."
    case = case.replace(
        "    sources: {ledger: 2}", "    likelihood: LIKELY\n    sources: {ledger: 2}"
    )
    path.write_text(f"title: T\n{case.replace('LIKELY', 'very unlikely')}")
    assert told() == "A forecast for 2017: Ashby lacks grain."
    path.write_text(f"title: T\n{case.replace('LIKELY', 'likely')}")
    scenario = loader.load_scenario(loader.load_base(base), str(path))
    [instance] = scenario.facts
    assert english.told(scenario, instance) == "Ashby lacks grain (expected in 2017)"
    case = case.replace("    likelihood: LIKELY\n", "")
    path.write_text(f"title: T\n{case}".replace("[2]", "2").replace("ledger: 2", "ledger: [1, 2]"))
    assert told() == "Ashby lacks grain."
