"""Asks of a case what becomes of its advice over every future; loads numpy."""

from __future__ import annotations

from collections.abc import Sequence

from advisor.api.arguments import filled
from advisor.futures import stress as futures
from advisor.futures.result import Stress
from advisor.model.budget import OnProgress
from advisor.reasoning.evaluate import Outcome


@filled
def stress(
    case: Outcome,
    what: str | None = None,
    *,
    client: str | None = None,
    vary: Sequence[str] = (),
    seed: int = 0,
    samples: int | None = None,
    progress: OnProgress | None = None,
) -> Stress:
    """What becomes of the advice to a client over every future of the open facts.

    Of `what` alone, if that is named: an instance, a template, or a number of `advise`.
    `vary` names given facts that are to be open too. Up to 2^30 futures are visited one and all,
    each piece of advice its share of them; of more, or if `samples` says how many, a sample drawn
    with `seed`. Large jobs are shared among the cores of this machine. `progress` is told the share
    that is done. Interrupted, or out of time, it returns what is known, marked as partial. Raises
    AdvisorError for what cannot be varied.
    """
    return futures.stress(
        case,
        what,
        client=client,
        vary=vary,
        seed=seed,
        samples=samples,
        progress=progress,
    )
