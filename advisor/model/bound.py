"""Turns templates into the same that know which numbers and dates of their keys no rule binds.

A rule binds what it names, or joins with another of its conditions. What it leaves free, and at
most compares, is as unknown as what stands beside the key: one question asks for all of it, and
there may be several such facts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

import msgspec

from advisor.model.records import Rule, Template, Var


def binding(templates: Mapping[str, Template], rules: Iterable[Rule]) -> dict[str, Template]:
    """The templates, each with the numbers and dates of its key that none of the rules binds."""
    bound = {place for rule in rules for place in _bound(rule)}
    found = {}
    for name, template in templates.items():
        kinds = [slot.kind for slot in template.slots.values()]
        measured = (at for at in template.key or () if kinds[at] in {"number", "date"})
        loose = tuple(at for at in measured if (name, at) not in bound)
        found[name] = msgspec.structs.replace(template, loose=loose) if loose else template
    return found


def _bound(rule: Rule) -> Iterator[tuple[str, int]]:
    """The places, by template and position, for which a rule says what stands there."""
    conditions = rule.conditions()
    within = Counter(
        name
        for condition in conditions
        for name in {term.name for term in condition.terms if isinstance(term, Var)}
    )
    for condition in conditions:
        for at, term in enumerate(condition.terms):
            if within[term.name] > 1 if isinstance(term, Var) else term is not None:
                yield condition.template, at
