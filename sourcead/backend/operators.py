"""Python's operators by operation, and what their printers ask of the function around them."""

from __future__ import annotations

import ast
from typing import Protocol

from sourcead.ir.core import GlobalRef, Value


class Names(Protocol):
    """What the printer of expressions needs to know of the function around them."""

    def expr(self, value: Value) -> ast.expr:
        """The expression or the variable that stands for a value."""

    def library(self, path: str) -> str:
        """The printed name of a library function (`np.linalg.solve`), which it imports."""

    def helper(self, name: str) -> str:
        """The printed name of a run-time helper."""

    def reference(self, ref: GlobalRef) -> str:
        """The printed name of a module-level object of the user's."""


BINARY: dict[str, type[ast.operator]] = {
    "add": ast.Add,
    "concat": ast.Add,
    "sub": ast.Sub,
    "mul": ast.Mult,
    "div": ast.Div,
    "floordiv": ast.FloorDiv,
    "mod": ast.Mod,
    "pow": ast.Pow,
    "matmul": ast.MatMult,
    "bitand": ast.BitAnd,
    "bitor": ast.BitOr,
    "bitxor": ast.BitXor,
    "lshift": ast.LShift,
    "rshift": ast.RShift,
}
COMPARE: dict[str, type[ast.cmpop]] = {
    "lt": ast.Lt,
    "le": ast.LtE,
    "gt": ast.Gt,
    "ge": ast.GtE,
    "eq": ast.Eq,
    "ne": ast.NotEq,
    "is": ast.Is,
    "is_not": ast.IsNot,
    "in": ast.In,
    "not_in": ast.NotIn,
}
UNARY: dict[str, type[ast.unaryop]] = {
    "neg": ast.USub,
    "pos": ast.UAdd,
    "invert": ast.Invert,
    "not": ast.Not,
}
