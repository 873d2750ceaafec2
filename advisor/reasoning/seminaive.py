"""Turns a base and its possible facts into matches by semi-naive evaluation, in plain Python.

Each round joins what is new to one premise of a rule with what is known to the premises before it,
and with both to those after it: so every match is found once (Bancilhon 1986). Joins look rows up
by the values that are bound by then. A row of a template holds its values and its fact. A rule has
a plan for each of its premises, made when something is new to that one and known to those before.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence, Set
from typing import Any, Final, NamedTuple

import msgspec

from advisor.model import budget
from advisor.model.records import AnyOf, Instance, KnowledgeBase, Pattern, Rule, Template, Term, Var
from advisor.model.scenarios import Scenario
from advisor.model.values import is_answered
from advisor.reasoning.computing import Computing, early
from advisor.reasoning.matcher import Match, Overrun, refuse, told
from advisor.reasoning.rows import Compared, Row, Rows, compared, picker, rows_of, tagged, untagged

_BEFORE: Final = (True, False)  # whether a step takes what was known before, and what is new
_NEW: Final = (False, True)
_BOTH: Final = (True, True)


class JoinStep(NamedTuple):
    """The join of what is there with one premise."""

    template: str
    stores: tuple[bool, bool]  # one of the three above
    places: tuple[int, ...]  # of its rows, whose values are known by then
    known: Callable[[Row], Row]  # from what is there to these values
    admits: Callable[[Row], bool] | None  # whether a row passes the premise's further tests
    taken: Callable[[Row], Row]  # from a row to what is added: values of variables, and its fact
    tests: tuple[Callable[[Row], bool], ...]  # the comparisons that can be made then


class Head(NamedTuple):
    """What a rule concludes."""

    template: Template
    values: Callable[[Row], Row]  # from where the joins end


class Plan(NamedTuple):
    """The joins that find a rule's matches with something new to one premise, in order."""

    rule: Rule
    constants: Row  # where they begin
    steps: tuple[JoinStep, ...]
    values: Callable[[Row], Row]  # from where they end to the values of the variables
    names: tuple[str, ...]  # of the variables, in the order in which the premises name them
    plain: bool  # whether none of these values is tagged
    facts: Callable[[Row], Row]  # and to the facts, one for each premise
    heads: tuple[Head, ...]  # none where something is computed first

    def match(self, row: Row) -> Match:
        """The match that a row stands for."""
        values = self.values(row)
        values = values if self.plain else tuple(map(untagged, values))
        return Match(self.rule.id, tuple(zip(self.names, values, strict=True)), self.facts(row))


class Plans:
    """The plans of a base's rules, each made when it is first followed."""

    def __init__(self, base: KnowledgeBase) -> None:
        self._base = base
        self._made: dict[tuple[int, int], Plan] = {}
        self._premises: dict[str, list[tuple[int, int]]] = {}  # of each template: rule, place
        self._rules = [(rule, [p.template for p in rule.patterns()]) for rule in base.variants]
        for number, (_, templates) in enumerate(self._rules):
            for place, template in enumerate(templates):
                self._premises.setdefault(template, []).append((number, place))

    def following(self, template: str, known: Container[str]) -> Iterator[Plan]:
        """Those that find something where facts of a template are new, and of some are known."""
        for number, place in self._premises.get(template, ()):
            rule, templates = self._rules[number]
            if all(before in known for before in templates[:place]):
                if (number, place) not in self._made:
                    self._made[number, place] = plan(self._base, rule, place)
                yield self._made[number, place]

    def whole(self) -> Iterator[Plan]:
        """For each rule with premises, that which finds all matches where all facts are new."""
        for number, (rule, templates) in enumerate(self._rules):
            if templates:
                if (number, 0) not in self._made:
                    self._made[number, 0] = plan(self._base, rule, 0)
                yield self._made[number, 0]

    def but(self, base: KnowledgeBase, rule: str) -> Plans:
        """Those of a base that differs in one rule alone."""
        found = Plans(base)
        if len(found._rules) == len(self._rules):
            found._made = {
                (number, place): made
                for (number, place), made in self._made.items()
                if made.rule.id != rule
            }
        return found


class SemiNaive:
    """A matcher of its own, for what is large or matched many times."""

    engine: budget.Engine = budget.SEMINAIVE

    def __init__(
        self, base: KnowledgeBase, plans: Plans | None = None, worlds: tuple[Scenario, ...] = ()
    ) -> None:
        """One without facts; the plans are those of another over the same rules."""
        self.base = base
        self.possible: set[Instance] = set()
        self._computed: set[Match] = set()  # the matches of rules that compute
        self._found: list[tuple[Plan, list[Row]]] = []  # those of others, where the joins end
        self._known: dict[str, Rows] = {}
        self._pending: dict[Instance, None] = {}  # in the order in which they turn up
        self.computing = Computing(base, worlds)
        self._made = {rule.id: 0 for rule in base.rules}
        self._steps = self._firings = 0
        self._plans = Plans(base) if plans is None else plans
        for rule in base.variants:
            if not rule.patterns() and all(test.holds({}) for test in early(rule)):
                alone = plan(base, rule, 0)
                self._take(alone, [alone.constants])
        self._run()

    @property
    def matches(self) -> Set[Match]:
        """Every match of every rule over the possible facts."""
        return set(self.found())

    def found(self) -> Iterator[Match]:
        """The matches, in no order; one over facts that may be swapped perhaps more than once."""
        yield from self._computed
        for each, rows in self._found:
            yield from map(each.match, rows)

    def declare(self, instances: Iterable[Instance]) -> None:
        """Make these facts possible, and all that follows from them, as any matcher does."""
        self._pending |= dict.fromkeys(one for one in instances if one not in self.possible)
        try:
            self._run()
        except Overrun as overrun:
            refuse(self, overrun)
        busiest = self._busiest()
        told(self, busiest, self._made.get(busiest, 0))

    def afresh(self, worlds: tuple[Scenario, ...] | None = None) -> SemiNaive:
        """Another one over the same base, without facts."""
        return self.on(self.base, self.computing.worlds if worlds is None else worlds)

    def on(self, base: KnowledgeBase, worlds: tuple[Scenario, ...] = ()) -> SemiNaive:
        """Another one, without facts, over a base with these rules and other things."""
        return SemiNaive(base, self._plans, worlds)

    def with_rule(self, base: KnowledgeBase, rule: str) -> SemiNaive:
        """One without facts over a base in which the rule of this id is another."""
        return SemiNaive(base, self._plans.but(base, rule), self.computing.worlds)

    def over(self, rows: Mapping[str, Rows], most: int | None = None) -> Set[Match]:
        """Every match over some rows, whatever follows from it; nothing is recorded here.

        Raises Overrun where that takes more joins than the budget has, or than `most`.
        """
        apart = self.afresh()
        if most is not None:
            apart._steps = max(0, budget.allowed().steps - most)
        for relation in rows.values():
            apart._compute(apart.computing.met(row[-1] for row in relation.rows))
        for each in self._plans.whole():
            apart._follow(each, rows)
        return apart.matches

    def _run(self) -> None:
        """Match what is new, and what follows from that, until nothing new does."""
        while self._pending:
            fresh, self._pending = self._pending, {}
            self.possible.update(fresh)
            self._compute(self.computing.met(fresh))
            new = rows_of(self.base, fresh)
            for template in new:
                for each in self._plans.following(template, self._known):
                    self._follow(each, new)
            for template, relation in new.items():
                self._known.setdefault(template, Rows()).add(relation.rows)

    def _follow(self, each: Plan, new: Mapping[str, Rows]) -> None:
        """Find and record the matches of a plan."""
        rows = [each.constants]
        for step in each.steps:
            left = budget.allowed().steps - self._steps
            rows = self._joined(step, rows, new, left)
            self._steps += len(rows)
            self._made[each.rule.id] += len(rows)
            if len(rows) > left:
                raise Overrun(self._busiest(), firings=False)
            if not rows:
                return
        self._take(each, rows)

    def _joined(
        self, step: JoinStep, rows: Sequence[Row], new: Mapping[str, Rows], most: int
    ) -> list[Row]:
        """What is there, each with every row that agrees with it, until that is too much."""
        stores = itertools.compress((self._known, new), step.stores)
        indexes = [s[step.template].by(step.places) for s in stores if step.template in s]
        known, admits, taken, tests = step.known, step.admits, step.taken, step.tests
        joined: list[Row] = []
        for index in indexes:
            for row in rows:
                found = index.get(known(row))
                if not found:
                    continue
                if admits is not None:
                    found = filter(admits, found)  # type: ignore[assignment]
                more: Iterable[Row] = [row + taken(other) for other in found]
                for test in tests:
                    more = filter(test, more)
                joined += more
                if len(joined) > most:
                    return joined
        return joined

    def _take(self, each: Plan, rows: list[Row]) -> None:
        """Record matches, and what they conclude for the next round."""
        if each.rule.lets:
            for match in map(each.match, rows):
                self._compute(self.computing.begun(each.rule, match))
            return
        self._found.append((each, rows))
        self._firings += len(rows)
        if self._firings > budget.allowed().firings:
            raise Overrun(self._busiest(), firings=True)
        for template, values in each.heads:
            for row in dict.fromkeys(map(values, rows)):
                concluded = template.instance(*map(untagged, row))
                if concluded not in self.possible:
                    self._pending[concluded] = None

    def _compute(self, computed: Iterable[tuple[Match, list[Instance]]]) -> None:
        """Record matches of rules that compute, and what they conclude for the next round."""
        for match, concluded in computed:
            self._computed.add(match)
            self._pending |= dict.fromkeys(one for one in concluded if one not in self.possible)
            self._firings += 1
            if self._firings > budget.allowed().firings:
                raise Overrun(self._busiest(), firings=True)

    def _busiest(self) -> str:
        """The rule that makes most work, of equals the first."""
        return max(self._made, key=self._made.__getitem__, default="")


def alone(base: KnowledgeBase, rule: Rule) -> SemiNaive:
    """A matcher of one rule, as if there were no others."""
    return SemiNaive(msgspec.structs.replace(base, rules=(rule,)))


# ------------------------------------------------------------------ plans


def plan(base: KnowledgeBase, rule: Rule, number: int) -> Plan:
    """How to find the matches of a rule in which something new meets one of its premises."""
    patterns = rule.patterns()
    concluded = () if rule.lets else rule.conclusions
    terms = [term for p in (*patterns, *concluded) for term in p.terms]
    constants = dict.fromkeys(_constant(term) for term in terms if _is_constant(term))
    columns: dict[object, int] = {constant: place for place, constant in enumerate(constants)}
    width = len(columns)
    names = tuple(dict.fromkeys(name for p in patterns for name in p.variables()))
    tests = [compared(c, {name: name for name in names}) for c in early(rule)]
    facts: dict[int, int] = {}
    steps = []
    for place in _in_order(patterns, number):
        stores = _NEW if place == number else _BEFORE if place < number else _BOTH
        step, fresh = _step(patterns[place], stores, columns)
        columns |= {Var(name): width + n for n, name in enumerate(fresh)}
        facts[place] = width + len(fresh)
        width += len(fresh) + 1
        ready = [test for test in tests if all(Var(name) in columns for name, _ in test.names)]
        tests = [test for test in tests if test not in ready]
        steps.append(step._replace(tests=tuple(_tested(test, columns) for test in ready)))
    return Plan(
        rule=rule,
        constants=tuple(value for _, value in constants),
        steps=tuple(steps),
        values=picker([columns[Var(name)] for name in names]),
        names=names,
        plain=all(_is_plain(base, pattern) for pattern in patterns),
        facts=picker([facts[place] for place in range(len(patterns))]),
        heads=tuple(_head(base, conclusion, columns) for conclusion in concluded),
    )


def _is_plain(base: KnowledgeBase, pattern: Pattern) -> bool:
    """Whether a variable of a premise stands for names alone, which are never tagged."""
    slots = base.templates[pattern.template].slots.values()
    pairs = zip(slots, pattern.terms, strict=True)
    return all(slot.kind in {"entity", "values"} for slot, term in pairs if isinstance(term, Var))


def _tested(test: Compared, columns: Mapping[object, int]) -> Callable[[Row], bool]:
    """Whether a comparison holds of a row; two variables are equal if their tagged values are."""
    pick = picker([columns[Var(name)] for name, _ in test.names])
    if test.comparison.operator in {"=", "!="} and len(test.names) == 2:
        equal = test.comparison.operator == "="
        first, second = (columns[Var(name)] for name, _ in test.names)
        return lambda row: (
            (row[first] == row[second]) is equal
            or not (is_answered(untagged(row[first])) and is_answered(untagged(row[second])))
        )
    return lambda row: test.holds(pick(row))


def _head(base: KnowledgeBase, conclusion: Pattern, columns: Mapping[object, int]) -> Head:
    """A conclusion, whose variables are all bound."""
    terms = [_constant(t) if _is_constant(t) else t for t in conclusion.terms]
    return Head(base.templates[conclusion.template], picker([columns[term] for term in terms]))


def _step(
    pattern: Pattern, stores: tuple[bool, bool], columns: Mapping[object, int]
) -> tuple[JoinStep, list[str]]:
    """The join with a premise, and the variables that it is the first to bind."""
    terms = [_constant(t) if _is_constant(t) else t for t in pattern.terms]
    bound = [place for place, term in enumerate(terms) if term in columns]
    free: dict[str, int] = {}
    same = []
    for place, term in enumerate(terms):
        if isinstance(term, Var) and place not in bound:
            first = free.setdefault(term.name, place)
            same += [(first, place)] if first != place else []
    among = [
        (place, frozenset(map(tagged, term.values)))
        for place, term in enumerate(terms)
        if isinstance(term, AnyOf)
    ]
    step = JoinStep(
        template=pattern.template,
        stores=stores,
        places=tuple(bound),
        known=picker([columns[terms[place]] for place in bound]),
        admits=functools.partial(_passes, among, same) if among or same else None,
        taken=picker([*free.values(), len(terms)]),
        tests=(),
    )
    return step, list(free)


def _passes(
    among: Sequence[tuple[int, frozenset[Any]]], same: Sequence[tuple[int, int]], row: Row
) -> bool:
    """Whether a row has listed values where they are listed, and the same for one variable."""
    return all(row[place] in values for place, values in among) and all(
        row[first] == row[other] for first, other in same
    )


def _is_constant(term: Term) -> bool:
    return term is not None and not isinstance(term, AnyOf | Var)


def _constant(term: Any) -> tuple[str, Any]:
    """A value, as what stands for it among the columns: no variable is equal to it."""
    return "constant", tagged(term)


def _in_order(patterns: Sequence[Pattern], first: int) -> Iterator[int]:
    """The places of premises: the first, then each of which most is known, and least free.

    Of equals one over a template that is not joined yet: of a template with itself, as all who
    share a forum, much comes that the next premise does not let through.
    """
    left, bound, joined = list(range(len(patterns))), set[str](), set[str]()

    def worth(place: int) -> tuple[tuple[int, int], bool]:
        return _known(patterns[place], bound), patterns[place].template not in joined

    place = first
    while left:
        left.remove(place)
        yield place
        bound.update(patterns[place].variables())
        joined.add(patterns[place].template)
        place = max(left, key=worth, default=first)


def _known(pattern: Pattern, bound: set[str]) -> tuple[int, int]:
    """How many of a premise's slots are known where these variables are, and how few are not."""
    free = set(pattern.variables()) - bound
    known = sum(term is not None for term in pattern.terms) - len(free)
    return known, -len(free)
