"""Turns a piece of advice into its flips: the smallest changes that give it or take it away.

Answer set programming over the recorded firings: see `programs`. The size of the smallest sets is
proved first; then sets of that size are listed, each once, whatever grades its facts can take, and
no more of them than a person can look through; then each set is given the grades nearest to what is
stated now.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import Final

from advisor.answers.alike import alike
from advisor.answers.flips import Adjustment, AtOnce, FlipGoal, Flips, FlipSet
from advisor.answers.spans import Spans
from advisor.answers.units import Search, Unit, changed, search, units
from advisor.answers.whatif import WhatIf, compare
from advisor.model.feeding import feeding
from advisor.model.grades import CUTS, HOLDS, with_band
from advisor.model.records import Instance, Pattern, Term
from advisor.reasoning.answersets import Smallest, cheapest, smallest
from advisor.reasoning.askable import reached
from advisor.reasoning.evaluate import Bounds, Outcome, outcome, side_by_side, standing
from advisor.reasoning.graph import JustificationGraph
from advisor.reasoning.programs import BOTH, CORE, ONE, recorded

SHOWN: Final = 200  # sets given; of more it is said that there are more

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
otherwise(F) :- summed(F,settable), changed(F).
otherwise(F) :- summed(F,holding), lower(B), not holds(B,F,{CUTS[1]}).
otherwise(F) :- summed(F,missing), upper(B), holds(B,F,{CUTS[0]}).
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


_NOTHING: Final = "it rests on no given fact that may change"
_TOO_WEAK: Final = "whatever the given facts, every rule for it is too weak or is held back"
_TOO_STRONG: Final = "whatever the given facts, some rule for it stays strong enough"
_PARTLY: Final = "no change of what was searched is enough"
_FIXED: Final = (_NOTHING, _TOO_WEAK, _TOO_STRONG)  # where all that may change was searched


def flips(
    case: Outcome,
    what: str,
    targets: Sequence[int],
    to: FlipGoal,
    *,
    only: Sequence[str] = (),
    limit: int | None = None,
    client: str | None = None,
    most: int = SHOWN,
    consequences: bool = True,
    asked: Pattern | None = None,
) -> Flips:
    """The smallest sets of changes after which the advice has the standing wanted.

    "given": one of the targets; "withheld": each. What makes facts possible for the pattern `asked`
    must be in the graph. The rest is as in `views.flip`.
    """
    within = search(case, targets, to, only, asked)
    numbers, unasked = unsearched(within), () if only else _unasked(case.graph, targets, asked)
    spans = Spans(case.scenario, asked)
    found, chosen, reason = _found(within, targets, to, limit, most, spans)
    before = _beside(within, chosen) if consequences else None
    return Flips(
        scenario=case.scenario.name,
        what=what,
        targets=tuple(str(case.graph.instances[target]) for target in targets),
        to=to,
        standing=_standing(case, targets),
        size=found.size if found else None,
        total=len(chosen),
        more=found.more if found else False,
        at_least=found.least if found else None,
        cut_short=found.given_up if found else None,
        sets=tuple(_flip_set(case, one, client, before, spans) for one in chosen),
        reason=_PARTLY if reason in _FIXED and (numbers or unasked) else reason,
        unsearched=numbers,
        unasked=unasked,
        at_once=_at_once(within),
    )


def _standing(case: Outcome, targets: Sequence[int]) -> str:
    """How what is best of the targets stands."""
    stands = {standing(*case.bounds(target)) for target in targets}
    return next((s for s in ("given", "open") if s in stands), "withheld")


def unsearched(within: Search) -> tuple[str, ...]:
    """The templates of which no other numbers are tried, as rules compute with them; in order."""
    base, graph = within.case.graph.base, within.case.graph
    slots = {template for template, _ in feeding(base.templates, base.rules)}
    below = {graph.instances[fact].template for fact in within.below if graph.is_fact(fact)}
    return tuple(t.id for t in base.templates.values() if t.asks and t.id in slots & below)


def _unasked(
    graph: JustificationGraph, targets: Sequence[int], asked: Pattern | None
) -> tuple[str, ...]:
    """The given templates below the targets that nobody is asked about, in order."""
    aims: list[tuple[str, Sequence[Term]]] = (
        [] if asked is None else [(asked.template, asked.terms)]
    )
    aims += [(aim.template, aim.values) for aim in map(graph.instances.__getitem__, targets)]
    goals = reached(graph.base, [((template, tuple(terms)), None) for template, terms in aims])
    below = {name for (name, _), _ in goals} - graph.base.derived
    given = (t for t in graph.base.templates.values() if t.id in below and not t.helper)
    return tuple(t.id for t in given if not t.asks or t.id in graph.base.told)


def _at_once(within: Search) -> tuple[AtOnce, ...]:
    """Of which templates only so many facts are changed at once, as rules compute over many."""
    graph, said = within.case.graph, within.case.scenario
    most = graph.slack(said)
    if most is None:
        return ()
    derived = graph.base.derived
    found = Counter(
        graph.instances[fact].template
        for fact in graph.summed(said)
        if fact in within.below
        and (graph.instances[fact].template in derived or within.may_change(fact))
    )
    return tuple(AtOnce(template=t, most=most, facts=many) for t, many in found.items())


Set = list[tuple[int, int]]  # facts that are changed together, each with its grade


def _found(
    within: Search,
    targets: Sequence[int],
    to: FlipGoal,
    limit: int | None,
    most: int,
    spans: Spans,
) -> tuple[Smallest | None, list[Set], str | None]:
    """The smallest sets, as found and with the mildest grades, or why there are none."""
    graph, settable_units = within.case.graph, units(within)
    wanted = [f"wanted({to}).", *(f"target({fact})." for fact in targets)]
    sides = _sides(within.given, settable_units)
    facts = _facts(within, settable_units, sides)
    program = "\n".join([_PROGRAM, _SIDES[sides], *wanted, *facts])
    limited = "" if limit is None else f":- {limit + 1} {{ changed(F) }}."
    settable = sorted({setting.fact for unit in settable_units for setting in unit.settings()})
    members = (fact for unit in settable_units for fact in unit.members)
    kinds = _kinds(within.given, settable_units, targets)
    swapped = alike(graph, within.below, kinds, {*within.given, *targets, *members})
    found = smallest(program + limited, settable, most, swapped)
    if found is not None:
        sets = _told_apart(within.case, spans, _mildest(program, found.sets, settable_units))
        return found, sets, None
    unlimited = smallest(program, settable, 1, swapped) if limit else None
    return None, [], _reason(bool(settable), to, within.only, unlimited)


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


def _mildest(program: str, sets: Sequence[Sequence[int]], units: Sequence[Unit]) -> list[Set]:
    """The facts of each set with the mildest grades that will do; unsought where there is one."""
    grades: dict[int, list[int]] = {}
    for option in (setting for unit in units for setting in unit.settings()):
        grades.setdefault(option.fact, []).append(option.grade)
    if all(len(grades[fact]) == 1 for sequence in sets for fact in sequence):
        return [[(fact, grades[fact][0]) for fact in sequence] for sequence in sets]
    answers = cheapest(program + _MILD, sets)
    return [[(fact, grade) for _, (fact, grade) in answer] for answer in answers]


def _beside(within: Search, chosen: Sequence[Set]) -> Outcome:
    """The case with what is open beside the numbers and dates that some sets change."""
    case, others = within.case, within.others
    fresh = {others[fact] for changes in chosen for fact, _ in changes if fact in others}
    graph = case.graph.extended(sorted(fresh))
    return case if graph is case.graph else outcome(case.scenario, graph)


def _reason(changeable: bool, to: FlipGoal, only: Sequence[str], smallest: Smallest | None) -> str:
    """Why nothing flips the advice."""
    if smallest is not None:
        found = "found take" if smallest.given_up else "take"
        return f"the smallest sets {found} {smallest.size} changes, which is over the limit"
    if not changeable:
        return _NOTHING
    if only:
        return f"no change of these facts alone is enough: {', '.join(only)}"
    if to == "given":
        return _TOO_WEAK
    return _TOO_STRONG


Sides = tuple[str, ...]


def _sides(given: Mapping[int, Bounds], units: Sequence[Unit]) -> Sides:
    """The names of the bounds of facts: one if nothing is open, and nothing can be made so."""
    taken = [given.values(), *(option.effect for unit in units for option in unit.options)]
    taken += [unit.left for unit in units]
    both, one = _SIDES
    return one if all(low == high for bounds in taken for low, high in bounds) else both


def _facts(within: Search, units: Sequence[Unit], sides: Sides) -> Iterator[str]:
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
    graph, said = within.case.graph, within.case.scenario
    if summed := [n for n in graph.summed(said) if n in free or n in within.below]:
        yield f":- {(graph.slack(said) or 0) + 1} {{ otherwise(F) }}."
        for fact in summed:
            holds = "holding" if within.case.grades.lower[fact] else "missing"
            yield f"summed({fact},{'settable' if fact in free else holds})."
    for fact in sorted({*within.below, *free}):
        if fact not in free:
            yield f"fixed({fact})."
        (now,) = within.now([fact])
        yield from (f"was({cut})." for cut in _reached(sides, fact, now))
    yield from recorded(within.case.graph, within.below, within.case.scenario.withdrawn)


def _reached(sides: Sides, fact: int, bounds: Bounds) -> Iterator[str]:
    """The cuts that a fact's bounds reach, as arguments of the logic program."""
    for bound, grade in zip(sides, bounds, strict=False):
        yield from (f"{bound},{fact},{cut}" for cut in CUTS if grade >= cut)


def _told_apart(case: Outcome, spans: Spans, sets: Sequence[Set]) -> list[Set]:
    """The sets of which no two read the same: of examples of one stretch the first is enough."""
    found: dict[object, Set] = {}
    for changes in sets:
        instances = [case.graph.instances[fact] for fact, _ in changes]
        read = tuple(
            (spans.says(one, holds=grade >= HOLDS) if spans.is_example(one) else one, grade)
            for one, (_, grade) in zip(instances, changes, strict=True)
        )
        found.setdefault(read, changes)
    return [*found.values()]


def _flip_set(
    case: Outcome, changes: Set, client: str | None, before: Outcome | None, spans: Spans
) -> FlipSet:
    """A set of changes as records; carried out to see what else it does, if there is a before."""
    said = case.scenario
    then = WhatIf(name=said.name, title=said.title, about=said.about, changes=(), shifts=())
    if before is not None:
        after, problems = changed(case, changes)
        assert not problems, "a unit's option is a change that the scenario takes"
        then = compare(*side_by_side(before, after), client, causes=False)
    listed = tuple(_adjustment(case, spans, fact, grade) for fact, grade in changes)
    return FlipSet(changes=listed, comparison=then)


def _adjustment(case: Outcome, spans: Spans, fact: int, grade: int) -> Adjustment:
    instance: Instance = case.graph.instances[fact]
    return Adjustment(
        instance=str(instance),
        says=spans.says(instance),
        before=spans.stated(instance),
        after=with_band(grade),
        then=spans.says(instance, holds=grade >= HOLDS),
        example=spans.is_example(instance),
    )
