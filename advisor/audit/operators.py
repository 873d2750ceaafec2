"""Changes a rule or a template as a slip of the pen would: each operator a function, in a registry.

An operator turns what is declared into its variations. What an author could not write - an unbound
variable, a thing of another type, the same once more - is none.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple, TypeVar

import msgspec

from advisor.loader.expressions import Wrong, read_expression
from advisor.loader.written import comparison
from advisor.model.authored import is_helper
from advisor.model.english import types_of
from advisor.model.errors import Location
from advisor.model.expressions import Expression, Operation, spelled, written_leaf
from advisor.model.grades import CERTAIN, HOLDS, TERMS
from advisor.model.records import (
    Aggregate,
    AnyOf,
    AtLeast,
    Comparison,
    KnowledgeBase,
    Let,
    Pattern,
    Rule,
    SlotType,
    Template,
    Term,
    Var,
    swapped,
)
from advisor.model.sources import Citation
from advisor.model.values import Value, value_text
from advisor.reasoning.askable import options
from advisor.reasoning.orders import beside

T = TypeVar("T")


class RuleVariation(NamedTuple):
    """A rule with one thing changed."""

    says: str  # as in "premise 2 (shortage) has 'state' and 'other' exchanged"
    now: Rule
    where: Location


class TemplateVariation(NamedTuple):
    """A template with one thing changed."""

    says: str
    now: Template
    where: Location


class MutationSite(NamedTuple):
    """A pattern of a rule, and how to put another in its place."""

    says: str  # "premise 2 (shortage)"
    pattern: Pattern
    put: Callable[[Pattern], Rule]
    binds: bool  # whether it is one of those that bind variables
    concludes: bool


def parts(rule: Rule) -> Iterator[MutationSite]:
    """The patterns of a rule, in order."""
    for number, premise in enumerate(rule.premises):
        counts = isinstance(premise, AtLeast)
        of = premise.of if isinstance(premise, AtLeast) else premise

        def put_premise(other: Pattern, number: int = number) -> Rule:
            old = rule.premises[number]
            new = msgspec.structs.replace(old, of=other) if isinstance(old, AtLeast) else other
            return msgspec.structs.replace(rule, premises=_put(rule.premises, number, new))

        yield MutationSite(
            f"premise {number + 1} ({of.template})", of, put_premise, not counts, False
        )
    for number, exception in enumerate(rule.exceptions):

        def put_exception(other: Pattern, number: int = number) -> Rule:
            return msgspec.structs.replace(rule, exceptions=_put(rule.exceptions, number, other))

        says = f"exception {number + 1} ({exception.template})"
        yield MutationSite(says, exception, put_exception, False, False)
    for number, conclusion in enumerate(rule.conclusions):

        def put_conclusion(other: Pattern, number: int = number) -> Rule:
            return msgspec.structs.replace(rule, conclusions=_put(rule.conclusions, number, other))

        says = f"conclusion {number + 1} ({conclusion.template})"
        yield MutationSite(says, conclusion, put_conclusion, False, True)


def _put(items: Sequence[T], number: int, item: T) -> tuple[T, ...]:
    return (*items[:number], item, *items[number + 1 :])


def _without(items: Sequence[T], number: int) -> tuple[T, ...]:
    return (*items[:number], *items[number + 1 :])


def _termed(pattern: Pattern, terms: Sequence[Term]) -> Pattern:
    return msgspec.structs.replace(pattern, terms=tuple(terms))


# ------------------------------------------------------------------ variables and slots


def swap_variables(base: KnowledgeBase, rule: Rule) -> Iterator[RuleVariation]:
    """What stands in two slots of one type is exchanged."""
    for part in parts(rule):
        template = base.templates[part.pattern.template]
        slots = [] if template.helper else list(template.slots.items())
        for i, j in itertools.combinations(range(len(slots)), 2):
            (one, kind), (other, like) = slots[i], slots[j]
            terms = part.pattern.terms
            if terms[i] != terms[j] and _alike(kind, like) and template.symmetric != (i, j):
                says = f"{part.says} has '{one}' and '{other}' exchanged"
                now = part.put(_termed(part.pattern, swapped(terms, i, j)))
                yield RuleVariation(says, now, part.pattern.where)


def _alike(one: SlotType, other: SlotType) -> bool:
    """Whether what may stand in one slot may stand in the other."""
    return one == other or (one.kind == "entity" and not {*one.types}.isdisjoint(other.types))


def leave_out_slots(base: KnowledgeBase, rule: Rule) -> Iterator[RuleVariation]:
    """A slot of a condition is left out, so that it matches anything."""
    for part in parts(rule):
        template = base.templates[part.pattern.template]
        slots = list(template.slots)
        kept = part.concludes or template.helper
        for place, term in enumerate(() if kept else part.pattern.terms):
            if term is not None and _can_go(rule, part, term):
                now = part.put(_termed(part.pattern, _put(part.pattern.terms, place, None)))
                says = f"{part.says} does without '{slots[place]}'"
                yield RuleVariation(says, now, part.pattern.where)


def _can_go(rule: Rule, part: MutationSite, term: Term) -> bool:
    """Whether a term can be left out, and does something: a variable is bound elsewhere too."""
    if not isinstance(term, Var):
        return True
    binding = [p for p in rule.patterns() if p is not part.pattern]
    return any(term in pattern.terms for pattern in binding)


def widen_lists(base: KnowledgeBase, rule: Rule) -> Iterator[RuleVariation]:
    """A condition takes one more legal value than it lists."""
    for part, place, listed, slot in _listed(base, rule):
        others = [value for value in options(base, slot) if value not in listed]
        for value in others if slot.kind == "values" else others[:1]:
            terms = _put(part.pattern.terms, place, AnyOf((*listed, value)))
            says = f"{part.says} takes '{value_text(value)}' too"
            now = part.put(_termed(part.pattern, terms))
            yield RuleVariation(says, now, part.pattern.where)


def narrow_lists(base: KnowledgeBase, rule: Rule) -> Iterator[RuleVariation]:
    """A condition takes one value less than it lists."""
    for part, place, listed, _ in _listed(base, rule):
        for number, value in enumerate(listed if len(listed) > 1 else ()):
            left = _without(listed, number)
            term = left[0] if len(left) == 1 else AnyOf(left)
            now = part.put(_termed(part.pattern, _put(part.pattern.terms, place, term)))
            says = f"{part.says} takes '{value_text(value)}' no more"
            yield RuleVariation(says, now, part.pattern.where)


def _listed(
    base: KnowledgeBase, rule: Rule
) -> Iterator[tuple[MutationSite, int, tuple[Value, ...], SlotType]]:
    """The values that conditions list: a list, or the one value that stands in a slot of values."""
    for part in parts(rule):
        kinds = base.templates[part.pattern.template].slots.values()
        pairs = zip(part.pattern.terms, kinds, strict=True)
        for place, (term, kind) in enumerate(() if part.concludes else pairs):
            if isinstance(term, AnyOf):
                yield part, place, term.values, kind
            elif isinstance(term, str) and kind.kind == "values":
                yield part, place, (term,), kind


def move_counts(base: KnowledgeBase, rule: Rule) -> Iterator[RuleVariation]:
    """A premise counts one more, or one less."""
    for number, premise in enumerate(rule.premises):
        if isinstance(premise, AtLeast):
            for count in (premise.count - 1, premise.count + 1):
                new = msgspec.structs.replace(premise, count=count)
                now = msgspec.structs.replace(rule, premises=_put(rule.premises, number, new))
                says = f"premise {number + 1} ({premise.of.template}) counts {count}"
                if count:
                    yield RuleVariation(says, now, premise.of.where)


# ------------------------------------------------------------------ comparisons and exceptions

_TURNED: Final = {"=": "!=", "!=": "=", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}
_MOVED: Final = {"<": "<=", "<=": "<", ">": ">=", ">=": ">"}


def drop_comparisons(base: KnowledgeBase, rule: Rule) -> Iterator[RuleVariation]:
    """A comparison is left out."""
    for number, test in enumerate(rule.comparisons):
        now = msgspec.structs.replace(rule, comparisons=_without(rule.comparisons, number))
        yield RuleVariation(f"'{comparison(test)}' is left out", now, test.where)


def turn_comparisons(base: KnowledgeBase, rule: Rule) -> Iterator[RuleVariation]:
    """A comparison says the opposite."""
    for number, test in enumerate(rule.comparisons):
        yield _compared(rule, number, operator=_TURNED[test.operator])


def move_comparisons(base: KnowledgeBase, rule: Rule) -> Iterator[RuleVariation]:
    """A bound is let in or out, or is one step higher or lower."""
    for number, test in enumerate(rule.comparisons):
        if test.operator in _MOVED:
            yield _compared(rule, number, operator=_MOVED[test.operator])
        for side in ("left", "right"):
            for value in beside(getattr(test, side)):
                yield _compared(rule, number, **{side: value})


def _compared(rule: Rule, number: int, **changes: object) -> RuleVariation:
    test: Comparison = rule.comparisons[number]
    other = msgspec.structs.replace(test, **changes)
    now = msgspec.structs.replace(rule, comparisons=_put(rule.comparisons, number, other))
    return RuleVariation(f"'{comparison(test)}' is '{comparison(other)}'", now, test.where)


_EXCHANGED: Final = {
    **{"+": "-", "-": "+", "*": "/", "/": "*", "min": "max", "max": "min"},
    **{"round-down": "round-up", "round-up": "round-down", "round": "round-down"},
    **{"sum": "max", "count": "count"},
}


def change_computations(base: KnowledgeBase, rule: Rule) -> Iterator[RuleVariation]:
    """Something is computed by another operator, or with another constant."""
    types = types_of(base, rule)
    for number, let in enumerate(rule.lets):
        for other in _otherwise(let.of):
            if isinstance(other, Aggregate) or _fits(other, let, types):
                now = msgspec.structs.replace(let, of=other)
                says = f"{_computed(let.of)} is {_computed(other)}"
                changed = msgspec.structs.replace(rule, lets=_put(rule.lets, number, now))
                yield RuleVariation(says, changed, let.where)


def _fits(of: Expression, let: Let, types: Mapping[str, SlotType]) -> bool:
    """Whether an author could write an expression in the place of another: what is of one kind."""
    try:
        kind = read_expression(spelled(of, written_leaf), types).type
    except Wrong:
        return False
    return kind is not None and (kind.kind, kind.unit) == (let.kind, let.unit)


def _computed(of: Expression | Aggregate) -> str:
    """What is computed, as messages name it."""
    if isinstance(of, Aggregate):
        return f"the {of.operator} of '{of.of.template}'"
    return f"'{spelled(of, written_leaf)}'"


def _otherwise(of: Expression | Aggregate) -> Iterator[Any]:
    """What is computed, with one thing changed."""
    if isinstance(of, Aggregate):
        if _EXCHANGED[of.operator] != of.operator:
            yield msgspec.structs.replace(of, operator=_EXCHANGED[of.operator])
    elif isinstance(of, Operation):
        yield msgspec.structs.replace(of, operator=_EXCHANGED[of.operator])
        for number, operand in enumerate(of.operands):
            for changed in _otherwise(operand):
                yield msgspec.structs.replace(of, operands=_put(of.operands, number, changed))
    elif not isinstance(of, Var):
        yield from (value for value in beside(of) if value not in {0, -1})


def negate_exceptions(base: KnowledgeBase, rule: Rule) -> Iterator[RuleVariation]:
    """What stands under `unless` stands under `if`."""
    for number, exception in enumerate(rule.exceptions):
        now = msgspec.structs.replace(
            rule,
            premises=(*rule.premises, exception),
            exceptions=_without(rule.exceptions, number),
        )
        says = f"exception {number + 1} ({exception.template}) is a premise"
        yield RuleVariation(says, now, exception.where)


# ------------------------------------------------------------------ conclusions and their effects


def drop_conclusions(base: KnowledgeBase, rule: Rule) -> Iterator[RuleVariation]:
    """One of several conclusions is left out."""
    for number, conclusion in enumerate(rule.conclusions if len(rule.conclusions) > 1 else ()):
        now = msgspec.structs.replace(rule, conclusions=_without(rule.conclusions, number))
        says = f"conclusion {number + 1} ({conclusion.template}) is left out"
        yield RuleVariation(says, now, conclusion.where)


def weaken(base: KnowledgeBase, rule: Rule) -> Iterator[RuleVariation]:
    """The strength is the least that holds."""
    if rule.strength > HOLDS and not is_helper(rule.id):
        now = msgspec.structs.replace(rule, strength=HOLDS)
        yield RuleVariation(f"its strength is '{TERMS[HOLDS]}'", now, rule.where)


def move_strength(base: KnowledgeBase, rule: Rule) -> Iterator[RuleVariation]:
    """The strength is one step lower, or higher."""
    for strength in () if is_helper(rule.id) else (rule.strength - 1, rule.strength + 1):
        if 1 <= strength <= CERTAIN and (rule.strength, strength) != (HOLDS + 1, HOLDS):
            now = msgspec.structs.replace(rule, strength=strength)
            yield RuleVariation(f"its strength is '{TERMS[strength]}'", now, rule.where)


def exchange_interests(base: KnowledgeBase, rule: Rule) -> Iterator[RuleVariation]:
    """What is advanced is strained, and the other way round."""
    concluded = (base.templates[conclusion.template] for conclusion in rule.conclusions)
    if {*rule.advances} != {*rule.strains} and any(template.advice for template in concluded):
        now = msgspec.structs.replace(rule, advances=rule.strains, strains=rule.advances)
        yield RuleVariation("'advances' and 'strains' are exchanged", now, rule.where)


def move_citations(base: KnowledgeBase, rule: Rule) -> Iterator[RuleVariation]:
    """A citation is of the passage next to its own."""
    for number, citation in enumerate(rule.citations):
        known = list(base.sources[citation.source].passages)
        for at, locator in enumerate(citation.locators):
            place = known.index(locator) if locator in known else None
            near = [] if place is None else [*known[place + 1 :], *known[:place][::-1]]
            other = next((each for each in near if each not in citation.locators), None)
            if other is not None:
                moved = Citation(citation.source, _put(citation.locators, at, other))
                now = msgspec.structs.replace(rule, citations=_put(rule.citations, number, moved))
                locates = base.sources[citation.source].locator
                says = f"it cites {locates} {other} of {citation.source} and not {locator}"
                yield RuleVariation(says, now, rule.where)


# ------------------------------------------------------------------ templates


def lose_symmetry(template: Template) -> Iterator[TemplateVariation]:
    """Slots that may be swapped may not be."""
    if template.symmetric:
        now = msgspec.structs.replace(template, symmetric=None)
        yield TemplateVariation("is not symmetric", now, template.where)


def drop_after(template: Template) -> Iterator[TemplateVariation]:
    """Advice comes after one piece of advice less."""
    for number, relation in enumerate(template.after):
        now = msgspec.structs.replace(template, after=_without(template.after, number))
        yield TemplateVariation(f"is not after '{relation.other.template}'", now, template.where)


def drop_opposes(template: Template) -> Iterator[TemplateVariation]:
    """Advice opposes one piece of advice less."""
    for number, relation in enumerate(template.opposes):
        now = msgspec.structs.replace(template, opposes=_without(template.opposes, number))
        yield TemplateVariation(f"does not oppose '{relation.other.template}'", now, template.where)


RuleOperator = Callable[[KnowledgeBase, Rule], Iterator[RuleVariation]]
TemplateOperator = Callable[[Template], Iterator[TemplateVariation]]

WEAKENED: Final = "rule weakened"
OF_RULES: Final[Mapping[str, RuleOperator]] = {
    "variables swapped": swap_variables,
    "slot left out": leave_out_slots,
    "list widened": widen_lists,
    "list narrowed": narrow_lists,
    "count moved": move_counts,
    "comparison dropped": drop_comparisons,
    "comparison turned": turn_comparisons,
    "comparison moved": move_comparisons,
    "computation changed": change_computations,
    "exception negated": negate_exceptions,
    "conclusion dropped": drop_conclusions,
    WEAKENED: weaken,
    "strength moved": move_strength,
    "interests exchanged": exchange_interests,
    "citation moved": move_citations,
}
OF_TEMPLATES: Final[Mapping[str, TemplateOperator]] = {
    "symmetry lost": lose_symmetry,
    "order dropped": drop_after,
    "opposition dropped": drop_opposes,
}
