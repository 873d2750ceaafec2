"""Turns facts of a graph into those that are alike: any two may be swapped, and nothing changes.

What follows from one fact alone is swapped with it: the firings that depend on nothing else, and
the facts that no other firing concludes.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping

from advisor.reasoning.firings import Firing
from advisor.reasoning.graph import JustificationGraph

Part = tuple[int, int]  # the number of a firing, and the place of a fact in it; 0: it is concluded


def alike(
    graph: JustificationGraph,
    below: Iterable[int],
    kinds: Mapping[int, Hashable],
    fixed: Collection[int] = (),
) -> list[list[int]]:
    """The facts of a kind that have the same part in each firing for a fact of a cone.

    Only facts that have a kind are told, and only where there are several that are alike. What is
    `fixed` stands for itself: it is set on its own, or asked about.
    """
    parts: dict[int, dict[Part, None]] = {}
    for number in sorted({number for fact in below for number in graph.supports[fact]}):
        firing = graph.firings[number]
        groups = [firing.raises, firing.premises, *(count.facts for count in firing.counts)]
        for place, facts in enumerate((*groups, *firing.blockers)):
            for fact in facts:
                parts.setdefault(fact, {})[number, place] = None
    trees = _Trees(graph, parts, {*kinds, *fixed})
    found: dict[Hashable, list[int]] = {}
    for fact, kind in kinds.items():
        found.setdefault((kind, trees.of(fact)), []).append(fact)
    return [sorted(facts) for facts in found.values() if len(facts) > 1]


class _Trees:
    """What facts have a part in, each with all that follows from it alone; equal trees are one.

    A fact follows from another alone if one firing concludes it, which depends on nothing else.
    """

    def __init__(
        self,
        graph: JustificationGraph,
        parts: Mapping[int, Iterable[Part]],
        fixed: Collection[int],
    ) -> None:
        self._graph = graph
        self._parts = parts
        self._fixed = fixed
        self._known: dict[Hashable, int] = {}

    def of(self, fact: int) -> int:
        """The number of a fact's tree, which is told from its leaves up, however long it is."""
        order = [fact]
        for one in order:
            order += [own for number in self._passing(one) for own in self._own(number)]
        trees: dict[int, int] = {}
        for one in reversed(order):
            passing = self._passing(one)
            shared = tuple(
                (number, place)
                for number, place in self._parts.get(one, ())
                if number not in passing and (place or one == fact)
            )
            alone = tuple(sorted(self._passed(number, trees) for number in passing))
            trees[one] = self._known.setdefault((shared, alone), len(self._known))
        return trees[fact]

    def _passing(self, fact: int) -> list[int]:
        """The firings that depend on a fact and on nothing else."""
        numbers = dict.fromkeys(number for number, place in self._parts.get(fact, ()) if place)
        return [number for number in numbers if self._depends_on_one(self._graph.firings[number])]

    def _depends_on_one(self, firing: Firing) -> bool:
        return not firing.counts and len(firing.depends_on()) == 1

    def _own(self, number: int) -> list[int]:
        """What a firing concludes and no other does, and nobody sets or asks for."""
        raised = dict.fromkeys(self._graph.firings[number].raises)
        supports = self._graph.supports
        return [f for f in raised if f not in self._fixed and supports[f] == [number]]

    def _passed(self, number: int, trees: Mapping[int, int]) -> tuple[object, ...]:
        """What a firing makes of the one fact that it depends on, whichever that is."""
        firing = self._graph.firings[number]
        own = self._own(number)
        others = [fact for fact in dict.fromkeys(firing.raises) if fact not in own]
        following = sorted(trees[fact] for fact in own)
        kinds = bool(firing.premises), bool(firing.blockers)
        return firing.rule.id, kinds, tuple(following), tuple(sorted(others))
