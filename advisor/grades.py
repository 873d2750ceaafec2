"""The nine ordered grades, their English, and the algebra that combines them.

An ordinal possibilistic scale (Dubois, Lang and Prade 1994): minimum along a chain, maximum
across derivations, order-reversing opposite. Grades 1 to 7 are the estimative terms of US
Intelligence Community Directive 203.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable
from typing import Any, Final, NamedTuple

NO_SUPPORT: Final = 0
CERTAIN: Final = 8
HOLDS: Final = 4  # from this grade up a fact holds and advice is given

TERMS: Final = (
    "no support",
    "almost no chance",
    "very unlikely",
    "unlikely",
    "roughly even chance",
    "likely",
    "very likely",
    "almost certain",
    "certain",
)
BANDS: Final = {  # percent, for grades 1 to 7
    1: (1, 5),
    2: (5, 20),
    3: (20, 45),
    4: (45, 55),
    5: (55, 80),
    6: (80, 95),
    7: (95, 99),
}
GRADE_OF: Final = {term: grade for grade, term in enumerate(TERMS)}


def with_band(grade: int) -> str:
    """A *stated* likelihood with its band, as in "likely (55-80%)".

    Never for a derived grade: that is the strength of an argument and no probability.
    """
    if grade not in BANDS:
        return TERMS[grade]
    low, high = BANDS[grade]
    return f"{TERMS[grade]} ({low}-{high}%)"


class Algebra(NamedTuple):
    """The operations that grades need, over ints here and over int8 arrays where those are used."""

    meet: Callable[[Any, Any], Any]  # minimum: along a chain
    join: Callable[[Any, Any], Any]  # maximum: across derivations
    opposite: Callable[[Any], Any]  # 8 - g: what an exception leaves
    same: Callable[[Any, Any], bool]  # equal everywhere


def opposite(grade: int) -> int:
    """What is left against a grade."""
    return CERTAIN - grade


INTS: Final = Algebra(min, max, opposite, operator.eq)


def nth_largest(algebra: Algebra, grades: Iterable[Any], count: int) -> Any:
    """The `count`-th largest of the grades, by meets and joins alone; 0 if there are fewer.

    After each grade, `best[j]` is the j-th largest so far.
    """
    best: list[Any] = [CERTAIN] + [NO_SUPPORT] * count
    for grade in grades:
        for j in range(count, 0, -1):
            best[j] = algebra.join(best[j], algebra.meet(best[j - 1], grade))
    return best[count]
