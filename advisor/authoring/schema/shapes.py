"""The few shapes of JSON Schema (2020-12) that the schemas of a base are built from.

They never refuse what the loader accepts: a text may be anything that YAML reads as one value, and
a list or record may be left empty.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from advisor.model.grades import TERMS
from advisor.model.records import Phrase, SlotRef

Schema = dict[str, Any]

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
IDENTIFIER: Final = "^[a-z][a-z0-9]*(-[a-z0-9]+)*$"
VARIABLE: Final = "^\\$[a-z][a-z0-9]*([_-][a-z0-9]+)*$"
DAY: Final = "^\\s*[0-9]{4}-[0-9]{2}-[0-9]{2}\\s*$"
DECIMAL: Final = "[+-]?([0-9]+(\\.[0-9]+)?|\\.[0-9]+)"
_AS_READ: Final[dict[str, Any]] = {"true": True, "false": False}


def text(about: str) -> Schema:
    """Any single value."""
    return {"type": ["string", "number", "boolean"], "description": about}


def matching(pattern: str, about: str) -> Schema:
    """A text of a certain form."""
    return {"type": "string", "pattern": pattern, "description": about}


def one_of(words: Iterable[str], about: str) -> Schema:
    """One of these words; with none of them, nothing is right."""
    found = list(dict.fromkeys(words))
    read = [_AS_READ[word] for word in found if word in _AS_READ]
    return {"enum": [*found, *read], "description": about} if found else {"not": {}}


def boolean(about: str) -> Schema:
    """`true` or `false`."""
    return {"type": "boolean", "description": about}


def day(about: str) -> Schema:
    """A date as YYYY-MM-DD."""
    return matching(DAY, about)


def listed(items: Schema, about: str, *, empty: bool = False) -> Schema:
    """A list of something, or of nothing where that means something."""
    found: Schema = {"type": ["array", "null"], "items": items, "description": about}
    return found if empty else {**found, "minItems": 1}


def record(properties: Mapping[str, Schema], about: str, required: Iterable[str] = ()) -> Schema:
    """Keys and values, no others than these."""
    needed = list(required)
    found: Schema = {"type": "object" if needed else ["object", "null"], "description": about}
    found |= {"properties": dict(properties), "additionalProperties": False}
    return found | ({"required": needed} if needed else {})


def keyed(values: Schema, about: str, keys: Schema | None = None) -> Schema:
    """Keys of one kind, with values of one kind."""
    found = {"type": ["object", "null"], "additionalProperties": values, "description": about}
    return found | ({"propertyNames": keys} if keys is not None else {})


def any_of(*schemas: Schema) -> Schema:
    """One of several shapes, or the only one."""
    return schemas[0] if len(schemas) == 1 else {"anyOf": list(schemas)}


def ref(name: str) -> Schema:
    """What stands under this name in the schema's `$defs`."""
    return {"$ref": f"#/$defs/{name}"}


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
    """A regular expression for one of these names or terms, which hold no signs of their own."""
    return f"({'|'.join(values)})"
