"""Turns an audit into SARIF 2.1.0 (OASIS 2020), which code hosts and editors read."""

from __future__ import annotations

import collections
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import msgspec

from advisor import __version__
from advisor.audit.check import FAMILIES, Check
from advisor.audit.finding import Finding, Place, Severity
from advisor.audit.run import Audit
from advisor.model import english
from advisor.render.exchange import json
from advisor.render.report.audit_words import left
from advisor.render.report.markdown_check import check as check_page

_SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS: Final[dict[Severity, str]] = {"error": "error", "warning": "warning", "note": "note"}


def audit(result: Audit, checks: Sequence[Check], folder: Path) -> str:
    """An audit as a SARIF log of one run.

    Places are relative to the root of the repository that the base lies in, or else to the working
    folder: from there, code hosts take a relative path, whatever base for it the log may name.
    """
    root = _root(folder)
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
    return json.formatted(msgspec.json.encode(log))


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
        "message": {"text": english.sentence(finding.message)},
        "locations": [_location(place, root) for place in finding.places],
        "partialFingerprints": {"advisorFinding/v1": f"{finding.fingerprint}:{earlier + 1}"},
        "properties": {"witness": msgspec.to_builtins(finding.witness)},
    }
    if finding.related:
        found["relatedLocations"] = [
            {
                **_location(place, root),
                "id": number,
                "message": {"text": f"{place.kind} {place.name}"},
            }
            for number, place in enumerate(finding.related)
        ]
    if finding.allowed is not None:
        accepted = {"kind": "inSource", "status": "accepted", "justification": finding.allowed}
        found["suppressions"] = [accepted]
    return found


def _root(folder: Path) -> Path:
    """The nearest folder above where a base really is that is a repository; else where we work."""
    above = Path(os.path.realpath(folder))
    within = (folder for folder in (above, *above.parents) if os.path.lexists(folder / ".git"))
    try:
        return next(within, None) or Path.cwd()
    except FileNotFoundError:  # the working folder is gone
        return above


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
    """A file from the root, or in full if it lies elsewhere."""
    folder, name = os.path.split(file)
    path = Path(os.path.realpath(folder), name)  # a repository has a link to a file as a file
    return quote(path.relative_to(root).as_posix()) if path.is_relative_to(root) else path.as_uri()
