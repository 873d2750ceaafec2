"""Turns a base and a client into the facts that could be asked about for that client's advice.

Works backward from the advice through the rules by unification, so that a slot is free only where
nothing above it says what it holds; a free slot ranges over the declared entities of its type. A
free number or date ranges over the few values that stand for all: see `orders`.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Final

from advisor.model import budget
from advisor.model.errors import AdvisorError, Problem
from advisor.model.records import (
    AnyOf,
    Instance,
    KnowledgeBase,
    Pattern,
    Rule,
    SlotType,
    Template,
    Term,
    Var,
)
from advisor.model.relations import closure
from advisor.model.telling import tells
from advisor.model.values import Value
from advisor.reasoning.orders import Orders
from advisor.reasoning.seen import ORDERED
from advisor.reasoning.unification import Goal, bound, concluding, unify

LIMIT: Final = 20_000  # facts that one premise may ask about


def askable(
    base: KnowledgeBase,
    client: str,
    known: Iterable[Instance] = (),
    advice: Collection[str] | None = None,
) -> list[Instance]:
    """The instances of askable templates that advice to the client may rest on, in order.

    All advice, or that of some templates. `known` are the facts whose numbers and dates the
    unanswered ones may meet. Raises AdvisorError, naming the rule, where a premise alone would ask
    about more than LIMIT.
    """
    goals = [*advice_goals(base, client, advice), *caveat_goals(base, client, advice)]
    return _reached(Orders(base, known), goals)


def askable_for(
    base: KnowledgeBase, target: Pattern, known: Iterable[Instance] = ()
) -> list[Instance]:
    """The instances of askable templates that whatever matches the target may rest on, in order.

    Takes `known` and raises AdvisorError as `askable` does.
    """
    return _reached(Orders(base, known, target), [((target.template, target.terms), None)])


def askable_under(
    base: KnowledgeBase, targets: Iterable[Pattern], known: Iterable[Instance] = ()
) -> dict[Pattern, list[Instance] | AdvisorError]:
    """What `askable_for` has for each of several targets that name no number or date themselves.

    Where that is too much, the error that it raises.
    """
    orders = Orders(base, known)
    spelled: dict[Goal, list[Instance]] = {}
    found: dict[Pattern, list[Instance] | AdvisorError] = {}
    for target in targets:
        try:
            found[target] = _reached(orders, [((target.template, target.terms), None)], spelled)
        except AdvisorError as error:
            found[target] = error
    return found


def _reached(
    orders: Orders,
    goals: list[tuple[Goal, Rule | None]],
    spelled: dict[Goal, list[Instance]] | None = None,
) -> list[Instance]:
    """The askable instances that the goals lead to, backward through the rules.

    What was `spelled` out of goals before is not once more. Raises AdvisorError where these are
    more than the budget allows.
    """
    base = orders.base
    spelled = {} if spelled is None else spelled
    found: set[Instance] = set()
    largest: tuple[int, Template, Rule | None] | None = None
    for (name, terms), rule in reached(base, goals):
        template = base.templates[name]
        if template.asks:
            before = len(found)
            if (name, terms) not in spelled:
                spelled[name, terms] = [*instances_of(orders, template, terms, rule)]
            found.update(one for one in spelled[name, terms] if not tells(base, one))
            fresh = len(found) - before
            if largest is None or fresh > largest[0]:
                largest = fresh, template, rule
            if len(found) > budget.allowed().facts:
                raise AdvisorError(_too_many(*largest))
    return base.ordered(found)


def _too_many(fresh: int, template: Template, rule: Rule | None) -> Problem:
    """What is wrong where all premises together would ask about too much."""
    named = f"rule '{rule.id}'" if rule else f"'{template.id}'"
    most = budget.allowed().facts
    return Problem(
        message=f"the rules would ask about more than {most} facts; {named} asks about {fresh} "
        f"facts of '{template.id}'",
        where=rule.where if rule else template.where,
        hint="bind more of its slots, or take 'asks' out",
    )


def reached(
    base: KnowledgeBase, goals: Iterable[tuple[Goal, Rule | None]]
) -> list[tuple[Goal, Rule | None]]:
    """The goals with all that they lead to, backward through the rules, each with its rule."""
    found: dict[Goal, Rule | None] = {}
    for goal, by in goals:
        found.setdefault(goal, by)

    def below(goal: Goal) -> Iterator[Goal]:
        for above, bindings in concluding(base, goal):
            for rule, known in ((above, bindings), *_others(base, above, bindings)):
                for pattern in rule.conditions():
                    condition = (pattern.template, bound(pattern, known))
                    found.setdefault(condition, rule)
                    yield condition

    return [(goal, found[goal]) for goal in closure(found, below)]


def _others(
    base: KnowledgeBase, rule: Rule, bindings: Mapping[str, Value]
) -> Iterator[tuple[Rule, dict[str, Value]]]:
    """The rules whose advice to its client a default rule yields to, as the client binds them."""
    if not rule.otherwise:
        return
    advised = next(c for c in rule.conclusions if base.templates[c.template].advice)
    client = _client(base, advised, bindings)
    for other in base.rules:
        for conclusion in () if other.otherwise else other.conclusions:
            if base.templates[conclusion.template].advice:
                slots = base.templates[conclusion.template].slots
                terms = tuple(client if slot == "client" else None for slot in slots)
                known = unify(conclusion.terms, terms, {})
                if known is not None:
                    yield other, known  # type: ignore[misc]


def _client(base: KnowledgeBase, advice: Pattern, bindings: Mapping[str, Value]) -> Term:
    """Whom a piece of advice is for, as far as that is known."""
    slots = base.templates[advice.template].slots
    return bound(advice, bindings)[list(slots).index("client")]


def advice_goals(
    base: KnowledgeBase, client: str, advice: Collection[str] | None = None
) -> Iterator[tuple[Goal, None]]:
    """The advice to a client, of some templates or of all."""
    for template in base.templates.values():
        if template.advice and (advice is None or template.id in advice):
            terms = tuple(client if slot == "client" else None for slot in template.slots)
            yield (template.id, terms), None


def caveat_goals(
    base: KnowledgeBase, client: str, advice: Collection[str] | None = None
) -> list[tuple[Goal, Rule | None]]:
    """The premises of rules that add a caveat to this client's advice, of some templates or all."""
    goals: list[tuple[Goal, Rule | None]] = []
    for rule in base.variants:
        if not any(base.templates[c.template].caveat for c in rule.conclusions):
            continue
        advised = next(p for p in rule.patterns() if base.templates[p.template].advice)
        if advice is not None and advised.template not in advice:
            continue
        slots = base.templates[advised.template].slots
        term = advised.terms[list(slots).index("client")]
        bindings: dict[str, Value] = {term.name: client} if isinstance(term, Var) else {}
        goals += [((p.template, bound(p, bindings)), rule) for p in rule.conditions()]
    return goals


def instances_of(
    orders: Orders, template: Template, terms: tuple[Term, ...], rule: Rule | None
) -> Iterator[Instance]:
    """Every instance of a goal, as far as rules can tell them apart."""
    choices = [_options(orders, template, at, term) for at, term in enumerate(terms)]
    size = math.prod(map(len, choices))
    if size > LIMIT:
        where = rule.where if rule else template.where
        named = f"rule '{rule.id}'" if rule else f"'{template.id}'"
        message = f"{named} would ask about {size} facts of '{template.id}'"
        hint = f"the limit is {LIMIT}: bind more of its slots, or take 'asks' out"
        raise AdvisorError(Problem(message=message, where=where, hint=hint))
    for values in itertools.product(*choices):
        if template.repeats(values) or _with_itself(template, values):
            continue
        instance = template.instance(*values)
        yield instance
        if instance in orders.known:
            free = [at for at, term in enumerate(terms) if term is None or isinstance(term, Var)]
            another = beside(orders, instance, free)
            if another is not None:
                yield another


def beside(orders: Orders, known: Instance, places: Iterable[int]) -> Instance | None:
    """An instance for what is still open next to a known one that would have stood for it.

    It has another number or date in one of these places; None where rules can tell any other.
    """
    template = orders.base.templates[known.template]
    slots = list(template.slots.values())
    for at in places:
        spare = orders.spare(known, at) if slots[at].kind in ORDERED else None
        if spare is not None:
            return template.instance(*known.values[:at], spare, *known.values[at + 1 :])
    return None


def _with_itself(template: Template, values: Sequence[Value]) -> bool:
    """Whether a symmetric fact is about one thing twice: nobody would ask that."""
    if template.symmetric is None:
        return False
    one, other = template.symmetric
    return values[one] == values[other]


def _options(orders: Orders, template: Template, at: int, term: Term) -> list[Value]:
    """What can stand in a slot of a goal: what is bound there, if that is legal, or anything."""
    slot = list(template.slots.values())[at]
    if term is None or isinstance(term, Var):
        ordered = slot.kind in ORDERED
        return orders.values(template.id, at) if ordered else options(orders.base, slot)
    named = term.values if isinstance(term, AnyOf) else (term,)
    legal = options(orders.base, slot)
    return [one for one in named if one in legal or slot.kind in ORDERED]


def options(base: KnowledgeBase, slot: SlotType) -> list[Value]:
    """Every legal value of a slot; none for a number or a date."""
    match slot.kind:
        case "entity":
            return [e.id for e in base.entities.values() if e.type in slot.types]
        case "values":
            return list(slot.values)
        case "boolean":
            return [True, False]
    return []
