"""Lists what a base and a scenario hold, and searches the lists by words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from advisor.answers import views
from advisor.answers.unused import UnusedFact
from advisor.api.arguments import filled
from advisor.authoring import browse
from advisor.authoring.browse import (
    ClaimEntry,
    FactEntry,
    RuleEntry,
    SourceEntry,
    TemplateEntry,
)
from advisor.loader import ScenarioHead
from advisor.model.records import KnowledgeBase
from advisor.model.result import Listing
from advisor.model.scenarios import Scenario
from advisor.reasoning.evaluate import Outcome

_CATALOGUE: Final = "catalogue/2"


@filled
def facts(scenario: Scenario, words: Sequence[str] = ()) -> Listing[FactEntry]:
    """What a scenario says, where all words occur."""
    return Listing(browse.found(browse.facts(scenario), words), _CATALOGUE, "facts")


@filled
def claims(scenario: Scenario, source: str, words: Sequence[str] = ()) -> Listing[ClaimEntry]:
    """What a source says in a scenario, contradicted, corroborated or alone, where all words occur.

    AdvisorError if there is no such source.
    """
    return Listing(browse.found(browse.claims(scenario, source), words), _CATALOGUE, "claims")


@filled
def unused(
    case: Outcome, client: str | None = None, words: Sequence[str] = ()
) -> Listing[UnusedFact]:
    """The facts that no advice to a client rests on, where all words occur.

    Each comes with the nearest rule and what that lacks. The client is by default the scenario's
    own; AdvisorError if there is no such.
    """
    found = (fact for fact in views.unused(case, client) if browse.has(fact, words))
    return Listing(found, _CATALOGUE, "unused")


@filled
def rules(base: KnowledgeBase, words: Sequence[str] = ()) -> Listing[RuleEntry]:
    """The rules of a base as sentences, where all words occur."""
    return Listing(browse.found(browse.rules(base), words), _CATALOGUE, "rules")


@filled
def templates(base: KnowledgeBase, words: Sequence[str] = ()) -> Listing[TemplateEntry]:
    """What can be said in a base, with legal values, where all words occur."""
    return Listing(browse.found(browse.templates(base), words), _CATALOGUE, "templates")


@filled
def sources(scenario: Scenario, words: Sequence[str] = ()) -> Listing[SourceEntry]:
    """Each source's places and what cites them in a scenario or its base, where all words occur."""
    return Listing(browse.found(browse.sources(scenario), words), _CATALOGUE, "sources")


@filled
def scenarios(base: KnowledgeBase, words: Sequence[str] = ()) -> Listing[ScenarioHead]:
    """The scenarios of a base, where all words occur."""
    return Listing(browse.found(browse.scenarios(base), words), _CATALOGUE, "scenarios")
