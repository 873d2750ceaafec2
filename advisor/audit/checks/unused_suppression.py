"""A finding is accepted that the audit does not make.

## What it does

Reports each entry of `audit: {allow: ...}`, in a rule or in `base.yaml`, that accepts nothing: the
check finds no such fault there, there is no check of that name, the time for which it was accepted
is over, or the fault is also about something that the entry does not name.

## Why it is bad

It once excused a fault that is gone, and will hide the next one. A misspelt check never excused
anything.

## Example

```yaml
- id: buy-from-supplier
  ...
  audit: {allow: {duplicate-rule: kept for readability}}    # and no other rule is like it
```

## Use instead

Take the entry out, correct the name of the check, look again at what was accepted for a time, or
name what else the finding is about under `with`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from advisor.audit import witness
from advisor.audit.finding import EvidenceWitness, Fault, Finding, Place, named_in
from advisor.audit.subject import Subject
from advisor.model import english
from advisor.model.allowances import Allowance
from advisor.model.errors import nearest

FAMILY: Final = "suppression"
SEVERITY: Final = "warning"


def find(subject: Subject) -> Iterator[Fault]:
    """The allowances that nothing made use of."""
    for allowance in subject.unused:
        place = Place(where=allowance.where, kind="allowance", name=allowance.about)
        yield Fault(
            message=_message(allowance, subject),
            places=(place,),
            witness=_said(allowance, subject.checks),
        )


def _said(allowance: Allowance, checks: Sequence[str]) -> EvidenceWitness:
    known = allowance.check in checks
    looked = f"the findings of '{allowance.check}': none is that"
    return witness.evidence(
        "the entry, and what was looked through",
        f"audit: {{allow: {{{allowance.check}: {allowance.says}}}}}, for '{allowance.about}'",
        looked if known else f"the ids of {witness.many(len(checks), 'check')}: none is that",
    )


def _message(allowance: Allowance, subject: Subject) -> str:
    check, about = allowance.check, allowance.about
    if check not in subject.checks:
        near = nearest(check, subject.checks)
        return f"there is no check '{check}' to allow" + (f": {near}" if near else "")
    if allowance.until is not None and allowance.until < subject.as_of:
        return f"'{check}' was allowed for '{about}' until {allowance.until}, which is past"
    if not allowance.holds(subject.as_of):
        return f"'{check}' is allowed for '{about}' since {allowance.since}, which is to come"
    others = _others(allowance, subject.found)
    if others:
        return f"'{check}' finds '{about}' together with {others}: name that under `with`"
    if allowance.finding is not None:
        return f"'{check}' finds nothing of the fingerprint {allowance.finding} at '{about}'"
    return f"'{check}' is allowed for '{about}' and finds nothing there"


def _others(allowance: Allowance, found: Iterable[Finding]) -> str:
    """What else a finding is about that the allowance would accept if it named that too."""
    for finding in found:
        names = named_in(finding)
        if finding.check == allowance.check and allowance.about in names:
            left = names - {allowance.about, *allowance.others}
            if allowance.finding is None and left:
                return english.listing([f"'{name}'" for name in sorted(left)])
    return ""
