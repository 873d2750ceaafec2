"""An unanswered number or date is one thing: one question, one answer, one fact in the file."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

import msgspec
import pytest
from consult_strategies import interviews
from hypothesis import event, example, given, settings
from hypothesis import strategies as st
from oracle import Oracle
from strategies import Case, base_of, compare, fact, pattern, rule, scenario_of, template

from advisor import api, loader
from advisor.answers.widening import widened
from advisor.consult.answers import Unclear
from advisor.consult.interview import Interview, begin
from advisor.consult.saved import advice_of, fact_file
from advisor.consult.scope import Scope
from advisor.loader.texts import as_date, as_number
from advisor.model import asking
from advisor.model.errors import Location
from advisor.model.records import Instance, SlotRef
from advisor.model.scenarios import Scenario
from advisor.model.values import is_answered, value_text
from advisor.reasoning.building import build
from advisor.reasoning.evaluate import outcome

ASKED = {"asks": ("asked",)}
LEVEL = template("level", "number", **ASKED)
DAY = template("day", "A", "date", **ASKED)
AGE = template("age", "A", "number", key=(0,), **ASKED)
ADVICE = [template(name, "A", first="client", advice=True) for name in ("boat", "wade", "lead")]


def advises(name: str, conditions, *tests):
    """A rule for some advice to the client."""
    return rule(f"{name}-{len(tests)}", conditions, [pattern(name, "a1")], comparisons=tests)


BASE = base_of(
    [LEVEL, DAY, AGE, *ADVICE],
    [
        advises("boat", [pattern("level", "$m")], compare("$m", ">", 20)),
        advises("wade", [pattern("level", "$m")], compare("$m", "<=", 20), compare("$m", "!=", 10)),
        advises(
            "lead",
            [pattern("age", "a1", "$a"), pattern("age", "a2", "$b")],
            compare("$a", ">", "$b"),
        ),
        advises(
            "boat",
            [pattern("day", "a1", "$d"), pattern("day", "a2", "$e")],
            compare("$d", "<", "$e"),
            compare("$d", "!=", "$e"),
        ),
    ],
)
NOTHING = Scenario(
    base=BASE, name="", title="", client="a1", complete=False, where=Location("<nothing>")
)


def saved(interview: Interview, start: Scenario = NOTHING) -> Scenario:
    """The file of the answers so far, loaded over what they began with."""
    return loader.change(start, fact_file(interview, "0" * 64), "saved.yaml")


def advised(scenario: Scenario) -> tuple:
    """The advice that is given and that is open, of everything that could be asked about."""
    return advice_of(widened(outcome(scenario, build(scenario)), "a1"), "a1")


def agrees(interview: Interview, start: Scenario = NOTHING) -> None:
    """The saved file loads, and says what the interview says."""
    assert advised(saved(interview, start)) == advice_of(interview.outcome(), "a1")


def values_of(scenario: Scenario, template_: str) -> list:
    """The values that a scenario states of a template."""
    found = [one for one in scenario.facts.values() if one.standing == "stated"]
    return [one.instance.values[-1] for one in found if one.instance.template == template_]


ANSWERS = st.one_of(
    st.just("unknown"),
    st.decimals(-30, 30, places=2).map(lambda one: f"{one:f}"),
    st.sampled_from(["10", "20", "20.00001", "0.00001", "9" * 30]),
)
DAYS = st.one_of(st.just("unknown"), st.dates().filter(is_answered).map(value_text))


@settings(max_examples=settings().max_examples // 3)
@given(st.data())
def test_each_number_and_date_is_asked_once(data):
    """Whatever is answered, no question comes again, one value is stated, and the file loads."""
    interview = begin(NOTHING, "a1")
    asked = []
    while (question := interview.question()) is not None:
        asked.append(question.about)
        interview = interview.answer(
            question, data.draw(DAYS if question.kind.name == "date" else ANSWERS)
        )
        agrees(interview)
    assert len(asked) == len(set(asked))
    again = begin(saved(interview), "a1")
    assert again.question() is None


@settings(max_examples=settings().max_examples // 5)
@given(st.data())
def test_another_answer_replaces_the_first(data):
    """After any changes of any answers, each has the value last given, and the file loads."""
    interview = begin(NOTHING, "a1")
    while (question := interview.question()) is not None:
        interview = interview.answer(
            question, data.draw(DAYS if question.kind.name == "date" else ANSWERS)
        )
        if data.draw(st.integers(0, 2)) == 2:
            earlier = data.draw(st.sampled_from(interview.answers))
            asked = interview.asked(earlier)
            interview = interview.change(
                asked, data.draw(DAYS if asked.kind.name == "date" else ANSWERS)
            )
            agrees(interview)
    abouts = [one.about for one in interview.answers]
    assert len(abouts) == len(set(abouts))


def test_a_number_without_a_key_is_settled_by_one_answer():
    """The water stands at 12 metres, and so at no other height."""
    interview = begin(NOTHING, "a1")
    questions = {one.about: one for one in iter_topics(interview)}
    interview = interview.answer(questions["level(*)"], "12")
    assert "level(*)" not in [topic.about for topic, _ in interview.relevant()]
    assert values_of(saved(interview), "level") == [12]


def iter_topics(interview: Interview):
    """A question about each topic."""
    from advisor.consult.questions import question  # noqa: PLC0415

    for topic in interview.agenda.topics:
        yield question(interview.base, topic, topic.instances)


@pytest.mark.parametrize(
    ("rules", "answers", "left"),
    [
        (["lead: a1 <= any"], ["age(a2, *)=unknown"], []),
        (["lead: a1 = any", "boat: a1 <= any, by default"], ["age(a2, *)=unknown"], []),
        (["lead: a1 = any", "boat: a1 <= any, by default"], ["age(a2, *)=3"], ["age(a1, *)"]),
        (["lead: a1 <= 1, any"], ["age(a1, *)=unknown"], []),
        (["lead: a1 <= 1, any"], ["age(a1, *)=1"], ["age(a2, *)"]),
        (["lead: a1, p", "boat: a1, not p"], ["p()=unknown"], []),
        (["lead: who, p", "lead: not who, not p"], ["p()=unknown"], []),
    ],
)
def test_what_changes_nothing_whatever_the_number_is_not_asked(rules, answers, left):
    """A number has some value, and what is not known of another may lie on any side of it."""
    who, plain = (msgspec.structs.replace(LEVEL, id=n, slots={}, says=(n,)) for n in ("who", "p"))
    made = [_of_ages(number, *text.split(": ")) for number, text in enumerate(rules)]
    base = base_of([AGE, who, plain, *ADVICE], made)
    interview = begin(msgspec.structs.replace(NOTHING, base=base), "a1")
    for text in answers:
        about, said = text.split("=")
        asked = next(one for one in iter_topics(interview) if one.about == about)
        interview = interview.answer(asked, said)
    assert [q.about for q in [interview.question()] if q] == left


def _of_ages(number: int, head: str, text: str):
    """A rule from a few words: the age of a1 against a value or any age of a2, and other facts."""
    terms = text.removesuffix(", by default").split(", ")
    conditions, tests, exceptions = [], [], []
    for term in terms:
        first, *others = term.split(" ")
        if first == "not":
            exceptions.append(pattern(others[0]))
            continue
        conditions.append(
            pattern("age", first.replace("any", "a2"), f"${first}")
            if first in {"a1", "any"}
            else pattern(first)
        )
        if others:
            limit = "$any" if others[1] == "any" else int(others[1])
            conditions += [pattern("age", "a2", "$any")] if others[1] == "any" else []
            tests.append(compare("$a1", others[0], limit))
    return rule(
        f"r{number}", conditions, [pattern(head, "a1")], comparisons=tuple(tests),
        exceptions=tuple(exceptions), otherwise=text.endswith("by default"),
    )  # fmt: skip


def test_a_number_that_is_likelier_another_is_no_answer():
    """Which it is, or unknown, would be one."""
    interview = begin(NOTHING, "a1")
    asked = next(one for one in iter_topics(interview) if one.about == "level(*)")
    assert interview.read(asked, "12=50%").facts[0].grade == 4
    for text in ("12=unlikely", "12 = 10%"):
        with pytest.raises(Unclear, match=r"If not 12, what is it\? Answer with a number"):
            interview.read(asked, text)


@pytest.mark.parametrize("standing", ["stated", "unknown"])
@pytest.mark.parametrize(("text", "values"), [("25", [25]), ("unknown", []), ("12", [12])])
def test_an_answer_replaces_what_was_known_of_the_number(standing, text, values):
    """A height that a file gives is given up for the one answered, in the saved file too."""
    known = fact(Instance("level", (12,)), standing=standing)
    start = scenario_of(BASE, [known], complete=False)
    for change in (False, True):
        interview = begin(start, "a1")
        asked = interview.about(known.instance)
        interview = (interview.change if change else interview.answer)(asked, text)
        agrees(interview, start)
        assert values_of(saved(interview, start), "level") == values
        last = 26 if text == "25" else 14
        interview = interview.change(asked, str(last))
        agrees(interview, start)
        assert values_of(saved(interview, start), "level") == [last]


def test_an_answer_taken_up_again_replaces_the_saved_one():
    """Of a file with answers, a number is changed: the new file holds the new one alone."""
    interview = begin(NOTHING, "a1")
    for asked in iter_topics(interview):
        interview = interview.answer(
            asked, "2026-01-01" if asked.kind.name == "date" else "0.00001"
        )
    start = saved(interview)
    for name, values in (("level", ()), ("age", ("a1",))):
        again = begin(start, "a1")
        known = Instance(name, (*values, Decimal("0.00001")))
        again = again.change(again.about(known), "7")
        agrees(again, start)
        found = values_of(saved(again, start), name)
        assert sorted(found) == ([7] if name == "level" else [Decimal("0.00001"), 7])


def test_an_unanswered_number_is_told_as_its_question():
    """Not "whether a1 is 0", but the question that would be asked, once for each number."""
    case = widened(outcome(NOTHING, build(NOTHING)), "a1")
    waits = {one.id: [fact.says for fact in one.unknown] for one in api.advise(case, "a1").open}
    assert waits["wade"] == ["it is not known: asked"]
    assert len(waits["lead"]) == 2  # of a1 and of a2
    gaps = (SlotRef("s", "name"), " with ", SlotRef("s1", "name"))
    named = msgspec.structs.replace(AGE, says=gaps, asks=("has ", *gaps, "?"))
    for one, text in ((AGE, "asked"), (named, " with how many?")):
        said = asking.asks_value(base_of([one], []), Instance("age", ("a1", 0)), [1])
        assert said.endswith(text)


def test_an_answer_closes_what_is_open_beside_it():
    """Where much is open, an answered number leaves no other open; a stated one does."""
    one = fact(Instance("level", (12,)))
    for origin, open_ in (("answered", False), ("given", True)):
        start = scenario_of(BASE, [msgspec.structs.replace(one, origin=origin)], complete=False)
        _, unsure = advised(start)
        assert ("boat(a1)" in unsure) == (open_ or True)
        case = widened(outcome(start, build(start)), "a1")
        levels = [case.bounds(n) for n in case.graph.of_template["level"]]
        assert ((0, 8) in levels) == open_


@pytest.mark.parametrize("standing", ["stated", "unknown"])
def test_a_number_of_which_the_start_speaks_is_not_asked_for(standing):
    """What was settled by it stays so: no answer takes its place unless it is to be changed."""
    start = scenario_of(BASE, [fact(Instance("level", (30,)), standing=standing)], complete=False)
    interview = begin(start, "a1")
    asked = []
    while (question := interview.question()) is not None:
        asked.append(question.about)
        interview = interview.answer(question, "unknown")
    assert asked
    assert not [about for about in asked if about.startswith("level")]
    said = interview.scenario().facts[Instance("level", (30,))]
    assert said.standing == standing


# Several values at once

NUMERAL = re.compile(r"(?<![\w.-])-?\d+(?:\.\d+)?(?!\w)")


def spoken(template_):
    """A template that names all of its slots in what it says and asks."""
    gaps = [part for slot in template_.slots for part in (" ", SlotRef(slot, "name"))]
    return msgspec.structs.replace(
        template_, says=(template_.id, *gaps), asks=template_.asks and ("Is it", *gaps, "?")
    )


def named_in(base, scenario) -> set[str]:
    """The numerals of the values that rules and facts name."""
    found = []
    for one in base.rules:
        for each in [*one.conditions(), *one.conclusions]:
            found += [v for term in each.terms for v in getattr(term, "values", (term,))]
        found += [side for test in one.comparisons for side in (test.left, test.right)]
    found += [value for instance in scenario.facts for value in instance.values]
    days = [f"{one.day} {one.year}" for one in found if isinstance(one, date)]
    numbers = [value_text(v) for v in found if isinstance(v, int | Decimal)]
    return set(NUMERAL.findall(" ".join([*days, *numbers])))


@settings(max_examples=settings().max_examples // 2)
@given(interviews(), st.lists(st.sampled_from(["unknown", "next"]), max_size=4))
def test_no_question_names_a_value_that_nobody_named(case, moves):
    """Whatever the base asks in so many words, no question or option has a value made up for it."""
    start = case.scenario
    templates = {name: spoken(one) for name, one in start.base.templates.items()}
    base = msgspec.structs.replace(start.base, templates=templates)
    interview = begin(msgspec.structs.replace(start, base=base), "a1")
    named = named_in(base, start)
    for move in [*moves, "next"]:
        for asked in iter_topics(interview):
            parts = [label for part in asked.parts for label in part.options]
            for text in (asked.text, *asked.options, *parts, accepted_values(asked)):
                assert named.issuperset(NUMERAL.findall(text)), text
        question = interview.question()
        if question is not None:
            skips = move != "unknown"
            interview = interview.skip(question) if skips else interview.answer(question, "unknown")


def accepted_values(asked) -> str:
    """What each of several values may be, in words."""
    each = zip(asked.parts, asked.kind.details(asked), strict=False)
    return ", ".join(takes for part, takes in each if part.kind.name != "date")


OFFER = template("offer", "A", "number", "date", key=(0,), **ASKED)
STAY = msgspec.structs.replace(template("stay", "date", "date", **ASKED), distinct=(0, 1))
DAYS_APART = (date(2026, 6, 1), date(2026, 9, 1))
SEVERAL = base_of(
    [OFFER, STAY, *ADVICE],
    [
        advises(
            "boat",
            [pattern("offer", "a1", "$n", "$d")],
            compare("$n", ">", 20),
            compare("$d", ">=", DAYS_APART[0]),
        ),
        advises(
            "wade",
            [pattern("stay", "$d", "$e")],
            compare("$d", "<", DAYS_APART[0]),
            compare("$e", ">", DAYS_APART[1]),
        ),
    ],
)
OPEN = msgspec.structs.replace(NOTHING, base=SEVERAL)
LINES = {
    "offer(a1, *, *)": st.tuples(ANSWERS, DAYS),
    "stay(*, *)": st.tuples(DAYS, DAYS).filter(lambda days: days[0] != days[1]),
}


@settings(max_examples=settings().max_examples // 3)
@given(st.data())
def test_several_values_are_asked_for_once(data):
    """One question for all that is open of a fact, and what was answered last is what is so."""
    interview = begin(OPEN, "a1")
    asked = []
    while (question := interview.question()) is not None:
        asked.append(question)
        for change in (False, True)[: data.draw(st.integers(1, 2))]:
            values = data.draw(LINES[question.about])
            said = "unknown" if "unknown" in values else ", ".join(values)
            interview = (interview.change if change else interview.answer)(question, said)
            agrees(interview, OPEN)
            stated = [
                [value_text(v) for v in one.values[-2:]]
                for one, fact_ in interview.scenario().facts.items()
                if fact_.standing == "stated" and one.template == question.instances[0].template
            ]
            assert [*map(parsed, stated)] == ([] if said == "unknown" else [parsed(values)])
    assert len(asked) == len({one.about for one in asked})
    assert {one.kind.name for one in asked} == {"values"}
    again = begin(saved(interview, OPEN), "a1")
    assert again.question() is None


def parsed(values) -> list[str]:
    """Numbers as they are kept."""
    return [value_text(as_number(one) if "-" not in one[1:] else as_date(one)) for one in values]


@pytest.mark.parametrize(
    ("about", "text", "message"),
    [
        ("offer(a1, *, *)", "12", "'12' is not 2 values."),
        ("offer(a1, *, *)", "12, 2026-01-01, 3", "'12, 2026-01-01, 3' is not 2 values."),
        ("offer(a1, *, *)", "2026-01-01, 12", "'2026-01-01' is no number."),
        ("stay(*, *)", "2026-01-01; 2026-01-01", "'2026-01-01; 2026-01-01' has one value twice"),
        ("stay(*, *)", "2026-01-01, unknown", "'unknown' is no date."),
    ],
)
def test_what_is_not_all_the_values_is_no_answer(about, text, message):
    """Too few, too many, others than were asked for, or one twice: it is said what would do."""
    interview = begin(OPEN, "a1")
    questions = {one.about: one for one in iter_topics(interview)}
    with pytest.raises(Unclear) as raised:
        interview.answer(questions[about], text)
    assert str(raised.value).startswith(message)
    assert not interview.answers


LIKELY = scenario_of(  # one value of a key holds, and is not certain
    base_of(
        [AGE, *ADVICE],
        [
            advises("boat", [pattern("age", "a1", "$a")], compare("$a", ">", 3)),
            advises("wade", [pattern("age", "a1", "$a")], compare("$a", "<=", 3)),
        ],
    ),
    [fact(Instance("age", ("a1", 5)), 6)],
)


@settings(max_examples=settings().max_examples // 4)
@example(Case(LIKELY, frozenset()), False)
@given(interviews(), st.booleans())
def test_enter_keeps_all_that_is_known(case, complete):
    """Whoever presses Enter at each question says nothing new: all facts are as a naive evaluator
    has them from the scenario alone, numbers and dates among them.
    """
    start = msgspec.structs.replace(case.scenario, complete=complete)
    interview = begin(start, "a1", Scope())
    asked = 0
    while (question := interview.question()) is not None:
        interview = interview.take(interview.keep(question))
        asked += 1
    after = interview.outcome()
    askable = [one for one in after.graph.instances if one.template not in start.base.derived]
    naive = Oracle(interview.start, extra=askable)
    for number, instance in enumerate(after.graph.instances):
        bounds = naive.lower.get(instance, 0), naive.upper.get(instance, 0)
        assert after.bounds(number) == bounds, instance
    event(f"asked: {min(asked, 3)}, {complete}")
