"""What an edition says of states, relation by relation; nothing is imputed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from edition import Edition, State, Text, bound
from texts import number, parts, year

_FLOWS: Final = ("production", "consumption", "imports", "exports")


class Flow(NamedTuple):
    """A quantity of a fuel in a year, in whatever unit the edition has for that fuel."""

    value: float
    year: int | None


class Balance(NamedTuple):
    """What a state produces, uses and trades of a fuel."""

    state: State
    flows: dict[str, Flow]
    at: str


class Link(NamedTuple):
    """Something between a state and another, or a place."""

    state: State
    other: State
    value: float  # a share, a length, a number of people; 0 where there is none
    year: int | None
    at: str


class Measure(NamedTuple):
    """A number about a state."""

    state: State
    value: float
    year: int | None
    at: str


class Member(NamedTuple):
    """That a state belongs to a body in some standing, as the edition words both."""

    state: State
    body: str
    standing: str
    at: str


def balances(edition: Edition, fuel: str, paths: dict[str, tuple[str, ...]]) -> Iterator[Balance]:
    """What each state produces, uses and trades of a fuel, from the paths of these flows."""
    for state in edition.states:
        flows = {}
        for flow in _FLOWS:
            text = edition.text(state, "Energy", *paths[flow]) if flow in paths else None
            value = None if text is None else number(text.said)
            if text is not None and value is not None:
                flows[flow] = Flow(value, year(text.said))
        if flows:
            whole = paths["consumption"]
            at = edition.locator(state, "Energy", *(whole[:1] if len(whole) > 1 else whole))
            yield Balance(state, flows, at)


def members(edition: Edition) -> Iterator[Member]:
    """Who belongs to what; a bracket that is lost in the text is put back."""
    for state in edition.states:
        text = edition.text(state, "Government", "International organization participation")
        if text is None:
            continue
        said = re.sub(r"^[^,]*:\s*", "", text.said)
        seen = {}
        for part in parts(said.replace("(Enhanced Engagement,", "(enhanced engagement),")):
            match = re.match(r"^(.*?)\s*(?:\(([^()]*)\))?$", part)
            if match and re.match(r"[A-Z]", match[1]):
                seen.setdefault(match[1], (match[2] or "member").lower())
        for body, standing in seen.items():
            yield Member(state, body, standing, text.at)


_SHARE: Final = re.compile(r"^(?:and |plus )?(.*?)\s+(?:<)?(-?[\d.]+)\s*%")
_TURNED: Final = re.compile(
    r"([A-Z][a-z]+), (The|Republic of the|Democratic Republic of the|Dem\. Rep\. of the)(?= \d)"
)


def partners(edition: Edition, direction: str) -> Iterator[Link]:
    """The partners that an edition names for a state's exports or imports, with their shares."""
    for state in edition.states:
        text = edition.text(state, "Economy", f"{direction.capitalize()} - partners")
        if text is None:
            continue
        body = re.sub(r"\([^()]*\d{4}[^()]*\)\s*$", "", text.said.split(" note")[0]).strip(" ;")
        for part in parts(_TURNED.sub(r"\2 \1", body)):
            match = _SHARE.match(part)
            other = edition.named(re.sub(r"\(.*?\)", "", match[1])) if match else None
            if match and other and other != state:
                yield Link(state, other, float(match[2]), year(text.said), text.at)


def borders(edition: Edition) -> Iterator[Link]:
    """Which states border on which, with the length of the border in kilometres."""
    for state in edition.states:
        lands = edition.at(state, "Geography", "Land boundaries")
        for name in lands if isinstance(lands, dict) else ():
            text = edition.text(state, "Geography", "Land boundaries", name)
            if name.startswith("border countries") and text is not None:
                yield from _lengths(edition, state, text)


def _lengths(edition: Edition, state: State, text: Text) -> Iterator[Link]:
    said = re.split(
        r"\bnote\b", re.sub(r"border countries \(\d+\):?|metropolitan France", "", text.said)
    )[0]
    for part in parts(re.sub(r" km,", " km;", bound(said)), ";"):
        for piece in re.split(r"\band\b(?=[^()]*\d)|,(?=\s*[A-Z])", part):
            match = re.match(r"\s*([^\d]+?)\s*(?:\(.*?\)\s*)?([\d,]*\.?\d+)\s*(km|m)\b", piece)
            other = (
                edition.named(re.sub(r"\(.*", "", match[1].replace(" & ", " and ")))
                if match
                else None
            )
            if match and other and other != state:
                length = float(match[2].replace(",", "")) / (1 if match[3] == "km" else 1000)
                yield Link(state, other, length, None, text.at)


def latest(edition: Edition, *path: str) -> Iterator[Measure]:
    """The number of the latest year at a path, for each state that has one."""
    for state in edition.states:
        found = []
        for text in edition.texts(state, *path):
            for piece in text.said.split("++"):
                value = number(piece)
                if value is not None:
                    found.append(Measure(state, value, year(piece), text.at))
        if found:
            yield max(found, key=lambda one: one.year or 0)


_FORCE: Final = re.compile(
    r"^(?:and )?(?:up to |approximately |about |around |over |more than |estimated |at least )*"
    r"([\d,]+)\s+(?:troops |personnel |military personnel |total |military )*"
    r"(?:in |to |deployed to )?(?:the )?([A-Z][A-Za-z .'/-]*?)\s*(?:\(([^()]*)\))?\.?$"
)


class Force(NamedTuple):
    """Forces of a state in another, and the mission that they serve in, if it is named."""

    link: Link
    mission: str


def forces(edition: Edition) -> Iterator[Force]:
    """Forces abroad of which a text gives a number with a place."""
    for state in edition.states:
        text = edition.text(state, "Military and Security", "Military deployments")
        if text is None:
            continue
        when = year(text.said[-8:]) or year(text.said)
        for part in parts(re.sub(r"\(\d{4}\)\s*$", "", text.said), ";"):
            said = re.sub(r"^([\d,]+) \(plus [^()]*\)", r"\1", part).replace(
                "Golan Heights", "Syria"
            )
            match = _FORCE.match(said)
            for name in match[2].split("/") if match else ():
                place = edition.named(name)
                if match and place and place != state:
                    people = float(match[1].replace(",", ""))
                    yield Force(Link(state, place, people, when, text.at), match[3] or "")


_MAKERS: Final = {  # whose adjectives stand in lists: "Chinese, Russian, and US equipment"
    "united-states", "united-kingdom", "france", "germany", "russia", "china", "italy", "israel",
    "turkey", "spain", "india", "sweden", "south-korea", "brazil", "ukraine", "iran", "north-korea",
    "netherlands", "belarus",
}  # fmt: skip
_SELLS: Final = re.compile(r"export(s|ed|er)? (to|of)|one of the world's|largest arms exporter")
_MAKES: Final = re.compile(r"industry|defense sector|shipbuild")
_BUYS: Final = re.compile(r"import|supplier|provider|source|inventory|equipped")
_FORMER: Final = re.compile(
    r"Soviet|former suppliers?|historically|in the past|Cold War|have included"
)
_STILL: Final = re.compile(
    r"suppliers?,? includ(?!ed)|imported|acquired|modern|newer|such (?:countries|suppliers)"
)
_HEIR: Final = re.compile(r"Russia(?:n)?(?:/| and |, and | or )(?:the )?(?:former )?Soviet")


def suppliers(edition: Edition) -> Iterator[Link]:
    """Whom a state's arms come from, as prose says it; former suppliers are left out."""
    for state in edition.states:
        path = ("Military and Security", "Military equipment inventories and acquisitions")
        text = edition.text(state, *path)
        if text is None:
            continue
        said = text.said.replace("Türkiye", "Turkey")
        when = year(said[-8:]) or year(said)
        found: dict[str, State] = {}
        for clause in re.split(r";|, although|, while", said):
            if _of_suppliers(clause):
                for other in _named(edition, clause):
                    if other != state:
                        found.setdefault(other.id, other)
        for other in found.values():
            yield Link(state, other, 0, when, text.at)


def _of_suppliers(clause: str) -> bool:
    """Whether a clause tells of those whom arms come from now."""
    if _SELLS.search(clause) and not re.search(r"import|supplier|provider", clause):
        return False
    if _MAKES.search(clause) and not _BUYS.search(clause):
        return False
    heir = _HEIR.sub("Russia", clause)
    return not (_FORMER.search(heir) and not _STILL.search(heir))


def _named(edition: Edition, clause: str) -> Iterator[State]:
    """The states that a clause names, or whose adjective stands before arms."""
    for name in edition.pattern.findall(clause):
        if state := edition.named(name):
            yield state
    for state in edition.states:
        listed = r"|,| and| or|/" if state.id in _MAKERS else ""
        arms = rf"(?:-origin|-made|-supplied| armament| arm| equipment| weapon| material{listed})"
        adjective = "(?:American|US)" if state.adjective == "US" else re.escape(state.adjective)
        if adjective and re.search(rf"(?<![A-Za-z-]){adjective}{arms}", clause):
            yield state
