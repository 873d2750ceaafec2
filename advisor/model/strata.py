"""Orders templates into strata, and finds the cycle where a base has no such order.

Stratified negation (Apt, Blair and Walker 1988): no template may depend on itself through
`unless`, `at-least` or `otherwise`. Positive cycles are fine. A default comes after all that rules
which are no defaults need to advise anything; one template may be concluded by both kinds.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Final, NamedTuple, TypeVar

from advisor.model.records import Rule, Template

K = TypeVar("K", bound=Hashable)

OTHER: Final = "other advice"  # stands among the templates for what defaults yield to


class Dependency(NamedTuple):
    """That conclusions of one template rest on facts of another, by one rule."""

    conclusion: str
    premise: str
    how: str  # "if", "unless", "at-least" or "otherwise"
    rule: str

    @property
    def strict(self) -> bool:
        """Whether the premise must be settled before the conclusion is begun."""
        return self.how != "if"


def components(successors: Mapping[K, Iterable[K]]) -> list[list[K]]:
    """The strongly connected components, each after those that it leads to.

    Tarjan's algorithm (1972), on a stack of its own; members and components come in an order
    fixed by the order of the mapping and its values.
    """
    index: dict[K, int] = {}
    low: dict[K, int] = {}
    waiting: list[K] = []
    on_stack: set[K] = set()
    found: list[list[K]] = []
    for root in successors:
        if root in index:
            continue
        work = [(root, iter(successors.get(root, ())))]
        index[root] = low[root] = len(index)
        waiting.append(root)
        on_stack.add(root)
        while work:
            node, rest = work[-1]
            for successor in rest:
                if successor not in index:
                    index[successor] = low[successor] = len(index)
                    waiting.append(successor)
                    on_stack.add(successor)
                    work.append((successor, iter(successors.get(successor, ()))))
                    break
                if successor in on_stack:
                    low[node] = min(low[node], index[successor])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == index[node]:
                    found.append(_pop_component(node, waiting, on_stack))
    return found


def _pop_component(root: K, waiting: list[K], on_stack: set[K]) -> list[K]:
    members = []
    while True:
        member = waiting.pop()
        on_stack.discard(member)
        members.append(member)
        if member == root:
            return members[::-1]


def dependencies(rules: Sequence[Rule], templates: Mapping[str, Template]) -> list[Dependency]:
    """Every dependency between templates, in order of rule."""
    found = []
    for rule in rules:
        needs = [(p.template, "if") for p in rule.patterns()]
        needs += [(p.of.template, "at-least") for p in rule.counts()]
        needs += [(p.template, "unless") for p in rule.exceptions]
        concluded = [conclusion.template for conclusion in rule.conclusions]
        if rule.otherwise:
            needs.append((OTHER, "otherwise"))
        elif any(templates[name].advice for name in concluded):
            concluded.append(OTHER)
        found += [
            Dependency(conclusion, name, how, rule.id)
            for conclusion in concluded
            for name, how in needs
        ]
    return found


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
    queue = [start]
    for name in queue:
        if name == goal:
            break
        for link in needs.get(name, ()):
            if link.premise not in came:
                came[link.premise] = [*came[name], link]
                queue.append(link.premise)
    return came[goal]
