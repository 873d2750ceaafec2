"""Turns a base and its possible facts into matches, with experta's RETE network.

experta matches the positive premises and the comparisons of every rule, and chains forward. What
it is not asked for is left to the graph: exceptions, counts and grades. The precautions below,
against what experta 1.9.4 does on current Pythons, are explained in docs/architecture.md; each has
a test. The only importer of experta.
"""

from __future__ import annotations

import collections
import functools
import inspect
import itertools
import logging
from collections.abc import Iterable, Iterator, Mapping
from types import ModuleType
from typing import Any, Final, NamedTuple

from advisor.model import AnyOf, Comparison, Instance, KnowledgeBase, Pattern, Rule, Value, Var


def _import_experta() -> ModuleType:
    """Import experta without what its import needs, and does, on the side.

    frozendict 1.2 reads `collections.Mapping`, gone since Python 3.10: it is there for the
    duration of the import only. The import sets up logging; that is undone. experta's own
    `__init__` swallows ImportError, so look whether the engine arrived.
    """
    root = logging.getLogger()
    handlers = list(root.handlers)
    lent = not hasattr(collections, "Mapping")
    if lent:
        collections.Mapping = Mapping  # type: ignore[attr-defined]
    try:
        import experta  # noqa: PLC0415
    finally:
        if lent:
            del collections.Mapping  # type: ignore[attr-defined]
        root.handlers[:] = handlers
    if not hasattr(experta, "KnowledgeEngine"):
        raise ImportError("experta was imported without its engine: is frozendict 1.2 broken?")
    module: ModuleType = experta
    return module


experta: Final[Any] = _import_experta()

from experta.abstract import Matcher, Strategy  # noqa: E402 - after the guarded import
from experta.matchers.rete import ReteMatcher  # noqa: E402
from experta.matchers.rete.check import SameContextCheck, WhereCheck  # noqa: E402
from experta.matchers.rete.nodes import (  # noqa: E402
    BusNode,
    ConflictSetNode,
    OrdinaryMatchNode,
    WhereNode,
)
from experta.matchers.rete.token import Token  # noqa: E402


class Match(NamedTuple):
    """One rule with one set of bindings: the premises that matched."""

    rule: str
    bindings: tuple[tuple[str, Value], ...]  # by name of variable
    premises: tuple[Instance, ...]  # one for each pattern of the rule, in its order


def tagged(value: Value) -> Value | tuple[str, Value]:
    """A value that experta cannot take for another: to it 1 and True are the same."""
    return value if isinstance(value, str) else (type(value).__name__, value)


def _untagged(value: Any) -> Value:
    return value[1] if isinstance(value, tuple) else value  # type: ignore[no-any-return]


@functools.cache
def _fact_class(template: str) -> type:
    """The class of a template's facts; one for the whole process, as experta's caches hold it."""
    return type(template, (experta.Fact,), {})


class _Strategy(Strategy):  # type: ignore[misc]
    """Activations in no particular order: nothing observable may depend on it.

    Nothing is ever retracted, so no activation has to be found again.
    """

    def _update_agenda(self, agenda: Any, added: Any, removed: Any) -> None:
        assert not removed, "nothing is retracted and no rule negates"
        agenda.activations.extend(added)


class _Root(BusNode):  # type: ignore[misc]
    """The entrance to the network: hands a fact to the nodes of its own class only.

    Stock experta asks every class of the base about every fact.
    """

    @functools.cached_property
    def _by_class(self) -> dict[type, list[Any]]:
        found: dict[type, list[Any]] = {}
        for child in self.children:
            found.setdefault(child.node.matcher.fact_type, []).append(child)
        return found

    def add(self, fact: Any) -> None:
        token = Token.valid(fact)
        for child in self._by_class.get(type(fact), ()):
            child.callback(token)


class _Matcher(ReteMatcher):  # type: ignore[misc]
    """experta's RETE, wired straight from rules that are plain conjunctions.

    Stock experta first brings every rule into a disjunctive normal form, wires it by generic
    dispatch, and asks every rule for changes after every firing; none of that is needed here,
    and it took most of the time of a short run.
    """

    def __init__(self, engine: Any) -> None:
        Matcher.__init__(self, engine)
        self.root_node = _Root()
        self.build_network()

    @staticmethod
    def prepare_ruleset(engine: Any) -> set[Any]:
        """The rules as they are; one without a pattern waits for the initial fact."""
        return {
            rule
            if any(isinstance(one, experta.Fact) for one in rule)
            else rule.new_conditions(experta.InitialFact(), *rule)
            for rule in engine.get_rules()
        }

    @staticmethod
    def build_beta_part(ruleset: Iterable[Any], alpha_terminals: Mapping[Any, Any]) -> None:
        """Join each rule's patterns from left to right, then test, then note the activation."""
        for rule in ruleset:
            node = None
            for condition in rule:
                if isinstance(condition, experta.TEST):
                    node = _chained(node, WhereNode(WhereCheck(condition[0])))
                elif node is None:
                    node = alpha_terminals[condition]
                else:
                    node = _joined(node, alpha_terminals[condition])
            _chained(node, ConflictSetNode(rule))

    def changes(self, adding: Any = None, deleting: Any = None) -> Any:
        """The activations that new facts bring; none without new facts."""
        if not adding and not deleting:
            return (), ()
        return super().changes(adding, deleting)


def _chained(node: Any, following: Any) -> Any:
    node.add_child(following, following.activate)
    return following


def _joined(left: Any, right: Any) -> Any:
    join = OrdinaryMatchNode(SameContextCheck())
    left.add_child(join, join.activate_left)
    right.add_child(join, join.activate_right)
    return join


class _Test:
    """The comparisons of a rule as an experta TEST; equal tests are one to experta's cache."""

    def __init__(self, comparisons: tuple[Comparison, ...], names: Mapping[str, str]) -> None:
        self.comparisons = comparisons
        self.names = names
        self.identity = (comparisons, tuple(names.items()))
        used = sorted(
            {
                names[side.name]
                for comparison in comparisons
                for side in (comparison.left, comparison.right)
                if isinstance(side, Var)
            }
        )
        kind = inspect.Parameter.KEYWORD_ONLY
        self.__signature__ = inspect.Signature([inspect.Parameter(name, kind) for name in used])

    def __call__(self, **context: Any) -> bool:
        bindings = {
            name: _untagged(context[short])
            for name, short in self.names.items()
            if short in context
        }
        return all(comparison.holds(bindings) for comparison in self.comparisons)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Test) and self.identity == other.identity

    def __hash__(self) -> int:
        return hash(self.identity)


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
        rules = (built for rule in base.rules for built in self._rules(rule))
        members = {f"rule_{number}": rule for number, rule in enumerate(rules)}
        members |= {"__strategy__": _Strategy, "__matcher__": _Matcher}
        self._engine = type("RuleEngine", (experta.KnowledgeEngine,), members)()
        self._engine.reset()
        self._run()

    def declare(self, instances: Iterable[Instance]) -> None:
        """Make these facts possible, and all that follows from them."""
        self._pending |= set(instances) - self.possible
        self._run()

    def _run(self) -> None:
        """Fire until nothing new follows.

        A firing records its match and leaves what it concludes for the next round: it is
        recorded whether or not its conclusions are new, and experta updates its network once a
        round instead of once a firing.
        """
        self._engine.run()
        while self._pending:
            fresh = sorted(self._pending)
            self._pending = set()
            self.possible.update(fresh)
            self._engine.declare(*(fact for one in fresh for fact in self._facts(one)))
            self._engine.run()

    def _facts(self, instance: Instance) -> Iterator[Any]:
        """The experta facts of an instance: both ways round if its template is symmetric."""
        template = self.base.templates[instance.template]
        ways = [instance.values]
        if template.symmetric:
            i, j = template.symmetric
            turned = list(instance.values)
            turned[i], turned[j] = turned[j], turned[i]
            ways += [tuple(turned)] if tuple(turned) != instance.values else []
        fact_class = _fact_class(instance.template)
        for values in ways:
            yield fact_class(**{f"s{n}": tagged(value) for n, value in enumerate(values)})

    def _instance(self, fact: Any) -> Instance:
        template = self.base.templates[type(fact).__name__]
        return template.instance(*(_untagged(fact[f"s{n}"]) for n in range(len(template.slots))))

    def _rules(self, rule: Rule) -> Iterator[Any]:
        """The experta rules of a rule: one for each choice among its listed values.

        experta would expand a disjunction in several fields into a normal form of its own.
        """
        patterns = rule.patterns()
        variables = dict.fromkeys(name for p in patterns for name in p.variables())
        names = {name: f"v{number}" for number, name in enumerate(variables)}
        fire = self._action(rule, names, len(patterns))
        for choice in itertools.product(*(_choices(pattern) for pattern in patterns)):
            conditions = [
                _condition(pattern.template, terms, f"p{number}", names)
                for number, (pattern, terms) in enumerate(zip(patterns, choice, strict=True))
            ]
            if rule.comparisons:
                conditions.append(experta.TEST(_Test(rule.comparisons, names)))
            yield experta.Rule(*conditions)(fire)

    def _action(self, rule: Rule, names: Mapping[str, str], count: int) -> Any:
        """What experta calls when the rule fires."""
        templates = self.base.templates

        def fire(*_engine: Any, **context: Any) -> None:
            bindings = {name: _untagged(context[short]) for name, short in names.items()}
            premises = tuple(self._instance(context[f"p{n}"]) for n in range(count))
            self.matches.add(Match(rule.id, tuple(sorted(bindings.items())), premises))
            for conclusion in rule.conclusions:
                concluded = templates[conclusion.template].instance(*filled(conclusion, bindings))
                if concluded not in self.possible:
                    self._pending.add(concluded)

        vars(fire)["__signature__"] = _ANY_CONTEXT  # spares experta looking it up
        return fire


def filled(pattern: Pattern, bindings: Mapping[str, Value]) -> tuple[Value, ...]:
    """The values of a conclusion, whose slots all hold bound variables or values."""
    values = (bindings[t.name] if isinstance(t, Var) else t for t in pattern.terms)
    return tuple(values)  # type: ignore[arg-type]


def _choices(pattern: Pattern) -> list[tuple[Any, ...]]:
    """The pattern's terms, once for each choice among listed values."""
    options = (term.values if isinstance(term, AnyOf) else (term,) for term in pattern.terms)
    return list(itertools.product(*options))


def _condition(template: str, terms: tuple[Any, ...], bind: str, names: Mapping[str, str]) -> Any:
    """An experta pattern, bound by name: an activation's own facts are an unordered set."""
    slots = {}
    for number, term in enumerate(terms):
        if isinstance(term, Var):
            slots[f"s{number}"] = getattr(experta.MATCH, names[term.name])
        elif term is not None:
            slots[f"s{number}"] = experta.L(tagged(term))
    return getattr(experta.AS, bind) << _fact_class(template)(**slots)
