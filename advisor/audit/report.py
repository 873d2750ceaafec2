"""Turns an audit into the whole report on a base: with its rules, sources, coverage and futures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from advisor.answers.advice import advisable
from advisor.audit.check import Check
from advisor.audit.run import Audit
from advisor.audit.subject import Subject
from advisor.audit.witness import called
from advisor.authoring import browse
from advisor.authoring.browse import RuleEntry, SourceEntry
from advisor.futures.result import Stress
from advisor.model.budget import OnProgress
from advisor.model.errors import Location
from advisor.model.records import KnowledgeBase
from advisor.model.scenarios import Scenario
from advisor.reasoning.building import build
from advisor.reasoning.evaluate import outcome
from advisor.testing import coverage
from advisor.testing.coverage import Coverage


class RuleLink(msgspec.Struct, frozen=True, order=True, kw_only=True):
    """That a rule asks for what another concludes."""

    lower: str  # the rule that concludes it
    upper: str  # the rule that asks for it
    template: str
    exception: bool  # the upper rule does not hold if it does


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """The whole report."""

    base: KnowledgeBase
    audit: Audit
    checks: tuple[Check, ...]  # run
    rules: tuple[RuleEntry, ...]
    links: tuple[RuleLink, ...]
    sources: tuple[SourceEntry, ...]
    scenarios: tuple[str, ...]  # run, by name
    coverage: Coverage
    futures: tuple[Stress, ...]  # of each scenario examined, for its client

    def at(self, where: Location) -> Location:
        """A place as it is called within the base, wherever that lies."""
        return Location(called(self.base, where), where.line, where.column)


def report(
    subject: Subject,
    found: Audit,
    checks: Sequence[Check],
    examined: Iterable[Scenario],
    progress: OnProgress | None = None,
) -> Report:
    """The report on an audit, with the futures of `examined` scenarios that advise somebody."""
    base = subject.base
    return Report(
        base=base,
        audit=found,
        checks=tuple(sorted(checks, key=lambda check: check.id)),
        rules=browse.rules(base),
        links=links(base),
        sources=_register(subject),
        scenarios=tuple(scenario.name for scenario, _ in subject.wanted),
        coverage=coverage.coverage(base, (case for case, _ in subject.evaluated)),
        futures=tuple(_futures(s, progress) for s in examined if s.client in advisable(s.base)),
    )


def links(base: KnowledgeBase) -> tuple[RuleLink, ...]:
    """Which rules rest on which, in order of the lower rule."""
    found = {
        RuleLink(
            lower=lower.id,
            upper=rule.id,
            template=pattern.template,
            exception=any(pattern is exception for exception in rule.exceptions),
        )
        for rule in base.rules
        for pattern in rule.conditions()
        for lower in base.concluding.get(pattern.template, ())
    }
    return tuple(sorted(found))


def _register(subject: Subject) -> tuple[SourceEntry, ...]:
    """The sources, with what cites each place in the base and in any of its scenarios."""
    rules = [(rule.id, rule.citations) for rule in subject.base.rules]
    facts = [(str(fact.instance), fact.citations + fact.against) for fact in subject.facts]
    interests = [
        (f"the interest {holding.interest} of {client}", holding.citations)
        for scenario in subject.scenarios
        for client, holdings in scenario.interests.items()
        for holding in holdings
    ]
    recommends = [
        (f"recommends {instance}", said.citations)
        for scenario in subject.scenarios
        for instance, said in scenario.recommends.items()
    ]
    return browse.register(subject.sources, [*rules, *facts, *recommends, *interests])


def _futures(scenario: Scenario, progress: OnProgress | None) -> Stress:
    from advisor.futures.stress import stress  # noqa: PLC0415 - loads numpy

    return stress(outcome(scenario, build(scenario)), progress=progress)
