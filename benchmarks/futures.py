"""Futures: how many a second, beside stock experta, CLIPS and clingo on the same base and futures.

    python benchmarks/futures.py [--seconds 3] [--runs 3]

Two workloads. *Wide*: 200 firings of two premises, every fourth with an exception, in three layers
below one piece of advice whose cone has 2^30 futures; this project visits every one, the others a
sample. *Shipped*: the shipped scenario with every fact that it mentions made uncertain; all engines
take random futures and find all advice to its client in each. What the engines say is compared on
all futures that they share.

The others get the graph's firings as plain rules over facts: no variables are left to match, and
where no grade can be exactly 4, no second cut. The limit is what numpy alone does: the very
operations of the circuit, over three planes that stay cached.
"""

from __future__ import annotations

import argparse
import dataclasses
import itertools
import math
import multiprocessing
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import clingo
import clips
import numpy as np

import advisor
import advisor.reasoning.engine
from advisor.futures import runs
from advisor.futures.choices import Choice, choices
from advisor.futures.circuit import Circuit, InputSource, drawn
from advisor.futures.machine import Machine, Plane, Program, program
from advisor.futures.tallies import Job
from advisor.model.grades import CUTS
from advisor.reasoning.evaluate import Outcome, given_grades, outcome
from advisor.reasoning.firings import Firing

FACTS = 30
LAYERS = ((125, 50), (65, 30), (10, 1))  # firings and the facts that they conclude
SEED = 5
AIM = 100e6  # futures a second, wide, on two cores
AIM_LIMIT = 0.5
AIM_CLIPS = 10_000
WORDS = 1 << 12  # of a plane

Future = tuple[int, ...]  # the option of each choice


# ------------------------------------------------------------------ workloads


@dataclasses.dataclass
class Workload:
    """A case with its choices, and the advice to be found in each future."""

    name: str
    case: Outcome
    choices: list[Choice]
    advice: list[int]
    circuit: Circuit = dataclasses.field(init=False)
    literals: list[int] = dataclasses.field(init=False)

    def __post_init__(self) -> None:
        """Draw the circuit."""
        self.circuit, self.literals = drawn(self.case, self.choices)

    def futures(self, number: int) -> list[Future]:
        """Random futures, the same on every call."""
        pick = random.Random(SEED)
        sizes = [len(choice.options) for choice in self.choices]
        return [tuple(pick.randrange(size) for size in sizes) for _ in range(number)]

    def programs(self) -> dict[int, Program]:
        """The program of each piece of advice that is not settled."""
        return {a: program(self.circuit, self.literals[a]) for a in self.advice if self.open(a)}

    def open(self, advice: int) -> bool:
        """Whether a piece of advice depends on the future."""
        return self.literals[advice] > 1


def write_wide(folder: Path) -> None:
    """The wide base: each layer's firings rest on facts of the layer below, drawn by a seed."""
    pick = random.Random(SEED)
    (folder / "rules").mkdir(parents=True)
    (folder / "facts").mkdir()
    below = [f"event: {{of: n{n}}}" for n in range(FACTS)]
    rules: list[str] = []
    for layer, (firings, facts) in enumerate(LAYERS):
        heads = [f"stage-{layer}: {{of: n{n}}}" for n in range(facts)]
        heads = heads if facts > 1 else ["act: {client: n0}"]
        for number in range(firings):
            one, other, against = pick.sample(below, 3)
            unless = f", unless: [{against}]" if len(rules) % 4 == 0 else ""
            head = heads[number % facts]
            rules.append(
                f"- {{id: r{len(rules)}, title: t, if: [{one}, {other}]{unless}, then: [{head}]}}"
            )
        below = heads
    terms = ("unlikely", "roughly even chance", "likely", "very likely")
    stage = 'stage-{n}: {{slots: {{of: Node}}, says: "{{of}} is at stage {n}"}}\n'
    files = {
        "rules/base.yaml": "title: wide\ndate: 2026-01-01\nscenario: s\nclient: n0\n",
        "rules/entities.yaml": "Node:\n" + "".join(f"  n{n}: {{name: {n}}}\n" for n in range(50)),
        "rules/templates.yaml": 'event: {slots: {of: Node}, says: "{of} happens"}\n'
        + "".join(stage.format(n=n) for n in range(2))
        + 'act: {advice: true, slots: {client: Node}, says: "act"}\n',
        "rules/rules.yaml": "\n".join(rules) + "\n",
        "facts/s.yaml": "title: s\nfacts:\n"
        + "".join(f"  - event(n{n})={pick.choice(terms)}\n" for n in range(FACTS)),
    }
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")


def wide() -> Workload:
    """One piece of advice with a cone of 2^30 futures."""
    with tempfile.TemporaryDirectory() as name:
        write_wide(Path(name) / "wide")
        case = advisor.load(base=Path(name) / "wide")
    return Workload("wide", case, choices(case), case.graph.advice_to("n0"))


def shipped() -> Workload:
    """All advice to the shipped scenario's client, every fact that it mentions uncertain."""
    case = advisor.load()
    case = outcome(case.scenario, case.graph)
    varied = [
        case.graph.number[instance]
        for instance in case.scenario.facts
        if instance.template not in case.scenario.base.derived
    ]
    return Workload(
        "shipped", case, choices(case, varied), case.graph.advice_to(case.scenario.client)
    )


# ------------------------------------------------------------------ the others


class Clause(NamedTuple):
    """A rule over atoms, each a fact at a cut."""

    head: str
    positive: tuple[str, ...]
    negative: tuple[str, ...]
    level: int  # above all that it negates


class Rules:
    """The firings of a case as clauses; facts of a grade, and options, as the atoms they state."""

    def __init__(self, load: Workload) -> None:
        self.load = load
        case = load.case
        self.given = given_grades(case.graph, case.scenario)
        settled = {f for choice in load.choices for f in choice.options[0].grades}
        self.fixed = {f: low for f, (low, _) in self.given.items() if f not in settled and low}
        grades = {f.rule.strength for f in case.graph.firings} | set(self.fixed.values())
        self.cuts = CUTS if CUTS[0] in grades else CUTS[:1]
        self.clauses = list(self._clauses())
        self.fixed_atoms = [
            a for fact, grade in self.fixed.items() for a in self.atoms(fact, grade)
        ]

    def atom(self, fact: int, cut: int) -> str:
        """The name of a fact at a cut."""
        return f"a{fact}_{cut if len(self.cuts) > 1 else CUTS[0]}"

    def atoms(self, fact: int, grade: int) -> list[str]:
        """What a grade states of a fact."""
        return [self.atom(fact, cut) for cut in self.cuts if grade >= cut]

    def stated(self, future: Future) -> list[str]:
        """What a future states beside what is fixed."""
        found = []
        for choice, taken in zip(self.load.choices, future, strict=True):
            for fact, grade in choice.options[taken].grades.items():
                found += self.atoms(fact, grade)
        return found

    def advised(self, atoms: Iterable[str]) -> frozenset[int]:
        """The advice among the atoms that hold."""
        held = set(atoms)
        return frozenset(a for a in self.load.advice if self.atom(a, CUTS[0]) in held)

    def _clauses(self) -> Iterator[Clause]:
        graph = self.load.case.graph
        for component, members in enumerate(graph.components):
            numbers = {number for fact in members.facts for number in graph.supports[fact]}
            for number in sorted(numbers):
                firing = graph.firings[number]
                if firing.rule.id in self.load.case.scenario.withdrawn:
                    continue
                for cut in self.cuts:
                    if firing.rule.strength >= cut:
                        yield from self._of_firing(firing, cut, component)

    def _of_firing(self, firing: Firing, cut: int, component: int) -> Iterator[Clause]:
        """A clause for each way to reach the counts of a firing, and each conclusion."""
        ways = [itertools.combinations(count.facts, count.least) for count in firing.counts]
        negative = [self.atom(f, sum(CUTS) - cut) for group in firing.blockers for f in group]
        for way in itertools.product(*ways):
            facts = dict.fromkeys([*firing.premises, *itertools.chain(*way)])
            for fact in firing.conclusions:
                if self.load.case.graph.component_of[fact] == component:
                    positive = tuple(self.atom(f, cut) for f in facts)
                    yield Clause(self.atom(fact, cut), positive, tuple(negative), component)


Run = Callable[[list[str]], Iterable[str]]  # what is stated -> the atoms that hold


def clips_run(rules: Rules) -> Run:
    """CLIPS through clipspy: reset, assert, run."""
    env = clips.Environment()
    lowest = 10_000 // (1 + max(c.level for c in rules.clauses))
    for number, c in enumerate(rules.clauses):
        negative = " ".join(f"(not ({a}))" for a in c.negative)
        positive = " ".join(f"({a})" for a in c.positive)
        head = f"(defrule r{number} (declare (salience {-lowest * c.level}))"
        env.build(f"{head} {positive} {negative} => (assert ({c.head})))")

    def run(stated: list[str]) -> Iterable[str]:
        env.reset()
        for atom in (*rules.fixed_atoms, *stated):
            env.assert_string(f"({atom})")
        env.run()
        return [fact.template.name for fact in env.facts()]

    return run


def experta_run(rules: Rules) -> Run:
    """Stock experta: a class with a rule for each clause; reset, declare, run."""
    import experta  # noqa: PLC0415 - importable once the advisor's engine is

    body: dict[str, Any] = {}
    for number, c in enumerate(rules.clauses):

        def conclude(self: Any, head: str = c.head) -> None:
            self.declare(experta.Fact(head))

        conditions = [experta.Fact(a) for a in c.positive]
        conditions += [experta.NOT(experta.Fact(a)) for a in c.negative]
        body[f"r{number}"] = experta.Rule(*conditions, salience=-c.level)(conclude)
    engine = type("Net", (experta.KnowledgeEngine,), body)()

    def run(stated: list[str]) -> Iterable[str]:
        engine.reset()
        engine.declare(*(experta.Fact(atom) for atom in (*rules.fixed_atoms, *stated)))
        engine.run()
        return [fact[0] for fact in engine.facts.values() if 0 in fact]

    return run


def clingo_futures(rules: Rules, number: int) -> Iterator[tuple[list[str], list[str]]]:
    """Futures as clingo comes upon them, one an answer set: what is stated, and what holds."""
    lines = [f"{atom}." for atom in rules.fixed_atoms]
    for place, choice in enumerate(rules.load.choices):
        options = range(len(choice.options))
        lines.append("1 {" + "; ".join(f"t({place},{o})" for o in options) + "} 1.")
        for option in options:
            for fact, grade in choice.options[option].grades.items():
                lines += [f"{a} :- t({place},{option})." for a in rules.atoms(fact, grade)]
    for c in rules.clauses:
        body = ", ".join([*c.positive, *(f"not {a}" for a in c.negative)])
        lines.append(f"{c.head} :- {body}." if body else f"{c.head}.")
    control = clingo.Control([str(number), "--warn=none", "--rand-freq=1", f"--seed={SEED}"])
    control.add("base", [], "\n".join(lines))
    control.ground([("base", [])])
    with control.solve(yield_=True) as handle:
        for model in handle:
            symbols = model.symbols(atoms=True)
            taken = {s.arguments[0].number: s.arguments[1].number for s in symbols if s.name == "t"}
            future = tuple(taken[place] for place in range(len(rules.load.choices)))
            yield future, [s.name for s in symbols if s.name != "t"]  # type: ignore[misc]


# ------------------------------------------------------------------ this project


def planes_of(load: Workload, futures: Sequence[Future]) -> dict[InputSource, Plane]:
    """Futures as planes, padded with noughts to whole words."""
    table = np.zeros((-(-len(futures) // 64) * 64, len(load.choices)), np.int16)
    table[: len(futures)] = futures
    return {
        source: np.packbits(table[:, source.choice] == source.option, bitorder="little").view(
            np.uint64
        )
        for source in load.circuit.sources.values()
    }


def ours(load: Workload, futures: Sequence[Future]) -> list[frozenset[int]]:
    """The advice in each of some futures."""
    planes = planes_of(load, futures)
    words = len(next(iter(planes.values())))
    always = [a for a in load.advice if load.literals[a] == 1]
    found: list[set[int]] = [set(always) for _ in futures]
    for advice, code in load.programs().items():
        plane = Machine(code, words, planes).run()
        bits = np.unpackbits(plane.view(np.uint8), bitorder="little")[: len(futures)]
        for place in np.flatnonzero(bits):
            found[place].add(advice)
    return [frozenset(one) for one in found]


def joint_rate(load: Workload, runs_: int) -> float:
    """Random futures a second on one core, all advice found and counted in each."""
    generator = np.random.default_rng(SEED)
    planes = planes_of(load, load.futures(64))
    planes = {
        source: generator.integers(0, 2**64, WORDS, np.uint64, endpoint=False) for source in planes
    }
    machines = [Machine(code, WORDS, planes) for code in load.programs().values()]
    ones = np.empty(WORDS, np.uint8)
    rates = []
    for _ in range(runs_):
        start = time.perf_counter()
        for _ in range(64):
            for machine in machines:
                np.bitwise_count(machine.run(), out=ones)
                ones.sum(dtype=np.int64)
        rates.append(64 * 64 * WORDS / (time.perf_counter() - start))
    return statistics.median(rates)


def wide_job(load: Workload) -> Job:
    """The job that counts all futures of the wide workload."""
    (advice,) = load.advice
    own = dict(enumerate(load.choices))
    return Job(load.programs()[advice], own, tuple(own), weighed=False)


def count_rate(job: Job, processes: int) -> tuple[float, int]:
    """Futures a second over all of them, processes' start included; and the count."""
    start = time.perf_counter()
    tally, layout = runs.cover(job, SEED, processes)
    assert tally.blocks == layout.blocks()
    return 2**FACTS / (time.perf_counter() - start), tally.given


def limit(programs: Sequence[Program]) -> float:
    """Futures a second of numpy alone on one core: the programs' operations over three planes."""
    planes = [np.zeros(WORDS, np.uint64) for _ in range(3)]
    steps = [
        (operation, planes[: len(operands)])
        for code in programs
        for operation, operands in Machine(code, WORDS).steps
    ]
    rates = []
    for _ in range(5):
        start = time.perf_counter()
        for _ in range(200):
            for operation, operands in steps:
                operation(*operands)
        rates.append(200 * 64 * WORDS / (time.perf_counter() - start))
    return statistics.median(rates)


def limit_on_two(programs: Sequence[Program]) -> float:
    """The same on two cores at once."""
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        return sum(pool.map(limit, [programs, programs], chunksize=1))


# ------------------------------------------------------------------ side by side


def timed_run(
    run: Run, rules: Rules, futures: Sequence[Future], seconds: float
) -> tuple[float, list[frozenset[int]]]:
    """Futures a second, by the median time of one; and the advice in each future reached."""
    taken: list[float] = []
    found = []
    end = time.perf_counter() + seconds
    for future in futures:
        stated = rules.stated(future)
        start = time.perf_counter()
        held = run(stated)
        taken.append(time.perf_counter() - start)
        found.append(rules.advised(held))
        if time.perf_counter() > end:
            break
    return 1 / statistics.median(taken), found


def others(load: Workload, seconds: float) -> dict[str, float]:
    """Each other engine's futures a second; all must agree with this project on what they ran."""
    rules = Rules(load)
    futures = load.futures(100_000)
    rates = {}
    for name, start in (("CLIPS", clips_run), ("experta", experta_run)):
        rates[name], found = timed_run(start(rules), rules, futures, seconds)
        agree(name, found, ours(load, futures[: len(found)]))
    start_time = time.perf_counter()
    listed = list(
        itertools.takewhile(
            lambda _: time.perf_counter() < start_time + seconds, clingo_futures(rules, 0)
        )
    )
    rates["clingo"] = len(listed) / (time.perf_counter() - start_time)
    said = [rules.advised(atoms) for _, atoms in listed]
    agree("clingo", said, ours(load, [future for future, _ in listed]))  # type: ignore[misc]
    return rates


def agree(name: str, theirs: Sequence[frozenset[int]], mine: Sequence[frozenset[int]]) -> None:
    """Stop where an engine and this project differ."""
    different = sum(a != b for a, b in zip(theirs, mine, strict=True))
    print(f"  {name}: {len(theirs):,} futures compared, {different} differ")
    assert not different, name


def peak(bits: int) -> float:
    """The peak memory in MB of a process of its own that visits 2^bits futures."""
    command = [sys.executable, __file__, "--memory", str(bits)]
    return float(subprocess.run(command, capture_output=True, check=True, text=True).stdout)


def memory(bits: int) -> None:
    """Visit 2^bits futures of the wide workload, and print this process's peak memory."""
    load = wide()
    (advice,) = load.advice
    taken = {number: [1] for number in range(FACTS - bits)}
    literal = load.circuit.restricted(load.literals[advice], taken)
    runs.estimate(load.circuit, literal, load.choices, seed=SEED, processes=1)
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def row(name: str, rate: float, mine: float) -> str:
    """A line of a table."""
    return f"  {name:34}{rate:18,.0f}{mine / rate:14,.1f}"


def show_wide(seconds: float, runs_: int) -> bool:
    """The wide workload; whether its aims were met."""
    load = wide()
    job = wide_job(load)
    (advice,) = load.advice
    own = load.circuit.support(load.literals[advice])
    print(
        f"wide: {len(load.case.graph.firings)} firings, {len(job.program.gates)} gates, 2^{len(own)} futures"
    )
    rates = others(load, seconds)
    two, counts = zip(*(count_rate(job, 2) for _ in range(runs_)), strict=True)
    one, count = count_rate(job, 1)
    assert {*counts} == {count}, "one and two processes count the same"
    mine = statistics.median(two)
    at_most = limit_on_two([job.program])
    start = time.perf_counter()
    whole = runs.estimate(load.circuit, load.literals[advice], load.choices, seed=SEED)
    taken = time.perf_counter() - start
    assert whole.given == count
    print(f"  {'engine':34}{'futures a second':>18}{'this / it':>14}")
    print(row("this project, two processes", mine, mine))
    print(row("this project, one process", one, mine))
    for name, rate in rates.items():
        print(row(f"{name}, one process", rate, mine))
    print(row("limit: numpy alone, two processes", at_most, mine))
    print(f"  given in {count:,} of {2**FACTS:,} futures; counted in {2**FACTS / mine:.1f} s")
    print(f"  with probability and every fact's influence: {taken:.1f} s")
    assert len(whole.moves) == FACTS
    assert all(max(moves) > 0 for moves in whole.moves.values()), "every fact matters"
    print(f"  share of the limit: {mine / at_most:.0%} (aim: {AIM_LIMIT:.0%})")
    print("  peak memory: " + ", ".join(f"2^{b} futures {peak(b):.0f} MB" for b in (18, 24, 30)))
    met = mine >= AIM, mine / at_most >= AIM_LIMIT, mine / rates["CLIPS"] >= AIM_CLIPS
    return all(met)


def show_shipped(seconds: float, runs_: int) -> None:
    """The shipped workload."""
    load = shipped()
    total = math.prod(len(choice.options) for choice in load.choices)
    print(
        f"shipped: {len(load.choices)} open facts and groups, {len(load.advice)} pieces of advice"
    )
    rates = others(load, seconds)
    mine = joint_rate(load, runs_)
    at_most = limit(list(load.programs().values()))
    print(f"  {'engine, one process':34}{'futures a second':>18}{'this / it':>14}")
    print(row("this project", mine, mine))
    for name, rate in rates.items():
        print(row(name, rate, mine))
    print(row("limit: numpy alone", at_most, mine))
    print(f"  share of the limit: {mine / at_most:.0%}")
    start = time.perf_counter()
    found = [runs.estimate(load.circuit, load.literals[a], load.choices) for a in load.advice]
    taken = time.perf_counter() - start
    exact = [one for one in found if one.method == "exact"]
    print(
        f"  skipped: for exact shares over the {total:.2g} futures of all facts, {len(exact)} of "
        f"{len(found)} pieces of advice need the {sum(one.futures for one in exact):,} futures of "
        f"their own cones"
    )
    print(f"  {taken:.2f} s with probabilities and influences, the rest of the advice sampled")


def main() -> int:
    """Measure, print, and say whether the aims were met."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=3.0, help="for each other engine")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--memory", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.memory:
        memory(options.memory)
        return 0
    met = show_wide(options.seconds, options.runs)
    show_shipped(options.seconds, options.runs)
    aims = f"{AIM:,.0f} futures a second, {AIM_LIMIT:.0%} of the limit, {AIM_CLIPS:,} times CLIPS"
    print(f"aims, wide: {aims}: {'met' if met else 'MISSED'}")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
