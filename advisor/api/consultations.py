"""Holds consultations: an interview by itself, or one in a dialogue that is kept in a journal."""

from __future__ import annotations

from pathlib import Path

from advisor import loader
from advisor.api.arguments import filled
from advisor.consult import interview, session
from advisor.consult.answers import Unclear
from advisor.consult.commands import completions
from advisor.consult.dialogue import Dialogue, End
from advisor.consult.interview import Interview
from advisor.consult.journal import Unkept
from advisor.consult.questions import Question
from advisor.consult.session import Consultation, Session, again, consultations, start
from advisor.consult.told import Suggested
from advisor.model.records import KnowledgeBase

__all__ = [
    "Consultation",
    "Dialogue",
    "End",
    "Question",
    "Session",
    "Suggested",
    "Unclear",
    "Unkept",
    "again",
    "completions",
    "consult",
    "consultations",
    "is_shipped",
    "start",
]


@filled
def consult(
    base: KnowledgeBase, facts: str | Path | None = None, *, client: str | None = None
) -> Interview:
    """An interview about what is open: `answer` its `question()`, and so on, until that is None.

    Without `facts` nothing is known to begin with; with them, what they say is. Nothing is kept:
    each answer gives another interview.
    """
    scenario, _ = session.known(base, None if facts is None else str(facts), client)
    return interview.begin(scenario, client)


def is_shipped(base: KnowledgeBase) -> bool:
    """Whether a base is the one that comes with the program."""
    return base.folder == loader.shipped_folder()
