"""Finds the checks there are, and reads what each says of itself."""

from __future__ import annotations

import functools
import importlib
import pkgutil
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Final, Literal

import msgspec

from advisor.audit import checks
from advisor.audit.finding import Fault, Severity
from advisor.audit.subject import Subject
from advisor.model.errors import AdvisorError, Problem, nearest

Family = Literal[
    "redundancy",
    "ambivalence",
    "circularity",
    "deficiency",
    "dynamic",
    "wording",
    "suppression",
]

FAMILIES: Final[dict[Family, str]] = {
    "redundancy": "what could be taken out, and nothing would change",
    "ambivalence": "advice that pulls in two directions",
    "circularity": "what rests on itself",
    "deficiency": "what is missing, or can never come about",
    "dynamic": "what no scenario tests",
    "wording": "English that misleads",
    "suppression": "findings that are accepted, and need not be",
}

SECTIONS: Final = ("What it does", "Why it is bad", "Example", "Use instead")
_HEADING: Final = re.compile(r"^## (.+)$", re.MULTILINE)


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """One pattern that the audit looks for."""

    id: str
    title: str  # the pattern, in a sentence
    family: Family
    severity: Severity
    sections: Mapping[str, str]  # heading -> Markdown
    find: Callable[[Subject], Iterable[Fault]]


@functools.cache
def all_checks() -> Mapping[str, Check]:
    """Every check by id, in order of id: each module of the folder is one."""
    names = sorted(module.name for module in pkgutil.iter_modules(checks.__path__))
    found = (_check(name) for name in names)
    return {check.id: check for check in found}


def _check(name: str) -> Check:
    module = importlib.import_module(f"{checks.__name__}.{name}")
    title, *parts = _HEADING.split((module.__doc__ or "").strip())
    sections = zip(parts[::2], parts[1::2], strict=True)
    return Check(
        id=name.replace("_", "-"),
        title=" ".join(title.split()),
        family=module.FAMILY,
        severity=module.SEVERITY,
        sections={heading: text.strip() for heading, text in sections},
        find=module.find,
    )


def named(ids: Iterable[str]) -> list[Check]:
    """The checks of these ids, or all of them if there are none; AdvisorError for an unknown id."""
    wanted = list(dict.fromkeys(ids)) or list(all_checks())
    problems = [
        Problem(
            message=f"there is no check '{id_}'",
            hint=nearest(id_, all_checks()) or f"there are: {', '.join(all_checks())}",
        )
        for id_ in wanted
        if id_ not in all_checks()
    ]
    if problems:
        raise AdvisorError(*problems)
    return [all_checks()[id_] for id_ in sorted(wanted)]
