"""Checkpointed loops in every direction and composition, against the plain loops.

The programs are those of `checkpointed_bodies`, and at the third order some of
`checkpointed_programs`; what they compute without checkpoints is made of their text.
"""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from sourcead import grad, hessian, hvp, jacobian, jvp, linearize, vjp
from tests import checkpointed_bodies, checkpointed_programs, numerics
from tests.uncheckpointed import program_names, without_checkpoints

X, W, ONES = np.array([0.3, -0.2, 0.5]), np.arange(9.0).reshape(3, 3) / 9.0, np.ones(3)
Program = Callable[..., Any]


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> dict[ModuleType, ModuleType]:
    """The programs without checkpoints."""
    directory = tmp_path_factory.mktemp("plain")
    modules = (checkpointed_bodies, checkpointed_programs)
    return {module: without_checkpoints(module, directory) for module in modules}


def close(got: Any, want: Any) -> None:
    for a, b in zip(numerics.leaves(got), numerics.leaves(want), strict=True):
        assert a is b is None or np.allclose(a, b, rtol=1e-11, atol=1e-13)


def twice(pullback: Callable[[float], Any]) -> tuple[Any, Any]:
    return pullback(1.0)[0], pullback(1.0)[0]


def squared_gradient(f: Program) -> Program:
    return lambda x, w, n: np.sum(grad(f)(x, w, n) ** 2)


def thrice(f: Program, n: int) -> Any:
    """Reverse over reverse over reverse."""
    return grad(lambda x: np.sum(grad(lambda y: np.sum(grad(f)(y, W, n)))(x)))(X)


def along_ones(g: Program, n: int) -> Any:
    """The same number by number: forward over forward over reverse."""
    return jvp(lambda x: hvp(g)(x, W, n, ONES), (X,), (ONES,))[1]


DIRECTIONS: dict[str, Callable[[Program, int], Any]] = {
    "pullback": lambda f, n: twice(vjp(f, X, W, n)[1]),
    "forward": lambda f, n: jvp(f, (X, W, n), (ONES, None, None)),
    "hvp": lambda f, n: hvp(f)(X, W, n, ONES),
    "reverse over reverse": lambda f, n: grad(squared_gradient(f))(X, W, n),
    "linear map of the gradient": lambda f, n: linearize(grad(f), X, W, n)[1](ONES, None, None),
}


def expected(g: Program, n: int) -> dict[str, Any]:
    """What each direction gives, of the value, gradient and Hessian of the plain loops alone."""
    bar, along = grad(g, wrt=("x", "w"))(X, W, n)[0], hvp(g)
    second = along(X, W, n, ONES)
    return {
        "pullback": (bar, bar),
        "forward": (g(X.copy(), W.copy(), n), bar @ ONES),
        "hvp": second,
        "reverse over reverse": along(X, W, n, 2.0 * bar),
        "linear map of the gradient": second,
    }


NAMES = program_names(checkpointed_bodies)


@pytest.mark.parametrize("name", NAMES)
def test_every_direction(name: str, plain: dict[ModuleType, ModuleType]) -> None:
    f, g = getattr(checkpointed_bodies, name), getattr(plain[checkpointed_bodies], name)
    for n in (1, 7):
        assert f(X.copy(), W.copy(), n) == g(X.copy(), W.copy(), n)
        close(grad(f, wrt=("x", "w"))(X, W, n), grad(g, wrt=("x", "w"))(X, W, n))
    want = expected(g, 7)
    for key, direction in DIRECTIONS.items():
        close(direction(f, 7), want[key])


@pytest.mark.parametrize("name", ["in_place", "swaps", "over_list", "two"])
def test_matrices(name: str, plain: dict[ModuleType, ModuleType]) -> None:
    """What runs over the schedule more than once starts it anew."""
    f, g = getattr(checkpointed_programs, name), getattr(plain[checkpointed_programs], name)
    want = hessian(g)(X, W, 6)
    close(hessian(f)(X, W, 6), want)
    close(jacobian(grad(f), mode="reverse")(X, W, 6), want)
    _, along = linearize(grad(f), X, W, 6)
    first = along(ONES, None, None)
    close(along(ONES, None, None), first)
    close(first, want @ ONES)


THIRD = {
    checkpointed_programs: ["over_reversed", "swaps", "waits_and_breaks", "walrus", "bound_inside"],
    checkpointed_bodies: ["bound_sometimes", "bound_in_while", "closure", "pass_on", "nest_three"],
}


@pytest.mark.parametrize(
    ("module", "name"), [(module, name) for module, names in THIRD.items() for name in names]
)
def test_third_order(module: ModuleType, name: str, plain: dict[ModuleType, ModuleType]) -> None:
    f, g = getattr(module, name), getattr(plain[module], name)
    close(thrice(f, 7), along_ones(g, 7))
