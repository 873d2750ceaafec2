"""Turns a rule into the ways to match its premises, nearest first.

Rules that did not match leave no firing, so this unifies backward over the possible facts: a
best-first search (Hart, Nilsson and Raphael 1968, without an estimate) over the ways to match a
rule's premises, each with a possible fact or with none, fewest unmet premises first. With no
premise left unmatched and every comparison true, what it finds are exactly the recorded firings.
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from advisor.model.records import KnowledgeBase, Pattern, Rule, SlotType, Var
from advisor.model.values import Value
from advisor.reasoning.askable import options
from advisor.reasoning.graph import JustificationGraph
from advisor.reasoning.unification import bound, unified

STEPS: Final = 5_000  # of search for each rule; beyond, the nearest found so far stand


class Attempt(NamedTuple):
    """A way to match a rule's premises: a possible fact for each, or None."""

    bindings: Mapping[str, Value]
    facts: tuple[int | None, ...]


def attempts(
    graph: JustificationGraph,
    rule: Rule,
    bindings: Mapping[str, Value],
    holds: Sequence[bool],
    steps: int = STEPS,
) -> Iterator[tuple[int, Attempt]]:
    """The ways to match a rule's premises under these bindings, by unmet premises, fewest first.

    A fact that does not hold, and a premise without any fact, count one each. Ends after so many
    steps of search.
    """
    patterns = rule.patterns()
    legal = _legal(graph.base, patterns, bindings)
    ticket = itertools.count()
    heap: list[tuple[int, int, int, Attempt]] = []
    if _fits(bindings, legal):
        heap.append((0, 0, 0, Attempt(dict(bindings), ())))
    while heap and steps > 0:
        steps -= 1
        unmet, position, _, attempt = heapq.heappop(heap)
        position = -position
        if any(_repeats(graph.base, one, attempt.bindings) for one in patterns):
            continue  # no fact can be like that
        if position == len(patterns):
            yield unmet, attempt
            continue
        pattern = patterns[position]
        matches = [m for m in _matches(graph, pattern, attempt.bindings) if _fits(m[1], legal)]
        for fact, extended in matches:
            cost = unmet + (not holds[fact])
            grown = Attempt(extended, (*attempt.facts, fact))
            heapq.heappush(heap, (cost, -position - 1, next(ticket), grown))
        if not matches or not _is_bound(pattern, attempt.bindings):
            without = Attempt(attempt.bindings, (*attempt.facts, None))
            heapq.heappush(heap, (unmet + 1, -position - 1, next(ticket), without))


def _legal(
    base: KnowledgeBase, patterns: Sequence[Pattern], bindings: Mapping[str, Value]
) -> dict[str, frozenset[Value]]:
    """What a variable can hold that is in slots of different types, or bound from outside."""
    types: dict[str, list[SlotType]] = {}
    for pattern in patterns:
        slots = base.templates[pattern.template].slots.values()
        for term, slot in zip(pattern.terms, slots, strict=True):
            if isinstance(term, Var) and slot not in types.setdefault(term.name, []):
                types[term.name].append(slot)
    return {
        name: frozenset.intersection(*(frozenset(options(base, slot)) for slot in slots))
        for name, slots in types.items()
        if (len(slots) > 1 or name in bindings) and slots[0].kind in {"entity", "values"}
    }


def _fits(bindings: Mapping[str, Value], legal: Mapping[str, frozenset[Value]]) -> bool:
    return all(bindings[name] in values for name, values in legal.items() if name in bindings)


def _matches(
    graph: JustificationGraph, pattern: Pattern, bindings: Mapping[str, Value]
) -> Iterator[tuple[int, dict[str, Value]]]:
    """The possible facts that match a pattern, each with the bindings that it extends to."""
    template = graph.base.templates[pattern.template]
    for fact in graph.matching(pattern, bindings):
        values = graph.instances[fact].values
        for extended in unified(template, pattern.terms, values, bindings):
            yield fact, extended


def _repeats(base: KnowledgeBase, pattern: Pattern, bindings: Mapping[str, Value]) -> bool:
    """Whether a pattern has one thing in two slots that never hold the same."""
    distinct = base.templates[pattern.template].distinct
    terms = bound(pattern, bindings)
    known = [terms[n] for n in distinct if isinstance(terms[n], Value)]
    return len(set(known)) < len(known)


def _is_bound(pattern: Pattern, bindings: Mapping[str, Value]) -> bool:
    """Whether at most one fact could match: nothing is left free."""
    return all(isinstance(term, Value) for term in bound(pattern, bindings))
