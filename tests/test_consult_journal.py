"""Nothing is lost: journals, resuming, the saved file, and what a changed base makes of it."""

from __future__ import annotations

import contextlib
import fcntl
import io
import json
import os
import random
import re
import shutil
import signal
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import jsonschema_rs
import pytest

from advisor import cli, loader
from advisor.consult import journal as journals
from advisor.consult import locks, session
from advisor.consult.dialogue import Dialogue
from advisor.consult.journal import Unkept, begin, resume
from advisor.consult.lines import JournalHead, JournalStep
from advisor.model.errors import AdvisorError

TESTS = Path(__file__).parent
SCHEMAS = TESTS.parent / "docs" / "schemas"
HEAD = JournalHead(
    schema="", id="", base="", facts=None, client="walkers", fingerprint="", started=""
)
PATIENCE = 60  # seconds: a guard against hanging, and no benchmark


class Done(NamedTuple):
    """What a call of the program came to."""

    returncode: int
    stdout: str
    stderr: str


class Desk:
    """A working folder with the bases of the tests, a state folder, and the command line."""

    def __init__(self, folder: Path, capture, patch) -> None:
        self.capture, self.patch = capture, patch
        self.folder = folder / "desk"
        self.state = folder / "state"
        for base in ("tiny-interview", "town-grants"):
            shutil.copytree(TESTS / "bases" / base, self.folder / base)
        for name in ("ADVISOR_BASE", "FORCE_COLOR", "PYTHONIOENCODING"):
            patch.delenv(name, raising=False)
        patch.setenv("XDG_STATE_HOME", str(self.state))
        patch.setenv("NO_COLOR", "1")
        patch.setenv("COLUMNS", "100")
        patch.chdir(self.folder)

    def run(self, *args: str, answers: str = "") -> Done:
        """Call the program in this process, with these answers on standard input."""
        self.capture.readouterr()
        stdin = io.TextIOWrapper(io.BytesIO(answers.encode()))
        self.patch.setattr(sys, "stdin", stdin)
        code = cli.run(args)
        out, err = self.capture.readouterr()
        assert "Traceback" not in out + err
        return Done(code, out, err)

    def consult(self, *args: str, answers: str = "", base: str = "tiny-interview") -> Done:
        """Consult a base."""
        named = [] if "--resume" in args else ["--exhaustive", "--base", base]
        return self.run("consult", *args, *named, answers=answers)

    def open(self, *args: str) -> subprocess.Popen[bytes]:
        """A consultation that waits for answers."""
        return subprocess.Popen(
            [sys.executable, "-m", "advisor", "consult", "--exhaustive", *args],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    @property
    def journals(self) -> list[Path]:
        """All journals, the oldest first."""
        found = self.state.glob("advisor/consultations/*.jsonl")
        return sorted(found, key=lambda path: path.stat().st_mtime_ns)

    def refused(self, words: str, *args: str, answers: str = "") -> str:
        """The call ends with one message that says so, exit code 2, and no result."""
        done = self.run("consult", *args, answers=answers)
        assert (done.returncode, done.stdout) == (2, ""), done
        assert done.stderr.count("error: ") == 1
        assert words in done.stderr
        return done.stderr


@pytest.fixture
def desk(tmp_path, capfd, monkeypatch) -> Desk:
    """A desk of one's own."""
    return Desk(tmp_path, capfd, monkeypatch)


def prompt(process: subprocess.Popen[bytes], *hints: bytes) -> None:
    """Wait until a question is put."""
    guard = threading.Timer(PATIENCE, process.kill)
    guard.start()
    try:
        while line := process.stdout.readline():
            if any(hint in line for hint in hints or (b"1 yes, 2 no", b"several numbers, or")):
                return
    finally:
        guard.cancel()
    raise AssertionError(process.stderr.read())


# ------------------------------------------------------------------ the journal


def test_a_journal_is_for_its_owner_alone(desk):
    """The journal has mode 0600 and its folder 0700, under the state folder of XDG."""
    old = os.umask(0)
    try:
        desk.consult(answers="yes\nquit\n")
    finally:
        os.umask(old)
    [path] = desk.journals
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert path.parent == desk.state / "advisor" / "consultations"
    head, *steps = [json.loads(line) for line in path.read_text().splitlines()]
    assert head["schema"] == "consultation/2"
    assert head["id"] == path.stem
    assert [(step["do"], step["about"], step["text"]) for step in steps] == [
        ("answer", "meets(walkers)", "yes")
    ]


@pytest.mark.parametrize("named", [None, "", "relative/state"])
def test_without_a_state_folder_it_is_the_home_folders(desk, named, tmp_path):
    """Unset, empty or relative, XDG_STATE_HOME means ~/.local/state."""
    home = tmp_path / "home"
    home.mkdir()
    desk.patch.setenv("HOME", str(home))
    desk.patch.delenv("XDG_STATE_HOME")
    if named is not None:
        desk.patch.setenv("XDG_STATE_HOME", named)
    desk.consult(answers="quit\n")
    assert len(list((home / ".local/state/advisor/consultations").glob("*.jsonl"))) == 1
    assert not desk.journals


def test_an_answer_is_kept_before_the_next_question(desk):
    """Killed the moment the next question stands there, the process has kept the answer."""
    process = desk.open("--base", "tiny-interview")
    prompt(process)
    process.stdin.write(b"yes\n")
    process.stdin.flush()
    prompt(process)
    process.kill()
    process.communicate()
    [path] = desk.journals
    assert '"text":"yes"' in path.read_text()
    done = desk.consult("--resume", answers="quit\n")
    assert "It goes on after 1 answer." in done.stdout
    assert "Will Sunday be dry?" in done.stdout


@pytest.mark.parametrize("number", range(3))
def test_killed_at_any_moment_it_goes_on(desk, number):
    """After kill -9 at a random moment and a resume, the advice is what those answers give."""
    process = desk.open("the-funds", "--for", "orchard-club", "--base", "town-grants")
    chance = random.Random(number)
    answers = ["2", "no", "charity", "back", "1=likely", "1, 3=likely", "skip", "unknown"]
    prompt(process)
    with contextlib.suppress(BrokenPipeError):
        for answer in answers:
            process.stdin.write(answer.encode() + b"\n")
            process.stdin.flush()
            time.sleep(chance.uniform(0, 0.03))
    process.kill()
    process.communicate()
    [path] = desk.journals
    kept = [json.loads(line) for line in path.read_text().splitlines() if line.endswith("}")][1:]
    if not kept:
        return
    done = desk.consult("--resume", "--format", "json", answers="quit\n")
    assert done.returncode == 0
    again = "\n".join(step["text"] if step["do"] == "answer" else step["do"] for step in kept)
    args = ["the-funds", "--for", "orchard-club", "--format", "json"]
    anew = desk.consult(*args, answers=f"{again}\nquit\n", base="town-grants")
    assert json.loads(done.stdout) == json.loads(anew.stdout)


def test_a_torn_last_line_is_left_out(desk):
    """What was half written when the power went is not there; the rest is, and it goes on."""
    desk.consult(answers="yes\nno such answer\nlikely\nquit\n")
    [path] = desk.journals
    whole = path.read_bytes()
    path.write_bytes(whole[:-7])
    done = desk.consult("--resume", answers="unknown\nquit\n")
    assert "It goes on after 1 answer." in done.stdout
    steps = [json.loads(line) for line in path.read_text().splitlines()][1:]
    assert [step["text"] for step in steps] == ["yes", "unknown"]


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"",
        lambda data: data.replace(b"{", b"["),
        lambda data: data[:40],
        lambda data: data.replace(b"consultation/2", b"consultation/9"),
    ],
    ids=["empty", "no JSON", "no whole line", "another version"],
)
def test_a_journal_of_nobody_knows_what_is_an_error(desk, damage):
    """A journal in which nothing is whole is named with what to do, and left as it is."""
    desk.consult(answers="yes\nquit\n")
    [path] = desk.journals
    path.write_bytes(damage(path.read_bytes()))
    spoilt = path.read_bytes()
    err = desk.refused(path.stem, "--resume", path.stem)
    assert "is not the journal of a consultation" in err or "is of another version" in err
    assert "hint: " in err
    assert path.read_bytes() == spoilt
    desk.refused("there is no unfinished consultation", "--resume")


def huge(path):
    """A file of gigabytes that takes no room."""
    path.touch()
    os.truncate(path, 2**33)


@pytest.mark.parametrize(
    "make",
    [os.mkfifo, Path.mkdir, huge, lambda path: path.symlink_to("/dev/zero")],
    ids=["pipe", "folder", "gigabytes", "device"],
)
def test_what_lies_among_journals_and_is_none_stops_nothing(desk, make):
    """A pipe, a folder, a device or gigabytes there are listed as damaged, and disturb no other."""
    desk.consult(answers="yes\nquit\n")
    make(desk.journals[0].with_name("strange.jsonl"))
    listed = json.loads(desk.run("consult", "--list", "--format", "json").stdout)["consultations"]
    assert [one["state"] for one in listed] == ["damaged", "unfinished"]
    assert desk.consult(answers="quit\n").returncode == 0
    assert "It goes on after 1 answer." in desk.consult("--resume", answers="quit\n").stdout
    desk.refused("strange.jsonl", "--resume", "strange")


@pytest.mark.parametrize(
    ("damage", "words", "left"),
    [
        (lambda data: data.replace(b'"do":"answer"', b'"do":"guess"', 1), "line 2 is damaged", 1),
        (lambda data: data.replace(b'"yes"', b'"\xff\xfe"', 1), "line 2 is damaged", 1),
        (lambda data: data + b"nonsense\n", "line 4 is damaged", 2),
        (lambda data: data + b"\0" * 4096, "the last line was cut off", 2),
        (lambda data: data + data.splitlines(keepends=True)[2], "line 4 is there twice", 2),
        (lambda data: data + b"\n\n", "", 2),
        (lambda data: data.replace(b'"client":"w', b'"client": "w', 1), "line 1 was altered", 2),
    ],
    ids=["unknown step", "no UTF-8", "nonsense", "blocks of nothing", "twice", "blank", "head"],
)
def test_what_is_whole_is_kept_and_the_rest_is_named(desk, damage, words, left):
    """Whatever became of a journal, every answer that is whole is taken, and the rest is told."""
    desk.consult(answers="yes\nlikely -- says Ann\nquit\n")
    [path] = desk.journals
    assert len(path.read_bytes().splitlines()) == 3
    path.write_bytes(damage(path.read_bytes()))
    done = desk.consult("--resume", answers="quit\n")
    assert done.returncode == 0, done
    assert words in done.stdout
    assert f"It goes on after {left} answer" in done.stdout
    assert ("is not whole" in done.stdout) == bool(words)


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data.replace(b"{", b"[", 1),
        lambda data: b"\0" * 512 + data[data.index(b"\n") :],
        lambda data: data[data.index(b"\n") + 1 :],
        lambda data: b"\xff" + data,
    ],
    ids=["no JSON", "a lost block", "no first line", "no UTF-8"],
)
def test_the_answers_of_a_journal_without_its_first_line_are_taken(desk, damage, monkeypatch):
    """What it was about is told by the command then, and that the line is lost is told."""
    desk.consult(answers="yes\nlikely -- says Ann\nquit\n")
    [path] = desk.journals
    path.write_bytes(damage(path.read_bytes()))
    desk.refused("there is no unfinished consultation", "--resume")
    listed = json.loads(desk.run("consult", "--list", "--format", "json").stdout)
    assert [(o["state"], o["answers"]) for o in listed["consultations"]] == [("damaged", 2)]
    done = desk.consult(
        "--resume", path.stem, "--base", "tiny-interview", answers="save k.yaml\nquit\n"
    )
    assert done.returncode == 0, done
    assert "line 1, which says what is consulted, and for whom" in done.stdout
    assert "It goes on after 2 answers" in done.stdout
    assert "says Ann" in (desk.folder / "k.yaml").read_text()
    monkeypatch.setenv("ADVISOR_BASE", "tiny-interview")
    done = desk.consult("--resume", path.stem, answers="quit\n")
    assert "It goes on after 2 answers" in done.stdout


@pytest.mark.parametrize(
    "name", ["a  b", " a", "a: #b", 'it\'s "so"', "a\nb", "می\u200cخواهم", "$(x)"]
)
def test_a_saved_file_names_what_it_extends(desk, name):
    """Whatever the folder is called that the facts are in, what was saved loads."""
    (desk.folder / name).mkdir()
    facts = desk.folder / name / "facts.yaml"
    facts.write_text("title: Nothing\nfacts: []\n")
    saved = desk.folder / name / "saved.yaml"
    desk.consult(str(facts), "--save", str(saved), answers="no\n")
    done = desk.run("advise", str(saved), "--base", "tiny-interview")
    assert done.returncode == 0, done.stderr


def test_what_no_fact_file_can_name_is_refused_before_anything_is_asked(desk):
    """A name with an escape in it could be saved, and would not be read again."""
    facts = desk.folder / "a\x1b[31m.yaml"
    facts.write_text("title: Nothing\nfacts: []\n")
    err = desk.refused(
        "has a character that no fact file may hold", str(facts), "--base", "tiny-interview"
    )
    assert "rename it" in err
    assert not desk.journals


def test_what_was_settled_before_the_base_changed_is_listed_so(desk):
    """Finished is finished over a base; settled again over the changed one, it is so again."""
    desk.consult("--save", "done.yaml", answers="no\n")

    def state() -> str:
        listed = json.loads(desk.run("consult", "--list", "--format", "json").stdout)
        return listed["consultations"][0]["state"]

    assert state() == "finished"
    rules = desk.folder / "tiny-interview" / "rules" / "entities.yaml"
    rules.write_text(rules.read_text() + "\n# a change\n")
    assert state() == "finished, and the base has changed since"
    [path] = desk.journals
    desk.consult("--resume", path.stem, "--save", "again.yaml", answers="")
    assert state() == "finished"


def test_cut_off_at_any_byte_all_that_was_whole_is_there(desk):
    """A journal that ends anywhere goes on with the answers up to there, and takes another one."""
    desk.consult(answers="yes\nlikely -- says Ann\nquit\n")
    [path] = desk.journals
    whole = path.read_bytes()
    ends = [at for at, byte in enumerate(whole) if byte == ord("\n")]
    for size in range(ends[0] + 1, len(whole) + 1):
        path.write_bytes(whole[:size])
        journal, steps = resume(path.stem)
        answers = sum(size > end for end in ends[1:])
        assert [step.text for step in steps] == ["yes", "likely -- says Ann"][:answers], size
        assert bool(journal.damage) == (size - 1 not in ends), size
        journal.write(JournalStep(do="answer", text="more"))
        journal.close()
        again, steps = resume(path.stem)
        again.close()
        assert [step.text for step in steps][answers:] == ["more"]
        assert [step.n for step in steps] == list(range(1, answers + 2))
        assert not again.damage
    for size in range(ends[0]):
        path.write_bytes(whole[:size])
        with pytest.raises(AdvisorError, match="is not the journal"):
            resume(path.stem)
        assert path.read_bytes() == whole[:size]


def test_any_byte_that_is_altered_costs_its_line_alone(desk):
    """One wrong byte is noticed, wherever it is, and every other answer is taken."""
    desk.consult(answers="yes\nlikely -- says Ann\nquit\n")
    [path] = desk.journals
    whole = path.read_bytes()
    lines = whole.splitlines(keepends=True)
    start = len(lines[0])
    for at in range(start, len(whole)):
        spoilt = bytearray(whole)
        spoilt[at] ^= 0x15
        path.write_bytes(spoilt)
        journal, steps = resume(path.stem)
        journal.close()
        hit = at >= start + len(lines[1])
        ends = whole[at] == ord("\n")  # then it is glued to the next
        kept = [] if ends and not hit else ["yes"] if hit else ["likely -- says Ann"]
        assert [step.text for step in steps] == kept, at
        assert journal.damage, at


def test_two_at_once_keep_apart(desk):
    """Two consultations side by side each keep their own answers."""
    one, other = (desk.open("--base", "tiny-interview") for _ in range(2))
    for process, answer in ((one, b"yes\n"), (other, b"likely\n")):
        prompt(process)
        process.stdin.write(answer)
        process.stdin.flush()
    for process in (one, other):
        prompt(process)
        process.stdin.write(b"quit\n")
        process.communicate()
        assert process.returncode == 0
    texts = [path.read_text() for path in desk.journals]
    assert len(texts) == 2
    assert sorted(json.loads(text.splitlines()[1])["text"] for text in texts) == ["likely", "yes"]
    assert all(len(text.splitlines()) == 2 for text in texts)


def test_the_same_one_twice_is_an_error(desk):
    """A consultation that is open in one terminal cannot be resumed in another."""
    process = desk.open("--base", "tiny-interview")
    prompt(process)
    [path] = desk.journals
    err = desk.refused(f"the consultation {path.stem} is open in another", "--resume", path.stem)
    assert "hint: end it there first" in err
    process.stdin.write(b"yes\nquit\n")
    process.communicate()
    assert process.returncode == 0
    assert desk.consult("--resume", answers="quit\n").returncode == 0


@pytest.mark.parametrize("kind", ["a file", "a dead end"])
def test_a_state_folder_that_cannot_be_used_is_an_error(desk, tmp_path, kind):
    """Where no journal can be kept, that is said before anything is asked."""
    place = tmp_path / "not-a-folder"
    if kind == "a file":
        place.touch()
    else:
        place.symlink_to("/proc/nowhere")
    desk.patch.setenv("XDG_STATE_HOME", str(place))
    err = desk.refused("cannot be used", "--base", "tiny-interview")
    assert "set XDG_STATE_HOME to a folder that can be written to" in err


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_state_folder_is_an_error(desk):
    """A state folder without the right to write is named."""
    desk.state.mkdir(mode=0o500)
    desk.refused("cannot be used: Permission denied", "--base", "tiny-interview")


def test_a_full_disk_is_an_error(desk, monkeypatch, tmp_path):
    """An answer that cannot be kept stops the consultation with a message."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    journal = begin(HEAD)
    monkeypatch.setattr(os, "write", lambda *_: (_ for _ in ()).throw(OSError(28, "No space")))
    with pytest.raises(Unkept, match="cannot be used: No space"):
        journal.write(JournalStep(do="answer"))
    journal.close()


@pytest.fixture
def little_room(tmp_path) -> Iterator[Path]:
    """A file system of 64 KB."""
    place = tmp_path / "little"
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(place)]
    try:
        done = subprocess.run(command, capture_output=True, check=False)
    except FileNotFoundError:
        pytest.skip("needs mount")
    if done.returncode:
        pytest.skip("needs the right to mount")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


@pytest.mark.parametrize("before", [1, 2, 3])
def test_on_a_full_disk_no_answer_is_lost_or_halved(desk, little_room, before):
    """What cannot be kept is not taken, the dialogue ends with how to go on, and that works."""
    desk.patch.setenv("XDG_STATE_HOME", str(little_room))
    desk.state = little_room
    process = desk.open("the-funds", "--for", "orchard-club", "--base", "town-grants")
    answers = ["2", "2", "charity"]
    hints = (b"1 yes, 2 no", b"several numbers, or", b"or none, unknown")
    for answer in answers[:before]:
        prompt(process, *hints)
        process.stdin.write(answer.encode() + b"\n")
        process.stdin.flush()
    prompt(process, *hints)
    filler = little_room / "filler"
    with contextlib.suppress(OSError), filler.open("wb", buffering=0) as stream:
        while True:
            stream.write(b"x" * 512)
    long = "unknown -- " + "a long note " * 700
    out, err = process.communicate(long.encode() + b"\nyes\n", timeout=PATIENCE)
    assert process.returncode == 2, out
    assert b"Traceback" not in out + err
    assert b"the last answer is not kept, and not taken" in err
    assert b"No space left on device" in err
    assert b"To go on: advisor consult --resume" in out
    [path] = desk.journals
    assert path.read_bytes().endswith(b"}\n")
    filler.unlink()
    done = desk.consult("--resume", answers="quit\n")
    assert done.returncode == 0
    assert "is not whole" not in done.stdout
    kept = [json.loads(line) for line in path.read_text().splitlines()][1:]
    assert [step["text"] for step in kept] == answers[:before]


def test_where_there_is_no_room_to_begin_nothing_is_asked(desk, little_room):
    """On a full disk a consultation does not begin, and leaves nothing."""
    (little_room / "filler").write_bytes(b"")
    with contextlib.suppress(OSError), (little_room / "filler").open("wb", buffering=0) as stream:
        while True:
            stream.write(b"x" * 4096)
    desk.patch.setenv("XDG_STATE_HOME", str(little_room))
    desk.refused("No space left on device", "--base", "tiny-interview")
    assert not list(little_room.rglob("*.jsonl"))


def test_an_answer_of_another_process_is_not_cut_off(desk, monkeypatch):
    """What somebody else wrote before the journal was ours is read, not cut off."""
    desk.consult(answers="yes\nquit\n")
    [path] = desk.journals
    real = journals.hold

    def late(descriptor: int) -> str:
        monkeypatch.setattr(journals, "hold", real)
        other, _ = resume(path.stem)  # in between, another one goes on, and ends
        other.write(JournalStep(do="answer", text="theirs"))
        other.close()
        return real(descriptor)

    monkeypatch.setattr(journals, "hold", late)
    journal, steps = resume(path.stem)
    journal.write(JournalStep(do="answer", text="ours"))
    journal.close()
    assert [step.text for step in steps] == ["yes", "theirs"]
    journal, steps = resume(path.stem)
    journal.close()
    assert [(step.n, step.text) for step in steps] == [(1, "yes"), (2, "theirs"), (3, "ours")]


def test_a_file_system_without_locks_will_do(monkeypatch, tmp_path):
    """Where files cannot be locked, a consultation works all the same."""

    def flock(*_) -> None:
        raise OSError(38, "Function not implemented")

    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.setattr(fcntl, "flock", flock)
    journal = begin(HEAD)
    again, steps = resume(journal.head.id)
    assert (again.head, steps) == (journal.head, [])
    journal.close()
    again.close()


class Locking:
    """The part of Windows' msvcrt that locks a byte of a file: for whom it was first."""

    LK_NBLCK = 2

    def __init__(self) -> None:
        self.locked: dict[tuple[int, int], int] = {}

    def locking(self, descriptor: int, _mode: int, size: int) -> None:
        """Lock a byte at the place where the file stands."""
        assert size == 1
        place = (os.fstat(descriptor).st_ino, os.lseek(descriptor, 0, os.SEEK_CUR))
        assert place[1] > 1_000_000_000  # which nobody wants to read
        if self.locked.setdefault(place, descriptor) != descriptor:
            raise OSError(13, "Permission denied")


def test_windows_locks_hold_as_well(monkeypatch, tmp_path):
    """Without fcntl the lock is that of msvcrt: a second process is kept out."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.setattr(locks, "fcntl", None)
    monkeypatch.setattr(locks, "msvcrt", Locking())
    journal = begin(HEAD)
    journal.write(JournalStep(do="answer", text="yes"))
    with pytest.raises(AdvisorError, match="is open in another terminal"):
        resume(journal.head.id)
    monkeypatch.setattr(locks, "msvcrt", None)
    again, steps = resume(journal.head.id)
    assert [step.text for step in steps] == ["yes"]
    again.close()
    journal.close()


def test_without_fcntl_it_can_be_imported():
    """As on Windows: neither the package nor the command needs fcntl."""
    code = (
        "import sys; sys.modules['fcntl'] = None; sys.modules['readline'] = None\n"
        "import advisor.consult.session, advisor.cli.consulting\n"
        "from advisor.cli import run; sys.exit(run(['consult', '--help']))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")


def test_a_name_that_is_taken_is_not_taken_again(monkeypatch, tmp_path):
    """Two consultations begun at once never share a journal."""
    tokens = iter(["aaaa", "aaaa", "bbbb"])
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.setattr(journals.secrets, "token_hex", lambda _: next(tokens))
    monkeypatch.setattr(journals.time, "strftime", lambda _: "20260503-100000")
    names = [begin(HEAD).head.id for _ in range(2)]
    assert names == ["20260503-100000-aaaa", "20260503-100000-bbbb"]


@pytest.mark.parametrize("clock", [0, 1_000_000_000, 4_102_444_800, 253_402_300_799])
def test_the_clock_has_no_say(desk, clock):
    """With a clock far off, or set back, what was begun last is what is gone on with."""
    desk.consult(answers="yes\nquit\n")

    class Clock(datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime.fromtimestamp(clock, tz)

    desk.patch.setattr(journals, "datetime", Clock)
    done = desk.consult(answers="likely\nquit\n")
    assert done.returncode == 0
    done = desk.consult("--resume", answers="save saved.yaml\nquit\n")
    assert "It goes on after 1 answer." in done.stdout
    assert [found.head.number for _, found in journals.journals()] == [1, 2]
    assert f"--resume {journals.journals()[1][0]}" in done.stdout
    assert desk.run("advise", "saved.yaml", "--base", "tiny-interview").returncode == 0


# ------------------------------------------------------------------ resuming


def test_resuming_takes_the_latest_that_is_unfinished(desk):
    """Without an ID it is the last one begun of those not settled; with one, that."""
    desk.consult(answers="yes\nquit\n")
    [first] = desk.journals
    shutil.copy(first, first.with_name("20991231-235959-aaaa.jsonl"))
    late = first.with_name("20991231-235959-aaaa.jsonl")
    late.write_text(late.read_text().replace(first.stem, late.stem))
    done = desk.consult("--resume", answers="quit\n")
    assert f"--resume {late.stem}" in done.stdout
    assert desk.consult("--resume", late.stem, answers="no\n").returncode == 0
    done = desk.consult("--resume", answers="quit\n")
    assert f"--resume {first.stem}" in done.stdout
    done = desk.consult("--resume", late.stem)
    assert done.returncode == 0
    assert "Everything is settled" in done.stdout


def test_what_has_no_answer_is_not_gone_on_with(desk):
    """Without an ID, a consultation that holds no answer, or none any more, is passed over."""
    desk.consult(answers="yes\nquit\n")
    [first] = desk.journals
    desk.consult(answers="skip\nquit\n")
    desk.consult(answers="yes\nback\nquit\n")
    desk.consult(answers="quit\n")
    done = desk.consult("--resume", answers="quit\n")
    assert f"--resume {first.stem}" in done.stdout
    assert "It goes on after 1 answer." in done.stdout


def test_resuming_honours_the_base(desk):
    """With --base, or ADVISOR_BASE, it is the latest consultation over that base."""
    desk.consult(answers="yes\nquit\n")
    [first] = desk.journals
    desk.consult(answers="yes\nquit\n", base="town-grants")
    done = desk.consult("--resume", "--base", "tiny-interview", answers="quit\n")
    assert f"--resume {first.stem}" in done.stdout
    desk.patch.setenv("ADVISOR_BASE", "tiny-interview")
    assert f"--resume {first.stem}" in desk.consult("--resume", answers="quit\n").stdout
    desk.patch.setenv("ADVISOR_BASE", "town-grants")
    done = desk.consult("--resume", first.stem, answers="quit\n")
    assert "Will Sunday be dry?" in done.stdout  # an id says what is meant
    shutil.copytree(desk.folder / "tiny-interview", desk.folder / "third")
    err = desk.refused(
        "there is no unfinished consultation of the base", "--resume", "--base", "third"
    )
    assert "third" in err


def test_a_base_that_was_moved_can_be_named(desk):
    """A consultation goes on over the base where it is now."""
    desk.consult(answers="yes\nquit\n")
    [first] = desk.journals
    (desk.folder / "tiny-interview").rename(desk.folder / "moved")
    done = desk.consult("--resume", first.stem, "--base", "moved", answers="quit\n")
    assert done.returncode == 0
    assert "It goes on after 1 answer." in done.stdout


def test_consultations_are_listed(desk):
    """--list names each with its state, in text and as JSON; those of one base, if it is named."""
    assert "There is no consultation." in desk.run("consult", "--list").stdout
    desk.consult(answers="yes\nquit\n")
    desk.consult("--save", "done.yaml", answers="no\n")
    desk.consult("nothing-known", answers="quit\n")
    desk.consult("the-funds", "--for", "orchard-club", answers="1\nquit\n", base="town-grants")
    journals_there = [name for name, _ in journals.journals()]
    (desk.journals[0].parent / f"{journals_there[2]}.jsonl").write_bytes(b"{")
    done = desk.run("consult", "--list", "--format", "json")
    document = json.loads(done.stdout)
    schema = json.loads((SCHEMAS / "consultations-1.schema.json").read_text())
    jsonschema_rs.Draft202012Validator(schema).validate(document)
    found = document["consultations"]
    assert [(one["state"], one["answers"]) for one in found] == [
        ("damaged", 0),
        ("unfinished", 1),
        ("finished", 1),
        ("unfinished", 1),
    ]
    assert {one["id"] for one in found} == {path.stem for path in desk.journals}
    assert found[3]["facts"] == "the-funds"
    text = desk.run("consult", "--list").stdout
    assert all(one["id"] in text for one in found)
    assert "State: unfinished, 1 answer\n" in text
    assert f"Base: {desk.folder / 'town-grants'}\n" in text
    text = desk.run("consult", "--list", "--base", "town-grants").stdout
    assert [one["id"] in text for one in found] == [False, False, False, True]


@pytest.mark.parametrize("rest", [b"", b'"started":"2031-01-01","id":"x","base":"b",'])
def test_a_journal_of_another_version_is_listed_as_that(desk, rest):
    """Nothing is wrong with it, whatever its lines hold; it is neither resumed nor cut."""
    desk.consult(answers="yes\nquit\n")
    [path] = desk.journals
    later = b'{"schema":"consultation/9",' + rest + b'"n":0}\n[1]\nhalf a li'
    path.write_bytes(later)
    [one] = json.loads(desk.run("consult", "--list", "--format", "json").stdout)["consultations"]
    assert (one["state"], one["answers"]) == ("of another version", 0)
    assert "State: of another version\n" in desk.run("consult", "--list").stdout
    desk.refused("is of another version: consultation/9", "--resume", path.stem)
    assert path.read_bytes() == later


def test_old_journals_are_taken_away(desk, monkeypatch):
    """Of those with nothing to lose and of the others the latest few stay, and what is saved."""
    monkeypatch.setattr(journals, "_KEPT_DONE", 2)
    monkeypatch.setattr(journals, "_KEPT", 3)
    for _ in range(4):
        desk.consult(answers="no\n")
        desk.consult(answers="quit\n")
        desk.consult(answers="yes\nquit\n")
    found = {name: one for name, one in journals.journals() if one is not None}
    idle = [name for name, one in found.items() if one.finished or not one.answers]
    others = [name for name in found if name not in idle]
    assert [found[name].head.number for name in idle] == [10, 11]
    assert [found[name].head.number for name in others] == [3, 6, 9, 12]
    assert len(list(desk.state.rglob("*.yaml"))) == 4


def test_what_is_open_elsewhere_is_not_taken_away(desk, monkeypatch):
    """A consultation that waits for its first answer stays, however many begin after it."""
    monkeypatch.setattr(journals, "_KEPT_DONE", 1)
    process = desk.open("--base", "tiny-interview")
    prompt(process)
    for _ in range(3):
        desk.consult(answers="quit\n")
    process.stdin.write(b"yes\nquit\n")
    out, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0
    name = re.search(rb"--resume (\S+)", out)[1].decode()
    assert "It goes on after 1 answer." in desk.consult("--resume", name, answers="quit\n").stdout


def test_an_unknown_id_is_an_error_with_those_there_are(desk):
    """A consultation that is not there is said so, with the ids there are."""
    err = desk.refused("there is no consultation 'nowhere'", "--resume", "nowhere")
    assert "hint: there are: none" in err
    desk.consult(answers="quit\n")
    [path] = desk.journals
    err = desk.refused("there is no consultation '../x'", "--resume", "../x")
    assert f"there are: {path.stem}" in err


@pytest.mark.parametrize("more", [["fine-sunday"], ["--for", "walkers"]], ids=lambda more: more[0])
def test_what_is_resumed_has_its_facts_and_its_client(desk, more):
    """--resume ID with FACTS or --for is an error."""
    desk.consult(answers="yes\nquit\n")
    [path] = desk.journals
    err = desk.refused("has its facts and its client", *more, "--resume", path.stem)
    assert "hint: leave out FACTS and --for" in err


def test_facts_cannot_come_from_standard_input(desk):
    """FACTS `-` is an error: standard input is for the answers."""
    err = desk.refused("the facts cannot come from there", "-", "--base", "tiny-interview")
    assert "hint: name a fact file" in err


def test_a_base_that_is_gone_is_an_error(desk):
    """A consultation of a base that is there no more is an error that names the folder."""
    desk.consult(answers="yes\nquit\n")
    shutil.rmtree(desk.folder / "tiny-interview")
    desk.refused("tiny-interview", "--resume")


def test_a_base_that_changed_meanwhile_drops_what_it_does_not_ask(desk):
    """Resumed over a changed base, the answers that it still asks for are taken again."""
    desk.consult(answers="yes\nyes\nlikely\nquit\n")
    templates = desk.folder / "tiny-interview/rules/templates.yaml"
    text = templates.read_text()
    templates.write_text(text.replace('  asks:   "Will Sunday be dry?"\n', ""))
    done = desk.consult("--resume", answers="facts\nquit\n")
    assert done.returncode == 0
    assert "It goes on after 2 answers." in done.stdout
    assert "Sunday will be dry" not in done.stdout.split("> facts")[0]


LISTED = """
knows:
  slots: {{a: Person, b: Person}}
  says: "{{a}} knows {{b}}"
  asks: "Does {{a}} know {{b}}?"
call: {{slots: {{client: Person, whom: Person}}, says: "call {{whom}}", advice: true}}
---
- id: r
  title: A friend who knows her, and she is called
  if: [{{knows: {{a: [{friends}], b: ann}}}}]
  then: [{{call: {{client: ann, whom: cat}}}}]
---
Person: {{{people}}}
"""


def listed(desk: Desk, friends: str, people: str) -> None:
    """Write a base in which it is asked which of some people know Ann."""
    rules = desk.folder / "listed" / "rules"
    rules.mkdir(parents=True, exist_ok=True)
    names = ", ".join(f"{one}: {{name: {one.title()}}}" for one in people.split())
    texts = LISTED.format(friends=friends, people=names).split("---")
    for name, text in zip(("templates", "r", "entities"), texts, strict=True):
        (rules / f"{name}.yaml").write_text(text)
    (rules / "base.yaml").write_text("title: T\nabout: x\ndate: 2026-01-01\nclient: ann\n")


PEOPLE = "ann bob cat dan eve fay gus"


@pytest.mark.parametrize(
    ("friends", "people", "kept", "lost"),
    [
        ("bob, cat, dan", PEOPLE, {"cat"}, []),
        ("eve, fay, gus", PEOPLE, set(), ["bob", "cat", "dan"]),
        ("eve, cat, bob, gus", PEOPLE, {"cat"}, ["dan"]),
        ("aaa, cat, dan", f"aaa {PEOPLE}", {"cat"}, ["bob"]),
        ("cat", PEOPLE, {"cat"}, ["bob", "dan"]),
        ("dan, bob", "ann bob cat dan", set(), ["cat"]),
        ("dan, bob", "ann bob dan cat", set(), ["cat"]),
        ("eve", "ann eve cat", set(), ["bob", "cat", "dan"]),
    ],
)
def test_answers_mean_the_same_over_another_list(desk, friends, people, kept, lost):
    """An answer by number is about who had that number then; what is not asked any more is told."""
    listed(desk, "bob, cat, dan", PEOPLE)
    done = desk.consult(answers="2=likely\nquit\n", base="listed")
    assert "Noted" in done.stdout
    listed(desk, friends, people)
    [path] = desk.journals
    answers = "save saved.yaml\nquit\n"
    done = desk.consult("--resume", path.stem, "--save", "saved.yaml", answers=answers)
    assert done.returncode == 0, done
    for one in lost:
        assert f"knows({one}, ann) (" in done.stdout, done.stdout
    assert ("The base has changed" in done.stdout) == bool(lost)
    text = (desk.folder / "saved.yaml").read_text()
    stated = text.split("denied:")[0].split("facts:")[-1]
    assert {one for one in PEOPLE.split() if f"a: {one}," in stated} == kept


def test_an_answer_by_number_of_the_earlier_version_is_no_traceback(desk):
    """A journal without what was said is taken by its words, and what that cannot be is told."""
    listed(desk, "bob, cat, dan", PEOPLE)
    desk.consult(answers="2\nquit\n", base="listed")
    [path] = desk.journals
    head, step, _ = map(json.loads, path.read_text().splitlines())
    head = {**head, "schema": "consultation/1"}
    step = {key: step[key] for key in ("do", "about", "facts", "text", "at")}
    earlier = "".join(f"{json.dumps(one)}\n" for one in (head, step))
    path.write_text(earlier)
    done = desk.consult("--resume", path.stem, answers="quit\n")
    assert "It goes on after 1 answer." in done.stdout
    listed(desk, "eve, fay, gus", PEOPLE)
    path.write_text(earlier)
    done = desk.consult("--resume", path.stem, answers="quit\n")
    assert done.returncode == 0
    assert "2 (this is not asked any more)" in done.stdout


def test_taking_back_takes_back_what_was_meant(desk):
    """Where the answer that was taken back is damaged, no other one is taken back for it."""
    desk.consult(answers="yes\nlikely\nback\nquit\n")
    [path] = desk.journals
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([*lines[:2], lines[2].replace(b"likely", b"lively"), *lines[3:]]))
    done = desk.consult("--resume", path.stem, answers="quit\n")
    assert "It goes on after 1 answer." in done.stdout
    assert "line 3 is damaged" in done.stdout
    assert "taking back" in done.stdout


# ------------------------------------------------------------------ JSON


@pytest.mark.parametrize("answers", ["yes\nno\n", "quit\n"])
def test_json_is_on_stdout_and_the_dialogue_beside_it(desk, answers):
    """--format json writes the advice on stdout, valid by its schema, and asks on stderr."""
    done = desk.consult("--format", "json", answers=answers)
    assert done.returncode == 0
    document = json.loads(done.stdout)
    assert document["schema"] == "advisor.advice/2"
    schema = json.loads((SCHEMAS / "advice-2.schema.json").read_text())
    jsonschema_rs.Draft202012Validator(schema).validate(document)
    assert "1. Do the walkers meet on Sunday?" in done.stderr
    assert "> " + answers.split("\n")[0] in done.stderr
    assert "error" not in done.stderr


def test_json_comes_before_the_error_where_the_answers_end(desk):
    """At the end of the input there is the advice so far, the open question, and exit code 2."""
    done = desk.consult("--format", "json", answers="yes\n")
    assert done.returncode == 2
    assert [one["id"] for one in json.loads(done.stdout)["open"]] == ["stay", "walk"]
    assert done.stderr.endswith(
        "error: the answers end before all is settled\n"
        "  hint: next comes dry(): Will Sunday be dry?\n"
    )


def test_the_advice_goes_into_a_file(desk):
    """With -o the advice is in the file whole, and the dialogue stays where it was."""
    done = desk.consult("-o", "advice.txt", "--save", "done.yaml", answers="yes\nno\n")
    assert done.returncode == 0
    assert "Everything is settled" in done.stdout
    assert "Advice for the walkers: none" not in done.stdout
    assert (desk.folder / "advice.txt").read_text().startswith("Advice for the walkers: none")


@pytest.mark.parametrize("stream", ["0", "1", "2"])
def test_closed_streams_are_no_traceback(desk, stream):
    """Started with a stream closed, the program still ends with an exit code."""
    command = f'"{sys.executable}" -m advisor consult --base tiny-interview {stream}>&-'
    done = subprocess.run(
        ["sh", "-c", command.replace("0>&-", "<&-")],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 2
    assert b"Traceback" not in done.stdout + done.stderr


# ------------------------------------------------------------------ the saved file


@pytest.fixture
def saved(desk) -> Desk:
    """A desk with a finished consultation in done.yaml."""
    answers = (
        "1=likely, 2\n1=unknown, rest no -- the treasurer, 3 May\ncharity\n2019-05-12\n"
        "1, 3=likely\n34\n6500=very likely\n1800\n"
    )
    args = ["the-funds", "--for", "orchard-club", "--save", "done.yaml"]
    done = desk.consult(*args, answers=answers, base="town-grants")
    assert done.returncode == 0, done.stderr
    return desk


@pytest.mark.parametrize(
    "args",
    [
        ["advise", "done.yaml"],
        ["what-if", "--from", "done.yaml", "--deny", "supports(school, orchard-club)"],
        ["what-if", "done.yaml", "--from", "the-funds", "--for", "orchard-club"],
        ["stress", "done.yaml"],
        ["explain", "apply", "done.yaml"],
        ["why-not", "become-charity", "done.yaml"],
        ["flip", "apply(orchard-club, neighbours-fund, repair-evenings)", "done.yaml"],
        ["facts", "--from", "done.yaml"],
        ["consult", "done.yaml", "--no-input"],
    ],
    ids=lambda args: args[0],
)
def test_every_command_takes_the_saved_file(saved, args):
    """The saved file is an ordinary fact file, taken unchanged."""
    before = (saved.folder / "done.yaml").read_bytes()
    done = saved.run(*args, "--base", "town-grants")
    assert (done.returncode, done.stderr) == (0, "")
    assert (saved.folder / "done.yaml").read_bytes() == before


def test_the_saved_file_gives_the_advice_of_the_consultation(saved):
    """`advise` on it says what the consultation said in the end."""
    again = saved.run("advise", "done.yaml", "--base", "town-grants", "--format", "json")
    args = ["consult", "done.yaml", "--no-input", "--base", "town-grants", "--format", "json"]
    ended = saved.run(*args)
    first, second = json.loads(again.stdout), json.loads(ended.stdout)
    for key in ("recommendations", "open", "conflicts", "steps", "tradeoffs"):
        assert first[key] == second[key], key


def test_the_saved_file_says_where_answers_come_from(saved):
    """Each answer stands there with origin, time and note; denied and unknown as such."""
    text = (saved.folder / "done.yaml").read_text()
    assert "complete: false" in text
    assert "client: orchard-club" in text
    document = saved.run(
        "facts", "--from", "done.yaml", "--base", "town-grants", "--format", "json"
    )
    facts = {one["instance"]: one for one in json.loads(document.stdout)["facts"]}
    owed = facts["owes-report(orchard-club, neighbours-fund)"]
    assert (owed["standing"], owed["origin"]) == ("denied", "answered")
    assert owed["note"] == "the treasurer, 3 May"
    assert facts["owes-report(orchard-club, green-fund)"]["standing"] == "unknown"
    assert facts["plans(orchard-club, orchard)"]["likelihood"] == "likely (55-80%)"
    assert facts["pays-for(green-fund, orchard)"]["origin"] == "given"
    times = re.findall(r'answered: "(.*)"', text)
    assert len(times) == sum(one["origin"] == "answered" for one in facts.values())
    assert all(re.fullmatch(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ", one) for one in times)


def test_without_a_name_it_lies_beside_the_journal(desk):
    """A finished consultation is saved beside its journal, for the owner, and the place is said."""
    done = desk.consult(answers="no\n")
    [path] = desk.journals
    kept = path.with_suffix(".yaml")
    assert kept.exists()
    assert str(kept) in re.sub(r"\n", "", done.stdout)
    assert desk.run("advise", str(kept), "--base", "tiny-interview").returncode == 0


@pytest.mark.parametrize(
    "text", ["title: Mine\n", "", "not YAML: [\n", "title: T\n# consulted: by me\n"]
)
def test_no_file_of_others_is_overwritten(desk, text):
    """`save` and --save leave a file alone that no consultation has saved."""
    (desk.folder / "mine.yaml").write_text(text)
    done = desk.consult(answers="save mine.yaml\nquit\n")
    assert "mine.yaml is there already, and it is no saved consultation." in done.stdout
    named = ["--save", "mine.yaml", "--base", "tiny-interview"]
    desk.refused("mine.yaml is there already, and it is no saved consultation", *named)
    assert (desk.folder / "mine.yaml").read_text() == text


def test_what_cannot_be_saved_in_the_end_is_not_lost(desk):
    """Where the file cannot be written, there is the advice, a message, and a way to go on."""
    done = desk.consult("--save", "no/such/folder.yaml", answers="no\n")
    assert done.returncode == 2
    assert "Advice for the walkers: none" in done.stdout
    assert "To go on: advisor consult --resume" in done.stdout
    assert "cannot write to no/such/folder.yaml" in done.stderr.lower()
    [path] = desk.journals
    done = desk.consult("--resume", path.stem, "--save", "here.yaml")
    assert done.returncode == 0
    assert (desk.folder / "here.yaml").exists()


def test_a_saved_consultation_is_saved_again(desk):
    """An earlier save of one's own is replaced."""
    desk.consult("--save", "mine.yaml", answers="save mine.yaml\nno\n")
    first = (desk.folder / "mine.yaml").read_text()
    done = desk.consult("mine.yaml", "--save", "mine.yaml", answers="")
    assert done.returncode == 0
    assert "finished: true" in first


# ------------------------------------------------------------------ drift


RULE = """
- id: stay-when-it-is-dark
  title: Nobody walks in the dark
  if: [{dark: {}}]
  then: [{stay: {client: walkers}}]
"""
DARK = 'dark: {slots: {}, says: it is dark, denies: it is light, asks: "Is it dark?"}\n'


def drifted(desk: Desk, answers: str, change) -> str:
    """What consult says of saved answers after a change of the base."""
    done = desk.consult("--save", "done.yaml", answers=answers)
    assert done.returncode == 0, done
    change(desk.folder / "tiny-interview" / "rules")
    done = desk.consult("done.yaml", answers="quit\n")
    assert done.returncode == 0, done
    return " ".join(done.stdout.split("Advice for the walkers: a consultation")[0].split())


def edit(path: Path, old: str, new: str) -> None:
    """Put a text in the place of another one in a file."""
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


WALK = "yes\nyes\nyes\nyes\nno\n"


def test_an_unchanged_base_has_not_drifted(desk):
    """Nothing is reported where the base is the same."""
    assert drifted(desk, WALK, lambda _: None) == ""


def test_a_change_that_touches_nothing_is_said_to(desk):
    """A change of the words alone is a change, and touches neither questions nor advice."""
    said = drifted(desk, WALK, lambda f: edit(f / "walks.yaml", "pleasant", "nice"))
    assert said == (
        "The base has changed since these answers were given. "
        "Neither the questions nor the advice are touched by it."
    )


def test_a_template_that_is_gone_takes_its_answers_with_it(desk):
    """Answers about a template that was removed are left out and named."""

    def change(folder: Path) -> None:
        text = (folder / "templates.yaml").read_text()
        text = re.sub(r"storm-warning:\n(  .*\n)+", "", text)
        (folder / "templates.yaml").write_text(text)
        edit(folder / "walks.yaml", "  unless:\n    - storm-warning\n", "")

    said = drifted(desk, WALK, change)
    assert "No longer asked, and left out: - storm-warning" in said
    assert "Given" not in said


def test_a_new_rule_brings_new_questions(desk):
    """Questions that were settled then, or did not exist, and are open now, are named."""

    def change(folder: Path) -> None:
        with (folder / "walks.yaml").open("a") as rules:
            rules.write(RULE)
        with (folder / "templates.yaml").open("a") as templates:
            templates.write(DARK)

    said = drifted(desk, WALK, change)
    assert "Asked now, and not then: - dark()" in said


def test_a_rule_that_is_gone_changes_the_advice(desk):
    """Advice gained and lost since is named."""

    def change(folder: Path) -> None:
        text = (folder / "walks.yaml").read_text()
        text = re.sub(r"- id: guided-walk\n(  .*\n)+", "", text)
        (folder / "walks.yaml").write_text(text)

    said = drifted(desk, WALK, change)
    assert "Given now, and not then: - stay(walkers)" in said
    assert "Given then, and not now: - walk(walkers)" in said


def test_a_consultation_can_go_on_over_a_changed_base(desk):
    """What the changed base still asks is asked, and the rest stays answered."""

    def change(folder: Path) -> None:
        with (folder / "walks.yaml").open("a") as rules:
            rules.write(RULE)
        with (folder / "templates.yaml").open("a") as templates:
            templates.write(DARK)

    drifted(desk, WALK, change)
    done = desk.consult("done.yaml", "--save", "again.yaml", answers="no\n")
    assert done.returncode == 0
    assert done.stdout.count("1 yes, 2 no") == 1
    assert "Is it dark?" in done.stdout


def test_help_names_every_option():
    """`consult --help` says what each option does."""
    options = {option for one in cli.commands()["consult"].params for option in one.opts}
    assert {"--resume", "--save", "--no-input", "--for", "--format", "--base"} <= options


def test_interrupted_in_a_pipe_it_says_how_to_go_on(desk):
    """Ctrl-C at a prompt ends it with 130, without a traceback, and says how to resume."""
    process = desk.open("--base", "tiny-interview")
    prompt(process)
    process.stdin.write(b"yes\n")
    process.stdin.flush()
    prompt(process)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130
    assert b"Traceback" not in out + err
    assert b"To go on: advisor consult --resume" in out


def test_nothing_to_go_on_with_is_named_where_nothing_was_answered(desk):
    """Interrupted or left before the first answer, it names no consultation to resume."""
    process = desk.open("--base", "tiny-interview")
    prompt(process)
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130
    for said in (out.decode(), desk.consult("--base", "tiny-interview", answers="quit\n").stdout):
        assert "Nothing was answered, so there is nothing to go on with." in said
        assert "--resume" not in said


def test_told_to_end_it_says_how_to_go_on(desk):
    """SIGTERM at a prompt ends it with 143, and says how to resume."""
    process = desk.open("--base", "tiny-interview")
    prompt(process)
    process.stdin.write(b"yes\n")
    process.stdin.flush()
    prompt(process)
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=PATIENCE)
    assert (process.returncode, err) == (143, b"")
    assert b"To go on: advisor consult --resume" in out
    assert "It goes on after 1 answer." in desk.consult("--resume", answers="quit\n").stdout


# ------------------------------------------------------------------ kept first, then taken


def dialogue_of(desk: Desk) -> tuple[Dialogue, list[str], list[object]]:
    """A dialogue over the small interview in this process, with the lines to come."""
    base = loader.load_base(desk.folder / "tiny-interview")
    begun = session.start(base, None, None)
    lines: list[str] = []
    told: list[object] = []
    dialogue = Dialogue(
        begun.interview,
        lambda _: lines.pop(0) if lines else None,
        told.append,
        keep=begun.keep,
        save=lambda _, path: path,
    )
    return dialogue, lines, told


@pytest.mark.parametrize("line", ["yes", "back", "change 1", "skip"])
@pytest.mark.parametrize("written", [0, 1, 20])
def test_what_cannot_be_kept_is_not_taken(desk, monkeypatch, line, written):
    """Where the disk is full, half written or not, memory and journal stay as they were."""
    dialogue, lines, _ = dialogue_of(desk)
    lines += ["yes", "likely"]
    dialogue.run()
    interview = dialogue.interview
    before = [(one.about, one.text) for one in interview.answers]
    [path] = desk.journals
    kept = path.read_bytes()
    real = os.write

    def full(descriptor: int, data: bytes) -> int:
        if written and len(data) > written and os.fstat(descriptor).st_size == len(kept):
            return real(descriptor, data[:written])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    lines += [line, *(["no"] if line.startswith("change") else [])]
    assert dialogue.run() == "not kept"
    assert "No space left" in str(dialogue.unkept)
    assert dialogue.interview is interview
    assert [(one.about, one.text) for one in interview.answers] == before
    assert not interview.skipped
    assert path.read_bytes() == kept
    monkeypatch.setattr(os, "write", real)
    lines += ["no", "quit"]
    dialogue.changing = None
    assert dialogue.run() in {"quit", "settled"}
    assert len(path.read_bytes().splitlines()) == len(kept.splitlines()) + 1


def test_killed_at_any_moment_nothing_acknowledged_is_lost(desk):
    """Every answer that was noted before kill -9 is there, once, after one resume after another."""
    chance = random.Random(7)
    noted = 0
    for number in range(6):
        more = (
            ["--resume"]
            if noted
            else ["the-funds", "--for", "orchard-club", "--base", "town-grants"]
        )
        process = desk.open(*more)
        process.stdin.write(b"unknown\n" * 30)
        process.stdin.flush()
        wanted, out = chance.randint(1, 3), b""
        while out.count(b"Noted: ") < wanted and (line := process.stdout.readline()):
            out += line
        time.sleep(chance.uniform(0, 0.03))
        process.kill()
        more, err = process.communicate(timeout=PATIENCE)
        out += more
        assert b"Traceback" not in err
        noted += out.count(b"Noted: ")
        if not noted:
            continue
        _, found = max(journals.journals(), key=lambda one: one[1].answers)
        assert noted <= found.answers <= noted + 1, number
        abouts = [step.about for step in found.steps if step.do == "answer"]
        assert len(set(abouts)) == len(abouts)
        noted = found.answers
        if found.finished:
            break
    assert noted


UNKNOWN = ["unshare", "--user", "--map-user=12345", "--map-group=12345"]


@pytest.mark.parametrize("home", [None, "", "relative", "/proc/nowhere"])
def test_without_a_home_the_way_out_is_said(desk, home):
    """A user without name and home, as in a container, is told what to set, and can set it."""
    if (
        shutil.which("unshare") is None
        or subprocess.run([*UNKNOWN, "true"], check=False).returncode
    ):
        pytest.skip("no user can be made up here")
    env = {key: value for key, value in os.environ.items() if key not in {"HOME", "XDG_STATE_HOME"}}
    if home is not None:
        env["HOME"] = home

    def consult(**more: str) -> subprocess.CompletedProcess[bytes]:
        command = [*UNKNOWN, sys.executable, "-m", "advisor", "consult", "--exhaustive"]
        command += ["--base", "tiny-interview"]
        return subprocess.run(
            command, env={**env, **more}, input=b"quit\n", capture_output=True, check=False
        )

    done = consult()
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"hint: set XDG_STATE_HOME to a folder that can be written to" in done.stderr
    assert b"Traceback" not in done.stderr
    done = consult(XDG_STATE_HOME=str(desk.state))
    assert (done.returncode, done.stderr) == (0, b"")
    assert len(desk.journals) == 1


@pytest.mark.parametrize("kind", ["fifo", "/dev/null", "/dev/stdout", "folder", "link to a fifo"])
def test_what_keeps_nothing_is_refused_at_once(desk, kind):
    """--save and `save` into a device, a pipe or a folder: refused before anything is asked."""
    target = kind if kind.startswith("/") else "target"
    if "fifo" in kind:
        os.mkfifo(desk.folder / "fifo")
        (desk.folder / "target").symlink_to("fifo")
    elif kind == "folder":
        (desk.folder / "target").mkdir()
    desk.refused(
        f"cannot write to {target}: it is no file", "--save", target, "--base", "tiny-interview"
    )
    assert not desk.journals
    done = desk.consult(answers=f"save {target}\nquit\n")
    assert done.returncode == 0
    assert f"Cannot write to {target}: it is no file." in done.stdout


@pytest.mark.parametrize("who", ["~nosuchuser", "~nosuchuser/x.yaml"])
def test_a_user_that_is_not_there_is_a_message(desk, who):
    """~ with a name that nobody has is an error, and the dialogue goes on."""
    desk.refused(f"cannot write to {who}: ", "--save", who, "--base", "tiny-interview")
    done = desk.consult(answers=f"save {who}\nyes\nquit\n")
    assert done.returncode == 0
    assert f"Cannot write to {who}: " in done.stdout
    assert "Will Sunday be dry?" in done.stdout


@pytest.mark.parametrize(
    "line", ["change {}", "{}", "{}%", "how dark({})", "what-if {}", "rule {}"]
)
def test_thousands_of_digits_are_no_traceback(desk, line):
    """A number of 5,000 digits is no answer, and the dialogue goes on."""
    text = line.format("7" * 5_000)
    done = desk.consult(answers=f"yes\n{text}\nquit\n")
    assert done.returncode == 0
    assert "To go on" in done.stdout
