"""Turns a base and its possible facts into matches by semi-naive evaluation, in plain Python.

Each round joins what is new to one premise of a rule with what is known to the premises before it,
and with both to those after it: so every match is found once (Bancilhon 1986). Joins look rows up
by the values that are bound by then. A row of a template holds its values and its fact. Each rule
has a plan for each of its premises, so that a rule with a thousand is better left to experta.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from advisor.model import budget
from advisor.model.records import AnyOf, Instance, KnowledgeBase, Pattern, Rule, Term, Var
from advisor.model.values import Value
from advisor.reasoning.matcher import Match, Overrun, refuse, told
from advisor.reasoning.rows import Compared, Row, compared, picker, tagged, untagged
from advisor.reasoning.unification import filled, ways

_BEFORE: Final = (True, False)  # whether a step takes what was known before, and what is new
_NEW: Final = (False, True)
_BOTH: Final = (True, True)


class Rows:
    """The rows of a template, found by the values in some of their places."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self._indexes: dict[tuple[int, ...], dict[Row, list[Row]]] = {}

    def add(self, rows: Sequence[Row]) -> None:
        """Take more rows, which are not there yet."""
        self.rows += rows
        for places, index in self._indexes.items():
            _file(rows, places, index)

    def by(self, places: tuple[int, ...]) -> dict[Row, list[Row]]:
        """The rows by the values in these places."""
        if places not in self._indexes:
            self._indexes[places] = _file(self.rows, places, {})
        return self._indexes[places]


def _file(
    rows: Iterable[Row], places: tuple[int, ...], index: dict[Row, list[Row]]
) -> dict[Row, list[Row]]:
    key = picker(places)
    for row in rows:
        index.setdefault(key(row), []).append(row)
    return index


class JoinStep(NamedTuple):
    """The join of what is there with one premise."""

    template: str
    stores: tuple[bool, bool]  # one of the three above
    places: tuple[int, ...]  # of its rows, whose values are known by then
    known: Callable[[Row], Row]  # from what is there to these values
    admits: Callable[[Row], bool]  # whether a row passes the premise's further tests
    taken: Callable[[Row], Row]  # from a row to what is added: values of variables, and its fact
    tests: tuple[tuple[Compared, Callable[[Row], Row]], ...]  # comparisons that can be made then


class Plan(NamedTuple):
    """The joins that find a rule's matches with something new to one premise, in order."""

    rule: Rule
    constants: Row  # where they begin
    steps: tuple[JoinStep, ...]
    values: Callable[[Row], Row]  # from where they end to the values of the variables
    names: tuple[str, ...]  # of the variables, in the order in which the premises name them
    facts: Callable[[Row], Row]  # and to the facts, one for each premise


def _plans(base: KnowledgeBase) -> dict[str, list[Plan]]:
    """The plans of all rules, by the template of the premise with what is new."""
    found: dict[str, list[Plan]] = {}
    for rule in base.variants:
        for number, pattern in enumerate(rule.patterns()):
            found.setdefault(pattern.template, []).append(plan(rule, number))
    return found


class SemiNaive:
    """A matcher of its own, for what is large or matched many times."""

    def __init__(self, base: KnowledgeBase, like: SemiNaive | None = None) -> None:
        """One without facts; `like` is another over the same base, whose plans do."""
        self.base = base
        self.possible: set[Instance] = set()
        self.matches: set[Match] = set()
        self._known: dict[str, Rows] = {}
        self._pending: set[Instance] = set()
        self._made = {rule.id: 0 for rule in base.rules}
        self._steps = 0
        plans = _plans(base) if like is None else like._plans
        self._plans: dict[str, list[Plan]] = plans
        for rule in base.variants:
            if not rule.patterns() and all(test.holds({}) for test in rule.comparisons):
                self._fire(rule, {}, ())
        self._run()

    def declare(self, instances: Iterable[Instance]) -> None:
        """Make these facts possible, and all that follows from them, as any matcher does."""
        self._pending |= set(instances) - self.possible
        try:
            self._run()
        except Overrun as overrun:
            refuse(self, overrun)
        busiest = self._busiest()
        told(self, busiest, self._made.get(busiest, 0))

    def afresh(self) -> SemiNaive:
        """Another one over the same base, without facts."""
        return SemiNaive(self.base, self)

    def _run(self) -> None:
        """Match what is new, and what follows from that, until nothing new does."""
        while self._pending:
            fresh, self._pending = self.base.ordered(self._pending), set()
            self.possible.update(fresh)
            new: dict[str, Rows] = {}
            for instance in fresh:
                both = ways(self.base.templates[instance.template], instance.values)
                rows = [(*map(tagged, values), instance) for values in both]
                new.setdefault(instance.template, Rows()).add(rows)
            for template in new:
                for each in self._plans.get(template, ()):
                    self._follow(each, new)
            for template, relation in new.items():
                self._known.setdefault(template, Rows()).add(relation.rows)

    def _follow(self, each: Plan, new: Mapping[str, Rows]) -> None:
        """Find and record the matches of a plan."""
        rows = [each.constants]
        for step in each.steps:
            left = budget.allowed().steps - self._steps
            rows = list(itertools.islice(self._joined(step, rows, new), left + 1))
            self._steps += len(rows)
            self._made[each.rule.id] += len(rows)
            if len(rows) > left:
                raise Overrun(self._busiest(), firings=False)
        for row in rows:
            values = map(untagged, each.values(row))
            bindings = dict(zip(each.names, values, strict=True))
            self._fire(each.rule, bindings, each.facts(row))

    def _joined(
        self, step: JoinStep, rows: Sequence[Row], new: Mapping[str, Rows]
    ) -> Iterator[Row]:
        """What is there, each with every row that agrees with it."""
        stores = itertools.compress((self._known, new), step.stores)
        indexes = [s[step.template].by(step.places) for s in stores if step.template in s]
        for row in rows:
            key = step.known(row)
            for found in itertools.chain.from_iterable(index.get(key, ()) for index in indexes):
                if step.admits(found):
                    joined = row + step.taken(found)
                    if all(test.holds(pick(joined)) for test, pick in step.tests):
                        yield joined

    def _fire(self, rule: Rule, bindings: Mapping[str, Value], facts: Row) -> None:
        """Record a match, and what it concludes for the next round."""
        self.matches.add(Match(rule.id, tuple(bindings.items()), facts))
        if len(self.matches) > budget.allowed().firings:
            raise Overrun(self._busiest(), firings=True)
        concluded = (filled(self.base, conclusion, bindings) for conclusion in rule.conclusions)
        self._pending.update(instance for instance in concluded if instance not in self.possible)

    def _busiest(self) -> str:
        """The rule that makes most work, of equals the first."""
        return max(self._made, key=self._made.__getitem__, default="")


# ------------------------------------------------------------------ plans


def plan(rule: Rule, number: int) -> Plan:
    """How to find the matches of a rule in which something new meets one of its premises."""
    patterns = rule.patterns()
    constants = dict.fromkeys(_constant(t) for p in patterns for t in p.terms if _is_constant(t))
    columns: dict[object, int] = {constant: place for place, constant in enumerate(constants)}
    width = len(columns)
    names = tuple(dict.fromkeys(name for p in patterns for name in p.variables()))
    tests = [compared(c, {name: name for name in names}) for c in rule.comparisons]
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
        picks = (picker([columns[Var(name)] for name, _ in test.names]) for test in ready)
        steps.append(step._replace(tests=tuple(zip(ready, picks, strict=True))))
    return Plan(
        rule=rule,
        constants=tuple(value for _, value in constants),
        steps=tuple(steps),
        values=picker([columns[Var(name)] for name in names]),
        names=names,
        facts=picker([facts[place] for place in range(len(patterns))]),
    )


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
        admits=functools.partial(_passes, among, same),
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
    """The places of premises: the first, then each of which most is known, and least free."""
    left, bound = list(range(len(patterns))), set[str]()
    place = first
    while left:
        left.remove(place)
        yield place
        bound.update(patterns[place].variables())
        place = max(left, key=lambda place: _known(patterns[place], bound), default=first)


def _known(pattern: Pattern, bound: set[str]) -> tuple[int, int]:
    """How many of a premise's slots are known where these variables are, and how few are not."""
    free = set(pattern.variables()) - bound
    known = sum(term is not None for term in pattern.terms) - len(free)
    return known, -len(free)
