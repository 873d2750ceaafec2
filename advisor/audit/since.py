"""Turns an earlier audit, as JSON, into what is new, what is gone and what is still there."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import msgspec

from advisor import __version__
from advisor.audit.finding import Finding, Place
from advisor.loader.earlier import earlier as written_before
from advisor.model.allowances import Severity

SCHEMA: Final = "audit/1"


class AuditCount(msgspec.Struct, frozen=True, kw_only=True):
    """How much one audit of several found."""

    as_of: str
    version: str  # of the program
    errors: int
    warnings: int
    notes: int
    allowed: int


class Gone(msgspec.Struct, frozen=True, kw_only=True):
    """A finding of the earlier audit that is none any more."""

    check: str
    severity: Severity
    message: str
    fingerprint: str
    accepted: bool  # it is there still, and accepted


class SinceAudit(msgspec.Struct, frozen=True, kw_only=True):
    """What is otherwise than in an earlier audit."""

    title: str  # of the base then
    as_of: str
    same_base: bool
    new: tuple[str, ...]  # findings, by fingerprint
    gone: tuple[Gone, ...]
    persisting: int
    trend: tuple[AuditCount, ...]  # of all audits in a row, the oldest first, this one last


class _Trend(msgspec.Struct, frozen=True, kw_only=True):
    trend: tuple[AuditCount, ...]


class _Finding(msgspec.Struct, frozen=True, kw_only=True):
    check: str
    severity: Severity
    message: str
    places: tuple[Place, ...]
    fingerprint: str


class EarlierAudit(msgspec.Struct, frozen=True, kw_only=True):
    """What is read of an earlier audit."""

    schema: str
    version: str
    title: str
    as_of: str
    findings: tuple[_Finding, ...]
    allowed: tuple[_Finding, ...]
    elsewhere: tuple[_Finding, ...] = ()
    sha256: str = ""
    since: _Trend | None = None


def earlier(path: str | Path) -> EarlierAudit:
    """An earlier audit from its JSON; raises AdvisorError where that is none."""
    return written_before(path, "an audit", SCHEMA, EarlierAudit)


def since(
    before: EarlierAudit,
    ran: Sequence[str],
    found: Sequence[Sequence[Finding]],
    now: tuple[str, str],
) -> SinceAudit:
    """What is otherwise; `now` is the day and the digest of the base.

    `found` are the findings, those that are accepted, and those elsewhere. What a check that did
    not run would find is not gone, nor is what is elsewhere now.
    """
    findings, allowed, elsewhere = found
    as_of, sha256 = now
    known = {finding.fingerprint for finding in (*before.findings, *before.elsewhere)}
    still = {finding.fingerprint for finding in (*findings, *elsewhere)}
    accepted = {finding.fingerprint for finding in allowed}
    gone = tuple(
        Gone(
            check=finding.check,
            severity=finding.severity,
            message=finding.message,
            fingerprint=finding.fingerprint,
            accepted=finding.fingerprint in accepted,
        )
        for finding in before.findings
        if finding.fingerprint not in still and finding.check in ran
    )
    was = _count(before.as_of, before.version, before.findings, before.allowed)
    trend = before.since.trend if before.since is not None else (was,)
    return SinceAudit(
        title=before.title,
        as_of=before.as_of,
        same_base=before.sha256 == sha256,
        new=tuple(f.fingerprint for f in findings if f.fingerprint not in known),
        gone=gone,
        persisting=len(known & still),
        trend=(*trend, _count(as_of, __version__, findings, allowed)),
    )


def _count(
    as_of: str,
    version: str,
    findings: Sequence[Finding | _Finding],
    allowed: Sequence[Finding | _Finding],
) -> AuditCount:
    severities = [finding.severity for finding in findings]
    return AuditCount(
        as_of=as_of,
        version=version,
        errors=severities.count("error"),
        warnings=severities.count("warning"),
        notes=severities.count("note"),
        allowed=len(allowed),
    )
