"""Why-not: what it says of near misses is true, complete, and shown nearest first."""

from __future__ import annotations

import io
import itertools
from collections.abc import Iterator

import msgspec
import pytest
from hypothesis import assume, event, given
from oracle import Ground, Oracle
from rich.console import Console
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

import advisor
from advisor import api, cli, loader
from advisor.answers import attempts, remedies, whynot
from advisor.answers.remedies import Remedy
from advisor.answers.whynot import Condition, NearMiss, WhyNot
from advisor.answers.widening import widened
from advisor.model.changes import Changes, fold
from advisor.model.grades import HOLDS
from advisor.model.records import AtLeast, Instance, Pattern, Rule, Var
from advisor.model.scenarios import Fact, Scenario
from advisor.reasoning.askable import askable
from advisor.reasoning.building import build
from advisor.reasoning.evaluate import Outcome, evaluate, given_grades, outcome
from advisor.reasoning.graph import JustificationGraph
from advisor.reasoning.unification import filled
from advisor.render.terminal.explanation import explanation as explanation_view
from advisor.testing import expectations

MET = {"held", "open"}
STATES = ("pakistan", "russia", "united-states", "india", "china", "afghanistan")


@pytest.fixture(scope="module")
def shipped() -> Outcome:
    """The shipped base's default scenario."""
    return api.load()


def worked_out(case: Case) -> Outcome:
    """The outcome of a case, unless rules conclude what the loader would not let them conclude."""
    result = outcome(case.scenario, build(case.scenario, case.extra))
    base = case.scenario.base
    for one in result.graph.instances:
        slots = base.templates[one.template].slots.values()
        assume(all(legal(base, slot, value) for slot, value in zip(slots, one.values, strict=True)))
    return result


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


def all_told(shipped: Outcome) -> list[tuple[Pattern, WhyNot]]:
    """Every why-not of the advice that is withheld from anybody, with what it is about."""
    advice = sorted(t.id for t in shipped.scenario.base.templates.values() if t.advice)
    found = []
    for client, one in itertools.product(STATES, advice):
        for tree in api.why_not(shipped, one, client=client).misses:
            found.append((target_of(shipped, tree, client), tree))
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
    for unmet, attempt in attempts.attempts(graph, one, {}, held, steps=10**6):
        if unmet:
            break
        assert None not in attempt.facts
        if all(test.holds(attempt.bindings) for test in one.comparisons):
            variables = dict.fromkeys(name for p in one.patterns() for name in p.variables())
            bindings = tuple((name, attempt.bindings[name]) for name in variables)
            found.add((bindings, tuple(graph.instances[n] for n in attempt.facts)))
    return found


def check_matches(graph: JustificationGraph) -> None:
    """The complete attempts are the matches that the engine recorded, and make the firings."""
    for one in graph.base.rules:
        found = {match for each in graph.base.variants_of(one) for match in complete(graph, each)}
        recorded = {m[1:3] for m in graph._matcher.matches if m.rule == one.id}
        assert found == recorded
        firings = {
            (
                frozenset(premises),
                tuple(filled(graph.base, c, dict(bindings)) for c in one.conclusions),
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
    graph = worked_out(case).graph
    check_matches(graph)
    event(f"firings: {min(len(graph.firings), 5)}")


def test_complete_matches_equal_the_recorded_firings_of_shipped_scenarios():
    """The same for every scenario that is shipped, those of the same entities together."""
    shipped = expectations.evaluated(loader.load_with_parents(loader.load_base()))
    for graph in {id(case.graph): case.graph for case, _ in shipped}.values():
        assert len(graph.firings) > 5
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
            attempts.attempts(result.graph, one, {}, held, steps=2_000), 200
        ):
            missing = sum(n is None or not held[n] for n in attempt.facts)
            assert unmet == missing
            counts.append(unmet)
        assert counts == sorted(counts)


def test_nobody_is_told_to_deny_that_an_entity_is_of_its_type():
    """What `every` binds is no fact that a change could be about."""
    rules = {
        "base": {"title": "Club", "date": "2026-01-01", "scenario": "now", "client": "club"},
        "entities": {"Club": {"club": {"name": "the club"}}, "Guest": {"ann": {"name": "Ann"}}},
        "templates": {
            "ready": {"slots": {"of": "Club"}, "says": "{of} is ready", "asks": "Is {of} ready?"},
            "full": {"slots": {"with": "Guest"}, "says": "there is {with}"},
            "open": {"slots": {"client": "Club"}, "says": "open", "advice": True},
        },
        "rules": [
            {
                "id": "there",
                "title": "T",
                "if": ["every Guest $one"],
                "then": [{"full": {"with": "$one"}}],
                "because": "{one} is there",
            },
            {
                "id": "open",
                "title": "O",
                "if": [{"ready": {"of": "$club"}}],
                "unless": [{"full": {"with": "ann"}}],
                "then": [{"open": {"client": "$club"}}],
                "because": "{club} is ready",
            },
        ],
    }
    base = advisor.base_of(rules, {"now": {"title": "Now", "facts": [{"ready": {"of": "club"}}]}})
    case = advisor.load("now", base=base)
    [tree] = advisor.why_not(case, "open").misses
    assert tree.standing == "withheld"
    assert tree.changes == ()


def test_a_search_without_steps_ends(shipped):
    """However many ways there are, the search ends where it is told to."""
    [one] = [r for r in shipped.scenario.base.rules if len(r.patterns()) >= 3][:1]
    held = [True] * len(shipped.graph.instances)
    assert not list(attempts.attempts(shipped.graph, one, {}, held, steps=0))
    some = list(attempts.attempts(shipped.graph, one, {}, held, steps=50))
    assert len(some) < 50


def check_nearest_first(tree: WhyNot) -> None:
    """Misses with fewer unmet conditions come first."""
    counts = [miss.unmet for miss in tree.misses]
    assert counts == sorted(counts)


# ------------------------------------------------------------------ counts are true


def legal(base, slot, value) -> bool:
    """Whether a value may stand in a slot."""
    return slot.kind != "entity" or base.entities[value].type in slot.types


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
            count += 8 - self.oracle.strongest(self._other_advice(one, bindings))[1] < HOLDS
        count += one.strength < HOLDS
        return count + (one.id in self.oracle.scenario.withdrawn)

    def _stands(self, against: list[Instance]) -> bool:
        """Whether the opposite of what may be for an exception fails to hold."""
        return any(8 - self.oracle.upper[n] < HOLDS for n in against)

    def _other_advice(self, one: Rule, bindings: dict) -> list[Ground]:
        concluded = one.conclusions[0]
        slots = list(self.oracle.base.templates[concluded.template].slots)
        term = concluded.terms[slots.index("client")]
        client = bindings.get(term.name) if isinstance(term, Var) else term
        return self.oracle.advising.get(client, [])

    def nearest(self, one: Rule, bindings: dict) -> int:
        """The fewest unmet conditions of all ways to match the rule's premises, or none."""
        ways = [(bindings, [])]
        for premise in one.patterns():
            ways = [
                (extended, [*premises, found])
                for so_far, premises in ways
                for extended, found in self._matches(premise, so_far)
            ]
        return min(
            self.unmet(one, so_far, premises)
            for so_far, premises in ways
            if all(self._possible(premise, so_far) for premise in one.patterns())
        )

    def _possible(self, premise: Pattern, bindings: dict) -> bool:
        """Whether a premise could be stated at all: each thing in it fits its slot."""
        slots = self.oracle.base.templates[premise.template].slots.values()
        for term, slot in zip(premise.terms, slots, strict=True):
            value = bindings.get(term.name) if isinstance(term, Var) else None
            if value is not None and not legal(self.oracle.base, slot, value):
                return False
        return True

    def _matches(self, premise: Pattern, bindings: dict) -> Iterator[tuple[dict, Instance | None]]:
        yield bindings, None
        for found in self.oracle.possible:
            for extended in self.oracle.unify(premise, found, bindings):
                yield extended, found


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
        if not concluding or holds(result, target):
            continue
        tree = whynot.why_not(result, target)
        assert tree.misses[0].unmet == min(recount.nearest(one, {}) for one in concluding)


# ------------------------------------------------------------------ single changes


def changed(scenario: Scenario, change: Remedy) -> Outcome:
    """The scenario with a suggested change folded in, worked out from the beginning."""
    instance = instance_in(scenario, change.instance)
    standing = "stated" if change.do == "assume" else "denied"
    said = fact(instance, standing=standing, origin="assumed")
    after, problems = fold(scenario, Changes(facts=(said,)))
    assert not problems
    return outcome(after, build(after))


def instance_in(scenario: Scenario, text: str) -> Instance:
    """The instance that a one-line form writes."""
    return loader.parse_instance(text, scenario.base)[0]


def test_what_blocks_is_traced_to_what_it_rests_on():
    """Where what stands in the way is derived, a given fact that it rests on is suggested."""
    blocked = rule("blocked", [pattern("needs", "$x")], [pattern("far", "$x", "a2")])
    templates = [one for one in TOWNS if one.id != "far"] + [template("far", "A", "A")]
    facts = [fact(of("needs", "a1")), fact(of("has", "a2")), fact(of("big", "a2", 2.5))]
    gate = template("gate", "A", asks=("asked",))
    shut = rule("shut", [pattern("gate", "$y")], [pattern("far", "a1", "$y")])
    case = example([*templates, gate], [HELPING, FITTING, shut], [*facts, fact(of("gate", "a2"))])
    assert suggestions(missed(case, "help(a1, a2)")) == [("deny", "gate(a2)")]
    case = example(templates, [HELPING, FITTING, blocked], facts)
    assert suggestions(missed(case, "help(a1, a2)")) == []


def suggestions(tree: WhyNot) -> list[tuple[str, str]]:
    """The single changes that a why-not suggests."""
    return [(one.do, one.instance) for one in tree.changes]


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


def written(path, change: Remedy) -> None:
    """A what-if file that makes a suggested change."""
    key = "assume" if change.do == "assume" else "deny"
    path.write_text(f"extends: pakistan-russia\ntitle: T\n{key}: ['{change.instance}']\n")


def test_what_is_told_of_shipped_advice_is_true(shipped, tmp_path):
    """For all advice that the shipped base withholds from anybody, in one test as it takes long.

    At every level the nearest misses come first, unmet conditions are counted truly, and each
    change suggested, written into a what-if file, gives the advice.
    """
    told = all_told(shipped)
    assert len(told) > 50
    recount = Recount(Oracle(shipped.scenario, ()))
    by_text = {str(one): one for one in recount.oracle.possible}
    for one in (each for _, tree in told for each in trees(tree)):
        check_nearest_first(one)
        for miss in one.misses:
            check_count(recount, miss, by_text)
    tried = {change for _, tree in told for change in tree.changes}
    assert len(tried) > 20
    for change in tried:
        written(tmp_path / "changed.yaml", change)
        after = api.load(tmp_path / "changed.yaml", base=shipped.scenario.base)
        for target, tree in told:
            assert change not in tree.changes or holds(after, target), (tree.what, change)


@pytest.mark.parametrize("complete", [True, False])
def test_changes_outside_the_cone_make_no_difference(shipped, complete):
    """What is suggested is what trying every change over the whole graph finds."""
    scenario = msgspec.structs.replace(shipped.scenario, complete=complete)
    case = widened(outcome(scenario, build(scenario)))
    tried = [
        ("assume", one)
        for one in case.graph.instances
        if one.template not in case.scenario.base.derived
    ]
    tried = tried[:: 1 if complete else 120]
    target = pattern("invite-visit", "pakistan", "russia")
    found = {(c.do, c.instance) for c in remedies.remedies(case, target, tried)}
    for do, instance in tried:
        after, problems = fold(scenario, Changes(facts=(fact(instance, origin="assumed"),)))
        if not problems:
            grades = evaluate(case.graph, given_grades(case.graph, after), after.withdrawn)
            held = any(grades.lower[n] >= HOLDS for n in case.graph.matching(target, {}))
            assert ((do, str(instance)) in found) == held


def test_a_change_is_tried_over_the_facts_that_matter_alone(shipped, monkeypatch):
    """No candidate change has the whole graph evaluated."""
    evaluated = []
    original = remedies.evaluate

    def counted(*args, **options):
        evaluated.append(len(options["components"]))
        return original(*args, **options)

    monkeypatch.setattr(remedies, "evaluate", counted)
    assert api.why_not(shipped, "plan-corridor").misses[0].changes
    assert evaluated
    assert max(evaluated) < len(shipped.graph.components) / 2


def given_facts(case: Outcome, tree: WhyNot) -> set[Instance]:
    """Every given fact that a why-not names or the scenario speaks of."""
    found = [one for one in trees(tree) if "(" in one.what]
    texts = {one.what for one in found}
    for one in trees(tree):
        for miss in one.misses:
            texts.update(text for condition in miss.conditions for text in condition.facts)
    named = {instance_in(case.scenario, text) for text in texts} | set(case.scenario.facts)
    return {one for one in named if one.template not in case.scenario.base.derived}


@pytest.mark.parametrize(
    ("name", "clients"),
    [
        ("pakistan-russia", ["pakistan", "russia"]),
        ("sco-not-available", ["pakistan"]),
    ],
)
def test_no_single_change_is_missed(name, clients):
    """Where assuming or denying one fact would do, whichever it is, a why-not finds such a one."""
    case = api.load(name)
    advice = sorted(t.id for t in case.scenario.base.templates.values() if t.advice)
    asked = [
        (target_of(case, tree, client), tree)
        for client, one in itertools.product(clients, advice)
        for tree in api.why_not(case, one, client=client).misses
    ]
    instances = sorted(set().union(*(given_facts(case, tree) for _, tree in asked)))
    graph = api.load(name).graph.extended(instances)
    enough: dict[int, set[str]] = {number: set() for number in range(len(asked))}
    for instance, standing in itertools.product(instances, ("stated", "denied")):
        after, problems = fold(
            case.scenario, Changes(facts=(fact(instance, standing=standing, origin="assumed"),))
        )
        result = outcome(after, graph)
        for number, (target, _) in enumerate(asked):
            if not problems and holds(result, target):
                enough[number].add(f"{standing} {instance}")
    assert sum(map(bool, enough.values())) > 5 * len(clients) / 2
    missed_changes = {
        tree.what: enough[number]
        for number, (_, tree) in enumerate(asked)
        if enough[number] and not tree.changes
    }
    assert not missed_changes


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


def shown(case: Outcome, what: str) -> str:
    """The why-not as it is printed."""
    console = Console(file=io.StringIO(), width=100)
    explanation_view(console, api.why_not(case, what), case.scenario.base)
    return console.file.getvalue()


def test_a_failed_comparison_is_shown_with_its_values():
    """The values that were compared are in the sentence."""
    case = helped(fact(of("has", "a2")), fact(of("big", "a2", 1)))
    [held, missing, compared, free] = conditions(missed(case, "help(a1, a2)"))
    statuses = [held.status, missing.status, compared.status, free.status]
    assert statuses == ["held", "unmentioned", "held", "held"]
    assert compared.says == "A1 is not A2"
    below = conditions(missing.because)
    [failed] = [one for one in below if one.kind == "comparison"]
    assert (failed.status, failed.says) == ("failed", "1 is at least 2.5")
    assert missing.because.misses[0].unmet == 1


def test_what_blocks_is_named():
    """An exception that stands in the way is shown with the fact that it is."""
    facts = [fact(of("has", "a2")), fact(of("big", "a2", 2.5)), fact(of("far", "a1", "a2"), 6)]
    tree = missed(helped(*facts), "help(a1, a2)")
    [exception] = [one for one in conditions(tree) if one.kind == "exception"]
    assert (exception.status, exception.facts) == ("blocked", ("far(a1, a2)",))
    assert [(one.do, one.instance) for one in tree.changes] == [("deny", "far(a1, a2)")]
    text = shown(helped(*facts), "help(a1, a2)")
    assert "stands against it: far of A1 A2" in text
    assert "Enough by itself: Deny far(a1, a2)" in text


def test_no_number_is_to_be_denied_for_all_of_them():
    """Whatever number would be an exception, to deny one of them denies the others not."""
    plain = rule(
        "plain",
        [pattern("needs", "$x"), pattern("has", "$y")],
        [pattern("help", "$x", "$y")],
        exceptions=(pattern("big", "$y", None),),
    )
    case = helped(fact(of("has", "a2")), rules=(plain,), complete=False)
    assert suggestions(missed(case, "help(a1, a2)")) == []
    limited = msgspec.structs.replace(plain, exceptions=(pattern("big", "$y", 2.5),))
    case = helped(fact(of("has", "a2")), rules=(limited,), complete=False)
    [change] = missed(case, "help(a1, a2)").changes
    assert holds(changed(case.scenario, change), pattern("help", "a1", "a2"))


def test_a_weak_exception_does_not_block():
    """What is no more likely than not to stand against it lets it hold."""
    facts = [fact(of("has", "a2")), fact(of("big", "a2", 2.5)), fact(of("far", "a1", "a2"), 4)]
    result = api.why_not(helped(*facts), "help(a1, a2)")
    assert result.held
    assert result.note == "This holds; here is how."


@pytest.mark.parametrize("standing", ["denied", "unknown", "weak", None])
def test_how_a_premise_fared_is_told_apart(standing):
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
    text = shown(case, "fit(a2)")
    lead = {"weak": "does not hold", None: "nobody says"}.get(standing, standing)
    assert f"- {lead}: has of A2" in text
    assert text.startswith("Open: " if standing == "unknown" else "Does not hold: ")


def test_an_unknown_exception_may_stand_against_it():
    """An exception of which nobody knows is told apart from one that blocks."""
    facts = [fact(of("has", "a2")), fact(of("big", "a2", 2.5))]
    case = helped(*facts, fact(of("far", "a1", "a2"), standing="unknown"))
    tree = missed(case, "help(a1, a2)")
    assert tree.standing == "open"
    [exception] = [one for one in conditions(tree) if one.kind == "exception"]
    assert exception.status == "unknown"
    assert "may stand against it: far of A1 A2" in shown(case, "help(a1, a2)")
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


def test_of_many_only_the_best_supported_are_told():
    """Of many instances that do not hold a few are told, best supported first, or all."""
    pair = rule("pair", [pattern("has", "$x"), pattern("has", "$y")], [pattern("help", "$x", "$y")])
    facts = [fact(of("has", name), grade) for name, grade in (("a1", 1), ("a2", 3), ("a3", 2))]
    case = example(TOWNS, [pair], facts)
    for ask in (api.why_not, api.explain):
        result = ask(case, "help", client="a2")
        assert [one.what for one in result.misses] == [f"help(a2, a{n})" for n in (2, 3, 1)]
    far = rule("far", [pattern("has", "$x"), pattern("has", "$y")], [pattern("far", "$x", "$y")])
    templates = [one for one in TOWNS if one.id != "far"] + [template("far", "A", "A")]
    case = example(templates, [far], facts)
    result = api.why_not(case, "far")
    assert [one.what for one in result.misses] == ["far(a2, a2)", "far(a2, a3)", "far(a3, a2)"]
    assert result.note == "Of 9 that do not hold, these 3 have most support."
    assert api.explain(case, "far").note.endswith(result.note)
    whole = api.why_not(case, "far", every=True)
    assert (len(whole.misses), whole.note) == (9, None)


def test_what_cannot_be_is_no_near_miss():
    """A thing of the wrong type is never put into a premise, nor suggested as a change."""
    templates = [
        template("wide", "AB", asks=("asked",)),
        template("narrow", "B", asks=("asked",)),
        template("result", "B"),
    ]
    rules = [rule("r", [pattern("wide", "$u"), pattern("narrow", "$u")], [pattern("result", "$u")])]
    tree = missed(example(templates, rules, [fact(of("wide", "a1"))]), "result")
    assert all("a1" not in one.facts for miss in tree.misses for one in miss.conditions)
    assert tree.changes == ()
    case = example(templates, rules, [fact(of("wide", "a1")), fact(of("wide", "b1"))])
    assert suggestions(missed(case, "result")) == [("assume", "narrow(b1)")]
    wider = rule("wider", [pattern("narrow", "$u")], [pattern("both", "$u")])
    case = example([*templates, template("both", "AB")], [*rules, wider], [])
    assert missed(case, "both(a1)").misses == ()
    assert suggestions(missed(case, "both(b1)")) == [("assume", "narrow(b1)")]


@given(cases())
def test_what_can_be_asked_can_be_stated(case):
    """What an incomplete scenario leaves open is legal: each thing in it fits its slot."""
    base = case.scenario.base
    for client in ("a1", "b1"):
        for instance in askable(base, client):
            template = base.templates[instance.template]
            assert template.asks
            slots = template.slots.values()
            assert all(map(legal, [base] * len(slots), slots, instance.values))


def test_what_no_rule_could_conclude_says_so():
    """Of an instance that no rule's conclusion fits, there is nothing more to say."""
    constant = rule("only", [pattern("has", "$y")], [pattern("fit", "a1")])
    case = helped(rules=[constant])
    assert "No rule could conclude it." in shown(case, "fit(a2)")


# ------------------------------------------------------------------ which answer is given


def run(capfd, *args: str) -> tuple[int, str, str]:
    """A command in this process; its lines joined."""
    capfd.readouterr()
    code = cli.run(args)
    out, err = capfd.readouterr()
    return code, " ".join(out.split()), err


def test_explain_of_what_does_not_hold_says_why_not(capfd):
    """`explain` of withheld advice says that it does not hold and shows what why-not shows."""
    code, out, err = run(capfd, "explain", "invite-visit")
    assert (code, err) == (0, "")
    assert out.startswith("This does not hold; here is why not. Not advised: ")
    _, why, _ = run(capfd, "why-not", "invite-visit")
    assert out.endswith(why)


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
    code, out, _ = run(capfd, "why-not", "groundwork(pakistan, russia, north-south-pipeline)")
    assert code == 0
    assert "Does not hold: Pakistan and Russia have laid substantial commercial groundwork" in out
    assert "The scenario says: Pakistan and Russia have not laid" in out
    code, out, _ = run(capfd, "why-not", "shortage(russia, energy)")
    assert code == 0
    assert "Nobody says so." in out
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


def test_advice_that_is_wanting_as_a_premise_is_not_advised():
    """It is an imperative, which nobody says; so the premise is told in the words for advice."""
    templates = [template("flood", "A", asks=("?",))]
    templates += [template(name, "A", first="client", advice=True) for name in ("pump", "moan")]
    rules = [
        rule("pump", [pattern("flood", "$x")], [pattern("pump", "$x")]),
        rule("moan", [pattern("pump", "$x")], [pattern("moan", "$x")]),
    ]
    scenario = scenario_of(base_of(templates, rules), [])
    result = outcome(scenario, build(scenario))
    told = api.why_not(result, "moan(a1)")
    with io.StringIO() as out:
        explanation_view(Console(file=out, width=80), told, scenario.base)
        said = out.getvalue()
    assert "- not advised: pump of A1" in said
    assert "- nobody says: flood of A1" in said


def test_a_number_that_a_file_leaves_open_is_asked_for(run, tmp_path):
    """It reads as its question, in the advice too; nobody is told to assume what leaves it open."""
    for name, text in {
        "rules/base.yaml": "title: T\ndate: 2026-01-01\nscenario: s\nclient: me\n",
        "rules/entities.yaml": "Person: {me: {name: Ann}}\n",
        "rules/templates.yaml": "go: {advice: true, slots: {client: Person}, says: go}\n"
        'age: {slots: {of: Person, years: Number}, key: of, asks: "how old is {of}?", '
        'says: "{of} is {years} years old"}\n',
        "rules/some.yaml": "- {id: r, title: R, if: [age: {of: $p, years: $n}], where: $n >= 18, "
        "then: [go: {client: $p}]}\n",
        "facts/s.yaml": "title: S\nunknown: ['age(me, ?)']\n",
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    base = ("--base", str(tmp_path))
    assert "Open: Go. Not known: how old is Ann." in run("advise", *base)[1]
    told = run("why-not", "go", *base)[1]
    assert "unknown: how old is Ann?" in told
    assert "?)" not in told and "however many" not in told
    assert "Or" not in told  # once, and not as a number that there is none of beside
