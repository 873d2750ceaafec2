"""Turns a case into one with what an incomplete scenario leaves open, and what could be asked."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from advisor.answers.advice import Adviser
from advisor.model.errors import AdvisorError
from advisor.model.records import Instance, KnowledgeBase, Pattern
from advisor.model.values import is_answered
from advisor.reasoning.askable import askable, askable_for, askable_under, instances_of
from advisor.reasoning.building import build
from advisor.reasoning.concerned import askable_base
from advisor.reasoning.evaluate import Outcome, outcome
from advisor.reasoning.orders import Orders, named

_WIDENED: Final = "widened"  # with a target: all that could be asked about under it is in a case


def widened(case: Outcome, client: str | None = None, target: Pattern | None = None) -> Outcome:
    """The case with what an incomplete scenario leaves open for a client, and under a target.

    Advice that is asked about by name is advice to its own client, whoever else is named.
    """
    if case.scenario.complete:
        return case
    known = case.scenario.facts
    advised = advised_by(case.scenario.base, target) or Adviser(case, client).client
    base = askable_base(case.scenario, advised)
    wanted = [] if target is None else askable_for(base, target, known)
    wanted += askable(base, advised, known)
    return outcome(case.scenario, case.graph.extended(wanted))


def in_pieces(case: Outcome) -> Outcome:
    """The case with the pieces of its line in the place of each number or date left open (`?`).

    As an incomplete scenario has them, so that futures can be counted; but for what rules compute
    with, of which there are no few cases.
    """
    base, said = case.scenario.base, case.scenario.facts
    orders = Orders(base, named(said.values()))
    facts = dict(said)
    for instance, fact in said.items():
        gaps = [at for at, value in enumerate(instance.values) if not is_answered(value)]
        if fact.standing != "unknown" or any(orders.feeds(instance.template, at) for at in gaps):
            continue
        terms = tuple(None if at in gaps else value for at, value in enumerate(instance.values))
        template = base.templates[instance.template]
        for piece in instances_of(orders, template, terms, None) if gaps else ():
            facts.pop(instance, None)
            open_ = msgspec.structs.replace(fact, instance=piece, origin="answered")
            facts.setdefault(piece, open_)  # which nobody named
    if facts.keys() == said.keys():
        return case
    ordered = {instance: facts[instance] for instance in base.ordered(facts)}
    scenario = msgspec.structs.replace(case.scenario, facts=ordered)
    return outcome(scenario, build(scenario))


def widened_for(case: Outcome, client: str, advice: Iterable[Instance]) -> Outcome:
    """The case with all that could be asked about under advice to a client, for many flips.

    Nothing is added for advice under which that is too much, which is remembered, or which names a
    number or a date, whose own cases it sets apart; nor for any where all of it together is more
    than may be matched.
    """
    base = case.scenario.base
    targets = [
        Pattern(
            template=instance.template,
            terms=instance.values,
            where=base.templates[instance.template].where,
        )
        for instance in advice
        if all(isinstance(value, str | bool) for value in instance.values)
    ]
    found = askable_under(askable_base(case.scenario, client), targets, case.scenario.facts)
    wanted = {target: some for target, some in found.items() if isinstance(some, list)}
    try:
        widened = _widened_by(case, [*itertools.chain(*wanted.values())], [*wanted])
    except AdvisorError:  # too much at once; each flip widens the case for itself
        return case
    for target, none in found.items():
        if isinstance(none, AdvisorError):
            widened.worked_out[_WIDENED, target.template, target.terms] = none
    return widened


def asked_under(case: Outcome, target: Pattern, client: str | None) -> Outcome:
    """The case with all that could be asked about under a target."""
    done = case.worked_out.get((_WIDENED, target.template, target.terms))
    if isinstance(done, AdvisorError):
        raise done
    if done:
        return case
    case = widened(case, client, target)
    advised = Adviser(case, advised_by(case.scenario.base, target)).client
    wanted = askable_for(askable_base(case.scenario, advised), target, case.scenario.facts)
    return _widened_by(case, wanted, [target])


def _widened_by(case: Outcome, wanted: Sequence[Instance], targets: Sequence[Pattern]) -> Outcome:
    """The case with what could be asked about under targets, and that it has that."""
    found = outcome(case.scenario, case.graph.extended(wanted))
    for target in targets:
        found.worked_out[_WIDENED, target.template, target.terms] = True
    return found


def advised_by(base: KnowledgeBase, target: Pattern | None) -> str | None:
    """Whom the advice that is asked about is for; None if it is no advice."""
    template = base.templates[target.template] if target is not None else None
    if target is None or template is None or not template.advice:
        return None
    client = target.terms[list(template.slots).index("client")]
    return client if isinstance(client, str) else None
