"""Turns an audit into SARIF 2.1.0 (OASIS 2020), which code hosts and editors read."""

from __future__ import annotations

import collections
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import msgspec

from advisor import __version__
from advisor.audit.check import FAMILIES, Check
from advisor.audit.finding import Finding, Place
from advisor.audit.run import Audit
from advisor.model import jsontext
from advisor.model.allowances import Severity
from advisor.render.exchange.places import from_root, root_of
from advisor.render.report.audit_words import left, told
from advisor.render.report.markdown_check import check as check_page

_SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS: Final[dict[Severity, str]] = {"error": "error", "warning": "warning", "note": "note"}


def audit(result: Audit, checks: Sequence[Check], folder: Path) -> str:
    """An audit as a SARIF log of one run.

    Places are relative to the root of the repository that the base lies in, or else to the working
    folder: from there, code hosts take a relative path, whatever base for it the log may name.
    """
    root = root_of(folder)
    numbers = {check.id: number for number, check in enumerate(checks)}
    seen: collections.Counter[str] = collections.Counter()
    results = []
    for finding in (*result.findings, *result.allowed):
        results.append(_result(finding, numbers[finding.check], seen[finding.fingerprint], root))
        seen[finding.fingerprint] += 1
    run = {
        "tool": {"driver": _driver(checks)},
        "columnKind": "unicodeCodePoints",
        "results": results,
    }
    if result.unsearched:
        run["invocations"] = [
            {
                "executionSuccessful": True,
                "toolExecutionNotifications": [
                    {"level": "note", "message": {"text": f"Not checked: {line}"}}
                    for line in left(result)
                ],
            }
        ]
    log = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return jsontext.formatted(msgspec.json.encode(log))


def _driver(checks: Sequence[Check]) -> dict[str, Any]:
    return {"name": "advisor", "semanticVersion": __version__, "rules": [_rule(c) for c in checks]}


def _rule(check: Check) -> dict[str, Any]:
    sections = check.sections
    full = " ".join(sections.get("What it does", check.title).split())
    return {
        "id": check.id,
        "name": "".join(word.capitalize() for word in check.id.split("-")),
        "shortDescription": {"text": check.title},
        "fullDescription": {"text": full},
        "help": {"text": _text(check), "markdown": check_page(check)},
        "defaultConfiguration": {"level": _LEVELS[check.severity]},
        "properties": {"tags": [check.family], "family": FAMILIES[check.family]},
    }


def _text(check: Check) -> str:
    parts = [f"{heading}\n\n{text}" for heading, text in check.sections.items()]
    return "\n\n".join([check.title, *parts])


def _result(finding: Finding, rule: int, earlier: int, root: Path) -> dict[str, Any]:
    found: dict[str, Any] = {
        "ruleId": finding.check,
        "ruleIndex": rule,
        "level": _LEVELS[finding.severity],
        "message": {"text": told(finding)},
        "locations": [_location(finding.places[0], root)],
        "partialFingerprints": {"advisorFinding/v1": f"{finding.fingerprint}:{earlier + 1}"},
        "properties": {"witness": msgspec.to_builtins(finding.witness)},
    }
    related = (*finding.places[1:], *finding.related)
    if related:
        found["relatedLocations"] = [
            {
                **_location(place, root),
                "id": number,
                "message": {"text": f"{place.kind} {place.name}"},
            }
            for number, place in enumerate(related)
        ]
    if finding.allowed is not None:
        accepted = {"kind": "inSource", "status": "accepted", "justification": finding.allowed}
        found["suppressions"] = [accepted]
    return found


def _location(place: Place, root: Path) -> dict[str, Any]:
    physical: dict[str, Any] = {"artifactLocation": {"uri": _uri(place.where.file, root)}}
    if place.where.line:
        region = {"startLine": place.where.line}
        if place.where.column:
            region["startColumn"] = place.where.column
        physical["region"] = region
    logical = {"name": place.name, "kind": place.kind}
    return {"physicalLocation": physical, "logicalLocations": [logical]}


def _uri(file: str, root: Path) -> str:
    path = from_root(file, root)
    return path.as_uri() if path.is_absolute() else quote(path.as_posix())
