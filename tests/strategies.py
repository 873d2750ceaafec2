"""Every hypothesis strategy: random small stratified bases with scenarios, as model records.

Templates come in layers. A rule's positive premises come from its conclusions' layer or lower
ones, its exceptions and counts from lower ones only, and default advice stands above all other
advice: so every base is stratified by construction, recursive as it may be.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import NamedTuple

import msgspec
from hypothesis import strategies as st

from advisor.errors import Location
from advisor.model import (
    AnyOf,
    AtLeast,
    Citation,
    Comparison,
    Entity,
    Fact,
    Instance,
    KnowledgeBase,
    Pattern,
    Rule,
    Scenario,
    SlotRef,
    SlotType,
    Source,
    Template,
    Var,
)

WHERE = Location("case.yaml", 1, 1)
VALUES = {
    "A": ("a1", "a2", "a3"),
    "B": ("b1", "b2"),
    "number": (0, 1, 2.5),
    "boolean": (False, True),
    "date": (date(2026, 1, 1), date(2027, 1, 1)),
}
POOLS = {  # variables by what they hold
    "A": ("x", "y", "z"),
    "B": ("u", "v"),
    "number": ("n", "m"),
    "boolean": ("t",),
    "date": ("d",),
}
SORT_OF = {name: sort for sort, names in POOLS.items() for name in names}
TYPES = {
    "A": SlotType(kind="entity", types=("A",)),
    "B": SlotType(kind="entity", types=("B",)),
    "AB": SlotType(kind="entity", types=("A", "B")),
    "number": SlotType(kind="number"),
    "boolean": SlotType(kind="boolean"),
    "date": SlotType(kind="date"),
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


MONOTONE = Features(exceptions=False, defaults=False)
GIVEN, DERIVED, DEFAULT, CAVEAT = 0, (1, 2, 3), 4, 5  # layers


class Case(NamedTuple):
    """A scenario, with facts that are possible though it doesn't mention them."""

    scenario: Scenario
    extra: frozenset[Instance]

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
    marks = [name for name in ("advice", "caveat") if getattr(template, name)]
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


def rule_text(rule: Rule) -> str:
    """A rule on one line."""
    tests = [f"{term_text(c.left)} {c.operator} {term_text(c.right)}" for c in rule.comparisons]
    body = ", ".join([*map(pattern_text, rule.premises), *tests])
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
        templates={template.id: template for template in templates},
        rules=tuple(sorted(rules, key=lambda rule: rule.id)),
        derived=frozenset(c.template for rule in rules for c in rule.conclusions),
    )


def scenario_of(base: KnowledgeBase, facts, **fields) -> Scenario:
    """A scenario over a base that says these facts."""
    said = {one.instance: one for one in sorted(facts, key=lambda one: one.instance)}
    return Scenario(
        base=base, name="case", title="case", client="a1", facts=said, where=WHERE, **fields
    )


# Random cases


def _chance(draw, percent: int) -> bool:
    """True about so often; shrinks to False."""
    return draw(st.integers(0, 99)) >= 100 - percent


def _grade(draw) -> int:
    return draw(st.integers(1, 8)) if _chance(draw, 60) else 8


@st.composite
def cases(draw, features: Features = Features()) -> Case:  # noqa: B008 - immutable
    """A random base with a scenario over it."""
    layers = draw(_layers(features))
    templates = [template for layer in layers.values() for template in layer]
    rules = draw(_rules(layers, features))
    base = base_of(templates, rules)
    facts = draw(_facts(base, features))
    names = [rule.id for rule in rules]
    withdrawn: frozenset[str] = frozenset()
    if features.withdrawn and _chance(draw, 25):
        withdrawn = frozenset(draw(st.sets(st.sampled_from(names), max_size=2)))
    complete = not (features.open_facts and _chance(draw, 30))
    scenario = scenario_of(base, facts, withdrawn=withdrawn, complete=complete)
    extra = frozenset(draw(_instances(layers[GIVEN], 3))) if _chance(draw, 40) else frozenset()
    return Case(scenario, extra)


@st.composite
def _layers(draw, features: Features) -> dict[int, list[Template]]:
    layers: dict[int, list[Template]] = {GIVEN: [], DEFAULT: [], CAVEAT: []}
    for number in range(draw(st.integers(2, 3))):
        asks = ("asked",) if number == 0 or _chance(draw, 60) else None
        layers[GIVEN].append(draw(_templates(f"g{number}", asks=asks)))
    for layer in DERIVED[: draw(st.integers(1, 3))]:
        layers[layer] = [
            draw(_templates(f"l{layer}{number}")) for number in range(draw(st.integers(1, 2)))
        ]
        if _chance(draw, 50):
            layers[layer].append(draw(_advice(f"l{layer}-advice")))
    if features.defaults and _chance(draw, 60):
        layers[DEFAULT].append(draw(_advice("default-advice")))
    if any(t.advice for layer in layers.values() for t in layer) and _chance(draw, 60):
        layers[CAVEAT].append(draw(_templates("caveat", caveat=True)))
    return dict(sorted(layers.items()))


@st.composite
def _templates(draw, name: str, **fields) -> Template:
    """A template of one to three slots, now and then a symmetric one."""
    sorts = [draw(st.sampled_from(("A", "A", "A", "B", "AB", "number", "boolean", "date")))]
    if _chance(draw, 70):
        sorts.append(draw(st.sampled_from(("A", "A", "A", "B", "AB", "number"))))
        if _chance(draw, 15):
            sorts.append(draw(st.sampled_from(("A", "B"))))
    pairs = [(i, j) for i in range(len(sorts)) for j in range(i) if sorts[i] == sorts[j]]
    symmetric = None
    if pairs and _chance(draw, 30):
        symmetric = tuple(sorted(draw(st.sampled_from(pairs))))
    return template(name, *sorts, symmetric=symmetric, **fields)


@st.composite
def _advice(draw, name: str) -> Template:
    sorts = ["A"] + ([draw(st.sampled_from(("A", "B")))] if _chance(draw, 50) else [])
    return template(name, *sorts, first="client", advice=True)


@st.composite
def _rules(draw, layers: dict[int, list[Template]], features: Features) -> list[Rule]:
    found = []
    for layer, templates in layers.items():
        if layer == GIVEN or not templates:
            continue
        for number in range(draw(st.integers(1, 3))):
            found.append(draw(_rule(f"r{layer}{number}", layer, layers, features)))
        if layer in DERIVED and _chance(draw, 40):
            found += draw(_reachability(layer, layers))
    return found


def _below(layers: dict[int, list[Template]], layer: int) -> list[Template]:
    """The templates that a rule for this layer may count and except: those of lower layers."""
    return [t for number, layer_ in layers.items() if number < layer for t in layer_]


def _is_link(template: Template) -> bool:
    return [slot.types for slot in template.slots.values()] == [("A",), ("A",)]


@st.composite
def _reachability(draw, layer: int, layers: dict[int, list[Template]]) -> list[Rule]:
    """What links, reaches; and what is reached from there, is reached: a positive cycle."""
    links = [t for t in _below(layers, layer) if _is_link(t)]
    reaches = [t for t in layers[layer] if _is_link(t)]
    if not links or not reaches:
        return []
    link, reach = draw(st.sampled_from(links)).id, draw(st.sampled_from(reaches)).id
    steps = [pattern(reach, "$x", "$y"), pattern(draw(st.sampled_from((link, reach))), "$y", "$z")]
    return [
        rule(f"reach{layer}-far", steps, [pattern(reach, "$x", "$z")], strength=_grade(draw)),
        rule(
            f"reach{layer}-near",
            [pattern(link, "$x", "$y")],
            [pattern(reach, "$x", "$y")],
            strength=_grade(draw),
        ),
    ]


@st.composite
def _rule(draw, name: str, layer: int, layers: dict[int, list[Template]], features) -> Rule:
    below = _below(layers, layer)
    here = layers[layer] if layer != CAVEAT else []
    premises: list[Pattern | AtLeast] = []
    if layer == CAVEAT:  # exactly one advice premise
        advice = [t for t in below if t.advice]
        premises.append(draw(_premise(draw(st.sampled_from(advice)), set())))
        below = [t for t in below if not t.advice]
    for _ in range(draw(st.sampled_from((1, 1, 2, 2, 2, 3))) - len(premises)):
        pool = here if here and _chance(draw, 30) else below
        bound = {n for p in premises for n in p.variables()}
        premises.append(draw(_premise(draw(st.sampled_from(pool)), bound)))
    bound = sorted({name for premise in premises for name in premise.variables()})
    if features.counts and _chance(draw, 30):
        for _ in range(draw(st.integers(1, 2))):
            of = draw(_condition(draw(st.sampled_from(below)), bound, local=True))
            count = AtLeast(count=draw(st.integers(1, 3)), of=of)
            premises.insert(draw(st.integers(0, len(premises))), count)
        if _chance(draw, 10):  # a rule with nothing to match
            premises = [p for p in premises if isinstance(p, AtLeast)]
            bound = []
    exceptions = []
    if features.exceptions and _chance(draw, 45):
        for _ in range(draw(st.integers(1, 2))):
            exceptions.append(draw(_condition(draw(st.sampled_from(below)), bound)))
    otherwise = layer == DEFAULT and _chance(draw, 80)
    heads = draw(st.lists(st.sampled_from(layers[layer]), min_size=1, max_size=2))
    if otherwise:
        heads = heads[:1]
    if layer == CAVEAT and not any(isinstance(p, Pattern) for p in premises):
        premises = [draw(_premise(advice[0], set()))]
        bound = premises[0].variables()
        exceptions = []
    return rule(
        name,
        premises,
        [draw(_conclusion(head, bound)) for head in heads],
        comparisons=tuple(draw(_comparisons(bound))),
        exceptions=tuple(exceptions),
        strength=_grade(draw),
        otherwise=otherwise,
        citations=(Citation("paper"),) if _chance(draw, 30) else (),
    )


def _sort(draw, slot: SlotType) -> str:
    """A sort of value that a slot takes."""
    sorts = slot.types or (slot.kind,)
    return sorts[0] if len(sorts) == 1 else draw(st.sampled_from(sorts))


@st.composite
def _premise(draw, template: Template, bound: set[str]) -> Pattern:
    """A pattern of new and old variables, values, listed values and slots left out."""
    terms = []
    for slot in template.slots.values():
        sort = _sort(draw, slot)
        kind = draw(st.integers(0, 9))
        known = [name for name in POOLS[sort] if name in bound]
        if kind < 6:
            names = known if known and draw(st.booleans()) else POOLS[sort]
            terms.append(Var(draw(st.sampled_from(names))))
        else:
            terms.append(draw(_loose(sort, kind)))
    return Pattern(template=template.id, terms=tuple(terms), where=WHERE)


@st.composite
def _loose(draw, sort: str, kind: int):
    """A slot left out, a value, or listed values."""
    if kind < 8:
        return None
    if kind == 8:
        return draw(st.sampled_from(VALUES[sort]))
    listed = st.lists(st.sampled_from(VALUES[sort]), min_size=1, max_size=3, unique=True)
    return AnyOf(tuple(draw(listed)))


@st.composite
def _condition(draw, template: Template, bound: list[str], *, local: bool = False) -> Pattern:
    """An exception, or what is counted: of bound variables, and local ones if it may."""
    terms = []
    for slot in template.slots.values():
        sort = _sort(draw, slot)
        names = [name for name in bound if SORT_OF[name] == sort]
        names += [f"local-{sort}"] if local else []
        kind = draw(st.integers(0, 9))
        if names and kind < 6:
            terms.append(Var(draw(st.sampled_from(names))))
        else:
            terms.append(draw(_loose(sort, max(kind, 6))))
    return Pattern(template=template.id, terms=tuple(terms), where=WHERE)


@st.composite
def _conclusion(draw, template: Template, bound: list[str]) -> Pattern:
    terms = []
    for slot in template.slots.values():
        sort = _sort(draw, slot)
        names = [name for name in bound if SORT_OF[name] == sort]
        if names and not _chance(draw, 10):
            terms.append(Var(draw(st.sampled_from(names))))
        else:
            terms.append(draw(st.sampled_from(VALUES[sort])))
    return Pattern(template=template.id, terms=tuple(terms), where=WHERE)


@st.composite
def _comparisons(draw, bound: list[str]) -> list[Comparison]:
    if not bound or not _chance(draw, 30):
        return []
    name = draw(st.sampled_from(bound))
    sort = SORT_OF[name]
    ordered = sort in {"number", "date"}
    relations = ("=", "!=", "<", "<=", ">", ">=") if ordered else ("!=", "!=", "=")
    others = [Var(other) for other in bound if SORT_OF[other] == sort and other != name]
    right = draw(st.sampled_from([*others, *VALUES[sort]]))
    sides = (Var(name), right) if _chance(draw, 80) else (right, Var(name))
    relation = draw(st.sampled_from(relations))
    return [Comparison(left=sides[0], operator=relation, right=sides[1], where=WHERE)]


@st.composite
def _instances(draw, templates: list[Template], most: int) -> list[Instance]:
    """Distinct instances of these templates."""
    found = {}
    for _ in range(draw(st.integers(0, most))):
        template = draw(st.sampled_from(templates))
        values = [
            draw(st.sampled_from(VALUES[_sort(draw, slot)])) for slot in template.slots.values()
        ]
        found[template.instance(*values)] = True
    return list(found)


@st.composite
def _facts(draw, base: KnowledgeBase, features: Features) -> list[Fact]:
    given = [t for t in base.templates.values() if t.id not in base.derived]
    given = [t for t in given if not (t.advice or t.caveat)]
    derived = [t for t in base.templates.values() if t.id in base.derived]
    statable = [t for t in derived if not (t.advice or t.caveat)]
    found = [draw(_fact(one, features)) for one in draw(_instances(given, 9))]
    if statable and _chance(draw, 30):
        stated = draw(_instances(statable, 2))
        found += [fact(one, _grade(draw)) for one in stated]
    return found


@st.composite
def _fact(draw, instance: Instance, features: Features) -> Fact:
    standings = ["stated"] * 7 + ["denied"]
    standings += ["unknown", "unknown", "disputed"] if features.open_facts else []
    standing = draw(st.sampled_from(standings))
    citations = draw(st.sampled_from(((), (Citation("paper"),), (Citation("study"),))))
    against = (Citation("study"),) if standing == "disputed" else ()
    return fact(instance, _grade(draw), standing, citations=citations, against=against)


def without(case: Case, *, facts=(), rules=()) -> Case:
    """The case built without some facts and rules."""
    base = case.scenario.base
    left = tuple(rule for rule in base.rules if rule.id not in rules)
    smaller = msgspec.structs.replace(base, rules=left)
    said = {one: said for one, said in case.scenario.facts.items() if one not in facts}
    return Case(msgspec.structs.replace(case.scenario, base=smaller, facts=said), case.extra)
