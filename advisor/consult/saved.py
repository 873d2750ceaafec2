"""Turns a consultation into a fact file that every other command takes as it is."""

from __future__ import annotations

from advisor import loader
from advisor.consult.interview import Interview
from advisor.model.scenarios import Consulted
from advisor.reasoning.evaluate import Outcome, standing


def fact_file(
    interview: Interview, fingerprint: str, extends: str | None = None, day: str = ""
) -> str:
    """The answers so far as a fact file, over the scenario that they began with, if any.

    `day` is that on which the consultation was begun, if anybody knows.

    Askable facts without an answer are left open in it (`complete: false`), unless the consultation
    was one that takes them for what silence means. It notes the state of the base and of the
    advice, so that a later consultation can tell what has changed.
    """
    name = interview.base.entities[interview.client].name
    says = loader.FactFile(
        title=f"A consultation for {name}" + (f", begun {day}" if day else ""),
        extends=extends,
        client=interview.client,
        complete=interview.start.complete,
        consulted=consulted(interview, fingerprint),
        facts=[
            *(f for answer in interview.answers for f in answer.facts if f.origin == "answered"),
            *interview.denied,
        ],
    )
    return loader.fact_file(says, interview.base.templates)


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
