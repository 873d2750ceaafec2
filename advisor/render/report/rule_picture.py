"""Turns a report's rules, and what they rest on, into pictures: of the files, of each, of advice.

No picture shows everything: what does not fit is said, and stands in the catalogue.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from advisor.audit.report import Report, RuleLink
from advisor.authoring.browse import RuleEntry
from advisor.model import english
from advisor.model.records import Rule
from advisor.model.relations import components
from advisor.render.report.document import Arrow, Block, Box, Graph, Paragraph, Section, text
from advisor.render.report.layered import layout
from advisor.render.report.words import counted

KINDS: Final = {
    "derived": "concludes a fact that other rules may use",
    "advice": "concludes advice",
    "caveat": "concludes a caveat",
}
MOST: Final = 30  # boxes of a cone
PICTURED: Final = 600  # boxes of all files, and of all cones: a page is to open at once
_IN_FILE: Final = 150  # boxes of a file
_LINE: Final = 24  # characters of a name in one line
_CHARACTER: Final = 6.7  # points, of the fixed-width font at 11
_ROW: Final = 14.0
_MARGIN: Final = 12.0

Pairs = Mapping[tuple[str, str], Sequence[RuleLink]]  # a lower and an upper rule


def rule_anchor(rule: str) -> str:
    """Where a rule stands in the catalogue."""
    return f"rule-{rule}"


def box_anchor(rule: str) -> str:
    """Where a rule stands in the picture of its file."""
    return f"box-{rule}"


def section(report: Report) -> Section:
    """The files, the rules of each, and the cone of each kind of advice."""
    if not report.rules:
        nothing = Paragraph(text("The base has no rules."))
        return Section("graph", "How the rules hang together", (nothing,))
    pictures = _Pictures(report)
    says = (
        "An arrow leads from a rule to another that asks for what the first concludes, dashed "
        "where it asks that it does not hold. Beneath advice, what it rests on stands to its "
        "right. What is pointed at shows its own arrows; a click leads to the catalogue."
    )
    files: tuple[Block, ...] = (
        *pictures.files(),
        *_more(len(pictures.by_file) - len(pictures.drawn), "file", "files"),
    )
    parts = [
        Section("by-file", "The rules by file", files),
        Section("by-advice", "What each kind of advice rests on", tuple(pictures.cones())),
    ]
    blocks = (Paragraph(text(says), "aside"), pictures.overview())
    return Section(
        "graph", "How the rules hang together", blocks, tuple(p for p in parts if p.blocks)
    )


def drawn(report: Report) -> list[str]:
    """The files whose rules are drawn: the first with no more rules than a page has room for."""
    room, found = PICTURED, []
    for file, many in Counter(report.at(rule.where).file for rule in _by_place(report)).items():
        room -= min(many, _IN_FILE)
        found += [file] if room >= 0 else []
    return found


def _by_place(report: Report) -> list[RuleEntry]:
    return sorted(report.rules, key=lambda rule: rule.where)


def _more(many: int, one: str, several: str) -> Iterator[Paragraph]:
    """How many of a kind have no picture."""
    if many:
        named = f"1 more {one} has" if many == 1 else f"{many:,} more {several} have"
        says = f"{named} no picture here; the catalogue says of every rule what it rests on"
        yield Paragraph(text(f"{says} and leads to."), "aside")


class _Shape(NamedTuple):
    """A box before it has a place."""

    anchor: str
    to: str
    name: str
    label: str
    kind: str
    column: int
    marked: bool


class _Pictures:
    """Draws the pictures of a report."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.entries = {rule.id: rule for rule in report.rules}
        self.pairs = _pairs(report.links)
        self.kinds = {rule.id: _kind(report, rule) for rule in report.base.rules}
        self.about = {name for finding in report.audit.findings for name in finding.rules}
        self.lower: dict[str, list[str]] = {name: [] for name in self.entries}
        self.upper: dict[str, list[str]] = {name: [] for name in self.entries}
        for lower, upper in self.pairs:
            self.lower[upper].append(lower)
            self.upper[lower].append(upper)
        self.depth = self._depths()
        self.by_file: dict[str, list[str]] = {}
        self.drawn = drawn(report)
        for rule in _by_place(report):
            self.by_file.setdefault(report.at(rule.where).file, []).append(rule.id)

    def _depths(self) -> Mapping[str, int]:
        """How many rules at most lie below each, those of a circle counted as one."""
        depth: dict[str, int] = {}
        for ring in components(self.lower):
            below = [depth[low] for name in ring for low in self.lower[name] if low in depth]
            depth |= dict.fromkeys(ring, max(below, default=-1) + 1)
        return depth

    def overview(self) -> Graph:
        """A box for each file, and how many links lead from one to another."""
        place = {
            name: number for number, rules in enumerate(self.by_file.values()) for name in rules
        }
        shapes = [self._file(number, file) for number, file in enumerate(self.by_file)]
        links: dict[tuple[int, int], int] = {}
        for lower, upper in self.pairs:
            ends = place[lower], place[upper]
            links[ends] = links.get(ends, 0) + (ends[0] != ends[1])
        arrows = {
            ends: (f"{english.counted(many, 'link')} from {_titles(shapes, ends)}", False)
            for ends, many in links.items()
            if many
        }
        advising = sum(kind == "advice" for kind in self.kinds.values())
        says = (
            f"{english.counted(len(self.entries), 'rule')} in "
            f"{english.counted(len(shapes), 'file')}, with "
            f"{english.counted(len(self.pairs), 'link')} between them; "
            f"{counted(advising, 'rule')} {'concludes' if advising < 2 else 'conclude'} advice. "
            "The catalogue says of each rule what it rests on and leads to."
        )
        return self._graph("rule-graph", "The files, and which rest on which", says, shapes, arrows)

    def _file(self, number: int, file: str) -> _Shape:
        rules = self.by_file[file]
        name = f"{os.path.basename(file)} {len(rules):,}"  # noqa: PTH119 - no path of this system
        depths = sorted(self.depth[rule] for rule in rules)
        label = f"{file}: {english.counted(len(rules), 'rule')}"
        column = depths[len(depths) // 2]
        marked = any(rule in self.about for rule in rules)
        to = f"file-{number}" if file in self.drawn else rule_anchor(rules[0])
        return _Shape("", to, name, label, "derived", column, marked)

    def files(self) -> Iterator[Graph]:
        """The rules of each file, folded."""
        for number, (file, rules) in enumerate(self.by_file.items()):
            if file not in self.drawn:
                continue
            shown = rules[:_IN_FILE]
            shapes = [self._rule(name, self.depth[name], box_anchor(name)) for name in shown]
            title = f"{file}: {english.counted(len(rules), 'rule')}"
            more = len(rules) - len(shown)
            says = f"{more} more are in the catalogue. " if more else ""
            yield self._graph(
                f"file-{number}", title, says + self._told(shown), shapes, self._between(shown)
            )

    def cones(self) -> Iterator[Graph | Paragraph]:
        """For each kind of advice, the rules that it rests on, and the caveats on it; folded."""
        room, left = PICTURED, 0
        templates = self.report.base.templates
        for name, rules in self.report.base.concluding.items():
            if templates[name].advice and room > 0:
                cone = self._cone(name, [rule.id for rule in rules])
                room -= len(cone.boxes)
                yield cone
            else:
                left += templates[name].advice
        yield from _more(left, "kind of advice", "kinds of advice")

    def _cone(self, template: str, top: Sequence[str]) -> Graph:
        back = dict.fromkeys(top, 0)  # how many steps from the advice
        waiting = list(top)
        for name in waiting:  # which grows
            fresh = [lower for lower in self.lower[name] if lower not in back]
            back |= dict.fromkeys(fresh, back[name] + 1)
            waiting += fresh
        caveats = {
            upper: -1 for name in top for upper in self.upper[name] if self.kinds[upper] == "caveat"
        }
        near = {**caveats, **back}
        shown = list(near)[:MOST]
        more = len(near) - len(shown)
        shapes = [self._rule(name, near[name]) for name in shown]
        rest = f"{english.counted(more, 'rule')} further back not shown. " if more else ""
        title = f"{template}: {english.counted(len(near), 'rule')}"
        return self._graph(
            f"cone-{template}", title, rest + self._told(shown), shapes, self._between(shown)
        )

    def _rule(self, name: str, column: int, anchor: str = "") -> _Shape:
        to, kind, label = rule_anchor(name), self.kinds[name], _label(self.entries[name])
        return _Shape(anchor, to, name, label, kind, column, name in self.about)

    def _between(self, names: Sequence[str]) -> dict[tuple[int, int], tuple[str, bool]]:
        """The arrows among some rules, by the places of these."""
        place = {name: number for number, name in enumerate(names)}
        return {
            (place[lower], place[upper]): (
                _says(self.pairs[lower, upper]),
                all(link.exception for link in self.pairs[lower, upper]),
            )
            for upper in names
            for lower in self.lower[upper]
            if lower in place and lower != upper
        }

    def _told(self, names: Sequence[str]) -> str:
        """What rests on what among some rules, in words."""
        among = set(names)
        parts = []
        for name in names:
            below = [lower for lower in self.lower[name] if lower in among and lower != name]
            if below:
                parts.append(f"{name} rests on {english.listing(below)}.")
        return " ".join(parts) or "None of these rests on another."

    def _graph(
        self,
        anchor: str,
        title: str,
        says: str,
        shapes: Sequence[_Shape],
        arrows: Mapping[tuple[int, int], tuple[str, bool]],
    ) -> Graph:
        lines = [_lines(shape.name) for shape in shapes]
        sizes = [_size(line) for line in lines]
        found = layout(sizes, [shape.column for shape in shapes], list(arrows))
        boxes = tuple(
            Box(
                anchor=shape.anchor,
                to=shape.to,
                lines=lines[number],
                label=shape.label,
                kind=shape.kind,
                middle=found.boxes[number],
                size=sizes[number],
                marked=shape.marked,
            )
            for number, shape in enumerate(shapes)
        )
        whole = anchor == "rule-graph"
        kinds = tuple((k, says) for k, says in KINDS.items() if k in self.kinds.values())
        return Graph(
            anchor=anchor,
            title=title,
            description=says,
            size=found.size,
            boxes=boxes,
            arrows=tuple(
                Arrow(*ends, label, curve, dashed)
                for (ends, (label, dashed)), curve in zip(arrows.items(), found.arrows, strict=True)
            ),
            legend=kinds if whole else (),
            folded=not whole,
        )


def _pairs(links: Iterable[RuleLink]) -> Pairs:
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


def _titles(shapes: Sequence[_Shape], ends: tuple[int, int]) -> str:
    tail, head = (shapes[end].name.split(" ")[0] for end in ends)
    return f"{tail} to {head}"


def _says(links: Sequence[RuleLink]) -> str:
    """What an arrow stands for: "groundwork, from one-rule to another"."""
    named = [f"not {link.template}" if link.exception else link.template for link in links]
    return f"{', '.join(dict.fromkeys(named))}: from {links[0].lower} to {links[0].upper}"


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
