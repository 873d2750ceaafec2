"""The English of a base that the program prints, and the words in it that the audit knows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from advisor.audit.finding import Place
from advisor.audit.subject import place_of
from advisor.model.records import KnowledgeBase, Phrase

# The two rows of Intelligence Community Directive 203, and words for confidence.
ROW: Final = re.compile(
    r"\b(almost no chance|unlikely|roughly even chance|likely|almost certain(ly)?)\b", re.IGNORECASE
)
OTHER_ROW: Final = re.compile(
    r"\b(remote (chance|possibility)|(highly )?improbabl[ey]|roughly even odds"
    r"|(highly )?probabl[ey]|nearly certain(ly)?)\b",
    re.IGNORECASE,
)
CONFIDENCE: Final = re.compile(r"\b(confident(ly)?|confidence)\b", re.IGNORECASE)
SENTENCES: Final = re.compile(r"(?<=[.?!;])\s+")


def phrases(base: KnowledgeBase) -> Iterator[tuple[str, str, Place]]:
    """Each sentence of a base, as the key it stands under, its text and its place."""
    for template in base.templates.values():
        for key in ("says", "denies", "asks"):
            phrase: Phrase | None = getattr(template, key)
            if phrase:
                yield key, written(phrase), place_of(template)
    for rule in base.rules:
        yield "title", rule.title, place_of(rule)
        if rule.because:
            yield "because", written(rule.because), place_of(rule)
    for interest in base.interests.values():
        yield "says", interest.says, place_of(interest)
    for entity in base.entities.values():
        yield "name", entity.name, place_of(entity)


def written(phrase: Phrase) -> str:
    """A phrase as text, with the names of slots in its gaps, and both forms of a verb."""
    return "".join(
        part
        if isinstance(part, str)
        else f"{part.singular}/{part.plural}"
        if part.form == "verb"
        else f"{{{part.slot}}}"
        for part in phrase
    )
