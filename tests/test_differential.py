"""The views held to one another and to the naive oracle, over random bases.

`advise`, `what-if`, `flip`, `stress`, `test`, `explain`, `why-not`, `consult` and a naive evaluator
are asked about the same case, and no two of them may contradict one another. The bases have
variables, symmetric and keyed templates, exceptions, counts, defaults, numbers and dates; the
scenarios one-of groups, and facts that are unknown, disputed, or left open. Some of the bases are
written down and read: with lists and tables of which the first decides, alternatives, every entity
of a type, exceptions of several conditions, sums, scales, and keys of which one value always holds.
"""

from __future__ import annotations

import contextlib
import os
import random

import msgspec
from consult_strategies import CLIENT, interviews
from forms import RICH as FORMS
from forms import Formed, form_what_ifs, formed_cases
from hypothesis import HealthCheck, event, given, reject, settings
from hypothesis import strategies as st
from strategies import VALUES, WHERE, Case, Features, what_ifs
from test_consult_laws import answer_to, open_questions, said_after, settled
from test_flip import brute, changed_by, has_a_line, moves
from test_stress import one_by_one
from test_turning import by_brute_force

from advisor import loader
from advisor.answers.advice import Adviser
from advisor.answers.explanation import Step, how
from advisor.answers.flipping import flips
from advisor.answers.turning import turning
from advisor.answers.whatif import WhatIf, compare
from advisor.answers.whynot import why_not
from advisor.answers.widening import widened
from advisor.consult.interview import Interview, begin
from advisor.consult.saved import fact_file
from advisor.consult.scope import Scope, topics_of
from advisor.futures.choices import choices, futures
from advisor.futures.report import Options, stress
from advisor.loader.texts import parse_instance
from advisor.model.changes import Changes, fold
from advisor.model.errors import AdvisorError
from advisor.model.records import Instance, Pattern
from advisor.model.scenarios import Expectation, Fact, Scenario
from advisor.reasoning.building import build
from advisor.reasoning.evaluate import Outcome, given_grades, outcome, standing
from advisor.testing import expectations

NIGHTLY = os.environ.get("HYPOTHESIS_PROFILE") in {"nightly", "fresh"}
BASES = 10_000 if NIGHTLY else 500
RICH = Features(keys=True, groups=True, advised=True)
PLAIN = 1 if NIGHTLY else 15  # cases of plain rules, for each one in the other forms
SHARE = st.integers(0, PLAIN)
WHAT_IFS = SHARE.flatmap(lambda n: form_what_ifs(FORMS) if n == PLAIN else what_ifs(RICH))
INTERVIEWS = SHARE.flatmap(lambda n: formed_cases(FORMS) if n == PLAIN else interviews())
many = settings(max_examples=BASES, suppress_health_check=list(HealthCheck))


@contextlib.contextmanager
def within_limits():
    """A case that is refused because its rules fire too often is no example."""
    try:
        yield
    except AdvisorError as error:
        if "fire more than" not in str(error):
            raise
        reject()


FEW_FUTURES = 16  # that are run one by one
MOST_FUTURES = 2**20  # that are counted; of more, some are drawn
FEW_MOVES = 8  # single changes, for smaller sets of them to be tried
FEW_OPEN = 3  # facts, for all answers to be tried


def advised(case: Outcome) -> dict[Instance, str]:
    """The standing of all possible advice, as `advise` sorts it."""
    found = {}
    for client in sorted({str(one.values[0]) for one in possible(case)}):
        for stands, facts in Adviser(case, client).by_standing().items():
            found |= dict.fromkeys((case.graph.instances[n] for n in facts), stands)
    return found


def possible(case: Outcome) -> list[Instance]:
    """All possible advice to those who can be advised."""
    found = [case.graph.instances[n] for n in case.graph.advice_to(None)]
    return [one for one in found if one.values[0] in VALUES["A"]]


def naively(
    drawn: Case | Formed, scenario: Scenario, case: Outcome, said: dict | None = None
) -> dict[Instance, str]:
    """The standing of the same advice by the oracle, from what is stated or is `said`."""
    naive = drawn.oracle(scenario, case.graph.instances, said)
    return {one: standing(naive.lower[one], naive.upper[one]) for one in possible(case)}


@many
@given(WHAT_IFS)
@within_limits()
def test_no_two_views_contradict_one_another(drawn):
    """Advice, what-if, flip, stress, test, explain and why-not agree, and with the oracle."""
    drawn_case, changes = drawn
    graph = build(drawn_case.scenario, drawn_case.extra)
    graph = graph.extended([one.instance for one in changes.facts])
    before = outcome(drawn_case.scenario, graph)
    for client in VALUES["A"]:  # as every view does with a scenario that leaves things open
        before = widened(before, client)
    stands = advised(before)
    assert stands == naively(drawn_case, before.scenario, before)
    check_expectations(before, stands)
    check_trees(before)
    check_open(before, stands)
    check_why_not(drawn_case, before, stands)
    check_flips(drawn_case, before, stands)
    check_futures(drawn_case, before)
    changed, problems = fold(before.scenario, changes)
    if not problems:
        check_what_if(drawn_case, before, outcome(changed, before.graph), stands)
    event("advice" if stands else "no advice")


def check_what_if(
    drawn: Case | Formed, before: Outcome, after: Outcome, stands: dict[Instance, str]
) -> None:
    """What a what-if gains and loses is the difference of two pieces of advice, and of oracles."""
    then = advised(after)
    assert then == naively(drawn, after.scenario, after)
    for client in {str(one.values[0]) for one in stands}:
        told = compare(before, after, client, causes=False)
        own = [one for one in stands if one.values[0] == client]
        gained = {str(o) for o in own if stands[o] != "given" and then[o] == "given"}
        assert kinds(told, "gained") == gained
        for kind, stand in (("lost", "withheld"), ("unsettled", "open")):
            now = {str(o) for o in own if stands[o] == "given" and then[o] == stand}
            assert kinds(told, kind) == now


def kinds(told: WhatIf, kind: str) -> set[str]:
    """The advice that a what-if tells of in a word."""
    return {shift.instance for shift in told.shifts if shift.kind == kind}


def check_expectations(case: Outcome, stands: dict[Instance, str]) -> None:
    """Expectations written from the advice are met; with another standing they are not."""
    kinds_of = ("given", "open", "withheld")
    examination = expectations.Examination(case, None)
    for one, stand in stands.items():
        for kind in kinds_of:
            unmet = examination.unmet(Expectation(kind=kind, what=str(one), where=WHERE))
            assert (unmet is None) == (kind == stand), (str(one), kind)


def check_trees(case: Outcome) -> None:
    """What a how tree shows adds up: each step is as strong as the best below it."""
    for fact in [case.graph.number[one] for one in possible(case)][:4]:
        tree = how(case, fact, every=True)
        assert (tree.lower, tree.upper) == case.bounds(fact)
        check_step(tree, {str(one): said for one, said in case.scenario.facts.items()})


def check_step(step: Step, said: dict[str, Fact]) -> None:
    """A derived step has its best derivation's grade or the one that is stated, and says which.

    A derivation has the grade of its weakest link.
    """
    if step.support == "derived" and step.derivations:
        stated = said[step.instance].grade if step.stated else 0
        assert step.lower == max(stated, *(one.lower for one in step.derivations))
    for one in step.derivations:
        assert all(one.lower <= premise.lower for premise in one.premises)
        assert all(one.lower <= 8 - against.upper for against in one.exceptions)
        for below in one.premises:
            check_step(below, said)


def check_open(case: Outcome, stands: dict[Instance, str]) -> None:
    """Open advice names a fact that it turns on, and where that is tried, exactly these."""
    given_ = given_grades(case.graph, case.scenario)
    unsure = {n for n, (lower, upper) in given_.items() if lower < upper}
    found = [case.graph.number[one] for one, stand in stands.items() if stand == "open"]
    for advice, facts in turning(case, found).items():
        assert facts
        assert unsure.issuperset(facts)
        if len(unsure) <= FEW_OPEN and all(given_[n] == (0, 8) for n in unsure):
            assert facts == by_brute_force(case, advice, sorted(unsure))


def check_why_not(drawn: Case | Formed, case: Outcome, stands: dict[Instance, str]) -> None:
    """Each single change that why-not names gives the advice, by the oracle."""
    missing = [one for one, stand in stands.items() if stand != "given"]
    for one in missing[:2]:
        target = Pattern(template=one.template, terms=one.values, where=WHERE)
        for change in why_not(case, target, depth=2).changes[:3]:
            said = Fact(
                instance=named(case, change.instance),
                standing="stated" if change.do == "assume" else "denied",
                origin="assumed",
                where=WHERE,
            )
            changed, problems = fold(case.scenario, Changes(facts=(said,)))
            assert not problems
            naive = drawn.oracle(changed, {*case.graph.instances, said.instance})
            assert naive.lower[one] >= 4, (str(one), change)


def named(case: Outcome, text: str) -> Instance:
    """The instance that a view prints: a possible one, or read back."""
    known = {str(one): one for one in case.graph.instances}
    return known[text] if text in known else parse_instance(text, case.scenario.base)[0]


def check_flips(drawn: Case | Formed, case: Outcome, stands: dict[Instance, str]) -> None:
    """Each set of changes flips the advice by the oracle, and no smaller set of changes does."""
    for one in list(stands)[:2]:
        to = "withheld" if stands[one] == "given" else "given"
        targets = [case.graph.number[one]]
        found = flips(case, str(one), targets, to)
        for some in found.sets[:3]:
            then = naively(drawn, changed_by(case, some), case)
            assert then[one] == to
        instances = case.graph.instances
        line = any(has_a_line(case.scenario, o) for o in instances if o not in case.scenario.facts)
        if line and not case.scenario.complete:
            continue  # what stands for others is not denied by one change: tests/test_flip.py
        ways = moves(case, targets) if found.size != 0 else []
        if found.size and sum(map(len, ways)) <= FEW_MOVES:
            smallest = next(brute(case, targets, to, ways), None)
            if smallest is None:
                assert found.size > 3
            else:
                assert sum(len(move.facts) for move in smallest) == found.size


def check_futures(drawn: Case | Formed, case: Outcome) -> None:
    """Of all futures that a stress test counts, the oracle gives the advice in as many."""
    own = choices(case)
    few = futures(own) <= FEW_FUTURES
    clients = sorted({str(one.values[0]) for one in possible(case)})
    for client in clients if few else clients[:1]:
        many_futures = futures(own) > MOST_FUTURES
        options = Options(samples=640) if many_futures else Options()
        result = stress(case, client, options=options)
        if not few:
            continue
        worlds = [plain for _, _, plain in one_by_one(case, own)]
        naive = []
        for plain in worlds:
            like = naive[0] if naive else None
            naive.append(drawn.oracle(plain.scenario, case.graph.instances, like=like))
        for prospect in result.advice:
            one = named(case, prospect.instance)
            given_in = sum(world.lower[one] >= 4 for world in naive)
            assert prospect.method == "exact"
            assert prospect.given * len(worlds) == given_in * prospect.futures


# ------------------------------------------------------------------ consultations


@many
@given(INTERVIEWS)
@within_limits()
def test_a_consultation_says_what_the_oracle_says_of_its_truth(case: Case | Formed):
    """Every question answered, the saved facts give the oracle's advice; what was settled stays.

    All advice is to be settled, or that of one topic.
    """
    start = msgspec.structs.replace(case.scenario, client=CLIENT)
    chance = random.Random(repr(case))
    topics = [topic.id for topic in topics_of(start, CLIENT)]
    chosen = chance.sample(topics, chance.randrange(min(2, len(topics) + 1)))
    interview = begin(start, CLIENT, Scope(exhaustive=True, topics=tuple(chosen)))
    promised: dict[str, tuple | None] = {}
    while (asked := interview.question()) is not None:
        promised |= check_promised(promised, settled(interview))
        interview = interview.answer(
            asked, answer_to(asked, chance.randrange(30), chance.randrange(6))
        )
    told = settled(interview)
    check_promised(promised, told)
    result = interview.outcome()
    known = given_grades(result.graph, result.scenario)
    said = {result.graph.instances[n]: bounds for n, bounds in known.items()}
    ours, theirs = advised(result), naively(case, result.scenario, result, said)
    wanted = {interview.graph.instances[fact] for fact in interview.wanted}
    for name in wanted if chosen else ours | theirs:
        assert ours.get(name) == theirs.get(name), name
    check_saved(interview, start, result)
    rest = open_questions(interview)
    rest = [one for one in rest if one.kind.name not in {"number", "date"}][:8]
    if rest:
        texts = [answer_to(one, chance.randrange(30), chance.randrange(6)) for one in rest]
        truth = said_after(interview, rest, texts)
        for name, said in told.items():
            assert truth.get(name) == said, name
    event(f"questions: {len(interview.answers)}, about {'one topic' if chosen else 'all'}")


def check_saved(interview: Interview, start: Scenario, result: Outcome) -> None:
    """The saved file, loaded again, states the same facts and gives the same advice."""
    text = fact_file(interview, "0" * 64, None, "saved")
    loaded = loader.change(start, text, "saved.yaml")
    facts, others = (
        {one: (fact.standing, fact.grade) for one, fact in scenario.facts.items()}
        for scenario in (loaded, result.scenario)
    )
    assert facts == others
    assert advised(outcome(loaded, result.graph)) == advised(result)


def check_promised(promised: dict, settled_now: dict) -> dict:
    """What was said to be settled is said so still."""
    for name, said in promised.items():
        assert settled_now.get(name) == said, name
    return settled_now
