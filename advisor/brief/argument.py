"""Turns a recommendation into its argument: claim, grounds, warrant, qualifier, rebuttals.

The layout of arguments is Toulmin's (The Uses of Argument, 1958); the qualifier is the confidence
of the recommendation itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from advisor.answers.confidence import given_facts
from advisor.answers.explanation import ProofNode, cited_of, merged, proof
from advisor.answers.flips import Flips
from advisor.answers.silence import assumed, silence_of, unlisted
from advisor.brief.result import Ground, Rebuttal, RebuttalStanding, Turn, Turning, Warrant
from advisor.model import asking, english
from advisor.model.grades import CERTAIN, HOLDS, with_band
from advisor.reasoning.evaluate import Outcome, standing, strongest

SHOWN: Final = 20  # smallest sets that are looked for


def grounds(case: Outcome, links: Sequence[ProofNode]) -> Iterator[Ground]:
    """The given facts that a proof starts from, in its order."""
    base = case.scenario.base
    for stated in given_facts(case, links):
        uncertain = stated.standing == "stated" and stated.grade not in {None, CERTAIN}
        yield Ground(
            instance=str(stated.instance),
            says=english.sentence(asking.states(base, stated)),
            stated=with_band(stated.grade or 0) if uncertain else None,
            sources=cited_of(stated),
            reading=stated.reading,
            note=stated.note,
        )


def warrants(case: Outcome, fact: int) -> list[Warrant]:
    """The rules that the derivations of a piece of advice end in, in the order of their English."""
    base = case.scenario.base
    found = [
        Warrant(
            rule=link.firing.rule.id,
            title=link.firing.rule.title,
            because=english.reason(base, link.firing.rule, link.firing.bindings),
            stated=with_band(link.firing.rule.strength)
            if link.firing.rule.strength < CERTAIN
            else None,
            sources=link.firing.rule.citations,
            reading=link.firing.rule.reading,
        )
        for link in proof(case, fact)
        if link.fact == fact and link.firing is not None
    ]
    return list(dict.fromkeys(found))


def rebuttals(case: Outcome, fact: int) -> list[Rebuttal]:
    """What would overturn the argument for a piece of advice, what has most support first."""
    found = [*_opposed(case, fact), *_exceptions(case, proof(case, fact))]
    found = list(dict.fromkeys(found))
    order = ("given", "held", "open", "supported", "withheld", "denied", "silent")
    return sorted(found, key=lambda rebuttal: order.index(rebuttal.standing))


def _opposed(case: Outcome, fact: int) -> Iterator[Rebuttal]:
    """Advice to the same client that opposes a piece of advice, whichever of the two says so."""
    graph, base = case.graph, case.scenario.base
    client = _client(case, fact)
    for other in graph.advice_to(client):
        if other != fact and (_opposes(case, fact, other) or _opposes(case, other, fact)):
            yield Rebuttal(
                kind="advice",
                says=english.says(base, graph.instances[other]),
                standing=standing(*case.bounds(other)),
            )


def _client(case: Outcome, fact: int) -> str:
    instance = case.graph.instances[fact]
    return str(case.scenario.base.templates[instance.template].slot_values(instance)["client"])


def _opposes(case: Outcome, advice: int, other: int) -> bool:
    """Whether one piece of advice names the other among those it opposes."""
    instance = case.graph.instances[advice]
    template = case.scenario.base.templates[instance.template]
    slots = template.slot_values(instance)
    return any(other in case.graph.matching(each.other, slots) for each in template.opposes)


def _exceptions(case: Outcome, links: Sequence[ProofNode]) -> Iterator[Rebuttal]:
    """The exceptions of the rules of a proof, and what its sums may lack."""
    silence = silence_of(case)
    for link in links:
        if link.firing is None:
            continue
        pairs = zip(link.firing.rule.exceptions, link.firing.exceptions, strict=True)
        for pattern, facts in pairs:
            clause = english.pattern(case.scenario.base, pattern, link.firing.bindings)
            silent = assumed(case, link.firing, pattern, facts, silence)
            yield _exception(case, clause, facts, silent=silent)
        for more in unlisted(case, link.firing):
            yield _exception(case, more.clause(case.scenario.base), (), silent=True)


def _exception(case: Outcome, clause: str, facts: Sequence[int], *, silent: bool) -> Rebuttal:
    lower, upper = strongest(facts, case.grades)
    stated = [case.scenario.facts.get(case.graph.instances[fact]) for fact in facts]
    said = [fact for fact in stated if fact is not None]
    sources = merged(case.scenario.base, (citation for fact in said for citation in cited_of(fact)))
    now: RebuttalStanding = "silent" if silent else "denied"
    if lower >= HOLDS:
        now = "held"
    elif upper:
        now = "open" if upper > lower else "supported"
    return Rebuttal(kind="exception", says=clause, standing=now, sources=sources)


def turning(flips: Flips) -> Turning:
    """The smallest sets of changes that take advice away, each change as what would be true."""
    return Turning(
        size=flips.size,
        total=flips.total,
        more=flips.more,
        sets=tuple(
            tuple(
                Turn(
                    instance=change.instance,
                    holds=change.then == change.says,
                    says=change.then,
                    now=change.before,
                )
                for change in smallest.changes
            )
            for smallest in flips.sets
        ),
        reason=flips.reason,
    )
