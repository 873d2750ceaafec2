"""The audit's HTML report: everything about a base in one file, and text in it is only text."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_brief import HOSTILE, hostile

from advisor import cli, loader
from advisor.authoring import browse
from advisor.model import english
from advisor.render.report import audit_findings, audit_measures, layered, rule_picture

GROUNDS = Path(__file__).parent / "bases"
VOID = {"meta", "link", "br", "hr", "img", "input", "col", "wbr"}


class Reader(HTMLParser):
    """The tags and the text of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag."""
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        """Note a text."""
        self.words.append(data)

    @property
    def text(self) -> str:
        """All text, with single blanks."""
        return re.sub(r"\s+", " ", " ".join(self.words))


def report(base: Path | None, path: Path, *more: str) -> str:
    """The report on a base, written to a file."""
    named = ["--base", str(base)] if base else []
    assert cli.run(["audit", *named, *more, "--format", "html", "-o", str(path)]) in {0, 1}
    return path.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def shipped(tmp_path_factory) -> str:
    """The report on the shipped base, a few mutants tried: tests/test_audit_mutation.py."""
    return report(None, tmp_path_factory.mktemp("report") / "audit.html", "--mutants", "3")


def test_every_rule_and_every_passage_is_in_it(shipped):
    """The catalogue has each rule as a sentence, the register each sentence of the source."""
    base = loader.load_base()
    text = Reader(shipped).text
    for entry in browse.rules(base):
        assert entry.id in text
        assert re.sub(r"\s+", " ", entry.says) in text
    for source in base.sources.values():
        for passage in source.passages.values():
            assert re.sub(r"\s+", " ", passage.says) in text


def test_what_is_accepted_is_shown_with_its_reason(shipped):
    """Findings that the base lets stand are there, each with why."""
    base = loader.load_base()
    text = Reader(shipped).text
    reasons = [one.reason for rule in base.rules for one in rule.allow]
    assert reasons
    for reason in reasons:
        assert english.sentence(reason) in text


def test_findings_have_their_witnesses(tmp_path):
    """Each finding on a base with many is there: its check, its message and a witness."""
    text = Reader(report(GROUNDS / "small", tmp_path / "audit.html")).text
    assert "untested-advice" in text or "uncited-passage" in text
    findings = re.findall(r"Witness\.", text)
    assert len(findings) > 3


def test_links_lead_to_anchors_of_the_file(shipped):
    """Every link is to an anchor, each anchor is there, and each id stands once."""
    tags = Reader(shipped).tags
    ids = Counter(attrs["id"] for _, attrs in tags if attrs.get("id"))
    assert max(ids.values()) == 1
    hrefs = [attrs["href"] for _, attrs in tags if attrs.get("href")]
    assert len(hrefs) > 100
    for href in hrefs:
        assert href.startswith("#"), href
        assert href[1:] in ids, href


def test_nothing_is_asked_of_the_network(shipped):
    """No script, style, font or picture from elsewhere, and a policy that forbids it."""
    tags = Reader(shipped).tags
    assert not [attrs for _, attrs in tags if attrs.get("src") or attrs.get("srcset")]
    assert not [tag for tag, _ in tags if tag in {"link", "iframe", "object", "embed", "base"}]
    policy = next(a["content"] for _, a in tags if a.get("http-equiv", "").lower().startswith("c"))
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_pictures_have_words(shipped):
    """Each picture has a title and a description, and each box says what it is."""
    tags = Reader(shipped).tags
    graphs = [attrs for tag, attrs in tags if tag == "svg" and attrs.get("class") == "graph"]
    ids = {attrs.get("id") for _, attrs in tags}
    assert all({one["aria-labelledby"], one["aria-describedby"]} <= ids for one in graphs)
    boxes = [attrs for _, attrs in tags if str(attrs.get("class", "")).startswith("box ")]
    assert all(box["aria-label"] for box in boxes)


def test_every_rule_is_drawn_in_its_file_and_every_advice_has_its_cone(shipped):
    """A box for each rule to link to, a picture for each kind of advice, none of many boxes."""
    base = loader.load_base()
    ids = {attrs.get("id") for _, attrs in Reader(shipped).tags}
    assert {f"box-{rule.id}" for rule in base.rules} <= ids
    advice = {name for name in base.concluding if base.templates[name].advice}
    assert {f"cone-{name}" for name in advice} <= ids
    cones = re.findall(r'id="cone-[^"]*">(.*?)</details>', shipped, re.DOTALL)
    assert max(cone.count("<rect") for cone in cones) <= rule_picture.MOST


def test_what_a_page_has_no_room_for_is_counted(tmp_path, monkeypatch):
    """Files, cones, conditions and witnesses beyond its bounds; each link still leads somewhere."""
    monkeypatch.setattr(rule_picture, "PICTURED", 1)
    monkeypatch.setattr(audit_measures, "ROWS", 2)
    monkeypatch.setattr(audit_findings, "WITNESSED", 0)
    page = report(GROUNDS / "town-grants", tmp_path / "audit.html", "--mutants", "3")
    found = Reader(page)
    assert "have no picture here" in found.text or "has no picture here" in found.text
    assert "the first 2, and" in found.text
    assert "are told with their witnesses here" in found.text
    ids = {attrs.get("id") for _, attrs in found.tags}
    links = {str(attrs["href"]) for tag, attrs in found.tags if tag == "a" and "href" in attrs}
    assert {link[1:] for link in links if link.startswith("#")} <= ids


@given(
    st.lists(st.integers(0, 3), min_size=1, max_size=12).flatmap(
        lambda columns: st.tuples(
            st.just(columns),
            st.lists(st.tuples(*[st.integers(0, len(columns) - 1)] * 2), max_size=20),
        )
    )
)
def test_no_two_boxes_of_a_picture_overlap(drawn):
    """Whatever rests on whatever, boxes lie apart, and all of them within the picture."""
    columns, arrows = drawn
    sizes = [(40.0 + 7 * number, 20.0 + number) for number in range(len(columns))]
    found = layered.layout(sizes, columns, arrows)
    for (x, y), (width, height) in zip(found.boxes, sizes, strict=True):
        assert width / 2 <= x + 1e-6 <= found.size[0] - width / 2 + 2e-6
        assert height / 2 <= y + 1e-6 <= found.size[1] - height / 2 + 2e-6
    boxes = list(zip(found.boxes, sizes, strict=True))
    for number, ((x, y), (w, h)) in enumerate(boxes):
        for (x2, y2), (w2, h2) in boxes[:number]:
            assert abs(x - x2) >= (w + w2) / 2 or abs(y - y2) >= (h + h2) / 2
    assert len(found.arrows) == len(arrows)


def test_the_bytes_are_the_same_each_time(tmp_path):
    """The same base gives the same report, under any hash seed."""
    named = ["--base", GROUNDS / "town-grants"]
    pages = []
    for seed in ("1", "2"):
        path = tmp_path / f"{seed}.html"
        done = subprocess.run(
            [sys.executable, "-m", "advisor", "audit", *named, "--format", "html", "-o", path],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=False,
        )
        assert done.returncode in {0, 1}, done.stderr
        pages.append(path.read_bytes())
    assert pages[0] == pages[1]


@pytest.mark.parametrize("name", HOSTILE)
def test_text_from_a_base_is_text(tmp_path, name):
    """Whatever the names, titles and reasons of a base say, no tag or link comes of it."""
    for kind, text in (("harmless", "some {}"), ("hostile", HOSTILE[name])):
        hostile(tmp_path / kind, text)
        page = report(tmp_path / kind, tmp_path / f"{kind}.html")
        reader = Reader(page)
        used = {tag for tag, _ in reader.tags}
        assert not used & {"img", "iframe", "object", "embed", "base", "link"}
        assert len([tag for tag, _ in reader.tags if tag == "script"]) == 1
        assert len([tag for tag, _ in reader.tags if tag == "style"]) == 1
        handlers = [key for _, attrs in reader.tags for key in attrs if key.startswith("on")]
        assert not handlers
        assert all(a["href"].startswith("#") for _, a in reader.tags if a.get("href"))
        assert all(re.fullmatch(r"[a-z0-9-]+", a["id"]) for _, a in reader.tags if a.get("id"))
