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
from advisor.api import consultations
from advisor.api.consultations import Scope
from advisor.consult.interview import Interview, begin
from advisor.consult.sense import premises
from advisor.model.grades import HOLDS
from advisor.model.records import KnowledgeBase

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
        assert consultations.left_out(interview) is None


@pytest.mark.parametrize("scope", SCOPES)
def test_what_makes_no_sense_is_not_asked_and_told(base, scope):
    """If it is not so, the question is left out, taken for no, and named in the end."""
    interview = advisor.consult(base, scope=scope)
    interview = interview.answer(interview.question(), "no")
    without = advisor.consult(advisor.load_base(TINY), scope=scope)
    without = without.answer(without.question(), "no")
    assert interview.question() == without.question()
    assert interview.advice().recommendations == without.advice().recommendations
    out = consultations.left_out(interview)
    assert (out.questions, out.denied) == (("Do the walkers meet on Sunday?",), True)


def test_what_is_taken_for_no_is_saved_as_that(base, tmp_path, monkeypatch):
    """Where all is settled, the saved file gives the advice of the consultation."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    session = consultations.start(base, None, None)
    interview = session.interview.answer(session.interview.question(), "no")
    (tmp_path / "saved.yaml").write_text(session.fact_file(interview))
    session.journal.close()
    again = advisor.load(tmp_path / "saved.yaml", base=tmp_path / "tiny")
    assert advisor.advise(again).recommendations == interview.advice().recommendations


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


def with_asking(base: KnowledgeBase, names: set[str]) -> KnowledgeBase:
    """The base in which some templates are asked about only when something holds."""
    templates = dict(base.templates)
    for name in names:
        template = templates[name]
        slot = next(iter(template.slots), "")
        when = tuple(
            pattern(each.template, *(f"${slot}" if term == "$a" else term for term in each.terms))
            for each in ASKED_WHEN[name]
        )
        templates[name] = msgspec.structs.replace(template, ask_when=when)
    return msgspec.structs.replace(base, templates=templates)


@given(
    interviews(),
    st.sets(st.sampled_from(sorted(ASKED_WHEN))),
    st.sampled_from(SCOPES),
    st.integers(0, 1000),
)
@settings(max_examples=40)
def test_nothing_is_asked_that_makes_no_sense(case, names, scope, seed):
    """Whatever is answered, each question's `ask-when` holds or is unknown; and it comes to an end.

    How much is said to be left only falls. Without a scope, all is settled then: nothing of the
    advice is open but what is unknown.
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
            assert any(high >= HOLDS for _, high in bounds), (instance, premise)


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
