"""The command as it is installed: bin/advisor, beside the script that an installer writes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from advisor import __main__ as program

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
WRITTEN = f"""#!/bin/sh
'''exec' "{sys.executable}" "$0" "$@"
' '''
import re
import sys
from advisor.__main__ import main
sys.argv[0] = re.sub(r'(-script[.]pyw|[.]exe)?$', '', sys.argv[0])
sys.exit(main())
"""
HOLDING = ["/usr/bin/env", "--block-signal=INT", "true"]
KILL = "import os, signal, sys\nos.kill(os.getpid(), signal.SIGINT)\nlist(range(100))\n"
KILL_AT = """import os, signal, sys
def hook(event, args):
    if event == "import" and args[0] == {!r}:
        os.kill(os.getpid(), signal.SIGINT)
        list(range(100))
sys.addaudithook(hook)
sys.modules.pop({!r}, None)
"""


@pytest.fixture
def command(tmp_path) -> Path:
    """The command in a folder of programs, as `pip` installs it, though of an odd name."""
    folder = tmp_path / "a=b c é'"
    folder.mkdir()
    shutil.copy2(ROOT / "bin" / "advisor", folder)
    (folder / "advisor-cli").write_text(WRITTEN)
    (folder / "advisor-cli").chmod(0o755)
    return folder / "advisor"


def run(*command, env=None, **options):
    """What a command gives, with no more of the environment than is said."""
    known = {"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"], **(env or {})}
    return subprocess.run(
        [str(part) for part in command],
        capture_output=True,
        stdin=subprocess.DEVNULL,
        timeout=60,
        check=False,
        env=known,
        **options,
    )


def customized(tmp_path, code: str) -> dict[str, str]:
    """An environment in which Python runs this while it starts, before any script."""
    (tmp_path / "start").mkdir()
    (tmp_path / "start" / "sitecustomize.py").write_text(code)
    return {"PYTHONPATH": f"{tmp_path / 'start'}{os.pathsep}{ROOT}"}


def holds() -> bool:
    """Whether this machine's env can hold a signal back."""
    return Path(HOLDING[0]).exists() and run(*HOLDING).returncode == 0


STARTING = {
    "python starts": KILL,
    "the script begins": KILL_AT.format("re", "re"),
    "advisor is found": KILL_AT.format("advisor", "advisor"),
    "its first module is found": KILL_AT.format("advisor.__main__", "advisor.__main__"),
    "its second module is found": KILL_AT.format("advisor.cli", "advisor.cli"),
}


@pytest.mark.skipif(not holds(), reason="needs an env that holds signals back")
@pytest.mark.parametrize("moment", STARTING)
def test_ctrl_c_before_the_first_line_of_ours(command, tmp_path, moment):
    """A Ctrl-C while Python starts is not lost: it ends the program with 130 and a word."""
    done = run(command, "--version", env=customized(tmp_path, STARTING[moment]))
    assert (done.returncode, done.stdout, done.stderr) == (130, b"", b"interrupted\n")


@pytest.mark.parametrize("moment", STARTING)
def test_ctrl_c_that_is_ignored_stays_so(command, tmp_path, moment):
    """For a job in the background, which a shell starts with Ctrl-C ignored, it stays ignored."""
    ignoring = ["/bin/sh", "-c", "trap '' INT; exec \"$0\" --version", command]
    done = run(*ignoring, env=customized(tmp_path, STARTING[moment]))
    assert (done.returncode, done.stderr) == (0, b"")


def test_it_runs_however_it_is_called(command, tmp_path):
    """By path, by link, from its own folder, by sh, by Python, and without a PATH or anything."""
    link = tmp_path / "link"
    link.symlink_to(command)
    (tmp_path / "other").symlink_to("link")
    here = command.parent
    for args, options in (
        ([command], {}),
        ([link], {}),
        ([tmp_path / "other"], {}),
        (["./advisor"], {"cwd": here}),
        (["/bin/sh", "advisor"], {"cwd": here}),
        ([sys.executable, command], {}),
        ([command], {"env": {"PATH": ""}}),
    ):
        done = run(*args, "--version", **options)
        assert (done.returncode, done.stderr) == (0, b""), args
        assert done.stdout.startswith(b"advisor ")


@pytest.mark.parametrize("words", [["a  b", "$HOME", "*"], [""], ["-x\n-y"], ["'\"\\"]])
def test_words_reach_the_program_as_they_are(command, words):
    """What is on the command line passes through the shell untouched."""
    (command.parent / "advisor-cli").write_text(
        f"#!{sys.executable}\nimport sys\nprint(ascii(sys.argv[1:]))\n"
    )
    assert run(command, *words).stdout.decode() == ascii(words) + "\n"


@pytest.mark.parametrize("closing", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_closed_streams_stay_closed(command, tmp_path, closing):
    """What is closed when the command begins is closed for the program too."""
    (command.parent / "advisor-cli").write_text(
        f"#!{sys.executable}\nimport os, sys\n"
        "def is_open(number):\n"
        "    try: os.fstat(number)\n"
        "    except OSError: return False\n"
        "    return True\n"
        "with open(sys.argv[1], 'w') as to: print(*(n for n in range(3) if is_open(n)), file=to)\n"
    )
    told = tmp_path / "told"
    run("/bin/sh", "-c", f'"$0" "$1" {closing}', command, told)
    shut = {
        number for number, sign in ((0, "<&-"), (1, " >&-"), (2, "2>&-")) if sign in " " + closing
    }
    before_opening = {int(word) for word in told.read_text().split()}
    assert before_opening - {min(shut)} == {0, 1, 2} - shut  # the file told of takes the first


def test_the_wheel_brings_both_scripts():
    """The command is a file of ours, which starts what the installer writes; both are guarded."""
    shared = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["shared-scripts"]
    assert shared == {"bin/advisor": "advisor", "bin/advisor.cmd": "advisor.cmd"}
    assert os.access(ROOT / "bin" / "advisor", os.X_OK)
    assert {"/bin"} <= set(PROJECT["tool"]["hatch"]["build"]["targets"]["sdist"]["include"])
    (written,) = PROJECT["project"]["scripts"]
    assert written != "advisor"  # an installer would leave ours out
    for script in shared:
        assert written in (ROOT / script).read_text()
    assert {"advisor", written, f"{written}.exe"} <= program.NAMES
