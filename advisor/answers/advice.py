"""Turns an outcome into advice for one client: recommendations with all that qualifies them."""

from __future__ import annotations

import functools
import graphlib
from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from typing import NamedTuple

from advisor.answers.confidence import Confidence, confidences, limited_by
from advisor.answers.derivations import reasons
from advisor.answers.explanation import (
    facts_from,
    how,
    proof,
    ranked,
    reasoning_from,
)
from advisor.answers.limits import limits
from advisor.answers.lines import LAST, LineWeights, levels, lines, topics
from advisor.answers.notes import notes
from advisor.answers.recommendation import (
    Advice,
    AdviceStage,
    Caveat,
    Conflict,
    Effect,
    Line,
    OpenAdvice,
    Recommendation,
    Unknown,
    Withheld,
)
from advisor.answers.silence import silences
from advisor.answers.spans import Spans
from advisor.answers.turning import turning
from advisor.answers.unused import unused
from advisor.model import asking, citing, english
from advisor.model.errors import AdvisorError, Problem, nearest
from advisor.model.grades import HOLDS
from advisor.model.records import Instance, KnowledgeBase, Relation
from advisor.model.scenarios import Recommended, Scenario
from advisor.model.sources import Citations
from advisor.model.values import are_answered, plain
from advisor.reasoning.evaluate import Grades, Outcome, firing_grade, standing
from advisor.reasoning.firings import Firing
from advisor.reasoning.graph import JustificationGraph


def client_of(scenario: Scenario, named: str | None = None) -> str:
    """Who is advised: who is named, else the scenario's own client; AdvisorError if nobody is."""
    base = scenario.base
    client = named or scenario.client
    if client is None:
        hint = "name one with --for, or in the scenario"
        raise AdvisorError(Problem(message="nobody is named as the client", hint=hint))
    legal = advisable(base)
    if client not in legal:
        hint = nearest(client, legal) or f"there are: {', '.join(sorted(legal))}"
        raise AdvisorError(Problem(message=f"nobody can advise '{client}'", hint=hint))
    return client


def advisable(base: KnowledgeBase) -> list[str]:
    """The entities of a base that some of its advice is for."""
    types = {
        type_name
        for template in base.templates.values()
        if template.advice
        for type_name in template.slots["client"].types
    }
    return [entity.id for entity in base.entities.values() if entity.type in types]


class AdviceInShort(NamedTuple):
    """A piece of given advice in short."""

    says: str  # the whole sentence, caveats included
    confidence: Confidence | None  # None: by default alone


class Moves(NamedTuple):
    """The interests of the client that a piece of advice moves, in the order of the base."""

    advances: tuple[str, ...]
    strains: tuple[str, ...]


class Adviser:
    """Puts together what an outcome says to one client, by default the scenario's own.

    `about`: of this advice alone. Raises AdvisorError if it names nobody whom the base can advise.
    """

    def __init__(
        self, outcome: Outcome, client: str | None = None, about: Collection[int] | None = None
    ) -> None:
        self.outcome, self.about = outcome, about
        self.graph, self.base = outcome.graph, outcome.scenario.base
        self.client = client_of(outcome.scenario, client)
        self.held = {h.interest: h for h in outcome.scenario.interests.get(self.client, ())}
        self.unknown: dict[int, Unknown] = {}  # those said so far: much advice rests on the same

    def advice(self) -> Advice:
        """Everything there is to say."""
        by_standing = self.by_standing()
        given = by_standing["given"]
        pieces = {fact: self._recommendation(fact) for fact in given}
        firm = [fact for fact, piece in pieces.items() if piece.confidence is not None]
        before = self.before(firm)
        shown = self._lines([(fact, pieces[fact]) for fact in firm], before)
        by_instance = {piece.instance: piece for piece in pieces.values()}
        ordered = [by_instance[member.instance] for line in shown for member in line.members]
        turned = turning(self.outcome, by_standing["open"])
        return Advice(
            scenario=self.outcome.scenario.name,
            title=self.outcome.scenario.title,
            client=self.client,
            client_name=self.base.entities[self.client].name,
            lines=shown,
            topics=topics(self.base, shown),
            recommendations=tuple(ordered),
            by_default=tuple(pieces[fact] for fact in given if fact not in firm),
            open=tuple(self._open(*one) for one in turned.items()),
            conflicts=tuple(self._conflict(*pair) for pair in self.opposed(given)),
            steps=tuple(self._stages(before)),
            tradeoffs=tuple(self._effects(ordered)),
            considered=tuple(self._withheld(fact) for fact in by_standing["withheld"]),
            notes=(*notes(self.outcome, self.client), *self._unreached()),
            unused=unused(self.outcome, self.client, advised=bool(given or turned)),
        )

    def _lines(
        self, firm: Sequence[tuple[int, Recommendation]], before: Mapping[int, Set[int]]
    ) -> tuple[Line, ...]:
        """What is recommended, in order."""
        opposed: dict[str, list[str]] = {}
        for pair in self.opposed([fact for fact, _ in firm]):
            for fact, other in (pair, pair[::-1]):
                against = english.says(self.base, self.graph.instances[other])
                opposed.setdefault(str(self.graph.instances[fact]), []).append(against)
        place = levels(before)
        weights = LineWeights(
            base=self.base,
            graph=self.graph,
            priorities={name: one.priority or LAST for name, one in self.held.items()},
            opposed=opposed,
            level={piece.instance: place.get(fact, 0) for fact, piece in firm},
            recommends=bool(self.outcome.scenario.recommends),
        )
        return lines(weights, [(self.graph.instances[fact], piece) for fact, piece in firm])

    def _unreached(self) -> list[str]:
        """A note for what sources recommend to the client and the rules do not reach."""
        found = []
        for instance, said in unreached(self.outcome):
            slots = self.base.templates[instance.template].slot_values(instance)
            if slots.get("client", self.client) == self.client:
                place = citing.cite(self.base, said.citations)
                clause = english.says(self.base, instance)
                found.append(f"Recommended in {place}, and the rules do not reach it: {clause}.")
        return found

    def by_standing(self) -> dict[str, list[int]]:
        """All possible advice that it is about, as given, open and withheld."""
        found: dict[str, list[int]] = {"given": [], "open": [], "withheld": []}
        for fact in self.graph.advice_to(self.client):
            if self.about is None or fact in self.about:
                found[standing(*self.outcome.bounds(fact))].append(fact)
        return found

    @functools.cached_property
    def spans(self) -> Spans:
        """What the open numbers and dates stand for."""
        return Spans(self.outcome.scenario)

    @functools.cached_property
    def confidences(self) -> dict[int, Confidence | None]:
        """The confidence of each piece of advice that is given; None if by default alone."""
        return confidences(self.outcome, self.by_standing()["given"])

    def in_short(self, fact: int) -> AdviceInShort | None:
        """What is said of a piece of advice in short, if it is given."""
        if fact not in self.confidences:
            return None
        caveats = [caveat for caveat, _ in self.caveats(fact)]
        says = english.advice(self.base, self.graph.instances[fact], caveats)
        return AdviceInShort(says, self.confidences[fact])

    def _recommendation(self, fact: int) -> Recommendation:
        outcome, instance = self.outcome, self.graph.instances[fact]
        slots = self.base.templates[instance.template].slot_values(instance)
        links = proof(outcome, fact)
        given = self.confidences[fact]
        moves = self.moves(fact)
        caveats = self.caveats(fact)
        facts = facts_from(outcome, links)
        reasoning = reasoning_from(self.base, (link.firing for link in links if link.firing))
        return Recommendation(
            id=instance.template,
            instance=str(instance),
            slots={slot: plain(value) for slot, value in slots.items()},
            says=english.advice(self.base, instance, [one for one, _ in caveats]),
            confidence=given,
            limited_by=limited_by(outcome, fact, given, links),
            grade=outcome.grades.lower[fact],
            because=reasons(outcome, [link.firing for link in links if link.fact == fact]),
            caveats=tuple(caveat for _, caveat in caveats),
            recommended=self.recommended(instance),
            facts_from=facts.sources,
            facts_reading=facts.readings,
            reasoning_from=reasoning.sources,
            reasoning_reading=reasoning.readings,
            advances=moves.advances,
            strains=moves.strains,
            assumptions=tuple(silences(outcome, links)),
            how=how(outcome, fact),
        )

    def moves(self, fact: int) -> Moves:
        """The interests that a piece of advice moves, by all rules that give it."""
        grades = self.outcome.grades
        rules = [f.rule for f in ranked(self.outcome, fact) if firing_grade(f, grades)[0] >= HOLDS]
        return Moves(
            self._interests(i for rule in rules for i in rule.advances),
            self._interests(i for rule in rules for i in rule.strains),
        )

    def recommended(self, instance: Instance) -> Citations:
        """The places of sources that themselves recommend something."""
        said = self.outcome.scenario.recommends.get(instance)
        return said.citations if said is not None else ()

    def _interests(self, named: Iterable[str]) -> tuple[str, ...]:
        """Those of the interests that the client holds; all, if the scenario names none."""
        found = {one for one in named if one in self.held or not self.held}
        return tuple(interest for interest in self.base.interests if interest in found)

    def caveats(self, fact: int) -> list[tuple[Instance, Caveat]]:
        """The caveats on a piece of advice, with what is shown of each."""
        found: dict[int, list[Firing]] = {}
        withdrawn = self.outcome.scenario.withdrawn
        for caveat, firing in caveats_on(self.graph, fact, self.outcome.grades, withdrawn):
            found.setdefault(caveat, []).append(firing)
        return [(self.graph.instances[one], self._caveat(one, f)) for one, f in found.items()]

    def _caveat(self, caveat: int, firings: Sequence[Firing]) -> Caveat:
        """A caveat with the reasons of the strongest of its firings."""
        instance, grades = self.graph.instances[caveat], self.outcome.grades
        best = max(firing_grade(firing, grades)[0] for firing in firings)
        carrying = [firing for firing in firings if firing_grade(firing, grades)[0] == best]
        reasoning = reasoning_from(self.base, carrying)
        return Caveat(
            id=instance.template,
            instance=str(instance),
            says=english.says(self.base, instance),
            because=reasons(self.outcome, carrying),
            reasoning_from=reasoning.sources,
            reasoning_reading=reasoning.readings,
            recommended=self.recommended(instance),
            advances=self._interests(i for one in carrying for i in one.rule.advances),
        )

    def _open(self, fact: int, turns_on: Sequence[int]) -> OpenAdvice:
        instance = self.graph.instances[fact]
        return OpenAdvice(
            id=instance.template,
            instance=str(instance),
            says=english.advice(self.base, instance),
            unknown=self._told(self._unknown(one) for one in turns_on),
        )

    def _told(self, unknown: Iterable[Unknown]) -> tuple[Unknown, ...]:
        """What is unknown, each thing once: a number or a date by its first example."""
        first: dict[tuple[str, str | None], Unknown] = {}
        for one in unknown:
            first.setdefault((one.says, one.form), one)
        return tuple(first.values())

    def _unknown(self, fact: int) -> Unknown:
        if fact not in self.unknown:
            self.unknown[fact] = self._said_unknown(fact)
        return self.unknown[fact]

    def _said_unknown(self, fact: int) -> Unknown:
        instance = self.graph.instances[fact]
        stated = self.outcome.scenario.facts.get(instance)
        disputed = stated is not None and stated.standing == "disputed"
        left_out = stated is None or (stated.standing, stated.origin) == ("unknown", "answered")
        if left_out or not are_answered(instance.values):
            gaps = self.spans.gaps(instance)
            if gaps:
                return Unknown(
                    instance=str(instance),
                    says=asking.unanswered(self.base, instance, gaps),
                    example=True,
                    form=asking.to_fill_in(self.graph.template(fact), instance, gaps),
                )
        lead = "it is disputed whether" if disputed else "it is not known whether"
        return Unknown(instance=str(instance), says=f"{lead} {english.says(self.base, instance)}")

    def _withheld(self, fact: int) -> Withheld:
        instance = self.graph.instances[fact]
        return Withheld(
            id=instance.template,
            instance=str(instance),
            says=english.advice(self.base, instance),
            grade=self.outcome.grades.lower[fact],
            limited_by=tuple(limits(self.outcome, fact)),
        )

    def _related(self, relation: Relation, instance: Instance, given: Set[int]) -> list[int]:
        """The given advice that a relation of this piece names."""
        slots = self.base.templates[instance.template].slot_values(instance)
        return [fact for fact in self.graph.matching(relation.other, slots) if fact in given]

    def opposed(self, given: Sequence[int]) -> list[tuple[int, int]]:
        """The pairs of given advice that oppose each other."""
        pairs: set[tuple[int, int]] = set()
        among = frozenset(given)
        for fact in given:
            instance = self.graph.instances[fact]
            for relation in self.base.templates[instance.template].opposes:
                for other in self._related(relation, instance, among):
                    pairs.add((min(fact, other), max(fact, other)))
        return [pair for pair in sorted(pairs) if pair[0] != pair[1]]

    def _conflict(self, one: int, other: int) -> Conflict:
        first, second = self.graph.instances[one], self.graph.instances[other]
        clauses = [english.says(self.base, instance) for instance in (first, second)]
        says = english.sentence(f"{clauses[0]}; or, against that, {clauses[1]}")
        return Conflict(one=str(first), other=str(second), says=says)

    def before(self, given: Sequence[int]) -> dict[int, set[int]]:
        """The given advice that comes before other given advice, by what it comes before."""
        before: dict[int, set[int]] = {}
        among = frozenset(given)
        for fact in given:
            instance = self.graph.instances[fact]
            for relation in self.base.templates[instance.template].after:
                for first in self._related(relation, instance, among):
                    before.setdefault(fact, set()).add(first)
        return before

    def _stages(self, before: Mapping[int, set[int]]) -> list[AdviceStage]:
        """Given advice that comes before or after other given advice, in an order of doing."""
        sorter: graphlib.TopologicalSorter[int] = graphlib.TopologicalSorter(before)
        sorter.prepare()
        order: list[int] = []
        while sorter.is_active():
            ready = sorted(sorter.get_ready())
            order += ready
            sorter.done(*ready)
        return [self._stage(fact, before.get(fact, set())) for fact in order]

    def _stage(self, fact: int, before: set[int]) -> AdviceStage:
        instance = self.graph.instances[fact]
        return AdviceStage(
            do=str(instance),
            says=english.sentence(english.says(self.base, instance)),
            after=tuple(str(self.graph.instances[first]) for first in sorted(before)),
        )

    def _effects(self, given: Sequence[Recommendation]) -> list[Effect]:
        """The trade-off table by interest: every interest that the client holds, moved or not."""
        moved = {interest for r in given for interest in (*r.advances, *r.strains)}
        return [
            Effect(
                interest=interest,
                says=self.base.interests[interest].says,
                priority=self.held[interest].priority if interest in self.held else None,
                advanced_by=tuple(r.instance for r in given if interest in r.advances),
                strained_by=tuple(r.instance for r in given if interest in r.strains),
                sources=self.held[interest].citations if interest in self.held else (),
            )
            for interest in self.base.interests
            if interest in moved or interest in self.held
        ]


def caveats_on(
    graph: JustificationGraph, advice: int, grades: Grades, withdrawn: Collection[str]
) -> list[tuple[int, Firing]]:
    """The caveats that hold on a piece of advice, each with a firing that carries it."""
    pairs = ((caveat, graph.firings[number]) for caveat, number in graph.caveats.get(advice, ()))
    return [
        (caveat, firing)
        for caveat, firing in pairs
        if firing.rule.id not in withdrawn and firing_grade(firing, grades)[0] >= HOLDS
    ]


def unreached(outcome: Outcome) -> list[tuple[Instance, Recommended]]:
    """What sources recommend and the rules withhold."""
    number, upper = outcome.graph.number, outcome.grades.upper
    return [
        (instance, said)
        for instance, said in outcome.scenario.recommends.items()
        if instance not in number or upper[number[instance]] < HOLDS
    ]
