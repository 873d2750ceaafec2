"""Turns advice that was considered and withheld into lines, one for all that differ in a number."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from advisor.answers.limits import Limit
from advisor.answers.recommendation import Withheld
from advisor.loader import parse_instance
from advisor.model import english
from advisor.model.records import Instance, KnowledgeBase
from advisor.model.values import UNANSWERED, UNANSWERED_DAY, Value
from advisor.render.terminal.page import Page

_EACH: Final = 3  # that differ in a number or date alone, in lines of their own
_SHOWN_LIMITS: Final = 3
_ANY: Final[dict[str, Value]] = {"number": UNANSWERED, "date": UNANSWERED_DAY}


def withheld(page: Page, considered: Sequence[Withheld], base: KnowledgeBase) -> None:
    """What was considered and withheld, each with what holds it down."""
    if considered:
        page.heading("Considered and withheld")
    for family in _families(considered, base):
        says, instance = family[0].says, family[0].instance
        if len(family) > 1:
            whatever = _whatever(base, instance)
            says = f"{english.advice(base, whatever)[:-1]} ({len(family):,} of these)."
            instance = str(whatever)
        page.item("- ", says, 0)
        found = dict.fromkeys(limit for one in family for limit in one.limited_by)
        page.item("Held down by: ", limits([*found]) + ".", 3)
        page.item("Id: ", instance, 3, "dim")


def limits(found: Sequence[Limit]) -> str:
    """What keeps a confidence down, the first few and a count of the rest."""
    shown = "; ".join(limit.says for limit in found[:_SHOWN_LIMITS])
    more = len(found) - _SHOWN_LIMITS
    return shown + (f"; and {more:,} more" if more > 0 else "")


def _families(considered: Iterable[Withheld], base: KnowledgeBase) -> list[list[Withheld]]:
    """Those that differ in numbers and dates alone together, where they are many."""
    found: dict[str, list[Withheld]] = {}
    for one in considered:
        found.setdefault(str(_whatever(base, one.instance)), []).append(one)
    return [
        some
        for family in found.values()
        for some in ([family] if len(family) > _EACH else [[one] for one in family])
    ]


def _whatever(base: KnowledgeBase, written: str) -> Instance:
    """An instance with any number or date in the place of its own."""
    instance, _ = parse_instance(written, base)
    slots = base.templates[instance.template].slots.values()
    values = zip(slots, instance.values, strict=True)
    return Instance(instance.template, tuple(_ANY.get(slot.kind, value) for slot, value in values))
