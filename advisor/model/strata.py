"""Orders templates into strata, and finds the cycle where a base has no such order.

Stratified negation (Apt, Blair and Walker 1988): no template may depend on itself through
`unless`, `at-least`, `let` or `otherwise`. Positive cycles are fine. A default comes after all that
rules which are no defaults need to advise anything; one template may be concluded by both kinds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from advisor.model.records import KnowledgeBase, Rule, Template
from advisor.model.relations import closure, components

OTHER: Final = "other advice"  # stands among the templates for what defaults yield to


class Dependency(NamedTuple):
    """That conclusions of one template rest on facts of another, by one rule."""

    conclusion: str
    premise: str
    how: str  # "if", "unless", "at-least", "let" or "otherwise"
    rule: str

    @property
    def strict(self) -> bool:
        """Whether the premise must be settled before the conclusion is begun."""
        return self.how != "if"


def concluded(rule: Rule, templates: Mapping[str, Template]) -> list[str]:
    """The templates that a rule concludes, with OTHER where defaults yield to it."""
    names = [conclusion.template for conclusion in rule.conclusions]
    advises = not rule.otherwise and any(templates[name].advice for name in names)
    return [*names, OTHER] if advises else names


def dependencies(rules: Sequence[Rule], templates: Mapping[str, Template]) -> list[Dependency]:
    """Every dependency between templates, in order of rule."""
    found = []
    for rule in rules:
        how = "let" if rule.concludes_computed() else "if"
        needs = [(p.template, how) for p in rule.patterns()]
        needs += [(of.of.template, "let") for of in rule.aggregates()]
        needs += [(p.of.template, "at-least") for p in rule.counts()]
        needs += [(p.template, "unless") for p in rule.exceptions]
        needs += [(OTHER, "otherwise")] if rule.otherwise else []
        found += [
            Dependency(conclusion, name, how, rule.id)
            for conclusion in concluded(rule, templates)
            for name, how in needs
        ]
    return found


def resting(base: KnowledgeBase, templates: Iterable[str]) -> set[str]:
    """These templates, with all that rests on them in whatever way."""
    above: dict[str, list[str]] = {}
    for dependency in dependencies(base.rules, base.templates):
        above.setdefault(dependency.premise, []).append(dependency.conclusion)
    return set(closure(templates, lambda name: above.get(name, ())))


def forbidden_cycle(found: Sequence[Dependency]) -> list[Dependency] | None:
    """A shortest cycle through a strict dependency, beginning with that one; None if stratified."""
    needs: dict[str, list[Dependency]] = {}
    for dependency in found:
        needs.setdefault(dependency.conclusion, []).append(dependency)
    graph = {name: [d.premise for d in links] for name, links in needs.items()}
    component_of = {
        name: number for number, members in enumerate(components(graph)) for name in members
    }
    cycles = [
        [dependency, *_path(dependency.premise, dependency.conclusion, needs)]
        for dependency in found
        if dependency.strict
        and component_of[dependency.conclusion] == component_of[dependency.premise]
    ]
    return min(cycles, key=lambda cycle: (len(cycle), cycle), default=None)


def _path(start: str, goal: str, needs: Mapping[str, list[Dependency]]) -> list[Dependency]:
    """A shortest chain of dependencies from one template to another, which exists."""
    came: dict[str, list[Dependency]] = {start: []}

    def below(name: str) -> Iterator[str]:
        for link in needs.get(name, ()):
            came.setdefault(link.premise, [*came[name], link])
            yield link.premise

    next(name for name in closure([start], below) if name == goal)
    return came[goal]
