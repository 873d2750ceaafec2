"""experta with hashed joins: its rules, facts, engine and agenda over a network of our own wiring.

Each premise has a node that tests a fact and tells what its variables stand for; joins remember
what came in by the values of the variables that both sides bind, so that a partial match meets its
partners and nothing else (after the hashed memories of Doorenbos, Production Matching for Large
Learning Systems, 1995). Tokens are rows: a fact and its values for each premise joined so far. The
precautions against what experta 1.9.4 does on current Pythons are explained in
docs/architecture.md; each has a test. The only importer of experta.
"""

from __future__ import annotations

import collections
import functools
import logging
import operator
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from types import ModuleType
from typing import Any, Final, NamedTuple

from advisor.model import budget
from advisor.model.records import Comparison, Value, Var


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

from experta import abstract  # noqa: E402 - after the guarded import
from experta.activation import Activation  # noqa: E402
from experta.matchers.rete import ReteMatcher  # noqa: E402
from experta.matchers.rete.nodes import (  # noqa: E402
    BusNode,
    ConflictSetNode,
    FeatureTesterNode,
    OrdinaryMatchNode,
    WhereNode,
)

Row = tuple[Any, ...]  # a token: facts, and the values of variables, in an order the node knows


def tagged(value: Value) -> Value | tuple[str, Value]:
    """A value that experta cannot take for another: to it 1 and True are the same."""
    return value if isinstance(value, str) else (type(value).__name__, value)


def untagged(value: Any) -> Value:
    """The value that was tagged."""
    return value[1] if isinstance(value, tuple) else value  # type: ignore[no-any-return]


@functools.cache
def fact_class(template: str) -> type:
    """The class of a template's facts; one for the whole process, as experta's caches hold it."""
    return type(template, (experta.Fact,), {})


class Among(NamedTuple):
    """The test of a slot that lists values: one test, however many there are."""

    values: frozenset[Any]  # tagged

    def __call__(self, value: object) -> bool:
        """Whether a tagged value is among them."""
        return value in self.values


class Compared(NamedTuple):
    """A comparison of a rule, as the condition of an experta TEST."""

    comparison: Comparison
    names: tuple[tuple[str, str], ...]  # of each variable in it, in the rule and in the context

    def __call__(self, **context: Any) -> bool:
        """Whether it holds of what is bound."""
        return self.holds([context[short] for _, short in self.names])

    def holds(self, values: Iterable[Any]) -> bool:
        """Whether it holds of the tagged values of its variables, in the order of `names`."""
        bound = {name: untagged(one) for (name, _), one in zip(self.names, values, strict=True)}
        return self.comparison.holds(bound)


def compared(comparison: Comparison, names: Mapping[str, str]) -> Compared:
    """A comparison with the names that its variables have in experta's context."""
    sides = (comparison.left, comparison.right)
    used = dict.fromkeys(side.name for side in sides if isinstance(side, Var))
    return Compared(comparison, tuple((name, names[name]) for name in used))


class Overrun(Exception):
    """The rules fire more often, or match more in part, than the budget allows."""

    def __init__(self, rule: str, *, firings: bool) -> None:
        super().__init__(rule)
        self.rule = rule  # that makes most work
        self.firings = firings  # whether it is firings that are too many


class Strategy(abstract.Strategy):  # type: ignore[misc]
    """Activations in no particular order: nothing observable may depend on it.

    Nothing is ever retracted, so no activation has to be found again.
    """

    def _update_agenda(self, agenda: Any, added: Any, removed: Any) -> None:
        assert not removed, "nothing is retracted and no rule negates"
        agenda.activations.extend(added)


# ------------------------------------------------------------------ nodes


class _Root(BusNode):  # type: ignore[misc]
    """The entrance to the network: hands a fact to the nodes that ask for what it holds.

    Stock experta asks every node about every fact.
    """

    def __init__(self) -> None:
        super().__init__()
        self._tables: dict[type, dict[tuple[str, ...], dict[Row, list[_Premise]]]] = {}

    def enter(self, node: _Premise, constants: Sequence[tuple[str, Any]]) -> None:
        """Hand facts of the node's class with these values on to it."""
        slots, values = tuple(s for s, _ in constants), tuple(v for _, v in constants)
        tables = self._tables.setdefault(node.fact_type, {})
        tables.setdefault(slots, {}).setdefault(values, []).append(node)

    def add(self, fact: Any) -> None:
        """Hand a new fact to those who ask for it."""
        for slots, table in self._tables.get(type(fact), {}).items():
            for node in table.get(tuple([fact[slot] for slot in slots]), ()):
                node.activate(fact)


class _Premise(FeatureTesterNode):  # type: ignore[misc]
    """The further tests of a premise; its rows are a fact and what its variables stand for."""

    def __init__(self, shape: _Shape, work: _Work) -> None:
        self.work = work
        self.fact_type = shape.fact_type
        self._among = shape.among
        self._slots = [slot for slot, number in shape.captured if number is None]
        self._same = [(s, self._slots[n]) for s, n in shape.captured if n is not None]
        super().__init__(self._passes)

    def _passes(self, fact: Any) -> bool:
        return all(test(fact[slot]) for slot, test in self._among) and all(
            fact[one] == fact[other] for one, other in self._same
        )

    def activate(self, fact: Any) -> None:
        """Pass a fact on that passes the tests."""
        if self.matcher(fact):
            self.work.hand_on(self, [(fact, *[fact[slot] for slot in self._slots])])


class _Join(OrdinaryMatchNode):  # type: ignore[misc]
    """Joins rows that agree; each side is remembered by the values that have to."""

    def __init__(
        self, left: Sequence[int], right: Sequence[int], kept: Sequence[int], work: _Work
    ) -> None:
        self.work = work
        self._left_key, self._right_key, self._kept = _picker(left), _picker(right), _picker(kept)
        self.made = 0  # rows passed on so far
        super().__init__(operator.eq)

    def _reset(self) -> None:
        self.left_memory: dict[Row, list[Row]] = {}
        self.right_memory: dict[Row, list[Row]] = {}

    def activate_left(self, row: Row) -> None:
        """Meet a row of premises joined before with all that the new premise has for it."""
        key = self._left_key(row)
        self.left_memory.setdefault(key, []).append(row)
        partners = self.right_memory.get(key)
        if partners:
            self._pass([row + partner for partner in partners])

    def activate_right(self, row: Row) -> None:
        """Meet a row of the new premise with all that was joined before."""
        key, kept = self._right_key(row), self._kept(row)
        self.right_memory.setdefault(key, []).append(kept)
        partners = self.left_memory.get(key)
        if partners:
            self._pass([partner + kept for partner in partners])

    def _pass(self, rows: list[Row]) -> None:
        self.made += len(rows)
        self.work.steps(len(rows))
        self.work.hand_on(self, rows)


class _Where(WhereNode):  # type: ignore[misc]
    """Passes the rows for which a comparison holds."""

    def __init__(self, holds: Callable[[Row], bool], work: _Work) -> None:
        self.work = work
        super().__init__(holds)

    def activate(self, row: Row) -> None:
        """Pass a row on if the comparison holds."""
        if self.matcher(row):
            self.work.hand_on(self, [row])


class _Conflict(ConflictSetNode):  # type: ignore[misc]
    """The end of a rule: every row that comes here is an activation, and comes once."""

    def __init__(self, rule: Any, names: Sequence[str], work: _Work) -> None:
        self.names = names
        self.work = work
        self.made = 0
        super().__init__(rule)
        self.rows: list[Row] = []

    def activate(self, row: Row) -> None:
        """Take note of an activation."""
        self.made += 1
        self.rows.append(row)
        self.work.fired(self)

    def activations(self) -> Iterator[Any]:
        """The activations since this was last asked."""
        rows, self.rows = self.rows, []
        return (Activation(self.rule, (), dict(zip(self.names, row, strict=True))) for row in rows)


class _Work:
    """What a network has still to do, and how much it has done, as far as its budget goes."""

    def __init__(self) -> None:
        self._queue: list[tuple[Callable[[Row], None], Row]] = []
        self.ready: list[_Conflict] = []  # with activations to be told
        self.nodes: dict[str, list[_Join | _Conflict]] = {}  # of each rule
        self._steps = self._firings = 0
        self._most_steps = self._most_firings = 0

    def begin(self) -> None:
        """Take the budget of the work at hand."""
        allowed = budget.allowed()
        self._most_steps, self._most_firings = allowed.steps, allowed.firings

    def hand_on(self, node: Any, rows: Iterable[Row]) -> None:
        """Let the children of a node have rows, in due course: a rule may have many premises."""
        for child in node.children:
            self._queue += [(child.callback, row) for row in rows]

    def finish(self) -> None:
        """Do all that there is to do; whichever of two partners comes later meets the other."""
        while self._queue:
            callback, row = self._queue.pop()
            callback(row)

    def steps(self, number: int) -> None:
        """Count partial matches."""
        self._steps += number
        if self._steps > self._most_steps:
            raise Overrun(self.busiest()[0], firings=False)

    def fired(self, leaf: _Conflict) -> None:
        """Count a firing."""
        if len(leaf.rows) == 1:
            self.ready.append(leaf)
        self._firings += 1
        if self._firings > self._most_firings:
            raise Overrun(self.busiest()[0], firings=True)

    def busiest(self) -> tuple[str, int]:
        """The rule that makes most work, of equals the first; and how much that is."""
        made = {rule: sum(node.made for node in nodes) for rule, nodes in self.nodes.items()}
        rule = max(made, key=made.__getitem__, default="")
        return rule, made.get(rule, 0)


def _picker(places: Sequence[int]) -> Callable[[Row], Row]:
    """A function from a row to the row of some of its places."""
    if len(places) > 1:
        return operator.itemgetter(*places)
    if places:
        (place,) = places
        return lambda row: (row[place],)
    return lambda _: ()


# ------------------------------------------------------------------ the network


class _Shape(NamedTuple):
    """What a premise asks of a fact, whatever its variables are called."""

    fact_type: type
    constants: tuple[tuple[str, Any], ...]
    among: tuple[tuple[str, Among], ...]
    captured: tuple[tuple[str, int | None], ...]  # slots of variables; the place of a second one's


class _Asked(NamedTuple):
    """A premise of a rule."""

    shape: _Shape
    bind: str  # what its fact is called
    names: tuple[str, ...]  # of its variables, each once

    def known(self, bound: Iterable[str]) -> tuple[int, int]:
        """How many of its slots are known where these variables are, and how few are not."""
        free = len(set(self.names) - set(bound))
        shape = self.shape
        known = len(shape.constants) + len(shape.among) + len(shape.captured) - free
        return known, -free


_START: Final = experta.AS.__start << experta.InitialFact()  # of a rule without premises


def _asked(pattern: Any) -> _Asked:
    """A pattern of experta, read."""
    constants, among = [], []
    captured: list[tuple[str, int | None]] = []
    names: list[str] = []
    for slot, term in sorted((s, t) for s, t in pattern.items() if not pattern.is_special(s)):
        if isinstance(term, experta.L):
            constants.append((slot, term.value))
        elif isinstance(term, experta.P):
            among.append((slot, term.match))
        elif term.__bind__ in names:
            captured.append((slot, names.index(term.__bind__)))
        else:
            captured.append((slot, None))
            names.append(term.__bind__)
    shape = _Shape(type(pattern), tuple(constants), tuple(among), tuple(captured))
    return _Asked(shape, pattern.__bind__, tuple(names))


class HashedMatcher(ReteMatcher):  # type: ignore[misc]
    """experta's RETE, wired straight from rules that are plain conjunctions, with hashed joins.

    Stock experta first brings every rule into a disjunctive normal form, wires it by generic
    dispatch, joins by comparing everything with everything, and asks every rule for changes after
    every firing.
    """

    def __init__(self, engine: Any) -> None:
        abstract.Matcher.__init__(self, engine)
        self.root_node = _Root()
        self.work = _Work()
        self._premises: dict[_Shape, _Premise] = {}
        self._joins: list[_Join] = []
        for rule in engine.get_rules():
            self._wire(rule)

    def reset(self) -> None:
        """Forget all facts; one node after the other, as a rule may be long."""
        for join in self._joins:
            join._reset()

    def changes(self, adding: Any = None, deleting: Any = None) -> Any:
        """The activations that new facts bring; none without new facts."""
        assert not deleting, "nothing is retracted"
        if not adding:
            return (), ()
        self.work.begin()
        for fact in adding:
            self.root_node.add(fact)
            self.work.finish()
        ready, self.work.ready = self.work.ready, []
        return [activation for leaf in ready for activation in leaf.activations()], ()

    def _wire(self, rule: Any) -> None:
        """Join a rule's premises, the most bound first, each test as soon as it can be made."""
        tests = [one[0] for one in rule if isinstance(one, experta.TEST)]
        patterns = [one for one in rule if isinstance(one, experta.Fact)]
        node, names = None, list[str]()
        nodes: list[_Join | _Conflict] = []
        for asked in _in_order([_asked(one) for one in patterns or [_START]]):
            premise = self._premise(asked.shape)
            if node is None:
                node, names = premise, [asked.bind, *asked.names]
            else:
                join, names = self._joined(node, names, premise, asked)
                nodes.append(join)
                node = join
            for test in [one for one in tests if {short for _, short in one.names} <= {*names}]:
                tests.remove(test)
                node = self._tested(node, names, test)
        leaf = _Conflict(rule, names, self.work)
        node.add_child(leaf, leaf.activate)  # type: ignore[union-attr]
        self.work.nodes[rule.__name__] = [*nodes, leaf]

    def _premise(self, shape: _Shape) -> _Premise:
        """The node of a premise; premises that ask for the same share one."""
        node = self._premises.get(shape)
        if node is None:
            node = self._premises[shape] = _Premise(shape, self.work)
            self.root_node.enter(node, shape.constants)
        return node

    def _joined(
        self, node: Any, names: list[str], premise: _Premise, asked: _Asked
    ) -> tuple[_Join, list[str]]:
        """The join of what is there with another premise, and the names of its rows' places."""
        both = [name for name in asked.names if name in names]
        fresh = [name for name in asked.names if name not in names]
        places = {name: n for n, name in enumerate(asked.names, 1)}
        join = _Join(
            [names.index(name) for name in both],
            [places[name] for name in both],
            [0, *(places[name] for name in fresh)],
            self.work,
        )
        self._joins.append(join)
        node.add_child(join, join.activate_left)
        premise.add_child(join, join.activate_right)
        return join, [*names, asked.bind, *fresh]

    def _tested(self, node: Any, names: list[str], test: Compared) -> _Where:
        """A node behind another that makes a comparison."""
        pick = _picker([names.index(short) for _, short in test.names])
        where = _Where(lambda row: test.holds(pick(row)), self.work)
        node.add_child(where, where.activate)
        return where


def _in_order(premises: Sequence[_Asked]) -> Iterator[_Asked]:
    """The premises, each the one of which most is known by then; of equals the first."""
    left, bound = list(premises), set[str]()
    while left:
        best = max(left, key=lambda asked: asked.known(bound))
        left.remove(best)
        bound.update(best.names)
        yield best
