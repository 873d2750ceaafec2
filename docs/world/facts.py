"""Turns what an edition says into facts of the base's templates, each with its grade and place.

Age costs grade: a number of a year that ended three years before the edition is likely at most, one
of six years before has a roughly even chance.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

import relations
from edition import Edition, State, table
from relations import Balance, Link

_GAS_2015: Final = {flow: (f"Natural gas - {flow}",) for flow in relations._FLOWS}
FUELS: Final[dict[str, dict[str, dict[str, tuple[str, ...]]]]] = {  # by the year of the edition
    "2026": {
        "natural-gas": {flow: ("Natural gas", flow) for flow in relations._FLOWS},
        "coal": {flow: ("Coal", flow) for flow in relations._FLOWS},
        "oil": {
            "production": ("Petroleum", "total petroleum production"),
            "consumption": ("Petroleum", "refined petroleum consumption"),
        },
    },
    "2015": {
        "natural-gas": _GAS_2015,
        "oil": {
            "production": ("Crude oil - production",),
            "consumption": ("Refined petroleum products - consumption",),
        },
    },
}
MISSIONS: Final = {  # peace missions in places of conflict; those that watch a line are left out
    "MINUSCA", "UNMISS", "MONUSCO", "UNISFA", "UNIFIL", "AUSSOM",
    "African Union Support and Stabilization Mission in Somalia or AUSSOM",
}  # fmt: skip
_STANDS: Final = {
    "joined": "almost certain",
    "readmitted": "almost certain",
    "leaving": "likely",
    "unclear": "roughly even chance",
}


class Row(NamedTuple):
    """A fact as a row of a table: its slots, and what stands beside them."""

    slots: tuple[str, ...]
    likelihood: str
    source: str
    at: str
    as_of: str


Rows = Iterable[Row]


def graded(edition: Edition, year: int | None) -> str:
    """How sure a dated number is at the edition's date; an undated one is likely at most."""
    if year is None:
        return "likely"
    age = edition.date.year - year - 1  # full years since the end of that year
    return "almost certain" if age < 3 else "likely" if age < 6 else "roughly even chance"


def _row(edition: Edition, slots: tuple[str, ...], year: int | None, at: str) -> Row:
    return Row(slots, graded(edition, year), edition.source, at, str(year or ""))


def shown(share: float) -> str:
    """A share in percent with one decimal, and no digit more than it needs."""
    return f"{share:.1f}".removesuffix(".0")


# ------------------------------------------------------------------ what lies where


def lies_in(edition: Edition) -> Iterator[Row]:
    """The region of each state, by the United Nations' standard."""
    for state in edition.states:
        yield Row((state.id, region_id(state.region)), "", "m49", state.region, "")


def region_id(name: str) -> str:
    """The identifier of a region, apart from those of states: there are two Micronesias."""
    return "region-" + name.lower().replace(" ", "-")


def coasts(edition: Edition) -> Iterator[tuple[State, float, str]]:
    """The length of each state's coast in kilometres, and where that stands."""
    for one in relations.latest(edition, "Geography", "Coastline"):
        yield one.state, one.value, one.at


def landlocked(edition: Edition) -> Iterator[Row]:
    """The states without a coast."""
    return (Row((s.id,), "", edition.source, at, "") for s, km, at in coasts(edition) if not km)


def has_coast(edition: Edition) -> Iterator[Row]:
    """The states with a coast."""
    return (Row((s.id,), "", edition.source, at, "") for s, km, at in coasts(edition) if km)


def neighbours(edition: Edition) -> Iterator[Row]:
    """Each border once, from the side that comes first; none that is far from where people live."""
    seen: dict[tuple[str, ...], str] = {}
    for link in sorted(relations.borders(edition), key=lambda one: (one.state.id, one.other.id)):
        seen.setdefault(tuple(sorted((link.state.id, link.other.id))), link.at)
    for row in table("remote.csv"):
        seen.pop((row["one"], row["other"]), None)
    return (Row(pair, "", edition.source, at, "") for pair, at in seen.items())


# ------------------------------------------------------------------ energy and trade


def net_imports(edition: Edition, fuels: dict[str, dict[str, tuple[str, ...]]]) -> Iterator[Row]:
    """What a state imports of a fuel, net, in percent of what it uses."""
    for fuel, state, share, _, year, at in _net(edition, fuels):
        if share > -0.05:
            yield _row(edition, (state.id, fuel, shown(max(share, 0))), year, at)


def net_exports(edition: Edition, fuels: dict[str, dict[str, tuple[str, ...]]]) -> Iterator[Row]:
    """What a state exports of a fuel, net, in percent of what it uses."""
    for fuel, state, share, _, year, at in _net(edition, fuels):
        if share <= -0.05:
            yield _row(edition, (state.id, fuel, shown(-share)), year, at)


def market_share(edition: Edition, fuels: dict[str, dict[str, tuple[str, ...]]]) -> Iterator[Row]:
    """What a state exports of a fuel, net, in percent of the net exports of all states."""
    for fuel, state, _, of_all, year, at in _net(edition, fuels):
        if of_all >= 0.05:
            yield _row(edition, (state.id, fuel, shown(of_all)), year, at)


def _net(
    edition: Edition, fuels: dict[str, dict[str, tuple[str, ...]]]
) -> Iterator[tuple[str, State, float, float, int | None, str]]:
    for fuel, paths in fuels.items():
        found = [*relations.balances(edition, fuel, paths)]
        nets = {one.state.id: _bought(one) for one in found}
        exported = -sum(net for net in nets.values() if net is not None and net < 0) or 1
        for one in found:
            net, use = nets[one.state.id], one.flows.get("consumption")
            if net is None or use is None or use.value <= 0:
                continue
            years = [flow.year for flow in one.flows.values() if flow.year]
            share, of_all = 100 * net / use.value, -100 * net / exported
            yield fuel, one.state, share, of_all, min(years, default=None), one.at


def _bought(balance: Balance) -> float | None:
    """Imports less exports; where neither is told, what is used less what is produced.

    A flow that the edition does not list beside others counts as none.
    """
    flows = balance.flows
    if "imports" in flows or "exports" in flows:
        return sum(
            sign * flows[name].value
            for name, sign in (("imports", 1), ("exports", -1))
            if name in flows
        )
    if "consumption" in flows:
        return flows["consumption"].value - (
            flows["production"].value if "production" in flows else 0
        )
    return None


def traded(edition: Edition, direction: str) -> Iterator[Row]:
    """The share of each partner that is named in a state's exports or imports."""
    for link in relations.partners(edition, direction):
        slots = (link.state.id, link.other.id, shown(link.value))
        yield _believed(_row(edition, slots, link.year, link.at))


_DOUBTED: Final = {(row["state"], row["partner"]) for row in table("doubted.csv")}


def _believed(row: Row) -> Row:
    """A row of trade; one that cannot be taken at face value is unlikely."""
    return row._replace(likelihood="unlikely") if row.slots[:2] in _DOUBTED else row


def earned(edition: Edition) -> Iterator[Row]:
    """What a state earns by its exports to a partner, in percent of its output."""
    exports = {one.state.id: one for one in relations.latest(edition, "Economy", "Exports")}
    path = "GDP (official exchange rate)"
    output = {one.state.id: one for one in relations.latest(edition, "Economy", path)}
    for link in relations.partners(edition, "exports"):
        sold, made = exports.get(link.state.id), output.get(link.state.id)
        if sold is None or made is None or made.value <= 0:
            continue
        share = link.value * sold.value / made.value
        years = [one.year for one in (link, sold, made) if one.year]
        if share >= 1:
            slots = (link.state.id, link.other.id, shown(share))
            yield _believed(_row(edition, slots, min(years, default=None), link.at))


# ------------------------------------------------------------------ bodies


class Denial(NamedTuple):
    """That a state does not take part in a body, by which lists, and why."""

    state: str
    body: str
    lists: str
    why: str


class Standings(NamedTuple):
    """Who takes part in which body, and who does not though it once did or a list says so."""

    members: list[Row]
    denied: list[Denial]


def called(name: str) -> dict[str, str]:
    """The bodies of a table, each with its name in a list."""
    return {row["body"]: row["name"].removeprefix("the ") for row in table(name)}


def _listed(edition: Edition) -> list[Row]:
    """The bodies of bodies.csv as the edition has them."""
    labels = {row["label"]: row["body"] for row in table("bodies.csv") if row["label"]}
    found = [
        Row((one.state.id, labels[one.body]), "almost certain", edition.source, one.at, "")
        for one in relations.members(edition)
        if one.body in labels and one.standing == "member"
    ]
    return sorted(found, key=lambda one: (one.slots[1], one.slots[0]))


def reviewed(edition: Edition) -> Standings:
    """The bodies of bodies.csv, each as the edition's rows of reviewed.csv correct it."""
    names = called("bodies.csv")
    held = {row.slots: row for row in _listed(edition)}
    denied = []
    for change in changes(edition):
        key = change["state"], change["body"]
        if likelihood := _STANDS.get(change["change"]):
            if key not in held or likelihood != "almost certain":
                body = names[change["body"]]
                held[key] = Row(key, likelihood, edition.lists, body, change["since"])
            continue
        held.pop(key, None)
        since = f" in {change['since']}" if change["since"] else ""
        why = f"{change['change'].capitalize()}{since}: {change['authority']}."
        denied.append(Denial(*key, edition.lists, why))
    return Standings([*held.values()], denied)


def changes(edition: Edition) -> list[dict[str, str]]:
    """The rows of reviewed.csv that are about an edition and its states."""
    there, year = {state.id for state in edition.states}, str(edition.date.year)
    return [
        row for row in table("reviewed.csv") if row["edition"] == year and row["state"] in there
    ]


_PACTS: Final = {"nato": "North Atlantic Treaty", "csto": "Collective Security Treaty"}


def allied(edition: Edition) -> Iterator[Row]:
    """Who is bound to whom by a treaty of mutual defence."""
    there = {state.id for state in edition.states}
    members = reviewed(edition).members
    for body, treaty in _PACTS.items():
        inside = sorted(row.slots[0] for row in members if row.slots[1] == body)
        for pair in itertools.combinations(inside, 2):
            yield Row(pair, "almost certain", "treaties", treaty, "")
    for row in table("allies.csv"):
        if {row["one"], row["other"]} <= there:
            slots = row["one"], row["other"]
            yield Row(slots, "almost certain", "treaties", row["treaty"], row["since"])


# ------------------------------------------------------------------ forces and unrest


def has_forces(edition: Edition) -> Iterator[Row]:
    """Which states have forces in which, each pair once."""
    return _once(edition, (one.link for one in relations.forces(edition)))


def armed_by(edition: Edition) -> Iterator[Row]:
    """Whom a state has arms from; prose, and so likely at most."""
    return (
        one._replace(likelihood="likely") for one in _once(edition, relations.suppliers(edition))
    )


def _once(edition: Edition, links: Iterable[Link]) -> Iterator[Row]:
    seen = {}
    for link in links:
        seen.setdefault((link.state.id, link.other.id), link)
    return (_row(edition, pair, link.year, link.at) for pair, link in seen.items())


def peace_missions(edition: Edition) -> Iterator[Row]:
    """The places of peace missions, by the forces that serve in them."""
    seen: dict[str, Link] = {}
    for one in relations.forces(edition):
        if one.mission.split(";")[0].split(" and ")[0] in MISSIONS:
            seen.setdefault(one.link.other.id, one.link)
    return (_row(edition, (place,), link.year, link.at) for place, link in seen.items())


def displaced(edition: Edition) -> Iterator[Row]:
    """Who is displaced within a state, in percent of its people, from one in a thousand up."""
    path = ("People and Society", "Population")
    people = {one.state.id: one for one in relations.latest(edition, *path, "total")}
    people = people or {one.state.id: one for one in relations.latest(edition, *path)}
    fled = relations.latest(
        edition, "Transnational Issues", "Refugees and internally displaced persons", "IDPs"
    )
    for one in fled:
        total = people.get(one.state.id)
        share = 100 * one.value / total.value if total else 0
        if share >= 0.1:
            yield _row(edition, (one.state.id, shown(share)), one.year, one.at)
