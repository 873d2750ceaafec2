"""Turns a base and its possible facts into matches by semi-naive evaluation, in plain Python.

Each round joins what is new to one premise of a rule with what is known to the premises before it,
and with both to those after it: so every match is found once (Bancilhon 1986).
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set

import msgspec

from advisor.model import budget
from advisor.model.records import Instance, KnowledgeBase, Rule
from advisor.reasoning.computing import Computing
from advisor.reasoning.matcher import Match, Overrun, refuse, told
from advisor.reasoning.plans import JoinStep, Plan, Plans
from advisor.reasoning.rows import Row, Rows, rows_of, untagged
from advisor.reasoning.subsets import Certainties


class SemiNaive:
    """A matcher of its own, for what is large or matched many times."""

    engine: budget.EngineName = budget.SEMINAIVE

    def __init__(
        self,
        base: KnowledgeBase,
        plans: Plans | None = None,
        worlds: tuple[Certainties, ...] = (),
        client: str | None = None,
    ) -> None:
        """One without facts; the plans are those of another over the same rules."""
        self.base, self.client = base, client
        self.possible: set[Instance] = set()
        self._computed: set[Match] = set()  # the matches of rules that compute
        self._found: list[tuple[Plan, list[Row]]] = []  # those of others, where the joins end
        self._known: dict[str, Rows] = {}
        self._pending: dict[Instance, None] = {}  # in the order in which they turn up
        self._made: Counter[str] = Counter()  # rows joined, by rule
        self._steps = self._firings = 0
        self._plans = Plans(base) if plans is None else plans
        self.computing = Computing(base, self._plans.computed_over, worlds)
        for alone in self._plans.unconditional:
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
        self._pending |= dict.fromkeys(
            instance for instance in instances if instance not in self.possible
        )
        try:
            self._run()
        except Overrun as overrun:
            refuse(self, overrun)
        busiest = self._busiest()
        told(self, busiest, self._made[busiest])

    def afresh(self, worlds: tuple[Certainties, ...] | None = None) -> SemiNaive:
        """Another one over the same base, without facts."""
        return self.on(self.base, self.computing.worlds if worlds is None else worlds)

    def on(self, base: KnowledgeBase, worlds: tuple[Certainties, ...] = ()) -> SemiNaive:
        """Another one, without facts, over a base with these rules and other things.

        Planned anew if those are in another order.
        """
        same = base.templates is self.base.templates and base.rules is self.base.rules
        return SemiNaive(base, self._plans if same else None, worlds, self.client)

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
        for each in self._plans.whole(rows):
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
                for each in self._plans.following(template, self._known, new):
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
        if self.client is not None and all(head.template.advice for head in each.heads):
            for head in each.heads:
                at = [*head.template.slots].index("client")
                rows = [row for row in rows if head.values(row)[at] == self.client]
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
            self._pending |= dict.fromkeys(
                instance for instance in concluded if instance not in self.possible
            )
            self._firings += 1
            if self._firings > budget.allowed().firings:
                raise Overrun(self._busiest(), firings=True)

    def _busiest(self) -> str:
        """The rule that makes most work, of equals the first."""
        rank = self._plans.ranks
        of_none = next(iter(rank), "")
        return max(self._made, key=lambda rule: (self._made[rule], -rank[rule]), default=of_none)


def alone(base: KnowledgeBase, rule: Rule) -> SemiNaive:
    """A matcher of one rule, as if there were no others."""
    return SemiNaive(msgspec.structs.replace(base, rules=(rule,)))
