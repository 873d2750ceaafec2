"""experta with hashed joins: its values, its facts, its agenda, and nodes of our own.

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
from advisor.reasoning.matcher import Overrun
from advisor.reasoning.rows import Row, picker


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
from experta.matchers.rete.nodes import (  # noqa: E402
    BusNode,
    ConflictSetNode,
    FeatureTesterNode,
    OrdinaryMatchNode,
    WhereNode,
)


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


class Strategy(abstract.Strategy):  # type: ignore[misc]
    """Activations in no particular order: nothing observable may depend on it.

    Nothing is ever retracted, so no activation has to be found again.
    """

    def _update_agenda(self, agenda: Any, added: Any, removed: Any) -> None:
        assert not removed, "nothing is retracted and no rule negates"
        agenda.activations.extend(added)


class Shape(NamedTuple):
    """What a premise asks of a fact, whatever its variables are called."""

    fact_type: type
    constants: tuple[tuple[str, Any], ...]
    among: tuple[tuple[str, Among], ...]
    captured: tuple[tuple[str, int | None], ...]  # slots of variables; the place of a second one's


class Root(BusNode):  # type: ignore[misc]
    """The entrance to the network: hands a fact to the nodes that ask for what it holds.

    Stock experta asks every node about every fact.
    """

    def __init__(self) -> None:
        super().__init__()
        self._tables: dict[type, dict[tuple[str, ...], dict[Row, list[PremiseNode]]]] = {}

    def enter(self, node: PremiseNode, constants: Sequence[tuple[str, Any]]) -> None:
        """Hand facts of the node's class with these values on to it."""
        slots, values = tuple(s for s, _ in constants), tuple(v for _, v in constants)
        tables = self._tables.setdefault(node.fact_type, {})
        tables.setdefault(slots, {}).setdefault(values, []).append(node)

    def add(self, fact: Any) -> None:
        """Hand a new fact to those who ask for it."""
        for slots, table in self._tables.get(type(fact), {}).items():
            for node in table.get(tuple([fact[slot] for slot in slots]), ()):
                node.activate(fact)


class PremiseNode(FeatureTesterNode):  # type: ignore[misc]
    """The further tests of a premise; its rows are a fact and what its variables stand for."""

    def __init__(self, shape: Shape, work: Work) -> None:
        self.work = work
        self.fact_type = shape.fact_type
        self._among = shape.among
        self._slots = [slot for slot, number in shape.captured if number is None]
        self._same = [(s, self._slots[n]) for s, n in shape.captured if n is not None]
        super().__init__(self._passes)

    def _passes(self, fact: Any) -> bool:
        return all(test(fact[slot]) for slot, test in self._among) and all(
            fact[first] == fact[other] for first, other in self._same
        )

    def activate(self, fact: Any) -> None:
        """Pass a fact on that passes the tests."""
        if self.matcher(fact):
            self.work.hand_on(self, [(fact, *[fact[slot] for slot in self._slots])])


class Join(OrdinaryMatchNode):  # type: ignore[misc]
    """Joins rows that agree; each side is remembered by the values that have to."""

    def __init__(
        self, left: Sequence[int], right: Sequence[int], kept: Sequence[int], work: Work
    ) -> None:
        self.work = work
        self._left_key, self._right_key, self._kept = picker(left), picker(right), picker(kept)
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


class Where(WhereNode):  # type: ignore[misc]
    """Passes the rows for which a comparison holds."""

    def __init__(self, holds: Callable[[Row], bool], work: Work) -> None:
        self.work = work
        super().__init__(holds)

    def activate(self, row: Row) -> None:
        """Pass a row on if the comparison holds."""
        if self.matcher(row):
            self.work.hand_on(self, [row])


class ProductionNode(ConflictSetNode):  # type: ignore[misc]
    """The end of a rule: every row that comes here is an activation, and comes once."""

    def __init__(self, rule: Any, names: Sequence[str], work: Work) -> None:
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


class Work:
    """What a network has still to do, and how much it has done, as far as its budget goes."""

    def __init__(self) -> None:
        self._queue: list[tuple[Callable[[Row], None], Row]] = []
        self.ready: list[ProductionNode] = []  # with activations to be told
        self.nodes: dict[str, list[Join | ProductionNode]] = {}  # of each rule
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

    def fired(self, leaf: ProductionNode) -> None:
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
