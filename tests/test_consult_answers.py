"""What can be typed at a question: every form of an answer, and every message of a bad one."""

from __future__ import annotations

import contextlib
import re
from datetime import date
from pathlib import Path

import msgspec
import pytest

import advisor
from advisor import loader
from advisor.cli.screen import interruptible
from advisor.consult import dialogue as dialogues
from advisor.consult.answers import Unclear, read
from advisor.consult.commands import COMMANDS, command, completions
from advisor.consult.dialogue import Dialogue
from advisor.consult.effects import noted, states
from advisor.consult.interview import Interview, begin
from advisor.consult.kind import Question
from advisor.consult.questions import question, topic_of
from advisor.consult.scope import Scope
from advisor.model.errors import AdvisorError
from advisor.model.records import Instance

BASES = Path(__file__).parent / "bases"
NOW = "2026-05-03T10:00:00Z"
YES, NO, OPEN = ("stated", 8), ("denied", None), ("unknown", None)


def interview_of(name: str, scenario: str, client: str | None) -> Interview:
    """An interview over a base of the tests."""
    base = loader.load_base(BASES / name)
    return begin(loader.load_scenario(base, scenario), client)


@pytest.fixture(scope="module")
def grants() -> Interview:
    """An interview with questions of every kind, a one-of group among them."""
    base = loader.load_base(BASES / "town-grants")
    group = (
        "title: T\none-of:\n  - title: What is planned\n    alternatives:\n"
        "      - plans(orchard-club, orchard)\n      - plans(orchard-club, repair-evenings)\n"
    )
    funds = loader.load_scenario(base, "the-funds")
    scenario = loader.change(funds, group, "group.yaml")
    return begin(scenario, "orchard-club")


TOPICS = {  # by kind
    "several": "supports(*, orchard-club)",
    "choice": "legal-form(orchard-club, *)",
    "boolean": "insured(orchard-club, *)",
    "number": "members(orchard-club, *)",
    "date": "founded(orchard-club, *)",
    "group": "What is planned",
}


def asked(interview: Interview, kind: str):
    """The question of a kind."""
    if kind == "yes-no":  # by itself, and not with what is asked together with it
        topic = topic_of(interview.base, Instance("owes-report", ("orchard-club", "green-fund")))
    else:
        topic = interview.agenda.by_name[TOPICS[kind]]
    return question(interview.base, topic, topic.instances)


def said(interview: Interview, kind: str, text: str) -> list:
    """What an answer says, in the order of the options."""
    one = asked(interview, kind)
    facts = read(interview.base, one, text, NOW).facts
    return [(fact.standing, fact.grade) for fact in facts]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        *((text, YES) for text in ("yes", "y", "YES", "1", "100%", "certain", " yes ", "ye")),
        *((text, NO) for text in ("no", "n", "No", "2", "0%")),
        *((text, OPEN) for text in ("unknown", "3", "unk", "Unknown")),
        *((text, ("stated", 5)) for text in ("likely", "l", "70%", "56 %", "56%", "LIK")),
        *((text, ("stated", 1)) for text in ("almost no chance", "almost-no", "1%", "4%")),
        *((text, ("stated", 4)) for text in ("roughly even chance", "rough", "50%", "45%", "55%")),
        *((text, ("stated", 6)) for text in ("very likely", "90%", "95%")),
        *((text, ("stated", 2)) for text in ("very u", "5%", "19%")),
        ("99%", ("stated", 7)),
        ("almost certain", ("stated", 7)),
        ("unlikely", ("stated", 3)),
        ("20%", ("stated", 3)),
        *((text, YES) for text in ("yeah", "Yep.", "y\u00e9s", "100", "\uff11", "certainly")),
        *((text, NO) for text in ("nope", "N", "0", "nah!")),
        *((text, OPEN) for text in ("dunno", "don't know", "DON\u2019T KNOW", "idk", "not sure")),
        *((text, ("stated", 5)) for text in ("80", "0.8", ".8", "0,8", "80 percent", "70.5%")),
        *((text, ("stated", 5)) for text in ("likely (55-80%)", "55-80%", "60% to 70%", "prob")),
        *((text, ("stated", 4)) for text in ("50-50", "50/50", "an even chance", "even odds")),
        *((text, ("stated", 1)) for text in ("remote", "a remote chance")),
        *((text, ("stated", 3)) for text in ("improbable", "improb")),
        *((text, ("stated", 2)) for text in ("highly improbable", "Very Improbable")),
        *((text, ("stated", 5)) for text in ("probable", "Probably")),
        *((text, ("stated", 6)) for text in ("highly probable", "highly likely")),
        *((text, ("stated", 7)) for text in ("nearly certain", "almost certainly")),
    ],
)
def test_a_yes_or_no_is_taken_in_many_words(grants, text, meant):
    """Numbers, words, their unambiguous beginnings, likelihoods and percentages are answers."""
    assert said(grants, "yes-no", text) == [meant]


def test_every_percentage_has_a_grade(grants):
    """From 0 to 100 percent, each is a legal likelihood, and they rise with it."""
    grades = [said(grants, "yes-no", f"{percent}%")[0][1] or 0 for percent in range(101)]
    assert grades == sorted(grades)
    assert set(grades) == set(range(9))


@pytest.mark.parametrize(
    ("kind", "text", "meant"),
    [
        ("several", "1, 3", [YES, NO, YES]),
        ("several", "1 3", [YES, NO, YES]),
        ("several", "1 and the school", [YES, NO, YES]),
        ("several", "school; lib", [NO, YES, YES]),
        ("several", "none", [NO, NO, NO]),
        ("several", "all", [YES, YES, YES]),
        ("several", "allot", [YES, NO, NO]),
        ("several", "unknown", [OPEN, OPEN, OPEN]),
        ("several", "2=likely", [NO, ("stated", 5), NO]),
        ("several", "1=unknown 2=70% 3=no", [OPEN, ("stated", 5), NO]),
        ("several", "1-3", [YES, YES, YES]),
        ("several", "1 \u2013 2", [YES, YES, NO]),
        ("several", "1 2-3", [YES, YES, YES]),
        ("several", "2 to 3", [NO, YES, YES]),
        ("several", "all but 2", [YES, NO, YES]),
        ("several", "everything except lib, 3", [YES, NO, NO]),
        ("several", "all but 2=unlikely", [YES, ("stated", 3), YES]),
        ("several", "1, rest unknown", [YES, OPEN, OPEN]),
        ("several", "1, the others are likely", [YES, ("stated", 5), ("stated", 5)]),
        ("several", "rest unknown", [OPEN, OPEN, OPEN]),
        ("several", "not 2, rest yes", [YES, NO, YES]),
        ("several", "1 no, 2: certain; 3 very likely", [NO, YES, ("stated", 6)]),
        ("several", "1 and 2 but not 3", [YES, YES, NO]),
        ("several", "1 and 1", [YES, NO, NO]),
        ("several", "1=80, 2=0.8", [("stated", 5), ("stated", 5), NO]),
        ("several", "#3", [NO, NO, YES]),
        *(("several", text, [NO, NO, NO]) for text in ("no", "Nope", "none of them", "NOTHING")),
        *(("several", text, [OPEN, OPEN, OPEN]) for text in ("dunno", "Don't know", "unk")),
        ("choice", "2", [YES]),
        ("choice", "2 likely", [("stated", 5)]),
        ("group", "don't know", [OPEN, OPEN]),
        ("choice", "comp", [YES]),
        ("choice", "a company", [YES]),
        ("choice", "2=likely", [("stated", 5)]),
        ("choice", "none", [NO, NO, NO]),
        ("choice", "unknown", [OPEN, OPEN, OPEN]),
        ("boolean", "yes", [YES]),
        ("boolean", "false", [YES]),
        ("number", "unknown", [OPEN, OPEN]),
        ("group", "1", [YES]),
        ("group", "unknown", [OPEN, OPEN]),
        ("group", "2=likely", [OPEN, ("stated", 5)]),
    ],
)
def test_options_are_taken_by_number_or_name(grants, kind, text, meant):
    """One or several of the options, none, all or unknown, each with a likelihood of its own."""
    assert said(grants, kind, text) == meant


@pytest.fixture(scope="module")
def ties() -> Interview:
    """An interview that asks how the ties of several states with a third stand."""
    scope = Scope(topics=("energy-security",), involving=("china", "russia"))
    return advisor.consult(advisor.load_base(), scope=scope)


def of_each(ties: Interview) -> Question:
    """That question: of China first, close, good, strained or broken; then of Russia."""
    topic = ties.agenda.by_name["ties(*, pakistan, *)"]
    return question(ties.base, topic, topic.instances)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("1, 7", {"china, close": YES, "russia, strained": YES}),
        ("China close and Russian strained", {"china, close": YES, "russia, strained": YES}),
        ("2=likely, Russia: broken", {"china, good": ("stated", 5), "russia, broken": YES}),
        ("3", {"china, strained": YES, "russia, *": NO}),
        ("8, rest unknown", {"russia, broken": YES, "china, *": OPEN}),
        ("not 1, rest unknown", {"china, close": NO, "china, *": OPEN, "russia, *": OPEN}),
        ("none", {"china, *": NO, "russia, *": NO}),
        ("dunno", {"china, *": OPEN, "russia, *": OPEN}),
    ],
)
def test_of_each_of_several_one_value_is_taken(ties, text, meant):
    """One in a row; a row that is not named has none of them, or is unknown if that is said."""
    expected = {}
    for named, one in meant.items():
        state, value = named.split(", ")
        for standing in ("close", "good", "strained", "broken"):
            if value in {standing, "*"}:
                expected.setdefault(f"ties({state}, pakistan, {standing})", one)
    facts = read(ties.base, of_each(ties), text, NOW).facts
    assert {str(f.instance): (f.standing, f.grade) for f in facts} == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("1, 2", "Only one of these can be so of China. Answer with numbers from 1 to 8 or names"),
        ("1, rest yes", "Only one of these can be so of Russia."),
        ("all but 2", "Only one of these can be so of China."),
        ("all", "'all' is none of the options. Answer with numbers from 1 to 8"),
        ("good", "'good' is none of the options."),
        ("not 1", "And the others? Add rest yes or rest unknown, or name those that are."),
    ],
)
def test_two_values_of_one_are_refused(ties, text, message):
    """The message says of which it is, and what would be an answer."""
    with pytest.raises(Unclear) as unclear:
        ties.answer(of_each(ties), text)
    assert str(unclear.value).startswith(message)


def test_a_row_that_was_not_asked_about_stays_open(ties):
    """Where a question asks about some rows alone, its answer says nothing of the others."""
    topic = ties.agenda.by_name["ties(*, pakistan, *)"]
    of_china = question(ties.base, topic, topic.instances[:1])
    after = ties.answer(of_china, "close")
    told = (after.graph.instances[fact] for fact in after._known)
    assert of_china.text == "How do China's ties with Pakistan stand?"
    assert {one.values[:2] for one in told if one.template == "ties"} == {("china", "pakistan")}


def test_the_rest_is_what_nothing_was_said_of(grants):
    """Several that are not known are one clause, unless others were denied: those are no rest."""
    for text in ("1, rest unknown", "1, 2 unknown, 3 unknown"):
        answer = grants.read(asked(grants, "several"), text)
        clauses = noted(grants.take(answer), answer, {}).states
        assert len(clauses) == 2 and clauses[1] == "the rest is not known"
        listed = states(grants.base, answer.facts, rest=False)
        assert len(listed) == 3 and listed[0] == clauses[0]
        assert all(one.startswith("it is not known whether") for one in listed[1:])


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("number", "34", 34),
        ("number", "34 members", 34),
        ("number", "0.5", 0.5),
        ("number", "-3", -3),
        ("number", "34=likely", 34),
        ("date", "2019-05-12", date(2019, 5, 12)),
    ],
)
def test_numbers_and_dates_are_answers_as_such(grants, kind, text, value):
    """A number with or without its unit, a date, each with a likelihood if there is one."""
    [fact] = read(grants.base, asked(grants, kind), text, NOW).facts
    assert fact.instance.values[-1] == value
    assert fact.grade == (5 if "likely" in text else 8)


@pytest.mark.parametrize("dash", ["--", "–", "—"])
def test_a_note_follows_a_dash(grants, dash):
    """What stands after a dash is where the answer is from, word for word."""
    text = f"likely {dash} Foreign Ministry briefing, 3 May -- by telephone"
    [fact] = read(grants.base, asked(grants, "yes-no"), text, NOW).facts
    assert fact.note == "Foreign Ministry briefing, 3 May -- by telephone"
    assert (fact.origin, fact.answered, fact.grade) == ("answered", NOW, 5)


BAD = [
    ("yes-no", "", "Answer yes, no, unknown, a likelihood such as likely, or a percentage"),
    ("yes-no", "-- briefing", "Answer yes, no, unknown"),
    ("yes-no", "perhaps", "'perhaps' is no answer here. Answer yes, no, unknown"),
    ("yes-no", "4", "'4' is no answer here."),
    ("yes-no", "un", "'un' could be unknown or unlikely. Write a little more of it."),
    ("yes-no", "101%", "'101%' is over 100%. Answer yes, no, unknown"),
    ("yes-no", "-1%", "'-1%' is no answer here."),
    ("yes-no", "r", "'r' could be remote or roughly even chance. Write a little more of it."),
    ("several", "", "Answer with numbers from 1 to 3 or names, with commas between them;"),
    ("several", ",", "Answer with numbers from 1 to 3"),
    ("several", "4", "'4' is none of the options. Answer with numbers from 1 to 3"),
    ("several", "0", "'0' is none of the options."),
    ("several", "1, nobody", "'nobody' is none of the options."),
    ("several", "1=often", "'often' is no answer here. Answer with numbers"),
    ("several", "1=200%", "'200%' is over 100%."),
    ("several", "the", "'the' is none of the options."),
    ("several", "al", "'al' could be all or the allotment holders. Write a little more of it,"),
    ("several", "1 and not 1", "'1 and not 1' says two things of "),
    ("several", "2=likely, 2", "'2=likely, 2' says two things of "),
    ("several", "not 2", "And the others? Add rest yes or rest unknown, or name those that are."),
    ("several", "2-4", "There are no options from 2 to 4."),
    ("several", "3-1", "There are no options from 3 to 1."),
    ("several", "yes", "Which of them?"),
    ("several", "1," * 60, f"'{'1,' * 30}...' is too long a list."),
    ("yes-no", "yes no", "'yes no' says yes and no at once. Answer yes, no, unknown"),
    ("yes-no", "no, likely", "'no, likely' says no and likely at once."),
    ("yes-no", "70-90%", "'70-90%' is not within the band of one likelihood."),
    ("yes-no", "no support", "'no support' is no answer here."),
    ("choice", "1-2", "Only one of these can be so. Answer with a number from 1 to 3"),
    ("choice", "", "Answer with a number from 1 to 3 or a name, or none or unknown."),
    ("choice", "4", "'4' is none of the options. Answer with a number from 1 to 3"),
    ("choice", "a c", "'a c' could be a charity or a company. Write a little more of it,"),
    ("choice", "2=no", "'no' is no answer here."),
    ("choice", "1, 2", "'1, 2' is none of the options."),
    ("group", "none", "'none' is none of the options. Answer with a number from 1 to 2 or a name"),
    ("number", "", "Answer with a number (members), such as 12 or 0.5, or unknown."),
    ("number", "many", "'many' is no number. Answer with a number (members)"),
    ("number", "no", "'no' is no number. Answer with a number (members)"),
    ("number", "None", "'None' is no number."),
    ("date", "nope", "'nope' is no date."),
    ("group", "no", "'no' is none of the options."),
    ("number", "34=often", "'often' is no answer here. Answer with a number"),
    ("number", "1e999", "'1e999' is no number."),
    ("number", "nan", "'nan' is no number."),
    ("number", "1" * 5000, f"'{'1' * 60}...' has 5000 digits on one side of its point"),
    ("several", "1" * 5000, f"'{'1' * 60}...' is none of the options."),
    ("choice", "1" * 5000, f"'{'1' * 60}...' is none of the options."),
    ("yes-no", "1" * 5000, f"'{'1' * 60}...' is no answer here."),
    ("date", "1" * 5000, f"'{'1' * 60}...' is no date."),
    ("date", "", "Answer with a date as in 2026-05-03, or unknown."),
    ("date", "yesterday", "'yesterday' is no date. Answer with a date as in 2026-05-03"),
    ("date", "2026-02-30", "'2026-02-30' is no date."),
]


@pytest.mark.parametrize(("kind", "text", "message"), BAD, ids=lambda part: str(part)[:30])
def test_a_bad_answer_gets_one_line_that_says_what_would_do(grants, kind, text, message):
    """The message is one line that begins so; nothing is taken, and nothing changes."""
    with pytest.raises(Unclear) as unclear:
        grants.answer(asked(grants, kind), text)
    assert str(unclear.value).startswith(message)
    assert "\n" not in str(unclear.value)
    assert grants.answers == ()


@pytest.mark.parametrize("kind", TOPICS)
def test_what_is_offered_for_completion_is_accepted(grants, kind):
    """Each word that completion offers is a legal answer, and `?` names the others."""
    one = asked(grants, kind)
    for word in one.kind.words(one):
        assert read(grants.base, one, word, NOW).facts
    assert one.accepts.startswith("Answer ")


# ------------------------------------------------------------------ at the prompt


class Desk:
    """A dialogue over the base of the walk, its lines given beforehand."""

    def __init__(self, scenario: str = "nothing-known", base: str = "tiny-interview") -> None:
        client = {"tiny-interview": "walkers", "town-grants": "orchard-club"}.get(base)
        self.interview = interview_of(base, scenario, client)
        self.kept: list[tuple[str, str, str]] = []
        self.told: list[object] = []
        self.lines: list[str] = []
        self.aside = contextlib.nullcontext

    def play(self, *lines: str) -> tuple[str, list[str]]:
        """How the dialogue ends after these lines, and the messages in it."""
        self.lines = list(lines)
        self.told.clear()
        dialogue = Dialogue(
            self.interview,
            self.ask,
            self.told.append,
            keep=self.keep,
            save=lambda _, path: path,
            aside=self.aside,
        )
        end = dialogue.run()
        self.interview = dialogue.interview
        return end, [one for one in self.told if isinstance(one, str)]

    def ask(self, _prompt: str) -> str | None:
        """The next line."""
        return self.lines.pop(0) if self.lines else None

    def keep(self, do, question, answer) -> None:
        """What is kept."""
        self.kept.append((do, question.about, answer.text if answer else ""))


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (["back"], "There is no answer to take back."),
        (["rule walks"], "There is no rule 'walks'."),
        (["rule guided-wlk"], "There is no rule 'guided-wlk'. Did you mean 'guided-walk'?"),
        (["change 1"], "'1' was not asked. Answered so far: nothing."),
        (["yes", "change 2"], "'2' was not asked. Answered so far: 1 meets(walkers)."),
        (["yes", "change guides"], "'guides' was not asked. Answered so far: 1 meets(walkers)."),
        (["change dry("], "'dry(' is no instance"),
        (["yes", "change meets", "back"], "The answer stays as it was."),
        (["yes", "change meets", "skip"], "The answer stays as it was."),
        (["how walks"], "There is no template 'walks' (did you mean 'walk'?)."),
        (["why-not walk(nobody)"], "There is no Group 'nobody'"),
        (["what-if perhaps"], "'perhaps' is no answer here."),
        (["save here.yaml"], "here.yaml"),
        *(
            ([word], f"Write {name}: {what}.")
            for name, what in COMMANDS.items()
            for word in [name.split(" ")[0]]
            if " " in name and word not in {"rest", "none"}
        ),
        (["rest"], "Write rest no or rest unknown: it answers all that is left."),
        (["rest yes"], "Write rest no or rest unknown: it answers all that is left."),
        (["yes", "change 1", "rest no"], "An earlier answer is being changed: give that one,"),
    ],
)
def test_every_message_at_the_prompt(lines, message):
    """A command that cannot be done says why in one line, and the question stands."""
    desk = Desk()
    end, said_of_it = desk.play(*lines)
    assert end == "no more answers"
    assert said_of_it[-1].startswith(message)
    assert "\n" not in said_of_it[-1]


@pytest.mark.parametrize("line", ["what-if yes", "why", "how walk", "advice"])
def test_ctrl_c_ends_what_is_worked_out_and_nothing_else(monkeypatch, line):
    """Interrupted before there is anything to tell, the question stands and is answered."""

    def interrupted(*_args, **_options):
        raise KeyboardInterrupt

    for name in ("compare", "reasons", "Adviser"):
        monkeypatch.setattr(dialogues, name, interrupted)
    monkeypatch.setattr(dialogues.views, "explain", interrupted)
    desk = Desk()
    desk.aside = interruptible
    assert desk.play(line, "no") == ("settled", [])
    assert [kept[0] for kept in desk.kept] == ["answer"]
    desk.aside = contextlib.nullcontext
    desk.interview = desk.interview.back()
    with pytest.raises(KeyboardInterrupt):
        desk.play(line, "no")


def test_an_ambiguous_earlier_question_is_asked_after():
    """`change` with a template of which two questions were answered names both."""
    desk = Desk("plain", "small")
    while sum(answer.about.startswith("weather(") for answer in desk.interview.answers) < 2:
        about = desk.interview.question().about
        desk.play("unknown" if about.startswith("weather(") else "skip")
    _, told = desk.play("change weather")
    assert re.fullmatch(r"'weather' could be weather\(.+\) or weather\(.+\)\.", told[-1])


def test_a_groups_fact_is_not_changed_by_itself(grants):
    """What a file says of a one-of group is changed in the file, and the message says so."""
    instance = grants.start.groups[0].alternatives[0]
    with pytest.raises(Unclear, match="is an alternative of a one-of group; change it in the file"):
        grants.about(instance)


@pytest.mark.parametrize(
    ("line", "name", "argument"),
    [
        *((text, "quit", "") for text in ("quit", "QUIT", "q", "exit", "Quit.")),
        *((text, "back", "") for text in ("back", "Undo")),
        *((text, "why", "") for text in ("why?", "WHY")),
        ("?", "?", ""),
        ("help", "help", ""),
        ("None like this", "none like this", ""),
        *((text, "rest", "no") for text in ("rest no", "REST None")),
        ("Rest dunno", "rest", "unknown"),
        *((text, "what-if", "No") for text in ("what-if No", "What if No", "WHAT-IF  No")),
        *((text, "why-not", "walk") for text in ("why-not walk", "why not walk")),
        ("CHANGE meets(walkers)", "change", "meets(walkers)"),
    ],
)
def test_commands_are_taken_in_any_case(grants, line, name, argument):
    """A command is the same in capitals, shortened or with a blank for its hyphen."""
    assert command(asked(grants, "yes-no"), line) == (name, argument)


def test_an_options_own_words_win_over_a_command(grants):
    """An option that is called like a command is what was meant; what may be either is asked."""
    options = ("why", "Back", "save", "Qatar")
    one = msgspec.structs.replace(
        asked(grants, "several"),
        options=options,
        instances=(asked(grants, "several").instances * 2)[:4],
        words=((),) * 4,
    )
    assert [command(one, line) for line in ("WHY", "back", "save", "save 1")] == [None] * 4
    assert command(one, "facts") == ("facts", "")
    with pytest.raises(Unclear, match="'q' could be quit or Qatar"):
        command(one, "q")


def test_what_is_said_of_all_that_is_left():
    """`rest no` and `rest unknown` answer question after question, each with a note of that."""
    for line, standing in (("Rest no", "denied"), ("rest dunno", "unknown")):
        desk = Desk("the-funds", "town-grants")
        assert desk.play("1", line) == ("settled", [])
        first, *others = desk.interview.answers
        assert (first.text, bool(others)) == ("1", True)
        said = {(fact.standing, fact.note) for answer in others for fact in answer.facts}
        assert said == {(standing, "said of all that was left")}
        assert [do for do, _, _ in desk.kept] == ["answer"] * len(desk.interview.answers)


def test_a_number_is_left_for_later_by_no_to_the_rest():
    """What cannot be answered with no is skipped by `rest no`, and comes once more."""
    desk = Desk("the-funds", "town-grants")
    desk.play("1")
    while desk.interview.question().kind.name != "number":
        desk.play("unknown")
    end, told = desk.play("rest no")
    assert "skip" in [do for do, _, _ in desk.kept]
    assert (end, told) == ("no more answers", ["Now to the questions that you skipped."])
    assert desk.play("none like this")[1] == [
        "None is no answer to this. Answer with a number (members), such as 12 or 0.5, or unknown."
    ]


def test_none_like_this_answers_all_of_its_kind():
    """`none like this` says no wherever the same is asked, and one `back` takes all of it back."""
    desk = Desk("plain", "small")
    while not (asked := desk.interview.question()).about.startswith("weather("):
        desk.play("skip")
    template = asked.instances[0].template
    before = desk.interview.answers
    desk.play("none like this")
    others = desk.interview.answers[len(before) :]
    assert len(others) > 1
    assert {answer.facts[0].instance.template for answer in others} == {template}
    assert template not in {t.instances[0].template for t, _ in desk.interview.relevant()}
    desk.play("back")
    assert desk.interview.answers == before


def test_lines_are_completed_with_their_arguments():
    """Completion goes on from an answer, an item of a list, a command and what it takes."""
    desk = Desk("the-funds", "town-grants")
    desk.play("2")
    desk.play("yes")
    by_line = {
        "unk": "unknown",
        "ADV": "advice",
        "rest n": "rest no",
        "what-if unk": "what-if unknown",
        "rule zz": None,
        "how owes": "how owes-report(orchard-club, neighbours-fund)",
        "Change ow": "Change owes-report(orchard-club, *)",
        "save x": None,
    }
    for line, expected in by_line.items():
        found = completions(desk.interview, desk.interview.question(), line)
        assert expected in found if expected else not found, line
    listed = completions(desk.interview, asked(desk.interview, "several"), "1, sch")
    assert listed == ["1, the school"]


def test_skipped_questions_come_once_more_and_no_oftener():
    """Skipping everything ends the dialogue, and says that advice is left open."""
    desk = Desk()
    end, told = desk.play(*["skip"] * 20)
    assert end == "left open"
    assert told == ["Now to the questions that you skipped."]
    assert len(desk.kept) == 10
    assert desk.lines


def test_unknown_is_neither_no_nor_unanswered():
    """Unknown leaves advice open where no would settle it, and the question is not asked again."""
    desk = Desk()
    desk.play("unknown")
    assert desk.interview.question().about != "meets(walkers)"
    denied = Desk()
    assert denied.play("no")[0] == "settled"


def test_control_characters_are_spelled_out():
    """What is typed cannot reach the terminal as an escape sequence."""
    desk = Desk()
    _, told = desk.play("\x1b[31mred")
    assert "\x1b" not in told[-1]
    assert "is no answer here" in told[-1]


def test_nobody_is_consulted_whom_the_base_cannot_advise():
    """Another kind of entity as the client is an error before anything is asked."""
    with pytest.raises(AdvisorError, match="nobody can advise 'green-fund'"):
        interview_of("town-grants", "the-funds", "green-fund")


def test_what_was_known_from_the_start_is_known_again_after_back():
    """`back` after a change of a fact of the file leaves what the file says of it."""
    desk = Desk("fine-sunday")
    before = desk.interview.scenario().facts
    desk.play("change guide(walkers)", "very likely", "back", "change dry()", "unknown", "back")
    assert desk.interview.scenario().facts == before
    assert desk.interview.answers == ()


def test_a_known_number_that_is_unknown_after_all_is_not_asked_again():
    """`change` of a number that the file states, to unknown, answers the whole question."""
    desk = Desk("orchard-club", "town-grants")
    desk.play("change members(orchard-club, 34)", "unknown")
    [answer] = desk.interview.answers
    assert answer.about == "members(orchard-club, *)"
    assert len(answer.facts) > 1
    assert desk.interview.question() is None or desk.interview.question().about != answer.about


def test_a_group_over_several_templates_is_one_question():
    """A one-of group whose alternatives are facts of different templates is asked about."""
    base = loader.load_base(BASES / "tiny-interview")
    text = "title: T\none-of:\n  - title: The weather\n    alternatives: [storm-warning(), dry()]\n"
    scenario = loader.change(loader.load_scenario(base, "nothing-known"), text, "group.yaml")
    interview = begin(scenario, "walkers")
    for _ in range(3):
        if interview.question().group:
            break
        interview = interview.answer(interview.question(), "yes")
    assert interview.question().options == ("Sunday will be dry", "there is a storm warning")
    interview = interview.answer(interview.question(), "2")
    assert interview.question() is None or not interview.question().group
