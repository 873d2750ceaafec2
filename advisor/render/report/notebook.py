"""Turns results into the pages that a notebook shows: those that the commands write as HTML."""

from __future__ import annotations

from advisor.answers.beside import Beside
from advisor.answers.survey import Survey
from advisor.audit.run import Audit
from advisor.brief.result import Brief
from advisor.render.report import audit_document, html
from advisor.render.report.beside import composed
from advisor.render.report.brief import document
from advisor.render.report.survey import page


def survey(result: Survey) -> str:
    """A survey, as `advisor survey -o survey.html` has it."""
    return html.document(page(result), "pictures.css", "survey.css", "pictures.js")


def beside(result: Beside) -> str:
    """Two clients, as `advisor compare -o compare.html` has them."""
    return html.document(composed(result, long=True))


def brief(result: Brief, *, annex: bool = False) -> str:
    """A brief, as `advisor brief -o brief.html` has it."""
    return html.document(document(result, result.of, annex=annex), "pictures.css", "brief.css")


def audit(result: Audit) -> str:
    """An audit at length; the command's page has the base as well."""
    return html.document(audit_document.at_length(result, every=True), "audit.css")
