"""Decides which mutants can change nothing, where that can be proved.

A rule that covers what it was, and is covered by it, says the same; a strength beyond what can come
of it, or go into it, is the same at every step. A template need not be symmetric where each rule
that asks for it says the same with the two exchanged, as all that it says of them is symmetric.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from advisor.audit.likeness import covers
from advisor.audit.mutants import Mutant, changed_base
from advisor.audit.subsumption import FrozenRule
from advisor.model.grades import CERTAIN, HOLDS
from advisor.model.records import KnowledgeBase, Pattern, Rule, Template, swapped


class Equivalence:
    """What is worked out once for the mutants of a base."""

    def __init__(self, base: KnowledgeBase) -> None:
        self.base = base
        self.rules = {rule.id: rule for rule in base.rules}
        self.caps = _caps(base)
        self.shown = _shown(base)

    def proved(self, mutant: Mutant) -> bool:
        """Whether a mutant is proved to change nothing."""
        if isinstance(mutant.now, Template):
            return mutant.operator == "symmetry lost" and self._unordered(mutant.now)
        if not isinstance(mutant.now, Rule):
            return False
        old, now = self.rules[mutant.now.id], mutant.now
        if old.strength != now.strength:
            return self._same_strength(old, now)
        effects = (old.advances, old.strains, old.citations)
        if effects != (now.advances, now.strains, now.citations):
            return False
        return _alike(self.base, old, now)

    def _unordered(self, now: Template) -> bool:
        """Whether it is all one in which order the facts of a template have their two things.

        What counts the facts, or is withheld for one of them, may tell; and of what rules conclude,
        one of the two may be denied.
        """
        symmetric = self.base.templates[now.id].symmetric
        if symmetric is None or now.kind or now.id in self.base.derived:
            return False
        base = changed_base(self.base, now)
        for rule in base.variants:
            told = [*rule.exceptions, *(count.of for count in rule.counts())]
            if rule.aggregates() or any(pattern.template == now.id for pattern in told):
                return False
            for place, pattern in enumerate(rule.premises):
                if isinstance(pattern, Pattern) and pattern.template == now.id:
                    turned = msgspec.structs.replace(
                        pattern, terms=swapped(pattern.terms, *symmetric)
                    )
                    premises = (*rule.premises[:place], turned, *rule.premises[place + 1 :])
                    if not _alike(base, rule, msgspec.structs.replace(rule, premises=premises)):
                        return False
        return True

    def _same_strength(self, old: Rule, now: Rule) -> bool:
        """Whether no difference can go into the rule, or come out of it."""
        least = min(old.strength, now.strength)
        needed = [p.template for p in old.patterns()] + [c.of.template for c in old.counts()]
        if least >= min((self.caps[name] for name in needed), default=CERTAIN):
            return True
        shown = max(self.shown[conclusion.template] for conclusion in old.conclusions)
        return least >= shown or (shown == HOLDS and old.strength < HOLDS and now.strength < HOLDS)


def _alike(base: KnowledgeBase, one: Rule, other: Rule) -> bool:
    """Whether two rules say the same."""
    return (
        covers(base, one, FrozenRule(base, other)) is not None
        and covers(base, other, FrozenRule(base, one)) is not None
    )


def _caps(base: KnowledgeBase) -> Mapping[str, int]:
    """The highest grade that facts of each template can have; only advice cannot be stated."""
    stateable = (
        not (template.advice or template.caveat or template.kind)
        for template in base.templates.values()
    )
    caps = dict(zip(base.templates, (CERTAIN * each for each in stateable), strict=True))
    before: dict[str, int] = {}
    while caps != before:
        before = dict(caps)
        for rule in base.variants:
            needed = [p.template for p in rule.patterns()] + [c.of.template for c in rule.counts()]
            cap = min([rule.strength, *(caps[name] for name in needed)])
            for conclusion in rule.conclusions:
                caps[conclusion.template] = max(caps[conclusion.template], cap)
    return caps


def _shown(base: KnowledgeBase) -> Mapping[str, int]:
    """The highest grade of each template up to which a difference shows in some advice.

    Of a caveat it shows whether it holds, and no more.
    """
    against = {p.template for rule in base.rules for p in rule.exceptions}
    against |= {count.of.template for rule in base.rules for count in rule.counts()}
    firm = {c.template for rule in base.rules if not rule.otherwise for c in rule.conclusions}
    shown = {
        name: CERTAIN
        if name in against or (template.advice and name in firm)
        else HOLDS * (template.advice or template.caveat)
        for name, template in base.templates.items()
    }
    before: dict[str, int] = {}
    while shown != before:
        before = dict(shown)
        for rule in base.variants:
            above = max((shown[c.template] for c in rule.conclusions), default=0)
            for pattern in rule.patterns():
                most = min(rule.strength, above)
                shown[pattern.template] = max(shown[pattern.template], most)
    return shown
