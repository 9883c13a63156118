"""Activity: a value has an adjoint only if an input moves it and it moves an output."""

from __future__ import annotations

from collections.abc import Iterable

from sourcead.ir.core import Module, Op, Region, Value
from sourcead.ir.loops import Loop
from sourcead.ir.types import ArrayT, Type, UnknownT, kind_of, may_be_real_number
from sourcead.ops.signatures_random import is_draw
from sourcead.rules.table import rule_for
from sourcead.rules.zero import WITHOUT_DERIVATIVE

_NOTHING: tuple[int, ...] = ()
_FIRST = (0,)
_FIRST_TWO = (0, 1)

_STRUCTURAL: dict[str, tuple[int, ...] | None] = {
    **dict.fromkeys(("const", "global", "undef", "zero", "shape", "ndim", "size", "dim"), _NOTHING),
    **dict.fromkeys(("lt", "le", "gt", "ge", "eq", "ne", "is", "is_not", "in", "not_in"), _NOTHING),
    **dict.fromkeys(("int", "bool", "not", "invert", "range", "print", "raise", "check"), _NOTHING),
    "rounds": _NOTHING,
    **dict.fromkeys(("bitand", "bitor", "bitxor", "lshift", "rshift", "effect"), _NOTHING),
    **dict.fromkeys(
        ("getitem", "field", "reversed", "unbroadcast", "without_last", "length"), _FIRST
    ),
    **dict.fromkeys(("repeat", "broadcast_like", "first_items", "last_items", "updated"), _FIRST),
    **dict.fromkeys(("extended_with_zeros", "preceded_by_zeros", "length"), _FIRST),
    **dict.fromkeys(("without_item", "with_zero_at", "delete", "truncate"), _FIRST),
    **dict.fromkeys(("setitem", "setitem_add", "set_field", "append", "insert"), _FIRST_TWO),
    **dict.fromkeys(("extend", "concat"), _FIRST_TWO),
    **dict.fromkeys(("tuple", "list", "dict", "object", "gate"), None),
}


def differentiable_operands(op: Op) -> Iterable[int]:
    """Positions of the operands through which a derivative may flow."""
    if op.name in _STRUCTURAL:
        positions = _STRUCTURAL[op.name]
        return range(len(op.operands)) if positions is None else positions
    rule = rule_for(op.name)
    if rule is None:
        return range(len(op.operands))
    if rule.kind == "zero":
        # Of complex numbers some of these are not constant: the rule refuses them.
        return range(len(op.operands)) if rule.real and may_have_complex_operand(op) else _NOTHING
    if op.name in WITHOUT_DERIVATIVE:
        dead = WITHOUT_DERIVATIVE[op.name]
        return [i for i, arg in enumerate(op.args) if arg not in dead]
    # An operand outside `wrt` counts too: if it moves, the rule refuses (`ruled.uncovered`).
    return range(len(op.operands))


def has_complex_operand(op: Op) -> bool:
    return any(kind_of(v.type) == "complex" for v in op.operands)


def may_be_complex(t: Type) -> bool:
    """Whether only the run can tell if a value is complex."""
    return isinstance(t, UnknownT) or (isinstance(t, ArrayT) and t.dtype is None)


def may_have_complex_operand(op: Op) -> bool:
    return has_complex_operand(op) or any(may_be_complex(v.type) for v in op.operands)


class Activity:
    """The active values of a function for given moved parameters and wanted results."""

    def __init__(self, module: Module) -> None:
        self.module = module
        self.varied: set[Value] = set()
        self.useful: set[Value] = set()
        self._masks: dict[tuple[str, tuple[bool, ...]], tuple[bool, ...]] = {}
        self._inside = False
        # Random integers drawn from a distribution that moves: no number says how they move.
        self.moved_draws: dict[Op, None] = {}

    def run(self, body: Region, moved: Iterable[Value], wanted: Iterable[Value]) -> set[Value]:
        """Both analyses; the active values are varied and useful."""
        self.varied.update(moved)
        self._vary(body)
        self.useful.update(wanted)
        self._need(body)
        return self.varied & self.useful

    def downstream(self, body: Region, values: Iterable[Value]) -> set[Value]:
        """What these values move."""
        self.varied.update(values)
        self._vary(body)
        return self.varied

    def upstream(self, body: Region, values: Iterable[Value]) -> set[Value]:
        """What these values are computed from."""
        self.useful.update(values)
        self._need(body)
        return self.useful

    # varied: forwards, from the inputs

    def _mark(self, value: Value) -> None:
        if may_be_real_number(value.type):
            self.varied.add(value)

    def _vary(self, region: Region) -> None:
        for op in region.ops:
            if op.name == "if":
                self._vary_if(op)
            elif op.name in ("for", "while"):
                self._vary_loop(op)
            elif op.name == "call":
                mask = self._call_mask(
                    op.attrs["callee"], tuple(v in self.varied for v in op.operands)
                )
                for result, moved in zip(op.results, mask, strict=True):
                    if moved:
                        self._mark(result)
            elif any(op.operands[i] in self.varied for i in differentiable_operands(op)):
                for result in op.results:
                    self._mark(result)
                if is_draw(op.name) and rule_for(op.name) is None and op.result not in self.varied:
                    self.moved_draws[op] = None

    def _vary_if(self, op: Op) -> None:
        for region in op.regions:
            self._vary(region)
            for result, yielded in zip(op.results, region.yields, strict=True):
                if yielded in self.varied:
                    self._mark(result)

    def _vary_loop(self, op: Op) -> None:
        loop = Loop(op)
        for item, stream in zip(loop.items, loop.streams, strict=True):
            if stream in self.varied:
                self._mark(item)
        before = -1
        while before != len(self.varied):
            before = len(self.varied)
            for carry, init, after in zip(loop.carries, loop.inits, loop.nexts, strict=True):
                if init in self.varied or after in self.varied:
                    self._mark(carry)
            self._vary(loop.body)
        for result, carry in zip(loop.finals, loop.carries, strict=True):
            if carry in self.varied:
                self._mark(result)
        for tape, collected in zip(loop.tapes, loop.collected, strict=True):
            if collected in self.varied:
                self._mark(tape)

    def _call_mask(self, name: str, moved: tuple[bool, ...]) -> tuple[bool, ...]:
        """Which results of a function move with which of its parameters."""
        key = (name, moved)
        if key not in self._masks:
            # A recursive call starts from "nothing moves". Functions that call each other are
            # settled together, by the outermost analysis: all are repeated until none changes.
            self._masks[key] = (False,) * len(self.module.functions[name].body.yields)
            changed = True
            self._update_mask(key)
            while changed and not self._inside:
                changed = any(self._update_mask(k) for k in list(self._masks))
        return self._masks[key]

    def _update_mask(self, key: tuple[str, tuple[bool, ...]]) -> bool:
        """Analyse a function once more; whether more of its results move than was known."""
        name, moved = key
        body = self.module.functions[name].body
        inner = Activity(self.module)
        inner._masks, inner._inside = self._masks, True
        inner.moved_draws = self.moved_draws
        inner.varied.update(p for p, m in zip(body.params, moved, strict=True) if m)
        inner._vary(body)
        mask = tuple(v in inner.varied for v in body.yields)
        changed = mask != self._masks[key]
        self._masks[key] = mask
        return changed

    # useful: backwards, from the outputs

    def _need(self, region: Region) -> None:
        for op in reversed(region.ops):
            if op.name == "if":
                for inner in op.regions:
                    pairs = zip(op.results, inner.yields, strict=True)
                    self.useful.update(y for r, y in pairs if r in self.useful)
                    self._need(inner)
            elif op.name in ("for", "while"):
                self._need_loop(op)
            elif any(r in self.useful for r in op.results):
                chosen = (
                    range(len(op.operands)) if op.name == "call" else differentiable_operands(op)
                )
                self.useful.update(op.operands[i] for i in chosen)

    def _need_loop(self, op: Op) -> None:
        loop = Loop(op)
        self.useful.update(
            c for t, c in zip(loop.tapes, loop.collected, strict=True) if t in self.useful
        )
        self.useful.update(
            n for f, n in zip(loop.finals, loop.nexts, strict=True) if f in self.useful
        )
        before = -1
        while before != len(self.useful):
            before = len(self.useful)
            for after, carry in zip(loop.nexts, loop.carries, strict=True):
                if carry in self.useful:
                    self.useful.add(after)
            self._need(loop.body)
        for final, carry, init in zip(loop.finals, loop.carries, loop.inits, strict=True):
            # With no iteration at all the result is the initial value itself.
            if carry in self.useful or final in self.useful:
                self.useful.add(init)
        for item, stream in zip(loop.items, loop.streams, strict=True):
            if item in self.useful:
                self.useful.add(stream)
