"""`advisor test`."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

from advisor import loader, testing
from advisor.cli.options import with_output
from advisor.cli.output import deliver, show
from advisor.render import json, junit
from advisor.render.tests import tests as tests_view

FAILED: Final = 1


@click.command("test")
@click.argument("paths", nargs=-1)
@with_output(("terminal", "json", "junit"))
def test(paths: tuple[str, ...], base: str | None, output: str | None, form: str) -> int:
    """Run the expectations of scenarios: PATHS are names, files or folders (default: all)."""
    loaded = loader.load_base(Path(base) if base else None)
    reports = testing.run(loader.load_with_parents(loaded, paths))
    if form == "json":
        failed = sum(report.failed for report in reports)
        deliver(json.document("test/1", failed=failed, reports=reports), output)
    elif form == "junit":
        deliver(junit.tests(reports), output)
    else:
        show(tests_view, output, reports, loaded)
    return FAILED if any(report.failed for report in reports) else 0
