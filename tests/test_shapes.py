"""What differs in names alone is worked out once, with the same numbers."""

from __future__ import annotations

from advisor.futures.choices import Choice, Option
from advisor.futures.circuit import Circuit
from advisor.futures.runs import estimate
from advisor.futures.sets import families
from advisor.futures.shapes import Shapes, shape


def choice(fact: int, odds: float) -> Choice:
    """A fact that holds at some odds."""
    return Choice((Option(None, {}, 1 - odds), Option(fact, {}, odds)))


def drawn() -> tuple[Circuit, list[Choice], list[int]]:
    """Three literals, each "x and not y, or z": one backwards, and one at other odds."""
    odds = (0.2, 0.5, 0.7, 0.7, 0.5, 0.2, 0.2, 0.5, 0.9)
    choices = [choice(number, each) for number, each in enumerate(odds)]
    circuit = Circuit()

    def literal(x: int, y: int, z: int) -> int:
        some = [circuit.option(choices, number, 1) for number in (x, y, z)]
        return circuit.either(circuit.both(some[0], some[1] ^ 1), some[2])

    return circuit, choices, [literal(0, 1, 2), literal(5, 4, 3), literal(6, 7, 8)]


def test_a_shape_has_no_names():
    """Literals that differ in names have one shape; with other odds, or negated, another."""
    circuit, choices, (one, backwards, other) = drawn()
    shapes = [shape(circuit, each, choices) for each in (one, backwards, other, one ^ 1)]
    assert shapes[0].key == shapes[1].key
    assert shapes[0].renamed(shapes[1]) == {0: 5, 1: 4, 2: 3}
    assert len({each.key for each in shapes}) == 3


def test_what_is_known_of_one_is_known_of_the_other():
    """Estimates and sets are those that each has by itself, and of one shape one is worked out."""
    circuit, choices, literals = drawn()
    shapes = Shapes(circuit)
    for literal in literals:
        found = shapes.estimate(literal, choices, 0, None, None)
        alone = estimate(circuit, literal, choices)
        assert found.given == alone.given
        assert found.probability == alone.probability
        assert dict(found.moves) == dict(alone.moves)
        assert shapes.families(literal, choices, 100) == families(circuit, literal, choices, 100)
    assert len(shapes._found) == 4  # two of each of two shapes


def test_so_many_futures_are_counted_and_of_more_a_sample_is_drawn(monkeypatch):
    """One literal may count so many, and of several each its share; of one with more, a sample."""
    monkeypatch.setattr("advisor.futures.shapes.MOST", 16)
    circuit, choices, literals = drawn()
    for share, method in ((2, "exact"), (3, "sampled")):  # of eight futures each
        shapes = Shapes(circuit, share)
        found = [shapes.estimate(literal, choices, 0, None, None) for literal in literals]
        assert {estimate.method for estimate in found} == {method}
