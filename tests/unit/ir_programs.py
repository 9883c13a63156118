"""IR built by hand for the backend's tests, and an interpreter that takes it literally.

The interpreter copies at every write, so it shows what a program means; what the backend prints
must compute the same with its writes in place.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from sourcead.backend import Emitted, emit
from sourcead.ir.core import Function, Loc, Module, Op, Param, Region, Value
from sourcead.ir.index import Dots, Index, NewAxis, Ref, Slice
from sourcead.ir.loops import Loop
from sourcead.ir.structure import Leaf, Node
from sourcead.ir.types import BOOL, INT, UNDEF, ArrayT, Dim, ListT, Type
from sourcead.ops.build import Builder
from tests.unit.ir_interpreter import LISTS

VECTOR = ArrayT("float64", (Dim("n", False),))
MATRIX = ArrayT("float64", (Dim("n", False), Dim("m", False)))


def slice_of(lower: Any = None, upper: Any = None, step: Any = None) -> Index:
    return (Slice(lower, upper, step),)


# Building -------------------------------------------------------------------------------------


def module_of(
    name: str, params: Sequence[tuple[str, Type]], build: Callable[..., Sequence[Value]]
) -> Module:
    """A module of one function, whose body `build(builder, *params)` emits."""
    region = Region()
    values = [region.new_param(t, n) for n, t in params]
    region.yields = list(build(Builder(region), *values))
    count = len(region.yields)
    leaves = tuple(Leaf(k) for k in range(count))
    output = leaves[0] if count == 1 else Node("tuple", tuple(range(count)), leaves)
    return Module(name, {name: Function(name, region, [Param(n) for n, _ in params], output)})


def counted(b: Builder, n: Value) -> Value:
    return b.op("range", [b.const(0), n, b.const(1)])


def read(b: Builder, x: Value, index: Index, *operands: Value, hint: str = "") -> Value:
    return b.op("getitem", [x, *operands], attrs={"index": index}, hint=hint)


def write(
    b: Builder,
    x: Value,
    v: Value,
    index: Index,
    *operands: Value,
    hint: str = "",
    add: bool = False,
) -> Value:
    name = "setitem_add" if add else "setitem"
    return b.op(name, [x, v, *operands], attrs={"index": index}, hint=hint or x.hint)


def for_loop(
    b: Builder,
    streams: Sequence[tuple[str, Value]],
    carries: Sequence[tuple[str, Value]],
    build: Callable[..., Sequence[Value]],
    stop: bool = False,
    count: bool = False,
    reverse: bool = False,
) -> Op:
    """A loop; `build(*items, *carries)` gives [stop], next carries, collected."""
    body = Region()
    attrs = {"streams": len(streams), "stop": stop, "count": count, "reverse": reverse}
    operands = [v for _, v in streams] + [v for _, v in carries]
    op = Op("for", operands, (), attrs, [body], b.loc, "", b.phase)
    items = [body.new_param(_item_type(v.type), hint) for hint, v in streams]
    params = [body.new_param(v.type, hint) for hint, v in carries]
    with b.into(body):
        body.yields = list(build(*items, *params))
    return b.append(_loop_results(op, [hint for hint, _ in carries]))


def while_loop(
    b: Builder,
    carries: Sequence[tuple[str, Value]],
    test: Callable[..., Value],
    build: Callable[..., Sequence[Value]],
    stop: bool = False,
    count: bool = False,
) -> Op:
    cond, body = Region(), Region()
    attrs = {"stop": stop, "count": count}
    op = Op("while", [v for _, v in carries], (), attrs, [cond, body], b.loc, "", b.phase)
    for region in (cond, body):
        for hint, v in carries:
            region.new_param(v.type, hint)
    with b.into(cond):
        cond.yields = [test(*cond.params)]
    with b.into(body):
        body.yields = list(build(*body.params))
    return b.append(_loop_results(op, [hint for hint, _ in carries]))


def _item_type(t: Type) -> Type:
    return t.elem if isinstance(t, ListT) else INT


def _loop_results(op: Op, hints: Sequence[str]) -> Op:
    loop = Loop(op)
    for init, hint in zip(loop.inits, hints, strict=True):
        op.new_result(init.type, hint)
    for value in loop.collected:
        op.new_result(ListT(value.type), f"{value.hint}_tape" if value.hint else "")
    if loop.has_count:
        op.new_result(INT).soft = "count"
    return op


def branch(
    b: Builder,
    cond: Value,
    then: Callable[[], Sequence[Value]],
    other: Callable[[], Sequence[Value]],
    hints: Sequence[str] = (),
) -> list[Value]:
    """An `if`; each function emits a branch and gives its results."""
    regions = []
    for build in (then, other):
        region = Region()
        with b.into(region):
            region.yields = list(build())
        regions.append(region)
    op = Op("if", [cond], (), {}, regions, b.loc, "", b.phase)
    b.append(op)
    for k, value in enumerate(regions[0].yields):
        t = value.type if value.type != UNDEF else regions[1].yields[k].type
        op.new_result(t, hints[k] if k < len(hints) else "")
    return list(op.results)


def undefined(b: Builder) -> Value:
    op = Op("undef", [], loc=b.loc, phase=b.phase)
    b.append(op)
    return op.new_result(UNDEF)


def from_statement(b: Builder, text: str) -> Any:
    """Stamp the text of a primal statement on what a `with` block emits."""
    return b.at(Loc("program.py", 1, 0, text))


# Running --------------------------------------------------------------------------------------


def printed(module: Module) -> str:
    """The text without its trailing newline and imports."""
    return emit(module).text.strip("\n")


def compiled(emitted: Emitted) -> Callable[..., Any]:
    space: dict[str, Any] = {}
    for require in emitted.requires:
        exec(require.statement, space)
    exec(compile(emitted.text, "<emitted>", "exec"), space)
    found: Callable[..., Any] = space[emitted.entry]
    return found


OPERATORS: dict[str, Callable[..., Any]] = {
    "add": operator.add,
    "sub": operator.sub,
    "mul": operator.mul,
    "div": operator.truediv,
    "neg": operator.neg,
    "matmul": operator.matmul,
    "lt": operator.lt,
    "gt": operator.gt,
    "le": operator.le,
    "eq": operator.eq,
    "not": operator.not_,
}


def interpret(module: Module, *args: Any) -> Any:
    """What the entry of a module means; results in a tuple."""
    function = module.functions[module.entry]
    return tuple(_region(module, function.body, {}, [frozen(a) for a in args]))


def frozen(x: Any) -> Any:
    """A private copy: nothing the interpreter holds is ever written."""
    if isinstance(x, list):
        return [frozen(v) for v in x]
    return x.copy() if isinstance(x, np.ndarray) else x


def _region(
    module: Module, region: Region, env: dict[Value, Any], args: Sequence[Any]
) -> list[Any]:
    env.update(zip(region.params, args, strict=True))
    for op in region.ops:
        env.update(zip(op.results, _op(module, op, env), strict=True))
    return [env[v] for v in region.yields]


def _op(module: Module, op: Op, env: dict[Value, Any]) -> Sequence[Any]:
    values = [env[v] for v in op.operands]
    if op.name == "if":
        return _region(module, op.regions[0 if values[0] else 1], env, [])
    if op.name in ("for", "while"):
        return _loop(module, Loop(op), env)
    if op.name == "call":
        return [frozen(v) for v in interpret(Module(op.attrs["callee"], module.functions), *values)]
    return [frozen(_plain(op, values))]


def _plain(op: Op, values: list[Any]) -> Any:
    if op.name == "const":
        return op.attrs["value"]
    if op.name in OPERATORS:
        return OPERATORS[op.name](*values)
    if op.name == "undef":
        return None
    if op.name == "range":
        return range(*values)
    if op.name == "dim":
        return values[0].shape[op.attrs.get("axis", 0)]
    if op.name == "getitem":
        return values[0][_index(op, values[1:])]
    if op.name in ("setitem", "setitem_add"):
        new = frozen(values[0])
        index = _index(op, values[2:])
        if op.name == "setitem":
            new[index] = values[1]
        else:
            np.add.at(new, index, values[1])
        return new
    if op.name == "append":
        return [*frozen(values[0]), frozen(values[1])]
    if op.name in LISTS:
        return LISTS[op.name](*map(frozen, values))
    if op.name in ("list", "tuple"):
        return list(values)
    if op.name == "field":
        return values[0][op.attrs["key"]]
    if op.name == "copy":
        return frozen(values[0])
    if op.name == "reversed":
        return values[0][::-1]
    return getattr(np, op.name.removeprefix("np."))(*values, **op.attrs)


def _index(op: Op, operands: list[Any]) -> Any:
    def part(entry: Any) -> Any:
        if isinstance(entry, Ref):
            return operands[entry.k]
        if isinstance(entry, Slice):
            return slice(part(entry.lower), part(entry.upper), part(entry.step))
        if isinstance(entry, NewAxis):
            return None
        return ... if isinstance(entry, Dots) else entry

    entries = tuple(part(entry) for entry in op.attrs["index"])
    return entries[0] if len(entries) == 1 else entries


def _loop(module: Module, loop: Loop, env: dict[Value, Any]) -> list[Any]:
    state = [env[v] for v in loop.inits]
    tapes: list[list[Any]] = [[] for _ in loop.collected]
    count = 0
    for items in _iterations(module, loop, env, state):
        out = _region(module, loop.body, env, [*items, *state])
        count += 1
        state[:] = [env[v] for v in loop.nexts]
        for tape, value in zip(tapes, loop.collected, strict=True):
            tape.append(env[value])
        if loop.has_stop and out[0]:
            break
    return [*state, *tapes, *([count] if loop.has_count else [])]


def _iterations(module: Module, loop: Loop, env: dict[Value, Any], state: list[Any]) -> Any:
    if loop.cond is None:
        streams = [env[v] for v in loop.streams]
        if loop.op.attrs.get("reverse"):
            streams = [list(reversed(s)) for s in streams]
        yield from zip(*streams, strict=False)
        return
    while _region(module, loop.cond, env, state)[0]:
        yield ()


def assert_same(module: Module, *args: Any) -> None:
    """The text computes what the IR means, leaves its arguments alone, shares no memory."""
    emitted = emit(module)
    given = [frozen(a) for a in args]
    got = compiled(emitted)(*given)
    want = interpret(module, *args)
    got = got if isinstance(got, tuple) and len(want) != 1 else (got,)
    for have, expected in zip(got, want, strict=True):
        assert_equal(have, expected, emitted.text)
    for after, before in zip(given, args, strict=True):
        assert_equal(after, before, emitted.text)
    arrays = [a for x in [*got, *given] for a in _arrays(x)]
    for k, a in enumerate(arrays):
        shared = any(np.shares_memory(a, other) for other in arrays[k + 1 :])
        assert not shared, emitted.text


def _arrays(x: Any) -> list[np.ndarray]:
    if isinstance(x, list | tuple):
        return [a for item in x for a in _arrays(item)]
    return [x] if isinstance(x, np.ndarray) else []


def assert_equal(have: Any, expected: Any, text: str) -> None:
    if isinstance(expected, list):
        assert len(have) == len(expected), text
        for a, b in zip(have, expected, strict=True):
            assert_equal(a, b, text)
    else:
        assert np.array_equal(np.asarray(have), np.asarray(expected), equal_nan=True), (
            f"{text}\n{have}\n{expected}"
        )


def less(b: Builder, x: Value, y: Value) -> Value:
    return b.op("lt", [x, y], type=BOOL)
