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


def opposite_cut(cut: int) -> int:
    """What a grade must not reach for its opposite to reach a cut."""
    return CERTAIN + 1 - cut


CUTS: Final = (HOLDS, opposite_cut(HOLDS))  # 4 and 5: all that standing takes of a grade

INTS: Final = Algebra(min, max, opposite, operator.eq)


def nth_largest(algebra: Algebra, grades: Iterable[Any], count: int) -> Any:
    """The `count`-th largest of the grades, by meets and joins alone; 0 if there are fewer.

    After each grade, `best[j]` is the j-th largest so far. Plain grades are sorted.
    """
    if algebra is INTS:
        return next(iter(sorted(grades, reverse=True)[count - 1 : count]), NO_SUPPORT)
    best: list[Any] = [CERTAIN] + [NO_SUPPORT] * count
    for grade in grades:
        for j in range(count, 0, -1):
            best[j] = algebra.join(best[j], algebra.meet(best[j - 1], grade))
    return best[count]


def cut_algebra(
    both: Callable[[Any, Any], Any],
    either: Callable[[Any, Any], Any],
    negated: Callable[[Any], Any],
    false: Any,
    true: Any,
    same: Callable[[Any, Any], bool],
    cuts: tuple[int, int] = CUTS,
) -> Algebra:
    """The algebra of grades over pairs, "4 or more" and "5 or more", of any Boolean algebra.

    Plain grades may stand wherever a pair may. Any two cuts that add up to 9 will do.
    """

    def pair(grade: Any) -> tuple[Any, Any]:
        if isinstance(grade, tuple):
            return grade
        return tuple(true if grade >= cut else false for cut in cuts)

    def pointwise(operation: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
        def on_pairs(left: Any, other: Any) -> Any:
            (a, b), (c, d) = pair(left), pair(other)
            return operation(a, c), operation(b, d)

        return on_pairs

    def opposite(grade: Any) -> Any:
        four, five = pair(grade)
        return negated(five), negated(four)

    def equal(left: Any, other: Any) -> bool:
        return all(map(same, pair(left), pair(other)))

    return Algebra(pointwise(both), pointwise(either), opposite, equal)
