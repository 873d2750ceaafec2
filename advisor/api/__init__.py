"""The program as a library: a function for each command, with the name of the command.

The command line is built on nothing else. Every result is a frozen record; bad input raises
`AdvisorError`, whose `problems` say what is wrong, where, and what to do.

>>> import advisor
>>> case = advisor.load("pakistan-russia")
>>> first = advisor.advise(case, "russia").recommendations[0]
>>> first.confidence
'moderate'
>>> advisor.explain(case, "drawing-closer(pakistan, russia)").held[0].support
'derived'
>>> advisor.why_not(case, "invite-visit").misses[0].what
'invite-visit(pakistan, russia)'

What is about a base, and not about a case, takes the base:

>>> base = advisor.load_base()
>>> sum(report.failed for report in advisor.test(base).reports)
0
>>> [entry.id for entry in advisor.templates(base, ["corridor", "joins"])]
['joins']

An interview asks, takes answers in the words of a person, and advises at any time:

>>> talk = advisor.interview(base, client="pakistan")
>>> talk.question.kind, talk.question.options[3].name
('several', 'Russia')
>>> [noted] = talk.answer("Russia=likely")
>>> noted.states
('public opinion in Pakistan is against closer ties with Russia, likely (55-80%)',)
>>> try:
...     talk.answer("perhaps")
... except advisor.Unclear as unclear:
...     print(str(unclear)[:33])
'perhaps' is none of the options.
>>> talk.do("undo")
[]
>>> len(talk.advice().recommendations)
0

What it asks and says are records, which `to_json` writes as `advisor consult --format jsonl` does;
so does `to_json` of every other result. docs/python.md has recipes.

`HOMES` says which module each name is in; that is loaded when the name is first used.
"""

import importlib
from typing import Any, Final

HOMES: Final = {  # module -> what it gives, in words
    "advisor.answers.beside": "Beside",
    "advisor.answers.explanation": "Step",
    "advisor.answers.recommendation": "Advice Recommendation",
    "advisor.answers.survey": "Survey",
    "advisor.answers.views": "Explanation",
    "advisor.answers.flips": "Flips",
    "advisor.answers.whatif": "WhatIf",
    "advisor.answers.whynot": "WhyNot",
    "advisor.api.audits": "audit checks",
    "advisor.api.authoring": "fmt new schema",
    "advisor.api.briefs": "brief",
    "advisor.api.built": "base_of",
    "advisor.api.cases": (
        "advise explain flip load load_base load_scenario what_if what_if_file why_not"
    ),
    "advisor.api.catalogues": "claims facts rules scenarios sources templates unused",
    "advisor.api.interviews": "consult consultations interview resume",
    "advisor.api.files": "allowing",
    "advisor.api.differences": "diff",
    "advisor.api.futures": "stress",
    "advisor.api.surveys": "compare survey",
    "advisor.api.testing": "Suggestions Tested suggest test",
    "advisor.audit.check": "Check",
    "advisor.audit.run": "Audit",
    "advisor.authoring.layout": "Laid",
    "advisor.brief": "Brief",
    "advisor.consult.exchange": "Exchange",
    "advisor.consult.interview": "Interview",
    "advisor.consult.scope": "Scope",
    "advisor.consult.session": "Consultation",
    "advisor.consult.told": "Noted Told",
    "advisor.consult.words": "Unclear",
    "advisor.difference.result": "Difference",
    "advisor.futures.result": "Stress",
    "advisor.model.budget": "Budget limited",
    "advisor.model.errors": "AdvisorError Problem",
    "advisor.model.records": "KnowledgeBase",
    "advisor.model.result": "Listing",
    "advisor.model.scenarios": "Scenario",
    "advisor.reasoning.evaluate": "Outcome",
}
NAMES: Final = {name: module for module, names in HOMES.items() for name in names.split()}


def __getattr__(name: str) -> Any:
    """One of the public names, from the module that defines it."""
    if name not in NAMES:
        raise AttributeError(f"module 'advisor.api' has no attribute '{name}'")
    return getattr(importlib.import_module(NAMES[name]), name)
