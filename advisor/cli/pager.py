"""Shows a long text on a terminal screen by screen, with the program that the user likes best."""

from __future__ import annotations

import os
import sys
from typing import Final

_NONE: Final = {"", "cat"}
_LESS: Final = "FRX"  # leave at once if it is one screen; show colours; leave the text there


def _command() -> list[str]:
    """The pager that the environment names, else `less`; nothing if there is none."""
    import shlex  # noqa: PLC0415 - only a long text needs it
    import shutil  # noqa: PLC0415

    named = os.environ.get("ADVISOR_PAGER", os.environ.get("PAGER", "less"))
    try:
        words = shlex.split(named)
    except ValueError:  # a quote is not closed
        return []
    return words if words and named.strip() not in _NONE and shutil.which(words[0]) else []


def is_wanted(text: str) -> bool:
    """Whether somebody sits at a terminal that has a pager, and it does not show all at once."""
    if sys.stdin is None or not sys.stdin.isatty():
        return False
    import shutil  # noqa: PLC0415 - only a long text needs it

    return text.count("\n") >= shutil.get_terminal_size().lines and bool(_command())


def put(text: str) -> None:
    """Let the pager show it; Ctrl-C is the pager's until that ends. Raises OSError."""
    import signal  # noqa: PLC0415 - only a long text needs it
    import subprocess  # noqa: PLC0415

    environment = {"LESS": _LESS, **os.environ}
    with subprocess.Popen(_command(), stdin=subprocess.PIPE, env=environment) as shown:
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)
        try:
            shown.communicate(text.encode(sys.stdout.encoding or "utf-8", "backslashreplace"))
        finally:
            signal.signal(signal.SIGINT, before or signal.SIG_DFL)
