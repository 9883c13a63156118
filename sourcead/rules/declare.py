"""The forms in which a derivative is declared.

Each decorator leaves the function as it is and enters a `Rule` into the table. Bodies are
ordinary Python on arrays, lowered by the compiler's frontend like any other function. What a body
may use:

* its parameters, named as in the library function's signature. A parameter of the function that
  the rule does not list is refused when somebody passes it.
* keyword-only `out`: the function's own result; keyword-only `active`: a static tuple of bools,
  one per differentiated argument, telling which of them is (a constant operand of `np.maximum`
  changes what happens at a tie).
* `if` on what is static: an argument such as `axis`, a rank (`x.ndim`), a length of a container.
* `raise Unsupported("...")` where a combination of static arguments has no rule.
* functions marked `@static`, which run in the compiler on static arguments.

Complex numbers: the cotangent of `z = x + iy` is `dL/dx - i dL/dy`, so that the reverse of a
linear map is its transpose, not its conjugate transpose, and every rule reads as for real
numbers. The cotangent of a real argument is the real part, taken on the edge.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np

F = TypeVar("F", bound=Callable[..., Any])

POINTWISE = "pointwise"
LINEAR = "linear"
BILINEAR = "bilinear"
RULE = "rule"
ZERO = "zero"


class Unsupported(Exception):
    """A rule does not cover this combination of static arguments."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One entry of the table.

    Attributes:
        name: the operation's name (`np.sinh`, `mul`, `scipy.special.expit`).
        kind: "pointwise", "linear", "bilinear", "rule" or "zero".
        function: the body; None for "zero".
        params: the parameters of the library function that the body takes, in its order.
        wrt: the parameters that are differentiated, in the order of the body's results.
        wants_out: the body takes `out`.
        wants_active: the body takes `active`.
        vjp: for "rule": a cotangent written by hand, `vjp(g, args..., out=)`, or None.
        jvp: for "linear": a tangent written by hand where it is not the function applied to the
            tangents, or None.
        reason: for "zero": why the derivative is zero.
        target: the function itself where the rule is a user's.
    """

    name: str
    kind: str
    function: Callable[..., Any] | None
    params: tuple[str, ...] = ()
    wrt: tuple[str, ...] = ()
    wants_out: bool = False
    wants_active: bool = False
    vjp: Callable[..., Any] | None = None
    jvp: Callable[..., Any] | None = None
    reason: str = ""
    target: Any = None


RULES: dict[str, Rule] = {}

# Functions whose own name is not the one that people write.
PREFERRED = {"absolute": "abs", "conjugate": "conj", "amax": "max", "amin": "min"}


def name_of(function: Any) -> str:
    """The operation's name for a function object or a name.

    Example:
        >>> name_of(np.sinh), name_of(np.linalg.inv), name_of("mul")
        ('np.sinh', 'np.linalg.inv', 'mul')
    """
    if isinstance(function, str):
        return function
    if isinstance(function, np.ufunc):
        return "np." + PREFERRED.get(function.__name__, function.__name__)
    module = getattr(function, "__module__", None) or ""
    name = getattr(function, "__qualname__", function.__name__)
    if module.startswith(("numpy.linalg", "numpy.fft")):
        return f"np.{module.split('.')[1]}.{name}"
    if module.split(".")[0] == "numpy":
        return f"np.{PREFERRED.get(name, name)}"
    return f"{module}.{name}"


def _enter(target: Any, rule: Rule) -> None:
    if rule.name in RULES:
        raise ValueError(f"{rule.name} has a rule already")
    RULES[rule.name] = rule


def _read(body: Callable[..., Any], given: int) -> tuple[tuple[str, ...], bool, bool]:
    """The names of a body's parameters after the first `given`, and which extras it takes."""
    signature = inspect.signature(body)
    names = [p for p in signature.parameters if p not in ("out", "active")]
    extras = signature.parameters
    return tuple(names[given:]), "out" in extras, "active" in extras


def _own(target: Any) -> Any:
    module = (getattr(target, "__module__", None) or "numpy").split(".")[0]
    return None if isinstance(target, str) or module in ("numpy", "scipy", "math") else target


def _differentiated(wrt: str | tuple[str, ...] | None, default: tuple[str, ...]) -> tuple[str, ...]:
    if wrt is None:
        return default
    return (wrt,) if isinstance(wrt, str) else tuple(wrt)


def pointwise(target: Any, wrt: str | tuple[str, ...] | None = None) -> Callable[[F], F]:
    """Declare the partial derivatives of a function that acts on each element alone.

    The body returns one partial derivative per differentiated argument (a single one, or a
    tuple). Broadcasting is undone on the edge, never in the body.

    Args:
        target: the function, or the operation's name.
        wrt: the differentiated parameters; all of them by default.

    Returns:
        The decorator.

    Example:
        >>> from sourcead.rules.table import rule_for
        >>> float(rule_for("np.sinh").function(0.0))
        1.0
    """

    def declare(body: F) -> F:
        params, out, active = _read(body, 0)
        wanted = _differentiated(wrt, params)
        _enter(
            target,
            Rule(
                name_of(target), POINTWISE, body, params, wanted, out, active, target=_own(target)
            ),
        )
        return body

    return declare


def linear(
    target: Any,
    wrt: str | tuple[str, ...] | None = None,
    jvp: Callable[..., Any] | None = None,
) -> Callable[[F], F]:
    """Declare the cotangents of a function linear in one argument, or in several jointly.

    The body is called as `body(g, *args)` and returns the cotangent of each differentiated
    argument. The tangent is the function applied to the tangents, the other arguments unchanged.

    Args:
        target: the function, or the operation's name.
        wrt: the differentiated parameters; the first by default.
        jvp: the tangent, `jvp(*tangents, *args)`, for the few functions where it is another one.

    Returns:
        The decorator.
    """

    def declare(body: F) -> F:
        params, out, active = _read(body, 1)
        wanted = _differentiated(wrt, params[:1])
        rule = Rule(
            name_of(target), LINEAR, body, params, wanted, out, active, None, jvp, "", _own(target)
        )
        _enter(target, rule)
        return body

    return declare


def bilinear(target: Any, wrt: tuple[str, str] | None = None) -> Callable[[F], F]:
    """Declare both cotangents of a product: linear in each of two arguments.

    The body is called as `body(g, *args)`; the tangent is `f(da, b) + f(a, db)`.

    Args:
        target: the function, or the operation's name.
        wrt: the two differentiated parameters; the first two by default.

    Returns:
        The decorator.
    """

    def declare(body: F) -> F:
        params, out, active = _read(body, 1)
        wanted = _differentiated(wrt, params[:2])
        rule = Rule(
            name_of(target), BILINEAR, body, params, wanted, out, active, target=_own(target)
        )
        _enter(target, rule)
        return body

    return declare


def rule(
    target: Any,
    wrt: str | tuple[str, ...] | None = None,
    vjp: Callable[..., Any] | None = None,
) -> Callable[[F], F]:
    """Declare the tangent of any other function.

    The body is called as `body(*tangents, *args)`, with one tangent per differentiated argument
    (zeros for an inactive one), and is linear in the tangents: its transpose is the reverse mode.

    Args:
        target: the function, or the operation's name.
        wrt: the differentiated parameters; the first by default.
        vjp: cotangents written by hand, `vjp(g, *args, out=out)`, where they are faster or more
            stable than the transposed body.

    Returns:
        The decorator.
    """

    def declare(body: F) -> F:
        count = 1 if wrt is None or isinstance(wrt, str) else len(wrt)
        params, out, active = _read(body, count)
        wanted = _differentiated(wrt, params[:1])
        entry = Rule(
            name_of(target), RULE, body, params, wanted, out, active, vjp, target=_own(target)
        )
        _enter(target, entry)
        return body

    return declare


def nondifferentiable(*targets: Any, reason: str = "constant wherever it is smooth") -> None:
    """Declare functions whose derivative is zero.

    Args:
        targets: the functions, or the operations' names.
        reason: why the derivative is zero, for the documentation and the warning.
    """
    for target in targets:
        _enter(target, Rule(name_of(target), ZERO, None, reason=reason, target=_own(target)))


def static(function: F) -> F:
    """Mark a helper that runs in the compiler, on static arguments, and returns a static object."""
    function.sourcead_static = True  # type: ignore[attr-defined]
    return function
