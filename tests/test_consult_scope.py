"""A consultation within a scope: what it asks about, what Enter keeps, and where it ends."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

import advisor
from advisor.api import interviews
from advisor.api.interviews import Dialogue, Scope
from advisor.consult.limits import beside
from advisor.consult.scope import narrowed
from advisor.consult.told import Closing, Noted, Opening
from advisor.model.errors import AdvisorError

ROOT = Path(__file__).parent.parent
BASE = advisor.load_base()
CASES = ("pakistan-russia", "chabahar", "hungary-gas", "nato-entry", "nile-dam")


def given(interview: advisor.Interview) -> set[str]:
    """What is advised as things stand."""
    return {piece.instance for piece in interview.advice().recommendations}


@pytest.mark.parametrize("facts", CASES)
def test_a_review_that_keeps_everything_changes_nothing(facts):
    """Enter alone keeps facts, sources and advice; each question is new, and they end at N."""
    interview = advisor.consult(BASE, facts=facts, scope=Scope(questions=5))
    before, asked, left = given(interview), [], []
    while (question := interview.question()) is not None:
        asked.append(question.about)
        left.append(interview.progress().left)
        interview = interview.take(interview.keep(question))
    assert len(asked) == len(set(asked)) == 5
    assert left == sorted(left, reverse=True)
    assert given(interview) == before == given(advisor.consult(BASE, facts=facts, scope=Scope()))
    assert interview.scenario().facts.items() >= interview.start.facts.items()


def test_what_an_answer_does_is_told_as_advice():
    """A question says what another answer would do; given, it does that, and says so."""
    held = advisor.interview(BASE, facts="pakistan-russia", scope=Scope(questions=3))
    asked = held.question
    assert asked.about == "productive-in(pakistan, russia, sco)"
    assert asked.now == ("likely (55-80%), article, sentence 29",)
    assert asked.otherwise == "If not: 2 recommendations fall, 2 come instead."
    (noted,) = (one for one in held.answer("no") if isinstance(one, Noted))
    assert (len(noted.lost), len(noted.gained)) == (2, 2)
    (kept,) = (one for one in held.answer("") if isinstance(one, Noted))
    assert kept.kept


def test_over_the_world_it_is_asked_about_whom_the_case_speaks_of():
    """Of 196 states those are asked about whom the case's own file names and whom the person does,
    as the beginning says; what the facts say of the others stands."""
    lamu = str(ROOT / "docs" / "world" / "lamu.yaml")
    scope = Scope(involving=("somalia", "south-sudan"), questions=2)
    interview = advisor.consult(BASE, facts=lamu, scope=scope)
    base = interview.base
    states = {one.id for one in base.entities.values() if one.type == "State"}
    own = {"ethiopia", "djibouti", "kenya", "somalia", "south-sudan"}
    asked = {value for fact in interview.possible.facts for value in fact.values}
    assert asked & states == own
    assert {*beside(interview), "Ethiopia"} == {base.entities[name].name for name in own}
    question = interview.question()
    assert question is not None
    interview = interview.take(interview.keep(question))
    end = interviews.closing(interview, interview.advice())
    assert len(end.away) == len(states) - len(own)


def test_over_the_world_alone_it_is_asked_about_whom_it_tells_most_of_with_the_client():
    """A scenario that states nothing of its own: neighbours and partners, a few."""
    world = advisor.load_scenario(BASE, "world-2026")
    found = narrowed(world, "kenya", Scope())
    states = [one for one in found.involving or () if world.base.entities[one].type == "State"]
    assert {"south-sudan", "uganda", "somalia"} < {*states}
    assert len(states) <= 12
    assert narrowed(advisor.load_scenario(BASE), "pakistan", Scope()) == Scope()


@pytest.mark.parametrize("larger", ["alike", "zealous"])
def test_of_what_is_worth_as_much_the_larger_question_comes_first(larger):
    """Whatever its template is called, and however its question begins."""
    smaller = "alike" if larger == "zealous" else "zealous"
    names = [f"m{number}" for number in range(5)]
    types = {larger: "Member", smaller: "Year"}
    rules = {
        "base": {"title": "Clubs", "date": "2026-01-01", "scenario": "now", "client": "desk"},
        "entities": {
            "Desk": {"desk": {"name": "the desk"}},
            "Member": {name: {"name": name.upper()} for name in names},
            "Year": {"y1": {"name": "Y1"}, "y2": {"name": "Y2"}},
        },
        "templates": {
            name: {"slots": {"of": of}, "says": f"{{of}} is {name}", "asks": f"Is {{of}} {name}?"}
            for name, of in types.items()
        }
        | {
            f"greet-{name}": {
                "advice": True,
                "slots": {"client": "Desk", "of": of},
                "says": f"greet {{of}} as {name}",
            }
            for name, of in types.items()
        },
        "rules": [
            {
                "id": name,
                "title": "Greeted",
                "if": [{name: {"of": "$of"}}],
                "then": [{f"greet-{name}": {"client": "desk", "of": "$of"}}],
                "because": f"{{of}} is {name}",
            }
            for name in types
        ],
    }
    base = advisor.base_of(rules, {"now": {"title": "Now"}})
    question = advisor.consult(base, scope=Scope()).question()
    assert [instance.template for instance in question.instances] == [larger] * len(names)


def test_only_the_advice_of_the_topics_is_asked_about():
    """With a topic, every question bears on advice that advances it, and on who is in play."""
    scope = Scope(topics=("energy-security",), involving=("russia",))
    interview = advisor.consult(BASE, scope=scope)
    base = interview.base
    advancing = {
        conclusion.template
        for rule in base.rules
        if "energy-security" in rule.advances
        for conclusion in rule.conclusions
    }
    assert {interview.graph.instances[fact].template for fact in interview.wanted} <= advancing
    states = {name for name, entity in base.entities.items() if entity.type == "State"}
    spoken = {v for topic in interview.agenda.topics for i in topic.instances for v in i.values}
    assert spoken & states == {"pakistan", "russia"}
    away = interviews.closing(interview, interview.advice()).away
    assert away == ("Afghanistan", "China", "India", "the United States")


def test_resumed_it_asks_what_it_would_have_asked(tmp_path, monkeypatch):
    """Left and resumed, it has the same answers, advice and next question; then as many again."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    session = interviews.start(BASE, "pakistan-russia", None, Scope(questions=4))
    for text in ("no", "", "unknown", ""):
        asked = session.interview.question()
        answer = session.interview.read(asked, text) if text else session.interview.keep(asked)
        session.keep("answer", asked, answer)
        session.interview = session.interview.take(answer)
    left = session.interview
    session.journal.close()
    again = interviews.again(None, None)
    assert [a.facts for a in again.interview.answers if not a.text] == [
        a.facts for a in left.answers if not a.text
    ]
    assert given(again.interview) == given(left)
    assert again.interview.progress().most == 4
    assert left.question() is None
    more = left.varied(scope=Scope(questions=8)).question()
    assert again.interview.question() == more
    again.journal.close()


def test_from_nothing_and_about_everything_the_topics_are_named():
    """Who begins with neither is told what to limit it to; who begins with facts is not."""
    told: list[object] = []
    for facts, scope in ((None, Scope(involving=("russia",))), ("chabahar", Scope())):
        interview = advisor.consult(BASE, facts, scope=scope)
        nothing = Dialogue(
            interview, lambda _: None, told.append, keep=lambda *_: None, save=lambda *_: None
        )
        assert nothing.run() == "no more answers"
    first, second = (one for one in told if isinstance(one, Opening))
    assert "energy-security" in first.topics
    assert (second.topics, second.reviews) == ((), True)


def test_the_end_is_about_the_topics_and_counts_the_rest():
    """Limited to a topic, the advice is that topic's alone; how much there is beside is said."""
    whole = advisor.consult(BASE, facts="pakistan-russia", scope=Scope())
    interview = advisor.consult(
        BASE, facts="pakistan-russia", scope=Scope(topics=("energy-security",), questions=1)
    )
    pieces = interview.advice().recommendations
    assert given(interview) < given(whole)
    assert pieces and all("energy-security" in piece.advances for piece in pieces)
    closing = interviews.closing(interview, interview.advice())
    assert closing.beside == len(given(whole) - given(interview))
    assert interviews.closing(whole, whole.advice()).beside == 0


def test_a_question_of_one_value_offers_all_that_there_are():
    """Which way something goes is asked with every legal way, and any of them is an answer."""
    interview = advisor.consult(BASE, facts="hungary-gas", scope=Scope())
    valued = [topic for topic in interview.agenda.topics if topic.kind.name == "choice"]
    for topic in valued:
        asked = interview.about(topic.instances[0])
        (gap,) = {topic.gap}
        legal = [*interview.base.templates[topic.instances[0].template].slots.values()][gap].values
        assert [one.values[gap] for one in asked.instances] == [*legal]
    for option in asked.options:
        assert len(interview.read(asked, option).facts) == 1
    assert len(valued) > 5


def test_a_number_stands_as_the_file_says(run, monkeypatch):
    """Enter keeps the number that is told: it is shown, and others are called what they are."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"\n" * 20)))
    base = Path(__file__).parent / "bases" / "heating-allowance"
    code, said, err = run("consult", "ms-marsh", "--base", str(base))
    assert (code, err) == (0, "")
    assert "Now: 16000: yes, file, sheet 2." in said
    assert "How much has Ms Marsh saved? (in euros)\n   Now: 10000: yes, file, sheet 3." in said
    assert "If so" not in said.partition("What is the income")[2]


def test_the_end_says_what_was_not_asked():
    """What is left is told by its worth, with the advice that it bears on."""
    interview = advisor.consult(BASE, facts="pakistan-russia", scope=Scope(questions=1))
    first = interview.question()
    closing = interviews.closing(interview, interview.advice())
    assert isinstance(closing, Closing)
    assert closing.unasked[0].text == first.text
    assert closing.granted
    assert len(closing.unasked) <= 3 < closing.left


@pytest.mark.parametrize(
    ("scope", "words"),
    [
        (Scope(topics=("energy",)), "there is no topic 'energy'"),
        (Scope(involving=("rusia",)), "did you mean 'russia'"),
    ],
)
def test_names_that_are_not_there_are_refused(scope, words):
    """A topic or an entity that the base has not is an error that says what there is."""
    with pytest.raises(AdvisorError) as caught:
        advisor.consult(BASE, scope=scope)
    (problem,) = caught.value.problems
    assert words in f"{problem.message} {problem.hint}"


def test_exhaustive_goes_with_no_number_of_questions(run):
    """--exhaustive with --questions is refused, and says why."""
    code, _, error = run("consult", "--exhaustive", "--questions", "3")
    assert code == 2
    assert "--exhaustive asks until everything is settled" in error


def test_a_topic_is_settled_among_those_in_play(run, monkeypatch):
    """--exhaustive for a topic proves that topic's advice, says who was left out, and saves."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"rest no\n")))
    named = ("--about", "energy-security", "--involving", "russia")
    code, shown, _ = run("consult", "--exhaustive", *named)
    assert code == 0
    assert "Settled: 0 of 11 pieces of advice" in shown
    away = "Nothing was asked about Afghanistan, China, India and the United States: left open."
    assert away in shown  # as it is in the file that is saved
    assert "no answer that is left about anybody else can change the advice above." in shown


def test_what_is_settled_is_asked_of_those_in_play():
    """With somebody named, an exhaustive consultation from a case asks about no state of which
    neither the case nor the person speaks."""
    scope = Scope(exhaustive=True, topics=("transit-role",), involving=("kazakhstan",))
    held = advisor.consult(BASE, facts="middle-corridor", scope=scope)
    states = {name for name, one in held.base.entities.items() if one.type == "State"}
    stated = {value for fact in held.start.facts for value in fact.values}
    asked = {value for fact in held.possible.facts for value in fact.values}
    assert {"kazakhstan", "azerbaijan"} <= asked & states <= stated


@pytest.mark.parametrize(("named", "told"), [((), True), (("sweden",), False)])
def test_it_begins_with_how_to_be_asked_less(run, monkeypatch, named, told):
    """An exhaustive consultation from a case says that it asks about all that the base has, and
    how to leave out what the case does not speak of, unless that is left out."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"")))
    about = ("--about", "security-from-attack", *(f"--involving={name}" for name in named))
    _, shown, _ = run("consult", "nato-entry", "--exhaustive", *about)
    assert ("It asks about all that the base has; with --involving NAME" in shown) is told


@pytest.mark.parametrize("background", [False, True])
def test_from_nothing_everybody_is_asked_about(background):
    """That somebody is there, as a rule for every one of a type has it, or that a background
    speaks of somebody, tells nothing of the case at hand."""
    every, there = (
        "every Person $p",
        {"here": {"slots": {"who": "Person"}, "says": "{who} is here"}},
    )
    base = advisor.base_of(
        rules={
            "base": {"title": "T", "date": "2026-01-01", "client": "me"}
            | ({"background": "known"} if background else {}),
            "entities": {
                "Person": {"me": {"name": "me"}},
                "Item": {f"i{n}": {"name": f"item {n}"} for n in range(3)},
            },
            "templates": there
            | {
                "soil": {"slots": {"item": "Item"}, "says": "{item} is soil", "asks": "is {item}?"},
                "sow": {
                    "slots": {"client": "Person", "item": "Item"},
                    "says": "sow {item}",
                    "advice": True,
                },
            },
            "sow": f"""
- id: sow
  title: Sow
  if: [{"here: {who: $p}" if background else every}, soil: {{item: $i}}]
  then: [sow: {{client: $p, item: $i}}]
""",
        },
        facts={"known": "title: K\nfacts: [here(me)]\n"},
    )
    interview = advisor.consult(base, scope=Scope())
    asked = interview.question()
    assert asked is not None and len(asked.instances) == 3
