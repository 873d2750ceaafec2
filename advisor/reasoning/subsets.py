"""Turns the facts that something is computed over into the sets of them that could hold together.

All of them where there are few. Of many facts only those sets that some scenario can come to, and
what is near: sets in which so many of the facts that a scenario is sure of are otherwise.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Final, NamedTuple

from advisor.model.changes import key_of
from advisor.model.grades import CERTAIN, NO_SUPPORT
from advisor.model.records import Instance, Template
from advisor.model.scenarios import Scenario
from advisor.model.telling import asks, knows
from advisor.model.values import are_answered

MANY: Final = 1 << 12  # sets of facts; where there are more, only those near the scenarios
NEAR: Final = 1_000  # sets near the scenarios, at most
_WRITTEN: Final = 10_000  # facts in all these sets, at most
_SLACK: Final = 10  # facts otherwise, at most

FactOrNone = Instance | None  # what holds of a key; None: nothing
ExclusiveFacts = tuple[Instance, ...]  # facts of which one may hold at most


Sure = bool | None  # whether a fact certainly holds or certainly does not; None: neither
SURE: Final = {(CERTAIN,) * 2: True, (NO_SUPPORT,) * 2: False}  # by the bounds of a fact


class Certainties(NamedTuple):
    """A scenario, with what it makes of facts that rules conclude, as far as that is known."""

    scenario: Scenario
    concluded: Mapping[Instance, Sure] = MappingProxyType({})

    def knows(self, instance: Instance) -> bool:
        """Whether it is known what becomes of a fact."""
        return instance in self.concluded or instance.template not in self.scenario.base.derived

    def stands(self, instance: Instance) -> Sure:
        """Whether a fact certainly holds in this world or certainly does not; else None."""
        if instance.template in self.scenario.base.derived:
            return self.concluded.get(instance)
        fact = self.scenario.facts.get(instance)
        if fact is not None:
            return SURE.get(fact.bounds)
        base = self.scenario.base
        is_open = not self.scenario.complete and asks(base, instance) and knows(base, instance)
        return None if is_open else False


def otherwise(one: Certainties, other: Certainties, instances: Iterable[Instance]) -> int:
    """How many of the facts one world is sure of, and the other has otherwise.

    The values of one key count as one. A number that nobody answered does not count: it makes
    whatever it goes into as open as it is.
    """
    found: set[object] = set()
    for instance in instances:
        sure = one.stands(instance)
        if sure is None or other.stands(instance) is sure:
            continue
        if are_answered(instance.values):
            template = one.scenario.base.templates[instance.template]
            found.add(key_of(template, instance) or instance)
    return len(found)


class Near(NamedTuple):
    """The sets of one scenario: any option of the free groups, and few others than those taken."""

    free: tuple[tuple[FactOrNone, ...], ...]
    sure: tuple[
        tuple[FactOrNone, tuple[FactOrNone, ...]], ...
    ]  # what is taken of a group, and what else

    def sizes(self) -> Iterator[int]:
        """How many sets have no fact otherwise, at most one, at most two, and so on."""
        ways = [math.prod(map(len, self.free))]  # by how many are otherwise
        for _, others in self.sure:
            ways = [
                (ways[n] if n < len(ways) else 0) + (ways[n - 1] * len(others) if n else 0)
                for n in range(min(len(ways), _SLACK) + 1)
            ]
        yield from itertools.accumulate(ways)

    def sets(self, slack: int) -> Iterator[frozenset[Instance]]:
        """The sets in which at most so many facts are otherwise."""
        taken = [usual for usual, _ in self.sure]
        for chosen in itertools.product(*self.free):
            for places in _places(len(self.sure), slack):
                for other in itertools.product(*(self.sure[place][1] for place in places)):
                    changed = dict(zip(places, other, strict=True))
                    own = (changed.get(place, usual) for place, usual in enumerate(taken))
                    yield frozenset(
                        instance for instance in (*chosen, *own) if instance is not None
                    )


def _places(size: int, slack: int) -> Iterator[tuple[int, ...]]:
    for many in range(min(size, slack) + 1):
        yield from itertools.combinations(range(size), many)


class Subsets(NamedTuple):
    """The sets of some facts that could be those that hold."""

    near: tuple[Near, ...]
    slack: int | None  # how many facts may be otherwise; None: these are all sets there are
    size: int  # how many there are, or more
    unsure: int  # facts that may hold or not, whatever else is as the scenarios have it

    def sets(self) -> Iterator[frozenset[Instance]]:
        """Each set once."""
        slack = max(len(each.sure) for each in self.near) if self.slack is None else self.slack
        return iter(dict.fromkeys(s for each in self.near for s in each.sets(slack)))


def subsets(
    template: Template, facts: Sequence[Instance], worlds: Sequence[Certainties]
) -> Subsets | None:
    """The sets of facts of a template; all, where these are few or nothing says which are near.

    None while some world does not know what becomes of them.
    """
    groups: dict[object, list[Instance]] = {}
    for fact in facts:
        groups.setdefault(key_of(template, fact) or fact, []).append(fact)
    all_of = Near(tuple((None, *group) for group in groups.values()), ())
    size = math.prod(len(options) for options in all_of.free)
    if size <= MANY or not worlds:
        return Subsets((all_of,), None, size, len(facts))
    if not all(world.knows(fact) for world in worlds for fact in facts):
        return None
    near = tuple(_near(world, groups.values()) for world in worlds)
    holes = [fact for fact in facts if not are_answered(fact.values)]
    least = int(any(world.stands(fact) is None for world in worlds for fact in holes))
    slack, size = least, 0
    for at_most, sizes in enumerate(itertools.zip_longest(*(one.sizes() for one in near))):
        many = sum(0 if one is None else one for one in sizes)
        if at_most > least and (many > NEAR or many * len(facts) > _WRITTEN):
            break
        slack, size = at_most, many
    unsure = max(sum(len(options) - 1 for options in one.free) for one in near)
    return Subsets(near, slack, size, unsure)


def _near(world: Certainties, groups: Iterable[Sequence[Instance]]) -> Near:
    """The sets of a world, by the options of each group."""
    free: list[tuple[FactOrNone, ...]] = []
    sure: list[tuple[FactOrNone, tuple[FactOrNone, ...]]] = []
    for group in groups:
        standing: Mapping[Instance, Sure] = {one: world.stands(one) for one in group}
        holding = next((one for one, holds in standing.items() if holds), None)
        answered = [instance for instance in group if are_answered(instance.values)]
        options = (None, *group)
        if holding is None and any(standing[instance] is None for instance in answered):
            free.append(options)
        else:
            sure.append((holding, tuple(option for option in options if option != holding)))
    return Near(tuple(free), tuple(sure))
