"""Sources, their passages, and the citations of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final, Literal

import msgspec

from advisor.model.errors import Location


class Citation(msgspec.Struct, frozen=True):
    """A place in a source; without locators, the source as a whole."""

    source: str
    locators: tuple[int | str, ...] = ()


Citations = tuple[Citation, ...]

Reading = Literal["stated", "inferred", "ours"]  # how something comes from its sources
READINGS: Final[tuple[Reading, ...]] = ("stated", "inferred", "ours")


class Passage(msgspec.Struct, frozen=True, kw_only=True):
    """One numbered place of a source, in the base's own words."""

    locator: int | str
    kind: Literal["fact", "judgment", "forecast", "recommendation", "background"]
    says: str
    hedge: str | None = None
    expected: str | None = None  # of a forecast: the day, year or period that it speaks of
    where: Location


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """A document that facts and rules cite."""

    id: str
    title: str
    author: str | None = None
    dated: str | None = None  # the date as it reads, an undated source saying so
    as_of: str | None = None  # the day, year or period that it speaks of
    origin: str  # sources of one origin don't corroborate each other
    reliability: str = "F"  # Admiralty code: A to E, F cannot be judged
    credibility: int = 6  # Admiralty code: 1 to 5, 6 cannot be judged
    review: date | None = None
    locator: str = "passage"  # what a locator counts: sentence, page, article
    passages: Mapping[int | str, Passage] = {}
    note: str | None = None
    where: Location
