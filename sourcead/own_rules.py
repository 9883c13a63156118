"""Rules that users declare for functions of their own, or of libraries without readable source."""

from __future__ import annotations

import ast
import copy
import inspect
from collections.abc import Callable
from dataclasses import replace
from types import BuiltinFunctionType
from typing import Any, TypeVar

import numpy as np

from sourcead.errors import SourceUnavailableError, UsageError
from sourcead.frontend.liveness import own_nodes
from sourcead.frontend.source import source_of
from sourcead.ir.types import UNKNOWN, StructT
from sourcead.ops.catalog import find, register
from sourcead.ops.infer_elementwise import numpy_result
from sourcead.ops.opdef import REQUIRED, Infer, OpDef, ParamSpec, unknown
from sourcead.rules import declare
from sourcead.rules.declare import POINTWISE, RULE
from sourcead.rules.table import rule_for
from sourcead.runtime.own import enter, enter_bodies, home_of, targets

F = TypeVar("F", bound=Callable[..., Any])
Names = str | tuple[str, ...] | None


def pointwise(target: Callable[..., Any], wrt: Names = None) -> Callable[[F], F]:
    """Declare the partial derivatives of a function that acts on each element alone.

    The function itself is called, never looked into. The decorated body takes its arguments (and
    its result, as a keyword-only `out`, if it asks for it) and returns one partial derivative for
    each differentiated argument.

    Args:
        target: the function.
        wrt: the differentiated parameters; all of them by default.

    Returns:
        The decorator.

    Raises:
        UsageError: the function has a rule already.

    >>> import numpy as np, sourcead
    >>> def softplus(x):
    ...     return np.logaddexp(0.0, x)
    >>> @sourcead.pointwise(softplus)
    ... def softplus_slope(x):
    ...     return 1.0 / (1.0 + np.exp(-x))
    >>> float(sourcead.grad(lambda x: softplus(2.0 * x))(0.0))
    1.0
    """
    return _declared(target, lambda name: declare.pointwise(name, wrt), POINTWISE, 0)


def linear(
    target: Callable[..., Any], wrt: Names = None, *, jvp: Callable[..., Any] | None = None
) -> Callable[[F], F]:
    """Declare the cotangents of a function linear in one argument, or in several jointly.

    Args:
        target: the function.
        wrt: the differentiated parameters; the first by default.
        jvp: the tangent `jvp(*tangents, *args)`, where it is not the function of the tangents.

    Returns:
        The decorator of a body `body(g, *args)` that returns the cotangents.

    Raises:
        UsageError: the function has a rule already.

    >>> import numpy as np, sourcead
    >>> def total(x):
    ...     return float(x.sum())
    >>> @sourcead.linear(total)
    ... def total_bar(g, x):
    ...     return g * np.ones(x.shape)
    >>> sourcead.grad(lambda x: total(x) ** 2)(np.ones(2))
    array([4., 4.])
    """
    return _declared(target, lambda name: declare.linear(name, wrt, jvp=jvp), more=(jvp,))


def bilinear(target: Callable[..., Any], wrt: Names = None) -> Callable[[F], F]:
    """Declare the cotangents of a product: a function linear in each of its factors.

    Args:
        target: the function.
        wrt: the factors; the first two parameters by default.

    Returns:
        The decorator of a body `body(g, *args)` that returns the cotangents of the factors.

    Raises:
        UsageError: the function has a rule already.

    >>> import numpy as np, sourcead
    >>> def inner(a, b):
    ...     return float(np.dot(a, b))
    >>> @sourcead.bilinear(inner)
    ... def inner_bar(g, a, b):
    ...     return g * b, g * a
    >>> sourcead.grad(inner)(np.ones(2), np.array([3.0, 4.0]))
    array([3., 4.])
    """
    return _declared(target, lambda name: declare.bilinear(name, wrt))


def rule(
    target: Callable[..., Any], wrt: Names = None, *, vjp: Callable[..., Any] | None = None
) -> Callable[[F], F]:
    """Declare the tangent of any other function; reverse mode follows from it.

    Args:
        target: the function.
        wrt: the differentiated parameters; the first by default.
        vjp: cotangents `vjp(g, *args)` to use instead of the transposed tangent.

    Returns:
        The decorator of a body `body(*tangents, *args)`, linear in the tangents.

    Raises:
        UsageError: the function has a rule already.

    >>> import numpy as np, sourcead
    >>> def norm(x):
    ...     return float(np.sqrt(x @ x))
    >>> @sourcead.rule(norm)
    ... def norm_dot(dx, x, *, out):
    ...     return x @ dx / out
    >>> sourcead.grad(norm)(np.array([3.0, 4.0]))
    array([0.6, 0.8])
    """
    given = len(wrt) if isinstance(wrt, tuple) else 1
    return _declared(
        target, lambda name: declare.rule(name, wrt, vjp=vjp, real=False), RULE, given, (vjp,)
    )


def nondifferentiable(
    *targets: Callable[..., Any], reason: str = "declared to be without derivative"
) -> None:
    """Declare functions that are constant wherever they are smooth: their derivative is zero.

    Args:
        targets: the functions; they are called, never looked into.
        reason: why the derivative is zero.

    Raises:
        UsageError: a function has a rule already.

    >>> import numpy as np, sourcead
    >>> def bucket(x):
    ...     return float(int(x * 10.0))
    >>> sourcead.nondifferentiable(bucket)
    >>> sourcead.grad(lambda x: x * bucket(x))(0.55)
    5.0
    """
    for target in targets:
        name = _operation(target, [], "")
        declare.nondifferentiable(name, reason=reason)


def _declared(
    target: Callable[..., Any],
    decorator: Callable[[str], Callable[[F], F]],
    kind: str = "",
    given: int = 1,
    more: tuple[Callable[..., Any] | None, ...] = (),
) -> Callable[[F], F]:
    """Enter the function under a name, and the rule for it; the body has `given` more arguments."""

    def declared(body: F) -> F:
        params = list(inspect.signature(body).parameters.values())
        own = [p for p in params if p.name not in ("out", "active")][given:]
        made = decorator(_operation(target, own, kind, _count_of_results(body)))(body)
        enter_bodies(target, body, *more)
        return made

    return declared


def _count_of_results(body: Callable[..., Any]) -> int:
    """How many results a function has of which a rule is declared: as many as tangents."""
    try:
        node = source_of(body).node
    except SourceUnavailableError:
        return 1
    returned = [node.body] if isinstance(node, ast.Lambda) else _returned(node)
    counts = {len(v.elts) if isinstance(v, ast.Tuple) else 1 for v in returned}
    return counts.pop() if len(counts) == 1 else 1


def _returned(node: ast.AST) -> list[ast.expr | None]:
    return [inner.value for inner in own_nodes(node) if isinstance(inner, ast.Return)]


def _several(count: int) -> Infer:
    """The type of a tuple of which it is known how many elements it has."""
    return lambda op: StructT("tuple", tuple(range(count)), (UNKNOWN,) * count)


def _operation(
    target: Any, body_params: list[inspect.Parameter], kind: str, results: int = 1
) -> str:
    """The name under which the compiler knows a function, which it does from now on."""
    if not callable(target):
        raise UsageError(f"{target!r} is not a function, so that it can have no derivative rule")
    known = find(target)
    if known is not None:
        if rule_for(known.name) is not None:
            raise UsageError(f"{known.name} has a derivative rule already")
        if body_params:  # the table may not know what the parameters are called
            register(target, replace(known, params=tuple(map(_param, body_params))))
        return known.name
    module, name = home_of(target)
    base = free = f"{module}.{name}"
    number = 2
    while free in targets:
        free, number = f"{base}_{number}", number + 1
    params = body_params
    if not body_params or not isinstance(target, np.ufunc | BuiltinFunctionType):
        # A function of C does not say what its parameters are called.
        params = list(inspect.signature(target).parameters.values())
    infer: Infer = _elementwise if kind == POINTWISE else unknown
    if kind == RULE and results > 1:
        infer = _several(results)
    made = OpDef(free, tuple(map(_param, params)), infer, cost="heavy", ref=enter(free, target))
    register(target, made)
    return free


def _param(p: inspect.Parameter) -> ParamSpec:
    default = REQUIRED if p.default is p.empty else p.default
    kinds: dict[Any, str] = {p.VAR_POSITIONAL: "var", p.KEYWORD_ONLY: "keyword"}
    return ParamSpec(p.name, default, kinds.get(p.kind, "positional"))


def _elementwise(op: Any) -> Any:
    types = [v.type for v in op.operands]
    return numpy_result("multiply", types * 2 if len(types) == 1 else types)


def stop_gradient(x: Any) -> Any:
    """A value as it is, through which no derivative goes.

    Args:
        x: a number, an array, or a container of these.

    Returns:
        A copy of it; in a differentiated function, a constant.

    >>> import sourcead
    >>> sourcead.grad(lambda x: x * sourcead.stop_gradient(x))(3.0)
    3.0
    """
    return copy.deepcopy(x)
