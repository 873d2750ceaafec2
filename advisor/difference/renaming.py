"""Turns the old of two bases into the same under the names that the new one has for its things.

What is gone and what is new are one thing under two names where they say the same, or are called
the same in English, and nothing else is; the rest is then compared under the new name.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, NamedTuple, TypeVar, cast

import msgspec

from advisor.difference.result import Change, ChangeKind
from advisor.difference.wording import fields
from advisor.model.ordering import rewritten
from advisor.model.records import KnowledgeBase, Var
from advisor.model.scenarios import Expectation, Scenario

T = TypeVar("T")
Names = Mapping[str, str]  # from old to new

_ROUNDS: Final = 4  # what is renamed may stand in what is renamed as well
_ENGLISH: Final = frozenset(  # fields that hold no name of anything
    {"title", "about", "says", "denies", "asks", "because", "where", "note", "folder", "values"}
)
_WORD: Final = re.compile(r"[\w-]+")


class RenamedBase(NamedTuple):
    """A base with its scenarios, and whatever it was renamed from: kind and old name by new."""

    base: KnowledgeBase
    scenarios: Mapping[str, Scenario]
    was: Mapping[tuple[ChangeKind, str], str]


def renamed(
    old: tuple[KnowledgeBase, Mapping[str, Scenario]],
    new: tuple[KnowledgeBase, Mapping[str, Scenario]],
) -> RenamedBase:
    """The old base with its scenarios, things that say the same called as in the new one."""
    base, scenarios = old
    was: dict[tuple[ChangeKind, str], str] = {}
    for _ in range(_ROUNDS):
        found = dict(_found(base, scenarios, *new))
        names = {before: after for (_, after), before in found.items()}
        if not names:
            break
        walk = _Walk(names)
        base = walk.over(base)
        scenarios = {
            names.get(name, name): _in_order(walk.over(s)) for name, s in scenarios.items()
        }
        was |= found
    return RenamedBase(base, scenarios, was)


def changes(
    named: RenamedBase, new: tuple[KnowledgeBase, Mapping[str, Scenario]]
) -> Iterator[Change]:
    """What was renamed, as changes."""
    base, scenarios = new
    for (kind, name), before in named.was.items():
        record = dict(_of(kind, base, scenarios))[name]
        yield Change(
            kind=kind,
            how="renamed",
            name=name,
            was=before,
            scenario=None,
            fields=(),
            where=record.where,
        )


def _of(
    kind: ChangeKind, base: KnowledgeBase, scenarios: Mapping[str, Scenario]
) -> Iterator[tuple[str, Any]]:
    """All of a kind, by name."""
    if kind == "rule":
        yield from ((rule.id, rule) for rule in base.rules)
    elif kind == "scenario":
        yield from scenarios.items()
    else:
        by_kind = {
            "template": base.templates,
            "entity": base.entities,
            "source": base.sources,
            "interest": base.interests,
        }
        yield from by_kind[kind].items()


_KINDS: Final[tuple[ChangeKind, ...]] = (
    *("entity", "interest", "source", "template", "rule", "scenario"),
)


def _alone(base: KnowledgeBase, scenarios: Mapping[str, Scenario]) -> set[str]:
    """The names that stand for one thing, and nothing else: no slot, no legal value."""
    known = Counter(name for kind in _KINDS for name, _ in _of(kind, base, scenarios))
    slots = [slot for t in base.templates.values() for slot in t.slots.items()]
    other = {name for name, _ in slots} | {value for _, kind in slots for value in kind.values}
    return {name for name, number in known.items() if number == 1} - other


def _found(
    base: KnowledgeBase,
    scenarios: Mapping[str, Scenario],
    new: KnowledgeBase,
    new_scenarios: Mapping[str, Scenario],
) -> Iterator[tuple[tuple[ChangeKind, str], str]]:
    """What says the same under another name, by kind and new name."""
    alone = _alone(base, scenarios)
    for kind in _KINDS:
        before, after = dict(_of(kind, base, scenarios)), dict(_of(kind, new, new_scenarios))
        gone = {name: before[name] for name in before.keys() - after.keys() if name in alone}
        come = {name: after[name] for name in after.keys() - before.keys()}
        for content in (_content, _english):
            for name, was in _pairs(_by(content, come, new), _by(content, gone, base)):
                yield (kind, name), was
                del gone[was], come[name]


def _pairs(
    come: Mapping[object, list[str]], gone: Mapping[object, list[str]]
) -> Iterator[tuple[str, str]]:
    """The names of what is alike, where there is one of each."""
    for content, names in come.items():
        others = gone.get(content, [])
        if len(names) == len(others) == 1:
            yield names[0], others[0]


def _by(
    content: Callable[[Any, KnowledgeBase], object],
    records: Mapping[str, Any],
    base: KnowledgeBase,
) -> dict[object, list[str]]:
    """The names of things by what they say."""
    found: dict[object, list[str]] = {}
    for name in sorted(records):
        found.setdefault(content(records[name], base), []).append(name)
    return found


def _content(record: Any, base: KnowledgeBase) -> object:
    """All that a thing says."""
    says: list[object] = [*fields(record, base).items()]
    if isinstance(record, Scenario):
        facts = ((str(i), tuple(fields(fact).items())) for i, fact in record.facts.items())
        says += sorted(facts)
    return tuple(says)


def _english(record: Any, base: KnowledgeBase) -> object:
    """What a thing is called in English."""
    told = fields(record, base)
    return next(told[field] for field in ("title", "name", "says") if field in told)


def _in_order(scenario: Scenario) -> Scenario:
    """A scenario whose symmetric facts are written as its base has them."""
    facts = {
        rewritten(i, scenario.base): msgspec.structs.replace(
            fact, instance=rewritten(fact.instance, scenario.base)
        )
        for i, fact in scenario.facts.items()
    }
    return msgspec.structs.replace(scenario, facts=facts)


class _Walk:
    """Puts new names in the place of old ones, all through a record."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self.known: dict[int, tuple[Any, Any]] = {}  # by identity, with what it is of

    def over(self, item: T) -> T:
        """Something with its names changed; itself, where it has none of them."""
        found: Any = item
        if isinstance(item, str):
            found = self.names.get(item, item)
        elif isinstance(item, msgspec.Struct | tuple | list | Mapping | frozenset):
            if id(item) not in self.known:
                self.known[id(item)] = item, self._within(item)
            found = self.known[id(item)][1]
        return cast("T", found)

    def _within(self, item: Any) -> Any:
        if isinstance(item, Var):
            return item
        if isinstance(item, msgspec.Struct):
            return self._struct(item)
        if isinstance(item, Mapping):
            return {self.over(key): self.over(value) for key, value in item.items()}
        parts = [self.over(part) for part in item]
        return item._make(parts) if hasattr(item, "_make") else type(item)(parts)

    def _struct(self, item: msgspec.Struct) -> msgspec.Struct:
        apart = _ENGLISH | (set() if isinstance(item, Scenario) else {"name"})
        new = {
            name: self.over(value)
            for name in item.__struct_fields__
            if name not in apart and (value := getattr(item, name)) is not None
        }
        if isinstance(item, Expectation):
            new["what"] = _WORD.sub(lambda word: self.names.get(word[0], word[0]), item.what)
        return msgspec.structs.replace(item, **new)
