"""What every function of the API asks of its arguments."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import ParamSpec, TypeVar

from advisor.model.errors import AdvisorError, Problem
from advisor.model.records import KnowledgeBase

P = ParamSpec("P")
R = TypeVar("R")


def filled(function: Callable[P, R]) -> Callable[P, R]:
    """The function, refusing an empty text for an argument: one left out is not given at all."""

    @functools.wraps(function)
    def checked(*args: P.args, **named: P.kwargs) -> R:
        known = [*zip(function.__code__.co_varnames, args, strict=False), *named.items()]
        for name, value in known:
            if value == "" or (isinstance(value, list | tuple) and "" in value):
                hint = "give it a value, or leave it out"
                raise AdvisorError(Problem(message=f"'{name}' is empty", hint=hint))
        return function(*args, **named)

    return checked


def folder(base: str | Path | KnowledgeBase) -> Path:
    """The folder that a base is in, or was loaded from."""
    return base.folder if isinstance(base, KnowledgeBase) else Path(base)
