"""Turns possible facts into an index: numbered in the order of their English, found by pattern."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping

from advisor.model.records import Aggregate, AnyOf, Instance, KnowledgeBase, Pattern
from advisor.model.values import Value
from advisor.reasoning.unification import bound, matches, ways


class PossibleFacts:
    """All possible facts, and the nodes of other advice beyond them, each with a number.

    In a base with default rules there is a *node of other advice* for each client. Every firing of
    a rule that is no default and advises the client raises it, and it stands against every default
    for that client. It is graded as facts are, and is no instance: nobody states it or sees it.
    """

    def __init__(
        self, base: KnowledgeBase, possible: Iterable[Instance], named: Iterable[Instance] = ()
    ) -> None:
        """Of those `named`, what rules conclude is possible whether they do or not."""
        self.base = base
        self.named = frozenset(i for i in named if i.template in base.derived)
        self.instances: tuple[Instance, ...] = tuple(base.ordered(possible))
        self.number: dict[Instance, int] = {i: n for n, i in enumerate(self.instances)}
        self.of_template: dict[str, list[int]] = {}
        for n, instance in enumerate(self.instances):
            self.of_template.setdefault(instance.template, []).append(n)
        self.other: dict[Value, int] = self._nodes()  # by client
        self.size = len(self.instances) + len(self.other)  # facts and nodes, numbered from 0
        self._indexes: dict[tuple[str, tuple[int, ...]], dict[tuple[Value, ...], list[int]]] = {}
        self._fitting: dict[tuple[object, ...], tuple[int, ...]] = {}
        self.worth: dict[tuple[Aggregate, tuple[Value | None, ...]], Mapping[Instance, Value]] = {}

    def _nodes(self) -> dict[Value, int]:
        """A number beyond those of the facts for each client, where there are default rules."""
        if not any(rule.otherwise for rule in self.base.rules):
            return {}
        clients = dict.fromkeys(self.advised.values())
        return {client: len(self.instances) + n for n, client in enumerate(clients)}

    @functools.cached_property
    def advised(self) -> Mapping[int, Value]:
        """Whom each piece of possible advice advises."""
        return {
            n: self.client(self.instances[n])
            for template in self.of_template
            if self.base.templates[template].advice
            for n in self.of_template[template]
        }

    def client(self, advice: Instance) -> Value:
        """Whom a piece of advice advises."""
        return self.base.templates[advice.template].slot_values(advice)["client"]

    def matching(self, pattern: Pattern, bindings: Mapping[str, Value]) -> tuple[int, ...]:
        """The possible facts that match a pattern; a variable without a binding is local to it."""
        template = self.base.templates[pattern.template]
        known = bound(pattern, bindings)
        fixed = tuple(
            n for n, term in enumerate(known) if term is not None and not isinstance(term, AnyOf)
        )
        index = self._index(pattern.template, fixed)
        found = index.get(tuple(known[n] for n in fixed), ())  # type: ignore[misc]
        if len(fixed) == len(known):
            return tuple(found)
        asked = (pattern.template, pattern.terms, *known)
        if asked not in self._fitting:  # firings that ask alike share one answer
            values = ((n, self.instances[n].values) for n in found)
            fits = (n for n, each in values if matches(template, pattern.terms, each, bindings))
            self._fitting[asked] = tuple(fits)
        return self._fitting[asked]

    def _index(self, template: str, fixed: tuple[int, ...]) -> dict[tuple[Value, ...], list[int]]:
        """The template's facts by the values of some slots, each way round if symmetric."""
        index = self._indexes.get((template, fixed))
        if index is None:
            index = self._indexes[template, fixed] = {}
            for n in self.of_template.get(template, ()):
                both = ways(self.base.templates[template], self.instances[n].values)
                for key in dict.fromkeys(tuple(way[i] for i in fixed) for way in both):
                    index.setdefault(key, []).append(n)
        return index
