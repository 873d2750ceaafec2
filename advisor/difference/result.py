"""What a comparison of two bases finds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

import msgspec

from advisor.answers.whatif import Shift
from advisor.model.errors import Location
from advisor.model.result import Result

ChangeKind = Literal["base", "rule", "template", "entity", "source", "interest", "scenario", "fact"]
Facet = Literal["wording", "caveat", "advances", "strains", "strength", "place"]
How = Literal["added", "removed", "changed", "renamed"]
KINDS: tuple[ChangeKind, ...] = (
    *("base", "rule", "template", "entity", "source", "interest", "scenario", "fact"),
)


class FieldChange(msgspec.Struct, frozen=True, kw_only=True):
    """What changed in one field."""

    field: str  # as in the file
    removed: tuple[str, ...]
    added: tuple[str, ...]  # neither: the same in another order
    means: tuple[str, ...] = ()  # for which values a threshold that moved makes a difference


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """Something that was added, removed, changed or renamed."""

    kind: ChangeKind
    how: How
    name: str
    was: str | None = None  # the name in the old base of what is renamed
    scenario: str | None  # of a fact
    fields: tuple[FieldChange, ...]  # of what is changed
    where: Location  # in the new base; of what is removed, in the old


class NeededChange(msgspec.Struct, frozen=True, kw_only=True):
    """A change that advice could not have changed without."""

    kind: Literal["rule", "fact", "facts", "sources"]  # the last two taken together
    name: str
    says: str


class FutureChange(msgspec.Struct, frozen=True, kw_only=True):
    """In which share of the futures a piece of advice is given by one base and not by the other."""

    id: str
    instance: str
    says: str
    gained: float  # share of the futures in which the new base alone gives it
    lost: float  # share in which the old base alone does
    futures: int  # of what the difference rests on
    examined: int
    exact: bool  # whether every future was
    causes: tuple[NeededChange, ...]


class FacetChange(msgspec.Struct, frozen=True, kw_only=True):
    """What a reader of advice sees differ in it."""

    what: Facet
    was: str
    now: str


class AdviceChange(msgspec.Struct, frozen=True, kw_only=True):
    """What becomes of a piece of advice as the scenario stands."""

    shift: Shift  # without causes
    causes: tuple[NeededChange, ...]
    seen: tuple[FacetChange, ...] = ()  # of what both bases give


class ScenarioDifference(msgspec.Struct, frozen=True, kw_only=True):
    """What differs in the advice to one client in one scenario that both bases have."""

    name: str
    title: str
    client: str | None
    advice: tuple[AdviceChange, ...]
    futures: tuple[FutureChange, ...]
    notes: tuple[str, ...]  # what could not be compared, or not exactly
    unloadable: bool = False  # in one of the bases at least


class Difference(Result, frozen=True, kw_only=True):
    """Everything that differs between two bases."""

    document: ClassVar[str] = "diff/1"

    old: str  # folder, or revision
    new: str
    changes: tuple[Change, ...]  # by kind, then by name
    scenarios: tuple[ScenarioDifference, ...]  # what differs: of the default first, then by name
    compared: int  # scenarios that both have

    @property
    def differing(self) -> int:
        """How many scenarios differ, whoever is advised."""
        return len({scenario.name for scenario in self.scenarios})

    @property
    def same(self) -> bool:
        """Whether there is no difference at all."""
        return not self.changes and not self.scenarios

    def plain(self) -> Mapping[str, Any]:
        """Whether there is a difference, and then all of it."""
        return {"same": self.same, **super().plain()}
