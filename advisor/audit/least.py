"""Finds the smallest set of given facts from which something follows, or does not, by clingo.

The facts of the set are certain and all others absent, so both bounds of a fact are one.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

from advisor.model.grades import HOLDS
from advisor.reasoning.answersets import best
from advisor.reasoning.graph import JustificationGraph
from advisor.reasoning.programs import CORE, ONE, recorded

_PROGRAM: Final = f"""
{CORE} {ONE}
{{ held(F) : free(F) }}.
:- group(G,_), 2 {{ held(F) : among(G,F) }}.
:- group(G,1), not held(F) : among(G,F).
stated(one,F,K) :- held(F), cut(K).
reached(G) :- goal(G,_), holds(one,F,{HOLDS}) : goal(G,F).
:- goal(_,_), not reached(G) : goal(G,_).
:- never(F), holds(one,F,{HOLDS}).
#minimize {{ 1,F : held(F) }}.
#show held/1.
"""


class Alternatives(NamedTuple):
    """Facts of which at most one holds, or exactly one."""

    facts: tuple[int, ...]
    exactly: bool = False


def least(
    graph: JustificationGraph,
    free: Iterable[int],
    groups: Iterable[Alternatives] = (),
    goals: Iterable[Iterable[int]] = (),
    never: Iterable[int] = (),
) -> tuple[int, ...] | None:
    """A smallest set of the free facts that reaches a goal, if nothing else is stated.

    A goal is reached where all of its facts hold; what must `never` hold does not. None if there
    is no such set.
    """
    lines = [f"free({fact})." for fact in free]
    for number, group in enumerate(groups):
        lines.append(f"group({number},{int(group.exactly)}).")
        lines += [f"among({number},{fact})." for fact in group.facts]
    for number, goal in enumerate(goals):
        lines += [f"goal({number},{fact})." for fact in goal]
    lines += [f"never({fact})." for fact in never]
    lines += recorded(graph, range(graph.size))
    found = best("\n".join(lines) + _PROGRAM)
    return None if found is None else tuple(sorted(fact for _, (fact,) in found))
