"""The records that everything else is made of: what a base says, frozen.

In the order in which ideas are needed: entities fill the slots of templates; a template with them
filled is an instance; a rule goes from patterns to conclusions. Values, sources and facts of
scenarios have modules of their own.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from datetime import date
from pathlib import Path
from typing import Any, Literal, NamedTuple, TypeVar

import msgspec

from advisor.model.allowances import Allowance, Setting
from advisor.model.errors import Location
from advisor.model.expressions import Comparison, Expression, Var
from advisor.model.grades import CERTAIN
from advisor.model.ranks import Ranks, place_among, ranks
from advisor.model.sources import Citations, Reading, Source
from advisor.model.values import Value, value_text


class Entity(msgspec.Struct, frozen=True, kw_only=True):
    """A thing that a slot can hold: a state, an organisation, a resource, a project."""

    id: str
    type: str
    name: str  # as it reads inside a sentence
    adjective: str | None = None
    code: str | None = None  # ISO 3166-1 alpha-3
    aka: tuple[str, ...] = ()  # other names, by which an answer may call it
    plural: bool = False
    where: Location


class SlotType(msgspec.Struct, frozen=True, kw_only=True):
    """What may stand in a slot."""

    kind: Literal["entity", "number", "date", "boolean", "values"]
    types: tuple[str, ...] = ()  # entity types, for kind "entity"
    unit: str | None = None  # for kind "number"
    values: Mapping[str, str] = {}  # legal value -> its English, for kind "values"
    ordered: bool = False  # whether these stand in their order, the least first


class SlotRef(NamedTuple):
    """A gap in an English phrase: `{slot}`, `{slot.adjective}` or `{slot:is/are}`."""

    slot: str
    form: str  # "name", "adjective", "possessive" or "verb"
    singular: str = ""
    plural: str = ""


Phrase = tuple[str | SlotRef, ...]


class Instance(NamedTuple):
    """A template with its slots filled: what a fact is about, and its identity."""

    template: str
    values: tuple[Value, ...]  # in slot order

    def __str__(self) -> str:
        """The one-line form, as in `shortage(pakistan, energy)`."""
        return f"{self.template}({', '.join(map(value_text, self.values))})"


class AnyOf(NamedTuple):
    """Any of these values."""

    values: tuple[Value, ...]


Term = Value | Var | AnyOf | None  # None: the slot was left out and matches anything


class Pattern(msgspec.Struct, frozen=True, kw_only=True):
    """A premise, an exception or a conclusion: a template with terms in its slots."""

    template: str
    terms: tuple[Term, ...]  # in slot order
    where: Location

    def variables(self) -> list[str]:
        """The names of its variables, in slot order."""
        return [term.name for term in self.terms if isinstance(term, Var)]


class AtLeast(msgspec.Struct, frozen=True, kw_only=True):
    """The premise that at least `count` distinct facts match a pattern."""

    count: int
    of: Pattern


class Aggregate(msgspec.Struct, frozen=True, kw_only=True):
    """What is computed over the distinct facts that match a pattern."""

    operator: Literal["sum", "count", "min", "max"]
    variable: Var | None = None  # of the pattern, whose values go in; none of a count
    of: Pattern


class Let(msgspec.Struct, frozen=True, kw_only=True):
    """A variable that a rule computes; one that is named for its expression is unnamed."""

    name: str
    of: Expression | Aggregate
    kind: Literal["number", "date"] = "number"
    unit: str | None = None
    where: Location

    @property
    def type(self) -> SlotType:
        """What it comes to, as the type of a slot."""
        return SlotType(kind=self.kind, unit=self.unit)


class Relation(msgspec.Struct, frozen=True, kw_only=True):
    """Other advice, or a kind of it, with terms over the slots of the template that names it."""

    other: Pattern


class Template(msgspec.Struct, frozen=True, kw_only=True):
    """A kind of fact: its slots and the English it is said in."""

    id: str
    slots: Mapping[str, SlotType]
    says: Phrase
    denies: Phrase | None = None
    asks: Phrase | None = None  # askable, if there is one
    ask_when: tuple[Pattern, ...] = ()  # what must hold for that; over its own slots
    ask_unless: tuple[Pattern, ...] = ()  # what must not
    about: str | None = None
    advice: bool = False
    kind: bool = False  # a kind of advice, which nobody concludes: advice belongs to it
    caveat: bool = False
    helper: bool = False  # made of what a rule says, and declared by nobody
    symmetric: tuple[int, int] | None = None  # positions of the two slots that may be swapped
    key: tuple[int, ...] | None = None  # positions of its slots; (): one value in all
    exactly: bool = False  # one value of each key always holds
    loose: tuple[int, ...] = ()  # positions of numbers and dates in the key that no rule binds
    distinct: tuple[int, ...] = ()  # positions of slots of which no two hold the same
    classifies: int | None = None  # position of the slot that has one value, of what is derived
    opposes: tuple[Relation, ...] = ()
    after: tuple[Relation, ...] = ()
    kinds: tuple[Relation, ...] = ()  # of advice, that this advice belongs to
    ranks: Ranks = {}  # of what may stand in its symmetric slots
    where: Location

    def instance(self, *values: Value) -> Instance:
        """The instance with these values; of two that may be swapped, what comes first."""
        if self.symmetric:
            i, j = self.symmetric
            if place_among(values[j], self.ranks) < place_among(values[i], self.ranks):
                values = swapped(values, i, j)
        return Instance(self.id, values)

    def asked_for(self) -> tuple[int, ...]:
        """The positions that one question asks the value of: all beside what is bound of the key.

        Without a key, those of numbers and dates; none of other facts.
        """
        if self.key is not None:
            bound = set(self.key).difference(self.loose)
            return tuple(n for n in range(len(self.slots)) if n not in bound)
        kinds = [slot.kind for slot in self.slots.values()]
        return tuple(n for n, kind in enumerate(kinds) if kind in {"number", "date"})

    def repeats(self, values: Sequence[Value]) -> bool:
        """Whether slots that never hold the same do."""
        found = [values[position] for position in self.distinct]
        return len(set(found)) < len(found)

    def slot_values(self, instance: Instance) -> dict[str, Value]:
        """The instance's values by slot name, in slot order."""
        return dict(zip(self.slots, instance.values, strict=True))


T = TypeVar("T")

__all__ = ["Comparison", "Var"]


def swapped(values: tuple[T, ...], i: int, j: int) -> tuple[T, ...]:
    """The values with those at two positions exchanged."""
    out = list(values)
    out[i], out[j] = out[j], out[i]
    return tuple(out)


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """From premises, unless an exception holds, to conclusions."""

    id: str
    title: str
    premises: tuple[Pattern | AtLeast, ...] = ()
    comparisons: tuple[Comparison, ...] = ()
    lets: tuple[Let, ...] = ()  # in the order in which they are computed
    exceptions: tuple[Pattern, ...] = ()
    conclusions: tuple[Pattern, ...] = ()
    strength: int = CERTAIN
    advances: tuple[str, ...] = ()
    strains: tuple[str, ...] = ()
    because: Phrase | None = None
    citations: Citations = ()  # who reasons so
    inferred: bool = False  # that is our reading of these sources
    otherwise: bool = False
    note: str | None = None
    allow: tuple[Allowance, ...] = ()
    where: Location

    @property
    def reading(self) -> Reading:
        """How its reasoning comes from its sources; without any it is the base's own."""
        if not self.citations:
            return "ours"
        return "inferred" if self.inferred else "stated"

    def patterns(self) -> list[Pattern]:
        """The premises that the rule engine matches, in order."""
        return [premise for premise in self.premises if isinstance(premise, Pattern)]

    def conditions(self) -> list[Pattern]:
        """Every pattern that the rule's conclusions depend on."""
        counted = [*(c.of for c in self.counts()), *(a.of for a in self.aggregates())]
        return [*self.patterns(), *counted, *self.exceptions]

    def counts(self) -> list[AtLeast]:
        """The premises that count facts, in order."""
        return [premise for premise in self.premises if isinstance(premise, AtLeast)]

    def aggregates(self) -> list[Aggregate]:
        """What it computes over the facts that match a pattern, in order."""
        return [let.of for let in self.lets if isinstance(let.of, Aggregate)]

    def concludes_computed(self) -> bool:
        """Whether something that it computes stands in what it concludes."""
        computed = {Var(let.name) for let in self.lets}
        return any(not computed.isdisjoint(each.terms) for each in self.conclusions)


class Interest(msgspec.Struct, frozen=True, kw_only=True):
    """Something that a client wants kept or gained."""

    id: str
    says: str  # a noun phrase
    where: Location


class KnowledgeBase(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """Everything under `rules/`, all of a kind in the order of their English, as what is tied."""

    folder: Path
    title: str
    about: str | None = None
    date: date
    scenario: str | None = None  # default scenario
    client: str | None = None  # default client
    background: Mapping[Instance, Any] = {}  # facts that every scenario starts from
    grounds: str | None = None  # the name of the fact file that has them
    hedges: Mapping[str, int] = {}
    entities: Mapping[str, Entity] = {}
    templates: Mapping[str, Template] = {}
    interests: Mapping[str, Interest] = {}
    sources: Mapping[str, Source] = {}
    rules: tuple[Rule, ...] = ()
    tables: tuple[Any, ...] = ()  # DecisionTable: the tables that some rules are rows of
    derived: frozenset[str] = frozenset()  # templates that some rule concludes
    allow: tuple[Allowance, ...] = ()  # for what is no rule
    settings: tuple[Setting, ...] = ()  # of checks of the audit
    covers: tuple[str, ...] = ()  # templates whose every combination of answers leads to advice
    alike: tuple[str, ...] = ()  # templates that say, first of whom, which clients are alike
    told: Mapping[str, Set[str]] = {}  # templates of which a file tells all, and of which entities

    def order(self, instance: Instance) -> tuple[Any, ...]:
        """What facts are sorted by: where the template is declared, then where each value is."""
        place, slots = self._places.get(instance.template) or self._placed(instance.template)
        return (place, *map(place_among, instance.values, slots), instance.template)

    def ordered(self, instances: Iterable[Instance]) -> list[Instance]:
        """The facts in order, each once."""
        return sorted(dict.fromkeys(instances), key=self._orders)

    @functools.cached_property
    def _orders(self) -> Callable[[Instance], tuple[Any, ...]]:
        """What `order` gives, worked out once."""
        return functools.cache(self.order)

    @functools.cached_property
    def concluding(self) -> Mapping[str, tuple[Rule, ...]]:
        """The rules that conclude a template, by template, in order of rule."""
        return self._by_template(lambda rule: rule.conclusions)

    @functools.cached_property
    def requiring(self) -> Mapping[str, tuple[Rule, ...]]:
        """The rules with a premise, a count or an exception over a template, by template.

        A rule over a kind of advice is one over each template of that kind, too.
        """
        return self._by_template(
            lambda rule: [p for r in (rule, *self.variants_of(rule)) for p in r.conditions()]
        )

    @functools.cached_property
    def sensed(self) -> frozenset[str]:
        """The templates that say whether it makes sense to ask about others."""
        each = ((*one.ask_when, *one.ask_unless) for one in self.templates.values())
        return frozenset(pattern.template for patterns in each for pattern in patterns)

    @functools.cached_property
    def variants(self) -> tuple[Rule, ...]:
        """The rules, those over a kind of advice once for each template of that kind, in order."""
        return tuple(variant for rule in self.rules for variant in self.variants_of(rule))

    def variants_of(self, rule: Rule) -> tuple[Rule, ...]:
        """A rule, or one for each advice template of the kind that it is over, of the same id."""
        if rule.id not in self._variants:
            self._variants[rule.id] = tuple(self.varied(rule))
        return self._variants[rule.id]

    def variants_with(self, rule: str) -> tuple[Rule, ...]:
        """The variants of the rule of this id."""
        return self.variants_of(self.rules[self.rule_ranks[rule]])

    def variant(self, rule: str, premises: Iterable[Instance]) -> Rule:
        """The one of a rule's variants that matches premises of these templates."""
        found = self.variants_with(rule)
        if len(found) == 1:
            return found[0]
        if rule not in self._variant_over:
            over = (tuple(p.template for p in variant.patterns()) for variant in found)
            self._variant_over[rule] = dict(zip(over, found, strict=True))
        return self._variant_over[rule][tuple(p.template for p in premises)]

    @functools.cached_property
    def _variant_over(self) -> dict[str, dict[tuple[str, ...], Rule]]:
        return {}

    @functools.cached_property
    def _variants(self) -> dict[str, tuple[Rule, ...]]:
        return {}

    def varied(self, rule: Rule) -> Iterator[Rule]:
        """A rule as `variants_of` has it, whether it is one of the base or not."""
        kind = next((p for p in rule.patterns() if self.templates[p.template].kind), None)
        if kind is None:
            yield rule
            return
        for template in self.templates.values():
            for relation in template.kinds:
                if relation.other.template == kind.template:
                    member = _member(template, relation, kind)
                    premises = tuple(member if p is kind else p for p in rule.premises)
                    yield msgspec.structs.replace(rule, premises=premises)

    def _by_template(self, of: Callable[[Rule], Iterable[Pattern]]) -> dict[str, tuple[Rule, ...]]:
        found: dict[str, dict[str, Rule]] = {}
        for rule in self.rules:
            for pattern in of(rule):
                found.setdefault(pattern.template, {})[rule.id] = rule
        return {name: tuple(found[name].values()) for name in self.templates if name in found}

    @functools.cached_property
    def name_words(self) -> frozenset[str]:
        """The words that stand in names of entities."""
        return frozenset(" ".join(one.name for one in self.entities.values()).split(" "))

    @functools.cached_property
    def rule_ranks(self) -> Ranks:
        """The place of each rule, by id."""
        return ranks(rule.id for rule in self.rules)

    @functools.cached_property
    def _places(self) -> dict[str, tuple[int, list[Ranks]]]:
        return {}

    def _placed(self, name: str) -> tuple[int, list[Ranks]]:
        templates, entities = self._ranks
        slots = self.templates[name].slots.values() if name in self.templates else ()
        of = [ranks(slot.values) if slot.kind == "values" else entities for slot in slots]
        return self._places.setdefault(name, (templates.get(name, len(templates)), of))

    @functools.cached_property
    def _ranks(self) -> tuple[Ranks, Ranks]:
        return ranks(self.templates), ranks(self.entities)


def _member(template: Template, relation: Relation, kind: Pattern) -> Pattern:
    """What a pattern over a kind of advice is over one template of that kind."""
    given = zip(relation.other.terms, kind.terms, strict=True)
    asked = {own.name: term for own, term in given if isinstance(own, Var)}
    terms = tuple(map(asked.get, template.slots))
    return msgspec.structs.replace(kind, template=template.id, terms=terms)
