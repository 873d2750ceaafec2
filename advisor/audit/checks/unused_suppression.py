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

from collections.abc import Iterator
from typing import Final

from advisor.audit import witness
from advisor.audit.check import all_checks
from advisor.audit.finding import EvidenceWitness, Fault, Place
from advisor.audit.subject import Subject
from advisor.errors import nearest
from advisor.model import Allowance

FAMILY: Final = "suppression"
SEVERITY: Final = "warning"


def find(subject: Subject) -> Iterator[Fault]:
    """The allowances that nothing made use of."""
    for one in subject.unused:
        place = Place(where=one.where, kind="allowance", name=one.about)
        yield Fault(message=_message(one), places=(place,), witness=_said(one))


def _said(one: Allowance) -> EvidenceWitness:
    known = one.check in all_checks()
    looked = f"the findings of '{one.check}': none is about '{one.about}'"
    return witness.evidence(
        "the entry, and what was looked through",
        f"audit: {{allow: {{{one.check}: {one.reason}}}}}, for '{one.about}'",
        looked if known else f"the ids of {witness.many(len(all_checks()), 'check')}: none is that",
    )


def _message(one: Allowance) -> str:
    if one.check not in all_checks():
        near = nearest(one.check, all_checks())
        return f"there is no check '{one.check}' to allow" + (f": {near}" if near else "")
    return f"'{one.check}' is allowed for '{one.about}' and finds nothing there"
