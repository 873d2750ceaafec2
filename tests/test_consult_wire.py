"""A consultation with a program: lines of JSON both ways, which never deadlock and lose nothing."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import jsonschema_rs
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

import advisor
from advisor import cli, loader
from advisor.consult import commands
from advisor.consult.exchange import Exchange, replies
from advisor.consult.interview import begin
from advisor.consult.journal import Unkept
from advisor.consult.messages import Do
from advisor.consult.session import again, start
from advisor.model.errors import Problem

TESTS = Path(__file__).parent
SCHEMAS = TESTS.parent / "docs" / "schemas"
PATIENCE = 60  # seconds: a guard against hanging, and no benchmark
SAYS = jsonschema_rs.Draft202012Validator(
    json.loads((SCHEMAS / "consult-1.schema.json").read_text())
)
IS_TOLD = jsonschema_rs.Draft202012Validator(
    json.loads((SCHEMAS / "consult-in-1.schema.json").read_text())
)
INVALID = (
    b"yes",
    b"",
    b"null",
    b"[]",
    b'{"do": "answer"',
    b'{"do": "dance"}',
    b'{"do": "why", "text": "x"}',
    b'{"do": "how"}',
    b'{"do": "answer", "text": 3}',
    b'{"do": "answer", "text": "perhaps, perhaps"}',
    b'{"do": "answer", "text": "yes", "more": 1}',
    b'{"do": "answer", "text": "\\ud800"}',
    b'{"do": "answer", "text": "\xff"}',
    b'{"do": "change", "text": "nothing-of-the-kind"}',
    b'{"do":' + b"[" * 5_000,
    b'"' + b"x" * 20_000 + b'"',
)


class Driver:
    """A program that holds a consultation in a process of its own."""

    def __init__(self, folder: Path, *args: str) -> None:
        kept = {k: v for k, v in os.environ.items() if k not in {"ADVISOR_BASE", "COLUMNS"}}
        scoped = {"--resume", "--questions"}.intersection(args)
        settling = () if scoped else ("--exhaustive",)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "advisor", "consult", *settling, *args, "--format", "jsonl"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=folder,
            env={**kept, "XDG_STATE_HOME": str(folder / "state")},
        )
        self.hello = self.read()[0]

    def read(self) -> list[dict]:
        """The messages up to the next that waits, or the last; all of them are valid."""
        found = []
        while not found or found[-1]["type"] not in {"question", "end"}:
            line = self.process.stdout.readline()
            if not line:
                raise AssertionError(self.process.stderr.read().decode())
            found.append(json.loads(line))
            SAYS.validate(found[-1])
        return found

    def say(self, line: bytes) -> list[dict]:
        """Say one line, and hear what comes of it."""
        self.process.stdin.write(line + b"\n")
        self.process.stdin.flush()
        return self.read()

    def do(self, what: str, text: str = "") -> list[dict]:
        """Say a message."""
        message = {"do": what, "text": text} if text else {"do": what}
        IS_TOLD.validate(message)
        return self.say(json.dumps(message).encode())

    def ended(self) -> tuple[int, bytes]:
        """The exit code, and what was written to standard error."""
        _, err = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, err


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with bases of the tests."""
    for base in ("tiny-interview", "town-grants"):
        shutil.copytree(TESTS / "bases" / base, tmp_path / base)
    return tmp_path


@pytest.fixture
def talk() -> Exchange:
    """An interview in this process, that is not kept."""
    base = loader.load_base(TESTS / "bases" / "town-grants")
    return Exchange(begin(loader.load_scenario(base, "the-funds"), "orchard-club"))


def answer_to(question: dict, rng: random.Random) -> str:
    """Some answer that is legal."""
    match question["kind"]:
        case "yes-no":
            return rng.choice(("yes", "yeah", "dunno", "80", "probable"))
        case "several":
            return rng.choice(("all", "none", "1", "all but 2", "2=likely, rest unknown"))
        case "choice":
            return "unknown"
        case "number":
            return rng.choice(("12", "0.5=likely", "unknown"))
    return rng.choice(("2019-05-12", "unknown"))


def test_a_program_holds_a_whole_consultation(folder):
    """Valid or not, every line is answered up to a question or the end, and nothing hangs."""
    rng = random.Random(2)
    driver = Driver(folder, "the-funds", "--for", "orchard-club", "--base", "town-grants")
    assert driver.hello["client"] == "orchard-club"
    last = driver.do("why")
    assert [one["type"] for one in last] == ["why", "question"]
    kinds = set()
    for line in (*INVALID[2:], *INVALID[:1]):
        before = last[-1]
        last = driver.say(line)
        assert [one["type"] for one in last] == ["refused", "question"], line
        assert last[-1] == before
    while last[-1]["type"] == "question":
        kinds.add(last[-1]["kind"])
        before = last[-1]
        if rng.random() < 0.3:
            *said, after = driver.do(*rng.choice((("advice",), ("facts",), ("what-if", "unknown"))))
            assert after == before
            assert len(said) == 1
        if rng.random() < 0.3:
            back = driver.do("answer", answer_to(before, rng))
            if back[-1]["type"] == "end":
                last = back
                break
            assert driver.do("undo")[-1]["about"] == before["about"]
        last = driver.do("answer", answer_to(before, rng))
        assert last[0]["type"] == "noted"
    assert len(kinds) > 1
    assert last[-1]["how"] == "settled"
    assert last[-1]["advice"]["client"] == "orchard-club"
    assert driver.ended() == (0, b"")


def test_who_writes_everything_first_and_reads_later_does_not_wait_for_ever(folder):
    """Far more than pipes hold is taken before anything is read, and every line is answered."""
    driver = Driver(folder, "the-funds", "--for", "orchard-club", "--base", "town-grants")
    lines = [b'{"do": "advice"}', b"no message " + b"x" * 2_000] * 400
    out, err = driver.process.communicate(b"\n".join(lines), timeout=PATIENCE)
    found = [json.loads(line)["type"] for line in out.splitlines()]
    assert found.count("refused") == 400
    assert found.count("question") == 800
    assert (found[-1], err) == ("end", b"")


def test_the_end_of_the_lines_ends_with_the_advice_so_far(folder):
    """EOF and `done` both end with the advice, and with how to go on; that goes on."""
    driver = Driver(folder, "--base", "tiny-interview")
    driver.do("answer", "yes")
    driver.process.stdin.close()
    *said, end = driver.read()
    assert (end["how"], end["advice"]["client"]) == ("no more answers", "walkers")
    assert said[-1]["command"] == f"advisor consult --resume {driver.hello['consultation']}"
    driver.process.stdin = None
    assert driver.ended() == (0, b"")
    driver = Driver(folder, "--resume", driver.hello["consultation"])
    assert driver.hello["answers"] == 1
    assert driver.do("done")[-1]["type"] == "end"
    assert driver.ended()[0] == 0


def test_a_prompt_in_a_pipe_is_there_before_the_answer(folder):
    """Without lines of JSON too, what reads the prompt and then answers never waits for ever."""
    process = subprocess.Popen(
        [sys.executable, "-m", "advisor", "consult", "--base", "tiny-interview"],
        bufsize=0,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=folder,
        env={**os.environ, "XDG_STATE_HOME": str(folder / "state")},
    )
    written = b""
    for answer in (b"yes", b"no"):
        while not written.endswith(b"\n> "):
            written += os.read(process.stdout.fileno(), 1)
        process.stdin.write(answer + b"\n")
        process.stdin.flush()
        written += process.stdout.read(len(answer))
        assert written.endswith(b"> " + answer)
    out, err = process.communicate(timeout=PATIENCE)
    assert (process.returncode, err) == (0, b"")
    assert b"Stay in the valley" in out


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="there is no kill -9 here")
def test_no_answer_is_lost_or_doubled_by_kill_9(folder, monkeypatch):
    """Killed at any point, a consultation goes on after exactly the answers it has confirmed.

    The one that it was killed over may have been kept as well, whole.
    """
    monkeypatch.setenv("XDG_STATE_HOME", str(folder / "state"))
    rng = random.Random(11)
    args = ["the-funds", "--for", "orchard-club", "--base", "town-grants"]
    confirmed: list[str] = []
    for _ in range(4):
        driver = Driver(folder, *args)
        args = ["--resume", driver.hello["consultation"]]
        assert driver.hello["answers"] - len(confirmed) in {0, 1}
        confirmed = confirmed[: driver.hello["answers"]]
        confirmed += ["unknown"] * (driver.hello["answers"] - len(confirmed))
        for _ in range(rng.randrange(2)):
            if driver.do("answer", "unknown")[-1]["type"] == "end":
                break
            confirmed.append("unknown")
        driver.process.stdin.write(b'{"do": "answer", "text": "unknown"}\n')
        driver.process.stdin.flush()
        if rng.random() < 0.5:
            driver.process.stdout.readline()
            confirmed.append("unknown")
        driver.process.kill()
        driver.ended()
    session = again(args[1])
    assert len(session.interview.answers) - len(confirmed) in {0, 1}
    abouts = [answer.about for answer in session.interview.answers]
    assert len(abouts) == len(set(abouts))
    session.journal.close()


@given(st.binary(max_size=80) | st.sampled_from(INVALID) | st.text(max_size=40).map(
    lambda text: json.dumps({"do": "what-if", "text": text}).encode()
))  # fmt: skip
def test_whatever_arrives_is_answered(line):
    """Any bytes at all bring messages, the last of them the question."""
    talk = TALK
    before = talk.question
    told = list(replies(talk, line))
    assert told
    assert told[-1] == before
    for one in told:
        SAYS.validate(json.loads(one.to_json()))
        assert "\n" not in one.to_json()


TALK = Exchange(begin(loader.load_scenario(loader.load_base(TESTS / "bases" / "tiny-interview"))))


def test_every_command_is_a_message():
    """What a person can type, a program can say, but for help and for saving and leaving."""
    said = set(msgspec.structs.fields(Do)[0].type.__args__) - {"answer", "undo", "done"}
    typed = {name if name == "none like this" else name.split(" ")[0] for name in commands.COMMANDS}
    assert typed - said <= {"?", "save", "quit", "back", "done"}
    assert said <= typed


def test_a_program_of_its_own_needs_no_process(talk):
    """The interview of the API asks, notes, undoes and ends as the one on the wire does."""
    first = talk.question
    [noted] = talk.answer("Both of them")
    assert json.loads(noted.to_json())["type"] == "noted"
    assert talk.question.number == 2
    assert talk.do("undo") == []
    assert (talk.question.about, talk.question.before) == (first.about, "Both of them")
    with pytest.raises(advisor.Unclear, match="takes no text"):
        talk.do("skip", "this")
    with pytest.raises(advisor.Unclear, match="takes a text"):
        talk.do("how")
    with pytest.raises(advisor.AdvisorError, match="there is no template"):
        talk.do("why-not", "nothing-of-the-kind")
    talk.answer("")
    with pytest.raises(advisor.Unclear, match="Which of them"):
        talk.answer("yeah")
    while talk.question is not None:
        talk.do("rest", "unknown")
    assert talk.end == "settled"
    assert talk.advice() == talk.interview.advice()
    with pytest.raises(advisor.Unclear, match="There is no question any more"):
        talk.answer("yes")


def test_lines_of_json_are_for_standard_output(capfd, tmp_path, monkeypatch):
    """A dialogue cannot go into a file; the list of consultations is an object a line."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    start(loader.load_base(TESTS / "bases" / "tiny-interview"), None, None).journal.close()
    assert cli.run(["consult", "--format", "jsonl", "-o", str(tmp_path / "x")]) == 2
    assert "hint: leave out -o" in capfd.readouterr().err
    assert cli.run(["consult", "--list", "--format", "jsonl"]) == 0
    [listed] = capfd.readouterr().out.splitlines()
    assert json.loads(listed)["state"] == "without answers"


def test_what_is_not_kept_is_not_taken():
    """Where a step cannot be kept, as on a full disk, the interview ends as it was before."""

    def full(*_: object) -> None:
        raise Unkept(Problem(message="no space is left"))

    talk = Exchange(TALK.interview, SimpleNamespace(keep=full))
    talk.answer("yes")
    assert (talk.end, talk.question) == ("not kept", None)
    assert talk.interview.answers == ()
