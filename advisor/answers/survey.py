"""Turns one outcome into a survey: what all clients are given, and what is unusual for each.

The rules are matched once for all of them. What is unusual is measured as Shannon does: advice that
is given to k of the n clients like this one has log2((n + 2) / (k + 1)) bits, so that to be alone
among forty tells more than to be alone among two. Clients are alike if they share what the
templates say that a base lists under `alike`; without, all clients are.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import ClassVar

import msgspec

from advisor.answers.advice import advisable, caveats_on
from advisor.answers.confidence import ORDER, Confidence, confidences
from advisor.answers.derivations import ranked, reasons
from advisor.answers.lines import NAMED, merged
from advisor.model import asking, english, several
from advisor.model.errors import AdvisorError, Problem, nearest
from advisor.model.grades import HOLDS
from advisor.model.records import Instance
from advisor.model.result import Result
from advisor.model.values import Value
from advisor.reasoning.askable import askable
from advisor.reasoning.evaluate import Outcome, firing_grade, outcome


class GivenPiece(msgspec.Struct, frozen=True, kw_only=True):
    """A piece of advice that a client is given."""

    instance: str
    says: str  # the whole sentence, caveats included
    confidence: Confidence
    because: str


class SurveyLine(msgspec.Struct, frozen=True, kw_only=True):
    """Pieces that differ in one slot at most, said as one; of many the first few are named."""

    says: str
    confidence: Confidence
    pieces: tuple[GivenPiece, ...]


class AdviceCell(msgspec.Struct, frozen=True, kw_only=True):
    """What a client is given of one kind of advice."""

    advice: str  # the template
    confidence: Confidence  # of the best piece
    given: int  # clients like it that are given this too
    among: int  # clients like it
    surprise: float  # in bits
    lines: tuple[SurveyLine, ...]  # the best first

    @property
    def pieces(self) -> list[GivenPiece]:
        """All its advice."""
        return [piece for line in self.lines for piece in line.pieces]


class Surveyed(msgspec.Struct, frozen=True, kw_only=True):
    """A client with what it is given, the most unusual first."""

    client: str
    name: str
    code: str | None  # ISO 3166-1 alpha-3
    rank: int  # by the most unusual; shared by what is equal
    alike: tuple[str, ...]  # clauses: what it shares with those like it; () if these are all
    cells: tuple[AdviceCell, ...]


class AdviceColumn(msgspec.Struct, frozen=True, kw_only=True):
    """A kind of advice."""

    advice: str
    says: str  # in general, with the slots' names in brackets
    clients: int  # that are given it, of all


class Survey(Result, frozen=True, kw_only=True):
    """What clients are given, those with the most unusual advice first."""

    document: ClassVar[str] = "survey/1"
    page: ClassVar[str] = "advisor.render.report.notebook:survey"

    scenario: str
    title: str
    kind: str  # what a client is: "state"
    alike: tuple[str, ...]  # what clients that are alike share, in general; () if all are
    of: int  # clients there are
    columns: tuple[AdviceColumn, ...]  # that some client shown is given, those of the most first
    clients: tuple[Surveyed, ...]


def survey(case: Outcome, clients: Sequence[str] = (), advice: Sequence[str] = ()) -> Survey:
    """What clients are given, by default all that there are, of some kinds of advice or of all.

    What is unusual is so among all clients, whichever are shown. Advice by default alone is none.
    Raises AdvisorError for unknown names.
    """
    base = case.scenario.base
    everyone = advisable(base)
    _known(clients, everyone, "nobody can advise '{}'")
    kinds = [template.id for template in base.templates.values() if template.advice]
    _known(advice, kinds, "there is no advice '{}'")
    made = _Survey(open_to_all(case), everyone, set(advice or kinds))
    shown = made.clients(list(dict.fromkeys(clients)) or everyone)
    return Survey(
        scenario=case.scenario.name,
        title=case.scenario.title,
        kind=english.listing(
            dict.fromkeys(
                kind
                for name in kinds
                for kind in english.kinds(base.templates[name].slots["client"], "client")
            ),
            "or",
        ),
        alike=tuple(
            made.in_general(name) for name in base.alike if any(row.alike for row in shown)
        ),
        of=len(everyone),
        columns=tuple(made.columns({cell.advice for row in shown for cell in row.cells})),
        clients=tuple(shown),
    )


def _known(named: Iterable[str], legal: Collection[str], message: str) -> None:
    for one in named:
        if one not in legal:
            hint = nearest(one, legal) or f"there are: {', '.join(sorted(legal))}"
            raise AdvisorError(Problem(message=message.format(one), hint=hint))


def open_to_all(case: Outcome) -> Outcome:
    """The case with what an incomplete scenario leaves open for any client."""
    if case.scenario.complete:
        return case
    base, known = case.scenario.base, case.scenario.facts
    wanted = [instance for client in advisable(base) for instance in askable(base, client, known)]
    return outcome(case.scenario, case.graph.extended(wanted))


class _Survey:
    """A survey while it is put together."""

    def __init__(self, case: Outcome, everyone: Sequence[str], kinds: Collection[str]) -> None:
        self.case, self.graph, self.base = case, case.graph, case.scenario.base
        self.everyone = everyone
        advised = {
            fact: str(self.graph.template(fact).slot_values(self.graph.instances[fact])["client"])
            for fact in self.graph.advice_to(None)
            if self.graph.instances[fact].template in kinds and case.grades.lower[fact] >= HOLDS
        }
        self.confidences = confidences(case, advised)
        self.given: dict[str, dict[str, list[int]]] = {}  # client -> kind -> pieces, firm ones
        for fact, client in advised.items():
            if self.confidences[fact] is not None:
                of_kind = self.given.setdefault(client, {})
                of_kind.setdefault(self.graph.instances[fact].template, []).append(fact)
        self.traits = _traits(case, everyone)

    def clients(self, shown: Iterable[str]) -> list[Surveyed]:
        """Those shown, with the most unusual first; what is equal has one rank."""
        cells = {client: self._cells(client) for client in shown}
        keys = {client: [-cell.surprise for cell in found] for client, found in cells.items()}
        places = {client: place for place, client in enumerate(self.everyone)}
        order = sorted(cells, key=lambda one: (not keys[one], keys[one], places[one]))
        ranks: dict[tuple[float, ...], int] = {}
        for number, client in enumerate(order, 1):
            ranks.setdefault(tuple(keys[client]), number)
        return [
            self._surveyed(client, ranks[tuple(keys[client])], cells[client]) for client in order
        ]

    def columns(self, kinds: Collection[str]) -> list[AdviceColumn]:
        """The kinds of advice in general, those that most clients are given first."""
        found = [
            AdviceColumn(
                advice=kind,
                says=self.in_general(kind),
                clients=sum(kind in given for given in self.given.values()),
            )
            for kind in self.base.templates
            if kind in kinds
        ]
        return sorted(found, key=lambda column: -column.clients)

    def in_general(self, name: str) -> str:
        """What a template says, with the slots' names in brackets."""
        return asking.in_general(self.base, self.base.templates[name], "says") or ""

    def _surveyed(self, client: str, rank: int, cells: Sequence[AdviceCell]) -> Surveyed:
        entity = self.base.entities[client]
        traits = self.traits[client] if self._alike(client) else {}
        return Surveyed(
            client=client,
            name=entity.name,
            code=entity.code,
            rank=rank,
            alike=tuple(
                english.says(self.base, instance)
                for some in traits.values()
                for instance in some.values()
            ),
            cells=tuple(cells),
        )

    def _cells(self, client: str) -> list[AdviceCell]:
        given = self.given.get(client, {})
        like = (given and self._alike(client)) or [one for one in self.everyone if one != client]
        found = [self._cell(kind, facts, like) for kind, facts in given.items()]
        return sorted(found, key=lambda cell: (-cell.surprise, ORDER.index(cell.confidence)))

    def _alike(self, client: str) -> list[str]:
        """The other clients that share something of each kind that is said of this one."""
        own = self.traits[client]
        return [
            other
            for other, traits in self.traits.items()
            if own
            and other != client
            and all(traits.get(name, {}).keys() & rests.keys() for name, rests in own.items())
        ]

    def _cell(self, kind: str, facts: Sequence[int], like: Sequence[str]) -> AdviceCell:
        best = sorted(facts, key=lambda fact: ORDER.index(self.confidences[fact]))
        pieces = {fact: self._piece(fact) for fact in best}
        also = sum(kind in self.given.get(other, {}) for other in like)
        return AdviceCell(
            advice=kind,
            confidence=pieces[best[0]].confidence,
            given=also,
            among=len(like),
            surprise=round(math.log2((len(like) + 2) / (also + 1)), 3),
            lines=tuple(self._lines(pieces)),
        )

    def _lines(self, pieces: Mapping[int, GivenPiece]) -> Iterator[SurveyLine]:
        instances = self.graph.instances
        caveats = {fact: self._caveats(fact) for fact in pieces}
        groups = merged(
            self.base,
            pieces,
            lambda fact: instances[fact],
            lambda fact: (pieces[fact].confidence, caveats[fact]),
        )
        for group in groups:
            clause = several.says_of(self.base, [instances[fact] for fact in group], NAMED)
            qualified = [english.says(self.base, caveat) for caveat in caveats[group[0]]]
            yield SurveyLine(
                says=english.qualified(clause, qualified),
                confidence=pieces[group[0]].confidence,
                pieces=tuple(pieces[fact] for fact in group),
            )

    def _caveats(self, fact: int) -> tuple[Instance, ...]:
        found = caveats_on(self.graph, fact, self.case.grades, self.case.scenario.withdrawn)
        return tuple(dict.fromkeys(self.graph.instances[caveat] for caveat, _ in found))

    def _piece(self, fact: int) -> GivenPiece:
        instance, grades = self.graph.instances[fact], self.case.grades
        confidence = self.confidences[fact]
        assert confidence is not None, "a piece by default alone is left out above"
        firings = [
            firing
            for firing in ranked(self.case, fact)
            if firing_grade(firing, grades)[0] == grades.lower[fact]
        ]
        return GivenPiece(
            instance=str(instance),
            says=english.advice(self.base, instance, self._caveats(fact)),
            confidence=confidence,
            because=reasons(self.case, firings),
        )


def _traits(
    case: Outcome, clients: Iterable[str]
) -> dict[str, dict[str, dict[tuple[Value, ...], Instance]]]:
    """What is said of clients by each template that tells who is alike: its other slots."""
    found: dict[str, dict[str, dict[tuple[Value, ...], Instance]]] = {
        client: {} for client in clients
    }
    for name in case.scenario.base.alike:
        for fact in case.graph.of_template.get(name, ()):
            instance = case.graph.instances[fact]
            if case.grades.lower[fact] >= HOLDS and instance.values[0] in found:
                of_client = found[str(instance.values[0])].setdefault(name, {})
                of_client[instance.values[1:]] = instance
    return found
