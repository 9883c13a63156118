"""Derivatives taken inside a function: `grad(f)(x)`, `jvp(f, xs, dxs)`, nested as one likes.

The function that is differentiated is lowered into a function of the module of its own: of what
moves, and of what it captures, which does not. Which derivative is asked of it is noted in the
module; the compiler makes it before it differentiates the caller, for which the derivative is a
function like any other. Levels cannot be mixed up: each has parameters of its own.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Hashable
from dataclasses import dataclass
from types import FunctionType
from typing import Any

from sourcead.frontend.bindings import (
    Applied,
    Binding,
    Cell,
    Closure,
    DictItems,
    Instance,
    Items,
    ListItems,
    Static,
    View,
)
from sourcead.frontend.conditions import elements
from sourcead.frontend.derivative_results import results
from sourcead.frontend.frame import Frame
from sourcead.frontend.memory import bind_value, is_mutable, read
from sourcead.frontend.results import Flat, flatten_result
from sourcead.frontend.scope import ParsedFunction
from sourcead.frontend.signatures import relative_type
from sourcead.frontend.statics import static_value
from sourcead.ir.constants import MISSING, constant
from sourcead.ir.core import Derivation, Function, Op, Param, Region, Value
from sourcead.ir.tangent_params import count_required
from sourcead.ir.types import ArrayT, ScalarT, may_be_real_number, rank_of
from sourcead.ir.walk import copy_op, free_values, substitute
from sourcead.ops.catalog import definition

Args = list[Binding]
Kwargs = dict[str, Binding]

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
WITH_TANGENTS = ("jvp", "hvp")


@dataclass(frozen=True, eq=False)
class Derive:
    """What is called when a derivative is: a kind, and the parameters it is taken of."""

    mode: str
    wrt: Any


class _Recomputed:
    """What is called when `checkpoint(f)` is."""


RECOMPUTED = _Recomputed()


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
        return _recomputed(frame, args[0], args[1:], kwargs, node)
    if isinstance(target, Derive):
        return _differentiated(frame, target, args[0], args[1:], kwargs, node)
    derivation = getattr(type(target), "derivation", None)
    if derivation is not None:
        function, mode, wrt = target.derivation
        made = _maker(frame, mode, [Static(function)], {"wrt": _known(wrt)}, node)
        return _again(frame, made, args, kwargs, node)
    name = public_name(target)
    if name == "checkpoint":
        return Applied(Static(RECOMPUTED), (args[0],))
    if getattr(target, "__qualname__", "") == "checkpoint.<locals>.checkpointed_call":
        return _recomputed(frame, Static(target.__wrapped__), args, kwargs, node)
    if name == "stop_gradient":
        return _stopped(frame, args, node)
    if name in MAKERS:
        return _maker(frame, MAKERS[name], args, kwargs, node)
    if name == "jvp":
        return _jvp(frame, args, kwargs, node)
    if name in ("vjp", "linearize", "as_linear_operator", "check_grads", "source"):
        frame.refuse(
            node,
            "SAD104",
            f"`{name}` inside a differentiated function",
            "what it returns is not known when the function is compiled",
            "`grad`, `value_and_grad`, `jvp`, `hvp` or `jacobian`, which may be nested",
        )
    return None


def _recomputed(
    frame: Frame, function: Binding, args: Args, kwargs: Kwargs, node: ast.AST
) -> Binding:
    """A call of `checkpoint(f)`: a function of all that it reads, called and not inlined."""
    call = _Call(args, kwargs, [], [], [])
    region, flat = _lowered(frame, function, call, [], node, detach=False)
    captured = _lift(region)
    for value in region.yields:
        if _memory_of(value) in region.params and is_mutable(value.type):
            frame.refuse(
                node,
                "SAD202",
                "the checkpointed function returns an argument, or a view of one",
                fix="a function that returns a `.copy()`",
            )
    name = _only_call(region)
    if not name:
        name = frame.program.fresh_name(_name_of(function))
        made = Function(name, region, output=flat.structure, loc=frame.loc(node))
        made.params = [Param(n) for n in _distinct([v.hint for v in captured])]
        for param, value in zip(made.params, region.params, strict=True):
            value.hint = param.name
        frame.program.module.functions[name] = made
    op = Op("call", captured, (), {"callee": name, "checkpoint": True}, loc=frame.loc(node))
    frame.builder.append(op)
    return results(frame, "call", False, op, flat, [])


def _only_call(region: Region) -> str:
    """The function that the region calls with its own parameters, if it does nothing else."""
    if len(region.ops) != 1 or region.ops[0].name != "call":
        return ""
    (op,) = region.ops
    same = op.operands == region.params and op.results == region.yields
    return str(op.attrs["callee"]) if same else ""


def _memory_of(value: Value) -> Value:
    """The value in whose memory a value lies."""
    while value.op is not None and (views := definition(value.op.name).views(value.op)):
        value = value.op.operands[views[0]]
    return value


def _stopped(frame: Frame, args: Args, node: ast.AST) -> Binding:
    """A copy that does not move, part by part where it is a container."""
    (binding,) = args
    if isinstance(binding, Items):
        parts = tuple(_stopped(frame, [item], node) for item in binding.items)
        return Items(parts, binding.kind, binding.names, binding.cls)
    if isinstance(binding, Static):
        return binding
    value = read(frame, binding, node)
    stopped = frame.op("stop_gradient", [value], hint=value.hint)
    return bind_value(frame, stopped, value.hint)


def _again(frame: Frame, made: Binding, args: Args, kwargs: Kwargs, node: ast.AST) -> Binding:
    from sourcead.frontend.calls import apply

    return apply(frame, made, args, kwargs, node)


def _known(wrt: Any) -> Binding:
    return Items(tuple(map(_known, wrt))) if isinstance(wrt, tuple | list) else Static(wrt)


def _maker(frame: Frame, mode: str, args: Args, kwargs: Kwargs, node: ast.AST) -> Binding:
    """`grad(f, wrt)`: the function, waiting for its arguments."""
    given = {**dict(zip(("f", "wrt", "mode"), args, strict=False)), **kwargs}
    function = given.get("f")
    wrt = static_value(given["wrt"]) if "wrt" in given else 0
    if function is None or wrt is MISSING:
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


@dataclass
class _Call:
    """The arguments of a derivative: those of the function, which of them move, the tangents."""

    args: Args
    kwargs: Kwargs
    places: list[int | str]
    names: list[str]
    tangents: list[Binding]

    def moved(self) -> Args:
        return [self.args[p] if isinstance(p, int) else self.kwargs[p] for p in self.places]


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
        key, flat = memo[known]
        captured: list[Value] = []
    else:
        key, flat, captured = _noted(frame, derive, function, call, values, node)
        if known is not None and not captured:
            memo[known] = (key, flat)
    tangents = [
        _fitting(frame, read(frame, t, node), v, node)
        for t, v in zip(call.tangents, values, strict=False)
    ]
    operands = [*values, *captured, *tangents]
    op = Op("call", operands, (), {"callee": key}, loc=frame.loc(node))
    frame.builder.append(op)
    return results(frame, derive.mode, isinstance(derive.wrt, tuple), op, flat, values)


def _memo_key(
    derive: Derive, function: Binding, call: _Call, values: list[Value]
) -> Hashable | None:
    """What two calls of one derivative share: the function by its name, and types."""
    simple = derive.mode in ("grad", "hvp") and len(call.args) == len(values) and not call.kwargs
    if not simple or not isinstance(function, Static):
        return None
    symbols: dict[Hashable, Hashable] = {}
    types = tuple(relative_type(v.type, symbols) for v in values)
    return (derive.mode, derive.wrt, id(function.value), types)


def _noted(
    frame: Frame,
    derive: Derive,
    function: Binding,
    call: _Call,
    values: list[Value],
    node: ast.AST,
) -> tuple[str, Flat, list[Value]]:
    """Note in the module which derivative is wanted; what the function captures."""
    region, flat = _lowered(frame, function, call, values, node)
    captured = _lift(region)
    primal = Function(_name_of(function), region, output=flat.structure, loc=frame.loc(node))
    primal.params = [Param(n) for n in _distinct([*call.names, *(v.hint for v in captured)])]
    for param, value in zip(primal.params, region.params, strict=True):
        value.hint = param.name
    derived = frame.program.module.derived
    key = f"<{derive.mode} {len(derived)}>"
    derived[key] = Derivation(primal, derive.mode, tuple(range(len(values))))
    return key, flat, captured


def _arguments(
    frame: Frame, derive: Derive, function: Binding, args: Args, kwargs: Kwargs, node: ast.AST
) -> _Call:
    """Which arguments move; tangents follow the others, or are named `x_dot`."""
    wrt = derive.wrt if isinstance(derive.wrt, tuple) else (derive.wrt,)
    names = _parameter_names(frame, function)
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
    return _Call(args, kwargs, found, labels, tangents)


def _required(function: Binding, count: int) -> int:
    """How many parameters have to be given by position; tangents follow them."""
    target = function if isinstance(function, Closure) else static_value(function)
    if isinstance(target, Closure | ParsedFunction):
        spec = target.node.args
        return len(spec.posonlyargs) + len(spec.args) - len(spec.defaults)
    if isinstance(target, FunctionType):
        parameters = inspect.signature(target).parameters.values()
        return count_required(
            [Param(p.name, None if p.default is p.empty else "", p.kind.name) for p in parameters]
        )
    return count


def _label(place: int | str, names: list[str]) -> str:
    if isinstance(place, str):
        return place
    return names[place] if place < len(names) else ""


def _parameter_names(frame: Frame, function: Binding) -> list[str]:
    """The parameters by name, as far as they are known."""
    if isinstance(function, Closure):
        spec = function.node.args
        return [a.arg for a in (*spec.posonlyargs, *spec.args, *spec.kwonlyargs)]
    if isinstance(function, Applied):
        inner = function.function
        if isinstance(inner, Static) and isinstance(inner.value, Derive):
            return _parameter_names(frame, function.args[0])
        names = _parameter_names(frame, inner)[len(function.args) :]
        return [n for n in names if n not in function.kwargs]
    target = static_value(function)
    if isinstance(target, ParsedFunction):
        spec = target.node.args
        return [a.arg for a in (*spec.posonlyargs, *spec.args, *spec.kwonlyargs)]
    return list(inspect.signature(target).parameters) if callable(target) else []


def _name_of(function: Binding) -> str:
    if isinstance(function, Closure):
        return str(getattr(function.node, "name", "function"))
    if isinstance(function, Applied):
        inner = function.function
        if isinstance(inner, Static) and isinstance(inner.value, Derive):
            return f"{_name_of(function.args[0])}_{inner.value.mode}"
        return _name_of(inner)
    target = static_value(function)
    name = getattr(target, "__name__", "") or getattr(getattr(target, "node", None), "name", "")
    return name if name.isidentifier() else "function"


def _lowered(
    frame: Frame,
    function: Binding,
    call: _Call,
    values: list[Value],
    node: ast.AST,
    detach: bool = True,
) -> tuple[Region, Flat]:
    """The body of the function, with parameters for what moves; everything else is captured.

    `detach`: the function may write its arguments, of which it gets copies.
    """
    region = Region()
    before = dict(frame.state.contents)
    chain = _chain(frame)
    reads = [dict(f.state.reads) for f in chain]
    with frame.branch(region, frame.state.copy()):
        args, kwargs = list(call.args), dict(call.kwargs)
        if detach:
            args = [_detached(frame, a, node) for a in args]
            kwargs = {k: _detached(frame, a, node) for k, a in kwargs.items()}
        for place, name, value in zip(call.places, call.names, values, strict=True):
            binding = bind_value(frame, region.new_param(value.type, name), name)
            if isinstance(place, int):
                args[place] = binding
            else:
                kwargs[place] = binding
        result = _again(frame, function, args, kwargs, node)
        flat = flatten_result(frame, result, [])
        region.yields = flat.values
        for cell, content in before.items():
            if frame.state.contents.get(cell) is not content:
                frame.refuse(
                    node,
                    "SAD202",
                    f"the function that is differentiated here writes to `{cell.hint}`",
                    "it belongs to the caller, and a derivative changes nothing",
                    "a function that writes to a `.copy()`",
                )
    # What was read through views inside is known only there.
    for outer, kept in zip(chain, reads, strict=True):
        outer.state.reads.clear()
        outer.state.reads.update(kept)
    return region, flat


def _chain(frame: Frame) -> list[Frame]:
    found = [frame]
    while found[-1].parent is not None:
        found.append(found[-1].parent)
    return found


def _detached(frame: Frame, binding: Binding, node: ast.AST) -> Binding:
    """An argument whose memory the function may write without the caller's knowing."""
    if isinstance(binding, View):
        return bind_value(frame, read(frame, binding, node))
    if isinstance(binding, Items):
        parts = tuple(_detached(frame, item, node) for item in binding.items)
        return Items(parts, binding.kind, binding.names, binding.cls)
    if not isinstance(binding, Cell):
        return binding
    content: Any = frame.state.contents[binding]
    if isinstance(content, ListItems):
        content = ListItems(tuple(_detached(frame, item, node) for item in content.items))
    elif isinstance(content, DictItems):
        content = DictItems({k: _detached(frame, v, node) for k, v in content.items.items()})
    elif isinstance(content, Instance):
        items = {k: _detached(frame, v, node) for k, v in content.items.items()}
        content = Instance(content.cls, items)
    cell = Cell(binding.hint)
    frame.state.contents[cell] = content
    return cell


def _lift(region: Region) -> list[Value]:
    """Make parameters of the values that the region captures; literals are written anew in it."""
    captured: list[Value] = []
    mapping: dict[Value, Value] = {}
    literals: list[Op] = []
    for value in free_values(region):
        if value.op is not None and value.op.name in ("const", "global", "undef"):
            literals.append(copy_op(value.op, mapping))
            continue
        captured.append(value)
        mapping[value] = Value(value.type, value.hint)
        mapping[value].soft = value.soft
    substitute(region, mapping)
    region.ops[:0] = literals
    region.params += [mapping[value] for value in captured]
    return captured


def _distinct(names: list[str]) -> list[str]:
    taken: list[str] = []
    for name in names:
        base = free = name or "captured"
        number = 2
        while free in taken:
            free, number = f"{base}_{number}", number + 1
        taken.append(free)
    return taken


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
