"""Lengths that coincide in the arguments of a call: relied on where the code says so."""

from __future__ import annotations

import numpy as np
import pytest

import sourcead
from sourcead.runtime.axes import equalities, with_equal_axes, without_symbols
from sourcead.runtime.derivative import Derivative
from sourcead.runtime.specialise import types_of


def _stated(**arguments: object) -> list[tuple[str, ...]]:
    names, values = tuple(arguments), tuple(arguments.values())
    return [equalities(names, t) for t in with_equal_axes(types_of(names, values), values)]


def test_arrays_of_one_shape_come_first() -> None:
    x, y = np.ones((3, 4)), np.ones((3, 4))
    assert _stated(x=x, y=y) == [("x.shape == y.shape",)]


def test_axes_a_few_shorter_than_another() -> None:
    assert _stated(u=np.ones((9, 5)), k=np.ones((7, 5))) == [
        ("u.shape[1] == k.shape[1]", "k.shape[0] == u.shape[0] - 2"),
        ("u.shape[1] == k.shape[1]",),
    ]


def test_axes_of_one_length_come_last() -> None:
    assert _stated(a=np.ones((3, 4)), v=np.ones(4)) == [("a.shape[1] == len(v)",)]


def test_axes_of_length_one_are_known_anyway() -> None:
    assert _stated(a=np.ones((1, 1)), v=np.ones(1)) == []


def test_parts_of_containers() -> None:
    assert _stated(p={"w": np.ones((3, 5))}, xs=(np.ones(5), 2.0)) == [
        ("p['w'].shape[1] == len(xs[0])",)
    ]


def test_types_without_symbols_are_those_of_any_lengths() -> None:
    t, u = types_of(("x", "y"), (np.ones((3, 4)), np.ones((7, 8))))
    assert t != u
    assert without_symbols(t) == without_symbols(u)


def staggered(u, v):
    return np.sum((u[1:] * v[:-1] + v[1:]) ** 2)


def expected(u: np.ndarray, v: np.ndarray) -> np.ndarray:
    terms = 2.0 * (u[1:] * v[:-1] + v[1:]) * v[:-1]
    whole = np.zeros_like(u)
    if len(u) == 2:
        whole[1] = np.sum(terms)
    else:
        whole[1:] = terms
    return whole


def test_code_states_what_it_relies_on_and_other_lengths_get_other_code() -> None:
    g = sourcead.grad(staggered)
    rng = np.random.default_rng(0)
    for n, m in [(5, 5), (2, 6), (2, 2), (5, 2), (7, 7), (2, 4)]:
        u, v = rng.normal(size=n), rng.normal(size=m)
        if m == 2 and n != 2:
            v_like = np.broadcast_to(u[1:] * v[:-1] + v[1:], (n - 1,))
            want = np.concatenate([[0.0], 2.0 * v_like * v[0]])
        else:
            want = expected(u, v)
        np.testing.assert_allclose(g(u, v), want, rtol=1e-13)
    assert "assert u.shape == v.shape" in g.source_for(np.ones(5), np.ones(5))
    assert "assert" not in g.source_for(np.ones(2), np.ones(6))


def test_source_refuses_other_lengths() -> None:
    namespace: dict[str, object] = {}
    exec(sourcead.source(sourcead.grad(staggered), np.ones(5), np.ones(5)), namespace)
    with pytest.raises(AssertionError):
        namespace["staggered_grad"](np.ones(2), np.ones(5))


def test_code_right_for_all_lengths_is_made_in_the_end() -> None:
    g = Derivative(staggered, "grad", 0)
    before = g.source_for(np.ones(5), np.ones(5))
    for n in (3, 4, 6):
        g(np.ones(n), np.ones(n))
    assert g.source == before
    sources = {g.source_for(np.ones(2), np.ones(m)) for m in range(6, 12)}
    assert len(sources) <= 3
