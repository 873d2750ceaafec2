"""Turns goals that no scenario covers into scenarios that do, as fact files to be completed.

Answer set programming over the firings recorded for facts that could be stated: a smallest set of
given facts with which the rule fires, the premise alone decides, or the advice is given, with at
most one value for each key and one alternative of each `one-of` group. What must be possible for
the rule to match, but may not hold, is denied. For a comparison its rule is matched without it, and
firings are looked for that put it to what the goal asks for. Every file is loaded with what it
expects and evaluated before it is suggested: one that did not cover its goal, or had nothing to
expect, would not be. A goal for which nothing is found comes with the reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

import msgspec

from advisor import loader
from advisor.model import english
from advisor.model.background import is_type_template, starting
from advisor.model.budget import Late, conclude
from advisor.model.changes import key_of
from advisor.model.errors import AdvisorError
from advisor.model.expressions import Comparison
from advisor.model.grades import CERTAIN, CUTS, HOLDS, TERMS
from advisor.model.records import AtLeast, Instance, KnowledgeBase, Rule
from advisor.model.scenarios import Fact, OneOf, Scenario, Standing
from advisor.model.values import Value, are_answered
from advisor.reasoning.answersets import Atom, best
from advisor.reasoning.building import build
from advisor.reasoning.evaluate import Outcome, outcome
from advisor.reasoning.firings import Firing
from advisor.reasoning.graph import JustificationGraph
from advisor.reasoning.programs import CORE, ONE, recorded
from advisor.reasoning.stateable import Stateable
from advisor.testing.coverage import covered, exercised
from advisor.testing.goals import (
    OF_RULES,
    CoverageGoal,
    Mark,
    Suggestion,
    Suggestions,
    Unfound,
    bound_of,
    caveat_premise,
    conditions,
    is_beside,
    outside_of,
)
from advisor.testing.proposed import proposed
from advisor.testing.sides import Loosened, without

_PROGRAM: Final = f"""
{CORE} {ONE}
{{ as(F,{CERTAIN}); as(F,{HOLDS}) }} 1 :- given(F).
{{ denied(F) }} :- given(F), not as(F,_).
:- group(G), 2 {{ as(F,V) : member(G,F) }}.
stated(one,F,K) :- as(F,V), cut(K), K <= V.
stated(one,F,K) :- there(F), cut(K).
possible(F) :- there(F).
possible(F) :- as(F,_).
possible(F) :- denied(F).
possible(F) :- concludes(R,F), matched(R).
matched(R) :- firing(R), possible(P) : premise(R,P).
#minimize {{ 1@3,F : as(F,_); 1@2,F : denied(F); 1@1,F : as(F,{HOLDS}) }}.
#show as/2.
#show denied/1.
"""
_FIRING: Final = f"""
{{ aim(R) : target(R) }} 1.
:- aim(R), not matched(R).
aimed :- aim(R).
fails(I) :- aim(R), part(R,I,F), not holds(one,F,{HOLDS}).
fails(I) :- aim(R), counting(R,I,J), not enough(one,R,J,{HOLDS}).
fails(I) :- aim(R), against(R,I,F), holds(one,F,{CUTS[1]}).
"""
_MATCHED: Final = "#minimize { 1@4 : not aimed }."  # if it can
_WANTED: Final = {
    "fired": ":- not aimed. :- fails(I).",
    "decisive": ":- not fails({part}). :- fails(I), I != {part}.",
    "withheld": f":- target(R), fires(one,R,{HOLDS}). {_MATCHED}",
    "sparing": f""":- not aimed. :- fails({{part}}).
:- aim(R), part(R,{{part}},F), part(S,{{part}},F), fires(one,S,{HOLDS}).""",
    "reached": f"reached :- advice(F), holds(one,F,{HOLDS}). :- not reached.",
}
_ORDER: Final = ("decisive", "beside", "bound", "fired", "qualifying", "sparing", "reached")
_TESTED: Final = frozenset({"decisive", "bound", "beside"})  # kinds of goals of one condition
_FIRING_KINDS: Final = frozenset({"fired", "qualifying", *_TESTED})
_STEM: Final = {
    "fired": "{name}-fires",
    "withheld": "{name}-withheld",
    "decisive": "{name}-for-want-of-{part}",
    "bound": "{name}-at-the-bound-of-{part}",
    "beside": "{name}-beside-the-bound-of-{part}",
    "reached": "{name}-given",
    "qualifying": "{name}-qualifies",
    "sparing": "{name}-spares",
    "advanced": "{name}-advanced",
    "strained": "{name}-strained",
}


def suggestions(
    base: KnowledgeBase, scenarios: Sequence[Scenario], goals: Iterable[CoverageGoal]
) -> Suggestions:
    """Scenarios for the goals, no two of them for one that the first covers already.

    Facts that `scenarios` mention are drawn upon before any others, and their groups are respected.
    """
    search = _GoalSearch(base, scenarios)
    found: list[Suggestion] = []
    left = {goal.mark: goal for goal in goals}
    lacking: dict[Mark, Lacking] = {}
    late: str | None = None
    for goal in sorted(left.values(), key=_order):
        if goal.mark not in left:
            continue
        try:
            draft = search.draft(goal)
        except Late:
            late = conclude()
            if late is None:
                raise
            break
        if isinstance(draft, Lacking):
            lacking[goal.mark] = draft
            continue
        done = covered(draft.case, search.loosened) & left.keys()
        name = search.name(goal)
        found.append(Suggestion(name=name, goal=goal, covers=len(done), text=draft.text))
        left = {mark: goal for mark, goal in left.items() if mark not in done}
    unfound = [(goal, lacking[mark]) for mark, goal in left.items() if mark in lacking]
    return Suggestions(
        scenarios=tuple(found),
        never=tuple(Unfound(goal=goal, why=one.why) for goal, one in unfound if one.proved),
        unfound=tuple(Unfound(goal=goal, why=one.why) for goal, one in unfound if not one.proved),
        cut_short=late,
        unsearched=tuple(goal for mark, goal in left.items() if mark not in lacking),
    )


def _order(goal: CoverageGoal) -> int:
    """First what most likely covers others."""
    return _ORDER.index(goal.kind) if goal.kind in _ORDER else len(_ORDER)


class SuggestedScenario(NamedTuple):
    """A scenario with what it expects, and what comes of it."""

    text: str
    case: Outcome


class Lacking(NamedTuple):
    """Why there is no scenario, and whether it is proved that there can be none."""

    why: str
    proved: bool = False


class Aim(NamedTuple):
    """What is searched for: a goal, over the rules that it rests on."""

    goal: CoverageGoal
    rules: tuple[Rule, ...]  # below it; of a comparison's goal, its rule without it
    test: Comparison | None = None  # which that is

    def named(self) -> tuple[Value, ...]:
        """The bound of the comparison, which its rule does not name any more, and what is next."""
        bound = None if self.test is None else bound_of(self.test)
        return () if self.test is None or bound is None else (bound, *outside_of(self.test))

    def puts(self, firing: Firing) -> bool:
        """Whether a firing puts the comparison to what the goal asks for."""
        if self.test is None:
            return True
        sides, bindings = self.test.sides(firing.bindings), firing.bindings
        if self.goal.kind == "decisive":
            return not self.test.holds(bindings)
        return sides[0] == sides[1] if self.goal.kind == "bound" else is_beside(self.test, sides)

    def idle(self, graph: JustificationGraph) -> frozenset[int]:
        """The firings that the comparison keeps from firing."""
        numbers = graph.of_rule.get(self.goal.name, ()) if self.test is not None else ()
        test = self.test
        return frozenset(
            n for n in numbers if test is not None and not test.holds(graph.firings[n].bindings)
        )


class _GoalSearch:
    """What is made once for all goals of a base."""

    def __init__(self, base: KnowledgeBase, scenarios: Sequence[Scenario]) -> None:
        self.base = base
        self.stateable = Stateable(base, scenarios)
        self.groups: list[OneOf] = [group for scenario in scenarios for group in scenario.groups]
        self.taken = set(loader.scenario_names(base)) if base.folder.is_dir() else set()
        self.graphs: dict[object, JustificationGraph] = {}
        self.loosened = Loosened(base)

    def draft(self, goal: CoverageGoal) -> SuggestedScenario | Lacking:
        """A scenario that covers a goal, or why there is none."""
        if goal.kind == "advised":
            return Lacking("some scenario gives it advice, so let that one expect something of it")
        rule = self._rule(goal)
        if rule is not None and rule.strength < HOLDS and goal.kind != "withheld":
            weak = f"its strength is '{TERMS[rule.strength]}', and with that it never fires"
            return Lacking(weak, proved=True)
        try:
            return self._searched(self._aim(goal), rule)
        except AdvisorError as error:
            return Lacking(error.problems[0].message)

    def _rule(self, goal: CoverageGoal) -> Rule | None:
        named = (rule for rule in self.base.rules if rule.id == goal.name)
        return next(named, None) if goal.kind in OF_RULES else None

    def _aim(self, goal: CoverageGoal) -> Aim:
        """What a goal is searched for by."""
        rules = self.stateable.rules_below(_targets(self.base, goal))
        rule = self._rule(goal)
        place = -1 if rule is None else goal.mark.part - len(conditions(rule))
        if rule is None or place < 0:
            return Aim(goal, tuple(rules))
        loose = (without(one, place) if one.id == rule.id else one for one in rules)
        return Aim(goal, tuple(loose), rule.comparisons[place])

    def _searched(self, aim: Aim, rule: Rule | None) -> SuggestedScenario | Lacking:
        """First over what scenarios mention, then over more."""
        lacking = Lacking("none was found among the facts that were tried")
        for few in (True, False):
            facts = self.stateable.mentioned_in(aim.rules)
            if not few:
                facts = self.stateable.instances(aim.rules, aim.named())
            graph = self._graph(aim, facts, few=few)
            answer = best("\n".join(_program(graph, self.groups, aim)))
            if answer is not None:
                draft = self._expecting(_text(graph, aim.goal, answer), aim.goal)
                if isinstance(draft, SuggestedScenario):
                    return draft
                lacking = draft
            elif not few and rule is not None and self._proves(aim, rule, graph):
                return Lacking("every way to give its facts was tried", proved=True)
        return lacking

    def _graph(self, aim: Aim, facts: Sequence[Instance], *, few: bool) -> JustificationGraph:
        rules = tuple((rule.id, rule.comparisons) for rule in aim.rules)
        key = (few, rules, aim.named())
        if key not in self.graphs:
            base = msgspec.structs.replace(self.base, rules=aim.rules)
            blank = Scenario(
                base=base, name="", title="", facts=starting(base), where=aim.goal.where
            )
            self.graphs[key] = build(blank, facts)
        return self.graphs[key]

    def _proves(self, aim: Aim, rule: Rule, graph: JustificationGraph) -> bool:
        """Whether what was searched stands for all that could be given."""
        grouped = any(
            alternative in graph.number
            for group in self.groups
            for alternative in group.alternatives
        )
        firing = aim.goal.kind in _FIRING_KINDS
        return firing and not grouped and self.stateable.tells(aim.rules, rule, aim.named())

    def _expecting(self, text: str, goal: CoverageGoal) -> SuggestedScenario | Lacking:
        """Facts with what comes of them as expectations, loaded and seen to cover a goal."""
        scenario = self._loaded(text)
        if isinstance(scenario, Lacking):
            return scenario
        case = outcome(scenario, build(scenario))
        if goal.mark not in exercised(case, self.loosened):
            return Lacking("what was found does not show it once it is loaded")
        expects = proposed(case, goal, _targets(self.base, goal))
        whole = self._loaded(text + expects) if expects else None
        if isinstance(whole, Scenario):
            held = case._replace(scenario=whole)  # the same facts, and what is expected of them
            held.worked_out.update(case.worked_out)
            if goal.mark in covered(held, self.loosened):
                return SuggestedScenario(text + expects, held)
        return Lacking("facts bring it about, and no advice turns on it that could be expected")

    def _loaded(self, text: str) -> Scenario | Lacking:
        try:
            return loader.load_scenario(self.base, "-", text.encode())
        except AdvisorError as error:  # what is stateable in each slot is together no legal file
            return Lacking(f"what was found is no legal file: {error.problems[0].message}")

    def name(self, goal: CoverageGoal) -> str:
        """What a file for a goal is called."""
        stem = _STEM[goal.kind].format(name=goal.name.replace("/", "-"), part=goal.part)
        name, number = stem, 2
        while name in self.taken:
            name, number = f"{stem}-{number}", number + 1
        self.taken.add(name)
        return name


def _targets(base: KnowledgeBase, goal: CoverageGoal) -> list[str]:
    """The templates that must come about, or not, for a goal."""
    if goal.kind == "reached":
        return [goal.name]
    rules = _aimed(base, goal)
    return [conclusion.template for rule in rules for conclusion in rule.conclusions]


def _aimed(base: KnowledgeBase, goal: CoverageGoal) -> list[Rule]:
    """The rules one of which must fire for a goal, or not."""
    if goal.kind == "advanced":
        return [rule for rule in base.rules if goal.name in rule.advances]
    if goal.kind == "strained":
        return [rule for rule in base.rules if goal.name in rule.strains]
    return [rule for rule in base.rules if rule.id == goal.name]


def _program(graph: JustificationGraph, groups: Sequence[OneOf], aim: Aim) -> Iterator[str]:
    """The question what to state for a goal, as a logic program."""
    goal = aim.goal
    for fact in _given(graph):
        yield f"{'there' if is_type_template(graph.template(fact)) else 'given'}({fact})."
    yield from _exclusive(graph, groups)
    yield from recorded(graph, range(graph.size), idle=aim.idle(graph))
    if goal.kind == "reached":
        yield from (f"advice({fact})." for fact in graph.of_template.get(goal.name, ()))
    else:
        yield from _aims(graph, aim)
        yield _FIRING
    yield _PROGRAM
    part = goal.mark.part
    if goal.kind == "sparing":
        rule = next(rule for rule in graph.base.rules if rule.id == goal.name)
        part = list(rule.premises).index(caveat_premise(graph.base, rule))  # type: ignore[arg-type]
    wanted = "fired" if aim.test is not None else goal.kind
    yield _WANTED.get(wanted, _WANTED["fired"]).replace("{part}", str(part))


def _given(graph: JustificationGraph) -> list[int]:
    concluded = {c.template for rule in graph.base.rules for c in rule.conclusions}
    return [
        n
        for n, instance in enumerate(graph.instances)
        if instance.template not in concluded and are_answered(instance.values)
    ]


def _exclusive(graph: JustificationGraph, groups: Sequence[OneOf]) -> Iterator[str]:
    """The facts of which at most one is stated: values of one key, alternatives of one group."""
    found: dict[object, list[int]] = {}
    for fact in _given(graph):
        key = key_of(graph.template(fact), graph.instances[fact])
        if key is not None:
            found.setdefault(key, []).append(fact)
    for number, group in enumerate(groups):
        found[number] = [graph.number[i] for i in group.alternatives if i in graph.number]
    for number, facts in enumerate(facts for facts in found.values() if len(facts) > 1):
        yield f"group({number})."
        yield from (f"member({number},{fact})." for fact in facts)


def _aims(graph: JustificationGraph, aim: Aim) -> Iterator[str]:
    """The firings of a goal's rules, each condition by its place."""
    wanted = {rule.id for rule in _aimed(graph.base, aim.goal)}
    for number, firing in enumerate(graph.firings):
        if firing.rule.id not in wanted or not aim.puts(firing):
            continue
        yield f"target({number})."
        facts, counted = iter(firing.premises), iter(range(len(firing.counts)))
        for part, premise in enumerate(firing.rule.premises):
            if isinstance(premise, AtLeast):
                yield f"counting({number},{part},{next(counted)})."
            else:
                yield f"part({number},{part},{next(facts)})."
        for part, blocking in enumerate(firing.blockers, len(firing.rule.premises)):
            yield from (f"against({number},{part},{fact})." for fact in blocking)


def _text(graph: JustificationGraph, goal: CoverageGoal, answer: Sequence[Atom]) -> str:
    """The fact file that says what an answer says."""

    def said(atom: Atom) -> Fact:
        name, (fact, *grade) = atom
        standing: Standing = "stated" if name == "as" else "denied"
        instance = graph.instances[fact]
        return Fact(
            instance=instance, standing=standing, grade=max(grade, default=None), where=goal.where
        )

    order = graph.base.order
    facts = sorted(map(said, answer), key=lambda fact: order(fact.instance))
    says = loader.FactFile(title=english.sentence(goal.says)[:-1], facts=facts)
    return loader.fact_file(says)
