"""Turns goals that no scenario covers into scenarios that do, as fact files to be completed.

Answer set programming over the firings recorded for facts that could be stated: a smallest set of
given facts with which the rule fires, the premise alone decides, or the advice is given, with at
most one value for each key and one alternative of each `one-of` group. What must be possible for
the rule to match, but may not hold, is denied. Every file is loaded and evaluated before it is
suggested: one that did not cover its goal would not be.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, Literal, NamedTuple

import msgspec

from advisor import loader
from advisor.loader.written import expected
from advisor.model import english
from advisor.model.background import starting
from advisor.model.changes import key_of
from advisor.model.errors import AdvisorError
from advisor.model.grades import CERTAIN, CUTS, HOLDS
from advisor.model.records import AtLeast, KnowledgeBase
from advisor.model.scenarios import Expectation, Fact, OneOf, Scenario, Standing
from advisor.reasoning.answersets import Atom, best
from advisor.reasoning.evaluate import Outcome, outcome
from advisor.reasoning.graph import JustificationGraph, build
from advisor.reasoning.programs import CORE, ONE, recorded
from advisor.reasoning.stateable import Stateable
from advisor.testing.coverage import Goal, Suggestion, Suggestions, covered

_PROGRAM: Final = f"""
{CORE} {ONE}
{{ as(F,{CERTAIN}); as(F,{HOLDS}) }} 1 :- given(F).
{{ denied(F) }} :- given(F), not as(F,_).
:- group(G), 2 {{ as(F,V) : member(G,F) }}.
stated(one,F,K) :- as(F,V), cut(K), K <= V.
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
    "reached": f"reached :- advice(F), holds(one,F,{HOLDS}). :- not reached.",
}
_LOOK: Final = "# What the rules say now. Keep what they should say; say what else should follow.\n"
_ORDER: Final = ("decisive", "fired", "reached", "withheld")  # what most likely covers the others


def suggestions(
    base: KnowledgeBase, scenarios: Sequence[Scenario], goals: Iterable[Goal]
) -> Suggestions:
    """Scenarios for the goals, no two of them for one that the first covers already.

    Facts that `scenarios` mention are drawn upon before any others, and their groups are respected.
    """
    search = _Search(base, scenarios)
    found: list[Suggestion] = []
    left = {goal.mark: goal for goal in goals}
    for goal in sorted(left.values(), key=lambda goal: _ORDER.index(goal.kind)):
        draft = search.draft(goal) if goal.mark in left else None
        if draft is not None:
            done = covered(draft.case) & left.keys()
            found.append(search.suggestion(draft, goal, len(done)))
            left = {mark: goal for mark, goal in left.items() if mark not in done}
    return Suggestions(scenarios=tuple(found), left=tuple(left.values()))


class Draft(NamedTuple):
    """The facts of a scenario, and what comes of them."""

    text: str
    case: Outcome


class _Search:
    """What is made once for all goals of a base."""

    def __init__(self, base: KnowledgeBase, scenarios: Sequence[Scenario]) -> None:
        self.base = base
        self.stateable = Stateable(base, scenarios)
        self.groups: list[OneOf] = [group for scenario in scenarios for group in scenario.groups]
        self.taken = set(loader.scenario_names(base)) if base.folder.is_dir() else set()
        self.graphs: dict[tuple[str, tuple[str, ...]], JustificationGraph] = {}

    def draft(self, goal: Goal) -> Draft | None:
        """Facts that cover a goal; None if there are none."""
        for graph in self._graphs(goal):
            answer = best("\n".join(_program(graph, self.groups, goal)))
            if answer is not None:
                draft = self._loaded(_text(graph, goal, answer))
                return draft if draft and goal.mark in covered(draft.case) else None
        return None

    def suggestion(self, draft: Draft, goal: Goal, covers: int) -> Suggestion:
        """Facts as a scenario, with expectations to be looked over."""
        text = draft.text + _expected(draft.case, goal)
        return Suggestion(name=self._name(goal), goal=goal, covers=covers, text=text)

    def _graphs(self, goal: Goal) -> Iterator[JustificationGraph]:
        """What a goal rests on: first over what scenarios mention, then over more."""
        rules = self.stateable.rules_below(_targets(self.base, goal))
        ids = tuple(rule.id for rule in rules)
        for source in (self.stateable.mentioned_in, self.stateable.instances):
            key = (source.__name__, ids)
            if key not in self.graphs:
                base = msgspec.structs.replace(self.base, rules=tuple(rules))
                blank = Scenario(
                    base=base, name="", title="", facts=starting(base), where=goal.where
                )
                self.graphs[key] = build(blank, source(rules))
            yield self.graphs[key]

    def _loaded(self, text: str) -> Draft | None:
        try:
            scenario = loader.load_scenario(self.base, "-", text.encode())
        except AdvisorError:  # what is stateable in each slot is together not a legal file
            return None
        return Draft(text, outcome(scenario, build(scenario)))

    def _name(self, goal: Goal) -> str:
        stem = {
            "fired": f"{goal.name}-fires",
            "withheld": f"{goal.name}-withheld",
            "decisive": f"{goal.name}-for-want-of-{goal.part}",
            "reached": f"{goal.name}-given",
        }[goal.kind]
        name, number = stem, 2
        while name in self.taken:
            name, number = f"{stem}-{number}", number + 1
        self.taken.add(name)
        return name


def _targets(base: KnowledgeBase, goal: Goal) -> list[str]:
    """The templates that must come about, or not, for a goal."""
    if goal.kind == "reached":
        return [goal.name]
    rule = next(rule for rule in base.rules if rule.id == goal.name)
    return [conclusion.template for conclusion in rule.conclusions]


def _program(graph: JustificationGraph, groups: Sequence[OneOf], goal: Goal) -> Iterator[str]:
    """The question what to state for a goal, as a logic program."""
    yield from (f"given({fact})." for fact in _given(graph))
    yield from _exclusive(graph, groups)
    yield from recorded(graph, range(graph.size))
    if goal.kind == "reached":
        yield from (f"advice({fact})." for fact in graph.of_template.get(goal.name, ()))
    else:
        yield from _aims(graph, goal.name)
        yield _FIRING
    yield _PROGRAM
    yield _WANTED[goal.kind].replace("{part}", str(goal.mark.part))


def _given(graph: JustificationGraph) -> list[int]:
    concluded = {c.template for rule in graph.base.rules for c in rule.conclusions}
    return [n for n, instance in enumerate(graph.instances) if instance.template not in concluded]


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


def _aims(graph: JustificationGraph, rule: str) -> Iterator[str]:
    """The firings of a rule, each condition by its place."""
    for number, firing in enumerate(graph.firings):
        if firing.rule.id != rule:
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


def _text(graph: JustificationGraph, goal: Goal, answer: Sequence[Atom]) -> str:
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


def _expected(case: Outcome, goal: Goal) -> str:
    """What comes out of a scenario as the base has it now, as expectations to be looked over."""
    advice = [n for n in case.graph.advice_to(None) if _is_legal(case, n)]
    given = [n for n in advice if case.grades.lower[n] >= HOLDS]
    concerned = _targets(case.scenario.base, goal) if goal.kind != "reached" else []
    withheld = [n for n in advice if n not in given and case.graph.template(n).id in concerned]
    fired = sorted(mark.name for mark in covered(case) if mark.kind == "fired")
    expectations = [
        *(_expectation("given", str(case.graph.instances[n]), goal) for n in given),
        *(_expectation("withheld", str(case.graph.instances[n]), goal) for n in withheld),
        *(_expectation("rules", name, goal) for name in fired),
    ]
    return _LOOK + expected(expectations) if expectations else ""


def _expectation(kind: Literal["given", "withheld", "rules"], what: str, goal: Goal) -> Expectation:
    return Expectation(kind=kind, what=what, where=goal.where)


def _is_legal(case: Outcome, fact: int) -> bool:
    """Whether an expectation can name a fact: rules may conclude it of what no file could."""
    template, values = case.graph.template(fact), case.graph.instances[fact].values
    entities = case.scenario.base.entities
    return all(
        slot.kind != "entity" or entities[str(value)].type in slot.types
        for slot, value in zip(template.slots.values(), values, strict=True)
    )
