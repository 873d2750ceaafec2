"""Turns an audit into commands of a GitHub workflow: each finding at its line of a change.

The form is GitHub's "Workflow commands": `::error file=F,line=L,col=C,title=T::message`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from advisor.audit.finding import Finding
from advisor.audit.run import Audit
from advisor.model.allowances import Severity
from advisor.render.exchange.places import from_root, root_of
from advisor.render.report.audit_words import summary, told

_COMMANDS: Final[dict[Severity, str]] = {"error": "error", "warning": "warning", "note": "notice"}


def audit(result: Audit, folder: Path) -> str:
    """A command for each finding, then the verdict in a line; places are from the repository."""
    root = root_of(folder)
    lines = [_command(finding, root) for finding in result.findings]
    verdict = " ".join(f"{result.title}: {result.verdict.fitness}; {summary(result)}".split())
    return "\n".join([*lines, verdict.replace("::", ": :")]) + "\n"


def _command(finding: Finding, root: Path) -> str:
    where = finding.places[0].where
    named = {"file": from_root(where.file, root).as_posix()}
    named |= {"line": str(where.line)} if where.line else {}
    named |= {"col": str(where.column)} if where.column else {}
    named |= {"title": finding.check}
    properties = ",".join(f"{key}={_property(value)}" for key, value in named.items())
    return f"::{_COMMANDS[finding.severity]} {properties}::{_data(told(finding))}"


def _data(text: str) -> str:
    """A message as GitHub reads it: on one line."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    """A property's value, in which a colon and a comma mean something too."""
    return _data(text).replace(":", "%3A").replace(",", "%2C")
