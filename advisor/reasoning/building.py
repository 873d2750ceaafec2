"""Turns scenarios into graphs that have what is computed over facts as these scenarios have them.

What a scenario is certain of among the facts that rules conclude shows when it is evaluated. So
where too many of those are computed over, the rules that do so wait: what is below them is
evaluated first, and they are fired for what that shows.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Final

from advisor.model.exactly import with_all_values
from advisor.model.records import Entity, Instance, KnowledgeBase
from advisor.model.scenarios import Scenario
from advisor.reasoning import engines
from advisor.reasoning.cone import parts
from advisor.reasoning.evaluate import Outcome, evaluate, given_grades, outcome
from advisor.reasoning.firings import firings_of
from advisor.reasoning.graph import JustificationGraph, Making
from advisor.reasoning.matcher import Matcher
from advisor.reasoning.possible import PossibleFacts
from advisor.reasoning.subsets import SURE, Certainties


def build(
    scenario: Scenario,
    extra: Iterable[Instance] = (),
    beside: Iterable[Scenario] = (),
    client: str | None = None,
) -> JustificationGraph:
    """The graph of a scenario, over what it mentions and whatever else is to be possible.

    And of others `beside` it, which declare nothing more. With a client, without advice to others.
    """
    others = [one for one in beside if one is not scenario]
    stated = [instance for one in others for instance in one.facts]
    instances = [*scenario.facts, *extra, *stated]
    return graph_over(scenario.base, instances, (scenario, *others), client)


def graph_over(
    base: KnowledgeBase,
    instances: Collection[Instance],
    worlds: Iterable[Scenario] = (),
    client: str | None = None,
) -> JustificationGraph:
    """The graph of these instances, with all that follows, by the engine that suits them."""
    known = tuple(map(Certainties, worlds))
    return graph_of(engines.matcher(base, len(instances), known, client), instances)


def graph_of(
    matcher: Matcher, instances: Collection[Instance], named: Collection[Instance] | None = None
) -> JustificationGraph:
    """The graph of what a matcher has, and of these instances, with all that follows.

    Those `named`, or all, stay possible in graphs that are made of it for other scenarios.
    """
    matcher.declare(with_all_values(matcher.base, instances))
    facts = PossibleFacts(matcher.base, matcher.possible, instances if named is None else named)
    graph = JustificationGraph(facts, firings_of(facts, matcher.found()), matcher, MAKING)
    if not matcher.computing.waiting:
        return graph
    worlds = matcher.computing.worlds
    return graph.made_for(tuple(certainties(graph, world.scenario) for world in worlds))


def certainties(graph: JustificationGraph, scenario: Scenario) -> Certainties:
    """What a scenario is certain of, as far as a graph can tell."""
    facts = graph.concluded
    if not facts or not scenario.facts.keys() <= graph.number.keys():
        return Certainties(scenario)
    below = parts(graph, graph.below_concluded)
    grades = evaluate(graph, given_grades(graph, scenario), scenario.withdrawn, components=below)
    return Certainties(
        scenario,
        {graph.instances[n]: SURE.get((grades.lower[n], grades.upper[n])) for n in facts},
    )


MAKING: Final = Making(graph_of, certainties)


def outcomes(scenarios: Sequence[Scenario]) -> list[Outcome]:
    """The scenarios evaluated; the rules are matched once for all that have the same entities.

    The first scenario's base decides the rules. Only what is possible is shared: what a scenario
    declares for itself stays its own.
    """
    sharing: dict[frozenset[Entity], list[int]] = {}
    for number, scenario in enumerate(scenarios):
        sharing.setdefault(frozenset(scenario.base.entities.values()), []).append(number)
    found: dict[int, Outcome] = {}
    for numbers in sharing.values():
        first, *others = (scenarios[number] for number in numbers)
        graph = build(first, beside=others)
        found.update((number, outcome(scenarios[number], graph)) for number in numbers)
    return [found[number] for number in range(len(scenarios))]
