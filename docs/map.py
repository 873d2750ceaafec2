"""Writes the map of the world that pages are drawn with, from Natural Earth and a list of places.

    npm pack world-atlas@2.0.2 && tar xzf world-atlas-2.0.2.tgz
    python docs/map.py package/countries-110m.json docs/places.csv \
        > advisor/render/report/pages/world.txt

Natural Earth is in the public domain; `world-atlas` has its countries at 1:110 million as TopoJSON.
`places.csv` has each state's two codes of ISO 3166-1 and its position. A line of what is written is
a state: its alpha-3 code, its position, and its outline as an SVG path, empty where the map is too
coarse for it. The projection is Robinson's, 1000 wide; a ring that crosses the line of 180 degrees
is cut there, so that nothing runs across the page.
"""

from __future__ import annotations

import csv
import itertools
import json
import math
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

Point = tuple[float, float]

WIDTH: Final = 1000.0
SMALLEST: Final = 6.0  # an outline of less than so many units across is drawn as a dot instead
NO_CODE: Final = {"Kosovo": "XKX", "N. Cyprus": "CYP", "Somaliland": "SOM"}  # in Natural Earth
LEFT_OUT: Final = {"ATA"}  # nobody advises it, and it is a fifth of the height
ROBINSON: Final = (  # every 5 degrees of latitude: the length of the parallel, and its distance
    *((1.0, 0.0), (0.9986, 0.062), (0.9954, 0.124), (0.99, 0.186), (0.9822, 0.248)),
    *((0.973, 0.31), (0.96, 0.372), (0.9427, 0.434), (0.9216, 0.4958), (0.8962, 0.5571)),
    *((0.8679, 0.6176), (0.835, 0.6769), (0.7986, 0.7346), (0.7597, 0.7903), (0.7186, 0.8435)),
    *((0.6732, 0.8936), (0.6213, 0.9394), (0.5722, 0.9761), (0.5322, 1.0)),
)


def projected(longitude: float, latitude: float) -> Point:
    """A place on the map: x to the right from 0, y down from the latitude of 84 degrees north."""
    step, rest = divmod(min(abs(latitude), 89.999) / 5, 1)
    (long, far), (next_long, next_far) = ROBINSON[int(step)], ROBINSON[int(step) + 1]
    length, distance = long + (next_long - long) * rest, far + (next_far - far) * rest
    scale = WIDTH / (2 * math.pi * 0.8487)
    x = WIDTH / 2 + 0.8487 * scale * length * math.radians(longitude)
    return x, 1.3523 * scale * (0.985 - math.copysign(distance, latitude))


def arcs(topology: dict[str, Any]) -> list[list[Point]]:
    """The arcs of a topology, in degrees."""
    (wide, high), (left, bottom) = topology["transform"].values()
    found = []
    for arc in topology["arcs"]:
        x = y = 0
        line = []
        for step_x, step_y in arc:
            x, y = x + step_x, y + step_y
            line.append((x * wide + left, y * high + bottom))
        found.append(line)
    return found


def rings(geometry: dict[str, Any], lines: Sequence[Sequence[Point]]) -> Iterator[list[Point]]:
    """The rings of a country, outer and inner."""
    polygons = geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]
    for polygon in polygons:
        for numbers in polygon:
            ring: list[Point] = []
            for number in numbers:
                line = lines[number] if number >= 0 else lines[~number][::-1]
                ring += line[1:] if ring else line
            yield ring


def cut(ring: Sequence[Point]) -> Iterator[list[Point]]:
    """A ring, or the parts of it on each side of 180 degrees where it crosses that line.

    Followed without a jump, it runs beyond the line; each part is what lies in one turn of it.
    """
    flat = [ring[0]]
    for longitude, latitude in ring[1:]:
        turns = round((flat[-1][0] - longitude) / 360)
        flat.append((longitude + 360 * turns, latitude))
    for turn in (-360, 0, 360):
        part = clipped(clipped([(x + turn, y) for x, y in flat], -180, 1), 180, -1)
        if len(part) > 2:
            yield part


def clipped(ring: Sequence[Point], edge: float, side: int) -> list[Point]:
    """The part of a ring on one side of a meridian (Sutherland and Hodgman 1974)."""
    found: list[Point] = []
    for before, now in zip([*ring[-1:], *ring[:-1]], ring, strict=True):
        was, stays = (side * (point[0] - edge) >= 0 for point in (before, now))
        if was != stays:
            share = (edge - before[0]) / (now[0] - before[0])
            found.append((edge, before[1] + share * (now[1] - before[1])))
        if stays:
            found.append(now)
    return found


def path(ring: Sequence[Point]) -> str:
    """A ring as an SVG path of whole numbers, each step from the point before."""
    points = [(round(x), round(y)) for x, y in (projected(*point) for point in ring)]
    kept = [
        point
        for point, after in zip(points, [*points[1:], points[0]], strict=True)
        if point != after
    ]
    if len(kept) < 3:
        return ""
    steps = [(b[0] - a[0], b[1] - a[1]) for a, b in itertools.pairwise(kept)]
    told = " ".join(f"{x} {y}" for x, y in steps).replace(" -", "-")
    return f"M{kept[0][0]} {kept[0][1]}l{told}z"


def across(ring: Sequence[Point]) -> float:
    """How wide or high a ring is on the map, whichever is more."""
    points = [projected(*point) for point in ring]
    return max(max(axis) - min(axis) for axis in zip(*points, strict=True))


def main(atlas: str, listed: str) -> None:
    """Write the map, a line for each state, by code."""
    topology = json.loads(Path(atlas).read_text(encoding="utf-8"))
    lines = arcs(topology)
    with Path(listed).open(encoding="utf-8", newline="") as file:
        places = list(csv.DictReader(file))
    by_number = {place["numeric"]: place["code"] for place in places}
    outlines: dict[str, list[list[Point]]] = {}
    for country in topology["objects"]["countries"]["geometries"]:
        named = NO_CODE.get(country["properties"]["name"])
        code = named or by_number.get(country.get("id", ""), f"-{country.get('id')}")
        for ring in rings(country, lines):
            outlines.setdefault(code, []).extend(cut(ring))
    positions = {
        place["code"]: (float(place["longitude"]), float(place["latitude"])) for place in places
    }
    for code in sorted({*outlines, *positions} - LEFT_OUT):
        found = outlines.get(code, [])
        drawn = "".join(map(path, found)) if max(map(across, found), default=0) >= SMALLEST else ""
        x, y = projected(*positions[code]) if code in positions else (0, 0)
        if drawn or code in positions:
            sys.stdout.write(f"{code.lstrip('-')}\t{round(x)}\t{round(y)}\t{drawn}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
