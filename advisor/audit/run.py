"""Turns a subject into a report: every check run, what is accepted told apart, in a fixed order."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from typing import ClassVar, Final

import msgspec

from advisor import __version__
from advisor.audit.basis import AuditScope, Basis, TestScore, basis, scope, tested
from advisor.audit.check import Check, all_checks, finder
from advisor.audit.finding import (
    SEVERITIES,
    Finding,
    belongs,
    finding_of,
    named_in,
    told_apart,
)
from advisor.audit.reach import Reach
from advisor.audit.score import Score, score_of
from advisor.audit.since import EarlierAudit, SinceAudit, since
from advisor.audit.subject import Subject
from advisor.audit.unsearched import Unsearched, keeping
from advisor.audit.verdict import NotRun, Verdict, verdict
from advisor.loader.bases import fingerprint
from advisor.model.allowances import Allowance, Severity
from advisor.model.budget import OnProgress
from advisor.model.records import KnowledgeBase
from advisor.model.result import Result

MUTATION: Final = "surviving-mutant"  # the check that tries mutants
_RANK: Final = {severity: rank for rank, severity in enumerate(SEVERITIES)}


class Audit(Result, frozen=True, kw_only=True):
    """What an audit found."""

    document: ClassVar[str] = "audit/1"
    page: ClassVar[str] = "advisor.render.report.notebook:audit"

    title: str  # of the base
    as_of: str  # the date that reviews fall due against
    checks: tuple[str, ...]  # run, by id
    findings: tuple[Finding, ...]  # gravest first, then by check and place
    allowed: tuple[Finding, ...]  # accepted by the author, in the same order
    elsewhere: tuple[Finding, ...] = ()  # about what the scenarios named neither say nor reach
    not_run: tuple[NotRun, ...] = ()  # checks
    unsearched: tuple[Unsearched, ...] = ()  # what the searches left out, and why
    scope: AuditScope
    sha256: str  # of the base
    tested: TestScore | None = None  # where a check looked at what comes of the scenarios
    basis: Basis | None = None  # likewise
    mutation: Score | None = None  # where surviving mutants were looked for
    since: SinceAudit | None = None  # an earlier audit
    verdict: Verdict
    digest: str  # of the verdict and all that led to it

    def listed(self, *, every: bool) -> tuple[Finding, ...]:
        """The findings in the order of their numbers; `every` adds those accepted or elsewhere."""
        return (*self.findings, *((*self.allowed, *self.elsewhere) if every else ()))

    def count(self, severity: Severity) -> int:
        """How many findings of a severity there are."""
        return sum(finding.severity == severity for finding in self.findings)

    def failing(self, severity: Severity, *, new: bool = False) -> bool:
        """Whether there is a finding, or a `new` one, of this severity or a graver one."""
        return any(self.fails(finding, severity, new=new) for finding in self.findings)

    def fails(self, finding: Finding, severity: Severity, *, new: bool = False) -> bool:
        """Whether a finding is of this severity or a graver one, and `new` if that is asked."""
        return _RANK[finding.severity] <= _RANK[severity] and (not new or self.is_new(finding))

    def is_new(self, finding: Finding) -> bool:
        """Whether an earlier audit did not have it."""
        return self.since is not None and finding.fingerprint in self.since.new


def audit(
    subject: Subject,
    checks: Sequence[Check],
    progress: OnProgress | None = None,
    before: EarlierAudit | None = None,
) -> Audit:
    """The findings of some checks; `progress` is told the share of checks that is done.

    They are compared with those of an earlier audit, if there is one.
    """
    with keeping() as left:
        found = _found(subject, checks, progress)
    return _audit(subject, checks, found, left, before)


def _audit(
    subject: Subject,
    checks: Sequence[Check],
    found: Sequence[Finding],
    left: Sequence[Unsearched],
    before: EarlierAudit | None,
) -> Audit:
    """The findings, with what they are judged by."""
    ran = tuple(sorted(check.id for check in checks))
    findings, allowed, elsewhere = apart = _apart(subject, found)
    not_run = tuple(_not_run(subject.base, ran))
    ran_scenarios = subject.wanted and any(check.family == "dynamic" for check in checks)
    tests = tested(subject) if ran_scenarios else None
    mutation = None
    if MUTATION in ran and subject.wanted:
        mutation = score_of(subject.trial, subject.shown)
    as_of, sha256 = subject.as_of.isoformat(), fingerprint(subject.base)
    judged = verdict(len(ran), findings, allowed, not_run, left, tests, mutation, len(elsewhere))
    return Audit(
        title=subject.base.title,
        as_of=as_of,
        checks=ran,
        findings=findings,
        allowed=allowed,
        elsewhere=elsewhere,
        not_run=not_run,
        unsearched=tuple(left),
        scope=scope(subject),
        sha256=sha256,
        tested=tests,
        basis=basis(subject) if ran_scenarios else None,
        mutation=mutation,
        since=None if before is None else since(before, ran, apart, (as_of, sha256)),
        verdict=judged,
        digest=_digest(subject, (as_of, sha256), ran, found, judged),
    )


def _apart(subject: Subject, found: Sequence[Finding]) -> tuple[tuple[Finding, ...], ...]:
    """The findings of the scenarios to be run, those that are accepted, and those elsewhere."""
    reach = Reach.of(subject)
    allowed = tuple(finding for finding in found if finding.allowed is not None)
    others = [finding for finding in found if finding.allowed is None]
    elsewhere = tuple(one for one in others if reach is not None and not reach.has(one))
    return tuple(one for one in others if one not in elsewhere), allowed, elsewhere


def _not_run(base: KnowledgeBase, ran: Collection[str]) -> Iterator[NotRun]:
    """The checks that did not run: those that the base turns off, and those not asked for."""
    off = {setting.check: setting.reason for setting in base.settings if setting.severity is None}
    others = [id_ for id_ in all_checks() if id_ not in ran]
    for id_ in others:
        if id_ in off:
            yield NotRun(checks=(id_,), why=f"base.yaml turns it off ({off[id_]})")
    if left := tuple(id_ for id_ in others if id_ not in off):
        why = "it was not asked for" if len(left) == 1 else "they were not asked for"
        yield NotRun(checks=left, why=why)


def _digest(
    subject: Subject,
    now: tuple[str, str],
    ran: Sequence[str],
    found: Iterable[Finding],
    judged: Verdict,
) -> str:
    """A hash (SHA-256) of what somebody signs: wherever the base lies, it is the same."""
    told = [(f.severity, f.check, f.fingerprint, f.allowed) for f in found]
    read = [
        (
            scenario.name,
            [(str(f.instance), f.standing, f.grade) for f in scenario.facts.values()],
            [(e.kind, e.what) for e in scenario.expectations],
        )
        for scenario, _ in subject.wanted
    ]
    signed = (__version__, now, ran, read, told, judged)
    return hashlib.sha256(msgspec.json.encode(signed)).hexdigest()


def _found(subject: Subject, checks: Sequence[Check], progress: OnProgress | None) -> list[Finding]:
    """All findings, those that are accepted with the reason, in order.

    The checks of suppressions come last: they read which allowances nothing made use of. Before
    them come the mutants: where time is up, the other checks are done.
    """
    late = [check for check in checks if check.family == "suppression"]
    found: list[Finding] = []
    early = sorted(checks, key=lambda check: check.id == MUTATION)
    for number, check in enumerate(check for check in early if check not in late):
        if progress is not None:
            progress(number / len(checks))
        found += _findings(check, subject)
    ran = {check.id for check in checks}
    allowances = allowances_of(subject.base)
    found = told_apart(sorted(found, key=_order))
    used, found = _allow(found, allowances, subject.as_of)
    judged = ran - {check.id for check in late}
    subject.checks = tuple(all_checks())
    subject.found = tuple(found)
    subject.unused = tuple(a for a in allowances if a not in used and _judged(a, judged))
    told = [finding for check in late for finding in _findings(check, subject)]
    _, told = _allow(told_apart(sorted(told, key=_order)), allowances, subject.as_of)
    return sorted([*found, *told], key=_order)


def allowances_of(base: KnowledgeBase) -> tuple[Allowance, ...]:
    """Whatever a base accepts, in order of place."""
    found = [*base.allow, *(allowance for rule in base.rules for allowance in rule.allow)]
    return tuple(sorted(dict.fromkeys(found), key=lambda allowance: allowance.where))


def _judged(allowance: Allowance, ran: Iterable[str]) -> bool:
    """Whether the audit can tell if an allowance is of use: its check ran, or there is none."""
    return allowance.check in ran or allowance.check not in all_checks()


def _findings(check: Check, subject: Subject) -> list[Finding]:
    return [finding_of(check.id, check.severity, fault) for fault in finder(check.id)(subject)]


def _allow(
    found: Iterable[Finding], allowances: Iterable[Allowance], as_of: date
) -> tuple[set[Allowance], list[Finding]]:
    """The allowances that are made use of, and the findings with the reasons to accept them."""
    by_check: dict[str, list[Allowance]] = {}
    for allowance in allowances:
        if allowance.holds(as_of):
            by_check.setdefault(allowance.check, []).append(allowance)
    used: set[Allowance] = set()
    out = []
    for finding in found:
        accepted = [a for a in by_check.get(finding.check, ()) if accepts(a, finding)]
        used.update(accepted)
        reason = accepted[0].says if accepted else None
        out.append(msgspec.structs.replace(finding, allowed=reason))
    return used, out


def accepts(allowance: Allowance, finding: Finding) -> bool:
    """Whether an allowance names a finding of its check: all that it is about, or itself."""
    if not any(belongs(place.name, allowance.about) for place in finding.places):
        return False
    if allowance.finding is not None:
        return allowance.finding == finding.fingerprint
    told = (allowance.about, *allowance.others)
    return all(any(belongs(name, one) for one in told) for name in named_in(finding))


def _order(finding: Finding) -> tuple[object, ...]:
    return _RANK[finding.severity], finding.check, [(p.where, p.kind) for p in finding.places]
