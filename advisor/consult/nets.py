"""Turns a case with open facts into a net: a circuit for what is said of every piece of advice.

The one evaluator, run over pairs of literals, draws it (as `futures.circuit` does). An open fact
has inputs for its lower and for its upper grade at the cuts 4 and 5, so that an answer may be no,
an even chance, yes or "unknown".

These four answers stand for all. "At least k" needs of a fact only the cuts k and 9 - k, the second
where it stands against something; of the grades 0 to 8 the two tell three classes apart, in which
0, 4 and 8 lie for every k. What is said of advice is made of such cuts, so it is the same for every
answer if it is for these.

Whether the best derivation is one of a kind (corroborated throughout; resting on some statement;
by a rule that is no default) compares grades, and takes every cut. So advice to which that may
matter is drawn once more for each pair of cuts, over inputs for each grade that an answer may have.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from advisor.answers.confidence import (
    MIDDLING,
    STRONG,
    Backing,
    backings,
    corroborations,
    ruled,
    statements,
)
from advisor.futures.choices import Choice
from advisor.futures.circuit import FALSE, Circuit, InputSource
from advisor.model.grades import CERTAIN, CUTS, HOLDS, NO_SUPPORT, opposite_cut
from advisor.model.records import Rule
from advisor.reasoning.cone import cone, parts
from advisor.reasoning.evaluate import Grades, Outcome, evaluate, firing_grade, given_grades
from advisor.reasoning.graph import Component

OPEN: Final = 2  # the value of a gate that the answers so far do not decide

# What each input of an open fact says: that its lower (0) or upper (1) grade is at a cut or more.
# Those after the first four are for what every cut matters to.
INPUTS: Final = (
    *((side, cut) for side in (0, 1) for cut in CUTS),
    *((0, cut) for cut in range(MIDDLING + 1, CERTAIN + 1)),
    *((1, cut) for cut in range(1, HOLDS)),
)


# Where a fact either holds or does not, its grades are one: inputs differ by their cut alone.
_CUTS: Final = [cut for _, cut in INPUTS]
DEFINITE: Final = tuple(_CUTS.index(cut) for cut in _CUTS)


def _true(lower: int, upper: int) -> tuple[int, ...]:
    """The inputs that are true of a fact with these grades."""
    return tuple(n for n, (side, cut) in enumerate(INPUTS) if (lower, upper)[side] >= cut)


_UNKNOWN_INPUTS: Final = _true(NO_SUPPORT, CERTAIN)
_GRADES: Final = {grade: _true(grade, grade) for grade in range(1, CERTAIN + 1)}


class AdviceLiterals(NamedTuple):
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

    def __init__(self, circuit: Circuit, said: Mapping[int, AdviceLiterals]) -> None:
        self.circuit = circuit
        self.said = said
        literals = [literal for value in said.values() for literal in value.literals]
        self.nodes = circuit.reached(literals)
        self.values = [OPEN] * len(circuit.gates)
        self.values[FALSE] = 0
        self.live = self.nodes  # undecided, and something undecided rests on it
        self.known: Mapping[InputSource, int] = {}

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

    def learn(self, known: Mapping[InputSource, int]) -> Sequence[int]:
        """Take these for the values of inputs, and nothing else; gives the nodes to look at."""
        grown = self.known.items() <= known.items()
        nodes = self.live if grown else self.nodes
        self._decide(nodes, known)
        self.known = known
        self.live = self._reached(nodes)
        return nodes

    def _decide(self, nodes: Iterable[int], known: Mapping[InputSource, int]) -> None:
        values, gates, sources = self.values, self.circuit.gates, self.circuit.sources
        for node in nodes:
            source = sources.get(node)
            if source is not None:
                values[node] = known.get(source, OPEN)
                continue
            left, other = gates[node]
            a, b = values[left >> 1], values[other >> 1]
            if a != OPEN:
                a ^= left & 1
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
                    left, other = gates[node]
                    wanted[left >> 1] = wanted[other >> 1] = 1
        found.reverse()
        return found

    def apart(self, facts: Collection[int]) -> tuple[Circuit, int]:
        """A circuit for whether two answers about some facts, all else alike, say different things.

        The second answer has the complements of the facts in its sources.
        """
        circuit = Circuit()
        bare, other = self._copied(circuit, ()), self._copied(circuit, facts)
        differ = FALSE
        for advice, said in self.said.items():
            for literal in said.literals if self.undecided(advice) else ():
                if self.values[literal >> 1] == OPEN:
                    a, b = bare[literal >> 1], other[literal >> 1]
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
                copies[node] = circuit.input(InputSource(~source.choice, source.option))
            else:
                copies[node] = circuit.input(source)
        return copies

    def facts(self) -> set[int]:
        """The facts whose answers may still change what is said of some advice."""
        sources = self.circuit.sources
        return {sources[node].choice for node in self.live if node in sources}


def drawn(
    case: Outcome,
    advice: Sequence[int],
    inputs: Mapping[int, Sequence[int]],
    *,
    levels: bool = True,
) -> Net:
    """The net of what a case says of advice.

    `inputs` are the open facts, each with the numbers of its inputs in the order of INPUTS. Without
    `levels`, only of whether it is given, and with which caveats.
    """
    circuit = Circuit()
    algebra = circuit.algebra()
    graph, withdrawn = case.graph, case.scenario.withdrawn
    grades = _graded(circuit, case, inputs, CUTS)
    leveled = _Levels(circuit, case, inputs, advice) if levels else None
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
        moderate = FALSE
        if leveled is not None:
            moderate = leveled.moderate(fact, five)
            others += [leveled.high(fact), leveled.ruled(fact)]
        possible = algebra.join(grades.upper[fact], NO_SUPPORT)[0]
        said[fact] = AdviceLiterals(four, possible, moderate, tuple(others))
    return Net(circuit, said)


def _graded(
    circuit: Circuit,
    case: Outcome,
    inputs: Mapping[int, Sequence[int]],
    cuts: tuple[int, int],
    components: Sequence[Component] | None = None,
) -> Grades:
    """The grades of all facts at two cuts that add up to 9, as pairs of literals, or plain.

    Exact are the lower grades at the second cut and the upper ones at the first, and, of the cuts 4
    and 5, all.
    """
    given: dict[int, Any] = dict(given_grades(case.graph, case.scenario))
    for fact, numbers in inputs.items():
        given[fact] = tuple(
            tuple(_input(circuit, fact, numbers, side, cut) for cut in cuts) for side in (0, 1)
        )
    algebra, withdrawn = circuit.algebra(cuts), case.scenario.withdrawn
    return evaluate(case.graph, given, withdrawn, algebra, components=components)


def _input(circuit: Circuit, fact: int, numbers: Sequence[int], side: int, cut: int) -> int:
    """The literal that an open fact's lower or upper grade is at a cut or more; false if unused."""
    if (side, cut) not in INPUTS:
        return FALSE
    return circuit.input(InputSource(fact, numbers[INPUTS.index((side, cut))]))


class _Levels:
    """Whether the best derivations of advice are of a kind, as literals of a circuit.

    Drawn over the cone of that advice alone to whose confidence more than its grade may matter.
    """

    def __init__(
        self,
        circuit: Circuit,
        case: Outcome,
        inputs: Mapping[int, Sequence[int]],
        advice: Sequence[int],
    ) -> None:
        self.circuit, self.case, self.inputs = circuit, case, inputs
        self.graph, self.withdrawn = case.graph, case.scenario.withdrawn
        self.corroborated = corroborations(case) - inputs.keys()  # an answer has no source
        self.perhaps_high = _carried(case, self.corroborated) & set(advice)
        self.defaults = {fact for fact in advice if all(r.otherwise for r in self._rules(fact))}
        self.perhaps_bare = _bare(case) & set(advice) - self.defaults
        self.drawn: dict[int, tuple[Grades, Backing]] = {}  # by cut
        below = cone(self.graph, self.perhaps_high | self.perhaps_bare)
        self.components = parts(self.graph, below)

    def _rules(self, fact: int) -> list[Rule]:
        return [self.graph.firings[number].rule for number in self.graph.supports[fact]]

    def at(self, cut: int) -> tuple[Grades, Backing]:
        """The grades and the backing of facts, exact as to whether they reach a cut."""
        if cut not in self.drawn:
            cuts = (opposite_cut(cut), cut)
            grades = _graded(self.circuit, self.case, self.inputs, cuts, self.components)
            stated: dict[int, Any] = dict(statements(self.case))
            for fact, numbers in self.inputs.items():
                stated[fact] = tuple(_input(self.circuit, fact, numbers, 0, cut) for cut in cuts)
            backing = backings(
                self.graph,
                grades,
                stated,
                self.corroborated,
                self.withdrawn,
                self.circuit.algebra(cuts),
                self.components,
            )
            self.drawn[cut] = grades, backing
        return self.drawn[cut]

    def high(self, fact: int) -> int:
        """The literal that confidence is high."""
        if fact not in self.perhaps_high:
            return FALSE
        return self._best(fact, STRONG, lambda cut: self.at(cut)[1].sound[fact])

    def moderate(self, fact: int, likely: int) -> int:
        """The literal that it is moderate at least; `likely` is that of a grade of 5 or more."""
        if fact in self.defaults:
            return FALSE
        if fact not in self.perhaps_bare:
            return likely
        return self._best(fact, MIDDLING, lambda cut: self.at(cut)[1].stated[fact])

    def ruled(self, fact: int) -> int:
        """The literal that the advice is not given by default alone; false where that is known."""
        rules = self._rules(fact)
        if fact in self.defaults or not any(rule.otherwise for rule in rules):
            return FALSE
        return self._best(fact, HOLDS, lambda cut: self._ruled(fact, cut))

    def _ruled(self, fact: int, cut: int) -> Any:
        algebra = self.circuit.algebra((opposite_cut(cut), cut))
        return ruled(self.graph, fact, self.at(cut)[0], self.withdrawn, algebra)

    def _best(self, fact: int, least: int, backed: Callable[[int], Any]) -> int:
        """The literal that a fact's grade is so high at least, and backed as high as it is."""
        found = FALSE
        for cut in range(least, CERTAIN + 1):
            literal = self._above(backed(cut), cut)
            if cut < CERTAIN:
                more = self._above(self.at(cut + 1)[0].lower[fact], cut + 1)
                literal = self.circuit.both(literal, more ^ 1)
            found = self.circuit.either(found, literal)
        return found

    def _above(self, grade: Any, cut: int) -> int:
        """The literal that a grade is at a cut or more, where it was drawn for that cut."""
        algebra = self.circuit.algebra((opposite_cut(cut), cut))
        return int(algebra.join(grade, NO_SUPPORT)[1])


def _bare(case: Outcome) -> set[int]:
    """The facts that some derivation may reach from silence or from a default."""
    found: set[int] = set()
    firings, grown = case.graph.firings, True
    while grown:
        grown = False
        for firing in firings:
            counts = all(found.intersection(c.facts) for c in firing.counts)
            if firing.rule.otherwise or (counts and found.issuperset(firing.premises)):
                grown = grown or not found.issuperset(firing.conclusions)
                found.update(firing.conclusions)
    return found


def _carried(case: Outcome, given: Collection[int]) -> set[int]:
    """The facts that some derivation may reach from these alone, whatever speaks against it."""
    found, grown = set(given), True
    while grown:
        grown = False
        for firing in case.graph.firings:
            enough = all(len(found & set(c.facts)) >= c.least for c in firing.counts)
            if enough and found.issuperset(firing.premises):
                grown = grown or not found.issuperset(firing.conclusions)
                found.update(firing.conclusions)
    return found


def patterns(
    choice: Choice, circuit: Circuit, named: Callable[[int], int], *, measured: bool
) -> list[list[int]]:
    """The answers that tell apart, each as the inputs of a circuit that it makes true.

    A number or a date (`measured`) has some value, or nobody knows which.
    """
    facts = choice.facts
    grouped = not measured and choice.options[0].holds is not None
    answers: list[dict[int, tuple[int, ...]]] = [dict.fromkeys(facts, _UNKNOWN_INPUTS)]
    if not (grouped or measured):
        answers.append({})
    for fact in facts:
        answers.append({fact: _GRADES[CERTAIN]})
        rest = {other: _UNKNOWN_INPUTS for other in facts if grouped and other != fact}
        least = HOLDS if measured else 1
        answers += [{**rest, fact: _GRADES[grade]} for grade in range(least, CERTAIN)]
    known = {source: node for node, source in circuit.sources.items()}
    sources = (
        [InputSource(named(f), n) for f, numbers in a.items() for n in numbers] for a in answers
    )
    told = (tuple(known[source] for source in each if source in known) for each in sources)
    return [list(answer) for answer in dict.fromkeys(told)]
