"""Turns a question about what is known already into how that stands, and what else it could do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from advisor.consult.interview import Interview
from advisor.consult.kind import Question
from advisor.model import citing, english
from advisor.model.changes import Changes, fold
from advisor.model.errors import Location
from advisor.model.grades import CERTAIN, HOLDS, with_band
from advisor.model.records import Instance
from advisor.model.scenarios import Fact
from advisor.model.values import are_answered
from advisor.reasoning.evaluate import side_by_side, standing

WHERE: Final = Location("<review>")


def standings(interview: Interview, asked: Question) -> tuple[str, ...]:
    """How each option of a question stands, from which source; nothing where nothing can be kept.

    What nobody spoke of is an empty text, but where that leaves what a question is about unknown.
    """
    if not interview.reviews:
        return ()
    known = interview.scenario().facts
    silent = () if asked.options else interview.keep(asked).facts
    left = {fact.instance: fact for fact in silent if fact.standing == "unknown"}
    return tuple(_stands(interview, known.get(one) or left.get(one)) for one in asked.instances)


def _stands(interview: Interview, fact: Fact | None) -> str:
    if fact is None:
        return ""
    said = {"denied": "no", "unknown": "unknown", "disputed": "disputed"}.get(fact.standing)
    if said is None:
        said = "yes" if fact.grade == CERTAIN else with_band(fact.grade or 0)
    cited = (*fact.citations, *fact.against)
    return f"{said}, {citing.cite(interview.base, cited)}" if cited else said


def otherwise(interview: Interview, asked: Question) -> str | None:
    """What the other answer would do that does most, in a sentence; None if none does anything."""
    best: tuple[int, str] | None = None
    for lead, facts in _others(interview, asked):
        lost, gained = _shift(interview, facts)
        if lost + gained and (best is None or lost + gained > best[0]):
            best = lost + gained, f"{lead}: {_counted(lost, gained)}."
    return None if best is None else best[1]


def _counted(lost: int, gained: int) -> str:
    fall = english.counted(lost, "recommendation") + (" falls" if lost == 1 else " fall")
    if not lost:
        come = english.counted(gained, "recommendation")
        return f"{come} {'comes' if gained == 1 else 'come'}"
    if not gained:
        return fall
    return f"{fall}, {gained} {'comes' if gained == 1 else 'come'} instead"


def _others(interview: Interview, asked: Question) -> Iterator[tuple[str, list[Fact]]]:
    """The other answers that there are about one option, each with what it would be called."""
    case = interview.outcome()
    number = interview.graph.number
    for place, one in enumerate(asked.instances):
        if not are_answered(one.values):
            continue
        held = one in number and case.bounds(number[one])[0] >= HOLDS
        named = asked.called(place)
        lead = f"If {'not ' if held else ''}{named}".rstrip() if named else "If so"
        if held and not named:
            lead = "If not"
        yield lead, [_said(one, holds=not held)]


def _said(instance: Instance, *, holds: bool) -> Fact:
    return Fact(
        instance=instance,
        standing="stated" if holds else "denied",
        grade=CERTAIN if holds else None,
        origin="answered",
        where=WHERE,
    )


def _shift(interview: Interview, facts: list[Fact]) -> tuple[int, int]:
    """How much of the wanted advice would fall, and how much would come."""
    before = interview.outcome()
    scenario, problems = fold(before.scenario, Changes(facts=tuple(facts)))
    if problems or any(fact.instance not in interview.graph.number for fact in facts):
        return 0, 0
    pair = side_by_side(before, scenario)
    pairs = [
        tuple(standing(*case.bounds(case.graph.number[advice])) == "given" for case in pair)
        for advice in (interview.graph.instances[fact] for fact in interview.wanted)
    ]
    return pairs.count((True, False)), pairs.count((False, True))
