"""Writes the brief on a case that is handed upward."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from advisor.api.arguments import filled
from advisor.api.cases import what_if
from advisor.brief import Brief
from advisor.brief import brief as composed
from advisor.loader.digests import digests
from advisor.reasoning.evaluate import Outcome


@filled
def brief(
    case: Outcome,
    what_ifs: Sequence[str | Path] = (),
    *,
    client: str | None = None,
    facts: str | Path | None = None,
    stdin: bytes | None = None,
) -> Brief:
    """The advice to a client with its whole argument, compared with some what-ifs.

    `facts` and `stdin` are what the case was loaded from: the brief has the digests of all files
    that it rests on. Raises AdvisorError as `what_if` does.
    """
    comparisons = what_if(case, what_ifs, client=client, stdin=stdin) if what_ifs else []
    files = (None if facts is None else str(facts), *map(str, what_ifs))
    read = digests(case.scenario.base, files, stdin)
    return composed(case, client, comparisons, read)
