"""Turns results into JSON documents, each with a schema name, its version and the program's."""

from __future__ import annotations

from collections.abc import Container, Iterable
from typing import Any

import msgspec

from advisor.model import jsontext


def document(
    schema: str,
    result: msgspec.Struct | None = None,
    /,
    *,
    left_out: Container[str] = (),
    **more: Any,
) -> str:
    """A JSON document of this schema, as `advice/2`: more fields, and those of a result.

    `schemas.py` has the records of all documents.
    """
    names = () if result is None else result.__struct_fields__
    fields = {name: getattr(result, name) for name in names if name not in left_out}
    return jsontext.document(schema, {**more, **fields})


def lines(records: Iterable[msgspec.Struct]) -> str:
    """An object a line."""
    return "".join(f"{jsontext.in_one_line(record)}\n" for record in records)
