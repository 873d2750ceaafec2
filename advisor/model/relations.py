"""What a relation between any things leads to: all that is reached, and what leads to itself."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping
from typing import TypeVar

K = TypeVar("K", bound=Hashable)


def closure(start: Iterable[K], below: Callable[[K], Iterable[K]]) -> Iterator[K]:
    """All that the start leads to, itself included, each once: breadth first.

    `below` says what one thing leads to; it is asked when that thing has been handed out.
    """
    seen = dict.fromkeys(start)
    waiting = list(seen)
    for node in waiting:
        yield node
        fresh = {other: None for other in below(node) if other not in seen}
        seen |= fresh
        waiting += fresh


def consequences(given: Iterable[K], rules: Iterable[tuple[Collection[K], Iterable[K]]]) -> set[K]:
    """All that follows from what is given, by rules from all of some things to others.

    Each rule is looked at once for each thing that it needs (Dowling and Gallier 1984).
    """
    start, left, concluded = list(given), list[int](), list[Iterable[K]]()
    users: dict[K, list[int]] = {}
    for number, (needs, made) in enumerate(rules):
        start += () if needs else made
        left.append(len(set(needs)))
        concluded.append(made)
        for need in dict.fromkeys(needs):
            users.setdefault(need, []).append(number)

    def below(node: K) -> Iterator[K]:
        for number in users.get(node, ()):
            left[number] -= 1
            yield from () if left[number] else concluded[number]

    return set(closure(start, below))


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
