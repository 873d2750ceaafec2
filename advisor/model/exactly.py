"""Sees to it that one value of a key always holds, where its template says so: `exactly: one`.

The legal values become alternatives of one `one-of` group, so that whatever knows of groups, such
as futures, flips and questions, leaves out that none holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from typing import Final, Protocol

import msgspec

from advisor.model import english
from advisor.model.coherence import incoherent, key_of
from advisor.model.errors import Problem
from advisor.model.grades import CERTAIN
from advisor.model.ordering import gathered
from advisor.model.records import Instance, KnowledgeBase, Template
from advisor.model.scenarios import Fact, OneOf, Origin, Scenario
from advisor.model.sources import Citations, Source
from advisor.model.values import Value

_LATER: Final[Mapping[Origin, int]] = {"background": 0, "given": 1, "answered": 2, "assumed": 3}


class Folded(Protocol):
    """What is said in a scenario, to which is added what follows."""

    base: KnowledgeBase
    facts: dict[Instance, Fact]
    groups: list[OneOf]
    decided: list[OneOf]  # in which it is certain which alternative holds


def as_said(scenario: Scenario) -> tuple[dict[Instance, Fact], list[OneOf], list[OneOf]]:
    """The facts, groups and decided groups of a scenario without what `choose_one` added."""
    groups, decided = (
        [group for group in some if not group.follows]
        for some in (scenario.groups, scenario.decided)
    )
    facts = {name: _as_said(fact) for name, fact in scenario.facts.items() if not fact.follows}
    return facts, groups, decided


def _as_said(fact: Fact) -> Fact:
    if fact.as_said is None:
        return fact
    standing, grade = fact.as_said
    return msgspec.structs.replace(fact, standing=standing, grade=grade, as_said=None)


def choose_one(folded: Folded, latest: Set[Instance]) -> Iterator[Problem]:
    """Add, for each key of such a template that is spoken of, what is said of its other values.

    `latest` are the facts that the last layer speaks of.
    """
    base, facts = folded.base, folded.facts
    exact = {name: one for name, one in base.templates.items() if one.exactly}
    if not exact:
        return
    yield from (problem for group in folded.groups for problem in _mixed(exact, group))
    groups = (*folded.groups, *folded.decided)
    grouped = {i for group in groups for i in (*group.alternatives, *group.ruled_out)}
    by_key: dict[object, list[Instance]] = {}
    for instance in facts:
        if instance.template in exact:
            key = key_of(exact[instance.template], instance)
            by_key.setdefault(key, []).append(instance)
    for said in by_key.values():
        if not grouped.isdisjoint(said):
            continue
        legal = list(_legal(base, exact[said[0].template], said[0]))
        _reopen(facts, legal, latest)
        left = [one for one in legal if one not in facts or facts[one].standing != "denied"]
        problem = _impossible(facts, said, left, latest)
        if problem:
            yield problem
        else:
            of = max(
                (facts[i] for i in said if i in facts),
                key=lambda fact: (_LATER[fact.origin], fact.where),
            )
            _decide(folded, of, left, legal)


def _reopen(facts: dict[Instance, Fact], legal: list[Instance], latest: Set[Instance]) -> None:
    """Where a change leaves the last value open, take back that no other one holds.

    Exactly one holds: if it need not be the last one, it may be another one.
    """
    left = [one for one in legal if one not in facts or facts[one].standing != "denied"]
    last = facts.get(left[0]) if len(left) == 1 and left[0] in latest else None
    if last is None or last.bounds == (CERTAIN, CERTAIN) or last.standing == "disputed":
        return
    if last.standing == "unknown" or last.origin != "given":
        for other in legal:
            if other != last.instance and other not in latest:
                del facts[other]


def _impossible(
    facts: Mapping[Instance, Fact],
    said: Sequence[Instance],
    left: Sequence[Instance],
    latest: Set[Instance],
) -> Problem | None:
    """Why what is `said` of a key leaves no value that holds, if it does not."""
    if not left:
        *others, where = sorted(facts[instance].where for instance in said)
        message = f"every value of '{said[0].template}' is denied here, and one always holds"
        places = ", ".join(map(str, dict.fromkeys(others)))
        hint = "leave one of them out" + (f"; the others are denied at {places}" if others else "")
        return Problem(message=message, where=where, hint=hint)
    own = [facts[instance] for instance in left if instance in latest]
    if not own or any(_is_certain(facts, instance) for instance in left):
        return None
    if len(left) == 1 and not latest >= {*said}:
        return None  # of evidence that says so in one place, the rest stands in another
    why = incoherent(facts[instance] for instance in left) if facts.keys() >= {*left} else None
    if len(left) == 1 and (own[0].standing, own[0].origin) == ("unknown", "given"):
        why = "one is unknown, though no other is left"
    if why is None:
        return None
    where = max(fact.where for fact in own)
    message = (
        f"of the values of '{said[0].template}' that are left here, and one always holds, {why}"
    )
    return Problem(message=message, where=where, hint="give another likelihood, or deny less")


def _is_certain(facts: Mapping[Instance, Fact], instance: Instance) -> bool:
    return instance in facts and facts[instance].bounds == (CERTAIN, CERTAIN)


def _mixed(exact: Mapping[str, Template], group: OneOf) -> Iterator[Problem]:
    """What is wrong with a group that has values of such a key beside something else."""
    named = {one.template for one in group.alternatives} & exact.keys()
    keys = {
        (one.template, key_of(exact[one.template], one) if one.template in exact else None)
        for one in group.alternatives
    }
    if named and len(keys) > 1:
        message = f"these alternatives are not values of one key of '{min(named)}', of which each"
        message += " always has one"
        hint = "make a group of the values of one key, and let a rule conclude what depends on it"
        yield Problem(message=message, where=group.where, hint=hint)


def with_all_values(base: KnowledgeBase, instances: Iterable[Instance]) -> list[Instance]:
    """The facts, each of such a template with those of all other values of its key."""
    found = dict.fromkeys(instances)
    for of in [instance for instance in found if base.templates[instance.template].exactly]:
        found |= dict.fromkeys(_legal(base, base.templates[of.template], of))
    return [*found]


def _legal(base: KnowledgeBase, template: Template, of: Instance) -> Iterator[Instance]:
    """The facts of one key, for each legal value."""
    (gap,) = template.asked_for()
    slot = list(template.slots.values())[gap]
    values: list[Value] = [True, False]
    if slot.kind == "values":
        values = [*slot.values]
    elif slot.kind == "entity":
        values = [entity.id for entity in base.entities.values() if entity.type in slot.types]
    for value in values:
        yield Instance(template.id, (*of.values[:gap], value, *of.values[gap + 1 :]))


def _decide(folded: Folded, of: Fact, left: list[Instance], legal: list[Instance]) -> None:
    """Put what follows for the values of a key that nobody spoke of, and their group.

    It has the origin and the place of the last statement that it follows from.
    """
    facts = folded.facts
    sure = any(_is_certain(facts, instance) for instance in left)
    if len(left) == 1 and not sure:
        facts[left[0]] = _last(folded, of, left[0], legal)
        sure = True
    following = Fact(
        instance=left[0],
        standing="denied" if sure else "unknown",
        grade=None,
        origin=of.origin,
        answered=of.answered,
        follows=True,
        where=of.where,
    )
    for instance in legal:
        if instance not in facts:
            facts[instance] = msgspec.structs.replace(following, instance=instance)
    group = OneOf(
        title=_title(folded.base, left[0]),
        alternatives=tuple(legal if sure else left),
        ruled_out=() if sure else tuple(instance for instance in legal if instance not in left),
        follows=True,
        where=of.where,
    )
    (folded.decided if sure else folded.groups).append(group)


def _last(folded: Folded, of: Fact, last: Instance, legal: Iterable[Instance]) -> Fact:
    """The one value that is left, which is certain: with what was said of it, for and against."""
    said = folded.facts.get(last)
    as_it_was = (said.standing, said.grade) if said is not None else None
    if said is None:
        said = Fact(
            instance=last, standing="stated", follows=True, origin=of.origin, where=of.where
        )
    sources = folded.base.sources
    cited = cited_by_all([folded.facts[other] for other in legal if other != last], sources)
    citations = said.citations if said.against else gathered((*said.citations, *cited), sources)
    return msgspec.structs.replace(
        said, standing="stated", grade=CERTAIN, citations=citations, as_said=as_it_was
    )


def cited_by_all(facts: Sequence[Fact], sources: Mapping[str, Source]) -> Citations:
    """The sources that each of some facts cites: what follows from all of them, these say."""
    each = [{citation.source for citation in fact.citations} for fact in facts]
    cited = (citation for fact in facts for citation in fact.citations)
    return gathered((c for c in cited if all(c.source in own for own in each)), sources)


def _title(base: KnowledgeBase, instance: Instance) -> str:
    """What is open, in words: the question, or what is said whatever the value."""
    template = base.templates[instance.template]
    (gap,) = template.asked_for()
    terms = (*instance.values[:gap], None, *instance.values[gap + 1 :])
    fill = english.slots_of(template, terms)
    return english.compose(base, template.asks or template.says, fill).rstrip("?")
