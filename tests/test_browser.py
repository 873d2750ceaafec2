"""What is written as HTML, in a real browser: nothing leaves the file, and everybody can read it.

Needs Chromium and playwright. Without them these tests are skipped; with ADVISOR_REQUIRE_BROWSER=1
they fail instead.
"""

from __future__ import annotations

import os
import re
import shutil
import zlib
from pathlib import Path
from typing import NamedTuple

import pytest
from test_brief import HOSTILE, SMALL, hostile, made

from advisor import cli
from advisor.render.report import html
from advisor.render.report.brief import document

REQUIRED = os.environ.get("ADVISOR_REQUIRE_BROWSER") == "1"
BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
ARGUMENTS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
SCREENS = {"desktop": (1280, 900), "phone": (390, 844), "small phone": (320, 640)}

if not REQUIRED:
    pytest.importorskip("playwright", reason="playwright is not installed")
    pytest.importorskip("axe_playwright_python", reason="axe-playwright-python is not installed")
    if BROWSER is None:
        pytest.skip("there is no Chromium here", allow_module_level=True)

from axe_playwright_python.sync_playwright import Axe  # noqa: E402 - where it is there at all
from playwright.sync_api import Page, expect, sync_playwright  # noqa: E402


@pytest.fixture(scope="module")
def browser():
    """One browser for all tests."""
    assert BROWSER is not None, "ADVISOR_REQUIRE_BROWSER is set, and there is no Chromium"
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=BROWSER, args=list(ARGUMENTS))
        yield found
        found.close()


@pytest.fixture(scope="module")
def written(tmp_path_factory) -> dict[str, Path]:
    """The brief on the shipped scenario, with what-ifs: two pages, and with its annex."""
    outcome, found, whole = made("shipped")
    folder = tmp_path_factory.mktemp("brief")
    documents = {"pages": document(found, outcome.scenario.base), "annex": whole}
    files = {name: folder / f"{name}.html" for name in documents}
    for name, one in documents.items():
        files[name].write_text(html.document(one, "pictures.css", "brief.css"))
    return files


@pytest.fixture(scope="module")
def brief(written) -> Path:
    """The brief with its annex."""
    return written["annex"]


@pytest.fixture
def opened(browser):
    """Opens a file on a screen; fails if it errs, or asks for anything but itself."""
    contexts, wrong = [], []

    def open_(path: Path, screen: str = "desktop", scheme: str = "light", **more) -> Page:
        width, height = SCREENS[screen]
        context = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme=scheme, **more
        )
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda said: wrong.append(said.text))
        page.on("dialog", lambda dialog: wrong.append(dialog.message))
        page.on(
            "request",
            lambda asked: asked.url == path.as_uri() or wrong.append(asked.url),
        )
        page.goto(path.as_uri())
        return page

    yield open_
    for context in contexts:
        context.close()
    assert not wrong


def unfold(page: Page) -> None:
    """Open every fold."""
    page.locator("#unfold").click()


def violations(page: Page, **options) -> list[dict[str, object]]:
    """What axe finds wrong with a page."""
    told = {"resultTypes": ["violations"], **options}
    return Axe().run(page, options=told).response["violations"]


# ------------------------------------------------------------------ reading


def test_nothing_sticks_out_of_the_screen(opened, brief):
    """Folded or not, no page is wider than its screen, and nothing in it is cut.

    But for pictures and tables that scroll by themselves.
    """
    page = opened(brief)
    for width, height in SCREENS.values():
        page.set_viewport_size({"width": width, "height": height})
        for _ in range(2):
            assert page.evaluate("document.documentElement.scrollWidth") == width
            wide = page.evaluate(
                "[...document.querySelectorAll('main *')].filter(e => !e.closest('.wide') "
                "&& e.getBoundingClientRect().right > innerWidth + 1).length"
            )
            assert wide == 0
            unfold(page)


@pytest.mark.parametrize(("screen", "scheme"), [("desktop", "light"), ("phone", "dark")])
def test_axe_finds_nothing_serious(opened, brief, screen, scheme):
    """Folds open, in light and in dark, axe finds nothing: no violation, serious or not."""
    page = opened(brief, screen, scheme, bypass_csp=True)
    unfold(page)
    found = violations(page)
    assert not [(one["id"], one["nodes"][0]["html"]) for one in found]


def test_dark_is_dark(opened, brief):
    """The page follows the system: dark paper in the dark, light paper in the light."""
    lightness = {}
    for scheme in ("light", "dark"):
        colour = opened(brief, scheme=scheme).evaluate(
            "getComputedStyle(document.body).backgroundColor"
        )
        lightness[scheme] = sum(map(int, re.findall(r"\d+", colour)[:3]))
    assert lightness["dark"] < 150 < 600 < lightness["light"]


# ------------------------------------------------------------------ using


def test_the_reasoning_folds(opened, brief):
    """Each recommendation's reasoning opens by key and by click; one button opens them all."""
    page = opened(brief)
    folds = page.locator("details.fold")
    many = folds.count()
    assert many > 1
    expect(page.locator("details.fold[open]")).to_have_count(0)
    folds.first.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(page.locator("details.fold[open]")).to_have_count(1)
    expect(folds.first.locator(".tree")).to_be_visible()
    unfold(page)
    expect(page.locator("details.fold[open]")).to_have_count(many)
    expect(page.locator("#unfold")).to_have_attribute("aria-pressed", "true")
    unfold(page)
    expect(page.locator("details.fold[open]")).to_have_count(0)


def test_tables_sort_by_words_and_by_numbers(opened, brief):
    """A column's button sorts by it, up and then down, and says so to a screen reader."""
    page = opened(brief)
    table = page.locator("#single-changes")
    names = "rows => rows.map(row => row.cells[0].textContent)"
    before = table.locator("tbody tr").evaluate_all(names)
    by_name = table.get_by_role("button", name="If")
    by_name.click()
    up = table.locator("tbody tr").evaluate_all(names)
    assert up != before
    assert sorted(up) == sorted(before)
    assert [row.casefold() for row in up] == sorted(row.casefold() for row in up)
    by_name.focus()
    page.keyboard.press("Enter")
    assert table.locator("tbody tr").evaluate_all(names)[-1] == up[0]
    assert table.locator("th[aria-sort]").get_attribute("aria-sort") == "descending"
    table.get_by_role("button", name="Takes away").click()
    keys = table.locator("tbody tr").evaluate_all(
        "rows => rows.map(row => Number(row.cells[2].dataset.key))"
    )
    assert keys == sorted(keys)
    expect(table.locator("th[aria-sort]")).to_have_count(1)


def test_links_lead_within_the_page(opened, brief):
    """A note's number leads to the note, and the first stop of the keyboard to the content."""
    page = opened(brief)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    link = page.locator("#recommendation-8").get_by_role("link", name="Note ").last
    note = (link.get_attribute("aria-label") or link.inner_text()).split()[-1]
    link.click()
    assert page.url.endswith(f"#note-{note}")
    assert page.locator(f"#note-{note}").is_visible()


def test_without_script_everything_can_be_read(browser, brief):
    """Where scripts are off, the text is all there, and what needs a script is not shown."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(brief.as_uri())
    assert page.locator("#bottom-line").is_visible()
    assert not page.locator("#unfold").is_visible()
    page.locator("details.fold summary").first.click()
    assert page.locator("details.fold .tree").first.is_visible()
    context.close()


A4 = (595, 842)  # points
LARGEST = 12.5  # CSS pixels, of a text that is no heading


class Sheet(NamedTuple):
    """A page of a PDF: how far down it is written on, as a share; how large the last line is."""

    filled: float
    size: float


def printed(page: Page) -> list[Sheet]:
    """The pages that come out of the printer, each of A4."""
    data = page.pdf(prefer_css_page_size=True)
    sizes = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", data)
    assert {(round(float(wide)), round(float(high))) for wide, high in sizes} == {A4}
    pages = re.findall(rb"/Type\s*/Page\b.*?/Contents (\d+) 0 R", data, re.DOTALL)
    return [sheet(content(data, int(number))) for number in pages]


def content(data: bytes, number: int) -> str:
    """What an object of a PDF draws."""
    found = re.search(rb"(?<!\d)%d 0 obj\s*<<(.*?)>>\s*stream\r?\n" % number, data, re.DOTALL)
    length = int(re.search(rb"/Length (\d+)", found[1])[1])
    return zlib.decompress(data[found.end() : found.end() + length]).decode("latin-1")


def sheet(drawn: str) -> Sheet:
    """How far down the texts of a page go, through all the scales that are set on the way."""
    scale, origin, size = 1.0, 0.0, 0.0
    before, ends = [], []
    for line in drawn.splitlines():
        *numbers, what = line.split(" ")
        if what == "q":
            before.append((scale, origin))
        elif what == "Q":
            scale, origin = before.pop()
        elif what == "cm":
            scale, origin = scale * float(numbers[3]), scale * float(numbers[5]) + origin
        elif what == "Tf":
            size = float(numbers[1])
        elif what == "Tm":
            ends.append((1 - (scale * float(numbers[5]) + origin) / A4[1], size))
    return Sheet(*max(ends))


def test_it_prints_on_two_pages(opened, written):
    """Without its annex a brief is two sheets of A4, the first at least three quarters full.

    No heading is the last thing on a page.
    """
    sheets = printed(opened(written["pages"]))
    assert len(sheets) == 2
    assert sheets[0].filled > 0.75
    assert all(one.size < LARGEST for one in sheets)


def test_the_annex_prints(opened, brief):
    """It begins on a page of its own and leaves no page over a quarter empty before the last."""
    page = opened(brief)
    folded = printed(page)
    assert all(one.filled > 0.75 for one in folded[:-1]), folded
    assert all(one.size < LARGEST for one in folded), folded
    unfold(page)
    assert len(folded) < len(printed(page))
    page.emulate_media(media="print")
    for hidden in (".contents", ".skip", "#unfold"):
        assert not page.locator(hidden).is_visible()
    assert page.locator("#notes").is_visible()


# ------------------------------------------------------------------ hostile names


@pytest.fixture(scope="module")
def strange(tmp_path_factory) -> dict[str, Path]:
    """A base with harmless texts, and one with all hostile ones in each of its fields."""
    folder = tmp_path_factory.mktemp("strange")
    texts = {
        "harmless": "some {}",
        "hostile": " ".join(text.replace("{}", "{0}") for text in HOSTILE.values()),
    }
    return {kind: hostile(folder / kind, text) for kind, text in texts.items()}


def test_a_hostile_base_does_nothing(opened, strange, tmp_path):
    """Names that look like markup run no script, load nothing, and bring no element."""
    elements = {}
    for kind, facts in strange.items():
        path = tmp_path / f"{kind}.html"
        base = str(facts.parents[1])
        assert cli.run(["brief", str(facts), "--base", base, "--annex", "-o", str(path)]) == 0
        page = opened(path)
        elements[kind] = page.evaluate(
            "[...document.querySelectorAll('*:not(tspan)')]"
            ".map(e => [e.tagName, ...e.getAttributeNames()].join(' ')).sort()"
        )
        assert page.evaluate("document.querySelectorAll('a:not([href^=\"#\"])').length") == 0
    assert elements["hostile"] == elements["harmless"]


# ------------------------------------------------------------------ the audit's report


@pytest.fixture(scope="module")
def audited(tmp_path_factory) -> Path:
    """The audit's report on the shipped base, a few mutants tried."""
    path = tmp_path_factory.mktemp("audited") / "audit.html"
    assert cli.run(["audit", "--mutants", "3", "--format", "html", "-o", str(path)]) == 0
    return path


def test_the_audit_fits_the_screen(opened, audited):
    """No page is wider than its screen: what is wide scrolls by itself."""
    page = opened(audited)
    for width, height in SCREENS.values():
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate("document.documentElement.scrollWidth") == width


def test_axe_finds_nothing_serious_in_the_audit(opened, tmp_path):
    """On a phone, axe finds no serious or critical violation, nor in the dark in its colours.

    The base is a small one: axe takes a minute to look at what the shipped one has in plenty.
    """
    path = tmp_path / "audit.html"
    assert cli.run(["audit", "--base", SMALL, "-o", str(path)]) == 1
    page = opened(path, "phone", bypass_csp=True)
    found = violations(page)
    page.emulate_media(color_scheme="dark")
    found += violations(page, runOnly=["color-contrast"])
    serious = [one for one in found if one["impact"] in {"serious", "critical"}]
    assert not [(one["id"], one["nodes"][0]["html"]) for one in serious]


def test_the_pictures_are_searched(opened, audited):
    """What a search finds is marked and counted; pictures without any of it are put away."""
    page = opened(audited)
    search = page.get_by_label("Search the rules")
    search.fill("investment")
    found = page.locator("svg.graph .box.found").count()
    assert found > 0
    said = page.locator("figure.picture output").text_content()
    assert 0 < int(said.split()[0]) < int(said.split()[2])
    away = page.locator("details.picture[hidden]").count()
    assert 0 < away < page.locator("details.picture").count()
    search.fill("no rule says this")
    expect(page.locator("svg.graph .box.found")).to_have_count(0)
    search.fill("")
    expect(page.locator("details.picture[hidden]")).to_have_count(0)


def test_the_pictures_open_where_they_are_asked_for(opened, audited):
    """A file leads to the picture of its rules, a rule to the catalogue, and that back to its box.

    The names in the boxes are at their natural size, however many there are.
    """
    page = opened(audited)
    expect(page.locator("details.picture[open]")).to_have_count(0)
    page.locator("#rule-graph a.box").first.click()
    expect(page.locator("details.picture[open]")).to_have_count(1)
    box = page.locator("details.picture[open] a.box").nth(1)
    size = box.locator("text").evaluate("one => getComputedStyle(one).fontSize")
    scale = box.evaluate("one => one.getScreenCTM().a")
    assert (size, round(scale, 3)) == ("11px", 1)
    target = box.get_attribute("href")
    box.click()
    assert page.url.endswith(target)
    assert page.locator(target).is_visible()
    page.locator("details.picture[open] > summary").click()
    page.locator(target).get_by_role("link", name="The box of ").click()
    expect(page.locator("details.picture[open]")).to_have_count(1)


def test_the_heat_map_sorts(opened, audited):
    """A fact's column sorts the recommendations by what it decides of them."""
    page = opened(audited)
    table = page.locator("table.heat").first
    table.locator("thead button").nth(1).click()
    keys = table.locator("tbody tr").evaluate_all(
        "rows => rows.map(row => Number(row.cells[1].dataset.key))"
    )
    assert keys in (sorted(keys), sorted(keys, reverse=True))
    expect(table.locator("th[aria-sort]")).to_have_count(1)


def test_the_short_edition_is_six_pages_at_most(opened, tmp_path):
    """However much is found, it prints on six sheets; nothing sticks out, on a phone neither."""
    base = Path(shutil.copytree(SMALL, tmp_path / "base"))
    rule = "- {{id: more-{0}, title: More {0}, if: [weather: {{town: $t}}], "
    rule += "then: [wait: {{client: $t}}]}}\n"
    (base / "rules" / "more.yaml").write_text("".join(map(rule.format, range(40))))
    path = tmp_path / "audit.html"
    assert cli.run(["audit", "--base", str(base), "--short", "-o", str(path)]) == 1
    page = opened(path)
    for width, height in SCREENS.values():
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate("document.documentElement.scrollWidth") == width
    sheets = printed(page)
    assert 2 <= len(sheets) <= 6
    assert page.locator("#signatures").is_visible()


def test_the_audit_prints(opened, audited, tmp_path):
    """A PDF comes out, with the picture, without controls, and without headings over nothing."""
    page = opened(audited)
    data = page.pdf(path=str(tmp_path / "audit.pdf"), prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", data)) > 10
    page.emulate_media(media="print")
    assert not page.locator(".controls").first.is_visible()
    assert page.locator("#rule-graph svg.graph").is_visible()
    assert not page.locator("#by-file-heading").is_visible()
    page.locator("#by-file details.picture").first.evaluate("picture => picture.open = true")
    assert page.locator("#by-file-heading").is_visible()


def test_a_hostile_base_does_nothing_to_the_audit(opened, strange, tmp_path):
    """Names that look like markup run no script and load nothing; `opened` sees to it."""
    path = tmp_path / "audit.html"
    named = ["--base", str(strange["hostile"].parents[1])]
    assert cli.run(["audit", *named, "--format", "html", "-o", str(path)]) in {0, 1}
    page = opened(path)
    assert page.evaluate("document.querySelectorAll('img, iframe, main script').length") == 0


# ------------------------------------------------------------------ a survey on a map


@pytest.fixture(scope="module")
def surveyed(tmp_path_factory) -> Path:
    """The survey of the shipped base's own scenario."""
    path = tmp_path_factory.mktemp("survey") / "survey.html"
    assert cli.run(["survey", "-o", str(path)]) == 0
    return path


def test_the_survey_fits_the_screen(opened, surveyed):
    """No page is wider than its screen, folds open or not: map and matrix scroll by themselves."""
    page = opened(surveyed)
    for width, height in SCREENS.values():
        page.set_viewport_size({"width": width, "height": height})
        for _ in range(2):
            assert page.evaluate("document.documentElement.scrollWidth") == width
            unfold(page)


def test_a_state_on_the_map_opens_its_advice(opened, surveyed):
    """By the keyboard as by a pointer; what is given none is land, and no stop of the Tab key."""
    page = opened(surveyed)
    named = page.locator(".map a").evaluate_all("all => all.map(a => a.getAttribute('aria-label'))")
    assert {name.split(":")[0] for name in named} == {"Pakistan", "Russia", "the United States"}
    advice = page.locator("#client-russia")
    assert advice.get_attribute("open") is None
    page.locator(".map a[aria-label^=Russia]").focus()
    page.keyboard.press("Enter")
    expect(advice).to_have_attribute("open", "")
    expect(advice.get_by_text("Build strong long-term ties with Pakistan.")).to_be_in_viewport()
    page.locator(".map a[aria-label^=Pakistan] path").first.click()
    expect(page.locator("#client-pakistan")).to_have_attribute("open", "")


def test_axe_finds_nothing_in_the_survey(opened, surveyed):
    """Folds open, on a phone and in the dark, axe finds nothing, serious or not."""
    page = opened(surveyed, "phone", bypass_csp=True)
    unfold(page)
    found = violations(page)
    page.emulate_media(color_scheme="dark")
    found += violations(page, runOnly=["color-contrast"])
    assert not [(one["id"], one["nodes"][0]["html"]) for one in found]


def test_the_survey_prints(opened, surveyed):
    """On paper the whole map is on the page, and what is folded is not."""
    page = opened(surveyed)
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 650, "height": 900})
    assert page.evaluate("document.querySelector('.map').getBoundingClientRect().right") <= 650
    assert not page.locator("#client-russia").is_visible()
