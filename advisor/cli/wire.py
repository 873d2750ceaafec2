"""A consultation with a program: a line of JSON in, lines of JSON out, flushed before it waits."""

from __future__ import annotations

import os
import queue
import sys
import threading
from collections.abc import Iterator
from typing import Final

from advisor.api.interviews import (
    End,
    Ended,
    Exchange,
    Hello,
    Session,
    Told,
    message,
    replies,
)
from advisor.cli.output import failed
from advisor.model import budget, writing
from advisor.model.errors import AdvisorError, Problem

JSONL: Final = "jsonl"
_CHUNK: Final = 65_536  # bytes


class Wire:
    """Where a program is told things, and where it says them; each message is a line."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.exchange = Exchange(session.interview, session)

    def open(self) -> None:
        """Say which consultation this is, and ask the first question."""
        interview = self.session.interview
        self.tell(
            Hello(
                consultation=self.session.journal.head.id,
                client=interview.client,
                client_name=interview.base.entities[interview.client].name,
                title=interview.start.title or interview.base.title,
                answers=len(interview.answers),
            )
        )

    def run(self) -> End:
        """Answer line after line until nothing is asked any more, or there are no more lines."""
        exchange, lines = self.exchange, _lines()
        if exchange.question is not None:
            self.tell(exchange.question)
        while exchange.end is None:
            line = next(lines, None)
            budget.renew()
            if line is None:
                exchange.stop("no more answers")
            elif line.strip():
                self._write(list(replies(exchange, line)))
        assert exchange.end is not None, "it went on until then"
        return exchange.end

    def close(self, how: End) -> None:
        """Say how it ended, with the advice."""
        self.tell(Ended(how=how, advice=self.exchange.advice()))

    def tell(self, what: object) -> None:
        """Write what there is to say."""
        self._write([message(what)])

    def _write(self, messages: list[Told]) -> None:
        data = "".join(f"{told.to_json()}\n" for told in messages).encode()
        try:
            if sys.stdout is None:
                raise AdvisorError(Problem(message="standard output is closed"))
            sys.stdout.flush()
            writing.pour(sys.stdout.fileno(), data)
        except OSError as error:
            raise failed("the output", error) from None


def _lines() -> Iterator[bytes]:
    """The lines of standard input, read as they come, so that whoever writes never waits for us."""
    if sys.stdin is None:
        return
    arrived: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=_read, args=(sys.stdin.fileno(), arrived), daemon=True).start()
    rest = b""
    while chunk := arrived.get():
        *whole, rest = (rest + chunk).split(b"\n")
        yield from whole
    if rest:
        yield rest


def _read(descriptor: int, arrived: queue.SimpleQueue[bytes]) -> None:
    """Pass on all that arrives; nothing at the end."""
    try:
        while chunk := os.read(descriptor, _CHUNK):
            arrived.put(chunk)
    except OSError:
        pass
    arrived.put(b"")
