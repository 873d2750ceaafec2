"""Turns test reports into JUnit XML: a suite for each scenario, a case for each expectation."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree import ElementTree as Tree

from advisor.testing import Report


def tests(reports: Sequence[Report]) -> str:
    """The reports as one `testsuites` document, in ASCII: well-formed however it is written."""
    root = Tree.Element("testsuites", name="advisor")
    for report in reports:
        suite = Tree.SubElement(
            root,
            "testsuite",
            name=report.scenario,
            tests=str(len(report.results)),
            failures=str(report.failed),
            errors="0",
            skipped="0",
        )
        for result in report.results:
            case = Tree.SubElement(suite, "testcase", classname=report.scenario, name=result.says)
            case.set("file", result.where.file)
            case.set("line", str(result.where.line))
            if not result.ok:
                failure = Tree.SubElement(case, "failure", message=result.found or "")
                failure.text = f"{result.where}: expected that {result.says}; {result.found}"
    Tree.indent(root)
    encoded: bytes = Tree.tostring(root, encoding="us-ascii", xml_declaration=True)
    return encoded.decode("ascii") + "\n"
