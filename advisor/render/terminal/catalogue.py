"""Turns catalogues into text for a terminal or a pipe: one entry after the other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import msgspec
from rich.console import Console

from advisor.answers.unused import UnusedFact
from advisor.authoring.browse import (
    ClaimEntry,
    FactEntry,
    PassageEntry,
    RuleEntry,
    SourceEntry,
    TemplateEntry,
)
from advisor.loader import ScenarioHead
from advisor.model import citing, english
from advisor.model.grades import CERTAIN, TERMS
from advisor.model.records import KnowledgeBase
from advisor.render.terminal.explanation import condition_on
from advisor.render.terminal.page import Page

_IN_FULL = 5  # entries: of more there is a line each
_SAID = (TERMS[CERTAIN], "denied", "unknown", "disputed")  # by a fact's sentence
_FEW = 3  # facts that are named for a condition
_CLIENTS = 8  # that are named of those whose advice a fact is used in


def catalogue(
    console: Console, name: str, entries: Sequence[Any], base: KnowledgeBase, *, long: bool = True
) -> None:
    """The entries of one catalogue, a line each if they are many; `long`, all that is known."""
    page = Page(console.width)
    if name == "claims" and entries:
        _claims(page, entries, base, long=long)
        page.print(console)
        return
    if not entries:
        page.line("No unused facts are found." if name == "unused" else f"No {name} are found.")
    if not long and len(entries) > _IN_FULL:
        for entry in entries:
            label, says = _LINE[name](entry, base)
            page.item(f"{label}: ", says, 0)
        what = "unused facts" if name == "unused" else name
        page.line(f"{len(entries):,} {what}; in full: --long, or a few by words in them", "dim")
        page.print(console)
        return
    for number, entry in enumerate(entries):
        if number:
            page.line()
        _ENTRY[name](page, entry, base)
    page.print(console)


def _fact_line(fact: FactEntry, _base: KnowledgeBase) -> tuple[str, str]:
    likely = fact.likelihood if fact.standing == "stated" else fact.standing
    return fact.instance, _marked(fact.says, likely, fact.origin)


def _marked(says: str, likely: str | None, origin: str = "given") -> str:
    """The sentence for a fact, with how likely it is and where it is from, if that is notable."""
    likely = (likely or "").replace(" (", ", ").removesuffix(")")  # as it stands in brackets
    more = [one for one in (likely, origin if origin != "given" else "") if one not in ("", *_SAID)]
    return english.sentence(english.bracketed(says, "; ".join(more)) if more else says)


def _rule_line(rule: RuleEntry, _base: KnowledgeBase) -> tuple[str, str]:
    return rule.id, english.sentence(rule.title)


def _template_line(template: TemplateEntry, _base: KnowledgeBase) -> tuple[str, str]:
    return template.form, f"{english.sentence(template.says)} ({template.kind})"


def _source_line(source: SourceEntry, base: KnowledgeBase) -> tuple[str, str]:
    word = base.sources[source.id].locator
    places = f", {english.counted(len(source.passages), word)}" if source.passages else ""
    return source.id, f"{source.title} ({source.grade}{places})"


def _scenario_line(scenario: ScenarioHead, base: KnowledgeBase) -> tuple[str, str]:
    return scenario.name + _kind(scenario, base), scenario.title


def _kind(scenario: ScenarioHead, base: KnowledgeBase) -> str:
    """What sets a scenario apart from the others."""
    if scenario.name == base.scenario:
        return " (the default)"
    return " (to extend)" if scenario.to_extend else ""


def _unused_line(one: UnusedFact, _base: KnowledgeBase) -> tuple[str, str]:
    said = _marked(one.says, one.likelihood)
    return one.instance, f"{said} Nearest rule: {one.nearest.rule}." if one.nearest else said


def _sources(page: Page, entry: FactEntry | RuleEntry, base: KnowledgeBase) -> None:
    if said := citing.read_from(base, entry.sources, entry.reading):
        page.item("Sources: ", f"{said}.", 2)


def _fact(page: Page, fact: FactEntry, base: KnowledgeBase) -> None:
    page.line(english.sentence(fact.says), "bold")
    parts = [fact.instance]
    if fact.likelihood and fact.standing == "stated":
        parts.append(fact.likelihood)
    if fact.as_of:
        parts.append(f"as of {fact.as_of}")
    if fact.corroborated:
        parts.append("corroborated")
    if fact.standing != "stated":
        parts.append(fact.standing)
    if fact.origin != "given":
        parts.append(fact.origin)
    page.item("", " | ".join(parts), 2, "dim")
    if fact.one_of:
        page.item("One of: ", fact.one_of, 2)
    if fact.note:
        page.item("Note: ", fact.note, 2)
    stated = fact.sources[: len(fact.sources) - len(fact.against)]
    _sources(page, msgspec.structs.replace(fact, sources=stated), base)
    if fact.against:
        page.item("Denied by: ", citing.cite(base, fact.against) + ".", 2)
    page.place("At: ", str(fact.where), 2, "dim")


def _rule(page: Page, rule: RuleEntry, base: KnowledgeBase) -> None:
    page.line(rule.id, "bold")
    page.item("", english.sentence(rule.title), 2)
    page.item("", rule.says, 2)
    page.item("Strength: ", rule.strength + ".", 2)
    if rule.advances:
        page.item("Advances: ", _interests(base, rule.advances), 2)
    if rule.strains:
        page.item("Strains: ", _interests(base, rule.strains), 2)
    if rule.note:
        page.item("Note: ", rule.note, 2)
    _sources(page, rule, base)
    page.place("At: ", str(rule.where), 2, "dim")


def _interests(base: KnowledgeBase, named: Sequence[str]) -> str:
    return "; ".join(base.interests[name].says for name in named) + "."


def _template(page: Page, template: TemplateEntry, base: KnowledgeBase) -> None:
    page.line(template.form, "bold")
    page.item("", english.sentence(template.says), 2)
    if template.about:
        page.item("About: ", template.about, 2)
    if template.denies:
        page.item("Denied: ", english.sentence(template.denies), 2)
    if template.asks:
        page.item("Asked: ", english.sentence(template.asks), 2)
    for slot in template.slots:
        legal = f": {', '.join(slot.legal)}" if slot.legal else ""
        page.item(f"{slot.name}: ", f"{slot.type}{legal}.", 2)
    kind = "given: it can be stated in a fact file" if template.kind == "given" else template.kind
    page.item("Kind: ", f"{kind}.", 2)
    if template.concluded_by:
        page.item("Concluded by: ", ", ".join(template.concluded_by) + ".", 2)
    if template.used_by:
        page.item("Used by: ", ", ".join(template.used_by) + ".", 2)
    page.place("At: ", str(template.where), 2, "dim")


def _source(page: Page, source: SourceEntry, base: KnowledgeBase) -> None:
    page.line(f"{source.id}: {source.title}", "bold")
    if source.author:
        page.item("By: ", source.author + ".", 2)
    if source.dated:
        page.item("Dated: ", source.dated + ".", 2)
    if source.as_of:
        page.item("As of: ", source.as_of + ".", 2)
    page.item("Grade: ", f"{source.grade} (Admiralty: reliability, credibility).", 2)
    if source.review:
        page.item("Review by: ", source.review + ".", 2)
    if source.note:
        page.item("Note: ", source.note, 2)
    if source.cited_by:
        page.item("Cited as a whole by: ", ", ".join(source.cited_by) + ".", 2)
    word = base.sources[source.id].locator
    for passage in source.passages:
        _passage(page, word, passage)
    page.place("At: ", str(source.where), 2, "dim")


def _passage(page: Page, word: str, passage: PassageEntry) -> None:
    page.item(f"{word.capitalize()} {passage.locator}, {passage.kind}: ", passage.says, 2)
    if passage.hedge:
        page.item("Hedged: ", f'"{passage.hedge}".', 6)
    page.item("Cited by: ", (", ".join(passage.cited_by) or "nothing") + ".", 6, "dim")


def _scenario(page: Page, scenario: ScenarioHead, base: KnowledgeBase) -> None:
    page.line(scenario.name + _kind(scenario, base), "bold")
    page.item("", scenario.title, 2)
    if scenario.about:
        page.item("", scenario.about, 2)
    if scenario.extends:
        page.item("Extends: ", scenario.extends + ".", 2)
    page.place("At: ", scenario.path, 2, "dim")


def _unused(page: Page, one: UnusedFact, base: KnowledgeBase) -> None:
    """How far a fact leads, and what the nearest rule lacks."""
    page.line(english.sentence(one.says), "bold")
    page.item("", " | ".join(filter(None, (one.instance, one.likelihood))), 2, "dim")
    for clause in one.reaches:
        page.item("It follows that ", f"{clause}.", 2)
    if one.others:
        more = len(one.others) - _CLIENTS
        names = [*one.others[:_CLIENTS], f"{more:,} more"] if more > 0 else one.others
        page.item("Used in advice to ", f"{english.listing(names)}.", 2)
    if one.nearest is not None:
        page.item("Nearest rule: ", f"{one.nearest.rule}, {one.nearest.title}; it lacks:", 2)
        for condition in one.nearest.conditions:
            few = msgspec.structs.replace(condition, facts=condition.facts[:_FEW])
            condition_on(page, few, base, 4)
    elif one.against:
        page.item("Only against: ", f"{english.listing(one.against)}.", 2)
    elif not one.others:
        page.item("", "No rule goes on from it.", 2)


_VERDICTS = {  # how so many are counted, and headed
    "contradicted": ("contradicted", "Contradicted by another source"),
    "corroborated": ("corroborated", "Corroborated by a source of another origin"),
    "alone": ("in no other source", "In no other source, and so the view of its author alone"),
}


def _claims(page: Page, claims: Sequence[ClaimEntry], base: KnowledgeBase, *, long: bool) -> None:
    """What a source says, verdict by verdict, each with what the other sources have on it."""
    under = {
        verdict: [claim for claim in claims if claim.verdict == verdict] for verdict in _VERDICTS
    }
    counts = [f"{len(some):,} {_VERDICTS[verdict][0]}" for verdict, some in under.items() if some]
    page.line(f"{english.counted(len(claims), 'claim')}: {english.listing(counts)}")
    for verdict, some in under.items():
        if some:
            page.heading(_VERDICTS[verdict][1])
        for claim in some:
            if long:
                _fact(page, claim.fact, base)
            else:
                label, says = _fact_line(claim.fact, base)
                page.item(f"{label}: ", f"{says}{_others(claim, base)}", 0)
            if claim.data:
                page.item("Data: ", english.sentence("; ".join(claim.data)), 2)


def _others(claim: ClaimEntry, base: KnowledgeBase) -> str:
    """Who denies a claim, or also makes it, in a sentence of its own."""
    if not claim.others:
        return ""
    denies = claim.verdict == "contradicted" and claim.others[0] in claim.fact.against
    said = "Denied by" if denies else "Also in" if claim.verdict == "corroborated" else "Stated by"
    return f" {said} {citing.cite(base, claim.others)}."


_ENTRY: dict[str, Callable[[Page, Any, KnowledgeBase], None]] = {
    "facts": _fact,
    "rules": _rule,
    "templates": _template,
    "sources": _source,
    "scenarios": _scenario,
    "unused": _unused,
}
_LINE: dict[str, Callable[[Any, KnowledgeBase], tuple[str, str]]] = {
    "facts": _fact_line,
    "rules": _rule_line,
    "templates": _template_line,
    "sources": _source_line,
    "scenarios": _scenario_line,
    "unused": _unused_line,
}
