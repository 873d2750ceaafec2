"""A program that uses every function of the library: type checkers pass it, and nobody runs it."""

# ruff: noqa: T201 - as such programs do

from __future__ import annotations

import advisor


def main() -> None:
    """One call of each, with the type of what it gives."""
    base: advisor.KnowledgeBase = advisor.load_base()
    case: advisor.Outcome = advisor.load("pakistan-russia")
    scenario: advisor.Scenario = advisor.load_scenario(base)
    advice: advisor.Advice = advisor.advise(case)
    first: advisor.Recommendation = advice.recommendations[0]
    print(first.says, first.confidence, advice.to_json(), advice._repr_html_())
    how: advisor.Explanation = advisor.explain(case, first.instance)
    step: advisor.Step = how.held[0]
    print(step.says)
    why: advisor.WhyNot = advisor.why_not(case, "invite-visit").misses[0]
    flips: advisor.Flips = advisor.flip(case, first.instance, limit=3)
    stress: advisor.Stress = advisor.stress(case, "1")
    print(why.says, flips.size, stress.to_json())
    rows: advisor.Listing[advisor.WhatIf] = advisor.what_if(case, ["groundwork-done"])
    print(rows.to_json(), [one.title for one in rows])
    print(advisor.what_if(case, assume=["visit(russia)"]).to_json())
    text: str = advisor.what_if_file(scenario, "T", assume=["visit(russia)"])
    brief: advisor.Brief = advisor.brief(case, question="Q?")
    survey: advisor.Survey = advisor.survey(case)
    beside: advisor.Beside = advisor.compare(case, "pakistan", "russia")
    print(text, brief.title, survey.title, beside.to_json())
    print([claim.verdict for claim in advisor.claims(scenario, "article")])
    print([f.says for f in advisor.facts(scenario)], advisor.rules(base).to_json())
    print(
        advisor.templates(base)[0].id,
        advisor.sources(scenario)[0].id,
        advisor.scenarios(base)[0].name,
    )
    print(advisor.unused(case)[0].instance)
    audit: advisor.Audit = advisor.audit(base, only=["table-gap"])
    tested: advisor.Tested = advisor.test(base)
    differs: advisor.Difference = advisor.diff("old", "new")
    print(audit.findings, tested.failed, differs.same)
    suggested: advisor.Suggestions = advisor.suggest(tested)
    looked_for: advisor.Listing[advisor.Check] = advisor.checks(["table-gap"])
    print(suggested.to_json(), looked_for[0].title)
    with advisor.limited(advisor.Budget(seconds=5, engine="seminaive")):
        print(advisor.advise(case).to_json())
    made: advisor.KnowledgeBase = advisor.base_of({"base": {"title": "T"}}, {"f": {"title": "F"}})
    scope: advisor.Scope = advisor.Scope(questions=5)
    talk: advisor.Exchange = advisor.interview(made, scope=scope)
    question = talk.question
    if question is not None:
        print(question.text)
    try:
        told: list[advisor.Told] = talk.answer("yes")
        print([one.states for one in told if isinstance(one, advisor.Noted)])
    except advisor.Unclear as unclear:
        print(unclear)
    except advisor.AdvisorError as error:
        problems: tuple[advisor.Problem, ...] = error.problems
        print([p.message for p in problems])
    held: advisor.Listing[advisor.Consultation] = advisor.consultations(base)
    with advisor.resume(held[0].id) as again:
        print(again.news(), again.fact_file(), again.id)
    with advisor.allowing(["elsewhere"]):
        print(advisor.load("mine.yaml", base=base).scenario.title)
    dialogue: advisor.Interview = advisor.consult(base)
    print(dialogue)
    laid: list[advisor.Laid] = advisor.fmt()
    print(laid[0].path, advisor.schema(base).keys(), advisor.new("x") + 1)
