"""Files from strangers: what they may reach, what is never read aloud, what is never run."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from advisor import cli, loader
from advisor.loader import bases, chains, disk
from advisor.model.errors import AdvisorError, in_shell

SMALL = Path(__file__).parent / "bases" / "small"
SECRET = "root:x:0:0:root:/root:/bin/bash\nmallory:y:1:1:hunter2\n"


@pytest.fixture
def run(capfd, monkeypatch):
    """Run a command over the small base; gives code, stdout and stderr."""
    monkeypatch.delenv("ADVISOR_BASE", raising=False)
    monkeypatch.delenv("ADVISOR_ALLOW_PATH", raising=False)

    def call(*args, base=SMALL):
        code = cli.run([*map(str, args), "--base", str(base)])
        return code, *capfd.readouterr()

    return call


@pytest.fixture
def mail(tmp_path) -> Path:
    """A folder where a stranger's files arrive, beside one with what is nobody's business."""
    (tmp_path / "mail").mkdir()
    (tmp_path / "own" / "deeper").mkdir(parents=True)
    (tmp_path / "own" / "passwd").write_text(SECRET)
    (tmp_path / "own" / "scenario.yaml").write_text(
        "title: Mine\nfacts:\n  - lacks(ashby, grain)\n"
    )
    (tmp_path / "own" / "deeper" / "more.yaml").write_text(
        "title: More\nextends: ../scenario.yaml\n"
    )
    return tmp_path / "mail"


def arrived(mail: Path, extends: str) -> Path:
    """A stranger's scenario that extends something."""
    path = mail / "theirs.yaml"
    path.write_text(f"title: Theirs\nextends: {extends}\n")
    return path


WAYS_OUT = [
    "{own}/passwd",
    "../own/passwd",
    "./../own/scenario.yaml",
    "{own}/nothing.yaml",
    "link.yaml",
]


@pytest.mark.parametrize("way", WAYS_OUT)
@pytest.mark.parametrize("command", ["advise", "test", "facts --from", "stress", "brief"])
def test_a_file_leads_nowhere_else(run, mail, way, command):
    """`extends` out of a file's folder is refused where it stands, even where there is no file."""
    own = mail.parent / "own"
    (mail / "link.yaml").symlink_to(own / "passwd")
    path = arrived(mail, way.format(own=own))
    code, out, err = run(*command.split(), path)
    assert (code, out) == (2, "")
    assert err.count("error: ") == 1
    assert f"{path}:2:10: " in err
    assert "lies outside of the base and of the file's own folder" in err
    assert f"--allow-path {own}" in err
    assert "mallory" not in err


@pytest.mark.parametrize("given", ["option", "environment", "link"])
def test_what_is_allowed_is_reached(run, mail, monkeypatch, given):
    """--allow-path opens a folder and what is below it, as does ADVISOR_ALLOW_PATH."""
    own = mail.parent / "own"
    path = arrived(mail, "../own/deeper/more.yaml")
    (mail.parent / "shown").symlink_to(own)
    folder = mail.parent / "shown" if given == "link" else own
    args = ["--allow-path", "/nowhere", "--allow-path", folder]
    if given == "environment":
        monkeypatch.setenv("ADVISOR_ALLOW_PATH", f"/nowhere{os.pathsep}{folder}")
        args = []
    assert run("advise", path, *args)[0] == 0
    monkeypatch.delenv("ADVISOR_ALLOW_PATH", raising=False)
    assert run("advise", path)[0] == 2, "and not for ever"


def test_what_the_user_names_may_be_anywhere(run, mail):
    """A file named on the command line, by a link or from below, is allowed by that."""
    own = mail.parent / "own"
    (mail / "mine.yaml").symlink_to(own / "scenario.yaml")
    assert run("advise", mail / "mine.yaml")[0] == 0
    assert run("what-if", own / "scenario.yaml")[0] == 0
    assert run("advise", own / "deeper" / "more.yaml")[0] == 2
    assert run("advise", own / "deeper" / "more.yaml", "--allow-path", own)[0] == 0


def test_standard_input_reaches_the_working_folder(mail, monkeypatch):
    """A scenario on standard input is of the folder where the command runs."""
    base = loader.load_base(SMALL)
    monkeypatch.chdir(mail.parent / "own")
    text = b"title: T\nextends: ./deeper/more.yaml\n"
    assert loader.load_scenario(base, "-", text).title == "T"
    monkeypatch.chdir(mail)
    with pytest.raises(AdvisorError, match="lies outside of the base"):
        loader.load_scenario(base, "-", text.replace(b"./", b"../own/"))


@pytest.mark.parametrize(
    "text", [SECRET, "mallory: hunter2\n", "- mallory\n", "mallory", "a: [mallory\n", "\tmallory\n"]
)
def test_what_is_no_scenario_is_never_quoted(run, mail, text):
    """A file that another one names, and that is no scenario, is refused without a word of it."""
    (mail / "other.yaml").write_text(text)
    code, out, err = run("advise", arrived(mail, "./other.yaml"))
    assert (code, out) == (2, "")
    assert "other.yaml" in err
    assert "mallory" not in err
    assert "hunter2" not in err


def test_a_base_stays_inside(run, tmp_path):
    """No link in a base, and no default scenario of one, leads to a file elsewhere."""
    for place in ("rules", "facts"):
        base = tmp_path / place
        shutil.copytree(SMALL, base)
        (tmp_path / "passwd").write_text(SECRET)
        (base / place / "more.yaml").symlink_to(tmp_path / "passwd")
        code, out, err = run("test", base=base)
        assert (code, out) == (2, "")
        assert "more.yaml lies outside of the base" in err
        assert "mallory" not in err
    (base / "facts" / "more.yaml").unlink()
    (base / "facts" / "more.yaml").symlink_to(base / "facts" / "plain.yaml")
    assert run("advise", "more", base=base)[0] == 0, "inside, links are as good as files"


def test_a_base_of_links_may_be_the_shipped_one(monkeypatch, tmp_path):
    """Some installers make the files of a package links into their cache: those work."""
    shutil.copytree(loader.shipped_folder() / "rules", tmp_path / "cache" / "rules")
    shutil.copytree(loader.shipped_folder() / "facts", tmp_path / "cache" / "facts")
    for path in sorted((tmp_path / "cache").rglob("*.yaml")):
        link = tmp_path / "linked" / path.relative_to(tmp_path / "cache")
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(path)
    for module in (disk, chains, bases):
        monkeypatch.setattr(module, "shipped_folder", lambda: tmp_path / "linked")
    base = loader.load_base()
    extending = [head.name for head in loader.scenario_heads(base) if head.extends]
    assert extending
    assert loader.load_scenario(base, extending[0]).extends


# ------------------------------------------------------------------ what cannot be read


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to become somebody else")
@pytest.mark.parametrize("part", ["rules", "facts", "rules/deeper", "facts/deeper"])
@pytest.mark.parametrize("what", ["folder", "file"])
def test_what_cannot_be_read_is_an_error(public, part, what):
    """A folder or file of a base that its reader may not read is said, and never passed over."""
    base = public / "base"
    shutil.copytree(SMALL, base)
    folder = base / part
    folder.mkdir(exist_ok=True)
    path = folder / "hidden.yaml"
    path.write_text("title: T\n")
    (folder if what == "folder" else path).chmod(0)
    loader.load_with_parents(loader.load_base(SMALL))  # what is imported late is, before
    os.seteuid(65534)
    try:
        with pytest.raises(AdvisorError, match="cannot be read: Permission denied") as caught:
            loader.load_with_parents(loader.load_base(base))
    finally:
        os.seteuid(0)
    assert str(folder) in str(caught.value.problems[0].where)


def unsearchable(folder: Path) -> None:
    """Let names in a folder be listed, and nothing else of it be had."""
    (folder / "more.yaml").write_text("title: T\n")
    folder.chmod(0o744)


def link_into_the_dark(folder: Path) -> None:
    """Put a link there to a folder of which nobody else may know anything."""
    dark = next(parent for parent in folder.parents if parent.name == "base").with_name("dark")
    (dark / "rules").mkdir(parents=True)
    dark.chmod(0o700)
    (folder / "link").symlink_to(dark / "rules")


def link_to_nowhere(folder: Path) -> None:
    """Put a link there to what is not there, such as a disk that is not mounted."""
    (folder / "link").symlink_to(folder / "disk" / "rules")


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to become somebody else")
@pytest.mark.parametrize("part", ["rules", "facts", "rules/deeper", "facts/deeper"])
@pytest.mark.parametrize("make", [unsearchable, link_into_the_dark, link_to_nowhere])
@pytest.mark.parametrize("command", ["test", "fmt"])
def test_what_may_be_a_folder_is_not_passed_over(run, public, part, make, command):
    """A folder whose names alone can be had, and a link that may lead to one, are errors."""
    base = public / "base"
    shutil.copytree(SMALL, base)
    (base / part).mkdir(exist_ok=True)
    make(base / part)
    for warm in ("test", "fmt"):  # what is imported late is, before
        run(warm, *(["--check"] if warm == "fmt" else []))
    os.seteuid(65534)
    try:
        code, out, err = run(command, *(["--check"] if command == "fmt" else []), base=base)
    finally:
        os.seteuid(0)
    assert (code, out) == (2, "")
    assert f"{base / part}" in err
    assert "cannot be read: " in err
    assert err.count("error: ") == 1
    assert "hint: " in err


def test_hidden_folders_are_no_part_of_a_base(run, tmp_path):
    """Copies that an editor keeps in a hidden folder, or under another name, do not count."""
    base = tmp_path / "base"
    shutil.copytree(SMALL, base)
    before = run("rules", base=base)
    rules = next(path for path in (base / "rules").glob("*.yaml") if "id:" in path.read_text())
    (base / "rules" / ".checkpoints").mkdir()
    shutil.copy(rules, base / "rules" / ".checkpoints" / "copy.yaml")
    for name in ("copy.yaml.orig.html", "copy.yaml~", ".copy.yaml", "copy.yaml.yml.bak"):
        shutil.copy(rules, base / "rules" / name)
    assert run("rules", base=base) == before
    assert before[0] == 0
    rules.rename(rules.with_suffix(".YAML"))
    assert run("rules", base=base)[0] == 0, "in capitals it counts"
    assert len(run("rules", base=base)[1]) == len(before[1])


# ------------------------------------------------------------------ what is printed


NAMES = [
    "plain",
    "a b",
    "it's",
    "$(touch gone)",
    "`id`",
    "a;b",
    "-x",
    "*",
    "é",
    "a\x1b[31m",
    "\u202ex",
]


@pytest.mark.parametrize("name", NAMES)
def test_a_word_for_the_shell_is_that_word(name):
    """What is suggested is one word to the shell, and harmless on a terminal."""
    word = in_shell(name)
    assert word.isprintable()
    done = subprocess.run(
        ["bash", "-c", f"printf %s {word}"], capture_output=True, check=True, text=True,
        env={**os.environ, "LC_ALL": "C.UTF-8"},
    )  # fmt: skip
    assert done.stdout == name


def test_a_suggested_command_works_as_it_stands(tmp_path, monkeypatch, capfd):
    """A folder's name with blanks, quotes and dollars is quoted where `new` suggests a command."""
    monkeypatch.chdir(tmp_path)
    assert cli.run(["new", "it's $HOME now"]) == 0
    suggested = capfd.readouterr().out.strip().rpartition("To go on: ")[2]
    assert shlex.split(suggested)[:3] == ["advisor", "test", "--base"]
    assert cli.run(shlex.split(suggested)[1:]) == 0


def test_what_a_pipe_answers_is_cleaned(tmp_path):
    """Answers that come through a pipe are echoed without what could disturb a terminal."""
    typed = "yes\x1b[31mred\nfoo\x9bx\n\u202eabc\n\x7f1\n"
    done = subprocess.run(
        [sys.executable, "-m", "advisor", "consult", "--base", str(SMALL)],
        input=typed.encode(),
        capture_output=True,
        env={**os.environ, "XDG_STATE_HOME": str(tmp_path)},
        timeout=60,
        check=False,
    )
    shown = (done.stdout + done.stderr).decode()
    assert "> yes\\x1b[31mred" in shown
    assert all(char.isprintable() or char == "\n" for char in shown)
