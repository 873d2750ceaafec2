"""Turns the expectations of scenarios into results: what a base's own tests say.

A template's id speaks of all advice of that template to the scenario's client: it is expected to be
*given* or *open* if some of it is, *withheld* if none of it is either; *gained* or *lost* if some
of it is, compared with the scenario that is extended; and its caveats, its confidence and its
sources are those of every piece of it that is given.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import Final

import msgspec

from advisor.answers.advice import Moves
from advisor.answers.explanation import merged
from advisor.answers.recommendation import Line
from advisor.answers.views import Explanation, explain, why_not
from advisor.answers.widening import widened
from advisor.loader.keys import ADVICE_MAPS
from advisor.loader.scenarios import ScenarioPair
from advisor.model import citing
from advisor.model.authored import rules_named
from advisor.model.errors import Location
from advisor.model.grades import HOLDS, TERMS
from advisor.model.records import Instance
from advisor.model.scenarios import Expectation
from advisor.model.sources import Citations
from advisor.reasoning.building import build, outcomes
from advisor.reasoning.evaluate import Outcome, firing_grade, outcome
from advisor.testing.advised import Advised, client_named

OutcomePair = tuple[Outcome, Outcome | None]  # with that of the scenario that it extends


class ExpectationResult(msgspec.Struct, frozen=True, kw_only=True):
    """How one expectation fared."""

    kind: str
    what: str
    says: str  # the expectation as a sentence
    ok: bool
    found: str | None = None  # what was there instead
    explanation: Explanation | None = None  # the how or the why-not of a failure
    where: Location


class ScenarioReport(msgspec.Struct, frozen=True, kw_only=True):
    """How the expectations of one scenario fared."""

    scenario: str
    title: str
    results: tuple[ExpectationResult, ...]

    @property
    def failed(self) -> int:
        """How many expectations failed."""
        return sum(not result.ok for result in self.results)


def run(cases: Sequence[ScenarioPair]) -> list[ScenarioReport]:
    """The reports of scenarios, each given with the one that it extends."""
    return [report(case, parent) for case, parent in evaluated(cases)]


def report(case: Outcome, parent: Outcome | None) -> ScenarioReport:
    """How the expectations of one scenario fare; its parent's outcome is what it is compared to."""
    return Examination(case, parent).report()


def evaluated(
    cases: Sequence[ScenarioPair],
) -> list[OutcomePair]:
    """The outcomes of scenarios, each with that of the one that it extends.

    Complete ones are evaluated over one graph. One that leaves open what nobody mentions has a
    graph of its own, where what the others mention is not among what it leaves open.
    """
    flat = [s for pair in cases for s in pair if s is not None]
    complete = [s for s in flat if s.complete]
    shared = iter(outcomes(complete) if complete else ())
    found = iter([next(shared) if s.complete else widened(outcome(s, build(s))) for s in flat])
    return [(next(found), next(found) if parent else None) for _, parent in cases]


class Examination:
    """The expectations of one scenario, one after the other."""

    def __init__(self, case: Outcome, parent: Outcome | None) -> None:
        self.case = case
        self.base = case.scenario.base
        self.parent = parent
        self.advised: dict[tuple[bool, str | None], Advised] = {}  # by whether before, and client

    def report(self) -> ScenarioReport:
        """How every expectation fares."""
        scenario = self.case.scenario
        return ScenarioReport(
            scenario=scenario.name,
            title=scenario.title,
            results=tuple(self._result(each) for each in scenario.expectations),
        )

    def unmet(self, expected: Expectation) -> str | None:
        """What there is instead of what is expected; None if it is met."""
        return _CHECKS[expected.kind](self, expected)

    def _result(self, expected: Expectation) -> ExpectationResult:
        found = self.unmet(expected)
        return ExpectationResult(
            kind=expected.kind,
            what=expected.what,
            says=self.says(expected),
            ok=found is None,
            found=found,
            explanation=None if found is None else self._explanation(expected),
            where=expected.where,
        )

    def _explanation(self, expected: Expectation) -> Explanation:
        """Why it is not as expected: of a rule, what became of its conclusion.

        Told by the scenario alone, whatever other scenarios mention.
        """
        case = outcome(self.case.scenario, build(self.case.scenario))
        if expected.kind == "only":
            return explain(case, str(self._others(expected)[0]))
        if expected.kind == "order":
            return explain(
                case, expected.wanted[0], client=client_named(expected.wanted[0], self.base)
            )
        if expected.kind == "rules":
            named = rules_named(self.base.rule_ranks, expected.what)
            rule = next(rule for rule in self.base.rules if rule.id in named)
            return why_not(case, rule.conclusions[0].template)
        ask = explain if expected.kind in _SHOWN_HOW else why_not
        return ask(case, expected.what, client=client_named(expected.what, self.base))

    def says(self, expected: Expectation) -> str:
        """The expectation as a sentence."""
        return _SAYS[expected.kind].format(
            what=expected.what,
            wanted=", ".join(expected.wanted) or "none",
            places=citing.cite(self.base, expected.citations),
        )

    def _advised(self, expected: Expectation, case: Outcome | None = None) -> Advised:
        """The advice to whom the expectation speaks of."""
        case = case or self.case
        client = client_named(expected.what, self.base)
        key = (case is self.parent, client)
        if key not in self.advised:
            self.advised[key] = Advised(widened(case, client), client)
        return self.advised[key]

    def _given(self, expected: Expectation, case: Outcome | None = None) -> list[Instance]:
        return self._advised(expected, case).named(expected.what, "given")

    def _check_given(self, expected: Expectation) -> str | None:
        return None if self._given(expected) else "it is not given"

    def _check_exactly(self, expected: Expectation) -> str | None:
        name = expected.what.partition("(")[0]
        given = self._advised(expected).named(name, "given")
        listed = {e.what for e in self.case.scenario.expectations if e.kind == "exactly"}
        others = [str(instance) for instance in given if str(instance) not in listed]
        if not self._given(expected):
            return f"instead: {', '.join(others)}" if others else "it is not given"
        return f"there is also: {', '.join(others)}" if others else None

    def _check_open(self, expected: Expectation) -> str | None:
        found = self._advised(expected).named(expected.what, "open")
        return None if found else "it is not open"

    def _check_withheld(self, expected: Expectation) -> str | None:
        if given := self._given(expected):
            return f"it is given: {self._advised(expected).in_short(given[0]).says}"
        return None if self._check_open(expected) else "it is open"

    def _check_gains(self, expected: Expectation) -> str | None:
        return self._moved(expected, gained=True)

    def _check_loses(self, expected: Expectation) -> str | None:
        return self._moved(expected, gained=False)

    def _moved(self, expected: Expectation, *, gained: bool) -> str | None:
        if self.parent is None:
            return "the scenario extends no other, so it gains and loses nothing"
        before = set(self._given(expected, self.parent))
        after = set(self._given(expected))
        moved = after - before if gained else before - after
        if moved:
            return None
        was, now = ("given" if each else "not given" for each in (before, after))
        return f"it was {was} before and is {now}"

    def _check_caveats(self, expected: Expectation) -> str | None:
        for advice in self._given(expected):
            caveats = self._advised(expected).caveats(advice)
            named = [{caveat.id, caveat.instance} for caveat in caveats]
            wanted = set(expected.wanted)
            if not wanted <= set().union(*named) or not all(wanted & names for names in named):
                ids = dict.fromkeys(caveat.id for caveat in caveats)
                return f"{advice} has: {', '.join(ids) or 'none'}"
        return self._check_given(expected)

    def _check_confidence(self, expected: Expectation) -> str | None:
        for advice in self._given(expected):
            confidence = self._advised(expected).in_short(advice).confidence
            if confidence is None:
                return f"{advice} is given by default, and a default has no confidence"
            if confidence not in expected.wanted:
                return f"{advice} has {confidence} confidence"
        return self._check_given(expected)

    def _check_grade(self, expected: Expectation) -> str | None:
        adviser = self._advised(expected).adviser
        for advice in self._given(expected):
            grade = TERMS[adviser.outcome.grades.lower[adviser.graph.number[advice]]]
            if grade not in expected.wanted:
                return f"{advice} has the grade '{grade}'"
        return self._check_given(expected)

    def _check_says(self, expected: Expectation) -> str | None:
        for advice in self._given(expected):
            says = self._advised(expected).in_short(advice).says
            if says.removesuffix(".") not in {text.removesuffix(".") for text in expected.wanted}:
                return f"it reads: {says}"
        return self._check_given(expected)

    def _check_recommended(self, expected: Expectation) -> str | None:
        for advice in self._given(expected):
            found = self._advised(expected).adviser.recommended(advice)
            if missing := _missing(expected.citations, found):
                return f"{advice} is not recommended in {citing.cite(self.base, missing)}"
        return self._check_given(expected)

    def _check_advances(self, expected: Expectation) -> str | None:
        return self._has(expected, lambda moves: moves.advances)

    def _check_strains(self, expected: Expectation) -> str | None:
        return self._has(expected, lambda moves: moves.strains)

    def _has(self, expected: Expectation, part: Callable[[Moves], tuple[str, ...]]) -> str | None:
        """Whether some interests are moved, and no others."""
        adviser = self._advised(expected).adviser
        for advice in self._given(expected):
            found = part(adviser.moves(adviser.graph.number[advice]))
            if {*found} != {*expected.wanted}:
                return f"{advice} {expected.kind}: {', '.join(found) or 'none'}"
        return self._check_given(expected)

    def _check_after(self, expected: Expectation) -> str | None:
        advised = self._advised(expected)
        before = advised.adviser.before(advised.by_standing["given"])
        return self._beside(expected, lambda fact: before.get(fact, set()), "comes after")

    def _check_opposed(self, expected: Expectation) -> str | None:
        advised = self._advised(expected)
        pairs = advised.adviser.opposed(advised.by_standing["given"])
        both = [*pairs, *(pair[::-1] for pair in pairs)]
        return self._beside(
            expected, lambda fact: {other for one, other in both if one == fact}, "is opposed by"
        )

    def _beside(
        self, expected: Expectation, others: Callable[[int], set[int]], how: str
    ) -> str | None:
        """Whether some advice stands beside a piece, and no other."""
        graph = self._advised(expected).adviser.graph
        for advice in self._given(expected):
            found = [graph.instances[n] for n in sorted(others(graph.number[advice]))]
            names = [{a.template, str(a)} for a in found]
            wanted = {*expected.wanted}
            if not wanted <= set().union(*names) or not all(wanted & each for each in names):
                return f"{advice} {how}: {', '.join(map(str, found)) or 'none'}"
        return self._check_given(expected)

    def _check_order(self, expected: Expectation) -> str | None:
        """Whether all advice that one name names stands above all that the next one names."""
        shown = self._advised(expected).adviser.advice().lines
        named = [(name, _naming(name, shown)) for name in expected.wanted]
        for name, lines in named:
            if not lines:
                return f"{name} is not given"
        for (name, above), (other, below) in itertools.pairwise(named):
            last, first = above[-1], below[0]
            if last.number >= first.number:
                return f"{name} does not stand above {other}"
            if last.rank == first.rank:
                return f"{name} ranks with {other}"
        return None

    def _check_sources(self, expected: Expectation) -> str | None:
        given, advised = self._given(expected), self._advised(expected)
        caveats = [caveat for advice in given for caveat in advised.caveats(advice)]
        citations = merged(
            self.base,
            [c for advice in given for c in advised.sources(advice)]
            + [c for caveat in caveats for c in caveat.reasoning_from],
        )
        missing = _missing(expected.citations, citations)
        if missing:
            return f"it does not rest on {citing.cite(self.base, missing)}"
        return self._check_given(expected)

    def _others(self, expected: Expectation) -> list[Instance]:
        """The advice that is given to the scenario's client and not named as given."""
        advised = self._advised(expected)
        given = [advised.adviser.graph.instances[n] for n in advised.by_standing["given"]]
        return [a for a in given if not {a.template, str(a)} & {*expected.wanted}]

    def _check_only(self, expected: Expectation) -> str | None:
        others = self._others(expected)
        return f"there is also: {', '.join(map(str, others))}" if others else None

    def _check_rules(self, expected: Expectation) -> str | None:
        graph, grades = self.case.graph, self.case.grades
        named = {*rules_named(self.base.rule_ranks, expected.what)} - self.case.scenario.withdrawn
        of_rule = (firing for firing in graph.firings if firing.rule.id in named)
        fires = any(firing_grade(firing, grades)[0] >= HOLDS for firing in of_rule)
        return None if fires else "it does not fire"


def _naming(name: str, lines: Sequence[Line]) -> list[Line]:
    """The lines with advice that a template's id or an instance names, in their order."""
    members = [(line, {line.id, *(m.instance for m in line.members)}) for line in lines]
    return [line for line, names in members if name in names]


def _missing(wanted: Citations, found: Citations) -> Citations:
    """The places wanted that are not among those found."""
    have = {citation.source: set(citation.locators) for citation in found}
    missing = []
    for citation in wanted:
        places = have.get(citation.source)
        left = tuple(place for place in citation.locators if places is None or place not in places)
        if left or places is None:
            missing.append(msgspec.structs.replace(citation, locators=left))
    return tuple(missing)


_SHOWN_HOW: Final = frozenset({"withheld", "loses", *ADVICE_MAPS})
_SAYS: Final = {
    "given": "{what} is given",
    "exactly": "{what} is given, and no other",
    "withheld": "{what} is withheld",
    "open": "{what} is open",
    "gains": "{what} is gained",
    "loses": "{what} is lost",
    "caveats": "{what} has the caveats: {wanted}",
    "confidence": "{what} has {wanted} confidence",
    "grade": "{what} has the grade '{wanted}'",
    "says": "{what} reads: {wanted}",
    "sources": "{what} rests on {places}",
    "recommended": "{what} is recommended in {places}",
    "advances": "{what} advances the interests: {wanted}",
    "strains": "{what} strains the interests: {wanted}",
    "after": "{what} comes after: {wanted}",
    "opposed": "{what} is opposed by: {wanted}",
    "rules": "the rule {what} fires",
    "order": "the advice ranks in this order: {wanted}",
    "only": "nothing is given but: {wanted}",
}
_CHECKS: Final[dict[str, Callable[[Examination, Expectation], str | None]]] = {
    "given": Examination._check_given,
    "exactly": Examination._check_exactly,
    "withheld": Examination._check_withheld,
    "open": Examination._check_open,
    "gains": Examination._check_gains,
    "loses": Examination._check_loses,
    "caveats": Examination._check_caveats,
    "confidence": Examination._check_confidence,
    "sources": Examination._check_sources,
    "grade": Examination._check_grade,
    "says": Examination._check_says,
    "recommended": Examination._check_recommended,
    "advances": Examination._check_advances,
    "strains": Examination._check_strains,
    "after": Examination._check_after,
    "opposed": Examination._check_opposed,
    "order": Examination._check_order,
    "rules": Examination._check_rules,
    "only": Examination._check_only,
}
