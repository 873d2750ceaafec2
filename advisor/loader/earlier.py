"""Turns an earlier result, as the program wrote it in JSON, into what is read of it."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

import msgspec

from advisor.loader.disk import bytes_of
from advisor.model.errors import AdvisorError, Location, Problem, show_path

T = TypeVar("T", bound=msgspec.Struct)


class _JournalStart(msgspec.Struct, frozen=True, kw_only=True):
    schema: str = ""


def earlier(path: str | Path, what: str, schema: str, form: type[T]) -> T:
    """The result in a file; `what` is its name, as in "an audit", and that of its command.

    Raises AdvisorError where the file is none, or one of another form.
    """
    name = show_path(Path(path))
    where = Location(name)
    kind = what.rsplit(maxsplit=1)[-1]
    hint = f"name a file that 'advisor {kind} --format json' has written"
    data = bytes_of(Path(path), name, f"the JSON of {what}")
    try:
        found = msgspec.json.decode(data, type=_JournalStart).schema
        if found == f"advisor.{schema}":
            return msgspec.json.decode(data, type=form)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise AdvisorError(
            Problem(message=f"this is no {kind}: {error}", where=where, hint=hint)
        ) from None
    message = f"this is no {kind} of today's form, but {found or 'JSON of some other kind'}"
    raise AdvisorError(Problem(message=message, where=where, hint=hint))
