"""Turns a base and its possible facts into matches, with experta."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator, Mapping, Set
from typing import Any, Final

from advisor.model import budget
from advisor.model.records import AnyOf, Instance, KnowledgeBase, Pattern, Rule, Var
from advisor.reasoning.computing import Computing, computed_over, early
from advisor.reasoning.matcher import Match, Overrun, refuse, told
from advisor.reasoning.network import HashedMatcher
from advisor.reasoning.rete import Among, Strategy, experta, fact_class
from advisor.reasoning.rows import compared, tagged, untagged
from advisor.reasoning.subsets import Certainties
from advisor.reasoning.unification import filled, ways

_ANY_CONTEXT: Final = inspect.Signature(
    [inspect.Parameter("context", inspect.Parameter.VAR_KEYWORD)]
)


class Engine:
    """A matcher that drives experta."""

    engine: budget.EngineName = budget.EXPERTA

    def __init__(
        self,
        base: KnowledgeBase,
        worlds: tuple[Certainties, ...] = (),
        client: str | None = None,
    ) -> None:
        self.base, self.client = base, client
        self.possible: set[Instance] = set()
        self.matches: set[Match] = set()
        self._pending: set[Instance] = set()
        self.computing = Computing(base, computed_over(base), worlds)
        self._asked = {pattern.template for rule in base.variants for pattern in rule.patterns()}
        members = {f"rule_{number}": self._rule(rule) for number, rule in enumerate(base.variants)}
        members |= {"__strategy__": Strategy, "__matcher__": HashedMatcher}
        self._engine = type("RuleEngine", (experta.KnowledgeEngine,), members)()
        self._engine.reset()
        self._run()

    def found(self) -> Set[Match]:
        """The matches, in no order."""
        return self.matches

    def declare(self, instances: Iterable[Instance]) -> None:
        """Make these facts possible, and all that follows from them, as any matcher does."""
        self._pending |= set(instances) - self.possible
        try:
            self._run()
        except Overrun as overrun:
            refuse(self, overrun)
        told(self, *self._engine.matcher.work.busiest())

    def afresh(self, worlds: tuple[Certainties, ...] | None = None) -> Engine:
        """Another engine over the same base, without facts."""
        worlds = self.computing.worlds if worlds is None else worlds
        return Engine(self.base, worlds, self.client)

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
            self._take(self.computing.met(fresh))
            self._engine.declare(*(fact for instance in fresh for fact in self._facts(instance)))
            self._engine.run()

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

    def _take(self, computed: Iterable[tuple[Match, list[Instance]]]) -> None:
        """Record matches of rules that compute, and what they conclude for the next round."""
        for match, concluded in computed:
            self.matches.add(match)
            self._pending.update(
                instance for instance in concluded if instance not in self.possible
            )
            if len(self.matches) > budget.allowed().firings:
                raise Overrun(match.rule, firings=True)

    def _is_of_another(self, concluded: Instance) -> bool:
        """Whether something is advice to another client than the one that alone is advised."""
        template = self.base.templates[concluded.template]
        return template.advice and template.slot_values(concluded)["client"] != self.client

    def _rule(self, rule: Rule) -> Any:
        """The experta rule of a rule."""
        patterns = rule.patterns()
        variables = dict.fromkeys(name for p in patterns for name in p.variables())
        names = {name: f"v{number}" for number, name in enumerate(variables)}
        conditions = [
            _condition(pattern, f"p{number}", names) for number, pattern in enumerate(patterns)
        ]
        tests = [experta.TEST(compared(comparison, names)) for comparison in early(rule)]
        return experta.Rule(*conditions, *tests)(self._action(rule, names, len(patterns)))

    def _action(self, rule: Rule, names: Mapping[str, str], count: int) -> Any:
        """What experta calls when the rule fires."""
        binds = [f"p{number}" for number in range(count)]

        def fire(*_engine: Any, **context: Any) -> None:
            bindings = {name: untagged(context[short]) for name, short in names.items()}
            premises = tuple([context[bind].instance for bind in binds])
            match = Match(rule.id, tuple(bindings.items()), premises)
            if rule.lets:
                self._take(self.computing.begun(rule, match))
                return
            concluded = [filled(self.base, one, bindings) for one in rule.conclusions]
            if self.client is None or not all(map(self._is_of_another, concluded)):
                self.matches.add(match)
                self._pending.update(one for one in concluded if one not in self.possible)

        fire.__name__ = rule.id
        vars(fire)["__signature__"] = _ANY_CONTEXT  # spares experta looking it up
        return fire


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
