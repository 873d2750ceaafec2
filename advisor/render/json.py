"""Turns results into JSON documents, each with a schema name, its version and the program's."""

from __future__ import annotations

from typing import Any

import msgspec

from advisor import __version__


def document(schema: str, **fields: Any) -> str:
    """A JSON document of this schema, as `advisor.advice/1`; its records are in schemas.py."""
    head = {"schema": f"advisor.{schema}", "version": __version__}
    encoded = msgspec.json.encode({**head, **fields})
    return msgspec.json.format(encoded, indent=2).decode() + "\n"


def fields(record: msgspec.Struct) -> dict[str, Any]:
    """The fields of a record by name, to stand at the top of a document."""
    return {name: getattr(record, name) for name in record.__struct_fields__}
