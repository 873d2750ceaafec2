"""The comparisons of a rule cannot hold together.

## What it does

Solves the `where` of each rule: equalities, inequalities and bounds over numbers and dates, and the
legal values of a slot that has few. Reports those that contradict each other, none to spare.

## Why it is bad

The rule never fires.

## Example

```yaml
where: [$metres < 3, $metres > 5]
```

## Use instead

The bounds that were meant; two rules, if it was "or".
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from advisor import english
from advisor.audit.comparisons import Constant, Term, conflict, constant
from advisor.audit.finding import CycleWitness, Fault
from advisor.audit.subject import Subject, of_rule
from advisor.audit.subsumption import Frozen, test_of
from advisor.model import Comparison, KnowledgeBase, Rule, Var, value_text

FAMILY: Final = "deficiency"
SEVERITY: Final = "error"


def find(subject: Subject) -> Iterator[Fault]:
    """The rules whose comparisons contradict each other."""
    for rule in subject.base.rules:
        tests = [test_of(one) for one in rule.comparisons]
        clash = conflict(tests, _legal(subject.base, rule)) if tests else None
        if clash is not None:
            written = tuple(_written(rule.comparisons[place]) for place in clash)
            shows = "no values make all of these true"
            yield Fault(
                message=f"the comparisons of rule '{rule.id}' cannot hold together",
                places=(of_rule(rule),),
                witness=CycleWitness(shows=shows, steps=written),
            )


def _legal(base: KnowledgeBase, rule: Rule) -> dict[Term, list[Constant]]:
    """The values of each variable that has few."""
    found: dict[Term, list[Constant]] = {}
    for name, kind in english.variable_types(base, rule).items():
        if kind.kind == "values":
            found[Frozen(name)] = [constant(value) for value in kind.values]
        elif kind.kind == "boolean":
            found[Frozen(name)] = [constant(True), constant(False)]
    return found


def _written(test: Comparison) -> str:
    left, right = (
        f"${side.name}" if isinstance(side, Var) else value_text(side)
        for side in (test.left, test.right)
    )
    return f"{left} {test.operator} {right}"
