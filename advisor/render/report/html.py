"""Turns a document into one HTML file that needs nothing else: no network, no font, no script.

Templates are in `pages/`; Jinja2 escapes every text. `page.html` is the skeleton that any report
can fill: style, script, landmarks, and a policy that forbids whatever is not in the file itself.
"""

from __future__ import annotations

import base64
import functools
import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from advisor.render.report.document import Document

if TYPE_CHECKING:
    import jinja2

_PAGES: Final = Path(__file__).parent / "pages"


def document(report: Document, *more: str) -> str:
    """The whole document, with more style and script than the skeleton's own, by file name."""
    return page("document.html", more, document=report)


def page(template: str, more: Sequence[str] = (), **content: Any) -> str:
    """A template of `pages/` filled in, with the style and the script that it needs."""
    style, script = (
        "\n".join(_asset(name) for name in (f"page.{kind}", *more) if name.endswith(f".{kind}"))
        for kind in ("css", "js")
    )
    written = (
        _environment()
        .get_template(template)
        .render(
            **content,
            style=style,
            script=script,
            policy=_policy(style, script),
        )
    )
    return _tidy(written) + "\n"


def _tidy(written: str) -> str:
    """The text without empty lines and without blanks at the end of others."""
    return "\n".join(line for line in map(str.rstrip, written.split("\n")) if line)


def _asset(name: str) -> str:
    """A file of the skeleton, tidied as the page will be, so that its hash is that of the page."""
    return _tidy((_PAGES / name).read_text(encoding="utf-8"))


def _policy(style: str, script: str) -> str:
    """A Content-Security-Policy that allows this style and this script, and nothing else."""
    return (
        f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}; "
        "base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


@functools.cache
def _environment() -> jinja2.Environment:
    import jinja2  # noqa: PLC0415 - slow to load

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_PAGES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["kind"] = _kind
    return environment


def _kind(block: object) -> str:
    """Which macro writes a block."""
    return type(block).__name__.lower()
