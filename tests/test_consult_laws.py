"""The laws of a consultation, as a state machine over small random bases."""

from __future__ import annotations

import itertools
import shutil
import tempfile
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest
import strategies
from consult_strategies import CLIENT, interviews
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from advisor import loader
from advisor.answers.advice import Adviser
from advisor.answers.widening import widened
from advisor.consult.dialogue import Asked, Dialogue
from advisor.consult.interview import Interview
from advisor.consult.interview import begin as begun
from advisor.consult.journal import begin, resume
from advisor.consult.lines import JournalHead
from advisor.consult.questions import question
from advisor.consult.saved import fact_file
from advisor.consult.scope import Scope
from advisor.consult.session import Session, now
from advisor.consult.told import Noted
from advisor.model.changes import Changes, fold
from advisor.model.errors import AdvisorError, Location
from advisor.model.scenarios import Scenario
from advisor.model.values import value_text
from advisor.reasoning.building import build
from advisor.reasoning.evaluate import outcome, standing

FEATURES = strategies.Features(keys=True, groups=True, advised=True)
YES_NO = (
    "yes",
    "no",
    "unknown",
    "likely",
    "roughly even chance",
    "70%",
    "almost no chance -- me",
    'yes -- \'a: # "b"',
)
GRADES = ("", "=likely", "=roughly even chance", "=unlikely")
VALUED = ("", "=likely", "=roughly even chance", "=almost certain")
MOST_ANSWERS = 120  # to everything that is open, for all of them to be tried
ENOUGH = 400  # questions: no small base has more

CASES = st.one_of(interviews(), interviews(), interviews(), strategies.cases(FEATURES))


class Pause(Exception):
    """There is no line yet: the dialogue stands at its prompt."""


class Desk:
    """A dialogue that takes a line at a time, in its session."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.told: list[object] = []
        self.line: str | None = None
        self.dialogue = Dialogue(
            session.interview, self.ask, self.told.append, keep=session.keep, save=self.save
        )
        self.end = self.say(None)

    @property
    def interview(self) -> Interview:
        """The interview as it stands."""
        return self.dialogue.interview

    def ask(self, _prompt: str) -> str:
        """The line that was said."""
        if self.line is None:
            raise Pause
        line, self.line = self.line, None
        return line

    def save(self, _interview: Interview, _path: str) -> str:
        """Nothing is written here."""
        return "saved"

    def say(self, line: str | None) -> str | None:
        """Say a line, and hear everything up to the next prompt; how it ended, if it did."""
        self.told.clear()
        self.line = line
        try:
            return self.dialogue.run()
        except Pause:
            return None


def said_of_all(case, client: str) -> dict[str, tuple]:
    """Standing, confidence and caveats of all advice to a client that is not withheld."""
    adviser = Adviser(case, client)
    found = {}
    for fact in case.graph.advice_to(client):
        stands = standing(*case.bounds(fact))
        if stands != "withheld":
            found[str(case.graph.instances[fact])] = (stands, adviser.in_short(fact))
    return found


def said_in(facts) -> list[tuple]:
    """What facts say, places and times apart."""
    return sorted((f.instance, f.standing, f.grade, f.note, f.citations) for f in facts)


def said_of_facts(scenario) -> dict:
    """The bounds of all facts of a scenario."""
    return {instance: one.bounds for instance, one in scenario.facts.items()}


def settled(interview: Interview) -> dict[str, tuple | None]:
    """What is said of the advice that is settled; None of what is withheld."""
    said = said_of_all(interview.outcome(), interview.client)
    unsettled = set(interview.stakes.unsettled) if interview.question() is not None else set()
    names = {f: str(interview.graph.instances[f]) for f in interview.stakes.advice}
    return {name: said.get(name) for fact, name in names.items() if fact not in unsettled}


def answer_to(asked, kind: int, pick: int) -> str:
    """One of the legal answers to a question, by two numbers."""
    if asked.kind.name == "yes-no":
        return YES_NO[kind % len(YES_NO)]
    grades = VALUED if asked.kind.measured else GRADES
    grade = grades[kind // 4 % len(grades)]
    if asked.kind.name in {"number", "date"}:
        if kind % 4 == 0:
            return "unknown"
        values = [one.values[asked.gap] for one in asked.instances]
        value = values[pick % len(values)]
        if kind % 4 == 1 and asked.kind.name == "number":
            value = (3, Decimal("0.5"), -7, 2)[pick % 4]
        return f"{value_text(value)}{grade}"
    if asked.kind.name == "values":
        return (
            "unknown"
            if kind % 4 == 0
            else f"{values_of(asked)[pick % len(asked.instances)]}{grade}"
        )
    number = 1 + pick % len(asked.options)
    if kind % 4 == 0:
        return "unknown"
    if kind % 4 == 1 and not asked.group:
        return "none"
    if asked.kind.name == "several" and kind % 4 == 2:
        return "all" if pick % 2 else f"{number}=unknown, 1{grade}" if number > 1 else "1"
    return f"{number}{grade}"


def values_of(asked) -> list[str]:
    """The answers with the values that a question for several was made of."""
    rows = ([one.values[part.gap] for part in asked.parts] for one in asked.instances)
    return [", ".join(map(value_text, row)) for row in rows]


def every_answer(asked, most: int) -> list[str] | None:
    """Answers that stand for all there are; None if they are over so many."""
    if asked.kind.name == "yes-no":
        return ["yes", "no", "unknown", "roughly even chance"]
    if asked.kind.name in {"number", "date"}:
        values = [value_text(one.values[asked.gap]) for one in asked.instances]
        return ["unknown", *(v + g for v in values for g in ("", "=roughly even chance"))]
    if asked.kind.name == "values":
        return ["unknown", *(v + g for v in values_of(asked) for g in ("", "=roughly even chance"))]
    numbers = range(1, len(asked.options) + 1)
    if asked.kind.name == "choice":
        more = ["unknown"] if asked.group else ["unknown", "none"]
        return more + [f"{n}{g}" for n in numbers for g in ("", "=roughly even chance")]
    if 4 ** len(asked.options) > most:
        return None
    ways = itertools.product(("", "=no", "=unknown", "=roughly even chance"), repeat=len(numbers))
    return [", ".join(f"{n}{g}" for n, g in zip(numbers, way, strict=True)) for way in ways]


def open_questions(interview: Interview) -> list:
    """A question about everything of which nobody has spoken, relevant or not."""
    spoken = {fact.instance for answer in interview.answers for fact in answer.facts}
    answered = {answer.about for answer in interview.answers}
    return [
        interview_question(interview, topic)
        for topic in interview.agenda.topics
        if not spoken.intersection(canonical(interview, topic))
        and not (topic.kind.measured and topic.about in answered)
    ]


def canonical(interview: Interview, topic) -> list:
    """The facts of a topic as the graph has them."""
    templates = interview.base.templates
    return [templates[one.template].instance(*one.values) for one in topic.instances]


def interview_question(interview: Interview, topic):
    """The question about all of a topic."""
    return question(interview.base, topic, canonical(interview, topic))


def said_after(interview: Interview, questions, texts) -> dict[str, tuple]:
    """What is said of all advice if these answers were given."""
    facts = [
        fact
        for asked, text in zip(questions, texts, strict=True)
        for fact in interview.read(asked, text).facts
    ]
    scenario, problems = fold(interview.scenario(), Changes(facts=tuple(facts)))
    assert not problems
    return said_of_all(outcome(scenario, interview.graph), interview.client)


class Consultation(RuleBasedStateMachine):
    """Answers, `back`, `change`, `skip`, `save`, and the process killed and resumed, in any order.

    The laws are checked after each step: what is settled stays so, nothing is asked twice, the
    saved file gives the same advice, the journal cut anywhere gives an earlier state.
    """

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="consult-"))
        (self.folder / "rules").mkdir()
        self.patched = pytest.MonkeyPatch()
        self.patched.setenv("XDG_STATE_HOME", str(self.folder / "state"))
        self.copies = 0
        self.has_skipped = False

    def teardown(self) -> None:
        """However it went, it ends when every question is answered, and the laws hold there."""
        try:
            if hasattr(self, "desk"):
                self.to_the_end()
        finally:
            if hasattr(self, "desk"):
                self.desk.session.journal.close()
            self.patched.undo()
            shutil.rmtree(self.folder)

    @initialize(case=CASES, from_nothing=st.booleans())
    def begin(self, case, from_nothing) -> None:
        """A consultation from nothing or from a scenario begins."""
        base = msgspec.structs.replace(case.scenario.base, folder=self.folder)
        self.start = msgspec.structs.replace(case.scenario, base=base, client=CLIENT)
        if from_nothing:
            self.start = Scenario(
                base=base, name="", title="", client=CLIENT, complete=False, where=Location("<>")
            )
        head = JournalHead(
            schema="", id="", base="", facts=None, client=CLIENT, fingerprint="", started=now()
        )
        interview = begun(self.start, CLIENT)
        self.desk = Desk(Session(interview, begin(head), None, []))
        self.promised: dict[str, tuple | None] = {}
        self.history = {self.written(): self.state()}

    # What it is checked against

    @property
    def interview(self) -> Interview:
        """The interview as it stands."""
        return self.desk.interview

    def written(self) -> int:
        """How many bytes the journal has."""
        return self.desk.session.journal.path.stat().st_size

    def state(self) -> tuple:
        """All that a resumed consultation must agree on."""
        asked = self.interview.question()
        return (
            [(one.about, one.text, said_in(one.facts)) for one in self.interview.answers],
            said_of_all(self.interview.outcome(), CLIENT),
            asked and (asked.about, asked.text, asked.options),
        )

    def agrees(self, earlier: tuple) -> None:
        """It stands where it stood; in which order skipped questions return is nobody's promise."""
        compared = 2 if self.has_skipped else 3
        assert self.state()[:compared] == earlier[:compared]

    def did(self) -> None:
        """Remember what a step has led to."""
        self.history[self.written()] = self.state()

    def answered(self) -> set:
        """The facts that answers speak of."""
        return {fact.instance for answer in self.interview.answers for fact in answer.facts}

    # Steps

    @precondition(lambda self: self.desk.dialogue.asked is not None)
    @rule(kind=st.integers(0, 30), pick=st.integers(0, 5))
    def answer(self, kind, pick) -> None:
        """Give some legal answer to the question that is put."""
        self.give(kind, pick)

    @precondition(lambda self: self.desk.dialogue.asked is not None)
    @rule(answers=st.lists(st.tuples(st.integers(0, 30), st.integers(0, 5)), max_size=4))
    def answer_several(self, answers) -> None:
        """Give an answer to each of a few questions."""
        for kind, pick in answers:
            if self.desk.dialogue.asked is not None:
                self.give(kind, pick)
                self.settled_is_settled()

    def give(self, kind: int, pick: int) -> None:
        """Give one of the legal answers."""
        asked = self.desk.dialogue.asked
        changing = self.desk.dialogue.changing is not None
        if not changing:
            assert not self.answered().intersection(asked.instances), "asked twice"
            if asked.kind.measured:
                assert asked.about not in {one.about for one in self.interview.answers}
        self.desk.end = self.desk.say(answer_to(asked, kind, pick))
        assert [one for one in self.desk.told if isinstance(one, Noted)], self.desk.told
        if changing:
            self.promised.clear()
        self.did()

    @precondition(lambda self: self.desk.dialogue.asked is not None)
    @rule(text=st.sampled_from(["", "hardly", "9999", "1=often", "2026-13-01", "140%", "-- me"]))
    def bad_answer(self, text) -> None:
        """Say what is no answer: nothing is lost, and the question stands."""
        asked, before = self.desk.dialogue.asked, self.state()
        with_default = text == "" and any(
            isinstance(one, Asked) and one.default for one in self.desk.told
        )
        if with_default or (asked.kind.name == "number" and text == "9999"):
            return
        self.desk.end = self.desk.say(text)
        assert self.desk.dialogue.asked == asked
        assert self.state() == before

    @precondition(lambda self: self.desk.dialogue.asked is not None)
    @rule()
    def back(self) -> None:
        """Take the last answer back, or leave an earlier one as it was."""
        self.desk.end = self.desk.say("back")
        self.promised.clear()
        self.did()

    @precondition(lambda self: self.desk.dialogue.asked is not None and self.interview.answers)
    @rule(which=st.integers(0, 20))
    def change(self, which) -> None:
        """Turn to an earlier question."""
        number = 1 + which % len(self.interview.answers)
        about = self.interview.answers[number - 1].about
        self.desk.end = self.desk.say(f"change {number}")
        assert self.desk.dialogue.changing is not None
        assert self.desk.dialogue.asked.about == about

    @precondition(lambda self: self.desk.dialogue.asked is not None and self.start.facts)
    @rule(which=st.integers(0, 20))
    def change_what_was_known(self, which) -> None:
        """Turn to something that was known from the start, if it can be asked about."""
        facts = list(self.start.facts)
        before = self.state()
        self.desk.end = self.desk.say(f"change {facts[which % len(facts)]}")
        assert self.state() == before

    @precondition(lambda self: self.desk.dialogue.asked is not None)
    @rule()
    def skip(self) -> None:
        """Leave a question for later."""
        self.has_skipped = True
        self.desk.end = self.desk.say("skip")
        self.did()

    @precondition(lambda self: self.desk.dialogue.asked is not None)
    @rule(
        command=st.sampled_from(["?", "help", "why", "advice", "facts", "save x", "rule r10"]),
        kind=st.integers(0, 30),
    )
    def look(self, command, kind) -> None:
        """Ask the program something: nothing changes by that."""
        before, written = self.state(), self.written()
        asked = self.desk.dialogue.asked
        if command == "?":
            command = f"what-if {answer_to(asked, kind, kind)}" if kind % 2 else "?"
        self.desk.say(command)
        assert (self.state(), self.written()) == (before, written)
        assert self.desk.dialogue.asked == asked

    @rule(cut=st.floats(0, 1))
    def killed_and_resumed(self, cut) -> None:
        """Killed when so much of the journal was written, it goes on from the last whole step."""
        path = self.desk.session.journal.path
        data = path.read_bytes()
        left = int(cut * len(data))
        self.copies += 1
        (path.parent / f"copy-{self.copies}.jsonl").write_bytes(data[:left])
        whole = data[:left].rfind(b"\n") + 1
        if not whole:
            with pytest.raises(AdvisorError, match="is not the journal of a consultation"):
                resume(f"copy-{self.copies}")
            return
        session = self.resumed(f"copy-{self.copies}")
        again, self.desk = self.desk, Desk(session)
        self.agrees(self.history[whole])
        session.journal.close()
        self.desk = again

    @rule()
    def left_and_resumed(self) -> None:
        """Left and resumed, it stands where it stood, and goes on."""
        journal = self.desk.session.journal
        before = self.state()
        journal.close()
        self.desk = Desk(self.resumed(journal.path.stem))
        self.agrees(before)
        self.did()

    def resumed(self, named: str) -> Session:
        """The consultation of a journal, over the base and scenario of this one."""
        journal, steps = resume(named)
        session = Session(begun(self.start, CLIENT), journal, None, [])
        session.replay(steps)
        assert not session.dropped
        return session

    # Laws

    @invariant()
    def settled_is_settled(self) -> None:
        """What was called settled is said as it was then, whatever was answered since."""
        found = settled(self.interview)
        for name, said in self.promised.items():
            assert name in found
            assert found[name] == said, name
        self.promised |= found

    @invariant()
    def saved_file_says_the_same(self) -> None:
        """The fact file, loaded, holds the interview's facts, and gives the same advice."""
        text = self.desk.session.fact_file(self.interview)
        scenario = loader.change(self.start, text, "saved.yaml")
        answered = {f.instance: f for one in self.interview.answers for f in one.facts}
        again = {one: scenario.facts[one] for one in answered if one in scenario.facts}
        assert said_in(again.values()) == said_in(answered[one] for one in again)
        assert said_of_facts(scenario) == said_of_facts(self.interview.scenario())
        case = widened(outcome(scenario, build(scenario)), CLIENT)
        assert said_of_all(case, CLIENT) == said_of_all(self.interview.outcome(), CLIENT)

    @invariant()
    def only_what_matters_is_asked(self) -> None:
        """Two answers to the question lead to different advice; with none left, no answers do."""
        questions = open_questions(self.interview)
        asked = self.interview.question()
        if asked is None and self.interview.skipped:
            return
        others = [one for one in questions if asked is None or one.about != asked.about]
        listed = [every_answer(one, MOST_ANSWERS) for one in others]
        own = [] if asked is None else [every_answer(asked, MOST_ANSWERS)]
        if None in [*listed, *own]:
            return
        size = 1
        for answers in [*listed, *own]:
            size *= len(answers)
        if size > MOST_ANSWERS:
            return
        now_said = said_of_all(self.interview.outcome(), CLIENT)
        matters = False
        for texts in itertools.product(*listed):
            if asked is None:
                told = [f"{one.about}: {text}" for one, text in zip(others, texts, strict=True)]
                assert said_after(self.interview, others, texts) == now_said, told
                continue
            each = [said_after(self.interview, [*others, asked], [*texts, t]) for t in own[0]]
            matters = matters or any(one != each[0] for one in each)
        assert matters or asked is None, (asked, self.start.groups, self.interview.answers)

    def to_the_end(self) -> None:
        """Answer what is left: it ends, and the laws hold there."""
        if self.desk.dialogue.changing is not None:
            self.desk.end = self.desk.say("back")
        for number in range(ENOUGH):
            if self.desk.dialogue.asked is None:
                break
            self.give(number * 7, number)
        else:
            raise AssertionError("it does not end")
        assert self.desk.end == "settled"
        self.settled_is_settled()
        self.saved_file_says_the_same()
        self.only_what_matters_is_asked()


Consultation.TestCase.settings = settings(
    max_examples=settings().max_examples // 2, stateful_step_count=12, report_multiple_bugs=False
)
TestConsultation = Consultation.TestCase


@settings(max_examples=60)
@given(interviews(), st.booleans(), st.lists(st.integers(0, 29), max_size=3))
def test_a_review_ends_with_what_advise_says(drawn, complete, answers):
    """Wherever it is ended, the saved file is advised on as the consultation said at its end.

    So what nobody asked about is open in both where the facts are incomplete, and no in neither.
    """
    start = msgspec.structs.replace(drawn.scenario, client=CLIENT, complete=complete)
    interview = begun(start, CLIENT, Scope())
    for number in answers:
        asked = interview.question()
        if asked is not None:
            interview = interview.answer(asked, answer_to(asked, number, number % 6))
    saved = loader.change(start, fact_file(interview, "0" * 64, None, "saved"), "saved.yaml")
    advised = widened(outcome(saved, build(saved)), CLIENT)
    assert said_of_all(advised, CLIENT) == said_of_all(interview.outcome(), CLIENT)
