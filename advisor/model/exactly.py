"""Sees to it that one value of a key always holds, where its template says so: `exactly: one`.

The legal values become alternatives of one `one-of` group, so that whatever knows of groups, such
as futures, flips and questions, leaves out that none holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import msgspec

from advisor.model import english
from advisor.model.coherence import key_of
from advisor.model.errors import Problem
from advisor.model.grades import CERTAIN
from advisor.model.records import Instance, KnowledgeBase, Template
from advisor.model.scenarios import Fact, OneOf, Standing
from advisor.model.values import Value

Facts = dict[Instance, Fact]


def choose_one(
    base: KnowledgeBase, facts: Facts, groups: list[OneOf], decided: list[OneOf]
) -> Iterator[Problem]:
    """Add, for each key of such a template that is spoken of, what is said of its other values."""
    exact = {name: one for name, one in base.templates.items() if one.exactly}
    if not exact:
        return
    yield from (problem for group in groups for problem in _mixed(exact, group))
    grouped = {i for g in (*groups, *decided) for i in (*g.alternatives, *g.ruled_out)}
    by_key: dict[object, list[Instance]] = {}
    for instance in facts:
        if instance.template in exact:
            key = key_of(exact[instance.template], instance)
            by_key.setdefault(key, []).append(instance)
    for said in by_key.values():
        if not grouped.isdisjoint(said):
            continue
        template = exact[said[0].template]
        legal = list(_legal(base, template, said[0]))
        left = [one for one in legal if one not in facts or facts[one].standing != "denied"]
        if not left:
            where = max(facts[one].where for one in said)
            message = f"every value of '{template.id}' is denied here, and one always holds"
            yield Problem(message=message, where=where, hint="leave one of them out")
            continue
        _decide(base, facts, said, left, legal, groups, decided)


def _mixed(exact: Mapping[str, Template], group: OneOf) -> Iterator[Problem]:
    """What is wrong with a group that has values of such a key beside something else."""
    named = {one.template for one in group.alternatives} & exact.keys()
    keys = {
        (one.template, key_of(exact[one.template], one) if one.template in exact else None)
        for one in group.alternatives
    }
    if named and len(keys) > 1:
        message = f"these alternatives are not values of one key of '{min(named)}', of which each"
        message += " always has one"
        hint = "make a group of the values of one key, and let a rule conclude what depends on it"
        yield Problem(message=message, where=group.where, hint=hint)


def with_all_values(base: KnowledgeBase, instances: Iterable[Instance]) -> list[Instance]:
    """The facts, each of such a template with those of all other values of its key."""
    found = dict.fromkeys(instances)
    for of in [instance for instance in found if base.templates[instance.template].exactly]:
        found |= dict.fromkeys(_legal(base, base.templates[of.template], of))
    return [*found]


def _legal(base: KnowledgeBase, template: Template, of: Instance) -> Iterator[Instance]:
    """The facts of one key, for each legal value."""
    (gap,) = template.asked_for()
    slot = list(template.slots.values())[gap]
    values: list[Value] = [True, False]
    if slot.kind == "values":
        values = [*slot.values]
    elif slot.kind == "entity":
        values = [entity.id for entity in base.entities.values() if entity.type in slot.types]
    for value in values:
        yield Instance(template.id, (*of.values[:gap], value, *of.values[gap + 1 :]))


def _decide(
    base: KnowledgeBase,
    facts: Facts,
    said: list[Instance],
    left: list[Instance],
    legal: list[Instance],
    groups: list[OneOf],
    decided: list[OneOf],
) -> None:
    """Put what follows for the values of a key that nobody spoke of, and their group."""
    first = facts[said[0]]
    sure = [
        instance
        for instance in left
        if instance in facts and facts[instance].bounds == (CERTAIN, CERTAIN)
    ]
    if len(left) == 1 and not sure:
        facts[left[0]] = _other(first, left[0], "stated", CERTAIN)
        sure = left
    for instance in legal:
        if instance not in facts:
            facts[instance] = _other(first, instance, "denied" if sure else "unknown", None)
    group = OneOf(
        title=_title(base, said[0]),
        alternatives=tuple(legal if sure else left),
        ruled_out=() if sure else tuple(instance for instance in legal if instance not in left),
        where=first.where,
    )
    (decided if sure else groups).append(group)


def _other(fact: Fact, instance: Instance, standing: Standing, grade: int | None) -> Fact:
    return msgspec.structs.replace(
        fact, instance=instance, standing=standing, grade=grade, against=(), citations=()
    )


def _title(base: KnowledgeBase, instance: Instance) -> str:
    """What is open, in words: the question, or what is said whatever the value."""
    template = base.templates[instance.template]
    (gap,) = template.asked_for()
    terms = (*instance.values[:gap], None, *instance.values[gap + 1 :])
    fill = english.slots_of(template, terms)
    return english.compose(base, template.asks or template.says, fill).rstrip("?")
