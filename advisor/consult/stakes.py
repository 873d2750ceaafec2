"""Turns a net into what is at stake: what is settled, and what an answer is worth.

Worth is taken over futures: in each of them every open fact holds or does not. They are drawn once,
as planes of bits, so that it depends on what is known and on nothing else.
"""

from __future__ import annotations

import operator
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final, Literal, NamedTuple

from advisor.consult.nets import INPUTS, OPEN, drawn, patterns
from advisor.consult.planes import FUTURES, Planes, drawn_evenly
from advisor.futures.choices import Choice
from advisor.futures.circuit import InputSource
from advisor.reasoning.evaluate import Bounds, Outcome

_TRIALS: Final = 4  # futures from which the number of questions is guessed


class Touched(NamedTuple):
    """What some facts touch, and what was looked at to find that."""

    advice: Mapping[int, int]  # in how many futures
    seen: set[int]  # gates


class Stakes:
    """What is settled and what is not, as answers come in; and what each open fact is worth.

    `measured` are the facts of which a number or a date is asked for.
    """

    def __init__(
        self,
        case: Outcome,
        advice: Sequence[int],
        choices: Sequence[Choice],
        measured: Collection[int] = (),
    ) -> None:
        self.choices, self.measured = choices, measured
        inputs = range(len(INPUTS))
        self.net = drawn(case, advice, {f: inputs for choice in choices for f in choice.facts})
        first, again = drawn_evenly(choices)
        self.planes = Planes(self.net, first)
        self.differing = {fact: first[fact] ^ again[fact] for fact in first}
        self.owners: dict[int, list[tuple[int, int]]] = {}  # by node: advice, and what it says
        for fact, said in self.net.said.items():
            for literal in said.literals:
                self.owners.setdefault(literal >> 1, []).append((fact, literal))
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
        nodes = self.net.learn(
            {
                InputSource(fact, number): int(bounds[side] >= cut)
                for fact, bounds in known.items()
                for number, (side, cut) in enumerate(INPUTS)
            }
        )
        self.live = self.net.facts() - known.keys()
        self.unsettled = [fact for fact in self.net.said if self.net.undecided(fact)]
        self._forget(self._simulate(nodes))

    @property
    def advice(self) -> Collection[int]:
        """All advice that there could be."""
        return self.net.said.keys()

    def standing(self, advice: int) -> Literal["given", "open", "withheld"]:
        """What a settled piece of advice is settled as."""
        said = self.net.said[advice]
        if self.net.value(said.given) == 1:
            return "given"
        return "withheld" if self.net.value(said.possible) == 0 else "open"

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

        circuit, differ = self.net.apart(own)
        groups = []
        for choice in self.choices:
            measured = choice.facts[0] in self.measured
            groups.append(patterns(choice, circuit, int, measured=measured))
            if not own.isdisjoint(choice.facts):
                groups.append(patterns(choice, circuit, operator.inv, measured=measured))
        return satisfiable(circuit.gates, differ, groups)

    def _simulate(self, nodes: Iterable[int]) -> set[int]:
        """What gates come to in each future; gives those where that, or a child, has changed."""
        changed = self.planes.simulate(nodes)
        said_by = self._said_by()
        changed.update(n for n in self.owners if said_by.get(n) != self.said_by.get(n))
        self.said_by = said_by
        return changed

    def _said_by(self) -> dict[int, list[int]]:
        """For each gate the advice of which it says something that is not decided yet."""
        found: dict[int, list[int]] = {}
        for node, owners in self.owners.items():
            advice = [fact for fact, literal in owners if self.net.value(literal) == OPEN]
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
        net, plane, within = self.net, self.planes.plane, self.planes.within
        gates, sources, values = net.circuit.gates, net.circuit.sources, net.values
        needed = [0] * len(gates)
        for node in self.owners:
            needed[node] = (1 << _TRIALS) - 1 if node in within else 0
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
        moved, seen = self.planes.moved({fact: self.differing[fact] for fact in facts})
        changed: dict[int, int] = {}
        for node, difference in moved.items():
            for advice in self.said_by.get(node, ()):
                changed[advice] = changed.get(advice, 0) | difference
        return Touched({advice: bits.bit_count() for advice, bits in changed.items()}, seen)
