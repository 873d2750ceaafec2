"""Turns what a firing computes into sentences with its numbers: "net = 1500 - 260 = 1240"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from advisor.model import english
from advisor.model.expressions import Undefined, mentioned, value_of
from advisor.model.grades import HOLDS
from advisor.model.records import Aggregate, Let, Rule
from advisor.model.values import Value
from advisor.reasoning.computing import Bound, aggregated, matching
from advisor.reasoning.evaluate import Outcome, standing
from advisor.reasoning.firings import Firing

SUMMANDS: Final = 8  # of a sum, named one by one
_NAMED: Final = 3  # of open facts


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


class AsItStands(NamedTuple):
    """What a rule computes from what is bound and from what holds."""

    values: dict[str, Value]  # with what is bound; without what is not settled
    against: list[str]  # what has no value, or another one than that which is bound
    unsettled: dict[str, str]  # what turns on open facts, with what these are


def as_it_stands(outcome: Outcome, rule: Rule, bindings: Bound) -> AsItStands:
    """What a rule computes, and what stands against that, as far as it is known."""
    found = {name: bindings[name] for name in bindings if name not in {n.name for n in rule.lets}}
    against: list[str] = []
    unsettled: dict[str, str] = {}
    for let in rule.lets:
        if not isinstance(let.of, Aggregate) and not unsettled.keys().isdisjoint(mentioned(let.of)):
            unsettled[let.name] = ""
            continue
        if open_facts := _open_facts(outcome, let, found):
            unsettled[let.name] = _counting(outcome, let, open_facts)
            continue
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
    return AsItStands(found, against, unsettled)


def _open_facts(outcome: Outcome, let: Let, bindings: Bound) -> list[int]:
    """The facts that may go into what is computed over facts, and may not."""
    if not isinstance(let.of, Aggregate):
        return []
    matched = outcome.graph.matching(let.of.of, bindings)
    return [fact for fact in matched if standing(*outcome.bounds(fact)) == "open"]


def _counting(outcome: Outcome, let: Let, facts: Sequence[int]) -> str:
    """That open facts count: "what counts towards all (Ada owes however many euros)"."""
    named = [english.told(outcome.scenario, outcome.graph.instances[n]) for n in facts[:_NAMED]]
    left = [f"{len(facts) - _NAMED} more such facts"] if len(facts) > _NAMED else []
    return f"what counts towards {english.spaced(let.name)} ({'; '.join([*named, *left])})"


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
