"""Turns a base into JSON Schemas of its own files, so that editors complete and check them."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import msgspec

from advisor import loader
from advisor.authoring.schema.facts import scenario_file
from advisor.authoring.schema.rules import rule_file
from advisor.authoring.schema.shapes import Schema
from advisor.authoring.schema.vocabulary import (
    base_file,
    entities_file,
    interests_file,
    sources_file,
    templates_file,
)
from advisor.model.errors import AdvisorError
from advisor.model.records import KnowledgeBase
from advisor.model.sources import Source

__all__ = ["kind_of", "schemas", "written"]

_SECTIONS: Final = ("base", "entities", "interests", "sources", "templates")


def schemas(base: KnowledgeBase) -> dict[str, Schema]:
    """The schema of each kind of file of a base."""
    names = sorted(loader.scenario_names(base))
    return {
        "base": base_file(base, names),
        "entities": entities_file(base),
        "facts": scenario_file(_widened(base, loader.own_scenarios(base)), names),
        "interests": interests_file(base),
        "rules": rule_file(base),
        "sources": sources_file(base),
        "templates": templates_file(base),
    }


def _widened(base: KnowledgeBase, names: Iterable[str]) -> KnowledgeBase:
    """The base with the entities and sources that its scenarios declare; spoilt ones are left out.

    A schema is there to help with those.
    """
    entities, sources = dict(base.entities), dict(base.sources)
    for name in names:
        with contextlib.suppress(AdvisorError):
            scenario = loader.load_scenario(base, name)
            entities |= scenario.base.entities
            for source in scenario.base.sources.values():
                sources[source.id] = _together(sources.get(source.id, source), source)
    return msgspec.structs.replace(base, entities=entities, sources=sources)


def _together(one: Source, other: Source) -> Source:
    """One source for what several scenarios declare under one id, with the places of both.

    Where one of them names no passages, any place is right.
    """
    both = {**one.passages, **other.passages} if one.passages and other.passages else {}
    return msgspec.structs.replace(one, passages=both)


def kind_of(path: Path) -> str:
    """Which schema a file of a base is held to, from its path within the base."""
    if path.parts[:1] == ("facts",):
        return "facts"
    return path.stem if path.parent == Path("rules") and path.stem in _SECTIONS else "rules"


def written(schema: Schema) -> str:
    """A schema as text, the same for the same base."""
    return json.dumps(schema, indent=1, ensure_ascii=False) + "\n"
