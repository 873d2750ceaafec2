"""The records of a brief, in the order in which it is read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Final, Literal

import msgspec

from advisor.answers.confidence import Confidence
from advisor.answers.recommendation import (
    AdviceStage,
    Conflict,
    Effect,
    Heading,
    Line,
    OpenAdvice,
    Recommendation,
    Strength,
)
from advisor.answers.whatif import WhatIf
from advisor.answers.whynot import NearMiss
from advisor.futures.result import Assumption, Prospect, Signpost
from advisor.loader.digests import FileDigest
from advisor.model.records import KnowledgeBase
from advisor.model.result import Result
from advisor.model.sources import Citations, Reading

RebuttalStanding = Literal["given", "open", "withheld", "held", "supported", "denied", "silent"]


class Ground(msgspec.Struct, frozen=True, kw_only=True):
    """A given fact that the argument for a piece of advice starts from."""

    instance: str
    says: str  # a sentence
    stated: str | None  # its likelihood with its band, where it is not certain
    sources: Citations
    reading: Reading  # how it comes from these
    note: str | None


class Warrant(msgspec.Struct, frozen=True, kw_only=True):
    """The rule that leads from the grounds to the advice."""

    rule: str
    title: str
    because: str
    stated: str | None  # the rule's strength with its band, where it is not certain
    sources: Citations
    reading: Reading  # how the reasoning comes from these


class Rebuttal(msgspec.Struct, frozen=True, kw_only=True):
    """What would overturn an argument: an exception of one of its rules, or opposed advice."""

    kind: Literal["advice", "exception"]
    says: str  # a clause
    standing: RebuttalStanding
    sources: Citations = ()  # of what is said of it


class Turn(msgspec.Struct, frozen=True, kw_only=True):
    """One change of a smallest set that takes a piece of advice away."""

    instance: str
    holds: bool  # whether the fact would then hold
    says: str  # the clause that would then be true
    now: str  # what the scenario says of the fact today


class Turning(msgspec.Struct, frozen=True, kw_only=True):
    """The smallest sets of changes that take a piece of advice away, or why there are none."""

    size: int | None  # of each set
    total: int  # sets found
    more: bool  # whether there are others
    sets: tuple[tuple[Turn, ...], ...]
    reason: str | None
    sought: bool = True  # whether they were looked for to the end


class Argument(msgspec.Struct, frozen=True, kw_only=True):
    """A recommendation with its argument, in Toulmin's terms."""

    handle: str  # as in `advise`: "5", or of several pieces in a line "5a"
    line: int
    claim: Recommendation
    grounds: tuple[Ground, ...]
    warrant: Warrant
    also: tuple[Warrant, ...]  # of derivations that are as strong
    rebuttals: tuple[Rebuttal, ...]
    first: tuple[str, ...]  # recommendations to carry out before, by instance
    turning: Turning
    prospect: Prospect  # over all futures of the open facts


class Package(msgspec.Struct, frozen=True, kw_only=True):
    """A topic with all its advice, what is to be done and what is to be considered."""

    interest: str | None
    says: str  # the interest; "" where there is none
    lines: tuple[int, ...]  # by number, the best first
    strength: Strength  # of the best of them
    confidence: Confidence | None  # that most of them have; of equals, the lower
    because: str  # of the first of them, a clause
    caveats: tuple[str, ...]
    begin: int  # the line to begin with
    after: tuple[int, ...]  # lines of other packages that come before that one


class Pivot(msgspec.Struct, frozen=True, kw_only=True):
    """A change of one fact that takes advice away."""

    turn: Turn
    lost: tuple[str, ...]  # by instance


class Inference(msgspec.Struct, frozen=True, kw_only=True):
    """A rule that is less than certain, and what is concluded by it."""

    rule: str
    title: str
    stated: str  # its strength with its band
    sources: Citations
    reading: Reading
    carries: tuple[str, ...]  # recommendations, by instance


class ToldLine(msgspec.Struct, frozen=True, kw_only=True):
    """A line of advice, or one piece of a line, in the words of its own brief."""

    instances: tuple[str, ...]
    says: str  # a sentence


class Changed(msgspec.Struct, frozen=True, kw_only=True):
    """Recommendations of both briefs of which the same was otherwise."""

    instances: tuple[str, ...]
    what: tuple[str, ...]  # clauses: "its confidence is “low” and was “moderate”"


class SinceBrief(msgspec.Struct, frozen=True, kw_only=True):
    """What is otherwise than in an earlier brief to the same client."""

    title: str  # of that brief
    date: str  # of the base that it was made from
    same_base: bool
    same_facts: bool
    gained: tuple[ToldLine, ...]
    lost: tuple[ToldLine, ...]
    changed: tuple[Changed, ...]


class CaseAgainst(msgspec.Struct, frozen=True, kw_only=True):
    """The case against the top recommendation, the strongest objection first."""

    handle: str  # of the recommendation
    rebuttals: tuple[Rebuttal, ...]  # that something in the facts speaks for
    assumptions: tuple[Assumption, ...]  # that take the advice away if wrong, least sound first


class SourceQuality(msgspec.Struct, frozen=True, kw_only=True):
    """The Quality of Information Check of one source."""

    id: str
    title: str
    author: str | None
    dated: str | None
    days: int | None  # old at the date of the base; None where the source has no exact date
    reliability: str  # Admiralty code
    credibility: int
    review: str | None
    overdue: bool
    note: str | None
    facts: int  # given facts that the advice rests on and that cite it
    facts_alone: int  # of these, those that no source of another origin supports
    advice_alone: tuple[str, ...]  # recommendations that such facts carry, by instance


class Note(msgspec.Struct, frozen=True, kw_only=True):
    """A numbered place in a source."""

    number: int
    source: str
    locator: str | None  # None for the source as a whole
    kind: str | None
    says: str | None  # in the base's own words
    hedge: str | None


class BaseDigest(msgspec.Struct, frozen=True, kw_only=True):
    """The base that a brief is made from."""

    title: str
    date: str
    sha256: str


class Address(msgspec.Struct, frozen=True, kw_only=True):
    """What stands above a brief: to whom it goes, who signs it, and what was asked."""

    to: str | None = None
    author: str | None = None
    question: str | None = None


NOBODY: Final = Address()


class Brief(Result, frozen=True, kw_only=True):
    """The whole document: two pages, and what stands in their annex."""

    document: ClassVar[str] = "brief/3"
    page: ClassVar[str] = "advisor.render.report.notebook:brief"

    scenario: str
    title: str
    about: str | None
    client: str
    client_name: str
    address: Address
    cut_short: str | None  # why it is partial, if it is
    lines: tuple[Line, ...]  # those of `advise`
    topics: tuple[Heading, ...]
    packages: tuple[Package, ...]  # the lines by topic, the best first
    pivots: tuple[Pivot, ...]  # those that take most away first
    watch: tuple[Signpost, ...]  # signposts that can be observed, the most telling first
    since: SinceBrief | None
    recommendations: tuple[Argument, ...]  # in the order of `advise`
    by_default: tuple[Recommendation, ...]
    nearest: NearMiss | None  # where nothing is advised: the rule that lacks least
    open: tuple[OpenAdvice, ...]
    conflicts: tuple[Conflict, ...]
    steps: tuple[AdviceStage, ...]
    signposts: tuple[Signpost, ...]
    against: CaseAgainst | None  # None where nothing is recommended
    assumptions: tuple[Assumption, ...]
    inferences: tuple[Inference, ...]  # the boldest first
    quality: tuple[SourceQuality, ...]
    unsourced: int  # given facts that the advice rests on and that cite nothing
    tradeoffs: tuple[Effect, ...]
    comparisons: tuple[WhatIf, ...]
    disputes: tuple[str, ...]  # sentences on disputed facts, and on statements that rules overrule
    notes: tuple[Note, ...]
    base: BaseDigest
    files: tuple[FileDigest, ...]
    of: KnowledgeBase  # which is not written with it

    def plain(self) -> Mapping[str, Any]:
        """All of it, without the base."""
        return {name: value for name, value in super().plain().items() if name != "of"}
