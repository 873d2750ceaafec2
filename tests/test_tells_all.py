"""What a fact file tells all of: nobody is asked about the rest, and nothing of it is open."""

from __future__ import annotations

import msgspec
import pytest

import advisor
from advisor import api
from advisor.answers import views
from advisor.answers.widening import widened
from advisor.consult.scope import Scope
from advisor.model.changes import Changes, fold
from advisor.model.scenarios import Fact
from advisor.reasoning.building import build
from advisor.reasoning.evaluate import amended, outcome

FILES = {
    "rules/base.yaml": "title: Visits\ndate: 2026-01-01\n",
    "rules/entities.yaml": "Town: {ash: {name: Ash}, birch: {name: Birch}, cedar: {name: Cedar}}\n",
    "rules/templates.yaml": """
near:
  slots: {one: Town, other: Town}
  symmetric: [one, other]
  distinct: [one, other]
  says: "{one} and {other} are near each other"
  asks: "Are {one} and {other} near each other?"
friendly:
  slots: {town: Town, to: Town}
  says: "{town} is friendly to {to}"
  asks: "Is {town} friendly to {to}?"
close:
  slots: {one: Town, other: Town}
  says: "{one} is close to {other}"
visit:
  advice: true
  slots: {client: Town, whom: Town}
  says: "visit {whom}"
""",
    "rules/rules.yaml": """
- id: near-is-close
  title: Near towns are close
  if: [{near: {one: $client, other: $whom}}]
  then: [{close: {one: $client, other: $whom}}]
- id: visit-friends
  title: Visit friendly towns that are close
  if: [{close: {one: $client, other: $whom}}, {friendly: {town: $whom, to: $client}}]
  then: [{visit: {client: $client, whom: $whom}}]
""",
    "facts/land.yaml": """
to-extend: true
title: The land
tells-all: [near]
facts: ["near(ash, birch)"]
""",
    "facts/trip.yaml": """
extends: land
title: A trip
client: ash
complete: false
entities: {Town: {dell: {name: Dell}}}
facts: ["friendly(cedar, ash)", "friendly(dell, ash)"]
""",
}


@pytest.fixture
def base(tmp_path):
    """The base of towns, written out."""
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return advisor.load_base(tmp_path)


def asked(base):
    """All that a consultation on the trip may ask about."""
    interview = api.consult(base, facts="trip", scope=Scope())
    return {str(one) for topic in interview.agenda.topics for one in topic.instances}


def test_nobody_is_asked_about_what_a_file_tells_all_of(base):
    """Which known towns are near is told; of one that a later file declares it is asked."""
    told = asked(base)
    assert "friendly(birch, ash)" in told
    assert {one for one in told if one.startswith("near")} == {"near(ash, dell)"}


def test_what_is_told_is_not_open(base):
    """Where all else that nobody mentions is unknown, what a file tells all of is not so."""
    case = widened(advisor.load("trip", base=base))
    stands = {one.instance: one for one in views.advise(case).open}
    assert "visit(ash, birch)" in stands  # whether it is friendly is open
    assert "visit(ash, cedar)" not in stands  # it is friendly and not near
    assert "visit(ash, dell)" in stands


def test_a_what_if_can_state_it_and_flip_says_that_it_was_not_searched(base):
    """It is no question, and no law either."""
    case = advisor.load("trip", base=base)
    result = advisor.flip(case, "visit(ash, cedar)")
    assert result.total == 0
    assert result.unasked == ("near",)
    (compared,) = advisor.what_if(case, assume=["near(ash, cedar)"])
    gained = [one.instance for one in compared.shifts if one.kind == "gained"]
    assert gained == ["visit(ash, cedar)"]


def test_what_rules_conclude_cannot_be_told(base):
    """A file tells all of what is stated; and it names templates that there are."""
    folder = base.folder
    (folder / "facts/land.yaml").write_text(
        "to-extend: true\ntitle: The land\ntells-all: [close, naer]\n", encoding="utf-8"
    )
    with pytest.raises(advisor.AdvisorError) as caught:
        advisor.load_scenario(base, "trip")
    text = "\n".join(f"{one.where}: {one.message} ({one.hint})" for one in caught.value.problems)
    assert "land.yaml:3:13: 'close' is concluded by rules, so no file tells all of it" in text
    assert "land.yaml:3:20: there is no template 'naer'" in text
    assert "near" in text


def test_amended_is_what_evaluating_anew_gives(base):
    """An outcome amended by any one fact has the grades of one that is worked out anew."""
    scenario = advisor.load_scenario(base, "trip")
    extra = list(build(scenario).extended([]).instances)
    graph = build(scenario, extra)
    case = outcome(scenario, graph)
    where = next(iter(scenario.facts.values())).where
    for instance in graph.instances:
        if instance.template in base.derived:
            continue
        for standing, grade in (("stated", 5), ("denied", None)):
            fact = Fact(instance=instance, standing=standing, grade=grade, where=where)
            changed, problems = fold(
                scenario, Changes(facts=(msgspec.structs.replace(fact, origin="assumed"),))
            )
            assert not problems
            anew, fresh = outcome(changed, graph), amended(case, changed, graph)
            assert (anew.grades.lower, anew.grades.upper) == (
                fresh.grades.lower,
                fresh.grades.upper,
            )
