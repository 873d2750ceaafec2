"""What is written is read back as the same: values, instances, and numbers in JSON."""

from __future__ import annotations

import json
from decimal import Decimal

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from strategies import WHERE, base_of, pattern, rule, template
from written_strategies import (
    BASE,
    DATES,
    INSTANCES,
    NUMBERS,
    PATTERNS,
    PHRASES,
    SLOTS,
    TEXTS,
    WORDS,
    fact_files,
)

from advisor import loader
from advisor.audit import witness
from advisor.loader import yamlfile
from advisor.loader.reader import Problems, Reader
from advisor.loader.rules import read_rule
from advisor.loader.texts import as_date, as_number, parse_instance
from advisor.loader.vocabulary import Vocabulary
from advisor.loader.written import fact_file
from advisor.loader.written import pattern as pattern_text
from advisor.loader.written import phrase as phrase_text
from advisor.model.errors import AdvisorError
from advisor.model.grades import CERTAIN, TERMS
from advisor.model.records import AtLeast, Instance
from advisor.model.values import Value, value_text
from advisor.reasoning.building import build
from advisor.reasoning.evaluate import outcome
from advisor.reasoning.orders import spread
from advisor.render.exchange.json import document
from advisor.testing.coverage import coverage, covered
from advisor.testing.suggestion import suggestions


@given(NUMBERS)
@example(Decimal("0.00001"))
@example(Decimal("-0.0000001"))
def test_a_number_is_read_as_it_was_written(number):
    """Tiny or huge, the text of a number has no exponent, and reads as the same number."""
    text = value_text(number)
    assert "e" not in text.lower()
    again = as_number(text)
    assert (type(again), again, value_text(again)) == (type(number), number, text)


@given(DATES)
def test_a_date_is_read_as_it_was_written(day):
    """From the first day of the calendar to the last."""
    assert as_date(value_text(day)) == day


@pytest.mark.parametrize(
    ("texts", "number"),
    [
        (("1", "1.0", "+1", "01", "1.000"), 1),
        (("0", "-0", "0.0", "-0.0", ".0"), 0),
        (("2.5", "2.50", "02.5", "+2.5"), Decimal("2.5")),
        ((".5", "0.5"), Decimal("0.5")),
    ],
)
def test_one_number_written_in_several_ways_is_one(texts, number):
    """Zeros that say nothing make no difference; a whole number is whole however written."""
    for text in texts:
        found = as_number(text)
        assert (type(found), found, value_text(found)) == (type(number), number, str(number))


@pytest.mark.parametrize("text", ["", ".", "+", "-", "1.", "1e5", "1_0", "٣", " 1", "0x1", "nan"])
def test_nothing_else_is_a_number(text):
    """Only plain decimals are."""
    assert as_number(text) is None


def test_decimals_are_exact():
    """Twenty-nine digits after the point are told from their neighbours."""
    one, other = as_number("0." + "0" * 28 + "1"), as_number("0." + "0" * 28 + "2")
    assert one != other
    assert value_text(one) == "0." + "0" * 28 + "1"
    assert as_number("0.1") == Decimal("0.1")


@given(st.tuples(*(values for _, values in SLOTS.values())), st.sampled_from(TERMS[1:8]))
def test_an_instance_is_read_as_it_was_written(values: tuple[Value, ...], term):
    """With values of every kind, texts that look like others among them, with a grade or not."""
    one = Instance("held", values)
    assert parse_instance(str(one), BASE) == (one, None)
    assert parse_instance(f"{one}={term}", BASE) == (one, TERMS.index(term))


@given(NUMBERS, st.text())
def test_a_number_in_json_is_exact_and_plain(number, text):
    """All its digits, and no exponent; texts beside it, whatever they look like, stay."""
    written = document("test/1", number=number, text=f"{text} 1E-7", also="2E-9")
    found = json.loads(written, parse_float=Decimal)
    assert found["number"] == number
    assert (found["text"], found["also"]) == (f"{text} 1E-7", "2E-9")
    line = next(line for line in written.splitlines() if '"number"' in line)
    assert line.strip() == f'"number": {value_text(number)},'


@given(st.lists(NUMBERS, max_size=4), st.integers(1, 3))
def test_values_that_stand_for_all_can_be_written(named, width):
    """What is tried in place of all numbers is read back, and lies in every place there is."""
    found = spread("number", named, width, BASE.date)
    assert found == sorted(set(found))
    assert set(named) <= set(found)
    assert [as_number(value_text(one)) for one in found] == found


@pytest.mark.parametrize("kind", ["number", "date"])
def test_a_number_of_many_digits_is_refused_in_short(kind):
    """Of five thousand digits, on either side of the point: an error that says how many may be."""
    base = base_of([template("size", kind)], [])
    for text in ("1" * 5000, "0." + "1" * 5000, "-" + "0" * 5000):
        with pytest.raises(AdvisorError) as caught:
            parse_instance(f"size({text})", base)
        message = caught.value.problems[0].message
        assert len(message) < 200
        assert ("at most 30" in message) == (kind == "number")


# ------------------------------------------------------------------ fact files


def anywhere(record):
    """A record without its place."""
    return msgspec.structs.replace(record, where=WHERE)


@given(fact_files())
def test_a_fact_file_is_read_as_it_was_written(says):
    """Facts of every standing with their sources, groups, interests, expectations, odd texts."""
    text = fact_file(says, WORDS.templates)
    found = loader.load_scenario(WORDS, "-", text.encode())
    assert list(map(anywhere, found.facts.values())) == sorted(
        says.facts, key=lambda one: found.base.order(one.instance)
    )
    assert tuple(map(anywhere, found.groups)) == says.groups
    assert (found.title, found.about, found.consulted) == (says.title, says.about, says.consulted)
    assert found.client == (says.client or WORDS.client)
    assert found.complete == (says.complete is not False)
    assert found.interests == {one: tuple(held) for one, held in says.interests.items()}
    assert {one: anywhere(said) for one, said in found.recommends.items()} == says.recommends
    assert found.withdrawn == set(says.withdrawn)
    assert list(map(anywhere, found.expectations)) == says.expectations


@given(st.one_of(PATTERNS, st.builds(AtLeast, count=st.integers(1, 9), of=PATTERNS)))
def test_a_pattern_is_read_as_it_was_written(of):
    """As a condition of a rule: variables, lists, gaps, and names that look like others."""
    text = f"- id: r\n  title: R\n  if:\n    - {pattern_text(of, WORDS.templates)}\n  then: []\n"
    problems = Problems()
    document = yamlfile.parse(text.encode(), "rules.yaml")
    words = Vocabulary(types={"A"}, entities=dict(WORDS.entities), templates=dict(WORDS.templates))
    [node] = document.root.items
    [rule] = read_rule(Reader(document, problems), node, words)
    [found] = rule.premises
    if isinstance(of, AtLeast):
        assert found.count == of.count
        of, found = of.of, found.of
    assert (found.template, found.terms) == (of.template, of.terms)


@given(PHRASES)
def test_a_phrase_is_read_as_it_was_written(phrase):
    """English with gaps: names, adjectives, possessives, and verbs in both forms."""
    problems = Problems()
    reader = Reader(yamlfile.parse(b"", "templates.yaml"), problems)
    node = yamlfile.Scalar(phrase_text(phrase), plain=False, line=1, column=1)
    assert reader.phrase(node, "says", None) == phrase
    assert not problems.found


@given(
    TEXTS,
    st.sampled_from([None, *WORDS.entities]),
    st.sets(INSTANCES, max_size=3),
    st.sets(INSTANCES, max_size=2),
    st.sets(st.sampled_from(sorted(WORDS.interests))),
)
def test_the_witness_of_a_finding_is_read_as_it_was_written(shows, client, stated, denied, held):
    """Whatever its sentence says, and whatever its facts, its client and interests are called."""
    interests = sorted(held) if client else ()
    draft = witness.Draft(
        client=client,
        facts=sorted(stated, key=str),
        denied=sorted(denied - stated, key=str),
        interests=interests,
    )
    found = loader.load_scenario(WORDS, "-", draft.text(shows).encode())
    assert (found.title, found.client) == (shows, client or WORDS.client)
    grades = {instance: fact.grade for instance, fact in found.facts.items()}
    assert {fact for fact, grade in grades.items() if grade == CERTAIN} == stated
    assert {fact for fact, grade in grades.items() if not grade} == denied - stated
    named = [holding.interest for listed in found.interests.values() for holding in listed]
    assert named == list(interests)


def test_a_suggested_scenario_of_odd_names_loads():
    """A title with pictures beyond the first plane, and a thing called null: it covers its goal."""
    says = msgspec.structs.replace(WORDS.templates["who"], says=("👩\u200d🚀 is there",))
    odd = rule("pilot", [pattern("who", "null")], [pattern("do", "null")])
    rules = (msgspec.structs.replace(odd, title='A 👩\u200d🚀: "go" # now'),)
    base = msgspec.structs.replace(WORDS, rules=rules, templates={**WORDS.templates, "who": says})
    found = suggestions(base, [], coverage(base, []).of())
    for one in found.scenarios:
        scenario = loader.load_scenario(base, "-", one.text.encode())
        assert one.goal.mark in covered(outcome(scenario, build(scenario)))
    assert len(found.scenarios) > 1
