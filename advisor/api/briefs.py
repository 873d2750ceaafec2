"""Writes the brief on a case that is handed upward."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from advisor.api.arguments import filled
from advisor.api.cases import what_if
from advisor.brief import Address, Brief, earlier
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
    question: str | None = None,
    addressee: str | None = None,
    author: str | None = None,
    since: str | Path | None = None,
) -> Brief:
    """The advice to a client in short and with its whole argument, compared with some what-ifs.

    `facts` and `stdin` are what the case was loaded from: the brief has the digests of all files
    that it rests on. `since` is the JSON of an earlier brief, to say what is new. Raises
    AdvisorError as `what_if` does, and for an earlier brief that is none, or not to this client.
    """
    before = earlier(since) if since is not None else None
    comparisons = what_if(case, what_ifs, client=client, stdin=stdin) if what_ifs else []
    files = (None if facts is None else str(facts), *map(str, what_ifs))
    read = digests(case.scenario.base, files, stdin)
    address = Address(to=addressee, author=author, question=question)
    return composed(case, client, comparisons, read, address, before)
