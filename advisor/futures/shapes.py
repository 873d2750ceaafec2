"""Turns a literal of a circuit into its shape, which literals share that differ in names alone.

What is known of one of them, as in how many futures it is true, is known of the others.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

from advisor.futures.choices import Choice, futures
from advisor.futures.circuit import Circuit
from advisor.futures.estimates import Estimate
from advisor.futures.runs import MOST, estimate
from advisor.futures.samples import SAMPLES
from advisor.futures.sets import Family, families
from advisor.model.budget import OnProgress
from advisor.model.relations import closure

T = TypeVar("T")


class LiteralShape(NamedTuple):
    """A literal without the names of its choices."""

    key: Hashable  # literals of equal keys are one function of their own choices, place by place
    own: tuple[int, ...]  # the choices that it depends on, in the order of the shape

    def renamed(self, other: LiteralShape) -> dict[int, int]:
        """The choice of another literal of this shape that stands for each choice of this one."""
        return dict(zip(self.own, other.own, strict=True))


def shape(circuit: Circuit, literal: int, choices: Sequence[Choice]) -> LiteralShape:
    """The shape of a literal; two that are alike may still have different ones.

    The nodes are named in the order in which they are met from above, of two below one gate first
    that which looks less, whatever its choices are called.
    """
    looks: dict[int, int] = {0: 0}
    for node in circuit.reached([literal]):
        if node in circuit.sources:
            choice, option = circuit.sources[node]
            looks[node] = hash((option, _odds(choices[choice])))
        else:
            pair = circuit.gates[node]
            looks[node] = hash(tuple(sorted((looks[one >> 1], one & 1) for one in pair)))

    def below(node: int) -> list[int]:
        if node in circuit.sources:
            return []
        return [one >> 1 for one in sorted(circuit.gates[node], key=lambda one: looks[one >> 1])]

    places: dict[int, int] = {}
    own: dict[int, int] = {}
    code: list[Hashable] = [literal & 1]
    met = [node for node in closure([literal >> 1], below) if node]
    for node in met:
        places[node] = len(places)
    for node in met:
        if node in circuit.sources:
            choice, option = circuit.sources[node]
            code.append((own.setdefault(choice, len(own)), option))
        else:
            gate = (2 * places[one >> 1] + (one & 1) for one in circuit.gates[node])
            code.append(tuple(sorted(gate)))
    return LiteralShape((tuple(code), tuple(_odds(choices[one]) for one in own)), tuple(own))


class Shapes:
    """What is worked out once for all literals of one shape, so that it has the same numbers."""

    def __init__(self, circuit: Circuit, literals: int = 1) -> None:
        self._circuit = circuit
        self._countable = MOST // max(literals, 1)  # futures of one that are counted one and all
        self._found: dict[Hashable, tuple[LiteralShape, Any]] = {}

    def families(
        self, literal: int, choices: Sequence[Choice], calls: int
    ) -> tuple[Family, Family]:
        """The path sets and the cut sets of a literal; a search ends after so many calls."""

        def work() -> tuple[Family, Family]:
            return families(self._circuit, literal, choices, calls)

        names, (paths, cuts) = self._known("sets", literal, choices, work)
        return paths.renamed(names), cuts.renamed(names)

    def estimate(
        self,
        literal: int,
        choices: Sequence[Choice],
        seed: int,
        samples: int | None,
        progress: OnProgress | None,
    ) -> Estimate:
        """In how many futures of its own cone a literal is true.

        As many are counted as are its share of those that one literal alone may have; of one that
        has more, a sample is drawn. So what else is worked out changes nothing.
        """

        def work() -> Estimate:
            size = futures(choices[one] for one in self._circuit.support(literal))
            drawn = samples or (None if size <= self._countable else SAMPLES)
            return estimate(
                self._circuit, literal, choices, seed=seed, samples=drawn, progress=progress
            )

        names, found = self._known("futures", literal, choices, work)
        return found._replace(moves={names[one]: moves for one, moves in found.moves.items()})

    def _known(
        self, name: str, literal: int, choices: Sequence[Choice], work: Callable[[], T]
    ) -> tuple[Mapping[int, int], T]:
        """What some work gave for the first literal of a shape, and how its choices are called."""
        own = shape(self._circuit, literal, choices)
        if (name, own.key) not in self._found:
            self._found[name, own.key] = own, work()
        first, found = self._found[name, own.key]
        return first.renamed(own), found


def _odds(choice: Choice) -> tuple[tuple[bool, float], ...]:
    return tuple((option.holds is None, option.weight) for option in choice.options)
