"""Turns an outcome into the stress test of its advice: every piece over every future."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any, Final, Literal, NamedTuple, TypeVar

import msgspec

from advisor.answers.spans import Spans
from advisor.answers.turning import turning
from advisor.futures import sets
from advisor.futures.assumptions import Trials, piece, unspoken
from advisor.futures.choices import Choice, choices, futures, gains, loosened
from advisor.futures.circuit import Circuit, drawn
from advisor.futures.estimates import Estimate
from advisor.futures.pieces import is_computed, rules_below, told_apart, unmeasured
from advisor.futures.planes import is_moved
from advisor.futures.result import (
    COMPUTED,
    CUT_SHORT,
    INTERRUPTED,
    Assumption,
    Circumstance,
    Decisive,
    Influence,
    OpenFact,
    Prospect,
    Range,
    Sets,
    Signpost,
    Stress,
)
from advisor.futures.runs import MOST
from advisor.futures.shapes import Shapes
from advisor.model import asking, english
from advisor.model.budget import Late, OnProgress, conclude
from advisor.model.grades import HOLDS
from advisor.model.records import Instance, Pattern
from advisor.reasoning.evaluate import Outcome, outcome, side_by_side, standing

ALL_CALLS: Final = 20_000  # of the solver, for the sets of all advice
LEAST_CALLS: Final = 20  # for those of a piece
SHOWN: Final = 100  # path or cut sets; more are counted
STANDING_FOR: Final = "as each would turn on values that only stand for unanswered ones"

T = TypeVar("T")
_STANDINGS: Final = ("given", "open", "withheld")


class Options(NamedTuple):
    """How to go about a stress test."""

    seed: int = 0
    samples: int | None = None  # how many futures to sample; every one is counted without
    progress: OnProgress | None = None
    given_only: bool = False  # whether only the futures of given advice are told


def stress(
    case: Outcome,
    client: str,
    varied: Collection[Instance] = (),
    options: Options | None = None,
    only: Pattern | None = None,
) -> Stress:
    """The stress test of the advice to a client, or of `only` some of it.

    `varied` facts are open whatever the scenario says; they must be possible in the case's graph.
    When the user interrupts or time is up, what is known by then, marked as partial.
    """
    loose = loosened(case.scenario, varied)
    case, _ = side_by_side(case, loose)
    found = case.graph.advice_to(client) if only is None else case.graph.matching(only, {})
    advice = [case.graph.instances[fact] for fact in found]
    graph = case.graph.extended(unspoken(case, found)).suiting(loose)
    whole = outcome(case.scenario, graph)
    test = _Test(whole, client, advice, varied, options or Options()).result()
    return test if only is None else msgspec.structs.replace(test, idle=())


class _Test:
    """A stress test while it is carried out."""

    def __init__(
        self,
        case: Outcome,
        client: str,
        advice: Sequence[Instance],
        varied: Collection[Instance],
        options: Options,
    ) -> None:
        self.case, self.client, self.options = case, client, options
        self.graph, self.base = case.graph, case.scenario.base
        self.spans = Spans(case.scenario)
        self.seen_by: dict[int, Spans] = {}  # by piece of advice
        self.advice = [self.graph.number[instance] for instance in advice]
        self.cut_short: str | None = None  # why
        self.known: dict[object, Any] = {}  # parts that are done, by name
        self.signposts: list[Signpost] = []
        self.varied = {*varied}
        self.choices = choices(case, [self.graph.number[instance] for instance in varied])
        self.pieces = {
            number
            for number, choice in enumerate(self.choices)
            if any(self.spans.is_example(self.graph.instances[fact]) for fact in choice.facts)
        }
        given = [a for a in self.advice if case.grades.lower[a] >= HOLDS]
        self.told = given if options.given_only else self.advice
        self.circuit: Circuit
        self.circuit, self.literals = drawn(case, self.choices, self.told)
        self.support = {a: self.circuit.support(self.literals[a]) for a in self.told}
        self.apart = {
            a: told_apart(case, self.circuit, self.choices, self.literals[a]) for a in self.told
        }
        own = sum(len(choices) > 0 for choices in self.support.values())
        self.shapes = Shapes(self.circuit, own)
        self.calls = max(LEAST_CALLS, ALL_CALLS // max(own, 1))

    def result(self) -> Stress:
        """The whole; where it is cut short, whatever was known by then."""
        try:
            return self._composed()
        except (KeyboardInterrupt, Late):
            self._end()
            return self._composed()

    def _end(self) -> None:
        """Do nothing more from now on, as the user interrupts or time is up."""
        late = conclude()
        self.cut_short = self.cut_short or late or INTERRUPTED

    def _known(self, name: object, work: Callable[[], T], otherwise: T) -> T:
        """What some work gives, done once; something else if all was cut short before."""
        if name not in self.known:
            if self.cut_short:
                return otherwise
            self.known[name] = work()
        found: T = self.known[name]
        return found

    def _composed(self) -> Stress:
        nothing: tuple[()] = ()
        trials = Trials(self.case, self.advice)
        assumptions: Sequence[Assumption] = self._known("assumptions", trials.assumptions, nothing)
        prospects = self._prospects()
        every: Mapping[int, Collection[int]] = self.support
        turned = self._known("turned", self._turned, every)
        used = set().union(*turned.values())
        relevant = [self.choices[number] for number in sorted(used)]
        near = trials.near(self.choices, turned, self.varied)
        tried = [self.choices[number] for number in sorted(used & near)]
        self._known("signposts", lambda: self.signposts.extend(trials.signposts(tried)), None)
        return Stress(
            scenario=self.case.scenario.name,
            title=self.case.scenario.title,
            client=self.client,
            client_name=self.base.entities[self.client].name,
            seed=self.options.seed,
            partial=self.cut_short is not None,
            cut_short=self.cut_short,
            facts=tuple(fact for choice in relevant for fact in self._open(choice)),
            idle=tuple(self._idle(used)),
            advice=tuple(prospects),
            decisive=tuple(self._decisive(prospects)),
            assumptions=tuple(assumptions),
            signposts=tuple(self.signposts),
            untried=len(relevant) - len(tried),
        )

    def _idle(self, used: Collection[int]) -> Iterator[str]:
        """The clauses of open facts that no advice turns on; of a number, what one would ask."""
        asked = {
            number: {self.spans.question(self.graph.instances[fact]) for fact in choice.facts}
            for number, choice in enumerate(self.choices)
        }
        told = {question for number in used for question in asked[number]} - {None}
        for number, choice in enumerate(self.choices):
            if number in used or not told.isdisjoint(asked[number]):
                continue
            told |= asked[number] - {None}
            instances = [self.graph.instances[fact] for fact in choice.facts]
            questions = {question: None for question in map(self._question, instances) if question}
            yield from questions or map(self.spans.says, instances)

    def _question(self, instance: Instance) -> str | None:
        """What one would ask about an unanswered number or date."""
        if self.spans.question(instance) is None:
            return None
        return asking.asks_value(self.base, instance, self.spans.gaps(instance))

    def _turned(self) -> dict[int, set[int]]:
        """The choices that each piece of advice turns on."""
        owner = {fact: number for number, c in enumerate(self.choices) for fact in c.facts}
        turned = turning(self.case, self.advice, owner)
        return {a: {owner[f] for f in facts if f in owner} for a, facts in turned.items()}

    def _prospects(self) -> list[Prospect]:
        """Every piece of advice, those with few futures examined first."""
        sizes = {fact: futures(self._own(fact).values()) for fact in self.told}
        total = sum(min(size, MOST) for size in sizes.values())
        found = []
        before = 0
        for fact in sorted(self.told, key=lambda fact: sizes[fact]):
            found.append(self._prospect(fact, self._told(before, min(sizes[fact], MOST), total)))
            before += min(sizes[fact], MOST)
        order = {str(self.graph.instances[fact]): fact for fact in self.told}
        return sorted(
            found,
            key=lambda prospect: (
                _STANDINGS.index(prospect.standing),
                -(prospect.share or 0),
                order[prospect.instance],
            ),
        )

    def _own(self, fact: int) -> Mapping[int, Choice]:
        literal, choices, _ = self.apart[fact]
        return {number: choices[number] for number in self.circuit.support(literal)}

    def _told(self, before: int, size: int, total: int) -> OnProgress | None:
        progress = self.options.progress
        return progress and (lambda share: progress((before + share * size) / total))

    def _prospect(self, fact: int, progress: OnProgress | None) -> Prospect:
        instance = self.graph.instances[fact]
        own = self._own(fact)
        why = self._known((fact, "why"), lambda: unmeasured(self.case, fact, own.values()), None)
        found = self._known(
            (fact, "futures"),
            lambda: self._estimate(fact, progress),
            Estimate.unexamined(futures(own.values())),
        )
        if found.method == "partial" and not self.cut_short:
            self._end()
        paths, cuts, always = self._sets(fact)
        return Prospect(
            id=instance.template,
            instance=str(instance),
            says=piece(self.case, fact).says,
            standing=standing(*self.case.bounds(fact)),
            given_in="unknown" if is_computed(self.case, fact) else always or found.given_in,
            method=found.method,
            futures=found.futures,
            examined=found.examined,
            given=found.given,
            unmeasured=why,
            share=None if why else found.share,
            share_range=None if why else Range(low=found.interval.low, high=found.interval.high),
            probability=None if why else found.probability,
            probability_range=None if why else Range(low=found.likely.low, high=found.likely.high),
            influences=() if why else tuple(self._influences(fact, found, own)),
            not_weighed=sum(not is_moved(choice) for choice in own.values()),
            path_sets=paths,
            cut_sets=cuts,
        )

    def _estimate(self, fact: int, progress: OnProgress | None) -> Estimate:
        literal, choices, _ = self.apart[fact]
        seed, samples = self.options.seed, self.options.samples
        return self.shapes.estimate(literal, choices, seed, samples, progress)

    def _sets(self, fact: int) -> tuple[Sets, Sets, Literal["all", "none"] | None]:
        """Path sets, cut sets, and whether they prove that the advice is always or never given."""
        if is_computed(self.case, fact):
            return COMPUTED, COMPUTED, None
        literal, choices, _ = self.apart[fact]
        families: tuple[sets.Family, sets.Family] | None = self._known(
            (fact, "sets"), lambda: self.shapes.families(literal, choices, self.calls), None
        )
        if families is None:
            return CUT_SHORT, CUT_SHORT, None
        paths, cuts = families
        proved: Literal["all", "none"] | None = None
        if paths.terms == [()]:
            proved = "all"
        elif cuts.terms == [()]:
            proved = "none"
        of_paths, of_cuts = (self._family(fact, family, choices) for family in families)
        return of_paths, of_cuts, proved

    def _family(self, fact: int, family: sets.Family, fewer: Sequence[Choice]) -> Sets:
        """The sets in words; without those that say something of values that nobody gave."""
        placed = self._placed(fact)
        told = [term for term in family.terms if sets.means_something(term, placed, fewer)]
        left_out = len(family.terms) - len(told)
        if self.pieces.isdisjoint(self.support[fact]):
            worded = [self._worded(fact, term, fewer) for term in told[:SHOWN]]
            total = len(told)
        else:  # pieces may read the same
            terms = (self._worded(fact, term, fewer) for term in told)
            worded = [*{tuple(c.says for c in term): term for term in terms}.values()]
            total = len(worded)
        return Sets(
            sets=tuple(worded[:SHOWN]),
            total=total,
            complete_to=family.size,
            left_out=left_out,
            missing=STANDING_FOR if left_out and not told else None,
        )

    def _placed(self, fact: int) -> set[int]:
        """The choices of a piece of advice among values that only count by their place."""
        stands = self._seen_by(fact).stands_among_others
        return {
            number
            for number in self.pieces.intersection(self.support[fact])
            if any(stands(self.graph.instances[f]) for f in self.choices[number].facts)
        }

    def _worded(
        self, fact: int, term: sets.ProductTerm, fewer: Sequence[Choice]
    ) -> tuple[Circumstance, ...]:
        found = (self._condition(fact, fewer[number], options) for number, options in term)
        return tuple({condition.says: condition for condition in found}.values())

    def _condition(self, fact: int, choice: Choice, left: Collection[int]) -> Circumstance:
        """What the options left to a choice come to, said of as few facts as will do."""
        options = choice.options
        held = [option.holds for place, option in enumerate(options) if place in left]
        lacking = [option.holds for place, option in enumerate(options) if place not in left]
        holds = None not in held and (None in lacking or len(held) <= len(lacking))
        alike = self.apart[fact].alike
        listed = [f for f in (held if holds else lacking) if f is not None]
        facts = [self.graph.instances[f] for n in listed for f in alike.get(n, (n,))]
        clauses = self._seen_by(fact).clauses(facts, holds=holds)
        return Circumstance(
            instances=tuple(map(str, facts)),
            holds=holds,
            says=english.listing(clauses, "or" if holds else "and"),
        )

    def _seen_by(self, fact: int) -> Spans:
        """The pieces of the line that a piece of advice may tell apart."""
        if fact not in self.seen_by:
            rules = rules_below(self.case, fact)
            self.seen_by[fact] = Spans(self.case.scenario, rules=rules)
        return self.seen_by[fact]

    def _influences(
        self, advice: int, found: Estimate, own: Mapping[int, Choice]
    ) -> list[Influence]:
        """What gaining each fact does, the strongest first; those that do nothing left out."""
        listed: list[tuple[int, Influence]] = []
        for number, moves in found.moves.items():
            for fact, gives, takes in gains(own[number], moves):
                if gives or takes:
                    instance = self.graph.instances[fact]
                    alike = self.apart[advice].alike.get(fact, (fact,))
                    pieces = [self.graph.instances[fact] for fact in alike]
                    says = english.listing(self._seen_by(advice).clauses(pieces), "or")
                    share = Influence(instance=str(instance), says=says, gives=gives, takes=takes)
                    listed.append((fact, share))
        listed.sort(key=lambda pair: (-pair[1].gives - pair[1].takes, pair[0]))
        return [influence for _, influence in listed]

    def _open(self, choice: Choice) -> Iterator[OpenFact]:
        """The facts of a choice; of thousands each is spelled once."""
        options = [option for option in choice.options if option.holds is not None]
        instances = [self.graph.instances[fact] for fact in choice.facts]
        names = [str(instance) for instance in instances]
        for place, (instance, option) in enumerate(zip(instances, options, strict=True)):
            yield OpenFact(
                instance=names[place],
                says=self.spans.says(instance),
                form=self.spans.question(instance),
                stated=self.spans.stated(instance),
                probability=option.weight,
                excludes=(*names[:place], *names[place + 1 :]),
            )

    def _decisive(self, prospects: Sequence[Prospect]) -> list[Decisive]:
        """How much each fact decides in all, the most decisive first."""
        listed: dict[str, list[tuple[str, Influence]]] = {}
        for prospect in prospects:
            for influence in prospect.influences:
                listed.setdefault(influence.instance, []).append((prospect.instance, influence))
        found = [
            Decisive(
                instance=instance,
                says=each[0][1].says,
                decides=sum(influence.gives + influence.takes for _, influence in each),
                advice=tuple(advice for advice, _ in each),
            )
            for instance, each in listed.items()
        ]
        order = {str(instance): fact for instance, fact in self.graph.number.items()}
        return sorted(found, key=lambda d: (-d.decides, order[d.instance]))
