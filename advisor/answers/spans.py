"""Turns an open number or date into words for all that it stands for: "at least 18", not "18".

What nobody answered is open in one case for each piece of the line between two values that rules
name; the value in the instance is an example of it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from advisor.model import english
from advisor.model.records import Instance, Pattern, Scenario
from advisor.reasoning.orders import ORDERED, Cut, Orders

Clause = Callable[..., str]  # `english.says`, or `english.denies`


class Spans:
    """The pieces of the line that the open facts of a scenario stand for, in words."""

    def __init__(self, scenario: Scenario, asked: Pattern | None = None) -> None:
        self.scenario, self.base = scenario, scenario.base
        self.orders = Orders(scenario.base, scenario.facts, asked)

    def says(self, instance: Instance, *, holds: bool = True) -> str:
        """The clause that states, or denies, all that an instance stands for."""
        clause = english.says if holds else english.denies
        return clause(self.base, self._spoken(instance) or instance)

    def is_example(self, instance: Instance) -> bool:
        """Whether an instance only stands for what is open."""
        return self._spoken(instance) is not None

    def _spoken(self, instance: Instance) -> Instance | None:
        """The instance with words in the place of its value; None where it stands for itself."""
        template = self.base.templates[instance.template]
        if not template.asks or instance in self.scenario.facts:
            return None
        kinds = [slot.kind for slot in template.slots.values()]
        gaps = [gap for gap in template.asked_for() if kinds[gap] in ORDERED]
        if any(self.orders.tied(template.id, gap) for gap in gaps):
            return None
        values = [*instance.values]
        for gap in gaps:
            words = self._piece(instance, gap, kinds[gap])
            values[gap] = values[gap] if words is None else words
        spoken = Instance(template.id, tuple(values))
        return None if spoken == instance else spoken

    def _piece(self, instance: Instance, gap: int, kind: str) -> str | None:
        """The words for the piece that a value is in; None where it is the only one there."""
        low, high = self.orders.piece(instance, gap)
        if low and high and low[0] == high[0]:
            return None
        ends = [None if end is None else self._value(instance, gap, end) for end in (low, high)]
        return (_days if kind == "date" else _numbers)(low, high, *ends)

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
