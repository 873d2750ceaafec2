"""Finds the few rules that may cover another, so that not every pair is compared.

A rule is filed under the constants of what it concludes and of one premise; a rule that it covers
has those constants, and maybe more, in a conclusion and in a premise of its own.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from typing import Final

from advisor.model.records import AnyOf, KnowledgeBase, Pattern, Rule, Var

Constants = tuple[tuple[int, object], ...]  # by place
CandidateOutline = tuple[str, Constants]  # of a pattern: its template and its constants

_MOST: Final = 6  # constants of one pattern that are looked up
_NO_PREMISE: Final[CandidateOutline] = ("", ())


class Candidates:
    """The rules of a base, filed by the shapes of their conclusions and of one premise."""

    def __init__(self, base: KnowledgeBase, rules: Iterable[Rule]) -> None:
        self.base = base
        self.filed: dict[tuple[CandidateOutline, CandidateOutline], list[Rule]] = {}
        for rule in rules:
            outlines = [self._outline(pattern) for pattern in rule.patterns()]
            premise = max(outlines, key=lambda outline: len(outline[1]), default=_NO_PREMISE)
            for conclusion in dict.fromkeys(map(self._outline, rule.conclusions)):
                self.filed.setdefault((conclusion, premise), []).append(rule)

    def covering(self, rule: Rule) -> list[Rule]:
        """The other rules that may cover this one, as declared."""
        goals = self._wider(rule.conclusions[0])
        premises = [outline for pattern in rule.patterns() for outline in self._wider(pattern)]
        keys = itertools.product(goals, dict.fromkeys([_NO_PREMISE, *premises]))
        found = {rival.id: rival for key in keys for rival in self.filed.get(key, ())}
        found.pop(rule.id, None)
        return [found[name] for name in sorted(found, key=self.base.rule_ranks.__getitem__)]

    def _outline(self, pattern: Pattern) -> CandidateOutline:
        swappable = self.base.templates[pattern.template].symmetric or ()
        constants = (
            (slot, term)
            for slot, term in enumerate(pattern.terms)
            if term is not None and not isinstance(term, Var | AnyOf) and slot not in swappable
        )
        return pattern.template, tuple(constants)

    def _wider(self, pattern: Pattern) -> list[CandidateOutline]:
        """The shapes of the patterns that may match all that this one does."""
        template, constants = self._outline(pattern)
        return [(template, kept) for kept in _subsets(constants[:_MOST])]


def _subsets(items: Constants) -> Iterator[Constants]:
    for size in range(len(items) + 1):
        yield from itertools.combinations(items, size)
