"""The command `advisor`, guarded so that Ctrl-C ends it cleanly even while it starts.

It imports no more than it must, and nothing that reads a file, so that it takes over from Python
within a moment: as it is loaded where it is the program itself, and in `main` wherever else.
"""

import _signal  # type: ignore[import-not-found]  # built in; signal itself loads enum first
import gc
import os
import sys

TYPE_CHECKING = False

if TYPE_CHECKING:
    from types import FrameType
    from typing import NoReturn

INTERRUPTED = 130
NAMES = {"advisor", "advisor-cli", "advisor-cli.exe", "advisor-cli-script.py"}  # as installed


def main() -> "NoReturn":
    """Run the command line and exit with its code."""
    heeded = _guarded()
    gc.disable()  # a command is short and makes few cycles; collecting took a tenth of its time
    sys.unraisablehook = _unraisable
    _fill_closed()
    from advisor.api.files import keeping, users_folder  # noqa: PLC0415 - guarded
    from advisor.cli import run  # noqa: PLC0415

    try:
        if heeded:
            _signal.signal(_signal.SIGINT, _interrupt)
        with keeping(users_folder()):
            code = run(sys.argv[1:])
    except KeyboardInterrupt:
        _leave_interrupted()
    os._exit(code)  # everything is written; skip tearing modules down


def _guarded() -> bool:
    """Let Ctrl-C end it, unless that is ignored as by whatever runs in the background.

    The script bin/advisor holds it back until here.
    """
    handler = _signal.getsignal(_signal.SIGINT)
    if handler is _signal.default_int_handler:
        handler = _leave
        _signal.signal(_signal.SIGINT, _leave)
    if hasattr(_signal, "pthread_sigmask"):  # not on Windows, where nothing holds it back
        _signal.pthread_sigmask(_signal.SIG_UNBLOCK, [_signal.SIGINT])
    return handler is _leave


def _leave(_number: int, _frame: "FrameType | None") -> None:
    """Ctrl-C while there is nothing to put in order: libraries would swallow an exception."""
    _leave_interrupted()


def _interrupt(_number: int, _frame: "FrameType | None") -> None:
    """Ctrl-C in a command, which may put things in order; once more, and it is left as it is."""
    _signal.signal(_signal.SIGINT, _leave)
    raise KeyboardInterrupt


def _fill_closed() -> None:
    """Let no file take the number of a closed stream, or what is said there would go into it."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDONLY)  # so that writing there still fails
    if sys.stdout is None:  # where click would say nothing, and all were well
        sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115


def _leave_interrupted() -> "NoReturn":
    try:  # noqa: SIM105 - contextlib would take its time to import
        os.write(2, b"interrupted\n")
    except OSError:
        pass  # nobody is left to tell
    os._exit(INTERRUPTED)


if __name__ == "__main__" or os.path.basename(sys.argv[0]) in NAMES:  # noqa: PTH119 - no pathlib yet
    _guarded()


def _unraisable(problem: "sys.UnraisableHookArgs") -> None:
    """Leave on a Ctrl-C in a callback too, where Python would print it and go on.

    What ran out of time there is told so again a moment later.
    """
    if problem.exc_type.__name__ in {"Exhausted", "Late"}:
        return
    if problem.exc_type is KeyboardInterrupt:
        _leave_interrupted()
    sys.__unraisablehook__(problem)


if __name__ == "__main__":
    main()
