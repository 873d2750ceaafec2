"""Turns an audit into JUnit XML: a suite for each family of checks, in the strict form of Ant.

A check of which nothing fails is a case that passes, each finding that fails a case that does not;
what else was found is what the suite printed. The first suite has the verdict, and no case.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from xml.etree import ElementTree as Tree

from advisor.audit.check import FAMILIES, Check
from advisor.audit.finding import SEVERITIES, Finding
from advisor.audit.run import Audit
from advisor.model.errors import Location
from advisor.render.exchange.junit import JUnitCase, suite, written
from advisor.render.exchange.places import from_root, root_of
from advisor.render.report.audit_words import left, told


def audit(
    result: Audit, checks: Sequence[Check], folder: Path, fails: Callable[[Finding], bool]
) -> str:
    """An audit by these checks as one `testsuites` document, in ASCII.

    Places are from the root of the repository that the base's folder lies in.
    """
    home = root_of(folder)
    root, day = Tree.Element("testsuites"), date.fromisoformat(result.as_of)
    properties = {"base": result.title, "verdict": result.verdict.fitness}
    properties |= {f"{severity}s": str(result.count(severity)) for severity in SEVERITIES}
    properties |= {"allowed": str(len(result.allowed)), "sha256": result.sha256}
    properties |= {"elsewhere": str(len(result.elsewhere))} if result.elsewhere else {}
    properties |= {"digest": result.digest}
    unseen = "\n".join(f"Not checked: {line}" for line in left(result))
    suite(root, "verdict", day, [], properties, unseen)
    for family in FAMILIES:
        ran = [check.id for check in checks if check.family == family]
        found = [finding for finding in result.findings if finding.check in ran]
        failing = [one for one in found if fails(one)]
        passing = [JUnitCase(id_) for id_ in ran if all(one.check != id_ for one in failing)]
        rest = "\n\n".join(_at_length(one, home) for one in found if not fails(one))
        if ran:
            suite(root, family, day, [*passing, *_failures(failing, home)], {}, rest)
    return written(root)


def _failures(failing: Iterable[Finding], home: Path) -> Iterator[JUnitCase]:
    """A case for each finding, named for its check and what it is about; no two alike."""
    seen: Counter[str] = Counter()
    for finding in failing:
        name = f"{finding.check}: {', '.join(place.name for place in finding.places)}"
        seen[name] += 1
        own = f"{name} ({seen[name]})" if seen[name] > 1 else name
        yield JUnitCase(own, finding.message, _at_length(finding, home), finding.severity)


def _at_length(finding: Finding, home: Path) -> str:
    where = finding.places[0].where
    place = Location(from_root(where.file, home).as_posix(), where.line, where.column)
    return f"{place}: {finding.severity}: {finding.check}: {told(finding)}"
