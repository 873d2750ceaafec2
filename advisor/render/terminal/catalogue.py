"""Turns catalogues into text for a terminal or a pipe: one entry after the other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from rich.console import Console

from advisor.authoring.browse import FactEntry, PassageEntry, RuleEntry, SourceEntry, TemplateEntry
from advisor.loader import ScenarioHead
from advisor.model import english
from advisor.model.records import KnowledgeBase
from advisor.render.terminal.page import Page


def catalogue(console: Console, name: str, entries: Sequence[Any], base: KnowledgeBase) -> None:
    """The entries of one catalogue; says so where there are none."""
    page = Page(console.width)
    if not entries:
        page.line(f"No {name} are found.")
    for number, entry in enumerate(entries):
        if number:
            page.line()
        _ENTRY[name](page, entry, base)
    page.print(console)


def _sources(page: Page, one: FactEntry | RuleEntry, base: KnowledgeBase) -> None:
    if one.sources or one.reading == "ours":
        page.item("Sources: ", english.read_from(base, one.sources, one.reading) + ".", 2)


def _fact(page: Page, one: FactEntry, base: KnowledgeBase) -> None:
    page.line(english.sentence(one.says), "bold")
    parts = [one.instance]
    if one.likelihood and one.standing == "stated":
        parts.append(one.likelihood)
    if one.standing != "stated":
        parts.append(one.standing)
    if one.origin != "given":
        parts.append(one.origin)
    page.item("", " | ".join(parts), 2, "dim")
    if one.one_of:
        page.item("One of: ", one.one_of, 2)
    if one.note:
        page.item("Note: ", one.note, 2)
    _sources(page, one, base)
    page.place("At: ", str(one.where), 2, "dim")


def _rule(page: Page, one: RuleEntry, base: KnowledgeBase) -> None:
    page.line(one.id, "bold")
    page.item("", english.sentence(one.title), 2)
    page.item("", one.says, 2)
    page.item("Strength: ", one.strength + ".", 2)
    if one.advances:
        page.item("Advances: ", _interests(base, one.advances), 2)
    if one.strains:
        page.item("Strains: ", _interests(base, one.strains), 2)
    if one.note:
        page.item("Note: ", one.note, 2)
    _sources(page, one, base)
    page.place("At: ", str(one.where), 2, "dim")


def _interests(base: KnowledgeBase, named: Sequence[str]) -> str:
    return "; ".join(base.interests[one].says for one in named) + "."


def _template(page: Page, one: TemplateEntry, base: KnowledgeBase) -> None:
    page.line(one.form, "bold")
    page.item("", english.sentence(one.says), 2)
    if one.about:
        page.item("About: ", one.about, 2)
    if one.denies:
        page.item("Denied: ", english.sentence(one.denies), 2)
    if one.asks:
        page.item("Asked: ", english.sentence(one.asks), 2)
    for slot in one.slots:
        legal = f": {', '.join(slot.legal)}" if slot.legal else ""
        page.item(f"{slot.name}: ", f"{slot.type}{legal}.", 2)
    kind = "given: it can be stated in a fact file" if one.kind == "given" else one.kind
    page.item("Kind: ", f"{kind}.", 2)
    if one.concluded_by:
        page.item("Concluded by: ", ", ".join(one.concluded_by) + ".", 2)
    if one.used_by:
        page.item("Used by: ", ", ".join(one.used_by) + ".", 2)
    page.place("At: ", str(one.where), 2, "dim")


def _source(page: Page, one: SourceEntry, base: KnowledgeBase) -> None:
    page.line(f"{one.id}: {one.title}", "bold")
    if one.author:
        page.item("By: ", one.author + ".", 2)
    if one.dated:
        page.item("Dated: ", one.dated + ".", 2)
    if one.as_of:
        page.item("As of: ", one.as_of + ".", 2)
    page.item("Grade: ", f"{one.grade} (Admiralty: reliability, credibility).", 2)
    if one.review:
        page.item("Review by: ", one.review + ".", 2)
    if one.note:
        page.item("Note: ", one.note, 2)
    if one.cited_by:
        page.item("Cited as a whole by: ", ", ".join(one.cited_by) + ".", 2)
    word = base.sources[one.id].locator
    for passage in one.passages:
        _passage(page, word, passage)
    page.place("At: ", str(one.where), 2, "dim")


def _passage(page: Page, word: str, one: PassageEntry) -> None:
    page.item(f"{word.capitalize()} {one.locator}, {one.kind}: ", one.says, 2)
    if one.hedge:
        page.item("Hedged: ", f'"{one.hedge}".', 6)
    page.item("Cited by: ", (", ".join(one.cited_by) or "nothing") + ".", 6, "dim")


def _scenario(page: Page, one: ScenarioHead, base: KnowledgeBase) -> None:
    default = " (the default)" if one.name == base.scenario else ""
    page.line(f"{one.name}{default}", "bold")
    page.item("", one.title, 2)
    if one.about:
        page.item("", one.about, 2)
    if one.extends:
        page.item("Extends: ", one.extends + ".", 2)
    page.place("At: ", one.path, 2, "dim")


_ENTRY: dict[str, Callable[[Page, Any, KnowledgeBase], None]] = {
    "facts": _fact,
    "rules": _rule,
    "templates": _template,
    "sources": _source,
    "scenarios": _scenario,
}
