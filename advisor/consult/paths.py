"""Turns what is not known yet into what a question is worth, where hardly anything is known.

Then no single answer changes any advice: that takes all that stands on some way to it. So every
piece of advice counts by its best way, the one that is most likely to come true with what is still
open on it, and a question is worth as much as the ways are likely that it stands on. What is known
to fail takes its ways with it, and makes others to the same conclusion less likely; what holds
makes the others on its ways worth more.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Final

from advisor.futures.choices import Choice
from advisor.model.grades import HOLDS
from advisor.model.relations import closure
from advisor.reasoning.cone import cone, parts
from advisor.reasoning.evaluate import Bounds, Outcome, given_grades
from advisor.reasoning.firings import Firing

_FADE: Final = 0.25  # of what is likely, for each rule that has come to nothing on the same fact
_ROUNDS: Final = 8  # of a recursive component: a longer way is hardly the best


class Paths:
    """What each open fact is worth, as answers come in, by the best ways to advice."""

    def __init__(
        self,
        case: Outcome,
        advice: Sequence[int],
        choices: Sequence[Choice],
        odds: Mapping[int, float],
    ) -> None:
        self.case, self.advice, self.odds = case, advice, odds
        self.open = {fact for choice in choices for fact in choice.facts}
        self.components = parts(case.graph, cone(case.graph, advice))
        self.known: Mapping[int, Bounds] = {}  # nothing is worked out before it is `given`

    def given(self, known: Mapping[int, Bounds]) -> Paths:
        """The same with these for the bounds of facts that were open, and no others."""
        if known is not self.known:
            self.learn(known)
        return self

    def learn(self, known: Mapping[int, Bounds]) -> None:
        """Take these for the bounds of facts that were open, and nothing else for known."""
        self.known = known
        given = {f: float(low >= HOLDS) for f, (low, _) in self._stated().items()}
        self.chance = {**dict.fromkeys(self.open, 0.0), **self.odds, **given}
        self.best: dict[int, Firing | None] = {}
        for component in self.components:
            for _ in range(_ROUNDS if component.recursive else 1):
                if not self._settle(component.facts):
                    break
        self.touching: dict[int, dict[int, float]] = {}  # by open fact, then by advice
        for advice in self.advice:
            self._follow(advice)
        self.live = self._alive() & self.open - known.keys()

    def _stated(self) -> dict[int, Bounds]:
        graded = given_grades(self.case.graph, self.case.scenario)
        return {**{f: b for f, b in graded.items() if f not in self.open}, **self.known}

    def _settle(self, facts: Iterable[int]) -> bool:
        """Find the best firing for each of some facts; whether one was found that is better.

        The more rules have failed for a fact, the less likely are the others thought to hold.
        """
        graph, chance, changed = self.case.graph, self.chance, False
        withdrawn = self.case.scenario.withdrawn
        for fact in facts:
            found: list[tuple[float, Firing]] = []
            failed: set[str] = set()
            for number in graph.supports[fact]:
                firing = graph.firings[number]
                if firing.rule.strength < HOLDS or firing.rule.id in withdrawn:
                    continue
                likely = self._chance(firing)
                if likely:
                    found.append((likely, firing))
                else:
                    failed.add(firing.rule.id)
            if not found:
                continue
            likely, firing = max(found, key=lambda pair: pair[0])
            if likely < 1:
                likely *= _FADE ** len(failed)
            if likely > chance.get(fact, 0.0):
                chance[fact], self.best[fact], changed = likely, firing, True
        return changed

    def _chance(self, firing: Firing) -> float:
        """How likely all is that a firing takes, were everything independent."""
        chance = self.chance
        found = 1.0
        for fact in firing.premises:
            found *= chance.get(fact, 0.0)
            if not found:
                return 0.0
        for count in firing.counts:
            likely = sorted((chance.get(fact, 0.0) for fact in count.facts), reverse=True)
            for one in [*likely, *[0.0] * count.least][: count.least]:
                found *= one
        for facts in firing.blockers:
            found *= 1 - max((chance.get(fact, 0.0) for fact in facts), default=0.0)
        return found

    def _alive(self) -> set[int]:
        """The facts that stand on some way to advice that may still come true."""
        graph, withdrawn = self.case.graph, self.case.scenario.withdrawn

        def below(fact: int) -> Iterator[int]:
            for number in graph.supports[fact]:
                firing = graph.firings[number]
                if firing.rule.id not in withdrawn and self._chance(firing):
                    yield from firing.depends_on()

        return set(closure([fact for fact in self.advice if self.chance.get(fact)], below))

    def _follow(self, advice: int) -> None:
        """Note what is open on the best way to a piece of advice, with how likely that way is."""
        needed: dict[int, None] = {}
        against: dict[int, None] = {}
        queue, seen = [(advice, True)], {advice}
        for fact, speaks_for in queue:
            if fact in self.open:
                if fact not in self.known:
                    (needed if speaks_for else against)[fact] = None
                continue
            firing = self.best.get(fact)
            if firing is None:
                continue
            below = [(premise, speaks_for) for premise in firing.premises]
            for count in firing.counts:
                likely = sorted(count.facts, key=lambda f: (-self.chance.get(f, 0.0), f))
                below += [(one, speaks_for) for one in likely[: count.least]]
            below += [
                (one, False) for facts in firing.blockers for one in facts if self.chance.get(one)
            ]
            queue += [pair for pair in below if pair[0] not in seen]
            seen.update(one for one, _ in below)
        if self.chance.get(advice):
            self._share(advice, needed, against)

    def _share(self, advice: int, needed: Iterable[int], against: Iterable[int]) -> None:
        likely = self.chance[advice]
        for fact in needed:
            self.touching.setdefault(fact, {})[advice] = likely
        for fact in against:
            self.touching.setdefault(fact, {})[advice] = likely * self.odds[fact]

    def worth(self, facts: Collection[int]) -> float:
        """How much advice the answer about some facts is expected to bear on."""
        return sum(self.touched(facts).values())

    def touched(self, facts: Collection[int]) -> dict[int, float]:
        """How much of each piece of advice the answer about some facts is expected to bear on."""
        found: dict[int, float] = {}
        for fact in facts:
            for advice, likely in self.touching.get(fact, {}).items():
                found[advice] = max(likely, found.get(advice, 0.0))
        return found

    def subject(self, facts: Collection[int]) -> str | None:
        """The template of the advice that facts bear on most; None if they bear on none."""
        touched = self.touched(facts)
        best = max(touched, key=lambda advice: (touched[advice], -advice), default=None)
        return None if best is None else self.case.graph.instances[best].template
