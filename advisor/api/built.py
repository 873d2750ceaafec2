"""Turns texts and plain Python objects into a base, without a folder of one's own."""

from __future__ import annotations

import atexit
import functools
import json
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

from advisor import loader
from advisor.model.errors import AdvisorError, Problem
from advisor.model.records import KnowledgeBase

__all__ = ["base_of"]

Content = str | Mapping[str, object] | Sequence[object]  # of a file: its text, or what it says


def base_of(
    rules: Mapping[str, Content], facts: Mapping[str, Content] | None = None
) -> KnowledgeBase:
    """The base whose files have these contents, each by its name without `.yaml`.

    A content is the text of a file, or dictionaries, lists and values as the file would have them.
    A name that ends in `.csv` is that of a table. AdvisorError with every problem of the rules.
    """
    folder = Path(tempfile.mkdtemp(prefix="advisor-"))
    atexit.register(functools.partial(shutil.rmtree, folder, ignore_errors=True))
    for part, files in (("rules", rules), ("facts", facts or {})):
        for name, content in files.items():
            path = folder / part / (name if name.endswith(".csv") else f"{name}.yaml")
            if not path.resolve().is_relative_to((folder / part).resolve()):
                message = f"'{name}' is no name of a file in '{part}'"
                raise AdvisorError(Problem(message=message, hint="as in 'trade' or 'cases/north'"))
            path.parent.mkdir(parents=True, exist_ok=True)
            text = content if isinstance(content, str) else f"{written(content)}\n"
            path.write_text(text, encoding="utf-8")
    return loader.load_base(folder)


def written(value: object) -> str:
    """A value as a fact file or a rule file has it; a text that begins with $ is a variable."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{written(k)}: {written(v)}" for k, v in value.items()) + "}"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, int | date):
        return str(value)
    if isinstance(value, str):
        plain = value.startswith("$") and value[1:].replace("-", "").replace("_", "").isalnum()
        return value if plain else json.dumps(value, ensure_ascii=False)
    if isinstance(value, Sequence):
        return "[" + ", ".join(map(written, value)) + "]"
    message = f"{value!r} is nothing that a file can say"
    hint = "a text, a whole number or a Decimal, a date, true or false, a list or a dictionary"
    raise AdvisorError(Problem(message=message, hint=hint))
