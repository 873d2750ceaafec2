"""Finds which rules of a base say what other rules say."""

from __future__ import annotations

import functools
from collections.abc import Hashable, Sequence
from typing import NamedTuple

import msgspec

from advisor.audit.candidates import Candidates
from advisor.audit.finding import Binding
from advisor.audit.subsumption import FrozenRule, Things, by_template, canonical, concludes
from advisor.model import budget
from advisor.model.records import KnowledgeBase, Rule, Term, Var


class Cover(NamedTuple):
    """That one rule says all that another does."""

    rule: Rule
    by: Rule
    things: Things  # what the variables of the second stand for in the first


class Likeness(NamedTuple):
    """The rules that are alike, and those that a more general one covers."""

    alike: tuple[tuple[Cover, ...], ...]  # each group by the covers of its later rules by its first
    covered: tuple[Cover, ...]  # strictly; one for each rule


def likeness(base: KnowledgeBase, rules: Sequence[Rule]) -> Likeness:
    """What the rules of a base have in common."""
    models = _models(rules)
    candidates = Candidates(base, (rule for rule in rules if rule.id not in models))
    frozen = {rule.id: FrozenRule(base, rule) for rule in rules}
    bare = {rule.id: FrozenRule(base, _bare(rule)) for rule in rules}
    groups: dict[str, list[Cover]] = {}  # by the first rule of each
    first: dict[str, str] = {}  # of the group of a later rule
    covered: dict[str, Cover] = {}
    place = base.rule_ranks
    for rule in rules:
        model = models.get(rule.id)
        if model is None:
            others = candidates.covering(rule)
        else:
            others = [frozen[first.get(model, model)].rule]
        budget.suspected(len(others), functools.partial(_suspect, rule, len(others)))
        for other in others:
            things = covers(base, bare[other.id].rule, bare[rule.id])
            if things is None:
                continue
            cover = Cover(rule, other, things)
            if _says_as_much(base, bare[rule.id], bare[other.id]):
                if place[other.id] < place[rule.id] and rule.id not in first:
                    first[rule.id] = first.get(other.id, other.id)
                    groups.setdefault(first[rule.id], []).append(cover)
            elif covers(base, other, frozen[rule.id]) is not None:
                covered.setdefault(rule.id, cover)
    return Likeness(
        alike=tuple(map(tuple, groups.values())),
        covered=tuple(cover for name, cover in covered.items() if name not in first),
    )


def _models(rules: Sequence[Rule]) -> dict[str, str]:
    """For each rule that only names its variables otherwise than an earlier one does, that one.

    Both are compared alike with all others, so that it is enough to compare the earlier one.
    """
    firsts: dict[Hashable, str] = {}
    as_said = ((rule.id, firsts.setdefault(said(rule), rule.id)) for rule in rules)
    return {name: model for name, model in as_said if model != name}


def said(rule: Rule) -> Hashable:
    """What a rule says, its variables numbered as they come, its conditions by how they look."""
    parts = [
        *(("if", 0, pattern.template, pattern.terms) for pattern in rule.patterns()),
        *(("at-least", count.count, count.of.template, count.of.terms) for count in rule.counts()),
        *(("unless", 0, pattern.template, pattern.terms) for pattern in rule.exceptions),
        *(("where", 0, test.operator, (test.left, test.right)) for test in rule.comparisons),
        *(("then", 0, pattern.template, pattern.terms) for pattern in rule.conclusions),
    ]
    parts += [
        *(("let", 0, f"{let.of} {let.name}", (Var(let.name),)) for let in rule.lets),
    ]
    parts.sort(key=lambda part: repr((*part[:3], [_spelled(term, {}) for term in part[3]])))
    names: dict[str, int] = {}
    spelled = [(*part, [_spelled(term, names) for term in terms]) for *part, terms in parts]
    effects = sorted(rule.advances), sorted(rule.strains)
    return repr((rule.strength, rule.otherwise, effects, spelled))


def _spelled(term: Term, names: dict[str, int]) -> str:
    """A term as it tells rules apart: of a variable which one it is, as they come."""
    return f"${names.setdefault(term.name, len(names))}" if isinstance(term, Var) else repr(term)


def _suspect(rule: Rule, others: int) -> budget.Suspect:
    """A rule that is compared with many."""
    return budget.Suspect(rule=rule.id, premise="", facts=0, where=rule.where, others=others)


def _says_as_much(base: KnowledgeBase, rule: FrozenRule, other: FrozenRule) -> bool:
    """Whether a rule that another covers covers that one in turn."""
    alike = rule.rule.strength == other.rule.strength
    return alike and covers(base, rule.rule, other) is not None


def covers(base: KnowledgeBase, general: Rule, of: FrozenRule) -> Things | None:
    """What the variables of a rule stand for if it says all that another says; None if not.

    It fires wherever the other does, no weaker, and concludes and effects as much.
    """
    rule = of.rule
    if general.otherwise != rule.otherwise or general.strength < rule.strength:
        return None
    if not (set(rule.advances) <= set(general.advances)):
        return None
    if not (set(rule.strains) <= set(general.strains)):
        return None
    facts = by_template(of.facts)
    for things in of.applies(general, facts):
        concluded = {concludes(base, conclusion, things) for conclusion in general.conclusions}
        if all(canonical(base, goal) in concluded for goal in of.goals):
            return things
    return None


def _bare(rule: Rule) -> Rule:
    """The rule without its effects: what it concludes, and from what."""
    return msgspec.structs.replace(rule, advances=(), strains=())


def bindings(things: Things) -> tuple[Binding, ...]:
    """What variables stand for, for a witness."""
    return tuple(
        Binding(variable=f"${name}", stands_for=_shown(thing)) for name, thing in things.items()
    )


def _shown(thing: object) -> str:
    return str(getattr(thing, "value", thing))
