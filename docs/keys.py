"""Writes the tables of docs/format.md from the keys that are read: `python docs/keys.py`."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from advisor.loader import keys

PAGE: Final = Path(__file__).parent / "format.md"
RECORDS: Final = {
    record.what: record for record in vars(keys).values() if isinstance(record, keys.Record)
}
_TABLE: Final = re.compile(r"(<!-- keys of ([^>]+) -->\n).*?(<!-- end -->)", re.DOTALL)


def page(text: str) -> str:
    """The page with each of its tables as it should be."""
    return _TABLE.sub(lambda found: found[1] + table(RECORDS[found[2]]) + found[3], text)


def table(of: keys.Record) -> str:
    """The keys of a record, with what they mean."""
    rows = (f"| `{key.name}` | {_meaning(key)} |\n" for key in of.keys)
    return "| key | meaning |\n|---|---|\n" + "".join(rows)


def _meaning(key: keys.Key) -> str:
    required = " (required)" if key.required else ""
    return f"{key.says}{required}{f'. {key.more}' if key.more else ''}"


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
