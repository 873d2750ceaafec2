"""Turns a noun into what more than one of it is called."""

from __future__ import annotations

import re
from typing import Final

_PLURALS: Final = (  # the end of a noun -> what is cut off, and what is put there
    (r"(^|[^a-z])(series|species|means|arms|staff|aircraft|sheep|fish)$", 0, ""),
    (r"works$", 0, ""),
    (r"(^|[^a-z]|wo|work|states|spokes|chair|fisher)man$", 2, "en"),
    (r"(^|[^a-z])(grand)?child$", 0, "ren"),
    (r"(criteri|phenomen)on$", 2, "a"),
    (r"appendix$", 1, "ces"),
    (r"(analy|cri|the|ba|hypothe|synthe|parenthe|oa)sis$", 2, "es"),
    (r"(lea|hal|cal|shel|el|wol|thie|loa|sel)f$", 1, "ves"),
    (r"(kni|wi|li)fe$", 2, "ves"),
    (r"(her|potat|tomat|ech|vet|embarg|carg)o$", 0, "es"),
    (r"(^|[^a-z])quiz$", 0, "zes"),
    (r"([^aeiou]|qu)y$", 1, "ies"),
    (r"(s|x|z|ch|sh)$", 0, "es"),
)


def plural(noun: str) -> str:
    """More than one of what a noun names: "states", "countries", "entries", "bases", "boxes"."""
    for end, cut, added in _PLURALS:
        if re.search(end, noun, re.IGNORECASE):
            return noun[: len(noun) - cut] + added
    return noun + "s"
