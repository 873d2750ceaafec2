"""Turns test reports into JUnit XML: a suite for each scenario, a case for each expectation.

Coverage is one suite more, which fails where less is covered than was wanted.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from xml.etree import ElementTree as Tree

from advisor.testing.coverage import KINDS, Coverage
from advisor.testing.expectations import Report


def tests(
    reports: Sequence[Report], coverage: Coverage | None = None, wanted: Fraction | None = None
) -> str:
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
    if coverage is not None:
        _coverage(root, coverage, wanted)
    Tree.indent(root)
    encoded: bytes = Tree.tostring(root, encoding="us-ascii", xml_declaration=True)
    return encoded.decode("ascii") + "\n"


def _coverage(root: Tree.Element, found: Coverage, wanted: Fraction | None) -> None:
    """A suite with the counts, what is not covered, and whether it is enough."""
    short = wanted is not None and not found.reaches(wanted)
    asked = wanted is not None
    suite = Tree.SubElement(
        root,
        "testsuite",
        name="coverage",
        tests=str(int(asked)),
        failures=str(int(short)),
        errors="0",
        skipped="0",
    )
    properties = Tree.SubElement(suite, "properties")
    Tree.SubElement(properties, "property", name="percent", value=str(found.percent))
    for kind in KINDS:
        covered, total = found.counts(kind)
        Tree.SubElement(properties, "property", name=kind, value=f"{covered} of {total}")
    left = "\n".join(f"{goal.where}: {goal.says}" for goal in found.uncovered)
    if wanted is not None:
        named = f"coverage is at least {float(wanted):g}%"
        case = Tree.SubElement(suite, "testcase", classname="coverage", name=named)
        if short:
            failure = Tree.SubElement(case, "failure", message=f"coverage is {found.percent}%")
            failure.text = left
    Tree.SubElement(suite, "system-out").text = left
