"""Turns facts of a graph into their cone: all that they may rest on."""

from __future__ import annotations

from collections.abc import Iterable

from advisor.model.relations import closure
from advisor.reasoning.graph import Component, JustificationGraph


def cone(graph: JustificationGraph, targets: Iterable[int]) -> dict[int, None]:
    """Every fact that the targets may rest on, themselves included."""
    return dict.fromkeys(closure(targets, graph.rests_on))


def rules_within(graph: JustificationGraph, facts: Iterable[int]) -> set[str]:
    """The rules, by id, by which some of the facts may be concluded."""
    return {graph.firings[number].rule.id for fact in facts for number in graph.supports[fact]}


def parts(graph: JustificationGraph, facts: Iterable[int]) -> list[Component]:
    """The components that facts lie in, each after all that it rests on."""
    return [graph.components[n] for n in sorted({graph.component_of[fact] for fact in facts})]
