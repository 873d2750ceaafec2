"""Turns a start, or the journal of an earlier one, into a consultation that keeps its steps."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from advisor import loader
from advisor.consult.answers import Unclear
from advisor.consult.drift import Drift, drift
from advisor.consult.interview import Interview
from advisor.consult.journal import SCHEMA, Did, Head, Journal, Step, begin, resume
from advisor.consult.questions import Question, question
from advisor.consult.saved import fact_file
from advisor.errors import AdvisorError, Location, Problem
from advisor.loader import parse_instance
from advisor.model import KnowledgeBase, Scenario


class Session:
    """An interview with its journal."""

    def __init__(
        self, interview: Interview, journal: Journal, facts: str | None, dropped: Sequence[str]
    ) -> None:
        self.interview = interview
        self.journal = journal
        self.facts = facts  # what it started from, as a fact file can name it
        self.dropped = list(dropped)  # earlier answers that the base does not understand any more
        self.fingerprint = loader.fingerprint(interview.base)

    def drift(self) -> Drift | None:
        """What has changed in the base since the answers that this starts from, if anything."""
        then = self.interview.start.consulted
        if then is None:
            return None
        return drift(self.interview, then, self.fingerprint, self.dropped)

    def keep(self, do: Did, asked: Question, text: str) -> None:
        """Put a step into the journal; raises AdvisorError."""
        facts = tuple(map(str, asked.instances))
        self.journal.write(Step(do=do, about=asked.about, facts=facts, text=text, at=now()))

    def finish(self) -> None:
        """Note that everything is settled; raises AdvisorError."""
        self.journal.write(Step(do="settled", at=now()))

    def fact_file(self) -> str:
        """The answers so far as a fact file."""
        name = self.interview.base.entities[self.interview.client].name
        title = f"A consultation for {name}, begun {self.journal.head.started[:10]}"
        return fact_file(self.interview, self.fingerprint, self.facts, title)

    def replay(self, steps: Sequence[Step]) -> None:
        """Take the steps of a journal again."""
        for step in steps:
            self.interview.now = lambda at=step.at: at  # type: ignore[misc]
            try:
                self._replay(step)
            except (AdvisorError, Unclear):
                self.dropped.append(f"{step.about}: {step.text}")
        self.interview.now = now

    def _replay(self, step: Step) -> None:
        interview = self.interview
        if step.do == "back":
            interview.back()
        elif step.do != "settled":
            asked = self._asked(step)
            if step.do == "skip":
                interview.skip(asked)
            elif step.do == "change":
                interview.change(asked, step.text)
            else:
                interview.answer(asked, step.text)

    def _asked(self, step: Step) -> Question:
        """The question that a step was about; raises AdvisorError if it is none any more."""
        interview = self.interview
        instances = {parse_instance(one, interview.base)[0] for one in step.facts}
        topic = interview.by_name.get(step.about)
        if topic is not None:
            return question(interview.base, topic, instances)
        known = [one for one in sorted(instances) if one in interview.start.facts]
        if not known:
            raise AdvisorError(Problem(message=f"'{step.about}' is not asked any more"))
        return interview.about(known[0])


def now() -> str:
    """The time of day, in UTC, to the second."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def start(base: KnowledgeBase, facts: str | None, client: str | None) -> Session:
    """A new consultation, from nothing or from a scenario; raises AdvisorError."""
    scenario, dropped = _scenario(base, facts, client)
    interview = Interview(scenario, now, client)
    named = _named(base, facts)
    head = Head(
        schema=SCHEMA,
        id="",
        base=str(base.folder.resolve()),
        facts=named,
        client=interview.client,
        fingerprint=loader.fingerprint(base),
        started=now(),
    )
    return Session(interview, begin(head), named, dropped)


def again(named: str | None) -> Session:
    """An earlier consultation as it was left: of an id, or the latest; raises AdvisorError."""
    journal, steps = resume(named)
    head = journal.head
    base = loader.load_base(Path(head.base))
    scenario, dropped = _scenario(base, head.facts, head.client)
    session = Session(Interview(scenario, now, head.client), journal, head.facts, dropped)
    session.replay(steps)
    return session


def _scenario(
    base: KnowledgeBase, facts: str | None, client: str | None
) -> tuple[Scenario, list[str]]:
    """What is known to begin with; without a scenario, nothing is."""
    if facts is not None:
        return loader.load_answers(base, facts)
    empty = Scenario(
        base=base,
        name="consultation",
        title=base.title,
        client=client or base.client,
        complete=False,
        where=Location("<consultation>"),
    )
    return empty, []


def _named(base: KnowledgeBase, facts: str | None) -> str | None:
    """A scenario as any fact file can name it: by its name, or by its whole path."""
    if facts is None or facts in loader.scenario_names(base):
        return facts
    return str(Path(facts).resolve())
