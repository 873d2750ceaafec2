"""A finding is accepted that the audit does not make.

## What it does

Reports each entry of `audit: {allow: ...}`, in a rule or in `base.yaml`, that accepts nothing: the
check finds no such fault there, or there is no check of that name.

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

Take the entry out, or correct the name of the check.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from advisor.audit import witness
from advisor.audit.finding import EvidenceWitness, Fault, Place
from advisor.audit.subject import Subject
from advisor.model.errors import nearest
from advisor.model.records import Allowance

FAMILY: Final = "suppression"
SEVERITY: Final = "warning"


def find(subject: Subject) -> Iterator[Fault]:
    """The allowances that nothing made use of."""
    for allowance in subject.unused:
        place = Place(where=allowance.where, kind="allowance", name=allowance.about)
        yield Fault(
            message=_message(allowance, subject.checks),
            places=(place,),
            witness=_said(allowance, subject.checks),
        )


def _said(allowance: Allowance, checks: Sequence[str]) -> EvidenceWitness:
    known = allowance.check in checks
    looked = f"the findings of '{allowance.check}': none is about '{allowance.about}'"
    return witness.evidence(
        "the entry, and what was looked through",
        f"audit: {{allow: {{{allowance.check}: {allowance.reason}}}}}, for '{allowance.about}'",
        looked if known else f"the ids of {witness.many(len(checks), 'check')}: none is that",
    )


def _message(allowance: Allowance, checks: Sequence[str]) -> str:
    if allowance.check not in checks:
        near = nearest(allowance.check, checks)
        return f"there is no check '{allowance.check}' to allow" + (f": {near}" if near else "")
    return f"'{allowance.check}' is allowed for '{allowance.about}' and finds nothing there"
