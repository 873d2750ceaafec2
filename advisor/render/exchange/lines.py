"""Turns results into lines for grep and cut: a record on each, its columns parted by tabs.

No line has a heading: `TABLES` says which columns there are, and docs/commands.md shows them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from advisor.model.errors import cleaned

LineCells = Sequence[object]


class LineTable(NamedTuple):
    """The columns of a result, and what makes its rows."""

    columns: str  # names, in words
    rows: Callable[..., Iterable[LineCells]]


def lines(name: str) -> Callable[..., str]:
    """The writer of a result in the table of this name."""
    table = TABLES[name]

    def written(*result: Any, **options: Any) -> str:
        rows = table.rows(*result, **options)
        return "".join("\t".join(map(_cell, row)) + "\n" for row in rows)

    return written


def _cell(value: object) -> str:
    """A value in a column: without tabs and ends of line; several with a comma and a blank."""
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, tuple):
        return ", ".join(map(_cell, value))
    return cleaned(" ".join(str(value).split()))


def as_csv(name: str) -> Callable[..., str]:
    """The same records for a spreadsheet, under a row of the columns' names (RFC 4180)."""
    table = TABLES[name]

    def written(*result: Any, **options: Any) -> str:
        rows = [table.columns.split(", "), *table.rows(*result, **options)]
        return "".join(",".join(map(_quoted, row)) + "\r\n" for row in rows)

    return written


def _quoted(value: object) -> str:
    """A value in CSV; what a spreadsheet would take for a formula begins with an apostrophe."""
    text = _cell(value)
    text = f"'{text}" if text.startswith(("=", "+", "-", "@")) else text
    return '"' + text.replace('"', '""') + '"' if set(text) & set(',"') else text


def _survey(result: Any, *_: object, **_options: object) -> Iterator[LineCells]:
    for row in result.clients:
        for cell in row.cells:
            for piece in cell.pieces:
                told = (cell.advice, piece.confidence, cell.given, cell.among)
                yield (row.client, row.code, *told, piece.instance, piece.says)


def _beside(result: Any, *_: object, **_options: object) -> Iterator[LineCells]:
    for shared in result.shared:
        one, other = shared.pieces
        yield "both", one.confidence, other.confidence, one.instance, one.says
    for row, lines in zip(result.clients, result.alone, strict=True):
        for piece in (piece for line in lines for piece in line.pieces):
            yield row.client, piece.confidence, None, piece.instance, piece.says


def _advice(result: Any, *_: object, **_options: object) -> Iterator[LineCells]:
    says = {piece.instance: piece.says for piece in result.recommendations}
    for line in result.lines:
        for member in line.members:
            named = member.instance
            yield member.handle, line.strength, line.confidence, named, says[named]
    for piece in result.by_default:
        yield None, "by default", None, piece.instance, piece.says
    for piece in result.open:
        yield None, "open", None, piece.instance, piece.says


def _what_if(_scenario: str, comparisons: Sequence[Any], **_options: object) -> Iterator[LineCells]:
    for comparison in comparisons:
        for shift in comparison.shifts:
            yield comparison.name, shift.kind, shift.before, shift.after, shift.instance, shift.says


def _flips(result: Any, *_: object, **_options: object) -> Iterator[LineCells]:
    for number, found in enumerate(result.sets, 1):
        for change in found.changes:
            yield number, change.instance, change.before, change.after, change.then


def _stress(result: Any, *_: object, **_options: object) -> Iterator[LineCells]:
    for one in result.advice:
        yield one.standing, one.given_in, one.share, one.probability, one.instance, one.says


def _tests(result: Any, **_options: object) -> Iterator[LineCells]:
    for report in result.tested.reports:
        for one in report.results:
            verdict = "ok" if one.ok else "failed"
            yield verdict, report.scenario, one.kind, one.what, one.where, one.says, one.found


def _audit(result: Any, *_: object, every: bool, **_options: object) -> Iterator[LineCells]:
    apart = {finding.fingerprint: "elsewhere" for finding in result.elsewhere}
    for finding in result.listed(every=every):
        severity = "allowed" if finding.allowed else finding.severity
        severity = apart.get(finding.fingerprint, severity)
        yield severity, finding.check, finding.places[0].where, finding.message


def _differences(found: Any, **_options: object) -> Iterator[LineCells]:
    for change in found.changes:
        fields = tuple(field.field for field in change.fields)
        yield change.how, change.kind, change.scenario, change.name, change.where, fields
    for scenario in found.scenarios:
        for one in scenario.advice:
            shift = one.shift
            kind = "otherwise" if shift.kind == "unchanged" else shift.kind
            yield kind, "advice", scenario.name, shift.instance, None, shift.says


def _fact(one: Any) -> LineCells:
    where = tuple(source.source for source in one.sources)
    return one.standing, one.likelihood, one.origin, where, one.where, one.instance, one.says


def _claim(one: Any) -> LineCells:
    others = tuple(source.source for source in one.others)
    fact = one.fact
    return one.verdict, fact.standing, others, fact.where, fact.instance, fact.says, one.data


def _unused(one: Any) -> LineCells:
    return one.instance, one.nearest.rule if one.nearest else None, one.says


def _rule(one: Any) -> LineCells:
    return one.id, one.strength, one.where, one.title, one.says


def _template(one: Any) -> LineCells:
    return one.id, one.kind, one.form, one.where, one.says


def _scenario(one: Any) -> LineCells:
    return one.name, one.extends, one.path, one.title


def _consultation(one: Any) -> LineCells:
    return one.id, one.state, one.answers, one.started, one.client, one.base, one.facts


def _source(source: Any) -> Iterator[LineCells]:
    """A row for the source as a whole, and one for each of its places."""
    yield source.id, None, source.grade, source.cited_by, source.title
    for passage in source.passages:
        yield source.id, passage.locator, passage.kind, passage.cited_by, passage.says


_ENTRY: Final[Mapping[str, Callable[[Any], LineCells]]] = {
    "facts": _fact,
    "unused": _unused,
    "claims": _claim,
    "rules": _rule,
    "templates": _template,
    "scenarios": _scenario,
}


def _catalogue(
    name: str, entries: Sequence[Any], *_: object, **_options: object
) -> Iterator[LineCells]:
    for entry in entries:
        if name == "sources":
            yield from _source(entry)
        else:
            yield _ENTRY[name](entry)


TABLES: Final[Mapping[str, LineTable]] = {
    "advise": LineTable("handle, strength, confidence, instance, sentence", _advice),
    "survey": LineTable(
        "client, code, advice, confidence, given, among, instance, sentence", _survey
    ),
    "compare": LineTable("given to, confidence, other's confidence, instance, sentence", _beside),
    "what-if": LineTable("what-if, becomes, before, after, instance, sentence", _what_if),
    "flip": LineTable("set, fact, before, after, what is true then", _flips),
    "stress": LineTable("standing, given in, share, probability, instance, sentence", _stress),
    "facts": LineTable("standing, likelihood, origin, sources, place, fact, clause", _catalogue),
    "facts --claims": LineTable(
        "verdict, standing, other sources, place, fact, clause, data", _catalogue
    ),
    "facts --unused": LineTable("fact, nearest rule, clause", _catalogue),
    "rules": LineTable("id, strength, place, title, sentence", _catalogue),
    "templates": LineTable("id, kind, form, place, clause", _catalogue),
    "scenarios": LineTable("name, extends, file, title", _catalogue),
    "sources": LineTable("source, passage, grade or kind, cited by, title or words", _catalogue),
    "consult --list": LineTable(
        "id, state, answers, started, client, base, facts",
        lambda found: map(_consultation, found),
    ),
    "test": LineTable("verdict, scenario, kind, what, place, expected, found", _tests),
    "audit": LineTable("severity, check, place, message", _audit),
    "diff": LineTable("becomes, kind, scenario, name, place, fields or sentence", _differences),
}
