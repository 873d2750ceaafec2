"""Turns a how tree into a short outline: a line for each fact, grades only below certain.

On a terminal it is a tree; in a pipe, and for a screen reader, the numbers say the depth.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec
from rich.console import Console
from rich.text import Text
from rich.tree import Tree

from advisor.answers.explanation import Counted, Derivation, Exempted, Step, merged
from advisor.answers.lines import merged as merged_lines
from advisor.loader import parse_instance
from advisor.model import citing, english, several
from advisor.model.errors import cleaned
from advisor.model.grades import CERTAIN, HOLDS, TERMS
from advisor.model.records import KnowledgeBase
from advisor.model.sources import Citation, Citations, Reading
from advisor.render.terminal.page import Page

_BETWEEN = range(1, CERTAIN)  # grades that are worth a word
_NODES = 15  # lines of a tree on a screen, its head among them
_NODES_AMONG_OTHERS = 10
_LEAST_DEPTH = 3
_FACTS = 8  # that one step rests on, each in a line of its own
_WEAKEST = "weakest link"
_MORE_BELOW = "more below"
_STYLES = {"+": "", "-": "red", "?": "yellow"}


class OutlineNode(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the outline."""

    sign: str  # "+" what holds, "-" what does not, "?" what is open
    says: str
    more: str  # grade, sources, whether it is the weakest link
    id: str = ""
    below: tuple[OutlineNode, ...] = ()
    worked: str = ""  # of what is computed or compared: the clause, as it reads in a sentence
    reason: str = ""  # of another way to the same: likewise


class Outline:
    """Makes the nodes of one how tree."""

    def __init__(self, base: KnowledgeBase, root: Step) -> None:
        self.base = base
        self.weakest = root.lower if root.lower < CERTAIN else None
        cited = dict.fromkeys(citation.source for citation in _cited(root))
        self.sole = next(iter(cited)) if len(cited) == 1 else None  # the one source that is cited
        named = (citing.source(base, name) for name in base.sources if name in cited)
        self.dated = "; ".join(named)

    def node(self, step: Step) -> OutlineNode:
        """The line for a fact, with what it rests on below."""
        ways = [way for way in step.derivations if way.lower == step.derivations[0].lower]
        grade = TERMS[step.lower] if ways or not step.stated else step.stated
        more = [
            "unknown" if step.support == "unknown" else grade if step.lower in _BETWEEN else "",
            _WEAKEST if not ways and step.lower == self.weakest else "",
            self._from(step.sources, step.reading) if not ways else self._rule(ways[0]),
            "see above" if step.repeated else "",
            _MORE_BELOW if step.deeper else "",
        ]
        return OutlineNode(
            sign="+" if step.lower >= HOLDS else "?" if step.upper >= HOLDS else "-",
            says=_stated(step),
            more="; ".join(filter(None, more)),
            id=step.instance,
            below=(*self._below(ways[0]), *map(self._other, ways[1:])) if ways else (),
        )

    def _from(self, sources: Citations, reading: Reading) -> str:
        """Where something comes from: "[34]" of the one source, or its name with the place."""
        lead = "our reading of " if reading == "inferred" else ""
        if not sources:
            return "our own" if reading == "ours" and self.base.sources else ""
        if self.sole is None:
            return lead + citing.cite(self.base, sources)
        places = ", ".join(str(place) for source in sources for place in source.locators)
        return f"{lead}[{places or self.sole}]"

    def _rule(self, way: Derivation) -> str:
        """Whose the reasoning is; the strength of the rule where it is the weakest link."""
        said = self._from(way.sources, way.reading)
        weak = self.weakest is not None and way.strength.startswith(TERMS[self.weakest])
        mark = f"{_WEAKEST}: the rule is {way.strength}" if weak else ""
        return "; ".join(filter(None, (said, mark)))

    def _other(self, way: Derivation) -> OutlineNode:
        """Another derivation of the same fact, as strong."""
        return OutlineNode(
            sign="+" if way.lower >= HOLDS else "-",
            says=f"Also because {way.because}.",
            more=self._rule(way),
            reason=way.because,
            below=tuple(self._below(way)),
        )

    def _below(self, way: Derivation) -> Iterator[OutlineNode]:
        yield from map(self.node, way.premises)
        yield from map(self._counted, way.counts)
        names = {entity.name for entity in self.base.entities.values()}
        for comparison in way.comparisons:
            if not names.issuperset(comparison.split(" is not ")):  # two names are two things
                says = english.sentence(comparison)
                yield OutlineNode(sign="+", says=says, more="", worked=comparison)
        for exception in way.exceptions:
            yield from self._exempted(exception)

    def _counted(self, count: Counted) -> OutlineNode:
        """A count in a line: how many are needed, and which there are."""
        cited = tuple(dict.fromkeys(source for step in count.facts for source in step.sources))
        held = [step for step in count.facts if step.lower >= HOLDS]
        return OutlineNode(
            sign="+" if len(held) >= count.count else "-",
            says=f"At least {count.count} of these are needed, and {len(held):,} hold: "
            f"{_first(held, count.count) or count.says}.",
            more=self._from(merged(self.base, cited), "stated"),
        )

    def _exempted(self, exception: Exempted) -> Iterator[OutlineNode]:
        """What speaks for an exception; of one that only silence excludes, that it is assumed."""
        if exception.facts:
            yield from map(self.node, exception.facts)
        elif exception.silent:
            says = f"There is no evidence that {exception.says}."
            yield OutlineNode(sign="-", says=says, more="assumed, as nobody says so")


def _first(held: Sequence[Step], count: int) -> str:
    """As many of what holds as are needed, and how many more there are."""
    more = [f"and {len(held) - count:,} more"] if len(held) > count else []
    return "; ".join([*(step.says for step in held[:count]), *more])


def _fitting(node: OutlineNode, most: int) -> OutlineNode:
    """The tree without its deepest parts, as far as it would have more lines than so many."""
    depth = _depth(node)
    while depth > _LEAST_DEPTH and _size(node) > most:
        depth -= 1
        node = _cut(node, depth)
    return _narrowed(node) if _size(node) > most else node


def _narrowed(node: OutlineNode) -> OutlineNode:
    """The tree with a line for what is left of many facts, as of a sum; the weakest link stays."""
    below = [*map(_narrowed, node.below)]
    facts = [place for place, one in enumerate(below) if one.id]
    left = [place for place in facts[_FACTS:] if not _is_weakest(below[place])]
    if len(left) > 1:
        said = OutlineNode(sign="+", says=f"And {len(left):,} more facts.", more="")
        below[left[0]] = said
        below = [one for place, one in enumerate(below) if place not in left[1:]]
    return msgspec.structs.replace(node, below=tuple(below))


def _depth(node: OutlineNode) -> int:
    return 1 + max(map(_depth, node.below), default=0)


def _size(node: OutlineNode) -> int:
    return 1 + sum(map(_size, node.below))


def _cut(node: OutlineNode, depth: int) -> OutlineNode:
    """The tree down to a depth; what rests on more says so."""
    if depth > 1 or not node.below:
        below = tuple(_cut(outline_node, depth - 1) for outline_node in node.below)
        return msgspec.structs.replace(node, below=below)
    weakest = any(map(_is_weakest, node.below))
    said = [node.more, f"{_WEAKEST} below" if weakest else "", _MORE_BELOW]
    more = "; ".join(dict.fromkeys(filter(None, said)))
    return msgspec.structs.replace(node, more=more, below=())


def _is_weakest(node: OutlineNode) -> bool:
    """Whether the weakest link is in a line or in what is below it."""
    return _WEAKEST in node.more or any(map(_is_weakest, node.below))


def _shape(step: Step) -> tuple[object, ...]:
    """What the how trees of two facts have in common if they are reached alike."""
    return (
        step.lower,
        step.support,
        tuple(
            (way.rule, tuple(map(_shape, way.premises)), len(way.exceptions))
            for way in step.derivations
        ),
    )


def _stated(step: Step) -> str:
    """The sentence for a fact; where it does not hold and is not said so, with a word for that."""
    lead = ""
    if step.lower < HOLDS and step.support not in {"denied", "unknown", "disputed"}:
        lead = "open: " if step.upper >= HOLDS else "does not hold: "
    return english.sentence(lead + step.says)


def _cited(step: Step) -> Iterator[Citation]:
    """Every citation in a how tree."""
    yield from step.sources
    for way in step.derivations:
        yield from way.sources
        counted = (step for count in way.counts for step in count.facts)
        exempted = (step for exception in way.exceptions for step in exception.facts)
        for below in (*way.premises, *counted, *exempted):
            yield from _cited(below)


def outline(
    console: Console, steps: Sequence[Step], base: KnowledgeBase, *, ids: bool = False
) -> None:
    """The how tree of what holds, or of the first of several; the others by what they are."""
    step, *others = steps
    made = Outline(base, step)
    whole = made.node(step)
    node = _fitting(whole, _NODES_AMONG_OTHERS if others else _NODES)
    page = Page(console.width)
    if console.is_terminal:
        console.print(_tree(step, made, node, ids=ids))
    else:
        page.line(node.says, "bold")
        page.line(_reason(step, made, node))
        _numbered(page, node.below, "", ids=ids)
    for lead, said in _others(step, others, base):
        page.item(f"{lead}: ", said, 0)
    if others or node != whole:
        page.line("Each in full: --long" if others else "In full: --long", "dim")
    page.print(console)


def _others(step: Step, others: Sequence[Step], base: KnowledgeBase) -> Iterator[tuple[str, str]]:
    """What else holds, as one where that can be said, by whether it is reached alike."""
    named = {other.instance: parse_instance(other.instance, base)[0] for other in others}
    alike = {other.instance: _shape(other) == _shape(step) for other in others}
    order = sorted(named, key=lambda one: not alike[one])
    for group in merged_lines(base, order, named.__getitem__, alike.__getitem__):
        clause = several.says_of(base, [named[one] for one in group])
        yield ("In the same way" if alike[group[0]] else "In another way", english.sentence(clause))


def _reason(step: Step, made: Outline, node: OutlineNode) -> str:
    """The reason of the whole, and what the numbers in brackets are."""
    if not step.derivations and step.support == "background":
        return "Background: it is so in every scenario."
    because = step.derivations[0].because if step.derivations else ""
    if made.sole is None:
        places = f" Sources: {made.dated}." if made.dated else ""
    else:
        places = f" [n]: {made.dated}, {made.base.sources[made.sole].locator} n."
    more = f"({node.more})" if node.more else ""
    if not because and step.support in {"given", "assumed", "answered"}:
        more = f"{step.support.capitalize()}{f' {more}' if more else ''}."
    return f"Because {f'{because} {more}'.rstrip()}.{places}" if because else f"{more}{places}"


def _tree(step: Step, made: Outline, node: OutlineNode, *, ids: bool) -> Tree:
    head = Text(cleaned(node.says), "bold")
    head.append(f"\n{cleaned(_reason(step, made, node))}", "not bold")
    tree = Tree(head, guide_style="dim")
    _grow(tree, node.below, ids=ids)
    return tree


def _grow(tree: Tree, nodes: Sequence[OutlineNode], *, ids: bool) -> None:
    for node in nodes:
        text = Text(f"{node.sign} ", _STYLES[node.sign] or "green").append(
            cleaned(node.says), "default"
        )
        text.append(_more(node, ids=ids), "dim")
        _grow(tree.add(text), node.below, ids=ids)


def _more(node: OutlineNode, *, ids: bool) -> str:
    parts = filter(None, (node.more, node.id if ids else ""))
    said = cleaned("; ".join(parts))
    if said.startswith("[") and said.endswith("]"):
        return f" {said}"
    return f" ({said})" if said else ""


def _numbered(page: Page, nodes: Sequence[OutlineNode], above: str, *, ids: bool) -> None:
    for place, node in enumerate(nodes, 1):
        number = f"{above}{place}"
        text = f"{node.says}{_more(node, ids=ids)}"
        page.item(f"{number} ", text, 0, _STYLES[node.sign])
        _numbered(page, node.below, f"{number}.", ids=ids)
