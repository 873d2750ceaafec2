"""Turns facts of a graph into those that are alike: any two may be swapped, and nothing changes."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping

from advisor.reasoning.graph import JustificationGraph


def alike(
    graph: JustificationGraph, below: Iterable[int], kinds: Mapping[int, Hashable]
) -> list[list[int]]:
    """The facts of a kind that have the same part in each firing for a fact of a cone.

    Only facts that have a kind are told, and only where there are several that are alike.
    """
    parts: dict[int, dict[Hashable, None]] = {fact: {} for fact in kinds}
    for number in sorted({number for fact in below for number in graph.supports[fact]}):
        firing = graph.firings[number]
        groups = [firing.raises, firing.premises, *(count.facts for count in firing.counts)]
        for place, facts in enumerate((*groups, *firing.blockers)):
            for fact in facts:
                if fact in parts:
                    parts[fact][number, place] = None
    found: dict[Hashable, list[int]] = {}
    for fact, kind in kinds.items():
        found.setdefault((kind, tuple(parts[fact])), []).append(fact)
    return [sorted(facts) for facts in found.values() if len(facts) > 1]
