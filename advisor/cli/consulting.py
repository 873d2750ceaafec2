"""What `advisor consult` does: holds a consultation with a person or a program."""

from __future__ import annotations

import contextlib
import gc
import sys
from collections.abc import Callable
from typing import Final

import click
import msgspec
from click.core import ParameterSource

import advisor
from advisor.api import interviews as sessions
from advisor.api.interviews import (
    Dialogue,
    End,
    Left,
    Opener,
    OutOfAnswers,
    Question,
    Scope,
    Session,
    Suggested,
    Unclear,
    Unkept,
    closing,
    left_out,
)
from advisor.cli.consult import LATEST, TWELVE
from advisor.cli.output import (
    TERMINAL,
    Destination,
    Formats,
    OutputError,
    deliver,
)
from advisor.cli.prompt import Terminated, editing, terminable
from advisor.cli.saving import check_target, saved
from advisor.cli.screen import Terminal, interruptible, is_on_screen
from advisor.cli.wire import JSONL, Wire
from advisor.model.errors import AdvisorError, Problem, in_shell
from advisor.render.exchange import json
from advisor.render.exchange.lines import lines
from advisor.render.terminal.consult import consultations

UNUSABLE: Final = 2
INTERRUPTED: Final = 130

LISTED: Final[Formats] = {  # what consultations there are
    "terminal": consultations,
    "json": lambda found: found.to_json(),
    "lines": lines("consult --list"),
    JSONL: json.lines,
}
SETTLED: Final = "Everything is settled: no answer that is left can change the advice."
NOTHING_BEGUN: Final = "No consultation was begun."
NOTHING_SAID: Final = "Nothing was answered, so there is nothing to go on with."
Tell = Callable[[object], None]


def consult(
    *,
    facts: str | None,
    client: str | None,
    resume: str | None,
    listed: bool,
    save: str | None,
    about: tuple[str, ...],
    involving: tuple[str, ...],
    questions: int | None,
    exhaustive: bool,
    no_input: bool,
    base: str | None,
    to: Destination,
) -> int:
    """Hold a consultation, and give the advice; returns the exit code."""
    if listed:
        msgspec.structs.replace(to, formats=LISTED).put(advisor.consultations(base))
        return 0
    _check_targets(save, to)
    scope = _scope(about, involving, questions, exhaustive=exhaustive)
    said = (facts, resume, questions, about, involving, exhaustive, no_input)
    offered = not any(said) and to.form == TERMINAL and is_on_screen(sys.stdout)
    opened = _opened(client, base, scope) if offered else None
    if isinstance(opened, int):
        return opened
    session = opened or _session(facts, client, resume, base, scope)
    click.get_current_context().call_on_close(session.journal.close)
    session.interview.question()  # the first; what it took stays, and the rest may take a while
    gc.freeze()
    gc.enable()
    if no_input:
        _refuse_open(session, begun=resume is None)
    if to.form == JSONL:
        return _with_program(session, save)
    return _with_person(session, save, to, offered=offered)


def _check_targets(save: str | None, to: Destination) -> None:
    """Refuse, before anything is asked, a place where nothing can be kept."""
    if save is not None:
        check_target(save)
    if to.form == JSONL and to.path not in {None, "-"}:
        message = "a consultation in lines of JSON is held over standard output"
        raise AdvisorError(Problem(message=message, hint="leave out -o"))


def _with_person(session: Session, save: str | None, to: Destination, *, offered: bool) -> int:
    """Hold a consultation with who types the answers; returns the exit code.

    `offered`: whether its topics have been offered in a menu.
    """
    terminal = Terminal(session.interview.base, aside=to.form != TERMINAL)
    for news in session.news():
        terminal.tell(news)
    dialogue = Dialogue(
        session.interview,
        terminal.ask,
        terminal.tell,
        keep=session.keep,
        save=lambda interview, path: saved(session, interview, path),
        offered=offered,
        aside=interruptible if terminal.on_screen else contextlib.nullcontext,
    )
    try:
        with editing(dialogue.completions), terminable():
            end = dialogue.run()
    except (KeyboardInterrupt, Terminated) as cause:
        return _interrupted(terminal.tell, session, cause)
    return _finished(dialogue, terminal, session, end, save, to)


def _with_program(session: Session, save: str | None) -> int:
    """Hold a consultation over lines of JSON; returns the exit code."""
    wire = Wire(session)
    wire.open()
    for news in wire.exchange.news():
        wire.tell(news)
    try:
        with terminable():
            end = wire.run()
    except (KeyboardInterrupt, Terminated) as cause:
        return _interrupted(wire.tell, session, cause)
    interview = wire.exchange.interview
    if end in {"enough", "done"}:
        wire.tell(closing(interview, interview.advice()))
    unsaved = _ended(interview, wire.tell, session, end, save)
    wire.close(end)
    if unsaved:
        raise OutputError(unsaved)
    if wire.exchange.unkept is not None:
        raise AdvisorError(_not_kept(wire.exchange.unkept))
    return 0


def _interrupted(tell: Tell, session: Session | None, cause: BaseException) -> int:
    """Say how to go on, to whoever still reads; returns the exit code."""
    with contextlib.suppress(OutputError):
        tell(NOTHING_BEGUN if session is None else _to_resume(session))
    return cause.code if isinstance(cause, Terminated) else INTERRUPTED


def _finished(
    dialogue: Dialogue,
    terminal: Terminal,
    session: Session,
    end: End,
    save: str | None,
    to: Destination,
) -> int:
    """Say how a consultation ended, with its advice.

    Returns the exit code; raises OutputError if it cannot be saved, AdvisorError if a question was
    to be answered and was not.
    """
    interview, told = dialogue.interview, list[object]()
    on_screen = terminal.on_screen and to.path is None
    tell = told.append if on_screen else terminal.tell
    asked_all = interview.settles and not interview.scope.is_limited
    closes = end in {"settled", "enough", "done"} and not asked_all
    if closes and not on_screen:
        _put_advice(dialogue, to)
    if closes:
        tell(closing(interview, interview.advice()))
    unsaved = _ended(interview, tell, session, end, save)
    if on_screen:
        terminal.end(interview.advice(), told)
    elif not closes:
        _put_advice(dialogue, to)
    if unsaved:
        raise OutputError(unsaved)
    _refuse_unanswered(end, dialogue)
    return 0


def _refuse_open(session: Session, *, begun: bool) -> None:
    """Raise AdvisorError if there is a question; of a consultation just begun nothing is kept."""
    asked = session.interview.question()
    if asked is not None:
        if begun:
            session.journal.discard()
        raise AdvisorError(_left_open(asked, "a question is left open, and none may be asked"))


def _refuse_unanswered(end: End, dialogue: Dialogue) -> None:
    """Raise AdvisorError if a question was to be answered, and was not."""
    if dialogue.unkept is not None:
        raise AdvisorError(_not_kept(dialogue.unkept))
    if end == "no more answers" and dialogue.asked is not None:
        until = "all is settled" if dialogue.interview.settles else "the questions do"
        raise AdvisorError(_left_open(dialogue.asked, f"the answers end before {until}"))


def _not_kept(unkept: Unkept) -> Problem:
    (problem,) = unkept.problems
    message = f"the last answer is not kept, and not taken: {problem.message}"
    return Problem(message=message, hint="make room there, then go on as above")


def _ended(
    interview: advisor.Interview, tell: Tell, session: Session, end: End, save: str | None
) -> str | None:
    """Say how a consultation ended, and save it if it is finished; why not, if it cannot be."""
    unsaved = None
    if end == "settled":
        if not interview.scope.is_limited:
            tell(SETTLED)
        with contextlib.suppress(Unkept):  # no answer is lost by that
            session.finish()
    if end in {"settled", "enough", "done"}:
        out = left_out(interview)
        if out is not None:
            tell(out)
        path = save or str(session.journal.path.with_suffix(".yaml"))
        unsaved = _save_finished(interview, tell, session, path)
    elif end == "left open":
        tell("The questions that you skipped leave advice open.")
    if end != "settled" or unsaved:
        tell(_to_resume(session, end))
    return unsaved


def _scope(
    about: tuple[str, ...], involving: tuple[str, ...], questions: int | None, *, exhaustive: bool
) -> Scope:
    """What a consultation is to be for; raises AdvisorError if that contradicts itself."""
    if exhaustive and questions is not None:
        message = "--exhaustive asks until everything is settled, however many questions that takes"
        raise AdvisorError(Problem(message=message, hint="leave out --questions or --exhaustive"))
    if not exhaustive and questions is None and sys.stdin is not None and sys.stdin.isatty():
        questions = TWELVE
    return Scope(
        topics=about,
        involving=involving or None,
        questions=questions,
        exhaustive=exhaustive,
    )


def _session(
    facts: str | None,
    client: str | None,
    resume: str | None,
    base: str | None,
    scope: Scope,
) -> Session:
    if resume is not None:
        if facts is not None or client is not None:
            message = "a consultation that is resumed has its facts and its client"
            raise AdvisorError(Problem(message=message, hint="leave out FACTS and --for"))
        named = None if resume == LATEST else resume
        source = click.get_current_context().get_parameter_source("base")
        asked_for = named is None or source is ParameterSource.COMMANDLINE
        return sessions.again(named, base if asked_for else None, base)
    if facts == "-":
        message = "standard input is for the answers, so the facts cannot come from there"
        raise AdvisorError(Problem(message=message, hint="name a fact file"))
    return sessions.start(advisor.load_base(base), facts, client, scope)


def _opened(client: str | None, base: str | None, scope: Scope) -> Session | int:
    """The consultation that a person chooses in menus; an exit code if they leave one."""
    loaded = advisor.load_base(base)
    terminal = Terminal(loaded, aside=False)
    opener = Opener(loaded, client, terminal.ask, terminal.tell, scope.questions)
    try:
        with editing(opener.completions), terminable():
            begun = opener.choose()
    except (KeyboardInterrupt, Terminated) as cause:
        return _interrupted(terminal.tell, None, cause)
    except Left as left:
        terminal.tell(NOTHING_BEGUN)
        return UNUSABLE if isinstance(left, OutOfAnswers) else 0
    if begun.resumed is not None:
        return sessions.again(begun.resumed)
    wanted = msgspec.structs.replace(scope, topics=begun.topics, involving=begun.involving)
    return sessions.start(loaded, begun.facts, client, wanted, opener.ready(begun.facts))


def _save_finished(
    interview: advisor.Interview, tell: Tell, session: Session, path: str
) -> str | None:
    """Save a finished consultation; why not, if it cannot be."""
    try:
        tell(saved(session, interview, path))
    except Unclear as unclear:
        return str(unclear).rstrip(".")
    return None


def _left_open(asked: Question, message: str) -> Problem:
    return Problem(message=message, hint=f"next comes {asked.about}: {asked.text}")


def _to_resume(session: Session, end: End | None = None) -> Suggested | str:
    """How to go on, if there is anything to go on with."""
    if not session.journal.steps and end != "not kept":
        return NOTHING_SAID
    command = f"advisor consult --resume {in_shell(session.journal.head.id)}"
    return Suggested(lead="To go on:", command=command)


def _put_advice(dialogue: Dialogue, to: Destination) -> None:
    advice = dialogue.interview.advice()
    if to.form == TERMINAL and to.path is None:
        deliver("\n", None)
    to.put(advice, dialogue.base, asked=None, long=False)
