"""Tells whom a case is about, where what it knows speaks of too many to ask about all of them."""

from __future__ import annotations

import collections
from collections.abc import Collection, Iterable
from typing import Final

import msgspec

from advisor.model.background import is_type_template
from advisor.model.records import AnyOf, Instance, KnowledgeBase
from advisor.model.scenarios import Scenario

MANY: Final = 100  # entities of which it can be asked at once
_NEAR: Final = 12  # of those who have most to do with a client, so many at most


def speaks_of_many(start: Scenario) -> bool:
    """Whether what is known speaks of so many that not all of them can be asked about."""
    return len(told_of(start.base, start.facts)) > MANY


def concerned(start: Scenario, client: str, named: Collection[str] = ()) -> tuple[str, ...]:
    """Whom a case of very many is about beside its client, in the order of the base.

    They are those of whom the scenario's own file states something, and whom a person named. If
    that is nobody, they are those who have most to do with the client; and with either, what the
    client has to do with of other kinds.
    """
    base, kind = start.base, start.base.entities[client].type
    stated = [one for one, fact in start.facts.items() if fact.standing == "stated"]
    own = [instance for instance in stated if start.facts[instance].where.file == start.where.file]
    about = told_of(base, own) | {client, *named}
    if not any(base.entities[name].type == kind for name in about - {client}):
        about |= _nearest(base, client, stated)
    beside = told_of(base, [instance for instance in stated if client in instance.values])
    about |= {name for name in beside if base.entities[name].type != kind}
    return tuple(name for name in base.entities if name in about and name != client)


def askable_base(start: Scenario, client: str) -> KnowledgeBase:
    """The base of a case with those entities alone that can be asked about for a client."""
    base = start.base
    if not speaks_of_many(start):
        return base
    kept = {client, *concerned(start, client), *in_rules(base)}
    entities = {name: entity for name, entity in base.entities.items() if name in kept}
    return msgspec.structs.replace(base, entities=entities)


def _nearest(base: KnowledgeBase, client: str, stated: Iterable[Instance]) -> set[str]:
    """The entities of its kind that most is stated of together with the client; ties in or out."""
    kind = base.entities[client].type
    shared = collections.Counter(
        name
        for instance in stated
        if client in instance.values
        for name in told_of(base, [instance])
        if name != client and base.entities[name].type == kind
    )
    counts = sorted(shared.values(), reverse=True)
    least = counts[_NEAR] + 1 if len(counts) > _NEAR else 1
    return {name for name, count in shared.items() if count >= least}


def told_of(base: KnowledgeBase, known: Iterable[Instance]) -> set[str]:
    """The entities that instances speak of; that they are there, of their types, tells nothing."""
    said = (one for one in known if not is_type_template(base.templates[one.template]))
    values = {value for instance in said for value in instance.values}
    return {value for value in values if isinstance(value, str) and value in base.entities}


def in_rules(base: KnowledgeBase) -> set[str]:
    """The values that rules name."""
    found: set[str] = set()
    for rule in base.rules:
        for pattern in (*rule.conditions(), *rule.conclusions):
            for term in pattern.terms:
                values = term.values if isinstance(term, AnyOf) else (term,)
                found.update(value for value in values if isinstance(value, str))
    return found
