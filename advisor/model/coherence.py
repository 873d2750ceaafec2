"""Says of facts and one-of groups, all folded together, what cannot stand beside what."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from advisor.model.errors import Problem
from advisor.model.grades import BANDS, CERTAIN, HOLDS
from advisor.model.records import Instance, Template
from advisor.model.scenarios import Fact, OneOf, Scenario


def key_of(template: Template, instance: Instance) -> tuple[str, tuple[object, ...]] | None:
    """What a keyed fact has at most one value of; None for a template without a key."""
    if template.key is None:
        return None
    return template.id, tuple(instance.values[position] for position in template.key)


def stated_keys(scenario: Scenario) -> frozenset[object]:
    """The keys of which one value holds, as a scenario states."""
    templates = scenario.base.templates
    stated = (
        one
        for one, said in scenario.facts.items()
        if said.standing == "stated" and (said.grade or 0) >= HOLDS
    )
    return frozenset(key_of(templates[one.template], one) for one in stated) - {None}


def question_of(template: Template, instance: Instance) -> tuple[str, tuple[object, ...]] | None:
    """What one question asks for the value of: a key, or all beside its numbers and dates.

    None for a fact that is asked about by itself.
    """
    if template.key is not None and not template.loose:
        return key_of(template, instance)
    gaps = template.asked_for()
    if not gaps:
        return None
    return template.id, tuple(v for n, v in enumerate(instance.values) if n not in gaps)


def second_values(
    templates: Mapping[str, Template],
    facts: Mapping[Instance, Fact],
    groups: Sequence[OneOf],
    said: Collection[Instance],
) -> Iterator[Problem]:
    """Values that were `said` and cannot stand beside another one of their key.

    A key has at most one value. So two of them stand together as alternatives of one group, as
    unknown, where none of them is certain and no more than one is stated, or where each is less
    likely than not, or one is and the other disputed.
    """
    group_of = {instance: group for group in groups for instance in group.alternatives}
    by_key: dict[object, list[Fact]] = {}
    spoken_of = {key_of(templates[one.template], one) for one in said} - {None}
    keyed = {template for template, _ in filter(None, spoken_of)}
    for fact in facts.values() if keyed else ():
        if fact.instance.template not in keyed:
            continue
        key = key_of(templates[fact.instance.template], fact.instance)
        if key in spoken_of and fact.standing != "denied":
            by_key.setdefault(key, []).append(fact)
    for values in by_key.values():
        values.sort(key=lambda fact: (fact.instance in said, fact.where, fact.instance))
        for number, fact in enumerate(values):
            if fact.instance not in said:
                continue
            clashing = (_clash(fact, other, group_of) for other in values[:number])
            yield from list(filter(None, clashing))[:1]


def _clash(fact: Fact, other: Fact, group_of: Mapping[Instance, OneOf]) -> Problem | None:
    """Why two values of one key that both may hold cannot stand together, if they cannot."""
    groups = [group_of.get(f.instance) for f in (fact, other)]
    message = f"{fact.instance} gives a second value where there can be one"
    hint = f"{other.instance} stands at {other.where}; put alternatives under 'one-of'"
    if groups[0] is not groups[1]:
        named = " and ".join(f"'{group.title}'" for group in groups if group is not None)
        hint = f"{other.instance} stands at {other.where}; put all of them in one group: {named}"
        return Problem(message=message, where=fact.where, hint=hint)
    if groups[0] is not None:
        return None
    if all(f.standing == "disputed" or f.bounds[1] < HOLDS for f in (fact, other)):
        return None
    if {fact.standing, other.standing} <= {"stated", "disputed"}:
        return Problem(message=message, where=fact.where, hint=hint)
    sure, unsure = (fact, other) if fact.standing == "stated" else (other, fact)
    if sure.grade == CERTAIN and sure.standing == "stated":
        message = f"{unsure.instance} cannot be unknown where {sure.instance} is certain"
        hint = f"a key has one value; that one stands at {sure.where}: give it a likelihood"
        return Problem(message=message, where=unsure.where, hint=hint)
    return None


def incoherent(alternatives: Iterable[Fact]) -> str | None:
    """Why the likelihoods of alternatives cannot belong together, if they cannot.

    Exactly one holds, so the lowest shares may add up to at most 100%, and if every one is stated
    the highest shares to at least that.
    """
    bands: Mapping[int, tuple[int, int]] = {**BANDS, CERTAIN: (100, 100)}
    listed = list(alternatives)
    stated = [bands[fact.grade] for fact in listed if fact.grade and fact.standing == "stated"]
    if sum(low for low, _ in stated) > 100:
        return "the likelihoods add up to more than 100%"
    if len(stated) == len(listed) and sum(high for _, high in stated) < 100:
        return "the likelihoods add up to less than 100%"
    if (100, 100) in stated:
        return "one of them is certain, so there is no alternative to it"
    return None
