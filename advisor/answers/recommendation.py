"""What is said to one client: recommendations with all that qualifies them, as frozen records."""

from __future__ import annotations

from typing import ClassVar, Literal

import msgspec

from advisor.answers.confidence import Confidence
from advisor.answers.explanation import Step
from advisor.answers.limits import Limit
from advisor.answers.whynot import NearMiss
from advisor.model.result import Result
from advisor.model.sources import Citations, Reading
from advisor.model.values import Plain

Strength = Literal["do", "consider"]


class Caveat(msgspec.Struct, frozen=True, kw_only=True):
    """A qualification of one piece of advice."""

    id: str
    instance: str
    says: str
    because: str
    reasoning_from: Citations
    reasoning_reading: tuple[Reading, ...]  # how it comes from these: those that occur
    recommended: Citations  # where a source itself recommends it; () if none does
    advances: tuple[str, ...]  # interests of the client that it looks after


class Recommendation(msgspec.Struct, frozen=True, kw_only=True):
    """A piece of advice that is given."""

    id: str
    instance: str
    slots: dict[str, Plain]
    says: str  # the whole sentence, caveats included
    confidence: Confidence | None  # None: by default alone, as the rules found nothing
    limited_by: tuple[Limit, ...]  # what keeps the confidence from being higher
    grade: int
    because: str
    caveats: tuple[Caveat, ...]
    recommended: Citations  # where a source itself recommends it to this client; () if none does
    facts_from: Citations
    facts_reading: tuple[Reading, ...]  # how they come from these: those that occur
    reasoning_from: Citations
    reasoning_reading: tuple[Reading, ...]
    advances: tuple[str, ...]  # interests that the client holds
    strains: tuple[str, ...]
    assumptions: tuple[str, ...]  # from silence, one sentence each
    how: Step


class Member(msgspec.Struct, frozen=True, kw_only=True):
    """A piece of advice in a line."""

    handle: str  # "5", or of several "5a"
    instance: str
    says: str  # what tells it from the others: "gas pipelines"; of one alone, its clause


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """Pieces of advice that differ in one slot alone, said as one."""

    number: int
    rank: int  # shared by what is equal
    id: str  # of the template
    says: str  # the whole sentence, caveats included
    clause: str  # without them
    shortly: str  # the clause, of many members the first few named and the others counted
    caveats: tuple[str, ...]  # what each says
    strength: Strength
    lacking: tuple[str, ...]  # what keeps it from being one to do: "strains ..."
    topic: str | None  # the interest of highest priority that it advances
    confidence: Confidence | None
    members: tuple[Member, ...]


class Heading(msgspec.Struct, frozen=True, kw_only=True):
    """The lines of one strength under one interest."""

    strength: Strength
    interest: str | None
    says: str
    lines: tuple[int, ...]  # their numbers


class Unknown(msgspec.Struct, frozen=True, kw_only=True):
    """A fact that nobody knows, and that something may rest on."""

    instance: str
    says: str  # "it is not known whether ...", or of a number or a date "it is not known: how ...?"
    example: bool = False  # whether the instance is one of those that such a question asks about
    form: str | None = None  # how one of those is stated, with what is asked left to fill in


class OpenAdvice(msgspec.Struct, frozen=True, kw_only=True):
    """Advice that the unknown facts leave open."""

    id: str
    instance: str
    says: str
    unknown: tuple[Unknown, ...]


class Withheld(msgspec.Struct, frozen=True, kw_only=True):
    """Advice that was considered and is not given."""

    id: str
    instance: str
    says: str
    grade: int
    limited_by: tuple[Limit, ...]


class Conflict(msgspec.Struct, frozen=True, kw_only=True):
    """Two pieces of given advice that oppose each other."""

    one: str
    other: str
    says: str


class AdviceStage(msgspec.Struct, frozen=True, kw_only=True):
    """A piece of given advice in the order of steps, with what comes before it."""

    do: str
    says: str
    after: tuple[str, ...]


class Effect(msgspec.Struct, frozen=True, kw_only=True):
    """What the recommendations mean for one interest of the client."""

    interest: str
    says: str
    priority: int | None  # 1 is the highest; None: after all that have one
    advanced_by: tuple[str, ...]  # instances
    strained_by: tuple[str, ...]
    sources: Citations


class Unused(msgspec.Struct, frozen=True, kw_only=True):
    """The facts that no given or open advice to the client rests on."""

    facts: tuple[str, ...]  # instances
    of: int  # facts that the scenario states or denies; of over 1,000 those of its own file
    nearest: NearMiss | None = None  # where no advice is given or open: the rule that lacks least


class Advice(Result, frozen=True, kw_only=True):
    """Everything that `advise` says to one client."""

    document: ClassVar[str] = "advice/2"

    scenario: str
    title: str
    client: str
    client_name: str
    lines: tuple[Line, ...]  # the recommendations as they are shown, in order
    topics: tuple[Heading, ...]  # the lines by strength and interest
    recommendations: tuple[Recommendation, ...]  # in the order of the lines
    by_default: tuple[Recommendation, ...]  # what defaults say, as far as the rules find nothing
    open: tuple[OpenAdvice, ...]
    conflicts: tuple[Conflict, ...]
    steps: tuple[AdviceStage, ...]
    tradeoffs: tuple[Effect, ...]
    considered: tuple[Withheld, ...]
    notes: tuple[str, ...]  # disputed facts, and statements that rules overrule
    unused: Unused
