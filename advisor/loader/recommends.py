"""Turns the `recommends` of a fact file into what its sources themselves recommend."""

from __future__ import annotations

from typing import Final

from advisor.loader import keys
from advisor.loader.fields import Fields
from advisor.loader.instances import ground
from advisor.loader.reader import Reader
from advisor.loader.texts import Mismatch, instance_of
from advisor.loader.vocabulary import Vocabulary
from advisor.loader.yamlfile import Mapping, Node, Scalar
from advisor.model.records import Instance
from advisor.model.scenarios import Recommended

_UNGRADED: Final = "what a source recommends has no likelihood"


def read_recommends(scenario: Fields, words: Vocabulary) -> dict[Instance, Recommended]:
    """The advice and the caveats that a file says its sources recommend, each said once."""
    reader = scenario.reader
    found: dict[Instance, Recommended] = {}
    for item in scenario.items("recommends"):
        instance, beside = _entry(reader, item, words)
        if instance is None:
            continue
        template = words.templates[instance.template]
        if not (template.advice or template.caveat):
            message = f"'{template.id}' is neither advice nor a caveat, so nobody recommends it"
            reader.problem(item, message, "state it under 'facts'")
        recommended = Recommended(
            citations=beside.citations(words.sources),
            note=beside.optional("note"),
            where=reader.where(item),
        )
        if not recommended.citations:
            message = f"who recommends {instance}? It needs 'sources'"
            reader.problem(item, message, "add sources: {source: place}")
        if instance in found:
            hint = f"it also stands at {found[instance].where}; put all sources on one of them"
            reader.problem(item, f"{instance} stands here twice", hint)
        found[instance] = recommended
    return found


def _entry(reader: Reader, node: Node, words: Vocabulary) -> tuple[Instance | None, Fields]:
    """What one item names, in its long or in its one-line form, and what stands beside it."""
    beside = Fields(reader, keys.RECOMMENDED, {})
    if isinstance(node, Scalar):
        return _one_line(reader, node, words), beside
    if not isinstance(node, Mapping):
        reader.problem(node, "what is recommended is template: {slot: value}, and here is a list")
        return None, beside
    known = keys.RECOMMENDED.names
    nodes = {key.text: value for key, value in node.entries if key.text in known}
    named = [(key, value) for key, value in node.entries if key.text not in known]
    beside = Fields(reader, keys.RECOMMENDED, nodes)
    if any(key.text == "likelihood" for key, _ in named):
        reader.problem(node, _UNGRADED)
        return None, beside
    if len(named) != 1:
        shown = ", ".join(key.text for key, _ in named) or "none"
        message = f"what is recommended names one template, and here are: {shown}"
        reader.problem(node, message, f"beside the template there may be: {', '.join(known)}")
        return None, beside
    return ground(reader, *named[0], words), beside


def _one_line(reader: Reader, node: Scalar, words: Vocabulary) -> Instance | None:
    try:
        instance, grade = instance_of(node.text, words)
    except Mismatch as mismatch:
        reader.problem(node, mismatch.message, mismatch.hint)
        return None
    if grade is not None:
        reader.problem(node, _UNGRADED)
    return instance
