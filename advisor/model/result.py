"""What every result of the API can do beside holding its fields: write itself as JSON and HTML."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from advisor.model import jsontext

_DEEP: Final = 2  # levels of a result that are open when it is shown


class Result(msgspec.Struct, frozen=True):
    """A result of the API."""

    def plain(self) -> msgspec.Struct:
        """The record whose fields are written of it."""
        return self

    def to_json(self) -> str:
        """Its fields as JSON, as `--format json` writes them."""
        text = msgspec.json.format(jsontext.encoded(self.plain()), indent=2)
        return jsontext.shown(text) + "\n"

    def _repr_html_(self) -> str:
        """Its fields as HTML, by which a notebook shows it; text is only ever text."""
        plain = msgspec.json.decode(jsontext.encoded(self.plain()))
        return f"<section><p><b>{type(self).__name__}</b></p>{_shown(plain, 0)}</section>"


def _shown(value: Any, depth: int) -> str:
    """A value of JSON: lists as lists, records as terms with what they are."""
    if isinstance(value, dict):
        filled = ((name, inner) for name, inner in value.items() if inner not in (None, [], {}))
        return f"<dl>{''.join(_term(name, inner, depth) for name, inner in filled)}</dl>"
    if isinstance(value, list):
        return f"<ol>{''.join(f'<li>{_item(inner, depth)}</li>' for inner in value)}</ol>"
    return _text(value)


def _term(name: str, value: Any, depth: int) -> str:
    return f"<dt>{_text(name.replace('_', ' '))}</dt><dd>{_item(value, depth)}</dd>"


def _item(value: Any, depth: int) -> str:
    """A value within another: what is deep is folded away behind what it says."""
    if not isinstance(value, dict | list):
        return _text(value)
    if depth < _DEEP:
        return _shown(value, depth + 1)
    says = value.get("says") if isinstance(value, dict) else None
    summary = _text(says or ("more" if isinstance(value, dict) else f"{len(value)} in all"))
    return f"<details><summary>{summary}</summary>{_shown(value, depth + 1)}</details>"


def _text(value: Any) -> str:
    """A text in which nothing is markup."""
    words = {True: "yes", False: "no", None: "none"}
    text = words[value] if value is None or isinstance(value, bool) else str(value)
    for sign, spelled in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;")):
        text = text.replace(sign, spelled)
    return text
