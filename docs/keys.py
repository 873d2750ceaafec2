"""Writes the tables of docs/format.md from the keys that are read: `python docs/keys.py`.

Each key with its meaning comes from there; the last column is written by hand, and kept.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from advisor.loader import keys

PAGE: Final = Path(__file__).parent / "format.md"
RECORDS: Final = {
    record.what: record for record in vars(keys).values() if isinstance(record, keys.Record)
}
_TABLE: Final = re.compile(r"(<!-- keys of ([^>]+) -->\n)(.*?)(?=<!-- end -->)", re.DOTALL)
_ROW: Final = re.compile(r"^\| `([a-z_-]+)` \|[^|]*\| (.*?) ?\|$", re.MULTILINE)


def page(text: str) -> str:
    """The page with each of its tables as it should be."""
    return _TABLE.sub(
        lambda found: found[1] + table(RECORDS[found[2]], dict(_ROW.findall(found[3]))), text
    )


def table(of: keys.Record, details: Mapping[str, str]) -> str:
    """The keys of a record, with what they mean, and details by key."""
    rows = (
        f"| `{key.name}` | {_meaning(key)} | {details.get(key.name, '')} |\n" for key in of.keys
    )
    return "| key | meaning | in detail |\n|---|---|---|\n" + "".join(rows)


def _meaning(key: keys.Key) -> str:
    return f"{key.says} (required)" if key.required else key.says


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
