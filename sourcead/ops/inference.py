"""Which function infers the type of which library function's result."""

from __future__ import annotations

from sourcead.ops import (
    infer_creation,
    infer_distances,
    infer_fft,
    infer_linalg,
    infer_more,
    infer_reductions,
    infer_several,
    infer_shape,
    infer_special,
)
from sourcead.ops import infer_elementwise as ew
from sourcead.ops import infer_products as products
from sourcead.ops.opdef import Infer, unknown
from sourcead.ops.signatures import BINARY_UFUNCS, UNARY_UFUNCS

INFERENCE: dict[str, Infer] = {
    **{f"np.{n}": ew.ufunc("absolute" if n == "abs" else n) for n in UNARY_UFUNCS},
    **{f"np.{n}": ew.ufunc(n) for n in BINARY_UFUNCS},
    **infer_reductions.TABLE,
    **infer_shape.TABLE,
    **infer_several.TABLE,
    **infer_creation.TABLE,
    **infer_linalg.TABLE,
    **infer_special.TABLE,
    **infer_fft.TABLE,
    **infer_distances.TABLE,
    **infer_more.TABLE,
    "math.prod": ew.product_of_numbers,
    "np.dot": products.dot,
    "np.inner": products.inner,
    "np.outer": products.outer,
    "np.vdot": products.vdot,
    "np.cross": products.cross,
    "np.tensordot": products.tensordot,
    "np.einsum": products.einsum,
}

# Functions of `math` that return a float whatever goes in are the rule; these are not.
MATH_INTEGERS = {
    f"math.{n}" for n in ["floor", "ceil", "trunc", "isqrt", "comb", "factorial", "gcd"]
}
MATH_TESTS = {f"math.{n}" for n in ["isnan", "isinf", "isfinite", "isclose"]}


def inference(name: str) -> Infer:
    """The inference of a library function; the one that knows nothing if there is no better."""
    if name in INFERENCE:
        return INFERENCE[name]
    if name in MATH_INTEGERS:
        return ew.always_int
    if name in MATH_TESTS:
        return ew.always_bool
    return ew.always_float if name.startswith("math.") else unknown
