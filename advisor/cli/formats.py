"""The page on the JSON that commands write: `python -m advisor.cli.formats > docs/json.md`."""

from __future__ import annotations

import sys
from typing import Any, Final

from advisor.render.exchange.schemas import DOCUMENTS, MESSAGES, fields_of, messages_of

_HEAD: Final = """# The JSON formats

Every command with a result writes it as JSON with `--format json`. A document names its `schema`
with a version, which changes when a field goes or changes its meaning; fields may be added within
one. It also has the `version` of the program and, where rules fired for it, the `engines` that
fired them. Numbers are counts, grades from 0 to 8, or shares from 0 to 1; sentences are the ones
that the terminal shows; an instance stands in its one-line form, and a place is a file with line
and column. `null` means that there is none. The JSON Schemas hold everything; here are the fields
of each document, and the records that they are made of.

This page is written by `python -m advisor.cli.formats`.
"""


def page() -> str:
    """The page, in Markdown: the documents, then the records that they are made of."""
    parts = [_HEAD]
    records: dict[str, dict[str, Any]] = {}
    for name in sorted(DOCUMENTS):
        record, inner = fields_of(name)
        records.update(inner)
        kind, _, version = name.rpartition("-")
        parts.append(f"## advisor.{kind}/{version}\n")
        parts.append(f"{record['description']} [Schema](schemas/{name}.schema.json).\n")
        parts.append(_table(record))
    for name, (says, _) in MESSAGES.items():
        by_type, inner = messages_of(name)
        records.update(inner)
        kind, _, version = name.rpartition("-")
        parts.append(f"## advisor.{kind}/{version}\n")
        parts.append(f"{says} [Schema](schemas/{name}.schema.json).\n")
        rows = "".join(
            f"| {f'`{one}`' if one else 'any'} | {of} |\n" for one, of in by_type.items()
        )
        parts.append(f"| type | |\n|---|---|\n{rows}")
    parts.append("## Records\n")
    for name in sorted(records):
        parts.append(f"**{name}**: {records[name].get('description', '')}\n")
        parts.append(_table(records[name]))
    return "\n".join(parts)


def _table(record: dict[str, Any]) -> str:
    rows = [f"| `{name}` | {_type(of)} |\n" for name, of in record.get("properties", {}).items()]
    return "| field | |\n|---|---|\n" + "".join(rows)


def _type(of: dict[str, Any]) -> str:
    """A type in a few words."""
    if "$ref" in of:
        return str(of["$ref"]).rpartition("/")[2]
    if "anyOf" in of:
        return " or ".join(map(_type, of["anyOf"]))
    if "enum" in of:
        return ", ".join(f"`{value}`" for value in of["enum"])
    if of.get("type") == "array" and isinstance(of.get("items"), dict):
        return f"list of: {_type(of['items'])}"
    if of.get("type") == "object":
        return "object"
    return str(of.get("type", "anything"))


if __name__ == "__main__":
    sys.stdout.write(page())
