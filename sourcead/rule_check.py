"""A declared rule compared with differences of its function, in both directions."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from sourcead.api import vjp
from sourcead.checking import GradientMismatch
from sourcead.directions import jvp
from sourcead.errors import UsageError
from sourcead.ops.catalog import find
from sourcead.own_rules import stop_gradient
from sourcead.rules.table import rule_for
from sourcead.runtime.loader import run
from sourcead.runtime.tangents import has_tangent

# The step of central differences of fourth order.
STEP = 1e-3
STENCIL = ((1.0, 8.0 / 12.0), (-1.0, -8.0 / 12.0), (2.0, -1.0 / 12.0), (-2.0, 1.0 / 12.0))


@dataclass(frozen=True, slots=True)
class RuleReport:
    """What `check_rule` found: three numbers that should be one."""

    function: str
    differences: float
    forward: float
    reverse: float

    def __str__(self) -> str:
        return (
            f"rule of {self.function}: differences {self.differences:.10g}, "
            f"forward {self.forward:.10g}, reverse {self.reverse:.10g}"
        )


def check_rule(
    target: Callable[..., Any], *args: Any, tolerance: float = 1e-7, seed: int = 0
) -> RuleReport:
    """Compare the rule declared for a function with differences of the function itself.

    Every float or float array among the arguments is moved in a random direction; the change of
    the result, weighed at random, is computed by differences, in forward and in reverse mode.

    Args:
        target: the function.
        args: where to compare.
        tolerance: the largest relative error allowed (absolute below 1).
        seed: of the random directions.

    Returns:
        The three numbers.

    Raises:
        GradientMismatch: they differ; the message shows them. It is an AssertionError.
        UsageError: no argument can move.

    >>> import sourcead
    >>> def cubed(x):
    ...     return x.item() ** 3
    >>> @sourcead.rule(cubed)
    ... def cubed_dot(dx, x):
    ...     return np.sum(3.0 * x * x * dx)
    >>> report = check_rule(cubed, np.array([2.0]))
    >>> abs(report.forward - report.differences) < 1e-9
    True
    """

    rng = np.random.default_rng(seed)
    moving = _moving(target, len(args))

    call = _calling(target, moving)
    moves = [
        _random_like(a, rng) if is_moving and has_tangent(a) else None
        for a, is_moving in zip(args, moving, strict=True)
    ]
    if all(move is None for move in moves):
        raise UsageError("none of the arguments can move: pass floats or float arrays")
    out, out_dot = jvp(call, copy.deepcopy(args), moves)
    weight = _random_like(out, rng)
    _, pullback = vjp(call, *copy.deepcopy(args))
    bars = pullback(weight)
    report = RuleReport(
        getattr(target, "__name__", repr(target)),
        sum(w * _dot(weight, target(*_moved(args, moves, s * STEP))) for s, w in STENCIL) / STEP,
        _dot(weight, out_dot),
        sum(_dot(bar, m) for bar, m in zip(bars, moves, strict=True) if m is not None),
    )
    allowed = tolerance * max(1.0, abs(report.differences))
    for found in (report.forward, report.reverse):
        if not abs(found - report.differences) <= allowed:
            raise GradientMismatch(str(report))
    return report


def _moving(target: Callable[..., Any], count: int) -> tuple[bool, ...]:
    """Which arguments the rule differentiates."""
    known = find(target)
    declared = rule_for(known.name) if known is not None else None
    if known is None or declared is None:
        raise UsageError(f"{target!r} has no derivative rule to check")
    return tuple(name in declared.wrt for name in known.arg_names(count))


def _calling(target: Callable[..., Any], moving: tuple[bool, ...]) -> Callable[..., Any]:
    """A function of as many arguments that calls the target; some of them do not move."""
    names = [f"x{k}" for k in range(len(moving))]
    given = [n if m else f"stop_gradient({n})" for n, m in zip(names, moving, strict=True)]
    text = f"def call({', '.join(names)}):\n    return target({', '.join(given)})\n"
    namespace: dict[str, Any] = {"target": target, "stop_gradient": stop_gradient}
    namespace["__name__"] = __name__
    run(text, "check_rule", namespace)
    made: Callable[..., Any] = namespace["call"]
    return made


def _random_like(value: Any, rng: np.random.Generator) -> Any:
    move = rng.normal(size=np.shape(value))
    return move if isinstance(value, np.ndarray) else float(move)


def _moved(args: tuple[Any, ...], moves: list[Any], step: float) -> list[Any]:
    given = copy.deepcopy(args)
    return [a if m is None else a + step * m for a, m in zip(given, moves, strict=True)]


def _dot(left: Any, right: Any) -> float:
    return float(np.sum(np.multiply(left, right)))
