"""Turns the steps of a journal into answers over the base as it is now, and says what is left out.

A step holds what was said of each fact, so that it means the same whatever the options of its
question are by now, and what is still asked is kept where something else of the answer is not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from advisor.consult.answers import WHERE, Answer, Unclear
from advisor.consult.interview import Interview
from advisor.consult.journal import Said, Step
from advisor.consult.questions import MEASURED, Question, Topic, question, topic_of
from advisor.loader import parse_instance
from advisor.model.errors import AdvisorError, Problem
from advisor.model.records import Fact, Instance


def replay(interview: Interview, steps: Iterable[Step]) -> list[str]:
    """Take steps again; what could not be taken, each with why, in a clause."""
    now = interview.now
    lost: list[str] = []
    for step in steps:
        interview.now = lambda at=step.at: at  # type: ignore[misc]
        try:
            lost += _again(interview, step)
        except AdvisorError as error:
            lost.append(f"{step.about}: {step.text} ({error})")
        except Unclear as unclear:
            lost.append(f"{step.about}: {step.text} ({str(unclear).rstrip('.')})")
    interview.now = now
    return lost


def _again(interview: Interview, step: Step) -> Iterator[str]:
    """Take one step; yields what of it is left out."""
    if step.do == "back":
        yield from _back(interview, step)
    elif step.do == "skip":
        interview.skip(_asked(interview, step))
    elif step.do != "settled" and step.said is not None:
        yield from _said(interview, step, step.said)
    elif step.do == "change":
        interview.change(_asked(interview, step), step.text)
    elif step.do == "answer":
        interview.answer(_asked(interview, step), step.text)


def _back(interview: Interview, step: Step) -> Iterator[str]:
    """Take back the answer that was meant, and no other if that one was left out."""
    last = interview.answers[-1].about if interview.answers else None
    if step.n == 0 or last == step.about:
        interview.back()
    else:
        yield f"taking back {step.about} (that answer is left out)"


def _said(interview: Interview, step: Step, said: Iterable[Said]) -> Iterator[str]:
    """Take what was said of each fact that is still asked about."""
    kept: list[tuple[str, Fact]] = []
    if step.do == "change" and all(one.about != step.about for one in interview.answers):
        _free(interview, step)
    for one in said:
        try:
            instance, _ = parse_instance(one.fact, interview.base)
            about = _topic(interview, step.about, instance)
        except AdvisorError as error:
            yield f"{one.fact} ({error})"
            continue
        fact = Fact(
            instance=instance,
            standing=one.standing,
            grade=one.grade,
            origin="answered",
            note=step.note,
            answered=step.at,
            where=WHERE,
        )
        kept.append((about, fact))
    for about in dict.fromkeys(about for about, _ in kept):
        facts = tuple(fact for of, fact in kept if of == about)
        interview.take(Answer(about=about, text=step.text, facts=facts))


def _free(interview: Interview, step: Step) -> None:
    """Take back what is said from the start of the facts that were asked about."""
    known: list[Instance] = []
    for one in step.facts:
        try:
            instance, _ = parse_instance(one, interview.base)
        except AdvisorError:
            continue
        if instance in interview.start.facts:
            known.append(instance)
    if known:
        interview.free(step.about, known)


def _topic(interview: Interview, about: str, instance: Instance) -> str:
    """The topic that asks about a fact, the one of this name before others; raises AdvisorError."""
    if about in interview.freed:
        return about
    named = interview.by_name.get(about)
    for topic in (*([named] if named else []), *interview.topics):
        if instance in _canonical(interview, topic):
            return topic.about
    measured = named is not None and named.kind in MEASURED
    if measured and topic_of(interview.base, instance).about == about:
        return about
    raise AdvisorError(Problem(message="this is not asked any more"))


def _canonical(interview: Interview, topic: Topic) -> set[Instance]:
    """The facts of a topic, of a symmetric pair as it is stored."""
    templates = interview.base.templates
    return {templates[one.template].instance(*one.values) for one in topic.instances}


def _asked(interview: Interview, step: Step) -> Question:
    """The question that a step was about; raises AdvisorError if it is none any more."""
    instances = {parse_instance(one, interview.base)[0] for one in step.facts}
    topic = interview.by_name.get(step.about)
    if topic is not None and instances & _canonical(interview, topic):
        return question(interview.base, topic, instances)
    known = [one for one in interview.base.ordered(instances) if one in interview.start.facts]
    if not known:
        raise AdvisorError(Problem(message="this is not asked any more"))
    return interview.about(known[0])
