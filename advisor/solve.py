"""Turns a piece of advice into its flips: the smallest changes that give it or take it away.

Answer set programming over the recorded firings (clingo; Gebser et al. 2011). Whether a grade is 4
or more needs only two cuts: `unless X` passes at 4 exactly if X is not at 5 or more, and at 5
exactly if X is not at 4 or more. So every given fact has three classes, below 4, at 4, and above;
and each bound of an unknown fact is cut on its own. The only importer of clingo.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

import clingo

from advisor import english
from advisor.cone import cone
from advisor.evaluate import Bounds, Outcome, given_grades, outcome, standing
from advisor.grades import CERTAIN, HOLDS, NO_SUPPORT, with_band
from advisor.graph import JustificationGraph
from advisor.loader.folding import Changes, fold, key_of
from advisor.model import Fact, Instance, KnowledgeBase, Scenario, Template
from advisor.strata import components
from advisor.whatif import Adjustment, Flips, FlipSet, Goal, compare

CUTS: Final = (HOLDS, CERTAIN + 1 - HOLDS)  # 4 and 5
SHOWN: Final = 200  # sets given; more are counted

# The mildest grade of each class: below the first cut, at it, and from the second up.
_MILDEST: Final = (HOLDS - 1, HOLDS, HOLDS + 1)

_PROGRAM: Final = """
cut(4). cut(5). opposite(4,5). opposite(5,4).
1 { chosen(U,O) : option(U,O); kept(U) } 1 :- unit(U).
stated(B,F,K) :- kept(U), member(U,F), was(B,F,K).
stated(B,F,K) :- chosen(U,O), sets(O,B,F,K).
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
    """A way to set a unit: a grade for one member, and what this makes of all of them."""

    fact: int
    grade: int
    effect: tuple[Bounds, ...]  # of each member


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
    below = sorted(cone(case.graph, targets))
    units = _units(case, below, given, only)
    found = _solve(_facts(case, below, given, units, targets, to, limit))
    chosen = sorted(found)
    smallest = None
    if not chosen and limit is not None:
        unlimited = _solve(_facts(case, below, given, units, targets, to, None))
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
        reason=None if chosen else _reason(any(unit.options for unit in units), to, only, smallest),
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


def _units(
    case: Outcome, below: Sequence[int], given: Mapping[int, Bounds], only: Sequence[str]
) -> list[Unit]:
    """What can be changed, by setting facts of some templates only, if any are named."""
    return [
        Unit(members, tuple(_options(case, members, given, only)))
        for members in _bundles(case, below)
    ]


def _bundles(case: Outcome, below: Sequence[int]) -> list[tuple[int, ...]]:
    """The given facts of a cone, those of one key or of one group together."""
    graph, base = case.graph, case.scenario.base
    near: dict[int, list[int]] = {
        fact: []
        for fact in below
        if graph.is_fact(fact) and _is_given(base.templates[graph.instances[fact].template], base)
    }
    for group in (*case.scenario.groups, *case.scenario.decided):
        members = [graph.number[one] for one in (*group.alternatives, *group.ruled_out)]
        if not near.keys().isdisjoint(members):
            for fact in members:
                near.setdefault(fact, []).extend(members)
    of_key: dict[object, list[int]] = {}
    for fact in near:
        instance = graph.instances[fact]
        key = key_of(base.templates[instance.template], instance)
        if key is not None:
            of_key.setdefault(key, []).append(fact)
    for rivals in of_key.values():
        for fact in rivals:
            near[fact] += rivals
    return sorted(tuple(sorted(members)) for members in components(near))


def _is_given(template: Template, base: KnowledgeBase) -> bool:
    return not (template.id in base.derived or template.advice or template.caveat)


def _options(
    case: Outcome, members: tuple[int, ...], given: Mapping[int, Bounds], only: Sequence[str]
) -> Iterator[Option]:
    """One member in another class, an alternative of a group certain; none twice in effect."""
    graph = case.graph
    now = [given.get(fact, (NO_SUPPORT, NO_SUPPORT)) for fact in members]
    seen = {tuple(map(_classes, now))}
    groups = (*case.scenario.groups, *case.scenario.decided)
    grouped = {graph.number[i] for g in groups for i in (*g.alternatives, *g.ruled_out)}
    said_first = sorted(members, key=lambda fact: given.get(fact, (0, 0))[1] < HOLDS)
    for fact in said_first:
        if only and graph.instances[fact].template not in only:
            continue
        for grade in (CERTAIN,) if fact in grouped else _MILDEST:
            effect = _effect(case, members, fact, grade)
            classes = tuple(map(_classes, effect))
            if classes not in seen:
                seen.add(classes)
                yield Option(fact, grade, effect)


def _effect(case: Outcome, members: tuple[int, ...], fact: int, grade: int) -> tuple[Bounds, ...]:
    """What setting one member makes of each."""
    if members == (fact,):
        return ((grade, grade),)
    changed = _changed(case, [(fact, grade)])
    given = given_grades(case.graph, changed)
    return tuple(given.get(one, (NO_SUPPORT, NO_SUPPORT)) for one in members)


def _classes(bounds: Bounds) -> tuple[bool, ...]:
    """Which cuts the bounds reach."""
    return tuple(grade >= cut for grade in bounds for cut in CUTS)


def _facts(
    case: Outcome,
    below: Sequence[int],
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
            for fact, bounds in zip(unit.members, option.effect, strict=True):
                lines += [f"sets(o({number},{position}),{cut})." for cut in _reached(fact, bounds)]
    for fact in below:
        if fact not in free:
            lines.append(f"fixed({fact}).")
        lines += [f"was({cut})." for cut in _reached(fact, given.get(fact, (0, 0)))]
    lines += recorded(case.graph, below, case.scenario.withdrawn)
    return "\n".join(lines)


def _reached(fact: int, bounds: Bounds) -> Iterator[str]:
    """The cuts that a fact's bounds reach, as arguments of the logic program."""
    for bound, grade in zip(("low", "high"), bounds, strict=True):
        yield from (f"{bound},{fact},{cut}" for cut in CUTS if grade >= cut)


def recorded(
    graph: JustificationGraph, below: Iterable[int], withdrawn: Collection[str] = ()
) -> Iterator[str]:
    """The firings that conclude some facts, as facts of a logic program."""
    numbers = sorted({number for fact in below for number in graph.supports[fact]})
    for number in numbers:
        firing = graph.firings[number]
        if firing.rule.id in withdrawn:
            continue
        yield f"firing({number})."
        yield from (f"strength({number},{c})." for c in CUTS if firing.rule.strength >= c)
        yield from (f"premise({number},{fact})." for fact in firing.premises)
        yield from (f"concludes({number},{fact})." for fact in firing.raises)
        for group in firing.blockers:
            yield from (f"blocker({number},{fact})." for fact in group)
        for position, count in enumerate(firing.counts):
            yield f"counts({number},{position},{count.least})."
            yield from (f"counted({number},{position},{fact})." for fact in count.facts)


Atom = tuple[str, tuple[int, ...]]  # a predicate with its numbers


def best(program: str) -> list[Atom] | None:
    """The shown atoms of an optimal answer of a logic program, sorted; None if it has no answer."""
    control = clingo.Control(["--warn=none"])
    control.add("base", [], program)
    control.ground([("base", [])])
    found: list[Atom] | None = None
    with control.solve(yield_=True) as handle:
        for model in handle:  # each better than the one before
            shown = model.symbols(shown=True)
            found = sorted((one.name, tuple(n.number for n in one.arguments)) for one in shown)
    return found


def _solve(facts: str) -> set[tuple[tuple[int, int], ...]]:
    """The choices of every optimal answer: units, each with the position of its option."""
    control = clingo.Control(["--opt-mode=optN", "0", "--warn=none"])
    control.add("base", [], facts + _PROGRAM)
    control.ground([("base", [])])
    found: set[tuple[tuple[int, int], ...]] = set()
    with control.solve(yield_=True) as handle:
        for model in handle:
            if model.cost and not model.optimality_proven:
                continue  # without units there is no cost, and nothing to prove
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
    changed = _changed(case, [(option.fact, option.grade) for option in options])
    after = outcome(changed, case.graph)
    return FlipSet(
        changes=tuple(_adjustment(case, option) for option in options),
        comparison=compare(case, after, client, causes=False),
    )


def _changed(case: Outcome, grades: Sequence[tuple[int, int]]) -> Scenario:
    """The scenario with some of its given facts set to other grades."""
    facts = [
        Fact(
            instance=case.graph.instances[fact],
            standing="stated",
            grade=grade,
            origin="assumed",
            where=case.scenario.where,
        )
        for fact, grade in grades
    ]
    changed, problems = fold(case.scenario, Changes(facts=tuple(facts)))
    assert not problems, "a unit's option is a change that the scenario takes"
    return changed


def _adjustment(case: Outcome, option: Option) -> Adjustment:
    instance: Instance = case.graph.instances[option.fact]
    clause = english.says if option.grade >= HOLDS else english.denies
    return Adjustment(
        instance=str(instance),
        says=english.says(case.scenario.base, instance),
        before=_before(case.scenario, instance),
        after=with_band(option.grade),
        then=clause(case.scenario.base, instance),
    )


def _before(scenario: Scenario, instance: Instance) -> str:
    """What a scenario says of an instance, in a word."""
    stated = scenario.facts.get(instance)
    if stated is None:
        return "not mentioned" if scenario.complete else "unknown"
    return with_band(stated.grade or NO_SUPPORT) if stated.standing == "stated" else stated.standing


_CIRCUIT: Final = """
1 { chosen(G,A) : answer(G,A) } 1 :- group(G).
true(N) :- chosen(G,A), sets(G,A,N).
true(N) :- and(N,X,0,Y,0), true(X), true(Y).
true(N) :- and(N,X,0,Y,1), true(X), not true(Y).
true(N) :- and(N,X,1,Y,0), not true(X), true(Y).
true(N) :- and(N,X,1,Y,1), not true(X), not true(Y).
:- wanted(N,0), not true(N).
:- wanted(N,1), true(N).
"""


def satisfiable(
    gates: Sequence[tuple[int, int]], literal: int, groups: Sequence[Sequence[Sequence[int]]]
) -> bool:
    """Whether a literal of an and-inverter circuit can be true.

    `gates` holds two literals for each node, twice 0 for an input; a literal is twice its node,
    plus 1 if negated. Of each of the groups exactly one member holds: the inputs that it names are
    true, and no others are.
    """
    if literal < 2:
        return bool(literal)
    lines = [f"wanted({literal >> 1},{literal & 1})."]
    for node, (one, other) in enumerate(gates):
        if (one, other) != (0, 0):
            lines.append(f"and({node},{one >> 1},{one & 1},{other >> 1},{other & 1}).")
    for number, members in enumerate(groups):
        lines.append(f"group({number}).")
        for place, inputs in enumerate(members):
            lines.append(f"answer({number},{place}).")
            lines += (f"sets({number},{place},{node})." for node in inputs)
    control = clingo.Control(["--warn=none"])
    control.add("base", [], _CIRCUIT + "\n".join(lines))
    control.ground([("base", [])])
    return bool(control.solve().satisfiable)
