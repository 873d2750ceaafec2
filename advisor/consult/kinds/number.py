"""A number, in the unit of its slot."""

from __future__ import annotations

from typing import Final

from advisor.consult.kind import Question
from advisor.consult.valued import measure
from advisor.consult.words import Unclear
from advisor.loader.texts import as_number, clipped, overlong
from advisor.model.values import Value


def _value(part: Question, text: str, legal: str) -> Value:
    bare = text.removesuffix(part.unit).strip() if part.unit else text
    found = as_number(bare)
    if found is None:
        why = overlong(bare) or f"'{clipped(text)}' is no number"
        raise Unclear(f"{why}. {legal}")
    return found


def _accepts(asked: Question) -> str:
    unit = f" ({asked.unit})" if asked.unit else ""
    return f"Answer with a number{unit}, such as 12 or 0.5, or unknown."


KIND: Final = measure(
    "number",
    _value,
    takes=lambda part: f"a number in {part.unit}" if part.unit else "a number",
    accepts=_accepts,
    hint="a number, or unknown",
)
