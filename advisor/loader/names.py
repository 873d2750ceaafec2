"""Reads the names that a base declares, for the Tab key: quickly, and understanding nothing else.

Files are read as YAML, each that is needed. Of what is no base, or not written as one, there are
fewer names; what is wrong with it is said by whatever loads it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from advisor.loader import yamlfile
from advisor.loader.disk import base_files, shipped_folder
from advisor.loader.files import fact_files
from advisor.loader.yamlfile import Mapping, Node, Scalar, Sequence

_MOST: Final = 500  # instances that are offered


class BaseNames:
    """The names of one base."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder or shipped_folder()

    def scenarios(self) -> list[str]:
        """Of the fact files."""
        return sorted(name for name, _ in fact_files(self._folder))

    def templates(self, *, advice: bool = False) -> list[str]:
        """Of all templates, or of those that give advice."""
        found = self._section("templates").items()
        return sorted(name for name, node in found if not advice or _is_advice(node))

    def rules(self) -> list[str]:
        """Of the rules, which may be in any file under `rules/`."""
        found = []
        for path in base_files(self._folder, "rules"):
            root = yamlfile.read(path).root
            found += [_keys(node) for node in _items(root)]
        found += [_keys(node) for of in found for node in _items(of.get("first"))]
        named = (of.get("id", of.get("table")) for of in found)
        return sorted(node.text for node in named if isinstance(node, Scalar))

    def sources(self) -> list[str]:
        """Of the base's sources."""
        return sorted(self._section("sources"))

    def clients(self) -> list[str]:
        """Of the entities that some advice is for."""
        advice = filter(_is_advice, self._section("templates").values())
        slots = [_keys(_keys(one).get("slots")) for one in advice]
        types = {of for slot in slots for of in _texts(slot.get("client"))}
        entities = self._entities()
        return sorted({name for of in types for name in entities.get(of, ())})

    def instances(self, begun: str) -> list[str]:
        """How an instance that is begun may go on: to its end, or to where there is a choice."""
        name, opened, inside = begun.partition("(")
        templates = self._section("templates")
        if not opened:
            some = [f"{template}(" for template in sorted(templates) if template.startswith(name)]
            return self.instances(some[0]) if len(some) == 1 else some
        slots = list(_keys(_keys(templates.get(name)).get("slots")).values())
        entities = self._entities()
        legal = [list(_legal(slot, entities)) for slot in slots]
        return _grown(begun, inside.rpartition(",")[2].lstrip(), legal[inside.count(",") :])

    def _section(self, name: str) -> dict[str, Node]:
        path = self._folder / "rules" / f"{name}.yaml"
        return _keys(yamlfile.read(path).root) if path.is_file() else {}

    def _entities(self) -> dict[str, list[str]]:
        return {of: list(_keys(some)) for of, some in self._section("entities").items()}


def _grown(begun: str, word: str, legal: list[list[str]]) -> list[str]:
    """What is begun with each legal value of the slot that `word` begins; if one alone, go on."""
    if not legal:
        return []
    head, end = begun[: len(begun) - len(word)], ", " if len(legal) > 1 else ")"
    some = [f"{head}{value}{end}" for value in legal[0] if value.startswith(word)][:_MOST]
    return _grown(some[0], "", legal[1:]) if len(some) == 1 and len(legal) > 1 else some


def _legal(slot: Node, entities: dict[str, list[str]]) -> Iterator[str]:
    """What may stand in a slot, as far as that can be listed."""
    values = _keys(slot).get("values")
    if values is not None:
        yield from _texts(values)
    elif _texts(slot) == ["Boolean"]:
        yield from ("true", "false")
    else:
        for of in _texts(slot):
            yield from entities.get(of, ())


def _is_advice(template: Node) -> bool:
    return _texts(_keys(template).get("advice")) == ["true"]


def _keys(node: Node | None) -> dict[str, Node]:
    return {key.text: value for key, value in node.entries} if isinstance(node, Mapping) else {}


def _items(node: Node | None) -> list[Node]:
    return node.items if isinstance(node, Sequence) else []


def _texts(node: Node | None) -> list[str]:
    """The texts of a list, or the one text that stands for a list of one."""
    if isinstance(node, Scalar):
        return [node.text]
    return [item.text for item in _items(node) if isinstance(item, Scalar)]
