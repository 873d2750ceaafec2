"""The command `advisor`, guarded so that Ctrl-C ends it cleanly even while it starts."""

import gc
import os
import signal
import sys

INTERRUPTED = 130


def main() -> None:
    """Run the command line and exit with its code."""
    gc.disable()  # a command is short and makes few cycles; collecting took a tenth of its time
    try:
        from advisor.cli import run  # noqa: PLC0415 - inside the guard

        code = run(sys.argv[1:])
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # nothing is left to interrupt
    except KeyboardInterrupt:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        code = _interrupted()
    try:
        sys.stderr.flush()
    finally:
        os._exit(code)  # everything is written; skip tearing modules down


def _interrupted() -> int:
    try:
        os.write(2, b"interrupted\n")
    except OSError:
        pass  # nobody is left to tell
    return INTERRUPTED


if __name__ == "__main__":
    main()
