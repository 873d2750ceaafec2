"""The records of a scenario: a set of facts over a base, and what is expected of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec

from advisor.model.errors import Location
from advisor.model.grades import CERTAIN, TERMS
from advisor.model.records import Instance, KnowledgeBase
from advisor.model.sources import Citations, Reading

Standing = Literal["stated", "denied", "unknown", "disputed"]
Origin = Literal["given", "assumed", "answered", "background"]


class Fact(msgspec.Struct, frozen=True, kw_only=True):
    """What a scenario says of one instance."""

    instance: Instance
    standing: Standing
    grade: int | None = CERTAIN  # as stated; None where nothing was
    origin: Origin = "given"
    citations: Citations = ()
    reading: Reading = "stated"
    against: Citations = ()  # who denies it, where it is disputed
    as_of: str | None = None  # the day, year or period that it speaks of
    note: str | None = None
    answered: str | None = None  # when, of an answer in a consultation
    follows: bool = False  # nobody speaks of it: it follows from other values of its key
    as_said: tuple[Standing, int | None] | None = None  # where it follows that it is certain
    where: Location

    @property
    def bounds(self) -> tuple[int, int]:
        """Its lower and its upper grade."""
        match self.standing:
            case "stated":
                return (self.grade or 0, self.grade or 0)
            case "denied":
                return (0, 0)
            case "disputed":
                return (0, self.grade or 0)
            case "unknown":
                return (0, CERTAIN)

    def __str__(self) -> str:
        """The one-line form, with its grade where that is not certain."""
        if self.standing == "stated" and self.grade not in {None, CERTAIN}:
            return f"{self.instance}={TERMS[self.grade or 0]}"
        return str(self.instance)


class OneOf(msgspec.Struct, frozen=True, kw_only=True):
    """Alternatives of which exactly one holds in each future."""

    title: str
    alternatives: tuple[Instance, ...]
    ruled_out: tuple[Instance, ...] = ()  # alternatives that were denied one by one
    follows: bool = False  # no file has it: its alternatives are all values of a key
    where: Location


class Holding(msgspec.Struct, frozen=True, kw_only=True):
    """An interest that a client holds in a scenario."""

    interest: str
    priority: int | None = None  # 1 is the highest; None: after all that have one
    citations: Citations = ()


class Recommended(msgspec.Struct, frozen=True, kw_only=True):
    """That sources themselves recommend a piece of advice, or a caveat on one; supports nothing."""

    citations: Citations
    note: str | None = None
    where: Location


class Expectation(msgspec.Struct, frozen=True, kw_only=True):
    """One claim that a scenario makes of its own advice."""

    kind: Literal[
        "given",
        "exactly",
        "withheld",
        "open",
        "gains",
        "loses",
        "caveats",
        "confidence",
        "grade",
        "says",
        "sources",
        "recommended",
        "advances",
        "strains",
        "after",
        "opposed",
        "rules",
        "order",
        "only",
    ]
    what: str  # advice as a template id or an instance; a rule's id; "" for "only" and "order"
    wanted: tuple[str, ...] = ()  # what it has; for "only", all that is given; else names in order
    citations: Citations = ()  # for "sources" and "recommended"
    where: Location


class Consulted(msgspec.Struct, frozen=True, kw_only=True):
    """What a fact file remembers of the consultation that it comes from."""

    base: str  # the fingerprint of the base then
    finished: bool  # whether everything was settled
    given: tuple[str, ...] = ()  # advice, as it was written then
    open: tuple[str, ...] = ()


class Scenario(msgspec.Struct, frozen=True, kw_only=True):
    """A fact file with everything it extends folded in, over the base that it speaks of."""

    base: KnowledgeBase  # with the scenario's own entities and sources
    name: str
    title: str
    about: str | None = None
    extends: str | None = None
    client: str | None = None
    complete: bool = True
    facts: Mapping[Instance, Fact] = {}  # in the order of the base
    groups: tuple[OneOf, ...] = ()
    decided: tuple[OneOf, ...] = ()  # groups of which it is stated which alternative holds
    interests: Mapping[str, tuple[Holding, ...]] = {}  # by client
    recommends: Mapping[Instance, Recommended] = {}
    withdrawn: frozenset[str] = frozenset()  # rules, by id
    expectations: tuple[Expectation, ...] = ()
    consulted: Consulted | None = None
    where: Location

    @property
    def knows(self) -> bool:
        """Whether it says anything beyond the background."""
        return any(fact.origin != "background" for fact in self.facts.values())

    @property
    def is_case(self) -> bool:
        """Whether it is a row of a table of test cases."""
        return self.where.file.endswith(".csv")

    def corroborates(self, fact: Fact) -> bool:
        """Whether sources of different origin state a fact, and none denies it."""
        return (
            not fact.against
            and len({self.base.sources[citation.source].origin for citation in fact.citations}) >= 2
        )
