"""Names that there are, for the Tab key; of them all, nothing is loaded that they do not need."""

from __future__ import annotations

import pkgutil
from typing import Final

from advisor.audit import checks as modules
from advisor.audit import finding
from advisor.consult.places import folder
from advisor.loader.names import BaseNames
from advisor.model.allowances import Severity

__all__ = ["SEVERITIES", "BaseNames", "Severity", "checks", "consultations"]

SEVERITIES: Final = tuple(finding.SEVERITIES)


def checks() -> list[str]:
    """The ids of the audit's checks: each module of their folder is one."""
    return sorted(info.name.replace("_", "-") for info in pkgutil.iter_modules(modules.__path__))


def consultations() -> list[str]:
    """The ids of the consultations that are kept, the latest first."""
    return sorted((path.stem for path in folder().glob("*.jsonl")), reverse=True)
