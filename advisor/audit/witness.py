"""Writes witnesses: fact files that `advisor advise --base DIR FILE` runs, and evidence.

Every scenario that a check prints goes through `held`: it is written, loaded again from its text,
evaluated, and held to show what it is said to show. What does not is no witness.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import Final

import msgspec

from advisor import loader
from advisor.answers.advice import Adviser, client_of
from advisor.answers.recommendation import Advice
from advisor.answers.widening import widened
from advisor.audit.finding import EvidenceWitness, ScenarioWitness
from advisor.model import english, plurals
from advisor.model.errors import AdvisorError, Location
from advisor.model.grades import CERTAIN, HOLDS
from advisor.model.records import Entity, Instance, KnowledgeBase
from advisor.model.scenarios import Fact, Holding, Origin, Scenario
from advisor.model.values import Value
from advisor.reasoning.building import graph_of
from advisor.reasoning.evaluate import Outcome, firing_grade, outcome
from advisor.reasoning.seminaive import SemiNaive
from advisor.reasoning.subsets import Certainties

_HERE: Final = Location("<witness>")
_SHOWN: Final = 3  # files that are named; of more, how many there are

WitnessClaim = Callable[[Outcome], bool]  # whether a fact file shows what it is said to show


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """What a fact file is to say: some facts as certain, others denied.

    `extends` names a scenario; the `interests` are those that the client holds, the `entities`
    such as the base has not.
    """

    client: Value | None = None
    facts: Sequence[Instance] = ()
    denied: Sequence[Instance] = ()
    withdrawn: Sequence[str] = ()
    interests: Sequence[str] = ()
    extends: str | None = None
    entities: Sequence[Entity] = ()

    def stated(self) -> list[Fact]:
        """What it says, fact by fact."""
        origin: Origin = "assumed" if self.extends else "given"
        given = [
            Fact(instance=i, standing="stated", grade=CERTAIN, origin=origin, where=_HERE)
            for i in self.facts
        ]
        return given + [
            Fact(instance=i, standing="denied", grade=None, origin=origin, where=_HERE)
            for i in self.denied
        ]

    def text(self, title: str) -> str:
        """The fact file."""
        held = {str(self.client): [Holding(interest=interest) for interest in self.interests]}
        says = loader.FactFile(
            title=title,
            extends=self.extends,
            client=None if self.client is None else str(self.client),
            interests=held if self.interests else {},
            facts=self.stated(),
            withdrawn=list(self.withdrawn),
        )
        head, _, rest = loader.fact_file(says).partition("\n")
        kinds: dict[str, list[str]] = {}
        for entity in self.entities:
            kinds.setdefault(entity.type, []).append(f"    {entity.id}: {{name: {entity.name}}}")
        lines = [line for kind, named in kinds.items() for line in (f"  {kind}:", *named)]
        return "\n".join([head, *(["entities:", *lines] if lines else []), rest])


class Stage:
    """Where fact files are played over a base, to see what comes of them."""

    def __init__(self, base: KnowledgeBase) -> None:
        self.base = base

    @functools.cached_property
    def _planned(self) -> SemiNaive:
        return SemiNaive(self.base)

    def matcher(self, scenario: Scenario) -> SemiNaive:
        """A matcher for a scenario."""
        return self._planned.on(scenario.base, (Certainties(scenario),))

    def evaluated(self, scenario: Scenario) -> Outcome:
        """What comes of a scenario."""
        return outcome(scenario, graph_of(self.matcher(scenario), scenario.facts))

    def played(self, text: str) -> Outcome | None:
        """What comes of a fact file; None if it is none of this base."""
        try:
            scenario = loader.load_scenario(self.base, "-", text.encode())
            client_of(scenario)  # whom `advise` would advise
            return widened(self.evaluated(scenario))
        except AdvisorError:
            return None


def held(
    stage: Stage,
    shows: str,
    draft: Draft,
    claim: WitnessClaim | None = None,
    same: tuple[str, Draft] | None = None,
) -> ScenarioWitness | None:
    """The only way to a scenario as a witness: None if it does not show what it is said to.

    `same` is another, with its title, that is to lead to the same advice.
    """
    text = draft.text(shows)
    case = stage.played(text)
    if case is None or (claim is not None and not claim(case)):
        return None
    if same is None:
        return ScenarioWitness(shows=shows, text=text)
    title, other = same
    beside = other.text(title)
    alike = stage.played(beside)
    if beside == text or alike is None or not _alike(case, alike):
        return None
    return ScenarioWitness(shows=shows, text=text, same_as=beside)


def evidence(shows: str, *seen: str) -> EvidenceWitness:
    """A witness that quotes lines, and says what was looked through."""
    return EvidenceWitness(shows=shows, seen=seen)


def given(case: Outcome, *facts: Instance) -> bool:
    """Whether facts hold, all of them."""
    number, lower = case.graph.number, case.grades.lower
    return all(fact in number and lower[number[fact]] >= HOLDS for fact in facts)


def fired(case: Outcome, rule: str, concluded: Instance) -> bool:
    """Whether a rule concludes something, however strongly."""
    graph = case.graph
    firings = (graph.firings[n] for n in graph.of_rule.get(rule, ()))
    own = graph.number.get(concluded)
    return any(own in f.conclusions and firing_grade(f, case.grades)[0] > 0 for f in firings)


def advice_of(case: Outcome) -> Advice:
    """The advice to the client of a case."""
    return Adviser(case).advice()


def moved(case: Outcome, interest: str) -> tuple[set[str], set[str]]:
    """The advice to the client that advances an interest, and that which strains it."""
    effects = [e for e in advice_of(case).tradeoffs if e.interest == interest]
    advanced = {one for effect in effects for one in effect.advanced_by}
    return advanced, {one for effect in effects for one in effect.strained_by}


def _alike(case: Outcome, other: Outcome) -> bool:
    """Whether two cases lead to the same advice, whatever they are called and state in vain."""
    one, two = (advice_of(each) for each in (case, other))
    named = {"scenario": one.scenario, "title": one.title, "unused": one.unused}
    return one == msgspec.structs.replace(two, **named)


def many(number: int, word: str) -> str:
    """A number of things: "no rules", "1 rule", "2 rules"."""
    return english.counted(number, word) if number else f"no {plurals.plural(word)}"


def within(base: KnowledgeBase, word: str, places: Collection[Location]) -> str:
    """A number of things, and the files that they stand in."""
    files = sorted({called(base, place) for place in places})
    more = len(files) - _SHOWN
    names = [*files[:_SHOWN], f"{more} more"] if more > 0 else files
    return many(len(places), word) + (f" in {english.listing(names)}" if files else "")


def called(base: KnowledgeBase, place: Location) -> str:
    """A file as it is called within the base."""
    return Path(os.path.relpath(place.file, base.folder)).as_posix()
