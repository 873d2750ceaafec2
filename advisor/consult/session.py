"""Turns a start, or the journal of an earlier one, into a consultation that keeps its steps."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal, NamedTuple

import msgspec

from advisor import loader
from advisor.consult import interview as interviews
from advisor.consult.answers import Answer
from advisor.consult.drift import Drift, drift
from advisor.consult.interview import Interview
from advisor.consult.journal import Journal, begin, journals, now, resume
from advisor.consult.kind import Question
from advisor.consult.lines import SCHEMA, Did, Found, JournalHead, JournalStep, SaidOfFact
from advisor.consult.replay import replay
from advisor.consult.saved import fact_file
from advisor.consult.scope import Scope
from advisor.consult.told import Recovered
from advisor.model.background import starting
from advisor.model.errors import AdvisorError, Location
from advisor.model.records import KnowledgeBase
from advisor.model.scenarios import Scenario
from advisor.reasoning.graph import JustificationGraph

SessionState = Literal[
    "unfinished",
    "finished",
    "finished, and the base has changed since",
    "without answers",
    "of another version",
    "damaged",
]


class Consultation(msgspec.Struct, frozen=True, kw_only=True):
    """A consultation that there is a journal of."""

    id: str
    state: SessionState
    answers: int = 0
    started: str = ""
    client: str = ""
    base: str = ""  # its folder
    facts: str | None = None  # the scenario that it started from


class Session:
    """An interview, as it is begun or gone on with, and the journal of what comes of it."""

    def __init__(
        self, interview: Interview, journal: Journal, facts: str | None, dropped: Sequence[str]
    ) -> None:
        self.interview = interview
        self.journal = journal
        self.facts = facts  # what it started from, as a fact file can name it
        self.dropped = list(dropped)  # earlier answers that the base does not understand any more
        self.fingerprint = loader.fingerprint(interview.base)
        self.recovered: Recovered | None = None  # of an earlier consultation

    def news(self) -> list[Recovered | Drift]:
        """What became of earlier answers, and of the base since, if anything."""
        return [found for found in (self.recovered, self.drift()) if found is not None]

    def drift(self) -> Drift | None:
        """What has changed in the base since the answers that this starts from, if anything."""
        then = self.interview.start.consulted
        if then is None:
            return None
        told = self.recovered.lost if self.recovered else ()
        dropped = [answer for answer in self.dropped if answer not in told]
        return drift(self.interview, then, self.fingerprint, dropped)

    def keep(self, do: Did, asked: Question, answer: Answer | None = None) -> None:
        """Put a step into the journal before it is taken; raises Unkept."""
        facts = tuple(map(str, asked.instances))
        step = JournalStep(do=do, about=asked.about, facts=facts, at=now())
        if answer is not None:
            said = tuple(
                SaidOfFact(fact=str(fact.instance), standing=fact.standing, grade=fact.grade)
                for fact in answer.facts
            )
            note = answer.facts[0].note
            step = msgspec.structs.replace(step, text=answer.text, said=said, note=note)
        self.journal.write(step)

    def finish(self) -> None:
        """Note that everything is settled; raises Unkept."""
        self.journal.write(JournalStep(do="settled", at=now(), base=self.fingerprint))

    def replay(self, steps: Sequence[JournalStep]) -> None:
        """Take the steps of the journal again, as far as the base still asks about them."""
        self.interview, lost = replay(self.interview, steps)
        self.dropped += lost
        changed = self.journal.head.fingerprint not in {"", self.fingerprint}
        self.recovered = Recovered(changed=changed, lost=tuple(lost), damage=self.journal.damage)

    def fact_file(self, interview: Interview) -> str:
        """The answers so far as a fact file."""
        return fact_file(interview, self.fingerprint, self.facts, self.journal.head.started[:10])


class Ready(NamedTuple):
    """What is known to begin with, and what was dropped; and what has been built of it."""

    scenario: Scenario
    dropped: list[str]
    core: JustificationGraph | None = None
    whole: Interview | None = None  # about all topics


def start(
    base: KnowledgeBase,
    facts: str | None,
    client: str | None,
    scope: Scope | None = None,
    ready: Ready | None = None,
) -> Session:
    """A new consultation, from nothing or from a scenario; raises AdvisorError."""
    scenario, dropped, core, whole = ready or Ready(*known(base, facts, client))
    if whole is not None and scope is not None and not (scope.is_limited or scope.exhaustive):
        interview = whole.varied(scope=scope)
    else:
        interview = interviews.begin(scenario, client, scope, core)
    named = loader.nameable(base, facts)
    head = JournalHead(
        schema=SCHEMA,
        id="",
        base=_resolved(base),
        facts=named,
        client=interview.client,
        fingerprint=loader.fingerprint(base),
        started=now(),
        scope=interview.scope,
    )
    return Session(interview, begin(head), named, dropped)


def again(named: str | None, base: str | None = None, otherwise: str | None = None) -> Session:
    """An earlier consultation as it was left: of an id, or the latest; raises AdvisorError.

    Over the base that is named, if one is. A journal that does not say any more what is consulted
    is taken for one over the base named `otherwise`, from nothing, for its own client.
    """
    wanted = None if base is None else _resolved(loader.load_base(Path(base)))
    journal, steps = resume(named, wanted)
    try:
        head = journal.head
        over = wanted or head.base or otherwise
        loaded = loader.load_base(Path(over) if over else None)
        client = head.client or None
        scenario, dropped = known(loaded, head.facts, client)
        interview = interviews.begin(scenario, client, head.scope)
        session = Session(interview, journal, head.facts, dropped)
        session.replay(steps)
        session.interview = _going_on(session.interview)
    except AdvisorError:
        journal.close()
        raise
    return session


def _going_on(interview: Interview) -> Interview:
    """The interview with as many questions more, if it has asked all that it was to ask."""
    scope = interview.scope
    if scope.questions is None or len(interview.answers) < scope.questions:
        return interview
    more = len(interview.answers) + scope.questions
    return interview.varied(scope=msgspec.structs.replace(scope, questions=more))


def _resolved(base: KnowledgeBase) -> str:
    return str(base.folder.resolve())


def consultations(base: str | None = None) -> list[Consultation]:
    """All consultations in the order in which they were begun, or those over one base."""
    wanted = None if base is None else _resolved(loader.load_base(Path(base)))
    found = []
    states: dict[str, str | None] = {}  # of bases, by folder: their fingerprints
    for name, journal in journals():
        if journal is None or journal.head.is_lost:
            if wanted is None:
                found.append(_lost(name, journal))
        elif wanted in {None, journal.head.base}:
            if journal.finished and journal.head.base not in states:
                states[journal.head.base] = _fingerprint(journal.head.base)
            found.append(_consultation(name, journal, states.get(journal.head.base)))
    return found


def _lost(name: str, journal: Found | None) -> Consultation:
    """What there is to say of a journal of which nobody knows what it is about."""
    if journal is None:
        return Consultation(id=name, state="damaged")
    state: SessionState = "of another version" if journal.head.is_foreign else "damaged"
    return Consultation(id=name, state=state, answers=max(journal.answers, 0))


def _fingerprint(folder: str) -> str | None:
    """The state of a base; None if it is not there any more."""
    try:
        return loader.fingerprint(loader.load_base(Path(folder)))
    except AdvisorError:
        return None


def _consultation(name: str, found: Found, base: str | None) -> Consultation:
    """What there is to say of a journal; `base` is the state that its base is in now."""
    state: SessionState = "finished" if found.finished else "unfinished"
    if found.finished and base != found.settled_over:
        state = "finished, and the base has changed since"
    head = found.head
    return Consultation(
        id=name,
        state=state if found.answers else "without answers",
        answers=max(found.answers, 0),
        started=head.started,
        client=head.client,
        base=head.base,
        facts=head.facts,
    )


def known(base: KnowledgeBase, facts: str | None, client: str | None) -> tuple[Scenario, list[str]]:
    """What is known to begin with; without a scenario, nothing is."""
    if facts is not None:
        return loader.load_answers(base, facts)
    empty = Scenario(
        base=base,
        name="consultation",
        title=base.title,
        client=client or base.client,
        complete=False,
        facts=starting(base),
        where=Location("<consultation>"),
    )
    return empty, []
