"""The order of advice, its lines and its strength."""

from __future__ import annotations

import io
import re
import shlex

import pytest
from hypothesis import given
from strategies import cases

import advisor
from advisor import cli
from advisor.answers.advice import Adviser, advisable
from advisor.model.errors import AdvisorError
from advisor.reasoning.building import build
from advisor.reasoning.evaluate import outcome

TEMPLATES = """
needs: {slots: {client: Town, good: Good}, says: "{client} needs {good}"}
quarrels: {slots: {one: Town, other: Town}, says: "{one} quarrels with {other}"}
buy: {advice: true, slots: {client: Town, good: Good}, says: "buy {good}"}
talk: {advice: true, slots: {client: Town, other: Town}, says: "talk to {other}"}
shun: {advice: true, slots: {client: Town, other: Town}, says: "shun {other}",
  opposes: [{talk: {client: $client, other: $other}}]}
save: {advice: true, slots: {client: Town}, says: "save first"}
rest: {advice: true, slots: {client: Town}, says: "rest"}
gently: {caveat: true, slots: {client: Town}, says: "without a quarrel"}
"""
RULES = """
- id: buying
  title: Buy
  if: [{needs: {client: $c, good: $g}}]
  then: [{buy: {client: $c, good: $g}}]
  advances: [plenty]
  strains: [peace]
- id: saving
  title: Save
  if: [{needs: {client: $c}}]
  then: [{save: {client: $c}}]
  advances: [thrift]
- id: talking
  title: Talk
  if: [{quarrels: {one: $c, other: $o}}]
  then: [{talk: {client: $c, other: $o}}]
  advances: [peace]
- id: shunning
  title: Shun
  if: [{quarrels: {one: $c, other: $o}}]
  then: [{shun: {client: $c, other: $o}}]
  strength: likely
  advances: [thrift]
- id: gentle
  title: Gently
  if: [{buy: {client: $c}}, {quarrels: {one: $c}}]
  then: [{gently: {client: $c}}]
  advances: [peace]
- id: resting
  title: Rest
  if: [{needs: {client: $c}}]
  then: [{rest: {client: $c}}]
  otherwise: true
"""
INTERESTS = "  ashby: [{thrift: {priority: 2}}, {plenty: {priority: 1}}, {peace: {priority: 2}}]"
FACTS = f"""
title: The day
client: ashby
interests:
{INTERESTS}
facts:
  - needs(ashby, bread)
  - needs(ashby, wine)
"""


@pytest.fixture
def advised(tmp_path):
    """The advice over the small base, with more facts."""

    def advise(more: str = "", interests: str = INTERESTS) -> advisor.Advice:
        files = {
            "rules/base.yaml": "{title: Towns, date: 2026-11-01, scenario: day}",
            "rules/entities.yaml": "Town: {ashby: {name: Ashby}, brook: {name: Brook}}\n"
            "Good: {bread: {name: bread from the mill}, wine: {name: wine from the mill}}",
            "rules/interests.yaml": "{thrift: {says: thrift}, plenty: {says: plenty},"
            " peace: {says: peace with neighbours}}",
            "rules/sources.yaml": "book: {title: A book, origin: press, grade: B2, locator: page}",
            "rules/templates.yaml": TEMPLATES,
            "rules/rules.yaml": RULES,
            "facts/day.yaml": FACTS.replace(INTERESTS, interests) + more,
        }
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(text)
        return advisor.advise(advisor.load(base=tmp_path))

    return advise


def said(advice: advisor.Advice) -> list[str]:
    """The sentences of the lines, in order."""
    return [line.says for line in advice.lines]


def test_pieces_that_differ_in_one_slot_are_one_line(advised):
    """They are said as one, with what they end in said once, and can be told apart."""
    line = advised().lines[0]
    assert line.says == "Buy bread and wine from the mill."
    assert [(one.handle, one.instance, one.says) for one in line.members] == [
        ("1a", "buy(ashby, bread)", "bread from the mill"),
        ("1b", "buy(ashby, wine)", "wine from the mill"),
    ]


def test_of_many_pieces_a_screen_names_the_first_few(run, advised, tmp_path):
    """The others are counted, where that is more than one; the whole line and --long have all."""
    goods = [f"good-{n}" for n in range(9)]
    more = "entities:\n  Good:\n" + "".join(f"    {one}: {{name: {one}}}\n" for one in goods)
    facts = "".join(f"  - needs(ashby, {one})\n" for one in goods[:5])
    six = advised(facts + more).lines[0]
    assert six.shortly == ("buy bread from the mill, good-0, good-1, good-2, good-3 and 2 more")
    assert six.clause.endswith("good-4 and wine from the mill") and len(six.members) == 7
    _, screen, _ = run("advise", "--base", str(tmp_path))
    assert "good-3 and 2 more." in screen
    assert "good-4" in run("advise", "--base", str(tmp_path), "--long")[1]


def test_a_caveat_that_one_piece_has_sets_it_apart(advised):
    """Pieces of other confidence, or that only one source recommends, are lines of their own."""
    more = "recommends: [{buy: {client: ashby, good: wine}, sources: {book: 3}}]\n"
    assert said(advised(more)) == [
        "Buy wine from the mill.",
        "Buy bread from the mill.",
        "Save first.",
    ]


def test_what_a_source_recommends_comes_first_then_the_highest_priority(advised):
    """Both come before confidence and before what is strained."""
    more = "recommends: [{save: {client: ashby}, sources: {book: 3}}]\n"
    assert said(advised(more))[0] == "Save first."
    assert said(advised())[0] == "Buy bread and wine from the mill."
    other = "  ashby: [{thrift: {priority: 1}}, {plenty: {priority: 2}}, {peace: {priority: 3}}]"
    assert said(advised(interests=other))[0] == "Save first."


def test_strength_says_what_is_lacking(advised):
    """*Do* advances the highest priority or is recommended, strains nothing and is not opposed."""
    found = {line.id: (line.strength, line.lacking) for line in advised().lines}
    assert found["buy"] == ("consider", ("strains peace with neighbours",))
    assert found["save"] == ("consider", ("advances no interest of the highest priority",))
    quarrel = "  - quarrels(ashby, brook)\n"
    found = {line.id: (line.strength, line.lacking) for line in advised(quarrel).lines}
    assert found["buy"] == ("do", ())  # the caveat looks after peace
    low = "advances no interest of the highest priority"
    assert found["talk"] == ("consider", (low, "is opposed by the advice to shun Brook"))


def test_without_priorities_every_interest_is_of_the_highest(advised):
    """So are all, where a scenario says nothing of its client's interests."""
    found = {
        line.id: line.strength for line in advised(interests="  ashby: [thrift, plenty]").lines
    }
    assert found == {"buy": "do", "save": "do"}


def test_a_default_is_no_recommendation(advised, tmp_path):
    """What only a default says stands apart: it has no confidence, no number and no line."""
    advised()
    rules = tmp_path / "rules" / "rules.yaml"
    rules.write_text(rules.read_text()[rules.read_text().index("- id: resting") :])
    advice = advisor.advise(advisor.load(base=tmp_path))
    assert (advice.lines, advice.recommendations) == ((), ())
    assert [one.instance for one in advice.by_default] == ["rest(ashby)"]


def test_equal_lines_share_their_rank(advised):
    """What is equal in all that decides the order has one rank, whatever it is called."""
    advice = advised("  - quarrels(ashby, brook)\n")
    ranks = {line.id: line.rank for line in advice.lines}
    assert ranks["save"] == ranks["talk"]
    assert ranks["shun"] > ranks["save"]  # of the same priority, and less certain


def test_a_number_of_advise_names_advice(advised, tmp_path):
    """Wherever advice is named: a line, or a piece of it; an unknown one is refused."""
    advised()
    case = advisor.load(base=tmp_path)
    assert [step.instance for step in advisor.explain(case, "1").held] == [
        "buy(ashby, bread)",
        "buy(ashby, wine)",
    ]
    assert [step.instance for step in advisor.explain(case, "1b").held] == ["buy(ashby, wine)"]
    assert advisor.flip(case, "2").what == "2"
    with pytest.raises(AdvisorError, match="no advice has the number '7'") as raised:
        advisor.flip(case, "7")
    assert raised.value.problems[0].hint == "advisor advise has lines 1 to 2"


@given(cases())
def test_every_recommendation_stands_in_one_line(case):
    """Its members agree in template and confidence and differ in one slot; handles are unique."""
    found = outcome(case.scenario, build(case.scenario))
    for client in advisable(found.scenario.base):
        advice = Adviser(found, client).advice()
        members = [one for line in advice.lines for one in line.members]
        given_ = [str(found.graph.instances[n]) for n in found.graph.advice_to(client)]
        pieces = {one.instance: one for one in advice.recommendations}
        assert sorted(one.instance for one in members) == sorted(pieces)
        assert len({one.handle for one in members}) == len(members)
        assert {*pieces, *(one.instance for one in advice.by_default)} <= {*given_}
        for line in advice.lines:
            slots = [pieces[one.instance].slots for one in line.members]
            assert sum(len({str(one[name]) for one in slots}) > 1 for name in slots[0]) <= 1
            assert {pieces[one.instance].confidence for one in line.members} == {line.confidence}
        ranks = [
            (line.strength == "consider", line.topic or "", line.rank) for line in advice.lines
        ]
        by_topic: dict[tuple[bool, str], list[int]] = {}
        for considered, topic, rank in ranks:
            by_topic.setdefault((considered, topic), []).append(rank)
        assert all(some == sorted(some) for some in by_topic.values())
        assert [line.number for line in advice.lines] == [*range(1, len(advice.lines) + 1)]


ASKED = ([], ["chabahar"], ["--for", "russia"], ["my facts.yaml"])


@pytest.mark.parametrize("args", ASKED, ids=" ".join)
def test_what_advise_tells_to_go_on_with_is_about_the_same_advice(
    args, tmp_path, capfd, monkeypatch
):
    """Its commands have the facts and the client that were asked for, quoted for a shell."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "my facts.yaml").write_text("extends: chabahar\ntitle: Mine\n")
    assert cli.run(["advise", *args]) == 0
    shown = " ".join(capfd.readouterr()[0].split())
    asked = re.search(r"Why: advisor (.*) What would change it: advisor (.*) In full", shown)
    assert asked is not None
    why, flip = map(shlex.split, asked.groups())
    assert (why[:2], flip[:2]) == (["explain", "1"], ["flip", "1"])
    assert why[2:] == flip[2:] == args
    first = re.search(r" 1(?:a-[a-z])? (?:For [^:]+: )?(\w+ \w+ \w+)", shown)
    assert first is not None
    assert cli.run(why) == 0
    assert capfd.readouterr()[0].lower().startswith(first[1].lower())


def test_what_comes_from_standard_input_is_not_asked_for_again(capfd, monkeypatch):
    """It cannot be read twice, so that no command is told to go on with."""
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"extends: chabahar\ntitle: T\n")))
    assert cli.run(["advise", "-"]) == 0
    assert "advisor explain" not in capfd.readouterr()[0]


def test_a_line_in_full_has_what_is_said_of_each_of_its_pieces(capfd):
    """Reasons and caveats that name one piece alone are there for all of them."""
    assert cli.run(["advise", "--long"]) == 0
    first = " ".join(capfd.readouterr()[0].split("\n2. ")[0].split())
    for project in ("gas pipelines", "power lines"):
        assert f"possible investor in {project}" in first
        assert f"commercial groundwork for {project} from Central Asia" in first
