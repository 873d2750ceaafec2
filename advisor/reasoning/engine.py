"""Turns a base and its possible facts into matches, with experta.

experta matches the positive premises and the comparisons of every rule, and chains forward. What
it is not asked for is left to the graph: exceptions, counts and grades.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from advisor.model import budget
from advisor.model.budget import Suspect
from advisor.model.errors import AdvisorError, Problem
from advisor.model.records import AnyOf, Instance, KnowledgeBase, Pattern, Rule, Value, Var
from advisor.reasoning.rete import (
    Among,
    HashedMatcher,
    Overrun,
    Strategy,
    compared,
    experta,
    fact_class,
    tagged,
    untagged,
)
from advisor.reasoning.unification import bound, filled, unify, ways


class Match(NamedTuple):
    """One rule with one set of bindings: the premises that matched."""

    rule: str
    bindings: tuple[tuple[str, Value], ...]  # in the order in which the premises name them
    premises: tuple[Instance, ...]  # one for each pattern of the rule, in its order


_ANY_CONTEXT: Final = inspect.Signature(
    [inspect.Parameter("context", inspect.Parameter.VAR_KEYWORD)]
)


class Engine:
    """A rule engine over growing possible facts: declare some, and every rule has fired on them."""

    def __init__(self, base: KnowledgeBase) -> None:
        self.base = base
        self.possible: set[Instance] = set()
        self.matches: set[Match] = set()
        self._pending: set[Instance] = set()
        self._asked = {pattern.template for rule in base.rules for pattern in rule.patterns()}
        members = {f"rule_{number}": self._rule(rule) for number, rule in enumerate(base.rules)}
        members |= {"__strategy__": Strategy, "__matcher__": HashedMatcher}
        self._engine = type("RuleEngine", (experta.KnowledgeEngine,), members)()
        self._engine.reset()
        self._run()

    def declare(self, instances: Iterable[Instance]) -> None:
        """Make these facts possible, and all that follows from them.

        Raises AdvisorError, naming a rule and its largest premise, where the rules fire more often
        than the budget allows; there is no going on with this engine then.
        """
        self._pending |= set(instances) - self.possible
        try:
            self._run()
        except Overrun as overrun:
            raise AdvisorError(self._overrun(overrun)) from None
        busiest, made = self._engine.matcher.work.busiest()
        budget.suspected(made, functools.partial(self._suspect, busiest))

    def _run(self) -> None:
        """Fire until nothing new follows.

        A firing records its match and leaves what it concludes for the next round: it is
        recorded whether or not its conclusions are new, and experta updates its network once a
        round instead of once a firing.
        """
        self._engine.run()
        while self._pending:
            fresh = self.base.ordered(self._pending)
            self._pending = set()
            self.possible.update(fresh)
            self._engine.declare(*(fact for one in fresh for fact in self._facts(one)))
            self._engine.run()

    def _overrun(self, overrun: Overrun) -> Problem:
        """What is wrong where the budget does not suffice, and which rule to look at."""
        most = budget.allowed()
        suspect = self._suspect(overrun.rule)
        message = (
            f"the rules fire more than {most.firings} times"
            if overrun.firings
            else f"to match the premises of the rules takes more than {most.steps} steps"
        )
        hint = "bind more of the rule's variables, or allow more with --max-firings N"
        return Problem(message=f"{message}; {suspect.told()}", where=suspect.where, hint=hint)

    def _suspect(self, rule_id: str) -> Suspect:
        """A rule that makes much work, with its largest premise."""
        rule = next(rule for rule in self.base.rules if rule.id == rule_id)
        patterns = (*rule.patterns(), *(count.of for count in rule.counts()))
        premise, facts = max(
            (
                (pattern.template, sum(_asks_for(pattern, one) for one in self.possible))
                for pattern in patterns
            ),
            key=lambda found: found[1],
            default=("", 0),
        )
        return Suspect(rule=rule_id, premise=premise, facts=facts, where=rule.where)

    def _facts(self, instance: Instance) -> Iterator[Any]:
        """The experta facts of an instance: both ways round if its template is symmetric.

        None if no premise asks for its template: then experta need not know of it.
        """
        if instance.template not in self._asked:
            return
        template = self.base.templates[instance.template]
        form = fact_class(instance.template)
        for values in ways(template, instance.values):
            fact = form(**{f"s{n}": tagged(value) for n, value in enumerate(values)})
            fact.instance = instance
            yield fact

    def _rule(self, rule: Rule) -> Any:
        """The experta rule of a rule."""
        patterns = rule.patterns()
        variables = dict.fromkeys(name for p in patterns for name in p.variables())
        names = {name: f"v{number}" for number, name in enumerate(variables)}
        conditions = [
            _condition(pattern, f"p{number}", names) for number, pattern in enumerate(patterns)
        ]
        tests = [experta.TEST(compared(one, names)) for one in rule.comparisons]
        return experta.Rule(*conditions, *tests)(self._action(rule, names, len(patterns)))

    def _action(self, rule: Rule, names: Mapping[str, str], count: int) -> Any:
        """What experta calls when the rule fires."""
        binds = [f"p{number}" for number in range(count)]

        def fire(*_engine: Any, **context: Any) -> None:
            bindings = {name: untagged(context[short]) for name, short in names.items()}
            premises = tuple([context[bind].instance for bind in binds])
            self.matches.add(Match(rule.id, tuple(bindings.items()), premises))
            for conclusion in rule.conclusions:
                concluded = filled(self.base, conclusion, bindings)
                if concluded not in self.possible:
                    self._pending.add(concluded)

        fire.__name__ = rule.id
        vars(fire)["__signature__"] = _ANY_CONTEXT  # spares experta looking it up
        return fire


def _asks_for(pattern: Pattern, instance: Instance) -> bool:
    """Whether a premise by itself, its variables free, would match a fact."""
    return instance.template == pattern.template and (
        unify(bound(pattern, {}), instance.values, {}) is not None
    )


def _condition(pattern: Pattern, bind: str, names: Mapping[str, str]) -> Any:
    """An experta pattern, bound by name: an activation's own facts are an unordered set."""
    slots = {}
    for number, term in enumerate(pattern.terms):
        if isinstance(term, Var):
            slots[f"s{number}"] = getattr(experta.MATCH, names[term.name])
        elif isinstance(term, AnyOf):
            slots[f"s{number}"] = experta.P(Among(frozenset(map(tagged, term.values))))
        elif term is not None:
            slots[f"s{number}"] = experta.L(tagged(term))
    return getattr(experta.AS, bind) << fact_class(pattern.template)(**slots)
