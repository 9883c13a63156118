"""Functions whose derivative is zero, and why."""

from __future__ import annotations

from sourcead.rules.declare import nondifferentiable

nondifferentiable("stop_gradient", reason="a derivative is stopped on purpose")
nondifferentiable("np.sign", reason="piecewise constant", real=True)
nondifferentiable(
    "np.floor",
    "np.ceil",
    "np.trunc",
    "np.rint",
    "np.round",
    "np.fix",
    "np.signbit",
    "np.spacing",
    "math.floor",
    "math.ceil",
    "math.trunc",
    "np.int64",
    "np.int32",
    "np.bool",
    reason="piecewise constant",
)
nondifferentiable(
    "np.isnan",
    "np.isinf",
    "np.isfinite",
    "np.isclose",
    "np.allclose",
    "np.array_equal",
    "np.logical_and",
    "np.logical_or",
    "np.logical_xor",
    "np.logical_not",
    "np.any",
    "np.all",
    "np.iscomplexobj",
    "np.isscalar",
    "math.isnan",
    "math.isinf",
    "math.isfinite",
    "math.isclose",
    reason="the answer to a question",
)
nondifferentiable(
    "np.argmax",
    "np.argmin",
    "np.nanargmax",
    "np.nanargmin",
    "np.argsort",
    "np.argpartition",
    "np.argwhere",
    "np.nonzero",
    "np.flatnonzero",
    "np.count_nonzero",
    "np.searchsorted",
    "np.digitize",
    "np.lexsort",
    "np.triu_indices",
    "np.tril_indices",
    "np.diag_indices",
    "np.diag_indices_from",
    "np.triu_indices_from",
    "np.tril_indices_from",
    "np.indices",
    "np.unravel_index",
    "math.isqrt",
    "math.comb",
    "math.factorial",
    "math.gcd",
    reason="counts or positions",
)
nondifferentiable(
    "np.zeros",
    "np.ones",
    "np.empty",
    "np.zeros_like",
    "np.ones_like",
    "np.empty_like",
    "np.eye",
    "np.identity",
    "np.tri",
    "np.finfo",
    "np.result_type",
    "np.dtype",
    reason="depends on shapes and types alone",
)

# Arguments of differentiable functions that are read for their shape, truth or sign alone.
WITHOUT_DERIVATIVE: dict[str, tuple[str, ...]] = {
    "np.full_like": ("a",),
    "np.heaviside": ("x",),
    "np.where": ("condition",),
    "np.select": ("condlist",),
    "np.compress": ("condition",),
    "np.extract": ("condition",),
    "np.choose": ("a",),
    "np.nextafter": ("y",),
    "np.copysign": ("x2",),
}
