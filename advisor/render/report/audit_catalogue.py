"""Turns a report's rules and sources into a catalogue in English, with links both ways."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from advisor.audit.report import Report
from advisor.authoring.browse import PassageEntry, RuleEntry, SourceEntry
from advisor.model import english, plurals
from advisor.model.sources import Citations
from advisor.render.report import audit_findings
from advisor.render.report.document import (
    Block,
    Cell,
    Inline,
    Link,
    Paragraph,
    Section,
    Strong,
    Table,
    Terms,
    Text,
    joined,
    text,
)
from advisor.render.report.rule_picture import box_anchor, drawn, rule_anchor
from advisor.render.report.words import CREDIBILITY, RELIABILITY, counted, day
from advisor.testing.goals import OF_RULES, CoverageGoal

_READINGS: Final = {
    "stated": "as its sources state it",
    "inferred": "our reading of its sources",
    "ours": "our own, cited to nobody",
}
LabelledTexts = tuple[tuple[str, tuple[Text, ...]], ...]


def source_anchor(source: str) -> str:
    """Where a source stands in the document."""
    return f"source-{source}"


# ------------------------------------------------------------------ rules


def rules(report: Report) -> Section:
    """Every rule as a sentence, with what it rests on, and how well it is tested."""
    catalogue = _Rules(report)
    says = (
        f"{counted(len(report.rules), 'rule').capitalize()} in English, as the program reads them; "
        "each is linked to its box in the picture of its file, if it has one."
    )
    parts = tuple(catalogue.section(rule) for rule in report.rules)
    return Section("rules", "The rules", (Paragraph(text(says), "aside"),), parts)


class _Rules:
    """Writes the entries of the rules."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.passages = passages(report)
        self.drawn = drawn(report)
        self.findings = audit_findings.numbered(report)
        self.goals: dict[str, list[CoverageGoal]] = {}
        for goal in report.coverage.of(*OF_RULES):
            self.goals.setdefault(goal.name, []).append(goal)
        self.lower: dict[str, dict[str, None]] = {}
        self.upper: dict[str, dict[str, None]] = {}
        for link in report.links:
            self.lower.setdefault(link.upper, {})[link.lower] = None
            self.upper.setdefault(link.lower, {})[link.upper] = None

    def section(self, rule: RuleEntry) -> Section:
        """One rule."""
        blocks: tuple[Block, ...] = (
            Paragraph(text(Strong(english.sentence(rule.title)))),
            Paragraph(text(rule.says)),
            Terms(tuple((label, texts) for label, texts in self._terms(rule) if any(texts))),
        )
        return Section(rule_anchor(rule.id), rule.id, blocks)

    def _terms(self, rule: RuleEntry) -> LabelledTexts:
        interests = self.report.base.interests
        numbers = self.findings.get(rule.id, ())
        return (
            ("Strength", (text(rule.strength),)),
            ("Advances", tuple(text(interests[interest].says) for interest in rule.advances)),
            ("Strains", tuple(text(interests[interest].says) for interest in rule.strains)),
            ("Reasoning", (text(_READINGS[rule.reading]),) if self.report.sources else ()),
            ("Sources", (self._sources(rule.sources),)),
            ("Note", (text(rule.note or ""),)),
            ("Rests on", (_linked(self.lower.get(rule.id, ())),)),
            ("Leads to", (_linked(self.upper.get(rule.id, ())),)),
            ("Tested", (text(_tested(self.goals.get(rule.id, ()))),)),
            ("Findings", (audit_findings.listed(numbers),)),
            ("At", (text(str(self.report.at(rule.where))),)),
            ("Picture", (self._box(rule),)),
        )

    def _box(self, rule: RuleEntry) -> Text:
        if self.report.at(rule.where).file not in self.drawn:
            return ()
        return text(Link("its box", box_anchor(rule.id), f"The box of {rule.id} in the picture"))

    def _sources(self, citations: Citations) -> Text:
        """Links to the passages cited: "article, sentences 34 and 36"."""
        return joined((self._source(c.source, c.locators) for c in citations), "; ")

    def _source(self, source: str, locators: Sequence[int | str]) -> Text:
        if not locators:
            return text(Link(source, source_anchor(source)))
        word = self.report.base.sources[source].locator
        links = (self._passage(source, word, str(place)) for place in locators)
        word = plurals.plural(word) if len(locators) > 1 else word
        return text(f"{source}, {word} ", joined(links, ", "))

    def _passage(self, source: str, word: str, locator: str) -> Text:
        anchor = self.passages.get((source, locator))
        label = f"{source}, {word} {locator}"
        return text(Link(locator, anchor, label) if anchor else locator)


def passages(report: Report) -> Mapping[tuple[str, str], str]:
    """The anchor of each passage, by what its source is called in anchors."""
    return {
        (called, passage.locator): f"passage-{called}--{number}"
        for called, source in called_sources(report)
        for number, passage in enumerate(source.passages, 1)
    }


def called_sources(report: Report) -> list[tuple[str, SourceEntry]]:
    """The sources with what they are called in anchors: by id, those of the base itself.

    Scenarios may declare others of one id; these get two hyphens, as no id has, and a number.
    """
    own = {source.where for source in report.base.sources.values()}
    count: Counter[str] = Counter(source.id for source in report.sources if source.where in own)
    found = []
    for source in report.sources:
        called = source.id
        if source.where not in own:
            count[called] += 1
            called += f"--{count[source.id]}" if count[source.id] > 1 else ""
        found.append((called, source))
    return found


def _linked(rules: Iterable[str]) -> Text:
    return joined((text(Link(rule, rule_anchor(rule))) for rule in rules), ", ")


def _tested(goals: Sequence[CoverageGoal]) -> str:
    """What the scenarios put to the test of a rule, and what they leave."""
    left = [goal.says for goal in goals if goal.covered_by is None]
    if not left:
        return "Fires, does not fire, and turns on each condition, in some scenario."
    done = len(goals) - len(left)
    says = f"{done:,} of {len(goals):,} goals are covered. No scenario shows that "
    return f"{says}{english.listing(left, 'or')}."


# ------------------------------------------------------------------ sources


def sources(report: Report) -> Section:
    """The register of sources: every passage in the base's own words, and what cites it."""
    says = (
        f"{counted(len(report.sources), 'source').capitalize()}, every passage in the base's own "
        "words, with the rules, facts and interests of all scenarios that cite it."
    )
    rules = {rule.id for rule in report.rules}
    anchors = passages(report)
    parts = tuple(_source(report, *one, rules, anchors) for one in called_sources(report))
    return Section("sources", "The sources", (Paragraph(text(says), "aside"),), parts)


def _source(
    report: Report,
    called: str,
    entry: SourceEntry,
    rules: Iterable[str],
    anchors: Mapping[tuple[str, str], str],
) -> Section:
    reliability, credibility = RELIABILITY[entry.grade[0]], CREDIBILITY[int(entry.grade[1:])]
    pairs: LabelledTexts = (
        ("By", (text(entry.author or ""),)),
        ("Dated", (text(entry.dated or ""),)),
        ("Grade", (text(f"{entry.grade}: {reliability}; {credibility} (Admiralty code)"),)),
        ("Review by", (text(day(entry.review) if entry.review else ""),)),
        ("Note", (text(entry.note or ""),)),
        ("As a whole", (_citing(entry.cited_by, rules),)),
        ("At", (text(str(report.at(entry.where))),)),
    )
    blocks: list[Block] = [
        Paragraph(text(Strong(entry.title))),
        Terms(tuple((label, texts) for label, texts in pairs if any(texts))),
    ]
    if entry.passages:
        found = report.base.sources.get(entry.id)
        word = found.locator if found else "passage"
        blocks.append(_passages(called, entry, word, rules, anchors))
    return Section(source_anchor(called), entry.id, tuple(blocks))


def _passages(
    called: str,
    entry: SourceEntry,
    word: str,
    rules: Iterable[str],
    anchors: Mapping[tuple[str, str], str],
) -> Table:
    return Table(
        anchor=f"passages-{called}",
        caption=f"What {entry.id} says, by {word}, and what cites it",
        heads=(word.capitalize(), "In the base's own words", "Kind", "Cited by"),
        rows=tuple(
            _passage(number, passage, rules) for number, passage in enumerate(entry.passages, 1)
        ),
        anchors=tuple(anchors[called, passage.locator] for passage in entry.passages),
    )


def _passage(number: int, passage: PassageEntry, rules: Iterable[str]) -> tuple[Cell, ...]:
    hedge = f" (hedged: “{passage.hedge}”)" if passage.hedge else ""
    return (
        Cell(text(passage.locator), float(number)),
        Cell(text(passage.says + hedge)),
        Cell(text(passage.kind)),
        Cell(_citing(passage.cited_by, rules) or text("nothing"), float(len(passage.cited_by))),
    )


def _citing(names: Iterable[str], rules: Iterable[str]) -> Text:
    """What cites a passage; rules as links."""
    named: list[Inline] = [
        Link(name, rule_anchor(name)) if name in rules else name for name in names
    ]
    return joined((text(name) for name in named), ", ")
