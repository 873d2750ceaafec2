"""Turns `templates.yaml` into templates: their slots, sentences, keys and relations."""

from __future__ import annotations

from typing import Final

import msgspec

from advisor.loader import keys
from advisor.loader.fields import Fields, fields
from advisor.loader.instances import pattern_over
from advisor.loader.keys import FACT, PLAIN_TYPES
from advisor.loader.reader import Reader
from advisor.loader.types import check_distinct, check_relation
from advisor.loader.vocabulary import Vocabulary
from advisor.loader.yamlfile import Mapping, Node, Scalar, Sequence
from advisor.model.records import Pattern, Relation, SlotType, Template, Var
from advisor.model.relations import closure

_RESERVED: Final = frozenset({"all", "any", "at-least", "title", "alternatives", *FACT.names})


def read_templates(reader: Reader, root: Node, words: Vocabulary) -> None:
    """Take in templates; relations between them come last, when all are known."""
    related: list[tuple[Template, Fields]] = []
    for key, value in reader.entries(root, "templates", empty=True):
        name = reader.identifier(key, "a template")
        if name in _RESERVED:
            reader.problem(key, f"'{name}' is a word of the format and cannot name a template")
        before = len(reader.problems.found)
        found = fields(reader, value, keys.TEMPLATE, f"template '{name}'")
        template = _template(key, found, words)
        if "distinct" in found and not reader.problems.since(before):
            check_distinct(reader, found["distinct"], template)
        words.templates[name] = template
        if reader.problems.since(before):
            words.spoilt.add(name)
        related.append((template, found))
    for template, found in related:
        opposes = _relations(found, template, "opposes", words)
        after = _relations(found, template, "after", words)
        kinds = _relations(found, template, "kinds", words)
        when, unless = (_asked(found, template, key, words) for key in ("ask-when", "ask-unless"))
        if opposes or after or kinds or when or unless:
            words.templates[template.id] = msgspec.structs.replace(
                template,
                opposes=opposes,
                after=after,
                kinds=kinds,
                ask_when=when,
                ask_unless=unless,
            )
    _check_asking(related, words)


def _asked(found: Fields, template: Template, key: str, words: Vocabulary) -> tuple[Pattern, ...]:
    """What must hold, or must not, for the question of a template to make sense."""
    reader, node = found.reader, found.get(key)
    if node is None:
        return ()
    if not template.asks:
        reader.problem(node, f"'{key}' says when to ask, and '{template.id}' has no 'asks'")
        return ()
    patterns = []
    for item in found.items(key) if isinstance(node, Sequence) else [node]:
        premise = pattern_over(reader, item, words, key)
        if premise is None:
            continue
        declared = words.templates[premise.template]
        if declared.advice or declared.kind or declared.caveat:
            reader.problem(item, f"'{key}' names facts, and '{premise.template}' is none")
        _check_slots(reader, item, template, premise)
        if not words.spoilt & {template.id, declared.id}:
            check_relation(reader, item, template, premise, declared)
        patterns.append(premise)
    return tuple(patterns)


def _check_slots(reader: Reader, node: Node, template: Template, other: Pattern) -> None:
    """Each variable is named for a slot of the template that speaks of others."""
    for name in other.variables():
        if name not in template.slots:
            reader.problem(node, f"${name} is no slot of '{template.id}'")


def _check_asking(related: list[tuple[Template, Fields]], words: Vocabulary) -> None:
    """No question waits for its own answer."""

    def needed(name: str) -> list[str]:
        return [premise.template for premise in words.templates[name].ask_when]

    for template, found in related:
        if template.id in closure(needed(template.id), needed):
            message = f"whether to ask about '{template.id}' depends on its own answer"
            found.reader.problem(found["ask-when"], message, "so it would never be asked")


def _template(key: Scalar, found: Fields, words: Vocabulary) -> Template:
    reader = found.reader
    slots = {
        reader.identifier(slot, "a slot", keys.SLOT): _slot_type(reader, slot, node, words)
        for slot, node in found.entries("slots", empty=True)
    }
    node = found.get("advice")
    kind = isinstance(node, Scalar) and node.text == "kind"
    advice = not kind and found.boolean("advice")
    caveat = found.boolean("caveat")
    template = Template(
        id=key.text,
        slots=slots,
        says=reader.phrase(found.get("says"), "says", slots),
        denies=reader.phrase(found.get("denies"), "denies", slots) or None,
        asks=reader.phrase(found.get("asks"), "asks", slots) or None,
        about=found.optional("about"),
        advice=advice,
        kind=kind,
        caveat=caveat,
        symmetric=_symmetric(reader, found.get("symmetric"), slots),
        key=_key(reader, found.get("key"), slots),
        exactly=found.choice("exactly", "", "value of 'exactly'") == "one",
        distinct=_distinct(reader, found.get("distinct"), slots),
        classifies=_classifies(reader, found.get("classifies"), slots),
        where=reader.where(key),
    )
    _check_template(reader, key, template)
    return template


def _check_template(reader: Reader, key: Scalar, template: Template) -> None:
    if template.distinct and (template.advice or template.caveat):
        reader.problem(
            key,
            f"'{template.id}' is concluded by rules, so 'distinct' says nothing of it",
            "compare the variables in 'where'",
        )
    if template.kind and (
        template.caveat or template.asks or template.distinct or template.key is not None
    ):
        message = f"'{template.id}' is a kind of advice, which nobody states or concludes"
        reader.problem(key, message, "it has slots, 'says', 'about' and no other key")
    if template.advice and "client" not in template.slots:
        message = f"advice '{template.id}' has no slot 'client'"
        reader.problem(key, message, "add it: whom does it advise?")
    if template.advice and template.caveat:
        reader.problem(key, f"template '{template.id}' is both advice and a caveat", "choose one")
    if (template.advice or template.caveat) and template.asks:
        reader.problem(key, f"'{template.id}' is concluded, so nobody can be asked for it")
    if template.exactly and not _has_values(template):
        message = f"'exactly' of '{template.id}' needs a key, and one slot beside it to choose for"
        reader.problem(key, message, "one of values, true or false, or of entities")
    if template.symmetric and template.key is not None:
        reader.problem(key, f"template '{template.id}' is both symmetric and keyed", "choose one")


def _has_values(template: Template) -> bool:
    """Whether there is a key with one slot beside it whose values can be listed."""
    gaps = template.asked_for() if template.key is not None else ()
    kinds = [slot.kind for slot in template.slots.values()]
    return len(gaps) == 1 and kinds[gaps[0]] in {"values", "boolean", "entity"}


def _slot_type(reader: Reader, slot: Scalar, node: Node, words: Vocabulary) -> SlotType:
    if isinstance(node, Mapping):
        return _described_type(reader, slot, node)
    what = f"the type of slot '{slot.text}'"
    names = node.items if isinstance(node, Sequence) else [node]
    types = [reader.text(name, what) for name in names]
    if len(types) == 1 and types[0] in PLAIN_TYPES:
        return SlotType(kind=PLAIN_TYPES[types[0]])  # type: ignore[arg-type]
    before = len(reader.problems.found)
    if not types:
        reader.problem(node, f"{what} has no value", "a type of entity, Number, Date or Boolean")
    for name, type_name in zip(names, types, strict=True):
        if type_name in PLAIN_TYPES:
            reader.problem(name, f"{what} is {type_name} or a type of entity, not either of them")
        elif type_name and type_name not in words.types:
            reader.unknown(name, "type", type_name, words.types | set(PLAIN_TYPES))
    if reader.problems.since(before):
        types = sorted(words.types)  # so that what fills the slot is no second problem
    return SlotType(kind="entity", types=tuple(types))


def _described_type(reader: Reader, slot: Scalar, node: Node) -> SlotType:
    what = f"the type of slot '{slot.text}'"
    before = len(reader.problems.found)
    found = fields(reader, node, keys.SLOT_TYPE, what)
    if len({*found.nodes} - {"ordered"}) != 1 and not reader.problems.since(before):
        reader.problem(node, f"{what} is either number: UNIT or values: [...]")
    if "number" in found:
        if "ordered" in found:
            reader.problem(found["ordered"], "numbers are ordered anyway", "take 'ordered' out")
        return SlotType(kind="number", unit=reader.text(found["number"], "the unit"))
    listed = found.get("values")
    if isinstance(listed, Mapping):
        english = {
            reader.identifier(k, "a value"): reader.text(v, "its English")
            for k, v in listed.entries
        }
    else:
        items = reader.items(listed, "values", empty=True)
        ids = [reader.identifier(item, "a value") for item in items]
        english = {value: value.replace("-", " ") for value in ids}
    if listed is not None and not english and not reader.problems.since(before):
        reader.problem(listed, f"{what} lists no value", "name the legal ones")
    return SlotType(kind="values", values=english, ordered=found.boolean("ordered"))


def _positions(
    reader: Reader, node: Node, what: str, slots: dict[str, SlotType], *, empty: bool = False
) -> list[int]:
    nodes = reader.items(node, what, empty=empty) if isinstance(node, Sequence) else [node]
    found = []
    for item in nodes:
        name = reader.text(item, what)
        if name in slots:
            found.append(list(slots).index(name))
        else:
            reader.unknown(item, "slot", name, slots)
    return found


def _symmetric(
    reader: Reader, node: Node | None, slots: dict[str, SlotType]
) -> tuple[int, int] | None:
    if node is None:
        return None
    before = len(reader.problems.found)
    found = _positions(reader, node, "symmetric", slots)
    types = list(slots.values())
    if reader.problems.since(before):
        return None
    if len(found) != 2 or found[0] == found[1] or types[found[0]] != types[found[1]]:
        reader.problem(node, "symmetric must name two slots of the same type")
        return None
    return (min(found), max(found))


def _key(reader: Reader, node: Node | None, slots: dict[str, SlotType]) -> tuple[int, ...] | None:
    """The slots of the key; of an empty one, which is honoured, none: there is one value in all."""
    if node is None:
        return None
    found = _positions(reader, node, "key", slots, empty=True)
    if len(set(found)) >= len(slots):
        reader.problem(node, "the key must leave out at least one slot: the one it decides")
    return tuple(sorted(set(found)))


def _distinct(reader: Reader, node: Node | None, slots: dict[str, SlotType]) -> tuple[int, ...]:
    if node is None:
        return ()
    before = len(reader.problems.found)
    found = _positions(reader, node, "distinct", slots)
    if len(set(found)) < 2 and not reader.problems.since(before):
        reader.problem(node, "distinct must name two slots or more", "which never hold the same")
    return tuple(sorted(set(found)))


def _classifies(reader: Reader, node: Node | None, slots: dict[str, SlotType]) -> int | None:
    if node is None:
        return None
    for place in _positions(reader, node, "classifies", slots):
        if not isinstance(node, Scalar):
            reader.problem(node, "'classifies' names one slot")
        elif [*slots.values()][place].kind not in {"values", "boolean"}:
            reader.problem(node, f"the slot '{node.text}' has no legal values to choose one of")
        else:
            return place
    return None


def _relations(
    found: Fields, template: Template, word: str, words: Vocabulary
) -> tuple[Relation, ...]:
    reader, relations = found.reader, []
    for item in found.items(word):
        if not template.advice:
            reader.problem(item, f"'{word}' relates advice, and '{template.id}' is none")
            break
        other = pattern_over(reader, item, words, word)
        if other is None:
            continue
        declared = words.templates[other.template]
        if word == "kinds":
            _check_member(reader, item, other, declared)
        elif not declared.advice:
            reader.problem(item, f"'{word}' relates advice, and '{other.template}' is none")
        _check_slots(reader, item, template, other)
        other = _same_client(other, declared)
        if word == "kinds" and any(not isinstance(term, Var) for term in other.terms):
            hint = "as in deepens-ties: {client: $client, partner: $partner}"
            reader.problem(item, f"each slot of '{declared.id}' needs a slot of this advice", hint)
        if not words.spoilt & {template.id, declared.id}:
            check_relation(reader, item, template, other, declared)
        relations.append(Relation(other=other))
    return tuple(relations)


def _check_member(reader: Reader, node: Node, other: Pattern, declared: Template) -> None:
    if not declared.kind:
        message = f"'{other.template}' is no kind of advice"
        reader.problem(node, message, f"say 'advice: kind' at {declared.where}, or take it out")


def _same_client(other: Pattern, declared: Template) -> Pattern:
    """The pattern with its client, where that is left out, the one who is advised."""
    terms = tuple(
        Var("client") if term is None and slot == "client" else term
        for slot, term in zip(declared.slots, other.terms, strict=True)
    )
    return msgspec.structs.replace(other, terms=terms)
