"""Turns two scenarios over one graph into what they say differently, in sentences."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from advisor.answers.confidence import corroborated
from advisor.answers.lines import merged
from advisor.answers.trail import TrailChange
from advisor.model import asking, english, several
from advisor.model.authored import marked
from advisor.model.changes import key_of
from advisor.model.grades import CERTAIN, HOLDS, TERMS
from advisor.model.records import Instance, KnowledgeBase
from advisor.model.scenarios import Fact
from advisor.model.values import are_answered
from advisor.reasoning.evaluate import Outcome, given_grades


class Differing:
    """What a changed scenario says otherwise than the one before."""

    def __init__(self, before: Outcome, after: Outcome) -> None:
        self.before, self.after = self.worlds = before, after
        self.graph = before.graph
        self.base: KnowledgeBase = after.scenario.base
        self.given = tuple(given_grades(self.graph, world.scenario) for world in self.worlds)
        self.changes = self._found()

    def _found(self) -> list[TrailChange]:
        """The given facts and rules that the two scenarios treat differently."""
        one, other = self.given
        facts = sorted(one.keys() | other.keys())
        differing: list[TrailChange] = [
            fact for fact in facts if self._regraded(fact) or self._resourced(fact)
        ]
        withdrawn = self.before.scenario.withdrawn ^ self.after.scenario.withdrawn
        along = {mark for rule in withdrawn for mark in marked(self.base, [rule]) - {rule}}
        rules = (rule.id for rule in self.base.rules if rule.id in withdrawn - along)
        return [*differing, *rules]

    def _regraded(self, fact: int) -> bool:
        """Whether the two scenarios state a fact with different grades."""
        one, other = (given.get(fact, (0, 0)) for given in self.given)
        return one != other

    def _resourced(self, fact: int) -> bool:
        """Whether a fact is corroborated in one of the two scenarios alone."""
        one, other = (_corroborated(world, fact) for world in self.worlds)
        return one != other

    def _meant(self, client: str) -> Iterator[str]:
        """What else the changed scenario says otherwise: what the client wants, and who it is."""
        before, after = (world.scenario for world in self.worlds)
        name = self.base.entities[client].name
        held = [
            {holding.interest for holding in scenario.interests.get(client, ())}
            for scenario in (before, after)
        ]
        for interest in self.base.interests:
            if (interest in held[0]) == (interest in held[1]):
                continue
            says = self.base.interests[interest].says
            how = "is now" if interest in held[1] else "is no longer"
            yield english.sentence(f"{says} {how} an interest of {name}")
        if after.client not in {before.client, client, None}:
            other = self.base.entities[after.client].name
            yield english.sentence(f"its own client is {other}; this is the advice to {name}")

    def says(self, change: TrailChange) -> str:
        """A change as a sentence: what the changed scenario says."""
        if isinstance(change, str):
            verb = "withdrawn" if change in self.after.scenario.withdrawn else "back in force"
            return f"The rule {change} is {verb}."
        instance = self.graph.instances[change]
        stated = self.after.scenario.facts.get(instance)
        if not self._regraded(change):
            more = "no longer" if _corroborated(self.before, change) else "now"
            clause = english.told(self.after.scenario, instance)
            return english.sentence(f"it is {more} corroborated that {clause}")
        instead = self._instead(change)
        if instead is not None:
            return english.sentence(asking.states(self.base, instead))
        if stated is None:
            return english.sentence(f"{self._silence(change)} {english.says(self.base, instance)}")
        return english.sentence(asking.states(self.base, stated) + self._term(change))

    def _instead(self, change: TrailChange) -> Fact | None:
        """What is said afterwards of another value, where a fact is dropped for it."""
        if isinstance(change, str) or self.graph.instances[change] in self.after.scenario.facts:
            return None
        key = self._key(self.graph.instances[change])
        numbers = (other for other in self.changes if not isinstance(other, str)) if key else ()
        others = (self.graph.instances[number] for number in numbers)
        said = (
            self.after.scenario.facts.get(instance)
            for instance in others
            if self._key(instance) == key
        )
        for fact in said:
            if fact and (fact.bounds[0] >= HOLDS or not are_answered(fact.instance.values)):
                return fact
        return None

    def _term(self, change: TrailChange) -> str:
        """How likely a fact is stated to be, unless it is certain."""
        grade = self._grade(change)
        return "" if grade in {None, CERTAIN} else f" ({TERMS[grade or 0]})"

    def _silence(self, fact: int) -> str:
        """What it means that the changed scenario does not mention a fact."""
        if self.graph.instances[fact] in self.before.scenario.facts:
            return "nobody says any more that"
        left_open = fact in self.given[1]
        return "it is not known whether" if left_open else "it is no longer left open whether"

    def sentences(self, client: str) -> Iterator[str]:
        """All that differs for a client, a sentence each."""
        yield from self._all_said()
        yield from self._meant(client)

    def in_short(self, client: str) -> Iterator[str]:
        """The same, where facts that differ in one slot alone are said as one."""
        plain = dict(self._plain())
        stated = [one for one in plain if self._grade(one) is not None]
        excluded = {self._key(plain[one]) for one in stated} - {None}
        told = [one for one in plain if one in stated or self._key(plain[one]) not in excluded]
        for group in merged(self.base, told, plain.__getitem__, self._grade):
            instances = [plain[one] for one in group]
            denied = self._grade(group[0]) is None
            said = several.denies_of if denied else several.says_of
            yield english.sentence(said(self.base, instances) + self._term(group[0]))
        yield from self._all_said(besides=plain)
        yield from self._meant(client)

    def _key(self, instance: Instance) -> object:
        """What it shares with facts of which one at most holds; None if there are none such."""
        for group in (*self.after.scenario.groups, *self.after.scenario.decided):
            if instance in (*group.alternatives, *group.ruled_out):
                return group.title, group.where
        return key_of(self.base.templates[instance.template], instance)

    def _plain(self) -> Iterator[tuple[TrailChange, Instance]]:
        """The changes to facts that are simply stated or denied, with those facts."""
        for change in self.changes:
            if isinstance(change, str) or not self._regraded(change):
                continue
            instance = self.graph.instances[change]
            fact = self.after.scenario.facts.get(instance)
            says = (english.says(self.base, instance), english.denies(self.base, instance))
            if fact is not None and asking.states(self.base, fact) in says:
                yield change, instance

    def _grade(self, change: TrailChange) -> int | None:
        """The grade with which a fact is stated afterwards; None if it is not."""
        if isinstance(change, str):
            return None
        fact = self.after.scenario.facts.get(self.graph.instances[change])
        return fact.grade if fact is not None and fact.standing == "stated" else None

    def _all_said(self, besides: Collection[TrailChange] = ()) -> Iterator[str]:
        """Every change as a sentence; what neither scenario mentions in one for all of it."""
        mentioned = self.before.scenario.facts.keys() | self.after.scenario.facts.keys()
        unsaid: list[int] = []
        for change in self.changes:
            if change in besides or self._instead(change):
                continue  # what takes its place says it
            if isinstance(change, str) or self.graph.instances[change] in mentioned:
                yield self.says(change)
            else:
                unsaid.append(change)
        complete = self.after.scenario.complete
        if unsaid and complete != self.before.scenario.complete:
            taken = "as absent" if complete else "to be unknown"
            facts = english.counted(len(unsaid), "fact")
            yield f"What nobody mentions is taken {taken}: {facts} that can be asked about."
            return
        opened = sum(fact in self.given[1] for fact in unsaid)
        for number, noun, now in (
            (opened, "more fact", "open"),
            (len(unsaid) - opened, "fact", "no longer open"),
        ):
            if number:
                are = "is" if number == 1 else "are"
                yield f"Of what nobody mentions, {english.counted(number, noun)} {are} {now}."


def _corroborated(world: Outcome, fact: int) -> bool:
    stated = world.scenario.facts.get(world.graph.instances[fact])
    return stated is not None and corroborated(world.scenario, stated)
