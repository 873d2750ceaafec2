"""Turns an outcome into a boolean circuit: whether each fact holds, from the options taken.

Whether a grade is 4 or more needs only the cuts "4 or more" and "5 or more", since 8 - x is at
least 4 exactly if x is not at least 5, and the other way round. The pair of cuts with and, or and
crosswise not is a homomorphic image of the grades. So there is no second evaluator: the one there
is, run over pairs of literals, draws the circuit.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from advisor.futures.choices import Choice
from advisor.model.grades import CUTS, Algebra, cut_algebra
from advisor.model.relations import closure
from advisor.reasoning.cone import cone, parts
from advisor.reasoning.evaluate import Grades, Outcome, evaluate, given_grades

FALSE: Final = 0
TRUE: Final = 1


class InputSource(NamedTuple):
    """What an input stands for: that a choice comes out in one of its options."""

    choice: int
    option: int


class Circuit:
    """And-gates over inputs, each built once.

    A literal is twice the number of a node, plus 1 if negated. Node 0 is the constant false, and
    children have smaller numbers than their gates. (An and-inverter graph: Kuehlmann and Krohm
    1997.)
    """

    def __init__(self) -> None:
        self.gates: list[tuple[int, int]] = [(FALSE, FALSE)]  # the literals; of an input, twice 0
        self.sources: dict[int, InputSource] = {}  # of the nodes that are inputs
        self._nodes: dict[tuple[int, int] | InputSource, int] = {}

    def input(self, source: InputSource) -> int:
        """The literal of an input."""
        if source not in self._nodes:
            self.sources[len(self.gates)] = source
            self._nodes[source] = self._node(FALSE, FALSE)
        return 2 * self._nodes[source]

    def option(self, choices: Sequence[Choice], choice: int, option: int) -> int:
        """The literal for an option of a choice; of two options, the first is not the second."""
        if len(choices[choice].options) == 2 and option == 0:
            return self.input(InputSource(choice, 1)) ^ 1
        return self.input(InputSource(choice, option))

    def both(self, left: int, other: int) -> int:
        """The literal of a conjunction."""
        left, other = min(left, other), max(left, other)
        if left == FALSE or left == other ^ 1:
            return FALSE
        if left in {TRUE, other}:
            return other
        for literal, gate in ((left, other), (other, left)):
            parts = self.gates[gate >> 1]
            if gate & 1:
                if literal ^ 1 in parts:  # a and not (not a and b) is a
                    return literal
            elif literal in parts:
                return gate
            elif literal ^ 1 in parts:
                return FALSE
        if (left, other) not in self._nodes:
            self._nodes[left, other] = self._node(left, other)
        return 2 * self._nodes[left, other]

    def either(self, left: int, other: int) -> int:
        """The literal of a disjunction."""
        return self.both(left ^ 1, other ^ 1) ^ 1

    def algebra(self, cuts: tuple[int, int] = CUTS) -> Algebra:
        """The algebra of grades over pairs of literals."""
        return cut_algebra(
            self.both, self.either, lambda a: a ^ 1, FALSE, TRUE, lambda a, b: bool(a == b), cuts
        )

    def _node(self, left: int, other: int) -> int:
        self.gates.append((left, other))
        return len(self.gates) - 1

    def reached(self, literals: Iterable[int]) -> list[int]:
        """The nodes that literals rest on, each after its children; without the constant."""
        nodes = (literal >> 1 for literal in literals)
        found = closure(nodes, lambda node: (child >> 1 for child in self.gates[node]))
        return sorted({*found} - {0})

    def support(self, literal: int) -> list[int]:
        """The choices that a literal depends on."""
        nodes = self.reached([literal])
        return sorted({self.sources[node].choice for node in nodes if node in self.sources})

    def restricted(self, literal: int, taken: Mapping[int, Iterable[int]]) -> int:
        """The literal where some choices come out in one of the options named for them."""
        allowed = {choice: set(options) for choice, options in taken.items()}
        value: dict[int, int] = {0: FALSE}
        for node in self.reached([literal]):
            source = self.sources.get(node)
            if source is None:
                left, other = (value[child >> 1] ^ (child & 1) for child in self.gates[node])
                value[node] = self.both(left, other)
            elif source.choice not in allowed or (
                source.option in allowed[source.choice] and len(allowed[source.choice]) > 1
            ):
                value[node] = 2 * node
            else:
                value[node] = TRUE if source.option in allowed[source.choice] else FALSE
        return value[literal >> 1] ^ (literal & 1)


def drawn(
    case: Outcome, choices: Sequence[Choice], targets: Iterable[int] | None = None
) -> tuple[Circuit, list[int]]:
    """The circuit of a case, and for each fact the literal that says that it holds.

    Of the facts that the `targets` rest on alone, where those are named.
    """
    circuit = Circuit()
    return circuit, draw(circuit, case, choices, range(len(choices)), targets)


def draw(
    circuit: Circuit,
    case: Outcome,
    choices: Sequence[Choice],
    own: Iterable[int],
    targets: Iterable[int] | None = None,
) -> list[int]:
    """For each fact the literal that says that it holds, where the case has some of the choices.

    Several cases drawn into one circuit share their inputs, and with that their futures.
    """
    algebra = circuit.algebra()
    grades = graded(circuit, case, choices, own, targets)
    pairs = (algebra.join(grade, 0) for grade in grades.lower)
    return [four for four, _ in pairs]


def graded(
    circuit: Circuit,
    case: Outcome,
    choices: Sequence[Choice],
    own: Iterable[int],
    targets: Iterable[int] | None = None,
) -> Grades:
    """The grades of all facts as pairs of literals, "4 or more" and "5 or more", or plain."""
    given: dict[int, tuple[Any, Any]] = dict(given_grades(case.graph, case.scenario))
    for number in own:
        given |= _settled(circuit, choices, number)
    below = None if targets is None else parts(case.graph, cone(case.graph, targets))
    algebra, withdrawn = circuit.algebra(), case.scenario.withdrawn
    return evaluate(case.graph, given, withdrawn, algebra, components=below)


def _settled(
    circuit: Circuit, choices: Sequence[Choice], number: int
) -> dict[int, tuple[Any, Any]]:
    """The literals that each fact of a choice has such grades by the option that it takes."""
    first, *_ = options = choices[number].options
    given: dict[int, list[tuple[int, int]]] = {}  # by fact: positions of options, and its grades
    for position, option in enumerate(options):
        for fact, grade in option.supports.items():
            given.setdefault(fact, []).append((position, grade))
    found = {}
    for fact in first.grades:
        high = ([at for at, grade in given.get(fact, ()) if grade >= cut] for cut in CUTS)
        pair = tuple(_taken(circuit, choices, number, places) for places in high)
        found[fact] = (pair, pair)
    return found


def _taken(circuit: Circuit, choices: Sequence[Choice], number: int, options: Sequence[int]) -> int:
    """The literal that a choice comes out in one of some options."""
    if len(options) == len(choices[number].options):
        return TRUE
    found = FALSE
    for option in options:
        found = circuit.either(found, circuit.option(choices, number, option))
    return found
