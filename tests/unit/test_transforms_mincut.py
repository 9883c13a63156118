"""The cheapest set of values to save."""

from __future__ import annotations

from sourcead.ir.core import Value
from sourcead.ir.types import FLOAT
from sourcead.transforms.mincut import cheapest_saves


class Graph:
    """Values by name, with the operands from which each can be recomputed."""

    def __init__(self, operands: dict[str, list[str] | None], costs: dict[str, int]) -> None:
        self.values = {name: Value(FLOAT, name) for name in operands}
        self.operands = operands
        self.costs = costs

    def saves(self, *demands: str, known: tuple[str, ...] = ()) -> tuple[set[str], int]:
        def needs(value: Value) -> list[Value] | None:
            found = self.operands[value.hint]
            return None if found is None else [self.values[n] for n in found]

        cut, price = cheapest_saves(
            [self.values[d] for d in demands],
            lambda v: v.hint in known,
            needs,
            lambda v: self.costs.get(v.hint, 10),
        )
        return {v.hint for v in cut}, price


def test_one_carry_recomputes_all_that_follows_from_it():
    graph = Graph({"e": None, "denom": ["e"], "step": ["e", "denom"]}, {})
    assert graph.saves("e", "denom", "step") == ({"e"}, 10)


def test_one_product_is_saved_rather_than_its_three_factors():
    graph = Graph({"a": None, "b": None, "c": None, "p": ["a", "b", "c"]}, {})
    assert graph.saves("p") == ({"p"}, 10)


def test_a_tie_is_cut_next_to_the_demand():
    graph = Graph({"x": None, "y": ["x"]}, {})
    assert graph.saves("y") == ({"y"}, 10)


def test_a_costly_array_is_not_saved_for_two_elements_of_it():
    graph = Graph({"array": None, "left": ["array"], "right": ["array"]}, {"array": 1_000_000})
    assert graph.saves("left", "right") == ({"left", "right"}, 20)


def test_what_is_known_costs_nothing():
    graph = Graph({"x": None, "i": None, "y": ["x", "i"]}, {"x": 1000})
    assert graph.saves("y", known=("x", "i")) == (set(), 0)


def test_a_shared_source_is_paid_once():
    graph = Graph({"s": None, "a": ["s"], "b": ["s"], "c": ["a", "b"]}, {"s": 15})
    assert graph.saves("a", "b", "c") == ({"s"}, 15)
