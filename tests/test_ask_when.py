"""Questions that make sense only when something else holds: `ask-when` in a consultation."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import msgspec
import pytest
from consult_strategies import interviews
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import pattern

import advisor
from advisor.answers import views
from advisor.api.interviews import Scope, left_out, start
from advisor.consult.interview import Interview, begin
from advisor.consult.sense import bars, premises
from advisor.model.grades import CERTAIN, HOLDS
from advisor.model.records import Instance, KnowledgeBase

TINY = Path(__file__).parent / "bases" / "tiny-interview"
SCOPES = (None, Scope())
PREMISE = """
at-home:
  says: "the walkers are at home"
  asks: "Are the walkers at home?"
  slots: {}
"""


@pytest.fixture
def base(tmp_path) -> KnowledgeBase:
    """A base in which it is asked whether the walkers meet only if they are at home."""
    shutil.copytree(TINY, tmp_path / "tiny")
    path = tmp_path / "tiny" / "rules" / "templates.yaml"
    asks = 'asks:   "{group:Does/Do} {group} meet on Sunday?"'
    text = path.read_text()
    assert asks in text
    path.write_text(text.replace(asks, f"{asks}\n  ask-when: at-home") + PREMISE)
    return advisor.load_base(tmp_path / "tiny")


@pytest.mark.parametrize("scope", SCOPES)
def test_what_a_question_takes_for_granted_is_asked_before(base, scope):
    """Though no rule needs it; if it is so, or not known, the question follows."""
    for said in ("yes", "unknown"):
        interview = advisor.consult(base, scope=scope)
        assert interview.question().text == "Are the walkers at home?"
        interview = interview.answer(interview.question(), said)
        assert interview.question().text == "Do the walkers meet on Sunday?"
        assert left_out(interview) is None


@pytest.mark.parametrize("scope", SCOPES)
def test_what_makes_no_sense_is_not_asked_and_told(base, scope):
    """If it is not so, the question is left out, taken for no, and named in the end."""
    interview = advisor.consult(base, scope=scope)
    interview = interview.answer(interview.question(), "no")
    without = advisor.consult(advisor.load_base(TINY), scope=scope)
    without = without.answer(without.question(), "no")
    assert interview.question() == without.question()
    assert interview.advice().recommendations == without.advice().recommendations
    out = left_out(interview)
    assert (out.questions, out.denied) == (("Do the walkers meet on Sunday?",), True)


def test_what_is_taken_for_no_is_saved_as_that(base, tmp_path, monkeypatch):
    """Where all is settled, the saved file gives the advice of the consultation."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    session = start(base, None, None)
    interview = session.interview.answer(session.interview.question(), "no")
    (tmp_path / "saved.yaml").write_text(session.fact_file(interview))
    session.journal.close()
    again = advisor.load(tmp_path / "saved.yaml", base=tmp_path / "tiny")
    assert advisor.advise(again).recommendations == interview.advice().recommendations


@pytest.mark.parametrize("scope", SCOPES)
def test_what_is_known_can_make_a_question_absurd(base, tmp_path, scope):
    """Of `ask-unless` nothing is asked; once it is known, the question is left out."""
    path = tmp_path / "tiny" / "rules" / "templates.yaml"
    path.write_text(path.read_text().replace("ask-when: at-home", "ask-unless: storm-warning"))
    interview = advisor.consult(advisor.load_base(tmp_path / "tiny"), scope=scope)
    assert interview.question().text == "Do the walkers meet on Sunday?"
    for said, asked in (("yes", False), ("no", True), ("unknown", True)):
        warned = interview.change(interview.about(Instance("storm-warning", ())), said)
        facts = {fact for _, some in warned.relevant() for fact in some}
        assert (Instance("meets", ("walkers",)) in facts) == asked


@pytest.mark.parametrize("grade", [CERTAIN, 3])
def test_what_is_stated_is_reviewed_though_nobody_said_what_it_takes_for_granted(base, grade):
    """Who states that the walkers meet, if only perhaps, is not asked whether they are at home."""
    scenario, meets = (
        advisor.load("fine-sunday", base=base).scenario,
        Instance("meets", ("walkers",)),
    )
    stated = msgspec.structs.replace(scenario.facts[meets], grade=grade)
    scenario = msgspec.structs.replace(scenario, facts={**scenario.facts, meets: stated})
    interview = begin(scenario, scope=Scope())
    assert interview.sense.first(interview.graph.number[meets]) == frozenset()


def test_what_several_questions_take_for_granted_is_asked_once():
    """Who takes sides in which dispute makes one question of who is in dispute, with all pairs."""
    scope = Scope(topics=("balanced-ties",), involving=("russia", "china", "india"))
    interview = advisor.consult(advisor.load_base(), scope=scope)
    asked = []
    while (question := interview.question()) is not None:
        asked.append(question)
        interview = interview.answer(question, "unknown" if question.kind.valued else "none")
    disputes = [question for question in asked if question.instances[0].template == "dispute"]
    assert [len(question.options) for question in disputes] == [6]


def test_a_changed_ask_when_is_a_difference(base, tmp_path):
    """What is added, and what it says, stands in a comparison of two bases."""
    found = advisor.diff(TINY, tmp_path / "tiny")
    (changed,) = (one for one in found.changes if one.name == "meets")
    (field,) = changed.fields
    assert (field.field, field.removed, field.added) == ("ask-when", (), ("at-home",))


ASKED_WHEN = {  # by template: what must hold; over their own slots
    "p1": (pattern("p0"),),
    "who": (pattern("p2"),),
    "form": (pattern("who", "$a"),),
    "size": (pattern("p1"), pattern("d0")),
    "depth": (pattern("form", "a1", "b1"),),
}


ASKED_UNLESS = {"p0": pattern("p2"), "p2": pattern("p0"), "size": pattern("who", "a1")}


def with_asking(base: KnowledgeBase, names: set[str]) -> KnowledgeBase:
    """The base in which some templates are asked about only when something holds, or does not."""
    templates = dict(base.templates)
    for name in names:
        template = templates[name]
        slot = next(iter(template.slots), "")
        when = tuple(
            pattern(each.template, *(f"${slot}" if term == "$a" else term for term in each.terms))
            for each in ASKED_WHEN.get(name, ())
        )
        templates[name] = msgspec.structs.replace(template, ask_when=when)
    for name in names & ASKED_UNLESS.keys():
        templates[name] = msgspec.structs.replace(templates[name], ask_unless=(ASKED_UNLESS[name],))
    return msgspec.structs.replace(base, templates=templates)


@given(
    interviews(),
    st.sets(st.sampled_from(sorted({*ASKED_WHEN, *ASKED_UNLESS}))),
    st.sampled_from(SCOPES),
    st.integers(0, 1000),
)
@settings(max_examples=40)
def test_nothing_is_asked_that_makes_no_sense(case, names, scope, seed):
    """Whatever is answered, each question's `ask-when` may hold, and nothing of its `ask-unless`.

    And it comes to an end. How much is said to be left only falls. Without a scope, all is settled
    then: nothing of the advice is open but what is unknown.
    """
    base = with_asking(case.scenario.base, names)
    interview = begin(msgspec.structs.replace(case.scenario, base=base), "a1", scope)
    chance = random.Random(seed)
    left = []
    for _ in range(60):
        asked = interview.question()
        left.append(interview.progress().left)
        if asked is None:
            break
        if asked.kind.name != "choice":  # the alternatives of a group are what the facts say
            _makes_sense(interview, asked.instances)
        interview = _answered(interview, asked, chance)
    assert interview.question() is None
    assert left == sorted(left, reverse=True)
    if scope is None:
        assert not interview.progress().open


def _makes_sense(interview: Interview, instances) -> None:
    case = interview.outcome()
    for instance in instances:
        for premise in premises(interview.base, instance):
            bounds = [case.bounds(fact) for fact in interview.graph.matching(premise, {})]
            stated = instance in interview.start.facts
            assert stated or any(high >= HOLDS for _, high in bounds), (instance, premise)
        for bar in bars(interview.base, instance):
            for fact in interview.graph.matching(bar, {}):
                assert case.bounds(fact)[0] < HOLDS, (instance, bar)


def _answered(interview: Interview, asked, chance) -> Interview:
    texts = {
        "yes-no": ("yes", "no", "unknown", "likely", "unlikely"),
        "several": ("1", "none", "all", "unknown"),
        "choice": ("1", "unknown"),
        "number": ("2", "unknown"),
        "date": ("2026-05-03", "unknown"),
    }
    return interview.answer(asked, chance.choice(texts.get(asked.kind.name, ("unknown",))))


def test_the_shipped_base_asks_nothing_absurd():
    """Of groundwork, say, it is not asked where nothing is proposed, whoever is in play."""
    asked = [t for t in advisor.load_base().templates.values() if t.ask_when]
    assert len(asked) > 10
    scope = Scope(topics=("energy-security",), involving=("russia",))
    interview = advisor.consult(advisor.load_base(), scope=scope)
    while (question := interview.question()) is not None:
        _makes_sense(interview, question.instances)
        interview = interview.answer(
            question, "unknown" if question.kind.name == "choice" else "no"
        )
    assert views.advise(interview.outcome(), "pakistan") is not None


HOSTILE = {"at-war", "rivals", "sanctions", "threatens-force"}


def test_nobody_is_asked_what_members_of_one_union_do_to_each_other():
    """Rules may conclude what an `ask-unless` names, as that two states are of one union."""
    interview = advisor.consult(advisor.load_base(), "hungary-gas", scope=Scope())
    union = {f.values[0] for f in interview.start.facts if f.template == "member-of"}
    open_ = (interview.graph.instances[fact] for fact in interview.agenda.open)
    hostile = {fact for fact in open_ if fact.template in HOSTILE}
    within = {fact for fact in hostile if {*fact.values} <= union | {"european-union"}}
    first = {fact: interview.sense.first(interview.graph.number[fact]) for fact in hostile}
    assert {fact.template for fact in within} == HOSTILE
    assert all(first[fact] is None for fact in within)
    assert any(first[fact] is not None for fact in hostile - within)
