"""Derivatives by differences and complex steps: what generated gradients are measured against."""

from __future__ import annotations

import contextlib
import copy
import io
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

Args = tuple[Any, ...]

# Four evaluations cancel the error up to the fourth power of the step, so that the step can be
# large enough for rounding not to matter.
STEP = 1e-4
STENCIL = ((1.0, 8.0 / 12.0), (-1.0, -8.0 / 12.0), (2.0, -1.0 / 12.0), (-2.0, 1.0 / 12.0))
COMPLEX_STEP = 1e-25


def run_on(f: Callable[..., Any], args: Args) -> Any:
    """Call `f` on the very arguments given, with its prints swallowed."""
    with contextlib.redirect_stdout(io.StringIO()):
        return f(*args)


def run(f: Callable[..., Any], args: Args) -> Any:
    """Call `f` on copies of the arguments, for `f` may overwrite them."""
    return run_on(f, copy.deepcopy(args))


def leaves(tree: Any) -> list[Any]:
    """The numbers and arrays in nested tuples and lists."""
    if isinstance(tree, tuple | list):
        return [leaf for item in tree for leaf in leaves(item)]
    return [tree]


def is_scalar(out: Any) -> bool:
    """Whether `grad` accepts a function with this result."""
    return not isinstance(out, tuple | list) and np.ndim(out) == 0


def random_like(tree: Any, rng: np.random.Generator) -> Any:
    """Random numbers in the structure and shapes of `tree`."""
    if isinstance(tree, tuple | list):
        return type(tree)(random_like(item, rng) for item in tree)
    if isinstance(tree, np.ndarray):
        return rng.normal(size=tree.shape)
    return float(rng.normal())


def dot(left: Any, right: Any) -> Any:
    """The sum of the products of corresponding entries; complex entries are not conjugated."""
    pairs = zip(leaves(left), leaves(right), strict=True)
    return sum((np.sum(np.multiply(a, b)) for a, b in pairs), 0.0)


def moved(args: Args, positions: tuple[int, ...], direction: Args, step: complex) -> Args:
    """The arguments after a step along a direction."""
    new = list(args)
    for position, change in zip(positions, direction, strict=True):
        value = args[position]
        target = value + step * change
        # Arithmetic makes a scalar of an array of rank 0: keep what the program tests for.
        new[position] = np.asarray(target) if isinstance(value, np.ndarray) else target
    return tuple(new)


def central(
    f: Callable[..., Any],
    args: Args,
    positions: tuple[int, ...],
    direction: Args,
    cotangent: Any = 1.0,
) -> float:
    """<cotangent, derivative of `f` along `direction`> by central differences of fourth order."""
    return float(
        sum(
            weight * dot(cotangent, run(f, moved(args, positions, direction, sign * STEP)))
            for sign, weight in STENCIL
        )
        / STEP
    )


def complex_step(
    f: Callable[..., Any],
    args: Args,
    positions: tuple[int, ...],
    direction: Args,
    cotangent: Any = 1.0,
) -> float:
    """The same to working precision, for functions that are analytic and accept complex numbers."""
    out = run(f, moved(args, positions, direction, 1j * COMPLEX_STEP))
    return float(np.imag(dot(cotangent, out)) / COMPLEX_STEP)


def directions(
    args: Args, positions: tuple[int, ...], rng: np.random.Generator, small: int = 12
) -> Iterator[Args]:
    """Two random directions, and each unit direction where there are not more than `small`."""
    chosen = tuple(args[position] for position in positions)
    for _ in range(2):
        yield random_like(chosen, rng)
    if sum(np.size(value) for value in chosen) > small:
        return
    zeros = [np.zeros(np.shape(value)) for value in chosen]
    for zero in zeros:
        for index in np.ndindex(zero.shape):
            zero[index] = 1.0
            yield tuple(
                z.copy() if isinstance(value, np.ndarray) else float(z)
                for z, value in zip(zeros, chosen, strict=True)
            )
            zero[index] = 0.0


def close(got: float, want: float, relative: float, scale: float) -> bool:
    """Equal up to `relative`, or up to rounding in something of the size of `scale`."""
    return bool(abs(got - want) <= relative * max(abs(want), 1e-3 * (1.0 + abs(scale))))


def check_gradient(
    f: Callable[..., Any],
    args: Args,
    positions: tuple[int, ...],
    bars: Args,
    cotangent: Any = 1.0,
    *,
    holomorphic: bool = False,
) -> None:
    """Compare cotangents of the arguments at `positions` with differences in every direction."""
    scale = float(np.real(dot(cotangent, run(f, args))))
    for direction in directions(args, positions, np.random.default_rng(7)):
        got = float(dot(bars, direction))
        want = central(f, args, positions, direction, cotangent)
        assert close(got, want, 1e-6, scale), (
            f"along {direction}: got {got!r}, central differences give {want!r}"
        )
        if holomorphic:
            want = complex_step(f, args, positions, direction, cotangent)
            assert close(got, want, 1e-10, scale), (
                f"along {direction}: got {got!r}, the complex step gives {want!r}"
            )


def identical(left: Any, right: Any) -> bool:
    """Same structure, types, shapes and bits."""
    if isinstance(left, tuple | list):
        return (
            type(left) is type(right)
            and len(left) == len(right)
            and all(identical(a, b) for a, b in zip(left, right, strict=True))
        )
    if left is None or right is None:
        return left is right
    if isinstance(left, dict):
        return (
            type(left) is type(right)
            and list(left) == list(right)
            and identical(list(left.values()), list(right.values()))
        )
    if hasattr(left, "__dict__"):
        return type(left) is type(right) and identical(vars(left), vars(right))
    if isinstance(left, np.ndarray) != isinstance(right, np.ndarray):
        return False
    a, b = np.asarray(left), np.asarray(right)
    return a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()


def shared(trees: list[Any]) -> bool:
    """Whether any two arrays among the leaves share memory."""
    arrays = [leaf for tree in trees for leaf in leaves(tree) if isinstance(leaf, np.ndarray)]
    return any(np.shares_memory(a, b) for i, a in enumerate(arrays) for b in arrays[i + 1 :])
