"""Turns a net into what is at stake: what is settled, and what an answer is worth.

Worth is taken over futures: in each of them every open fact holds or does not. They are drawn once,
as planes of bits, so that it depends on what is known and on nothing else.
"""

from __future__ import annotations

import heapq
import operator
import random
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final, Literal, NamedTuple

from advisor.consult.nets import INPUTS, OPEN, Net, drawn, patterns
from advisor.futures.choices import Choice
from advisor.futures.circuit import Source
from advisor.reasoning.evaluate import Outcome

FUTURES: Final = 512  # that the worth of a question is taken over
ALL: Final = (1 << FUTURES) - 1  # a plane: one bit for each of them

# Where a fact either holds or does not, its grades are one: inputs differ by their cut alone.
_CUTS: Final = [cut for _, cut in INPUTS]
_DEFINITE: Final = tuple(_CUTS.index(cut) for cut in _CUTS)

_TRIALS: Final = 4  # futures from which the number of questions is guessed

Bounds = tuple[int, int]


class Touched(NamedTuple):
    """What some facts touch, and what was looked at to find that."""

    advice: Mapping[int, int]  # in how many futures
    seen: set[int]  # gates


class Stakes:
    """What is settled and what is not, as answers come in; and what each open fact is worth."""

    def __init__(self, case: Outcome, advice: Sequence[int], choices: Sequence[Choice]) -> None:
        self.choices = choices
        open_facts = [fact for choice in choices for fact in choice.facts]
        self.answers = drawn(case, advice, dict.fromkeys(open_facts, range(len(INPUTS))))
        self.futures = drawn(case, advice, dict.fromkeys(open_facts, _DEFINITE))
        self.planes, self.redrawn = _drawn_planes(choices)
        self.plane = [0] * len(self.futures.circuit.gates)
        self.inputs: dict[int, list[int]] = {}  # nodes of each open fact
        for node, source in self.futures.circuit.sources.items():
            self.inputs.setdefault(source.choice, []).append(node)
        self.fanout = _fanout(self.futures)
        self.owners = _owners(self.futures, self.answers)
        self.within: set[int] = set()
        self.said_by: dict[int, list[int]] = {}
        self._touched: dict[frozenset[int], Touched] = {}
        self._matters: dict[frozenset[int], bool] = {}
        self.learn({})

    def given(self, known: Mapping[int, Bounds]) -> Stakes:
        """What is at stake with these for the bounds of facts that were open, and no others."""
        if known is not self.known:
            self.learn(known)
        return self

    def learn(self, known: Mapping[int, Bounds]) -> None:
        """Take these for the bounds of facts that were open, and nothing else for known."""
        self.known = known
        self._matters.clear()
        self.answers.learn(
            {
                Source(fact, number): int(bounds[side] >= cut)
                for fact, bounds in known.items()
                for number, (side, cut) in enumerate(INPUTS)
            }
        )
        definite = {fact: low for fact, (low, high) in known.items() if low == high}
        nodes = self.futures.learn(
            {
                Source(fact, number): int(grade >= INPUTS[number][1])
                for fact, grade in definite.items()
                for number in set(_DEFINITE)
            }
        )
        self.live = self.answers.facts() - known.keys()
        self.unsettled = [fact for fact in self.answers.said if self.answers.undecided(fact)]
        self._forget(self._simulate(nodes))

    @property
    def advice(self) -> Collection[int]:
        """All advice that there could be."""
        return self.answers.said.keys()

    def standing(self, advice: int) -> Literal["given", "open", "withheld"]:
        """What a settled piece of advice is settled as."""
        said = self.answers.said[advice]
        if self.answers.value(said.given) == 1:
            return "given"
        return "withheld" if self.answers.value(said.possible) == 0 else "open"

    def matters(self, facts: Collection[int]) -> bool:
        """Whether some answers about these facts lead to other advice, given some other answers.

        Exact, by answer set programming, and so slower than a look at `live` or `worth`.
        """
        own = frozenset(facts)
        if own not in self._matters:
            self._matters[own] = self._are_told_apart(own)
        return self._matters[own]

    def _are_told_apart(self, own: frozenset[int]) -> bool:
        from advisor.reasoning.answersets import satisfiable  # noqa: PLC0415 - loads clingo, seldom needed

        circuit, differ = self.answers.apart(own)
        groups = []
        for choice in self.choices:
            groups.append(patterns(choice, circuit, int))
            if not own.isdisjoint(choice.facts):
                groups.append(patterns(choice, circuit, operator.inv))
        return satisfiable(circuit.gates, differ, groups)

    def _simulate(self, nodes: Iterable[int]) -> set[int]:
        """What gates come to in each future; gives those where that, or a child, has changed."""
        net, plane, fanout = self.futures, self.plane, self.fanout
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
        said_by = self._said_by()
        changed.update(n for n in self.owners if said_by.get(n) != self.said_by.get(n))
        self.said_by = said_by
        return changed

    def _said_by(self) -> dict[int, list[int]]:
        """For each gate the advice of which it says something that is not decided yet."""
        found: dict[int, list[int]] = {}
        for node, owners in self.owners.items():
            advice = [fact for fact, literal in owners if self.answers.value(literal) == OPEN]
            if advice:
                found[node] = advice
        return found

    def _forget(self, changed: Collection[int]) -> None:
        """Drop what was worked out by way of gates at which something changed."""
        self._touched = {
            facts: touched
            for facts, touched in self._touched.items()
            if touched.seen.isdisjoint(changed)
        }

    def questions_left(self, groups: Sequence[Collection[int]]) -> int:
        """About how many of the groups of facts must be asked about until all is settled.

        In a few futures, how many it takes to show that what is said of advice there must be said.
        """
        group_of = {fact: number for number, facts in enumerate(groups) for fact in facts}
        shown: dict[int, int] = {}  # the groups that it takes, each with the futures in which
        for fact, futures in self._shown().items():
            group = group_of.get(fact)
            if group is not None:
                shown[group] = shown.get(group, 0) | futures
        return -(-sum(futures.bit_count() for futures in shown.values()) // _TRIALS)

    def _shown(self) -> dict[int, int]:
        """Facts that show what is said of all advice, each with the futures where it takes them.

        In each of the first few futures, a false gate needs one false child, and a true one both.
        """
        net, plane = self.futures, self.plane
        gates, sources, values = net.circuit.gates, net.circuit.sources, net.values
        needed = [0] * len(gates)
        for node in self.owners:
            needed[node] = (1 << _TRIALS) - 1 if node in self.within else 0
        found: dict[int, int] = {}
        for node in reversed(net.live):
            here = needed[node]
            if not here:
                continue
            source = sources.get(node)
            if source is not None:
                found[source.choice] = found.get(source.choice, 0) | here
                continue
            left, other = gates[node]
            a, b = left >> 1, other >> 1
            false_a = here & ~(plane[a] ^ -(left & 1)) if values[a] == OPEN else 0
            false_b = here & ~(plane[b] ^ -(other & 1)) if values[b] == OPEN else 0
            true = here & ~(false_a | false_b)
            lacking = here & ~true & ~(false_a & needed[a] | false_b & needed[b])
            first = false_a if a < b else ~false_b
            if values[a] == OPEN:
                needed[a] |= true | lacking & false_a & first
            if values[b] == OPEN:
                needed[b] |= true | lacking & false_b & ~first
        return found

    def worth(self, facts: Collection[int]) -> float:
        """How many pieces of advice come out otherwise when these facts alone do, on average."""
        return sum(self.touched(facts).values()) / FUTURES

    def touched(self, facts: Collection[int]) -> Mapping[int, int]:
        """In how many futures each piece of advice comes out otherwise, when only these facts do.

        The facts are drawn once more, and what rests on them is worked out again, as far as it
        changes. Kept until an answer changes something on that way.
        """
        key = frozenset(facts)
        if key not in self._touched:
            self._touched[key] = self._touch(facts)
        return self._touched[key].advice

    def _touch(self, facts: Collection[int]) -> Touched:
        moved, seen = self._moved(facts)
        changed: dict[int, int] = {}
        for node, difference in moved.items():
            for advice in self.said_by.get(node, ()):
                changed[advice] = changed.get(advice, 0) | difference
        return Touched({advice: bits.bit_count() for advice, bits in changed.items()}, seen)

    def _moved(self, facts: Collection[int]) -> tuple[dict[int, int], set[int]]:
        """The gates that come out otherwise when these facts are drawn once more, and where.

        And all gates that were looked at for it.
        """
        circuit, plane, fanout = self.futures.circuit, self.plane, self.fanout
        moved: dict[int, int] = {}
        seen: set[int] = set()
        for fact in facts:
            for node in self.inputs.get(fact, ()):
                seen.add(node)
                difference = self.redrawn[fact] ^ plane[node] if node in self.within else 0
                if difference:
                    moved[node] = difference
        queue = list({above for node in moved for above in fanout[node]})
        seen.update(queue)
        heapq.heapify(queue)
        while queue:
            node = heapq.heappop(queue)
            if node not in self.within:
                continue
            left, other = circuit.gates[node]
            a, b = left >> 1, other >> 1
            p = plane[a] ^ moved.get(a, 0) ^ -(left & 1) & ALL
            q = plane[b] ^ moved.get(b, 0) ^ -(other & 1) & ALL
            difference = p & q ^ plane[node]
            if difference:
                moved[node] = difference
                for above in fanout[node]:
                    if above not in seen:
                        seen.add(above)
                        heapq.heappush(queue, above)
        return moved, seen


def _drawn_planes(choices: Sequence[Choice]) -> tuple[dict[int, int], dict[int, int]]:
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


def _fanout(net: Net) -> dict[int, list[int]]:
    """For each node, the gates that it goes into."""
    found: dict[int, list[int]] = {node: [] for node in net.nodes}
    for node in net.nodes:
        if node not in net.circuit.sources:
            for child in dict.fromkeys(literal >> 1 for literal in net.circuit.gates[node]):
                found[child].append(node)
    return found


def _owners(futures: Net, answers: Net) -> dict[int, list[tuple[int, int]]]:
    """For each node of one net, the advice it says something of, and the other's literal for it."""
    found: dict[int, list[tuple[int, int]]] = {}
    for advice, said in futures.said.items():
        for literal, twin in zip(said.literals, answers.said[advice].literals, strict=True):
            found.setdefault(literal >> 1, []).append((advice, twin))
    return found
