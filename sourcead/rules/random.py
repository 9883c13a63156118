"""Random draws: how a draw moves with its parameters while the generator's stream stays fixed.

A draw from a distribution of a location and a scale is a smooth function of them, and so are its
transformations. NumPy makes most other draws by rejection or by counting, where what is taken
from the stream depends on the parameters: these have no derivative.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from sourcead.rules.declare import nondifferentiable, rule

Array = Any

OWNERS = ("rng", "random_state", "np.random")
OF_THE_STREAM_ALONE = ("random", "standard_normal", "standard_exponential", "standard_cauchy")
ONLY_GENERATOR = ("integers",)
ONLY_LEGACY = ("randint", "rand", "randn", "random_sample", "seed")


def _of_each(tangent: Callable[..., Array], wrt: tuple[str, ...], *names: str) -> None:
    """Declare one tangent for the method of each kind of generator, and for the function."""
    for owner in OWNERS:
        for name in names:
            rule(f"{owner}.{name}", wrt=wrt)(tangent)


def location_scale(
    dloc: Array, dscale: Array, rng: Any = None, loc: Array = 0.0, scale: Array = 1.0,
    size: Any = None, *, out: Array,
) -> Array:  # fmt: skip
    return dloc + dscale * ((out - loc) / scale)


def interval(
    dlow: Array, dhigh: Array, rng: Any = None, low: Array = 0.0, high: Array = 1.0,
    size: Any = None, *, out: Array,
) -> Array:  # fmt: skip
    part = (out - low) / (high - low)
    return dlow * (1 - part) + dhigh * part


def proportional(
    dscale: Array, rng: Any = None, scale: Array = 1.0, size: Any = None, *, out: Array
) -> Array:
    return dscale * (out / scale)


def log_normal(
    dmean: Array, dsigma: Array, rng: Any = None, mean: Array = 0.0, sigma: Array = 1.0,
    size: Any = None, *, out: Array,
) -> Array:  # fmt: skip
    return out * (dmean + dsigma * ((np.log(out) - mean) / sigma))


_of_each(location_scale, ("loc", "scale"), "normal", "laplace", "logistic", "gumbel")
_of_each(interval, ("low", "high"), "uniform")
_of_each(proportional, ("scale",), "exponential", "rayleigh")
_of_each(log_normal, ("mean", "sigma"), "lognormal")

nondifferentiable(
    "np.random.default_rng",
    "np.random.RandomState",
    *(f"{owner}.{name}" for owner in OWNERS for name in OF_THE_STREAM_ALONE),
    *(f"rng.{name}" for name in ONLY_GENERATOR),
    *(f"{owner}.{name}" for owner in ("random_state", "np.random") for name in ONLY_LEGACY),
    reason="drawn from the stream of a generator",
)
