"""The same rules and facts give the same bytes, whatever their order and the hash seed."""

from __future__ import annotations

import functools
import os
import random
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from advisor import loader

TESTS = Path(__file__).parent
COMMANDS = {
    "json": ("advise", "--long", "--format", "json"),
    "terminal": ("advise", "--long"),
    "other-client": ("advise", "--for", "russia", "--format", "json"),
    "what-if": ("advise", "groundwork-done", "--format", "json"),
    "explain": ("explain", "seek-investment", "--all", "--format", "json"),
    "stress": ("stress", "--samples", "640", "--format", "json"),
}
SECTIONS = {"base.yaml", "entities.yaml", "interests.yaml", "sources.yaml", "templates.yaml"}
UNORDERED = {"facts", "denied", "unknown", "assume", "withdraw", "one-of", "alternatives"}
ORDERED = {"slots", "values"}  # mappings whose order means something
NAMES = ("zoo.yaml", "a/first.yaml", "a/b/second.yaml", "m.yaml", "0.yaml")


def output(base: Path, command: str, seed: str) -> bytes:
    """What a command prints about a base in a process of its own, locations taken out."""
    arguments = [sys.executable, "-m", "advisor", *COMMANDS[command], "--base", str(base)]
    env = {**os.environ, "PYTHONHASHSEED": seed, "COLUMNS": "100"}
    done = subprocess.run(arguments, capture_output=True, env=env, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    assert len(done.stdout) > 500
    unplaced = re.sub(rb'"where": \{[^}]*\}', b'"where": {}', done.stdout)
    unplaced = re.sub(rb"[\w./-]+\.yaml(:\d+)*", b"FILE", unplaced)
    return re.sub(rb"\s+--base\s+\S+", b" --base BASE", unplaced)  # folded where it is long


@functools.cache
def expected(command: str) -> bytes:
    """What the command prints about the shipped base as it is."""
    return output(loader.shipped_folder(), command, "0")


def shuffled(node: yaml.Node, chance: random.Random, under: str = "") -> yaml.Node:
    """The node with its keys, and those of its lists that have no order, in a random order."""
    if isinstance(node, yaml.MappingNode):
        node.value = [(key, shuffled(value, chance, key.value)) for key, value in node.value]
        if under not in ORDERED:
            chance.shuffle(node.value)
    elif isinstance(node, yaml.SequenceNode):
        node.value = [shuffled(item, chance) for item in node.value]
        if under in UNORDERED:
            chance.shuffle(node.value)
    return node


def composed(path: Path, chance: random.Random) -> yaml.Node:
    """The content of a file, shuffled."""
    return shuffled(yaml.compose(path.read_bytes(), Loader=yaml.CSafeLoader), chance)


def write(path: Path, node: yaml.Node) -> None:
    """Write a file and the folders that it needs."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = yaml.serialize(node, Dumper=yaml.CSafeDumper, width=10**6, allow_unicode=True)
    path.write_text(text, encoding="utf-8")


def rearranged(base: Path, target: Path, chance: random.Random) -> Path:
    """A copy of a base with rules in other files and everything unordered in another order."""
    rules = []
    for path in sorted((base / "rules").rglob("*.yaml")):
        if path.name in SECTIONS:
            write(target / "rules" / path.name, composed(path, chance))
        else:
            rules += composed(path, chance).value
    chance.shuffle(rules)
    names = chance.sample(NAMES, 1 + chance.randrange(len(NAMES)))
    for number, name in enumerate(names):
        part = yaml.SequenceNode("tag:yaml.org,2002:seq", rules[number :: len(names)])
        write(target / "rules" / name, part)
    for path in sorted((base / "facts").rglob("*.yaml")):
        folder = target / "facts" / chance.choice(("", "z", "b/c"))
        write(folder / path.name, composed(path, chance))
    return target


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("seed", ["1", "random"])
def test_output_does_not_depend_on_the_hash_seed(command, seed):
    """Two processes that hash differently print the same bytes."""
    assert output(loader.shipped_folder(), command, seed) == expected(command)


def test_no_command_depends_on_the_hash_seed():
    """What a command prints in any format, two processes that hash differently print alike."""
    command = [sys.executable, str(TESTS / "digests.py"), str(TESTS / "bases" / "small")]
    found = [
        subprocess.run(
            command, env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("1", "2")
    ]
    assert found[0] == found[1]
    assert len(set(found[0].split(b"\n"))) > len(COMMANDS)


@pytest.mark.parametrize("seed", ["0", "random"])
def test_output_does_not_depend_on_the_order_of_files_facts_and_rules(seed, tmp_path):
    """A base split into other files, in another order, prints the same but for locations."""
    chance = random.Random(seed)
    base = rearranged(loader.shipped_folder(), tmp_path / "base", chance)
    for command in COMMANDS:
        assert output(base, command, seed) == expected(command), command


def test_a_rearranged_base_is_another_base(tmp_path):
    """The copies that these tests compare do differ in their files, and in what stands where."""
    shipped = loader.shipped_folder()
    chance = random.Random("0")
    base = rearranged(shipped, tmp_path / "base", chance)
    text = {path.name: path.read_text(encoding="utf-8") for path in base.rglob("*.yaml")}
    for path in sorted((shipped / "facts").rglob("*.yaml")):
        assert text[path.name] != path.read_text(encoding="utf-8")
    places = [
        {rule.id: rule.where.line for rule in loader.load_base(folder).rules}
        for folder in (shipped, base)
    ]
    assert places[0].keys() == places[1].keys()
    assert places[0] != places[1]
