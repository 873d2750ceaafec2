"""Every hypothesis strategy: random small stratified bases with scenarios, as model records.

Templates come in layers. A rule's positive premises come from its conclusions' layer or lower
ones, its exceptions and counts from lower ones only. What defaults conclude stands above all that
rules which are no defaults rest on, though those may conclude the same templates: so every base is
stratified by construction, recursive as it may be.
"""

from __future__ import annotations

import functools
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

import msgspec
from hypothesis import strategies as st
from oracle import Oracle

from advisor.model.bound import binding
from advisor.model.changes import Changes, fold, key_of
from advisor.model.errors import Location
from advisor.model.expressions import Expression, Operation, spelled, written_leaf
from advisor.model.ordering import by_english
from advisor.model.records import (
    Aggregate,
    AnyOf,
    AtLeast,
    Comparison,
    Entity,
    Instance,
    KnowledgeBase,
    Let,
    Pattern,
    Relation,
    Rule,
    SlotRef,
    SlotType,
    Template,
    Var,
)
from advisor.model.scenarios import Fact, OneOf, Scenario
from advisor.model.sources import Citation, Source

WHERE = Location("case.yaml", 1, 1)
VALUES = {
    "A": ("a1", "a2", "a3"),
    "B": ("b1", "b2"),
    "number": (0, 1, Decimal("2.5")),
    "boolean": (False, True),
    "date": (date(2026, 1, 1), date(2027, 1, 1)),
    "values": ("low", "mid", "high"),  # in their order, which is not that of the alphabet
}
POOLS = {  # variables by what they hold
    "A": ("x", "y", "z"),
    "B": ("u", "v"),
    "number": ("n", "m"),
    "boolean": ("t",),
    "date": ("d",),
    "values": ("g", "h"),
}
COMPUTED = ("c0", "c1", "c2")  # variables of numbers that rules compute
SORT_OF = {name: sort for sort, names in POOLS.items() for name in names}
SORT_OF |= dict.fromkeys(COMPUTED, "number")
TYPES = {
    "A": SlotType(kind="entity", types=("A",)),
    "B": SlotType(kind="entity", types=("B",)),
    "AB": SlotType(kind="entity", types=("A", "B")),
    "number": SlotType(kind="number"),
    "boolean": SlotType(kind="boolean"),
    "date": SlotType(kind="date"),
    "values": SlotType(kind="values", values={v: v for v in VALUES["values"]}, ordered=True),
}
SORTS = {"AB": ("A", "B")}  # what a slot takes, where that is more than one sort
ENTITIES = {
    name: Entity(id=name, type=sort, name=name.upper(), where=WHERE)
    for sort in ("A", "B")
    for name in VALUES[sort]
}
SOURCES = {
    "paper": Source(id="paper", title="A paper", origin="press", where=WHERE),
    "study": Source(id="study", title="A study", origin="campus", where=WHERE),
}


class Features(NamedTuple):
    """What the bases and scenarios may make use of."""

    exceptions: bool = True
    counts: bool = True
    defaults: bool = True
    open_facts: bool = True  # unknown and disputed facts, scenarios that are not complete
    withdrawn: bool = True
    keys: bool = False  # templates of which one value for each key can be stated
    groups: bool = False  # `one-of`
    advised: bool = False  # there is some advice for certain
    numbers: bool = False  # rules that compute, and slots for numbers that suit them
    scales: bool = False  # slots for values that are ordered
    exactly: bool = False  # a template of which one value of each key always holds


MONOTONE = Features(exceptions=False, defaults=False, open_facts=False)
GIVEN, DERIVED, DEFAULT, CAVEAT, KIND = 0, (1, 2, 3), 4, 5, 6  # layers


class Case(NamedTuple):
    """A scenario, with facts that are possible though it doesn't mention them."""

    scenario: Scenario
    extra: frozenset[Instance]

    def oracle(self, scenario: Scenario, instances, said=None, like=None) -> Oracle:
        """The naive evaluator of a scenario over the same base."""
        return Oracle(scenario, instances, said, like=like)

    def __repr__(self) -> str:
        """The case as its author would write it down."""
        lines = ["", *map(template_text, self.scenario.base.templates.values())]
        lines += map(rule_text, self.scenario.base.rules)
        lines += [f"{f} {f.standing} {f.grade}" for f in self.scenario.facts.values()]
        lines += [f"withdrawn: {sorted(self.scenario.withdrawn)}"]
        lines += [f"complete: {self.scenario.complete}; extra: {sorted(map(str, self.extra))}"]
        return "\n  ".join(lines)


def template_text(template: Template) -> str:
    """A template on one line."""
    marks = [name for name in ("advice", "kind", "caveat") if getattr(template, name)]
    marks += ["asks"] if template.asks else []
    marks += [f"symmetric {template.symmetric}"] if template.symmetric else []
    slots = (f"{slot}: {t.types or t.kind}" for slot, t in template.slots.items())
    return f"{template.id}({', '.join(slots)}) {' '.join(marks)}"


def pattern_text(pattern: Pattern | AtLeast) -> str:
    """A premise, an exception or a conclusion on one line."""
    if isinstance(pattern, AtLeast):
        return f"at least {pattern.count} of {pattern_text(pattern.of)}"
    return f"{pattern.template}({', '.join(map(term_text, pattern.terms))})"


def term_text(term) -> str:
    """A term as it is written in a rule file."""
    if isinstance(term, Var):
        return f"${term.name}"
    if isinstance(term, AnyOf):
        return f"[{', '.join(map(str, term.values))}]"
    return "_" if term is None else str(term)


def let_text(of) -> str:
    """What a rule computes, as in a rule file."""
    if isinstance(of, Aggregate):
        return f"{of.operator} of {of.variable} in {pattern_text(of.of)}"
    return spelled(of, written_leaf)


def rule_text(rule: Rule) -> str:
    """A rule on one line."""
    computed = [f"{let.name} := {let_text(let.of)}" for let in rule.lets]
    tests = [
        *computed,
        *(f"{term_text(c.left)} {c.operator} {term_text(c.right)}" for c in rule.comparisons),
    ]
    body = ", ".join([*map(pattern_text, rule.premises), *computed, *tests])
    unless = "".join(f" unless {pattern_text(p)}" for p in rule.exceptions)
    then = ", ".join(map(pattern_text, rule.conclusions))
    mark = " otherwise" if rule.otherwise else ""
    return f"{rule.id}{mark}: {body}{unless} => {then} [{rule.strength}]"


def template(name: str, *sorts: str, first: str = "s", **fields) -> Template:
    """A template with slots of these sorts."""
    names = [first, *(f"s{number}" for number in range(1, len(sorts)))]
    slots = {slot: TYPES[sort] for slot, sort in zip(names, sorts, strict=True)}
    gaps = [SlotRef(slot, "name") for slot in slots]
    says = (f"{name} of ", *(part for gap in gaps for part in (gap, " ")))
    fields.setdefault("asks", None)
    return Template(id=name, slots=slots, says=says, where=WHERE, **fields)


def pattern(name: str, *terms) -> Pattern:
    """A pattern; a text that begins with a dollar is a variable, a list is any of its values."""
    return Pattern(template=name, terms=tuple(map(_term, terms)), where=WHERE)


def _term(term):
    if isinstance(term, str) and term.startswith("$"):
        return Var(term[1:])
    return AnyOf(tuple(term)) if isinstance(term, list) else term


def compare(left, relation: str, right) -> Comparison:
    """A comparison; a text that begins with a dollar is a variable."""
    return Comparison(left=_term(left), operator=relation, right=_term(right), where=WHERE)


def rule(name: str, premises, conclusions, **fields) -> Rule:
    """A rule, its title the same as its name."""
    return Rule(
        id=name,
        title=f"title of {name}",
        premises=tuple(premises),
        conclusions=tuple(conclusions),
        where=WHERE,
        **fields,
    )


def fact(instance: Instance, grade: int = 8, standing: str = "stated", **fields) -> Fact:
    """What a scenario says of an instance."""
    graded = grade if standing in {"stated", "disputed"} else None
    return Fact(instance=instance, standing=standing, grade=graded, where=WHERE, **fields)


def base_of(templates, rules) -> KnowledgeBase:
    """A base of these templates and rules, over the entities of this module."""
    return KnowledgeBase(
        folder=Path(),
        title="case",
        date=date(2026, 11, 22),
        client="a1",
        entities=ENTITIES,
        sources=SOURCES,
        templates=binding({template.id: template for template in templates}, rules),
        rules=by_english(rules),
        derived=frozenset(
            {c.template for rule in rules for c in rule.conclusions}
            | {template.id for template in templates if template.kind}
        ),
    )


def scenario_of(base: KnowledgeBase, facts, **fields) -> Scenario:
    """A scenario over a base that says these facts."""
    said = {one.instance: one for one in sorted(facts, key=lambda one: one.instance)}
    return Scenario(
        base=base, name="case", title="case", client="a1", facts=said, where=WHERE, **fields
    )


# Random cases


class Choices:
    """Random choices, each a small integer drawn: the first option is what shrinks to."""

    def __init__(self, draw) -> None:
        self.draw = draw

    def upto(self, most: int) -> int:
        """An integer from 0 up."""
        return self.draw(_upto(most)) if most else 0

    def pick(self, options):
        """One of the options."""
        return options[self.upto(len(options) - 1)]

    def chance(self, percent: int) -> bool:
        """True about so often; shrinks to False."""
        return self.upto(19) >= 20 - percent // 5

    def some(self, options, most: int) -> list:
        """A few of the options, at least one, each once."""
        places = {self.upto(len(options) - 1) for _ in range(1 + self.upto(most - 1))}
        return [options[place] for place in sorted(places)]

    def grade(self) -> int:
        """A grade from 1 to 8, often 8."""
        return 8 - self.upto(7) if self.chance(60) else 8


@functools.cache
def _upto(most: int):
    return st.integers(0, most)


@st.composite
def cases(draw, features: Features = Features()) -> Case:  # noqa: B008 - immutable
    """A random base with a scenario over it."""
    choices = Choices(draw)
    layers = _layers(choices, features)
    templates = [template for layer in layers.values() for template in layer]
    rules = _rules(choices, layers, features)
    base = base_of(templates, rules)
    facts = _facts(choices, base, features)
    withdrawn: frozenset[str] = frozenset()
    if features.withdrawn and choices.chance(25):
        withdrawn = frozenset(choices.some([rule.id for rule in rules], 2))
    complete = not (features.open_facts and choices.chance(30))
    scenario = scenario_of(base, facts, withdrawn=withdrawn, complete=complete)
    if features.groups and choices.chance(60):
        free = [one for one in layers[GIVEN] if not one.exactly]
        scenario = _grouped(choices, scenario, free)
    if features.exactly:
        changed, problems = fold(scenario, Changes())
        denied = [one for one in scenario.facts if one.template == "g-exact"]
        kept = [said for one, said in scenario.facts.items() if one not in denied]
        scenario = scenario_of(base, kept, complete=complete) if problems else changed
    extra = _instances(choices, layers[GIVEN], 3) if choices.chance(40) else []
    return Case(scenario, frozenset(extra))


def _layers(choices: Choices, features: Features) -> dict[int, list[Template]]:
    layers: dict[int, list[Template]] = {GIVEN: [], DEFAULT: [], CAVEAT: []}
    for number in range(2 + choices.upto(1)):
        asks = ("asked",) if number == 0 or choices.chance(60) else None
        keyed = features.keys and choices.chance(60)
        layers[GIVEN].append(_template(choices, f"g{number}", features, keyed=keyed, asks=asks))
    if features.exactly and choices.chance(50):
        of, asks = choices.pick(("values", "boolean")), choices.pick((("asked",), None))
        one = template("g-exact", "A", of, key=(0,), exactly=True, asks=asks)
        layers[GIVEN].append(one)
    for layer in DERIVED[: 1 + choices.upto(2)]:
        names = [f"l{layer}{number}" for number in range(1 + choices.upto(1))]
        layers[layer] = [_template(choices, name, features) for name in names]
        if choices.chance(100 if features.advised else 50):
            layers[layer].append(_advice(choices, f"l{layer}-advice"))
    if features.defaults and choices.chance(60):
        names = ["default-advice", "second-advice"][: 1 + choices.upto(1)]
        layers[DEFAULT] = [_advice(choices, name) for name in names]
    if any(t.advice for layer in layers.values() for t in layer) and choices.chance(60):
        layers[CAVEAT].append(_template(choices, "caveat", features, caveat=True))
        if choices.chance(40):
            layers[KIND] = [template("kind", "A", first="client", kind=True)]
            for layer, some in layers.items():
                layers[layer] = [_belonging(choices, one) if one.advice else one for one in some]
    return dict(sorted(layers.items()))


def _template(
    choices: Choices, name: str, features: Features, *, keyed: bool = False, **fields
) -> Template:
    """A template of one to three slots, now and then a symmetric one, or one with a key."""
    often = ("number",) * (4 if features.numbers else 0) + ("values",) * (2 * features.scales)
    sorts = [choices.pick(("A", "A", "A", "A", "A", "B", "AB", "number", "boolean", "date"))]
    if choices.chance(70):
        sorts.append(choices.pick(("A", "A", "A", "A", "B", "AB", "number", *often)))
        if choices.chance(15):
            sorts.append(choices.pick(("A", "B")))
    pairs = [(i, j) for j in range(len(sorts)) for i in range(j) if sorts[i] == sorts[j]]
    if keyed and len(sorts) > 1:
        return template(name, *sorts, key=() if choices.chance(20) else (0,), **fields)
    symmetric = choices.pick(pairs) if pairs and choices.chance(30) else None
    return template(name, *sorts, symmetric=symmetric, **fields)


def _advice(choices: Choices, name: str) -> Template:
    sorts = ["A"] + ([choices.pick(("A", "B"))] if choices.chance(50) else [])
    return template(name, *sorts, first="client", advice=True)


def _belonging(choices: Choices, advice: Template) -> Template:
    """Advice that belongs to the kind of advice there is, or does not."""
    of = Relation(other=pattern("kind", "$client"))
    return msgspec.structs.replace(advice, kinds=(of,) if choices.chance(70) else ())


def _rules(choices: Choices, layers: dict[int, list[Template]], features: Features) -> list[Rule]:
    found = []
    for layer, templates in layers.items():
        if layer in {GIVEN, KIND} or not templates:
            continue
        for number in range(1 + choices.upto(3 if layer == DEFAULT else 2)):
            found.append(_rule(choices, f"r{layer}{number}", layer, layers, features))
        if layer in DERIVED and choices.chance(40):
            found += _reachability(choices, layer, layers)
    return found


def _below(layers: dict[int, list[Template]], layer: int) -> list[Template]:
    """The templates that a rule for this layer may count and except: those of lower layers."""
    return [t for number, some in layers.items() if number < layer for t in some]


def _is_link(template: Template) -> bool:
    return [slot.types for slot in template.slots.values()] == [("A",), ("A",)]


def _reachability(choices: Choices, layer: int, layers: dict[int, list[Template]]) -> list[Rule]:
    """What links, reaches; and what is reached from there, is reached: a positive cycle."""
    links = [t for t in _below(layers, layer) if _is_link(t)]
    reaches = [t for t in layers[layer] if _is_link(t)]
    if not links or not reaches:
        return []
    link, reach = choices.pick(links).id, choices.pick(reaches).id
    steps = [pattern(reach, "$x", "$y"), pattern(choices.pick((link, reach)), "$y", "$z")]
    far, near = [pattern(reach, "$x", "$z")], [pattern(reach, "$x", "$y")]
    return [
        rule(f"far{layer}", steps, far, strength=choices.grade()),
        rule(f"near{layer}", [pattern(link, "$x", "$y")], near, strength=choices.grade()),
    ]


def _rule(
    choices: Choices,
    name: str,
    layer: int,
    layers: dict[int, list[Template]],
    features: Features,
) -> Rule:
    below = _below(layers, layer)
    otherwise = layer == DEFAULT and choices.chance(65)
    premises = _premises(choices, layer, layers, alone=layer == DEFAULT and not otherwise)
    bound = sorted({name for premise in premises for name in premise.variables()})
    lets: list[Let] = []
    if features.numbers and layer in DERIVED and choices.chance(30):
        premises = [p for p in premises if any(p.template == t.id for t in below)] or premises[:0]
        bound = sorted({name for premise in premises for name in premise.variables()})
        lets = _lets(choices, below, bound)
    conditions: list[Pattern | AtLeast] = [*premises]
    if (
        layer != CAVEAT and not lets and choices.chance(8)
    ):  # a rule with nothing to match but what it counts
        conditions, bound = [], []
    if features.counts and (not conditions or choices.chance(30)):
        for _ in range(1 + choices.upto(1)):
            of = drawn_condition(choices, choices.pick(below), bound, local=True)
            count = AtLeast(count=1 + choices.upto(2), of=of)
            conditions.insert(choices.upto(len(conditions)), count)
    bound = [*bound, *(let.name for let in lets)]
    exceptions = []
    if features.exceptions and choices.chance(45):
        for _ in range(1 + choices.upto(1)):
            exceptions.append(drawn_condition(choices, choices.pick(below), bound))
    heads = choices.some(layers[layer], 1 if otherwise else 2)
    return rule(
        name,
        conditions,
        [drawn_conclusion(choices, head, bound) for head in heads],
        comparisons=tuple(drawn_comparisons(choices, bound)),
        lets=tuple(lets),
        exceptions=tuple(exceptions),
        strength=choices.grade(),
        otherwise=otherwise,
        citations=(Citation("paper"),) if choices.chance(30) else (),
    )


def _lets(choices: Choices, below: list[Template], bound: list[str]) -> list[Let]:
    """One to three things that a rule computes, of what is bound and of facts of lower layers."""
    known = [name for name in bound if SORT_OF[name] in {"number", "date"}]
    lets: list[Let] = []
    for name in COMPUTED[: 1 + choices.upto(2)]:
        of = _aggregate(choices, below, bound) if choices.chance(60) else None
        lets.append(Let(name=name, of=of or _expression(choices, known), where=WHERE))
        known.append(name)
    return lets


def _aggregate(choices: Choices, below: list[Template], bound: list[str]) -> Aggregate | None:
    """A sum, a count, the least or the greatest over facts of a template, if one has a number."""
    numbered = [
        (template, at)
        for template in below
        for at, slot in enumerate(template.slots.values())
        if slot.kind == "number" and at not in (template.symmetric or ())
    ]
    operator = choices.pick(("sum", "count", "min", "max") if numbered else ("count",))
    template, at = choices.pick(numbered) if operator != "count" else (choices.pick(below), None)
    of = drawn_condition(choices, template, bound, local=operator == "count")
    if at is None:
        return Aggregate(operator=operator, of=of)
    terms = (*of.terms[:at], Var("taken"), *of.terms[at + 1 :])
    of = msgspec.structs.replace(of, terms=terms)
    return Aggregate(operator=operator, variable=Var("taken"), of=of)


def _expression(choices: Choices, known: list[str], depth: int = 2) -> Expression:
    """An expression that comes to a number, or to nothing: it may divide by zero."""
    numbers = [name for name in known if SORT_OF[name] == "number"]
    if not depth or choices.chance(25):
        return Var(choices.pick(numbers)) if numbers and choices.chance(75) else choices.upto(3)
    dates = [name for name in known if SORT_OF[name] == "date"]
    if dates and choices.chance(40):
        return Operation("-", (Var(choices.pick(dates)), choices.pick(VALUES["date"])))
    operator = choices.pick(("+", "-", "*", "/", "min", "max", "round", "round-down", "round-up"))
    one = _expression(choices, known, depth - 1)
    if operator.startswith("round"):
        return Operation(operator, (one, choices.pick((1, 2, Decimal("0.1")))))
    return Operation(operator, (one, _expression(choices, known, depth - 1)))


def _premises(
    choices: Choices, layer: int, layers: dict[int, list[Template]], *, alone: bool
) -> list[Pattern]:
    """One to three patterns, of lower layers `alone`; for a caveat exactly one over advice."""
    below = [t for t in _below(layers, layer) if not t.caveat]
    here = below if alone else layers[layer]
    premises = []
    if layer == CAVEAT:
        advice = choices.pick([t for t in below if t.advice] + layers.get(KIND, []))
        premises.append(drawn_premise(choices, advice, []))
        below = [t for t in below if not t.advice]
        here = below
    for _ in range(choices.pick((1, 1, 2, 2, 2, 3)) - len(premises)):
        pool = here if choices.chance(25) else below
        bound = [name for premise in premises for name in premise.variables()]
        premises.append(drawn_premise(choices, choices.pick(pool), bound))
    return premises


def _sort(choices: Choices, slot: SlotType) -> str:
    """A sort of value that a slot takes."""
    return choices.pick(slot.types or (slot.kind,))


def drawn_premise(choices: Choices, template: Template, bound: list[str]) -> Pattern:
    """A pattern of new and old variables, values, listed values and slots left out."""
    terms = []
    for slot in template.slots.values():
        sort = _sort(choices, slot)
        known = [name for name in POOLS[sort] if name in bound]
        names = known if known and choices.chance(50) else POOLS[sort]
        loose = choices.chance(30)
        terms.append(_loose(choices, sort) if loose else Var(choices.pick(names)))
    return Pattern(template=template.id, terms=tuple(terms), where=WHERE)


def _loose(choices: Choices, sort: str):
    """A slot left out, a value, or listed values."""
    kind = choices.upto(3)
    if kind < 2:
        return None
    if kind == 2:
        return choices.pick(VALUES[sort])
    return AnyOf(tuple(choices.some(VALUES[sort], 3)))


def drawn_condition(
    choices: Choices, template: Template, bound: list[str], *, local: bool = False
) -> Pattern:
    """An exception, or what is counted: of bound variables, and local ones if it may."""
    terms = []
    for slot in template.slots.values():
        sort = _sort(choices, slot)
        names = [name for name in bound if SORT_OF[name] == sort]
        names += [f"local-{sort}"] if local else []
        loose = not names or choices.chance(30)
        terms.append(_loose(choices, sort) if loose else Var(choices.pick(names)))
    return Pattern(template=template.id, terms=tuple(terms), where=WHERE)


def drawn_conclusion(choices: Choices, template: Template, bound: list[str]) -> Pattern:
    """A conclusion of bound variables, and of values."""
    terms = []
    for slot in template.slots.values():
        sort = _sort(choices, slot)
        names = [name for name in bound if SORT_OF[name] == sort]
        constant = not names or choices.chance(10)
        terms.append(choices.pick(VALUES[sort]) if constant else Var(choices.pick(names)))
    return Pattern(template=template.id, terms=tuple(terms), where=WHERE)


def drawn_comparisons(choices: Choices, bound: list[str]) -> list[Comparison]:
    """One comparison of a bound variable, or none."""
    if not bound or not choices.chance(30):
        return []
    name = choices.pick(bound)
    sort = SORT_OF[name]
    ordered = sort in {"number", "date", "values"}
    relation = choices.pick(("!=", "=", "<", "<=", ">", ">=") if ordered else ("!=", "!=", "="))
    others = [Var(other) for other in bound if SORT_OF[other] == sort and other != name]
    right = choices.pick([*others, *VALUES[sort]])
    left, right = (right, Var(name)) if choices.chance(20) else (Var(name), right)
    order = VALUES["values"] if sort == "values" and relation not in {"=", "!="} else ()
    return [Comparison(left=left, operator=relation, right=right, order=order, where=WHERE)]


def _instances(choices: Choices, templates: list[Template], most: int) -> list[Instance]:
    """Distinct instances of these templates."""
    found = {}
    for _ in range(choices.upto(most // 2) + (most - most // 2 if choices.chance(70) else 0)):
        template = choices.pick(templates)
        values = [choices.pick(VALUES[_sort(choices, t)]) for t in template.slots.values()]
        found[template.instance(*values)] = True
    return list(found)


def _facts(choices: Choices, base: KnowledgeBase, features: Features) -> list[Fact]:
    templates = [t for t in base.templates.values() if not (t.advice or t.kind or t.caveat)]
    given = [t for t in templates if t.id not in base.derived]
    derived = [t for t in templates if t.id in base.derived]
    found = [_fact(choices, one, features) for one in _instances(choices, given, 12)]
    found = _one_for_each_key(base, found)
    if derived and choices.chance(30):
        found += [fact(one, choices.grade()) for one in _instances(choices, derived, 2)]
    return found


def _one_for_each_key(base: KnowledgeBase, facts: list[Fact]) -> list[Fact]:
    """The facts without those that give a second value where there can be one."""
    found: dict[object, Fact] = {}
    for one in facts:
        key = _key(base, one)
        unconditional = key is not None and one.standing in {"stated", "disputed"}
        found.setdefault(key if unconditional else one.instance, one)
    sure = [one for one in found.values() if (one.standing, one.grade) == ("stated", 8)]
    certain = {_key(base, one) for one in sure} - {None}
    return [o for o in found.values() if o.standing != "unknown" or _key(base, o) not in certain]


def _key(base: KnowledgeBase, one: Fact) -> object:
    """What a fact is a value of; None without a key."""
    return key_of(base.templates[one.instance.template], one.instance)


def _grouped(choices: Choices, scenario: Scenario, templates: list[Template]) -> Scenario:
    """The scenario with two or three given facts made alternatives of one thing."""
    drawn = _instances(choices, templates, 4)[:3]
    if len(drawn) < 2:
        return scenario
    coherent = {2: ((0, 0), (5, 3), (7, 1), (4, 4)), 3: ((0, 0, 0), (5, 2, 0), (4, 3, 1))}
    grades = choices.pick(coherent[len(drawn)])
    facts = tuple(
        fact(one, grade, "stated" if grade else "unknown")
        for one, grade in zip(drawn, grades, strict=True)
    )
    group = OneOf(title="one of them", alternatives=tuple(drawn), where=WHERE)
    changed, problems = fold(scenario, Changes(facts=facts, groups=(group,)))
    return scenario if problems else changed


def _fact(choices: Choices, instance: Instance, features: Features) -> Fact:
    standings = ["stated"] * 7 + ["denied"]
    standings += ["unknown", "unknown", "disputed"] if features.open_facts else []
    standing = choices.pick(standings)
    paper, study = Citation("paper"), Citation("study")
    citations = choices.pick(((), (paper,), (study,), (paper, study)))
    against = (Citation("study"),) if standing == "disputed" else ()
    return fact(instance, choices.grade(), standing, citations=citations, against=against)


def without(case: Case, *, facts=(), rules=()) -> Case:
    """The case built without some facts and rules."""
    base = case.scenario.base
    left = tuple(rule for rule in base.rules if rule.id not in rules)
    smaller = msgspec.structs.replace(base, rules=left)
    said = {one: said for one, said in case.scenario.facts.items() if one not in facts}
    return Case(msgspec.structs.replace(case.scenario, base=smaller, facts=said), case.extra)


# Cases with something to do to them


@st.composite
def what_ifs(draw, features: Features = Features()) -> tuple[Case, Changes]:  # noqa: B008
    """A case with some changes to its scenario, such as a what-if file may make."""
    choices = Choices(draw)
    case = draw(cases(features))
    base = case.scenario.base
    withdrawn = []
    if case.scenario.facts and choices.chance(50):
        withdrawn = choices.some(list(case.scenario.facts), 2)
    rules = []
    if choices.chance(40):
        rules = choices.some([rule.id for rule in base.rules], 2)
    templates = [t for t in base.templates.values() if not (t.advice or t.kind or t.caveat)]
    found = {}
    for one in _instances(choices, templates, 5):
        derived = one.template in base.derived
        said = fact(one, choices.grade()) if derived else _fact(choices, one, features)
        found[one] = msgspec.structs.replace(said, origin="assumed")
    said_of = _one_for_each_key(base, list(found.values()))
    return case, Changes(
        facts=tuple(one for one in said_of if one.instance not in withdrawn),
        withdrawn_facts=tuple(fact(one) for one in withdrawn),
        withdrawn_rules=tuple(rules),
    )


@st.composite
def splits(draw) -> tuple[Case, list[list[Instance]]]:
    """A case with its possible facts dealt into a few hands, in any order."""
    choices = Choices(draw)
    case = draw(cases())
    hands: list[list[Instance]] = [[] for _ in range(2 + choices.upto(2))]
    for one in sorted({*case.scenario.facts, *case.extra}):
        hand = choices.pick(hands)
        hand.insert(choices.upto(len(hand)), one)
    return case, hands


@st.composite
def removals(draw, features: Features = Features()) -> tuple[Case, list[Instance], list[str]]:  # noqa: B008
    """A case with some of its facts and rules, to be taken away."""
    choices = Choices(draw)
    case = draw(cases(features))
    facts = list(case.scenario.facts)
    dropped = choices.some(facts, 2) if facts and choices.chance(75) else []
    rules = []
    if not dropped or choices.chance(50):
        rules = choices.some([rule.id for rule in case.scenario.base.rules], 2)
    return case, dropped, rules


@st.composite
def batches(draw) -> tuple[Case, list[dict[Instance, tuple[int, int]]]]:
    """A case with several assignments of bounds to the same given facts."""
    choices = Choices(draw)
    case = draw(cases())
    named = sorted({*case.scenario.facts, *case.extra})
    assignments = []
    for _ in range(2 + choices.upto(2)):
        bounds = {}
        for one in named:
            lower = choices.upto(8)
            bounds[one] = (lower, lower + (choices.upto(8 - lower) if choices.chance(40) else 0))
        assignments.append(bounds)
    return case, assignments
