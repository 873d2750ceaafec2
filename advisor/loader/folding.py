"""Folds changes into a scenario: how a what-if file, or a change on the command line, takes effect.

A later statement about a fact, about its key or about its `one-of` group replaces the earlier one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from advisor.errors import Problem
from advisor.grades import BANDS, CERTAIN
from advisor.model import Fact, Instance, OneOf, Scenario, Template


class Changes(msgspec.Struct, frozen=True, kw_only=True):
    """What one layer says about the scenario below it."""

    facts: tuple[Fact, ...] = ()  # alternatives of its groups included
    groups: tuple[OneOf, ...] = ()
    withdrawn_facts: tuple[Fact, ...] = ()  # as placeholders that say where
    withdrawn_rules: tuple[str, ...] = ()


def fold(scenario: Scenario, changes: Changes) -> tuple[Scenario, list[Problem]]:
    """The changed scenario, and what could not be done."""
    folder = _Folder(scenario)
    for group in changes.groups:
        folder.replace_group(group)
    own = {instance for group in changes.groups for instance in group.alternatives}
    for fact in changes.withdrawn_facts:
        folder.withdraw(fact)
    for fact in changes.facts:
        folder.state(fact, in_own_group=fact.instance in own)
    folder.check_groups()
    facts = dict(sorted(folder.facts.items()))
    changed = msgspec.structs.replace(
        scenario,
        facts=facts,
        groups=tuple(folder.groups),
        withdrawn=scenario.withdrawn | set(changes.withdrawn_rules),
    )
    return changed, folder.problems


class _Folder:
    """The facts and groups of a scenario while changes are folded in."""

    def __init__(self, scenario: Scenario) -> None:
        self.templates = scenario.base.templates
        self.facts = dict(scenario.facts)
        self.groups = list(scenario.groups)
        self.problems: list[Problem] = []
        self.restated: list[Fact] = []  # alternatives of inherited groups
        self.inherited: dict[object, set[Instance]] = {}  # by key
        for instance in self.facts:
            self.inherited.setdefault(self._key(instance), set()).add(instance)

    def replace_group(self, group: OneOf) -> None:
        """Put a group in the place of what was said of its alternatives and of their keys."""
        said = set(group.alternatives).union(*map(self._rivals, group.alternatives))
        for earlier in [g for g in self.groups if said & set(g.alternatives)]:
            self.groups.remove(earlier)
            said |= set(earlier.alternatives)
        for instance in said:
            self.facts.pop(instance, None)
        self.groups.append(group)

    def withdraw(self, fact: Fact) -> None:
        """Take a statement away, so that nobody mentions the fact any more."""
        if self._group_of(fact.instance):
            self._problem(fact, "is an alternative of a one-of group", "deny it instead")
        elif self.facts.pop(fact.instance, None) is None:
            self._problem(fact, "is not stated, so it cannot be withdrawn", None)

    def state(self, fact: Fact, *, in_own_group: bool) -> None:
        """Put a statement in the place of what was said before."""
        group = None if in_own_group else self._group_of(fact.instance)
        if group is None:
            if not in_own_group and fact.standing != "denied":
                self._replace_key(fact)
            self._put(fact)
        elif fact.standing == "denied":
            self._rule_out(group, fact)
        elif fact.grade == CERTAIN and fact.standing == "stated":
            self._settle(group, fact)
        else:
            self._put(fact)
            self.restated.append(fact)

    def check_groups(self) -> None:
        """The alternatives that were restated must still fit together."""
        by_group = {self._group_of(fact.instance): fact for fact in self.restated}
        for group, fact in by_group.items():
            why = incoherent(self.facts[i] for i in group.alternatives) if group else None
            if why:
                self._problem(fact, f"does not fit its one-of group: {why}", "restate the group")

    def _settle(self, group: OneOf, fact: Fact) -> None:
        """One alternative holds, so no other does."""
        self.groups.remove(group)
        for instance in group.alternatives:
            denied = msgspec.structs.replace(fact, instance=instance, standing="denied", grade=None)
            self._put(fact if instance == fact.instance else denied)

    def _rule_out(self, group: OneOf, fact: Fact) -> None:
        """One alternative does not hold; a last one left does."""
        self._put(fact)
        left = tuple(i for i in group.alternatives if i != fact.instance)
        at = self.groups.index(group)
        if len(left) > 1:
            self.groups[at] = msgspec.structs.replace(group, alternatives=left)
            return
        del self.groups[at]
        for instance in left:
            self._put(
                msgspec.structs.replace(fact, instance=instance, standing="stated", grade=CERTAIN)
            )

    def _replace_key(self, fact: Fact) -> None:
        """Take away what was said before of other values of the fact's key."""
        rivals = self._rivals(fact.instance)
        for other in sorted(rivals):
            group = self._group_of(other)
            if group is None:
                self.facts.pop(other, None)
            elif rivals.issuperset(group.alternatives):
                self.groups.remove(group)
                for instance in group.alternatives:
                    self.facts.pop(instance, None)
            else:
                denied = msgspec.structs.replace(
                    fact, instance=other, standing="denied", grade=None
                )
                self._rule_out(group, denied)

    def _rivals(self, instance: Instance) -> set[Instance]:
        """The other values of its key that the scenario speaks of before the changes."""
        key = self._key(instance)
        return self.inherited.get(key, set()) - {instance} if key else set()

    def _key(self, instance: Instance) -> object:
        return key_of(self.templates[instance.template], instance)

    def _group_of(self, instance: Instance) -> OneOf | None:
        return next((g for g in self.groups if instance in g.alternatives), None)

    def _put(self, fact: Fact) -> None:
        self.facts[fact.instance] = fact

    def _problem(self, fact: Fact, message: str, hint: str | None) -> None:
        message = f"{fact.instance} {message}"
        self.problems.append(Problem(message=message, where=fact.where, hint=hint))


def key_of(template: Template, instance: Instance) -> tuple[str, tuple[object, ...]] | None:
    """What a keyed fact has at most one value of; None for a template without a key."""
    if not template.key:
        return None
    return template.id, tuple(instance.values[position] for position in template.key)


def question_of(template: Template, instance: Instance) -> tuple[str, tuple[object, ...]] | None:
    """What one question asks for the value of: a key, or all beside the one number or date.

    None for a fact that is asked about by itself.
    """
    if template.key:
        return key_of(template, instance)
    gaps = template.asked_for()
    if not gaps:
        return None
    return template.id, tuple(v for n, v in enumerate(instance.values) if n not in gaps)


def incoherent(alternatives: Iterable[Fact]) -> str | None:
    """Why the likelihoods of alternatives cannot belong together, if they cannot.

    Exactly one holds, so the lowest shares may add up to at most 100%, and if every one is stated
    the highest shares to at least that.
    """
    bands: Mapping[int, tuple[int, int]] = {**BANDS, CERTAIN: (100, 100)}
    listed = list(alternatives)
    stated = [bands[fact.grade] for fact in listed if fact.grade]
    if sum(low for low, _ in stated) > 100:
        return "the likelihoods add up to more than 100%"
    if len(stated) == len(listed) and sum(high for _, high in stated) < 100:
        return "the likelihoods add up to less than 100%"
    return None
