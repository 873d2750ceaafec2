"""Turns the source registers of two scenarios into one, in which each name means one source."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from advisor.model.scenarios import Fact
from advisor.model.sources import Source


def sources_of_both(
    before: Mapping[str, Source], after: Mapping[str, Source]
) -> tuple[dict[str, Source], dict[str, str]]:
    """The sources of two scenarios, with other names for what the second calls like another."""
    renamed = {name: f"{name}'" for name, one in after.items() if before.get(name, one) != one}
    return {**{renamed.get(name, name): one for name, one in after.items()}, **before}, renamed


def citing(fact: Fact, renamed: Mapping[str, str]) -> Fact:
    """A fact whose citations go by these names."""
    if not renamed:
        return fact
    cited = (
        msgspec.structs.replace(citation, source=renamed.get(citation.source, citation.source))
        for citation in fact.citations
    )
    return msgspec.structs.replace(fact, citations=tuple(cited))
