"""Turns records into the same in the order in which the files of a base declare what they name.

Two slots of a symmetric template may be swapped: the fact is written with what is declared first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from advisor.model import Citation, Entity, Instance, KnowledgeBase, Scenario, Template, ranks


def ordered(
    templates: Mapping[str, Template], entities: Mapping[str, Entity]
) -> dict[str, Template]:
    """The templates, of which the symmetric ones know the order of these entities."""
    places = ranks(entities)
    return {
        name: msgspec.structs.replace(template, ranks=_ranks(template, places))
        if template.symmetric
        else template
        for name, template in templates.items()
    }


def _ranks(template: Template, entities: Mapping[str, int]) -> Mapping[str, int]:
    """The places of what may stand in the symmetric slots, which are of one type."""
    slot = list(template.slots.values())[template.symmetric[0] if template.symmetric else 0]
    return ranks(slot.values) if slot.kind == "values" else entities


def with_entities(base: KnowledgeBase, entities: Mapping[str, Entity]) -> KnowledgeBase:
    """The base with these entities, in their order."""
    templates = ordered(base.templates, entities)
    return msgspec.structs.replace(base, entities=entities, templates=templates)


def rewritten(instance: Instance, base: KnowledgeBase) -> Instance:
    """A fact as it is written over a base, which may declare things in another order."""
    template = base.templates.get(instance.template)
    return instance if template is None else template.instance(*instance.values)


def over(scenario: Scenario, base: KnowledgeBase) -> Scenario:
    """A scenario over another base with all that it speaks of, its facts in the order of that."""
    facts = [
        msgspec.structs.replace(fact, instance=rewritten(fact.instance, base))
        for fact in scenario.facts.values()
    ]
    groups, decided = (
        tuple(
            msgspec.structs.replace(
                group,
                alternatives=tuple(rewritten(one, base) for one in group.alternatives),
                ruled_out=tuple(rewritten(one, base) for one in group.ruled_out),
            )
            for group in some
        )
        for some in (scenario.groups, scenario.decided)
    )
    facts.sort(key=lambda fact: base.order(fact.instance))
    return msgspec.structs.replace(
        scenario,
        base=base,
        facts={fact.instance: fact for fact in facts},
        groups=groups,
        decided=decided,
    )


def cited_in_order(citations: Iterable[Citation], sources: Iterable[str]) -> list[Citation]:
    """The citations in the order in which their sources are declared."""
    places = ranks(sources)
    return sorted(citations, key=lambda one: places.get(one.source, len(places)))
