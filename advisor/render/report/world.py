"""Turns what is to be said of states into places on the map of the world.

The map is `pages/world.txt`, written by docs/map.py from Natural Earth: a line for each state or
other land, with its code, its position and its outline.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from advisor.render.report.document import MapPlace

SIZE: Final = (1000, 430)
_MAP: Final = Path(__file__).parent / "pages" / "world.txt"


@functools.cache
def _lands() -> dict[str, tuple[tuple[int, int], str]]:
    """Every land by its code, with its position and its outline."""
    rows = (line.split("\t") for line in _MAP.read_text(encoding="utf-8").splitlines())
    return {code: ((int(x), int(y)), outline) for code, x, y, outline in rows}


def has(code: str | None) -> bool:
    """Whether a state is on the map."""
    return code in _lands()


def places(said: Mapping[str, MapPlace]) -> tuple[MapPlace, ...]:
    """Every land of the world, with what is said of it by its code.

    Dots come last, above the rest; each by what is said of it, as the keyboard goes through them.
    """
    found = []
    for code, (dot, outline) in _lands().items():
        place = said.get(code, MapPlace("", dot))
        if outline or place.label:
            found.append(place._replace(outline=outline, dot=dot))
    return tuple(sorted(found, key=lambda place: (not place.outline, place.label)))
