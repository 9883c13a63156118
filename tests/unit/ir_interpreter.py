"""Runs lowered modules operation by operation, with no backend between: every write copies."""

from __future__ import annotations

import builtins
import functools
import importlib
import operator
import sys
from collections.abc import Callable, Sequence
from typing import Any, cast

import numpy as np

from sourcead.backend.helpers import rounds, updated
from sourcead.ir.attempts import is_attempt
from sourcead.ir.core import Function, GlobalRef, Module, Op, Region, Value
from sourcead.ir.index import Dots, NewAxis, Ref, Slice
from sourcead.ir.loops import Loop
from sourcead.ir.structure import Fixed, Leaf, Structure
from sourcead.ops.names import spelling

Env = dict[Value, Any]


def _inserted(xs: list[Any], v: Any, k: int) -> list[Any]:
    more = list(xs)
    more.insert(k, v)
    return more


def _deleted(xs: list[Any], item: Any, k: int) -> list[Any]:
    more = list(xs)
    del more[k]
    return more


LISTS: dict[str, Callable[..., list[Any]]] = {
    "insert": _inserted,
    "delete": _deleted,
    "without_last": lambda xs, item: xs[:-1],
    "extend": lambda xs, ys: xs + ys,
    "concat": lambda xs, ys: xs + ys,
    "repeat": lambda x, n: [x] * n,
    "truncate": lambda xs, n: xs[:n],
}

BINARY: dict[str, Callable[..., Any]] = {
    "add": operator.add, "sub": operator.sub, "mul": operator.mul, "div": operator.truediv,
    "floordiv": operator.floordiv, "mod": operator.mod, "pow": operator.pow,
    "matmul": operator.matmul, "bitand": operator.and_, "bitor": operator.or_,
    "bitxor": operator.xor, "lshift": operator.lshift, "rshift": operator.rshift,
    "lt": operator.lt, "le": operator.le, "gt": operator.gt, "ge": operator.ge,
    "eq": operator.eq, "ne": operator.ne, "is": operator.is_, "is_not": operator.is_not,
    "in": lambda x, y: x in y, "not_in": lambda x, y: x not in y,
    "neg": operator.neg, "pos": operator.pos, "invert": operator.invert, "not": operator.not_,
    "max": max, "min": min, "abs": abs, "round": round, "range": range,
    "sum": sum, "float": float, "int": int, "bool": bool, "complex": complex,
    "ndim": np.ndim, "size": np.size, "dtype": lambda x: x.dtype,
    "item": lambda x: x.item(), "flatten": lambda a, order="C": a.flatten(order),
    "tolist": lambda a: a.tolist(), "reversed": lambda x: list(reversed(x)),
    "append": lambda xs, v: [*xs, v], "copy": lambda x, order="C": np.copy(x), **LISTS,
    "updated": updated, "rounds": rounds,
}  # fmt: skip


class Interpreter:
    """One module."""

    def __init__(self, module: Module, namespace: dict[str, Any] | None = None) -> None:
        self.module = module
        self.namespace = namespace or {}
        self.printed: list[str] = []
        self.caught: BaseException | None = None

    def __call__(self, *args: Any) -> Any:
        function = self.module.functions[self.module.entry]
        results = self.call(function, args)
        return put_together(function.output, results)

    def call(self, function: Function, args: Sequence[Any]) -> list[Any]:
        env = dict(zip(function.body.params, args, strict=True))
        return self.region(function.body, env)

    def region(self, region: Region, env: Env) -> list[Any]:
        for op in region.ops:
            results = self.op(op, env)
            env.update(zip(op.results, results, strict=True))
        return [env[v] for v in region.yields]

    def op(self, op: Op, env: Env) -> list[Any]:
        special = getattr(self, f"_{op.name}", None)
        values = [env[v] for v in op.operands]
        if special is not None:
            found: list[Any] = special(op, values, env)
            return found
        return [self.plain(op, values)]

    def plain(self, op: Op, values: list[Any]) -> Any:
        if op.name == "np.astype":
            made = np.asarray(values[0]).astype(op.attrs["dtype"])
            return made if isinstance(values[0], np.ndarray) else made[()]
        if op.style.startswith("np."):
            return resolve(op.style)(*values, **op.attrs)
        if op.name in BINARY:
            return BINARY[op.name](*values, **op.attrs)
        return keyword_call(resolve(op.name), op, values)

    # Structure ---------------------------------------------------------------------------------

    def _const(self, op: Op, values: list[Any], env: Env) -> list[Any]:
        return [op.attrs["value"]]

    def _global(self, op: Op, values: list[Any], env: Env) -> list[Any]:
        ref: GlobalRef = op.attrs["ref"]
        if ref.name in self.namespace:
            return [self.namespace[ref.name]]
        return [functools.reduce(getattr, ref.name.split("."), sys.modules[ref.module])]

    def _undef(self, op: Op, values: list[Any], env: Env) -> list[Any]:
        return [None]

    def _tuple(self, op: Op, values: list[Any], env: Env) -> list[Any]:
        return [tuple(values)]

    def _list(self, op: Op, values: list[Any], env: Env) -> list[Any]:
        return [list(values)]

    def _dict(self, op: Op, values: list[Any], env: Env) -> list[Any]:
        return [dict(zip(op.attrs["keys"], values, strict=True))]

    def _object(self, op: Op, values: list[Any], env: Env) -> list[Any]:
        return [dict(zip(op.attrs["keys"], values, strict=True))]

    def _field(self, op: Op, values: list[Any], env: Env) -> list[Any]:
        key = op.attrs["key"]
        if isinstance(key, str) and not isinstance(values[0], dict):
            return [getattr(values[0], key)]
        return [values[0][key]]

    def _dim(self, op: Op, values: list[Any], env: Env) -> list[Any]:
        if op.style == "len":
            return [len(values[0])]
        return [np.shape(values[0])[op.attrs["axis"]]]

    def _shape(self, op: Op, values: list[Any], env: Env) -> list[Any]:
        return [np.shape(values[0])]

    def _getitem(self, op: Op, values: list[Any], env: Env) -> list[Any]:
        return [values[0][index_of(op, values[1:], values[0])]]

    def _setitem(self, op: Op, values: list[Any], env: Env) -> list[Any]:
        new = copied(values[0])
        new[index_of(op, values[2:], new)] = values[1]
        return [new]

    def _setitem_add(self, op: Op, values: list[Any], env: Env) -> list[Any]:
        new = copied(values[0])
        np.add.at(new, index_of(op, values[2:], new), values[1])
        return [new]

    def _format(self, op: Op, values: list[Any], env: Env) -> list[Any]:
        text = ""
        for part in op.attrs["parts"]:
            if isinstance(part, str):
                text += part
                continue
            k, conversion, spec = part
            text += f"{{{'!' + conversion if conversion else ''}:{spec}}}".format(values[k])
        return [text]

    # Control flow --------------------------------------------------------------------------

    def _if(self, op: Op, values: list[Any], env: Env) -> list[Any]:
        if is_attempt(op):
            return self._attempt(op, env)
        return self.region(op.regions[0 if values[0] else 1], dict(env))

    def _attempt(self, op: Op, env: Env) -> list[Any]:
        classes = tuple(_exception(exc) for exc in op.attrs["catch"])
        try:
            return self.region(op.regions[0], dict(env))
        except classes as error:
            self.caught = error
            return self.region(op.regions[1], dict(env))

    def _caught(self, op: Op, values: list[Any], env: Env) -> list[Any]:
        return [self.caught]

    def _for(self, op: Op, values: list[Any], env: Env) -> list[Any]:
        loop = Loop(op)
        carried = values[loop.n_streams :]
        for items in zip(*values[: loop.n_streams], strict=False):
            inner = dict(env)
            inner.update(zip(loop.body.params, [*items, *carried], strict=True))
            yields = self.region(loop.body, inner)
            first = int(loop.has_stop)
            carried = yields[first:]
            if first and yields[0]:
                break
        return carried

    def _while(self, op: Op, values: list[Any], env: Env) -> list[Any]:
        loop = Loop(op)
        carried = values
        cond = op.regions[0]
        while True:
            if not self.region(cond, {**env, **dict(zip(cond.params, carried, strict=True))})[0]:
                return carried
            inner = {**env, **dict(zip(loop.body.params, carried, strict=True))}
            yields = self.region(loop.body, inner)
            first = int(loop.has_stop)
            carried = yields[first:]
            if first and yields[0]:
                return carried

    def _call(self, op: Op, values: list[Any], env: Env) -> list[Any]:
        return self.call(self.module.functions[op.attrs["callee"]], values)

    # Effects -------------------------------------------------------------------------------

    def _raise(self, op: Op, values: list[Any], env: Env) -> list[Any]:
        if op.attrs["exc"] is None:
            assert self.caught is not None
            raise self.caught
        raise _exception(op.attrs["exc"])(*values)

    def _check(self, op: Op, values: list[Any], env: Env) -> list[Any]:
        if not values[0]:
            raise AssertionError(*values[1:])
        return []

    def _print(self, op: Op, values: list[Any], env: Env) -> list[Any]:
        self.printed.append(op.attrs.get("sep", " ").join(map(str, values)))
        return []


def _exception(exc: GlobalRef | str) -> type[BaseException]:
    home = sys.modules[exc.module] if isinstance(exc, GlobalRef) else builtins
    found = getattr(home, exc.name if isinstance(exc, GlobalRef) else exc)
    return cast("type[BaseException]", found)


def copied(x: Any) -> Any:
    """A copy with the same layout in memory."""
    return x.copy("K") if isinstance(x, np.ndarray) else x.copy()


def index_of(op: Op, operands: list[Any], base: Any) -> Any:
    """The index object of a subscript."""

    def part(x: Any) -> Any:
        return operands[x.k] if isinstance(x, Ref) else x

    def entry(e: Any) -> Any:
        if isinstance(e, Slice):
            return slice(part(e.lower), part(e.upper), part(e.step))
        return None if isinstance(e, NewAxis) else ... if isinstance(e, Dots) else part(e)

    found = tuple(entry(e) for e in op.attrs["index"])
    alone = len(found) == 1 and isinstance(found[0], tuple)  # as `np.nonzero` gives it
    return found[0] if alone or isinstance(base, list | tuple | dict | range) else found


def resolve(name: str) -> Callable[..., Any]:
    """A library's function by the name of its operation."""
    head, _, rest = name.partition(".")
    if head in ("rng", "random_state", "logger"):
        return lambda owner, *args, **kwargs: getattr(owner, rest)(*args, **kwargs)
    if head == "scipy":
        module, _, last = name.rpartition(".")
        owner, _, distribution = module.partition("scipy.stats.")
        home: Any = importlib.import_module(owner or "scipy.stats")
        if distribution:
            home = getattr(home, distribution)
        return cast("Callable[..., Any]", getattr(home, last))
    found: Any = importlib.import_module({"np": "numpy"}.get(head, head))
    for part in (spelling(rest) if head == "np" else rest).split("."):
        found = getattr(found, part)
    return cast("Callable[..., Any]", found)


def keyword_call(function: Callable[..., Any], op: Op, values: list[Any]) -> Any:
    """Call with the arguments by position where they are the first ones, else by name."""
    from sourcead.ops.catalog import definition

    given = {**dict(zip(op.args, values, strict=True)), **op.attrs}
    if op.name == "np.clip":
        given = {"a_min": None, "a_max": None, **given}
    positional: list[Any] = []
    for param in definition(op.name).params:
        if param.kind == "var":
            count = sum(n.removeprefix(param.name).isdigit() for n in given)
            positional += [given.pop(f"{param.name}{k}") for k in range(count)]
            break
        if param.name not in given or param.kind != "positional":
            break
        positional.append(given.pop(param.name))
    return function(*positional, **given)


def put_together(structure: Structure, results: list[Any]) -> Any:
    """A function's result from its flattened values."""
    if isinstance(structure, Leaf):
        return results[structure.index]
    if isinstance(structure, Fixed):
        return structure.value
    parts = [put_together(child, results) for child in structure.children]
    if structure.kind == "tuple":
        return tuple(parts)
    return parts if structure.kind == "list" else dict(zip(structure.keys, parts, strict=True))
