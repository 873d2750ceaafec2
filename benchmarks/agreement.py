"""Agreement: how much of the right advice a consultation has after 6, 12 and 20 questions.

    python benchmarks/agreement.py [--truths 20] [--base DIR]

A *truth* says of every fact whether it holds. *Agreement* is the share, of the advice that is given
as things stand or by the truth (of the topics asked for), that is given by both: stricter than a
share of all that could be given, most of which no truth gives. Truths are

- from a scenario, *sampled*: each doubtful fact holds at the middle of its band, what is unknown
  evenly; what is certain, denied or silent stays as it is;
- from a scenario, *doubted*: as sampled, and of what is certain or silent one in a hundred is
  otherwise;
- from nothing, *told*: the facts of a scenario, as it states them, and no others.

Each interview is compared with others over the same questions: one in the order of the base; one
by backward chaining, with a preview of what is known to fail, as EMYCIN asks (from nothing, where
there is something to trace); and *told*, which knows the answers beforehand and puts those alone
without which the advice is not right: no order needs fewer but by luck.
"""

from __future__ import annotations

import argparse
import random
import statistics
import time
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from advisor import loader
from advisor.consult.interview import Interview, begin
from advisor.consult.kind import Question, QuestionTopic
from advisor.consult.questions import canonical, question
from advisor.consult.scope import Scope, topics_of
from advisor.consult.session import known
from advisor.futures.choices import choices
from advisor.model.errors import Location
from advisor.model.grades import CERTAIN, HOLDS
from advisor.model.records import Instance, KnowledgeBase
from advisor.model.scenarios import Fact, Scenario
from advisor.model.values import value_text
from advisor.reasoning.building import build
from advisor.reasoning.engines import often
from advisor.reasoning.evaluate import outcome

AFTER: Final = (0, 6, 12, 20)

Truth = frozenset[Instance]  # what holds
WHERE: Final = Location("<benchmark>")


class Run(NamedTuple):
    """One consultation."""

    agreement: dict[int, float]  # after so many questions
    right: int | None  # the questions after which it stays right; None if it never is
    asked: int
    options: int  # read
    seconds: list[float]


def told(scenario: Scenario) -> Truth:
    """The facts that a scenario states, as it states them."""
    return frozenset(i for i, fact in scenario.facts.items() if fact.bounds[0] >= HOLDS)


def sampled(interview: Interview, seed: int, *, doubted: bool) -> Truth:
    """What holds, drawn at the odds of a scenario."""
    source = random.Random(seed)
    graph = interview.graph
    case = outcome(interview.start, graph)
    found = set(told(interview.start))
    odds = None
    if doubted:
        odds = {f: 0.99 if graph.instances[f] in found else 0.01 for f in interview.agenda.open}
    for choice in choices(case, odds or ()):
        taken = source.choices(choice.options, [option.weight for option in choice.options])[0]
        found -= {graph.instances[fact] for fact in choice.facts}
        found |= {graph.instances[taken.holds]} if taken.holds is not None else set()
    return frozenset(found)


@often()
def given(start: Scenario, truth: Truth, wanted: Collection[str] | None, client: str) -> set[str]:
    """The advice that a truth gives, of the templates that are wanted."""
    facts = {
        one: Fact(instance=one, standing="stated", grade=CERTAIN, where=start.where)
        for one in start.base.ordered(truth)
    }
    scenario = msgspec.structs.replace(start, facts=facts, groups=(), complete=True)
    case = outcome(scenario, build(scenario))
    return {
        str(case.graph.instances[fact])
        for fact in case.graph.advice_to(client)
        if case.bounds(fact)[0] >= HOLDS
        and (wanted is None or case.graph.instances[fact].template in wanted)
    }


def text_of(asked: Question, truth: Truth) -> str:
    """What a person would type who knows the truth."""
    held = [n for n, one in enumerate(asked.instances) if one in truth]
    match asked.kind.name:
        case "yes-no":
            return "yes" if held else "no"
        case "number" | "date":
            gap = asked.gap or 0
            return value_text(asked.instances[held[0]].values[gap]) if held else "unknown"
        case "values":
            return (
                ", ".join(map(value_text, asked.instances[held[0]].values)) if held else "unknown"
            )
        case _:
            return ", ".join(str(n + 1) for n in held) or ("unknown" if asked.group else "none")


def advised(interview: Interview) -> set[str]:
    """What is given as things stand."""
    case = interview.outcome()
    named = interview.graph.instances
    return {str(named[fact]) for fact in interview.wanted if case.bounds(fact)[0] >= HOLDS}


Order = Callable[[Interview], Question | None]


def in_order(interview: Interview) -> Question | None:
    """The next question in the order of the base."""
    found = interview.relevant()
    return question(interview.base, *found[0]) if found else None


def chaining(interview: Interview) -> Question | None:
    """The next question by backward chaining from each piece of advice, in the order of the base.

    Of the firings that conclude a goal, in the order of their rules, each is traced of which
    nothing is known to fail: its premises, what it counts, and its exceptions.
    """
    graph, bounds = interview.graph, interview.if_open().bounds
    topics = {
        fact: asking for asking in interview.relevant() for fact in map(graph.number.get, asking[1])
    }
    answered = {answer.about for answer in interview.answers}
    seen: set[int] = set()

    def traced(fact: int) -> int | None:
        low, high = bounds(fact)
        if fact in seen or low >= HOLDS or high < HOLDS:
            return None
        seen.add(fact)
        if fact in topics and topics[fact][0].about not in answered:
            return fact
        for firing in (graph.firings[number] for number in graph.supports[fact]):
            if all(bounds(one)[1] >= HOLDS for one in firing.premises):
                for one in firing.depends_on():
                    found = traced(one)
                    if found is not None:
                        return found
        return None

    for fact in map(traced, interview.wanted):
        if fact is not None:
            return question(interview.base, *topics[fact])
    return None


def told_needs(interview: Interview, truth: Truth, right: set[str]) -> int:
    """How many questions give the right advice, of those that somebody asks who knows the answers.

    Of all whose answer is not no, one after the other is left out as long as the advice is right.
    """
    kept = [
        t for t in interview.agenda.topics if not truth.isdisjoint(canonical(interview.base, t))
    ]

    def is_right(topics: list[QuestionTopic]) -> bool:
        facts = {one for topic in topics for one in canonical(interview.base, topic)} & truth
        stated = {o: Fact(instance=o, standing="stated", grade=CERTAIN, where=WHERE) for o in facts}
        scenario = msgspec.structs.replace(interview.start, facts=stated)
        case = outcome(scenario, interview.graph)
        named = interview.graph.instances
        return {str(named[f]) for f in interview.wanted if case.bounds(f)[0] >= HOLDS} == right

    for topic in tuple(kept):
        fewer = [other for other in kept if other is not topic]
        kept = fewer if is_right(fewer) else kept
    return len(kept)


def run(
    interview: Interview,
    truth: Truth,
    right: set[str],
    most: int,
    order: Order = Interview.question,
) -> Run:
    """A consultation with somebody who knows the truth."""
    agreement, seconds, options, asked = {}, [], 0, 0
    settled: int | None = None
    for number in range(most + 1):
        now = advised(interview)
        agreement[number] = len(now & right) / len(now | right) if now | right else 1.0
        if now != right:
            settled = None
        elif settled is None:
            settled = number
        begun = time.process_time()
        put = order(interview)
        if put is None or number == most:
            break
        interview = interview.answer(put, text_of(put, truth))
        order(interview)
        seconds.append(time.process_time() - begun)
        options, asked = options + max(1, len(put.options)), number + 1
    last = agreement[max(agreement)]
    return Run({n: agreement.get(n, last) for n in AFTER}, settled, asked, options, seconds)


ORDERS: Final[dict[str, Order]] = {
    "worth": Interview.question,
    "chaining": chaining,
    "order of the base": in_order,
}


@often()
def first_question(start: Scenario, client: str | None, scope: Scope) -> tuple[Interview, float]:
    """An interview, with the processor time in seconds from what is known to its first question."""
    begun = time.process_time()
    interview = begin(start, client, scope)
    interview.question()
    return interview, time.process_time() - begun


def from_scenario(base: KnowledgeBase, name: str, truths: int, most: int) -> Iterator[str]:
    """How consultations go that begin with a scenario."""
    scenario, _ = known(base, name, None)
    interview, first = first_question(scenario, scenario.client, Scope())
    yield f"{name}, the first question after {1000 * first:.0f} ms"
    for doubted in (False, True):
        for name_, order in (("worth", Interview.question), ("order of the base", in_order)):
            runs = []
            for seed in range(truths):
                truth = sampled(interview, seed, doubted=doubted)
                right = given(interview.start, truth, None, interview.client)
                runs.append(run(interview, truth, right, most, order))
            yield line(f"{name}, {'doubted' if doubted else 'sampled'}", name_, runs)


def from_nothing(base: KnowledgeBase, name: str, most: int) -> Iterator[str]:
    """How consultations go that begin with nothing, one for each topic of a scenario's client."""
    scenario, _ = known(base, name, None)
    client = scenario.client or base.client or ""
    truth = told(scenario)
    states = {v for one in truth for v in one.values if isinstance(v, str)}
    empty, _ = known(scenario.base, None, client)
    empty = msgspec.structs.replace(empty, interests=scenario.interests)
    kinds = {scenario.base.entities[client].type}
    others = tuple(
        s for s in scenario.base.entities if s in states and scenario.base.entities[s].type in kinds
    )
    every: dict[str, list[Run]] = {order: [] for order in ORDERS}
    for goal in topics_of(scenario, client):
        scope = Scope(topics=(goal.id,), involving=others)
        interview, first = first_question(empty, client, scope)
        yield f"{name}, {goal.id}: the first question after {1000 * first:.0f} ms"
        right = given(scenario, truth, None, client)
        right &= {str(interview.graph.instances[fact]) for fact in interview.wanted}
        if not right:
            continue
        least = told_needs(interview, truth, right)
        for order, ask in ORDERS.items():
            found = run(interview, truth, right, most, ask)
            every[order].append(found)
            yield line(f"{name}, {goal.id} ({len(right)}; told {least})", order, [found])
    for order, runs in every.items():
        yield line(f"{name}, all {len(runs)} topics one by one", order, runs)


def line(what: str, order: str, runs: list[Run]) -> str:
    """One line of the table."""
    shares = [statistics.mean(one.agreement[n] for one in runs) for n in AFTER]
    rights = sorted(most if (most := one.right) is not None else 999 for one in runs)
    median = rights[len(rights) // 2]
    asked = statistics.mean(one.asked for one in runs)
    options = statistics.mean(one.options for one in runs)
    seconds = sorted(s for one in runs for s in one.seconds)
    slow = seconds[int(len(seconds) * 0.95)] if seconds else 0
    cells = "  ".join(f"{share:4.0%}" for share in shares)
    right = "never" if median == 999 else str(median)
    return (
        f"{what:52} {order:18} {cells}  right after {right:>5} (median, worst "
        f"{'never' if rights[-1] == 999 else rights[-1]})  asked {asked:.0f}, options {options:.0f},"
        f" p95 {1000 * slow:.0f} ms"
    )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--truths", type=int, default=20)
    parser.add_argument("--questions", type=int, default=40)
    parser.add_argument("--base", type=Path)
    parser.add_argument("--scenarios", nargs="*")
    parser.add_argument("--only", choices=("scenario", "nothing"))
    chosen = parser.parse_args()
    base = loader.load_base(chosen.base)
    names = chosen.scenarios or [base.scenario]
    for name in names:
        if chosen.only != "nothing":
            for text in from_scenario(base, name, chosen.truths, chosen.questions):
                print(text, flush=True)
        if chosen.only != "scenario":
            for text in from_nothing(base, name, chosen.questions):
                print(text, flush=True)


if __name__ == "__main__":
    main()
