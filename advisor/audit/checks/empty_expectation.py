"""An expectation cannot fail.

## What it does

Reports a `withheld` of advice that no rule could ever conclude: none that the scenario does not
withdraw has it in its `then`, or what the piece of advice names is excluded by the rule's own
comparisons or by `distinct`. Reports also an `only` beside a `given` that lists all advice.
(That a rule fires whatever is stated is `always-fired`.)

## Why it is bad

It counts among the expectations that are met, and nothing that goes wrong would make it fail. Most
often another value was meant.

## Example

```yaml
# the rule for it has `where: $client != $partner`
expect:
  withheld: ["buy(ashby, ashby, grain)"]
```

## Use instead

The advice that could be given, and is not.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from advisor.audit import witness
from advisor.audit.finding import Fault, Place
from advisor.audit.overlap import over
from advisor.audit.subject import Subject
from advisor.model.records import KnowledgeBase, Pattern, Rule, Term, Var
from advisor.model.scenarios import Expectation, Scenario
from advisor.model.values import value_text
from advisor.reasoning.unification import Bindings, bound, unified

FAMILY: Final = "dynamic"
SEVERITY: Final = "warning"


def find(subject: Subject) -> Iterator[Fault]:
    """The expectations that hold whatever the facts are."""
    for scenario, _ in subject.wanted:
        for expected in scenario.expectations:
            reason = _safe(scenario, expected)
            if reason:
                said = f"{expected.kind}: {expected.what or 'true'}"
                message = f"'{said}' of '{scenario.name}' cannot fail"
                place = Place(where=expected.where, kind="scenario", name=scenario.name)
                shown = witness.evidence(reason, said)
                yield Fault(message=message, places=(place,), witness=shown)


def _safe(scenario: Scenario, expected: Expectation) -> str | None:
    """Why an expectation cannot fail; None if it can."""
    base = scenario.base
    if expected.kind == "only":
        advised = {t.id for t in base.templates.values() if t.advice and t.id in base.concluding}
        return "it lists all advice there is" if advised <= {*expected.wanted} else None
    if expected.kind != "withheld":
        return None
    name = expected.what.split("(", maxsplit=1)[0]
    rules = [rule for rule in base.concluding.get(name, ()) if rule.id not in scenario.withdrawn]
    if not rules:
        return f"no rule concludes '{name}' here"
    if "(" in expected.what and not _possible(base, rules, expected.what):
        return f"no rule could ever conclude {expected.what}"
    return None


def _possible(base: KnowledgeBase, rules: Sequence[Rule], what: str) -> bool:
    """Whether one of some rules could conclude a piece of advice."""
    return any(
        _open(base, rule, bindings)
        for rule in rules
        for conclusion in over(rule.conclusions, what.split("(", maxsplit=1)[0])
        for bindings in _bindings(base, conclusion, what)
    )


def _bindings(base: KnowledgeBase, conclusion: Pattern, what: str) -> Iterator[Bindings]:
    """What a conclusion binds, if it comes to this."""
    template = base.templates[conclusion.template]
    written = what[:-1].split("(", maxsplit=1)[1].split(", ")
    values: list[Term] = []
    for term, text, kind in zip(conclusion.terms, written, template.slots.values(), strict=True):
        if isinstance(term, Var) and kind.kind not in {"entity", "values"}:
            values.append(None)
        else:
            values.append(text if isinstance(term, Var) or value_text(term) != text else term)  # type: ignore[arg-type]
    yield from unified(template, conclusion.terms, tuple(values), {})  # type: ignore[misc]


def _open(base: KnowledgeBase, rule: Rule, bindings: Bindings) -> bool:
    """Whether what a rule compares, and what is distinct, leaves room for some bindings."""
    if any(bindings.keys() >= t.variables() and not t.holds(bindings) for t in rule.comparisons):
        return False
    for pattern in rule.patterns():
        template = base.templates[pattern.template]
        known = [bound(pattern, bindings)[place] for place in template.distinct]
        values = [value for value in known if value is not None]
        if len(set(values)) < len(values):
            return False
    return True
