"""The reverse of a function of a matrix: see `spectral`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sourcead.ir.core import Op
from sourcead.rules import spectral as rules
from sourcead.rules.matrices import fold_lower, fold_upper
from sourcead.transforms.cotangents import Bar, Scope, materialise
from sourcead.transforms.edges import fit
from sourcead.transforms.forward import ForwardSweep
from sourcead.transforms.selection import Selection
from sourcead.transforms.spectral import EIGH, MatrixFunction, bound_of, reads_upper

if TYPE_CHECKING:
    from sourcead.transforms.reverse import Sweep


def function_adjoint(sweep: Sweep, found: MatrixFunction, op: Op, bar: Bar, scope: Scope) -> None:
    """Add what a function of a matrix says of the matrix, and of the function's values."""
    b, expand = sweep.b, sweep.facts.expander.expand
    g = materialise(b, bar, op.result)
    bound = bound_of(ForwardSweep(sweep.facts, found.made, b, Selection()), found)
    f_bar = expand(b, rules.values_bar, {"g": g, "v": bound["v"]})
    if found.divides:
        f_bar = expand(b, rules.reciprocal_bar, {"g": f_bar, "f": found.f})
    scope.add(found.f, f_bar)
    inner = expand(b, rules.function_bar, {"g": g, **bound})
    a = found.matrix
    if found.factors.name in EIGH:
        folded = expand(b, fold_upper if reads_upper(found.factors) else fold_lower, {"x": inner})
    else:
        product = rules.outer_product_bar if not found.right else rules.inner_product_bar
        folded = expand(b, product, {"g": inner, "a": a})
    scope.add(a, fit(b, folded, a))
