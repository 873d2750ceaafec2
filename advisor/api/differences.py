"""Compares two bases, and what they advise in the scenarios that both have."""

from __future__ import annotations

from pathlib import Path

from advisor import loader
from advisor.api.arguments import filled
from advisor.difference import report
from advisor.difference.result import Difference
from advisor.model.budget import Progress
from advisor.reasoning.engines import often


@often()
@filled
def diff(
    old: str | Path,
    new: str | Path | None = None,
    *,
    client: str | None = None,
    seed: int = 0,
    progress: Progress | None = None,
) -> Difference:
    """Everything that differs between the bases in two folders; `new` is by default the shipped.

    `old` may also be a revision of the git repository that `new` is in. The advice is that to a
    client, or to everybody who can be advised, to each scenario's own client first; where futures
    are drawn at random, with `seed`. `progress` is told the share that is done. Raises AdvisorError
    with every problem of either base.
    """
    other = Path(new) if new is not None else loader.shipped_folder()
    return report.difference(Path(old), other, client, seed=seed, progress=progress)
