"""Reads a record of a file, by its keys as they are declared."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from advisor.loader.keys import Record
from advisor.loader.reader import Reader
from advisor.loader.yamlfile import Node, Scalar
from advisor.model.grades import CERTAIN, GRADE_OF, TERMS
from advisor.model.sources import Citations, Source


class Fields:
    """The values of a record by key; each is read, and what is wrong with it told, by its key."""

    def __init__(self, reader: Reader, of: Record, nodes: Mapping[str, Node]) -> None:
        self.reader = reader
        self.of = of
        self.nodes = nodes

    def __contains__(self, key: str) -> bool:
        return key in self.nodes

    def __getitem__(self, key: str) -> Node:
        return self.nodes[key]

    def get(self, key: str) -> Node | None:
        """The node of a key, if it is there."""
        return self.nodes.get(key)

    def text(self, key: str) -> str:
        """A text; "" for a key that is not there."""
        return self.reader.text(self.get(key), key)

    def optional(self, key: str) -> str | None:
        """A text, or None for a key that is not there."""
        return self.reader.optional(self.get(key), key)

    def boolean(self, key: str) -> bool:
        """`true`, or else `false`."""
        return self.reader.boolean(self.get(key), key)

    def date(self, key: str) -> date | None:
        """A calendar date."""
        return self.reader.date(self.get(key), key)

    def choice(self, key: str, default: str, what: str | None = None) -> str:
        """One of the words that are declared for a key."""
        if key not in self.nodes:
            return default
        return self.reader.choice(self.nodes[key], what or key, self.of.key(key).legal, default)

    def fits(self, key: str, text: str) -> bool:
        """Whether a text has the form that is declared for a key."""
        return re.fullmatch(self.of.key(key).form, text) is not None

    def likelihood(self, key: str) -> int:
        """The grade of a likelihood term; certain if it is left out."""
        return likelihood(self.reader, self.get(key))

    def items(self, key: str) -> list[Node]:
        """The items of a list, which may be empty where its key says so."""
        return self.reader.items(self.get(key), key, empty=self.of.key(key).empty)

    def entries(self, key: str, *, empty: bool = False) -> list[tuple[Scalar, Node]]:
        """The keys of a mapping, with their values."""
        return self.reader.entries(self.get(key), key, empty=empty)

    def citations(self, sources: dict[str, Source]) -> Citations:
        """What is cited under `sources`."""
        return self.reader.citations(self.get("sources"), sources)


def fields(reader: Reader, node: Node, of: Record, what: str = "") -> Fields:
    """The record at a node, which messages call `what`; a wrong or missing key is a problem."""
    nodes = reader.fields(node, what or of.what, of.names, of.required, dict(of.gone))
    return Fields(reader, of, nodes)


def likelihood(reader: Reader, node: Node | None) -> int:
    """The grade of a likelihood term, from "almost no chance" to "certain", its default."""
    return GRADE_OF[reader.choice(node, "likelihood", TERMS[1:], TERMS[CERTAIN])]
