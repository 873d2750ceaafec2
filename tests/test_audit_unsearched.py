"""What the searches of an audit leave out is said, and nothing is claimed of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from advisor import cli, loader
from advisor.audit import universe
from advisor.audit.check import named
from advisor.audit.run import Audit, audit
from advisor.audit.subject import Subject

BANDS = 12
VOCABULARY = {
    "base.yaml": "title: A harbour\ndate: 2026-01-01\nscenario: one\nclient: a\ncovers: [box]\n",
    "entities.yaml": "Town:\n  a: {name: Ashby}\n  b: {name: Barr}\n",
    "interests.yaml": "supply: {says: supply}\n",
}


def banded(folder: Path, sides: int) -> Path:
    """A base over boxes of so many sides, of which each is cut into twelve bands.

    By its first side every box is advised something; a long first side and a long last one
    are opposed.
    """
    names = [f"side{number}" for number in range(sides)]
    slots = ", ".join(f"{name}: Number" for name in names)
    box = f"box: {{slots: {{town: Town, {slots}}}, key: [town], "
    box += 'says: "{town} has a box", asks: "What box?"}\n'
    advice, rules = "", ""
    for band in range(BANDS):
        opposed = f", opposes: [last{BANDS - 1}]" if band == BANDS - 1 else ""
        for side, name in (("first", names[0]), ("last", names[-1])):
            own = opposed if side == "first" else ""
            advice += (
                f'{side}{band}: {{advice: true, slots: {{client: Town}}, says: "do it"{own}}}\n'
            )
            bounds = [f"$n >= {10 * band}"] * bool(band)
            bounds += [f"$n < {10 * band + 10}"] * (band < BANDS - 1)
            rules += (
                f"- id: {side}-{band}\n  title: Band {band}\n"
                f"  if: [box: {{town: $client, {name}: $n}}]\n  where: {json.dumps(bounds)}\n"
                f"  then: [{side}{band}: {{client: $client}}]\n  advances: [supply]\n"
                '  because: "{client} has a box of {n}"\n'
            )
    values = ", ".join(["5"] * sides)
    files = {f"rules/{name}": text for name, text in VOCABULARY.items()}
    files |= {"rules/templates.yaml": box + advice, "rules/rules.yaml": rules}
    files |= {"facts/one.yaml": f"title: One\nfacts:\n  - box(a, {values})\n"}
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


@pytest.fixture
def told(capfd):
    """Gives what the audit of a base prints in some format."""

    def printed(folder: Path, form: str) -> str:
        capfd.readouterr()
        cli.run(["audit", "--base", str(folder), "--format", form])
        return capfd.readouterr().out

    return printed


def audited(folder: Path) -> Audit:
    """What the checks that search find in a base."""
    base = loader.load_base(folder)
    checks = named(["conflicting-rules", "conflicting-chains", "uncovered-combination"])
    return audit(Subject(base, loader.load_with_parents(base)), checks)


def test_bands_that_nothing_tells_apart_are_one(tmp_path):
    """Twelve bands on each of two sides are few enough: the conflict is found, and no gap."""
    result = audited(banded(tmp_path, 2))
    assert [finding.check for finding in result.findings] == ["conflicting-rules"]
    assert result.unsearched == ()


def test_what_is_too_much_to_search_is_said_and_no_gap_is_claimed(tmp_path, told):
    """Bands on three sides that rules tell apart are too many for the gap; a conflict is found."""
    folder = banded(tmp_path, 3)
    rules = (folder / "rules" / "rules.yaml").read_text()
    (folder / "rules" / "rules.yaml").write_text(
        rules
        + "\n".join(
            f"- id: middle-{band}\n  title: Band {band}\n"
            f"  if: [box: {{town: $client, side1: {band * 10}}}]\n"
            "  then: [first1: {client: $client}]\n"
            '  because: "{client} has a box"\n'
            for band in range(BANDS)
        )
    )
    result = audited(folder)
    assert [finding.check for finding in result.findings] == ["conflicting-rules"]
    searches = {one.search for one in result.unsearched}
    assert searches == {"combinations without advice"}
    assert all("over 1,500 facts could matter" in one.why for one in result.unsearched)
    document = json.loads(told(folder, "json"))
    assert {one["search"] for one in document["unsearched"]} == searches
    log = json.loads(told(folder, "sarif"))["runs"][0]["invocations"][0]
    assert len(log["toolExecutionNotifications"]) == 1


@pytest.mark.parametrize("form", ["terminal", "markdown", "html"])
def test_every_format_says_what_was_not_searched(form, tmp_path, told, monkeypatch):
    """Under a heading of its own, and in the counts."""
    monkeypatch.setattr(universe, "MOST", 3)
    text = told(banded(tmp_path, 1), form)
    assert "Not checked, and why" in text
    assert "1 search cut short" in text
    assert "ombinations without advice: over 1,500 facts could matter, so none was tried" in text
