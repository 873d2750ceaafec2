"""Turns answers into what is known, and what is known into the next question.

Asks only what can still change what is said of the advice, the most valuable first, nothing twice.
Within a scope it asks for the advice that is wanted, starts from what the scenario says or is
silent about, and ends after so many questions; without one it asks until everything is settled. An
interview is a value: an answer gives another interview, and the earlier one is as it was.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cached_property

import msgspec

from advisor.answers.advice import client_of
from advisor.consult.agenda import agenda
from advisor.consult.answers import Answer, Unclear, read
from advisor.consult.choosing import (
    Asking,
    Next,
    Progress,
    by_worth,
    settled,
    so_far,
    to_settle,
    weighed,
)
from advisor.consult.keeping import kept
from advisor.consult.kind import Question, QuestionTopic
from advisor.consult.possible import possible
from advisor.consult.questions import canonical, measures, question, topic_of
from advisor.consult.scope import Scope, checked, narrowed
from advisor.consult.stakes import Stakes
from advisor.consult.state import State
from advisor.model.changes import question_of
from advisor.model.records import Instance
from advisor.model.scenarios import Fact, Scenario, Standing
from advisor.reasoning.graph import JustificationGraph


def begin(
    scenario: Scenario,
    client: str | None = None,
    scope: Scope | None = None,
    core: JustificationGraph | None = None,
) -> Interview:
    """The interview of a client, by default the scenario's own, that knows what a scenario says.

    `core` is the graph of what is known alone, if it has been built. Raises AdvisorError where too
    much could be asked, and where a scope names what is not there.
    """
    advised = client_of(scenario, client)
    scope = narrowed(scenario, advised, checked(scenario, advised, scope or Scope(exhaustive=True)))
    start = scenario
    if scope.exhaustive or not scenario.knows:
        start = msgspec.structs.replace(scenario, complete=not scope.exhaustive)
    found = possible(start, advised, scope, core)
    return Interview(
        start=start,
        stated=tuple(i for i, f in scenario.facts.items() if f.standing != "denied"),
        client=advised,
        scope=scope,
        possible=found,
        agenda=agenda(start, found, advised, (), scope),
    ).suited()


class Interview(State, frozen=True, kw_only=True, eq=False, dict=True):
    """A consultation as it stands: what is known, what is asked next, and what an answer makes."""

    # What to ask

    def question(self) -> Question | None:
        """The next question; None if nothing is left to ask, or the rest was skipped."""
        if self._next.topic is None:
            return None
        asked = question(self.base, *self._sensible(*self._next.topic))
        if not (self.reviews and asked.kind.measured):
            return asked
        known = self._beside(asked.instances[0], self.start.facts)  # which can be kept
        together = dict.fromkeys((*known, *asked.instances))
        return msgspec.structs.replace(asked, instances=tuple(together))

    def _is_skipped(self, topic: QuestionTopic, facts: list[Instance]) -> bool:
        if not self.skipped:
            return False
        before, _ = self._sensible(topic, facts)
        return topic.about in self.skipped or before.about in self.skipped

    def _sensible(self, topic: QuestionTopic, facts: list[Instance]) -> Asking:
        """What can be asked of a topic, or what must be asked before."""
        if not self.agenda.conditional:
            return topic, facts
        first = {fact: self.sense.first(self.graph.number[fact]) for fact in facts}
        ready = [fact for fact in facts if not first[fact]]
        if ready:
            return topic, ready
        needed = {one for found in first.values() for one in found or ()}
        before, _ = max(self._about(needed), key=lambda asking: len(asking[1]))
        return next(asking for asking in self._about(self._needed) if asking[0] is before)

    @cached_property
    def _needed(self) -> frozenset[int]:
        """What must be asked before anything that may matter makes sense."""
        live = (fact for _, facts in self._live for fact in self._numbers(facts))
        return frozenset(one for fact in live for one in self.sense.first(fact) or ())

    def relevant(self) -> list[Asking]:
        """The topics that may still matter, each with the facts of it that do, in order."""
        return self._next.others(self._live)

    def weighed(self) -> list[dict[int, float]]:
        """What each question that may matter is worth, within a scope, by piece of advice."""
        measure = self.measure
        return [] if isinstance(measure, Stakes) else weighed(measure, self._live, self._numbers)

    @cached_property
    def _live(self) -> list[Asking]:
        """The topics on which something undecided rests, each with the facts of it that matter."""
        return self._about(self.measure.live)

    def _about(self, among: Collection[int]) -> list[Asking]:
        """The topics of some facts, each with those of them that it is about, in order."""
        instances = self.graph.instances
        each = zip(self.agenda.topics, self.agenda.facts, strict=True)
        some = ((t, [instances[fact] for fact in facts if fact in among]) for t, facts in each)
        return [(topic, facts) for topic, facts in some if facts]

    def left_out(self) -> list[Asking]:
        """The topics that were not asked about as that makes no sense, each with its facts."""
        return self._about(self.senseless)

    @cached_property
    def _next(self) -> Next:
        answered = {answer.about for answer in self.answers} if self.reviews else ()
        left = [  # of what was reviewed, only what is hardly worth asking is left
            pair
            for pair in self._live
            if pair[0].about not in answered and not self._is_skipped(*pair)
        ]
        measure = self.measure
        if isinstance(measure, Stakes):
            return to_settle(measure, left, self._numbers)
        found = by_worth(measure, left, self._numbers, self.subject)
        if len(self.answers) >= (self.scope.questions or math.inf):
            return Next(None, found.idle)
        return found

    def _numbers(self, facts: Iterable[Instance]) -> list[int]:
        return [self.graph.number[instance] for instance in facts]

    def progress(self) -> Progress:
        """How far this has come; the questions left only grow fewer, unless one goes back."""
        return self._progress

    @cached_property
    def _progress(self) -> Progress:
        found = self._as_it_is()
        least = min(1, found.left)
        fewest = found.left if self.fewest is None else max(least, min(found.left, self.fewest))
        return msgspec.structs.replace(found, left=fewest)

    def _as_it_is(self) -> Progress:
        left = self.relevant()
        if self.settles:
            return settled(self.stakes, [self._numbers(facts) for _, facts in left])
        asked = None if self.scope.questions is None else self.scope.questions - len(self.answers)
        return so_far(self.outcome(), self.wanted, len(left), asked)

    def asked(self, answer: Answer) -> Question:
        """The question that was answered so."""
        topic = self.agenda.by_name[answer.about]
        return question(self.base, topic, {fact.instance for fact in answer.facts})

    def about(self, instance: Instance) -> Question:
        """A question about a fact that is known from the start; raises Unclear for a group's."""
        for topic in () if self.settles else self.agenda.topics:
            if instance in canonical(self.base, topic):
                return question(self.base, topic, topic.instances)
        if any(instance in group.alternatives for group in self.start.groups):
            raise Unclear(f"{instance} is an alternative of a one-of group; change it in the file.")
        return question(self.base, topic_of(self.base, instance), {instance})

    def position(self, about: str) -> int | None:
        """Which of the answers is about a topic, the first of them; None if none is."""
        return next((n for n, answer in enumerate(self.answers) if answer.about == about), None)

    # What is answered

    def read(self, asked: Question, text: str, at: str = "") -> Answer:
        """The answer that a text gives to a question, not yet taken; raises Unclear.

        A number or a date that is the only one by its question takes the place of others.
        """
        answer = read(self.base, asked, text, at)
        template = self.base.templates[asked.instances[0].template]
        if not asked.kind.measured or (template.key is not None and not template.loose):
            return answer
        said = answer.facts[-1]
        now: Standing = "unknown" if said.standing == "unknown" else "denied"
        own = {fact.instance for fact in answer.facts}
        replaced = (
            msgspec.structs.replace(said, instance=other, standing=now, grade=None)
            for other in self._beside(said.instance, self.stated)
            if other not in own
        )
        return msgspec.structs.replace(answer, facts=(*answer.facts, *replaced))

    def _beside(self, instance: Instance, among: Iterable[Instance]) -> list[Instance]:
        """The facts that one question asks about together with this one."""
        templates = self.base.templates
        wanted = question_of(templates[instance.template], instance)
        return [o for o in among if wanted and question_of(templates[o.template], o) == wanted]

    def keep(self, asked: Question, at: str = "") -> Answer:
        """The answer that what a question asks about is as it stands, from whatever source."""
        return kept(self.start, asked, at)

    def answer(self, asked: Question, text: str, at: str = "") -> Interview:
        """The interview after an answer to a question; raises Unclear."""
        return self.take(self.read(asked, text, at))

    def take(self, answer: Answer) -> Interview:
        """The interview after an answer; what was said of its facts before gives way.

        Raises AdvisorError where too much could be asked.
        """
        topic = self.agenda.by_name.get(answer.about)
        measured = topic is not None and topic.kind.measured
        said = {fact.instance for fact in answer.facts}
        kept = (
            given
            for given in self.answers
            if given.about != answer.about
            or not (measured or said & {fact.instance for fact in given.facts})
        )
        return self._went_on((*kept, answer), answer)

    def put(self, answer: Answer) -> Interview:
        """The interview with an answer in the place of an earlier one, or after all others.

        Later answers that no longer matter because of it are set aside.
        """
        place = self.position(answer.about)
        if place is None:
            return self.take(answer)
        answers = (*self.answers[:place], answer, *self.answers[place + 1 :])
        return self._went_on(answers, answer).varied(fewest=None)._set_aside(place + 1)

    def reopened(self, asked: Question) -> tuple[Interview, Question]:
        """The interview in which a question can be answered otherwise, and the question there.

        Of a fact that is known from the start, what is known of it is taken back; the question may
        be about more than that.
        """
        if self.position(asked.about) is not None or (
            not self.settles and asked.about in self.agenda.by_name
        ):
            return self, asked
        opened = self.free(asked.about, asked.instances)
        topic = opened.agenda.by_name.get(asked.about)
        return opened, asked if topic is None else question(self.base, topic, topic.instances)

    def change(self, asked: Question, text: str, at: str = "") -> Interview:
        """The interview after another answer to an earlier question; raises Unclear."""
        self.read(asked, text, at)  # an answer to what was asked, before it is about more
        opened, asked = self.reopened(asked)
        return opened.put(opened.read(asked, text, at))

    def _went_on(self, answers: tuple[Answer, ...], answer: Answer) -> Interview:
        """The interview with these answers, one of which was put among the others."""
        after = self.varied(
            answers=answers,
            subject=self._subject(fact.instance for fact in answer.facts),
            aside={about: text for about, text in self.aside.items() if about != answer.about},
            skipped=tuple(about for about in self.skipped if about != answer.about),
            fewest=self._progress.left,
            near=self.told,
        )
        said = [fact for fact in answer.facts if fact.origin == "answered"]
        core, settling = self.possible.core, self.settles
        fresh = any(fact.instance not in self.graph.number for fact in said)
        met = core is not None and any(f.bounds[1] and f.instance not in core.number for f in said)
        if not (fresh or met or any(self._is_cut(f, settling=settling) for f in said)):
            return after.suited()
        told = [fact for given in answers for fact in given.facts]
        found = self.possible.with_known(self.start, self.client, self.scope, told)
        if found.graph is self.graph and found.facts == self.possible.facts:
            return after.varied(possible=found).suited()
        listed = agenda(self.start, found, self.client, answers, self.scope)
        return after.varied(possible=found, agenda=listed).suited()

    def _is_cut(self, fact: Fact, *, settling: bool) -> bool:
        """Whether a number that was answered tells others apart."""
        known = fact.standing == "stated" or (fact.standing == "unknown" and settling)
        return known and measures(self.base, fact.instance)

    def _subject(self, instances: Iterable[Instance]) -> str | None:
        """What the next question should be about, after one about these facts."""
        measure, number = self.measure, self.graph.number
        if isinstance(measure, Stakes):
            return None
        return measure.subject([number[instance] for instance in instances if instance in number])

    def free(self, about: str, instances: Sequence[Instance]) -> Interview:
        """The interview without what is known from the start of the facts of a question."""
        kept = dict(self.start.facts)
        named = [*instances, *self._beside(instances[0], kept)]
        freed = [kept.pop(instance) for instance in dict.fromkeys(named) if instance in kept]
        return self._from(kept, {**self.freed, about: freed})

    def _restored(self, about: str) -> Interview:
        """The interview with what was known from the start of the facts of a question."""
        facts = {**self.start.facts, **{fact.instance: fact for fact in self.freed[about]}}
        listed = {instance: facts[instance] for instance in self.base.ordered(facts)}
        return self._from(listed, {name: f for name, f in self.freed.items() if name != about})

    def _from(
        self, facts: Mapping[Instance, Fact], freed: Mapping[str, Sequence[Fact]]
    ) -> Interview:
        start = msgspec.structs.replace(self.start, facts=facts)
        found = agenda(start, self.possible, self.client, self.answers, self.scope)
        return self.varied(start=start, freed=freed, agenda=found).suited()

    def skip(self, asked: Question) -> Interview:
        """The interview that leaves a question for later."""
        skipped = tuple(dict.fromkeys((*self.skipped, asked.about)))
        return self.varied(skipped=skipped)

    def unskip(self) -> Interview:
        """The interview in which what was skipped comes back."""
        return self.varied(skipped=())

    def back(self) -> Interview:
        """The interview before the last answer, which is the default when it is asked again."""
        if not self.answers:
            return self
        *earlier, last = self.answers
        before = self.varied(answers=tuple(earlier), fewest=None).suited()
        if last.about in self.freed:
            return before._restored(last.about)
        return before.varied(aside={**self.aside, last.about: last.text})

    def _set_aside(self, after: int) -> Interview:
        """The interview without the answers from this position on that no longer matter."""
        found = self.varied(answers=self.answers[:after]).suited()
        aside = dict(self.aside)
        for answer in self.answers[after:]:
            if found._matters(answer):
                found = found.varied(answers=(*found.answers, answer)).suited()
            else:
                aside[answer.about] = answer.text
        return found.varied(aside=aside)

    def _matters(self, answer: Answer) -> bool:
        facts = self._numbers(fact.instance for fact in answer.facts)
        return answer.about in self.freed or any(
            fact in self.measure.live | self.agenda.premises or fact not in self.agenda.open
            for fact in facts
        )
