"""Writes fact files: the other half of `layers`, which reads each as what was written.

Texts are quoted, names stand as they are unless YAML would take them for nothing, and a fact is one
line unless there is more to say of it than how likely it is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

import msgspec

from advisor.loader.keys import ADVICE_LISTS, ADVICE_MAPS, CITED, NONE
from advisor.model.expressions import spelled, written_leaf
from advisor.model.grades import CERTAIN, TERMS
from advisor.model.records import (
    Aggregate,
    AnyOf,
    AtLeast,
    Comparison,
    Instance,
    Let,
    Pattern,
    Phrase,
    SlotRef,
    Template,
    Term,
    Var,
)
from advisor.model.scenarios import Consulted, Expectation, Fact, Holding, OneOf, Recommended
from advisor.model.sources import Citations
from advisor.model.values import value_text

_NOTHING: Final = frozenset({"null", "~", ""})  # what YAML reads where nothing is written
_HALF: Final = re.compile("[\ud800-\udfff]")  # of a character: no text can hold it


class FactFile(msgspec.Struct, frozen=True, kw_only=True):
    """What a fact file says, over whatever it extends."""

    title: str
    about: str | None = None
    extends: str | None = None
    client: str | None = None
    complete: bool | None = None
    consulted: Consulted | None = None
    interests: Mapping[str, Sequence[Holding]] = {}  # by client
    recommends: Mapping[Instance, Recommended] = {}
    facts: Sequence[Fact] = ()  # of every standing; those of a group stand in the group
    groups: Sequence[OneOf] = ()
    withdrawn: Sequence[Instance | str] = ()  # facts, and rules by id
    expectations: Sequence[Expectation] = ()


def fact_file(says: FactFile, templates: Mapping[str, Template] | None = None) -> str:
    """The text of a fact file; facts keep their order within each list.

    `templates` name the slots of facts of which there is more to say than how likely they are.
    """
    lines = [f"title: {quoted(says.title)}"]
    for key, text in (("about", says.about), ("extends", says.extends)):
        lines += [f"{key}: {quoted(text)}"] if text is not None else []
    lines += [f"client: {name(says.client)}"] if says.client is not None else []
    lines += [f"complete: {value_text(says.complete)}"] if says.complete is not None else []
    lines += _consulted(says.consulted) if says.consulted is not None else []
    held = [f"{name(client)}: {_held(listed)}" for client, listed in says.interests.items()]
    lines += [f"interests: {{{', '.join(held)}}}"] if held else []
    recommended = (_recommended(templates or {}, *pair) for pair in says.recommends.items())
    lines += listed("recommends", recommended)
    lines += _facts(templates or {}, says)
    lines += listed("withdraw", map(str, says.withdrawn))
    return "\n".join(lines) + "\n" + expected(says.expectations)


def expected(expectations: Sequence[Expectation]) -> str:
    """The part of a fact file that says what should come of it; "" where nothing is expected."""
    lines: list[str] = []
    of_kind: dict[str, list[Expectation]] = {}
    for expectation in expectations:
        of_kind.setdefault(expectation.kind, []).append(expectation)
    for kind in ADVICE_LISTS:
        lines += listed(f"  {kind}", (quoted(e.what) for e in of_kind.get(kind, ())))
    for kind in ADVICE_MAPS:
        lines += [f"  {kind}:"] if kind in of_kind else []
        lines += [f"    {quoted(e.what)}: {_wanted(e)}" for e in of_kind.get(kind, ())]
    lines += listed("  rules", (name(e.what) for e in of_kind.get("rules", ())))
    for expectation in of_kind.get("order", ()):
        lines += listed("  order", map(quoted, expectation.wanted))
    lines += ["  only: true"] if "only" in of_kind else []
    return "\n".join(["expect:", *lines]) + "\n" if lines else ""


def as_typed(title: str, items: Mapping[str, Sequence[str]], *, extends: str | None = None) -> str:
    """The fact file of texts that somebody typed, right or wrong, for some of its lists."""
    lines = [f"title: {quoted(title)}"]
    lines += [f"extends: {quoted(extends)}"] if extends is not None else []
    for key, texts in items.items():
        lines += listed(key, map(quoted, texts))
    return "\n".join(lines) + "\n"


def pattern(of: Pattern | AtLeast, templates: Mapping[str, Template]) -> str:
    """A premise, an exception or a conclusion on one line, as an item of a rule's list has it."""
    if isinstance(of, AtLeast):
        counted = pattern(of.of, templates)
        inside = f"{{{counted}}}" if ": " in counted else counted
        return f"at-least: {{count: {of.count}, of: {inside}}}"
    terms = zip(templates[of.template].slots, of.terms, strict=True)
    said = [f"{slot}: {term(item)}" for slot, item in terms if item is not None]
    return f"{of.template}: {{{', '.join(said)}}}" if said else name(of.template)


def term(item: Term) -> str:
    """What stands in a slot of a pattern, or on one side of a comparison; "" for anything."""
    if isinstance(item, Var):  # one that stands for an expression is named as that is written
        return item.name if "$" in item.name else f"${item.name}"
    if isinstance(item, AnyOf):
        return f"[{', '.join(name(value_text(value)) for value in item.values)}]"
    return "" if item is None else name(value_text(item))


def comparison(of: Comparison) -> str:
    """A comparison as an item of `where` has it."""
    return f"{term(of.left)} {of.operator} {term(of.right)}"


def let(of: Let, templates: Mapping[str, Template]) -> str:
    """What a rule computes, as an entry of its `let` has it."""
    if not isinstance(of.of, Aggregate):
        return f"${of.name}: {spelled(of.of, written_leaf)}"
    over = pattern(of.of.of, templates)
    over = f"{{{over}}}" if ": " in over else over
    if of.of.variable is None:
        return f"${of.name}: {{count: {over}}}"
    return f"${of.name}: {{{of.of.operator}: ${of.of.variable.name}, of: {over}}}"


def phrase(of: Phrase) -> str:
    """English with its gaps, as `says` and `because` have it."""
    return "".join(map(_part, of))


def _part(part: str | SlotRef) -> str:
    if isinstance(part, str):
        return part
    if part.form == "verb":
        return f"{{{part.slot}:{part.singular}/{part.plural}}}"
    return f"{{{part.slot}}}" if part.form == "name" else f"{{{part.slot}.{part.form}}}"


def listed(key: str, items: Iterable[str]) -> list[str]:
    """A list under a key, as deep as the key stands; nothing without items."""
    indent = " " * (len(key) - len(key.lstrip()))
    lines = [f"{indent}  - {item}" for item in items]
    return [f"{key}:", *lines] if lines else []


def quoted(text: str) -> str:
    """A text in quotes; YAML's are JSON's, but for halves of characters, which it refuses."""
    return _HALF.sub(lambda half: f"\\u{ord(half[0]):04x}", json.dumps(text, ensure_ascii=False))


def name(text: str) -> str:
    """A name as it stands, unless that would say nothing, or something else."""
    return quoted(text) if text in _NOTHING or text == "?" else text


def _consulted(record: Consulted) -> Iterator[str]:
    yield "consulted:"
    yield f"  base: {name(record.base) if record.base.isalnum() else quoted(record.base)}"
    yield f"  finished: {value_text(record.finished)}"
    for key, advice in (("given", record.given), ("open", record.open)):
        yield from listed(f"  {key}", map(quoted, advice))


def _held(holdings: Sequence[Holding]) -> str:
    return f"[{', '.join(map(_holding, holdings))}]"


def _holding(holding: Holding) -> str:
    more = {
        "priority": None if holding.priority is None else str(holding.priority),
        "sources": _cited(holding.citations) if holding.citations else None,
    }
    said = ", ".join(f"{key}: {text}" for key, text in more.items() if text is not None)
    return f"{{{name(holding.interest)}: {{{said}}}}}" if said else name(holding.interest)


def _recommended(templates: Mapping[str, Template], instance: Instance, said: Recommended) -> str:
    lines = [_slotted(templates, instance), f"sources: {_cited(said.citations)}"]
    lines += [f"note: {quoted(said.note)}"] if said.note else []
    return "\n    ".join(lines)


def _facts(templates: Mapping[str, Template], says: FactFile) -> Iterator[str]:
    grouped = {instance for group in says.groups for instance in group.alternatives}
    alone = [fact for fact in says.facts if fact.instance not in grouped]
    stated = [_as_stated(fact) for fact in alone if fact.standing in {"stated", "disputed"}]
    against = [_as_denied(fact) for fact in alone if fact.standing in {"denied", "disputed"}]
    lists: tuple[tuple[str, list[Fact]], ...] = (
        ("facts", [fact for fact in stated if fact.origin != "assumed"]),
        ("assume", [fact for fact in stated if fact.origin == "assumed"]),
        ("denied", [fact for fact in against if fact.origin != "assumed"]),
        ("deny", [fact for fact in against if fact.origin == "assumed"]),
        ("unknown", [fact for fact in alone if fact.standing == "unknown"]),
    )
    for key, facts in lists:
        yield from listed(key, (_entry(templates, fact, "    ") for fact in facts))
    if says.groups:
        yield "one-of:"
    alternative = {fact.instance: fact for fact in says.facts if fact.instance in grouped}
    for group in says.groups:
        yield f"  - title: {quoted(group.title)}"
        facts = [alternative[instance] for instance in group.alternatives]
        entries = (_entry(templates, fact, "        ", certain=True) for fact in facts)
        yield from listed("    alternatives", entries)


def _as_stated(fact: Fact) -> Fact:
    return msgspec.structs.replace(fact, standing="stated", against=())


def _as_denied(fact: Fact) -> Fact:
    """What a dispute says against a fact; what else it says stands where it is stated."""
    if fact.standing == "denied":
        return fact
    return Fact(instance=fact.instance, standing="denied", citations=fact.against, where=fact.where)


def _entry(
    templates: Mapping[str, Template], fact: Fact, indent: str, *, certain: bool = False
) -> str:
    """A fact as an item of a list, with what is said of it below; `certain` is said if asked."""
    said = fact.standing == "stated" and (certain or fact.grade != CERTAIN)
    term = TERMS[fact.grade or 0] if said else None
    answered = "answered" if fact.origin == "answered" else None
    more = {
        "likelihood": term,
        "sources": _cited(fact.citations) if fact.citations else None,
        "reading": fact.reading if fact.reading != "stated" else None,
        "as-of": fact.as_of,
        "origin": answered,
        "answered": quoted(fact.answered) if fact.answered else None,
        "note": quoted(fact.note) if fact.note else None,
    }
    lines = [f"{key}: {text}" for key, text in more.items() if text is not None]
    if not lines or (len(lines) == 1 and term is not None):
        return f"{fact.instance}={term}" if term is not None else str(fact.instance)
    return f"\n{indent}".join([_slotted(templates, fact.instance), *lines])


def _slotted(templates: Mapping[str, Template], instance: Instance) -> str:
    """An instance in its long form."""
    slots = templates[instance.template].slot_values(instance).items()
    inside = ", ".join(f"{slot}: {name(value_text(value))}" for slot, value in slots)
    return f"{instance.template}: {{{inside}}}"


def _cited(citations: Citations) -> str:
    """Sources with their places, or all without: a file has no other way to say it."""
    if not any(c.locators for c in citations):
        return f"[{', '.join(name(c.source) for c in citations)}]"
    places = {name(c.source): ", ".join(map(_locator, c.locators)) for c in citations}
    return f"{{{', '.join(f'{source}: [{cited}]' for source, cited in places.items())}}}"


def _locator(place: int | str) -> str:
    return str(place) if isinstance(place, int) else quoted(place)


def _wanted(expectation: Expectation) -> str:
    if expectation.kind in CITED:
        return _cited(expectation.citations)
    texts = ", ".join(map(quoted, expectation.wanted))
    return f"[{texts}]" if expectation.kind in NONE else texts
