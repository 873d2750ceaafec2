"""Turns an outcome into what a reader of its facts should know: how well they are supported."""

from __future__ import annotations

from collections.abc import Iterable

from advisor.model import citing, english
from advisor.model.grades import CERTAIN, TERMS
from advisor.model.scenarios import Fact, Scenario
from advisor.reasoning.cone import cone
from advisor.reasoning.evaluate import Outcome


def notes(outcome: Outcome, client: str) -> list[str]:
    """What is corroborated of a part of the facts; disputes; statements that rules overrule.

    Of the facts that advice to the client may rest on, given or not.
    """
    scenario, graph = outcome.scenario, outcome.graph
    may = cone(graph, graph.advice_to(client))
    concerned = {one: fact for one, fact in scenario.facts.items() if graph.number[one] in may}
    found = _corroboration(scenario, concerned.values())
    for instance, fact in concerned.items():
        lower = outcome.grades.lower[graph.number[instance]]
        if fact.against:
            clause = english.says(scenario.base, instance)
            found.append(f"It is disputed whether {clause}: {_sides(scenario, fact)}.")
            if fact.standing == "stated":
                found[-1] += " It is taken to be so, as no other value is left."
        elif fact.standing == "stated" and lower > (fact.grade or 0):
            clause = english.says(scenario.base, instance)
            found.append(f"The rules derive more strongly than is stated that {clause}.")
    return found


def _corroboration(scenario: Scenario, facts: Iterable[Fact]) -> list[str]:
    """How many of the facts that are stated two origins support, where some have only one."""
    stated = [fact for fact in facts if fact.standing == "stated"]
    sound = sum(scenario.corroborates(fact) for fact in stated)
    if not 0 < sound < len(stated):
        return []
    are = "is" if sound == 1 else "are"
    of = f"{sound} of the {len(stated)} facts that advice may rest on {are} corroborated"
    return [f"{of}, by sources of different origin, as advisor facts marks them."]


def _sides(scenario: Scenario, fact: Fact) -> str:
    """Who states a disputed fact, and who denies it."""
    stated = "stated"
    grade = fact.as_said[1] if fact.as_said else fact.grade
    if grade is not None and grade < CERTAIN:
        stated += f" as {TERMS[grade]}"
    if fact.citations:
        stated += f" by {citing.cite(scenario.base, fact.citations)}"
    if fact.reading == "inferred":
        stated += " as we read it"
    return f"{stated}, and denied by {citing.cite(scenario.base, fact.against)}"
