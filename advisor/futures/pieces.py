"""Turns the choices of a literal into those that it can tell apart.

Rules about other advice cut the line of an unanswered number more finely than one piece of advice
can tell: pieces that leave it the same, whatever else holds, are one piece and count once.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from advisor.futures.choices import Choice
from advisor.futures.circuit import FALSE, TRUE, Circuit
from advisor.model.records import Template
from advisor.reasoning.cone import cone, rules_within
from advisor.reasoning.evaluate import Outcome
from advisor.reasoning.orders import ORDERED, Orders


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


def unmeasured(case: Outcome, fact: int, choices: Iterable[Choice]) -> str | None:
    """Why a share of the futures of these choices means nothing for a piece of advice, if so.

    Of numbers that are compared with one another, the futures are as many as there are values that
    stand for them, which is nobody's measure; so are they where one fact may have several.
    """
    pieces = [fact for choice in choices for fact in choice.facts if _is_piece(case, fact)]
    if not pieces:
        return None
    below = rules_within(case.graph, cone(case.graph, [fact]))
    rules = tuple(rule for rule in case.graph.base.rules if rule.id in below)
    base = msgspec.structs.replace(case.graph.base, rules=rules)
    orders = Orders(base)
    for one in pieces:
        template = case.graph.template(one)
        if not template.key:
            return "it turns on unanswered numbers or dates of which several may hold"
        if any(orders.tied(template.id, gap) for gap in _ordered(template)):
            return "it turns on unanswered numbers or dates that rules compare or count"
    return None


def _ordered(template: Template) -> list[int]:
    """The slots for a number or a date that one question asks the value of."""
    slots = list(template.slots.values())
    return [gap for gap in template.asked_for() if slots[gap].kind in ORDERED]


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
    return bool(_ordered(case.graph.template(fact)))


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
