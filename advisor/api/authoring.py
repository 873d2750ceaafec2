"""What an author of a base needs: the canonical layout, a first base, schemas for editors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from advisor.api.arguments import filled, folder
from advisor.authoring import layout, starter
from advisor.authoring import schema as schemas
from advisor.authoring.layout import Laid
from advisor.model.records import KnowledgeBase


@filled
def fmt(paths: Sequence[str] = (), *, base: str | Path | KnowledgeBase | None = None) -> list[Laid]:
    """Files, folders, or all of a base, as they are and in the canonical layout; none is written.

    Raises AdvisorError if any does not load.
    """
    return layout.lay_out(paths, folder(base) if base is not None else None)


@filled
def new(folder: str | Path) -> int:
    """Make a small working base in a folder that is new or empty; gives the number of its files.

    Raises AdvisorError for a folder that holds something, and OSError where it cannot be written.
    """
    return starter.make(Path(folder))


@filled
def schema(base: KnowledgeBase) -> Mapping[str, dict[str, Any]]:
    """The JSON Schemas of a base's files by the names of their own files."""
    return {f"{name}.schema.json": content for name, content in schemas.schemas(base).items()}


def written(found: Mapping[str, Any]) -> str:
    """A schema as text, the same for the same base."""
    return schemas.written(dict(found))
