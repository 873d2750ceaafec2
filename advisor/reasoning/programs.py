"""Turns the firings of a graph into a logic program, to be answered by `answersets`.

What rules, exceptions and counts mean is one program, `CORE`, over firings as `recorded` writes
them down. Whether a grade is 4 or more needs only two cuts: `unless X` passes at 4 exactly if X is
not at 5 or more, and at 5 exactly if X is not at 4 or more. Each bound of an unknown fact is cut on
its own.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Final

from advisor.model.grades import CUTS
from advisor.reasoning.graph import JustificationGraph

_LOW, _HIGH = CUTS
_CUT: Final = f"cut({_LOW}). cut({_HIGH}). opposite({_LOW},{_HIGH}). opposite({_HIGH},{_LOW})."

CORE: Final = f"""
{_CUT}
holds(B,F,K) :- stated(B,F,K).
holds(B,F,K) :- concludes(R,F), fires(B,R,K).
blocked(B,R,K) :- against(R,G), weak(B,G,K).
weak(B,G,K) :- blocker(G,X), other(B,C), opposite(K,J), holds(C,X,J).
weak(B,G,K) :- wider(G,H), weak(B,H,K).
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
    kept = [n for n in numbers if graph.firings[n].rule.id not in withdrawn]
    groups = sorted({group for n in kept for group in graph.firings[n].blockers}, key=len)
    place = {group: number for number, group in enumerate(groups)}
    yield from _blockers(groups)
    for number in kept:
        firing = graph.firings[number]
        yield f"firing({number})."
        yield from (f"strength({number},{c})." for c in CUTS if firing.rule.strength >= c)
        yield from (f"premise({number},{fact})." for fact in firing.premises)
        if number not in idle:
            yield from (f"concludes({number},{fact})." for fact in firing.raises)
        yield from (f"against({number},{place[group]})." for group in firing.blockers)
        for position, count in enumerate(firing.counts):
            yield f"counts({number},{position},{count.least})."
            yield from (f"counted({number},{position},{fact})." for fact in count.facts)
            pairs = itertools.pairwise(count.facts)
            yield from (f"next({number},{position},{fact},{other})." for fact, other in pairs)


def _blockers(groups: Sequence[tuple[int, ...]]) -> Iterator[str]:
    """Groups of facts that weaken a firing, from the smallest: what each has beside a smaller one.

    What is the largest of n numbers is against groups of n facts in the mean; these are n steps.
    """
    latest: dict[int, int] = {}  # by fact, the last group before that it is in
    for number, group in enumerate(groups):
        facts = set(group)
        near = {latest[fact] for fact in group if fact in latest}
        within = max((g for g in near if facts.issuperset(groups[g])), default=None)
        if within is not None:
            yield f"wider({number},{within})."
            facts.difference_update(groups[within])
        yield from (f"blocker({number},{fact})." for fact in sorted(facts))
        latest.update(dict.fromkeys(group, number))
