"""Turns what is taken for so, and how sure it is, into what a question is worth.

Every open fact has odds: those of what is stated of it, or of its silence. The worth of a question
is the chance that its answer differs from what is taken for so, times the advice that changes by
that answer alone, summed over the advice that is wanted. It is taken over futures that are drawn at
the odds, so that what two facts do only together counts as often as that is likely.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from advisor.consult.nets import DEFINITE, INPUTS, OPEN, drawn
from advisor.consult.planes import ALL, FUTURES, Planes, drawn_at_odds
from advisor.futures.choices import Choice, Option
from advisor.futures.circuit import InputSource
from advisor.reasoning.evaluate import Bounds, Outcome

CAVEAT: Final = 0.25  # what a caveat on given advice is worth of a piece of advice


class Owner(NamedTuple):
    """What a gate says of a piece of advice, and what that is worth."""

    advice: int
    literal: int
    weight: float
    given: int | None  # the literal of the advice that a caveat qualifies


class ExpectedTouch(NamedTuple):
    """What another answer touches, and what was looked at to find that."""

    advice: Mapping[int, float]  # how much of it is expected to change
    seen: set[int]  # gates


class Doubts:
    """What each open fact is worth, as answers come in."""

    def __init__(self, case: Outcome, advice: Sequence[int], choices: Sequence[Choice]) -> None:
        self.case, self.advice = case, advice
        self.choice_of = {fact: choice for choice in choices for fact in choice.facts}
        inputs = dict.fromkeys(self.choice_of, DEFINITE)
        self.net = drawn(case, advice, inputs, levels=False)
        self.planes = Planes(self.net, drawn_at_odds(choices))
        self.owners: dict[int, list[Owner]] = {}
        for fact, said in self.net.said.items():
            found = [Owner(fact, said.given, 1.0, None)]
            found += (Owner(fact, caveat, CAVEAT, said.given) for caveat in said.others)
            for owner in found:
                self.owners.setdefault(owner.literal >> 1, []).append(owner)
        self._touched: dict[int, ExpectedTouch] = {}  # by the first fact of a choice
        self.known: Mapping[int, Bounds] = {}  # nothing is worked out before it is `given`

    def given(self, known: Mapping[int, Bounds]) -> Doubts:
        """The doubts with these for the bounds of facts that were open, and no others."""
        if known is not self.known:
            self.learn(known)
        return self

    def learn(self, known: Mapping[int, Bounds]) -> None:
        """Take these for the bounds of facts that were open, and nothing else for known."""
        self.known = known
        nodes = self.net.learn(
            {
                InputSource(fact, number): int(low >= INPUTS[number][1])
                for fact, (low, high) in known.items()
                if low == high
                for number in set(DEFINITE)
            }
        )
        self.live = self.net.facts() - known.keys()
        changed = self.planes.simulate(nodes)
        self._touched = {
            fact: touched
            for fact, touched in self._touched.items()
            if touched.seen.isdisjoint(changed)
        }

    def worth(self, facts: Collection[int]) -> float:
        """How much advice is expected to change when these facts are asked about."""
        return sum(self.touched(facts).values())

    def subject(self, facts: Collection[int]) -> str | None:
        """The template of the advice that facts bear on most; None if they bear on none."""
        touched = self.touched([fact for fact in facts if fact in self.choice_of])
        best = max(touched, key=lambda advice: (touched[advice], -advice), default=None)
        return None if best is None else self.case.graph.instances[best].template

    def touched(self, facts: Collection[int]) -> dict[int, float]:
        """How much of each piece of advice is expected to change by the answer about some facts."""
        found: dict[int, float] = {}
        rested_on = (self.choice_of[fact] for fact in facts if fact in self.choice_of)
        for first in dict.fromkeys(choice.facts[0] for choice in rested_on):
            if first not in self._touched:
                self._touched[first] = self._touch(self.choice_of[first])
            for advice, share in self._touched[first].advice.items():
                found[advice] = found.get(advice, 0) + share
        return found

    def _touch(self, choice: Choice) -> ExpectedTouch:
        found: dict[int, float] = {}
        seen: set[int] = set()
        for differences, weighed in self._redrawn(choice):
            moved, looked = self.planes.moved(differences)
            seen |= looked
            for node, difference in moved.items():
                for owner in self.owners.get(node, ()):
                    here = difference & (ALL if owner.given is None else self._plane(owner.given))
                    share = 0.0
                    for odds, among in weighed:
                        share += odds * (here & among).bit_count()
                    if share:
                        share *= owner.weight / FUTURES
                        found[owner.advice] = found.get(owner.advice, 0) + share
        return ExpectedTouch(found, seen)

    def _redrawn(self, choice: Choice) -> Iterator[tuple[dict[int, int], list[tuple[float, int]]]]:
        """The ways in which a choice may come out otherwise, each with its odds among futures."""
        if choice.binary:
            (fact,) = choice.facts
            holds = self.planes.planes[fact]
            no, yes = choice.options
            yield {fact: ALL}, [(no.weight, holds), (yes.weight, holds ^ ALL)]
            return
        for option in choice.options:
            yield self._differences(choice, option), [(option.weight, ALL)]

    def _differences(self, choice: Choice, option: Option) -> dict[int, int]:
        """In which futures each fact of a choice comes out otherwise if it is settled so."""
        planes = self.planes.planes
        return {
            fact: planes[fact] ^ ALL if fact == option.holds else planes[fact]
            for fact in choice.facts
        }

    def _plane(self, literal: int) -> int:
        node = literal >> 1
        value = self.net.values[node]
        plane = self.planes.plane[node] if value == OPEN else -value & ALL
        return plane ^ -(literal & 1) & ALL
