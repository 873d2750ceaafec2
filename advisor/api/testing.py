"""Runs the expectations of a base's scenarios, and says what they put to the test."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from advisor import loader
from advisor.api.arguments import filled
from advisor.model.records import KnowledgeBase
from advisor.model.result import Result
from advisor.reasoning.engines import often
from advisor.reasoning.evaluate import Outcome
from advisor.testing import coverage, expectations
from advisor.testing.coverage import Coverage
from advisor.testing.expectations import ScenarioReport
from advisor.testing.goals import Suggestions

__all__ = ["Coverage", "ScenarioReport", "Suggestions", "Tested", "suggest", "test"]


class Tested(Result, frozen=True, kw_only=True):
    """How the expectations of some scenarios fared, and what these cover."""

    document: ClassVar[str] = "test/1"

    base: KnowledgeBase
    cases: tuple[Outcome, ...]  # of the scenarios
    reports: tuple[ScenarioReport, ...]
    coverage: Coverage
    suggested: Suggestions | None = None  # where the document is to hold them

    @property
    def failed(self) -> int:
        """How many expectations failed."""
        return sum(report.failed for report in self.reports)

    def plain(self) -> Mapping[str, Any]:
        """How expectations fared, without the cases that they were held to."""
        found = {"failed": self.failed, "reports": self.reports, "coverage": self.coverage}
        return found if self.suggested is None else {**found, "suggested": self.suggested}


@filled
def test(base: KnowledgeBase, paths: Sequence[str] = ()) -> Tested:
    """How the expectations of scenarios fare: of names, files or folders, by default of all.

    Raises AdvisorError with every problem of all of them.
    """
    evaluated = expectations.evaluated(loader.load_with_parents(base, paths))
    return Tested(
        base=base,
        cases=tuple(case for case, _ in evaluated),
        reports=tuple(expectations.report(case, parent) for case, parent in evaluated),
        coverage=coverage.coverage(base, (case for case, _ in evaluated)),
    )


@often()
def suggest(tested: Tested) -> Suggestions:
    """Scenarios that would cover what the tested ones do not."""
    from advisor.testing.suggestion import suggestions  # noqa: PLC0415 - loads clingo

    scenarios = [case.scenario for case in tested.cases]
    return suggestions(tested.base, scenarios, tested.coverage.uncovered)
