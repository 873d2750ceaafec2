"""Turns test reports into JUnit XML: a suite for each scenario, a case for each expectation.

Coverage is one suite more, which fails where less is covered than was wanted. The form is the
strict one of Ant, which others read as well: every attribute and element that it asks for, in its
order, and none besides. No clock is read: the time is that of the base. `junit_audit` writes an
audit in the same form.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Final, NamedTuple
from xml.etree import ElementTree as Tree

from advisor.testing.coverage import Coverage
from advisor.testing.expectations import ScenarioReport
from advisor.testing.goals import KINDS

_PACKAGE: Final = "advisor"
_EPOCH: Final = date(1970, 1, 1)


class JUnitCase(NamedTuple):
    """A case with what is wrong with it, in a line and at length; both empty where it passes."""

    name: str
    message: str = ""
    text: str = ""
    kind: str = "expectation"  # of what is wrong


def tests(
    reports: Sequence[ScenarioReport],
    coverage: Coverage | None = None,
    wanted: Fraction | None = None,
    *,
    day: date = _EPOCH,
) -> str:
    """The reports as one `testsuites` document, in ASCII: well-formed however it is written."""
    root = Tree.Element("testsuites")
    for report in reports:
        cases = [
            JUnitCase(result.says)
            if result.ok
            else JUnitCase(
                result.says,
                result.found or "not met",
                f"{result.where}: expected that {result.says}; {result.found}",
            )
            for result in report.results
        ]
        suite(root, report.scenario, day, cases, {}, "")
    if coverage is not None:
        _coverage(root, coverage, wanted, day)
    return written(root)


def written(root: Tree.Element) -> str:
    """A `testsuites` document in ASCII, whatever encoding it goes out in."""
    Tree.indent(root)
    encoded: bytes = Tree.tostring(root, encoding="us-ascii", xml_declaration=True)
    return encoded.decode("ascii") + "\n"


def suite(
    root: Tree.Element,
    name: str,
    day: date,
    cases: Iterable[JUnitCase],
    properties: Mapping[str, str],
    out: str,
) -> None:
    """Add a suite with its cases, its properties, and what it printed."""
    told = list(cases)
    added = Tree.SubElement(
        root,
        "testsuite",
        id=str(len(root)),
        package=_PACKAGE,
        name=name,
        timestamp=f"{day.isoformat()}T00:00:00",
        hostname="localhost",
        tests=str(len(told)),
        failures=str(sum(bool(case.message) for case in told)),
        errors="0",
        time="0",
    )
    listed = Tree.SubElement(added, "properties")
    for key, value in properties.items():
        Tree.SubElement(listed, "property", name=key, value=value)
    for case in told:
        found = Tree.SubElement(added, "testcase", classname=name, name=case.name, time="0")
        if case.message:
            failure = Tree.SubElement(found, "failure", type=case.kind, message=case.message)
            failure.text = case.text
    Tree.SubElement(added, "system-out").text = out
    Tree.SubElement(added, "system-err").text = ""


def _coverage(root: Tree.Element, found: Coverage, wanted: Fraction | None, day: date) -> None:
    """A suite with the counts, what is not covered, and whether it is enough."""
    properties = {"percent": str(found.percent)}
    properties |= {kind: "{} of {}".format(*found.counts(kind)) for kind in KINDS}
    left = "\n".join(f"{goal.where}: {goal.says}" for goal in found.uncovered)
    cases = []
    if wanted is not None:
        short = not found.reaches(wanted)
        named = f"coverage is at least {float(wanted):g}%"
        message = f"coverage is {found.percent}%" if short else ""
        cases.append(JUnitCase(named, message, left if short else ""))
    suite(root, "coverage", day, cases, properties, left)
