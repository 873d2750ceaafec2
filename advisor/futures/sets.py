"""Finds path sets and cut sets: the least that makes sure of a piece of advice, or against it.

A *term* leaves some choices only some of their options. A path set is a prime implicant of "given":
a term under which the advice is given in every future, and which nothing can be taken out of. A
cut set is one of "not given". For monotone advice these are the minimal path and cut sets of
reliability theory; with exceptions their right generalisation (Quine 1955).
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from advisor.futures.choices import Choice
from advisor.futures.circuit import Circuit
from advisor.reasoning.answersets import GivenUp, GradedFact, Proposer, Refuter

TABLE: Final = 3**13  # entries of a table of all terms; for more, a search
CALLS: Final = 2_000  # of the solver, in a search

ProductTerm = tuple[tuple[int, frozenset[int]], ...]  # by choice, the options left to it
TruthTable = npt.NDArray[np.bool_]


class Family(NamedTuple):
    """Terms in order of size."""

    terms: list[ProductTerm]
    size: int | None  # up to which all are there; None if there are no others

    def renamed(self, names: Mapping[int, int]) -> Family:
        """The family of a literal whose choices are called otherwise."""
        terms = (((names[one], options) for one, options in term) for term in self.terms)
        return Family(
            sorted((tuple(sorted(term, key=_named)) for term in terms), key=_order), self.size
        )


def families(
    circuit: Circuit, literal: int, choices: Sequence[Choice], calls: int = CALLS
) -> tuple[Family, Family]:
    """The path sets and the cut sets of a literal; a search ends after so many calls."""
    own = {number: choices[number] for number in circuit.support(literal)}
    entries = math.prod((1 << len(choice.options)) - 1 for choice in own.values())
    if entries <= TABLE:
        table = _truth(circuit, literal, own)
        return Family(_primes(table, own), None), Family(_primes(~table, own), None)
    return _searched(circuit, literal, own, calls), _searched(circuit, literal ^ 1, own, calls)


def _truth(circuit: Circuit, literal: int, own: Mapping[int, Choice]) -> TruthTable:
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
            left, other = circuit.gates[node]
            value[node] = of(left) & of(other)
    return np.array(np.broadcast_to(of(literal), shape))


def _primes(truth: TruthTable, own: Mapping[int, Choice]) -> list[ProductTerm]:
    """Every prime implicant, from the table of all terms: an axis has an entry for each non-empty
    set of options, numbered in bits, less one."""
    implied = truth
    for axis, choice in enumerate(own.values()):
        sets = range(1, 1 << len(choice.options))
        layers = [implied.take(_members(members), axis).all(axis) for members in sets]
        implied = np.stack(layers, axis)
    prime = implied.copy()
    for axis, choice in enumerate(own.values()):
        entries, wider = np.moveaxis(prime, axis, 0), np.moveaxis(implied, axis, 0)
        for members in range(1, 1 << len(choice.options)):
            for option in range(len(choice.options)):
                if not members >> option & 1:
                    entries[members - 1] &= ~wider[(members | 1 << option) - 1]
    terms = [_term(entry + 1, own) for entry in np.argwhere(prime)]
    return sorted(terms, key=_order)


def _members(options: int) -> list[int]:
    return [option for option in range(options.bit_length()) if options >> option & 1]


def _term(entry: npt.NDArray[np.int64], own: Mapping[int, Choice]) -> ProductTerm:
    return tuple(
        (number, frozenset(_members(int(options))))
        for (number, choice), options in zip(own.items(), entry, strict=True)
        if options < (1 << len(choice.options)) - 1
    )


def _order(term: ProductTerm) -> tuple[int, list[tuple[int, list[int]]]]:
    """Shortest first; of one length, what holds before what does not."""
    return len(term), [(number, sorted(options, reverse=True)) for number, options in term]


def _named(part: tuple[int, frozenset[int]]) -> int:
    return part[0]


def _searched(
    circuit: Circuit, literal: int, own: Mapping[int, Choice], calls: int = CALLS
) -> Family:
    """The shortest prime implicants of a literal, up to a size that can be searched in a moment.

    A term is proposed that no prime implicant of the opposite, as far as they are known, is at odds
    with. A future against it leads to another of those; without one, it is cut down to a prime
    implicant (Fredman and Khachiyan 1996; Liffiton et al. 2016). Once nothing of a size is left to
    be proposed, all of that size are found.
    """
    found: list[ProductTerm] = []
    size = -1
    try:
        for size in _sizes_done(circuit, literal, own, found, calls):  # noqa: B007
            pass
    except GivenUp:
        return Family(sorted(found, key=_order), size)
    return Family(sorted(found, key=_order), None)


def _sizes_done(
    circuit: Circuit, literal: int, own: Mapping[int, Choice], found: list[ProductTerm], calls: int
) -> Iterator[int]:
    """Each size of which all prime implicants are found; ends once there are no larger ones."""
    sizes = {number: len(choice.options) for number, choice in own.items()}
    inputs = _inputs(circuit, literal, own)
    against, in_favour = (Refuter(circuit.gates, w, inputs) for w in (literal ^ 1, literal))
    proposer = Proposer(sizes)
    options = {(number, o) for number, size in sizes.items() for o in range(size)}
    for size in range(len(own) + 1):
        while (excluded := proposer.proposed(size)) is not None:
            future, core = against.future(excluded)
            if future:
                proposer.hit(_left(_cut_down(in_favour, options.difference(future)), sizes))
            else:
                prime = _cut_down(against, core)
                found.append(_left(prime, sizes))
                proposer.avoid(prime)
            if against.calls + in_favour.calls > calls:
                raise GivenUp
        yield size
        if proposer.proposed(len(own)) is None:
            return


def _cut_down(against: Refuter, excluded: Collection[GradedFact]) -> set[GradedFact]:
    """As few of the excluded options as still leave no future against the literal."""
    _, kept = against.future(excluded)
    for option in sorted(kept):
        if option in kept:
            future, core = against.future(kept - {option})
            kept = kept if future else core
    return kept


def _left(excluded: Collection[GradedFact], sizes: Mapping[int, int]) -> ProductTerm:
    """The term that excludes these options."""
    numbers = sorted({number for number, _ in excluded})
    return tuple(
        (number, frozenset(o for o in range(sizes[number]) if (number, o) not in excluded))
        for number in numbers
    )


def _inputs(
    circuit: Circuit, literal: int, own: Mapping[int, Choice]
) -> dict[int, list[list[int]]]:
    """For each option of each choice, the inputs of a literal that it makes true.

    Other literals of the circuit may rest on other options of the same choices.
    """
    found: dict[int, list[list[int]]] = {
        number: [[] for _ in choice.options] for number, choice in own.items()
    }
    for node in circuit.reached([literal]):
        if (source := circuit.sources.get(node)) is not None:
            found[source.choice][source.option].append(node)
    return found


def means_something(term: ProductTerm, placed: Collection[int], fewer: Sequence[Choice]) -> bool:
    """Whether a set says nothing of values that only count by their place, or gives them all.

    Those that stand for the unanswered ones do so together, and not one without the others.
    """
    given = [(number, options) for number, options in term if number in placed]
    return not given or (
        len(given) == len(placed)
        and all(
            len(options) == 1 and fewer[number].options[min(options)].holds is not None
            for number, options in given
        )
    )
