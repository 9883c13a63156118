"""The public face: derivatives as functions, their source, and a check of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, overload

from sourcead.checking import check_grads
from sourcead.errors import UsageError
from sourcead.runtime.derivative import Derivative, Wrt, derivative_of
from sourcead.runtime.jacobian import Jacobian
from sourcead.runtime.pullback import Pullback

__all__ = ["check_grads", "grad", "source", "value_and_grad", "vjp"]

Function = Callable[..., Any]


@overload
def grad(f: Function, wrt: Wrt = 0, has_aux: bool = False) -> Derivative: ...
@overload
def grad(
    f: None = None, wrt: Wrt = 0, has_aux: bool = False
) -> Callable[[Function], Derivative]: ...
def grad(
    f: Function | None = None, wrt: Wrt = 0, has_aux: bool = False
) -> Derivative | Callable[[Function], Derivative]:
    """The gradient of a scalar function, as a function; also a decorator, with or without `wrt`.

    Args:
        f: the function, whose result is a scalar.
        wrt: the parameters to differentiate with respect to: a position, a name, or a tuple of
            these, in which case the result is a tuple too.
        has_aux: whether `f` returns a pair, of which the first is the scalar. The gradient then
            comes in a pair with the second, whatever that is.

    Returns:
        A function with the parameters of `f`. Its code is generated at the first call, for the
        types of the arguments; `.source` is that code.

    Raises:
        UsageError: `f` has no such parameter.

    >>> def loss(w, x):
    ...     return (w * x - 1.0) ** 2
    >>> grad(loss)(2.0, 3.0)
    30.0
    >>> grad(loss, wrt=("w", "x"))(2.0, x=3.0)
    (30.0, 20.0)
    >>> def loss_and_error(w, x):
    ...     error = w * x - 1.0
    ...     return error**2, {"error": error}
    >>> grad(loss_and_error, has_aux=True)(2.0, 3.0)
    (30.0, {'error': 5.0})
    """
    return _derivative(f, "grad_aux" if has_aux else "grad", wrt)


@overload
def value_and_grad(f: Function, wrt: Wrt = 0, has_aux: bool = False) -> Derivative: ...
@overload
def value_and_grad(
    f: None = None, wrt: Wrt = 0, has_aux: bool = False
) -> Callable[[Function], Derivative]: ...
def value_and_grad(
    f: Function | None = None, wrt: Wrt = 0, has_aux: bool = False
) -> Derivative | Callable[[Function], Derivative]:
    """Like `grad`, with a function that returns the value and the gradient.

    Args:
        f: the function, whose result is a scalar.
        wrt: as for `grad`.
        has_aux: whether `f` returns a pair, of which the first is the scalar.

    Returns:
        A function with the parameters of `f` that returns `(value, gradient)`; with `has_aux`,
        `((value, aux), gradient)`.

    Raises:
        UsageError: `f` has no such parameter.

    >>> value_and_grad(lambda x: x * x)(3.0)
    (9.0, 6.0)
    """
    return _derivative(f, "value_and_grad_aux" if has_aux else "value_and_grad", wrt)


def vjp(f: Function, *args: Any) -> tuple[Any, Pullback]:
    """The value of a function, and its pullback: what a change of the value says of each argument.

    Args:
        f: the function; its result may be an array, or a tuple of results.
        args: where to evaluate it.

    Returns:
        `f(*args)` and a function that maps a cotangent (an array like the result) to a tuple with
        one cotangent for each argument, None for an argument that has no derivative. It may be
        called as often as one likes.

    Raises:
        UsageError: `f` is not a Python function.

    >>> def scaled(x, n):
    ...     return n * x * x
    >>> value, pullback = vjp(scaled, 3.0, 2)
    >>> value, pullback(1.0), pullback(10.0)
    (18.0, (12.0, None), (120.0, None))
    """
    value, pullback = derivative_of(f, "vjp")(*args)
    return value, pullback.first(len(args))


def source(f: Derivative | Jacobian, *args: Any, **kwargs: Any) -> str:
    """The source of a derivative for some arguments, without calling it.

    Args:
        f: what `grad`, `forward`, `hvp`, `jacobian` or another maker of derivatives returned.
        args: example arguments; only their types matter.
        kwargs: example keyword arguments.

    Returns:
        The generated source.

    Raises:
        UsageError: `f` is not a derivative.

    >>> def square(x):
    ...     return x * x
    >>> "def square_grad(x):" in source(grad(square), 1.0)
    True
    """
    if not isinstance(f, Derivative | Jacobian):
        raise UsageError("source() wants a derivative: sourcead.source(sourcead.grad(f), *args)")
    return f.source_for(*args, **kwargs)


def _derivative(
    f: Function | None, mode: str, wrt: Wrt
) -> Derivative | Callable[[Function], Derivative]:
    if f is None:
        return lambda function: derivative_of(function, mode, wrt)
    return derivative_of(f, mode, wrt)
