"""Turns what is open in a case into piles that one question each can ask about.

Facts that differ in one entity are asked about together ("Which of these states ...?"), or in two,
as a grid, whatever leaves the fewest questions; so are the values of a key and the alternatives of
a `one-of` group. Where nothing is known, keys that differ in one entity are a grid with their
values. A number or a date is asked for as such, with whatever else of its fact is open beside it.
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Final

from advisor.consult.sense import premises
from advisor.futures.choices import Choice
from advisor.model import asking
from advisor.model.records import Instance, KnowledgeBase, SlotRef, Template
from advisor.model.values import value_text
from advisor.reasoning.askable import options
from advisor.reasoning.evaluate import Outcome
from advisor.reasoning.seen import ORDERED

MOST_CELLS: Final = 36  # of a grid
_SENSIBLE: Final = 0.25  # how likely it is that a question makes sense that need not


Covered = dict[tuple[Instance, ...], list[list[Instance]]]  # facts, as few questions cover them


class OpenFacts:
    """What is open in a case, in the piles that kinds of questions take theirs from.

    What was `covered` for another case of the same base is not worked out again.
    """

    def __init__(
        self, case: Outcome, choices: Sequence[Choice], client: str, covered: Covered | None = None
    ) -> None:
        self.base, self.client = case.scenario.base, client
        self._knows = case.scenario.knows
        self._covered: Covered = {} if covered is None else covered
        self.groups: list[tuple[str, tuple[Instance, ...]]] = []  # each with its title
        self._valued: dict[str, list[Instance]] = {}
        self._single: list[Instance] = []
        titles = {frozenset(group.alternatives): group.title for group in case.scenario.groups}
        for choice in choices:
            members = tuple(case.graph.instances[fact] for fact in choice.facts)
            title = titles.get(frozenset(members))
            if title is not None:
                self.groups.append((title, members))
                continue
            gaps = self.base.templates[members[0].template].asked_for()
            for member in members:
                if gaps:
                    self._valued.setdefault(named(member, gaps), []).append(member)
                else:
                    self._single.append(member)

    @property
    def valued(self) -> list[list[Instance]]:
        """The values of a key each, or of a number or a date, that are asked for by themselves."""
        return [rows[0] for rows in self._rows if len(rows) == 1]

    @property
    def valued_together(self) -> list[list[list[Instance]]]:
        """The values of keys, those together that differ in one entity."""
        return [rows for rows in self._rows if len(rows) > 1]

    @cached_property
    def _rows(self) -> list[list[list[Instance]]]:
        """Values, with those that are asked for together; what is known is kept one by one."""
        if self._knows:
            return [[pile] for pile in self._valued.values()]
        first = {pile[0]: pile for pile in self._valued.values()}
        piles = self._covering(self.base.ordered(first))
        return [[first[one] for one in pile] for pile in piles]

    @cached_property
    def together(self) -> list[list[Instance]]:
        """Facts that hold or do not, those together that differ in one entity or two."""
        return self._covering(self.base.ordered(self._single))

    def _covering(self, ordered: Iterable[Instance]) -> list[list[Instance]]:
        """Facts, or one of each key, in few questions."""
        templates, found = self.base.templates, []
        for name, some in itertools.groupby(ordered, key=lambda one: one.template):
            template = templates[name]
            alike = tuple([_turned(template, one, self.client) for one in some])
            if alike not in self._covered:
                self._covered[alike] = _fewest(self.base, alike)
            found += self._covered[alike]
        return found


def named(instance: Instance, gaps: Collection[int]) -> str:
    """What facts are called that differ in some slots."""
    shown = ("*" if n in gaps else value_text(v) for n, v in enumerate(instance.values))
    return f"{instance.template}({', '.join(shown)})"


def differing(members: Sequence[Instance]) -> list[int]:
    """The slots in which some facts of a template differ."""
    columns = enumerate(zip(*(member.values for member in members), strict=True))
    return [slot for slot, values in columns if len(set(values)) > 1]


def slots_asked_for(template: Template) -> list[str]:
    """The kinds of the slots that one question asks the value of; none where it asks for none."""
    slots = [*template.slots.values()]
    return [slots[gap].kind for gap in template.asked_for()]


def siblings(base: KnowledgeBase, of: Iterable[Instance]) -> list[Instance]:
    """The other legal values of the keys of some facts, where a slot lists what is legal."""
    found: dict[Instance, None] = {}
    for member in of:
        template = base.templates[member.template]
        gaps = template.asked_for()
        if template.key is not None and len(gaps) == 1:
            for legal in options(base, list(template.slots.values())[gaps[0]]):
                values = (*member.values[: gaps[0]], legal, *member.values[gaps[0] + 1 :])
                found[Instance(member.template, values)] = None
    return base.ordered(found)


def _fewest(base: KnowledgeBase, alike: Sequence[Instance]) -> list[list[Instance]]:
    """Facts of a template in about as few questions as one slot or a pair of slots make of them.

    What comes with the least effort for each fact is asked together, then what does of the others,
    which is a good way to cover a set by few others (Chvatal 1979). A question costs as much as it
    is likely to make sense. A pair is a grid, which has so many cells at most that it can be read;
    so are a slot and the values of a key.
    """
    template = base.templates[alike[0].template]
    columns = _columns(base, template)
    gaps = [gap for gap in _gaps(template) if gap not in template.asked_for()]
    sizes = range(3) if columns is None else range(2 if columns else 1)
    ways = [way for size in sizes for way in itertools.combinations(gaps, size)]
    piles: dict[tuple[int, object], list[Instance]] = {}
    for way, one in itertools.product(range(len(ways)), alike):
        rest = tuple(v for n, v in enumerate(one.values) if n not in ways[way])
        piles.setdefault((way, rest), []).append(one)
    readable = (
        (way, pile)
        for (way, _), pile in piles.items()
        if len(ways[way]) < (1 if columns else 2) or len(pile) * (columns or 1) <= MOST_CELLS
    )
    sense = _sense(base, alike)
    queue = [(_effort(sense, pile), way, n, pile) for n, (way, pile) in enumerate(readable)]
    heapq.heapify(queue)
    left, found = dict.fromkeys(alike), []
    while left:
        _, way, number, pile = heapq.heappop(queue)
        still = [one for one in pile if one in left]
        if len(still) == len(pile):
            found.append(pile)
            for one in pile:
                del left[one]
        elif still:
            heapq.heappush(queue, (_effort(sense, still), way, number, still))
    return found


def _columns(base: KnowledgeBase, template: Template) -> int | None:
    """How many values there are to choose from, of which a key has one or none.

    None where no value is asked for; 0 where it is not chosen, or where one always holds.
    """
    slots, gaps = [*template.slots.values()], template.asked_for()
    if not gaps:
        return None
    chosen = len(gaps) == 1 and slots[gaps[0]].kind not in ORDERED
    return len(options(base, slots[gaps[0]])) if chosen and not template.exactly else 0


def _sense(base: KnowledgeBase, alike: Sequence[Instance]) -> dict[Instance, object]:
    """For each fact what its `ask-when` comes to, if its template has one."""
    if not base.templates[alike[0].template].ask_when:
        return {}
    return {one: tuple([(p.template, p.terms) for p in premises(base, one)]) for one in alike}


def _effort(sense: Mapping[Instance, object], pile: Sequence[Instance]) -> float:
    """How much of a question some facts take each, if one in some has its `ask-when`."""
    if not sense:
        return 1 / len(pile)
    apart = len({sense[one] for one in pile})
    return (1 - (1 - _SENSIBLE) ** apart) / len(pile)


def _gaps(template: Template) -> list[int]:
    """The slots in which facts of a template may differ within one question.

    Those for entities, as its sentence has them; of a symmetric pair the second first, so that the
    client can come before it.
    """
    slots = list(template.slots)
    spoken = [part.slot for part in template.says if isinstance(part, SlotRef)]
    found = [
        slots.index(slot)
        for slot in dict.fromkeys((*spoken, *slots))
        if template.slots[slot].kind == "entity" and not asking.is_asked_apart(template, slot)
    ]
    if template.symmetric and set(template.symmetric) <= set(found):
        found.remove(template.symmetric[0])
        found.insert(found.index(template.symmetric[1]) + 1, template.symmetric[0])
    return found


def _turned(template: Template, instance: Instance, client: str) -> Instance:
    """A symmetric fact with the client first, if it is about the client at all."""
    if template.symmetric:
        first, other = template.symmetric
        if instance.values[other] == client:
            values = list(instance.values)
            values[first], values[other] = values[other], values[first]
            return Instance(instance.template, tuple(values))
    return instance
