"""Writes the lowest releases that pyproject.toml admits for the program itself, as constraints."""

import re
import sys
import tomllib
from pathlib import Path

BOUND = re.compile(r"(?P<name>[\w.-]+)(\[[\w,]+\])?(>=|==)(?P<version>[\w.]+)")

project = tomllib.loads((Path(__file__).parent.parent / "pyproject.toml").read_text())["project"]
for wanted in [*project["dependencies"], *project["optional-dependencies"]["docx"]]:
    bound = BOUND.fullmatch(wanted)
    if bound is None:
        sys.exit(f"{wanted} has no lowest release")
    sys.stdout.write(f"{bound['name']}=={bound['version']}\n")
