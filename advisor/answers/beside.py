"""Turns one outcome into two clients side by side: what both are given, and what each alone.

Advice is the same for both if it differs in nothing but who is advised: where one of them is told
of the other, that is the same as the other being told of the one.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

import msgspec

from advisor.answers.derivations import proof
from advisor.answers.survey import GivenPiece, Surveyed, SurveyLine, open_to_all, survey
from advisor.model import english
from advisor.model.errors import AdvisorError, Problem
from advisor.model.records import Instance
from advisor.model.result import Result
from advisor.reasoning.evaluate import Outcome


class Shared(msgspec.Struct, frozen=True, kw_only=True):
    """A piece of advice that both are given, with the reasons that they do not share."""

    advice: str  # the template
    pieces: tuple[GivenPiece, GivenPiece]
    reasons: tuple[tuple[str, ...], tuple[str, ...]]  # clauses, by rules that the other has not


class Beside(Result, frozen=True, kw_only=True):
    """Two clients side by side."""

    document: ClassVar[str] = "compare/1"
    page: ClassVar[str] = "advisor.render.report.notebook:beside"

    scenario: str
    title: str
    clients: tuple[Surveyed, Surveyed]
    shared: tuple[Shared, ...]  # those first for which the reasons differ
    alone: tuple[tuple[SurveyLine, ...], tuple[SurveyLine, ...]]  # what one alone is given


def compare(case: Outcome, one: str, other: str) -> Beside:
    """What two clients are given; AdvisorError for unknown names, and for one beside itself."""
    if one == other:
        hint = "name two"
        raise AdvisorError(Problem(message=f"'{one}' cannot be compared with itself", hint=hint))
    case = open_to_all(case)
    found = survey(case, [one, other])
    rows = {row.client: row for row in found.clients}
    return _Beside(case, (rows[one], rows[other])).made(found.title)


class _Beside:
    """Two clients while they are put side by side."""

    def __init__(self, case: Outcome, rows: tuple[Surveyed, Surveyed]) -> None:
        self.case, self.rows = case, rows
        self.named = {str(instance): instance for instance in case.graph.instances}
        names = tuple(row.client for row in rows)
        self.given = tuple(
            {self._swapped(piece, own, other): piece for cell in row.cells for piece in cell.pieces}
            for row, own, other in zip(rows, names, names[::-1], strict=True)
        )

    def made(self, title: str) -> Beside:
        """The whole."""
        one, other = self.given
        return Beside(
            scenario=self.case.scenario.name,
            title=title,
            clients=self.rows,
            shared=tuple(
                sorted(
                    (self._shared(piece, other[key]) for key, piece in one.items() if key in other),
                    key=lambda shared: not any(shared.reasons),
                )
            ),
            alone=(tuple(self._alone(0)), tuple(self._alone(1))),
        )

    def _swapped(self, piece: GivenPiece, own: str, other: str) -> Instance:
        """A piece of advice with the two clients called by the parts that they have."""
        instance = self.named[piece.instance]
        parts = {own: "$client", other: "$other"}
        values = tuple(parts.get(str(value), value) for value in instance.values)
        return Instance(instance.template, values)

    def _shared(self, one: GivenPiece, other: GivenPiece) -> Shared:
        mine, theirs = (self._reasons(piece) for piece in (one, other))
        return Shared(
            advice=self.named[one.instance].template,
            pieces=(one, other),
            reasons=(
                tuple(says for rule, says in mine.items() if rule not in theirs),
                tuple(says for rule, says in theirs.items() if rule not in mine),
            ),
        )

    def _reasons(self, piece: GivenPiece) -> dict[str, str]:
        """The rules of a proof, with what each says there."""
        links = proof(self.case, self.case.graph.number[self.named[piece.instance]])
        base = self.case.scenario.base
        fired = [link.firing for link in links if link.firing is not None]
        return {
            firing.rule.id: english.reason(base, firing.rule, firing.bindings) for firing in fired
        }

    def _alone(self, place: int) -> Iterator[SurveyLine]:
        """What the other is not given; of a line of which it is given a part, piece by piece."""
        own, others = self.given[place], self.given[1 - place]
        alone = {piece.instance for key, piece in own.items() if key not in others}
        for line in (line for cell in self.rows[place].cells for line in cell.lines):
            left = [piece for piece in line.pieces if piece.instance in alone]
            if len(left) == len(line.pieces):
                yield line
            else:
                for piece in left:
                    yield SurveyLine(says=piece.says, confidence=piece.confidence, pieces=(piece,))
