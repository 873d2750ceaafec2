"""Lays a net out in futures: what each of its gates comes to in each of them, as planes of bits.

The planes of the open facts are drawn once, so that what follows depends on what is known and on
nothing else.
"""

from __future__ import annotations

import heapq
import random
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from advisor.consult.nets import OPEN, Net
from advisor.futures.choices import Choice

FUTURES: Final = 512
ALL: Final = (1 << FUTURES) - 1  # a plane: one bit for each of them
_BITS: Final = 10  # to which the odds of a fact are drawn


class _Beyond(NamedTuple):
    """What comes of one gate, where all else is as it is."""

    moved: Mapping[int, int]  # gates of which the net says something, itself among them
    seen: set[int]  # gates that were looked at


class Planes:
    """A net with what its gates come to, given the planes of the open facts."""

    def __init__(self, net: Net, planes: Mapping[int, int]) -> None:
        self.net, self.planes = net, planes
        self.plane = [0] * len(net.circuit.gates)
        self.inputs: dict[int, list[int]] = {}  # nodes of each open fact
        for node, source in net.circuit.sources.items():
            self.inputs.setdefault(source.choice, []).append(node)
        self.fanout = _fanout(net)
        self.within: set[int] = set()
        self.watched = {literal >> 1 for said in net.said.values() for literal in said.literals}
        self._beyond: dict[int, _Beyond] = {}  # by gate

    def simulate(self, nodes: Iterable[int]) -> set[int]:
        """Work out these gates again; gives those where what they come to, or a child, changed."""
        net, plane, fanout = self.net, self.plane, self.fanout
        gates, sources, values = net.circuit.gates, net.circuit.sources, net.values
        within = set(net.live)
        changed = within ^ self.within
        self.within = within
        for node in nodes:
            source = sources.get(node)
            if node not in within:
                if values[node] == OPEN:  # nothing undecided rests on it
                    continue
                now = -values[node] & ALL
            elif source is not None:
                now = self.planes[source.choice]
            else:
                left, other = gates[node]
                now = (plane[left >> 1] ^ -(left & 1) & ALL) & (
                    plane[other >> 1] ^ -(other & 1) & ALL
                )
            if now != plane[node]:
                plane[node] = now
                changed.add(node)
                changed.update(fanout[node])
        self._beyond = {
            node: beyond for node, beyond in self._beyond.items() if beyond.seen.isdisjoint(changed)
        }
        return changed

    def moved(self, differences: Mapping[int, int]) -> tuple[dict[int, int], set[int]]:
        """The gates that come out otherwise when open facts do, each in the futures where it does.

        Among them all of which the net says something. `differences` are the futures in which each
        fact comes out otherwise. And all gates that were looked at for it.
        """
        nodes = {node: d for fact, d in differences.items() for node in self.inputs.get(fact, ())}
        begun = {node: d for node, d in nodes.items() if d and node in self.within}
        moved, seen, last = self._spread(begun)
        seen.update(nodes)
        if last is not None:
            beyond = self._after(last)
            moved |= _where(moved[last], beyond.moved)
            seen |= beyond.seen
        return moved, seen

    def _after(self, node: int) -> _Beyond:
        """What comes of a gate that comes out otherwise in every future; kept while it stays so."""
        ways = []
        at: int | None = node
        while at is not None and at not in self._beyond:
            ways.append((at, *self._spread({at: ALL})))
            at = ways[-1][-1]
        for at, moved, seen, last in reversed(ways):
            told = {gate: moved[gate] for gate in self.watched.intersection(moved)}
            if last is not None:
                told |= _where(moved[last], self._beyond[last].moved)
                seen.update(self._beyond[last].seen)
            self._beyond[at] = _Beyond(told, seen)
        return self._beyond[node]

    def _spread(self, begun: Mapping[int, int]) -> tuple[dict[int, int], set[int], int | None]:
        """What comes of gates that come out otherwise, up to one that all the rest comes of.

        With all gates that were looked at, and that one; None where there is none.
        """
        gates, plane, fanout = self.net.circuit.gates, self.plane, self.fanout
        moved = dict(begun)
        queue = list({above for node in moved for above in fanout[node]})
        seen = set(queue)
        heapq.heapify(queue)
        while queue:
            node = heapq.heappop(queue)
            if node not in self.within:
                continue
            left, other = gates[node]
            a, b = left >> 1, other >> 1
            p = plane[a] ^ moved.get(a, 0) ^ -(left & 1) & ALL
            q = plane[b] ^ moved.get(b, 0) ^ -(other & 1) & ALL
            difference = p & q ^ plane[node]
            if difference:
                moved[node] = difference
                if not queue:
                    return moved, seen, node
                for above in fanout[node]:
                    if above not in seen:
                        seen.add(above)
                        heapq.heappush(queue, above)
        return moved, seen, None


def _where(futures: int, moved: Mapping[int, int]) -> dict[int, int]:
    """What comes out otherwise in some futures alone."""
    return {gate: here for gate, difference in moved.items() if (here := difference & futures)}


def _fanout(net: Net) -> dict[int, list[int]]:
    """For each node, the gates that it goes into."""
    found: dict[int, list[int]] = {node: [] for node in net.nodes}
    for node in net.nodes:
        if node not in net.circuit.sources:
            for child in dict.fromkeys(literal >> 1 for literal in net.circuit.gates[node]):
                found[child].append(node)
    return found


def drawn_evenly(choices: Sequence[Choice]) -> tuple[dict[int, int], dict[int, int]]:
    """In which futures each open fact holds, and in which it does when it is drawn once more."""
    source = random.Random(0)
    first: dict[int, int] = {}
    again: dict[int, int] = {}
    for choice in choices:
        for planes in (first, again):
            planes.update(dict.fromkeys(choice.facts, 0))
            if choice.binary:
                planes[choice.facts[0]] = source.getrandbits(FUTURES)
                continue
            for future in range(FUTURES):
                fact = source.choice(choice.options).holds
                if fact is not None:
                    planes[fact] |= 1 << future
    return first, again


def drawn_at_odds(choices: Sequence[Choice]) -> dict[int, int]:
    """In which futures each open fact holds, where every choice comes out by its odds."""
    source = random.Random(0)
    found: dict[int, int] = {}
    for choice in choices:
        rest, weight = ALL, 1.0
        for option in reversed(choice.options):  # the first takes what is left
            share = min(1.0, option.weight / weight) if weight > 0 else 0.0
            last = option is choice.options[0]
            here = rest if last else rest & _biased(source, share)
            rest, weight = rest & ~here, weight - option.weight
            if option.holds is not None:
                found[option.holds] = here
    return found


def _biased(source: random.Random, share: float) -> int:
    """A plane in which each bit is set with so much chance, to so many bits."""
    wanted = round(share * (1 << _BITS))
    if wanted >> _BITS:
        return ALL
    plane = 0
    for bit in range(_BITS):
        drawn = source.getrandbits(FUTURES)
        plane = plane | drawn if wanted >> bit & 1 else plane & drawn
    return plane
