"""Turns a scenario of two bases into the futures in which its advice differs.

Both outcomes are drawn into one circuit over the open facts of either, so that a difference is one
more literal: given by the one and not by the other.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Final, NamedTuple

import msgspec

from advisor.difference.advice import Outcomes, rule_cause
from advisor.difference.merged import OLD, Merged, own_name
from advisor.difference.result import FutureChange, NeededChange
from advisor.futures.choices import Choice, choices, futures
from advisor.futures.circuit import FALSE, Circuit, draw
from advisor.futures.estimates import Estimate
from advisor.futures.runs import estimate
from advisor.model import english
from advisor.reasoning.cone import cone
from advisor.reasoning.evaluate import Outcome

MOST: Final = 1 << 20  # futures that are counted; of more, a sample
SAMPLES: Final = 1 << 17
FACTS: Final = ""  # among the changes: those of the scenario, taken together


class OpenChoices(NamedTuple):
    """The choices of either outcome, and which of them each has."""

    choices: list[Choice]
    old: list[int]
    new: list[int]


def common(case: Outcomes, within: Collection[int] | None = None) -> OpenChoices | None:
    """What either outcome leaves open, of all facts or some.

    None where they leave open the same facts differently.
    """
    found: dict[tuple[int, ...], Choice] = {}
    numbers: list[list[int]] = []
    for side in case:
        own = [c for c in choices(side) if within is None or _among(c, within)]
        keys = [tuple(sorted(choice.options[0].grades)) for choice in own]
        for key, choice in zip(keys, own, strict=True):
            if _outcomes(found.setdefault(key, choice)) != _outcomes(choice):
                return None
        numbers.append([list(found).index(key) for key in keys])
    settled = [fact for key in found for fact in key]
    if len(set(settled)) < len(settled):
        return None
    return OpenChoices(list(found.values()), *numbers)


def _among(choice: Choice, facts: Collection[int]) -> bool:
    return any(fact in facts for fact in choice.options[0].grades)


def _outcomes(choice: Choice) -> list[tuple[int | None, object]]:
    return [(option.holds, dict(option.grades)) for option in choice.options]


class Futures:
    """The futures of a scenario of two bases."""

    def __init__(self, case: Outcomes, both: Merged, open_: OpenChoices, seed: int = 0) -> None:
        self.case, self.both, self.open, self.seed = case, both, open_, seed
        self.circuit = Circuit()
        self.literals = [
            draw(self.circuit, side, open_.choices, own)
            for side, own in zip(case, open_[1:], strict=True)
        ]
        self.sampled = False  # whether some advice was compared in a sample that showed nothing

    def changes(self, advice: Iterable[int]) -> list[FutureChange]:
        """The pieces of advice that some future gives by one base alone."""
        found = (self._change(fact) for fact in advice)
        return [change for change in found if change is not None]

    def _change(self, fact: int) -> FutureChange | None:
        old, new = (literals[fact] for literals in self.literals)
        sides = (self._only(new, old), self._only(old, new))
        if sides == (FALSE, FALSE) or not self.circuit.support(self.circuit.either(*sides)):
            return None  # the same in all futures, or different in all: no matter of futures
        gained, lost = (self._estimate(literal) for literal in sides)
        exact = all(part.method == "exact" for part in (gained, lost))
        if not gained.given and not lost.given:
            self.sampled = self.sampled or not exact
            return None
        instance = self.case.new.graph.instances[fact]
        return FutureChange(
            id=own_name(instance.template),
            instance=own_name(str(instance)),
            says=english.advice(self.case.new.scenario.base, instance),
            gained=float(gained.share),
            lost=float(lost.share),
            futures=max(gained.futures, lost.futures),
            examined=max(gained.examined, lost.examined),
            exact=exact,
            causes=tuple(self._causes(fact)),
        )

    def _only(self, literal: int, other: int) -> int:
        """The literal that the one is true and the other is not."""
        return self.circuit.both(literal, other ^ 1)

    def _estimate(self, literal: int) -> Estimate:
        """In how many futures a literal is true."""
        own = [self.open.choices[number] for number in self.circuit.support(literal)]
        samples = SAMPLES if futures(own) > MOST else None
        return estimate(
            self.circuit,
            literal,
            self.open.choices,
            seed=self.seed,
            samples=samples,
            processes=1,
        )

    def _causes(self, fact: int) -> list[NeededChange]:
        """Changes that bring about what the new base does in all futures, none too many."""
        needed = self._candidates(fact)
        wanted = self.literals[1][fact]
        for change in list(needed):
            rest = [other for other in needed if other != change]
            if rest and self._same(self._with(rest, fact), wanted):
                needed = rest
        return list(dict.fromkeys(self._cause(change) for change in needed))

    def _candidates(self, fact: int) -> list[str]:
        """The rules below a piece of advice that differ, and the facts if those do."""
        graph = self.case.new.graph
        rules = {
            graph.firings[n].rule.id for below in cone(graph, [fact]) for n in graph.supports[below]
        }
        rules &= self._differing()
        listed = (rule.id for rule in graph.base.rules if rule.id in rules)
        names = dict.fromkeys(name.removesuffix(OLD) for name in listed)
        said = [{i: fact.bounds for i, fact in side.scenario.facts.items()} for side in self.case]
        return [*names] + ([FACTS] if said[0] != said[1] else [])

    def _differing(self) -> frozenset[str]:
        """The rules that one of the scenarios alone withdraws."""
        return self.case.old.scenario.withdrawn ^ self.case.new.scenario.withdrawn

    def _with(self, changes: Sequence[str], fact: int) -> int:
        """The literal of advice with some of the changes made to the old base."""
        old, new = self.case
        taken = FACTS in changes
        source: Outcome = new if taken else old
        toggled = {name for name in self._differing() if name.removesuffix(OLD) in changes}
        withdrawn = old.scenario.withdrawn ^ toggled
        scenario = msgspec.structs.replace(source.scenario, withdrawn=withdrawn)
        case = source._replace(scenario=scenario)
        own = self.open.new if taken else self.open.old
        return draw(self.circuit, case, self.open.choices, own)[fact]

    def _same(self, literal: int, other: int) -> bool:
        """Whether two literals agree in all futures that are looked at."""
        apart = self.circuit.either(self._only(literal, other), self._only(other, literal))
        return apart == FALSE or not self._estimate(apart).given

    def _cause(self, change: str) -> NeededChange:
        if change == FACTS:
            return NeededChange(
                kind="facts", name="facts", says="The scenario says something else."
            )
        return rule_cause(change, self.both)
