"""Witnesses: every finding has one, and what a witness promises can be seen to happen."""

from __future__ import annotations

import functools
import re
from pathlib import Path

import msgspec
import pytest
from test_audit import CASES, CHECKS, CORPUS, audited, checks_for, written

from advisor import cli, loader
from advisor.api import advise, explain, load, why_not
from advisor.audit.check import all_checks
from advisor.audit.finding import EvidenceWitness, Finding, ScenarioWitness
from advisor.reasoning.evaluate import firing_grade

SHOWN_BY_TEXT = {  # what is wrong with what stands written, which no facts show
    *("confidence-with-likelihood", "contradictory-grade", "dead-end-advice", "implied-condition"),
    *("mixed-likelihood-terms", "overdue-review", "rule-without-because", "rule-without-citation"),
    *("single-source", "uncited-passage", "unspoken-slot", "unsatisfiable-comparison"),
    *("unused-entity", "unused-source", "unused-suppression"),
    *("advice-outside-kind", "contrary-denial", "dropped-hedge", "spread-hedge"),
}
SHOWN_BY_TEXT |= {
    "future-source",
    "list-of-all-values",
    "misread-denial",
    "narrow-reason",
    "question-without-content",
    "self-defeating-rule",
    "same-words",
    "singular-verb-of-plural",
    "undeclared-gap",
    "undeclared-opposition",
    "table-gap",
    "table-overlap",
    "unlike-units",
}
QUOTED = re.compile(r"(id|grade|review): ")  # lines of a file, as they stand
SAME = {"unused-conclusion", "unused-fact", "unused-template", "untested-value"}
NEAR = {"unfireable-rule", "unreachable-conclusion"}


@functools.cache
def findings(case: str, folder: Path) -> tuple[Finding, ...]:
    """What a case of the corpus has, written to a folder."""
    found = audited(written(case, folder), checks_for(case)).findings
    return tuple(one for one in found if one.check == case.split("/", maxsplit=1)[0])


def shown(one: Finding, folder: Path) -> Path:
    """The fact file of a witness as an author would keep it."""
    path = folder.parent / "witness.yaml"
    path.write_text(one.witness.text, encoding="utf-8")
    return path


@pytest.fixture
def folder(tmp_path) -> Path:
    """Where a case is written to."""
    return tmp_path / "base"


def cases(checks: set[str]) -> list[str]:
    """The cases of some checks."""
    assert checks <= set(CHECKS)
    return [case for case in CASES if case.split("/")[0] in checks]


@pytest.mark.parametrize("case", CASES)
def test_every_finding_has_a_witness_that_can_be_seen(case, folder):
    """No finding asks to be believed: there is a file, a pair, a circle or a quotation."""
    for one in findings(case, folder):
        assert one.witness.shows
        if isinstance(one.witness, EvidenceWitness):
            assert all(one.witness.seen)
        if isinstance(one.witness, ScenarioWitness):
            assert cli.run(["advise", "--base", str(folder), str(shown(one, folder))]) == 0


@pytest.mark.parametrize("case", cases(SHOWN_BY_TEXT))
def test_a_fault_of_the_text_is_shown_by_the_text(case, folder):
    """What is quoted as standing in the base stands there."""
    found = findings(case, folder)
    files = " ".join(" ".join(path.read_text().split()) for path in folder.rglob("*.yaml"))
    for one in found:
        assert isinstance(one.witness, EvidenceWitness)
        quotes = [line for line in one.witness.seen if QUOTED.match(line)]
        assert all(quote in files for quote in quotes), quotes


def advised(text: str, folder: Path) -> dict:
    """The advice in a fact file, whatever that is called and whatever it states in vain."""
    path = folder.parent / "witness.yaml"
    path.write_text(text, encoding="utf-8")
    found = msgspec.to_builtins(advise(load(path, base=folder)))
    return {
        key: value for key, value in found.items() if key not in {"scenario", "title", "unused"}
    }


@pytest.mark.parametrize("case", cases(SAME))
def test_what_is_unused_changes_no_advice(case, folder):
    """The advice is the same in both files, though they say different things."""
    for one in findings(case, folder):
        if isinstance(one.witness, EvidenceWitness):
            assert case == "unused-template/caveat"
            continue
        assert one.witness.same_as not in {None, one.witness.text}
        assert advised(one.witness.text, folder) == advised(one.witness.same_as, folder)


@pytest.mark.parametrize("case", cases({"unused-conclusion"}))
def test_a_conclusion_that_nothing_uses_is_drawn(case, folder):
    """`advisor explain` shows the rule at work in the witness."""
    for one in findings(case, folder):
        rule, fact = re.match(r"'([^']+)' concludes ([^,]+\(.*?\)),", one.witness.shows).groups()
        found = explain(load(shown(one, folder), base=folder), fact)
        assert rule in {way.rule for step in found.held for way in step.derivations}


def template_said(folder: Path, name: str) -> str:
    """The longest words that stand between the gaps of what a template says."""
    phrase = loader.load_base(folder).templates[name].says
    return max((part for part in phrase if isinstance(part, str)), key=len).strip()


@pytest.mark.parametrize("case", cases(NEAR))
def test_a_rule_that_cannot_fire_lacks_nothing_else(case, folder):
    """`advisor why-not` shows the rule with the missing premises alone unmet."""
    for one in findings(case, folder):
        if not isinstance(one.witness, ScenarioWitness):
            continue
        lacks, _, what = one.witness.shows.partition(" here to conclude ")
        rule, *missing = re.findall(r"'([^']+)'", lacks)
        what = what.partition(": ")[0]
        found = why_not(load(shown(one, folder), base=folder), what)
        near = next(miss for miss in found.misses[0].misses if miss.rule == rule)
        unmet = [one.says for one in near.conditions if one.status not in {"held", "open"}]
        says = {template_said(folder, name) for name in missing}
        assert len(unmet) == near.unmet >= 1
        assert all(any(word in one for word in says) for one in unmet), (unmet, says)


@pytest.mark.parametrize("case", cases({"strained-advance", "unserved-interest"}))
def test_an_interest_fares_as_the_witness_says(case, folder):
    """The trade-offs of the witness have the interest advanced and strained, or not served."""
    for one in findings(case, folder):
        interest = re.findall(r"'([^']+)'", one.witness.shows)[-1]
        found = advise(load(shown(one, folder), base=folder))
        effects = [effect for effect in found.tradeoffs if effect.interest == interest]
        if one.check == "strained-advance":
            assert effects[0].advanced_by
            assert effects[0].strained_by
        else:
            assert not any(effect.advanced_by for effect in effects)


@pytest.mark.parametrize("case", cases({"never-fired"}))
def test_a_rule_that_no_scenario_fires_fires_in_the_witness(case, folder):
    """The fact file is a scenario that the base could have."""
    for one in findings(case, folder):
        if isinstance(one.witness, ScenarioWitness):
            found = load(shown(one, folder), base=folder)
            fired = [f for f in found.graph.firings if f.rule.id == one.rules[0]]
            assert any(firing_grade(firing, found.grades)[0] for firing in fired)


@pytest.mark.parametrize("case", cases({"unreached-recommendation"}))
def test_what_is_recommended_in_vain_is_neither_given_nor_open_in_the_witness(case, folder):
    """The advice of the witness has the recommendation of no standing."""
    for one in findings(case, folder):
        instance = one.witness.shows.removesuffix(" is neither given nor open")
        found = advise(load(shown(one, folder), base=folder))
        assert instance not in {a.instance for a in (*found.recommendations, *found.open)}


@pytest.mark.parametrize("case", cases({"flooding-rule"}))
def test_a_client_has_as_much_advice_from_one_rule_as_the_witness_says(case, folder):
    """The advice of the witness has that many pieces that the rule gives."""
    for one in findings(case, folder):
        rule, number = re.match(r"'([^']+)' gives \S+ (\d+) pieces", one.witness.shows).groups()
        (advice,) = next(r for r in loader.load_base(folder).rules if r.id == rule).conclusions
        found = advise(load(shown(one, folder), base=folder)).recommendations
        given = [one for one in found if one.instance.startswith(f"{advice.template}(")]
        assert len(given) == int(number)


@pytest.mark.parametrize("case", cases({"lifted-caveat"}))
def test_the_advice_of_the_witness_is_given_without_the_caveat(case, folder):
    """What the exception leaves is given, and the caveat is not among its caveats."""
    for one in findings(case, folder):
        shows = r"(.*) is given without (.*), for (.*)"
        advice, caveat, excepted = re.fullmatch(shows, one.witness.shows).groups()
        found = load(shown(one, folder), base=folder)
        given = {given.instance: given for given in advise(found).recommendations}
        assert caveat not in {held.instance for held in given[advice].caveats}
        assert excepted in {str(instance) for instance in found.scenario.facts}


def test_every_check_is_shown_in_the_way_that_fits_it():
    """No check is left out of the tests of this file without a reason."""
    by_rules = {"duplicate-rule", "subsumed-rule", "redundant-through-chain", "split-rule"}
    by_rules |= {"idle-default"}
    by_circles = {"circular-chain", "self-referent-rule"}
    by_clingo = {"conflicting-rules", "conflicting-chains", "uncovered-combination"}
    by_clingo |= {"two-values-at-once", "contrary-caveats"}
    dynamic = {one.id for one in all_checks().values() if one.family == "dynamic"}
    by_advice = {"strained-advance", "unserved-interest", "unreached-recommendation"}
    by_advice |= {"flooding-rule", "lifted-caveat"}
    here = SHOWN_BY_TEXT | SAME | NEAR | by_advice
    assert here | by_rules | by_circles | by_clingo | dynamic == set(CHECKS)
    assert (CORPUS / "unused-conclusion").is_dir()
