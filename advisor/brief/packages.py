"""Turns what other commands say into the body of a brief: packages, and what to look out for.

A package is a topic with all its advice. What would change our mind is the single changes that take
most advice away; what to watch, the events that would change most and that can be observed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from advisor.answers.confidence import Confidence, usual
from advisor.answers.explanation import proof
from advisor.answers.recommendation import Advice, Line, Recommendation
from advisor.brief.result import Argument, Inference, Package, Pivot, Turn
from advisor.futures.result import OpenFact, Signpost, changes
from advisor.model.grades import CERTAIN, with_band
from advisor.model.records import Rule
from advisor.reasoning.evaluate import Outcome

PIVOTS: Final = 3  # told in the body
WATCHED: Final = 3


# ------------------------------------------------------------------ packages


def packages(advice: Advice) -> Iterator[Package]:
    """The topics, each with what is to be done and what is to be considered; the best first."""
    numbers: dict[str | None, list[int]] = {}
    says = {}
    for topic in advice.topics:
        numbers.setdefault(topic.interest, []).extend(topic.lines)
        says[topic.interest] = topic.says
    lines = {line.number: line for line in advice.lines}
    pieces = {piece.instance: piece for piece in advice.recommendations}
    before = _before(advice)
    for interest, own in numbers.items():
        begin = next((n for n in own if not before[n] & {*own}), own[0])
        yield Package(
            interest=interest,
            says=says[interest],
            lines=tuple(own),
            strength=lines[own[0]].strength,
            confidence=usual(one for n in own for one in _confidences(lines[n], pieces)),
            because=pieces[lines[own[0]].members[0].instance].because,
            caveats=tuple(dict.fromkeys(caveat for n in own for caveat in lines[n].caveats)),
            begin=begin,
            after=tuple(sorted(before[begin])),
        )


def _confidences(line: Line, pieces: Mapping[str, Recommendation]) -> Iterator[Confidence | None]:
    return (pieces[member.instance].confidence for member in line.members)


def _before(advice: Advice) -> dict[int, set[int]]:
    """The lines that come before each line."""
    number = {member.instance: line.number for line in advice.lines for member in line.members}
    found: dict[int, set[int]] = {line.number: set() for line in advice.lines}
    for stage in advice.steps:
        found[number[stage.do]].update(number[first] for first in stage.after)
    return {line: first - {line} for line, first in found.items()}


# ------------------------------------------------------------------ what to look out for


def pivots(arguments: Iterable[Argument]) -> list[Pivot]:
    """Every single change that takes advice away, those that take most away first."""
    found: dict[Turn, list[str]] = {}
    for argument in arguments:
        for turn, *others in argument.turning.sets:
            if not others:
                found.setdefault(turn, []).append(argument.claim.instance)
    ranked = sorted(found.items(), key=lambda each: (-len(each[1]), each[0].says))
    return [Pivot(turn=turn, lost=tuple(lost)) for turn, lost in ranked]


def watched(
    case: Outcome, signposts: Sequence[Signpost], facts: Iterable[OpenFact]
) -> Iterator[Signpost]:
    """The most telling signposts that can be observed, of what does the same only one.

    The most telling is the one that changes most advice, weighed by the chance that it comes about.
    """
    odds = {fact.instance: fact.probability for fact in facts}

    def telling(post: Signpost) -> float:
        holds = odds.get(post.instance, 0.5)
        return (holds if post.holds else 1 - holds) * changes(post.then)

    told: set[object] = set()
    for post in sorted(signposts, key=lambda post: (-telling(post), not post.holds, post.says)):
        does = post.then.lost + post.then.unsettled or post.then
        if len(told) < 2 * WATCHED and _observable(case, post) and not {post.instance, does} & told:
            told |= {post.instance, does}
            yield post


def _observable(case: Outcome, post: Signpost) -> bool:
    """Whether a source reports or expects it, and does not merely judge it to be so."""
    by_text = {str(instance): fact for instance, fact in case.scenario.facts.items()}
    fact = by_text.get(post.instance)
    if fact is None:
        return True
    sources = case.scenario.base.sources
    kinds = {
        sources[cited.source].passages[locator].kind
        for cited in fact.citations
        for locator in cited.locators
        if locator in sources[cited.source].passages
    }
    return fact.reading != "inferred" and kinds != {"judgment"}


# ------------------------------------------------------------------ rules


def inferences(case: Outcome, given: Mapping[str, int]) -> list[Inference]:
    """The rules less than certain that given advice is derived by, the boldest first."""
    rules: dict[str, Rule] = {}
    carries: dict[str, dict[str, None]] = {}
    for instance, fact in given.items():
        for link in proof(case, fact):
            if link.firing is not None and link.firing.rule.strength < CERTAIN:
                rule = link.firing.rule
                rules[rule.id] = rule
                carries.setdefault(rule.id, {})[instance] = None
    ranked = sorted(rules.values(), key=lambda r: (r.strength, -len(carries[r.id]), r.title))
    return [
        Inference(
            rule=rule.id,
            title=rule.title,
            stated=with_band(rule.strength),
            sources=rule.citations,
            reading=rule.reading,
            carries=tuple(carries[rule.id]),
        )
        for rule in ranked
    ]
