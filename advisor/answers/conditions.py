"""Turns a condition of a rule that has no premise's fact into words: how it reads, what is so.

A comparison is said with its values, and an exception that is met by the facts that meet it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, NamedTuple

from advisor.answers.calculations import as_it_stands
from advisor.model import english, several
from advisor.model.grades import with_band
from advisor.model.records import AtLeast, Comparison, Pattern, Rule
from advisor.model.values import Value
from advisor.reasoning.evaluate import Outcome
from advisor.reasoning.unification import bound, ground

_MEETING: Final = 3  # facts named that meet an exception

Status = Literal[
    "held", "not held", "unknown", "denied", "unmentioned", "blocked", "failed", "open"
]


CheckKind = Literal["exception", "comparison", "count", "strength", "value", "silence", "withdrawn"]


class BareCondition(NamedTuple):
    """A condition other than a premise, before it is put into words."""

    kind: CheckKind
    status: Status
    subject: Pattern | AtLeast | Comparison | str | None = None
    facts: tuple[int, ...] = ()


def contrary(
    outcome: Outcome, rule: Rule, check: BareCondition, bindings: Mapping[str, Value]
) -> str | None:
    """What is so where a comparison fails."""
    if not isinstance(check.subject, Comparison) or check.status != "failed":
        return None
    known = as_it_stands(outcome, rule, bindings).values
    return _compared(outcome, rule, english.contrary(check.subject), known)


def _compared(outcome: Outcome, rule: Rule, test: Comparison, known: Mapping[str, Value]) -> str:
    return english.comparison(outcome.scenario.base, rule, test, known, worked_out=True)


def _excepted(
    outcome: Outcome,
    pattern: Pattern,
    check: BareCondition,
    known: Mapping[str, Value],
    met: dict[str, str],
) -> str:
    """An exception; of one that leaves something free and is met, the facts that meet it."""
    template = outcome.scenario.base.templates[pattern.template]
    if check.status == "held" or ground(template, bound(pattern, known)):
        return english.pattern(outcome.scenario.base, pattern, known, met)
    facts = [outcome.graph.instances[fact] for fact in check.facts]
    columns = zip(*(instance.values for instance in facts), strict=True)
    if len(facts) > 1 and sum(len(set(values)) > 1 for values in columns) == 1:
        return several.says_of(outcome.scenario.base, facts, _MEETING)
    said = [english.told(outcome.scenario, instance) for instance in facts[:_MEETING]]
    left = len(facts) - len(said)
    return "; ".join([*said, f"{left} more such facts"] if left else said)


def clause(
    outcome: Outcome,
    rule: Rule,
    check: BareCondition,
    bindings: Mapping[str, Value],
    met: dict[str, str],
) -> str:
    """A condition as it reads, with what is bound; `met` is what has been spoken of."""
    known = as_it_stands(outcome, rule, bindings).values
    match check.subject:
        case AtLeast(count=least, of=of):
            says = english.pattern(outcome.scenario.base, of, bindings)
            return f"at least {least} of these hold, and {len(check.facts)} do: {says}"
        case Comparison() as test:
            return _compared(outcome, rule, test, known)
        case Pattern() as pattern:
            return _excepted(outcome, pattern, check, known, met)
        case str() as against:
            return against
    if check.kind == "exception":
        return "there is other advice"
    if check.kind == "strength":
        return f"the rule is rated {with_band(rule.strength)}"
    return "the rule is withdrawn"
