"""Turns the choices of a literal into those that it can tell apart.

Rules about other advice cut the line of an unanswered number more finely than one piece of advice
can tell: pieces that leave it the same, whatever else holds, are one piece and count once.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from advisor.evaluate import Outcome
from advisor.futures.choices import Choice
from advisor.futures.circuit import FALSE, TRUE, Circuit
from advisor.orders import ORDERED


def told_apart(
    case: Outcome, circuit: Circuit, choices: Sequence[Choice], literal: int
) -> tuple[int, Sequence[Choice]]:
    """The literal over fewer options of its choices, and all choices with those.

    Both as they were, where it tells every piece of a number or a date from every other.
    """
    kept: dict[int, list[int]] = {}
    fewer = list(choices)
    for number in circuit.support(literal):
        choice = choices[number]
        places = _distinct(case, circuit, choice, number, literal)
        if len(places) < len(choice.options):
            kept[number] = places
            fewer[number] = _only(choice, places)
    if not kept:
        return literal, choices
    return _renamed(circuit, literal, fewer, kept), fewer


def _distinct(
    case: Outcome, circuit: Circuit, choice: Choice, number: int, literal: int
) -> list[int]:
    """The places of the options that a literal can tell apart, the first of those that are alike.

    Equal literals of a circuit are equal functions, so that nothing is taken for alike that is not.
    """
    silent = [place for place, one in enumerate(choice.options) if _is_piece(case, one.holds)]
    if len(silent) < 2:
        return [*range(len(choice.options))]
    first: dict[int, int] = {}
    for place in silent:
        first.setdefault(circuit.restricted(literal, {number: [place]}), place)
    alike = set(silent) - set(first.values())
    return [place for place in range(len(choice.options)) if place not in alike]


def _is_piece(case: Outcome, fact: int | None) -> bool:
    """Whether a fact stands for a piece of the line, of a number or date that nobody gave."""
    if fact is None or case.graph.instances[fact] in case.scenario.facts:
        return False
    template = case.graph.template(fact)
    slots = list(template.slots.values())
    return any(slots[gap].kind in ORDERED for gap in template.asked_for())


def _only(choice: Choice, places: Sequence[int]) -> Choice:
    """A choice among some of its options, as likely among each other as before."""
    options = [choice.options[place] for place in places]
    total = math.fsum(one.weight for one in options)
    return Choice(tuple(one._replace(weight=one.weight / total) for one in options))


def _renamed(
    circuit: Circuit, literal: int, choices: Sequence[Choice], kept: Mapping[int, Sequence[int]]
) -> int:
    """The literal with the options that are kept in their new places, and none of the others."""
    value: dict[int, int] = {0: FALSE}
    for node in circuit.reached([literal]):
        source = circuit.sources.get(node)
        if source is None:
            one, other = (value[child >> 1] ^ (child & 1) for child in circuit.gates[node])
            value[node] = circuit.both(one, other)
        elif source.choice not in kept:
            value[node] = 2 * node
        elif source.option not in kept[source.choice]:
            value[node] = FALSE
        elif len(kept[source.choice]) == 1:
            value[node] = TRUE
        else:
            place = kept[source.choice].index(source.option)
            value[node] = circuit.option(choices, source.choice, place)
    return value[literal >> 1] ^ (literal & 1)
