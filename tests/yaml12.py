"""Reads a YAML file as an editor does: as the data of JSON, by the core schema of YAML 1.2."""

from __future__ import annotations

import re

from advisor.loader import yamlfile
from advisor.loader.yamlfile import Mapping, Node, Scalar

_CORE = {"true": True, "false": False, "null": None, "~": None, "": None}


def data_of(data: bytes) -> object:
    """The data of a file that the loader's parser accepts."""
    return _plain(yamlfile.parse(data, "file.yaml").root)


def _plain(node: Node | None) -> object:
    if node is None:
        return None
    if isinstance(node, Mapping):
        return {key.text: _plain(value) for key, value in node.entries}
    if not isinstance(node, Scalar):
        return [_plain(item) for item in node.items]
    if not node.plain:
        return node.text
    if node.text in _CORE:
        return _CORE[node.text]
    if re.fullmatch(r"[-+]?[0-9]+", node.text):
        return int(node.text)
    if re.fullmatch(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", node.text):
        return float(node.text)
    return node.text
