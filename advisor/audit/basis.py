"""Turns a subject into what there is to look at, how it is tested, and what advice leans on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec

from advisor.answers.derivations import proof
from advisor.answers.explanation import cited
from advisor.audit.subject import Subject
from advisor.model.authored import declared, is_helper
from advisor.model.errors import Location
from advisor.model.grades import CERTAIN, HOLDS, with_band
from advisor.model.records import Rule
from advisor.model.sources import Reading
from advisor.reasoning.evaluate import Outcome
from advisor.testing import coverage
from advisor.testing.expectations import Examination


class AuditScope(msgspec.Struct, frozen=True, kw_only=True):
    """What there was to look at."""

    rules: int
    templates: int
    sources: int
    scenarios: tuple[str, ...]  # run, by name
    clients: tuple[str, ...]  # that some scenario advises, by name


class TestScore(msgspec.Struct, frozen=True, kw_only=True):
    """How the scenarios test the base."""

    met: int  # expectations
    failed: int
    covered: int  # goals of the coverage
    goals: int

    @property
    def percent(self) -> int:
        """The coverage, never rounded up; 100 if there is nothing to cover."""
        return 100 * self.covered // self.goals if self.goals else 100


class Leap(msgspec.Struct, frozen=True, kw_only=True):
    """A rule that is less than certain or, where there are sources, of none; what rests on it."""

    rule: str
    title: str
    strength: str  # with its band
    reading: Reading
    where: Location
    carries: int  # pieces of advice


class Pillar(msgspec.Struct, frozen=True, kw_only=True):
    """A source, and what rests on it."""

    source: str
    title: str
    grade: str
    carries: int  # pieces of advice


class Basis(msgspec.Struct, frozen=True, kw_only=True):
    """What the advice that the scenarios lead to rests on."""

    advice: int  # pieces that some scenario leads to, each once
    leaps: tuple[Leap, ...]  # the boldest first
    pillars: tuple[Pillar, ...]  # that which most rests on first


def scope(subject: Subject) -> AuditScope:
    """What there was to look at."""
    base = subject.base
    advised = {s.client: s.base.entities[s.client].name for s, _ in subject.wanted if s.client}
    return AuditScope(
        rules=sum(not is_helper(rule.id) for rule in base.rules),
        templates=len(declared(base)),
        sources=len(subject.sources),
        scenarios=tuple(scenario.name for scenario, _ in subject.wanted),
        clients=tuple(sorted(set(advised.values()))),
    )


def tested(subject: Subject) -> TestScore:
    """How the expectations of the scenarios fare, and what the scenarios cover."""
    unmet = [
        Examination(case, parent).unmet(expected) is not None
        for case, parent in subject.evaluated
        for expected in case.scenario.expectations
    ]
    covered, goals = coverage.coverage(subject.base, (c for c, _ in subject.evaluated)).counts()
    failed = sum(unmet)
    return TestScore(met=len(unmet) - failed, failed=failed, covered=covered, goals=goals)


def basis(subject: Subject) -> Basis:
    """What the given advice of all scenarios rests on, each piece where it is first given."""
    rules: dict[str, Rule] = {}
    by_rule: dict[str, set[str]] = {}
    by_source: dict[str, set[str]] = {}
    seen = set()
    for case, fact in _given(subject):
        name = str(case.graph.instances[fact])
        if name in seen:
            continue
        seen.add(name)
        links = proof(case, fact)
        for link in links:
            if link.firing is not None and _bold(subject, link.firing.rule):
                rules[link.firing.rule.id] = link.firing.rule
                by_rule.setdefault(link.firing.rule.id, set()).add(name)
        for citation in cited(case, links):
            by_source.setdefault(citation.source, set()).add(name)
    ranked = sorted(rules.values(), key=lambda r: (r.strength, -len(by_rule[r.id]), r.title))
    return Basis(
        advice=len(seen),
        leaps=tuple(_leap(rule, len(by_rule[rule.id])) for rule in ranked),
        pillars=tuple(_pillars(subject, by_source)),
    )


def _given(subject: Subject) -> Iterator[tuple[Outcome, int]]:
    for case, _ in subject.evaluated:
        for fact in case.graph.advice_to(None):
            if case.grades.lower[fact] >= HOLDS:
                yield case, fact


def _bold(subject: Subject, rule: Rule) -> bool:
    return rule.strength < CERTAIN or (bool(subject.sources) and rule.reading == "ours")


def _leap(rule: Rule, carries: int) -> Leap:
    return Leap(
        rule=rule.id,
        title=rule.title,
        strength=with_band(rule.strength),
        reading=rule.reading,
        where=rule.where,
        carries=carries,
    )


def _pillars(subject: Subject, carries: Mapping[str, set[str]]) -> list[Pillar]:
    declared = {source.id: source for source in reversed(subject.sources)}
    found = [
        Pillar(
            source=name,
            title=declared[name].title,
            grade=f"{declared[name].reliability}{declared[name].credibility}",
            carries=len(advice),
        )
        for name, advice in carries.items()
    ]
    return sorted(found, key=lambda pillar: (-pillar.carries, pillar.title))
