"""Turns the firings of a graph into a logic program, to be answered by `answersets`.

What rules, exceptions and counts mean is one program, `CORE`, over firings as `recorded` writes
them down. Whether a grade is 4 or more needs only two cuts: `unless X` passes at 4 exactly if X is
not at 5 or more, and at 5 exactly if X is not at 4 or more. Each bound of an unknown fact is cut on
its own.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Iterator
from typing import Final

from advisor.model.grades import CUTS
from advisor.reasoning.graph import JustificationGraph

_LOW, _HIGH = CUTS
_CUT: Final = f"cut({_LOW}). cut({_HIGH}). opposite({_LOW},{_HIGH}). opposite({_HIGH},{_LOW})."

CORE: Final = f"""
{_CUT}
holds(B,F,K) :- stated(B,F,K).
holds(B,F,K) :- concludes(R,F), fires(B,R,K).
blocked(B,R,K) :- blocker(R,X), other(B,C), opposite(K,J), holds(C,X,J).
fires(B,R,K) :- firing(R), bound(B), strength(R,K), not blocked(B,R,K),
    holds(B,P,K) : premise(R,P);
    enough(B,R,I,K) : counts(R,I,_).
enough(B,R,I,K) :- counts(R,I,N), bound(B), cut(K), N {{ holds(B,F,K) : counted(R,I,F) }}.
"""
BOTH: Final = "bound(low). bound(high). other(low,high). other(high,low)."  # where facts are open
ONE: Final = "bound(one). other(one,one)."  # where none is: both bounds of each fact are the same


def recorded(
    graph: JustificationGraph,
    below: Iterable[int],
    withdrawn: Collection[str] = (),
    idle: Collection[int] = (),
) -> Iterator[str]:
    """The firings that conclude some facts, as facts of a logic program.

    Those that are `idle`, by number, conclude nothing.
    """
    numbers = sorted({number for fact in below for number in graph.supports[fact]})
    for number in numbers:
        firing = graph.firings[number]
        if firing.rule.id in withdrawn:
            continue
        yield f"firing({number})."
        yield from (f"strength({number},{c})." for c in CUTS if firing.rule.strength >= c)
        yield from (f"premise({number},{fact})." for fact in firing.premises)
        if number not in idle:
            yield from (f"concludes({number},{fact})." for fact in firing.raises)
        for group in firing.blockers:
            yield from (f"blocker({number},{fact})." for fact in group)
        for position, count in enumerate(firing.counts):
            yield f"counts({number},{position},{count.least})."
            yield from (f"counted({number},{position},{fact})." for fact in count.facts)
            pairs = itertools.pairwise(count.facts)
            yield from (f"next({number},{position},{fact},{other})." for fact, other in pairs)
