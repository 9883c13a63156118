"""Arguments of unknown dtype in which numbers are stored that have derivatives.

An array of integers would round them, so that nothing of what they are passes on: the generated
code asks for one of floats.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sourcead.ir.constants import MISSING, constant
from sourcead.ir.core import Function, Module, Op, Region, Value
from sourcead.ir.loops import Loop, handed_on
from sourcead.ir.types import ArrayT, UnknownT, kind_of
from sourcead.ops.build import Builder
from sourcead.ops.catalog import definition
from sourcead.transforms.activity import Activity

# Arrays that have the dtype of another one, though they share no memory with it.
ALIKE = ("copy", "np.array", "np.empty_like", "np.zeros_like", "np.ones_like", "np.full_like")
STORES = ("setitem", "setitem_add")
MESSAGE = "{name} stores numbers that have derivatives in {param}, which must be an array of floats"


def require_floats(module: Module, wrt: Sequence[str]) -> None:
    """Add a run-time check for each such argument of the entry.

    Args:
        module: the primal, about to be differentiated.
        wrt: the parameters of the entry that have derivatives, and so are of floats.
    """
    function = module.functions[module.entry]
    params = dict(zip(function.body.params, function.params, strict=True))
    unknown = {v for v, param in params.items() if param.name not in wrt and _is_open(v)}
    if not unknown:
        return
    moved = [v for v, param in params.items() if param.name in wrt]
    varied = Activity(module).downstream(function.body, moved)
    stored = _Search(module).kin(function.body, varied).stored
    for k, (value, param) in reversed([*enumerate(params.items())]):
        if k in stored and value in unknown:
            _check(function, value, param.name)


def _check(function: Function, param: Value, name: str) -> None:
    region = Region()
    b = Builder(region, function.loc)
    rounding = b.op("rounds", [param])
    b.raise_if(rounding, "TypeError", MESSAGE.format(name=function.name, param=name))
    function.body.ops[:0] = region.ops


def _is_open(value: Value) -> bool:
    t = value.type
    return isinstance(t, UnknownT) or (isinstance(t, ArrayT) and t.dtype is None)


@dataclass(frozen=True)
class _Kin:
    """What has to do with the dtypes of a function's parameters, by their positions.

    `stored`: those of which there are stores; `results`: those that each result is an array like.
    """

    stored: frozenset[int] = frozenset()
    results: tuple[frozenset[int], ...] = ()


class _Search:
    """The parameters behind stores, also those of functions that are called."""

    def __init__(self, module: Module) -> None:
        self.module = module
        self.known: dict[str, _Kin] = {}

    def of(self, name: str) -> _Kin:
        """The same of a called function, where whatever may be a real number may move."""
        if name not in self.known:
            body = self.module.functions[name].body
            self.known[name] = _Kin(results=(frozenset(),) * len(body.yields))  # if it calls itself
            self.known[name] = self.kin(body, None)
        return self.known[name]

    def kin(self, body: Region, varied: set[Value] | None) -> _Kin:
        sources = self.sources(body)
        return _Kin(
            _positions(body, sources, self.stores(body, varied)),
            tuple(_positions(body, sources, [v]) for v in body.yields),
        )

    def stores(self, body: Region, varied: set[Value] | None) -> list[Value]:
        """The arrays in which numbers that move are stored."""
        found: list[Value] = []
        for op in body.walk():
            if op.name in STORES and _moves(op.operands[1], varied):
                found.append(op.operands[0])
            elif op.name == "call" and (varied is None or not varied.isdisjoint(op.operands)):
                found += [op.operands[k] for k in self.of(op.attrs["callee"]).stored]
        return [v for v in found if _is_open(v)]

    def sources(self, body: Region) -> dict[Value, list[Value]]:
        """What values of a function have their dtypes from."""
        found: dict[Value, list[Value]] = {}

        def note(targets: Iterable[Value], froms: Iterable[Value]) -> None:
            for target, source in zip(targets, froms, strict=True):
                found.setdefault(target, []).append(source)

        for op in body.walk():
            for source, target in handed_on(op):
                note([target], [source])
            if op.name in ("for", "while"):
                loop = Loop(op)
                note(loop.items, loop.streams)
            elif op.name == "call":
                for result, like in zip(
                    op.results, self.of(op.attrs["callee"]).results, strict=True
                ):
                    note([result] * len(like), [op.operands[k] for k in sorted(like)])
            elif op.results and op.name != "if":
                note([op.results[0]] * len(_alike(op)), _alike(op))
        return found


def _positions(
    body: Region, sources: dict[Value, list[Value]], values: list[Value]
) -> frozenset[int]:
    reached, todo = set(values), list(values)
    while todo:
        new = [v for v in sources.get(todo.pop(), ()) if v not in reached]
        reached.update(new)
        todo += new
    return frozenset(k for k, param in enumerate(body.params) if param in reached)


def _moves(value: Value, varied: set[Value] | None) -> bool:
    if varied is not None:
        return value in varied
    return kind_of(value.type) not in ("int", "bool") and constant(value) is MISSING


def _alike(op: Op) -> list[Value]:
    """The operands that an array is a view of, or has the dtype of."""
    if op.name in ALIKE or op.name in STORES:
        return op.operands[:1]
    return [op.operands[k] for k in definition(op.name).views(op)]
