"""A source is dated after the base that cites it.

## What it does

Reports each source whose `date`, or whose `dated` in words, lies after the date of the base. Of
words, a day, a month or a year is understood, and of several years, as in "2014-2016", the
earliest. What the source speaks of (`as-of`) is not looked at: that may well lie ahead.

## Why it is bad

A base cannot rest on what was not written yet: one of the two dates is wrong.

## Example

```yaml
ledger:
  title: The ledger of the ferry
  origin: ferry
  date: 2027-03-01      # in a base of 2026
```

## Use instead

The date that the document bears; or a later date of the base, which was then looked over again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Final

from advisor.audit import witness
from advisor.audit.finding import Fault
from advisor.audit.subject import Subject, place_of

FAMILY: Final = "deficiency"
SEVERITY: Final = "warning"

_DAY: Final = re.compile(r"\b((?:19|20)\d\d)-(\d\d)(?:-(\d\d))?\b")
_YEAR: Final = re.compile(  # perhaps the first of two, as in "2014-2016" and in "2014-16"
    r"(?<![\d-])((?:19|20)\d\d)(?=-(?:1[3-9]|[2-9]\d|(?:19|20)\d\d)(?!\d)|(?![\d-]))"
)
_MONTHS: Final = (
    *("january", "february", "march", "april", "may", "june", "july"),
    *("august", "september", "october", "november", "december"),
)
_MONTH: Final = re.compile(rf"\b({'|'.join(_MONTHS)}),? ((?:19|20)\d\d)\b", re.IGNORECASE)


def find(subject: Subject) -> Iterator[Fault]:
    """The sources of a day that the base does not know yet."""
    for source in subject.sources:
        written = _earliest(source.dated or "")
        if written is not None and written > subject.base.date:
            message = f"'{source.id}' is dated after the base"
            shown = witness.evidence(
                "its date, and that of the base", f"{source.dated}", f"{subject.base.date}"
            )
            yield Fault(message=message, places=(place_of(source),), witness=shown)


def _earliest(text: str) -> date | None:
    """The first day that a date in words may mean; None if it names none."""
    found = [(int(year), int(month), int(day or 1)) for year, month, day in _DAY.findall(text)]
    months = _MONTH.findall(text)
    found += [(int(year), _MONTHS.index(month.lower()) + 1, 1) for month, year in months]
    dated = {year for _, year in months}
    found += [(int(year), 1, 1) for year in _YEAR.findall(text) if year not in dated]
    possible = [each for each in found if 1 <= each[1] <= 12 and 1 <= each[2] <= 28 + 3]
    return min((_day(*each) for each in possible), default=None)


def _day(year: int, month: int, day: int) -> date:
    return date(year, month, min(day, 28))
