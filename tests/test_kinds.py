"""A caveat over a kind of advice qualifies all advice of that kind, each piece by itself."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from advisor import cli, loader
from advisor.answers.views import advise, why_not
from advisor.authoring import browse
from advisor.model import budget
from advisor.model.errors import AdvisorError
from advisor.reasoning.askable import askable
from advisor.reasoning.building import build
from advisor.reasoning.evaluate import outcome

SMALL = Path(__file__).parent / "bases" / "small"
KIND = """
crosses:
  advice: kind
  slots: {client: Town, to: Town}
  says: "cross to {to}"
visit:
  advice: true
  slots: {guest: Town, client: Town}
  says: "visit {guest}"
  kinds: [{crosses: {to: $guest}}]
"""
VISIT = """
- id: visit-over-the-ferry
  title: Who is linked by a ferry in calm water is visited
  if:
    - linked: {one: $client, other: $guest}
    - opened: {town: $client}
  then:
    - visit: {client: $client, guest: $guest}
"""


@pytest.fixture
def folder(tmp_path):
    """The small base, where crossing rough water by day holds for whatever crosses."""
    base = tmp_path / "base"
    shutil.copytree(SMALL, base)
    templates, rules = base / "rules" / "templates.yaml", base / "rules" / "trade.yaml"
    said = templates.read_text().replace(
        "  after: [dredge]\n", "  after: [dredge]\n  kinds: [{crosses: {to: $partner}}]\n"
    )
    templates.write_text(said + KIND)
    text = rules.read_text()
    old = "    - buy: {client: $client, partner: $partner}\n    - weather"
    assert text.count(old) == 1
    rules.write_text(
        text.replace(old, "    - crosses: {client: $client, to: $partner}\n    - weather") + VISIT
    )
    return base


@pytest.mark.parametrize("written", ['"kind"', "'kind'"])
def test_a_kind_is_one_however_the_word_is_written(folder, written):
    """A word in quotes is that word."""
    path = folder / "rules" / "templates.yaml"
    path.write_text(path.read_text().replace("advice: kind", f"advice: {written}"))
    assert loader.load_base(folder).templates["crosses"].kind


def case(folder: Path, text: str):
    """What comes of the plain scenario with this text's changes."""
    base = loader.load_base(folder)
    said = loader.load_scenario(base, "-", f"title: T\nextends: plain\n{text}".encode())
    return outcome(said, build(said))


BOTH = """assume:
  - weather(cliff, rough)
  - linked(ashby, cliff)
  - linked(ashby, downs)
  - opened(ashby, 2010-05-01)
"""


@pytest.mark.parametrize("engine", budget.ENGINES)
def test_a_caveat_qualifies_exactly_the_advice_of_its_kind(folder, engine):
    """Each piece of advice has the caveat of its own slots, by a rule that names none of them."""
    with budget.limited(budget.Budget(engine=engine)):
        found = {one.instance: one for one in advise(case(folder, BOTH)).recommendations}
    caveats = {name: [c.instance for c in one.caveats] for name, one in found.items()}
    assert caveats == {
        "buy(ashby, brook, grain)": ["by-daylight(ashby, brook)"],
        "visit(brook, ashby)": ["by-daylight(ashby, brook)"],
        "visit(cliff, ashby)": ["by-daylight(ashby, cliff)"],
        "visit(downs, ashby)": [],
    }


def test_advice_of_the_kind_is_not_forgotten_in_the_interview(folder):
    """What a caveat of the kind rests on is asked about for every advice template of it."""
    asked = set(map(str, askable(loader.load_base(folder), "ashby")))
    assert {"weather(brook, rough)", "weather(cliff, rough)", "linked(ashby, cliff)"} <= asked


def test_why_a_caveat_does_not_hold_is_said_by_member(folder):
    """The rule misses the advice itself, not the kind."""
    said = case(folder, 'withdraw: ["weather(brook, rough)"]\n')
    [found] = why_not(said, "by-daylight(ashby, brook)").misses
    clauses = {c.says for miss in found.misses for c in miss.conditions}
    assert "visit Brook" in clauses
    assert any(one.startswith("buy ") for one in clauses)


def test_a_kind_is_told_in_the_catalogues(folder):
    """`templates` names it, and `rules` reads it as advice."""
    base = loader.load_base(folder)
    [kind] = [one for one in browse.templates(base) if one.id == "crosses"]
    assert (kind.kind, kind.concluded_by, kind.used_by) == (
        "kind of advice",
        (),
        ("rough-water-by-day",),
    )
    [rule] = [one for one in browse.rules(base) if one.id == "rough-water-by-day"]
    assert 'the advice is "cross to the partner"' in rule.says


def test_what_belongs_to_a_kind_is_a_difference(folder, capfd):
    """Taking advice out of a kind is a change of the base, and takes its caveat away, no more."""
    other = folder.parent / "other"
    shutil.copytree(folder, other)
    templates = other / "rules" / "templates.yaml"
    text = templates.read_text()
    templates.write_text(text.replace("  kinds: [{crosses: {to: $partner}}]\n", ""))
    assert cli.run(("diff", str(folder), str(other))) == 1
    out = capfd.readouterr().out
    assert "kinds" in out
    assert "Because: The rule rough-water-by-day holds for other advice than before." in out
    assert "With other caveats: " in out
    assert "Gained: " not in out
    assert "Lost: " not in out
    assert cli.run(("test", "--base", str(other), "plain")) == 1


def test_the_rule_is_one_rule_for_coverage_and_audit(folder, capfd):
    """Its variants are counted once, and no check takes the kind for unused or out of reach."""
    cli.run(("audit", "--base", str(folder), "--format", "json"))
    out = capfd.readouterr().out
    messages = [one["message"] for one in json.loads(out)["findings"]]
    assert not [one for one in messages if "'crosses'" in one]
    assert not [one for one in messages if "'rough-water-by-day'" in one and "fire" in one]
    cli.run(("test", "--base", str(folder), "--coverage"))
    out = capfd.readouterr().out
    assert out.count("rough-water-by-day") <= 4


def test_nobody_states_a_kind(folder):
    """It is advice that belongs to it, so that stating it says nothing."""
    with pytest.raises(AdvisorError) as caught:
        case(folder, "facts:\n  - crosses(ashby, brook)\n")
    [problem] = caught.value.problems
    assert "'crosses' is a kind of advice, which nobody states" in problem.message
    assert problem.hint == "state the facts that advice should follow from"
