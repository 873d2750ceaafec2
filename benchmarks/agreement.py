"""Agreement: how much of the right advice a consultation has after 6, 12 and 20 questions.

    python benchmarks/agreement.py [--truths 3] [--questions 30] [--base DIR] [--scenarios NAME...]

A *truth* says of every fact whether it holds. *Agreement* is the share, of the advice that is given
as things stand or by the truth (of the topics asked for), that is given by both: stricter than a
share of all that could be given, most of which no truth gives. Truths are

- *told*: the facts of a scenario, as it states them, and no others;
- *sampled*: each doubtful fact of a scenario holds at the middle of its band, what is unknown
  evenly; what is certain, denied or silent stays as it is;
- *doubted*: as sampled, and of what is certain or silent one in a hundred is otherwise.

From a scenario, a consultation of all topics is held over sampled and doubted truths; from nothing,
one of each topic and one of all, with all states of the scenario in play, over the one that is told
and over sampled ones. Each order asks the questions of the same interview:

- worth: the project's own;
- touching: the one before it, the question whose answer touches most advice in the mean of random
  futures, of what nobody has spoken of;
- chaining: by backward chaining, with a preview of what is known to fail, as EMYCIN asks;
- base: in the order of the base.

*Best* is the fewest questions that give the right advice to somebody who knows all answers
beforehand: the smallest set of questions, found by search, where at most `SEARCHED` sets have to be
looked at, and otherwise a set of which none can be left out (`at most`). No order needs fewer but by
luck. A table has a row for each order; *right after* is the median number of questions after which
the advice is right and stays so, and the most.
"""

from __future__ import annotations

import argparse
import gc
import itertools
import math
import random
import statistics
import time
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from advisor import loader
from advisor.consult.agenda import answered
from advisor.consult.interview import Interview, begin
from advisor.consult.kind import Question
from advisor.consult.questions import canonical, question
from advisor.consult.scope import Scope, topics_of
from advisor.consult.session import known
from advisor.consult.stakes import Stakes
from advisor.futures.choices import choices
from advisor.model.errors import Location
from advisor.model.grades import CERTAIN, HOLDS
from advisor.model.records import Instance
from advisor.model.scenarios import Fact, Scenario
from advisor.model.values import value_text
from advisor.reasoning.building import build
from advisor.reasoning.engines import often
from advisor.reasoning.evaluate import outcome

AFTER: Final = (6, 12, 20)
SEARCHED: Final = 2_000  # sets of questions, to find the smallest
NEVER: Final = 1_000  # questions, where the advice does not come right

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


class Touching:
    """The next question by how much advice it touches, of what nobody spoke of at the start."""

    def __init__(self) -> None:
        self.start: Scenario | None = None

    def __call__(self, interview: Interview) -> Question | None:
        """The question whose answer touches most; None if none touches anything."""
        if interview.start is not self.start:
            self._begin(interview)
        graph, case = interview.graph, interview.outcome()
        said = {f.instance for one in interview.answers for f in one.facts} & self.open.keys()
        self.stakes.learn({self.open[one]: case.bounds(graph.number[one]) for one in said})
        asked = {one.about for one in interview.answers}
        best: tuple[float, Question | None] = (0.0, None)
        for topic, facts in interview.relevant():
            left = [self.open[one] for one in facts if one in self.open and one not in said]
            worth = self.stakes.worth(left) if left and topic.about not in asked else 0.0
            if worth > best[0]:
                best = worth, question(interview.base, topic, facts)
        return best[1]

    def _begin(self, interview: Interview) -> None:
        """Take the facts that are open at the start, by their numbers there."""
        graph, self.start = interview.graph, interview.start
        case = outcome(msgspec.structs.replace(self.start, complete=False), graph)
        told = {graph.number[one] for one in self.start.facts if one in graph.number}
        silent = [choice for choice in choices(case) if told.isdisjoint(choice.facts)]
        valued, measured = answered(graph, silent)
        self.open = {graph.instances[fact]: fact for one in valued for fact in one.facts}
        self.stakes = Stakes(case, list(interview.wanted), valued, measured)


def fewest(interview: Interview, truth: Truth, right: set[str]) -> tuple[int, bool]:
    """How few questions give the right advice, and whether it is proved that no fewer do."""
    each = [canonical(interview.base, topic) for topic in interview.agenda.topics]
    telling = [facts for one in each if (facts := truth.intersection(one))]

    def is_right(asked: Collection[Truth]) -> bool:
        stated = {
            o: Fact(instance=o, standing="stated", grade=CERTAIN, where=WHERE)
            for o in frozenset[Instance]().union(*asked)
        }
        scenario = msgspec.structs.replace(interview.start, facts=stated)
        case = outcome(scenario, interview.graph)
        named = interview.graph.instances
        return {str(named[f]) for f in interview.wanted if case.bounds(f)[0] >= HOLDS} == right

    looked = 0
    for size in range(len(telling) + 1):
        looked += math.comb(len(telling), size)
        if looked > SEARCHED:
            break
        if any(map(is_right, itertools.combinations(telling, size))):
            return size, True
    for facts in tuple(telling):
        fewer = [other for other in telling if other is not facts]
        telling = fewer if is_right(fewer) else telling
    return len(telling), len(telling) == size  # all smaller ones have been looked at


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


def orders() -> dict[str, Order]:
    """The orders of questions, by name."""
    return {
        "worth": Interview.question,
        "touching": Touching(),
        "chaining": chaining,
        "base": in_order,
    }


@often()
def begun(start: Scenario, client: str | None, scope: Scope) -> tuple[Interview, float]:
    """An interview, with the processor time in seconds from what is known to its first question."""
    gc.collect()
    gc.disable()  # as the command does until the first question
    before = time.process_time()
    interview = begin(start, client, scope)
    interview.question()
    took = time.process_time() - before
    gc.enable()
    return interview, took


class Row(NamedTuple):
    """What the orders made of one topic, or of one kind of truth."""

    what: str
    best: str
    first: float  # seconds of processor time to the first question
    runs: dict[str, list[Run]]  # by order
    topic: bool = False  # whether it is one of several topics


def from_scenario(scenario: Scenario, truths: int, most: int) -> Iterator[Row]:
    """How consultations go that begin with a scenario."""
    interview, first = begun(scenario, scenario.client, Scope())
    for doubted in (False, True):
        each = [sampled(interview, seed, doubted=doubted) for seed in range(truths)]
        goals = [given(interview.start, truth, None, interview.client) for truth in each]
        yield Row(
            "doubted" if doubted else "sampled",
            "",
            first,
            {
                name: [run(interview, t, g, most, order) for t, g in zip(each, goals, strict=True)]
                for name, order in orders().items()
                if name != "chaining"
            },
        )


def from_nothing(scenario: Scenario, truths: int, most: int) -> Iterator[Row]:
    """How consultations go that begin with nothing, for each topic of a scenario's client."""
    base = scenario.base
    client = scenario.client or base.client or ""
    review, _ = begun(scenario, client, Scope())
    each = [told(scenario), *(sampled(review, n, doubted=False) for n in range(truths - 1))]
    spoken = {v for one in each[0] for v in one.values if isinstance(v, str)}
    kind = base.entities[client].type
    others = tuple(s for s in base.entities if s in spoken and base.entities[s].type == kind)
    empty = msgspec.structs.replace(known(base, None, client)[0], interests=scenario.interests)
    for topics in (*((topic.id,) for topic in topics_of(scenario, client)), ()):
        interview, first = begun(empty, client, Scope(topics=topics, involving=others))
        wanted = {str(interview.graph.instances[fact]) for fact in interview.wanted}
        goals = [(truth, given(scenario, truth, None, client) & wanted) for truth in each]
        goals = [(truth, right) for truth, right in goals if right]
        if not goals:
            continue
        least, proved = fewest(interview, *goals[0])
        yield Row(
            f"{topics[0] if topics else 'all at once'} ({len(goals[0][1])})",
            f"{'' if proved else 'at most '}{least}",
            first,
            {
                name: [run(interview, *goal, most, order) for goal in goals]
                for name, order in orders().items()
            },
            bool(topics),
        )


def line(what: str, best: str, order: str, runs: list[Run]) -> str:
    """One line of a table."""
    shares = [f"{100 * statistics.mean(one.agreement[n] for one in runs):.0f}" for n in AFTER]
    rights = sorted(NEVER if one.right is None else one.right for one in runs)
    right = ["never" if n == NEVER else str(n) for n in (rights[len(rights) // 2], rights[-1])]
    asked, options = (
        statistics.mean(n) for n in zip(*((r.asked, r.options) for r in runs), strict=True)
    )
    cells = [what, best, order, f"{asked:.0f}", f"{options:.0f}", *shares, *right]
    return f"| {' | '.join(cells)} |"


def table(title: str, rows: Iterator[Row], *, each: bool) -> None:
    """Print the rows, with those of all single topics together, or these alone."""
    print(f"\n{title}\n")
    heads = ["topic (advice)", "best", "order", "questions", "options", *map(str, AFTER)]
    print(f"| {' | '.join([*heads, 'right after', 'most'])} |")
    print(f"|{'---|' * (len(heads) + 2)}")
    together: dict[str, list[Run]] = {}
    firsts, seconds = [], []
    for row in rows:
        for order, runs in row.runs.items():
            if each or not row.topic:
                print(line(row.what, row.best, order, runs), flush=True)
            if row.topic:
                together.setdefault(order, []).extend(runs)
        firsts.append(row.first)
        seconds += [second for one in row.runs["worth"] for second in one.seconds]
    for order, runs in together.items():
        print(line("one by one", "", order, runs), flush=True)
    if firsts and seconds:
        print(
            f"\nProcessor time, in ms: to the first question {1000 * statistics.median(firsts):.0f}"
            f" at the median, {1000 * max(firsts):.0f} at most; from an answer to the next"
            f" {1000 * sorted(seconds)[int(len(seconds) * 0.95)]:.0f} in 95 of 100",
            flush=True,
        )


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--truths", type=int, default=3, help="answer sets of each kind")
    parser.add_argument("--questions", type=int, default=30, help="at most, of a consultation")
    parser.add_argument("--base", type=Path)
    parser.add_argument("--scenarios", nargs="*")
    parser.add_argument("--only", choices=("scenario", "nothing"))
    parser.add_argument("--each", action="store_true", help="a row for each topic")
    chosen = parser.parse_args()
    base = loader.load_base(chosen.base)
    for name in chosen.scenarios or [base.scenario or next(iter(loader.scenario_names(base)))]:
        scenario, _ = known(base, name, None)
        for what, rows in (("scenario", from_scenario), ("nothing", from_nothing)):
            if chosen.only in (None, what):
                found = rows(scenario, chosen.truths, chosen.questions)
                table(
                    f"{name}, from {'it' if what == 'scenario' else what}", found, each=chosen.each
                )


if __name__ == "__main__":
    main()
