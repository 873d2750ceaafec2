"""`advisor fmt`: one layout for all files, with every comment kept and nothing said otherwise."""

from __future__ import annotations

import random
import re
import shutil
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from strategies import cases
from yaml_text import odd_files

import advisor.authoring.layout.text
from advisor import cli
from advisor.authoring.layout import laid_out
from advisor.authoring.layout import source as sources
from advisor.loader import load_base, load_scenario, own_scenarios, yamlfile
from advisor.loader.disk import yaml_files
from advisor.model.errors import AdvisorError

ROOT = Path(__file__).parent.parent
BASES = [ROOT, *sorted((ROOT / "tests" / "bases").iterdir())]
SMALL = ROOT / "tests" / "bases" / "small"


def lay(text: str) -> str:
    """The text in the canonical layout."""
    return laid_out(text.encode(), "case.yaml")


def comments(text: str) -> list[str]:
    """The comments of a text, in order."""
    return [comment.text for comment in sources.read(text).comments]


def loaded(folder: Path) -> list[str]:
    """What a base and its scenarios hold, places and folder aside."""
    base = load_base(folder)
    found = [base, *(load_scenario(base, name) for name in sorted(own_scenarios(base)))]
    texts = (repr(one).replace(str(folder), "") for one in found)
    return [re.sub(r"Location\([^()]*\)", "", text) for text in texts]


def copied(folder: Path, to: Path) -> Path:
    """A copy of a base's own folders."""
    for name in ("rules", "facts"):
        shutil.copytree(folder / name, to / name)
    return to


@pytest.mark.parametrize("folder", BASES, ids=lambda path: path.name)
def test_the_bases_are_in_the_canonical_layout(folder):
    """The shipped base and those of the tests look as fmt leaves them."""
    for sub in ("rules", "facts"):
        for path in yaml_files(folder / sub):
            assert lay(path.read_text()) == path.read_text(), f"run: advisor fmt {path}"


CASES = [  # as written, as laid out
    ("a:   1\nb:\n- x\n-   y\n", "a: 1\nb:\n  - x\n  - y\n"),
    ("-  {a: 1,b : [ x,y ]}\n", "- {a: 1, b: [x, y]}\n"),
    ("a: [x, # one\n  y] # two\nb: 1\n", "a:\n  - x  # one\n  - y\n  # two\nb: 1\n"),
    ("a: [x,\n  y]\n", "a: [x, y]\n"),
    ("- # first\n  a: 1\n", "# first\n- a: 1\n"),
    ("a: # why\n  # more\n  x\n", "# why\n# more\na: x\n"),
    ("a: >- # why\n      one\n      two\nb: 1\n", "a: >-  # why\n  one\n  two\nb: 1\n"),
    ("a: |2\n    x\n   y\n", "a: |2\n    x\n   y\n"),
    ("a:\n - x\n # of x\n# of b\nb: 1\n", "a:\n  - x\n  # of x\n# of b\nb: 1\n"),
    ("a: one\n   two\n", "a: one two\n"),
    ('a: "one\n\n   two\\\n   three"\n', 'a: "one\n\n  twothree"\n'),
    ("says: 'x'\ndenies: \"y\"\n", "says:   'x'\ndenies: \"y\"\n"),
    ("\n\n# top\n\n\n\na: 1\n\n\nb: 2\n\n", "# top\n\na: 1\n\nb: 2\n"),
    ("- id: x\n- id: y\n  if: []\n- id: z\n", "- id: x\n\n- id: y\n  if: []\n\n- id: z\n"),
    ("? a\n: b\n", "a: b\n"),
    ("a: &x {b: 1}\nc: *x\n*x : d\n", None),  # an alias to a record is no key
    ("a: &x b\n*x : d\ne: *x\n", "a: &x b\n*x : d\ne: *x\n"),
    ("---\na: 1\n...\n", "a: 1\n"),
    ("# only this\n\n\n# and this\n", "# only this\n\n# and this\n"),
    ("a:\nb: \n", "a:\nb:\n"),
    ("a: {b: , c}\n", "a: {b: , c: }\n"),
    ("- - a\n  - b\n- - c\n", "- - a\n  - b\n\n- - c\n"),
    ("a: 'it''s'#no\n", "a: 'it''s'  #no\n"),
    ("a: b#c # d\r\n", "a: b#c  # d\n"),
    ("a: |+\n  x\n\n\nb: 1\n", "a: |+\n  x\n\n\nb: 1\n"),
]


@pytest.mark.parametrize(("before", "after"), CASES)
def test_the_layout(before, after):
    """Each rule of the layout, on its smallest example; and what is laid out stays so."""
    if after is None:
        with pytest.raises(AdvisorError):
            lay(before)
        return
    assert lay(before) == after
    assert lay(after) == after


def test_braces_stay_where_they_fit_or_stood_on_one_line():
    """A list in brackets over several lines that does not fit on one becomes a list of lines."""
    words = [f"word-{number}" for number in range(20)]
    one = f"a: [{', '.join(words)}]\n"
    assert lay(one) == one
    several = lay(one.replace(", word-10", ",\n  word-10"))
    assert several == "a:\n" + "".join(f"  - {word}\n" for word in words)


@settings(max_examples=settings.default.max_examples // 2)
@given(cases(), st.integers(0, 2**32))
def test_any_file_however_odd(tmp_path_factory, case, seed):
    """Same model, every comment still there in order, and nothing left to do afterwards."""
    folder = tmp_path_factory.mktemp("odd")
    for name, text in odd_files(case.scenario, random.Random(seed)).items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    before = loaded(folder)
    for path in [*yaml_files(folder / "rules"), *yaml_files(folder / "facts")]:
        text = path.read_text()
        after = lay(text)
        assert lay(after) == after
        assert comments(after) == comments(text)
        path.write_text(after)
    assert loaded(folder) == before


# ------------------------------------------------------------------ the command


@pytest.fixture
def run(capfd, monkeypatch):
    """Runs a command in this process; gives its exit code and both streams."""
    monkeypatch.delenv("ADVISOR_BASE", raising=False)

    def call(*args: object) -> tuple[int, str, str]:
        capfd.readouterr()
        code = cli.run([str(arg) for arg in args])
        return code, *capfd.readouterr()

    return call


def spoil(path: Path) -> str:
    """Give a file another layout; gives the text that it had."""
    text = path.read_text()
    path.write_text(f"# odd\n\n\n{text}\n\n")
    return f"# odd\n\n{text}"


def test_fmt_rewrites_what_looks_otherwise(run, tmp_path):
    """What changes is named and rewritten; the model is the same; a second run does nothing."""
    base = copied(SMALL, tmp_path)
    before = loaded(base)
    after = spoil(base / "rules" / "trade.yaml")
    code, out, err = run("fmt", "--base", base)
    assert (code, err) == (0, "")
    assert re.match(r"changed: .*/rules/trade\.yaml\n\d+ files are in the canonical layout\n", out)
    assert (base / "rules" / "trade.yaml").read_text() == after
    assert loaded(base) == before
    assert not [path for path in base.rglob("*") if path.name.endswith(".part")]
    assert "changed" not in run("fmt", base)[1]


def test_check_writes_nothing_and_exits_1(run, tmp_path):
    """--check names what would change and leaves it; --diff shows it line by line."""
    path = copied(SMALL, tmp_path) / "facts" / "plain.yaml"
    assert run("fmt", "--check", path)[0] == 0
    spoil(path)
    odd = path.read_bytes()
    code, out, _ = run("fmt", "--check", path)
    assert code == 1
    assert out.startswith("would change: ")
    code, out, _ = run("fmt", "--diff", path)
    assert code == 0
    assert out.startswith("--- ")
    assert "\n-\n" in out
    assert path.read_bytes() == odd


def test_what_does_not_load_is_an_error_and_nothing_is_written(run, tmp_path):
    """A mistake anywhere among the files is named with its place, and every file stays as it is."""
    base = copied(SMALL, tmp_path)
    spoil(base / "rules" / "trade.yaml")
    odd = (base / "rules" / "trade.yaml").read_bytes()
    path = base / "facts" / "plain.yaml"
    path.write_text(path.read_text().replace("lacks:", "lakcs:"))
    code, out, err = run("fmt", base)
    assert (code, out) == (2, "")
    assert "plain.yaml:6:5: there is no template 'lakcs'" in err
    assert (base / "rules" / "trade.yaml").read_bytes() == odd


@pytest.mark.parametrize(
    ("args", "words"),
    [
        ([], "there is nothing to lay out\n  hint: name files or folders"),
        (["missing.yaml"], "missing.yaml: there is no such file"),
        (["empty"], "empty: this folder has no YAML file"),
        (["--base", "empty"], "empty: this folder has no YAML file"),
    ],
)
def test_what_cannot_be_laid_out(run, tmp_path, monkeypatch, args, words):
    """Nothing named, nothing there: exit code 2, and what to do."""
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path)
    code, out, err = run("fmt", *args)
    assert (code, out) == (2, "")
    assert words in err


def test_a_fact_file_of_ones_own_is_held_to_the_base(run, tmp_path):
    """A file outside every base is laid out if it loads over the base that is named."""
    path = tmp_path / "mine.yaml"
    path.write_text("extends: plain\ntitle:   Mine\n")
    assert run("fmt", path)[0] == 2
    assert run("fmt", path, "--base", SMALL)[0] == 0
    assert path.read_text() == "extends: plain\ntitle: Mine\n"


def test_a_layout_that_would_say_something_else_is_refused(monkeypatch):
    """The last check: what was written is read again, and must say the same."""
    monkeypatch.setattr(advisor.authoring.layout.text, "written", lambda *_: "a: 2\n")
    with pytest.raises(AdvisorError, match="without changing what it says"):
        lay("a: 1\n")


@example("!")
@given(st.text(alphabet="ab:#-? \n[]{},'\"|>&*!", max_size=40))
def test_whatever_yaml_accepts(text):
    """Any text that the parser accepts is laid out with its meaning and comments, or refused."""
    try:
        yamlfile.parse(text.encode(), "case.yaml")
    except AdvisorError:
        return
    try:
        after = lay(text)
    except AdvisorError as error:
        assert "without changing" in str(error)
        return
    assert lay(after) == after
