"""Turns two bases into one that holds both: what differs stands in it twice, the old marked so.

Of two versions of a rule, the scenario of either base withdraws the other's, so that both are
evaluations of one graph. A template that the two bases take for something else - other slots,
another key, a number instead of a date - is two templates; so is a kind of advice to which other
advice belongs than before.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Final, NamedTuple, TypeVar

import msgspec

from advisor.difference.wording import fields
from advisor.model.ordering import by_english, in_order, ordered
from advisor.model.records import (
    Aggregate,
    AtLeast,
    Instance,
    KnowledgeBase,
    Let,
    Pattern,
    Relation,
    Rule,
    Template,
)
from advisor.model.scenarios import Fact, Scenario
from advisor.model.sources import Citations, Source
from advisor.model.strata import dependencies, forbidden_cycle

T = TypeVar("T")

OLD: Final = " (old)"  # no name in a file ends so
_MEANING: Final = ("if", "where", "unless", "then", "strength", "otherwise")


class Merged(NamedTuple):
    """Two bases in one."""

    base: KnowledgeBase
    old_rules: frozenset[str]  # that the new base has not, as they are called here
    new_rules: frozenset[str]  # that the old base has not
    templates: frozenset[str]  # of the old base that are called otherwise here
    kinds: frozenset[str]  # of advice, to which other advice belongs than in the old base
    sources: frozenset[str]
    stratified: bool


def merged(old: KnowledgeBase, new: KnowledgeBase) -> Merged:
    """Both bases in one; its entities and sources are those of the rule files."""
    kinds = _other_kinds(old, new)
    renamed = _differing(old.templates, new.templates, _shape) | kinds
    sources = _differing(old.sources, new.sources, fields)
    own = {rule.id: rule for rule in new.rules}
    before = {rule.id: _rule(rule, renamed) for rule in old.rules}
    same = {name for name in before.keys() & own.keys() if _alike(before[name], own[name], new)}
    gone = [
        msgspec.structs.replace(rule, id=rule.id + OLD)
        for name, rule in before.items()
        if name not in same
    ]
    rules = by_english([*new.rules, *gone])
    templates = {t.id: t for t in (_template(t, renamed) for t in old.templates.values())}
    templates |= {name: _of_both(t, templates.get(name)) for name, t in new.templates.items()}
    entities = {**old.entities, **new.entities}
    base = msgspec.structs.replace(
        new,
        entities=in_order(entities),
        templates=ordered(templates, entities),
        interests=in_order({**old.interests, **new.interests}),
        sources=in_order({**_renamed_sources(old, sources), **new.sources}),
        rules=rules,
        derived=frozenset(c.template for rule in rules for c in rule.conclusions),
    )
    cycle = forbidden_cycle(dependencies(rules, templates))
    return Merged(
        base=base,
        old_rules=frozenset(rule.id for rule in gone),
        new_rules=frozenset(own.keys() - same),
        templates=renamed,
        kinds=kinds,
        sources=sources,
        stratified=cycle is None,
    )


def _differing(
    old: Mapping[str, T], new: Mapping[str, T], shape: Callable[[T], object]
) -> frozenset[str]:
    """The names of what both have, and not the same."""
    both = old.keys() & new.keys()
    return frozenset(name for name in both if shape(old[name]) != shape(new[name]))


def _shape(template: Template) -> tuple[object, ...]:
    """What facts of a template are."""
    kind = (template.advice, template.kind, template.caveat, template.asks is None)
    slots = tuple((slot, of.kind, of.unit) for slot, of in template.slots.items())
    return (slots, template.symmetric, template.key, *kind)


def _other_kinds(old: KnowledgeBase, new: KnowledgeBase) -> frozenset[str]:
    """The kinds to which some advice that both bases have belongs otherwise in each."""
    both = old.templates.keys() & new.templates.keys()
    pairs = [
        {(each.other.template, each.other.terms) for each in base.templates[name].kinds}
        for name in both
        for base in (old, new)
    ]
    differing = (was ^ now for was, now in zip(pairs[::2], pairs[1::2], strict=True))
    return frozenset(kind for some in differing for kind, _ in some if kind in both)


def _of_both(new: Template, old: Template | None) -> Template:
    """A template of the new base that belongs to the kinds of the old one as well."""
    if old is None:
        return new
    kinds = [each for each in old.kinds if each.other.template.endswith(OLD)]
    return msgspec.structs.replace(new, kinds=(*new.kinds, *kinds))


def _alike(old: Rule, new: Rule, base: KnowledgeBase) -> bool:
    """Whether two versions of a rule conclude the same from the same."""
    if any(pattern.template.endswith(OLD) for pattern in (*old.conditions(), *old.conclusions)):
        return False
    known = (*old.conditions(), *old.conclusions)
    if any(pattern.template not in base.templates for pattern in known):
        return False
    before, other = fields(old, base), fields(new, base)
    effects = ("advances", "strains")
    return all(before.get(name) == other.get(name) for name in (*_MEANING, *effects))


def _template(template: Template, renamed: Collection[str]) -> Template:
    """A template of the old base, as it and those it names are called here."""
    return msgspec.structs.replace(
        template,
        id=template.id + OLD if template.id in renamed else template.id,
        opposes=tuple(Relation(other=_pattern(each.other, renamed)) for each in template.opposes),
        after=tuple(Relation(other=_pattern(each.other, renamed)) for each in template.after),
        kinds=tuple(Relation(other=_pattern(each.other, renamed)) for each in template.kinds),
        ask_when=tuple(_pattern(each, renamed) for each in template.ask_when),
        ask_unless=tuple(_pattern(each, renamed) for each in template.ask_unless),
    )


def _pattern(pattern: Pattern, renamed: Collection[str]) -> Pattern:
    if pattern.template not in renamed:
        return pattern
    return msgspec.structs.replace(pattern, template=pattern.template + OLD)


def _rule(rule: Rule, renamed: Collection[str]) -> Rule:
    """A rule of the old base, over the templates as they are called here."""
    return msgspec.structs.replace(
        rule,
        premises=tuple(
            AtLeast(count=premise.count, of=_pattern(premise.of, renamed))
            if isinstance(premise, AtLeast)
            else _pattern(premise, renamed)
            for premise in rule.premises
        ),
        lets=tuple(_let(let, renamed) for let in rule.lets),
        exceptions=tuple(_pattern(exception, renamed) for exception in rule.exceptions),
        conclusions=tuple(_pattern(conclusion, renamed) for conclusion in rule.conclusions),
    )


def _let(let: Let, renamed: Collection[str]) -> Let:
    if not isinstance(let.of, Aggregate):
        return let
    of = msgspec.structs.replace(let.of, of=_pattern(let.of.of, renamed))
    return msgspec.structs.replace(let, of=of)


def _renamed_sources(old: KnowledgeBase, renamed: Collection[str]) -> Mapping[str, Source]:
    return {(name + OLD if name in renamed else name): s for name, s in old.sources.items()}


def sources_of_old(base: KnowledgeBase, both: Merged) -> Mapping[str, Source]:
    """The sources of a scenario's base, the old one, as they are called over both."""
    return _renamed_sources(base, both.sources)


def of_old(scenario: Scenario, both: Merged) -> Scenario:
    """A scenario of the old base, over both."""
    facts = [_fact(fact, both) for fact in scenario.facts.values()]
    groups = [
        msgspec.structs.replace(
            group, alternatives=tuple(instance_of(a, both) for a in group.alternatives)
        )
        for group in scenario.groups
    ]
    gone = {name + OLD if name + OLD in both.old_rules else name for name in scenario.withdrawn}
    recommends = {
        instance_of(instance, both): msgspec.structs.replace(
            said, citations=_citations(said.citations, both)
        )
        for instance, said in scenario.recommends.items()
    }
    return msgspec.structs.replace(
        scenario,
        facts={fact.instance: fact for fact in facts},
        groups=tuple(groups),
        recommends=recommends,
        withdrawn=frozenset(gone | both.new_rules),
    )


def of_new(scenario: Scenario, both: Merged) -> Scenario:
    """A scenario of the new base, over both."""
    return msgspec.structs.replace(scenario, withdrawn=scenario.withdrawn | both.old_rules)


def instance_of(instance: Instance, both: Merged) -> Instance:
    """A fact of the old base, as it is called over both."""
    if instance.template not in both.templates:
        return instance
    return Instance(instance.template + OLD, instance.values)


def own_name(name: str) -> str:
    """What a rule, a template or a fact is called in its own base."""
    return name.replace(OLD, "", 1)


def _fact(fact: Fact, both: Merged) -> Fact:
    return msgspec.structs.replace(
        fact,
        instance=instance_of(fact.instance, both),
        citations=_citations(fact.citations, both),
    )


def _citations(cited: Citations, both: Merged) -> Citations:
    """Citations of the old base, whose sources are called otherwise here."""
    return tuple(
        msgspec.structs.replace(c, source=c.source + OLD) if c.source in both.sources else c
        for c in cited
    )
