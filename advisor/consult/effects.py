"""Turns an answer into what it did: what it was taken for, and what becomes of the advice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

import msgspec

from advisor.answers.advice import Adviser
from advisor.consult.answers import Answer
from advisor.consult.interview import Interview
from advisor.consult.told import Noted, Settled
from advisor.model import asking, english
from advisor.model.grades import CERTAIN, with_band
from advisor.model.records import Instance, KnowledgeBase
from advisor.model.scenarios import Fact
from advisor.reasoning.evaluate import standing

SHOWN: Final = 3  # pieces of advice of a kind that are told apart


class Stand(NamedTuple):
    """Where a piece of advice stands, in words that are the same as long as it does."""

    standing: str
    says: str


Standings = Mapping[Instance, Stand]


def standings(interview: Interview) -> Standings:
    """Where advice stands of which an answer may say something.

    Where all is to be settled, that is what is not settled yet; elsewhere, what is wanted and
    not withheld.
    """
    named = interview.graph.instances
    if interview.settles:
        unsettled = Stand("unsettled", "")
        return {named[fact]: unsettled for fact in interview.stakes.unsettled}
    case = interview.outcome()
    adviser = Adviser(case, interview.client)
    found = {}
    for fact in interview.wanted:
        stands = standing(*case.bounds(fact))
        if stands != "withheld":
            caveats = [one for one, _ in adviser.caveats(fact)] if stands == "given" else []
            says = english.advice(interview.base, named[fact], caveats)
            found[named[fact]] = Stand(stands, says)
    return found


def noted(
    interview: Interview, answer: Answer, before: Standings, aside: Sequence[str] = ()
) -> Noted:
    """What an answer was taken for, and what it changes, told after it was taken."""
    stated = [f for f in answer.facts if f.standing != "denied"]
    if not stated and len(answer.facts) == 1:
        stated = list(answer.facts)
    told = Noted(
        kept=not answer.text,
        states=states(interview.base, stated, rest=len(stated) == len(answer.facts)),
        denied=len(answer.facts) - len(stated),
        aside=tuple(aside),
    )
    return (_settling if interview.settles else _shifting)(told, interview, before)


def _settling(told: Noted, interview: Interview, before: Standings) -> Noted:
    stakes, graph = interview.stakes, interview.graph
    unsettled = set(stakes.unsettled)
    fresh = [
        fact for fact in stakes.advice if fact not in unsettled and graph.instances[fact] in before
    ]
    given = [settled(interview, fact) for fact in fresh if stakes.standing(fact) == "given"]
    shown = given[:SHOWN]
    return msgspec.structs.replace(told, settled=tuple(shown), more=len(fresh) - len(shown))


def _shifting(told: Noted, interview: Interview, before: Standings) -> Noted:
    after = standings(interview)
    given = {one: stand.says for one, stand in after.items() if stand.standing == "given"}
    was = {one: stand.says for one, stand in before.items() if stand.standing == "given"}
    return msgspec.structs.replace(
        told,
        gained=tuple(says for one, says in given.items() if one not in was),
        lost=tuple(says for one, says in was.items() if one not in given),
        changed=tuple(s for one, s in given.items() if one in was and was[one] != s),
        same=len(given) if given == was else None,
    )


def states(base: KnowledgeBase, facts: Sequence[Fact], *, rest: bool = True) -> tuple[str, ...]:
    """What facts say, each with its likelihood; one clause for several that are not known.

    Beside facts that are known, only if these are all the `rest` that there is.
    """
    known = [fact for fact in facts if fact.standing != "unknown"]
    many = len(facts) - len(known) > 1
    if not known and (many or any(_asks_how_many(base, fact.instance) for fact in facts)):
        return ("this is not known",)
    rest = rest and many
    clauses = []
    for fact in known if rest else facts:
        says = asking.states(base, fact)
        if fact.grade not in {None, CERTAIN}:
            says = f"{says}, {with_band(fact.grade or 0)}"
        clauses.append(says)
    return (*clauses, "the rest is not known") if rest else tuple(clauses)


def _asks_how_many(base: KnowledgeBase, instance: Instance) -> bool:
    """Whether a fact is asked about by its number or its date."""
    template = base.templates[instance.template]
    kinds = [slot.kind for slot in template.slots.values()]
    return any(kinds[gap] in {"number", "date"} for gap in template.asked_for())


def settled(interview: Interview, fact: int) -> Settled:
    """A piece of advice that no later answer will change."""
    says = english.advice(interview.base, interview.graph.instances[fact])
    stands = interview.stakes.standing(fact)
    confidence = None
    if stands == "given":
        brief = Adviser(interview.outcome(), interview.client).in_short(fact)
        if brief is not None:
            says, confidence = brief.says, brief.confidence
    return Settled(says=says, standing=stands, confidence=confidence)
