"""Products with the Jacobian: forward mode and what is built of both directions."""

from __future__ import annotations

import copy
import functools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from sourcead.api import vjp
from sourcead.errors import UsageError
from sourcead.runtime.containers import parts_of, rebuilt
from sourcead.runtime.derivative import Derivative, Wrt, derivative_of
from sourcead.runtime.forwarding import signature_of
from sourcead.runtime.jacobian import Jacobian, jacobian_of
from sourcead.runtime.tangents import conform_tangent, has_tangent, is_zero
from sourcead.runtime.variadic import written_out
from sourcead.several import along_each, count_directions

Function = Callable[..., Any]


def forward(f: Function, wrt: Wrt = 0) -> Derivative:
    """The tangent of a function, as a function: forward mode.

    Args:
        f: the function; its result may be anything that holds numbers.
        wrt: the parameters that move: a position, a name, or a tuple of these.

    Returns:
        A function of the parameters of `f` and of a tangent for each that moves, called `x_dot`
        where the parameter is `x`. It returns `(out, out_dot)`; `out_dot` has the structure of
        `out`, with None where there is no derivative. `.source` is its code.

    Raises:
        UsageError: `f` has no such parameter.

    >>> def area(width, height):
    ...     return width * height
    >>> forward(area, wrt=("width", "height"))(3.0, 4.0, 1.0, 0.5)
    (12.0, 5.5)
    """
    return derivative_of(f, "jvp", wrt)


def jvp(f: Function, primals: Sequence[Any], tangents: Sequence[Any]) -> tuple[Any, Any]:
    """The value of a function, and how it changes when its arguments move along tangents.

    Args:
        f: the function.
        primals: its arguments.
        tangents: as many; each of the structure of its argument, None (or zero) for one that is
            not moved, which is all that an argument without a derivative takes. Several directions
            at once are arrays with one more axis in front, as long in all of them.

    Returns:
        `(out, out_dot)`; of several directions, `out_dot` has the axis in front, too. The function
        is evaluated once for all of them, and its tangents in one pass where all that it does
        takes the axis.

    Raises:
        UsageError: the tangents do not fit the arguments.

    >>> jvp(lambda x, n: x**n, (2.0, 3), (1.0, None))
    (8.0, 12.0)
    """
    if len(primals) != len(tangents):
        raise UsageError(
            f"jvp got {len(primals)} primals and {len(tangents)} tangents: "
            "give one for each, None where an argument is not moved"
        )
    f = f.of_arguments(len(primals)) if isinstance(f, Derivative) else written_out(f, len(primals))
    count = count_directions(primals, tangents)
    if count is not None:
        moving = functools.partial(_moving, f, primals)
        return along_each(moving, f, primals, tangents, count)
    for k, (primal, tangent) in enumerate(zip(primals, tangents, strict=True)):
        if is_zero(tangent) and _is_leaf(primal) and not has_tangent(primal):
            tangents = [*tangents[:k], None, *tangents[k + 1 :]]
    return _moving(f, primals, "jvp", tangents)


def _is_leaf(primal: Any) -> bool:
    return not isinstance(primal, list | tuple | dict) and not hasattr(primal, "__dict__")


def _moving(
    f: Function, primals: Sequence[Any], mode: str, tangents: Sequence[Any]
) -> tuple[Any, Any]:
    """`jvp`, once the tangents are known to be of arguments that can move."""
    signature = signature_of(f)
    given = signature.bind(*tangents).arguments
    moved = tuple(name for name, tangent in given.items() if not _is_absent(tangent))
    if not moved:
        out = f(*copy.deepcopy(tuple(primals)))
        return out, zeros_like(out)
    tangent = derivative_of(f, mode, moved)
    out, out_dot = tangent.moving(tuple(primals), {name: given[name] for name in moved})
    return out, out_dot


def _is_absent(tangent: Any) -> bool:
    """Whether no part of a tangent moves anything; `*args` collects the tangents in a tuple."""
    return tangent is None or (isinstance(tangent, tuple) and all(t is None for t in tangent))


def zeros_like(out: Any) -> Any:
    """A zero tangent of a result, None where there is no derivative."""
    parts = parts_of(out)
    if parts is not None:
        return rebuilt(out, {key: zeros_like(part) for key, part in parts.items()})
    return conform_tangent(None, out, "") if has_tangent(out) else None


def hvp(f: Function, wrt: Wrt = 0) -> Derivative:
    """The product of the Hessian of a scalar function with a vector, forward over reverse.

    The matrix is never formed: a product costs about as much as two gradients.

    Args:
        f: the function, whose result is a scalar.
        wrt: the parameters: a position, a name, or a tuple of these.

    Returns:
        A function of the parameters of `f` and of a vector for each differentiated one, called
        `x_dot` where the parameter is `x`. It returns the product, a tuple where `wrt` is one.

    Raises:
        UsageError: `f` has no such parameter.

    >>> import numpy as np
    >>> def rosenbrock(x):
    ...     return (1.0 - x[0]) ** 2 + 100.0 * (x[1] - x[0] ** 2) ** 2
    >>> hvp(rosenbrock)(np.array([1.0, 1.0]), np.array([1.0, 0.0]))
    array([ 802., -400.])
    """
    return derivative_of(f, "hvp", wrt)


def linearize(f: Function, *primals: Any) -> tuple[Any, Callable[..., Any]]:
    """The value of a function, and its best linear approximation there.

    Args:
        f: the function.
        primals: where to linearise.

    Returns:
        `(out, jvp_fn)`: `jvp_fn(*tangents)` takes a tangent for each argument, as `jvp` does, and
        returns the tangent of the result. The function is evaluated once; only what its loops
        compute together with tangents is computed again.

    Raises:
        UsageError: `f` is not a Python function.

    >>> out, along = linearize(lambda x, y: x * y, 3.0, 4.0)
    >>> out, along(1.0, None), along(None, 1.0)
    (12.0, 4.0, 3.0)
    """
    out, along = derivative_of(f, "linearize")(*primals)
    return out, along


def jacobian(f: Function, wrt: Wrt = 0, mode: str = "auto") -> Jacobian:
    """The Jacobian of a function of arrays.

    Args:
        f: the function; its result is an array or a number, or a container of these.
        wrt: the parameters: a position, a name, or a tuple of these.
        mode: "forward" computes it column by column, which takes a sweep per element of the
            arguments; "reverse" row by row, a sweep per element of the result; "auto" takes what
            needs fewer, for which it runs `f` once for each new set of shapes.

    Returns:
        A function with the parameters of `f`. It returns an array whose axes are those of the
        result, then those of the argument; a tuple of these where `wrt` is one.

    Raises:
        UsageError: `f` has no such parameter.

    >>> import numpy as np
    >>> def polar(p):
    ...     return np.array([p[0] * np.cos(p[1]), p[0] * np.sin(p[1])])
    >>> jacobian(polar)(np.array([2.0, 0.0]))
    array([[1., 0.],
           [0., 2.]])
    """
    return jacobian_of(f, wrt, mode)


def hessian(f: Function, wrt: Wrt = 0) -> Derivative:
    """The Hessian of a scalar function: the Jacobian of its gradient, forward over reverse.

    Args:
        f: the function, whose result is a scalar.
        wrt: the parameters: a position, a name, or a tuple of these.

    Returns:
        A function with the parameters of `f`; for a tuple `wrt`, it returns a tuple of tuples of
        blocks.

    Raises:
        UsageError: `f` has no such parameter.

    >>> import numpy as np
    >>> hessian(lambda x: x[0] ** 2 * x[1])(np.array([3.0, 1.0]))
    array([[2., 6.],
           [6., 0.]])
    """
    return derivative_of(derivative_of(f, "grad", wrt), "jacobian_forward", wrt)


def as_linear_operator(f: Function, *args: Any, wrt: int | str = 0) -> Any:
    """The Jacobian at a point as a linear operator of SciPy, whose matrix is never formed.

    What does not depend on the direction is computed once.

    Args:
        f: a function from an array to an array.
        args: the point.
        wrt: the parameter that is differentiated.

    Returns:
        A `scipy.sparse.linalg.LinearOperator`: `matvec` is a product in forward mode, `rmatvec`
        one in reverse mode with a forward sweep that was done once.

    Raises:
        UsageError: `f` has no such parameter, or draws random numbers.

    >>> import numpy as np
    >>> operator = as_linear_operator(lambda x: x * x, np.array([1.0, 2.0]))
    >>> operator.matvec(np.ones(2)), operator.rmatvec(np.ones(2))
    (array([2., 4.]), array([2., 4.]))
    """
    from scipy.sparse.linalg import LinearOperator

    f = written_out(f, len(args))
    linear = derivative_of(f, "linearize", wrt)
    (name,) = linear.wrt
    place = list(signature_of(f).parameters).index(name)
    x = copy.deepcopy(args[place])
    if linear.specialise(linear.bind(args, {})).compiled.draws:
        raise UsageError(
            f"{linear.__name__} draws random numbers, and as_linear_operator evaluates it once for "
            "each direction: draw them before, and pass them as arguments"
        )
    _, along = linear(*args)
    out, pullback = vjp(f, *args)

    def matvec(vector: Any) -> Any:
        moved: list[Any] = [None] * len(args)
        moved[place] = np.reshape(vector, np.shape(x))
        return np.ravel(along(*moved))

    def rmatvec(vector: Any) -> Any:
        return np.ravel(pullback(np.reshape(vector, np.shape(out)))[place])

    shape = (np.size(out), np.size(x))
    return LinearOperator(shape, matvec=matvec, rmatvec=rmatvec, dtype=np.result_type(x, out))
