"""Turns an outcome and what is to be varied into a stress test."""

from __future__ import annotations

from collections.abc import Sequence

from advisor import loader
from advisor.answers.advice import Adviser
from advisor.answers.views import advice_of, target_of
from advisor.answers.widening import advised_by, in_pieces, widened
from advisor.futures import report
from advisor.futures.result import Stress
from advisor.loader.written import as_typed
from advisor.model.budget import OnProgress
from advisor.model.errors import AdvisorError, Problem
from advisor.model.records import Instance, KnowledgeBase
from advisor.model.scenarios import Scenario
from advisor.reasoning.evaluate import Outcome, outcome


def stress(
    case: Outcome,
    what: str | None = None,
    *,
    client: str | None = None,
    vary: Sequence[str] = (),
    seed: int = 0,
    samples: int | None = None,
    progress: OnProgress | None = None,
    given_only: bool = False,
) -> Stress:
    """What becomes of the advice to a client over every future; as `advisor.api.stress` says.

    With `given_only`, the futures of given advice alone are told.
    """
    only = None if what is None else target_of(case, what, client)
    if only is not None:
        advice_of(case.scenario.base, only.template)
    case = widened(in_pieces(case), client, only)
    varied = _varied(case.scenario, vary)
    case = outcome(case.scenario, case.graph.extended(varied))
    client = Adviser(case, advised_by(case.scenario.base, only) or client).client
    options = report.Options(seed=seed, samples=samples, progress=progress, given_only=given_only)
    return report.stress(case, client, varied, options, only)


def _varied(scenario: Scenario, named: Sequence[str]) -> list[Instance]:
    """The given facts of some names, each of which may stand as unknown beside what is stated."""
    found = [*dict.fromkeys(_variable(scenario.base, name) for name in named)]
    if found:
        text = as_typed("as varied on the command line", {"unknown": [*map(str, found)]})
        loader.change(scenario, text, "<command line>")
    return found


def _variable(base: KnowledgeBase, named: str) -> Instance:
    """The given fact of a name."""
    instance, _ = loader.parse_instance(named, base)
    template = base.templates[instance.template]
    if template.id in base.derived or template.advice or template.caveat:
        hint = "name a given fact that it rests on: advisor explain shows them"
        raise AdvisorError(Problem(message=f"{instance} follows from rules", hint=hint))
    return instance
