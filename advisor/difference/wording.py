"""Turns two bases and their scenarios into what was added, removed and changed, field by field.

Every record is written out as lines of text by field; places in files are no part of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import msgspec

from advisor.difference.result import KINDS, Change, ChangeKind, FieldChange
from advisor.difference.thresholds import moved
from advisor.loader.written import comparison, let, pattern, phrase, term
from advisor.model import english
from advisor.model.authored import declared, is_helper
from advisor.model.background import is_type_template
from advisor.model.decisions import DecisionTable
from advisor.model.errors import Location, show_path
from advisor.model.grades import TERMS
from advisor.model.ordering import rewritten
from advisor.model.records import (
    AtLeast,
    Comparison,
    Instance,
    KnowledgeBase,
    Let,
    Pattern,
    Relation,
    Rule,
    SlotType,
    Template,
)
from advisor.model.scenarios import Expectation, Holding, OneOf, Scenario
from advisor.model.sources import Citation, Passage

FieldLines = Mapping[str, tuple[str, ...]]
_WORDS: Final = {  # fields as they are called in files
    "premises": "if",
    "comparisons": "where",
    "lets": "let",
    "exceptions": "unless",
    "conclusions": "then",
    "citations": "sources",
    "against": "denied by",
    "grade": "likelihood",
    "allow": "audit",
    "alternatives": "one-of",
    "groups": "one-of",
    "withdrawn": "withdraw",
    "expectations": "expect",
    "as_of": "as-of",
    "ask_when": "ask-when",
    "ask_unless": "ask-unless",
}
_WHERE: Final = "where"
_ASKED: Final = {"if", "let", "unless", "then", "otherwise"}  # what a rule asks for beside that
_SENTENCES: Final = {"says", "denies", "asks", "because"}
_GRADES: Final = {"strength", "grade"}
_PLACES: Final = {"key", "symmetric", "distinct"}  # of slots
_APART: Final = {
    "id",
    "where",
    "instance",
    "ranks",
    "loose",
}  # what it is known by, and where it stands
_APART_OF: Final[Mapping[type, set[str]]] = {  # and what is compared by itself
    KnowledgeBase: {
        *(
            "folder",
            "entities",
            "templates",
            "interests",
            "sources",
            "rules",
            "derived",
            "background",
        ),
    },
    Scenario: {"name", "base", "facts", "decided"},
    OneOf: {"ruled_out"},
}


def differences(old: KnowledgeBase, new: KnowledgeBase) -> list[Change]:
    """What differs between the rules of two bases, by kind; what is gone comes last."""
    rules = [{r.id: r for r in each.rules if not is_helper(r.id)} for each in (old, new)]
    templates = [{t.id: t for t in declared(each)} for each in (old, new)]
    pairs: tuple[tuple[ChangeKind, Any, Any], ...] = (
        ("base", {"base.yaml": old}, {"base.yaml": new}),
        ("rule", rules[0], rules[1]),
        ("template", templates[0], templates[1]),
        ("entity", old.entities, new.entities),
        ("source", old.sources, new.sources),
        ("interest", old.interests, new.interests),
    )
    found = [change for pair in pairs for change in _compared(*pair, old, new)]
    return sorted(found, key=lambda change: KINDS.index(change.kind))


def scenario_differences(old: Mapping[str, Scenario], new: Mapping[str, Scenario]) -> list[Change]:
    """What differs between scenarios; what one inherits is told of the one it inherits it from."""
    found: list[Change] = []
    own = {change.name: change for change in _compared("scenario", old, new)}
    found += (change for change in own.values() if change.how != "changed")
    for name in sorted(old.keys() & new.keys()):
        inherited: set[object] = set()
        parents = [side[name].extends for side in (old, new)]
        if all(parent in side for parent, side in zip(parents, (old, new), strict=True)):
            before, after = old[str(parents[0])], new[str(parents[1])]
            inherited = {_apart(c) for c in _of_facts("", before, after)}
            inherited |= {*_changed(fields(before), fields(after))}
        if name in own:
            left = tuple(field for field in own[name].fields if field not in inherited)
            found += [msgspec.structs.replace(own[name], fields=left)] if left else []
        for change in _of_facts(name, old[name], new[name]):
            if _apart(change) not in inherited:
                found.append(change)
    return sorted(found, key=lambda c: (KINDS.index(c.kind), c.scenario or "", c.name))


def _of_facts(name: str, old: Scenario, new: Scenario) -> Iterator[Change]:
    before = {str(rewritten(instance, new.base)): fact for instance, fact in old.facts.items()}
    after = {str(instance): fact for instance, fact in new.facts.items()}
    for change in _compared("fact", before, after):
        yield msgspec.structs.replace(change, scenario=name)


def _apart(change: Change) -> tuple[object, ...]:
    """A change of a fact, whatever scenario it is in."""
    return change.name, change.how, change.fields


def _compared(
    kind: ChangeKind,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    old: KnowledgeBase | None = None,
    new: KnowledgeBase | None = None,
) -> Iterator[Change]:
    """What was added, removed and changed of one kind, by name."""
    for name in dict.fromkeys([*after, *before]):
        if name not in before or name not in after:
            record, how = (after[name], "added") if name in after else (before[name], "removed")
            changed: tuple[FieldChange, ...] = ()
        else:
            record, how = after[name], "changed"
            texts = (fields(before[name], old), fields(record, new))
            changed = tuple(_changed(*texts))
            if not changed:
                continue
            if (
                kind == "rule"
                and old
                and new
                and _scales(before[name], old) == _scales(record, new)
            ):
                changed = _weighed(before[name], record, changed)
        yield Change(
            kind=kind,
            how=how,  # type: ignore[arg-type]
            name=name,
            scenario=None,
            fields=changed,
            where=_place(record),
        )


def _changed(before: FieldLines, after: FieldLines) -> Iterator[FieldChange]:
    for field in dict.fromkeys([*before, *after]):
        was, now = before.get(field, ()), after.get(field, ())
        if was != now:
            yield FieldChange(
                field=field,
                removed=tuple(line for line in was if line not in now),
                added=tuple(line for line in now if line not in was),
            )


def _weighed(old: Rule, new: Rule, changed: tuple[FieldChange, ...]) -> tuple[FieldChange, ...]:
    """What changed in a rule; where thresholds alone have moved, with what that comes to."""
    if not _ASKED.isdisjoint(field.field for field in changed):
        return changed
    return tuple(
        msgspec.structs.replace(field, means=moved(old, new)) if field.field == _WHERE else field
        for field in changed
    )


def _scales(rule: Rule, base: KnowledgeBase) -> dict[str, list[object]]:
    """What a rule's slots hold, as far as thresholds lie on it, by the template of a condition."""
    return {
        pattern.template: [
            (slot.kind, slot.unit, tuple(slot.values))
            for slot in base.templates[pattern.template].slots.values()
        ]
        for pattern in rule.conditions()
    }


def _place(record: Any) -> Location:
    if isinstance(record, KnowledgeBase):
        return Location(show_path(record.folder / "rules" / "base.yaml"))
    where: Location = record.where
    return where


def fields(record: msgspec.Struct, base: KnowledgeBase | None = None) -> FieldLines:
    """A record as lines by field, in the words of the format; what says nothing is left out."""
    found = {}
    apart = _APART | _APART_OF.get(type(record), set())
    for name in record.__struct_fields__:
        lines = () if name in apart else _lines(record, name, base)
        if lines:
            found[_WORDS.get(name, name)] = lines
    return found


def _lines(record: msgspec.Struct, name: str, base: KnowledgeBase | None) -> tuple[str, ...]:
    """One field as lines."""
    value = _said(record, name)
    if value is None or value is False or value in ((), frozenset(), {}):
        return ()
    if name in _GRADES:
        return (TERMS[value],)
    if name in _SENTENCES and not isinstance(value, str):
        return (phrase(value),)
    if name in _PLACES and isinstance(record, Template):
        return tuple(list(record.slots)[place] for place in value)
    if name == "classifies" and isinstance(record, Template):
        return (list(record.slots)[value],)
    if name == "hedges":
        return tuple(f"{word}: {TERMS[grade]}" for word, grade in value.items())
    if isinstance(value, Mapping):
        return tuple(f"{key}: {_text(item, base)}" for key, item in value.items())
    if isinstance(value, frozenset):
        return tuple(sorted(_text(item, base) for item in value))
    if type(value) is tuple:
        return tuple(_text(item, base) for item in value)
    return (_text(value, base),)


def _said(record: msgspec.Struct, name: str) -> Any:
    """The value of a field; of what a rule computes, what is named, as the rest is in `where`."""
    if name == "lets" and isinstance(record, Rule):
        return tuple(each for each in record.lets if not english.is_unnamed(each))
    return getattr(record, name)


def _record(value: msgspec.Struct, base: KnowledgeBase | None) -> str:
    """A record within another, on one line."""
    match value:
        case SlotType():
            return _slot(value)
        case DecisionTable():  # what its rows say is told of their rules
            columns = ", ".join(column.name for column in value.columns)
            rows = english.counted(len(value.rows), "row")
            return f"{value.id} (hit {value.hit}; {rows}; columns {columns})"
        case Passage():
            hedge = f"; hedged with “{value.hedge}”" if value.hedge else ""
            return f"{value.kind}: {value.says}{hedge}"
        case Holding():
            priority = f", priority {value.priority}" if value.priority else ""
            cited = ", ".join(_text(citation, base) for citation in value.citations)
            return f"{value.interest}{priority}" + (f" ({cited})" if cited else "")
        case Expectation():
            wanted = [*value.wanted, *(_text(citation, base) for citation in value.citations)]
            return " ".join([value.kind, value.what, ", ".join(wanted)]).rstrip()
    said = fields(value, base).items()
    return "; ".join(f"{name}: {', '.join(lines)}" for name, lines in said) or "-"


def _slot(of: SlotType) -> str:
    """What may stand in a slot, in the words of the format."""
    if of.kind == "values":
        return f"one of {', '.join(of.values)}{', in this order' if of.ordered else ''}"
    return " or ".join(of.types) or (f"{of.kind}, {of.unit}" if of.unit else of.kind)


def _helped(of: Pattern, base: KnowledgeBase) -> str:
    """A condition that is a helper fact, as an author wrote it: what is made of it is not told."""
    if is_type_template(base.templates[of.template]):
        return f"every {of.template} {term(of.terms[0])}"
    rule = next((rule for rule in base.rules if rule.id == of.template), None)
    if rule is None:
        return phrase(base.templates[of.template].says)
    together = [_text(premise, base) for premise in rule.premises]
    return together[0] if len(together) == 1 else f"all: [{', '.join(together)}]"


def _text(value: Any, base: KnowledgeBase | None) -> str:
    """A value on one line."""
    match value:
        case Pattern() if base and base.templates[value.template].helper:
            return _helped(value, base)
        case Pattern() | AtLeast():
            return pattern(value, base.templates if base else {})
        case Relation():
            return pattern(value.other, base.templates if base else {})
        case Comparison():
            return comparison(value)
        case Let():
            return let(value, base.templates if base else {})
        case Citation():
            return " ".join([value.source, ", ".join(map(str, value.locators))]).rstrip()
        case Instance():
            return str(value)
        case msgspec.Struct():
            return _record(value, base)
        case tuple():
            return ", ".join(_text(item, base) for item in value)
    return term(value)
