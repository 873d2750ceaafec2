"""Turns what comes of suggested facts into expectations, to be looked over."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

from advisor.answers.advice import advisable
from advisor.loader.written import expected
from advisor.model.authored import is_helper
from advisor.model.grades import HOLDS
from advisor.model.records import Instance
from advisor.model.scenarios import Expectation
from advisor.reasoning.evaluate import Outcome
from advisor.testing.coverage import exercised
from advisor.testing.goals import CoverageGoal
from advisor.testing.sides import Loosened

_LOOK: Final = "# What the rules say now. Keep what they should say; say what else should follow.\n"


def proposed(case: Outcome, goal: CoverageGoal, targets: Sequence[str]) -> str:
    """What comes out of a scenario as the base has it now, as expectations to be looked over.

    Nothing where there is nothing to be said of it.
    """
    base, scenario = case.scenario.base, case.scenario
    advice = [n for n in case.graph.advice_to(None) if _is_legal(case, case.graph.instances[n])]
    given = {case.graph.instances[n]: None for n in advice if case.grades.lower[n] >= HOLDS}
    concerned = targets if goal.kind != "reached" else ()
    near = [case.graph.instances[n] for n in advice if case.graph.template(n).id in concerned]
    kept = [
        put for put in Loosened(base).put(case).found if put.passes and put.rule.id == goal.name
    ]
    near += [
        instance
        for put in kept
        for instance in put.concludes
        if base.templates[instance.template].advice
    ]
    withheld = [
        instance
        for instance in base.ordered(near)
        if instance not in given and _is_legal(case, instance)
    ]
    fired = sorted(
        mark.name for mark in exercised(case) if mark.kind == "fired" and not is_helper(mark.name)
    )
    expectations = [
        *(_expectation("given", str(instance), goal) for instance in given),
        *(_expectation("withheld", str(instance), goal) for instance in withheld),
        *(_expectation("rules", name, goal) for name in fired),
    ]
    if not expectations and scenario.client in advisable(base):
        expectations = [_expectation("only", "", goal)]
    return _LOOK + expected(expectations) if expectations else ""


def _expectation(
    kind: Literal["given", "withheld", "rules", "only"], what: str, goal: CoverageGoal
) -> Expectation:
    return Expectation(kind=kind, what=what, where=goal.where)


def _is_legal(case: Outcome, fact: Instance) -> bool:
    """Whether an expectation can name a fact: rules may conclude it of what no file could."""
    template, entities = case.scenario.base.templates[fact.template], case.scenario.base.entities
    return not template.repeats(fact.values) and all(
        slot.kind != "entity" or entities[str(value)].type in slot.types
        for slot, value in zip(template.slots.values(), fact.values, strict=True)
    )
