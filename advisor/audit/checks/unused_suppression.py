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
    for one in subject.unused:
        place = Place(where=one.where, kind="allowance", name=one.about)
        yield Fault(
            message=_message(one, subject.checks),
            places=(place,),
            witness=_said(one, subject.checks),
        )


def _said(one: Allowance, checks: Sequence[str]) -> EvidenceWitness:
    known = one.check in checks
    looked = f"the findings of '{one.check}': none is about '{one.about}'"
    return witness.evidence(
        "the entry, and what was looked through",
        f"audit: {{allow: {{{one.check}: {one.reason}}}}}, for '{one.about}'",
        looked if known else f"the ids of {witness.many(len(checks), 'check')}: none is that",
    )


def _message(one: Allowance, checks: Sequence[str]) -> str:
    if one.check not in checks:
        near = nearest(one.check, checks)
        return f"there is no check '{one.check}' to allow" + (f": {near}" if near else "")
    return f"'{one.check}' is allowed for '{one.about}' and finds nothing there"
