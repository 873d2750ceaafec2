"""The command line: exit codes, streams, formats, and never a traceback."""

from __future__ import annotations

import contextlib
import io
import json
import os
import pty
import re
import shlex
import shutil
import signal
import subprocess
import sys
import termios
import threading
from pathlib import Path
from types import SimpleNamespace

import click
import jsonschema_rs
import msgspec
import pytest
from rich.cells import cell_len

from advisor import cli
from advisor.cli import progress, reference
from advisor.model import budget
from advisor.render.exchange import lines
from advisor.render.exchange import schemas as documents

TESTS = Path(__file__).parent
SMALL = str(TESTS / "bases" / "small")
SCHEMAS = TESTS.parent / "docs" / "schemas"
PLAIN = (Path(SMALL) / "facts" / "plain.yaml").read_text()

EXAMPLES = {  # for each command, arguments over the small base, and over the shipped one
    "advise": ([], []),
    "brief": ([], []),
    "explain": (["buy"], ["seek-investment"]),
    "why-not": (["dredge"], ["invite-visit"]),
    "what-if": (["--deny", "stores(brook, grain)"], ["groundwork-done"]),
    "flip": (["buy"], ["defer-visit"]),
    "stress": ([], []),
    "survey": ([], []),
    "compare": (["ashby", "brook"], ["pakistan", "russia"]),
    "test": ([], []),
    "audit": (["--fail-on", "error"], ["--mutants", "3"]),
    "diff": ([SMALL], [str(TESTS.parent)]),
    "facts": ([], []),
    "rules": (["buy"], ["invest"]),
    "templates": ([], []),
    "sources": ([], []),
    "scenarios": ([], []),
}
LENGTHY = {"audit", "diff", "test"}  # which take their time over the shipped base
TESTED = ("shipped", "test")  # as JSON too, where it is run: tests/test_testing.py
WITHOUT_RESULT = {"completion", "fmt", "help", "new", "schema"}  # with tests of their own
COMMANDS = sorted(EXAMPLES.keys() & cli.commands().keys())
DIALOGUES = {"consult"}  # which wait for answers: test_consult_*.py


def arguments(command: str, *more: str) -> list[str]:
    """A command over the small base, with its example's arguments."""
    return [command, *EXAMPLES[command][0], "--base", SMALL, *more]


def spawned(
    *args: str, cwd: str | Path | None = None, **options: object
) -> subprocess.CompletedProcess[bytes]:
    """A command in a process of its own, with its environment changed by `env`."""
    env = {k: v for k, v in os.environ.items() if k not in {"ADVISOR_BASE", "COLUMNS"}}
    env |= options.pop("env", {})  # type: ignore[arg-type]
    options.setdefault("stdout", subprocess.PIPE)
    command = [sys.executable, "-m", "advisor", *args]
    done = subprocess.run(  # type: ignore[call-overload]
        command, stderr=subprocess.PIPE, cwd=cwd, env=env, timeout=60, check=False, **options
    )
    assert b"Traceback" not in done.stderr + (done.stdout or b"")
    return done


# ------------------------------------------------------------------ results and refusals


@pytest.mark.parametrize("command", COMMANDS)
def test_a_result_is_on_stdout_alone_and_exits_0(run, command):
    """What was asked for goes to stdout, nothing to stderr, and the exit code is 0."""
    code, out, err = run(*arguments(command))
    assert (code, err) == (0, "")
    assert out.endswith("\n")
    assert not out.endswith("\n\n")
    assert all(line == line.rstrip() for line in out.split("\n"))


def test_every_command_has_an_example_here():
    """A new command joins these tests, or this one fails."""
    assert cli.commands().keys() - DIALOGUES <= EXAMPLES.keys() | WITHOUT_RESULT


@pytest.mark.parametrize("command", sorted(cli.commands()))
def test_every_command_and_option_has_help(run, command):
    """--help says what the command and each of its options do."""
    code, out, _ = run(command, "--help")
    assert code == 0
    assert re.search(r"\n\n  [A-Z]\w+ ", out)
    for option in cli.commands()[command].params:
        assert not isinstance(option, click.Option) or option.help, option.name
    assert max(map(len, out.splitlines())) <= 100


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["advise", "plian"], "there is no scenario 'plian'"),
        (["advise", "plian"], "hint: did you mean 'plain'?"),
        (["advise", "no/such.yaml"], "no/such.yaml: there is no such file"),
        (["advise", "--for", "ashbi"], "nobody can advise 'ashbi'"),
        (["advise", "--for", "ashbi"], "hint: did you mean 'ashby'?"),
        (["advise", "--for", "grain"], "nobody can advise 'grain'"),
        (["advise", "--format", "pdf"], "'pdf'"),
        (["advise", "--colour"], "--colour"),
        (["advise", "--colour"], "hint: see advisor advise --help"),
        (["advise", "plain", "plain"], "(plain)"),
        (["advice"], "there is no command 'advice'"),
        (["explain"], "'WHAT'"),
        (["explain", "by"], "there is no template 'by'"),
        (["explain", "by"], "hint: did you mean 'buy'?"),
        (["explain", "buy(ashby)"], "'buy' has 3 slots, and 1 is filled"),
        (["explain", "buy(ashby, brook, grian)"], "there is no Cargo 'grian'"),
        (["explain", "buy(ashby"], "'buy(ashby' is no instance"),
        (["explain", "buy(ashby"], "hint: it is cut off: put all of it in quotes, 'buy(client, "),
        (["explain", "buy", "ashby", "brook"], "in quotes, as one word: 'buy(ashby, brook, ...)'"),
        (["why-not", "buy(ashby,", "brook"], "in quotes, as one word: 'buy(ashby, brook, ...)'"),
        (["why-not", "buy(ashby,", "brook"], "there is no scenario 'brook'"),
        (["flip", "buy", "ashby,"], "in quotes, as one word: 'buy(ashby, ...)'"),
        (["flip", "buy", "ashbi"], "there are: "),
        (["explain", "buy", "--depth", "-1"], "-1"),
        (["explain", "buy", "--depth", "many"], "'many'"),
    ],
)
def test_what_cannot_be_used_exits_2_with_a_message(run, args, words):
    """Unusable input or usage: exit code 2, a message and a hint on stderr, stdout empty."""
    code, out, err = run(*args, "--base", SMALL) if args[0] != "advice" else run(*args)
    assert (code, out) == (2, "")
    assert words in err
    assert err.startswith("error: ")


def test_a_message_shows_the_place_and_its_line(run, tmp_path):
    """A message about a file shows file:line:column, the line itself, and what to do."""
    path = tmp_path / "spoilt.yaml"
    path.write_text(PLAIN.replace("lacks:", "lakcs:"))
    code, out, err = run("advise", str(path), "--base", SMALL)
    assert (code, out) == (2, "")
    assert err == (
        f"error: {path}:6:5: there is no template 'lakcs'\n"
        "  |   - lakcs: {town: ashby, cargo: grain}\n"
        "  |     ^\n"
        "  hint: did you mean 'lacks'?\n"
    )


def test_no_base_is_said_so(run, tmp_path):
    """A folder that is no base is named, with what a base is."""
    code, out, err = run("advise", "--base", str(tmp_path))
    assert (code, out) == (2, "")
    assert "this is no base: it has no folder 'rules'" in err


def test_the_version_is_said(run):
    """--version, or -V, names program and version on stdout."""
    assert run("--version") == run("-V") == (0, "advisor 0.1.0\n", "")


@pytest.mark.parametrize("columns", [60, 80])
def test_without_a_command_there_is_what_to_do_first(run, monkeypatch, columns):
    """`advisor` alone: what it is, what to type first, every command with all that it does.

    In lines that no terminal of sixty columns cuts.
    """
    monkeypatch.setenv("COLUMNS", str(columns))
    code, out, err = run()
    assert (code, err) == (0, "")
    assert run("--help") == run("help") == (code, out, err)
    assert len(out.splitlines()) <= 45
    assert max(map(len, out.splitlines())) <= columns
    for typed, does in cli.FIRST:
        assert f"  {typed} " in out
        assert f" {does}\n" in out
    for wish, entries in cli.GROUPS.items():
        listed = out.split(f"\n{wish}\n")[1].split("\n\n")[0].splitlines()
        assert [line.split(maxsplit=1) for line in listed] == [
            [name, entry.does] for name, entry in entries.items()
        ]


def test_help_is_the_help_of_a_command(run):
    """`advisor help COMMAND` is `advisor COMMAND --help`; of no command there is a hint."""
    assert run("help", "what-if") == run("what-if", "--help")
    assert run("help", "what-fi") == run("what-fi")
    assert "hint: did you mean 'what-if'?" in run("help", "what-fi")[2]


@pytest.fixture(scope="module")
def examples(tmp_path_factory):
    """A repository with a base of one's own, and a draft of changes, as examples have them."""
    folder = tmp_path_factory.mktemp("examples")
    for name in ("garden", "draft"):
        assert cli.run(["new", str(folder / name)]) == 0
    rules = folder / "draft" / "rules" / "sowing.yaml"
    rules.write_text(rules.read_text().replace("strength: very likely", "strength: unlikely"))
    assert cli.run(["new", str(folder / "harbour")]) == 0
    git = ("git", "-C", str(folder), "-c", "user.name=a", "-c", "user.email=a@localhost")
    subprocess.run([*git, "init", "-q"], check=True)
    subprocess.run([*git, "add", "garden"], check=True)
    for message in ("a garden", "as it was"):
        subprocess.run([*git, "commit", "-q", "--allow-empty", "-m", message], check=True)
    return folder


EXAMPLES_OF_HELP = {  # as they are typed -> what their help is asked with
    **{typed: (name,) for name, entry in cli.COMMANDS.items() for typed, _ in entry.examples},
    **{typed: () for typed, _ in cli.FIRST},
}


@pytest.mark.parametrize("typed", EXAMPLES_OF_HELP)
def test_an_example_of_help_works_as_it_is_typed(run, examples, monkeypatch, typed):
    """Each stands in its help, and gives a result or findings, and no message."""
    assert typed in run(*EXAMPLES_OF_HELP[typed], "--help")[1]
    program, *args = shlex.split(typed)
    monkeypatch.chdir(examples.parent if args[0] == "new" else examples)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"quit\n")))
    code, out, err = run(*args)
    assert (program, err) == ("advisor", "")
    assert code in {0, 1}
    assert out.strip() or "-o" in args


def test_every_command_has_two_examples():
    """Of everything that can be asked for."""
    assert {name for name, entry in cli.COMMANDS.items() if len(entry.examples) != 2} == set()


# ------------------------------------------------------------------ what to read


def test_the_base_may_come_from_the_environment(run, monkeypatch):
    """ADVISOR_BASE names the base on every command; --base goes before it."""
    monkeypatch.setenv("ADVISOR_BASE", SMALL)
    assert "Advice for Ashby" in run("advise")[1]
    monkeypatch.setenv("ADVISOR_BASE", "/nowhere")
    assert run("advise")[0] == 2
    assert "Advice for Ashby" in run("advise", "--base", SMALL)[1]


def test_the_shipped_base_is_found_from_any_folder(tmp_path):
    """The installed command needs no folder to be in."""
    done = spawned("advise", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.startswith(b"Advice for Pakistan: ")


def test_the_client_can_be_chosen(run):
    """--for gives the advice to somebody else, and explain follows it."""
    assert run("advise", "--for", "russia")[1].startswith("Advice for Russia: ")
    assert run("advise")[1].startswith("Advice for Pakistan: ")


def test_a_scenario_is_named_or_given_by_its_path(run, tmp_path):
    """FACTS is a scenario's name or a path; a what-if may extend by name from anywhere."""
    path = tmp_path / "mine.yaml"
    path.write_text("extends: plain\ntitle: Mine\ndeny: [{stores: {town: brook, cargo: grain}}]\n")
    named, default = run("advise", "plain", "--base", SMALL), run("advise", "--base", SMALL)
    assert named[1].split("\nWhy: ")[0] == default[1].split("\nWhy: ")[0]  # the rest says so
    code, out, _ = run("advise", str(path), "--base", SMALL)
    assert code == 0
    assert "Mine (mine)" in out
    assert "Wait and watch the lake." in out


def test_a_scenario_may_come_on_standard_input():
    """- reads the scenario from stdin, as a file of the same text would be read."""
    done = spawned("advise", "-", "--base", SMALL, input=PLAIN.encode())
    assert done.returncode == 0
    named = spawned("advise", "plain", "--base", SMALL).stdout
    assert done.stdout == named.replace(b"(plain)", b"(stdin)").split(b"Why: ")[0]
    spoilt = spawned("advise", "-", "--base", SMALL, input=b"title: T\nfact: []\n")
    assert spoilt.returncode == 2
    assert spoilt.stderr.startswith(b"error: <stdin>:2:1: a scenario has no key 'fact'\n")
    empty = spawned("advise", "-", "--base", SMALL, input=b"")
    assert empty.stderr == b"error: <stdin>: the scenario is empty\n"


# ------------------------------------------------------------------ lines

LISTING = [*lines.TABLES]  # commands, some with the option that makes them list


@pytest.mark.parametrize("listing", LISTING)
def test_a_line_is_a_record(run, examples, listing):
    """--format lines: the columns of the table in the docs, parted by tabs, and no heading."""
    command, *options = listing.split()
    named = [] if options else EXAMPLES[command][0]
    if command == "diff":
        named = [str(examples / "garden"), str(examples / "draft")]
    if options == ["--claims"]:
        options.append("ledger")
    base = [] if command in {"diff", "consult"} else ["--base", SMALL]
    code, out, err = run(command, *named, *options, *base, "--format", "lines")
    assert (code in {0, 1}, err) == (True, "")
    rows = [line.split("\t") for line in out.splitlines()]
    columns = lines.TABLES[listing].columns.split(", ")
    assert {len(row) for row in rows} <= {len(columns)}
    assert rows or command == "consult"
    assert f"| `{listing}` | {', '.join(columns)} |\n" in reference.reference()
    if "place" in columns:
        places = [row[columns.index("place")] for row in rows]
        assert all(re.fullmatch(r"[^ ]+:\d+:\d+", place) for place in filter(None, places))
        assert any(places)


def test_lines_say_what_json_says(run):
    """Each piece of advice is a line, by its number, id and whole sentence, for `cut` to take."""
    document = json.loads(run("advise", "--format", "json")[1])
    rows = [line.split("\t") for line in run("advise", "--format", "lines")[1].splitlines()]
    pieces = [(piece["instance"], piece["says"]) for piece in document["recommendations"]]
    handles = [one["handle"] for line in document["lines"] for one in line["members"]]
    assert [tuple(row[3:]) for row in rows][: len(pieces)] == pieces
    assert [row[0] for row in rows][: len(pieces)] == handles
    assert [row[1] for row in rows][len(pieces) :] == ["open"] * len(document["open"])


# ------------------------------------------------------------------ JSON


def valid(text: str) -> dict:
    """The document that a JSON text holds, valid against the schema that it names."""
    document = json.loads(text)
    kind, version = re.fullmatch(r"advisor\.([a-z-]+)/(\d+)", document["schema"]).groups()
    schema = json.loads((SCHEMAS / f"{kind}-{version}.schema.json").read_text())
    jsonschema_rs.Draft202012Validator(schema).validate(document)
    return document


@pytest.mark.parametrize(
    ("base", "command"),
    [(base, one) for base in ("small", "shipped") for one in COMMANDS if (base, one) != TESTED],
)
def test_json_is_valid_by_its_schema(run, command, base):
    """--format json is JSON with a schema name, and keeps to that schema."""
    args = arguments(command) if base == "small" else [command, *EXAMPLES[command][1]]
    code, out, err = run(*args, "--format", "json")
    assert (code, err) == (0, "")
    assert valid(out)["version"] == "0.1.0"


@pytest.mark.parametrize("name", [*documents.DOCUMENTS, *documents.MESSAGES])
def test_the_schemas_in_the_docs_are_current(name):
    """docs/schemas holds for each document what the program would write there today."""
    assert (SCHEMAS / f"{name}.schema.json").read_text() == documents.schema(name)


@pytest.mark.parametrize("name", documents.DOCUMENTS)
def test_a_schema_takes_the_documents_of_its_own_name_alone(name):
    """The file of a schema, what it asks for and what the command writes have one name."""
    kept = json.loads(documents.schema(name))
    record = kept["$defs"][documents.DOCUMENTS[name].__name__]
    kind, version = name.rsplit("-", maxsplit=1)
    assert record["properties"]["schema"]["const"] == f"advisor.{kind}/{version}"


def test_null_is_the_last_alternative(monkeypatch):
    """A release of msgspec that names null first gives the same schemas, at any depth."""
    name = next(iter(documents.DOCUMENTS))
    schema = documents.schema(name)
    told = msgspec.json.schema

    def turned(node):
        if isinstance(node, list):
            return [turned(one) for one in node]
        if not isinstance(node, dict):
            return node
        found = {key: turned(value) for key, value in node.items()}
        if {"type": "null"} in found.get("anyOf", ()):
            found["anyOf"].sort(key={"type": "null"}.__ne__)
        return found

    monkeypatch.setattr(msgspec.json, "schema", lambda record: turned(told(record)))
    assert documents.schema(name) == schema


def test_no_schema_is_left_over():
    """docs/schemas holds nothing else."""
    kept = {path.name for path in SCHEMAS.iterdir() if path.is_file()}
    assert kept == {f"{name}.schema.json" for name in (*documents.DOCUMENTS, *documents.MESSAGES)}


def test_json_says_what_the_terminal_says(run):
    """Both formats show the same lines of advice in the same order, and the long view their ids."""
    document = valid(run("advise", "--format", "json")[1])
    joined = " ".join(run("advise", "--long")[1].split())
    instances = [one["instance"] for one in document["recommendations"]]
    assert [one["instance"] for line in document["lines"] for one in line["members"]] == instances
    at = [joined.index(f"{line['number']}. {line['says']}") for line in document["lines"]]
    assert at == sorted(at)
    assert all(instance in joined for instance in instances)


def test_long_adds_what_was_withheld(run):
    """--long adds what was considered and withheld, in both formats."""
    short = run(*arguments("advise"))[1]
    long = run(*arguments("advise", "--long"))[1]
    assert "Wait and watch the lake." not in short
    assert "Wait and watch the lake." in long
    assert "considered" not in valid(run(*arguments("advise", "--format", "json"))[1])
    document = valid(run(*arguments("advise", "--long", "--format", "json"))[1])
    assert [one["instance"] for one in document["considered"]] == ["wait(ashby)"]


def test_depth_bounds_an_explanation(run):
    """--depth counts the steps down, says where there is more, and 0 shows the fact alone."""
    whole = run(*arguments("explain", "--ids"))[1]
    assert "partners(ashby, brook)" in whole
    one = run(*arguments("explain", "--ids", "--depth", "1"))[1]
    assert "can-supply(brook, ashby, grain)" in one
    assert "partners(ashby, brook)" not in one
    assert "more below" in one
    none = run(*arguments("explain", "--ids", "--depth", "0"))[1]
    assert "can-supply" not in none
    assert len(none) < len(one) < len(whole)


def test_what_is_stated_of_a_derived_fact_is_shown_beside_its_derivations(run, tmp_path):
    """So that the grade adds up, whichever of the two it comes from."""
    facts = tmp_path / "more.yaml"
    facts.write_text(
        "extends: plain\ntitle: T\nassume:\n"
        "  - can-supply(brook, ashby, grain)=roughly even chance\n"
        "unknown:\n  - stores(brook, grain)\n"
    )
    out = run(
        "explain", "can-supply(brook, ashby, grain)", str(facts), "--base", str(SMALL), "--long"
    )[1]
    assert (
        "support: roughly even chance to very likely | stated as roughly even chance"
        in " ".join(out.split())
    )


def test_all_adds_every_derivation(run, tmp_path):
    """explain --all shows each way to a fact, the best one first; without it, the best alone."""
    base = Path(shutil.copytree(SMALL, tmp_path / "base"))
    rule = (
        "- {id: friends, title: Friends, if: [{backs: {backer: $a, town: $b}}, {lacks: {town: $a}}"
    )
    rule += (
        ", {lacks: {town: $b}}], then: [{partners: {one: $a, other: $b}}], strength: unlikely}\n"
    )
    (base / "rules" / "more.yaml").write_text(rule)
    facts = tmp_path / "more.yaml"
    facts.write_text(
        "extends: plain\ntitle: T\nassume:\n  - backs(ashby, cliff)\n  - lacks(cliff, grain)\n"
        "  - linked(ashby, cliff)\n"
    )
    args = ["explain", "partners(ashby, cliff)", str(facts), "--base", str(base)]
    best, every = run(*args)[1], run(*args, "--all")[1]
    assert "rule friends" not in best
    assert every.index("rule ferry-makes-partners") < every.index("rule friends")


# ------------------------------------------------------------------ where to write


def test_a_result_is_written_to_a_file(run, tmp_path):
    """-o writes to the file what stdout would get, and nothing else anywhere."""
    for name, more in [("a.txt", []), ("a.json", ["--format", "json"])]:
        out = run(*arguments("advise", *more))[1]
        code, printed, err = run(*arguments("advise", *more, "-o", str(tmp_path / name)))
        assert (code, printed, err) == (0, "", "")
        written = (tmp_path / name).read_text()
        if more:
            assert written == out
        else:
            assert written.split() == out.split()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.json", "a.txt"]


def test_a_file_is_replaced_whole(run, tmp_path):
    """An existing file is replaced, keeping nothing of the old, by one that others can read."""
    path = tmp_path / "advice.txt"
    path.write_text("x" * 100_000)
    assert run(*arguments("advise", "-o", str(path)))[0] == 0
    assert "x" * 10 not in path.read_text()
    umask = os.umask(0)
    os.umask(umask)
    assert path.stat().st_mode & 0o777 == 0o666 & ~umask


def test_a_dash_is_stdout(run):
    """-o - writes to stdout."""
    assert run(*arguments("advise", "-o", "-")) == run(*arguments("advise"))


@pytest.mark.parametrize("target", ["missing/advice.txt", "folder", "file/advice.txt", ""])
def test_where_nothing_can_be_written_nothing_is(run, tmp_path, target):
    """A missing folder, a folder, a file taken for one: exit code 2, a message, no leftovers."""
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()
    code, out, err = run(*arguments("advise", "-o", str(tmp_path / target)))
    assert (code, out) == (2, "")
    assert err.startswith("error: cannot write to ")
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["file", "folder"]


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere"
)
def test_a_read_only_folder_is_left_alone(run, tmp_path):
    """Where the folder is read-only the old file stays as it was."""
    path = tmp_path / "advice.txt"
    path.write_text("old")
    tmp_path.chmod(0o500)
    code, _, err = run(*arguments("advise", "-o", str(path)))
    tmp_path.chmod(0o700)
    assert code == 2
    assert err.startswith("error: cannot write to ")
    assert path.read_text() == "old"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_is_a_message(run):
    """A device without room: exit code 2 and a message, on stdout as in a file."""
    code, out, err = run(*arguments("advise", "-o", "/dev/full"))
    assert (code, out) == (2, "")
    assert err == "error: cannot write to /dev/full: No space left on device\n"
    with Path("/dev/full").open("wb") as full:
        done = spawned(*arguments("advise"), stdout=full)
    assert done.returncode == 2
    assert done.stderr == b"error: cannot write to the output: No space left on device\n"


def test_a_file_that_fills_the_disk_is_not_left_half_written(tmp_path):
    """When writing fails half-way, the old file stays whole and no part of the new one is left."""
    resource = pytest.importorskip("resource")
    path = tmp_path / "advice.json"
    path.write_text("old")

    def limited() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))

    args = arguments("advise", "--format", "json", "-o", str(path))
    done = spawned(*args, preexec_fn=limited)
    assert done.returncode == 2
    assert done.stderr.startswith(b"error: cannot write to ")
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_closed_pipe_is_no_traceback():
    """A reader that stops reading ends the program without noise of its own."""
    reader, writer = os.pipe()
    os.close(reader)
    done = spawned("explain", "seek-investment", "--all", stdout=writer)
    os.close(writer)
    assert (done.returncode, done.stderr) == (141, b"")


def test_closed_streams_are_no_traceback():
    """Started with its streams closed, the program still ends with an exit code."""
    script = f'"{sys.executable}" -m advisor advise --base "{SMALL}" '
    for redirect in (">&-", "2>&-", "<&-", ">&- 2>&-"):
        done = subprocess.run(
            ["sh", "-c", script + redirect], capture_output=True, timeout=60, check=False
        )
        assert done.returncode in {0, 2}, redirect
        assert b"Traceback" not in done.stdout + done.stderr, redirect


def test_interrupting_is_no_traceback():
    """Ctrl-C while it waits for input ends it with the usual code and with one word."""
    process = subprocess.Popen(
        [sys.executable, "-m", "advisor", "advise", "-", "--base", SMALL],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(1.5)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=20)
    assert process.returncode == 130
    assert b"Traceback" not in out + err


# ------------------------------------------------------------------ terminals


def on_terminal(*args: str, **env: str) -> bytes:
    """What a command writes to a terminal of its own, 80 wide, in lines as in a pipe."""
    master, slave = pty.openpty()
    settings = termios.tcgetattr(slave)
    settings[1] &= ~termios.OPOST  # an end of line stays as it is
    termios.tcsetattr(slave, termios.TCSANOW, settings)
    env = {"TERM": "xterm-256color", "COLUMNS": "80", "ADVISOR_PAGER": "cat", **env}
    written = bytearray()

    def read() -> None:
        with contextlib.suppress(OSError):  # the other end is closed
            while data := os.read(master, 65536):
                written.extend(data)

    reader = threading.Thread(target=read)
    reader.start()
    done = spawned(*args, stdin=slave, stdout=slave, env=env)
    os.close(slave)
    reader.join()
    os.close(master)
    assert done.returncode == 0
    return bytes(written)


COLOUR = re.compile(rb"\x1b\[[0-9;]*m")


def test_colour_is_for_terminals_that_want_it():
    """Bold and colour on a terminal; none with NO_COLOR, and the words the same."""
    args = arguments("advise")
    coloured = on_terminal(*args)
    assert b"\x1b[" in coloured
    plain = on_terminal(*args, NO_COLOR="1")
    assert not re.search(rb"\x1b\[[0-9;]*3[0-7]", plain)
    assert COLOUR.sub(b"", coloured) == COLOUR.sub(b"", plain)


@pytest.mark.parametrize("args", [["advise"], ["explain", "seek-investment"]], ids=" ".join)
def test_a_terminal_that_draws_nothing_gets_what_a_pipe_gets(args):
    """TERM=dumb, --plain and ACCESSIBLE=1: no colour, nothing drawn, a record on each line."""
    drawn, piped = on_terminal(*args), spawned(*args).stdout
    assert COLOUR.sub(b"", drawn) != piped
    assert on_terminal(*args, TERM="dumb") == piped
    assert on_terminal(*args, ACCESSIBLE="1") == piped
    assert on_terminal(*args, "--plain") == piped
    assert on_terminal(*args, ACCESSIBLE="0") == drawn


def test_a_wide_terminal_is_used():
    """Lines are as wide as a terminal is, as far as an eye can follow them."""
    for columns, least, most in ((60, 50, 60), (140, 120, 140), (400, 150, 160)):
        written = COLOUR.sub(b"", on_terminal("advise", COLUMNS=str(columns))).decode()
        assert least < max(map(len, written.splitlines())) <= most


@pytest.mark.parametrize(
    "args",
    [
        ["advise", "--long"],
        ["explain", "seek-investment"],
        ["why-not", "invite-visit"],
        ["flip", "1"],
        ["facts"],
        ["audit", "--base", SMALL],
    ],
    ids=" ".join,
)
def test_a_pipe_wraps_nothing(run, monkeypatch, args):
    """A record is a line, with no box around it; and no path is in parts at any width."""
    piped = run(*args)[1]
    monkeypatch.setenv("COLUMNS", "60")
    wrapped = run(*args)[1]
    assert run(*args, "--plain")[1] == piped
    assert re.sub(r"\s", "", wrapped) == re.sub(r"\s", "", piped)
    assert len(wrapped.splitlines()) > len(piped.splitlines())
    assert max(map(len, piped.splitlines())) > 100
    assert not re.search("[\u2500-\u257f]", piped)
    monkeypatch.setenv("COLUMNS", "24")
    narrow = set(run(*args)[1].split())
    assert narrow >= {word for word in piped.split() if re.search(r"\.yaml:\d+:\d+$", word)}


def test_all_of_it_is_shown_screen_by_screen(tmp_path):
    """--long on a terminal goes through ADVISOR_PAGER, else PAGER; in a pipe it never does.

    So does a list of more than a screen, and no view that is meant to be one.
    """
    kept = tmp_path / "kept"
    listed = on_terminal("rules", ADVISOR_PAGER=f"tee {kept}")
    assert kept.read_bytes() == listed
    kept.unlink()
    on_terminal("advise", ADVISOR_PAGER=f"tee {kept}", LINES="20")
    args = ["advise", "--long"]
    whole = on_terminal(*args)
    assert on_terminal(*args, PAGER=f"tee {kept}", ADVISOR_PAGER="cat") == whole
    assert not kept.exists()
    assert on_terminal(*args, PAGER="false", ADVISOR_PAGER=f"tee {kept}") == whole
    assert kept.read_bytes() == whole
    kept.unlink()
    for named in ("", "no-such-pager", "'"):
        assert on_terminal(*args, ADVISOR_PAGER=named) == whole
    on_terminal("advise", ADVISOR_PAGER=f"tee {kept}", LINES="100")  # a view of one screen
    spawned(*args, env={"ADVISOR_PAGER": f"tee {kept}"})
    assert not kept.exists()


def test_what_takes_long_says_so_on_a_terminal(run, monkeypatch):
    """A line on stderr, if that is a terminal, says since when; nothing is left of it in the end.

    And nothing is said while nothing takes long, nor in a pipe.
    """
    spent = [0.0, 0.9]  # seconds of work, by a clock of our own: at the start, and from then on
    monkeypatch.setattr(budget, "spent", lambda: spent.pop(0) if len(spent) > 1 else spent[0])
    monkeypatch.setattr(progress, "time", SimpleNamespace(monotonic=lambda: 100.0))
    args = arguments("test")
    assert run(*args)[2] == ""
    master, slave = pty.openpty()
    with os.fdopen(slave, "w") as stream:
        monkeypatch.setattr(sys, "stderr", stream)
        assert run(*args)[0] == 0
        os.set_blocking(master, False)
        with pytest.raises(BlockingIOError):
            os.read(master, 1)
        spent[:] = [0.0, 3.0]
        assert run("test", "--coverage")[0] == 0
        written = os.read(master, 65536).decode()
    os.close(master)
    once = f"\r{'working, 3 s so far':<39}\r{' ' * 40}\r"  # again, where the clock ticks after it
    assert written
    assert not written.replace(once, "")


def test_a_pager_that_does_not_start_is_a_message(tmp_path):
    """A file that is no program after all: exit code 2, and what it is about."""
    pager = tmp_path / "pager"
    pager.write_bytes(b"\0")
    pager.chmod(0o755)
    master, slave = pty.openpty()
    env = {"TERM": "xterm", "ADVISOR_PAGER": str(pager)}
    done = spawned("advise", "--long", stdin=slave, stdout=slave, env=env)
    os.close(slave)
    os.close(master)
    assert done.returncode == 2
    assert done.stderr == b"error: cannot write to the pager: Exec format error\n"


@pytest.mark.parametrize("env", [{}, {"TERM": "dumb"}, {"NO_COLOR": "1"}, {"FORCE_COLOR": "1"}])
def test_a_pipe_gets_no_escapes(run, monkeypatch, env):
    """Whatever the environment says, what is no terminal gets plain text."""
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    for command in COMMANDS:
        assert "\x1b" not in run(*arguments(command))[1]


@pytest.mark.parametrize(
    "args",
    [
        *([one, *EXAMPLES[one][1]] for one in COMMANDS if one not in LENGTHY),
        *map(arguments, ("audit", "test")),
        ["advise", "--long"],
        ["advise", "--for", "russia"],
        ["explain", "seek-investment", "--all"],
    ],
    ids=" ".join,
)
@pytest.mark.usefixtures("once")
def test_lines_keep_to_the_width(run, monkeypatch, args):
    """No line but one that a path is on is longer than COLUMNS, and nothing is lost by that.

    But for lines of a file that are quoted: these are cut to fit around their place.
    """
    monkeypatch.setenv("COLUMNS", "400")
    wide = run(*args)[1]
    for columns in (40, 60, 100):
        monkeypatch.setenv("COLUMNS", str(columns))
        code, out, _ = run(*args)
        assert code == 0
        long = [line for line in out.splitlines() if cell_len(line) > columns and "/" not in line]
        assert not [line for line in long if " " in line.strip()], columns
        assert not long if columns >= 60 else True
        if args[0] not in {"advise", "brief", "survey", "what-if"}:  # whose tables adapt
            quoted = r"^  \|.*$|\s" if args[0] in {"audit", "diff", "test"} else r"\s"
            told, wanted = (re.sub(quoted, "", one, flags=re.M) for one in (out, wide))
            assert told == wanted


def test_text_from_files_is_text(run, tmp_path):
    """What looks like markup in a file is printed as it stands."""
    path = tmp_path / "markup.yaml"
    title = "[red]A[/red] <b>title</b> :smile: [link=http://x]y[/link] \\[bold] {town}"
    path.write_text(f"extends: plain\ntitle: '{title}'\n")
    assert title in run("advise", str(path), "--base", SMALL)[1]


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8", "utf-16"])
def test_any_encoding_of_the_terminal_works(tmp_path, encoding):
    """A terminal that lacks a character gets it spelled out, not a traceback."""
    path = tmp_path / "letters.yaml"
    path.write_text("extends: plain\ntitle: Łódź and 東京\n", encoding="utf-8")
    args = ["advise", str(path), "--base", SMALL]
    done = spawned(*args, env={"PYTHONIOENCODING": encoding})
    assert done.returncode == 0
    text = done.stdout.decode(encoding)
    assert "Advice for Ashby" in text
    assert ("Łódź and 東京" if encoding.startswith("utf") else "\\u6771") in text
    missing = spawned("advise", "Łódź", env={"PYTHONIOENCODING": encoding})
    assert missing.returncode == 2
    assert "there is no scenario" in missing.stderr.decode(encoding)


def test_a_c_locale_works():
    """Without any locale there is advice all the same."""
    done = spawned("advise", env={"LC_ALL": "C", "LANG": "C", "PYTHONUTF8": "0"})
    assert done.returncode == 0
    assert done.stdout.startswith(b"Advice for Pakistan: ")


def test_a_folder_that_is_gone_is_no_traceback(tmp_path):
    """Run in a working folder that was removed, the program says what it can."""
    gone = tmp_path / "gone"
    script = (
        f'mkdir "{gone}" && cd "{gone}" && rmdir "{gone}" && "{sys.executable}" -m advisor advise'
    )
    for more in (f' --base "{SMALL}"', f' --base "{SMALL}" nothing.yaml', " --base nowhere"):
        done = subprocess.run(
            ["sh", "-c", script + more], capture_output=True, timeout=60, check=False
        )
        assert b"Traceback" not in done.stdout + done.stderr
        gone.rmdir() if gone.exists() else None


def _texts() -> list[tuple[str, str]]:
    """Every command with every argument and option of it that takes a text."""
    return [
        (name, param.opts[-1] if isinstance(param, click.Option) else "")
        for name, command in sorted(cli.commands().items())
        for param in command.params
        if not getattr(param, "is_flag", False)
    ]


@pytest.mark.parametrize(("command", "option"), _texts())
def test_an_empty_argument_is_never_taken_as_left_out(run, command, option):
    """What an unset variable of a script leaves is refused, whatever it stands for."""
    args = [command, *([option, ""] if option else [""])]
    code, out, err = run(*args)
    assert (code, out) == (2, "")
    assert " is empty\n" in err or "Invalid value" in err or "Missing argument" in err
