"""Turns what a firing computes into sentences with its numbers: "net = 1500 - 260 = 1240"."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from advisor.model import english
from advisor.model.expressions import Undefined, mentioned, value_of
from advisor.model.grades import HOLDS
from advisor.model.records import Aggregate, Let, Rule
from advisor.model.values import Value
from advisor.reasoning.computing import Bound, aggregated, matching
from advisor.reasoning.evaluate import Outcome
from advisor.reasoning.firings import Firing

SUMMANDS: Final = 8  # of a sum, named one by one


def counted(firing: Firing) -> list[int]:
    """The facts that go into what a firing computes, each once, in order."""
    return list(dict.fromkeys(fact for facts in firing.taken for fact in facts))


def calculations(outcome: Outcome, firing: Firing) -> Iterator[str]:
    """What a firing computes under a name, in order, each with what it is made of."""
    base, rule, bindings = outcome.scenario.base, firing.rule, firing.bindings
    taken = iter(firing.taken)
    for let in rule.lets:
        value = english.worded(base, let.type, bindings[let.name])
        made = value
        if isinstance(let.of, Aggregate):
            facts = [outcome.graph.instances[fact] for fact in next(taken)]
            if let.of.operator == "sum":
                values = [*matching(base, let.of, facts, bindings).values()]
                summands = [english.worded(base, let.type, one) for one in values[:SUMMANDS]]
                left = len(values) - len(summands)
                made = " + ".join([*summands, f"... ({left} more)"] if left else summands) or "0"
        elif english.is_unnamed(let):
            continue
        else:
            made = english.expression(base, rule, let.of, bindings)
        yield " = ".join(dict.fromkeys((english.spaced(let.name), made, value)))


def as_it_stands(
    outcome: Outcome, rule: Rule, bindings: Bound
) -> tuple[dict[str, Value], list[str]]:
    """What a rule computes from what is bound and from what holds; and what stands against it.

    That is what has no value, and what is another value than the one that is bound.
    """
    found = {name: bindings[name] for name in bindings if name not in {n.name for n in rule.lets}}
    against: list[str] = []
    for let in rule.lets:
        try:
            worked = _worked(outcome, let, found)
        except Undefined as reason:
            made = english.spaced(let.name)
            if not isinstance(let.of, Aggregate):
                made = english.expression(outcome.scenario.base, rule, let.of, found)
            against.append(f"{made} cannot be computed: {reason}")
            continue
        if worked is None:
            continue
        found[let.name] = worked
        if bindings.get(let.name, worked) != worked:
            is_, wanted = (
                english.worded(outcome.scenario.base, let.type, one)
                for one in (worked, bindings[let.name])
            )
            against.append(f"{english.spaced(let.name)} is {is_}, and not {wanted}")
    return found, against


def _worked(outcome: Outcome, let: Let, bindings: Bound) -> Value | None:
    """What something comes to as things stand; None if it needs what is not bound."""
    if not isinstance(let.of, Aggregate):
        return value_of(let.of, bindings) if bindings.keys() >= {*mentioned(let.of)} else None
    graph, lower = outcome.graph, outcome.grades.lower
    facts = [n for n in graph.matching(let.of.of, bindings) if lower[n] >= HOLDS]
    held = [graph.instances[n] for n in facts]
    values = matching(outcome.scenario.base, let.of, held, bindings)
    worked = aggregated(let.of, [*values.values()])
    if worked is None:
        which = "least" if let.of.operator == "min" else "greatest"
        raise Undefined(f"there is nothing to take the {which} of")
    return worked
