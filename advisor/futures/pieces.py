"""Turns the choices of a literal into those that it can tell apart.

Rules about other advice cut the line of an unanswered number more finely than one piece of advice
can tell: pieces that leave it the same, whatever else holds, are one piece and count once.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import msgspec

from advisor.futures.choices import Choice
from advisor.futures.circuit import FALSE, TRUE, Circuit
from advisor.model.records import Instance, Rule, Template
from advisor.model.values import are_answered
from advisor.reasoning.cone import cone, rules_within
from advisor.reasoning.evaluate import Outcome, standing
from advisor.reasoning.orders import Orders, is_named
from advisor.reasoning.seen import ORDERED


class Apart(NamedTuple):
    """A literal over the choices that it can tell apart."""

    literal: int
    choices: Sequence[Choice]
    alike: Mapping[int, Sequence[int]]  # for facts that stand for others as well: all of them


def told_apart(case: Outcome, circuit: Circuit, choices: Sequence[Choice], literal: int) -> Apart:
    """The literal over fewer options of its choices, and all choices with those.

    Both as they were, where it tells every piece of a number or a date from every other.
    """
    kept: dict[int, list[int]] = {}
    fewer = list(choices)
    alike: dict[int, list[int]] = {}
    for number in circuit.support(literal):
        choice = choices[number]
        groups = _distinct(case, circuit, choice, number, literal)
        if len(groups) < len(choice.options):
            kept[number] = list(groups)
            fewer[number] = _only(choice, kept[number])
            for places in groups.values():
                facts = [f for place in places if (f := choice.options[place].holds) is not None]
                alike |= {facts[0]: facts} if len(facts) > 1 else {}
    if not kept:
        return Apart(literal, choices, alike)
    return Apart(_renamed(circuit, literal, fewer, kept), fewer, alike)


def unmeasured(case: Outcome, fact: int, choices: Iterable[Choice]) -> str | None:
    """Why a share of the futures of these choices means nothing for a piece of advice, if so.

    Of numbers that are compared with one another, the futures are as many as there are values that
    stand for them, which is nobody's measure; so are they where one fact may have several.
    """
    holes = _holes(case, fact)
    if holes:
        orders = Orders(case.graph.base)
        fed = any(orders.feeds(one.template, at) for one in holes for at in range(len(one.values)))
        which = "that rules compute with" if fed else "that are said to be unknown"
        return f"it turns on unanswered numbers or dates {which}"
    pieces = [fact for choice in choices for fact in choice.facts if _is_piece(case, fact)]
    if not pieces:
        return None
    orders = Orders(msgspec.structs.replace(case.graph.base, rules=rules_below(case, fact)))
    for piece in pieces:
        template = case.graph.template(piece)
        if template.key is None or template.loose:
            return "it turns on unanswered numbers or dates of which several may hold"
        if any(orders.tied(template.id, gap) for gap in _ordered(template)):
            return "it turns on unanswered numbers or dates that rules compare or count"
    return None


def is_computed(case: Outcome, fact: int) -> bool:
    """Whether advice is open by a number that no future gives a value."""
    return bool(_holes(case, fact))


def _holes(case: Outcome, fact: int) -> list[Instance]:
    """The numbers and dates without a value that open advice may turn on."""
    graph, upper = case.graph, case.grades.upper
    if standing(*case.bounds(fact)) != "open":
        return []
    below = (graph.instances[n] for n in cone(graph, [fact]) if upper[n] and graph.is_fact(n))
    return [one for one in below if not are_answered(one.values)]


def rules_below(case: Outcome, fact: int) -> tuple[Rule, ...]:
    """The rules that a fact may rest on, in order."""
    below = rules_within(case.graph, cone(case.graph, [fact]))
    return tuple(rule for rule in case.graph.base.rules if rule.id in below)


def _ordered(template: Template) -> list[int]:
    """The slots for a number or a date that one question asks the value of."""
    slots = list(template.slots.values())
    return [gap for gap in template.asked_for() if slots[gap].kind in ORDERED]


def _distinct(
    case: Outcome, circuit: Circuit, choice: Choice, number: int, literal: int
) -> dict[int, list[int]]:
    """The places of the options that a literal can tell apart, in order, each with those alike.

    Equal literals of a circuit are equal functions, so that nothing is taken for alike that is not.
    """
    silent = [place for place, option in enumerate(choice.options) if _is_piece(case, option.holds)]
    groups: dict[object, list[int]] = {}
    for place in range(len(choice.options)):
        tell = place in silent and len(silent) > 1
        seen = circuit.restricted(literal, {number: [place]}) if tell else None
        groups.setdefault((seen, None if tell else place), []).append(place)
    return {places[0]: places for places in groups.values()}


def _is_piece(case: Outcome, fact: int | None) -> bool:
    """Whether a fact stands for a piece of the line, of a number or date that nobody gave."""
    said = None if fact is None else case.scenario.facts.get(case.graph.instances[fact])
    if fact is None or (said is not None and is_named(said)):
        return False
    return bool(_ordered(case.graph.template(fact)))


def _only(choice: Choice, places: Sequence[int]) -> Choice:
    """A choice among some of its options, as likely among each other as before."""
    options = [choice.options[place] for place in places]
    total = math.fsum(option.weight for option in options)
    return Choice(tuple(option._replace(weight=option.weight / total) for option in options))


def _renamed(
    circuit: Circuit, literal: int, choices: Sequence[Choice], kept: Mapping[int, Sequence[int]]
) -> int:
    """The literal with the options that are kept in their new places, and none of the others."""
    value: dict[int, int] = {0: FALSE}
    for node in circuit.reached([literal]):
        source = circuit.sources.get(node)
        if source is None:
            left, other = (value[child >> 1] ^ (child & 1) for child in circuit.gates[node])
            value[node] = circuit.both(left, other)
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
