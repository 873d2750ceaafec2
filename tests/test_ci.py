"""What programs read of a base's state: workflow commands, and hooks before a commit."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from junit_form import check_counts, suites

from advisor import cli

ROOT = Path(__file__).parent.parent
SMALL = Path(__file__).parent / "bases" / "small"
HOOKS = ROOT / ".pre-commit-hooks.yaml"
PAGE = ROOT / "docs" / "ci.md"


def hooks() -> list[dict]:
    """The hooks that the project offers."""
    return yaml.safe_load(HOOKS.read_text(encoding="utf-8"))


def test_workflow_commands_name_files_of_the_repository(capfd, tmp_path, monkeypatch):
    """Each finding is a command at its line; what GitHub would read as markup is spelled out."""
    base = Path(shutil.copytree(SMALL, tmp_path / "a, b: 100%" / "kb"))
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(base)
    capfd.readouterr()
    assert cli.run(["audit", "--base", ".", "--format", "github"]) == 1
    *commands, verdict = capfd.readouterr().out.splitlines()
    assert verdict.startswith("Towns on a lake: fit with reservations; 0 errors, 21 warnings")
    form = r"::(error|warning|notice) file=([^,:]+),line=\d+,col=\d+,title=[a-z-]+::(\S.*)"
    found = [re.fullmatch(form, command) for command in commands]
    assert len(found) == 25
    assert all(found)
    assert {one[1] for one in found} == {"warning", "notice"}
    assert all("%0AWitness: " in one[3] for one in found)
    for one in found:
        name = one[2].replace("%2C", ",").replace("%3A", ":").replace("%25", "%")
        assert (tmp_path / name).is_file()


@pytest.mark.parametrize("limit", ["note", "warning", "error"])
def test_junit_of_an_audit_is_red_where_the_audit_fails(capfd, tmp_path, monkeypatch, limit):
    """A failure for each finding as grave as --fail-on, the others printed; the form is Ant's."""
    base = Path(shutil.copytree(SMALL, tmp_path / "a, b: 100%" / "kb"))
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    asked = ["audit", "--base", str(base), "--fail-on", limit, "--format"]
    capfd.readouterr()
    code = cli.run([*asked, "junit"])
    found = suites(capfd.readouterr().out)
    check_counts(found)
    cli.run([*asked, "json"])
    result = json.loads(capfd.readouterr().out)
    ranks = {"error": 0, "warning": 1, "note": 2}
    said = [f for f in result["findings"] if ranks[f["severity"]] <= ranks[limit]]
    failures = [failure for suite in found for failure in suite.iter("failure")]
    assert sorted(one.get("message") for one in failures) == sorted(one["message"] for one in said)
    assert code == (1 if failures else 0)
    printed = "".join(suite.findtext("system-out") for suite in found)
    assert printed.count("\nWitness: ") == len(result["findings"]) - len(said)
    assert all(one.text.startswith("a, b: 100%/kb/") for one in failures)
    passed = {
        case.get("name") for suite in found for case in suite.iter("testcase") if not len(case)
    }
    assert passed == set(result["checks"]) - {one["check"] for one in said}


def test_no_two_cases_of_an_audit_have_one_name(capfd):
    """A reader that knows a case by its name takes no finding for another."""
    cli.run(["audit", "--base", str(SMALL), "--format", "junit", "--fail-on", "note"])
    found = suites(capfd.readouterr().out)
    named = [(c.get("classname"), c.get("name")) for suite in found for c in suite.iter("testcase")]
    assert len(set(named)) == len(named)


@pytest.mark.parametrize("hook", hooks(), ids=lambda hook: hook["id"])
def test_a_hook_runs_over_a_base(hook, capfd):
    """What each hook runs is a command of the program, and passes a base in order."""
    name, *args = shlex.split(hook["entry"])
    assert (name, hook["language"], hook["pass_filenames"]) == ("advisor", "python", False)
    more = ["--fail-on", "error"] if "audit" in args else []
    assert cli.run([*args, "--base", str(SMALL), *more]) == 0
    assert not capfd.readouterr().err
    assert re.search(hook["files"], "kb/rules/trade.yaml")


def test_the_page_names_the_hooks():
    """docs/ci.md shows every hook that there is, and no other."""
    blocks = re.findall(r"```yaml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    shown = yaml.safe_load(blocks[0])["repos"][0]["hooks"]
    assert sorted(one["id"] for one in shown) == sorted(one["id"] for one in hooks())
    assert all(one["args"][:2] == ["--base", "kb"] for one in shown)


def test_pre_commit_runs_the_hooks(tmp_path):
    """A real pre-commit takes the hooks: they pass a base in order and stop one that is not."""
    program = shutil.which("pre-commit")
    if program is None or shutil.which("git") is None:
        pytest.skip("pre-commit or git is not there")
    base = Path(shutil.copytree(SMALL, tmp_path / "kb"))
    more = {"advisor-audit": ["--fail-on", "error"]}
    local = [
        {
            **hook,
            "language": "system",
            "entry": hook["entry"].replace("advisor", f"{shlex.quote(sys.executable)} -m advisor"),
            "args": ["--base", "kb", *more.get(hook["id"], ())],
        }
        for hook in hooks()
    ]
    config = {"repos": [{"repo": "local", "hooks": local}]}
    (tmp_path / ".pre-commit-config.yaml").write_text(yaml.safe_dump(config))

    def run(*command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    run("git", "init", "-q")
    run("git", "add", ".")
    assert run(program, "validate-manifest", str(HOOKS)).returncode == 0
    done = run(program, "run")
    assert done.returncode == 0, done.stdout
    assert done.stdout.count("Passed") == len(local)
    path = base / "facts" / "plain.yaml"
    path.write_text(path.read_text().replace("title:", "title:    ", 1))
    run("git", "add", ".")
    done = run(program, "run")
    assert done.returncode == 1
    assert "would change: kb/facts/plain.yaml" in done.stdout
