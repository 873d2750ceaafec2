"""The program as a library: load facts, ask for advice, ask why and why not.

The command line is built on nothing else. Every result is a frozen record; bad input raises
`AdvisorError`, whose `problems` say what is wrong, where, and what to do.

>>> import advisor
>>> case = advisor.load("pakistan-russia")
>>> first = advisor.advise(case, "russia").recommendations[0]
>>> first.confidence
'moderate'
>>> advisor.explain(case, "drawing-closer(pakistan, russia)").held[0].support
'derived'
>>> advisor.why_not(case, "invite-visit").misses[0].changes[0].instance
'groundwork(pakistan, russia)'
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import ParamSpec, TypeVar

from advisor import loader
from advisor.answers import views
from advisor.answers.explanation import Step
from advisor.answers.recommendation import Advice
from advisor.answers.views import Explanation
from advisor.answers.whatif import Comparison, Flips
from advisor.answers.whynot import WhyNot
from advisor.futures.result import Stress
from advisor.model.errors import AdvisorError, Problem
from advisor.reasoning.evaluate import Outcome, outcome
from advisor.reasoning.graph import build

__all__ = [
    "DEPTH",
    "Advice",
    "Comparison",
    "Explanation",
    "Flips",
    "Outcome",
    "Step",
    "Stress",
    "WhyNot",
    "advise",
    "explain",
    "flip",
    "load",
    "stress",
    "what_if",
    "why_not",
]

P = ParamSpec("P")
R = TypeVar("R")


def _filled(function: Callable[P, R]) -> Callable[P, R]:
    """The function, refusing an empty text for an argument: one left out is not given at all."""

    @functools.wraps(function)
    def checked(*args: P.args, **named: P.kwargs) -> R:
        known = [*zip(function.__code__.co_varnames, args, strict=False), *named.items()]
        for name, value in known:
            if value == "" or (isinstance(value, list | tuple) and "" in value):
                hint = "give it a value, or leave it out"
                raise AdvisorError(Problem(message=f"'{name}' is empty", hint=hint))
        return function(*args, **named)

    checked.__module__ = __name__
    return checked


@_filled
def load(
    facts: str | Path | None = None,
    *,
    base: str | Path | None = None,
    stdin: bytes | None = None,
) -> Outcome:
    """A scenario with everything that follows from it.

    `facts` is a scenario's name or path (default: the base's own), or "-" for the bytes of
    `stdin`; `base` is the folder of another base than the shipped one. Raises AdvisorError with
    every problem of the files read.
    """
    loaded = loader.load_base(Path(base) if base is not None else None)
    named = str(facts) if facts is not None else None
    scenario = loader.load_scenario(loaded, named, stdin)
    return outcome(scenario, build(scenario))


DEPTH = views.DEPTH

advise = _filled(views.advise)
explain = _filled(views.explain)
why_not = _filled(views.why_not)
what_if = _filled(views.what_if)
flip = _filled(views.flip)


@_filled
def stress(
    case: Outcome,
    *,
    client: str | None = None,
    vary: Sequence[str] = (),
    seed: int = 0,
    samples: int | None = None,
    cluster: str | None = None,
    progress: Callable[[float], None] | None = None,
) -> Stress:
    """What becomes of the advice to a client over every future of the open facts.

    `vary` names given facts that are to be open too. Up to 2^30 futures are visited one and all;
    of more, or if `samples` says how many, a sample drawn with `seed`. `cluster` is the address of
    a Dask scheduler whose workers share the work, or "local" for every core here. `progress` is
    told the share that is done. Interrupted, or out of time, it returns what is known, marked as
    partial. Raises AdvisorError for what cannot be varied, and for a cluster that cannot be used.
    """
    from advisor.futures.stress import stress as stressed  # noqa: PLC0415 - loads numpy

    return stressed(
        case,
        client=client,
        vary=vary,
        seed=seed,
        samples=samples,
        cluster=cluster,
        progress=progress,
    )
