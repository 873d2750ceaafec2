"""No fact, question or conclusion of this base matches a premise.

## What it does

Reports each premise, or count, that matches no fact of any scenario, no question that could be
asked, and no conclusion of any rule; where all of its template is missing, once for all rules that
ask for it. Likewise each premise of an `ask-when`. Advice that nothing concludes is
`dead-end-advice`. Exceptions are not reported: one that nothing matches yet is a precaution. Judged
only where the base has scenarios.

## Why it is bad

No scenario of this base can try the rule: it fires only for a fact file of somebody else that
states what is missing. More often a value was meant that is called otherwise. A question whose
`ask-when` nothing matches is never asked.

## Example

```yaml
- id: rough-water-by-day
  if:
    - weather: {town: $town, now: stormy}     # nobody states, asks or concludes it
  then: ...
```

## Use instead

A scenario that states it, a question (`asks`) for the template, a rule that concludes it, or the
value that was meant.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from advisor.audit import witness
from advisor.audit.example import Examples
from advisor.audit.finding import Fault, Witness
from advisor.audit.overlap import Filed, needed
from advisor.audit.quotes import lacking, premises
from advisor.audit.subject import Subject, place_of
from advisor.loader import written
from advisor.model.records import Pattern, Rule, Term

FAMILY: Final = "deficiency"
SEVERITY: Final = "warning"


def find(subject: Subject) -> Iterator[Fault]:
    """The premises that nothing in the base matches."""
    if not subject.scenarios:
        return
    templates = subject.base.templates
    kinds = {each.other.template for template in templates.values() for each in template.kinds}
    for name, rules in subject.base.requiring.items():
        template = templates[name]
        if template.asks or name in kinds:
            continue
        if template.advice and name not in subject.base.concluding:
            continue
        needing = [(rule, p) for rule in rules for p in needed(rule) if p.template == name]
        if needing:
            yield from _unmatched(subject, name, needing)
    yield from _never_asked(subject)


def _never_asked(subject: Subject) -> Iterator[Fault]:
    """The questions whose `ask-when` nothing in the base matches."""
    for template in subject.base.templates.values():
        for premise in template.ask_when:
            wanted = subject.base.templates[premise.template]
            filed = Filed(wanted, _known(subject, premise.template))
            if not wanted.asks and not filed.meets(premise.terms):
                wanting = written.pattern(premise, subject.base.templates)
                message = (
                    f"'{template.id}' is never asked: nothing matches its 'ask-when' {wanting}"
                )
                shown = witness.evidence("what would have to hold", f"ask-when: {wanting}")
                places = (place_of(template, premise),)
                yield Fault(message=message, places=places, witness=shown)


def _known(subject: Subject, name: str) -> list[Sequence[Term]]:
    """What is concluded and stated over a template."""
    concluded = {
        conclusion.terms
        for rule in subject.base.concluding.get(name, ())
        for conclusion in rule.conclusions
        if conclusion.template == name
    }
    return [*concluded, *(fact.instance.values for fact in subject.stated.get(name, ()))]


def _unmatched(subject: Subject, name: str, needing: list[tuple[Rule, Pattern]]) -> Iterator[Fault]:
    known = _known(subject, name)
    if not known:
        places = {rule.id: place_of(rule, pattern) for rule, pattern in needing}
        message = f"nothing in this base states, asks or concludes '{name}': no rule over it fires"
        shown = _missed(subject, *needing[0])
        yield Fault(message=message, places=tuple(places.values()), witness=shown)
        return
    filed = Filed(subject.base.templates[name], known)
    for rule, pattern in needing:
        if not filed.meets(pattern.terms):
            message = (
                f"rule '{rule.id}' does not fire: no scenario of this base states what its premise "
                f"over '{name}' asks for"
            )
            shown = _missed(subject, rule, pattern)
            yield Fault(message=message, places=(place_of(rule, pattern),), witness=shown)


def _missed(subject: Subject, rule: Rule, pattern: Pattern) -> Witness:
    """Facts that lack nothing but this premise, and the others over its template."""
    missing = [p for p in needed(rule) if p.template == pattern.template]
    found = Examples(subject).of(rule, but=missing)
    seen = found and lacking(subject, found, rule, [pattern.template])
    return seen or witness.evidence(f"what '{rule.id}' needs", *premises(rule))
