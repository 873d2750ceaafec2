"""Turns the rules of experta into a network of nodes that match them: see `rete`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final, NamedTuple

from advisor.reasoning.rete import (
    Join,
    PremiseNode,
    ProductionNode,
    Root,
    Shape,
    Where,
    Work,
    experta,
)
from advisor.reasoning.rows import Compared


class _NetworkPremise(NamedTuple):
    """A premise of a rule."""

    shape: Shape
    bind: str  # what its fact is called
    names: tuple[str, ...]  # of its variables, each once

    def known(self, bound: Iterable[str]) -> tuple[int, int]:
        """How many of its slots are known where these variables are, and how few are not."""
        free = len(set(self.names) - set(bound))
        shape = self.shape
        known = len(shape.constants) + len(shape.among) + len(shape.captured) - free
        return known, -free


_START: Final = experta.AS.__start << experta.InitialFact()  # of a rule without premises


def _asked(pattern: Any) -> _NetworkPremise:
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
    shape = Shape(type(pattern), tuple(constants), tuple(among), tuple(captured))
    return _NetworkPremise(shape, pattern.__bind__, tuple(names))


class HashedMatcher(experta.matchers.rete.ReteMatcher):  # type: ignore[misc]
    """experta's RETE, wired straight from rules that are plain conjunctions, with hashed joins.

    Stock experta first brings every rule into a disjunctive normal form, wires it by generic
    dispatch, joins by comparing everything with everything, and asks every rule for changes after
    every firing.
    """

    def __init__(self, engine: Any) -> None:
        experta.abstract.Matcher.__init__(self, engine)
        self.root_node = Root()
        self.work = Work()
        self._premises: dict[Shape, PremiseNode] = {}
        self._joins: list[Join] = []
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
        tests = [item[0] for item in rule if isinstance(item, experta.TEST)]
        patterns = [item for item in rule if isinstance(item, experta.Fact)]
        node, names = None, list[str]()
        nodes: list[Join | ProductionNode] = []
        for asked in _in_order([_asked(pattern) for pattern in patterns or [_START]]):
            premise = self._premise(asked.shape)
            if node is None:
                node, names = premise, [asked.bind, *asked.names]
            else:
                join, names = self._joined(node, names, premise, asked)
                nodes.append(join)
                node = join
            for test in [test for test in tests if {short for _, short in test.names} <= {*names}]:
                tests.remove(test)
                node = self._tested(node, names, test)
        leaf = ProductionNode(rule, names, self.work)
        node.add_child(leaf, leaf.activate)  # type: ignore[union-attr]
        self.work.nodes[rule.__name__] = [*nodes, leaf]

    def _premise(self, shape: Shape) -> PremiseNode:
        """The node of a premise; premises that ask for the same share one."""
        node = self._premises.get(shape)
        if node is None:
            node = self._premises[shape] = PremiseNode(shape, self.work)
            self.root_node.enter(node, shape.constants)
        return node

    def _joined(
        self, node: Any, names: list[str], premise: PremiseNode, asked: _NetworkPremise
    ) -> tuple[Join, list[str]]:
        """The join of what is there with another premise, and the names of its rows' places."""
        both = [name for name in asked.names if name in names]
        fresh = [name for name in asked.names if name not in names]
        places = {name: n for n, name in enumerate(asked.names, 1)}
        join = Join(
            [names.index(name) for name in both],
            [places[name] for name in both],
            [0, *(places[name] for name in fresh)],
            self.work,
        )
        self._joins.append(join)
        node.add_child(join, join.activate_left)
        premise.add_child(join, join.activate_right)
        return join, [*names, asked.bind, *fresh]

    def _tested(self, node: Any, names: list[str], test: Compared) -> Where:
        """A node behind another that makes a comparison."""
        where = Where(test.of_rows([names.index(short) for _, short in test.names]), self.work)
        node.add_child(where, where.activate)
        return where


def _in_order(premises: Sequence[_NetworkPremise]) -> Iterator[_NetworkPremise]:
    """The premises, each the one of which most is known by then; of equals the first."""
    left, bound = list(premises), set[str]()
    while left:
        best = max(left, key=lambda asked: asked.known(bound))
        left.remove(best)
        bound.update(best.names)
        yield best
