"""The few shapes of JSON Schema (2020-12) that the schemas of a base are built from.

They never refuse what the loader accepts: a text may be anything that YAML reads as one value, and
a list or record may be left empty.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from advisor.loader import keys
from advisor.loader.keys import Key, Record
from advisor.model.grades import TERMS
from advisor.model.records import Phrase, SlotRef

Schema = dict[str, Any]

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
IDENTIFIER: Final = f"^{keys.NAME}$"
VARIABLE: Final = f"^\\${keys.SLOT}$"
DECIMAL: Final = "[+-]?([0-9]+(\\.[0-9]+)?|\\.[0-9]+)"
_AS_READ: Final[dict[str, Any]] = {"true": True, "false": False}


def text(about: str = "") -> Schema:
    """Any single value."""
    return said({"type": ["string", "number", "boolean"]}, about)


def matching(pattern: str, about: str = "") -> Schema:
    """A text of a certain form."""
    return said({"type": "string", "pattern": pattern}, about)


def one_of(words: Iterable[str], about: str = "") -> Schema:
    """One of these words; with none of them, nothing is right."""
    found = list(dict.fromkeys(words))
    read = [_AS_READ[word] for word in found if word in _AS_READ]
    return said({"enum": [*found, *read]}, about) if found else {"not": {}}


def boolean(about: str = "") -> Schema:
    """`true` or `false`."""
    return said({"type": "boolean"}, about)


def day(about: str = "") -> Schema:
    """A date as YYYY-MM-DD."""
    return matching(f"^\\s*{keys.DAY}\\s*$", about)


def array(items: Schema, least: int = 1, most: int | None = None) -> Schema:
    """A list of so many things."""
    found: Schema = {"type": "array", "items": items, "minItems": least}
    return found | ({} if most is None else {"maxItems": most})


def listed(items: Schema, *, empty: bool = False) -> Schema:
    """A list of something, or of nothing where that means something; or no value."""
    found: Schema = {"type": ["array", "null"], "items": items}
    return found if empty else {**found, "minItems": 1}


def keyed(values: Schema, names: Schema | None = None) -> Schema:
    """Keys of one kind, with values of one kind."""
    found = {"type": ["object", "null"], "additionalProperties": values}
    return found | ({"propertyNames": names} if names is not None else {})


def filled(shapes: Mapping[str, Schema], required: Iterable[str] = ()) -> Schema:
    """Keys and values, no others than these."""
    needed = list(required)
    found: Schema = {"type": "object" if needed else ["object", "null"]}
    found |= {"properties": dict(shapes), "additionalProperties": False}
    return found | ({"required": needed} if needed else {})


def record(of: Record, own: Mapping[str, Schema] | None = None) -> Schema:
    """A record of a file by its keys; what is not declared with them is their `own` shape."""
    return said(filled(properties(of, own or {}), of.required), of.says or of.what)


def properties(of: Record, own: Mapping[str, Schema]) -> dict[str, Schema]:
    """The shape of each key of a record."""
    shapes = ((key, own[key.name] if key.name in own else _plain(key)) for key in of.keys)
    return {key.name: said(shape, key.says) for key, shape in shapes}


def _plain(key: Key) -> Schema:
    """The shape of a key whose value is a word, a text of some form, or the like."""
    if key.legal:
        return one_of(key.legal)
    if key.form:
        shape = matching(f"^\\s*{key.form}\\s*$")
        year = re.fullmatch(key.form, "2017")  # which YAML reads as a number
        return {**shape, "type": ["string", "integer"]} if year else shape
    return {"text": text, "flag": boolean, "date": day, "likelihood": likelihood}[key.shape]()


def said(schema: Schema, about: str) -> Schema:
    """A shape with what an editor says of it."""
    return {**schema, "description": about} if about else schema


def any_of(*schemas: Schema) -> Schema:
    """One of several shapes, or the only one."""
    return schemas[0] if len(schemas) == 1 else {"anyOf": list(schemas)}


def ref(name: str) -> Schema:
    """What stands under this name in the schema's `$defs`."""
    return {"$ref": f"#/$defs/{name}"}


def allowance() -> Schema:
    """Why a finding of the audit is accepted, and on what terms; or several of these."""
    others = any_of(text(), array(text()))
    terms = any_of(text("the reason"), record(keys.ACCEPTED, {"with": others}))
    return any_of(*terms["anyOf"], array(terms))


def likelihood() -> Schema:
    """A likelihood term."""
    return one_of(TERMS[1:], "a likelihood; certain if left out")


def document(title: str, about: str, body: Schema, defs: Mapping[str, Schema]) -> Schema:
    """A whole schema, with the definitions that it refers to."""
    head = {"$schema": DIALECT, "title": title}
    return {**head, **body, "description": about, **({"$defs": dict(defs)} if defs else {})}


def words(phrase: Phrase) -> str:
    """A phrase with its gaps, verbs in the singular."""
    return "".join(map(_part, phrase))


def _part(part: str | SlotRef) -> str:
    if isinstance(part, str):
        return part
    return part.singular if part.form == "verb" else f"{{{part.slot}}}"


def alternatives(values: Iterable[str]) -> str:
    """A regular expression for one of these names or terms, which hold no signs of their own.

    With none of them, nothing fits.
    """
    return f"({'|'.join(values) or '(?!)'})"
