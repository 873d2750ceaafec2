"""Turns the steps of a journal into answers over the base as it is now, and says what is left out.

A step holds what was said of each fact, so that it means the same whatever the options of its
question are by now, and what is still asked is kept where something else of the answer is not.
"""

from __future__ import annotations

from collections.abc import Iterable

from advisor.consult.answers import WHERE, Answer, Unclear
from advisor.consult.interview import Interview
from advisor.consult.kind import Question
from advisor.consult.lines import JournalStep, SaidOfFact
from advisor.consult.questions import canonical, question, topic_of
from advisor.loader import parse_instance
from advisor.model.errors import AdvisorError, Problem
from advisor.model.records import Instance
from advisor.model.scenarios import Fact

Taken = tuple[Interview, list[str]]  # after a step, and what of the step is left out


def replay(interview: Interview, steps: Iterable[JournalStep]) -> Taken:
    """Take steps again; what could not be taken, each with why, in a clause."""
    lost: list[str] = []
    for step in steps:
        try:
            interview, left_out = _again(interview, step)
            lost += left_out
        except AdvisorError as error:
            lost.append(f"{step.about}: {step.text} ({error})")
        except Unclear as unclear:
            lost.append(f"{step.about}: {step.text} ({str(unclear).rstrip('.')})")
    return interview, lost


def _again(interview: Interview, step: JournalStep) -> Taken:
    """Take one step."""
    if step.do == "back":
        return _back(interview, step)
    if step.do == "skip":
        return interview.skip(_asked(interview, step)), []
    if step.do == "settled":
        return interview, []
    if step.said is not None:
        return _said(interview, step, step.said)
    take = interview.change if step.do == "change" else interview.answer
    return take(_asked(interview, step), step.text, step.at), []


def _back(interview: Interview, step: JournalStep) -> Taken:
    """Take back the answer that was meant, and no other if that one was left out."""
    last = interview.answers[-1].about if interview.answers else None
    if step.n == 0 or last == step.about:
        return interview.back(), []
    return interview, [f"taking back {step.about} (that answer is left out)"]


def _said(interview: Interview, step: JournalStep, said: Iterable[SaidOfFact]) -> Taken:
    """Take what was said of each fact that is still asked about."""
    kept: dict[str, list[Fact]] = {}  # by topic
    lost: list[str] = []
    if step.do == "change" and interview.position(step.about) is None:
        interview = _freed(interview, step)
    for answered in said:
        try:
            instance, _ = parse_instance(answered.fact, interview.base)
            about = _topic(interview, step.about, instance)
        except AdvisorError as error:
            lost.append(f"{answered.fact} ({error})")
            continue
        known = interview.start.facts.get(instance)
        if not step.text and known is not None and _as_said(known, answered):
            kept.setdefault(about, []).append(known)
            continue
        fact = Fact(
            instance=instance,
            standing=answered.standing,
            grade=answered.grade,
            origin="answered",
            note=step.note,
            answered=step.at,
            where=WHERE,
        )
        kept.setdefault(about, []).append(fact)
    for about, facts in kept.items():
        interview = interview.take(Answer(about=about, text=step.text, facts=tuple(facts)))
    return interview, lost


def _as_said(known: Fact, said: SaidOfFact) -> bool:
    """Whether what was kept of a fact is what is known of it."""
    return (known.standing, known.grade) == (said.standing, said.grade)


def _freed(interview: Interview, step: JournalStep) -> Interview:
    """The interview without what is known from the start of the facts that were asked about."""
    known: list[Instance] = []
    for written in step.facts:
        try:
            instance, _ = parse_instance(written, interview.base)
        except AdvisorError:
            continue
        if instance in interview.start.facts:
            known.append(instance)
    return interview.free(step.about, known) if known else interview


def _topic(interview: Interview, about: str, instance: Instance) -> str:
    """The topic that asks about a fact, the one of this name before others; raises AdvisorError."""
    if about in interview.freed:
        return about
    named = interview.agenda.by_name.get(about)
    for topic in (*([named] if named else []), *interview.agenda.topics):
        if instance in canonical(interview.base, topic):
            return topic.about
    measured = named is not None and named.kind.measured
    if measured and topic_of(interview.base, instance).about == about:
        return about
    raise AdvisorError(Problem(message="this is not asked any more"))


def _asked(interview: Interview, step: JournalStep) -> Question:
    """The question that a step was about; raises AdvisorError if it is none any more."""
    instances = {parse_instance(text, interview.base)[0] for text in step.facts}
    topic = interview.agenda.by_name.get(step.about)
    if topic is not None and not instances.isdisjoint(canonical(interview.base, topic)):
        return question(interview.base, topic, instances)
    known = [i for i in interview.base.ordered(instances) if i in interview.start.facts]
    if not known:
        raise AdvisorError(Problem(message="this is not asked any more"))
    return interview.about(known[0])
