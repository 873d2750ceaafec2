"""What the base's phrases read as: plurals, and the forms of a word that goes by a number."""

from __future__ import annotations

from decimal import Decimal

import msgspec
import pytest
from strategies import base_of, compare, pattern, rule, template

from advisor.model import citing, english, plurals
from advisor.model.records import Instance, SlotRef, Var
from advisor.model.sources import Citation, Passage, Source

POINTS = msgspec.structs.replace(
    template("scores", "A", "number", first="who"),
    says=(
        SlotRef("who", "name"),
        " has ",
        SlotRef("s1", "name"),
        " ",
        SlotRef("s1", "verb", "point", "points"),
    ),
)
BASE = base_of([POINTS], [])


@pytest.mark.parametrize(
    ("noun", "many"),
    [
        *(("state", "states"), ("country", "countries"), ("entry", "entries"), ("day", "days")),
        *(("box", "boxes"), ("class", "classes"), ("church", "churches"), ("base", "bases")),
        *(
            ("trade union", "trade unions"),
            ("party", "parties"),
            ("key", "keys"),
            ("leaf", "leaves"),
        ),
        *(("analysis", "analyses"), ("child", "children"), ("woman", "women"), ("human", "humans")),
        *(("life", "lives"), ("chief", "chiefs"), ("belief", "beliefs"), ("species", "species")),
        *(("waterworks", "waterworks"), ("network", "networks")),
        *(("criterion", "criteria"), ("appendix", "appendices"), ("photo", "photos")),
        *(("embargo", "embargoes"), ("soliloquy", "soliloquies"), ("person", "persons")),
        *(("Entry", "Entries"), ("gas", "gases"), ("quiz", "quizzes"), ("roof", "roofs")),
    ],
)
def test_the_plural_of_a_noun(noun, many):
    """More than one of what a base calls its types and locators reads as English."""
    assert plurals.plural(noun) == many


def test_locators_are_counted_in_the_plural_of_their_word():
    """A register is cited by entries, not by "entrys"."""
    where = POINTS.where
    passages = {n: Passage(locator=n, kind="fact", says="s", where=where) for n in (1, 2)}
    register = Source(
        id="register", title="A register", origin="o", locator="entry", passages=passages,
        where=where,
    )  # fmt: skip
    base = msgspec.structs.replace(BASE, sources={"register": register})
    assert citing.cite(base, (Citation("register", (1, 2)),)) == "register, entries 1 and 2"
    assert citing.cite(base, (Citation("register", (1,)),)) == "register, entry 1"


@pytest.mark.parametrize(
    ("number", "text"),
    [
        *((1, "1 point"), (0, "0 points"), (2, "2 points"), (-1, "-1 points")),
        (Decimal("0.5"), "0.5 points"),
        (Decimal("0.0000001"), "0.0000001 points"),
    ],
)
def test_a_word_goes_by_the_number_beside_it(number, text):
    """The first form is for one, the second for any other number."""
    assert english.says(BASE, Instance("scores", ("a1", number))).endswith(f"has {text}")


def test_a_word_beside_a_number_that_is_open_is_in_the_plural():
    """A rule over any number of points, over several, and over one."""
    for term, text in (("$n", "the n points"), ([2, 1], "2 or 1 point"), ([1, 2], "1 or 2 points")):
        assert english.pattern(BASE, pattern("scores", "a1", term)).endswith(f"has {text}")
    because = msgspec.structs.replace(
        rule("r", [pattern("scores", "$who", "$n")], [pattern("scores", "a1", 1)]),
        because=(SlotRef("n", "name"), " ", SlotRef("n", "verb", "is", "are"), " enough"),
    )
    assert english.reason(BASE, because, {"n": 1}) == "1 is enough"
    assert english.reason(BASE, because, {"n": Decimal("1.5")}) == "1.5 are enough"


def test_a_small_number_reads_with_all_its_digits():
    """In a comparison as in a fact, nothing has an exponent."""
    tested = rule(
        "r",
        [pattern("scores", "$who", "$n")],
        [pattern("scores", "a1", 1)],
        comparisons=(compare("$n", "<", Decimal("0.0000001")),),
    )
    text = english.comparison(BASE, tested, tested.comparisons[0], {"n": Decimal("1E-20")})
    assert text == "0.00000000000000000001 is less than 0.0000001"


def test_what_is_unnamed_takes_no_article():
    """An article before a gap is said of what is named, and of nothing that has its own."""
    has = msgspec.structs.replace(
        template("has", "A", first="what"),
        says=("ash has the ", SlotRef("what", "name"), " that birch lacks"),
    )
    base = base_of([has], [])
    assert english.pattern(base, pattern("has", "a1")).startswith("ash has the ")
    assert english.pattern(base, pattern("has", None)).startswith("ash has any ")
    some = english.pattern(base, pattern("has", Var("what")), {}, {})
    assert some.startswith("ash has some ")
    more = msgspec.structs.replace(has, says=("ash has more ", SlotRef("what", "name")))
    base = base_of([more], [])
    assert english.pattern(base, pattern("has", None)).startswith("ash has more of any ")
    assert not english.pattern(base, pattern("has", "a1")).startswith("ash has more of ")


def test_a_number_is_not_shortened_to_nothing():
    """Of thirty digits after the point six are enough, unless all of these are noughts."""
    base = base_of([template("n", "number")], [])
    third, least = Decimal("0." + "3" * 30), Decimal(1).scaleb(-30)
    assert english.value(base, Instance("n", (third,)), 0) == "0.333333..."
    assert english.value(base, Instance("n", (least,)), 0) == "0." + "0" * 29 + "1"
