"""Says about what and about whom a consultation asks, as it begins and as it ends."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import msgspec

from advisor.consult.interview import Interview
from advisor.consult.scope import in_play, topics_of
from advisor.consult.told import Opening
from advisor.reasoning.concerned import speaks_of_many

MUCH: Final = 12  # questions


def opened(interview: Interview, *, offered: bool) -> Opening:
    """How a consultation begins; `offered`: whether its topics were chosen in a menu."""
    base, start, client = interview.base, interview.start, interview.client
    unlimited = not (interview.scope.topics or start.knows or offered)
    listed = topics_of(start, client) if unlimited and _asks_much(interview) else ()
    return Opening(
        client_name=base.entities[client].name,
        title=start.title or base.title,
        resumed=len(interview.answers),
        reviews=interview.reviews,
        topics=tuple(topic.id for topic in listed),
        beside=tuple(beside(interview)),
        everything=_asks_of_everything(interview),
    )


def beside(interview: Interview) -> Iterator[str]:
    """The entities of the client's kind that are asked about, where what is known has many more."""
    base = interview.base
    if not speaks_of_many(interview.start):
        return
    for name in interview.scope.involving or ():
        if base.entities[name].type == base.entities[interview.client].type:
            yield base.entities[name].name


def away(interview: Interview) -> Iterator[str]:
    """The entities of the client's kind that nothing was asked about."""
    base, client = interview.base, interview.client
    if interview.scope.involving is None:
        return
    there = in_play(interview.start, client, interview.scope).entities
    for entity in base.entities.values():
        if entity.type == base.entities[client].type and entity.id not in there:
            yield entity.name


def _asks_much(interview: Interview) -> bool:
    """Whether it is worth a line how to be asked less."""
    return not interview.settles or interview.progress().left > MUCH


def _asks_of_everything(interview: Interview) -> bool:
    """Whether it asks about entities of which nothing that is known speaks, and need not."""
    start, scope = interview.start, interview.scope
    if not (interview.settles and start.knows and scope.involving is None):
        return False
    fewer = in_play(start, interview.client, msgspec.structs.replace(scope, involving=()))
    return len(fewer.entities) < len(interview.base.entities) and _asks_much(interview)
