"""Goals: what of a base a scenario can put to the test, each with its mark.

A rule is *fired* where one of its firings reaches the threshold, and *withheld* where none can. A
condition - a premise, a count, an exception, the `otherwise` of a default rule, a comparison - is
*decisive* where everything else about a firing passes and it alone keeps the firing from the
threshold, so that changing it alone would let the rule fire. (With a rule fired once and each
condition decisive once, each has been seen to decide both ways: active clause coverage; Ammann and
Offutt, Introduction to Software Testing, ch. 8.) A comparison of numbers or days with a constant
has a *bound*, and is to be put to just that value, and *beside* it to one on the other side, no
more than a step of its last digit, or a day, away; a comparison of two variables to two that are
the same. Advice is *reached* where some of it is given. A rule for a caveat is *qualifying* where
it fires, and *sparing* where advice that it could qualify is given without it. Interests are
*advanced* and *strained* by advice that is given to one who holds them. A client is *advised* where
some advice is given to it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar, Final, Literal, NamedTuple, get_args

import msgspec

from advisor.loader.written import comparison
from advisor.model.authored import is_mark
from advisor.model.background import is_type_template
from advisor.model.errors import Location
from advisor.model.expressions import Comparison
from advisor.model.records import AtLeast, Entity, KnowledgeBase, Pattern, Rule, Var
from advisor.model.result import Result
from advisor.model.values import Value, value_text
from advisor.reasoning.orders import beside

MarkKind = Literal[
    "fired",
    "withheld",
    "decisive",
    "bound",
    "beside",
    "reached",
    "qualifying",
    "sparing",
    "advanced",
    "strained",
    "advised",
]
KINDS: Final[tuple[MarkKind, ...]] = get_args(MarkKind)
OF_RULES: Final[tuple[MarkKind, ...]] = (
    *("fired", "withheld", "decisive", "bound", "beside", "qualifying", "sparing"),
)


class Mark(NamedTuple):
    """What a goal is: the identity by which goals are found covered."""

    kind: MarkKind
    name: str  # a rule's id; of advice, its template's; of interests and clients, theirs
    part: int = -1  # of a condition: its place among those of its rule


class CoverageGoal(msgspec.Struct, frozen=True, kw_only=True):
    """Something that a scenario can put to the test."""

    kind: MarkKind
    name: str  # a rule's id; of advice, its template's; of interests and clients, theirs
    part: int | None  # of a condition: its place in the rule, from 1; comparisons come last
    says: str  # the goal as a clause
    where: Location
    covered_by: str | None  # the first scenario that does

    @property
    def mark(self) -> Mark:
        """Its identity."""
        return Mark(self.kind, self.name, -1 if self.part is None else self.part - 1)


class Suggestion(msgspec.Struct, frozen=True, kw_only=True):
    """A scenario that would cover what no other does."""

    name: str
    goal: CoverageGoal
    covers: int  # of the goals that nothing before it covers
    text: str  # of the fact file


class Unfound(msgspec.Struct, frozen=True, kw_only=True):
    """A goal without a suggestion, and why there is none."""

    goal: CoverageGoal
    why: str


class Suggestions(Result, frozen=True, kw_only=True):
    """Scenarios that would cover some goals, and what became of the others."""

    document: ClassVar[str] = "suggestions/1"

    scenarios: tuple[Suggestion, ...]
    never: tuple[Unfound, ...]  # that nothing covers, as is proved
    unfound: tuple[Unfound, ...]  # for which none was found, whatever there may be
    cut_short: str | None = None  # why the search ended before it was done
    unsearched: tuple[CoverageGoal, ...] = ()  # that it had not come to by then


class RuleCondition(NamedTuple):
    """One condition of a rule."""

    says: str  # what it is, as in "premise 2 (shortage)"
    where: Location


def conditions(rule: Rule) -> list[RuleCondition]:
    """A rule's premises and counts as they are written, its exceptions, and `otherwise`."""
    found = []
    for number, premise in enumerate(rule.premises, 1):
        of = premise.of if isinstance(premise, AtLeast) else premise
        found.append(RuleCondition(f"premise {number} ({of.template})", of.where))
    for number, exception in enumerate(rule.exceptions, 1):
        found.append(RuleCondition(f"exception {number} ({exception.template})", exception.where))
    if rule.otherwise:
        found.append(RuleCondition("its 'otherwise'", rule.where))
    return found


def deciding(base: KnowledgeBase, rule: Rule) -> Iterator[tuple[int, RuleCondition]]:
    """The conditions of a rule that may come out either way, with their places.

    That an entity is of its type is so. A rule which concludes that another matches asks for no
    more than that one.
    """
    for part, condition in enumerate(() if is_mark(rule.id) else conditions(rule)):
        premise = rule.premises[part] if part < len(rule.premises) else None
        if not (
            isinstance(premise, Pattern) and is_type_template(base.templates[premise.template])
        ):
            yield part, condition


def is_ordered(test: Comparison) -> bool:
    """Whether a comparison has a bound: it asks for less or more."""
    return test.operator in {"<", "<=", ">", ">="}


def bound_of(test: Comparison) -> Value | None:
    """The number or day with which a comparison compares; None if there is none."""
    return next((s for s in (test.left, test.right) if not isinstance(s, Var)), None)


def caveat_premise(base: KnowledgeBase, rule: Rule) -> Pattern | None:
    """The advice that a rule for a caveat qualifies; None for other rules."""
    if not any(base.templates[conclusion.template].caveat for conclusion in rule.conclusions):
        return None
    about = (p for p in rule.patterns() if base.templates[p.template].advice)
    kinds = (p for p in rule.patterns() if base.templates[p.template].kind)
    return next(about, None) or next(kinds, None)


def goals(base: KnowledgeBase) -> Iterator[CoverageGoal]:
    """All that scenarios can put to the test of a base, but for the clients that they advise."""
    for rule in base.rules:
        if not is_mark(rule.id):  # its conditions are those of the rule beside it
            yield from _of_rule(base, rule)
    for template in base.templates.values():
        if template.advice:
            says = f"the advice {template.id} is given"
            yield _goal(Mark("reached", template.id), says, template.where)
    for interest in base.interests.values():
        if any(interest.id in rule.advances for rule in base.rules):
            says = f"advice is given that advances the interest {interest.id}"
            yield _goal(Mark("advanced", interest.id), says, interest.where)
        if any(interest.id in rule.strains for rule in base.rules):
            says = f"advice is given that strains the interest {interest.id}"
            yield _goal(Mark("strained", interest.id), says, interest.where)


def client_goal(client: Entity) -> CoverageGoal:
    """That something is expected about the advice to a client."""
    says = f"something is expected about the advice to {client.id}"
    return _goal(Mark("advised", client.id), says, client.where)


def _of_rule(base: KnowledgeBase, rule: Rule) -> Iterator[CoverageGoal]:
    about = caveat_premise(base, rule)
    parts = conditions(rule)
    if about is None:
        yield _goal(Mark("fired", rule.id), f"the rule {rule.id} fires", rule.where)
        if not always_fires(base, rule):
            yield _goal(Mark("withheld", rule.id), f"the rule {rule.id} does not fire", rule.where)
    else:
        says = f"the rule {rule.id} qualifies advice"
        yield _goal(Mark("qualifying", rule.id), says, rule.where)
        if len(parts) + len(rule.comparisons) > 1:
            says = f"advice that the rule {rule.id} could qualify is given without it"
            yield _goal(Mark("sparing", rule.id), says, rule.where)
    for part, condition in deciding(base, rule):
        says = f"{condition.says} alone keeps the rule {rule.id} from firing"
        yield _goal(Mark("decisive", rule.id, part), says, condition.where)
    for part, test in enumerate(rule.comparisons, len(parts)):
        yield from _of_comparison(rule, test, part)


_ALWAYS: Final = {"sum", "count"}  # which are of nothing, too


def always_fires(base: KnowledgeBase, rule: Rule) -> bool:
    """Whether a rule asks for nothing but that entities are there, and computes what always is."""
    may_fail = [*rule.exceptions, *rule.comparisons, *rule.counts()]
    may_fail += [let for let in rule.lets if getattr(let.of, "operator", "") not in _ALWAYS]
    there = (is_type_template(base.templates[one.template]) for one in rule.patterns())
    return bool(rule.premises) and not (may_fail or rule.otherwise) and all(there)


def _of_comparison(rule: Rule, test: Comparison, part: int) -> Iterator[CoverageGoal]:
    said = f"the comparison '{comparison(test)}'"
    says = f"{said} alone keeps the rule {rule.id} from firing"
    yield _goal(Mark("decisive", rule.id, part), says, test.where)
    if not is_ordered(test):
        return
    of = f"{said} of the rule {rule.id} is put to"
    bound = bound_of(test)
    shown = "two values that are the same" if bound is None else value_text(bound)
    yield _goal(Mark("bound", rule.id, part), f"{of} {shown}", test.where)
    outside = next(iter(outside_of(test)), None)
    if outside is not None:
        nearer = "" if test.order else f", or what lies between that and {shown}"
        says = f"{of} {value_text(outside)}{nearer}"
        yield _goal(Mark("beside", rule.id, part), says, test.where)


def outside_of(test: Comparison) -> list[Value]:
    """The value next to the bound of a comparison, on the side on which the bound is not."""
    bound = bound_of(test)
    if bound is None:
        return []
    less = test.operator in {"<", ">="}  # of a variable on the left: where what is less differs
    if not isinstance(test.left, Var):
        less = not less
    if test.order:  # of legal values
        at = test.order.index(str(bound)) + (-1 if less else 1)
        return [*test.order[at : at + 1]] if at >= 0 else []
    return [value for value in beside(bound) if (value < bound) is less]  # type: ignore[operator]


def is_beside(test: Comparison, sides: tuple[Value, Value]) -> bool:
    """Whether a value lies next to the bound, or nearer, on the side on which the bound is not."""
    bound, near = bound_of(test), outside_of(test)
    value: Any = next((side for side in sides if side != bound), None)
    if not near or value is None or test.order:
        return value in near
    low, high = sorted((bound, *near))  # type: ignore[type-var]
    return bool(low <= value <= high)


def _goal(mark: Mark, says: str, where: Location) -> CoverageGoal:
    part = None if mark.part < 0 else mark.part + 1
    return CoverageGoal(
        kind=mark.kind, name=mark.name, part=part, says=says, where=where, covered_by=None
    )
