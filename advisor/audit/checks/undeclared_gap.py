"""Rules leave a gap between them that nobody declared.

## What it does

Looks at rules from the same conditions that advise the same client, or conclude facts of one
template, and differ in what they compare a number or a day with: reports a value, or a stretch of
values, between those that some rule is for, that none is for. Looks also at rules that advise by
the legal values in two slots or more, as the rows of a table do: reports the rows that are missing,
if they are no more than one for each three that are there. Not looked at is what `base.yaml` lists
under `covers` (that is `uncovered-combination`), nor a base with a default rule.

## Why it is bad

Whoever is in that gap gets no advice, and cannot tell whether that is meant.

## Example

```yaml
- {id: dredge, if: [depth: {town: $client, metres: $m}], where: $m < 5, then: ...}
- {id: deepen, if: [depth: {town: $client, metres: $m}], where: $m > 5, then: ...}
# and a harbour of 5 metres?
```

## Use instead

A comparison that takes it in (`$m >= 5`), a row for what is missing, or a default rule. If no
advice is meant there, an allowance that says so.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Final

import msgspec

from advisor.audit import witness
from advisor.audit.finding import Fault
from advisor.audit.likeness import said
from advisor.audit.overlap import values_of
from advisor.audit.splits import Split, TestedRule, advising, legal_values, put, splits
from advisor.audit.subject import Subject, place_of
from advisor.loader.written import comparison
from advisor.model import english
from advisor.model.records import KnowledgeBase, Pattern, Rule, Var
from advisor.model.values import Value, value_text

FAMILY: Final = "deficiency"
SEVERITY: Final = "note"

_ROWS: Final = 3  # that are there, for each that is missing
_CELLS: Final = 1_000  # of a table; a larger one is not looked at


def find(subject: Subject) -> Iterator[Fault]:
    """The gaps between rules that are for all the rest."""
    base = subject.base
    defaults = any(rule.otherwise for rule in base.rules)
    tables = {table.id for table in base.tables}  # whose gaps are declared; others see to them
    rules = [rule for rule in subject.sound if rule.id.partition("/")[0] not in tables]
    told = [found for rule in rules if (found := advising(base, rule)) and not defaults]
    derived = [_derives(rule) for rule in rules if not _advises(base, rule)]
    for split in splits(base, [*told, *derived]):
        covered = {p.template for p in split.whole.patterns()} & {*base.covers}
        gap = None if split.legal or covered else _gap(split)
        if gap is not None:
            yield _between(subject, split, gap)
    yield from _missing_rows(subject, told)


def _advises(base: KnowledgeBase, rule: Rule) -> bool:
    kinds = [base.templates[conclusion.template] for conclusion in rule.conclusions]
    return any(template.advice or template.caveat for template in kinds)


def _derives(rule: Rule) -> Rule:
    """The rule with no other conclusion than the template of its first."""
    bare = msgspec.structs.replace(rule.conclusions[0], terms=())
    return msgspec.structs.replace(rule, conclusions=(bare,), advances=(), strains=(), strength=0)


# ------------------------------------------------------------------ stretches of a line


def _gap(split: Split) -> list[Value] | None:
    """The values of a gap between parts: one, or the two that it lies between; None if none."""
    bounds = {
        side
        for part in split.parts
        for test in part.tests
        for side in (test.left, test.right)
        if not isinstance(side, Var)
    }
    ordered = bounds and all(isinstance(bound, int | Decimal | date) for bound in bounds)
    if not ordered or any(isinstance(bound, bool) for bound in bounds) or len(split.parts) < 2:
        return None
    line: list[Value] = sorted(bounds)
    tried = [([bound], bound) for bound in line]
    between = [([low, high], _mid(low, high)) for low, high in itertools.pairwise(line)]
    tried += [(gap, mid) for gap, mid in between if mid is not None]
    tried.sort(key=lambda each: each[1])
    applies = [any(_holds(part, value) for part in split.parts) for _, value in tried]
    ends = [_beyond(split.parts, line[0], -1), _beyond(split.parts, line[-1], 1)]
    flags = [ends[0], *applies, ends[1]]
    first = next((n for n in range(1, len(flags)) if not flags[n] and any(flags[:n])), None)
    if first is None or not any(flags[first:]):
        return None
    end = next(n for n in range(first, len(flags)) if flags[n])
    within = [value for values, _ in tried[first - 1 : end - 1] for value in values]
    return [*dict.fromkeys((min(within), max(within)))]


def _holds(part: TestedRule, value: Value) -> bool:
    name = next(iter(part.tests[0].variables()))
    return all(test.holds({name: value}) for test in part.tests)


def _mid(low: Value, high: Value) -> Value | None:
    """A value between two; None between neighbours that are whole."""
    if isinstance(low, date) and isinstance(high, date):
        middle = (low.toordinal() + high.toordinal()) // 2
        return date.fromordinal(middle) if middle > low.toordinal() else None
    if isinstance(low, int | Decimal) and isinstance(high, int | Decimal):
        whole = low == int(low) and high == int(high)
        return None if whole and high - low <= 1 else (Decimal(low) + Decimal(high)) / 2
    return None


def _beyond(parts: Sequence[TestedRule], end: Value, step: int) -> bool:
    """Whether some part is for what lies beyond the last bound."""
    if isinstance(end, date):
        beyond: Value = date.fromordinal(end.toordinal() + step)
    else:
        beyond = end + step if isinstance(end, int | Decimal) else end
    return any(_holds(part, beyond) for part in parts)


def _between(subject: Subject, split: Split, gap: list[Value]) -> Fault:
    rules = [subject.rules[part.rule.id] for part in split.parts]
    names = english.listing(f"'{rule.id}'" for rule in rules)
    where = " and ".join(map(value_text, gap))
    about = f"{split.about} between {where}" if len(gap) > 1 else f"{split.about} = {where}"
    tests = [", ".join(map(comparison, part.tests)) for part in split.parts]
    shown = witness.evidence(
        "what each of them is for",
        *(f"{rule.id}: {test}" for rule, test in zip(rules, tests, strict=True)),
    )
    return Fault(
        message=f"rules {names} leave a gap: {about}",
        places=tuple(map(place_of, rules)),
        witness=shown,
    )


# ------------------------------------------------------------------ rows of a table


def _missing_rows(subject: Subject, told: Sequence[Rule]) -> Iterator[Fault]:
    """The combinations of legal values that a group of rules has no rule for."""
    groups: dict[tuple[str, ...], dict[str, _Row]] = {}
    for rule in told:
        cells = _cells(subject.base, rule)
        if len(cells) > 1:
            groups.setdefault((*cells, str(said(_masked(rule, cells)))), {})[rule.id] = [
                values_of(_pattern(rule, place).terms[slot]) for place, slot in cells.values()
            ]
    for key, group in groups.items():
        table = [*group.values()]
        columns = [dict.fromkeys(itertools.chain(*cells)) for cells in zip(*table, strict=True)]
        if math.prod(map(len, columns)) <= _CELLS:
            there = {each for row in table for each in itertools.product(*row)}
            missing = [each for each in itertools.product(*columns) if each not in there]
            if missing and len(missing) * _ROWS <= len(there):
                rules = [subject.rules[name] for name in group]
                yield _rows(rules, key[:-1], missing)


_Row = list[tuple[Value, ...]]  # the values of a rule in each column


def _cells(base: KnowledgeBase, rule: Rule) -> dict[str, tuple[int, int]]:
    """The places of a rule's legal values, by what they are of; none where that is not clear."""
    found: dict[str, tuple[int, int]] = {}
    for place, premise in enumerate(rule.premises):
        template = base.templates[premise.template] if isinstance(premise, Pattern) else None
        for number, (slot, kind) in enumerate(template.slots.items() if template else ()):
            if legal_values(kind) and values_of(_pattern(rule, place).terms[number]):
                name = f"{template.id if template else ''}.{slot}"
                if name in found:
                    return {}
                found[name] = (place, number)
    order = list(base.templates)
    places = sorted(found, key=lambda name: (order.index(name.split(".")[0]), found[name][1]))
    return {name: found[name] for name in places}


def _pattern(rule: Rule, place: int) -> Pattern:
    premise = rule.premises[place]
    return premise if isinstance(premise, Pattern) else premise.of


def _masked(rule: Rule, cells: Mapping[str, tuple[int, int]]) -> Rule:
    """The rule with none of its legal values."""
    for place, number in cells.values():
        rule = put(rule, _pattern(rule, place), number, "\0")
    return rule


def _rows(
    rules: Sequence[Rule], columns: Sequence[str], missing: Sequence[tuple[Value, ...]]
) -> Fault:
    names = english.listing(f"'{rule.id}'" for rule in rules)
    rows = [
        english.listing(f"{name} = {value_text(v)}" for name, v in zip(columns, row, strict=True))
        for row in missing
    ]
    more = f", and {english.counted(len(rows) - 1, 'more row')}" if len(rows) > 1 else ""
    shown = witness.evidence(
        "the rules that are rows, and the rows that none is for",
        *(f"rule {rule.id}" for rule in rules),
        *(f"missing: {row}" for row in rows),
    )
    return Fault(
        message=f"rules {names} leave a gap: {rows[0]}{more}",
        places=tuple(map(place_of, rules)),
        witness=shown,
    )
