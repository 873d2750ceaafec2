"""Turns what was known from the start, and answers, into all that is known in a consultation."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any, Self

import msgspec

from advisor.answers.advice import Adviser
from advisor.answers.recommendation import Advice
from advisor.consult.agenda import Agenda, agenda
from advisor.consult.answers import Answer
from advisor.consult.doubts import Doubts
from advisor.consult.knowing import bounds, taken_for_no
from advisor.consult.paths import Paths
from advisor.consult.possible import Possible
from advisor.consult.scope import Scope
from advisor.consult.sense import Sense
from advisor.consult.stakes import Stakes
from advisor.model.changes import Changes, fold
from advisor.model.errors import AdvisorError
from advisor.model.grades import HOLDS
from advisor.model.records import Instance, KnowledgeBase
from advisor.model.scenarios import Fact, Scenario
from advisor.reasoning.evaluate import Bounds, Outcome, amended
from advisor.reasoning.graph import JustificationGraph


class State(msgspec.Struct, frozen=True, kw_only=True, eq=False, dict=True):
    """What is known in a consultation: from the start, and by what was answered since.

    Whatever follows from that is worked out once, when it is asked for.
    """

    start: Scenario
    stated: tuple[Instance, ...]  # in the scenario that it began with, or left open there
    client: str
    scope: Scope  # what is asked for
    possible: Possible  # by the start, with what answers have added to it
    agenda: Agenda  # over all that is possible
    answers: tuple[Answer, ...] = ()
    aside: Mapping[str, str] = {}  # by topic: what was answered before it ceased to matter
    skipped: tuple[str, ...] = ()  # topics, in order
    subject: str | None = None  # of the question that was answered last, within a scope
    fewest: int | None = None  # questions that were said to be left
    freed: Mapping[str, Sequence[Fact]] = {}  # by topic: what was known before it was changed
    near: Outcome | None = None  # of the answers before these, from which little has changed

    @property
    def base(self) -> KnowledgeBase:
        """The base that is consulted."""
        return self.start.base

    @property
    def graph(self) -> JustificationGraph:
        """The graph of all that was said, and of all that could be asked."""
        return self.possible.graph

    def suited(self) -> Self:
        """The same, over a graph that has what is computed over facts as they are known now."""
        if self.graph.slack(self.start) is None:
            return self
        open_ = msgspec.structs.replace(self._said, complete=False)
        graph = self.graph.suiting(self.start, self._said, open_, alone=True)
        if graph is self.graph:
            return self
        found = msgspec.structs.replace(self.possible, graph=graph)
        listed = agenda(self.start, found, self.client, self.answers, self.scope)
        return self.varied(possible=found, agenda=listed)

    @property
    def settles(self) -> bool:
        """Whether it asks until no answer that is left can change the advice."""
        return self.scope.exhaustive

    @property
    def reviews(self) -> bool:
        """Whether it asks about what is known from the start, which can be kept as it is."""
        return self.start.knows and not self.settles

    def varied(self, **fields: Any) -> Self:
        """The same with some fields otherwise; nothing that was worked out goes with it."""
        own = {name: getattr(self, name) for name in self.__struct_fields__}
        return type(self)(**{**own, **fields})

    def scenario(self) -> Scenario:
        """The scenario that the answers so far make."""
        return self._scenario

    @cached_property
    def _scenario(self) -> Scenario:
        return self._after(self.denied)

    @cached_property
    def _said(self) -> Scenario:
        """The scenario of the answers alone."""
        return self._after(())

    def _after(self, denied: Iterable[Fact]) -> Scenario:
        facts = tuple(fact for answer in self.answers for fact in answer.facts)
        scenario, problems = fold(self.start, Changes(facts=(*facts, *denied)))
        if problems:
            raise AdvisorError(*problems)
        return scenario

    def outcome(self) -> Outcome:
        """That scenario with everything that follows from it."""
        return self._outcome

    @cached_property
    def _outcome(self) -> Outcome:
        return amended(self.told, self._scenario, self.graph) if self.denied else self.told

    @cached_property
    def told(self) -> Outcome:
        """The outcome of the answers alone: nothing is taken for no yet."""
        near = self.near if self.near and self.near.graph is self.graph else self.agenda.case
        return amended(near, self._said, self.graph)

    def if_open(self) -> Outcome:
        """The outcome if all that nobody spoke of were open, and not what silence means."""
        return self._if_open

    @cached_property
    def _if_open(self) -> Outcome:
        return self.without(())

    def without(self, instances: Collection[Instance]) -> Outcome:
        """The same, if nobody had spoken of these either."""
        said = self._said
        facts = {fact: known for fact, known in said.facts.items() if fact not in instances}
        open_ = msgspec.structs.replace(said, facts=facts, complete=False)
        return amended(self.agenda.if_open, open_, self.graph)

    @cached_property
    def sense(self) -> Sense:
        """Which questions make sense."""
        said = self._said
        facts = self.agenda.open - self._told.keys()
        open_ = {fact for fact in facts if self.graph.instances[fact] not in said.facts}
        return Sense(self.told, open_, self.if_open)

    @cached_property
    def senseless(self) -> frozenset[int]:
        """The open facts that it makes no sense to ask about."""
        if not self.agenda.conditional:
            return frozenset()
        first = self.sense.first
        return frozenset(f for f in self.agenda.open - self._told.keys() if first(f) is None)

    @cached_property
    def denied(self) -> tuple[Fact, ...]:
        """What is taken for no, as it makes no sense to ask about it; where all is to be settled.

        Elsewhere it stands as the facts have it, and so do the alternatives of a `one-of` group.
        """
        if not self.settles:
            return ()
        grouped = {alternative for group in self.start.groups for alternative in group.alternatives}
        named = (self.graph.instances[fact] for fact in sorted(self.senseless))
        return tuple(taken_for_no(instance) for instance in named if instance not in grouped)

    def to_json(self) -> str:
        """The document of its advice, as `advisor consult --format json` writes it at the end."""
        return self.advice().to_json()

    def advice(self) -> Advice:
        """The advice of the topics as things stand."""
        about = frozenset(self.wanted) if self.scope.topics else None
        return Adviser(self.outcome(), self.client, about).advice()

    def beside(self) -> int:
        """How much advice is given that no topic is about."""
        case, wanted = self.outcome(), set(self.wanted)
        there = (fact for fact in self.graph.advice_to(self.client) if fact not in wanted)
        return sum(case.bounds(fact)[0] >= HOLDS for fact in there)

    @property
    def stakes(self) -> Stakes:
        """What is at stake, given the answers, where all is to be settled."""
        measure = self.agenda.measure
        assert isinstance(measure, Stakes), "what is not to be settled is weighed"
        return measure.given(self._known)

    @property
    def measure(self) -> Stakes | Doubts | Paths:
        """What questions are worth, given the answers."""
        return self.agenda.measure.given(self._known)

    @property
    def wanted(self) -> Collection[int]:
        """The possible advice that it asks for."""
        return self.agenda.measure.advice

    @cached_property
    def _known(self) -> Mapping[int, Bounds]:
        """The bounds of those facts that were open and are not any more."""
        if not self.senseless:
            return self._told
        return self._told | {fact: self.outcome().bounds(fact) for fact in self.senseless}

    @cached_property
    def _told(self) -> dict[int, Bounds]:
        """The same, by the answers alone."""
        return bounds(self.graph, self._said, self.agenda, self.answers, settling=self.settles)
