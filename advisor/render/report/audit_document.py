"""Turns an audit into a document, verdict first: on a screen, at length, or of a whole base.

What differs between these is how much there is, and never what is said.
"""

from __future__ import annotations

from collections.abc import Iterator

from advisor import __version__
from advisor.audit.report import Report
from advisor.audit.run import Audit
from advisor.model import english
from advisor.render.report import (
    audit_catalogue,
    audit_findings,
    audit_measures,
    audit_verdict,
    rule_picture,
)
from advisor.render.report.audit_words import LEFT, left, ran, summary
from advisor.render.report.document import (
    Block,
    Bullets,
    Document,
    Form,
    Paragraph,
    Section,
    Strong,
    text,
)
from advisor.render.report.words import day


def composed(found: Audit | Report, *, every: bool, long: bool, short: bool) -> Document:
    """An audit on a screen, or at length; a report whole, or in its short edition."""
    if isinstance(found, Report):
        return short_edition(found) if short else whole(found)
    return at_length(found, every=every) if long else screen(found, every=every)


def screen(result: Audit, *, every: bool) -> Document:
    """What fits a screen, or a comment: each finding in a line, the first few of a check."""
    return _document(
        result,
        [
            *audit_verdict.since(result),
            *audit_findings.first(result, every=every, at=None),
            *audit_findings.survivors(result, at=None, long=False),
            *_left(result),
        ],
        "Witnesses, and all of it: --long; what a check looks for: --explain CHECK"
        if result.findings or (result.mutation and result.mutation.survivors)
        else "",
        (Paragraph(text(audit_verdict.looked_at(result)), "aside"),),
    )


def at_length(result: Audit, *, every: bool) -> Document:
    """All of it, each finding with its witness."""
    sections = [
        audit_verdict.examined(result),
        *audit_verdict.leans(result),
        *audit_verdict.since(result),
        *audit_findings.groups_of(result, every=every, at=None),
        *audit_findings.survivors(result, at=None, long=True),
        *_left(result),
    ]
    return _document(result, sections, "")


def short_edition(report: Report) -> Document:
    """The short edition, for paper: six pages at most, to be signed."""
    result = report.audit
    sections = [
        audit_verdict.examined(result),
        *audit_verdict.leans(result),
        *audit_verdict.since(result),
        *audit_findings.first(result, every=True, at=report.at),
        *audit_findings.survivors(result, at=report.at, long=False),
        *_left(result),
        _sign_off(result),
    ]
    return _document(result, sections, _made(report))


def whole(report: Report) -> Document:
    """The whole report."""
    result = report.audit
    sections = [
        audit_verdict.examined(result),
        *audit_verdict.leans(result),
        *audit_verdict.since(result),
        audit_findings.section(report),
        *audit_findings.survivors(result, at=report.at, long=True),
        *_left(result),
        _sign_off(result),
        rule_picture.section(report),
        audit_measures.coverage(report),
        audit_measures.futures(report),
        audit_catalogue.rules(report),
        *([audit_catalogue.sources(report)] if report.sources else []),
        audit_findings.checks(report),
    ]
    return _document(result, sections, _made(report))


def _document(
    result: Audit, sections: list[Section], colophon: str, more: tuple[Block, ...] = ()
) -> Document:
    return Document(
        title=f"Audit of {result.title}: {result.verdict.fitness}",
        subtitle=f"{summary(result)}; {ran(result)}",
        opening=(Bullets(tuple(map(text, result.verdict.why))), *more),
        sections=tuple(sections),
        colophon=colophon,
    )


def _left(result: Audit) -> Iterator[Section]:
    lines = tuple(map(text, left(result)))
    if lines:
        yield Section("left", LEFT, (Bullets(lines),))


def _made(report: Report) -> str:
    base = report.base
    return (
        f"Made by advisor {__version__} from the base “{base.title}” of "
        f"{day(base.date.isoformat())}."
    )


def _sign_off(result: Audit) -> Section:
    """Where those sign who prepared, reviewed and decided."""
    verdict = english.sentence(f"the verdict that is signed: {result.verdict.fitness}")
    blocks = (
        Paragraph(text(verdict)),
        Paragraph(text("The signatures belong to the audit of this digest, and to no other: ")),
        Paragraph(text(Strong(result.digest)), "digest"),
        Paragraph(
            text(
                "The same base, scenarios, date and program give the same digest; "
                "advisor audit --format json prints it."
            ),
            "aside",
        ),
        Form(
            "signatures",
            "Who answers for it",
            ("", "Name", "Date", "Signature"),
            ("Prepared by", "Reviewed by", "Decided by"),
        ),
        Form(
            "accepted-findings",
            "Findings that are accepted as they are",
            ("", "Findings", "Reason", "By"),
            ("1", "2", "3"),
        ),
    )
    return Section("sign-off", "Sign-off", blocks)
