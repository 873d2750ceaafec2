"""Turns an outcome and what is asked of it into answers: advice, how, why not, what if, flips."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import ClassVar

import msgspec

from advisor import loader
from advisor.answers import explanation, whynot
from advisor.answers.advice import Adviser, client_of
from advisor.answers.explanation import Step
from advisor.answers.flips import FlipGoal, Flips
from advisor.answers.recommendation import Advice
from advisor.answers.summary import in_short
from advisor.answers.unused import UnusedFact, unused_facts
from advisor.answers.whatif import WhatIf, compare
from advisor.answers.whynot import WhyNot
from advisor.answers.widening import advised_by, asked_under, widened
from advisor.loader.written import as_typed
from advisor.model.budget import DEPTH, MAX_DEPTH
from advisor.model.errors import AdvisorError, Problem, nearest, show_path
from advisor.model.grades import HOLDS
from advisor.model.records import AnyOf, Entity, Instance, KnowledgeBase, Pattern, Template
from advisor.model.result import Listing, Result
from advisor.model.scenarios import Scenario
from advisor.model.values import are_answered, is_answered
from advisor.reasoning.askable import askable
from advisor.reasoning.building import build
from advisor.reasoning.concerned import askable_base
from advisor.reasoning.evaluate import Outcome, outcome
from advisor.reasoning.graph import JustificationGraph

FEW = 3  # instances of a template that are told apart unless all are wanted


class Explanation(Result, frozen=True, kw_only=True):
    """How what holds was reached, and why the rest does not hold."""

    document: ClassVar[str] = "explanation/1"

    scenario: str
    what: str
    note: str | None = None  # where the answer is not of the kind that was asked for
    held: tuple[Step, ...] = ()
    misses: tuple[WhyNot, ...] = ()


def advise(case: Outcome, client: str | None = None) -> Advice:
    """The advice to a client, by default the scenario's own; AdvisorError if there is no such."""
    return Adviser(widened(case, client), client).advice()


def unused(case: Outcome, client: str | None = None) -> tuple[UnusedFact, ...]:
    """The facts that no advice to a client rests on, each with the nearest rule and what it lacks.

    The client is by default the scenario's own; AdvisorError if there is no such.
    """
    case = widened(case, client)
    return unused_facts(case, client_of(case.scenario, client))


def explain(
    case: Outcome,
    what: str,
    *,
    client: str | None = None,
    every: bool = False,
    depth: int = MAX_DEPTH,
) -> Explanation:
    """How `what` was reached: an instance, or all facts of a template (advice: to the client).

    Where nothing of it holds, why not, saying so. `every` gives every derivation instead of the
    best; `depth` bounds the steps down. Raises AdvisorError for unknown names.
    """
    target = target_of(case, what, client)
    case = widened(case, client, target)
    held = [fact for fact in case.graph.matching(target, {}) if _holds(case, fact)]
    if not held:
        misses, left = _misses(case, target, min(depth, DEPTH), every)
        note = f"This does not hold; here is why not.{left}"
        return Explanation(scenario=case.scenario.name, what=what, note=note, misses=misses)
    steps = (explanation.how(case, fact, every=every, depth=depth) for fact in held)
    return Explanation(scenario=case.scenario.name, what=what, held=tuple(steps))


def why_not(
    case: Outcome,
    what: str,
    *,
    client: str | None = None,
    every: bool = False,
    depth: int = DEPTH,
) -> Explanation:
    """Why `what` does not hold: an instance, or all of a template (advice: to the client).

    Nearest miss first, premise by premise, and the single changes after which it would hold. Where
    all of it holds, how, saying so. Raises AdvisorError for unknown names.
    """
    target = target_of(case, what, client)
    case = widened(case, client, target)
    facts = case.graph.matching(target, {})
    held = [fact for fact in facts if _holds(case, fact)]
    if held and (len(held) == len(facts) or "?" in what):  # with any number is with one
        steps = tuple(explanation.how(case, fact, every=every) for fact in held)
        note = "This holds; here is how."
        return Explanation(scenario=case.scenario.name, what=what, note=note, held=steps)
    misses, left = _misses(case, target, depth, every)
    return Explanation(
        scenario=case.scenario.name, what=what, note=left.strip() or None, misses=misses
    )


def _misses(
    case: Outcome, target: Pattern, depth: int, every: bool
) -> tuple[tuple[WhyNot, ...], str]:
    """Why what is possible of the target does not hold, the best supported first.

    Unless `every`, only of the first few, and then with a note on the others.
    """
    bounds = {fact: case.bounds(fact) for fact in case.graph.matching(target, {})}
    missing = [fact for fact in bounds if not _holds(case, fact)]
    missing.sort(key=lambda fact: bounds[fact], reverse=True)
    told = missing if every else missing[:FEW]
    left = ""
    if len(told) < len(missing):
        left = f" Of {len(missing)} that do not hold, these {FEW} have most support."
    targets = [
        msgspec.structs.replace(target, terms=case.graph.instances[fact].values) for fact in told
    ]
    why = (
        whynot.why_not(case, pattern, depth=depth, every=every) for pattern in targets or [target]
    )
    return tuple(why), left


def what_if(
    case: Outcome | Scenario,
    files: Sequence[str | Path] = (),
    *,
    assume: Sequence[str] = (),
    deny: Sequence[str] = (),
    unknown: Sequence[str] = (),
    withdraw: Sequence[str] = (),
    client: str | None = None,
    stdin: bytes | None = None,
) -> Listing[WhatIf]:
    """What changes would change in the advice to a client, and because of what.

    Each of the what-if `files` (names or paths) is compared with the case by itself; the
    instances to assume, deny or leave unknown, and the facts and rules to withdraw, make one more
    what-if together. All are evaluated over one graph; of a mere scenario the rules are matched
    here, once. Raises AdvisorError for whatever cannot be changed so.
    """
    scenario = case if isinstance(case, Scenario) else case.scenario
    changed = [loader.load_what_if(scenario, str(named), stdin) for named in files]
    listed = {"assume": assume, "deny": deny, "unknown": unknown, "withdraw": withdraw}
    _refuse_handles(listed)
    if any(listed.values()):
        text = as_typed("as changed on the command line", listed)
        changed.append(loader.change(scenario, text, "<command line>"))
    pairs = _together(case, changed, client)
    found = (in_short(compare(*pair, client), *pair, client) for pair in pairs)
    return Listing(found, "what-if/1", "comparisons", scenario=scenario.name)


def what_if_file(scenario: Scenario, title: str, **listed: Sequence[str]) -> str:
    """The changes of a what-if as a fact file that extends a scenario.

    `listed` is as in `what_if`. Raises AdvisorError where no file can name the scenario.
    """
    own = {show_path(path): name for name, path in loader.scenario_names(scenario.base).items()}
    file = scenario.where.file
    if file not in own and not Path(file).exists():
        hint = "save the scenario in a file, and name that"
        raise AdvisorError(Problem(message=f"no file can extend {file}", hint=hint))
    return as_typed(title, listed, extends=loader.nameable(scenario.base, own.get(file, file)))


def _refuse_handles(listed: Mapping[str, Sequence[str]]) -> None:
    """Raise AdvisorError for the number of a piece of advice: only facts are changed."""
    numbers = [text for texts in listed.values() for text in texts if text.isdigit()]
    if numbers:
        message = f"{numbers[0]} is the number of a piece of advice, and only facts can be changed"
        hint = f"advisor flip {numbers[0]} lists the facts that would change it"
        raise AdvisorError(Problem(message=message, hint=hint))


def _together(
    case: Outcome | Scenario, changed: Sequence[Scenario], client: str | None
) -> list[tuple[Outcome, Outcome]]:
    """A case beside each what-if of it, both over one graph: the case's own, if that will do.

    What-ifs that declare the same share a graph; what another one declares is not in it.
    """
    own = case.scenario if isinstance(case, Outcome) else case
    sharing: dict[frozenset[Entity], list[Scenario]] = {}
    for scenario in changed:
        sharing.setdefault(frozenset(scenario.base.entities.values()), []).append(scenario)
    found: dict[int, tuple[Outcome, Outcome]] = {}
    for some in sharing.values():
        if isinstance(case, Outcome) and all(
            _covers(case.graph, scenario) for scenario in (own, *some)
        ):
            over = case.graph
        else:
            over = _over([own, *some], client)
        before = outcome(own, over)
        found.update((id(scenario), (before, outcome(scenario, over))) for scenario in some)
    return [found[id(scenario)] for scenario in changed]


def _over(scenarios: Sequence[Scenario], client: str | None) -> JustificationGraph:
    """One graph of scenarios, the last of which declares whatever they all do."""
    known = {instance: None for scenario in scenarios for instance in scenario.facts}
    graph = build(scenarios[-1], known, scenarios)
    if all(scenario.complete for scenario in scenarios):
        return graph
    advised = client_of(scenarios[0], client)
    return graph.extended(askable(askable_base(scenarios[-1], advised), advised, known))


def _covers(graph: JustificationGraph, scenario: Scenario) -> bool:
    """Whether a complete scenario mentions and declares nothing that is not in a graph."""
    same = scenario.base.entities == graph.base.entities
    there = same and scenario.complete and scenario.facts.keys() <= graph.number.keys()
    return there and graph.suiting(scenario) is graph


def flip(
    case: Outcome,
    what: str,
    *,
    to: FlipGoal | None = None,
    only: Sequence[str] = (),
    limit: int | None = None,
    client: str | None = None,
    most: int | None = None,
    consequences: bool = True,
) -> Flips:
    """The smallest sets of changes that give a piece of advice or take it away, proved smallest.

    `what` is an instance, or a template's id: then all of its advice to the client. Without `to`,
    the other standing than its own. Facts that nobody mentions may change too, where they can be
    asked. No more sets are listed than `most`, by default 200. Without `consequences`, nobody works
    out what else each set changes in the advice. Raises AdvisorError for unknown names, where too
    much could be asked, and where the search is too long for the budget.
    """
    from advisor.answers.flipping import SHOWN, flips  # noqa: PLC0415 - loads clingo

    target = target_of(case, what, client)
    advice_of(case.scenario.base, target.template, only)
    case = asked_under(case, target, client)
    advised = Adviser(case, advised_by(case.scenario.base, target)).client
    facts = case.graph.matching(target, {})
    return flips(
        case,
        what,
        facts,
        to or ("withheld" if any(_holds(case, fact) for fact in facts) else "given"),
        only=only,
        limit=limit,
        client=advised,
        most=SHOWN if most is None else most,
        consequences=consequences,
        asked=target,
    )


def advice_of(base: KnowledgeBase, name: str, only: Sequence[str] = ()) -> Template:
    """The template of some advice; AdvisorError where it is none, or `only` names no template."""
    template = base.templates[name]
    if not template.advice:
        hint = "name advice; advisor templates advice lists it"
        raise AdvisorError(Problem(message=f"'{template.id}' is no advice", hint=hint))
    for one in only:
        if one not in base.templates:
            close = nearest(one, base.templates)
            raise AdvisorError(Problem(message=f"there is no template '{one}'", hint=close))
    return template


def _holds(case: Outcome, fact: int) -> bool:
    return bool(case.grades.lower[fact] >= HOLDS)


def target_of(case: Outcome, what: str, client: str | None) -> Pattern:
    """What is asked about: one instance, or whatever a template has for the client.

    Or a number of `advise` over the same case. Raises AdvisorError for what there is not.
    """
    base = case.scenario.base
    if what[:1].isdigit():
        return _by_handle(case, what, client)
    if "(" in what:
        instance, _ = loader.parse_instance(what, base)
        return _with_any(case, client, instance)
    template = base.templates.get(what)
    if template is None:
        rules = {rule.id for rule in base.rules}
        hint = nearest(what, {*base.templates, *rules}) or "advisor templates lists them"
        if what in rules:
            hint = f"'{what}' is a rule: see advisor rules {what}"
        raise AdvisorError(Problem(message=f"there is no template '{what}'", hint=hint))
    advised = Adviser(case, client).client if template.advice else None
    terms = tuple(advised if slot == "client" else None for slot in template.slots)
    return Pattern(template=template.id, terms=terms, where=template.where)


def _with_any(case: Outcome, client: str | None, instance: Instance) -> Pattern:
    """An instance; what stands as `?` in it is any number or date, unless it is that of a fact."""
    where = case.scenario.base.templates[instance.template].where
    target = Pattern(template=instance.template, terms=instance.values, where=where)
    if are_answered(instance.values):
        return target
    if instance in widened(case, client, target).graph.number:
        return target
    terms = tuple(value if is_answered(value) else None for value in instance.values)
    return msgspec.structs.replace(target, terms=terms)


def _by_handle(case: Outcome, what: str, client: str | None) -> Pattern:
    """What a handle of `advise` names: "5", and of several pieces in a line "5a"."""
    base = case.scenario.base
    lines = advise(case, client).lines
    found = {str(line.number): [member.instance for member in line.members] for line in lines}
    found |= {member.handle: [member.instance] for line in lines for member in line.members}
    if what not in found:
        hint = f"advisor advise has lines 1 to {len(lines)}" if lines else "there is no advice"
        raise AdvisorError(Problem(message=f"no advice has the number '{what}'", hint=hint))
    named = [loader.parse_instance(text, base)[0] for text in found[what]]
    template = base.templates[named[0].template]
    columns = (tuple(dict.fromkeys(one)) for one in zip(*(i.values for i in named), strict=True))
    terms = tuple(values[0] if len(values) == 1 else AnyOf(values) for values in columns)
    return Pattern(template=template.id, terms=terms, where=template.where)
