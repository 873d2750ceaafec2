"""Reads which findings of the audit an author accepts, and on what terms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from advisor.loader import keys
from advisor.loader.fields import fields
from advisor.loader.reader import Reader
from advisor.loader.yamlfile import Node, Scalar, Sequence
from advisor.model.allowances import Allowance, Setting, Severity
from advisor.model.errors import Location

_SEVERITIES: Final[Mapping[str, Severity]] = {
    "error": "error",
    "warning": "warning",
    "note": "note",
}


def allowances(
    reader: Reader, check: str, about: tuple[str, Location], node: Node
) -> Iterator[Allowance]:
    """What is accepted of the findings of a check about something: a reason, terms, or a list."""
    for item in reader.items(node, "accepted findings") if isinstance(node, Sequence) else [node]:
        yield _allowance(reader, check, about, item)


def _allowance(reader: Reader, check: str, about: tuple[str, Location], node: Node) -> Allowance:
    name, where = about
    if isinstance(node, Scalar):
        reason = reader.text(node, "the reason")
        return Allowance(check=check, about=name, reason=reason, where=where)
    found = fields(reader, node, keys.ACCEPTED)
    others = found.get("with")
    one = [others] if isinstance(others, Scalar) else found.items("with")
    print_ = found.optional("finding")
    if print_ and not found.fits("finding", print_):
        hint = "as `advisor audit --format json` prints it"
        reader.problem(found["finding"], f"'{print_}' is no fingerprint of a finding", hint)
    since, until = found.date("since"), found.date("until")
    if since and until and until < since:
        reader.problem(found["until"], f"it ends on {until}, before it begins on {since}")
    return Allowance(
        check=check,
        about=name,
        others=tuple(reader.text(item, "a name") for item in one),
        finding=print_,
        reason=found.text("reason"),
        by=found.optional("by"),
        since=since,
        until=until,
        where=where,
    )


def setting(reader: Reader, check: Node, node: Node) -> Setting:
    """What a base makes of a check: off, or of another severity, with the reason."""
    found = fields(reader, node, keys.SETTING)
    return Setting(
        check=reader.text(check, "a check"),
        severity=_SEVERITIES.get(found.choice("severity", "off")),
        reason=found.text("reason"),
        where=reader.where(check),
    )
