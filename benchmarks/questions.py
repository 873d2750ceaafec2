"""Questions: how many an interview takes until everything is settled, and how long each takes.

    python benchmarks/questions.py [--only small|nothing|facts|latency]... [--sample 4] [--least 2]

So, of the shipped base, four complete answer sets are drawn for each opening. Each part can be run
alone with `--only`, and a line on standard error tells of each base and answer set. `--singles 1`
asks one answer set in single questions as well, which takes much longer.

A *complete answer set* gives every open choice one of its options, each alike: a yes-or-no fact
holds or does not, a key has one of its values or none, of a one-of group one alternative holds, a
number or a date takes one of the values that stand for all. What by all the others makes no sense
to ask (`ask-when`, `ask-unless`) is not so. A *question* is what the interview asks at once:
several entities of one slot or a grid of two, a key's values, those of several keys as a grid, a
one-of group, or one yes or no. *Settled* means that the standing, the confidence and the caveats of
all advice are the same whatever else is answered, definite or not (`Stakes.unsettled`; where
something is undecided by intervals, the exact test `Stakes.matters`). No strategy asks a question
twice. What by the complete answers makes no sense to ask, all but the interview know from the
start, and do not ask; the interview has to find it out. All but two stop as soon as everything is
settled:

- interview: the project's own.
- file order: the questions in the order in which the base declares its templates.
- file order, relevant: so, without those that the answers before have made irrelevant.
- backward chaining: as EMYCIN does (van Melle 1980; Norvig, Paradigms of AI Programming, ch. 16).
  Every possible piece of advice is a goal, in the order of the base; the firings that conclude a
  goal are tried in the order of the rules in their files, all of them unless one gives it with
  certainty; of a firing the premises are traced in order, then its exceptions, down to facts that
  are asked about when they are reached; it is given up at its first failing condition. A firing of
  which a premise is already known to fail is not traced ("preview"). The caveats of given advice
  come last. Ends when all goals are traced.
- backward chaining, no preview.
- backward chaining, stopped: with preview, and stopped as soon as everything is settled.
- optimum: the least expected number of questions, by dynamic programming over all states of
  knowledge; on bases of few facts only.

*Grouped* means that all of them ask the interview's questions. *Single* means one yes or no, one
key or one group for a question, as EMYCIN asks, for the interview too. The aims refer to grouped
questions and to backward chaining with preview, which is the harder one to beat: at least 40% fewer
questions than that, within 10% of the optimum, and under 100 ms from an answer to the next prompt
(answer, question and progress) in 95 of 100 cases on the shipped base.

The shipped base is sampled, with a seed. Small bases, random ones and those of the tests from each
of their scenarios, are counted over all answer sets; what is too large for that is named, and only
some of its answer sets are drawn. Every strategy must end with the advice that the complete answers
give, in every answer set.
"""

from __future__ import annotations

import argparse
import functools
import itertools
import math
import multiprocessing
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple, TypeVar

import msgspec
import numpy as np
import numpy.typing as npt

from advisor import loader
from advisor.consult.agenda import answered
from advisor.consult.answers import WHERE
from advisor.consult.interview import Interview, begin
from advisor.consult.kind import Question
from advisor.consult.questions import canonical, topic_of
from advisor.consult.sense import Sense
from advisor.consult.stakes import Stakes
from advisor.futures.choices import choices
from advisor.model.changes import Changes, fold, question_of
from advisor.model.errors import Location
from advisor.model.grades import CERTAIN, CUTS, HOLDS, opposite
from advisor.model.records import Instance, KnowledgeBase, Pattern
from advisor.model.scenarios import Fact, Scenario
from advisor.model.values import value_text
from advisor.reasoning.evaluate import Bounds, Outcome, given_grades, outcome
from advisor.reasoning.firings import Count, Firing

FEWER_AIM: Final = 0.40
OPTIMUM_AIM: Final = 1.10
LATENCY_AIM: Final = 0.100
MOST_FACTS: Final = 12  # of a base whose optimum is computed
MOST_PATTERNS: Final = 1 << 20  # answers to all its questions, indefinite ones as well
MOST_SETS: Final = 1 << 10  # of answers that are all gone through
DRAWN: Final = 20  # answer sets of a base that has more

YES: Final[Bounds] = (8, 8)
NO: Final[Bounds] = (0, 0)
EVEN: Final[Bounds] = (4, 4)
UNKNOWN: Final[Bounds] = (0, 8)

Known = dict[int, Bounds]
Flags = npt.NDArray[np.bool_]


class Setting:
    """An interview with its questions as facts of its graph, and a judge of what is settled.

    `begun` is the interview before all answers, `interview` the latest one held. An answer may
    extend an interview's graph, and number its facts anew: the numbers here are of the first graph.
    """

    def __init__(
        self, interview: Interview, judge: Stakes | None = None, *, single: bool = False
    ) -> None:
        self.single = single
        self.interview = self.begun = interview
        self.graph = graph = interview.graph
        self.case = outcome(interview.start, graph)
        listed = [c for c in choices(self.case) if interview.agenda.open.issuperset(c.facts)]
        self.choices, self.measured = answered(graph, listed)
        advice = graph.advice_to(interview.client)
        self.judge = judge or Stakes(self.case, advice, self.choices, self.measured)
        self.topics = list(interview.agenda.topics)
        self.named = {topic.about: n for n, topic in enumerate(self.topics)}
        self.facts = [[self._number(one) for one in topic.instances] for topic in self.topics]
        self.topic_of = {fact: n for n, facts in enumerate(self.facts) for fact in facts}
        self._settled: dict[frozenset[int], bool] = {}
        self._senseless: dict[frozenset[int], frozenset[int]] = {}

    def _number(self, one: Instance) -> int:
        graph = self.graph
        return graph.number[graph.base.templates[one.template].instance(*one.values)]

    def options(self, topic: int) -> list[frozenset[int]]:
        """The definite answers to a question, each as the facts that it says hold."""
        facts = self.facts[topic]
        if not self.topics[topic].kind.valued:
            return [
                frozenset(itertools.compress(facts, bits))
                for bits in itertools.product((0, 1), repeat=len(facts))
            ]
        each = (self._values(topic, key) for key in self.keys(topic))
        return [frozenset[int]().union(*held) for held in itertools.product(*each)]

    def keys(self, topic: int) -> list[list[int]]:
        """The facts of a question for values by what they are values of: all, or each key's."""
        found: dict[object, list[int]] = {}
        for fact in self.facts[topic]:
            key = question_of(self.graph.template(fact), self.graph.instances[fact])
            found.setdefault(None if self.topics[topic].group else key, []).append(fact)
        return [*found.values()]

    def _values(self, topic: int, key: Sequence[int]) -> list[frozenset[int]]:
        single = [frozenset([fact]) for fact in key]
        empty = not self.topics[topic].kind.measured and not self.topics[topic].group
        return [frozenset[int](), *single] if empty else single

    def draw(self, seed: int) -> frozenset[int]:
        """A complete answer set: the facts that hold."""
        source = random.Random(seed)
        found: set[int] = set()
        for number, facts in enumerate(self.facts):
            if not self.topics[number].kind.valued:
                found.update(fact for fact in facts if source.random() < 0.5)
            else:
                for key in self.keys(number):
                    found.update(source.choice(self._values(number, key)))
        holding = frozenset(found)
        while more := holding & self.senseless(holding):
            holding -= more
        return holding

    def sets(self) -> int:
        """How many complete answer sets there are, sensible or not."""
        return math.prod(
            math.prod(len(self._values(number, key)) for key in self.keys(number))
            if topic.kind.valued
            else 1 << len(self.facts[number])
            for number, topic in enumerate(self.topics)
        )

    def senseless(self, holding: frozenset[int]) -> frozenset[int]:
        """What makes no sense to ask where just these facts hold; of a group, nothing."""
        if not self.begun.agenda.conditional:
            return frozenset()
        if holding not in self._senseless:
            self._senseless[holding] = self._without_sense(holding)
        return self._senseless[holding]

    def _without_sense(self, holding: frozenset[int]) -> frozenset[int]:
        start, instances = self.begun.start, self.graph.instances
        facts = tuple(_answered(instances[fact], fact in holding) for fact in self.topic_of)
        told = outcome(fold(start, Changes(facts=facts))[0], self.graph)
        case = Outcome(start, told.graph, told.grades)  # in which nobody has spoken of them
        sense, number = Sense(case, (), lambda: case), case.graph.number
        return frozenset(
            fact
            for fact, topic in self.topic_of.items()
            if not self.topics[topic].group and sense.first(number[instances[fact]]) is None
        )

    def sensible(self, holding: frozenset[int]) -> list[int]:
        """The questions that it makes sense to ask, by the complete answers."""
        senseless = self.senseless(holding)
        return [n for n, facts in enumerate(self.facts) if not senseless.issuperset(facts)]

    def known(self, topics: Collection[int], holding: frozenset[int]) -> Known:
        """What is known when these questions are answered, and what it makes no sense to ask."""
        answered = (fact for number in topics for fact in self.facts[number])
        return {
            **dict.fromkeys(self.senseless(holding), NO),
            **{fact: YES if fact in holding else NO for fact in answered},
        }

    def relevant(self, known: Known) -> list[int]:
        """The questions that may still matter, by intervals."""
        self.judge.learn(known)
        return sorted({self.topic_of[fact] for fact in self.judge.live})

    def settled(self, known: Known) -> bool:
        """Whether no answer can change what is said of any advice."""
        judge = self.judge
        open_ = {
            number: [fact for fact in self.facts[number] if fact in judge.live]
            for number in self.relevant(known)
        }
        if any(judge.worth(facts) > 0 for facts in open_.values()):
            return False
        return not any(judge.matters(facts) for facts in open_.values())

    def until_settled(self, order: Sequence[int], holding: frozenset[int]) -> list[int]:
        """The shortest beginning of an order of questions that settles everything.

        Found by halving: more answers never unsettle anything.
        """
        low, high = 0, len(order)
        while low < high:
            middle = (low + high) // 2
            if self._seen(order[:middle], holding):
                high = middle
            else:
                low = middle + 1
        return list(order[:low])

    def _seen(self, topics: Sequence[int], holding: frozenset[int]) -> bool:
        known = self.known(topics, holding)
        state = frozenset(2 * fact + (bounds == YES) for fact, bounds in known.items())
        if len(self.topics) > MOST_FACTS:
            return self.settled(known)
        if state not in self._settled:
            self._settled[state] = self.settled(known)
        return self._settled[state]

    def said(self, known: Known) -> list[tuple[int, ...]]:
        """What is said of each piece of advice; 2 for what intervals leave open."""
        net = self.judge.net
        self.judge.learn(known)
        return [
            tuple(map(net.value, said.literals)) if net.value(said.possible) else ()
            for said in net.said.values()
        ]


def _answered(instance: Instance, holds: bool) -> Fact:
    return Fact(
        instance=instance,
        standing="stated" if holds else "denied",
        grade=CERTAIN if holds else None,
        origin="answered",
        where=WHERE,
    )


def split(setting: Setting) -> Setting:
    """The setting in which every question is about one fact, one key or one group."""
    return Setting(singly(setting.begun), setting.judge, single=True)


def singly(interview: Interview) -> Interview:
    """The interview that asks about one fact, one key or one group at a time, until it grows."""
    graph = interview.graph
    topics = []
    for topic in interview.agenda.topics:
        if not topic.kind.in_part:
            topics.append(topic)
            continue
        for one in sorted(canonical(graph.base, topic), key=graph.number.__getitem__):
            topics.append(topic_of(graph.base, one))
    topics = [*{topic.about: topic for topic in topics}.values()]
    facts = ([graph.number[i] for i in canonical(graph.base, topic)] for topic in topics)
    agenda = msgspec.structs.replace(
        interview.agenda,
        topics=tuple(topics),
        by_name={topic.about: topic for topic in topics},
        facts=tuple(map(tuple, facts)),
    )
    return interview.varied(agenda=agenda)


# The interview


def text_of(setting: Setting, asked: Question, holding: frozenset[int]) -> str:
    """What a person would type who knows which facts hold."""
    held = [n for n, one in enumerate(asked.instances) if setting.graph.number.get(one) in holding]
    match asked.kind.name:
        case "yes-no":
            return "yes" if held else "no"
        case "number" | "date" | "values":
            (fact,) = holding.intersection(setting.facts[setting.named[asked.about]])
            values = setting.graph.instances[fact].values
            gaps = [part.gap for part in asked.parts] or [asked.gap]
            return ", ".join(value_text(values[gap]) for gap in gaps if gap is not None)
        case _:
            return ", ".join(str(n + 1) for n in held) or "none"


def by_interview(
    setting: Setting, holding: frozenset[int], times: list[tuple[float, float]]
) -> Known:
    """What the interview knows at its end; notes how long it took from each answer to the next
    prompt, in seconds by the clock and of work."""
    interview = setting.begun
    asked = interview.question()
    interview.progress()
    while asked is not None:
        text = text_of(setting, asked, holding)
        clock, work = time.perf_counter(), time.process_time()
        agenda, interview = interview.agenda, interview.answer(asked, text)
        if setting.single and interview.agenda is not agenda:
            interview = singly(interview)
        asked = interview.question()
        interview.progress()
        times.append((time.perf_counter() - clock, time.process_time() - work))
    setting.interview = interview
    number, said = setting.graph.number, [f for one in interview.answers for f in one.facts]
    known = {number[f.instance]: f.bounds for f in said if f.instance in number}
    told = {setting.topic_of[fact] for fact, bounds in known.items() if bounds == YES}
    keys = [k for n in told if setting.topics[n].kind.valued for k in setting.keys(n)]
    stated = (k for k in keys if any(known.get(fact) == YES for fact in k))
    others = {fact: YES if fact in holding else NO for key in stated for fact in key}
    left_out = (interview.graph.instances[fact] for fact in interview.senseless)
    senseless = {number[instance]: NO for instance in left_out if instance in number}
    return {**senseless, **known, **others}  # of a key's values one is stated


# File order


def in_file_order(setting: Setting, holding: frozenset[int]) -> list[int]:
    """The questions asked in the order of the base."""
    return setting.until_settled(setting.sensible(holding), holding)


def in_relevant_order(setting: Setting, holding: frozenset[int]) -> list[int]:
    """The same without those that no longer matter."""
    asked: list[int] = []
    while relevant := set(setting.relevant(setting.known(asked, holding))).difference(asked):
        asked.append(min(relevant))
    return setting.until_settled(asked, holding)


# Backward chaining


class Chaining:
    """One consultation by backward chaining; `asked` are its questions in order."""

    def __init__(self, setting: Setting, holding: frozenset[int], preview: bool) -> None:
        self.setting, self.holding, self.preview = setting, holding, preview
        self.graph = setting.graph
        scenario = setting.begun.start
        self.given = given_grades(self.graph, scenario)
        self.withdrawn = scenario.withdrawn
        self.senseless = setting.senseless(holding)
        self.asked: dict[int, None] = {}
        self.traced: dict[int, Bounds] = {}
        self.tracing: list[int] = []  # the facts above, outermost first
        self._goals()

    def _goals(self) -> None:
        """Trace all advice, then the caveats of what is given."""
        graph = self.graph
        place = {name: number for number, name in enumerate(graph.base.templates)}
        goals = sorted(
            graph.advice_to(self.setting.begun.client),
            key=lambda fact: (place[graph.instances[fact].template], fact),
        )
        given = [fact for fact in goals if self.trace(fact)[0] >= HOLDS]
        for fact in given:
            for _, number in graph.caveats.get(fact, ()):
                if graph.firings[number].rule.id not in self.withdrawn:
                    self.fire(graph.firings[number])

    def trace(self, fact: int) -> Bounds:
        """The bounds of a fact, asking for what they need."""
        found = self.found(fact)
        if found is not None:
            return found
        if fact in self.tracing:  # a loop gives no reason of its own
            return NO
        if fact in self.setting.topic_of:
            self.asked[self.setting.topic_of[fact]] = None
            return self.trace(fact)
        low, high = self.given.get(fact, NO)
        self.tracing.append(fact)
        for number in self.order(self.graph.supports[fact]):
            if low == CERTAIN:
                break
            one, other = self.fire(self.graph.firings[number])
            low, high = max(low, one), max(high, other)
        self.tracing.pop()
        component = self.graph.component_of
        if all(component[above] != component[fact] for above in self.tracing):
            self.traced[fact] = (low, high)
        return low, high

    def order(self, firings: Sequence[int]) -> list[int]:
        """Firings in the order of their rules in the files."""
        graph = self.graph
        return sorted(
            (n for n in firings if graph.firings[n].rule.id not in self.withdrawn),
            key=lambda n: (graph.firings[n].rule.where, n),
        )

    def found(self, fact: int) -> Bounds | None:
        """The bounds of a fact as far as they are known without asking."""
        if fact in self.senseless:
            return NO
        if self.setting.topic_of.get(fact) in self.asked:
            return YES if fact in self.holding else NO
        return self.traced.get(fact)

    def fire(self, firing: Firing) -> Bounds:
        """A firing's grades, as far as its first failing condition."""
        low = high = firing.rule.strength
        if self.preview:
            seen = map(self.found, firing.premises)
            if any(bounds is not None and bounds[1] < HOLDS for bounds in seen):
                return NO
        for one, other in self._conditions(firing):
            low, high = min(low, one), min(high, other)
            if high < HOLDS:
                break
        return low, high

    def _conditions(self, firing: Firing) -> Iterator[Bounds]:
        premises, counts = iter(firing.premises), iter(firing.counts)
        for premise in firing.rule.premises:
            if isinstance(premise, Pattern):
                yield self.trace(next(premises))
            else:
                yield self._counted(next(counts))
        for group in firing.blockers:
            for fact in group:
                low, high = self.trace(fact)
                yield opposite(high), opposite(low)

    def _counted(self, count: Count) -> Bounds:
        """Trace facts until enough of them are certain, or too few are left."""
        found: list[Bounds] = []
        for position, fact in enumerate(count.facts):
            left = len(count.facts) - position
            if sum(high >= HOLDS for _, high in found) + left < count.least:
                return NO
            if sum(low == CERTAIN for low, _ in found) >= count.least:
                break
            found.append(self.trace(fact))
        lows = sorted((low for low, _ in found), reverse=True)
        highs = sorted((high for _, high in found), reverse=True)
        if len(found) < count.least:
            return NO
        return lows[count.least - 1], highs[count.least - 1]


def chained(setting: Setting, holding: frozenset[int], preview: bool = True) -> list[int]:
    """The questions that backward chaining asks, until all goals are traced."""
    return list(Chaining(setting, holding, preview).asked)


def chained_stopped(setting: Setting, holding: frozenset[int]) -> list[int]:
    """The same, until everything is settled."""
    return setting.until_settled(chained(setting, holding), holding)


Strategy = Callable[[Setting, frozenset[int]], list[int]]

STRATEGIES: Final[Mapping[str, Strategy]] = {
    "file order": in_file_order,
    "file order, relevant": in_relevant_order,
    "backward chaining": chained,
    "backward chaining, no preview": functools.partial(chained, preview=False),
    "backward chaining, stopped": chained_stopped,
}
OURS: Final = "interview"
OPTIMUM: Final = "optimum"
TOO_LARGE: Final = f"more than {MOST_FACTS} facts or {MOST_SETS} answer sets"
RIVAL: Final = "backward chaining"


def asked_by_all(setting: Setting, holding: frozenset[int]) -> dict[str, int]:
    """How many questions each strategy asks, after a check that all end with the same advice."""
    ended = {OURS: by_interview(setting, holding, [])}
    found = {OURS: len(setting.interview.answers)}
    for name, strategy in STRATEGIES.items():
        topics = strategy(setting, holding)
        ended[name] = setting.known(topics, holding)
        found[name] = len(topics)
    whole = setting.said(setting.known(range(len(setting.topics)), holding))
    for name, known in ended.items():
        said = setting.said(known)
        pairs = [(a, b) for a, b in zip(said, whole, strict=True) if a != b]
        if any(
            x not in {2, y} for a, b in pairs for x, y in zip(a, b or (0,) * len(a), strict=True)
        ):
            raise SystemExit(f"'{name}' ends with other advice")
        if pairs and not setting.settled(known):
            raise SystemExit(f"'{name}' ends with advice unsettled")
    return found


# The optimum


class Table(NamedTuple):
    """All states of knowledge of a small base, one axis for a question."""

    definite: list[int]  # how many answers of each question are definite; they come first
    differ: Flags  # by answers of all questions, indefinite ones as well: what is said of advice


def patterns(setting: Setting, topic: int) -> list[Known]:
    """The answers to a question that tell apart, the definite ones first."""
    facts = setting.facts[topic]
    definite = [{f: YES if f in one else NO for f in facts} for one in setting.options(topic)]
    more: list[Known] = [{}]
    for choice in setting.choices:
        if choice.facts[0] in facts:
            empty, measured = choice.options[0].holds is None, choice.facts[0] in setting.measured
            others = _indefinite(choice.facts, empty, grouped=not (empty or measured))
            more = [{**one, **other} for one in more for other in others]
    seen = {frozenset(one.items()) for one in definite}
    return definite + [one for one in more if frozenset(one.items()) not in seen]


def _indefinite(facts: Sequence[int], empty: bool, *, grouped: bool) -> list[Known]:
    """The answers to one choice that tell apart; `empty` if none of its facts need hold.

    Of a group (`grouped`) the others stay open where one is not certain.
    """
    unknown, none = dict.fromkeys(facts, UNKNOWN), dict.fromkeys(facts, NO)
    found: list[Known] = [unknown, none] if empty else [unknown]
    for fact in facts:
        found += [{**none, fact: YES}, {**(unknown if grouped else none), fact: EVEN}]
    return found


def optimum(setting: Setting) -> float | None:
    """The least expected number of questions; None if there are too many states."""
    if not setting.facts or sum(map(len, setting.facts)) > MOST_FACTS:
        return None
    axes = [patterns(setting, number) for number in range(len(setting.topics))]
    if math.prod(map(len, axes)) > MOST_PATTERNS:
        return None
    definite = [len(setting.options(number)) for number in range(len(axes))]
    settled = _settled_states(_said_everywhere(setting, axes), definite)
    worth: dict[frozenset[int], npt.NDArray[np.float64]] = {}
    every = range(len(axes))
    for size in reversed(range(len(axes) + 1)):
        for asked in map(frozenset, itertools.combinations(every, size)):
            done = settled[asked]
            best = np.full(done.shape, np.inf)
            for number in every:
                if number not in asked:
                    after = worth[asked | {number}].mean(axis=number, keepdims=True)
                    best = np.minimum(best, 1 + after)
            worth[asked] = np.where(done, 0.0, best)
    return float(worth[frozenset()].item())


def _said_everywhere(setting: Setting, axes: Sequence[Sequence[Known]]) -> list[Flags]:
    """What is said of advice, for all answers to all questions: one array for each literal."""
    setting.judge.learn({})
    net = setting.judge.net
    place: dict[int, int] = {f: n for n, facts in enumerate(setting.facts) for f in facts}
    shape = tuple(map(len, axes))
    arrays: dict[int, Flags] = {0: np.zeros(shape, bool)}
    for node in net.nodes:
        source = net.circuit.sources.get(node)
        if source is None:
            one, other = net.circuit.gates[node]
            arrays[node] = (arrays[one >> 1] ^ bool(one & 1)) & (
                arrays[other >> 1] ^ bool(other & 1)
            )
            continue
        axis = place[source.choice]
        side, cut = divmod(source.option, 2)
        column = np.array([one[source.choice][side] >= CUTS[cut] for one in axes[axis]])
        column = column.reshape([-1 if n == axis else 1 for n in range(len(axes))])
        arrays[node] = np.broadcast_to(column, shape)
    literals = {literal for said in net.said.values() for literal in said.literals}
    return [arrays[one >> 1] ^ bool(one & 1) for one in sorted(literals)]


def _settled_states(said: Sequence[Flags], definite: Sequence[int]) -> dict[frozenset[int], Flags]:
    """Whether everything is settled, by the questions answered and their definite answers."""
    found: dict[frozenset[int], Flags] = {}

    def go(low: list[Flags], high: list[Flags], axis: int, asked: frozenset[int]) -> None:
        if axis == len(definite):
            same = np.ones(low[0].shape, bool) if low else np.ones((1,) * axis, bool)
            for a, b in zip(low, high, strict=True):
                same &= a == b
            found[asked] = same
            return
        kept = (slice(None),) * axis + (slice(definite[axis]),)
        go([a[kept] for a in low], [a[kept] for a in high], axis + 1, asked | {axis})
        low = [np.asarray(a.all(axis=axis, keepdims=True)) for a in low]
        high = [np.asarray(a.any(axis=axis, keepdims=True)) for a in high]
        go(low, high, axis + 1, asked)

    go(list(said), list(said), 0, frozenset())
    return found


# Small bases


def write_base(folder: Path, seed: int) -> None:
    """A random base with 4 to 8 askable facts that several pieces of advice share."""
    source = random.Random(seed)
    facts = source.randint(4, 8)
    signs = source.choice((0, 0, 2, 3))  # facts that differ in one entity: one question
    low = [f"fact-{n}" for n in range(facts - signs)]
    middle = [f"step-{n}" for n in range(source.randint(1, 3))]
    high = [f"advice-{n}" for n in range(source.randint(2, 4))]
    templates = [
        *(
            f'{one}: {{slots: {{state: State}}, says: "{{state}} has {one}", asks: "Has {{state}} {one}?"}}'
            for one in low
        ),
        'sign: {slots: {state: State, thing: Thing}, says: "{state} has {thing}", asks: "Has {state} {thing}?"}',
        *(f'{one}: {{slots: {{state: State}}, says: "{{state}} has {one}"}}' for one in middle),
        *(f'{one}: {{advice: true, slots: {{client: State}}, says: "do {one}"}}' for one in high),
        'slowly: {caveat: true, slots: {client: State}, says: "slowly"}',
    ]
    rules: list[str] = []

    def rule(conclusion: str, slot: str, below: Sequence[str], strength: str) -> None:
        taken = source.sample(below, min(len(below), source.randint(2, 4)))
        exceptions = [taken.pop()] if len(taken) > 1 and source.random() < 0.35 else []
        premises = [f"{one}: {{state: $c}}" for one in taken[: source.randint(1, 3)]]
        if signs and source.random() < 0.3:
            premises.append("at-least: {count: 2, of: {sign: {state: $c}}}")
        without = "".join(f"unless: [{one}: {{state: $c}}], " for one in exceptions)
        rules.append(
            f"- {{id: rule-{len(rules)}, title: t, if: [{', '.join(premises)}], {without}"
            f"then: [{conclusion}: {{{slot}: $c}}], strength: {strength}}}"
        )

    strengths = ("certain", "certain", "very likely", "roughly even chance")
    for number, one in enumerate(middle):
        for _ in range(source.randint(1, 2)):
            rule(one, "state", low + middle[:number], source.choice(strengths))
    for one in high:
        for _ in range(source.randint(1, 3)):
            rule(one, "client", low + middle, source.choice(strengths))
    rules.append(
        f"- {{id: slowly, title: t, if: [{high[0]}: {{client: $c}}, {low[-1]}: {{state: $c}}], "
        "then: [slowly: {client: $c}]}"
    )
    things = "".join(f"  t{n}: {{name: thing {n}}}\n" for n in range(max(signs, 1)))
    files = {
        "base.yaml": "title: random\ndate: 2026-01-01\nclient: s\n",
        "entities.yaml": f"State:\n  s: {{name: State}}\nThing:\n{things}",
        "templates.yaml": "\n".join(templates) + "\n",
        "rules.yaml": "\n".join(rules) + "\n",
    }
    (folder / "rules").mkdir(parents=True)
    for name, text in files.items():
        (folder / "rules" / name).write_text(text, encoding="utf-8")


def nothing_known(base: KnowledgeBase) -> Scenario:
    """The scenario that says nothing."""
    return Scenario(
        base=base,
        name="nothing",
        title=base.title,
        client=base.client,
        complete=False,
        where=Location("<benchmark>"),
    )


def interview_of(base: KnowledgeBase, facts: str | None) -> Interview:
    """An interview from a scenario, or from nothing."""
    scenario = loader.load_answers(base, facts)[0] if facts else nothing_known(base)
    return begin(scenario, base.client)


class Row(NamedTuple):
    """The mean questions of one small base, or why it is left out of those that are gone through."""

    name: str
    facts: int
    means: dict[str, float]
    left_out: str = ""


def everywhere(name: str, setting: Setting) -> Row:
    """The means over all answer sets of a small base, of a larger one over some that are drawn."""
    facts = sum(map(len, setting.facts))
    if len(setting.topics) < 2:
        return Row(name, facts, {}, "at most one question")
    large = facts > MOST_FACTS or setting.sets() > MOST_SETS or setting.begun.agenda.conditional
    best = None if large else optimum(setting)
    if best == 0:
        return Row(name, facts, {}, "settled from the start")
    if best is None:
        drawn = {setting.draw(seed): None for seed in range(DRAWN)}
        return Row(name, facts, _means(setting, drawn), TOO_LARGE)
    sets = itertools.product(*(setting.options(n) for n in range(len(setting.topics))))
    means = _means(setting, (frozenset[int]().union(*one) for one in sets))
    return Row(name, facts, {**means, OPTIMUM: best})


def _means(setting: Setting, sets: Iterable[frozenset[int]]) -> dict[str, float]:
    counts = [asked_by_all(setting, holding) for holding in sets]
    return {name: statistics.fmean(one[name] for one in counts) for name in counts[0]}


def random_row(seed: int) -> Row:
    """The means of one random base."""
    with tempfile.TemporaryDirectory() as name:
        write_base(Path(name), seed)
        base = loader.load_base(Path(name))
        return everywhere(f"random {seed}", Setting(interview_of(base, None)))


def tests_row(task: tuple[Path, str | None]) -> Row:
    """The means of one of the tests' bases, from a scenario or from nothing."""
    folder, facts = task
    setting = Setting(interview_of(loader.load_base(folder), facts))
    return everywhere(f"{folder.name}, {facts or 'from nothing'}", setting)


def tests_bases() -> list[tuple[Path, str | None]]:
    """The tests' bases, each from nothing and from each of its scenarios."""
    folders = sorted((Path(__file__).parent.parent / "tests" / "bases").iterdir())
    return [
        (f, one) for f in folders for one in (None, *loader.scenario_names(loader.load_base(f)))
    ]


# The shipped base


class Sampled(NamedTuple):
    """What a sample of answer sets took."""

    counts: list[dict[str, int]]  # by strategy
    least: list[int]  # questions that no strategy can leave out

    def mean(self, name: str) -> float:
        """The mean questions of a strategy."""
        return statistics.fmean(one[name] for one in self.counts)


def indispensable(setting: Setting, holding: frozenset[int]) -> int:
    """How many questions no strategy can leave out: without its answer alone, all is not settled.

    All of them are among those that the interview just asked, since these settle everything.
    """
    asked = [setting.named[one.about] for one in setting.interview.answers]
    every = range(len(setting.topics))
    return sum(
        not setting.settled(setting.known([n for n in every if n != one], holding)) for one in asked
    )


_settings: dict[str, Setting] = {}  # made once, before the processes that share it


def _sampled(task: tuple[str, int, bool]) -> tuple[dict[str, int], int]:
    name, seed, least = task
    setting = _settings[name]
    holding = setting.draw(seed)
    counts = asked_by_all(setting, holding)
    return counts, indispensable(setting, holding) if least else 0


def sample(name: str, setting: Setting, size: int, processes: int, least: int) -> Sampled:
    """The questions of each strategy over a sample; of the first few the indispensable ones."""
    _settings[name] = setting
    tasks = [(name, seed, seed < least) for seed in range(size)]
    found = each(_sampled, tasks, processes, name)
    return Sampled([one for one, _ in found], [n for _, n in found[:least]])


def latencies(setting: Setting, interviews: int) -> tuple[list[float], list[float]]:
    """The seconds from each answer to the next prompt, sorted; first by the clock, then of work."""
    times: list[tuple[float, float]] = []
    for seed in range(interviews):
        by_interview(setting, setting.draw(seed), times)
    return sorted(clock for clock, _ in times), sorted(work for _, work in times)


Task = TypeVar("Task")
Found = TypeVar("Found")


def each(
    do: Callable[[Task], Found], tasks: Sequence[Task], processes: int, what: str
) -> list[Found]:
    """What comes of each task, in order, in several processes; tells how far it has come."""
    found = []
    with multiprocessing.get_context("fork").Pool(processes) as pool:
        for number, one in enumerate(pool.imap(do, tasks, chunksize=1), start=1):
            print(f"{what}: {number} of {len(tasks)}", file=sys.stderr, flush=True)
            found.append(one)
    return found


def at(times: Sequence[float], share: float) -> float:
    """The milliseconds that this share of the times does not exceed."""
    return times[min(int(share * len(times)), len(times) - 1)] * 1e3


# What is printed


def show_sample(title: str, sampled: Sampled) -> bool:
    """Print a sample; whether the interview asks so much less than backward chaining."""
    ours = sampled.mean(OURS)
    print(f"\n{title}: {len(sampled.counts)} answer sets")
    print(f"  {'':32}{'questions':>10}{'fewest':>8}{'most':>6}   the interview asks")
    for name in (OURS, *STRATEGIES):
        each = [one[name] for one in sampled.counts]
        mean = sampled.mean(name)
        saved = "" if name == OURS else f"   {1 - ours / mean:.0%} fewer"
        print(f"  {name:32}{mean:10.1f}{min(each):8}{max(each):6}{saved}")
    if sampled.least:
        few = len(sampled.least)
        part = Sampled(sampled.counts[:few], sampled.least)
        least, rival = statistics.fmean(sampled.least), part.mean(RIVAL)
        print(
            f"  of the first {few}: {least:.1f} questions are indispensable; the interview asks "
            f"{part.mean(OURS):.1f}, and nothing can ask over {1 - least / rival:.0%} fewer than "
            f"{RIVAL}"
        )
    return ours <= (1 - FEWER_AIM) * sampled.mean(RIVAL)


def show_small(title: str, listed: Sequence[Row]) -> bool:
    """Print small bases; whether the interview is near enough to the optimum in all of them."""
    rows = [row for row in listed if OPTIMUM in row.means]
    print(f"\n{title}, over all answer sets: {len(rows)}, furthest from the optimum first")
    print(f"  {'base':34}{'facts':>5}{'optimum':>9}{'interview':>11}{'over':>7}{RIVAL:>20}")
    ratios = {row.name: row.means[OURS] / row.means[OPTIMUM] for row in rows}
    for row in sorted(rows, key=lambda row: -ratios[row.name])[:8]:
        means = row.means
        print(
            f"  {row.name:34}{row.facts:5}{means[OPTIMUM]:9.2f}{means[OURS]:11.2f}"
            f"{ratios[row.name] - 1:7.1%}{means[RIVAL]:20.2f}"
        )
    for name in (OPTIMUM, OURS, *STRATEGIES):
        mean = statistics.fmean(row.means[name] for row in rows)
        over = statistics.fmean(row.means[name] / row.means[OPTIMUM] for row in rows) - 1
        print(f"  mean of all: {name:32}{mean:7.2f}, {over:6.1%} over the optimum")
    left_out = {row.left_out: [r for r in listed if r.left_out == row.left_out] for row in listed}
    for why, others in sorted(left_out.items()):
        if why:
            show_left_out(why, others)
    return max(ratios.values()) <= OPTIMUM_AIM


def show_left_out(why: str, rows: Sequence[Row]) -> None:
    """Name bases that were not gone through, with the means over what was drawn of them."""
    print(f"  left out, {why}: {len(rows)}")
    for base, some in itertools.groupby(rows, key=lambda row: row.name.split(", ")[0]):
        print(f"    {base}: {', '.join(row.name.split(', ')[-1] for row in some)}")
    drawn = [row.means for row in rows if row.means]
    for name in (OURS, *STRATEGIES) if drawn else ():
        mean = statistics.fmean(one[name] for one in drawn)
        print(f"    mean over {DRAWN} answer sets drawn of each: {name:32}{mean:7.2f}")


def show_latency(name: str, setting: Setting, interviews: int) -> bool:
    """Print how long prompts take; whether that is short enough."""
    print(f"latency, {name}", file=sys.stderr, flush=True)
    clock, work = latencies(setting, interviews)
    print(f"\n{name}: from an answer to the next prompt, at a load of {os.getloadavg()[0]:.1f}")
    for what, times in (("by the clock", clock), ("of processor time", work)):
        print(
            f"  {what}: median {at(times, 0.5):.0f} ms, 95% {at(times, 0.95):.0f} ms, "
            f"longest {times[-1] * 1e3:.0f} ms of {len(times)}"
        )
    return at(clock, 0.95) < LATENCY_AIM * 1e3


PARTS: Final = ("small", "nothing", "facts", "latency")
OPENINGS: Final = {"nothing": None, "facts": "pakistan-russia"}


def small(given: argparse.Namespace) -> bool:
    """Count and print the small bases."""
    made = each(random_row, range(given.bases), given.processes, "random bases")
    near = show_small("Random bases", made)
    kept = each(tests_row, tests_bases(), given.processes, "the tests' bases")
    return show_small("The tests' bases", kept) and near


def shipped(part: str, setting: Setting, given: argparse.Namespace) -> bool:
    """Count and print a sample of answer sets of the shipped base."""
    name = called(part)
    sampled = sample(f"{name}, grouped", setting, given.sample, given.processes, given.least)
    fewer = show_sample(f"{name}, grouped", sampled)
    if given.singles:
        single = split(setting)
        sampled = sample(f"{name}, single", single, given.singles, given.processes, 0)
        show_sample(f"{name}, single", sampled)
    return fewer


def called(part: str) -> str:
    """What the shipped base is asked about from."""
    facts = OPENINGS[part]
    return f"shipped base, {'from nothing' if facts is None else 'with the facts of ' + facts}"


def main() -> int:
    """Measure, print, and say whether the aims were met."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--only", action="append", choices=PARTS, help="a part; more than once")
    parser.add_argument("--sample", type=int, default=4, help="answer sets of the shipped base")
    parser.add_argument("--singles", type=int, default=0, help="answer sets with single questions")
    parser.add_argument("--least", type=int, default=2, help="answer sets with indispensable ones")
    parser.add_argument("--bases", type=int, default=60, help="random small bases")
    parser.add_argument("--interviews", type=int, default=1, help="that are timed")
    parser.add_argument("--processes", type=int, default=2)
    given = parser.parse_args()
    parts = given.only or PARTS
    met: dict[str, list[bool]] = {}
    if "small" in parts:
        aim = f"at most {OPTIMUM_AIM - 1:.0%} over the optimum on every small base"
        met[aim] = [small(given)]
    base = loader.load_base()
    for part, facts in OPENINGS.items():
        if part not in parts and "latency" not in parts:
            continue
        setting = Setting(interview_of(base, facts))
        if part in parts:
            aim = f"{FEWER_AIM:.0%} fewer grouped questions than {RIVAL}"
            met.setdefault(aim, []).append(shipped(part, setting, given))
        if "latency" in parts:
            aim = f"under {LATENCY_AIM * 1e3:.0f} ms to the next prompt in 95 of 100"
            quick = show_latency(called(part), setting, given.interviews)
            met.setdefault(aim, []).append(quick)
    print()
    for aim, each_met in met.items():
        print(f"aim: {aim}: {'met' if all(each_met) else 'MISSED'}")
    return 0 if all(map(all, met.values())) else 1


if __name__ == "__main__":
    sys.exit(main())
