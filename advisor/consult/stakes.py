"""Turns a case with open facts into what is at stake: what is settled, what a question is worth.

The one evaluator, run over pairs of literals, draws a circuit for what is said of every piece of
advice (as `futures.circuit` does). An open fact has inputs for its lower and for its upper grade at
the cuts 4 and 5, so that an answer may be no, an even chance, yes or "unknown".

These four answers stand for all. "At least k" needs of a fact only the cuts k and 9 - k, the second
where it stands against something; of the grades 0 to 8 the two tell three classes apart, in which
0, 4 and 8 lie for every k. What is said of advice is made of such cuts, so it is the same for every
answer if it is for these.
"""

from __future__ import annotations

import heapq
import operator
import random
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, Final, Literal, NamedTuple

from advisor.cone import cone
from advisor.confidence import perhaps_high
from advisor.evaluate import Outcome, evaluate, firing_grade, given_grades
from advisor.futures.choices import Choice
from advisor.futures.circuit import CUTS, FALSE, Circuit, Source
from advisor.grades import NO_SUPPORT

FUTURES: Final = 512  # that the worth of a question is taken over
ALL: Final = (1 << FUTURES) - 1  # a plane: one bit for each of them
OPEN: Final = 2  # the value of a gate that the answers so far do not decide

_TRIALS: Final = 4  # futures from which the number of questions is guessed

# Of the inputs 0 to 3, lower grade at 4 and 5 or more and upper grade so, those that are true.
_EVEN_INPUTS: Final = (0, 2)
_YES_INPUTS: Final = (0, 1, 2, 3)
_UNKNOWN_INPUTS: Final = (2, 3)

Bounds = tuple[int, int]


class Said(NamedTuple):
    """What is said of a piece of advice, as literals of a circuit."""

    given: int
    possible: int
    moderate: int  # whether its confidence is above low
    others: tuple[int, ...]  # its caveats, and whatever else may change what is said of it

    @property
    def literals(self) -> tuple[int, ...]:
        """All of it."""
        return (self.given, self.possible, self.moderate, *self.others)


class Touched(NamedTuple):
    """What some facts touch, and what was looked at to find that."""

    advice: Mapping[int, int]  # in how many futures
    seen: set[int]  # gates


class Net:
    """A circuit with what it says of advice, as far as the answers so far decide it."""

    def __init__(self, circuit: Circuit, said: Mapping[int, Said]) -> None:
        self.circuit = circuit
        self.said = said
        literals = [literal for one in said.values() for literal in one.literals]
        self.nodes = circuit.reached(literals)
        self.values = [OPEN] * len(circuit.gates)
        self.values[FALSE] = 0
        self.live = self.nodes  # undecided, and something undecided rests on it
        self.known: Mapping[Source, int] = {}

    def value(self, literal: int) -> int:
        """0, 1 or OPEN."""
        value = self.values[literal >> 1]
        return value if value == OPEN else value ^ (literal & 1)

    def undecided(self, advice: int) -> bool:
        """Whether an answer may still change what is said of a piece of advice."""
        values, said = self.values, self.said[advice]
        if self.value(said.possible) == 0:
            return False
        return any(values[literal >> 1] == OPEN for literal in said.literals)

    def learn(self, known: Mapping[Source, int]) -> Sequence[int]:
        """Take these for the values of inputs, and nothing else; gives the nodes to look at."""
        grown = self.known.items() <= known.items()
        nodes = self.live if grown else self.nodes
        self._decide(nodes, known)
        self.known = known
        self.live = self._reached(nodes)
        return nodes

    def _decide(self, nodes: Iterable[int], known: Mapping[Source, int]) -> None:
        values, gates, sources = self.values, self.circuit.gates, self.circuit.sources
        for node in nodes:
            source = sources.get(node)
            if source is not None:
                values[node] = known.get(source, OPEN)
                continue
            one, other = gates[node]
            a, b = values[one >> 1], values[other >> 1]
            if a != OPEN:
                a ^= one & 1
            if b != OPEN:
                b ^= other & 1
            values[node] = 0 if not a or not b else 1 if a == b == 1 else OPEN

    def _reached(self, nodes: Sequence[int]) -> list[int]:
        """Those of the nodes that something undecided rests on, by way of undecided ones."""
        values, gates, sources = self.values, self.circuit.gates, self.circuit.sources
        wanted = bytearray(len(gates))
        for advice, said in self.said.items():
            if self.undecided(advice):
                for literal in said.literals:
                    wanted[literal >> 1] = 1
        found = []
        for node in reversed(nodes):
            if wanted[node] and values[node] == OPEN:
                found.append(node)
                if node not in sources:
                    one, other = gates[node]
                    wanted[one >> 1] = wanted[other >> 1] = 1
        found.reverse()
        return found

    def apart(self, facts: Collection[int]) -> tuple[Circuit, int]:
        """A circuit for whether two answers about some facts, all else alike, say different things.

        The second answer has the complements of the facts in its sources.
        """
        circuit = Circuit()
        one, other = self._copied(circuit, ()), self._copied(circuit, facts)
        differ = FALSE
        for advice, said in self.said.items():
            for literal in said.literals if self.undecided(advice) else ():
                if self.values[literal >> 1] == OPEN:
                    a, b = one[literal >> 1], other[literal >> 1]
                    either = circuit.either(circuit.both(a, b ^ 1), circuit.both(a ^ 1, b))
                    differ = circuit.either(differ, either)
        return circuit, differ

    def _copied(self, circuit: Circuit, primed: Collection[int]) -> dict[int, int]:
        """The live nodes as literals of another circuit, some facts taken for others."""
        copies: dict[int, int] = {}

        def literal(of: int) -> int:
            node = of >> 1
            return (copies[node] if self.values[node] == OPEN else self.values[node]) ^ (of & 1)

        for node in self.live:
            source = self.circuit.sources.get(node)
            if source is None:
                copies[node] = circuit.both(*map(literal, self.circuit.gates[node]))
            elif source.choice in primed:
                copies[node] = circuit.input(Source(~source.choice, source.option))
            else:
                copies[node] = circuit.input(source)
        return copies

    def facts(self) -> set[int]:
        """The facts whose answers may still change what is said of some advice."""
        sources = self.circuit.sources
        return {sources[node].choice for node in self.live if node in sources}


def drawn(case: Outcome, advice: Sequence[int], inputs: Mapping[int, Sequence[int]]) -> Net:
    """The net of what a case says of advice.

    `inputs` are the facts that are open, each with four numbers: of its inputs for its lower grade
    at 4 and 5 or more, and for its upper grade.
    """
    circuit = Circuit()
    algebra = circuit.algebra()
    given: dict[int, Any] = dict(given_grades(case.graph, case.scenario))
    for fact, numbers in inputs.items():
        low4, low5, high4, high5 = (circuit.input(Source(fact, number)) for number in numbers)
        given[fact] = ((low4, low5), (high4, high5))
    graph, withdrawn = case.graph, case.scenario.withdrawn
    high = perhaps_high(case)
    grades = evaluate(graph, given, withdrawn, algebra)
    said = {}
    for fact in advice:
        four, five = algebra.join(grades.lower[fact], NO_SUPPORT)
        caveats: dict[int, Any] = {}  # each in the best grade of the firings behind it
        for caveat, number in graph.caveats.get(fact, ()):
            firing = graph.firings[number]
            if firing.rule.id not in withdrawn:
                low, _ = firing_grade(firing, grades, algebra)
                caveats[caveat] = algebra.join(low, caveats.get(caveat, NO_SUPPORT))
        others = [low[0] for low in caveats.values()]
        if fact in high:  # what its proof rests on may change its confidence: a safe guess
            below = sorted(inputs.keys() & cone(graph, [fact]).keys())
            others += (circuit.input(Source(one, inputs[one][0])) for one in below)
        possible = algebra.join(grades.upper[fact], NO_SUPPORT)[0]
        said[fact] = Said(four, possible, five, tuple(others))
    return Net(circuit, said)


class Stakes:
    """What is settled and what is not, as answers come in; and what each open fact is worth."""

    def __init__(self, case: Outcome, advice: Sequence[int], choices: Sequence[Choice]) -> None:
        self.choices = choices
        open_facts = [fact for choice in choices for fact in choice.facts]
        self.answers = drawn(case, advice, dict.fromkeys(open_facts, (0, 1, 2, 3)))
        self.futures = drawn(case, advice, dict.fromkeys(open_facts, (0, 1, 0, 1)))
        self.planes, self.redrawn = _drawn_planes(choices)
        self.plane = [0] * len(self.futures.circuit.gates)
        self.fanout = _fanout(self.futures)
        self.owners = _owners(self.futures, self.answers)
        self.within: set[int] = set()
        self.said_by: dict[int, list[int]] = {}
        self._touched: dict[frozenset[int], Touched] = {}
        self.learn({})

    def learn(self, known: Mapping[int, Bounds]) -> None:
        """Take these for the bounds of facts that were open, and nothing else for known."""
        self.answers.learn(
            {
                Source(fact, 2 * side + place): int(bounds[side] >= cut)
                for fact, bounds in known.items()
                for side in (0, 1)
                for place, cut in enumerate(CUTS)
            }
        )
        definite = {fact: low for fact, (low, high) in known.items() if low == high}
        nodes = self.futures.learn(
            {
                Source(fact, place): int(grade >= cut)
                for fact, grade in definite.items()
                for place, cut in enumerate(CUTS)
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
        from advisor.solve import satisfiable  # noqa: PLC0415 - loads clingo, seldom needed

        own = set(facts)
        circuit, differ = self.answers.apart(own)
        groups = []
        for choice in self.choices:
            groups.append(_patterns(choice, circuit, int))
            if not own.isdisjoint(choice.facts):
                groups.append(_patterns(choice, circuit, operator.inv))
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
                one, other = gates[node]
                now = (plane[one >> 1] ^ -(one & 1) & ALL) & (
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
            one, other = gates[node]
            a, b = one >> 1, other >> 1
            false_a = here & ~(plane[a] ^ -(one & 1)) if values[a] == OPEN else 0
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
            for place in range(len(CUTS)):
                node = circuit.input(Source(fact, place)) >> 1
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
            one, other = circuit.gates[node]
            a, b = one >> 1, other >> 1
            p = plane[a] ^ moved.get(a, 0) ^ -(one & 1) & ALL
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


def _patterns(choice: Choice, circuit: Circuit, named: Callable[[int], int]) -> list[list[int]]:
    """The answers that tell apart, each as the inputs of a circuit that it makes true."""
    facts = choice.facts
    others = [] if choice.options[0].holds is None else [_UNKNOWN_INPUTS]  # of a group left open
    answers: list[dict[int, tuple[int, ...]]] = [dict.fromkeys(facts, _UNKNOWN_INPUTS)]
    if choice.options[0].holds is None:
        answers.append({})
    for fact in facts:
        answers.append({fact: _YES_INPUTS})
        rest: dict[int, tuple[int, ...]] = {}
        for numbers in others:
            rest = {other: numbers for other in facts if other != fact}
        answers.append({**rest, fact: _EVEN_INPUTS})
        if rest:
            answers.append({**rest, fact: _YES_INPUTS})
    known = {source: node for node, source in circuit.sources.items()}
    sources = (
        [Source(named(f), n) for f, numbers in one.items() for n in numbers] for one in answers
    )
    return [[known[source] for source in each if source in known] for each in sources]


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
