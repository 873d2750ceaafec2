"""The records that `stress` gives; they need no numpy, so that other commands stay quick.

Probabilities are those of independent facts: each uncertain fact at the middle of its band, each
unknown, disputed or varied one at one half, one-of groups brought to a sum of one.
"""

from __future__ import annotations

from typing import ClassVar, Final, Literal

import msgspec

from advisor.model.result import Result

INTERRUPTED: Final = "interrupted before all of it was done"  # why a test is cut short by Ctrl-C

MOST_WEIGHED: Final = 64  # facts that exclude each other whose influences are worked out

Method = Literal["exact", "sampled", "partial"]
Soundness = Literal["solid", "with caveats", "unsupported"]
SOUNDNESS: Final[tuple[Soundness, ...]] = ("unsupported", "with caveats", "solid")  # least first


class Range(msgspec.Struct, frozen=True, kw_only=True):
    """Where a share or a probability lies; both ends are the same where it is exact."""

    low: float
    high: float


class AdvicePiece(msgspec.Struct, frozen=True, kw_only=True):
    """A piece of advice, in short."""

    instance: str
    says: str


class Circumstance(msgspec.Struct, frozen=True, kw_only=True):
    """That one of some facts holds, or that none of them does."""

    instances: tuple[str, ...]
    holds: bool
    says: str  # a clause


class Sets(msgspec.Struct, frozen=True, kw_only=True):
    """Path sets or cut sets, shortest first."""

    sets: tuple[tuple[Circumstance, ...], ...]  # the first of them
    total: int  # that were found
    complete_to: int | None  # the size up to which all were found; None if all were
    left_out: int  # that say something of values which only stand for unanswered ones
    missing: str | None  # why there is none here, where nothing was looked for


def _no_sets(why: str) -> Sets:
    return Sets(sets=(), total=0, complete_to=0, left_out=0, missing=why)


CUT_SHORT: Final = _no_sets("cut short")
COMPUTED: Final = _no_sets("as rules compute with numbers or dates that nobody answered")


class Influence(msgspec.Struct, frozen=True, kw_only=True):
    """What gaining a fact does to a piece of advice: how likely it gives it, or takes it away."""

    instance: str
    says: str
    gives: float
    takes: float


class Prospect(msgspec.Struct, frozen=True, kw_only=True):
    """What becomes of a piece of advice over all futures."""

    id: str
    instance: str
    says: str
    standing: str  # as the facts are: given, open or withheld
    given_in: Literal["all", "some", "none", "unknown"]  # of all futures; proved unless unknown
    method: Method
    futures: int  # of the facts that it depends on
    examined: int
    given: int  # of those examined
    unmeasured: str | None  # why a share would mean nothing; then none is given
    share: float | None
    share_range: Range | None  # at 95% where not exact
    probability: float | None
    probability_range: Range | None
    influences: tuple[Influence, ...]  # the strongest first
    not_weighed: int  # choices among so many facts that nobody works out their influences
    path_sets: Sets
    cut_sets: Sets


def firmness(one: Prospect) -> tuple[float, float]:
    """How firm advice is, in every view: how probable, and of equals in how many futures given."""
    return one.probability or 0.0, one.share or 0.0


class OpenFact(msgspec.Struct, frozen=True, kw_only=True):
    """A fact that holds in some futures and not in others."""

    instance: str
    says: str
    form: str | None  # of an unanswered number or date, how it would be stated: "age(ann, <years>)"
    stated: str  # its likelihood with its band; or in words, as "not mentioned"
    probability: float
    excludes: tuple[str, ...]  # other facts of which at most one holds together with it


class Decisive(msgspec.Struct, frozen=True, kw_only=True):
    """How much a fact decides: how many pieces of advice change, on average, when it is gained."""

    instance: str
    says: str
    decides: float
    advice: tuple[str, ...]  # that it can change, by instance


class Consequences(msgspec.Struct, frozen=True, kw_only=True):
    """What would change in the advice."""

    gained: tuple[AdvicePiece, ...] = ()
    lost: tuple[AdvicePiece, ...] = ()
    unsettled: tuple[AdvicePiece, ...] = ()  # given now, and then open
    opened: tuple[AdvicePiece, ...] = ()
    closed: tuple[AdvicePiece, ...] = ()  # open now, and then withheld


def changes(then: Consequences) -> int:
    """How many pieces of advice change."""
    return sum(map(len, (then.lost, then.unsettled, then.gained, then.opened, then.closed)))


class Assumption(msgspec.Struct, frozen=True, kw_only=True):
    """Something that given advice rests on."""

    instance: str | None  # None for a silence
    says: str  # a sentence
    status: Soundness
    reason: str
    carries: tuple[AdvicePiece, ...]  # the advice whose best derivation rests on it
    if_wrong: Consequences


class Signpost(msgspec.Struct, frozen=True, kw_only=True):
    """An event to watch for: an open fact comes to hold, or proves false."""

    instance: str
    holds: bool
    says: str  # a sentence
    stated: str
    then: Consequences


class Stress(Result, frozen=True, kw_only=True):
    """The whole stress test of the advice to one client."""

    document: ClassVar[str] = "stress/1"

    scenario: str
    title: str
    client: str
    client_name: str
    seed: int
    partial: bool  # whether it was cut short
    cut_short: str | None  # why, in a sentence
    facts: tuple[OpenFact, ...]  # that some advice depends on
    idle: tuple[str, ...]  # clauses of open facts that none depends on
    advice: tuple[Prospect, ...]
    decisive: tuple[Decisive, ...]  # the most decisive first
    assumptions: tuple[Assumption, ...]  # the least sound first
    signposts: tuple[Signpost, ...]
    untried: int = 0  # open facts that nobody speaks of and no given advice turns on: no signposts
