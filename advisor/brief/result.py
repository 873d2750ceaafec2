"""The records of a brief, in the order in which it is read."""

from __future__ import annotations

from typing import Literal

import msgspec

from advisor.answers.recommendation import Conflict, Effect, OpenAdvice, Recommendation, Stage
from advisor.answers.whatif import Comparison
from advisor.futures.result import Assumption, Prospect, Signpost
from advisor.loader.digests import FileDigest
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


class Argument(msgspec.Struct, frozen=True, kw_only=True):
    """A recommendation with its argument, in Toulmin's terms."""

    number: int
    claim: Recommendation
    grounds: tuple[Ground, ...]
    warrant: Warrant
    also: tuple[Warrant, ...]  # of derivations that are as strong
    rebuttals: tuple[Rebuttal, ...]
    first: tuple[int, ...]  # the numbers of recommendations to carry out before
    turning: Turning
    prospect: Prospect  # over all futures of the open facts


class CaseAgainst(msgspec.Struct, frozen=True, kw_only=True):
    """The case against the top recommendation, the strongest objection first."""

    number: int  # of the recommendation
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
    advice_alone: tuple[int, ...]  # recommendations that such facts carry, by number


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


class Brief(msgspec.Struct, frozen=True, kw_only=True):
    """The whole document."""

    scenario: str
    title: str
    about: str | None
    client: str
    client_name: str
    cut_short: str | None  # why it is partial, if it is
    recommendations: tuple[Argument, ...]  # in the order of `advise`
    open: tuple[OpenAdvice, ...]
    conflicts: tuple[Conflict, ...]
    steps: tuple[Stage, ...]
    signposts: tuple[Signpost, ...]
    against: CaseAgainst | None  # None where nothing is recommended
    assumptions: tuple[Assumption, ...]
    quality: tuple[SourceQuality, ...]
    unsourced: int  # given facts that the advice rests on and that cite nothing
    tradeoffs: tuple[Effect, ...]
    comparisons: tuple[Comparison, ...]
    disputes: tuple[str, ...]  # sentences on disputed facts, and on statements that rules overrule
    notes: tuple[Note, ...]
    base: BaseDigest
    files: tuple[FileDigest, ...]
