"""The same rules and facts give the same bytes, whatever their order and the hash seed."""

from __future__ import annotations

import functools
import json
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


END = "\N{INFORMATION SEPARATOR TWO}"  # of what a command prints
PROGRAM = f"""
import json, sys
from advisor import cli
for words in json.loads(sys.argv[1]):
    assert cli.run(words) == 0, words
    sys.stdout.write({END!r})
    sys.stdout.flush()
"""


def output(base: Path, seed: str) -> dict[str, bytes]:
    """What each command prints about a base in one process of its own, locations taken out."""
    words = [[*one, "--base", str(base)] for one in COMMANDS.values()]
    env = {**os.environ, "PYTHONHASHSEED": seed, "COLUMNS": "100", "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, json.dumps(words)],
        capture_output=True,
        env=env,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    *printed, rest = done.stdout.split(END.encode())
    assert rest == b""
    return dict(zip(COMMANDS, map(unplaced, printed), strict=True))


def unplaced(printed: bytes) -> bytes:
    """What is printed, without the places of files."""
    assert len(printed) > 500
    printed = re.sub(rb'"where": \{[^}]*\}', b'"where": {}', printed)
    printed = re.sub(rb"[\w./-]+\.yaml(:\d+)*", b"FILE", printed)
    return re.sub(rb"\s+--base\s+\S+", b" --base BASE", printed)  # folded where it is long


@functools.cache
def expected() -> dict[str, bytes]:
    """What the commands print about the shipped base as it is."""
    return output(loader.shipped_folder(), "0")


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


@pytest.mark.parametrize("seed", ["1", "random"])
def test_output_does_not_depend_on_the_hash_seed(seed):
    """Two processes that hash differently print the same bytes."""
    assert output(loader.shipped_folder(), seed) == expected()


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
    assert output(base, seed) == expected()


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
