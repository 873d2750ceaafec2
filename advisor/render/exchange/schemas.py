"""The JSON documents as records: where their schemas in docs/schemas/ come from.

A document has its head, and the fields of the result that is written. Not needed to write one;
`tests/test_cli.py` holds what is written against the schemas.
"""

from __future__ import annotations

from typing import Any, Final, get_args

import msgspec

from advisor import __version__
from advisor.answers.beside import Beside
from advisor.answers.flips import Flips
from advisor.answers.recommendation import Advice, Withheld
from advisor.answers.survey import Survey
from advisor.answers.unused import UnusedFact
from advisor.answers.views import Explanation
from advisor.answers.whatif import WhatIf
from advisor.audit.check import Check
from advisor.audit.run import Audit
from advisor.authoring.browse import ClaimEntry, FactEntry, RuleEntry, SourceEntry, TemplateEntry
from advisor.brief.result import Brief
from advisor.consult.messages import Do, Message
from advisor.consult.session import Consultation
from advisor.difference.result import Difference
from advisor.futures.result import Stress
from advisor.loader import ScenarioHead
from advisor.model import budget
from advisor.model.records import KnowledgeBase
from advisor.testing.coverage import Coverage
from advisor.testing.expectations import ScenarioReport
from advisor.testing.goals import Suggestions

SchemaFields = dict[str, Any]  # of a document, by name, with their types


def _of(result: type[msgspec.Struct]) -> SchemaFields:
    """The fields of a result that is written as a document; the base that it is of is none."""
    fields = msgspec.structs.fields(result)
    return {field.name: field.type for field in fields if field.type is not KnowledgeBase}


def _optional(**lists: Any) -> SchemaFields:
    """Fields that not every document has."""
    return {name: of_type | msgspec.UnsetType for name, of_type in lists.items()}


def _document(name: str, commands: str, fields: SchemaFields) -> type[msgspec.Struct]:
    """The record of a document: its head, then its fields."""
    kind, _, version = name.rpartition("-")
    head: list[tuple[str, Any, Any]] = [
        ("schema", str, f"advisor.{kind}/{version}"),
        ("version", str, __version__),
        ("engines", tuple[budget.EngineName, ...] | msgspec.UnsetType, msgspec.UNSET),
    ]
    body = [
        (field, of_type, msgspec.UNSET)
        if msgspec.UnsetType in get_args(of_type)
        else (field, of_type)
        for field, of_type in fields.items()
    ]
    title = f"{kind.title().replace('-', '')}Document"
    says = {"__doc__": f"The JSON of {commands}."}
    return msgspec.defstruct(title, [*head, *body], namespace=says, kw_only=True)


_CATALOGUES: Final = _optional(
    facts=tuple[FactEntry, ...],
    rules=tuple[RuleEntry, ...],
    templates=tuple[TemplateEntry, ...],
    sources=tuple[SourceEntry, ...],
    scenarios=tuple[ScenarioHead, ...],
    unused=tuple[UnusedFact, ...],
    claims=tuple[ClaimEntry, ...],
)
_DOCUMENTS: Final[dict[str, tuple[str, SchemaFields]]] = {
    "advice-2": ("`advisor advise`", _of(Advice) | _optional(considered=tuple[Withheld, ...])),
    "brief-3": ("`advisor brief`", _of(Brief)),
    "consultations-1": (
        "`advisor consult --list`",
        {"consultations": tuple[Consultation, ...]},
    ),
    "explanation-1": (
        "`advisor explain` and `advisor why-not`",
        _of(Explanation),
    ),
    "catalogue-2": ("the browsing commands; each fills the list that it is named for", _CATALOGUES),
    "what-if-1": (
        "`advisor what-if`",
        {"scenario": str, "comparisons": tuple[WhatIf, ...]},
    ),
    "test-1": (
        "`advisor test`",
        {"failed": int, "reports": tuple[ScenarioReport, ...], "coverage": Coverage}
        | _optional(suggested=Suggestions),
    ),
    "suggestions-1": ("`advisor.suggest`, alone", _of(Suggestions)),
    "survey-1": ("`advisor survey`", _of(Survey)),
    "compare-1": ("`advisor compare`", _of(Beside)),
    "flips-1": ("`advisor flip`", _of(Flips)),
    "stress-1": ("`advisor stress`", _of(Stress)),
    "audit-1": ("`advisor audit`", _of(Audit)),
    "checks-1": ("`advisor audit --explain`", {"checks": tuple[Check, ...]}),
    "diff-1": ("`advisor diff`", {"same": bool} | _of(Difference)),
}
DOCUMENTS: Final = {
    name: _document(name, commands, fields) for name, (commands, fields) in _DOCUMENTS.items()
}

MESSAGES: Final[dict[str, tuple[str, Any]]] = {
    "consult-1": ("What `advisor consult --format jsonl` says, a message a line.", Message),
    "consult-in-1": ("What `advisor consult --format jsonl` is told, a message a line.", Do),
}


def schema(name: str) -> str:
    """The JSON Schema of a document or of a message, as kept in docs/schemas/."""
    if name in MESSAGES:
        says, of = MESSAGES[name]
        found = {"description": says, **_null_last(msgspec.json.schema(of))}
    else:
        record = DOCUMENTS[name]
        found = _null_last(msgspec.json.schema(record))
        head = found["$defs"][record.__name__]["properties"]["schema"]
        head["const"] = head["default"]
    found = {"$schema": "https://json-schema.org/draft/2020-12/schema", **found}
    return msgspec.json.format(msgspec.json.encode(found), indent=2).decode() + "\n"


def messages_of(name: str) -> tuple[dict[str, str], dict[str, dict[str, Any]]]:
    """The records of messages by their type, and all records with what they are made of."""
    found = _null_last(msgspec.json.schema(MESSAGES[name][1]))
    by_type = found.get("discriminator", {"mapping": {"": found.get("$ref", "")}})["mapping"]
    return {kind: ref.rpartition("/")[2] for kind, ref in by_type.items()}, found["$defs"]


def fields_of(document: str) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    """The schema of a document's own record, and those of the records that it is made of."""
    found = _null_last(msgspec.json.schema(DOCUMENTS[document]))
    inner = dict(found["$defs"])
    return inner.pop(DOCUMENTS[document].__name__), inner


def _null_last(node: Any) -> Any:
    """A schema in which null is the last alternative, wherever this release of msgspec puts it."""
    if isinstance(node, list):
        return [_null_last(item) for item in node]
    if not isinstance(node, dict):
        return node
    found = {key: _null_last(value) for key, value in node.items()}
    if isinstance(found.get("anyOf"), list):
        found["anyOf"].sort(key=lambda option: option == {"type": "null"})
    return found
