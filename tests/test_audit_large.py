"""Faults planted into a base of a thousand rules are found there."""

from __future__ import annotations

import sys
from pathlib import Path

from advisor import loader
from advisor.audit.check import named
from advisor.audit.run import audit
from advisor.audit.subject import Subject

sys.path.append(str(Path(__file__).parent.parent / "benchmarks"))
from realistic import write_base

PLANTED = """
- id: planted-duplicate
  title: The same once more
  if: [offer-7: {state: $b, good: $g}, need-7: {state: $a, good: $g}]
  where: $a != $b
  then: [fit-7: {state: $a, supplier: $b}]
- id: planted-dead
  title: Never
  if: [share-7: {state: $a, supplier: $b, percent: $p}]
  where: [$p > 50, $p < 40]
  then: [exposed-7: {state: $a, supplier: $b}]
"""
FOUND = {  # what finds each fault, and how often
    "duplicate-rule": 1,
    "unsatisfiable-comparison": 1,
    "uncovered-combination": 1,
    "conflicting-chains": 50,  # one for each subject: what is bought and held off
}


def test_what_is_planted_among_a_thousand_rules_is_found(tmp_path):
    """A duplicate, a dead rule, a gap and conflicts; what is cut short is said."""
    folder = write_base(tmp_path, 1_000, expecting=False)
    with (folder / "rules" / "subject-7.yaml").open("a") as file:
        file.write(PLANTED)
    with (folder / "rules" / "base.yaml").open("a") as file:
        file.write("covers: [mood-9]\n")
    base = loader.load_base(folder)
    report = audit(Subject(base, loader.load_with_parents(base)), named(list(FOUND)))
    assert dict.fromkeys(FOUND, 0) | _counts(report) == FOUND
    assert [left.search for left in report.unsearched] == ["combinations without advice"]


def _counts(report) -> dict[str, int]:
    counts: dict[str, int] = {}
    for finding in report.findings:
        counts[finding.check] = counts.get(finding.check, 0) + 1
    return counts
