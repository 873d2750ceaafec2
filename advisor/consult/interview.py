"""Turns answers into what is known, and what is known into the next question.

Asks only what can still change what is said of the advice, the most valuable first, nothing twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final

import msgspec

from advisor.answers.advice import Adviser, client_of
from advisor.answers.recommendation import Advice
from advisor.consult.answers import Answer, Unclear, read
from advisor.consult.questions import (
    MEASURED,
    Question,
    Topic,
    question,
    siblings,
    topic_of,
    topics,
)
from advisor.consult.stakes import Bounds, Stakes
from advisor.futures.choices import Choice, choices
from advisor.model.changes import Changes, fold, question_of
from advisor.model.errors import AdvisorError
from advisor.model.grades import NO_SUPPORT
from advisor.model.records import Fact, Instance, Scenario, Standing
from advisor.reasoning.askable import askable
from advisor.reasoning.evaluate import Outcome, given_grades, outcome
from advisor.reasoning.graph import JustificationGraph, build
from advisor.reasoning.orders import ORDERED, Orders, named

Keep = Callable[[Question, Answer], None]

NO: Final[Bounds] = (NO_SUPPORT, NO_SUPPORT)


def _forget(_asked: Question, _answer: Answer) -> None:
    """Keep nothing."""


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """How far a consultation has come; counts of pieces of advice, and of questions."""

    given: int  # settled so
    withheld: int
    unknown: int  # settled as open: no answer that is left can tell
    open: int
    left: int  # questions, about
    most: int  # at most


class Interview:
    """A consultation as it stands: what is known from the start, and what was answered since.

    `now` gives the time of an answer. Raises AdvisorError where too much could be asked.
    """

    def __init__(
        self, scenario: Scenario, now: Callable[[], str], client: str | None = None
    ) -> None:
        self.start = msgspec.structs.replace(scenario, complete=False)
        self.given = {one: f for one, f in scenario.facts.items() if f.standing != "denied"}
        self.base = scenario.base
        self.client = client_of(scenario, client)
        self.now = now
        self.answers: list[Answer] = []
        self.aside: dict[str, str] = {}  # by topic: what was answered before it ceased to matter
        self.skipped: dict[str, None] = {}  # topics, in order
        self.freed: dict[str, list[Fact]] = {}  # by topic: what was known before it was changed
        wanted = askable(self.base, self.client, self.start.facts)
        self.askable = {*wanted, *siblings(self.base, wanted)}
        self._over(build(self.start, self.askable))

    def _over(self, graph: JustificationGraph) -> None:
        """Go on over a graph."""
        self.graph = graph
        case = outcome(self.start, graph)
        self._closed = {
            question_of(self.base.templates[one.template], one)
            for one, fact in self.start.facts.items()
            if fact.origin == "answered" or fact.bounds[1]
        }
        listed = [choice for choice in choices(case) if self._asked(choice)]
        said = (fact for answer in self.answers for fact in answer.facts)
        orders = Orders(self.base, named([*self.start.facts.values(), *said]))
        asked = [choice for choice in listed if not self._nameless(orders, choice)]
        self.topics = topics(case, asked, self.client)
        self.by_name = {topic.about: topic for topic in self.topics}
        self.open = {fact for choice in listed for fact in choice.facts}
        self._stakes = Stakes(case, graph.advice_to(self.client), listed)
        self._changed()

    def _question_of(self, fact: int) -> object:
        """What a fact is asked about with; a number of its own for what is asked by itself."""
        return question_of(self.graph.template(fact), self.graph.instances[fact]) or fact

    def _nameless(self, orders: Orders, choice: Choice) -> bool:
        """Whether a choice is about a number that is yet to be named: it stays open till then."""
        return any(orders.nameless(self.graph.instances[fact]) for fact in choice.facts)

    def _asked(self, choice: Choice) -> bool:
        """Whether a choice is a question: nobody has spoken of it, or it is a group left open."""
        said = [self.start.facts.get(self.graph.instances[fact]) for fact in choice.facts]
        if not any(said):
            return not self._closed.intersection(map(self._question_of, choice.facts))
        groups = [frozenset(group.alternatives) for group in self.start.groups]
        members = frozenset(self.graph.instances[fact] for fact in choice.facts)
        return members in groups and all(
            fact is not None and fact.standing == "unknown" and fact.origin != "answered"
            for fact in said
        )

    # What is known

    def scenario(self) -> Scenario:
        """The scenario that the answers so far make."""
        facts = tuple(fact for answer in self.answers for fact in answer.facts)
        scenario, problems = fold(self.start, Changes(facts=facts))
        if problems:
            raise AdvisorError(*problems)
        return scenario

    def outcome(self) -> Outcome:
        """That scenario with everything that follows from it."""
        return outcome(self.scenario(), self.graph)

    def advice(self) -> Advice:
        """The advice as things stand."""
        return Adviser(self.outcome(), self.client).advice()

    def _changed(self) -> None:
        """Note that what is at stake is not what it was."""
        self._stale = True
        self._found = False
        self._question: Question | None = None
        self._idle: set[str] = set()  # topics shown to change nothing

    @property
    def stakes(self) -> Stakes:
        """What is at stake, given the answers."""
        if self._stale:
            self._stakes.learn(self._known())
            self._stale = False
        return self._stakes

    def _known(self) -> dict[int, Bounds]:
        """The bounds of those facts that were open and are not any more."""
        scenario = self.scenario()
        given = given_grades(self.graph, scenario)
        known: dict[int, Bounds] = {}
        answered = {answer.about for answer in self.answers}
        closed = {
            self.graph.number[self.base.templates[one.template].instance(*one.values)]
            for topic in self.topics
            if topic.valued and topic.about in answered
            for one in topic.instances
        }
        for fact in self.open:
            said = scenario.facts.get(self.graph.instances[fact])
            if said is not None and said.origin == "answered":
                known[fact] = given[fact]
            elif fact not in given:  # another value is stated
                known[fact] = NO
            elif fact in closed:  # it was answered that nobody knows
                known[fact] = given[fact]
        return known

    # What to ask

    def question(self) -> Question | None:
        """The next question; None if everything is settled or the rest was skipped."""
        if not self._found:
            self._question = self._next()
            self._found = True
        return self._question

    def relevant(self) -> list[tuple[Topic, list[Instance]]]:
        """The topics that may still matter, each with the facts of it that do, in order."""
        found = []
        number, live = self.graph.number, self.stakes.live
        for topic in self.topics:
            canonical = (
                self.base.templates[one.template].instance(*one.values) for one in topic.instances
            )
            facts = [one for one in canonical if number[one] in live]
            if facts and topic.about not in self._idle:
                found.append((topic, facts))
        return found

    def _next(self) -> Question | None:
        left = [pair for pair in self.relevant() if pair[0].about not in self.skipped]
        if not left:
            return None
        worth = [self.stakes.worth([self.graph.number[one] for one in each]) for _, each in left]
        best = max(worth)
        if best > 0:
            topic, facts = left[worth.index(best)]
            return question(self.base, topic, facts)
        for topic, facts in left:
            if self.stakes.matters([self.graph.number[one] for one in facts]):
                return question(self.base, topic, facts)
            self._idle.add(topic.about)
        return None

    def progress(self) -> Progress:
        """How far this has come."""
        stakes = self.stakes
        self.question()
        left = self.relevant()
        unsettled = set(stakes.unsettled) if left else set()
        counts = {"given": 0, "withheld": 0, "open": 0}
        for fact in stakes.advice:
            if fact not in unsettled:
                counts[stakes.standing(fact)] += 1
        groups = [[self.graph.number[one] for one in facts] for _, facts in left]
        return Progress(
            given=counts["given"],
            withheld=counts["withheld"],
            unknown=counts["open"],
            open=len(unsettled),
            left=stakes.questions_left(groups),
            most=len(left),
        )

    # What changes

    def read(self, asked: Question, text: str) -> Answer:
        """The answer that a text gives to a question, not yet taken; raises Unclear.

        A number or a date that is the only one by its question takes the place of others.
        """
        answer = read(self.base, asked, text, self.now())
        template = self.base.templates[asked.instances[0].template]
        if asked.kind not in MEASURED or (template.key and not template.loose):
            return answer
        said = answer.facts[-1]
        now: Standing = "unknown" if said.standing == "unknown" else "denied"
        replaced = (
            msgspec.structs.replace(said, instance=one, standing=now, grade=None)
            for one in self._beside(said.instance, self.given)
            if one not in {fact.instance for fact in answer.facts}
        )
        return msgspec.structs.replace(answer, facts=(*answer.facts, *replaced))

    def _beside(self, instance: Instance, among: Iterable[Instance]) -> list[Instance]:
        """The facts that one question asks about together with this one."""
        templates = self.base.templates
        wanted = question_of(templates[instance.template], instance)
        return [
            one for one in among if wanted and question_of(templates[one.template], one) == wanted
        ]

    def answer(self, asked: Question, text: str, keep: Keep = _forget) -> Answer:
        """Take an answer to a question; raises Unclear, and then nothing has changed.

        `keep` is told of it first; nothing has changed either where that raises an error.
        """
        answer = self.read(asked, text)
        keep(asked, answer)
        self.take(answer)
        return answer

    def take(self, answer: Answer) -> None:
        """Take an answer as the last one; what was said of its facts before gives way."""
        topic = self.by_name.get(answer.about)
        measured = topic is not None and topic.kind in MEASURED
        said = {fact.instance for fact in answer.facts}
        kept = [
            one
            for one in self.answers
            if one.about != answer.about
            or not (measured or said & {fact.instance for fact in one.facts})
        ]
        self._went_on([*kept, answer], answer)

    def put(self, answer: Answer) -> list[Answer]:
        """Take an answer in the place of an earlier one; those set aside because of it."""
        place = self._place(answer.about)
        if place is None:
            self.take(answer)
            return []
        self._went_on([*self.answers[:place], answer, *self.answers[place + 1 :]], answer)
        return self._set_aside(place + 1)

    def _went_on(self, answers: list[Answer], answer: Answer) -> None:
        """Go on with these answers, or as before where that is too much."""
        before, graph = self.answers, self.graph
        self.answers = answers
        try:
            self._taken(answer)
        except AdvisorError:
            self.answers = before
            self._over(graph)
            raise

    def change(
        self, asked: Question, text: str, keep: Keep = _forget
    ) -> tuple[Answer, list[Answer]]:
        """Take another answer to a question, and set aside later ones that no longer matter.

        Of a fact that is known from the start, an answer to begin with. Raises Unclear, and then
        nothing has changed, nor where `keep`, which is told of it first, raises an error.
        """
        answer = self.read(asked, text)
        if self.position(asked) is not None:
            keep(asked, answer)
            return answer, self.put(answer)
        self.free(asked.about, asked.instances)
        try:
            topic = self.by_name.get(asked.about)
            if topic is not None:  # which may be about more than was known
                asked = question(self.base, topic, topic.instances)
                answer = self.read(asked, text)
            keep(asked, answer)
            self.take(answer)
        except (AdvisorError, Unclear):
            self._restore(asked.about)
            raise
        return answer, []

    def position(self, asked: Question) -> int | None:
        """Which of the answers is to this question, if one is."""
        return self._place(asked.about)

    def _place(self, about: str) -> int | None:
        return next((n for n, answer in enumerate(self.answers) if answer.about == about), None)

    def _taken(self, answer: Answer) -> None:
        """Go on from an answer that was put among the others."""
        self.aside.pop(answer.about, None)
        self.skipped.pop(answer.about, None)
        fresh = [fact.instance for fact in answer.facts if fact.instance not in self.graph.number]
        if fresh or any(self._measures(fact.instance) for fact in answer.facts):
            known = [*self.start.facts, *(f.instance for a in self.answers for f in a.facts)]
            wanted = askable(self.base, self.client, known)
            self.askable |= {*wanted, *siblings(self.base, wanted)}
            self._over(self.graph.extended([*fresh, *self.askable]))
        else:
            self._changed()

    def _measures(self, instance: Instance) -> bool:
        """Whether a fact has a number or a date, which others may lie below, at or above."""
        slots = self.base.templates[instance.template].slots.values()
        return any(slot.kind in ORDERED for slot in slots)

    def free(self, about: str, instances: Sequence[Instance]) -> None:
        """Take back what is said from the start of some facts that one question asks about."""
        kept = dict(self.start.facts)
        named = [*instances, *self._beside(instances[0], kept)]
        freed = [kept.pop(one) for one in dict.fromkeys(named) if one in kept]
        self.freed[about] = freed
        self.start = msgspec.structs.replace(self.start, facts=kept)
        self._over(self.graph)

    def _restore(self, about: str) -> None:
        """Say again from the start what was said of the facts of a question."""
        facts = {**self.start.facts, **{one.instance: one for one in self.freed.pop(about)}}
        listed = {one: facts[one] for one in self.base.ordered(facts)}
        self.start = msgspec.structs.replace(self.start, facts=listed)
        self._over(self.graph)

    def skip(self, asked: Question) -> None:
        """Leave a question for later."""
        self.skipped[asked.about] = None
        self._found = False

    def unskip(self) -> bool:
        """Bring back what was skipped; whether there was anything."""
        skipped = bool(self.skipped)
        self.skipped.clear()
        self._found = False
        return skipped

    def back(self) -> Answer | None:
        """Take back the last answer; it becomes the default if the question comes again."""
        if not self.answers:
            return None
        answer = self.answers.pop()
        if answer.about in self.freed:
            self._restore(answer.about)
            return answer
        self.aside[answer.about] = answer.text
        self._changed()
        return answer

    def asked(self, answer: Answer) -> Question:
        """The question that was answered so."""
        topic = self.by_name[answer.about]
        return question(self.base, topic, {fact.instance for fact in answer.facts})

    def about(self, instance: Instance) -> Question:
        """A question about a fact that is known from the start; raises Unclear for a group's."""
        if any(instance in group.alternatives for group in self.start.groups):
            raise Unclear(f"{instance} is an alternative of a one-of group; change it in the file.")
        return question(self.base, topic_of(self.base, instance), {instance})

    def _set_aside(self, after: int) -> list[Answer]:
        """Set aside the answers from this position on that no longer matter, in their order."""
        later = self.answers[after:]
        del self.answers[after:]
        self._changed()
        dropped = []
        for answer in later:
            if self._matters(answer):
                self.answers.append(answer)
                self._changed()
            else:
                self.aside[answer.about] = answer.text
                dropped.append(answer)
        return dropped

    def _matters(self, answer: Answer) -> bool:
        facts = (self.graph.number[fact.instance] for fact in answer.facts)
        return answer.about in self.freed or any(
            fact in self.stakes.live or fact not in self.open for fact in facts
        )
