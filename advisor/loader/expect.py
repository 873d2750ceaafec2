"""Turns what a fact file expects into expectations, each name held to what is declared."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Final

from advisor.loader import keys
from advisor.loader.fields import Fields, fields
from advisor.loader.reader import Reader
from advisor.loader.texts import Mismatch, instance_of
from advisor.loader.vocabulary import Vocabulary
from advisor.loader.yamlfile import Node
from advisor.model.authored import rules_named
from advisor.model.errors import nearest
from advisor.model.grades import HOLDS, TERMS
from advisor.model.scenarios import Expectation


def expectations_of(
    reader: Reader, node: Node | None, words: Vocabulary, rules: Collection[str]
) -> list[Expectation]:
    """All that stands under `expect`."""
    if node is None:
        return []
    wanted = fields(reader, node, keys.EXPECT)
    reader.entries(node, "expect")
    found = []
    for kind in keys.ADVICE_LISTS:
        for item in wanted.items(kind):
            found.append(_expectation(reader, kind, item, words))
    for kind in keys.ADVICE_MAPS:
        for key, value in wanted.entries(kind):
            found.append(_expectation(reader, kind, key, words, value))
    for item in wanted.items("rules"):
        name = reader.text(item, "a rule")
        if name and not rules_named(rules, name):
            reader.unknown(item, "rule", name, rules)
        found.append(Expectation(kind="rules", what=name, where=reader.where(item)))
    found += _order(reader, wanted, words)
    if "only" in wanted:
        if not reader.boolean(wanted["only"], "only", True):
            reader.problem(wanted["only"], "only says nothing unless it is true", "take it out")
        given = tuple(each.what for each in found if each.kind == "given")
        where = reader.where(wanted["only"])
        found.append(Expectation(kind="only", what="", wanted=given, where=where))
    return found


def _order(reader: Reader, wanted: Fields, words: Vocabulary) -> Iterator[Expectation]:
    names = tuple(_advice(reader, item, words) for item in wanted.items("order"))
    if len(names) == 1:
        reader.problem(wanted["order"], "one piece of advice alone has no order", "name two")
    if names:
        where = reader.where(wanted["order"])
        yield Expectation(kind="order", what="", wanted=names, where=where)


def _expectation(
    reader: Reader, kind: str, what: Node, words: Vocabulary, value: Node | None = None
) -> Expectation:
    name = _advice(reader, what, words)
    return Expectation(
        kind=kind,  # type: ignore[arg-type]
        what=name,
        wanted=_WANTED[kind](reader, value, words) if kind in _WANTED else (),
        citations=reader.citations(value, words.sources) if kind in keys.CITED else (),
        where=reader.where(what),
    )


def _confidence(reader: Reader, node: Node | None, words: Vocabulary) -> tuple[str, ...]:
    return (reader.choice(node, "confidence", keys.CONFIDENCES, "low"),)


def _grade(reader: Reader, node: Node | None, words: Vocabulary) -> tuple[str, ...]:
    return (reader.choice(node, "grade", TERMS[HOLDS:], TERMS[HOLDS]),)


def _sentence(reader: Reader, node: Node | None, words: Vocabulary) -> tuple[str, ...]:
    return (reader.text(node, "what it says"),)


def _listed(
    what: str, read: Callable[[Reader, Node, Vocabulary], str]
) -> Callable[[Reader, Node | None, Vocabulary], tuple[str, ...]]:
    """Reads a list, which may say that there is none."""

    def items(reader: Reader, node: Node | None, words: Vocabulary) -> tuple[str, ...]:
        return tuple(read(reader, item, words) for item in reader.items(node, what, empty=True))

    return items


def _advice(reader: Reader, node: Node, words: Vocabulary) -> str:
    """Advice as a template id or in the one-line form, which comes back in canonical shape."""
    text = reader.text(node, "advice")
    templates = words.templates
    if "(" in text:
        try:
            instance, _ = instance_of(text, words)
        except Mismatch as mismatch:
            reader.problem(node, mismatch.message, mismatch.hint)
            return text
        text, shown = instance.template, str(instance)
    else:
        shown = text
    if text and (text not in templates or not templates[text].advice):
        advice = [template.id for template in templates.values() if template.advice]
        reader.problem(node, f"there is no advice '{text}'", lambda: nearest(text, advice))
    return shown


def _caveat(reader: Reader, node: Node, words: Vocabulary) -> str:
    text = reader.text(node, "a caveat")
    name = text.split("(", maxsplit=1)[0]
    caveats = [t.id for t in words.templates.values() if t.caveat]
    if name and name not in caveats:
        reader.problem(node, f"there is no caveat '{name}'", lambda: nearest(name, caveats))
    return text


def _interest(reader: Reader, node: Node, words: Vocabulary) -> str:
    name = reader.text(node, "an interest")
    if name and name not in words.interests:
        reader.unknown(node, "interest", name, words.interests)
    return name


_WANTED: Final[Mapping[str, Callable[[Reader, Node | None, Vocabulary], tuple[str, ...]]]] = {
    "caveats": _listed("caveats", _caveat),
    "confidence": _confidence,
    "grade": _grade,
    "says": _sentence,
    "advances": _listed("interests", _interest),
    "strains": _listed("interests", _interest),
    "after": _listed("advice", _advice),
    "opposed": _listed("advice", _advice),
}
