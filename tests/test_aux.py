"""Functions that return the scalar and something besides: `has_aux=True`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

import sourcead
from sourcead import cli
from sourcead.errors import DifferentiationError

X, Y = np.array([1.0, 2.0, 3.0]), np.array([0.5, 0.2, 0.1])


def residuals(x: Any, y: Any) -> Any:
    r = x * y - 1.0
    return np.sum(r**2), {"r": r, "n": len(x), "text": "as it is", "pair": (r[0], [x, None])}


def only_a_loss(x: Any) -> Any:
    return np.sum(x**2)


def wrong_order(x: Any) -> Any:
    return x, np.sum(x**2)


def early(x: Any) -> Any:
    if x[0] > 5.0:
        return np.sum(x), x * 2.0
    return np.sum(x**2), x * 3.0


def nested(x: Any) -> Any:
    slope, aux = sourcead.grad(residuals, has_aux=True)(x, Y)
    (value, again), both = sourcead.value_and_grad(residuals, wrt=("y", "x"), has_aux=True)(x, Y)
    return np.sum(slope**2) + np.sum(aux["r"] * again["r"]) + value * both[0][1]


def test_the_gradient_comes_with_the_rest() -> None:
    gradient, aux = sourcead.grad(residuals, has_aux=True)(X, Y)
    np.testing.assert_allclose(gradient, 2 * (X * Y - 1) * Y)
    np.testing.assert_allclose(aux["r"], X * Y - 1)
    assert (aux["n"], aux["text"], aux["pair"][1][1]) == (3, "as it is", None)


def test_the_value_comes_first() -> None:
    (value, aux), gradient = sourcead.value_and_grad(residuals, has_aux=True)(X, Y)
    np.testing.assert_allclose(value, np.sum((X * Y - 1) ** 2))
    np.testing.assert_allclose(gradient, 2 * (X * Y - 1) * Y)
    assert aux["n"] == 3


def test_several_arguments_in_any_order() -> None:
    (dy, dx), _ = sourcead.grad(residuals, wrt=("y", "x"), has_aux=True)(X, Y)
    np.testing.assert_allclose(dy, 2 * (X * Y - 1) * X)
    np.testing.assert_allclose(dx, 2 * (X * Y - 1) * Y)
    (only,), _ = sourcead.grad(residuals, wrt=("y",), has_aux=True)(X, Y)
    np.testing.assert_array_equal(only, dy)
    _, (single,) = sourcead.value_and_grad(residuals, wrt=(1,), has_aux=True)(X, Y)
    np.testing.assert_array_equal(single, dy)


def test_what_is_handed_out_shares_no_memory() -> None:
    gradient, aux = sourcead.grad(residuals, has_aux=True)(X, Y)
    assert not np.shares_memory(aux["pair"][1][0], X)
    assert not np.shares_memory(aux["r"], gradient)


@pytest.mark.parametrize("x", [X, X + 5.0])
def test_an_early_return(x: Any) -> None:
    gradient, aux = sourcead.grad(early, has_aux=True)(x)
    np.testing.assert_allclose(gradient, np.ones(3) if x[0] > 5.0 else 2 * x)
    np.testing.assert_allclose(aux, x * 2.0 if x[0] > 5.0 else x * 3.0)


def test_inside_a_differentiated_function() -> None:
    got = sourcead.grad(nested)(X)
    step = 1e-6
    want = [(nested(X + step * e) - nested(X - step * e)) / (2 * step) for e in np.eye(3)]
    np.testing.assert_allclose(got, want, rtol=1e-7)


def test_a_pair_without_has_aux_says_what_to_do() -> None:
    with pytest.raises(DifferentiationError, match="has_aux=True"):
        sourcead.grad(residuals)(X, Y)


@pytest.mark.parametrize("f", [only_a_loss, wrong_order])
def test_what_is_no_pair_of_a_scalar_and_something(f: Any) -> None:
    with pytest.raises(DifferentiationError, match="SAD304"):
        sourcead.grad(f, has_aux=True)(X)


def test_a_marked_function_of_a_file(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(
        "from sourcead import grad\n\n\n@grad(has_aux=True)\ndef f(x: float):\n"
        "    y = x * x\n    return y * x, y\n"
    )
    done = CliRunner().invoke(cli.main, [str(program)])
    assert done.exit_code == 0, done.output
    namespace: dict[str, Any] = {}
    exec(done.output, namespace)
    assert namespace["f_grad"](2.0) == (12.0, 4.0)
