"""Puts a brief together from the results of the other commands."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import Final

from advisor.answers import views, widening
from advisor.answers.advice import Adviser
from advisor.answers.explanation import merged, proof
from advisor.answers.recommendation import Advice, Line, Recommendation
from advisor.answers.whatif import WhatIf
from advisor.brief.argument import SHOWN, grounds, rebuttals, turning, warrants
from advisor.brief.packages import WATCHED, inferences, packages, pivots, watched
from advisor.brief.quality import carried, citations, notes, quality
from advisor.brief.result import (
    NOBODY,
    Address,
    Argument,
    BaseDigest,
    Brief,
    CaseAgainst,
    Turning,
)
from advisor.brief.since import EarlierBrief, since
from advisor.futures.result import (
    INTERRUPTED,
    SOUNDNESS,
    AdvicePiece,
    Assumption,
    Consequences,
    Prospect,
    Stress,
)
from advisor.futures.stress import stress
from advisor.loader import fingerprint
from advisor.loader.digests import FileDigest
from advisor.model.budget import Late, conclude
from advisor.model.errors import AdvisorError
from advisor.model.grades import NO_SUPPORT
from advisor.reasoning import engines
from advisor.reasoning.evaluate import Outcome

_NO_TIME: Final = "they were not looked for, as time was up"
_OF_ADVICE: Final = (  # what a brief has of the advice as it is
    *("scenario", "title", "client", "client_name", "lines", "topics"),
    *("by_default", "open", "conflicts", "steps", "tradeoffs"),
)
ALIVE = ("given", "held", "open", "supported")  # rebuttals that something speaks for


def brief(
    case: Outcome,
    client: str | None = None,
    comparisons: Sequence[WhatIf] = (),
    files: Sequence[FileDigest] = (),
    address: Address = NOBODY,
    earlier: EarlierBrief | None = None,
) -> Brief:
    """The brief of a case for a client, by default the scenario's own.

    `comparisons` are with the what-ifs to report on; `files` the fact files that all of it comes
    from; `earlier` a brief to compare with. Raises AdvisorError if nobody is named, or nobody whom
    the base can advise, and for an earlier brief to another client.
    """
    return _Briefing(case, client).brief(comparisons, files, address, earlier)


class _Briefing:
    """A brief while it is put together."""

    def __init__(self, case: Outcome, client: str | None) -> None:
        self.case = widening.widened(case, client)
        self.adviser = Adviser(self.case, client)
        self.client = self.adviser.client
        self.advice: Advice = self.adviser.advice()
        self.stress = _uninterrupted(stress(self.case, client=client, given_only=True))
        self.cut_short = self.stress.cut_short  # as time was up
        self.grades = {str(i): f.bounds[0] for i, f in self.case.scenario.facts.items()}
        self.facts = {str(self.case.graph.instances[n]): n for n in self._given()}
        given = (self.case.graph.instances[n] for n in self.facts.values())
        with engines.often():  # for as many flips as there is advice
            self.around = (
                self.case if self.cut_short else widening.widened_for(self.case, self.client, given)
            )

    def brief(
        self,
        comparisons: Sequence[WhatIf],
        files: Sequence[FileDigest],
        address: Address,
        earlier: EarlierBrief | None,
    ) -> Brief:
        """The whole."""
        with engines.often():  # once for each piece of advice
            arguments = self._arguments()
        advice, base = self.advice, self.case.scenario.base
        cited = merged(base, citations(advice, arguments))
        facts = carried(self.case, arguments)
        firm = {given.instance: self.facts[given.instance] for given in advice.recommendations}
        digest = BaseDigest(title=base.title, date=base.date.isoformat(), sha256=fingerprint(base))
        observable = watched(self.case, self.stress.signposts, self.stress.facts)
        return Brief(
            **{name: getattr(advice, name) for name in _OF_ADVICE},
            about=self.case.scenario.about,
            nearest=advice.unused.nearest,
            address=address,
            cut_short=self.cut_short,
            packages=tuple(packages(advice)),
            pivots=tuple(pivots(arguments)),
            watch=tuple(itertools.islice(observable, WATCHED)),
            since=since(earlier, advice, digest, files) if earlier else None,
            recommendations=arguments,
            signposts=self.stress.signposts,
            against=self._against(arguments[0]) if arguments else None,
            assumptions=self.stress.assumptions,
            inferences=tuple(inferences(self.case, firm)),
            quality=tuple(quality(self.case, facts, (citation.source for citation in cited))),
            unsourced=sum(not fact.citations for fact, _ in facts.values()),
            comparisons=tuple(comparisons),
            disputes=advice.notes,
            notes=notes(self.case, cited),
            base=digest,
            files=tuple(files),
            of=base,
        )

    def _arguments(self) -> tuple[Argument, ...]:
        prospects = {prospect.instance: prospect for prospect in self.stress.advice}
        pieces = {piece.instance: piece for piece in self.advice.recommendations}
        before = {stage.do: stage.after for stage in self.advice.steps}
        return tuple(
            self._argument(line, member.handle, pieces[member.instance], prospects, before)
            for line in self.advice.lines
            for member in line.members
        )

    def _given(self) -> list[int]:
        return [n for n in self.case.graph.advice_to(self.client) if self.case.bounds(n)[0]]

    def _argument(
        self,
        line: Line,
        handle: str,
        claim: Recommendation,
        prospects: Mapping[str, Prospect],
        before: Mapping[str, Sequence[str]],
    ) -> Argument:
        fact = self.facts[claim.instance]
        first, *also = warrants(self.case, fact)
        return Argument(
            handle=handle,
            line=line.number,
            claim=claim,
            grounds=tuple(grounds(self.case, proof(self.case, fact))),
            warrant=first,
            also=tuple(also),
            rebuttals=tuple(rebuttals(self.case, fact)),
            first=tuple(before.get(claim.instance, ())),
            turning=self._turning(claim.instance),
            prospect=prospects[claim.instance],
        )

    def _turning(self, instance: str) -> Turning:
        """The smallest changes that take advice away; where too much could be asked, why not."""
        if self.cut_short:
            return _unturned(_NO_TIME)
        try:
            found = views.flip(
                self.around, instance, client=self.client, most=SHOWN, consequences=False
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
        return CaseAgainst(handle=top.handle, rebuttals=alive, assumptions=tuple(fatal))

    def _soundness(self, assumption: Assumption) -> tuple[int, int]:
        """How sound an assumption is: as checked, then by what is stated of it."""
        stated = self.grades.get(assumption.instance or "", NO_SUPPORT)
        return SOUNDNESS.index(assumption.status), stated


def _unturned(reason: str) -> Turning:
    """That nothing is known of the smallest changes, and why."""
    return Turning(size=None, total=0, more=False, sets=(), reason=reason, sought=False)


def _fallen(then: Consequences) -> tuple[AdvicePiece, ...]:
    """The advice that is not given any more."""
    return then.lost + then.unsettled


def _uninterrupted(result: Stress) -> Stress:
    """A stress test that nobody interrupted: who does so wants no brief any more."""
    if result.cut_short == INTERRUPTED:
        raise KeyboardInterrupt
    return result
