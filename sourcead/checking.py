"""Gradients compared with central differences and the complex step."""

from __future__ import annotations

import dataclasses
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from sourcead.errors import SourceadError, UsageError

if TYPE_CHECKING:
    from sourcead.runtime.derivative import Wrt

# Central differences lose half of the digits; a third of them is left where f is ill-conditioned.
STEP = float(np.cbrt(np.finfo(np.float64).eps))
COMPLEX_STEP = 1e-30


class GradientMismatch(SourceadError, AssertionError):
    """A gradient that does not agree with differences of the function's values."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One direction in which the gradient was compared."""

    argument: str
    direction: str
    gradient: float
    reference: float
    method: str

    @property
    def error(self) -> float:
        return abs(self.gradient - self.reference) / max(1.0, abs(self.reference))

    @property
    def cells(self) -> tuple[str, ...]:
        numbers = (f"{self.gradient:.10g}", f"{self.reference:.10g}")
        return (self.argument, self.direction, *numbers, self.method)


@dataclass(frozen=True, slots=True)
class Report:
    """What `check_grads` compared; printing it shows a table."""

    function: str
    entries: tuple[Entry, ...]
    tolerance: float

    @property
    def worst(self) -> float:
        """The largest relative error."""
        return float(np.max([entry.error for entry in self.entries], initial=0.0))

    @property
    def passed(self) -> bool:
        return all(entry.error <= self.tolerance for entry in self.entries)

    def __str__(self) -> str:
        head = ("argument", "direction", "gradient", "reference", "method", "error")
        rows = [(*entry.cells, self._mark(entry)) for entry in self.entries]
        widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
        lines = ["  ".join(map(str.ljust, row, widths)).rstrip() for row in (head, *rows)]
        return "\n".join([f"gradient of {self.function}, tolerance {self.tolerance:g}", *lines])

    def _mark(self, entry: Entry) -> str:
        return f"{entry.error:.1e}" + ("" if entry.error <= self.tolerance else "  <-- differs")


def check_grads(
    f: Callable[..., Any],
    args: Sequence[Any],
    wrt: Wrt | None = None,
    *,
    tolerance: float = 1e-5,
    directions: int = 2,
    seed: int = 0,
) -> Report:
    """Compare the gradient of a scalar function with differences of its values.

    Each argument is moved in random directions; a scalar in its one direction. The complex step,
    which is exact to the last digits, is used where the function runs on complex arguments and
    depends on them smoothly, and central differences where it does not.

    Args:
        f: the function.
        args: where to compare.
        wrt: as for `grad`; without it, every argument that has a derivative.
        tolerance: the largest relative error allowed (absolute below 1).
        directions: random directions for each array.
        seed: of the random directions.

    Returns:
        The report.

    Raises:
        GradientMismatch: the gradient is wrong; the message is the table. It is an AssertionError.
        UsageError: no argument has a derivative.

    >>> report = check_grads(lambda x, n: np.sum(x**n), (np.array([1.0, 2.0]), 3))
    >>> report.passed
    True
    """
    from sourcead.runtime.derivative import Derivative
    from sourcead.runtime.specialise import has_derivative, types_of
    from sourcead.runtime.variadic import written_out

    f = written_out(f, len(args))
    names = Derivative(f, "grad", 0).parameters[: len(args)]
    if wrt is None:
        types = types_of(names, args)
        wrt = tuple(n for n, t in zip(names, types, strict=True) if has_derivative(t))
        if not wrt:
            raise UsageError("none of the arguments has a derivative: pass floats or float arrays")
    chosen = (wrt,) if isinstance(wrt, int | str) else tuple(wrt)
    gradients = Derivative(f, "grad", chosen)(*_copied(args))
    rng = np.random.default_rng(seed)
    entries: list[Entry] = []
    for item, gradient in zip(chosen, gradients, strict=True):
        place = names.index(item) if isinstance(item, str) else range(len(names))[item]
        _check_shapes(gradient, args[place], names[place])
        point = _Point(f, args, place)
        entries += _compare(point, names[place], gradient, rng, directions)
    report = Report(f.__name__, tuple(entries), max(tolerance, _resolution(args)))
    if not report.passed:
        raise GradientMismatch(str(report))
    return report


def _check_shapes(gradient: Any, value: Any, name: str) -> None:
    got = [np.shape(leaf) for leaf in _leaves(gradient)]
    want = [np.shape(leaf) for leaf in _leaves(value)]
    if got != want:
        raise GradientMismatch(f"the gradient of {name} has shapes {got}, but {name} has {want}")


def _resolution(args: Sequence[Any]) -> float:
    """What rounding in single precision alone explains."""
    narrow = [leaf for leaf in _leaves(list(args)) if getattr(leaf, "dtype", None) == np.float32]
    return 1e-3 if narrow else 0.0


def _compare(
    point: _Point, name: str, gradient: Any, rng: np.random.Generator, count: int
) -> list[Entry]:
    """The derivative along some directions of one argument, in two ways."""
    values, bars = _leaves(point.value), _leaves(gradient)
    is_scalar = len(values) == 1 and np.ndim(values[0]) == 0
    entries = []
    for k in range(1 if is_scalar else count):
        direction = [_direction(value, rng, is_scalar) for value in values]
        got = sum(float(np.sum(g * d)) for g, d in zip(bars, direction, strict=True))
        want, method = point.derivative(direction)
        label = "1" if is_scalar else f"random {k + 1}"
        entries.append(Entry(name, label, got, want, method))
    return entries


def _direction(value: Any, rng: np.random.Generator, is_scalar: bool) -> Any:
    if np.iscomplexobj(value):
        raise UsageError("check_grads moves real arguments only: split the complex one in two")
    if not np.issubdtype(np.asarray(value).dtype, np.floating):
        return np.zeros(np.shape(value))
    return 1.0 if is_scalar else rng.normal(size=np.shape(value))


@dataclass(frozen=True, slots=True)
class _Point:
    """A function at some arguments, of which one is moved."""

    f: Callable[..., Any]
    args: Sequence[Any]
    place: int

    @property
    def value(self) -> Any:
        return self.args[self.place]

    def at(self, direction: list[Any], step: complex) -> Any:
        """The value of the function a step away, in double precision."""
        moved = list(_copied(self.args))
        leaves = iter(
            [_wide(v) + step * d for v, d in zip(_leaves(self.value), direction, strict=True)]
        )
        moved[self.place] = _rebuilt(self.value, leaves)
        return self.f(*moved)

    def derivative(self, direction: list[Any]) -> tuple[float, str]:
        """The derivative in a direction, and how it was found."""
        size = max(
            (float(np.max(np.abs(v), initial=0.0)) for v in _leaves(self.value)), default=0.0
        )
        step = STEP * max(1.0, size)
        difference = self.at(direction, step) - self.at(direction, -step)
        central = float(difference) / (2.0 * step)
        exact = self._complex_step(direction)
        # Functions such as abs() run on complex numbers and lose the derivative without a word.
        if exact is not None and abs(exact - central) <= 1e-4 * max(1.0, abs(central)):
            return exact, "complex step"
        return central, "central differences"

    def _complex_step(self, direction: list[Any]) -> float | None:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error", np.exceptions.ComplexWarning)
                value = self.at(direction, 1j * COMPLEX_STEP)
        except (TypeError, ValueError, AttributeError, ArithmeticError, IndexError, Warning):
            return None
        except SourceadError:  # a derivative inside the function, which is of real numbers
            return None
        return float(np.imag(value)) / COMPLEX_STEP if np.iscomplexobj(value) else None


def _wide(value: Any) -> Any:
    return np.float64(value) if getattr(value, "dtype", None) == np.float32 else value


def _copied(args: Sequence[Any]) -> Sequence[Any]:
    """The arguments with every array copied: the function may write to them."""
    return [
        _rebuilt(a, iter([np.array(v) if isinstance(v, np.ndarray) else v for v in _leaves(a)]))
        for a in args
    ]


def _leaves(tree: Any) -> list[Any]:
    """The numbers and arrays of nested containers, in order."""
    parts = _parts(tree)
    return [tree] if parts is None else [leaf for part in parts for leaf in _leaves(part)]


def _parts(tree: Any) -> list[Any] | None:
    if isinstance(tree, dict):
        return list(tree.values())
    if isinstance(tree, list | tuple):
        return list(tree)
    if dataclasses.is_dataclass(tree) and not isinstance(tree, type):
        return [getattr(tree, field.name) for field in dataclasses.fields(tree)]
    return None


def _rebuilt(tree: Any, leaves: Iterator[Any]) -> Any:
    """The same containers around other leaves."""
    parts = _parts(tree)
    if parts is None:
        return next(leaves)
    new = [_rebuilt(part, leaves) for part in parts]
    if isinstance(tree, dict):
        return dict(zip(tree, new, strict=True))
    if isinstance(tree, list):
        return new
    if isinstance(tree, tuple):
        return type(tree)(*new) if hasattr(tree, "_fields") else tuple(new)
    fields = [field.name for field in dataclasses.fields(tree)]
    return dataclasses.replace(tree, **dict(zip(fields, new, strict=True)))
