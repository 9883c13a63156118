"""Which function infers the type of which library function's result."""

from __future__ import annotations

from sourcead.ops import infer_products as products
from sourcead.ops.opdef import Infer

INFERENCE: dict[str, Infer] = {
    "np.dot": products.dot,
    "np.inner": products.inner,
    "np.outer": products.outer,
    "np.vdot": products.vdot,
    "np.tensordot": products.tensordot,
    "np.einsum": products.einsum,
}
