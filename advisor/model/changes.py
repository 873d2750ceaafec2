"""Folds changes into a scenario: how a what-if file, or a change on the command line, takes effect.

What a file states or denies is *evidence*: it gathers with what the files below it say of the same
fact, and where one states what another denies, or another value of its key, the fact is disputed.
What is assumed, answered or left unknown *overrides* what was said of a fact, of its key or of its
`one-of` group; so does what a file says of an alternative of a group, or of what was assumed.

There a value that is said to hold takes the place of the others of its key, and so does a number
of which it is said that it may be any; one value that is left open or less likely than not leaves
open what was said to hold. A group that a statement decides is
remembered, so that a later one can open it again.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from advisor.model.authored import marked
from advisor.model.coherence import incoherent, key_of, question_of, second_values
from advisor.model.errors import Problem
from advisor.model.exactly import as_said, choose_one, cited_by_all
from advisor.model.grades import CERTAIN, HOLDS
from advisor.model.ordering import gathered
from advisor.model.records import Instance
from advisor.model.scenarios import Fact, OneOf, Scenario, Standing
from advisor.model.sources import READINGS, Citations, Source
from advisor.model.values import are_answered

__all__ = ["Changes", "fold", "key_of", "question_of"]


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
    folder.check(changes)
    if not folder.problems:
        folder.problems += choose_one(folder, folder.said)
    facts = {instance: folder.facts[instance] for instance in scenario.base.ordered(folder.facts)}
    changed = msgspec.structs.replace(
        scenario,
        facts=facts,
        groups=tuple(folder.groups),
        decided=tuple(folder.decided),
        withdrawn=scenario.withdrawn | marked(scenario.base, changes.withdrawn_rules),
    )
    return changed, folder.problems


class _Folder:
    """The facts and groups of a scenario while changes are folded in."""

    def __init__(self, scenario: Scenario) -> None:
        self.base, self.templates = scenario.base, scenario.base.templates
        self.facts, self.groups, self.decided = as_said(scenario)
        self.problems: list[Problem] = []
        self.said: set[Instance] = set()  # by these changes
        self.merged: set[Instance] = set()  # of which earlier files gave evidence too
        self.disputed: set[Instance] = set()  # as another value of its key is stated
        self.begun = dict(self.facts)
        self.inherited: dict[str, dict[object, set[Instance]]] = {}  # by template, then by key

    def replace_group(self, group: OneOf) -> None:
        """Put a group in the place of what was said of its alternatives and of their keys."""
        said = set(group.alternatives).union(*map(self._rivals, group.alternatives))
        for earlier in [*self.groups, *self.decided]:
            members = {*earlier.alternatives, *earlier.ruled_out}
            if said & members:
                self._drop(earlier)
                said |= members
        for instance in said:
            self.facts.pop(instance, None)
        self.groups.append(group)

    def withdraw(self, fact: Fact) -> None:
        """Take a statement away, so that nobody mentions the fact any more."""
        if self._group_of(fact.instance):
            hint = "deny it instead, or say that it is unknown"
            self._problem(fact, "is an alternative of a one-of group", hint)
        elif self.facts.pop(fact.instance, None) is None:
            self._problem(fact, "is not stated, so it cannot be withdrawn", None)

    def state(self, fact: Fact, *, in_own_group: bool) -> None:
        """Put a statement in the place of what was said before."""
        self.said.add(fact.instance)
        group = None if in_own_group else self._group_of(fact.instance)
        if group is None and not in_own_group and is_evidence(fact):
            self._add(fact)
        elif group is None:
            if not in_own_group and (
                fact.bounds[0] >= HOLDS or not are_answered(fact.instance.values)
            ):
                self._replace_key(fact)
            elif not in_own_group and fact.standing != "denied":
                self._open_key(fact)
            self._put(fact)
        elif fact.standing == "denied":
            self._rule_out(group, fact)
        elif fact.grade == CERTAIN and fact.standing == "stated":
            self._settle(group, fact)
        else:
            self._open(group, fact)

    def _add(self, fact: Fact) -> None:
        """Put evidence beside what was said of a fact, and of other values of its key."""
        earlier = self.facts.get(fact.instance)
        if earlier is not None and is_evidence(earlier):
            if one_sided(earlier, fact):
                message = "is stated in one place and denied in the other, not both with sources"
                self._problem(fact, message, _not_both(earlier))
            fact = self._gathered(earlier, fact)
        if fact.bounds[1] < HOLDS:
            self._put(fact)
            return
        against: Citations = ()
        for other in self.base.ordered(self._rivals(fact.instance)):
            rival = self.facts.get(other)
            if rival is None or self._group_of(other) or not is_evidence(rival):
                continue
            if rival.bounds[1] >= HOLDS and rival.standing in {"stated", "disputed"}:
                if not (rival.citations and fact.citations):
                    message = f"is another value of what {other} says, not both with sources"
                    self._problem(fact, message, _not_both(rival))
                self._put(_disputed(rival, fact.citations, self.base.sources))
                against = (*against, *rival.citations)
                self.disputed.add(other)
        if against:
            fact = _disputed(fact, against, self.base.sources)
            self.disputed.add(fact.instance)
        else:
            self._replace_key(fact, but_denials=True)
        self._put(fact)

    def _gathered(self, earlier: Fact, fact: Fact) -> Fact:
        """What two files say of one fact, together."""
        sources, both = self.base.sources, (earlier, fact)
        stated = [said for said in both if said.standing != "denied"]
        denied = (said.citations for said in both if said.standing == "denied")
        against = gathered(
            (c for some in (*denied, earlier.against, fact.against) for c in some), sources
        )
        notes = dict.fromkeys(said.note for said in both if said.note)
        standing: Standing = "denied" if not stated else "disputed" if against else "stated"
        self.merged.add(fact.instance)
        first = (stated or [earlier])[0]
        return msgspec.structs.replace(
            first,
            standing=standing,
            grade=max((said.grade or 0 for said in stated), default=None),
            citations=against
            if standing == "denied"
            else gathered((c for f in stated for c in f.citations), sources),
            reading=min((f.reading for f in stated), key=READINGS.index, default="stated"),
            against=() if standing == "denied" else against,
            note=" ".join(notes) or None,
        )

    def check(self, changes: Changes) -> None:
        """What these changes say must fit together, and with what is left of what was said."""
        if self.problems:
            return
        for fact in changes.facts:
            beside = any(fact.instance in g.alternatives for g in self.decided)
            beside = beside and fact.standing != "denied" and fact.bounds != (CERTAIN, CERTAIN)
            now, gathers = self.facts[fact.instance], fact.instance in self.merged | self.disputed
            if beside or (not gathers and now != fact):
                message = "does not fit its one-of group: another alternative is said to hold"
                if now != fact and now.bounds == (CERTAIN, CERTAIN):
                    message = "is not certain, though every other one of its one-of group is denied"
                self._problem(fact, message, "exactly one holds: keep one of them")
        last = {self._group_of(f.instance): f for f in changes.facts if f.standing != "denied"}
        for group, fact in last.items():
            if group in self.groups and group not in changes.groups:
                why = incoherent(self.facts[a] for a in group.alternatives)
                if why:
                    message = f"does not fit its one-of group: {why}"
                    self._problem(fact, message, "restate the group")
        self.problems += second_values(self.templates, self.facts, self.groups, self.said)

    def _settle(self, group: OneOf, fact: Fact) -> None:
        """One alternative holds, so no other does."""
        alternatives = tuple(dict.fromkeys([*group.alternatives, fact.instance]))
        for instance in alternatives:
            self._put(fact if instance == fact.instance else _other(fact, instance, "denied"))
        self._replace(group, alternatives)

    def _rule_out(self, group: OneOf, fact: Fact) -> None:
        """One alternative does not hold; a last one left does."""
        left = tuple(a for a in group.alternatives if a != fact.instance)
        if not left:
            self._all_denied(group, fact)
            return
        self._put(fact)
        if len(left) == 1:
            denials = [self.facts[out] for out in (*group.ruled_out, fact.instance)]
            cited = cited_by_all(denials, self.base.sources)
            last = _other(fact, left[0], "stated")
            self._put(msgspec.structs.replace(last, grade=CERTAIN, citations=cited))
        elif all(self.facts[a].standing == "denied" for a in left):  # this one was to hold
            for instance in left:
                self._put(_other(fact, instance, "unknown"))
        self._replace(group, left)

    def _all_denied(self, group: OneOf, fact: Fact) -> None:
        denied = [self.facts[a] for a in group.ruled_out if a in self.facts]
        places = ", ".join(sorted({str(fact.where) for fact in denied})) or "the same place"
        message = f"is denied, and so is every other alternative of the group '{group.title}'"
        hint = f"exactly one holds: the group stands at {group.where}, the others are denied at "
        self._problem(fact, message, hint + places)

    def _open(self, group: OneOf, fact: Fact) -> None:
        """One alternative is no more than possible, so that another one must be possible too."""
        alternatives = list(dict.fromkeys([*group.alternatives, fact.instance]))
        if len(alternatives) == 1:
            alternatives += [instance for instance in group.ruled_out if instance not in self.said]
        if len(alternatives) == 1:
            message = f"is not certain, though every other alternative of '{group.title}' is denied"
            self._problem(fact, message, f"exactly one holds: the group stands at {group.where}")
            return
        for instance in alternatives:
            if instance not in self.said and (group in self.decided or self._is_denied(instance)):
                self._put(_other(fact, instance, "unknown"))
        self._put(fact)
        self._replace(group, tuple(alternatives))

    def _replace_key(self, fact: Fact, *, but_denials: bool = False) -> None:
        """Take away what was said before of other values of the fact's key."""
        rivals = self._rivals(fact.instance)
        for other in self.base.ordered(rivals - self.said):
            if but_denials and other in self.facts and self.facts[other].standing == "denied":
                continue
            group = self._group_of(other)
            if group is None:
                self.facts.pop(other, None)
            elif rivals.issuperset(group.alternatives):
                self._drop(group)
                for instance in (rivals - self.said) & {*group.alternatives, *group.ruled_out}:
                    self.facts.pop(instance, None)
            elif other in group.alternatives:
                self._rule_out(group, _other(fact, other, "denied"))

    def _open_key(self, fact: Fact) -> None:
        """Leave other values of the fact's key open, as it is not known to be this one."""
        rivals = self._rivals(fact.instance)
        for other in self.base.ordered(rivals - self.said):
            group = self._group_of(other)
            if group is None and other in self.facts and self.facts[other].bounds[0] >= HOLDS:
                self._put(_other(fact, other, "unknown"))
            elif group is not None and rivals.issuperset(group.alternatives):
                self._open(group, fact)  # one more alternative
                return

    def _rivals(self, instance: Instance) -> set[Instance]:
        """The other values of its key that the scenario speaks of before the changes."""
        key = self._key(instance)
        return self._inherited(instance.template).get(key, set()) - {instance} if key else set()

    def _inherited(self, template: str) -> dict[object, set[Instance]]:
        """The facts of a template before the changes, by key."""
        if template not in self.inherited:
            found = self.inherited[template] = {}
            for one in self.begun:
                if one.template == template:
                    found.setdefault(self._key(one), set()).add(one)
        return self.inherited[template]

    def _key(self, instance: Instance) -> object:
        return key_of(self.templates[instance.template], instance)

    def _group_of(self, instance: Instance) -> OneOf | None:
        groups = (*self.groups, *self.decided)
        return next((g for g in groups if instance in (*g.alternatives, *g.ruled_out)), None)

    def _replace(self, group: OneOf, alternatives: tuple[Instance, ...]) -> None:
        """Put a group of these alternatives in the place of one, among the decided if it is."""
        every = dict.fromkeys([*group.alternatives, *group.ruled_out])
        changed = msgspec.structs.replace(
            group,
            alternatives=alternatives,
            ruled_out=tuple(instance for instance in every if instance not in alternatives),
        )
        facts = (self.facts[instance] for instance in alternatives)
        certain = any(fact.standing == "stated" and fact.grade == CERTAIN for fact in facts)
        into = self.decided if certain else self.groups
        if group in into:
            into[into.index(group)] = changed
            return
        self._drop(group)
        into.append(changed)

    def _drop(self, group: OneOf) -> None:
        for groups in (self.groups, self.decided):
            if group in groups:
                groups.remove(group)

    def _is_denied(self, instance: Instance) -> bool:
        return self.facts[instance].standing == "denied"

    def _put(self, fact: Fact) -> None:
        self.facts[fact.instance] = fact

    def _problem(self, fact: Fact, message: str, hint: str | None) -> None:
        message = f"{fact.instance} {message}"
        self.problems.append(Problem(message=message, where=fact.where, hint=hint))


def is_evidence(fact: Fact) -> bool:
    """Whether it is what a source says, and no assumption, answer or gap."""
    return fact.origin == "given" and fact.standing != "unknown"


def one_sided(fact: Fact, other: Fact) -> bool:
    """Whether one is stated and the other denied, and one of them without a source."""
    return (fact.standing == "denied") != (other.standing == "denied") and not (
        fact.citations and other.citations
    )


def _not_both(other: Fact) -> str:
    lead = f"the other stands at {other.where}; give both their sources if it is disputed, "
    return lead + "or change it by 'assume' or 'deny'"


def _disputed(fact: Fact, against: Citations, sources: Mapping[str, Source]) -> Fact:
    """A fact against which these sources stand too."""
    both = gathered((*fact.against, *against), sources)
    return msgspec.structs.replace(fact, standing="disputed", against=both)


def _other(fact: Fact, instance: Instance, standing: Standing) -> Fact:
    """What a statement says of another fact without naming it."""
    return msgspec.structs.replace(
        fact,
        instance=instance,
        standing=standing,
        grade=None,
        citations=() if standing == "unknown" else fact.citations,
        against=(),
        note=None,
        as_of=None,
    )
