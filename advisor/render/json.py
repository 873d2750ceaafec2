"""Turns results into JSON documents, each with a schema name, its version and the program's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import msgspec

from advisor import __version__
from advisor.advice import (
    Advice,
    Conflict,
    Effect,
    OpenAdvice,
    Recommendation,
    Stage,
    Withheld,
)
from advisor.api import Explanation
from advisor.browse import FactEntry, RuleEntry, SourceEntry, TemplateEntry
from advisor.explanation import Step
from advisor.loader import ScenarioHead
from advisor.testing import Report
from advisor.whatif import Comparison, Flips, FlipSet
from advisor.whynot import WhyNot


class AdviceDocument(msgspec.Struct, frozen=True, kw_only=True):
    """The JSON of `advisor advise`."""

    schema: str = "advisor.advice/1"
    version: str = __version__
    scenario: str
    title: str
    client: str
    client_name: str
    recommendations: tuple[Recommendation, ...]
    open: tuple[OpenAdvice, ...]
    conflicts: tuple[Conflict, ...]
    steps: tuple[Stage, ...]
    tradeoffs: tuple[Effect, ...]
    notes: tuple[str, ...]
    considered: tuple[Withheld, ...] | msgspec.UnsetType = msgspec.UNSET  # with --all


class ExplanationDocument(msgspec.Struct, frozen=True, kw_only=True):
    """The JSON of `advisor explain` and `advisor why-not`."""

    schema: str = "advisor.explanation/1"
    version: str = __version__
    scenario: str
    what: str
    note: str | None
    held: tuple[Step, ...]
    misses: tuple[WhyNot, ...]


class CatalogueDocument(msgspec.Struct, frozen=True, kw_only=True):
    """The JSON of the browsing commands; each fills the list that it is named for."""

    schema: str = "advisor.catalogue/1"
    version: str = __version__
    facts: tuple[FactEntry, ...] | msgspec.UnsetType = msgspec.UNSET
    rules: tuple[RuleEntry, ...] | msgspec.UnsetType = msgspec.UNSET
    templates: tuple[TemplateEntry, ...] | msgspec.UnsetType = msgspec.UNSET
    sources: tuple[SourceEntry, ...] | msgspec.UnsetType = msgspec.UNSET
    scenarios: tuple[ScenarioHead, ...] | msgspec.UnsetType = msgspec.UNSET


class WhatIfDocument(msgspec.Struct, frozen=True, kw_only=True):
    """The JSON of `advisor what-if`."""

    schema: str = "advisor.what-if/1"
    version: str = __version__
    scenario: str
    comparisons: tuple[Comparison, ...]


class TestDocument(msgspec.Struct, frozen=True, kw_only=True):
    """The JSON of `advisor test`."""

    schema: str = "advisor.test/1"
    version: str = __version__
    failed: int
    reports: tuple[Report, ...]


class FlipsDocument(msgspec.Struct, frozen=True, kw_only=True):
    """The JSON of `advisor flip`."""

    schema: str = "advisor.flips/1"
    version: str = __version__
    scenario: str
    what: str
    targets: tuple[str, ...]
    to: Literal["given", "withheld"]
    standing: str
    size: int | None
    total: int
    sets: tuple[FlipSet, ...]
    reason: str | None


DOCUMENTS = {
    "advice-1": AdviceDocument,
    "explanation-1": ExplanationDocument,
    "catalogue-1": CatalogueDocument,
    "what-if-1": WhatIfDocument,
    "test-1": TestDocument,
    "flips-1": FlipsDocument,
}


def advice(result: Advice, *, every: bool) -> str:
    """Advice as JSON; with `every`, what was considered and withheld too."""
    fields = {name: getattr(result, name) for name in result.__struct_fields__}
    if not every:
        del fields["considered"]
    return _text(AdviceDocument(**fields))


def explanation(scenario: str, result: Explanation) -> str:
    """How trees and why-not trees as JSON."""
    fields = {name: getattr(result, name) for name in result.__struct_fields__}
    return _text(ExplanationDocument(scenario=scenario, **fields))


def catalogue(name: str, entries: Sequence[Any]) -> str:
    """The entries of one catalogue as JSON, under its name."""
    return _text(msgspec.structs.replace(CatalogueDocument(), **{name: tuple(entries)}))


def what_if(scenario: str, comparisons: Sequence[Comparison]) -> str:
    """Comparisons as JSON."""
    return _text(WhatIfDocument(scenario=scenario, comparisons=tuple(comparisons)))


def flips(scenario: str, result: Flips) -> str:
    """Flips as JSON."""
    fields = {name: getattr(result, name) for name in result.__struct_fields__}
    return _text(FlipsDocument(scenario=scenario, **fields))


def tests(reports: Sequence[Report]) -> str:
    """Test reports as JSON."""
    failed = sum(report.failed for report in reports)
    return _text(TestDocument(failed=failed, reports=tuple(reports)))


def schema(document: str) -> str:
    """The JSON Schema of a document, as kept in docs/schemas/."""
    found = msgspec.json.schema(DOCUMENTS[document])
    return _text({"$schema": "https://json-schema.org/draft/2020-12/schema", **found})


def _text(document: Any) -> str:
    return msgspec.json.format(msgspec.json.encode(document), indent=2).decode() + "\n"
