"""An explainable policy advisor: facts in, recommendations out, each with its whole reasoning.

The names below are loaded when they are first used, so that the command starts quickly.
"""

import sys

TYPE_CHECKING = False  # whatever is imported here is imported before Ctrl-C is guarded

if TYPE_CHECKING:
    from typing import Any

    from advisor.answers.beside import Beside
    from advisor.answers.explanation import Step
    from advisor.answers.flips import Flips
    from advisor.answers.recommendation import Advice, Recommendation
    from advisor.answers.survey import Survey
    from advisor.answers.views import Explanation
    from advisor.answers.whatif import WhatIf
    from advisor.answers.whynot import WhyNot
    from advisor.api.audits import audit, checks
    from advisor.api.authoring import fmt, new, schema
    from advisor.api.briefs import brief
    from advisor.api.built import base_of
    from advisor.api.cases import (
        advise,
        explain,
        flip,
        load,
        load_base,
        load_scenario,
        what_if,
        what_if_file,
        why_not,
    )
    from advisor.api.catalogues import (
        claims,
        facts,
        rules,
        scenarios,
        sources,
        templates,
        unused,
    )
    from advisor.api.differences import diff
    from advisor.api.files import allowing
    from advisor.api.futures import stress
    from advisor.api.interviews import consult, consultations, interview, resume
    from advisor.api.surveys import compare, survey
    from advisor.api.testing import Suggestions, Tested, suggest, test
    from advisor.audit.check import Check
    from advisor.audit.run import Audit
    from advisor.authoring.layout import Laid
    from advisor.brief import Brief
    from advisor.consult.exchange import Exchange
    from advisor.consult.interview import Interview
    from advisor.consult.scope import Scope
    from advisor.consult.session import Consultation
    from advisor.consult.told import Noted, Told
    from advisor.consult.words import Unclear
    from advisor.difference.result import Difference
    from advisor.futures.result import Stress
    from advisor.model.budget import Budget, limited
    from advisor.model.errors import AdvisorError, Problem
    from advisor.model.records import KnowledgeBase
    from advisor.model.result import Listing
    from advisor.model.scenarios import Scenario
    from advisor.reasoning.evaluate import Outcome

__version__ = "0.1.0"
__distribution__ = "policy-advisor-cli"  # as package indexes know it; "advisor" there is another's
__all__ = [
    "Advice",
    "AdvisorError",
    "Audit",
    "Beside",
    "Brief",
    "Budget",
    "Check",
    "Consultation",
    "Difference",
    "Exchange",
    "Explanation",
    "Flips",
    "Interview",
    "KnowledgeBase",
    "Laid",
    "Listing",
    "Noted",
    "Outcome",
    "Problem",
    "Recommendation",
    "Scenario",
    "Scope",
    "Step",
    "Stress",
    "Suggestions",
    "Survey",
    "Tested",
    "Told",
    "Unclear",
    "WhatIf",
    "WhyNot",
    "advise",
    "allowing",
    "audit",
    "base_of",
    "brief",
    "checks",
    "claims",
    "compare",
    "consult",
    "consultations",
    "diff",
    "explain",
    "facts",
    "flip",
    "fmt",
    "interview",
    "limited",
    "load",
    "load_base",
    "load_scenario",
    "new",
    "resume",
    "rules",
    "scenarios",
    "schema",
    "sources",
    "stress",
    "suggest",
    "survey",
    "templates",
    "test",
    "unused",
    "what_if",
    "what_if_file",
    "why_not",
]


class _Package(type(sys)):  # type: ignore[misc]
    """The package as a module, in which a function comes before a folder of the same name."""

    def __setattr__(self, name: str, value: object) -> None:
        """Bind a name; loading `advisor.audit` leaves what `audit` is here alone."""
        if name not in __all__ or not isinstance(value, type(sys)):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package


def __getattr__(name: str) -> "Any":
    """One of the public names."""
    if name not in __all__:
        raise AttributeError(f"module 'advisor' has no attribute '{name}'")
    from advisor import api  # noqa: PLC0415 - loaded when it is needed

    return getattr(api, name)


def __dir__() -> list[str]:
    """The public names, loaded or not."""
    return sorted({*globals(), *__all__})
