"""Where the answers of a consultation are saved: never over what is somebody's own."""

from __future__ import annotations

from pathlib import Path

import advisor
from advisor.api import interviews as sessions
from advisor.api.interviews import Session, Suggested, Unclear
from advisor.cli.output import OutputError, deliver, file_to_save
from advisor.model import english
from advisor.model.errors import AdvisorError, in_shell


def check_target(path: str) -> Path:
    """The file of a path, refused before anything is asked where nothing can be kept.

    So is one that is somebody's own. Raises AdvisorError or OutputError.
    """
    return file_to_save(path, _is_saved, "no saved consultation")


def saved(session: Session, interview: advisor.Interview, path: str) -> Suggested:
    """Write the fact file, never over another; what to tell about it."""
    try:
        target = check_target(path)
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
