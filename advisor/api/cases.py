"""Loads a base and its scenarios, and asks of a case what follows from it, how, and what if."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import ParamSpec, TypeVar

from advisor import loader
from advisor.answers import views
from advisor.api.arguments import filled
from advisor.loader.kept import kept
from advisor.model.records import KnowledgeBase
from advisor.model.scenarios import Scenario
from advisor.reasoning.building import build
from advisor.reasoning.evaluate import Outcome, outcome

__all__ = [
    "advise",
    "explain",
    "flip",
    "load",
    "load_base",
    "load_scenario",
    "what_if",
    "what_if_file",
    "why_not",
]

P = ParamSpec("P")
R = TypeVar("R")


@filled
def load_base(base: str | Path | KnowledgeBase | None = None) -> KnowledgeBase:
    """The base in a folder, by default the shipped one; AdvisorError with every problem of it.

    One that is loaded is given back.
    """
    if isinstance(base, KnowledgeBase):
        return base
    return kept(_read_base, base)


def _read_base(base: str | Path | None) -> KnowledgeBase:
    return loader.load_base(Path(base) if base is not None else None)


@filled
def load_scenario(
    base: KnowledgeBase,
    facts: str | Path | None = None,
    *,
    what_ifs: Sequence[str | Path] = (),
    stdin: bytes | None = None,
) -> Scenario:
    """A scenario without what follows from it, for what does not ask for that.

    `facts` is as in `load`. Without it, the one that the first of some what-ifs extends, or the
    base's own.
    """
    parent = None
    if facts is None and what_ifs:
        _, parent = loader.load_with_parent(base, str(what_ifs[0]), stdin)
    named = str(facts) if facts is not None else None
    return parent or loader.load_scenario(base, named, stdin)


@filled
def load(
    facts: str | Path | None = None,
    *,
    base: str | Path | KnowledgeBase | None = None,
    stdin: bytes | None = None,
) -> Outcome:
    """A scenario with everything that follows from it.

    `facts` is a scenario's name or path (default: the base's own), or "-" for the bytes of
    `stdin`; `base` is another base than the shipped one, or its folder. Raises AdvisorError with
    every problem of the files read.
    """
    if isinstance(base, KnowledgeBase) or stdin is not None:
        scenario = load_scenario(load_base(base), facts, stdin=stdin)
    else:
        scenario = kept(_read_scenario, base, facts)
    return outcome(scenario, build(scenario))


def _read_scenario(base: str | Path | None, facts: str | Path | None) -> Scenario:
    return load_scenario(_read_base(base), facts)


def _public(view: Callable[P, R]) -> Callable[P, R]:
    """A view of a case as a function of this module."""
    function = filled(view)
    function.__module__ = __name__
    return function


advise = _public(views.advise)
explain = _public(views.explain)
why_not = _public(views.why_not)
what_if = _public(views.what_if)
what_if_file = _public(views.what_if_file)
flip = _public(views.flip)
