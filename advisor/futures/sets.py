"""Finds path sets and cut sets: the least that makes sure of a piece of advice, or against it.

A *term* leaves some choices only some of their options. A path set is a prime implicant of "given":
a term under which the advice is given in every future, and which nothing can be taken out of. A
cut set is one of "not given". For monotone advice these are the minimal path and cut sets of
reliability theory; with exceptions their right generalisation (Quine 1955).
"""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from advisor.futures.choices import Choice
from advisor.futures.circuit import FALSE, TRUE, Circuit
from advisor.futures.machine import Machine, Plane, program
from advisor.futures.planes import BITS, Layout, random_planes

TABLE: Final = 3**13  # entries of a table of all terms; for more, a search
CANDIDATES: Final = 50_000  # terms of one size that a search looks at
SAMPLE: Final = 1 << 13  # random futures that rule out most of them
PROOFS: Final = 100  # blocks of futures that a search may go through

Term = tuple[tuple[int, frozenset[int]], ...]  # by choice, the options left to it
Table = npt.NDArray[np.bool_]


class Family(NamedTuple):
    """Terms in order of size."""

    terms: list[Term]
    size: int | None  # up to which all are there; None if there are no others


def families(circuit: Circuit, literal: int, choices: Sequence[Choice]) -> tuple[Family, Family]:
    """The path sets and the cut sets of a literal."""
    own = {number: choices[number] for number in circuit.support(literal)}
    entries = math.prod((1 << len(choice.options)) - 1 for choice in own.values())
    if entries <= TABLE:
        table = _truth(circuit, literal, own)
        return Family(_primes(table, own), None), Family(_primes(~table, own), None)
    return (
        _Search(circuit, literal, own).family(),
        _Search(circuit, literal ^ 1, own).family(),
    )


def _truth(circuit: Circuit, literal: int, own: Mapping[int, Choice]) -> Table:
    """Whether the literal is true: one axis for each choice, one entry for each option."""
    shape = [len(choice.options) for choice in own.values()]
    axis = {number: place for place, number in enumerate(own)}
    value: dict[int, Any] = {0: np.zeros([1] * len(shape), bool)}

    def of(child: int) -> Any:
        return ~value[child >> 1] if child & 1 else value[child >> 1]

    for node in circuit.reached([literal]):
        if node in circuit.sources:
            choice, option = circuit.sources[node]
            flat = np.arange(shape[axis[choice]]) == option
            value[node] = flat.reshape([-1 if n == axis[choice] else 1 for n in range(len(shape))])
        else:
            one, other = circuit.gates[node]
            value[node] = of(one) & of(other)
    return np.array(np.broadcast_to(of(literal), shape))


def _primes(truth: Table, own: Mapping[int, Choice]) -> list[Term]:
    """Every prime implicant, from the table of all terms: an axis has an entry for each non-empty
    set of options, numbered in bits, less one."""
    implied = truth
    for axis, choice in enumerate(own.values()):
        sets = range(1, 1 << len(choice.options))
        layers = [implied.take(_members(one), axis).all(axis) for one in sets]
        implied = np.stack(layers, axis)
    prime = implied.copy()
    for axis, choice in enumerate(own.values()):
        entries, wider = np.moveaxis(prime, axis, 0), np.moveaxis(implied, axis, 0)
        for one in range(1, 1 << len(choice.options)):
            for option in range(len(choice.options)):
                if not one >> option & 1:
                    entries[one - 1] &= ~wider[(one | 1 << option) - 1]
    terms = [_term(entry + 1, own) for entry in np.argwhere(prime)]
    return sorted(terms, key=_order)


def _members(options: int) -> list[int]:
    return [option for option in range(options.bit_length()) if options >> option & 1]


def _term(entry: npt.NDArray[np.int64], own: Mapping[int, Choice]) -> Term:
    return tuple(
        (number, frozenset(_members(int(options))))
        for (number, choice), options in zip(own.items(), entry, strict=True)
        if options < (1 << len(choice.options)) - 1
    )


def _order(term: Term) -> tuple[int, list[tuple[int, list[int]]]]:
    """Shortest first; of one length, what holds before what does not."""
    return len(term), [(number, sorted(options, reverse=True)) for number, options in term]


class _Search:
    """Looks for the shortest prime implicants of a literal.

    Futures in which the literal is false rule out the terms that they fit. What is left is proved,
    or refuted by a future that joins them (counterexample-guided, as in Clarke et al. 2000).
    """

    def __init__(self, circuit: Circuit, literal: int, own: Mapping[int, Choice]) -> None:
        self.circuit, self.literal, self.own = circuit, literal, own
        self.proofs = 0
        self.found: list[Term] = []
        self.against: dict[tuple[int, frozenset[int]], int] = {}
        self.futures = self._sample()

    def family(self) -> Family:
        """All up to a size that can be searched in a moment."""
        done = -1
        for size in range(len(self.own) + 1):
            if self._count(size) > CANDIDATES or not self._try(self._terms(size)):
                return Family(sorted(self.found, key=_order), done)
            done = size
        return Family(sorted(self.found, key=_order), None)

    def _try(self, terms: Iterable[Term]) -> bool:
        """Keep those of some terms that are prime implicants; False if that takes too long."""
        for term in terms:
            while self._unrefuted(term) and not self._subsumed(term):
                future = self._counterexample(
                    self.circuit.restricted(self.literal, dict(term)), dict(term)
                )
                if self.proofs > PROOFS:
                    return False
                if future is None:
                    self.found.append(term)
                else:
                    self._add(future)
        return True

    def _count(self, size: int) -> int:
        """How many terms there are over so many choices."""
        ways = [1] + [0] * size
        for choice in self.own.values():
            sets = len(_sets(len(choice.options)))
            ways = [ways[0], *(b + sets * a for a, b in itertools.pairwise(ways))]
        return ways[size]

    def _terms(self, size: int) -> Iterator[Term]:
        """All terms over so many choices, those that leave more options first."""
        for numbers in itertools.combinations(self.own, size):
            sets = [_sets(len(self.own[number].options)) for number in numbers]
            for options in itertools.product(*sets):
                yield tuple(zip(numbers, options, strict=True))

    def _unrefuted(self, term: Term) -> bool:
        fitting = self.futures
        for each in term:
            fitting &= self.against[each]
        return not fitting

    def _subsumed(self, term: Term) -> bool:
        left = dict(term)
        return any(
            all(number in left and left[number] <= options for number, options in one)
            for one in self.found
        )

    def _sample(self) -> int:
        """Some random futures against the literal, as bits; and which fit a term of one choice."""
        generator = np.random.default_rng(0)
        code = program(self.circuit, self.literal)
        machine = Machine(code, SAMPLE // 64)
        planes = {}
        for number, choice in self.own.items():
            size = len(choice.options)
            planes[number] = random_planes(generator, [1 / size] * size, machine.words)
        for source, plane in machine.inputs.items():
            plane[:] = planes[source.choice][source.option]
        against = ~machine.run()
        for number, choice in self.own.items():
            for options in _sets(len(choice.options)):
                fitting = _union(planes[number], options) & against
                self.against[number, options] = _bits(fitting)
        return _bits(against)

    def _add(self, future: Mapping[int, int]) -> None:
        """Put a future down among those against the literal."""
        bit = 1 << self.futures.bit_length()
        self.futures |= bit
        for number, options in self.against:
            if future[number] in options:
                self.against[number, options] |= bit

    def _counterexample(
        self, literal: int, left: Mapping[int, frozenset[int]]
    ) -> dict[int, int] | None:
        """A future with these options left in which the literal is false, if there is one."""
        if literal == TRUE:
            return None
        first = {number: min(options) for number, options in left.items()}
        rest = {number: 0 for number in self.own if number not in left}
        if literal == FALSE:
            return {**rest, **first}
        support = self.circuit.support(literal)
        wide = [n for n in support if len(left.get(n, range(len(self.own[n].options)))) > 1]
        layout = Layout(self.own, wide)
        if all(number in layout.digits for number in wide) and layout.bits <= BITS:
            self.proofs += 1
            shown = self._in_block(literal, left, layout)
            return None if shown is None else {**rest, **first, **shown}
        number = wide[0]
        for option in sorted(left.get(number, range(len(self.own[number].options)))):
            taken = {**left, number: frozenset({option})}
            future = self._counterexample(self.circuit.restricted(literal, taken), taken)
            if future is not None or self.proofs > PROOFS:
                return future
        return None

    def _in_block(
        self, literal: int, left: Mapping[int, frozenset[int]], layout: Layout
    ) -> dict[int, int] | None:
        """The same, where all futures are in one block."""
        code = program(self.circuit, literal)
        machine = Machine(code, layout.words, layout.planes(code))
        against = ~machine.run() & layout.valid
        for number in layout.digits.keys() & left.keys():
            against &= _union(
                [layout.plane(number, o) for o in left[number]], range(len(left[number]))
            )
        bits = _bits(against)
        if not bits:
            return None
        return layout.decoded((bits & -bits).bit_length() - 1)


@functools.cache
def _sets(size: int) -> list[frozenset[int]]:
    """The sets of options that a search tries, larger ones first."""
    whole = frozenset(range(size))
    lengths = range(size - 1, 0, -1) if size <= 4 else (size - 1, 1)
    return [frozenset(one) for length in lengths for one in itertools.combinations(whole, length)]


def _union(planes: Sequence[Plane], options: Any) -> Plane:
    found: Plane = np.bitwise_or.reduce([planes[option] for option in options])
    return found


def _bits(plane: Plane) -> int:
    """A plane as one number, the first position lowest."""
    return int.from_bytes(plane.astype("<u8").tobytes(), "little")
