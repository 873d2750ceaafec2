"""Turns given advice into the confidence in which it is given, and what keeps it from being higher.

Confidence is the best over all derivations that reach the grade of the advice. High confidence
takes a strong one in which every given fact is corroborated: supported by sources of different
origin. What rests on silence alone is never above low, and what a default rule alone concludes has
no confidence: it says that the rules found nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, Literal, NamedTuple

from advisor.answers.circles import CircleStep, resting
from advisor.answers.explanation import ProofNode
from advisor.answers.limits import Limit, limits
from advisor.answers.silence import taken
from advisor.model import english
from advisor.model.background import is_type_template
from advisor.model.grades import HOLDS, INTS, NO_SUPPORT, Algebra
from advisor.model.records import Instance
from advisor.model.scenarios import Fact, Scenario
from advisor.reasoning.cone import cone, parts
from advisor.reasoning.evaluate import Grades, Outcome, evaluate, firing_grade
from advisor.reasoning.firings import Firing
from advisor.reasoning.graph import Component, JustificationGraph

Confidence = Literal["high", "moderate", "low"]
ORDER: Final[tuple[Confidence | None, ...]] = ("high", "moderate", "low", None)  # None: by default
STRONG: Final = 6  # from this grade up confidence is high if everything is corroborated
MIDDLING: Final = 5  # and from this one up moderate, if anything is stated


def usual(found: Iterable[Confidence | None]) -> Confidence | None:
    """The confidence that most pieces of advice have; of equals, the lower."""
    return max(reversed(ORDER), key=list(found).count)


class Backing(NamedTuple):
    """How strongly facts are supported by derivations of a kind; grades, one for each fact."""

    stated: Sequence[Any]  # that rest on a stated fact
    sound: Sequence[Any]  # that do, and in which every given fact is corroborated


def confidence(outcome: Outcome, fact: int) -> Confidence | None:
    """In what confidence a piece of advice is given; None if it is not, or by default alone."""
    return confidences(outcome, [fact])[fact]


def confidences(outcome: Outcome, advice: Iterable[int]) -> dict[int, Confidence | None]:
    """In what confidence each piece of advice is given; None if it is not, or by default alone."""
    known: dict[int, Confidence | None] = outcome.worked_out.setdefault(confidences, {})
    asked = list(advice)
    known.update(_confidences(outcome, [fact for fact in asked if fact not in known]))
    return {fact: known[fact] for fact in asked}


def _confidences(outcome: Outcome, advice: Iterable[int]) -> dict[int, Confidence | None]:
    graph, grades, withdrawn = outcome.graph, outcome.grades, outcome.scenario.withdrawn
    found: dict[int, Confidence | None] = dict.fromkeys(advice)
    firm = []
    for fact in found:
        grade = grades.lower[fact]
        if grade >= HOLDS and ruled(graph, fact, grades, withdrawn) == grade:
            found[fact] = "low"
            firm += [fact] if grade >= MIDDLING else []
    if firm:
        below = parts(graph, cone(graph, firm))
        given, backed = statements(outcome), corroborations(outcome)
        backing = backings(graph, grades, given, backed, withdrawn, components=below)
        for fact in firm:
            grade = grades.lower[fact]
            if grade >= STRONG and backing.sound[fact] == grade:
                found[fact] = "high"
            elif backing.stated[fact] == grade:
                found[fact] = "moderate"
    return found


def ruled(
    graph: JustificationGraph,
    advice: int,
    grades: Grades,
    withdrawn: Collection[str],
    algebra: Algebra = INTS,
) -> Any:
    """How strongly rules that are no defaults support a piece of advice."""
    found: Any = NO_SUPPORT
    for firing in _ruling(graph, advice, withdrawn):
        found = algebra.join(found, firing_grade(firing, grades, algebra)[0])
    return found


def _ruling(graph: JustificationGraph, fact: int, withdrawn: Collection[str]) -> list[Firing]:
    return [f for f in _live(graph, fact, withdrawn) if not f.rule.otherwise]


def _live(graph: JustificationGraph, fact: int, withdrawn: Collection[str]) -> list[Firing]:
    firings = (graph.firings[number] for number in graph.supports[fact])
    return [f for f in firings if f.rule.id not in withdrawn]


def statements(outcome: Outcome) -> dict[int, int]:
    """The facts that a scenario states, each with its lower grade."""
    number = outcome.graph.number
    return {number[one]: fact.bounds[0] for one, fact in outcome.scenario.facts.items()}


def corroborations(outcome: Outcome) -> set[int]:
    """The facts that sources of different origin support."""
    scenario, number = outcome.scenario, outcome.graph.number
    facts = scenario.facts.items()
    return {number[one] for one, fact in facts if corroborated(scenario, fact)}


def backings(
    graph: JustificationGraph,
    grades: Grades,
    stated: Mapping[int, Any],
    corroborated: Collection[int],
    withdrawn: Collection[str],
    algebra: Algebra = INTS,
    components: Sequence[Component] | None = None,
) -> Backing:
    """The backing of facts that have these grades, from what is stated and what is corroborated.

    Evaluates the graph once more, with nothing given but what is corroborated: what speaks against
    a firing keeps its grade. That an entity is of its type is so, and neither states anything nor
    wants a source.
    """
    there = {fact: grade for fact, grade in stated.items() if is_there(graph, fact)}
    stated = {fact: grade for fact, grade in stated.items() if fact not in there}
    sound = {fact: grade for fact, grade in stated.items() if fact in corroborated}
    both = {fact: (grade, grade) for fact, grade in {**sound, **there}.items()}
    of_sound = evaluate(
        graph, both, withdrawn, algebra, components=components, against=grades
    )._replace(upper=grades.upper)
    listed = graph.components if components is None else components
    return Backing(
        stated=_resting(graph, grades, stated, withdrawn, algebra, listed),
        sound=_resting(graph, of_sound, sound, withdrawn, algebra, listed),
    )


def _resting(
    graph: JustificationGraph,
    grades: Grades,
    stated: Mapping[int, Any],
    withdrawn: Collection[str],
    algebra: Algebra,
    components: Sequence[Component],
) -> list[Any]:
    """The grade of each fact by derivations that rest on a stated fact, and not on silence alone.

    As strong as the firing, if one of the facts that it rests on does; in a recursive component by
    derivations without circles. A default says nothing but that there was nothing to say, whatever
    its premises.
    """
    found: list[Any] = [NO_SUPPORT] * len(grades.lower)
    for fact, grade in stated.items():
        found[fact] = grade
    for component in components:
        if component.recursive:
            inside = set(component.facts)
            steps = [
                _step(fact, firing, inside, found, grades, algebra)
                for fact in component.facts
                for firing in _live(graph, fact, withdrawn)
            ]
            said = {fact: found[fact] for fact in component.facts if fact in stated}
            for fact, grade in resting(component.facts, steps, said, algebra).items():
                found[fact] = grade
        else:
            [fact] = component.facts
            for firing in _ruling(graph, fact, withdrawn):
                carried = _carried(firing, firing.premises, found, algebra)
                grade = algebra.meet(firing_grade(firing, grades, algebra)[0], carried)
                found[fact] = algebra.join(found[fact], grade)
    return found


def _step(
    fact: int,
    firing: Firing,
    inside: Collection[int],
    found: Sequence[Any],
    grades: Grades,
    algebra: Algebra,
) -> CircleStep:
    """A firing in a recursive component; it rests on what is found outside of that."""
    outside = [premise for premise in firing.premises if premise not in inside]
    counts = not firing.rule.otherwise
    return CircleStep(
        fact=fact,
        inside=tuple(dict.fromkeys(premise for premise in firing.premises if premise in inside)),
        grade=firing_grade(firing, grades, algebra)[0],
        rests=_carried(firing, outside, found, algebra) if counts else NO_SUPPORT,
        counts=counts,
    )


def _carried(
    firing: Firing, premises: Iterable[int], found: Sequence[Any], algebra: Algebra
) -> Any:
    """The best that is found of some premises of a firing, and of what it may count."""
    rests: Any = NO_SUPPORT
    for fact in premises:
        rests = algebra.join(rests, found[fact])
    for count in firing.counts:
        for fact in count.facts:
            rests = algebra.join(rests, found[fact])
    return rests


def is_there(graph: JustificationGraph, fact: int) -> bool:
    """Whether a fact says no more than that an entity is of its type."""
    return is_type_template(graph.template(fact))


def corroborated(scenario: Scenario, stated: Fact) -> bool:
    """Whether sources of different origin support what a scenario says."""
    return scenario.corroborates(stated)


def lone(outcome: Outcome, links: Sequence[ProofNode]) -> list[Instance]:
    """The given facts of a proof that no two sources of different origin support."""
    found = given_facts(outcome, links)
    return [one.instance for one in found if not corroborated(outcome.scenario, one)]


def given_facts(outcome: Outcome, links: Iterable[ProofNode]) -> list[Fact]:
    """What a scenario says of the facts that a proof starts from, in its order."""
    facts, graph = outcome.scenario.facts, outcome.graph
    ends = [link.fact for link in links if link.firing is None and not is_there(graph, link.fact)]
    return [facts[one] for one in map(graph.instances.__getitem__, ends) if one in facts]


def limited_by(
    outcome: Outcome, fact: int, given: Confidence | None, links: Sequence[ProofNode]
) -> tuple[Limit, ...]:
    """What keeps the confidence in given advice from being higher.

    Weakest links, lone sources, or that nothing is stated. `links` are its proof. What is given by
    default has no confidence to be limited.
    """
    if given in {None, "high"}:
        return ()
    grade = outcome.grades.lower[fact]
    if given == "low" and grade >= MIDDLING:
        instance = str(outcome.graph.instances[fact])
        silent = any(True for _ in taken(outcome, links))
        denied = any(link.firing is not None and link.firing.exceptions for link in links)
        said = "nobody has said" if silent else "is denied"
        says = f"it rests on {f'what {said}, and on ' * (silent or denied)}no stated fact"
        return (Limit(kind="silence", what=instance, says=says),)
    if grade < STRONG:
        return tuple(limits(outcome, fact))
    alone = lone(outcome, links)
    some = len(alone) < len(given_facts(outcome, links))
    return tuple(_lone_sources(outcome, alone, some=some))


def _lone_sources(outcome: Outcome, facts: Sequence[Instance], *, some: bool) -> list[Limit]:
    base = outcome.scenario.base
    if not base.sources:
        says = "nothing corroborates what is stated"
        return [Limit(kind="single-source", what=str(facts[0]), says=says)] if facts else []
    found: dict[str, Limit] = {}
    cited = [outcome.scenario.facts[instance].citations for instance in facts]
    sources = dict.fromkeys(citation.source for citations in cited for citation in citations)
    for place, source in enumerate(sources):
        title = base.sources[source].title
        which = "some of the facts rest" if some or len(sources) > 1 else "the facts rest"
        says = f'others on "{title}" alone' if place else f'{which} on one source alone, "{title}"'
        found[source] = Limit(kind="single-source", what=source, says=says)
    bare = [instance for instance, citations in zip(facts, cited, strict=True) if not citations]
    return [*found.values(), *_uncited(outcome, bare, some=some or bool(sources))]


def _uncited(outcome: Outcome, facts: Sequence[Instance], *, some: bool) -> Iterator[Limit]:
    """That facts have no source, or are by answers alone: of one which, of several how many."""
    answered = {fact for fact in facts if outcome.scenario.facts[fact].origin == "answered"}
    for by_answer in (False, True):
        named = [fact for fact in facts if (fact in answered) == by_answer]
        if not named:
            continue
        clause = english.says(outcome.scenario.base, named[0])
        many = f"{len(named)} of the facts" if some or len(named) < len(facts) else "the facts"
        if by_answer:
            says = f"it is by an answer alone that {clause}"
            says = says if len(named) == 1 else f"{many} rest on answers alone"
        else:
            says = f"no source is given for the fact that {clause}"
            says = says if len(named) == 1 else f"no source is given for {many}"
        yield Limit(kind="single-source", what=str(named[0]), says=says)
