"""Forms of premises beyond plain patterns: as records, drawn at random, written down, and naive.

What the loader makes other records of stays here as an author writes it, so that the oracle reads
a rule's own words and nothing of what the product makes of them.
"""

from __future__ import annotations

import itertools
from typing import NamedTuple

import msgspec
from hypothesis import strategies as st
from oracle import Ground, Oracle, nth
from strategies import (
    POOLS,
    SORT_OF,
    VALUES,
    WHERE,
    Case,
    Choices,
    Features,
    cases,
)
from yaml_text import Data, files, premise

from advisor.model.records import AnyOf, AtLeast, Pattern, Rule, Template, Var


class Choice(NamedTuple):
    """`any`: lists of premises, one of which must hold."""

    alternatives: tuple[tuple[Pattern | AtLeast, ...], ...]


class Together(NamedTuple):
    """`all`, under `unless`: conditions that share variables of their own."""

    conditions: tuple[Pattern | AtLeast, ...]


class Every(NamedTuple):
    """`every TYPE $name`: the variable stands for each entity of the type."""

    type: str
    name: str

    def variables(self) -> list[str]:
        """The variable that it binds."""
        return [self.name]


class FormOracle(Oracle):
    """The naive evaluator, of rules with these forms."""

    def _ground(self, rule: Rule):
        for number, premises in enumerate(ways(rule)):
            patterns = [one for one in premises if isinstance(one, Pattern)]
            every = [one for one in premises if isinstance(one, Every)]
            for bindings, facts in self._each(every, patterns):
                if all(self._compares(c, bindings) for c in rule.comparisons):
                    bound = (("", number), *sorted(bindings.items()))
                    yield Ground(rule.id, bound, tuple(facts))

    def _each(self, every, patterns):
        """The matches of patterns for each way to choose entities."""
        entities = self.base.entities.values()
        choices = [[e.id for e in entities if e.type == one.type] for one in every]
        for chosen in itertools.product(*choices):
            bound = {}
            if all(
                bound.setdefault(one.name, entity) == entity
                for one, entity in zip(every, chosen, strict=True)
            ):
                yield from self._join(patterns, bound)

    def _parts(self, ground: Ground):
        rule, bindings = self.rules[ground.rule], dict(ground.bindings)
        number = bindings.pop("")
        premises = tuple(one for one in ways(rule)[number] if not isinstance(one, Every))
        plain = msgspec.structs.replace(rule, premises=premises, exceptions=())
        self.rules[ground.rule] = plain
        parts = super()._parts(ground)
        self.rules[ground.rule] = rule
        return parts._replace(against=[self.excepted(one, bindings) for one in rule.exceptions])

    def excepted(self, exception, bindings) -> list[list]:
        """The ways in which an exception can hold: each a list of facts, and of counts of facts."""
        conditions = exception.conditions if isinstance(exception, Together) else (exception,)
        patterns = [one for one in conditions if isinstance(one, Pattern)]
        counted = [one for one in conditions if isinstance(one, AtLeast)]
        return [
            [*facts, *((one.count, self.matching(one.of, bound)) for one in counted)]
            for bound, facts in self._join(patterns, bindings)
        ]

    def bounds(self, ground: Ground) -> tuple[int, int]:
        """The lower and the upper grade of a ground rule: its weakest link."""
        against = self.parts[ground].against
        self.parts[ground] = self.parts[ground]._replace(against=[])
        low, high = super().bounds(ground)
        self.parts[ground] = self.parts[ground]._replace(against=against)
        for ways_ in against:
            low = min(low, 8 - max([0, *(self._weakest(way, self.upper) for way in ways_)]))
            high = min(high, 8 - max([0, *(self._weakest(way, self.lower) for way in ways_)]))
        return low, high

    def _weakest(self, way: list, grades: dict) -> int:
        links = [
            nth(one[0], [grades[fact] for fact in one[1]])
            if isinstance(one[0], int)
            else grades[one]
            for one in way
        ]
        return min([8, *links])

    def _least_level(self, rule: Rule, level: dict[str, int]) -> int:
        lowest = 0
        for premises in ways(rule):
            own = tuple(one for one in premises if not isinstance(one, Every))
            plain = msgspec.structs.replace(rule, premises=own, exceptions=())
            lowest = max(lowest, super()._least_level(plain, level))
        for exception in rule.exceptions:
            for one in exception.conditions if isinstance(exception, Together) else (exception,):
                of = one.of if isinstance(one, AtLeast) else one
                lowest = max(lowest, level[of.template] + 1)
        return lowest


def ways(rule: Rule) -> list[tuple]:
    """The premises of a rule for each choice among its alternatives."""
    parts = [p.alternatives if isinstance(p, Choice) else ((p,),) for p in rule.premises]
    return [tuple(itertools.chain(*chosen)) for chosen in itertools.product(*parts)]


# ------------------------------------------------------------------ written down


def form_files(case: Case) -> dict[str, Data]:
    """The files of a base whose rules have these forms."""
    base = case.scenario.base
    templates = base.templates
    plain = [msgspec.structs.replace(rule, premises=(), exceptions=()) for rule in base.rules]
    scenario = msgspec.structs.replace(
        case.scenario, base=msgspec.structs.replace(base, rules=tuple(plain))
    )
    found = files(scenario)
    for rule, data in zip(base.rules, found["rules/some.yaml"], strict=True):
        data["if"] = [written(one, templates) for one in rule.premises]
        if rule.exceptions:
            data["unless"] = [written(one, templates) for one in rule.exceptions]
    return found


def written(one, templates: dict[str, Template]) -> Data:
    """A premise or an exception as an author writes it."""
    if isinstance(one, Choice):
        some = [[premise(each, templates) for each in chosen] for chosen in one.alternatives]
        return {"any": [each[0] if len(each) == 1 else each for each in some]}
    if isinstance(one, Every):
        return f"every {one.type} ${one.name}"
    if isinstance(one, Together):
        return {"all": [premise(each, templates) for each in one.conditions]}
    return premise(one, templates)


# ------------------------------------------------------------------ drawn


@st.composite
def form_cases(draw, features: Features = Features()) -> Case:  # noqa: B008 - immutable
    """A random case whose rules have these forms."""
    case = draw(cases(features))
    choices = Choices(draw)
    base = case.scenario.base
    given = [t for t in base.templates.values() if t.id.startswith("g")]
    rules = tuple(_formed(choices, rule, base.templates, given) for rule in base.rules)
    formed = msgspec.structs.replace(base, rules=rules)
    return Case(msgspec.structs.replace(case.scenario, base=formed), case.extra)


def _formed(choices: Choices, rule: Rule, templates, given: list[Template]) -> Rule:
    """The rule with alternatives for a premise, and exceptions of every form."""
    weighed = [count.of for count in rule.counts()] + list(rule.exceptions)
    below = given + [templates[pattern.template] for pattern in weighed]
    bound = sorted({name for pattern in rule.patterns() for name in pattern.variables()})
    exceptions = list(rule.exceptions)
    for number in range(choices.upto(2)):
        exceptions.append(_exception(choices, below, bound, number))
    premises = list(rule.premises)
    plain = [
        at
        for at, one in enumerate(premises)
        if isinstance(one, Pattern)
        and not (templates[one.template].advice or templates[one.template].kind)
    ]
    if plain and choices.chance(60):
        at = choices.pick(plain)
        others = premises[:at] + premises[at + 1 :]
        premises[at] = _choice(choices, premises[at], others, given)
    if choices.chance(30):
        bound_to = {"A": "x", "B": "u"}
        sort = choices.pick(("A", "B"))
        premises.insert(choices.upto(len(premises)), Every(sort, bound_to[sort]))
    return msgspec.structs.replace(rule, premises=tuple(premises), exceptions=tuple(exceptions))


def _choice(choices: Choices, one: Pattern, others: list, given: list[Template]) -> Choice:
    """Alternatives that bind all that this premise binds, and perhaps more."""
    found = [(one,)]
    taken = {n for other in others if isinstance(other, Pattern) for n in other.variables()}
    for _ in range(1 + choices.upto(1)):
        other = _pattern(choices, choices.pick(given), [*one.variables(), *sorted(taken)])
        if choices.chance(30):
            count = AtLeast(count=1 + choices.upto(1), of=other)
            found.append((count, one))
        elif set(one.variables()) <= set(other.variables()) | taken:
            found.append((other,))
        else:
            found.append((other, one))
    return Choice(tuple(found))


def _exception(choices: Choices, below: list[Template], bound: list[str], number: int):
    """A pattern, a count or several conditions, with variables that no other exception has."""
    local = [f"own{number}-{sort}" for sort in POOLS]
    draw = lambda: _pattern(choices, choices.pick(below), [*bound, *local])  # noqa: E731
    kind = choices.upto(3)
    if kind == 0:
        return draw()
    if kind == 1:
        return AtLeast(count=1 + choices.upto(2), of=draw())
    conditions = [draw() for _ in range(2 + choices.upto(1))]
    if choices.chance(30):
        conditions[0] = AtLeast(count=1 + choices.upto(1), of=conditions[0])
    return Together(tuple(conditions))


def _pattern(choices: Choices, template: Template, names: list[str]) -> Pattern:
    """A pattern of these variables, each where what it holds fits, of values and of gaps."""
    terms = []
    for slot in template.slots.values():
        sort = choices.pick(slot.types or (slot.kind,))
        fitting = [one for one in names if _sort(one) == sort]
        kind = choices.upto(4)
        if fitting and kind < 3:
            terms.append(Var(choices.pick(fitting)))
        elif kind == 3:
            terms.append(AnyOf(tuple(choices.some(VALUES[sort], 2))))
        else:
            terms.append(None)
    return Pattern(template=template.id, terms=tuple(terms), where=WHERE)


def _sort(name: str) -> str:
    """What a variable holds."""
    return SORT_OF.get(name) or name.partition("-")[2]
