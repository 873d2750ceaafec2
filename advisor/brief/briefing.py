"""Puts a brief together from the results of the other commands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from advisor.answers import views
from advisor.answers.advice import Adviser
from advisor.answers.explanation import merged, proof
from advisor.answers.recommendation import Advice, Recommendation
from advisor.answers.whatif import Comparison
from advisor.brief.argument import SHOWN, grounds, rebuttals, turning, warrants
from advisor.brief.quality import carried, citations, notes, quality
from advisor.brief.result import Argument, BaseDigest, Brief, CaseAgainst, Turning
from advisor.futures.result import (
    INTERRUPTED,
    SOUNDNESS,
    Assumption,
    Consequences,
    Piece,
    Prospect,
    Stress,
)
from advisor.futures.stress import stress
from advisor.loader import fingerprint
from advisor.loader.digests import FileDigest
from advisor.model.budget import Late, conclude
from advisor.model.errors import AdvisorError
from advisor.model.grades import NO_SUPPORT
from advisor.reasoning.evaluate import Outcome

_NO_TIME: Final = "they were not looked for, as time was up"
ALIVE = ("given", "held", "open", "supported")  # rebuttals that something speaks for


def brief(
    case: Outcome,
    client: str | None = None,
    comparisons: Sequence[Comparison] = (),
    files: Sequence[FileDigest] = (),
) -> Brief:
    """The brief of a case for a client, by default the scenario's own.

    `comparisons` are with the what-ifs to report on; `files` the fact files that all of it comes
    from. Raises AdvisorError if nobody is named, or nobody whom the base can advise.
    """
    return _Briefing(case, client).brief(comparisons, files)


class _Briefing:
    """A brief while it is put together."""

    def __init__(self, case: Outcome, client: str | None) -> None:
        self.case = views.widened(case, client)
        self.adviser = Adviser(self.case, client)
        self.client = self.adviser.client
        self.advice: Advice = self.adviser.advice()
        self.stress = _uninterrupted(stress(case, client=client))
        self.cut_short = self.stress.cut_short  # as time was up
        self.grades = {str(i): f.bounds[0] for i, f in self.case.scenario.facts.items()}
        self.numbers = {r.instance: n for n, r in enumerate(self.advice.recommendations, 1)}

    def brief(self, comparisons: Sequence[Comparison], files: Sequence[FileDigest]) -> Brief:
        """The whole."""
        arguments = self._arguments()
        advice, base = self.advice, self.case.scenario.base
        cited = merged(base, citations(advice, arguments))
        facts = carried(self.case, arguments)
        return Brief(
            scenario=advice.scenario,
            title=advice.title,
            about=self.case.scenario.about,
            client=self.client,
            client_name=advice.client_name,
            cut_short=self.cut_short,
            recommendations=arguments,
            open=advice.open,
            conflicts=advice.conflicts,
            steps=advice.steps,
            signposts=self.stress.signposts,
            against=self._against(arguments[0]) if arguments else None,
            assumptions=self.stress.assumptions,
            quality=tuple(quality(self.case, facts, (citation.source for citation in cited))),
            unsourced=sum(not fact.citations for fact, _ in facts.values()),
            tradeoffs=advice.tradeoffs,
            comparisons=tuple(comparisons),
            disputes=advice.notes,
            notes=notes(self.case, cited),
            base=BaseDigest(title=base.title, date=base.date.isoformat(), sha256=fingerprint(base)),
            files=tuple(files),
        )

    def _arguments(self) -> tuple[Argument, ...]:
        facts = {str(self.case.graph.instances[n]): n for n in self._given()}
        prospects = {prospect.instance: prospect for prospect in self.stress.advice}
        before = {stage.do: stage.after for stage in self.advice.steps}
        return tuple(
            self._argument(recommendation, facts[recommendation.instance], prospects, before)
            for recommendation in self.advice.recommendations
        )

    def _given(self) -> list[int]:
        return [n for n in self.case.graph.advice_to(self.client) if self.case.bounds(n)[0]]

    def _argument(
        self,
        claim: Recommendation,
        fact: int,
        prospects: Mapping[str, Prospect],
        before: Mapping[str, Sequence[str]],
    ) -> Argument:
        first, *also = warrants(self.case, fact)
        return Argument(
            number=self.numbers[claim.instance],
            claim=claim,
            grounds=tuple(grounds(self.case, proof(self.case, fact))),
            warrant=first,
            also=tuple(also),
            rebuttals=tuple(rebuttals(self.case, fact)),
            first=tuple(sorted(self.numbers[advice] for advice in before.get(claim.instance, ()))),
            turning=self._turning(claim.instance),
            prospect=prospects[claim.instance],
        )

    def _turning(self, instance: str) -> Turning:
        """The smallest changes that take advice away; where too much could be asked, why not."""
        if self.cut_short:
            return _unturned(_NO_TIME)
        try:
            found = views.flip(
                self.case, instance, client=self.client, most=SHOWN, consequences=False
            )
        except Late:
            self.cut_short = conclude()
            return _unturned(_NO_TIME)
        except AdvisorError as error:
            return _unturned(f"they were not looked for: {error.problems[0].message}")
        return turning(found) if not found.cut_short else _unturned(found.cut_short)

    def _against(self, top: Argument) -> CaseAgainst:
        """What speaks against the top recommendation, and what would take it away if wrong."""
        fatal = [
            assumption
            for assumption in self.stress.assumptions
            if top.claim.instance in {piece.instance for piece in _fallen(assumption.if_wrong)}
        ]
        fatal.sort(key=self._soundness)
        alive = tuple(rebuttal for rebuttal in top.rebuttals if rebuttal.standing in ALIVE)
        return CaseAgainst(number=top.number, rebuttals=alive, assumptions=tuple(fatal))

    def _soundness(self, assumption: Assumption) -> tuple[int, int]:
        """How sound an assumption is: as checked, then by what is stated of it."""
        stated = self.grades.get(assumption.instance or "", NO_SUPPORT)
        return SOUNDNESS.index(assumption.status), stated


def _unturned(reason: str) -> Turning:
    """That nothing is known of the smallest changes, and why."""
    return Turning(size=None, total=0, more=False, sets=(), reason=reason)


def _fallen(then: Consequences) -> tuple[Piece, ...]:
    """The advice that is not given any more."""
    return then.lost + then.unsettled


def _uninterrupted(result: Stress) -> Stress:
    """A stress test that nobody interrupted: who does so wants no brief any more."""
    if result.cut_short == INTERRUPTED:
        raise KeyboardInterrupt
    return result
