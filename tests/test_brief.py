"""`advisor brief`: what is in it, that its views agree, and that text from a base stays text."""

from __future__ import annotations

import base64
import hashlib
import io
import itertools
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace

import pytest
from markdown_it import MarkdownIt
from test_broken_input import FIELDS, written

import advisor
from advisor.answers import views
from advisor.brief import brief as composed
from advisor.brief import briefing
from advisor.cli import output
from advisor.futures.result import INTERRUPTED
from advisor.loader.digests import digests
from advisor.model.errors import AdvisorError, Problem
from advisor.model.grades import BANDS, TERMS
from advisor.render.report import docx_document, html, markdown_document, words
from advisor.render.report.brief import document
from advisor.render.report.document import (
    Bullets,
    Diagram,
    Document,
    HeatMap,
    Section,
    Terms,
)

TESTS = Path(__file__).parent
BASES = TESTS / "bases"
SMALL = str(BASES / "small")
SHIPPED = TESTS.parent
WHAT_IFS = ("groundwork-done", "us-drawdown-continues", "us-pakistan-ties-recover")

CASES = {  # a base, a scenario, a client, what-ifs
    "shipped": (str(SHIPPED), None, None, WHAT_IFS),
    "russia": (str(SHIPPED), None, "russia", ("isis-beaten-in-afghanistan",)),
    "china": (str(SHIPPED), None, "china", ()),
    "small": (SMALL, None, None, ()),
    "nobody-wants": (SMALL, None, "downs", ()),
    "interview": (str(BASES / "tiny-interview"), "stormy-sunday", None, ()),
    "unknown": (str(BASES / "tiny-interview"), "nothing-known", None, ()),
    "grants": (str(BASES / "town-grants"), "the-funds", None, ("costs-rise",)),
}
BODY = (
    *("bottom-line", "packages", "order", "changes", "options", "argument"),
    *("watch", "what-ifs", "sources", "since"),
)
ANNEX = (
    *("about", "recommendations", "against", "assumptions", "information", "flips"),
    *("tradeoffs", "differences", "notes", "origin"),
)


def made(name: str) -> tuple[advisor.Outcome, briefing.Brief, Document]:
    """A case of the table with its brief, as a record and as a document."""
    base, facts, client, changes = CASES[name]
    case = advisor.load(facts, base=base)
    comparisons = advisor.what_if(case, changes, client=client) if changes else []
    found = composed(case, client, comparisons, digests(case.scenario.base, (facts, *changes)))
    return case, found, document(found, case.scenario.base, annex=True)


def section(of: Document, anchor: str) -> Section:
    """A section of the two pages or of the annex."""
    return next(one for one in (*of.sections, *of.annex) if one.anchor == anchor)


@pytest.fixture(scope="module", params=CASES)
def case(request):
    """Each case of the table in turn."""
    return made(request.param)


@pytest.fixture(scope="module")
def shipped():
    """The shipped case."""
    return made("shipped")


# ------------------------------------------------------------------ reading what is written


class Reader(HTMLParser):
    """What an HTML text holds: its tags with their attributes, and its text."""

    VOID = frozenset({"meta", "line", "rect"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(text)
        self.close()
        assert not self.open, "every tag is closed"

    def handle_starttag(self, tag, attrs):  # noqa: D102
        self.tags.append((tag, dict(attrs)))
        assert len(attrs) == len(dict(attrs)), "no attribute twice"
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):  # noqa: D102
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):  # noqa: D102
        assert self.open.pop() == tag

    def handle_data(self, data):  # noqa: D102
        if not {"style", "script"} & set(self.open):
            self.text += data

    def ids(self) -> list[str]:
        """All ids, in order."""
        return [attrs["id"] for _, attrs in self.tags if "id" in attrs]


def squeezed(text: str) -> str:
    """The text without blanks: what separates blocks is no part of any sentence."""
    return re.sub(r"\s", "", text)


def markdown_text(text: str) -> str:
    """The text that a reader of Markdown sees."""
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    shown = (child for token in tokens for child in token.children or ())
    return " ".join(
        child.content for child in shown if child.type in {"text", "text_special", "code_inline"}
    )


def texts(one: object) -> Iterator[str]:
    """Every text of a document as one string each, tables' cells and trees' nodes included."""
    if isinstance(one, Bullets):
        one = one.items
    if isinstance(one, Diagram):
        one = (one.title, one.description)
    if isinstance(one, HeatMap):
        one = (one.caption, one.corner, *((short,) for short, _ in one.columns), *one.rows)
    if isinstance(one, tuple) and one and all(isinstance(part, str | tuple) for part in one):
        inline = [part if isinstance(part, str) else getattr(part, "text", None) for part in one]
        if not hasattr(one, "_fields") and all(isinstance(part, str) for part in inline):
            yield "".join(inline)
            return
    if isinstance(one, tuple):
        for part in one:
            yield from texts(part)


def sentences(one: Document) -> list[str]:
    """Everything that a document says, cut into sentences; a table's cell is one by itself."""
    return [
        sentence
        for text in texts(one)
        for sentence in re.split(r"(?<=[.!?])\s+(?=[A-Z“\[])", text.strip())
    ]


# ------------------------------------------------------------------ what is in it


def test_every_section_is_there_in_order(case):
    """The bottom line comes first and the sources last; the annex ends in what it is made from."""
    _, found, written_out = case
    anchors = [one.anchor for one in written_out.sections]
    assert anchors == [one for one in BODY if one in anchors]
    assert anchors[0] == "bottom-line"
    if found.lines:
        assert {"packages", "changes", "watch", "sources"} <= {*anchors}
    anchors = [one.anchor for one in written_out.annex]
    assert anchors == [one for one in ANNEX if one in anchors]
    assert anchors[-1] == "origin"
    assert ("information" in anchors) == bool(found.lines)
    assert all(one.blocks or one.parts for one in (*written_out.sections, *written_out.annex))


def test_the_recommendations_are_those_of_advise(case):
    """A brief advises what `advise` does, by the same handles, and the first is its bottom line."""
    outcome, found, written_out = case
    advice = advisor.advise(outcome, found.client)
    assert tuple(one.claim for one in found.recommendations) == advice.recommendations
    handles = [(m.handle, m.instance) for line in advice.lines for m in line.members]
    assert [(one.handle, one.claim.instance) for one in found.recommendations] == handles
    assert found.lines == advice.lines
    lead = next(texts(written_out.sections[0].blocks[0].text))
    top = advice.lines[0].says if advice.lines else "The facts support no"
    assert lead.startswith(top)


def test_the_bottom_line_is_three_sentences(case):
    """What is advised first, how much there is and how firm, and what most of it hangs on."""
    _, found, written_out = case
    bottom = section(written_out, "bottom-line")
    told = sentences(written_out._replace(opening=(), sections=(bottom,), annex=(), colophon=""))
    if found.lines:
        assert len([one for one in told if one.endswith(".")]) == 3, told
        judged = [each.says for each in found.assumptions]
        hangs = told[-1].split("hangs on")[1:]
        assert not hangs or any(says[1:] in told[-1] for says in judged)


def test_the_packages_are_the_topics(case):
    """Each line of advice is in one package, that of its topic; what comes first is named first."""
    _, found, written_out = case
    lines = {line.number: line for line in found.lines}
    assert sorted(n for package in found.packages for n in package.lines) == sorted(lines)
    for package in found.packages:
        assert {lines[n].topic for n in package.lines} == {package.interest}
        assert package.strength == lines[package.lines[0]].strength
        assert package.begin in package.lines
        assert {*package.caveats} == {one for n in package.lines for one in lines[n].caveats}
    parts = [part for one in written_out.sections if one.anchor == "packages" for part in one.parts]
    shown = [part for part in parts if part.anchor not in {"open", "further"}]
    assert len(shown) == min(len(found.packages), 6)
    for package, part in zip(found.packages, shown, strict=False):
        assert part.title.startswith(package.says[:1].upper() + package.says[1:])


def test_without_interests_there_is_no_word_of_them(case):
    """Where the client holds no interests, the pages do not speak of any, nor does the annex."""
    _, found, written_out = case
    if not found.tradeoffs:
        assert "interest" not in " ".join(sentences(written_out._replace(annex=()))).casefold()
        assert all(one.anchor != "tradeoffs" for one in written_out.annex)


def test_each_option_does_what_its_advice_does(shipped):
    """A sign in the table of options stands for the advice of the package; nothing does nothing."""
    _, found, written_out = shipped
    table = section(written_out, "options").blocks[0]
    effects = {text_of(name): shades for name, shades in table.rows}
    assert len(table.columns) == len(found.packages) + 2
    for effect in (one for one in found.tradeoffs if one.advanced_by or one.strained_by):
        named = f"{effect.says[:1].upper()}{effect.says[1:]}"
        [shades] = [each for name, each in effects.items() if name.startswith(named)]
        assert shades[0].hue == "plain"
        for package, shade in zip(found.packages, shades[1:-1], strict=True):
            own = {
                member.instance
                for line in found.lines
                if line.number in package.lines
                for member in line.members
            }
            sides = (bool(own & {*effect.advanced_by}), bool(own & {*effect.strained_by}))
            hues = {(True, False): "gives", (False, True): "takes", (True, True): "both"}
            assert shade.hue == hues.get(sides, "plain")


def text_of(inline: tuple[object, ...]) -> str:
    """A text without its markup."""
    return "".join(part if isinstance(part, str) else part.text for part in inline)


def test_what_to_watch_is_a_signpost_that_can_be_observed(case):
    """At most three signposts of `stress`, each of its own fact, and none a mere judgment."""
    outcome, found, _ = case
    assert len(found.watch) <= 3
    assert {*found.watch} <= {*found.signposts}
    assert len({post.instance for post in found.watch}) == len(found.watch)
    sources = outcome.scenario.base.sources
    for post in found.watch:
        [fact] = [
            fact for one, fact in outcome.scenario.facts.items() if str(one) == post.instance
        ] or [None]
        kinds = {
            sources[cited.source].passages[place].kind
            for cited in (fact.citations if fact else ())
            for place in cited.locators
            if place in sources[cited.source].passages
        }
        assert kinds != {"judgment"}


def test_the_boldest_inferences_are_told_first(shipped):
    """The annex lists the rules less than certain that the advice is derived by, weakest first."""
    outcome, found, _ = shipped
    strength = {rule.id: rule.strength for rule in outcome.scenario.base.rules}
    told = [strength[one.rule] for one in found.inferences]
    assert told == sorted(told)
    assert max(told) < 8
    used = {
        way.rule
        for argument in found.recommendations
        for way in argument.claim.how.derivations
        if strength[way.rule] < 8
    }
    assert used <= {one.rule for one in found.inferences}


def test_the_pages_name_no_instance_and_no_hash(case):
    """No bare instance, no hash and no term of art stands in the two pages."""
    _, found, written_out = case
    said = " ".join(sentences(written_out._replace(annex=())))
    assert not re.search(r"\w\(", said)
    assert not re.search(r"[0-9a-f]{64}", said)
    assert not re.search(r"\b(warrant|rebuttal|qualifier|claim|SHA)\b", said, re.IGNORECASE)
    assert found.base.sha256 in " ".join(sentences(written_out))


def test_every_argument_is_whole(case):
    """Each line has its facts, its reasoning, its confidence, and what would change it."""
    _, found, written_out = case
    if not found.lines:
        assert all(one.anchor != "recommendations" for one in written_out.annex)
        return
    parts = section(written_out, "recommendations").parts
    assert len(parts) == len(found.lines)
    for line, part in zip(found.lines, parts, strict=True):
        arguments = [one for one in found.recommendations if one.line == line.number]
        terms = dict(next(block for block in part.blocks if isinstance(block, Terms)).pairs)
        assert {"Who says so", "Reasoning", "Confidence", "What would change it"} <= terms.keys()
        assert "What speaks against it" in terms
        assert ("Interests" in terms) == bool(found.tradeoffs)
        assert ("Conditions" in terms) == bool(line.caveats)
        facts = {ground.says for argument in arguments for ground in argument.grounds}
        told = " ".join(text_of(each) for each in terms.get("Facts", ()))
        assert all(says in told for says in facts)
        assert all(one.turning.sets or one.turning.reason for one in arguments)


def test_every_source_of_a_recommendation_is_in_the_notes(case):
    """Whatever a recommendation, a caveat or an interest cites has a numbered note."""
    _, found, _ = case
    noted = {(note.source, note.locator) for note in found.notes}
    cited = [
        citation
        for argument in found.recommendations
        for claim in (argument.claim, *argument.claim.caveats)
        for group in (claim.reasoning_from, claim.recommended, getattr(claim, "facts_from", ()))
        for citation in group
    ]
    for citation in cited:
        for locator in citation.locators or (None,):
            assert (citation.source, None if locator is None else str(locator)) in noted
    assert [note.number for note in found.notes] == list(range(1, len(found.notes) + 1))
    assert {note.source for note in found.notes} <= {one.id for one in found.quality}


def test_what_is_said_to_turn_a_recommendation_turns_it(shipped):
    """A single change that a brief names takes the advice away when it is made."""
    outcome, found, _ = shipped
    for argument in found.recommendations[::4]:
        for turn in (one for one, *others in argument.turning.sets if not others):
            change = {"assume" if turn.holds else "deny": [turn.instance]}
            [comparison] = advisor.what_if(outcome, **change)
            shift = next(s for s in comparison.shifts if s.instance == argument.claim.instance)
            assert shift.kind == "lost", turn


def test_the_case_against_is_against_the_first(case):
    """Each assumption in the case against would take the first recommendation away if wrong."""
    _, found, _ = case
    if found.against is None:
        assert not found.recommendations
        return
    first = found.recommendations[0].claim.instance
    for one in found.against.assumptions:
        assert first in {piece.instance for piece in one.if_wrong.lost}


def test_what_has_support_comes_first_among_rebuttals():
    """What the facts speak of is told before an exception that nobody mentions."""
    _, found, written_out = made("shipped")
    sought = next(r for r in found.recommendations if r.claim.id == "seek-investment")
    assert [one.standing for one in sought.rebuttals] == ["denied", "silent"]
    visit = next(r for r in found.recommendations if r.claim.id == "defer-visit")
    assert [(r.kind, r.standing) for r in visit.rebuttals] == [
        ("advice", "withheld"),
        ("exception", "denied"),
    ]
    said = " ".join(sentences(written_out))
    assert "The advice “invite Russia's top leadership” opposes it" in said


def test_the_one_source_carries_everything(shipped):
    """The check of information says that every fact and recommendation rests on the one source."""
    _, found, written_out = shipped
    [source] = found.quality
    assert source.facts == source.facts_alone > 40
    assert {*source.advice_alone} == {one.claim.instance for one in found.recommendations}
    assert (source.days, source.overdue) == (None, False)
    said = " ".join(sentences(written_out))
    assert "rest on it alone. They carry every recommendation." in said
    assert "It is graded C3: fairly reliable, and possibly true." in said


def test_age_and_review_are_counted_from_the_date_of_the_base(tmp_path):
    """A source with an exact date has an age; a review that is past is overdue."""
    written(tmp_path, lambda field: f"'some {field}'")
    rules = tmp_path / "rules" / "sources.yaml"
    dated = "date: 2020-01-01\n  review: 2021-01-01"
    rules.write_text(re.sub(r"dated: .*", dated, rules.read_text(), count=1))
    case = advisor.load(base=tmp_path)
    found = composed(case)
    [source] = [one for one in found.quality if one.id == "ledger"]
    base = case.scenario.base.date
    assert source.days == (base - base.replace(year=2020, month=1, day=1)).days > 0
    assert source.overdue
    said = " ".join(sentences(document(found, case.scenario.base, annex=True)))
    assert "It is dated 1 January 2020" in said
    assert "was due for review by 1 January 2021 and is overdue." in said


# ------------------------------------------------------------------ how it is said


PERCENT = re.compile(r"\(\d+-\d+%\)")


def test_only_stated_likelihoods_have_a_band(case):
    """A band stands behind a term of what is stated of a fact or a rule, never of advice."""
    bands = {f"{TERMS[grade]} ({low}-{high}%)" for grade, (low, high) in BANDS.items()}
    for sentence in sentences(case[2]):
        for match in PERCENT.finditer(sentence):
            assert any(sentence[: match.end()].casefold().endswith(band) for band in bands)
            assert re.search(r"\brated?\b", sentence), sentence


def test_confidence_and_likelihood_never_share_a_sentence(case):
    """A sentence that speaks of confidence holds no percentage and no estimative term."""
    terms = [term for term in TERMS if term not in {"certain", "no support"}]
    for sentence in sentences(case[2]):
        if re.search(r"confidence", sentence, re.IGNORECASE):
            assert "%" not in sentence
            assert not [term for term in terms if re.search(rf"\b{term}\b", sentence)], sentence


def test_sentences_are_whole(case):
    """Nothing reads like a template: no doubled or stray marks, no blanks before a full stop."""
    for text in texts(case[2]):
        assert not re.search(r"\.\.|,,|;;|\s[.,;:)]|\(\s|\bNone\b(?! reaches| of)|{|}", text), text
        assert "  " not in text, text


def test_markdown_and_html_hold_the_same_sentences(case):
    """Every text of the document is in both, word for word."""
    *_, found = case
    page = squeezed(Reader(html.document(found, "pictures.css", "brief.css")).text)
    marked = squeezed(markdown_text(markdown_document.document(found)))
    said = [squeezed(text) for text in texts(found)]
    assert len(said) > 5
    assert not [text for text in said if text not in page]
    assert not [text for text in said if text not in marked]


def test_numbers_ages_and_days_read_well():
    """Counts up to twelve are words, ages have a fitting unit, runs are recognised."""
    assert [words.counted(n, "fact") for n in (0, 1, 2, 13)] == [
        *("no fact", "one fact", "two facts", "13 facts"),
    ]
    assert [words.age(days) for days in (1, 59, 61, 800)] == [
        *("one day", "59 days", "two months", "two years"),
    ]
    assert words.day("2026-11-05") == "5 November 2026"
    assert words.numbers([2, 12]) == ["two", "twelve"]
    assert words.numbers([2, 13]) == ["2", "13"]
    assert words.ranges([3, 1, 2, 7]) == [(1, 3), (7, 7)]


# ------------------------------------------------------------------ one file, and nothing else


def test_the_page_needs_nothing_but_itself(case):
    """No address, no source, no import: links lead to anchors that exist, and ids are unique."""
    reader = Reader(html.document(case[2]))
    ids = reader.ids()
    assert len(ids) == len(set(ids))
    for tag, attrs in reader.tags:
        assert tag not in {"link", "img", "iframe", "object", "embed", "base", "form", "video"}
        assert not {"src", "srcset", "style", "action"} & attrs.keys()
        assert not [name for name in attrs if name.startswith("on")]
        if "href" in attrs:
            assert tag == "a"
            assert attrs["href"].startswith("#")
            assert attrs["href"][1:] in ids
        for name in ("aria-labelledby", "aria-describedby"):
            assert set(attrs.get(name, "").split()) <= set(ids)


def test_the_policy_allows_the_style_and_the_script_of_the_page_alone(shipped):
    """The hashes of the Content-Security-Policy are those of what stands in the page."""
    text = html.document(shipped[2])
    [policy] = [attrs["content"] for _, attrs in Reader(text).tags if "http-equiv" in attrs]
    assert policy.startswith("default-src 'none'; ")
    for tag in ("style", "script"):
        [content] = re.findall(rf"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy
        assert not re.search(r"url\(|@import|https?:", content)


def test_the_page_has_its_landmarks(case):
    """Language, title, one main heading, landmarks, a skip link, and a heading for each section."""
    text = html.document(case[2])
    tags = Counter(tag for tag, _ in Reader(text).tags)
    assert (tags["main"], tags["nav"], tags["header"], tags["footer"], tags["h1"]) == (1,) * 5
    assert '<html lang="en">' in text
    assert text.index('class="skip" href="#main"') < text.index("<header")
    levels = [int(tag[1]) for tag, _ in Reader(text).tags if re.fullmatch("h[1-6]", tag)]
    assert all(b <= a + 1 for a, b in itertools.pairwise(levels))


def test_pictures_have_titles_and_descriptions(shipped):
    """Each picture is named and described in words, and is an image to a screen reader."""
    tags = Reader(html.document(shipped[2])).tags
    pictures = [attrs for tag, attrs in tags if tag == "svg"]
    assert pictures
    assert all(attrs["role"] == "img" and attrs["aria-labelledby"] for attrs in pictures)
    assert sum(tag == "desc" for tag, _ in tags) == len(pictures)


# ------------------------------------------------------------------ hostile names


HOSTILE = {
    "script": "</script><script>alert(1)</script>{}",
    "image": "<img src=x onerror=alert(1)>{}<svg onload=alert(1)>",
    "attribute": '" onmouseover="alert(1)" x="\' autofocus onfocus=alert(1) {}',
    "link": "[{}](javascript:alert(1)) <http://x.example> <a href=//x>y</a>",
    "template": "{{{{ 7 * 7 }}}} {{% for a in b %}} {} ${{x}}",
    "markdown": "# {} | a | b |\n\n- item\n\n1. item `code` ***x*** ![i](//x.y/z.png) --- ~~no~~",
    "comment": "<!-- {} --> ]]> <![CDATA[ &lt;b&gt; &#60;",
    "style": "</style><style>*{{display:none}}</style> {}",
}


PHRASES = {"says", "denies", "asks", "because", "caveat", "caveat-because"}  # {...} is a gap there


def hostile(folder: Path, text: str) -> Path:
    """A base with a text in each of its fields; gives its fact file."""
    plain = re.sub(r"[{}]", "", text) + " {}"
    return written(
        folder,
        lambda field: json.dumps((plain if field in PHRASES else text).format(field)),
    )


@pytest.mark.parametrize("name", HOSTILE)
def test_text_from_a_base_is_text(tmp_path, name, run):
    """Whatever the names, notes and reasons of a base say, the page has the same tags."""
    shape, shown = {}, {}
    for kind, text in (("harmless", "some {}"), ("hostile", HOSTILE[name])):
        path = hostile(tmp_path / kind, text)
        named = ("--base", str(tmp_path / kind), "--format=html", "--annex")
        code, out, err = run("brief", str(path), *named)
        assert (code, err) == (0, "")
        reader = Reader(out)
        shape[kind] = Counter((tag, *sorted(attrs)) for tag, attrs in reader.tags)
        hrefs = [attrs["href"] for _, attrs in reader.tags if "href" in attrs]
        shape[kind].pop(("tspan", "x", "y"), None)  # a line of text in a picture
        assert all(re.fullmatch(r"#[a-z0-9-]+", href) for href in hrefs)
        assert all(re.fullmatch(r"[a-z0-9-]+", one) for one in reader.ids())
        seen = squeezed(reader.text).casefold()
        fields = [field for field in FIELDS if field not in PHRASES]
        shown[kind] = [one for one in fields if squeezed(text.format(one)).casefold() in seen]
    assert shape["hostile"] == shape["harmless"]
    assert set(shown["harmless"]) <= set(shown["hostile"])
    assert len(shown["hostile"]) > 8


@pytest.mark.parametrize("name", HOSTILE)
def test_text_from_a_base_is_no_markdown(tmp_path, name, run):
    """Nor does it bring headings, lists, links, pictures or tags into Markdown."""
    shape = {}
    for kind, text in (("harmless", "some {}"), ("hostile", HOSTILE[name])):
        path = hostile(tmp_path / kind, text)
        named = ("--base", str(tmp_path / kind), "--format=markdown", "--annex")
        code, out, _ = run("brief", str(path), *named)
        assert code == 0
        tokens = MarkdownIt("commonmark").enable("table").parse(out)
        inner = [child for token in tokens for child in token.children or ()]
        texts_only = {"text", "text_special", "softbreak"}
        shape[kind] = Counter(
            token.type for token in (*tokens, *inner) if token.type not in texts_only
        )
        assert not re.search(r"(?<!\\):\/\/|(?i:www)(?<!\\)\.", out)
    assert shape["hostile"] == shape["harmless"]


@pytest.mark.parametrize("name", ["<b>x.yaml", "a&amp;\"'.yaml", "{{7*7}}.yaml", "[x](y).yaml"])
def test_the_name_of_a_fact_file_is_text(tmp_path, name, run):
    """A fact file's own name brings no markup either, and its folder is not told."""
    path = tmp_path / name
    path.write_text("extends: plain\ntitle: T\n")
    code, out, _ = run("brief", str(path), "--base", SMALL, "--format=html", "--annex")
    assert code == 0
    assert name in Reader(out).text
    assert str(tmp_path) not in out
    assert "<b>" not in out


# ------------------------------------------------------------------ the same bytes


def test_the_hashes_are_those_of_the_files(shipped):
    """The hash of each fact file is the SHA-256 of its bytes, first what the others extend."""
    _, found, _ = shipped
    names = [one.name for one in found.files]
    assert names == ["pakistan-russia.yaml", *(f"{name}.yaml" for name in WHAT_IFS)]
    for one in found.files:
        [path] = SHIPPED.glob(f"facts/**/{one.name}")
        assert one.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize("form", ["html", "markdown", "json"])
def test_the_same_input_gives_the_same_bytes(tmp_path, form):
    """From any folder and under any hash seed, a brief is the same to the last byte."""
    (tmp_path / "deeper").mkdir()
    runs = []
    for seed, folder in (("0", TESTS), ("random", tmp_path / "deeper")):
        args = ["brief", "--what-if", "groundwork-done", "--format", form]
        if form == "json":
            args += ["--base", SMALL]
            args.remove("--what-if")
            args.remove("groundwork-done")
        done = subprocess.run(
            [sys.executable, "-m", "advisor", *args],
            capture_output=True,
            cwd=folder,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(SHIPPED)},
            check=True,
        )
        runs.append(re.sub(rb'"where": \{[^}]*\}', b"", done.stdout))
    assert runs[0] == runs[1]
    assert len(runs[0]) > 5000


def test_a_scenario_on_standard_input_is_hashed(capfd):
    """Of facts on standard input the bytes that came in are hashed."""
    data = (Path(SMALL) / "facts" / "plain.yaml").read_bytes()
    done = subprocess.run(
        [sys.executable, "-m", "advisor", "brief", "-", "--base", SMALL, "--format", "json"],
        input=data,
        capture_output=True,
        check=True,
    )
    [file] = json.loads(done.stdout)["files"]
    assert file == {"name": "<stdin>", "sha256": hashlib.sha256(data).hexdigest()}


# ------------------------------------------------------------------ the command


def test_a_brief_is_written_whole_or_not_at_all(tmp_path):
    """A page that outgrows its room leaves the old file as it was, and no part of a new one."""
    resource = pytest.importorskip("resource")
    path = tmp_path / "brief.html"
    path.write_text("old")

    def limited() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (5000, 5000))

    command = [sys.executable, "-m", "advisor", "brief", "--base", SMALL, "-o", str(path)]
    done = subprocess.run(command, capture_output=True, preexec_fn=limited, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith(b"error: cannot write to ")
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_what_cannot_be_briefed_is_one_message(run):
    """An unknown scenario, what-if or client is a message with a hint, and exit code 2."""
    for args, said in (
        (["gone"], "there is no scenario 'gone'"),
        (["--what-if", "plian"], "there is no scenario 'plian'"),
        (["--for", "ashbi"], "did you mean 'ashby'?"),
    ):
        code, out, err = run("brief", *args, "--base", SMALL)
        assert (code, out) == (2, "")
        assert said in err


def test_where_too_much_could_be_asked_the_brief_says_so(monkeypatch):
    """Flips that cannot be looked for leave the rest of a brief as it is, with the reason."""

    def refuse(*_args, **_named):
        raise AdvisorError(Problem(message="too much could be asked"))

    monkeypatch.setattr(views, "flip", refuse)
    outcome = advisor.load(base=SMALL)
    found = composed(outcome)
    said = " ".join(sentences(document(found, outcome.scenario.base)))
    assert "not known: they were not looked for: too much could be asked." in said


def test_what_is_too_much_for_all_flips_at_once_is_asked_for_each(run):
    """A brief is whole where what could be asked under all of its advice is more than may fire.

    The command is an example of the help, too.
    """
    code, out, _ = run("brief", "oman-mediation", "--format", "json")
    assert code == 0
    turnings = [one["turning"] for one in json.loads(out)["recommendations"]]
    assert turnings
    assert all(turning["sought"] for turning in turnings)


def test_the_condition_that_pays_is_one_of_the_advice_that_costs(shipped):
    """The price of acting names a condition of advice that strains the interest, or none."""
    outcome = advisor.load("chabahar")
    plain = document(composed(outcome), outcome.scenario.base)
    for one, named in ((plain, ""), (shipped[2], "“without estranging the United States”.")):
        price = text_of(section(one, "options").blocks[-1].text)
        assert price.partition("which is why the condition is ")[2] == named


def test_an_interrupt_leaves_no_half_brief(monkeypatch):
    """Where the user interrupted the stress test there is no brief: nobody wants it any more."""

    class Partial:
        cut_short = INTERRUPTED

    monkeypatch.setattr(briefing, "stress", lambda *_args, **_named: Partial())
    with pytest.raises(KeyboardInterrupt):
        composed(advisor.load(base=SMALL))


def test_sections_nest_no_deeper_than_headings_go(case):
    """There are headings of six levels; a document uses four at most."""

    def depth(section: Section) -> int:
        return 1 + max(map(depth, section.parts), default=0)

    assert max(depth(one) for one in (*case[2].sections, *case[2].annex)) <= 3


def test_a_brief_for_which_time_is_up_is_partial_and_says_why(run, work, monkeypatch):
    """What is known by then is written, with the limit and the rule; exit code 130."""
    monkeypatch.setattr(views, "flip", lambda *_, **__: work(20.5))
    code, out, _ = run("brief", "--time-limit", "20", "--format", "markdown")
    assert code == 130
    out = " ".join(out.split())
    assert "This brief is partial: " in out
    assert "more than 20 seconds of processor time; rule " in out
    assert "not known: they were not looked for, as time was up" in out


# ------------------------------------------------------------------ a Word file


def docx_text(data: bytes) -> str:
    """Every text of a Word file, headings, lists and tables."""
    docx = pytest.importorskip("docx")
    file = docx.Document(io.BytesIO(data))
    cells = [cell.text for table in file.tables for row in table.rows for cell in row.cells]
    return " ".join([*(paragraph.text for paragraph in file.paragraphs), *cells])


def test_a_word_file_holds_the_same_sentences(shipped):
    """Read back, every text of the document is in it, word for word; twice it is the same bytes."""
    pytest.importorskip("docx")
    data = docx_document.document(shipped[2])
    held = squeezed(docx_text(data))
    assert not [text for text in map(squeezed, texts(shipped[2])) if text not in held]
    assert docx_document.document(shipped[2]) == data


def test_a_word_file_is_opened_by_libreoffice(run, tmp_path):
    """LibreOffice makes a PDF of two pages of it, where it is installed."""
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if office is None:
        pytest.skip("LibreOffice is not installed")
    path = tmp_path / "brief.docx"
    assert run("brief", "-o", str(path))[0] == 0
    command = [office, f"-env:UserInstallation={tmp_path.as_uri()}/office", "--headless"]
    subprocess.run(
        [*command, "--convert-to", "pdf", "--outdir", str(tmp_path), str(path)],
        check=True,
        capture_output=True,
        timeout=180,
    )
    assert len(re.findall(rb"/Type\s*/Page\b", (tmp_path / "brief.pdf").read_bytes())) == 2


def test_the_name_of_the_file_says_its_form(tmp_path, run):
    """As -o ends, so the brief is written; by any other name it is that of the terminal."""
    pytest.importorskip("docx")
    begins = {"docx": b"PK", "html": b"<!doctype html>", "md": b"# Advice", "json": b"{"}
    for ending, begin in {**begins, "txt": b"Advice for"}.items():
        path = tmp_path / f"brief.{ending}"
        assert run("brief", "--base", SMALL, "-o", str(path))[0] == 0
        assert path.read_bytes().startswith(begin)


def test_without_its_package_a_word_file_is_refused(monkeypatch, tmp_path, run):
    """Where python-docx is missing, the error says which extra has it, and no file is written."""
    monkeypatch.setitem(sys.modules, "docx", None)
    monkeypatch.delitem(sys.modules, "advisor.render.report.docx_document", raising=False)
    monkeypatch.delattr("advisor.render.report.docx_document", raising=False)
    path = tmp_path / "brief.docx"
    code, out, err = run("brief", "--base", SMALL, "-o", str(path))
    assert (code, out) == (2, "")
    assert "error: a Word file needs the package python-docx" in err
    assert "hint: install this program with its extra 'docx', as its README tells" in err
    assert not path.exists()


def test_a_word_file_is_nothing_for_a_terminal(monkeypatch):
    """Bytes are not poured onto a screen: the error says to name a file."""
    monkeypatch.setattr(sys, "stdout", SimpleNamespace(isatty=lambda: True))
    with pytest.raises(AdvisorError, match="no text for a terminal"):
        output.deliver(b"PK", None)


# ------------------------------------------------------------------ an earlier brief


def told_since(folder: Path, run, before: list[str], after: list[str]) -> str:
    """What a brief says is new since another, in the terminal."""
    path = folder / "last.json"
    assert run("brief", *before, "-o", str(path))[0] == 0
    code, out, err = run("brief", *after, "--since", str(path))
    assert (code, err) == (0, "")
    return " ".join(out.split("What is new since the last brief")[1].split())


def test_what_is_new_is_what_the_comparison_finds(tmp_path, run, monkeypatch):
    """Since a brief on other facts: what came, what went, and what is otherwise than it was."""
    monkeypatch.setenv("COLUMNS", "100")
    told = told_since(tmp_path, run, [], ["groundwork-done"])
    assert "The last brief is “Pakistan and Russia, as the article sees them”" in told
    [comparison] = advisor.what_if(advisor.load(), ["groundwork-done"])
    kinds = Counter(shift.kind for shift in comparison.shifts)
    assert ("New:" in told) == bool(kinds["gained"])
    assert ("No longer advised:" in told) == bool(kinds["lost"])
    assert ("Changed:" in told) == bool(kinds["re-caveated"])
    gained = [shift.says for shift in comparison.shifts if shift.kind == "gained"]
    assert gained[0].rstrip(".") in told


def test_since_the_same_brief_nothing_is_new(tmp_path, run):
    """The advice is the same, the rules are the same, and so are the facts."""
    told = told_since(tmp_path, run, ["--base", SMALL], ["--base", SMALL])
    assert "The advice is the same. The rules are the same, and so are the facts." in told


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "there is no such file"),
        ("{", "this is no brief: "),
        ("[]", "this is no brief: "),
        ('{"schema": "advisor.advice/2"}', "this is no brief of today's form"),
        ('{"schema": "advisor.brief/3"}', "this is no brief: "),
        ("\\xff", "this is no brief: "),
    ],
)
def test_what_is_no_brief_is_refused(tmp_path, run, text, said):
    """A file that no `brief --format json` wrote is named, with what to name instead."""
    path = tmp_path / "last.json"
    if text is not None:
        path.write_text(text)
    code, out, err = run("brief", "--base", SMALL, "--since", str(path))
    assert (code, out) == (2, "")
    assert said in err
    assert "last.json" in err


@pytest.mark.parametrize("key", ["lines", "recommendations", "base", "files", "client"])
def test_a_brief_with_something_left_out_is_refused(tmp_path, run, key):
    """Whoever edits a brief's JSON is told; whatever is emptied, nobody meets a traceback."""
    path = tmp_path / "last.json"
    assert run("brief", "--base", SMALL, "-o", str(path))[0] == 0
    document = json.loads(path.read_text())
    for empty in (type(document[key])(), None):
        path.write_text(json.dumps({**document, key: empty}))
        code, _, err = run("brief", "--base", SMALL, "--since", str(path))
        if empty is None or key in {"lines", "base", "client"}:
            assert (code, "error: " in err) == (2, True)
        else:
            assert (code, err) == (0, "")


def test_briefs_to_others_are_not_compared(tmp_path, run):
    """An earlier brief has to be to the same client."""
    path = tmp_path / "last.json"
    assert run("brief", "--base", SMALL, "--for", "downs", "-o", str(path))[0] == 0
    code, _, err = run("brief", "--base", SMALL, "--since", str(path))
    assert code == 2
    assert "the earlier brief is to the Downs, not to Ashby" in err
    assert "compare briefs to the same client" in err


def test_the_head_says_to_whom_from_whom_and_what(run):
    """The lines that were given stand above the brief, and the question in place of its own."""
    lines = ("--to", "the Minister", "--from", "the Planning Unit", "--question", "Buy or build?")
    _, out, _ = run("brief", "--base", SMALL, *lines)
    head = out.split("Bottom line")[0]
    for label, says in zip(("To", "From", "Question"), lines[1::2], strict=True):
        assert re.search(rf"^{label} +{re.escape(says)}$", head, re.MULTILINE)
    assert re.search(r"^As of +1 January 2026$", head, re.MULTILINE)


def test_where_nothing_is_advised_the_nearest_rule_is_told(tmp_path, run):
    """A brief without advice says what comes nearest and what that lacks, as `advise` does."""
    shutil.copytree(SMALL, tmp_path / "towns")
    rules = tmp_path / "towns" / "rules" / "harbours.yaml"
    text = rules.read_text()
    rules.write_text(text[: text.index("- id: wait-for-better")])
    facts = tmp_path / "quiet.yaml"
    facts.write_text("title: Quiet\nclient: ashby\nfacts: ['stores(brook, grain)']\n")
    says = "Nearest comes the rule “Who has two backers is trusted”: it lacks that at least 2 of "
    for command in ("advise", "brief"):
        code, out, err = run(command, str(facts), "--base", str(tmp_path / "towns"))
        assert (code, err) == (0, "")
        assert says in out
