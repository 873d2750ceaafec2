"""Finds what the comparisons of a rule are put to in scenarios, where the rest of the rule holds.

The recorded firings have only what a comparison lets through; so the premises are joined anew, and
without it. Exceptions and counts are left aside.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from advisor.audit.unsearched import leave
from advisor.model.english import types_of
from advisor.model.grades import HOLDS
from advisor.model.records import Comparison, KnowledgeBase, Pattern, Rule, Var
from advisor.model.values import Value
from advisor.reasoning.computing import extended
from advisor.reasoning.evaluate import Outcome
from advisor.reasoning.orders import ORDERED
from advisor.reasoning.unification import Bindings, unified

STEPS: Final = 5_000  # of one join in one scenario; what takes more is not looked at further

Met = dict[tuple[Value, Value], bool]  # the two sides -> whether the comparison holds of them
Stated = Mapping[str, Sequence[tuple[Value, ...]]]  # values of the facts that hold, by template


def met(cases: Iterable[Outcome], rule: Rule) -> dict[int, Met]:
    """For each comparison of numbers or days, by place, the values that it was put to."""
    found: dict[int, Met] = {}
    for case in cases:
        base = case.scenario.base
        kinds = {name: kind.kind for name, kind in types_of(base, rule).items()}
        ordered = [
            (place, test)
            for place, test in enumerate(rule.comparisons)
            if all(kinds[name] in ORDERED for name in test.variables())
        ]
        if not ordered or rule.id in case.scenario.withdrawn:
            continue
        for variant in base.variants_of(rule):
            for bound in _joined(base, variant.patterns(), _holding(case, variant)):
                bindings = extended(variant, bound)
                known = [t for t in rule.comparisons if bindings.keys() >= t.variables()]
                for place, test in ordered if len(known) == len(rule.comparisons) else ():
                    others = (other for other in rule.comparisons if other is not test)
                    if all(other.holds(bindings) for other in others):
                        found.setdefault(place, {})[_sides(test, bindings)] = test.holds(bindings)
    return found


def _holding(case: Outcome, rule: Rule) -> Stated:
    """The facts that a rule's premises are about, as far as they hold."""
    graph = case.graph
    return {
        name: [
            graph.instances[number].values
            for number in graph.of_template.get(name, ())
            if case.grades.lower[number] >= HOLDS
        ]
        for name in dict.fromkeys(pattern.template for pattern in rule.patterns())
    }


def _joined(base: KnowledgeBase, patterns: Sequence[Pattern], facts: Stated) -> Iterator[Bindings]:
    """Every way to match the patterns, until the steps run out."""
    steps = STEPS
    waiting: list[tuple[int, Bindings]] = [(0, {})]
    while waiting and steps:
        place, bindings = waiting.pop()
        if place == len(patterns):
            yield bindings
            continue
        pattern = patterns[place]
        for values in facts[pattern.template]:
            steps = max(steps - 1, 0)
            template = base.templates[pattern.template]
            found = unified(template, pattern.terms, values, bindings)
            waiting += [(place + 1, extended) for extended in found]
    if waiting:
        leave(
            "values that comparisons are put to",
            f"joining the premises took more than {STEPS:,} steps",
            " and ".join(pattern.template for pattern in patterns),
        )


def _sides(test: Comparison, bindings: Bindings) -> tuple[Value, Value]:
    left, right = (
        bindings[side.name] if isinstance(side, Var) else side for side in (test.left, test.right)
    )
    return left, right
