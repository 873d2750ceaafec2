"""The English of a base that the program prints, and the words in it that the audit knows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from advisor.audit.finding import Place
from advisor.audit.subject import place_of
from advisor.model.records import KnowledgeBase, Phrase, SlotRef

# The two rows of Intelligence Community Directive 203, and words for confidence.
ROW: Final = re.compile(
    r"\b(almost no chance|unlikely|roughly even chance|likely|almost certain(ly)?)\b", re.IGNORECASE
)
OTHER_ROW: Final = re.compile(
    r"\b(remote (chance|possibility)|(highly )?improbabl[ey]|roughly even odds"
    r"|(highly )?probabl[ey]|nearly certain(ly)?)\b",
    re.IGNORECASE,
)
CONFIDENCE: Final = re.compile(  # in an argument; not that of voters or investors in something
    r"(?<![\w-])(?<!vote of )(?<!vote of no )(?<!public )(?<!market )"
    r"(?<!consumer )(?<!investor )(?<!business )"
    r"(confident(?:ly)?|confidence)\b"
    r"(?!-|\s+(?:among|and[ -]security|between|building|measures?|of|votes?)\b)",
    re.IGNORECASE,
)
NEGATIVE: Final = re.compile(
    r"cannot|neither|never|no|nobody|none|nor|not|nothing|nowhere|without|\w+n't"
)
_CARRYING_NOTHING: Final = re.compile(
    r"an?|all|already|also|and|any|are|at|be|been|but|can|case|did|do|does|had|has|have|indeed|is|it|now|of|so|some"
    r"|still|that|the|there|true|was|were|yet"
)
_WORD: Final = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)?")
_ENDINGS: Final = re.compile(r"(?<=\w{3})(?:ing|ed|es|e|s|d)$")
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


def words(text: str) -> list[str]:
    """The words of a text, small and in order."""
    return [word.replace("\u2019", "'") for word in _WORD.findall(text.lower())]


def negations(phrase: Phrase) -> int:
    """How many words of a phrase negate; of a verb of two forms one counts."""
    found = [one for part in phrase for one in words(_spoken(part))]
    return sum(NEGATIVE.fullmatch(word) is not None for word in found)


def gist(phrase: Phrase) -> tuple[str, ...]:
    """The words that carry a phrase, in their order and without their endings, and its slots.

    Of a verb of two forms one counts; words that negate, and such as "is" and "the", do not.
    """
    found: list[str] = []
    for part in phrase:
        if isinstance(part, str) or part.form == "verb":
            found += (stem(word) for word in words(_spoken(part)) if _carries(word))
        else:
            found.append(f"{{{part.slot}}}")
    return tuple(found)


def _spoken(part: str | SlotRef) -> str:
    """The words of a part of a phrase that are the template's own, a verb in the singular."""
    if isinstance(part, str):
        return part
    return part.singular if part.form == "verb" else ""


def _carries(word: str) -> bool:
    return not (NEGATIVE.fullmatch(word) or _CARRYING_NOTHING.fullmatch(word))


def stem(word: str) -> str:
    """A word without its ending, so that forms of one word are alike."""
    return _ENDINGS.sub("", re.sub(r"ies$", "y", word))
