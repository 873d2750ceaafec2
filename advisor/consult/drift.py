"""Turns saved answers and a changed base into what has drifted between them."""

from __future__ import annotations

from collections.abc import Sequence

from advisor.consult.interview import Interview
from advisor.consult.saved import advice_of
from advisor.consult.told import Told
from advisor.model.scenarios import Consulted


class Drift(Told, frozen=True, kw_only=True):
    """What a changed base makes of answers that were given before."""

    gone: tuple[str, ...]  # answers that no question asks for any more
    fresh: tuple[str, ...]  # questions that were settled then and are open now
    gained: tuple[str, ...]  # advice given now and not then
    lost: tuple[str, ...]


def drift(
    interview: Interview, then: Consulted, fingerprint: str, dropped: Sequence[str]
) -> Drift | None:
    """What has drifted since a consultation; None if the base is still the same.

    `dropped` are the answers that the base no longer understands.
    """
    if then.base == fingerprint and not dropped:
        return None
    given, _ = advice_of(interview.outcome(), interview.client)
    asked = interview.possible.facts
    unasked = (
        str(fact.instance)
        for fact in interview.start.facts.values()
        if fact.origin == "answered" and fact.instance not in asked
    )
    fresh = []
    if then.finished and interview.question() is not None:
        fresh = [topic.about for topic, _ in interview.relevant()]
    return Drift(
        gone=(*dropped, *unasked),
        fresh=tuple(fresh),
        gained=tuple(advice for advice in given if advice not in then.given),
        lost=tuple(advice for advice in then.given if advice not in given),
    )
