"""Says what the options of a question read as, and what else they may be called."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from advisor.model import english
from advisor.model.records import Instance, KnowledgeBase
from advisor.model.values import value_text


def label(base: KnowledgeBase, instance: Instance, gaps: Sequence[int]) -> str:
    """What an option reads as: the values in which it differs, or all that it says."""
    if not gaps:
        return english.says(base, instance)
    values = [instance.values[gap] for gap in gaps]
    if isinstance(values[0], bool):
        return "yes" if values[0] else "no"
    joined = " and " if tuple(gaps) == base.templates[instance.template].symmetric else ": "
    return joined.join(english.value(base, instance, gap) for gap in gaps)


def called(base: KnowledgeBase, instance: Instance, gaps: Sequence[int]) -> tuple[str, ...]:
    """What an option may be called beside what it reads as."""
    if not gaps:
        return (str(instance),)
    each = [_of_value(base, instance, gap) for gap in gaps]
    if len(each) == 1:
        return each[0]
    names = [
        (english.value(base, instance, g), *words) for g, words in zip(gaps, each, strict=True)
    ]
    found = [f"{one} {other}" for one, other in itertools.product(*names)]
    if tuple(gaps) == base.templates[instance.template].symmetric:
        found += [f"{other}{word}{one}" for one, other in itertools.product(*names)
                  for word in (" ", " and ")]  # fmt: skip
    return tuple(dict.fromkeys(found))


def _of_value(base: KnowledgeBase, instance: Instance, gap: int) -> tuple[str, ...]:
    """What the value of a slot may be called beside what it reads as."""
    value = instance.values[gap]
    slot = [*base.templates[instance.template].slots.values()][gap]
    if slot.kind != "entity":
        return (value_text(value),)
    entity = base.entities[str(value)]
    adjective = (entity.adjective,) if entity.adjective else ()
    people = (f"{word}s" for word in adjective if word.endswith(("n", "i")))
    code = (entity.code,) if entity.code else ()
    return tuple(dict.fromkeys((entity.id, *adjective, *people, *code, *entity.aka)))
