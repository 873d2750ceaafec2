"""A naive evaluator of rule bases, to hold the product against: brute force and no cleverness.

Written from the words of the design alone: it reads the model's records and imports nothing of
the product's engine, graph, evaluation or explanations.
"""

from __future__ import annotations

import itertools
import math
import operator
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction
from typing import NamedTuple

from hypothesis import reject

from advisor.model.expressions import Operation, mentioned
from advisor.model.records import Aggregate, AnyOf, Instance, Pattern, Rule, Var
from advisor.model.scenarios import Scenario
from advisor.model.values import UNANSWERED, UNANSWERED_DAY

COMPARE = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


MOST_TRIED = 8  # facts that a sum is over, of which every choice is tried; beyond, no example
MOST_GROUND = 300  # ground rules


class Ground(NamedTuple):
    """One rule with one set of bindings and the facts that its premises matched."""

    rule: str
    bindings: tuple[tuple[str, object], ...]
    premises: tuple[Instance, ...]
    counted: tuple[tuple[Instance, ...], ...] = ()  # what goes into each sum, count, min and max


class Parts(NamedTuple):
    """The facts that a ground rule's grade and its conclusions are about, premises aside."""

    conclusions: list[Instance]
    counts: list[tuple[int, list[Instance]]]  # how many of which
    against: list[list[Instance]]  # by exception
    others: list[Ground]  # for a default: ground rules, no defaults, with advice to its client
    rests: list[list[Instance]]  # for each sum, count, min and max: what would go in as well


class Oracle:
    """The possible facts, ground rules and grades of a scenario.

    Those rules are as of an oracle that it is `like`, where the same base is over the same facts.
    """

    def __init__(
        self, scenario: Scenario, extra=(), given=None, unsupported=(), like: Oracle | None = None
    ) -> None:
        self.scenario = scenario
        self.base = scenario.base
        self.unsupported = set(unsupported)  # facts that no rule may conclude
        self.rules = {rule.id: rule for rule in self.base.rules}
        self.possible = set(scenario.facts) | set(extra)
        for fact in [*self.possible]:
            self.possible |= self._other_values(fact)
        self.sorted_out: tuple[int, dict[str, list[Instance]]] = (-1, {})
        if like is not None and like.base is self.base and like.possible == self.possible:
            self.possible, self.matches, self.level = like.possible, like.matches, like.level
            self.advising, self.parts = like.advising, like.parts
        else:
            self.matches = self._chain()
            self.level = self._levels()
            self.advising = self._advising()
            self.parts = {ground: self._parts(ground) for ground in self.matches}
        self.given = self._given() if given is None else given
        self.lower = dict.fromkeys(self.possible, 0)
        self.upper = dict.fromkeys(self.possible, 0)
        for fact, (lower, upper) in self.given.items():
            self.lower[fact], self.upper[fact] = lower, upper
        for level in range(max(self.level.values(), default=0) + 1):
            self._iterate(level)

    def _other_values(self, fact: Instance) -> set[Instance]:
        """The facts of which one always holds, if this is one of them."""
        template = self.base.templates[fact.template]
        if not template.exactly:
            return set()
        (at,) = {*range(len(fact.values))}.difference(template.key)
        values = [*[*template.slots.values()][at].values] or [True, False]
        before, after = fact.values[:at], fact.values[at + 1 :]
        return {Instance(fact.template, (*before, value, *after)) for value in values}

    # Matching

    def _chain(self) -> set[Ground]:
        """Every ground rule over the possible facts, which grow by what these conclude."""
        while True:
            matches = set()
            for ground in (one for rule in self.base.rules for one in self._ground(rule)):
                matches.add(ground)
                if len(matches) > MOST_GROUND:
                    reject()
            concluded = {fact for ground in matches for fact in self.conclusions(ground)}
            if concluded <= self.possible:
                return matches
            self.possible |= concluded

    def _ground(self, rule: Rule) -> Iterator[Ground]:
        patterns = [premise for premise in rule.premises if isinstance(premise, Pattern)]
        for bindings, premises in self._join(patterns, {}):
            yield from self._worked(rule, bindings, premises)

    def _worked(self, rule: Rule, bindings, premises) -> Iterator[Ground]:
        """The ground rules that a match of the premises comes to."""
        for worked, counted in self._computed([*rule.lets], bindings, ()):
            if all(self._compares(c, worked) for c in rule.comparisons):
                bound = tuple(sorted(worked.items()))
                yield Ground(rule.id, bound, tuple(premises), counted)

    def _computed(self, lets, bindings, counted):
        """Every way to work out what a rule computes, with the facts that go into it."""
        if not lets:
            yield bindings, counted
            return
        let, *rest = lets
        if not isinstance(let.of, Aggregate):
            value = worth(let.of, bindings)
            if value is not None:
                yield from self._computed(rest, {**bindings, let.name: value}, counted)
            return
        values = self._values(let.of, bindings)
        if len(values) > MOST_TRIED:
            reject()
        for size in range(len(values) + 1):
            for facts in itertools.combinations(values, size):
                if self._may_hold_together(facts):
                    value = together(let.of.operator, [values[fact] for fact in facts])
                    if value is not None:
                        more = {**bindings, let.name: value}
                        yield from self._computed(rest, more, (*counted, facts))

    def _values(self, of: Aggregate, bindings) -> dict[Instance, object]:
        """The possible facts that match a pattern, with their values of its variable, in order."""
        found = {}
        for fact in self.base.ordered(self._facts(of.of.template)):
            ways = self.unify(of.of, fact, bindings)
            if ways:
                found[fact] = ways[0][of.variable.name] if of.variable else 1
        return found

    def _may_hold_together(self, facts) -> bool:
        """Whether no two facts are two values of one key."""
        keys = []
        for fact in facts:
            key = self.base.templates[fact.template].key
            if key is not None:
                keys.append((fact.template, *(fact.values[place] for place in key)))
        return len(set(keys)) == len(keys)

    def _join(self, patterns, bindings):
        if not patterns:
            yield bindings, []
            return
        for fact in self._facts(patterns[0].template):
            for extended in self.unify(patterns[0], fact, bindings):
                for final, premises in self._join(patterns[1:], extended):
                    yield final, [fact, *premises]

    def unify(self, pattern: Pattern, fact: Instance, bindings: dict) -> list[dict]:
        """The ways in which a fact matches a pattern: bindings that extend those given."""
        found = []
        for values in self._said(pattern.template, fact):
            extended = self._unify_values(pattern, values, bindings)
            if extended is not None and extended not in found:
                found.append(extended)
        return found

    def _unify_values(self, pattern, values, bindings):
        extended = dict(bindings)
        for term, value in zip(pattern.terms, values, strict=True):
            if isinstance(term, Var):
                if term.name in extended and not same(extended[term.name], value):
                    return None
                extended[term.name] = value
            elif isinstance(term, AnyOf):
                if not any(same(one, value) for one in term.values):
                    return None
            elif term is not None and not same(term, value):
                return None
        return extended

    def _members(self, template: str) -> list[str]:
        """A template, or the advice that belongs to it as to a kind."""
        every = self.base.templates.values()
        of = [t.id for t in every if template in {each.other.template for each in t.kinds}]
        return [template, *of]

    def _facts(self, template: str) -> list[Instance]:
        """The possible facts of a template, or of a kind."""
        if self.sorted_out[0] != len(self.possible):
            by: dict[str, list[Instance]] = {}
            for fact in self.possible:
                by.setdefault(fact.template, []).append(fact)
            self.sorted_out = len(self.possible), by
        by = self.sorted_out[1]
        return [fact for one in self._members(template) for fact in by.get(one, [])]

    def _said(self, template: str, fact: Instance) -> list[tuple]:
        """What a fact is as a fact of a template: itself, or the kind of advice that it is of."""
        if template == fact.template:
            return self.ways(fact)
        own = self.base.templates[fact.template]
        slots = dict(zip(own.slots, fact.values, strict=True))
        return [
            tuple(slots[term.name] for term in each.other.terms)
            for each in own.kinds
            if each.other.template == template
        ]

    def ways(self, fact: Instance) -> list[tuple]:
        """The fact's values; both ways round if its template is symmetric."""
        symmetric = self.base.templates[fact.template].symmetric
        if symmetric is None:
            return [fact.values]
        turned = list(fact.values)
        turned[symmetric[0]], turned[symmetric[1]] = turned[symmetric[1]], turned[symmetric[0]]
        return [fact.values, tuple(turned)]

    def _compares(self, comparison, bindings) -> bool:
        sides = [worth(side, bindings) for side in (comparison.left, comparison.right)]
        if None in sides:
            return False
        if comparison.order:
            sides = [comparison.order.index(side) for side in sides]
        return COMPARE[comparison.operator](*sides) or any(map(unanswered, sides))

    def conclusions(self, ground: Ground) -> list[Instance]:
        """What a ground rule concludes, symmetric facts with the first declared first."""
        bindings = dict(ground.bindings)
        found = []
        for pattern in self.rules[ground.rule].conclusions:
            values = [bindings[t.name] if isinstance(t, Var) else t for t in pattern.terms]
            ways = self.ways(Instance(pattern.template, tuple(values)))
            symmetric = self.base.templates[pattern.template].symmetric
            at = symmetric[0] if symmetric else 0
            canonical = min(ways, key=lambda way, at=at: [*map(self._place, way[at : at + 1])])
            found.append(Instance(pattern.template, canonical))
        return found

    def _place(self, value):
        """Where an entity is declared; anything else by itself."""
        return [*self.base.entities].index(value) if value in self.base.entities else value

    # Grades

    def _given(self) -> dict[Instance, tuple[int, int]]:
        given = {}
        for instance, fact in self.scenario.facts.items():
            if fact.standing == "stated":
                given[instance] = (fact.grade, fact.grade)
            elif fact.standing == "denied":
                given[instance] = (0, 0)
            elif fact.standing == "unknown":
                given[instance] = (0, 8)
            else:  # disputed: from no support up to what was stated
                given[instance] = (0, fact.grade)
        if not self.scenario.complete:
            for instance in self.possible - set(given):
                asked = self.base.templates[instance.template].asks is not None
                if asked and not self._has_another_value(instance):
                    given[instance] = (0, 8)
        return given

    def _has_another_value(self, instance: Instance) -> bool:
        """Whether a fact with the same key holds by what is stated: then no other value does.

        So it is where values of the key are alternatives: one of those is meant to hold.
        """
        key = self.base.templates[instance.template].key
        held = [one for group in self.scenario.groups for one in group.alternatives]
        held += [
            one
            for one, fact in self.scenario.facts.items()
            if fact.standing == "stated" and fact.grade >= 4
        ]
        return key is not None and any(
            other.template == instance.template
            and all(other.values[place] == instance.values[place] for place in key)
            for other in held
        )

    def _levels(self) -> dict[str, int]:
        """The stratum of each template, by raising until every dependency is kept."""
        level = dict.fromkeys(self.base.templates, 0)
        for _ in range(len(level) + 2):
            before = dict(level)
            for rule in self.base.rules:
                for conclusion in rule.conclusions:
                    level[conclusion.template] = max(
                        level[conclusion.template], self._least_level(rule, level)
                    )
            if level == before:
                return level
        raise AssertionError("the base is not stratified")

    def _least_level(self, rule: Rule, level: dict[str, int]) -> int:
        """The lowest stratum in which a rule can conclude anything."""
        at_least = [0]
        for premise in rule.premises:
            if isinstance(premise, Pattern):
                at_least += [level[one] for one in self._members(premise.template)]
            else:
                at_least.append(level[premise.of.template] + 1)
        at_least += [level[pattern.template] + 1 for pattern in rule.exceptions]
        computed = [Var(let.name) for let in rule.lets]
        for let in rule.lets:
            if isinstance(let.of, Aggregate):
                at_least.append(level[let.of.of.template] + 1)
        if any(var in conclusion.terms for conclusion in rule.conclusions for var in computed):
            at_least = [at_least[0], *(each + 1 for each in at_least[1:])]
        if rule.otherwise:
            advising = (r for r in self.base.rules if self._advises(r))
            at_least += [self._least_level(other, level) + 1 for other in advising]
        return max(at_least)

    def _advises(self, rule: Rule) -> bool:
        """Whether a rule is no default and concludes advice."""
        named = [self.base.templates[conclusion.template] for conclusion in rule.conclusions]
        return not rule.otherwise and any(template.advice for template in named)

    def _advising(self) -> dict[object, list[Ground]]:
        """By client, the ground rules that advise it and are no defaults."""
        found: dict[object, list[Ground]] = {}
        for ground in self.matches:
            if self._advises(self.rules[ground.rule]):
                facts = self.conclusions(ground)
                advice = [one for one in facts if self.base.templates[one.template].advice]
                for client in {self._client(one) for one in advice}:
                    found.setdefault(client, []).append(ground)
        return found

    def _iterate(self, level: int) -> None:
        """Raise the facts of one stratum until nothing changes."""
        changed = True
        while changed:
            changed = False
            for ground in self.matches:
                if ground.rule in self.scenario.withdrawn:
                    continue
                concluded = self.parts[ground].conclusions
                here = [fact for fact in concluded if self.level[fact.template] == level]
                here = [fact for fact in here if fact not in self.unsupported]
                lower, upper = self.bounds(ground) if here else (0, 0)
                for fact in here:
                    if lower > self.lower[fact]:
                        self.lower[fact], changed = lower, True
                    if upper > self.upper[fact]:
                        self.upper[fact], changed = upper, True

    def _parts(self, ground: Ground) -> Parts:
        """What a ground rule concludes and counts, and what speaks against it."""
        rule, bindings = self.rules[ground.rule], dict(ground.bindings)
        conclusions = self.conclusions(ground)
        against = [self.matching(pattern, bindings) for pattern in rule.exceptions]
        others = []
        if rule.otherwise:
            others = self.advising.get(self._client(conclusions[0]), [])
        counts = [
            (premise.count, self.matching(premise.of, bindings))
            for premise in rule.premises
            if not isinstance(premise, Pattern)
        ]
        aggregates = [let.of for let in rule.lets if isinstance(let.of, Aggregate)]
        rests = []
        for of, facts in zip(aggregates, ground.counted, strict=True):
            counts.append((len(facts), [*facts]))
            values = self._values(of, bindings)
            rests.append([f for f in values if f not in facts and spoils(of, values, f, facts)])
        return Parts(conclusions, counts, against, others, rests)

    def bounds(self, ground: Ground) -> tuple[int, int]:
        """The lower and the upper grade of a ground rule: its weakest link."""
        strength = self.rules[ground.rule].strength
        low, high = self.conditions(ground)
        return min(strength, low), min(strength, high)

    def conditions(self, ground: Ground) -> tuple[int, int]:
        """The bounds of what a ground rule asks for, whatever its own strength."""
        low = [8, *(self.lower[fact] for fact in ground.premises)]
        high = [8, *(self.upper[fact] for fact in ground.premises)]
        for count, matching in self.parts[ground].counts:
            if count:
                low.append(nth(count, [self.lower[fact] for fact in matching]))
                high.append(nth(count, [self.upper[fact] for fact in matching]))
        for matching in [*self.parts[ground].against, *self.parts[ground].rests]:
            low.append(8 - max([0, *(self.upper[fact] for fact in matching)]))
            high.append(8 - max([0, *(self.lower[fact] for fact in matching)]))
        lower, upper = self.strongest(self.parts[ground].others)
        return min(*low, 8 - upper), min(*high, 8 - lower)

    def strongest(self, grounds: list[Ground]) -> tuple[int, int]:
        """The bounds of the strongest of some ground rules; no support if there is none."""
        live = [one for one in grounds if one.rule not in self.scenario.withdrawn]
        found = [self.bounds(one) for one in live]
        return max([0, *(low for low, _ in found)]), max([0, *(high for _, high in found)])

    def matching(self, pattern: Pattern, bindings: dict) -> list[Instance]:
        """The distinct possible facts that match a pattern under these bindings."""
        facts = self._facts(pattern.template)
        return [fact for fact in facts if self.unify(pattern, fact, bindings)]

    def _client(self, advice: Instance):
        return advice.values[list(self.base.templates[advice.template].slots).index("client")]


def same(one, other) -> bool:
    """Equal and of one type: 1, 1.0 and true are three values."""
    return type(one) is type(other) and one == other


def nth(count: int, grades: list[int]) -> int:
    """The count-th largest grade; 0 if there are fewer."""
    return sorted(grades, reverse=True)[count - 1] if len(grades) >= count else 0


def together(operator: str, values: list):
    """What values come to; the least and the greatest are of one fact alone, and not of none."""
    if operator == "count":
        return len(values)
    if any(map(unanswered, values)):
        return UNANSWERED
    if operator == "sum":
        return number(sum(map(Fraction, values), Fraction(0)))
    return values[0] if len(values) == 1 else None


def spoils(of: Aggregate, values: dict, fact: Instance, facts) -> bool:
    """Whether a fact that holds as well would change what comes of some facts."""
    if of.operator in {"sum", "count"}:
        return True
    own = values[facts[0]]
    if unanswered(own) or unanswered(values[fact]):
        return not unanswered(own)
    return values[fact] < own if of.operator == "min" else values[fact] > own


def unanswered(value) -> bool:
    """Whether a value stands for one that nobody has told."""
    return value in (UNANSWERED, UNANSWERED_DAY)


def worth(of, bindings):
    """The value of an expression as a slot can hold it; None if it has none."""
    if not isinstance(of, Operation):
        return bindings[of.name] if isinstance(of, Var) else of
    if any(unanswered(bindings[name]) for name in mentioned(of)):
        return UNANSWERED
    try:
        found = _worth(of, bindings)
    except ArithmeticError:
        return None
    return found if isinstance(found, date) else number(found)


def _worth(of, bindings):
    if isinstance(of, Var):
        of = bindings[of.name]
    if not isinstance(of, Operation):
        return of if isinstance(of, date) else Fraction(of)
    one, other = (_worth(operand, bindings) for operand in of.operands)
    if isinstance(one, date) and of.operator in "+-":
        if isinstance(other, date):
            return Fraction((one - other).days)
        return one + timedelta(days=math.floor(other if of.operator == "+" else -other))
    half = math.copysign(1, one) * math.floor(abs(one) / (other or 1) + Fraction(1, 2))
    return {
        "+": lambda: one + other,
        "-": lambda: one - other,
        "*": lambda: one * other,
        "/": lambda: one / other,
        "min": lambda: min(one, other),
        "max": lambda: max(one, other),
        "round": lambda: int(half) * other,
        "round-down": lambda: (one // other) * other,
        "round-up": lambda: -(-one // other) * other,
    }[of.operator]()


def number(value: Fraction):
    """A number of at most thirty digits after the point; None where it has too many before."""
    if abs(value) >= 10**30:
        return None
    if value.denominator == 1:
        return int(value)
    exact = Context(prec=200)
    many = exact.divide(Decimal(value.numerator), Decimal(value.denominator))
    found = many.quantize(Decimal(1).scaleb(-30), ROUND_HALF_EVEN, exact)
    return int(found) if found == int(found) else found.normalize(exact)
