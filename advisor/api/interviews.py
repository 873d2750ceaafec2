"""Holds consultations: an interview by itself, or one in a dialogue that is kept in a journal."""

from __future__ import annotations

from pathlib import Path

from advisor import loader
from advisor.api.arguments import filled, folder
from advisor.consult import interview as interviews
from advisor.consult import session
from advisor.consult.answers import Unclear
from advisor.consult.closing import closing, left_out
from advisor.consult.dialogue import Dialogue, End
from advisor.consult.exchange import Exchange, message, replies
from advisor.consult.interview import Interview
from advisor.consult.journal import Unkept
from advisor.consult.kind import Question
from advisor.consult.messages import Ended, Hello
from advisor.consult.opening import Beginning, Left, Opener, OutOfAnswers
from advisor.consult.scope import Scope
from advisor.consult.session import Consultation, Session, again, start
from advisor.consult.told import Suggested, Told
from advisor.model.records import KnowledgeBase
from advisor.model.result import Listing

__all__ = [
    "Beginning",
    "Consultation",
    "Dialogue",
    "End",
    "Ended",
    "Exchange",
    "Hello",
    "Left",
    "Opener",
    "OutOfAnswers",
    "Question",
    "Scope",
    "Session",
    "Suggested",
    "Told",
    "Unclear",
    "Unkept",
    "again",
    "closing",
    "consult",
    "consultations",
    "interview",
    "is_shipped",
    "left_out",
    "message",
    "replies",
    "resume",
    "start",
]


@filled
def consult(
    base: KnowledgeBase,
    facts: str | Path | None = None,
    *,
    client: str | None = None,
    scope: Scope | None = None,
) -> Interview:
    """An interview about what is open, as a value: each answer gives another interview.

    `answer` its `question()`, and so on, until that is None. `interview` holds it for a program.
    Within a `scope` it reviews what the facts say, for the topics and within the number of
    questions that the scope has; without one, or if the scope is exhaustive, it goes on until no
    answer that is left can change the advice.
    """
    scenario, _ = session.known(base, None if facts is None else str(facts), client)
    return interviews.begin(scenario, client, scope)


@filled
def interview(
    base: KnowledgeBase,
    facts: str | Path | None = None,
    *,
    client: str | None = None,
    scope: Scope | None = None,
    keep: bool = False,
) -> Exchange:
    """An interview for a program: `answer` its `question`, and so on, until that is None.

    Without `facts` nothing is known to begin with; with them, what they say is. What is asked and
    said are records, as on the wire of `advisor consult --format jsonl`, with `to_json`. `advice`
    gives the advice as things stand, at any time. What is no answer raises `Unclear`, what the base
    refuses `AdvisorError`, and then the question stands. `scope` is as for `consult`. With `keep`,
    each answer is kept before it is taken, as the command keeps it, for `resume`; else nothing is.
    """
    named = None if facts is None else str(facts)
    if not keep:
        return Exchange(consult(base, facts, client=client, scope=scope), facts=named)
    begun = start(base, named, client, scope)
    return Exchange(begun.interview, begun)


@filled
def resume(
    id: str | None = None,  # noqa: A002 - as the records have it
    *,
    base: str | Path | KnowledgeBase | None = None,
) -> Exchange:
    """An interview that is kept, gone on with where it ended, however it did.

    Of an id, or the latest that was not finished; over a `base`, the one that it was begun over
    unless told. Raises AdvisorError where there is none, where it cannot be read, and where another
    process has it.
    """
    kept = again(id, None if base is None else str(folder(base)))
    return Exchange(kept.interview, kept)


@filled
def consultations(base: str | Path | KnowledgeBase | None = None) -> Listing[Consultation]:
    """The consultations that are kept, in the order in which they were begun, or those of a base.

    AdvisorError if there is no such base, and where nothing can be kept.
    """
    found = session.consultations(None if base is None else str(folder(base)))
    return Listing(found, "consultations/1", "consultations")


def is_shipped(base: KnowledgeBase) -> bool:
    """Whether a base is the one that comes with the program."""
    return base.folder == loader.shipped_folder()
