"""Turns records into the same in the order of their English, which other ids leave as it is.

What reads the same stands in the order in which the files declare it. Two slots of a symmetric
template may be swapped: the fact is written with what comes first.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final, TypeVar

import msgspec

from advisor.model.ranks import ranks
from advisor.model.records import (
    Entity,
    Instance,
    Interest,
    KnowledgeBase,
    Phrase,
    Rule,
    Template,
)
from advisor.model.scenarios import Scenario
from advisor.model.sources import Citation, Citations, Source

_WIDTH: Final = 6  # of numbers in titles: row 2 comes before row 10

NamedRecord = TypeVar("NamedRecord", Entity, Interest, Rule, Source, Template)


def english_of(of: NamedRecord) -> tuple[str, ...]:
    """The English that a record is ordered by."""
    if isinstance(of, Entity):
        return (of.name.removeprefix("the ").casefold(), of.name)
    if isinstance(of, Interest):
        return (of.says,)
    if isinstance(of, Source):
        return (of.title, of.author or "", of.dated or "")
    if isinstance(of, Template):
        return (_text(of.says), *of.slots)
    numbered = re.sub(r"\d+", lambda number: number[0].rjust(_WIDTH), of.title)
    return (_text(of.because or ()), numbered)


def _text(phrase: Phrase) -> str:
    """A phrase with a sign for each gap that comes after all letters."""
    return "".join(part if isinstance(part, str) else "\u2026" for part in phrase).casefold()


def by_english(records: Iterable[NamedRecord]) -> tuple[NamedRecord, ...]:
    """The records in the order of their English."""
    return tuple(sorted(records, key=english_of))


def in_order(records: Mapping[str, NamedRecord]) -> dict[str, NamedRecord]:
    """The records by id, in the order of their English."""
    return dict(sorted(records.items(), key=lambda item: english_of(item[1])))


def ordered(
    templates: Mapping[str, Template], entities: Mapping[str, Entity]
) -> dict[str, Template]:
    """The templates in order, of which the symmetric ones know the order of these entities."""
    places = ranks(in_order(entities))
    return {
        name: msgspec.structs.replace(template, ranks=_ranks(template, places))
        if template.symmetric
        else template
        for name, template in in_order(templates).items()
    }


def _ranks(template: Template, entities: Mapping[str, int]) -> Mapping[str, int]:
    """The places of what may stand in the symmetric slots, which are of one type."""
    slot = list(template.slots.values())[template.symmetric[0] if template.symmetric else 0]
    return ranks(slot.values) if slot.kind == "values" else entities


def with_entities(base: KnowledgeBase, entities: Mapping[str, Entity]) -> KnowledgeBase:
    """The base with these entities, in order."""
    templates = ordered(base.templates, entities)
    return msgspec.structs.replace(base, entities=in_order(entities), templates=templates)


def rewritten(instance: Instance, base: KnowledgeBase) -> Instance:
    """A fact as it is written over a base, which may name things otherwise."""
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
                alternatives=tuple(rewritten(instance, base) for instance in group.alternatives),
                ruled_out=tuple(rewritten(instance, base) for instance in group.ruled_out),
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
        recommends={rewritten(i, base): said for i, said in scenario.recommends.items()},
    )


def gathered(citations: Iterable[Citation], sources: Mapping[str, Source]) -> Citations:
    """The citations with the locators of one source together, in the order of the sources."""
    found: dict[str, set[int | str]] = {}
    for citation in citations:
        found.setdefault(citation.source, set()).update(citation.locators)
    together = (
        Citation(source, tuple(sorted(locators, key=lambda place: (isinstance(place, str), place))))
        for source, locators in found.items()
    )
    return tuple(cited_in_order(together, sources))


def cited_in_order(citations: Iterable[Citation], sources: Mapping[str, Source]) -> list[Citation]:
    """The citations in the order of what their sources are called."""

    def english(cited: Citation) -> tuple[str, ...]:
        return english_of(sources[cited.source]) if cited.source in sources else ()

    return sorted(citations, key=english)
