"""What can be typed at a question beside an answer, and which of the two a line is.

An option's own words win over the name of a command; what could be either is Unclear.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final, NamedTuple

from advisor.consult.interview import Interview
from advisor.consult.kind import Question
from advisor.consult.naming import OptionNames
from advisor.consult.words import Unclear, exact, plain
from advisor.loader import parse_instance
from advisor.model import english

COMMANDS: Final = {  # as it is typed -> what it does
    "?": "what would be an answer",
    "why": "why this is asked; once more, what that rests on",
    "how X": "how advice or a fact was reached",
    "why-not X": "why advice or a fact does not hold",
    "what-if ANSWER": "what an answer would change, without giving it",
    "advice": "the advice so far, settled and open",
    "facts": "what is known so far",
    "rule ID": "a rule as a sentence",
    "back": "take the last answer back",
    "change FACT": "give another answer to an earlier question",
    "skip": "leave this question for later",
    "none like this": "answer no to this and to all other questions of its kind",
    "rest no": "answer no to all that is left; rest unknown leaves all of it open",
    "save FILE": "save the answers so far as a fact file",
    "done": "stop asking; the advice, with what it takes for granted",
    "quit": "stop here; the answers are kept",
}
_OTHERS: Final = {"q": "quit", "exit": "quit", "undo": "back", "h": "help"}
_TAKING: Final = {
    name.split(" ")[0]: name.split(" ")[1]
    for name in COMMANDS
    if name.rpartition(" ")[2].isupper() and " " in name
} | {"rest": "no"}
_BARE: Final = {name for name in COMMANDS if name.split(" ")[0] not in _TAKING} | {"help"}
_BY_WORD: Final = {plain(name): name for name in (*_BARE, *_TAKING)} | _OTHERS
_ABBREVIATION: Final = 1  # letters


class Command(NamedTuple):
    """A command that was typed."""

    name: str
    argument: str = ""


def command(asked: Question, line: str) -> Command | None:
    """The command that a line is, in any case; None for an answer. Raises Unclear."""
    names = OptionNames(asked)
    if names.whole(line) is not None:
        return None
    typed = plain(line).rstrip("?.! ") or line
    name = _BY_WORD.get(typed)
    if name in _BARE:
        could = names.could_be(line) if len(typed) == _ABBREVIATION and typed != "?" else None
        if could:
            raise Unclear(names.doubtful(line, could, [name]))
        return Command(name)
    tokens = re.match(r"(\S+)\s*(\S*)\s*(.*)", line)
    if tokens is None or names.labelled(tokens[1]) is not None:
        return None
    one, two = (_BY_WORD.get(plain(head)) for head in (tokens[1], f"{tokens[1]} {tokens[2]}"))
    if two in _TAKING:
        return _taking(two, tokens[3])
    return _taking(one, line[tokens.end(1) :].strip()) if one in _TAKING else None


def _taking(name: str, argument: str) -> Command:
    if name == "rest":
        meant = exact(argument, ("no", "none", "unknown"))
        if meant is None:
            raise Unclear("Write rest no or rest unknown: it answers all that is left.")
        return Command(name, "no" if meant == "none" else meant)
    if not argument:
        written = f"{name} {_TAKING[name]}"
        raise Unclear(f"Write {written}: {COMMANDS[written]}.")
    return Command(name, argument)


def earlier(interview: Interview, named: str) -> Question:
    """The question that is meant: by number, topic, fact or template; or about a known fact.

    Raises Unclear and AdvisorError.
    """
    answers = interview.answers
    found = [answer for answer in answers if answer.about == named]
    if named.isdecimal() and len(named) < 9 and 1 <= int(named) <= len(answers):
        found = [answers[int(named) - 1]]
    if not found and "(" in named:
        instance, _ = parse_instance(named, interview.base)
        found = [a for a in answers if instance in {fact.instance for fact in a.facts}]
        if not found and instance in interview.start.facts:
            return interview.about(instance)
    found = found or [answer for answer in answers if answer.about.split("(")[0] == named]
    if len(found) == 1:
        return interview.asked(found[0])
    if found:
        raise Unclear(f"'{named}' could be {english.listing((f.about for f in found), 'or')}.")
    known = english.listing(f"{number} {a.about}" for number, a in enumerate(answers, 1))
    raise Unclear(f"'{named}' was not asked. Answered so far: {known or 'nothing'}.")


def completions(interview: Interview, asked: Question | None, line: str) -> list[str]:
    """The lines that go on from the beginning of one, of an answer or of a command."""
    word, blank, begun = line.partition(" ")
    name = _BY_WORD.get(plain(word))
    if blank and name in _TAKING:
        arguments = [*dict.fromkeys(_arguments(interview, asked, name))]
        return [f"{word} {one}" for one in _begun(arguments, begun.lstrip())]
    return answered(asked, [*_BARE, *_TAKING], line)


def answered(asked: Question | None, names: Iterable[str], line: str) -> list[str]:
    """The lines that go on from the beginning of one, of an answer or of a command so called."""
    listed = asked.kind.words(asked) if asked is not None else []
    head, comma, last = line.rpartition(",")
    if comma:
        return [f"{head}, {one}" for one in _begun(listed, last.strip())]
    return _begun([*listed, *names], line)


def _begun(words: Iterable[str], text: str) -> list[str]:
    return [word for word in dict.fromkeys(words) if plain(word).startswith(plain(text))]


def _arguments(interview: Interview, asked: Question | None, name: str) -> Iterable[str]:
    """What may follow a command."""
    match name:
        case "rest":
            return ("no", "unknown")
        case "rule":
            return (rule.id for rule in interview.base.rules)
        case "what-if":
            return asked.kind.words(asked) if asked is not None else ()
        case "change":
            return (
                *(answer.about for answer in interview.answers),
                *map(str, interview.start.facts),
            )
        case "how" | "why-not":
            advice = [str(interview.graph.instances[fact]) for fact in interview.wanted]
            return (*advice, *map(str, interview.scenario().facts))
    return ()
