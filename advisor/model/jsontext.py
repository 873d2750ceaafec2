"""Writes records as JSON, in one line or over many, which programs read and a terminal can show."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

import msgspec

from advisor import __version__
from advisor.model import budget
from advisor.model.errors import cleaned

_ENCODER: Final = msgspec.json.Encoder(decimal_format="number")
_POWER: Final = re.compile(rb'"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?E[-+]?\d+')  # or a text


def encoded(what: Any) -> bytes:
    """The JSON of anything, with numbers as numbers, in all their digits."""
    found = _ENCODER.encode(what)
    return _POWER.sub(_all_digits, found) if b"E-" in found else found


def in_one_line(what: Any) -> str:
    """The JSON of anything without a line break, what could disturb a terminal escaped."""
    return shown(encoded(what))


def shown(text: bytes) -> str:
    """JSON in which what could disturb a terminal is spelled as JSON spells it.

    So programs read the same.
    """
    return cleaned(text.decode(), _escaped)


def document(schema: str, fields: Mapping[str, Any]) -> str:
    """A JSON document over many lines, as `advice/2`: its head, and these fields.

    Where rules fired for it, it names what fired them.
    """
    head: dict[str, Any] = {"schema": f"advisor.{schema}", "version": __version__}
    if fired := budget.engines():
        head["engines"] = fired
    return formatted(encoded({**head, **fields}))


def formatted(encoded: bytes) -> str:
    """JSON over many lines; what could disturb a terminal is spelled as JSON spells it."""
    return shown(msgspec.json.format(encoded, indent=2)) + "\n"


def _escaped(char: str) -> str:
    units = char.encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4))


def _all_digits(match: re.Match[bytes]) -> bytes:
    """A decimal without its power of ten, as fact files write it; a text as it is."""
    text = match[0]
    return text if text.startswith(b'"') else f"{Decimal(text.decode()):f}".encode()
