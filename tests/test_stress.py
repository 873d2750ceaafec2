"""Stress: every future of the advice, held against one plain run a future."""

from __future__ import annotations

import contextlib
import functools
import io
import itertools
import json
import math
import multiprocessing
import operator
import os
import pty
import random
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from large import write_large
from strategies import (
    WHERE,
    Features,
    base_of,
    batches,
    cases,
    fact,
    pattern,
    rule,
    scenario_of,
    template,
    what_ifs,
)

import advisor
from advisor import cli, loader
from advisor.answers.explanation import proof
from advisor.answers.silence import silences
from advisor.answers.widening import widened
from advisor.cli.progress import ProgressLine
from advisor.futures import circuit, estimates, processes, report, runs, sets, shapes, tallies
from advisor.futures.choices import Choice, Option, _at_most_one, choices, futures
from advisor.futures.machine import program
from advisor.futures.planes import Layout
from advisor.futures.processes import dealt
from advisor.futures.report import Options, stress
from advisor.futures.result import INTERRUPTED, Stress
from advisor.futures.tallies import Job
from advisor.model import budget, grades
from advisor.model.budget import Budget, Late
from advisor.model.changes import Changes, fold, key_of
from advisor.model.errors import AdvisorError
from advisor.model.grades import HOLDS, INTS
from advisor.model.records import Instance
from advisor.model.scenarios import Fact, OneOf, Scenario
from advisor.reasoning.building import build
from advisor.reasoning.evaluate import Outcome, evaluate, given_grades, outcome, revised, standing
from advisor.render.terminal.page import Page
from advisor.render.terminal.prospects import bar, overview, percent

SMALL = Path(__file__).parent / "bases" / "small"
FEW = 3_000  # futures that a test runs one by one


# ------------------------------------------------------------------ futures, one by one


def one_by_one(
    case: Outcome, open_: list[Choice]
) -> Iterator[tuple[tuple[int, ...], float, Outcome]]:
    """Each future: the options taken, its probability, and the case evaluated in it."""
    for taken in itertools.product(*(range(len(choice.options)) for choice in open_)):
        options = [choice.options[one] for choice, one in zip(open_, taken, strict=True)]
        said = dict(case.scenario.facts)
        for option in options:
            for number, grade in option.grades.items():
                instance = case.graph.instances[number]
                said[instance] = fact(instance, grade, "stated" if grade else "denied")
        plain = msgspec.structs.replace(case.scenario, facts=said, groups=(), complete=True)
        yield taken, math.prod(option.weight for option in options), outcome(plain, case.graph)


@st.composite
def open_cases(draw) -> tuple[Outcome, list[Choice]]:
    """A case with its choices: now and then with a one-of group, and facts varied."""
    case = draw(cases(Features()))
    scenario = case.scenario
    uncertain = [one for one in scenario.facts if scenario.facts[one].standing != "denied"]
    uncertain = [one for one in uncertain if one.template not in scenario.base.derived]
    if len(uncertain) > 2 and draw(st.booleans()):
        size = draw(st.integers(2, min(5, len(uncertain))))
        group = OneOf(title="group", alternatives=tuple(uncertain[:size]), where=scenario.where)
        scenario = msgspec.structs.replace(scenario, groups=(group,))
    graph = build(scenario, case.extra)
    varied = set()
    for number, instance in enumerate(graph.instances):
        if instance.template not in scenario.base.derived and draw(st.booleans()):
            varied.add(number)
    whole = outcome(scenario, graph)
    return whole, choices(whole, varied)


def advice_of(case: Outcome) -> list[int]:
    """Every possible piece of advice."""
    return case.graph.advice_to(None)


@given(open_cases())
def test_shares_and_probabilities_equal_plain_runs(drawn):
    """Share, probability, and every change of a choice: as by one plain run a future."""
    case, open_ = drawn
    gates, literals = circuit.drawn(case, open_)
    for advice in advice_of(case):
        own = gates.support(literals[advice])
        mine = [open_[number] for number in own]
        if futures(mine) > FEW:
            continue
        found = runs.estimate(gates, literals[advice], open_)
        true = {}
        likely = 0.0
        for taken, weight, plain in one_by_one(case, mine):
            true[taken] = plain.grades.lower[advice] >= HOLDS
            likely += weight * true[taken]
        assert (found.method, found.futures, found.given) == (
            "exact",
            len(true),
            sum(true.values()),
        )
        assert found.probability == pytest.approx(likely)
        for place, number in enumerate(own):
            assert found.moves[number] == pytest.approx(moves(mine, true, place)), number


def moves(mine: list[Choice], true: dict, place: int) -> list[float]:
    """How likely each change of one choice into another option gains the advice."""
    size = len(mine[place].options)
    found = []
    for a, b in itertools.permutations(range(size), 2):
        total = 0.0
        for taken, given_there in true.items():
            if taken[place] == a:
                changed = (*taken[:place], b, *taken[place + 1 :])
                others = [c.options[o].weight for c, o in zip(mine, taken, strict=True)]
                others[place] = 1
                total += math.prod(others) * (true[changed] and not given_there)
        found.append(total)
    return found


# ------------------------------------------------------------------ random circuits


class Drawn(NamedTuple):
    """A random circuit over a few choices."""

    circuit: circuit.Circuit
    literal: int
    choices: list[Choice]

    def value(self, taken) -> bool:
        """Whether the literal is true in a future, node by node."""
        value = {0: False}
        for node in self.circuit.reached([self.literal]):
            source = self.circuit.sources.get(node)
            if source is not None:
                value[node] = taken[source.choice] == source.option
            else:
                one, other = self.circuit.gates[node]
                value[node] = all(value[each >> 1] ^ (each & 1) for each in (one, other))
        return bool(value[self.literal >> 1] ^ (self.literal & 1))

    def truth(self) -> dict[tuple[int, ...], bool]:
        """Whether it is true, by future."""
        sizes = (range(len(choice.options)) for choice in self.choices)
        return {taken: self.value(taken) for taken in itertools.product(*sizes)}


def choice_of(size: int, first: int, weights) -> Choice:
    """A choice: about one fact that holds or does not, or of which of some facts holds."""
    total = sum(weights[:size])
    facts = range(first, first + size)
    options = [
        Option(
            None if size == 2 and one == first else one,
            {other: 8 * (one == other) for other in facts},
            weight / total,
        )
        for one, weight in zip(facts, weights, strict=False)
    ]
    return Choice(tuple(options))


@st.composite
def circuits(draw, sizes=(2, 2, 2, 3, 4), most: int = 5, gates: int = 12) -> Drawn:
    """A random circuit whose literal depends on every choice that it is given with."""
    weights = st.lists(st.floats(0.05, 1), min_size=5, max_size=5)
    drawn = [
        choice_of(draw(st.sampled_from(sizes)), 10 * number, draw(weights))
        for number in range(draw(st.integers(1, most)))
    ]
    net = circuit.Circuit()
    literals = [
        net.option(drawn, number, option)
        for number, choice in enumerate(drawn)
        for option in range(len(choice.options))
    ]
    for _ in range(draw(st.integers(1, gates))):
        one, other = (draw(st.sampled_from(literals[-14:])) for _ in range(2))
        join = net.both if draw(st.booleans()) else net.either
        literals.append(join(one, other ^ draw(st.integers(0, 1))))
    return Drawn(net, literals[-1], drawn)


def covers(term: sets.ProductTerm, taken) -> bool:
    """Whether a future fits a term."""
    return all(taken[number] in options for number, options in term)


def primes(truth: dict, wanted: bool, choices) -> set[sets.ProductTerm]:
    """The prime implicants by definition: terms that imply it and stop to, whatever is added."""
    every = [range(len(choice.options)) for choice in choices]
    subsets = [
        [frozenset(s) for n in range(1, len(one) + 1) for s in itertools.combinations(one, n)]
        for one in every
    ]
    implied = {
        term
        for term in itertools.product(*subsets)
        if all(truth[taken] == wanted for taken in itertools.product(*term))
    }
    found = set()
    for term in implied:
        wider = (
            (*term[:place], term[place] | {option}, *term[place + 1 :])
            for place, options in enumerate(every)
            for option in options
            if option not in term[place]
        )
        if not any(one in implied for one in wider):
            found.add(tuple((n, o) for n, o in enumerate(term) if len(o) < len(every[n])))
    return found


@given(circuits(most=4))
def test_path_and_cut_sets_are_all_the_prime_implicants(drawn):
    """Path sets are the prime implicants of "given", cut sets those of "not given", no others."""
    if drawn.literal < 2:
        return
    truth = drawn.truth()
    for family, wanted in zip(sets.families(*drawn), (True, False), strict=True):
        assert family.size is None
        assert len(set(family.terms)) == len(family.terms)
        assert set(family.terms) == primes(truth, wanted, drawn.choices)
        sizes = list(map(len, family.terms))
        assert sizes == sorted(sizes), "shortest first"


@given(circuits(sizes=(2,), most=7, gates=20))
def test_each_family_hits_the_other(drawn):
    """Of facts that hold or not: cut sets are the minimal sets that contradict every path set."""
    if drawn.literal < 2:
        return
    paths, cuts = (
        [frozenset((n, *o) for n, o in term) for term in family.terms]
        for family in sets.families(*drawn)
    )
    for one, other in ((paths, cuts), (cuts, paths)):
        against = [frozenset((n, 1 - o) for n, o in term) for term in one]
        assert set(other) == set(minimal_hitting_sets(against))


def minimal_hitting_sets(families: list[frozenset]) -> list[frozenset]:
    """Berge's algorithm: hit one set after the other, and keep the minimal; no contradictions."""
    found = [frozenset()]
    for family in families:
        wider = {
            hit if hit & family else hit | {one}
            for hit in found
            for one in (family if not hit & family else [None])
        }
        wider = {one for one in wider if len({n for n, _ in one}) == len(one)}
        found = [one for one in wider if not any(other < one for other in wider)]
    return found


@given(circuits(sizes=(2, 3, 5, 6, 7), most=3, gates=20))
def test_a_search_finds_what_the_definition_says(drawn):
    """Beyond the table's reach sets are searched for: all of them, of up to seven alternatives."""
    if drawn.literal < 2:
        return
    own = {number: drawn.choices[number] for number in drawn.circuit.support(drawn.literal)}
    truth = drawn.truth()
    for literal, wanted in ((drawn.literal, True), (drawn.literal ^ 1, False)):
        searched = sets._searched(drawn.circuit, literal, own)
        assert searched.size is None
        assert set(searched.terms) == primes(truth, wanted, drawn.choices)
        sizes = list(map(len, searched.terms))
        assert sizes == sorted(sizes), "shortest first"


def test_seven_alternatives_beside_many_facts():
    """Sets that leave some of seven alternatives are found where no table holds all terms."""
    open_ = [choice_of(7, 0, [1.0] * 7), *(choice_of(2, 10 * n, [0.5] * 2) for n in range(1, 13))]
    net = circuit.Circuit()
    wins = functools.reduce(net.either, (net.option(open_, 0, o) for o in (1, 3, 4)))
    facts = functools.reduce(net.both, (net.option(open_, n, 1) for n in range(1, 13)))
    paths, cuts = sets.families(net, net.either(wins, facts), open_)
    assert paths.size is cuts.size is None
    assert paths.terms == [
        ((0, frozenset({1, 3, 4})),),
        tuple((n, frozenset({1})) for n in range(1, 13)),
    ]
    others = (0, frozenset({0, 2, 5, 6}))
    assert cuts.terms == [(others, (n, frozenset({0}))) for n in range(1, 13)]


def test_a_search_that_is_given_up_says_how_far_it_came():
    """After so many calls, all sets up to a size are there, and it is said up to which."""
    open_ = [choice_of(2, 10 * n, [0.5, 0.5]) for n in range(16)]
    net = circuit.Circuit()
    pairs = [net.both(net.option(open_, n, 1), net.option(open_, n + 1, 1)) for n in range(15)]
    literal = functools.reduce(net.either, pairs)
    for family in sets.families(net, literal, open_, calls=60):
        assert family.size is not None
        assert all(len(term) >= 2 for term in family.terms)


# ------------------------------------------------------------------ one meaning, one evaluator

PLANES = grades.cut_algebra(
    operator.and_, operator.or_, lambda a: a ^ 255, 0, 255, operator.eq
)  # eight futures side by side, in the bits of an int


@given(batches())
def test_cuts_are_a_homomorphic_image_of_grades(batch):
    """The one evaluator over pairs of cuts gives the cuts of the grades that it gives over ints."""
    case, assignments = batch
    graph = build(case.scenario, case.extra)
    numbered = [{graph.number[i]: b for i, b in one.items()} for one in assignments]
    packed = {
        fact: tuple(
            tuple(
                sum((given[fact][side] >= cut) << n for n, given in enumerate(numbered))
                for cut in grades.CUTS
            )
            for side in (0, 1)
        )
        for fact in numbered[0]
    }
    withdrawn = case.scenario.withdrawn
    planes = evaluate(graph, packed, withdrawn, PLANES)
    for n, one in enumerate(numbered):
        plain = evaluate(graph, one, withdrawn)
        for side in ("lower", "upper"):
            pairs = [PLANES.join(grade, 0) for grade in getattr(planes, side)]
            bounds = getattr(plain, side)
            for pair, grade in zip(pairs, bounds, strict=True):
                assert [bool(p >> n & 1) for p in pair] == [grade >= cut for cut in grades.CUTS]


@given(batches())
def test_what_is_derived_anew_is_what_one_pass_over_all_gives(batch):
    """Grades revised from others, or without some firings, are those of a full pass."""
    case, assignments = batch
    graph = build(case.scenario, case.extra)
    withdrawn = case.scenario.withdrawn
    first, *others = [{graph.number[i]: b for i, b in one.items()} for one in assignments]
    before = evaluate(graph, first, withdrawn)
    for given_, idle in [(first, {*range(0, len(graph.firings), 2)}), *((o, ()) for o in others)]:
        anew = revised(graph, before, given_, withdrawn, changed=given_, idle=idle)
        assert anew[:2] == evaluate(graph.without(idle), given_, withdrawn)[:2]


@pytest.mark.parametrize("one", range(9))
@pytest.mark.parametrize("other", range(9))
def test_each_operation_commutes_with_the_cuts(one, other):
    """Minimum, maximum and opposite of grades, then cut: the same as cut, then and, or, not."""
    for operation in ("meet", "join"):
        grade = getattr(INTS, operation)(one, other)
        assert PLANES.join(grade, 0) == getattr(PLANES, operation)(one, other)
    assert PLANES.join(INTS.opposite(one), 0) == PLANES.opposite(one)


@given(circuits())
def test_a_circuit_means_what_it_is_built_from(drawn):
    """Restricting a circuit fixes choices and changes nothing else."""
    net, literal, open_ = drawn
    truth = drawn.truth()
    for number, choice in enumerate(open_):
        for option in range(len(choice.options)):
            restricted = Drawn(net, net.restricted(literal, {number: [option]}), open_)
            for taken, value in truth.items():
                if taken[number] == option:
                    assert restricted.value(taken) == value


# ------------------------------------------------------------------ how the futures are covered


@given(circuits(sizes=(2, 3, 4, 5, 9), most=4), st.booleans())
def test_blocks_add_up(drawn, weighed):
    """However small the blocks, the sums are those of all futures one by one."""
    if drawn.literal < 2:
        return
    own = {number: drawn.choices[number] for number in drawn.circuit.support(drawn.literal)}
    code = program(drawn.circuit, drawn.literal)
    truth = Drawn(drawn.circuit, drawn.literal, drawn.choices).truth()
    every = math.prod(len(c.options) for n, c in enumerate(drawn.choices) if n not in own)
    for low in (tuple(own)[:1], tuple(own)[-2:]):
        tally, layout = runs.cover(Job(code, own, low, weighed), 1, 1)
        assert tally.blocks == layout.blocks()
        assert tally.given * every == sum(truth.values())
        if weighed:
            assert tally.mass == pytest.approx(1)
            likely = sum(
                math.prod(c.options[o].weight for c, o in zip(drawn.choices, taken, strict=True))
                for taken, value in truth.items()
                if value
            )
            assert tally.weight == pytest.approx(likely)


def tangle(size: int, seed: int = 0) -> Drawn:
    """A large random circuit over choices of one fact each, true in about half of the futures."""
    pick = random.Random(seed)
    open_ = [choice_of(2, 10 * n, [pick.uniform(0.2, 0.8), 0.5]) for n in range(size)]
    net = circuit.Circuit()
    literals = [net.option(open_, n, 1) for n in range(size)]
    for _ in range(3 * size):
        one, other = pick.sample(literals[-2 * size :], 2)
        join = pick.choice((net.both, net.either))
        literals.append(join(one, other ^ pick.choice((0, 0, 1))))
    parity = literals[-1]
    for literal in literals[-size // 2 : -1]:
        one, other = net.both(parity, literal ^ 1), net.both(parity ^ 1, literal)
        parity = net.either(one, other)
    return Drawn(net, parity, open_)


def test_one_process_and_two_give_the_same():
    """Work shared between processes changes nothing, down to the last bit."""
    drawn = tangle(30)
    one, two = (runs.estimate(*drawn, seed=3, processes=number) for number in (1, 2))
    assert one == two
    assert one.method == "exact"
    assert one.futures == 2 ** len(drawn.circuit.support(drawn.literal))
    assert runs.estimate(*drawn, seed=4).given == one.given


def test_a_worker_that_dies_loses_nothing(monkeypatch):
    """What a killed process owes is done by the one that waits for it."""
    drawn = tangle(30)
    whole = runs.estimate(*drawn, processes=1)
    start = multiprocessing.get_context("spawn").Process.start

    def start_and_kill(process):
        start(process)
        process.kill()

    monkeypatch.setattr(multiprocessing.get_context("spawn").Process, "start", start_and_kill)
    assert runs.estimate(*drawn, processes=2) == whole


def test_time_that_workers_take_is_heeded():
    """What is known when they have spent what there is, and that it is not all."""
    drawn = tangle(30)
    found = []

    def limited() -> None:  # in a thread nobody looks at the clock
        with budget.limited(Budget(seconds=1e-6)):
            found.append(runs.estimate(*drawn, processes=2))
            found.append(budget.conclude())

    thread = threading.Thread(target=limited)
    thread.start()
    thread.join()
    assert found[0].method == "partial"
    assert found[0].examined < found[0].futures
    assert "seconds of processor time" in found[1]


def test_a_worker_that_is_late_is_not_taken_for_dead(monkeypatch):
    """Nobody does what a process owes that has spent its share of the time."""
    drawn = tangle(12)
    own = {number: drawn.choices[number] for number in drawn.circuit.support(drawn.literal)}
    job = Job(runs.program(drawn.circuit, drawn.literal), own, ())
    monkeypatch.setattr(processes, "_serve", late)
    with budget.limited(Budget(seconds=100)), dealt(job, [[0], [0]], 2) as tallies:
        with pytest.raises(Late):
            next(tallies)
        assert budget.conclude()


def late(job, chunks, pipe, share) -> None:
    """The life of a worker process that has no time."""
    sys.exit(processes._LATE)


def test_a_choice_of_thousands_is_drawn_option_by_option():
    """Of 500 values of one key each is looked at for itself, and not all of them for each."""
    value = _at_most_one(list(range(500)), {}, dict.fromkeys(range(500), 0.5))
    taken = []

    class Counted(circuit.Circuit):
        def option(self, *of):
            taken.append(of)
            return super().option(*of)

    net = Counted()
    drawn = circuit._settled(net, [value], 0)
    assert len(taken) == 2 * 500
    assert len({pair for pair, _ in drawn.values()}) == 500
    either = functools.reduce(net.either, (four for (four, _), _ in drawn.values()))
    found = runs.estimate(net, either, [value])
    assert (found.given, found.futures) == (500, 501)
    assert not found.moves


def test_ctrl_c_while_workers_start_is_heeded(monkeypatch):
    """It waits until they are started, and then interrupts: none of them is left."""
    drawn = tangle(12)
    own = {number: drawn.choices[number] for number in drawn.circuit.support(drawn.literal)}
    job = Job(runs.program(drawn.circuit, drawn.literal), own, ())
    started = []
    start = multiprocessing.get_context("spawn").Process.start

    def start_and_interrupt(process):
        start(process)
        started.append(process)
        signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(multiprocessing.get_context("spawn").Process, "start", start_and_interrupt)
    with pytest.raises(KeyboardInterrupt), dealt(job, [[0], [0]], 2):
        pytest.fail("it went on")
    assert [process.exitcode for process in started] == [-signal.SIGKILL] * 2


def test_two_processes_do_the_work_of_one():
    """Each hands back its own chunks, in order; and what a killed one owes is done here."""
    drawn = tangle(12)
    own = {number: drawn.choices[number] for number in drawn.circuit.support(drawn.literal)}
    job = Job(runs.program(drawn.circuit, drawn.literal), own, ())
    with dealt(job, [[0], [0], [0]], 1) as tallies:
        whole = list(tallies)
    with dealt(job, [[0], [0], [0]], 2) as tallies:
        assert len(multiprocessing.active_children()) == 2
        assert list(tallies) == whole
    with dealt(job, [[0], [0], [0]], 2) as tallies:
        multiprocessing.active_children()[0].kill()
        assert list(tallies) == whole
    assert not multiprocessing.active_children()


@pytest.mark.parametrize("shape", [tangle(8, 1), tangle(12, 2), tangle(16, 5)])
def test_a_sample_holds_the_exact_value_at_its_rate(shape):
    """Of 300 samples, the 95% intervals that miss are no more than chance allows (1 in 10^6)."""
    exact = runs.estimate(*shape)
    missed = {"share": 0, "probability": 0}
    for seed in range(300):
        found = runs.estimate(*shape, seed=seed, samples=192)
        assert (found.method, found.examined) == ("sampled", 192)
        missed["share"] += not found.interval.low <= exact.share <= found.interval.high
        missed["probability"] += not found.likely.low <= exact.probability <= found.likely.high
    assert all(number <= 38 for number in missed.values()), missed  # P(binomial(300, .06) > 38)


def test_a_sample_estimates_every_influence():
    """A large sample comes close to each influence, each share and each probability."""
    shape = tangle(10, 3)
    exact, found = runs.estimate(*shape), runs.estimate(*shape, samples=1 << 18)
    assert found.share == pytest.approx(exact.share, abs=0.01)
    assert found.probability == pytest.approx(exact.probability, abs=0.01)
    for number, changes in exact.moves.items():
        assert found.moves[number] == pytest.approx(changes, abs=0.01)


def test_more_futures_than_can_be_visited_are_sampled():
    """Beyond 2^30 futures there is a sample, its size and its interval stated."""
    shape = tangle(40, 1)
    found = runs.estimate(*shape)
    assert found.futures > runs.MOST
    assert (found.method, found.examined) == ("sampled", 1 << 16)
    assert found.interval.low < found.share < found.interval.high
    assert found.interval.high - found.interval.low < 0.01


# ------------------------------------------------------------------ interrupted


class Stopped:
    """A progress that interrupts, as Ctrl-C does, once so much is done."""

    def __init__(self, at: float) -> None:
        self.at = at

    def __call__(self, share: float) -> None:
        """Interrupt if it is time."""
        if share >= self.at:
            raise KeyboardInterrupt


def test_a_partial_result_is_honest(monkeypatch):
    """Interrupted at any point, the interval holds the exact share; and it says it is partial."""
    shape = tangle(14, 1)
    exact = runs.estimate(*shape)
    own = shape.circuit.support(shape.literal)
    monkeypatch.setattr(runs, "_CHUNK", 1)
    for module in (runs, tallies):
        monkeypatch.setattr(module, "Layout", lambda choices, low: Layout(choices, own[:6]))
    missed = 0
    for seed in range(200):
        found = runs.estimate(*shape, seed=seed, progress=Stopped(0.002 + seed / 500), processes=1)
        assert found.method == "partial"
        assert 0 < found.examined < found.futures
        assert found.likely.low <= exact.probability <= found.likely.high, "whatever the order"
        missed += not found.interval.low <= exact.share <= found.interval.high
    assert missed <= 20, "of 200, at 95%: fewer than chance allows (1 in 10^3)"


@pytest.mark.parametrize("of", [5, 64, 1000])
def test_the_interval_without_replacement_keeps_its_level(of):
    """Means of blocks drawn without replacement are off by more than stated at most 5% of times."""
    pick = random.Random(of)
    values = [pick.choice((0.0, 0.1, 1.0)) for _ in range(of)]
    true = sum(values) / of
    for seen in {1, 2, of // 3 + 1, of - 1, of}:
        means = [sum(pick.sample(values, seen)) / seen for _ in range(400)]
        missed = sum(abs(mean - true) > estimates.serfling(seen, of) + 1e-12 for mean in means)
        assert missed <= 20 + 3 * math.sqrt(20)
    assert estimates.serfling(of, of) == 0


def test_nothing_examined_is_said_to_be_unknown():
    """An interrupt before the first block leaves a share between none and all."""
    found = estimates.Estimate.unexamined(64)
    assert (found.method, found.examined, found.interval) == ("partial", 0, (0, 1))


# ------------------------------------------------------------------ choices


def keyed_case(said: list, groups=(), **fields) -> Outcome:
    """A case over a keyed template: the weather here."""
    weather = template("weather", "A", "B", key=(0,))
    plain = template("plain", "A")
    advice = template("act", "A", first="client", advice=True)
    rules = [rule("act", [pattern("weather", "$x", "b1")], [pattern("act", "$x")])]
    base = base_of([weather, plain, advice], rules)
    scenario = scenario_of(base, said, groups=tuple(groups), **fields)
    return outcome(scenario, build(scenario))


def weather(value: str) -> Instance:
    """An instance of the keyed template."""
    return Instance("weather", ("a1", value))


def grades_in(case: Outcome, choice: Choice) -> list[dict[str, int]]:
    """The grades that each option of a choice gives to its facts."""
    return [
        {str(case.graph.instances[f].values[-1]): grade for f, grade in option.grades.items()}
        for option in choice.options
    ]


def test_values_of_a_key_exclude_each_other():
    """Of the uncertain values of one key at most one holds; as likely as independents would be."""
    case = keyed_case([fact(weather("b1"), 5), fact(weather("b2"), standing="unknown")])
    (choice,) = choices(case)
    assert grades_in(case, choice) == [{"b1": 0, "b2": 0}, {"b1": 8, "b2": 0}, {"b1": 0, "b2": 8}]
    odds = [0.325 * 0.5, 0.675 * 0.5, 0.325 * 0.5]
    assert [o.weight for o in choice.options] == pytest.approx([one / sum(odds) for one in odds])


def test_a_varied_value_takes_the_place_of_the_one_stated():
    """In futures in which a varied value of a key holds, the value stated does not."""
    case = keyed_case([fact(weather("b1")), fact(weather("b2"), standing="denied")])
    assert choices(case) == []
    (choice,) = choices(case, [case.graph.number[weather("b2")]])
    assert grades_in(case, choice) == [{"b1": 8, "b2": 0}, {"b1": 0, "b2": 8}]


def test_exactly_one_alternative_holds():
    """Of a one-of group exactly one holds in each future; likelihoods are brought to a sum of 1."""
    here = Instance("plain", ("a1",))
    said = [fact(here, 6), fact(weather("b1"), 3), fact(weather("b2"), standing="unknown")]
    group = OneOf(title="g", alternatives=(here, weather("b1")), where=WHERE)
    case = keyed_case(said, [group])
    (choice,) = choices(case)
    assert [sum(grade == 8 for grade in one.values()) for one in grades_in(case, choice)] == [1, 1]
    assert {o.grades[case.graph.number[weather("b2")]] for o in choice.options} == {0}
    assert [o.weight for o in choice.options] == pytest.approx([0.325 / 1.2, 0.875 / 1.2])


def test_what_is_certain_or_denied_is_no_choice():
    """Facts stated as certain and facts denied are as they are in every future."""
    here, there = Instance("plain", ("a1",)), Instance("plain", ("a2",))
    case = keyed_case([fact(here), fact(there, standing="denied")])
    assert choices(case) == []
    assert len(choices(case, [case.graph.number[here]])) == 1


def group_case(*said: Fact, among: tuple[Instance, ...], then: tuple[Fact, ...] = ()) -> Outcome:
    """A case over the keyed template with a one-of group, and what is said of it afterwards."""
    start = keyed_case([]).scenario
    group = OneOf(title="g", alternatives=among, where=WHERE)
    for changes in (Changes(facts=said, groups=(group,)), Changes(facts=then)):
        start, problems = fold(start, changes)
        assert not problems
    return outcome(start, build(start, PLAIN))


PLAIN = [Instance("plain", (name,)) for name in ("a1", "a2", "a3")]


def holding(case: Outcome, varied: tuple[Instance, ...]) -> list[str]:
    """What holds in each future of the one choice that there is."""
    (choice,) = choices(case, [case.graph.number[one] for one in varied])
    certain = [[f for f, grade in o.grades.items() if grade == 8] for o in choice.options]
    return [" ".join(str(case.graph.instances[fact]) for fact in each) for each in certain]


def test_what_is_varied_of_a_decided_group_takes_the_place_of_what_holds():
    """Of a group of which it is stated which one holds, exactly one holds in every future."""
    one, two, three = PLAIN
    unknown = [fact(each, standing="unknown") for each in PLAIN]
    case = group_case(*unknown, among=(one, two, three), then=(fact(one),))
    assert choices(case) == []
    assert holding(case, (two,)) == [str(one), str(two)]
    assert holding(case, (one,)) == [str(one), str(two), str(three)]
    assert holding(case, (two, three)) == [str(one), str(two), str(three)]
    out = tuple(fact(each, standing="denied") for each in (two, three))
    last = group_case(*unknown, among=(one, two, three), then=out)
    assert holding(last, (one,)) == [str(one), str(two), str(three)]
    assert holding(last, (three,)) == [str(one), str(three)]


def test_what_was_ruled_out_and_is_varied_is_an_alternative_again():
    """Of a group with an alternative denied, no future has that one beside another."""
    one, two, three = PLAIN
    unknown = [fact(each, standing="unknown") for each in PLAIN]
    case = group_case(*unknown, among=(one, two, three), then=(fact(three, standing="denied"),))
    assert holding(case, ()) == [str(one), str(two)]
    assert holding(case, (three,)) == [str(one), str(two), str(three)]


def test_a_varied_value_takes_the_place_of_a_decided_one():
    """So does a varied value of the key that a decided group is about, listed there or not."""
    first, second, third = (weather(f"b{number}") for number in (1, 2, 3))
    unknown = [fact(each, standing="unknown") for each in (first, second)]
    case = group_case(*unknown, among=(first, second), then=(fact(first),))
    case = outcome(case.scenario, case.graph.extended([third]))
    assert holding(case, (second,)) == [str(first), str(second)]
    assert holding(case, (third,)) == [str(first), str(third)]


@given(st.data())
def test_no_future_has_two_alternatives_or_none(data):
    """Whatever is varied that may be unknown: one of each group, and no two values of a key."""
    case, changes = data.draw(what_ifs(Features(keys=True, groups=True)))
    scenario = case.scenario
    if scenario.groups:
        group = scenario.groups[0]
        some = data.draw(st.lists(st.sampled_from(group.alternatives), unique=True, max_size=2))
        standing = data.draw(st.sampled_from(["stated", "denied"]))
        said = tuple(fact(one, standing=standing) for one in some)
        for changed in (Changes(facts=said), changes):
            after, problems = fold(scenario, changed)
            scenario = scenario if problems else after
    whole = outcome(scenario, build(scenario, case.extra))
    derived = scenario.base.derived
    able = [one for one in whole.graph.instances if one.template not in derived]
    able = [one for one in able if not fold(scenario, opening(one))[1]]
    varied = data.draw(st.lists(st.sampled_from(able), unique=True, max_size=3)) if able else []
    if fold(scenario, opening(*varied))[1]:
        return
    open_ = choices(whole, [whole.graph.number[one] for one in varied])
    for taken in itertools.islice(itertools.product(*(one.options for one in open_)), FEW):
        now = {f: lower for f, (lower, _) in given_grades(whole.graph, scenario).items()}
        now |= {fact_: grade for option in taken for fact_, grade in option.grades.items()}
        check_future(scenario, {whole.graph.instances[f] for f, grade in now.items() if grade > 3})


def opening(*varied: Instance) -> Changes:
    """That nothing is known of some facts."""
    return Changes(facts=tuple(fact(one, standing="unknown") for one in varied))


def check_future(scenario: Scenario, holds: set[Instance]) -> None:
    """One alternative of each group holds, and of each key no more than one value."""
    for group in (*scenario.groups, *scenario.decided):
        every = {*group.alternatives, *group.ruled_out}
        keys = {key_of(scenario.base.templates[one.template], one) for one in every}
        values = {
            one for one in holds if key_of(scenario.base.templates[one.template], one) in keys
        }
        beside = values - every if None not in keys else set()
        assert len(every & holds) == 1 or (not every & holds and beside), (group, holds)
    keyed = [key_of(scenario.base.templates[one.template], one) for one in holds]
    assert all(keyed.count(key) == 1 for key in keyed if key is not None), holds


# ------------------------------------------------------------------ the whole test


@pytest.fixture(scope="module")
def shipped() -> Outcome:
    """The shipped scenario."""
    return advisor.load()


@pytest.fixture(scope="module")
def stressed(shipped) -> Stress:
    """Its stress test."""
    return advisor.stress(shipped)


def standings(case: Outcome, changed: dict[int, tuple[int, int]]) -> dict[str, str]:
    """The standing of all advice to the client with these bounds."""
    given = {**given_grades(case.graph, case.scenario), **changed}
    grades = evaluate(case.graph, given, case.scenario.withdrawn)
    return {
        str(case.graph.instances[a]): standing(grades.lower[a], grades.upper[a])
        for a in case.graph.advice_to("pakistan")
    }


def moved(before: dict[str, str], after: dict[str, str], kind: str) -> set[str]:
    """The advice that a change gains or loses."""
    goal = {"gained": after, "lost": before}[kind]
    other = {"gained": before, "lost": after}[kind]
    return {one for one in goal if goal[one] == "given" and other[one] != "given"}


def test_all_advice_is_there(shipped, stressed):
    """Given, open or withheld: every possible piece of advice, with its standing of today."""
    assert {one.instance: one.standing for one in stressed.advice} == standings(shipped, {})


def test_given_in_all_some_and_none(stressed):
    """What is said of all futures fits the count, and is proved by the sets."""
    for one in stressed.advice:
        counted = "all" if one.given == one.futures else "some" if one.given else "none"
        assert one.given_in == counted
        assert (one.path_sets.sets == ((),)) == (counted == "all")
        assert (one.cut_sets.sets == ((),)) == (counted == "none")


def test_signposts_say_what_would_change(shipped, stressed):
    """Each signpost, carried out by itself, gains and loses just what it says."""
    now = standings(shipped, {})
    names = {str(instance): n for n, instance in enumerate(shipped.graph.instances)}
    assert stressed.signposts
    excludes = {one.instance: one.excludes for one in stressed.facts}
    for post in stressed.signposts:
        grade = 8 if post.holds else 0
        changed = {names[post.instance]: (grade, grade)}
        changed |= {names[other]: (0, 0) for other in excludes[post.instance]}
        then = standings(shipped, changed)
        assert {one.instance for one in post.then.gained} == moved(now, then, "gained")
        assert {one.instance for one in post.then.lost} == moved(now, then, "lost")


def test_key_assumptions_are_what_given_advice_rests_on(shipped, stressed):
    """Every fact and silence of a given proof is checked, and what changes if it is wrong."""
    now = standings(shipped, {})
    names = {str(instance): n for n, instance in enumerate(shipped.graph.instances)}
    facts = {one.instance for one in stressed.assumptions if one.reason != SILENT}
    proofs = [
        proof(shipped, a) for a in shipped.graph.advice_to("pakistan") if is_given(shipped, a)
    ]
    rests = {link.fact for links in proofs for link in links if link.firing is None}
    assert facts == {str(shipped.graph.instances[f]) for f in rests}
    silent = {said for links in proofs for said in silences(shipped, links)}
    assert {one.says for one in stressed.assumptions if one.reason == SILENT} == silent
    for one in stressed.assumptions:
        if one.instance in names and one.reason != SILENT:
            then = standings(shipped, {names[one.instance]: (0, 0)})
            assert {each.instance for each in one.if_wrong.lost} == moved(now, then, "lost")
            assert {each.instance for each in one.if_wrong.gained} == moved(now, then, "gained")


SILENT = "nobody has said anything about it"


def is_given(case: Outcome, advice: int) -> bool:
    """Whether a piece of advice is given."""
    return case.grades.lower[advice] >= HOLDS


def test_an_assumption_is_as_sound_as_its_grade_and_its_sources(shipped, stressed):
    """Solid: grade 7 or more, corroborated, graded A to C; unsupported: silence, or no source."""
    facts = {str(instance): said for instance, said in shipped.scenario.facts.items()}
    for one in stressed.assumptions:
        said = facts.get(one.instance)
        if one.reason == SILENT or not said.citations:
            assert one.status == "unsupported"
            continue
        sources = [shipped.scenario.base.sources[c.source].reliability for c in said.citations]
        origins = {shipped.scenario.base.sources[c.source].origin for c in said.citations}
        solid = said.grade >= 7 and min(sources) <= "C" and len(origins) > 1
        assert one.status == ("solid" if solid else "with caveats")
    ranks = ["unsupported", "with caveats", "solid"]
    order = [ranks.index(one.status) for one in stressed.assumptions]
    assert order == sorted(order)


def test_a_silence_that_breaks_takes_the_advice(tmp_path):
    """If the fact that nobody mentions held, what rests on its absence would go."""
    path = tmp_path / "silent.yaml"
    path.write_text(
        "title: Nobody speaks of the weather\nclient: ashby\nfacts:\n"
        "  - lacks(ashby, grain)\n  - stores(brook, grain)\n  - linked(ashby, brook)\n"
    )
    result = advisor.stress(advisor.load(path, base=SMALL))
    silence = next(one for one in result.assumptions if "frozen" in one.says)
    assert silence.status == "unsupported"
    assert silence.instance == "weather(brook, frozen)"
    assert [one.instance for one in silence.if_wrong.lost] == ["buy(ashby, brook, grain)"]


def test_facts_can_be_varied(shipped):
    """A fact that is certain becomes open when it is named; one that rules derive cannot be."""
    result = advisor.stress(shipped, vary=["rapprochement(pakistan, russia)"])
    (fact_,) = [one for one in result.facts if one.instance == "rapprochement(pakistan, russia)"]
    assert (fact_.stated, fact_.probability) == ("certain", 0.5)
    with pytest.raises(AdvisorError, match="follows from rules"):
        advisor.stress(shipped, vary=["drawing-closer(pakistan, russia)"])


def test_what_cannot_stand_beside_what_is_stated_cannot_be_varied(tmp_path, capfd):
    """A value of a key of which another one is in a group over several keys: a message says so."""
    base = tmp_path / "base"
    shutil.copytree(SMALL, base)
    file = base / "facts" / "mixed.yaml"
    file.write_text(
        "title: Mixed\nclient: ashby\none-of:\n  - title: One storm\n    alternatives:\n"
        "      - weather(ashby, frozen)\n      - weather(brook, frozen)\n"
    )
    assert cli.run(["stress", "mixed", "--base", str(base), "--vary", "weather(ashby, calm)"]) == 2
    out, err = capfd.readouterr()
    assert not out
    assert "weather(ashby, calm) gives a second value where there can be one" in err
    assert cli.run(["stress", "mixed", "--base", str(base)]) == 0


def test_the_decisive_facts_add_up(stressed):
    """What a fact decides is the sum of its influences over all advice."""
    for one in stressed.decisive:
        moving = [i for p in stressed.advice for i in p.influences if i.instance == one.instance]
        assert one.decides == pytest.approx(sum(i.gives + i.takes for i in moving))
        assert len(one.advice) == len(moving)
    assert [one.decides for one in stressed.decisive] == sorted(
        (one.decides for one in stressed.decisive), reverse=True
    )


@settings(max_examples=40)
@given(open_cases())
def test_an_interrupt_leaves_a_partial_result(drawn):
    """Whenever it comes, there is a result; what was done before is exact, and the rest says so."""
    case, _ = drawn
    client = "a1"
    whole = stress(case, client)
    partial = stress(case, client, options=Options(progress=Stopped(0.5)))
    if any(one.futures > 1 for one in whole.advice):
        assert partial.partial
    exact = {one.instance: one for one in whole.advice}
    for one in partial.advice:
        share = exact[one.instance].share
        assert one.share_range.low <= share <= one.share_range.high
        if one.method == "exact":
            assert (one.given, one.futures) == (exact[one.instance].given, one.futures)


def test_a_search_finds_the_longest_sets_too():
    """Over 2^24 futures all sets are found, from those of one fact to those of twenty-one."""
    open_ = [choice_of(2, 10 * n, [0.5, 0.5]) for n in range(24)]
    net = circuit.Circuit()
    x = [net.option(open_, n, 1) for n in range(24)]
    either_way = net.either(net.both(x[1], x[2]), net.both(x[1], x[2] ^ 1))
    many = functools.reduce(net.both, x[4:])
    surely = net.both(x[0], net.either(either_way, x[1] ^ 1))
    almost = net.both(x[3], functools.reduce(net.either, x[4:]))
    literal = net.either(net.either(surely, almost), many)
    paths, cuts = sets.families(net, literal, open_)
    on, off = frozenset({1}), frozenset({0})
    assert paths.size is cuts.size is None
    assert paths.terms == [
        ((0, on),),
        *(((3, on), (n, on)) for n in range(4, 24)),
        tuple((n, on) for n in range(4, 24)),
    ]
    assert cuts.terms == [
        *(((0, off), (3, off), (n, off)) for n in range(4, 24)),
        ((0, off), *((n, off) for n in range(4, 24))),
    ]


# ------------------------------------------------------------------ the command


@pytest.fixture(scope="module")
def large(tmp_path_factory) -> Path:
    """A base with advice over 2^30 futures."""
    return write_large(tmp_path_factory.mktemp("large") / "base")


def test_interrupting_prints_what_is_known(large):
    """Ctrl-C ends a long test with partial results, exit code 130, and no traceback."""
    args = [sys.executable, "-m", "advisor", "stress", "--base", str(large)]
    args += ["--long", "--time-limit", "3600"]  # however slow it is here
    master, slave = pty.openpty()
    process = subprocess.Popen(args, stdout=subprocess.PIPE, stderr=slave, start_new_session=True)
    os.close(slave)
    shown = b""
    while b"done, about" not in shown:
        shown += os.read(master, 1024)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: the workers get it too
    out, _ = process.communicate()
    with contextlib.suppress(OSError):
        while more := os.read(master, 1024):
            shown += more
    os.close(master)
    assert process.returncode == 130
    busy = rb"working, \d+ s so far"  # before and after, on a busy machine
    lines = rb"(\r+( *\d+% done, about \d+ s left|" + busy + rb")? +)+\r+"
    assert re.fullmatch(lines, shown)
    assert b"Partial: interrupted" in out
    assert b"of 1,073,741,824" in out


@pytest.mark.parametrize("broken", [KeyboardInterrupt, Late])
@pytest.mark.parametrize(
    "during", ["unmeasured", "shapes.estimate", "shapes.families", "turning", "piece", "_decisive"]
)
def test_wherever_it_is_cut_short_all_that_is_known_is_there(
    shipped, stressed, monkeypatch, during, broken
):
    """Ctrl-C, or the end of the time, in any part: what was done before is given, and no error."""
    module, name = (shapes, during.split(".")[1]) if "." in during else (report, during)
    module = module if hasattr(module, name) else report._Test
    real, calls = getattr(module, name), itertools.count()

    def interrupted(*args, **options):
        if next(calls) == 1 or during in {"turning", "_decisive"}:
            monkeypatch.setattr(module, name, real)
            raise broken
        return real(*args, **options)

    monkeypatch.setattr(module, name, interrupted)
    result = advisor.stress(shipped)
    assert result.partial
    assert result.cut_short == INTERRUPTED
    assert {one.instance for one in result.advice} == {one.instance for one in stressed.advice}
    assert result.assumptions == stressed.assumptions
    known = [one for one in result.advice if one.method == "exact"]
    assert known
    whole = {one.instance: one for one in stressed.advice}
    for one in known:
        assert (one.given, one.share) == (whole[one.instance].given, whole[one.instance].share)


def test_a_test_that_takes_too_long_says_so_with_what_it_found(run, work, monkeypatch):
    """Where time is up a partial result names the limit and the rule, and how to allow more."""
    real, calls = report.unmeasured, itertools.count()

    def slow(*args):
        if next(calls) == 3:
            work(20.5)
        return real(*args)

    monkeypatch.setattr(report, "unmeasured", slow)
    code, out, _ = run("stress", "--time-limit", "20", "--long")
    assert code == 130
    out = " ".join(out.split())
    assert re.search(r"Partial: .*this takes more than 20 seconds of processor time; rule '", out)
    assert "more with --time-limit SECONDS." in out
    assert "was looked at before it was cut short" in out


def test_of_an_open_scenario_what_given_advice_turns_on_is_tried(tmp_path):
    """Of thousands of facts that nobody mentions the rest is counted; what is told is whole."""
    facts = tmp_path / "x.yaml"
    facts.write_text("extends: pakistan-russia\ntitle: x\ncomplete: false\n")
    case = widened(advisor.load(facts))
    result = stress(case, "pakistan", options=Options(given_only=True))
    assert not result.partial
    assert {prospect.standing for prospect in result.advice} == {"given"}
    assert len(result.advice) > 10
    assert result.signposts
    assert result.untried > 1000


def test_progress_is_shown_on_a_terminal_once_it_takes_long(monkeypatch):
    """After a second, what is done and about how long the rest takes; then the line goes."""
    now = [0.0]
    stream = io.StringIO()
    monkeypatch.setattr(stream, "isatty", lambda: True)
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setattr(stream, "fileno", lambda: 2)
    monkeypatch.setattr(
        "advisor.cli.progress.os.write", lambda _, data: stream.write(data.decode())
    )
    monkeypatch.setattr("advisor.cli.progress.time.monotonic", lambda: now[0])
    progress = ProgressLine()
    for now[0], share in ((0.5, 0.1), (2.0, 0.25), (2.1, 0.26)):
        progress.show(share)
    assert stream.getvalue().split("\r") == ["", f"{' 25% done, about 6 s left':<39}"]
    progress.close()
    assert stream.getvalue().endswith("\r" + " " * 40 + "\r")


def test_no_progress_in_a_pipe(monkeypatch):
    """Where stderr is no terminal nothing is written to it."""
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    progress = ProgressLine()
    progress.started -= 10
    progress.show(0.5)
    progress.close()
    assert stream.getvalue() == ""


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["--vary", "stores(brook, grian)"], "there is no Cargo 'grian'"),
        (["--vary", "partners(ashby, brook)"], "partners(ashby, brook) follows from rules"),
        (["--samples", "0"], "0 is not in the range"),
        (["--seed", "-1"], "-1 is not in the range"),
        (["--for", "ashbi"], "nobody can advise 'ashbi'"),
    ],
)
def test_what_cannot_be_tested_is_a_message(capfd, args, words):
    """Unusable options: exit code 2 and a message."""
    assert cli.run(["stress", "--base", str(SMALL), *args]) == 2
    out, err = capfd.readouterr()
    assert not out
    assert words in err


def test_one_piece_of_advice_is_tested_as_among_all(shipped, stressed):
    """Named by its number, its instance or its template, it comes out as in the whole test."""
    handle = advisor.advise(shipped).lines[-1].members[0]
    whole = {one.instance: one for one in stressed.advice}
    alone = advisor.stress(shipped, handle.handle)
    assert alone == advisor.stress(shipped, handle.instance)
    assert list(alone.advice) == [whole[handle.instance]]
    assert {one.instance for one in alone.facts} <= {one.instance for one in stressed.facts}
    assert {fact.instance for fact in alone.facts} >= {
        i.instance for i in alone.advice[0].influences
    }
    assert not alone.idle, "of what other advice depends on nothing is said"
    template = advisor.stress(shipped, "use-forum").advice
    assert {one.instance for one in template} == {n for n in whole if n.startswith("use-forum(")}


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["99"], "no advice has the number '99'"),
        (["shortage(pakistan, energy)"], "'shortage' is no advice"),
        (["use-forun"], "there is no scenario 'use-forun'"),
        (["shortage"], "there is no scenario 'shortage'"),
        (["1", "nowhere"], "there is no scenario 'nowhere'"),
        (["1", "pakistan-russia", "more"], "name one piece of advice and one scenario at most"),
    ],
)
def test_what_cannot_be_zoomed_in_on_is_refused(capfd, args, words):
    """What is no advice, and what is no scenario, exit 2 with what there is."""
    assert cli.run(["stress", *args]) == 2
    out, err = capfd.readouterr()
    assert not out
    assert words in err


def test_a_sample_says_what_it_is(capfd):
    """--samples draws so many futures; the output states their number and the interval."""
    assert cli.run(["stress", "--base", str(SMALL), "--samples", "640", "--long"]) == 0
    out, _ = capfd.readouterr()
    assert re.search(r"% at 95%\): \d+ of 640 sampled, out of \d+", " ".join(out.split()))
    assert cli.run(["stress", "--base", str(SMALL), "--samples", "640", "--long"]) == 0
    assert capfd.readouterr()[0] == out, "the seed makes it repeatable"
    assert cli.run(["stress", "--base", str(SMALL), "--samples", "640"]) == 0
    assert "~ is estimated from some of the futures" in capfd.readouterr()[0]


@pytest.mark.parametrize(
    ("share", "shown", "percent_"),
    [
        (0, "..........", "0%"),
        (0.0001, "#.........", "under 0.1%"),
        (0.5, "#####.....", "50%"),
        (0.99999, "#########.", "over 99.9%"),
        (1, "##########", "100%"),
    ],
)
def test_bars_and_percentages_do_not_round_to_nothing_or_all(share, shown, percent_):
    """Only nothing is shown as nothing, and only all as all."""
    assert (bar(share), percent(share)) == (shown, percent_)


def test_thousands_of_values_of_one_key_have_their_chances():
    """The chance that none of 2,000 independent values holds is no number; their share is one."""
    odds = dict.fromkeys(range(2_000), 0.5)
    chances = [option.weight for option in _at_most_one(list(odds), {}, odds).options]
    assert chances == pytest.approx([1 / 2_001] * 2_001)


def test_what_always_takes_advice_away_is_not_nearly_always():
    """Three alternatives, of which one speaks against the advice: sure, and no rounding shows."""
    level = template("level", "A", "number", key=(0,))
    go = template("go", "A", first="client", advice=True)
    rules = [rule("r", [], [pattern("go", "a1")], exceptions=(pattern("level", "a1", 3),))]
    group = {"title": "G", "alternatives": [f"level(a1, {n})" for n in (1, 2, 3)]}
    start = scenario_of(base_of([level, go], rules), [])
    scenario = loader.change(start, json.dumps({"title": "T", "one-of": [group]}), "group")
    [prospect] = stress(outcome(scenario, build(scenario)), "a1").advice
    assert {one.takes for one in prospect.influences} == {0, 1}


@pytest.mark.parametrize(("size", "left_out"), [(64, 0), (65, 1)])
def test_influences_of_more_than_64_alternatives_are_said_to_be_left_out(size, left_out):
    """What each of 64 alternatives does is worked out; of 65 none, and the result says so."""
    level = template("level", "A", "number", key=(0,))
    go = template("go", "A", first="client", advice=True)
    rules = [rule("r", [pattern("level", "a1", 1)], [pattern("go", "a1")])]
    group = {"title": "G", "alternatives": [f"level(a1, {n})" for n in range(size)]}
    start = scenario_of(base_of([level, go], rules), [])
    scenario = loader.change(start, json.dumps({"title": "T", "one-of": [group]}), "group")
    result = stress(outcome(scenario, build(scenario)), "a1")
    [prospect] = result.advice
    assert (prospect.not_weighed, not prospect.influences) == (left_out, bool(left_out))
    page = Page(200)
    overview(page, result, (), scenario.base)
    said = "Influences are told of at most 64 facts that exclude each other; 1 larger group is left"
    assert (said in page.text.plain) == bool(left_out)
