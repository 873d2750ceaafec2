"""Turns the files of a base and of its scenarios into a model, with every error they hold."""

from advisor.loader.bases import fingerprint, load_base
from advisor.loader.chains import nameable, scenario_names
from advisor.loader.files import shipped_folder
from advisor.loader.instances import parse_instance
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
    "parse_instance",
    "reaches",
    "scenario_heads",
    "scenario_names",
    "shipped_folder",
]
