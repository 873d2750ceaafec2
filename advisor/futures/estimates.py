"""What is known of how many futures a piece of advice is given in, and how surely."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final, Literal, NamedTuple

from advisor.futures.result import Method

LEVEL: Final = 0.95  # of confidence, of every interval
_Z: Final = 1.959963984540054  # the quantile of the normal distribution for it


class ConfidenceInterval(NamedTuple):
    """Where a share lies, at the level of confidence of this module."""

    low: float
    high: float


class Estimate(NamedTuple):
    """In how many futures a piece of advice is given."""

    method: Method
    futures: int  # that there are
    examined: int
    given: int  # of those examined
    share: float
    interval: ConfidenceInterval
    probability: float  # if the choices are independent
    likely: ConfidenceInterval  # where that lies
    moves: Mapping[int, tuple[float, ...]]  # by choice, as far as known

    @property
    def given_in(self) -> Literal["all", "some", "none", "unknown"]:
        """In which futures the advice is given, as far as those examined tell."""
        if 0 < self.given < self.examined:
            return "some"
        if self.method != "exact":
            return "unknown"
        return "all" if self.given else "none"

    @classmethod
    def constant(cls, given: int) -> Estimate:
        """That of advice which depends on nothing open: always given, or never."""
        exactly = ConfidenceInterval(given, given)
        return cls("exact", 1, 1, given, given, exactly, given, exactly, {})

    @classmethod
    def unexamined(cls, total: int) -> Estimate:
        """That of advice of which nothing is known."""
        anything = ConfidenceInterval(0.0, 1.0)
        return cls("partial", total, 0, 0, 0.0, anything, 0.0, anything, {})


def serfling(seen: int, of: int) -> float:
    """How far the mean of some values in 0..1, drawn without replacement, may be off.

    At the level of this module, whatever the values (Bardenet and Maillard 2015, corollary 2.5).
    """
    if not seen:
        return 1.0
    rest = 1 - (seen - 1) / of if seen <= of / 2 else (1 - seen / of) * (1 + 1 / seen)
    return math.sqrt(rest * math.log(2 / (1 - LEVEL)) / (2 * seen))


def wilson(hits: int, draws: int) -> ConfidenceInterval:
    """Where a share lies of which so many of so many independent draws are hits (Wilson 1927)."""
    if not draws:
        return ConfidenceInterval(0.0, 1.0)
    share, square = hits / draws, _Z * _Z
    centre = (share + square / (2 * draws)) / (1 + square / draws)
    spread = math.sqrt(share * (1 - share) / draws + square / (4 * draws * draws))
    margin = _Z * spread / (1 + square / draws)
    return ConfidenceInterval(max(0.0, centre - margin), min(1.0, centre + margin))
