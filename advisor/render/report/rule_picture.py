"""Turns a report's rules, and what they rest on, into a picture: boxes and arrows, and words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from advisor.audit.report import Report, RuleLink
from advisor.authoring.browse import RuleEntry
from advisor.model import english
from advisor.model.records import Rule
from advisor.render.report.document import Arrow, Block, Box, Graph, Paragraph, Section, text
from advisor.render.report.graphviz import has_room, layout
from advisor.render.report.words import counted

MOST: Final = 3000  # rules and arrows together; more are no picture any more
KINDS: Final = {
    "derived": "concludes a fact that other rules may use",
    "advice": "concludes advice",
    "caveat": "concludes a caveat",
}
_LINE: Final = 20  # characters of a name in one line
_CHARACTER: Final = 6.7  # points, of the fixed-width font at 11
_ROW: Final = 14.0
_MARGIN: Final = 12.0

LinkedRules = Mapping[tuple[str, str], list[RuleLink]]


def rule_anchor(rule: str) -> str:
    """Where a rule stands in the catalogue."""
    return f"rule-{rule}"


def box_anchor(rule: str) -> str:
    """Where a rule stands in the picture."""
    return f"box-{rule}"


def section(report: Report) -> Section:
    """The picture of the rules; where it would be too large, a sentence that says so."""
    return Section("graph", "How the rules hang together", (_block(report),))


def drawn(report: Report) -> bool:
    """Whether there is a picture."""
    return has_room() and 0 < len(report.rules) <= MOST - len(report.links)


def _block(report: Report) -> Block:
    if drawn(report):
        return _graph(report)
    if not report.rules:
        return Paragraph(text("The base has no rules."))
    why = "The base has too many rules" if has_room() else "There is not enough address space"
    says = f"{why} for a picture; the catalogue says of each what it rests on."
    return Paragraph(text(says))


def _graph(report: Report) -> Graph:
    pairs = _pairs(report.links)
    place = {rule.id: number for number, rule in enumerate(report.rules)}
    lines = [_lines(rule.id) for rule in report.rules]
    sizes = [_size(line) for line in lines]
    ends = [(place[lower], place[upper]) for lower, upper in pairs]
    found = layout(sizes, ends)
    kinds = {rule.id: _kind(report, rule) for rule in report.base.rules}
    about = {name for finding in report.audit.findings for name in finding.rules}
    return Graph(
        anchor="rule-graph",
        title="The rules, and what they rest on",
        description=_description(report, pairs, kinds),
        size=found.size,
        boxes=tuple(
            Box(
                anchor=box_anchor(rule.id),
                to=rule_anchor(rule.id),
                lines=lines[number],
                label=_label(rule),
                kind=kinds[rule.id],
                middle=found.boxes[number],
                size=sizes[number],
                marked=rule.id in about,
            )
            for number, rule in enumerate(report.rules)
        ),
        arrows=tuple(
            Arrow(*end, _says(links), curve, all(link.exception for link in links))
            for end, links, curve in zip(ends, pairs.values(), found.arrows, strict=True)
        ),
        legend=tuple((kind, says) for kind, says in KINDS.items() if kind in kinds.values()),
    )


def _pairs(links: Iterable[RuleLink]) -> LinkedRules:
    """What links each two rules."""
    found: dict[tuple[str, str], list[RuleLink]] = {}
    for link in links:
        found.setdefault((link.lower, link.upper), []).append(link)
    return found


def _kind(report: Report, rule: Rule) -> str:
    concluded = [report.base.templates[conclusion.template] for conclusion in rule.conclusions]
    if any(template.advice for template in concluded):
        return "advice"
    return "caveat" if any(template.caveat for template in concluded) else "derived"


def _label(rule: RuleEntry) -> str:
    return f"{rule.id}: {english.sentence(rule.title)}"


def _says(links: list[RuleLink]) -> str:
    """What an arrow stands for: "groundwork, from one-rule to another"."""
    named = [f"not {link.template}" if link.exception else link.template for link in links]
    return f"{', '.join(dict.fromkeys(named))}: from {links[0].lower} to {links[0].upper}"


def _description(report: Report, pairs: LinkedRules, kinds: Mapping[str, str]) -> str:
    """The picture in words, for those who do not see it."""
    resting = {upper for _, upper in pairs}
    advising = sum(kind == "advice" for kind in kinds.values())
    return (
        f"{counted(len(report.rules), 'rule').capitalize()} as boxes, from left to right; each of "
        f"the {counted(len(pairs), 'arrow')} leads from a rule to another that asks for what the "
        f"first concludes, dashed where it asks that it does not hold. "
        f"{counted(len(report.rules) - len(resting), 'rule').capitalize()} may fire on stated "
        f"facts alone; {counted(advising, 'rule')} "
        f"{'concludes' if advising < 2 else 'conclude'} advice. The catalogue says the same of "
        "each rule under “Rests on” and “Leads to”."
    )


def _lines(name: str) -> tuple[str, ...]:
    """A name over several lines, parted at hyphens if it can be."""
    lines = [""]
    for word in name.replace("-", "-\n").split("\n"):
        for start in range(0, len(word), _LINE):
            piece = word[start : start + _LINE]
            if lines[-1] and len(lines[-1]) + len(piece) > _LINE:
                lines.append("")
            lines[-1] += piece
    return tuple(lines)


def _size(lines: tuple[str, ...]) -> tuple[float, float]:
    return max(map(len, lines)) * _CHARACTER + _MARGIN, len(lines) * _ROW + _MARGIN - 2
