"""Reads the fact file that every scenario of a base starts from."""

from __future__ import annotations

import msgspec

from advisor.loader.scenarios import load_scenario
from advisor.loader.vocabulary import Vocabulary
from advisor.model.errors import AdvisorError, Problem
from advisor.model.records import KnowledgeBase
from advisor.model.scenarios import Scenario


def with_background(base: KnowledgeBase, words: Vocabulary) -> KnowledgeBase:
    """The base with the facts of its background, if it has one."""
    named = words.background
    if named is None:
        return base
    scenario = load_scenario(base, named)
    facts = {
        instance: msgspec.structs.replace(fact, origin="background")
        for instance, fact in scenario.facts.items()
    }
    if _says_more(scenario, base):
        message = f"the background '{named}' says more than what is so"
        hint = "it has 'facts', 'tables' and 'denied', and extends nothing"
        raise AdvisorError(Problem(message=message, where=scenario.where, hint=hint))
    return msgspec.structs.replace(base, background=facts, grounds=named)


def _says_more(scenario: Scenario, base: KnowledgeBase) -> bool:
    """Whether a fact file has more in it than what is so and what is not."""
    unsure = any(fact.standing not in {"stated", "denied"} for fact in scenario.facts.values())
    more = (scenario.extends, scenario.groups, scenario.withdrawn, scenario.expectations)
    own = (scenario.base.entities, scenario.base.sources) != (base.entities, base.sources)
    return unsure or own or not scenario.complete or any((*more, scenario.interests))
