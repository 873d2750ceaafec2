"""Turns files into hashes, by which a reader can tell what a document was made from."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import msgspec

from advisor.loader.chains import Chains
from advisor.loader.reader import Problems
from advisor.model.records import KnowledgeBase


class FileDigest(msgspec.Struct, frozen=True, kw_only=True):
    """A fact file, or a table of one, by its name, and the hash of its bytes."""

    name: str  # without its folder
    sha256: str


def digests(
    base: KnowledgeBase, named: Iterable[str | None], stdin: bytes | None = None
) -> tuple[FileDigest, ...]:
    """The files that scenarios are made of, each once, and first what the others extend."""
    chains = Chains(base, stdin)
    found: dict[str, FileDigest] = {}
    for file in named:
        for _, document in chains.of(file, Problems()):
            for read in (document, *document.tables.values()):
                name = read.file.rsplit("/", maxsplit=1)[-1]
                digest = hashlib.sha256(read.data).hexdigest()
                found.setdefault(read.file, FileDigest(name=name, sha256=digest))
    return tuple(found.values())
