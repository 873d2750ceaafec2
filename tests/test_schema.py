"""`advisor schema`: what loads is valid, and what is misspelt is not."""

from __future__ import annotations

import copy
import json
import re
import runpy
from pathlib import Path

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import cases
from yaml12 import data_of
from yaml_text import files, plain

from advisor import cli
from advisor.authoring.schema import kind_of, schemas, written
from advisor.loader import load_base
from advisor.loader.disk import yaml_files
from advisor.loader.keys import (
    ACCEPTED,
    BASE,
    CASE,
    DECISIONS,
    ENTITY,
    EXPECT,
    FACT,
    ROW,
    RULE,
    SCENARIO,
    SOURCE,
    TABLE,
    TEMPLATE,
)

ROOT = Path(__file__).parent.parent
BASES = {path.name: path for path in sorted((ROOT / "tests" / "bases").iterdir())}
BASES |= {"shipped": ROOT, "starter": ROOT / "advisor" / "authoring" / "starter" / "base"}
SMALL = BASES["small"]
MODELINE = re.compile(r"# yaml-language-server: \$schema=(\S+)\n")


def validators(folder: Path) -> dict[str, jsonschema_rs.Draft202012Validator]:
    """The schemas of a base, ready to use: each is a schema, and all that it refers to is there."""
    found = schemas(load_base(folder)).items()
    return {name: jsonschema_rs.Draft202012Validator(one) for name, one in found}


@pytest.fixture(scope="module")
def small():
    """The schemas of the small base."""
    return validators(SMALL)


def base_files(folder: Path) -> list[Path]:
    """The files of a base."""
    return [*yaml_files(folder / "rules"), *yaml_files(folder / "facts")]


@pytest.mark.parametrize("name", BASES)
def test_every_file_is_valid_by_its_schema(name):
    """The shipped base, the one that `advisor new` makes and those of the tests are all valid."""
    found = validators(BASES[name])
    for path in base_files(BASES[name]):
        kind = kind_of(path.relative_to(BASES[name]))
        errors = [e.message[:300] for e in found[kind].iter_errors(data_of(path.read_bytes()))]
        assert not errors, path


def test_the_schemas_of_the_shipped_base_are_current():
    """docs/schemas/base holds what `advisor schema -o docs/schemas/base` writes today."""
    folder = ROOT / "docs" / "schemas" / "base"
    found = {f"{name}.schema.json": written(one) for name, one in schemas(load_base(ROOT)).items()}
    assert {path.name: path.read_text() for path in folder.iterdir()} == found


def test_the_tables_of_the_format_are_current():
    """docs/format.md has the keys that docs/keys.py writes there today, with what they mean."""
    docs = ROOT / "docs"
    text = (docs / "format.md").read_text()
    assert text == runpy.run_path(str(docs / "keys.py"))["page"](text)
    told = re.findall(r"<!-- keys of (.+) -->", text)
    rules = [RULE, DECISIONS, ROW, ACCEPTED]
    wanted = [BASE, ENTITY, TEMPLATE, SOURCE, *rules, SCENARIO, FACT, EXPECT, TABLE, CASE]
    assert told == [record.what for record in wanted]


@pytest.mark.parametrize("name", ["shipped", "starter"])
def test_each_file_points_to_its_schema(name):
    """The first line of a file names the schema of its kind; there it is, or will be written."""
    schema_folder = ROOT / "docs" / "schemas" / "base" if name == "shipped" else None
    for path in base_files(BASES[name]):
        match = MODELINE.match(path.read_text())
        assert match, path
        target = (path.parent / match[1]).resolve()
        kind = kind_of(path.relative_to(BASES[name]))
        assert target.name == f"{kind}.schema.json"
        assert target.parent == (schema_folder or BASES[name].resolve() / "schemas")


PLANTED = [  # the kind of file, where in it, what is put there
    ("facts", ["facts", 0], {"lakcs": {"town": "ashby", "cargo": "grain"}}),
    ("facts", ["facts", 0], {"lacks": {"twon": "ashby", "cargo": "grain"}}),
    ("facts", ["facts", 0], {"lacks": {"town": "ashbi", "cargo": "grain"}}),
    ("facts", ["facts", 0], {"lacks": {"town": "grain", "cargo": "ashby"}}),
    ("facts", ["facts", 0], {"lacks": {"town": "ashby"}}),
    ("facts", ["facts", 0], {"lacks": {"town": "$town", "cargo": "grain"}}),
    ("facts", ["facts", 0], "lacks(ashby, grian)"),
    ("facts", ["facts", 0], "lacks(ashby)"),
    ("facts", ["facts", 0], "lacks(ashby, grain)=probably"),
    ("facts", ["facts", 0], {"depth": {"town": "ashby", "metres": "deep"}}),
    ("facts", ["facts", 0], {"opened": {"town": "ashby", "date": "1990"}}),
    ("facts", ["facts", 0], {"guarded": {"town": "ashby", "always": "yes"}}),
    ("facts", ["facts", 0], {"weather": {"town": "ashby", "now": "windy"}}),
    ("facts", ["facts", 0], {"buy": {"client": "ashby", "partner": "brook", "cargo": "grain"}}),
    ("facts", ["facts", 0], {"lacks": {"town": "ashby", "cargo": "grain"}, "likelihood": "maybe"}),
    ("facts", ["facts", 0], {"lacks": {"town": "ashby", "cargo": "grain"}, "source": "ledger"}),
    ("facts", ["facts", 0], {"lacks": {"town": "ashby", "cargo": "grain"}, "sources": ["leger"]}),
    ("facts", ["fact"], []),
    ("facts", ["denied"], ["buy(ashby, brook, grain)"]),
    ("facts", ["client"], "grain-store"),
    ("facts", ["expect"], {"given": ["by"]}),
    ("facts", ["expect"], {"givn": ["buy"]}),
    ("facts", ["withdraw"], ["no-such-rule"]),
    ("facts", ["interests"], {"ashby": ["suply"]}),
    ("rules", [0, "iff"], []),
    ("rules", [0, "if", 0], {"lniked": {"one": "$one"}}),
    ("rules", [0, "if", 0], {"linked": {"onee": "$one"}}),
    ("rules", [0, "if", 0], {"linked": {"one": "$One"}}),
    ("rules", [0, "if", 0], {"at-least": {"of": {"linked": {"one": "ashby"}}}}),
    ("rules", [0, "then", 0], {"partners": {"one": "$one"}}),
    ("rules", [0, "then", 0], {"partners": {"one": "$one", "other": ["ashby", "brook"]}}),
    ("rules", [0, "strength"], "strong"),
    ("rules", [0, "where"], "one is not other"),
    ("rules", [0, "sources"], {"ledger": 12}),
    ("rules", [0, "sources"], {"almanack": 1}),
    ("rules", [0, "advances"], ["suply"]),
    ("templates", ["lacks", "slot"], {}),
    ("templates", ["lacks", "slots", "town"], "Twon"),
    ("templates", ["lacks", "slots", "Town"], "Town"),
    ("templates", ["Lacks"], {"slots": {}, "says": "x"}),
    ("templates", ["new"], {"slots": {}}),
    ("entities", ["Town", "ashby", "nmae"], "x"),
    ("entities", ["Town", "ashby"], {}),
    ("entities", ["town"], {}),
    ("sources", ["ledger", "grade"], "G7"),
    ("sources", ["ledger", "passages", "1", "kind"], "guess"),
    ("sources", ["almanac", "dated"], "of old"),
    ("interests", ["supply", "say"], "x"),
    ("base", ["titel"], "x"),
    ("base", ["date"], "2026"),
    ("base", ["client"], "nobody"),
]
PLACES = {"facts": "facts/plain.yaml", "rules": "rules/trade.yaml"}


@pytest.mark.parametrize(("kind", "path", "value"), PLANTED)
def test_a_planted_mistake_is_seen(small, kind, path, value):
    """Unknown templates, slots, entities, keys and terms, at any depth, are invalid."""
    file = SMALL / PLACES.get(kind, f"rules/{kind}.yaml")
    data = copy.deepcopy(data_of(file.read_bytes()))
    assert small[kind].is_valid(data)
    place = data
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    assert not small[kind].is_valid(data)


@pytest.mark.parametrize(
    ("facts", "valid"),
    [
        ({"entities": {"Town": {"dell": {"name": "Dell"}}}, "facts": ["lacks(dell, grain)"]}, True),
        ({"facts": ["lacks(dell, grain)"]}, False),
        ({"sources": {"letter": {}}, "facts": [{"dry": {}}]}, False),
        (
            {
                "sources": {"letter": {"title": "A letter", "origin": "us"}},
                "facts": [{"lacks": {"town": "ashby", "cargo": "grain"}, "sources": {"letter": 2}}],
            },
            True,
        ),
        ({"facts": ["lacks( ashby ,grain ) = likely", "depth(ashby, -2.5)"]}, True),
        ({"facts": None, "extends": "plain"}, True),
        ({"facts": ["market-day = likely"], "unknown": ["market-day()"]}, True),
        ({"facts": ["lacks"]}, False),
    ],
)
def test_a_fact_file_may_declare_names_of_its_own(small, facts, valid):
    """With `entities` or `sources` of its own, a file may use names that the base lacks."""
    assert small["facts"].is_valid({"title": "T", **facts}) == valid


@settings(max_examples=settings.default.max_examples // 2)
@given(cases(), st.data())
def test_what_loads_is_valid_and_a_changed_name_is_not(tmp_path_factory, case, data):
    """Random bases: every file is valid; with one template or slot misspelt it is not."""
    folder = tmp_path_factory.mktemp("base")
    found = files(case.scenario)
    for name, content in found.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(plain(content))
    valid = validators(folder)
    read = {name: data_of((folder / name).read_bytes()) for name in found}
    for name in found:
        kind = kind_of(Path(name))
        assert valid[kind].is_valid(read[name]), name
    facts = read["facts/case.yaml"].get("facts", [])
    rules = read["rules/some.yaml"]
    patterns = [one for rule in rules for one in rule["then"]] + list(facts)
    pattern = data.draw(st.sampled_from(patterns))
    template = next(iter(pattern))
    pattern[f"{template}-x"] = pattern.pop(template)
    scenario = {"title": "T", "facts": facts}
    assert not (valid["rules"].is_valid(rules) and valid["facts"].is_valid(scenario))


# ------------------------------------------------------------------ the command


@pytest.fixture
def run(capfd, monkeypatch):
    """Runs a command in this process; gives its exit code and both streams."""
    monkeypatch.delenv("ADVISOR_BASE", raising=False)

    def call(*args: object) -> tuple[int, str, str]:
        capfd.readouterr()
        code = cli.run([str(arg) for arg in args])
        return code, *capfd.readouterr()

    return call


def test_schemas_go_to_a_folder_or_to_stdout(run, tmp_path):
    """-o DIR makes the folder and writes a file for each kind; without it, one document."""
    folder = tmp_path / "some" / "schemas"
    assert run("schema", "--base", SMALL, "-o", folder) == (0, "", "")
    code, out, err = run("schema", "--base", SMALL)
    assert (code, err) == (0, "")
    assert json.loads(out) == {
        path.name: json.loads(path.read_text()) for path in sorted(folder.iterdir())
    }
    assert all(one["$schema"].endswith("2020-12/schema") for one in json.loads(out).values())


def test_where_no_folder_can_be_made(run, tmp_path):
    """A file in the place of the folder: exit code 2, a message."""
    (tmp_path / "file").touch()
    code, out, err = run("schema", "--base", SMALL, "-o", tmp_path / "file")
    assert (code, out) == (2, "")
    assert err.startswith("error: cannot write to ")


def test_the_schemas_speak():
    """Templates show their English, entities their names: what an editor shows in passing."""
    text = json.dumps(schemas(load_base(SMALL))["facts"])
    assert "{town} lacks {cargo}" in text
    assert "downs (the Downs)" in text
