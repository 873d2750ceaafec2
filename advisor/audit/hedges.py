"""The hedged passages of the sources, with the facts and the rules that cite them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from advisor.audit.finding import Place
from advisor.audit.subject import Subject
from advisor.model.records import KnowledgeBase, Rule
from advisor.model.scenarios import Fact
from advisor.model.sources import Citations, Passage, Source


class Hedged(NamedTuple):
    """A passage that has a hedge."""

    source: Source
    passage: Passage
    grade: int  # what the hedge counts for
    facts: tuple[Fact, ...]  # that cite it and are more than assumed, in order
    rules: tuple[Rule, ...]

    @property
    def name(self) -> str:
        """What it is called in a sentence."""
        return f"{self.source.locator} {self.passage.locator} of '{self.source.id}'"

    @property
    def written(self) -> str:
        """As it stands in the register."""
        one = self.passage
        return f"{one.locator}: {{kind: {one.kind}, hedge: {one.hedge}, says: {one.says}}}"

    @property
    def place(self) -> Place:
        """Where it stands."""
        name = f"{self.source.id} {self.passage.locator}"
        return Place(where=self.passage.where, kind="passage", name=name)


def passages(subject: Subject) -> Iterator[Hedged]:
    """The hedged passages, in the order of the sources."""
    for source in subject.sources:
        for passage in source.passages.values():
            if passage.hedge is not None:
                yield _hedged(subject, source, passage, passage.hedge)


def _hedged(subject: Subject, source: Source, passage: Passage, hedge: str) -> Hedged:
    def cites(base: KnowledgeBase, citations: Citations) -> bool:
        """Whether this very passage is cited: scenarios may each have a source of one name."""
        return any(
            citation.source == source.id
            and passage.locator in citation.locators
            and base.sources[citation.source].where == source.where
            for citation in citations
        )

    facts = {
        (fact.where, fact.instance): fact
        for scenario in subject.scenarios
        for fact in scenario.facts.values()
        if fact.origin != "assumed" and cites(scenario.base, (*fact.citations, *fact.against))
    }
    rules = tuple(rule for rule in subject.base.rules if cites(subject.base, rule.citations))
    order = subject.base.order
    ordered = sorted(facts.values(), key=lambda fact: (order(fact.instance), fact.where))
    return Hedged(source, passage, subject.base.hedges[hedge], tuple(ordered), rules)
