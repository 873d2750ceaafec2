"""Opens an edition of the Factbook as it is packed: a folder a region, a JSON file a state."""

from __future__ import annotations

import csv
import datetime
import functools
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final, NamedTuple

from texts import plain

HERE: Final = Path(__file__).parent

# Names in its texts that are no state's: what is said of them is passed over.
_BIND: Final = re.compile(r" and (?=Herz|Barb|Nev|the Gren|Tob|Prin)")


def table(name: str) -> list[dict[str, str]]:
    """The rows of a table beside this file, which is written by hand."""
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


class State(NamedTuple):
    """A state, as the base calls it and as the editions do."""

    id: str
    file: str  # the stem of its file
    code: str  # ISO 3166-1 alpha-3; XKX for Kosovo, as is usual
    name: str
    adjective: str
    region: str
    called: str  # what else texts call it


STATES: Final = [State(*row.values()) for row in table("states.csv")]


class Text(NamedTuple):
    """A text of the edition, and where it stands: file and JSON pointer."""

    said: str
    at: str


class Edition:
    """One edition: its date, what it is cited as, and its texts.

    What it has wrong of the bodies is put right by their own lists, which are cited as *lists*.
    """

    def __init__(self, folder: Path, date: datetime.date, source: str, lists: str) -> None:
        self.date, self.source, self.lists = date, source, lists
        self._files = {path.stem: path for path in sorted(folder.glob("*/*.json"))}
        self.states = [state for state in STATES if state.file in self._files]

    @functools.cache  # noqa: B019 - an edition lives as long as the program
    def _read(self, file: str) -> Mapping[str, object]:
        content: Mapping[str, object] = json.loads(self._files[file].read_text(encoding="utf-8"))
        return content

    def at(self, state: State, *path: str) -> object:
        """What stands at a path of a state's file, or None."""
        here: object = self._read(state.file)
        for name in path:
            here = here.get(name) if isinstance(here, dict) else None
        return here

    def text(self, state: State, *path: str) -> Text | None:
        """The text at a path of a state's file."""
        here = self.at(state, *path)
        if isinstance(here, dict):
            here = here.get("text")
        if not isinstance(here, str):
            return None
        return Text(plain(here), self.locator(state, *path))

    def texts(self, state: State, *path: str) -> Iterator[Text]:
        """The text at a path, or those of the years below it."""
        here = self.at(state, *path)
        if own := self.text(state, *path):
            yield own
        elif isinstance(here, dict):
            for name in here:
                if below := self.text(state, *path, name):
                    yield below

    def locator(self, state: State, *path: str) -> str:
        """Where a path of a state's file stands: file and JSON pointer."""
        file = self._files[state.file]
        pointer = "/".join(name.replace("~", "~0").replace("/", "~1") for name in path)
        return f"{file.parent.name}/{file.name}#/{pointer}"

    @functools.cached_property
    def _names(self) -> dict[str, State]:
        named: dict[str, State] = {}
        for state in self.states:
            for name in (state.name, *state.called.split(";")):
                named[name.lower().removeprefix("the ")] = state
        return {name: state for name, state in named.items() if name}

    def named(self, text: str) -> State | None:
        """The state that a text names, if it names one."""
        key = re.sub(r"\s+", " ", text).strip(" .*").lower().removeprefix("the ")
        return self._names.get(key)

    @functools.cached_property
    def pattern(self) -> re.Pattern[str]:
        """The name of any state, as prose writes it."""
        names = {name for name in self._names if len(name) > 3}
        written = {
            *(name.title().replace(" And ", " and ").replace(" Of ", " of ") for name in names)
        }
        listed = "|".join(
            sorted(map(re.escape, {*written, "US", "UK", "UAE"}), key=lambda n: (-len(n), n))
        )
        return re.compile(rf"(?<![A-Za-z])({listed})(?![a-z])")


def bound(text: str) -> str:
    """The text with the "and" of a name written as a sign, so that a list can be taken apart."""
    return _BIND.sub(" & ", text)
