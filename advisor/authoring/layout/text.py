"""Turns the text of a YAML file into the same text in the canonical layout, comments and all."""

from __future__ import annotations

from advisor.authoring.layout import source
from advisor.authoring.layout.comments import attach
from advisor.authoring.layout.writer import written
from advisor.loader import yamlfile
from advisor.loader.yamlfile import Mapping, Node, Scalar
from advisor.model.errors import AdvisorError, Location, Problem


def laid_out(data: bytes, file: str) -> str:
    """The text of a file in the canonical layout: its meaning and its comments are the same.

    Raises AdvisorError for what the loader refuses, and where the layout would change the meaning.
    """
    document = yamlfile.parse(data, file)
    text = data.decode("utf-8-sig").replace("\r\n", "\n")
    found = source.read(text)
    said = [comment.text for comment in found.comments]
    result = written(found.root, attach(found))
    again = yamlfile.parse(result.encode(), file)
    laid = source.read(result)
    kept = [comment.text for comment in laid.comments]
    stays = written(laid.root, attach(laid)) == result
    if _meaning(again.root) != _meaning(document.root) or kept != said or not stays:
        message = "this file cannot be laid out without changing what it says; it stays as it is"
        hint = "write it with less art: no anchors, and comments on lines of their own"
        raise AdvisorError(Problem(message=message, where=Location(file), hint=hint))
    return result


def _meaning(node: Node | None) -> object:
    """What a node says, wherever it stands."""
    if node is None:
        return None
    if isinstance(node, Scalar):
        return (node.text, node.plain)
    if isinstance(node, Mapping):
        return [(_meaning(key), _meaning(value)) for key, value in node.entries]
    return ["list", *(_meaning(item) for item in node.items)]
