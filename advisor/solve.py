"""Turns a piece of advice into its flips: the smallest changes that give it or take it away.

Answer set programming over the recorded firings (clingo; Gebser et al. 2011). Whether a grade is 4
or more needs only two cuts: `unless X` passes at 4 exactly if X is not at 5 or more, and at 5
exactly if X is not at 4 or more. So every given fact has three classes, below 4, at 4, and above;
and each bound of an unknown fact is cut on its own. The only importer of clingo.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

import clingo

from advisor import english
from advisor.evaluate import Bounds, Outcome, given_grades, outcome, standing
from advisor.grades import CERTAIN, HOLDS, NO_SUPPORT, with_band
from advisor.graph import Firing, JustificationGraph
from advisor.loader.folding import Changes, fold, key_of
from advisor.model import Fact, Instance, Scenario
from advisor.whatif import Adjustment, Flips, FlipSet, Goal, compare

CUTS: Final = (HOLDS, CERTAIN + 1 - HOLDS)  # 4 and 5
SHOWN: Final = 200  # sets given; more are counted

# The mildest grade of each class: below the first cut, at it, and from the second up.
_CLASSES: Final = {"low": HOLDS - 1, "mid": HOLDS, "high": HOLDS + 1}

_PROGRAM: Final = """
cut(4). cut(5). opposite(4,5). opposite(5,4).
1 { chosen(U,O) : option(U,O); kept(U) } 1 :- unit(U).
stated(B,F,K) :- kept(U), member(U,F), was(B,F,K).
stated(B,F,K) :- chosen(U,O), sets(O,F,K), bound(B).
stated(B,F,K) :- fixed(F), was(B,F,K).
bound(low). bound(high). other(low,high). other(high,low).
holds(B,F,K) :- stated(B,F,K).
holds(B,F,K) :- concludes(R,F), fires(B,R,K).
blocked(B,R,K) :- blocker(R,X), other(B,C), opposite(K,J), holds(C,X,J).
fires(B,R,K) :- firing(R), bound(B), strength(R,K), not blocked(B,R,K),
    holds(B,P,K) : premise(R,P);
    enough(B,R,I,K) : counts(R,I,_).
enough(B,R,I,K) :- counts(R,I,N), bound(B), cut(K), N { holds(B,F,K) : counted(R,I,F) }.
goal(given) :- target(F), holds(low,F,4).
goal(withheld) :- not holds(high,F,4) : target(F).
:- not goal(G), wanted(G).
#minimize { 1,U : chosen(U,_) }.
:- limit(N), N+1 { chosen(U,O) }.
#show chosen/2.
"""


class Option(NamedTuple):
    """A way to set a unit: a grade for one member, the others having no support."""

    fact: int
    grade: int


class Unit(NamedTuple):
    """What one change sets: a given fact, or the facts of a key or a `one-of` group."""

    members: tuple[int, ...]
    options: tuple[Option, ...]


def flips(
    case: Outcome,
    what: str,
    targets: Sequence[int],
    to: Goal,
    *,
    only: Sequence[str] = (),
    limit: int | None = None,
    client: str | None = None,
) -> Flips:
    """All smallest sets of changes after which the advice has the standing wanted.

    To "given": one of the targets is given; to "withheld": each of them is. `only` names the
    templates whose facts may change; `limit` is the most changes to allow. What makes facts
    possible must be in the graph of the case already.
    """
    given = given_grades(case.graph, case.scenario)
    cone = _cone(case.graph, targets)
    units = [
        unit for unit in _units(case, cone, given) if not only or _template(case, unit) in only
    ]
    found = _solve(_facts(case, cone, given, units, targets, to, limit))
    chosen = sorted(found)
    smallest = None
    if not chosen and limit is not None:
        unlimited = _solve(_facts(case, cone, given, units, targets, to, None))
        smallest = len(min(unlimited, key=len)) if unlimited else None
    sets = [_flip_set(case, units, numbers, client) for numbers in chosen[:SHOWN]]
    bounds = [case.bounds(target) for target in targets]
    stands = {standing(*each) for each in bounds}
    return Flips(
        what=what,
        targets=tuple(str(case.graph.instances[target]) for target in targets),
        to=to,
        standing=next((s for s in ("given", "open") if s in stands), "withheld"),
        size=len(chosen[0]) if chosen else None,
        total=len(chosen),
        sets=tuple(sets),
        reason=None if chosen else _reason(bool(units), to, only, smallest),
    )


def _reason(changeable: bool, to: Goal, only: Sequence[str], smallest: int | None) -> str:
    """Why nothing flips the advice."""
    if smallest is not None:
        return f"the smallest sets take {smallest} changes, which is over the limit"
    if not changeable:
        return "it rests on no given fact that may change"
    if only:
        return f"no change of these facts alone is enough: {', '.join(only)}"
    if to == "given":
        return "whatever the given facts, every rule for it is too weak or is held back"
    return "whatever the given facts, some rule for it stays strong enough"


def _cone(graph: JustificationGraph, targets: Sequence[int]) -> list[int]:
    """Every fact that the targets may rest on, themselves included."""
    seen = dict.fromkeys(targets)
    queue = list(targets)
    for fact in queue:
        for number in graph.supports[fact]:
            for below in _inputs(graph.firings[number]):
                if below not in seen:
                    seen[below] = None
                    queue.append(below)
    return sorted(seen)


def _inputs(firing: Firing) -> Iterator[int]:
    yield from firing.premises
    for count in firing.counts:
        yield from count.facts
    for group in firing.blockers:
        yield from group


def _units(case: Outcome, cone: Sequence[int], given: Mapping[int, Bounds]) -> list[Unit]:
    """What can be changed: the given facts of the cone, alternatives of one thing together."""
    graph, base = case.graph, case.scenario.base
    group_of = {
        graph.number[one]: group for group in case.scenario.groups for one in group.alternatives
    }
    groups: dict[object, list[int]] = {}
    for fact in cone:
        instance = graph.instances[fact]
        template = base.templates[instance.template]
        if template.id in base.derived or template.advice or template.caveat:
            continue
        if fact in group_of:
            members = [graph.number[one] for one in group_of[fact].alternatives]
            groups["one-of", members[0]] = members
        else:
            groups.setdefault(key_of(template, instance) or fact, []).append(fact)
    units = []
    for name, members in sorted(groups.items(), key=lambda pair: pair[1]):
        alternatives = isinstance(name, tuple) and name[0] == "one-of"
        options = _alternatives(members, given) if alternatives else _options(members, given)
        units.append(Unit(tuple(members), tuple(options)))
    return units


def _options(members: Sequence[int], given: Mapping[int, Bounds]) -> Iterator[Option]:
    """A fact, or one value of a key, in another class; the other values then have no support."""
    for fact in members:
        now = _class(given.get(fact, (0, 0)))
        for level, grade in _CLASSES.items():
            if level != now:
                yield Option(fact, grade)


def _alternatives(members: Sequence[int], given: Mapping[int, Bounds]) -> Iterator[Option]:
    """One alternative of a group certain, and no other; if that is not as good as said already."""
    for fact in members:
        classes = {one: _class(given.get(one, (0, 0))) for one in members}
        others = {classes[one] for one in members if one != fact}
        if classes[fact] != "high" or others != {"low"}:
            yield Option(fact, CERTAIN)


def _class(bounds: Bounds) -> str | None:
    """The class of a fact that has one grade; None for one between two."""
    classes = {
        "low" if grade < CUTS[0] else "mid" if grade < CUTS[1] else "high" for grade in bounds
    }
    return classes.pop() if len(classes) == 1 else None


def _template(case: Outcome, unit: Unit) -> str:
    return case.graph.instances[unit.members[0]].template


def _facts(
    case: Outcome,
    cone: Sequence[int],
    given: Mapping[int, Bounds],
    units: Sequence[Unit],
    targets: Sequence[int],
    to: Goal,
    limit: int | None,
) -> str:
    """The cone of the targets as facts of a logic program."""
    lines = [f"wanted({to})."] + [f"target({fact})." for fact in targets]
    if limit is not None:
        lines.append(f"limit({limit}).")
    free = set()
    for number, unit in enumerate(units):
        lines.append(f"unit({number}).")
        for fact in unit.members:
            free.add(fact)
            lines.append(f"member({number},{fact}).")
        for position, option in enumerate(unit.options):
            lines.append(f"option({number},o({number},{position})).")
            for cut in CUTS:
                if option.grade >= cut:
                    lines.append(f"sets(o({number},{position}),{option.fact},{cut}).")
    for fact in cone:
        if fact not in free:
            lines.append(f"fixed({fact}).")
        for bound, grade in zip(("low", "high"), given.get(fact, (0, 0)), strict=True):
            lines += [f"was({bound},{fact},{cut})." for cut in CUTS if grade >= cut]
    lines += _firings(case, cone)
    return "\n".join(lines)


def _firings(case: Outcome, cone: Sequence[int]) -> Iterator[str]:
    graph = case.graph
    numbers = sorted({number for fact in cone for number in graph.supports[fact]})
    for number in numbers:
        firing = graph.firings[number]
        if firing.rule.id in case.scenario.withdrawn:
            continue
        yield f"firing({number})."
        yield from (f"strength({number},{c})." for c in CUTS if firing.rule.strength >= c)
        yield from (f"premise({number},{fact})." for fact in firing.premises)
        yield from (f"concludes({number},{fact})." for fact in firing.conclusions)
        for group in firing.blockers:
            yield from (f"blocker({number},{fact})." for fact in group)
        for position, count in enumerate(firing.counts):
            yield f"counts({number},{position},{count.least})."
            yield from (f"counted({number},{position},{fact})." for fact in count.facts)


def _solve(facts: str) -> set[tuple[tuple[int, int], ...]]:
    """The choices of every optimal answer: units, each with the position of its option."""
    control = clingo.Control(["--opt-mode=optN", "0", "--warn=none"])
    control.add("base", [], facts + _PROGRAM)
    control.ground([("base", [])])
    found: set[tuple[tuple[int, int], ...]] = set()
    with control.solve(yield_=True) as handle:
        for model in handle:
            if not model.optimality_proven:
                continue
            atoms = (symbol.arguments for symbol in model.symbols(shown=True))
            found.add(
                tuple(sorted((unit.number, option.arguments[1].number) for unit, option in atoms))
            )
    return found


def _flip_set(
    case: Outcome, units: Sequence[Unit], chosen: Sequence[tuple[int, int]], client: str | None
) -> FlipSet:
    """A set of changes as records, carried out to see what else it does."""
    options = [units[unit].options[position] for unit, position in chosen]
    facts = [_fact(case, option) for option in options]
    changed, problems = fold(case.scenario, Changes(facts=tuple(facts)))
    assert not problems, "a unit's option is a change that the scenario takes"
    after = outcome(changed, case.graph)
    return FlipSet(
        changes=tuple(_adjustment(case, option) for option in options),
        comparison=compare(case, after, client, causes=False),
    )


def _fact(case: Outcome, option: Option) -> Fact:
    return Fact(
        instance=case.graph.instances[option.fact],
        standing="stated",
        grade=option.grade,
        origin="assumed",
        where=case.scenario.where,
    )


def _adjustment(case: Outcome, option: Option) -> Adjustment:
    instance: Instance = case.graph.instances[option.fact]
    return Adjustment(
        instance=str(instance),
        says=english.says(case.scenario.base, instance),
        before=_before(case.scenario, instance),
        after=with_band(option.grade),
    )


def _before(scenario: Scenario, instance: Instance) -> str:
    """What a scenario says of an instance, in a word."""
    stated = scenario.facts.get(instance)
    if stated is None:
        return "not mentioned" if scenario.complete else "unknown"
    return with_band(stated.grade or NO_SUPPORT) if stated.standing == "stated" else stated.standing
