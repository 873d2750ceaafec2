"""The smallest changes that flip a piece of advice, as records."""

from __future__ import annotations

from typing import ClassVar, Literal

import msgspec

from advisor.answers.whatif import WhatIf
from advisor.model.result import Result

FlipGoal = Literal["given", "withheld"]  # what the advice is to become


class Adjustment(msgspec.Struct, frozen=True, kw_only=True):
    """One given fact, or one group of alternatives, set to another value."""

    instance: str
    says: str
    before: str
    after: str
    then: str  # the clause that is true afterwards
    example: bool = False  # the number or date of the instance stands for all that `then` names


class FlipSet(msgspec.Struct, frozen=True, kw_only=True):
    """A smallest set of changes that flips the advice, with what else it does."""

    changes: tuple[Adjustment, ...]
    comparison: WhatIf  # everything that the set changes in the advice


class AtOnce(msgspec.Struct, frozen=True, kw_only=True):
    """That of the facts of a template only so many are changed at once."""

    template: str
    most: int
    facts: int  # that rules compute over, together


class Flips(Result, frozen=True, kw_only=True):
    """The smallest sets of changes that flip a piece of advice, each set of facts once."""

    document: ClassVar[str] = "flips/1"

    scenario: str
    what: str  # an instance, or a template's id
    targets: tuple[str, ...]  # the instances that it stands for
    to: FlipGoal
    standing: str  # as it is
    size: int | None  # of each set; None where no set flips it
    at_least: int | None  # changes that are proved to be needed: the size, unless cut short
    cut_short: str | None  # why smaller sets were not ruled out, where they were not
    total: int  # sets found
    more: bool  # whether there are others
    sets: tuple[FlipSet, ...]  # those found, in order of their changes
    reason: str | None  # why no set flips it
    unsearched: tuple[str, ...]  # templates whose other numbers, with which rules compute, are not
    unasked: tuple[str, ...] = ()  # templates without `asks`: only what is stated is tried
    at_once: tuple[AtOnce, ...] = ()  # where sets of more changes were not tried
