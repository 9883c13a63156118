"""The operations that `transforms.squares` knows: roots, makers of squares, and what keeps them."""

from __future__ import annotations

# The attribute of a root that tells what it is taken of; no parameter can have this name.
MARK = "root of"

ROOTS = ("np.sqrt", "math.sqrt", "pow", "np.power", "math.pow", "np.float_power")
# What else has an infinite slope at 0, or at -1: that of Python's numbers takes a guard.
LOGARITHMS = ("np.log", "np.log1p")

# Sums of squares whatever they are applied to.
MAKES = ("np.var", "np.nanvar", "np.zeros", "np.zeros_like", "np.empty", "np.empty_like", "zero")

# What is 0, or without derivative, only where its operands are: how many of these count.
KEEPS: dict[str, int] = {
    **dict.fromkeys(
        (
            "pos", "copy", "same", "float", "item", "getitem", "reversed", "stop_gradient",
            "np.float64", "np.float32", "np.float16", "np.astype", "np.real", "np.abs", "abs",
            "np.fabs", "math.fabs", "np.sum", "np.nansum", "np.mean", "np.nanmean", "np.cumsum",
            "np.trace", "np.reshape", "np.ravel", "flatten", "np.flatten", "np.transpose",
            "np.expand_dims", "np.squeeze", "np.moveaxis", "np.swapaxes", "np.broadcast_to",
            "np.diag", "np.diagonal", "np.flip", "np.roll", "np.repeat", "np.tile", "np.take",
            "np.sort", "np.max", "np.min", "np.atleast_1d", "np.atleast_2d", "np.median",
            "np.triu", "np.tril", "np.ascontiguousarray", "np.asanyarray", "np.rollaxis",
            "without_last", "truncate", "first_items", "last_items", "repeat",
        ),
        1,
    ),
    **dict.fromkeys(
        (
            "setitem", "setitem_add", "append", "insert", "extend", "concat", "max", "min",
            "np.maximum", "np.minimum", "np.fmax", "np.fmin", "np.outer", "np.kron",
        ),
        2,
    ),
}  # fmt: skip
