"""The JSON documents as records: where their schemas in docs/schemas/ come from.

Not needed to write a document; `tests/test_cli.py` holds what is written against the schemas.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from advisor import __version__
from advisor.answers.explanation import Step
from advisor.answers.recommendation import (
    Conflict,
    Effect,
    OpenAdvice,
    Recommendation,
    Stage,
    Withheld,
)
from advisor.answers.whatif import Comparison, FlipSet
from advisor.answers.whynot import WhyNot
from advisor.audit.finding import Finding
from advisor.audit.run import Score
from advisor.authoring.browse import FactEntry, RuleEntry, SourceEntry, TemplateEntry
from advisor.brief.result import Argument, BaseDigest, CaseAgainst, Note, SourceQuality
from advisor.consult.session import Consultation
from advisor.difference.result import Change, ScenarioDifference
from advisor.futures.result import Assumption, Decisive, OpenFact, Prospect, Signpost
from advisor.loader import ScenarioHead
from advisor.loader.digests import FileDigest
from advisor.testing.coverage import Coverage
from advisor.testing.expectations import Report


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


class BriefDocument(msgspec.Struct, frozen=True, kw_only=True):
    """The JSON of `advisor brief`."""

    schema: str = "advisor.brief/1"
    version: str = __version__
    scenario: str
    title: str
    about: str | None
    client: str
    client_name: str
    cut_short: str | None
    recommendations: tuple[Argument, ...]
    open: tuple[OpenAdvice, ...]
    conflicts: tuple[Conflict, ...]
    steps: tuple[Stage, ...]
    signposts: tuple[Signpost, ...]
    against: CaseAgainst | None
    assumptions: tuple[Assumption, ...]
    quality: tuple[SourceQuality, ...]
    unsourced: int
    tradeoffs: tuple[Effect, ...]
    comparisons: tuple[Comparison, ...]
    disputes: tuple[str, ...]
    notes: tuple[Note, ...]
    base: BaseDigest
    files: tuple[FileDigest, ...]


class TestDocument(msgspec.Struct, frozen=True, kw_only=True):
    """The JSON of `advisor test`."""

    schema: str = "advisor.test/1"
    version: str = __version__
    failed: int
    reports: tuple[Report, ...]
    coverage: Coverage


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
    at_least: int | None
    cut_short: str | None
    total: int  # sets found
    more: bool  # whether there are others
    sets: tuple[FlipSet, ...]
    reason: str | None


class StressDocument(msgspec.Struct, frozen=True, kw_only=True):
    """The JSON of `advisor stress`."""

    schema: str = "advisor.stress/1"
    version: str = __version__
    scenario: str
    title: str
    client: str
    client_name: str
    seed: int
    partial: bool
    cut_short: str | None
    facts: tuple[OpenFact, ...]
    idle: tuple[str, ...]
    advice: tuple[Prospect, ...]
    decisive: tuple[Decisive, ...]
    assumptions: tuple[Assumption, ...]
    signposts: tuple[Signpost, ...]


class AuditDocument(msgspec.Struct, frozen=True, kw_only=True):
    """The JSON of `advisor audit`."""

    schema: str = "advisor.audit/1"
    version: str = __version__
    title: str
    as_of: str
    checks: tuple[str, ...]
    findings: tuple[Finding, ...]
    allowed: tuple[Finding, ...]
    mutation: Score | None


class DifferenceDocument(msgspec.Struct, frozen=True, kw_only=True):
    """The JSON of `advisor diff`."""

    schema: str = "advisor.diff/1"
    version: str = __version__
    same: bool
    old: str
    new: str
    changes: tuple[Change, ...]
    scenarios: tuple[ScenarioDifference, ...]
    compared: int


class ConsultationsDocument(msgspec.Struct, frozen=True, kw_only=True):
    """The JSON of `advisor consult --list`."""

    schema: str = "advisor.consultations/1"
    version: str = __version__
    consultations: tuple[Consultation, ...]


DOCUMENTS = {
    "advice-1": AdviceDocument,
    "brief-1": BriefDocument,
    "consultations-1": ConsultationsDocument,
    "explanation-1": ExplanationDocument,
    "catalogue-1": CatalogueDocument,
    "what-if-1": WhatIfDocument,
    "test-1": TestDocument,
    "flips-1": FlipsDocument,
    "stress-1": StressDocument,
    "audit-1": AuditDocument,
    "diff-1": DifferenceDocument,
}


def schema(document: str) -> str:
    """The JSON Schema of a document, as kept in docs/schemas/, for documents of that name alone."""
    record = DOCUMENTS[document]
    found = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **_null_last(msgspec.json.schema(record)),
    }
    name = found["$defs"][record.__name__]["properties"]["schema"]
    name["const"] = name["default"]
    return msgspec.json.format(msgspec.json.encode(found), indent=2).decode() + "\n"


def fields_of(document: str) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    """The schema of a document's own record, and those of the records that it is made of."""
    found = _null_last(msgspec.json.schema(DOCUMENTS[document]))
    inner = dict(found["$defs"])
    return inner.pop(DOCUMENTS[document].__name__), inner


def _null_last(node: Any) -> Any:
    """A schema in which null is the last alternative, wherever this release of msgspec puts it."""
    if isinstance(node, list):
        return [_null_last(one) for one in node]
    if not isinstance(node, dict):
        return node
    found = {key: _null_last(value) for key, value in node.items()}
    if isinstance(found.get("anyOf"), list):
        found["anyOf"].sort(key=lambda one: one == {"type": "null"})
    return found
