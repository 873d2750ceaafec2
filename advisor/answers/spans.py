"""Turns an open number or date into words for all that it stands for: "at least 18", not "18".

What nobody answered is open in one case for each piece of the line between two values that rules
name; the value in the instance is an example of it.
"""

from __future__ import annotations

import functools
from collections.abc import Container, Iterable, Sequence
from typing import Any, Final

import msgspec

from advisor.model import asking, english
from advisor.model.coherence import key_of, stated_keys
from advisor.model.grades import NO_SUPPORT, with_band
from advisor.model.records import Instance, Pattern, Rule
from advisor.model.scenarios import Scenario
from advisor.model.values import are_answered
from advisor.reasoning.orders import Orders, is_point, named
from advisor.reasoning.seen import ORDERED, Cut

UNRATED: Final = {"unknown", "disputed", "not mentioned", "another value is stated"}


class Spans:
    """The pieces of the line that the open facts of a scenario stand for, in words."""

    def __init__(
        self,
        scenario: Scenario,
        asked: Pattern | None = None,
        rules: tuple[Rule, ...] | None = None,
    ) -> None:
        self.scenario, self.base = scenario, scenario.base
        self.named = named(scenario.facts.values())
        self._asked, self._rules = asked, rules

    @functools.cached_property
    def orders(self) -> Orders:
        """What its rules tell apart: worked out for the first number or date that is spoken of."""
        seen = self.base  # whose rules' eyes they are seen through
        if self._rules is not None:
            seen = msgspec.structs.replace(seen, rules=self._rules)
        return Orders(seen, self.named, self._asked)

    def says(self, instance: Instance, *, holds: bool = True) -> str:
        """The clause that states, or denies, all that an instance stands for.

        Of a value that rules set against others nothing more can be said than that it is one.
        """
        if holds and instance in self.named:
            return english.told(self.scenario, instance, likely=True)
        clause = english.says if holds else english.denies
        spoken = clause(self.base, self._spoken(instance))
        placed = self.stands_among_others(instance) and are_answered(instance.values)
        return f"{spoken}, for example" if placed else spoken

    def stated(self, instance: Instance) -> str:
        """What the scenario says of an instance: its likelihood, or one of `UNRATED`, or denied."""
        said = self.scenario.facts.get(instance)
        if said is None:
            if self._is_another(instance):
                return "another value is stated"
            return "not mentioned" if self.scenario.complete else "unknown"
        return with_band(said.grade or NO_SUPPORT) if said.standing == "stated" else said.standing

    def _is_another(self, instance: Instance) -> bool:
        """Whether its key has another value, as is stated."""
        return key_of(self.base.templates[instance.template], instance) in self._taken

    @functools.cached_property
    def _taken(self) -> Container[object]:
        return stated_keys(self.scenario)

    def clauses(self, instances: Iterable[Instance], *, holds: bool = True) -> list[str]:
        """The clauses for several facts in order, where pieces of one line that meet are one."""
        runs: list[list[Instance]] = []
        for instance in instances:
            if runs and self._meeting(runs[-1][-1], instance) is not None:
                runs[-1].append(instance)
            else:
                runs.append([instance])
        return list(dict.fromkeys(self._clause(run, holds=holds) for run in runs))

    def _clause(self, run: Sequence[Instance], *, holds: bool) -> str:
        gap = self._meeting(*run[:2]) if len(run) > 1 else None
        if gap is None:
            return self.says(run[0], holds=holds)
        ends = self.orders.piece(run[0], gap)[0], self.orders.piece(run[-1], gap)[1]
        values = [*self._spoken(run[0]).values]
        values[gap] = self._words(run[0], gap, *ends)
        clause = english.says if holds else english.denies
        return clause(self.base, Instance(run[0].template, tuple(values)))

    def _meeting(self, one: Instance, other: Instance) -> int | None:
        """The slot in which two facts have neighbouring pieces of one line, if that is all."""
        if one.template != other.template or not self.named.isdisjoint((one, other)):
            return None
        pairs = enumerate(zip(one.values, other.values, strict=True))
        apart = [at for at, (value, another) in pairs if value != another]
        if len(apart) != 1 or apart[0] not in self._measured(one):
            return None
        [gap] = apart
        meets = self.orders.piece(one, gap)[1] == self.orders.piece(other, gap)[0] is not None
        return gap if meets and not self.orders.tied(one.template, gap) else None

    def question(self, instance: Instance) -> str | None:
        """How a fact would be stated with what one question asks for left to fill in."""
        gaps = self.gaps(instance) if self.made_up(instance) else ()
        template = self.base.templates[instance.template]
        return asking.to_fill_in(template, instance, gaps) if gaps else None

    def is_example(self, instance: Instance) -> bool:
        """Whether an instance only stands for what is open."""
        return self._spoken(instance) != instance or self.stands_among_others(instance)

    def stands_among_others(self, instance: Instance) -> bool:
        """Whether a value that nobody gave counts by its place among others, as a rule has it."""
        return any(self.orders.tied(instance.template, gap) for gap in self.made_up(instance))

    def gaps(self, instance: Instance) -> tuple[int, ...]:
        """The slots of an instance that one question asks for, or that a value to come fills.

        None where it is asked about by itself.
        """
        template = self.base.templates[instance.template]
        kinds = [slot.kind for slot in template.slots.values()]
        if not template.asks or ORDERED.isdisjoint(kinds):
            return ()
        found = tuple(sorted({*template.asked_for(), *self.orders.nameless(instance)}))
        return found if any(kinds[gap] in ORDERED for gap in found) else ()

    def _measured(self, instance: Instance) -> list[int]:
        """Those of them that a number or a date stands in."""
        kinds = [slot.kind for slot in self.base.templates[instance.template].slots.values()]
        return [gap for gap in self.gaps(instance) if kinds[gap] in ORDERED]

    def made_up(self, instance: Instance) -> list[int]:
        """The slots whose number or date nobody gave, so that it stands for more than itself."""
        if instance in self.named:
            return []
        pieces = {gap: self.orders.piece(instance, gap) for gap in self._measured(instance)}
        return [gap for gap, (low, high) in pieces.items() if not is_point(low, high)]

    def _spoken(self, instance: Instance) -> Instance:
        """The instance with words in the place of what it stands for."""
        values = [*instance.values]
        for gap in self.made_up(instance):
            tied = self.orders.tied(instance.template, gap)
            if not tied or self.orders.feeds(instance.template, gap):
                values[gap] = self._words(instance, gap, *self.orders.piece(instance, gap))
        return Instance(instance.template, tuple(values))

    def _words(
        self, instance: Instance, gap: int, low: Cut[Any] | None, high: Cut[Any] | None
    ) -> str:
        """The words for a stretch of the line."""
        kinds = [slot.kind for slot in self.base.templates[instance.template].slots.values()]
        ends = [None if end is None else self._value(instance, gap, end) for end in (low, high)]
        if low is high is None and self._is_another(instance):
            return "some other day" if kinds[gap] == "date" else "some other number of"
        return (_days if kinds[gap] == "date" else _numbers)(low, high, *ends)

    def _value(self, instance: Instance, gap: int, cut: Cut[Any]) -> str:
        values = (*instance.values[:gap], cut[0], *instance.values[gap + 1 :])
        return english.value(self.base, Instance(instance.template, values), gap)


def _numbers(
    low: Cut[Any] | None, high: Cut[Any] | None, least: str | None, most: str | None
) -> str:
    """A piece of the numbers: "at least 18 and less than 65"."""
    ends = [f"more than {least}" if low[1] else f"at least {least}"] if low else []
    ends += [f"at most {most}" if high[1] else f"less than {most}"] if high else []
    return " and ".join(ends) or "however many"


def _days(low: Cut[Any] | None, high: Cut[Any] | None, first: str | None, last: str | None) -> str:
    """A piece of the calendar: "a day from 1 May 2026 on and before 1 June 2026"."""
    ends = [f"after {first}" if low[1] else f"from {first} on"] if low else []
    ends += [f"up to {last}" if high[1] else f"before {last}"] if high else []
    return f"a day {' and '.join(ends)}" if ends else "whatever day"
