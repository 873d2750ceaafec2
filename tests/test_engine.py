"""experta 1.9.4's traps: one test for each precaution of `advisor.reasoning.rete`."""

from __future__ import annotations

import ast
import collections
import inspect
import itertools
import os
import subprocess
import sys
from pathlib import Path

import pytest
from strategies import base_of, compare, fact, pattern, rule, scenario_of, template

import advisor.reasoning.rete
from advisor.model import budget
from advisor.model.errors import AdvisorError
from advisor.model.records import Instance
from advisor.reasoning.building import build, graph_of
from advisor.reasoning.engine import Engine, Match
from advisor.reasoning.rows import tagged
from advisor.reasoning.seminaive import SemiNaive

PACKAGE = Path(advisor.reasoning.rete.__file__).parent
SOURCES = [
    ast.parse((PACKAGE / name).read_text(encoding="utf-8"))
    for name in ("rete.py", "network.py", "engine.py")
]


def python(code: str, *path: Path, **env: str) -> subprocess.CompletedProcess[str]:
    """Run code in a fresh interpreter, with more folders to import from."""
    places = [*map(str, path), *filter(None, [os.environ.get("PYTHONPATH")])]
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(places), **env}
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=environ, check=False
    )


def run(templates, rules, instances) -> Engine:
    """An engine over these templates and rules, with these facts declared."""
    engine = Engine(base_of(templates, rules))
    engine.declare(instances)
    return engine


def facts(name: str, *rows) -> list[Instance]:
    """Instances of a template; a row is a value or several."""
    return [Instance(name, row if isinstance(row, tuple) else (row,)) for row in rows]


# Importing it


def test_the_missing_name_is_lent_for_the_import_only():
    """`collections.Mapping`, which frozendict 1.2 reads, is gone again after the import."""
    assert not hasattr(collections, "Mapping")
    code = "import collections, advisor.reasoning.engine; print(hasattr(collections, 'Mapping'))"
    assert python(code).stdout == "False\n"


def test_a_name_that_was_there_is_left_there():
    """Whoever put `collections.Mapping` back themselves keeps it."""
    code = "import collections; collections.Mapping = dict; import advisor.reasoning.engine;"
    assert python(code + "print(collections.Mapping)").stdout == "<class 'dict'>\n"


def test_the_missing_name_is_taken_back_though_the_import_fails(tmp_path):
    """A failing import leaves `collections` as it was, too."""
    (tmp_path / "experta.py").write_text("raise ImportError('nothing here')\n")
    code = """
import collections
try:
    import advisor.reasoning.engine
except ImportError as error:
    print(error, hasattr(collections, "Mapping"))
"""
    assert python(code, tmp_path).stdout == "nothing here False\n"


def test_importing_does_not_set_up_logging():
    """experta calls `logging.basicConfig()`: the root logger's handlers stay as they were."""
    code = "import logging, advisor.reasoning.engine; print(logging.getLogger().handlers)"
    assert python(code).stdout == "[]\n"
    code = """
import logging
own = logging.NullHandler()
logging.getLogger().addHandler(own)
import advisor.reasoning.engine
print(logging.getLogger().handlers == [own])
"""
    assert python(code).stdout == "True\n"


def test_an_engine_that_is_not_there_is_noticed(tmp_path):
    """`experta/__init__` swallows ImportError; a broken frozendict is named nonetheless."""
    (tmp_path / "frozendict.py").write_text("raise ImportError('broken')\n")
    done = python("import advisor.reasoning.engine", tmp_path)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith("ImportError: experta was imported without")
    assert "frozendict" in done.stderr.splitlines()[-1]


def test_one_module_imports_experta():
    """Whatever experta needs is done in one place, so nothing imports it around that place."""
    importers = {
        path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if any(name.split(".")[0] == "experta" for name in imported(node))
    }
    assert importers == {"rete.py"}


def imported(node: ast.AST) -> list[str]:
    """The modules that a statement imports."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module or ""] if isinstance(node, ast.ImportFrom) else []


# The order of firing

LINK, REACH = template("link", "A", "A"), template("reach", "A", "A")
NEAR, EVEN = template("near", "A", "A", symmetric=(0, 1)), template("even", "A")
REACHABILITY = [
    rule("near", [pattern("link", "$x", "$y")], [pattern("reach", "$x", "$y")]),
    rule(
        "far",
        [pattern("reach", "$x", "$y"), pattern("reach", "$y", "$z")],
        [pattern("reach", "$x", "$z")],
    ),
    rule("both", [pattern("near", "$x", ["a1", "a2"])], [pattern("even", "$x")]),
    rule(
        "pair",
        [pattern("even", "$x"), pattern("even", "$y")],
        [pattern("near", "$x", "$y")],
        comparisons=(compare("$x", "!=", "$y"),),
    ),
]
LINKS = facts("link", ("a1", "a2"), ("a2", "a3"), ("a3", "a1")) + facts("near", ("a1", "a3"))
TEMPLATES = [LINK, REACH, NEAR, EVEN]


def recorded() -> str:
    """Everything that the graph of one base holds, as text: for comparing processes."""
    engine = run(TEMPLATES, REACHABILITY, LINKS)
    graph = graph_of(engine, ())
    return repr((graph.instances, graph.firings, graph.supports, graph.components))


@pytest.mark.parametrize("seed", ["0", "1", "2", "random"])
def test_nothing_depends_on_the_order_of_firing_across_processes(seed):
    """Rules of equal salience fire in an order that changes from run to run; the graph doesn't."""
    code = "import test_engine; print(test_engine.recorded(), end='')"
    done = python(code, Path(__file__).parent, PYTHONHASHSEED=seed)
    assert done.stdout == recorded(), done.stderr


@pytest.mark.parametrize("order", ["reversed", "sorted", "every-other"])
def test_nothing_depends_on_the_order_of_firing(monkeypatch, order):
    """Whatever order the agenda is put into, the same matches and the same graph come out."""
    wanted = recorded()

    def update(_self, agenda, added, removed):
        assert not removed
        kept = sorted([*agenda.activations, *added], key=str)
        orders = {"reversed": kept[::-1], "sorted": kept, "every-other": kept[::2] + kept[1::2]}
        agenda.activations[:] = orders[order]

    monkeypatch.setattr(advisor.reasoning.rete.Strategy, "_update_agenda", update)
    assert recorded() == wanted


def test_facts_and_rules_may_come_in_any_order():
    """The same facts and rules in another order give the same matches."""
    wanted = run(TEMPLATES, REACHABILITY, LINKS).matches
    for instances in itertools.permutations(LINKS[:3]):
        engine = run(TEMPLATES, REACHABILITY[::-1], [*LINKS[3:], *instances])
        assert engine.matches == wanted


def test_nothing_is_negated_or_retracted():
    """With NOT, or after a retraction, experta can fire stale activations: neither is used."""
    banned = {"NOT", "OR", "EXISTS", "FORALL", "retract", "modify", "duplicate"}
    nodes = [node for source in SOURCES for node in ast.walk(source)]
    names = {node.id for node in nodes if isinstance(node, ast.Name)}
    names |= {node.attr for node in nodes if isinstance(node, ast.Attribute)}
    for node in nodes:
        if isinstance(node, ast.Import | ast.ImportFrom):
            names |= {alias.name for alias in node.names}
    assert not names & banned
    inverted = [n for n in nodes if isinstance(n, ast.UnaryOp)]
    assert not any(isinstance(node.op, ast.Invert) for node in inverted)  # ~ is experta's NOT


def test_a_retraction_would_be_noticed():
    """The agenda refuses to take an activation away, rather than to leave it there stale."""
    engine = run([LINK, REACH], REACHABILITY[:1], LINKS[:1])
    with pytest.raises(AssertionError):
        advisor.reasoning.rete.Strategy().update_agenda(engine._engine.agenda, [], ["stale"])


# What is recorded


def test_a_second_derivation_of_a_fact_is_recorded():
    """experta's `declare` returns None for a fact that exists; its derivation isn't lost."""
    other = template("other", "A", "A")
    rules = [
        *REACHABILITY[:1],
        rule("r", [pattern("other", "$x", "$y")], REACHABILITY[0].conclusions),
    ]
    given = (
        facts("link", ("a1", "a2")) + facts("other", ("a1", "a2")) + facts("reach", ("a1", "a2"))
    )
    engine = run([LINK, REACH, other], rules, given)
    assert {match.rule for match in engine.matches} == {"near", "r"}
    graph = graph_of(engine, ())
    assert len(graph.supports[graph.number[Instance("reach", ("a1", "a2"))]]) == 2


def test_a_derivation_that_comes_later_is_recorded():
    """A fact derived already gets its second derivation when the premise turns up."""
    engine = run([LINK, REACH], REACHABILITY[:2], facts("link", ("a1", "a3")))
    engine.declare(facts("link", ("a1", "a2"), ("a2", "a3")))
    premises = (Instance("reach", ("a1", "a2")), Instance("reach", ("a2", "a3")))
    assert premises in {match.premises for match in engine.matches}


def test_declaring_a_fact_again_changes_nothing():
    """A fact that is possible already is not declared twice."""
    engine = run(TEMPLATES, REACHABILITY, LINKS)
    before = set(engine.matches), set(engine.possible)
    engine.declare(LINKS)
    assert (engine.matches, engine.possible) == before


# Values

AMOUNT, SHARE = template("amount", "number"), template("share", "number")
FLAG, DONE = template("flag", "boolean"), template("done", "number")


def test_one_and_true_and_one_point_nought_are_three_values():
    """To experta they are one: a join between a number and a truth value matches nothing."""
    join = rule("join", [pattern("amount", "$n"), pattern("flag", "$n")], [pattern("done", 0)])
    given = facts("amount", 1, 0) + facts("flag", True, False)
    assert run([AMOUNT, FLAG, DONE], [join], given).matches == set()
    share = rule("join", [pattern("amount", "$n"), pattern("share", "$n")], [pattern("done", 0)])
    given = facts("amount", 1) + facts("share", 1.0)
    assert run([AMOUNT, SHARE, DONE], [share], given).matches == set()


@pytest.mark.parametrize("listed", [False, True], ids=["value", "listed"])
def test_a_value_in_a_pattern_is_matched_with_its_type(listed):
    """experta caches its checks by value for the whole process: 1 must not find true's."""
    seen = []
    for value in (1, True, 1.0):
        one = template("kept", "AB")  # a slot that will hold anything
        term = [value, "a1"] if listed else value
        r = rule("r", [pattern("kept", term)], [pattern("done", 0)])
        for held in (1, True, 1.0):
            engine = run([one, DONE], [r], facts("kept", held))
            seen.append((type(value) is type(held), bool(engine.matches)))
    assert all(wanted == found for wanted, found in seen)


def test_values_come_back_as_they_were():
    """Bindings and premises hold the value that was declared, of its own type."""
    r = rule("r", [pattern("amount", "$n")], [pattern("done", "$n")])
    for value in (1, 1.0, 2.5):
        (match,) = run([AMOUNT, DONE], [r], facts("amount", value)).matches
        assert (type(match.bindings[0][1]), match.bindings[0][1]) == (type(value), value)
        assert type(match.premises[0].values[0]) is type(value)


def test_comparisons_see_the_values_without_their_tags():
    """Numbers are compared as numbers, whole or not, and the rule fires only where all hold."""
    tests = (compare("$n", ">=", 1), compare("$m", "!=", "$n"), compare("$m", "<", 3))
    steps = [pattern("amount", "$n"), pattern("share", "$m")]
    r = rule("r", steps, [pattern("done", 0)], comparisons=tests)
    given = facts("amount", 0, 1, 2.5) + facts("share", 1, 2.5, 3)
    engine = run([AMOUNT, SHARE, DONE], [r], given)
    found = {tuple(value for _, value in match.bindings) for match in engine.matches}
    assert found == {(2.5, 1), (1, 2.5)}  # m, n


def test_texts_cannot_be_taken_for_tagged_values():
    """A tag makes a pair, which no text is."""
    tags = [tagged(value) for value in (1, True, 1.0, "1", "true")]
    assert len(set(tags)) == len(tags)


# Premises


def test_premises_come_in_the_order_of_the_patterns():
    """`Activation.facts` is a set; each premise is known by the pattern that it matched."""
    other = template("other", "A", "A")
    steps = [
        pattern("link", "$y", "$z"),
        pattern("other", "$x", "$y"),
        pattern("link", "$x", "$y"),
    ]
    r = rule("r", steps, [pattern("reach", "$x", "$z")])
    given = facts("link", ("a1", "a2"), ("a2", "a3")) + facts("other", ("a1", "a2"))
    (match,) = run([LINK, other, REACH], [r], given).matches
    assert match == Match(
        "r",
        (("y", "a2"), ("z", "a3"), ("x", "a1")),
        (
            Instance("link", ("a2", "a3")),
            Instance("other", ("a1", "a2")),
            Instance("link", ("a1", "a2")),
        ),
    )


def test_one_fact_may_match_two_premises():
    """Two patterns of one template may match the same fact: that is a match of its own."""
    r = rule(
        "r", [pattern("link", "$x", None), pattern("link", None, "$y")], [pattern("even", "$x")]
    )
    engine = run([LINK, EVEN], [r], facts("link", ("a1", "a2"), ("a2", "a3")))
    assert len(engine.matches) == 4
    assert {len(set(match.premises)) for match in engine.matches} == {1, 2}


def test_a_symmetric_fact_matches_either_way_round():
    """One fact, two ways to read it, each a match with its own bindings and the same premise."""
    r = rule("r", [pattern("near", "$x", "$y")], [pattern("reach", "$x", "$y")])
    engine = run([NEAR, REACH], [r], [NEAR.instance("a2", "a1"), NEAR.instance("a3", "a3")])
    assert {(match.bindings[0][1], match.bindings[1][1]) for match in engine.matches} == {
        ("a1", "a2"),
        ("a2", "a1"),
        ("a3", "a3"),
    }
    premises = {match.premises[0] for match in engine.matches}
    assert premises == {Instance("near", ("a1", "a2")), Instance("near", ("a3", "a3"))}


# Listed values


def rule_count(engine: Engine) -> int:
    """How many rules experta was given."""
    return len(engine._engine.get_rules())


def test_listed_values_are_one_test():
    """However many values the slots of a rule list, it is one rule, and a fact matches once."""
    wide = template("wide", "A", "A", "A")
    many = ["a1", "a2", "a3"]
    terms = [pattern("wide", many, many, ["a1", "a2"]), pattern("link", ["a1", "a2"], "$x")]
    r = rule("r", terms, [pattern("even", "$x")])
    given = facts("wide", *itertools.product(many, many, many))
    given += facts("link", *itertools.product(many, many))
    engine = run([wide, LINK, EVEN], [r], given)
    assert rule_count(engine) == 1
    assert len(engine.matches) == (3 * 3 * 2) * (2 * 3)
    assert {match.rule for match in engine.matches} == {"r"}
    for match in engine.matches:
        assert match.premises[0].values[2] in {"a1", "a2"}
        assert match.premises[1].values[0] in {"a1", "a2"}


def test_long_lists_in_many_premises_are_matched_at_once():
    """Sixty values in each of six premises: 60^6 ways to choose would never end."""
    listed = [f"a{n}" for n in range(60)]
    premises = [pattern("even", listed) for _ in range(6)]
    r = rule("r", premises, [pattern("reach", "a1", "a2")])
    assert len(run([EVEN, REACH], [r], facts("even", "a1", "a59", "b")).matches) == 2**6


def test_a_rule_without_lists_is_one_rule():
    """What lists nothing is given to experta once."""
    assert rule_count(run(TEMPLATES, [REACHABILITY[1]], [])) == 1


def test_a_value_listed_twice_matches_once():
    """The same fact through two alternatives is one match."""
    r = rule("r", [pattern("even", ["a1", "a1", "a2"])], [pattern("reach", "a1", "a2")])
    assert len(run([EVEN, REACH], [r], facts("even", "a1")).matches) == 1


def test_a_rule_with_nothing_to_match_fires_once():
    """A rule without patterns concludes what it concludes, whatever is declared."""
    r = rule("r", [], [pattern("even", "a1")])
    engine = run([EVEN, LINK], [r], facts("link", ("a1", "a2")))
    assert engine.matches == {Match("r", (), ())}
    assert Instance("even", ("a1",)) in Engine(engine.base).possible


# Limits


def square(premises: int) -> list:
    """A rule of so many premises without a variable in common; nine facts match each."""
    return [rule("square", [pattern("even", f"$v{n}") for n in range(premises)], [DUE])]


DUE = pattern("reach", "a1", "a2")
NINE = facts("even", *(f"a{n}" for n in range(9)))


def test_more_firings_than_the_budget_allows_are_refused():
    """The error says how many may be, and which rule and premise to look at, and is no wait."""
    with budget.limited(budget.Budget(firings=700)), pytest.raises(AdvisorError) as caught:
        run([EVEN, REACH], square(12), NINE)  # 9^12 matches would take years
    (problem,) = caught.value.problems
    assert problem.message == (
        "the rules fire more than 700 times; rule 'square' makes most of the work, "
        "and its premise 'even' has 9 facts to match"
    )
    assert "--max-firings" in problem.hint
    assert problem.where == square(1)[0].where


def test_as_many_firings_as_the_budget_allows_are_none_too_many():
    """The limit is the last that passes, over all that is declared to one engine."""
    with budget.limited(budget.Budget(firings=81)):
        engine = run([EVEN, REACH], square(2), NINE)
        assert len(engine.matches) == 81
        with pytest.raises(AdvisorError, match="more than 81 times"):
            engine.declare(facts("even", "a10"))


def test_partial_matches_are_limited_too():
    """What joins for ever and never fires is refused as well."""
    tests = tuple(compare(f"$v{n}", "=", f"$v{n + 1}") for n in range(0, 11, 2))
    never = rule(
        "never",
        [*square(12)[0].patterns(), pattern("link", "$v1", "$v2")],
        [DUE],
        comparisons=tests,
    )
    with budget.limited(budget.Budget(steps=5_000)), pytest.raises(AdvisorError) as caught:
        run([EVEN, LINK, REACH], [never], [*NINE, *facts("link", ("a1", "a2"))])
    assert "takes more than 5000 steps; rule 'never'" in caught.value.problems[0].message


@pytest.mark.parametrize(
    ("limits", "message"),
    [
        (budget.Budget(firings=80), "the rules fire more than 80 times; rule 'square'"),
        (budget.Budget(steps=80), "takes more than 80 steps; rule 'square'"),
    ],
)
@pytest.mark.parametrize("matching", [Engine, SemiNaive])
def test_every_matcher_keeps_to_the_budget(matching, limits, message):
    """Firings and partial matches are counted whatever the matcher, and the rule is named."""
    matcher = matching(base_of([EVEN, REACH], square(2)))
    with budget.limited(limits), pytest.raises(AdvisorError) as caught:
        matcher.declare(NINE)
    assert message in caught.value.problems[0].message


def test_the_rule_that_makes_most_work_is_named():
    """Not the one whose firing happens to be the last."""
    rules = [rule("small", [pattern("even", "$x")], [DUE]), *square(3)]
    with budget.limited(budget.Budget(firings=735)), pytest.raises(AdvisorError, match="'square'"):
        run([EVEN, REACH], rules, NINE)


def test_a_graph_goes_on_after_a_refusal():
    """What could not be added is as if it had never been tried."""
    stated = [fact(one) for one in NINE[:3]]
    graph = build(scenario_of(base_of([EVEN, REACH], square(2)), stated))
    with budget.limited(budget.Budget(firings=81)):
        with pytest.raises(AdvisorError):
            graph.extended(facts("even", *(f"b{n}" for n in range(20))))
        assert len(graph.extended(NINE).firings) == 9 + 9 * 8 / 2


@pytest.fixture
def shallow():
    """A stack that is deep enough for 150 calls more than there are."""
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(len(inspect.stack(0)) + 150)
    yield
    sys.setrecursionlimit(limit)


@pytest.mark.usefixtures("shallow")
def test_a_rule_may_have_more_premises_than_the_stack_is_deep():
    """What passes from premise to premise does not grow the stack."""
    names = [f"a{n}" for n in range(300)]
    tests = tuple(compare("$x", "!=", name) for name in names)
    premises = [pattern("even", "$x"), *(pattern("even", name) for name in names)]
    long = rule("long", premises, [pattern("reach", "a1", "$x")], comparisons=tests)
    (match,) = run([EVEN, REACH], [long], facts("even", *names, "b")).matches
    assert match.bindings == (("x", "b"),)
    assert len(match.premises) == 301


def test_premises_meet_in_any_order():
    """Whatever order the premises stand in, the same is matched, each premise in its place."""
    premises = [pattern("link", "$x", "$y"), pattern("link", "$y", "$z"), pattern("even", "$z")]
    given = [*facts("link", ("a1", "a2"), ("a2", "a3"), ("a3", "a1")), *facts("even", "a1", "a3")]
    found = set()
    for order in itertools.permutations(range(3)):
        r = rule("r", [premises[n] for n in order], [pattern("reach", "$x", "$z")])
        matches = run([LINK, EVEN, REACH], [r], given).matches
        found.add(
            frozenset(
                (
                    frozenset(match.bindings),
                    tuple(match.premises[order.index(n)] for n in range(3)),
                )
                for match in matches
            )
        )
    assert len(found) == 1
    assert len(*found) == 2


# Engines


def test_engines_are_neither_copied_nor_pickled():
    """experta's engines can't be: nothing in the program tries to."""
    for path in PACKAGE.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        modules = {name.split(".")[0] for node in ast.walk(tree) for name in imported(node)}
        assert not modules & {"pickle", "shelve"}
        assert "copy" not in modules, path


def test_engines_do_not_share_what_they_know():
    """Two engines over one base each know only their own facts, though experta caches globally."""
    base = base_of(TEMPLATES, REACHABILITY)
    one, other = Engine(base), Engine(base)
    one.declare(LINKS)
    assert other.possible == set()
    assert other.matches == set()
    other.declare(LINKS[:1])
    assert {match.rule for match in other.matches} == {"near"}


def test_templates_of_one_name_in_two_bases_do_not_mix():
    """A fact's class is one for the whole process; its slots are those of its own base."""
    wide = template("link", "A", "A", "A")
    r = rule("r", [pattern("link", "$x", None, None)], [pattern("even", "$x")])
    first = run([LINK, REACH], REACHABILITY[:1], LINKS[:1])
    second = run([wide, EVEN], [r], facts("link", ("a1", "a2", "a3")))
    assert {match.rule for match in first.matches} == {"near"}
    assert {match.rule for match in second.matches} == {"r"}
    assert second.possible == {Instance("link", ("a1", "a2", "a3")), Instance("even", ("a1",))}
