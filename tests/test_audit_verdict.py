"""The verdict of an audit: when it is which, why, the same in every format, and what is signed."""

from __future__ import annotations

import html
import io
import json
import re
import shutil
from pathlib import Path

import msgspec
import pytest

from advisor import cli, loader
from advisor.audit import basis
from advisor.audit.check import all_checks, named
from advisor.audit.run import Audit, audit
from advisor.audit.subject import Subject
from advisor.audit.unsearched import Unsearched
from advisor.audit.verdict import NotRun, Score, verdict

SMALL = Path(__file__).parent / "bases" / "small"


@pytest.fixture(scope="module")
def small() -> Audit:
    """The audit of a small base with warnings and notes."""
    return audited(SMALL)


def audited(folder: Path) -> Audit:
    """The audit of a base."""
    base = loader.load_base(folder)
    return audit(Subject(base, loader.load_with_parents(base)), named(()))


@pytest.mark.parametrize(
    ("severities", "accepted", "not_run", "cut", "tested", "expected"),
    [
        ((), (), False, False, (2, 0), "fit"),
        (("note",), ("warning",), False, False, (2, 0), "fit"),
        ((), (), False, False, None, "fit"),
        (("warning",), (), False, False, (2, 0), "fit with reservations"),
        ((), ("error",), False, False, (2, 0), "fit with reservations"),
        ((), (), True, False, (2, 0), "fit with reservations"),
        ((), (), False, True, (2, 0), "fit with reservations"),
        ((), (), False, False, (0, 0), "fit with reservations"),
        (("error",), (), False, False, (2, 1), "not fit"),
        (("error", "warning", "note"), ("error",), True, True, (0, 0), "not fit"),
    ],
)
def test_when_a_base_is_fit(small, severities, accepted, not_run, cut, tested, expected):
    """An error is not fit; what else of weight is open is a reservation; why is three lines."""
    one = small.findings[0]
    found = verdict(
        62,
        [msgspec.structs.replace(one, severity=severity) for severity in severities],
        [msgspec.structs.replace(one, severity=severity) for severity in accepted],
        [NotRun(checks=("narrow-reason",), why="they were not asked for")] if not_run else [],
        [Unsearched(search="conflicts", why="too many", about=("r",))] if cut else [],
        None
        if tested is None
        else basis.TestScore(met=tested[0], failed=tested[1], covered=1, goals=2),
        Score(killed=1, mutants=1),
    )
    assert found.fitness == expected
    assert 1 <= len(found.why) <= 3
    assert all(re.fullmatch(r"[A-Z0-9].*\.", line) for line in found.why)
    assert ("was not run" in " ".join(found.why)) == not_run
    assert ("was cut short" in " ".join(found.why)) == cut


def words(data: bytes, form: str) -> str:
    """What a report says, without its markup."""
    if form == "docx":
        docx = pytest.importorskip("docx", reason="python-docx is not installed")
        file = docx.Document(io.BytesIO(data))
        told = [*file.paragraphs, *(p for t in file.tables for c in t._cells for p in c.paragraphs)]
        text = "\n".join(one.text for one in told)
    else:
        text = data.decode()
    if form == "html":
        text = html.unescape(re.sub(r"<script>.*?</script>|<style>.*?</style>|<[^>]*>", "", text))
    return " ".join(text.replace("\\", "").replace("*", "").split())


@pytest.mark.parametrize("form", ["terminal", "markdown", "html", "docx"])
def test_every_format_says_the_same(small, form, tmp_path):
    """The verdict, why, how much was found, and a finding: the same sentences, and no folder."""
    path = tmp_path / "audit"
    more = ["--short"] if form == "html" else []
    base = Path(shutil.copytree(SMALL, tmp_path / "base"))
    args = ["audit", "--base", str(base), "--format", form, *more, "-o", str(path)]
    assert cli.run(args) == 1
    told = words(path.read_bytes(), form)
    assert told.startswith(("Audit of", "# Audit of"))
    assert "Audit of Towns on a lake: fit with reservations" in told
    assert all(line in told for line in small.verdict.why)
    assert f"0 errors, 21 warnings and 4 notes; {len(all_checks())} checks" in told
    assert "warning[unused-source]" in told
    assert "Nothing cites the source 'almanac'." in told
    if form in {"html", "docx"}:
        assert str(tmp_path) not in told
        assert "rules/sources.yaml:12:1" in told
        assert small.digest in told
        for role in ("Prepared by", "Reviewed by", "Decided by", "Findings that are accepted"):
            assert role in told


def test_the_digest_is_of_what_is_said_and_not_of_where(small, tmp_path):
    """Elsewhere a base has the same digest; with another fact or rule it has another."""
    base = Path(shutil.copytree(SMALL, tmp_path / "elsewhere"))
    assert audited(base).digest == small.digest
    facts = base / "facts" / "plain.yaml"
    text = facts.read_text()
    facts.write_text(text.replace("depth(ashby, 3.5)", "depth(ashby, 3.6)"))
    assert audited(base).digest != small.digest
    facts.write_text(text)
    rules = base / "rules" / "trade.yaml"
    rules.write_text(rules.read_text() + "# a remark\n")
    assert audited(base).digest != small.digest


def test_the_whole_report_has_no_folder(tmp_path):
    """The page for a browser, too, names places within the base alone."""
    base = Path(shutil.copytree(SMALL, tmp_path / "base"))
    path = tmp_path / "audit.html"
    assert cli.run(["audit", "--base", str(base), "-o", str(path)]) == 1
    text = path.read_text()
    assert str(tmp_path) not in text
    assert str(Path.cwd()) not in text


def test_what_the_advice_leans_on(small):
    """The rules that no source states or that are less than certain, and the sources, by weight."""
    assert small.basis is not None
    [leap] = small.basis.leaps
    assert (leap.rule, leap.reading, leap.carries) == ("partner-with-a-store", "ours", 1)
    [pillar] = small.basis.pillars
    assert (pillar.source, pillar.carries, small.basis.advice) == ("ledger", 1, 1)


def test_json_has_the_verdict(capfd):
    """With one check, the others are not run, and what scenarios come to was not looked at."""
    capfd.readouterr()
    args = ["audit", "--base", str(SMALL), "--only", "overdue-review", "--format", "json"]
    assert cli.run(args) == 0
    found = json.loads(capfd.readouterr().out)
    assert found["verdict"]["fitness"] == "fit with reservations"
    assert found["verdict"]["why"][0] == "The one check that ran found no error and no warning."
    assert (found["tested"], found["basis"], found["mutation"]) == (None, None, None)
    assert len(found["not_run"][0]["checks"]) == len(all_checks()) - 1
