"""Numerical kernels in the in-place style in which NumPy programmers write them.

Each module has the kernel (one or more functions that write into their arguments), `loss` (a scalar
of its output), `WRT` (the arguments of `loss` to differentiate) and `make_args(size, rng)` for the
sizes "small" (tests) and "bench".  A loss may change its arguments.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

NAMES = (
    "jacobi_1d",
    "jacobi_2d",
    "seidel_2d",
    "heat_3d",
    "fdtd_2d",
    "adi",
    "lu",
    "lu_solve",
    "cholesky",
    "triangular_solve",
    "durbin",
    "gram_schmidt",
    "syrk",
    "syr2k",
    "covariance",
    "correlation",
    "deriche",
    "cavity_flow",
    "channel_flow",
    "horizontal_diffusion",
    "vertical_advection",
    "nbody",
    "conjugate_gradient",
    "csr_matvec",
    "lstm",
    "convolution",
    "stockham_fft",
    "kalman",
    "particle_in_cell",
)


@dataclass(frozen=True)
class Kernel:
    """A kernel's scalar function, what to differentiate it by, and how to make its arguments."""

    name: str
    loss: Callable[..., float]
    wrt: tuple[str, ...]
    make_args: Callable[[str, np.random.Generator], tuple[Any, ...]]

    def args(self, size: str) -> tuple[Any, ...]:
        """The arguments of one size, the same at each call."""
        return self.make_args(size, np.random.default_rng(0))


def load(name: str) -> Kernel:
    """Import one kernel by name."""
    module = importlib.import_module(f"{__name__}.{name}")
    return Kernel(name, module.loss, module.WRT, module.make_args)
