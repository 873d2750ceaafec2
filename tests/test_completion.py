"""The Tab key: names and files where they are meant, in the shells that are installed."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import click
import pytest

from advisor import cli
from advisor.answers.advice import advisable
from advisor.cli.completion import SHELLS, meant
from advisor.loader import load_base
from advisor.loader.names import BaseNames

pexpect = pytest.importorskip("pexpect")

TESTS = Path(__file__).parent
SMALL = TESTS / "bases" / "small"
FOLDER = Path(sys.executable).parent
ADVISOR = (
    [str(FOLDER / "advisor")]
    if (FOLDER / "advisor").exists()
    else [sys.executable, "-m", "advisor"]
)
LINES = (  # what is typed before Tab -> what stands there after it
    ("advisor cons", "advisor consult"),
    ("advisor advise nile-dam-ag", "advisor advise nile-dam-agreement"),
    ("advisor explain seek-inv", "advisor explain seek-investment"),
    (
        "advisor explain 'seek-investment(pakistan, russia, north",
        "advisor explain 'seek-investment(pakistan, russia, north-south-pipeline)'",
    ),
    ("advisor what-if --assume 'takes-part(russia, c", "'takes-part(russia, cpec)'"),
    ("advisor advise rules/ener", "advisor advise rules/energy.yaml"),
)


def environment(folder: Path, **more: str) -> dict[str, str]:
    """Where the program is found, and nothing is set that changes what it says."""
    kept = {k: v for k, v in os.environ.items() if k not in {"ADVISOR_BASE", "PYTHONPATH"}}
    path = f"{FOLDER}{os.pathsep}{kept['PATH']}"
    return {**kept, "PATH": path, "TERM": "dumb", "XDG_STATE_HOME": str(folder), **more}


def offered(folder: Path, *words: str, shell: str = "bash") -> list[str]:
    """What the program offers for the last of some words, as a shell is told it."""
    place = {"COMP_WORDS": "\n".join(["advisor", *words]), "COMP_CWORD": str(len(words))}
    env = environment(folder, _ADVISOR_COMPLETE=f"{shell}_complete", **place)
    done = subprocess.run(ADVISOR, capture_output=True, text=True, env=env, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return [line for line in done.stdout.splitlines() if line]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (["con"], ["plain,consult"]),
        (["wh"], ["plain,why-not", "plain,what-if"]),
        (["comp"], ["plain,compare", "plain,completion"]),
        (["xyz"], []),
        (["help", "wh"], ["plain,why-not", "plain,what-if"]),
        (["advise", "--fo"], ["plain,--for", "plain,--format"]),
        (["advise", "--format", "t"], ["plain,terminal"]),
        (["advise", "--base", str(SMALL), "pl"], ["file,pl", "plain,plain"]),
        (["advise", "facts/pl"], ["file,facts/pl"]),
        (["advise", "--base", "fo"], ["dir,fo"]),
        (["advise", "--base", "nowhere", "x"], ["file,x"]),
        (["advise", "-o", "x"], ["file,x"]),
        (["explain", "--base", str(SMALL), "bu"], ["plain,buy"]),
        (
            ["explain", "--base", str(SMALL), "'buy(as"],
            [f"plain,buy(ashby, {town}, " for town in ("ashby", "brook", "cliff", "downs")],
        ),
        (["flip", "--base", str(SMALL), "wa"], ["plain,wait"]),
        (
            ["what-if", "--withdraw", "groundwork-before-investment"],
            ["plain,groundwork-before-investment"],
        ),
        (["what-if", "--assume", "takes"], []),
        (["advise", "--for", "russ"], ["plain,russia"]),
        (["compare", "russ"], ["plain,russia"]),
        (["compare", "russia", "pak"], ["plain,pakistan"]),
        (["survey", "--clients", "russ"], ["plain,russia"]),
        (["survey", "--advice", "seek-inv"], ["plain,seek-investment"]),
        (["survey", "nile-dam-ag"], ["file,nile-dam-ag", "plain,nile-dam-agreement"]),
        (["facts", "--claims", "art"], ["plain,article"]),
        (["audit", "--only", "never"], ["plain,never-fired"]),
        (["sources", "art"], ["plain,article"]),
        (["consult", "--resume", "2026"], ["plain,20260102-030405-abcd"]),
    ],
)
def test_names_are_offered_where_they_are_meant(tmp_path, words, found):
    """Commands, options, legal values; scenarios, templates, instances, rules, clients, checks.

    Journals too, and files and folders where a path is meant. What cannot be read offers nothing.
    """
    (tmp_path / "advisor" / "consultations").mkdir(parents=True)
    (tmp_path / "advisor" / "consultations" / "20260102-030405-abcd.jsonl").touch()
    assert offered(tmp_path, *words) == found


@pytest.mark.parametrize("base", [None, *(TESTS / "bases").glob("*/rules")], ids=str)
def test_the_names_are_those_of_the_base(base):
    """What is read quickly for the Tab key is what loading the base finds.

    Of a rule that becomes several that is the id it was written with; no helper has a name to type.
    """
    folder = None if base is None else base.parent
    loaded, names = load_base(folder), BaseNames(folder)
    written = (name for name, template in loaded.templates.items() if not template.helper)
    assert names.templates() == sorted(written)
    assert names.rules() == sorted({rule.id.partition("/")[0] for rule in loaded.rules})
    assert names.sources() == sorted(loaded.sources)
    assert names.clients() == sorted(advisable(loaded))
    advice = {name for name, template in loaded.templates.items() if template.advice}
    assert names.templates(advice=True) == sorted(advice)


def test_what_is_called_alike_is_completed_alike():
    """Every text that help calls by the name of something there is may be completed."""
    free = {"facts words", "test wanted"}
    texts = [
        (name, param)
        for name, command in cli.commands().items()
        for param in command.params
        if isinstance(param.type, click.types.StringParamType)
    ]
    left = {f"{name} {param.name}" for name, param in texts if meant(name, param) is None}
    assert left >= free
    assert {name for name, param in texts if param.name == "output" and meant(name, param)} >= {
        "advise",
        "schema",
    }
    arguments = {f"{name} {p.name}" for name, p in texts if isinstance(p, click.Argument)}
    assert left & arguments == {"facts words"}


@pytest.mark.parametrize(
    ("shell", "words", "at"),
    [
        ("bash", b"advisor\nadvise\n\xff", "2"),
        ("fish", b"advisor advise", b"\xff"),
        ("zsh", b"advisor\nadvise\n", "two"),
        ("bash", b"advisor\nadvise\n", "9" * 5_000),
        ("bash", b"advisor\nadvise\n", "-1"),
        ("bash", None, "1"),
        ("fish", b"advisor", None),
        ("none", b"advisor", "1"),
    ],
)
def test_a_line_that_cannot_be_read_is_offered_nothing(shell, words, at, tmp_path):
    """Bytes that are no text, no place, no line, no shell: silence, and no traceback."""
    env = environment(tmp_path, _ADVISOR_COMPLETE=f"{shell}_complete")
    said = {"COMP_WORDS": words, "COMP_CWORD": at}
    env |= {name: value for name, value in said.items() if value is not None}
    done = subprocess.run(ADVISOR, capture_output=True, env=env, timeout=60, check=False)
    assert (done.returncode != 0, done.stdout, done.stderr) == (True, b"", b"")


@pytest.mark.parametrize("shell", SHELLS)
def test_a_shell_gets_its_script(shell, tmp_path):
    """`advisor completion SHELL`, and what click's own variable asks for, are one script."""
    env = environment(tmp_path)
    script = subprocess.run(
        [*ADVISOR, "completion", shell], capture_output=True, text=True, env=env, check=True
    ).stdout
    env["_ADVISOR_COMPLETE"] = f"{shell}_source"
    by_variable = subprocess.run(ADVISOR, capture_output=True, text=True, env=env, check=True)
    assert f"_ADVISOR_COMPLETE={shell}_complete" in script
    assert by_variable.stdout.strip() == script.strip()


def typed_in(shell: str, setup: str, folder: Path) -> None:
    """Type lines into a shell, each with Tab, and look for what that makes of them."""
    options = {"bash": ["--norc", "--noprofile", "-i"], "zsh": ["-f", "-i"]}[shell]
    session = pexpect.spawn(
        shutil.which(shell),
        options,
        env=environment(folder),
        cwd=str(TESTS.parent),
        encoding="utf-8",
        timeout=30,
        dimensions=(50, 200),
    )
    session.sendline(f"{setup}; eval \"$(advisor completion {shell})\"; echo READ''Y")
    session.expect_exact("READY")
    for begun, whole in LINES:
        session.send(f"{begun}\t")
        session.expect_exact(whole)
        session.send("\x15")  # take the line away
    session.kill(signal.SIGKILL)
    session.wait()


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not installed")
def test_bash_completes(tmp_path):
    """In a bash of its own, with Tab pressed."""
    typed_in("bash", "bind 'set enable-bracketed-paste off'; PS1='> '", tmp_path)


@pytest.mark.skipif(shutil.which("zsh") is None, reason="zsh is not installed")
def test_zsh_completes(tmp_path):
    """In a zsh of its own, with Tab pressed."""
    typed_in("zsh", "bindkey -e; PS1='> '; autoload -Uz compinit; compinit -D -u", tmp_path)


@pytest.mark.skipif(shutil.which("fish") is None, reason="fish is not installed")
def test_fish_completes(tmp_path):
    """As fish says what it would complete a line to."""
    for begun, whole in LINES:
        script = "advisor completion fish | source; complete -C $argv[1]"
        done = subprocess.run(
            ["fish", "--no-config", "-c", script, begun],
            capture_output=True,
            text=True,
            env=environment(tmp_path),
            cwd=TESTS.parent,
            timeout=60,
            check=True,
        )
        (word, *_) = done.stdout.split("\t")[0].splitlines()
        assert whole.replace("'", "").endswith(word)
