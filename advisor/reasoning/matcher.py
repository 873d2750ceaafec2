"""What a matcher is: it turns a base and its possible facts into matches, by whatever method.

A matcher matches the positive premises and the comparisons of every rule, and chains forward. What
it is not asked for is left to the graph: exceptions, counts and grades.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Set
from typing import NamedTuple, NoReturn, Protocol

from advisor.model import budget
from advisor.model.budget import Suspect
from advisor.model.errors import AdvisorError, Problem
from advisor.model.records import Aggregate, Instance, KnowledgeBase, Pattern
from advisor.model.values import Value
from advisor.reasoning.subsets import Certainties
from advisor.reasoning.unification import bound, unify


class Match(NamedTuple):
    """One rule with one set of bindings: the premises that matched."""

    rule: str
    bindings: tuple[tuple[str, Value], ...]  # in the order in which the premises name them
    premises: tuple[Instance, ...]  # one for each pattern of the rule, in its order
    counted: tuple[tuple[Instance, ...], ...] = ()  # one for each aggregate: the facts that count


class Computed(Protocol):
    """What is computed over facts: for every scenario, or for some and what is near them."""

    @property
    def worlds(self) -> tuple[Certainties, ...]:
        """Those that it is for; without any, it is for all."""

    @property
    def waiting(self) -> Set[str]:
        """The rules, by id, that compute nothing yet, as a world does not know what they take."""

    @property
    def limited(self) -> Set[Instance]:
        """The facts of which only so many may be otherwise than in these."""

    def slack(self, world: Certainties) -> int | None:
        """How many may be otherwise than in a world; below 0 where it is not exact for it.

        None if there is no limit.
        """


class Matcher(Protocol):
    """Growing possible facts: declare some, and every rule has fired on them."""

    @property
    def engine(self) -> budget.EngineName:
        """The name of what matches."""

    @property
    def base(self) -> KnowledgeBase:
        """The base whose rules are matched."""

    @property
    def client(self) -> str | None:
        """Whom alone advice is found for; None: for all."""

    @property
    def computing(self) -> Computed:
        """What is computed over facts, and for which scenarios that is exact."""

    @property
    def possible(self) -> Set[Instance]:
        """The facts declared, and all that follows from them."""

    @property
    def matches(self) -> Set[Match]:
        """Every match of every rule over the possible facts."""

    def found(self) -> Iterable[Match]:
        """The matches, in no order; one over facts that may be swapped perhaps more than once."""

    def declare(self, instances: Iterable[Instance]) -> None:
        """Make these facts possible, and all that follows from them.

        Raises AdvisorError, naming a rule and its largest premise, where the rules fire more often
        than the budget allows; there is no going on with this matcher then.
        """

    def afresh(self, worlds: tuple[Certainties, ...] | None = None) -> Matcher:
        """A matcher of this kind over the same base, without facts; perhaps for other worlds."""


class Overrun(Exception):
    """The rules fire more often, or match more in part, than the budget allows."""

    def __init__(
        self, rule: str, *, firings: bool, over: tuple[Aggregate, int] | None = None
    ) -> None:
        super().__init__(rule)
        self.rule = rule  # that makes most work
        self.firings = firings  # whether it is firings that are too many
        self.over = over  # what it computes over how many facts, if that alone is too much


def told(matcher: Matcher, busiest: str, made: int) -> None:
    """Tell the budget what did the work, and which rule made most of it, and how much."""
    budget.worked(matcher.engine)
    budget.suspected(made, functools.partial(suspect_of, matcher, busiest))


def refuse(matcher: Matcher, overrun: Overrun) -> NoReturn:
    """Say that the budget does not suffice, and which rule to look at."""
    most = budget.allowed()
    found = suspect_of(matcher, overrun.rule)
    message = (
        f"the rules fire more than {most.firings} times"
        if overrun.firings
        else f"to match the premises of the rules takes more than {most.steps} steps"
    )
    hint = "bind more of the rule's variables, or allow more with --max-firings N"
    told = found.told()
    if overrun.over is not None:
        of, facts = overrun.over
        told = f"the {of.operator} of rule '{overrun.rule}' is over {facts} facts of "
        told += f"'{of.of.template}' that may or may not hold, and the rule fires once for each set"
        hint = "state more of them as certain, let fewer facts match, or state what "
        hint += f"the {of.operator} comes to as a fact"
    problem = Problem(message=f"{message}; {told}", where=found.where, hint=hint)
    raise AdvisorError(problem) from None


def suspect_of(matcher: Matcher, rule_id: str) -> Suspect:
    """A rule that makes much work, with its largest premise."""
    rule = next(rule for rule in matcher.base.rules if rule.id == rule_id)
    patterns = (*rule.patterns(), *(count.of for count in rule.counts()))
    premise, facts = max(
        (
            (pattern.template, sum(_asks_for(pattern, instance) for instance in matcher.possible))
            for pattern in patterns
        ),
        key=lambda found: found[1],
        default=("", 0),
    )
    return Suspect(rule=rule_id, premise=premise, facts=facts, where=rule.where)


def _asks_for(pattern: Pattern, instance: Instance) -> bool:
    """Whether a premise by itself, its variables free, would match a fact."""
    return instance.template == pattern.template and (
        unify(bound(pattern, {}), instance.values, {}) is not None
    )
