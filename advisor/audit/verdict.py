"""Turns what an audit found, looked at and left out into a verdict, and why in three lines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final, Literal

import msgspec

from advisor.audit.basis import TestScore
from advisor.audit.finding import Finding
from advisor.audit.score import Score
from advisor.audit.unsearched import Unsearched
from advisor.model import english
from advisor.model.allowances import Severity

Fitness = Literal["fit", "fit with reservations", "not fit"]
_NAMED: Final = 3  # checks
_RESERVED: Final[tuple[Severity, ...]] = ("error", "warning")


class NotRun(msgspec.Struct, frozen=True, kw_only=True):
    """Checks that were not run."""

    checks: tuple[str, ...]
    why: str


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a base is fit to be relied on."""

    fitness: Fitness
    why: tuple[str, ...]  # sentences, at most three


def verdict(
    ran: int,
    findings: Sequence[Finding],
    allowed: Sequence[Finding],
    not_run: Sequence[NotRun],
    unsearched: Sequence[Unsearched],
    tested: TestScore | None,
    mutation: Score | None,
    elsewhere: int = 0,
) -> Verdict:
    """Not fit with an error; with reservations where anything else of weight is open.

    `elsewhere` is how many findings more are about what the scenarios named do not reach.
    """
    untried = [*_untried(not_run, unsearched, tested)]
    counts = Counter(finding.severity for finding in findings)
    accepted = sum(finding.severity == "error" for finding in allowed)
    reserved = counts["warning"] or accepted or untried
    fitness: Fitness = "fit with reservations" if reserved else "fit"
    why = [_found(ran, findings, allowed, elsewhere)]
    if untried:
        why.append(english.sentence(english.listing(untried)))
    if tested is not None:
        why.append(_measured(tested, mutation))
    return Verdict(fitness="not fit" if counts["error"] else fitness, why=tuple(why))


def _found(
    ran: int, findings: Sequence[Finding], allowed: Sequence[Finding], elsewhere: int
) -> str:
    """What the checks found, the gravest by the names of their checks."""
    parts = []
    for severity in _RESERVED:
        checks = Counter(f.check for f in findings if f.severity == severity)
        if checks:
            more = len(checks) - _NAMED
            named = [*list(checks)[:_NAMED], *([f"{more} more"] if more > 0 else ())]
            count = english.counted(checks.total(), severity)
            parts.append(f"{count} ({english.listing(named)})")
    says = f"The checks found {english.listing(parts)}"
    if not parts:
        says = f"None of the {ran} checks found an error or a warning"
        says = "The one check that ran found no error and no warning" if ran == 1 else says
    if allowed:
        count = english.counted(len(allowed), "finding")
        verb = "is" if len(allowed) == 1 else "are"
        grave = sum(finding.severity == "error" for finding in allowed)
        errors = f", {english.counted(grave, 'error')} among them," if grave else ""
        says += f"; {count}{errors} {verb} accepted, with reasons"
    if elsewhere:
        verb = "is" if elsewhere == 1 else "are"
        of = "what the scenarios named neither say nor reach (--all)"
        says += f"; {elsewhere:,} more {verb} about {of}"
    return english.sentence(says)


def _untried(
    not_run: Sequence[NotRun], unsearched: Sequence[Unsearched], tested: TestScore | None
) -> Iterator[str]:
    """What was not looked at, in clauses."""
    left = sum(len(run.checks) for run in not_run)
    if left:
        yield f"{english.counted(left, 'check')} {'was' if left == 1 else 'were'} not run"
    if unsearched:
        cut = len(unsearched)
        yield f"{english.counted(cut, 'search')} {'was' if cut == 1 else 'were'} cut short"
    if tested is not None and not tested.met + tested.failed:
        yield "no scenario expects anything"


def _measured(tested: TestScore, mutation: Score | None) -> str:
    """How well the scenarios test the base."""
    total = tested.met + tested.failed
    verb = "is" if total == 1 else "are"
    met = f"{tested.met:,} of {english.counted(total, 'expectation')} {verb} met"
    met = met if total else "there are no expectations"
    says = f"{met}; the scenarios cover {tested.covered:,} of {tested.goals:,} goals"
    if mutation is not None:
        of = english.counted(mutation.mutants, "mutant")
        verb = "is" if mutation.mutants == 1 else "are"
        drawn = f" drawn from {mutation.made:,}" if mutation.untried else ""
        says += f"; {mutation.killed:,} of {of}{drawn} {verb} noticed"
    return english.sentence(says)
