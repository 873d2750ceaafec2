"""Turns facts of a graph into their cone: all that they may rest on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from advisor.reasoning.graph import Component, Firing, JustificationGraph


def cone(graph: JustificationGraph, targets: Iterable[int]) -> dict[int, None]:
    """Every fact that the targets may rest on, themselves included."""
    found = dict.fromkeys(targets)
    queue = list(found)
    for fact in queue:
        for number in graph.supports[fact]:
            for below, _ in inputs(graph.firings[number]):
                if below not in found:
                    found[below] = None
                    queue.append(below)
    return found


def inputs(firing: Firing) -> Iterator[tuple[int, bool]]:
    """What a firing depends on; whether it speaks for the firing or against it."""
    for fact in firing.premises:
        yield fact, True
    for count in firing.counts:
        for fact in count.facts:
            yield fact, True
    for group in firing.blockers:
        for fact in group:
            yield fact, False


def parts(graph: JustificationGraph, facts: Iterable[int]) -> list[Component]:
    """The components that facts lie in, each after all that it rests on."""
    return [graph.components[n] for n in sorted({graph.component_of[fact] for fact in facts})]
