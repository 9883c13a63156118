"""A program in both directions, quickly: <w, J v> by `vjp` and by `jvp`, and by differences.

No files are written, and the result may be of any structure. What the pullback has saved is its
own: it is called after everything that the caller has got has been overwritten, and twice.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np

import sourcead
from sourcead.errors import RefusalError
from sourcead.runtime.containers import parts_of, rebuilt
from tests import numerics
from tests.every_mode import LARGE, TINY, UNSUITED, slope
from tests.time_limits import time_limit

NUMBERS = int | float | complex | np.generic | np.ndarray
OWN_SECONDS = 0.5
SINGLE = (np.float32, np.complex64)


def leaves(tree: Any) -> Iterator[Any]:
    """What a value holds that is no container, in order."""
    parts = parts_of(tree)
    if parts is None:
        yield tree
        return
    for part in parts.values():
        yield from leaves(part)


def like(tree: Any, make: Callable[[Any], Any]) -> Any:
    """The structure of a value, with what is made of each leaf."""
    parts = parts_of(tree)
    if parts is None:
        return make(tree)
    return rebuilt(tree, {key: like(part, make) for key, part in parts.items()})


def moves(leaf: Any) -> bool:
    return isinstance(leaf, NUMBERS) and np.asarray(leaf).dtype.kind in "fc"


def random_leaf(rng: np.random.Generator) -> Callable[[Any], Any]:
    def made(leaf: Any) -> Any:
        if not moves(leaf):
            return np.zeros(np.shape(leaf))[()] if isinstance(leaf, NUMBERS) else leaf
        drawn = rng.normal(size=np.shape(leaf))
        if np.iscomplexobj(leaf):
            drawn = drawn + 1j * rng.normal(size=np.shape(leaf))
        return np.asarray(drawn, np.asarray(leaf).dtype)[()]

    return made


def along(weights: Any, out: Any, moved: Any) -> float:
    """<w, moved> over the leaves of `out` that can move."""
    parts = parts_of(out)
    if parts is not None:
        pairs = (parts_of(weights) or {}), (parts_of(moved) or {})
        return sum(along(pairs[0][k], part, pairs[1].get(k)) for k, part in parts.items())
    if moved is None or not moves(out):
        return 0.0
    return float(np.real(np.sum(np.multiply(weights, moved))))


def spoil(tree: Any) -> None:
    """Overwrite every array that a value holds."""
    for leaf in leaves(tree):
        if isinstance(leaf, np.ndarray) and leaf.flags.writeable and leaf.dtype.kind in "fc":
            leaf[...] = np.nan


def outcome(
    f: Callable[..., Any], inputs: Iterable[tuple[Any, ...]], moved: tuple[int, ...], text: str
) -> str:
    """A program at several arguments: `right`, `refused` or `unsuited`, an error if it is wrong."""
    found = {_outcome(f, args, moved, text) for args in inputs}
    return next(kind for kind in ("right", "refused", "unsuited") if kind in found)


def _outcome(
    f: Callable[..., Any], args: tuple[Any, ...], moved: tuple[int, ...], text: str
) -> str:
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            with time_limit(OWN_SECONDS):
                want = numerics.run(f, args)
        except (*UNSUITED, MemoryError, TimeoutError):
            return "unsuited"
        if not all(np.all(np.abs(leaf) < LARGE) for leaf in leaves(want) if moves(leaf)):
            return "unsuited"
        try:
            return check(f, args, moved, want, text)
        except RefusalError:
            return "refused"


def check(
    f: Callable[..., Any], args: tuple[Any, ...], moved: tuple[int, ...], want: Any, text: str = ""
) -> str:
    """`right`, or `unsuited` where differences do not converge.

    Raises:
        AssertionError: the directions, the differences or the values disagree.
        RefusalError: the function is refused.
    """
    rng = np.random.default_rng(5)
    weights = like(want, random_leaf(rng))
    direction = tuple(random_leaf(rng)(args[k]) for k in moved)
    given = _given(args)
    out, pullback = sourcead.vjp(f, *given)
    assert numerics.identical(list(args), list(given)), "vjp: the arguments were changed"
    _same_value("vjp", out, want)
    spoil((given, out))
    bars = pullback(weights)
    back = sum(along(direction[i], args[k], bars[k]) for i, k in enumerate(moved))
    spoil(bars)
    bars = pullback(weights)
    again = sum(along(direction[i], args[k], bars[k]) for i, k in enumerate(moved))
    assert back == again or np.isnan([back, again]).all(), f"pulled again: {again}, first {back}"
    tangents: list[Any] = [None] * len(args)
    for k, change in zip(moved, direction, strict=True):
        tangents[k] = change
    given = _given(args)
    out, out_dot = sourcead.jvp(f, given, tuple(tangents))
    assert numerics.identical(list(args), list(given)), "jvp: the arguments were changed"
    _same_value("jvp", out, want)
    ahead = along(weights, want, out_dot)
    scale = 1.0 + sum(float(np.sum(np.abs(v))) for v in leaves(want) if moves(v))
    single = any(np.asarray(v).dtype in SINGLE for v in leaves((args, want)) if moves(v))
    single |= "float32" in text or "complex64" in text
    exact = 1e-3 if single else 1e-8
    _agree("vjp and jvp", back, ahead, exact, scale)
    parts = [np.abs(v) for v in leaves(args) if moves(v)]
    if not all(np.all((v > TINY) & (v < np.inf)) for v in parts):
        return "right"
    found = _difference(f, args, moved, direction, weights, want)
    if found is None:
        return "unsuited"
    _agree("vjp and differences", back, found, max(exact, 1e-6), scale)
    return "right"


def _same_value(mode: str, out: Any, want: Any) -> None:
    """The same but for the order in which NumPy adds up a view or its copy."""
    pairs = list(zip(leaves(out), leaves(want), strict=True))
    fits = numerics.identical(out, want) or all(_alike(a, b) for a, b in pairs)
    assert fits, f"{mode}: value {out!r}, the function returns {want!r}"


def _alike(a: Any, b: Any) -> bool:
    if not moves(a) or not moves(b):
        return numerics.identical(a, b)
    exact = 1e-4 if np.asarray(b).dtype in SINGLE else 1e-12
    same = type(a) is type(b) and np.asarray(a).dtype == np.asarray(b).dtype
    return same and np.shape(a) == np.shape(b) and np.allclose(a, b, exact, exact, equal_nan=True)


def _agree(what: str, a: float, b: float, relative: float, scale: float) -> None:
    if not np.isfinite([a, b]).all():
        assert np.isnan(a) == np.isnan(b) or what != "vjp and differences", f"{what}: {a}, {b}"
        return
    assert abs(a - b) <= relative * max(abs(a), abs(b), 1e-2 * scale), f"{what}: {a!r}, {b!r}"


def _given(args: tuple[Any, ...]) -> tuple[Any, ...]:
    """The arguments, as nobody has written them yet."""
    given: tuple[Any, ...] = like(
        args, lambda v: np.copy(v, "K") if isinstance(v, np.ndarray) else v
    )
    return given


def _difference(
    f: Callable[..., Any], args: tuple[Any, ...], moved: tuple[int, ...], direction: Any,
    weights: Any, want: Any,
) -> float | None:  # fmt: skip
    def shifted(t: float) -> Any:
        there = numerics.run(f, _of_types(args, numerics.moved(args, moved, direction, t)))
        return np.float64(along(weights, want, there))

    found = slope(shifted)
    return None if found is None or abs(found) > LARGE else float(found)


def _of_types(args: tuple[Any, ...], moved: tuple[Any, ...]) -> tuple[Any, ...]:
    """Programs may ask whether a number is Python's."""
    return tuple(float(m) if type(a) is float else m for a, m in zip(args, moved, strict=True))
