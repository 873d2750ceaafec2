"""What a consultation tells beside plain texts and the results of other commands."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Literal

import msgspec

from advisor.consult.choosing import Progress
from advisor.consult.kind import Question
from advisor.consult.reasons import Reason
from advisor.model.jsontext import in_one_line


def _kebab(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "-", name).lower()


class Told(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag=_kebab):
    """Something that is told; as JSON, an object with its `type`."""

    def to_json(self) -> str:
        """The JSON of it, in one line."""
        return in_one_line(self)


class Opening(Told, frozen=True, kw_only=True):
    """How a consultation begins."""

    client_name: str
    title: str
    resumed: int  # answers given before
    reviews: bool = False  # what is known from the start
    topics: tuple[str, ...] = ()  # that it could be limited to, where nothing is known
    beside: tuple[str, ...] = ()  # about whom it asks, of those that what is known speaks of
    everything: bool = False  # also about what nothing that is known speaks of


class Asked(Told, frozen=True, kw_only=True):
    """A question as it is put."""

    number: int
    question: Question
    default: str | None  # what was answered before
    standing: tuple[str, ...] = ()  # what each option is taken for now, where that can be kept
    otherwise: str | None = None  # what another answer would do
    progress: Progress


class Settled(msgspec.Struct, frozen=True, kw_only=True):
    """A piece of advice that no later answer will change."""

    says: str
    standing: Literal["given", "open", "withheld"]
    confidence: str | None  # None of what is not given, or given by default alone


class Noted(Told, frozen=True, kw_only=True):
    """What an answer was taken for, and what it does."""

    kept: bool = False  # whether it leaves everything as it was
    states: tuple[str, ...]  # clauses
    denied: int  # facts denied beside those stated
    aside: tuple[str, ...] = ()  # questions whose answers no longer matter
    settled: tuple[Settled, ...] = ()  # where all is to be settled: what that settles, given
    more: int = 0  # settled as well, and not told apart
    gained: tuple[str, ...] = ()  # within a scope: the advice given now and not before
    lost: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()  # otherwise qualified
    same: int | None = None  # how much is given, if none of these


class Why(Told, frozen=True, kw_only=True):
    """Why a question is asked: the advice that it bears on, and one rule on the way there."""

    advice: tuple[str, ...]  # the most affected first
    more: int
    reason: Reason | None  # None where there is nothing further down


class SoFar(Told, frozen=True, kw_only=True):
    """The advice as far as it is known."""

    given: tuple[Settled, ...]
    likely: tuple[str, ...]  # given so far, and not settled
    open: tuple[str, ...]
    withheld: int


class Unasked(msgspec.Struct, frozen=True, kw_only=True):
    """A question that was not asked, and that could still change something."""

    text: str
    advice: str  # that it bears on most


class Closing(Told, frozen=True, kw_only=True):
    """What there is to say beside the advice where not all was asked."""

    granted: tuple[str, ...]  # sentences: what was taken for so because nobody said otherwise
    unasked: tuple[Unasked, ...]  # of most worth
    left: int  # all that could still change something
    away: tuple[str, ...]  # whom nothing was asked about, by name
    beside: int  # recommendations as things stand that none of the topics is about
    settled: bool = False  # whether it is proved that nothing left can change the advice
    complete: bool = True  # whether what was not asked is taken for no, and not left open


class LeftOut(Told, frozen=True, kw_only=True):
    """Questions that were not asked, as what they take for granted (`ask-when`) is not so."""

    questions: tuple[str, ...]  # all of them
    denied: bool  # whether they are taken for no; otherwise they stand as the facts have it


class Catalogue(Told, frozen=True, kw_only=True):
    """Facts or rules to be listed."""

    name: Literal["facts", "rules"]
    entries: Sequence[Any]


class Help(Told, frozen=True, kw_only=True):
    """The commands."""

    commands: tuple[tuple[str, str], ...]


class Suggested(Told, frozen=True, kw_only=True):
    """A command that can be copied, with what leads up to it."""

    lead: str
    command: str


class Recovered(Told, frozen=True, kw_only=True):
    """What became of an earlier consultation, beside the answers that it goes on from."""

    changed: bool  # the base, since it began
    lost: tuple[str, ...]  # answers left out, each with why
    damage: tuple[str, ...]  # what is not whole in the journal
