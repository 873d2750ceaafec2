"""Turns a consultation into a fact file that every other command takes as it is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date

from advisor.consult.interview import Interview
from advisor.evaluate import Outcome, standing
from advisor.grades import CERTAIN, TERMS
from advisor.model import Consulted, Fact, KnowledgeBase, Value, value_text


def fact_file(interview: Interview, fingerprint: str, extends: str | None, title: str) -> str:
    """The answers so far as a fact file, over the scenario that they began with, if any.

    Askable facts without an answer are left open in it (`complete: false`). It notes the state of
    the base and of the advice, so that a later consultation can tell what has changed.
    """
    record = consulted(interview, fingerprint)
    lines = [f"title: {_quoted(title)}"]
    if extends is not None:
        lines.append(f"extends: {_quoted(extends)}")
    lines += [f"client: {interview.client}", "complete: false", *_record(record)]
    facts = [fact for answer in interview.answers for fact in answer.facts]
    for key, standing_ in (("facts", "stated"), ("denied", "denied"), ("unknown", "unknown")):
        listed = [fact for fact in facts if fact.standing == standing_]
        if listed:
            lines.append(f"{key}:")
        for fact in listed:
            lines += _entry(interview.base, fact)
    return "\n".join(lines) + "\n"


def consulted(interview: Interview, fingerprint: str) -> Consulted:
    """What a fact file remembers of the consultation that it comes from."""
    given, unsure = advice_of(interview.outcome(), interview.client)
    return Consulted(
        base=fingerprint,
        finished=interview.question() is None and not interview.skipped,
        given=given,
        open=unsure,
    )


def advice_of(case: Outcome, client: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The advice to a client that is given, and that is open."""
    found: dict[str, list[str]] = {"given": [], "open": [], "withheld": []}
    for fact in case.graph.advice_to(client):
        found[standing(*case.bounds(fact))].append(str(case.graph.instances[fact]))
    return tuple(found["given"]), tuple(found["open"])


def _record(record: Consulted) -> Iterator[str]:
    yield "consulted:"
    yield f"  base: {record.base}"
    yield f"  finished: {value_text(record.finished)}"
    for key, listed in (("given", record.given), ("open", record.open)):
        if listed:
            yield f"  {key}:"
        for one in listed:
            yield f"    - {_quoted(one)}"


def _entry(base: KnowledgeBase, fact: Fact) -> Iterator[str]:
    """A fact in its long form, with where it comes from."""
    slots = base.templates[fact.instance.template].slot_values(fact.instance)
    inside = ", ".join(f"{slot}: {_plain(value)}" for slot, value in slots.items())
    yield f"  - {fact.instance.template}: {{{inside}}}"
    if fact.standing == "stated" and fact.grade not in {None, CERTAIN}:
        yield f"    likelihood: {TERMS[fact.grade or 0]}"
    yield "    origin: answered"
    if fact.answered:
        yield f"    answered: {_quoted(fact.answered)}"
    if fact.note:
        yield f"    note: {_quoted(fact.note)}"


def _plain(value: Value) -> str:
    return value.isoformat() if isinstance(value, date) else value_text(value)


def _quoted(text: str) -> str:
    """A text as YAML, which JSON's is as well."""
    return json.dumps(text, ensure_ascii=False)
