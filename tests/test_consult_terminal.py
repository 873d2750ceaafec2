"""A consultation on a terminal of its own, driven by pexpect: prompts, Tab, history, keys."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import signal
import sys
from pathlib import Path

import pytest

pexpect = pytest.importorskip("pexpect", reason="drives the program on a pseudo-terminal")

TESTS = Path(__file__).parent
PATIENCE = 30  # seconds: a guard against hanging, and no benchmark
ESCAPE = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]")


@pytest.fixture
def terminal(tmp_path):
    """Opens consultations on a terminal of 80 columns, and sees to it that they end."""
    folder = tmp_path / "desk"
    for base in ("tiny-interview", "town-grants"):
        shutil.copytree(TESTS / "bases" / base, folder / base)
    opened = []

    def open_(
        *args: str,
        columns: int = 80,
        lines: int = 40,
        menus: bool = False,
        shell: bool = False,  # whether it is typed to bash
        **changed: str,
    ):
        unwanted = {"ADVISOR_BASE", "FORCE_COLOR", "COLUMNS", "LINES", "NO_COLOR", "INPUTRC"}
        kept = {name: value for name, value in os.environ.items() if name not in unwanted}
        own = {"XDG_STATE_HOME": str(tmp_path / "state"), "TERM": "xterm", "INPUTRC": "/dev/null"}
        limited = menus or "--resume" in args or "--questions" in args
        settling = () if limited else ("--exhaustive",)
        command = ["-m", "advisor", "consult", *settling, *args]
        try:
            child = pexpect.spawn(
                "bash" if shell else sys.executable,
                ["--norc", "--noprofile"] if shell else command,
                cwd=folder,
                env={**kept, **own, **changed},
                dimensions=(lines, columns),
                timeout=PATIENCE,
                encoding="utf-8",
            )
        except OSError as error:
            pytest.skip(f"there is no pseudo-terminal: {error}")
        opened.append(child)
        if shell:
            child.sendline(shlex.join([sys.executable, *command]))
        return child

    yield open_
    for child in opened:
        child.kill(signal.SIGKILL)
        child.wait()  # however long the system takes: closing by force gives it a tenth of a second


def ended(child) -> int:
    """The exit code, when everything is written."""
    child.expect(pexpect.EOF)
    child.wait() if child.isalive() else None
    child.close()
    return child.exitstatus


def test_a_consultation_is_answered_at_prompts(terminal):
    """Each question stands above a prompt, and the last answer brings the advice."""
    child = terminal("--base", "tiny-interview", "--save", "done.yaml")
    child.expect("1[.] .*Do the walkers meet on Sunday")
    child.expect("> ")
    child.sendline("yes")
    child.expect("Noted: the walkers meet on Sunday")
    child.expect("> ")
    child.sendline("no")
    child.expect("Stay in the valley")
    child.expect("Everything is settled")
    child.expect("advisor advise done[.]yaml")
    assert ended(child) == 0


def test_tab_completes_answers_and_commands(terminal):
    """A beginning and Tab is the whole word: of an answer, of a name with blanks, of a command."""
    child = terminal("the-funds", "--for", "orchard-club", "--base", "town-grants")
    child.expect("> ")
    child.send("unk\t\r")
    child.expect("Noted: this is not known")
    child.expect("> ")
    child.send("adv\t\r")
    child.expect("Settled, and withheld")
    child.expect("> ")
    child.send("the neigh\t\r")
    child.expect("Noted: .*Neighbours Fund")
    child.expect("> ")
    child.sendline("quit")
    assert ended(child) == 0


def test_arrow_up_brings_earlier_lines_back(terminal):
    """History: the line before is there again to be sent once more, or edited."""
    child = terminal("--base", "tiny-interview")
    child.expect("> ")
    child.sendline("facts")
    child.expect("> ")
    child.sendline("likely")
    child.expect("Noted: the walkers meet on Sunday, likely")
    child.expect("> ")
    child.send("\x1b[A\x01un\r")
    child.expect("Noted: .*, unlikely")
    child.expect("Everything is settled|> ")


def test_the_end_of_the_input_stops_with_the_advice_so_far(terminal):
    """Ctrl-D: the advice so far, how to go on, the question left open, and exit code 2."""
    child = terminal("--base", "tiny-interview")
    child.expect("> ")
    child.sendline("yes")
    child.expect("> ")
    child.sendeof()
    child.expect("nothing yet; 2 open")
    child.expect("To go on: advisor consult --resume ")
    child.expect("the answers end before all is settled")
    child.expect("Will Sunday be dry")
    assert ended(child) == 2


def test_ctrl_c_says_how_to_go_on_and_it_goes_on(terminal):
    """Ctrl-C ends with 130 and, on a line of its own, the command that goes on; that goes on."""
    child = terminal("--base", "tiny-interview")
    child.expect("> ")
    child.sendline("yes")
    child.expect("Will Sunday be dry")
    child.expect("> ")
    child.send("n")
    child.expect("n")
    child.sendintr()
    child.expect(r"\nTo go on: advisor consult --resume (\S+)")
    named = child.match[1]
    assert ended(child) == 130
    assert "Traceback" not in child.before
    child = terminal("--resume", named)
    child.expect("It goes on after 1 answer")
    child.expect("Will Sunday be dry")
    child.expect("> ")
    child.sendline("no")
    child.expect("Stay in the valley")
    assert ended(child) == 0


def transcript(child) -> str:
    """All that is written in a short consultation."""
    written = []
    for answer in ("why", "likely", "quit"):
        child.expect("\n> ")
        written.append(child.before + child.after)
        child.sendline(answer)
    assert child.expect(pexpect.EOF) == 0
    return "".join([*written, child.before])


def test_a_dumb_terminal_gets_no_escapes(terminal):
    """TERM=dumb: not one escape sequence, and the same words as elsewhere."""
    args = ["--base", "tiny-interview"]
    dumb = transcript(terminal(*args, TERM="dumb"))
    coloured = transcript(terminal(*args))
    assert "\x1b" not in dumb
    assert "\x1b[1m" in coloured
    unnamed = [re.sub(r"20\d{6}-\d{6}-\w{4}", "ID", text) for text in (dumb, coloured)]
    assert ESCAPE.sub("", unnamed[1]).split() == unnamed[0].split()


def test_no_color_is_respected(terminal):
    """NO_COLOR: no colour is set."""
    plain = transcript(terminal("--base", "tiny-interview", NO_COLOR="1"))
    assert not re.search(r"\x1b\[[0-9;]*3[0-7]m", plain)


def test_a_narrow_window_is_kept_to(terminal):
    """In 40 columns no line is longer."""
    text = transcript(terminal("--base", "tiny-interview", columns=40))
    assert max(len(ESCAPE.sub("", line)) for line in text.splitlines()) <= 40


def test_menus_come_first_where_nothing_is_said(terminal):
    """In 40 columns too: menus, Tab and Ctrl-C in them, then questions; all of it is resumed."""
    child = terminal(menus=True, columns=40, lines=70)
    child.expect("nothing known")
    child.expect("\n> ")
    child.sendintr()
    child.expect("No consultation was begun")
    assert ended(child) == 130
    child = terminal(menus=True, columns=40, lines=70)
    child.expect("\n> ")
    child.send("noth\t\r")
    child.expect("everything")
    child.expect("\n> ")
    child.sendline("an end to a long war")
    child.expect("Afghanistan")
    child.expect("\n> ")
    written = child.before
    child.sendline("russia, afg")
    child.expect("1[.] ")
    child.expect("\n> ")
    asked = child.before
    child.sendline("unknown")
    child.expect("2[.] ")
    child.expect("\n> ")
    asked_next = child.before
    child.sendline("quit")
    assert ended(child) == 0
    child = terminal(menus=True, columns=40, lines=70)
    child.expect("3 .*the consultation begun")
    child.expect("\n> ")
    child.sendline("3")
    child.expect("It goes on after 1 answer")
    child.expect("2[.] ")
    child.expect("\n> ")
    assert child.before == asked_next
    shown = [ESCAPE.sub("", line) for line in (written + asked + asked_next).splitlines()]
    assert max(map(len, shown)) <= 40
    child.sendline("quit")
    assert ended(child) == 0


def test_a_long_output_comes_a_screen_at_a_time(terminal):
    """On 12 lines of 40 columns: Enter goes on, q and Ctrl-C leave the rest, and nothing ends."""
    child = terminal("--base", "tiny-interview", columns=40, lines=12)
    waits = r"([0-9]+) more lines?: Enter, or q to skip: "
    written = []

    def until(what: str) -> int:
        found = child.expect([what, r"\n> "])
        written.append(child.before)
        return found

    while until(waits) == 0:
        child.sendline("")
    child.sendline("help")
    assert until(waits) == 0
    left = int(child.match[1])
    child.sendline("")
    assert until(waits) == 0
    assert int(child.match[1]) < left
    child.sendline("q")
    assert until(waits) == 1
    child.sendline("help")
    assert until(waits) == 0
    child.sendintr()
    assert until(waits) == 1
    child.sendline("help")
    assert until(waits) == 0
    child.sendintr()
    assert until(waits) == 1
    child.sendline("yes")
    child.expect("Noted: the walkers meet on")
    shown = [ESCAPE.sub("", line) for text in written for line in text.splitlines()]
    assert max(map(len, shown)) <= 40
    while until(waits) == 0:
        child.sendline("")
    child.sendintr()
    assert ended(child) == 130


def test_the_prompt_is_there_again_after_a_pause(terminal):
    """Stopped and brought back, as by fg, the prompt is written again with what was typed."""
    child = terminal("--base", "tiny-interview")
    child.expect("\n> ")
    child.send("ye")
    child.expect("ye")
    child.kill(signal.SIGSTOP)
    child.kill(signal.SIGCONT)
    child.expect("> ye")
    assert "\\r" not in child.before
    child.send("s\r")
    child.expect("Noted: the walkers meet on Sunday")


@pytest.mark.skipif(shutil.which("bash") is None, reason="the shell is bash")
def test_after_ctrl_z_the_line_is_edited_on(terminal):
    """Back from the shell by fg, what was typed is there, and keys move in it as before."""
    child = terminal("--base", "tiny-interview", shell=True)
    child.expect("\n> ")
    child.send("no")
    child.expect("no")
    child.sendcontrol("z")
    child.expect("Stopped")
    child.sendline("fg")
    child.expect("\n> no")
    child.sendcontrol("u")  # which leaves the whole line out, what came before the pause as well
    child.send("yes\r")
    child.expect("Noted: the walkers meet on Sunday")


def test_a_window_that_closes_leaves_the_answers(terminal):
    """SIGHUP ends a consultation as SIGTERM does: with how to go on, and 128 and its number."""
    for number in (signal.SIGHUP, signal.SIGTERM):
        child = terminal("--base", "tiny-interview")
        child.expect("\n> ")
        child.sendline("yes")
        child.expect("Will Sunday be dry")
        child.expect("\n> ")
        child.kill(number)  # it may come just before the line is waited for
        child.expect(r"To go on: advisor consult --resume (\S+)", timeout=10)
        assert "Traceback" not in child.before
        assert ended(child) == 128 + number


@pytest.mark.parametrize("other", [signal.SIGPROF, signal.SIGCONT, signal.SIGTERM])
def test_signals_that_come_at_once_leave_the_answers(terminal, other):
    """A window that closes may do so while a timer strikes, or send another signal with it."""
    child = terminal("--base", "tiny-interview")
    child.expect("\n> ")
    child.sendline("yes")
    child.expect("Will Sunday be dry")
    child.expect("\n> ")
    for number in (signal.SIGSTOP, other, signal.SIGHUP, signal.SIGCONT):
        child.kill(number)
    child.expect(r"To go on: advisor consult --resume (\S+)", timeout=10)
    assert "Traceback" not in child.before
    assert ended(child) == 128 + signal.SIGHUP


def test_ctrl_c_while_a_timer_strikes_ends_the_consultation(terminal):
    """Nothing but the end of it is seen: no fault of a system."""
    child = terminal("--base", "tiny-interview")
    child.expect("\n> ")
    for number in (signal.SIGSTOP, signal.SIGPROF, signal.SIGINT, signal.SIGCONT):
        child.kill(number)
    assert ended(child) == 130
    assert "Error" not in child.before


def test_what_it_ends_with_fits_a_screen(terminal):
    """On 24 lines: the advice, what was not asked, and last the two lines to go on with."""
    child = terminal("pakistan-russia", "--questions", "1", lines=24)
    child.expect("\n> ")
    child.sendline("no")
    child.expect("Noted: ")
    child.expect("Advice for Pakistan: [0-9]+ recommendations")
    assert ended(child) == 0
    shown = [ESCAPE.sub("", line).strip() for line in child.before.strip().splitlines()]
    assert 15 < len(shown) < 24
    text = " ".join(shown)
    assert re.search(r"[.]{3} and \d+ more lines, by the command below", text)
    assert "Taken for granted, as nobody said otherwise" in text
    assert re.search(r"Saved .*: advisor advise /\S+ To go on: advisor consult --resume \S+$", text)


def test_nothing_is_drawn(terminal):
    """Plain lines: no boxes, no cursor movements, nothing that a screen reader cannot say."""
    text = transcript(terminal("--base", "tiny-interview"))
    assert not re.search(r"[\u2500-\u257f\u2580-\u259f\u2800-\u28ff]", text)
    assert set(re.findall(r"\x1b\[[0-9;?]*([a-zA-Z])", text)) <= {"m", "h", "l"}
