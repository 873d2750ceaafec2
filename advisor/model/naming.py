"""Where the names of entities are looked up: a base, or the words of one that is being loaded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from advisor.model.records import Entity


class Naming(Protocol):
    """Something that has entities."""

    @property
    def entities(self) -> Mapping[str, Entity]:
        """Those that are declared, by id."""
        ...
