"""Where the answers of a consultation are saved: never over what is somebody's own."""

from __future__ import annotations

from pathlib import Path

import advisor
from advisor.api import consultations as sessions
from advisor.api.consultations import Session, Suggested, Unclear
from advisor.cli.output import OutputError, deliver, failed
from advisor.model import english, writing
from advisor.model.errors import AdvisorError, Problem, in_shell


def check_target(path: str) -> None:
    """Refuse, before anything is asked, a place where nothing can be kept or is somebody's own.

    Raises AdvisorError or OutputError.
    """
    target = _target(path)
    try:
        if writing.is_stream(target):
            raise OutputError(f"cannot write to {path}: it is no file")
        writing.refuse_read_only(target)
        if target.exists() and not _is_saved(target):
            message = f"{path} is there already, and it is no saved consultation"
            raise AdvisorError(Problem(message=message, hint="save in another file"))
    except OSError as error:
        raise failed(path, error) from None


def _target(path: str) -> Path:
    """The place that a path names, with the home folder of ~ or ~user; raises OutputError."""
    try:
        return Path(path).expanduser()
    except RuntimeError:
        user = path.split("/", 1)[0]
        raise OutputError(f"cannot write to {path}: '{user}' has no home folder here") from None


def saved(session: Session, interview: advisor.Interview, path: str) -> Suggested:
    """Write the fact file, never over another; what to tell about it."""
    try:
        check_target(path)
        target = _target(path)
        deliver(session.fact_file(interview), str(target))
    except AdvisorError as error:
        raise Unclear(f"{error}.") from None
    except OutputError as error:
        raise Unclear(english.sentence(str(error))) from None
    base = interview.base
    folder = in_shell(str(base.folder))
    other = "" if sessions.is_shipped(base) else f" --base {folder}"
    command = f"advisor advise {in_shell(str(target))}{other}"
    return Suggested(lead="Saved as a fact file like any other:", command=command)


def _is_saved(path: Path) -> bool:
    """Whether a file is one that a consultation has saved."""
    try:
        return "\nconsulted:\n" in path.read_text(encoding="utf-8")
    except (OSError, ValueError):
        return False
