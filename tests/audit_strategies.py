"""Hypothesis strategies for the audit: random clean bases, and random faults to plant in them.

A clean base is a chain of assessments: each template has one rule that concludes it, each rule has
premises over different templates, and all that is derived is used further on, up to some advice. So
nothing in it is like anything else, and a planted fault is the only one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import msgspec
from hypothesis import strategies as st
from strategies import ENTITIES, WHERE, Choices, base_of, compare, fact, pattern, rule, scenario_of
from strategies import template as bare_template

from advisor.audit.subject import Subject
from advisor.model.records import (
    Entity,
    Interest,
    KnowledgeBase,
    Pattern,
    Rule,
    SlotRef,
    Template,
    Var,
)
from advisor.model.sources import Citation, Source

CITED = (Citation("paper"), Citation("study"))
INTEREST = Interest(id="gain", says="some gain", where=WHERE)


class Planted(NamedTuple):
    """A base with one fault: the check that must find it, and what it is about."""

    base: KnowledgeBase
    check: str
    about: frozenset[str]


def subject(base: KnowledgeBase) -> Subject:
    """A base under audit with a scenario that mentions every entity of its own."""
    named = {"g0": "A", "g1": "B"}
    facts = [
        fact(base.templates[name].instance(entity))
        for name, sort in named.items()
        for entity in sorted(ENTITIES)
        if ENTITIES[entity].type == sort
    ]
    return Subject(base, [(scenario_of(base, facts), None)])


@st.composite
def clean_bases(draw) -> KnowledgeBase:
    """A base without a fault."""
    choices = Choices(draw)
    given = [_template("g0", "A"), _template("g1", "B")]
    given += [_template(f"g{n}", *_sorts(choices)) for n in range(2, 4 + choices.upto(2))]
    templates, rules = list(given), []
    unused = list(given)
    number = 0
    while len(unused) > 1 or number < 2:
        premises = [unused.pop(0) for _ in range(min(len(unused), 2 + choices.upto(1)))]
        made, derived = _rule(choices, f"d{number}", premises, last=False)
        number += 1
        templates.append(derived)
        rules.append(made)
        unused.append(derived)
    made, derived = _rule(choices, "advice", [given[0], *unused], last=True)
    base = base_of([*templates, derived], [*rules, made])
    return msgspec.structs.replace(base, interests={"gain": INTEREST})


def _sorts(choices: Choices) -> list[str]:
    return [choices.pick(("A", "B")) for _ in range(1 + choices.upto(1))]


def _template(name: str, *sorts: str, **fields) -> Template:
    made = bare_template(name, *sorts, **fields)
    gaps = tuple(SlotRef(slot, "name") for slot in made.slots)
    derived = not name.startswith("g")
    asks = (f"is it {name} of ", *gaps, "?")
    return msgspec.structs.replace(made, asks=None if derived else asks)


def _rule(
    choices: Choices, name: str, premises: list[Template], *, last: bool
) -> tuple[Rule, Template]:
    """A rule over these templates, and the template that it alone concludes."""
    pools = {"A": ["x", "y"], "B": ["u", "v"]}
    patterns, bound = [], {}
    for one in premises:
        names = [choices.pick(pools[slot.types[0]]) for slot in one.slots.values()]
        bound |= dict(zip(names, (s.types[0] for s in one.slots.values()), strict=True))
        patterns.append(pattern(one.id, *(f"${variable}" for variable in names)))
    fields = {"strength": 8 - choices.upto(2), "because": ("so it is",), "citations": CITED}
    if {"x", "y"} <= bound.keys() and choices.chance(50):
        fields["comparisons"] = (compare("$x", "!=", "$y"),)
    if last:
        client = next(variable for variable, sort in bound.items() if sort == "A")
        concluded = _template(name, "A", first="client", advice=True)
        conclusion = pattern(name, f"${client}")
        fields["advances"] = ("gain",)
    else:
        kept = sorted(bound)[: 1 + choices.upto(1)]
        concluded = _template(name, *(bound[variable] for variable in kept))
        conclusion = pattern(name, *(f"${variable}" for variable in kept))
    return rule(f"makes-{name}", patterns, [conclusion], **fields), concluded


# Faults


def _with_rules(base: KnowledgeBase, *more: Rule) -> KnowledgeBase:
    named = (msgspec.structs.replace(one, title=f"title of {one.id}") for one in more)
    rules = {one.id: one for one in (*base.rules, *named)}
    ordered = tuple(rules[name] for name in sorted(rules))
    derived = frozenset(c.template for one in ordered for c in one.conclusions)
    return msgspec.structs.replace(base, rules=ordered, derived=derived)


def _renamed(of: Pattern) -> Pattern:
    terms = (Var(f"other-{t.name}") if isinstance(t, Var) else t for t in of.terms)
    return msgspec.structs.replace(of, terms=tuple(terms))


def _copy(of: Rule, name: str, **fields) -> Rule:
    """The rule with other names and its premises turned round."""
    comparisons = tuple(
        compare(f"$other-{t.left.name}", t.operator, f"$other-{t.right.name}")
        for t in of.comparisons
    )
    fields.setdefault("premises", tuple(map(_renamed, of.premises[::-1])))
    return msgspec.structs.replace(
        of,
        id=name,
        comparisons=comparisons,
        conclusions=tuple(map(_renamed, of.conclusions)),
        **fields,
    )


def duplicate(choices: Choices, base: KnowledgeBase) -> Planted:
    """A rule twice, the second time with other names."""
    one = choices.pick(base.rules)
    about = frozenset({one.id, "the-same"})
    return Planted(_with_rules(base, _copy(one, "the-same")), "duplicate-rule", about)


def subsumed(choices: Choices, base: KnowledgeBase) -> Planted:
    """A rule again, weaker, or with a premise more."""
    one = choices.pick(base.rules)
    weaker = _copy(one, "the-weaker", strength=one.strength - 1)
    there = {premise.template for premise in one.premises}
    spare = [t for t in base.templates.values() if t.id[0] == "g" and t.id not in there]
    if spare and choices.chance(50):
        other = choices.pick(spare)
        free = pattern(other.id, *(f"$free-{slot}" for slot in other.slots))
        weaker = _copy(one, "the-weaker")
        weaker = msgspec.structs.replace(weaker, premises=(*weaker.premises, free))
    return Planted(_with_rules(base, weaker), "subsumed-rule", frozenset({"the-weaker"}))


def shortcut(choices: Choices, base: KnowledgeBase) -> Planted:
    """A rule from the premises of one rule, and the rest of another's, to that one's conclusion."""
    makes = {one.conclusions[0].template: one for one in base.rules}
    pairs = [(r, p) for r in base.rules for p in r.premises if p.template in makes]
    later, middle = choices.pick(pairs)
    earlier = makes[middle.template]
    names = dict(zip(earlier.conclusions[0].variables(), middle.variables(), strict=True))

    def put(term):
        if not isinstance(term, Var):
            return term
        return Var(names.get(term.name, f"inner-{term.name}"))

    body = [msgspec.structs.replace(p, terms=tuple(map(put, p.terms))) for p in earlier.premises]
    tests = tuple(
        msgspec.structs.replace(t, left=put(t.left), right=put(t.right))
        for t in earlier.comparisons
    )
    rest = [p for p in later.premises if p is not middle]
    made = msgspec.structs.replace(
        later,
        id="the-shortcut",
        premises=(*body, *rest),
        comparisons=(*later.comparisons, *tests),
        strength=min(earlier.strength, later.strength),
    )
    return Planted(_with_rules(base, made), "redundant-through-chain", frozenset({made.id}))


def implied(choices: Choices, base: KnowledgeBase) -> Planted:
    """A premise again, with nothing in its slots."""
    one = choices.pick(base.rules)
    premise = choices.pick(one.premises)
    idle = pattern(premise.template, *(None for _ in premise.terms))
    changed = msgspec.structs.replace(one, premises=(idle, *one.premises))
    return Planted(_with_rules(base, changed), "implied-condition", frozenset({one.id}))


def unsatisfiable(choices: Choices, base: KnowledgeBase) -> Planted:
    """A variable that must be what it must not be."""
    one = choices.pick(base.rules)
    name = one.premises[0].variables()[0]
    never = compare(f"${name}", "!=", f"${name}")
    changed = msgspec.structs.replace(one, comparisons=(*one.comparisons, never))
    return Planted(_with_rules(base, changed), "unsatisfiable-comparison", frozenset({one.id}))


def reasonless(choices: Choices, base: KnowledgeBase) -> Planted:
    """A rule without its reason."""
    one = choices.pick(base.rules)
    changed = msgspec.structs.replace(one, because=None)
    return Planted(_with_rules(base, changed), "rule-without-because", frozenset({one.id}))


def uncited(choices: Choices, base: KnowledgeBase) -> Planted:
    """A rule without its sources."""
    one = choices.pick(base.rules)
    changed = msgspec.structs.replace(one, citations=())
    return Planted(_with_rules(base, changed), "rule-without-citation", frozenset({one.id}))


def left_over(choices: Choices, base: KnowledgeBase) -> Planted:
    """A conclusion that nothing uses."""
    one = choices.pick(base.rules)
    name = one.premises[0].variables()[0]
    sort = "A" if name in {"x", "y"} else "B"
    made = msgspec.structs.replace(
        one, id="the-end", advances=(), conclusions=(pattern("end", f"${name}"),)
    )
    templates = {**base.templates, "end": _template("end", sort)}
    changed = msgspec.structs.replace(_with_rules(base, made), templates=templates)
    return Planted(changed, "unused-conclusion", frozenset({"the-end"}))


def round_about(choices: Choices, base: KnowledgeBase) -> Planted:
    """Two conclusions that lead to each other, and to nothing else."""
    one = choices.pick(base.rules)
    name = one.premises[0].variables()[0]
    sort = "A" if name in {"x", "y"} else "B"
    end, back = pattern("end", f"${name}"), pattern("end-again", f"${name}")
    fields = {"because": ("so it is",), "citations": CITED}
    more = (
        msgspec.structs.replace(one, id="the-end", advances=(), conclusions=(end,)),
        rule("on-and", [end], [back], **fields),
        rule("on-and-on", [back], [end], **fields),
    )
    made = {name: _template(name, sort) for name in ("end", "end-again")}
    changed = msgspec.structs.replace(
        _with_rules(base, *more), templates={**base.templates, **made}
    )
    return Planted(changed, "unused-conclusion", frozenset(one.id for one in more))


def declared(choices: Choices, base: KnowledgeBase) -> Planted:
    """Something that is declared and not used."""
    what = choices.pick(("template", "advice", "entity", "source", "interest"))
    more: dict[str, tuple[str, str, object]] = {
        "template": ("templates", "unused-template", _template("g-idle", "A")),
        "advice": (
            "templates",
            "dead-end-advice",
            _template("idle", "A", first="client", advice=True),
        ),
        "entity": ("entities", "unused-entity", Entity(id="idle", type="A", name="I", where=WHERE)),
        "source": ("sources", "unused-source", _source("idle")),
        "interest": ("interests", "unserved-interest", Interest(id="idle", says="i", where=WHERE)),
    }
    field, check, made = more[what]
    changed = msgspec.structs.replace(base, **{field: {**getattr(base, field), made.id: made}})
    return Planted(changed, check, frozenset({made.id}))


def _source(name: str) -> Source:
    return Source(id=name, title="An idle source", origin="nowhere", where=WHERE)


FAULTS: tuple[Callable[[Choices, KnowledgeBase], Planted], ...] = (
    *(duplicate, subsumed, shortcut, implied, unsatisfiable),
    *(reasonless, uncited, left_over, round_about, declared),
)


@st.composite
def planted(draw) -> Planted:
    """A clean base with one fault in it."""
    choices = Choices(draw)
    base = draw(clean_bases())
    return choices.pick(FAULTS)(choices, base)
