"""Compares two bases, and what they advise in the scenarios that both have."""

from __future__ import annotations

from pathlib import Path

from advisor import loader
from advisor.api.arguments import filled, folder
from advisor.difference import report
from advisor.difference.result import Difference
from advisor.model.budget import OnProgress
from advisor.model.records import KnowledgeBase
from advisor.reasoning.engines import often


@often()
@filled
def diff(
    old: str | Path | KnowledgeBase,
    new: str | Path | KnowledgeBase | None = None,
    *,
    client: str | None = None,
    seed: int = 0,
    progress: OnProgress | None = None,
) -> Difference:
    """Everything that differs between two bases, or those in two folders.

    `new` is by default the shipped one; `old` may also be a revision of the git repository that
    `new` is in. The advice is that to a client, or to everybody who can be advised, to each
    scenario's own client first; where futures are drawn at random, with `seed`. `progress` is told
    the share that is done. Raises AdvisorError with every problem of either base.
    """
    other = folder(new) if new is not None else loader.shipped_folder()
    return report.difference(folder(old), other, client, seed=seed, progress=progress)
