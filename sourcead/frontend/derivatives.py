"""Derivatives taken inside a function: `grad(f)(x)`, `jvp(f, xs, dxs)`, nested as one likes.

The function that is differentiated is lowered into a function of the module of its own: of what
moves, and of what it captures, which does not. Which derivative is asked of it is noted in the
module; the compiler makes it before it differentiates the caller, for which the derivative is a
function like any other. Levels cannot be mixed up: each has parameters of its own.
"""

from __future__ import annotations

import ast
from collections.abc import Hashable
from types import FunctionType
from typing import Any

from sourcead.frontend.bindings import (
    Applied,
    Binding,
    Closure,
    Items,
    Static,
)
from sourcead.frontend.codes import own_signature
from sourcead.frontend.conditions import elements
from sourcead.frontend.derivative_results import results
from sourcead.frontend.frame import Frame
from sourcead.frontend.lifting import (
    Args,
    CallArguments,
    Derive,
    Kwargs,
    call_again,
    distinct,
    lift,
    lowered,
    name_of,
    parameter_names,
)
from sourcead.frontend.memory import read
from sourcead.frontend.parsed_module import ParsedFunction
from sourcead.frontend.recomputing import RECOMPUTED, checkpointed_steps, recomputed, stopped
from sourcead.frontend.results import Flat
from sourcead.frontend.signatures import relative_type
from sourcead.frontend.statics import static_value
from sourcead.ir.constants import MISSING, constant
from sourcead.ir.core import Derivation, Function, Op, Param, Value
from sourcead.ir.tangent_params import count_required
from sourcead.ir.types import ArrayT, ScalarT, may_be_real_number, rank_of

# What makes a derivative of a function: public names by the kind of derivative.
MAKERS = {
    "grad": "grad",
    "value_and_grad": "value_and_grad",
    "forward": "jvp",
    "hvp": "hvp",
    "jacobian": "jacobian",
    "hessian": "hessian",
}
PUBLIC = ("sourcead.checkpoints", "sourcead.api", "sourcead.directions", "sourcead.own_rules")
# What cannot be called there, and what to write.
INSTEAD = {
    "vjp": "`grad(lambda y: np.sum(f(y) * out_bar))(x)`, the product with a cotangent `out_bar`",
    "linearize": "`jvp(f, (x,), (x_dot,))`, the result and its tangent along `x_dot`",
    "as_linear_operator": "`jacobian(f)(x)` for the matrix, or `jvp` for a product with it",
    "check_grads": "the check outside the function",
    "check_rule": "the check outside the function",
    "source": "the call outside the function",
}
WITH_TANGENTS = ("jvp", "hvp")


def public_name(target: object) -> str:
    """The name of a function of the public interface, "" for any other object."""
    module = getattr(target, "__module__", "")
    if module in PUBLIC and isinstance(target, FunctionType):
        return target.__name__
    return ""


def derivative_call(
    frame: Frame, target: Any, args: Args, kwargs: Kwargs, node: ast.AST
) -> Binding | None:
    """A call of something that makes, or is, a derivative; None where `target` is neither."""
    if target is RECOMPUTED:
        return recomputed(frame, args[0], args[1:], kwargs, node)
    if isinstance(target, Derive):
        return _differentiated(frame, target, args[0], args[1:], kwargs, node)
    derivation = getattr(type(target), "derivation", None)
    if derivation is not None:
        function, mode, wrt = target.derivation
        made = _maker(frame, mode, [Static(function)], {"wrt": _known(wrt)}, node)
        return call_again(frame, made, args, kwargs, node)
    name = public_name(target)
    if name == "checkpoint":
        return Applied(Static(RECOMPUTED), (args[0],))
    if getattr(target, "__qualname__", "") == "checkpoint.<locals>.checkpointed_call":
        return recomputed(frame, Static(target.__wrapped__), args, kwargs, node)
    if name == "checkpointed":
        return checkpointed_steps(frame, args, kwargs, node)
    if name == "stop_gradient":
        return stopped(frame, args, node)
    if name in MAKERS:
        return _maker(frame, MAKERS[name], args, kwargs, node)
    if name == "jvp":
        return _jvp(frame, args, kwargs, node)
    if name in INSTEAD:
        frame.refuse(
            node,
            "SAD104",
            f"`{name}` inside a differentiated function",
            "what it returns is not known when the function is compiled",
            INSTEAD[name],
        )
    return None


def _known(wrt: Any) -> Binding:
    return Items(tuple(map(_known, wrt))) if isinstance(wrt, tuple | list) else Static(wrt)


def _maker(frame: Frame, mode: str, args: Args, kwargs: Kwargs, node: ast.AST) -> Binding:
    """`grad(f, wrt)`: the function, waiting for its arguments."""
    last = "has_aux" if mode in ("grad", "value_and_grad") else "mode"
    given = {**dict(zip(("f", "wrt", last), args, strict=False)), **kwargs}
    function = given.get("f")
    wrt = static_value(given["wrt"]) if "wrt" in given else 0
    has_aux = static_value(given["has_aux"]) if "has_aux" in given else False
    if has_aux is True:
        mode = f"{mode}_aux"
    if function is None or wrt is MISSING or has_aux is MISSING:
        frame.refuse(
            node, "SAD108", f"what `{mode}` differentiates, and by which parameter, must be known"
        )
    if mode == "hessian":
        inner = Applied(Static(Derive("grad", wrt)), (function,))
        return Applied(Static(Derive("jacobian_forward", wrt)), (inner,))
    if mode == "jacobian":
        direction = static_value(given["mode"]) if "mode" in given else "auto"
        mode = "jacobian_reverse" if direction == "reverse" else "jacobian_forward"
    return Applied(Static(Derive(mode, wrt)), (function,))


def _jvp(frame: Frame, args: Args, kwargs: Kwargs, node: ast.AST) -> Binding:
    """`jvp(f, primals, tangents)`."""
    given = {**dict(zip(("f", "primals", "tangents"), args, strict=False)), **kwargs}
    primals = elements(frame, given["primals"], node) if "primals" in given else None
    tangents = elements(frame, given["tangents"], node) if "tangents" in given else None
    if primals is None or tangents is None or len(primals) != len(tangents):
        frame.refuse(node, "SAD105", "`jvp` takes a function and two tuples of equal length")
    moved = tuple(k for k, t in enumerate(tangents) if not _stays(t))
    call = [*primals, *(tangents[k] for k in moved)]
    return _differentiated(frame, Derive("jvp", moved), given["f"], call, {}, node)


def _stays(tangent: Binding) -> bool:
    if isinstance(tangent, Static):
        return tangent.value is None
    return isinstance(tangent, Value) and type(constant(tangent)) is int and constant(tangent) == 0


# The function that is differentiated -----------------------------------------------------------


def _differentiated(
    frame: Frame, derive: Derive, function: Binding, args: Args, kwargs: Kwargs, node: ast.AST
) -> Binding:
    """Lower the function into one of its own, and call the derivative of that."""
    call = _arguments(frame, derive, function, args, kwargs, node)
    values = [read(frame, binding, node) for binding in call.moved()]
    for name, value in zip(call.names, values, strict=True):
        if not may_be_real_number(value.type):
            frame.refuse(
                node,
                "SAD108",
                f"a derivative with respect to `{name}`, which is of type {value.type}",
                "only real and complex numbers have a derivative",
                f"`float({name})`",
            )
    known = _memo_key(derive, function, call, values)
    memo = frame.program.derivatives
    if known is not None and known in memo:
        key, flat, _ = memo[known]
        captured: list[Value] = []
    else:
        key, flat, captured = _noted(frame, derive, function, call, values, node)
        if known is not None and not captured:
            # The function is kept, so that no other one takes its place in memory.
            memo[known] = (key, flat, function)
    tangents = [
        _fitting(frame, read(frame, t, node), v, node)
        for t, v in zip(call.tangents, values, strict=False)
    ]
    operands = [*values, *captured, *tangents]
    op = Op("call", operands, (), {"callee": key}, loc=frame.loc(node))
    frame.builder.append(op)
    return results(frame, derive.mode, isinstance(derive.wrt, tuple), op, flat, values)


def _memo_key(
    derive: Derive, function: Binding, call: CallArguments, values: list[Value]
) -> Hashable | None:
    """What two calls of one derivative share: the function by its name, and types."""
    simple = derive.mode in ("grad", "hvp") and len(call.args) == len(values) and not call.kwargs
    identity = _identity(function)
    if not simple or identity is None:
        return None
    symbols: dict[Hashable, Hashable] = {}
    types = tuple(relative_type(v.type, symbols) for v in values)
    return (derive.mode, derive.wrt, identity, types)


def _identity(function: Binding) -> Hashable | None:
    """What tells a function from others; of a method also its object. None for local functions."""
    if isinstance(function, Static):
        return id(function.value)
    if isinstance(function, Applied) and not function.kwargs:
        parts = [_identity(part) for part in (function.function, *function.args)]
        return None if None in parts else tuple(parts)
    return None


def _noted(
    frame: Frame,
    derive: Derive,
    function: Binding,
    call: CallArguments,
    values: list[Value],
    node: ast.AST,
) -> tuple[str, Flat, list[Value]]:
    """Note in the module which derivative is wanted; what the function captures."""
    region, flat = lowered(frame, function, call, values, node)
    captured = lift(region)
    primal = Function(name_of(function), region, output=flat.structure, loc=frame.loc(node))
    primal.params = [Param(n) for n in distinct([*call.names, *(v.hint for v in captured)])]
    for param, value in zip(primal.params, region.params, strict=True):
        value.hint = param.name
    derived = frame.program.module.derived
    key = f"<{derive.mode} {len(derived)}>"
    derived[key] = Derivation(primal, derive.mode, tuple(range(len(values))))
    return key, flat, captured


def _arguments(
    frame: Frame, derive: Derive, function: Binding, args: Args, kwargs: Kwargs, node: ast.AST
) -> CallArguments:
    """Which arguments move; tangents follow the others, or are named `x_dot`."""
    wrt = derive.wrt if isinstance(derive.wrt, tuple) else (derive.wrt,)
    names = parameter_names(frame, function)
    places: list[int | str] = []
    for item in wrt:
        position = names.index(item) if item in names else item
        if isinstance(position, int) and position < 0:
            position += len(names)
        places.append(position)
    tangents: Args = []
    if derive.mode in WITH_TANGENTS:
        dots = [k for k in (f"{_label(p, names)}_dot" for p in places) if k in kwargs]
        named = [kwargs[k] for k in dots]
        kwargs = {k: v for k, v in kwargs.items() if k not in dots}
        count = len(places) - len(named)
        first = min(_required(function, len(names)), len(args) - count)
        tangents = [*args[first : first + count], *named]
        args = [*args[:first], *args[first + count :]]
    found: list[int | str] = []
    for place in places:
        by_name = _label(place, names)
        if isinstance(place, int) and place < len(args):
            found.append(place)
        elif by_name in kwargs:
            found.append(by_name)
        else:
            frame.refuse(node, "SAD105", f"the argument {place!r}, which is to move, is not given")
    labels = [_label(place, names) or f"x{k}" for k, place in enumerate(places)]
    return CallArguments(args, kwargs, found, labels, tangents)


def _required(function: Binding, count: int) -> int:
    """How many parameters have to be given by position; tangents follow them."""
    target = function if isinstance(function, Closure) else static_value(function)
    if isinstance(target, Closure | ParsedFunction):
        spec = target.node.args
        return len(spec.posonlyargs) + len(spec.args) - len(spec.defaults)
    if isinstance(target, FunctionType):
        parameters = own_signature(target).parameters.values()
        return count_required(
            [Param(p.name, None if p.default is p.empty else "", p.kind.name) for p in parameters]
        )
    return count


def _label(place: int | str, names: list[str]) -> str:
    if isinstance(place, str):
        return place
    return names[place] if place < len(names) else ""


def _fitting(frame: Frame, tangent: Value, value: Value, node: ast.AST) -> Value:
    """A tangent of the type of what it is the tangent of."""
    if isinstance(value.type, ScalarT) and isinstance(tangent.type, ScalarT):
        return tangent if tangent.type.kind != "int" else frame.op("float", [tangent])
    if isinstance(value.type, ArrayT) and rank_of(tangent.type) not in (rank_of(value.type), None):
        frame.refuse(
            node,
            "SAD105",
            f"a tangent of type {tangent.type} for an argument of type {value.type}",
            "a tangent has the shape of what moves",
        )
    return tangent
