"""Every program of the corpus, on every argument set, against differences and complex steps."""

from __future__ import annotations

import copy
import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import sourcead
from sourcead.errors import RefusalError
from tests import numerics
from tests.corpus.registry import Args, Case, all_cases, describe
from tests.standalone import load_alone

CASES = all_cases()


def _items() -> list[Any]:
    return [
        pytest.param(entry, k, id=f"{entry.name}-{k}-{describe(make(np.random.default_rng(0)))}")
        for entry in CASES
        for k, make in enumerate(entry.makers)
    ]


def arguments(entry: Case, k: int) -> Args:
    """The k-th argument set of a case, the same at every call."""
    return entry.makers[k](np.random.default_rng(1000 + k))


@functools.cache
def gradient_of(entry: Case) -> Callable[..., Any]:
    """One gradient per case: its argument sets are specialisations of it, as with a user's."""
    wrt = entry.wrt[0] if len(entry.wrt) == 1 else entry.wrt
    return sourcead.grad(entry.f, wrt=wrt)


@functools.cache
def value_and_gradient_of(entry: Case) -> Callable[..., Any]:
    wrt = entry.wrt[0] if len(entry.wrt) == 1 else entry.wrt
    return sourcead.value_and_grad(entry.f, wrt=wrt)


def check_forms(args: Args, positions: tuple[int, ...], bars: Args) -> None:
    """A cotangent has the shape and, for arrays, the type of its argument."""
    for position, bar in zip(positions, bars, strict=True):
        value = args[position]
        assert np.shape(bar) == np.shape(value)
        assert np.asarray(bar).dtype == np.float64
        if np.ndim(value):
            assert type(bar) is np.ndarray


@pytest.mark.parametrize(("entry", "k"), _items())
def test_the_program_itself(entry: Case, k: int) -> None:
    """The declarations hold: differences converge, and the complex step applies where tagged."""
    args = arguments(entry, k)
    out = numerics.run(entry.f, args)
    cotangent = numerics.random_like(out, np.random.default_rng(3))
    scale = float(numerics.dot(cotangent, out))
    rng = np.random.default_rng(7)
    for direction in list(numerics.directions(args, entry.positions, rng))[:2]:
        want = numerics.central(entry.f, args, entry.positions, direction, cotangent)
        assert np.isfinite(want)
        if "holomorphic" in entry.tags:
            got = numerics.complex_step(entry.f, args, entry.positions, direction, cotangent)
            assert numerics.close(got, want, 1e-7, scale), (got, want)


@pytest.mark.parametrize(("entry", "k"), _items())
def test_derivative(entry: Case, k: int, tmp_path: Path) -> None:
    args = arguments(entry, k)
    out = numerics.run(entry.f, args)
    check = check_scalar if numerics.is_scalar(out) else check_vector
    check(entry, args, out, tmp_path)


def check_scalar(entry: Case, args: Args, out: Any, tmp_path: Path) -> None:
    """`grad` and `value_and_grad` of a program with a scalar result."""
    given = copy.deepcopy(args)
    gradient = gradient_of(entry)
    result = numerics.run_on(gradient, given)
    value, again = numerics.run_on(value_and_gradient_of(entry), given)
    bars = result if len(entry.wrt) > 1 else (result,)
    check_forms(args, entry.positions, bars)
    assert numerics.identical(list(args), list(given)), "the caller's arguments were changed"
    assert numerics.identical(value, out), f"value {value!r}, the function returns {out!r}"
    assert not numerics.shared([given, bars, value]), "results share memory"
    assert not numerics.shared([given, again, value]), "results share memory"
    for bars_of_one in (bars, again if len(entry.wrt) > 1 else (again,)):
        numerics.check_gradient(
            entry.f,
            args,
            entry.positions,
            bars_of_one,
            holomorphic="holomorphic" in entry.tags,
        )
    source = sourcead.source(gradient, *args)
    alone = load_alone(source, tmp_path / "alone_grad.py", f"{entry.f.__name__}_grad")
    assert numerics.identical(numerics.run(alone, args), result), "the source alone differs"


def check_vector(entry: Case, args: Args, out: Any, tmp_path: Path) -> None:
    """`vjp` of a program with any result, its pullback called twice."""
    given = copy.deepcopy(args)
    cotangent = numerics.random_like(out, np.random.default_rng(3))
    value, pullback = numerics.run_on(sourcead.vjp, (entry.f, *given))
    sent = copy.deepcopy(cotangent)
    result = pullback(sent)
    again = pullback(sent)
    assert type(result) is tuple
    assert len(result) == len(args)
    bars = tuple(result[position] for position in entry.positions)
    check_forms(args, entry.positions, bars)
    assert numerics.identical(list(args), list(given)), "the caller's arguments were changed"
    assert numerics.identical(cotangent, sent), "the caller's cotangent was changed"
    assert numerics.identical(value, out), f"value {value!r}, the function returns {out!r}"
    assert numerics.identical(result, again), "the second call of the pullback differs"
    assert not numerics.shared([given, sent, value, result, again]), "results share memory"
    numerics.check_gradient(
        entry.f,
        args,
        entry.positions,
        bars,
        cotangent,
        holomorphic="holomorphic" in entry.tags,
    )


def in_columns(value: Any) -> Any:
    """An array of the same numbers: a matrix stored by columns, a vector with gaps."""
    if not isinstance(value, np.ndarray) or value.ndim == 0:
        return value
    if value.ndim > 1:
        return np.asfortranarray(value)
    return np.repeat(value, 2)[::2]


def _with_matrices() -> list[Any]:
    """Each case with its first argument set that has an array of rank two or more."""
    found = []
    for entry in CASES:
        for k, make in enumerate(entry.makers):
            if any(np.ndim(value) > 1 for value in make(np.random.default_rng(0))):
                found.append(pytest.param(entry, k, id=f"{entry.name}-{k}"))
                break
    return found


@pytest.mark.parametrize(("entry", "k"), _with_matrices())
def test_arrays_stored_by_columns(entry: Case, k: int) -> None:
    """Whether `reshape` gives a view or a copy depends on the layout: right, or refused."""
    args = tuple(in_columns(value) for value in arguments(entry, k))

    def relaid(*values: Any) -> Any:
        return entry.f(*map(in_columns, values))

    out = numerics.run(relaid, args)
    cotangent = numerics.random_like(out, np.random.default_rng(3))
    try:
        value, pullback = numerics.run_on(sourcead.vjp, (entry.f, *args))
    except RefusalError as refusal:
        if not {diagnostic.code for diagnostic in refusal.diagnostics} <= {"SAD201", "SAD203"}:
            raise
        return
    assert numerics.identical(value, out)
    bars = tuple(pullback(cotangent)[position] for position in entry.positions)
    numerics.check_gradient(relaid, args, entry.positions, bars, cotangent)
