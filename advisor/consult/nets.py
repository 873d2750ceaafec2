"""Turns a case with open facts into a net: a circuit for what is said of every piece of advice.

The one evaluator, run over pairs of literals, draws it (as `futures.circuit` does). An open fact
has inputs for its lower and for its upper grade at the cuts 4 and 5, so that an answer may be no,
an even chance, yes or "unknown".

These four answers stand for all. "At least k" needs of a fact only the cuts k and 9 - k, the second
where it stands against something; of the grades 0 to 8 the two tell three classes apart, in which
0, 4 and 8 lie for every k. What is said of advice is made of such cuts, so it is the same for every
answer if it is for these.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from advisor.cone import cone
from advisor.confidence import perhaps_high
from advisor.evaluate import Outcome, evaluate, firing_grade, given_grades
from advisor.futures.choices import Choice
from advisor.futures.circuit import FALSE, Circuit, Source
from advisor.grades import NO_SUPPORT

OPEN: Final = 2  # the value of a gate that the answers so far do not decide

# Of the inputs 0 to 3, lower grade at 4 and 5 or more and upper grade so, those that are true.
_EVEN_INPUTS: Final = (0, 2)
_YES_INPUTS: Final = (0, 1, 2, 3)
_UNKNOWN_INPUTS: Final = (2, 3)


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


def patterns(choice: Choice, circuit: Circuit, named: Callable[[int], int]) -> list[list[int]]:
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
