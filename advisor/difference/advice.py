"""Turns a scenario of two bases into what differs in its advice, and because of which changes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from typing import Final, NamedTuple, TypeVar

import msgspec

from advisor.answers.advice import Adviser
from advisor.answers.whatif import Shift, compare, moved
from advisor.answers.widening import widened
from advisor.difference.merged import (
    OLD,
    Merged,
    instance_of,
    of_new,
    of_old,
    own_name,
    sources_of_old,
)
from advisor.difference.result import AdviceChange, FacetChange, NeededChange
from advisor.difference.wording import fields
from advisor.model import english
from advisor.model.authored import beside, is_helper
from advisor.model.changes import question_of
from advisor.model.ordering import over, rewritten, with_entities
from advisor.model.records import Instance, Template
from advisor.model.scenarios import Fact, Scenario
from advisor.model.telling import asks
from advisor.reasoning.askable import askable
from advisor.reasoning.building import build, outcomes
from advisor.reasoning.evaluate import Outcome, given_grades, outcome, standing
from advisor.reasoning.seen import ORDERED

K = TypeVar("K")

_LEVELS: Final = (
    "given by default",
    *(f"given, {level} confidence" for level in ("low", "moderate", "high")),
)
_SOURCES: Final = NeededChange(
    kind="sources", name="sources", says="It rests on other sources, or they are other than before."
)


class Pair(NamedTuple):
    """A scenario as either base has it."""

    old: Scenario
    new: Scenario


class Outcomes(NamedTuple):
    """What comes of either, over one graph."""

    old: Outcome
    new: Outcome


def evaluated(both: Merged, pairs: Sequence[Pair]) -> list[Outcomes]:
    """The outcomes of scenarios over both bases; all that are complete share one graph."""
    mixed = [_with_base(Pair(of_old(p.old, both), of_new(p.new, both)), both) for p in pairs]
    complete = [p for p in mixed if p.old.complete and p.new.complete]
    shared = iter(outcomes([side for p in complete for side in p]) if complete else ())
    return [
        Outcomes(next(shared), next(shared))
        if pair.old.complete and pair.new.complete
        else Outcomes(*outcomes(pair))
        for pair in mixed
    ]


def _with_base(pair: Pair, both: Merged) -> Pair:
    """Both scenarios over the merged base with all entities, each with its own sources."""
    entities = dict(both.base.entities)
    for scenario in pair:
        entities |= scenario.base.entities
    own = (sources_of_old(pair.old.base, both), pair.new.base.sources)
    shared = with_entities(both.base, entities)
    bases = (
        msgspec.structs.replace(shared, sources={**shared.sources, **sources}) for sources in own
    )
    old, new = (over(scenario, base) for scenario, base in zip(pair, bases, strict=True))
    return Pair(old, new)


def left_open(both: Merged, own: Pair, case: Outcomes, client: str | None) -> Outcomes:
    """The outcomes of a scenario that leaves open what could be asked about in its own base."""
    advised = Adviser(case.new, client).client
    base = case.new.graph.base
    before = {rewritten(instance_of(i, both), base) for i in askable(own.old.base, advised)}
    after = {rewritten(i, base) for i in askable(own.new.base, advised)}
    templates = base.templates
    if any(_ordered(templates[instance.template]) for instance in before | after):
        pieces = {rewritten(i, base) for i in askable(base, advised)}
        before, after = (_pieces(templates, asked, pieces) for asked in (before, after))
    graph = case.new.graph.extended(before | after)
    possible = [i for i in graph.instances if asks(graph.base, i)]
    sides = ((case.old.scenario, before), (case.new.scenario, after))
    closed = (_closed(s, (i for i in possible if i not in asked)) for s, asked in sides)
    return Outcomes(*(outcome(s, graph) for s in closed))


def _pieces(
    templates: Mapping[str, Template], asked: Set[Instance], pieces: Set[Instance]
) -> set[Instance]:
    """What is asked about in one base, its numbers and dates cut where the rules of either do."""
    questions = {
        question_of(templates[i.template], i) for i in asked if _ordered(templates[i.template])
    }
    return {i for i in asked if not _ordered(templates[i.template])} | {
        i
        for i in pieces
        if _ordered(templates[i.template]) and question_of(templates[i.template], i) in questions
    }


def _ordered(template: Template) -> bool:
    return any(slot.kind in ORDERED for slot in template.slots.values())


def _closed(scenario: Scenario, foreign: Iterable[Instance]) -> Scenario:
    """The scenario with what its base could not ask about denied, unless it speaks of it."""
    if scenario.complete:
        return scenario
    denied = {
        instance: Fact(instance=instance, standing="denied", grade=None, where=scenario.where)
        for instance in foreign
    }
    facts = {**denied, **scenario.facts}
    listed = {instance: facts[instance] for instance in scenario.base.ordered(facts)}
    return msgspec.structs.replace(scenario, facts=listed)


def touched(case: Outcomes) -> set[int]:
    """The facts of a scenario, advice among them, that can differ between the bases.

    All that rests on a rule that one of them lacks, or of which one says something else.
    """
    known: tuple[Outcome, set[int]] | None = case.new.worked_out.get(touched)
    if known is None or known[0] is not case.old:
        known = case.new.worked_out[touched] = case.old, _touched(case)
    return known[1]


def _touched(case: Outcomes) -> set[int]:
    graph = case.new.graph
    old, new = (side.scenario for side in case)
    start: dict[int, None] = {}
    for rule in old.withdrawn ^ new.withdrawn:
        for number in graph.of_rule.get(rule, ()):
            start |= dict.fromkeys(graph.firings[number].raises)
    given = [given_grades(graph, scenario).items() for scenario in (old, new)]
    start |= dict.fromkeys(fact for fact, _ in given[0] ^ given[1])
    said = [{i: fields(fact) for i, fact in scenario.facts.items()} for scenario in (old, new)]
    sources = [{n: fields(one) for n, one in s.base.sources.items()} for s in (old, new)]
    other = {*_unlike(*sources)}
    moved = [*_unlike(*said), *(i for i, fact in new.facts.items() if _cites(fact, other))]
    groups = [{group.alternatives for group in scenario.groups} for scenario in (old, new)]
    moved += (instance for group in groups[0] ^ groups[1] for instance in group)
    start |= dict.fromkeys(graph.number[instance] for instance in moved if instance in graph.number)
    found = graph.downstream(start)
    qualified = (a for a, caveats in graph.caveats.items() if any(c in found for c, _ in caveats))
    return found | {*qualified}


def _unlike(one: Mapping[K, object], other: Mapping[K, object]) -> list[K]:
    """What is in one alone, or not the same in both."""
    return [key for key in {**one, **other} if one.get(key) != other.get(key)]


def _cites(fact: Fact, sources: Collection[str]) -> bool:
    return any(citation.source in sources for citation in (*fact.citations, *fact.against))


def advice_changes(
    case: Outcomes, client: str, both: Merged, among: Collection[int]
) -> list[AdviceChange]:
    """What becomes of some of the advice to a client as the scenario stands."""
    found = []
    for shift in compare(case.old, case.new, client, among=among).shifts:
        causes = [_cause(cause.change, cause.says, both) for cause in shift.causes]
        kind = shift.kind
        if kind == "unchanged" and shift.before != shift.after:  # in confidence alone
            levels = [_LEVELS.index(level) for level in (shift.before, shift.after)]
            kind = "strengthened" if levels[0] < levels[1] else "weakened"
            causes = [_SOURCES]
        if kind != "unchanged":
            names = {"id": own_name(shift.id), "instance": own_name(shift.instance)}
            bare = msgspec.structs.replace(shift, kind=kind, causes=(), **names)
            found.append(AdviceChange(shift=bare, causes=tuple(dict.fromkeys(causes))))
    return found


def only_seen(case: Outcomes, name: str, facets: tuple[FacetChange, ...]) -> AdviceChange:
    """Advice that stands as it stood, and that a reader sees differ."""
    graph, base = case.new.graph, case.new.scenario.base
    fact = next(n for n in graph.advice_to(None) if own_name(str(graph.instances[n])) == name)
    instance = graph.instances[fact]
    shift = Shift(
        id=own_name(instance.template),
        instance=name,
        kind="unchanged",
        says=english.advice(base, instance),
        before="given",
        after="given",
    )
    return AdviceChange(shift=shift, causes=(), seen=facets)


def separate(pair: Pair, client: str | None) -> tuple[str, list[AdviceChange]]:
    """What becomes of the advice where the bases have no graph in common, and whom it is for."""
    cases = [widened(outcome(scenario, build(scenario)), client) for scenario in pair]
    advised = Adviser(cases[1], client).client
    found: dict[Instance, list[str]] = {}  # in the order of the new base, then of the old one
    for place, case in (*enumerate(cases),)[::-1]:
        for fact in case.graph.advice_to(advised):
            stands = found.setdefault(case.graph.instances[fact], ["withheld", "withheld"])
            stands[place] = standing(*case.bounds(fact))
    return advised, [
        AdviceChange(shift=_shift(cases, instance, *stands), causes=())
        for instance, stands in found.items()
        if stands[0] != stands[1]
    ]


def _shift(cases: Sequence[Outcome], instance: Instance, before: str, after: str) -> Shift:
    """A piece of advice that does not stand as it stood."""
    known = cases[1 if instance in cases[1].graph.number else 0]
    return Shift(
        id=instance.template,
        instance=str(instance),
        kind=moved(before, after),
        says=english.advice(known.scenario.base, instance),
        before=before,
        after=after,
    )


def _cause(change: str, says: str, both: Merged) -> NeededChange:
    if change in both.old_rules | both.new_rules:
        return rule_cause(change, both)
    return NeededChange(kind="fact", name=own_name(change), says=says)


def rule_cause(rule: str, both: Merged) -> NeededChange:
    """A rule as a cause: it, or its other version, was added, removed or changed."""
    name = rule.removesuffix(OLD)
    was, now = name + OLD in both.old_rules, name in both.new_rules
    how = "was changed" if was and now else "was removed" if was else "was added"
    if was and now:
        version = both.base.rules[both.base.rule_ranks[name]]
        if any(premise.template in both.kinds for premise in version.patterns()):
            how = "holds for other advice than before"
    if is_helper(name):  # what is made of a rule changes with it
        name, how = beside(name), "was changed"
    return NeededChange(kind="rule", name=name, says=f"The rule {name} {how}.")
