"""The shipped files, mutated: a load ends in clean problems or in a base that works.

Three kinds of mutant: of bytes, of tokens and of nodes. Each test makes 100 of its kind in the
ordinary run and 3,500 in the nightly one (HYPOTHESIS_PROFILE=nightly): 300 and 10,500 in all.
"""

from __future__ import annotations

import contextlib
import copy
import difflib
import functools
import io
import os
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import msgspec
import pytest
import yaml
from hypothesis import assume, event, given, note, settings
from hypothesis import strategies as st
from rich.console import Console

from advisor import api, loader
from advisor.loader import yamlfile
from advisor.model.errors import AdvisorError, Location, Problem
from advisor.model.records import KnowledgeBase
from advisor.model.scenarios import Scenario
from advisor.reasoning.building import build
from advisor.reasoning.evaluate import Outcome, outcome
from advisor.render.exchange import json
from advisor.render.terminal.advice import advice as advice_view
from advisor.render.terminal.explanation import explanation as explanation_view

SHIPPED = loader.shipped_folder()
FILES = sorted(  # without the world, and those that hold the rules to each of their conditions
    path
    for folder in ("rules", "facts")
    for path in (SHIPPED / folder).rglob("*.yaml")
    if not path.name.startswith("links-in-") and "world" not in path.relative_to(SHIPPED).parts
)
TEXT = {path: path.read_bytes() for path in FILES}
MAIN = SHIPPED / "facts" / "pakistan-russia.yaml"

NIGHTLY = os.environ.get("HYPOTHESIS_PROFILE") == "nightly"
MUTANTS = 3_500 if NIGHTLY else 100  # of each of three kinds
SEVERAL = st.sampled_from([1, 1, 1, 2, 4])  # mutations of one file
ordinary_or_nightly = settings(max_examples=MUTANTS)


# ------------------------------------------------------------------ loading a mutant

_read = yamlfile.read
_documents: dict[Path, yamlfile.YamlDocument] = {}  # of the files as they are, parsed once


@contextlib.contextmanager
def in_place_of(path: Path, data: bytes) -> Iterator[None]:
    """For a while, the loader reads these bytes where the file's own are."""

    def read(asked: Path, shown_as: str | None = None) -> yamlfile.YamlDocument:
        if asked == path:
            return yamlfile.parse(data, shown_as or str(asked))
        if asked not in _documents:
            _documents[asked] = _read(asked, shown_as)
        return _documents[asked]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(yamlfile, "read", read)
        yield


@functools.cache
def unmutated() -> KnowledgeBase:
    """The base as it is, for mutants of fact files: nothing of these is in it."""
    return loader.load_base(SHIPPED)


def states_facts(path: Path) -> bool:
    """Whether a file states facts, and no rules."""
    return "facts" in path.relative_to(SHIPPED).parts


def outcome_of(path: Path) -> Outcome:
    """The scenario in a fact file, or the default one for a file of rules, worked out."""
    facts = states_facts(path)
    base = unmutated() if facts else loader.load_base(SHIPPED)
    scenario = loader.load_scenario(base, str(path) if facts else None)
    return outcome(scenario, build(scenario))


def survives(path: Path, data: bytes) -> None:
    """A file with these contents is refused with clean problems, or works to the end."""
    assume(data != TEXT[path])
    note(difference(path, data))
    with in_place_of(path, data):
        try:
            case = outcome_of(path)
        except AdvisorError as error:
            event("refused")
            assert error.problems
            for problem in error.problems:
                check(problem, path, data)
            return
        event("valid")
        works(case)


def check(problem: Problem, path: Path, data: bytes) -> None:
    """A problem says something, and points to a line that is there, quoting it."""
    assert problem.message.strip()
    assert problem.hint is None or problem.hint.strip()
    if problem.where is None:
        return
    file = Path(problem.where.file)
    found = next((one for one in FILES if one.samefile(file)), None) if file.is_file() else None
    assert found or file.resolve().is_relative_to(SHIPPED), file
    held = data if found == path else TEXT[found] if found else b""
    lines = held.decode("utf-8", errors="replace").splitlines()
    assert 0 <= problem.where.line <= max(1, len(lines))
    assert (problem.where.line == 0) == (problem.where.column == 0)
    if problem.quoted is not None:
        shown = lines[problem.where.line - 1] if lines else ""
        mark = "\ufeff" if problem.where.line == 1 else ""  # of the encoding, and no text
        assert problem.quoted == shown.removeprefix(mark)


def works(case: Outcome) -> None:
    """Advice, its reasons and what is withheld can be asked for and shown in every form."""
    base = case.scenario.base
    try:
        advice = api.advise(case)
    except AdvisorError as error:  # a client whom nobody can advise
        assert all(problem.message for problem in error.problems)
        return
    shown = Console(file=io.StringIO(), width=80)
    advice_view(shown, advice, base, asked=None, long=True)
    assert json.document("advice/2", advice)
    asked = [one.instance for one in advice.recommendations[:3]]
    asked += [one.instance for one in advice.open[:1]]
    asked += [template for template in base.templates if base.templates[template].advice][:3]
    for what in asked:
        for result in (api.explain(case, what), api.why_not(case, what)):
            explanation_view(shown, result, base)
            assert json.document("explanation/1", result)
    assert len(shown.file.getvalue()) > 20


def difference(path: Path, data: bytes) -> str:
    """What was mutated, for a failing example."""
    old, new = (text.decode("utf-8", "backslashreplace") for text in (TEXT[path], data))
    lines = difflib.unified_diff(old.splitlines(), new.splitlines(), str(path), "mutant", n=0)
    return "\n".join(line[:300] for line in list(lines)[:40])


# ------------------------------------------------------------------ bytes


@st.composite
def byte_mutants(draw) -> tuple[Path, bytes]:
    """A file with a few bits flipped and slices inserted, deleted, doubled or moved."""
    path = draw(st.sampled_from(FILES))
    data = bytearray(TEXT[path])
    for _ in range(draw(SEVERAL)):
        start = draw(st.integers(0, len(data)))
        end = min(start + draw(st.sampled_from([1, 2, 5, 20, 200, 10_000])), len(data))
        do = draw(st.sampled_from(["flip", "insert", "delete", "double", "move", "cut", "byte"]))
        match do:
            case "flip" if start < end:
                data[start] ^= 1 << draw(st.integers(0, 7))
            case "byte" if start < end:
                data[start] = draw(st.integers(0, 255))
            case "insert":
                data[start:start] = draw(st.binary(min_size=1, max_size=8))
            case "delete":
                del data[start:end]
            case "double":
                data[end:end] = data[start:end]
            case "move":
                taken = data[start:end]
                del data[start:end]
                there = draw(st.integers(0, len(data)))
                data[there:there] = taken
            case "cut":
                del data[start:]
    return path, bytes(data)


@ordinary_or_nightly
@given(byte_mutants())
def test_mutated_bytes_are_refused_cleanly_or_work(mutant):
    """Files with bytes flipped, inserted, deleted, doubled and moved."""
    survives(*mutant)


# ------------------------------------------------------------------ tokens

TOKENS = {path: re.findall(r"\n *|[ \t]+|[\w$.-]+|.", text.decode()) for path, text in TEXT.items()}
WORDS = sorted({token for tokens in TOKENS.values() for token in tokens if token.strip()})
NASTY = (
    *("", "\n", "\n\n  ", "  ", "\t", "\r\n", "- ", "? ", ": ", "---\n", "...\n", "%YAML 1.1\n"),
    *("[", "]", "{", "}", "{}", "[]", ",", "'", '"', "''", "|", ">", ">-\n", "#", " # ", "\\"),
    *("&a ", "*a", "!!int ", "!x ", "!", "<<", "@", "`", "%", "null", "~", "true", "false", "NO"),
    *("yes", "0", "-1", "1e9", ".inf", "0x1f", "1_000", "007", "3.", ".5", "9" * 40, "1" * 5_000),
    *("2026-13-45", "0000-00-00", "9999-12-31", "2026-11-22", "12:30:45", "C3", "PAK", "State"),
    *("$", "$x", "$client", "$client != $client", "$a < $b < $c", "{client}", "{client.adjective}"),
    *(
        "{client:is/are}",
        "{",
        "{x",
        "{}{}",
        "{client.}",
        "{a/b}",
        "at-least",
        "likelihood",
        "title",
    ),
    *("sources", "otherwise", "extends", "pakistan", "shortage(pakistan, energy)", "()", "a(b)=c"),
    *(
        "x(" + ",".join("a" * 60) + ")",
        "é",
        "東京",
        "\u00a0",
        "\u2003",
        "\u202e",
        "\u2028",
        "\ufeff",
    ),
    *("\x07", "\x1b[31m", "\x00", "\x85", "💥", "x" * 10_000, "a: " * 120, "[" * 200, "- " * 200),
    *('"\\x1b"', '"\\u202e"', '"\\ud800"', '"\\', "'''", "../pakistan-russia.yaml", "/dev/null"),
)


@st.composite
def token_mutants(draw) -> tuple[Path, bytes]:
    """A file with a few words and signs swapped, deleted, doubled or replaced."""
    path = draw(st.sampled_from(FILES))
    tokens = list(TOKENS[path])
    for _ in range(draw(SEVERAL)):
        if not tokens:
            break
        here, there = (draw(st.integers(0, len(tokens) - 1)) for _ in range(2))
        match draw(st.sampled_from(["swap", "delete", "double", "word", "nasty", "nasty before"])):
            case "swap":
                tokens[here], tokens[there] = tokens[there], tokens[here]
            case "delete":
                del tokens[here]
            case "double":
                tokens.insert(there, tokens[here])
            case "word":
                tokens[here] = draw(st.sampled_from(WORDS))
            case "nasty":
                tokens[here] = draw(st.sampled_from(NASTY))
            case "nasty before":
                tokens.insert(here, draw(st.sampled_from(NASTY)))
    return path, "".join(tokens).encode("utf-8", "surrogatepass")


@ordinary_or_nightly
@given(token_mutants())
def test_mutated_tokens_are_refused_cleanly_or_work(mutant):
    """Files with keys, values and punctuation swapped, deleted, doubled and replaced."""
    survives(*mutant)


# ------------------------------------------------------------------ nodes

TREES = {path: yaml.load(text, yaml.CSafeLoader) for path, text in TEXT.items()}


def nested(depth: int, leaf: object = "x") -> object:
    """Lists and mappings in one another."""
    for number in range(depth):
        leaf = [leaf] if number % 2 else {"if": leaf}
    return leaf


VALUES = (
    *(None, True, False, 0, -1, 1, 3.5, 10**30, float("inf"), float("nan"), date(2026, 11, 22)),
    *([], {}, "", " ", "null", "~", "x", "X", "NO", "a b", "$x", "$client", "$client != $partner"),
    *("{", "{client}", "{x.y}", "shortage(pakistan, energy)", "shortage(pakistan, energy)=likely"),
    *("certain", "pakistan", "State", "Number", "article", [None], [[]], [{}], {"": ""}, {"a": {}}),
    *({1: 2}, {True: False}, {None: None}, ["x", "x"], {"number": "m"}, {"values": []}),
    *({"values": {"growing": None}}, {"article": [34, "x", []]}, {"at-least": None}),
    *({"at-least": {"count": 2, "of": "drawing-closer"}}, {"shortage": {}}, {"shortage": None}),
    *({"shortage": {"state": "$client", "resource": ["energy", "energy"]}}, "drawing-closer"),
    *("\x1b[31m", "\u202e", "[bold]", "é" * 300, "x" * 100_000, "x y " * 20_000, "a\nb\n\nc"),
    *(nested(30), nested(99), nested(150), list(range(3_000)), {f"k{n}": n for n in range(2_500)}),
)


def places(tree: object) -> list[tuple[object, object]]:
    """Every place in a tree: a list or mapping, with an index or a key of it."""
    found = []
    waiting = [tree]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict | list):
            inside = one.items() if isinstance(one, dict) else enumerate(one)
            for key, value in list(inside):
                found.append((one, key))
                waiting.append(value)
    return found


SUBTREES = [holder[key] for tree in TREES.values() for holder, key in places(tree)]


@st.composite
def node_mutants(draw) -> tuple[Path, bytes]:
    """A file whose tree has a few subtrees swapped, doubled, deleted, replaced or wrapped."""
    path = draw(st.sampled_from(FILES))
    root = [copy.deepcopy(TREES[path])]  # the root is in a place, too
    for _ in range(draw(SEVERAL)):
        spots = places(root)
        holder, key = draw(st.sampled_from(spots))
        match draw(st.sampled_from(["swap", "delete", "double", "value", "graft", "wrap", "name"])):
            case "swap":
                other, name = draw(st.sampled_from(spots))
                holder[key], other[name] = copy.deepcopy((other[name], holder[key]))
            case "delete" if holder is not root:
                del holder[key]
            case "double" if isinstance(holder, list):
                holder.insert(key, copy.deepcopy(holder[key]))
            case "double":
                holder[draw(st.sampled_from(WORDS))] = copy.deepcopy(holder[key])
            case "value":
                holder[key] = copy.deepcopy(draw(st.sampled_from(VALUES)))
            case "graft":
                holder[key] = copy.deepcopy(draw(st.sampled_from(SUBTREES)))
            case "wrap":
                wrapped = [holder[key]] if draw(st.booleans()) else {"of": holder[key]}
                holder[key] = wrapped
            case "name" if isinstance(holder, dict):
                renamed = draw(st.sampled_from(WORDS))
                items = [(renamed if one == key else one, value) for one, value in holder.items()]
                holder.clear()
                holder.update(items)
    return path, dumped(root[0])


def dumped(tree: object) -> bytes:
    """The tree as YAML."""
    text = yaml.dump(tree, Dumper=yaml.CSafeDumper, sort_keys=False, allow_unicode=True)
    return text.encode()


@ordinary_or_nightly
@given(node_mutants())
def test_mutated_nodes_are_refused_cleanly_or_work(mutant):
    """Files whose lists, mappings and values are swapped, doubled, deleted and of a wrong type."""
    survives(*mutant)


def test_the_files_as_they_are_work():
    """Unmutated, the rules load and work, so that mutants are refused for their mutations."""
    works(outcome_of(MAIN))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_trees_say_what_the_files_say(path):
    """A file that is only parsed and written out again says the same: mutants begin from it."""
    if states_facts(path):
        before = stated(loader.load_scenario(unmutated(), str(path)))
        with in_place_of(path, dumped(TREES[path])):
            assert stated(loader.load_scenario(unmutated(), str(path))) == before
    else:
        with in_place_of(path, dumped(TREES[path])):
            assert said(outcome_of(path)) == advised_unmutated()


def stated(scenario: Scenario) -> list[object]:
    """What a scenario says, without the places in files."""
    placed = (*scenario.facts.values(), *scenario.groups, *scenario.expectations)
    nowhere = Location("")
    return [
        *(scenario.title, scenario.about, scenario.client, scenario.complete, scenario.withdrawn),
        *(msgspec.structs.replace(one, where=nowhere) for one in placed),
        *([*scenario.base.entities], [*scenario.recommends]),
    ]


@functools.cache
def advised_unmutated() -> list[tuple]:
    """What the rules as they are come to over the default scenario."""
    return said(outcome_of(MAIN))


def said(case: Outcome) -> list[tuple]:
    """What is advised and cited, without the places in files."""
    given = api.advise(case).recommendations
    return [
        (one.instance, one.says, one.because, one.confidence, one.facts_from, one.reasoning_from)
        for one in given
    ]
