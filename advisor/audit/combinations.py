"""Finds a combination of answers that leads to no advice."""

from __future__ import annotations

from typing import NamedTuple

from advisor.audit import example
from advisor.audit.least import Alternatives, least
from advisor.audit.universe import TOO_MANY, facts_below, over
from advisor.audit.unsearched import leave
from advisor.model import english
from advisor.model.records import Instance, KnowledgeBase


class Gap(NamedTuple):
    """A client whom some answers leave without advice."""

    client: str
    facts: tuple[Instance, ...]  # that hold; no others do


def uncovered(base: KnowledgeBase) -> Gap | None:
    """A smallest combination of the answers that a base covers with no advice to its client.

    Of unkeyed facts some hold, of the values of each key exactly one does.
    """
    client = example.client(base)
    if client is None:
        return None
    goals = [
        (template.id, tuple(client if slot == "client" else None for slot in template.slots))
        for template in base.templates.values()
        if template.advice
    ]
    below = facts_below(base, goals)
    if below.left is not None:
        leave("combinations without advice", below.left, english.listing(base.covers))
    if below.left == TOO_MANY:
        return None
    facts = [fact for fact in below.facts if fact.template in base.covers]
    answers = over(base, facts, ())
    groups = [Alternatives(group.facts, exactly=True) for group in answers.groups]
    advice = answers.graph.advice_to(client)
    found = least(answers.graph, answers.free, groups, never=advice)
    return None if found is None else Gap(client, tuple(answers.instances(found)))
