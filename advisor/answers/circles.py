"""Turns a recursive component into how far its facts rest on something, by no circular derivation.

No fact of a derivation stands below itself. So what a fact rests on is not what any firing for it
rests on, but what one does whose premises are derived without that fact, nor any that stands above
it. A derivation rests on something if one path down from its top ends there: what is looked for is
such a path, beside which all other premises can be derived without what stands on it above them.

Whether there is one is decided exactly for grades. It is as hard as any search for a path that
meets no vertex twice, so it is looked for only between two bounds that take one look at each
firing: what some order of derivation has without any circle, and what there is where circles are
let pass. They seldom differ.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from advisor.model.grades import INTS, NO_SUPPORT, Algebra

LOOKS: Final = 5_000_000  # at firings of a component, in search of paths; then none is found
_DEPTHS: Final = ((4, 4), (12, 2), (30, 1))  # of components so large, how far circles are told


class CircleStep(NamedTuple):
    """A firing for a fact of a component, as far as the component is concerned."""

    fact: int
    inside: tuple[int, ...]  # the premises that lie in the component
    grade: Any
    rests: Any  # how far anything outside that it rests on does
    counts: bool  # whether it carries anything at all; a default does not


def resting(
    facts: Sequence[int], steps: Sequence[CircleStep], stated: Mapping[int, Any], algebra: Algebra
) -> dict[int, Any]:
    """The grade of each fact by derivations without circles that rest on what is stated."""
    passing = _passing(facts, steps, stated, algebra)
    if all(_founded(step, algebra) for step in steps):
        return passing
    if algebra is not INTS:
        return _nearly(facts, steps, stated, algebra)
    found = {fact: stated.get(fact, NO_SUPPORT) for fact in facts}
    most = max(passing.values(), default=NO_SUPPORT)
    levels = {*stated.values(), *(g for step in steps for g in (step.grade, step.rests))}
    for least in sorted(level for level in levels if NO_SUPPORT < level <= most):
        reaching = [step for step in steps if step.grade >= least]
        leaves = [fact for fact in facts if stated.get(fact, NO_SUPPORT) >= least]
        circle = _Circle(reaching, leaves, least)
        due = [fact for fact in facts if passing[fact] >= least > found[fact]]
        found.update(dict.fromkeys(circle.resting(due), least))
    return found


def _founded(step: CircleStep, algebra: Algebra) -> bool:
    """Whether a step adds no leaf that rests on nothing."""
    whole = algebra.same(algebra.meet(step.grade, step.rests), step.grade)
    return step.counts and (whole or bool(step.inside))


def _passing(
    facts: Sequence[int],
    steps: Sequence[CircleStep],
    stated: Mapping[int, Any],
    algebra: Algebra,
    missing: Collection[int] = (),
    plain: bool = False,
) -> dict[int, Any]:
    """The grades by which facts rest on what is stated, circles let pass; `plain`: have support.

    Without what is missing. As many rounds as there are facts are enough.
    """
    found = {
        fact: NO_SUPPORT if fact in missing else stated.get(fact, NO_SUPPORT) for fact in facts
    }
    live = [step for step in steps if step.fact not in missing and (plain or step.counts)]
    users: dict[int, list[CircleStep]] = {}
    for step in live:
        for one in step.inside:
            users.setdefault(one, []).append(step)
    due: Iterable[CircleStep] = live
    for _ in range(len(facts) + 1):
        settled: dict[int, Any] = {}
        for step in due:
            rests = step.grade if plain else step.rests
            for one in step.inside:
                rests = (
                    algebra.meet(rests, found[one]) if plain else algebra.join(rests, found[one])
                )
            before = settled.get(step.fact, found[step.fact])
            settled[step.fact] = algebra.join(before, algebra.meet(step.grade, rests))
        changed = [fact for fact, grade in settled.items() if not algebra.same(grade, found[fact])]
        found.update(settled)
        if not changed:
            break
        due = {id(step): step for fact in changed for step in users.get(fact, ())}.values()
    return found


def _nearly(
    facts: Sequence[int], steps: Sequence[CircleStep], stated: Mapping[int, Any], algebra: Algebra
) -> dict[int, Any]:
    """The same in any algebra: exact for a few facts, and for more with none but longer circles."""
    depth = next((depth for size, depth in _DEPTHS if len(facts) <= size), 0)
    ending: dict[int, list[CircleStep]] = {fact: [] for fact in facts}
    for step in steps:
        ending[step.fact].append(step)

    def without(missing: frozenset[int], left: int) -> dict[int, Any]:
        passing = _passing(facts, steps, stated, algebra, missing)
        if not left:
            return passing
        found = {}
        for fact in facts:
            if fact not in missing and not algebra.same(passing[fact], NO_SUPPORT):
                found[fact] = resting_on(fact, missing | {fact}, left - 1)
        return {fact: found.get(fact, NO_SUPPORT) for fact in facts}

    def resting_on(fact: int, missing: frozenset[int], left: int) -> Any:
        support = _passing(facts, steps, stated, algebra, missing, plain=True)
        below = without(missing, left)
        grade = stated.get(fact, NO_SUPPORT)
        for step in ending[fact]:
            rests, reached = step.rests, step.grade
            for one in step.inside:
                rests = algebra.join(rests, below[one])
                reached = algebra.meet(reached, support[one])
            if step.counts:
                grade = algebra.join(grade, algebra.meet(reached, rests))
        return grade

    return without(frozenset(), depth)


class _Circle:
    """A component as far as it reaches one grade."""

    def __init__(self, steps: Sequence[CircleStep], leaves: Sequence[int], least: int) -> None:
        self.steps, self.leaves = steps, leaves
        self.carries = [step.counts and step.rests >= least for step in steps]
        self.ending: dict[int, list[int]] = {}
        self.users: dict[int, list[int]] = {}
        for number, step in enumerate(steps):
            self.ending.setdefault(step.fact, []).append(number)
            for one in set(step.inside):
                self.users.setdefault(one, []).append(number)

    def resting(self, due: Sequence[int]) -> list[int]:
        """Those of some facts that rest on what is stated, by a derivation without circles."""
        self.looks = 0
        self.vain: dict[int, list[frozenset[int]]] = {}  # without what nothing was found
        _, self.sure = self._derived(frozenset())
        return [fact for fact in due if fact in self.sure or self._search(fact)]

    def _search(self, fact: int) -> bool:
        """Whether there is a path from a fact to what is stated, the nearest ways first.

        What surely rests on something without some facts does so with them, and so does all that
        stands on such a path. Where there is none without some facts, there is none without more.
        """
        waiting = [(fact, frozenset[int]())]
        tried: dict[int, list[frozenset[int]]] = {}
        while waiting and self.looks < LOOKS:
            current, above = waiting.pop()
            above |= {current}
            derived, sure = self._derived(above)
            self.sure |= sure
            ways: set[int] = set()
            for number in self.ending.get(current, ()):
                inside = self.steps[number].inside
                if self.steps[number].counts and derived.issuperset(inside):
                    if self.carries[number] or not sure.isdisjoint(inside):
                        self.sure |= above
                        return True
                    ways.update(inside)
            near = self._near(derived) if ways else {}
            for way in sorted(ways & near.keys(), key=lambda one: (-near[one], one)):
                before = [*self.vain.get(way, ()), *tried.get(way, ())]
                self.looks += len(before)
                if not any(less <= above for less in before):
                    tried.setdefault(way, []).append(above)
                    waiting.append((way, above))
        self.vain[fact] = [frozenset()]
        for way, facts in tried.items():
            self.vain.setdefault(way, []).extend(facts)
        return False

    def _derived(self, missing: frozenset[int]) -> tuple[set[int], set[int]]:
        """What can be derived without some facts; what of it surely rests on what is stated.

        Surely does what so rests when it is first derived, where what rests on nothing comes last.
        """
        self.looks += len(self.steps)
        left = [len(set(step.inside)) for step in self.steps]
        resting, bare = list(self.leaves), list[int]()
        for number, step in enumerate(self.steps):
            if not step.inside:
                (resting if self.carries[number] else bare).append(step.fact)
        derived: set[int] = set()
        sure: set[int] = set()
        while resting or bare:
            surely = bool(resting)
            fact = resting.pop() if resting else bare.pop()
            if fact in derived or fact in missing:
                continue
            derived.add(fact)
            if surely:
                sure.add(fact)
            for number in self.users.get(fact, ()):
                left[number] -= 1
                step = self.steps[number]
                if not left[number] and step.fact not in derived:
                    carried = step.counts and not sure.isdisjoint(step.inside)
                    (resting if carried or self.carries[number] else bare).append(step.fact)
        return derived, sure

    def _near(self, derived: set[int]) -> dict[int, int]:
        """How far what rests on something, circles let pass, is from that."""
        live = [n for n, s in enumerate(self.steps) if s.counts and derived.issuperset(s.inside)]
        ready = set(live)
        ends = [*self.leaves, *(self.steps[n].fact for n in live if self.carries[n])]
        queue = [fact for fact in dict.fromkeys(ends) if fact in derived]
        found = dict.fromkeys(queue, 0)
        for fact in queue:
            for number in self.users.get(fact, ()):
                concluded = self.steps[number].fact
                if number in ready and concluded in derived and concluded not in found:
                    found[concluded] = found[fact] + 1
                    queue.append(concluded)
        return found
