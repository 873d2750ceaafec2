"""What an author accepts of what the audit finds, and what a base makes of its checks."""

from __future__ import annotations

from datetime import date
from typing import Literal

import msgspec

from advisor.model.errors import Location

Severity = Literal["error", "warning", "note"]


class Setting(msgspec.Struct, frozen=True, kw_only=True):
    """What a base makes of a check: it is off, or of another severity."""

    check: str  # the check's id, as written
    severity: Severity | None  # None: off
    reason: str
    where: Location


class Allowance(msgspec.Struct, frozen=True, kw_only=True):
    """A finding of the audit that an author accepts."""

    check: str  # the check's id, as written
    about: str  # what the finding is about: a rule, a template, an entity, a source ..., by name
    others: tuple[str, ...] = ()  # what else it is about
    finding: str | None = None  # its fingerprint, if only one is meant
    reason: str
    by: str | None = None
    since: date | None = None
    until: date | None = None
    where: Location

    def holds(self, day: date) -> bool:
        """Whether it is in force on a day."""
        return (self.since or day) <= day <= (self.until or day)

    @property
    def says(self) -> str:
        """The reason, with who gives it and for how long."""
        said = [self.reason]
        said += [f"accepted by {self.by}"] if self.by else []
        said += [f"since {self.since}"] if self.since else []
        said += [f"until {self.until}"] if self.until else []
        return ", ".join(said)
