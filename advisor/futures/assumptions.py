"""Turns an outcome into its Key Assumptions Check and its signposts: what single changes do.

A Key Assumptions Check lists what a judgment rests on and asks of each how sound it is, and what
follows if it is wrong (Heuer and Pherson, Structured Analytic Techniques, 2010).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Final

import msgspec

from advisor.answers.confidence import corroborated
from advisor.answers.explanation import proof
from advisor.answers.silence import Silent, taken
from advisor.answers.spans import Spans
from advisor.answers.whatif import moved
from advisor.futures.choices import Choice
from advisor.futures.result import (
    SOUNDNESS,
    AdvicePiece,
    Assumption,
    Consequences,
    Signpost,
    Soundness,
)
from advisor.model import english
from advisor.model.grades import CERTAIN, HOLDS, NO_SUPPORT, with_band
from advisor.model.records import Instance, Var
from advisor.model.scenarios import Fact, Scenario, Standing
from advisor.reasoning.evaluate import Bounds, Outcome, given_grades, outcome, revised, standing
from advisor.reasoning.firings import Firing
from advisor.reasoning.graph import JustificationGraph

SOLID: Final = 7  # the grade of a solid assumption
_AT_ONCE: Final = 100  # facts that may each be wrong by itself in one graph
SOUND: Final = "ABC"  # and the reliability of its source


def piece(case: Outcome, advice: int) -> AdvicePiece:
    """A piece of advice in short."""
    instance = case.graph.instances[advice]
    return AdvicePiece(instance=str(instance), says=english.advice(case.scenario.base, instance))


def unspoken(case: Outcome, advice: Collection[int]) -> list[Instance]:
    """The facts whose absence the given advice takes for granted, where they can be named."""
    found = {}
    for fact in _given(case, advice):
        for _, silent in taken(case, proof(case, fact)):
            instance = _instance(case.graph, silent)
            if instance is not None:
                found[instance] = True
    return list(found)


def _given(case: Outcome, advice: Collection[int]) -> list[int]:
    return [fact for fact in advice if case.grades.lower[fact] >= HOLDS]


def _instance(graph: JustificationGraph, silent: Silent) -> Instance | None:
    """The one fact that a silence is about; None where it is about any of many."""
    named = silent.bindings
    terms = [named.get(t.name) if isinstance(t, Var) else t for t in silent.pattern.terms]
    values = [term for term in terms if term is not None and not isinstance(term, tuple)]
    if len(values) < len(terms):
        return None
    return graph.base.templates[silent.pattern.template].instance(*values)


class Trials:
    """Single changes to a case, carried out one at a time."""

    def __init__(self, case: Outcome, advice: Sequence[int]) -> None:
        self.case, self.advice = case, advice
        self.given = given_grades(case.graph, case.scenario)
        self.spans = Spans(case.scenario)
        self.now = {fact: standing(*case.bounds(fact)) for fact in advice}
        graph, said = case.graph, case.scenario
        most, moving = graph.slack(said), graph.moving(graph.summed(said))
        self.fixed = [fact for fact, moved in moving.items() if moved > (most or 0)]
        self.elsewhere: dict[int, tuple[Outcome, Mapping[int, Bounds]]] = {}  # for each of these

    def near(
        self,
        choices: Sequence[Choice],
        turned: Mapping[int, Collection[int]],
        varied: Collection[Instance],
    ) -> set[int]:
        """The choices that somebody speaks of, or that given advice turns on, by number.

        Of the rest there are thousands where a scenario leaves open what nobody mentions, and each
        decides only what is open anyway.
        """
        spoken = self.case.scenario.facts.keys() | varied
        found = {
            number
            for number, choice in enumerate(choices)
            if any(self.case.graph.instances[fact] in spoken for fact in choice.facts)
        }
        return found.union(*(turned[fact] for fact in _given(self.case, list(turned))))

    def signposts(self, choices: Iterable[Choice]) -> Iterator[Signpost]:
        """For each open fact: what would change if it held, and if it did not.

        Of a number that rules set against others that nobody knows, one value changes nothing.
        """
        told = set()
        for choice in choices:
            for option in choice.options:
                if option.holds is None and not choice.binary:
                    continue
                changed = {fact: (grade, grade) for fact, grade in option.grades.items()}
                then = self._with(changed)
                fact = choice.facts[0] if option.holds is None else option.holds
                placed = self.spans.stands_among_others(self.case.graph.instances[fact])
                if then != Consequences() and not placed:
                    post = self._signpost(fact, option.holds is not None, then)
                    if (post.says, then) not in told:  # as another piece of the same line
                        told.add((post.says, then))
                        yield post

    def _signpost(self, fact: int, holds: bool, then: Consequences) -> Signpost:
        instance = self.case.graph.instances[fact]
        return Signpost(
            instance=str(instance),
            holds=holds,
            says=english.sentence(self.spans.says(instance, holds=holds)),
            stated=self.spans.stated(instance),
            then=then,
        )

    def assumptions(self) -> list[Assumption]:
        """What the given advice rests on, the least sound first."""
        facts: dict[int, list[int]] = {}
        silences: dict[str, list[tuple[int, Firing, Silent]]] = {}
        base = self.case.scenario.base
        for advice in _given(self.case, self.advice):
            links = proof(self.case, advice)
            for link in links:
                if link.firing is None and not self.case.graph.template(link.fact).helper:
                    facts.setdefault(link.fact, []).append(advice)
            for firing, silent in taken(self.case, links):
                silences.setdefault(silent.says(base), []).append((advice, firing, silent))
        found = [self._fact(fact, carries) for fact, carries in sorted(facts.items())]
        found += [self._silence(says, rests) for says, rests in silences.items()]
        return sorted(found, key=lambda a: (SOUNDNESS.index(a.status), -len(a.carries)))

    def _fact(self, fact: int, carries: Sequence[int]) -> Assumption:
        instance = self.case.graph.instances[fact]
        status, reason = _soundness(self.case, self.case.scenario.facts[instance])
        return Assumption(
            instance=str(instance),
            says=english.sentence(english.told(self.case.scenario, instance)),
            status=status,
            reason=reason,
            carries=self._pieces(carries),
            if_wrong=self._with({fact: (NO_SUPPORT, NO_SUPPORT)}),
        )

    def _silence(self, says: str, rests: Sequence[tuple[int, Firing, Silent]]) -> Assumption:
        """A silence is wrong if the fact holds; one about many facts, if its firing fails."""
        instance = _instance(self.case.graph, rests[0][2])
        if instance in self.case.graph.number:
            fact = self.case.graph.number[instance]
            if_wrong = self._with({fact: (CERTAIN, CERTAIN)})
        else:
            if_wrong = self._without([firing for _, firing, _ in rests])
        return Assumption(
            instance=str(instance) if instance is not None else None,
            says=says,
            status="unsupported",
            reason="nobody has said anything about it",
            carries=self._pieces(dict.fromkeys(advice for advice, _, _ in rests)),
            if_wrong=if_wrong,
        )

    def _pieces(self, advice: Iterable[int]) -> tuple[AdvicePiece, ...]:
        return tuple(piece(self.case, fact) for fact in advice)

    def _with(self, changed: Mapping[int, Bounds]) -> Consequences:
        """What changes if these facts have these bounds."""
        return self._compared({**self.given, **changed}, changed=changed)

    def _without(self, firings: Collection[Firing]) -> Consequences:
        """What changes if these firings do not count."""
        numbers = {
            number
            for rule in {firing.rule.id for firing in firings}
            for number in self.case.graph.of_rule[rule]
            if self.case.graph.firings[number] in firings
        }
        return self._compared(self.given, idle=numbers)

    def _compared(
        self,
        given: Mapping[int, Bounds],
        *,
        changed: Collection[int] = (),
        idle: Collection[int] = (),
    ) -> Consequences:
        case = self.case
        if fixed := sorted({*changed}.intersection(self.fixed)):
            return self._told(self._apart(fixed[0], {fact: given[fact] for fact in changed}))
        grades = revised(
            case.graph, case.grades, given, case.scenario.withdrawn, changed=changed, idle=idle
        )
        bounds = zip(grades.lower, grades.upper, strict=True)
        return self._told({fact: standing(*pair) for fact, pair in enumerate(bounds)})

    def _apart(self, fixed: int, changed: Mapping[int, Bounds]) -> dict[int, str]:
        """The standing of the advice over another graph, as in this one a fact cannot change."""
        case, instances = self.case, self.case.graph.instances
        if fixed not in self.elsewhere:
            start = self.fixed.index(fixed) // _AT_ONCE * _AT_ONCE
            some = self.fixed[start : start + _AT_ONCE]
            worlds = (_changed(case, {fact: (NO_SUPPORT, NO_SUPPORT)}) for fact in some)
            graph = case.graph.suiting(case.scenario, *worlds, alone=True)
            own = outcome(case.scenario, graph)
            self.elsewhere |= dict.fromkeys(some, (own, given_grades(graph, case.scenario)))
        own, given = self.elsewhere[fixed]
        number = own.graph.number
        other = {number[instances[fact]]: bounds for fact, bounds in changed.items()}
        now = {**given, **other}
        grades = revised(own.graph, own.grades, now, case.scenario.withdrawn, changed=other)
        then = Outcome(case.scenario, own.graph, grades)
        return {
            fact: standing(*then.bounds(number[instances[fact]]))
            if instances[fact] in number
            else "withheld"
            for fact in self.advice
        }

    def _told(self, then: Mapping[int, str]) -> Consequences:
        found: dict[str, list[int]] = {}
        for fact in self.advice:
            before, after = self.now[fact], then[fact]
            if before != after:
                found.setdefault(moved(before, after), []).append(fact)
        return Consequences(**{kind: self._pieces(facts) for kind, facts in found.items()})


def _changed(case: Outcome, changed: Mapping[int, Bounds]) -> Scenario:
    """The scenario in which facts have these bounds."""
    facts = dict(case.scenario.facts)
    for number, (lower, upper) in changed.items():
        instance = case.graph.instances[number]
        told: Standing = "stated" if lower == upper else "unknown"
        where = case.scenario.where
        facts[instance] = Fact(instance=instance, standing=told, grade=lower, where=where)
    return msgspec.structs.replace(case.scenario, facts=facts)


def _soundness(case: Outcome, fact: Fact) -> tuple[Soundness, str]:
    """How sound a stated fact is, and why: what confidence takes for corroborated may be solid."""
    scenario = case.scenario
    rated = f"it is rated {with_band(fact.grade or NO_SUPPORT)}"
    if not scenario.base.sources:
        return (
            "with caveats",
            f"{rated}, and nothing corroborates it",
        )
    if not fact.citations:
        by_answer = fact.origin == "answered"
        return (
            "unsupported",
            "an answer alone says so" if by_answer else "no source is given for it",
        )
    sources = [scenario.base.sources[citation.source] for citation in fact.citations]
    sound = any(source.reliability in SOUND for source in sources)
    graded = dict.fromkeys(f"{one.id} {one.reliability}{one.credibility}" for one in sources)
    named = english.listing(graded)
    reasons = [] if (fact.grade or 0) >= SOLID else [rated]
    reasons += [] if sound else [f"no source of it is graded A to C ({named})"]
    if not corroborated(scenario, fact):
        reasons.append("it rests on one origin alone" + (f" ({named})" if sound else ""))
    if reasons:
        return "with caveats", english.listing(reasons)
    return "solid", f"{rated}, and sources of different origin support it, one graded A to C"
