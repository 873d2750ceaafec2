"""What advice turns on: the open facts that are named as keeping it open, against brute force."""

from __future__ import annotations

import itertools

from hypothesis import assume, event, given
from strategies import Case, Features, cases, fact, pattern, rule, template
from test_semantics import example, product

from advisor.answers.turning import turning
from advisor.api import advise
from advisor.futures.report import stress
from advisor.model.records import Instance
from advisor.reasoning.evaluate import Outcome, evaluate, given_grades, standing

ANSWERS = ((0, 0), (4, 4), (8, 8), (0, 8))  # no, an even chance, yes, unknown
FEW = 5  # open facts


def open_advice(case: Outcome) -> list[int]:
    """The advice that is open."""
    found = case.graph.advice_to(None)
    return [fact for fact in found if standing(*case.bounds(fact)) == "open"]


def by_brute_force(case: Outcome, advice: int, open_facts: list[int]) -> list[int]:
    """The facts of which some answer makes a difference, under some answers to the others."""
    stated = given_grades(case.graph, case.scenario)
    stands = {}
    for answers in itertools.product(ANSWERS, repeat=len(open_facts)):
        known = {**stated, **dict(zip(open_facts, answers, strict=True))}
        grades = evaluate(case.graph, known, case.scenario.withdrawn)
        stands[answers] = standing(grades.lower[advice], grades.upper[advice])
    found = []
    for place, one in enumerate(open_facts):
        by_rest: dict[tuple, set[str]] = {}
        for answers, stand in stands.items():
            by_rest.setdefault(answers[:place] + answers[place + 1 :], set()).add(stand)
        if any(len(several) > 1 for several in by_rest.values()):
            found.append(one)
    return found


@given(cases(Features(advised=True)))
def test_advice_turns_on_what_brute_force_finds(case: Case):
    """Every open fact named makes a difference under some answers, and no other one does."""
    result = product(case)
    bounds = given_grades(result.graph, result.scenario)
    open_facts = sorted(n for n, (lower, upper) in bounds.items() if (lower, upper) == (0, 8))
    disputed = [n for n, (lower, upper) in bounds.items() if lower < upper < 8]
    assume(len(open_facts) <= FEW and not disputed)
    advice = open_advice(result)
    for one, facts in turning(result, advice).items():
        assert facts == by_brute_force(result, one, open_facts)
        event("open advice")


GIVEN = [template(name, "A", asks=("asked",)) for name in ("a", "b", "c", "d")]
ADVICE = template("advice", "A", first="client", advice=True)


def test_only_what_the_advice_may_turn_on_is_named():
    """Not what is in a firing that is held back, too weak, or that another always makes up for."""
    rules = [
        rule("open", [pattern("a", "$x")], [pattern("advice", "$x")]),
        rule("more", [pattern("a", "$x"), pattern("b", "$x")], [pattern("advice", "$x")]),
        rule("weak", [pattern("c", "$x")], [pattern("advice", "$x")], strength=3),
        rule(
            "blocked",
            [pattern("c", "$x")],
            [pattern("advice", "$x")],
            exceptions=(pattern("d", "$x"),),
        ),
    ]
    unknown = [fact(Instance(name, ("a1",)), standing="unknown") for name in ("a", "b", "c")]
    result = example([*GIVEN, ADVICE], rules, [*unknown, fact(Instance("d", ("a1",)))])
    [advice] = advise(result).open
    assert [one.instance for one in advice.unknown] == ["a(a1)"]
    tested = stress(result, "a1")
    assert [one.instance for one in tested.facts] == ["a(a1)"]
    assert len(tested.idle) == 2


@given(cases(Features(advised=True)))
def test_what_keeps_advice_open_is_never_called_idle(case: Case):
    """What a stress test says no advice depends on, no open advice of the client is named with."""
    assume(case.scenario.complete)
    result = product(case)
    found = stress(result, "a1")
    named = {one.says for advice in advise(result, "a1").open for one in advice.unknown}
    for idle in found.idle:
        assert not any(says.endswith(f"whether {idle}") for says in named)
