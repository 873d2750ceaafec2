"""Turns a base's rules into the slots whose numbers and dates go into what rules compute.

Of those, a number that nobody answered has no few cases: it is open as one thing, and so is all
that is computed from it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from advisor.model.expressions import mentioned
from advisor.model.records import Aggregate, Let, Pattern, Rule, Template, Var

SlotPlace = tuple[str, int]  # by template and position


def feeding(templates: Mapping[str, Template], rules: Iterable[Rule]) -> frozenset[SlotPlace]:
    """The slots that can hold what is unanswered: asked for and computed with, or made of such."""
    computing = [rule for rule in rules if rule.lets]
    if not computing:
        return frozenset()
    found = {
        slot
        for rule in computing
        for slot, name in _places(rule.conditions())
        if templates[slot[0]].asks and name in _used(rule)
    }
    everything = [*rules]
    while True:
        more = {slot for rule in everything for slot in _concluded(rule, found)}
        if more <= found:
            return frozenset(found)
        found |= more


def _places(patterns: Iterable[Pattern]) -> Iterator[tuple[SlotPlace, str]]:
    """Where variables stand."""
    for pattern in patterns:
        for at, term in enumerate(pattern.terms):
            if isinstance(term, Var):
                yield (pattern.template, at), term.name


def _used(rule: Rule) -> set[str]:
    """The variables of the premises that a rule computes with."""
    return {name for let in rule.lets for name in goes_into(let)}


def goes_into(let: Let) -> Iterator[str]:
    """The variables whose values something is computed from."""
    if not isinstance(let.of, Aggregate):
        yield from mentioned(let.of)
    elif let.of.variable is not None:
        yield let.of.variable.name


def _concluded(rule: Rule, found: set[SlotPlace]) -> Iterator[SlotPlace]:
    """The slots of a rule's conclusions that hold what comes from some slots."""
    open_ = {name for slot, name in _places(rule.conditions()) if slot in found}
    for let in rule.lets:
        if not open_.isdisjoint(goes_into(let)):
            open_.add(let.name)
    yield from (slot for slot, name in _places(rule.conclusions) if name in open_)


def joined(rule: Rule, found: Iterable[SlotPlace]) -> Iterator[tuple[Pattern, int]]:
    """Where a rule asks for a value, or joins one, that may be unanswered."""
    conditions, open_ = rule.conditions(), {*found}
    names = [name for _, name in _places(conditions)]
    lets = {let.name for let in rule.lets}
    bound = {name for _, name in _places(rule.patterns())}
    for pattern in conditions:
        own = [name for _, name in _places([pattern])]  # local, where nothing else binds them
        for at, term in enumerate(pattern.terms):
            free = term is None
            if isinstance(term, Var):
                near = names if term.name in bound else own
                free = near.count(term.name) == 1 and term.name not in lets
            if not free and (pattern.template, at) in open_:
                yield pattern, at
