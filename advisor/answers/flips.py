"""Turns a piece of advice into its flips: the smallest changes that give it or take it away.

Answer set programming over the recorded firings: see `answersets`. Its two cuts give every given
fact three classes, below 4, at 4, and above. The size of the smallest sets is proved first; then
sets of that size are listed, each once, whatever grades its facts can take, and no more of them
than a person can look through; then each set is given the grades nearest to what is stated now.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from advisor.answers.alike import alike
from advisor.answers.spans import Spans
from advisor.answers.whatif import Adjustment, Comparison, Flips, FlipSet, Goal, compare
from advisor.model.changes import Changes, fold, key_of
from advisor.model.errors import Problem
from advisor.model.grades import CERTAIN, CUTS, HOLDS, NO_SUPPORT, opposite_cut, with_band
from advisor.model.records import Fact, Instance, KnowledgeBase, Pattern, Scenario, Template
from advisor.model.relations import closure, components
from advisor.reasoning.answersets import (
    BOTH,
    CORE,
    ONE,
    Smallest,
    cheapest,
    recorded,
    smallest,
)
from advisor.reasoning.askable import beside
from advisor.reasoning.cone import cone
from advisor.reasoning.evaluate import Bounds, Outcome, given_grades, outcome, standing
from advisor.reasoning.graph import JustificationGraph
from advisor.reasoning.orders import ORDERED, Orders

SHOWN: Final = 200  # sets given; of more it is said that there are more

# The mildest grade of each class: below the first cut, at it, and from the second up.
_MILDEST: Final = (HOLDS - 1, HOLDS, HOLDS + 1)

_PROGRAM: Final = f"""
{CORE}
1 {{ chosen(U,O) : option(U,O); kept(U); apart(U) : low(U,_) }} 1 :- unit(U).
1 {{ chosen(U,O) : low(U,O) }} :- apart(U).
changed(F) :- chosen(_,o(F,_)).
stated(B,F,K) :- apart(U), member(U,F), not changed(F), left(B,F,K).
stated(B,F,K) :- kept(U), member(U,F), was(B,F,K).
stated(B,F,K) :- chosen(U,O), sets(O,B,F,K).
stated(B,F,K) :- fixed(F), was(B,F,K).
goal(given) :- target(F), lower(B), holds(B,F,{HOLDS}).
goal(withheld) :- upper(B), not holds(B,F,{HOLDS}) : target(F).
:- not goal(G), wanted(G).
"""
_SIDES: Final = {  # the names of the two bounds of a fact; one where they are always the same
    ("low", "high"): f"{BOTH} lower(low). upper(high).",
    ("one",): f"{ONE} lower(one). upper(one).",
}
_MILD: Final = """
number(F) :- option(_,o(F,_)).
number(F) :- low(_,o(F,_)).
take(F,G) :- chosen(_,o(F,G)).
#minimize { W,F : take(F,G), costs(F,G,W) }.
#show take/2.
"""


class Option(NamedTuple):
    """A way to set a unit: a grade for one member, and what this makes of all of them."""

    fact: int
    grade: int
    effect: tuple[Bounds, ...]  # of each member
    cost: int  # how far that is from what was


class Unit(NamedTuple):
    """What is set together: a given fact, or the facts of a key or a `one-of` group.

    One change sets it, or, of a key none of whose values is to hold, one for each value denied.
    """

    members: tuple[int, ...]
    options: tuple[Option, ...]
    low: tuple[Option, ...] = ()  # each makes one value of a key less likely than not
    left: tuple[Bounds, ...] = ()  # of each value, where that is done to others


def flips(
    case: Outcome,
    what: str,
    targets: Sequence[int],
    to: Goal,
    *,
    only: Sequence[str] = (),
    limit: int | None = None,
    client: str | None = None,
    most: int = SHOWN,
    consequences: bool = True,
    asked: Pattern | None = None,
) -> Flips:
    """The smallest sets of changes after which the advice has the standing wanted.

    To "given": one of the targets is given; to "withheld": each of them is. `only` names the
    templates whose facts may change; `limit` is the most changes to allow, `most` the most sets to
    list. Without `consequences`, nobody works out what else each set changes in the advice, and no
    shifts are named. What makes facts possible must be in the graph of the case already; `asked` is
    the pattern for which it was made so. Raises AdvisorError where the search is too long for the
    budget.
    """
    given = given_grades(case.graph, case.scenario)
    below = sorted(cone(case.graph, targets))
    needed = _needed(case.graph, targets, to)
    others = _others(case, below, given, asked)
    units = _units(case, below, given, only, needed, others)
    wanted = [f"wanted({to}).", *(f"target({fact})." for fact in targets)]
    sides = _sides(given, units)
    program = "\n".join(
        [_PROGRAM, _SIDES[sides], *wanted, *_facts(case, below, given, units, sides)]
    )
    limited = "" if limit is None else f":- {limit + 1} {{ changed(F) }}."
    settable = sorted({one.fact for unit in units for one in (*unit.options, *unit.low)})
    fixed = {*given, *targets, *(fact for unit in units for fact in unit.members)}
    swapped = alike(case.graph, below, _kinds(given, units, targets), fixed)
    found = smallest(program + limited, settable, most, swapped)
    unlimited = smallest(program, settable, 1, swapped) if limit and not found else None
    numbers = found.sets if found else ()
    chosen = _mildest(program, numbers, units)
    before = _beside(case, chosen, others) if consequences else case
    spans = Spans(case.scenario, asked)
    stands = {standing(*case.bounds(target)) for target in targets}
    return Flips(
        what=what,
        targets=tuple(str(case.graph.instances[target]) for target in targets),
        to=to,
        standing=next((s for s in ("given", "open") if s in stands), "withheld"),
        size=found.size if found else None,
        total=len(numbers),
        more=found.more if found else False,
        at_least=found.least if found else None,
        cut_short=found.given_up if found else None,
        sets=tuple(_flip_set(case, one, client, before, spans, consequences) for one in chosen),
        reason=None if found else _reason(bool(settable), to, only, unlimited),
    )


def _kinds(
    given: Mapping[int, Bounds], units: Sequence[Unit], targets: Sequence[int]
) -> dict[int, Hashable]:
    """The facts that are set alone, each with what it is and what it may become."""
    return {
        fact: (given.get(fact), *((o.grade, o.effect, o.cost) for o in unit.options))
        for unit in units
        for fact in unit.members[:1]
        if len(unit.members) == 1 and unit.options and not unit.low and fact not in targets
    }


def _mildest(
    program: str, sets: Sequence[Sequence[int]], units: Sequence[Unit]
) -> list[list[tuple[int, int]]]:
    """The facts of each set with the mildest grades that will do; unsought where there is one."""
    grades: dict[int, list[int]] = {}
    for option in (one for unit in units for one in (*unit.options, *unit.low)):
        grades.setdefault(option.fact, []).append(option.grade)
    if all(len(grades[fact]) == 1 for one in sets for fact in one):
        return [[(fact, grades[fact][0]) for fact in one] for one in sets]
    answers = cheapest(program + _MILD, sets)
    return [[(fact, grade) for _, (fact, grade) in answer] for answer in answers]


def _beside(case: Outcome, chosen: Sequence[Sequence[tuple[int, int]]], others: Others) -> Outcome:
    """The case with what is open beside the numbers and dates that some sets change."""
    fresh = {others[fact] for changes in chosen for fact, _ in changes if fact in others}
    graph = case.graph.extended(sorted(fresh))
    return case if graph is case.graph else outcome(case.scenario, graph)


def _reason(changeable: bool, to: Goal, only: Sequence[str], smallest: Smallest | None) -> str:
    """Why nothing flips the advice."""
    if smallest is not None:
        found = "found take" if smallest.given_up else "take"
        return f"the smallest sets {found} {smallest.size} changes, which is over the limit"
    if not changeable:
        return "it rests on no given fact that may change"
    if only:
        return f"no change of these facts alone is enough: {', '.join(only)}"
    if to == "given":
        return "whatever the given facts, every rule for it is too weak or is held back"
    return "whatever the given facts, some rule for it stays strong enough"


Needed = Mapping[int, frozenset[tuple[int, int]]]  # of each fact, bounds (0: lower) with cuts


def _needed(graph: JustificationGraph, targets: Sequence[int], to: Goal) -> Needed:
    """What of each fact may decide whether the targets stand as wanted."""

    def below(decided: tuple[int, int, int]) -> Iterator[tuple[int, int, int]]:
        fact, bound, cut = decided
        for number in graph.supports[fact]:
            for one, speaks_for in graph.firings[number].inputs():
                yield (one, bound, cut) if speaks_for else (one, 1 - bound, opposite_cut(cut))

    start = [(fact, int(to == "withheld"), HOLDS) for fact in targets]
    needed: dict[int, set[tuple[int, int]]] = {}
    for fact, bound, cut in closure(start, below):
        needed.setdefault(fact, set()).add((bound, cut))
    return {fact: frozenset(pairs) for fact, pairs in needed.items()}


Others = Mapping[int, Instance]  # for an open fact, another that it stands for too


def _others(
    case: Outcome, below: Sequence[int], given: Mapping[int, Bounds], asked: Pattern | None
) -> Others:
    """The open numbers and dates that stand for more of the line, each with another one there.

    Whatever is said of such a fact leaves the other one as open as it was.
    """
    scenario, graph = case.scenario, case.graph
    open_ = [
        fact
        for fact in below
        if fact in given and graph.is_fact(fact) and graph.instances[fact] not in scenario.facts
    ]
    if not any(slot.kind in ORDERED for n in open_ for slot in graph.template(n).slots.values()):
        return {}
    orders = Orders(scenario.base, scenario.facts, asked, graph.instances)
    found = {
        fact: beside(orders, graph.instances[fact], range(len(graph.instances[fact].values)))
        for fact in open_
    }
    return {fact: other for fact, other in found.items() if other is not None}


def _units(
    case: Outcome,
    below: Sequence[int],
    given: Mapping[int, Bounds],
    only: Sequence[str],
    needed: Needed,
    others: Others,
) -> list[Unit]:
    """What can be changed, by setting facts of some templates only, if any are named."""
    found = []
    for members in _bundles(case, below):
        options = tuple(_options(case, members, given, only, needed, others))
        unit = Unit(members, options)
        found.append(_apart(case, unit, given, only, needed, others))
    return found


def _apart(
    case: Outcome,
    unit: Unit,
    given: Mapping[int, Bounds],
    only: Sequence[str],
    needed: Needed,
    others: Others,
) -> Unit:
    """The unit, and if it is a key's, the values that can be made less likely than not, each alone.

    What was said to hold is then left open, unless it is denied as well.
    """
    first, *rest = unit.members
    if not rest or not _grouped(case).isdisjoint(unit.members):
        return unit
    unlikely = HOLDS - 1
    after = [_given_after(case, one, unlikely) for one in (first, rest[0])]
    left = [(after[one == first] or {}).get(one, (NO_SUPPORT, NO_SUPPORT)) for one in unit.members]
    now = [given.get(one, (NO_SUPPORT, NO_SUPPORT)) for one in unit.members]
    low = []
    for place, fact in enumerate(unit.members):
        turning = any(bound and left[place][1] >= cut for bound, cut in needed.get(fact, ()))
        named = not only or case.graph.template(fact).id in only
        if turning and named and fact not in others:
            effect = (*left[:place], (unlikely, unlikely), *left[place + 1 :])
            low.append(Option(fact, unlikely, effect, _cost(now, effect, unlikely)))
    holding = tuple(one for one in unit.options if one.grade >= HOLDS)
    if len(low) < 2:
        return Unit(unit.members, (*holding, *low))
    return Unit(unit.members, holding, tuple(low), tuple(left))


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
    case: Outcome,
    members: tuple[int, ...],
    given: Mapping[int, Bounds],
    only: Sequence[str],
    needed: Needed,
    others: Others,
) -> Iterator[Option]:
    """Ways to set a unit that may matter: an alternative of a group certain, or one member in
    another class; of grades that come to the same, the one nearest to what is."""
    graph = case.graph
    now = [given.get(fact, (NO_SUPPORT, NO_SUPPORT)) for fact in members]
    seen = {_classes(now)}
    grouped = _grouped(case)
    said_first = sorted(members, key=lambda fact: given.get(fact, (0, 0))[1] < HOLDS)
    for fact in said_first:
        if only and graph.instances[fact].template not in only:
            continue
        nearest: dict[object, Option] = {}
        for grade in (CERTAIN,) if fact in grouped else _MILDEST:
            effect = _effect(case, members, fact, grade, others)
            if effect is None:
                continue
            option = Option(fact, grade, effect, _cost(now, effect, grade))
            telling = _telling(members, effect, needed)
            if _classes(effect) not in seen and telling != _telling(members, now, needed):
                other = nearest.setdefault(telling, option)
                nearest[telling] = min(other, option, key=lambda one: one.cost)
            seen.add(_classes(effect))
        yield from nearest.values()


def _grouped(case: Outcome) -> set[int]:
    """The facts that are or were alternatives of a `one-of` group."""
    groups = (*case.scenario.groups, *case.scenario.decided)
    named = (one for group in groups for one in (*group.alternatives, *group.ruled_out))
    return {case.graph.number[one] for one in named}


def _given_after(case: Outcome, fact: int, grade: int) -> dict[int, Bounds] | None:
    """What is given after one change; None if nobody may make it."""
    changed, problems = _changed(case, [(fact, grade)])
    return None if problems else given_grades(case.graph, changed)


def _effect(
    case: Outcome, members: tuple[int, ...], fact: int, grade: int, others: Others
) -> tuple[Bounds, ...] | None:
    """What setting one member makes of each, and of what it stands for; None if nobody may."""
    upper = grade
    if fact in others and (grade < HOLDS or not case.graph.template(fact).key):
        upper = CERTAIN
    if members == (fact,):
        return ((grade, upper),)
    given = _given_after(case, fact, grade)
    if given is None:
        return None
    given[fact] = grade, upper
    return tuple(given.get(one, (NO_SUPPORT, NO_SUPPORT)) for one in members)


def _cost(before: Sequence[Bounds], after: Sequence[Bounds], grade: int) -> int:
    """How far a change goes: the cuts that are crossed, then how far it ends from the middle."""
    crossed = sum(was != now for was, now in zip(_classes(before), _classes(after), strict=True))
    return 2 * crossed + (grade != HOLDS)


def _classes(bounds: Sequence[Bounds]) -> tuple[bool, ...]:
    """Which cuts the bounds of some facts reach."""
    return tuple(grade >= cut for each in bounds for grade in each for cut in CUTS)


def _telling(
    members: Sequence[int], bounds: Sequence[Bounds], needed: Needed
) -> tuple[frozenset[tuple[int, int]], ...]:
    """Which of the cuts needed the bounds of some facts reach."""
    return tuple(
        frozenset((bound, cut) for bound, cut in needed.get(fact, ()) if each[bound] >= cut)
        for fact, each in zip(members, bounds, strict=True)
    )


Sides = tuple[str, ...]


def _sides(given: Mapping[int, Bounds], units: Sequence[Unit]) -> Sides:
    """The names of the bounds of facts: one if nothing is open, and nothing can be made so."""
    taken = [given.values(), *(option.effect for unit in units for option in unit.options)]
    taken += [unit.left for unit in units]
    both, one = _SIDES
    return one if all(low == high for bounds in taken for low, high in bounds) else both


def _facts(
    case: Outcome,
    below: Sequence[int],
    given: Mapping[int, Bounds],
    units: Sequence[Unit],
    sides: Sides,
) -> Iterator[str]:
    """The cone of the targets as facts of a logic program."""
    free = {fact for unit in units for fact in unit.members}
    for number, unit in enumerate(units):
        yield f"unit({number})."
        yield from (f"member({number},{fact})." for fact in unit.members)
        for option in unit.options:
            name = f"o({option.fact},{option.grade})"
            yield f"option({number},{name})."
            yield f"costs({option.fact},{option.grade},{option.cost})."
            for fact, bounds in zip(unit.members, option.effect, strict=True):
                yield from (f"sets({name},{cut})." for cut in _reached(sides, fact, bounds))
        for option in unit.low:
            yield f"low({number},o({option.fact},{option.grade}))."
            yield f"costs({option.fact},{option.grade},{option.cost})."
        for fact, bounds in zip(unit.members, unit.left, strict=bool(unit.left)):
            yield from (f"left({cut})." for cut in _reached(sides, fact, bounds))
    for fact in sorted({*below, *free}):
        if fact not in free:
            yield f"fixed({fact})."
        now = given.get(fact, (NO_SUPPORT, NO_SUPPORT))
        yield from (f"was({cut})." for cut in _reached(sides, fact, now))
    yield from recorded(case.graph, below, case.scenario.withdrawn)


def _reached(sides: Sides, fact: int, bounds: Bounds) -> Iterator[str]:
    """The cuts that a fact's bounds reach, as arguments of the logic program."""
    for bound, grade in zip(sides, bounds, strict=False):
        yield from (f"{bound},{fact},{cut}" for cut in CUTS if grade >= cut)


def _flip_set(
    case: Outcome,
    changes: Sequence[tuple[int, int]],
    client: str | None,
    before: Outcome,
    spans: Spans,
    consequences: bool,
) -> FlipSet:
    """A set of changes, facts with grades, as records; carried out to see what else it does."""
    said = case.scenario
    then = Comparison(name=said.name, title=said.title, about=said.about, changes=(), shifts=())
    if consequences:
        changed, problems = _changed(case, changes)
        assert not problems, "a unit's option is a change that the scenario takes"
        then = compare(before, outcome(changed, before.graph), client, causes=False)
    listed = tuple(_adjustment(case, spans, fact, grade) for fact, grade in changes)
    return FlipSet(changes=listed, comparison=then)


def _changed(case: Outcome, grades: Sequence[tuple[int, int]]) -> tuple[Scenario, list[Problem]]:
    """The scenario with some of its given facts set to other grades, and why that cannot be."""
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
    return fold(case.scenario, Changes(facts=tuple(facts)))


def _adjustment(case: Outcome, spans: Spans, fact: int, grade: int) -> Adjustment:
    instance: Instance = case.graph.instances[fact]
    return Adjustment(
        instance=str(instance),
        says=spans.says(instance),
        before=_before(case.scenario, instance),
        after=with_band(grade),
        then=spans.says(instance, holds=grade >= HOLDS),
        example=spans.is_example(instance),
    )


def _before(scenario: Scenario, instance: Instance) -> str:
    """What a scenario says of an instance, in a word."""
    stated = scenario.facts.get(instance)
    if stated is None:
        return "not mentioned" if scenario.complete else "unknown"
    return with_band(stated.grade or NO_SUPPORT) if stated.standing == "stated" else stated.standing
