"""Facts that lead nowhere: no advice rests on them, and each is shown with its nearest rule."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from strategies import VALUES, Features, cases

import advisor
from advisor import cli
from advisor.answers.advice import Adviser, advisable
from advisor.answers.unused import unused, unused_facts
from advisor.model.errors import AdvisorError
from advisor.reasoning.building import build
from advisor.reasoning.evaluate import Outcome, evaluate, given_grades, outcome, standing

FILES = {
    "rules/base.yaml": "{title: Towns, date: 2026-11-01, scenario: day}",
    "rules/entities.yaml": "Town: {ashby: {name: Ashby}, brook: {name: Brook}}",
    "rules/templates.yaml": """
dry: {slots: {town: Town}, says: "{town} is dry"}
rich: {slots: {town: Town}, says: "{town} is rich"}
flooded: {slots: {town: Town}, says: "{town} is flooded"}
quiet: {slots: {town: Town}, says: "{town} is quiet"}
thirsty: {slots: {town: Town}, says: "{town} is thirsty"}
dig: {slots: {client: Town}, says: dig a well, advice: true}
""",
}
RULES = """
- {id: drying, title: Dry towns thirst, if: [{dry: {town: $t}}], then: [{thirsty: {town: $t}}]}
- id: digging
  title: The thirsty dig
  if: [{thirsty: {town: $t}}, {rich: {town: $t}}]
  unless: [{flooded: {town: $t}}]
  then: [{dig: {client: $t}}]
"""


def advise(*says: str, client: str = "pakistan") -> advisor.Advice:
    """The advice on the shipped scenario."""
    return advisor.advise(advisor.load(*says), client)


@pytest.fixture
def run(capfd, monkeypatch):
    """Runs a command in this process; gives what it wrote to stdout."""
    monkeypatch.delenv("ADVISOR_BASE", raising=False)
    monkeypatch.setenv("COLUMNS", "100")

    def call(*args: str, code: int = 0) -> str:
        capfd.readouterr()
        assert cli.run(args) == code
        out, err = capfd.readouterr()
        return out if code == 0 else err

    return call


# ------------------------------------------------------------------ over random bases


def without(case: Outcome, idle: set[int]) -> list[str]:
    """The standing of all possible advice if nothing is said of some facts."""
    said = {f: b for f, b in given_grades(case.graph, case.scenario).items() if f not in idle}
    grades = evaluate(case.graph, said, case.scenario.withdrawn)
    return [
        standing(grades.lower[f], grades.upper[f])
        for f in case.graph.advice_to(case.scenario.client)
    ]


@given(cases(Features(advised=True)))
def test_no_given_advice_needs_what_leads_nowhere(drawn):
    """Without all facts that lead nowhere, what is given stays given, and what is open no less."""
    case = outcome(drawn.scenario, build(drawn.scenario, drawn.extra))
    client = case.scenario.client
    idle = {
        case.graph.number[i] for i in case.scenario.facts if str(i) in unused(case, client).facts
    }
    order = ("withheld", "open", "given")
    before = [standing(*case.bounds(fact)) for fact in case.graph.advice_to(client)]
    for was, now in zip(before, without(case, idle), strict=True):
        assert order.index(now) >= order.index(was)


@given(cases(Features(advised=True)))
def test_what_a_given_proof_starts_from_leads_somewhere(drawn):
    """No fact in the how tree of given advice leads nowhere; both views list the same."""
    case = outcome(drawn.scenario, build(drawn.scenario, drawn.extra))
    for client in set(advisable(case.scenario.base)) & set(VALUES["A"]):
        advice = Adviser(case, client).advice()
        idle = set(advice.unused.facts)
        shown = unused_facts(case, client)
        assert [one.instance for one in shown] == list(advice.unused.facts)
        assert all(one.nearest is None or one.nearest.conditions for one in shown)
        for piece in (*advice.recommendations, *advice.by_default):
            below = [piece.how]
            for step in below:
                below += [premise for way in step.derivations for premise in way.premises]
            assert not idle & {step.instance for step in below}


# ------------------------------------------------------------------ on the shipped base


def test_a_client_without_advice_is_told_how_much_leads_nowhere(run):
    """Where there is no advice, one line says so; where most facts carry advice, only --long."""
    advice = advise(client="india")
    idle, of = len(advice.unused.facts), advice.unused.of
    assert (idle, of) == (of - 1, of)
    line = f"{idle} of {of} facts lead nowhere: advisor facts --unused"
    assert line in " ".join(run("advise", "--for", "india").split())
    assert "nowhere" not in run("advise")
    pakistan = advise().unused
    assert 0 < 2 * len(pakistan.facts) < pakistan.of
    assert f"{len(pakistan.facts)} of {of} facts lead nowhere" in " ".join(
        run("advise", "--long").split()
    )
    document = json.loads(run("advise", "--format", "json"))
    assert document["unused"] == {"facts": list(pakistan.facts), "of": of, "nearest": None}


def test_unused_facts_come_with_the_nearest_rule(run):
    """A fact that an exception keeps from use is shown with it, in every format."""
    case = advisor.load()
    found = {one.instance: one for one in advisor.unused(case)}
    one = found["professes(india, terrorism)"]
    assert one.nearest.rule == "invite-the-like-minded"
    [condition] = one.nearest.conditions
    assert (condition.kind, condition.status) == ("exception", "blocked")
    assert [
        e["instance"] for e in json.loads(run("facts", "--unused", "--format", "json"))["unused"]
    ] == list(found)
    shown = " ".join(run("facts", "--unused", "terrorism").split())
    assert "Nearest rule: invite-the-like-minded" in shown
    assert "stands against it: India has reservations" in shown
    assert "troop-course" not in shown
    assert run("facts", "--unused", "zzzz") == "No unused facts are found.\n"
    assert "Used in advice to Russia." in run("facts", "--unused", "--long")


def test_an_unused_fact_is_said_with_how_likely_it_is(run, tmp_path):
    """What is stated as unlikely does not read as if it were so."""
    for name, text in {**FILES, "rules/dig.yaml": RULES}.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    (tmp_path / "facts").mkdir(exist_ok=True)
    (tmp_path / "facts/day.yaml").write_text(
        "title: Day\nclient: ashby\nfacts: [dry(ashby)=unlikely]"
    )
    asked = ["facts", "--unused", "--base", str(tmp_path)]
    assert "dry(ashby) | unlikely (20-45%)" in run(*asked)
    [one] = json.loads(run(*asked, "--format", "json"))["unused"]
    assert one["likelihood"] == "unlikely (20-45%)"


def test_who_is_advised_belongs_to_unused_alone(run):
    """--for without --unused is refused, and so is a client whom nobody can advise."""
    assert "--for goes with --unused" in run("facts", "--for", "india", code=2)
    with pytest.raises(AdvisorError, match="nobody can advise"):
        advisor.unused(advisor.load(), "atlantis")
    india = json.loads(run("facts", "--unused", "--for", "india", "--format", "json"))["unused"]
    assert "stake(india, south-asia)" not in {one["instance"] for one in india}


# ------------------------------------------------------------------ on a small base


@pytest.fixture
def towns(tmp_path):
    """The facts that lead nowhere over a small base, by instance."""

    def of(*facts: str, more: str = "") -> dict[str, object]:
        said = "".join(f"  - {one}\n" for one in facts)
        files = {
            **FILES,
            "rules/rules.yaml": RULES,
            "facts/day.yaml": f"title: Day\nclient: ashby\nfacts:\n{said}{more}",
        }
        for name, text in files.items():
            (tmp_path / name).parent.mkdir(exist_ok=True)
            (tmp_path / name).write_text(text)
        case = advisor.load(base=tmp_path)
        return {one.instance: one for one in advisor.unused(case)}

    return of


def test_a_fact_leads_nowhere_until_all_of_a_rule_is_there(towns):
    """What follows from it is said, and the premise that is lacking; once said, it is in use."""
    [one] = towns("dry(ashby)").values()
    assert one.reaches == ("Ashby is thirsty",)
    assert one.nearest.rule == "digging"
    assert [c.says for c in one.nearest.conditions] == ["Ashby is rich"]
    assert towns("dry(ashby)", "rich(ashby)") == {}


def test_an_exception_keeps_facts_from_use_and_is_shown_against_its_rule(towns):
    """What blocks a rule carries no advice; a denial that the rule leans on does."""
    found = towns("dry(ashby)", "rich(ashby)", "flooded(ashby)")
    assert set(found) == {"dry(ashby)", "rich(ashby)", "flooded(ashby)"}
    assert found["flooded(ashby)"].against == ("digging",)
    assert towns("dry(ashby)", "rich(ashby)", more="denied: [flooded(ashby)]\n") == {}


def test_what_no_rule_reads_and_what_advises_others_is_said(towns, run, tmp_path):
    """A fact that no rule has a place for says so, and one under another's advice names them."""
    found = towns("quiet(ashby)", "dry(brook)", "rich(brook)", "flooded(ashby)")
    assert found["quiet(ashby)"].nearest is None
    assert found["dry(brook)"].others == ("Brook",)
    shown = run("facts", "--unused", "--base", str(tmp_path))
    assert "No rule goes on from it." in shown
    assert "Used in advice to Brook." in shown
    assert "Only against: digging." in shown
    assert "It follows that Brook is thirsty." in shown


def test_where_no_advice_of_a_kind_is_given_the_kind_is_lacking(run, tmp_path):
    """Of a rule about a kind of advice the kind is named, and no advice of it that comes first."""
    files = {
        **FILES,
        "rules/templates.yaml": FILES["rules/templates.yaml"]
        + """
work: {slots: {client: Town}, says: work on the land, advice: kind}
sow: {slots: {client: Town}, says: sow, advice: true, kinds: [{work: {client: $client}}]}
reap: {slots: {client: Town}, says: reap, advice: true, kinds: [{work: {client: $client}}]}
hats: {slots: {client: Town}, says: and wear a hat, caveat: true}
""",
        "rules/rules.yaml": RULES
        + """
- {id: sowing, title: The quiet sow, if: [{quiet: {town: $t}}], then: [{sow: {client: $t}}]}
- id: shade
  title: Whoever works where there is a flood wears a hat
  if: [{work: {client: $t}}, {flooded: {town: $t}}]
  then: [{hats: {client: $t}}]
""",
        "facts/day.yaml": "{title: Day, client: ashby, facts: [flooded(brook), flooded(ashby)]}",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    found = {one.instance: one for one in advisor.unused(advisor.load(base=tmp_path))}
    shown = " ".join(run("facts", "--unused", "--long", "--base", str(tmp_path)).split())
    near = found["flooded(ashby)"].nearest
    assert near.rule == "shade"
    [condition] = near.conditions
    assert (condition.says, condition.ruled_out) == ("work on the land", False)
    assert "not advised: work on the land. work(ashby)" in shown
    assert "sow" not in shown
    assert "reap" not in shown


def test_what_follows_of_a_key_that_has_one_value_is_no_fact_of_its_own():
    """That a scenario says one value of such a key says nothing of the others that lead nowhere."""
    base = advisor.base_of(
        rules={
            "base": {"title": "T", "date": "2026-01-01", "client": "me"},
            "entities": {"Person": {"me": {"name": "me"}}},
            "templates": """
sky:
  slots: {kind: {values: [sun, rain, snow]}}
  key: []
  exactly: one
  says: "there is {kind}"
coat: {advice: true, slots: {client: Person}, says: "take a coat"}
""",
            "coats": """
- id: coat
  title: Rain asks for a coat
  if: [{sky: {kind: rain}}, every Person $client]
  then: [coat: {client: $client}]
""",
        },
        facts={"now": "title: N\nfacts: [sky(sun)]\n", "no": "title: N\ndenied: [sky(sun)]\n"},
    )
    found = {name: advisor.unused(advisor.load(name, base=base)) for name in ("now", "no")}
    assert [[one.instance for one in some] for some in found.values()] == [["sky(sun)"]] * 2
