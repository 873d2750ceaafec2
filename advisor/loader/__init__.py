"""Turns the files of a base and of its scenarios into a model, with every error they hold.

The names below are loaded when they are first used: help and the Tab key need few of the modules.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from advisor.loader.bases import fingerprint, load_base
    from advisor.loader.chains import nameable, own_scenarios, scenario_names
    from advisor.loader.disk import shipped_folder
    from advisor.loader.reach import allowing, reaches
    from advisor.loader.scenarios import (
        ScenarioHead,
        change,
        load_answers,
        load_scenario,
        load_what_if,
        load_with_parent,
        load_with_parents,
        scenario_heads,
    )
    from advisor.loader.texts import parse_instance
    from advisor.loader.written import FactFile, fact_file
    from advisor.model.changes import Changes, fold

__all__ = [
    "Changes",
    "FactFile",
    "ScenarioHead",
    "allowing",
    "change",
    "fact_file",
    "fingerprint",
    "fold",
    "load_answers",
    "load_base",
    "load_scenario",
    "load_what_if",
    "load_with_parent",
    "load_with_parents",
    "nameable",
    "own_scenarios",
    "parse_instance",
    "reaches",
    "scenario_heads",
    "scenario_names",
    "shipped_folder",
]

_HOMES = {
    "Changes": "advisor.model.changes",
    "FactFile": "advisor.loader.written",
    "ScenarioHead": "advisor.loader.scenarios",
    "allowing": "advisor.loader.reach",
    "change": "advisor.loader.scenarios",
    "fact_file": "advisor.loader.written",
    "fingerprint": "advisor.loader.bases",
    "fold": "advisor.model.changes",
    "load_answers": "advisor.loader.scenarios",
    "load_base": "advisor.loader.bases",
    "load_scenario": "advisor.loader.scenarios",
    "load_what_if": "advisor.loader.scenarios",
    "load_with_parent": "advisor.loader.scenarios",
    "load_with_parents": "advisor.loader.scenarios",
    "nameable": "advisor.loader.chains",
    "own_scenarios": "advisor.loader.chains",
    "parse_instance": "advisor.loader.texts",
    "reaches": "advisor.loader.reach",
    "scenario_heads": "advisor.loader.scenarios",
    "scenario_names": "advisor.loader.chains",
    "shipped_folder": "advisor.loader.disk",
}


def __getattr__(name: str) -> Any:
    """One of the names above, from its module."""
    if name not in _HOMES:
        raise AttributeError(f"module '{__name__}' has no attribute '{name}'")
    found = globals()[name] = getattr(importlib.import_module(_HOMES[name]), name)
    return found
