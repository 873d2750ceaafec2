"""A rule could be changed for the worse, and every expectation would still be met.

## What it does

Changes the base, one thing at a time, as a slip of the pen would, and looks whether some
expectation of some scenario fails: a rule withdrawn, variables exchanged, a slot left out, a
comparison turned or moved by a step, and more. The share of these mutants that is noticed is the
mutation score; those that are proved to change nothing are not counted. Reported as findings are
those that nothing notices in which a rule is withdrawn or weakened to "roughly even chance", or a
condition counts as passed, unless another check explains it: a rule that never fires, a condition
that never decides, advice without a test. The other survivors are listed after the findings; the
first of all come each with a scenario that would show it (`--long`). 300 mutants are tried, or as
many as `--mutants` says.

## Why it is bad

The expectations of the scenarios do not pin down what the rule does.

## Example

```yaml
expect:
  given: [buy]        # from either of two rules: without one of them it is given just the same
```

## Use instead

An expectation that depends on it: a scenario in which only this rule gives the advice, or a
`confidence` or `sources` that turn on it. If no scenario could tell, allow it, with the reason.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from advisor.audit import witness
from advisor.audit.finding import Fault
from advisor.audit.mutants import PASSED, TOLD, Mutant
from advisor.audit.operators import WEAKENED
from advisor.audit.score import unnoticed
from advisor.audit.subject import Subject
from advisor.model.records import Rule
from advisor.model.relations import closure
from advisor.testing.goals import Mark

FAMILY: Final = "dynamic"
SEVERITY: Final = "note"


def find(subject: Subject) -> Iterator[Fault]:
    """The mutants that no expectation notices."""
    if not subject.wanted:
        return
    expected = [e.where for case, _ in subject.wanted for e in case.expectations]
    ran = witness.evidence(
        "each of these holds with the rule and with the mutant alike",
        f"ran: {witness.within(subject.base, 'expectation', expected)}",
    )
    for mutant in subject.trial.survivors:
        rule = subject.rules.get(mutant.rule or "")
        if mutant.operator not in TOLD or rule is None:
            continue
        if mutant.operator == WEAKENED and not rule.premises:
            continue  # advice from nothing has low confidence at any strength
        if _exercised(subject, mutant, rule) and _leads(subject, rule):
            message = unnoticed(mutant.says)
            shown = subject.shown.get(mutant.identity, ran)
            yield Fault(message=message, places=(mutant.place,), witness=shown)


def _exercised(subject: Subject, mutant: Mutant, rule: Rule) -> bool:
    """Whether a scenario puts to the test what the mutant changes."""
    if mutant.operator == PASSED:
        return Mark("decisive", rule.id, mutant.part) in subject.covered
    return Mark("fired", rule.id) in subject.covered


def _leads(subject: Subject, rule: Rule) -> bool:
    """Whether some advice that is expected rests on the rule."""

    def above(name: str) -> Iterator[str]:
        for user in subject.base.requiring.get(name, ()):
            yield from (conclusion.template for conclusion in user.conclusions)

    reached = closure((conclusion.template for conclusion in rule.conclusions), above)
    return any(name in subject.expected or subject.base.templates[name].caveat for name in reached)
