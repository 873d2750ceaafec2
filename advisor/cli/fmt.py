"""`advisor fmt`."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from typing import Final

import click

import advisor
from advisor.cli.options import BASE
from advisor.cli.output import deliver

WOULD_CHANGE: Final = 1


@click.command("fmt")
@click.argument("paths", nargs=-1)
@BASE
@click.option("--check", is_flag=True, help="Write nothing; exit 1 and name what would change.")
@click.option("--diff", is_flag=True, help="Write nothing; show what would change.")
def fmt(paths: tuple[str, ...], base: str | None, check: bool, diff: bool) -> int:
    """Write files in the canonical layout: PATHS are files or folders (default: all of --base).

    Comments stay, and so does what the files say. A file that does not load is an error, and then
    none is written.
    """
    files = advisor.fmt(paths, base=base)
    changed = [file for file in files if file.changes]
    dry = check or diff
    for file in () if dry else changed:
        deliver(file.after, str(file.path.resolve()))
    shown = "".join(map(_diff, changed)) if diff else ""
    deliver(shown + _said(files, changed, dry=dry), None)
    return WOULD_CHANGE if changed and check else 0


def _said(files: Sequence[advisor.Laid], changed: Sequence[advisor.Laid], *, dry: bool) -> str:
    verb = "would change" if dry else "changed"
    lines = [f"{verb}: {file.shown}" for file in changed]
    kept = len(files) - len(changed)
    number = "1 file is" if kept == 1 else f"{kept} files are"
    if kept:
        lines.append(f"{number} in the canonical layout")
    return "".join(f"{line}\n" for line in lines)


def _diff(laid: advisor.Laid) -> str:
    before, after = (text.splitlines(keepends=True) for text in (laid.before, laid.after))
    found = difflib.unified_diff(before, after, laid.shown, f"{laid.shown} (laid out)")
    return "".join(line if line.endswith("\n") else f"{line}\n" for line in found)
