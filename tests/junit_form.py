"""What JUnit XML has to look like for the strictest of its readers."""

from __future__ import annotations

import re
from xml.etree import ElementTree


def suites(text: str) -> list[ElementTree.Element]:
    """The suites of a JUnit document."""
    root = ElementTree.fromstring(text.encode("utf-8"))
    assert root.tag == "testsuites"
    return [suite for suite in root if suite.get("name") != "coverage"]


def check_counts(found: list[ElementTree.Element]) -> None:
    """Every suite counts its cases and its failures."""
    for suite in found:
        cases = suite.findall("testcase")
        failed = [case for case in cases if case.find("failure") is not None]
        assert suite.get("tests") == str(len(cases))
        assert suite.get("failures") == str(len(failed))
        assert suite.get("errors") == "0"
        check_strict(suite)


def check_strict(suite):
    """A suite keeps to the XML schema of Ant's JUnit task, the strictest that readers have."""
    attributes = "id package name timestamp hostname tests failures errors time"
    assert set(suite.keys()) == set(attributes.split())
    tags = [child.tag for child in suite]
    assert tags == ["properties", *["testcase"] * (len(tags) - 3), "system-out", "system-err"]
    assert re.fullmatch(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}", suite.get("timestamp"))
    for case in suite.findall("testcase"):
        assert set(case.keys()) == {"classname", "name", "time"}
        assert len(case) <= 1
        for failure in case:
            assert (failure.tag, set(failure.keys())) == ("failure", {"type", "message"})
