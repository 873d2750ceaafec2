"""Turns the report on a base into a document: what was found first, and then what there is."""

from __future__ import annotations

from advisor import __version__
from advisor.audit.report import Report
from advisor.render.report import audit_catalogue, audit_findings, audit_measures, rule_picture
from advisor.render.report.document import (
    Block,
    Bullets,
    Document,
    Paragraph,
    Section,
    Strong,
    Terms,
    text,
)
from advisor.render.report.words import counted, day
from advisor.render.terminal.audit import LEFT, left, score, summary
from advisor.render.terminal.coverage import summary as coverage_summary


def document(report: Report) -> Document:
    """The whole report, for a writer."""
    base = report.base
    made = f"Made by advisor {__version__} from the base “{base.title}” of "
    return Document(
        title=f"Audit of {base.title}",
        subtitle=f"As of {day(report.audit.as_of)}",
        opening=(Paragraph(text(base.about), "aside"),) if base.about else (),
        sections=(
            _summary(report),
            audit_findings.section(report),
            rule_picture.section(report),
            audit_measures.coverage(report),
            audit_measures.futures(report),
            audit_catalogue.rules(report),
            audit_catalogue.sources(report),
            audit_findings.checks(report),
            _origin(report),
        ),
        colophon=made + f"{day(base.date.isoformat())}.",
    )


def _summary(report: Report) -> Section:
    sizes = (
        counted(len(report.rules), "rule"),
        counted(len(report.base.templates), "template"),
        counted(len(report.sources), "source"),
        counted(len(report.scenarios), "scenario"),
    )
    blocks: list[Block] = [
        Paragraph(text(Strong(f"{summary(report.audit)}.")), "lead"),
        Paragraph(text(f"The base has {', '.join(sizes[:-1])} and {sizes[-1]}.")),
        Paragraph(text(coverage_summary(report.coverage))),
    ]
    if report.audit.mutation is not None:
        blocks.append(Paragraph(text(f"{score(report.audit.mutation)}.")))
    if report.audit.unsearched:
        lines = tuple(map(text, left(report.audit)))
        blocks += [Paragraph(text(f"{LEFT}:")), Bullets(lines)]
    return Section("summary", "Summary", tuple(blocks))


def _origin(report: Report) -> Section:
    base = f"{report.base.title}, {day(report.base.date.isoformat())}: SHA-256 {report.sha256}"
    pairs = [
        ("Base", (text(base),)),
        ("Scenarios", tuple(map(text, report.scenarios))),
        ("Program", (text(f"advisor {__version__}"),)),
    ]
    lead = "The same base, scenarios, date and program give this same report, byte for byte."
    terms = Terms(tuple((label, texts) for label, texts in pairs if texts))
    return Section("origin", "What this was made from", (Paragraph(text(lead), "aside"), terms))
