"""Finds the checks there are, and reads what each says of itself."""

from __future__ import annotations

import functools
import importlib
import pkgutil
import re
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from types import ModuleType
from typing import Final, Literal

import msgspec

from advisor.audit import checks
from advisor.audit.finding import SEVERITIES, Fault
from advisor.audit.subject import Subject
from advisor.model.allowances import Setting, Severity
from advisor.model.errors import AdvisorError, Problem, nearest

CheckFamily = Literal[
    "redundancy",
    "ambivalence",
    "circularity",
    "deficiency",
    "dynamic",
    "wording",
    "suppression",
]

FAMILIES: Final[dict[CheckFamily, str]] = {
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
    family: CheckFamily
    severity: Severity
    sections: Mapping[str, str]  # heading -> Markdown


GROUP: Final = "advisor.checks"  # the entry points by which a package brings checks of its own


@functools.cache
def all_checks() -> Mapping[str, Check]:
    """Every check by id, in order of id."""
    return {id_: _check(id_, module) for id_, module in _modules().items()}


def finder(id_: str) -> Callable[[Subject], Iterable[Fault]]:
    """What finds the faults that a check looks for."""
    found: Callable[[Subject], Iterable[Fault]] = _modules()[id_].find
    return found


@functools.cache
def _modules() -> Mapping[str, ModuleType]:
    """The module of every check by id: each of the folder, and what packages bring."""
    names = (module.name for module in pkgutil.iter_modules(checks.__path__))
    own = {
        name.replace("_", "-"): importlib.import_module(f"{checks.__name__}.{name}")
        for name in names
    }
    return dict(sorted({**own, **dict(_brought(own))}.items()))


def _brought(own: Container[str]) -> Iterator[tuple[str, ModuleType]]:
    """The modules of checks that packages bring; AdvisorError for one that is none."""
    from importlib.metadata import entry_points  # noqa: PLC0415 - slow to load

    for point in sorted(entry_points(group=GROUP), key=lambda point: point.name):
        try:
            module = point.load()
        except (ImportError, AttributeError) as error:
            raise _unusable(point.name, point.value, f"it cannot be loaded: {error}") from None
        if point.name in own:
            raise _unusable(point.name, point.value, "the program has one of this name")
        if missing := [name for name, is_there in _PARTS.items() if not is_there(module)]:
            raise _unusable(point.name, point.value, f"it has no usable {', '.join(missing)}")
        yield point.name, module


def _unusable(check: str, value: str, why: str) -> AdvisorError:
    hint = "docs/auditing.md says what a module of a check has; or uninstall its package"
    message = f"the check '{check}' ({value}) cannot be used: {why}"
    return AdvisorError(Problem(message=message, hint=hint))


_PARTS: Final[Mapping[str, Callable[[ModuleType], bool]]] = {
    "docstring": lambda module: bool(module.__doc__),
    "FAMILY": lambda module: getattr(module, "FAMILY", None) in FAMILIES,
    "SEVERITY": lambda module: getattr(module, "SEVERITY", None) in SEVERITIES,
    "find": lambda module: callable(getattr(module, "find", None)),
}


def _check(id_: str, module: ModuleType) -> Check:
    title, *parts = _HEADING.split((module.__doc__ or "").strip())
    sections = zip(parts[::2], parts[1::2], strict=True)
    return Check(
        id=id_,
        title=" ".join(title.split()),
        family=module.FAMILY,
        severity=module.SEVERITY,
        sections={heading: text.strip() for heading, text in sections},
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


def settled(ids: Iterable[str], settings: Iterable[Setting]) -> list[Check]:
    """The checks to run, of the severity that a base gives them; AdvisorError for an unknown one.

    A check that is off is run only if it is named.
    """
    wanted = list(ids)
    made = {setting.check: setting for setting in settings}
    problems = [
        Problem(
            message=f"there is no check '{one.check}'",
            where=one.where,
            hint=nearest(one.check, all_checks()),
        )
        for one in made.values()
        if one.check not in all_checks()
    ]
    if problems:
        raise AdvisorError(*problems)
    off = {name for name, one in made.items() if one.severity is None and name not in wanted}
    return [
        msgspec.structs.replace(check, severity=made[check.id].severity or check.severity)
        if check.id in made
        else check
        for check in named(wanted)
        if check.id not in off
    ]
