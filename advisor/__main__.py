"""The command `advisor`, guarded so that Ctrl-C ends it cleanly even while it starts.

It imports no more than it must: a Ctrl-C before `main` begins is Python's to report.
"""

from __future__ import annotations

import gc
import os
import sys

TYPE_CHECKING = False

if TYPE_CHECKING:
    from typing import NoReturn

INTERRUPTED = 130


def main() -> None:
    """Run the command line and exit with its code."""
    gc.disable()  # a command is short and makes few cycles; collecting took a tenth of its time
    sys.unraisablehook = _unraisable
    try:
        from advisor.cli import run  # noqa: PLC0415 - inside the guard

        os._exit(run(sys.argv[1:]))  # everything is written; skip tearing modules down
    except KeyboardInterrupt:
        _leave_interrupted()


def _leave_interrupted() -> NoReturn:
    try:  # noqa: SIM105 - contextlib would take its time to import
        os.write(2, b"interrupted\n")
    except OSError:
        pass  # nobody is left to tell
    os._exit(INTERRUPTED)


def _unraisable(problem: sys.UnraisableHookArgs) -> None:
    """Leave on a Ctrl-C in a callback too, where Python would print it and go on.

    What ran out of time there is told so again a moment later.
    """
    if problem.exc_type.__name__ == "Exhausted":
        return
    if problem.exc_type is KeyboardInterrupt:
        _leave_interrupted()
    sys.__unraisablehook__(problem)


if __name__ == "__main__":
    main()
