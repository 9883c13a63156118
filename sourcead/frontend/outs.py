"""The array that a call of NumPy is told to fill, `out=`: what it says of how NumPy computes."""

from __future__ import annotations

import ast

import numpy as np

from sourcead.frontend.bindings import Binding, Cell, Static, View
from sourcead.frontend.frame import Frame
from sourcead.frontend.memory import read
from sourcead.frontend.sharing import may_be_same, reachable_cells
from sourcead.frontend.statics import static_value
from sourcead.ir.core import Value
from sourcead.ir.types import ArrayT, rank_of
from sourcead.ops.opdef import OpDef, ParamSpec

Bound = dict[str, tuple[Binding, ParamSpec | None]]

# Functions that fill `out` while they read their arguments; all others read a copy of these.
UNBUFFERED = {"np.concatenate", "np.stack"}
ACCUMULATIONS = {"np.cumsum", "np.cumprod", "np.nancumsum", "np.nancumprod"}
REDUCTIONS = ACCUMULATIONS | {"np.sum", "np.prod", "np.mean", "np.nansum", "np.nanprod"}


def check_apart(
    frame: Frame, target: OpDef, bound: Bound, out: Cell | View, node: ast.AST
) -> None:
    """What is overwritten before it is read would depend on the order that NumPy takes."""
    if target.name not in UNBUFFERED:
        return
    given = reachable_cells(frame, [binding for binding, _ in bound.values()])
    for cell in reachable_cells(frame, [out]):
        if any(cell is other or may_be_same(cell, other) for other in given):
            frame.refuse(
                node,
                "SAD105",
                f"the `out=` of `{target.name}` may share memory with the arrays that are joined",
                "NumPy overwrites them while it reads them",
                "join them without `out=`, and assign the result: `w[...] = ...`",
            )


def computed_in_dtype_of(
    frame: Frame, target: OpDef, bound: Bound, out: Cell | View, node: ast.AST
) -> None:
    """Reductions add up in the dtype of `out`, unless they are told another."""
    told = static_value(bound["dtype"][0]) if "dtype" in bound else None
    if target.name not in REDUCTIONS or told is not None or "a" not in bound:
        return
    have, want = (read(frame, binding, node).type for binding in (bound["a"][0], out))
    if not isinstance(have, ArrayT) or not isinstance(want, ArrayT):
        return
    if have.dtype is not None and want.dtype is not None and have.dtype != want.dtype:
        bound["dtype"] = (Static(np.dtype(want.dtype)), target.param("dtype"))


def check_rank(
    frame: Frame, target: OpDef, made: Value, out: Binding, node: ast.AST
) -> None:
    """Without an axis there is one axis; which other shapes `out` may have only NumPy knows."""
    if target.name not in ACCUMULATIONS:
        return
    ranks = rank_of(made.type), rank_of(read(frame, out, node).type)
    if None not in ranks and ranks[0] != ranks[1]:
        frame.refuse(
            node,
            "SAD105",
            f"the `out=` of `{target.name}` has {ranks[1]} axes, the result {ranks[0]}",
            fix="an axis, or an `out=` of the rank of the result",
        )
