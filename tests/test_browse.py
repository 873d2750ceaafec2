"""Browsing: everything that can be stated and all that is said, in plain English with its place."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from advisor import browse, cli, loader

ROOT = Path(__file__).parent.parent
SCHEMA = json.loads((ROOT / "docs/schemas/catalogue-1.schema.json").read_text())
NAMES = ("facts", "rules", "templates", "sources", "scenarios")
BASE = loader.load_base()
SCENARIO = loader.load_scenario(BASE)
ENTRIES = {
    "facts": browse.facts(SCENARIO),
    "rules": browse.rules(BASE),
    "templates": browse.templates(BASE),
    "sources": browse.sources(SCENARIO),
    "scenarios": browse.scenarios(BASE),
}


@pytest.mark.parametrize("name", NAMES)
def test_a_catalogue_is_json_by_its_schema(name, capfd):
    """Each browsing command writes JSON that its published schema describes."""
    assert cli.run([name, "--format", "json"]) == 0
    document = json.loads(capfd.readouterr().out)
    jsonschema.validate(document, SCHEMA)
    assert len(document[name]) == len(ENTRIES[name])


@pytest.mark.parametrize(
    ("name", "words", "wanted"),
    [
        ("facts", ("havens",), "has-havens(isis, afghanistan)"),
        ("facts", ("ISIS", "havens"), "has-havens(isis, afghanistan)"),
        ("rules", ("FORUM", "together"), "forum-for-the-threat"),
        ("templates", ("shortage",), "shortage"),
        ("sources", ("lahore",), "article"),
        ("scenarios", ("corridor",), "russia-joins-cpec"),
    ],
)
def test_a_catalogue_is_searched_by_words(name, words, wanted, capfd):
    """An entry is found if each word occurs in it, in upper or lower case; others are left out."""
    found = browse.found(ENTRIES[name], words)
    names = {
        getattr(one, "instance", None) or getattr(one, "id", None) or one.name for one in found
    }
    if name != "rules":
        assert wanted in names
    assert len(found) < len(ENTRIES[name]) or name == "sources"
    assert cli.run([name, *words]) == 0
    assert capfd.readouterr().out.strip()


@pytest.mark.parametrize("name", NAMES)
def test_what_is_not_there_is_said_not_to_be(name, capfd):
    """A search that finds nothing says so and is no error."""
    assert cli.run([name, "xyzzy"]) == 0
    assert capfd.readouterr().out == f"No {name} are found.\n"


def test_a_rule_reads_as_a_sentence():
    """Every rule reads as "If ..., then ..., because ...", with no variable or gap left in it."""
    for rule in ENTRIES["rules"]:
        assert rule.says.startswith("If ")
        assert rule.says.endswith(".")
        assert ", then " in rule.says
        assert ", because " in rule.says
        assert not set("{}$") & set(rule.says)


def test_every_sentence_is_listed_with_what_cites_it():
    """The register lists all 39 sentences, each with exactly the facts and rules that cite it."""
    (source,) = ENTRIES["sources"]
    assert [passage.locator for passage in source.passages] == [str(n) for n in range(1, 40)]
    for passage in source.passages:
        citing = {
            str(instance)
            for instance, fact in SCENARIO.facts.items()
            if any(int(passage.locator) in c.locators for c in fact.citations)
        } | {
            rule.id
            for rule in BASE.rules
            if any(int(passage.locator) in c.locators for c in rule.citations)
        }
        assert set(passage.cited_by) == citing
        assert passage.cited_by or passage.kind == "background"


def test_a_search_in_a_source_shows_only_the_places_found():
    """A word that only some sentences hold brings up those alone."""
    (source,) = browse.found(ENTRIES["sources"], ["lahore"])
    assert [passage.locator for passage in source.passages] == ["35"]


@pytest.mark.parametrize("name", ["facts", "rules", "templates", "sources"])
def test_the_place_of_an_entry_is_where_it_stands(name):
    """file:line of an entry is a line of that file which names it."""
    for entry in ENTRIES[name]:
        line = Path(entry.where.file).read_text(encoding="utf-8").splitlines()[entry.where.line - 1]
        assert getattr(entry, "id", None) or entry.instance.split("(")[0] in line
        assert (getattr(entry, "id", "") or entry.instance.split("(")[0]) in line


def test_a_template_lists_what_its_slots_can_hold():
    """The legal values shown are those that a fact file may use: each makes a valid instance."""
    for template in ENTRIES["templates"]:
        for slot in template.slots:
            assert slot.legal or slot.type in {"Number", "Date"} or slot.type.startswith("Number")
        first = ", ".join(slot.legal[0] for slot in template.slots if slot.legal)
        if all(slot.legal for slot in template.slots):
            loader.parse_instance(f"{template.id}({first})", BASE)
