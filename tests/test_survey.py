"""What all clients are given at once, two of them side by side, and the map that shows it."""

from __future__ import annotations

import csv
import io
import json
import runpy
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from strategies import cases

import advisor
from advisor.answers.advice import advisable
from advisor.audit.checks.flooding_rule import MOST
from advisor.audit.checks.flooding_rule import given as given_by_each
from advisor.reasoning.building import build
from advisor.reasoning.evaluate import outcome
from advisor.render.report import world
from advisor.render.report.document import MapPlace

SMALL = Path(__file__).parent / "bases" / "small"
DOCS = Path(__file__).parent.parent / "docs"
LAKE = """title: Round the lake
interests: {ashby: [supply, safety]}
facts:
  - lacks(ashby, grain)
  - lacks(brook, grain)
  - lacks(cliff, grain)
  - stores(downs, grain)
  - linked(ashby, downs)
  - linked(brook, downs)
  - linked(cliff, downs)
  - weather(downs, rough)
  - depth(cliff, 3)
  - opened(cliff, 1990-01-01)
  - weather(cliff, calm)
  - mayor(ashby, millers)
  - mayor(cliff, millers)
"""


@pytest.fixture
def lake(tmp_path):
    """Three towns that buy from a fourth; one of them dredges; two share a guild."""
    path = tmp_path / "lake.yaml"
    path.write_text(LAKE)
    return path


@pytest.fixture
def guilds(tmp_path):
    """The small base, in which towns of one guild are alike; Ashby has the code of Fiji."""
    folder = tmp_path / "base"
    for path in SMALL.rglob("*.yaml"):
        to = folder / path.relative_to(SMALL)
        to.parent.mkdir(parents=True, exist_ok=True)
        more = "alike: [mayor]\n" if path.name == "base.yaml" else ""
        to.write_text(path.read_text().replace("code: ASH", "code: FJI") + more)
    return folder


def firm(advice: advisor.Advice) -> dict[str, tuple[str, str]]:
    """What is recommended: by instance, the sentence and the confidence."""
    return {p.instance: (p.says, p.confidence) for p in advice.recommendations}


def surveyed(row) -> dict[str, tuple[str, str]]:
    """The same of a client in a survey."""
    return {p.instance: (p.says, p.confidence) for cell in row.cells for p in cell.pieces}


@settings(max_examples=settings.default.max_examples // 3)
@given(cases())
def test_a_survey_says_what_advise_says_to_each(case):
    """Client by client the same pieces, sentences and confidence; two side by side share them out.

    Whoever is given nothing is in it too.
    """
    base, made = case.scenario.base, outcome(case.scenario, build(case.scenario))
    found = {row.client: row for row in advisor.survey(made).clients}
    everyone = advisable(base)
    assert found.keys() == set(everyone)
    for client in everyone:
        assert surveyed(found[client]) == firm(advisor.advise(made, client))
    if len(everyone) > 1:
        beside = advisor.compare(made, *everyone[:2])
        for place, client in enumerate(everyone[:2]):
            shared = [one.pieces[place].instance for one in beside.shared]
            alone = [p.instance for line in beside.alone[place] for p in line.pieces]
            assert Counter(shared + alone) == Counter(surveyed(found[client]).keys())


def test_what_few_like_it_are_given_comes_first(lake):
    """Alike are those that share a guild, if that tells; of equals each has the same rank."""
    base = advisor.load_base(SMALL)
    plain = advisor.survey(advisor.load(lake, base=SMALL))
    assert [(row.rank, row.client) for row in plain.clients] == [
        (1, "cliff"),
        (2, "ashby"),
        (2, "brook"),
        (4, "downs"),
    ]
    first = plain.clients[0].cells
    assert [(cell.advice, cell.given, cell.among) for cell in first] == [
        ("dredge", 0, 3),
        ("buy", 2, 3),
    ]
    assert base.alike == () and plain.alike == ()


def test_who_is_alike_is_what_the_base_says(lake, guilds):
    """A town is compared with those of its guild, and with all where nobody shares it."""
    found = advisor.survey(advisor.load(lake, base=guilds))
    rows = {row.client: row for row in found.clients}
    assert found.alike == ("[town] has a mayor from [of]",)
    assert rows["ashby"].alike == ("Ashby has a mayor from the millers",)
    assert {row: cell.among for row in rows for cell in rows[row].cells} == {
        "ashby": 1,
        "brook": 3,
        "cliff": 1,
    }


def test_every_format_tells_the_same(run, lake, monkeypatch):
    """A screen and an outline, lines, CSV and JSON of one survey have the same clients in order."""
    args = ("survey", str(lake), "--base", str(SMALL))
    order = ["cliff", "cliff", "ashby", "brook"]
    _, lines, _ = run(*args, "--format", "lines")
    assert [line.split("\t")[0] for line in lines.splitlines()] == order
    _, spread, _ = run(*args, "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(spread)))
    assert [row["client"] for row in rows] == order
    assert (
        rows[2]["sentence"] == "Buy grain from the Downs, and cross to the Downs by daylight only."
    )
    _, written, _ = run(*args, "--format", "json")
    document = json.loads(written)
    assert document["schema"] == "advisor.survey/1"
    assert [row["client"] for row in document["clients"]] == ["cliff", "ashby", "brook", "downs"]
    _, outline, _ = run(*args)
    assert "- Cliff: dredge (moderate, so are 0 of 3 others); buy (" in outline
    for width in (60, 80, 140):
        monkeypatch.setenv("COLUMNS", str(width))
        _, screen, _ = run(*args)
        assert max(map(len, screen.splitlines())) <= width
        assert [line.split()[0] for line in screen.splitlines()[-3:]] == ["Cliff", "Ashby", "Brook"]


def test_a_survey_is_narrowed_by_advice_and_by_clients(run, lake):
    """What is unusual stays what it was; names that there are not are refused with the nearest."""
    args = ("survey", str(lake), "--base", str(SMALL), "--format", "lines")
    _, out, _ = run(*args, "--advice", "buy", "--clients", "brook, ashby")
    assert [line.split("\t")[:6:5] for line in out.splitlines()] == [["ashby", "3"], ["brook", "3"]]
    code, _, err = run(*args, "--advice", "by")
    assert code == 2 and "there is no advice 'by'" in err and "did you mean 'buy'?" in err
    code, _, err = run(*args, "--clients", "ashbi")
    assert code == 2 and "nobody can advise 'ashbi'" in err and "did you mean 'ashby'?" in err


def test_two_side_by_side(run, lake):
    """What both are given once, with reasons that differ; then each alone; nobody with itself."""
    args = ("--base", str(SMALL))
    code, out, _ = run("compare", "ashby", "cliff", str(lake), *args)
    assert code == 0
    both, _, alone = out.partition("To Cliff alone")
    assert "1 piece of advice to both, 0 to Ashby alone and 1 to Cliff alone." in both
    assert "- Buy grain from the Downs, and cross to the Downs by daylight only. (moderate" in both
    assert "To Ashby alone" not in both
    assert "- Dredge the harbour. (moderate)" in alone
    code, _, err = run("compare", "ashby", "ashby", str(lake), *args)
    assert code == 2 and "'ashby' cannot be compared with itself" in err


def test_a_page_has_every_client_and_the_map(run, lake, guilds):
    """A client without a place on the map is named; all are below in words."""
    _, page, _ = run("survey", str(lake), "--base", str(guilds), "--format", "html")
    assert "Not on it, for want of a code: Cliff and Brook." in page
    for client in ("ashby", "brook", "cliff"):
        assert f'id="client-{client}"' in page
    assert 'id="client-downs"' not in page


def test_the_map_is_whole():
    """Every place has a line; outlines stay on the map, and none runs across it."""
    written = (
        Path(advisor.__file__).parent / "render" / "report" / "pages" / "world.txt"
    ).read_text()
    rows = {line.split("\t")[0]: line.split("\t")[1:] for line in written.splitlines()}
    with (DOCS / "places.csv").open() as file:
        codes = {row["code"] for row in csv.DictReader(file)}
    assert codes <= rows.keys() and {"PAK", "RUS", "FJI", "TUV"} <= codes
    for x, y, outline in rows.values():
        assert 0 <= int(x) <= 1000 and 0 <= int(y) <= 430
        for ring in filter(None, outline.split("M")):
            start, _, steps = ring.rstrip("z").partition("l")
            numbers = [int(n) for n in steps.replace("-", " -").split()]
            assert max(map(abs, numbers), default=0) < 100
            assert 0 <= int(start.split()[0]) <= 1000
    assert rows["TUV"][2] == ""  # a dot


def test_what_crosses_the_line_of_the_date_is_cut():
    """A ring over 180 degrees becomes one part on each side, and any other stays as it is."""
    cut = runpy.run_path(str(DOCS / "map.py"))["cut"]
    over = [(170.0, 0.0), (-170.0, 0.0), (-170.0, 10.0), (170.0, 10.0)]
    parts = sorted(sorted(part) for part in cut(over))
    assert [(min(part)[0], max(part)[0]) for part in parts] == [(-180, -170), (170, 180)]
    within = [(0.0, 0.0), (10.0, 0.0), (10.0, 10.0)]
    assert [sorted(part) for part in cut(within)] == [sorted(within)]


def test_the_world_is_surveyed_without_a_flood(run):
    """Of nearly two hundred states each has a row; no rule gives any of them twenty pieces."""
    case = advisor.load("world-2026")
    found = advisor.survey(case)
    assert len(found.clients) > 190
    assert any(row.cells for row in found.clients)
    assert max(given_by_each(case).values()) <= MOST


def test_the_keyboard_goes_through_the_map_by_what_is_read():
    """Places follow in the order of what is said of them, not of their codes; dots come last."""
    names = {"DNK": "Denmark: 1", "DEU": "Germany: 1", "GBR": "Britain: 1", "MLT": "A dot: 1"}
    said = {code: MapPlace("", (0, 0), name) for code, name in names.items()}
    told = [place.label for place in world.places(said) if place.label]
    assert told == ["Britain: 1", "Denmark: 1", "Germany: 1", "A dot: 1"]
