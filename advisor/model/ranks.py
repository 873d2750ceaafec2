"""Turns names and values into places: what things are sorted by."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from typing import Any

from advisor.model.values import Value

Ranks = Mapping[str, int]  # of names, in the order of what they name


def ranks(names: Iterable[str]) -> dict[str, int]:
    """The place of each name among those that are declared."""
    return dict(zip(names, itertools.count(), strict=False))


def place_among(value: Value, of: Ranks) -> Any:
    """What a value is ordered by: a name by its place, anything else by itself."""
    return (of.get(value, len(of)), value) if isinstance(value, str) else value
