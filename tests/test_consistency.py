"""The same question gets the same answer in every view: advice, stress test and brief."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from strategies import Features, cases

import advisor
from advisor import cli
from advisor.answers.advice import Adviser
from advisor.answers.confidence import corroborated
from advisor.futures.result import Consequences, Stress, firmness
from advisor.futures.stress import stress
from advisor.reasoning.building import build
from advisor.reasoning.evaluate import Outcome, outcome
from advisor.render.report import argument, outlook

SILENT = "nobody has said anything about it"


def check_silences(case: Outcome, result: Stress) -> None:
    """What advice assumes in `advise` are the silences that the assumptions check lists for it."""
    advice = Adviser(case, result.client).advice()
    silent = [one for one in result.assumptions if one.reason == SILENT]
    for piece in (*advice.recommendations, *advice.by_default):
        carried = {
            one.says for one in silent if piece.instance in {p.instance for p in one.carries}
        }
        assert carried == set(piece.assumptions)


def check_soundness(case: Outcome, result: Stress) -> None:
    """Solid is only what confidence takes for corroborated, and of no silence."""
    facts = {str(instance): fact for instance, fact in case.scenario.facts.items()}
    for one in result.assumptions:
        if one.status == "solid":
            assert corroborated(case.scenario, facts[one.instance])


@given(cases(Features(advised=True)))
def test_views_of_random_bases_agree(drawn):
    """Silences and soundness are the same in advice, confidence and stress test."""
    case = outcome(drawn.scenario, build(drawn.scenario, drawn.extra))
    result = stress(case, client=case.scenario.client)
    check_silences(case, result)
    check_soundness(case, result)


@pytest.fixture(scope="module")
def shipped():
    """The shipped case, its stress test and its brief."""
    case = advisor.load()
    return case, advisor.stress(case), advisor.brief(case)


def test_views_of_the_shipped_base_agree(shipped):
    """So they are on the shipped base."""
    case, result, _ = shipped
    check_silences(case, result)
    check_soundness(case, result)


def test_the_least_firm_is_the_least_probable_of_the_stress_test(shipped):
    """The brief calls that the least firm which the stress test gives the lowest probability."""
    _, result, brief = shipped
    shares = [(one.handle, one.prospect) for one in brief.recommendations]
    says = outlook._shares(shares)
    named = re.search(r"least firm is recommendation (\w+), .* with ([\d.]+)% probability", says)
    [least] = [one for one in brief.recommendations if one.handle == named[1]]
    given = {one.claim.instance for one in brief.recommendations}
    lowest = min(firmness(one) for one in result.advice if one.instance in given)
    assert firmness(least.prospect) == lowest
    assert float(named[2]) == pytest.approx(100 * lowest[0], abs=0.06)


def test_advice_that_assumes_a_silence_is_not_said_to_depend_on_nothing(shipped):
    """What rests on a silence never "depends on no fact that is uncertain" without saying so."""
    _, _, brief = shipped
    alone = [one for one in brief.recommendations if one.prospect.futures == 1]
    assert alone
    for one in alone:
        assert ("on what nobody says" in argument.future(one)) == bool(one.claim.assumptions)


def test_what_is_used_though_nothing_hangs_on_it_is_said_to_be_so(shipped, capfd, monkeypatch):
    """Facts without which no advice changes say that other arguments do without them."""
    _, result, brief = shipped
    idle = [one for one in result.assumptions if one.if_wrong == Consequences()]
    assert idle
    assert idle == [one for one in brief.assumptions if one.if_wrong == Consequences()]
    monkeypatch.setenv("COLUMNS", "100")
    assert cli.run(["stress", "--long"]) == 0
    shown = " ".join(capfd.readouterr().out.split())
    assert shown.count("If wrong, no advice changes: other arguments do without it.") == len(idle)


def test_a_default_is_nowhere_a_recommendation(capfd):
    """A client with a default alone is recommended nothing, in no view."""
    case = advisor.load()
    brief = advisor.brief(case, client="india")
    advice = advisor.advise(case, "india")
    assert brief.recommendations == advice.recommendations == ()
    assert [one.confidence for one in advice.by_default] == [None]
    assert cli.run(["what-if", "taliban-join-politics", "--for", "india"]) == 0
    assert "confidence" not in capfd.readouterr().out
