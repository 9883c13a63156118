"""Distances between the rows of arrays (`scipy.spatial.distance`).

The metrics are those of SciPy's documentation. A distance of 0 has the slope 0 where it has a kink
there, the middle of the slopes in all directions.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sourcead.rules.declare import Unsupported, length, linear, rule, static
from sourcead.rules.helpers import not_zero, ties

Array = Any

ALIASES = {
    "euclid": "euclidean", "eu": "euclidean", "e": "euclidean", "l2": "euclidean",
    "sqe": "sqeuclidean", "sqeuclid": "sqeuclidean", "cblock": "cityblock", "cb": "cityblock",
    "c": "cityblock", "l1": "cityblock", "manhattan": "cityblock", "chebychev": "chebyshev",
    "cheby": "chebyshev", "cheb": "chebyshev", "ch": "chebyshev", "cos": "cosine",
    "mahal": "mahalanobis", "mi": "minkowski", "m": "minkowski", "pnorm": "minkowski",
    "se": "seuclidean", "s": "seuclidean", "co": "correlation",
}  # fmt: skip
# Metrics that see both vectors, not only the gap between them.
OF_BOTH = ("cosine", "correlation", "canberra", "braycurtis")
WEIGHTED = ("euclidean", "sqeuclidean", "cityblock", "minkowski")


@rule("scipy.spatial.distance.cdist", wrt=("XA", "XB"))
def cdist(
    dxa: Array,
    dxb: Array,
    XA: Array,
    XB: Array,
    metric: Any = "euclidean",
    p: Any = 2,
    w: Any = None,
    V: Any = None,
    VI: Any = None,
    *,
    out: Array,
    active: tuple[bool, bool],
) -> Any:
    name = canonical(metric, w is not None)
    du = dxa[:, None] if active[0] else dxa
    if name in OF_BOTH:
        return of_both(du, dxb, XA[:, None], XB, name, out)
    return of_gaps(du - dxb, XA[:, None] - XB, name, p, w, V, VI, out)


@rule("scipy.spatial.distance.pdist")
def pdist(
    dx: Array,
    X: Array,
    metric: Any = "euclidean",
    p: Any = 2,
    w: Any = None,
    V: Any = None,
    VI: Any = None,
    *,
    out: Array,
) -> Any:
    i, j = np.triu_indices(np.shape(X)[0], 1)
    name = canonical(metric, w is not None)
    if name in OF_BOTH:
        return of_both(dx[i], dx[j], X[i], X[j], name, out)
    return of_gaps(dx[i] - dx[j], X[i] - X[j], name, p, w, V, VI, out)


@static
def canonical(metric: Any, weighted: bool) -> str:
    """The name of a metric that has a rule."""
    name = ALIASES.get(str(metric).lower(), str(metric).lower())
    if weighted and name not in WEIGHTED:
        raise Unsupported(f"weights in the metric {name!r}")
    return name


def of_gaps(
    moved: Array, gap: Array, name: str, p: Any, w: Any, V: Any, VI: Any, out: Array
) -> Array:
    """The tangent of a metric that depends on differences alone."""
    if w is not None:
        moved = w * moved
    if name == "euclidean":
        return np.sum(gap * moved, axis=-1) / length(out)
    if name == "sqeuclidean":
        return 2 * np.sum(gap * moved, axis=-1)
    if name == "cityblock":
        return np.sum(np.sign(gap) * moved, axis=-1)
    if name == "chebyshev":
        return np.sum(np.sign(gap) * ties(np.abs(gap), out, -1, False) * moved, axis=-1)
    if name == "minkowski":
        slope = np.sign(gap) * np.abs(gap) ** (p - 1)
        return np.sum(slope * moved, axis=-1) / length(out) ** (p - 1)
    if name == "seuclidean" and V is not None:
        return np.sum(gap / V * moved, axis=-1) / length(out)
    if name == "mahalanobis" and VI is not None:
        return np.sum((gap @ (VI + VI.T)) * moved, axis=-1) / (2 * length(out))
    raise Unsupported("this metric, or one whose variances are those of the data")


def of_both(du: Array, dv: Array, u: Array, v: Array, name: str, out: Array) -> Array:
    """The tangent of a metric that depends on more than differences."""
    if name == "canberra":
        size = not_zero(np.abs(u) + np.abs(v))
        slopes = np.sign(u) * du + np.sign(v) * dv
        return np.sum((np.sign(u - v) * (du - dv) - np.abs(u - v) / size * slopes) / size, axis=-1)
    if name == "braycurtis":
        moved = np.sign(u - v) * (du - dv) - out[..., None] * np.sign(u + v) * (du + dv)
        return np.sum(moved, axis=-1) / np.sum(np.abs(u + v), axis=-1)
    if name == "correlation":
        u, v = u - np.mean(u, axis=-1, keepdims=True), v - np.mean(v, axis=-1, keepdims=True)
    uu, vv = np.sum(u * u, axis=-1), np.sum(v * v, axis=-1)
    along = np.sum(u * du, axis=-1) / uu + np.sum(v * dv, axis=-1) / vv
    return (1 - out) * along - np.sum(du * v + u * dv, axis=-1) / np.sqrt(uu * vv)


@linear("scipy.spatial.distance.squareform")
def squareform(g: Array, X: Array, force: Any = "no", checks: Any = True) -> Any:
    if np.ndim(X) == 1:
        return (g + g.T)[np.triu_indices(np.shape(g)[0], 1)]
    square = np.zeros_like(X)
    square[np.triu_indices(np.shape(X)[0], 1)] = g
    return square
