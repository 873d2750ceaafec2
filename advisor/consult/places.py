"""The folder of the user's state in which journals lie."""

from __future__ import annotations

import os
from pathlib import Path

from advisor.model.errors import AdvisorError, Problem


def folder() -> Path:
    """Where journals lie, made if it is not there; raises AdvisorError."""
    state = os.environ.get("XDG_STATE_HOME", "")
    root = Path(state) if os.path.isabs(state) else _home() / ".local" / "state"  # noqa: PTH117
    path = root / "advisor" / "consultations"
    try:
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise AdvisorError(unusable(path, error)) from None
    return path


def _home() -> Path:
    try:
        home = Path.home()
    except RuntimeError:  # no HOME, and no entry for this user
        home = Path()
    if not os.environ.get("HOME", "/") or not home.is_absolute():
        message = "there is no home folder to keep the answers in"
        hint = "set XDG_STATE_HOME to a folder that can be written to"
        raise AdvisorError(Problem(message=message, hint=hint))
    return home


def unusable(path: Path, error: OSError) -> Problem:
    """That a journal or its folder cannot be used, and what to do."""
    reason = error.strerror or str(error)
    hint = "set XDG_STATE_HOME to a folder that can be written to"
    return Problem(message=f"'{path}' cannot be used: {reason}", hint=hint)
