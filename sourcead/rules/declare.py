"""The forms in which a derivative is declared.

Each decorator leaves the function as it is and enters a `Rule` into the table. Bodies are
ordinary Python on arrays, lowered by the compiler's frontend like any other function. What a body
may use:

* its parameters, named as in the library function's signature. A parameter of the function that
  the rule does not list is refused when somebody passes it.
* keyword-only `out`: the function's own result; keyword-only `active`: a static tuple of bools,
  one per differentiated argument, telling which of them is (a constant operand of `np.maximum`
  changes what happens at a tie).
* keyword-only `argument`: a static string, what is known of the first argument of a root:
  "squares" if it is a sum of squares, "positive" if it is never 0, else "".
* `if` on what is static: an argument such as `axis`, a rank (`x.ndim`), a length of a container.
* `raise Unsupported("...")` where a combination of static arguments has no rule.
* `surely(condition)` to choose a better form where a condition is known to hold in advance.
* `orders_to_come()` to choose a form that is right when it is differentiated itself; `held(x)` for
  what is constant there.
* `fitted(g, x)` for the cotangent of a part of a sum that may have been stretched.
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
        wrt: the parameters that are differentiated, in the order of the body's results. An active
            operand bound to any other parameter is refused, unless it is in `flat`.
        flat: parameters in which the function is constant (a condition, a prototype's values).
        variadic: the parameter that collects the remaining operands (`*operands`), or "". The
            body finds them as one tuple, and its cotangent is a list with one entry per operand.
        real: the rule is derived for real numbers only; complex operands are refused.
        wants_out: the body takes `out`.
        wants_active: the body takes `active`.
        wants_argument: the body takes `argument`.
        vjp: for "rule": a cotangent written by hand, `vjp(g, args..., out=)`, or None.
        jvp: for "linear": a tangent written by hand where it is not the function applied to the
            tangents, or None.
        parted: `vjp` takes the cotangent of a result of several parts as a tuple, None for a part
            that has none.
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
    wants_argument: bool = False
    vjp: Callable[..., Any] | None = None
    jvp: Callable[..., Any] | None = None
    reason: str = ""
    target: Any = None
    flat: tuple[str, ...] = ()
    variadic: str = ""
    real: bool = False
    parted: bool = False


RULES: dict[str, Rule] = {}
# The parameters of a body that are no arguments of the function.
GIVEN = ("out", "active")

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


def _enter(
    target: Any,
    kind: str,
    body: Callable[..., Any],
    given: int,
    wrt: str | tuple[str, ...] | None,
    default: int | None,
    **more: Any,
) -> None:
    """Read a body's signature, of which the first `given` are cotangents or tangents."""
    name = name_of(target)
    if name in RULES:
        raise ValueError(f"{name} has a rule already")
    every = inspect.signature(body).parameters.values()
    given_names = (*GIVEN, "argument") if _own(target) is None else GIVEN
    variadic = [p.name for p in every if p.kind is p.VAR_POSITIONAL]
    params = tuple(p.name for p in every if p.name not in given_names)[given:]
    names = {p.name for p in every}
    flat = more.pop("flat", ())
    RULES[name] = Rule(
        name,
        kind,
        body,
        params,
        params[:default] if wrt is None else (wrt,) if isinstance(wrt, str) else tuple(wrt),
        "out" in names,
        "active" in names,
        "argument" in names and "argument" in given_names,
        target=_own(target),
        flat=(flat,) if isinstance(flat, str) else tuple(flat),
        variadic=variadic[0] if variadic else "",
        **more,
    )


def _own(target: Any) -> Any:
    module = (getattr(target, "__module__", None) or "numpy").split(".")[0]
    return None if isinstance(target, str) or module in ("numpy", "scipy", "math") else target


def pointwise(
    target: Any, wrt: str | tuple[str, ...] | None = None, *, real: bool = False
) -> Callable[[F], F]:
    """Declare the partial derivatives of a function that acts on each element alone.

    The body returns one partial derivative per differentiated argument (a single one, or a
    tuple). Broadcasting is undone on the edge, never in the body.

    Args:
        target: the function, or the operation's name.
        wrt: the differentiated parameters; all of them by default.
        real: whether the partials hold for real numbers only.

    Returns:
        The decorator.

    Example:
        >>> from sourcead.rules.table import rule_for
        >>> float(rule_for("np.sinh").function(0.0))
        1.0
    """

    def declare(body: F) -> F:
        _enter(target, POINTWISE, body, 0, wrt, None, real=real)
        return body

    return declare


def linear(
    target: Any,
    wrt: str | tuple[str, ...] | None = None,
    *,
    jvp: Callable[..., Any] | None = None,
    flat: str | tuple[str, ...] = (),
) -> Callable[[F], F]:
    """Declare the cotangents of a function linear in one argument, or in several jointly.

    The body is called as `body(g, *args)` and returns the cotangent of each differentiated
    argument. The tangent is the function applied to the tangents (zeros for an argument that is
    not moved), the other arguments unchanged.

    Args:
        target: the function, or the operation's name.
        wrt: the differentiated parameters; the first by default.
        jvp: the tangent, `jvp(*tangents, *args)`, for the few functions where it is another one.
        flat: parameters in which the function is constant.

    Returns:
        The decorator.
    """

    def declare(body: F) -> F:
        _enter(target, LINEAR, body, 1, wrt, 1, jvp=jvp, flat=flat)
        return body

    return declare


def bilinear(target: Any, wrt: str | tuple[str, ...] | None = None) -> Callable[[F], F]:
    """Declare the cotangents of a product: linear in each of its factors.

    The body is called as `body(g, *args)`; the tangent is `f(da, b) + f(a, db)`.

    Args:
        target: the function, or the operation's name.
        wrt: the factors; the first two parameters by default.

    Returns:
        The decorator.
    """

    def declare(body: F) -> F:
        _enter(target, BILINEAR, body, 1, wrt, 2)
        return body

    return declare


def rule(
    target: Any,
    wrt: str | tuple[str, ...] | None = None,
    *,
    vjp: Callable[..., Any] | None = None,
    flat: str | tuple[str, ...] = (),
    real: bool = True,
    parted: bool = False,
) -> Callable[[F], F]:
    """Declare the tangent of any other function.

    The body is called as `body(*tangents, *args)`, with one tangent per differentiated argument,
    and is linear in the tangents: its transpose is the reverse mode. The tangent of an argument
    that is not moved is a zero that the body must not look into: it asks `active`.

    Args:
        target: the function, or the operation's name.
        wrt: the differentiated parameters; the first by default.
        vjp: cotangents written by hand, `vjp(g, *args)`, with the same arguments (and `out`,
            `active`) as the body after its tangents, where they are faster or more stable than
            the transposed body.
        flat: parameters in which the function is constant.
        real: whether the tangent holds for real numbers only.
        parted: whether `vjp` takes the parts of the cotangent one by one, None for those not there.

    Returns:
        The decorator.
    """
    count = 1 if wrt is None or isinstance(wrt, str) else len(wrt)

    def declare(body: F) -> F:
        more = {"vjp": vjp, "flat": flat, "real": real, "parted": parted}
        _enter(target, RULE, body, count, wrt, 1, **more)
        return body

    return declare


def nondifferentiable(
    *targets: Any, reason: str = "constant wherever it is smooth", real: bool = False
) -> None:
    """Declare functions whose derivative is zero.

    Args:
        targets: the functions, or the operations' names.
        reason: why the derivative is zero, for the documentation and the warning.
        real: whether that holds for real numbers only.
    """
    for target in targets:
        name = name_of(target)
        if name in RULES:
            raise ValueError(f"{name} has a rule already")
        RULES[name] = Rule(name, ZERO, None, reason=reason, target=_own(target), real=real)


def static(function: F) -> F:
    """Mark a helper that runs in the compiler, on static arguments, and returns a static object."""
    function.__dict__["sourcead_static"] = True
    return function


def surely(condition: Any) -> bool:
    """Whether a condition is seen to hold before the program runs.

    For a branch that is better where it applies while the other one is right everywhere: shapes
    are known to agree only sometimes.
    """
    return bool(condition)


def orders_to_come() -> int:
    """How many more times the derivative that is being made will be differentiated.

    For a form that is faster but whose own derivative is not that of the function everywhere.
    """
    return 0


def is_second_order() -> bool:
    """Whether what is being differentiated is a derivative itself, made a stage before."""
    return False


def held(x: Any) -> Any:
    """A value that is constant in every derivative to come."""
    return x


def length(size: Any) -> Any:
    """What the derivative of a norm divides by: its size, and 1 where that is 0.

    What is divided is 0 there too. The compiler knows that the next derivative is another matter.
    """
    return size + (size == 0)


def divisor(x: Any) -> Any:
    """A number to divide by, or to take a negative power of: infinite at 0, as in NumPy.

    Python's own floats raise an exception there.
    """
    return x if isinstance(x, np.ndarray) or x else np.float64(x)


def fitted(g: Any, x: Any) -> Any:
    """`g` summed over the axes along which `x`, a part of a sum, was stretched."""
    g = np.sum(g, axis=tuple(range(np.ndim(g) - np.ndim(x))))
    ones = tuple(axis for axis, n in enumerate(np.shape(x)) if n == 1)
    return np.sum(g, axis=ones, keepdims=True)
