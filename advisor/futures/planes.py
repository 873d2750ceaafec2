"""Lays futures out in blocks of bits, and counts and weighs the planes of a block.

The futures of a block differ in its *low* choices, whose options are numbered in bits of the
future's position; the *high* choices are the same throughout a block. Positions that number no
option (a choice of three options takes two bits) are left out by a mask.
"""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from advisor.futures.choices import Choice
from advisor.futures.circuit import InputSource
from advisor.futures.machine import ALL, NONE, WORD, Plane, Program
from advisor.futures.result import MOST_WEIGHED

BITS: Final = 18  # of a position in a block: a plane is 32 KiB, so that those in use stay cached
LANE: Final = 4  # low bits whose weighted sums are looked up, 16 futures at a time
BINS: Final = ((0, LANE), (LANE, WORD - LANE), (WORD, BITS - WORD))  # a choice lies within one

Weights = npt.NDArray[np.float64]


class Digit(NamedTuple):
    """Where the option of a low choice is numbered: so many bits from a first one up."""

    at: int
    bits: int


class Layout:
    """Which choices are low, where each lies, and how likely each position of a block is."""

    def __init__(self, choices: Mapping[int, Choice], wanted: Iterable[int]) -> None:
        self.choices = choices
        self.digits: dict[int, Digit] = {}
        free = [room for _, room in BINS]
        for number in wanted:
            size = (len(choices[number].options) - 1).bit_length()
            place = next((n for n, room in enumerate(free) if room >= size), None)
            if place is not None:
                start, room = BINS[place]
                self.digits[number] = Digit(start + room - free[place], size)
                free[place] -= size
        self.high = [number for number in choices if number not in self.digits]
        self.bits = WORD + BINS[2][1] - free[2]
        self.words = 1 << (self.bits - WORD)

    @property
    def moved(self) -> list[int]:
        """The low choices whose changes are weighed: each of their options with each."""
        return [number for number in self.digits if is_moved(self.choices[number])]

    def blocks(self) -> int:
        """How many blocks there are."""
        return math.prod(len(self.choices[number].options) for number in self.high)

    def options(self, block: int) -> dict[int, int]:
        """The option of each high choice in a block."""
        taken = {}
        for number in self.high:
            block, taken[number] = divmod(block, len(self.choices[number].options))
        return taken

    def planes(self, of: Program) -> dict[InputSource, Plane]:
        """The planes of a program's inputs that are low."""
        sources = (source for _, source in of.inputs if source.choice in self.digits)
        return {source: self.plane(source.choice, source.option) for source in sources}

    def plane(self, number: int, option: int) -> Plane:
        """The positions at which a low choice comes out in an option."""
        digit = self.digits[number]
        found = np.full(self.words, ALL, np.uint64)
        for bit in range(digit.bits):
            on = _bit(digit.at + bit, self.words)
            found &= on if option >> bit & 1 else ~on
        return found

    @functools.cached_property
    def weights(self) -> Weights:
        """The probability of each lane of sixteen positions, given the high choices."""
        return self._product(range(WORD, self.bits), range(LANE, WORD))

    @functools.cached_property
    def table(self) -> Weights:
        """For each set of positions of a lane, its probability within the lane."""
        return _sums(self._product(range(LANE), range(0)))

    @functools.cached_property
    def valid(self) -> Plane:
        """The positions that number a future."""
        found = np.full(self.words, ALL, np.uint64)
        used = set()
        for number, digit in self.digits.items():
            used |= set(range(digit.at, digit.at + digit.bits))
            options = len(self.choices[number].options)
            if options < 1 << digit.bits:
                planes = (self.plane(number, option) for option in range(options))
                found &= functools.reduce(np.bitwise_or, planes)
        for bit in set(range(self.bits)) - used:
            found &= ~_bit(bit, self.words)
        return found

    def _product(self, outer: range, inner: range) -> Weights:
        """The probability of each value of some bits, `inner` ones lowest; 0 if it has none."""
        found = np.ones(1)
        for bits in (inner, outer):
            at = bits.start
            while at < bits.stop:
                digits = [(n, digit) for n, digit in self.digits.items() if digit.at == at]
                weights = [1.0, 0.0]
                if digits:
                    number, digit = digits[0]
                    weights = [option.weight for option in self.choices[number].options]
                    weights += [0.0] * ((1 << digit.bits) - len(weights))
                found = np.multiply.outer(weights, found).ravel()
                at += len(weights).bit_length() - 1
        return found


def is_moved(choice: Choice) -> bool:
    """Whether it is worked out what each change of a choice does."""
    return len(choice.options) <= MOST_WEIGHED


def _bit(bit: int, words: int) -> Plane:
    """The positions at which a bit is set."""
    if bit < WORD:
        pattern = sum(1 << position for position in range(64) if position >> bit & 1)
        return np.full(words, pattern, np.uint64)
    on = np.arange(words) >> (bit - WORD) & 1
    return np.where(on.astype(bool), ALL, NONE)


def _sums(weights: Weights) -> Weights:
    """For each set of the sixteen positions of a lane, the sum of their weights."""
    found = np.zeros(1)
    for weight in weights:
        found = np.concatenate([found, found + weight])
    return found


class Meter:
    """Counts and weighs planes of one layout; buffers are used again."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self._ones = np.empty(layout.words, np.uint8)
        self._sums = np.empty(4 * layout.words)
        self._masked = np.empty(layout.words, np.uint64)
        within = (n for n, digit in layout.digits.items() if digit.at < WORD)
        self._first = {number: layout.plane(number, 0) for number in within}
        self._side_weights = {number: self._weights_at_first(number) for number in layout.digits}

    def count(self, plane: Plane) -> int:
        """How many futures of the block are in a plane."""
        np.bitwise_and(plane, self.layout.valid, out=self._masked)
        np.bitwise_count(self._masked, out=self._ones)
        return int(self._ones.sum(dtype=np.int64))

    def weigh(self, plane: Plane) -> float:
        """Their probability, given the high choices."""
        return self._weighed(plane, self.layout.weights)

    def _weighed(self, plane: Plane, weights: Weights) -> float:
        sums = self._sums[: 4 * plane.size]
        np.take(self.layout.table, plane.reshape(-1).view(np.uint16), out=sums, mode="clip")
        return float(np.einsum("i,i->", sums, weights.reshape(-1)))

    def moves(self, plane: Plane, number: int, senses: Collection[int]) -> list[float]:
        """For each ordered pair of a low choice's options, how likely a change of the one into
        the other takes a future into the plane, given the high choices.

        `senses` are the program's: where there are two options, a change against them does nothing.
        """
        options = self.layout.choices[number].options
        sides = [self._side(plane, number, option) for option in range(len(options))]
        weights = self._side_weights[number]
        found = []
        for a, b in itertools.permutations(range(len(options)), 2):
            idle = len(options) == 2 and a not in senses
            moved = 0.0 if idle else self._weighed(sides[b] & ~sides[a], weights)
            found.append(moved / options[0].weight)
        return found

    def _side(self, plane: Plane, number: int, option: int) -> Plane:
        """The futures in which a choice comes out so, each moved to where the first option is."""
        digit = self.layout.digits[number]
        if digit.at < WORD:
            moved: Plane = plane >> np.uint64(option << digit.at)
            return moved & self._first[number]
        shape = (-1, 1 << digit.bits, 1 << (digit.at - WORD))
        return plane.reshape(shape)[:, option]

    def _weights_at_first(self, number: int) -> Weights:
        """The weights of the positions at which a choice comes out in its first option."""
        digit = self.layout.digits[number]
        if digit.at < WORD:
            return self.layout.weights
        shape = (-1, 1 << digit.bits, 4 << (digit.at - WORD))
        return np.ascontiguousarray(self.layout.weights.reshape(shape)[:, 0])


def random_planes(
    generator: np.random.Generator, weights: Sequence[float], words: int
) -> list[Plane]:
    """Planes of random outcomes of one choice: at each position exactly one is set."""
    drawn = generator.random(64 * words)
    if len(weights) == 2:
        second = _packed(drawn >= weights[0])
        return [~second, second]
    outcome = np.searchsorted(np.cumsum(weights)[:-1], drawn, "right")
    return [_packed(outcome == option) for option in range(len(weights))]


def _packed(bits: npt.NDArray[np.bool_]) -> Plane:
    """A plane of these bits."""
    return np.packbits(bits, bitorder="little").view(np.uint64)
