"""Names are recognised before anything is split, however they are typed; doubt is asked about."""

from __future__ import annotations

import itertools
import unicodedata

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor import loader
from advisor.consult.answers import read
from advisor.consult.commands import command
from advisor.consult.kind import Question, QuestionTopic
from advisor.consult.kinds import choice, several
from advisor.consult.questions import question
from advisor.consult.words import Unclear, bare
from advisor.model.records import Instance, KnowledgeBase

LANDS = (
    *("Serbia and Montenegro", "Serbia", "Montenegro", "Trinidad and Tobago", "Korea, North"),
    *(
        "Korea, South",
        "C\u00f4te d\u2019Ivoire",
        "\u00c5land",
        "Aland",
        "Alpha \u2013 Beta",
        "Gamma",
    ),
)
BASE: KnowledgeBase = None  # type: ignore[assignment] - names are read without it


def asked(*options: str) -> Question:
    """A question whose options have these names."""
    return Question(
        about="which",
        kind=several.KIND,
        text="Which?",
        instances=tuple(Instance("is", (str(n),)) for n in range(len(options))),
        options=options,
        words=((),) * len(options),
    )


def named(text: str, *options: str) -> list[str]:
    """The options that an answer says are so."""
    question = asked(*options)
    said = read(BASE, question, text, "now").facts
    return [
        question.options[question.instances.index(fact.instance)]
        for fact in said
        if fact.standing == "stated"
    ]


@pytest.mark.parametrize("name", LANDS)
def test_a_whole_name_is_that_option(name: str) -> None:
    """An option whose whole name is typed is that one and no other, in any case and form."""
    for form, case in itertools.product(("NFC", "NFD", "NFKC"), (str, str.upper, str.lower)):
        assert named(unicodedata.normalize(form, case(name)), *LANDS) == [name]


@pytest.mark.parametrize(
    ("text", "options"),
    [
        ("cote d'ivoire", ["C\u00f4te d\u2019Ivoire"]),
        ("cote", ["C\u00f4te d\u2019Ivoire"]),
        ("\u00e5land", ["\u00c5land"]),
        ("aland", ["Aland"]),
        ("Serbia, Montenegro", ["Serbia", "Montenegro"]),
        ("Serbia and Montenegro and Gamma", ["Serbia and Montenegro", "Gamma"]),
        ("Trinidad and Tobago, Korea, North", ["Trinidad and Tobago", "Korea, North"]),
        ("Korea, South=likely and Gamma", ["Korea, South", "Gamma"]),
        ("Alpha \u2013 Beta \u2013 as the ledger says", ["Alpha \u2013 Beta"]),
        ("Gamma -- as the ledger says", ["Gamma"]),
        ("Korea, N", ["Korea, North"]),
        ("1 5, gam", ["Serbia and Montenegro", "Korea, North", "Gamma"]),
    ],
)
def test_lists_are_read_by_their_longest_names(text: str, options: list[str]) -> None:
    """Names keep their commas and their "and"; what is beside them is read as before."""
    assert sorted(named(text, *LANDS)) == sorted(options)


@pytest.mark.parametrize(
    ("text", "options", "words"),
    [
        ("A and B and C", ("A and B", "B and C", "A", "C"), "could be A and B \\+ C or A"),
        ("Korea", LANDS, "could be Korea, North or Korea, South"),
        ("Tobago", LANDS, "none of the options"),
        ("Serbia or Montenegro", LANDS, "none of the options"),
        ("\u00e9t\u00e9", ("\u00c9te", "Et\u00e9"), "could be"),
    ],
)
def test_what_could_be_two_things_is_asked(text: str, options: tuple[str, ...], words: str) -> None:
    """Nothing is guessed where two readings are equally good."""
    with pytest.raises(Unclear, match=words):
        named(text, *options)


@given(st.lists(st.sampled_from(LANDS), min_size=1, max_size=4, unique=True), st.data())
def test_what_is_joined_is_read_back_or_asked(some: list[str], data: st.DataObject) -> None:
    """Whole names joined by commas or "and" are those names, a longer name of them, or unclear."""
    joint = data.draw(st.sampled_from([", ", " and ", "; ", " AND "]))
    text = joint.join(some)
    try:
        found = named(text, *LANDS)
    except Unclear:
        return
    assert len(found) <= len(some)
    if not {"Serbia", "Montenegro"} <= set(some):
        assert sorted(found) == sorted(some)


NAMES = st.text(
    st.characters(categories=("L", "Nd", "Mn", "Pd", "Po", "Zs"), exclude_characters="#"),
    min_size=1,
    max_size=12,
).map(str.strip).filter(lambda name: bare(name) and not name.startswith("--"))  # fmt: skip
FORMS = st.sampled_from(("NFC", "NFD", "NFKC", "NFKD"))
CASES = st.sampled_from((str, str.upper, str.lower, str.swapcase, str.casefold))


@given(st.lists(NAMES, min_size=2, max_size=4, unique_by=bare), st.data(), FORMS, CASES)
def test_an_option_is_read_as_it_is_shown(names, data, form, case) -> None:
    """A printed name in any case and form, and its number, is that option, or asked about."""
    place = data.draw(st.integers(0, len(names) - 1))
    for text in (unicodedata.normalize(form, case(names[place])), f"#{place + 1}"):
        try:
            assert named(text, *names) == [names[place]]
        except Unclear as unclear:
            assert "could be" in str(unclear) or "two ways" in str(unclear)
    question = asked(*names)
    assert command(question, names[place]) is None
    numbered = named(str(place + 1), *names) if str(place + 1) not in names else [names[place]]
    assert numbered == [names[place]]


def test_an_entity_has_its_names_from_the_base() -> None:
    """A state's codes, its adjective, its people and its other names all stand for it."""
    base = loader.load_base()
    states = [e for e in base.entities.values() if e.code]
    topic = QuestionTopic(
        about="x",
        kind=several.KIND,
        instances=tuple(Instance("superpower", (state.id,)) for state in states),
        gap=0,
    )
    one = question(base, topic, topic.instances)
    calls = {
        "pakistan": ("pk", "PAK", "pakistani", "the Pakistanis", "Pakistan"),
        "russia": ("ru", "RUS", "Russian", "the russians", "russian federation"),
        "united-states": ("US", "usa", "America", "the United States", "united states"),
    }
    for state, words in calls.items():
        for word in words:
            said = read(base, one, word, "now").facts
            assert [f.instance.values[0] for f in said if f.standing == "stated"] == [state], word


def test_an_abbreviation_of_two_things_is_asked() -> None:
    """What is a code of one option begins the name of another, or a word, is asked about."""
    question = msgspec.structs.replace(
        asked("the United States", "the United Nations", "Norway", "Africa", "Afghanistan"),
        words=(("US",), ("UN",), ("NO",), (), ("AF",)),
    )
    for text, could in {
        "un": "unknown, the United States or the United Nations",
        "no": "no or Norway",
        "af": "Africa or Afghanistan",
    }.items():
        with pytest.raises(Unclear, match=f"'{text}' could be {could}"):
            read(BASE, question, text, "now")


@given(st.text(max_size=60))
def test_any_text_is_an_answer_or_unclear(text: str) -> None:
    """Whatever is typed ends in items or in the question again."""
    for one in (asked(*LANDS), msgspec.structs.replace(asked(*LANDS), kind=choice.KIND)):
        try:
            read(BASE, one, text, "now")
        except Unclear as unclear:
            assert len(str(unclear)) < 500
