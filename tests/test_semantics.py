"""What the rules mean: the product against a naive evaluator, on random bases and on small ones."""

from __future__ import annotations

import subprocess
import sys
from typing import NamedTuple

import msgspec
import pytest
from hypothesis import assume, event, given
from oracle import Oracle, nth
from strategies import (
    ENTITIES,
    MONOTONE,
    Case,
    base_of,
    batches,
    cases,
    fact,
    pattern,
    removals,
    rule,
    scenario_of,
    splits,
    template,
    without,
)

from advisor import loader
from advisor.answers.explanation import Derivation, Step, best, how, proof
from advisor.answers.limits import limits
from advisor.api import advise
from advisor.model import budget
from advisor.model.grades import CERTAIN, INTS, TERMS, Algebra, nth_largest, with_band
from advisor.model.records import AtLeast, Instance
from advisor.model.scenarios import Fact
from advisor.model.sources import Citation
from advisor.model.strata import dependencies, forbidden_cycle
from advisor.reasoning.building import build, graph_of
from advisor.reasoning.engine import Engine
from advisor.reasoning.evaluate import (
    Outcome,
    evaluate,
    firing_grade,
    given_grades,
    outcome,
    standing,
)
from advisor.reasoning.graph import JustificationGraph
from advisor.reasoning.seminaive import SemiNaive

MATCHERS = (Engine, SemiNaive)
STRENGTHS = {with_band(grade): grade for grade in range(9)}


def product(case: Case) -> Outcome:
    """The product's outcome of a case."""
    return outcome(case.scenario, build(case.scenario, case.extra))


def example(templates, rules, facts, extra=(), **fields) -> Outcome:
    """The outcome of a small example made by hand."""
    base = base_of(templates, rules)
    return product(Case(scenario_of(base, facts, **fields), frozenset(extra)))


def bounds(result: Outcome, *instance) -> tuple[int, int]:
    """The bounds of an instance: a template's name and values."""
    return result.bounds(result.graph.number[Instance(instance[0], tuple(instance[1:]))])


def shown_bounds(result: Outcome) -> list[tuple[int, tuple[int, int]]]:
    """The bounds of every fact, by its number."""
    return [(n, result.bounds(n)) for n in range(len(result.graph.instances))]


def contents(graph: JustificationGraph) -> tuple:
    """Everything in a graph."""
    return graph.instances, graph.firings, graph.supports, graph.components, graph.caveats


# Against the oracle


@given(cases())
def test_generated_bases_are_stratified(case):
    """The strategies only make bases that the loader would take."""
    base = case.scenario.base
    assert forbidden_cycle(dependencies(base.rules, base.templates)) is None


@given(cases())
def test_grades_equal_those_of_a_naive_evaluator(case):
    """The possible facts, and each one's lower and upper grade, are those the design defines."""
    naive = Oracle(case.scenario, case.extra)
    result = product(case)
    assert set(result.graph.instances) == naive.possible
    found = {one: result.bounds(n) for n, one in enumerate(result.graph.instances)}
    assert found == {one: (naive.lower[one], naive.upper[one]) for one in naive.possible}
    event(f"rules matched: {bool(naive.matches)}")


@given(cases())
def test_matches_are_all_ground_rules(case):
    """Each matcher matches every ground rule over the possible facts once, and nothing else."""
    naive = Oracle(case.scenario, case.extra)
    for matching in MATCHERS:
        matcher = matching(case.scenario.base)
        matcher.declare([*case.scenario.facts, *case.extra])
        assert matcher.possible == naive.possible
        assert {
            (match.rule, tuple(sorted(match.bindings)), match.premises, match.counted)
            for match in matcher.matches
        } == {tuple(ground) for ground in naive.matches}


@given(splits())
def test_matchers_agree_in_one_step_and_in_several(drawn):
    """Whatever the matcher, and in however many portions: the same possible facts and matches."""
    case, hands = drawn
    known = []
    for matching in MATCHERS:
        at_once, by_hand = matching(case.scenario.base), matching(case.scenario.base)
        at_once.declare([*case.scenario.facts, *case.extra])
        for hand in hands:
            by_hand.declare(hand)
        assert by_hand.afresh().possible == matching(case.scenario.base).possible
        known += [(one.possible, one.matches) for one in (at_once, by_hand)]
    assert all(one == known[0] for one in known)
    graphs = []
    for engine in budget.ENGINES:
        with budget.limited(budget.Budget(engine=engine)):
            graphs.append(build(case.scenario, case.extra))
            assert budget.engines() == (engine,)
    assert contents(graphs[0]) == contents(graphs[1])


@given(cases())
def test_firings_are_all_ground_rules(case):
    """Every ground rule is a firing of the graph, those that differ by a swap alone being one."""
    naive = Oracle(case.scenario, case.extra)
    graph = build(case.scenario, case.extra)
    firings = {
        (
            firing.rule.id,
            frozenset(graph.instances[n] for n in firing.premises),
            tuple(graph.instances[n] for n in firing.conclusions),
        )
        for firing in graph.firings
    }
    assert firings == {
        (ground.rule, frozenset(ground.premises), tuple(naive.parts[ground].conclusions))
        for ground in naive.matches
    }


@given(cases())
def test_firings_bind_count_and_except_as_the_oracle_does(case):
    """A firing's bindings and premises are one ground rule, with what it counts and excepts."""
    naive = Oracle(case.scenario, case.extra)
    graph = build(case.scenario, case.extra)
    by_ground = {(g.rule, g.bindings, g.premises): naive.parts[g] for g in naive.matches}
    for firing in graph.firings:
        premises = tuple(graph.instances[n] for n in firing.premises)
        bindings = tuple(sorted(firing.bindings.items()))
        parts = by_ground[firing.rule.id, bindings, premises]
        counts = [(least, sorted(graph.instances[n] for n in ns)) for least, ns in firing.counts]
        against = [sorted(graph.instances[n] for n in ns) for ns in firing.exceptions]
        assert counts == [(least, sorted(matching)) for least, matching in parts.counts]
        assert against == [sorted(matching) for matching in parts.against]
        assert firing.blockers[len(against) :] == ((firing.default,),) * firing.rule.otherwise
        node = [] if firing.default is None else graph.supports[firing.default]
        others = {(graph.firings[n].rule.id, graph.firings[n].conclusions) for n in node}
        assert others == {
            (other.rule, tuple(graph.number[one] for one in naive.parts[other].conclusions))
            for other in parts.others
        }


@given(cases())
def test_lower_grades_do_not_exceed_upper_ones(case):
    """The bounds of every fact and of every firing are in order."""
    result = product(case)
    assert all(lower <= upper for lower, upper in zip(*result.grades[:2], strict=True))
    for firing in result.graph.firings:
        lower, upper = firing_grade(firing, result.grades)
        assert 0 <= lower <= upper <= CERTAIN


# Many scenarios at once


class Array(tuple):
    """A row of grades, one for each of several scenarios."""

    __slots__ = ()


def broadcast(operation):
    """An operation on ints as one on arrays; an int counts as an array full of it."""

    def of_arrays(*sides):
        sizes = {len(side) for side in sides if isinstance(side, Array)}
        if not sizes:
            return operation(*sides)
        (size,) = sizes
        rows = [side if isinstance(side, Array) else (side,) * size for side in sides]
        return Array(operation(*row) for row in zip(*rows, strict=True))

    return of_arrays


def same_everywhere(one, other) -> bool:
    """Whether two arrays are equal in every place."""
    equal = broadcast(lambda a, b: a == b)(one, other)
    return all(equal) if isinstance(equal, Array) else equal


ARRAYS = Algebra(
    meet=broadcast(min),
    join=broadcast(max),
    opposite=broadcast(lambda grade: CERTAIN - grade),
    same=same_everywhere,
)


@given(batches())
def test_many_scenarios_at_once_are_each_alone(drawn):
    """Evaluating over arrays gives each scenario what evaluating over ints gives it."""
    case, assignments = drawn
    graph = build(case.scenario, case.extra)
    numbered = [{graph.number[one]: b for one, b in given.items()} for given in assignments]
    together = evaluate(
        graph,
        {
            n: tuple(Array(given[n][side] for given in numbered) for side in (0, 1))
            for n in (numbered[0] if numbered else ())
        },
        case.scenario.withdrawn,
        ARRAYS,
    )
    for place, given_ in enumerate(numbered):
        alone = evaluate(graph, given_, case.scenario.withdrawn, INTS)
        for side in (0, 1):
            row = [g[place] if isinstance(g, Array) else g for g in together[side]]
            assert row == alone[side]


def test_nth_largest_agrees_with_sorting():
    """The algebraic N-th largest is the N-th of the sorted grades, 0 if there are fewer."""
    for grades in ([], [3], [5, 5], [1, 8, 4], [0, 7, 7, 2]):
        for count in range(1, 6):
            assert nth_largest(INTS, grades, count) == nth(count, grades)
            columns = [Array((grade, 8 - grade)) for grade in grades]
            found = nth_largest(ARRAYS, columns, count)
            wanted = Array((nth(count, grades), nth(count, [8 - g for g in grades])))
            assert same_everywhere(found, wanted)


def test_evaluating_needs_no_numpy(tmp_path):
    """Plain advice pays for no array library, installed or not."""
    (tmp_path / "numpy.py").write_text("raise SystemExit('numpy was imported')\n")
    code = f"import sys; sys.path.insert(0, {str(tmp_path)!r}); import advisor.reasoning.evaluate"
    code += "; sys.exit('numpy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")


# Truth maintenance


@given(removals(MONOTONE))
def test_without_exceptions_more_facts_never_lose_a_conclusion(drawn):
    """Where no rule excepts anything, adding facts and rules lowers no grade."""
    case, facts, rules = drawn
    more, less = product(case), product(without(case, facts=facts, rules=rules))
    for n, one in enumerate(less.graph.instances):
        lower, upper = more.bounds(more.graph.number[one])
        assert less.grades.lower[n] <= lower
        assert less.grades.upper[n] <= upper


@given(splits())
def test_facts_that_turn_up_later_extend_the_graph(drawn):
    """Declaring facts in portions, in any order, equals declaring them all at once."""
    case, hands = drawn
    base = case.scenario.base
    at_once = Engine(base)
    at_once.declare([*case.scenario.facts, *case.extra])
    engine = Engine(base)
    for hand in hands:
        engine.declare(hand)
        graph_of(engine, ())
    assert engine.possible == at_once.possible
    assert engine.matches == at_once.matches
    graphs = [graph_of(one, ()) for one in (engine, at_once)]
    graphs += [build(case.scenario).extended(case.extra), build(case.scenario, case.extra)]
    assert all(contents(graph) == contents(graphs[0]) for graph in graphs)


@given(removals())
def test_a_conclusion_holds_exactly_as_long_as_some_support_does(drawn):
    """Taking facts and rules away from a graph equals building it without them."""
    case, facts, rules = drawn
    graph = build(case.scenario, case.extra)
    naive = Oracle(case.scenario, case.extra)
    stated = {graph.number[one]: b for one, b in naive.given.items() if one not in facts}
    assume(case.scenario.complete or not facts)  # else what is taken away becomes unknown
    grades = evaluate(graph, stated, {*case.scenario.withdrawn, *rules})
    built = product(without(case, facts=facts, rules=rules))
    for n, one in enumerate(graph.instances):
        wanted = (0, 0)
        if one in built.graph.number:
            wanted = built.bounds(built.graph.number[one])
        assert (grades.lower[n], grades.upper[n]) == wanted


@given(cases())
def test_every_grade_has_a_support_that_reaches_it(case):
    """A fact's grade is what was stated of it or what its best firing gives it, if it has any."""
    result = product(case)
    naive = Oracle(case.scenario, case.extra)
    for n, one in enumerate(result.graph.instances):
        live = [
            firing_grade(result.graph.firings[number], result.grades)
            for number in result.graph.supports[n]
            if result.graph.firings[number].rule.id not in case.scenario.withdrawn
        ]
        supports = [naive.given.get(one, (0, 0)), *live]
        assert result.bounds(n) == tuple(max(side) for side in zip(*supports, strict=True))


# Explanations


class Shown(NamedTuple):
    """A how tree with the means to check it."""

    tree: Step
    steps: list[Step]  # all of its steps
    result: Outcome
    naive: Oracle
    number: dict[str, int]  # facts by their one-line form

    def full(self) -> list[Step]:
        """The steps whose derivations are shown."""
        return [step for step in self.steps if not step.repeated and not step.deeper]


def steps_of(step: Step) -> list[Step]:
    """A step and all below it."""
    found = [step]
    for derivation in step.derivations:
        for below in parts_of(derivation):
            found += steps_of(below)
    return found


def parts_of(derivation: Derivation) -> list[Step]:
    """The facts that a derivation shows."""
    counted = (one for count in derivation.counts for one in count.facts)
    excepted = (one for exception in derivation.exceptions for one in exception.facts)
    return [*derivation.premises, *counted, *excepted]


OTHER_ADVICE = "there is other advice"


def as_counted(tree: Shown) -> list[tuple[Step, tuple[int, int]]]:
    """The steps of a tree with the bounds that they should show, by the oracle.

    They are the fact's own, but for what a default yields to: that is graded by what firings of
    rules that are no defaults give it, whatever some default may say of it too.
    """
    naive, instances = tree.naive, tree.result.graph.instances
    yielded_to = {
        id(one)
        for step in tree.steps
        for derivation in step.derivations
        for exception in derivation.exceptions
        if exception.says == OTHER_ADVICE
        for one in exception.facts
    }
    found = []
    for step in tree.steps:
        one = instances[tree.number[step.instance]]
        bounds = naive.lower[one], naive.upper[one]
        if id(step) in yielded_to:
            firm = [ground for ground in naive.matches if not naive.rules[ground.rule].otherwise]
            bounds = naive.strongest([g for g in firm if one in naive.parts[g].conclusions])
        found.append((step, bounds))
    return found


def shown(case: Case, *, every: bool) -> list[Shown]:
    """The how trees of all facts of a case."""
    result, naive = product(case), Oracle(case.scenario, case.extra)
    number = {str(one): n for n, one in enumerate(result.graph.instances)}
    found = []
    for n in range(len(result.graph.instances)):
        tree = how(result, n, every=every)
        found.append(Shown(tree, steps_of(tree), result, naive, number))
    return found


@pytest.mark.parametrize("every", [False, True], ids=["best", "all"])
@given(case=cases())
def test_derivations_are_as_strong_as_what_they_show(every, case):
    """A shown derivation's grade is its weakest link: everything that makes it up is shown."""
    for tree in shown(case, every=every):
        for derivation in (d for step in tree.steps for d in step.derivations):
            links = [STRENGTHS[derivation.strength]]
            links += [premise.lower for premise in derivation.premises]
            for count in derivation.counts:
                links.append(nth(count.count, [one.lower for one in count.facts]))
            links += [CERTAIN - exception.upper for exception in derivation.exceptions]
            assert derivation.lower == min(links)


@pytest.mark.parametrize("every", [False, True], ids=["best", "all"])
@given(case=cases())
def test_derivations_are_real(every, case):
    """Each shown derivation is a ground rule that concludes the fact, with its true grades."""
    for tree in shown(case, every=every):
        instances = tree.result.graph.instances
        for step, counted in as_counted(tree):
            concluded = instances[tree.number[step.instance]]
            assert (step.lower, step.upper) == counted
            for derivation in step.derivations:
                premises = tuple(instances[tree.number[p.instance]] for p in derivation.premises)
                assert derivation.rule not in case.scenario.withdrawn
                assert any(
                    ground.rule == derivation.rule
                    and ground.premises == premises
                    and concluded in tree.naive.parts[ground].conclusions
                    and tree.naive.bounds(ground) == (derivation.lower, derivation.upper)
                    for ground in tree.naive.matches
                )


@pytest.mark.parametrize("every", [False, True], ids=["best", "all"])
@given(case=cases())
def test_exceptions_show_what_speaks_for_them(every, case):
    """Nothing supports a silent exception; any other shows what does, or is excluded.

    Each fact has the bounds with which the exception counts it, so that its own are the strongest.
    """
    for tree in shown(case, every=every):
        for derivation in (d for step in tree.steps for d in step.derivations):
            for exception in derivation.exceptions:
                assert not (exception.silent and exception.upper)
                assert exception.lower == max([0, *(one.lower for one in exception.facts)])
                assert exception.upper == max([0, *(one.upper for one in exception.facts)])


@pytest.mark.parametrize("every", [False, True], ids=["best", "all"])
@given(case=cases())
def test_leaves_are_given_facts(every, case):
    """What a tree ends in is stated, disputed, denied or unknown, never pulled from the air."""
    for tree in shown(case, every=every):
        for step in (one for one in tree.full() if not one.derivations and one.upper):
            leaf = tree.result.graph.instances[tree.number[step.instance]]
            lower, upper = tree.naive.given[leaf]
            assert lower == step.lower
            assert upper == step.upper or (lower and not every)  # it may still be derived better
            assert step.support in {"given", "unknown", "disputed"}


@pytest.mark.parametrize("every", [False, True], ids=["best", "all"])
@given(case=cases())
def test_what_is_said_to_be_shown_further_up_is_shown(every, case):
    """A step marked as repeated has its derivations elsewhere in the same tree."""
    for tree in shown(case, every=every):
        full = {step.instance for step in tree.full() if step.derivations}
        assert {step.instance for step in tree.steps if step.repeated} <= full


def test_under_a_fact_without_any_grade_a_statement_is_no_attempt():
    """What is stated better than rules derive it ends there, though the fact above has nothing."""
    rules = [
        rule("on", [pattern("l", "$x"), pattern("g", "$x")], [pattern("l", "$x")]),
        rule("both", [pattern("l", "a1"), pattern("l", "a2")], [pattern("l", "a3")]),
        rule("other", [pattern("h", "$x")], [pattern("l", "$x")]),
    ]
    said = [fact(Instance("l", ("a1",))), fact(G1, standing="denied"), fact(H2, standing="denied")]
    result = example([template("g", "A"), template("h", "A"), template("l", "A")], rules, said)
    tree = how(result, result.graph.number[Instance("l", ("a3",))])
    [stated, tried] = tree.derivations[0].premises
    assert (tree.lower, stated.lower, stated.support, stated.derivations) == (0, 8, "given", ())
    assert (tried.lower, [one.rule for one in tried.derivations]) == (0, ["other"])


def rooted(step: Step, root: Step) -> list[tuple[Step, Step]]:
    """A step and all below it, each with the one whose grade its derivations are to reach."""
    found = [(step, root)]
    for derivation in step.derivations:
        counted = (one for count in derivation.counts for one in count.facts)
        for below in (*derivation.premises, *counted):
            found += rooted(below, root)
        for exception in derivation.exceptions:
            for against in exception.facts:
                found += rooted(against, against)
    return found


@given(case=cases())
def test_the_best_derivation_gives_the_grade(case):
    """The best derivation of a how tree has the fact's grade, unless a statement does.

    That is the lower grade; under an open fact without a lower one, it is the upper.
    """
    for tree in shown(case, every=False):
        for step, root in rooted(tree.tree, tree.tree):
            side = "lower" if root.lower or not root.upper else "upper"
            if step.repeated or step.deeper or not getattr(step, side):
                continue
            stated = tree.naive.given.get(tree.result.graph.instances[tree.number[step.instance]])
            if step.derivations:
                assert max(getattr(d, side) for d in step.derivations) == getattr(step, side)
                assert step.support == "derived" or stated == (step.lower, step.upper)
            else:
                assert stated[side == "upper"] == getattr(step, side)


@given(case=cases())
def test_all_derivations_are_shown_on_request(case):
    """With every derivation asked for, each ground rule with an upper grade is there, once."""
    for tree in shown(case, every=True):
        wanted: dict[str, set] = {step.instance: set() for step in tree.full()}
        for ground in tree.naive.matches:
            if ground.rule in case.scenario.withdrawn or not tree.naive.bounds(ground)[1]:
                continue
            for conclusion in map(str, tree.naive.parts[ground].conclusions):
                if conclusion in wanted:
                    wanted[conclusion].add((ground.rule, frozenset(map(str, ground.premises))))
        for step in tree.full():
            found = {
                (d.rule, frozenset(p.instance for p in d.premises))
                for d in step.derivations
                if d.upper
            }
            assert found == wanted[step.instance]


def grades_without(case: Case, naive: Oracle, missing: Instance) -> Oracle:
    """The oracle where a fact has no support at all."""
    left = {one: b for one, b in naive.given.items() if one != missing}
    return Oracle(case.scenario, case.extra, given=left, unsupported={missing})


@pytest.mark.parametrize("side", [0, 1], ids=["held", "open"])
@given(case=cases())
def test_circular_derivations_are_marked(side, case):
    """A derivation is marked circular if it cannot have its grade without the fact itself."""
    for tree in shown(case, every=True):
        concluded = tree.result.graph.instances[tree.number[tree.tree.instance]]
        if not tree.tree.derivations:
            continue
        alone = grades_without(case, tree.naive, concluded)
        for derivation in tree.tree.derivations:
            grade = (derivation.lower, derivation.upper)[side]
            if not grade or (side and derivation.lower):
                continue
            grounds = grounds_of(tree, concluded, derivation)
            needs_itself = all(alone.bounds(ground)[side] < grade for ground in grounds)
            event(f"circular: {needs_itself}")
            assert derivation.circular or not needs_itself


@given(case=cases())
def test_only_circular_derivations_are_marked(case):
    """A derivation that has its grade without the fact itself is a reason, and not circular."""
    for tree in shown(case, every=True):
        concluded = tree.result.graph.instances[tree.number[tree.tree.instance]]
        if not any(derivation.circular for derivation in tree.tree.derivations):
            continue
        alone = grades_without(case, tree.naive, concluded)
        for derivation in (d for d in tree.tree.derivations if d.circular and d.upper):
            grounds = grounds_of(tree, concluded, derivation)
            wanted = (derivation.lower, derivation.upper)
            assert not any(alone.bounds(ground) == wanted for ground in grounds)


@given(case=cases())
def test_nothing_that_supports_a_fact_is_hidden(case):
    """Whatever given fact is lost, all derivations together still show whether a fact holds."""
    for tree in shown(case, every=True):
        seen = {
            (step.instance, derivation.rule, tuple(p.instance for p in derivation.premises))
            for step in tree.full()
            for derivation in step.derivations
            if derivation.upper
        }
        real = {
            (str(conclusion), ground.rule, tuple(map(str, ground.premises)))
            for ground in tree.naive.matches
            if ground.rule not in case.scenario.withdrawn and tree.naive.bounds(ground)[1]
            for conclusion in tree.naive.parts[ground].conclusions
        }
        leaves = {str(one) for one, (_, upper) in tree.naive.given.items() if upper}
        for lost in leaves:
            left = leaves - {lost}
            root = tree.tree.instance
            assert (root in closure(left, seen)) == (root in closure(left, real))


def closure(facts: set[str], derivations: set) -> set[str]:
    """What follows from facts by derivations of a conclusion, by a rule, from premises."""
    found = set(facts)
    while True:
        fresh = {
            conclusion for conclusion, _, premises in derivations if found.issuperset(premises)
        }
        if fresh <= found:
            return found
        found |= fresh


def grounds_of(tree: Shown, concluded: Instance, derivation: Derivation) -> list:
    """The ground rules that a shown derivation stands for."""
    premises = {p.instance for p in derivation.premises}
    return [
        ground
        for ground in tree.naive.matches
        if ground.rule == derivation.rule
        and set(map(str, ground.premises)) == premises
        and concluded in tree.naive.parts[ground].conclusions
    ]


def founded(result: Outcome, root: int) -> bool:
    """Whether each firing of a proof reaches its fact, the fact not being needed for it."""
    links = proof(result, root)

    def reached(missing: int | None) -> set[int]:
        proved: set[int] = set()
        while True:
            fresh = {
                link.fact
                for link in links
                if link.fact not in proved and link.fact != missing
                if link.firing is None or follows(link.firing, proved)
            }
            if not fresh:
                return proved
            proved |= fresh

    everything = reached(None)
    return root in everything and all(
        link.fact in everything
        and (link.firing is None or follows(link.firing, reached(link.fact)))
        for link in links
    )


def follows(firing, proved: set[int]) -> bool:
    """Whether a firing's premises are proved, and enough of what it counts."""
    counts = (len(proved.intersection(facts)) >= least for least, facts in firing.counts)
    return proved.issuperset(firing.premises) and all(counts)


@given(case=cases())
def test_no_proof_is_circular(case):
    """Every derivation of a supported fact goes down to given facts without coming by itself."""
    result = product(case)
    for n, (lower, _) in shown_bounds(result):
        if lower:
            assert founded(result, n)
            for link in proof(result, n):
                assert result.grades.lower[link.fact] >= lower
                if link.firing is not None:
                    grade = firing_grade(link.firing, result.grades)[0]
                    assert lower <= grade <= result.grades.lower[link.fact]


@given(case=cases())
def test_no_open_derivation_is_circular(case):
    """What may hold for all we know is explained by facts that may hold without it."""
    result = product(case)
    for n, (lower, _) in shown_bounds(result):
        if not lower and result.grades.upper[n]:
            assert all(result.grades.upper[link.fact] for link in proof(result, n))
            assert founded(result, n)


# Weakest links


def stated_grade(case: Case, what: str) -> int | None:
    """The grade that the scenario states of an instance."""
    return next(f.grade for one, f in case.scenario.facts.items() if str(one) == what)


@given(case=cases())
def test_weakest_links_are_named(case):
    """Whatever holds less than certainly names why, and each link named has that very grade."""
    result = product(case)
    rules = {one.id: one for one in case.scenario.base.rules}
    number = {str(one): n for n, one in enumerate(result.graph.instances)}
    for n, (grade, _) in shown_bounds(result):
        found = limits(result, n)
        assert bool(found) == (grade < CERTAIN) or not grade
        for limit in found if grade else ():
            if limit.kind == "rule":
                assert rules[limit.what].strength == grade
            elif limit.kind == "exception":
                other = limit.says.startswith("other advice")
                strongest = result.grades.upper[number[limit.what]]
                assert strongest >= CERTAIN - grade if other else strongest == CERTAIN - grade
            else:
                assert limit.kind == "fact"
                assert stated_grade(case, limit.what) == grade


@given(case=cases(MONOTONE))
def test_raising_the_weakest_links_raises_the_fact(case):
    """Where no rule excepts anything, a fact is stronger once all its named links are."""
    result = product(case)
    base = case.scenario.base
    for n, one in enumerate(result.graph.instances):
        if not 0 < result.grades.lower[n] < CERTAIN:
            continue
        weak = {limit.what for limit in limits(result, n)}
        rules = tuple(
            msgspec.structs.replace(r, strength=CERTAIN) if r.id in weak else r for r in base.rules
        )
        facts = {
            i: msgspec.structs.replace(f, grade=CERTAIN) if str(i) in weak else f
            for i, f in case.scenario.facts.items()
        }
        stronger = msgspec.structs.replace(
            case.scenario, base=msgspec.structs.replace(base, rules=rules), facts=facts
        )
        raised = product(Case(stronger, case.extra))
        assert raised.grades.lower[raised.graph.number[one]] > result.grades.lower[n]


# Small examples

GIVEN = template("g", "A", asks=("asked",))
OTHER = template("h", "A", asks=("asked",))
DERIVED = template("d", "A")
ADVICE = template("advice", "A", first="client", advice=True)
G1, G2, G3 = (Instance("g", (value,)) for value in ("a1", "a2", "a3"))
H1, H2, H3 = (Instance("h", (value,)) for value in ("a1", "a2", "a3"))


def blocked_by(standing_of_h: str, grade: int = 8, **fields) -> tuple[int, int]:
    """The bounds of d(a1), from g(a1) unless h(a1), with h(a1) of some standing."""
    r = rule("r", [pattern("g", "$x")], [pattern("d", "$x")], exceptions=(pattern("h", "$x"),))
    said = [fact(G1), fact(H1, grade, standing_of_h)]
    return bounds(example([GIVEN, OTHER, DERIVED], [r], said, **fields), "d", "a1")


@pytest.mark.parametrize(
    ("said", "grade", "wanted"),
    [
        ("stated", 8, (0, 0)),
        ("stated", 5, (3, 3)),
        ("denied", 8, (8, 8)),
        ("unknown", 8, (0, 8)),
        ("disputed", 8, (0, 8)),
        ("disputed", 6, (2, 8)),
    ],
)
def test_an_exception_leaves_the_opposite_of_the_other_bound(said, grade, wanted):
    """`unless` takes 8 less the upper grade for the lower bound, and the reverse."""
    assert blocked_by(said, grade) == wanted


def test_a_disputed_fact_runs_from_no_support_to_what_was_stated():
    """A fact that one source states and another denies has lower grade 0."""
    r = rule("r", [pattern("g", "$x")], [pattern("d", "$x")])
    result = example([GIVEN, DERIVED], [r], [fact(G1, 6, "disputed")])
    assert bounds(result, "g", "a1") == bounds(result, "d", "a1") == (0, 6)


def test_an_unknown_fact_leaves_advice_open():
    """Unknown is neither false nor true: what rests on it is open, with and without `unless`."""
    rules = [
        rule("if", [pattern("g", "$x")], [pattern("advice", "$x")]),
        rule(
            "unless",
            [pattern("d", "$x")],
            [pattern("advice", "$x")],
            exceptions=(pattern("g", "$x"),),
        ),
        rule("both", [pattern("h", "$x")], [pattern("d", "$x")]),
    ]
    templates = [GIVEN, OTHER, DERIVED, ADVICE]
    said = [fact(G1, standing="unknown"), fact(G2, standing="unknown"), fact(H2)]
    result = example(templates, rules, said)
    assert bounds(result, "advice", "a1") == (0, 8)
    assert bounds(result, "advice", "a2") == (0, 8)
    assert standing(*bounds(result, "advice", "a1")) == "open"


def test_silence_is_absence_only_in_a_complete_scenario():
    """What nobody mentions has no support; where the scenario isn't complete it is unknown."""
    r = rule("r", [pattern("g", "$x")], [pattern("d", "$x")], exceptions=(pattern("h", "$x"),))
    templates = [GIVEN, OTHER, DERIVED, template("kept", "A")]
    kept = Instance("kept", ("a1",))  # nobody can be asked for it
    complete = example(templates, [r], [fact(G1)], extra=[H1, G2, kept])
    assert bounds(complete, "d", "a1") == (8, 8)
    assert bounds(complete, "g", "a2") == bounds(complete, "kept", "a1") == (0, 0)
    open_ = example(templates, [r], [fact(G1)], extra=[H1, G2, kept], complete=False)
    assert bounds(open_, "d", "a1") == (0, 8)
    assert bounds(open_, "d", "a2") == (0, 8)
    assert bounds(open_, "kept", "a1") == (0, 0)


def test_another_value_of_a_key_is_not_left_open():
    """In a scenario that isn't complete, a stated value of a key rules the others out."""
    gas = template("gas", "A", "number", key=(0,), asks=("asked",))
    said = [fact(Instance("gas", ("a1", 1)), 6), fact(Instance("gas", ("a2", 1)), 8, "denied")]
    extra = [Instance("gas", (state, 2)) for state in ("a1", "a2", "a3")]
    result = example([gas], [], said, extra=extra, complete=False)
    assert bounds(result, "gas", "a1", 2) == (0, 0)
    assert bounds(result, "gas", "a2", 2) == bounds(result, "gas", "a3", 2) == (0, 8)


def test_stating_a_derived_fact_only_raises_it():
    """A derived fact has the best of its firings and of what was stated of it."""
    r = rule("r", [pattern("g", "$x")], [pattern("d", "$x")])
    said = [fact(G1, 5), fact(Instance("d", ("a1",)), 3), fact(G2, 5)]
    said.append(fact(Instance("d", ("a2",)), 7))
    result = example([GIVEN, DERIVED], [r], said)
    assert bounds(result, "d", "a1") == (5, 5)
    assert bounds(result, "d", "a2") == (7, 7)
    assert best(result, result.graph.number[Instance("d", ("a1",))]) is not None
    assert best(result, result.graph.number[Instance("d", ("a2",))]) is None


@pytest.mark.parametrize(("count", "wanted"), [(1, (7, 8)), (2, (5, 7)), (3, (0, 5)), (4, (0, 0))])
def test_at_least_has_the_nth_largest_grade(count, wanted):
    """Among distinct facts: here 7, 5, and one that nobody knows."""
    counting = AtLeast(count=count, of=pattern("g", "$local"))
    r = rule("r", [pattern("h", "$x"), counting], [pattern("d", "$x")])
    said = [fact(G1, 7), fact(G2, 5), fact(G3, standing="unknown"), fact(H1)]
    assert bounds(example([GIVEN, OTHER, DERIVED], [r], said), "d", "a1") == wanted


def test_at_least_counts_distinct_facts_once():
    """A symmetric fact counts once, however it is read; a bound variable is no local one."""
    near = template("near", "A", "A", symmetric=(0, 1))
    counting = AtLeast(count=2, of=pattern("near", "$x", None))
    r = rule("r", [pattern("g", "$x"), counting], [pattern("d", "$x")])
    said = [fact(G1), fact(G2, 6), fact(near.instance("a2", "a1")), fact(near.instance("a3", "a2"))]
    result = example([GIVEN, near, DERIVED], [r], said)
    assert bounds(result, "d", "a1") == (0, 0)
    assert bounds(result, "d", "a2") == (6, 6)


def test_a_variable_twice_in_what_is_counted_is_like_for_like():
    """A local variable may hold anything, but the same in both of its places."""
    link = template("link", "A", "A")
    counting = AtLeast(count=1, of=pattern("link", "$local", "$local"))
    r = rule("r", [pattern("g", "$x"), counting], [pattern("d", "$x")])
    for ends, wanted in ((("a1", "a2"), 0), (("a2", "a2"), 8)):
        result = example([GIVEN, link, DERIVED], [r], [fact(G1), fact(Instance("link", ends))])
        assert bounds(result, "d", "a1") == (wanted, wanted)


def default_rules() -> list:
    """Advice from g; and a default for everybody in h."""
    return [
        rule("ordinary", [pattern("g", "$x")], [pattern("advice", "$x")]),
        rule("default", [pattern("h", "$x")], [pattern("fallback", "$x")], otherwise=True),
    ]


FALLBACK = template("fallback", "A", first="client", advice=True)


def test_a_default_applies_as_far_as_no_other_advice_is_given():
    """Its exception is the strongest other advice for that client, and for no one else."""
    said = [fact(G1, 5), fact(G3, standing="unknown"), fact(H1), fact(H2, 7), fact(H3)]
    result = example([GIVEN, OTHER, ADVICE, FALLBACK], default_rules(), said)
    assert bounds(result, "fallback", "a1") == (3, 3)
    assert bounds(result, "fallback", "a2") == (7, 7)
    assert bounds(result, "fallback", "a3") == (0, 8)


def test_defaults_do_not_block_one_another():
    """Advice from default rules is no other advice to a default rule."""
    second = template("second", "A", first="client", advice=True)
    more = rule("more", [pattern("h", "$x")], [pattern("second", "$x")], otherwise=True)
    templates = [GIVEN, OTHER, ADVICE, FALLBACK, second]
    result = example(templates, [*default_rules(), more], [fact(H1)])
    assert bounds(result, "fallback", "a1") == bounds(result, "second", "a1") == (8, 8)


def repairs(*said: Fact, **fields) -> Outcome:
    """A rule for a repair; defaults for another repair, and for calling a mechanic."""
    repair = template("repair", "A", "B", first="client", advice=True)
    mechanic = template("mechanic", "A", first="client", advice=True)
    rules = [
        rule("clean", [pattern("g", "$x")], [pattern("repair", "$x", "b1")]),
        rule("ask", [pattern("h", "$x")], [pattern("repair", "$x", "b2")], otherwise=True),
        rule("call", [pattern("h", "$x")], [pattern("mechanic", "$x")], otherwise=True),
        rule("late", [pattern("h", "$x")], [pattern("repair", "$x", "b1")], otherwise=True),
    ]
    return example([GIVEN, OTHER, repair, mechanic], rules, said, **fields)


def test_a_default_yields_to_advice_of_a_template_that_defaults_conclude_too():
    """It yields to each firing of a rule that is no default, whatever template that is of."""
    result = repairs(fact(G1), fact(H1), fact(H2))
    assert [one.instance for one in advise(result).recommendations] == ["repair(a1, b1)"]
    assert bounds(result, "repair", "a1", "b1") == (8, 8)
    assert bounds(result, "repair", "a1", "b2") == bounds(result, "mechanic", "a1") == (0, 0)
    assert bounds(result, "repair", "a2", "b1") == bounds(result, "mechanic", "a2") == (8, 8)


def test_of_advice_by_both_kinds_of_rules_the_firing_that_is_no_default_counts():
    """A default yields as far as the other rule goes, and not as far as the advice itself does."""
    result = repairs(fact(G1, 3), fact(H1))
    assert bounds(result, "repair", "a1", "b1") == bounds(result, "mechanic", "a1") == (5, 5)
    [exempted] = (
        how(result, result.graph.number[Instance("mechanic", ("a1",))]).derivations[0].exceptions
    )
    assert (exempted.says, exempted.lower, exempted.upper) == (OTHER_ADVICE, 3, 3)
    [shown_for] = exempted.facts  # as it counts: by the rule that is no default alone
    assert (shown_for.instance, shown_for.lower, shown_for.upper) == ("repair(a1, b1)", 3, 3)
    assert [one.rule for one in shown_for.derivations] == ["clean"]


def test_a_withdrawn_rule_holds_no_default_back():
    """What a default yields to is what rules conclude that are in force."""
    result = repairs(fact(G1), fact(H1), withdrawn=frozenset({"clean"}))
    assert bounds(result, "repair", "a1", "b2") == bounds(result, "mechanic", "a1") == (8, 8)
    [exempted] = (
        how(result, result.graph.number[Instance("mechanic", ("a1",))]).derivations[0].exceptions
    )
    assert (exempted.silent, exempted.facts) == (True, ())


def test_what_defaults_yield_to_is_no_fact_of_its_own():
    """It is graded with the facts, and is among no instances, no template's and no client's."""
    graph = repairs(fact(G1), fact(H1), fact(H2)).graph
    nodes = {graph.other_advice(client) for client in ("a1", "a2")}
    assert nodes == set(range(len(graph.instances), graph.size))
    listed = {n for facts in graph.of_template.values() for n in facts} | {*graph.advice_to(None)}
    assert not nodes & listed
    assert graph.other_advice("a3") is None


def test_a_caveat_qualifies_exactly_the_advice_its_firing_matched():
    """With that firing's grade, shown from 4 up, and on no other advice of the template."""
    advice = template("advice", "A", "B", first="client", advice=True)
    caveat = template("caveat", "B", caveat=True)
    offer, strain = template("offer", "A", "B"), template("strain", "B")
    rules = [
        rule("seek", [pattern("offer", "$x", "$u")], [pattern("advice", "$x", "$u")]),
        rule(
            "careful",
            [pattern("advice", "$x", "$u"), pattern("strain", "$u")],
            [pattern("caveat", "$u")],
        ),
        rule(
            "everywhere",
            [pattern("advice", "$x", "$u"), pattern("strain", "$v")],
            [pattern("caveat", "$v")],
            strength=3,
        ),
    ]
    offers = [fact(Instance("offer", ("a1", value))) for value in ("b1", "b2")]
    said = [*offers, fact(Instance("strain", ("b1",)), 6)]
    result = example([advice, caveat, offer, strain], rules, said)
    shown_ = {r.instance: [c.instance for c in r.caveats] for r in advise(result).recommendations}
    assert shown_ == {"advice(a1, b1)": ["caveat(b1)"], "advice(a1, b2)": []}
    assert bounds(result, "caveat", "b1") == (6, 6)


def test_a_weak_or_withdrawn_caveat_is_not_shown():
    """The caveat's own firing counts, not that another firing gives the caveat a high grade."""
    advice = template("advice", "A", "B", first="client", advice=True)
    caveat = template("caveat", "B", caveat=True)
    rules = [
        rule("seek", [pattern("offer", "$x", "$u")], [pattern("advice", "$x", "$u")]),
        rule(
            "careful",
            [pattern("advice", "$x", "$u"), pattern("strain", "$x")],
            [pattern("caveat", "b1")],
        ),
    ]
    offer, strain = template("offer", "A", "B"), template("strain", "A")
    said = [fact(Instance("offer", (value, "b1"))) for value in ("a1", "a2")]
    said += [fact(Instance("strain", ("a1",)), 3), fact(Instance("strain", ("a2",)), 8)]
    result = example([advice, caveat, offer, strain], rules, said)
    assert bounds(result, "caveat", "b1") == (8, 8)
    assert [r.caveats for r in advise(result, "a1").recommendations] == [()]
    assert [len(r.caveats) for r in advise(result, "a2").recommendations] == [1]
    gone = example([advice, caveat, offer, strain], rules, said, withdrawn=frozenset({"careful"}))
    assert [r.caveats for r in advise(gone, "a2").recommendations] == [()]


def test_reachability_takes_the_strongest_path():
    """A positive cycle has its least fixpoint: the best over paths of the weakest step."""
    link, reach = template("link", "A", "A"), template("reach", "A", "A")
    rules = [
        rule("near", [pattern("link", "$x", "$y")], [pattern("reach", "$x", "$y")]),
        rule(
            "far",
            [pattern("reach", "$x", "$y"), pattern("reach", "$y", "$z")],
            [pattern("reach", "$x", "$z")],
        ),
    ]
    grades = {("a1", "a2"): 6, ("a2", "a3"): 7, ("a1", "a3"): 2, ("a3", "a1"): 5}
    said = [fact(Instance("link", ends), grade) for ends, grade in grades.items()]
    result = example([link, reach], rules, said)
    assert bounds(result, "reach", "a1", "a3") == (6, 6)
    assert bounds(result, "reach", "a1", "a1") == (5, 5)
    assert founded(result, result.graph.number[Instance("reach", ("a1", "a1"))])


def test_a_cycle_alone_supports_nothing():
    """Facts that only support one another have no support."""
    rules = [
        rule("there", [pattern("d", "$x")], [pattern("e", "$x")]),
        rule("back", [pattern("e", "$x")], [pattern("d", "$x")]),
        rule("start", [pattern("g", "$x")], [pattern("d", "$x")]),
    ]
    result = example([GIVEN, DERIVED, template("e", "A")], rules, [fact(G1, 8, "denied")])
    assert bounds(result, "d", "a1") == bounds(result, "e", "a1") == (0, 0)


@pytest.mark.parametrize(
    ("grade_of_g", "strength", "grade_of_h", "named"),
    [
        (3, 8, 0, [("fact", "g(a1)")]),
        (8, 3, 0, [("rule", "r")]),
        (8, 8, 5, [("exception", "h(a1)")]),
        (3, 3, 5, [("exception", "h(a1)"), ("fact", "g(a1)"), ("rule", "r")]),
        (8, 8, 0, []),
    ],
)
def test_every_weakest_link_is_named(grade_of_g, strength, grade_of_h, named):
    """The weakest of what is stated, of the rules and of what speaks against; all in a tie."""
    r = rule(
        "r",
        [pattern("g", "$x")],
        [pattern("d", "$x")],
        exceptions=(pattern("h", "$x"),),
        strength=strength,
    )
    said = [fact(G1, grade_of_g)] + ([fact(H1, grade_of_h)] if grade_of_h else [])
    result = example([GIVEN, OTHER, DERIVED], [r], said)
    found = limits(result, result.graph.number[Instance("d", ("a1",))])
    assert [(limit.kind, limit.what) for limit in found] == named


def chained(said) -> Outcome:
    """Facts f, p and q of a cycle, each a reason for p or from p; f and q are given as well."""
    steps = ["f1 s f", "f2 p f", "p1 f p", "p2 q p", "q1 p q", "q2 t q"]
    rules = [
        rule(name, [pattern(premise, "$x")], [pattern(conclusion, "$x")])
        for name, premise, conclusion in map(str.split, steps)
    ]
    templates = [template(name, "A") for name in ("s", "t", "f", "p", "q")]
    return example(templates, rules, said)


def test_a_reason_beside_a_circle_is_shown():
    """That p would follow without f is a second reason for f, shown down to what it rests on."""
    result = chained([fact(Instance("s", ("a1",))), fact(Instance("t", ("a1",)), 5)])
    tree = how(result, result.graph.number[Instance("f", ("a1",))], every=True)
    assert "t(a1)" in {step.instance for step in steps_of(tree)}
    even = chained([fact(Instance("s", ("a1",))), fact(Instance("t", ("a1",)))])
    tree = how(even, even.graph.number[Instance("f", ("a1",))], every=True)
    assert "t(a1)" in {step.instance for step in steps_of(tree)}
    assert [(d.rule, d.circular) for d in tree.derivations] == [("f1", False), ("f2", False)]


def test_what_is_open_is_not_explained_by_itself():
    """Of an open fact's derivations the one shown first rests on what is unknown, on no circle."""
    link, reach = template("link", "A", "A"), template("reach", "A", "A")
    rules = [
        rule(
            "far",
            [pattern("reach", "$x", "$y"), pattern("link", "$y", "$z")],
            [pattern("reach", "$x", "$z")],
        ),
        rule("near", [pattern("link", "$x", "$y")], [pattern("reach", "$x", "$y")]),
    ]
    said = [fact(Instance("link", ("a1", "a1")), standing="unknown")]
    result = example([link, reach], rules, said)
    tree = how(result, result.graph.number[Instance("reach", ("a1", "a1"))])
    assert [(d.rule, d.circular) for d in tree.derivations] == [("near", False)]


def test_what_was_cut_short_is_not_said_to_be_shown():
    """A fact cut short below a circular derivation is not "shown further up" the next time."""
    rules = [
        rule("f1", [pattern("s", "$x")], [pattern("f", "$x")]),
        rule("f2", [pattern("p", "$x"), pattern("s", "$y")], [pattern("f", "$x")]),
        rule("p1", [pattern("f", "$x")], [pattern("p", "$x")]),
    ]
    templates = [template(name, "A") for name in ("s", "f", "p")]
    said = [fact(Instance("s", (value,))) for value in ("a1", "a2")]
    result = example(templates, rules, said)
    steps = steps_of(how(result, result.graph.number[Instance("f", ("a1",))], every=True))
    full = {one.instance for one in steps if one.derivations}
    assert {one.instance for one in steps if one.repeated} <= full


def test_a_withdrawn_rule_supports_nothing():
    """Its firings stay in the graph and give no grade."""
    r = rule("r", [pattern("g", "$x")], [pattern("d", "$x")])
    result = example([GIVEN, DERIVED], [r], [fact(G1)], withdrawn=frozenset({"r"}))
    assert bounds(result, "d", "a1") == (0, 0)
    assert how(result, result.graph.number[Instance("d", ("a1",))], every=True).derivations == ()


def test_stated_likelihoods_carry_their_terms():
    """Every grade has a term, and the strengths that explanations print tell them apart."""
    assert len(STRENGTHS) == len(TERMS) == 9


# Keys and one-of groups, as scenarios say them

TEMPLATES = """
gas: {slots: {state: A, bcm: Number}, key: state, says: "{state} has {bcm}", asks: "?"}
end: {slots: {state: A, way: {values: [joins, fights, waits]}}, says: "{state} {way}", asks: "?"}
"""
SCENARIOS = {
    "first": """
title: First
facts: ["gas(a1, 10)", "gas(a2, 7)=likely"]
one-of:
  - title: How a1 ends
    alternatives:
      - {end: {state: a1, way: joins}, likelihood: unlikely}
      - end: {state: a1, way: fights}
      - {end: {state: a1, way: waits}, likelihood: likely}
""",
    "later": """
extends: first
title: Later
assume: ["gas(a1, 20)", "end(a1, joins)"]
""",
    "denied": """
extends: first
title: Denied
deny: ["end(a1, waits)", "gas(a2, 7)"]
""",
}


@pytest.fixture
def stated(tmp_path):
    """The grades that a scenario of a small base gives its facts, by one-line form."""
    for folder in ("rules", "facts"):
        (tmp_path / folder).mkdir()
    entities = "".join(
        f"  {one}: {{name: {one}}}\n" for one, e in ENTITIES.items() if e.type == "A"
    )
    (tmp_path / "rules/entities.yaml").write_text(f"A:\n{entities}")
    (tmp_path / "rules/templates.yaml").write_text(TEMPLATES)
    (tmp_path / "rules/base.yaml").write_text("title: Small\ndate: 2026-11-22\n")
    for name, text in SCENARIOS.items():
        (tmp_path / "facts" / f"{name}.yaml").write_text(text)
    base = loader.load_base(tmp_path)

    def load(name: str) -> dict[str, tuple[int, int]]:
        scenario = loader.load_scenario(base, name)
        result = product(Case(scenario, frozenset()))
        return {str(one): result.bounds(n) for n, one in enumerate(result.graph.instances)}

    return load


def test_alternatives_have_the_bounds_stated_of_each(stated):
    """An alternative has its likelihood as its grade; without one it is unknown."""
    assert stated("first") == {
        "end(a1, fights)": (0, 8),
        "end(a1, joins)": (3, 3),
        "end(a1, waits)": (5, 5),
        "gas(a1, 10)": (8, 8),
        "gas(a2, 7)": (5, 5),
    }


def test_a_new_value_replaces_the_old_and_settles_its_group(stated):
    """A later value of a key takes the earlier one away; one alternative rules out the rest."""
    assert stated("later") == {
        "end(a1, fights)": (0, 0),
        "end(a1, joins)": (8, 8),
        "end(a1, waits)": (0, 0),
        "gas(a1, 20)": (8, 8),
        "gas(a2, 7)": (5, 5),
    }


def test_a_denied_alternative_leaves_the_others(stated):
    """Ruling one alternative out keeps what was said of the others."""
    assert stated("denied") == {
        "end(a1, fights)": (0, 8),
        "end(a1, joins)": (3, 3),
        "end(a1, waits)": (0, 0),
        "gas(a1, 10)": (8, 8),
        "gas(a2, 7)": (0, 0),
    }


def test_corroboration_takes_two_origins():
    """A grade of 6 is high confidence only if every given fact has two sources of two origins."""
    r = rule("r", [pattern("g", "$x")], [pattern("advice", "$x")])
    confidences = []
    for citations in [(), (Citation("paper"),), (Citation("paper"), Citation("study"))]:
        result = example([GIVEN, ADVICE], [r], [fact(G1, 6, citations=citations)])
        confidences += [one.confidence for one in advise(result).recommendations]
    assert confidences == ["moderate", "moderate", "high"]


def test_a_long_two_way_road_is_settled_stop_by_stop():
    """A firing is graded when it may have changed, not once in every round: a thousand rounds."""
    road = template("road", "number", "number", symmetric=(0, 1))
    reached, start = template("reached", "number"), template("start", "number")
    rules = [
        rule("begin", [pattern("start", "$n")], [pattern("reached", "$n")]),
        rule(
            "onward",
            [pattern("reached", "$n"), pattern("road", "$n", "$m")],
            [pattern("reached", "$m")],
        ),
    ]
    roads = [fact(road.instance(n, n + 1)) for n in range(999)]
    result = example([road, reached, start], rules, [fact(Instance("start", (0,))), *roads])
    graded = 0

    def counted(one: int, other: int) -> int:
        nonlocal graded
        graded += 1
        return min(one, other)

    algebra = INTS._replace(meet=counted)
    given = given_grades(result.graph, result.scenario)
    again = evaluate(result.graph, given, algebra=algebra)
    assert again.lower == result.grades.lower
    last = result.graph.number[Instance("reached", (999,))]
    assert (again.lower[last], again.round[last]) == (8, 1000)
    assert graded < 20 * len(result.graph.firings)
