"""Turns two versions of a rule into the values for which a moved threshold makes a difference.

What a rule asks of a number, a day or an ordered value is a piece of a line between two cuts, each
just below a value or just above it; what one version lets through and the other does not is what
is left of one piece without the other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Any, Final, NamedTuple

from advisor.loader.written import comparison
from advisor.model import english
from advisor.model.english import is_unnamed
from advisor.model.records import Comparison, Rule, Var
from advisor.model.values import value_text

_MIRRORED: Final = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}
_ABOVE: Final = {">": True, ">=": False, "<": False, "<=": True}  # which side of a value is cut

ThresholdCut = tuple[Any, bool]  # below a value, or above it; of an ordered value, its place


class Stretch(NamedTuple):
    """What lies between two cuts; without one it has no end there."""

    low: ThresholdCut | None = None
    high: ThresholdCut | None = None

    def within(self, other: Stretch) -> Stretch:
        """What lies in both."""
        return Stretch(_of(max, self.low, other.low), _of(min, self.high, other.high))

    def without(self, other: Stretch) -> Iterator[Stretch]:
        """What lies in this piece and not in another."""
        left = []
        if other.low is not None:
            left.append(self.within(Stretch(high=other.low)))
        if other.high is not None:
            left.append(self.within(Stretch(low=other.high)))
        yield from (p for p in left if p.low is None or p.high is None or p.low < p.high)


def _of(
    which: Callable[[ThresholdCut, ThresholdCut], ThresholdCut],
    one: ThresholdCut | None,
    other: ThresholdCut | None,
) -> ThresholdCut | None:
    if one is None or other is None:
        return other if one is None else one
    return which(one, other)


def moved(before: Rule, after: Rule) -> tuple[str, ...]:
    """For which values the rule does not fire any more, and for which it now does, as clauses.

    Of rules that differ in what they compare with one threshold; of others nothing is said.
    """
    asked = [{comparison(test): test for test in rule.comparisons} for rule in (before, after)]
    changed = [
        test
        for one, other in (asked, asked[::-1])
        for said, test in one.items()
        if said not in other
    ]
    names = {_variable(test) for test in changed}
    if len(names) != 1 or None in names:
        return ()
    name = str(*names)
    tests = (*before.comparisons, *after.comparisons)
    if any(test.operator in {"=", "!="} and name in test.variables() for test in tests):
        return ()
    order = changed[0].order
    was, now = (piece(rule.comparisons, name) for rule in (before, after))
    named = english.listing(dict.fromkeys(each.template for each in after.conclusions))
    told = [(f"it no longer concludes {named}", left) for left in was.without(now)]
    told += [(f"it now also concludes {named}", left) for left in now.without(was)]
    unnamed = any(is_unnamed(let) for let in after.lets if let.name == name)
    shown = name if unnamed else f"${name}"
    return tuple(f"{says} where {shown} is {_said(left, order)}" for says, left in told)


def _variable(test: Comparison) -> str | None:
    """The variable that a comparison sets against a value; None if it does anything else."""
    sides = test.left, test.right
    names = [side.name for side in sides if isinstance(side, Var)]
    return names[0] if len(names) == 1 and test.operator in _MIRRORED else None


def piece(tests: Iterable[Comparison], name: str) -> Stretch:
    """What comparisons let through of a variable."""
    found = Stretch()
    for test in tests:
        if _variable(test) == name:
            left = isinstance(test.left, Var)
            operator = test.operator if left else _MIRRORED[test.operator]
            bound: Any = test.right if left else test.left
            cut = (test.order.index(str(bound)) if test.order else bound, _ABOVE[operator])
            low = operator in {">", ">="}
            found = found.within(Stretch(low=cut) if low else Stretch(high=cut))
    return found


def _said(of: Stretch, order: tuple[str, ...]) -> str:
    """A piece in words."""
    if order:
        low = 0 if of.low is None else of.low[0] + of.low[1]
        high = len(order) if of.high is None else of.high[0] + of.high[1]
        return english.listing(order[low:high], "or")
    if of.low and of.high and of.low[0] == of.high[0]:
        return f"exactly {value_text(of.low[0])}"
    ends = [_end(cut, low=low) for cut, low in ((of.low, True), (of.high, False)) if cut]
    return " and ".join(ends)


def _end(cut: ThresholdCut, *, low: bool) -> str:
    """An end of a piece: that it begins, or ends, at a value or beside it."""
    value, above = cut
    at = low is not above
    words = ("on or after", "after", "on or before", "before")
    if not isinstance(value, date):
        words = ("at least", "more than", "at most", "less than")
    return f"{words[(0 if low else 2) + (not at)]} {value_text(value)}"
