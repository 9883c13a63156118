"""A product, a function of each element, a product."""

import numpy as np

from benchmarks.hand import Case


def energy(x, w):
    s = np.sin(w @ x)
    return s @ s


def energy_grad(x, w):
    z = w @ x
    s = np.sin(z)
    # return s @ s
    s_bar = 2.0 * s
    # s = np.sin(w @ x)
    z_bar = s_bar * np.cos(z)
    return w.T @ z_bar


CASES = (
    Case(
        "t10",
        energy,
        energy_grad,
        ("x",),
        lambda rng: (rng.normal(size=40), rng.normal(size=(30, 40))),
    ),
)
