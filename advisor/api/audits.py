"""Audits a base: what is wrong, untested, uncited or contradictory in it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

from advisor import loader
from advisor.api.arguments import filled
from advisor.audit import check, report, run
from advisor.audit.check import Check
from advisor.audit.report import Report
from advisor.audit.run import Audit
from advisor.audit.since import earlier
from advisor.audit.subject import Subject
from advisor.model.budget import MUTANTS, OnProgress
from advisor.model.records import KnowledgeBase
from advisor.model.result import Listing

__all__ = ["Audit", "Check", "Report", "audit", "audit_report", "checks"]


@filled
def audit(
    base: KnowledgeBase,
    scenarios: Sequence[str] = (),
    *,
    only: Sequence[str] = (),
    as_of: date | None = None,
    since: str | Path | None = None,
    mutants: int | None = MUTANTS,
    progress: OnProgress | None = None,
) -> Audit:
    """What the checks of these ids, or all of them, find in a base, each with a witness.

    `scenarios` are the names, files or folders of those to run, by default all of the base;
    `as_of` is taken for today instead of the base's own date; `since` is the JSON of an earlier
    audit, to say what is new; so many `mutants` are tried at most, or all for None; `progress` is
    told the share that is done. Raises AdvisorError for scenarios that do not load, for unknown
    checks, and for an earlier audit that is none.
    """
    before = earlier(since) if since is not None else None
    wanted = check.settled(only, base.settings)
    return run.audit(_subject(base, scenarios, as_of, mutants), wanted, progress, before)


@filled
def audit_report(
    base: KnowledgeBase,
    scenarios: Sequence[str] = (),
    *,
    only: Sequence[str] = (),
    as_of: date | None = None,
    since: str | Path | None = None,
    mutants: int | None = MUTANTS,
    progress: Callable[[], OnProgress] | None = None,
) -> Report:
    """An audit, as by `audit`, with everything that there is in the base.

    The futures are those of the scenarios named, or of the base's own. `progress` is asked for
    something to tell the share that is done, twice: of the audit, and of the futures.
    """
    before = earlier(since) if since is not None else None
    subject, wanted = _subject(base, scenarios, as_of, mutants), check.settled(only, base.settings)
    result = run.audit(subject, wanted, progress and progress(), before)
    examined = [s for s, _ in subject.wanted if scenarios or s.name == base.scenario]
    return report.report(subject, result, wanted, examined, progress and progress())


@filled
def checks(ids: Sequence[str] = ()) -> Listing[Check]:
    """The checks of these ids, or all of them; raises AdvisorError for an unknown one."""
    return Listing(check.named(ids), "checks/1", "checks")


def _subject(
    base: KnowledgeBase, scenarios: Sequence[str], as_of: date | None, mutants: int | None
) -> Subject:
    named = loader.load_with_parents(base, scenarios) if scenarios else None
    return Subject(base, loader.load_with_parents(base), named, as_of, mutants)
