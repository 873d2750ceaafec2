"""Turns given advice into the confidence in which it is given, and what keeps it from being higher.

High confidence takes a strong proof in which every given fact is corroborated: supported by sources
of different origin.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

from advisor import english
from advisor.evaluate import Outcome
from advisor.explanation import Limit, Link, limits, proof
from advisor.grades import HOLDS
from advisor.model import Fact, Instance, Scenario

Confidence = Literal["high", "moderate", "low"]
ORDER: Final[tuple[Confidence, ...]] = ("high", "moderate", "low")
_STRONG: Final = 6  # from this grade up confidence is high if everything is corroborated


def confidence(outcome: Outcome, fact: int) -> Confidence | None:
    """In what confidence a piece of advice is given; None if it is not."""
    grade = outcome.grades.lower[fact]
    if grade < HOLDS:
        return None
    if grade >= _STRONG and not lone(outcome, proof(outcome, fact)):
        return "high"
    return "moderate" if grade >= 5 else "low"


def corroborated(scenario: Scenario, stated: Fact) -> bool:
    """Whether sources of different origin support what a scenario says."""
    sources = scenario.base.sources
    return len({sources[citation.source].origin for citation in stated.citations}) >= 2


def lone(outcome: Outcome, links: Sequence[Link]) -> list[Instance]:
    """The given facts of a proof that no two sources of different origin support."""
    found = []
    for link in links:
        stated = outcome.scenario.facts.get(outcome.graph.instances[link.fact])
        if link.firing is None and stated and not corroborated(outcome.scenario, stated):
            found.append(stated.instance)
    return found


def perhaps_high(outcome: Outcome) -> set[int]:
    """The facts with a proof in which every given fact is corroborated, whatever its grade."""
    graph, scenario = outcome.graph, outcome.scenario
    found = {
        graph.number[one] for one, fact in scenario.facts.items() if corroborated(scenario, fact)
    }
    grown = True
    while grown:
        grown = False
        for firing in graph.firings:
            enough = all(len(found & set(c.facts)) >= c.least for c in firing.counts)
            if enough and found.issuperset(firing.premises):
                grown = grown or not found.issuperset(firing.conclusions)
                found.update(firing.conclusions)
    return found


def limited_by(outcome: Outcome, fact: int, links: Sequence[Link]) -> tuple[Limit, ...]:
    """What keeps the confidence in given advice from being higher: weakest links, or lone sources.

    `links` are its proof.
    """
    if outcome.grades.lower[fact] < _STRONG:
        return tuple(limits(outcome, fact))
    return tuple(_lone_sources(outcome, lone(outcome, links)))


def _lone_sources(outcome: Outcome, facts: Sequence[Instance]) -> list[Limit]:
    base = outcome.scenario.base
    found: dict[str, Limit] = {}
    for instance in facts:
        citations = outcome.scenario.facts[instance].citations
        for citation in citations:
            title = base.sources[citation.source].title
            says = f'the facts rest on one source alone, "{title}"'
            found[citation.source] = Limit(kind="single-source", what=citation.source, says=says)
        if not citations:
            says = f"no source is given for the fact that {english.says(base, instance)}"
            found[str(instance)] = Limit(kind="single-source", what=str(instance), says=says)
    return sorted(found.values())
