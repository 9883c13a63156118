"""Compiling the lines of the rewrite table into matchers over operations."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from sourcead.ir.constants import constant
from sourcead.ir.core import Op, Value
from sourcead.ops.build import Builder

Binding = dict[str, Any]
Guard = Callable[[Op, Binding], bool]

_OPERATORS: dict[type, str] = {
    ast.Add: "add",
    ast.Sub: "sub",
    ast.Mult: "mul",
    ast.Div: "div",
    ast.Pow: "pow",
    ast.MatMult: "matmul",
    ast.USub: "neg",
}
LITERALS = ("c", "d")
# Literals that a replacement computes from those of the pattern.
_COMPUTED: dict[str, Callable[[Binding], float]] = {
    "cd": lambda found: found["c"] * found["d"],
    "c_over_d": lambda found: found["c"] / found["d"],
    "c_plus_d": lambda found: found["c"] + found["d"],
    "c_plus_1": lambda found: found["c"] + 1.0,
}


@dataclass(frozen=True, slots=True)
class Pattern:
    """An operation with patterns, variable names or numbers as operands."""

    op: str
    operands: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Rewrite:
    left: Pattern
    right: Any
    guard: str
    text: str


class Table:
    """Rewrites, found by the operation they start at and by what its operands are made of."""

    def __init__(self, text: str) -> None:
        self.rewrites: dict[str, list[Rewrite]] = {}
        for line in filter(str.strip, text.splitlines()):
            rewrite = _parse_line(line)
            self.rewrites.setdefault(rewrite.left.op, []).append(rewrite)
        self._fitting: dict[tuple[str, ...], list[Rewrite]] = {}

    def of(self, op: Op) -> list[Rewrite]:
        """Those that an operation without further arguments may have the form of, in order."""
        if op.name not in self.rewrites:
            return []
        key = (op.name, *("" if v.op is None else v.op.name for v in op.operands))
        if key not in self._fitting:
            self._fitting[key] = [r for r in self.rewrites[op.name] if _fits(r.left, key[1:])]
        return self._fitting[key]


def _fits(pattern: Pattern, made: tuple[str, ...]) -> bool:
    """Whether values that operations of these names have made may be its operands."""
    if len(pattern.operands) != len(made):
        return False
    return all(
        name == part.op
        if isinstance(part, Pattern)
        else name == "const" or (isinstance(part, str) and part not in LITERALS)
        for part, name in zip(pattern.operands, made, strict=True)
    )


def _parse_line(line: str) -> Rewrite:
    rule, _, guard = line.partition(" if ")
    left, right = (_pattern(ast.parse(side.strip(), mode="eval").body) for side in rule.split("->"))
    assert isinstance(left, Pattern)
    return Rewrite(left, right, guard.strip(), line.strip())


def _pattern(node: ast.expr) -> Any:
    if isinstance(node, ast.BinOp):
        return Pattern(_OPERATORS[type(node.op)], (_pattern(node.left), _pattern(node.right)))
    if isinstance(node, ast.UnaryOp):
        if isinstance(node.operand, ast.Constant):
            return ast.literal_eval(node)
        return Pattern("neg", (_pattern(node.operand),))
    if isinstance(node, ast.Call):
        return Pattern(ast.unparse(node.func), tuple(map(_pattern, node.args)))
    return node.id if isinstance(node, ast.Name) else ast.literal_eval(node)


def match(pattern: Any, value: Value, found: Binding) -> bool:
    """Whether a value has the pattern's form; variables are entered into `found`."""
    if isinstance(pattern, Pattern):
        op = value.op
        return op is not None and op.name == pattern.op and match_op(pattern, op, found)
    if isinstance(pattern, str):
        return _match_variable(pattern, value, found)
    number = constant(value)
    return _is_number(number) and number == pattern


def _match_variable(name: str, value: Value, found: Binding) -> bool:
    if name in LITERALS:
        number = constant(value)
        if not _is_number(number):
            return False
        found[name] = number
        return True
    if name in found:
        return found[name] is value
    found[name] = value
    return True


def _is_number(x: Any) -> bool:
    return isinstance(x, int | float) and not isinstance(x, bool)


def match_op(pattern: Pattern, op: Op, found: Binding) -> bool:
    """Whether an operation, without further arguments, has the pattern's form."""
    if op.name != pattern.op or op.attrs or len(op.operands) != len(pattern.operands):
        return False
    for part, value in zip(pattern.operands, op.operands, strict=True):
        if not match(part, value, found):
            return False
    return True


def build(pattern: Any, found: Binding, b: Builder) -> Value:
    """The replacement as operations."""
    if isinstance(pattern, Pattern):
        if pattern.op == "neg" and pattern.operands[0] in LITERALS:
            return b.const(-found[pattern.operands[0]])
        return b.op(pattern.op, [build(p, found, b) for p in pattern.operands])
    if isinstance(pattern, str):
        return _variable(pattern, found, b)
    return b.const(pattern)


def _variable(name: str, found: Binding, b: Builder) -> Value:
    if name in _COMPUTED:
        return b.const(_COMPUTED[name](found))
    bound = found[name]
    return bound if isinstance(bound, Value) else b.const(bound)


@cache
def compiled(text: str) -> Table:
    return Table(text)
