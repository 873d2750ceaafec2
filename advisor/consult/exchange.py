"""Holds an interview with a program: a message goes in, messages come out, and nothing waits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NoReturn, Self

import msgspec

from advisor import loader
from advisor.answers.recommendation import Advice
from advisor.answers.views import Explanation
from advisor.answers.whatif import WhatIf
from advisor.consult.answers import Answer, Unclear
from advisor.consult.commands import Command
from advisor.consult.dialogue import Dialogue, End, Keep, sentences
from advisor.consult.interview import Interview
from advisor.consult.journal import Unkept
from advisor.consult.kind import Question
from advisor.consult.lines import Did
from advisor.consult.messages import Do, QuestionMessage, Refused, Remark, ShownMessage, put
from advisor.consult.saved import fact_file
from advisor.consult.session import Session
from advisor.consult.told import Asked, Catalogue, Told
from advisor.model.errors import AdvisorError, printable

_TAKES: Final = {"how", "why-not", "what-if", "rule", "change", "rest"}
_LONGEST: Final = 10_000  # bytes of a line
_DECODER: Final = msgspec.json.Decoder(Do)


class Exchange:
    """An interview that is answered by a program.

    `question` is what is asked, and None at the end. What `answer` and `do` give is what there is
    to say of it; they raise Unclear and AdvisorError, and then the question stands. One that is
    kept has an `id`, by which it is gone on with, and its journal until it is closed, as it is at
    the end of a `with`.
    """

    def __init__(
        self, interview: Interview, session: Session | None = None, facts: str | None = None
    ) -> None:
        self._told: list[object] = []
        self._session = session
        self._facts = facts  # what one that is not kept started from
        keep: Keep = _unkept if session is None else session.keep
        self._dialogue = Dialogue(interview, _nobody, self._told.append, keep=keep, save=_nowhere)
        self.end: End | None = None
        self.unkept: Unkept | None = None
        self._asked: Asked | None = None
        self._go_on()

    def __enter__(self) -> Self:
        """Itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()

    def close(self) -> None:
        """Let others go on with it, if it is kept; noted as finished if all is settled."""
        if self._session is not None:
            if self.end == "settled":
                self._session.finish()
            self._session.journal.close()
            self._session = None

    @property
    def id(self) -> str | None:
        """What it is kept by; None if it is not, or closed."""
        return None if self._session is None else self._session.journal.head.id

    def news(self) -> list[Told]:
        """What became of earlier answers that it goes on from, and of the base since, if any."""
        return [] if self._session is None else list(map(message, self._session.news()))

    def fact_file(self) -> str:
        """The answers so far as a fact file, as `advisor consult --save` writes them."""
        if self._session is not None:
            return self._session.fact_file(self.interview)
        base = self.interview.base
        extends = loader.nameable(base, self._facts)
        return fact_file(self.interview, loader.fingerprint(base), extends)

    def to_json(self) -> str:
        """The document of its advice, as `advisor consult --format json` writes it at the end."""
        return self.interview.to_json()

    @property
    def interview(self) -> Interview:
        """The interview as it stands."""
        return self._dialogue.interview

    @property
    def question(self) -> QuestionMessage | None:
        """What is asked; None at the end."""
        return None if self._asked is None else put(self._asked)

    def advice(self) -> Advice:
        """The advice as things stand."""
        return self.interview.advice()

    def answer(self, text: str) -> list[Told]:
        """Answer the question in words, numbers or names; raises Unclear and AdvisorError."""
        return self._did(printable(text.strip()))

    def do(self, what: str, text: str = "") -> list[Told]:
        """Do a command, such as `undo`, `why` or `change` with a text; as `answer` does."""
        if what == "answer":
            return self.answer(text)
        if what == "done":
            self.stop("quit" if self.interview.settles else "done")
            return self._said()
        text = printable(text.strip())
        if (what in _TAKES) != bool(text):
            needs = "takes a text" if what in _TAKES else "takes no text"
            raise Unclear(f"'{what}' {needs}.")
        return self._did(Command("back" if what == "undo" else what, text))

    def stop(self, how: End) -> None:
        """End it, as things stand."""
        self.end, self._asked = how, None

    def _did(self, typed: str | Command) -> list[Told]:
        if self._asked is None:
            raise Unclear("There is no question any more.")
        try:
            if self._dialogue.took(self._asked, typed):
                self._go_on()
        except Unkept as unkept:
            self.unkept = unkept
            self.stop("not kept")
        return self._said()

    def _go_on(self) -> None:
        asked = self._dialogue.following()
        self._asked = None if asked is None else self._dialogue.put(asked)
        if asked is None:
            self.end = self._dialogue.left()

    def _said(self) -> list[Told]:
        """What was told since it was last asked for."""
        told = [message(what) for what in self._told]
        self._told.clear()
        return told


def replies(exchange: Exchange, line: bytes) -> Iterator[Told]:
    """What to say to a line of a program: last the question again, or the next, or nothing."""
    try:
        if len(line) > _LONGEST:
            raise Unclear(f"The line is longer than {_LONGEST} bytes.")
        said = _DECODER.decode(line)
        yield from exchange.do(said.do, said.text)
    except Unclear as unclear:
        yield Refused(says=str(unclear))
    except AdvisorError as error:
        yield Refused(says=" ".join(sentences(error)))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        yield Refused(says=f"This is no message: {error}.")
    if exchange.question is not None:
        yield exchange.question


def message(what: object) -> Told:
    """What a dialogue tells, as a message."""
    match what:
        case Catalogue():
            return ShownMessage(what=what.name, result=tuple(what.entries))
        case Told():
            return what
        case Explanation():
            return ShownMessage(what="explanation", result=what)
        case WhatIf():
            return ShownMessage(what="comparison", result=what)
        case Advice():
            return ShownMessage(what="advice", result=what)
    return Remark(says=str(what))


def _unkept(_did: Did, _question: Question, _answer: Answer | None) -> None:
    """Keep nothing."""


def _nobody(_prompt: str) -> NoReturn:
    raise AssertionError("nothing is asked here")


def _nowhere(_interview: Interview, _path: str) -> NoReturn:
    raise Unclear("Nothing is saved on the way.")
