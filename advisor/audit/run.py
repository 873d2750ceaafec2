"""Turns a subject into a report: every check run, what is accepted told apart, in a fixed order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from advisor.audit.check import Check, all_checks
from advisor.audit.finding import SEVERITIES, Finding, Severity, finding_of, told_apart
from advisor.audit.subject import Subject
from advisor.model.budget import Progress
from advisor.model.records import Allowance, KnowledgeBase

MUTATION: Final = "surviving-mutant"  # the check that tries mutants
_RANK: Final = {severity: rank for rank, severity in enumerate(SEVERITIES)}


class Score(msgspec.Struct, frozen=True, kw_only=True):
    """How many of the mutants of a base some expectation notices."""

    killed: int
    mutants: int

    @property
    def percent(self) -> int:
        """The mutation score, never rounded up; 100 if there are no mutants."""
        return 100 * self.killed // self.mutants if self.mutants else 100


class Audit(msgspec.Struct, frozen=True, kw_only=True):
    """What an audit found."""

    title: str  # of the base
    as_of: str  # the date that reviews fall due against
    checks: tuple[str, ...]  # run, by id
    findings: tuple[Finding, ...]  # gravest first, then by check and place
    allowed: tuple[Finding, ...]  # accepted by the author, in the same order
    mutation: Score | None = None  # where surviving mutants were looked for

    def count(self, severity: Severity) -> int:
        """How many findings of a severity there are."""
        return sum(finding.severity == severity for finding in self.findings)

    def failing(self, severity: Severity) -> bool:
        """Whether there is a finding of this severity or a graver one."""
        return any(_RANK[finding.severity] <= _RANK[severity] for finding in self.findings)


def audit(
    subject: Subject,
    checks: Sequence[Check],
    progress: Progress | None = None,
) -> Audit:
    """The findings of some checks; `progress` is told the share of checks that is done.

    The checks of suppressions come last: they read which allowances nothing made use of.
    """
    late = [check for check in checks if check.family == "suppression"]
    found: list[Finding] = []
    for number, check in enumerate(check for check in checks if check not in late):
        if progress is not None:
            progress(number / len(checks))
        found += _findings(check, subject)
    ran = {check.id for check in checks}
    allowances = allowances_of(subject.base)
    used, found = _allow(found, allowances)
    judged = ran - {check.id for check in late}
    subject.checks = tuple(all_checks())
    subject.unused = tuple(a for a in allowances if a not in used and _judged(a, judged))
    for check in late:
        found += _allow(_findings(check, subject), allowances)[1]
    found = told_apart(sorted(found, key=_order))
    return Audit(
        title=subject.base.title,
        as_of=subject.as_of.isoformat(),
        checks=tuple(sorted(ran)),
        findings=tuple(finding for finding in found if finding.allowed is None),
        allowed=tuple(finding for finding in found if finding.allowed is not None),
        mutation=_score(subject) if MUTATION in ran and subject.wanted else None,
    )


def _score(subject: Subject) -> Score:
    return Score(killed=subject.trial.killed, mutants=subject.trial.total)


def allowances_of(base: KnowledgeBase) -> tuple[Allowance, ...]:
    """Whatever a base accepts, in order of place."""
    found = [*base.allow, *(allowance for rule in base.rules for allowance in rule.allow)]
    return tuple(sorted(found, key=lambda allowance: allowance.where))


def _judged(allowance: Allowance, ran: Iterable[str]) -> bool:
    """Whether the audit can tell if an allowance is of use: its check ran, or there is none."""
    return allowance.check in ran or allowance.check not in all_checks()


def _findings(check: Check, subject: Subject) -> list[Finding]:
    return [finding_of(check.id, check.severity, fault) for fault in check.find(subject)]


def _allow(
    found: Iterable[Finding], allowances: Iterable[Allowance]
) -> tuple[set[Allowance], list[Finding]]:
    """The allowances that are made use of, and the findings with the reasons to accept them."""
    by_name = {(allowance.check, allowance.about): allowance for allowance in allowances}
    used: set[Allowance] = set()
    out = []
    for finding in found:
        keys = ((finding.check, place.name) for place in finding.places)
        accepted = [by_name[key] for key in keys if key in by_name]
        used.update(accepted)
        reason = accepted[0].reason if accepted else None
        out.append(msgspec.structs.replace(finding, allowed=reason))
    return used, out


def _order(finding: Finding) -> tuple[object, ...]:
    return _RANK[finding.severity], finding.check, [(p.where, p.kind) for p in finding.places]
