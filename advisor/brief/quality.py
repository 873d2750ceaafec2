"""Turns the sources under the advice into its Quality of Information Check, and into notes.

A Quality of Information Check asks of each source how far it can be trusted, and what would be left
without it (Heuer and Pherson, Structured Analytic Techniques, 2010).
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Sequence

from advisor.answers.confidence import corroborated
from advisor.answers.recommendation import Advice
from advisor.brief.result import Argument, Note, SourceQuality
from advisor.model.scenarios import Fact, Scenario
from advisor.model.sources import Citation, Citations, Source
from advisor.reasoning.evaluate import Outcome

Carried = dict[str, tuple[Fact, list[str]]]  # by instance: a given fact, with what rests on it


def carried(case: Outcome, arguments: Sequence[Argument]) -> Carried:
    """The given facts under the arguments, each with the advice that rests on it."""
    by_text = {str(instance): fact for instance, fact in case.scenario.facts.items()}
    found: Carried = {}
    for argument in arguments:
        for ground in argument.grounds:
            entry = found.setdefault(ground.instance, (by_text[ground.instance], []))
            entry[1].append(argument.claim.instance)
    return found


def quality(case: Outcome, facts: Carried, cited: Iterable[str]) -> Iterator[SourceQuality]:
    """The check of each of the cited sources."""
    scenario = case.scenario
    wanted = set(cited)
    for name, source in scenario.base.sources.items():
        if name not in wanted:
            continue
        resting = [pair for pair in facts.values() if name in {c.source for c in pair[0].citations}]
        alone = [pair for pair in resting if not corroborated(scenario, pair[0])]
        yield SourceQuality(
            id=source.id,
            title=source.title,
            author=source.author,
            dated=source.dated,
            days=_days(source, scenario),
            reliability=source.reliability,
            credibility=source.credibility,
            review=source.review.isoformat() if source.review else None,
            overdue=source.review is not None and source.review < scenario.base.date,
            note=source.note,
            facts=len(resting),
            facts_alone=len(alone),
            advice_alone=tuple(dict.fromkeys(one for _, advice in alone for one in advice)),
        )


def _days(source: Source, scenario: Scenario) -> int | None:
    """How old a source is at the date of the base; None without an exact date before that."""
    try:
        written = datetime.date.fromisoformat(source.dated or "")
    except ValueError:
        return None
    age = (scenario.base.date - written).days
    return age if age >= 0 else None


def citations(advice: Advice, arguments: Sequence[Argument]) -> Iterator[Citation]:
    """Everything that a brief cites."""
    for recommendation in advice.recommendations:
        yield from recommendation.facts_from
        yield from recommendation.reasoning_from
        yield from recommendation.recommended
        for caveat in recommendation.caveats:
            yield from caveat.reasoning_from
            yield from caveat.recommended
    for effect in advice.tradeoffs:
        yield from effect.sources
    for argument in arguments:
        for warrant in (argument.warrant, *argument.also):
            yield from warrant.sources
        for ground in argument.grounds:
            yield from ground.sources
        for rebuttal in argument.rebuttals:
            yield from rebuttal.sources


def notes(case: Outcome, cited: Citations) -> tuple[Note, ...]:
    """The places cited, numbered by source and locator."""
    places = [
        (citation.source, locator)
        for citation in cited
        for locator in (citation.locators or (None,))
    ]
    return tuple(_note(case, number, *place) for number, place in enumerate(places, 1))


def _note(case: Outcome, number: int, source: str, locator: int | str | None) -> Note:
    passages = case.scenario.base.sources[source].passages
    passage = passages.get(locator) if locator is not None else None
    return Note(
        number=number,
        source=source,
        locator=None if locator is None else str(locator),
        kind=passage.kind if passage else None,
        says=passage.says if passage else None,
        hedge=passage.hedge if passage else None,
    )
