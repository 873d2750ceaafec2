"""The words that answer a question, as people say them: yes, no, none, all, unknown, likelihoods.

A word is the same however it is typed: in any case, form of Unicode or kind of apostrophe. What
begins like several of them is Unclear, and never guessed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from typing import Final

from advisor.loader.texts import clipped
from advisor.model import english
from advisor.model.grades import BANDS, CERTAIN, GRADE_OF, HOLDS, TERMS
from advisor.model.scenarios import Standing

_ALIKE: Final = str.maketrans(
    {
        **dict.fromkeys("\u2018\u2019\u201b\u02bc\u00b4\u0060\uff07", "'"),
        **dict.fromkeys("\u201c\u201d\u201e\u00ab\u00bb", '"'),
        **dict.fromkeys("-_\u2010\u2011\u2012\u2013\u2014\u2212", " "),
    }
)
_STROKES: Final = str.maketrans("\u0142\u00f8\u0111\u0131\u0127\u0167", "lodiht")

SAYINGS: Final[Mapping[str, tuple[str, ...]]] = {  # what is meant -> how it is said
    "yes": ("yes", "y", "yeah", "yep", "yup", "yea", "aye", "true"),
    "no": ("no", "n", "nope", "nah", "nay", "false"),
    "unknown": (
        *("unknown", "not known", "unclear", "unsure", "not sure", "uncertain", "no idea"),
        *("don't know", "dont know", "do not know", "i don't know", "i dont know"),
        *("i do not know", "nobody knows", "dunno", "idk", "can't say", "cannot say"),
    ),
    "none": (
        *("none", "none of these", "none of them", "nothing", "nobody", "no one"),
        *("neither", "neither of them", "neither of these"),
    ),
    "both": ("both", "both of these", "both of them"),
    "all": ("all", "all of these", "all of them", "everything", "everyone", "each", "every one"),
    "almost no chance": ("almost no chance", "remote", "remote chance", "a remote chance"),
    "very unlikely": ("very unlikely", "highly improbable", "very improbable"),
    "unlikely": ("unlikely", "improbable", "improbably"),
    "roughly even chance": (
        *("roughly even chance", "roughly even odds", "even", "even chance", "even odds"),
        *("a roughly even chance", "an even chance", "50 50", "50/50", "fifty fifty"),
    ),
    "likely": ("likely", "probable", "probably"),
    "very likely": ("very likely", "highly probable", "very probable", "highly likely"),
    "almost certain": (
        *("almost certain", "almost certainly", "nearly certain", "nearly certainly"),
    ),
    "certain": ("certain", "certainly"),
}
LIKELIHOODS: Final = TERMS[1:CERTAIN]
GRADED: Final = (*LIKELIHOODS, TERMS[CERTAIN])

Said = tuple[Standing, int | None]  # of one fact; with its grade if it is stated

YES: Final[Said] = ("stated", CERTAIN)
NO: Final[Said] = ("denied", None)
OPEN: Final[Said] = ("unknown", None)

SAID: Final[Mapping[str, Said]] = {
    **dict.fromkeys(("yes", "all", "both"), YES),
    **dict.fromkeys(("no", "none"), NO),
    "unknown": OPEN,
}

_PERCENT: Final = re.compile(r"(\d{1,9}(?:[.,]\d{1,9})?) ?(?:%|percent|per cent|pct)")
_SHARE: Final = re.compile(r"(0?[.,]\d{1,9})")
_BETWEEN: Final = re.compile(r"(\d{1,3}) ?%?(?: | to | and |\.\.)(\d{1,3}) ?(?:%|percent|per cent)")
_TOLD: Final = re.compile(r"(\D+) \(\d+ \d+%\)")  # as likelihoods are told: likely (55-80%)
_ALL: Final = 100  # percent
_LONGEST: Final = 1000  # characters that are looked at for what they say at once
_AND: Final = re.compile(r"\s*(?:[,;/]|\band\b|\bbut\b|\bor\b|\s)\s*")


class Unclear(Exception):
    """What was typed is no answer; the message says what would be."""


def plain(text: str) -> str:
    """A text without what nobody types: its case, its article, hyphens for blanks."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return " ".join(folded.translate(_ALIKE).split()).removeprefix("the ")


def bare(text: str) -> str:
    """A text without its accents as well."""
    parts = unicodedata.normalize("NFD", plain(text).translate(_STROKES))
    return "".join(character for character in parts if not unicodedata.combining(character))


def spoken(text: str) -> str:
    """A word as it is looked for: without a full stop either."""
    return bare(text).rstrip(".! ")


def exact(text: str, meanings: Collection[str]) -> str | None:
    """What a text means that is a whole word for it."""
    said = spoken(text)
    return next((meant for meant in meanings if said in SAYINGS.get(meant, (meant,))), None)


def begun(text: str, meanings: Iterable[str]) -> dict[str, str]:
    """All that a beginning could mean, each with the word that begins so.

    What is a whole word for something else, as *no* is beside *no idea*, begins nothing.
    """
    said, found = spoken(text), {}
    meanings = [*meanings]
    if exact(text, SAYINGS.keys() - set(meanings)) is not None:
        return {}
    for meant in meanings:
        words = [word for word in SAYINGS[meant] if word.startswith(said)] if said else []
        if words:
            found[meant] = words[0]
    return found


def meaning(text: str, meanings: Collection[str]) -> str | None:
    """What a word means, or the beginning of one; None for no word. Raises Unclear."""
    whole = exact(text, meanings)
    if whole is not None:
        return whole
    found = begun(text, meanings)
    if len(found) > 1:
        raise Unclear(doubtful(text, found.values()))
    return next(iter(found), None)


def doubtful(text: str, could: Iterable[str]) -> str:
    """The message about a text that could be several things."""
    return f"'{clipped(text)}' could be {english.listing(could, 'or')}. Write a little more of it."


def why_nothing(text: str, meanings: Collection[str]) -> str:
    """Why a text says nothing of a fact."""
    words = [word for word in _AND.split(spoken(text[:_LONGEST])) if word]
    meant = [exact(word, (*meanings, *GRADED)) for word in words]
    several = [*dict.fromkeys(one for one in meant if one is not None)]
    if None not in meant and len(several) > 1:
        return f"'{clipped(text)}' says {english.listing(several)} at once."
    if (_chance(text) or 0) > _ALL:
        return f"'{clipped(text)}' is over 100%."
    if _BETWEEN.fullmatch(spoken(text)):
        return f"'{clipped(text)}' is not within the band of one likelihood."
    return f"'{clipped(text)}' is no answer here."


def said(text: str, meanings: Collection[str]) -> Said | None:
    """What yes, no, unknown, a likelihood or a percentage says of a fact; None if it says nothing.

    `meanings` are the words that are legal beside likelihoods. Raises Unclear.
    """
    form = spoken(text)
    chance = _chance(text)
    if chance is not None:
        return _of_band(chance, chance)
    among = _BETWEEN.fullmatch(form)
    if among is not None:
        return _of_band(float(among[1]), float(among[2]))
    told = _TOLD.fullmatch(form)
    meant = meaning(told[1] if told else text, (*meanings, *GRADED))
    if meant is None:
        return None
    if meant in GRADE_OF:
        return ("stated", GRADE_OF[meant])
    return SAID[meant]


def is_said(text: str) -> bool:
    """Whether a text is a whole word for what is said of a fact, or a percentage."""
    meant = exact(text, ("yes", "no", "unknown", *GRADED))
    return meant is not None or _chance(text) is not None


def _chance(text: str) -> float | None:
    """How many in a hundred a text says: 80%, 0.8, or 80 by itself."""
    form = spoken(text) if text[:1].isdecimal() or text[:1] in {".", ","} else ""
    percent = _PERCENT.fullmatch(form)
    if percent is not None:
        return float(percent[1].replace(",", "."))
    share = _SHARE.fullmatch(form)
    if share is not None:
        return 100 * float(share[1].replace(",", "."))
    if form == "0" or re.fullmatch(r"[1-9]\d|100", form):
        return float(form)
    return None


def _of_band(low: float, high: float) -> Said | None:
    """The grade of what lies between two percentages; where bands meet, nearer to an even chance.

    None if that is not within one band.
    """
    if low == high and low in {0, _ALL}:
        return YES if low else NO
    low, high = (min(max(end, 1), _ALL - 1) if end <= _ALL else end for end in (low, high))
    fitting = [grade for grade, (least, most) in BANDS.items() if least <= low <= high <= most]
    return ("stated", min(fitting, key=lambda grade: abs(grade - HOLDS))) if fitting else None
