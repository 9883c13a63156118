"""The cheapest set of values to save: a minimum vertex cut between sources and demands.

A value that can be recomputed needs its operands; one that cannot is a source. Saving a value
costs its size. The cut closest to the demands is taken, so that ties recompute least.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise

from sourcead.ir.core import Value

INFINITE = 1 << 60

Needs = Callable[[Value], Sequence[Value] | None]
Cost = Callable[[Value], int]


def cheapest_saves(
    demands: Iterable[Value], known: Callable[[Value], bool], needs: Needs, cost: Cost
) -> tuple[list[Value], int]:
    """The values to save and their total cost; `needs` gives operands, None if not recomputable."""
    graph = _Graph()
    pending = [v for v in dict.fromkeys(demands) if not known(v)]
    seen = set(pending)
    for value in pending:
        graph.connect((value, 1), _SINK, INFINITE)
    while pending:
        value = pending.pop()
        graph.connect((value, 0), (value, 1), cost(value))
        operands = needs(value)
        if operands is None:
            graph.connect(_SOURCE, (value, 0), INFINITE)
            continue
        for operand in operands:
            if known(operand):
                continue
            graph.connect((operand, 1), (value, 0), INFINITE)
            if operand not in seen:
                seen.add(operand)
                pending.append(operand)
    total = graph.saturate()
    reaches = graph.reaching_sink()
    cut = [v for v in seen if (v, 1) in reaches and (v, 0) not in reaches]
    return sorted(cut, key=lambda v: v.id), total


_Node = object
_SOURCE: _Node = "source"
_SINK: _Node = "sink"


class _Graph:
    """Residual capacities; each edge exists in both directions."""

    def __init__(self) -> None:
        self.room: dict[_Node, dict[_Node, int]] = {_SOURCE: {}, _SINK: {}}

    def connect(self, a: _Node, b: _Node, capacity: int) -> None:
        self.room.setdefault(a, {})[b] = capacity
        self.room.setdefault(b, {}).setdefault(a, 0)

    def saturate(self) -> int:
        """Push flow along shortest paths until none is left (Edmonds & Karp 1972)."""
        total = 0
        while (path := self._shortest_path()) is not None:
            edges = list(pairwise(path))
            amount = min(self.room[a][b] for a, b in edges)
            for a, b in edges:
                self.room[a][b] -= amount
                self.room[b][a] += amount
            total += amount
        return total

    def _shortest_path(self) -> list[_Node] | None:
        came_from: dict[_Node, _Node] = {_SOURCE: _SOURCE}
        queue = deque([_SOURCE])
        while queue:
            node = queue.popleft()
            if node is _SINK:
                path = [node]
                while node is not _SOURCE:
                    node = came_from[node]
                    path.append(node)
                return path[::-1]
            for after, room in self.room[node].items():
                if room > 0 and after not in came_from:
                    came_from[after] = node
                    queue.append(after)
        return None

    def reaching_sink(self) -> set[_Node]:
        """The nodes from which flow could still reach the sink."""
        found: set[_Node] = {_SINK}
        queue = deque([_SINK])
        while queue:
            node = queue.popleft()
            for before in self.room[node]:
                if before not in found and self.room[before].get(node, 0) > 0:
                    found.add(before)
                    queue.append(before)
        return found
