"""The audit of some scenarios: what they neither say nor reach is counted, and hides nothing."""

import shutil
from pathlib import Path

import pytest

import advisor
from advisor import loader
from advisor.audit import check
from advisor.audit import run as audits
from advisor.audit.finding import Finding
from advisor.audit.subject import Subject

SMALL = Path(__file__).parent / "bases" / "town-grants"
OWN = """\
title: A file of somebody's own
sources:
  rumour: {title: What nothing cites, date: 2025-01-01, grade: E4, origin: street}
"""


@pytest.fixture(scope="module")
def base():
    """A base of several scenarios."""
    return loader.load_base(SMALL)


def told(findings: tuple[Finding, ...]) -> set[tuple[str, str]]:
    """What findings say."""
    return {(finding.check, finding.message) for finding in findings}


def test_what_the_whole_base_has_nothing_is_elsewhere(base):
    """An audit that runs all of a base's scenarios tells nothing apart."""
    names = [scenario.name for scenario, _ in loader.load_with_parents(base)]
    for audit in (advisor.audit(base, mutants=0), advisor.audit(base, names, mutants=0)):
        assert not audit.elsewhere


def test_each_finding_is_of_the_scenarios_named_or_elsewhere(base):
    """No finding is lost or told twice: what the named scenario does not reach is elsewhere."""
    some = 0
    for scenario, parent in loader.load_with_parents(base):
        audit = advisor.audit(base, [scenario.name], mutants=0)
        assert not told(audit.findings) & told(audit.elsewhere)
        found = Subject(base, loader.load_with_parents(base), [(scenario, parent)], mutants=0)
        assert audits.audit(found, check.named(())).to_json() == audit.to_json()
        some += sum(finding.check == "never-fired" for finding in audit.elsewhere)
    assert some, "one scenario of several does not fire every rule"


def test_a_file_beside_the_base_is_told_its_own_faults(run, tmp_path):
    """What is wrong in a file of one's own is listed; of the base the number; --all lists it."""
    folder = tmp_path / "base"
    shutil.copytree(SMALL, folder)
    own = tmp_path / "own.yaml"
    own.write_text(OWN, encoding="utf-8")
    asked = ("audit", str(own), "--base", str(folder), "--mutants", "0")
    _, out, _ = run(*asked, "--format", "lines")
    assert "unused-source" in out
    assert "never-fired" not in out
    _, every, _ = run(*asked, "--format", "lines", "--all")
    assert "elsewhere\tnever-fired" in every
    assert set(out.splitlines()) < set(every.splitlines())
    _, shown, _ = run(*asked)
    count = sum(line.startswith("elsewhere\t") for line in every.splitlines())
    assert f"{count} elsewhere" in shown
    _, long, _ = run(*asked, "--all", "--long")
    assert f"Elsewhere ({count})" in long


def test_what_is_elsewhere_is_not_gone(base, tmp_path):
    """Findings of the whole base that an audit of one scenario counts elsewhere are still there."""
    name = next(scenario.name for scenario, _ in loader.load_with_parents(base))
    first = advisor.audit(base, [name], mutants=0)
    path = tmp_path / "earlier.json"
    path.write_text(first.to_json(), encoding="utf-8")
    again = advisor.audit(base, [name], mutants=0, since=path)
    assert again.since is not None
    assert (again.since.new, again.since.gone) == ((), ())
    assert again.since.persisting == len(first.findings) + len(first.elsewhere)
