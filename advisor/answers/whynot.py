"""Turns a fact that does not hold into its near misses: the rules that could have given it.

Of the ways to match a rule, those with the fewest unmet conditions are put into words, and what
they lack is explained in its turn.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, Literal, NamedTuple

import msgspec

from advisor.answers.attempts import Attempt, attempts
from advisor.answers.calculations import as_it_stands
from advisor.answers.conditions import BareCondition, CheckKind, Status, clause, contrary
from advisor.answers.explanation import cited_of
from advisor.answers.limits import other_advice
from advisor.answers.remedies import Remedy, RemedyVerb, remedies, turned_by
from advisor.answers.silence import silence_of, untold
from advisor.answers.spans import Spans
from advisor.model import asking, english
from advisor.model.errors import Location
from advisor.model.grades import HOLDS, opposite
from advisor.model.records import AtLeast, Instance, Pattern, Rule, Term, Var
from advisor.model.result import Shown
from advisor.model.scenarios import Fact
from advisor.model.sources import Citations
from advisor.model.values import Plain, Value, is_answered, plain
from advisor.reasoning.evaluate import Outcome, standing
from advisor.reasoning.unification import bound, concluding, ground

NEAREST: Final = 3  # near misses shown for each rule


class Condition(msgspec.Struct, frozen=True, kw_only=True):
    """One condition of a rule, and how it fared."""

    kind: Literal["premise"] | CheckKind
    says: str
    status: Status
    contrary: str | None = None  # what is so instead, where a comparison fails
    facts: tuple[str, ...] = ()  # instances that matched, or that speak for an exception
    ruled_out: bool = False  # what is stated excludes whatever would match
    sources: Citations = ()
    advice: bool = False  # whether a premise is advice, or a kind of it
    because: WhyNot | None = None  # why a premise that rules conclude does not hold


class NearMiss(msgspec.Struct, frozen=True, kw_only=True):
    """A rule that could have concluded the fact, as near as it came."""

    rule: str
    title: str
    bindings: dict[str, Plain]
    unmet: int
    conditions: tuple[Condition, ...]
    where: Location


class WhyNot(msgspec.Struct, Shown, frozen=True, kw_only=True):
    """Why something does not hold."""

    what: str  # an instance, or a template's id where slots are free
    says: str
    standing: Literal["open", "withheld"]
    stated: str | None = None  # what the scenario says of it, if anything
    ruled_out: bool = False  # what is stated excludes it
    sources: Citations = ()
    misses: tuple[NearMiss, ...] = ()  # nearest first
    changes: tuple[Remedy, ...] = ()  # each enough by itself; only at the top
    deeper: bool = False  # there is more below the depth limit
    repeated: bool = False  # explained further up


_MET: Final = frozenset({"held", "open"})  # open: a comparison on something not yet bound


class ShallowMiss(NamedTuple):
    """A near miss without what is below it: for each premise, what to ask about in its turn."""

    miss: NearMiss
    targets: tuple[Pattern | None, ...]


def why_not(outcome: Outcome, target: Pattern, *, depth: int = 3, every: bool = False) -> WhyNot:
    """Why nothing that matches the target holds; `every` shows all rules and more near misses."""
    inquiry = Inquiry(outcome, every, target)
    tree = inquiry.tree(target, depth)
    changes = tuple(remedies(outcome, target, inquiry.candidates))
    return msgspec.structs.replace(tree, changes=changes)


class Inquiry:
    """A why-not tree while it is built."""

    def __init__(self, outcome: Outcome, every: bool, target: Pattern | None = None) -> None:
        self.outcome = outcome
        self.spans = Spans(outcome.scenario, target)
        self.graph = outcome.graph
        self.base = outcome.scenario.base
        self.every = every
        self.holds = [lower >= HOLDS for lower in outcome.grades.lower]
        self.silence = silence_of(outcome)
        self.shown: set[tuple[str, tuple[Term, ...]]] = set()
        self.candidates: dict[tuple[RemedyVerb, Instance], None] = {}  # changes worth trying

    def tree(self, target: Pattern, depth: int) -> WhyNot:
        """Why nothing that matches the target holds."""
        template = self.base.templates[target.template]
        instance = ground(template, target.terms)
        stated = self.outcome.scenario.facts.get(instance) if instance else None
        facts = self.graph.matching(target, {})
        bounds = [self.outcome.bounds(fact) for fact in facts]
        is_open = any(standing(*each) == "open" for each in bounds)
        key = (target.template, target.terms)
        repeated = key in self.shown
        misses: tuple[NearMiss, ...] = ()
        derived = template.id in self.base.derived
        if derived and depth > 0 and not repeated:
            self.shown.add(key)
            misses = tuple(self._misses(target, depth))
        if not derived and instance is not None:
            self.candidates["assume", instance] = None
        return WhyNot(
            what=str(instance) if instance else target.template,
            says=english.pattern(self.base, target, met={}),
            standing="open" if is_open else "withheld",
            stated=asking.states(self.base, stated) if stated else None,
            ruled_out=not derived and stated is None and self._ruled_out(target, {}),
            sources=cited_of(stated),
            misses=misses,
            deeper=derived and depth == 0 and not repeated,
            repeated=derived and repeated,
        )

    def _misses(self, target: Pattern, depth: int) -> list[NearMiss]:
        """The near misses of every rule that concludes the template, nearest first."""
        found: list[ShallowMiss] = []
        for rule, bindings in concluding(self.base, (target.template, target.terms)):
            found += self.near(rule, bindings)
        found.sort(key=lambda draft: draft.miss.unmet)
        shown = found if self.every else found[:NEAREST]
        return [self._explained(draft, depth) for draft in shown]

    def _explained(self, draft: ShallowMiss, depth: int) -> NearMiss:
        """The near miss with the reasons below it, found in the order in which they are read."""
        conditions = list(draft.miss.conditions)
        for number, target in enumerate(draft.targets):
            if target is not None:
                because = self._below(target, depth)
                conditions[number] = msgspec.structs.replace(conditions[number], because=because)
        return msgspec.structs.replace(draft.miss, conditions=tuple(conditions))

    def near(self, rule: Rule, bindings: dict[str, Value]) -> list[ShallowMiss]:
        """The nearest misses of one rule: a few of those with the fewest unmet conditions."""
        found: list[tuple[int, Attempt]] = []
        limit = None
        search = attempts(self.graph, rule, bindings, self.holds)
        for unmet, attempt in search:
            if limit is not None and unmet > limit:
                break
            if self._has_value(rule, attempt):
                continue
            checks = self._checks(rule, attempt.bindings)
            total = unmet + sum(check.status not in _MET for check in checks)
            found.append((total, attempt))
            limit = min(total, total if limit is None else limit)
        found.sort(key=lambda each: (each[0], _order(each[1])))
        nearest = found[0][0] if found else 0
        shown = [attempt for total, attempt in found if self.every or total == nearest]
        different: dict[frozenset[str], ShallowMiss] = {}
        for attempt in shown:
            if len(different) < NEAREST:
                draft = self._draft(rule, attempt)
                different.setdefault(frozenset(c.says for c in draft.miss.conditions), draft)
        return list(different.values())

    def _has_value(self, rule: Rule, attempt: Attempt) -> bool:
        """Whether an attempt lacks the value of a key that has one, or one to come (`?`)."""
        for pattern, fact in zip(rule.patterns(), attempt.facts, strict=True):
            key = self.base.templates[pattern.template].key
            terms = bound(pattern, attempt.bindings)
            if fact is None and key is not None and all(isinstance(terms[at], Value) for at in key):
                matching = self.graph.matching(pattern, attempt.bindings)
                if any(self.holds[n] or _gaps(self.graph.instances[n]) for n in matching):
                    return True
        return False

    def _draft(self, rule: Rule, attempt: Attempt) -> ShallowMiss:
        met: dict[str, str] = {}  # what its unbound variables are called
        premises = [
            self._premise(pattern, fact, attempt.bindings, met)
            for pattern, fact in zip(rule.patterns(), attempt.facts, strict=True)
        ]
        known = self._known(rule, attempt)
        checks = self._checks(rule, known)
        others = [self._worded(rule, c, known, met) for c in checks]
        conditions = (*(condition for condition, _ in premises), *others)
        miss = NearMiss(
            rule=rule.id,
            title=rule.title,
            bindings={name: plain(value) for name, value in known.items()},
            unmet=sum(condition.status not in _MET for condition in conditions),
            conditions=conditions,
            where=rule.where,
        )
        return ShallowMiss(miss, tuple(target for _, target in premises))

    def _premise(
        self,
        pattern: Pattern,
        fact: int | None,
        bindings: Mapping[str, Value],
        met: dict[str, str],
    ) -> tuple[Condition, Pattern | None]:
        terms = bound(pattern, bindings)
        example = self._example(pattern, fact, bindings)
        if example is not None:
            return self._asked_for(example), None
        template = self.base.templates[pattern.template]
        instance = ground(template, terms)
        if fact is not None:
            instance = self.graph.instances[fact]
        says = english.pattern(self.base, pattern, bindings, met)
        stated = None
        if instance is not None:
            terms, says = instance.values, english.told(self.outcome.scenario, instance)
            stated = self.outcome.scenario.facts.get(instance)
        target = msgspec.structs.replace(pattern, terms=terms)
        status = self._status(fact, stated)
        condition = Condition(
            kind="premise",
            says=says,
            status=status,
            facts=(str(instance),) if instance is not None else (),
            ruled_out=status == "unmentioned" and not template.kind and self._ruled_out(target, {}),
            sources=cited_of(stated),
            advice=template.advice or template.kind,
        )
        return condition, None if status == "held" else target

    def _example(
        self, pattern: Pattern, fact: int | None, bindings: Mapping[str, Value]
    ) -> Instance | None:
        """An instance with a number or a date that nobody gave, if one would meet a premise."""
        if fact is not None and _gaps(self.graph.instances[fact]):
            return self.graph.instances[fact]
        if self.outcome.scenario.complete:
            return None
        facts = [fact] if fact is not None else self.graph.matching(pattern, bindings)
        free = {
            at
            for at, term in enumerate(pattern.terms)
            if term is None or (isinstance(term, Var) and term.name not in bindings)
        }
        for instance in (self.graph.instances[number] for number in facts):
            asked = self.spans.made_up(instance)
            if asked and (fact is not None or free.issubset(asked)):
                return instance
        return None

    def _asked_for(self, example: Instance) -> Condition:
        """A premise for which a number or a date is wanting, as the question that it is."""
        gaps = _gaps(example)
        if not gaps:
            self.candidates["assume", example] = None
            gaps = self.spans.made_up(example)
        says = asking.asks_as_clause(self.base, example, gaps)
        form = asking.to_fill_in(self.base.templates[example.template], example, gaps)
        return Condition(kind="premise", says=says, status="unknown", facts=(form,))

    def _known(self, rule: Rule, attempt: Attempt) -> Mapping[str, Value]:
        """The bindings of an attempt without the numbers and dates that nobody gave."""
        made_up: set[str] = set()
        for pattern, fact in zip(rule.patterns(), attempt.facts, strict=True):
            example = None if fact is None else self._example(pattern, fact, {})
            if example is not None:
                gaps = _gaps(example) or self.spans.made_up(example)
                terms = (pattern.terms[gap] for gap in gaps)
                made_up |= {term.name for term in terms if isinstance(term, Var)}
        return {name: one for name, one in attempt.bindings.items() if name not in made_up}

    def _below(self, target: Pattern, depth: int) -> WhyNot | None:
        """Why a premise does not hold, where rules conclude it; else a change worth trying."""
        tree = self.tree(target, depth - 1)
        return tree if target.template in self.base.derived else None

    def _status(self, fact: int | None, stated: Fact | None) -> Status:
        if fact is None:
            return "unmentioned"
        if self.holds[fact]:
            return "held"
        if stated is not None and stated.standing == "denied":
            return "denied"
        return "unknown" if self.outcome.grades.upper[fact] >= HOLDS else "not held"

    def _checks(self, rule: Rule, bindings: Mapping[str, Value]) -> list[BareCondition]:
        """The conditions of a rule other than its premises."""
        found = [self._count(premise, bindings) for premise in rule.counts()]
        known, against, unsettled = as_it_stands(self.outcome, rule, bindings)
        found += [BareCondition("value", "unknown", each) for each in unsettled.values() if each]
        found += [BareCondition("value", "failed", each) for each in against]
        for test in rule.comparisons:
            holds = test.holds(known) if known.keys() >= test.variables() else None
            status: Status = "open" if holds is None else "held" if holds else "failed"
            if not unsettled.keys().isdisjoint(test.variables()):
                status = "unknown"
            found.append(BareCondition("comparison", status, test))
        for more in untold(self.outcome, rule, known):
            found.append(BareCondition("silence", "held", more.clause(self.base)))
        for pattern in rule.exceptions:
            found.append(self._blocking(self.graph.matching(pattern, known), pattern))
        if rule.otherwise:
            found.append(self._blocking(self._other_advice(rule, bindings)))
        if rule.strength < HOLDS:
            found.append(BareCondition("strength", "failed"))
        if rule.id in self.outcome.scenario.withdrawn:
            found.append(BareCondition("withdrawn", "failed"))
        return found

    def _count(self, premise: AtLeast, bindings: Mapping[str, Value]) -> BareCondition:
        facts = self.graph.matching(premise.of, bindings)
        held = tuple(fact for fact in facts if self.holds[fact])
        may = sum(self.outcome.grades.upper[fact] >= HOLDS for fact in facts)
        enough, possibly = len(held) >= premise.count, may >= premise.count
        status: Status = "held" if enough else "unknown" if possibly else "not held"
        return BareCondition("count", status, premise, held)

    def _blocking(self, facts: Sequence[int], pattern: Pattern | None = None) -> BareCondition:
        """An exception blocks if what is for it is so strong that its opposite does not hold."""
        grades = self.outcome.grades
        supported = tuple(fact for fact in facts if grades.upper[fact])
        perhaps = tuple(fact for fact in supported if grades.upper[fact] > opposite(HOLDS))
        surely = tuple(fact for fact in perhaps if grades.lower[fact] > opposite(HOLDS))
        status: Status = "blocked" if surely else "unknown" if perhaps else "held"
        return BareCondition("exception", status, pattern, surely or perhaps or supported)

    def _ruled_out(self, pattern: Pattern, bindings: Mapping[str, Value]) -> bool:
        """Whether what is stated excludes whatever matches a pattern."""
        return self.silence.excludes(pattern, bindings)

    def _other_advice(self, rule: Rule, bindings: Mapping[str, Value]) -> list[int]:
        """The node of other advice that keeps a default rule back, once its client is known."""
        conclusion = rule.conclusions[0]
        slot = list(self.base.templates[conclusion.template].slots).index("client")
        term = conclusion.terms[slot]
        client = bindings.get(term.name) if isinstance(term, Var) else term
        node = self.graph.other_advice(client) if isinstance(client, str) else None
        return [] if node is None else [node]

    def _worded(
        self, rule: Rule, check: BareCondition, bindings: Mapping[str, Value], met: dict[str, str]
    ) -> Condition:
        instances = tuple(self.graph.instances[fact] for fact in self._named(check.facts))
        self._consider(check, bindings)
        excepted = check.subject if check.kind == "exception" and not check.facts else None
        return Condition(
            kind=check.kind,
            says=clause(self.outcome, rule, check, bindings, met),
            status=check.status,
            contrary=contrary(self.outcome, rule, check, bindings),
            facts=tuple(map(str, instances)),
            ruled_out=isinstance(excepted, Pattern) and self._ruled_out(excepted, bindings),
        )

    def _named(self, facts: Iterable[int]) -> Iterator[int]:
        """The facts; instead of a node of other advice, the advice behind it that counts."""
        for fact in facts:
            if self.graph.is_fact(fact):
                yield fact
            else:
                behind = other_advice(self.outcome, fact)
                strong = [one for one, (_, g) in behind.items() if g > opposite(HOLDS)]
                yield from strong or behind

    def _consider(self, check: BareCondition, bindings: Mapping[str, Value]) -> None:
        """Note the changes worth trying against what blocks, and for what is counted."""
        if check.kind == "exception" and check.status != "held":
            turning = (frozenset(turned_by(self.graph, fact, False)) for fact in check.facts)
            found = functools.reduce(frozenset.intersection, turning)
            self.candidates |= dict.fromkeys(found)
        if isinstance(check.subject, AtLeast) and check.status != "held":
            for fact in self.graph.matching(check.subject.of, bindings):
                self.candidates |= dict.fromkeys(turned_by(self.graph, fact, True))


def _order(attempt: Attempt) -> tuple[int, tuple[int, ...]]:
    """First what has a fact for each premise, then by the facts."""
    facts = tuple(-1 if fact is None else fact for fact in attempt.facts)
    return facts.count(-1), facts


def _gaps(instance: Instance) -> list[int]:
    """The slots that are left to be answered."""
    return [at for at, value in enumerate(instance.values) if not is_answered(value)]
