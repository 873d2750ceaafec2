"""Hypothesis strategies for what can be written: values, instances and whole fact files."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import msgspec
from hypothesis import strategies as st
from strategies import WHERE, base_of, pattern, rule, template

from advisor.loader.texts import as_number
from advisor.loader.written import FactFile
from advisor.model.coherence import incoherent
from advisor.model.errors import unprintable
from advisor.model.grades import CERTAIN
from advisor.model.records import AnyOf, Entity, Instance, Interest, Pattern, SlotRef, SlotType, Var
from advisor.model.scenarios import Consulted, Expectation, Fact, Holding, OneOf, Recommended
from advisor.model.sources import READINGS, Citation, Source
from advisor.model.values import DIGITS

WHOLE = 10**DIGITS - 1  # the greatest whole number


def number_of(numerator: int, places: int) -> int | Decimal:
    """The number of so many units of a decimal place, as it is read."""
    text = f"{'-' * (numerator < 0)}{abs(numerator):0{places + 1}d}"
    at = len(text) - places
    found = as_number(f"{text[:at]}.{text[at:]}" if places else text)
    assert found is not None
    return found


NUMBERS = st.one_of(
    st.integers(-WHOLE, WHOLE),
    st.builds(number_of, st.integers(-WHOLE, WHOLE), st.integers(0, DIGITS)),
    st.builds(number_of, st.integers(-9, 9), st.integers(0, DIGITS)),
)
DATES = st.one_of(st.sampled_from([date.min, date.max]), st.dates())
SLOTS = {
    "entity": (SlotType(kind="entity", types=("A",)), st.sampled_from(["a1", "a2"])),
    "number": (SlotType(kind="number"), NUMBERS),
    "date": (SlotType(kind="date"), DATES),
    "boolean": (SlotType(kind="boolean"), st.booleans()),
    "values": (
        SlotType(kind="values", values={one: one for one in ("1", "true", "1e-5", "a-b")}),
        st.sampled_from(["1", "true", "1e-5", "a-b"]),
    ),
}
HELD = msgspec.structs.replace(
    template("held", "A"), slots={kind: slot for kind, (slot, _) in SLOTS.items()}
)
BASE = base_of([HELD], [])

ODD = (
    *(
        "yes",
        "no",
        "null",
        "~",
        "true",
        "1e5",
        "1_000",
        "0x1",
        "2026-01-01",
        "- a",
        "a: b",
        "#",
        "&a",
    ),
    *("it's", 'a "word"', "{a}", "[b]", "*c", "!d", "%e", "@f", "`g`", "|", ">", "?", ": ", " #h"),
    *(
        "\\n",
        "\\u0041",
        "می\u200cخواهم",
        "👩\u200d🚀",
        "क्\u200dष",
        "\u00e9e\u0301",
        "a\u2014b",
        "'",
    ),
)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _clean(text: str) -> bool:
    return bool(text) and unprintable(text) is None


TEXTS = (
    st.one_of(
        st.sampled_from(ODD),
        st.text(max_size=20),
        st.lists(st.sampled_from(ODD), min_size=2, max_size=4).map(" ".join),
        st.lists(st.sampled_from(ODD), min_size=2, max_size=3).map("".join),
    )
    .map(_one_line)
    .filter(_clean)
)
LOCATORS = st.one_of(
    st.integers(0, 10**8 - 1), TEXTS.filter(lambda t: not t.isascii() or not t.isdigit())
)
SPOKEN = ("a1", "a2", "null", "yes", "no", "on", "y", "true", "nan", "e5")
WORDS = base_of(
    [
        msgspec.structs.replace(HELD, asks=("asked",)),
        template("who", "A", first="null", asks=("asked",)),
        template("pair", "A", "A", symmetric=(0, 1), asks=("asked",)),
        template("null", "number", asks=("asked",)),
        template("do", "A", first="client", advice=True),
        template("but", "A", caveat=True),
    ],
    [rule("null", [pattern("who", "a1")], [pattern("do", "a1")])],
)
WORDS = msgspec.structs.replace(
    WORDS,
    entities={name: Entity(id=name, type="A", name=name, where=WHERE) for name in SPOKEN},
    interests={name: Interest(id=name, says=name, where=WHERE) for name in ("null", "peace")},
    sources={n: Source(id=n, title=n, origin=n, where=WHERE) for n in ("null", "paper", "study")},
)
NAMED = st.sampled_from(SPOKEN)
_GAPS = st.sampled_from(["state", "a-b", "c_d"])
_FORMS = st.sampled_from(["is", "has no", "es", ""])
PHRASES = st.lists(  # what stands before each gap, and the gap
    st.tuples(
        st.sampled_from(["it ", ", and ", "/", ": "]),
        st.tuples(_GAPS, st.sampled_from(["name", "adjective", "possessive"])).map(
            lambda at: SlotRef(*at)
        )
        | st.builds(SlotRef, _GAPS, st.just("verb"), _FORMS, _FORMS),
    )
).map(lambda parts: (*(piece for pair in parts for piece in pair), "so."))
INSTANCES = st.one_of(
    st.builds(WORDS.templates["held"].instance, *(v for _, v in SLOTS.values())),
    st.builds(WORDS.templates["who"].instance, NAMED),
    st.builds(WORDS.templates["pair"].instance, NAMED, NAMED),
    st.builds(WORDS.templates["null"].instance, NUMBERS),
)


@st.composite
def citations(draw, least: int = 0):
    """Some sources, all with places or all without."""
    named = draw(st.lists(st.sampled_from(sorted(WORDS.sources)), min_size=least, unique=True))
    placed = draw(st.booleans())
    found = []
    for name in sorted(named):
        places = draw(st.sets(LOCATORS, min_size=1, max_size=3)) if placed else ()
        found.append(Citation(name, tuple(sorted(places, key=lambda x: (isinstance(x, str), x)))))
    return tuple(found)


@st.composite
def facts(draw, instance):
    """Whatever a file may say of an instance."""
    standing = draw(st.sampled_from(("stated", "stated", "denied", "unknown", "disputed")))
    disputed = standing == "disputed"
    both = ("given", "assumed", "answered")
    origins = both if standing in {"stated", "denied"} else ("given", "answered")
    origin = draw(st.sampled_from(origins))
    given = (standing, origin) == ("stated", "given")
    reading = draw(st.sampled_from(READINGS)) if given else "stated"
    read = reading == "inferred"
    graded = standing in {"stated", "disputed"}
    return Fact(
        instance=instance,
        standing=standing,
        grade=draw(st.integers(1, 7 if read else 8)) if graded else None,
        origin=origin,
        citations=() if reading == "ours" else draw(citations(least=int(disputed or read))),
        reading=reading,
        as_of=draw(st.sampled_from([None, "2016-12-31", "2016", "2016/2017"])),
        against=draw(citations(least=1)) if disputed else (),
        note=draw(st.none() | TEXTS),
        answered=draw(st.none() | TEXTS),
        where=WHERE,
    )


HELD_INTERESTS = st.lists(
    st.builds(
        Holding,
        interest=st.sampled_from(sorted(WORDS.interests)),
        priority=st.none() | st.integers(1, 9999),
        citations=citations(),
    ),
    max_size=2,
    unique_by=lambda one: one.interest,
)
LISTED = st.lists(TEXTS, max_size=2).map(tuple)
CONSULTED = st.builds(Consulted, base=TEXTS, finished=st.booleans(), given=LISTED, open=LISTED)


ADVISED = st.builds(lambda name, one: Instance(name, (one,)), st.sampled_from(["do", "but"]), NAMED)
RECOMMENDED = st.builds(
    Recommended, citations=citations(least=1), note=st.none() | TEXTS, where=st.just(WHERE)
)


@st.composite
def fact_files(draw):
    """Whatever a fact file may say that extends none."""
    named = draw(st.lists(INSTANCES, max_size=5, unique=True))
    said = [draw(facts(one)) for one in named]
    said, groups = _grouped(draw, said)
    return FactFile(
        title=draw(TEXTS),
        about=draw(st.none() | TEXTS),
        client=draw(st.none() | NAMED),
        complete=draw(st.none() | st.booleans()),
        consulted=draw(st.none() | CONSULTED),
        interests=draw(st.dictionaries(NAMED, HELD_INTERESTS, max_size=2)),
        recommends=draw(st.dictionaries(ADVISED, RECOMMENDED, max_size=2)),
        facts=said,
        groups=groups,
        withdrawn=draw(st.sampled_from(((), ("null",)))),
        expectations=draw(expectations()),
    )


def _grouped(draw, said):
    """Some of the facts as the alternatives of a group."""
    free = [one for one in said if one.standing in {"stated", "unknown"} and one.grade != CERTAIN]
    free = [one for one in free if one.origin != "assumed"]
    if len(free) < 2 or incoherent(free) or draw(st.booleans()):
        return said, ()
    group = OneOf(title=draw(TEXTS), alternatives=tuple(one.instance for one in free), where=WHERE)
    return said, (group,)


@st.composite
def expectations(draw):
    """What may be expected, of every kind."""
    found = []
    advice = st.sampled_from(("do", "do(a1)", "do(null)"))
    for kind in ("given", "withheld", "open", "gains", "loses"):
        found += [
            Expectation(kind=kind, what=one, where=WHERE)
            for one in draw(st.lists(advice, max_size=2))
        ]
    for kind in ("caveats", "confidence", "sources"):
        for what in draw(st.lists(advice, max_size=2, unique=True)):
            wanted = {
                "caveats": draw(st.lists(st.sampled_from(("but", "but(yes)")), max_size=2)),
                "confidence": ["low"],
            }
            cited = draw(citations(least=1)) if kind == "sources" else ()
            found.append(
                Expectation(
                    kind=kind,
                    what=what,
                    wanted=tuple(wanted.get(kind, ())),
                    citations=cited,
                    where=WHERE,
                )
            )
    if draw(st.booleans()):
        found.append(Expectation(kind="rules", what="null", where=WHERE))
    if draw(st.booleans()):
        given_ = tuple(one.what for one in found if one.kind == "given")
        found.append(Expectation(kind="only", what="", wanted=given_, where=WHERE))
    return found


@st.composite
def patterns(draw):
    """A pattern over some template: each slot a value, a list of values, a variable or a gap."""
    name = draw(st.sampled_from(("held", "who", "pair", "null")))
    kinds = WORDS.templates[name].slots
    values = [
        NAMED if kind.types and name != "held" else SLOTS[kind.kind][1] for kind in kinds.values()
    ]
    terms = []
    for number, one in enumerate(values):
        listed = st.lists(one, min_size=1, max_size=3, unique=True).map(tuple).map(AnyOf)
        variable = st.just(Var(("x", "null", "a_b", "n-1", "yes")[number]))
        terms.append(draw(st.one_of(st.none(), one, listed, variable)))
    return Pattern(template=name, terms=tuple(terms), where=WHERE)


PATTERNS = patterns()
