"""The reference of the commands, and the page on their JSON."""

from __future__ import annotations

import re
from pathlib import Path

from advisor import cli
from advisor.cli.formats import page
from advisor.cli.reference import reference

DOCS = Path(__file__).parent.parent / "docs"


def test_the_reference_is_current():
    """docs/commands.md is what `python -m advisor.cli.reference` writes today."""
    assert (DOCS / "commands.md").read_text() == reference()


def test_the_page_on_json_is_current():
    """docs/json.md is what `python -m advisor.cli.formats` writes today."""
    assert (DOCS / "json.md").read_text() == page()


def test_the_reference_has_every_command_and_option():
    """Each command has a section, and each of its options a row there."""
    sections = re.split(r"^## advisor ", reference(), flags=re.MULTILINE)[1:]
    found = {section.split("\n")[0]: section for section in sections}
    assert found.keys() == cli.commands().keys()
    for name, command in cli.commands().items():
        for one in command.params:
            assert one.opts[-1] in found[name] or one.param_type_name == "argument"
