"""Turns results into JSON documents, each with a schema name, its version and the program's."""

from __future__ import annotations

from collections.abc import Container, Iterable
from typing import Any

import msgspec

from advisor import __version__
from advisor.model import budget, jsontext


def document(
    schema: str,
    result: msgspec.Struct | None = None,
    /,
    *,
    left_out: Container[str] = (),
    **more: Any,
) -> str:
    """A JSON document of this schema, as `advisor.advice/2`: more fields, and those of a result.

    Where rules fired for it, it names what fired them.
    `schemas.py` has the records of all documents.
    """
    names = () if result is None else result.__struct_fields__
    fields = {name: getattr(result, name) for name in names if name not in left_out}
    head: dict[str, object] = {"schema": f"advisor.{schema}", "version": __version__}
    if fired := budget.engines():
        head["engines"] = fired
    return formatted(jsontext.encoded({**head, **more, **fields}))


def lines(records: Iterable[msgspec.Struct]) -> str:
    """An object a line."""
    return "".join(f"{jsontext.in_one_line(one)}\n" for one in records)


def formatted(encoded: bytes) -> str:
    """A document over many lines; what could disturb a terminal is spelled as JSON spells it.

    So programs read the same.
    """
    return jsontext.shown(msgspec.json.format(encoded, indent=2)) + "\n"
