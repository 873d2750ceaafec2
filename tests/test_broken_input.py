"""Broken input, and a broken world around the program: one clear message, and nothing else."""

from __future__ import annotations

import gzip
import io
import json
import os
import pty
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from advisor import cli, loader
from advisor.loader import yamlfile
from advisor.model.errors import MAX_PROBLEMS, AdvisorError

TESTS = Path(__file__).parent
SMALL = TESTS / "bases" / "small"
GOOD = b"title: T\nfacts:\n  - stores(brook, grain)\n"
Called = Callable[..., subprocess.CompletedProcess[bytes]]
PATIENCE = 20  # seconds: a guard against hanging, and no benchmark

ARGUMENTS = {  # over the small base, for the commands that need some
    "compare": ["ashby", "brook"],
    "completion": ["bash"],
    "explain": ["buy"],
    "why-not": ["dredge"],
    "what-if": ["--deny", "linked(ashby, brook)"],
    "flip": ["buy"],
    "diff": [str(SMALL)],
}
WRITERS = {"new"}  # whose result is a folder: tests/test_new.py
COMMANDS = [[name, *ARGUMENTS.get(name, [])] for name in sorted({*cli.commands()} - WRITERS)]


def environment(**changed: str) -> dict[str, str]:
    """This process's environment without what changes the program's output."""
    unwanted = ("ADVISOR_BASE", "COLUMNS", "NO_COLOR", "FORCE_COLOR", "PYTHONIOENCODING")
    kept = {name: value for name, value in os.environ.items() if name not in unwanted}
    return {**kept, **changed}


def spawned(*args, env=None, **options) -> subprocess.CompletedProcess[bytes]:
    """A command over the small base in a process of its own; it must not hang."""
    options.setdefault("stdout", subprocess.PIPE)
    if "input" not in options:
        options.setdefault("stdin", subprocess.DEVNULL)
    return subprocess.run(
        [sys.executable, "-m", "advisor", *args],
        stderr=subprocess.PIPE,
        timeout=PATIENCE,
        check=False,
        env=environment(**{"ADVISOR_BASE": str(SMALL), **(env or {})}),
        **options,
    )


@pytest.fixture
def called(capfdbinary, monkeypatch) -> Called:
    """A command over the small base in this process, which must not hang either."""

    def late(*_: object) -> None:
        raise TimeoutError

    def call(*args: str | bytes, input: bytes = b"") -> subprocess.CompletedProcess[bytes]:  # noqa: A002
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(input)))
        capfdbinary.readouterr()
        before = signal.signal(signal.SIGALRM, late)
        signal.alarm(PATIENCE)
        try:
            code = cli.run([os.fsdecode(one) for one in args])
        finally:
            signal.alarm(0)
            signal.signal(signal.SIGALRM, before)
        return subprocess.CompletedProcess(args, code, *capfdbinary.readouterr())

    for name in os.environ.keys() - environment().keys():
        monkeypatch.delenv(name)
    monkeypatch.setenv("ADVISOR_BASE", str(SMALL))
    return call


def refused(done: subprocess.CompletedProcess[bytes], words: str) -> None:
    """The run ended with one message that says so, and gave no result."""
    err = done.stderr.decode()
    assert done.returncode == 2, err
    assert not done.stdout
    assert "Traceback" not in err
    assert err.count("error: ") == 1
    assert words in err
    assert len(err) < 3_000
    assert all(char.isprintable() or char == "\n" for char in err)


def bomb() -> bytes:
    """Nine aliases of nine aliases of ...: a billion laughs."""
    lines = ["title: T", "l0: &l0 [ha, ha, ha, ha, ha, ha, ha, ha, ha]"]
    lines += [f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]" for n in range(1, 12)]
    return "\n".join(lines).encode()


def quadratic_bomb() -> bytes:
    """One long list, and thousands of aliases of it."""
    return b"title: T\na: &a [" + b"x, " * 50_000 + b"x]\nb: [" + b"*a, " * 5_000 + b"*a]\n"


DEEP = 100_000

BROKEN = {  # a file's bytes, and words of the one message
    "not YAML": (b"title: [unfinished\nfacts: {\n", "this is not YAML"),
    "a tab for a blank": (b"title: T\nfacts:\n\t- market-day\n", "this is not YAML"),
    "a colon too many": (b"title: a: b: c\n", "this is not YAML"),
    "a percent sign": (b"%BOGUS 7\n---\ntitle: T\n", "this is not YAML"),
    "two documents": (GOOD + b"---\n" + GOOD, "a second document begins here"),
    "a tag": (b"title: !!python/object/apply:os.system [id]\n", "tags are not allowed"),
    "a web page": (b"<html><body>Not found</body></html>\n", "must be keys and values"),
    "a list": (b"- one\n- two\n", "must be keys and values"),
    "Latin-1": ("title: Café\n".encode("latin-1"), "the file is not UTF-8: byte 0xe9"),
    "UTF-16": ("title: T\n".encode("utf-16"), "the file is in UTF-16"),
    "big-endian UTF-16": (b"\xfe\xff\x00t", "the file is in UTF-16"),
    "UTF-16 without a mark": ("title: T\n".encode("utf-16-le"), "not allowed here: U+0000"),
    "UTF-32": ("title: T\n".encode("utf-32-be"), "U+0000"),
    "half a surrogate": (b"title: \xed\xa0\x80\n", "the file is not UTF-8"),
    "every byte": (bytes(range(256)) * 50, "the file is not UTF-8"),
    "random bytes": (random.Random(3).randbytes(100_000), "the file is not UTF-8"),
    "gzip": (gzip.compress(GOOD), "the file is not UTF-8"),
    "zeros": (b"\0" * 4096, "not allowed here: U+0000"),
    "empty": (b"", "the scenario is empty"),
    "blank": (b"  \n\n \n", "the scenario is empty"),
    "only a mark": (b"\xef\xbb\xbf", "the scenario is empty"),
    "only a comment": (b"# nothing yet\n", "the scenario is empty"),
    "null": (b"null\n", "the scenario is empty"),
    "only dashes": (b"---\n", "the scenario is empty"),
    "an alias bomb": (bomb(), "says too much, its aliases written out"),
    "a quadratic alias bomb": (quadratic_bomb(), "says too much, its aliases written out"),
    "an alias of itself": (b"title: T\nfacts: &a [*a]\n", "stands for nothing complete yet"),
    "50 MB": (b"title: " + b"x" * 50_000_000, "the file is over 5 MB"),
    "50 MB of lines": (b"- x\n" * 12_500_000, "the file is over 5 MB"),
    "lists nested deep": (b"[" * DEEP, "nested over 100 deep"),
    "lists nested deep and closed": (b"[" * DEEP + b"]" * DEEP, "nested over 100 deep"),
    "mappings nested deep": (b"{a: " * DEEP + b"b" + b"}" * DEEP, "nested over 100 deep"),
    "block lists nested deep": (b"- " * DEEP + b"x\n", "nested over 100 deep"),
    "facts nested deep": (b"title: T\nfacts: " + b"[" * DEEP, "nested over 100 deep"),
    "keys nested deep": (b"? " * DEEP + b"x\n", "a key must be a single text"),
    "a title of megabytes": (b"title: T\nabout:\n" + b"x" * 4_000_000, "this is not YAML"),
    "a fact of megabytes": (b"title: T\nfacts: ['" + b"x" * 4_000_000 + b"']", "no template"),
    "a key of megabytes": (b"? " + b"x" * 1_000_000 + b"\n: T\ntitle: T\n", "has no key"),
}


# ------------------------------------------------------------------ broken files


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_fact_file_is_one_message(tmp_path, name, called):
    """Whatever a fact file holds, the program says what is wrong with it and where."""
    data, words = BROKEN[name]
    path = tmp_path / "facts.yaml"
    path.write_bytes(data)
    done = called("advise", str(path))
    refused(done, words)
    assert b"facts.yaml" in done.stderr


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_scenario_on_stdin_is_one_message(name, called):
    """The same on standard input, of which no more is read than may be used."""
    data, words = BROKEN[name]
    done = called("advise", "-", input=data)
    refused(done, words)
    assert b"<stdin>" in done.stderr


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_that_a_scenario_extends_is_one_message(tmp_path, name, capfd):
    """What is extended is read as carefully as what extends it."""
    data, words = BROKEN[name]
    (tmp_path / "broken.yaml").write_bytes(data)
    (tmp_path / "facts.yaml").write_text("extends: ./broken.yaml\ntitle: T\n")
    code = cli.run(["facts", "--from", str(tmp_path / "facts.yaml"), "--base", str(SMALL)])
    out, err = capfd.readouterr()
    assert (code, out) == (2, "")
    assert err.count("error: ") == 1
    assert words in err
    assert "broken.yaml" in err


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_of_a_base_is_reported(tmp_path, name, capfd):
    """A base file that says nothing usable is reported with its name, and nothing is shown."""
    data, _ = BROKEN[name]
    base = tmp_path / "base"
    shutil.copytree(SMALL, base)
    (base / "rules" / "templates.yaml").write_bytes(data)
    code = cli.run(["templates", "--base", str(base)])
    out, err = capfd.readouterr()
    assert (code, out) == (2, "")
    assert err.startswith("error: ")
    assert "templates.yaml" in err


DEEP_TEXTS = {
    "on one line": ("[" * 5_000, (1, 101)),
    "after a title": ("title: T\nfacts: " + "[" * 5_000 + "]" * 5_000, (2, 107)),
    "in turn with mappings": ("title: T\nfacts: " + "[{a: " * 5_000, (2, 254)),
    "behind a quoted bracket": ("'[[[[': " + "[" * 5_000, (1, 108)),
    "among comments": ("[ # [[[[\n" * 150 + "]" * 5_000, (101, 1)),
    "in block lists": ("- " * 5_000, (1, 201)),
    "in block mappings": ("".join(" " * n + "a:\n" for n in range(150)), (101, 101)),
}


@pytest.mark.parametrize("loader_name", ["CSafeLoader", "SafeLoader"])
@pytest.mark.parametrize("name", DEEP_TEXTS)
def test_our_own_depth_comes_first(monkeypatch, name, loader_name):
    """The limit is ours, at its place, with either parser and whatever that one would say."""
    monkeypatch.setattr(yamlfile, "_LOADER", getattr(yaml, loader_name))
    text, (line, column) = DEEP_TEXTS[name]
    with pytest.raises(AdvisorError) as caught:
        yamlfile.parse(text.encode(), "deep.yaml")
    (problem,) = caught.value.problems
    assert problem.message == "this is nested over 100 deep"
    assert (problem.where.line, problem.where.column) == (line, column)


@pytest.mark.parametrize("least", [101, 400, 1_000])
def test_a_parser_with_a_limit_of_its_own_is_not_heard(monkeypatch, least):
    """A parser that gives up while it reads ahead, at whatever depth over ours, changes nothing."""

    class Strict(yaml.SafeLoader):
        def fetch_flow_collection_start(self, token) -> None:
            if self.flow_level >= least:
                raise yaml.scanner.ScannerError(None, None, "no more", self.get_mark())
            super().fetch_flow_collection_start(token)

    monkeypatch.setattr(yamlfile, "_LOADER", Strict)
    for text in ("[" * 5_000, "title: T\nfacts: " + "[" * 5_000):
        with pytest.raises(AdvisorError, match="nested over 100 deep"):
            yamlfile.parse(text.encode(), "deep.yaml")


def test_what_is_wrong_a_million_times_is_reported_soon(tmp_path, called):
    """A file of nothing but mistakes: a hundred are printed, and reading stops before the end."""
    path = tmp_path / "facts.yaml"
    path.write_text("title: T\nfacts:\n" + "".join(f"  - storres{n}(x)\n" for n in range(200_000)))
    done = called("advise", str(path))
    lines = done.stderr.decode().splitlines()
    assert done.returncode == 2
    assert not done.stdout
    assert sum(line.startswith("error: ") for line in lines) == 101
    assert lines[-1] == f"error: and at least {MAX_PROBLEMS - 100} more problems"


def test_a_long_word_is_folded_and_not_pondered(tmp_path):
    """A title that is one word of a megabyte is printed in lines of the terminal's width."""
    path = tmp_path / "facts.yaml"
    path.write_bytes(GOOD.replace(b"T", b"x" * 1_000_000, 1))
    done = spawned("advise", str(path), env={"COLUMNS": "80"})
    assert done.returncode == 0
    lines = [line for line in done.stdout.decode().splitlines() if "/" not in line]  # but paths
    assert max(map(len, lines)) == 80
    assert done.stdout.count(b"x") >= 1_000_000


# ------------------------------------------------------------------ what is no file


def test_a_folder_is_no_scenario(tmp_path, called):
    """A folder in the place of a file is a message."""
    refused(called("advise", str(tmp_path)), "this is a folder, not a file")


def test_a_missing_file_is_a_message(tmp_path, called):
    """A path that leads nowhere is a message that names it."""
    refused(called("advise", str(tmp_path / "gone.yaml")), "there is no such file")
    refused(called("advise", "gone"), "there is no scenario 'gone'")


def test_a_path_through_a_file_is_a_message(tmp_path, called):
    """A file in the place of a folder on the way is a message."""
    (tmp_path / "good.yaml").write_bytes(GOOD)
    refused(called("advise", str(tmp_path / "good.yaml" / "x.yaml")), "cannot be read")


@pytest.mark.parametrize("kind", ["dangling", "circular"])
def test_a_broken_link_is_a_message(tmp_path, kind, called):
    """A link to nothing and a link to itself are messages."""
    path = tmp_path / "link.yaml"
    path.symlink_to(path if kind == "circular" else tmp_path / "nothing.yaml")
    words = "symbolic links" if kind == "circular" else "there is no such file"
    refused(called("advise", str(path)), words)


def test_a_name_beyond_the_system_is_a_message(called):
    """Names longer than the system takes are a message, as a scenario, as a base and as output."""
    name = "x" * 5_000
    refused(called("advise", name), "there is no scenario")
    refused(called("advise", f"{name}.yaml"), "cannot be read")
    refused(called("advise", "--base", name), "this is no base")
    refused(called("advise", "-o", name), "cannot write to")


@pytest.mark.parametrize("args", [["advise"], ["facts", "--from"], ["why-not", "dredge"], ["test"]])
def test_a_fifo_is_not_waited_for(tmp_path, args, called):
    """A pipe that nobody writes to is refused at once, wherever a scenario is named."""
    path = tmp_path / "pipe.yaml"
    os.mkfifo(path)
    refused(called(*args, str(path)), "this is not a regular file")


def test_a_fifo_in_a_base_is_not_waited_for(tmp_path, called):
    """A pipe among the files of a base is refused at once, in rules/ and in facts/."""
    base = tmp_path / "base"
    shutil.copytree(SMALL, base)
    os.mkfifo(base / "rules" / "more.yaml")
    refused(called("rules", "--base", str(base)), "this is not a regular file")
    (base / "rules" / "more.yaml").rename(base / "facts" / "more.yaml")
    refused(called("scenarios", "--base", str(base)), "this is not a regular file")
    refused(called("advise", "more", "--base", str(base)), "this is not a regular file")


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="needs /dev/zero")
def test_an_endless_device_is_refused():
    """A device is no file; on standard input it is read up to the limit and no further."""
    refused(spawned("advise", "/dev/zero"), "this is not a regular file")
    with Path("/dev/zero").open("rb") as zero:
        refused(spawned("advise", "-", stdin=zero), "the file is over 5 MB")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_an_unreadable_file_is_a_message(tmp_path, called):
    """A file without the right to read it is a message."""
    path = tmp_path / "secret.yaml"
    path.write_bytes(GOOD)
    path.chmod(0)
    refused(called("advise", str(path)), "the file cannot be read: Permission denied")


def test_a_refusal_of_the_system_is_a_message(tmp_path, monkeypatch, capfd):
    """Whatever the system says when a file is opened is passed on, for root too."""
    path = tmp_path / "secret.yaml"
    path.write_bytes(GOOD)
    opened = os.open

    def deny(name, flags, *more, **named):
        if Path(name) == path:
            raise PermissionError(13, "Permission denied", str(name))
        return opened(name, flags, *more, **named)

    monkeypatch.setattr(os, "open", deny)
    assert cli.run(["advise", str(path), "--base", str(SMALL)]) == 2
    out, err = capfd.readouterr()
    assert out == ""
    assert "the file cannot be read: Permission denied" in err


@pytest.mark.parametrize("kind", ["missing", "a file", "empty", "rules is a file", "a pipe"])
def test_what_is_no_base_is_a_message(tmp_path, kind, called):
    """A base that is no folder with rules/ is a message, whatever it is instead."""
    base = tmp_path / "base"
    if kind == "a file":
        base.write_bytes(GOOD)
    elif kind == "a pipe":
        os.mkfifo(base)
    elif kind != "missing":
        base.mkdir()
    if kind == "rules is a file":
        (base / "rules").write_bytes(GOOD)
    refused(called("advise", "--base", str(base)), "this is no base: it has no folder 'rules'")


def test_a_folder_among_the_files_of_a_base_is_a_message(tmp_path, called):
    """A folder that is called like a base's file is a message."""
    base = tmp_path / "base"
    shutil.copytree(SMALL, base)
    (base / "rules" / "base.yaml").unlink()
    (base / "rules" / "base.yaml").mkdir()
    refused(called("rules", "--base", str(base)), "this is a folder, not a file")


# ------------------------------------------------------------------ scenarios in a circle


@pytest.mark.parametrize(
    ("files", "circle"),
    [
        ({"a": "./a.yaml"}, "a extends a"),
        ({"a": "./b.yaml", "b": "./a.yaml"}, "a extends b extends a"),
        ({"a": "./b.yaml", "b": "./c.yaml", "c": "./b.yaml"}, "a extends b extends c extends b"),
        ({"a": "../here/a.yaml"}, "a extends a"),
    ],
)
def test_scenarios_in_a_circle_are_a_message(tmp_path, files, circle, called):
    """Scenarios that extend each other in a circle are reported with the circle."""
    here = tmp_path / "here"
    here.mkdir()
    for name, extended in files.items():
        (here / f"{name}.yaml").write_text(f"extends: {extended}\ntitle: T\n")
    done = called("advise", str(here / "a.yaml"))
    refused(done, f"scenarios extend in a circle: {circle}")


def test_scenarios_of_a_base_in_a_circle_are_a_message(tmp_path, called):
    """The same by name, in a base."""
    base = tmp_path / "base"
    shutil.copytree(SMALL, base)
    (base / "facts" / "one.yaml").write_text("extends: two\ntitle: T\n")
    (base / "facts" / "two.yaml").write_text("extends: one\ntitle: T\n")
    done = called("advise", "one", "--base", str(base))
    refused(done, "scenarios extend in a circle: one extends two extends one")


def test_standard_input_cannot_extend_itself(called):
    """A dash is standard input only on the command line."""
    done = called("advise", "-", input=b"extends: '-'\ntitle: T\n")
    refused(done, "there is no scenario '-'")


# ------------------------------------------------------------------ text is data

# Every text field of a base and of a scenario; each marked place takes the text under test.
RULES = {
    "base.yaml": """
title: @base-title@
about: @base-about@
date: 2026-01-01
scenario: plain
client: ashby
""",
    "entities.yaml": """
Town:
  ashby: {name: @entity-name@, adjective: @entity-adjective@}
  brook: {name: Brook}
""",
    "interests.yaml": """
supply: {says: @interest@}
""",
    "sources.yaml": """
ledger:
  title: @source-title@
  author: @source-author@
  dated: @source-dated@
  origin: @source-origin@
  locator: @source-locator@
  note: @source-note@
  passages:
    1: {kind: fact, says: @passage@}
    2: {kind: fact, says: other}
""",
    "templates.yaml": """
lacks:
  slots: {town: Town, stock: {number: @unit@}}
  says:   @says@
  denies: @denies@
  asks:   @asks@
  about:  @template-about@
weather:
  slots: {town: Town, now: {values: {calm: @value@, rough: is rough}}}
  says: "the water at {town.adjective} {now}"
buy:
  advice: true
  slots: {client: Town, seller: Town}
  says: "buy from {seller}"
by-day:
  caveat: true
  slots: {client: Town}
  says: @caveat@
""",
    "rules.yaml": """
- id: buying
  title: @rule-title@
  if: [{lacks: {town: $town}}, {weather: {town: $town, now: calm}}]
  then: [{buy: {client: $town, seller: brook}}]
  because: @because@
  advances: [supply]
  note: @rule-note@
  audit: {allow: {unused: @audit-reason@}}
  sources: {ledger: [1, 2]}
- id: daylight
  title: By day
  if: [{buy: {client: $town}}]
  then: [{by-day: {client: $town}}]
  because: @caveat-because@
""",
}
FACTS = """
title: @scenario-title@
about: @scenario-about@
interests: {ashby: [supply]}
entities:
  Town: {cliff: {name: @own-entity@}}
sources:
  mine: {title: @own-source@, origin: me}
facts:
  - lacks: {town: ashby, stock: 3}
    note: @fact-note@
    sources: {ledger: 1}
  - lacks: {town: cliff, stock: 3}
    sources: [mine]
  - weather: {town: cliff, now: rough}
denied:
  - lacks: {town: brook, stock: 3}
one-of:
  - title: @group-title@
    alternatives: [{weather: {town: ashby, now: calm}, likelihood: likely},
                   {weather: {town: ashby, now: rough}, likelihood: unlikely}]
"""
FIELDS = sorted(set(re.findall("@([a-z-]+)@", "".join(RULES.values()) + FACTS)))
UNSEEN = {"base-title", "base-about", "source-origin", "audit-reason"}  # no command prints these


def written(folder: Path, text) -> Path:
    """The base above, with a text of one's own in each field; gives the fact file too."""
    folder.mkdir(exist_ok=True)
    for name, content in RULES.items():
        path = folder / "rules" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(re.sub("@([a-z-]+)@", lambda m: text(m[1]), content), encoding="utf-8")
    path = folder / "facts" / "plain.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(re.sub("@([a-z-]+)@", lambda m: text(m[1]), FACTS), encoding="utf-8")
    return path


MARKUP = "[bold red]{}[/] [/nope] [link=http://x.y]z[/link] :warning: <b>&amp;</b> \\[x] $1 %s"
SHOWING = (
    ["advise", "--long"],
    ["explain", "buy"],
    ["why-not", "buy(brook, brook)"],
    ["facts", "--long"],
    *(["rules"], ["templates"], ["sources"], ["scenarios"]),
)


def test_markup_in_every_text_field_comes_out_verbatim(tmp_path, capfd, monkeypatch):
    """What looks like markup to the terminal library is text like any other."""
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("ADVISOR_BASE", str(tmp_path))
    written(tmp_path, lambda field: f"'{MARKUP.format(field)}'")
    shown = ""
    for args in SHOWING:
        assert cli.run(args) == 0
        shown += capfd.readouterr().out
    shown = " ".join(shown.split())
    lost = {field for field in FIELDS if MARKUP.format(field) not in shown}
    assert lost == UNSEEN


@pytest.mark.parametrize("args", SHOWING, ids=lambda args: args[0])
def test_markup_is_verbatim_in_colour_too(tmp_path, args):
    """On a terminal, the only escapes are the program's own colours, and markup stays text."""
    written(tmp_path, lambda field: f"'{MARKUP.format(field)}'")
    master, slave = pty.openpty()
    colours = {"TERM": "xterm-256color", "COLUMNS": "100"}
    done = spawned(*args, "--base", str(tmp_path), stdout=slave, env=colours)
    os.close(slave)
    out = b""
    try:
        while data := os.read(master, 65536):
            out += data
    except OSError:
        pass  # the other end is closed
    os.close(master)
    assert done.returncode == 0
    assert b"\x1b[" in out
    plain = re.sub(rb"\x1b\[[0-9;]*m", b"", out)
    assert b"\x1b" not in plain
    text = " ".join(plain.decode().split())
    assert any(MARKUP.format(field) in text for field in FIELDS)


def test_markup_on_the_command_line_comes_out_verbatim(capfd):
    """What the user types is quoted as typed in messages, too."""
    assert cli.run(["why-not", "[bold]x[/]", "--base", str(SMALL)]) == 2
    assert "there is no template '[bold]x[/]'" in capfd.readouterr().err
    assert cli.run(["advise", "[nope]", "--base", str(SMALL)]) == 2
    assert "there is no scenario '[nope]'" in capfd.readouterr().err


ESCAPES = {
    "a colour": "\x1b[31m",
    "clearing the screen": "\x1b[2J",
    "the window's title": "\x1b]0;x\x07",
    "a bell": "\x07",
    "a backspace": "\x08",
    "a delete": "\x7f",
    "a one-byte escape": "\x9b",
    "right to left": "\u202e",
    "of no width": "\u200b",
    "a private character": "\ue000",
    "a line's end of its own": "\u2028",
}


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("name", ESCAPES)
def test_escapes_in_every_text_field_are_refused(tmp_path, field, name):
    """No character that could disturb a terminal gets in, raw or as an escape of YAML's."""
    quoted = "".join(f"\\U{ord(char):08x}" for char in ESCAPES[name])
    for text in (f"'a{ESCAPES[name]}b'", f'"a{quoted}b"'):
        written(tmp_path, lambda one, text=text: text if one == field else "harmless")
        with pytest.raises(AdvisorError) as caught:
            loader.load_scenario(loader.load_base(tmp_path))
        [problem] = caught.value.problems
        assert "not allowed here" in problem.message or "control character" in problem.message
        lines = Path(problem.where.file).read_text(encoding="utf-8").split("\n")
        assert text in lines[problem.where.line - 1]


def test_the_harmless_base_of_these_tests_loads(tmp_path):
    """What is refused above is refused for its escapes alone."""
    written(tmp_path, lambda field: "harmless")
    assert loader.load_scenario(loader.load_base(tmp_path)).title == "harmless"


def test_a_refused_escape_does_not_reach_the_terminal(tmp_path, called):
    """The message about an escape spells it out."""
    path = tmp_path / "facts.yaml"
    path.write_bytes(b"title: \x1b[31mred\n")
    refused(called("advise", str(path)), r"title: \x1b[31mred")


@pytest.mark.parametrize("name", [b"\x1b[31mred.yaml", b"new\nline.yaml", b"not-utf8-\xff.yaml"])
@pytest.mark.parametrize("form", ["terminal", "json"])
@pytest.mark.parametrize("args", [["advise"], ["facts", "--from"], ["explain", "stores"]])
def test_the_name_of_a_file_is_data_too(tmp_path, name, form, args, called):
    """A file's own name cannot bring escapes into the output, nor break it."""
    path = os.fsencode(tmp_path) + b"/" + name
    Path(os.fsdecode(path)).write_bytes(GOOD)
    done = called(*args, path, "--format", form)
    assert done.returncode == 0, done.stderr
    assert b"\x1b" not in done.stdout
    assert b"\n line" not in done.stdout
    if form == "json":
        json.loads(done.stdout)
    Path(os.fsdecode(path)).write_bytes(b"")
    refused(called(*args, path), "the scenario is empty")


# ------------------------------------------------------------------ output that fails


OUTPUTS = [*COMMANDS, ["--help"], ["--version"], []]
WHOLE = (["--help"], ["--version"], [], ["advise"])  # in processes of their own


@pytest.fixture
def into(called, monkeypatch) -> Callable[[list[str], int], tuple[int, bytes]]:
    """What a command that writes to this file gives: its exit code and messages.

    Most are run in this process: of one of its own nothing is left to do but end with the code.
    """

    def call(args: list[str], output: int) -> tuple[int, bytes]:
        if args in WHOLE:
            done = spawned(*args, stdout=output)
            return done.returncode, done.stderr
        kept = os.dup(1)
        os.dup2(output, 1)
        try:
            with monkeypatch.context() as patch:
                patch.setattr(sys, "stdout", io.TextIOWrapper(io.FileIO(1, "w", closefd=False)))
                done = called(*args)
        finally:
            os.dup2(kept, 1)
            os.close(kept)
        assert done.stdout == b""
        return done.returncode, done.stderr

    return call


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize("args", OUTPUTS, ids=" ".join)
def test_a_full_disk_is_one_message(into, args):
    """No room for the result: exit code 2 and a message, from every command and for its help."""
    with Path("/dev/full").open("wb") as full:
        code, err = into(args, full.fileno())
    done = subprocess.CompletedProcess(args, code, b"", err)
    refused(done, "cannot write to the output: No space left on device")


UNUSUAL = {"completion", "consult", "fmt", "help", "schema"}  # no -o FILE or --format, or aside
PIPED = [
    *OUTPUTS,
    *(
        [*one, *(["-o", "/dev/stdout"], ["--format", "json"])[number % 2]]  # by turns
        for number, one in enumerate(one for one in COMMANDS if one[0] not in UNUSUAL)
    ),
    ["audit", "--format", "html"],
    ["advise", "--help"],
]


@pytest.mark.parametrize("args", PIPED, ids=" ".join)
def test_a_reader_that_left_is_no_news(into, args):
    """A reader that has gone: silence, and the exit code of a process that SIGPIPE ended."""
    reader, writer = os.pipe()
    os.close(reader)
    found = into(args, writer)
    os.close(writer)
    assert found == (141, b"")


def test_a_reader_that_leaves_in_the_middle_is_no_news():
    """A reader that takes a little of much: silence, however much is left."""
    left, right = os.pipe()
    env = environment(ADVISOR_BASE=str(SMALL))
    command = [sys.executable, "-m", "advisor", "audit", "--format", "html"]
    with subprocess.Popen(command, stdout=right, stderr=subprocess.PIPE, env=env) as process:
        os.close(right)
        assert len(os.read(left, 10)) == 10
        os.close(left)
        _, err = process.communicate(timeout=PATIENCE)
    assert (process.returncode, err) == (141, b"")


def test_a_reader_of_a_dialogue_that_leaves_is_no_news(tmp_path):
    """A consultation whose questions nobody reads ends in silence."""
    reader, writer = os.pipe()
    os.close(reader)
    env = {"XDG_STATE_HOME": str(tmp_path), "ADVISOR_BASE": str(TESTS / "bases/tiny-interview")}
    done = spawned("consult", stdout=writer, env=env, input=b"yes\n")
    os.close(writer)
    assert (done.returncode, done.stderr) == (141, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_messages_that_nobody_can_read_change_no_exit_code():
    """With standard error full or closed the exit code still tells."""
    command = f'"{sys.executable}" -m advisor advise gone --base "{SMALL}" 2>'
    for target in ("/dev/full", "&-", "/dev/null"):
        done = subprocess.run(
            ["sh", "-c", command + target], capture_output=True, timeout=PATIENCE, check=False
        )
        assert (done.returncode, done.stdout) == (2, b""), target


@pytest.mark.parametrize(
    ("redirect", "words"),
    [
        ("advise >&-", "cannot write to the output: Bad file descriptor"),
        ("--help >&-", "cannot write to the output: Bad file descriptor"),
        ("--version >&-", "cannot write to the output: Bad file descriptor"),
        ("flip --help >&-", "cannot write to the output: Bad file descriptor"),
        ("advise - <&-", "standard input is closed"),
        ("facts --from - <&-", "standard input is closed"),
        ("advise - <&- >&-", "standard input is closed"),
    ],
)
def test_streams_closed_from_the_start_are_one_message(redirect, words):
    """Started with a stream closed that it needs, the program says so."""
    command = f'ADVISOR_BASE="{SMALL}" exec "{sys.executable}" -m advisor {redirect}'
    done = subprocess.run(["sh", "-c", command], capture_output=True, timeout=PATIENCE, check=False)
    refused(done, words)


def test_what_cannot_be_written_whole_is_not_written(tmp_path):
    """A file that outgrows the room for it leaves the old one as it was, and no part of a new."""
    resource = pytest.importorskip("resource")
    path = tmp_path / "advice.txt"
    path.write_text("old")

    def limited() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (50, 50))

    refused(spawned("advise", "-o", str(path), preexec_fn=limited), "cannot write to ")
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


# ------------------------------------------------------------------ an ASCII terminal

NAMED = """
title: Été à Żółwin
entities: {Town: {zolwin: {name: Żółwin 東京}}}
facts: ["stores(zolwin, grain)", "lacks(ashby, grain)", "linked(ashby, zolwin)"]
"""
ASCII = (
    {"PYTHONIOENCODING": "ascii"},
    {"PYTHONIOENCODING": "ascii:strict"},
    {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    {"LC_ALL": "POSIX"},
)


@pytest.mark.parametrize("env", ASCII, ids=str)
def test_an_ascii_terminal_gets_names_spelled_out(tmp_path, env):
    """What the terminal cannot show is spelled out, and nothing else changes."""
    path = tmp_path / "facts.yaml"
    path.write_text(NAMED, encoding="utf-8")
    for args in (["advise", str(path)], ["facts", "--from", str(path)]):
        done = spawned(*args, env=env)
        assert done.returncode == 0, done.stderr
        assert not done.stderr
        encoding = "utf-8" if env == {"LC_ALL": "POSIX"} else "ascii"
        out = done.stdout.decode(encoding)
        wanted = "Żółwin" if "Ż" in out else r"\u017b\xf3\u0142win \u6771\u4eac"
        assert wanted in " ".join(out.split())
    (tmp_path / "wrong.yaml").write_text(NAMED + "clients: Ż\n", encoding="utf-8")
    done = spawned("advise", str(tmp_path / "wrong.yaml"), env=env)
    refused(done, "a scenario has no key 'clients'")
    assert b"clients: " in done.stderr


def test_a_file_is_utf8_whatever_the_terminal(tmp_path):
    """With -o the file is UTF-8, and JSON too, on an ASCII terminal."""
    path = tmp_path / "facts.yaml"
    path.write_text(NAMED, encoding="utf-8")
    ascii_only = {"PYTHONIOENCODING": "ascii"}
    target = tmp_path / "out"
    for form in ("terminal", "json"):
        done = spawned("advise", str(path), "-o", str(target), "--format", form, env=ascii_only)
        assert done.returncode == 0
        assert "Żółwin 東京" in target.read_text(encoding="utf-8")


# ------------------------------------------------------------------ the environment

DIGITS = "7" * 5_000


@pytest.mark.parametrize("args", [["advise"], ["audit"], ["advise", "--help"]], ids=" ".join)
def test_what_is_no_width_is_no_width(args, called, monkeypatch):
    """COLUMNS that says no width changes nothing: the text is that of no COLUMNS."""
    usual = called(*args)
    for columns in ("0", "-1", "", "x", "1.5", "\u00b2", DIGITS):
        monkeypatch.setenv("COLUMNS", columns)
        monkeypatch.setenv("LINES", columns)
        done = called(*args)
        assert (done.returncode, done.stdout, done.stderr) == (usual.returncode, usual.stdout, b"")


def test_any_width_gives_the_whole_text(called, monkeypatch):
    """However narrow or wide, every word is there."""
    words = re.sub(rb"\s", b"", called("explain", "buy").stdout)
    for columns in ("1", "7", "1000000"):
        monkeypatch.setenv("COLUMNS", columns)
        done = called("explain", "buy")
        assert done.returncode == 0
        assert re.sub(rb"\s", b"", done.stdout) == words


@pytest.mark.parametrize("kept", [[], ["HOME"]])
def test_without_any_environment_there_is_advice(kept):
    """No HOME, no PATH, no locale: nothing but a home folder for a journal is needed."""
    env = dict.fromkeys(kept, "")
    command = [sys.executable, "-m", "advisor", "advise", "--base", str(SMALL)]
    env["PYTHONPATH"] = os.pathsep.join(filter(None, sys.path))
    done = subprocess.run(command, capture_output=True, env=env, timeout=PATIENCE, check=False)
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.parametrize(
    "args",
    [
        ["flip", "buy", "--max-answers", DIGITS],
        ["stress", "--samples", DIGITS],
        ["explain", "buy", "--depth", DIGITS],
        ["explain", f"score({DIGITS})"],
        ["test", "--cover-at-least", DIGITS],
        ["advise", DIGITS],
        ["what-if", "--assume", f"score(ashby, {DIGITS})"],
    ],
    ids=lambda args: " ".join(args)[:20],
)
def test_a_number_of_thousands_of_digits_is_a_message(args, called):
    """A number that Python would not even read is an error as any other, and no traceback."""
    refused(called(*args), "")


# ------------------------------------------------------------------ Ctrl-C

# The interpreter's own start, before the program has a say, is left out.
STARTED = "import os; from advisor.__main__ import main; os.write({}, b'.'); main()"


def interrupted(delay: float, *args: str) -> tuple[int, bytes, bytes]:
    """A command that gets a Ctrl-C so many seconds after it began."""
    reader, writer = os.pipe()
    process = subprocess.Popen(
        [sys.executable, "-c", STARTED.format(writer), *args],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        pass_fds=[writer],
        env=environment(),
    )
    os.close(writer)
    assert os.read(reader, 1) == b"."
    os.close(reader)
    time.sleep(delay)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=PATIENCE)
    return process.returncode, out, err


@pytest.mark.parametrize("number", range(12))
def test_ctrl_c_at_any_moment_ends_it_cleanly(number):
    """Interrupted, the program ends with 130 and a word; if it was done, it was done."""
    delay = random.Random(number).uniform(0.002, 0.4)
    code, out, err = interrupted(delay, "why-not", "invite-visit", "--format", "json")
    assert b"Traceback" not in err
    if code == 0:
        assert json.loads(out)["misses"]
        assert err == b""
    else:
        assert code == 130
        assert err.strip() == b"interrupted"
        assert not out or json.loads(out)["misses"]


@pytest.mark.parametrize("number", range(8))
def test_ctrl_c_leaves_nothing_half_written(tmp_path, number):
    """Interrupted while it writes a file, the program leaves the old one or the whole new one."""
    path = tmp_path / "advice.json"
    path.write_text("old")
    delay = random.Random(100 + number).uniform(0.15, 0.4)
    code, out, err = interrupted(delay, "advise", "--format", "json", "-o", str(path))
    assert (code, out, b"Traceback" in err) in {(0, b"", False), (130, b"", False)}
    text = path.read_text()
    assert (text == "old" and code == 130) or json.loads(text)["recommendations"]
    assert list(tmp_path.iterdir()) == [path]


def test_ctrl_c_in_a_callback_is_not_swallowed():
    """Where Python would report an interrupt and go on, the program ends all the same."""
    code = (
        "import sys, advisor.__main__ as m, advisor.cli as cli\n"
        "class Late:\n"
        "    def __del__(self): raise KeyboardInterrupt\n"
        "def run(arguments):\n"
        "    Late()\n"
        "    return 0\n"
        "cli.run = run\n"
        "m.main()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, timeout=PATIENCE, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (130, b"", b"interrupted\n")


def test_ctrl_c_while_libraries_load_is_not_swallowed():
    """An interrupt ends the program although a library, as it loads, catches everything."""
    code = (
        "import os, signal, sys\n"
        "class Swallows:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name == 'click':\n"
        "            try: os.kill(os.getpid(), signal.SIGINT); list(range(100))\n"
        "            except BaseException: pass\n"
        "sys.meta_path.insert(0, Swallows())\n"
        "from advisor.__main__ import main\n"
        "sys.argv[1:] = ['--version']\n"
        "main()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, timeout=PATIENCE, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (130, b"", b"interrupted\n")


def test_ctrl_c_before_the_program_is_called_ends_it(tmp_path):
    """It is guarded as soon as the installed script loads it, not only when that calls it."""
    script = tmp_path / "advisor"
    script.write_text(
        "import os, signal\n"
        "from advisor.__main__ import main\n"
        "os.kill(os.getpid(), signal.SIGINT)\n"
        "list(range(1000))\n"
        "main()\n"
    )
    done = subprocess.run(
        [sys.executable, str(script), "--version"],
        capture_output=True,
        timeout=PATIENCE,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (130, b"", b"interrupted\n")


def test_before_the_guard_nothing_is_loaded_from_a_file():
    """Until `main` has taken over, nothing but the two modules themselves is read."""
    code = (
        "import sys; before = set(sys.modules)\n"
        "import advisor.__main__\n"
        "print(*sorted(set(sys.modules) - before))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == [
        "advisor",
        "advisor.__main__",
        *sorted({"gc"} & sys.modules.keys()),
    ]


def test_who_is_started_in_the_background_is_not_interrupted():
    """Where Ctrl-C is ignored from the start, as for a job in the background, it stays so."""
    code = "import signal, sys, advisor.cli, advisor.__main__ as m\n" + (
        "def run(arguments):\n"
        "    signal.raise_signal(signal.SIGINT)\n"
        "    return 7\n"
        "advisor.cli.run = run\n"
        "signal.signal(signal.SIGINT, signal.SIG_IGN)\n"
        "m.main()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, timeout=PATIENCE, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (7, b"", b"")


@pytest.mark.parametrize("number", [0, 1, 2])
def test_no_file_takes_the_place_of_a_closed_stream(number):
    """With a stream closed, what a library says there goes into no file of ours."""
    code = (
        "import os, sys, advisor.cli, advisor.__main__ as m\n"
        "def run(arguments):\n"
        "    return os.open('/dev/null', os.O_RDONLY)\n"
        "advisor.cli.run = run\n"
        "m.main()\n"
    )
    closing = "<&-" if number == 0 else f"{number}>&-"
    done = subprocess.run(
        ["sh", "-c", f'"{sys.executable}" -c "$0" {closing}', code],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode > 2


def test_ctrl_c_while_waiting_for_input_ends_it():
    """Waiting for a scenario on standard input, the program can be interrupted."""
    process = subprocess.Popen(
        [sys.executable, "-m", "advisor", "advise", "-", "--base", str(SMALL)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
    )
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(1)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=PATIENCE)
    assert (process.returncode, out, err.strip()) == (130, b"", b"interrupted")
