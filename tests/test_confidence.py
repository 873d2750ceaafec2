"""In what confidence advice is given: the best over all derivations that reach its grade."""

from __future__ import annotations

import itertools
import shutil
from pathlib import Path

import msgspec
import pytest
from hypothesis import event, given
from hypothesis import strategies as st
from oracle import Oracle
from strategies import (
    VALUES,
    Case,
    Choices,
    Features,
    base_of,
    cases,
    fact,
    pattern,
    rule,
    scenario_of,
    template,
)

from advisor import api
from advisor.answers.confidence import confidence
from advisor.answers.explanation import how, proof
from advisor.consult.interview import begin
from advisor.loader import load_base, load_scenario
from advisor.model.records import Instance
from advisor.model.sources import Citation
from advisor.model.values import value_text
from advisor.reasoning.building import build
from advisor.reasoning.evaluate import outcome
from advisor.testing.expectations import run

TESTS = Path(__file__).parent
GO = template("go", "A", first="client", advice=True)
LONE = (Citation("paper"),)
BOTH = (Citation("paper"), Citation("study"))
GOES = pattern("go", "$x")
A1 = ("a1",)


def advised(templates, rules, facts, **fields):
    """The recommendations of an example, and what is given by default, by instance."""
    scenario = scenario_of(base_of([*templates, GO], rules), facts, **fields)
    advice = api.advise(outcome(scenario, build(scenario)))
    return {one.instance: one for one in (*advice.recommendations, *advice.by_default)}


# Against a naive evaluator


class Qualities(Oracle):
    """For each fact, how its derivations that reach a grade are backed.

    A backing is a pair: whether every given fact is corroborated, and whether there is one. A
    derivation whose last rule is a default rests on nothing, whatever its premises. No fact of a
    derivation stands below itself.
    """

    def of(self, advice: Instance) -> set[tuple[bool, bool]] | None:
        """The backings of the derivations by rules that reach the grade of advice, if given."""
        self.least = self.lower[advice]
        if self.least < 4:
            return None
        self.leaves: dict[Instance, tuple[bool, bool]] = {}
        for one, said in self.scenario.facts.items():
            if said.standing == "stated" and said.grade >= self.least:
                origins = {self.base.sources[c.source].origin for c in said.citations}
                self.leaves[one] = (len(origins) > 1, True)
        self.ending: dict[Instance, list] = {one: [] for one in self.possible}
        for ground in self.matches:
            if ground.rule not in self.scenario.withdrawn and self.bounds(ground)[0] >= self.least:
                for fact_ in self.conclusions(ground):
                    self.ending[fact_].append(ground)
        self.trees: dict[tuple, set[tuple[bool, bool]]] = {}
        return {
            backing
            for ground in self.ending[advice]
            if not self.rules[ground.rule].otherwise
            for backing in self._by(ground, frozenset({advice}))
        }

    def links(self, advice: Instance) -> set[tuple]:
        """All that occurs in derivations of advice: facts, each with a ground rule or a statement.

        Listed from the top, below each set of facts that can stand above.
        """
        found, waiting, seen = set(), [(advice, frozenset())], set()
        while waiting:
            one, above = waiting.pop()
            if (one, above) in seen:
                continue
            seen.add((one, above))
            if one in self.leaves:
                found.add((one, None))
            for ground in self.ending[one]:
                below = above | {one}
                if self._by(ground, below):
                    found.add((one, ground))
                    counted = [c for _, m in self.parts[ground].counts for c in m]
                    waiting += [(other, below) for other in (*ground.premises, *counted)]
        return found

    def _below(self, one: Instance) -> set[Instance]:
        """Whatever may stand below a fact in a derivation."""
        below, waiting = set(), [one]
        while waiting:
            for ground in self.ending[waiting.pop()]:
                counted = [c for _, matching in self.parts[ground].counts for c in matching]
                fresh = {*ground.premises, *counted} - below
                below |= fresh
                waiting += fresh
        return below

    def _of(self, one: Instance, above: frozenset) -> set[tuple[bool, bool]]:
        """The backings of the derivations of a fact in which none of those above stands."""
        if one in above:
            return set()
        above &= self._below(one)
        if (one, above) not in self.trees:
            found = {self.leaves[one]} if one in self.leaves else set()
            for ground in self.ending[one]:
                found |= self._by(ground, above | {one})
            self.trees[one, above] = found
        return self.trees[one, above]

    def _by(self, ground, above) -> set[tuple[bool, bool]]:
        """The backings of derivations that end in a ground rule, below some facts."""
        parts = [self._of(premise, above) for premise in ground.premises]
        alternatives = [parts]
        for least, matching in self.parts[ground].counts:
            chosen = itertools.combinations(matching, least)
            alternatives = [
                [*before, *(self._of(one, above) for one in some)]
                for some in chosen
                for before in alternatives
            ]
        default = self.rules[ground.rule].otherwise
        return {
            (all(sound for sound, _ in each), any(some for _, some in each) and not default)
            for listed in alternatives
            for each in itertools.product(*listed)
        }


@st.composite
def backed(draw) -> Case:
    """A case in which many facts are corroborated, and some rules match nothing."""
    choices = Choices(draw)
    case = draw(cases(Features(advised=True, open_facts=False)))
    base = case.scenario.base
    silent = []
    for number in range(choices.upto(2)):
        concluded = choices.pick([t for t in base.templates.values() if t.id in base.derived])
        if not concluded.caveat:
            values = [
                choices.pick(VALUES[s.types[0] if s.types else s.kind])
                for s in concluded.slots.values()
            ]
            head = pattern(concluded.id, *values)
            silent.append(rule(f"silent{number}", [], [head], strength=4 + choices.upto(4)))
    facts = {
        one: msgspec.structs.replace(said, citations=choices.pick((LONE, BOTH, BOTH)))
        for one, said in case.scenario.facts.items()
    }
    base = msgspec.structs.replace(base, rules=(*base.rules, *silent))
    return Case(msgspec.structs.replace(case.scenario, base=base, facts=facts), case.extra)


@st.composite
def circular(draw) -> Case:
    """A case of facts that rest on each other in many ways, on little that is stated, or silence.

    Each is advice, directly.
    """
    choices = Choices(draw)
    names = [f"p{number}" for number in range(2 + choices.upto(3))]
    given_by = {"lone": LONE, "both": BOTH}
    rules = []
    for number in range(len(names) + choices.upto(6)):
        head = choices.pick(names)
        body = dict.fromkeys(choices.pick(names) for _ in range(choices.upto(2)))
        body |= dict.fromkeys(choices.pick((*given_by, None, None)) for _ in range(1))
        premises = [pattern(name, "a1") for name in body if name]
        strength = choices.pick((8, 8, 8, 6, 5))
        rules.append(rule(f"r{number}", premises, [pattern(head, "a1")], strength=strength))
    silent = pattern(choices.pick(names), "a1")
    rules.append(rule("silent", [], [silent], strength=choices.pick((8, 8, 6))))
    for number, name in enumerate(names):
        advice = pattern("go", f"a{number % 3 + 1}")
        rules.append(rule(f"go{number}", [pattern(name, "a1")], [advice]))
    templates = [template(name, "A") for name in (*names, *given_by)]
    facts = [fact(Instance(name, A1), citations=said) for name, said in given_by.items()]
    if choices.upto(3) == 0:
        facts.append(fact(Instance(choices.pick(names), A1), 6, citations=BOTH))
    return Case(scenario_of(base_of([*templates, GO], rules), facts), frozenset())


@given(backed())
def test_confidence_is_the_best_over_all_derivations(case):
    """High, moderate and low are what the derivations that reach the grade allow, one and all."""
    hold_to_all_derivations(case)


@given(circular())
def test_confidence_is_the_best_over_derivations_without_circles(case):
    """However facts rest on each other, none lends another what it has from that other alone."""
    hold_to_all_derivations(case)


@given(circular())
def test_a_proof_shows_what_stands_in_derivations_without_circles_and_nothing_else(case):
    """The steps, the proof and the confidence of advice are of the same derivations."""
    naive = Qualities(case.scenario, case.extra)
    result = outcome(case.scenario, build(case.scenario, case.extra))
    for number, one in enumerate(result.graph.instances):
        if not result.graph.template(number).advice or naive.of(one) is None:
            continue
        expected = {(fact_, ground and ground.rule) for fact_, ground in naive.links(one)}
        graph = result.graph
        links = proof(result, number)
        found = {(graph.instances[o.fact], o.firing and o.firing.rule.id) for o in links}
        assert found == expected, str(one)
        steps = set(stepped(how(result, number)))
        assert steps <= {(str(fact_), by) for fact_, by in expected}


def stepped(step):
    """Each fact of a tree with the rules by which it is said to hold there."""
    for one in step.derivations:
        yield step.instance, one.rule
        for below in one.premises:
            yield from stepped(below)


def hold_to_all_derivations(case):
    """Hold the confidence of all advice to what its derivations allow, looked at one by one."""
    naive = Qualities(case.scenario, case.extra)
    result = outcome(case.scenario, build(case.scenario, case.extra))
    for number, one in enumerate(result.graph.instances):
        if not result.graph.template(number).advice:
            continue
        backings = naive.of(one)
        expected = None
        if backings:
            expected = "low"
            grade = naive.lower[one]
            if grade >= 5 and any(some for _, some in backings):
                expected = "moderate"
            if grade >= 6 and (True, True) in backings:
                expected = "high"
        event(f"confidence: {expected}")
        assert confidence(result, number) == expected, str(one)


# By example


def test_a_default_has_no_confidence():
    """It says that the rules found nothing, whatever its own premises."""
    member = template("member", "A")
    default = rule("d", [pattern("member", "$x")], [GOES], otherwise=True)
    found = advised([member], [default], [fact(Instance("member", A1), citations=BOTH)])
    assert found["go(a1)"].confidence is None
    assert found["go(a1)"].limited_by == ()


def test_silence_alone_is_low():
    """What rests on no stated fact is never above low, and that is what holds it down."""
    bad = template("bad", "A")
    silent = rule("s", [], [pattern("go", "a1")], exceptions=(pattern("bad", "a1"),))
    one = advised([bad], [silent], [])["go(a1)"]
    assert (one.grade, one.confidence) == (8, "low")
    assert [limit.kind for limit in one.limited_by] == ["silence"]


@pytest.mark.parametrize(
    ("facts", "expected", "says"),
    [
        ([], "low", ["it rests on no stated fact"]),
        (["  - member: {of: ann}\n    sources: [paper, study]"], "high", []),
        (["  - member(ann)"], "moderate", ["no source is given for the fact that Ann is a member"]),
    ],
)
def test_that_an_entity_is_there_is_no_evidence(facts, expected, says):
    """It states nothing, wants no source, and neither raises nor lowers confidence."""
    premise = [{"member": {"of": "$client"}}] if facts else []
    source = {"title": "T", "grade": "A1"}
    base = api.base_of(
        rules={
            "base": {"title": "T", "date": "2026-01-01", "client": "ann"},
            "entities": {"Person": {"ann": {"name": "Ann"}}},
            "sources": {n: {**source, "origin": n} for n in ("paper", "study")},
            "templates": {
                "member": {"slots": {"of": "Person"}, "says": "{of} is a member"},
                "go": {"advice": True, "slots": {"client": "Person"}, "says": "go"},
            },
            "r": [
                {
                    "id": "r",
                    "title": "R",
                    "if": ["every Person $client", *premise],
                    "then": [{"go": {"client": "$client"}}],
                }
            ],
        },
        facts={"s": "title: S\n" + "\n".join(["facts:", *facts] if facts else [])},
    )
    [one] = api.advise(api.load("s", base=base)).recommendations
    assert (one.confidence, [limit.says for limit in one.limited_by]) == (expected, says)


def test_what_comes_from_a_default_is_low():
    """Advice that follows from a default alone is no better founded than that."""
    listen = template("listen", "A", first="client", advice=True)
    rules = [
        rule("d", [], [pattern("listen", "a1")], otherwise=True),
        rule("r", [pattern("listen", "a1")], [pattern("go", "a2")]),
    ]
    scenario = scenario_of(base_of([listen, GO], rules), [])
    result = outcome(scenario, build(scenario))
    [one] = api.advise(result, "a2").recommendations
    assert (one.instance, one.grade, one.confidence) == ("go(a2)", 8, "low")


@pytest.mark.parametrize("ids", [("a", "b"), ("b", "a")])
def test_the_better_of_two_equal_rules_counts(ids):
    """Whatever they are called, advice has the confidence of the better backed of the two."""
    given_by = [template("lone", "A"), template("both", "A")]
    facts = [
        fact(Instance("lone", A1), citations=LONE),
        fact(Instance("both", A1), citations=BOTH),
    ]
    rules = [
        rule(ids[0], [pattern("lone", "$x")], [GOES]),
        rule(ids[1], [pattern("both", "$x")], [GOES]),
    ]
    assert advised(given_by, rules, facts)["go(a1)"].confidence == "high"
    weaker = advised(given_by, rules[:1], facts)["go(a1)"]
    assert weaker.confidence == "moderate"


def test_a_derivation_as_strong_as_the_advice_is_enough():
    """A premise that a lone source states with more than is needed, and two with enough."""
    need = [template("lone", "A"), template("both", "A"), template("need", "A")]
    facts = [
        fact(Instance("lone", A1), 8, citations=LONE),
        fact(Instance("both", A1), 6, citations=BOTH),
    ]
    rules = [
        rule("a", [pattern("lone", "$x")], [pattern("need", "$x")]),
        rule("b", [pattern("both", "$x")], [pattern("need", "$x")]),
        rule("c", [pattern("need", "$x")], [GOES], strength=6),
    ]
    assert advised(need, rules, facts)["go(a1)"].confidence == "high"


def test_no_circle_raises_confidence():
    """In a cycle a fact that two sources support does not lend that to what it rests on."""
    need = [template("lone", "A"), template("both", "A"), template("p", "A"), template("q", "A")]
    facts = [
        fact(Instance("lone", A1), citations=LONE),
        fact(Instance("both", A1), citations=BOTH),
    ]
    rules = [
        rule("1", [pattern("lone", "$x")], [pattern("p", "$x")]),
        rule("2", [pattern("p", "$x"), pattern("both", "$x")], [pattern("q", "$x")]),
        rule("3", [pattern("q", "$x")], [pattern("p", "$x")]),
        rule("4", [pattern("p", "$x")], [GOES]),
    ]
    assert advised(need, rules, facts)["go(a1)"].confidence == "moderate"


CORROBORATED = template("q", "A")


def circled(*rules):
    """The confidence of advice on p, where q is corroborated, r and s are as p, and p is silent."""
    templates = [CORROBORATED, *(template(name, "A") for name in "prs")]
    made = [rule("silent", [], [pattern("p", "a1")]), rule("go", [pattern("p", "$x")], [GOES])]
    for head, body in rules:
        premises = [pattern(name, "a1") for name in body]
        made.append(rule(f"{head}-{body}", premises, [pattern(head, "a1")]))
    found = advised(templates, made, [fact(Instance("q", A1), citations=BOTH)])
    return found["go(a1)"].confidence


def test_a_proof_shows_no_stated_fact_that_only_a_circle_leads_to():
    """Silence gives p and r; r by p and what is stated needs p, so it is no part of p's proof."""
    rules = [
        rule("p", [], [pattern("p", "a1")]),
        rule("r", [], [pattern("r", "a1")]),
        rule("r-pq", [pattern("p", "a1"), pattern("q", "a1")], [pattern("r", "a1")]),
        rule("p-r", [pattern("r", "a1")], [pattern("p", "a1")]),
        rule("go", [pattern("p", "$x")], [GOES]),
    ]
    templates = [CORROBORATED, template("p", "A"), template("r", "A")]
    one = advised(templates, rules, [fact(Instance("q", A1), citations=BOTH)])["go(a1)"]
    assert one.confidence == "low"
    assert one.facts_from == ()
    assert set(stepped(one.how)) == {
        ("go(a1)", "go"), ("p(a1)", "p"), ("p(a1)", "p-r"), ("r(a1)", "r"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("rules", "confidence_"),
    [
        ([], "low"),
        ([("p", "qp")], "low"),
        ([("r", "p"), ("p", "qr")], "low"),
        ([("r", "pq"), ("p", "r")], "low"),
        ([("r", "pq"), ("s", "r"), ("p", "s")], "low"),
        ([("p", "qp"), ("p", "q")], "high"),
        ([("r", ""), ("r", "pq"), ("p", "r")], "low"),  # r is had without p, but never with q
        ([("r", ""), ("r", "pq"), ("p", "qr")], "high"),
        ([("r", "p"), ("r", "q"), ("p", "r")], "high"),
        ([("s", ""), ("r", "qs"), ("s", "p"), ("p", "r")], "high"),
        ([("s", ""), ("r", "ps"), ("s", "qr"), ("p", "s")], "low"),
        ([("s", ""), ("r", "sq"), ("s", "p"), ("p", "rp")], "low"),
    ],
)
def test_no_circle_lends_a_silent_fact_high_confidence(rules, confidence_):
    """What two sources support counts for a fact only by a derivation that does without that."""
    assert circled(*rules) == confidence_


# Its consequences


def paths(base, scenario, given_=()):
    """How many questions each path through an interview has."""
    interview = begin(scenario)
    for text in given_:
        interview = interview.answer(interview.question(), text)
    asked = interview.question()
    if asked is None:
        return [len(given_)]
    texts = ["yes", "no"]
    if asked.kind.name != "yes-no":
        texts = [value_text(one.values[asked.gap]) for one in asked.instances]
    return [n for text in texts for n in paths(base, scenario, (*given_, text))]


def test_a_diagnosis_asks_what_leads_somewhere_and_no_more():
    """The car: 15 paths of 67 questions, as many as the exercise it is made after asks."""
    base = load_base(TESTS / "bases" / "car")
    found = paths(base, load_scenario(base, None, None))
    assert (len(found), sum(found)) == (15, 67)


def test_an_expected_confidence_of_a_default_fails_in_words(tmp_path):
    """There is none to expect."""
    (tmp_path / "facts").mkdir()
    shutil.copytree(TESTS / "bases" / "car" / "rules", tmp_path / "rules")
    text = """
title: Nothing
facts: [starts()]
denied: [runs-well()]
expect: {confidence: {see-mechanic: high}}
"""
    (tmp_path / "facts" / "at-the-roadside.yaml").write_text(text)
    base = load_base(tmp_path)
    [report] = run([(load_scenario(base, None, None), None)])
    [result] = report.results
    assert not result.ok
    assert "given by default, and a default has no confidence" in result.found


def tied(names):
    """A lone fact and a corroborated one that lead to the same advice and caveat, by name."""
    care = template("care", "A", caveat=True)
    rules = [
        rule(names[0], [pattern("lone", "$x")], [GOES], because=("by one",)),
        rule(names[1], [pattern("both", "$x")], [GOES], because=("by both",)),
        rule(names[2], [GOES, pattern("lone", "$x")], [pattern("care", "$x")], because=("c1",)),
        rule(names[3], [GOES, pattern("both", "$x")], [pattern("care", "$x")], because=("c2",)),
    ]
    facts = [
        fact(Instance("lone", A1), citations=LONE),
        fact(Instance("both", A1), citations=BOTH),
    ]
    templates = [template("lone", "A"), template("both", "A"), care]
    return advised(templates, rules, facts)["go(a1)"]


def test_equal_derivations_are_all_shown_whatever_their_names():
    """Reasons, sources, caveats and steps are those of all rules that are equally strong."""
    for names in itertools.permutations("abcd"):
        one = tied(names)
        assert one.because == "by both; also because by one"
        assert [caveat.because for caveat in one.caveats] == ["c1; also because c2"]
        assert {citation.source for citation in one.facts_from} == {"paper", "study"}
        assert [each.because for each in one.how.derivations] == ["by both", "by one"]


def test_shared_parts_are_shown_once():
    """Twenty facts, each with two equal reasons in the one below, are twenty facts."""
    chain = [template(f"c{n}", "A") for n in range(21)]
    rules = [
        rule(f"{side}{n}", [pattern(f"c{n}", "$x")], [pattern(f"c{n + 1}", "$x")])
        for n in range(20)
        for side in "lr"
    ]
    rules.append(rule("go", [pattern("c20", "$x")], [GOES]))
    one = advised(chain, rules, [fact(Instance("c0", A1))])["go(a1)"]
    waiting, steps = [one.how], 0
    while waiting:
        step = waiting.pop()
        steps += 1
        waiting += [premise for each in step.derivations for premise in each.premises]
    assert steps == 2 * 20 + 2
