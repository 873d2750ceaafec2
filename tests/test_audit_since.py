"""An audit compared with an earlier one; checks that a base sets and that packages bring."""

from __future__ import annotations

import json
import re
import shutil
import sys
from pathlib import Path

import pytest

from advisor import cli, loader
from advisor.audit import check
from advisor.audit.run import audit
from advisor.audit.subject import Subject

SMALL = Path(__file__).parent / "bases" / "small"
NEIGHBOUR = "- id: a-neighbour\n  title: A neighbour\n  if: [weather: {town: $t, now: calm}]\n"
NEIGHBOUR += "  then: [wait: {client: $t}]\n"


@pytest.fixture
def base(tmp_path) -> Path:
    """A base with many findings, to be changed."""
    return Path(shutil.copytree(SMALL, tmp_path / "base"))


@pytest.fixture
def run(capfd, monkeypatch):
    """Runs `advisor audit` in this process; gives its exit code and both streams."""
    monkeypatch.setenv("COLUMNS", "80")

    def call(*args: object) -> tuple[int, str, str]:
        capfd.readouterr()
        code = cli.run(["audit", *map(str, args)])
        return code, *capfd.readouterr()

    return call


def kept(run, base: Path, to: Path, *more: object) -> dict:
    """The audit of a base as JSON, in a file too."""
    run("--base", base, "--format", "json", "-o", to, *more)
    return json.loads(to.read_text())


def told(out: str) -> str:
    """What a terminal says, unwrapped."""
    return " ".join(out.split())


def test_what_is_new_gone_and_still_there(run, base, tmp_path):
    """An earlier report tells the new from the old, wherever lines have moved, and keeps counts."""
    first = kept(run, base, tmp_path / "1.json")
    mended = base / "rules" / "sources.yaml"
    cut = mended.read_text().index("almanac:")
    mended.write_text("# moved\n" + mended.read_text()[:cut])
    (base / "rules" / "more.yaml").write_text(NEIGHBOUR)
    second = kept(run, base, tmp_path / "2.json", "--since", tmp_path / "1.json")
    since = second["since"]
    assert [one["check"] for one in since["gone"]] == ["unused-source"]
    assert since["persisting"] == len(first["findings"]) - 1
    new = {one["fingerprint"]: one for one in second["findings"]}
    assert since["new"]
    assert all("a-neighbour" in new[one]["rules"] for one in since["new"])
    third = kept(run, base, tmp_path / "3.json", "--since", tmp_path / "2.json")
    assert [one["warnings"] for one in third["since"]["trend"]][:1] == [21]
    assert len(third["since"]["trend"]) == 3
    assert (third["since"]["new"], third["since"]["gone"]) == ([], [])
    assert third["since"]["same_base"]
    code, out, _ = run("--base", base, "--since", tmp_path / "1.json")
    assert code == 1
    assert "Since last time" in out
    assert f"{len(since['new'])} new, 1 gone and {since['persisting']} still there" in told(out)
    assert "Gone: warning[unused-source] Nothing cites the source 'almanac'." in told(out)
    assert re.search(r"more\.yaml:1:7: warning\[\S+\] New\. ", told(out))


def test_fail_on_looks_at_what_is_new(run, base, tmp_path):
    """With a baseline, what was there already fails nothing; a new finding does."""
    kept(run, base, tmp_path / "1.json")
    assert run("--base", base)[0] == 1
    assert run("--base", base, "--baseline", tmp_path / "1.json")[0] == 0
    (base / "rules" / "more.yaml").write_text(NEIGHBOUR)
    assert run("--base", base, "--baseline", tmp_path / "1.json")[0] == 1


def test_what_a_check_that_did_not_run_would_find_is_not_gone(run, base, tmp_path):
    """With --only, the findings of the other checks are not said to be gone."""
    kept(run, base, tmp_path / "1.json")
    again = kept(
        run, base, tmp_path / "2.json", "--since", tmp_path / "1.json", "--only", "unused-source"
    )
    assert (again["since"]["gone"], again["since"]["persisting"]) == ([], 1)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{}", "JSON of some other kind"),
        ('{"schema": "advisor.advice/2"}', "but advisor.advice/2"),
        ('{"schema": "advisor.audit/1"}', "this is no audit"),
        ("no JSON", "this is no audit"),
    ],
)
def test_a_file_that_is_no_audit_is_refused(run, tmp_path, text, words):
    """What --since names is the JSON of an audit, or exit code 2 with what to do."""
    (tmp_path / "other.json").write_text(text)
    code, out, err = run("--base", SMALL, "--since", tmp_path / "other.json")
    assert (code, out) == (2, "")
    assert words in err
    assert "advisor audit --format json" in err
    both = run("--base", SMALL, "--since", "a", "--baseline", "b")
    assert both[0] == 2
    assert "give one" in both[2]


def test_fingerprints_stay_with_their_faults(base):
    """Lines that move and a neighbour that comes leave every fault its fingerprint."""
    before = found(base)
    for path in (base / "rules").glob("*.yaml"):
        path.write_text("# a line\n\n" + path.read_text())
    (base / "rules" / "a-first.yaml").write_text(NEIGHBOUR)
    assert before <= found(base)


def found(base: Path) -> set[str]:
    """The fingerprints of what is found in the text of a base."""
    loaded = loader.load_base(base)
    subject = Subject(loaded, loader.load_with_parents(loaded))
    return {one.fingerprint for one in audit(subject, check.named(())).findings}


# ------------------------------------------------------------------ checks that a base sets


SET = """audit:
  checks:
    rule-without-because: {severity: off, reason: the titles say why}
    unused-source: {severity: error, reason: sources are to be used}
"""


def test_a_base_sets_its_checks(run, base):
    """A check is off, with the reason under what was not checked; another counts for more."""
    with (base / "rules" / "base.yaml").open("a") as stream:
        stream.write(SET)
    code, out, _ = run("--base", base, "--fail-on", "error")
    assert code == 1
    assert out.startswith("Audit of Towns on a lake: not fit\n1 error, ")
    assert "error[unused-source]" in out
    assert "[rule-without-because]" not in out
    off = "1 check was not run, as base.yaml turns it off (the titles say why): "
    assert f"{off}rule-without-because." in told(out)
    only = run("--base", base, "--only", "rule-without-because")[1]
    assert "6 warnings" in only


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("narow-reason: {severity: off, reason: x}", "did you mean 'narrow-reason'?"),
        ("narrow-reason: {severity: grave, reason: x}", "'grave' is no severity"),
        ("narrow-reason: {severity: off}", "reason"),
    ],
)
def test_what_cannot_be_set_is_refused(run, base, text, words):
    """A check that there is not, a severity that there is not, and one without a reason."""
    with (base / "rules" / "base.yaml").open("a") as stream:
        stream.write(f"audit:\n  checks:\n    {text}\n")
    code, out, err = run("--base", base)
    assert (code, out) == (2, "")
    assert words in err
    assert "base.yaml:" in err


# ------------------------------------------------------------------ checks of one's own


OWN = re.search(
    r"```python\n(.*?)```",
    (Path(__file__).parent.parent / "docs" / "auditing.md").read_text(encoding="utf-8"),
    re.DOTALL,
)


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """Installs a package with one module as a check; what it is called, and its text."""

    def forget() -> None:
        check._modules.cache_clear()
        check.all_checks.cache_clear()

    def install(name: str, text: str) -> None:
        site = tmp_path / "site"
        (site / "team_checks-1.dist-info").mkdir(parents=True)
        (site / "team_checks.py").write_text(text)
        points = f"[advisor.checks]\n{name} = team_checks\n"
        (site / "team_checks-1.dist-info" / "entry_points.txt").write_text(points)
        metadata = "Metadata-Version: 2.1\nName: team-checks\nVersion: 1\n"
        (site / "team_checks-1.dist-info" / "METADATA").write_text(metadata)
        monkeypatch.syspath_prepend(site)
        monkeypatch.delitem(sys.modules, "team_checks", raising=False)
        forget()

    yield install
    forget()
    sys.modules.pop("team_checks", None)


def test_a_package_brings_a_check_of_its_own(run, base, installed):
    """The example of docs/auditing.md, installed, is a check like any other."""
    installed("long-title", OWN[1])
    code, out, _ = run("--base", base, "--only", "long-title")
    assert code == 0
    assert re.search(r"note\[long-title\] The title of rule '\S+' has \d+ characters\.", told(out))
    assert run("--explain", "long-title")[1].startswith("long-title: ")


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("long-title", "import no_such_module", "it cannot be loaded"),
        ("long-title", "FAMILY = 'wording'", "it has no usable docstring, SEVERITY, find"),
        ("unused-source", "", "the program has one of this name"),
    ],
)
def test_a_check_that_cannot_be_used_is_named(run, base, installed, name, text, words):
    """A package with a broken check is exit code 2 and no traceback."""
    installed(name, text)
    code, out, err = run("--base", base)
    assert (code, out) == (2, "")
    assert f"the check '{name}' (team_checks) cannot be used: " in err
    assert words in err
