"""A date."""

from __future__ import annotations

from typing import Final

from advisor.consult.kind import Question
from advisor.consult.valued import measure
from advisor.consult.words import Unclear
from advisor.loader.texts import as_date, clipped
from advisor.model.values import Value

_FORM: Final = "a date as in 2026-05-03"


def _value(_part: Question, text: str, legal: str) -> Value:
    found = as_date(text)
    if found is None:
        raise Unclear(f"'{clipped(text)}' is no date. {legal}")
    return found


KIND: Final = measure(
    "date",
    _value,
    takes=lambda _: _FORM,
    accepts=lambda _: f"Answer with {_FORM}, or unknown.",
    hint=f"{_FORM}, or unknown",
)
