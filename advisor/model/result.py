"""What every result of the API can do beside holding its fields: write itself as JSON and HTML."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar, Final, Generic, TypeVar

import msgspec

from advisor.model import jsontext

T = TypeVar("T")
_DEEP: Final = 2  # levels of a result that are open when it is shown


class Shown:
    """What a notebook shows as HTML."""

    page: ClassVar[str | None] = None  # "module:function" that writes its HTML, if there is one

    def plain(self) -> Any:
        """What is shown of it where it has no page of its own."""
        return self

    def _repr_html_(self) -> str:
        """What the writer of HTML makes of it, in a frame; or its fields, text only ever text."""
        if self.page is not None:
            module, _, name = self.page.partition(":")
            write: Callable[[Shown], str] = getattr(importlib.import_module(module), name)
            return f'<iframe srcdoc="{_text(write(self))}" width="100%" height="600"></iframe>'
        found = msgspec.json.decode(jsontext.encoded(self.plain()))
        return f"<section><p><b>{type(self).__name__}</b></p>{_shown(found, 0)}</section>"


class Result(msgspec.Struct, Shown, frozen=True):
    """A result of the API."""

    document: ClassVar[str]  # the schema of its JSON, as in "advice/2"

    def plain(self) -> Mapping[str, Any]:
        """Its fields by name, as they are written."""
        return {name: getattr(self, name) for name in self.__struct_fields__}

    def to_json(self) -> str:
        """The document that the command writes of it with `--format json`."""
        return jsontext.document(self.document, self.plain())


class Listing(tuple[T, ...], Shown, Generic[T]):
    """Results in a row, which are one document."""

    document: str
    fields: Mapping[str, Any]

    def __new__(cls, items: Iterable[T], document: str, name: str, **more: Any) -> Listing[T]:
        """Some items, by the name that the document has for them, and what else is in that."""
        made = super().__new__(cls, items)
        made.document, made.fields = document, {**more, name: tuple(made)}
        return made

    def plain(self) -> Mapping[str, Any]:
        """What is written of it."""
        return self.fields

    def to_json(self) -> str:
        """The document that the command writes of it with `--format json`."""
        return jsontext.document(self.document, self.fields)


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
