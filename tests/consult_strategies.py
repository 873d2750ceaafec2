"""Hypothesis strategies for consultations: small random bases about which there is much to ask.

Every kind of question comes up: yes or no, several of a few, one of a few, a number, a date, a few
values at once, with a key or without; and advice by default, caveats, and facts that are known from
the start, some from two sources.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from hypothesis import strategies as st
from strategies import (
    WHERE,
    Case,
    Choices,
    base_of,
    compare,
    fact,
    pattern,
    rule,
    scenario_of,
    template,
)

from advisor.model.records import AtLeast, Template
from advisor.model.scenarios import OneOf
from advisor.model.sources import Citation

CLIENT = "a1"
BOTH = (Citation("paper"), Citation("study"))


def _given() -> list[Template]:
    """The templates that are asked about."""
    asked = {"asks": ("asked",)}
    plain = [
        Template(id=f"p{n}", slots={}, says=(f"p{n}",), where=WHERE, **asked) for n in range(3)
    ]
    return [
        *plain,
        template("who", "A", **asked),
        template("form", "A", "B", key=(0,), **asked),
        template("size", "A", "number", key=(0,), **asked),
        template("day", "A", "date", key=(0,), **asked),
        template("depth", "number", **asked),
        template("offer", "A", "number", "B", key=(0,), **asked),
        template("stay", "date", "date", **asked),
    ]


def _derived() -> list[Template]:
    plain = [
        Template(id=f"d{n}", slots={}, says=(f"d{n}",), asks=None, where=WHERE) for n in (0, 1)
    ]
    advice = [template(f"do{n}", "A", first="client", advice=True) for n in range(3)]
    return [*plain, *advice, template("but", "A", caveat=True)]


@st.composite
def interviews(draw) -> Case:
    """A scenario of a small base, with much that nobody has spoken of."""
    choices = Choices(draw)
    templates = [*_given(), *_derived()]
    rules = []
    for number in range(choices.upto(2)):
        rules.append(_rule(choices, f"d{number}", pattern(f"d{number % 2}"), 0))
    for number in range(2 + choices.upto(2)):
        head = pattern(f"do{choices.upto(1)}", CLIENT)
        rules.append(_rule(choices, f"r{number}", head, 2))
    if choices.chance(50):
        rules.append(_rule(choices, "rest", pattern("do2", CLIENT), 2, otherwise=True))
    for number in range(choices.upto(2)):
        rules.append(_caveat(choices, f"but{number}"))
    base = base_of(templates, rules)
    facts, groups = _known(choices)
    return Case(scenario_of(base, facts, groups=groups, complete=False), frozenset())


def _rule(choices: Choices, name: str, head, derived: int, **fields):
    """A rule of one to three conditions."""
    conditions, comparisons = [], []
    for number in range(1 + choices.upto(2)):
        condition, compared = _condition(choices, f"v{number}", derived)
        conditions.append(condition)
        comparisons += compared
    if choices.chance(20):  # two unanswered numbers against each other
        conditions += [pattern("size", "a1", "$one"), pattern("size", "a2", "$other")]
        comparisons.append(compare("$one", choices.pick((">", "<=", "=")), "$other"))
    exceptions = []
    if choices.chance(40):
        of, compared = _condition(choices, "", derived)
        if not isinstance(of, AtLeast) and not compared:
            exceptions.append(of)
    return rule(
        name,
        conditions,
        [head],
        comparisons=tuple(comparisons),
        exceptions=tuple(exceptions),
        strength=choices.grade(),
        **fields,
    )


def _condition(choices: Choices, variable: str, derived: int):
    """A premise, with the comparisons on its variable; without a variable, one to stand alone."""
    kind = choices.upto(12)
    if kind < 4:
        return pattern(f"p{kind % 3}"), []
    if kind == 4 and derived:
        return pattern(f"d{choices.upto(1)}"), []
    if kind == 5:
        return pattern("who", choices.pick(("a1", "a2"))), []
    if kind == 6:
        return pattern("form", CLIENT, choices.pick(("b1", "b2"))), []
    if not variable:
        return pattern("who", None), []
    if kind == 7:
        return AtLeast(count=1 + choices.upto(1), of=pattern("who", "$x")), []
    if kind > 10:
        return _of_several(choices, variable, kind)
    if kind == 8:
        limit = choices.pick((date(2026, 1, 1), date(2027, 1, 1)))
        sides = [f"${variable}", choices.pick(("<", ">=", "<=")), limit]
        return pattern("day", CLIENT, f"${variable}"), [compare(*sides)]
    sides = [f"${variable}", choices.pick(("<", ">=", "=")), choices.pick((1, Decimal("2.5")))]
    if kind == 10:
        return pattern("depth", f"${variable}"), [compare(*sides)]
    return pattern("size", CLIENT, f"${variable}"), [compare(*sides)]


def _of_several(choices: Choices, variable: str, kind: int):
    """A premise over a template of several numbers and dates, with comparisons on them."""
    if kind == 11:
        sides = [f"${variable}", choices.pick((">", "<=")), choices.pick((1, Decimal("2.5")))]
        to = choices.pick(("b1", None))
        return pattern("offer", CLIENT, f"${variable}", to), [compare(*sides)]
    first, last = f"${variable}", f"${variable}-end"
    tests = [compare(first, "<", date(2026, 1, 1)), compare(last, ">=", date(2026, 1, 1))]
    return pattern("stay", first, last), tests[: 1 + choices.upto(1)]


def _caveat(choices: Choices, name: str):
    advised = pattern(f"do{choices.upto(2)}", CLIENT)
    condition, compared = _condition(choices, "v", 2)
    who = choices.pick(("a1", "a2"))
    return rule(
        name, [advised, condition], [pattern("but", who)], comparisons=tuple(compared),
        strength=choices.grade(),
    )  # fmt: skip


def _known(choices: Choices):
    """What is said from the start, and a group of alternatives now and then."""
    found = {}
    every = [t.instance() for t in _given()[:3]]
    who, form, size, _, depth, offer, _ = _given()[3:]
    every += [who.instance("a1"), who.instance("a2")]
    every += [form.instance("a1", "b1"), size.instance("a1", 1), depth.instance(2)]
    every.append(offer.instance("a1", 1, "b2"))
    groups = ()
    if choices.chance(30):
        pair = choices.pick(((every[0], every[1]), (every[3], every[4])))
        found = {one: fact(one, standing="unknown") for one in pair}
        groups = (OneOf(title="one of them", alternatives=pair, where=WHERE),)
    for _ in range(choices.upto(3)):
        one = choices.pick(every)
        standing = choices.pick(("stated", "stated", "stated", "denied", "unknown", "disputed"))
        citations = choices.pick(((), BOTH))
        against = (Citation("study"),) if standing == "disputed" else ()
        said = fact(one, choices.grade(), standing, citations=citations, against=against)
        found.setdefault(one, said)
    return list(found.values()), groups
