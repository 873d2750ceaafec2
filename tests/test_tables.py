"""Tables: facts of one template that stand in a CSV file beside the fact file that names it."""

from __future__ import annotations

import csv
import io
import json
import shutil
from pathlib import Path

import jsonschema_rs
import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from advisor import loader
from advisor.authoring.schema import schemas
from advisor.loader import tables
from advisor.loader.digests import digests
from advisor.loader.keys import TABLE
from advisor.model import budget
from advisor.model.errors import AdvisorError, Location
from advisor.model.records import KnowledgeBase
from advisor.model.scenarios import Scenario

SMALL = Path(__file__).parent / "bases" / "small"
NAMES = "title: T\ntables: {stores: stores.csv}\n"
COLUMNS = ("town", "cargo", *TABLE.names)
HEAD = ",".join(COLUMNS) + "\n"


@pytest.fixture
def folder(tmp_path) -> Path:
    """A copy of the small base with a scenario that names a table."""
    base = tmp_path / "base"
    shutil.copytree(SMALL, base)
    (base / "facts" / "tabled.yaml").write_text(NAMES)
    return base


def tabled(folder: Path, table: str | bytes) -> Scenario:
    """The scenario whose table holds this."""
    data = table.encode() if isinstance(table, str) else table
    (folder / "facts" / "stores.csv").write_bytes(data)
    return loader.load_scenario(loader.load_base(folder), "tabled")


def refused(folder: Path, table: str | bytes, *, told: bool = True) -> list[tuple]:
    """What is said of the table: file, line, column and message, each with its line if `told`."""
    with pytest.raises(AdvisorError) as caught:
        tabled(folder, table)
    found = []
    for problem in caught.value.problems:
        where = problem.where
        lines = Path(where.file).read_text(encoding="utf-8-sig", errors="replace").splitlines()
        assert problem.quoted == (lines[where.line - 1] if told else None)
        found.append((Path(where.file).name, where.line, where.column, problem.message))
    return found


def unplaced(scenario: Scenario) -> list:
    """What a scenario states, wherever it stands."""
    nowhere = Location("")
    return [msgspec.structs.replace(one, where=nowhere) for one in scenario.facts.values()]


ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "town": st.sampled_from(["ashby", "brook", "cliff", "downs"]),
            "cargo": st.sampled_from(["grain", "timber", "bricks"]),
            "likelihood": st.sampled_from(["", "likely", "almost certain"]),
            "source": st.sampled_from(["", "almanac", "ledger"]),
            "locator": st.sampled_from(["", "1", "3a"]),
            "as_of": st.sampled_from(["", "2016-12-31", "2016", "2016/2017"]),
            "note": st.sampled_from(["", "plain", 'a "quote", and more', "two\nlines", "; # {x"]),
        }
    ),
    unique_by=lambda row: (row["town"], row["cargo"]),
    max_size=6,
)


def spelled(row: dict[str, str]) -> str:
    """A row as a fact file spells it."""
    lines = [f"  - stores: {{town: {row['town']}, cargo: {row['cargo']}}}"]
    lines += [f"    likelihood: {row['likelihood']}"] if row["likelihood"] else []
    cited = f"{{{row['source']}: {row['locator']}}}" if row["locator"] else f"[{row['source']}]"
    lines += [f"    sources: {cited}"] if row["source"] else []
    lines += [f"    as-of: {row['as_of']}"] if row["as_of"] else []
    lines += [f"    note: {json.dumps(row['note'])}"] if row["note"] else []
    return "\n".join(lines) + "\n"


@pytest.fixture(scope="module")
def base(tmp_path_factory) -> KnowledgeBase:
    """A copy of the small base, for many tables one after the other."""
    folder = tmp_path_factory.mktemp("rows") / "base"
    shutil.copytree(SMALL, folder)
    (folder / "facts" / "tabled.yaml").write_text(NAMES)
    return loader.load_base(folder)


@settings(max_examples=50)
@given(ROWS, st.permutations(COLUMNS), st.sampled_from(["\n", "\r\n"]), st.data())
def test_a_row_is_the_fact_that_a_fact_file_spells(base, rows, columns, end, data):
    """Whatever the order of columns, the ends of lines, the quotes, the mark and the blank rows."""
    for row in rows:
        row["locator"] = row["locator"] if row["source"] else ""
    stream = io.StringIO()
    quoting = data.draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]))
    writer = csv.DictWriter(stream, columns, lineterminator=end, quoting=quoting)
    writer.writeheader()
    for row in rows:
        writer.writerow(row)
        stream.write(data.draw(st.sampled_from(["", end, "," * (len(columns) - 1) + end])))
    text = stream.getvalue()
    text = text.removesuffix(end) if data.draw(st.booleans()) else text
    mark = data.draw(st.sampled_from(["", "\ufeff"]))
    (base.folder / "facts" / "stores.csv").write_bytes(f"{mark}{text}".encode())
    found = loader.load_scenario(base, "tabled")
    wanted = "title: T\n" + ("facts:\n" + "".join(map(spelled, rows)) if rows else "facts: []\n")
    plain = loader.load_scenario(base, "-", wanted.encode())
    assert unplaced(found) == unplaced(plain)


def test_rows_of_known_entities_can_be_had_alone(folder):
    """With `rows: known` a row about what nobody declared is passed over, and no error."""
    (folder / "facts" / "stores.csv").write_text(f"{HEAD}brook,grain,,,,,\nparis,grain,,,,,\n")
    path = folder / "facts" / "tabled.yaml"
    base = loader.load_base(folder)
    path.write_text(NAMES)
    with pytest.raises(AdvisorError, match="paris"):
        loader.load_scenario(base, "tabled")
    path.write_text(f"{NAMES}rows: known\n")
    assert [str(one) for one in loader.load_scenario(base, "tabled").facts] == [
        "stores(brook, grain)"
    ]
    path.write_text("title: T\nrows: known\nfacts: []\n")
    with pytest.raises(AdvisorError, match="'rows' says which rows of 'tables' count"):
        loader.load_scenario(base, "tabled")


def test_a_fact_stands_where_its_row_does(folder):
    """Also after a cell of two lines."""
    found = tabled(folder, HEAD + 'cliff,timber,,,,,"one\n\ntwo"\n\nbrook,grain,,,,,\n')
    lines = {str(one.instance): one.where.line for one in found.facts.values()}
    assert lines == {"stores(cliff, timber)": 2, "stores(brook, grain)": 6}
    assert all(one.where.file.endswith("facts/stores.csv") for one in found.facts.values())


def test_a_table_has_its_limits(folder, monkeypatch):
    """So many rows, and so many bytes, in UTF-8."""
    monkeypatch.setattr(tables, "MAX_ROWS", 2)
    rows = [f"{town},grain,,,,," for town in ("ashby", "brook", "cliff")]
    assert refused(folder, HEAD + "\n".join(rows)) == [
        ("stores.csv", 4, 1, "the table has over 2 rows")
    ]
    [(_, line, _, message)] = refused(folder, HEAD.encode() + b"cliff,\xff,,,,,\n", told=False)
    assert (line, message) == (2, "the file is not UTF-8: byte 0xff")
    monkeypatch.setattr(budget, "MAX_BYTES", 500)
    assert refused(folder, HEAD * 20, told=False)[0][3] == "the file is over 5 MB"


def test_a_table_leads_no_further_than_extends(folder, tmp_path, run):
    """Nor is a line told of a file that is no table, wherever it is."""
    (tmp_path / "secret.csv").write_text("token,sesame\n")
    texts = {
        "plain.csv": "token sesame\n",
        "quote.csv": 'town,"sesame\n',
        "raw.csv": "sesame\0\n",
        "wide.csv": "cargo,sesame\n",
    }
    for name, text in texts.items():
        (folder / "facts" / name).write_text(text)
    names = ["../../secret.csv", "none.csv", "tabled.yaml", "x" * 300 + ".csv", *texts]
    named = {"tabled": f"stores: {json.dumps(names)}", "also": "market-day: plain.csv"}
    for name, text in named.items():
        (folder / "facts" / f"{name}.yaml").write_text(f"title: T\ntables: {{{text}}}\n")
    code, out, err = run("advise", "--base", str(folder), "tabled")
    assert (code, out) == (2, "")
    assert "sesame" not in err
    for said in (
        "secret.csv lies outside of the base",
        "there is no file 'none.csv'",
        "'tabled.yaml' is no CSV file",
        "raw.csv:1:7: a character is not allowed here: U+0000",
        "the first line of 'plain.csv' does not name 'town' and 'cargo'",
        "the first line of 'quote.csv' does not name 'town' and 'cargo'",
        "the first line of 'wide.csv' does not name 'town'",
    ):
        assert said in err
    assert "'market-day' has no slots" in run("advise", "--base", str(folder), "also")[2]


def test_every_command_knows_the_facts_of_a_table(folder, run):
    """As stated, at their places; a what-if may change them, and the hash of the table is told."""
    tabled(folder, HEAD + "brook,grain,likely,ledger,1,2024,as told\n")
    based = ("--base", str(folder), "--format", "json")
    plain = folder / "facts" / "plain.yaml"
    plain.write_text("extends: tabled\n" + plain.read_text())
    _, out, _ = run("facts", "--from", "tabled", *based)
    [fact] = json.loads(out)["facts"]
    assert (fact["standing"], fact["as_of"], fact["note"]) == ("stated", "2024", "as told")
    assert (fact["where"]["line"], Path(fact["where"]["file"]).name) == (2, "stores.csv")
    _, out, _ = run("facts", "--from", "tabled", "--long", "--base", str(folder))
    assert "stores(brook, grain) | likely (55-80%) | as of 2024" in out
    base = loader.load_base(folder)
    assert [d.name for d in digests(base, ["plain"])] == ["tabled.yaml", "stores.csv", "plain.yaml"]
    what_if = b"title: W\nextends: tabled\ndeny: ['stores(brook, grain)']"
    changed = loader.load_scenario(base, "-", what_if)
    assert [one.standing for one in changed.facts.values()] == ["denied"]
    before = (folder / "facts" / "stores.csv").read_bytes()
    assert run("fmt", str(folder))[0] in {0, 1}
    assert (folder / "facts" / "stores.csv").read_bytes() == before
    other = folder.parent / "other"
    shutil.copytree(folder, other)
    tabled(other, HEAD + "brook,grain,unlikely,ledger,1,2024,as told\n")
    _, out, _ = run("diff", str(folder), str(other))
    assert "tabled" in out


def test_the_schema_of_fact_files_knows_tables(folder):
    """By template, one file or several; a name that is none is not valid."""
    schema = jsonschema_rs.Draft202012Validator(schemas(loader.load_base(folder))["facts"])
    for value, valid in (
        ({"stores": "a.csv", "linked": ["b.csv", "C.CSV"]}, True),
        ({"stores": "a.yaml"}, False),
        ({"buy": "a.csv"}, False),
    ):
        assert schema.is_valid({"title": "T", "tables": value}) is valid
