"""Why-not: what it says of near misses is true, complete, and shown nearest first."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest
from hypothesis import assume, event, given
from oracle import Oracle
from strategies import (
    Case,
    base_of,
    cases,
    compare,
    fact,
    pattern,
    rule,
    scenario_of,
    template,
)

from advisor import api, cli, loader, whynot
from advisor.api import explain
from advisor.engine import filled
from advisor.evaluate import Outcome, outcome
from advisor.grades import HOLDS
from advisor.graph import JustificationGraph, build
from advisor.loader.folding import Changes, fold
from advisor.model import AtLeast, Fact, Instance, Pattern, Rule, Scenario, Var
from advisor.whynot import Change, Condition, NearMiss, WhyNot

MET = {"held", "open"}
STATES = ("pakistan", "russia", "united-states", "india", "china", "afghanistan")


@pytest.fixture(scope="module")
def shipped() -> Outcome:
    """The shipped base's default scenario."""
    return api.load()


def worked_out(case: Case) -> Outcome:
    """The outcome of a case."""
    return outcome(case.scenario, build(case.scenario, case.extra))


def example(templates, rules, facts, **fields) -> Outcome:
    """The outcome of a small example made by hand."""
    scenario = scenario_of(base_of(templates, rules), facts, **fields)
    return outcome(scenario, build(scenario))


def missed(case: Outcome, what: str, **options) -> WhyNot:
    """The only why-not of something that does not hold."""
    result = api.why_not(case, what, **options)
    assert not result.held
    [tree] = result.misses
    return tree


def trees(tree: WhyNot) -> Iterator[WhyNot]:
    """A why-not and those below it."""
    yield tree
    for miss in tree.misses:
        for condition in miss.conditions:
            if condition.because is not None:
                yield from trees(condition.because)


def withheld(case: Outcome) -> list[tuple[str, str]]:
    """Advice templates of which nothing holds for a client, or not all."""
    advice = [t.id for t in case.scenario.base.templates.values() if t.advice]
    pairs = itertools.product(STATES, sorted(advice))
    return [(client, one) for client, one in pairs if not explain(case, one, client=client).held]


def all_trees(case: Outcome) -> list[tuple[Pattern, WhyNot]]:
    """Every why-not of the advice that a shipped scenario withholds, with what it is about."""
    found = []
    for client, advice in withheld(case):
        for tree in api.why_not(case, advice, client=client).misses:
            found.append((target_of(case, tree, client), tree))
    return found


def target_of(case: Outcome, tree: WhyNot, client: str) -> Pattern:
    """The pattern that a why-not of advice to a client is about."""
    base = case.scenario.base
    if "(" in tree.what:
        instance, _ = loader.parse_instance(tree.what, base)
        return pattern(instance.template, *instance.values)
    slots = base.templates[tree.what].slots
    return pattern(tree.what, *(client if slot == "client" else None for slot in slots))


def holds(case: Outcome, target: Pattern) -> bool:
    """Whether something that matches the target holds."""
    return any(case.grades.lower[n] >= HOLDS for n in case.graph.matching(target, {}))


# ------------------------------------------------------------------ complete matches are firings


def complete(graph: JustificationGraph, one: Rule) -> set[tuple]:
    """The attempts of a rule with no premise missing and every comparison true."""
    held = [True] * len(graph.instances)
    found = set()
    for unmet, attempt in whynot.attempts(graph, one, {}, held, steps=10**6):
        if unmet:
            break
        assert None not in attempt.facts
        if all(test.holds(attempt.bindings) for test in one.comparisons):
            bindings = tuple(sorted(attempt.bindings.items()))
            found.add((bindings, tuple(graph.instances[n] for n in attempt.facts)))
    return found


def check_matches(graph: JustificationGraph) -> None:
    """The complete attempts are the matches that the engine recorded, and make the firings."""
    for one in graph.base.rules:
        found = complete(graph, one)
        recorded = {m[1:] for m in graph._engine.matches if m.rule == one.id}
        assert found == recorded
        templates = graph.base.templates
        firings = {
            (
                frozenset(premises),
                tuple(
                    templates[c.template].instance(*filled(c, dict(bindings)))
                    for c in one.conclusions
                ),
            )
            for bindings, premises in found
        }
        assert firings == {
            (
                frozenset(graph.instances[n] for n in firing.premises),
                tuple(graph.instances[n] for n in firing.conclusions),
            )
            for firing in graph.firings
            if firing.rule.id == one.id
        }


@given(cases())
def test_complete_matches_equal_the_recorded_firings(case):
    """Searching backward finds just what matching forward fired."""
    graph = build(case.scenario, case.extra)
    check_matches(graph)
    event(f"firings: {min(len(graph.firings), 5)}")


@pytest.mark.parametrize("name", sorted(loader.scenario_names(loader.load_base())))
def test_complete_matches_equal_the_recorded_firings_of_shipped_scenarios(name):
    """The same for every scenario that is shipped."""
    graph = api.load(name).graph
    assert len(graph.firings) > 50
    check_matches(graph)


# ------------------------------------------------------------------ nearest first


@given(cases())
def test_attempts_come_nearest_first(case):
    """The search gives the ways to match a rule by the number of unmet premises."""
    result = worked_out(case)
    held = [lower >= HOLDS for lower in result.grades.lower]
    for one in case.scenario.base.rules:
        counts = []
        for unmet, attempt in itertools.islice(
            whynot.attempts(result.graph, one, {}, held, steps=2_000), 200
        ):
            missing = sum(n is None or not held[n] for n in attempt.facts)
            assert unmet == missing
            counts.append(unmet)
        assert counts == sorted(counts)


def test_a_search_without_steps_ends(shipped):
    """However many ways there are, the search ends where it is told to."""
    [one] = [r for r in shipped.scenario.base.rules if len(r.patterns()) >= 3][:1]
    held = [True] * len(shipped.graph.instances)
    assert not list(whynot.attempts(shipped.graph, one, {}, held, steps=0))
    some = list(whynot.attempts(shipped.graph, one, {}, held, steps=50))
    assert len(some) < 50


def test_misses_are_shown_nearest_first(shipped):
    """At every level, misses with fewer unmet conditions come first."""
    for _, tree in all_trees(shipped):
        for one in trees(tree):
            counts = [miss.unmet for miss in one.misses]
            assert counts == sorted(counts)


# ------------------------------------------------------------------ counts are true


class Recount:
    """Counts the unmet conditions of a near miss anew, from the naive evaluator's grades."""

    def __init__(self, oracle: Oracle) -> None:
        self.oracle = oracle
        self.rules = {one.id: one for one in oracle.base.rules}

    def unmet(self, one: Rule, bindings: dict, premises: list[Instance | None]) -> int:
        """The unmet conditions of a rule, its premises matched with these facts."""
        lower = self.oracle.lower
        count = sum(p is None or lower[p] < HOLDS for p in premises)
        for test in one.comparisons:
            named = [s.name for s in (test.left, test.right) if isinstance(s, Var)]
            if all(name in bindings for name in named):
                count += not self.oracle._compares(test, bindings)
        for premise in one.premises:
            if isinstance(premise, AtLeast):
                matching = self.oracle.matching(premise.of, bindings)
                count += sum(lower[n] >= HOLDS for n in matching) < premise.count
        for against in [self.oracle.matching(p, bindings) for p in one.exceptions]:
            count += self._stands(against)
        if one.otherwise:
            count += self._stands(self._other_advice(one, bindings))
        count += one.strength < HOLDS
        return count + (one.id in self.oracle.scenario.withdrawn)

    def _stands(self, against: list[Instance]) -> bool:
        """Whether the opposite of what may be for an exception fails to hold."""
        return any(8 - self.oracle.upper[n] < HOLDS for n in against)

    def _other_advice(self, one: Rule, bindings: dict) -> list[Instance]:
        concluded = one.conclusions[0]
        slots = list(self.oracle.base.templates[concluded.template].slots)
        term = concluded.terms[slots.index("client")]
        client = bindings.get(term.name) if isinstance(term, Var) else term
        return self.oracle.other_advice_to(client) if client is not None else []

    def nearest(self, one: Rule, bindings: dict) -> int:
        """The fewest unmet conditions of all ways to match the rule's premises, or none."""
        ways = [(bindings, [])]
        for premise in one.patterns():
            ways = [
                (extended, [*premises, found])
                for so_far, premises in ways
                for extended, found in self._matches(premise, so_far)
            ]
        return min(self.unmet(one, so_far, premises) for so_far, premises in ways)

    def _matches(self, premise: Pattern, bindings: dict) -> Iterator[tuple[dict, Instance | None]]:
        yield bindings, None
        for found in self.oracle.possible:
            for extended in self.oracle.unify(premise, found, bindings):
                yield extended, found


def parsed(text: str, by_text: dict[str, Instance]) -> Instance | None:
    """The possible fact that a one-line form names, if it is one."""
    return by_text.get(text)


def check_counts(case: Outcome, extra, tree: WhyNot) -> None:
    """Every miss in a why-not says how many of its conditions are unmet, and says it truly."""
    recount = Recount(Oracle(case.scenario, extra))
    by_text = {str(one): one for one in recount.oracle.possible}
    for one in trees(tree):
        for miss in one.misses:
            check_count(recount, miss, by_text)


def check_count(recount: Recount, miss: NearMiss, by_text: dict[str, Instance]) -> None:
    """A miss's count is that of its own list, and that of an independent count."""
    used = recount.rules[miss.rule]
    assert miss.unmet == sum(one.status not in MET for one in miss.conditions)
    premises = [one for one in miss.conditions if one.kind == "premise"]
    assert len(premises) == len(used.patterns())
    named = [by_text.get(one.facts[0]) if one.facts else None for one in premises]
    bindings = typed(used, miss.bindings, named, recount.oracle)
    assert miss.unmet == recount.unmet(used, bindings, named)


def typed(used: Rule, shown: dict, premises, oracle: Oracle) -> dict:
    """The bindings of a miss with their values as the model has them, dates as dates."""
    values = {v for one in oracle.possible for v in one.values}
    values |= {t for p in used.conclusions for t in p.terms}
    texts = {str(value): value for value in values if not isinstance(value, str | bool | int)}
    return {name: texts.get(value, value) for name, value in shown.items()}


@given(cases())
def test_unmet_conditions_are_counted_truly(case):
    """The count of a miss equals that of a naive evaluator, on random bases."""
    result = worked_out(case)
    base = case.scenario.base
    for name in sorted(base.derived):
        target = pattern(name, *(None for _ in base.templates[name].slots))
        if not holds(result, target):
            check_counts(result, case.extra, whynot.why_not(result, target, every=True))


@given(cases())
def test_the_nearest_miss_is_the_nearest_there_is(case):
    """No way to match a rule has fewer unmet conditions than the first that is shown."""
    result = worked_out(case)
    oracle = Oracle(case.scenario, case.extra)
    recount = Recount(oracle)
    base = case.scenario.base
    assume(len(oracle.possible) < 25)
    for name in sorted(base.derived):
        target = pattern(name, *(None for _ in base.templates[name].slots))
        concluding = [r for r in base.rules if name in {c.template for c in r.conclusions}]
        if holds(result, target):
            continue
        tree = whynot.why_not(result, target)
        assert tree.misses[0].unmet == min(recount.nearest(one, {}) for one in concluding)


def test_unmet_conditions_of_shipped_advice_are_counted_truly(shipped):
    """The same for all advice that the shipped base withholds from anybody."""
    found = all_trees(shipped)
    assert len(found) > 50
    recount = Recount(Oracle(shipped.scenario, ()))
    by_text = {str(one): one for one in recount.oracle.possible}
    for _, tree in found:
        for one in trees(tree):
            for miss in one.misses:
                check_count(recount, miss, by_text)


# ------------------------------------------------------------------ single changes


def changed(scenario: Scenario, change: Change) -> Outcome:
    """The scenario with a suggested change folded in, worked out from the beginning."""
    names = {str(t): t for t in (Instance(t, ()) for t in ())}
    del names
    instance = instance_in(scenario, change.instance)
    standing = "stated" if change.do == "assume" else "denied"
    said = fact(instance, standing=standing)
    after, problems = fold(scenario, Changes(facts=(said,)))
    assert not problems
    return outcome(after, build(after))


def instance_in(scenario: Scenario, text: str) -> Instance:
    """The instance that a one-line form writes."""
    return loader.parse_instance(text, scenario.base)[0]


@given(cases())
def test_a_suggested_change_makes_it_hold(case):
    """On random bases, whatever is suggested as enough by itself is."""
    result = worked_out(Case(case.scenario, frozenset()))
    base = case.scenario.base
    for name in sorted(base.derived):
        target = pattern(name, *(None for _ in base.templates[name].slots))
        if holds(result, target):
            continue
        for change in whynot.why_not(result, target).changes:
            assert holds(changed(case.scenario, change), target)
            event("suggested")


def written(path, change: Change) -> None:
    """A what-if file that makes a suggested change."""
    key = "assume" if change.do == "assume" else "denied"
    path.write_text(f"extends: pakistan-russia\ntitle: T\n{key}: ['{change.instance}']\n")


def test_a_suggested_change_makes_it_hold_end_to_end(shipped, tmp_path):
    """Written into a what-if file, each change suggested for withheld advice gives it."""
    tried = 0
    for target, tree in all_trees(shipped):
        for change in tree.changes:
            written(tmp_path / "changed.yaml", change)
            assert holds(api.load(tmp_path / "changed.yaml"), target), (tree.what, change)
            tried += 1
    assert tried > 15


def named_in(tree: WhyNot, scenario: Scenario) -> set[Instance]:
    """Every given fact that a why-not names."""
    texts = {text for one in trees(tree) for text in (one.what,) if "(" in text}
    for one in trees(tree):
        for miss in one.misses:
            for condition in miss.conditions:
                texts.update(condition.facts)
    named = {instance_in(scenario, text) for text in texts}
    return {one for one in named if one.template not in scenario.base.derived}


def enough(case: Outcome, target: Pattern, instances) -> set[tuple[str, str]]:
    """The single changes of these facts after which the target holds, by trying each."""
    found = set()
    for instance, do in itertools.product(sorted(instances), ("assume", "deny")):
        change = Change(do=do, instance=str(instance), says="")
        if holds(changed(case.scenario, change), target):
            found.add((do, str(instance)))
    return found


def test_no_single_change_of_what_is_named_is_missed(shipped):
    """Where changing one fact that the why-not names would do, it says so."""
    for target, tree in all_trees(shipped):
        named = named_in(tree, shipped.scenario)
        suggested = {(change.do, change.instance) for change in tree.changes}
        assert bool(enough(shipped, target, named)) <= bool(suggested), tree.what


# ------------------------------------------------------------------ what it says

TOWNS = [
    template("needs", "A", asks=("asked",)),
    template("has", "A", asks=("asked",)),
    template("far", "A", "A", asks=("asked",)),
    template("big", "A", "number", asks=("asked",)),
    template("fit", "A"),
    template("help", "A", "A", first="client", advice=True),
]
HELPING = rule(
    "helping",
    [pattern("needs", "$x"), pattern("fit", "$y")],
    [pattern("help", "$x", "$y")],
    comparisons=(compare("$x", "!=", "$y"),),
    exceptions=(pattern("far", "$x", "$y"),),
)
FITTING = rule(
    "fitting",
    [pattern("has", "$y"), pattern("big", "$y", "$n")],
    [pattern("fit", "$y")],
    comparisons=(compare("$n", ">=", 2.5),),
)


def of(name: str, *values) -> Instance:
    """An instance."""
    return Instance(name, values)


def helped(*facts: Fact, rules=(HELPING, FITTING), **fields) -> Outcome:
    """A town that needs help, and facts about one that could give it."""
    return example(TOWNS, rules, [fact(of("needs", "a1")), *facts], **fields)


def conditions(tree: WhyNot) -> list[Condition]:
    """The conditions of the nearest miss."""
    return list(tree.misses[0].conditions)


def shown(case: Outcome, what: str, capfd, form="terminal") -> str:
    """What the command line would print."""
    del form
    result = api.why_not(case, what)
    console = cli._console("a file")
    cli.explanation_view(console, result, case.scenario.base)
    return console.file.getvalue()


def test_a_failed_comparison_is_shown_with_its_values():
    """The values that were compared are in the sentence."""
    case = helped(fact(of("has", "a2")), fact(of("big", "a2", 1)))
    [held, missing, compared, free] = conditions(missed(case, "help(a1, a2)"))
    assert (held.status, missing.status, compared.status, free.status) == (
        *("held", "not held", "held", "held"),
    ) or missing.status == "unmentioned"
    assert compared.says == "A1 is not A2"
    below = conditions(missing.because)
    [failed] = [one for one in below if one.kind == "comparison"]
    assert (failed.status, failed.says) == ("failed", "1 is at least 2.5")
    assert missing.because.misses[0].unmet == 1


def test_what_blocks_is_named(capfd):
    """An exception that stands in the way is shown with the fact that it is."""
    facts = [fact(of("has", "a2")), fact(of("big", "a2", 2.5)), fact(of("far", "a1", "a2"), 6)]
    tree = missed(helped(*facts), "help(a1, a2)")
    [exception] = [one for one in conditions(tree) if one.kind == "exception"]
    assert (exception.status, exception.facts) == ("blocked", ("far(a1, a2)",))
    assert [(one.do, one.instance) for one in tree.changes] == [("deny", "far(a1, a2)")]
    text = shown(helped(*facts), "help(a1, a2)", capfd)
    assert "stands against it: far of A1 A2" in text
    assert "Enough by itself: Deny far(a1, a2)" in text


def test_a_weak_exception_does_not_block():
    """What is no more likely than not to stand against it lets it hold."""
    facts = [fact(of("has", "a2")), fact(of("big", "a2", 2.5)), fact(of("far", "a1", "a2"), 4)]
    result = api.why_not(helped(*facts), "help(a1, a2)")
    assert result.held
    assert result.note == "This holds; here is how."


@pytest.mark.parametrize("standing", ["denied", "unknown", "weak", None])
def test_how_a_premise_fared_is_told_apart(standing, capfd):
    """Denied, unknown, too weak and never mentioned are four different things."""
    facts = [fact(of("big", "a2", 2.5))]
    if standing == "weak":
        facts.append(fact(of("has", "a2"), 3))
    elif standing:
        facts.append(fact(of("has", "a2"), standing=standing))
    case = helped(*facts)
    tree = missed(case, "fit(a2)")
    status = {"weak": "not held", None: "unmentioned"}.get(standing, standing)
    assert [one.status for one in conditions(tree)] == [status, "held", "held"]
    assert tree.standing == ("open" if standing == "unknown" else "withheld")
    assert [(one.do, one.instance) for one in tree.changes] == [("assume", "has(a2)")]
    text = shown(case, "fit(a2)", capfd)
    lead = {"weak": "does not hold", None: "nobody says"}.get(standing, standing)
    assert f"- {lead}: has of A2" in text
    assert text.startswith("Open: " if standing == "unknown" else "Does not hold: ")


def test_an_unknown_exception_may_stand_against_it(capfd):
    """An exception of which nobody knows is told apart from one that blocks."""
    facts = [fact(of("has", "a2")), fact(of("big", "a2", 2.5))]
    case = helped(*facts, fact(of("far", "a1", "a2"), standing="unknown"))
    tree = missed(case, "help(a1, a2)")
    assert tree.standing == "open"
    [exception] = [one for one in conditions(tree) if one.kind == "exception"]
    assert exception.status == "unknown"
    assert "may stand against it: far of A1 A2" in shown(case, "help(a1, a2)", capfd)
    assert [(one.do, one.instance) for one in tree.changes] == [("deny", "far(a1, a2)")]


def test_too_few_are_counted():
    """A count says how many there are and how many it takes."""
    counting = rule("many", [AtLeast(count=2, of=pattern("has", "$z"))], [pattern("fit", "a1")])
    tree = missed(helped(fact(of("has", "a2")), rules=[counting]), "fit(a1)")
    [count] = conditions(tree)
    assert (count.kind, count.status, count.facts) == ("count", "not held", ("has(a2)",))
    assert count.says.startswith("at least 2 of these hold, and 1 do")


def test_a_weak_and_a_withdrawn_rule_say_so():
    """A rule too weak to carry anything, and one taken away, are no mystery."""
    weak = rule("weak", [pattern("has", "$y")], [pattern("fit", "$y")], strength=3)
    tree = missed(helped(fact(of("has", "a2")), rules=[weak]), "fit(a2)")
    assert [(one.kind, one.status) for one in conditions(tree)] == [
        ("premise", "held"),
        ("strength", "failed"),
    ]
    case = helped(
        *(fact(of("has", "a2")), fact(of("big", "a2", 2.5))), withdrawn=frozenset({"fitting"})
    )
    assert conditions(missed(case, "fit(a2)"))[-1].kind == "withdrawn"


def test_a_default_names_the_advice_that_keeps_it_back():
    """Advice that is given where no other is, says which other is."""
    waiting = template("wait", "A", first="client", advice=True)
    default = rule("default", [pattern("needs", "$x")], [pattern("wait", "$x")], otherwise=True)
    facts = [fact(of("needs", "a1")), fact(of("has", "a2")), fact(of("big", "a2", 2.5))]
    case = example([*TOWNS, waiting], [HELPING, FITTING, default], facts)
    [_, other] = conditions(missed(case, "wait(a1)"))
    assert (other.kind, other.status) == ("exception", "blocked")
    assert other.facts == ("help(a1, a2)",)


def test_it_goes_down_to_a_depth_and_says_where_it_stops():
    """Each level of depth shows one more level of rules; below the last, that there is more."""
    names = [f"t{number}" for number in range(6)]
    templates = [template("given", "A", asks=("asked",)), *(template(name, "A") for name in names)]
    steps = itertools.pairwise(["given", *names])
    rules = [rule(f"to-{b}", [pattern(a, "$x")], [pattern(b, "$x")]) for a, b in steps]
    case = example(templates, rules, [])
    for depth in (1, 2, 5):
        levels = list(trees(missed(case, "t5(a1)", depth=depth)))
        assert [one.what for one in levels] == [f"t{5 - n}(a1)" for n in range(depth + 1)]
        assert [one.deeper for one in levels] == [False] * depth + [True]
        assert [bool(one.misses) for one in levels] == [True] * depth + [False]
    whole = missed(case, "t5(a1)", depth=6)
    assert [(one.do, one.instance) for one in whole.changes] == [("assume", "given(a1)")]


def test_nothing_is_explained_twice():
    """What is explained already is referred to, in a circle too."""
    templates = [template("given", "A", asks=("asked",))]
    templates += [template(name, "A") for name in ("low", "left", "right", "top")]
    rules = [
        rule("low", [pattern("given", "$x")], [pattern("low", "$x")]),
        rule("left", [pattern("low", "$x")], [pattern("left", "$x")]),
        rule("right", [pattern("low", "$x"), pattern("top", "$x")], [pattern("right", "$x")]),
        rule("top", [pattern("left", "$x"), pattern("right", "$x")], [pattern("top", "$x")]),
    ]
    found = list(trees(missed(example(templates, rules, []), "top(a1)", depth=9)))
    told = [one.what for one in found if one.misses]
    assert sorted(told) == ["left(a1)", "low(a1)", "right(a1)", "top(a1)"]
    again = [one.what for one in found if one.repeated]
    assert sorted(again) == ["low(a1)", "top(a1)"]


@given(cases())
def test_nothing_is_ever_explained_twice(case):
    """On random bases, no near misses of one thing are listed in two places."""
    result = worked_out(case)
    base = case.scenario.base
    for name in sorted(base.derived):
        target = pattern(name, *(None for _ in base.templates[name].slots))
        if holds(result, target):
            continue
        found = list(trees(whynot.why_not(result, target, depth=6)))
        told = [(one.what, one.says) for one in found if one.misses and "(" in one.what]
        assert len(told) == len(set(told))
        assert not any(one.misses for one in found if one.repeated or one.deeper)


def test_what_no_rule_could_conclude_says_so(capfd):
    """Of an instance that no rule's conclusion fits, there is nothing more to say."""
    constant = rule("only", [pattern("has", "$y")], [pattern("fit", "a1")])
    case = helped(rules=[constant])
    assert "No rule could conclude it." in shown(case, "fit(a2)", capfd)


# ------------------------------------------------------------------ which answer is given


def run(capfd, *args: str) -> tuple[int, str, str]:
    """A command in this process; its lines joined."""
    capfd.readouterr()
    code = cli.run(args)
    out, err = capfd.readouterr()
    return code, " ".join(out.split()), err


def test_explain_of_what_does_not_hold_says_why_not(capfd, shipped):
    """`explain` of withheld advice says that it does not hold and shows what why-not shows."""
    code, out, err = run(capfd, "explain", "invite-visit")
    assert (code, err) == (0, "")
    assert out.startswith("This does not hold; here is why not. Not advised: ")
    _, why, _ = run(capfd, "why-not", "invite-visit")
    assert out.endswith(why)
    asked = explain(shipped, "invite-visit")
    assert asked.misses == api.why_not(shipped, "invite-visit").misses or asked.misses[0].misses


def test_why_not_of_what_holds_says_how(capfd):
    """`why-not` of given advice says that it holds and shows what explain shows."""
    code, out, err = run(capfd, "why-not", "use-forum")
    assert (code, err) == (0, "")
    assert out.startswith("This holds; here is how. ")
    _, how, _ = run(capfd, "explain", "use-forum")
    assert out.endswith(how)


def test_why_not_of_a_given_fact_works_both_ways(capfd):
    """Facts that are given, denied or never mentioned can be asked about like any other."""
    code, out, _ = run(capfd, "why-not", "shortage(pakistan, energy)")
    assert (code, out.startswith("This holds; here is how.")) == (0, True)
    code, out, _ = run(capfd, "why-not", "groundwork(pakistan, russia)")
    assert code == 0
    assert "Does not hold: Pakistan and Russia have done the commercial groundwork" in out
    assert "the scenario says: Pakistan and Russia have not" in out or "scenario says" in out
    code, out, _ = run(capfd, "why-not", "shortage(russia, energy)")
    assert code == 0
    assert "nobody says so" in out
    assert "Enough by itself: Assume shortage(russia, energy)" in out


@pytest.mark.parametrize(
    ("args", "hint"),
    [
        (["why-not", "invite-visitt"], "did you mean 'invite-visit'?"),
        (["why-not", "invite-vist(pakistan, russia)"], "did you mean 'invite-visit'?"),
        (["why-not", "invite-visit(pakistan, rusia)"], "did you mean 'russia'?"),
        (["explain", "invite-visit(pakistan, rusia)"], "did you mean 'russia'?"),
        (["why-not", "invite-visit", "groundwork-don"], "did you mean 'groundwork-done'?"),
        (["why-not", "visit-after-groundwork"], "is a rule: see advisor rules"),
        (["why-not", "visit-after-groundwrk"], "did you mean 'visit-after-groundwork'?"),
        (["why-not", "invite-visit", "--for", "pakistn"], "did you mean 'pakistan'?"),
        (["advise", "--for", "rusia"], "did you mean 'russia'?"),
        (["facts", "--from", "groundwork-don"], "did you mean 'groundwork-done'?"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_name_that_nothing_has_brings_the_nearest(capfd, args, hint):
    """For an unknown template, rule, entity or scenario there is a did-you-mean."""
    code, out, err = run(capfd, *args)
    assert (code, out) == (2, "")
    assert hint in err


def test_an_unknown_name_like_nothing_says_where_to_look(capfd):
    """Where no name is near, the message says what lists them."""
    _, _, err = run(capfd, "why-not", "zzzz")
    assert "advisor templates lists them" in err


def test_all_shows_more_rules(shipped):
    """--all shows the misses of every rule."""
    some = missed(shipped, "seek-investment", client="china")
    more = missed(shipped, "seek-investment", client="china", every=True)
    assert len(some.misses) <= 3
    assert {one.rule for one in some.misses} <= {one.rule for one in more.misses}
    assert len(more.misses) >= len(some.misses)
