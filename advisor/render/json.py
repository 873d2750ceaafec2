"""Turns results into JSON documents, each with a schema name, its version and the program's."""

from __future__ import annotations

from typing import Any

import msgspec

from advisor import __version__
from advisor.advise import (
    Advice,
    Conflict,
    Effect,
    OpenAdvice,
    Recommendation,
    Stage,
    Withheld,
)
from advisor.explain import Step


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
    """The JSON of `advisor explain`."""

    schema: str = "advisor.explanation/1"
    version: str = __version__
    scenario: str
    facts: tuple[Step, ...]


DOCUMENTS = {"advice-1": AdviceDocument, "explanation-1": ExplanationDocument}


def advice(result: Advice, *, every: bool) -> str:
    """Advice as JSON; with `every`, what was considered and withheld too."""
    fields = {name: getattr(result, name) for name in result.__struct_fields__}
    if not every:
        del fields["considered"]
    return _text(AdviceDocument(**fields))


def explanation(scenario: str, facts: tuple[Step, ...]) -> str:
    """How trees as JSON."""
    return _text(ExplanationDocument(scenario=scenario, facts=facts))


def schema(document: str) -> str:
    """The JSON Schema of a document, as kept in docs/schemas/."""
    found = msgspec.json.schema(DOCUMENTS[document])
    return _text({"$schema": "https://json-schema.org/draft/2020-12/schema", **found})


def _text(document: Any) -> str:
    return msgspec.json.format(msgspec.json.encode(document), indent=2).decode() + "\n"
