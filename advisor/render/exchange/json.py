"""Turns results into JSON documents, each with a schema name, its version and the program's."""

from __future__ import annotations

import re
from collections.abc import Container
from decimal import Decimal
from typing import Any, Final

import msgspec

from advisor import __version__
from advisor.model.errors import cleaned

_ENCODER: Final = msgspec.json.Encoder(decimal_format="number")
_POWER: Final = re.compile(rb'"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?E[-+]?\d+')  # or a text


def document(
    schema: str,
    result: msgspec.Struct | None = None,
    /,
    *,
    left_out: Container[str] = (),
    **more: Any,
) -> str:
    """A JSON document of this schema, as `advisor.advice/2`: more fields, and those of a result.

    `schemas.py` has the records of all documents.
    """
    names = () if result is None else result.__struct_fields__
    fields = {name: getattr(result, name) for name in names if name not in left_out}
    head = {"schema": f"advisor.{schema}", "version": __version__}
    encoded = _ENCODER.encode({**head, **more, **fields})
    if b"E-" in encoded:
        encoded = _POWER.sub(_all_digits, encoded)
    return formatted(encoded)


def formatted(encoded: bytes) -> str:
    """A document over many lines; what could disturb a terminal is spelled as JSON spells it.

    So programs read the same.
    """
    return cleaned(msgspec.json.format(encoded, indent=2).decode(), _escaped) + "\n"


def _escaped(char: str) -> str:
    units = char.encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4))


def _all_digits(match: re.Match[bytes]) -> bytes:
    """A decimal without its power of ten, as fact files write it; a text as it is."""
    text = match[0]
    return text if text.startswith(b'"') else f"{Decimal(text.decode()):f}".encode()
