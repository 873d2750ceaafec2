"""An exception lifts a caveat whose ground still stands, and nothing takes its place.

## What it does

Reports each rule of a caveat with an exception, if in some scenario its advice is given, all its
premises hold, an exception alone keeps the caveat away, and no other caveat on that advice comes
from a rule with what was excepted among its premises.

## Why it is bad

A caveat stays while its ground stands. An exception that leaves the ground as it is may be right to
make the caveat another, as a lamp makes a crossing safe by night; without that, the advice is given
as if there were nothing to heed.

## Example

```yaml
- id: rough-water-by-day
  if: [cross: {client: $client, to: $to}, weather: {town: $to, now: rough}]
  unless: [lamp: {town: $to}]                  # the water is as rough as before
  then: [by-daylight: {client: $client, to: $to}]
```

## Use instead

A caveat for the case that is excepted ("only by the lamp"); or no exception. If nothing is left to
heed, an allowance.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from advisor.answers.advice import caveats_on
from advisor.audit import witness
from advisor.audit.finding import Fault
from advisor.audit.subject import Subject, place_of
from advisor.model.grades import HOLDS
from advisor.model.records import Instance, Rule
from advisor.reasoning.evaluate import Outcome
from advisor.reasoning.firings import Firing

FAMILY: Final = "deficiency"
SEVERITY: Final = "note"


class _Lifted(NamedTuple):
    """A caveat that an exception keeps away from a piece of advice."""

    case: Outcome
    advice: int
    caveat: int
    excepted: int


def find(subject: Subject) -> Iterator[Fault]:
    """The rules of caveats that an exception lifts, each in the first scenario that shows it."""
    for rule in subject.base.rules:
        if rule.exceptions and any(
            subject.base.templates[c.template].caveat for c in rule.conclusions
        ):
            lifted = next(_lifted(subject, rule), None)
            if lifted is not None:
                yield _fault(subject, rule, lifted)


def _lifted(subject: Subject, rule: Rule) -> Iterator[_Lifted]:
    """The caveats of a rule that an exception keeps away, where nothing takes their place."""
    for case, _ in subject.evaluated:
        for firing in case.graph.firings if rule.id not in case.scenario.withdrawn else ():
            if firing.rule.id == rule.id and _grounded(case, firing):
                excepted = [f for group in firing.exceptions for f in group if _holds(case, f)]
                advice = next(f for f in firing.premises if _advised(case, f))
                if excepted and not _replaced(case, firing, advice, excepted):
                    yield _Lifted(case, advice, firing.conclusions[0], excepted[0])


def _holds(case: Outcome, fact: int) -> bool:
    return bool(case.grades.lower[fact] >= HOLDS)


def _advised(case: Outcome, fact: int) -> bool:
    return case.graph.template(fact).advice


def _grounded(case: Outcome, firing: Firing) -> bool:
    """Whether all that a firing rests on holds, whatever is excepted."""
    counted = (sum(_holds(case, f) for f in c.facts) >= c.least for c in firing.counts)
    return all(_holds(case, fact) for fact in firing.premises) and all(counted)


def _replaced(case: Outcome, firing: Firing, advice: int, excepted: list[int]) -> bool:
    """Whether the caveat is there all the same, or one for the case that is excepted."""
    found = caveats_on(case.graph, advice, case.grades, case.scenario.withdrawn)
    return any(
        caveat in firing.conclusions or set(excepted) & set(other.premises)
        for caveat, other in found
    )


def _fault(subject: Subject, rule: Rule, lifted: _Lifted) -> Fault:
    scenario, named = lifted.case.scenario, lifted.case.graph.instances
    advice, caveat, excepted = (named[n] for n in (lifted.advice, lifted.caveat, lifted.excepted))
    message = f"an exception lifts the caveat of '{rule.id}', and nothing takes its place"
    shows = f"{advice} is given without {caveat}, for {excepted}"
    client = lifted.case.graph.template(lifted.advice).slot_values(advice)["client"]
    draft = witness.Draft(client=client, extends=scenario.name)
    shown = witness.held(
        subject.stage, shows, draft, lambda case: _without(case, advice, caveat)
    ) or witness.evidence(f"seen in '{scenario.name}'", shows)
    return Fault(message=message, places=(place_of(rule),), witness=shown)


def _without(case: Outcome, advice: Instance, caveat: Instance) -> bool:
    """Whether advice is given without a caveat."""
    number = case.graph.number
    if not witness.given(case, advice):
        return False
    found = caveats_on(case.graph, number[advice], case.grades, case.scenario.withdrawn)
    return all(one != number.get(caveat) for one, _ in found)
