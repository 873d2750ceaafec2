"""Chooses the engine that fires the rules: the matcher, of those there are.

What a person sees is experta's. What is large, or is matched many times, is left to the semi-naive
matcher: the matches are the same, and it takes a fraction of the time. Whoever asks for an engine
by name gets that one.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from contextvars import ContextVar
from typing import Final

from advisor.model import budget
from advisor.model.budget import EXPERTA, SEMINAIVE, EngineName
from advisor.model.records import KnowledgeBase
from advisor.reasoning.matcher import Matcher
from advisor.reasoning.seminaive import SemiNaive
from advisor.reasoning.subsets import Certainties

LARGE: Final = 5_000  # facts: beyond these experta takes a second, and more with what is asked

_usual: ContextVar[EngineName] = ContextVar("usual", default=EXPERTA)


@contextlib.contextmanager
def often() -> Iterator[None]:
    """Leave a block of work to the engine that is quickest, as it matches rules many times."""
    before = _usual.set(SEMINAIVE)
    try:
        yield
    finally:
        _usual.reset(before)


def chosen(facts: int) -> EngineName:
    """The name of the engine for so many facts."""
    return budget.allowed().engine or (SEMINAIVE if facts > LARGE else _usual.get())


def matcher(
    base: KnowledgeBase,
    facts: int,
    worlds: tuple[Certainties, ...] = (),
    client: str | None = None,
) -> Matcher:
    """A matcher without facts yet, for so many facts of some scenarios.

    With a client, for what advises that one, and for no advice to others.
    """
    if chosen(facts) == SEMINAIVE:
        return SemiNaive(base, worlds=worlds, client=client)
    from advisor.reasoning.engine import Engine as Experta  # noqa: PLC0415 - loads experta

    return Experta(base, worlds, client)


def going_on(known: Matcher, had: int, facts: int) -> Matcher:
    """A matcher for so many facts, that goes on from a graph that had fewer by another.

    That other one, unless it went on elsewhere, or another engine is quicker for what there is now,
    or what rules compute of what they conclude may be for other facts now.
    """
    worlds = tuple(Certainties(world.scenario) for world in known.computing.worlds)
    if known.engine != SEMINAIVE == chosen(facts):
        return matcher(known.base, facts, worlds, known.client)
    settled = any(world.concluded for world in known.computing.worlds)
    return known if len(known.possible) == had and not settled else known.afresh(worlds)
