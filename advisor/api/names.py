"""Names that there are, for the Tab key; of them all, nothing is loaded that they do not need."""

from __future__ import annotations

import pkgutil

from advisor.audit import checks as modules
from advisor.consult import journal
from advisor.loader.names import Names

__all__ = ["Names", "checks", "consultations"]


def checks() -> list[str]:
    """The ids of the audit's checks: each module of their folder is one."""
    return sorted(one.name.replace("_", "-") for one in pkgutil.iter_modules(modules.__path__))


def consultations() -> list[str]:
    """The ids of the consultations that are kept, the latest first."""
    return sorted((path.stem for path in journal.folder().glob("*.jsonl")), reverse=True)
