"""Malformed input: one mistake, one message, at the right place, and every message has its test.

Each file under `errors/` holds one mistake; its first comment lines say where the file goes and
what the message must hold:

    # file: rules/extra.yaml           it replaces or adds this file of a copy of `bases/small`
    # append to: rules/sources.yaml    or its text is added to the end of that file
    # with: rules/extra.yaml           and the indented comment lines below this are another file
    # error: 7:12: there is no ...     LINE:COLUMN in the file as it stands here, and the words;
    #                                  one line for each problem, with FILE:LINE:COLUMN elsewhere
    # hint: did you mean 'shortage'?   words of the hint of the error above

A file under `errors/scenarios` is a fact file, loaded over `bases/small` as it is.
"""

from __future__ import annotations

import ast
import functools
import os
import re
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from advisor import cli
from advisor.loader import (
    load_base,
    load_scenario,
    load_with_parents,
    nameable,
    parse_instance,
    yamlfile,
)
from advisor.model import errors
from advisor.model.errors import AdvisorError, Problem

TESTS = Path(__file__).parent
SMALL = TESTS / "bases" / "small"
ERRORS = TESTS / "errors"
CASES = sorted(path.relative_to(ERRORS).as_posix() for path in ERRORS.glob("*/*.yaml"))
LOADER = Path(yamlfile.__file__).parent
READING = [  # what reads results, and no base, is tried where results are compared
    *sorted(path for path in LOADER.glob("*.py") if path.name != "earlier.py"),
    LOADER.parent / "model" / "coherence.py",
]

HEADER = re.compile(r"# (file|append to|with|error|hint): ?(.*)|#   ?(.*)")
ERROR = re.compile(
    r"(?:(?P<file>\S+\.(?:yaml|csv)):)?(?:(?P<line>\d+):(?P<column>\d+): )?(?P<words>.*)"
)


# ------------------------------------------------------------------ the corpus


class Header:
    """What the first comment lines of a file of the corpus say."""

    def __init__(self, case: str) -> None:
        self.path = ERRORS / case
        self.file: str | None = None
        self.appended: str | None = None
        self.beside: dict[str, str] = {}
        self.errors: list[re.Match[str]] = []
        self.hints: dict[int, str] = {}
        beside = ""
        for line in self.path.read_text(encoding="utf-8").split("\n"):
            match = HEADER.fullmatch(line.rstrip("\r"))
            if match is None:
                return
            key, value, more = match.groups()
            if key is None:
                self.beside[beside] += more + "\n"
            elif key == "with":
                beside = value
                self.beside[beside] = ""
            elif key == "file":
                self.file = value
            elif key == "append to":
                self.appended = value
            elif key == "hint":
                self.hints[len(self.errors) - 1] = value
            else:
                self.errors.append(ERROR.fullmatch(value))  # type: ignore[arg-type]

    @property
    def target(self) -> str:
        """The file of the base that this one becomes or is appended to."""
        return self.file or self.appended or self.path.name


def placed(header: Header, folder: Path) -> int:
    """Copy the small base with the file in its place; returns the lines that stand above it."""
    shutil.copytree(SMALL, folder)
    for name, text in header.beside.items():
        (folder / name).write_text(text)
    target = folder / header.target
    before = target.read_bytes() if header.appended else b""
    target.write_bytes(before + header.path.read_bytes())
    return before.count(b"\n")


def raised(call: Callable[[], object]) -> tuple[Problem, ...]:
    """The problems of the AdvisorError that a call ends in."""
    with pytest.raises(AdvisorError) as caught:
        call()
    return caught.value.problems


@functools.cache
def reported(case: str) -> tuple[tuple[Problem, ...], int]:
    """What loading a file of the corpus reports, and how many lines were put above its own."""
    header = Header(case)
    if case.startswith("scenarios/"):
        base = load_base(SMALL)
        return raised(lambda: load_scenario(base, str(header.path))), 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name, "base")
        above = placed(header, folder)
        return raised(lambda: load_base(folder)), above


@pytest.mark.parametrize("case", CASES)
def test_one_mistake_is_one_problem_with_its_place_and_words(case):
    """A mistake is reported once, with file, line and column, the words promised and a hint."""
    header = Header(case)
    problems, above = reported(case)
    shown = "\n".join(f"{one.where}: {one.message} ({one.hint})" for one in problems)
    assert len(problems) == len(header.errors), shown
    for number, (problem, expected) in enumerate(zip(problems, header.errors, strict=True)):
        assert expected["words"] in problem.message, shown
        assert header.hints.get(number, "") in (problem.hint or ""), shown
        assert problem.where is not None, shown
        assert problem.where.file.endswith(expected["file"] or header.target), shown
        if expected["line"]:
            assert problem.where.line - (0 if expected["file"] else above) == int(expected["line"])
            assert problem.where.column == int(expected["column"]), shown
            assert problem.quoted is not None, shown


def test_the_small_base_is_sound():
    """What the corpus spoils has nothing wrong with it."""
    base = load_base(SMALL)
    assert load_scenario(base).name == "plain"


# ------------------------------------------------------------------ what no text file can hold


def small_copy(folder: Path) -> Path:
    """A copy of the small base to spoil."""
    return Path(shutil.copytree(SMALL, folder / "base"))


def scenario_file(folder: Path, data: bytes) -> Callable[[], object]:
    """The loading of a fact file with these bytes."""
    path = folder / "spoilt.yaml"
    path.write_bytes(data)
    return lambda: load_scenario(load_base(SMALL), str(path))


def tabled(folder: Path, table: str) -> Callable[[], object]:
    """The loading of a fact file with this table."""
    (folder / "stores.csv").write_text(table)
    return scenario_file(folder, b"title: T\ntables: {stores: stores.csv}\n")


def rule_file(folder: Path, name: str, text: str) -> Callable[[], object]:
    """The loading of the small base with this file in it."""
    base = small_copy(folder)
    (base / name).write_text(text)
    return lambda: load_base(base)


def a_folder(folder: Path) -> Callable[[], object]:
    """A folder where a file should be."""
    (folder / "spoilt.yaml").mkdir()
    return lambda: load_scenario(load_base(SMALL), str(folder / "spoilt.yaml"))


def a_fifo(folder: Path) -> Callable[[], object]:
    """A pipe that nobody writes to, in the place of a rule file."""
    base = small_copy(folder)
    os.mkfifo(base / "rules" / "pipe.yaml")
    return lambda: load_base(base)


def a_device(folder: Path) -> Callable[[], object]:
    """A device that never ends, by way of a link."""
    (folder / "spoilt.yaml").symlink_to("/dev/zero")
    return lambda: load_scenario(load_base(SMALL), str(folder / "spoilt.yaml"))


def a_link_to_itself(folder: Path) -> Callable[[], object]:
    """A file that the system cannot open."""
    (folder / "spoilt.yaml").symlink_to(folder / "spoilt.yaml")
    return lambda: load_scenario(load_base(SMALL), str(folder / "spoilt.yaml"))


def a_circle(folder: Path) -> Callable[[], object]:
    """Two scenarios that extend each other, by name and by path."""
    base = small_copy(folder)
    (base / "facts" / "one.yaml").write_text("extends: other\ntitle: T\n")
    (base / "facts" / "other.yaml").write_text("extends: ../facts/one.yaml\ntitle: T\n")
    return lambda: load_scenario(load_base(base), "one")


def two_of_one_name(folder: Path) -> Callable[[], object]:
    """Two scenarios with one name in different folders."""
    base = small_copy(folder)
    (base / "facts" / "deeper").mkdir()
    shutil.copy(base / "facts" / "plain.yaml", base / "facts" / "deeper")
    return lambda: load_scenario(load_base(base), "plain")


def no_default(folder: Path) -> Callable[[], object]:
    """A base without a default scenario, and no scenario named."""
    base = small_copy(folder)
    path = base / "rules" / "base.yaml"
    path.write_text(path.read_text().replace("scenario: plain\n", ""))
    return lambda: load_scenario(load_base(base))


def no_templates(folder: Path) -> Callable[[], object]:
    """A base without the file that everything else needs."""
    base = small_copy(folder)
    (base / "rules" / "templates.yaml").unlink()
    return lambda: load_base(base)


def a_misspelt_type(folder: Path) -> Callable[[], object]:
    """A mistake in a declaration that rules and facts use everywhere."""
    base = small_copy(folder)
    path = base / "rules" / "templates.yaml"
    path.write_text(path.read_text().replace("{town: Town, cargo", "{town: Twon, cargo", 1))
    return lambda: load_base(base)


def extending(folder: Path, text: str) -> Callable[[], object]:
    """A scenario that extends a file of its own folder, which says this."""
    (folder / "other.yaml").write_text(text)
    return scenario_file(folder, b"title: T\nextends: ./other.yaml\n")


def a_link_out(folder: Path) -> Callable[[], object]:
    """A fact file of a base that is a link to one elsewhere."""
    base = small_copy(folder)
    (base / "facts" / "one.yaml").symlink_to(SMALL / "facts" / "plain.yaml")
    return lambda: load_scenario(load_base(base), "one")


def a_linked_folder(folder: Path) -> Callable[[], object]:
    """A folder of rules that is a link."""
    base = small_copy(folder)
    (folder / "more").mkdir()
    (base / "rules" / "more").symlink_to(folder / "more")
    return lambda: load_base(base)


def a_lost_folder(folder: Path) -> Callable[[], object]:
    """A link that leads nowhere, in the place of a folder of rules."""
    base = small_copy(folder)
    (base / "rules" / "more").symlink_to(folder / "nowhere")
    return lambda: load_base(base)


def a_file_for_facts(folder: Path) -> Callable[[], object]:
    """A file where the folder of fact files should be."""
    base = small_copy(folder)
    shutil.rmtree(base / "facts")
    (base / "facts").write_text("")
    return lambda: load_base(base)


def a_default_elsewhere(folder: Path) -> Callable[[], object]:
    """A base whose default scenario is any file of the machine."""
    base = small_copy(folder)
    path = base / "rules" / "base.yaml"
    path.write_text(path.read_text().replace("scenario: plain\n", "scenario: /etc/hostname\n"))
    return lambda: load_scenario(load_base(base))


def deep(brackets: int) -> bytes:
    """A list in a list in a list ..."""
    return b"title: T\nfacts: " + b"[" * brackets + b"]" * brackets + b"\n"


def firsts_of(at: Path, count: int) -> Callable[[], object]:
    """The loading of a base with a list of so many rules of which the first that fires decides."""
    rest = "if: [lacks: {town: $client}], then: [wait: {client: $client}]"
    rules = (f"    - {{id: r{n}, title: R{n}, {rest}}}\n" for n in range(count))
    return rule_file(at, "rules/list.yaml", "- first:\n" + "".join(rules))


OVER = b"title: T\nabout: " + b"x" * 5_000_000
GENERATED: dict[str, tuple[Callable[[Path], Callable[[], object]], str, str]] = {
    "empty": (lambda at: scenario_file(at, b""), "", "the scenario is empty"),
    "comments only": (lambda at: scenario_file(at, b"# x\n"), "", "the scenario is empty"),
    "UTF-16": (
        lambda at: scenario_file(at, "title: T\n".encode("utf-16")),
        "",
        "the file is in UTF-16",
    ),
    "a byte of Latin-1": (
        lambda at: scenario_file(at, b"title: T\nabout: caf\xe9\n"),
        ":2:11",
        "the file is not UTF-8: byte 0xe9",
    ),
    "a binary file": (
        lambda at: scenario_file(at, b"\x7fELF\x02\x01\x01\x00\xff\xfe"),
        ":1:9",
        "the file is not UTF-8: byte 0xff",
    ),
    "a NUL": (
        lambda at: scenario_file(at, b"title: T\n\x00"),
        ":2:1",
        "a character is not allowed here: U+0000",
    ),
    "an escape sequence": (
        lambda at: scenario_file(at, b"title: \x1b[31mT\n"),
        ":1:8",
        "a character is not allowed here: U+001B",
    ),
    "over 5 MB": (lambda at: scenario_file(at, OVER), "", "the file is over 5 MB"),
    "a list of which the first decides, without bound": (
        lambda at: firsts_of(at, 450),
        "list.yaml:449",
        'by the rule "R447", more than 100000 exceptions have come of the order',
    ),
    "a table of too many rows": (
        lambda at: tabled(at, "town,cargo" + "\n" * 50_002),
        ":50002:1",
        "the table has over 50,000 rows",
    ),
    "over 5 MB on standard input": (
        lambda at: lambda: load_scenario(load_base(SMALL), "-", OVER),
        "<stdin>",
        "the file is over 5 MB",
    ),
    "nested 101 deep": (
        lambda at: scenario_file(at, deep(100)),
        ":2:107",
        "this is nested over 100 deep",
    ),
    "nested 100,000 deep": (
        lambda at: scenario_file(at, deep(100_000)),
        ":2:107",
        "this is nested over 100 deep",
    ),
    "too many nodes": (
        lambda at: scenario_file(at, b"title: T\nfacts: [" + b"x," * 1_000_001 + b"]"),
        ":2:",
        "the file says too much, its aliases written out",
    ),
    "a path that no file can name": (
        lambda at: lambda: nameable(load_base(SMALL), str(at / "a\u2028b.yaml")),
        "",
        "has a character that no fact file may hold",
    ),
    "a file elsewhere": (
        lambda at: scenario_file(at, b"title: T\nextends: /etc/hostname\n"),
        ":2:10",
        "/etc/hostname lies outside of the base and of the file's own folder",
    ),
    "a default scenario elsewhere": (
        a_default_elsewhere,
        "base.yaml",
        "/etc/hostname lies outside",
    ),
    "a link out of the base": (a_link_out, "", "lies outside of the base"),
    "a link to a folder": (
        a_linked_folder,
        "rules/more",
        "this is a link to a folder, whose files would be missed",
    ),
    "a link to no folder": (
        a_lost_folder,
        "rules/more",
        "this may be a folder, and cannot be read",
    ),
    "a file for a folder": (a_file_for_facts, "facts", "the folder cannot be read: "),
    "a list that is extended": (
        lambda at: extending(at, "- secret\n"),
        "other.yaml",
        "this is no scenario, which must be keys and values",
    ),
    "keys of something else that are extended": (
        lambda at: extending(at, "secret: 12\n"),
        "other.yaml",
        "this is no scenario: it needs 'title'",
    ),
    "a folder": (a_folder, "", "this is a"),
    "a pipe": (a_fifo, "pipe.yaml", "this is not a regular file"),
    "a device": (a_device, "", "this is not a regular file"),
    "a link to itself": (a_link_to_itself, "", "the file cannot be read: "),
    "a missing file": (
        lambda at: lambda: load_scenario(load_base(SMALL), str(at / "missing.yaml")),
        "missing.yaml",
        "there is no such file",
    ),
    "a file name with a NUL": (
        lambda at: lambda: load_scenario(load_base(SMALL), "a\0b.yaml"),
        "",
        "the file cannot be read: ",
    ),
    "a file name too long": (
        lambda at: lambda: load_scenario(load_base(SMALL), "a" * 5000 + ".yaml"),
        "",
        "the file cannot be read: ",
    ),
    "a scenario's name too long": (
        lambda at: lambda: load_scenario(load_base(SMALL), "a" * 5000),
        "",
        "there is no scenario 'aaa",
    ),
    "a folder too long": (
        lambda at: lambda: load_base(at / ("a" * 5000)),
        "",
        "this is no base: it has no folder 'rules'",
    ),
    "a circle": (
        a_circle,
        "other.yaml:1:10",
        "scenarios extend in a circle: one extends other extends one",
    ),
    "two scenarios of one name": (
        two_of_one_name,
        "plain.yaml",
        "two scenarios are called 'plain'",
    ),
    "a folder without fact files": (
        lambda at: lambda: load_with_parents(load_base(SMALL), [str(at)]),
        "",
        "this folder has no fact file",
    ),
    "no default scenario": (no_default, "", "the base has no default scenario"),
    "no base": (
        lambda at: lambda: load_base(at),
        "",
        "this is no base: it has no folder 'rules'",
    ),
    "no templates": (
        no_templates,
        "templates.yaml",
        "the base needs this file, and it is not there",
    ),
    "empty templates": (
        lambda at: rule_file(at, "rules/templates.yaml", ""),
        "templates.yaml",
        "the base needs this file, and it says nothing",
    ),
    "a mistake in what is used everywhere": (
        a_misspelt_type,
        "templates.yaml:2:17",
        "there is no type 'Twon'",
    ),
    "a section that cannot be read": (
        lambda at: rule_file(at, "rules/entities.yaml", "Town: [\n"),
        "entities.yaml:1:8",
        "this is not YAML: ",
    ),
    "an instance on the command line": (
        lambda at: lambda: parse_instance("lacks(ashby)", load_base(SMALL)),
        "",
        "'lacks' has 2 slots, and 1 is filled",
    ),
}


@functools.cache
def generated(name: str) -> tuple[Problem, ...]:
    """What a generated case reports."""
    make, _, _ = GENERATED[name]
    with tempfile.TemporaryDirectory() as folder:
        return raised(make(Path(folder)))


@pytest.mark.parametrize("name", GENERATED)
def test_what_is_no_text_file_is_one_problem_too(name):
    """Input that cannot be a file of the corpus is reported once, with its place and words."""
    _, where, words = GENERATED[name]
    problems = generated(name)
    assert [words in problem.message for problem in problems] == [True], problems
    assert where in str(problems[0].where), problems
    for problem in problems:
        assert len(problem.message) < 6000


def test_aliases_nested_deeper_than_any_text_are_read():
    """Aliases can nest a tree deeper than the file; nothing recurses into it and crashes."""
    chain = ", ".join(f"&l{n} [*l{n - 1}]" for n in range(1, 700))
    text = f"title: T\nabout: [&l0 [x], {chain}]\nfacts: [*l699]\n"
    problems = raised(lambda: load_scenario(load_base(SMALL), "-", text.encode()))
    assert [problem.message for problem in problems] == [
        "about must be text, and is a list",
        "a fact is template: {slot: value}, and here is a list",
    ]


def test_every_mistake_of_a_load_is_reported_at_once(tmp_path):
    """Three mistakes in three files give three problems, in order of place."""
    base = small_copy(tmp_path)
    for name, old, new in [
        ("rules/interests.yaml", "safety: {says: safe", "safety: {say: safe"),
        ("rules/trade.yaml", "strength: very likely", "strength: sure"),
        ("rules/harbours.yaml", "dredge: {client: $client}", "dredge: {client: $clint}"),
    ]:
        path = base / name
        path.write_text(path.read_text().replace(old, new))
    problems = raised(lambda: load_base(base))
    assert [(Path(p.where.file).name, p.message) for p in problems if p.where] == [
        ("harbours.yaml", "$clint in the conclusion is not bound by the 'if'"),
        ("interests.yaml", "interest 'safety' has no key 'say'"),
        ("trade.yaml", "'sure' is no likelihood"),
    ]


def test_files_that_cannot_be_read_are_all_reported(tmp_path):
    """A file that is no YAML hides neither another one nor the mistakes of a file beside it."""
    base = small_copy(tmp_path)
    (base / "rules" / "a.yaml").write_text("[")
    (base / "rules" / "b.yaml").write_text("- id: B\n  title: B\n  then: []\n")
    (base / "rules" / "c.yaml").write_text("{")
    problems = raised(lambda: load_base(base))
    assert [Path(p.where.file).name for p in problems if p.where] == [
        *("a.yaml", "b.yaml", "b.yaml", "c.yaml"),
    ]


# ------------------------------------------------------------------ on the command line


def test_a_hundred_problems_are_printed_then_a_count(tmp_path, capfd):
    """Of many errors a hundred are printed, each with place, line and mark, then how many more."""
    facts = "".join(f"  - lacks(ashby, stuff-{n})\n" for n in range(130))
    path = tmp_path / "many.yaml"
    path.write_text("title: T\nfacts:\n" + facts)
    assert cli.run(["advise", str(path), "--base", str(SMALL)]) == 2
    out, err = capfd.readouterr()
    lines = err.splitlines()
    assert out == ""
    assert sum(line.startswith("error: ") for line in lines) == 101
    assert lines[-1] == "error: and 30 more problems"
    assert lines[0].endswith("many.yaml:3:5: there is no Cargo 'stuff-0'")
    assert lines[1] == "  |   - lacks(ashby, stuff-0)"
    assert lines[2] == "  |     ^"
    assert lines[3] == "  hint: declared: bricks, grain, timber"


def test_a_message_cannot_inject_into_the_terminal(tmp_path, capfd):
    """A line quoted from a file, and a name out of it, is printed with its controls spelled out."""
    path = tmp_path / "red.yaml"
    path.write_bytes(b"title: T\nabout: \x1b[31mred \xe2\x80\xae\n")
    assert cli.run(["advise", str(path), "--base", str(SMALL)]) == 2
    assert cli.run(["advise", "\x1b[31mred\u202e", "--base", str(SMALL)]) == 2
    out, err = capfd.readouterr()
    assert out == ""
    assert "\x1b" not in err
    assert "\u202e" not in err
    assert "\\x1b[31mred \\u202e" in err


def test_the_mark_stands_under_the_place(tmp_path, capfd):
    """The mark points at the column, also in a long line and after a tab."""
    path = tmp_path / "long.yaml"
    path.write_text(f"title: T\nabout: [{'x, ' * 100}\t{{y: 1, y: 2}}]\n")
    assert cli.run(["advise", str(path), "--base", str(SMALL)]) == 2
    quoted, mark = capfd.readouterr().err.splitlines()[1:3]
    assert quoted[mark.index("^") :].startswith("y: 2}]")
    assert len(quoted) < 110


# ------------------------------------------------------------------ no message without a test

MESSAGE_ARGUMENT = {  # function -> where its message stands among the arguments
    "problem": 1,
    "_problem": 1,
    "whole": 1,
    "_at": 3,
    "fail": 1,
    "Mismatch": 0,
}


def constant_part(node: ast.expr) -> str:
    """A pattern for the text that an expression makes: `.*` where a value goes."""
    if isinstance(node, ast.Constant):
        return re.escape(str(node.value))
    if isinstance(node, ast.JoinedStr):
        return "".join(map(constant_part, node.values))
    return ".*"


def message_of(call: ast.Call) -> ast.expr | None:
    """The message among the arguments of a call that reports something."""
    name = getattr(call.func, "attr", getattr(call.func, "id", ""))
    for keyword in call.keywords:
        if name == "Problem" and keyword.arg == "message":
            return keyword.value
    if name == "unknown":
        kind = call.args[1]
        return ast.JoinedStr([ast.Constant("there is no "), kind, ast.Constant(" '")])
    position = MESSAGE_ARGUMENT.get(name)
    return call.args[position] if position is not None and len(call.args) > position else None


def messages(path: Path) -> list[tuple[int, str]]:
    """Every message that a module can report, as a pattern, with its line."""
    found = []
    for function in ast.walk(ast.parse(path.read_text())):
        if not isinstance(function, ast.FunctionDef):
            continue
        assigned = [
            node.value
            for node in ast.walk(function)
            if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "message"
        ]
        returned = [node.value for node in ast.walk(function) if isinstance(node, ast.Return)]
        direct = [message_of(n) for n in ast.walk(function) if isinstance(n, ast.Call)]
        texts = (*direct, *assigned, *(returned if function.name == "incoherent" else ()))
        for text in texts:
            pattern = constant_part(text) if text is not None else ""
            if pattern.strip(".*") and pattern != "None":
                found.append((getattr(text, "lineno", 0), pattern))
    return found


def test_every_message_has_a_test_that_triggers_it():
    """Each message in the source of the loader and of yamlfile is reported by some case."""
    said = [p.message for case in CASES for p in reported(case)[0]]
    said += [p.message for name in GENERATED for p in generated(name)]
    untested = {
        f"{path.name}:{line}: {pattern}"
        for path in READING
        for line, pattern in messages(path)
        if not any(re.search(pattern, message) for message in said)
    }
    assert not untested


def test_the_scan_finds_the_messages():
    """The scan sees each way of reporting, so that it cannot pass by seeing nothing."""
    found = {path.name: [pattern for _, pattern in messages(path)] for path in READING}
    assert sum(map(len, found.values())) > 90
    assert re.escape("the file is in UTF-16") in found["yamlfile.py"]
    assert re.escape("two scenarios are called '") + ".*'" in found["chains.py"]
    assert re.escape("the likelihoods add up to more than 100%") in found["coherence.py"]
    assert "there\\ is\\ no\\ interest\\ '" in found["rules.py"]


SPELLED = {  # what cannot be written without characters that are not seen by themselves
    "Persian": "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u062f",
    "Persian, a plural after Latin letters": "PDF\u200c\u0647\u0627",
    "Persian, an abbreviation": "\u06f1\u06f4\u06f0\u06f0 \u0647\u200d.\u0634",
    "Kurdish": "\u0646\u0647\u200c\u062e\u0634",
    "Arabic, a year": "\u0601\u0661\u0662",
    "Hindi, letters apart": "\u0915\u094d\u200c\u0937",
    "Hindi, half a letter": "\u0915\u094d\u200d\u0937",
    "Malayalam, at the end": "\u0d28\u0d4d\u200d",
    "Sinhala": "\u0dc1\u0dca\u200d\u0dbb\u0dd3",
    "German, without a ligature": "Auf\u200clage",
    "Khmer, where a line may end": "\u1781\u17d2\u1789\u17bb\u17c6\u200b\u179f\u17d2",
    "Thai, where a line may end": "\u0e20\u0e32\u0e29\u0e32\u200b\u0e44\u0e17\u0e22",
    "Mongolian": "\u182c\u180e\u1820",
    "combining marks": "e\u0301\u0323 \u05e9\u05b8\u05dc\u05d5\u05b9\u05dd",
    "a variant of a character": "\u845b\U000e0100",
    "a scientist": "\U0001f469\u200d\U0001f52c",
    "a scientist of some colour": "\U0001f469\U0001f3fd\u200d\U0001f52c",
    "a rainbow flag": "\U0001f3f3\ufe0f\u200d\U0001f308",
    "a family": "\U0001f468\u200d\U0001f469\u200d\U0001f467",
    "the flag of Wales": "\U0001f3f4\U000e0067\U000e0062\U000e0077\U000e006c\U000e0073\U000e007f",
    "a picture newer than Python": "\U0001fae9",
}
HIDDEN = {  # the same characters where they spell nothing, and what never does
    "a joiner alone": "\u200d",
    "a joiner before a word": "a \u200cword",
    "a joiner after a Latin word": "word\u200d here",
    "two joiners": "\u0645\u200c\u200c\u062e",
    "a line's end in Latin": "pay\u200bpal",
    "a Mongolian mark in Latin": "pay\u180epal",
    "letters of a flag without one": "x\U000e0067\U000e0062\U000e007f",
    "a text behind a flag": "\U0001f3f4"
    + "".join(chr(0xE0000 + ord(c)) for c in "ignoreall")
    + "\U000e007f",
    "a soft hyphen": "pay\u00adpal",
    "a mark of direction": "a\u200fb",
    "the Arabic mark of direction": "\u0645\u061c\u062e",
    "right to left": "a\u202eb",
    "an isolate": "a\u2066b",
    "a word joiner": "a\u2060b",
    "a byte order mark": "a\ufeffb",
    "a private character": "a\ue000b",
    "an escape": "a\x1bb",
}


@pytest.mark.parametrize("name", SPELLED)
def test_every_script_can_be_spelled(tmp_path, capfd, name):
    """A title, a note and a name hold it, by itself or as an escape; it is printed as it is."""
    text = SPELLED[name]
    assert errors.unprintable(text) is None
    assert errors.printable(text) == text
    escaped = "".join(f"\\U{ord(char):08x}" for char in text)
    for number, written in enumerate((text, f"'{text}'", f'"{escaped}"')):
        path = tmp_path / f"{number}.yaml"
        path.write_text(f"extends: plain\ntitle: {written}\nabout: {text} # {text}\n", "utf-8")
        assert cli.run(["advise", str(path), "--base", str(SMALL)]) == 0
        said = capfd.readouterr()
        assert not said.err
        assert text in said.out


@pytest.mark.parametrize("name", HIDDEN)
def test_what_hides_in_a_text_is_refused(tmp_path, capfd, name):
    """It is an error with its place, and what is printed of it shows that it is there."""
    text = HIDDEN[name]
    assert errors.unprintable(text) is not None
    assert errors.printable(text) != text
    for number, written in enumerate((text, "".join(f"\\U{ord(char):08x}" for char in text))):
        path = tmp_path / f"{number}.yaml"
        path.write_text(f'extends: plain\ntitle: "{written}"\n', "utf-8")
        assert cli.run(["advise", str(path), "--base", str(SMALL)]) == 2
        err = capfd.readouterr().err
        assert f"{number}.yaml:2:" in err
        assert errors.unprintable(err) is None


@pytest.mark.parametrize(
    "text", ["town\u200cs", "\u0645\u06cc\u200c\u062e", "to\u200dwn", "t\u0301own"]
)
def test_an_identifier_holds_no_joiner(tmp_path, capfd, text):
    """Names that look alike cannot differ by what is not seen: ids are plain letters."""
    shutil.copytree(SMALL, tmp_path / "base")
    with (tmp_path / "base" / "rules" / "interests.yaml").open("a", encoding="utf-8") as stream:
        stream.write(f"{text}: {{says: something}}\n")
    assert cli.run(["advise", "--base", str(tmp_path / "base")]) == 2
    assert "cannot name" in capfd.readouterr().err
