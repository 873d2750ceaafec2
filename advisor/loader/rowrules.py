"""Turns a row of a decision table into rules: its cells, put into the head of the table."""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final, NamedTuple

import msgspec

from advisor.loader.reader import Reader
from advisor.loader.vocabulary import Vocabulary
from advisor.loader.yamlfile import Scalar
from advisor.model import english
from advisor.model.decisions import Interval, Test
from advisor.model.errors import Location
from advisor.model.expressions import filled_in, mentioned, spelled, written_leaf
from advisor.model.records import (
    Aggregate,
    AnyOf,
    AtLeast,
    Comparison,
    Let,
    Pattern,
    Phrase,
    Rule,
    SlotRef,
    SlotType,
    Term,
    Var,
)
from advisor.model.sources import Citations
from advisor.model.values import Value

MOST: Final = 100  # rules that one row may become


class Filled(msgspec.Struct, frozen=True, kw_only=True):
    """What a row says, with the places of its cells."""

    name: str  # of its rules
    title: str
    tests: Mapping[str, tuple[Test, Scalar]]  # by column
    answers: Mapping[str, tuple[Pattern, bool, Scalar]]  # of columns that ask yes or no
    results: Mapping[str, tuple[Value, Scalar]]  # by column
    blank: frozenset[str]  # columns of conclusions in which it says nothing
    types: Mapping[str, SlotType]  # of all variables
    because: Phrase | None
    strength: int
    citations: Citations
    note: str | None
    where: Location
    reader: Reader  # of the file that it stands in

    def asked(self) -> dict[str, Test]:
        """What it asks, by column; of yes and no too."""
        answers = {
            name: Test(says="yes" if yes else "no", values=(yes,))
            for name, (_, yes, _) in self.answers.items()
        }
        return {name: test for name, (test, _) in self.tests.items()} | answers


class _Cell(NamedTuple):
    """One of the things that a cell lets a variable be: any of some values, or as it compares."""

    values: tuple[Value, ...] = ()
    comparisons: tuple[Comparison, ...] = ()


def rules_of_row(
    head: Rule, row: Filled, columns: Collection[str], words: Vocabulary
) -> list[Rule]:
    """The rules of a row: one, or one for each choice that a single rule cannot leave open.

    What no cell of the row asks for is no premise of it, unless something else needs it.
    """
    conclusions = [
        conclusion
        for conclusion in head.conclusions
        if row.blank.isdisjoint(conclusion.variables())
    ]
    rest = _rest(head, row, conclusions)
    lets = _computed(head, row, rest)
    rest += [name for let in lets for name in made_of(let)]
    kept = _asked(head, row, columns, rest)
    counts = Counter(rest)
    for premise in kept:
        counts.update(_of(premise).variables())
    made = {let.name for let in lets}
    choices = [
        _choices(test, name, cell, None if name in made else counts[name] > 1, row)
        for name, (test, cell) in row.tests.items()
    ]
    total = math.prod(map(len, choices))
    if total > MOST:
        message = f"the row would become {total} rules, and {MOST} are the most"
        hint = "make more rows of it, or ask for less in one cell"
        row.reader.problem(next(iter(row.tests.values()))[1], message, hint)
        return []
    cells = [dict(zip(row.tests, choice, strict=True)) for choice in itertools.product(*choices)]
    plain = msgspec.structs.replace(
        head, premises=tuple(kept), lets=tuple(lets), conclusions=tuple(conclusions)
    )
    found = [_Row(plain, row, chosen, words).rule() for chosen in cells]
    several = len(found) > 1
    return [
        msgspec.structs.replace(rule, id=f"{row.name}/{number}" if several else row.name)
        for number, rule in enumerate(found, 1)
    ]


def _of(premise: Pattern | AtLeast) -> Pattern:
    return premise.of if isinstance(premise, AtLeast) else premise


def _rest(head: Rule, row: Filled, conclusions: Iterable[Pattern]) -> list[str]:
    """The variables of a row beside those of its premises, as often as they are named."""
    found = [name for one in (*conclusions, *head.exceptions) for name in one.variables()]
    found += [name for pattern, _, _ in row.answers.values() for name in pattern.variables()]
    found += [name for test in head.comparisons for name in test.variables()]
    return found + [part.slot for part in row.because or () if isinstance(part, SlotRef)]


def made_of(let: Let) -> list[str]:
    """The variables that something is computed from, with those that are local to a pattern."""
    if isinstance(let.of, Aggregate):
        return [name for name in let.of.of.variables() if let.of.variable != Var(name)]
    return [*mentioned(let.of)]


def _computed(head: Rule, row: Filled, rest: Iterable[str]) -> list[Let]:
    """What a row computes: what its cells ask for, what it names, and what these are made of."""
    needed, found = {*rest, *row.tests}, list[Let]()
    for let in reversed(head.lets):
        if let.name in needed:
            needed |= {*made_of(let)}
            found.insert(0, let)
    return found


def _asked(
    head: Rule, row: Filled, columns: Collection[str], rest: Iterable[str]
) -> list[Pattern | AtLeast]:
    """The premises of a row: those without a column, those asked, and what binds the rest."""
    own = [{*_of(premise).variables()} for premise in head.premises]
    kept = {
        place
        for place, names in enumerate(own)
        if names.isdisjoint(columns)
        or not names.isdisjoint(row.tests)
        or isinstance(head.premises[place], AtLeast)
    }
    bound = {name for place in kept for name in own[place]}
    needed = {*rest} - {*row.results} - bound
    for place, names in enumerate(own):
        if needed & names:
            kept.add(place)
            needed -= names
    return [premise for place, premise in enumerate(head.premises) if place in kept]


def _choices(test: Test, name: str, cell: Scalar, shared: bool | None, row: Filled) -> list[_Cell]:
    """What a cell lets a variable be, each as a rule can say it; one value, if it is `shared`.

    What is computed, for which that is None, is compared: nothing is joined with it.
    """
    where = row.reader.where(cell)
    if test.stretches:
        return [
            _Cell(comparisons=tuple(_bounds(name, stretch, where))) for stretch in test.stretches
        ]
    if test.excluded:
        unlike = (_compared(name, "!=", value, where) for value in test.values)
        return [_Cell(comparisons=tuple(unlike))]
    if shared is None:
        return [_Cell(comparisons=(_compared(name, "=", v, where),)) for v in test.values]
    return [_Cell((value,)) for value in test.values] if shared else [_Cell(test.values)]


def _bounds(name: str, of: Interval, where: Location) -> Iterator[Comparison]:
    """The comparisons that hold on a stretch."""
    if of.low is not None and of.low == of.high:
        yield _compared(name, "=", of.low, where)
        return
    if of.low is not None:
        yield _compared(name, ">=" if of.from_low else ">", of.low, where)
    if of.high is not None:
        yield _compared(name, "<=" if of.to_high else "<", of.high, where)


def _compared(name: str, operator: str, value: Value, where: Location) -> Comparison:
    return Comparison(left=Var(name), operator=operator, right=value, where=where)


class _Row:
    """A row with one choice for each of its cells, to be put into the head of its table."""

    def __init__(
        self, head: Rule, row: Filled, cells: Mapping[str, _Cell], words: Vocabulary
    ) -> None:
        self.head, self.row, self.cells, self.words = head, row, cells, words
        self.renamed: dict[str, str] = {}  # expressions of the `where`, as what is fixed makes them
        self.fixed: dict[str, Term] = {name: value for name, (value, _) in row.results.items()}
        for name, cell in cells.items():
            if cell.values:
                one, *more = cell.values
                self.fixed[name] = AnyOf(cell.values) if more else one

    def rule(self) -> Rule:
        """The rule that it is, whose name is still to be given."""
        row, head = self.row, self.head
        answers = row.answers.values()
        lets = tuple(map(self._let, head.lets))
        yes = [self._put(pattern, cell) for pattern, holds, cell in answers if holds]
        no = [self._put(pattern, cell) for pattern, holds, cell in answers if not holds]
        return msgspec.structs.replace(
            head,
            title=row.title,
            premises=(*map(self._premise, head.premises), *yes),
            lets=lets,
            comparisons=tuple(self._comparisons()),
            exceptions=(*map(self._put, head.exceptions), *no),
            conclusions=tuple(map(self._put, head.conclusions)),
            strength=row.strength,
            because=self._reason(),
            citations=row.citations,
            note=row.note,
            where=row.where,
        )

    def _premise(self, premise: Pattern | AtLeast) -> Pattern | AtLeast:
        if isinstance(premise, AtLeast):
            return msgspec.structs.replace(premise, of=self._put(premise.of))
        return self._put(premise)

    def _let(self, let: Let) -> Let:
        """What is computed, with what the cells say in it."""
        if isinstance(let.of, Aggregate):
            asked = self.row.tests.keys() & self.fixed.keys()  # what else there is, is its own
            terms = tuple(
                self.fixed[term.name] if isinstance(term, Var) and term.name in asked else term
                for term in let.of.of.terms
            )
            over = msgspec.structs.replace(let.of.of, terms=terms)
            return msgspec.structs.replace(let, of=msgspec.structs.replace(let.of, of=over))
        of = filled_in(
            let.of, {n: v for n, v in self.fixed.items() if isinstance(v, int | Decimal | date)}
        )
        if english.is_unnamed(let):
            self.renamed[let.name] = spelled(of, written_leaf)
        return msgspec.structs.replace(let, name=self.renamed.get(let.name, let.name), of=of)

    def _put(self, pattern: Pattern, cell: Scalar | None = None) -> Pattern:
        """A pattern with what the cells say, at the place of the first of these."""
        cells = [cell] if cell else []
        filled = [name for name in pattern.variables() if name in self.fixed]
        cells += [(self.row.tests.get(n) or self.row.results[n])[1] for n in filled]
        terms = tuple(
            self.fixed.get(term.name, term) if isinstance(term, Var) else term
            for term in pattern.terms
        )
        where = self.row.reader.where(cells[0]) if cells else pattern.where
        return Pattern(template=pattern.template, terms=terms, where=where)

    def _comparisons(self) -> Iterator[Comparison]:
        """The comparisons of the head that still compare something, and those of the cells."""
        for test in self.head.comparisons:
            left, right = map(self._side, (test.left, test.right))
            own = msgspec.structs.replace(test, left=left, right=right)
            if own.variables():
                yield own
            elif not own.holds({}):
                cell = next(self.row.tests[n][1] for n in test.variables() if n in self.row.tests)
                message = "the row can never apply: 'where' of the table says otherwise"
                self.row.reader.problem(cell, message, f"it stands at {test.where}")
        for chosen in self.cells.values():
            yield from chosen.comparisons

    def _side(self, side: Value | Var) -> Any:
        """A side of a comparison with what the cells say."""
        if not isinstance(side, Var):
            return side
        return self.fixed.get(side.name, Var(self.renamed.get(side.name, side.name)))

    def _reason(self) -> Phrase | None:
        """The reason of the row, with what its cells say in it."""
        if self.row.because is None:
            return None
        fill = {name: (self.row.types[name], term) for name, term in self.fixed.items()}
        return tuple(
            english.compose(self.words, (part,), fill)
            if isinstance(part, SlotRef) and part.slot in fill
            else part
            for part in self.row.because
        )
