"""Turns a scenario and a pattern into whether what was said already excludes all that matches it.

What is excluded is entailed: another value of its key holds, or one of several others, it is
denied, it would relate a thing to itself, or no rule could conclude it from anything that is not
excluded. What nobody mentions and nothing excludes is only taken not to be so, and that is an
assumption.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

import msgspec

from advisor.answers.derivations import ProofNode
from advisor.model import english
from advisor.model.changes import key_of
from advisor.model.coherence import stated_keys
from advisor.model.grades import CERTAIN, HOLDS
from advisor.model.records import (
    Aggregate,
    AnyOf,
    AtLeast,
    Instance,
    KnowledgeBase,
    Pattern,
    Rule,
    Template,
    Term,
    Var,
)
from advisor.model.relations import closure, consequences
from advisor.model.scenarios import Fact, Scenario
from advisor.model.values import Value
from advisor.reasoning.askable import options
from advisor.reasoning.computing import extended
from advisor.reasoning.evaluate import Outcome
from advisor.reasoning.firings import Firing
from advisor.reasoning.unification import Bindings, Goal, bound, concluding, matches

LIMIT: Final = 2_000  # of what one question is followed up to; beyond, nothing is called excluded


def silence_of(outcome: Outcome) -> Silence:
    """What the scenario of an outcome leaves possible, worked out once for all of its advice."""
    found: Silence | None = outcome.worked_out.get(Silence)
    if found is None:
        found = outcome.worked_out[Silence] = Silence(outcome.scenario)
    return found


class Silence:
    """What a scenario leaves possible where it says nothing."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario, self.base = scenario, scenario.base
        templates = self.base.templates
        self.taken = {*stated_keys(scenario)}
        for group in scenario.groups:  # exactly one of them holds
            keys = {
                key_of(templates[alternative.template], alternative)
                for alternative in group.alternatives
            }
            self.taken |= keys - {None} if len(keys) == 1 else set()
        self.known: dict[Goal, bool] = {}  # whether it is excluded
        self.alone: dict[tuple[Goal, tuple[Instance, ...]], bool] = {}  # and all beside these facts
        self.said: dict[str, dict[Instance, Fact]] = {}  # by template
        for one, said in scenario.facts.items():
            self.said.setdefault(one.template, {})[one] = said

    def excludes(self, pattern: Pattern, bindings: Bindings) -> bool:
        """Whether nothing that matches a pattern can be so, for all that is said."""
        goal = (pattern.template, bound(pattern, bindings))
        if goal not in self.known:
            self._settle(goal)
        return self.known[goal]

    def excludes_others(
        self, pattern: Pattern, bindings: Bindings, known: tuple[Instance, ...]
    ) -> bool:
        """Whether nothing else that matches a pattern can be so, beside these facts.

        Facts that differ from one of these in numbers and dates alone are no others.
        """
        goal = (pattern.template, bound(pattern, bindings))
        if (goal, known) not in self.alone:
            self.alone[goal, known] = self._excludes_others(pattern, goal[1], known)
        return self.alone[goal, known]

    def _excludes_others(
        self, pattern: Pattern, terms: Sequence[Term], known: Iterable[Instance]
    ) -> bool:
        slots = [*self.base.templates[pattern.template].slots.values()]
        choices = [self._choices(*each) or (None,) for each in zip(slots, terms, strict=True)]
        if math.prod(map(len, choices)) > LIMIT:
            return False
        there = {
            tuple(
                v if listed != (None,) else None
                for v, listed in zip(one.values, choices, strict=True)
            )
            for one in known
        }
        others = (each for each in itertools.product(*choices) if each not in there)
        return all(
            self.excludes(msgspec.structs.replace(pattern, terms=each), {}) for each in others
        )

    def _settle(self, goal: Goal) -> None:
        """Tell of a goal, and of all below it, whether something could make it hold.

        The least set of goals for which that is so: those told of before stand for themselves.
        """
        ways: dict[Goal, list[tuple[Goal, ...]]] = {goal: []}

        def below(one: Goal) -> Iterator[Goal]:
            if one in self.known:
                ways[one] = [] if self.known[one] else [()]
                return
            ways[one] = list(itertools.islice(self._ways(one), LIMIT))
            for each in (each for way in ways[one] for each in way):
                ways.setdefault(each, [])
                yield each

        for _ in closure([goal], below):
            if len(ways) > LIMIT:
                self.known[goal] = False
                return
        rules = ((way, [one]) for one, alternatives in ways.items() for way in alternatives)
        possible = consequences((), rules)
        self.known.update((one, one not in possible) for one in ways)

    def _ways(self, goal: Goal) -> Iterator[tuple[Goal, ...]]:
        """What would make a goal hold: each way the goals that it takes, none if it may be said."""
        name, terms = goal
        template = self.base.templates[name]
        if self._may_be_said(template, terms):
            yield ()
        elif name in self.base.derived:
            for rule, bindings in concluding(self.base, goal):
                if rule.id not in self.scenario.withdrawn:
                    yield from self._by(rule, bindings)

    def _may_be_said(self, template: Template, terms: Sequence[Term]) -> bool:
        """Whether a fact is stated or open, or, of what is given, not excluded."""
        if template.id in self.base.derived:
            return any(said.bounds[1] for _, said in self._said(template.id, terms))
        choices = [
            self._choices(*each) for each in zip(template.slots.values(), terms, strict=True)
        ]
        if any(choice is None for choice in choices):
            return self._open_number(template, terms)
        listed = [choice for choice in choices if choice is not None]
        if math.prod(map(len, listed)) > LIMIT:
            return True
        return any(self._may_be(template, values) for values in itertools.product(*listed))

    def _choices(self, slot: object, term: Term) -> Sequence[Value] | None:
        """What may stand in a slot; None where that is any number or date."""
        if isinstance(term, AnyOf):
            return term.values
        if term is None or isinstance(term, Var):
            return options(self.base, slot) or None  # type: ignore[arg-type]
        return (term,)

    def _open_number(self, template: Template, terms: Sequence[Term]) -> bool:
        """Whether some fact with a number that is not named may be so: unless its key is taken."""
        if not self._is_taken(template, terms):
            return True
        return any(said.bounds[1] for _, said in self._said(template.id, terms))

    def _said(self, name: str, terms: Sequence[Term]) -> Iterator[tuple[Instance, Fact]]:
        """The facts that have the values of a goal, each with what is said of it."""
        template = self.base.templates[name]
        for one, said in self.said.get(name, {}).items():
            if matches(template, terms, one.values, {}):
                yield one, said

    def _may_be(self, template: Template, values: Sequence[Value]) -> bool:
        if template.repeats(values):
            return False
        instance = template.instance(*values)
        said = self.scenario.facts.get(instance)
        if said is not None:
            return bool(said.bounds[1])
        return key_of(template, instance) not in self.taken

    def _by(self, rule: Rule, bindings: Bindings) -> Iterator[tuple[Goal, ...]]:
        """The ways in which a rule could conclude what binds its variables so."""
        for each in self._bound(rule, bindings):
            if not self._fails(rule, each):
                yield tuple(self._needed(rule, each))

    def _bound(self, rule: Rule, bindings: Bindings) -> Iterator[Bindings]:
        """The bindings with each value that a variable left free may have, if these are few."""
        free: dict[str, Sequence[Value]] = {}
        for pattern in rule.patterns():
            slots = self.base.templates[pattern.template].slots.values()
            for term, slot in zip(pattern.terms, slots, strict=True):
                if isinstance(term, Var) and term.name not in bindings and options(self.base, slot):
                    free.setdefault(term.name, options(self.base, slot))
        if math.prod(map(len, free.values())) > LIMIT:
            yield bindings
            return
        for values in itertools.product(*free.values()):
            yield from self._numbered(rule, {**bindings, **dict(zip(free, values, strict=True))})

    def _numbered(self, rule: Rule, bindings: Bindings) -> Iterator[Bindings]:
        """The bindings with each number or date that what is said leaves where a key has one."""
        free: dict[str, list[Value]] = {}
        for pattern in rule.patterns():
            template, terms = self.base.templates[pattern.template], bound(pattern, bindings)
            if not self._is_taken(template, terms):
                continue
            left = [one for one, said in self._said(template.id, terms) if said.bounds[1]]
            for place, term in enumerate(pattern.terms):
                if isinstance(term, Var) and term.name not in bindings:
                    free.setdefault(term.name, list({one.values[place]: None for one in left}))
        if math.prod(map(len, free.values())) > LIMIT:
            yield bindings
            return
        for values in itertools.product(*free.values()):
            found = {**bindings, **dict(zip(free, values, strict=True))}
            yield extended(rule, found)

    def _is_taken(self, template: Template, terms: Sequence[Term]) -> bool:
        """Whether the key of a goal has a value."""
        if template.key is None or any(_free(terms[place]) for place in template.key):
            return False
        probe = Instance(template.id, tuple(0 if _free(one) else one for one in terms))  # type: ignore[misc]
        return key_of(template, probe) in self.taken

    def _fails(self, rule: Rule, bindings: Bindings) -> bool:
        """Whether a comparison fails, or an exception is stated for certain."""
        for test in rule.comparisons:
            if bindings.keys() >= test.variables() and not test.holds(bindings):
                return True
        return any(
            said.bounds[0] == CERTAIN
            for pattern in rule.exceptions
            for _, said in self._said(pattern.template, bound(pattern, bindings))
        )

    def _needed(self, rule: Rule, bindings: Bindings) -> Iterator[Goal]:
        for premise in rule.premises:
            pattern = premise.of if isinstance(premise, AtLeast) else premise
            yield pattern.template, bound(pattern, bindings)


def _free(term: Term) -> bool:
    return term is None or isinstance(term, Var | AnyOf)


class Silent(NamedTuple):
    """What a rule takes from silence: that nothing matches a pattern, or nothing else does."""

    pattern: Pattern
    bindings: Bindings
    others: bool = False  # beside what goes into a sum, count, least or greatest

    def clause(self, base: KnowledgeBase) -> str:
        """What would be so if somebody spoke up."""
        if self.others:
            also = english.pattern(base, self.pattern, self.bindings, {})
            return f"there are other cases in which {also}"
        return english.pattern(base, self.pattern, self.bindings)

    def says(self, base: KnowledgeBase) -> str:
        """The sentence for it."""
        return f"There is no evidence that {self.clause(base)}."


def silences(outcome: Outcome, links: Iterable[ProofNode]) -> list[str]:
    """A sentence for each thing that a proof takes from silence."""
    base = outcome.scenario.base
    return list(dict.fromkeys(silent.says(base) for _, silent in taken(outcome, links)))


def taken(outcome: Outcome, links: Iterable[ProofNode]) -> Iterator[tuple[Firing, Silent]]:
    """What a proof takes from silence, each with the firing that does.

    The exceptions that nothing supports and nothing said excludes; and of each sum, count, least or
    greatest, that what goes into it is all that there is, where nothing said excludes more.
    """
    silence = silence_of(outcome)
    for firing in (link.firing for link in links if link.firing is not None):
        for pattern, facts in zip(firing.rule.exceptions, firing.exceptions, strict=True):
            if assumed(outcome, firing, pattern, facts, silence):
                yield firing, Silent(pattern, firing.bindings)
        yield from ((firing, more) for more in unlisted(outcome, firing))


def unlisted(outcome: Outcome, firing: Firing) -> Iterator[Silent]:
    """Of what a firing takes together, that there is no more, where nothing said excludes more."""
    for over, facts in zip(firing.rule.aggregates(), firing.taken, strict=True):
        yield from _more(outcome, over, firing.bindings, facts)


def untold(outcome: Outcome, rule: Rule, bindings: Bindings) -> Iterator[Silent]:
    """The same of what a rule takes together as things stand, as far as its variables are bound."""
    shared = {t.name for one in rule.patterns() for t in one.terms if isinstance(t, Var)}
    shared |= {let.name for let in rule.lets}
    for over in rule.aggregates():
        named = shared.intersection(t.name for t in over.of.terms if isinstance(t, Var))
        if bindings.keys() >= named:
            matched = outcome.graph.matching(over.of, {name: bindings[name] for name in named})
            held = [fact for fact in matched if outcome.grades.lower[fact] >= HOLDS]
            yield from _more(outcome, over, bindings, held)


def _more(
    outcome: Outcome, over: Aggregate, bindings: Bindings, facts: Iterable[int]
) -> Iterator[Silent]:
    known = tuple(outcome.graph.instances[fact] for fact in facts)
    if not silence_of(outcome).excludes_others(over.of, bindings, known):
        yield Silent(over.of, bindings, others=bool(known))


def assumed(
    outcome: Outcome, firing: Firing, pattern: Pattern, facts: Iterable[int], silence: Silence
) -> bool:
    """Whether an exception is only taken not to hold: no support for it, and nothing against it."""
    supported = any(outcome.grades.upper[fact] for fact in facts)
    return not supported and not silence.excludes(pattern, firing.bindings)
