"""Says of a fact whether a base knows what it is about, tells all of that, and lets it be asked."""

from __future__ import annotations

from collections.abc import Iterator

from advisor.model.records import Instance, KnowledgeBase
from advisor.model.values import Value


def knows(base: KnowledgeBase, instance: Instance) -> bool:
    """Whether a fact speaks of declared entities alone."""
    return all(value in base.entities for value in _entities(base, instance))


def tells(base: KnowledgeBase, instance: Instance) -> bool:
    """Whether a fact file tells all that is so of what a fact speaks of."""
    known = base.told.get(instance.template)
    return known is not None and all(value in known for value in _entities(base, instance))


def asks(base: KnowledgeBase, instance: Instance) -> bool:
    """Whether a person can be asked about a fact: it has a question, and no file tells all."""
    return bool(base.templates[instance.template].asks) and not tells(base, instance)


def _entities(base: KnowledgeBase, instance: Instance) -> Iterator[Value]:
    slots = base.templates[instance.template].slots.values()
    pairs = zip(slots, instance.values, strict=True)
    return (value for slot, value in pairs if slot.kind == "entity")
