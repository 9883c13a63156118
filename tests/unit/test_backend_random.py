"""Random programs full of views, writes, swaps and tapes: the text means what the IR means."""

from __future__ import annotations

import random

import numpy as np
import pytest

from sourcead.ir.core import Function, Module, Op, Param, Region, Value
from sourcead.ir.types import FLOAT, ListT, StructT
from sourcead.ir.verify import verify_module
from sourcead.ops.build import Builder
from tests.unit.ir_programs import (
    VECTOR,
    assert_same,
    branch,
    counted,
    for_loop,
    less,
    module_of,
    read,
    slice_of,
    while_loop,
    write,
)

PAIR = StructT("tuple", (0, 1), (VECTOR, VECTOR))
HINTS = ("a", "b", "u", "", "")


class _Maker:
    """Emits random operations on vectors of length 6; every program is valid and terminates."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.callees: list[tuple[str, int]] = []
        self.pairs: list[str] = []

    def pick(self, values: list[Value]) -> Value:
        """Recent values more often than old ones."""
        return values[-1 - min(int(self.random.expovariate(0.5)), len(values) - 1)]

    def hint(self) -> str:
        return self.random.choice(HINTS)

    def scalar(self, b: Builder, arrays: list[Value]) -> Value:
        k = self.random.randrange(6)
        return read(b, self.pick(arrays), (k,), hint=self.random.choice(("", "", "s")))

    def step(self, b: Builder, arrays: list[Value], depth: int) -> None:
        kinds = [
            "through",
            "call",
            "view",
            "view",
            "write",
            "write",
            "write",
            "sum",
            "sum",
            "more",
            "copy",
            "append",
            "stack",
        ]
        if depth:
            kinds += ["if", "for", "for", "while", "search", "queue"]
        if not self.callees:
            kinds.remove("call")
        getattr(self, f"_{self.random.choice(kinds)}")(b, arrays, depth)

    def _view(self, b: Builder, arrays: list[Value], depth: int) -> None:
        x = self.pick(arrays)
        if self.random.random() < 0.3:
            new = b.op("np.transpose", [x], hint=self.hint())
        else:
            new = b.op(
                "getitem",
                [x],
                attrs={"index": slice_of(None, None, -1)},
                hint=self.hint(),
                type=VECTOR,
            )
        arrays.append(new)

    def _copy(self, b: Builder, arrays: list[Value], depth: int) -> None:
        arrays.append(b.op("copy", [self.pick(arrays)], hint=self.hint()))

    def _sum(self, b: Builder, arrays: list[Value], depth: int) -> None:
        name = self.random.choice(["add", "sub", "mul"])
        arrays.append(b.op(name, [self.pick(arrays), self.pick(arrays)], hint=self.hint()))

    def _more(self, b: Builder, arrays: list[Value], depth: int) -> None:
        """An accumulation under the operand's name."""
        x = self.pick(arrays)
        arrays.append(b.op("add", [x, self.pick(arrays)], hint=x.hint))

    def _write(self, b: Builder, arrays: list[Value], depth: int) -> None:
        x, add = self.pick(arrays), self.random.random() < 0.4
        if self.random.random() < 0.5:
            k = self.random.randrange(6)
            arrays.append(write(b, x, self.scalar(b, arrays), (k,), add=add))
        else:
            index = slice_of(*self.random.choice([(None, 3), (1, 4), (3, None)]))
            v = read(b, self.pick(arrays), slice_of(*self.random.choice([(None, 3), (2, 5)])))
            arrays.append(write(b, x, v, index, hint=self.hint(), add=add))

    def _through(self, b: Builder, arrays: list[Value], depth: int) -> None:
        """A write into a view, written back."""
        x = self.pick(arrays)
        index = slice_of(*self.random.choice([(None, 3), (2, 5)]))
        part = read(b, x, index, hint=self.random.choice(("", "row")))
        k, add = self.random.randrange(3), self.random.random() < 0.5
        changed = write(b, part, self.scalar(b, arrays), (k,), add=add)
        arrays.append(write(b, x, changed, index, hint=self.hint()))

    def _call(self, b: Builder, arrays: list[Value], depth: int) -> None:
        """A call of one of the module's other functions."""
        callee, results = self.random.choice(self.callees)
        op = Op("call", [self.pick(arrays), self.pick(arrays)], ("x", "y"), {"callee": callee})
        b.append(op)
        arrays += [op.new_result(VECTOR, self.hint()) for _ in range(results)]

    def _pair(self, b: Builder, arrays: list[Value], depth: int) -> None:
        """Two arrays in a tuple, handed to a function or taken apart again."""
        pair = b.op("tuple", [self.pick(arrays), self.pick(arrays)], hint=self.hint())
        self.steps(b, arrays, self.random.randrange(2), 0)
        if self.pairs and self.random.random() < 0.7:
            op = Op("call", [pair, self.pick(arrays)], ("pair", "x"), {"callee": self.pairs[0]})
            b.append(op)
            pair = op.new_result(PAIR, self.hint())
            self.steps(b, arrays, self.random.randrange(2), 0)
        arrays += [b.op("field", [pair], attrs={"key": k}, hint=self.hint()) for k in (0, 1)]

    def pair_callee(self, name: str) -> Function:
        """A function of a tuple of arrays and an array, with a tuple of arrays as its result."""
        region = Region()
        pair, x = region.new_param(PAIR, "pair"), region.new_param(VECTOR, "x")
        b = Builder(region)
        arrays = [x, *(b.op("field", [pair], attrs={"key": k}, hint=self.hint()) for k in (0, 1))]
        self.steps(b, arrays, self.random.randrange(1, 4), 1)
        region.yields = [b.op("tuple", [self.pick(arrays), self.pick(arrays)])]
        self.pairs.append(name)
        return Function(name, region, [Param("pair"), Param("x")])

    def callee(self, name: str) -> Function:
        """A function of two vectors that may write them and return them."""
        region = Region()
        arrays = [region.new_param(VECTOR, "p"), region.new_param(VECTOR, "q")]
        self.steps(Builder(region), arrays, self.random.randrange(1, 4), 1)
        region.yields = [self.pick(arrays) for _ in range(self.random.randrange(1, 3))]
        self.callees.append((name, len(region.yields)))
        return Function(name, region, [Param("p"), Param("q")])

    def _append(self, b: Builder, arrays: list[Value], depth: int) -> None:
        """A list that holds two arrays for a while."""
        kept = b.op("list", [self.pick(arrays)], attrs={"dynamic": True}, hint="kept")
        kept = b.op("append", [kept, self.pick(arrays)], hint="kept")
        self.steps(b, arrays, 2, 0)
        arrays.append(read(b, kept, (self.random.choice([0, 1, -1]),), hint=self.hint()))

    def _stack(self, b: Builder, arrays: list[Value], depth: int) -> None:
        """A list that grows and shrinks; older versions of it may be read too."""
        kept = b.op("list", [self.pick(arrays)], attrs={"dynamic": True}, hint="kept")
        kept = b.op("append", [kept, self.pick(arrays)], hint="kept")
        versions = [kept]
        for _ in range(self.random.randrange(1, 5)):
            kept = self.changed(b, arrays, versions)
            versions.append(kept)
            self.steps(b, arrays, self.random.randrange(2), 0)
        arrays.append(read(b, self.pick(versions), (0,), hint=self.hint()))

    def changed(self, b: Builder, arrays: list[Value], versions: list[Value]) -> Value:
        """One more element, or an element taken out and another put in: never an empty list."""
        kept, hint = versions[-1], self.random.choice(("kept", "kept", ""))
        kind = self.random.choice(("append", "insert", "pop", "first", "extend", "concat", "cut"))
        if kind in ("extend", "concat"):
            return b.op(kind, [kept, self.pick(versions)], hint=hint)
        if kind == "cut":
            return b.op("truncate", [kept, b.const(1)], hint=hint)
        if kind in ("append", "insert"):
            where = [b.const(0)] if kind == "insert" else []
            return b.op(kind, [kept, self.pick(arrays), *where], hint=hint)
        item = read(b, kept, (0 if kind == "first" else -1,), hint=self.random.choice(("v", "")))
        if kind == "first":
            rest = b.op("delete", [kept, item, b.const(0)], hint=hint)
        else:
            rest = b.op("without_last", [kept, item], hint=hint)
        arrays.append(item)
        return b.op("append", [rest, self.pick(arrays)], hint=hint)

    def _queue(self, b: Builder, arrays: list[Value], depth: int) -> None:
        """A list that a loop carries and changes."""
        kept = b.op("list", [self.pick(arrays)], attrs={"dynamic": True}, hint="kept")
        carries = [("kept", kept), (self.hint(), self.pick(arrays))]

        def build(i: Value, xs: Value, u: Value) -> list[Value]:
            inner, versions = [*arrays, u], [xs]
            for _ in range(self.random.randrange(1, 3)):
                versions.append(self.changed(b, inner, versions))
                self.steps(b, inner, self.random.randrange(2), depth - 1)
            if self.random.random() < 0.3:
                inner.append(read(b, self.pick(versions), (0,), hint=self.hint()))
            return [versions[-1], self.pick(inner)]

        op = for_loop(b, [("i", counted(b, b.const(3)))], carries, build)
        arrays += [read(b, op.results[0], (-1,), hint=self.hint()), op.results[1]]

    def _if(self, b: Builder, arrays: list[Value], depth: int) -> None:
        cond = less(b, self.scalar(b, arrays), b.const(0.5))
        n = self.random.randrange(1, 3)

        def build() -> list[Value]:
            inner = list(arrays)
            self.steps(b, inner, self.random.randrange(4), depth - 1)
            return [self.pick(inner) for _ in range(n)]

        arrays += branch(b, cond, build, build, [self.hint() for _ in range(n)])

    def _for(self, b: Builder, arrays: list[Value], depth: int) -> None:
        carries = [(self.hint(), self.pick(arrays)) for _ in range(self.random.randrange(1, 4))]
        collect, stop = self.random.randrange(3), self.random.random() < 0.3
        pairs = self.random.random() < 0.3

        def build(i: Value, *params: Value) -> list[Value]:
            inner = [*arrays, *params]
            self.steps(b, inner, self.random.randrange(1, 5), depth - 1)
            end = [self.pick(inner) for _ in range(len(params) + collect)]
            if self.random.random() < 0.3:
                end[: len(params)] = self.random.sample(list(params), len(params))
            if pairs:
                end.append(b.op("tuple", [self.pick(inner), self.pick(inner)]))
            flag = [less(b, self.scalar(b, inner), b.const(-0.5))] if stop else []
            return [*flag, *end]

        n = b.const(self.random.randrange(4))
        op = for_loop(b, [("i", counted(b, n))], carries, build, stop=stop, count=True)
        arrays += op.results[: len(carries)]
        for tape in op.results[len(carries) : -1]:
            assert isinstance(tape.type, ListT)
            self._read_back(b, arrays, tape, depth)

    def _search(self, b: Builder, arrays: list[Value], depth: int) -> None:
        """A loop left from inside branches, with a flag that says how."""

        def tail(inner: list[Value], levels: int) -> list[Value]:
            self.steps(b, inner, self.random.randrange(2), depth - 1)
            cond = less(b, self.scalar(b, inner), b.const(self.random.choice([-0.5, 0.3])))

            def build(stop: bool) -> list[Value]:
                own = list(inner)
                if levels and self.random.random() < 0.5:
                    return tail(own, levels - 1)
                self.steps(b, own, self.random.randrange(3), depth - 1)
                return [b.const(stop), self.pick(own), self.pick(own)]

            order = self.random.random() < 0.5
            hints = [self.random.choice(("", "found")), self.hint(), self.hint()]
            return branch(b, cond, lambda: build(order), lambda: build(not order), hints)

        def body(i: Value, found: Value, *params: Value) -> list[Value]:
            stop, first, second = tail([*arrays, *params], 2)
            collected = [self.pick([*params, first, second])] if self.random.random() < 0.5 else []
            return [stop, stop, first, second, *collected]

        carries = [("found", b.const(False)), *((self.hint(), self.pick(arrays)) for _ in "ab")]
        op = for_loop(b, [("i", counted(b, b.const(3)))], carries, body, stop=True)
        found, first, second = op.results[:3]
        arrays += branch(b, found, lambda: [first], lambda: [second], [self.hint()])
        arrays.append(self.random.choice([first, second]))
        if len(op.results) > 3:
            self._read_back(b, arrays, op.results[3], depth)

    def _read_back(self, b: Builder, arrays: list[Value], tape: Value, depth: int) -> None:
        def build(x: Value, *params: Value) -> list[Value]:
            items = [x]
            if isinstance(x.type, StructT):
                if self.pairs and self.random.random() < 0.5:
                    op = Op("call", [x, params[0]], ("pair", "x"), {"callee": self.pairs[0]})
                    b.append(op)
                    x = op.new_result(PAIR, "")
                items = [b.op("field", [x], attrs={"key": k}, hint=self.hint()) for k in (0, 1)]
            inner = [*arrays, *items, *params]
            self.steps(b, inner, 2, 0)
            return [b.op("add", [params[0], inner[-1]], hint=params[0].hint)]

        start = b.op("np.zeros_like", [self.pick(arrays)])
        op = for_loop(b, [(self.hint(), tape)], [(self.hint(), start)], build, reverse=True)
        arrays.append(op.results[0])

    def _while(self, b: Builder, arrays: list[Value], depth: int) -> None:
        carries = [("k", b.const(0)), (self.hint(), self.pick(arrays)), ("b", self.pick(arrays))]

        def build(k: Value, *params: Value) -> list[Value]:
            inner = [*arrays, *params]
            self.steps(b, inner, self.random.randrange(1, 4), depth - 1)
            return [b.op("add", [k, b.const(1)], hint="k"), self.pick(inner), self.pick(inner)]

        op = while_loop(b, carries, lambda k, *_: less(b, k, b.const(2)), build)
        arrays += op.results[1:]

    def steps(self, b: Builder, arrays: list[Value], n: int, depth: int) -> None:
        for _ in range(n):
            self.step(b, arrays, depth)


def program(seed: int) -> Module:
    maker = _Maker(seed)

    def build(b: Builder, x: Value, y: Value, s: Value) -> list[Value]:
        arrays = [x, y]
        maker.steps(b, arrays, maker.random.randrange(2, 8), 2)
        return [maker.pick(arrays) for _ in range(maker.random.randrange(1, 4))]

    callees = [maker.callee(name) for name in ("g", "h")[: maker.random.randrange(3)]]
    if maker.random.random() < 0.5:
        callees.append(maker.pair_callee("k"))
    module = module_of("f", [("a", VECTOR), ("y", VECTOR), ("s", FLOAT)], build)
    module.functions.update({f.name: f for f in callees})
    return module


@pytest.mark.parametrize("start", range(0, 400, 50))
def test_text_means_what_the_ir_means(start: int) -> None:
    for seed in range(start, start + 50):
        module = program(seed)
        verify_module(module)
        rng = np.random.default_rng(seed)
        with np.errstate(all="ignore"):
            assert_same(module, rng.normal(size=6), rng.normal(size=6), 0.5)
