"""Turns an outcome into its choices: what each future settles, one way or another.

A future takes one option of every choice. An uncertain fact either holds or does not; of a one-of
group exactly one alternative holds; of the uncertain values of one key at most one.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

import msgspec

from advisor.model.changes import key_of
from advisor.model.grades import BANDS, CERTAIN, NO_SUPPORT
from advisor.model.records import Instance
from advisor.model.scenarios import Fact, Scenario
from advisor.reasoning.evaluate import Bounds, Outcome, given_grades

EVEN: Final = 0.5  # the probability of what is unknown, disputed or varied

DIGITS: Final = 12  # of a share, after the point


class Option(NamedTuple):
    """One way in which a choice may come out."""

    holds: int | None  # the fact that holds; None where none does
    supports: Mapping[int, int]  # the grades of the facts that it gives another than `otherwise`
    weight: float  # its probability if the choices are independent
    otherwise: Mapping[int, int] = {}  # the grades of all, one record for the options of a choice

    @property
    def grades(self) -> dict[int, int]:
        """The grades of every fact that the choice settles."""
        return {**self.otherwise, **self.supports}


class Choice(NamedTuple):
    """What a future settles at one stroke."""

    options: tuple[Option, ...]  # one in which no fact holds comes first, if there is one

    @property
    def facts(self) -> list[int]:
        """The facts of which it settles whether they hold, in order of the options."""
        return [option.holds for option in self.options if option.holds is not None]

    @property
    def binary(self) -> bool:
        """Whether it is about one fact that holds or does not."""
        return len(self.options) == 2 and self.options[0].holds is None


def choices(case: Outcome, varied: Collection[int] | Mapping[int, float] = ()) -> list[Choice]:
    """Everything that is open in a case, in order of its facts.

    `varied` facts are open whatever the scenario says of them: at these odds, if it is sure of
    them, or at even ones.
    """
    given = given_grades(case.graph, case.scenario)
    odds = dict(varied) if isinstance(varied, Mapping) else dict.fromkeys(varied, EVEN)
    for fact, (lower, upper) in given.items():
        if lower != upper:
            odds[fact] = EVEN
        elif NO_SUPPORT < lower < CERTAIN:
            odds[fact] = middle(lower)
    keys = {fact: _key(case, fact) for fact in sorted(odds.keys() | given.keys())}
    found = []
    settled: set[int] = set()
    for members in _groups(case, given, varied):
        taken = {_key(case, fact) for fact in members} - {None}
        rivals = {fact for fact, key in keys.items() if key in taken} - members
        one_of = members | rivals.intersection(varied)
        if len(one_of) > 1:
            found.append(_one_of(sorted(one_of), rivals - one_of, odds))
            settled |= one_of | rivals
    sure: dict[object, dict[int, int]] = {}  # what is settled of each key
    for fact, (lower, _) in given.items():
        if fact not in odds:
            sure.setdefault(keys[fact], {})[fact] = lower
    by_key: dict[object, list[int]] = {}
    for fact in sorted(odds.keys() - settled):
        by_key.setdefault(keys[fact] or fact, []).append(fact)
    found += [_at_most_one(facts, sure.get(key, {}), odds) for key, facts in by_key.items()]
    return sorted(found, key=lambda choice: choice.facts)


def loosened(scenario: Scenario, varied: Collection[Instance]) -> Scenario:
    """The scenario in which these facts are unknown, with the groups in which they stand."""
    groups = (group for group in scenario.decided if not {*varied}.isdisjoint(group.alternatives))
    loose = [*varied, *(alternative for group in groups for alternative in group.alternatives)]
    unknown = {
        instance: Fact(instance=instance, standing="unknown", grade=None, where=scenario.where)
        for instance in loose
    }
    return msgspec.structs.replace(scenario, facts={**scenario.facts, **unknown})


def _groups(
    case: Outcome, given: Mapping[int, Bounds], varied: Collection[int]
) -> Iterator[set[int]]:
    """The facts of each `one-of` group that may hold, some of which are varied.

    Of a group of which it is stated which one holds, that one and those that are varied; where
    nothing but that one is varied, any other may take its place, those not ruled out before others.
    """
    for group in (*case.scenario.groups, *case.scenario.decided):
        own, out = (
            {case.graph.number[instance] for instance in some}
            for some in (group.alternatives, group.ruled_out)
        )
        loose = (own | out).intersection(varied)
        if group in case.scenario.groups:
            yield own | loose
            continue
        holding = {fact for fact in own if given[fact][0] == CERTAIN}
        if loose and loose <= holding:
            yield own if len(own) > 1 else own | out
        else:
            yield holding | loose


def _key(case: Outcome, fact: int) -> object:
    """What at most one value holds of; nothing where the key itself is a number nobody named."""
    template, instance = case.graph.template(fact), case.graph.instances[fact]
    if template.loose and instance not in case.scenario.facts:
        return None
    return key_of(template, instance)


def _one_of(members: Sequence[int], rivals: Iterable[int], odds: Mapping[int, float]) -> Choice:
    """A group of alternatives; other values of a key that the group settles never hold."""
    total = math.fsum(odds.get(fact, EVEN) for fact in members)
    nothing = dict.fromkeys([*members, *sorted(rivals)], NO_SUPPORT)
    options = (
        Option(fact, {fact: CERTAIN}, odds.get(fact, EVEN) / total, nothing) for fact in members
    )
    return Choice(tuple(options))


def _at_most_one(
    facts: Sequence[int], fixed: Mapping[int, int], odds: Mapping[int, float]
) -> Choice:
    """A fact that holds or not, or several values of one key; `fixed` is the value it has now.

    Their probability is that of independent facts of which at most one holds. That none does has
    weight 1: of thousands of values its probability is less than a number can say.
    """
    weights = [1.0, *(odds[fact] / (1 - odds[fact]) for fact in facts)]
    total = math.fsum(weights)
    nothing = dict.fromkeys([*facts, *fixed], NO_SUPPORT)
    options = [Option(None, fixed, weights[0] / total, nothing)]
    for fact, weight in zip(facts, weights[1:], strict=True):
        options.append(Option(fact, {fact: CERTAIN}, weight / total, nothing))
    return Choice(tuple(options))


def middle(grade: int) -> float:
    """The middle of a stated grade's band, as a probability."""
    low, high = BANDS[grade]
    return (low + high) / 200


def futures(of: Iterable[Choice]) -> int:
    """How many futures there are of these choices."""
    return math.prod(len(choice.options) for choice in of)


def gains(choice: Choice, moves: Sequence[float]) -> list[tuple[int, float, float]]:
    """For each fact of a choice: how likely gaining it gives the advice, and takes it away.

    `moves` holds, for each ordered pair of options, how likely a change of the one into the other
    gives it. What is left when a fact is not held is as likely as before, in proportion. Rounded,
    so that what always happens is told apart from what nearly always does.
    """
    size = len(choice.options)
    pairs = ((a, b) for a in range(size) for b in range(size) if a != b)
    into = dict(zip(pairs, moves, strict=True))
    found = []
    for b, option in enumerate(choice.options):
        if option.holds is None:
            continue
        others = [(a, other.weight / (1 - option.weight)) for a, other in enumerate(choice.options)]
        gives = sum(weight * into[a, b] for a, weight in others if a != b)
        takes = sum(weight * into[b, a] for a, weight in others if a != b)
        found.append((option.holds, round(gives, DIGITS), round(takes, DIGITS)))
    return found
